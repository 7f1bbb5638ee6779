"""What "the one in May" and "their own figure" leave to the question before. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.defining import thing_named
from rag.english.question import group_of, quantity_of
from rag.follow.context import told_by
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, names_of, trimmed
from rag.follow.swaps import count_of
from rag.follow.things import is_many, thing
from rag.follow.topic import without_according
from rag.follow.words import BODIES, DETERMINERS, LEADS, PEOPLE, PREPOSITIONS

_KINDS = "preliminary|final|interim|official|original|revised|full|short|long|main|small|big"
_ONE = re.compile(
    r"\b(?P<the>the|that|this|those|these) (?P<which>(?:next|previous|following|other|"
    r"same|first|second|third|fourth|last|later|earlier|new|old|latest|newest|oldest|biggest|largest|"
    rf"{_KINDS})\s+)?"
    r"(?P<one>ones?)\b(?! (?:who|that|of (?:them|those|these))\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    rf"^(?i:{LEADS}(?:(?:what|how) about |what is |what was )?)"
    r"(?P<who>(?:[Tt]he |[A-Z])[\w' \u2019-]*?|[A-Z]{2,})"
    r"(?:['\u2019]s|(?<=s)['\u2019])(?: own| official)? (?:figures?|numbers?|counts?|"
    r"toll|version|estimate|tally|account)\s*\??$"
)
_ANOTHER_FIGURE = re.compile(
    rf"^{LEADS}(?:(?:is|are) there|what|which|do you have) (?:any )?(?:another|others?|different) "
    r"(?:figure|number|count|toll|account|version|source)s?(?: are there)?\s*\??$",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    rf"^{LEADS}how (?P<much>many|much) (?P<what>[a-z]+(?: [a-z]+)?) "
    r"(?:did|does|do) (?P<who>[^?,]+?) (?:give|count|report|cite|mention|state|record|list)\s*\??$",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:the|its|their) (?:[a-z]+(?:est|er|st|nd|rd|th)|last) (?!one)[a-z]+")
_RANKS = (
    "first|second|third|fourth|fifth|sixth|last|next|previous|other|earlier|later|latest|newest|"
    "oldest|highest|lowest|biggest|largest|smallest"
)
_OF_RANK = re.compile(
    rf"\b(?:the|its|their|his|her|[\w'\u2019]+['\u2019]s?) ({_RANKS}) (?!one)[a-z]+", re.I
)
_OTHER_RANK = re.compile(
    rf"^{LEADS}(?:(?:what|how) about )?the (?P<which>{_RANKS})(?: (?P<one>[a-z]+))?\s*\?*$",
    re.IGNORECASE,
)
_GIVEN_OUT = frozenset("figures numbers counts accounts sources values claims reports".split())
"""Of which each has somebody who gives it."""
_COUNTS = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_JUDGES = re.compile(
    r"^(?:(?:so|and|but|then)\s+)*(?:which|why (?:is|are|was)|is|are)\b.*"
    r"\b(?:one|figure|number|count|toll|account|of (?:the (?:two|three)|them|these|those))s?\b.*"
    r"\b(?:right|correct|true|higher|lower|reliable|different|newer|newest|best)\W*$",
    re.IGNORECASE,
)


_GIVES_OTHER = re.compile(
    rf"^{LEADS}(?:did|does|has|do|have) (?P<who>(?!(?:he|she|it|they|you|anyone|anybody|someone)\b)"
    r"[^?,]+?) (?:give|gives|given|have|name|named|report|reported|mention|put out|cite) "
    r"(?:another|a different|any other|other|a higher|a lower|its own|their own) "
    r"(?:number|figure|count|toll|estimate)s?\s*\?*$",
    re.IGNORECASE,
)
_WHICH_FROM = re.compile(
    rf"^{LEADS}(?:which|what)(?: one)?(?: of (?:the two|the three|them|these|those))?"
    r"(?: (?:figure|number|count|toll|one)s?)? (?:is|was|comes|came|stems) (?:given )?"
    r"(?:from|by|that of|the one of) (?P<who>[^?,]+?)\s*\?*$",
    re.IGNORECASE,
)
_WHICH_HOLDS = re.compile(
    rf"^{LEADS}(?:which|what)(?: one)?(?: of (?:the two|the three|them|these|those))?"
    r"(?: (?:figure|number|count|toll|one)s?)? (?:is|was) (?:the )?(?:more |most )?"
    r"(?:right|correct|true|real|reliable|accurate|official)(?: one| figure| number)?\s*\?*$",
    re.IGNORECASE,
)


def judges_figures(question: str) -> bool:
    """Return whether a question weighs the figures that an answer gave, and opens nothing new.

    >>> judges_figures("Which one is right?"), judges_figures("Which bank is right?")
    (True, False)
    """
    return bool(_JUDGES.match(question))


def with_one(question: str, past: Sequence[Said]) -> str:
    """Return a question with "the one" and "the last ones" called by the noun they stand for.

    >>> past = [Said("", "When was the truce of May 2021 agreed?", {})]
    >>> with_one("And the one in June?", past), with_one("when did the next one begin?", past)
    ('And the truce in June?', 'when did the next truce begin?')
    """
    question = _with_counted(question, past)
    match = _ONE.search(question)
    if match is None or (match.group("which") and ranked(past[-1].understood)):
        return question
    many = match.group("one").lower() == "ones"
    noun = next((one for said in reversed(past[-2:]) if (one := _noun(said, many))), "")
    if kind := _of_kinds(match.group("which") or "", past[-1]):
        noun = kind
    if not noun:
        return question
    which = match.group("which") or ""
    return f"{question[: match.start()]}{match.group('the')} {which}{noun}{question[match.end() :]}"


_SUPERLATIVE = re.compile(
    rf"^(?P<lead>{LEADS}(?:(?:in|at|on|from|for|of|by) )?)"
    r"(?P<the>(?:which|what)(?: one)? (?P<is>is|was) "
    r"the (?:most |least )?[a-z]+|the (?:[a-z]+est|first|second|third|last|other|next))\s*\?*$",
    re.IGNORECASE,
)


def _with_counted(question: str, past: Sequence[Said]) -> str:
    """Return "Which is the biggest?" and "And in the smallest?" with what was counted named.

    >>> past = [Said("", "How many camps are there near Hollin?", {}, around="near Hollin")]
    >>> _with_counted("Which is the biggest?", past), _with_counted("And in the smallest?", past)
    ('Which camp is the biggest near Hollin?', 'And in the smallest camp near Hollin?')
    """
    match = _SUPERLATIVE.match(question)
    if match is None:
        return question
    for said in reversed(past[-5:]):
        noun = said.parsed.counted
        if not re.fullmatch(r"[a-z]+[^su]s", noun) or group_of(noun) or quantity_of(noun):
            continue
        one, told = noun[:-1], match.group("the")
        where = f" {said.around}" if said.around else ""
        if match.group("is") and not told.lower().endswith(("est", "most", "first", "last")):
            return question
        if match.group("is"):
            rest = told.partition(f" {match.group('is')} ")[2]
            return f"{match.group('lead')}Which {one} {match.group('is')} {rest}{where}?"
        if (
            not match.group("lead")
            .strip()
            .lower()
            .endswith(("in", "at", "on", "from", "for", "of"))
        ):
            return question
        return f"{match.group('lead')}{told} {one}{where}?"
    return question


_OF_A_KIND = re.compile(rf"\b(?:{_KINDS}) (?!one)(?P<noun>[a-z]+)\b", re.IGNORECASE)


def _of_kinds(which: str, last: Said) -> str:
    """Return the noun of which the last question named another kind, or the empty string.

    >>> _of_kinds("preliminary ", Said("", "When is the final report on the fire due?", {}))
    'report'
    """
    other = (
        _OF_A_KIND.search(last.understood) if which.strip().lower() in _KINDS.split("|") else None
    )
    return other.group("noun") if other else ""


def ranked(question: str) -> re.Match[str] | None:
    """Return where a question tells one thing from its like by its rank: "the first letter"."""
    return _OF_RANK.search(question)


def several_in(said: Said) -> str:
    """Return the noun of the several things that a question asks of, or the empty string.

    >>> several_in(Said("", "Which measures did the mayor announce?", {}))
    'measures'
    >>> several_in(Said("", "When did the union's letters reach Hollin?", {}))
    'letters'
    """
    parsed = said.parsed
    asked = re.fullmatch(r"(?:which|what) (?:\w+ )?([a-z]+s)", parsed.wh, re.IGNORECASE)
    asks = parsed.wh.split(" ")[0].lower()
    noun = asked.group(1) if asked else head(parsed.subject) if asks in ("when", "where") else ""
    if not noun or not noun.endswith("s") or not is_many(noun) or quantity_of(noun):
        return ""
    several = group_of(noun) or noun in BODIES or noun[:-1] in PEOPLE | BODIES
    return "" if several or noun in _GIVEN_OUT else noun


def another_of(question: str, last: Said) -> str:
    """Return the last question asked of another thing by its rank, or the empty string.

    >>> another_of("And the second?", Said("", "When was the first letter sent?", {}))
    'When was the second letter sent?'
    >>> another_of("And the second one?", Said("", "When did the letters of May arrive?", {}))
    'When did the second letter of May arrive?'
    """
    match = _OTHER_RANK.match(question)
    if match is None:
        return ""
    which, same = match.group("which").lower(), ranked(last.understood)
    one, noun = match.group("one") or "one", several_in(last)
    if one not in ("one", "ones") and not re.search(rf"\b{one}s?\b", last.understood):
        return ""
    if same:
        return f"{last.understood[: same.start(1)]}{which}{last.understood[same.end(1) :]}"
    if not noun or last.parsed.wh.lower().startswith(("which", "what")):
        return ""
    found = re.sub(rf"\b{noun}\b", f"{which} {noun.removesuffix('s')}", last.understood, count=1)
    return re.sub(r"\b(?:were|have) (?=the |[A-Z])", _one_does, found, count=1)


def _one_does(match: re.Match[str]) -> str:
    return "was " if match.group().startswith("were") else "has "


def _noun(said: Said, many: bool) -> str:
    """Return the noun of what a question was about, without article, place and time."""
    if (several := several_in(said)) and said.parsed.wh:
        return several if many else several.removesuffix("s")
    event = said.around.partition(" ")[2]
    found = event if is_event(event) and event in said.understood else ""
    found = found or thing(said.parsed, many=many) or thing(said.parsed)
    found = found or thing_named(said.understood)
    words = found.split()
    while words and words[0].lower() in DETERMINERS:
        words = words[1:]
    at = next((n for n, word in enumerate(words) if n and word.lower() in PREPOSITIONS), len(words))
    noun = trimmed(words[:at])
    last = noun.split()[-1:] or [""]
    if not noun or last[0][:1].isupper() or head(noun) in PEOPLE | BODIES:
        return ""
    if is_many(noun) and not many and noun.endswith("s"):
        return noun[:-1]
    return noun


def whose_figure(question: str, past: Sequence[Said]) -> str | None:
    """Return the last question that was counted asked of somebody else's figure; None for others.

    >>> past = [Said("", "How many died in Hollin, according to SANA?", {})]
    >>> whose_figure("What about the Ferry Board's own figure?", past)
    'How many died in Hollin, according to the Ferry Board?'
    >>> whose_figure("Is there another figure?", past)
    'How many died in Hollin?'
    """
    if (match := _GIVEN.match(question)) and names_of(match.group("who")):
        what = match.group("what").lower()
        befell = quantity_of(what)
        found = count_of(what, past[-1]) or (befell and f"How many people were {befell}?")
        if found:
            return told_by(found, match.group("who"))
    gives = _GIVES_OTHER.match(question)
    told = past if gives else past[-3:]
    counted = next((said for said in reversed(told) if _COUNTS.search(said.understood)), None)
    if counted is None:
        return None
    if match := gives or _WHICH_FROM.match(question):
        return told_by(counted.understood, match.group("who"))
    if _WHICH_HOLDS.match(question):
        return without_according(counted.understood)[0]
    if _ANOTHER_FIGURE.match(question):
        return without_according(counted.understood)[0]
    if (match := _FIGURE.match(question)) and match.group("who").lower() not in ("the day",):
        return told_by(counted.understood, match.group("who"))
    return None
