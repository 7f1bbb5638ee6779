"""Changes of values: another number, bound, unit or day, or two numbers exchanged."""

from __future__ import annotations

import re
from random import Random

from training.groundedness.changed import Changed, Others, put
from training.groundedness.values import (
    MONTH,
    MONTH_DAY,
    MONTHS,
    NUMBER,
    ONES,
    UNITS,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    word_before,
)


def number(text: str, passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence with one number changed: to a near one, or one of the passage."""
    years = {match.span() for match in YEAR.finditer(text)}
    days = {match.span(match.lastgroup or 0) for match in MONTH_DAY.finditer(text)}
    found = [m for m in NUMBER.finditer(text) if m.span() not in years | days]
    if not found:
        return None
    match = draw.choice(found)
    held = {m[0].lower() for m in NUMBER.finditer(passage)}
    held |= {_digits(one) for one in held} | {m[0].lower() for m in found}
    here = [m[0] for m in NUMBER.finditer(passage) if m[0].isdigit() == match[0].isdigit()]
    here = [one for one in here if _digits(one) not in {_digits(m[0]) for m in found}]
    here = [one for one in here if _like(one, match[0])]
    if here and draw.random() < 0.4:
        return put(text, *match.span(), draw.choice(sorted(set(here))))
    for _try in range(12):
        now = _near_number(match[0], draw)
        if now and now.lower() not in held and _digits(now) not in held:
            return put(text, *match.span(), now)
    return None


def _digits(word: str) -> str:
    """Return a number in digits: nine and 9 are one.

    >>> _digits("Nine"), _digits("1,500")
    ('9', '1500')
    """
    lower = word.lower().replace(",", "")
    return str(ONES.index(lower)) if lower in ONES else lower


def _like(one: str, other: str) -> bool:
    """Return whether two numbers are of like size, so that one could be taken for the other."""
    values = [_digits(word) for word in (one, other)]
    if not all(re.fullmatch(r"[\d.]+", value) for value in values) or YEAR.fullmatch(one):
        return not YEAR.fullmatch(one)
    low, high = sorted(float(value) for value in values)
    return high <= 50 * max(low, 1)


def _near_number(word: str, draw: Random) -> str:
    if not word[0].isdigit():
        if word.lower() not in ONES:
            return draw.choice("thirty forty fifty sixty seventy eighty ninety".split())
        at = ONES.index(word.lower())
        now = ONES[draw.choice([n for n in range(2, 21) if n != at and abs(n - at) < 6])]
        return now.capitalize() if word[0].isupper() else now
    bare = word.replace(",", "")
    if "." in bare:
        places = len(bare.split(".")[1])
        return f"{max(0.1, float(bare) + draw.choice([-2, -1, -0.3, 0.4, 1, 3])):.{places}f}"
    value = int(bare)
    steps = [1, -1, 2, -2, 3, 5, 10, value, value * 9, value // 2, -(value // 3)]
    other = value + draw.choice(steps)
    if len(bare) > 2 and draw.random() < 0.4:  # one digit changed
        digit = draw.randrange(len(bare) - 1)
        other = int(bare[:digit] + str(draw.randint(1, 9)) + bare[digit + 1 :])
    if other <= 0 or other == value:
        return ""
    return f"{other:,}" if "," in word or other > 9_999 else str(other)


_LEAST = r"at least|more than|over|no fewer than|no less than"
_MOST = r"at most|up to|fewer than|less than|under|no more than|as many as"
_ABOUT = r"about|around|some|nearly|almost|approximately|roughly"
_BOUND = re.compile(
    rf"\b(?P<words>{_LEAST}|{_MOST}|{_ABOUT}) (?=[$€£]?\d|(?:{'|'.join(ONES)})\b)", re.I
)


def bound(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence with "at least" or "about" dropped, added or exchanged."""
    match = _BOUND.search(text)
    if match and draw.random() < 0.4:
        after = NUMBER.match(text, match.end())
        end = after.end() if after else match.end()
        return put(text, match.start(), end, text[match.end() : end], "unsupported")
    if match:
        low = bool(re.fullmatch(_LEAST, match["words"], re.I))
        high = bool(re.fullmatch(_MOST, match["words"], re.I))
        kinds = ["at least", "more than"] if high else ["fewer than", "at most", "less than"]
        now = draw.choice(kinds if low or high else [*kinds, "at least", "more than"])
        return put(text, *match.span("words"), now)
    years = {m.span() for m in YEAR.finditer(text)} | {
        m.span(m.lastgroup or 0) for m in MONTH_DAY.finditer(text)
    }
    bare = [m for m in NUMBER.finditer(text) if m.span() not in years and m.start() > 0]
    bare = [m for m in bare if word_before(text, m.start()) not in _BEFORE_NUMBER]
    bare = [m for m in bare if re.search(r"(?:^| |,)[a-z]+ $", text[: m.start()])]
    bare = [
        m
        for m in bare
        if re.match(r" (?:[a-z]+s|people|men|women|percent|million|km)\b", text[m.end() :])
    ]
    if not bare:
        return None
    found = draw.choice(bare)
    now = draw.choice(["more than ", "fewer than ", "over ", "less than ", "well over "])
    at = found.start()
    return Changed(text[:at] + now + text[at:], ((at, at + len(now) + len(found[0])),))


_BEFORE_NUMBER = frozenset(
    "no number chapter article section page volume season episode the than least most about around"
    " over under nearly almost to and or game week day age aged part grade version".split()
)


def unit(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence with another unit or scale behind a number."""
    found = []
    for match in re.finditer(r"(?<=[\d\w] )\b[a-z]+\b", text):
        groups = [group for group in UNITS if match[0] in group]
        if groups and re.search(r"(?:\d|\b(?:" + "|".join(ONES) + r")) $", text[: match.start()]):
            found.append((match, draw.choice(groups)))
    for match in re.finditer(r"(?<=\d)%", text):
        return put(text, *match.span(), draw.choice([" million", " people", " points"]))
    if not found:
        return None
    match, group = draw.choice(found)
    return put(text, *match.span(), draw.choice([one for one in group if one != match[0]]))


def day(text: str, passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence with a year, month, day of the month or weekday changed."""
    found = [(m.span(), "weekday") for m in WEEKDAY.finditer(text)]
    found += [(m.span(), "year") for m in YEAR.finditer(text)]
    found += [(m.span(), "month") for m in MONTH.finditer(text)]
    found += [(m.span(m.lastgroup or 0), "day") for m in MONTH_DAY.finditer(text)]
    if not found:
        return None
    (start, end), kind = draw.choice(found)
    was = text[start:end]
    same = {"weekday": WEEKDAY, "year": YEAR, "month": MONTH}.get(kind)
    here = sorted({m[0] for m in same.finditer(passage)}) if same else []
    here = [one for one in here if one not in text]
    if here and draw.random() < 0.5:
        return put(text, start, end, draw.choice(here))
    choices = {
        "weekday": [one for one in WEEKDAYS if one not in text and one not in passage],
        "month": [one for one in MONTHS if one not in text and one not in passage],
        "day": [str(n) for n in range(1, 29) if str(n) not in passage and str(n) != was],
        "year": [],
    }[kind]
    if kind == "year":
        steps = (-100, -50, -20, -10, -3, -2, -1, 1, 2, 3, 10, 20)
        choices = [str(int(was) + step) for step in steps]
        choices = [one for one in choices if one not in passage]
    return put(text, start, end, draw.choice(choices)) if choices else None


def exchanged(text: str, _passage: str, _draw: Random, _: Others) -> Changed | None:
    """Return the sentence with two of its numbers exchanged: each is there, and stands wrong."""
    found = list(NUMBER.finditer(text))
    found = [m for m in found if word_before(text, m.start()) not in ("and", "to", "or", "than")]
    if len(found) < 2:
        return None
    one, other = found[0], found[-1]
    between = text[one.end() : other.start()]
    if _digits(one[0]) == _digits(other[0]) or len(between.split()) < 2 or one.start() == 0:
        return None
    if YEAR.fullmatch(one[0]) != YEAR.fullmatch(other[0]) and (
        bool(YEAR.fullmatch(one[0])) != bool(YEAR.fullmatch(other[0]))
    ):
        return None
    now = text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
    second = one.start() + len(other[0]) + len(between)
    spans = ((one.start(), one.start() + len(other[0])), (second, second + len(one[0])))
    return Changed(now, spans)
