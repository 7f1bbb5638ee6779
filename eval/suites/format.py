"""A published format: what it measures, which files it has, and what reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.cases import Case, Row, Source, Suite, Task
from rag.errors import UnreadableFile

LATENCY = ("latency_p50", "latency_p95")
ANSWER_TAIL = (
    "citation_precision",
    "citation_recall",
    "quote_truth",
    "faithfulness",
    "answer_length",
    *LATENCY,
)
"""What every suite of answers measures, whatever it expects."""
OF_CLAIMS = (
    "balanced_accuracy",
    "f1",
    "precision",
    "recall",
    "accuracy",
    "auc",
    "ece",
    *LATENCY,
)
"""What a suite of claims measures where nobody marked characters."""
OF_RANKINGS = (
    "ndcg@10",
    "recall@100",
    "map",
    "mrr@10",
    "recall@10",
    "recall@5",
    "ndcg@5",
    *LATENCY,
)
"""What a suite with graded documents measures."""


_MOST_LOST, _FEW = 0.1, 10


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose of a format. ``split`` is None for the usual one."""

    split: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A published format of test questions or judged claims.

    Args:
        name: what ``vouch eval run`` calls it.
        task: what is measured.
        about: what it is and how it is read here, with its source.
        metrics: those that fit, the headline first.
        files: which files it wants, for a message.
        load: reads the file, or the folder that holds it.
        options: names of ``Options`` that it takes.
        grouped_by: what rows share, by which intervals resample.
    """

    name: str
    task: Task
    about: str
    metrics: tuple[str, ...]
    files: str
    load: Callable[[Path, Options], Suite]
    options: tuple[str, ...] = ()
    grouped_by: str = ""

    def suite(
        self,
        rows: Sequence[Row],
        files: Sequence[Path],
        sources: Sequence[Source] = (),
        notes: Iterable[str] = (),
    ) -> Suite:
        """Return the suite of these rows, every id used once and every row in a group."""
        return Suite(
            name=self.name,
            task=self.task,
            rows=tuple(settled(rows)),
            metrics=self.metrics,
            sources=tuple(first_of_each(sources)),
            grouped_by=self.grouped_by,
            about=" ".join([self.about, *notes]),
            files=tuple(str(one) for one in files),
        )


def first_of_each(sources: Iterable[Source]) -> list[Source]:
    """Return the sources without those whose id an earlier one has.

    >>> [one.text for one in first_of_each([Source("a", "A."), Source("a", "B.")])]
    ['A.']
    """
    found: dict[str, Source] = {}
    for one in sources:
        found.setdefault(one.id, one)
    return list(found.values())


def settled(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with ids of their own; one that repeats an id has a problem that says so.

    >>> rows = settled([Case("q7", "Who?"), Case("q7", "When?")])
    >>> [(row.id, row.group, row.problem) for row in rows]
    [('q7', 'q7', ''), ('q7#2', 'q7#2', 'the id q7 is used by an earlier row')]
    """
    rows = list(rows)
    taken = {row.id for row in rows}
    seen: set[str] = set()
    found: list[Row] = []
    for row in rows:
        if row.id in seen:
            number = 2
            while f"{row.id}#{number}" in taken:
                number += 1
            said = f"the id {row.id} is used by an earlier row"
            problem = f"{row.problem}; {said}" if row.problem else said
            row = replace(row, id=f"{row.id}#{number}", problem=problem)
            taken.add(row.id)
        seen.add(row.id)
        found.append(row if row.group else replace(row, group=row.id))
    return found


def refuse_cut(lost: int, judged: int, path: Path) -> None:
    """Refuse documents of which over a tenth of the judged ones, and over ten, are not there.

    A few are missing from some sets as they are published; more are missing from a file that was
    cut off, and figures on what is left of it would look like figures.

    Raises:
        UnreadableFile: with how many.
    """
    if lost > max(_FEW, judged * _MOST_LOST):
        raise UnreadableFile(
            f"{path} lacks {lost:,} of the {judged:,} documents that were judged.",
            "It was probably cut off: copy it again.",
        )


def first_rows(suite: Suite, limit: int) -> Suite:
    """Return a suite of the first rows, with the sources that they may search.

    >>> rows = (Case("1", "Who?", scope=("a",)), Case("2", "When?", scope=("b",)))
    >>> suite = Suite("x", "answer", rows, (), (Source("a", "A."), Source("b", "B.")))
    >>> [source.id for source in first_rows(suite, 1).sources]
    ['a']
    """
    rows = suite.rows[:limit]
    sources = suite.sources
    scopes = [row.scope for row in rows if isinstance(row, Case)]
    if scopes and None not in scopes:
        wanted = {one for scope in scopes for one in scope or ()}
        sources = tuple(one for one in sources if one.id in wanted)
    return replace(suite, rows=rows, sources=sources)


def literal(value: str) -> str:
    r"""Return a value that is never taken for a pattern, though it begins like one.

    >>> print(literal("Re:Zero"), literal("re:birth"))
    Re:Zero re:(?<!\w)(?:re:birth)(?!\w)
    """
    return either((value,)) if value.startswith("re:") else value


def either(spellings: Sequence[str]) -> str:
    r"""Return a value that any of its spellings gives: itself, or a pattern of them.

    >>> print(either(["Jul 21", "July 21"]))
    re:(?<!\w)(?:Jul\ 21|July\ 21)(?!\w)
    """
    if len(spellings) == 1 and not spellings[0].startswith("re:"):
        return spellings[0]
    return rf"re:(?<!\w)(?:{'|'.join(re.escape(one) for one in spellings)})(?!\w)"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "row"), count(1200, "query", "queries")
    ('1 row', '1,200 queries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
