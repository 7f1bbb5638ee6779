"""The chat writer: a draft by any chat model of LangChain, sentence by sentence as it comes.

What it yields is a proposal. Each tag that the model cites is a passage that was handed to it, and
the quotation is chosen from that passage by code; whether it says so is for the verifier.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing

from rag.chat.draft_marks import TAG, Parsed
from rag.chat.draft_parser import DraftParser, Nothing, Thinking
from rag.chat.model_stream import ModelStream, Piece
from rag.errors import WriterFailed
from rag.prompts import Leaks, Packed, Prompts, pack
from rag.quoting import quote_for
from rag.types import Citation, DraftSentence, Material, SentenceRemoved, Step, Thought

_LOOPS = 3
"""Sentences in a row that were said before, after which a model is taken to go round in circles."""
_THOUGHT_LINE = 200
_TAIL = 300
"""Characters of what came before in which the beginning of a leak is looked for."""
_QUESTION = re.compile(r"[?\uff1f\u061f]\W*\Z")
# Without a tag these say nothing of the sources: a model that speaks of itself, of the passages, or
# to the reader. Some passage shares their words by chance, and would seem to support them.
_CHATTER = re.compile(
    r"^\W*(?:i|we)\b.{0,40}\b(?:find|found|answer|help|provide|see|determine|tell|know|hope)\b"
    r"|\b(?:passages?|documents?|sources?|texts?|context)\b(?: \w+){0,3} (?:do|does|did|is|are)"
    r"(?: not|n['\u2019]t)\b"
    r"|\bno (?:answer|information|mention)\b"
    r"|^\W*(?:sure|certainly|of course|here is|here are|note that|please|let me|ignore)\b",
    re.IGNORECASE,
)
WITHHELD = SentenceRemoved(
    "(withheld: it repeats what Vouch tells the model)",
    ("The model gave away its instructions.",),
)

Drafted = DraftSentence | Thought | Step | SentenceRemoved


class ChatWriter:
    """A Writer over a chat model.

    Args:
        stream: the model.
        prompts: what it is told.
        context_tokens: tokens of passages that it gets.
        seconds: time for an answer; None for the stream's own.
        follow_up_seconds: time for the answer to a follow-up question.
    """

    def __init__(
        self,
        stream: ModelStream,
        prompts: Prompts,
        *,
        context_tokens: int,
        seconds: float | None = None,
        follow_up_seconds: float | None = None,
    ) -> None:
        self.name = stream.name
        self._seconds, self._follow_up_seconds = seconds, follow_up_seconds or seconds
        self._stream, self._prompts, self._context_tokens = stream, prompts, context_tokens

    def write(self, material: Material) -> Generator[Drafted, None, None]:
        """Yield the model's sentences, its thoughts, and steps while it is waited for.

        Raises:
            WriterFailed: the model failed, or goes round in circles.
        """
        from langchain_core.messages import HumanMessage, SystemMessage

        packed = pack(self._prompts, material, context_tokens=self._context_tokens)
        draft = _Draft(packed, self.name)
        messages = [SystemMessage(packed.system), HumanMessage(packed.user)]
        yield Step("write", f"Asked {self.name}", {"passages": len(packed.tags)})
        seconds = self._follow_up_seconds if material.question.history else self._seconds
        with closing(self._stream.pieces(messages, seconds=seconds)) as pieces:
            for piece in pieces:
                if isinstance(piece, Step):
                    yield piece
                else:
                    yield from draft.grown(piece)
        yield from draft.ended()


def claims_nothing(found: Parsed) -> bool:
    """Return whether a sentence of a model says nothing that a source could hold.

    >>> claims_nothing(Parsed("I could not find the answer.", (("", ()),)))
    True
    >>> claims_nothing(Parsed("We accept cards.", (("We accept cards.", ("k7q2mx",)),)))
    False
    """
    return bool(_QUESTION.search(found.text) or (not found.tags and _CHATTER.search(found.text)))


class _Draft:
    """One answer of a model on its way in."""

    def __init__(self, packed: Packed, name: str) -> None:
        self._packed, self._name = packed, name
        self._parser = DraftParser(packed.tags)
        self._leaks = Leaks(packed.system, packed.canary)
        self._said: set[str] = set()
        self._again = 0
        self._declined = False
        self._thought = self._thought_before = self._before = ""

    def grown(self, piece: Piece) -> Iterator[Drafted]:
        yield from self._think(piece.thought)
        for found in self._parser.feed(piece.text):
            yield from self._drafted(found)

    def ended(self) -> Iterator[Drafted]:
        for found in self._parser.finish():
            yield from self._drafted(found)
        yield from self._think("\n")

    def _drafted(self, found: Parsed | Thinking | Nothing) -> Iterator[Drafted]:
        if isinstance(found, Thinking):
            yield from self._think(found.text)
        elif isinstance(found, Nothing):
            # What explains that the passages do not answer is no part of an answer.
            self._declined = self._declined or not self._said
        elif self._declined or claims_nothing(found):
            return
        elif isinstance(found, Parsed) and not (found.heading and not found.tags):
            yield from self._think("\n")
            leaked = self._leaks.holds(f"{self._before} {found.text}")
            self._before = found.text[-_TAIL:]
            if leaked:
                yield WITHHELD
            elif self._is_new(found.text):
                yield self._sentence(found)

    def _sentence(self, parsed: Parsed) -> DraftSentence:
        clauses = tuple(
            (words, tuple(self._citation(words, tag) for tag in tags))
            for words, tags in parsed.clauses
        )
        citations = tuple(self._citation(parsed.text, tag) for tag in parsed.tags)
        return DraftSentence(parsed.text, citations, "written", clauses)

    def _citation(self, words: str, tag: str) -> Citation:
        return quote_for(words, self._packed.tags[tag])

    def _is_new(self, text: str) -> bool:
        """Return whether a sentence was not said before.

        Raises:
            WriterFailed: several in a row were.
        """
        plain = " ".join(re.findall(r"\w+", text.lower()))
        if plain not in self._said:
            self._said.add(plain)
            self._again = 0
            return True
        self._again += 1
        if self._again >= _LOOPS:
            raise WriterFailed(
                f"The model {self._name} repeats itself.", "Ask in other words, or another model."
            )
        return False

    def _think(self, text: str) -> Iterator[Thought]:
        """Yield thoughts a line at a time, without tags and without Vouch's own words."""
        self._thought += text
        while self._thought:
            cut = self._thought.find("\n") + 1
            if not cut and len(self._thought) > _THOUGHT_LINE:
                cut = self._thought.rfind(" ", 0, _THOUGHT_LINE) + 1 or _THOUGHT_LINE
            if not cut:
                return
            line, self._thought = self._thought[:cut], self._thought[cut:]
            line = re.sub(rf"\[?{TAG.pattern}\]?", "", line)
            # What is shown is the whole: a word that two lines share must not come through either.
            if self._leaks.holds(f"{self._thought_before}{line}"):
                line = "[...]\n"
            self._thought_before = f"{self._thought_before}{line}"[-_TAIL:]
            if line.strip():
                yield Thought(line)
