"""Values that a sentence couples otherwise than its source: with another's partner, end or deed.

"With Elva Records in 1986, with Hollin in 1991": a sentence that has Hollin in 1986 gives two
values that stand in the source, each of them with another. Pure functions, English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from rag.checks.facts import Fact, Words, alike_kind, is_content, same_value

_TIMES = frozenset(("day", "year", "weekday"))
_PARTS = frozenset("and but while whereas".split())


def coupled_otherwise(sentence: Words, source: Words) -> list[str]:
    """Return the values that a sentence has together, and its source each with the other's like.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("She recorded with Elva in 1986 and moved to Hollin in 1991.")
    >>> coupled_otherwise(words_of("Her record of 1986 came out with Hollin."), source)
    ['The source has 1986 with Elva, not with Hollin.']
    >>> coupled_otherwise(words_of("Her record of 1991 came out with Hollin."), source)
    []
    """
    theirs = list(_clauses(source))
    problems: list[str] = []
    for clause in _clauses(sentence):
        for one, other in combinations(clause, 2):
            if one.kind == other.kind or {one.kind, other.kind} <= _TIMES:
                continue
            homes = [[n for n, some in enumerate(theirs) if _holds(some, f)] for f in (one, other)]
            if len(homes[0]) != 1 or len(homes[1]) != 1 or homes[0] == homes[1]:
                continue
            here, there = theirs[homes[0][0]], theirs[homes[1][0]]
            partner = _partner(sentence, source, other, here)
            rival = _partner(sentence, source, one, there)
            near = abs(source.sentence[here[0].first] - source.sentence[there[0].first]) <= 1
            if partner and rival and near:
                one_word, word = _written(sentence, one), _written(sentence, other)
                given = _written(source, partner)
                problems.append(f"The source has {one_word} with {given}, not with {word}.")
    return problems[:1]


def _written(words: Words, fact: Fact) -> str:
    return words.text[fact.start : fact.end].rstrip(".")


def well_coupled(sentence: Words, source: Words, fact: Fact) -> bool:
    """Return whether a sentence has a value with others of its clause in the source, and no others.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("She recorded with Elva in 1986 and moved to Hollin in 1991.")
    >>> told = words_of("In 1991 her records came out with Hollin.")
    >>> well_coupled(told, source, told.facts[0])
    True
    """
    theirs = list(_clauses(source))
    others = [
        one
        for clause in _clauses(sentence)
        if fact in clause
        for one in clause
        if not same_value(one, fact) and any(_holds(some, one) for some in theirs)
    ]
    homes = [some for some in theirs if _holds(some, fact)]
    return bool(others) and any(all(_holds(some, one) for one in others) for some in homes)


def opens_both(sentence: Words, source: Words, fact: Fact) -> bool:
    """Return whether a name opens a sentence as it opens the one of the source that is nearest.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Ann Lindt, whom Jon Weil met in Elva, writes novels.")
    >>> told = words_of("Ann Lindt writes novels.")
    >>> opens_both(told, source, told.facts[0])
    True
    """
    first = next((one for one in sentence.facts if one.kind == "name"), None)
    if fact.kind != "name" or first != fact or fact.first > _OPENING:
        return False
    own = frozenset().union(*sentence.terms)
    nearest = max(range(len(source.terms)), key=lambda n: len(own & source.terms[n]), default=-1)
    inside = [
        one for one in source.facts if one.kind == "name" and source.sentence[one.first] == nearest
    ]
    return bool(inside) and same_value(inside[0], fact)


_OPENING = 2
"""Words that may stand before the name that opens a sentence."""


def _partner(sentence: Words, source: Words, fact: Fact, clause: list[Fact]) -> Fact | None:
    """Return the one value of a clause that stands there as another does, and in no sentence."""
    like = [one for one in clause if one.kind == fact.kind]
    if len(like) != 1 or not alike_kind(fact, like[0], sentence, source):
        return None
    return None if any(same_value(like[0], one) for one in sentence.facts) else like[0]


def _holds(clause: list[Fact], fact: Fact) -> bool:
    return any(same_value(fact, one) for one in clause)


def _clauses(words: Words) -> Iterator[list[Fact]]:
    """Yield the values of each clause that has any; clauses end where another one is joined."""
    here: list[Fact] = []
    last = -1
    for n, token in enumerate(words.tokens):
        parted = token.text == ";" or token.lower in _PARTS
        if here and (words.sentence[n] != words.sentence[here[-1].first] or parted):
            inside = parted and any(one.first <= n < one.last for one in here)
            if not inside:
                yield here
                here = []
        fact = next((one for one in words.facts if one.first == n and n > last), None)
        if fact is not None:
            here.append(fact)
            last = fact.last - 1
    if here:
        yield here


def swapped_counts(sentence: Words, source: Words) -> list[str]:
    """Return the counts that have changed places between two things.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("It lost four men and killed eleven rebels.")
    >>> swapped_counts(words_of("Four rebels died, and eleven men."), source)
    ['The source says eleven rebels, not Four.']
    """
    mine, theirs = list(_counted(sentence)), list(_counted(source))
    return [
        f"The source says {_written(source, other)} {source.tokens[other.last].text.rstrip('.')},"
        f" not {_written(sentence, one)}."
        for one, thing in mine
        for other, counted in theirs
        if counted == thing
        and other.key[0] != one.key[0]
        and any(two.key[0] == other.key[0] and what != thing for two, what in mine)
        and not any(same_value(one, two) and what == thing for two, what in theirs)
        and any(same_value(one, two) for two, _ in theirs)
    ][:1]


def _counted(words: Words) -> Iterator[tuple[Fact, str]]:
    """Yield each number with the noun right behind it."""
    for fact in words.facts:
        if fact.kind == "number" and fact.last < len(words.stems):
            after = words.tokens[fact.last]
            if after.text[0].islower() and is_content(words.stems[fact.last]):
                yield fact, words.stems[fact.last]


_ENDS = {"from": "to", "to": "from", "into": "from"}
_ARTICLES = frozenset("the a an his her its their".split())
_BACK = re.compile(r"\b(?:back|again|return\w*|home|round)\b")


def other_ends(sentence: Words, source: Words) -> list[str]:
    """Return the values that a sentence starts from and its source ends with, or the other way.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The fee rises from 30 crowns to 45 in May.")
    >>> other_ends(words_of("The fee will fall to 30 crowns."), source)
    ['The source says from 30, not to.']
    >>> other_ends(words_of("The fee will rise from 30 crowns."), source)
    []
    """
    if _BACK.search(sentence.text) or _BACK.search(source.text):
        return []
    problems: list[str] = []
    for fact in sentence.facts:
        end = _end(sentence, fact)
        places = [one for one in source.facts if same_value(fact, one)]
        there = {_end(source, one) for one in places}
        if end and there == {_ENDS[end]}:
            said = _written(sentence, fact)
            problems.append(f"The source says {_ENDS[end]} {said}, not {end}.")
    return problems


def _end(words: Words, fact: Fact) -> str:
    """Return the "from" or "to" that leads to a value, an article and one word passed over."""
    passed = 0
    after = words.tokens[fact.last].text if fact.last < len(words.tokens) else ""
    if fact.kind == "name" and after[:1].islower() and is_content(words.stems[fact.last]):
        return ""  # "to an Elva dealer" leads to no Elva
    for n in range(fact.first - 1, max(-1, fact.first - 4), -1):
        lower = words.tokens[n].lower
        if words.sentence[n] != words.sentence[fact.first]:
            return ""
        if lower in _ENDS:
            both = n and words.tokens[n - 1].lower in ("or", "and")  # "to or from Elva"
            return "" if both else "to" if lower == "into" else lower
        if lower not in _ARTICLES:
            passed += 1
        if passed > 1 or not lower.isalpha():
            return ""
    return ""


_LEADING = frozenset("on in at by since until of early late last the".split())
_NEAR = 8
"""Words by which a deed may stand from its time."""


def other_times(sentence: Words, source: Words) -> list[str]:
    """Return the times that a sentence has right behind the deed of another time of its source.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The barn burned down on Tuesday. Speaking on Thursday, she wept.")
    >>> other_times(words_of("She wept for the barn that burned down on Thursday."), source)
    ['The source says Tuesday there, not Thursday.']
    """
    problems: list[str] = []
    for fact in sentence.facts:
        places = [one for one in source.facts if same_value(fact, one)]
        deed = _deed(sentence, fact) if fact.kind in _TIMES else ""
        if not deed or not places:
            continue
        rival = next(
            (
                one
                for one in source.facts
                if one.kind == fact.kind
                and _deed(source, one) == deed
                and not any(same_value(one, other) for other in sentence.facts)
            ),
            None,
        )
        near = any(
            source.sentence[n] == source.sentence[one.first] and abs(n - one.first) <= _NEAR
            for one in places
            for n, stem in enumerate(source.stems)
            if stem == deed
        )
        if rival is not None and not near:
            given, said = _written(source, rival), _written(sentence, fact)
            problems.append(f"The source says {given} there, not {said}.")
    return problems


def _deed(words: Words, fact: Fact) -> str:
    """Return the content word right before a time, small words passed over; "" for none."""
    for n in range(fact.first - 1, -1, -1):
        lower = words.tokens[n].lower
        if words.sentence[n] != words.sentence[fact.first] or not lower[:1].isalpha():
            return ""
        if lower not in _LEADING and is_content(words.stems[n]):
            return words.stems[n] if words.tokens[n].text[0].islower() else ""
    return ""
