"""Whether two descriptions of a speaker mean the same one. Pure functions, English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.speech import Claim, claims, speaker_of, tokens

_NATION = re.compile(r"(?:ian|ish|ese|ean|can)s?$", re.IGNORECASE)
_PLAIN = frozenset(
    "minister president foreign defense defence general head chief director spokesman spokeswoman "
    "deputy ambassador army ministry military opposition government state news agency prime senior "
    "mr mrs dr al el abu de bin television tv sources source rights human police security united "
    "nations special envoy secretary council mission commander colonel group".split()
)
_MONITOR = re.compile(r"\b(?:monitor(?:ing)?|watchdog)\b", re.IGNORECASE)
_MONITOR_NAME = re.compile(r"\b(?:Observatory|Monitor|Network|Watch|Cent(?:re|er)|Committees)\b")


def name_words(speaker: str) -> frozenset[str]:
    """Return the words of a speaker that tell it from others, in lower case.

    >>> sorted(name_words("Observatory chief Rami Abdel Rahman"))
    ['abdel', 'observatory', 'rahman', 'rami']
    """
    return frozenset(
        re.sub(r"['\u2019]s$", "", token.lower)
        for token in tokens(speaker)
        if token.is_name and token.lower not in _PLAIN
    )


def _initials(speaker: str) -> str:
    return "".join(token.text[0] for token in tokens(speaker) if token.is_name)


def same_claimant(first: str, second: str) -> bool:
    """Return whether two descriptions of a speaker mean the same one, as far as words tell.

    >>> same_claimant("the Syrian Observatory for Human Rights", "Observatory head Abdel Rahman")
    True
    >>> same_claimant("the Syrian Observatory for Human Rights", "SOHR")
    True
    >>> same_claimant("the Syrian army", "the Syrian Observatory")
    False
    """
    one, two = name_words(first), name_words(second)
    if not one or not two:
        plain = [re.sub(r"^(?:a|an|the)\s+", "", text.lower()) for text in (first, second)]
        return bool(not one and not two and plain[0] == plain[1])
    if any(not _NATION.search(word) for word in one & two):
        return True
    if one == two and plain_words(first) == plain_words(second):
        return True
    for short, long in ((first, second), (second, first)):
        bare = re.sub(r"^the\s+", "", short, flags=re.IGNORECASE)
        if bare.isupper() and 2 < len(bare) < 7 and bare == _initials(long):
            return True
    return False


def plain_words(speaker: str) -> frozenset[str]:
    """Return all words of a speaker but articles, in lower case."""
    return frozenset(token.lower for token in tokens(speaker)) - {"the", "a", "an"}


def claimant_of(sentence: str, before: Sequence[str], after: Sequence[str] = ()) -> Claim | None:
    """Return who a sentence is owed to, described as fully as the passage allows, or None.

    "A monitor" becomes the monitor that the passage names; "the group" the one named before.
    """
    claim = speaker_of(sentence, before)
    if claim is None:
        return None
    if claim.cited and not name_words(claim.speaker):
        return claim
    around = [*before, sentence, *after]
    if not name_words(claim.speaker) and _MONITOR.search(claim.speaker):
        for text in around:
            for other in claims(text):
                if _MONITOR_NAME.search(other.speaker):
                    return replace(claim, speaker=other.speaker)
    full = claim.speaker
    for text in around:
        for other in claims(text):
            longer = len(name_words(other.speaker)) > len(name_words(full))
            if longer and name_words(claim.speaker) and same_claimant(other.speaker, claim.speaker):
                full = other.speaker
    return replace(claim, speaker=full)
