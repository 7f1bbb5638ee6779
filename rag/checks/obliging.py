"""What must, may, need not or must not be done: told otherwise than by the source. English.

"May request" is no "has to request", and what is recommended is not required. A word of obliging is
held against those of the source that stand with the same words. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checks.facts import Words, text_of
from rag.checks.meanings import alike
from rag.english.words import content_terms

_NOT = r"(?:not|n't|n\u2019t|no longer|never|hardly)"
_OBLIGED = (
    r"required|obliged|obligatory|compulsory|mandatory|bound|binding|necessary|forced|compelled"
)
_ALLOWED = r"allowed|permitted|permissible|authori[sz]ed|entitled"
_WAYS = (
    (
        "need not",
        rf"need not|needn['\u2019]t|{_NOT} (?:be )?(?:{_OBLIGED})"
        rf"|(?:do|does|did) ?{_NOT} (?:have|need) to|(?:do|does|did) ?{_NOT} require"
        r"|optional|voluntary|free to|at liberty|at (?:its|his|her|their) discretion"
        r"|no (?:need|obligation|duty)|can skip|may skip",
    ),
    (
        "must not",
        rf"must ?{_NOT}|shall not|may not|can ?{_NOT}|can['\u2019]t|cannot"
        rf"|{_NOT} (?:be )?(?:{_ALLOWED})"
        r"|forbidden|prohibited|banned|forbids?|prohibits?|no (?:one|person|member|\w+) may",
    ),
    (
        "must",
        rf"must|shall|ha(?:s|ve) to|{_OBLIGED}|requires?|needs? to|obliges?|obligation to|duty to",
    ),
    ("should", r"should|ought to|recommend(?:s|ed)?|advis(?:es|ed|able)|encourage[sd]?|suggested"),
    ("may", rf"may|can|could|{_ALLOWED}|allows?|permits?|lets"),
)
_PATTERN = re.compile("|".join(rf"(?P<w{n}>\b(?:{words})\b)" for n, (_, words) in enumerate(_WAYS)))
_PREDICATE = re.compile(
    rf"(?:{_OBLIGED}|{_ALLOWED}|optional|voluntary|forbidden|prohibited|banned|recommended)$"
)
_AT_ODDS = {
    "must": frozenset(("need not", "should", "may")),
    "must not": frozenset(("need not", "may")),
    "need not": frozenset(("must",)),
    "may": frozenset(("must not",)),
}
_CLAUSES = re.compile(r"[;:,.]|\b(?:but|while|whereas|although|though|if|unless|when)\b")
_FIRST, _MOST = 2, 4
"""Content words that tell what must or may be done: those that tell most, and all."""
_LEAST = 0.3
"""Share of a sentence that the source's sentence must hold."""


@dataclass(frozen=True, slots=True)
class Obliging:
    """A word of obliging: its way, itself, and the content words of what is to be done."""

    way: str
    word: str
    deed: tuple[str, ...]


def obliged_otherwise(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence obliges, frees or forbids and its source does otherwise.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The auditor may request further documents.")
    >>> obliged_otherwise(words_of("The auditor has to request more documents."), source)
    ['The source says may, not has to.']
    >>> obliged_otherwise(words_of("The auditor can ask for more documents."), source)
    []
    """
    mine = list(obligings(sentence.text))
    if not mine:
        return []
    own = frozenset().union(*sentence.terms)
    theirs = [
        one
        for number, terms in enumerate(source.terms)
        if len(own & terms) >= _LEAST * len(own)
        for one in obligings(text_of(source, number))
    ]
    problems: list[str] = []
    for one in mine:
        near = [(_shared(one.deed, other.deed), other) for other in theirs]
        most = max((shared for shared, _ in near), default=0.0)
        best = [other for shared, other in near if shared == most > 0]
        if best and all(other.way in _AT_ODDS.get(one.way, ()) for other in best):
            problems.append(f"The source says {best[0].word}, not {one.word}.")
    return problems


def obligings(text: str) -> Iterator[Obliging]:
    """Yield the words of obliging of a text with what they are of.

    >>> [(one.way, sorted(one.deed)) for one in obligings("You need not pay the fee.")]
    [('need not', ['fee', 'pay'])]
    """
    lower = text.lower()
    for match in _PATTERN.finditer(lower):
        way = next(_WAYS[n][0] for n in range(len(_WAYS)) if match[f"w{n}"])
        before = content_terms(_CLAUSES.split(lower[: match.start()])[-1])
        rest = lower[match.end() :]
        after = content_terms(_CLAUSES.split(rest)[0])[:_MOST]
        predicate = _PREDICATE.search(match.group()) and not re.match(
            r" (?:to|that|the|an?)\b", rest
        )
        if predicate and before:
            deed = list(before)
        elif re.match(r" (?:\w+ly )?be \w", rest):
            deed = [*before, *after]
        else:
            deed = list(after)
        if deed:
            yield Obliging(way, match.group(), tuple(deed))


def _shared(some: Sequence[str], others: Sequence[str]) -> float:
    """Return how much two deeds share; their first words, a verb and what it is done to, most."""
    return sum(
        max((_weight(n, k) for k, two in enumerate(others) if alike(one, two)), default=0.0)
        for n, one in enumerate(some)
    )


def _weight(one: int, other: int) -> float:
    return 1.0 if max(one, other) < _FIRST else 0.5
