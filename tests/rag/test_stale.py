"""Whether quotations still stand: every way in which a source can change under an answer."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace

import pytest

from rag.contract import answer_to_json
from rag.stale import AnswerCheck, SeenDocuments, check_to_json, recheck
from tests.fakes import (
    WIRE,
    declined_answer,
    disagreeing_answer,
    make_answer,
    make_citation,
    make_document,
    sample_answer,
    sample_documents,
)

QUOTE = "Fire chief Ilse Maron told reporters that 60 people had been taken to hospital."


class Shelf:
    """Documents in memory, as the ledger gives them."""

    def __init__(self, **texts):
        self.documents = {
            name: replace(make_document(text), id=name, text_sha256=sha(text))
            for name, text in texts.items()
        }
        self.looked_up = 0

    def document(self, document_id):
        self.looked_up += 1
        return self.documents.get(document_id)

    def ids_of_texts(self, hashes):
        wanted = set(hashes)
        return {d.text_sha256: d.id for d in self.documents.values() if d.text_sha256 in wanted}


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def answer():
    """The JSON of an answer that quotes the wire report once, as it was added."""
    found = answer_to_json(sample_answer())
    found["citations"][0]["text_sha256"] = sha(WIRE)
    return found


def only(answer, shelf):
    check = recheck(answer, shelf)
    (quote,) = check.quotes
    assert check.state == quote.state
    return quote


def test_what_has_not_changed_is_current_with_its_place(answer):
    quote = only(answer, Shelf(d1=WIRE))
    assert (quote.state, quote.why, quote.message) == ("current", "", "")
    assert WIRE[quote.start : quote.end] == QUOTE
    assert quote.place == "line 3"


def test_a_document_that_is_gone_makes_the_quotation_stale(answer):
    quote = only(answer, Shelf())
    assert (quote.state, quote.why, quote.start) == ("stale", "document_gone", None)


def test_the_same_text_under_another_id_is_current(answer):
    """Ids belong to a library: a colleague's library holds the same file under another one."""
    quote = only(answer, Shelf(other=WIRE))
    assert (quote.state, quote.document_id) == ("current", "other")


def test_words_that_have_moved_are_stale_and_the_new_place_is_said(answer):
    text = f"CORRECTION. See below.\n\n{WIRE}"
    quote = only(answer, Shelf(d1=text))
    assert (quote.state, quote.why) == ("stale", "moved")
    assert text[quote.start : quote.end] == QUOTE
    assert "still stand in it (line 5)" in quote.message


def test_a_change_elsewhere_in_the_text_is_told_with_the_same_place(answer):
    text = WIRE.replace("We are still searching", "We have searched")
    quote = only(answer, Shelf(d1=text))
    assert (quote.state, quote.why, quote.start) == ("stale", "moved", WIRE.index(QUOTE))


def test_words_that_stand_at_two_places_are_told_apart_by_what_is_around_them(answer):
    text = f"{QUOTE} In short.\n\n{WIRE}"
    cited = answer["citations"][0]
    start = cited["start"]
    cited["prefix"], cited["suffix"] = WIRE[start - 10 : start], ""
    quote = only(answer, Shelf(d1=text))
    assert quote.start == text.index(QUOTE, 5)
    cited["prefix"] = ""
    quote = only(answer, Shelf(d1=text))
    assert (quote.why, quote.start, quote.end) == ("moved", None, None)
    assert "2 places" in quote.message


def test_words_that_no_longer_stand_in_the_text_are_stale(answer):
    quote = only(answer, Shelf(d1=WIRE.replace("60 people", "61 people")))
    assert (quote.state, quote.why, quote.start) == ("stale", "quote_gone", None)


@pytest.mark.parametrize(
    "change",
    [
        {"quote": QUOTE.replace("60", "90")},
        {"start": 0, "end": len(QUOTE)},
        {"start": 10**9, "end": 10**9 + len(QUOTE)},
    ],
)
def test_words_that_never_stood_there_are_damaged(answer, change):
    """The text has the hash that the answer names, so nothing but the answer can be wrong."""
    answer["citations"][0].update(change)
    quote = only(answer, Shelf(d1=WIRE))
    assert (quote.state, quote.why) == ("damaged", "never_there")


def test_the_worst_of_the_quotations_is_the_answers_state():
    wire, monitor = (document.text for document in sample_documents()[:2])
    found = answer_to_json(disagreeing_answer())
    for cited, text in zip(found["citations"], (monitor, wire), strict=True):
        cited["text_sha256"] = sha(text)
    shelf = Shelf(d1=wire, d2=monitor)
    assert recheck(found, shelf).state == "current"
    shelf = Shelf(d1=wire.replace("nine", "ten"), d2=monitor)
    check = recheck(found, shelf)
    assert [quote.state for quote in check.quotes] == ["current", "stale"]
    assert (check.state, check.count("stale")) == ("stale", 1)
    found["citations"][0]["quote"] = "x" * len(found["citations"][0]["quote"])
    assert recheck(found, shelf).state == "damaged"


def test_a_refusal_without_citations_is_current():
    check = recheck(answer_to_json(declined_answer()), Shelf())
    assert check == AnswerCheck()
    assert check_to_json(check) == {"state": "current", "citations": []}


def test_each_document_is_looked_up_once_and_the_answer_is_left_as_it_is():
    document = make_document(WIRE)
    quotes = [QUOTE, '"We are still searching the packing hall," she said.']
    cited = [make_citation(document, quote) for quote in quotes]
    found = answer_to_json(make_answer("Who?", [(q, [n]) for n, q in enumerate(quotes, 1)], cited))
    before, shelf = copy.deepcopy(found), Shelf(d1=WIRE)
    recheck(found, shelf)
    assert found == before
    assert shelf.looked_up == 1
    seen = SeenDocuments(shelf)
    assert recheck(found, seen) == recheck(found, seen)
    assert shelf.looked_up == 2
