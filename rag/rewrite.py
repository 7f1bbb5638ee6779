"""A follow-up question made to stand alone by a chat model, if its guard lets that through."""

from __future__ import annotations

import logging
import string
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from rag.draft_marks import Parsed, parse
from rag.draft_parser import DraftParser
from rag.errors import WriterFailed
from rag.follow_up_guard import guard
from rag.model_stream import ModelStream
from rag.prompts import Prompts, for_prompt
from rag.types import Step, Turn

_TURNS = 6
_CHARS = 700
_LONGEST = 400
_SENTENCES = 2
_log = logging.getLogger(__name__)

ByRule = Callable[[str, Sequence[Turn]], str]
Rewrite = Callable[[str, Sequence[Turn]], str | Generator[Step, None, str]]
"""Makes a follow-up question stand alone: at once, or with steps while a model is waited for."""


class ChatRewrite:
    """Rewrites follow-up questions with a model, and by rule where the model may not be believed.

    Args:
        stream: the model.
        prompts: what it is told.
        by_rule: the resolver that needs no model.
        seconds: time that the model gets.
    """

    def __init__(
        self, stream: ModelStream, prompts: Prompts, by_rule: ByRule, *, seconds: float
    ) -> None:
        self._stream, self._prompts, self._by_rule = stream, prompts, by_rule
        self._seconds = seconds

    def __call__(self, question: str, history: Sequence[Turn]) -> Generator[Step, None, str]:
        """Yield steps while the model is waited for; return the question that stands alone."""
        if not any(turn.role == "user" for turn in history):
            return self._by_rule(question, history)
        try:
            rewritten = yield from self._asked(question, history)
        except WriterFailed as error:
            _log.info("The question was rewritten by rule: %s", error)
            return self._by_rule(question, history)
        if rewritten and guard(question, history, rewritten):
            return rewritten
        return self._by_rule(question, history)

    def _asked(self, question: str, history: Sequence[Turn]) -> Generator[Step, None, str]:
        """Return what the model makes of the question; empty when that is no short question."""
        from langchain_core.messages import HumanMessage, SystemMessage

        user = string.Template(self._prompts.rewrite_user).safe_substitute(
            history=_told(history), question=for_prompt(question)
        )
        messages = [SystemMessage(self._prompts.rewrite_system), HumanMessage(user)]
        parser = DraftParser(())
        said: list[str] = []
        with closing(self._stream.pieces(messages, seconds=self._seconds)) as pieces:
            for piece in pieces:
                if isinstance(piece, Step):
                    yield Step("follow_up", piece.message, piece.data)
                else:
                    said += [one.text for one in parser.feed(piece.text) if isinstance(one, Parsed)]
        said += [one.text for one in parser.finish() if isinstance(one, Parsed)]
        line = parse(" ".join(said), ()) if len(said) <= _SENTENCES else None
        text = line.text.strip("\"'\u201c\u201d ") if line is not None else ""
        return text if 0 < len(text) <= max(_LONGEST, 2 * len(question)) else ""


def _told(history: Sequence[Turn]) -> str:
    """Return the last turns of a conversation, each in a line, shortened."""
    lines = []
    for turn in history[-_TURNS:]:
        words = " ".join(for_prompt(turn.content).split())[:_CHARS]
        lines.append(f"{'User' if turn.role == 'user' else 'Answer'}: {words}")
    return "\n".join(lines)
