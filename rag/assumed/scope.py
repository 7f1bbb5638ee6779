"""Whether a sentence speaks of what a question does: its names, its time, its subject. English."""

from __future__ import annotations

from collections.abc import Sequence

from rag.assumed.words import (
    OTHER_ONE,
    lemma,
    looks_past,
)
from rag.assumption import Assumption, head_of, terms_of
from rag.english.events import SAID_ON
from rag.english.names import same_name
from rag.english.question import Asked, quantity_of
from rag.english.speech import Token, claims, tokens
from rag.english.speech_words import REPORTING
from rag.english.when import day_of, span_of, times
from rag.english.words import content_terms, stem, terms_held
from rag.features import Line
from rag.follow.words import EVENTS, MONTHS, PEOPLE, PREPOSITIONS

AUX = frozenset("did do does was were is are am has have had been be being ever".split())
PRONOUNS = frozenset("he she they it who which".split())
BREAKS = frozenset("that but and while because although though when where as after so".split())
_LATE_DAYS = 45
"""How long after the time of a question a report may still be about it without naming it."""


def terms_near(line: Line) -> frozenset[str]:
    """Return the stems of a sentence, of the two before it, and of its document's title."""
    texts = (line.text, *line.before[-2:], line.hit.document.title, line.hit.passage.context)
    return frozenset().union(*map(terms_held, texts))


def _nation_in(term: str, words: frozenset[str]) -> bool:
    """Return whether a name stands there as an adjective or a noun: Russia, Russian."""
    return len(term) > 4 and any(len(one) > 4 and one[:5] == term[:5] for one in words)


def is_in(term: str, words: frozenset[str]) -> bool:
    """Return whether a stem is among others, a name in any of its spellings."""
    return term in words or any(same_name(term, one) for one in words if one[:1] == term[:1])


def essential(asked: Asked, assumed: Assumption) -> frozenset[str]:
    """Return the stems of the question but its verb, its time and what it counts."""
    timed = {word for time in times(asked.text) for word in content_terms(
        asked.text[time.start : time.end])}  # fmt: skip
    verbs = {term for term in asked.terms if lemma(term) in assumed.verbs or quantity_of(term)}
    verbs |= set(content_terms(assumed.verb)) | {assumed.verb}
    counted = terms_of(assumed.counted) if assumed.open else frozenset()
    drop = timed | verbs | counted | {stem(word) for word in MONTHS}
    kept = frozenset(term for term in asked.terms if term not in drop and lemma(term) not in drop)
    return kept - frozenset(stem(w) for w in "day date year month time exactly first".split())


def same_matter(asked: Asked, assumed: Assumption, line: Line) -> bool:
    """Return whether a sentence can be about what is asked: its names, and most of its words."""
    near = terms_near(line)
    names = {
        term
        for name in asked.names
        for term in content_terms(name)
        if stem(term) not in {stem(month) for month in MONTHS} and not term.isdigit()
    }
    if any(not is_in(term, near) and not _nation_in(term, near) for term in names):
        return False
    wanted = essential(asked, assumed)
    if wanted and sum(is_in(term, near) for term in wanted) < 0.6 * len(wanted):
        return False
    here = frozenset(content_terms(line.text))
    missing = {term for term in names if not is_in(term, here)}
    own = {
        term
        for one in _names_here(line)
        for term in content_terms(one)
        if not any(is_in(term, frozenset([name])) for name in asked.terms)
    }
    if missing and own and not (missing <= terms_of(assumed.subject)):
        return False  # it speaks of another place or person than the question
    theirs = OTHER_ONE.search(line.text)
    return theirs is None or theirs.group().lower() in asked.text.lower()


def _names_here(line: Line) -> list[str]:
    """Return the names of a sentence that are no speaker, no weekday and not its first word."""
    spoken = {(claim.start, claim.end) for claim in claims(line.text)}
    return [
        token.text
        for number, token in enumerate(tokens(line.text))
        if number and token.is_name and token.lower not in MONTHS
        if not any(start <= token.start < end for start, end in spoken)
    ]


def same_time(asked: Asked, line: Line) -> bool:
    """Return whether a sentence can be about the time that a question speaks of."""
    published = line.hit.document.published
    named = [
        time for time in times(line.text, published) if not SAID_ON.search(line.text[: time.start])
    ]
    period = asked.period
    if period is None and any(char.isdigit() for char in asked.text):
        period = span_of(times(asked.text, published))  # "3 May": of the report's year
    if period is None:
        return not (named and asked.kind == "when")
    first, last = period
    if named:
        return any(time.first <= last and first <= time.last for time in named)
    day, end = day_of(published), day_of(last)
    if day is None or end is None or published is None:
        return True
    return published[:10] >= first and (day - end).days <= _LATE_DAYS


def elsewhere(asked: Asked, assumed: Assumption, line: Line) -> bool:
    """Return whether a sentence names an event of its own that is not the question's."""
    here = {one.lower for one in tokens(line.text) if one.lower in EVENTS}
    theirs = {stem(word) for word in here} - {assumed.verb}
    mine = {term for term in asked.terms if term in {stem(word) for word in EVENTS}} - {
        assumed.verb
    }
    return bool(theirs) and bool(mine) and not theirs & mine


def is_subject(subject: str, line: Line, words: Sequence[Token], at: int) -> bool:
    """Return whether the phrase before a verb is the one that a question speaks of."""
    first = at
    while first > 0:
        one = words[first - 1]
        if not one.text[0].isalnum() or one.lower in BREAKS or one.lower in REPORTING:
            break
        first -= 1
    phrase = [one for one in words[first:at] if one.lower not in AUX]
    if phrase and phrase[-1].lower in AUX:
        phrase = phrase[:-1]
    phrase = [one for one in phrase if not one.lower.endswith("ly") and one.lower not in ("also",)]
    if phrase and len(phrase) == 1 and phrase[0].lower in PRONOUNS:
        return _pronoun_is(subject, line, words[:first])
    if not phrase:
        # "The bridge, built in 1902, was not closed": the phrase before the insertion.
        if first and words[first - 1].text == ",":
            opening = _opening(words)
            return bool(opening) and alike(subject, opening)
        if first and words[first - 1].lower in ("and", "but"):
            return alike(subject, _opening(words))
        return False
    return alike(subject, " ".join(one.text for one in phrase))


def _opening(words: Sequence[Token]) -> str:
    kept: list[str] = []
    for one in words:
        if one.lower in AUX | BREAKS or not one.text[0].isalnum() or looks_past(one.text):
            break
        kept.append(one.text)
    return " ".join(kept)


def _pronoun_is(subject: str, line: Line, before: Sequence[Token]) -> bool:
    """Return whether a pronoun can be the subject: the only one that was spoken of before it."""
    opening = _opening(before)
    if opening and opening.lower() not in PRONOUNS:
        return alike(subject, opening)
    said = [one for one in claims(line.text) if not one.is_pronoun and one.speaker]
    if said:
        return any(alike(subject, one.speaker) for one in said)
    if not line.before:
        return False
    earlier = tokens(line.before[-1])
    if alike(subject, _opening(earlier)):
        return True
    # "Calls for the minister to go grew louder. He refused": nobody else is there.
    described = described_as(subject)
    held = frozenset(content_terms(line.before[-1]))
    people = {stem(one.lower) for one in earlier if one.lower in PEOPLE} | {
        stem(one.lower) for one in earlier[1:] if one.is_name and one.lower not in MONTHS
    }
    return bool(described) and described <= held and people <= described


def alike(subject: str, phrase: str) -> bool:
    """Return whether two phrases name the same thing: the same head, no other adjective."""
    one, other = head_of(subject), head_of(phrase)
    same = bool(one) and (one == other or (one[:1] == other[:1] and same_name(one, other)))
    if not same:
        return False
    mine, theirs = described_as(subject), described_as(phrase)
    return mine <= theirs or theirs <= mine


def described_as(phrase: str) -> frozenset[str]:
    """Return the stems of a phrase up to its first preposition: its noun and its adjectives."""
    kept: list[str] = []
    for word in tokens(phrase):
        if word.lower in PREPOSITIONS | {"of"} and kept:
            break
        kept.append(word.text)
    return terms_of(" ".join(kept)) - {"mr", "mrs", "ms", "dr"}
