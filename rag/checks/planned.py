"""What a source says is to happen, told as if it had: "are to be built", "have been built".

English, pure functions.
"""

from __future__ import annotations

import re

from rag.checks.doubting import STILL_AHEAD
from rag.checks.facts import Words
from rag.checks.meanings import alike
from rag.checks.verbs import base_of
from rag.english.words import content_terms, stem

_AHEAD = re.compile(
    r"\b(?:(?:is|are|was|were) (?:\w+ )?to|will|would|could|might|may|shall|can"
    r"|(?:plan|hope|want|aim|intend|promise|vow|pledge|offer|propose|threaten|agree)"
    r"(?:s|d|ed|ned)? to"
    r"|(?:hoping|planning|expecting|aiming|seeking|looking|considering|preparing) (?:to )?"
    r"|(?:expected|due|set|scheduled|supposed|likely|planned|ready|about|poised) to|to be|to have)"
    r" (?:\w+ly |also |then |soon |be |have |been )*(?P<verb>[a-z]+)"
)
_DONE = re.compile(
    r"\b(?:has|have|had|was|were|been)(?: \w+ly| already| since| now| also| been| both)*"
    r" (?P<verb>[a-z]+)"
)
_TALKED_OF = re.compile(
    r"\b(?:talks|negotiations|discussions|plans?|efforts|a bid|attempts?|preparations)"
    r" (?:on|over|about|for|to|of) (?P<what>[^.;,]+)"
)
_AND_THEN = re.compile(r"\b(?:and|or|then) (?!\w+(?:ed|s)\b)([a-z]+)")


def not_yet(sentence: Words, source: Words, near: str) -> list[str]:
    """Return what a sentence tells as done that its source only says is to be, or could be.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Sixty homes are to be built on the old brewery site.")
    >>> done = words_of("Sixty homes have been built on the old brewery site.")
    >>> not_yet(done, source, source.text)
    ['The source does not say that it has happened: built.']
    >>> not_yet(words_of("Sixty homes will be built there."), source, source.text)
    []
    """
    if STILL_AHEAD.search(sentence.text.lower()):
        return []
    ahead = {_base(match["verb"]) for match in _AHEAD.finditer(near.lower())}
    ahead |= {_base(verb) for verb in _AND_THEN.findall(near.lower())} if ahead else set()
    talked = {
        term for match in _TALKED_OF.finditer(near.lower()) for term in content_terms(match["what"])
    }
    if talked and not _TALKED_OF.search(sentence.text.lower()):
        for match in _DONE.finditer(sentence.text.lower()):
            if any(alike(stem(match["verb"]), term) for term in talked):
                return [f"The source does not say that it has happened: {match['verb']}."]
    if not ahead:
        return []
    rest = source.text.lower()
    for start, end in _places_ahead(rest):
        rest = rest[:start] + rest[end:]
    told = {_base(word) for word in re.findall(r"[a-z]+", rest)}
    return [
        f"The source does not say that it has happened: {match['verb']}."
        for match in _DONE.finditer(sentence.text.lower())
        if _base(match["verb"]) in ahead - told
    ]


def _places_ahead(text: str) -> list[tuple[int, int]]:
    """Return where verbs stand of what is to come, the last first."""
    found = [match.span("verb") for match in _AHEAD.finditer(text)]
    found += [match.span(1) for match in _AND_THEN.finditer(text)] if found else []
    return sorted(set(found), reverse=True)


def _base(verb: str) -> str:
    return stem(base_of(verb))
