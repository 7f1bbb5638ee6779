"""What stands beside every result: a figure says little until one knows what silence gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.baseline_systems import (
    AbsentStems,
    Majority,
    Parts,
    RandomOrder,
    Ranking,
    Refuse,
    TopPassage,
)
from eval.cases import Suite, Task
from eval.systems import System
from rag.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline by name: what it is, and how it is made.

    ``trivial`` ones stand beside every result; the others take more time.
    """

    about: str
    make: Callable[[Suite, Parts], System]
    searches: bool = False
    trivial: bool = True


def _stock(suite: Suite, parts: Parts) -> System:
    from eval.stock import StockLangChain

    del parts
    return StockLangChain(suite)


_LANGCHAIN = Baseline(
    "LangChain's stock pipeline: 1,000 characters, MiniLM, top passage", _stock, trivial=False
)

BASELINES: Mapping[Task, Mapping[str, Baseline]] = {
    "answer": {
        "refuse": Baseline("always refuses", lambda *_: Refuse()),
        "top-passage": Baseline(
            "the best passage by words, whole",
            lambda _, at: TopPassage("top-passage", at.lexical, at),
            searches=True,
        ),
        "longest-sentence": Baseline(
            "the longest sentence of that passage",
            lambda _, at: TopPassage("longest-sentence", at.lexical, at, longest=True),
            searches=True,
        ),
        "bm25": Baseline(
            "the best passage by BM25, which is top-passage under its usual name",
            lambda _, at: TopPassage("bm25", at.lexical, at),
            searches=True,
            trivial=False,
        ),
        "dense": Baseline(
            "the best passage by MiniLM's vectors",
            lambda _, at: TopPassage("dense", at.dense, at),
            searches=True,
            trivial=False,
        ),
        "langchain": _LANGCHAIN,
    },
    "retrieve": {
        "random": Baseline(
            "the sources in an order of chance", lambda suite, _: RandomOrder(suite)
        ),
        "bm25": Baseline(
            "BM25 over stems",
            lambda _, at: Ranking("bm25", at.lexical, at),
            searches=True,
        ),
        "dense": Baseline(
            "the cosine of MiniLM's vectors",
            lambda _, at: Ranking("dense", at.dense, at),
            searches=True,
        ),
        "langchain": _LANGCHAIN,
    },
    "verify": {
        "majority": Baseline("the commoner judgement, always", lambda suite, _: Majority(suite)),
        "absent-stems": Baseline(
            "unsupported if over 30 % of the stems are absent from the sources",
            lambda *_: AbsentStems(),
        ),
        "absent-stems-count": Baseline(
            "unsupported if over 10 stems are absent from the sources",
            lambda *_: AbsentStems(most=10),
        ),
    },
}


def trivial(task: Task) -> list[str]:
    """Return the baselines that stand beside every result of a task.

    >>> trivial("answer")
    ['refuse', 'top-passage', 'longest-sentence']
    """
    return [name for name, baseline in BASELINES[task].items() if baseline.trivial]


def names_for(task: Task, names: Sequence[str] | None) -> list[str]:
    """Return the names of baselines for a task, each once; None stands for the trivial ones.

    Raises:
        BadRequest: there is no such baseline for the task.
    """
    known = BASELINES[task]
    wanted = list(dict.fromkeys(trivial(task) if names is None else names))
    for name in wanted:
        if name not in known:
            raise BadRequest(
                f"There is no baseline {name!r} for a suite of task {task!r}.",
                f"There are: {', '.join(known)}.",
            )
    return wanted


def baselines_for(suite: Suite, names: Sequence[str] | None, parts: Parts | None) -> list[System]:
    """Return baselines for a suite, in the order of the names.

    Args:
        suite: what they will be asked.
        names: of ``BASELINES[suite.task]``; None for the trivial ones.
        parts: where the suite's sources are searched; None where no baseline that is named
            searches.

    Raises:
        BadRequest: there is no such baseline for the task, or it searches and nothing is given.
    """
    known = BASELINES[suite.task]
    found: list[System] = []
    for name in names_for(suite.task, names):
        if known[name].searches and parts is None:
            raise BadRequest(
                f"The baseline {name!r} searches, and nothing to search was given.",
                "Give it a library.",
            )
        # What searches nothing is handed nothing.
        found.append(known[name].make(suite, parts))  # type: ignore[arg-type]
    return found
