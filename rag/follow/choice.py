"""What "the second one" and "the other" refer to: one of several sources."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.follow.ones import ranked, several_in
from rag.follow.past import Said
from rag.follow.place import put_in
from rag.follow.topic import without_according

_ORDINAL = re.compile(
    r",?\s*\b(?P<prep>according to |in |by |from )?the\s+"
    r"(?P<which>first|second|third|fourth|last|other|former|latter)(?:\s+(?P<noun>one|figure|"
    r"account|source|value|number|claim|report|outlet|paper|side|count)\b|"
    r"(?=\s+(?:say|says|said|give|gives|gave|(?:claim|count)s?(?! *\?)|put|puts)\b)|(?=\?|$))",
    re.IGNORECASE,
)
_IS_FIGURE = re.compile(
    r"\s+(?:so )?(?:much )?(?:higher|lower|bigger|smaller|larger|right|wrong|true|correct|"
    r"different|too high|too low|reliable)\b",
    re.IGNORECASE,
)
_WHO_GAVE = re.compile(
    r"\W*(?:(?:and|but|so|then)\s+)*(?:who (?:gave|gives|said|says|reported|counted|published|"
    r"named|made|is behind|stands behind)|whose (?:is|was)|where does)\s*$",
    re.IGNORECASE,
)
_NOTHING_ELSE = 6
"""Characters beside "the second one" that ask nothing: "And ...?"."""
_POSITION = {"first": 0, "former": 0, "second": 1, "other": 1, "latter": 1, "third": 2, "fourth": 3}
_POSITION |= {"last": -1}


def with_choice(question: str, past: Sequence[Said]) -> tuple[str, str]:
    """Return the question with "the second one" resolved, and according to whom it is asked.

    The accounts are those of the last answer that gives several, else what it cites.
    """
    match = _ORDINAL.search(question)
    if match is None or _of_several(match, past[-1]):
        return question, ""
    chosen = _chosen(match.group("which").lower(), past)
    if not chosen:
        return question, ""
    counted = next((said for said in reversed(past[-3:]) if said.parsed.counted), None)
    if counted and _WHO_GAVE.match(question[: match.start()]) and match.group("noun"):
        return counted.understood, chosen
    if len(question) - len(match.group()) < _NOTHING_ELSE:
        return past[-1].understood, chosen
    named = chosen in [one for said in past[-3:] for one in _named(said)]
    if match.group("prep") and named and not match.group("prep").startswith("according"):
        return put_in(question, match.start("which") - len("the "), match.end(), chosen), ""
    if match.group("prep"):
        rest = question[: match.start()].rstrip(" ,") + question[match.end() :]
        return rest, chosen
    if match.group("noun") and _IS_FIGURE.match(question[match.end() :]):
        chosen = f"{chosen}'" if chosen.endswith("s") else f"{chosen}'s"
        chosen = f"{chosen} figure"
    start = match.start() + len(match.group()) - len(match.group().lstrip(" ,"))
    if chosen.split()[0].lower() in ("the", "a", "an"):
        chosen = chosen[:1].lower() + chosen[1:]
    return put_in(question, start, match.end(), chosen), ""


def _of_several(match: re.Match[str], last: Said) -> bool:
    """Return whether "the second one" is one of things of which the last question spoke.

    "And the second?" after "When was the first letter sent?" or "When were the letters sent?", and
    "What is the first one?" after "Which measures were announced?".
    """
    bare = match.group("noun") in (None, "one")
    return bare and bool(ranked(last.understood) or several_in(last))


def _chosen(which: str, past: Sequence[Said]) -> str:
    place = _POSITION[which]
    asked = [list(dict.fromkeys(one for said in past[-3:] if (one := _asked_of(said))))]
    told = ([one.listed, one.speakers, _named(one), one.publishers] for one in reversed(past[-3:]))
    for several in (asked, *told):
        for among in several:
            if len(among) < 2:
                continue
            if which == "other":
                others = [one for one in among if one.lower() not in past[-1].understood.lower()]
                return (others if len(others) < len(among) else among[1:])[0]
            return among[place] if place < len(among) else ""
    return ""


def _named(said: Said) -> list[str]:
    """Return the several that answer who or which."""
    which = re.match(r"(?:which|what|who|whom)\b", said.understood, re.IGNORECASE)
    return said.named if which else []


def _asked_of(said: Said) -> str:
    """Return the one source whose word a question asks for, or the empty string."""
    return "" if said.listed else without_according(said.understood)[1]
