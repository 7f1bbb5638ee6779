"""Two who say different things: whether a sentence lets the one say what the other does. English.

"Reviewers noted that the sample was small. The authors replied that it was large enough." A
sentence is held against the two statements by the words that only one of them has. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.facts import Words
from rag.checks.meanings import alike, phrases_of, shared_meanings
from rag.english.sentences import sentences
from rag.english.speech_words import PRONOUNS, REPORTING
from rag.english.words import content_terms, stem

_VERBS = REPORTING | frozenset(
    "held holds swore swears sworn reckons reckoned contends contended put puts spoke speaks "
    "expects expected found finds writes considers considered wants wanted thought sees saw "
    "attributed attributes attested submitted assured hopes hoped doubts doubted favours "
    "favoured opposes opposed denounced questioned proposed recommends recommended".split()
)
_BREAK = re.compile(r";\s|, (?=(?:but|while|whereas|and) )")
_ASIDE = re.compile(r", (?:which|who|whose)\b[^,]*,")
_LED = re.compile(
    r"^(?:in|by|to|for) (?P<whose>[^,]{2,40}?)(?:['\u2019]s?|s['\u2019]) (?:own )?"
    r"(?:view|opinion|words|eyes|account|version|telling|estimate|reckoning|judgement)\b,?"
    r"|^in the (?:view|opinion|words|eyes|account) of (?P<of>[^,]{2,40}),"
    r"|\baccording to (?P<to>[^,.;]{2,40})|^for (?P<for>[^,]{2,40}),",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[,.?!]?[\"\u201d]\s")
_MOST_BEFORE = 9
"""Words of who speaks, before the verb."""
_LEAST = 2
"""Content words that a sentence must say."""
_FITS = 2
"""How much better the other one must fit."""
_SAID = 1 / 3
"""Share of what a sentence says that only the other one says in the source."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, and what they say, in content words."""

    who: frozenset[str]
    said: frozenset[str]


def exchanged_voices(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence lets one say what another one of its source says.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Reviewers noted that the sample was small. "
    ...                   "The authors replied that it was large enough for the effect.")
    >>> exchanged_voices(words_of("The reviewers held it was big enough for the effect."), source)
    ['In the source it is author who says that, not review.']
    >>> exchanged_voices(words_of("The authors held it was big enough for the effect."), source)
    []
    """
    theirs = list(voices(source.text))
    if len(theirs) < _LEAST:
        return []
    for mine in voices(sentence.text):
        own = [n for n, one in enumerate(theirs) if shared_meanings(mine.who, one.who)]
        if len(mine.said) < _LEAST or not own:
            continue
        most = max(shared_meanings(mine.who, theirs[n].who) for n in own)
        own = [n for n in own if shared_meanings(mine.who, theirs[n].who) == most]
        held = max(_only(mine.said, theirs, n) for n in own)
        for n, other in enumerate(theirs):
            if n in own or other.who & frozenset().union(*(theirs[k].who for k in own)):
                continue
            more = _only(mine.said, theirs, n)
            # What the first one speaks of, the second need not name again.
            fits = more > _FITS * held and more >= _SAID * len(mine.said)
            if fits and (n > max(own) or not held):
                said, given = sorted(mine.who)[0], sorted(other.who)[0]
                return [f"In the source it is {given} who says that, not {said}."]
    return []


def has_voice(speaker: str, sentence: Words, source: Words) -> bool:
    """Return whether a source lets somebody say what only their own statement in it has.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Bo said so twice. A lawyer, Dora Vance, called that misleading.")
    >>> has_voice("Vance", words_of("Vance said that was misleading."), source)
    True
    """
    theirs = list(voices(source.text))
    who = frozenset(content_terms(speaker))
    said = frozenset(phrases_of(content_terms(sentence.text))) - who
    held = [_only(said, theirs, n) for n in range(len(theirs))]
    own = [n for n, one in enumerate(theirs) if shared_meanings(who, one.who)]
    if len(theirs) < _LEAST or len(own) != 1 or not held[own[0]]:
        return False
    return all(n < own[0] or held[n] <= held[own[0]] for n in range(len(theirs)))


def voices(text: str) -> Iterator[Voice]:
    """Yield who speaks in each clause of a text and what they say, where someone does.

    >>> [sorted(one.who) for one in voices("Ann said it rained; in Bo's view it snowed.")]
    [['ann'], ['bo']]
    """
    for start, end in sentences(text):
        for clause in _BREAK.split(text[start:end]):
            if (voice := _voice(_ASIDE.sub("", clause))) is not None:
                yield voice


def _voice(clause: str) -> Voice | None:
    plain = clause.strip(" ,.;")
    if match := _LED.search(plain):
        who = match["whose"] or match["of"] or match["to"] or match["for"]
        return _made(who, plain[: match.start()] + " " + plain[match.end() :])
    words = list(re.finditer(r"[\w'\u2019-]+", plain))
    for n, word in enumerate(words):
        if word.group() not in _VERBS or not n:
            continue
        before, after = plain[: word.start()], plain[word.end() :]
        # "..., the agency reported": who speaks stands behind what they say.
        quoted, who = _QUOTED.split(before, 1) if _QUOTED.search(before) else ("", "")
        if not quoted and not after.strip(" ."):
            quoted, _, who = before.rpartition(", ")
        if quoted and len(who.split()) <= _MOST_BEFORE:
            return _made(who, f"{quoted} {after}")
        if n <= _MOST_BEFORE:
            return _made(before, after)
        return None
    return None


def _made(who: str, said: str) -> Voice | None:
    speaker = frozenset(content_terms(re.sub(r"['\u2019]s?\b", "", who)))
    speaker -= {stem(one) for one in PRONOUNS}
    terms = frozenset(phrases_of(content_terms(said))) - speaker
    return Voice(speaker, terms) if speaker and terms else None


def _only(said: frozenset[str], theirs: list[Voice], n: int) -> int:
    """Return how many words of what is said only one voice has."""
    rest = frozenset().union(*(one.said | one.who for k, one in enumerate(theirs) if k != n))
    return sum(
        any(alike(one, two) for two in theirs[n].said) and not any(alike(one, two) for two in rest)
        for one in said
    )
