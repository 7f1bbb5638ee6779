"""Amounts and days that a source gives in other words: "twelve months" for "a year". English.

Before a sentence is held against its source, each amount that the source gives otherwise is put in
the source's own words, so that what is compared after that differs only where the two disagree.
Pure functions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.checks.when import COUNT, Swap, value_of, weekdays, years
from rag.english.counts import Number, numbers
from rag.english.words import stem

# "132m users" are no metres.
_COUNTED_BY = (
    "(?:units|users|people|customers|subscribers|members|copies|views|downloads|sales|jobs|homes"
    "|households|dollars|euros|pounds|barrels|passengers|workers|voters|votes|tonnes|shares)"
)
_SAYINGS = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"\b(?:just short of|just shy of|shy of|just below|not quite|close on)\b", "nearly"),
        (r"\b(?:well|far|considerably) (?:over|above|more than|in excess of)\b", "more than"),
        (r"\b(?:not more than|a maximum of|no higher than)\b", "no more than"),
        (rf"\b({COUNT}) or more\b", r"at least \1"),
        (rf"\b({COUNT} (?!or)\w+) or (?:more|longer)\b", r"at least \1"),
        (rf"\b({COUNT}) or (?:fewer|less)\b", r"at most \1"),
        (r"\bseveral dozen\b", "dozens of"),
        (r"\bup to (?=\w+ (?:at night|in the|o'clock|a\.?m\b|p\.?m\b))", "until "),
        (r"\bhalf a dozen\b", "six"),
        (r"(?<=than )(?:one|1) (?:in|out of) (?:every )?(?:two|2)\b", "half"),
        (r"(?<=than )(?:one|1) (?:in|out of) (?:every )?(?:three|3)\b", "a third of"),
        (r"(?<=than )(?:one|1) (?:in|out of) (?:every )?(?:four|4)\b", "a quarter of"),
        (r"(?<=than )(?:one|1) (?:in|out of) (?:every )?(?:five|5)\b", "a fifth of"),
        (r"(?<=than )(?:one|1) (?:in|out of) (?:every )?(?:ten|10)\b", "a tenth of"),
        (rf"\bbarely (?={COUNT}\b)", "nearly "),
        (r"\b(?:once (?:a|every) quarter|every quarter|quarterly)\b", "every three months"),
        (rf"\b({COUNT}) degrees (?:below|under) (?:zero|freezing)\b", r"minus \1 degrees"),
        (r"\bper cent\b", "percent"),
        (r"(?<=\d)\s?(?:bn|bln)\b", " billion"),
        (r"(?<=\d)\s?(?:mn|mln)\b", " million"),
        (r"(?<=\d)\s?(?:tn|trn)\b", " trillion"),
        (r"([$\u20ac\u00a3\u00a5]\s?\d[\d.,]*)m\b", r"\1 million"),
        (r"([$\u20ac\u00a3\u00a5]\s?\d[\d.,]*)k\b", r"\1 thousand"),
        (rf"(?<=\d)m (?={_COUNTED_BY}\b)", " million "),
        (r"(?<=\d)(?=(?:[KMGT]B|kg|km|cm|mm|ml|lbs?|ft|mph|F|C)\b)", " "),
        (
            rf"\b(?:larger|bigger|greater|longer|higher|heavier|older) than (?={COUNT}\b)",
            "more than ",
        ),
        (rf"\b(?:smaller|shorter|lower|lighter|younger) than (?={COUNT}\b)", "less than "),
        (rf"\b(?:limited to|capped at|a limit of) (?={COUNT}\b)", "up to "),
        (rf"\bbelow (?={COUNT}\b)", "less than "),
        (rf"\babove (?={COUNT}\b)", "more than "),
        (rf"\bexceed(?:s|ing)? (?={COUNT}\b)", "more than "),
        (rf"\bnot (\w+) (?:over|above|more than) (?={COUNT}\b)", r"\1 no more than "),
    )
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_NTH = re.compile(rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<digits>\d+)(?:st|nd|rd|th))\b", re.I)
_TIMES = {"both": 2, "twice": 2, "double": 2, "doubled": 2, "twofold": 2, "pair": 2, "couple": 2}
_TIMES |= {"triple": 3, "tripled": 3, "thrice": 3, "trio": 3, "dozen": 12, "half": 2, "halved": 2}
_TIMES_WORD = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b", re.IGNORECASE)
_SHARES = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1, "sixth": 1 / 6}
_SHARE = re.compile(
    r"\b(?:(?P<n>an?|one|two|three|four)[ -])?"
    r"(?P<part>half|thirds?|quarters?|fifths?|sixths?|tenths?)\b"
    rf"|(?P<percent>{COUNT})\s?(?:%|percent\b(?!age))",
    re.IGNORECASE,
)
_UNITS: dict[str, tuple[str, float]] = {
    **{"second": ("s", 1), "minute": ("s", 60), "hour": ("s", 3600), "day": ("s", 86400)},
    **{"week": ("s", 604800), "fortnight": ("s", 1209600), "month": ("months", 1)},
    **{"year": ("months", 12), "decade": ("months", 120), "century": ("months", 1200)},
    **{"milligram": ("g", 1e-3), "mg": ("g", 1e-3), "microgram": ("g", 1e-6)},
    **{"gram": ("g", 1), "g": ("g", 1), "kg": ("g", 1e3), "kilogram": ("g", 1e3)},
    **{"kilo": ("g", 1e3), "tonne": ("g", 1e6), "mm": ("m", 0.001), "cm": ("m", 0.01)},
    **{"millimetre": ("m", 0.001), "centimetre": ("m", 0.01), "metre": ("m", 1), "meter": ("m", 1)},
    **{"m": ("m", 1), "km": ("m", 1e3), "kilometre": ("m", 1e3), "kilometer": ("m", 1e3)},
    **{"ml": ("l", 0.001), "millilitre": ("l", 0.001), "milliliter": ("l", 0.001)},
    **{"hectare": ("m2", 1e4), "square metre": ("m2", 1), "square meter": ("m2", 1)},
    **{"square kilometre": ("m2", 1e6), "square kilometer": ("m2", 1e6)},
    **{"terabyte": ("b", 1e12), "gigabyte": ("b", 1e9), "megabyte": ("b", 1e6), "tb": ("b", 1e12)},
    **{"gb": ("b", 1e9), "mb": ("b", 1e6), "kilowatt": ("w", 1e3), "watt": ("w", 1)},
    **{"litre": ("l", 1), "liter": ("l", 1), "l": ("l", 1)},
}
_MEASURE = re.compile(
    rf"\b(?P<part>half|a quarter of|three quarters of)?\s?\b(?P<n>an?|one|the|{COUNT})"
    rf"(?P<half> and a half)?[\s-](?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    r"(?:s|es)?\b(?! of age)",
    re.IGNORECASE,
)
_FIGURES = 0.1
"""Share by which a hedged number may lie from the one that it stands for: "nearly 200" for 185."""


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    dimension: str
    value: float


@lru_cache(maxsize=1024)
def plain_amounts(text: str) -> str:
    """Return a text whose ways to hedge a number are the plain ones.

    >>> plain_amounts("Just short of 200 came, nine or more by bus.")
    'nearly 200 came, at least nine by bus.'
    """
    for pattern, plain in _SAYINGS:
        text = pattern.sub(plain, text)
    return text


@lru_cache(maxsize=1024)
def in_source_words(sentence: str, source: str, published: str | None = None) -> str:
    """Return a sentence with the amounts and days that a source gives otherwise in its words.

    >>> in_source_words("It took twelve months and about 15 kg.", "In a year it used 14.5 kg.")
    'It took a year and 14.5 kg.'
    >>> in_source_words("It fell on 14 March.", "It will fall on Monday.", "2022-03-11")
    'It fell on Monday.'
    """
    swaps: list[tuple[int, int, str]] = []
    for start, end, words in (
        *_measures(sentence, source),
        *_shares(sentence, source),
        *_counts(sentence, source),
        *years(sentence, source),
        *weekdays(sentence, source, published),
    ):
        if not any(start < b and a < end for a, b, _ in swaps):
            swaps.append((start, end, words))
    for start, end, words in sorted(swaps, reverse=True):
        # A capital within a sentence would make a name of it.
        first = (
            words[0] if words.istitle() and words.split()[0].endswith("day") else words[0].lower()
        )
        sentence = sentence[:start] + first + words[1:] + sentence[end:]
    return sentence


def _measures(sentence: str, source: str) -> Iterator[Swap]:
    there = _measured(source)
    for one in _measured(sentence):
        same = [two for two in there if _same(one, two)]
        words = {_letters(source[two.start : two.end]) for two in same}
        if words and _letters(sentence[one.start : one.end]) not in words:
            yield one.start, one.end, source[same[0].start : same[0].end]


@lru_cache(maxsize=512)
def _measured(text: str) -> tuple[_Amount, ...]:
    found: list[_Amount] = []
    for match in _MEASURE.finditer(text):
        word = match["n"].lower()
        if word == "the" and not match["part"]:
            continue
        count = 1.0 if word in ("a", "an", "one", "the") else value_of(match["n"])
        part = {"half": 0.5, "a quarter of": 0.25, "three quarters of": 0.75}
        share = part.get((match["part"] or "").lower(), 1.0)
        dimension, factor = _UNITS[match["unit"].lower()]
        value = (count * share + (0.5 if match["half"] else 0.0)) * factor
        found.append(_Amount(match.start(), match.end(), dimension, value))
    return tuple(found)


@lru_cache(maxsize=512)
def _numbers(text: str) -> tuple[Number, ...]:
    return tuple(numbers(text))


def _letters(words: str) -> str:
    return re.sub(r"[\s-]", "", words.lower()).removesuffix("s")


def _same(one: _Amount, other: _Amount) -> bool:
    return one.dimension == other.dimension and math.isclose(one.value, other.value)


def _shares(sentence: str, source: str) -> Iterator[Swap]:
    there = list(_parts(source))
    for one in _parts(sentence):
        words = sentence[one.start : one.end]
        same = [two for two in there if abs(one.value - two.value) < 0.004]
        if same and not any(source[two.start : two.end] == words for two in same):
            yield one.start, one.end, source[same[0].start : same[0].end]


def _parts(text: str) -> Iterator[_Amount]:
    for match in _SHARE.finditer(text):
        if match["percent"]:
            value = value_of(match["percent"]) / 100
        elif not match["n"] and match["part"].lower() != "half":
            continue  # "the third", "a second quarter"
        else:
            count = {"two": 2, "three": 3, "four": 4}.get((match["n"] or "").lower(), 1)
            value = count * _SHARES[match["part"].lower().removesuffix("s")]
        yield _Amount(match.start(), match.end(), "share", value)


def _counts(sentence: str, source: str) -> Iterator[Swap]:
    there = _numbers(source)
    for one in _numbers(sentence):
        if one.unit == "%" or one.value is None:
            continue
        exact = [
            two
            for two in there
            if (two.value, two.unit) == (one.value, one.unit)
            or (
                two.value is None and (two.low, two.high, two.unit) == (one.low, one.high, one.unit)
            )
        ]
        if exact:
            bare = sentence[one.bare_start : one.end]
            words = {source[two.bare_start : two.end] for two in exact}
            if bare not in words and len(words) == 1:  # "19" for "nineteen"
                yield one.bare_start, one.end, words.pop()
            continue
        near = next((two for two in there if _stands_for(one, two)), None)
        if near is not None:
            yield one.start, one.end, source[near.start : near.end]
        elif not one.hedge:
            yield from _worded(one, sentence, source)


def _stands_for(one: Number, other: Number) -> bool:
    """Return whether a hedged number rounds another one that its source gives exactly."""
    said, given = one.value, other.value
    if not one.hedge or said is None or given is None or one.unit != other.unit or said <= 0:
        return False
    if _figures(said) > _figures(given):  # "up to 1,003" is no round figure for 1,000
        return False
    off = (given - said) / said
    low, high = one.low is not None and one.low >= said, one.high is not None and one.high <= said
    hedge = one.hedge.lower()
    exact = other.low == other.high == given
    if hedge in ("nearly", "almost", "just under", "close to") and exact:
        return -_FIGURES <= off < 0 or (hedge == "close to" and abs(off) <= _FIGURES)
    if hedge == "just over" and exact:
        return 0 < off <= _FIGURES
    if low and not high:
        return exact and 0 < off <= 2 * _FIGURES and "at least" not in hedge
    if high and not low:
        return exact and -2 * _FIGURES <= off < 0
    about = exact or (other.hedge and other.low != given and other.high != given)
    return bool(about) and _rounded(given, said)


def _figures(value: float) -> int:
    """Return how many figures a number is given with, noughts at its ends not counted.

    >>> _figures(1_003), _figures(1_000), _figures(14.5)
    (4, 1, 3)
    """
    return len(f"{value:.10f}".strip("0").replace(".", "").strip("0"))


def _rounded(given: float, said: float) -> bool:
    """Return whether a number is another one with fewer figures, and not far from it.

    >>> _rounded(14.5, 15), _rounded(14_600, 15_000), _rounded(14_600, 14_000), _rounded(48, 48)
    (True, True, False, False)
    """
    if said == given or abs(given - said) > _FIGURES * said:
        return False
    digits = f"{said:.10f}".rstrip("0").rstrip(".")
    places = len(digits.partition(".")[2])
    noughts = len(digits) - len(digits.rstrip("0")) if not places else 0
    step = 10.0 ** (noughts or -places)
    if noughts and abs(math.floor(given / (step / 2) + 0.5) * step / 2 - said) < 1e-9:
        return True
    while step >= 10.0**-places:  # 15,000 may be rounded to thousands or to hundreds
        if abs(math.floor(given / step + 0.5) * step - said) < 1e-9:
            return True
        step /= 10
    return False


def _worded(one: Number, sentence: str, source: str) -> Iterator[Swap]:
    """Yield the word of a source that gives a number without being one: "twice", "the fourth"."""
    if re.match(r"\s(?:percentage )?points?\b", sentence[one.end :]):
        yield from _difference(one, source)
    before = re.search(r"([^\W\d_]+) $", sentence[: one.start])
    for match in _NTH.finditer(source):
        nth = _ORDINALS.index(match["word"].lower()) + 1 if match["word"] else int(match["digits"])
        following = re.match(r" ([^\W\d_]+)", source[match.end() :])
        if nth == one.value and before and following and stem(before[1]) == stem(following[1]):
            yield before.start(), one.end, match.group() + following.group()
            return
    for match in _TIMES_WORD.finditer(source):
        if _TIMES[match.group().lower()] == one.value and match.group().lower() != "half":
            yield one.start, one.end, match.group()
            return
    old = re.search(rf"\b{one.value:g}[- ]years?[- ]old\b", source)
    if old:
        yield one.start, one.end, old.group()


def _difference(one: Number, source: str) -> Iterator[Swap]:
    """Yield the two numbers of a source between which there are so many points."""
    for low, high in pairwise(_numbers(source)):
        if low.value is None or high.value is None or high.unit != "%" or one.value is None:
            continue
        if math.isclose(abs(high.value - low.value), one.value):
            yield one.start, one.end, source[high.start : high.end]
            return
