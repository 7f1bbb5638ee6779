"""Demands: what somebody wants done, as questions ask for it and as reports tell it. English."""

from __future__ import annotations

import re

from rag.english.words import stem

_WANTS = frozenset(
    stem(word) for word in "demand want call urge request recommend propose advise seek".split()
)
_DEMANDED = re.compile(
    r"\b(?:demand(?:s|ed|ing)?|urg(?:es|ed|ing)|call(?:s|ed|ing)? (?:for|on|upon)|request(?:s|ed)|"
    r"recommend(?:s|ed)|propos(?:es|ed)|advis(?:es|ed)|appeal(?:s|ed|ing)? (?:for|to)|"
    r"ask(?:s|ed) (?:for|the|that)|want(?:s|ed)?|insist(?:s|ed) (?:on|that)|press(?:es|ed) for|"
    r"must|should|ought to)\b",
    re.IGNORECASE,
)


_WHAT = re.compile(r"\W*(?:(?:and|but|so) )?what\b", re.IGNORECASE)


def asks_demand(question: str, verb: str, about: str) -> bool:
    """Return whether a question asks what somebody wants done.

    Args:
        question: the question, which may also ask why they want it.
        verb: the stem of what they are asked to have said or done.
        about: what the question says behind it.

    >>> asks_demand("What does she call for?", "call", "for")
    True
    >>> asks_demand("What does she call it?", "call", "it"), asks_demand("Why ...?", "demand", "it")
    (False, False)
    """
    if not _WHAT.match(question):
        return False
    if verb == "call":
        return about.startswith(("for", "on", "upon"))
    return verb in _WANTS


def demands(sentence: str) -> bool:
    """Return whether a sentence tells of something that is wanted.

    >>> demands("She called for the director to be suspended."), demands("She was there twice.")
    (True, False)
    """
    return _DEMANDED.search(sentence) is not None
