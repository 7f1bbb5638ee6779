"""What "it", "they" and "them" mean in a conversation: a thing, a body, an event, those harmed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.defining import thing_named
from rag.english.metonyms import country_of
from rag.english.question import group_of, quantity_of
from rag.follow.answered import answered_by, body_of, spoke, thing_told, which_of
from rag.follow.context import SPOKEN
from rag.follow.counted import whose_figure_is
from rag.follow.names import people_in
from rag.follow.parse import Parsed
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, names_of, reports
from rag.follow.place import ASKS_WHERE
from rag.follow.struck import at_work, befallen_by, fired_at
from rag.follow.swaps import is_things
from rag.follow.things import body, is_many, thing
from rag.follow.topic import places, without_time
from rag.follow.words import AUXILIARIES, BODIES, SITES

_OF_A_BODY = re.compile(r" (?:been )?(?:based|founded|headquartered|funded|established)\b")
_OF_A_THING = re.compile(r" (?:carry|carrying|going|flying|made|contain|weigh|last|collapse)\b")
"""What is done by things and not by places."""
_LED = re.compile(
    r"\b(?:leads?|led|runs?|ran|heads?|headed|owns?|owned|found(?:ed)?|chairs?|chaired|directs?|"
    r"manages?|commands?|commanded|funds?|pays? for|belongs? to|works? for|sp[eo]aks?e? for)\s*$"
)


_LASTED = re.compile(r"\b(?:seconds|minutes|hours|days|nights|weeks|months|years)\b", re.IGNORECASE)
"""What is counted and done by nobody: "they" are not the days that something took."""
_ITS_FIGURE = re.compile(
    r"\b(?:its|their) (?:own )?(?:figure|number|count|estimate|toll|total|conclusion|finding)s?\b"
)
"""What only somebody has who says something."""
_TOLD = re.compile(r"what (?:is|are|does|do)\b", re.IGNORECASE)
_KIND_OF = re.compile(
    r"what (?:kind|sort|type) of [a-z ]+ (?:is|are|was|were) "
    r"(?P<thing>(?:the )?[A-Z][^?,]*?)\s*\?*$",
    re.IGNORECASE,
)
_POINTING = re.compile(r"(?:it|its|he|she|they|this|that|these|those|there)\b", re.IGNORECASE)


def meant(word: str, before: str, following: str, past: Sequence[Said]) -> str:
    """Return what it, they or them mean before the words that follow, or the empty string."""
    words = re.findall(r"\w+", following.lower())
    verb = next(iter(words), "")
    if word == "it" and (figure := whose_figure_is(following, past[-1])):
        return figure
    if found := at_work(word, before, words, past[-1]):
        return found
    if word in ("it", "them") and (done := befallen_by(words, word == "them", past[-1])):
        return done
    suffers = bool(re.search(r"\b(?:was|were|are|been|be) $", before))
    acts = (
        word in ("its", "their")
        or (word == "they" and not suffers)
        or reports(verb)
        or verb in ("do", "own", "pay", "give")
    )
    acts = acts or bool(_LED.search(before)) or bool(_ITS_FIGURE.search(following))
    says = word == "they" and (reports(verb) or verb in ("give", "speak", "count"))
    if word in ("they", "them", "their", "theirs"):
        if suffers or word == "them":
            acts = bool(_LED.search(before))
        return _they(word, before, past, acts=acts, says=says)
    acts = acts or bool(_OF_A_BODY.match(following))
    if found := _still(before, past) or (fired_at(before, past) if word == "it" else ""):
        return found
    if acts and (found := body(past[-1].parsed) or answered_by(past[-1])):
        return found
    return _doer(before, verb, past) or _one_thing(before, following, past)


def _they(word: str, before: str, past: Sequence[Said], *, acts: bool, says: bool) -> str:
    """Return whom they or them mean: who was asked for, what is fired, else several others."""
    answered = answered_by(past[-1])
    if answered and past[-1].asks_who:
        return answered
    if is_many(past[-1].called):
        return past[-1].called
    fired = fired_at(before, past) if word == "them" else ""
    return fired or _several(word, acts, says, past) or answered or _told_of(word, past)


def _doer(before: str, verb: str, past: Sequence[Said]) -> str:
    """Return the body that does, has done or says something where "it" does; else "".

    >>> asked = "Which group took Hollin?"
    >>> told = {"answers": [{"text": "the Lantern Movement"}]}
    >>> _doer("How long had ", "besieged", [Said(asked, asked, told)])
    'the Lantern Movement'
    """
    does = _DOES.search(before)
    if does is None:
        return ""
    answered, last = answered_by(past[-1]), past[-1].parsed
    doer = last.subject if last.verb else ""
    formal = bool(country_of(doer) or set(doer.lower().split()) & (BODIES - SITES))
    formal = formal or (reports(last.verb) and not people_in(f"by: {doer}"))
    if names_of(doer) and formal and verb in _HAS_MIND:
        return doer
    if set(answered.lower().split()) & BODIES:
        return answered
    says = reports(verb) or does.group(1).lower() in ("has", "have", "had")
    if past[-1].called and says and not is_many(past[-1].called):
        return past[-1].called
    told = (found for said in reversed(past[-4:]) if (found := spoke(said)))
    return next(told, "") if verb in SPOKEN else ""


_DOES = re.compile(r"\b(does|did|do|has|have|had)\s+$", re.IGNORECASE)
_HAS_MIND = frozenset(
    "have want plan know think believe intend deny admit confirm say claim expect own apologise "
    "apologize regret accept agree explain promise".split()
)
_SUBJECT = re.compile(
    r"\b(?:is|was|does|did|do|has|had|will|would|can|could|should|may|might|must) (?P<it>it)\b|"
    r"\b(?P<its>its) [a-z]",
    re.IGNORECASE,
)
"""Where "it" is that of which a question asks something."""


def _still(before: str, past: Sequence[Said]) -> str:
    """Return what "it" was in the question before, where both ask something of it; else "".

    "When was it founded?" and then "How many members does it have?" ask of one and the same.
    """
    if len(past) < 2 or not _SUBJECT.search(f"{before}it "):
        return ""
    match = _SUBJECT.search(past[-1].asked)
    if match is None or match.group("its") or _speaks(match, past[-1]):
        return ""
    found = meant(
        "it", past[-1].asked[: match.start("it")], past[-1].asked[match.end() :], past[:-1]
    )
    return found if found and found in past[-1].understood else ""


def _one_thing(before: str, following: str, past: Sequence[Said]) -> str:
    """Return what "it" means: the last thing, what was answered, an event, an earlier thing."""
    if kind := _KIND_OF.match(past[-1].understood):
        return kind.group("thing")
    if (sort := _SORT_OF.search(before)) and (found := _of_noun(sort.group(1), past)):
        return found
    told = thing_named(past[-1].understood) if _TOLD.match(past[-1].understood) else ""
    if told and not _POINTING.match(told) and not people_in(told):
        return told
    if which := which_of(past[-1]):
        return which
    if told := thing_told(past[-1]):
        return told
    weak = ""
    answered = answered_by(past[-1])
    if ASKS_WHERE.match(past[-1].understood):
        answered = ""
    if found := thing(past[-1].parsed, many=False):
        someone = found in people_in(past[-1].understood)
        someone = someone and bool(answered or found == past[-1].parsed.subject)
        someone = someone or _is_doer(found, before, past[-1])
        where = _is_where(found, past[-1]) and (answered or _OF_A_THING.match(following))
        if not (someone or where):
            return found
        weak = "" if someone else found
    event = past[-1].around.partition(" ")[2]
    if answered or is_event(event):
        return answered or event
    return _before_last(past, weak) or weak or _doing(before, following, past[-1])


_SORT_OF = re.compile(
    r"\b(?:what|which) (?:type|kind|sort|make|model|brand|size|class) of ([a-z]+) (?:is|was) $",
    re.I,
)


def _of_noun(noun: str, past: Sequence[Said]) -> str:
    """Return the newest thing of the past that is called so: "the jet", or the empty string."""
    chains = (chain for said in reversed(past) for chain in said.parsed.chains())
    return next((without_time(one) for one in chains if head(one) == noun), "")


def _before_last(past: Sequence[Said], weak: str) -> str:
    """Return the newest thing of the topic that is more than a place, or the empty string."""
    for said in reversed(past):
        found = thing(said.parsed, many=False)
        passed = bool(weak and _is_where(found, said)) or found == said.parsed.subject
        if found and not passed:
            return found
        if said.opens:
            break
    return ""


def _doing(before: str, following: str, last: Said) -> str:
    """Return the body that a question was about, where "it" does something, or ""."""
    does = re.search(r"\b(?:does|did|do|has|have|had|will|would)\s+$", before)
    passive = re.match(r"\s+(?:be|been)\b", following)
    return body(last.parsed) if does and not passive else ""


def _told_of(word: str, past: Sequence[Said]) -> str:
    """Return what "them" may be a number of: "git stash" after "What does git stash do?"."""
    if word != "them":
        return ""
    told = (thing_named(said.understood) for said in reversed(past[-3:]))
    return next((one for one in told if one and not _POINTING.match(one) and one.islower()), "")


def _is_doer(found: str, before: str, last: Said) -> bool:
    """Return whether a thing is who did what was asked, so that "it" is what was done.

    "What did the assembly decide?" and then "Who voted against it?".
    """
    parsed = last.parsed
    did = parsed.inverted and parsed.wh.lower() == "what" and bool(parsed.verb)
    asks_it = (before.split() or [""])[-1].lower() in AUXILIARIES
    return did and found == parsed.subject and not asks_it


def _speaks(match: re.Match[str], said: Said) -> bool:
    """Return whether "it" of an earlier question is who said something, and no matter of it."""
    verb = re.match(r"\s+(\w+)", said.asked[match.end() :])
    return bool(verb and reports(verb.group(1).lower()))


def _is_where(found: str, said: Said) -> bool:
    """Return whether a bare name is nothing but the place in which a question played."""
    return found[:1].isupper() and any(one.endswith(f" {found}") for one in places(said.parsed))


def _which_several(said: Said) -> str:
    """Return the several things of which a question asks which they are: "the alarms"."""
    wh = re.fullmatch(r"which ([a-z]+)", said.parsed.wh, re.IGNORECASE)
    return f"the {wh.group(1)}" if wh and is_many(wh.group(1)) else ""


def _doers(last: Said) -> str:
    """Return the people who are said to do something, called by no name: "welders of a firm"."""
    subject = last.parsed.subject
    return subject if subject[:1].islower() and is_many(subject) and last.parsed.verb else ""


def _several(word: str, acts: bool, speaks: bool, past: Sequence[Said]) -> str:
    """Return the people who were counted last, else several things, else the last body."""
    counting = [s.parsed for s in reversed(past[-3:]) if s.parsed.counted]
    if word == "them" and acts and counting and counting[0].counted in ("people", "persons"):
        # Nobody runs or owns people.
        owned = (s.parsed.counted for s in reversed(past[-5:]))
        if things := next((one for one in owned if is_things(one)), ""):
            return f"the {things}"
    last = next((one for one in counting if not _LASTED.search(one.counted)), past[-1].parsed)
    harmed = next((p.lower for p in last.rest if quantity_of(p.lower)), "")
    harmed = "" if speaks else harmed  # the dead say nothing
    if word == "they" and last.wh.lower() == "how many" and last.verb and not last.inverted:
        return "" if quantity_of(last.verb) else "the people"  # "How many stayed?"
    if word == "them" and acts and harmed and last.counted[:1].islower():
        return f"the {last.counted}"
    if last.counted and harmed and not last.counted.startswith("of "):
        return _befallen(word, last.counted, harmed)
    some = re.fullmatch(r"of ((?:the|those) ([a-z]+))", last.counted)
    if some and not quantity_of(some.group(2)) and is_many(some.group(1)):
        return some.group(1)
    return _some(word, acts, speaks, past, last=last, harmed=harmed)


def _befallen(word: str, counted: str, harmed: str) -> str:
    """Return those whom something befell: "the injured", "the soldiers captured"."""
    if word == "they" and counted == "people" and quantity_of(harmed) == "injured":
        return "the injured"
    if word == "they":
        return f"the {counted}"
    if quantity_of(harmed) == "injured":
        return f"the {harmed if harmed in ('wounded', 'hurt') else 'injured'}"
    told = harmed.endswith("ed") and quantity_of(harmed) != "killed"
    return f"the {counted} {harmed if told else quantity_of(harmed)}"


def _some(
    word: str, acts: bool, speaks: bool, past: Sequence[Said], *, last: Parsed, harmed: str
) -> str:
    """Return others who were counted, else several things, else the last body."""
    if last.counted and word != "its" and group_of(last.counted.split()[0]):
        return f"the {last.counted}"
    owner = body(last) if acts else ""
    several = is_many(last.counted) and not (owner or harmed or (last.inverted and acts))
    if several and re.fullmatch(r"[a-z]+(?: [a-z]+)?", last.counted):
        return f"the {last.counted}"
    if word == "they" and acts and (doers := _doers(past[-1])):
        return doers
    plural = thing(past[-1].parsed, many=True) or _doers(past[-1])
    if not plural and not acts:
        plural = next(
            (found for said in reversed(past[-3:]) if (found := _which_several(said))), ""
        )
    if plural and not acts:
        return plural
    if speaks and (found := next((f for said in reversed(past) if (f := body_of(said))), "")):
        return found
    return next((found for said in reversed(past) if (found := body(said.parsed))), plural)
