"""Where the first sentence of a text ends that is still being written. Pure functions."""

from __future__ import annotations

import re

from rag.chat.draft_marks import CITED, MONTH, NUMBERED
from rag.english.sentences import dot_ends

_ENDS = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]++[\"'\u201d\u2019\u00bb)\]\u3011*_`]*+"
)
_OPENS_REFERENCE = "[\u3010(\u27e6<{`"
_ROUND = re.compile(r"\(\s*\d{1,2}\s*\)")
_CLOSED = re.compile(r"[\])\u3011\u27e7>}]")
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"[\W_]*(?P<word>[^\W_]+(?:[-'\u2019][^\W_]+)*)")
_WIDE_STOPS = "\u3002\uff01\uff1f"
"""Stops after which the next sentence follows without a blank."""
_LONGEST_REFERENCE = 90
_LONGEST = 1200
"""Characters after which a sentence without an end is taken as it is."""


def first_end(text: str, start: int = 0, *, final: bool = False) -> tuple[int | None, int]:
    """Return where the first sentence of a text ends with its references, and where to look on.

    The end is None while the sentence may go on; the second number is then the ``start`` of the
    next look, when more of the text has come. The text begins with no white space; ``final`` says
    that no more will come.

    >>> first_end("It fell. [b3x9zd] Then "), first_end("It fell. [b3x"), first_end("At 3.5 km")
    ((18, 0), (None, 7), (None, 9))
    """
    line = text.find("\n", start)
    until = line if line >= 0 else len(text)
    for match in _ENDS.finditer(text, start, until):
        at = _after_references(text, match.end())
        if at is None or at >= len(text):
            return None, match.start()
        if at == match.end() and not text[at].isspace() and text[at - 1] not in _WIDE_STOPS:
            continue
        begins = _after_blanks(text, at)
        if begins >= len(text):
            return None, match.start()
        # Behind a reference a new sentence begins, whatever its first letter.
        splits = at > match.end() or "\n" in text[at:begins] or _splits(text, match, begins, final)
        if splits is None:
            return None, match.start()
        if splits:
            return begins, 0
    if line >= 0:
        # References may stand in a line of their own below their sentence.
        at = _after_references(text, line)
        return (None, line) if at is None else (max(at, line + 1), 0)
    if len(text) > _LONGEST:
        return text.rfind(" ", 1, _LONGEST) + 1 or _LONGEST, 0
    return None, until


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
            while end < len(text) and text[end] == ".":
                end += 1
            continue
        closed = _CLOSED.search(text, begins, begins + _LONGEST_REFERENCE)
        if closed is None and len(text) - begins < _LONGEST_REFERENCE:
            return None
        return end


def _splits(text: str, stop: re.Match[str], begins: int, final: bool) -> bool | None:
    """Return whether a new sentence begins there: not after "Mr.", "No." or in "it. fell".

    None comes back while the first word of it may not be whole.
    """
    if text[begins].islower():
        return False
    follow = _WORD.match(text, begins, begins + 60)
    if stop.group()[0] != "." or text[stop.start() - 1 : stop.start()] in ("]", "\u3011"):
        return True
    if follow is None or (follow.end() == len(text) and not final):
        return True if follow is None and (final or len(text) - begins > 20) else None
    before = CITED.sub("", text[max(0, stop.start() - 60) : stop.start()]).rstrip("*_`") + "."
    if MONTH.match(follow["word"]) and re.search(r"(?<!\d)\d{1,2}\.\Z", before):
        return False  # "am 3. Mai"
    return dot_ends(before, len(before) - 1, follow["word"])
