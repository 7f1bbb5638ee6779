"""Yes/no questions: the sentences that decide them, which state or deny what is asked. English.

A sentence that resembles the question decides nothing: it must say the verb of the same one, or
deny it. Where the form of question or sentence is not certain, nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.account.anchor import KINDS
from rag.assumed.denials import affirms, denials
from rag.assumed.negated import of_another, same_object
from rag.assumed.scope import AUX, is_subject, same_matter, same_time
from rag.assumed.words import lemma, looks_past
from rag.assumption import Assumption, assumption_of, terms_of
from rag.english.claimants import claimant_of, is_speaker
from rag.english.question import Asked, analyse
from rag.english.speech import tokens
from rag.features import Line, lines_of
from rag.types import Candidate, Material

Side = Literal["yes", "no"]

_HEDGED = re.compile(
    r"\b(?:alleged\w*|reportedly|apparently|possibly|perhaps|probably|suspected|claim(?:s|ed)|"
    r"accus\w+|blam\w+|suggest\w*|believe[sd]?|planned?|plans|expected|hoped?|hopes|wants?|wanted|"
    r"threaten\w+|vow\w+|promis\w+|demand\w*|call(?:s|ed) (?:for|on)|urg\w+|asked|agreed to|"
    r"nearly|almost|tried|attempt\w*|about to|refus\w+|rule[sd]? out)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A sentence that decides a yes/no question: which way, and who says so ("" for the source).

    ``certain`` is whether the sentence says it outright: no hedge, and not the word of whoever is
    accused.
    """

    line: Line
    side: Side
    by: str = ""
    certain: bool = True


def proposition_of(asked: Asked) -> Assumption | None:
    """Return what a yes/no question asks whether it is so, or None where its form does not tell.

    >>> proposition_of(analyse("Did the minister resign?")).statement
    'the minister resigned'
    >>> proposition_of(analyse("Who resigned?")) is None
    True
    """
    if asked.kind != "yes_no" or re.match(r"(?:and |but )?(?:is|are|was|were) there\b", asked.text):
        return None
    bare = re.sub(r"^(?:and|but|so)\s+", "", asked.text, flags=re.IGNORECASE)
    return assumption_of(analyse(f"Why {bare[:1].lower()}{bare[1:]}"))


def decisions(asked: Asked, lines: Sequence[Line]) -> list[Decision]:
    """Return the sentences that decide a yes/no question, those that are certain first.

    Args:
        asked: The question.
        lines: The sentences of the hits, best hit first.
    """
    proposed = proposition_of(asked)
    if proposed is None:
        return []
    if denies := proposed.verbs & _DENIES:
        # "Did Norland deny it?" is answered by its denial, which is no denial of that.
        return _denying(proposed, denies, lines)
    denied = denials(asked, proposed, lines)
    found = [Decision(one.line, "no", one.by, not one.stance) for one in denied]
    no = {id(one.line) for one in denied}
    for line in lines:
        if id(line) not in no and _states(asked, proposed, line):
            claim = claimant_of(line.text, line.before, line.after)
            by = "" if claim is None or claim.is_pronoun else claim.speaker
            found.append(Decision(line, "yes", by, not _HEDGED.search(line.text)))
    return sorted(found, key=lambda one: (not one.certain, one.line.rank))


_DENIES = frozenset(map(lemma, "deny reject dismiss refute dispute".split()))


def _denying(
    proposed: Assumption, verbs: frozenset[str] | set[str], lines: Sequence[Line]
) -> list[Decision]:
    """Return the sentences in which whoever is asked about says no to what is asked about."""
    wanted = terms_of(f"{proposed.done_to} {proposed.rest}") if proposed.doer else frozenset()
    # That a strike was denied tells nothing of another one: on what it was tells them apart.
    wanted = wanted - KINDS or wanted
    speaker = proposed.doer or proposed.done_to
    found: list[Decision] = []
    for line in lines:
        held = {lemma(one.text) for one in tokens(line.text)} & set(verbs)
        claim = claimant_of(line.text, line.before, line.after) if held else None
        if claim is None or claim.stance != "denies" or not is_speaker(speaker, claim.speaker):
            continue
        around = terms_of(" ".join((*line.before[-1:], line.text)))
        if not wanted or len(wanted & around) * 2 >= len(wanted):
            found.append(Decision(line, "yes", claim.speaker))
    return sorted(found, key=lambda one: one.line.rank)


def _states(asked: Asked, proposed: Assumption, line: Line) -> bool:
    """Return whether a sentence says outright what is asked: its verb, of the same one."""
    if not affirms(asked, proposed, line):
        return False
    if not same_matter(asked, proposed, line) or not same_time(asked, line):
        return False
    words = tokens(line.text)
    for at in range(1, len(words)):
        if not words[at].text[0].islower() or lemma(words[at].text) not in proposed.verbs:
            continue
        around = {one.lower for one in words[max(0, at - 3) : at]}
        passive = bool(around & {"was", "were", "is", "are", "been", "be"}) and looks_past(
            words[at].text
        )
        behind = line.text[words[at].end :]
        if of_another(proposed, line, behind):
            continue
        if not passive and not proposed.doer and _opens_with(proposed.done_to, behind):
            return True  # "Was she arrested?" of "police arrested her"
        subject = proposed.doer if proposed.doer and not passive else proposed.done_to
        first = at
        while first > 1 and (words[first - 1].lower in AUX or words[first - 1].lower[-2:] == "ly"):
            first -= 1
        if not subject or not is_subject(subject, line, words, first):
            continue
        if passive or same_object(proposed, words, at):
            return True
    return False


def _opens_with(object_: str, behind: str) -> bool:
    """Return whether what follows a verb is its object, by name."""
    opening = terms_of(" ".join(one.text for one in tokens(behind)[: len(object_.split()) + 2]))
    return bool(object_) and terms_of(object_) <= opening


def verdict(found: Sequence[Decision]) -> Literal["yes", "no", "both", ""]:
    """Return which way the certain sentences decide: "both" where sources differ, "" for none.

    >>> verdict([])
    ''
    """
    sides = {one.side for one in found if one.certain}
    if len(sides) == 2:
        return "both"
    # A denial by the accused stands beside what others say, and a doubt beside a certainty.
    others = {one.side for one in found if not one.certain}
    if len(sides) == 1 and not others - sides:
        return next(iter(sides))
    return "both" if sides else ""


_LEADS = {
    "yes": "The sources say yes:",
    "no": "The sources say no:",
    "both": "The sources do not agree:",
}


def lead_of(found: Sequence[Decision]) -> str:
    """Return the line that may open an answer before its sentences, "" where nothing is certain."""
    return _LEADS.get(verdict(found), "")


def foremost(found: Sequence[Decision]) -> list[Decision]:
    """Return the sentences to show: the best of each side, and a second source of the best."""
    kept: list[Decision] = []
    for one in found:
        same = [other for other in kept if other.side == one.side]
        documents = {other.line.hit.document.id for other in kept}
        if not same or (len(same) == 1 and one.line.hit.document.id not in documents):
            kept.append(one)
    return kept


def decided(question: str, material: Material) -> tuple[str, list[Candidate]]:
    """Return the line that opens the answer to a yes/no question, and the sentences that decide.

    Nothing comes back for other questions, and where no sentence decides.
    """
    asked = analyse(question)
    found = foremost(decisions(asked, lines_of(material.hits))) if asked.kind == "yes_no" else []
    places = {(one.line.hit.document.id, one.line.start) for one in found}
    told = [
        one for one in material.reading.candidates if (one.hit.document.id, one.start) in places
    ]
    return (lead_of(found), told) if told else ("", [])
