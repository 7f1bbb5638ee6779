"""What a question takes for granted, and what becomes of it where the sources deny it."""

from __future__ import annotations

import pytest

from rag.english.question import analyse
from rag.refusal import denied_beside, gap, message, names_asked, weighed
from rag.types import Candidate, Reading
from tests.rag.assumptions import CASES, hits_of

UNSURE = Reading((), 0.1, "only_related")


def sure(hit, probability=0.9):
    text = hit.passage.text
    return Candidate(hit, 0, len(text), text, 5.0, probability, 0, len(text.split()[0]))


def test_there_are_as_many_that_contradict_as_that_do_not():
    yes = sum(contradicted for *_, contradicted in CASES)
    assert len(CASES) > 100
    assert 0.35 < yes / len(CASES) < 0.65


@pytest.mark.parametrize(("question", "sources", "contradicted"), CASES)
def test_what_the_sources_deny_is_contradicted_and_nothing_else(question, sources, contradicted):
    found = weighed(question, UNSURE, hits_of(sources))
    assert found.reason == ("contradicted" if contradicted else "only_related")
    if contradicted:
        texts = " ".join(s if isinstance(s, str) else s[0] for s in sources)
        assert found.denied
        assert found.denied[0].text in texts


def test_where_one_source_affirms_what_another_denies_both_stand():
    sources = ["The minister did not resign, her office said.", "The minister resigned on Monday."]
    answered = Reading((sure(hits_of(sources)[1]),), 0.9)
    found = weighed("Why did the minister resign?", answered, hits_of(sources))
    assert found.reason is None
    assert [one.text for one in found.denied] == [sources[0]]


def test_a_denial_by_the_accused_stands_beside_and_decides_nothing():
    sources = ["Russia denied striking Tel Arin.", "The strike on Tel Arin followed a quarrel."]
    answered = Reading((sure(hits_of(sources)[1]),), 0.9)
    found = weighed("Why did Russia strike Tel Arin?", answered, hits_of(sources))
    assert found.reason is None
    assert [one.text for one in found.denied] == [sources[0]]


def test_a_bare_answer_that_the_reader_is_sure_of_is_not_refused():
    sources = ["The Corran bridge was never closed.", "On 4 May traffic ended there for good."]
    hits = hits_of(sources)
    asked = "When was the Corran bridge closed?"
    assert weighed(asked, Reading((sure(hits[1]),), 0.9), hits).reason is None
    assert weighed(asked, Reading((sure(hits[1], 0.4),), 0.4), hits).reason == "contradicted"


def test_a_model_that_sees_no_contradiction_has_the_last_word():
    hits = hits_of(["The minister did not resign."])
    told = []

    def model(probability):
        def contradicts(statement, line):
            told.append((statement, line.text))
            return probability

        return contradicts

    asked = "Why did the minister resign?"
    assert weighed(asked, UNSURE, hits, model(0.05)).reason == "only_related"
    assert weighed(asked, UNSURE, hits, model(0.9)).reason == "contradicted"
    assert told[0] == ("the minister resigned", "The minister did not resign.")


def test_the_sentence_that_decides_a_yes_no_question_goes_first():
    sources = [
        "Calls for the minister to resign grew all spring.",
        "The minister did not resign.",
    ]
    hits = hits_of(sources)
    reading = Reading((sure(hits[0], 0.2), sure(hits[1], 0.1)), 0.2, "only_related")
    found = weighed("Did the minister resign?", reading, hits)
    assert [one.text for one in found.candidates] == [sources[1], sources[0]]
    assert found.reason is None
    undecided = weighed("Did the minister resign?", reading, hits[:1])
    assert undecided == reading


KNOWN = {"Homs": 4, "Idlib": 3, "Homs Idlib": 2, "Douma": 2, "Homs Douma": 0, "Larkhaven": 0}


@pytest.mark.parametrize(
    ("reason", "question", "told"),
    [
        ("only_related", "How many people were injured in Homs?",
         "The documents speak of Homs, but no passage that was found says how many people were"
         " injured."),
        ("only_related", "When did Larkhaven flood?", "No document mentions Larkhaven."),
        ("nothing_found", "Who went from Larkhaven to Homs?",
         "No document mentions Larkhaven. There are documents that speak of Homs."),
        ("only_related", "Who went from Homs to Douma?",
         "There are documents that speak of Homs and Douma, but none that speaks of all."),
        ("only_related", "Why did people go from Homs to Idlib in May?",
         "The documents speak of Homs and Idlib, but no passage that was found says why."),
        ("nothing_found", "Who sings?", "Nothing in the documents speaks of this."),
        ("only_related", "Who sings?",
         "The documents speak of related things, but no passage that was found says who."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_was_found_and_what_was_not(reason, question, told):
    assert message(reason, question, (), KNOWN.__getitem__) == told


def test_a_name_whose_words_stand_apart_is_not_said_to_be_spoken_of():
    asked = "When did Corran Bridge open?"
    apart, whole = hits_of(["A bridge near Corran burned."]), hits_of(["Corran Bridge burned."])
    known = {"Corran Bridge": 1}.__getitem__
    assert "Corran Bridge" not in message("only_related", asked, (), known, apart)
    assert message("only_related", asked, (), known, whole).startswith(
        "The documents speak of Corran Bridge"
    )


def test_denials_beside_an_answer_are_of_different_documents_and_not_shown_twice():
    hits = hits_of(["It did not.", "It never did.", "It has not."])
    reading = Reading((), 0.5, None, tuple(sure(hit) for hit in hits))
    assert [one.text for one in denied_beside(reading, set())] == ["It did not.", "It never did."]
    assert [one.text for one in denied_beside(reading, {("d0", 0)})][0] == "It never did."


def test_a_contradiction_quotes_the_sentence_with_its_source_and_day():
    found = weighed("Why did the minister resign?", UNSURE, hits_of(["The minister stayed on."]))
    told = message("contradicted", "Why did the minister resign?", found.denied, KNOWN.get)
    assert told == (
        "The question assumes that the minister resigned; the documents deny it: "
        "\u201cThe minister stayed on.\u201d (Report 0, 6 May 2017)"
    )


def test_names_and_gaps_of_questions():
    assert names_asked(analyse("What did the UN say in Homs on Friday?")) == ["UN", "Homs"]
    assert gap(analyse("What did the UN say about the siege?")) == "what the UN said of this"
    assert gap(analyse("How large is the clan?")) == "how large"
