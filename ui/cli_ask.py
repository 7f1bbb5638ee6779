"""``vouch search`` and ``vouch ask``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.citations import placed
from rag.contract import answer_to_json, check_question, hit_to_json
from rag.errors import BadRequest
from rag.types import (
    Answer,
    Answerer,
    Filters,
    Question,
    SentenceRemoved,
    SentenceShown,
    Step,
    Thought,
)
from ui.render_terminal import (
    answer_tail_terminal,
    hits_terminal,
    removed_terminal,
    sentence_terminal,
)
from ui.terminal import Steps, has_color, note, say, width

if TYPE_CHECKING:
    from rag.build import Library
    from rag.config import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Library]:
    """Give the library; commands that ask do not make one."""
    from rag.build import open_library
    from ui.cli_library import open_existing

    open_existing(settings).close()
    library = open_library(settings)
    try:
        yield library
    finally:
        library.close()


def search_passages(
    settings: Settings, query: str, filters: Filters, *, limit: int, as_json: bool
) -> None:
    """Print the passages that bear on a query, best first."""
    check_question(query, settings.max_question_chars)
    with opened(settings) as library:
        hits = library.retriever.retrieve(
            query, filters=filters, collection=settings.collection, limit=limit
        )
        hits = placed(hits, library.ledger.document)
    if as_json:
        say(json.dumps({"query": query, "hits": [hit_to_json(hit) for hit in hits]}, indent=2))
        return
    say(hits_terminal(hits, color=has_color(), width=width()))


def ask_once(
    settings: Settings, text: str, filters: Filters, *, as_json: bool, thinking: bool = False
) -> None:
    """Answer one question on stdout: sentences as they are verified, or the contract's JSON."""
    check_question(text, settings.max_question_chars)
    question = Question(text.strip(), filters=filters, collection=settings.collection)
    with opened(settings) as library:
        if as_json:
            say(json.dumps(answer_to_json(library.assistant.ask(question)), indent=2))
        else:
            stream_answer(library.assistant, question, thinking=thinking)


def stream_answer(answerer: Answerer, question: Question, *, thinking: bool = False) -> Answer:
    """Print an answer while it is made; return it.

    Sentences appear when they are verified; what stands below them follows at the end. With
    ``thinking``, what a model thinks goes to stderr while it comes.
    """
    color, steps, thought = has_color(), Steps(), False
    for event in answerer.stream(question):
        if isinstance(event, Thought):
            if thinking:
                steps.end()
                note(event.text, end="")
                thought = True
            continue
        if thought:
            note("")
            thought = False
        if isinstance(event, Step):
            steps(event)
            continue
        steps.end()
        if isinstance(event, SentenceRemoved):
            note(removed_terminal(event))
        elif isinstance(event, SentenceShown):
            say(sentence_terminal(event.sentence, color=color, width=width()))
        elif isinstance(event, Answer):
            say(
                ("\n" if event.sentences else "")
                + answer_tail_terminal(event, color=color, width=width())
            )
            return event
    raise BadRequest("The question was not answered.", "Ask it again.")
