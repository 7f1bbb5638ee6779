"""Numbers, counts and days that a sentence gives and a text does not. Pure functions, English."""

from __future__ import annotations

import re

from rag.english.counts import numbers
from rag.english.quantities import counted
from rag.english.when import times

_NO_COUNT = ("one", "a", "an")


def other_numbers(sentence: str, text: str, *, strict: bool = True) -> list[str]:
    """Return the numbers that a text does not give, or gives with another hedge.

    A "one" that may be no count ("one another") is passed over unless ``strict``.

    >>> other_numbers("About 14 died.", "At least 14 died.")
    ['The source says At least 14, not About 14.']
    """
    there = numbers(text)
    wrong: list[str] = []
    for number in numbers(sentence):
        words = sentence[number.start : number.end]
        if not strict and words.lower() in _NO_COUNT:
            continue
        same = [one for one in there if (one.value, one.unit) == (number.value, number.unit)]
        if number.value is None:
            same = [one for one in there if one.low == number.low and one.value is None]
        if not same:
            wrong.append(f"The source does not give {words}.")
        elif all((one.low, one.high) != (number.low, number.high) for one in same):
            given = text[same[0].start : same[0].end]
            wrong.append(f"The source says {given}, not {words}.")
    return wrong


def other_counts(sentence: str, text: str) -> list[str]:
    """Return the numbers that count something else in a text: killed there, injured here."""
    there = [one for one in counted(text) if one.quantity]
    wrong: list[str] = []
    for one in counted(sentence):
        same = [other for other in there if other.number.value == one.number.value]
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
    r"(?P<value>\d[\d,]*(?:\.\d+)?)[\s-]?(?P<unit>kg|kilos?|kilograms?|grams?|g|mg|tonn?es?|tons?|lbs?"
    r"|pounds|litres?|liters?|l|ml|gallons?|km|kilomet(?:re|er)s?|met(?:re|er)s?|m|cm|mm|miles?|feet|ft"
    r"|inch(?:es)?|yards?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|degrees?|bar|psi|volts?"
    r"|watts?|kw|mw|gb|mb|tb|hectares?|acres?|euros?|dollars?|crowns?|percent)\b",
    re.IGNORECASE,
)
_SAME_UNIT = {
    "kilo": "kg", "kilogram": "kg", "gram": "g", "tonne": "ton", "liter": "litre", "l": "litre",
    "kilometer": "km", "kilometre": "km", "meter": "metre", "m": "metre", "ft": "feet",
    "lb": "pound",
}  # fmt: skip


def other_units(sentence: str, source: str) -> list[str]:
    """Return the measures whose number the source gives in another unit.

    >>> other_units("It weighs 14.5 tonnes.", "The pump weighs 14.5 kg.")
    ['The source says 14.5 kg, not 14.5 tonnes.']
    >>> other_units("It weighs 14.5 kilograms.", "The pump weighs 14.5 kg.")
    []
    """
    there: dict[str, list[re.Match[str]]] = {}
    for match in _UNITS.finditer(source):
        there.setdefault(match["value"].replace(",", ""), []).append(match)
    wrong: list[str] = []
    for match in _UNITS.finditer(sentence):
        same = there.get(match["value"].replace(",", ""), [])
        if same and all(_unit(one["unit"]) != _unit(match["unit"]) for one in same):
            wrong.append(f"The source says {same[0].group()}, not {match.group()}.")
    return wrong


def _unit(word: str) -> str:
    plain = word.lower()
    plain = plain[:-1] if plain.endswith("s") and len(plain) > 2 else plain
    return _SAME_UNIT.get(plain, plain)
