"""The past of a verb, as the rules need it. English."""

from __future__ import annotations

import re

from rag.follow.words import PAST_OF, VERBS


def past_of(verb: str) -> str:
    """Return the past of a verb, or the empty string.

    >>> past_of("attack"), past_of("use"), past_of("carry"), past_of("take")
    ('attacked', 'used', 'carried', 'took')
    """
    if verb in PAST_OF:
        return PAST_OF[verb]
    again = re.match(r"(?:re|over|with|under)(?=[a-z]{3})", verb)
    if again and verb[again.end() :] in PAST_OF:
        return again.group() + PAST_OF[verb[again.end() :]]
    if verb not in VERBS:
        return ""
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1] if verb in ('stop', 'ban', 'plan', 'drop', 'kidnap') else ''}ed"
