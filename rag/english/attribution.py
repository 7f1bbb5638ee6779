"""Whose words a sentence is, and what must stand before it so that a reader sees that. English.

A quotation that names its speaker needs nothing. "It also said nine died" needs "[The ministry:]",
and so does a sentence from the middle of somebody's quotation. "She was 41" needs "[Mira Solberg]".
The names are always the document's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.english.antecedents import antecedent, is_body, is_person, may_speak, person_before
from rag.english.claimants import body_of, claimant_of, same_claimant
from rag.english.continued import opened_by
from rag.english.sentences import sentences
from rag.english.speech import Claim, claims, tokens
from rag.english.speech_words import PERSONS, PRONOUNS, REPORTING, TITLES
from rag.types import Candidate, Document

TextOf = Callable[[str], str | None]
"""The canonical text of a document by its id, None for one that is gone."""

_REACH = 4000
"""Characters before a sentence in which its speaker is looked for."""
_AFTER = 1500
_NEAR = 4
"""Sentences before one that begins with "she" in which the only person who speaks is she."""
_MOST_WORDS = 12
_ADVERB = re.compile(r"^(?:Meanwhile|However|Earlier|Later|Also|Separately)\s+")
_OWNED = re.compile(r"^(?:its|their)\s+", re.IGNORECASE)
_SOME = frozenset("a an one another some several".split())
_PERSONAL = frozenset(("he", "she"))
_SOMEBODYS = frozenset("i we you my our your me us nothing".split())
_PERSON = re.compile(r"^(?:He|She)\b(?!['\u2019])")
_OWN = re.compile(r"^(?:His|Her)\b")
_RELATIVE = re.compile(
    r"\b(?:that|which|what|whom|who|because|while|though|although|since|after|before|when|until|"
    r"as|if|unless|where)\s+$"
)
# How a sentence begins that leans on the one before it.
_LEANS = re.compile(
    r"^[\"\u201c]?(?:It|They|He|She|This|That|These|Those|Them|Its|Their|His|Her|Both|Such|There|"
    r"Another|Others?|Some|One|Here|Then|Two\s+others)\b"
)
_JOINS = re.compile(
    r"^[\"\u201c]?(?:But|And|Or|So|However|Also|Meanwhile|Instead|Moreover|Furthermore|Yet|Still|"
    r"Thus|Therefore|Hence|Besides|Earlier|Later|Afterwards)\b"
)
_DESCRIBED = re.compile(
    r"^[\"\u201c]?(?:The|That|This|These|Those)\s+(?:[a-z-]+\s+){0,1}[a-z-]+\s+[a-z]"
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words a sentence is.

    ``speaker`` is empty where the document speaks for itself; ``label`` is what is to be set before
    the sentence, empty where it says so by itself.
    """

    speaker: str
    label: str
    stance: str = "says"


def voice(text: str, before: Sequence[str], after: Sequence[str] = ()) -> Voice:
    """Return whose words a sentence is, by the sentences around it.

    >>> voice("It also said nine died.", ["The harbour ministry denied it."]).label
    'The harbour ministry:'
    >>> voice("The harbour ministry denied it.", []).label
    ''
    """
    claim = claimant_of(text, before, after)
    if claim is None or not claim.speaker:
        return Voice("", _subject(text, before))
    if _within(text, claim):
        return Voice("", "")
    if (owner := _OWNED.match(claim.speaker)) is not None:
        # "The Board in a statement by its agency said": whose it is stands in the sentence.
        inside = re.search(rf"\b(?:by|of|from|to) {re.escape(claim.speaker)}", text, re.IGNORECASE)
        body = "" if inside else body_of(claim.speaker, before)
        label = f"{_large(body)}\u2019s {claim.speaker[owner.end() :]}:" if body else ""
        return Voice(claim.speaker, label, claim.stance)
    own = [one for one in claims(text) if not one.is_pronoun and not opened_by(text)]
    if own or (claim.is_pronoun and claims(text)) or claim.speaker.lower() in PRONOUNS:
        # Somebody is named in it; or nobody was found, and nothing is guessed.
        return Voice(claim.speaker, "", claim.stance)
    around = [*before, *after]
    if not _is_name(claim.speaker) or not speaks(claim.speaker, around):
        return Voice(claim.speaker, "", claim.stance)
    if _PERSONAL & {one.speaker.lower() for one in claims(text)} and _is_place(claim, around):
        return Voice(claim.speaker, "", claim.stance)
    return Voice(claim.speaker, f"{_large(claim.speaker)}:", claim.stance)


def _is_place(claim: Claim, around: Sequence[str]) -> bool:
    """Return whether one word stands for "he" that no text gives with a first name or an office."""
    if " " in claim.speaker:
        return False
    full = re.compile(rf"\b(?P<before>[\w'\u2019-]+)\.?\s+{re.escape(claim.speaker)}\b")
    return not any(
        match["before"].lower() in PERSONS | TITLES or tokens(match["before"])[0].is_name
        for text in around
        for match in full.finditer(text)
    )


def _within(text: str, claim: Claim) -> bool:
    """Return whether "it" may be the sentence's own subject: "a raid that it said was legal"."""
    told = [one for one in claims(text) if one.verb_start == claim.verb_start]
    return any(
        one.speaker.lower() in PRONOUNS and _RELATIVE.search(text[: one.start]) for one in told
    )


def speaks(speaker: str, around: Sequence[str]) -> bool:
    """Return whether one is surely a speaker: a name or a body that says something elsewhere.

    >>> speaks("the Ferry Board", ["The Ferry Board said that it was closed."])
    True
    >>> speaks("the strike on Hollin", ["It updated the strike on Hollin saying nine died."])
    False
    """
    if not may_speak(speaker):
        return False
    return any(
        claim.speaker.lower() not in PRONOUNS
        and not claim.verb.endswith("ing")
        and (claim.speaker.lower() == speaker.lower() or same_claimant(claim.speaker, speaker))
        for text in around
        for claim in claims(text)
    )


def _is_name(speaker: str) -> bool:
    """Return whether a speaker can be set before a sentence: a headline's tail cannot."""
    words = _ADVERB.sub("", speaker).lower().split()
    if words[:1] and words[0] in _SOME and len(words) == 2:
        return False  # "a source" is nobody
    if words[-1:] in (["report"], ["statement"]) and not any(
        token.is_name for token in tokens(speaker)[1:]
    ):
        return False
    if any(word in _SOMEBODYS for word in words):
        return False
    return len(words) <= _MOST_WORDS and not any(word in REPORTING for word in words[:-1])


def _subject(text: str, before: Sequence[str]) -> str:
    """Return the person with whose pronoun a sentence begins that says nothing itself, or "".

    The one of whom a sentence before tells, else the only person who speaks in the few before.
    """
    if not (_PERSON.match(text) or _OWN.match(text)):
        return ""
    if found := person_before(before):
        return found
    near = [_people(line) for line in before[-_NEAR:]]
    named = antecedent("he", before[-_NEAR:], near)
    if not named or any(not same_claimant(one, named) for said in near for one in said):
        return ""
    told = [one for line in before for one in _people(line) if same_claimant(one, named)]
    fullest = max(told, key=lambda one: len(tokens(one)), default="")
    known = is_person(fullest) or _has_office(fullest, before)
    return _large(fullest) if known and _is_name(fullest) else ""


def _people(text: str) -> list[str]:
    """Return those who speak in a sentence and may be persons."""
    said = [one.speaker for one in claims(text) if not one.is_pronoun]
    return [one for one in said if may_speak(one) and not is_body(one)]


def _has_office(name: str, texts: Sequence[str]) -> bool:
    """Return whether a name is given with a person's office behind it.

    >>> _has_office("Mira Solberg", ["It fell, said Mira Solberg, the chief engineer."])
    True
    """
    behind = re.compile(rf"{re.escape(name)},\s+(?:an?|the|its|their)\s(?P<office>[^,.]{{3,60}})")
    found = (match for text in texts if name for match in behind.finditer(text))
    return any(PERSONS & set(match["office"].lower().split()) for match in found)


def _large(name: str) -> str:
    name = _ADVERB.sub("", name)
    return name[:1].upper() + name[1:]


def texts_of(document_of: Callable[[str], Document | None]) -> TextOf:
    """Return what gives the canonical text of a document, None where it is gone."""

    def text_of(document_id: str) -> str | None:
        document = document_of(document_id)
        return document.text if document else None

    return text_of


def surrounding(candidate: Candidate, text_of: TextOf | None = None) -> tuple[list[str], list[str]]:
    """Return the sentences before and after a candidate, of its whole document where it is known.

    Without ``text_of``, or where the document has changed since, those of its passage.
    """
    passage = candidate.hit.passage
    text, offset = passage.text, passage.start
    whole = text_of(candidate.hit.document.id) if text_of is not None else None
    if whole is not None and whole[candidate.start : candidate.end] == candidate.text:
        offset = max(0, candidate.start - _REACH)
        text = whole[offset : candidate.end + _AFTER]
    before: list[str] = []
    after: list[str] = []
    for start, end in sentences(text):
        if offset + end <= candidate.start:
            before.append(text[start:end])
        elif offset + start >= candidate.end:
            after.append(text[start:end])
    return before, after


def voice_of(candidate: Candidate, text_of: TextOf | None = None) -> Voice:
    """Return whose words a candidate's sentence is."""
    return voice(candidate.text, *surrounding(candidate, text_of))


def stands_alone(text: str) -> float:
    """Return how well a sentence is understood by itself, 0 to 1.

    >>> stands_alone("The Ferry Board closed the bridge."), stands_alone("It closed.")
    (1.0, 0.0)
    """
    if _LEANS.match(text):
        return 0.0
    if _JOINS.match(text) or text[:1].islower():
        return 0.5
    if _DESCRIBED.match(text):
        return 0.7
    return 1.0


def resolved_answer(candidate: Candidate, text_of: TextOf | None = None) -> str:
    """Return a candidate's bare answer, a pronoun or "the group" by the name that it stands for."""
    answer = candidate.answer
    if not answer:
        return ""
    at = candidate.answer_start - candidate.start
    for claim in claims(candidate.text):
        if claim.is_pronoun and claim.start <= at < claim.end:
            found = voice_of(candidate, text_of)
            return found.speaker or answer
    return answer
