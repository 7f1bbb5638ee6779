"""Comparisons that a source leaves to be reckoned: which of two is more, by how much. English.

"Ward 5 lost more beds than Ward 3" follows from 27 and 19 or does not; so does "doubled" from
240,000 and 480,000. Pure functions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.comparisons import Comparison, comparisons
from rag.checks.facts import Words, is_content
from rag.checks.meanings import alike
from rag.english.counts import Number, numbers
from rag.english.words import content_terms

_BIGGER = frozenset(
    "more higher larger bigger greater longer older heavier steeper taller thicker warmer hotter "
    "faster deeper wider stronger dearer".split()
)
_SMALLER = frozenset(
    "less fewer lower smaller shorter younger lighter cooler slower cheaper narrower".split()
)
_CHANGE = re.compile(
    r"\bfrom (?P<old>[^;.]{1,40}?) to (?P<new>[^;.]{1,30})"
    r"|(?P<now>[^;]{1,60}?),? (?:down|up|compared|against|as against|instead)"
    r"(?: from| with| to| of)?"
    r" (?P<then>[^;,]{1,40})"
)
_TIMES = {
    "doubled": 2.0, "doubles": 2.0, "tripled": 3.0, "trebled": 3.0, "triples": 3.0,
    "quadrupled": 4.0, "halved": 0.5, "halves": 0.5,
}  # fmt: skip
_TIMES_WORD = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b")
_NEAR = 0.06
"""Share by which a multiple may be off."""
_MORE = re.compile(
    r"^[\s-](?:percentage )?(?:\w+[\s-]){0,3}?"
    rf"(?P<word>{'|'.join(sorted(_BIGGER | _SMALLER))})\b"
)
_BY = re.compile(r"\bby (?:about |around |nearly |almost |some |roughly )?$")
_UP = re.compile(
    r"\b(?:r[oi]se[ns]?|rising|increas\w+|grew|grow\w*|gain\w*|climb\w*|up|add\w*|jump\w*|soar\w*"
    rf"|{'|'.join(_BIGGER)})\b"
)
_DOWN = re.compile(
    r"\b(?:f[ae]ll\w*|decreas\w+|declin\w+|dropp?\w*|shrank|shrunk|lost|los[et]\w*|down|cut|reduc\w+"
    rf"|{'|'.join(_SMALLER)})\b"
)
_HEDGED = 0.1
_PARTING = frozenset("and while whereas but against".split())


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number of a clause with the content words of the clause."""

    value: float
    unit: str
    terms: frozenset[str]


def reckoned_otherwise(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence makes more of what is less by its source's figures.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Ward 3 lost 19 beds and Ward 5 lost 27.")
    >>> reckoned_otherwise(words_of("Ward 3 gave up more beds than Ward 5."), source)
    ['By the source it is 19 against 27, which is not more.']
    >>> reckoned_otherwise(words_of("Ward 5 gave up more beds than Ward 3."), source)
    []
    >>> source = words_of("It rose from 240 to 480 crowns.")
    >>> reckoned_otherwise(words_of("It tripled."), source)
    ['By the source it is 240 and then 480, which is not tripled.']
    """
    problems = [
        f"By the source it is {a:g} against {b:g}, which is not {one.word}."
        for one in comparisons(sentence)
        for a, b in _compared(one, source)
        if not _right(one, a, b)
    ]
    lower, there = sentence.text.lower(), source.text.lower()
    changed = list(changes(source.text))
    for match in _TIMES_WORD.finditer(lower):
        times = _TIMES[match.group()]
        if not changed or _TIMES_WORD.search(there) or re.search(r"\b(?:twice|half)\b", there):
            continue
        if not any(_about(new, times * old) for old, new in changed):
            old, new = changed[0]
            problems.append(
                f"By the source it is {old:g} and then {new:g}, which is not {match.group()}."
            )
    return problems


def compares_rightly(sentence: Words, source: Words) -> bool:
    """Return whether a sentence compares two figures of its source, and rightly.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Ward 3 lost 19 beds and Ward 5 lost 27.")
    >>> compares_rightly(words_of("Ward 5 gave up more beds than Ward 3."), source)
    True
    """
    found = [(one, pair) for one in comparisons(sentence) for pair in _compared(one, source)]
    return bool(found) and all(_right(one, *pair) for one, pair in found)


def differences_of(sentence: Words, source: Words) -> list[Number]:
    """Return the numbers of a sentence that are the difference of two of its source, rightly told.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The party won 38 seats, down from 52.")
    >>> [one.value for one in differences_of(words_of("It has 14 seats fewer."), source)]
    [14.0]
    >>> differences_of(words_of("It has 14 seats more."), source)
    []
    """
    text = sentence.text
    found: list[Number] = []
    changed = list(changes(source.text))
    compared = [(one, pair) for one in comparisons(sentence) for pair in _compared(one, source)]
    for number in numbers(text):
        if number.value is None or number.unit == "%":  # a percentage is no percentage point
            continue
        off = _HEDGED * number.value if number.hedge else 1e-6
        behind = _MORE.search(text[number.end :].lower())
        before = text[: number.start].lower()
        if behind:
            way = behind["word"] in _BIGGER
        elif _BY.search(before) or (_UP.search(before) is not None) != (
            _DOWN.search(before) is not None
        ):
            way = _UP.search(before) is not None
        else:
            continue
        told = [new - old for old, new in changed if (new > old) == way]
        told += [a - b for one, (a, b) in compared if _right(one, a, b)]
        if any(abs(abs(one) - number.value) <= off for one in told):
            found.append(number)
    return found


_SHARE = re.compile(
    r"\b(?P<share>half|(?:a|one) third|two thirds|(?:a|one) quarter|three quarters|(?:a|one) fifth"
    r"|(?:a|one) tenth)(?: of)?(?: the| its| their| his| her| these| those| all)? $",
    re.IGNORECASE,
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_COUNTED = 3
"""Words behind a number that tell what it counts."""


def shares_of(sentence: Words, source: Words) -> list[Number]:
    """Return the numbers of a sentence that are the share that its source takes of another number.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Half of the 60 dogs were adopted.")
    >>> [one.value for one in shares_of(words_of("Thirty dogs found a home."), source)]
    [30.0]
    >>> shares_of(words_of("Forty dogs found a home."), source)
    []
    """
    told: list[tuple[float, str]] = []
    for whole in numbers(source.text):
        match = _SHARE.search(source.text[: whole.bare_start])
        if match is None or whole.value is None:
            continue
        first, *rest = match["share"].lower().split()
        parts = _PARTS[(rest[0] if rest else first).rstrip("s")]
        share = {"two": 2, "three": 3}.get(first, 1) / parts
        told += [(whole.value * share, noun) for noun in _behind(source.text, whole)[:1]]
    return [
        one
        for one in numbers(sentence.text)
        if one.value is not None
        and any(
            abs(one.value - value) < 1e-6 and noun in _behind(sentence.text, one)
            for value, noun in told
        )
    ]


def _behind(text: str, number: Number) -> list[str]:
    """Return the first content words behind a number, up to a sign."""
    return content_terms(re.split(r"[.,;:()]", text[number.end :])[0])[:_COUNTED]


def changes(text: str) -> Iterator[tuple[float, float]]:
    """Yield what a figure was before and what it was then.

    >>> list(changes("It won 38 seats, down from 52 four years ago."))
    [(52.0, 38.0)]
    """
    for match in _CHANGE.finditer(text):
        old = [one for one in numbers(match["old"] or match["then"]) if one.value is not None]
        new = [one for one in numbers(match["new"] or match["now"]) if one.value is not None]
        if old and new:
            one, two = old[0], new[0] if match["new"] else new[-1]
            if one.value is not None and two.value is not None:
                yield one.value, two.value


def _about(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_NEAR)


def _right(one: Comparison, a: float, b: float) -> bool:
    return a > b if one.word in _BIGGER else a < b


def _compared(one: Comparison, source: Words) -> Iterator[tuple[float, float]]:
    """Yield the figures of the two that are compared, where the source gives one for each."""
    if one.word not in _BIGGER | _SMALLER or not one.right:
        return
    figures = list(_figures(source, one.left | one.right))
    sides = (
        frozenset(
            term
            for term in side
            if sum(any(alike(term, b) for b in figure.terms) for figure in figures) == 1
        )
        for side in (one.left, one.right)
    )
    mine, theirs = sides  # what stands with several figures tells them apart in nothing
    left, right = _figure(mine, theirs, figures), _figure(theirs, mine, figures)
    if left and right and _one_unit(left, right) and left.value != right.value:
        yield left.value, right.value


def _one_unit(one: _Figure, other: _Figure) -> bool:
    return one.unit == other.unit or not one.unit or not other.unit


def _figure(
    terms: frozenset[str], others: frozenset[str], figures: list[_Figure]
) -> _Figure | None:
    """Return the one figure whose clause names a side and not the other one."""
    held = [
        one
        for one in figures
        if any(alike(a, b) for a in terms - others for b in one.terms)
        and not any(alike(a, b) for a in others - terms for b in one.terms)
    ]
    return held[0] if len(held) == 1 else None


def _figures(source: Words, named: frozenset[str]) -> Iterator[_Figure]:
    """Yield the figures of a source, clause by clause, without those that are names."""
    edges = [0]
    for n, token in enumerate(source.tokens):
        new = n and source.sentence[n] != source.sentence[n - 1]
        if (
            new
            or token.text in ";,("
            or token.lower in ("and", "while", "whereas", "but", "against")
        ):
            edges.append(n)
    edges.append(len(source.tokens))
    clauses = [(a, b) for a, b in zip(edges, edges[1:], strict=False) if b > a]
    values = [
        [
            fact
            for fact in source.facts
            if fact.kind == "number"
            and a <= fact.first < b
            and not frozenset(source.stems[fact.first : fact.last]) & named
        ]
        for a, b in clauses
    ]
    for k, (a, b) in enumerate(clauses):
        elsewhere = {fact.key for n, some in enumerate(values) if n != k for fact in some}
        own = [fact for fact in values[k] if fact.key not in elsewhere or len(values[k]) == 1]
        terms = frozenset(one for one in source.stems[a:b] if is_content(one) or one.isdigit())
        if len(own) == 1 and not own[0].key[0].startswith(">"):
            yield _Figure(float(own[0].key[0]), own[0].key[1], terms)
