"""Statements turned into the rest of a question: "was X founded ...", "did X visit ...". English.

Only verbs of a list are turned, since a wrong guess makes a question that nobody would ask.
"""

from __future__ import annotations

import re
from itertools import pairwise

from eval.draft_sentences import Vocabulary
from rag.english.speech import tokens

_REGULAR = """
abandon accept accuse acquire adopt agree allow announce appear appoint approve arrest arrive ask
assassinate attack attend back ban begin blame block bomb bombard burn call cancel capture carry
cause change claim clear close collapse collect condemn confirm contain continue control convert
convict crash create criticise criticize cross damage declare defeat defend deliver demand deny
deploy destroy detain develop die disappear discover discuss dismiss displace drop earn elect
employ end enter escape establish evacuate examine execute expand explode express face fail favour
file finish fire flood found free gather grant happen hospitalise identify impose increase injure
inspect introduce invade invite involve issue join kidnap kill land last launch leak lift live
loot lower mark measure merge mine move murder name need negotiate occur offer open operate order
organise organize overturn own pass perform photograph place play pledge pound present produce
promise propose publish pull push question raid raise reach reject release remove renew reopen
repair replace report request rescue resign restore resume retire retreat return sail search
seize serve shell shoot sign sink start storm strand support surrender suspend target test
threaten tour trade train transfer trap travel treat try turn unload urge use veto visit vote warn
work wound
""".split()
_DOUBLING = {"ban", "drop", "trap", "kidnap", "stop", "plan", "permit", "ship", "transfer"}
_IRREGULAR = {
    "began": "begin", "broke": "break", "brought": "bring", "built": "build", "bought": "buy",
    "came": "come", "drew": "draw", "drove": "drive", "fell": "fall", "fled": "flee",
    "flew": "fly", "fought": "fight", "found": "find", "froze": "freeze", "gave": "give",
    "grew": "grow", "held": "hold", "hit": "hit", "led": "lead", "left": "leave", "lost": "lose",
    "made": "make", "met": "meet", "paid": "pay", "put": "put", "ran": "run", "rose": "rise",
    "sank": "sink", "sent": "send", "shot": "shoot", "sold": "sell", "spoke": "speak",
    "struck": "strike", "swept": "sweep", "took": "take", "tore": "tear", "told": "tell",
    "threw": "throw", "went": "go", "withdrew": "withdraw", "won": "win", "wrote": "write",
    "saw": "see", "stood": "stand", "stole": "steal", "shut": "shut", "said": "say",
}  # fmt: skip


def _past(base: str) -> str:
    if base in _DOUBLING:
        return base + base[-1] + "ed"
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + "ed"


BASE_OF: dict[str, str] = {
    **{_past(base): base for base in _REGULAR if base not in _IRREGULAR.values()},
    **{"founded": "found"},
    **_IRREGULAR,
}
"""The base form of each past form that can be turned."""

PRESENT: dict[str, str] = {
    base + "s": base
    for base in "employ contain cover include require offer operate own serve provide last".split()
}
"""The base form of each present form that can be turned."""

_BE = frozenset(("was", "were", "is", "are"))
_AND_VERB = re.compile(
    r"\b(?:and|or)\s(?:\w+ly\s)?(?:(?P<verb>[a-z]+)\b|[a-z]+s\s(?:the|a|an|some|its|in|to)\b)"
)
_FINITE = frozenset(
    "was were is are has have had will would could can may might did does said says should".split()
)
_SUBORDINATES = frozenset(
    "that which who whom whose when where while after before because if as although though since "
    "until but than what how and or".split()
)
_CLAUSE = re.compile(
    r"\b(?:which|who|whom|whose|that|when|where|while|because|if|as|but|although|though|since|until"
    r"|said|says|reported|told)\b"
)
_PREPOSITIONS = frozenset("in on at near during under inside outside among across".split())
_NO_SUBJECT = frozenset(
    "that which who when where while after before because if as although though since there it "
    "and or but what how whose by despite said".split()
)
_NO_SUBJECT_END = re.compile(
    r"\s(?:also|has|have|had|then|later|\w+ly|a|an|the|of|in|its|his|her|their|claims?|says)$"
    r"|\bclaims the\b"
)
_JOINED_CLAUSE = re.compile(
    r"\band (?:[\w-]+ ){0,4}(?:was|were|is|are|has|have|had)\b|ed and \w+s\b"
    r"|\band (?:many|dozens|several|more|others?|scores|hundreds)\b"
)
_LONGEST_SUBJECT = 10


def inverted(clause: str, words: Vocabulary) -> str | None:
    """Return a clause in the order of a question, None when that cannot be done safely.

    >>> words = Vocabulary()
    >>> inverted("Estuary Watch was founded by fishermen", words)
    'was Estuary Watch founded by fishermen'
    >>> inverted("The inspectorate visited the works", words)
    'did the inspectorate visit the works'
    >>> inverted("People trapped in the hall died", words) is None
    True
    """
    split = subject_and_verb(clause)
    if split is None:
        return None
    subject, verb, rest = split
    lowered = words.lowered(subject)
    if lowered is None or goes_on(rest):
        return None
    if verb in _BE:
        return f"{verb} {lowered}{rest}"
    if verb in PRESENT:
        return f"does {lowered} {PRESENT[verb]}{rest}"
    return f"did {lowered} {BASE_OF[verb]}{rest}"


def goes_on(rest: str) -> bool:
    """Return whether a clause says more than one thing, so that a question would mix them."""
    return bool(_CLAUSE.search(rest)) or joins(rest)


def joins(rest: str) -> bool:
    """Return whether a second verb or subject is joined to a clause by "and".

    >>> joins(" killed in Eskmouth and wounded 12"), joins(" bread and tea")
    (True, False)
    """
    if _JOINED_CLAUSE.search(rest):
        return True
    for match in _AND_VERB.finditer(rest):
        verb = match["verb"]
        if verb is None or verb in BASE_OF or verb in _FINITE or verb.endswith("ed"):
            return True
    return False


def subject_and_verb(clause: str) -> tuple[str, str, str] | None:
    """Return the subject, the verb and the rest of a plain statement, or None when unsure.

    >>> subject_and_verb("The works employed 310 people in 2023")
    ('The works', 'employed', ' 310 people in 2023')
    """
    found = tokens(clause)
    for n, token in enumerate(found[: _LONGEST_SUBJECT + 1]):
        if not token.text[0].isalnum() or token.lower in (_NO_SUBJECT if n else _PREPOSITIONS):
            return None
        turned = token.lower in BASE_OF or token.lower in PRESENT
        if n and (token.lower in _BE or (turned and token.text[0].islower())):
            follows = [one.lower for one in found[n + 1 : n + 2]]
            if not follows or follows[0] in ("by", "to", "n't") or _other_verb(clause, n):
                return None
            subject = clause[: token.start].strip()
            if _NO_SUBJECT_END.search(subject) or _CLAUSE.search(subject):
                return None
            return subject, token.lower, clause[token.end :]
        if token.text in _FINITE:
            return None
    return None


def _other_verb(clause: str, verb: int) -> bool:
    """Return whether another verb stands beside the main one, which then may be a participle."""
    found = tokens(clause)
    main = found[verb].lower
    rest = found[verb + 1 :]
    if main in _BE:  # its own participle, after adverbs
        while rest and rest[0].lower.endswith("ly"):
            rest = rest[1:]
        rest = rest[1:]
    for before, token in pairwise([found[verb], *rest]):
        if token.lower in _SUBORDINATES or before.text == ",":
            return False
        if token.text in _FINITE or token.text in BASE_OF:
            return before.lower not in ("the", "a", "an", "its", "of")
    return False
