"""The section of a handbook that a "how do I" question asks for, told in its own order. English.

Where a heading is the task ("Reset the password"), what stands under it is the answer: the steps,
commands and all, not the one sentence that reads most like the question. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import Asked
from rag.english.sentences import sentences
from rag.english.words import content_terms, terms_held
from rag.types import Candidate, Hit

_TASK = re.compile(
    r"^(?:and |but |so )?(?:how (?:do|can|could|should|would|must|may|does one|to)\b|"
    r"what (?:should|must|do|can|shall) (?:i|we|you|one|a user|users) do\b|"
    r"what (?:are|is) the (?:steps?|procedure|way|instructions?)\b)",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n]+")
_STEP = re.compile(r"\s*(?:\(?\d{1,2}[.)]|[-*\u2022\u2013])\s+\S")
_OWN = frozenset("how step procedur instruct".split())
"""Words of a heading that name no part of the task."""
_LONGEST = 160
"""Words of a section that is told whole; of a longer one only the steps are."""
_MOST = 10
_OPENING = 3
"""Lines with which a passage opens that may be headings."""
_MOST_IN_HEADING = 10
_FEWEST = 2
"""Words that a heading and a question share, where the question has as many."""


def asks_task(asked: Asked) -> bool:
    """Return whether a question asks how something is done.

    >>> from rag.english.question import analyse
    >>> [asks_task(analyse(text)) for text in (
    ...     "How do I close a file?", "What should I do after a spill?", "How did he die?")]
    [True, True, False]
    """
    return bool(_TASK.match(asked.text))


def section_asked(asked: Asked, hits: Sequence[Hit]) -> list[Candidate]:
    """Return what stands under the heading that is the task a question names, in its order.

    Nothing where no heading is, or where the section is neither short nor a list of steps.

    Args:
        asked: The question.
        hits: The passages that were read, best first.
    """
    if not asks_task(asked):
        return []
    for hit in hits:
        for heading, at in () if hit.hidden else _headings(hit):
            if _heads(asked, heading, hit):
                context, passage = hit.passage.context, hit.passage
                more = [
                    one
                    for one in hits
                    if one.passage.document_id == passage.document_id
                    and one.passage.context == context
                    and one.passage.start > passage.start
                ]
                more = sorted(more, key=lambda one: one.passage.start) if at == 0 else []
                found = _told([(hit, at), *((one, 0) for one in more)], heading)
                if found:
                    return found
    return []


def _headings(hit: Hit) -> list[tuple[str, int]]:
    """Return the headings over a passage's text, each with where what is under it begins.

    The last of its context, and those that it opens with: a page's title above a section's.
    """
    named = re.split(r"\n| > ", hit.passage.context)
    found = [(named[-1].strip(), 0)] if named[1:] else []
    for match in list(_LINE.finditer(hit.passage.text))[:_OPENING]:
        line = match.group().strip(" #*")
        if len(line.split()) > _MOST_IN_HEADING or line.endswith((".", ":", ";", ",", "!")):
            break
        found.append((line, match.end()))
    return found


def _heads(asked: Asked, heading: str, hit: Hit) -> bool:
    """Return whether a heading names a question's task, the rest of it standing in the section."""
    named = frozenset(content_terms(heading)) - _OWN
    terms = frozenset(asked.terms)
    if not named or not named <= terms or len(named) < min(_FEWEST, len(terms)):
        return False
    passage = hit.passage
    return terms <= named | terms_held(f"{hit.document.title} {passage.context} {passage.text}")


def _told(parts: Sequence[tuple[Hit, int]], heading: str) -> list[Candidate]:
    """Return the lines of a section, each a candidate that is sure.

    Args:
        parts: Its passages, each with where in it the section begins.
        heading: The section's own, which says nothing.
    """
    found: list[Candidate] = []
    seen: set[int] = set()
    for hit, at in parts:
        passage = hit.passage
        for match in _LINE.finditer(passage.text, at):
            line = match.group()
            if line.strip(" #*").casefold() == heading.casefold():
                continue
            for first, last in [(0, len(line))] if _STEP.match(line) else sentences(line):
                start, end = (passage.start + match.start() + one for one in (first, last))
                if start not in seen and any(char.isalnum() for char in line[first:last]):
                    seen.add(start)
                    found.append(
                        Candidate(hit, start, end, line[first:last], 0.0, 1.0, start, start)
                    )
    if sum(len(one.text.split()) for one in found) > _LONGEST:
        found = [one for one in found if _STEP.match(one.text)]
        return found[:_MOST] if len(found) > 1 else []
    return found[:_MOST]
