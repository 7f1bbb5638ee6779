"""Further ways to say who says it: passives, quoted speakers, nouns of speech, headlines. English.

"The report was denied by the ministry", "Brack was quoted as saying", "in the view of the union",
"Ferry Board: nine dead".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.english.speech_phrases import named_after, phrase_back, tokens
from rag.english.speech_words import BODIES, PERSONS, REPORTING, ROLES, STANCE

Form = tuple[str, int, int, str, int, str]
"""A speaker, where it stands, the word that reports, where that stands, and the stance."""

_AS_SAYING = re.compile(
    r"\b(?:(?P<aux>was|were|is|are|been|being)\s+)?(?:(?:also|later|widely|earlier)\s+)?"
    r"(?P<verb>quoted|cited|reported|quotes|cites|quoting|citing|heard)\s+"
    r"(?P<mid>(?:[^,;:.\u201c\u201d\"]{1,80}?\s)??)"
    r"(?:as\s+(?:saying|telling|having\s+(?:said|told)|stating)|saying|to\s+have\s+(?:said|told))\b"
)
_BY = re.compile(
    r"\b(?P<verb>claimed|denied|confirmed|reported|announced|rejected|dismissed|disputed|released|"
    r"issued|published|documented|compiled|gathered|recorded|condemned|welcomed|described|stated|"
    r"estimated|said|asserted|told|counted|alleged|provided|given|obtained)\s+by\s+(?P<rest>.+)",
    re.DOTALL,
)
# What is only compared with what a sentence tells: "hours before the time given by".
_BESIDE = re.compile(
    r"\b(?:before|after|than|above|below|over|unlike|despite|against|beyond|contrary to|instead of|"
    r"contradict\w*|exceed\w*|match\w*)\s+(?:the|its|their|an?|those|what)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_GIVEN = frozenset("released issued published documented compiled gathered provided given".split())
_NOUN = re.compile(
    r"\b(?P<noun>[Ss]tatements?|[Rr]eports?|[Dd]ata|[Ff]igures?|[Cc]laims?|[Aa]ccusations?|"
    r"[Aa]llegations?|[Dd]enials?|[Cc]ounts?|[Tt]all(?:y|ies)|[Aa]ccounts?|[Tt]estimon(?:y|ies)|"
    r"[Ii]nformation|[Ss]tatistics|[Ee]stimates?)\s+(?P<by>by|from)\s+(?P<rest>.+)",
    re.DOTALL,
)
# "A bomb claimed by the group", and "it was claimed by the group that".
_DEED = re.compile(
    r"\b(?:bomb(?:ing|er)?s?|attacks?|blasts?|explosions?|raids?|shootings?)\s+(?:later\s+)?$"
)
_IT = re.compile(r"\bit\s+\w+\s+$")
_VIEW = re.compile(r"\b[Ii]n\s+the\s+(?:words|view|opinion|account)\s+of\s+(?P<rest>.+)", re.DOTALL)
_WORDS = re.compile(
    r"\b(?P<who>(?:[Tt]he\s+)?(?:[\w-]+\s+){0,5}?[\w-]+)(?:'s|\u2019s)\s+"
    r"(?P<noun>claims?|words|view|account|assertion|allegations?|accusations?|denials?)\b"
)
_SECOND_VERB = re.compile(
    r"^(?P<who>He|She|They|The (?:[a-z]+ )?[a-z]+|(?:[A-Z][\w'\u2019-]+ ){0,4}[A-Z][\w'\u2019-]+) "
    r"(?:[a-z]{2,}ed|met|held|took|went|made|gave|saw|came|spoke) "
    r"(?:(?!\b(?:who|which|that|said|when|while|because)\b)[^\"\u201c\u201d;:.]){1,160}? and "
    r"(?:also |then |later )?(?P<verb>[a-z]+) that\b"
)
_HEADLINE = re.compile(r"^(?P<who>[^:.,;\"\u201c]{2,60}):\s+(?P<rest>\S.*)$", re.DOTALL)
_TAIL = re.compile(
    r"(?:(?P<colon>:)|\s[-\u2013\u2014])\s+(?P<who>[A-Z][^:.,;!?\u2013\u2014]{1,50}?)\s*\.?$"
)
_NO_SOURCE = frozenset(
    "update updated watch related photo photos video read more breaking live exclusive opinion "
    "analysis profile file factbox timeline background note editor correction topic tags".split()
)
_NOUN_STANCE = {"accus": "accuses", "alleg": "accuses", "denia": "denies", "estim": "estimates"}


def forms(sentence: str) -> Iterator[Form]:
    """Yield the speakers of a sentence that are no subjects of a verb that reports.

    >>> [form[0] for form in forms("The fire was claimed by the Red Lantern group.")]
    ['the Red Lantern group']
    >>> [form[0] for form in forms("Brack was quoted by Radio Dunmark as saying so.")]
    ['Brack']
    """
    yield from _as_saying(sentence)
    yield from _by(sentence)
    yield from _nouns(sentence)
    yield from _second_verb(sentence)
    yield from _headlines(sentence)


def _as_saying(sentence: str) -> Iterator[Form]:
    for match in _AS_SAYING.finditer(sentence):
        verb = match["verb"]
        if match["aux"]:
            found = tokens(sentence[: match.start()])
            first = phrase_back(found, len(found) - 1) if found else None
            if first is not None:
                start, end = found[first].start, found[-1].end
                yield sentence[start:end], start, end, "saying", match.start("verb"), "says"
        elif match["mid"] and verb != "reported":
            yield from _spoken(sentence, match.start("mid"), "saying", match.start("verb"), "says")


def _spoken(sentence: str, at: int, verb: str, verb_at: int, stance: str) -> Iterator[Form]:
    """Yield the speaker whose name begins at an offset, where one does."""
    who = named_after(sentence[at:])
    if who and _may_speak(who):
        yield who, at, at + len(who), verb, verb_at, stance


def _may_speak(who: str) -> bool:
    found = tokens(who)
    return any(one.is_name or one.lower in ROLES for one in found)


def _by(sentence: str) -> Iterator[Form]:
    for match in _BY.finditer(sentence):
        verb, at = match["verb"], match.start("verb")
        stance = STANCE.get(verb, "says")
        passive = re.search(r"\b(?:was|were|been|is|are|being)\s+(?:\w+ly\s+)?$", sentence[:at])
        deed = _DEED.search(sentence[:at])
        if verb == "claimed" and (deed or (passive and not _IT.search(sentence[:at]))):
            stance = "claims_responsibility"
        if (verb in ("told", "said") and not passive) or _BESIDE.search(sentence[:at]):
            continue
        yield from _spoken(sentence, match.start("rest"), verb, at, stance)


def _nouns(sentence: str) -> Iterator[Form]:
    for match in _NOUN.finditer(sentence):
        at = match.start("rest")
        who = named_after(match["rest"])
        known = any(one.lower in ROLES | BODIES for one in tokens(who))
        if not who or (match["by"] == "from" and not known):
            continue
        stance = _NOUN_STANCE.get(match["noun"].lower()[:5], "says")
        following = re.match(r"\W*(?:\w+ly\s+|also\s+)?(\w+)", match["rest"][len(who) :])
        if following and following[1] in REPORTING:
            stance = STANCE.get(following[1], stance)
        yield from _spoken(sentence, at, match["noun"].lower(), match.start("noun"), stance)
    if view := _VIEW.search(sentence):
        yield from _spoken(sentence, view.start("rest"), "according", view.start(), "says")
    for match in _WORDS.finditer(sentence):
        found = tokens(match["who"])
        first = phrase_back(found, len(found) - 1)
        if first is None or found[-1].lower in ("he", "she", "it", "they", "who"):
            continue
        start = match.start("who") + found[first].start
        stance = _NOUN_STANCE.get(match["noun"].lower()[:5], "says")
        who = sentence[start : match.end("who")]
        yield who, start, match.end("who"), match["noun"], match.start("noun"), stance


def _second_verb(sentence: str) -> Iterator[Form]:
    """Yield who says something after having done something: "He met them and promised that"."""
    match = _SECOND_VERB.match(sentence)
    if match is None or match["verb"] not in REPORTING:
        return
    who = match["who"]
    if who in ("He", "She", "They") or _may_speak(who):
        stance = STANCE.get(match["verb"], "says")
        yield who, 0, len(who), match["verb"], match.start("verb"), stance


def _headlines(sentence: str) -> Iterator[Form]:
    """Yield "Ferry Board: nine dead" and "Nine dead: Ferry Board"."""
    if match := _HEADLINE.match(sentence):
        who, quoted = match["who"].strip(), match["rest"][0] in "\"'\u201c\u2018"
        if _is_speaker(who, single=quoted):
            yield who, 0, len(who), "colon", len(match["who"]), "says"
    if (match := _TAIL.search(sentence)) and len(sentence) < 200:
        who = match["who"]
        whole = not sentence.rstrip().endswith((".", "!", "?")) or sentence.endswith(" .")
        if whole and _is_speaker(who, single=bool(match["colon"])):
            yield who, match.start("who"), match.end("who"), "colon", match.start(), "says"


def _is_speaker(who: str, *, single: bool) -> bool:
    """Return whether words are a speaker as a whole; a single name only where that is allowed."""
    found = tokens(who)
    if not found or found[0].lower in _NO_SOURCE or len(found) > 7:
        return False
    if phrase_back(found, len(found) - 1) != 0:
        return False
    known = any(one.lower in PERSONS | BODIES for one in found)
    acronym = len(found) == 1 and who.isupper() and 1 < len(who) < 6
    return known or acronym or (single and all(one.is_name for one in found))
