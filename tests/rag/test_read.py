"""The reader with the real model: the sentence that answers first, or the reason why none does."""

import pytest

from rag.english.question import analyse
from rag.features import lines_of
from rag.read import THRESHOLDS, SentenceReader
from rag.writing.bare import bare_answer
from tests.rag.sources import report

DAM = report(
    "The dam above Hollin burst on Tuesday after three days of rain. Lantern Watch said 14 people "
    "were killed and 30 were injured. Chief engineer Mira Solberg warned the council in April that "
    "the spillway was cracked. The water reached the market of Sallow within an hour.",
    title="Dam bursts above Hollin",
    publisher="Elva Post",
)
VETO = report(
    "Norland vetoed the council's resolution on an inquiry commission into the oil spill. Its "
    "envoy Oton Brack called the text one-sided because no diver had yet seen the wreck. Eleven "
    "members voted for it.",
    title="Resolution on oil spill fails",
    publisher="Dunmark Courier",
)
FAIR = report(
    "The spring honey fair opened in the old market hall with 212 jars on the tables. Judges taste "
    "every jar by Sunday evening.",
    title="Honey fair opens",
    publisher="Elva Post",
    day="2021-03-13",
)
HITS = [DAM, VETO, FAIR]


@pytest.fixture(scope="module")
def encoder(examples):
    return examples.encoder


@pytest.fixture(scope="module")
def reader(encoder):
    return SentenceReader(encoder, lambda term: 1.0)


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Who vetoed the resolution on an inquiry commission?", "Norland vetoed", "Norland"),
        ("How many people were killed when the dam burst?", "Lantern Watch said", "14"),
        ("How many people were injured when the dam burst?", "Lantern Watch said", "30"),
        ("When did the dam above Hollin burst?", "The dam above Hollin", "Tuesday"),
        ("Who warned that the spillway was cracked?", "Chief engineer", "Mira Solberg"),
        ("Where did the water reach the market?", "The water reached", "Sallow"),
        ("How many jars were at the honey fair?", "The spring honey fair", "212"),
        ("Why did Oton Brack call the text one-sided?", "Its envoy Oton Brack", ""),
        ("What did Mira Solberg say about the spillway?", "Chief engineer", ""),
    ],
)
def test_the_sentence_that_answers_comes_first(reader, question, sentence, answer):
    reading = reader.read(question, HITS)
    assert reading.reason is None
    best = reading.candidates[0]
    assert best.text.startswith(sentence)
    assert answer in best.answer
    assert bool(best.answer) or not answer


@pytest.mark.parametrize(
    "question",
    [
        "What is the boiling point of mercury?",
        "Who won the chess championship in Karlsburg?",
        "How many telescopes does the observatory of Menz own?",
        "When was the Kestrel Bank founded?",
    ],
)
def test_what_is_not_there_gives_a_reason(reader, question):
    reading = reader.read(question, HITS)
    assert reading.reason in ("nothing_found", "only_related")
    assert reading.answerable < THRESHOLDS["normal"]


def test_no_hits_are_nothing_found(reader):
    reading = reader.read("Who vetoed it?", [])
    assert (reading.candidates, reading.answerable, reading.reason) == ((), 0.0, "nothing_found")


def test_a_passage_without_words_is_nothing_found(reader):
    assert reader.read("Who vetoed it?", [report("--- 12 ---")]).reason == "nothing_found"


@pytest.mark.parametrize("question", ["Who vetoed the resolution?", "How many were killed?", "?"])
def test_candidates_are_slices_in_order_with_probabilities(reader, question):
    reading = reader.read(question, HITS)
    texts = {hit.document.id: hit.passage.text for hit in HITS}
    for candidate in reading.candidates:
        text = texts[candidate.hit.document.id]
        assert text[candidate.start : candidate.end] == candidate.text
        assert candidate.start <= candidate.answer_start <= candidate.answer_end <= candidate.end
        assert 0 <= candidate.probability <= 1
    scores = [candidate.score for candidate in reading.candidates]
    assert scores == sorted(scores, reverse=True)
    assert reading.answerable == reading.candidates[0].probability


def test_offsets_are_the_documents_not_the_passages(reader):
    late = report(VETO.passage.text, lead=1000, publisher="Late")
    best = reader.read("Who vetoed the resolution?", [late]).candidates[0]
    assert best.start >= 1000
    assert late.passage.text[best.start - 1000 : best.end - 1000] == best.text


def test_the_same_reading_twice(reader, encoder):
    first = reader.read("Who vetoed the resolution?", HITS)
    again = SentenceReader(encoder, lambda term: 1.0).read("Who vetoed the resolution?", HITS)
    assert [c.text for c in first.candidates] == [c.text for c in again.candidates]
    assert [c.score for c in first.candidates] == pytest.approx([c.score for c in again.candidates])


def test_caution_only_moves_the_threshold(encoder):
    questions = [
        "Who vetoed the resolution on an inquiry commission?",
        "What did the council think of the divers?",
        "How old is the market hall?",
        "What is the boiling point of mercury?",
    ]
    refused = {
        caution: sum(
            SentenceReader(encoder, lambda term: 1.0, caution=caution).read(text, HITS).reason
            is not None
            for text in questions
        )
        for caution in ("low", "normal", "high")
    }
    assert refused["low"] <= refused["normal"] <= refused["high"]
    assert refused["high"] >= 1
    assert THRESHOLDS["low"] < THRESHOLDS["normal"] < THRESHOLDS["high"]
    with pytest.raises(KeyError):
        SentenceReader(encoder, lambda term: 1.0, caution="reckless")


def test_a_rare_word_weighs_more_than_a_common_one(encoder):
    one = report("The lighthouse was painted in a strange colour.", publisher="A")
    two = report("The quay was painted in a vermilion colour.", publisher="B")
    question = "Was the lighthouse or the quay vermilion?"
    rare = {"vermilion": 9.0}
    reading = SentenceReader(encoder, lambda term: rare.get(term, 0.1)).read(question, [one, two])
    assert reading.candidates[0].hit.document.publisher == "B"


def test_a_copied_sentence_is_read_once_and_a_twin_of_another_source_twice():
    copies = [report("It burst.", publisher=name, cluster="c") for name in ("A", "B")]
    others = [report("It burst.", publisher=name) for name in ("A", "B")]
    assert len(lines_of(copies)) == 1
    assert len(lines_of(others)) == 2


def test_a_sentence_of_two_overlapping_passages_is_read_once():
    assert len(lines_of([DAM, DAM])) == len(lines_of([DAM])) == 4


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("How many boats sank?", "At least 24 boats sank off Port Elva.", "At least 24"),
        ("How many were injured?", "It killed 9 and injured 30.", "30"),
        ("How many people were killed?", "It killed 87 people including 31 children.", "87"),
        ("How many people were killed?", "The toll rose to 23, up from 17.", "23"),
        ("When did it sink?", "It sank on 4 May 2019 at dawn.", "4 May 2019"),
        ("Where did it sink?", "It sank off the coast near Port Elva.", "Port Elva"),
        ("Who said it was old?", "It was old, Mira Solberg said.", "Mira Solberg"),
        (
            "Who denied the charge?",
            "Brack accused the Board, but the Ferry Board denied it.",
            "the Ferry Board",
        ),
        ("Who vetoed the plan?", "The plan was vetoed by Norland.", "Norland"),
        ("Which company built the lock?", "Corvane Works built the lock.", "Corvane Works"),
        ("Why did it sink?", "It sank because the hatch was open.", ""),
        ("Who vetoed the plan?", "It was vetoed at noon.", ""),
    ],
)
def test_bare_answer(question, text, answer):
    start, end = bare_answer(analyse(question), text, "2021-06-16")
    assert text[start:end] == answer
