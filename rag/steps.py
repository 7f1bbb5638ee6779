"""What a stream tells of the flow while it runs, with counts and times that are real."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

from rag.citations import AnswerText
from rag.types import Account, Hit, Reading, Sentence, SentenceRemoved, SentenceShown, Step
from rag.verify import CheckedDraft


class Laps:
    """Takes the time of each step, in milliseconds."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._taken: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End the step that runs and name it."""
        passed = (time.perf_counter() - self._started) * 1000
        self._taken[name] = passed - sum(self._taken.values())

    def total(self) -> dict[str, float]:
        """Return the time of every step and of all together."""
        return {**self._taken, "total": (time.perf_counter() - self._started) * 1000}


def waited(result: str | Generator[Step, None, str]) -> Generator[Step, None, str]:
    """Yield the steps of a text that takes time to come, and return it; one at hand is returned."""
    return result if isinstance(result, str) else (yield from result)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def understood_step(text: str) -> Step:
    """Return the step that says how a follow-up was understood."""
    return Step("follow_up", f"Understood as: {text}", {"standalone_question": text})


def found_step(hits: Sequence[Hit]) -> Step:
    """Return the step that says what the search found."""
    documents = len({hit.document.id for hit in hits})
    message = f"Found {_counted(len(hits), 'passage')} in {_counted(documents, 'document')}"
    return Step("retrieve", message, {"passages": len(hits), "documents": documents})


def read_step(hits: Sequence[Hit], reading: Reading, accounts: Sequence[Account]) -> Step:
    """Return the step that says what was read."""
    message = f"Read {_counted(len(hits), 'passage')}"
    if accounts:
        message += f", {_counted(len(accounts), 'account')} of the figure"
    counts = {"candidates": len(reading.candidates), "accounts": len(accounts)}
    return Step("read", message, counts)


def shown(grown: AnswerText, sentence: Sentence) -> SentenceShown:
    """Return a sentence as it is shown, with the citations that it brings for the first time."""
    earlier = {mark.n for one in grown.sentences[:-1] for mark in one.citations}
    new = [mark.n for mark in sentence.citations if mark.n not in earlier]
    return SentenceShown(sentence, tuple((n, grown.citations[n - 1]) for n in new))


def removed(checked: CheckedDraft) -> SentenceRemoved:
    """Return the event of a sentence that no citation holds up, with what is wrong with it."""
    return SentenceRemoved(checked.draft.text, checked.problems)
