"""Short follow-up questions: "Why?", "And injured?", "In which town?", "What about the army?".

Each takes over the question before and changes what it asks. ``None`` says that a question is of
another form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import quantity_of
from rag.follow.context import told_by
from rag.follow.counted import on_counted
from rag.follow.counting import WITH, counted_as, with_part
from rag.follow.names import as_written
from rag.follow.ones import another_of, judges_figures
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, names_of
from rag.follow.says import WHO_SAID, confirmed_by, who_counted, who_said
from rag.follow.subjects import about, of_another
from rag.follow.swaps import has_verb, rest_of, with_slot
from rag.follow.things import is_many
from rag.follow.topic import (
    context,
    time_of,
    without_according,
    without_time,
)
from rag.follow.wh import asked_with
from rag.follow.words import LEADS, PEOPLE

_BARE = re.compile(
    rf"^{LEADS}(?P<wh>(?:(?:[a-z]+ of|by|since|until|with|from|to|for|on|in|at|against|"
    r"about|under|over|after|before|within|near|between|through|of)\s+)?"
    r"(?:why|when|where|how(?: many times| often| many| much)?|who|whom|how long|how far|"
    r"(?<=with )what|"
    r"(?<=from )what|(?<=for )what|(?<=about )what|(?<=to )what|(?<=by )what|"
    r"(?<=with |from )how (?:many|much) [a-z]+|(?<=in |on |by |to |at )how (?:many|much) [a-z]+|"
    r"(?:what|which|whose)(?:\s+(?!about\b|else\b|of\b)[a-z]+){1,2}))"
    r"(?:\s+(?:so|exactly|not|then|(?:was|is) (?:that|this|it)|did (?:that|this|it) happen|and how"
    r"|and why))?\s*\??$",
    re.IGNORECASE,
)
_OF_A_THING = re.compile(
    rf"^(?:whose\b.*\b(?:it|that|this)|{LEADS}(?:where|how (?:long|far|big|old|high)) is "
    r"(?:it|that|this))\W*$",
    re.IGNORECASE,
)
"""What asks something of a thing, and not the last question with another word."""
_MEASURE = re.compile(
    rf"^{LEADS}how (?P<adj>long|far|big|old|high|wide|deep|tall|large|heavy|fast|hot|cold|strong)"
    r"\s*\?*$",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"how [a-z]+$", re.IGNORECASE)
_REALLY = re.compile(
    rf"^{LEADS}(?:really|are you sure|sure|who else|what else|anything else|anyone else|"
    r"tell me more|more|go on|(?:is|are|was|has) (?:(?:that|this|the|these|those) "
    r"(?:figure|number|toll|count|claim|report|account)s?|that|this|it|they) (?:been )?"
    r"(?:confirmed|true|certain|correct|right|so|verified|reliable|official))(?:\s+about\s+(?:it|that))?\s*[?.]?$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    rf"^{LEADS}(?:(?:what|how) about )?(?:(?:on|in) )?(?P<when>the (?P<unit>day|week|month|year) "
    r"(?:before|after)|the (?:next|following|previous) (?:day|week|month|year)|"
    r"(?:an?|one|two|three|four|five|six|seven|ten|\d+) (?P<span>days?|weeks?|months?|years?) "
    r"(?:later|earlier|before|after))\s*\??$",
    re.IGNORECASE,
)
_SAME_DONE = re.compile(
    rf"^{LEADS}(?:(?P<wh>why|when|where|how|since when|how often) )?"
    r"(?:is|are|was|were|did|does|do|has|have|had|will|can) "
    r"(?:he|she|it|they|that|this)(?:n't| not)?\s*\?*$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^(?:and\s+)?(?:then|then what|what then|what next|and then)\s*\?*$", re.IGNORECASE
)
_WHICH_ONES = re.compile(rf"^{LEADS}which(?: (?:ones?|of (?:them|those|these)))?\s*\?*$", re.I)
_WHAT_SAYS = re.compile(
    rf"^{LEADS}what (?:does|did|do) (?P<who>[^?]{{2,60}}?) (?:say|report|claim)\s*\?*$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    rf"^{LEADS}(?:(?:what|how) about )?(?:the|its|their) (?P<which>[a-z]+) "
    r"(?:one|figure|count|number)\s*\??$",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:the|its|their) ([a-z]+(?:est|er|st|nd|rd|th)|last)\b")
_SLOT = re.compile(
    rf"^{LEADS}(?:(?:what|how)\s+about\s+)?(?P<prep>according to|into|to|towards|across|against|"
    r"in|at|near|from|on|by|for|around|during|since|until|before|after|under|outside)\s+(?!(?:what|which|when|who|whom|where|how|its|"
    r"his|her|their)\b)(?P<rest>[^?,]{1,80}?)\s*\??$",
    re.IGNORECASE,
)
_DONE_ELSE = re.compile(
    rf"^{LEADS}(?:(?:what|how) about )?(?:when (?:was it )?)?(?P<verb>[a-z]{{3,}}ed)\s*\?+$",
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
    past = _what_was_said(question, past)
    last = past[-1]
    question = _HIS_SOURCE.sub("according to the ", question)
    question = re.sub(r"\bthe ones? (?=(?:in|at|near|on|from|of)\b)", "", question)
    if found := another_of(question, last) or on_counted(question, past):
        return found
    if WHO_SAID.match(question):
        return who_said(last)
    if found := confirmed_by(question, past) or who_counted(question, past):
        return found
    if _REALLY.match(question) or (found := _of_the_last(question, last)):
        return found or last.understood
    if not _OF_A_THING.match(question) and (match := _SAME_DONE.match(question)):
        return asked_again(match.group("wh") or "", last)
    if _NEXT.match(question):
        around = context(last.parsed)
        return f"What happened next {around}?" if around else last.understood
    if (match := _BESIDE.match(question)) and (beside := _beside(match, last)):
        return beside
    match = None if _OF_A_THING.match(question) else _BARE.match(question)
    if match and not has_verb(match.group("wh")):
        return asked_with(match.group("wh"), last)
    if (match := WITH.match(question)) and (counted := with_part(match.group("rest"), last)):
        return counted
    return _of_another(question, past)


_HIS_SOURCE = re.compile(r"\baccording to (?:their|his|her|its) (?=[a-z])")
_WHY_NOT = re.compile(
    rf"^{LEADS}why (?:not|(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would) "
    r"(?:he|she|it|they) not)\W*$",
    re.IGNORECASE,
)


_WHAT_IT_IS = re.compile(
    r"(?P<who>(?:(?:the|an?|its|their|his|her|this|that|these|those) )?\S+(?: \S+)*?) "
    r"(?P<what>(?:\w{2,}(?:ing|ed) )?(?:in|at|on|under|out|off|near)\b.*|\S+)"
)
"""Who, and how they are: "the bridge open", "the ferries running in Elva"."""


def _of_the_last(question: str, last: Said) -> str:
    """Return another measure of the same, who that was, or why not, or the empty string.

    >>> _of_the_last("And how high?", Said("", "How long is the bridge at Hollin?", {}))
    'How high is the bridge at Hollin?'
    >>> _of_the_last("Why not?", Said("", "Can the ferries leave?", {}))
    'Why can the ferries not leave?'
    >>> _of_the_last("Why is it not?", Said("", "Is the bridge open?", {}))
    'Why is the bridge not open?'
    """
    measure = _MEASURE.match(question)
    if measure and _MEASURED.match(last.parsed.wh) and last.parsed.rest:
        return f"How {measure.group('adj')} {last.parsed.aux} {rest_of(last.parsed)}?"
    if (match := _WHO_THAT.match(question)) and (who := _by_role(last)):
        return f"Who {match.group('is').lower()} {who}?"
    return _why_not(last) if _WHY_NOT.match(question) else ""


def _of_another(question: str, past: Sequence[Said]) -> str | None:
    """Return the last question asked of another time, place, source or group, or None."""
    last = past[-1]
    if _WHICH_ONES.match(question) and is_many(last.parsed.counted):
        behind = rest_of(last.parsed)
        aux = f"{last.parsed.aux} " if last.parsed.inverted else ""
        return f"Which {last.parsed.counted.removeprefix('of ')} {aux}{behind}?"
    if match := _SLOT.match(question):
        rest = as_written(
            match.group("rest"), [t for said in past for t in (said.asked, said.text)]
        )
        prep = match.group("prep").lower()
        told = _counted_last(past) if prep == "according to" else last
        return with_slot(told.understood, prep, rest)
    if (
        found := _done_else(question, last)
        or _another(question, last)
        or counted_as(question, past)
    ):
        return found
    if match := _ABOUT.match(question):
        subject = re.sub(r"^about\s+", "", match.group("subject"), flags=re.IGNORECASE)
        if not has_verb(subject) or names_of(subject):
            return about(subject, past)
    return None


_WHO_THAT = re.compile(rf"^{LEADS}who (?P<is>is|was) (?:that|this|it|he|she)\s*\?*$", re.IGNORECASE)


def _why_not(last: Said) -> str:
    """Return "Why can they not leave?" after "Can they leave?", or the empty string."""
    parsed, subject = last.parsed, last.parsed.subject
    if parsed.wh or not parsed.inverted or not subject or "not" in last.understood.split():
        return ""
    rest = rest_of(parsed)[len(subject) :].strip()
    if not rest and (match := _WHAT_IT_IS.fullmatch(subject)):
        subject, rest = match.group("who"), match.group("what")
    return f"Why {parsed.aux.lower()} {subject} not {rest}?" if rest else ""


def _by_role(last: Said) -> str:
    """Return of whom the last question told by what they are: "Brack's rival", or ""."""
    if last.called and head(last.called) in PEOPLE:
        return last.called
    if names_of(last.parsed.speaker):
        return last.parsed.speaker
    chains = (one for one in (last.parsed.subject, *last.parsed.chains()) if one)
    return next((one for one in chains if head(one) in PEOPLE and one[-1].islower()), "")


def _counted_last(past: Sequence[Said]) -> Said:
    """Return the newest question that several may answer, each in their own way.

    Nobody has a name or a post by one account and another by the next.
    """
    alone = re.compile(r"(?:who|what) (?:is|was|are|were) (?!said|known|reported)", re.IGNORECASE)
    if not alone.match(past[-1].understood):
        return past[-1]
    return next((one for one in reversed(past[-4:]) if one.parsed.counted), past[-1])


def _what_was_said(question: str, past: Sequence[Said]) -> Sequence[Said]:
    """Return the past without "Who says so?" at its end: one goes on from what was said."""
    if _REALLY.match(question):
        return past
    while len(past) > 1 and (WHO_SAID.match(past[-1].asked) or judges_figures(past[-1].asked)):
        past = past[:-1]
    return past


def asked_again(wh: str, last: Said) -> str:
    """Return the last question again, with another question word where one is given.

    >>> asked_again("Why", Said("", "Is Oton Brack still sending boats?", {}))
    'Why is Oton Brack still sending boats?'
    """
    return asked_with(wh, last) if wh else last.understood


def _beside(match: re.Match[str], last: Said) -> str:
    """Return the last question of the day before or after its own, or ""."""
    bare, speaker = without_according(last.understood)
    bare = bare.rstrip(" ?.")
    when = time_of(bare).partition(" ")[2]
    unit = match.group("unit") or match.group("span") or match.group("when").split()[-1]
    unit = unit.removesuffix("s")
    side = "before" if re.search(r"before|previous|earlier", match.group("when")) else "after"
    told = f"the {unit} {side}"
    if much := re.match(r"(?:\d+|[a-z]+) (?:days?|weeks?|months?|years?)\b", match.group("when")):
        told = f"{much.group()} {side}" if much.group().split()[0] != "the" else told
    said_when = "" if told[:3] != "the" else "on " if unit == "day" else "in "
    dated = unit != "day" or re.match(r"\d|\w+ \d{1,2}\b(?!\d)", when)
    event = last.around.partition(" ")[2]
    if when and dated:
        found = f"{without_time(bare)} {said_when}{told} {when}?"
    elif is_event(event) and last.around in bare:
        found = f"{bare.replace(last.around, f'{said_when}{told} {event}')}?"
    elif match.group("unit") is None and event and not when:
        found = f"{bare.removesuffix(last.around).rstrip()} {told} {event}?"
    else:
        return ""
    return told_by(found, speaker) if speaker else found


def _done_else(question: str, last: Said) -> str:
    """Return the last question asked of something else that was done, or the empty string.

    >>> _done_else("And recaptured?", Said("", "When was Hollin captured by Norland?", {}))
    'When was Hollin recaptured?'
    """
    match = _DONE_ELSE.match(question)
    parsed = last.parsed
    passive = parsed.aux.lower() in ("was", "were", "is", "are") and parsed.verb.endswith("ed")
    if match is None or not passive or parsed.counted or quantity_of(match.group("verb")):
        return ""
    found = last.understood.replace(parsed.verb, match.group("verb").lower(), 1)
    return re.sub(r" by [^?]*", "", found)


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
