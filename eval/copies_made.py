"""Reprints, mirrors, edited copies and updates of articles, made by code: no text is kept here.

What is a copy of what is known by how it was made. Different reports on one event are real ones.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eval.cases import Source
from rag.checks.facts import Fact, words_of
from rag.english.sentences import sentences

SEED = 11
_RUN = 8
"""Words of a run that two reports may share by chance or by quoting the same person."""
_MOST_SHARED = 0.1
_NAV = "Home News Sport Weather Business Opinion Culture Travel Archive Contact Log in Subscribe"
_FOOT = (
    "Read more on this topic in our newsletter. Share this article with your friends. All rights "
    "reserved. Terms of use, privacy notice and cookie settings. Most read today: five stories "
    "that our readers liked. Follow us for the latest news from the region and the whole world."
)
_CITIES = ("BEIRUT", "AMMAN", "ISTANBUL", "GENEVA", "CAIRO")
_OUTLETS = ("Coast Courier", "Harbour Post", "Inland Mail", "Valley Times", "Border Gazette")
_TOWNS = ("Montevideo", "Reykjavik", "Tashkent", "Quito", "Helsinki", "Windhoek", "Ljubljana")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_WORDS = "however indeed later earlier nearby reportedly meanwhile overall partly largely".split()
LEAST_SENTENCES = 6


@dataclass(frozen=True, slots=True)
class Made:
    """A text with the article that it was made from, and how."""

    source: Source
    base: str
    kind: str


def parts_of(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [" ".join(text[start:end].split()) for start, end in sentences(text)]


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Return all runs of eight words of a text."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def apart(sources: Sequence[Source], most: int, seed: int = SEED) -> list[Source]:
    """Return articles of which no two share a tenth of their runs of eight words.

    That is another measure than the one that is measured: longer runs, counted whole.
    """
    order = list(sources)
    random.Random(seed).shuffle(order)
    kept: list[tuple[Source, set[tuple[str, ...]]]] = []
    for one in order:
        runs = runs_of(one.text)
        if len(kept) == most:
            break
        if len(parts_of(one.text)) < LEAST_SENTENCES:
            continue
        if all(len(runs & other) < _MOST_SHARED * min(len(runs), len(other)) for _, other in kept):
            kept.append((one, runs))
    return [one for one, _ in kept]


def same_event(sources: Sequence[Source]) -> list[tuple[str, str]]:
    """Return pairs of articles that report one event: near in time, with like titles."""
    found = []
    words = {one.id: set(re.findall(r"\w{4,}", one.title.lower())) for one in sources}
    for n, one in enumerate(sources):
        for other in sources[:n]:
            mine, theirs = words[one.id], words[other.id]
            near = (one.published or "")[:7] == (other.published or "-")[:7]
            if near and len(mine & theirs) >= 3 and one.publisher != other.publisher:
                found.append((other.id, one.id))
    return found


def variants(base: Source, others: Sequence[Source], chance: random.Random) -> list[Made]:
    """Return every kind of copy of an article once."""
    found = []
    for n, (kind, make) in enumerate(KINDS.items()):
        text = make(parts_of(base.text), others, chance)
        outlet = _OUTLETS[n % len(_OUTLETS)]
        title = base.title if kind == "mirror" else f"{outlet}: {base.title[:40].rstrip()}"
        source = replace(base, id=f"{base.id}/{kind}", text=text, title=title, publisher=outlet)
        found.append(Made(source, base.id, kind))
    return found


_Make = Callable[[list[str], Sequence[Source], random.Random], str]


def _dateline(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    del others
    return f"{chance.choice(_CITIES)} ({chance.choice(_OUTLETS)}) - " + " ".join(parts)


def _cut(share: float) -> _Make:
    def cut(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
        del others, chance
        return " ".join(parts[: max(3, round(len(parts) * (1 - share)))])

    return cut


def _mirror(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    del others, chance
    return "\n\n".join(parts).replace("'", "\u2019").replace(" the ", " The ")


def _added(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    foreign = parts_of(chance.choice(others).text)
    return " ".join([*parts[:2], chance.choice(foreign), *parts[2:]])


def _typos(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    del others

    def typed(word: str) -> str:
        if len(word) < 5 or not word.isalpha() or chance.random() > 0.02:
            return word
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return " ".join(typed(word) for word in " ".join(parts).split())


def _edits(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    del others
    return " ".join(
        f"{word} {chance.choice(_WORDS)}" if chance.random() < 0.03 else word
        for word in " ".join(parts).split()
    )


def _boilerplate(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    del others, chance
    return f"{_NAV}\n\n{' '.join(parts)}\n\n{_FOOT}"


def _wire(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    kept = parts_of(_typos(parts[: max(3, round(len(parts) * 0.75))], others, chance))
    return _dateline(parts_of(_added(kept, others, chance)), others, chance)


def _update(parts: list[str], others: Sequence[Source], chance: random.Random) -> str:
    """Return a later version: a figure changed, and other sentences for a fifth of the old ones."""
    new = list(parts)
    wanted, gone = 0.21 * len(" ".join(parts)), 0
    for at in sorted(range(1, len(new)), key=lambda _: chance.random()):
        if gone + len(new[at]) / 2 > wanted:
            continue
        gone += len(new[at])
        new[at] = chance.choice(parts_of(chance.choice(others).text))
    for at, one in enumerate(new):
        numbers = [fact for fact in words_of(one).facts if fact.kind == "number"]
        if numbers:
            new[at] = put_in(one, numbers[0], changed_value(one, numbers[0], chance))
            break
    return " ".join(new)


KINDS: dict[str, _Make] = {
    "mirror": _mirror,
    "dateline": _dateline,
    "cut by a quarter": _cut(0.25),
    "cut by half": _cut(0.5),
    "sentence added": _added,
    "typos": _typos,
    "edits": _edits,
    "boilerplate": _boilerplate,
    "wire": _wire,
    "update": _update,
}
"""How a copy is made, by its name: ``wire`` is dateline, cut, typos and a sentence together."""


def changed_value(text: str, fact: Fact, chance: random.Random) -> str:
    """Return another value of the same kind as one in a text."""
    written = text[fact.start : fact.end]
    if fact.kind in ("number", "year", "day") and re.search(r"\d", written):
        return re.sub(
            r"\d[\d,]*",
            lambda found: str(int(found.group().replace(",", "")) + 3),
            written,
            count=1,
        )
    if fact.kind == "weekday":
        return _DAYS[(_DAYS.index(fact.key[0].capitalize()) + 3) % 7]
    if fact.kind == "name":
        return chance.choice(_TOWNS)
    return str(chance.randint(31, 99))


def put_in(text: str, fact: Fact, value: str) -> str:
    """Return a text with another value in the place of one."""
    return text[: fact.start] + value + text[fact.end :]
