"""Short questions that count: "And children?", "How many are held?", "With burns?". English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import group_of, quantity_of
from rag.follow.context import with_context
from rag.follow.past import Said
from rag.follow.phrases import names_of
from rag.follow.swaps import count_of, with_slot
from rag.follow.things import is_many
from rag.follow.words import LEADS

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
_HOW_MANY_IN = re.compile(
    rf"^{LEADS}how many (?:of (?:them|those|these) )?"
    r"(?P<rest>(?:in|on|at|under|with|without|from|by|inside)\s[^?,]+)\?*$",
    re.IGNORECASE,
)
_HOW_MANY_ARE = re.compile(
    rf"^{LEADS}how many (?:of (?:them|those|these) )?(?P<are>are|were|have been|had been) "
    r"(?P<done>(?:(?:still|already|now|later|also|then) )?(?:\w+ed|held|found|lost|left|shot|taken|"
    r"sent|brought|known)(?: (?:alive|dead|out|away|up|back|home|free))*(?: since| now| so far)?)"
    r"\s*\?*$",
    re.IGNORECASE,
)
WITH = re.compile(
    rf"^{LEADS}(?P<rest>(?:with|without|under|over) "
    r"(?!what|whom|which|how)[a-z][^?,]*?)\s*\??$",
    re.I,
)
_WORD_ONLY = re.compile(rf"^{LEADS}(?P<what>[a-z]+)\s*\?$", re.IGNORECASE)


def counted_as(question: str, past: Sequence[Said]) -> str:
    """Return how many there were of a group, or in some state, in the last topic, or ""."""
    last = past[-1]
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
    if (match := _HOW_MANY_ARE.match(question)) and not quantity_of(match.group("done").lower()):
        told = [said.parsed.counted for said in reversed(past[-5:])]
        plain = [one for one in told if is_many(one) and len(one.split()) < 3]
        plain = [one for one in plain if not one.startswith("of ")]
        # Women may be some of the prisoners, of whom all is told.
        whole = [one for one in plain if not group_of(one.split()[-1])]
        kind = (whole or plain or ["people"])[0]
        return with_context(f"How many {kind} {match.group('are')} {match.group('done')}?", last)
    counted = last.parsed.counted
    things = is_many(counted) and counted != "people" and not names_of(counted)
    if (match := _OF_THOSE.match(question)) and things and not group_of(counted.split()[-1]):
        return with_context(f"How many {counted} {match.group('were')}?", last)
    match = _COUNT.match(question) or _word_only(question, last)
    much = bool(re.search(r"\bhow much\b", question, re.IGNORECASE))
    if match is None:
        return ""
    what = match.group("what")
    return count_of(what if names_of(what) else what.lower(), last, much=much)


def with_part(rest: str, last: Said) -> str:
    """Return "How many people with burns did it treat?" after "How many people did it treat?".

    >>> with_part("with burns", Said("", "How many people did the clinic treat?", {}))
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
