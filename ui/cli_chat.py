"""``vouch chat``: a conversation in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.contract import answer_to_json, check_question
from rag.errors import BadRequest, VouchError
from rag.types import Answer, Answerer, Filters, Question, Turn
from ui.cli_ask import opened, stream_answer
from ui.render_terminal import hits_terminal
from ui.terminal import has_color, note, one_line, say, show_error, width

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.ledger import Ledger

_HELP = """Ask a question, or follow up on the answer before.
/edit TEXT  ask TEXT in place of the last question
/retry      ask the last question again, in place of its answer
/undo       take the last question and its answer away
/new        begin a new conversation
/save FILE  save the conversation with its evidence: FILE.json can be checked later, else Markdown
/sources    print the passages of the last answer
/json       print the last answer as JSON
/quit       leave (also Ctrl-D)"""


def chat_in_terminal(settings: Settings, filters: Filters, *, thinking: bool = False) -> None:
    """Hold a conversation until the person leaves; an error ends one question only."""
    with opened(settings) as library:
        note(f"{settings.library}: /help says what else you can type; Ctrl-D leaves.")
        talk = TerminalTalk(
            library.assistant, settings, filters, thinking=thinking, ledger=library.ledger
        )
        talk.hold(typed_lines())


def converse(
    answerer: Answerer, settings: Settings, filters: Filters, lines: Iterable[str]
) -> None:
    """Answer the questions among the lines, each with the turns before it."""
    TerminalTalk(answerer, settings, filters).hold(lines)


@dataclass(slots=True)
class TerminalTalk:
    """A conversation: each answered question with its answer, oldest first.

    Without a ``ledger`` it cannot be saved.
    """

    answerer: Answerer
    settings: Settings
    filters: Filters
    thinking: bool = False
    ledger: Ledger | None = None
    turns: list[tuple[str, Answer]] = field(default_factory=list)

    def hold(self, lines: Iterable[str]) -> None:
        """Do what each line says until one of them leaves."""
        for line in lines:
            if line in ("/quit", "/exit"):
                return
            try:
                if line.startswith("/"):
                    self._command(line)
                else:
                    self._ask(line)
            except KeyboardInterrupt:
                note("Stopped.")
            except VouchError as error:
                show_error(error.message, error.hint)

    def _ask(self, text: str, *, instead: bool = False) -> None:
        """Answer a question; ``instead`` of the last one, which stays where there is an error."""
        check_question(text, self.settings.max_question_chars)
        before = self.turns[:-1] if instead else self.turns
        history: list[Turn] = []
        for asked, found in before:
            history += [Turn("user", asked), Turn("assistant", found.text, answer_to_json(found))]
        question = Question(text, tuple(history), self.filters, self.settings.collection)
        answer = stream_answer(self.answerer, question, thinking=self.thinking)
        self.turns = [*before, (text, answer)]

    def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        rest = rest.strip()
        if name == "/help":
            say(_HELP)
        elif name == "/new":
            self.turns = []
        elif name not in ("/sources", "/json", "/undo", "/retry", "/edit", "/save"):
            raise BadRequest(f"There is no {one_line(line)}.", "/help lists what there is.")
        elif not self.turns:
            note("Nothing has been asked yet.")
        elif name == "/json":
            say(json.dumps(answer_to_json(self.turns[-1][1]), indent=2))
        elif name == "/sources":
            say(hits_terminal(self.turns[-1][1].hits, color=has_color(), width=width()))
        elif name == "/undo":
            note(f"Taken away: {one_line(self.turns.pop()[0], 70)}")
        elif name == "/save":
            self._save(rest)
        else:
            self._ask(rest if name == "/edit" else self.turns[-1][0], instead=True)

    def _save(self, name: str) -> None:
        from ui.conversations import Conversation, KeptTurn, now
        from ui.exchange import export_json, export_markdown

        if not name or self.ledger is None:
            raise BadRequest("There is no file to save to.", "Name one: /save talk.md or talk.json")
        path = Path(name).expanduser()
        turns = tuple(KeptTurn(text, answer=answer_to_json(one)) for text, one in self.turns)
        found = Conversation("terminal", turns[0].question, now(), turns)
        if path.suffix == ".json":
            text = json.dumps(export_json(found, self.ledger), ensure_ascii=False, indent=2)
        else:
            text = export_markdown(found, self.ledger)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise BadRequest(f"{path} is there already.", "Name another file.") from error
        except OSError as error:
            raise BadRequest(
                f"{path} cannot be written: {error.strerror}.", "Name another file."
            ) from error
        note(f"Saved in {path}.")


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
