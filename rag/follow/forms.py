"""Short follow-up questions: "Why?", "And injured?", "In which town?", "What about the army?".

Each takes over the question before and changes what it asks. ``None`` says that a question is of
another form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import group_of, quantity_of
from rag.follow.context import told_by, with_context
from rag.follow.counted import on_counted
from rag.follow.names import as_written
from rag.follow.ones import another_of, judges_figures
from rag.follow.past import Said
from rag.follow.phrases import is_event, names_of
from rag.follow.says import WHO_SAID, confirmed_by, who_counted, who_said
from rag.follow.subjects import about, of_another
from rag.follow.swaps import count_of, has_verb, with_slot
from rag.follow.things import is_many
from rag.follow.topic import (
    context,
    time_of,
    without_according,
    without_time,
)
from rag.follow.wh import asked_with
from rag.follow.words import LEADS

_BARE = re.compile(
    rf"^{LEADS}(?P<wh>(?:(?:[a-z]+ of|by|since|until|with|from|to|for|on|in|at|against|"
    r"about|under|over|after|before|within|near|between|through|of)\s+)?"
    r"(?:why|when|where|how(?: many| much)?|who|whom|how long|how far|(?<=with )what|"
    r"(?<=from )what|(?<=for )what|(?<=about )what|(?<=to )what|(?<=by )what|"
    r"(?<=with |from )how (?:many|much) [a-z]+|(?<=in |on |by |to |at )how (?:many|much) [a-z]+|"
    r"(?:what|which|whose)(?:\s+(?!about\b|else\b|of\b)[a-z]+){1,2}))"
    r"(?:\s+(?:so|exactly|not|then|(?:was|is) (?:that|this|it)|did (?:that|this|it) happen|and how"
    r"|and why))?\s*\??$",
    re.IGNORECASE,
)
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
_COUNT = re.compile(
    rf"^{LEADS}how\s+(?:many|much)\s+(?:(?:of|among)\s+(?:them|those|these|it)\s+)?"
    r"(?:(?:people|persons)\s+)?(?:(?P<be>were|are|was|is)\s+)?(?P<what>[a-z][\w' -]{1,40}?)"
    r"(?P<all>\s+in (?:all|total))?\s*\??$",
    re.IGNORECASE,
)
_OF_THOSE = re.compile(
    rf"^{LEADS}how many (?:of (?:them|those|these) )?(?P<were>(?:were|are|have been|had been) "
    r"(?!killed|injured|wounded|hurt|dead)(?:\w+ed|burnt|lost|found|sunk|left|shot))\s*\?*$",
    re.IGNORECASE,
)
_WHAT_SAYS = re.compile(
    rf"^{LEADS}what (?:does|did|do) (?P<who>[^?]{{2,60}}?) (?:say|report|claim)\s*\?*$",
    re.IGNORECASE,
)
_HOW_MANY_IN = re.compile(
    rf"^{LEADS}how many (?:of (?:them|those|these) )?"
    r"(?P<rest>(?:in|on|at|under|with|without|from|by|inside)\s[^?,]+)\?*$",
    re.IGNORECASE,
)
_WITH = re.compile(
    rf"^{LEADS}(?P<rest>(?:with|without|under|over) "
    r"(?!what|whom|which|how)[a-z][^?,]*?)\s*\??$",
    re.I,
)
_ANOTHER = re.compile(
    rf"^{LEADS}(?:(?:what|how) about )?(?:the|its|their) (?P<which>[a-z]+) "
    r"(?:one|figure|count|number)\s*\??$",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:the|its|their) ([a-z]+(?:est|er|st|nd|rd|th)|last)\b")
_WORD_ONLY = re.compile(rf"^{LEADS}(?P<what>[a-z]+)\s*\?$", re.IGNORECASE)
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
    question = re.sub(r"\bthe ones? (?=(?:in|at|near|on|from|of)\b)", "", question)
    if found := another_of(question, last) or on_counted(question, past):
        return found
    if WHO_SAID.match(question):
        return who_said(last)
    if found := confirmed_by(question, past) or who_counted(question, past):
        return found
    if _REALLY.match(question):
        return last.understood
    if match := _SAME_DONE.match(question):
        return asked_again(match.group("wh") or "", last)
    if _NEXT.match(question):
        around = context(last.parsed)
        return f"What happened next {around}?" if around else last.understood
    if (match := _BESIDE.match(question)) and (beside := _beside(match, last)):
        return beside
    match = (
        None
        if re.match(r"whose\b.*\b(?:it|that|this)\W*$", question, re.I)
        else _BARE.match(question)
    )
    if match and not has_verb(match.group("wh")):
        return asked_with(match.group("wh"), last)
    if (match := _WITH.match(question)) and (counted := _with(match.group("rest"), last)):
        return counted
    return _of_another(question, past)


def _of_another(question: str, past: Sequence[Said]) -> str | None:
    """Return the last question asked of another time, place, source or group, or None."""
    last = past[-1]
    if match := _SLOT.match(question):
        rest = as_written(
            match.group("rest"), [t for said in past for t in (said.asked, said.text)]
        )
        return with_slot(last.understood, match.group("prep").lower(), rest)
    if found := _done_else(question, last) or _another(question, last) or _counted(question, last):
        return found
    if match := _ABOUT.match(question):
        subject = re.sub(r"^about\s+", "", match.group("subject"), flags=re.IGNORECASE)
        if not has_verb(subject) or names_of(subject):
            return about(subject, past)
    return None


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


def _counted(question: str, last: Said) -> str:
    """Return how many there were of a group, or in some state, in the last topic, or ""."""
    match = _HOW_MANY_IN.match(question)
    if match and last.parsed.counted and names_of(match.group("rest")):
        prep, _, rest = match.group("rest").partition(" ")
        return with_slot(last.understood, prep.lower(), rest)
    if match and not names_of(match.group("rest")):
        counted = last.parsed.counted
        harm = next((q for word in last.understood.split() if (q := quantity_of(word))), "")
        people = counted if group_of(counted.split()[-1] if counted else "") else "people"
        people = f"of the {harm}" if harm in ("killed", "injured", "missing") else people
        return with_context(f"How many {people} were {match.group('rest')}?", last)
    counted = last.parsed.counted
    things = is_many(counted) and counted != "people" and not names_of(counted)
    if (match := _OF_THOSE.match(question)) and things and not group_of(counted.split()[-1]):
        return with_context(f"How many {counted} {match.group('were')}?", last)
    match = _COUNT.match(question) or _word_only(question, last)
    much = bool(re.search(r"\bhow much\b", question, re.IGNORECASE))
    return count_of(match.group("what").lower(), last, much=much) if match else ""


def _with(rest: str, last: Said) -> str:
    """Return "How many people with burns did it treat?" after "How many people did it treat?".

    >>> _with("with burns", Said("", "How many people did the clinic treat?", {}))
    'How many people with burns did the clinic treat?'
    """
    counted = last.parsed.counted
    if not counted or not last.parsed.wh.endswith(counted) or names_of(rest):
        return ""
    return last.understood.replace(last.parsed.wh, f"{last.parsed.wh} {rest}", 1)


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
