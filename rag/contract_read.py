"""The contract's JSON back to an Answer: what is not as it must be is refused by the field's name.

An exported answer may come from anywhere, so nothing of it is taken on trust; whether its
quotations still stand is another question (``rag.stale``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast, get_args

from rag.contract import CONTRACT, filters_from_json
from rag.errors import BadRequest
from rag.types import (
    Account,
    Answer,
    AnswerAccount,
    BareAnswer,
    Citation,
    CitationMark,
    Coverage,
    DateCandidate,
    Declined,
    DocumentInfo,
    Mark,
    Passage,
    Place,
    Reason,
    Relation,
    Sentence,
    Status,
    Verdict,
    Warn,
)

MOST_ITEMS = 1000
"""Items in one list of an answer, such as its citations: no answer of Vouch comes near it."""
_NEEDED: Any = object()


class _Fields:
    """An object of the JSON, whose fields are read by name and kind."""

    def __init__(self, value: object, where: str) -> None:
        self.where = where
        if not isinstance(value, Mapping):
            raise _wrong(where, "an object")
        self._value = value

    def get(self, name: str, kinds: tuple[type, ...], what: str, default: Any = _NEEDED) -> Any:
        """Return a field of one of some kinds; fields that were added later have a default."""
        found = self._value.get(name, default)
        where = f"{self.where}.{name}"
        if found is _NEEDED:
            raise BadRequest(f"{where} is missing.", "Take an export of Vouch, unchanged.")
        right = isinstance(found, kinds) and (bool in kinds or not isinstance(found, bool))
        if not right or (isinstance(found, float) and not math.isfinite(found)):
            raise _wrong(where, what)
        return found

    def text(self, name: str, default: Any = _NEEDED) -> str:
        return str(self.get(name, (str,), "a string", default))

    def text_or_none(self, name: str, default: Any = None) -> str | None:
        found = self.get(name, (str, type(None)), "a string or null", default)
        return None if found is None else str(found)

    def number(self, name: str, default: Any = _NEEDED) -> float:
        return float(self.get(name, (int, float), "a number", default))

    def number_or_none(self, name: str) -> float | None:
        found = self.get(name, (int, float, type(None)), "a number or null")
        return None if found is None else float(found)

    def whole(self, name: str, default: Any = _NEEDED, least: int = 0) -> int:
        found = int(self.get(name, (int,), "a whole number", default))
        if not least <= found < 2**53:
            raise _wrong(f"{self.where}.{name}", f"a whole number from {least}")
        return found

    def one_of(self, name: str, words: tuple[str, ...], default: Any = _NEEDED) -> Any:
        found = self.get(name, (str,), "a string", default)
        if found not in words:
            raise _wrong(f"{self.where}.{name}", f"one of {', '.join(words)}")
        return found

    def items(self, name: str, default: Any = _NEEDED) -> list[tuple[str, Any]]:
        """Return the items of a list, each with where it stands."""
        found = self.get(name, (list, tuple), "a list", default)
        where = f"{self.where}.{name}"
        if len(found) > MOST_ITEMS:
            raise BadRequest(
                f"{where} has {len(found):,} items; {MOST_ITEMS:,} are the limit.",
                "Take an export of Vouch, unchanged.",
            )
        return [(f"{where}[{n}]", item) for n, item in enumerate(found)]

    def objects(self, name: str, default: Any = _NEEDED) -> list[_Fields]:
        return [_Fields(item, where) for where, item in self.items(name, default)]

    def texts(self, name: str, default: Any = _NEEDED) -> tuple[str, ...]:
        items = self.items(name, default)
        for where, item in items:
            if not isinstance(item, str):
                raise _wrong(where, "a string")
        return tuple(item for _, item in items)

    def numbers(self, name: str, most: int) -> tuple[int, ...]:
        """Return numbers of citations, each from 1 to ``most``."""
        items = self.items(name)
        for where, item in items:
            if not isinstance(item, int) or isinstance(item, bool) or not 1 <= item <= most:
                raise _wrong(where, f"the number of a citation, 1 to {most}")
        return tuple(item for _, item in items)


def _wrong(where: str, what: str) -> BadRequest:
    return BadRequest(f"{where} must be {what}.", "Take an export of Vouch, unchanged.")


def answer_from_json(
    value: object, passages: Mapping[str, Passage] | None = None, where: str = "answer"
) -> Answer:
    """Return the answer that the contract's JSON stands for; ``hits`` are not part of it.

    Args:
        value: the JSON of an answer.
        passages: passages by id, for the words around the quotes; where a citation's own is not
            among them, or says something else now, its quote stands alone.
        where: what errors call the answer.

    Raises:
        BadRequest: a field is missing or not as it must be; the message names it.
    """
    fields = _Fields(value, where)
    if fields.whole("contract") != CONTRACT:
        raise _wrong(f"{where}.contract", str(CONTRACT))
    cited = [
        _citation(one, n, passages or {}) for n, one in enumerate(fields.objects("citations"), 1)
    ]
    most = len(cited)
    text = fields.text("text")
    declined = fields.get("declined", (Mapping, type(None)), "an object or null")
    return Answer(
        id=fields.text("id"),
        question=fields.text("question"),
        standalone_question=fields.text("standalone_question"),
        filters=filters_from_json(fields.get("filters", (Mapping,), "an object")),
        text=text,
        marks=tuple(_mark(one, text, most) for one in fields.objects("marks")),
        complete=bool(fields.get("complete", (bool,), "true or false")),
        declined=None
        if declined is None
        else _declined(_Fields(declined, f"{where}.declined"), most),
        answers=tuple(
            BareAnswer(
                one.text("text"),
                one.number("probability"),
                one.numbers("citations", most),
                one.texts("items", ()),
            )
            for one in fields.objects("answers")
        ),
        sentences=tuple(_sentence(one, most) for one in fields.objects("sentences")),
        citations=tuple(citation for citation, _ in cited),
        accounts=tuple(_account(one, most) for one in fields.objects("accounts")),
        coverage=_coverage(
            _Fields(fields.get("coverage", (Mapping,), "an object"), f"{where}.coverage")
        ),
        warnings=tuple(
            Warn(one.text("code"), one.text("message")) for one in fields.objects("warnings")
        ),
        writer=fields.text("writer"),
        timing_ms=_timing(
            _Fields(fields.get("timing_ms", (Mapping,), "an object"), f"{where}.timing_ms")
        ),
        library_seq=fields.whole("library_seq"),
        settings_hash=fields.text("settings_hash"),
        places=tuple(place for _, place in cited),
        thinking=fields.text("thinking", ""),
    )


def citation_from_json(
    value: object, n: int, passages: Mapping[str, Passage] | None = None, where: str = "citation"
) -> tuple[Citation, Place]:
    """Return citation ``n`` and its place, as ``rag.contract.citation_to_json`` wrote them.

    Raises:
        BadRequest: a field is missing or not as it must be.
    """
    return _citation(_Fields(value, where), n, passages or {})


def sentence_from_json(value: object, most: int, where: str = "sentence") -> Sentence:
    """Return a sentence, as ``rag.contract.sentence_to_json`` wrote it; it may cite 1 to ``most``.

    Raises:
        BadRequest: a field is missing or not as it must be.
    """
    return _sentence(_Fields(value, where), most)


def _citation(one: _Fields, n: int, passages: Mapping[str, Passage]) -> tuple[Citation, Place]:
    if one.whole("n") != n:
        raise _wrong(f"{one.where}.n", str(n))
    document_id, quote = one.text("document_id"), one.text("quote")
    start, end = one.whole("start"), one.whole("end")
    if not quote or end - start != len(quote):
        raise _wrong(f"{one.where}.quote", f"the {end - start} characters from start to end")
    published = one.text_or_none("published")
    document = DocumentInfo(
        id=document_id,
        text_sha256=one.text("text_sha256"),
        title=one.text("title"),
        source=one.text("source"),
        external_id=one.text_or_none("external_id"),
        publisher=one.text_or_none("publisher"),
        dates=(DateCandidate(published, "text", ""),) if published else (),
        flags=one.texts("flags", ()),
    )
    passage = passages.get(one.text("passage_id"))
    if (
        passage is None
        or passage.document_id != document_id
        or not passage.start <= start <= end <= passage.end
        or passage.text[start - passage.start : end - passage.start] != quote
    ):
        passage = Passage(document_id, start, end, quote, "", one.text("passage_id"))
    copies = tuple(
        DocumentInfo(
            id=copy.text("document_id"),
            text_sha256="",
            title=copy.text("title"),
            source="",
            publisher=copy.text_or_none("publisher"),
        )
        for copy in one.objects("also_in", ())
    )
    page = one.get("page", (int, type(None)), "a whole number or null")
    place = Place(
        one.text("place"),
        page,
        one.text_or_none("page_label"),
        one.text("prefix"),
        one.text("suffix"),
        one.text("hidden", ""),
    )
    score = one.number("retrieval_score")
    return Citation(document_id, start, end, quote, passage, document, score, copies), place


def _mark(one: _Fields, text: str, most: int) -> Mark:
    start, end, n = one.whole("start"), one.whole("end"), one.whole("n", least=1)
    if n > most or text[start:end] != f"[{n}]":
        raise _wrong(one.where, f"where [{n}] stands in the text")
    return Mark(start, end, n)


def _declined(one: _Fields, most: int) -> Declined:
    reason: Reason = one.one_of("reason", get_args(Reason))
    return Declined(reason, one.text("message"), one.numbers("nearest", most))


def _sentence(one: _Fields, most: int) -> Sentence:
    status: Status = one.one_of("status", get_args(Status))
    verdict: Verdict = one.one_of("verdict", get_args(Verdict))
    cited: list[CitationMark] = []
    for mark in one.objects("citations"):
        n = mark.whole("n", least=1)
        if n > most:
            raise _wrong(f"{mark.where}.n", f"the number of a citation, 1 to {most}")
        cited.append(CitationMark(n, mark.number("support")))
    text = one.text("text")
    return Sentence(
        text=text,
        start=one.whole("start"),
        end=one.whole("end"),
        status=status,
        verdict=verdict,
        citations=tuple(cited),
        kind=one.text("kind", "quote"),
        problems=one.texts("problems", ()),
        label=one.text("label", ""),
        emphasis=tuple(_stretch(found, len(text)) for found in one.objects("emphasis", ())),
        shortened=bool(one.get("shortened", (bool,), "true or false", False)),
    )


def _stretch(one: _Fields, most: int) -> tuple[int, int]:
    start, end = one.whole("start"), one.whole("end")
    if not start < end <= most:
        raise _wrong(one.where, f"a stretch of the sentence's {most} characters")
    return start, end


def _account(one: _Fields, most: int) -> AnswerAccount:
    relation: Relation = one.one_of("relation", get_args(Relation))
    account = Account(
        quantity=one.text("quantity"),
        value=one.text("value"),
        candidates=(),
        number=one.number_or_none("number"),
        low=one.number_or_none("low"),
        high=one.number_or_none("high"),
        unit=one.text("unit"),
        hedge=one.text("hedge"),
        claimant=one.text("claimant"),
        stance=one.text("stance"),
        event_date=one.text_or_none("event_date"),
        stated=one.text_or_none("stated"),
        relation=relation,
        independent_sources=one.whole("independent_sources"),
        relays=one.texts("relays"),
        hidden=one.text("hidden", ""),
        flags=one.texts("flags", ()),
    )
    return AnswerAccount(account, one.numbers("citations", most))


def _coverage(one: _Fields) -> Coverage:
    return Coverage(
        documents=one.whole("documents"),
        unread=one.whole("unread"),
        searched=one.whole("searched"),
        mentioning=one.whole("mentioning"),
        cited=one.whole("cited"),
        published_from=one.text_or_none("published_from"),
        published_to=one.text_or_none("published_to"),
        embedded=one.number("embedded", 1.0),
    )


def _timing(one: _Fields) -> dict[str, float]:
    return {str(name): one.number(name) for name in cast(Mapping[str, Any], one._value)}
