"""The words that every face uses for the same thing: coverage, accounts, verdicts, dates.

Pure functions over the values of ``rag.types``; the result is plain text that still holds whatever
the documents hold, so each face escapes it in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from rag.citations import HIDDEN, hidden_words
from rag.table_rows import header_of, told
from rag.types import (
    Account,
    Answer,
    AnswerAccount,
    Citation,
    Coverage,
    DocumentInfo,
    Filters,
    Place,
    Reason,
    Sentence,
)

REFUSALS: dict[Reason, str] = {
    "nothing_found": "The documents say nothing about this",
    "only_related": "The documents come near this and do not answer it",
    "not_supported": "No answer could be supported by a source",
    "contradicted": "The documents say the opposite of what the question assumes",
}
VERDICTS = {
    "supported": "supported",
    "partial": "only partly supported",
    "unsupported": "not supported",
    "contradicted": "contradicted by its source",
}
# That values disagree is said once above them, not beside each.
RELATIONS = {
    "agrees": "",
    "disagrees": "",
    "update": "update",
    "other_quantity": "a different figure",
    "part_of": "part of the figure",
}
STANCES = {
    "says": "",
    "denies": "denies",
    "estimates": "estimates",
    "accuses": "accuses",
    "claims_responsibility": "claims responsibility",
}
FLAGS = {
    "date_conflict": "Its dates differ",
    "hidden_text": "The file holds hidden text: it stands apart and is marked",
    "invisible_characters": "Holds invisible characters, shown here as marks",
    "ocr": "Pages of it were read by text recognition: letters may be wrong",
    "ocr_layer": "A scan, quoted from the text that lies over or under its picture",
    "not_read_to_the_end": "Only its first pages were read",
}
ORIGINS = {
    "text": "its own text",
    "metadata": "its metadata",
    "column": "a column",
    "file": "the file",
}


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "document"), count(1214, "document"), count(0, "copy", "copies")
    ('1 document', '1,214 documents', '0 copies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(value: str | None) -> str:
    """Return an ISO date in words, with its time where there is one; anything else unchanged.

    >>> day("2017-04-05"), day("2017-04-05T06:40"), day("2017"), day(None)
    ('5 April 2017', '5 April 2017, 06:40', '2017', '')
    """
    if not value:
        return ""
    try:
        found = date.fromisoformat(value[:10])
    except ValueError:
        return value
    time = value[11:16]
    shown = f"{found.day} {found:%B %Y}"
    return f"{shown}, {time}" if re.fullmatch(r"\d\d:\d\d", time) else shown


def days(first: str | None, last: str | None) -> str:
    """Return a stretch of days in words.

    >>> days("2017-04-05", "2017-04-05"), days("2017-04-05", "2018-01-02"), days(None, None)
    ('on 5 April 2017', 'from 5 April 2017 to 2 January 2018', '')
    """
    if not first or not last:
        return ""
    if first[:10] == last[:10]:
        return f"on {day(first[:10])}"
    return f"from {day(first[:10])} to {day(last[:10])}"


def joined(words: Sequence[str]) -> str:
    """Return a list in prose.

    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def coverage_line(coverage: Coverage) -> str:
    """Return how much of the library stands behind an answer, as one sentence.

    >>> coverage_line(Coverage(214, 2, 212, 9, 3, "2017-04-05", "2018-01-02"))
    'Searched 212 of 214 documents (2 unread), published from 5 April 2017 to 2 January 2018; 9 mention this, 3 cited.'
    """  # noqa: E501
    if not coverage.documents:
        return "The library is empty: nothing was searched."
    searched = f"Searched {coverage.searched:,} of {count(coverage.documents, 'document')}"
    unread = f" ({coverage.unread:,} unread)" if coverage.unread else ""
    span = days(coverage.published_from, coverage.published_to)
    published = f", published {span}" if span else ""
    mention = "mentions" if coverage.mentioning == 1 else "mention"
    tail = f"; {coverage.mentioning:,} {mention} this, {coverage.cited:,} cited."
    if coverage.embedded < 1:
        tail = (
            tail[:-1] + f". {coverage.embedded:.0%} are searched by meaning too, the rest by words."
        )
    return searched + unread + published + tail


def filters_words(filters: Filters, titles: Iterable[str] = ()) -> list[str]:
    """Return each filter that is set, in words; ``titles`` name the documents."""
    found = list(filters.publisher)
    if filters.published_from:
        found.append(f"from {day(filters.published_from)}")
    if filters.published_to:
        found.append(f"until {day(filters.published_to)}")
    found += [f"{key}: {value}" for key, value in filters.metadata.items()]
    names = list(titles)
    return found + (names or list(filters.document_ids))


def source_line(document: DocumentInfo, place: str = "") -> str:
    """Return publisher, day and place of a source, those that are known.

    A heading path that begins with the document's title is given without it.
    """
    parts = [document.publisher or "", day(document.published), below_title(document, place)]
    return " · ".join(part for part in parts if part)


def below_title(document: DocumentInfo, place: str) -> str:
    """Return a place without the document's title, which stands above it anyway."""
    if not document.title or place == document.title:
        return "" if document.title else place
    return place.removeprefix(f"{document.title} > ")


def file_name(source: str) -> str:
    """Return the name of a source's file, without the folders above it.

    >>> file_name("/home/a/reports/b.pdf"), file_name("b.csv, row 4")
    ('b.pdf', 'b.csv, row 4')
    """
    return source.replace("\\", "/").rstrip("/").rpartition("/")[2] or source


def dates_note(document: DocumentInfo) -> str:
    """Return what the differing dates of a document are, or the empty string when they agree."""
    if "date_conflict" not in document.flags or len(document.dates) < 2:
        return ""
    stated = [f"{day(found.value)} in {ORIGINS[found.origin]}" for found in document.dates[:4]]
    return f"Its dates differ: {joined(list(dict.fromkeys(stated)))}."


def is_hidden(sentence: Sentence) -> bool:
    """Return whether a sentence is marked for nothing but that its source hides the words."""
    told = sentence.problems
    return sentence.verdict == "supported" and len(told) == 1 and told[0].startswith(HIDDEN)


def columns_note(citation: Citation) -> str:
    """Return the names of the columns of a row that is quoted, or the empty string."""
    header = header_of(citation.passage, citation.document.title)
    return f"Columns: {' | '.join(header)}" if told(citation.quote, header) else ""


def hidden_note(place: Place | None) -> str:
    """Return how the source hides the words at a place, for beside them, or the empty string."""
    words = hidden_words(place.hidden) if place else ""
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def flag_notes(document: DocumentInfo, place: Place | None = None) -> list[str]:
    """Return what a reader should know of a document, one sentence a flag.

    Beside a quote, at its ``place``, it does not say again that words are hidden: that stands at
    those words alone (``hidden_note``).
    """
    flags = [flag for flag in document.flags if place is None or flag != "hidden_text"]
    notes = [dates_note(document)] if "date_conflict" in flags else []
    others = [flag for flag in flags if flag != "date_conflict"]
    notes += [f"{FLAGS.get(flag, flag.replace('_', ' ').capitalize())}." for flag in others]
    return [note for note in notes if note]


def copy_word(info: DocumentInfo) -> str:
    """Return whether a document repeats one that was there before: "copy", "near-copy" or ""."""
    return "copy" if info.copy_of else "near-copy" if info.near_copy_of else ""


def copies_line(citation: Citation) -> str:
    """Return where else the same words stand, or the empty string.

    Copies are one source, however many outlets carried it.
    """
    names = [copy.publisher or copy.title for copy in citation.copies]
    if not names:
        return ""
    shown = list(dict.fromkeys(names))
    more = len(shown) - 5
    listed = [*shown[:5], f"{more} more"] if more > 0 else shown
    return f"Also in {joined(listed)}: the same text, counted once."


def shown_accounts(answer: Answer) -> list[AnswerAccount]:
    """Return the accounts whose words stand in a shown sentence, when sources differ.

    Accounts that agree are not a disagreement to list, so they give an empty list.
    """
    cited = {
        mark.n
        for sentence in answer.sentences
        if sentence.status != "removed"
        for mark in sentence.citations
    }
    found = [one for one in answer.accounts if cited & set(one.citations)]
    differ = any(one.account.relation in ("disagrees", "update") for one in found)
    return found if differ and len(found) > 1 else []


def listed_already(answer: Answer) -> bool:
    """Tell whether the answer's own sentences are the list of its accounts."""
    return any(one.kind == "account" and one.status != "removed" for one in answer.sentences)


def stretches(sentence: Sentence) -> list[tuple[str, bool]]:
    """Return a sentence's words in pieces, each with whether it is the bare answer.

    >>> from rag.types import Sentence
    >>> one = Sentence("Nine died.", 0, 10, "kept", "supported", (), emphasis=((0, 4),))
    >>> stretches(one)
    [('Nine', True), (' died.', False)]
    """
    text, at = sentence.text, 0
    found: list[tuple[str, bool]] = []
    for start, end in sorted(sentence.emphasis):
        if at <= start < end <= len(text):
            found += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [one for one in (*found, (text[at:], False)) if one[0]]


def label_of(sentence: Sentence) -> str:
    """Return the label that stands before a quotation, in its brackets; "" where there is none."""
    return f"[{sentence.label}] " if sentence.label else ""


def cut_of(sentence: Sentence) -> str:
    """Return what stands behind a quotation that ends before its sentence does."""
    return " \u2026" if sentence.shortened else ""


def accounts_line(accounts: Sequence[AnswerAccount]) -> str:
    """Return in one sentence how the accounts of an answer relate; empty for one value."""
    answering = [
        one.account for one in accounts if one.account.relation in ("agrees", "disagrees", "update")
    ]
    if len(answering) < 2:
        return ""
    # "At least 16" and "16" are no two figures that differ.
    values = {
        (one.number, one.unit) if one.number is not None else one.value.lower() for one in answering
    }
    claimants = {account.claimant.lower() for account in answering if account.claimant}
    many = len(claimants) or len(answering)
    sources, give = count(many, "source"), "gives" if many == 1 else "give"
    if len(values) < 2:
        return ""
    if any(account.relation == "disagrees" for account in answering):
        head = f"{sources} {give} {count(len(values), 'different value')}"
    elif any("other_day" in account.flags for account in answering):
        head = f"{sources} {give} figures for different days: {count(len(values), 'value')}"
    else:
        head = f"The figure changed over time: {count(len(values), 'value')} from {sources}"
    numbers = [account.number for account in answering if account.number is not None]
    if len(numbers) == len(answering) and len(set(numbers)) > 1:
        head += f", from {number_words(min(numbers))} to {number_words(max(numbers))}"
    if hidden := sum(bool(account.hidden) for account in answering):
        head += f"; {hidden} of them only in words that a source hides"
    return f"{head}."


def number_words(value: float) -> str:
    """Return a number as people write it.

    >>> number_words(1541.0), number_words(2.5)
    ('1,541', '2.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"


def account_value(account: Account) -> str:
    """Return an account's value with its hedge: "at least nine"."""
    hedge = account.hedge.strip()
    if not hedge or hedge.lower() in account.value.lower():
        return account.value
    return f"{hedge} {account.value}"


def account_notes(account: Account) -> list[str]:
    """Return what qualifies an account: its relation, stance, event day, sources and relays."""
    notes = [RELATIONS[account.relation], STANCES.get(account.stance, account.stance)]
    if account.event_date and account.event_date != account.stated:
        notes.append(f"event of {day(account.event_date)}")
    if account.independent_sources > 1:
        notes.append(count(account.independent_sources, "independent source"))
    if account.relays:
        notes.append(f"passed on by {joined(list(account.relays[:4]))}")
    notes.append(hidden_words(account.hidden))
    return [note for note in notes if note]


def reason_line(answer: Answer) -> str:
    """Return why there is no answer: the heading, then the message when it says more."""
    declined = answer.declined
    if declined is None:
        return ""
    return f"{REFUSALS[declined.reason]}. {declined.message}".strip()
