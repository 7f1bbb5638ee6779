"""What belongs together in a source: a value told with another one's words.

"Entry costs 8 crowns, or 5 for students": a sentence that has students pay 8 takes the value of one
half and the words of the other. The halves of a source are its clauses, each with a value of the
kind. English, pure functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.checks.coupled import opens_both, well_coupled
from rag.checks.facts import Fact, Words, alike_kind, is_content, same_value

JOINING = frozenset("and or but while whereas although though".split())
SIGNS = frozenset((";", ":", ",", "(", ")", "\u2014", "\u2013"))
POINTING = frozenset("it its itself they their them he his him she her these".split())
LEAST = 2
"""Words of another clause that a sentence must tell of a value."""
_SHORT = 5
"""Content words up to which a sentence is short: one word of the other clause is enough."""


@dataclass(frozen=True, slots=True)
class Part:
    """A clause: where it stands, its content words, those behind its first value.

    ``leans`` tells that it may lean on what is before it.
    """

    first: int
    last: int
    terms: frozenset[str]
    behind: frozenset[str]
    leans: bool


def parts(words: Words, kind: str) -> list[Part]:
    """Return the clauses of a text that hold a value of a kind; others are added to one beside."""
    if not words.tokens:
        return []
    edges = [0]
    for n in range(1, len(words.tokens)):
        new = words.sentence[n] != words.sentence[n - 1]
        before = words.tokens[n - 1]
        joined = words.tokens[n].lower in JOINING and before.text not in SIGNS
        if new or joined or before.text in SIGNS:
            edges.append(n)
    edges.append(len(words.tokens))
    held = {one.first for one in _values(words, kind)}
    spans: list[tuple[int, int]] = []
    waiting = -1
    for first, last in zip(edges, edges[1:], strict=False):
        same = spans and words.sentence[spans[-1][0]] == words.sentence[first]
        start = waiting if waiting >= 0 and words.sentence[waiting] == words.sentence[first] else -1
        if any(n in held for n in range(first, last)):
            spans.append((start if start >= 0 else first, last))
            waiting = -1
        elif same:
            spans[-1] = (spans[-1][0], last)
        else:
            waiting = start if start >= 0 else first
    return [
        Part(
            first,
            last,
            frozenset(one for one in words.stems[first:last] if is_content(one)),
            frozenset(one for one in words.stems[_behind(words, kind, first) : last]),
            any(words.tokens[n].lower in POINTING | JOINING for n in range(first, last)),
        )
        for first, last in spans
    ]


_TIMES = frozenset(("day", "year", "weekday"))
COUNTED = re.compile(
    r"\b(?:(?:following|next|previous|same) (?:day|week|month|year|spring|summer|autumn|winter"
    r"|morning|evening|night)|the (?:day|week|month|year) (?:after|before)"
    r"|\w+ (?:days?|weeks?|months?|years?) (?:later|earlier|before|after))\b",
    re.IGNORECASE,
)


def _values(words: Words, kind: str) -> list[Fact]:
    """Return the values of a kind in a text; for days, the phrases as well that count from one."""
    found = [one for one in words.facts if one.kind == kind]
    taken = {n for one in found for n in range(one.first, one.last)}
    for match in COUNTED.finditer(words.text) if kind in _TIMES else ():
        inside = [
            n
            for n, token in enumerate(words.tokens)
            if match.start() <= token.start and token.end <= match.end()
        ]
        if inside and not taken & set(inside):
            key = (match.group().lower(),)
            found.append(
                Fact(
                    "year",
                    key,
                    match.start(),
                    match.end(),
                    inside[0],
                    inside[-1] + 1,
                )
            )
    return found


def _opening_name(sentence: Words, source: Words) -> list[Fact]:
    """Return the first word of a sentence as a name, where its source writes it as one."""
    first = sentence.tokens[0] if sentence.tokens else None
    names = {one.key for one in source.facts if one.kind == "name"}
    if first is None or (sentence.stems[0],) not in names or not first.text[0].isupper():
        return []
    if any(one.first == 0 for one in sentence.facts):
        return []
    return [Fact("name", (sentence.stems[0],), first.start, first.end, 0, 1)]


def _behind(words: Words, kind: str, first: int) -> int:
    """Return the place behind the first value of a kind from a place on, and behind its noun."""
    end = min(one.last for one in _values(words, kind) if one.first >= first)
    return end + (kind == "number")


def mispaired(sentence: Words, source: Words) -> list[str]:
    """Return the values that stand in one clause of a source, told with the words of another.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Entry costs 8 crowns, or 5 for pensioners and students.")
    >>> mispaired(words_of("Students pay 8 crowns."), source)
    ['The source says 5 there, not 8.']
    >>> mispaired(words_of("Students pay 5 crowns."), source)
    []
    """
    problems: list[str] = []
    for fact in (*sentence.facts, *_opening_name(sentence, source)):
        own, rivals = _places(sentence, source, fact, apart_too=True)
        if (
            own is None
            or well_coupled(sentence, source, fact)
            or opens_both(sentence, source, fact)
        ):
            continue
        said = _said_of(sentence, fact)
        for rival, other in rivals:
            if _is_told_of(said, own, rival):
                given = source.text[other.start : other.end]
                words = sentence.text[fact.start : fact.end]
                problems.append(f"The source says {given} there, not {words}.")
                break
    return problems


def well_paired(sentence: Words, source: Words, fact: Fact) -> bool:
    """Return whether a sentence tells a value with words that only the value's own clause has.

    What that clause leans on may stand in the clause before; of one after it, nothing may be told.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Each tablet holds 400 mg of zinc and 30 mg of iron.")
    >>> told = words_of("A tablet holds 30 mg of iron.")
    >>> well_paired(told, source, told.facts[0])
    True
    """
    own, rivals = _places(sentence, source, fact)
    if own is None or not rivals:
        return False
    said = _said_of(sentence, fact)
    for rival, _ in rivals:
        mine, theirs = said & (own.terms - rival.terms), said & (rival.terms - own.terms)
        if not mine or (theirs and not (own.leans and rival.last <= own.first)):
            return False
    return True


def _said_of(sentence: Words, fact: Fact) -> frozenset[str]:
    """Return the words of a sentence that are told of a value: its clause's, if it has several."""
    values = {n for one in sentence.facts for n in range(one.first, one.last)}
    here = next(
        (one for one in parts(sentence, fact.kind) if one.first <= fact.first < one.last), None
    )
    within = range(here.first, here.last) if here else range(len(sentence.stems))
    name = fact.kind == "name"
    return frozenset(
        sentence.stems[n]
        for n in within
        if is_content(sentence.stems[n])
        and not fact.first <= n < fact.last
        and (name or n not in values or sentence.tokens[n].text[0].isalpha())
        and not (fact.kind == "number" and n == fact.last)
    )


def _places(
    sentence: Words, source: Words, fact: Fact, *, apart_too: bool = False
) -> tuple[Part | None, list[tuple[Part, Fact]]]:
    """Return the one clause that holds a value, and those beside it with another of the kind.

    ``apart_too`` takes those of the sentences beside it as well, but for names.
    """
    mine = [one for one in source.facts if same_value(fact, one)]
    if not mine or len(mine) == len(_values(source, fact.kind)):
        return None, []
    halves = parts(source, fact.kind)
    holding = [n for n, half in enumerate(halves) if any(_in(half, one) for one in mine)]
    if len(holding) != 1:
        return None, []
    own = halves[holding[0]]
    rivals: list[tuple[Part, Fact]] = []
    for n in (holding[0] - 1, holding[0] + 1):
        if not 0 <= n < len(halves):
            continue
        apart = source.sentence[halves[n].first] != source.sentence[own.first]
        if apart and (fact.kind == "name" or not apart_too):
            continue
        here = [
            one
            for one in _values(source, fact.kind)
            if _in(halves[n], one)
            and (fact.kind != "name" or alike_kind(fact, one, sentence, source))
        ]
        if here and not any(same_value(a, b) for a in here for b in sentence.facts):
            rivals.append((halves[n], here[0]))
    return own, rivals


def _in(half: Part, fact: Fact) -> bool:
    return half.first <= fact.first < half.last


def _is_told_of(said: frozenset[str], own: Part, rival: Part) -> bool:
    """Return whether what is said stands in a rival's clause rather than in the value's own.

    What stands before the value of a clause is told of one behind it as well that leans on it.
    """
    mine, theirs = said & (own.terms - rival.terms), said & (rival.terms - own.terms)
    if rival.leans and rival.first >= own.last:
        mine &= own.behind
    if own.leans and own.first >= rival.last:
        theirs &= rival.behind
    return not mine and len(theirs) >= (1 if len(said) <= _SHORT else LEAST)
