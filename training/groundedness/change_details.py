"""Changes that add a small detail: a word, a day, a place or a person that no passage gives."""

from __future__ import annotations

import re
from random import Random

from training.groundedness.changed import Changed, Others
from training.groundedness.values import MONTHS, WEEKDAYS, YEAR

_WORDS = (
    "first only original largest oldest last second former new official annual leading famous"
    " entire small private secret temporary main early final modern national local successful"
    " controversial best-known award-winning free young wealthy large"
).split()
_ADVERBS = (
    "officially secretly repeatedly voluntarily immediately later finally unanimously temporarily"
    " successfully publicly briefly quickly personally fully originally"
).split()
_NOUN = re.compile(r"\b(?P<article>the|his|her|its|their|a|an) (?=[a-z]{3,} ?)", re.IGNORECASE)
_DONE = re.compile(r"\b(?:was|were|is|are|has been|have been) (?=[a-z]{3,}(?:ed|en)\b)")


def detail(text: str, passage: str, draw: Random, others: Others) -> Changed | None:
    """Return the sentence with a detail more."""
    for way in draw.sample((_word, _adverb, _behind, _behind), 4):
        found = way(text, passage, draw, others)
        if found:
            return found
    return None


def _added(text: str, at: int, more: str) -> Changed:
    """Return a text with words put in, which are marked without the blanks around them."""
    start = at + len(more) - len(more.lstrip())
    return Changed(text[:at] + more + text[at:], ((start, start + len(more.strip())),), "neither")


def _word(text: str, passage: str, draw: Random, _: Others) -> Changed | None:
    found = list(_NOUN.finditer(text))
    if not found:
        return None
    match = draw.choice(found)
    vowel = {"a": False, "an": True}.get(match["article"].lower())
    lower = passage.lower()
    fits = [
        word
        for word in _WORDS
        if word not in lower and (vowel is None or (word[0] in "aeiou") == vowel)
    ]
    return _added(text, match.end(), draw.choice(fits) + " ") if fits else None


def _adverb(text: str, passage: str, draw: Random, _: Others) -> Changed | None:
    found = list(_DONE.finditer(text))
    fits = [word for word in _ADVERBS if word not in passage.lower()]
    if not found or not fits:
        return None
    return _added(text, draw.choice(found).end(), draw.choice(fits) + " ")


def _behind(text: str, passage: str, draw: Random, others: Others) -> Changed | None:
    """Return the sentence with a time, a place or a person at its end."""
    if not text.endswith(".") or text.endswith(("etc.", "Inc.", "Jr.", "U.S.")):
        return None
    places = [one for one, small in others.names if small == "in" and one not in passage]
    people = [one for one, small in others.names if small in ("with", "by") and one not in passage]
    made: list[str] = []
    if not YEAR.search(text):
        made += [
            f"in {draw.randint(1890, 2022)}",
            f"in {draw.choice(MONTHS)} {draw.randint(1990, 2022)}",
        ]
    if not any(day in text for day in WEEKDAYS):
        made.append(f"on {draw.choice(WEEKDAYS)}")
    made += [f"in {draw.choice(places)}"] * 2 if places else []
    made += [f"together with {draw.choice(people)}"] if people else []
    made += [draw.choice(("twice", "for the first time", "for many years", "alone", "for free"))]
    fits = [one for one in made if one not in passage]
    return _added(text, len(text) - 1, " " + draw.choice(fits)) if fits else None
