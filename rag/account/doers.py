"""Whether a value is who did what a "who" question asks for: "Who vetoed it?" English.

A sentence near the question may name others: who proposed what was vetoed, who said so. Where a
source tells of the very act, what others are named for is no account of it. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.offices import asks_office, beside_office, holds
from rag.english.question import Asked
from rag.english.speech import tokens
from rag.english.told import told
from rag.english.words import stem
from rag.types import Candidate

_NEAR_BEST = 0.2
"""Least share of the best candidate's probability from which a teller of the act sets the others
aside."""
_ACT = re.compile(r"\W*who(?:\s+(?:has|had|have|all|then|first|also))*\s+(?P<verb>[a-z]+)\b", re.I)
_UNDERGONE = re.compile(
    r"\W*who(?:\s+all)?\s+(?:was|were|(?:has|have|had)\s+been)\s+(?P<verb>[a-z]+(?:ed|en|t))\b",
    re.I,
)
_BESIDE = 5  # characters between a name and the noun beside it: "Ada Thorn, the director"
_WORD = re.compile(r"[\w'\u2019-]+")
# Verbs that say too little for their form to tell one act from another.
_FAINT = frozenset(
    stem(word)
    for word in (
        "is was were be been has had have did does do done made make makes got get took take gave "
        "give went go came come said says say told tell called call named name became become led "
        "caused cause used use held hold won win"
    ).split()
)


def doing(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates whose value does what was asked; all where no act is asked for.

    Where none of those that the reader believes in does it, nothing is returned: names that stand
    near an act are no accounts of who did it.
    """
    if asked.kind == "who" and asks_office(asked.text):
        holding = [one for one in candidates if _tells(asked, one)]
        # A full name tells more than one word of it.
        holding = [one for one in holding if " " in one.answer] or holding
        return holding or [
            one
            for one in candidates
            if holds(asked.text, one.text, one.answer_start - one.start, one.answer_end - one.start)
            and (
                "founder" in asked.text
                or beside_office(one.text, one.answer_start - one.start, one.answer_end - one.start)
            )
        ]
    if asked.kind == "who" and (match := _UNDERGONE.match(asked.text)):
        # "Who was killed?": whoever killed them is none of them.
        return [one for one in candidates if not _does(stem(match["verb"].lower()), one)]
    match = _ACT.match(asked.text) if asked.kind == "who" else None
    verb = stem(match["verb"].lower()) if match else ""
    if not verb or verb in _FAINT or not candidates:
        return list(candidates)
    least = _NEAR_BEST * max(one.probability for one in candidates)
    found = [one for one in candidates if _does(verb, one)]
    return found if any(one.probability >= least for one in found) else []


def _does(verb: str, one: Candidate) -> bool:
    return does(verb, one.text, one.answer_start - one.start, one.answer_end - one.start)


def _tells(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence tells by its form that its bare answer holds the office."""
    how, (start, end) = told(asked.text, candidate.text, candidate.hit.passage.text)
    place = candidate.answer_start - candidate.start, candidate.answer_end - candidate.start
    return bool(how) and place == (start, end)


def does(verb: str, sentence: str, start: int, end: int) -> bool:
    """Return whether what stands at a place of a sentence is the one who does what a verb says.

    That is the last name before the verb, what "by" behind it names, or the name beside the noun of
    one who does it: "director Ada Thorn".

    >>> text = "Norland vetoed the draft that Sudland had proposed; it was vetoed by Estland too."
    >>> [does(stem("vetoed"), text, text.index(one), text.index(one) + len(one))
    ...  for one in ("Norland", "Sudland", "Estland")]
    [True, False, True]
    >>> text = "The capture of Hollin by Norland worried Estland."
    >>> [does(stem("captured"), text, text.index(one), text.index(one) + len(one))
    ...  for one in ("Norland", "Estland")]
    [True, False]
    """
    for match in _WORD.finditer(sentence):
        word = match.group().lower()
        if _is_doer(word, verb) and -1 <= max(start - match.end(), match.start() - end) <= _BESIDE:
            return True
        if stem(word) != verb:
            continue
        led = re.search(r"\b(?P<by>the|an?|its|their|his|her|to)\s+$", sentence[: match.start()])
        if led and (led["by"] == "to" or re.match(r"\s+of\b", sentence[match.end() :])):
            # "The capture of the town worried Norland", "failed to capture it": nobody has.
            by = re.search(r"\bby\b(?P<then>[^.;]*)$", sentence[match.end() : max(start, 0)])
            if led["by"] != "to" and by and not _parts(by["then"]):
                return True
            continue
        if end <= match.start():
            between = sentence[end : match.start()]
            # "vetoes" is a noun as well: only right behind a name it is what that one does.
            far = not word.endswith(("ed", "ing")) and len(between.split()) > 1
            if not (far or _parts(between)):
                return True
        elif start >= match.end():
            between = sentence[match.end() : start]
            by = re.search(r"\bby\b(?P<then>[^.;]*)$", between)
            if by and not _parts(by["then"]):
                return True
    return False


def _parts(between: str) -> bool:
    """Return whether words between a verb and a name part them: another name, a clause's end."""
    return bool(re.search(r"[;.:]", between)) or any(one.is_name for one in tokens(between))


def _is_doer(word: str, verb: str) -> bool:
    """Return whether a word names one who does what a stemmed verb says.

    >>> _is_doer("director", stem("directed")), _is_doer("directory", stem("directed"))
    (True, False)
    """
    base = word.removesuffix("s")
    return base.endswith(("er", "or")) and base[:-2] in (verb, f"{verb}t", verb.rstrip("e"))
