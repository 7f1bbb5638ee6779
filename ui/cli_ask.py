"""``vouch search``, ``vouch ask`` and ``vouch chat``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.contract import answer_to_json, check_question, hit_to_json
from rag.errors import BadRequest, VouchError
from rag.types import (
    Answer,
    Answerer,
    Filters,
    Question,
    SentenceRemoved,
    SentenceShown,
    Step,
    Turn,
)
from ui.render_terminal import (
    answer_tail_terminal,
    hits_terminal,
    removed_terminal,
    sentence_terminal,
)
from ui.terminal import has_color, note, one_line, say, show_error, width

if TYPE_CHECKING:
    from rag.build import Library
    from rag.config import Settings

_HELP = """Ask a question, or follow up on the answer before.
/new      begin a new conversation
/sources  print the passages of the last answer
/json     print the last answer as JSON
/quit     leave (also Ctrl-D)"""


@contextmanager
def _opened(settings: Settings) -> Iterator[Library]:
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
    with _opened(settings) as library:
        hits = library.retriever.retrieve(
            query, filters=filters, collection=settings.collection, limit=limit
        )
    if as_json:
        say(json.dumps({"query": query, "hits": [hit_to_json(hit) for hit in hits]}, indent=2))
        return
    say(hits_terminal(hits, color=has_color(), width=width()))


def ask_once(settings: Settings, text: str, filters: Filters, *, as_json: bool) -> None:
    """Answer one question on stdout: sentences as they are verified, or the contract's JSON."""
    check_question(text, settings.max_question_chars)
    question = Question(text.strip(), filters=filters, collection=settings.collection)
    with _opened(settings) as library:
        if as_json:
            say(json.dumps(answer_to_json(library.assistant.ask(question)), indent=2))
        else:
            stream_answer(library.assistant, question)


def stream_answer(answerer: Answerer, question: Question) -> Answer:
    """Print an answer while it is made; return it.

    Sentences appear when they are verified; what stands below them follows at the end.
    """
    color = has_color()
    for event in answerer.stream(question):
        if isinstance(event, Step):
            if sys.stderr.isatty():
                note(event.message)
        elif isinstance(event, SentenceShown):
            say(sentence_terminal(event.sentence, color=color, width=width()))
        elif isinstance(event, SentenceRemoved):
            note(removed_terminal(event))
        elif isinstance(event, Answer):
            say(
                ("\n" if event.sentences else "")
                + answer_tail_terminal(event, color=color, width=width())
            )
            return event
    raise BadRequest("The question was not answered.", "Ask it again.")


def chat_in_terminal(settings: Settings, filters: Filters) -> None:
    """Hold a conversation until the person leaves; an error ends one question only."""
    with _opened(settings) as library:
        note(f"{settings.library}: /help says what else you can type; Ctrl-D leaves.")
        converse(library.assistant, settings, filters, typed_lines())


def converse(
    answerer: Answerer, settings: Settings, filters: Filters, lines: Iterable[str]
) -> None:
    """Answer the questions among the lines, each with the turns before it."""
    history: list[Turn] = []
    last: Answer | None = None
    for line in lines:
        if line.startswith("/"):
            if line in ("/quit", "/exit"):
                return
            if line == "/new":
                history, last = [], None
            else:
                _command(line, last)
            continue
        try:
            check_question(line, settings.max_question_chars)
            question = Question(line, tuple(history), filters, settings.collection)
            last = stream_answer(answerer, question)
        except KeyboardInterrupt:
            note("Stopped.")
        except VouchError as error:
            show_error(error.message, error.hint)
        else:
            history.append(Turn("user", line))
            history.append(Turn("assistant", last.text, answer_to_json(last)))


def _command(line: str, last: Answer | None) -> None:
    if line == "/help":
        say(_HELP)
    elif line not in ("/sources", "/json"):
        show_error(f"There is no {one_line(line)}.", "/help lists what there is.")
    elif last is None:
        note("Nothing has been asked yet.")
    elif line == "/json":
        say(json.dumps(answer_to_json(last), indent=2))
    else:
        say(hits_terminal(last.hits, color=has_color(), width=width()))


def typed_lines() -> Iterator[str]:
    """Yield what is typed, until the end of the input or Ctrl-C on an empty line."""
    if sys.stdin.isatty():
        import readline  # noqa: F401  input() edits lines and recalls earlier ones with it
    while True:
        try:
            line = input("> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            note("")
            return
        if line.strip():
            yield line.strip()
