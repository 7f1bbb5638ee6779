"""Numbers in running text: digits and words, hedges, ranges, and what they count. Pure functions.

Dates, times, years, ages, ordinals and codes are told apart from counts, because an answer to
"how many" must never be a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORD_VALUES: dict[str, float] = {word: float(n) for n, word in enumerate(_UNITS)}
_WORD_VALUES |= {word: 10.0 * n for n, word in enumerate(_TENS, start=2)}
_SCALES: dict[str, float] = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
# A vague plural names no number; the low bound is what the word promises at least.
_VAGUE: dict[str, float] = {
    "dozens": 24.0,
    "scores": 40.0,
    "hundreds": 200.0,
    "thousands": 2000.0,
    "millions": 2e6,
    "several": 3.0,
    "a dozen": 12.0,
    "tens": 20.0,
}
_LOWER_BOUND: tuple[str, ...] = ("at least", "more than", "over", "no fewer than", "no less than")
_LOWER_BOUND += ("upwards of", "not less than", "a minimum of", "in excess of", "exceeding")
_LOWER_BOUND += ("exceeds", "above")
_UPPER_BOUND: tuple[str, ...] = (
    "at most",
    "up to",
    "as many as",
    "less than",
    "fewer than",
    "under",
    "no more than",
)
_ABOUT: tuple[str, ...] = ("about", "around", "some", "nearly", "almost", "approximately")
_ABOUT += ("roughly", "an estimated", "close to", "estimated", "circa", "just over", "just under")
HEDGES = tuple(sorted((*_LOWER_BOUND, *_UPPER_BOUND, *_ABOUT), key=len, reverse=True))

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD_NUMBER = (
    r"(?:(?:{tens})[-\s](?:{ones})|{tens}|{all})".format(
        tens="|".join(_TENS), ones="|".join(_UNITS[1:10]), all="|".join(_UNITS[1:])
    )
    + r"|an?(?=\s(?:hundred|thousand|million|billion)\b)"
)
_SCALE = r"(?:\s+(?:hundred|thousand|million|billion|trillion)\b)*"
_HUNDREDS = rf"(?:(?:\s+hundred\s+and\s+)(?:{_WORD_NUMBER})\b)?"
_ONE = rf"(?:{_DIGITS}|\b(?:{_WORD_NUMBER})\b{_HUNDREDS}){_SCALE}"
_VAGUE_WORD = r"\b(?:a dozen|dozens|scores|hundreds|thousands|millions|tens)\b(?=\s+of\b|\s+\w+)"
_NUMBER = re.compile(
    rf"(?P<hedge>\b(?:{'|'.join(re.escape(hedge) for hedge in HEDGES)})\s+)?"
    rf"(?P<sign>[$€£]\s?)?"
    rf"(?:between\s+(?P<from>{_ONE})\s+and\s+(?P<until>{_ONE})"
    rf"|(?P<low>{_ONE})(?:\s+to\s+|(?<=\d)\s?[-\u2013]\s?(?=\d))(?P<high>{_ONE})"
    rf"|(?P<one>{_ONE})|(?P<vague>{_VAGUE_WORD}))"
    rf"(?P<after>\s?%|\s+per\s?cent\b|\s+percent\b)?",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE_BEFORE = re.compile(
    rf"(?:\b{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?[,\s]+)?|\b\d{{1,2}}[./-]\d{{1,2}}[./-]"
    r"|\b(?:in|since|until|during|of|from|by|mid|early|late|year)[-\s]+)$",
    re.IGNORECASE,
)
_MONTH_AFTER = re.compile(rf"^(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\s+$", re.IGNORECASE)
_AGE = re.compile(r"^[-\s]years?[-\s](?:old|ago)\b|^[-\s](?:st|nd|rd|th)\b", re.IGNORECASE)
_CLOCK = re.compile(r"^[:.]\d\d|^\s?(?:a\.?m\.?|p\.?m\.?|gmt|o'clock)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text: ``text[start:end]`` holds it with its hedge and sign.

    ``low`` and ``high`` bound it: equal to ``value`` when it is exact, None where it is open.
    ``bare_start`` is where the number begins after the hedge.
    """

    start: int
    end: int
    bare_start: int
    value: float | None
    low: float | None
    high: float | None
    hedge: str
    unit: str = ""

    def agrees_with(self, other: Number) -> bool:
        """Return whether one true value could make both statements true.

        An exact number agrees with a hedged one only when it lies within a tenth of it, so that
        "more than 50" is not taken to say the same as "500".
        """
        if self.unit != other.unit:
            return False
        if self.value is None or other.value is None:
            exact, vague = (self, other) if self.value is not None else (other, self)
            if exact.value is None:
                return self.low == other.low
            # "dozens" holds 24 to 100: below the next word of its kind.
            low = vague.low or 0.0
            return low <= exact.value < max(low * 5, 100)
        (one_low, one_high), (two_low, two_high) = self._bounds(), other._bounds()
        return one_low <= two_high and two_low <= one_high

    def _bounds(self) -> tuple[float, float]:
        """Return what a statement allows, an open end cut off at a tenth."""
        value = self.value or 0.0
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return (value * 0.9, value) if self.low is None else (value, value / 0.9)


def _parse_one(text: str) -> float:
    """Return the value of one number written in digits or words.

    >>> [_parse_one(text) for text in ("1,541", "twenty-five", "2.5 million", "a hundred")]
    [1541.0, 25.0, 2500000.0, 100.0]
    """
    words = re.split(r"[\s-]+", text.strip().lower())
    total = 0.0
    for word in words:
        if word in _SCALES:
            total = (total or 1.0) * _SCALES[word]
        elif word in ("a", "an"):
            total += 1.0
        elif word == "and":
            continue
        elif word in _WORD_VALUES:
            total += _WORD_VALUES[word]
        else:
            total += float(word.replace(",", ""))
    return total


def _is_no_count(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Return whether the digits are a date, a time, a year, an age, an ordinal, a code or a mark.

    Digits beside a character that nobody sees may be any number.
    """
    before, after = text[max(0, start - 30) : start], text[end : end + 20]
    if start and (text[start - 1].isalnum() or text[start - 1] in "/_.#:\u200b\u200d\u2060"):
        return True
    if text[start - 1 : start] in ("[", "\u3010", "^") and text[end : end + 1] in ("]", "\u3011"):
        return True  # "[1]" is a reference
    if re.match(r"[\u200b\u200d\u2060]|[-/]?[A-Za-z]\w*-|[A-Za-z]|[/_]\w|:\d|-\d", after):
        return True
    if text[start - 1 : start] == "-" and text[start - 2 : start - 1].isalpha():
        return True  # Su-22, S-300, mid-2015
    if _AGE.match(after) or _CLOCK.match(after) or _MONTH_AFTER.match(after):
        return True
    bare = match.group("one") or ""
    if re.fullmatch(r"0\d+", bare):
        return True  # 0914 hours
    if re.fullmatch(r"\d{1,2}", bare) and _MONTH_BEFORE.search(before):
        return True
    if re.fullmatch(r"(?:19|20)\d\d", bare) and not match.group("hedge"):
        # A year, unless a counted noun follows directly ("2000 people" is rare, "2015 war" is not).
        counted = re.match(r"\s+(?:people|civilians|fighters|families|troops|soldiers)\b", after)
        return bool(_DATE_BEFORE.search(before)) or not counted
    if bare.lower() in ("one", "a", "an"):
        follows = r"\s+(?:of\b|another|side|day|hand|man'?s)"
        return bool(
            re.match(follows, after, re.I) or re.search(r"\b(no|any|each)\s$", before, re.I)
        )
    return False


def numbers(text: str) -> list[Number]:
    """Return the counts, amounts and shares in a text, in order.

    >>> [(n.hedge, n.value) for n in numbers("At least 24 people died on 2 May 2017; six hurt.")]
    [('at least', 24.0), ('', 6.0)]
    >>> [(n.low, n.high) for n in numbers("between 20 and 30 dead, dozens of others wounded")]
    [(20.0, 30.0), (24.0, None)]
    >>> [n.value for n in numbers("A Su-22 took off at 6:30 in 2016 for 100 sorties")]
    [100.0]
    """
    return list(_kept(text) if len(text) < _LONGEST_KEPT else _numbers(text))


_LONGEST_KEPT = 3_000
"""Characters of a text whose numbers are kept: an answer asks for a sentence's several times."""


@lru_cache(maxsize=2048)
def _kept(text: str) -> tuple[Number, ...]:
    return tuple(_numbers(text))


def _numbers(text: str) -> list[Number]:
    found: list[Number] = []
    position = 0
    while match := _NUMBER.search(text, position):
        position = match.end()
        start, end = match.start(), match.end()
        bare_start = match.end("hedge") if match.group("hedge") else start
        hedge = (match.group("hedge") or "").strip().lower()
        unit = "%" if match.group("after") else (match.group("sign") or "").strip()
        first = "from" if match.group("from") else "low"
        last = "until" if match.group("from") else "high"
        if match.group(first):
            low, high = _parse_one(match.group(first)), _parse_one(match.group(last))
            # "fell from 30 to 12", "rose from 17 to 23": a change, not a range.
            changed = low >= high or text[:start].lower().rstrip().endswith(" from")
            if changed or _is_no_count(text, match, match.start(first), match.end(last)):
                position = end = match.end(first)
                if changed and not _is_no_count(text, match, match.start(first), end):
                    found.append(_bounded(start, end, bare_start, low, hedge, ""))
                continue
            found.append(Number(start, end, bare_start, (low + high) / 2, low, high, hedge, unit))
        elif match.group("vague"):
            low = _VAGUE[match.group("vague").lower()]
            found.append(Number(start, end, bare_start, None, low, None, hedge, unit))
        elif not _is_no_count(text, match, match.start("one"), match.end("one")):
            value = _parse_one(match.group("one"))
            found.append(_bounded(start, end, bare_start, value, hedge, unit))
    return found


def _bounded(start: int, end: int, bare: int, value: float, hedge: str, unit: str) -> Number:
    low: float | None = value
    high: float | None = value
    if hedge in _LOWER_BOUND:
        high = None
    elif hedge in _UPPER_BOUND:
        low = None
    elif hedge in _ABOUT:
        low, high = value * 0.9, value * 1.1
    return Number(start, end, bare, value, low, high, hedge, unit)
