"""Whether the quotations of an answer still stand in the library: current, stale or damaged.

A quotation is stale when its source has changed or is gone since the answer was made, also where
its words can still be found. It is damaged when it never stood where the answer says: the text is
the same as then, and the words are others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from rag.citations import place_of
from rag.types import Document

State = Literal["current", "stale", "damaged"]
Why = Literal["", "document_gone", "moved", "quote_gone", "never_there"]
_WORST: tuple[State, ...] = ("damaged", "stale", "current")


class Documents(Protocol):
    """Where documents are looked up (``rag.ledger.Ledger``)."""

    def document(self, document_id: str) -> Document | None:
        """Return a document with its text, or None."""
        ...

    def ids_of_texts(self, hashes: Iterable[str]) -> dict[str, str]:
        """Return the id of a document with each text, by the text's hash."""
        ...


@dataclass(slots=True)
class SeenDocuments:
    """Documents of a library, each looked up once: for the answers of one conversation."""

    documents: Documents
    seen: dict[str, Document | None] = field(default_factory=dict)

    def document(self, document_id: str) -> Document | None:
        """Return a document with its text, or None."""
        if document_id not in self.seen:
            self.seen[document_id] = self.documents.document(document_id)
        return self.seen[document_id]

    def ids_of_texts(self, hashes: Iterable[str]) -> dict[str, str]:
        """Return the id of a document with each text, by the text's hash."""
        return self.documents.ids_of_texts(hashes)


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of citation ``n``; ``why`` is stable, ``message`` is for people.

    ``start`` and ``end`` say where its words stand now, ``place`` in words; None and empty where
    they are gone, or stand at several places. ``document_id`` is another one's where the same text
    was found under another id.
    """

    n: int
    state: State
    why: Why
    message: str
    document_id: str
    start: int | None = None
    end: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCheck:
    """What became of the quotations of one answer."""

    quotes: tuple[QuoteCheck, ...] = ()

    @property
    def state(self) -> State:
        """The worst state of a quotation; current where there is none."""
        return worst(quote.state for quote in self.quotes)

    def count(self, state: State) -> int:
        """Return how many quotations have a state."""
        return sum(1 for quote in self.quotes if quote.state == state)


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states.

    >>> worst(["current", "stale"]), worst([])
    ('stale', 'current')
    """
    found = set(states)
    return next((state for state in _WORST if state in found), "current")


def recheck(answer: Mapping[str, Any], documents: Documents) -> AnswerCheck:
    """Return what became of every quotation of an answer.

    Args:
        answer: the JSON of the contract, whose fields have been checked
            (``rag.contract_read.answer_from_json``).
        documents: the library.
    """
    cited = answer.get("citations") or ()
    ids = {str(one["document_id"]) for one in cited}
    texts = {document_id: documents.document(document_id) for document_id in ids}
    gone = {one["text_sha256"] for one in cited if texts[one["document_id"]] is None}
    elsewhere = documents.ids_of_texts(gone) if gone else {}
    for document_id in elsewhere.values():
        texts.setdefault(document_id, documents.document(document_id))
    return AnswerCheck(
        tuple(
            _checked(n, one, texts.get(_where(one, texts, elsewhere)))
            for n, one in enumerate(cited, start=1)
        )
    )


def _where(
    one: Mapping[str, Any], texts: Mapping[str, Document | None], elsewhere: Mapping[str, str]
) -> str:
    """Return the id under which a citation's document is found now."""
    own = str(one["document_id"])
    return own if texts[own] is not None else elsewhere.get(one["text_sha256"], own)


def _checked(n: int, one: Mapping[str, Any], document: Document | None) -> QuoteCheck:
    quote, start = str(one["quote"]), int(one["start"])
    if document is None:
        message = "Its document is no longer in the library."
        return QuoteCheck(n, "stale", "document_gone", message, str(one["document_id"]))
    end = start + len(quote)
    stands = document.text[start:end] == quote
    if document.text_sha256 == one["text_sha256"]:
        if stands:
            place = place_of(document, start, end).label
            return QuoteCheck(n, "current", "", "", document.id, start, end, place)
        message = "These words do not stand there, and the text has not changed since."
        return QuoteCheck(n, "damaged", "never_there", message, document.id)
    places = positions(document.text, quote)
    if not places:
        message = "Its document was changed, and these words no longer stand in it."
        return QuoteCheck(n, "stale", "quote_gone", message, document.id)
    at = chosen(document.text, places, quote, one.get("prefix", ""), one.get("suffix", ""))
    if at is None:
        message = f"Its document was changed; these words stand in it at {len(places)} places."
        return QuoteCheck(n, "stale", "moved", message, document.id)
    place = place_of(document, at, at + len(quote)).label
    message = f"Its document was changed; these words still stand in it ({place})."
    return QuoteCheck(n, "stale", "moved", message, document.id, at, at + len(quote), place)


def positions(text: str, quote: str, most: int = 100) -> list[int]:
    """Return where a quote stands in a text, at most so many places.

    >>> positions("One. Two. One.", "One.")
    [0, 10]
    """
    found: list[int] = []
    at = text.find(quote) if quote else -1
    while at >= 0 and len(found) < most:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def chosen(text: str, places: list[int], quote: str, prefix: str, suffix: str) -> int | None:
    """Return the place that a quote has among several: the one whose surroundings are its own.

    >>> chosen("a One. b One.", [2, 9], "One.", "b ", "")
    9
    """
    if len(places) == 1:
        return places[0]
    for before, after in ((prefix, suffix), (prefix, ""), ("", suffix)):
        near = [
            at
            for at in places
            if (before or after)
            and text[:at].endswith(before)
            and text.startswith(after, at + len(quote))
        ]
        if len(near) == 1:
            return near[0]
    return None


def check_to_json(check: AnswerCheck) -> dict[str, Any]:
    """Return a check for an export or an API, beside the answer that it is about."""
    return {
        "state": check.state,
        "citations": [
            {
                "n": quote.n,
                "state": quote.state,
                "why": quote.why,
                "message": quote.message,
                "document_id": quote.document_id,
                "start": quote.start,
                "end": quote.end,
                "place": quote.place,
            }
            for quote in check.quotes
        ],
    }
