"""Answers as LangChain messages: text, and LangChain's own kind of citation on each sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.content import (
    Annotation,
    ContentBlock,
    create_citation,
    create_reasoning_block,
    create_text_block,
)

from rag.contract import answer_to_json, citation_to_json
from rag.errors import VouchError
from rag.types import Answer, Citation, Event, Place, Sentence, SentenceShown, Thought

PlaceOf = Callable[[Citation], Place]

_OWN_LINE = ("lead", "account")
_V1 = {"output_version": "v1"}
"""Says that the content is LangChain's standard blocks, so that no one takes it for another's."""
_THINKING, _ANSWER = 0, 1
"""Numbers of the blocks; the blocks of chunks that bear the same number grow together."""


def message_of(events: Iterable[Event]) -> AIMessage:
    """Return the message of a stream's answer; a refusal has its words and no citations."""
    thinking, answer = "", None
    for event in events:
        if isinstance(event, Thought):
            thinking += event.text
        elif isinstance(event, Answer):
            answer = event
    assert answer is not None
    blocks = [_thinking(thinking)] if thinking else []
    blocks.append(_text(answer.text, _annotations(answer, 0)))
    return AIMessage(content_blocks=blocks, id=answer.id, response_metadata=metadata_of(answer))


def _annotations(answer: Answer, skip: int) -> list[Annotation]:
    """Return the citations of all sentences that stand in an answer but the first few."""
    numbered = dict(enumerate(answer.citations, start=1))
    places = dict(enumerate(answer.places, start=1))
    standing = [sentence for sentence in answer.sentences if sentence.status != "removed"]
    return [
        one for sentence in standing[skip:] for one in annotations_of(sentence, numbered, places)
    ]


def metadata_of(answer: Answer) -> dict[str, Any]:
    """Return what a message carries beside its text: the answer as the JSON contract has it."""
    found = answer_to_json(answer)
    return {
        **_V1,
        "answer": found,
        "declined": found["declined"],
        "complete": answer.complete,
        "writer": answer.writer,
    }


def annotations_of(
    sentence: Sentence, citations: Mapping[int, Citation], places: Mapping[int, Place]
) -> list[Annotation]:
    """Return a sentence's citations as LangChain's annotations.

    ``start_index`` and ``end_index`` are the sentence in the answer's text, its marks included.
    Where the quotation stands in its source is in ``extras``.
    """
    found: list[Annotation] = []
    for mark in sentence.citations:
        citation = citations[mark.n]
        place = places.get(mark.n, Place(label=""))
        extras = citation_to_json(mark.n, citation, place)
        title, quote = extras.pop("title"), extras.pop("quote")
        found.append(
            create_citation(
                id=f"{citation.document_id}:{citation.start}-{citation.end}@{sentence.start}",
                url=url_of(citation.document.source, place),
                title=title,
                start_index=sentence.start,
                end_index=sentence.end,
                cited_text=quote,
                **extras,
                support=round(mark.support, 4),
                verdict=sentence.verdict,
                status=sentence.status,
            )
        )
    return found


def url_of(source: str, place: Place) -> str | None:
    """Return an address that opens a source, or None where there is none.

    It is made of the path that the file was added from, never of what a document says of itself,
    and only while a file is there.
    """
    if source.startswith(("http://", "https://")):
        return source
    path = Path(source)
    try:
        if not path.is_absolute() or not path.is_file():
            return None
    except (OSError, ValueError):
        return None
    return path.as_uri() + (f"#page={place.page}" if place.page else "")


def chunks_of(events: Iterator[Event], place_of: PlaceOf) -> Iterator[AIMessageChunk]:
    """Yield a chunk for each verified sentence; their sum is the message of the answer.

    Args:
        events: what the assistant streams, the answer last.
        place_of: says where a citation stands.
    """
    sent, previous, whole = "", "", True
    citations: dict[int, Citation] = {}
    places: dict[int, Place] = {}
    shown = 0
    for event in events:
        if isinstance(event, Thought):
            yield _chunk(_thinking(event.text))
        elif isinstance(event, SentenceShown):
            citations.update(event.citations)
            places.update({n: place_of(citation) for n, citation in event.citations})
            piece = piece_of(event.sentence, previous, len(sent))
            whole = whole and piece is not None
            if piece is None or not whole:
                continue
            yield _chunk(_text(piece, annotations_of(event.sentence, citations, places)))
            sent, previous, shown = sent + piece, event.sentence.kind, shown + 1
        elif isinstance(event, Answer):
            yield _rest(event, sent, shown)


def _rest(answer: Answer, sent: str, shown: int) -> AIMessageChunk:
    """Return the last chunk: the words not sent yet, and what the message carries beside them."""
    if not answer.text.startswith(sent):
        raise VouchError("The answer changed after a part of it was shown.", "Ask again.")
    annotations = _annotations(answer, shown)
    rest = answer.text[len(sent) :]
    blocks = [_text(rest, annotations)] if rest or annotations else []
    return AIMessageChunk(
        content=cast("list[str | dict[Any, Any]]", blocks),
        id=answer.id,
        response_metadata=metadata_of(answer),
        chunk_position="last",
    )


def piece_of(sentence: Sentence, previous: str, sent: int) -> str | None:
    """Return how a sentence continues the text of its answer, its marks included.

    None where that cannot be told from the sentence: then it comes with the whole answer.

    Args:
        sentence: the sentence.
        previous: the kind of the one before.
        sent: how many characters of the answer are out.
    """
    apart = ""
    if sent:
        apart = "\n" if sentence.kind in _OWN_LINE or previous in _OWN_LINE else " "
    bullet = "- " if sentence.kind == "account" else ""
    marks = "".join(f"[{mark.n}]" for mark in sentence.citations)
    tail = f" {marks}" if marks and sentence.kind != "lead" else ""
    piece = apart + bullet + sentence.text + tail
    starts = sentence.start == sent + len(apart)
    return piece if starts and sentence.end == sent + len(piece) else None


def _text(text: str, annotations: list[Annotation]) -> ContentBlock:
    return create_text_block(text, id="answer", annotations=annotations, index=_ANSWER)


def _thinking(text: str) -> ContentBlock:
    return create_reasoning_block(text, id="thinking", index=_THINKING)


def _chunk(block: ContentBlock) -> AIMessageChunk:
    return AIMessageChunk(
        content=cast("list[str | dict[Any, Any]]", [block]), response_metadata=dict(_V1)
    )
