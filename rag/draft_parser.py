"""A model's stream of characters becomes sentences, each with the tags that it cites.

A sentence is given as soon as the first character after it, and after its tags, has come. What a
model thinks is kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.draft_marks import CITED, NONE, NUMBERED, Parsed, parse
from rag.sentences import sentences

_ENDS = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]+[\"'\u201d\u2019\u00bb)\]\u3011*_`]*"
)
_OPENS_REFERENCE = "[\u3010(\u27e6<{`"
_ROUND = re.compile(r"\(\s*\d{1,2}\s*\)")
_CLOSED = re.compile(r"[\])\u3011\u27e7>}]")
_BLANK = re.compile(r"\s*")
_WIDE_STOPS = "\u3002\uff01\uff1f"
"""Stops after which the next sentence follows without a blank."""
_LONGEST_REFERENCE = 90
_LONGEST = 3000
"""Characters after which a sentence without an end is taken as it is."""

_THINK = ("think", "thinking", "reasoning", "thought", "reflection")
_THINK_OPEN = re.compile(rf"<\s*(?:{'|'.join(_THINK)})\s*>", re.IGNORECASE)
_THINK_CLOSE = re.compile(rf"<\s*/\s*(?:{'|'.join(_THINK)})\s*>", re.IGNORECASE)
_LONGEST_MARK = max(len(word) for word in _THINK) + 6


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
        self._text = ""
        self._thinks = False
        self._held = ""

    def feed(self, piece: str) -> Iterator[Parsed | Thinking | Nothing]:
        """Yield what is complete now that a further piece of the answer has come."""
        self._held += piece
        yield from self._sort_out(final=False)
        yield from self._complete(final=False)

    def finish(self) -> Iterator[Parsed | Thinking | Nothing]:
        """Yield what is left at the end of the answer."""
        yield from self._sort_out(final=True)
        yield from self._complete(final=True)

    def _sort_out(self, *, final: bool) -> Iterator[Thinking]:
        """Move what has come to the answer's text; yield the thoughts in it."""
        while self._held:
            mark = (_THINK_CLOSE if self._thinks else _THINK_OPEN).search(self._held)
            stray = None if self._thinks else _THINK_CLOSE.search(self._held)
            if stray and (not mark or stray.start() < mark.start()):
                # Some templates open the thinking in the prompt: all before the mark was thought.
                thought, self._text = self._text + self._held[: stray.start()], ""
                self._held = self._held[stray.end() :]
                yield Thinking(thought)
                continue
            if mark is None:
                keep = 0 if final else _begun_mark(self._held)
                ready, self._held = self._held[: len(self._held) - keep], self._held[-keep:]
                self._held = self._held if keep else ""
                if self._thinks and ready:
                    yield Thinking(ready)
                elif not self._thinks:
                    self._text += ready
                return
            before, self._held = self._held[: mark.start()], self._held[mark.end() :]
            if not self._thinks:
                self._text += before
            elif before:
                yield Thinking(before)
            self._thinks = not self._thinks

    def _complete(self, *, final: bool) -> Iterator[Parsed | Nothing]:
        while (end := _first_end(self._text)) is not None:
            raw, self._text = self._text[:end], self._text[end:]
            yield from self._parsed(raw)
        if final and self._text.strip():
            raw, self._text = self._text, ""
            yield from self._parsed(raw)

    def _parsed(self, raw: str) -> Iterator[Parsed | Nothing]:
        if NONE.search(raw):
            yield Nothing()
            raw = NONE.sub("", raw)
        found = parse(raw, self._tags)
        if found is not None:
            yield found


def _begun_mark(text: str) -> int:
    """Return how many of the last characters may be the beginning of a thinking mark.

    >>> _begun_mark("so <thi"), _begun_mark("a < b and so on"), _begun_mark("fine")
    (4, 0, 0)
    """
    at = text.rfind("<", max(0, len(text) - _LONGEST_MARK))
    if at < 0:
        return 0
    begun = re.sub(r"\s", "", text[at + 1 :]).lstrip("/").lower()
    return len(text) - at if any(word.startswith(begun) for word in _THINK) else 0


def _first_end(text: str) -> int | None:
    """Return where the first sentence of a text ends with its references; None while it may go on.

    >>> _first_end("It fell. [b3x9zd] Then"), _first_end("It fell. [b3x"), _first_end("At 3.5 km")
    (18, None, None)
    """
    line = text.find("\n")
    for match in _ENDS.finditer(text, 0, line if line >= 0 else len(text)):
        at = _after_references(text, match.end())
        if at is None or at >= len(text):
            return None
        if at == match.end() and not text[at].isspace() and text[at - 1] not in _WIDE_STOPS:
            continue
        begins = _after_blanks(text, at)
        if begins >= len(text):
            return None
        if "\n" in text[at:begins]:
            return begins
        if not text[begins].islower() and _splits(text[: match.end()], text[begins:]):
            return begins
    if line >= 0:
        return _line_end(text, line)
    return (text.rfind(" ", 1, _LONGEST) + 1 or _LONGEST) if len(text) > _LONGEST else None


def _line_end(text: str, line: int) -> int | None:
    """Return where a sentence ends that its line ends."""
    if not text[:line].strip():
        rest = _first_end(text[line + 1 :])
        return None if rest is None else line + 1 + rest
    # References may stand in a line of their own below their sentence.
    at = _after_references(text, line)
    return None if at is None else max(at, line + 1)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _after_references(text: str, at: int) -> int | None:
    """Return where the references that follow ``at`` end; None when one of them may be unfinished.

    The position itself comes back where none follows.
    """
    end = at
    while True:
        begins = _after_blanks(text, end)
        if begins >= len(text):
            # Only white space so far: a reference may still come.
            return None if begins > end or end == len(text) else end
        if text[begins] not in _OPENS_REFERENCE:
            return end
        found = CITED.match(text, begins) or NUMBERED.match(text, begins)
        found = found or _ROUND.match(text, begins)
        if found is not None and found.end() == len(text):
            return None  # another closing bracket may belong to it
        if found is not None and found.end() > begins:
            end = found.end()
            while end < len(text) and text[end] in ".":
                end += 1
            continue
        closed = _CLOSED.search(text, begins, begins + _LONGEST_REFERENCE)
        if closed is None and len(text) - begins < _LONGEST_REFERENCE:
            return None
        return end


def _splits(before: str, after: str) -> bool:
    """Return whether a sentence ends between two stretches: not after "Mr." or "No."."""
    tail = re.sub(CITED, "", before[-200:]).rstrip("*_`")
    joined = f"{tail} {after[:40]}"
    return any(start == len(tail) + 1 for start, _ in sentences(joined)) or not any(
        character.isalnum() for character in after[:40]
    )
