"""Numbers as a spreadsheet shows them: the number formats of Office Open XML, ECMA-376 18.8.31.

Days are written as ISO 8601 whatever the format, so that they read the same in every country.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

_PARTS = re.compile(r'"[^"]*"?|\\.?|\[[^\]]*\]?|_.?|\*.?|.', re.DOTALL)
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
_NUMBER = re.compile(r"[#0?][#0?,. ]*|\.[#0?]+")
_SCIENCE = re.compile(r"[eE][+-][#0?]+")
_LONGEST = 255
_REMEMBERED = 4_096
_DAY_SECONDS = 86_400

Show = Callable[[str], str]
"""Turns a stored number, as its file writes it, into what a reader sees; "" for nothing."""


def general(words: str) -> str:
    """Return a number without a format as it is shown: 15 digits at most.

    >>> general("43101.0"), general("0.30000000000000004"), general("1E+20"), general("-7")
    ('43101', '0.3', '1E+20', '-7')
    """
    if words.isdigit() and len(words) < 16:
        return words
    try:
        value = float(words)
    except ValueError:
        return words
    if value != value or value in {float("inf"), float("-inf")}:
        return words
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(value, ".15g").replace("e", "E")


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a format: the digits it shows and the words around them."""

    before: str = ""
    after: str = ""
    decimals: int = 0
    fewest: int = 0
    whole: int = 0
    thousands: bool = False
    scale: int = 0
    percent: int = 0
    science: bool = False
    plain: bool = False
    """Shown without a format of its own: General, a fraction, or words alone."""
    digits: bool = True


@lru_cache(maxsize=2_000)
def shower(code: str, mac: bool = False) -> Show:  # noqa: FBT001, FBT002
    r"""Return how the numbers of a format are shown; ``mac`` counts days from 1904.

    >>> shower("#,##0.00")("1234.5"), shower("0%")("0.125"), shower("0.0%")("0.125")
    ('1,234.50', '13%', '12.5%')
    >>> shower("yyyy-mm-dd")("43101"), shower("m/d/yy h:mm")("43101.5"), shower("[h]:mm")("1.5")
    ('2018-01-01', '2018-01-01 12:00', '36:00')
    >>> shower('0.0,,"M"')("12345678"), shower("#,##0,")("1234567")
    ('12.3M', '1,235')
    >>> shower('#,##0\\ "kg";(#,##0)')("-1200"), shower("[$€-407]\\ 0.0")("2.25")
    ('(1,200)', '€ 2.3')
    """
    if not code or code.lower() == "general" or len(code) > _LONGEST:
        return general
    sections = _split(code)
    if _is_date(sections[0]):
        return lru_cache(maxsize=_REMEMBERED)(_days(sections[0], mac))
    if sum(1 for part in sections if _CONDITION.search(part)):
        sections = sections[:1]
    shapes = [_section(part) for part in sections[:3]]
    unseen = len(sections) > 1 and not any(part.strip() for part in sections)

    def show(words: str) -> str:
        if unseen:
            return ""
        try:
            value = Decimal(words)
        except InvalidOperation:
            return words
        if not value.is_finite() or abs(value.adjusted()) > 300:
            return words
        if value < 0 and len(shapes) > 1:
            return _shown(shapes[1], -value, words)
        if value == 0 and len(shapes) > 2:
            return _shown(shapes[2], value, words)
        return _shown(shapes[0], value, words)

    return lru_cache(maxsize=_REMEMBERED)(show)


def is_date(code: str) -> bool:
    """Say whether a format shows a day or a time.

    >>> is_date("dd.mm.yyyy"), is_date("#,##0"), is_date('0 "days"')
    (True, False, False)
    """
    return _is_date(_split(code)[0])


def _split(code: str) -> list[str]:
    """Return the sections of a format, parted by semicolons that are no words."""
    sections = [""]
    for part in _PARTS.findall(code):
        if part == ";":
            sections.append("")
        else:
            sections[-1] += part
    return sections


def _is_date(section: str) -> bool:
    if _ELAPSED.search(section):
        return True
    bare = "".join(part for part in _PARTS.findall(section) if part[0] not in '"\\[_*')
    bare = re.sub(r"general|am/pm|a/p", "", bare, flags=re.IGNORECASE)
    return bool(re.search(r"[dmyhs]", _SCIENCE.sub("", bare), re.IGNORECASE))


def _section(section: str) -> _Section:
    """Return what a section of a format says, its words apart from its digits."""
    section = _CURRENCY.sub(lambda match: f'"{match[1]}"' if match[1] else "", section)
    before: list[str] = []
    shape: list[str] = []
    after: list[str] = []
    percent = 0
    plain = False
    for part in _PARTS.findall(section):
        literal = _literal(part)
        if literal is None and part in "0#?.,eE+-/" and not (part in "eE+-/" and not shape):
            shape.append(part)
            continue
        if part == "%":
            percent += 1
        if part in "Gg" and literal is None:
            plain = True
        (after if shape or plain else before).append(part if literal is None else literal)
    words = "".join(shape)
    tail = "".join(after)
    if plain:
        tail = re.sub("general", "", tail, flags=re.IGNORECASE)
    science = bool(_SCIENCE.search(words))
    mantissa = _SCIENCE.sub("", words)
    whole, _, fraction = mantissa.partition(".")
    # Each comma behind the last digit, of the whole or of the decimals, leaves out three digits.
    scale = sum(len(part) - len(part.rstrip(",")) for part in (whole, fraction))
    return _Section(
        before="".join(before),
        after=tail,
        decimals=sum(mark in "0#?" for mark in fraction),
        fewest=fraction.count("0"),
        whole=whole.count("0"),
        thousands="," in whole.rstrip(","),
        scale=scale,
        percent=percent,
        science=science,
        plain=plain or "/" in words,
        digits=bool(words),
    )


def _literal(part: str) -> str | None:
    """Return the characters that a part of a format stands for, None for one that shows digits."""
    if part[0] == '"':
        return part.strip('"')
    if part[0] == "\\":
        return part[1:]
    if part[0] in "[*":
        return ""
    if part[0] == "_":
        return " "
    return None


def _shown(shape: _Section, value: Decimal, words: str) -> str:
    if shape.plain:
        digits = general(str(value)) if value != Decimal(words) else general(words)
    elif not shape.digits:
        digits = ""
    elif shape.science:
        digits = f"{value:.{min(shape.decimals, 30)}E}"
    else:
        digits = _digits(shape, value)
    # A sign stands before the words: "-€ 5", as the programs write it.
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{shape.before}{digits.removeprefix('-')}{shape.after}".strip()


def _digits(shape: _Section, value: Decimal) -> str:
    if shape.percent or shape.scale:
        value = value.scaleb(2 * min(shape.percent, 4) - 3 * min(shape.scale, 6))
    # What a binary number has beyond 15 digits is noise that would tip the rounding.
    value = Decimal(f"{value:.15g}")
    places = min(shape.decimals, 30)
    try:
        rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return str(value)
    digits = f"{rounded:,f}" if shape.thousands else f"{rounded:f}"
    if places > shape.fewest:
        kept, _, fraction = digits.partition(".")
        fraction = fraction[: shape.fewest] + fraction[shape.fewest :].rstrip("0")
        digits = f"{kept}.{fraction}" if fraction else kept
    kept, dot, fraction = digits.lstrip("-").partition(".")
    if shape.whole == 0 and kept == "0" and dot:
        kept = "0"  # ".5" is shown by few and read by nobody
    sign = "-" if digits.startswith("-") and rounded != 0 else ""
    return f"{sign}{kept.rjust(min(shape.whole, 40), '0')}{dot}{fraction}"


def _days(section: str, mac: bool) -> Show:  # noqa: FBT001
    """Return how days and times are shown: as ISO 8601, in as many parts as the format shows."""
    elapsed = _ELAPSED.search(section)
    bare = "".join(part for part in _PARTS.findall(section) if part[0] not in '"\\[_*').lower()
    bare = re.sub(r"am/pm|a/p", "", bare)
    seconds = "s" in bare
    time = "h" in bare or seconds or elapsed is not None
    day, year = "d" in bare, "y" in bare
    # An "m" next to hours or seconds means minutes.
    month = bool(re.search(r"m", re.sub(r"h\W*m+|m+\W*s", "", bare)))
    date = day or year or (month and not time)

    def show(words: str) -> str:
        try:
            value = float(words)
        except ValueError:
            return words
        if elapsed or (not date and 0 <= value < 1):
            return _clock(value, seconds=seconds) if 0 <= value < 1e6 else general(words)
        moment = _moment(value, mac=mac)
        if moment is None:
            return general(words)
        if not date:
            return _clock(value % 1, seconds=seconds)
        if time:
            return moment[:19].replace("T", " ") if seconds else moment[:16].replace("T", " ")
        if not day and year:
            return moment[:7] if month else moment[:4]
        return moment[:10]

    return show


def _clock(value: float, *, seconds: bool) -> str:
    total = round(value * _DAY_SECONDS)
    if not seconds:
        total = total // 60 * 60
    clock = f"{total // 3600}:{total // 60 % 60:02d}"
    return f"{clock}:{total % 60:02d}" if seconds else clock


def _moment(value: float, *, mac: bool) -> str | None:
    """Return a serial number of days as ISO 8601, None for one that names no day."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    if not 0 <= value < 2_958_466:
        return None
    try:
        found = from_excel(value, CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError, TypeError):
        return None
    moment = found.isoformat(timespec="seconds") if hasattr(found, "year") else None
    return moment if moment is None or "T" in moment else f"{moment}T00:00:00"
