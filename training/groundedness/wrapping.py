"""How writers lead in what a source says, and how people type it."""

from __future__ import annotations

import re
from random import Random

_WRAPPINGS = (
    "Based on the given passages, ", "According to the passage, ", "According to passage 1, ",
    "Based on the provided information, ", "The passage states that ", "Additionally, ",
    "However, ",
    "Furthermore, ", "In addition, ", "Overall, ", "Yes, ", "1. ", "- ", "The text says that ",
    "Passage 2 mentions that ", "According to the sources, ", "In summary, ",
    "The document says that ",
    "As stated in the passages, ", "Also, ", "2. ", "* ", "The report says that ", "It says that ",
)  # fmt: skip


def wrapped(text: str, draw: Random) -> str:
    """Return the sentence behind the words with which a writer leads in what a source says."""
    lead = draw.choice(_WRAPPINGS)
    starts_small = re.match(
        r"(?:The|A|An|In|It|He|She|They|This|These|On|At|There|During|Some|Most)\b", text
    )
    joined = lead[-2] not in ".-*" and starts_small
    return lead + (text[0].lower() + text[1:] if joined else text)


def chatted(text: str, draw: Random) -> str:
    """Return the sentence as people type it: small letters, blanks before marks, a "yes"."""
    lead = draw.choice(
        ["", "", "yes, ", "well, ", "yeah! ", "i know that ", "sure, ", "oh, ", "did you know "]
    )
    made = lead + text
    if draw.random() < 0.7:
        made = made.lower()
    if draw.random() < 0.6:
        made = re.sub(r"(?<=\w)([.,!?])(?=\s|$)", r" \1", made)
    elif draw.random() < 0.4:
        made = made.rstrip(".")
    return made
