"""Speakers whose office stands between name and verb, without commas. Pure functions, English.

Agencies' texts lose their commas: "Mira Solberg deputy director of the harbour police said".
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.antecedents import may_speak
from rag.english.speech_phrases import Token, phrase_text
from rag.english.speech_words import BETWEEN, JOINERS, PERSONS, PRONOUNS, REPORTING, ROLES

_CLAUSE = frozenset(
    "and but or that which who whose where when while as if because was were is are has have had "
    "will would can could may might must should did does do not to".split()
)
_ARTICLES = frozenset("a an the".split())
_ACTS = frozenset("put gave made set took held drew sent met left went came told saw".split())
_MOST_BEFORE_OFFICE = 3
"""Words before the noun of an office: "deputy emergencies director"."""
_MOST_BETWEEN = 16


def before_office(sentence: str, found: Sequence[Token], verb: int) -> tuple[str, int, int] | None:
    """Return the person whose office fills the words up to a verb, and where the name stands.

    The name opens the sentence, or follows a quotation's end.

    >>> from rag.english.speech_phrases import tokens
    >>> text = "Mira Solberg deputy director of the harbour police said so."
    >>> found = tokens(text)
    >>> before_office(text, found, 8)
    ('Mira Solberg', 0, 12)
    """
    first = max((n + 1 for n in range(verb) if found[n].text in '"\u201c\u201d'), default=0)
    last = first
    while last < verb and found[last].is_name and found[last].lower not in REPORTING:
        last += 1
    if last - first < 2 or not last < verb <= last + _MOST_BETWEEN:
        return None
    between = found[last:verb]
    if not _is_office(between) or any(_is_verb_or_clause(one) for one in between):
        return None
    name = " ".join(one.text for one in found[first:last])
    return phrase_text(sentence, found, first, last - 1) if may_speak(name) else None


def behind_quote(sentence: str, found: Sequence[Token], verb: int) -> tuple[str, int, int] | None:
    """Return the subject of ``"We know" Mira Solberg the envoy for ports said``, or None."""
    ends = [n for n in range(max(0, verb - _MOST_BETWEEN), verb) if found[n].text in '"\u201d']
    if not ends or found[verb].lower not in ("said", "says", "told", "added"):
        return None
    first = ends[-1] + 1
    article = next((n for n in range(first, verb) if found[n].lower in _ARTICLES), first)
    name, between = found[first:article], found[article:verb]
    if not name or not all(one.is_name for one in name):
        return None
    if any(_is_verb_or_clause(one) for one in between if one.lower not in _ARTICLES):
        return None
    told = may_speak(" ".join(one.text for one in name))
    return phrase_text(sentence, found, first, article - 1) if told else None


def _is_office(between: Sequence[Token]) -> bool:
    """Return whether words begin with a person's office: "a", adjectives or nouns, "director"."""
    here = 1 if between[0].lower in _ARTICLES else 0
    for one in between[here : here + _MOST_BEFORE_OFFICE + 1]:
        if one.lower in PERSONS:
            return True
        if one.lower in _ARTICLES | JOINERS or one.is_name:
            return False
    return False


def _is_verb_or_clause(token: Token) -> bool:
    word = token.lower
    if word in ROLES | BETWEEN:
        return False
    ends = word in _CLAUSE or word in REPORTING or word in PRONOUNS or word in _ACTS
    return ends or not token.text[0].isalnum() or (word.endswith("ed") and "-" not in word)
