"""A verifier of what Vouch itself is about to show: rules decide, and a model is heard both ways.

A whole text of somebody else is judged by a fitted support alone (``rag.verify_grounded``). A
sentence that a chat model drafted is held to more, since it is shown as checked. What a certain
check finds wrong falls, whichever check it is. What the words bear out stands, unless the model is
all but certain that the source says otherwise. Where one faint check alone finds something, one
that finds as much in true sentences as in false ones, it stands if the model is for it. What the
words do not bear out, though nothing in it differs, stands where the fitted support is high enough,
the model is not against it, and the passage has some of its words, or words that mean the same:
"fat" is not in "long lives".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.checks.facts import words_of
from rag.support import (
    STANDS,
    SUPPORTED,
    SupportModel,
    by_words,
    findings,
    shared_words,
)
from rag.types import Check, Citation, Groundedness, Grounding
from rag.verify_grounded import (
    MODEL_ALONE,
    SAYS_OTHERWISE,
    Groundings,
    Open,
    asked_of,
    borne_out_by_none,
    known_of,
    settled,
    worst_of,
)


@dataclass(frozen=True, slots=True)
class DraftLimits:
    """How sure a model must be to count against the rules.

    They were chosen on the part of the scripted drafts that is tuned on and on the hand-written
    pairs for dev; ``training/README.md`` has the table.

    Args:
        saves: the fitted support from which a sentence stands that shares too few words.
        spares: the model's share for "contradicted" below which it may be saved.
        strikes: that from which a sentence falls that the words bear out.
        names: the same where the model finds a name of the sentence borne out by no words.
        denies: the same where it finds a "not" to be so.
        agrees: the fitted support below which one that the words bear out is so but partly.
        covered: the share of its words that a passage must have, or mean, for it to be saved.
        clears: the model's share for "supported" from which one faint finding does not count.
    """

    saves: float = 0.4
    spares: float = 0.5
    strikes: float = 0.98
    names: float = 0.7
    denies: float = 0.93
    agrees: float = 0.31
    covered: float = 0.4
    clears: float = 0.6

    @classmethod
    def of(cls, calibration: Mapping[str, Any]) -> DraftLimits:
        """Return the limits of a network's calibration, its own ``drafts`` where it has any.

        >>> DraftLimits.of({"drafts": {"saves": 0.5}}).saves, DraftLimits.of({}).saves
        (0.5, 0.4)
        """
        return cls(**{name: float(one) for name, one in calibration.get("drafts", {}).items()})


class DraftVerifier:
    """A BatchVerifier of drafts: rules, and a model where it is sure.

    Args:
        groundedness: is asked about what the rules do not find wrong.
        support: makes one support of the model's answer and what words tell (``training.support``).
        limits: how sure the model must be.
    """

    def __init__(
        self,
        groundedness: Groundedness,
        *,
        support: SupportModel = MODEL_ALONE,
        limits: DraftLimits | None = None,
    ) -> None:
        self._groundings = Groundings(groundedness)
        self._support, self._limits = support, limits or DraftLimits()

    def check(self, sentence: str, citation: Citation) -> Check:
        """Compare one sentence with one citation in its passage."""
        return self.check_all([(sentence, citation)])[0]

    def check_all(self, pairs: Sequence[tuple[str, Citation]]) -> list[Check]:
        """Compare each sentence with its citation; the model is asked once for all of them."""
        first = [_by_rules(*pair) for pair in pairs]
        known = self._groundings(
            [pair for one, left in first if left for _, some in left.asked for pair in some]
        )
        return [
            self._weighed(one, left, worst_of(left.asked, known)) if left else one
            for one, left in first
        ]

    def _weighed(self, rules: Check, left: Open, grounding: Grounding) -> Check:
        limits = self._limits
        if left.found.faint:
            if grounding.supported < limits.clears:
                return rules
            cleared = replace(left.found, certain=(), doubts=())
            rules = by_words(left.sentence, left.citation, left.shared, cleared)
        support = self._support.support(known_of(left.found, left.shared, grounding, left.sentence))
        if rules.stands:
            if grounding.contradicted >= self._strikes(left.sentence, grounding):
                return Check("contradicted", support / 2, _against(left.sentence, grounding))
            agreed = rules.verdict == "supported" and support >= limits.agrees
            return Check("supported" if agreed else "partial", max(STANDS, support))
        covered = left.shared["share"] >= limits.covered
        if covered and support >= limits.saves and grounding.contradicted < limits.spares:
            return Check("supported" if support >= SUPPORTED else "partial", max(STANDS, support))
        if grounding.contradicted >= limits.strikes:
            problems = (*_against(left.sentence, grounding), *rules.problems)
            return Check("contradicted", rules.support, tuple(dict.fromkeys(problems)))
        return rules

    def _strikes(self, sentence: str, grounding: Grounding) -> float:
        """Return from which share for "contradicted" a sentence falls, by what in it is loose."""
        if _loose_name(sentence, grounding):
            return self._limits.names
        loose = " ".join(sentence[start:end] for start, end in grounding.unsupported)
        return self._limits.denies if _DENIES.search(loose) else self._limits.strikes


_DENIES = re.compile(r"\b(?:not(?! only)|never)\b|n['\u2019]t\b")


def _by_rules(sentence: str, citation: Citation) -> tuple[Check, Open | None]:
    """Return the check by rules, and what a model is asked where it may still change that."""
    if check := settled(sentence, citation):
        return check, None
    shared, found = shared_words(sentence, citation), findings(sentence, citation)
    rules = by_words(sentence, citation, shared, found)
    if (found.certain or found.doubts) and not found.faint:
        return rules, None
    return rules, Open(sentence, citation, found, shared, asked_of(sentence, citation))


def _loose_name(sentence: str, grounding: Grounding) -> bool:
    """Return whether a model finds a name of a sentence, and hardly more, borne out by nothing."""
    names = [one for one in words_of(sentence).facts if one.kind == "name"]
    for start, end in grounding.unsupported:
        inside = [one for one in names if one.start < end and one.end > start]
        rest = [
            word
            for word in re.finditer(r"\w{4,}", sentence[start:end])
            if not any(one.start <= start + word.start() < one.end for one in inside)
        ]
        if inside and len(rest) <= 1:
            return True
    return False


def _against(sentence: str, grounding: Grounding) -> tuple[str, ...]:
    loose = borne_out_by_none(sentence, grounding.unsupported)
    return (SAYS_OTHERWISE, *([loose] if loose else ()))
