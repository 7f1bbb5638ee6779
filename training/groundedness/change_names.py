"""Changes of names: another name, another speaker, or two names exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from rag.english.sentences import sentences
from training.groundedness.changed import Changed, Others, put
from training.groundedness.values import names, speakers, word_before


def name(text: str, passage: str, draw: Random, others: Others) -> Changed | None:
    """Return the sentence with another name: of the passage, or of another text of its kind."""
    spans = names(text)
    if not spans:
        return None
    start, end = draw.choice(spans)
    near = draw.random() < 0.65
    here = [(passage[a:b], word_before(passage, a)) for a, b in names(passage)]
    for pool in [here, others.names] if near else [others.names, here]:
        fits = _fitting(text, start, end, pool, elsewhere="" if pool is here else passage)
        if fits:
            return put(text, start, end, draw.choice(fits), "unsupported")
    return None


def _fitting(
    text: str, start: int, end: int, pool: Sequence[tuple[str, str]], elsewhere: str
) -> list[str]:
    """Return the names that could stand at a place, those after its small word first."""
    was, small = text[start:end], word_before(text, start)
    lower, own = text.lower(), set(text.lower().split())
    fits = [
        (one, before)
        for one, before in dict.fromkeys(pool)
        if one.lower() not in lower
        and not set(one.lower().split()) & own
        and not _same_thing(one, was)
        and abs(len(one.split()) - len(was.split())) <= 1
        and (not elsewhere or one not in elsewhere)
        and one.isupper() == was.isupper()
    ]
    alike = [one for one, before in fits if before == small]
    placed = small in ("in", "at", "from", "near")
    return sorted({*alike} or ({one for one, _ in fits} if not placed else set()))


def _same_thing(one: str, other: str) -> bool:
    """Return whether two names may be one: initials, Syria and Syrian, Orlo and Ana Orlo."""
    letters = ["".join(word[0] for word in name.split()) for name in (one, other)]
    within = one in other or other in one
    return within or one in letters or other in letters or one[:4].lower() == other[:4].lower()


def speaker(text: str, passage: str, draw: Random, others: Others) -> Changed | None:
    """Return the sentence said by somebody else."""
    spans = speakers(text)
    if not spans:
        return None
    start, end = draw.choice(spans)
    was = text[start:end]
    here = []
    for first, last in sentences(passage):
        part = passage[first:last]
        here += [part[a:b] for a, b in speakers(part) if not _POINTS.match(part[a:b])]
    here += [passage[a:b] for a, b in names(passage)] if draw.random() < 0.3 else []
    pools = [here, others.speakers] if draw.random() < 0.6 else [others.speakers, here]
    for pool in pools:
        fits = sorted(
            {one for one in pool if not _shares_word(one, was) and one.lower() not in text.lower()}
        )
        if fits:
            now = draw.choice(fits)
            now = now[0].lower() + now[1:] if now.startswith(("The ", "A ", "An ")) else now
            return put(text, start, end, now)
    return None


_POINTS = re.compile(r"(?:That|This|These|Those|What|Which|Who|Some|Most|Others|Many|It)\b")


def _shares_word(one: str, other: str) -> bool:
    words = [{word[:5].lower() for word in name.split() if len(word) > 3} for name in (one, other)]
    return bool(words[0] & words[1]) or _same_thing(one, other)


_ROLE = re.compile(
    r"^ (?:has |have |had |also |later |then )?(?P<verb>[a-z]+(?:ed|s)|was [a-z]+ed by|beat|won"
    r" against|met with|sued|hit|led|shot|told|taught|left|bought|sold) (?:the |a )?$"
)


def roles(text: str, _passage: str, _draw: Random, _: Others) -> Changed | None:
    """Return the sentence with the one who did it and the one it was done to exchanged."""
    spans = names(text)
    for one, other in zip(spans, spans[1:], strict=False):
        between = text[one[1] : other[0]]
        if not _ROLE.match(between) or re.search(r"\b(?:met|joined|married)\b", between):
            continue
        a, b = text[one[0] : one[1]], text[other[0] : other[1]]
        if set(a.split()) & set(b.split()):
            continue
        now = text[: one[0]] + b + between + a + text[other[1] :]
        second = one[0] + len(b) + len(between)
        return Changed(now, ((one[0], one[0] + len(b)), (second, second + len(a))))
    return None
