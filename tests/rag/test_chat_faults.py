"""Whatever the server of a model does, the answer comes in time and is never worse for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rag.build import Library, open_library
from rag.chat.draft_parser import DraftParser
from rag.config import load_settings
from rag.types import Answer, Question, SentenceShown, Step
from tests import model_server as faults
from tests.model_server import (
    Fault,
    Messages,
    Model,
    ModelServer,
    refuses,
    serving,
    tokens_of,
)
from tests.personas import lend, quoting, repeating, sentence_with

QUESTION = "What did Tomas Wray say about the sprinklers?"
FIRST, SECOND = "Wray told the Meridian", "Wray said that he had smelled smoke"
SAID = '"We told them twice that the sprinklers in Hall 3 did not work," Wray told'
SECONDS, STALL = 2.5, 0.5
GRACE = 6.0
"""Seconds for search, reading and the extractive answer, on a machine that does other things."""

good = quoting(FIRST, SECOND)


@contextmanager
def opened(examples: Library, url: str, **settings: object) -> Iterator[Library]:
    """Open the examples with a model, and with the embedding model that is loaded already."""
    values = {
        "llm_seconds": SECONDS,
        "llm_stall_seconds": STALL,
        "llm_retries": 0,
        "llm_rest_seconds": 0,
        **settings,
    }
    where = examples.settings.library
    chosen = load_settings(library=where, threads=1, llm="openai:stub", llm_base_url=url, **values)
    with open_library(chosen) as library:
        lend(examples, library)
        yield library


@pytest.fixture(scope="module")
def served() -> Iterator[ModelServer]:
    with serving(good) as server:
        yield server


@pytest.fixture(scope="module")
def library(examples: Library, served: ModelServer) -> Iterator[Library]:
    with opened(examples, served.url, llm_key="k") as library:
        library.warm_up()  # as a server does; half a second without a word is a stall here
        yield library


@pytest.fixture(scope="module")
def patient(examples: Library, served: ModelServer) -> Iterator[Library]:
    with opened(
        examples,
        served.url,
        llm_key="k",
        llm_retries=2,
        llm_stall_seconds=8,
        llm_rest_seconds=0,
        llm_seconds=9,
    ) as library:
        yield library


@pytest.fixture(autouse=True)
def fresh(served: ModelServer) -> None:
    served.model, served.fault, served.tokens_a_second = good, None, 0
    served.calls.clear()


@pytest.fixture
def without(ask: Callable[..., Answer]) -> list[str]:
    """Return the sentences of the answer of the same library without a model."""
    return kept(ask(QUESTION))


def kept(answer: Answer) -> list[str]:
    return [one.text for one in answer.sentences if one.status == "kept"]


def warned(answer: Answer, code: str) -> str:
    found = [warning.message for warning in answer.warnings if warning.code == code]
    assert len(found) == 1, answer.warnings
    assert "\n" not in found[0]
    assert len(found[0]) < 400
    assert "Traceback" not in found[0]
    return found[0]


def assert_extractive(answer: Answer, without: list[str]) -> str:
    """The answer is the one without a model, and says so; return the line that says why."""
    assert kept(answer) == without
    assert answer.writer == "extractive"
    assert answer.complete
    assert answer.declined is None
    return warned(answer, "writer_failed")


def timed(library: Library, question: str = QUESTION, limit: float = SECONDS) -> Answer:
    began = time.monotonic()
    answer = library.assistant.ask(Question(question))
    assert time.monotonic() - began < limit + GRACE
    return answer


def test_a_model_that_works_writes_the_answer(library, served):
    answer = timed(library)
    assert answer.writer == "openai:stub"
    assert answer.complete
    assert answer.warnings == ()
    assert [text[:18] for text in kept(answer)] == ['"We told them twic', "Wray said that he "]
    assert len(served.calls) == 1
    assert served.calls[0].headers["authorization"] == "Bearer k"


later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)

# What goes wrong before a word of the answer has come, and words that the person is told.
SILENT: dict[str, tuple[Fault, str]] = {
    "401": (refuses(401), "401.*llm_key"),
    "403": (refuses(403), "403.*llm_key"),
    "404": (refuses(404), "404.*llm_base_url"),
    "400": (refuses(400, "maximum context length is 512 tokens"), "400.*llm_context"),
    "429": (refuses(429), "429"),
    "429 in seconds": (refuses(429, retry_after="3600"), "429"),
    "429 by date": (refuses(429, retry_after=later), "429"),
    "429 with nonsense": (refuses(429, retry_after="soon"), "429"),
    "500": (refuses(500), "500"),
    "503": (refuses(503, retry_after="120"), "503"),
    "never answers": (faults.never_answers, "nothing for 0.5 s.*llm_stall_seconds"),
    "one byte a second": (faults.one_byte_a_second, "nothing for 0.5 s"),
    "stalls at once": (faults.stalls(0), "nothing for 0.5 s"),
    "cut at once": (faults.cut(0), "stub"),
    "torn at once": (faults.torn(0), "stub"),
    "garbage": (faults.garbage, "llm_base_url"),
    "half UTF-8": (faults.half_utf8, "llm_base_url"),
    "empty body": (faults.empty_body, "stub"),
    "login page": (faults.login_page, "llm_base_url"),
    "wrong type": (faults.wrong_type, "llm_base_url"),
}


@pytest.mark.parametrize("name", SILENT)
def test_a_model_that_fails_leaves_the_extractive_answer(name, library, served, without):
    served.fault, told = SILENT[name]
    message = assert_extractive(timed(library), without)
    assert_told(message, told)
    assert len(served.calls) == 1


def assert_told(message: str, told: str) -> None:
    at = 0
    for words in told.split(".*"):
        assert words in message[at:], (message, told)
        at = message.index(words, at)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("refused", "refused.*llm_base_url"),
        ("unknown host", "no server of that name.*llm_base_url"),
        ("no TLS", "TLS.*llm_base_url"),
    ],
)
def test_a_server_that_cannot_be_reached_leaves_the_extractive_answer(
    name, told, examples, served, without
):
    url = {
        "refused": faults.closed_port(),
        "unknown host": "http://model.invalid/v1",
        "no TLS": served.url.replace("http://", "https://"),
    }[name]
    with opened(examples, url, llm_key="k") as library:
        assert_told(assert_extractive(timed(library), without), told)
    assert served.calls == []


# What a model says that is no answer, and words that the person is told.
USELESS: dict[str, tuple[Model, str]] = {
    "nothing": (lambda _: "", "stub"),
    "blanks": (lambda _: "\n\n  \n", "stub"),
    "10 MB in one piece": (lambda _: ["x" * 10_000_000], "stub"),
    "10 MB of words": (lambda _: ["many words " * 1000] * 1000, "stub"),
    "10 MB of brackets": (lambda _: ["[" * 10_000] * 1000, "llm_answer_tokens"),
    "newlines": (lambda _: ["\n" * 5000], "stub"),
    "thinks for ever": (lambda _: ["<think>"] + ["hmm "] * 100_000, "stub"),
    "thinks and stops": (lambda _: "<think>They were broken.", "stub"),
    "babble": (lambda _: "Colourless green ideas sleep furiously. " * 5, ""),
    "only marks": (lambda _: "[1] [2] \u30103\u3011 (4)", ""),
}


@pytest.mark.parametrize("name", USELESS)
def test_a_reply_that_is_no_answer_leaves_the_extractive_answer(name, library, served, without):
    served.model, told = USELESS[name]
    assert_told(assert_extractive(timed(library), without), told)


ODD = ["[", "<", "\u3010", "![", "(", "`", "* ", " ", "\n", ". ", "a. ", "a! ", "a. b. ", '"a." ']
ODD += ["Mr. ", "1. ", "a,", "<think>", "[none] ", "[k7q2mx]"]


@pytest.mark.parametrize("piece", ODD)
def test_no_reply_is_slow_to_parse(piece):
    """Time that the parser takes is time that no limit on the model can end."""
    text = f"a{piece * (12_000 // len(piece))}b"
    parser = DraftParser({"k7q2mx"})
    began = time.process_time()
    for at in range(0, len(text), 4):
        list(parser.feed(text[at : at + 4]))
        assert time.process_time() - began < 1, f"after {at} characters"
    list(parser.finish())
    assert time.process_time() - began < 1


def test_an_answer_in_another_language_is_not_shown_unchecked(library, served, without):
    def german(messages):
        tag = sentence_with(messages, FIRST)[1]
        return f"Die Sprinkler in Halle 3 haben nicht funktioniert, sagte Tomas Wray. [{tag}]"

    served.model = german
    assert_extractive(timed(library), without)


# What breaks after a sentence has been shown, and words that the person is told.
PARTIAL: dict[str, tuple[Fault, str]] = {
    "stalls": (faults.stalls("Wray said that"), "nothing for 0.5 s"),
    "cut": (faults.cut("Wray said that"), "broke off"),
    "torn": (faults.torn("Wray said that"), "broke off"),
    "too long": (faults.too_long("Wray said that"), "llm_answer_tokens"),
    "garbage": (faults.sends(b"data: }{\n\n", after="Wray said that"), "could not be read"),
    "half UTF-8": (faults.sends(b"data: \xc3\n\n", after="Wray said that"), "could not be read"),
    "error": (
        faults.sends(b'data: {"error": {"message": "out of memory"}}\n\n', after="Wray said that"),
        "could not be read",
    ),
}


@pytest.mark.parametrize("name", PARTIAL)
def test_a_partial_answer_is_marked_and_completed(name, library, served, without):
    served.fault, told = PARTIAL[name]
    answer = timed(library)
    assert_partial(answer, without, told)


@pytest.mark.parametrize("name", ["cut", "torn"])
def test_what_was_shown_is_not_said_again_by_another_attempt(name, patient, served, without):
    served.fault, told = PARTIAL[name]
    assert_partial(timed(patient), without, told)
    assert len(served.calls) == 1


def assert_partial(answer: Answer, without: list[str], told: str) -> None:
    assert not answer.complete
    assert_told(warned(answer, "writer_incomplete"), told)
    texts = kept(answer)
    assert texts[0].startswith(SAID)
    assert set(without) <= set(texts)
    assert len(texts) == len(set(texts)), "a sentence stands twice"
    assert not any(text.startswith("Wray said that") for text in texts), "a torn sentence is shown"


@pytest.mark.slow
def test_a_slow_model_is_ended_when_its_time_is_over(library, served, without):
    served.tokens_a_second = 15  # never silent, and not done in time
    served.model = quoting(FIRST, SECOND, "According to the log of the harbour master")
    assert_partial(timed(library), without, "longer than 2.5 s.*llm_seconds")
    assert served.calls[0].gone.wait(5)


def test_a_model_that_repeats_itself_is_stopped(library, served, without):
    served.model = repeating(FIRST)
    answer = timed(library)
    texts = kept(answer)
    assert len(texts) == len(set(texts))
    assert set(without) <= set(texts)
    assert "repeats itself" in warned(answer, "writer_incomplete")
    assert served.calls[0].gone.wait(5)


def told_steps(library: Library) -> tuple[list[str], Answer]:
    events = list(library.assistant.stream(Question(QUESTION)))
    answer = events[-1]
    assert isinstance(answer, Answer)
    return [event.message for event in events if isinstance(event, Step)], answer


def test_a_further_attempt_is_told_and_its_answer_shown_once(patient, served):
    served.fault = faults.flaps(1, refuses(500, retry_after="0"))
    steps, answer = told_steps(patient)
    assert any("500" in step and "1 of 2" in step for step in steps), steps
    assert answer.writer == "openai:stub"
    assert answer.complete
    assert len(kept(answer)) == 2
    assert len(served.calls) == 2


def test_attempts_are_bounded(patient, served, without):
    served.fault = refuses(429, retry_after="0")
    steps, answer = told_steps(patient)
    assert_extractive(answer, without)
    assert len(served.calls) == 3
    assert sum("asking again" in step.lower() and " of 2" in step for step in steps) == 2


@pytest.mark.parametrize(("status", "header"), [(401, "0"), (404, "0"), (429, "60"), (503, "60")])
def test_what_waiting_cannot_mend_is_not_tried_again(status, header, patient, served, without):
    served.fault = refuses(status, retry_after=header)
    assert_extractive(timed(patient), without)
    assert len(served.calls) == 1


@pytest.mark.slow
def test_the_date_of_a_retry_after_is_waited_for(patient, served):
    ready = time.time() + 1.2
    at = format_datetime(datetime.fromtimestamp(int(ready) + 1, UTC), usegmt=True)
    served.fault = faults.flaps(1, refuses(429, retry_after=at))
    answer = patient.assistant.ask(Question(QUESTION))
    assert answer.writer == "openai:stub"
    assert served.calls[1].began - served.calls[0].began > 0.5


def endless(messages: Messages) -> Iterator[str]:
    """A sentence that is shown at once, and then one that never ends."""
    yield from tokens_of(f"{quoting(FIRST)(messages)} The union")
    while True:
        yield " and"


@pytest.mark.parametrize("when", ["it writes", "it says nothing"])
def test_a_cancelled_question_stops_the_model(when, patient, served):
    if when == "it writes":
        served.model, served.tokens_a_second, stop = endless, 100, SentenceShown
    else:
        served.fault, stop = faults.never_answers, Step
    stream = patient.assistant.stream(Question(QUESTION))
    assert any(isinstance(event, stop) and served.calls for event in stream)
    call = served.wait_for_call()
    assert not call.gone.is_set()
    assert not call.done.is_set()
    stream.close()
    assert call.gone.wait(5), "the model still writes"
    assert call.done.wait(5)
    assert len(served.calls) == 1


def test_abandoned_questions_leave_no_threads_behind(patient, served):
    served.model, served.tokens_a_second = endless, 100

    def abandon(_: int) -> None:
        stream = patient.assistant.stream(Question(QUESTION))
        assert any(isinstance(event, SentenceShown) for event in stream)
        stream.close()

    abandon(0)
    assert served.calls[0].done.wait(5)
    before = threading.active_count()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(abandon, range(4)))
    assert len(served.calls) == 5
    assert all(call.gone.wait(5) and call.done.wait(5) for call in served.calls)
    assert threading.active_count() <= before + 1  # a call's thread of the server may still end


def test_a_server_that_flaps_loses_no_question(patient, served, without):
    served.fault = lambda server, call: (
        refuses(503, retry_after="0") if server.calls.index(call) % 2 == 0 else faults.speaks
    )(server, call)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: patient.assistant.ask(Question(QUESTION)), range(6)))
    assert all(answer.declined is None and kept(answer) for answer in answers)
    assert len(served.calls) <= 2 * len(answers) + 2
