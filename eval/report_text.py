"""Text and figures of a report: escaped, nothing invisible, and never a zero for what is missing.

A template is ours and every value that goes into it is escaped, so that no text of a document is
ever markup.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from markupsafe import Markup, escape

NOT_MEASURED = "not measured"
UNSEEN = (
    (0x00, 0x08),
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x061C, 0x061C),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE007F),
    (0xD800, 0xDFFF),
)
"""Characters that change or hide what a reader sees: controls, direction, zero width, tags."""

UNSEEN_IN_JS = "".join(f"\\u{{{low:x}}}-\\u{{{high:x}}}" for low, high in UNSEEN)
_UNSEEN = re.compile(
    "[" + "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in UNSEEN) + "]"
)


def plain(text: object) -> str:
    r"""Return text with every unseen character as U+FFFD, for attributes and short names.

    >>> plain("a\u202eb")
    'a\ufffdb'
    """
    return _UNSEEN.sub("\ufffd", str(text))


def seen(text: object) -> Markup:
    r"""Return escaped text in which every unseen character stands as a small named mark.

    >>> str(seen("1\u200b0 <b>"))
    '1<span class="unseen" title="invisible character U+200B">\u25ab</span>0 &lt;b&gt;'
    """
    value, found, end = str(text), [], 0
    for match in _UNSEEN.finditer(value):
        found.append(escape(value[end : match.start()]))
        found.append(
            Markup(
                '<span class="unseen" title="invisible character U+{:04X}">\u25ab</span>'
            ).format(ord(match.group()))
        )
        end = match.end()
    found.append(escape(value[end:]))
    return Markup("").join(found)


def html(template: str, *parts: object, **named: object) -> Markup:
    """Return a template filled with values; what is not Markup is escaped.

    Parts stand between tags, named values in attributes.

    >>> html('<p title="{t}">{}</p>', "<b>", t='"')
    Markup('<p title="&#34;">&lt;b&gt;</p>')
    """
    safe = [part if isinstance(part, Markup) else seen(part) for part in parts]
    also = {
        name: value if isinstance(value, Markup) else escape(plain(value))
        for name, value in named.items()
    }
    return Markup(template).format(*safe, **also)


def together(parts: Iterable[Markup]) -> Markup:
    """Return pieces of HTML one after the other."""
    return Markup("").join(parts)


def cut(text: str, length: int) -> str:
    """Return at most ``length`` characters of a text, the last an ellipsis where it was cut.

    >>> cut("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def finite(value: object) -> float | None:
    """Return a number, or None for what is none: missing, NaN or infinite.

    >>> finite(0), finite(float("nan")), finite(None), finite(True)
    (0.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def count(value: object) -> str:
    """Return a count with thousands apart.

    >>> count(1378), count(None)
    ('1,378', 'not measured')
    """
    number = finite(value)
    return NOT_MEASURED if number is None else f"{number:,.0f}"


def some(value: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    >>> some(1, "row"), some(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def figure(value: object, unit: str = "", digits: int = 3) -> str:
    """Return a rate with fixed digits, or a quantity with about three digits and its unit.

    >>> figure(0.6149), figure(0.6149, digits=2), figure(0.03521, "s"), figure(1234.5, "words")
    ('0.615', '0.61', '0.0352 s', '1,234 words')
    >>> figure(None), figure(float("nan"), "s")
    ('not measured', 'not measured')
    """
    number = finite(value)
    if number is None:
        return NOT_MEASURED
    if not unit:
        return f"{number:.{digits}f}"
    whole = abs(number) >= 100
    text = f"{number:,.0f}" if whole else f"{number:.3g}"
    return f"{text} {unit}"


def bounds(value: Mapping[str, object] | None) -> tuple[float, float] | None:
    """Return the interval of a summary's figure, or None where it has none.

    >>> bounds({"value": 0.5, "ci": [0.4, 0.6]}), bounds({"ci": [None, 1.0]}), bounds(None)
    ((0.4, 0.6), None, None)
    """
    found = (value or {}).get("ci")
    if not isinstance(found, Sequence) or len(found) != 2:
        return None
    low, high = finite(found[0]), finite(found[1])
    return None if low is None or high is None else (low, high)


def words(name: str) -> str:
    """Return a name as words.

    >>> words("always_refuse")
    'always refuse'
    """
    return name.replace("_", " ")


def day(date: object) -> str:
    """Return an ISO date as a person writes it, and anything else as it is.

    >>> day("2026-11-22T14:05:09+00:00"), day("2026-11-02"), day("soon"), day(None)
    ('22 November 2026, 14:05 UTC', '2 November 2026', 'soon', 'not measured')
    """
    text = str(date or "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text or NOT_MEASURED
    if len(text) <= len("2026-11-22"):
        return f"{moment.day} {moment:%B %Y}"
    zone = ""
    if moment.tzinfo is not None:
        moment, zone = moment.astimezone(UTC), " UTC"
    return f"{moment.day} {moment:%B %Y, %H:%M}{zone}"


def lasting(seconds: object) -> str:
    """Return a stretch of time in the units that a person would use.

    >>> lasting(0.25), lasting(75), lasting(7322), lasting(None)
    ('0.25 s', '1 min 15 s', '2 h 2 min', 'not measured')
    """
    number = finite(seconds)
    if number is None:
        return NOT_MEASURED
    if number < 60:
        return f"{number:.3g} s"
    minutes, rest = divmod(round(number), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
