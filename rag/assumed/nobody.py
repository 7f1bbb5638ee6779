"""Nobody did, or nothing was: what denies questions that ask who, or how many. English."""

from __future__ import annotations

import re

from rag.assumed.negated import is_negator, is_passive, limited, verb_behind
from rag.assumed.scope import AUX, elsewhere, is_subject
from rag.assumed.words import (
    UNDOES_DONE_TO,
    UNREAL,
    lemma,
    looks_past,
)
from rag.assumption import Assumption
from rag.english.question import Asked, group_of, quantity_of
from rag.english.speech import tokens
from rag.english.words import stem
from rag.features import Line

_NOBODY = re.compile(r"\b(?:no one|no-one|nobody|none of (?:the|its|his|her|their) \w+)\b", re.I)
_NO_NOUN = re.compile(
    r"\b(?:no|zero|without(?: any)?|any)\s+(?P<noun>(?:[a-z]+\s+){0,2}?(?:casualties|deaths|"
    r"fatalities|injuries|victims|dead|wounded|loss of life|[a-z]+s|people|men|women|children))\b",
    re.IGNORECASE,
)
_ALL_LIVED = re.compile(
    r"\b(?:everyone|everybody|all (?:of )?(?:the |those |its )?(?:\w+ )?(?:on board|aboard|people|"
    r"passengers|crew|residents|workers|students)\b.{0,20}?)\s*(?:survived|escaped unhurt|"
    r"(?:was|were) (?:unhurt|safe|unharmed|rescued|evacuated safely))\b",
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so far|as yet|yet|immediate(?:ly)?|initial(?:ly)?|at first|reports? of|reported|known|"
    r"no longer|no more|no fewer|no less|until|further|other|confirmed|word on|details?)\b",
    re.IGNORECASE,
)
_CLOSED_BY = re.compile(r"^(?:by|from)\s+(?!(?:anyone|anybody)\b)", re.IGNORECASE)
_HARM = frozenset(map(lemma, "kill die injure wound hurt perish".split()))


def nobody(asked: Asked, assumed: Assumption, line: Line) -> bool:
    """Return whether a sentence says that nobody did, or was done to, what a question asks of."""
    text = line.text
    if UNREAL.search(text) or len(_NOBODY.findall(text)) > 1:
        return False
    wanted = asked.quantity if assumed.kind == "count" or assumed.verb in _HARM else ""
    wanted = wanted or (quantity_of(assumed.verb) if assumed.verb in _HARM else "")
    if elsewhere(asked, assumed, line):
        return False
    if match := _NOBODY.search(text):
        behind = text[match.end() : match.end() + 60]
        of = match.group().split()[-1].lower()
        whole = not match.group().lower().startswith("none") or (
            stem(of) in {stem(word) for word in asked.focus} or of in ("people", "those")
        )
        if whole and not _SO_FAR.search(text) and not _exempts(text[match.end() :]):
            return _befell(behind, wanted, assumed)
    if wanted and not _SO_FAR.search(text):
        for match in _NO_NOUN.finditer(text):
            if _group_denied(asked, match["noun"], text[match.end() :], wanted):
                return True
        if wanted == "killed" and _ALL_LIVED.search(text) and not _exempts(text):
            return True
    return bool(assumed.done_to) and _not_done(assumed, line)


def _exempts(rest: str) -> bool:
    """Return whether a "nobody" leaves somebody out: "no one but the driver"."""
    return bool(re.search(r"\b(?:but|except|other than|apart from|save for|besides)\b", rest))


def _befell(behind: str, wanted: str, assumed: Assumption) -> bool:
    """Return whether nobody did, or was done to, what is asked: "no one was hurt"."""
    for word in tokens(behind)[:8]:
        lower = word.lower
        if word.text in ",;." or lower in ("who", "what", "which", "how", "whether", "that", "why"):
            return False
        if not wanted and lemma(lower) in assumed.verbs:
            return looks_past(lower)
        if not wanted and lower not in AUX and not lower.endswith("ly"):
            return False
        if wanted and quantity_of(lower):
            return _covers(quantity_of(lower), wanted)
    return False


def _covers(denied: str, wanted: str) -> bool:
    """Return whether "no one was <denied>" says that nobody was ``wanted``: unhurt is not dead."""
    return denied == wanted or (denied == "injured" and wanted == "killed")


def _group_denied(asked: Asked, noun: str, after: str, wanted: str) -> bool:
    """Return whether "no deaths", "no people were hurt" denies the quantity for those asked of."""
    words = noun.lower().split()
    if _exempts(after):
        return False
    if words[-1] in ("casualties", "victims"):
        return asked.group in ("", "people") or words[0] in asked.focus
    if noun.lower() == "loss of life" or quantity_of(words[-1]):
        denied = "killed" if noun.lower() == "loss of life" else quantity_of(words[-1])
        told_of = [word for word in words[:-1] if group_of(word)]
        same = not told_of or bool({stem(w) for w in told_of} & {stem(w) for w in asked.focus})
        # "No deaths" says nothing of injuries, "no injuries" is said where nobody died.
        return same and denied == wanted
    if stem(words[-1]) in {stem(word) for word in asked.focus} or words[-1] == "people":
        verb = re.match(
            r"\s*(?:were|was|have been|had been|has been)?\s*(?:[a-z]+ly\s)?([a-z]+)", after
        )
        return verb is not None and _covers(quantity_of(verb[1]), wanted)
    return False


def _not_done(assumed: Assumption, line: Line) -> bool:
    """Return whether what is asked about was not done at all: "the club was not sold"."""
    words = tokens(line.text)
    negators = [n for n, one in enumerate(words) if is_negator(one)]
    pattern = UNDOES_DONE_TO.get(assumed.verb)
    for at in range(1, len(words)):
        rest = line.text[words[at].start :].lower()
        hit = pattern.match(rest) if pattern and not negators else None
        if hit is None or limited(rest[hit.end() :]):
            continue
        if is_subject(assumed.done_to, line, words, at):
            return True
    if len(negators) != 1:
        return False
    at = negators[0]
    verb = verb_behind(words, at, assumed)
    if verb is None or not is_passive(words, at, verb):
        return False
    rest = line.text[words[verb].end :].strip()
    if _CLOSED_BY.match(rest) or re.search(r"\bto\s+[A-Z]", rest) or limited(rest.lower()):
        return False
    return is_subject(assumed.done_to, line, words, at)
