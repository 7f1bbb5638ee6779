"""What a question wants compared: "what A and B say", "A's and B's figures". English."""

from __future__ import annotations

import re

from rag.english.question import Asked

_SAY = r"(?:say|says|said|claim\w*|report\w*|thinks?|describe\w*|give|gave|put|accus\w+|tell|told)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:please\s+)?(?:compare|contrast)\s+(?:what|how|the way)\s+(?P<a>.+?)\s+(?:and|with|"
        rf"to|versus|vs\.?)\s+(?P<b>.+?)\s+(?:have\s+|has\s+|had\s+)?{_SAY}\b",
        r"(?:compare|contrast|difference[s]? between|differ\w* between)\s+(?:the\s+)?"
        r"(?:[\w-]+\s+){0,3}?(?:of|by|from|between)\s+(?P<a>.+?)\s+(?:and|with|to)\s+(?P<b>.+?)"
        r"(?=\s+(?:on|about|of|for|regarding|over|in|after|when)\b|[?.,]|$)",
        r"(?:do|does|did)\s+(?:the\s+)?(?P<a>.+?)(?:'s|\u2019s|s')?\s+and\s+(?:the\s+)?(?P<b>.+?)"
        r"(?:'s|\u2019s|s')?\s+(?:[\w-]+\s+){0,4}?(?:differ|disagree|contradict)\b",
        r"(?:do|does|did)\s+(?P<a>.+?)(?:'s|\u2019s)\s+(?:[\w-]+\s+){1,4}?differ\s+from\s+"
        r"(?:that\s+of\s+|those\s+of\s+)?(?P<b>.+?)(?:'s|\u2019s)?(?=[?.,]|$)",
        r"(?:difference|differences)\s+between\s+(?P<a>.+?)(?:'s|\u2019s)?\s+and\s+(?P<b>.+?)"
        r"(?:'s|\u2019s)?(?=\s+(?:on|about|of|for|regarding|in)\b|[?.,]|$)",
        r"(?P<a>.+?)\s+(?:versus|vs\.?)\s+(?P<b>.+?)(?=\s+(?:on|about|of|for)\b|[:?.,]|$)",
        r"^(?:compare|contrast)\s+(?P<a>.+?)(?:'s|\u2019s)?\s+(?:and|with|to)\s+(?P<b>.+?)"
        r"(?:'s|\u2019s)?(?=\s+(?:on|about|of|for|regarding)\b|[?.,]|$)",
    )
)
_MOST_WORDS = 8


_OF_SPEECH = re.compile(
    rf"\b(?:{_SAY}|statements?|positions?|versions?|accounts?|claims?|explanations?|responses?|"
    r"reactions?|views?|denials?)\b",
    re.IGNORECASE,
)


def compares_words(asked: Asked) -> bool:
    """Return whether what the sides say is compared, and not what they are.

    >>> from rag.english.question import analyse
    >>> compares_words(analyse("Compare what Norland and Corran say about the spill."))
    True
    >>> compares_words(analyse("Compare the ferry and the bridge."))
    False
    """
    return asked.kind == "said" or bool(_OF_SPEECH.search(asked.text))


def sides_of(asked: Asked) -> tuple[str, ...]:
    """Return the two or more things that a question wants compared, or none.

    >>> from rag.english.question import analyse
    >>> sides_of(analyse("Compare what the union and the Ferry Board say about the fire."))
    ('the union', 'the Ferry Board')
    >>> sides_of(analyse("What did Norland and Corran say about the spill?"))
    ('Norland', 'Corran')
    >>> sides_of(analyse("What did the Ministry of Food and Trade say?"))
    ()
    """
    if asked.kind == "said":
        return _two_speakers(asked.speaker)
    if asked.kind != "compare":
        return ()
    for pattern in _PATTERNS:
        match = pattern.search(asked.text)
        if match:
            found = tuple(_bare(one) for one in (match["a"], match["b"]))
            if all(found) and all(len(one.split()) <= _MOST_WORDS for one in found):
                return _all_of(found)
    return ()


def _bare(side: str) -> str:
    side = re.sub(r"^(?:what|how|both)\s+", "", side.strip(" ,?.'\u2019"), flags=re.IGNORECASE)
    return re.sub(r"(?:'s|\u2019s)$", "", side)


def _all_of(sides: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sides with "A, B" taken apart."""
    return tuple(_bare(part) for side in sides for part in side.split(",") if part.strip())


def _two_speakers(speaker: str) -> tuple[str, ...]:
    parts = [_bare(part) for part in re.split(r",\s+|\s+and\s+", speaker)]
    named = [part for part in parts if re.match(r"(?:the\s|an?\s)?[A-Z]|the\s", part)]
    # "the Ministry of Food and Trade" is one body: "of" reaches over the "and".
    joined = re.search(r"\b(?:of|for)\s+[\w\s]+\sand\s", speaker)
    return tuple(parts) if len(parts) > 1 and len(named) == len(parts) and not joined else ()
