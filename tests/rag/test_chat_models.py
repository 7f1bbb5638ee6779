"""Good, sloppy, forging, thinking, merging and well-read models through the real client."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from rag.build import Library, open_library
from rag.config import load_settings
from rag.types import Answer, Event, Question, SentenceRemoved, SentenceShown, Thought
from tests.model_server import Messages, ModelServer, serving, tokens_of
from tests.personas import lend, merging, passages_in, quoting, saying, sentence_with, thinking

QUESTION = "What did Tomas Wray say about the sprinklers?"
TOLL = "How many people were killed in the explosion?"
FIRST, SECOND = "Wray told the Meridian", "Wray said that he had smelled smoke"
TRUE = (
    '"We told them twice that the sprinklers in Hall 3 did not work," Wray told the Meridian Daily'
    " from his hospital bed."
)


@pytest.fixture(scope="module")
def served() -> Iterator[ModelServer]:
    with serving(quoting(FIRST)) as server:
        yield server


Opened = Callable[..., Library]


@pytest.fixture(scope="module")
def opened(examples: Library, served: ModelServer) -> Iterator[Opened]:
    """Return a function that opens the examples with a model; one library for equal settings."""
    libraries: dict[str, Library] = {}

    def open_with(model: object = None, **settings: object) -> Library:
        key = f"{id(model)} {settings}"
        if key not in libraries:
            values = {"llm": "openai:stub", "llm_base_url": served.url, "llm_key": "k", **settings}
            where = examples.settings.library
            chosen = load_settings(library=where, threads=1, **({} if model else values))
            libraries[key] = open_library(chosen, **({"model": model} if model else {}))
            lend(examples, libraries[key])
        return libraries[key]

    yield open_with
    for library in libraries.values():
        library.close()


@pytest.fixture
def library(opened: Opened, served: ModelServer) -> Library:
    served.calls.clear()
    return opened()


def asked(library: Library, text: str = QUESTION) -> tuple[list[Event], Answer]:
    events = list(library.assistant.stream(Question(text)))
    assert isinstance(events[-1], Answer)
    return events, events[-1]


def kept(answer: Answer) -> list[str]:
    return [one.text for one in answer.sentences if one.status == "kept"]


def struck(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, SentenceRemoved)]


def codes(answer: Answer) -> set[str]:
    return {warning.code for warning in answer.warnings}


def assert_cited(answer: Answer, sentence: str, words: str) -> None:
    """The sentence is there, verified, and every quotation that it cites holds these words."""
    (found,) = [one for one in answer.sentences if one.text == sentence]
    assert found.status == "kept"
    assert found.verdict == "supported"
    assert found.citations
    for mark in found.citations:
        citation = answer.citations[mark.n - 1]
        assert words in citation.quote
        assert citation.quote in citation.passage.text


def assert_clean(answer: Answer) -> None:
    """No reference stands in the text but our own marks, where they say that they stand."""
    own = {(mark.start, mark.end) for mark in answer.marks}
    for found in re.finditer(r"\[[^\]]*\]|\u3010[^\u3011]*\u3011|\(\d+\)|<[^>]*>", answer.text):
        assert found.span() in own, found.group()


def test_a_good_model_is_shown_as_it_wrote(library, served):
    served.model = quoting(FIRST, SECOND)
    events, answer = asked(library)
    assert answer.writer == "openai:stub"
    assert answer.complete
    assert answer.warnings == ()
    assert struck(events) == []
    assert_cited(answer, TRUE, "Wray told the Meridian")
    assert len(kept(answer)) == 2
    assert_clean(answer)
    shown = [event.sentence for event in events if isinstance(event, SentenceShown)]
    assert tuple(shown) == answer.sentences


def test_a_sentence_is_shown_while_the_model_still_writes(library, served):
    go_on = threading.Event()

    def halting(messages: Messages) -> Iterator[str]:
        yield from tokens_of(str(quoting(FIRST)(messages)))
        yield " The"
        assert go_on.wait(10), "nothing was shown before the model had ended"
        yield from tokens_of(" union said so, too.")

    served.model = halting
    stream = library.assistant.stream(Question(QUESTION))
    first = next(event for event in stream if isinstance(event, SentenceShown))
    assert first.sentence.text == TRUE
    assert not served.calls[0].done.is_set()
    go_on.set()
    *_, answer = stream
    assert kept(answer)[0] == TRUE


MARKS = {
    "none": "",
    "round": "(1)",
    "square": "[1]",
    "lenticular": "\u3010{n}\u2020source\u3011",
    "footnote": "[^1]",
    "tag in round brackets": "({tag})",
    "tag in lenticular ones": "\u3010{tag}\u3011",
    "tag twice": "[{tag}][{tag}]",
    "tag in a list": "[{tag}, {tag}]",
    "tag in a tag": "[[{tag}]]",
    "tag in code": "`[{tag}]`",
    "tag with a word": "[passage {tag}]",
    "tag in capitals": "[{tag!u}]",
    "link": "[{tag}](http://a.example/)",
}


@pytest.mark.parametrize("name", MARKS)
def test_a_sloppy_mark_costs_no_sentence(name, library, served):
    def sloppy(messages: Messages) -> str:
        tag = sentence_with(messages, FIRST)[1]
        mark = MARKS[name].replace("{tag!u}", tag.upper()).format(tag=tag, n=1)
        return f"{TRUE} {mark}".rstrip()

    served.model = sloppy
    events, answer = asked(library)
    assert struck(events) == []
    assert kept(answer) == [TRUE]
    assert_cited(answer, TRUE, "Wray told the Meridian")
    assert_clean(answer)


@pytest.mark.parametrize(
    "text",
    ["```\n{} [{tag}]\n```", "- {} [{tag}]\n", "## Answer\n\n**{}** [{tag}]", "> {}\n[{tag}]\n"],
)
def test_layout_of_a_model_is_taken_off(text, library, served):
    served.model = saying(text.replace("{}", TRUE), FIRST)
    _, answer = asked(library)
    assert kept(answer) == [TRUE]
    assert_cited(answer, TRUE, "Wray told the Meridian")


FORGED = ["{other}", "{foreign}", "1", "{other}][{foreign}", "1][2"]


@pytest.mark.parametrize("mark", FORGED)
def test_a_true_sentence_with_a_wrong_citation_is_cited_anew(mark, library, served):
    served.model = saying(f"{TRUE} [{mark}]", FIRST)
    events, answer = asked(library)
    assert struck(events) == []
    assert_cited(answer, TRUE, "Wray told the Meridian")
    assert_clean(answer)


@pytest.mark.parametrize("mark", [*FORGED, "{tag}", "{tag}][{other}"])
def test_a_false_sentence_falls_whatever_it_cites(mark, library, served):
    false = TRUE.replace("Hall 3", "Hall 5")
    served.model = saying(f"{TRUE} [{{tag}}] {false} [{mark}]", FIRST)
    events, answer = asked(library)
    assert struck(events) == [false]
    assert kept(answer) == [TRUE]
    assert false not in answer.text
    (removed,) = [one for one in answer.sentences if one.status == "removed"]
    assert removed.text == false
    assert removed.start == removed.end
    assert removed.problems
    assert "sentences_removed" in codes(answer)
    assert_clean(answer)


def test_tags_of_an_earlier_request_are_worth_nothing(library, served):
    earlier: list[str] = []

    def remembering(messages: Messages) -> str:
        earlier.extend(one.tag for one in passages_in(messages) if FIRST in one.text)
        false = TRUE.replace("twice", "three times")
        return f"{false} [{earlier[0]}] {TRUE} [{earlier[0]}]"

    served.model = remembering
    asked(library)
    events, answer = asked(library)
    assert len(set(earlier)) == 2
    assert earlier[0] not in served.calls[-1].text
    assert struck(events) == [TRUE.replace("twice", "three times")]
    assert_cited(answer, TRUE, "Wray told the Meridian")


@pytest.mark.parametrize("apart", [False, True])
def test_what_a_model_thinks_is_kept_apart(apart, library, served):
    thought = "The user asks about Wray. Forty halls burnt [1]. So I answer."
    served.model = thinking(quoting(FIRST), thought, apart=apart)
    events, answer = asked(library)
    assert kept(answer) == [TRUE]
    assert answer.warnings == ()
    assert "Forty" not in answer.text
    assert "think" not in answer.text
    thoughts = "".join(event.text for event in events if isinstance(event, Thought))
    assert thoughts.strip() == answer.thinking
    if not apart:  # the client for OpenAI's own shape drops fields that it does not know
        assert "Forty halls burnt" in thoughts


MERGED = [
    "Between 9 and 23 people were killed in the explosion. [{a}][{b}]",
    "About 16 people were killed in the explosion at the Corran fertiliser works. [{a}] [{b}]",
]


@pytest.mark.parametrize("text", MERGED)
def test_what_sources_say_differently_is_not_merged(text, library, served, ask):
    served.model = merging("killing at least nine people", "23 people were killed", text)
    events, answer = asked(library, TOLL)
    assert struck(events) == [text.split(" [")[0]]
    assert kept(answer) == kept(ask(TOLL))
    values = {found.account.value for found in answer.accounts}
    assert {"at least nine", "23"} <= values
    assert_clean(answer)


def test_one_of_several_accounts_does_not_stand_alone(library, served):
    served.model = quoting("killing at least nine people")
    _, answer = asked(library, TOLL)
    text = " ".join(kept(answer))
    for value in ("nine", "12", "17", "23", "24"):
        assert value in text


OUTSIDE = [
    "Larkhaven was founded in 1843 by Dutch merchants.",
    "Ammonium nitrate decomposes above 210 degrees.",
    "The union was right to be angry.",
]


@pytest.mark.parametrize("mark", [" [{tag}]", " [{other}]", ""])
def test_what_the_documents_do_not_say_is_struck(mark, library, served):
    said = " ".join(f"{sentence}{mark}" for sentence in OUTSIDE)
    served.model = saying(f"{TRUE} [{{tag}}] {said}", FIRST)
    events, answer = asked(library)
    assert struck(events) == OUTSIDE
    assert kept(answer) == [TRUE]
    assert answer.writer == "openai:stub"
    (warning,) = [one for one in answer.warnings if one.code == "sentences_removed"]
    assert "3" in warning.message


def test_nothing_that_stands_leaves_the_extractive_answer(library, served, ask):
    served.model = saying(" ".join(OUTSIDE), FIRST)
    events, answer = asked(library)
    assert struck(events) == OUTSIDE
    assert kept(answer) == kept(ask(QUESTION))
    assert answer.writer == "extractive"
    assert "writer_failed" in codes(answer)


def test_a_model_that_finds_no_answer_does_not_decide(library, served, ask):
    served.model = lambda _: "[none]"
    _, answer = asked(library)
    assert kept(answer) == kept(ask(QUESTION))
    assert answer.writer == "extractive"
    assert "none" not in answer.text.lower().split()


def test_checks_can_mark_what_they_would_strike(opened, served):
    false = TRUE.replace("Hall 3", "Hall 5")
    served.model = saying(f"{TRUE} [{{tag}}] {false} [{{tag}}]", FIRST)
    events, answer = asked(opened(checks="mark"))
    assert struck(events) == []
    assert [one.status for one in answer.sentences] == ["kept", "marked"]
    assert answer.sentences[1].problems
    assert false in answer.text


def test_checks_can_be_switched_off_and_the_answer_says_so(opened, served):
    false = TRUE.replace("Hall 3", "Hall 5")
    served.model = saying(f"{false} [{{foreign}}] {TRUE} [{{tag}}]", FIRST)
    events, answer = asked(opened(checks="off"))
    assert struck(events) == []
    assert false in answer.text
    assert "unchecked" in codes(answer)
    assert all(one.verdict != "supported" for one in answer.sentences if one.text == false)
    assert_clean(answer)  # a citation is never forged, checked or not


def test_libraries_of_one_process_share_a_server(opened, served):
    """The client keeps its connections for the whole process, whoever asks through them."""
    served.model = quoting(FIRST)
    several = [opened(), opened(checks="mark"), opened(llm_answer_tokens=900)]
    for library in several * 2:
        assert asked(library)[1].warnings == ()
    with ThreadPoolExecutor(3) as pool:
        assert [answer.warnings for _, answer in pool.map(asked, several * 2)] == [()] * 6


def fakes() -> dict[str, object]:
    text = f"{TRUE} Larkhaven was founded in 1843 by Dutch merchants. [1]"
    return {
        "generic": GenericFakeChatModel(messages=iter([AIMessage(text)] * 5)),
        "list": FakeListChatModel(responses=[text]),
    }


@pytest.mark.parametrize("name", ["generic", "list"])
def test_any_chat_model_of_langchain_writes(name, opened):
    events, answer = asked(opened(fakes()[name]))
    assert kept(answer) == [TRUE]
    assert_cited(answer, TRUE, "Wray told the Meridian")
    assert struck(events) == ["Larkhaven was founded in 1843 by Dutch merchants."]
    assert answer.writer not in ("extractive", "")


def test_a_fake_that_fails_leaves_the_extractive_answer(opened, ask):
    _, answer = asked(opened(GenericFakeChatModel(messages=iter([]))))
    assert kept(answer) == kept(ask(QUESTION))
    assert answer.writer == "extractive"
