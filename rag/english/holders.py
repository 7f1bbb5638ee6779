"""Who holds an office, as sentences tell it: "Norlandic President Ada Thorn". English.

The office stands before the name, behind its body, or behind the name; a clause may tell it too:
"Ada Thorn, who leads the group". Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.english.metonyms import country_of
from rag.english.places import is_adjective
from rag.english.speech_phrases import Token, tokens
from rag.english.speech_words import BODIES, ROLES, TITLES
from rag.english.words import content_terms

Place = tuple[int, int]

_HEADS = "head chief leader boss director chairman chairwoman chairperson chair coordinator"
_FAMILIES = {word: frozenset(_HEADS.split()) for word in "head chief leader boss director".split()}
_FAMILIES |= {"head": frozenset(f"{_HEADS} president commander founder".split())}
_FAMILIES |= {"leader": frozenset(f"{_HEADS} commander emir".split())}
_FAMILIES |= {"commander": frozenset("commander leader chief".split())}
_FAMILIES |= {
    word: frozenset("chair chairman chairwoman chairperson president".split())
    for word in "chair chairman chairwoman chairperson".split()
}
_FAMILIES |= {
    word: frozenset("spokesman spokeswoman spokesperson".split())
    for word in "spokesman spokeswoman spokesperson".split()
}
_KINDS = frozenset(
    "prime foreign deputy vice defence defense interior finance health justice information former "
    "ex late assistant acting then future press general first second third last previous next "
    "incoming founding woman female".split()
)
"""Words before an office that make another one of it: a deputy director is no director, nor is
whoever holds it now the first who did."""
_PART = r"(?:(?:[ae][a-z]-)?[A-Z][\w'\u2019-]*|bin|ibn|al|el|de|van|von)"
_NAME = rf"(?P<name>\b(?:[ae][a-z]-)?[A-Z][\w'\u2019-]*(?:\s+{_PART}){{1,7}})"
_TITLES = TITLES | frozenset("general colonel major".split())
_RUNS = (
    r"(?:leads|led|heads|headed|runs|ran|chairs|chaired|directs|coordinates|coordinated|manages|"
    r"commands|commanded|represents)"
)
_SEAT_NAME = rf"(?P<name>\b(?:[ae][a-z]-)?[A-Z][\w'\u2019-]*(?:\s+{_PART})?)"
_CLAUSE = re.compile(rf"{_NAME},?\s+who\s+(?:also\s+)?{_RUNS}\s+(?P<body>[^,.;\"\u201d]{{3,60}})")
_LED_BY = re.compile(
    rf"(?P<body>[^,.;\"\u201d]{{3,60}}),?\s(?:which is |is |was )?"
    rf"(?:led|headed|run|chaired|commanded)\s+by\s+{_NAME}"
)
_ITSELF = re.compile(
    r"\b(?:the|its|their|our)\s+(?:group|organi[sz]ation|body|agency|company|council|team|office|"
    r"department|union|committee|party|movement|network|firm|monitor|watchdog|charity|ngo)\b"
)
_ITS = re.compile(rf"\b(?:its|their|{_ITSELF.pattern[2:-2]}['\u2019]s)(?: [a-z-]+){{0,2}}$")
_BEFORE = 300
"""Characters of a text before a sentence in which "its" may be named."""
_COMMON = frozenset(
    content_terms(
        "front group army party movement council organisation organization coalition brigade union "
        "committee ministry state forces force government association federation alliance network "
        "agency company department office board commission human rights the"
    )
)
"""Words that many bodies' names share: a front's leader is not every front's."""
_IS = frozenset("is was as who".split())
_ENDS = frozenset("and but or that which while when said says told by to with from after".split())
_NEXT = 2
_REACH = 6
"""Words between an office and its body, or its holder, at most."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office that is asked for: its nouns, the words that qualify it, and of what it is."""

    nouns: frozenset[str]
    kinds: frozenset[str]
    body: str

    @property
    def country(self) -> str:
        """The country whose office it is, or ""."""
        return country_of(self.body)


def office_of(noun: str, qualified: str, body: str) -> Office:
    """Return the office that a question names in three parts.

    >>> office_of("minister", "foreign", "Norland").kinds
    frozenset({'foreign'})
    """
    noun = noun.lower()
    kinds = frozenset(one.lower() for one in qualified.split()) & _KINDS
    return Office(_FAMILIES.get(noun, frozenset((noun,))), kinds, body)


def holder_in(office: Office, sentence: str, around: str = "") -> Place:
    """Return where a sentence names who holds an office, ``(0, 0)`` for nowhere.

    Args:
        office: What is asked for.
        sentence: Where it may be told.
        around: The text that it stands in, which tells what "the group" is.

    >>> def told(noun, body, sentence, kinds=""):
    ...     start, end = holder_in(office_of(noun, kinds, body), sentence)
    ...     return sentence[start:end]
    >>> told("president", "Russia", "Russian President Ivan Vassin met French President Luc Roy.")
    'Ivan Vassin'
    >>> told("director", "the Harbour Watch", "Ada Thorn, the director of the Harbour Watch, left.")
    'Ada Thorn'
    >>> told("head", "the Harbour Watch", "Watch deputy head Ada Thorn and Watch head Rolf Ek met.")
    'Rolf Ek'
    >>> told("leader", "the Harbour Guard", "The Harbour Guard, led by Rolf Ek, sailed.")
    'Rolf Ek'
    >>> text = 'We left," said its director, Ada Thorn.'
    >>> text[slice(*holder_in(office_of("director", "", "Elva Ltd"), text, f"Elva left. {text}"))]
    'Ada Thorn'
    >>> told("head", "the Harbour Watch", "Harbour Watch head Rolf Ek sailed.", "first")
    ''
    """
    found = tokens(sentence)
    before = around.partition(sentence)[0][-_BEFORE:] if sentence in around else ""
    for at, one in enumerate(found):
        if one.lower in office.nouns and (place := _beside(office, found, at, before)):
            last = found[place[1]]
            return found[place[0]].start, last.end - last.text.endswith(".")
    if office.country or not office.nouns & _FAMILIES["head"]:
        return 0, 0
    for form in (_CLAUSE, _LED_BY):
        for match in form.finditer(sentence):
            it = _ITSELF.search(match["body"]) and _of(office, around)
            if (it or _of(office, match["body"])) and _may_hold(tokens(match["name"])):
                return match.span("name")
    return 0, 0


_SEAT = re.compile(
    rf"(?P<own>\b[A-Z][\w'\u2019]+) capital(?: city)?(?:,| of)? {_SEAT_NAME}"
    rf"|{_SEAT_NAME.replace('name', 'first')}(?:,| is| was) the capital(?: city)? of (?:the )?"
    r"(?P<of>[A-Z][\w'\u2019]+)"
)


def seat_in(office: Office, sentence: str) -> Place:
    """Return where a sentence names the capital of a country or province, ``(0, 0)`` for nowhere.

    >>> text = "They left the Norlandic capital Elva for Hollin, the capital of Sudland."
    >>> [text[slice(*seat_in(office_of("capital", "", one), text))]
    ...  for one in ("Sudland", "Estland")]
    ['Hollin', '']
    """
    for match in _SEAT.finditer(sentence):
        if _of(office, match["own"] or match["of"]):
            return match.span("name") if match["name"] else match.span("first")
    return 0, 0


def _beside(office: Office, found: Sequence[Token], at: int, before: str) -> Place | None:
    """Return the tokens, first and last, of a name that holds the office at a token.

    "Its director" is of what the text ``before`` the sentence names.
    """
    first = at
    while first and found[first - 1].lower in _KINDS:
        first -= 1
    if {one.lower for one in found[first:at]} != set(office.kinds):
        return None
    led = first
    while led and first - led < _REACH and _joins(found[led - 1]):
        led -= 1
    of_body = _of(office, _own(office, found[led:first]))
    of_body = of_body or (_own_to_it(found[:first], led) and _of(office, before))
    if of_body and (named := _name_from(office, found, at + 1)):
        return named
    last = at
    if at + 1 < len(found) and found[at + 1].lower in ("of", "for", "at", "in"):
        ahead = range(at + 2, min(at + 2 + _REACH + 2, len(found)))
        while last + 1 in (at + 1, *ahead) and _joins(found[last + 1], of=True):
            last += 1
        within = [n for n in ahead if n <= last and _is_of(office, found[n].text)]
        within = within if _of(office, _words(found[at + 2 : last + 1])) else []
        of_body = of_body or bool(within)
        # "President of the Harbour Coalition Ada Thorn said"
        if within and (named := _name_from(office, found, within[-1] + 1)):
            return named
    return _name_before(office, found, first) if of_body else None


def _own_to_it(found: Sequence[Token], led: int) -> bool:
    """Return whether the words of an office, from ``led`` on, open with "its" or the like."""
    own = _words(found[max(0, led - 1) :]).lower()
    return bool(_ITS.search(own))


def _own(office: Office, found: Sequence[Token]) -> str:
    """Return the words before an office that say whose it is: from the last country on.

    "Russia has been Syrian President Ada Thorn's ally": Syria's.
    """
    lands = [n for n, one in enumerate(found) if country_of(one.text) or country_of(one.text[:-1])]
    if office.country:
        near = bool(lands) and lands[-1] >= len(found) - _NEXT
        return _words(found[lands[-1] :]) if near else ""
    return _words(found[lands[-1] :] if lands else found)


def _joins(token: Token, *, of: bool = False) -> bool:
    """Return whether a word can be of the same noun phrase as an office."""
    if not token.text[0].isalnum() or token.lower in _ENDS:
        return False
    return of or token.lower not in _IS


def _name_from(office: Office, found: Sequence[Token], at: int) -> Place | None:
    """Return the tokens of a name at a place, titles and a comma before it passed over."""
    while at < len(found) and (found[at].text == "," or found[at].lower in _TITLES):
        at += 1
    last = at
    while last < len(found) and _is_of_name(found, last) and not _is_of(office, found[last].text):
        last += 1
    return (at, last - 1) if last > at and _may_hold(found[at:last]) else None


def _name_before(office: Office, found: Sequence[Token], at: int) -> Place | None:
    """Return the tokens of a name before an office: "Ada Thorn, the old director"."""
    last, passed = at - 1, 0
    while last >= 0 and passed < _REACH:
        one = found[last]
        if one.is_name and not _is_of(office, one.text):
            break
        if one.lower in _ENDS or not (one.text[0].isalnum() or one.text in ",("):
            return None
        last -= 1
        passed += 1
    first = last
    while first > 0 and _is_of_name(found, first - 1) and found[first - 1].lower not in _TITLES:
        first -= 1
    return (first, last) if last > first >= 0 and _may_hold(found[first : last + 1]) else None


def _may_hold(name: Sequence[Token]) -> bool:
    """Return whether words can be somebody's name, and no heading or name of a body."""
    other = (one for one in name if one.lower in ROLES | BODIES or is_adjective(one.text))
    return name[0].is_name and not any(other) and not any(country_of(one.text) for one in name)


def _is_of_name(found: Sequence[Token], at: int) -> bool:
    return found[at].is_name or found[at].lower in ("bin", "ibn", "al", "el", "de", "van", "von")


def _words(found: Sequence[Token]) -> str:
    return " ".join(one.text for one in found)


def _branch(words: str) -> str:
    """Return the branch of a government that words name, or ""."""
    found = re.search(r"\b(?:foreign|defen[cs]e|interior|finance|health|justice)\b", words.lower())
    return found.group().replace("ense", "ence") if found else ""


def _is_of(office: Office, word: str) -> bool:
    """Return whether a word is of the name of the body or the country that is asked about."""
    owned = re.sub(r"['\u2019]s?$", "", word)
    if office.country and office.country in (country_of(owned), country_of(owned[:-1])):
        return True
    return bool(set(content_terms(office.body)) & set(content_terms(f"{owned} {owned[:-1]}")))


def _of(office: Office, words: str) -> bool:
    """Return whether words name the body or the country whose office is asked about."""
    owned = [re.sub(r"['\u2019]s?$", "", one) for one in words.split()]
    owned += [one[:-1] for one in owned if one.endswith("s")]  # "Frances", "the Watchs"
    if office.country:
        return any(country_of(one) == office.country for one in (words, *owned))
    if _branch(office.body) and _branch(words) and _branch(office.body) != _branch(words):
        return False  # the foreign ministry's spokesman is not the defence ministry's
    wanted = set(content_terms(" ".join(one for one in office.body.split() if one[:1].isupper())))
    wanted = wanted or set(content_terms(office.body))
    held = wanted & set(content_terms(" ".join(owned)))
    telling = {one for one in wanted - _COMMON if not country_of(one)}
    return bool(held & telling) if telling else wanted <= held
