"""Which rows of a table a question asks for, and which of their cells answers it. English.

A row is told apart by what stands in its own cells: the header's names are those of every row. Of
the rows of one table those answer that hold most of the question; one that holds less of it than
another, or none of it, only stands beside. Pure functions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rag.english.counts import numbers
from rag.english.listing import is_list_question
from rag.english.question import Asked
from rag.english.when import times
from rag.english.words import content_terms, stem, terms_held
from rag.features import Line
from rag.senders import day_terms
from rag.table_rows import cells_in, counts, header_of

_MOST = re.compile(
    r"\b(?:most|least|\w{3,}est|best|worst|first|last|total|average|each|every|all)\b",
    re.IGNORECASE,
)
"""A question of a whole table, whose rows need not be named in it."""
_SOUGHT = re.compile(
    r"^(?:and |but )?what(?:'s| is| was| are| were) (?:the )?(?P<what>[a-z -]+?) (?:of|for)\b", re.I
)
_PRICES = frozenset(
    "price cost charge fee rate amount salary wage eur usd gbp chf pay value".split()
)
_PRICED = re.compile(
    r"\b(?:cost|costs|price|prices|priced|charges?|fees?|pay|pays|paid|salar(?:y|ies)|money)\b",
    re.I,
)
_COLUMNS: Mapping[str, frozenset[str]] = {
    "who": frozenset(
        "who person responsible name agent owner trainer lawyer supplier author customer".split()
    ),
    "where": frozenset("where place room location site address city town".split()),
}
"""Names of columns that hold what a kind of question asks for."""
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_QUARTER = re.compile(r"\b(first|second|third|fourth) quarter\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019.-]*)+")
_COVERS = 0.6
"""Least share of a question's words, by their rarity, that a row answers for by itself."""


def beside(asked: Asked, lines: Sequence[Line]) -> frozenset[int]:
    """Return the places of the rows that are not those that a question asks for.

    Args:
        asked: The question.
        lines: The sentences and rows that may answer.
    """
    tables: defaultdict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.told:
            tables[line.hit.document.id, header_of(line.hit.passage, "")].append(at)
    every = is_list_question(asked) or bool(_MOST.search(asked.text))
    out: set[int] = set()
    for rows in tables.values():
        held = _told_apart(asked, {at: lines[at] for at in rows})
        for at in rows:
            less = any(held[at] < held[other] for other in rows)
            if less or (not held[at] and not every) or _is_of_other(asked, lines[at], held[at]):
                out.add(at)
    return frozenset(out)


def _told_apart(asked: Asked, rows: Mapping[int, Line]) -> dict[int, frozenset[str]]:
    """Return what each row holds of the question that its header does not, else what it holds."""
    held = {at: own_terms(asked, line) for at, line in rows.items()}
    names = frozenset().union(
        *(terms_held(" ".join(header_of(line.hit.passage, ""))) for line in rows.values())
    )
    apart = {at: one - names for at, one in held.items()}
    return apart if any(apart.values()) else held


def own_terms(asked: Asked, line: Line) -> frozenset[str]:
    """Return the terms of a question that the cells of a row hold; a day in any of its forms."""
    header = header_of(line.hit.passage, "")
    cells = [line.text[start:end] for start, end in cells_in(line.text, len(header))]
    terms = frozenset(asked.terms)
    held = terms & terms_held(" \n".join(cells))
    # "IT" or "P2": a cell that stands in the question to the letter names its row.
    held |= {cell for cell in cells if cell[:1].isalpha() and _stands(cell, asked.text)}
    if asked.period is not None:
        first, last = asked.period
        if any(time.first <= last and first <= time.last for time in times(line.text, None)):
            held |= terms & day_terms(asked.text)
    return held


def _stands(cell: str, question: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", question))


def _is_of_other(asked: Asked, line: Line, held: frozenset[str]) -> bool:
    """Return whether a row is of another one of that name, or lacks what is asked of it.

    "Elin Marsh" is not Desmond Marsh; a row with no salary tells nobody's salary.
    """
    for name in asked.names:
        words = frozenset(content_terms(name))
        part = words & held
        if len(words) > 1 and part and part != words and _names_another(line, words, part):
            return True
    sought = _SOUGHT.match(asked.text)
    if sought is None:
        return False
    wanted = {stem(word) for word in sought["what"].lower().split()}
    if wanted & _STEMMED_PRICES:
        wanted |= _STEMMED_PRICES
    passage = line.hit.passage
    around = f"{line.told} {passage.context} {line.hit.document.title}"
    return not wanted & terms_held(around)


_STEMMED_PRICES = frozenset(stem(word) for word in _PRICES)


def _names_another(line: Line, words: frozenset[str], part: frozenset[str]) -> bool:
    """Return whether a cell gives a name that has a part of an asked one and other words."""
    for match in _NAME.finditer(line.text):
        own = frozenset(content_terms(match.group()))
        if own & part and own - words:
            return True
    return False


def covers(asked: Asked, line: Line, weights: Mapping[str, float]) -> bool:
    """Return whether a row, with its header and headings, holds most of what a question says.

    Args:
        asked: The question.
        line: A row; no other line covers anything.
        weights: How much each term of the question weighs, 0 or more.
    """
    held = own_terms(asked, line) if line.told else frozenset()
    if not held or (
        asked.kind == "how_many" and not counts(line.text, header_of(line.hit.passage, ""))
    ):
        return False
    passage = line.hit.passage
    around = held | terms_held(f"{line.told} {passage.context} {line.hit.document.title}")
    if _PRICED.search(asked.text) and _STEMMED_PRICES & around:
        around |= {
            stem(word) for word in re.findall(r"\w+", asked.text.lower()) if _PRICED.match(word)
        }
    total = sum(weights.get(term, 0.0) for term in asked.terms)
    share = sum(weights.get(term, 0.0) for term in asked.terms if term in around)
    return total > 0 and share >= total * _COVERS


def cell_asked(asked: Asked, line: Line) -> tuple[int, int]:
    """Return where in a row the cell stands that a question asks for; ``(0, 0)`` where none does.

    The one whose column the question names, else the only one of the kind that is asked for.
    """
    header = header_of(line.hit.passage, "")
    cells = cells_in(line.text, len(header))
    if not line.told or len(cells) != len(header):
        return 0, 0
    quarter = _QUARTER.search(asked.text)
    wanted = set(asked.terms) - own_terms(asked, line)
    wanted |= {f"q{_ORDINALS[quarter[1].lower()]}"} if quarter else set()
    open_ = [
        (name, place)
        for name, place in zip(header, cells, strict=True)
        # What the question says itself, such as the thickness that it asks for, is no answer.
        if not terms_held(line.text[slice(*place)]) <= terms_held(asked.text)
    ]
    named = [len(wanted & terms_held(name)) for name, _ in open_]
    best = max(named, default=0)
    if best and named.count(best) == 1:
        return open_[named.index(best)][1]
    fitting = [place for name, place in open_ if _fits(asked, name, line.text[slice(*place)])]
    return fitting[0] if len(fitting) == 1 else (0, 0)


def _fits(asked: Asked, name: str, cell: str) -> bool:
    """Return whether a cell under a column's name is of the kind that a question asks for."""
    words = frozenset(re.findall(r"[a-z]+", name.lower()))
    if _PRICED.search(asked.text) and asked.kind in ("how_many", "what"):
        return bool(words & _PRICES) and bool(numbers(cell))
    if asked.kind == "when":
        return bool(times(cell, None))
    return asked.kind in _COLUMNS and bool(words & _COLUMNS[asked.kind])
