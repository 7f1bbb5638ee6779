"""Questions on the example collection, answered with the real model and the real ledger.

``examples/README.md`` says what contradicts what; these tests hold the answers to that table.
"""

import re
from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.citations import broken_citations
from rag.compose import Composer
from rag.contract import answer_to_json
from rag.survey import Survey
from rag.types import (
    Answer,
    Check,
    Filters,
    Question,
    SentenceRemoved,
    SentenceShown,
    Step,
    Turn,
)
from rag.verify import CertainVerifier
from rag.write import ExtractiveWriter
from tests.rag.contract import assert_contract

KILLED = "How many people were killed in the explosion at Larkhaven?"
INJURED = "How many people were injured in the explosion at Larkhaven?"
ANSWERED = [
    KILLED,
    INJURED,
    "How many people were treated for injuries?",
    "When did the explosion happen?",
    "Who said that the sprinklers in Hall 3 did not work?",
    "Who was responsible for the explosion?",
    "How much ammonium nitrate was in the storage building?",
    "What did Hallam Marine say about the accusation?",
    "How large is the relief fund?",
    "How many jars were on the tables at the marmalade fair?",
    "Who ordered the evacuation?",
    "Where were most families taken?",
    "Why did members from the countryside vote against the fund?",
    "What happened at Larkhaven?",
    "What did Marcus Thale say about the permit?",
    "When were the two letters of the union received?",
    "Which company had been welding on the roof?",
    "Did Corran Industries store more ammonium nitrate than its permit allowed?",
]
REFUSED = [
    "What was the name of the ship that brought the nitrate?",
    "What is the boiling point of water?",
    "Who won the football world cup in 1998?",
    "How many children were killed in the explosion?",
    "What is the population of Reykjavik?",
    "Who wrote the novel Middlemarch?",
]


def assert_sound(library, answer):
    """What must hold of any answer: slices, marks, copied sentences, verdicts, the contract."""
    texts = {c.document_id: library.ledger.document(c.document_id).text for c in answer.citations}
    assert broken_citations(answer, texts) == []
    for citation, place in zip(answer.citations, answer.places, strict=True):
        text = texts[citation.document_id]
        assert text[citation.start : citation.end] == citation.quote != ""
        passage = citation.passage
        assert text[passage.start : passage.end] == passage.text
        assert passage.start <= citation.start < citation.end <= passage.end
        assert place.label
        assert text[: citation.start].endswith(place.prefix)
        assert text[citation.end :].startswith(place.suffix)
    for sentence in answer.sentences:
        assert sentence.citations
        assert sentence.verdict in ("supported", "partial")
        shown = answer.text[sentence.start : sentence.end].removeprefix("- ")
        assert shown.removeprefix(f"[{sentence.label}] ").startswith(sentence.text)
        cited = [answer.citations[mark.n - 1].quote for mark in sentence.citations]
        if sentence.kind == "quote":
            assert sentence.text in cited
        elif sentence.kind == "account":
            assert any(f"\u201c{quote}\u201d" in sentence.text for quote in cited)
    assert_contract(answer_to_json(answer))


@pytest.mark.parametrize("question", ANSWERED)
def test_questions_that_the_documents_answer(examples, ask, question):
    answer = ask(question)
    assert answer.declined is None
    assert answer.sentences
    assert_sound(examples, answer)
    assert answer.coverage.searched == answer.coverage.documents == 13
    assert answer.coverage.cited == len({c.document_id for c in answer.citations}) >= 1


@pytest.mark.parametrize("question", REFUSED)
def test_questions_that_they_cannot_answer_are_refused_with_what_is_nearest(
    examples, ask, question
):
    answer = ask(question)
    assert answer.declined is not None
    assert answer.declined.reason in ("nothing_found", "only_related", "not_supported")
    assert answer.text == answer.declined.message != ""
    assert 1 <= len(answer.declined.nearest) <= 3
    assert (answer.sentences, answer.answers, answer.accounts, answer.marks) == ((), (), (), ())
    assert (answer.coverage.searched, answer.coverage.unread, answer.coverage.cited) == (13, 0, 0)
    assert (answer.coverage.published_from, answer.coverage.published_to) == (
        "2023-03-11", "2023-03-24",
    )  # fmt: skip
    assert_sound(examples, answer)


@pytest.mark.parametrize("question", ANSWERED)
def test_accounts_are_in_order_and_make_sense_together(ask, question):
    answer = ask(question)
    found = [one.account for one in answer.accounts]
    assert [one.stated for one in found] == sorted((one.stated for one in found), reverse=True)
    for account in found:
        assert account.event_date is None or account.event_date <= account.stated, account
        assert account.independent_sources >= 1
        assert account.claimant
    if len(found) == 1:
        assert found[0].relation == "agrees"
    lines = [s.text.split("\u201c")[0] for s in answer.sentences if s.kind == "account"]
    days = [re.search(r"(\d+) March 2023: $", line) for line in lines]
    told = [int(day.group(1)) for day in days if day]
    assert told == sorted(told, reverse=bool(found))


def accounts(answer):
    return {found.account.number: found for found in answer.accounts}


def shown(answer, n):
    """Return the account's own line of the answer."""
    return next(s.text for s in answer.sentences if s.kind == "account" and s.text.startswith(n))


@pytest.mark.parametrize(
    ("number", "claimants", "stated", "relations"),
    [
        (9.0, ("fire service", "Ilse Maron"), "2023-03-14", ("disagrees",)),
        (12.0, ("Brennick", "inter"), "2023-03-15", ("disagrees",)),
        (17.0, ("Estuary Watch",), "2023-03-15", ("disagrees",)),
        (23.0, ("Estuary Watch",), "2023-03-17", ("update",)),
        (24.0, ("court doctors", "Office"), "2023-03-24", ("disagrees",)),
    ],
)
def test_each_figure_of_the_dead_has_its_claimant_and_its_day(
    ask, number, claimants, stated, relations
):
    account = accounts(ask(KILLED))[number].account
    assert any(name.lower() in account.claimant.lower() for name in claimants), account.claimant
    assert account.stated == stated
    assert account.relation in relations
    assert account.event_date in (None, "2023-03-14")


def test_the_figures_of_the_dead_are_a_list_with_their_hedges_newest_first(ask):
    answer = ask(KILLED)
    days = [found.account.stated for found in answer.accounts]
    assert days == sorted(days, reverse=True)
    assert accounts(answer)[9.0].account.hedge == "at least"
    assert "at least nine" in shown(answer, "at least nine").lower()


def test_killed_is_not_injured(ask):
    killed, injured = accounts(ask(KILLED)), accounts(ask(INJURED))
    assert not {60.0, 58.0, 141.0, 19.0} & set(killed)
    assert not {9.0, 12.0, 17.0, 23.0, 24.0} & set(injured)
    assert {60.0, 141.0} <= set(injured)


def test_the_companys_own_dead_do_not_contradict_the_number_of_dead(ask):
    found = accounts(ask(KILLED))
    assert 11.0 not in found or found[11.0].account.relation in ("part_of", "other_quantity")


def test_the_exact_wire_copy_counts_once_and_is_named(ask):
    answer = ask(KILLED)
    found = accounts(answer)[9.0]
    assert found.account.independent_sources == 1
    copies = [c for n in found.citations for c in answer.citations[n - 1].copies]
    assert {copy.publisher for copy in copies} == {"Larkhaven Courier"}
    assert "Larkhaven Courier" not in [c.document.publisher for c in answer.citations]


def test_the_relay_is_no_independent_source(ask):
    account = accounts(ask(KILLED))[17.0].account
    assert account.independent_sources == 1
    assert "Harbour Radio" in account.relays
    assert "Estuary Watch" not in account.relays


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("How many jars were on the tables at the marmalade fair?", {212.0}),
        ("How large is the relief fund?", {25e6}),
        ("How many people had to leave their homes?", {1200.0}),
        ("How many people gathered for the vigil?", {400.0}),
        ("How many firefighters were at the scene?", {42.0}),
        ("How many employees of Corran Industries were killed?", {11.0, 12.0}),
    ],
)
def test_a_figure_of_another_matter_is_not_mixed_in(ask, question, numbers):
    answer = ask(question)
    assert answer.declined is None
    told = {
        number
        for number, found in accounts(answer).items()
        if found.account.relation not in ("part_of", "other_quantity")
    }
    assert told
    assert told <= numbers


def test_the_nitrate_of_each_claimant(ask):
    found = accounts(ask("How much ammonium nitrate was in the storage building?"))
    assert "Brennick" in found[2400.0].account.claimant
    assert {760.0, 2400.0, 1900.0} <= set(found)
    assert set(found) <= {760.0, 2400.0, 1900.0, 800.0}
    assert 800.0 not in found or found[800.0].account.relation == "other_quantity"
    assert {one.account.event_date for one in found.values()} <= {None, "2023-03-14"}


def test_the_day_of_the_explosion_is_never_one_that_no_source_gives(ask):
    answer = ask("When did the explosion happen?")
    assert "14 March" in answer.text or "March 14" in answer.text
    composed = [s.text.split("\u201c")[0] for s in answer.sentences if s.kind == "account"]
    for line in composed:
        assert line.startswith(("14 March 2023", "13 March 2023")), line


def test_a_day_is_told_by_somebody_and_not_by_a_place(ask):
    found = ask("When did the explosion happen?").accounts
    assert {one.account.value for one in found} == {"14 March 2023", "13 March 2023"}
    assert "Eskmouth" not in [one.account.claimant for one in found]
    told = {one.account.value: one.account.claimant for one in found}
    assert told["13 March 2023"] == "Meridian Daily"  # and not whose time it is set beside


def test_who_was_responsible_has_the_accuser_and_the_denial(ask):
    found = [one.account for one in ask("Who was responsible for the explosion?").accounts]
    accusing = [one.text for account in found for one in account.candidates]
    assert any("minister accused" in text or "Brennick" in text for text in accusing)
    assert [one.claimant for one in found if one.stance == "denies"] == ["Corran Industries"]


def test_a_dateline_is_no_sentence_of_an_answer(ask):
    for question in ("What happened at Larkhaven?", KILLED):
        for citation in ask(question).citations:
            assert not re.fullmatch(r"[A-Z]+, March \d+(?:, 2023)?", citation.quote)
            assert not citation.quote.startswith("(Northern Wire)")


def test_both_who_are_said_to_have_said_it_are_named(ask):
    answer = ask("Who said that the sprinklers in Hall 3 did not work?")
    told = " ".join(bare.text for bare in answer.answers)
    assert "Orrel" in told
    assert "Wray" in told


def test_accusation_and_denial_stand_side_by_side(ask):
    answer = ask("Did Corran Industries store more ammonium nitrate than its permit allowed?")
    publishers = {citation.document.publisher for citation in answer.citations}
    assert "denied" in answer.text
    assert publishers & {"Interior Ministry", "Federal Chemical Safety Office"}


def test_what_somebody_said_is_in_their_own_words_first(ask):
    answer = ask("What did Hallam Marine say about the accusation?")
    first = answer.sentences[0].text
    assert "rejected this" in first or "None of our people" in first or "time sheets" in first


def test_what_was_denied_names_who_denied_it(ask):
    answer = ask("What did Corran Industries deny?")
    assert "Corran Industries on Thursday denied" in answer.text


def test_a_page_of_a_pdf_is_cited_by_its_printed_label(ask):
    answer = ask("How many persons killed had the court doctors identified by 22 March?")
    places = {
        citation.quote: place
        for citation, place in zip(answer.citations, answer.places, strict=True)
    }
    place = next(place for quote, place in places.items() if "24 persons" in quote)
    assert (place.page, place.page_label) == (5, "3")
    assert place.label.startswith("p. 3")


def test_the_same_question_twice_has_the_same_answer(examples, ask):
    again = examples.assistant.ask(Question(KILLED))
    assert comparable(again) == comparable(ask(KILLED))


def comparable(answer):
    return {k: v for k, v in answer_to_json(answer).items() if k not in ("id", "timing_ms")}


# Filters


def publishers(answer):
    return {citation.document.publisher for citation in answer.citations}


@pytest.mark.parametrize(
    ("filters", "searched", "cited"),
    [
        (Filters(publisher=("Northern Wire",)), 2, {"Northern Wire"}),
        (
            Filters(publisher=("Estuary Watch", "Harbour Radio")),
            2,
            {"Estuary Watch", "Harbour Radio"},
        ),
        (Filters(published_to="2023-03-14"), 3, {"Northern Wire", "Larkhaven Courier"}),
        (Filters(published_from="2023-03-24"), 1, {"Federal Chemical Safety Office"}),
        (
            Filters(published_from="2023-03-15", published_to="2023-03-15"),
            4,
            {"Interior Ministry", "Estuary Watch", "Harbour Radio", "Esk Valley Post"},
        ),
        (Filters(metadata={"section": "news at six"}), 1, {"Harbour Radio"}),
        (
            Filters(publisher=("Northern Wire",), published_from="2023-03-15"),
            1,
            {"Northern Wire"},
        ),
    ],
)
def test_filters_change_what_is_searched(examples, ask, filters, searched, cited):
    answer = ask(KILLED, filters=filters)
    assert answer.filters == filters
    assert answer.coverage.searched == searched
    assert answer.coverage.documents == 13
    assert publishers(answer) <= cited
    assert {hit.document.publisher for hit in answer.hits} <= cited
    assert_sound(examples, answer)


def test_a_filter_by_document_searches_that_document_alone(examples, ask):
    document_id = ask(KILLED, filters=Filters(publisher=("Interior Ministry",))).citations[0]
    document_id = document_id.document_id
    answer = ask(KILLED, filters=Filters(document_ids=(document_id,)))
    assert {citation.document_id for citation in answer.citations} == {document_id}
    assert set(accounts(answer)) == {12.0}


def test_what_is_filtered_out_cannot_answer(ask):
    answer = ask(KILLED, filters=Filters(published_to="2023-03-12"))
    assert answer.declined is not None
    assert answer.coverage.searched == 1
    assert publishers(answer) <= {"Larkhaven Courier"}


def test_a_filter_that_nothing_passes_finds_nothing(ask):
    answer = ask(KILLED, filters=Filters(publisher=("Nobody's Gazette",)))
    assert answer.declined.reason == "nothing_found"
    assert (answer.citations, answer.coverage.searched, answer.coverage.mentioning) == ((), 0, 0)


def test_one_sources_filter_has_no_disagreement_left(ask):
    found = ask(KILLED, filters=Filters(publisher=("Interior Ministry",))).accounts
    assert [account.account.relation for account in found] == ["agrees"]


# Follow-ups


def history(answer):
    return (
        Turn("user", answer.question),
        Turn("assistant", answer.text, answer_to_json(answer)),
    )


@pytest.mark.parametrize(
    ("first", "then", "holds"),
    [
        (KILLED, "And how many were injured?", "141"),
        (KILLED, "When?", "14 March"),
        ("Who ordered the evacuation?", "What did she say about danger?", "Nobody is in danger"),
        ("How large is the relief fund?", "Why did members vote against it?", "Sallow Ford"),
        (KILLED, "How many jars were at the marmalade fair?", "212"),
    ],
)
def test_follow_ups_are_understood_and_answered(examples, ask, first, then, holds):
    answer = ask(then, *history(ask(first)))
    assert answer.question == then
    assert answer.declined is None, answer.standalone_question
    assert holds in answer.text or holds in " ".join(c.quote for c in answer.citations)
    assert_sound(examples, answer)


def test_the_stream_says_how_a_follow_up_was_understood(examples, ask):
    question = Question("And how many were injured?", history(ask(KILLED)))
    first = next(iter(examples.assistant.stream(question)))
    assert isinstance(first, Step)
    assert (first.name, "injured" in first.data["standalone_question"]) == ("follow_up", True)
    assert "Larkhaven" in first.data["standalone_question"]


# The stream


@pytest.mark.parametrize("question", [KILLED, ANSWERED[4], REFUSED[1]])
def test_the_stream_ends_in_the_answer_that_ask_gives(examples, ask, question):
    *events, last = examples.assistant.stream(Question(question))
    assert isinstance(last, Answer)
    assert comparable(last) == comparable(ask(question))
    assert not any(isinstance(event, Answer) for event in events)
    assert tuple(e.sentence for e in events if isinstance(e, SentenceShown)) == last.sentences
    if last.declined is None:
        new = [pair for e in events if isinstance(e, SentenceShown) for pair in e.citations]
        assert new == list(enumerate(last.citations, start=1))
    steps = [event.name for event in events if isinstance(event, Step)]
    assert steps == ["retrieve", "read"]


def test_counts_of_the_steps_are_real(examples):
    *events, last = examples.assistant.stream(Question(KILLED))
    step = next(event for event in events if isinstance(event, Step))
    assert step.data["passages"] == len(last.hits)
    assert step.data["documents"] == len({hit.document.id for hit in last.hits})
    assert set(last.timing_ms) >= {"retrieve", "read", "write", "total"}
    assert last.timing_ms["total"] >= last.timing_ms["read"] >= 0


# The parts are exchangeable


class Doubter:
    """A Verifier that believes nothing, or all but what holds a word."""

    def __init__(self, word=""):
        self.word = word

    def check(self, sentence, citation):
        if self.word in sentence:
            return Check("contradicted", 0.0, ("I doubt it.",))
        return CertainVerifier().check(sentence, citation)


class Backwards:
    """A Reranker that remembers and turns the order round."""

    def rerank(self, question, hits):
        self.seen = (question, list(hits))
        return list(reversed(hits))


class Recorder:
    """A Retriever that remembers what it was asked."""

    def __init__(self, inner):
        self.inner = inner

    def retrieve(self, question, *, filters, collection, limit):
        self.asked = (question, filters, collection, limit)
        return self.inner.retrieve(question, filters=filters, collection=collection, limit=limit)


@pytest.fixture
def parts(examples):
    from rag.rarity import Rarity
    from rag.read import SentenceReader

    return {
        "retriever": examples.retriever,
        "reader": SentenceReader(examples.encoder, Rarity(examples.ledger)),
        "composer": Composer(ExtractiveWriter(), CertainVerifier()),
        "library": Survey(examples.ledger),
    }


def test_what_no_source_supports_is_removed_and_said(parts):
    assistant = Assistant(**{**parts, "composer": Composer(ExtractiveWriter(), Doubter())})
    *events, answer = assistant.stream(Question("Who ordered the evacuation?"))
    removed = [event for event in events if isinstance(event, SentenceRemoved)]
    assert removed
    assert removed[0].problems == ("I doubt it.",)
    assert answer.declined.reason == "not_supported"
    assert answer.declined.nearest
    assert {one.status for one in answer.sentences} == {"removed"}


def test_only_the_sentence_that_fails_is_removed(parts, ask):
    question = "Who said that the sprinklers in Hall 3 did not work?"
    assistant = Assistant(**{**parts, "composer": Composer(ExtractiveWriter(), Doubter("Wray"))})
    answer = assistant.ask(Question(question))
    assert answer.declined is None
    assert "Wray" not in answer.text
    assert "Wray" in ask(question).text


def test_the_reranker_has_the_last_word_on_the_order(parts):
    reranker = Backwards()
    answer = Assistant(**parts, reranker=reranker, hits=5).ask(Question(KILLED))
    question, hits = reranker.seen
    assert question == KILLED
    assert list(answer.hits) == list(reversed(hits))
    assert len(hits) <= 5


def test_question_filters_collection_and_limit_reach_the_retriever(parts):
    recorder = Recorder(parts["retriever"])
    filters = Filters(publisher=("Northern Wire",))
    asked = Question("and then?", filters=filters, collection="other")
    assistant = Assistant(
        **{**parts, "retriever": recorder}, hits=7, rewrite=lambda text, turns: KILLED
    )
    answer = assistant.ask(asked)
    assert recorder.asked == (KILLED, filters, "other", 7)
    assert (answer.question, answer.standalone_question) == ("and then?", KILLED)
    assert answer.declined.reason == "nothing_found"


def test_every_answer_has_an_id_of_its_own(examples, ask):
    first = ask(KILLED)
    assert first.id != examples.assistant.ask(Question(KILLED)).id
    assert replace(first, id="") != first


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "who",
        "\u4f55\u4eba\u6b7b\u4ea1\uff1f",
        "'; DROP TABLE documents; --",
        '"AND NEAR(' * 20,
        "a " * 1500,
    ],
)
def test_naughty_questions_are_answered_or_refused_but_never_fail(examples, text):
    answer = examples.assistant.ask(Question(text))
    assert answer.text
    assert_sound(examples, answer)


def test_a_question_for_tolls_has_the_accounts_of_the_dead_and_counts_who_mentions_them(ask):
    plain = ask("How many people were killed in the explosion?")
    tolls = ask("What death tolls do the sources give for the explosion?")
    values = [{one.account.value for one in answer.accounts} for answer in (plain, tolls)]
    assert values[0] == values[1] and len(values[0]) > 3
    assert tolls.coverage.mentioning == plain.coverage.mentioning > 0


def test_what_a_paper_says_is_what_it_reports(ask):
    answer = ask("What does Tarn Business Daily say the permit allowed?")
    assert answer.declined is None and "800" in answer.text
    assert "No source found quotes" not in answer.text
    assert {one.document.publisher for one in answer.citations} == {"Tarn Business Daily"}
