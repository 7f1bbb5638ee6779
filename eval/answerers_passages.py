"""What foreign retrievers call a passage, as a place in a suite's sources.

A passage names its source, or holds characters that stand in one of them exactly; nothing is
matched by likeness.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from eval.cases import Case, Source
from eval.systems import RANKED
from rag.errors import VouchError
from rag.types import Citation, Hit

_TEXT_KEYS = ("text", "page_content", "content", "quote", "passage", "chunk")
_NAME_KEYS = ("source", "doc_id", "document_id", "external_id", "id", "title")
_SCORE_KEYS = ("score", "retrieval_score", "relevance_score")
PASSAGES = (
    "a list of sources' ids, of texts, of LangChain Documents, or of dicts with `source` and `text`"
)


class NotAnOutput(VouchError):
    """A system gave something that is neither an answer nor a list of passages nor a verdict."""

    code = "not_an_output"


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a system gave; ``start`` is None where its place is not known."""

    source: str
    text: str = ""
    start: int | None = None
    end: int | None = None
    score: float | None = None
    title: str = ""


class SuiteSources:
    """The sources of a suite, by every name that a foreign system may give them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._all = tuple(sources)
        self._by_id = {source.id: source for source in self._all}
        self._by_text = {source.text: source.id for source in reversed(self._all)}
        names: dict[str, set[str]] = {}
        for source in self._all:
            path = PurePath(source.id)
            for name in (source.title, path.name, path.stem):
                names.setdefault(name, set()).add(source.id)
        names.pop("", None)
        self._by_name = {name: min(ids) for name, ids in names.items() if len(ids) == 1}

    def __len__(self) -> int:
        return len(self._all)

    def of(self, case: Case) -> tuple[Source, ...]:
        """Return the sources that may be searched for a case.

        Raises:
            VouchError: the scope names a source that the suite does not have.
        """
        if case.scope is None:
            return self._all
        try:
            return tuple(self._by_id[one] for one in case.scope)
        except KeyError as error:
            raise VouchError(
                f"{case.id} may search the source {error.args[0]!r}, and there is none of that id.",
                "Correct its scope.",
            ) from error

    def get(self, source_id: str) -> Source | None:
        """Return the source of an id."""
        return self._by_id.get(source_id)

    def id_of(self, name: str) -> str | None:
        """Return the id of the one source of that id, title, file name or stem.

        >>> sources = SuiteSources([Source("news/a.txt", "Rain."), Source("b", "Sun.", "Bright")])
        >>> sources.id_of("/home/ann/a.txt"), sources.id_of("Bright"), sources.id_of("c")
        ('news/a.txt', 'b', None)
        """
        if name in self._by_id:
            return name
        path = PurePath(name)
        return next(
            (self._by_name[one] for one in (name, path.name, path.stem) if one in self._by_name),
            None,
        )

    def place(self, text: str, source_id: str) -> tuple[int, int] | None:
        """Return where a text stands first in a source, character for character."""
        source = self._by_id.get(source_id)
        at = source.text.find(text) if source and text else -1
        return None if at < 0 else (at, at + len(text))

    def holding(self, text: str, case: Case) -> str | None:
        """Return the id of the first source in a case's scope that holds a text exactly."""
        if not text.strip():
            return None
        inside = self.of(case)
        whole = self._by_text.get(text)
        if whole is not None and (case.scope is None or whole in case.scope):
            return whole
        return next((source.id for source in inside if text in source.text), None)


def passages_of(given: Sequence[Any], case: Case, sources: SuiteSources) -> list[Found]:
    """Return the passages of a list, in its order.

    Raises:
        NotAnOutput: something in the list is no passage, or says nowhere which source it is from.
    """
    return [_passage(one, n, case, sources) for n, one in enumerate(given, start=1)]


def check_known(found: Sequence[Found], sources: SuiteSources) -> None:
    """Refuse a ranking of which nothing is known, as it would only look like a bad one.

    Raises:
        NotAnOutput: none of the passages is from a source of the suite.
    """
    if found and len(sources) and not any(sources.get(one.source) for one in found):
        raise NotAnOutput(
            f"None of the {len(found)} passages is from a source of the suite; the first names"
            f" {found[0].source[:80]!r}.",
            "Give each passage the source's id as metadata `source`, or the source's exact words.",
        )


def hits_json(found: Sequence[Found]) -> tuple[Mapping[str, Any], ...]:
    """Return passages as an output's hits, up to 100 sources; without scores, 1/rank stands."""
    hits: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    for rank, one in enumerate(found, start=1):
        seen.add(one.source)
        if len(seen) > RANKED:
            break
        score = 1 / rank if one.score is None else one.score
        hits.append({"source": one.source, "score": score, "start": one.start, "end": one.end})
    return tuple(hits)


def citations_json(found: Sequence[Found], sources: SuiteSources) -> list[dict[str, Any]]:
    """Return passages as the citations of an answer; a source without words is cited whole."""
    cited = []
    for n, one in enumerate(found, start=1):
        source = sources.get(one.source)
        if source is not None and not one.text:
            start, end = (0, len(source.text)) if one.start is None else (one.start, one.end)
            one = replace(one, text=source.text[start:end], start=start, end=end)
        citation = {
            "n": n,
            "document_id": one.source,
            "external_id": one.source,
            "source": one.source,
            "title": source.title if source else one.title,
            "start": one.start,
            "end": one.end,
            "quote": one.text,
        }
        if one.score is not None:
            citation["retrieval_score"] = one.score
        cited.append(citation)
    return cited


def _passage(one: Any, n: int, case: Case, sources: SuiteSources) -> Found:
    score: float | None = None
    if isinstance(one, tuple | list) and len(one) == 2 and not isinstance(one[1], str | bool):
        one, score = one[0], number(one[1], f"The score of passage {n}")
    if isinstance(one, Source):
        return Found(one.id, score=score)
    if isinstance(one, Hit):
        at = one.passage
        name = one.document.external_id or one.document.id
        return Found(name, at.text, at.start, at.end, one.score, one.document.title)
    if isinstance(one, Citation):
        name = one.document.external_id or one.document_id
        return Found(name, one.quote, one.start, one.end, one.retrieval_score, one.document.title)
    if isinstance(one, str):
        if sources.get(one):
            return Found(one, score=score)
        return _placed(one, {}, None, n, case, sources, score)
    if isinstance(one, Mapping):
        nested = one.get("metadata")
        fields = {**(nested if isinstance(nested, Mapping) else {}), **one}
        text = next((fields[key] for key in _TEXT_KEYS if isinstance(fields.get(key), str)), "")
    elif isinstance(getattr(one, "page_content", None), str):
        fields = dict(getattr(one, "metadata", None) or {})
        text = one.page_content
        fields.setdefault("id", getattr(one, "id", None))
    else:
        raise NotAnOutput(f"Passage {n} is a {type(one).__name__}.", f"Return {PASSAGES}.")
    if score is None:
        given = next((fields[key] for key in _SCORE_KEYS if fields.get(key) is not None), None)
        score = None if given is None else number(given, f"The score of passage {n}")
    return _placed(text, fields, _offsets(fields, text), n, case, sources, score)


def _placed(
    text: str,
    fields: Mapping[str, Any],
    given: tuple[int, int] | None,
    n: int,
    case: Case,
    sources: SuiteSources,
    score: float | None,
) -> Found:
    """Return a passage with its source: the one it names, else the one that holds its words."""
    names = list(_names(fields))
    known = next((found for name in names if (found := sources.id_of(name))), None)
    name = known or sources.holding(text, case) or next(iter(names), None)
    if name is None:
        raise NotAnOutput(
            f"Passage {n} names no source, and no source holds its words: {text[:60]!r}.",
            "Give it the source's id, as `source` or `id`, or in the metadata of a Document.",
        )
    start, end = given or sources.place(text, name) or (None, None)
    return Found(name, text, start, end, score, str(fields.get("title") or ""))


def _names(fields: Mapping[str, Any]) -> Iterator[str]:
    for key in _NAME_KEYS:
        value = fields.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield str(value)


def _offsets(fields: Mapping[str, Any], text: str) -> tuple[int, int] | None:
    """Return the offsets that a passage came with; LangChain's splitters give only the start."""
    start, end = fields.get("start", fields.get("start_index")), fields.get("end")
    if end is None and isinstance(start, int) and text:
        end = start + len(text)
    return (start, end) if isinstance(start, int) and isinstance(end, int) else None


def number(value: Any, what: str) -> float:
    """Return a finite number.

    >>> number(1, "The score")
    1.0

    Raises:
        NotAnOutput: it is NaN, infinite, or no number; ``what`` says which.
    """
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if isinstance(value, str | bool) or not math.isfinite(found):
        raise NotAnOutput(f"{what} is {value!r:.60}, which is no number.", "Give a finite number.")
    return found
