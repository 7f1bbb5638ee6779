"""A follow-up is also read in its own words, in the documents that the last answer cites."""

from dataclasses import replace

import pytest

from rag.contract import answer_to_json
from rag.going_on import CitedScorer, as_spoken, asked_in, needed, otherwise, with_cited
from rag.read import SentenceReader
from rag.types import AskedIn, Filters, PassageScores, Question, Quoted, Turn
from tests.rag.sources import report

INN = report(
    "A fire in an inn at Hollin killed six people late on Friday, the harbour police said. It "
    "broke out as some young people were celebrating the graduation of a student who was among "
    "the dead. The inn is closed until further notice.",
    title="Six die in fire at Hollin inn",
    publisher="Elva Post",
)
WEDDING = report(
    "Young people in Sallow were celebrating a wedding in an inn on Friday when the lights went "
    "out. The inn belongs to Oton Brack.",
    title="Dark wedding",
    publisher="Dunmark Courier",
)
RESOLVED = "What were the young people at the fire in an inn at Hollin celebrating on Friday?"
SPOKEN = "What were the young people there celebrating?"


def turns(answer):
    return Turn("user", "How many died?"), Turn("assistant", "Six.", answer)


def asked(answer, *, text="Why?"):
    return asked_in(Question(text, turns(answer)))


CITED = {"declined": None, "citations": [{"document_id": "a"}, {"document_id": "b"}]}


def test_the_cited_documents_of_the_newest_answer_are_known():
    assert asked(CITED) == AskedIn("Why?", frozenset("ab"))
    older = turns({"citations": [{"document_id": "old"}]})
    declined = {**CITED, "declined": {"reason": "nothing_found"}}
    both = asked_in(Question("Why?", (*older, *turns(declined))))
    assert both == AskedIn("Why?", frozenset(["old"]))


def test_the_documents_of_three_answers_of_one_topic_are_known():
    def told(name):
        return turns({"citations": [{"document_id": name}]})

    def going_on(*said):
        return asked_in(Question("Why?", tuple(turn for one in said for turn in one)))

    assert going_on(told("a"), told("b"), told("c"), told("d")).documents == frozenset("bcd")
    opened = (replace(told("b")[0], content="New topic: who is the mayor?"), told("b")[1])
    assert going_on(told("a"), opened, told("c")).documents == frozenset("bc")


def test_the_places_that_the_last_answers_quote_are_known():
    def told(*places):
        cited = [{"document_id": name, "start": at, "end": at + 9} for name, at in places]
        return turns({"citations": cited})

    history = (*told(("a", 5)), *told(("b", 0), ("a", 40)))
    newest = (Quoted("b", 0, 9), Quoted("a", 40, 49))
    assert asked_in(Question("Why?", history)).quoted == (newest, (Quoted("a", 5, 14),))
    # What a caller sends may name a document and no place in it.
    places = [("0", None), (True, 9), (-1, 9), (9, 3)]
    vague = turns({"citations": [{"document_id": "c", "start": a, "end": b} for a, b in places]})
    asked_of = asked_in(Question("Why?", (*history, *vague)))
    assert asked_of.documents == frozenset("abc")
    assert asked_of.quoted == ((), newest, (Quoted("a", 5, 14),))


@pytest.mark.parametrize(
    "text", ["New topic: who is the mayor?", "Let's talk about Hollin. Who is the mayor?"]
)
def test_a_question_that_opens_a_topic_goes_on_from_nothing(text):
    assert asked(CITED, text=text) is None
    assert asked(CITED, text="Who is the mayor?") == AskedIn("Who is the mayor?", frozenset("ab"))


class Found:
    """A retriever that finds the same passages in their order, within the filters."""

    def __init__(self, *hits):
        self.hits = hits

    def retrieve(self, question, *, filters, collection, limit):
        ids = filters.document_ids
        return [hit for hit in self.hits if not ids or hit.document.id in ids][:limit]


def test_what_was_cited_is_read_though_the_search_does_not_find_it():
    retriever = Found(INN, WEDDING)
    asked_of = AskedIn("Whose is it?", frozenset([WEDDING.document.id]))
    other = report("The harbour of Sallow was closed on Monday.", title="Closed", publisher="Elva")
    question = Question("Whose is it?", ())
    found = with_cited(retriever, asked_of, question, "Whose is the inn?", [INN, other])
    assert found == [INN, WEDDING]
    kept = Question("Whose is it?", (), Filters(document_ids=(INN.document.id,)))
    assert with_cited(retriever, asked_of, kept, "Whose is the inn?", [INN]) == [INN]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"citations": "a"},
        {"citations": None},
        {"citations": [1, None, "a"]},
        {"citations": [{"document_id": 7}, {"document_id": ["a"]}, {}]},
    ],
)
def test_a_history_of_any_shape_is_no_error(answer):
    assert asked(answer) is None


class Scoring:
    """Scores a passage by the length of the question, and remembers what was read."""

    def __init__(self):
        self.read = []

    def score(self, question, passages):
        self.read += [(question, text) for text in passages]
        return [PassageScores(float(len(question)), ()) for _ in passages]


def test_only_cited_passages_are_read_again():
    scorer = Scoring()
    cited = AskedIn("A long follow-up", frozenset([INN.document.id]))
    texts = [INN.passage.text, WEDDING.passage.text]
    found = CitedScorer(scorer, cited, [INN, WEDDING]).score("Why?", texts)
    assert [one.answers for one in found] == [16.0, 4.0]
    assert scorer.read == [("Why?", texts[0]), ("Why?", texts[1]), ("A long follow-up", texts[0])]


def belief(reading, words):
    return next(one.probability for one in reading.candidates if words in one.text)


def test_its_own_words_are_read_where_they_were_said(examples):
    reader = examples.reader
    hits = [INN, WEDDING]
    plain = reader.read(RESOLVED, hits)
    there = reader.going_on(AskedIn(SPOKEN, frozenset([INN.document.id]))).read(RESOLVED, hits)
    assert belief(there, "graduation") > belief(plain, "graduation")
    assert belief(there, "wedding") < belief(plain, "wedding")
    assert reader.read(RESOLVED, hits) == plain  # the reader itself is as it was


@pytest.fixture
def ruled(examples):
    """Return a reader without a network."""
    return SentenceReader(examples.encoder, lambda term: 1.0)


def test_what_was_cited_goes_before_what_is_believed_as_much_and_is_no_surer(ruled):
    question = "Who owns the inn?"
    plain = ruled.read(question, [INN, WEDDING])
    there = ruled.going_on(AskedIn("Whose is it?", frozenset([INN.document.id])))
    reading = there.read(question, [INN, WEDDING])
    assert belief(reading, "closed until") > belief(plain, "closed until")
    assert belief(reading, "Oton Brack") <= belief(plain, "Oton Brack")
    assert reading.answerable <= plain.answerable


@pytest.mark.parametrize(
    ("questions", "figures"),
    [
        (
            ("When did the explosion at Larkhaven happen?", "How many people were killed?"),
            {24, 23, 17, 12, 9},
        ),
        (
            (
                "When did the explosion at Larkhaven happen?",
                "How many people were killed?",
                "And how many were injured?",
            ),
            {141, 60, 58},
        ),
    ],
)
def test_figures_of_sources_that_were_not_cited_are_told_too(examples, questions, figures):
    history = ()
    for text in questions:
        answer = examples.assistant.ask(Question(text, history, Filters()))
        history += (Turn("user", text), Turn("assistant", answer.text, answer_to_json(answer)))
    assert {one.account.number for one in answer.accounts} >= figures


def test_an_answer_in_a_conversation_is_read_in_what_was_cited(examples, ask, monkeypatch):
    first = "How many people were killed in the explosion at Larkhaven?"
    answer = ask(first)
    seen = []
    going_on = SentenceReader.going_on

    def watched(self, asked_in):
        seen.append(asked_in)
        return going_on(self, asked_in)

    monkeypatch.setattr(SentenceReader, "going_on", watched)
    history = (Turn("user", first), Turn("assistant", answer.text, answer_to_json(answer)))
    for text in ("And how many were injured?", "New topic: how large is the relief fund?"):
        examples.assistant.ask(Question(text, history, Filters()))
    cited = frozenset(one.document_id for one in answer.citations)
    places = tuple(Quoted(one.document_id, one.start, one.end) for one in answer.citations)
    assert seen == [AskedIn("And how many were injured?", cited, (places,))]


@pytest.mark.parametrize(
    ("asked_now", "understood", "others"),
    [
        ("Who owns the inn?", "Who owns the inn?", False),
        ("And who owns the inn?", "Who owns the inn?", False),
        ("Whose is it?", "Who owns the inn?", True),
    ],
)
def test_one_understood_as_it_stands_is_answered_of_what_was_cited(
    ruled, asked_now, understood, others
):
    cited = report(
        "An inn at Hollin burnt on Friday. Mira Solberg owns the inn, the harbour police said.",
        title="Fire at Hollin inn",
        publisher="Elva Post",
    )
    other = report(
        "An inn in Sallow was dark on Friday. Oton Brack owns the inn, guests said.",
        title="Dark wedding",
        publisher="Dunmark Courier",
    )
    asked_of = AskedIn(asked_now, frozenset([cited.document.id]))
    found = ruled.going_on(asked_of).read(understood, [cited, other]).candidates
    assert found[0].hit.document.id == cited.document.id
    assert any(one.hit.document.id == other.document.id for one in found) == others


VOTE = report(
    "The board of Hollin voted on Monday for a new ferry. Farmers voted against it because the "
    "bridge will be put off.",
    title="Ferry voted",
    publisher="Elva Post",
)


def test_circumstances_that_the_conversation_gave_need_not_stand_beside_the_answer(examples):
    understood, spoken = "Who voted against it on 3 May 2021?", "And who were they?"
    reader, hits = examples.reader, [VOTE, INN, WEDDING]
    assert reader.read(understood, hits).reason is not None
    there = reader.going_on(AskedIn(spoken, frozenset([VOTE.document.id])))
    reading = there.read(understood, hits)
    assert reading.reason is None and "Farmers" in reading.candidates[0].text
    elsewhere = reader.going_on(AskedIn(spoken, frozenset([INN.document.id])))
    assert elsewhere.read(understood, hits).reason is not None


def test_what_its_own_words_find_in_what_was_cited_needs_be_less_sure(ruled):
    found = ruled.read("Who owns the inn?", [INN, WEDDING])
    best, cited = found.candidates[0], frozenset([WEDDING.document.id])

    def read(answerable, hit):
        reading = ruled.read("Who owns the inn?", [hit])
        return lambda question, hits: replace(reading, answerable=answerable)

    asked_of, understood = AskedIn("Whose is it?", cited), "Who owns the inn?"

    def share(read, asked_of=asked_of, understood=understood, doubted=True):
        return needed(read, asked_of, understood, best, [INN, WEDDING], doubted)

    assert best.hit.document.id in cited
    assert share(read(0.1, WEDDING)) < 1.0
    assert share(read(0.1, WEDDING), doubted=False) == 1.0
    assert share(read(0.0, WEDDING)) == 1.0
    assert share(read(0.1, INN)) == 1.0


def test_what_stands_elsewhere_needs_be_surer_unless_the_topic_may_be_new(ruled):
    read, cited = ruled.read, frozenset([INN.document.id])
    best = read("Who owns the inn?", [WEDDING]).candidates[0]

    def share(spoken):
        asked_of = AskedIn(spoken, cited)
        return needed(read, asked_of, "Who owns the inn?", best, [INN, WEDDING], False)

    assert share("Whose is it?") > 1.0
    assert share("And who owns the inn?") == 1.0


def test_a_follow_up_may_be_understood_as_it_stands():
    question = "What is closed until further notice?"
    asked_of = AskedIn("And what is closed until further notice?", frozenset("a"))
    assert as_spoken(question, asked_of)
    assert not as_spoken("What is closed in Hollin until further notice?", asked_of)


def test_figures_of_strangers_lose_where_the_question_names_nothing(ruled):
    question = "How many were celebrating?"
    cited = report(
        "A wedding was held at Sallow on Friday. Ninety were celebrating in the inn, guests said.",
        title="Wedding",
        publisher="Elva Post",
    )
    other = report(
        "Forty were celebrating the harbour day at Hollin on Monday, the harbour police said.",
        title="Harbour day",
        publisher="Dunmark Courier",
    )
    there = ruled.going_on(
        AskedIn("And how many were celebrating?", frozenset([cited.document.id]))
    )
    assert ruled.read(question, [other, cited]).candidates[0].hit == other
    assert there.read(question, [other, cited]).candidates[0].hit == cited


def test_a_new_topic_is_read_as_if_nothing_had_been_asked(examples):
    understood = "What broke out as some young people were celebrating the graduation?"
    reader, hits = examples.reader, [VOTE, INN, WEDDING]
    plain = reader.read(understood, hits)
    assert plain.reason is None
    there = reader.going_on(AskedIn(understood, frozenset([VOTE.document.id])))
    assert there.read(understood, hits).candidates[0].text == plain.candidates[0].text
    assert there.read(understood, hits).reason is None


def test_what_only_the_plain_reading_finds_is_asked_of_it_where_the_topic_may_be_new(ruled):
    question, cited = "Who owns the inn?", frozenset([INN.document.id])
    plain = ruled.read(question, [WEDDING])

    def read(reason):
        return lambda question, hits: replace(plain, reason=reason)

    def found(spoken, reason=None):
        return otherwise(read(reason), AskedIn(spoken, cited), question, [INN, WEDDING])

    assert found("And who owns the inn?") == plain
    assert found("And who owns the inn?", "only_related") is None
    assert found("Whose is it?") is None
