"""Whether a sentence answers by its form alone, however little a reader believes it. English.

What somebody said of just what is asked, in a sentence of theirs; what happened on a day that a
sentence names itself. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.claimants import spoken_by
from rag.english.events import is_open_ended
from rag.english.places import name_words_of, shares_name
from rag.english.question import Asked
from rag.english.when import times
from rag.english.words import content_terms
from rag.types import Candidate
from rag.writing.happenings import EVENT, asks_what_happened, eventfulness

_LOOKED_AT = 6
"""Candidates, best first, that are looked at."""


def answers_by_form(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Return whether one of the best sentences answers by its form."""
    return any(_says_it(asked, one) or _is_then(asked, one) for one in candidates[:_LOOKED_AT])


def _says_it(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence is the speaker's and holds all that they are asked about."""
    if asked.kind != "said" or not asked.speaker:
        return False
    if not asked.topic or not asked.topic <= set(content_terms(candidate.text)):
        return False
    return spoken_by(asked.speaker, candidate.text, []) == 1.0


def _is_then(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence tells an event of the time that it is asked about, by name.

    It, its title or its heading names what is asked about.
    """
    if asked.period is None or not asked.names or not asks_what_happened(asked.text):
        return False
    if is_open_ended(asked.text) or eventfulness(candidate.text, asked.names) < EVENT:
        return False
    first, last = asked.period
    document, passage = candidate.hit.document, candidate.hit.passage
    named = times(candidate.text, document.published)
    if not named and not document.published:
        # "Elva Post, 3 May 2021. A crane fell on Sunday": the day stands before it.
        named = times(passage.text[: candidate.start - passage.start])[-1:]
    if not any(first <= one.first and one.last <= last for one in named):
        return False
    about = f"{document.title} {passage.context} {candidate.text}"
    return all(shares_name(about, {word}) for word in name_words_of(asked))
