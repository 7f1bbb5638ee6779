"""Who somebody is, as sentences tell it: "Watch head Ada Thorn", "Ada Thorn, who runs it". English.

A sentence that names somebody seldom says who that is. It is said by an office beside the name, or
by a clause behind it; agencies' texts lose the commas of both. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.names import same_name
from rag.english.speech_phrases import Token, tokens
from rag.english.speech_words import BETWEEN, NO_NAME, PERSONS, REPORTING, TITLES

Place = tuple[int, int]

_PART = r"(?:(?:al-|el-)?[A-Z][\w'\u2019-]*?|bin|ibn|al|el|de|van|von)"
_NAME = rf"(?P<name>{_PART}\.?(?:\s+{_PART})*)"
_POST = r"(?:post|position|job|role|rank|title|office|function)"
_ASKS = tuple(
    re.compile(rf"^\W*{form}\s*\??\s*$")
    for form in (
        rf"[Ww]ho\s+(?:exactly\s+)?(?:is|was)\s+{_NAME}",
        rf"[Ww]hat\s+(?:is|was)\s+{_NAME}(?:['\u2019]s?)?\s+{_POST}",
        rf"[Ww]hat\s+(?:is|was)\s+the\s+{_POST}\s+of\s+{_NAME}",
        rf"[Ww]hat\s+{_POST}\s+(?:does|did|has|had)\s+{_NAME}\s+(?:hold|have|held)",
        rf"[Ww]hat\s+does\s+(?=\S+\s+\S+\s+do\b|(?:\S+\s+){{3}}do\b)(?![A-Z]{{2}}){_NAME}\s+do(?:\s+for\s+a\s+living)?",
    )
)
_ASKS_AGE = tuple(
    re.compile(rf"^\W*{form}\s*\??\s*$")
    for form in (
        rf"[Hh]ow\s+old\s+(?:is|was)\s+{_NAME}(?:\s+when\b[^?]*)?",
        rf"[Ww]hat\s+(?:is|was)\s+{_NAME}['\u2019]s?\s+age",
    )
)
_ROLES = PERSONS - TITLES | frozenset(
    "editor chairman chairwoman chairperson member mp boss mufti emir baker fisherman singer actor "
    "writer poet economist historian economist detective sergeant lieutenant brigadier admiral "
    "marshal corporal attorney magistrate mediator organiser organizer veteran warlord "
    "photographer cameraman blogger paramedic dentist pharmacist principal dean rector treasurer "
    "trader merchant shopkeeper butcher bridegroom groom bride entrepreneur employee technician "
    "chaplain monk nun rabbi patriarch sheikh chieftain ringleader fugitive suspect".split()
)
_CUTS = frozenset(
    "and but or that which while when where as if because with by to from in on at after before "
    "was were is are has have had will would said who".split()
)
_ARTICLES = frozenset("a an the its his her their".split())
_MOST_BEFORE, _MOST_BEHIND, _MOST_OF = 6, 6, 10
"""Words of an office before a name, behind it, and of its body between them."""
_CLAUSE = re.compile(
    r"(?:\s*,)?\s+who\s+(?!(?:was|were|is|are)\s+\w+(?:ed|ing)\b)(?P<what>[^,.;\"\u201d]{3,80})"
)
_IS = re.compile(
    r"\s+(?:is|was|became|served as|works as|worked as)\s+"
    r"(?P<what>(?:an?|the|one of)\s+[^,.;]{3,80})"
)
_AGE = r"(?P<age>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_AGED_BEFORE = re.compile(
    rf"\b{_AGE}[- ]years?[- ]old(?:\s+(?!who\b|and\b)[\w'\u2019-]+){{0,4}}\s+$", re.IGNORECASE
)
_AGED_BEHIND = re.compile(
    rf"(?:\s*,\s*(?:an?\s+|aged\s+)?|\s*\(|\s+aged\s+|\s+an?\s+"
    r"|(?:\s*,)?\s+who\s+(?:is|was)\s+(?:only\s+)?"
    rf"|\s+(?:is|was)\s+){_AGE}\b(?!\s*(?:%|people|others|per|km|days|times))"
    r"(?=\s*(?:[,.;)]|$)|[- ]years?[- ]old|\s+(?:and|when|at|years)\b)",
    re.IGNORECASE,
)


def person_asked(question: str) -> str:
    """Return the name of whom a question asks who that is, or what their post is, or "".

    >>> person_asked("Who is Ada Thorn?"), person_asked("What was Ada Thorn's post?")
    ('Ada Thorn', 'Ada Thorn')
    >>> person_asked("Who is the mayor?"), person_asked("Who is Ada Thorn married to?")
    ('', '')
    """
    return _asked(question, _ASKS)


def aged_asked(question: str) -> str:
    """Return the name of whom a question asks how old that is, or "".

    >>> aged_asked("How old was Ada Thorn?"), aged_asked("How old is the bridge?")
    ('Ada Thorn', '')
    """
    return _asked(question, _ASKS_AGE)


def _asked(question: str, forms: Sequence[re.Pattern[str]]) -> str:
    match = next((found for form in forms if (found := form.match(question.strip()))), None)
    return re.sub(r"['\u2019]s?$", "", match["name"]) if match else ""


def told_of(name: str, sentence: str) -> tuple[float, Place]:
    """Return how far a sentence says who somebody is, 0 to 1, and where it does.

    >>> def told(sentence):
    ...     how, (start, end) = told_of("Ada Thorn", sentence)
    ...     return how, sentence[start:end]
    >>> told("Harbour Watch head Ada Thorn said that it sank.")
    (1.0, 'Harbour Watch head')
    >>> told("Ada Thorn, who coordinates the count, wept.")
    (0.9, 'coordinates the count')
    >>> told("Ada Thorn deputy director of the Harbour Watch said so.")
    (1.0, 'deputy director of the Harbour Watch')
    >>> told("Fishermen met Ada Thorn on Monday.")
    (0.0, '')
    """
    best: tuple[float, Place] = (0.0, (0, 0))
    found = tokens(sentence)
    for first, last in _named(name, found):
        for how, place in (
            _before(found, first),
            _of_before(found, first),
            _behind(found, last),
            _in_clause(sentence, found[last].end),
        ):
            if how > best[0]:
                best = how, place
    return best


def age_of(name: str, sentence: str) -> Place:
    """Return where a sentence says how old somebody is, ``(0, 0)`` for nowhere.

    >>> text = "The youngest is Ada Thorn, who is eight and sings."
    >>> start, end = age_of("Ada Thorn", text)
    >>> text[start:end]
    'eight'
    >>> age_of("Ada Thorn", "Ada Thorn, 3 ships and 8 boats were there.")
    (0, 0)
    """
    found = tokens(sentence)
    for first, last in _named(name, found):
        # "the 17-year-old Ada Thorn", "Ada Thorn, 17,"
        before = _AGED_BEFORE.search(sentence[: found[first].start])
        match = before or _AGED_BEHIND.match(sentence, found[last].end)
        if match:
            return match.span("age")
    return 0, 0


def _named(name: str, found: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the tokens, first and last, at which somebody is named in full, in any spelling."""
    wanted = [_bare(one.text) for one in tokens(name) if one.text[0].isalnum()]
    places = []
    for first in range(len(found)):
        at, here = 0, first
        while at < len(wanted) and here < len(found) and here - first < len(wanted) + 2:
            if _alike(wanted[at], _bare(found[here].text)):
                at += 1
            elif here == first or not found[here].is_name:
                break
            here += 1
        if at == len(wanted) and wanted:
            places.append((first, here - 1))
    return places


def _bare(word: str) -> str:
    return re.sub(r"^[ae]l-|['\u2019]s?$|\.$", "", word.lower())


def _alike(one: str, other: str) -> bool:
    return one == other or (len(one) > 3 and other[:1].isalpha() and same_name(one, other))


def _before(found: Sequence[Token], first: int) -> tuple[float, Place]:
    """Return the office that stands right before a name: "Watch head Ada Thorn"."""
    last = first - 1
    while last >= 0 and found[last].lower in TITLES | {"general", "lieutenant", "colonel", "major"}:
        last -= 1
    role = found[last].lower if last >= 0 else ""
    # "commanders Ada Thorn and Rolf Ek"
    if role.removesuffix("s") not in _ROLES or found[last].text.endswith("."):
        return 0.0, (0, 0)
    start = last
    while start > 0 and last - start < _MOST_BEFORE and _describes(found, start - 1):
        start -= 1
    how = 1.0 if start < last else 0.7
    return how, (found[start].start, found[last].end)


def _of_before(found: Sequence[Token], first: int) -> tuple[float, Place]:
    """Return the office whose body stands right before a name: "head of the Watch Ada Thorn"."""
    for at in range(first - 3, max(-1, first - 3 - _MOST_OF), -1):
        if found[at].lower not in _ROLES or found[at + 1].lower not in ("of", "for"):
            continue
        between = found[at + 1 : first]
        if any(
            one.lower in (_CUTS - {"and", "in", "at"}) | REPORTING or not one.text[0].isalnum()
            for one in between
        ):
            return 0.0, (0, 0)
        return 1.0, (found[at].start, found[first - 1].end)
    return 0.0, (0, 0)


def _describes(found: Sequence[Token], at: int) -> bool:
    """Return whether a word can belong to the office behind it: names, adjectives, nouns."""
    one = found[at]
    if not one.text[0].isalnum() or one.lower in _CUTS | REPORTING or one.text[0].isdigit():
        return False
    if one.lower in _ARTICLES | NO_NAME:
        return False
    if one.is_name or one.lower in BETWEEN or one.lower in _ROLES or "-" in one.text:
        return True
    return not one.lower.endswith(("ed", "ing", "ly")) and one.lower not in ("for", "of")


def _behind(found: Sequence[Token], last: int) -> tuple[float, Place]:
    """Return the office behind a name: "Ada Thorn, the head of the Watch", commas or none."""
    at = last + 1
    comma = at < len(found) and found[at].text in ",("
    at += comma
    article = at < len(found) and found[at].lower in _ARTICLES
    first = at
    at += article
    role = None
    for here in range(at, min(at + _MOST_BEHIND, len(found))):
        one = found[here]
        if one.lower in _CUTS | REPORTING or not one.text[0].isalnum():
            break
        if one.lower in _ROLES:
            role = here
            if here + 1 < len(found) and found[here + 1].lower not in _ROLES:
                break
    if role is None:
        return 0.0, (0, 0)
    end = role
    while end + 1 < len(found) and end - role < _MOST_BEHIND + 2:
        word = found[end + 1]
        joins = word.lower in ("of", "for", "in", "at", "the", "and") and end - role < 6
        of_it = found[end].lower == "of" and word.text.islower()  # "chief of staff"
        if not (joins or of_it or word.is_name or word.lower in BETWEEN or "-" in word.text[1:-1]):
            break
        end += 1
    while found[end].lower in ("of", "for", "in", "at", "the", "and"):
        end -= 1
    how = 1.0 if end > role or role > first + article else 0.8
    return how, (found[first].start, found[end].end - found[end].text.endswith("."))


def _in_clause(sentence: str, at: int) -> tuple[float, Place]:
    """Return the clause behind a name that says who it is: ", who runs the count", "is a baker"."""
    if match := _IS.match(sentence, at):
        return 1.0, match.span("what")
    if match := _CLAUSE.match(sentence, at):
        return 0.9, match.span("what")
    return 0.0, (0, 0)
