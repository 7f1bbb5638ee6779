"""What kind of statement a question is after: a denial, a claim of a deed, plain words. English."""

from __future__ import annotations

import re

from rag.english.question import Asked
from rag.english.speech import claims
from rag.english.speech_words import STANCE
from rag.types import Candidate

_DEED = re.compile(r"\b(?:bomb|attack|blast|kill|blow|shoot|shell|raid|assassinat|explo|be behind)")
_CLAIMED_DEED = re.compile(
    r"\W*(?:the|this|that|these|those|a|an)\s+(?:[\w'\u2019-]+\s+){0,3}?(?:air\s?)?(?:attacks?|bombs?|"
    r"bombings?|blasts?|explosions?|raids?|strikes?|killings?|shootings?|massacres?|assaults?|"
    r"assassinations?|kidnappings?|abductions?)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:was|were|had|has|have|is|are|would|will|could|did|killed|came|hit|struck|left)\b"
)


def claims_deed(claimed: str) -> bool:
    """Return whether what is claimed is a deed, and no statement on one.

    >>> claims_deed("the bombing of the harbour"), claims_deed("the bomb had come from Norland")
    (True, False)
    """
    match = _CLAIMED_DEED.match(claimed)
    return match is not None and not _FINITE.search(match["rest"])


_CLAIMED_BY = re.compile(r"\b(?:claimed|admitted) by (?:(?:the|a|an)\b|[A-Z])")


def claimed_by(text: str) -> bool:
    """Return whether a sentence tells of a deed that somebody has claimed.

    >>> claimed_by("A bomb claimed by the Front tore up the quay."), claimed_by("He claimed it.")
    (True, False)
    """
    return _CLAIMED_BY.search(text) is not None


def stance_asked(asked: Asked) -> str:
    """Return the stance of the verb that a question asks with, such as "denies".

    ``asked.verb`` is a stem.
    """
    if re.search(r"\bnothing to do with\b|\bnot (?:responsible|behind)\b", asked.about):
        return "denies"
    if asked.verb.startswith("claim"):
        owned = "responsib" in asked.text.lower() or claims_deed(asked.about)
        return "claims_responsibility" if owned else "says"
    if asked.verb.startswith("admit") and _DEED.search(asked.about):
        return "claims_responsibility"
    same = (stance for verb, stance in STANCE.items() if asked.verb and verb.startswith(asked.verb))
    return next(same, "says")


def takes(candidate: Candidate, stance: str) -> bool:
    """Return whether somebody takes a stance in a sentence: denies something, claims a deed."""
    text = candidate.text
    if stance == "claims_responsibility" and claimed_by(text):
        return True
    return any(
        claim.stance == stance
        or (
            stance == "claims_responsibility"
            and claim.verb.startswith("claim")
            and claims_deed(text[claim.verb_start + len(claim.verb) :])
        )
        for claim in claims(text)
    )
