"""What the makers of draft questions share: the draft itself, plain clauses, and who speaks.

Pure functions, English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.draft_sentences import Told
from eval.draft_verbs import BASE_OF
from rag.english.claimants import name_words
from rag.english.places import is_adjective
from rag.english.speech import Claim, claims
from rag.english.speech_words import ROLES

_TAIL = re.compile(
    r",\s+(?:and|but|while|as|which|who|whom|whose|up|down|including|although|though|after|before"
    r"|according|with|saying|adding|where|when|because|since|most|some|many|one|two|among|amid"
    r"|despite|having|\w+ing|\d+|[\w-]+ of (?:them|whom|which))\b.*$|,\s+(?:the|a)\s+[\w\s]+ said$",
    re.DOTALL,
)
_LOOSE_TAIL = re.compile(
    r"\s(?:killing|injuring|wounding|calling|adding|saying|citing|leaving|causing|according to|amid"
    r"|bringing|prompting|destroying)\b.*$",
    re.DOTALL,
)
_OFFICES = frozenset(
    "minister director activist spokesman spokeswoman president chief secretary ambassador envoy "
    "leader commander head governor mayor professor doctor official member "
    "chairman chairwoman correspondent lawyer judge colonel captain major premier".split()
)
_NO_NAMES = frozenset("local western eastern several some many activists sources state".split())
_MORE_PAST = frozenset("estimated denied rejected insisted acknowledged admitted argued".split())


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question with what its answer must hold: one of ``any``; ``answers`` are bare answers."""

    kind: str
    question: str
    any: tuple[str, ...]
    answers: tuple[str, ...]
    told: Told


def shortened(clause: str) -> str:
    """Return a clause up to what only adds to it, without the full stop.

    >>> shortened("23 people were killed in the explosion, up from the 17 counted before.")
    '23 people were killed in the explosion'
    """
    return _LOOSE_TAIL.sub("", _TAIL.sub("", clause.rstrip(". ")))


def is_plain(clause: str) -> bool:
    """Return whether a clause is told by nobody in particular and has no commas."""
    return "," not in clause and not re.search(r"\b(?:said|says|told|according)\b", clause)


def named_speaker(claim: Claim, text: str) -> str:
    """Return the name of a speaker, or the empty string when a pronoun or a common noun speaks."""
    speaker = claim.speaker
    if not speaker or claim.is_pronoun or not name_in(speaker):
        return ""
    name = name_in(speaker)
    if re.match(r"(?:its|his|her|their|our)\b", speaker, re.IGNORECASE) or len(name) < 3:
        return ""
    if " " not in name and is_adjective(name):
        return ""
    if all(word.lower() in ROLES | _NO_NAMES for word in name.split()):
        return ""
    opens = claim.start == 0 or not text[: claim.start].strip()
    return speaker[0].lower() + speaker[1:] if opens and _starts_plain(speaker) else speaker


def _starts_plain(speaker: str) -> bool:
    first, *rest = speaker.split()
    return first in ("The", "A", "An") or (
        first.lower() in ROLES and bool(rest) and rest[0].islower()
    )


def name_in(speaker: str) -> str:
    """Return the last run of names in a speaker: of "fire chief Ilse Maron" the person's.

    >>> name_in("fire chief Ilse Maron"), name_in("The Syrian Observatory for Human Rights")
    ('Ilse Maron', 'Syrian Observatory for Human Rights')
    >>> name_in("French Foreign Minister Laurent Fabius"), name_in("Director of the Observatory")
    ('Laurent Fabius', '')
    """
    runs = re.findall(
        r"(?:[A-Z][\w'\u2019-]*\.?|[ae]l-[A-Z][\w'\u2019-]*)"
        r"(?:\s(?:(?:of|for|and|al|bin|de|el)\s)?(?:the\s)?(?:[A-Z][\w'\u2019-]*|[ae]l-[A-Z][\w'\u2019-]*))*",
        re.sub(r"^(?:The|A|An)\s", "", speaker),
    )
    name = re.sub(
        r"^(?:[\w-]+-(?:based|linked|backed|affiliated|led|run)\s)+", "", (runs or [""])[-1]
    )
    before, role, person = name.rpartition(next(iter(_role_words(name)), "\0"))
    return (
        person.strip() if role and not person.lstrip().startswith("of ") else "" if role else name
    )


def _role_words(name: str) -> list[str]:
    """Return the words of a name that say what a person is, the last first."""
    return [word for word in reversed(name.split()) if word.lower() in _OFFICES]


def name_forms(speaker: str) -> tuple[str, ...]:
    """Return the names that tell who a speaker is, a person's last name alone among them."""
    name = name_in(speaker)
    before = speaker[: speaker.rfind(name)].lower().split()
    last = name.split()[-1]
    person = 2 <= len(name.split()) <= 3 and before and before[-1] in ROLES and "of" not in name
    return tuple(dict.fromkeys((name, last))) if person else (name,)


def opening_claim(text: str) -> tuple[Claim, str, str] | None:
    """Return the claim that a sentence opens with, what stands before its verb, and what after."""
    for claim in claims(text)[:1]:
        if claim.start or claim.verb == "according" or not name_words(claim.speaker):
            continue
        if claim.verb not in BASE_OF and claim.verb != "says" and claim.verb not in _MORE_PAST:
            continue
        between = text[claim.end : claim.verb_start]
        if between.startswith(","):
            between = " "
        if not re.fullmatch(r"(?: | has | have | had | later )", between):
            continue
        return claim, between, text[claim.verb_start + len(claim.verb) :]
    return None
