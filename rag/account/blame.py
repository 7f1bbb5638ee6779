"""Accounts of responsibility: who is held responsible, by whom, and who denies it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from rag.account.anchor import (
    KINDS,
    LEAD,
    anchored,
    in_time,
    of_other_target,
    of_that_place,
    of_that_target,
)
from rag.account.groups import account_of, grouped
from rag.account.parties import leaders, names_party, side_of
from rag.account.relations import by_day, differing
from rag.account.said import Owner, Said, names_nobody, published_day
from rag.account.topic import speaking, stance_of
from rag.english.claimants import same_claimant
from rag.english.places import names_asked
from rag.english.question import Asked
from rag.english.speech import claims
from rag.english.words import content_terms, stem
from rag.types import Account, Candidate

DENIED = "denied"
_NEAR_BLAME, _NEAR_ACCUSATION = 0.1, 0.12
# Whoever denies or accuses says so in other words than the question.
BLAME_TERMS = frozenset(
    "respons behind blame carri out caus fault culprit perpetr accus guilti".split()
)
_ASKS_BLAME = re.compile(
    r"\b(?:responsib\w+|behind|to blame|blamed?|carried out|caused|at fault|culprit|perpetrat\w+|"
    r"accused?|guilty)\b"
    r"|^who (?:bombed|struck|attacked|shelled|raided|targeted|gassed|hit|blew up)\b",
    re.IGNORECASE,
)
# "Responsible for ringing the bells" is whose duty it is.
_DUTY = re.compile(
    r"\b(?:is|are) responsible for (?:\w+ly )?(?!kill|bomb|shell|attack|strik|shoot|gass|"
    r"massacr|murder|execut|poison|burn|destroy|raid)\w+ing\b",
    re.IGNORECASE,
)
# "Who said that nobody knew who was behind it?" asks for a speaker, and for no culprit.
_TELLS = frozenset(
    map(stem, "say said says tell told report reported state stated announce announced".split())
)
# "Russian jets bombed the town": whose planes or men did it is told by the verb.
_ACTED = re.compile(
    r"(?P<party>(?:[Tt]he\s+)?(?:(?:[A-Z][\w.'\u2019-]*|regime|government|coalition|rebel|and|or|either)"
    r"\s+){1,5}?(?:(?:air|war|fighter)\s)?(?:planes?|jets?|warplanes?|aircraft|helicopters?|forces?|"
    r"troops|army|militants|fighters|rebels|bombers?)|(?:war)?planes,? either [A-Z]\w+ or "
    r"[A-Z]\w+),?\s+(?:\w+ly\s+|had\s+|have\s+|has\s+)*"
    r"(?:carried out|conducted|bombed|struck|hit|targeted|dropped|launched|fired|shelled|attacked|"
    r"raided|bombarded|pounded|infiltrated|stormed|assaulted|ambushed|detonated|blew|opened fire)\b"
)
# "The Norland Front carried out the attack": a name, and a verb that is of nothing but a deed.
_DID = re.compile(
    r"(?P<party>(?:[Tt]he\s+)?(?!(?:On|In|At|He|She|They|It|We|Who|This|That|But|And|Nobody|No|"
    r"The|\w+day|Yesterday|Later|Earlier)\b)[A-Z][\w.'\u2019-]*(?:\s+(?:of\s+|for\s+|the\s+)*[A-Z][\w.'\u2019-]*){0,4}"
    r"(?:\s+(?:group|movement|network|regime|militia))?)\s+(?:had\s+|have\s+|has\s+)?"
    r"(?:carried out|staged|perpetrated|masterminded|mounted)\s+(?:the|this|an?|that|these|those|"
    r"two|three|several|twin)\s+(?:[\w-]+\s+){0,4}?(?:attack|strike|raid|bombing|blast|massacre|"
    r"assault|airstrike|ambush|shelling|explosion|killing|shooting)s?\b"
)
# "A suicide bomber from the Norland Front blew himself up": a party by those who act for it.
_SENT = re.compile(
    r"\b(?:bombers?|attackers?|gunm[ae]n|assailants?|snipers?|hijackers?)\s+"
    r"(?:from|of|belonging to)\s+(?P<rest>(?:(?!\b(?:was|were|has|had)\b)[^.;]){3,90}?)\s+"
    r"(?:who\s+)?(?:has\s+|had\s+|have\s+)?(?:blew|detonated|attacked|struck|stormed|opened|killed|"
    r"shot|hit|targeted|drove|rammed|exploded)\b"
)
# "Nine were killed in a Norland Front attack": whose attack it was stands before it.
_WHOSE = re.compile(
    r"\b(?:killed|wounded|injured|died|dead|hit|destroyed|struck)\b[^.;]{0,60}?\bin (?:an? |the )?"
    r"(?P<party>(?:suspected |alleged )?[A-Z][\w-]*(?: [A-Z][\w-]*){0,2}(?: (?:group|regime))?)"
    r" (?:suicide |car |truck |rocket |air |bomb )*(?:attack|assault|raid|bombing|blast|strike|"
    r"airstrike|ambush)s?\b"
)
_BLAMED = re.compile(
    r"\b(?:blam(?:ed|es|ing)\s+(?:(?!for\b)[\w'\u2019-]+\s+){1,5}?on|"
    r"accus(?:ed|es|ing)|blam(?:ed|es|ing)|carried out by|caused by|"
    r"(?:attack|(?:air\s?)?strike|raid|bombing|shelling|bombardment|assault|massacre)s?\s+by|"
    r"responsibility\s+(?:lies\s+)?(?:with|on))\s+(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_KNOWN = re.compile(
    r"\b(?:not (?:\w+ )?(?:clear|known|certain)|unclear|unknown|whether)\b", re.IGNORECASE
)
_NOBODY = re.compile(
    r"\b(?:no ?one|nobody|no (?:\w+ ){1,3}?(?:has |had |have )?claimed)\b", re.IGNORECASE
)
# "accused the panel of errors" holds nobody responsible for an attack.
_OF_WHAT = re.compile(
    r"\sof\s+(?P<what>[^.;]+?)(?=\s+(?:after|over|about|during|in|amid|concerning)\b|[.;]|$)"
)
# "blamed rebels for its failure": for how things stand, and for no attack.
_FOR_STATE = re.compile(
    r"^[^.;,]{0,60}\bfor\s+(?:the\s+|its\s+|their\s+|a\s+)?(?:\w+\s+){0,2}?(?:failure|breakdown|"
    r"collapse|delays?|lack|breach(?:es)?|violations?|impasse|crisis|deadlock|stalemate|shortages?)\b"
)
_DEED = re.compile(
    r"[^,]*?\b(?:\w+ing\b|attack|strik|raid|bomb|shell|kill|massacr|us(?:e|ing)\b|target|hit|carr(?:y|ied)|"
    r"launch|fir(?:e|ing)|drop|murder|murdering|execut|behind|respons|caus|commit|stag|plot|"
    r"orchestrat|perpetrat|plant|explo|blast|burn|destroy|shoot|shot|poison|gass?ing|crime)",
    re.IGNORECASE,
)
_PARTY_WORD = re.compile(r"(?:[A-Z]\.){2,}(?:-\w+)?|[\w'\u2019-]+|[^\w\s]")
_PARTY_END = frozenset(
    "for of in after over who which that by according it its when as on during against near from "
    "while where with at to saying said say says and but have has had was were is are operating "
    "believed backed supported using used despite because since amid late early".split()
)
_PARTY_NOUNS = frozenset(
    "forces regime rebels militants terrorists coalition army jets planes warplanes aircraft "
    "government group groups opposition militia militias fighters troops gunmen police extremists "
    "jihadists insurgents soldiers authorities separatists military".split()
)
# "the regime and Norland air forces": a second party, of which the text tells no more.
_ALSO = re.compile(
    rf"\s+(?:and|or)\s+(?:the\s+)?[A-Z][\w.-]*\s+(?:air\s+|war\s+)?(?:{'|'.join(sorted(_PARTY_NOUNS))})\b"
)
_DEED_NOUNS = frozenset(
    "raid raids strike strikes airstrike airstrikes attack attacks shelling bombing bombings "
    "bombardment explosion explosions blast blasts fire fires clashes fighting war conflict crash "
    "missile missiles rocket rockets bomb bombs shells mines".split()
)
_MOST_WORDS = 7
_RESPONSIBLE = re.compile(
    r"\b(?:was|is|were|are|be)\s+(?:\w+\s+)?(?:responsible|to blame|behind|at fault)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"((?:the\s+)?(?:[A-Z][\w'\u2019-]+)(?:\s+(?:of\s+|for\s+|the\s+)*[A-Z][\w'\u2019-]+)*)$"
)


def asks_blame(asked: Asked) -> bool:
    """Return whether a question asks who is responsible.

    >>> from rag.english.question import analyse
    >>> asks_blame(analyse("Who was behind the blast?"))
    True
    >>> asks_blame(analyse("Who is responsible for ringing the bells?"))
    False
    >>> asks_blame(analyse("Who said that nobody knew who was behind the blast?"))
    False
    """
    if asked.kind == "who_said" and asked.verb in _TELLS:
        return False
    if _DUTY.search(asked.text):
        return False
    return asked.kind in ("who", "which", "who_said") and bool(_ASKS_BLAME.search(asked.text))


def blame(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return who is held responsible, by whom, with denials; one account for each side."""
    told: list[Said] = []
    least = max((one.probability for one in candidates), default=0.0) * _NEAR_ACCUSATION
    kin = anchored(asked, candidates, [tells_culprit(one) for one in candidates], placeless=True)
    kin = of_that_target(asked, in_time(asked, of_that_place(asked, kin)), BLAME_TERMS)
    kin = [one for one in kin if not of_other_target(asked, one.text, BLAME_TERMS)]
    led = leaders(list(dict.fromkeys(one.hit.passage.text for one in candidates)))
    for candidate in speaking(asked, kin, _NEAR_BLAME, BLAME_TERMS, partial(_titled, asked)):
        for held, owner in _held(asked, candidate):
            # A denial seldom repeats the question's words, but an accusation should.
            if held == DENIED or (candidate.probability >= least and names_party(held)):
                told.append(_said(candidate, held, owner, led))
    told = _by_accuser(told)
    groups = grouped(told, lambda one, other: one.key == other.key)
    accounts = [account_of(group) for group in groups]
    if len(accounts) < 2:
        return accounts
    accused = [side_of(one.value, led) for one in accounts if one.stance != "denies"]
    # "Russian or Syrian jets" and "Russian jets" name one side, the second more exactly.
    named = [frozenset(side.split(" or ")) for side in accused]
    flags = (ONE_SIDE,) if named and frozenset.intersection(*named) else ()
    accounts = [replace(one, flags=(*one.flags, *flags)) for one in accounts]
    if flags and not any(one.stance == "denies" for one in accounts):
        return by_day(accounts)
    return differing(accounts)


ONE_SIDE = "one_side"
"""The flag of accounts that hold one side responsible, under whatever names, surely or perhaps."""


def _held(asked: Asked, candidate: Candidate) -> list[tuple[str, Owner]]:
    """Return who a sentence holds responsible, and who denies it, each with whose word it is."""
    owner, text = stance_of(candidate), candidate.text
    own = owner if owner.stance != "denies" else replace(owner, stance="says")
    found: list[tuple[str, Owner]] = []
    held = _held_responsible(text, own.claimant, own.stance)
    if not held and _tells_deed(asked, candidate):
        actor = _actor(text)
        held = "" if names_asked(asked, actor) else actor  # "in the Hollin attack": where it was
    deniers = [one for one in claims(text) if one.stance == "denies" and one.speaker]
    deniers = [one for one in deniers if not one.is_pronoun and not names_nobody(one.speaker)]
    if deniers:
        denier = Owner(deniers[0].speaker, True, "", "denies")
        found.append((DENIED, denier))
        if same_claimant(denier.claimant, own.claimant):
            # "Norland denied it and accused Corvane": the accusation is the denier's too.
            held = party_named(match.group("rest")) if (match := _BLAMED.search(text)) else ""
    elif owner.stance == "denies":
        found.append((DENIED, owner))
    return [*found, (held, own)] if held else found


def _said(candidate: Candidate, held: str, owner: Owner, led: Mapping[str, str]) -> Said:
    return Said(
        candidate=candidate,
        value=held,
        claimant=owner.claimant,
        named=owner.named,
        stance=owner.stance,
        key=f"{DENIED} {side_of(owner.claimant, led)}" if held == DENIED else side_of(held, led),
        stated=published_day(candidate),
        quantity="responsible",
    )


def _by_accuser(told: Sequence[Said]) -> list[Said]:
    """Return accusations with their accuser in the key: each says for himself whom he blames.

    An outlet's own words are no further accuser where somebody is named who blames the same side.
    """
    named: dict[str, list[str]] = {}
    found: list[Said] = []
    for one in told:
        if one.named and one.value != DENIED:
            accusers = named.setdefault(one.key, [])
            same = next((by for by in accusers if same_claimant(by, one.claimant)), None)
            if same is None:
                accusers.append(one.claimant)
            found.append(replace(one, key=f"{one.key} by {same or one.claimant}"))
        else:
            found.append(one)
    first = {side: f"{side} by {accusers[0]}" for side, accusers in named.items()}
    return [replace(one, key=first.get(one.key, one.key)) for one in found]


def _tells_deed(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence tells the deed itself, and not another one of the same party."""
    deed = set(asked.terms) - asked.name_terms - BLAME_TERMS
    told = deed - KINDS or deed
    return bool(told & set(content_terms(_titled(asked, candidate))))


def _titled(asked: Asked, candidate: Candidate) -> str:
    """Return a sentence, with its title where it begins the report: a clinic for a hospital.

    Where a question names no more than a strike, its words in a title tell nothing.
    """
    named = set(asked.terms) - asked.name_terms - BLAME_TERMS - KINDS
    title = candidate.hit.document.title if named and candidate.start < LEAD else ""
    return f"{title} {candidate.text}".strip()


def _actor(text: str) -> str:
    """Return whose men or machines a sentence says did it, or "".

    >>> _actor("Norlandic jets bombed the market of Hollin.")
    'Norlandic jets'
    >>> _actor("Nine people were killed on Tuesday in a Front attack near Hollin.")
    'Front'
    """
    if (sent := _SENT.search(text)) and (party := _named_within(sent["rest"])):
        return party
    match = _ACTED.search(text) or _DID.search(text) or _WHOSE.search(text)
    if match is None or _NOT_KNOWN.search(text[: match.start()]):
        return ""
    if _DAYS_AFTER.search(text[: match.start()]):
        return ""  # "it comes two days after Norlandic jets hit a convoy": another deed
    return match.group("party")


_DAYS_AFTER = re.compile(r"\b(?:hours?|days?|weeks?|months?)\s+(?:after|before)\s+(?:the\s+)?$")


def _named_within(words: str) -> str:
    """Return the name that a description ends in: "Maren's offshoot the Norland Front"."""
    names = re.findall(
        r"(?:(?:al|el)-)?[A-Z][\w'\u2019-]*(?:\s+(?:of\s+)?(?:(?:al|el)-)?[A-Z][\w'\u2019-]*)*",
        words,
    )
    return names[-1] if names else ""


def tells_culprit(candidate: Candidate) -> bool:
    """Return whether a sentence tells who did something, or whom somebody blames for it."""
    text = candidate.text
    return any(one.search(text) for one in (_BLAMED, _RESPONSIBLE, _ACTED, _DID, _SENT, _WHOSE))


def _held_responsible(text: str, claimant: str, stance: str) -> str:
    """Return who a sentence holds responsible, or the empty string."""
    if stance == "claims_responsibility":
        known = any(letter.isupper() for letter in claimant.removeprefix("The "))
        return claimant if known and not _NOBODY.search(text) else ""
    if match := _BLAMED.search(text):
        if _NOT_KNOWN.search(text[: match.start()]) or _is_of_other(match):
            return ""
        if _ANOTHER.search(text[: match.start()]):
            return ""  # "shortly after another strike by the army"
        return party_named(match.group("rest"))
    if match := _RESPONSIBLE.search(text):
        subject = _SUBJECT.search(text[: match.start()].rstrip())
        return subject.group(1) if subject else ""
    return ""


_ANOTHER = re.compile(
    r"\b(?:another|separate|similar|previous|earlier|second|consequent|subsequent|ensuing|later)\s+"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)


def _is_of_other(match: re.Match[str]) -> bool:
    """Return whether an accusation is of something else than a deed: "of errors"."""
    if _FOR_STATE.search(match.group("rest")):
        return True
    if not match.group().lower().startswith("accus"):
        return False
    what = _OF_WHAT.search(match.group("rest"))
    return what is not None and _DEED.match(what.group("what")) is None


def party_named(rest: str) -> str:
    """Return the party that a text begins with, whole; "" where it begins with none.

    >>> party_named("either Russian or Syrian warplanes according to the monitor")
    'either Russian or Syrian warplanes'
    >>> party_named("either Norlandic or regime warplanes")
    'either Norlandic or regime warplanes'
    >>> party_named("on the harbour police for the fire")
    'the harbour police'
    >>> party_named("the U.S.-led coalition struck")
    'the U.S.-led coalition'
    >>> party_named("the Thorn regime and Norland air forces hit a market")
    'the Thorn regime and Norland air forces'
    >>> party_named("the raids in Hollin")
    ''
    """
    words: list[tuple[str, int]] = []
    joined = False
    rest_of = re.sub(r"^\s*(?:on|upon)\s+", "", rest)
    for match in _PARTY_WORD.finditer(rest_of):
        word = match.group()
        ends = (word.lower() in _PARTY_END and not joined) or not word[0].isalnum()
        joined = False
        if ends or len(words) == _MOST_WORDS or (words and word in ("The", "A", "An")):
            break
        words.append((word, match.end()))
        following = _PARTY_WORD.match(rest_of, match.end() + 1)
        more = following is not None and following.group().lower() in _PARTY_NOUNS
        ends = word.lower() in _PARTY_NOUNS and word.lower() not in ("opposition", "government")
        joined = ends and _ALSO.match(rest_of, match.end()) is not None
        if ends and not (more or joined):
            break
    bare = [word for word, _ in words]
    while bare and bare[-1].lower() in ("the", "a", "either", "or", "mainly", "both"):
        bare.pop()
    if not bare or _DEED_NOUNS & {bare[-1].lower()}:
        return ""
    known = any(word[0].isupper() or word.lower() in _PARTY_NOUNS for word in bare)
    return " ".join(bare) if known else ""
