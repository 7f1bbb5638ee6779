"""Which sentences tell that something happened, and which only stand around it. English.

"Shells hit Hollin on Tuesday, nine died" is an event. "Hollin is often shelled", "activists posted
videos from Hollin" and what a Hollin-based doctor hopes for are background.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.english.events import REPORTED_DAYS, is_open_ended
from rag.english.quantities import counted
from rag.english.question import Asked, analyse
from rag.english.speech_words import REPORTING
from rag.english.when import times

EVENT = 0.5
"""Least eventfulness of a sentence that tells an event."""
_SHORTEST = 12
"""Characters of a main clause before its "which", at least."""
_HAPPENED = re.compile(
    r"\b(?:happen\w*|took place|taken place|occur\w*|going on|went on)\b", re.IGNORECASE
)
_ACTS = re.compile(
    r"\b(?:killed|wounded|injured|died|hit|struck|bombed|shelled|attacked|fired|dropped|launched|"
    r"captured|recaptured|seized|took|retook|entered|stormed|burst|broke|fell|collapsed|exploded|"
    r"detonated|blew|crashed|sank|flooded|burn(?:ed|t)|opened|closed|arrested|detained|abducted|"
    r"kidnapped|executed|evacuated|fled|left|reached|arrived|signed|resigned|won|lost|destroyed|"
    r"damaged|demolished|targeted|carried out|repelled|retreated|withdrew|advanced|rescued|"
    r"protested|clashed|marched|voted|shot|began|ended|met|rose|brought|freed|released|poured|"
    r"swept|pounded|hurt|drove|cut|shut|stopped|blocked|torn|tore|ran|came|suffered|conducted)\b"
)
_PAST = re.compile(r"(?<![-\w])[a-z]{3,}ed(?![-\w])")
_NOT_MAIN = re.compile(r"\b(?:which|who|whose|where)\b|\ba frequent\b")
_BACKGROUND = re.compile(
    r"\b(?:regularly|frequently|often|usually|routinely|constantly|continues? to|continue unabated|"
    r"continues unabated|remains?|ha(?:s|ve) (?:long |also )?been|is (?:a|an|the|also|home|located|"
    r"controlled|held|under|seen|considered|further|already)|are (?:a|an|the|also|still)|seeks? to|"
    r"serves? (?:as|to)|ha(?:s|ve|d) previously|"
    r"[Ff]or (?:almost |nearly |over |more than |about |some )?(?:\w+ )?(?:years|months|decades))\b"
)
_SINCE = re.compile(r"\bsince\s+(?:early |late |mid-?)?(?:(?:19|20)\d\d|[A-Z][a-z]+|last|the)\b")
_FOOTAGE = r"(?:videos?|photos?|photographs?|pictures?|images?|footage|hashtags?)"
_SHOWN = re.compile(
    rf"\b{_FOOTAGE}\b.{{0,80}}\b(?:show\w*|emerg\w*|circulat\w*|posted|shared)\b|"
    rf"\b(?:post|shar|upload|circulat|releas|publish)\w*\s+(?:\w+\s+){{0,3}}{_FOOTAGE}\b|"
    r"\busing the hashtag\b",
    re.IGNORECASE | re.DOTALL,
)
_TALK = re.compile(
    r"\b(?:warned|called (?:on|for)|urged|condemned|vowed|would|hopes?|threatened|shares? the|"
    r"there were no (?:immediate )?(?:details|reports)|aims? (?:to|at)|plans? to)\b"
)


def asks_what_happened(text: str) -> bool:
    """Return whether a question asks for events.

    >>> asks_what_happened("What happened in Hollin?"), asks_what_happened("What is a weir?")
    (True, False)
    """
    return bool(_HAPPENED.search(text))


def without_time(asked: Asked) -> Asked:
    """Return a question for what happened without the words of its time, of which it still asks.

    A report of that time has it in its date; what holds "July 2016" in its words looks back.

    >>> asked = without_time(analyse("What happened in Hollin in early July 2016?"))
    >>> asked.text, asked.period
    ('What happened in Hollin?', ('2016-07-01', '2016-07-10'))
    """
    if asked.period is None or not asks_what_happened(asked.text) or is_open_ended(asked.text):
        return asked
    text = asked.text
    for time in reversed(times(text)):
        before = _TIME_BEFORE.sub("", text[: time.start])
        text = f"{before.rstrip()}{text[time.end :]}"
    bare = analyse(text.lstrip(" ,"))
    # "On 3 and 5 July": what is left of it would be read as another question.
    whole = bool(bare.names) and not re.search(r"\d", bare.text)
    return replace(bare, period=asked.period) if whole else asked


def as_reported(asked: Asked, published: Iterable[str | None]) -> Asked:
    """Return a question as ``without_time`` does, where some documents are reports of that time.

    A history that was written later names the time in its words.

    Args:
        asked: The question.
        published: Of each document that it is read in, the ISO day of its publication.
    """
    bare = without_time(asked)
    if bare is asked or asked.period is None:
        return asked
    first, last = asked.period
    through = (date.fromisoformat(last) + timedelta(days=REPORTED_DAYS)).isoformat()
    return bare if any(first <= (day or "")[:10] <= through for day in published) else asked


_TIME_BEFORE = re.compile(
    r"(?:\b(?:in|on|during|around|about|at|over|throughout|of|the|early|late|mid|month|week|day|"
    r"year|beginning|middle|end|start|and|to)[\s,-]*)+$",
    re.IGNORECASE,
)


def eventfulness(text: str, names: Sequence[str] = ()) -> float:
    """Return how far a sentence tells an event at what was asked for, 0 to 1.

    Args:
        text: The sentence.
        names: The names of the question.

    >>> eventfulness("Shells hit Hollin on Tuesday and nine people were killed.") >= EVENT
    True
    >>> eventfulness("Hollin is regularly shelled by the navy.") >= EVENT
    False
    """
    parting = _NOT_MAIN.search(text)
    main = text[: parting.start()] if parting and parting.start() > _SHORTEST else text
    # Of "has been bombed", only the background counts.
    acted = bool(_ACTS.search(main))
    past = any(one.group() not in REPORTING for one in _PAST.finditer(main))
    score = 0.5 * acted or 0.3 * past
    score += 0.3 * any(one.quantity for one in counted(text))
    score += 0.2 * (acted and not _TALK.search(main))
    score -= 0.4 * bool(_BACKGROUND.search(main)) + 0.4 * bool(_SINCE.search(main))
    score -= 0.6 * bool(_SHOWN.search(text)) + 0.4 * bool(_TALK.search(main))
    score -= 0.4 * _opens_quoted(text) + 0.4 * any(_is_detail(name, text) for name in names)
    return max(0.0, min(1.0, score))


def _opens_quoted(text: str) -> bool:
    return text.lstrip()[:1] in ('"', "\u201c")


def _is_detail(name: str, text: str) -> bool:
    """Return whether a place is named only to say where somebody is from.

    >>> _is_detail("Hollin", "Osk, a Hollin-based doctor, wept."), _is_detail("Hollin", "At Hollin")
    (True, False)
    """
    word = re.escape(name)
    every = len(re.findall(rf"\b{word}\b", text))
    aside = len(re.findall(rf"\b{word}-(?:based|born)\b|\b(?:from|of origin in)\s+{word}\b", text))
    return every > 0 and every == aside
