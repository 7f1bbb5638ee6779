"""Accounts of responsibility: who is held responsible, by whom, and who denies it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.account_anchor import anchored, in_time, of_that_target
from rag.account_groups import account_of, grouped
from rag.account_relations import differing
from rag.account_said import Said, published_day
from rag.account_topic import speaking, stance_of
from rag.claimants import same_claimant
from rag.question import Asked
from rag.types import Account, Candidate

DENIED = "denied"
_NEAR_BLAME, _NEAR_ACCUSATION = 0.1, 0.12
# Whoever denies or accuses says so in other words than the question.
_BLAME_TERMS = frozenset(
    "respons behind blame carri out caus fault culprit perpetr accus guilti".split()
)
_ASKS_BLAME = re.compile(
    r"\b(?:responsib\w+|behind|to blame|blamed?|carried out|caused|at fault|culprit|perpetrat\w+|"
    r"accused?|guilty)\b",
    re.IGNORECASE,
)
_BLAMED = re.compile(
    r"\b(?:blam(?:ed|es|ing)\s+(?:(?!for\b)[\w'\u2019-]+\s+){1,5}?on|"
    r"accus(?:ed|es|ing)|blam(?:ed|es|ing)|carried out by|caused by|"
    r"responsibility\s+(?:lies\s+)?(?:with|on))\s+(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_KNOWN = re.compile(
    r"\b(?:not (?:\w+ )?(?:clear|known|certain)|unclear|unknown|whether)\b", re.IGNORECASE
)
_NOBODY = re.compile(
    r"\b(?:no ?one|nobody|no (?:\w+ ){1,3}?(?:has |had |have )?claimed)\b", re.IGNORECASE
)
# "accused the panel of errors" holds nobody responsible for an attack.
_OF_WHAT = re.compile(
    r"\sof\s+(?P<what>[^.;]+?)(?=\s+(?:after|over|about|during|in|amid|concerning)\b|[.;]|$)"
)
_DEED = re.compile(
    r"[^,]*?\b(?:\w+ing\b|attack|strik|raid|bomb|shell|kill|massacr|us(?:e|ing)\b|target|hit|carr(?:y|ied)|"
    r"launch|fir(?:e|ing)|drop|murder|murdering|execut|behind|respons|caus|commit|stag|plot|"
    r"orchestrat|perpetrat|plant|explo|blast|burn|destroy|shoot|shot|poison|gass?ing|crime)",
    re.IGNORECASE,
)
_PARTY_WORD = re.compile(r"(?:[A-Z]\.){2,}(?:-\w+)?|[\w'\u2019-]+|[^\w\s]")
_PARTY_END = frozenset(
    "for of in after over who which that by according it its when as on during against near from "
    "while where with at to saying said say says and but have has had was were is are operating "
    "believed backed supported using used despite because since amid late early".split()
)
_PARTY_NOUNS = frozenset(
    "forces regime rebels militants terrorists coalition army jets planes warplanes aircraft "
    "government group groups opposition militia militias fighters troops gunmen police extremists "
    "jihadists insurgents soldiers authorities separatists military".split()
)
_DEED_NOUNS = frozenset(
    "raid raids strike strikes airstrike airstrikes attack attacks shelling bombing bombings "
    "bombardment explosion explosions blast blasts fire fires clashes fighting war conflict crash "
    "missile missiles rocket rockets bomb bombs shells mines".split()
)
_MOST_WORDS = 7
_RESPONSIBLE = re.compile(
    r"\b(?:was|is|were|are|be)\s+(?:\w+\s+)?(?:responsible|to blame|behind|at fault)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"((?:the\s+)?(?:[A-Z][\w'\u2019-]+)(?:\s+(?:of\s+|for\s+|the\s+)*[A-Z][\w'\u2019-]+)*)$"
)


def asks_blame(asked: Asked) -> bool:
    """Return whether a question asks who is responsible."""
    return asked.kind in ("who", "which", "who_said") and bool(_ASKS_BLAME.search(asked.text))


def blame(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return who is held responsible, by whom, with denials; empty where all name the same."""
    told: list[Said] = []
    least = max((one.probability for one in candidates), default=0.0) * _NEAR_ACCUSATION
    kin = anchored(asked, candidates, [_tells(one) for one in candidates], placeless=True)
    kin = of_that_target(asked, in_time(asked, kin), _BLAME_TERMS)
    for candidate in speaking(asked, kin, _NEAR_BLAME, _BLAME_TERMS):
        owner = stance_of(candidate)
        held = _held_responsible(candidate.text, owner.claimant, owner.stance)
        # A denial seldom repeats the question's words, but an accusation should.
        enough = held == DENIED or candidate.probability >= least
        if held and enough:
            told.append(
                Said(
                    candidate=candidate,
                    value=held,
                    claimant=owner.claimant,
                    named=owner.named,
                    stance=owner.stance,
                    key=held.lower(),
                    stated=published_day(candidate),
                    quantity="responsible",
                )
            )
    groups = grouped(told, _same_party)
    accounts = [account_of(group) for group in groups]
    if len(accounts) > 1:
        return differing(accounts)
    return accounts if len({one.key for one in told}) > 1 else []


def _tells(candidate: Candidate) -> bool:
    return bool(_BLAMED.search(candidate.text) or _RESPONSIBLE.search(candidate.text))


def _same_party(one: Said, other: Said) -> bool:
    if one.key == other.key:
        return True
    return DENIED not in (one.key, other.key) and same_claimant(one.key.title(), other.key.title())


def _held_responsible(text: str, claimant: str, stance: str) -> str:
    """Return who a sentence holds responsible, "denied" for a denial, or the empty string."""
    if stance == "claims_responsibility":
        known = any(letter.isupper() for letter in claimant.removeprefix("The "))
        return claimant if known and not _NOBODY.search(text) else ""
    if stance == "denies":
        return DENIED
    if match := _BLAMED.search(text):
        if _NOT_KNOWN.search(text[: match.start()]) or _is_of_other(match):
            return ""
        return party_named(match.group("rest"))
    if match := _RESPONSIBLE.search(text):
        subject = _SUBJECT.search(text[: match.start()].rstrip())
        return subject.group(1) if subject else ""
    return ""


def _is_of_other(match: re.Match[str]) -> bool:
    """Return whether an accusation is of something else than a deed: "of errors"."""
    if not match.group().lower().startswith("accus"):
        return False
    what = _OF_WHAT.search(match.group("rest"))
    return what is not None and _DEED.match(what.group("what")) is None


def party_named(rest: str) -> str:
    """Return the party that a text begins with, whole; "" where it begins with none.

    >>> party_named("either Russian or Syrian warplanes according to the monitor")
    'either Russian or Syrian warplanes'
    >>> party_named("on the harbour police for the fire")
    'the harbour police'
    >>> party_named("the U.S.-led coalition struck")
    'the U.S.-led coalition'
    >>> party_named("the raids in Hollin")
    ''
    """
    words: list[tuple[str, int]] = []
    for match in _PARTY_WORD.finditer(re.sub(r"^\s*(?:on|upon)\s+", "", rest)):
        word = match.group()
        ends = word.lower() in _PARTY_END or not word[0].isalnum()
        if ends or len(words) == _MOST_WORDS or (words and word in ("The", "A", "An")):
            break
        words.append((word, match.end()))
        if word.lower() in _PARTY_NOUNS and word.lower() not in ("opposition", "government"):
            break
    bare = [word for word, _ in words]
    while bare and bare[-1].lower() in ("the", "a", "either", "or", "mainly", "both"):
        bare.pop()
    if not bare or _DEED_NOUNS & {bare[-1].lower()}:
        return ""
    known = any(word[0].isupper() or word.lower() in _PARTY_NOUNS for word in bare)
    return " ".join(bare) if known else ""
