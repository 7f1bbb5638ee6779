"""Whether two descriptions of a speaker mean the same one. Pure functions, English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.english.antecedents import is_person, may_speak
from rag.english.continued import continued, opened_by
from rag.english.metonyms import country_of, known_as, names_of, speaks_for
from rag.english.names import same_name
from rag.english.speech import Claim, claims, speaker_of, tokens
from rag.english.speech_words import OTHERS
from rag.english.words import stem

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


def _share_a_name(one: frozenset[str], two: frozenset[str]) -> bool:
    """Return whether two sets of name words name one: the White House is no White Helmet."""
    shared = {word for word in one & two if not _NATION.search(word)}
    least = min(
        ({word for word in words if not _NATION.search(word)} for words in (one, two)), key=len
    )
    return bool(shared) and (len(shared) > 1 or shared >= least)


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
    if is_other(first) != is_other(second):
        return False
    country = country_of(first)
    if country and country == country_of(second):
        return True
    one, two = name_words(first), name_words(second)
    if not one or not two:
        plain = [re.sub(r"^(?:a|an|the)\s+", "", text.lower()) for text in (first, second)]
        return bool(not one and not two and plain[0] == plain[1])
    if _share_a_name(one, two):
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


def is_other(speaker: str) -> bool:
    """Return whether words name one who only stands in some relation to whom they name.

    >>> is_other("a staunch Vassin ally"), is_other("survivor Mira Solberg")
    (True, False)
    """
    words = [token.lower for token in tokens(speaker)]
    end = words.index("of") if "of" in words[1:] else len(words)
    return bool(words[:end]) and words[end - 1] in OTHERS


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
    quoted = continued(sentence, before, after) if opened_by(sentence) else None
    claim = quoted or speaker_of(sentence, before) or continued(sentence, before, after)
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
        own = [] if opened_by(text) else [o.speaker for o in claims(text) if not o.is_pronoun]
        body = body_of(claim.speaker, before)
        said = any(is_speaker(wanted, one) for one in (claim.speaker, body, *own) if one)
        return 1.0 if said else -0.7
    return 0.3 if name_words("x " + wanted) & name_words("x " + text) else 0.0


def published_by(speaker: str, publisher: str | None) -> bool:
    """Return whether a speaker is who published a document, maybe without its first words.

    >>> published_by("the Safety Office", "Federal Chemical Safety Office")
    True
    >>> published_by("the Office", "Federal Chemical Safety Office"), published_by("SANA", None)
    (False, False)
    """
    wanted = speaker.casefold().removeprefix("the ").split()
    whole = (publisher or "").casefold().removeprefix("the ").split()
    if not wanted or wanted == whole:
        return bool(wanted)
    return len(wanted) > 1 and whole[-len(wanted) :] == wanted


def body_of(speaker: str, before: Sequence[str]) -> str:
    """Return whose "its managing director" is, the nearest body that spoke before, or "".

    >>> body_of("Its managing director", ["The Ferry Board said that it was closed."])
    'The Ferry Board'
    """
    if not speaker.lower().startswith(("its ", "their ")):
        return ""
    said = [one for text in reversed(before) for one in reversed(claims(text))]
    named = (one.speaker for one in said if one.speaker and not one.is_pronoun)
    return next((one for one in named if may_speak(one) and not is_person(one)), "")


_ARMY = re.compile(r"\b(?:army|military|armed forces)\b", re.IGNORECASE)


def _one_army(wanted: str, claimant: str) -> bool:
    """Return whether two name one army, whose country the second may leave out.

    >>> _one_army("the Norlandic army", "the military"), _one_army("the army", "Turkish military")
    (True, False)
    """
    if not (_ARMY.search(wanted) and _ARMY.search(claimant)):
        return False
    apart = {"army", "military", "armed", "forces", "general", "command"}
    one, two = plain_words(wanted) - apart, plain_words(claimant) - apart
    return bool(one) and two <= one


_OFFICES = frozenset(
    "ministry government minister president foreign premier official officials spokesman envoy "
    "spokeswoman ambassador military army authorities diplomat diplomats defence defense state "
    "secretary chancellor king general source sources".split()
)


def is_speaker(wanted: str, claimant: str) -> bool:
    """Return whether a speaker is the one that was asked for; a country has many who speak for it.

    >>> is_speaker("Russia", "the Kremlin"), is_speaker("the Kremlin", "Russian President Vassin")
    (True, False)
    >>> is_speaker("the United States", "American officials")
    True
    >>> [is_speaker(one, "Russia's military") for one in ("Russia", "Syria")]
    [True, False]
    >>> is_speaker("Russia", "Russias military")
    True
    >>> [is_speaker(one, "Russias UN ambassador Ada Thorn") for one in ("the UN", "Russia")]
    [False, True]
    """
    claimant = _OF_A_LAND.sub(_with_apostrophe, claimant)
    if is_other(claimant) and not is_other(wanted):
        return False
    if (sent := _SENT_TO.search(claimant)) and country_of(sent["by"]):
        # A country's envoy to a body speaks for the country.
        if country_of(wanted) == country_of(sent["by"]):
            return True
        if _BODY.fullmatch(wanted):
            return False
    if country := country_of(wanted):
        held = {re.sub(r"['\u2019]s$", "", word) for word in plain_words(claimant)}
        office = bool(held & _OFFICES)
        return speaks_for(claimant) == country or (office and bool(held & names_of(country)))
    if same_claimant(wanted, claimant) or _one_army(wanted, claimant):
        return True
    body = known_as(wanted)
    words = set(plain_words(wanted)) - {"group"}
    if body and body == known_as(claimant) and len(words) <= len(body.split()):
        return True
    one = _stems(wanted) - _VAGUE
    if one and one <= _stems(claimant):
        return True
    asked, said = name_words("x " + wanted), name_words("x " + claimant)
    spelled = frozenset(next((b for b in said if same_name(a, b)), a) for a in asked)
    return bool(spelled and said) and _share_a_name(spelled, said)


_OF_A_LAND = re.compile(r"\b([A-Z][a-z]{2,})s(?= [a-z]| (?:UN|U\.N\.|EU|NATO) )")
_BODY = re.compile(r"(?:[Tt]he )?(?:UN|U\.N\.|United Nations|EU|NATO)")
_SENT_TO = re.compile(
    rf"\b(?P<by>[A-Z][\w.]+(?: [A-Z][\w.]+)?)(?:['\u2019]s)? {_BODY.pattern} "
    r"(?:ambassador|envoy|representative|mission|delegation)\b"
)


def _with_apostrophe(match: re.Match[str]) -> str:
    """Return a country's possessive with the apostrophe that a text may have lost: "Russias"."""
    lost = country_of(match.group(1)) and not country_of(match.group())
    return f"{match.group(1)}'s" if lost else match.group()


_VAGUE = frozenset(stem(word) for word in "figure politician side camp someone man woman".split())


def _stems(speaker: str) -> frozenset[str]:
    """Return the stems of a speaker's words, in whichever way it writes a possessive."""
    bare = (re.sub(r"['\u2019]s?$", "", word) for word in plain_words(speaker))
    return frozenset(stem(re.sub(r"our$", "or", word)) for word in bare)
