"""What comes of what, and what comes first: whether a sentence has the two the other way round.

"The mine cut output because demand fell" and "demand fell because the mine cut output" share every
word. Only where both texts join the two is anything compared. English, pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.facts import Words, text_of
from rag.checks.meanings import shared_meanings
from rag.english.words import content_terms, stem

_BACK = re.compile(
    r"\b(?:because of|because|owing to|due to|caused by|brought on by|as a result of|thanks to"
    r"|following|after(?! \w+ (?:second|minute|hour|day|week|month|year)s?\b)|on account of"
    r"|once|younger than|newer than|later than|only when|in the wake of|since (?=\w+ing\b))\b"
)
"""What stands behind these came first."""
_ON = re.compile(
    r"\b(?:leads? to|led to|(?<!the )causes?|caused(?! by)|makes?|made|delayed|triggered"
    r"|results? in|resulted in|brought (?:about|on)(?! by)|raises? the risk of|before"
    r"|is why|was why|sets? off|sparked|prompted|ahead of|prior to|older than|earlier than"
    r"|(?:,|;| and)? (?:then|afterwards|subsequently|later)(?! than\b))\b"
)
"""What stands behind these came later."""
_NOT_UNTIL = re.compile(
    r"\b(?:not|cannot|never|n['\u2019]t)\b(?P<later>[^;.]+?)\b(?:until|till|unless|before)\b(?P<first>[^;.]+)"
)
"""What may not be until another thing is comes later than that one."""
_BREAK = re.compile(r";|:(?!\d)|, not | but | although | while |, and | and (?=\w+ed\b)")
_LEADING = re.compile(
    r"^(?P<word>(?:[a-z]+ ){0,2}?(?:because|after|before|since|once|having))\b"
    r"(?P<rest>[^,]+), (?P<then>.+)"
)
_UNITS = frozenset(
    stem(word) for word in "second minute hour day week month year first came".split()
)
"""What tells by how much one comes before the other, and of neither what it is."""
_SAME = 0.5
"""Share of what a sentence joins that its source must join as well."""


@dataclass(frozen=True, slots=True)
class Order:
    """What comes first, a cause, and what comes of it or later."""

    first: frozenset[str]
    later: frozenset[str]


def causes_turned(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence has cause and effect, or before and after, exchanged.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The mine cut its output because demand fell.")
    >>> causes_turned(words_of("Demand fell because the mine cut its output."), source)
    ['In the source demand, fell comes first.']
    >>> causes_turned(words_of("As demand fell, the mine cut output."), source)
    []
    """
    theirs = [one for text in _sentences(source) for one in orders(text)]
    for text in _sentences(sentence):
        for mine in orders(text):
            ways: set[bool] = set()
            for one in theirs:
                straight = (
                    shared_meanings(mine.first, one.first),
                    shared_meanings(mine.later, one.later),
                )
                crossed = (
                    shared_meanings(mine.first, one.later),
                    shared_meanings(mine.later, one.first),
                )
                most = len(mine.first | mine.later)
                if (
                    min(crossed)
                    and sum(crossed) > sum(straight) + 1
                    and sum(crossed) >= _SAME * most
                ):
                    ways.add(False)
                    first = one.first
                elif sum(straight):
                    ways.add(True)
            if ways == {False}:
                return [f"In the source {', '.join(sorted(first)[:2])} comes first."]
    return []


def _sentences(words: Words) -> list[str]:
    return [text_of(words, number) for number in sorted(set(words.sentence))]


def orders(text: str) -> Iterator[Order]:
    """Yield what comes first and what later in a sentence, for each word that joins two.

    >>> [sorted(one.first) for one in orders("Because demand fell, the mine cut output.")]
    [['demand', 'fell']]
    """
    lower = text[0].lower() + text[1:] if text else text
    if leading := _LEADING.match(lower):
        one, other = _terms(leading["rest"]), _terms(leading["then"])
        if one and other:
            turned = leading["word"].endswith("before")
            yield Order(other, one) if turned else Order(one, other)
        return
    if match := _NOT_UNTIL.search(lower):
        one, other = _terms(match["first"]), _terms(match["later"])
        if one and other:
            yield Order(one, other)
        return
    for pattern in (_BACK, _ON):
        for match in pattern.finditer(lower):
            before = _BREAK.split(lower[: match.start()])[-1]
            after = _BREAK.split(lower[match.end() :])[0]
            one, other = _terms(before), _terms(after)
            if one and other:
                yield Order(other, one) if pattern is _BACK else Order(one, other)


def _terms(text: str) -> frozenset[str]:
    return frozenset(content_terms(text)) - _UNITS
