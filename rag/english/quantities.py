"""What a number in a sentence counts: the quantity, the group, and whether it is only a part.

Killed is not injured, children among the dead are part of them, and the toll of a whole war is not
the toll of one attack. Pure functions, English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.english.counts import Number, numbers
from rag.english.dimensions import dimension_asked, measured_in
from rag.english.quantity_words import (
    HIGHEST,
    MEASURES,
    MORE,
    NO_COUNT_AFTER,
    NO_KINDS,
    PLURAL,
    THINGS,
    TIME_UNITS,
    befell,
    who_counted,
)
from rag.english.question import Asked, group_of, quantity_of
from rag.english.speech import tokens
from rag.english.votes import AGAINST, FOR, side_asked, tally
from rag.english.words import stem

_STOP = frozenset('.;:!?()"\u201c\u201d')
_TRANSITIVE = re.compile(r"(?:ed|ing|s|hurt|slain|left|leaving)$|^(?:kill|injure|wound)$")
_PART = re.compile(r"\b(?:including|includes?|among (?:them|those|whom)|of (?:them|whom)|them)\s*$")
_PART_AFTER = re.compile(
    r"^\s*(?:\w+\s+)?"
    r"(?:of (?:them|whom|which|those|the (?:dead|victims|killed|wounded|injured|people|persons))|"
    r"(?:were|are) among)\b",
    re.IGNORECASE,
)
_AMONG = re.compile(r"\bamong(?:st)?\s+(?:the\s+|a\s+total\s+of\s+|some\s+)*$", re.IGNORECASE)
_AND = re.compile(r"^\s+(?:[a-z][\w'\u2019-]*\s+){1,2}(?:and|as well as)\s+$")
_ANOTHER = re.compile(r"\b(?:another|a further|an additional|remaining)\s*$", re.IGNORECASE)
_BY_KIND = re.compile(
    r"^\s+[a-z][\w'\u2019-]*(?:\s+(?:of|from|in|with)\s+(?:[\w'\u2019-]+\s*){1,5})?\s+and\s+$"
)
_OF_THE = re.compile(r"(?:^|[.;,]\s*)of (?:the|those|these)\s*$", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:permit\w*|allow\w*|licen[cs]\w*|limit\w*|capacity|maximum|designed|authori[sz]ed)\b"
    r"[^.;]{0,25}$",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(
    r"\b(?:previous|earlier|initial|prior|first)\s+(?:death\s+)?(?:toll|count|estimate|figure|report)"
    r"[^.]{0,40}$|\bup from\s*$|\brose from\s*$|\bfrom\s*$",
    re.IGNORECASE,
)
_PREVIOUS_BEFORE = re.compile(
    r"\b(?:earlier|previous|original|first|initial) (?:version|article|report|dispatch|bulletin)s?"
    r"\b[^.;]{0,60}$|\b(?:previously|initially|originally|at first|earlier|wrongly|mistakenly)\s+"
    r"(?:\w+\s+)?(?:said|put|reported|given|gave|announced|counted|estimated|stated|spoken of)\b"
    r"[^.;]{0,40}$|\b(?:compared (?:with|to)|instead of|not|rather than|against)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PREVIOUS_AFTER = re.compile(
    r"^\s*(?:\w+\s+){0,3}?(?:(?:initially|previously|originally|first|earlier)\s+"
    r"(?:reported|announced|given|counted|feared|thought|stated)"
    r"|(?:reported|announced|given|counted|stated)\s+"
    r"(?:earlier|before|previously|initially|at first)"
    r"|(?:it|they|he|she)\s+had\s+(?:\w+\s+)?(?:reported|announced|given|counted|stated|put))\b",
    re.IGNORECASE,
)
_WHOLE_WAR = re.compile(
    r"\bsince\s+(?:\w+\s+){0,3}(?:(?:19|20)\d\d|start|beginning|outbreak|uprising|war|conflict|"
    r"revolution|crisis|it began|it started)\b|\b(?:civil war|conflict|war|uprising)\b[^.]{0,60}"
    r"\b(?:has|have)\b[^.]{0,30}\b(?:killed|claimed|left|cost|displaced)|"
    r"\bha(?:s|ve)\s+(?:been\s+)?(?:killed|died|displaced|left)\b[^.;]*\b"
    r"(?:conflict|civil war|war|uprising|revolution)\b|"
    r"\b(?:ongoing|whole|entire|\w+-year(?:-old)?)\s+(?:civil\s+)?(?:war|conflict)\s+"
    r"(?:killing|killed|claiming|leaving)\b|"
    r"\bin the (?:war|conflict)\b|\bmore than (?:\w+) years of\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:and |but )?how (?:much|large|long|far|high|big|heavy|deep|wide)\b", re.IGNORECASE
)
_PHRASE_END = frozenset(
    "for in at on to by from with against during after before since near who that which were was "
    "are is have had has and or but while when as".split()
)
_HUGE = re.compile(
    r"\bha(?:s|ve) (?:been )?(?:killed|died|claimed|left)\b[^.;]*\b(?:millions?|half the)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a sentence with what it counts.

    ``part`` is set when it counts a part of a larger figure ("including 11 children"), ``previous``
    when the sentence gives it as overtaken or as what is allowed, ``whole`` when it
    speaks of a whole war or period, ``kind`` when the sentence tells the whole by kinds of people
    ("31 militants and eight civilians").
    """

    number: Number
    quantity: str
    group: str
    nouns: tuple[str, ...]
    part: bool = False
    previous: bool = False
    whole: bool = False
    kind: bool = False


def counted(sentence: str) -> list[Counted]:
    """Return the numbers of a sentence with what each counts, in order.

    >>> found = counted("It killed 58 people and wounded 60.")
    >>> [(c.number.value, c.quantity, c.group) for c in found]
    [(58.0, 'killed', 'people'), (60.0, 'injured', '')]
    >>> [(c.quantity, c.part) for c in counted("At least 87 people including 31 children died.")]
    [('killed', False), ('killed', True)]
    """
    found = numbers(sentence)
    starts = {number.start for number in found}
    whole = bool(_WHOLE_WAR.search(sentence) or _HUGE.search(sentence))
    votes = tally(sentence)
    result: list[Counted] = []
    for here, number in enumerate(found):
        floor = found[here - 1].end if here else 0
        ceiling = found[here + 1].start if here + 1 < len(found) else len(sentence)
        before_text, after_text = sentence[floor : number.start], sentence[number.end : ceiling]
        before = _until_stop([t.lower for t in reversed(tokens(before_text))])[:9]
        after = [_unglued(t.lower) for t in tokens(after_text)]
        cut = [n for n, word in enumerate(after) if word in _STOP or word == ","]
        after = after[: cut[0]] if cut else after
        next_is_number = ceiling in starts
        if NO_COUNT_AFTER.match(sentence[number.end :]):
            continue
        quantity = befell(before_text, after_text, next_is_number)
        quantity = _quantity(before, after, next_is_number) if quantity is None else quantity
        nouns = votes.get(number.start) or who_counted(before_text) or _noun_phrase(after)
        group = next((group_of(word) for word in nouns[:4] if group_of(word)), "")
        part = bool(_PART.search(before_text) or _PART_AFTER.match(after_text))
        # "six children among 19 dead"
        part = part or (here + 1 < len(found) and bool(_AMONG.search(after_text)))
        if result and _OF_THE.search(sentence[: result[-1].number.start]):
            part = True  # "Of the 87 dead, 31 were children."
        if part and result:
            quantity = result[-1].quantity or quantity
        if not quantity and result and re.match(r"^\s*(?:and|or|to|,)?\s*$", before_text):
            quantity = result[-1].quantity
        if not quantity and group and result and result[-1].group and _AND.match(before_text):
            quantity = result[-1].quantity  # "killed 31 militants and eight civilians"
        # "Five more were killed in Elva" are added to those that were told before.
        part = part or bool(nouns and nouns[0] in MORE) or bool(HIGHEST.search(before_text))
        # "killed another six", but not "killed five and wounded another six"
        told = [one.quantity for one in result if one.quantity]
        first = not told or told[-1] == quantity
        part = part or (first and bool(_ANOTHER.search(before_text)))
        if result and result[-1].nouns[:1] and result[-1].nouns[0] in MORE:
            part = part or (quantity == result[-1].quantity and before[:1] == ["and"])
        previous = bool(
            _PREVIOUS.search(before_text)
            or _LIMIT.search(before_text)
            or _PREVIOUS_BEFORE.search(before_text)
            or _PREVIOUS_AFTER.match(after_text)
            or (result and result[-1].previous and re.match(r"\s+(?:with|and)\s$", before_text))
        )
        result.append(Counted(number, quantity, group, nouns, part, previous, whole))
    return _by_kind(_carry_back(result, sentence), sentence)


def _by_kind(found: list[Counted], sentence: str) -> list[Counted]:
    """Return numbers that are told side by side of kinds of people with the verb of the last one.

    >>> text = "It said 19 fighters from the group and four civilians were killed in the blast."
    >>> [(one.number.value, one.quantity, one.kind) for one in counted(text)]
    [(19.0, 'killed', True), (4.0, 'killed', True)]
    """
    result = list(found)
    for here in range(len(result) - 1):
        one, two = result[here], result[here + 1]
        between = sentence[one.number.end : two.number.start]
        if not (one.group and two.group and one.group != two.group and _BY_KIND.match(between)):
            continue
        if one.part or two.part or one.quantity not in ("", two.quantity):
            continue
        result[here] = replace(one, quantity=two.quantity, kind=True)
        result[here + 1] = replace(two, kind=True)
    return result


def _unglued(word: str) -> str:
    """Return "injured" for "injured-when": a dash that lost its spaces joins no word."""
    first = word.split("-")[0]
    return first if quantity_of(first) else word


def _carry_back(found: list[Counted], sentence: str) -> list[Counted]:
    """Give "87 people including 31 children died" its verb, which stands after the part."""
    result = list(found)
    for here in range(len(result) - 1):
        this, following = result[here], result[here + 1]
        if this.part and not this.quantity and not following.part:
            result[here] = replace(this, quantity=following.quantity)  # "11 were among 26 killed"
        if this.quantity or not following.part:
            continue
        rest = [token.lower for token in tokens(sentence[following.number.end :])][:8]
        quantity = next((quantity_of(word) for word in rest if quantity_of(word)), "")
        for place in (here, here + 1):
            result[place] = replace(result[place], quantity=quantity)
    return result


def _noun_phrase(after: list[str]) -> tuple[str, ...]:
    """Return the words of what is counted, up to the first preposition but "of", or the verb."""
    for number, word in enumerate(after[:7]):
        if word in _PHRASE_END or quantity_of(word):
            return tuple(after[:number] if number else after[:1])
    return tuple(after[:6])


def _until_stop(words: list[str]) -> list[str]:
    for number, word in enumerate(words):
        if word in _STOP:
            return words[:number]
    return words


def _quantity(before: list[str], after: list[str], next_is_number: bool) -> str:
    """Return the quantity a number counts from the words around it, nearest first.

    Args:
        before: Words before the number, the nearest first.
        after: Words after it, up to the next number or stop.
        next_is_number: Whether another number ends ``after``.
    """
    if _are_kind(before, after):
        return quantity_of(before[0])
    if after and quantity_of(after[0]) and not (after[1:2] and after[1] in ("and", "or")):
        return quantity_of(after[0])
    near_before = [(n, word) for n, word in enumerate(before) if quantity_of(word)]
    if near_before and near_before[0][0] <= 1 and _TRANSITIVE.search(near_before[0][1]):
        joined = near_before[0][0] == 1 and before[0] not in ("at", "by", "to")
        if near_before[0][0] == 0 or not joined:
            return quantity_of(near_before[0][1])
    for distance, word in enumerate(after[:14]):
        if not quantity_of(word):
            continue
        # "58 people and wounding" before a number: that verb belongs to the next number.
        if next_is_number and distance == len(after) - 1 and distance > 1:
            break
        both = after[distance + 1 : distance + 3]
        mixed = len(both) == 2 and both[0] in ("and", "or") and quantity_of(both[1])
        if mixed and quantity_of(both[1]) != quantity_of(word):
            return f"{quantity_of(word)} and {quantity_of(both[1])}"
        if distance <= 5 or not near_before:
            return quantity_of(word)
        break
    return quantity_of(near_before[0][1]) if near_before else ""


def _are_kind(before: list[str], after: list[str]) -> bool:
    """Return whether the verb before a number counts, and the one behind says who they are.

    "Killed 26 displaced people" counts the dead.
    """
    if not before or not after[1:2] or not quantity_of(before[0]):
        return False
    kind = quantity_of(after[0]) and group_of(after[1])
    return bool(kind) and bool(_TRANSITIVE.search(before[0]))


def answers(asked: Asked, found: Counted) -> bool:
    """Return whether a number counts what a question asks for, not something beside it."""
    if found.nouns in (FOR, AGAINST):
        return side_asked(asked.text) == found.nouns
    return _no_share(asked, found) and _answers(asked, found)


def _no_share(asked: Asked, found: Counted) -> bool:
    """Return whether a number is no percentage that nobody asked for."""
    return found.number.unit != "%" or "percent" in asked.text.lower()


def _answers(asked: Asked, found: Counted) -> bool:
    if dimension := dimension_asked(asked.text):
        return measured_in(dimension, found.number.unit, found.nouns)
    period = found.nouns[:1] and found.nouns[0] in TIME_UNITS
    if period and not any(word in TIME_UNITS for word in (*asked.focus, *_long(asked))):
        return False
    if found.whole and not _asks_whole(asked):
        return False
    if _is_rate(found) and not re.search(r"\b(?:per|a|each|every|daily)\b", asked.text.lower()):
        return False
    if asked.quantity:
        return found.quantity == asked.quantity and _group_fits(asked, found)
    if _AMOUNT.match(asked.text):
        measured = bool(found.number.unit) or any(word in MEASURES for word in found.nouns[:2])
        return measured and (not period or bool(re.search(r"\blong\b", asked.text.lower())))
    if found.quantity and not set(asked.focus) & {"victims", "casualties"}:
        return False  # the dead do not answer how many came
    wanted = {stem(word) for word in asked.focus}
    if not wanted:
        return True
    near = {stem(word) for word in found.nouns}
    if wanted & near:
        return True
    return asked.group != "" and found.group == asked.group


def _is_rate(found: Counted) -> bool:
    """Return whether a number counts per day or the like: "250 people a day"."""
    pairs = zip(found.nouns, found.nouns[1:], strict=False)
    return any(one in ("a", "per", "each", "every") and two in TIME_UNITS for one, two in pairs)


def _long(asked: Asked) -> tuple[str, ...]:
    """Return a unit of time when the question is "how long"."""
    return ("days",) if re.search(r"\bhow long\b", asked.text.lower()) else ()


def _group_fits(asked: Asked, found: Counted) -> bool:
    if asked.group and not found.group and THINGS & set(found.nouns[:3]):
        return False
    if asked.group == "" and asked.focus and not quantity_of(asked.focus[0]):
        wanted = {stem(word) for word in asked.focus}
        return bool(wanted & {stem(word) for word in found.nouns})
    if asked.group in ("", "people"):
        armed = found.group in ("fighters", "soldiers", "police")
        return not (armed and "civilians" in asked.focus)
    if found.group:
        return found.group == asked.group
    wanted = {stem(word) for word in asked.focus}
    return bool(wanted & {stem(word) for word in found.nouns})


def is_part(asked: Asked, found: Counted) -> bool:
    """Return whether a number counts only some of those that the question asks for."""
    if asked.group not in ("", "people") and found.group == asked.group:
        return False
    narrower = asked.group in ("", "people") and found.group in ("children", "women", "rescuers")
    return found.part or (narrower and found.group not in asked.focus)


def _asks_whole(asked: Asked) -> bool:
    words = asked.text.lower()
    return bool(
        re.search(r"\b(?:war|conflict|since|uprising|crisis|overall|total|so far)\b", words)
    )


def is_narrow(asked: Asked, found: Counted) -> bool:
    """Return whether a number counts one kind of people where all of them are asked for.

    "Six employees were killed" may be all who died, or some of them: a larger figure tells.
    """
    if asked.group != "people" or not found.nouns:
        return False
    if not found.group:
        return (
            any(PLURAL.search(noun) for noun in found.nouns[:3]) and found.nouns[0] not in NO_KINDS
        )
    return found.group != "people" and found.nouns[0] != "of"
