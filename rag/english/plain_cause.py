"""What somebody says of a cause, asked as what caused it: reports seldom name it "the cause"."""

from __future__ import annotations

import re

_CAUSE = re.compile(
    r"^(?P<lead>(?:and |but |so )?)what (?:does|did|do|has|have) (?P<who>[^,?]+?) "
    r"(?:say|said|write|report|reported|conclude|concluded|find|found) (?:about|on|of) "
    r"(?:the |its )?causes? of (?P<what>[^,?]+)\?*$",
    re.IGNORECASE,
)


def plain_cause(question: str) -> str:
    """Return a question for what is said of a cause as one for what caused it.

    >>> plain_cause("What does the Ferry Board say about the cause of the fire?")
    'What caused the fire, according to the Ferry Board?'
    >>> plain_cause("What does the Ferry Board say about the fire?")
    'What does the Ferry Board say about the fire?'
    """
    match = _CAUSE.match(question)
    if match is None:
        return question
    return f"What caused {match.group('what').strip()}, according to {match.group('who')}?"
