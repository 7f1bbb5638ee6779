"""Whether two descriptions of a speaker mean the same one. Pure functions, English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.names import same_name
from rag.speech import Claim, claims, speaker_of, tokens
from rag.words import stem

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
    if any(_demonym(a, b) for a in one for b in two) and min(len(one), len(two)) == 1:
        return bool(one ^ two) and _country_speaks(first, second)
    if one == two and plain_words(first) == plain_words(second):
        return True
    for short, long in ((first, second), (second, first)):
        bare = re.sub(r"^the\s+", "", short, flags=re.IGNORECASE)
        if bare.isupper() and 2 < len(bare) < 7 and bare == _initials(long):
            return True
    return False


def _demonym(first: str, second: str) -> bool:
    """Return whether one word is the other's adjective: Russia and Russian, Turkey and Turkish."""
    short, long = sorted((first, second), key=len)
    stem = short.rstrip("aeiouy")
    return len(stem) >= 4 and short != long and long.startswith(stem) and bool(_NATION.search(long))


def _country_speaks(first: str, second: str) -> bool:
    """Return whether a country and a body of it are meant: Russia, the Russian defence ministry."""
    bodies = {"ministry", "government", "army", "military", "minister", "president", "foreign"}
    bodies |= {"ambassador", "officials", "official", "spokesman", "spokeswoman", "envoy", "source"}
    country, body = sorted((first, second), key=len)
    return len(plain_words(country)) == 1 and bool(plain_words(body) & bodies)


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


def spoken_by(wanted: str, text: str, before: Sequence[str], after: Sequence[str] = ()) -> float:
    """Return how far a sentence is a speaker's own statement, from -1 to 1.

    1 when the speaker that is wanted says it; 0.3 when the speaker is only named in it; 0 when
    nobody is; -0.7 when another one says it.
    """
    claim = claimant_of(text, before, after)
    if claim is not None:
        own = [other.speaker for other in claims(text) if not other.is_pronoun]
        said = any(_is_speaker(wanted, speaker) for speaker in (claim.speaker, *own))
        return 1.0 if said else -0.7
    return 0.3 if name_words("x " + wanted) & name_words("x " + text) else 0.0


def _is_speaker(wanted: str, claimant: str) -> bool:
    if same_claimant(wanted, claimant):
        return True
    one = {stem(word) for word in plain_words(wanted)}
    if one and one <= {stem(word) for word in plain_words(claimant)}:
        return True
    pairs = [(a, b) for a in name_words("x " + wanted) for b in name_words("x " + claimant)]
    return any(same_name(a, b) for a, b in pairs)
