"""One thing of a true sentence changed: a number, a name, a verb, a day or the speaker. English.

A change takes its new value from the sentence's own passage ("near": the error that is hard to see)
or from elsewhere ("far"). Each returns the sentence as it was and as it became, or None where it
holds nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from rag.english.claimants import name_words, same_claimant
from rag.english.counts import numbers
from rag.english.sentences import sentences
from rag.english.speech import claims, tokens
from rag.english.when import times
from rag.english.words import STOP_WORDS
from rag.types import Hit

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b")
_MONTH_DAY = re.compile(rf"\b(?P<day>\d{{1,2}})(?=(?:st|nd|rd|th)?,?\s+(?:{'|'.join(_MONTHS)}))")
_DAY_AFTER = re.compile(rf"(?<=\b)(?:{'|'.join(_MONTHS)})\s+(?P<day>\d{{1,2}})\b(?!\d)")
# Not the verifier's own list of opposites: what it does not know is part of what is measured.
_FLIPS = tuple(
    pair.split("/")
    for pair in (
        "increase/decrease increased/decreased increases/decreases rise/fall rose/fell "
        "rising/falling more/fewer higher/lower before/after began/ended started/stopped "
        "starts/stops start/stop opened/closed open/closed won/lost accepted/rejected "
        "supported/opposed supports/opposes support/oppose allowed/forbade allows/forbids "
        "allow/forbid includes/excludes added/removed add/remove killed/rescued died/survived "
        "attacked/defended captured/released arrested/freed confirmed/denied gained/lost "
        "joined/left arrived/departed built/demolished bought/sold helped/hindered "
        "helps/hinders improved/worsened hot/cold heat/cool large/small first/last "
        "always/never all/none best/worst with/without praised/criticised welcomed/condemned "
        "succeeded/failed entered/left liked/disliked remember/forget together/apart "
        "prevent/cause safe/dangerous easy/difficult raise/lower appointed/dismissed "
        "backed/opposed fired/spared"
    ).split()
)
_FLIP = {a: b for one, other in _FLIPS for a, b in ((one, other), (other, one))}
_SAYING = frozenset(
    "said says told stated announced added warned claimed claims denied denies confirmed according "
    "accused estimates estimated reported reports argued argues explained noted wrote".split()
)
_BE = re.compile(r"\b(?:is|are|was|were|can|will|has|have|had|should|must|could|would)\b(?! not\b)")


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed sentence: ``was`` became ``now``; ``base`` is the true one that it was made of."""

    text: str
    was: str
    now: str
    near: bool
    base: str


Change = Callable[[str, Hit, Sequence[Hit], Random], Changed | None]
"""From a true sentence, its hit, other hits of the subject, and chance."""


def _put(text: str, start: int, end: int, now: str, near: bool) -> Changed:
    return Changed(text[:start] + now + text[end:], text[start:end], now, near, text)


def change_number(text: str, hit: Hit, _: Sequence[Hit], chance: Random) -> Changed | None:
    """Return the sentence with one of its counts or amounts changed."""
    found = [n for n in numbers(text) if n.value is not None and n.low != 0]
    spans = []
    for number in found:
        words = text[number.bare_start : number.end]
        digits = re.search(r"\d[\d,]*(?:\.\d+)?|\b[a-z]+\b", words, re.IGNORECASE)
        if digits and (digits.group()[0].isdigit() or digits.group().lower() in _ONES[2:]):
            spans.append((number.bare_start + digits.start(), digits.group()))
    if not spans:
        return None
    start, was = chance.choice(spans)
    written = not was[0].isdigit()
    value = float(_ONES.index(was.lower())) if written else float(was.replace(",", ""))
    own = {n.value for n in found}
    held = {n.value for n in numbers(hit.passage.text)}
    here = sorted({v for v in held if v and v not in own and v != value and v < 1e9})
    like = [
        v for v in here if value / 20 <= v <= value * 20 and (v == int(v) or value != int(value))
    ]
    if like and chance.random() < 0.5:
        return _put(text, start, start + len(was), _written(chance.choice(like), was), True)
    for _try in range(20):
        other = chance.choice(
            [value + 1, value + 3, value * 2, value * 10, value - 2, value * 1.5 + 1]
        )
        new = float(round(other, 1)) if value != int(value) else float(int(other))
        if new > 0 and new not in held | own and _written(new, was).lower() != was.lower():
            return _put(text, start, start + len(was), _written(new, was), False)
    return None


def _written(value: float, like: str) -> str:
    """Return a number as another one is written: in words, or with its thousands marked.

    >>> _written(14.0, "nine"), _written(2500.0, "1,000"), _written(2.5, "10")
    ('fourteen', '2,500', '2.5')
    """
    if like[0].isalpha() and value == int(value) and value <= 20:
        word = _ONES[int(value)]
        return word.capitalize() if like[0].isupper() else word
    if value != int(value):
        return f"{value:g}"
    return f"{int(value):,}" if "," in like or value >= 10_000 else str(int(value))


def _names(text: str) -> list[tuple[int, int]]:
    """Return the runs of words that are written as names, the sentence's first word left out."""
    found: list[tuple[int, int]] = []
    for n, token in enumerate(tokens(text)):
        if not (n and token.is_name and token.text[0].isalpha() and len(token.text) > 2):
            continue
        if token.text in _MONTHS or token.text in _DAYS or token.text.endswith("."):
            continue
        if found and text[found[-1][1] : token.start] == " ":
            found[-1] = (found[-1][0], token.end)
        else:
            found.append((token.start, token.end))
    return [
        (a, b - len(re.search(r"(?:['\u2019]s)?$", text[a:b]).group()))  # type: ignore[union-attr]
        for a, b in found
        if b - a < 40
    ]


def change_name(text: str, hit: Hit, others: Sequence[Hit], chance: Random) -> Changed | None:
    """Return the sentence with one name replaced by another that follows the same small word."""
    spans = _names(text)
    if not spans:
        return None
    start, end = chance.choice(spans)
    was, before = text[start:end], _word_before(text, start)
    near = chance.random() < 0.5
    for source in ([hit] if near else list(others)) or [hit]:
        there = source.passage.text
        lower = set(re.findall(r"\b[a-z]+\b", there)) | STOP_WORDS
        named = [
            (there[a:b], _word_before(there, a))
            for first, last in sentences(there)
            for a, b in ((first + a, first + b) for a, b in _names(there[first:last]))
            if not {word.lower() for word in there[a:b].split()} & lower
        ]
        fits = [
            name
            for name, small in named
            if not set(name.lower().split()) & set(text.lower().split())
            and was.lower() not in name.lower()
            and not _initials(name, was)
            and (source is hit or name not in hit.passage.text)
            and abs(len(name.split()) - len(was.split())) <= 1
            and (small == before or before not in ("in", "at", "of", "from", "near"))
        ]
        if fits:
            return _put(text, start, end, chance.choice(fits), source is hit)
    return None


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 20) : start].split()
    return words[-1].lower() if words else ""


def _initials(one: str, other: str) -> bool:
    """Return whether one is the other's acronym, or both begin alike: Syria and Syrian."""
    letters = ["".join(word[0] for word in name.split()) for name in (one, other)]
    return one in letters or other in letters or one[:4].lower() == other[:4].lower()


def change_day(text: str, hit: Hit, _: Sequence[Hit], chance: Random) -> Changed | None:
    """Return the sentence with a year, a month, a day of the month or a weekday changed."""
    found: list[tuple[int, int, str]] = []
    for kind, pattern in (("weekday", _WEEKDAY), ("year", _YEAR), ("month", _MONTH)):
        found += [(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    for pattern in (_MONTH_DAY, _DAY_AFTER):
        found += [(*m.span("day"), "day") for m in pattern.finditer(text)]
    found = [one for one in found if text[one[0] : one[1]] != "May" or one[2] != "month"]
    if not found:
        return None
    start, end, kind = chance.choice(found)
    was = text[start:end]
    same_kind = {"weekday": _WEEKDAY, "year": _YEAR, "month": _MONTH}.get(kind)
    matches = same_kind.finditer(hit.passage.text) if same_kind else ()
    here = sorted({match.group() for match in matches})
    here = [one for one in here if one not in text]
    if here and chance.random() < 0.5:
        return _put(text, start, end, chance.choice(here), True)
    for _try in range(20):
        if kind == "weekday":
            now = chance.choice(_DAYS)
        elif kind == "month":
            now = chance.choice(_MONTHS)
        elif kind == "year":
            now = str(int(was) + chance.choice([-10, -5, -2, -1, 1, 2, 5]))
        else:
            now = str(chance.randint(1, 28))
        changed = _put(text, start, end, now, False)
        day = hit.document.published
        same = {(t.first, t.last) for t in times(changed.text, day)} == {
            (t.first, t.last) for t in times(text, day)
        }
        if now != was and now not in hit.passage.text and not same:
            return changed
    return None


def change_speaker(text: str, hit: Hit, others: Sequence[Hit], chance: Random) -> Changed | None:
    """Return the sentence said by somebody else: another speaker of the passage, or of another."""
    own = [
        one
        for one in claims(text)
        if not one.is_pronoun and one.verb in _SAYING and _is_named(one.speaker)
    ]
    if not own:
        return None
    was = own[0]
    near = chance.random() < 0.6
    for source in [hit, *others] if near else [*others, hit]:
        there = source.passage.text
        speakers = [
            claim.speaker
            for start, end in sentences(there)
            for claim in claims(there[start:end])
            if not claim.is_pronoun
            and len(claim.speaker) < 60
            and claim.verb in _SAYING
            and _is_named(claim.speaker)
            and not any(_may_be_same(claim.speaker, one.speaker) for one in own)
            and claim.speaker.lower() not in text.lower()
        ]
        if speakers:
            now = chance.choice(speakers)
            if was.start == 0:
                now = now[0].upper() + now[1:]
            return _put(text, was.start, was.end, now, source is hit)
    return None


def _is_named(speaker: str) -> bool:
    """Return whether a speaker is told by a name: "a monitor" may be the one that is named."""
    return len(speaker) > 4 and bool(name_words(f"x {speaker}"))


def _may_be_same(one: str, other: str) -> bool:
    starts = [{w[:5].lower() for w in speaker.split() if len(w) > 4} for speaker in (one, other)]
    return same_claimant(one, other) or bool(starts[0] & starts[1])


def flip_verb(text: str, _: Hit, __: Sequence[Hit], chance: Random) -> Changed | None:
    """Return the sentence turned round: a word by its opposite, or a verb denied."""
    found = [m for m in re.finditer(r"\b[a-z]+\b", text) if m.group() in _FLIP]
    verbs = list(_BE.finditer(text))
    if found and (not verbs or chance.random() < 0.6):
        match = chance.choice(found)
        return _put(text, match.start(), match.end(), _FLIP[match.group()], False)
    if verbs:
        match = verbs[0]
        return _put(text, match.end(), match.end(), " not", False)
    return None


def reworded(text: str) -> str | None:
    """Return a sentence of the shape "X said P" as "According to X, P", or None.

    >>> reworded("The army said that at least six died.")
    'According to the army, at least six died.'
    """
    own = claims(text)
    if len(own) != 1 or own[0].start != 0 or own[0].verb not in ("said", "says", "reported"):
        return None
    rest = re.match(
        r"\w+ (?:that )?(?P<what>(?:the|a|at|it|there|\d).+)$", text[own[0].verb_start :]
    )
    if rest is None:
        return None
    speaker = re.sub(r"^(?:The|A|An)\b", lambda m: m.group().lower(), own[0].speaker)
    return f"According to {speaker}, {rest.group('what')}"


CHANGES: dict[str, Change] = {
    "number": change_number,
    "name": change_name,
    "day": change_day,
    "speaker": change_speaker,
    "verb": flip_verb,
}
