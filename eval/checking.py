"""Checking answers after they were given: are the quotations there, do they say what they should.

The verifier is the one that the report names. A sentence with citations is checked against them;
one without is checked against the passages that are nearest to it, for faithfulness alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from eval.cases import Case
from eval.record_file import not_finite
from eval.verifiers import supports
from rag.english.sentences import sentences
from rag.types import Citation, DateCandidate, DocumentInfo, Hit, Passage, Verifier

NEAREST = 6
"""Passages that a sentence without citations is compared with."""
AROUND = 160
"""Characters on each side of a quotation that the report shows."""


class Library(Protocol):
    """What checking needs of the documents."""

    def text_of(self, name: str) -> str | None:
        """Return a document's text by any of its names."""
        ...

    def passage_of(self, passage_id: str) -> Passage | None:
        """Return a passage by its id, or None."""
        ...

    def nearest(self, sentence: str, case: Case, limit: int) -> Sequence[Hit]:
        """Return the passages in the case's scope that are nearest to a sentence."""
        ...


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of an answer and the numbers of its citations."""

    text: str
    start: int
    end: int
    cited: tuple[int, ...]


class AnswerChecker:
    """Checks answers with a verifier.

    Args:
        verifier: says whether a quotation supports a sentence.
        name: how the verifier is called in reports.
        library: where the documents are; None where there are none, so that nothing can be looked
            up and only quotations with their own words are checked.
        least: the support that counts as supported; None to go by the verdict.
    """

    def __init__(
        self,
        verifier: Verifier,
        name: str,
        library: Library | None,
        *,
        least: float | None = None,
    ) -> None:
        self._verifier, self.name, self._library, self._least = verifier, name, library, least

    def check(self, case: Case, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was found of an answer's sentences, citations and quotations.

        What a verifier cannot do is an ``error`` in place of that, and no finding.
        """
        try:
            found = self._checked(case, answer)
            where = not_finite(found)
            return {"verifier": self.name, "error": f"{where} is no number"} if where else found
        # A verifier may be anybody's code.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            why = " ".join(f"{type(error).__name__}: {error}".split())
            return {"verifier": self.name, "error": why}

    def _checked(self, case: Case, answer: Mapping[str, Any]) -> dict[str, Any]:
        citations = {int(one["n"]): one for one in answer.get("citations") or ()}
        found: dict[str, Any] = {"verifier": self.name, "sentences": [], "citations": []}
        if self._library is not None:
            found["quotes"] = [
                {"n": n, "true": self._is_true(one)} for n, one in sorted(citations.items())
            ]
        for number, said in enumerate(_said(answer)):
            marks = [n for n in said.cited if n in citations]
            supports: list[float] = []
            for n in marks:
                support, supported = self._support(said.text, [self._citation(citations[n])])
                supports.append(support if supported else -support)
                found["citations"].append(
                    {"n": n, "sentence": number, "support": support, "supported": supported}
                )
            # One that its citations do not carry alone may rest on all of them, or on none.
            supported = any(one > 0 for one in supports)
            support = max((abs(one) for one in supports), default=0.0)
            if not marks:
                support, supported = self._support(said.text, self._near(said.text, case))
            found["sentences"].append(
                {
                    "text": said.text,
                    "start": said.start,
                    "end": said.end,
                    "support": support,
                    "supported": supported,
                    "cited": bool(marks) and supported,
                }
            )
        return found

    def _citation(self, value: Mapping[str, Any]) -> Citation:
        """Return a citation as a verifier takes it, in its passage where that is known."""
        found = citation_of_json(value)
        named = str(value.get("passage_id") or "")
        passage = self._library.passage_of(named) if self._library and named else None
        if passage is not None and passage.document_id == found.document_id:
            return replace(found, passage=passage)
        return found

    def _support(self, text: str, citations: Sequence[Citation]) -> tuple[float, bool]:
        best, supported = 0.0, False
        for citation in citations:
            check = self._verifier.check(text, citation)
            supported = supported or supports(check, self._least)
            best = max(best, check.support)
        return round(best, 4), supported

    def _near(self, text: str, case: Case) -> list[Citation]:
        if self._library is None:
            return []
        return [
            Citation(
                hit.document.id,
                hit.passage.start,
                hit.passage.end,
                hit.passage.text,
                hit.passage,
                hit.document,
            )
            for hit in self._library.nearest(text, case, NEAREST)
        ]

    def _is_true(self, citation: Mapping[str, Any]) -> bool:
        """Return whether the characters of a quotation are there, where they are said to be."""
        quote, start, end = (citation.get(name) for name in ("quote", "start", "end"))
        if not quote or self._library is None:
            return False
        for name in _names(citation):
            text = self._library.text_of(name)
            if text is None:
                continue
            # A system that gives no places is held to the words alone.
            return quote in text if start is None or end is None else text[start:end] == quote
        return False


def _names(citation: Mapping[str, Any]) -> Iterator[str]:
    for name in ("document_id", "external_id", "source", "title"):
        if citation.get(name):
            yield str(citation[name])


def _said(answer: Mapping[str, Any]) -> Iterator[_Said]:
    """Yield the sentences that an answer asserts, with their citations.

    Headings and the line that leads a list carry no claim of their own where they cite nothing.
    """
    if answer.get("declined"):
        return
    given = answer.get("sentences")
    if given is None:
        text = str(answer.get("text") or "")
        for start, end in sentences(text):
            cited = [
                int(mark["n"])
                for mark in answer.get("marks") or ()
                if start <= int(mark["start"]) < end
            ]
            # Where nothing says which sentence a citation is for, it is for all of them.
            if not answer.get("marks"):
                cited = [int(one["n"]) for one in answer.get("citations") or ()]
            if text[start:end].strip():
                yield _Said(text[start:end], start, end, tuple(cited))
        return
    for one in given:
        cited = [int(mark["n"]) for mark in one.get("citations") or ()]
        if one.get("status") == "removed" or (one.get("kind") == "lead" and not cited):
            continue
        yield _Said(one["text"], int(one.get("start", 0)), int(one.get("end", 0)), tuple(cited))


def pairs_of(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the (sentence, quotation) pairs that checking an answer would compare."""
    quotes = {int(one["n"]): str(one.get("quote") or "") for one in answer.get("citations") or ()}
    return [(said.text, quotes[n]) for said in _said(answer) for n in said.cited if n in quotes]


def citation_of_json(value: Mapping[str, Any]) -> Citation:
    """Return a citation of the contract as the value that a verifier takes.

    The passage is the quotation with the characters around it, as far as the contract carries them.
    """
    quote = str(value.get("quote") or "")
    start = int(value.get("start") or 0)
    before, after = str(value.get("prefix") or ""), str(value.get("suffix") or "")
    source = str(value.get("document_id") or value.get("external_id") or value.get("source") or "")
    text = before + quote + after
    first = start - len(before)
    passage = Passage(source, first, first + len(text), text)
    published = value.get("published")
    info = DocumentInfo(
        source,
        "",
        str(value.get("title") or ""),
        str(value.get("source") or source),
        publisher=value.get("publisher"),
        dates=(DateCandidate(published, "metadata", published),) if published else (),
    )
    return Citation(source, start, start + len(quote), quote, passage, info)


def quotes_of(
    answer: Mapping[str, Any], text_of: Callable[[str], str | None]
) -> list[dict[str, Any]]:
    """Return the quotations of an answer with the words around them, for the report."""
    found = []
    for one in answer.get("citations") or ():
        quote, start = str(one.get("quote") or ""), one.get("start")
        before, after = str(one.get("prefix") or ""), str(one.get("suffix") or "")
        text = next((t for name in _names(one) if (t := text_of(name)) is not None), None)
        if text is not None and start is not None and text[start : start + len(quote)] == quote:
            before = text[max(0, start - AROUND) : start]
            after = text[start + len(quote) : start + len(quote) + AROUND]
        found.append(
            {
                "n": one.get("n"),
                "before": before,
                "quote": quote,
                "after": after,
                "title": one.get("title") or one.get("source") or "",
                "place": one.get("place") or "",
            }
        )
    return found
