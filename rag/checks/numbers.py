"""Numbers, counts and days that a sentence gives and a text does not. Pure functions, English."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from rag.checks.when import COUNT, value_of
from rag.english.counts import Number, numbers
from rag.english.quantities import counted
from rag.english.when import times
from rag.english.words import STOP_WORDS, stem

_NO_COUNT = ("one", "a", "an")


def other_numbers(sentence: str, text: str) -> list[str]:
    """Return the numbers that a text does not give, or gives with another hedge.

    >>> other_numbers("About 14 died.", "At least 14 died.")
    ['The source says At least 14, not About 14.']
    """
    return [problem for problem, _, _ in _others(sentence, text)]


def unlike_numbers(sentence: str, text: str) -> tuple[list[str], list[str]]:
    """Return what is certainly wrong with the numbers of a sentence, and what only differs.

    A "one" that may be no count ("one another") is passed over. Where one of the two only rounds,
    or allows what the other gives, they differ and are not at odds.

    >>> unlike_numbers("It took 30 minutes.", "It takes about 30 minutes.")
    ([], ['The source says about 30, not 30.'])
    >>> unlike_numbers("It lasted five years.", "It went on over five years.")
    ([], ['The source says over five, not five.'])
    """
    sure: list[str] = []
    doubts: list[str] = []
    given = {one.value for one in numbers(text)} | {one.low for one in numbers(text)}
    for problem, number, same in _others(sentence, text):
        if sentence[number.start : number.end].lower() in _NO_COUNT or (
            number.value == 1 and re.match(r"['\u2019]s\b| another\b", sentence[number.end :])
        ):
            continue
        # About so many are said to be what are so many: that tells less, and nothing else.
        if _is_about(number) and any(_is_exact(one) for one in same):
            continue
        mild = any(
            _is_about(one) != _is_about(number) and _is_exact(one) != _is_exact(number)
            for one in same
        )
        wider = any(_is_exact(one) and _allows(number, one.value) for one in same)
        lasting = any("over" in (one.hedge.lower(), number.hedge.lower()) for one in same)
        lasting = lasting and bool(_LASTING.match(sentence[number.end :]))
        # A range whose ends the text gives apart: "from 1 up to about 55".
        ends = {number.low, number.high} - {number.value}
        apart = len(ends) == 2 and ends <= given
        (doubts if mild or wider or lasting or apart else sure).append(problem)
    return sure, doubts


_LASTING = re.compile(
    r"[\s-](?:more )?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|winters?"
    r"|summers?|seasons?|decades?|centuries)\b"
)


def _others(sentence: str, text: str) -> Iterator[tuple[str, Number, list[Number]]]:
    """Yield what is wrong with a number, the number, and those of the text with its value."""
    there = numbers(text)
    for number in numbers(sentence):
        words = sentence[number.start : number.end]
        same = [one for one in there if (one.value, one.unit) == (number.value, number.unit)]
        if number.value is None:
            same = [one for one in there if one.low == number.low and one.value is None]
        if not same:
            yield f"The source does not give {words}.", number, same
        elif all((one.low, one.high) != (number.low, number.high) for one in same):
            given = text[same[0].start : same[0].end]
            yield f"The source says {given}, not {words}.", number, same


def _is_exact(number: Number) -> bool:
    return number.value is not None and number.low == number.high == number.value


def _is_about(number: Number) -> bool:
    return bool(number.hedge) and number.hedge.lower() in _ROUNDS


_ROUNDS = frozenset("about around some approximately roughly circa estimated".split()) | {
    "an estimated"
}
_ALLOWS = frozenset(
    ("at least", "no fewer than", "no less than", "not less than", "at most", "up to", "as many as")
) | {"no more than", "a minimum of"}


def _allows(number: Number, value: float | None) -> bool:
    """Return whether a bound allows the very value that it gives: "at least 30" of 30."""
    return number.hedge.lower() in _ALLOWS and number.value == value


def reckoned(sentence: str, text: str, near: str) -> list[Number]:
    """Return the numbers of a sentence that a text does not give but that may follow from it.

    A difference or sum of two of its numbers, a share said as "one in three", the months of a year,
    a small count of what the text lists. Small counts follow only where ``near``, the part of the
    text that the sentence is about, gives no other small number in their place.

    >>> text = "They flew 6,100 km, the others 4,350 km."
    >>> [one.value for one in reckoned("They flew 1,750 km more than 40 others.", text, text)]
    [1750.0]
    """
    there = [one for one in numbers(text) if one.value is not None]
    values = {one.value for one in there if one.value is not None}
    written = {float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    parts = {part for words, part in _PARTS if re.search(words, text, re.IGNORECASE)}
    shares = {part for words, part in _SHARES if re.search(words, text, re.IGNORECASE)}
    found: list[Number] = []
    own = {one.value for one in numbers(sentence)}
    for number in numbers(sentence):
        value = number.value
        if value is None or value in values or value in written or number.unit == "$":
            continue
        words = sentence[max(0, number.bare_start - 12) : number.end]
        if re.search(r"\b(?:one|two|three) (?:in|out of) (?:every )?[\w-]+$", words, re.IGNORECASE):
            found.append(number)
        elif value % 12 == 0 and re.match(r"\s+months?\b", sentence[number.end :]):
            if re.search(r"\byears?\b", text, re.IGNORECASE):
                found.append(number)
        elif 2 <= value <= _FEW and float(value).is_integer() and not number.unit:
            rivals = [one for one in numbers(near) if one.value and one.value not in {*own, 1.0}]
            thing = _thing(sentence, number)
            if not any(_thing(near, one) in (thing, "") for one in rivals):
                found.append(number)
        elif (
            _is_converted(sentence, number)
            or (value > _FEW or value % 1)
            and _follows(value, sorted(values | written | parts), shares)
        ):
            found.append(number)
    return found


_PARTS = (
    (r"\bhalf (?:a|of a)\b|\bhalf-", 0.5),
    (r"\bquarter[- ](?:of a )?(?:percentage )?point", 0.25),
)
_SHARES = (
    (r"\bhalf\b", 0.5),
    (r"\ba third\b|\bone third\b", 1 / 3),
    (r"\b(?:a|one) quarter\b", 0.25),
    (r"\b(?:twice|double[ds]?)\b", 2.0),
)
_FEW = 10
_MOST_VALUES = 12


def _thing(text: str, number: Number) -> str:
    """Return the stem of the noun right behind a number, with a word between at most; or nothing.

    >>> text = "It took 30 long minutes."
    >>> _thing(text, numbers(text)[0])
    'minut'
    """
    words = re.match(r"[\s-]+([^\W\d_]+)(?:\s([^\W\d_]+))?", text[number.end :])
    if words is None or words[1].lower() in STOP_WORDS:
        return ""
    plural = next((one for one in words.groups() if one and one.endswith("s")), words[1])
    return stem(plural)


def _is_converted(sentence: str, number: Number) -> bool:
    """Return whether a number in brackets is the one before it, in other degrees: "350 °F (175)".

    >>> text = "Bake at 350 \u00b0F (175 \u00b0C)."
    >>> [_is_converted(text, one) for one in numbers(text)]
    [False, True]
    """
    match = re.search(
        r"(\d+)\s?\u00b0\s?F\s?\(\s?(?:about |approximately )?$", sentence[: number.start]
    )
    if match is None or number.value is None:
        return False
    return abs((float(match[1]) - 32) / 1.8 - number.value) <= 5


def _follows(value: float, values: list[float], shares: set[float]) -> bool:
    """Return whether a value is a share, the difference or the sum of others, if they are few."""
    if len(values) > _MOST_VALUES:
        return False
    return any(math.isclose(value, share * one) for share in shares for one in values) or any(
        math.isclose(value, high - low) or math.isclose(value, high + low)
        for n, low in enumerate(values)
        for high in values[n + 1 :]
    )


def other_counts(sentence: str, text: str) -> list[str]:
    """Return the numbers that count something else in a text: killed there, injured here."""
    there = [one for one in counted(text) if one.quantity]
    wrong: list[str] = []
    for one in counted(sentence):
        same = [other for other in there if other.number.value == one.number.value]
        rest = {other.number.value for other in there if other not in same}
        left = any(a and b and a - b == one.number.value for a in rest for b in rest)
        if left:  # eight of the eleven were dockers: three were not
            continue
        if one.quantity and same and all(other.quantity != one.quantity for other in same):
            words = sentence[one.number.start : one.number.end]
            wrong.append(f"In the source {words} are {same[0].quantity}, not {one.quantity}.")
    return wrong


def other_days(sentence: str, text: str, published: str | None) -> list[str]:
    """Return the times that a text published on a day does not speak of.

    A year may stand for a day in it, and the day of publication is always spoken of.
    """
    named = times(sentence, published)
    if not named:
        return []
    known = {(time.first, time.last) for time in times(text, published)}
    if published:
        known.add((published[:10], published[:10]))
    return [
        f"The source does not speak of {sentence[time.start : time.end]}."
        for time in named
        if not any(
            (time.first, time.last) == day or (time.first <= day[0] and day[1] <= time.last)
            for day in known
        )
    ]


_UNITS = re.compile(
    rf"\b(?P<value>{COUNT})[\s-]?(?P<unit>kg|kilos?|kilograms?|grams?|g|mg|milligrams?|micrograms?"
    r"|tonn?es?|tons?|lbs?|pounds|litres?|liters?|l|ml|gallons?|km|kilomet(?:re|er)s?|met(?:re|er)s?|m|cm|mm|miles?|feet|ft"
    r"|inch(?:es)?|yards?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|degrees?|bar|psi|volts?"
    r"|watts?|kw|mw|gb|mb|tb|hectares?|acres?|euros?|dollars?|crowns?|percent)\b",
    re.IGNORECASE,
)
_SAME_UNIT = {
    "kilo": "kg", "kilogram": "kg", "gram": "g", "tonne": "ton", "liter": "litre", "l": "litre",
    "kilometer": "km", "kilometre": "km", "meter": "metre", "m": "metre", "ft": "feet",
    "lb": "pound", "milligram": "mg",
}  # fmt: skip


def other_units(sentence: str, source: str) -> list[str]:
    """Return the measures whose number the source gives in another unit.

    >>> other_units("It weighs 14.5 tonnes.", "The pump weighs 14.5 kg.")
    ['The source says 14.5 kg, not 14.5 tonnes.']
    >>> other_units("It weighs 14.5 kilograms.", "The pump weighs 14.5 kg.")
    []
    """
    there: dict[float, list[re.Match[str]]] = {}
    for match in _UNITS.finditer(source):
        there.setdefault(value_of(match["value"]), []).append(match)
    wrong: list[str] = []
    for match in _UNITS.finditer(sentence):
        same = there.get(value_of(match["value"]), [])
        if same and all(_unit(one["unit"]) != _unit(match["unit"]) for one in same):
            wrong.append(f"The source says {same[0].group()}, not {match.group()}.")
    return wrong


_RATE = re.compile(
    r"\b(?:(?:a|per|each|every) (?P<unit>second|minute|hour|day|week|month|quarter|year)\b"
    r"(?! or| ago)"
    r"|(?P<adverb>hourly|daily|weekly|monthly|quarterly|yearly|annually))\b",
    re.IGNORECASE,
)
_ADVERBS = {"daily": "day", "yearly": "year", "annually": "year"}


def other_rates(sentence: str, source: str) -> list[str]:
    """Return where a sentence counts by the week what its source counts by the day.

    >>> other_rates("Each week 90 barrels flow.", "It carries 90 barrels a day.")
    ['The source says a day, not Each week.']
    >>> other_rates("Each day 90 barrels flow.", "It carries 90 barrels a day.")
    []
    """
    there = list(_RATE.finditer(source))
    return [
        f"The source says {there[0].group()}, not {match.group()}."
        for match in _RATE.finditer(sentence)
        if there and all(_rate(one) != _rate(match) for one in there)
    ]


def _rate(match: re.Match[str]) -> str:
    adverb = (match["adverb"] or "").lower()
    return (match["unit"] or _ADVERBS.get(adverb, adverb.removesuffix("ly"))).lower()


def _unit(word: str) -> str:
    plain = word.lower()
    plain = plain[:-1] if plain.endswith("s") and len(plain) > 2 else plain
    return _SAME_UNIT.get(plain, plain)
