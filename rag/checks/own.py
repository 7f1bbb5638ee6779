"""What a sentence says of itself and of its sources, not of the matter: "3.", "(Passage 2)".

Nothing of the kind can stand in a source, so that it is taken off before the two are compared.
Pure functions, English.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LIST = r"\d{1,2}(?:\s*(?:,|and|&|or|, and)\s*\d{1,2})*"
_PIECE = r"(?:passage|source|document|excerpt|snippet|extract|reference)s?"
_MARK = re.compile(r"^\s*(?:[*\u2022\u2013\u00b7-]\s+|\(?\d{1,2}[.)]\s+|[a-z]\)\s+)+")
_ASIDE = re.compile(
    rf"\s*[(\[](?:see |from |in |as (?:stated|noted|mentioned) in )?(?:the )?{_PIECE} {_LIST}"
    r"[^)\]]*[)\]]",
    re.IGNORECASE,
)
_GIVEN = r"(?:given|provided|above|following|available|cited|retrieved)"
_CALLED = (
    rf"(?:{_PIECE} {_LIST}|(?:(?:the|these|those|all|both|two|three) )*{_GIVEN} (?:{_PIECE}|context"
    rf"|information|text)|(?:the )?{_PIECE} {_GIVEN}"
    r"|(?:the |these )?(?:passages|context)|the passage"
    rf"|(?:the )?(?:information|text|context) {_GIVEN}(?: in (?:the )?{_PIECE}(?: {_LIST})?)?)"
)
_LEADS = re.compile(
    rf"^(?:(?:however|therefore|so|thus|overall|also|additionally|in summary|in conclusion),? )?"
    rf"(?:based on|according to|as (?:stated|mentioned|described|noted|explained|per)(?: in)?|per"
    rf"|from|in) {_CALLED},?\s+"
    r"(?:(?:it (?:is clear|appears|seems)|we can (?:see|conclude)) that\s+)?",
    re.IGNORECASE,
)
_PIECE_NUMBER = re.compile(rf"\b(?P<piece>{_PIECE}) (?:{_LIST})(?![\d%])", re.IGNORECASE)
_OF_SOURCES = re.compile(
    rf"\b(?:no mention of|not (?:mention|provide|specify|state|say|explain|include|discuss|give"
    rf"|address|contain)(?:ed)?|(?:{_PIECE}|context|text) (?:do|does|did) not)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def without_marks(sentence: str) -> str:
    """Return a sentence without its list mark and without names for its sources.

    >>> without_marks("3. Based on passage 2, drain the tank (Passage 1).")
    'drain the tank.'
    >>> without_marks("According to sources, 14. May was cold.")
    'According to sources, 14. May was cold.'
    """
    # A reference that stands alone, "(Passage 2)", says nothing of the matter.
    text = _ASIDE.sub("", sentence[_mark_of(sentence) :])
    text = _LEADS.sub("", text)
    text = _PIECE_NUMBER.sub(lambda match: match["piece"].lower(), text)
    return text if any(char.isalnum() for char in text) else ""


def _mark_of(sentence: str) -> int:
    match = _MARK.match(sentence)
    return match.end() if match else 0


def without_list_mark(sentence: str) -> str:
    """Return a sentence without the mark that a list puts before it.

    >>> without_list_mark("2) Drain the tank.")
    'Drain the tank.'
    """
    return sentence[_mark_of(sentence) :] or sentence


def tells_of_sources(sentence: str) -> bool:
    """Return whether a sentence tells what its sources leave out: that stands in none of them.

    >>> tells_of_sources("There is no mention of any leak.")
    True
    """
    return bool(_OF_SOURCES.search(sentence))
