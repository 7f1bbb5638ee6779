"""What is asked and what is expected: sources, cases, claims, and the suite they make.

Offsets count Unicode code points, start inclusive, end exclusive. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.types import Filters, Turn

Task = Literal["answer", "retrieve", "verify"]
"""What a suite measures: an Answerer, a Retriever or a Verifier."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a suite, under the id by which cases name it."""

    id: str
    text: str
    title: str = ""
    publisher: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Characters of a source that hold the answer."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoldAccount:
    """What one source says, as it should stand among the accounts of an answer.

    Empty fields are not compared.
    """

    value: str
    quantity: str = ""
    claimant: str = ""
    relation: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expect:
    """What a right answer holds. Empty fields ask for nothing.

    ``all``, ``any`` and ``values`` are strings, compared without case, or patterns after ``re:``.
    An answer needs every one of ``all``, one of ``any``, and ``min_values`` of ``values`` (None:
    every one). ``answers`` are the right bare answers, of which one is enough, in the spelling of
    annotators. ``wrong`` are values that must not be asserted. ``text`` is a reference answer in
    prose. ``declined`` is the reason that a refusal should give.
    """

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    min_values: int | None = None
    answers: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    text: str = ""
    accounts: tuple[GoldAccount, ...] = ()
    declined: str | None = None

    def __bool__(self) -> bool:
        return bool(self.all or self.any or self.values or self.answers or self.text)


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is expected of whoever answers it, or finds passages for it.

    ``sources`` name documents of which one must be cited. ``relevance`` grades documents for a
    retriever (0: judged and not relevant). ``scope`` are the sources that may be searched for this
    question; None for all of the suite's. ``group`` names what rows share (a document, a
    conversation), so that intervals resample groups, and is the id where nothing is shared.
    ``answerable`` is None where it does not matter. ``problem`` says why the row cannot be asked:
    such a row counts as failed.
    """

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    expect: Expect = field(default_factory=Expect)
    answerable: bool | None = None
    sources: tuple[str, ...] = ()
    relevance: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[GoldSpan, ...] = ()
    tags: tuple[str, ...] = ()
    scope: tuple[str, ...] | None = None
    group: str = ""
    draft: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A text that people have judged against the sources it should rest on, for a Verifier.

    ``supported`` is the judgement of the whole text. ``unsupported`` are the characters of it that
    the sources do not support; None where nobody marked characters.
    """

    id: str
    text: str
    sources: tuple[Source, ...]
    supported: bool
    unsupported: tuple[tuple[int, int], ...] | None = None
    question: str = ""
    label: str = ""
    tags: tuple[str, ...] = ()
    group: str = ""
    problem: str = ""


Row = Case | Claim


@dataclass(frozen=True, slots=True)
class Suite:
    """Rows to be measured, the sources they are about, and the metrics that fit them.

    The first of ``metrics`` is the headline. ``sources`` is empty for claims, which carry theirs.
    ``files`` are the data files that were read, for the record.
    """

    name: str
    task: Task
    rows: tuple[Row, ...]
    metrics: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    grouped_by: str = ""
    about: str = ""
    files: tuple[str, ...] = ()
