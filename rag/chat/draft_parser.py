"""A model's stream of characters becomes sentences, each with the tags that it cites.

A sentence is given as soon as the first character after it, and after its tags, has come. What a
model thinks is kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.chat.draft_ends import first_end
from rag.chat.draft_marks import NONE, THINK, UNSEEN, Parsed, parse

# To the letter: for_prompt puts a blank into such marks of a document.
_THINK_MARK = re.compile(rf"<(?P<closes>/?)(?:{'|'.join(THINK)})>", re.IGNORECASE)
_HEAD = re.compile(r"</?\s*passage\b[^>\n]{0,400}>?", re.IGNORECASE)
"""How passages begin and end in the prompt: a model that repeats that says nothing."""
_BEGUN = (*THINK, "passage")
_BLANKS = re.compile(r"[^\S\n]+")
_RUNS = re.compile(r"([\"'\[\](){}<>\u3010\u3011*_~#|!.-])\1{3,}")
_LINES = re.compile(r"\s*\n\s*")
_LONGEST_HEAD = 420


@dataclass(frozen=True, slots=True)
class Thinking:
    """A stretch of what the model thinks."""

    text: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """The model says that the passages do not answer."""


class DraftParser:
    """Parses one answer of a model; feed it the pieces, then finish it.

    Args:
        tags: the tags that were handed out for this request.
    """

    def __init__(self, tags: Collection[str]) -> None:
        self._tags = frozenset(tags)
        self._held = ""
        self._text, self._looked = "", 0
        self._thinks = self._opened = self._spoke = False

    def feed(self, piece: str) -> Iterator[Parsed | Thinking | Nothing]:
        """Yield what is complete now that a further piece of the answer has come."""
        self._held += UNSEEN.sub("", piece)
        yield from self._sort_out(final=False)
        yield from self._complete(final=False)

    def finish(self) -> Iterator[Parsed | Thinking | Nothing]:
        """Yield what is left at the end of the answer."""
        yield from self._sort_out(final=True)
        yield from self._complete(final=True)

    def _sort_out(self, *, final: bool) -> Iterator[Thinking]:
        """Move what has come to the answer's text; yield the thoughts in it."""
        keep = 0 if final else _begun_mark(self._held)
        ready, self._held = (
            self._held[: len(self._held) - keep],
            self._held[len(self._held) - keep :],
        )
        at = 0
        for mark in _THINK_MARK.finditer(ready):
            yield from self._take(ready[at : mark.start()])
            at = mark.end()
            yield from self._turn(closes=bool(mark["closes"]))
        yield from self._take(ready[at:])

    def _turn(self, *, closes: bool) -> Iterator[Thinking]:
        """Begin or end the thinking, where it may begin or end.

        Once a sentence has come, a mark is one that a document holds: it must hide nothing.
        """
        begun = self._spoke or bool(self._text.strip())
        if not closes:
            self._thinks = self._thinks or not begun
            self._opened = True
        elif begun and not self._spoke and not self._opened:
            # Some templates open the thinking in the prompt: all before the mark was thought.
            thought, self._text, self._looked = self._text, "", 0
            yield Thinking(thought)
        else:
            self._thinks = False

    def _take(self, words: str) -> Iterator[Thinking]:
        if not words:
            return
        if self._thinks:
            yield Thinking(words)
            return
        # Long runs of blanks would cost time wherever a sentence's end is looked for.
        words = _LINES.sub("\n", _BLANKS.sub(" ", _HEAD.sub(" ", words)))
        words = _RUNS.sub(r"\1\1\1", words)
        if self._text[-1:].isspace():
            words = words.lstrip() if self._text[-1] == "\n" else words.lstrip(" ")
        self._text += words

    def _complete(self, *, final: bool) -> Iterator[Parsed | Nothing]:
        self._strip()
        while True:
            end, self._looked = first_end(self._text, self._looked, final=final)
            if end is None:
                break
            raw, self._text = self._text[:end], self._text[end:]
            self._strip()
            yield from self._parsed(raw)
        if final and self._text.strip():
            raw, self._text, self._looked = self._text, "", 0
            yield from self._parsed(raw)

    def _strip(self) -> None:
        stripped = self._text.lstrip()
        self._looked = max(0, self._looked - (len(self._text) - len(stripped)))
        self._text = stripped

    def _parsed(self, raw: str) -> Iterator[Parsed | Nothing]:
        if NONE.search(raw):
            yield Nothing()
            raw = NONE.sub("", raw)
        found = parse(raw, self._tags)
        if found is not None:
            self._spoke = True
            yield found


def _begun_mark(text: str) -> int:
    """Return how many of the last characters may be the beginning of a mark.

    >>> _begun_mark("so <thi"), _begun_mark("a < b and so on"), _begun_mark("<passage tag=x")
    (4, 0, 14)
    """
    at = text.rfind("<", max(0, len(text) - _LONGEST_HEAD))
    if at < 0 or ">" in text[at:] or "\n" in text[at:]:
        return 0
    begun = re.sub(r"\s", "", text[at + 1 : at + 30]).lstrip("/").lower()
    is_mark = any(word.startswith(begun) for word in _BEGUN) or begun.startswith("passage")
    return len(text) - at if is_mark else 0
