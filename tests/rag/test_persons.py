"""Who somebody is, how old, who holds an office, what the capital is: told by a sentence's form."""

import time

import pytest

from rag.english.told import told as told_in
from rag.read import SentenceReader
from rag.refusal import weighed
from rag.types import Material, Question
from rag.write import ExtractiveWriter
from tests.rag.sources import report

FLOOD = report(
    "The sluice at Hollin broke on Sunday. Fishermen met Ada Thorn on the quay and carried boats. "
    "Harbour Watch deputy head Rolf Ek blamed rust. Ada Thorn head of the Harbour Watch called the "
    "gauge a toy. Sudlandic President Ivar Holm and Norlandic President Mira Solberg sent boats.",
    publisher="Elva Post",
)
FAIR = report(
    "The fair opened in Elva, the capital of Norland, with 212 jars. The youngest entrant is Oskar "
    "Bream, who is eight and has boiled three jars.",
    publisher="Dunmark Courier",
)


YARD = report(
    "Dunmark Marine rejected the charge. None of its welders was on the roof on Sunday. The last "
    "day there was Friday, said its managing director, Rolf Ek. The director of the works, Ada "
    "Thorn, was away.",
    publisher="Elva Post",
)


@pytest.fixture(scope="module")
def answer(examples):
    reader = SentenceReader(examples.encoder, lambda term: 1.0)

    def answered(question, *hits):
        read = weighed(question, reader.read(question, hits), hits)
        material = Material(Question(question), question, hits, read, ())
        told = [] if read.reason else [one.text for one in ExtractiveWriter().write(material)]
        return read, told

    return answered


@pytest.mark.parametrize(
    ("question", "value", "sentence"),
    [
        ("Who is Ada Thorn?", "head of the Harbour Watch", "Ada Thorn head"),
        ("What is Rolf Ek's post?", "Harbour Watch deputy head", "Harbour Watch deputy"),
        ("Who is the head of the Harbour Watch?", "Ada Thorn", "Ada Thorn head"),
        ("Who is the Norlandic president?", "Mira Solberg", "Sudlandic President"),
        ("How old is Oskar Bream?", "eight", "The youngest entrant"),
        ("What is the capital of Norland?", "Elva", "The fair opened"),
    ],
)
def test_the_sentence_that_tells_it_by_its_form_is_the_answer(answer, question, value, sentence):
    reading, told = answer(question, FLOOD, FAIR)
    assert len(told) == 1
    assert told[0].startswith(sentence)
    assert reading.candidates[0].answer == value


@pytest.mark.parametrize("question", ["How old is Ada Thorn?", "Who is the mayor of Hollin?"])
def test_whom_sentences_only_name_nothing_is_told_of(answer, question):
    reading, told = answer(question, FLOOD, FAIR)
    assert (told, reading.reason is None) == ([], False)


@pytest.mark.parametrize("asked", ["Who is Dunmark Marine's managing director?"])
def test_its_director_is_of_the_body_that_was_named_before(answer, asked):
    reading, told = answer(asked, YARD)
    assert (reading.reason, reading.candidates[0].answer) == (None, "Rolf Ek")
    assert len(told) == 1 and "its managing director" in told[0]


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ada Thorn?",
        "How old is Ada Thorn?",
        "Who is the head of the Harbour Watch?",
        "What is the capital of Norland?",
        "What is the name of the pilot?",
    ],
)
@pytest.mark.parametrize("filler", [" ", "A", "Ada ", "led by Ada "])
def test_a_sentence_of_odd_make_is_looked_at_in_no_time(question, filler):
    sentence = "Ada Thorn" + filler * (20_000 // len(filler))
    started = time.perf_counter()
    told_in(question, sentence)
    assert time.perf_counter() - started < 5
