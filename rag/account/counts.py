"""What a sentence says of figures beside the figure: none at all, another event, overtaken ones.

Pure functions, English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.counts import Number, numbers
from rag.english.quantities import Counted
from rag.english.question import Asked, quantity_of

_NONE = re.compile(
    r"\b(?:there (?:were|was|are|have been) no|caus(?:ed|ing)(?: any)? no|caus(?:ed|ing) no|"
    r"resulted in no|without (?:any )?|no)\s+(?:\w+\s+){0,2}?(?P<noun>casualties|deaths|fatalities|"
    r"victims|dead|injuries|wounded|losses)\b(?P<rest>[^.;]*)"
    r"|\b(?:no ?one|nobody|no (?:people|person|civilians?|residents?|children))\s+"
    r"(?:was|were|has been|have been|had been|is|are)?\s*(?P<verb>\w+)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:no (?:immediate |confirmed |official |further )*(?:word|report|reports|information|news|"
    r"details|figures?|confirmation|comment)|unclear|not clear|not known|unknown|if any)\b",
    re.IGNORECASE,
)
_OTHER_EVENT = re.compile(
    r"\b(?P<which>another|second|third|fourth|separate|earlier|previous|subsequent|different|"
    r"similar|other|later)\s+(?:\w+[\s-]+){0,2}?(?:air\s?)?(?P<event>strikes?|airstrikes?|raids?|attacks?|"
    r"bombings?|blasts?|explosions?|shelling|incidents?|clash(?:es)?|massacres?|bombardments?|"
    r"shootings?|crash(?:es)?|accidents?|fires?|floods?|earthquakes?|quakes?)\b"
    r"|\b(?P<other>another|different)\s+(?:\w+[\s-]+){0,2}?"
    r"(?:neighbou?rhood|town|village|city|district|suburb|quarter|area)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:(?:air)?strikes?|raids?|attacks?|bombings?|blasts?|explosions?|shelling|incidents?|"
    r"clash(?:es)?|massacres?|bombardments?|shootings?|crash(?:es)?|accidents?|fires?|floods?|"
    r"earthquakes?|quakes?)\b",
    re.IGNORECASE,
)
_REVISED = re.compile(
    r"\b(?:rose|risen|rises|rising|climb(?:ed|s|ing)|increased|grew|grown|jumped|revis(?:ed|es|ing)|"
    r"correct(?:ed|s|ing)|updat(?:ed|es|ing)|raised|lowered|reduced|fell|fallen|"
    r"now (?:stands|at|says|say|put|puts|believed|known)|(?:up|down) from|"
    r"later (?:said|put|raised|revised|reported)|"
    r"by (?:the )?(?:evening|nightfall|night|afternoon))\b",
    re.IGNORECASE,
)


def says_revised(sentence: str, number: Number) -> bool:
    """Return whether a sentence says that a figure took the place of an older one.

    >>> says_revised("The toll rose to 27 from 19.", numbers("The toll rose to 27 from 19.")[0])
    True
    """
    start = max(0, number.start - 80)
    near = re.split(r"[.;]\s", sentence[start : number.start])[-1]
    return bool(_REVISED.search(near) or _REVISED.match(sentence[number.end :].lstrip(" ,")))


def none_counted(asked: Asked, sentence: str) -> list[Counted]:
    """Return the places where a sentence says that there were none of what is asked for.

    "No word of casualties" says nothing of the kind.

    >>> from rag.english.question import analyse
    >>> asked = analyse("How many people were killed in Homs?")
    >>> [one.number.value for one in none_counted(asked, "The raid caused no casualties.")]
    [0.0]
    >>> none_counted(asked, "There was no immediate word on casualties.")
    []
    """
    if not asked.quantity or _UNKNOWN.search(sentence):
        return []
    found: list[Counted] = []
    for match in _NONE.finditer(sentence):
        noun = (match.group("noun") or match.group("verb") or "").lower()
        anybody = noun in ("casualties", "victims", "losses")
        fits = asked.quantity in ("killed", "injured") if anybody else False
        if not fits and quantity_of(noun) != asked.quantity:
            continue
        end = match.end("noun") if match.group("noun") else match.end("verb")
        number = Number(match.start(), end, match.start(), 0.0, 0.0, 0.0, "")
        found.append(Counted(number, asked.quantity, "people", (noun,)))
    return found


def of_other_event(asked: Asked, sentence: str, number: Number) -> bool:
    """Return whether a number belongs to another event of its sentence: "a second strike killed 5".

    >>> from rag.english.question import analyse
    >>> asked = analyse("How many people were killed in the strike on Homs?")
    >>> text = "The strike on Homs killed 12 people and a second strike killed 5."
    >>> [of_other_event(asked, text, one) for one in numbers(text)]
    [False, True]
    """
    others = [one for one in numbers(sentence) if one.start != number.start]
    floor = max((one.end for one in others if one.end <= number.start), default=0)
    ceiling = min((one.start for one in others if one.start >= number.end), default=len(sentence))
    before = re.split(r"[;:]", sentence[floor : number.start])[-1]
    after = re.split(r"[;:,]|\band\b|\bwhile\b|\bbut\b", sentence[number.end : ceiling])[0]
    told_before = _EVENT.search(before) or _OTHER_EVENT.search(before)
    part = before if told_before else after
    match = _OTHER_EVENT.search(part)
    if match is None:
        return False
    which = (match.group("which") or match.group("other")).lower()
    return re.search(rf"\b{which}\b", asked.text, re.IGNORECASE) is None


def overtaken(asked: Asked, found: Sequence[Counted]) -> tuple[float, ...]:
    """Return the figures of a sentence that it calls overtaken, of what is asked for."""
    return tuple(
        one.number.value
        for one in found
        if one.previous and one.number.value is not None and one.quantity in ("", asked.quantity)
    )
