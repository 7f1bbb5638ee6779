"""The noun phrase that names a speaker: walked from a word, over names, titles and roles. English.

There is no parser behind this: a speaker is a run of names and of nouns for people and bodies that
speak, with the determiner before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.english.speech_words import (
    BETWEEN,
    BODIES,
    DETERMINERS,
    JOINERS,
    NO_NAME,
    PRONOUNS,
    REPORTING,
    ROLES,
    TITLES,
)

_ARTICLE_NAME = re.compile(r"(?:[ae][a-z]{1,2})-[A-Z]")  # al-Manar, ez-Zor
_TOKEN = re.compile(r"[^\W_]+(?:[-'\u2019.][^\W_]+)*\.?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign at ``text[start:end]``."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case, without a final full stop."""
        return self.text.lower().rstrip(".")

    @property
    def is_name(self) -> bool:
        """Whether the word is written like a name."""
        written = self.text[0].isupper() or bool(_ARTICLE_NAME.match(self.text))
        return written and self.lower not in NO_NAME


def tokens(text: str) -> list[Token]:
    """Return the words and signs of a text with their offsets."""
    return list(_kept(text) if len(text) < _LONGEST_KEPT else _tokens(text))


_LONGEST_KEPT = 1_000
"""Characters of a text whose tokens are kept: an answer asks for a sentence's many times."""


@lru_cache(maxsize=1024)
def _kept(text: str) -> tuple[Token, ...]:
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    return (Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))


def phrase_back(found: Sequence[Token], last: int) -> int | None:
    """Return where the noun phrase begins that ends with token ``last``, or None when none does."""
    token = found[last]
    if token.lower in PRONOUNS:
        return last
    if not token.is_name and token.lower not in ROLES:
        return None
    return _with_determiner(found, _name_start(found, last))


def _name_start(found: Sequence[Token], last: int) -> int:
    """Return where the run of names, titles and nouns for speakers begins that ends at ``last``."""
    first = last
    while first > 0:
        before = found[first - 1]
        if before.is_name or before.lower in ROLES or before.lower in TITLES:
            first -= 1
            continue
        joined = _joined_name(found, first)
        if joined is None:
            break
        first = joined
    return first


def _joined_name(found: Sequence[Token], first: int) -> int | None:
    """Return the name that "of", "for" and the like join to the words at ``first``, or None.

    "head of the Observatory", "Syrian Observatory for Human Rights".
    """
    small = JOINERS | BETWEEN
    if first <= 1 or found[first - 1].lower not in small:
        return None
    behind = first - 2
    while behind > 0 and found[behind].lower in small:
        behind -= 1
    chained = found[behind + 1].lower != "the"
    return behind if chained and (found[behind].is_name or found[behind].lower in ROLES) else None


def _with_determiner(found: Sequence[Token], first: int) -> int | None:
    """Return where "a senior Syrian military source" begins: words between determiner and noun."""
    for back in range(1, 6):
        if first - back < 0 or not found[first - back].text[0].isalpha():
            break
        word = found[first - back].lower
        if word in REPORTING or word in ("that", "and", "but", "who", "which"):
            break
        if word in DETERMINERS:
            named = first - back - 1
            if word == "another" and named >= 0 and found[named].is_name:
                return phrase_back(found, named)  # "the Observatory another group says"
            return first - back
    return first


def phrase_forward(found: Sequence[Token], first: int) -> int | None:
    """Return the last token of the noun phrase that begins with token ``first``, or None."""
    last: int | None = None
    here = first
    while here < len(found) and here - first < 14:
        token = found[here]
        if token.is_name or token.lower in ROLES or token.lower in TITLES:
            last = here
        elif token.lower in REPORTING or not token.text[0].isalpha():
            break
        elif not (token.lower in DETERMINERS or token.lower in JOINERS):
            # One lower-case modifier may stand before the noun: "a war monitor", "local rescuers".
            modifier = last is None or found[here - 1].lower in DETERMINERS | JOINERS
            if not modifier:
                body = _rest_of_body(found, first, here)
                return last if body is None else body
        here += 1
    return last


def _rest_of_body(found: Sequence[Token], first: int, here: int) -> int | None:
    """Return the last token of a body whose name goes on in small letters, None for others.

    "Mira Solberg head of Hollins health authority said": without the rest she would head Hollin.
    """
    at = max((n for n in range(first, here) if found[n].lower in JOINERS), default=first)
    if at == first or not all(one.is_name for one in found[at + 1 : here]):
        return None
    return next(
        (n for n in range(here, min(here + 2, len(found))) if found[n].lower in BODIES), None
    )


def before_appositive(found: Sequence[Token], comma: int) -> int | None:
    """Return the token before the comma that opens "X, 41, the head of Y, said", or None.

    Two dashes may stand in place of the commas.
    """
    if found[comma].text != ",":
        dashes = [
            at for at in range(max(0, comma - 24), comma) if found[at].text in "-\u2013\u2014"
        ]
        return dashes[-1] - 1 if dashes and dashes[-1] else None
    for back in range(comma - 1, max(-1, comma - 24), -1):
        if found[back].text in '.;:"\u201c\u201d':
            return None
        if found[back].text == "," and back:
            named = found[back - 1]
            if named.is_name or named.lower in ROLES or comma - back > 12:
                return back - 1
            if not named.text.isdigit() and named.lower in PRONOUNS | REPORTING:
                return None
    return None


def phrase_text(
    sentence: str, found: Sequence[Token], first: int, last: int
) -> tuple[str, int, int]:
    """Return the words from one token to another, and where they stand."""
    start, end = found[first].start, found[last].end
    return sentence[start:end].rstrip("."), start, end


def named_in(sentence: str, match: re.Match[str] | None) -> tuple[str, int, int]:
    """Return the speaker with which a match's group "rest" begins, and where; "" for none."""
    if match is None:
        return "", 0, 0
    found = tokens(match.group("rest"))
    last = phrase_forward(found, 0) if found else None
    if last is None:
        return "", 0, 0
    offset = match.start("rest")
    start, end = offset + found[0].start, offset + found[last].end
    return sentence[start:end].rstrip("."), start, end


def named_after(text: str) -> str:
    """Return the noun phrase of a speaker or a party that a text begins with, or "".

    >>> named_after("the Northern Union of doing nothing")
    'the Northern Union'
    """
    found = tokens(text)
    last = phrase_forward(found, 0) if found else None
    return "" if last is None else text[: found[last].end].rstrip(".")
