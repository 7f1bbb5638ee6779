"""Who said what the last question was answered with, and whether another one says so. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import quantity_of
from rag.follow.counted import counts
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said
from rag.follow.swaps import participle, rest_of, with_slot
from rag.follow.things import body
from rag.follow.topic import agent, context, without_according
from rag.follow.words import LEADS, PAST_OF

WHO_SAID = re.compile(
    rf"^{LEADS}(?:who(?:\s+(?:has|have|is|was))?\s+(?:said|says|say|saying|claimed|claims|"
    r"reported|reports|told|stated|counted)\s*(?:so|that|this|it|you that|them)?|says who|"
    r"according to whom?|whose (?:figure|number|word|claim|count) is (?:that|this|it)|"
    r"who (?:has |have )?(?:gave|gives|given|made|counted|provided|published) (?:this|that|these|"
    r"those|the) (?:figure|number|count|toll|estimate|claim|statement)s?|(?:what is|what's|who is) "
    r"the source(?: (?:of|for) (?:this|that|these|those|the|it)(?: \w+)?)?)\s*\??$",
    re.IGNORECASE,
)
_CONFIRMED = re.compile(
    rf"^{LEADS}(?:(?:is|was|are|were|has|have) (?:that|this|it|they|these)(?: been)? "
    r"(?:also )?(?:confirmed|disputed|backed|supported|contradicted|shared|accepted|verified|"
    r"questioned) by (?P<by>[^?,]+)|(?:does|did|do) "
    r"(?P<who>(?!(?:he|she|it|they|anyone|anybody|somebody)\b)[^?,]+?) "
    r"(?:agree|say the same|say so|see it that way|see it the same way)(?: with (?:that|this|it))?"
    r"(?: too| as well| also)?)\s*\?*$",
    re.IGNORECASE,
)
_WHO_COUNTED = re.compile(
    rf"^{LEADS}who (?:says|said|say|claims|claimed|reported|reports|gave|counted|speaks of|"
    r"spoke of)(?: that)? (?:(?:it|there|they) (?:was|were|is|are) )?"
    r"(?P<value>(?:(?:only|just|about|around|nearly|almost|over|at least|more than|up to) )*"
    r"\d[\d,.]*)"
    r"(?: (?:million|thousand|billion))?\s*\?*$",
    re.IGNORECASE,
)


def confirmed_by(question: str, past: Sequence[Said]) -> str:
    """Return the last question asked of who may confirm its answer, or the empty string.

    >>> past = [Said("", "What did the Ferry Board say about the boats?", {})]
    >>> confirmed_by("Is that confirmed by the Harbour Office?", past)
    'What did the Harbour Office say about the boats?'
    >>> confirmed_by("Does SANA agree?", [Said("", "How many died in Hollin?", {})])
    'How many died in Hollin, according to SANA?'
    """
    match = _CONFIRMED.match(question)
    who = match and (match.group("by") or match.group("who"))
    if not who:
        return ""
    # Who confirms confirms what was said or counted.
    # Of a part of them nobody need have a word of their own: "How many of the dead were ...?".
    whole = [said for said in past[-3:] if not said.parsed.counted.startswith("of ")] or past[-3:]
    told = (said for said in reversed(whole) if said.parsed.speaker or counts(said.parsed))
    return with_slot(next(told, past[-1]).understood, "according to", who)


def who_counted(question: str, past: Sequence[Said]) -> str:
    """Return who gave a figure of the newest question that was counted, or the empty string.

    >>> past = [Said("", "How many people were killed in Hollin?", {})]
    >>> who_counted("And who says it was 14?", past)
    'Who said that 14 people were killed in Hollin?'
    """
    match = _WHO_COUNTED.match(question)
    counted = next((said for said in reversed(past[-3:]) if said.parsed.counted), None)
    if match is None or counted is None:
        return ""
    return who_said(counted, match.group("value"))


def who_said(last: Said, value: str = "") -> str:
    """Return "Who said that 14 people were killed in Hollin?" after such a question.

    ``value`` is the figure of which it is asked; that of the answer where none is given.
    """
    question, _ = without_according(last.understood)
    parsed = parse(question)
    counted = parsed.counted
    if parsed.speaker and parsed.speaker == body(parsed):
        behind = " ".join(part.text for part in parsed.after_verb())
        return f"Who spoke for {parsed.speaker} {behind}?".replace(" ?", "?")
    value = value or last.bare[:1].lower() + last.bare[1:]
    if not re.match(r"\W*\d|(?:at least|about|some|more|around|nearly)\b", value):
        value = ""
    around = agent(parsed) or context(parsed)
    if counted and quantity_of(parsed.verb):
        verb = participle(parsed.verb)
        people = f"{value} {counted}" if value and len(value) < 30 else f"how many {counted}"
        link = "that " if value else ""
        return f"Who said {link}{people} were {verb} {around}?".replace(" ?", "?")
    if (
        value
        and counted
        and not parsed.inverted
        and parsed.rest[:1]
        and parsed.rest[0].kind == "aux"
    ):
        return f"Who said that {value} {counted} {rest_of(parsed)}?"
    if value and counted:
        verb = "was" if re.search(r"\bhow much\b", parsed.wh, re.IGNORECASE) else "were"
        where = around or _where(parsed)
        return f"Who said that {value} {counted} {verb} {where}?".replace(" ?", "?")
    if parsed.wh.lower() == "how many" and not counted and parsed.aux.lower() in ("are", "were"):
        rest = f"{parsed.aux.lower()} {rest_of(parsed)}" if parsed.inverted else rest_of(parsed)
        return f"Who said {f'that {value}' if value else 'how many'} {rest}?"
    if claimed := _claimed(parsed, last):
        return f"Who said that {claimed}?"
    around = re.sub(r"^(?:in|at) ", "about ", around)
    return f"Who said so {around}?" if around else f"Who said {_clause(parsed)}?"


def _claimed(parsed: Parsed, last: Said) -> str:
    """Return what a question for which one of some was answered with, as a clause, or "".

    >>> past = Said("", "Which month was the wettest in Hollin?", {"answers": [{"text": "May"}]})
    >>> _claimed(past.parsed, past)
    'May was the wettest in Hollin'
    """
    which = re.match(r"(?:which|what) [a-z]+|who$", parsed.wh, re.IGNORECASE)
    bare = last.bare
    if which is None or not re.match(r"[A-Z\d]", bare) or len(bare.split()) > 5:
        return ""
    state = parsed.inverted and parsed.tells_state and " " in parsed.wh
    if parsed.inverted and not state:
        return ""
    return f"{bare} {f'{parsed.aux} ' if state else ''}{rest_of(parsed)}"


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


def _where(parsed: Parsed) -> str:
    """Return where what is counted is: "in the storage building"."""
    at = next((n for n, part in enumerate(parsed.rest) if part.kind == "prep"), len(parsed.rest))
    return " ".join(part.text for part in parsed.rest[at:])
