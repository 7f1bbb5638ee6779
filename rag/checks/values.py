"""Numbers, days and names of a sentence that its source lacks, or gives in another place. English.

Each check returns what differs in words for a person. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.checks.beside import laid_beside
from rag.checks.coupled import opens_both, well_coupled
from rag.checks.facts import Fact, Words, digits_of, is_content, same_value, same_word
from rag.checks.fitting import Bound, bound
from rag.checks.pairing import well_paired
from rag.english.metonyms import country_of
from rag.english.words import fold, stem
from rag.quoting import parts_of, window_of

_MARGINS = {"number": 0.06, "day": 0.12, "year": 0.12, "weekday": 0.12, "name": 0.22}
"""How much better a rival must fit before the sentence is held to have put a value in its place."""
_LEAST_RIVAL = {"number": 0.2, "day": 0.3, "year": 0.3, "weekday": 0.3, "name": 0.45}
_RANGE = re.compile(
    r"(?<![\d/-])(\d[\d,.]*)(?<![.,])\s?(?:-|\u2013|to|and)\s?(\d[\d,.]*)(?<![.,])(?![\d/-])",
    re.IGNORECASE,
)
_LONGEST = 5
"""Words and signs of what stands exchanged; one more in the source."""
_STRAY = 0.05
"""How well a value must fit somewhere that stands far from what the sentence is about."""


def absent_values(sentence: Words, source: Words, about: str) -> list[str]:
    """Return the numbers, days and names of a sentence that its source does not give at all."""
    there = source_words(source.text, about)
    values = {fact.key[0] for fact in source.facts if fact.kind == "number"}
    bare = sentence.text
    for (
        fact
    ) in sentence.facts:  # written otherwise: 2.5 million and 2,500,000, a day and its weekday
        if fact.kind == "day" or (fact.kind == "number" and fact.key[0] in values):
            bare = bare[: fact.start] + " " * (fact.end - fact.start) + bare[fact.end :]
    digits = digits_of(bare) - digits_of(f"{source.text} {about}")
    problems = [f"The source does not give {number}." for number in sorted(digits)]
    for fact in sentence.facts if not sentence.text.rstrip().endswith(":") else ():
        if (
            fact.kind == "name"
            and not _is_degree(fact, sentence)
            and not _spelled_out(fact, source)
            and not _bare_there(fact, source)
            and not _of_country(fact, sentence, source)
        ):
            missing = [
                sentence.tokens[n].text.rstrip(".")
                for n in range(fact.first, fact.last)
                if not _is_there(sentence.tokens[n].text, there, source)
            ]
            if missing:
                problems.append(f"The source does not name {' '.join(missing)}.")
    return problems


def other_ranges(sentence: Words, source: Words) -> list[str]:
    """Return the ranges that a source does not give as one, though it may give both ends.

    >>> from rag.checks.facts import words_of
    >>> other_ranges(words_of("Ages 3 to 9."), words_of("From the age of 3 up to 9."))
    ['The source does not give 3 to 9.']
    """
    ranges = {match.groups() for match in _RANGE.finditer(source.text)}
    return [
        f"The source does not give {match.group()}."
        for match in _RANGE.finditer(sentence.text)
        if match.groups() not in ranges
    ]


def _is_degree(fact: Fact, words: Words) -> bool:
    """Return whether a letter tells how warmth is measured: "350 °F"."""
    return fact.end - fact.start == 1 and words.text[: fact.start].rstrip().endswith("\u00b0")


def source_words(text: str, about: str) -> frozenset[str]:
    """Return all words of a source and of what is known of it: folded, stemmed, and their parts."""
    found = set(re.findall(r"\w+", fold(f"{text} {about}")))
    return frozenset(found | {stem(word) for word in found})


def _is_there(word: str, there: frozenset[str], source: Words) -> bool:
    bare = re.sub(r"['\u2019]s?$", "", word.rstrip("."))
    parts = [fold(part) for part in re.findall(r"\w+", bare) if len(part) > 1] or [fold(bare)]
    if all(part in there or stem(part) in there for part in parts):
        return True
    if any(same_word(stem(fold(bare)), one) for fact in source.facts for one in fact.key):
        return True
    if any(len(part) > 4 and _compass(part, there) for part in parts):
        return True
    letters = bare.rstrip("s").lower()
    return (
        bare.isupper() | bare[:-1].isupper() and len(letters) > 1 and letters in _initials(source)
    )


def _of_country(fact: Fact, sentence: Words, source: Words) -> bool:
    """Return whether a source names the same country, or its people, by another name."""
    land = country_of(sentence.text[fact.start : fact.end])
    return bool(land) and any(
        country_of(source.text[one.start : one.end]) == land
        for one in source.facts
        if one.kind == "name"
    )


def _compass(word: str, there: frozenset[str]) -> bool:
    """Return whether a source has both halves of a quarter of the sky: "South East".

    >>> _compass("southeast", frozenset(("south", "east"))), _compass("southern", frozenset())
    (True, False)
    """
    halves = re.fullmatch(r"(north|south)(east|west)(?:ern)?", word)
    return halves is not None and set(halves.groups()) <= there


def _spelled_out(fact: Fact, source: Words) -> bool:
    """Return whether a name is what letters in capitals of the source stand for."""
    letters = "".join(word[0] for word in fact.key if word)
    return len(letters) > 2 and any(
        token.text.isupper() and token.lower == letters for token in source.tokens
    )


def _bare_there(fact: Fact, source: Words) -> bool:
    """Return whether a source has the last word of a name alone: "Solberg" for "Mira Solberg"."""
    return (
        len(fact.key) == 2
        and any(one.kind == "name" and one.key == fact.key[-1:] for one in source.facts)
        and not any(
            one.kind == "name" and len(one.key) > 1 and one.key[-1] == fact.key[-1]
            for one in source.facts
        )
    )


def _initials(source: Words) -> str:
    return "".join(one[0] for one in source.stems if one and one[0].isalpha())


def misplaced_values(sentence: Words, source: Words, about: str) -> list[str]:
    """Return the values that the source gives of something else than the sentence does."""
    known = fold(about)
    problems: list[str] = []
    for one in bound(sentence, source, known):
        words = sentence.text[one.fact.start : one.fact.end]
        ahead = one.rival - one.own > _MARGINS[one.fact.kind]
        fits_better = ahead and one.rival >= _LEAST_RIVAL[one.fact.kind]
        if one.own >= 0 and _in_place(sentence, source, one.fact):
            continue
        if one.own >= 0 and fits_better and _told_of_rival(sentence, source, one):
            problems.append(f"The source says {one.other} there, not {words}.")
        elif (
            0 <= one.own < _STRAY
            and not _is_near(one.fact, sentence, source)
            and not _of_whole(one.fact, source)
        ):
            problems.append(f"The source speaks of {words}, but not there.")
    return problems


def _in_place(sentence: Words, source: Words, fact: Fact) -> bool:
    """Return whether what a sentence has around a value stands in the value's own clause."""
    return (
        well_paired(sentence, source, fact)
        or well_coupled(sentence, source, fact)
        or opens_both(sentence, source, fact)
    )


_BEFORE, _AFTER, _OWN = 5, 6, 2
_FAR = 2.0
"""Margins by which a rival must fit better where as many words stand beside either."""
_PARTING = frozenset((",", ";", "and", "but", "while", "whereas", "on", "then"))


def _told_of_rival(sentence: Words, source: Words, one: Bound) -> bool:
    """Return whether more words of a sentence stand right beside the rival than beside the value.

    Words that stand beside both tell nothing.
    """
    if one.place is None or one.rival_place is None:
        return True
    own = frozenset().union(*sentence.terms) - set(sentence.stems[one.fact.first : one.fact.last])
    mine = _beside(source, one.place, one.rival_place) & own
    theirs = _beside(source, one.rival_place, one.place) & own
    more = len(theirs - mine) - len(mine - theirs)
    return more > 0 or (more == 0 and one.rival - one.own > _FAR * _MARGINS[one.fact.kind])


def _beside(words: Words, fact: Fact, other: Fact) -> frozenset[str]:
    """Return the words near a value, up to what parts it from another value."""
    low = max(0, fact.first - _BEFORE)
    high = min(len(words.stems), fact.last + _AFTER)
    if other.last <= fact.first:
        between = range(other.last, fact.first)
        low = max(low, _part(words, between) or other.last)
    else:
        if words.sentence[other.first] == words.sentence[fact.first]:
            low = max(low, fact.first - _OWN)  # what opens the sentence is said of both
        between = range(fact.last, other.first)
        high = min(high, _part(words, between) or other.first)
    return frozenset(
        words.stems[n]
        for n in range(low, high)
        if words.sentence[n] == words.sentence[fact.first] and is_content(words.stems[n])
    )


def _part(words: Words, between: range) -> int | None:
    return next((n for n in reversed(between) if words.tokens[n].lower in _PARTING), None)


def _is_near(fact: Fact, sentence: Words, source: Words) -> bool:
    """Return whether a value stands within a sentence of those that the rest is about."""
    rest = sentence.text[: fact.start] + " " + sentence.text[fact.end :]
    first, last = window_of(rest, source.text)
    parts = parts_of(source.text)
    if not parts:
        return True
    start, end = parts[max(0, first - 1)][0], parts[min(len(parts) - 1, last + 1)][1]
    return any(start <= one.start < end and same_value(fact, one) for one in source.facts)


_HEAD = 8
"""Words of a line without an end that tells when a text was written."""


def _of_whole(fact: Fact, source: Words) -> bool:
    r"""Return whether a day stands in a line at a text's head, and so holds of all that follows.

    >>> from rag.checks.facts import words_of
    >>> told = words_of("In May 2018 it closed.").facts
    >>> _of_whole(told[0], words_of("Elva, May 2018\nThe mill closed."))
    True
    >>> _of_whole(told[0], words_of("The mill closed. It rained in May 2018."))
    False
    """
    if fact.kind not in ("day", "year"):
        return False
    at = 0
    for line in source.text.split("\n")[:-1]:
        if line.rstrip().endswith((".", "!", "?")):
            return False
        if len(line.split()) <= _HEAD and any(
            at <= one.start < at + len(line) and same_value(fact, one) for one in source.facts
        ):
            return True
        at += len(line) + 1
    return False


def exchanged_values(sentence: Words, source: Words) -> list[str]:
    """Return the values that stand where the nearest sentence of the source has other ones.

    The two are laid side by side: what differs between words that agree on both sides is exchanged.
    """
    problems: list[str] = []
    named, there = _value_words(sentence), _value_words(source)
    nearest = max(laid_beside(sentence, source), key=lambda one: one.share, default=None)
    for gap in nearest.gaps if nearest else ():
        mine, theirs = gap.mine, gap.theirs
        if not (mine and theirs) or gap.before + gap.after < 3 or not (gap.before or gap.opens):
            continue
        if _span(mine) > _LONGEST or _span(theirs) > _LONGEST + 1:
            continue
        values = [n for n in mine if n in named or (n and sentence.tokens[n].text[0].isupper())]
        if any(_in_place(sentence, source, named[n]) for n in values if n in named):
            continue
        rivals = [n for n in theirs if n in there and _of_a_kind(named, values, there[n])]
        same = any(same_value(named[a], there[b]) for a in values if a in named for b in rivals)
        if values and rivals and not same and not _any_same(sentence, mine, source, theirs):
            said = " ".join(sentence.tokens[n].text for n in values)
            given = " ".join(source.tokens[n].text for n in rivals)
            problems.append(f"The source says {given} there, not {said}.")
    return problems


def _span(places: Sequence[int]) -> int:
    """Return over how many words and signs places stretch."""
    return places[-1] - places[0] + 1


def _of_a_kind(named: Mapping[int, Fact], values: Sequence[int], rival: Fact) -> bool:
    """Return whether a value of the source may stand for one of some words: a name for a name."""
    return any(named[n].kind == rival.kind if n in named else rival.kind == "name" for n in values)


def _value_words(words: Words) -> dict[int, Fact]:
    return {n: fact for fact in words.facts for n in range(fact.first, fact.last)}


def _any_same(sentence: Words, mine: Sequence[int], source: Words, theirs: Sequence[int]) -> bool:
    pairs = [(sentence.stems[a], source.stems[b]) for a in mine for b in theirs]
    if any(same_word(a, b) for a, b in pairs if is_content(a)):
        return True
    own, letters = (
        "".join(words.stems[n][0] for n in place if words.stems[n])
        for words, place in ((sentence, mine), (source, theirs))
    )
    return any(sentence.stems[a].rstrip("s") == letters for a in mine) or any(
        source.tokens[b].text[:2].isupper() and source.stems[b] in own for b in theirs
    )
