"""Short follow-up questions: "Why?", "And injured?", "In which town?", "What about the army?".

Each takes over the question before and changes what it asks. ``None`` says that a question is of
another form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import group_of, quantity_of
from rag.follow.context import with_context
from rag.follow.names import as_written
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said
from rag.follow.phrases import names_of, reports
from rag.follow.swaps import (
    about,
    count_of,
    has_verb,
    of_another,
    participle,
    rest_of,
    with_slot,
)
from rag.follow.topic import agent, context, is_many, thing, without_according
from rag.follow.words import DETERMINERS, PAST_OF, VERBS

_LEADS = r"(?:(?:and|but|so|then|ok|okay|also|now)\b[,\s]*)*"
_BARE = re.compile(
    rf"^{_LEADS}(?P<wh>(?:(?:[a-z]+ of|by|since|until|with|from|to|for|on|in|at|against|"
    r"about|under)\s+)?"
    r"(?:why|when|where|how(?: many| much)?|who|whom|how long|how far|"
    r"(?:what|which|whose)(?:\s+(?!about\b|else\b|of\b)[a-z]+){1,2}))"
    r"(?:\s+(?:so|exactly|not|then|(?:was|is) (?:that|this|it)|did (?:that|this|it) happen|and how"
    r"|and why))?\s*\??$",
    re.IGNORECASE,
)
_REALLY = re.compile(
    rf"^{_LEADS}(?:really|are you sure|sure|who else|what else|anything else|anyone else|"
    r"tell me more|more|go on)(?:\s+about\s+(?:it|that))?\s*[?.]?$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^(?:and\s+)?(?:then|then what|what then|what next|and then)\s*\?*$", re.IGNORECASE
)
_WHO_SAID = re.compile(
    rf"^{_LEADS}(?:who(?:\s+(?:has|have|is|was))?\s+(?:said|says|say|saying|claimed|claims|"
    r"reported|reports|told|stated|counted)\s*(?:so|that|this|it|you that|them)?|says who|"
    r"according to whom?|whose (?:figure|number|word|claim|count) is (?:that|this|it))\s*\??$",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"^{_LEADS}how\s+(?:many|much)\s+(?:(?:of|among)\s+(?:them|those|these|it)\s+)?"
    r"(?:(?:people|persons)\s+)?(?:(?P<be>were|are|was|is)\s+)?(?P<what>[a-z][\w' -]{1,40}?)"
    r"(?P<all>\s+in (?:all|total))?\s*\??$",
    re.IGNORECASE,
)
_WHAT_SAYS = re.compile(
    rf"^{_LEADS}what (?:does|did|do) (?P<who>[^?]{{2,60}}?) (?:say|report|claim)\s*\?*$",
    re.IGNORECASE,
)
_HOW_MANY_IN = re.compile(
    rf"^{_LEADS}how many (?P<rest>(?:in|on|at|under|with|without|from|by|inside)\s[^?,]+)\?*$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    rf"^{_LEADS}(?:(?:what|how) about )?(?:the|its|their) (?P<which>[a-z]+) "
    r"(?:one|figure|count|number)\s*\??$",
    re.IGNORECASE,
)
_THERE = re.compile(r"(?:was|were|is|are) there (?:any )?(.+?)\?*$", re.IGNORECASE)
_RANKED = re.compile(r"\b(?:the|its|their) ([a-z]+(?:est|er|st|nd|rd|th)|last)\b")
_WORD_ONLY = re.compile(rf"^{_LEADS}(?P<what>[a-z]+)\s*\?$", re.IGNORECASE)
_SLOT = re.compile(
    rf"^{_LEADS}(?:(?:what|how)\s+about\s+)?(?P<prep>according to|in|at|near|from|on|by|for|around|"
    r"during|since|until|before|after|under|outside)\s+(?!(?:what|which|when|who|whom|where|how|its|"
    r"his|her|their)\b)(?P<rest>[^?,]{1,80}?)\s*\??$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:(?:(?:and|but|so|ok|okay|then)[,\s]+)*(?:what|how)\s+about|(?:and|but)|as for)\s+"
    r"(?!(?:who|whom|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had|can|"
    r"will|by|since|until)\b)(?P<subject>[^?]{1,80}?)\s*\??$",
    re.IGNORECASE,
)


def short_form(question: str, past: Sequence[Said]) -> str | None:
    """Return what a short question asks after the questions of the past, None for other forms."""
    last = past[-1]
    question = re.sub(r"\bthe ones? (?=(?:in|at|near|on|from|of)\b)", "", question)
    if _WHO_SAID.match(question):
        return who_said(last)
    if _REALLY.match(question):
        return last.understood
    if _NEXT.match(question):
        around = context(last.parsed)
        return f"What happened next {around}?" if around else last.understood
    if (match := _BARE.match(question)) and not has_verb(match.group("wh")):
        return asked_with(match.group("wh"), last)
    if match := _SLOT.match(question):
        rest = as_written(
            match.group("rest"), [t for said in past for t in (said.asked, said.text)]
        )
        return with_slot(last.understood, match.group("prep").lower(), rest)
    if found := _another(question, last) or _counted(question, last):
        return found
    if match := _ABOUT.match(question):
        subject = match.group("subject")
        if not has_verb(subject) or names_of(subject):
            return about(subject, past)
    return None


def _another(question: str, last: Said) -> str:
    """Return the last question of another source or another of its figures, or the empty string.

    "What does the Ferry Board say?" after an answer that has its account; "And the later one?"
    after a question for the first toll.
    """
    if match := _WHAT_SAYS.match(question):
        who = match.group("who")
        known = who.lower() in map(str.lower, [*last.speakers, *last.publishers])
        return of_another(who, last) if known else ""
    match, same = _ANOTHER.match(question), _RANKED.search(last.understood)
    if match and same:
        return last.understood.replace(same.group(1), match.group("which"), 1)
    return ""


def _counted(question: str, last: Said) -> str:
    """Return how many there were of a group, or in some state, in the last topic, or ""."""
    match = _HOW_MANY_IN.match(question)
    if match and not names_of(match.group("rest")):
        counted = last.parsed.counted
        harm = next((q for word in last.understood.split() if (q := quantity_of(word))), "")
        people = counted if group_of(counted.split()[-1] if counted else "") else "people"
        people = f"of the {harm}" if harm in ("killed", "injured", "missing") else people
        return with_context(f"How many {people} were {match.group('rest')}?", last)
    match = _COUNT.match(question) or _word_only(question, last)
    much = bool(re.search(r"\bhow much\b", question, re.IGNORECASE))
    return count_of(match.group("what").lower(), last, much=much) if match else ""


def _word_only(question: str, last: Said) -> re.Match[str] | None:
    """Return the match of a question that is one word for a group, or for what befell it."""
    match = _WORD_ONLY.match(question)
    word = match.group("what") if match else ""
    word = word.lower() if quantity_of(word.lower()) or group_of(word.lower()) else word
    if word.islower() and (
        quantity_of(word) or group_of(word) or (word.endswith("s") and last.parsed.counted)
    ):
        return match
    return None


def who_said(last: Said) -> str:
    """Return "Who said that 14 people were killed in Hollin?" after such a question."""
    question, _ = without_according(last.understood)
    parsed = parse(question)
    counted = parsed.counted
    value = last.bare[:1].lower() + last.bare[1:]
    if not re.match(r"\W*\d|(?:at least|about|some|more|around|nearly)\b", value):
        value = ""
    around = agent(parsed) or context(parsed)
    if counted and quantity_of(parsed.verb):
        verb = participle(parsed.verb)
        people = f"{value} {counted}" if value and len(value) < 30 else f"how many {counted}"
        link = "that " if value else ""
        return f"Who said {link}{people} were {verb} {around}?".replace(" ?", "?")
    around = re.sub(r"^(?:in|at) ", "about ", around)
    return f"Who said so {around}?".replace(" ?", "?") if around else f"Who said {_clause(parsed)}?"


def _clause(parsed: Parsed) -> str:
    """Return an indirect question: "where the device was"."""
    wh = parsed.wh[:1].lower() + parsed.wh[1:]
    if not parsed.inverted:
        return f"{wh} {rest_of(parsed)}".strip()
    subject, rest = parsed.subject, rest_of(parsed)
    behind = rest[len(subject) :].strip() if rest.startswith(subject) else rest
    verb = "" if parsed.aux.lower() in ("did", "do", "does") else f"{parsed.aux.lower()} "
    if not verb and (past := PAST_OF.get(parsed.verb)):
        behind = behind.replace(parsed.verb, past, 1)
    return f"{wh} {subject} {verb}{behind}".strip()


def asked_with(wh: str, last: Said) -> str:
    """Return the question before with another question phrase: "Why were people killed in X?"."""
    wh = wh[:1].upper() + wh[1:]
    if wh.lower() in ("how many", "how much"):
        return _how_many(wh, last)
    parsed, counted = last.parsed, last.parsed.counted
    told = thing(parsed) if " about " in last.understood else ""
    if parsed.speaker and wh.lower() in ("when", "where") and told:
        return f"{wh} {'were' if is_many(told) else 'was'} {told}?"
    rest = rest_of(parsed)
    lost = counted or ("people" if parsed.wh.lower() == "how many" else "")
    if parsed.inverted and lost and (embedded := _embedded(wh, parsed)):
        return embedded
    if parsed.inverted:
        return f"{wh} {parsed.aux.lower()} {_with_object(rest, parsed.verb, lost)}?"
    subject = lost or _answered(last)
    if parsed.rest and parsed.rest[0].kind == "prep" and lost:
        return f"{wh} {_swapped(parsed, lost)}?"
    if parsed.aux and parsed.rest and parsed.rest[0].lower == parsed.aux.lower():
        return f"{wh} {parsed.aux.lower()} {subject} {rest[len(parsed.aux) :].strip()}?"
    if not parsed.wh:
        return f"{wh} {rest[:1].lower()}{rest[1:]}?"
    if passive := _passive(wh, parsed):
        return passive
    return _active(wh, subject, parsed, many=bool(lost))


def _how_many(wh: str, last: Said) -> str:
    """Return "How many children were there?" after "Were there children?", and the like."""
    if there := _THERE.match(last.understood):
        counted, _, behind = there.group(1).partition(" ")
        return f"{wh} {counted} were there {behind}".strip() + "?"
    what = re.match(r"(?:which|what)\s+(.+)", last.parsed.wh, re.IGNORECASE)
    return f"{wh} {what.group(1)} {rest_of(last.parsed)}?" if what else last.understood


def _with_object(rest: str, verb: str, lost: str) -> str:
    """Return what follows an auxiliary with what was counted put behind the verb."""
    if not lost or not verb or f" {verb}" not in f" {rest}":
        return rest
    where = f" {rest}".index(f" {verb}") + len(verb)
    return f"{rest[:where]} {lost}{rest[where:]}".strip()


def _active(wh: str, subject: str, parsed: Parsed, *, many: bool) -> str:
    """Return "When did the baker sell bread?" after "Who sold bread?"."""
    rest, base = rest_of(parsed), _base(parsed.verb)
    if not base:
        return f"{wh} was it that {subject} {rest}?"
    aux = "does" if parsed.verb.endswith("s") and parsed.verb != base else "did"
    aux = "do" if aux == "does" and many else aux
    return f"{wh} {aux} {subject} {base}{rest[len(parsed.verb) :]}?"


def _passive(wh: str, parsed: Parsed) -> str:
    """Return "When was the group founded?" after "Who founded the group?", or the empty string."""
    behind = parsed.after_verb()
    done = next(
        (chain for chain in parsed.chains() if behind and chain.startswith(behind[0].text)), ""
    )
    named = bool(names_of(done)) or done.split(" ")[0].lower() in DETERMINERS
    if parsed.aux or not parsed.verb.endswith("ed") or not named or reports(parsed.verb):
        return ""
    rest = " ".join(part.text for part in behind)[len(done) :].strip()
    return f"{wh} {'were' if is_many(done) else 'was'} {done} {parsed.verb} {rest}".strip() + "?"


def _embedded(wh: str, parsed: Parsed) -> str:
    """Return "By when would stores be inspected?" after what somebody said of it, or ""."""
    behind = parsed.after_verb()
    if not parsed.speaker or not behind or behind[0].kind != "aux":
        return ""
    rest = " ".join(part.text for part in behind[1:])
    return f"{wh} {behind[0].lower} {parsed.counted} {rest}?"


def _swapped(parsed: Parsed, lost: str) -> str:
    """Return "were markets in Idlib bombed": a question phrase with what is attached to it."""
    lead: list[str] = [lost]
    aux, behind = "", []
    for part in parsed.rest:
        if not aux and part.kind == "aux":
            aux = part.text
        elif aux:
            behind.append(part.text)
        else:
            lead.append(part.text)
    return " ".join([aux, *lead, *behind]).strip()


def _answered(last: Said) -> str:
    """Return who or what the answer names, to stand as the subject of the next question."""
    wh = last.parsed.wh
    fresh = [one for one in last.named if one.lower() not in last.understood.lower()]
    if fresh:
        return fresh[0]
    if match := re.match(r"(?:which|what)\s+(.+)", wh, re.IGNORECASE):
        return f"the {match.group(1)}"
    told = [one for one in last.told_people if one.lower() not in last.understood.lower()]
    if wh.lower() == "who" and told:
        return told[0]
    return "somebody" if wh.lower() == "who" else "that"


def _base(verb: str) -> str:
    """Return the base form of a verb, or the empty string.

    >>> _base("died"), _base("attacked"), _base("found"), _base("wants"), _base("stopped")
    ('die', 'attack', 'find', 'want', 'stop')
    """
    for base, past in PAST_OF.items():
        if past == verb:
            return base
    for cut, added in ((1, ""), (2, ""), (3, ""), (3, "y"), (2, "e")):
        stem = verb[:-cut] + added
        if stem in VERBS and (verb.endswith("ed") or (verb.endswith("s") and cut < 3)):
            return stem
    return verb if verb in VERBS else ""
