"""The JSON contract: one shape for ``vouch ask --json``, ``POST /v1/ask``, streams and exports.

From its first release fields are added and never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rag.citations import flags_at
from rag.errors import BadRequest
from rag.types import (
    Answer,
    AnswerAccount,
    BareAnswer,
    Citation,
    DocumentInfo,
    Event,
    Filters,
    Hit,
    Place,
    Question,
    Sentence,
    SentenceRemoved,
    SentenceShown,
    Step,
    Thought,
    Turn,
)

CONTRACT = 1


def filters_to_json(filters: Filters) -> dict[str, Any]:
    """Return the filters that are set.

    >>> filters_to_json(Filters(publisher=("Reuters",)))
    {'publisher': ['Reuters']}
    """
    found: dict[str, Any] = {}
    if filters.document_ids:
        found["document_ids"] = list(filters.document_ids)
    if filters.publisher:
        found["publisher"] = list(filters.publisher)
    if filters.published_from:
        found["published_from"] = filters.published_from
    if filters.published_to:
        found["published_to"] = filters.published_to
    if filters.metadata:
        found["metadata"] = dict(filters.metadata)
    return found


def document_to_json(info: DocumentInfo) -> dict[str, Any]:
    """Return what is known of a document beside its text."""
    return {
        "id": info.id,
        "title": info.title,
        "source": info.source,
        "external_id": info.external_id,
        "publisher": info.publisher,
        "published": info.published,
        "dates": [asdict(date) for date in info.dates],
        "language": info.language,
        "text_sha256": info.text_sha256,
        "metadata": dict(info.metadata),
        "copy_of": info.copy_of,
        "near_copy_of": info.near_copy_of,
        "flags": list(info.flags),
    }


def citation_to_json(n: int, citation: Citation, place: Place) -> dict[str, Any]:
    """Return citation ``n`` with its place."""
    document = citation.document
    return {
        "n": n,
        "document_id": citation.document_id,
        "text_sha256": document.text_sha256,
        "passage_id": citation.passage.id,
        "external_id": document.external_id,
        "title": document.title,
        "source": document.source,
        "publisher": document.publisher,
        "published": document.published,
        "place": place.label,
        "page": place.page,
        "page_label": place.page_label,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "prefix": place.prefix,
        "suffix": place.suffix,
        "retrieval_score": round(citation.retrieval_score, 6),
        "flags": flags_at(document.flags, place),
        "hidden": place.hidden,
        "also_in": [
            {"document_id": copy.id, "title": copy.title, "publisher": copy.publisher}
            for copy in citation.copies
        ],
    }


def sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    """Return a verified sentence."""
    return {
        "text": sentence.text,
        "start": sentence.start,
        "end": sentence.end,
        "status": sentence.status,
        "verdict": sentence.verdict,
        "citations": [{"n": m.n, "support": round(m.support, 4)} for m in sentence.citations],
        "kind": sentence.kind,
        "problems": list(sentence.problems),
        "label": sentence.label,
        "emphasis": [{"start": start, "end": end} for start, end in sentence.emphasis],
        "shortened": sentence.shortened,
    }


def account_to_json(found: AnswerAccount) -> dict[str, Any]:
    """Return what one independent source says."""
    account = found.account
    return {
        "quantity": account.quantity,
        "value": account.value,
        "number": account.number,
        "low": account.low,
        "high": account.high,
        "unit": account.unit,
        "hedge": account.hedge,
        "claimant": account.claimant,
        "stance": account.stance,
        "event_date": account.event_date,
        "stated": account.stated,
        "relation": account.relation,
        "independent_sources": account.independent_sources,
        "relays": list(account.relays),
        "hidden": account.hidden,
        "flags": list(account.flags),
        "citations": list(found.citations),
    }


def _bare_to_json(bare: BareAnswer) -> dict[str, Any]:
    return {
        "text": bare.text,
        "probability": round(bare.probability, 4),
        "citations": list(bare.citations),
        "items": list(bare.items),
    }


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return a passage that was found, as ``POST /v1/search`` gives it."""
    return {
        "passage_id": hit.passage.id,
        "document_id": hit.document.id,
        "title": hit.document.title,
        "source": hit.document.source,
        "publisher": hit.document.publisher,
        "published": hit.document.published,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "context": hit.passage.context,
        "score": round(hit.score, 6),
        "dense": None if hit.dense is None else round(hit.dense, 6),
        "lexical": None if hit.lexical is None else round(hit.lexical, 6),
        "also_in": [copy.id for copy in hit.copies],
        "place": hit.place.label if hit.place else "",
        "hidden": hit.place.hidden if hit.place else hit.hidden,
    }


def answer_to_json(answer: Answer, include: Sequence[str] = ()) -> dict[str, Any]:
    """Return the whole answer; ``include`` may ask for "hits" and "trace" beside it."""
    declined = answer.declined
    found: dict[str, Any] = {
        "id": answer.id,
        "contract": CONTRACT,
        "library_seq": answer.library_seq,
        "settings_hash": answer.settings_hash,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "filters": filters_to_json(answer.filters),
        "text": answer.text,
        "marks": [asdict(mark) for mark in answer.marks],
        "complete": answer.complete,
        "declined": declined
        and {
            "reason": declined.reason,
            "message": declined.message,
            "nearest": list(declined.nearest),
        },
        "answers": [_bare_to_json(bare) for bare in answer.answers],
        "sentences": [sentence_to_json(sentence) for sentence in answer.sentences],
        "citations": [
            citation_to_json(n, citation, place)
            for n, (citation, place) in enumerate(
                zip(answer.citations, answer.places, strict=True), start=1
            )
        ],
        "accounts": [account_to_json(account) for account in answer.accounts],
        "coverage": asdict(answer.coverage),
        "warnings": [asdict(warning) for warning in answer.warnings],
        "writer": answer.writer,
        "thinking": answer.thinking,
        "timing_ms": {name: round(ms, 2) for name, ms in answer.timing_ms.items()},
    }
    if "hits" in include:
        found["hits"] = [hit_to_json(hit) for hit in answer.hits]
    if "trace" in include:
        found["trace"] = {"hits": len(answer.hits), "timing_ms": found["timing_ms"]}
    return found


def event_to_json(event: Event, include: Sequence[str] = ()) -> tuple[str, dict[str, Any]]:
    """Return an event's name and data: step, thought, sentence, removed or answer."""
    if isinstance(event, Step):
        return "step", {"name": event.name, "message": event.message, "data": dict(event.data)}
    if isinstance(event, Thought):
        return "thought", {"text": event.text}
    if isinstance(event, SentenceShown):
        citations = [
            citation_to_json(n, citation, Place(label="", hidden=citation.hidden))
            for n, citation in event.citations
        ]
        return "sentence", {**sentence_to_json(event.sentence), "new_citations": citations}
    if isinstance(event, SentenceRemoved):
        return "removed", {"text": event.text, "problems": list(event.problems)}
    return "answer", answer_to_json(event, include)


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise BadRequest(f"{name} must be a string or a list of strings.", "Send a JSON list.")
    return tuple(items)


def _day(value: Any, name: str) -> str | None:
    if value in (None, ""):
        return None
    from datetime import date

    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise BadRequest(
            f"{name} cannot be {value!r}.", "Write a day as YYYY-MM-DD, such as 2017-04-05."
        ) from error


def filters_from_json(value: Mapping[str, Any] | None) -> Filters:
    """Return the filters of a request.

    Raises:
        BadRequest: an unknown filter, or a value that is not of its kind.
    """
    value = value or {}
    known = ("document_ids", "publisher", "published_from", "published_to", "metadata")
    for name in value:
        if name not in known:
            raise BadRequest(f"There is no filter {name!r}.", f"Filters are: {', '.join(known)}.")
    metadata = value.get("metadata") or {}
    if not isinstance(metadata, Mapping):
        raise BadRequest("filters.metadata must be an object.", 'Such as {"labels": "1"}.')
    published_from = _day(value.get("published_from"), "filters.published_from")
    published_to = _day(value.get("published_to"), "filters.published_to")
    if published_from and published_to and published_from > published_to:
        raise BadRequest(
            f"filters.published_from {published_from} is after published_to {published_to}.",
            "Swap the two days.",
        )
    return Filters(
        document_ids=_texts(value.get("document_ids"), "filters.document_ids"),
        publisher=_texts(value.get("publisher"), "filters.publisher"),
        published_from=published_from,
        published_to=published_to,
        metadata=dict(metadata),
    )


def _turn(value: Any) -> Turn:
    if not isinstance(value, Mapping):
        raise BadRequest("history must be a list of objects.", 'Each with "role" and "content".')
    role, content = value.get("role"), value.get("content")
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise BadRequest(
            f"A turn of history has role {role!r} and content of type {type(content).__name__}.",
            'role is "user" or "assistant", content is a string.',
        )
    answer = value.get("answer")
    if answer is not None and not isinstance(answer, Mapping):
        raise BadRequest("history[].answer must be an answer's JSON.", "Leave it out otherwise.")
    return Turn(role, content, answer)


def question_from_json(
    value: Mapping[str, Any], *, collection: str = "default", max_chars: int = 4000
) -> Question:
    """Return the question of a request; fields that are not known are ignored.

    Raises:
        BadRequest: no question, one that is too long, or a field of the wrong kind.
    """
    text = value.get("question")
    if not isinstance(text, str) or not text.strip():
        raise BadRequest("The question is empty.", 'Send {"question": "..."} with words in it.')
    check_question(text, max_chars)
    history = value.get("history") or []
    if not isinstance(history, list):
        raise BadRequest("history must be a list.", 'Of {"role", "content"} objects.')
    named = value.get("collection") or collection
    conversation = value.get("conversation_id")
    if not isinstance(named, str) or not isinstance(conversation, str | None):
        raise BadRequest("collection and conversation_id must be strings.", "Or leave them out.")
    return Question(
        text=text.strip(),
        history=tuple(_turn(turn) for turn in history),
        filters=filters_from_json(value.get("filters")),
        collection=named,
        conversation_id=conversation,
    )


def check_question(text: str, max_chars: int) -> None:
    """Refuse a question that holds no words or too many.

    Raises:
        BadRequest: with the count and the limit.
    """
    if not any(character.isalnum() for character in text):
        raise BadRequest("The question is empty.", "Ask something in words.")
    if len(text) > max_chars:
        raise BadRequest(
            f"The question has {len(text):,} characters; at most {max_chars:,} are read.",
            "Ask a shorter question, or add the long text as a document.",
        )
