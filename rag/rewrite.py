"""A follow-up question made to stand alone by a chat model, if its guard lets that through."""

from __future__ import annotations

import logging
import math
import re
import string
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from rag.chat.draft_marks import Parsed, parse
from rag.chat.draft_parser import DraftParser
from rag.chat.model_stream import ModelStream
from rag.english.words import content_terms
from rag.errors import WriterFailed
from rag.follow.guard import guard
from rag.prompts import Prompts, for_prompt
from rag.types import Step, Turn

_TURNS = 6
_CHARS = 700
_LONGEST = 400
_SENTENCES = 2
_KEPT = 0.7
"""Share of a question's content words that its rewrite must hold; others may be said otherwise."""
_REFERRING = re.compile(
    r"\b(?:(?:what|how) about|the (?:first|second|third|last|other|former|latter)(?: one)?|same)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|no|never|cannot|\w+n['\u2019]t)\b", re.IGNORECASE)
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
        if rewritten and guard(question, history, rewritten) and keeps(question, rewritten):
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


def keeps(question: str, rewritten: str) -> bool:
    """Return whether a rewrite asks what the question asks: its words, and its yes or no.

    >>> keeps("And its warranty?", "How long is the warranty of the pump?")
    True
    >>> keeps("How many died at Elva?", "What does it weigh?"), keeps("Was it?", "Was it not?")
    (False, False)
    """
    asked, made = set(content_terms(_REFERRING.sub(" ", question))), set(content_terms(rewritten))
    same = bool(_NEGATED.search(question)) == bool(_NEGATED.search(rewritten))
    return same and len(asked & made) >= math.ceil(len(asked) * _KEPT)


def _told(history: Sequence[Turn]) -> str:
    """Return the last turns of a conversation, each in a line, shortened."""
    lines = []
    for turn in history[-_TURNS:]:
        words = " ".join(for_prompt(turn.content).split())[:_CHARS]
        lines.append(f"{'User' if turn.role == 'user' else 'Answer'}: {words}")
    return "\n".join(lines)
