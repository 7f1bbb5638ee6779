"""From a draft to what is shown: every sentence verified, and mended or struck where it must be.

A chat model proposes, the sources dispose. Where the model fails, says nothing that stands, or
passes over a disagreement, the extractive writer's sentences stand instead or beside.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal

from rag.accounts import disagreeing
from rag.citations import AnswerText
from rag.english.joint import joint_checks
from rag.errors import WriterFailed
from rag.merged import merges, tells_any, tells_every
from rag.quoting import completed
from rag.repair import Repair
from rag.steps import removed, shown
from rag.types import (
    Check,
    DraftSentence,
    Event,
    Material,
    Reason,
    SentenceRemoved,
    SentenceShown,
    Step,
    Thought,
    Verifier,
    Warn,
    Writer,
)
from rag.verify import CheckedDraft, checks_of

Checks = Literal["strict", "mark", "off"]

_MERGED = "It merges what the sources say differently."
_UNCHECKED = "The checks are switched off."


@dataclass(frozen=True, slots=True)
class Composed:
    """What came of a draft: who wrote it, whether it is whole, and what a reader should know."""

    writer: str
    reason: Reason | None = None
    complete: bool = True
    warnings: tuple[Warn, ...] = ()
    thinking: str = ""


@dataclass(slots=True)
class _Course:
    """How the composing of one answer stands."""

    material: Material
    grown: AnswerText
    written: int = 0
    struck: int = 0
    accounts_shown: bool = False
    beside: bool = False
    thoughts: list[str] = field(default_factory=list)


class Composer:
    """Turns a writer's draft into verified sentences.

    Args:
        writer: writes the draft.
        verifier: checks each sentence against its citations.
        repair: finds other passages for a sentence that its own do not support; None strikes it.
        fallback: writes where the writer fails; None where the writer cannot fail.
        checks: what becomes of a sentence that no source supports.
    """

    def __init__(
        self,
        writer: Writer,
        verifier: Verifier,
        *,
        repair: Repair | None = None,
        fallback: Writer | None = None,
        checks: Checks = "strict",
    ) -> None:
        self._writer, self._verifier, self._repair = writer, verifier, repair
        self._fallback, self._checks = fallback, checks

    def compose(self, material: Material, grown: AnswerText) -> Generator[Event, None, Composed]:
        """Yield steps, thoughts and sentences as they come, and grow the answer's text by them."""
        reason = material.reading.reason
        # The reader knows English and sentences that look like answers: a model may see more.
        asked = reason is None or (self._fallback is not None and reason != "contradicted")
        if not asked or (reason is not None and not material.hits):
            return Composed((self._fallback or self._writer).name, reason)
        course = _Course(material, grown)
        failed: WriterFailed | None = None
        try:
            # Closed here and not when the collector gets to it: a model may still be speaking.
            with closing(self._writer.write(material)) as drafts:
                for draft in drafts:
                    yield from self._take(draft, course)
        except WriterFailed as error:
            failed = error
        yield from self._make_up(course, failed)
        return self._composed(course, failed)

    def _take(
        self, draft: DraftSentence | Thought | Step | SentenceRemoved, course: _Course
    ) -> Iterator[Event]:
        if isinstance(draft, DraftSentence):
            yield from self._settle(draft, course)
        elif isinstance(draft, SentenceRemoved):
            course.struck += 1
            course.grown.strike(draft.text, draft.problems)
            yield draft
        else:
            if isinstance(draft, Thought):
                course.thoughts.append(draft.text)
            yield draft

    def _settle(self, draft: DraftSentence, course: _Course) -> Iterator[Event]:
        """Show a sentence with the citations that support it, or strike it."""
        if self._checks == "off" and draft.kind == "written":
            unchecked = Check("unsupported", 0.0, (_UNCHECKED,))
            yield self._show(draft, [unchecked for _ in draft.citations], course)
            return
        checked, checks = self._checked(draft, course.material)
        if checks:
            yield self._show(checked.draft, checks, course)
        elif self._checks == "strict" and merges(draft, course.material.accounts):
            yield self._struck(CheckedDraft(draft, (_MERGED, *checked.problems)), course)
            yield from self._tell_accounts(course)
        elif self._checks == "mark" and draft.kind == "written":
            marked = [self._verifier.check(draft.text, one) for one in draft.citations]
            yield self._show(draft, marked, course, checked.problems)
        else:
            yield self._struck(checked, course)

    def _checked(
        self, draft: DraftSentence, material: Material
    ) -> tuple[CheckedDraft, list[Check]]:
        checked, checks = checks_of(draft, self._verifier)
        if draft.kind != "written":
            return checked, checks
        if checks:
            better = self._repair and self._repair.better(draft, material, checks)
            return better or (checked, checks)
        mended = joint_checks(draft, self._verifier)
        if mended is None and self._repair is not None:
            mended = self._repair.mend(draft, material)
        return mended if mended is not None else (checked, [])

    def _show(
        self,
        draft: DraftSentence,
        checks: list[Check],
        course: _Course,
        problems: tuple[str, ...] = (),
    ) -> SentenceShown:
        status: Literal["kept", "marked"] = "marked" if problems else "kept"
        if draft.kind == "written":
            course.written += 1
            draft, checks = _quoted_whole(draft, checks)
        return shown(course.grown, course.grown.append(draft, checks, status, problems))

    def _struck(self, checked: CheckedDraft, course: _Course) -> SentenceRemoved:
        if checked.draft.kind == "written":
            course.struck += 1
        course.grown.strike(checked.draft.text, checked.problems, checked.draft.kind)
        return removed(checked)

    def _make_up(self, course: _Course, failed: WriterFailed | None) -> Iterator[Event]:
        """Say with quotations what the model did not."""
        accounts = course.material.accounts
        if self._fallback is None or course.material.reading.reason is not None:
            return
        if not course.written or failed is not None:
            yield from self._quote(course)
        elif self._checks == "off":
            return
        elif not tells_any(
            course.grown,
            accounts,
            course.material.reading.candidates,
            tried=course.struck > 0,
        ):
            course.beside = True
            yield from self._quote(course)
        elif disagreeing(accounts) and not tells_every(course.grown, accounts):
            yield from self._tell_accounts(course)

    def _quote(self, course: _Course) -> Iterator[Event]:
        """Show the extractive answer, less the quotations that stand there already."""
        assert self._fallback is not None
        if course.accounts_shown:
            return
        for draft in self._fallback.write(course.material):
            if isinstance(draft, DraftSentence):
                there = {(one.document_id, one.start) for one in course.grown.citations}
                told = {(one.document_id, one.start) for one in draft.citations} <= there
                if not (told and course.written and draft.kind == "quote"):
                    yield from self._settle(draft, course)

    def _tell_accounts(self, course: _Course) -> Iterator[Event]:
        """Show what each source says of the figure, once."""
        if course.accounts_shown or self._fallback is None:
            return
        course.accounts_shown = True
        for draft in self._fallback.write(course.material):
            if isinstance(draft, DraftSentence):
                yield from self._settle(draft, course)

    def _composed(self, course: _Course, failed: WriterFailed | None) -> Composed:
        if self._fallback is None:
            return Composed(self._writer.name)
        quoted = bool(course.grown.shown)
        reason = course.material.reading.reason if not quoted else None
        partial = failed is not None and course.written > 0
        return Composed(
            self._writer.name if course.written else self._fallback.name,
            reason or (None if quoted else "not_supported"),
            not partial,
            tuple(self._warnings(course, failed, quoted)),
            "".join(course.thoughts).strip(),
        )

    def _warnings(
        self, course: _Course, failed: WriterFailed | None, quoted: bool
    ) -> Iterator[Warn]:
        instead = " The answer is in the sources' own words." if quoted else ""
        if failed is not None:
            if course.written:
                more = " What it wrote is incomplete; the sources' own words stand after it."
                yield Warn("writer_incomplete", f"{failed.message}{more} {failed.hint}".strip())
            else:
                yield Warn("writer_failed", f"{failed.message}{instead} {failed.hint}".strip())
        elif not course.written and course.struck:
            yield Warn(
                "writer_failed",
                f"Nothing that the model {self._writer.name} wrote stands in the sources.{instead}",
            )
        elif not course.written and quoted:
            yield Warn(
                "writer_failed",
                f"The model {self._writer.name} found no answer in the passages.{instead}",
            )
        if course.written and course.material.reading.reason is not None:
            yield Warn(
                "reader_unsure",
                "Vouch's own reader found no sentence that answers; see whether these do.",
            )
        if course.beside:
            yield Warn(
                "writer_beside",
                "The model does not give what Vouch's own reader found; that stands after it, in"
                " the sources' own words.",
            )
        if course.struck:
            count = f"{course.struck} sentence{'s' if course.struck > 1 else ''}"
            verb = "were" if course.struck > 1 else "was"
            yield Warn(
                "sentences_removed", f"{count} of the model {verb} removed: no source says so."
            )
        if self._checks == "off" and course.written:
            yield Warn(
                "unchecked", f"{_UNCHECKED} No sentence of the model was held to its source."
            )


def _quoted_whole(draft: DraftSentence, checks: list[Check]) -> tuple[DraftSentence, list[Check]]:
    """Return a sentence with all the places of its passages that it puts together."""
    whole = [
        (place, check)
        for citation, check in zip(draft.citations, checks, strict=True)
        for place in (completed(draft.text, citation) if check.support else (citation,))
    ]
    return replace(draft, citations=tuple(one for one, _ in whole)), [check for _, check in whole]
