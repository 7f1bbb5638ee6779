"""Whether a sentence denies what a question takes for granted, and who says so. English."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.assumed.negated import UNABLE, is_negator, negated, undone
from rag.assumed.nobody import nobody
from rag.assumed.scope import (
    AUX,
    BREAKS,
    PRONOUNS,
    alike,
    described_as,
    essential,
    is_in,
    same_matter,
    same_time,
    terms_near,
)
from rag.assumed.words import (
    BLAMED_FOR,
    CALLED_OFF,
    MAY_DENY,
    NEGATORS,
    NOUNS_OF,
    OF_EVENTS,
    PARTIAL,
    TWICE,
    UNREAL,
    lemma,
    looks_past,
)
from rag.assumption import Assumption, head_of, terms_of
from rag.english.claimants import claimant_of, name_words, same_claimant
from rag.english.question import Asked, quantity_of
from rag.english.speech import Token, claims, tokens
from rag.english.speech_words import REPORTING
from rag.english.words import content_terms, stem
from rag.features import Line
from rag.follow.words import MONTHS

_DENIED = frozenset(
    "denied denies deny denying dismissed dismisses rejected rejects refuted refutes".split()
)
_NO_EVIDENCE = re.compile(
    r"\b(?:no (?:evidence|proof|sign|indication)|(?:found|saw) nothing to (?:show|suggest))\b",
    re.IGNORECASE,
)
_UNTRUE = re.compile(
    r"\b(?:(?:is|was|are|were) (?:false|untrue|a lie|fabricated|a hoax|not true|unfounded|fake)|"
    r"(?:false|untrue|fake|unfounded) (?:reports?|claims?|rumou?rs?))\b",
    re.IGNORECASE,
)
_IMPROBABLE = 0.2
_SPEECH = frozenset(map(lemma, "confirm admit acknowledge deny".split()))


@dataclass(frozen=True, slots=True)
class Denial:
    """A sentence that denies an assumption, and who says so ("" for the source's own words).

    ``stance`` is set where the one who is accused denies it, which proves nothing.
    """

    line: Line
    by: str = ""
    stance: bool = False


def denials(
    asked: Asked,
    assumed: Assumption,
    lines: Sequence[Line],
    contradicts: Callable[[str, Line], float] | None = None,
) -> list[Denial]:
    """Return the sentences that deny what is assumed, those that prove something first.

    Args:
        asked: The question.
        assumed: What it takes for granted.
        lines: The sentences of the hits.
        contradicts: gives the probability that a sentence contradicts a statement; a denial that
            it holds improbable does not count.
    """
    found: list[Denial] = []
    for line in lines:
        how = "" if line.told or line.heads else _denies(asked, assumed, line)
        if not how:
            continue
        if contradicts is not None and contradicts(assumed.statement, line) < _IMPROBABLE:
            continue
        found.append(_denial(assumed, line, how))
    return sorted(found, key=lambda one: one.stance)


def _denial(assumed: Assumption, line: Line, how: str) -> Denial:
    claim = claimant_of(line.text, line.before, line.after)
    by = "" if claim is None else claim.speaker
    agent = assumed.doer or _by(assumed.rest)
    own = bool(by and agent) and (same_claimant(by, agent) or _shared_name(by, agent))
    # Nobody owns up to some deeds; of others those who did not do them know best.
    accused = assumed.verb in BLAMED_FOR and bool(by)
    stance = accused and (how == "said" or (how == "unfound" and own))
    return Denial(line, "" if by.lower() in PRONOUNS else by, stance)


_BODIES = frozenset(
    "government army military regime ministry forces state authorities officials president "
    "spokesman spokeswoman minister defence defense foreign".split()
)
_OWNED = terms_of("responsibility")
_OF_ANYTHING = re.compile(
    r"^\s*(?:any |all |the |its |his |her |their |that )*(?:\w+ )?"
    r"(?:involvement|responsibility|accusations?|allegations?|claims?|charges?)\b"
)


def _same_side(one: str, other: str) -> bool:
    """Return whether two speak for the same: one body, or two of one state."""
    plain = [
        {term.lower() for term in re.findall(r"[A-Za-z]+", text)} - {"the", "a", "an", "s"}
        for text in (one, other)
    ]
    official = [len(words) == 1 or bool(words & _BODIES) for words in plain]
    if alike(other, one) or (official[0] == official[1] and same_claimant(one, other)):
        return True
    return all(official) and _shared_name(one, other)


def _own_denial(assumed: Assumption, line: Line) -> bool:
    """Return whether somebody denied what a question says that they owned up to."""
    owns = assumed.verb in _SPEECH - {lemma("deny")} or bool(_OWNED & terms_of(assumed.done_to))
    if not owns or not assumed.doer or UNREAL.search(line.text):
        return False
    if any(is_negator(one) for one in tokens(line.text)):
        return False
    wanted = terms_of(assumed.rest) - _OWNED
    for claim in claims(line.text):
        if claim.stance != "denies" or not _same_side(claim.speaker, assumed.doer):
            continue
        behind = line.text[claim.verb_start + len(claim.verb) :]
        held = frozenset(content_terms(behind))
        shared = sum(is_in(term, held) for term in wanted)
        if _OF_ANYTHING.match(behind) or (wanted and shared >= len(wanted) / 2):
            return True
    return False


def _by(rest: str) -> str:
    match = re.search(r"\bby\s+(.+)$", rest)
    return match[1] if match else ""


def _shared_name(one: str, other: str) -> bool:
    """Return whether a nation or a name stands in both: Russia, the Russian army."""
    pairs = [(a, b) for a in name_words(f"x {one}") for b in name_words(f"x {other}")]
    return any(a[:4] == b[:4] for a, b in pairs)


def affirms(asked: Asked, assumed: Assumption, line: Line) -> bool:
    """Return whether a sentence says what is assumed: its verb, without a "not", of the same.

    Meant to miss little: where one source affirms, others that deny make a disagreement.
    """
    if line.told or UNREAL.search(line.text) or line.text.rstrip().endswith("?"):
        return False
    words = tokens(line.text)
    if any(one.lower in NEGATORS | {"no", "nobody", "none", "without"} for one in words):
        return False
    lower = {one.lower for one in words}
    if lower & _DENIED and assumed.verb not in _SPEECH or UNABLE.search(line.text):
        return False
    if _NO_EVIDENCE.search(line.text) or _UNTRUE.search(line.text):
        return False
    held = any(lemma(one.text) in assumed.verbs for one in words if one.text.islower())
    if not held and asked.quantity and assumed.kind == "count":
        held = any(quantity_of(word) == asked.quantity for word in lower)
    if not held or _called_off(asked, assumed, line):
        return False
    if assumed.verb in _SPEECH and assumed.doer:
        said = [one for one in claims(line.text) if lemma(one.verb) in assumed.verbs]
        if not any(_same_side(one.speaker, assumed.doer) for one in said):
            return False  # somebody else confirms it
    wanted = essential(asked, assumed)
    near = terms_near(line)
    return not wanted or sum(is_in(term, near) for term in wanted) >= len(wanted) / 2


def _denies(asked: Asked, assumed: Assumption, line: Line) -> str:
    """Return how a sentence denies an assumption, or "".

    "done" where something else came about, "said" where it is said that it did not, "unfound"
    where others looked for it.
    """
    text = line.text
    if not MAY_DENY.search(text) or TWICE.search(text):
        return ""
    if text.rstrip("\"'\u201d\u2019").endswith("?"):
        return ""
    if not same_matter(asked, assumed, line) or not same_time(asked, line):
        return ""
    if _own_denial(assumed, line):
        return "done"
    if _other_cause(assumed, line):
        return "done"
    off = _called_off(asked, assumed, line) or _turned_down(assumed, line)
    if assumed.open:
        return "done" if off or nobody(asked, assumed, line) else ""
    if off or undone(assumed, line):
        return "done"
    if any(negated(assumed, line)):
        return "said"
    return _disowned(assumed, line)


def _disowned(assumed: Assumption, line: Line) -> str:
    """Return "said" for "denied that he did", "unfound" for "no evidence that he did", or ""."""
    text = line.text
    words = tokens(text)
    if any(is_negator(one) for one in words):
        return ""
    lower = [one.lower for one in words]
    for at, word in enumerate(lower):
        denied = word in _DENIED and assumed.verb not in _SPEECH
        if not denied:
            continue
        behind = words[at + 1 :]
        if any(one.text in ";:" for one in behind):
            behind = behind[: next(n for n, one in enumerate(behind) if one.text in ";:")]
        if {"only", "until", "but"} & {one.lower for one in behind}:
            continue
        if _holds_verb(assumed, behind) and _holds_subject(assumed, text, words[at + 1 :]):
            return "said"
    if match := _NO_EVIDENCE.search(text):
        behind = tokens(text[match.end() :])
        held = _holds_verb(assumed, behind) and _holds_subject(assumed, text, behind)
        return "unfound" if held else ""
    if _UNTRUE.search(text) and not UNREAL.search(text.replace("rumour", "").replace("rumor", "")):
        about = [n for n, one in enumerate(lower) if one in ("that", "of")]
        behind = words[about[0] + 1 :] if about else []
        held = _holds_verb(assumed, behind) and _holds_subject(assumed, text, behind)
        return "said" if held else ""
    return ""


def _holds_verb(assumed: Assumption, words: Sequence[Token]) -> bool:
    """Return whether the first verb of a clause is the assumption's, or a noun of it."""
    nouns = frozenset(NOUNS_OF.get(assumed.verb, "").split())
    for one in words:
        if not one.text.islower():
            continue
        if lemma(one.text) in assumed.verbs or one.lower in nouns:
            return True
        if looks_past(one.text) and one.lower not in ("had", "been", "having", "reported"):
            return False
    return False


def _holds_subject(assumed: Assumption, text: str, behind: Sequence[Token]) -> bool:
    """Return whether what is denied is denied of the same one: it is named, or speaks itself."""
    subject = assumed.subject
    clause = " ".join(one.text for one in behind)
    held = frozenset(content_terms(clause))
    head = head_of(subject)
    if is_in(head, held):
        return True
    spoken = [one for one in claims(text) if one.speaker]
    own = any(alike(subject, one.speaker) or _shared_name(subject, one.speaker) for one in spoken)
    others = [one for one in behind if one.is_name and one.lower not in MONTHS]
    known = terms_of(f"{assumed.doer} {assumed.done_to} {assumed.rest}")
    alien = any(not is_in(stem(one.lower), known) for one in others)
    return own and not alien


_PROPOSED = re.compile(
    r"\b(?:proposal|plan|motion|request|application|bid|idea)s? (?:to|that) (?P<what>[^.;]+?) "
    r"(?:was|were|has been|have been|is|are) (?:rejected|turned down|dropped|refused|withdrawn|"
    r"voted down|abandoned|shelved|defeated|not (?:adopted|accepted|approved|carried))\b",
    re.IGNORECASE,
)


_CAUSE = lemma("cause")
_NOT_THE_CAUSE = re.compile(
    r"\b(?:cause|reason|trigger|origin)\b[^.;:]{0,40}?\b(?:was|is|were|has been) not\s+"
    r"(?P<what>[^.;:,]+)|(?P<who>[^.;:,]+?)\s+(?:was|is|were|has been) not\s+(?:the|a|its) "
    r"(?:cause|reason|trigger)\b",
    re.IGNORECASE,
)


def _other_cause(assumed: Assumption, line: Line) -> bool:
    """Return whether a sentence says that something else brought it about: "it was not the gas"."""
    if assumed.verb != _CAUSE or not assumed.doer or UNREAL.search(line.text):
        return False
    match = _NOT_THE_CAUSE.search(line.text)
    told = (match["what"] or match["who"]) if match else ""
    if not told or told.split()[0].lower() in PARTIAL:
        return False
    held = frozenset(content_terms(told))
    wanted = terms_of(assumed.doer)
    return bool(wanted) and sum(is_in(term, held) for term in wanted) * 2 >= len(wanted)


def _turned_down(assumed: Assumption, line: Line) -> bool:
    """Return whether what a question takes for done was proposed, and the proposal rejected."""
    match = _PROPOSED.search(line.text)
    if match is None or re.search(r"\b(?:until|unless|but|later|at first)\b", line.text):
        return False
    what = tokens(match["what"])
    held = frozenset(content_terms(match["what"]))
    one_of = terms_of(f"{assumed.subject} {assumed.done_to}")
    return _holds_verb(assumed, what) and any(is_in(term, held) for term in one_of)


def _called_off(asked: Asked, assumed: Assumption, line: Line) -> bool:
    """Return whether the event of a question did not take place: "the match was called off"."""
    nouns = frozenset(stem(word) for word in NOUNS_OF.get(assumed.verb, "").split())
    event = assumed.verb in OF_EVENTS
    if not event and not nouns:
        return False
    if UNREAL.search(line.text) or TWICE.search(line.text):
        return False
    asked_of = essential(asked, assumed)
    words = tokens(line.text)
    for at in range(1, len(words)):
        rest = line.text[words[at].start :].lower()
        match = CALLED_OFF.match(rest)
        if match is None or re.search(r"\b(?:but|until|unless|then|again)\b", rest[match.end() :]):
            continue
        first = at
        while (
            first > 0
            and words[first - 1].text[0].isalnum()
            and (words[first - 1].lower not in (BREAKS | REPORTING) - {"and", "after"})
        ):
            first -= 1
        phrase = " ".join(one.text for one in words[first:at] if one.lower not in AUX)
        head = head_of(phrase)
        described = described_as(phrase) - {head}
        fits = head in nouns or (event and head in asked_of)
        strange = {term for term in described if not is_in(term, frozenset(asked.terms))}
        if fits and (not strange or head in nouns):
            return True
    return False
