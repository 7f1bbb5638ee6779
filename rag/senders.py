"""Who wrote a message, and what of its text others wrote: lines that a reply quotes."""

from __future__ import annotations

import re

from rag.english.claimants import is_speaker
from rag.english.question import Asked
from rag.english.when import times
from rag.english.words import content_terms
from rag.types import Document, DocumentInfo

_ANY_DAY = "2000-01-01"
"""From where days without a year are counted, where only their words matter."""
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|my|My|our|Our|us|me|mine|ours|myself|ourselves)\b")


def sender_of(document: Document | DocumentInfo) -> str:
    """Return who wrote a message, as its header names them; "" for any other document."""
    who, stated = document.publisher or "", document.metadata.get("from")
    return who if who and isinstance(stated, str) and stated.startswith(who) else ""


def wrote(speaker: str, document: DocumentInfo) -> bool:
    """Return whether a speaker is the one who wrote a message: all of it is their own words."""
    sender = sender_of(document)
    return bool(sender and speaker) and is_speaker(speaker, sender)


def is_quoted_reply(text: str, start: int) -> bool:
    r"""Return whether a place of a message stands in a line that it quotes from an earlier one.

    >>> reply = "No, it is late.\n> It comes on Monday."
    >>> [is_quoted_reply(reply, reply.index(word)) for word in ("late", "Monday")]
    [False, True]
    """
    return text[text.rfind("\n", 0, start + 1) + 1 :].lstrip(" ")[:1] == ">"


def unquoted(text: str) -> str:
    r"""Return a sentence without the marks of the lines that a reply quotes it by.

    >>> unquoted("> It comes\n> on Monday.")
    'It comes\non Monday.'
    """
    return "\n".join(line.lstrip("> ") for line in text.split("\n"))


def day_terms(question: str) -> frozenset[str]:
    """Return the stemmed terms that a question names its days by.

    >>> sorted(day_terms("What did Mira Solberg write on 3 May?"))
    ['3', 'may']
    """
    days = times(question, None) or times(question, _ANY_DAY)
    return frozenset(term for day in days for term in content_terms(question[day.start : day.end]))


def sent_on(asked: Asked, published: str | None) -> bool:
    """Return whether a message was sent on the day that a question names, or it names none.

    >>> from rag.english.question import analyse
    >>> asked = analyse("What did Mira Solberg write on 3 May?")
    >>> sent_on(asked, "2024-05-03T09:00"), sent_on(asked, "2024-05-04T09:00")
    (True, False)
    """
    days = times(asked.text, published)
    day = (published or "")[:10]
    return not days or any(time.first <= day <= time.last for time in days)


def first_person(text: str, document: DocumentInfo) -> str:
    """Return who "I" or "we" is in a sentence of a message, "" where it says neither."""
    return sender_of(document) if _FIRST_PERSON.search(text) else ""
