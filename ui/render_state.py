"""What must be known of an answer beside its sentences: its writer, what was struck, what changed.

Pure functions over the values of ``rag.types``; the result is plain text that is not escaped yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.stale import AnswerCheck
from rag.types import Answer, Sentence
from ui.render_words import count

ABOVE = ("writer_failed", "writer_incomplete", "unchecked", "hidden_source")
"""Codes of the warnings that stand above an answer: they change how all of it is read."""


def removed_words(answer: Answer) -> list[Sentence]:
    """Return the sentences that were taken out of an answer because no source supports them."""
    return [sentence for sentence in answer.sentences if sentence.status == "removed"]


def removed_line(number: int) -> str:
    """Return that sentences of a draft were taken out; empty for none.

    >>> removed_line(1), removed_line(0)
    ('1 sentence removed: no source says this', '')
    """
    return f"{count(number, 'sentence')} removed: no source says this" if number else ""


def above_lines(answer: Answer) -> list[str]:
    """Return what a reader must know before the answer: it is incomplete, unchecked, not a model's.

    A partial answer is said to be one in the same line as the reason.
    """
    told = {warning.code: warning.message for warning in answer.warnings if warning.code in ABOVE}
    found = [told[code] for code in ("writer_failed", "unchecked", "hidden_source") if code in told]
    if not answer.complete or "writer_incomplete" in told:
        found.insert(0, f"This answer is incomplete. {told.get('writer_incomplete', '')}".strip())
    return found


def other_warnings(answer: Answer, *, said: Sequence[str] = ()) -> list[str]:
    """Return the warnings that do not stand above the answer, without the codes said elsewhere."""
    return [one.message for one in answer.warnings if one.code not in (*ABOVE, *said)]


def is_unchecked(answer: Answer) -> bool:
    """Tell whether the answer's sentences were not held against their quotes."""
    return any(warning.code == "unchecked" for warning in answer.warnings)


def writer_line(answer: Answer) -> str:
    """Return who wrote the answer."""
    if answer.declined is not None:
        return ""
    if answer.writer == "extractive":
        return "In the sources' own words."
    checked = "not checked" if is_unchecked(answer) else "checked by Vouch"
    return f"Written by {answer.writer}, {checked}."


def stale_line(check: AnswerCheck | None) -> str:
    """Return how many quotations no longer stand as they did; empty when all of them do."""
    if check is None or check.state == "current":
        return ""
    every = len(check.quotes)
    stale, damaged = check.count("stale"), check.count("damaged")
    found: list[str] = []
    if stale:
        whose = "the source" if stale == 1 else "the sources"
        have = "has" if stale == 1 else "have"
        found.append(
            f"Stale: {whose} of {stale} of {count(every, 'quotation')} {have} changed since."
        )
    if damaged:
        stand = "does not stand" if damaged == 1 else "do not stand"
        found.append(
            f"Damaged: {damaged} of {count(every, 'quotation')} {stand} in a source that has not"
            " changed."
        )
    return " ".join(found)


def checked_line(answer: Answer) -> str:
    """Return how the sentences of an answer fared in the check, or the empty string."""
    shown = [one for one in answer.sentences if one.status != "removed" and one.citations]
    if not shown or is_unchecked(answer):
        return ""
    good = sum(1 for sentence in shown if sentence.verdict == "supported")
    if good == len(shown):
        every = "The sentence was" if good == 1 else f"All {good} sentences were"
        return f"{every} checked against the quotes."
    return f"{good} of {len(shown)} sentences are fully supported by their quotes."
