"""What was fired, what hit, and what an event befell: "Who fired them?". English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.follow.past import Said
from rag.follow.phrases import head, is_event
from rag.follow.things import is_many
from rag.follow.topic import without_time
from rag.follow.words import AUXILIARIES

_FIRES = re.compile(
    r"\b(?:fires?|fired|launch(?:es|ed)?|drop(?:s|ped)?|plant(?:s|ed)?|lob(?:s|bed)?|threw|"
    r"thrown|detonat(?:e|es|ed))\s*$",
    re.IGNORECASE,
)
_SHOTS = frozenset(
    "bomb bombs mortar mortars rocket rockets missile missiles shell shells mine mines device "
    "devices ied ieds cylinder cylinders grenade grenades projectile projectiles".split()
)
_WORKS = frozenset("hit strike target destroy damage happen occur begin start end last".split())
_BEHIND_IT = re.compile(r"\b(?:behind|responsible for|to blame for) $", re.IGNORECASE)
_HIT = frozenset(
    "hit bombed struck attacked shelled targeted destroyed damaged rebuilt repaired reopened "
    "captured recaptured seized retaken liberated".split()
)


def fired_at(before: str, past: Sequence[Said]) -> str:
    """Return the weapons that the newest questions tell of, where something is fired; else "".

    "Who fired them?" after "How many children did the shells on Hollin kill?".
    """
    if not _FIRES.search(before):
        return ""
    for said in reversed(past[-4:]):
        for chain in said.parsed.chains():
            if head(chain) in _SHOTS and not chain.lower().startswith(("how ", "which ", "what ")):
                return without_time(chain)
        if said.opens:
            break
    return ""


def at_work(word: str, before: str, words: Sequence[str], last: Said) -> str:
    """Return the event that hit, began or was somebody's doing, or the empty string.

    "What did they hit?" after "How many people did the air strikes on Hollin kill?".
    """
    event = last.around.partition(" ")[2]
    several = word in ("they", "them")
    if word not in ("it", "they", "them") or not is_event(event) or is_many(event) != several:
        return ""
    does = re.search(r"\b(?:did|does|do) $", before) and words[:1] and words[0] in _WORKS
    return without_time(event) if does or _BEHIND_IT.search(before) else ""


def befallen_by(words: Sequence[str], many: bool, last: Said) -> str:
    """Return the event that is carried out, or what an event befell that is hit; else "".

    "Who carried them out?", "When was it hit?" after a question on air strikes on a market.
    """
    event = last.around.partition(" ")[2]
    verb = next((one for one in words if one not in AUXILIARIES), "")
    if not is_event(event):
        return ""
    if verb == "out" and is_many(event) == many:
        return event
    hit = re.search(r"\s(?:on|at|of)\s+((?:the|an?)\s.+|[A-Z].+)$", event) if verb in _HIT else None
    return without_time(hit.group(1)) if hit else ""
