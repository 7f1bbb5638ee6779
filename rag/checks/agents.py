"""Who does it: a name that a sentence lets do what its source says of another. English.

Who acts is read off a "by", or off the order of words. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.checks.facts import Fact, Words, is_content, same_value
from rag.checks.roles import LED

_REACH = 9
"""Words behind a name that tell what it does."""
_SAME_DEED = 0.6
"""Share of the other words of a sentence that the source's has, where both tell of one deed."""


def only_another(sentence: Words, source: Words) -> list[str]:
    """Return where a source says that only one does what the sentence says of another.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Both claim the shoals, but only Dunmark keeps a lighthouse there.")
    >>> only_another(words_of("The lighthouse is run by Norland."), source)
    ['The source says that only Dunmark does so.']
    """
    names = [fact for fact in source.facts if fact.kind == "name"]
    mine = [fact for fact in sentence.facts if fact.kind == "name"]
    own = frozenset().union(*sentence.terms) - {key for fact in mine for key in fact.key}
    for one in names:
        if not one.first or source.tokens[one.first - 1].lower != "only" or not mine or not own:
            continue
        if any(same_value(one, fact) for fact in mine):
            continue
        rest = {
            source.stems[n]
            for n in range(one.last, min(one.last + _REACH, len(source.stems)))
            if source.sentence[n] == source.sentence[one.first] and is_content(source.stems[n])
        }
        if rest and len(rest & own) >= len(own) / 2:
            return [f"The source says that only {source.text[one.start : one.end]} does so."]
    return []


def other_agents(sentence: Words, source: Words) -> list[str]:
    """Return who does in a sentence what its source says another one does.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The book was translated by Ann Lindt and illustrated by Jon Weil.")
    >>> other_agents(words_of("The book was illustrated by Jon Weil."), source)
    []
    >>> other_agents(words_of("The book was illustrated by Ann Lindt."), source)
    ['In the source it is Jon Weil, not Ann Lindt (illustrated).']
    """
    theirs = list(_agents(source))
    own = frozenset().union(*sentence.terms)
    names = [one for one in source.facts if one.kind == "name"]
    problems: list[str] = []
    for verb, fact, word in _agents(sentence):
        same = [one for there, one, _ in theirs if there == verb]
        known = any(_is_one(fact, one) for one in names)
        if not same or not known or any(same_value(fact, one) for one in same):
            continue
        rest = own - {verb} - set(fact.key)
        near = [source.terms[source.sentence[one.first]] for one in same]
        if rest and max(len(rest & terms) for terms in near) >= _SAME_DEED * len(rest):
            said = sentence.text[fact.start : fact.end]
            given = source.text[same[0].start : same[0].end]
            problems.append(f"In the source it is {given}, not {said} ({word}).")
    return problems


def _is_one(one: Fact, other: Fact) -> bool:
    """Return whether two names may be one person's: the last words are alike."""
    return one.kind == other.kind and one.key[-1] == other.key[-1]


def _agents(words: Words) -> Iterator[tuple[str, Fact, str]]:
    """Yield each deed with the name behind its "by", or right before it; its stem and its word."""
    names = [fact for fact in words.facts if fact.kind == "name"]
    for fact in names:
        here = words.sentence[fact.first]
        n = fact.first - 1
        while n >= 0 and words.tokens[n].lower in ("the", "a", "an"):
            n -= 1
        if n >= 1 and words.tokens[n].lower == "by" and words.sentence[n - 1] == here:
            if _is_deed(words, n - 1):
                yield words.stems[n - 1], fact, words.tokens[n - 1].text
            continue
        n = fact.last
        while n < len(words.tokens) and words.tokens[n].lower in ("who", "has", "had", "have"):
            n += 1
        led = fact.first and words.tokens[fact.first - 1].lower in LED
        if n < len(words.tokens) and words.sentence[n] == here and not led and _is_deed(words, n):
            yield words.stems[n], fact, words.tokens[n].text


def _is_deed(words: Words, n: int) -> bool:
    word = words.tokens[n].lower
    return is_content(words.stems[n]) and (word.endswith("ed") or word in _STRONG)


_STRONG = frozenset(
    "run ran built wrote written led bought sold taught made drew drawn sang sung shown".split()
)
