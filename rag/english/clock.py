"""Times of the day: "at 6.40 a.m.", "by noon", and the questions that ask for one. English."""

from __future__ import annotations

import re

CLOCK = re.compile(
    r"\b(?:\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.m\.|[ap]m\b|o'clock\b)|\d{1,2}:\d\d\b|noon\b|midnight\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:(?:and|but) )?(?:(?:at |by |until |since |from |(?:at )?about )?what (?:time|hour)\b)",
    re.IGNORECASE,
)


def asks_clock(question: str) -> bool:
    """Return whether a question asks for a time of the day, and for no day.

    >>> asks_clock("At what time did it begin?"), asks_clock("What time of year is it?")
    (True, False)
    """
    return bool(_ASKS.match(question)) and not re.search(
        r"\bwhat time (?:of (?:the )?(?:year|month|week)|frame|period|span)\b",
        question,
        re.IGNORECASE,
    )
