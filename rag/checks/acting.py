"""What a source lets one do or say, told of another one who acts in it. English.

"The mayor praised the volunteers, and the fire chief criticised the county": a sentence that has
the mayor criticise the county takes of the first clause who acts alone. Who acts is read off the
words before the verb, a "by" or "according to", and what stands behind a verb that reports. Pure
functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checks.facts import Words, is_content
from rag.checks.pairing import JOINING, LEAST, POINTING, SIGNS
from rag.checks.verbs import base_of
from rag.english.speech_words import PRONOUNS, REPORTING

_AUXILIARY = frozenset(
    "is are was were be been has have had will would can could may might must shall should do does "
    "did".split()
)
_SPEAKING = REPORTING | frozenset(
    "maintain maintains maintained insist insists swear swore reckon reckons".split()
)
_HOLDING = frozenset(
    "expect believe think fear hope want plan say claim argue warn suggest".split()
)
_MORE = 1.5
"""How many times as many they must be as words of the value's own clause, which may be meant."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: the words of the one who acts or speaks in it, all its words, what it is like.

    ``speaks``: one says something; ``leans``: words point back; ``plain``: as in "the group".
    """

    agent: frozenset[str]
    terms: frozenset[str]
    speaks: bool
    leans: bool
    plain: bool


def told_of_another(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence lets one do or say what its source lets another one.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The mayor praised the volunteers, and the fire chief criticised"
    ...                   " the slow response of the county.")
    >>> told_of_another(words_of("The mayor criticised the slow response of the county."), source)
    ['The source says that of chief fire, not of mayor.']
    >>> told_of_another(words_of("The fire chief criticised the slow response."), source)
    []
    """
    theirs = [one for one in clauses(source) if one.agent]
    own = [one for one in clauses(sentence) if one.agent]
    if len(own) != 1 or len(theirs) < 2:
        return []
    agent = own[0].agent
    rest = frozenset().union(*sentence.terms) - agent
    for n, giver in enumerate(theirs):
        if not agent & giver.agent or agent & giver.agent != agent & giver.terms:
            continue
        for other in theirs[max(0, n - 1) : n + 2]:
            if other is giver or agent & other.terms:
                continue
            speak = own[0].speaks and other.speaks
            if (other.agent <= rest and not speak) or (other.plain and not giver.plain):
                continue
            mine = rest & (giver.terms - other.terms)
            told = rest & (other.terms - giver.terms)
            later = other.leans and theirs.index(other) > n
            if len(told) >= LEAST and (not mine or (later and len(told) >= _MORE * len(mine))):
                said, given = " ".join(sorted(agent)), " ".join(sorted(other.agent))
                return [f"The source says that of {given}, not of {said}."]
    return []


_BY = re.compile(
    r"\b(?:according to|by|in the (?:view|words|opinion|account) of)\s+"
    r"(?:the |an? |his |her |its )?"
    r"(?P<who>[\w\s&-]+?)(?=[,.;]|\s(?:in|on|at|for|as|that|who|which|of|to|with)\b|$)",
    re.IGNORECASE,
)


def clauses(words: Words) -> Iterator[Clause]:
    """Yield the clauses of a text with who acts or speaks in each."""
    if not words.tokens:
        return
    edges = [0]
    for n in range(1, len(words.tokens)):
        before, token = words.tokens[n - 1].text, words.tokens[n]
        new = words.sentence[n] != words.sentence[n - 1]
        joined = token.lower in JOINING - {"or"} and (
            before in SIGNS or token.lower not in ("and", "but")
        )
        if new or joined or before == ";":
            edges.append(n)
    edges.append(len(words.tokens))
    for first, last in zip(edges, edges[1:], strict=False):
        agent, speaks = _agent(words, first, last)
        yield Clause(
            agent,
            frozenset(one for one in words.stems[first:last] if is_content(one)),
            speaks,
            any(words.tokens[n].lower in POINTING for n in range(first, last)),
            _is_plain(words, first, agent),
        )


def _is_plain(words: Words, first: int, agent: frozenset[str]) -> bool:
    """Return whether a sentence opens with "the group": it may be one named before."""
    opens = first == 0 or words.sentence[first] != words.sentence[first - 1]
    return opens and words.tokens[first].lower == "the" and agent <= words.small


def _agent(words: Words, first: int, last: int) -> tuple[frozenset[str], bool]:
    """Return the words of who acts or speaks in a clause, and whether one speaks."""
    text = words.text[words.tokens[first].start : words.tokens[last - 1].end]
    if led := _BY.search(text):
        found = _content(words, words.tokens[first].start + led.start("who"), led["who"])
        speaks = not led.group().lower().startswith("by")
        if found and (speaks or _follows_deed(words, words.tokens[first].start + led.start())):
            return found, speaks
    spoken = [
        n
        for n in range(first, last)
        if words.tokens[n].lower in _SPEAKING and not _is_object(words, n, first)
    ]
    if spoken and (agent := _inverted(words, spoken[0], last)):
        return agent, True
    subject: set[str] = set()
    for n in range(first, last):
        lower = words.tokens[n].lower
        if lower in PRONOUNS and not subject:
            return frozenset(), False
        if subject and (_is_verb(words, n) or words.tokens[n].text in SIGNS):
            break
        if is_content(words.stems[n]) and lower not in JOINING:
            subject.add(words.stems[n])
        if len(subject) > _LONGEST:
            return frozenset(), False
    return frozenset(subject), bool(spoken)


_LONGEST = 5


def _content(words: Words, start: int, text: str) -> frozenset[str]:
    end = start + len(text)
    return frozenset(
        stem
        for token, stem in zip(words.tokens, words.stems, strict=True)
        if start <= token.start < end and is_content(stem)
    )


def _follows_deed(words: Words, start: int) -> bool:
    """Return whether a "by" stands right behind a participle."""
    before = [token for token in words.tokens if token.end <= start][-1:]
    return bool(before) and (
        before[0].lower.endswith("ed") or base_of(before[0].lower) != before[0].lower
    )


def _inverted(words: Words, n: int, last: int) -> frozenset[str]:
    """Return who stands behind a verb that reports: "complained Anton Weck"."""
    names = [one for one in words.facts if one.kind == "name" and n < one.first < last]
    if names and names[0].first == n + 1 and n and words.tokens[n - 1].text in ('"', "\u201d", ","):
        return frozenset(words.stems[names[0].first : names[0].last])
    return frozenset()


def _is_object(words: Words, n: int, first: int) -> bool:
    return n == first or words.tokens[n - 1].lower in ("a", "an", "the", "to")


def _is_verb(words: Words, n: int) -> bool:
    lower: str = words.tokens[n].lower
    before: Sequence[str] = [words.tokens[n - 1].lower] if n else []
    if before and before[0] in ("the", "a", "an"):
        return False
    return (
        lower in _AUXILIARY
        or lower in _SPEAKING
        or (lower in _HOLDING and n > 0)
        or bool(re.search(r"\w\wed$", lower))
        or base_of(lower) != lower
    )
