"""Questions for tolls in the plain words that the rest is made for: "What death tolls were given".

"What tolls were reported for the raid?" asks what "How many people were killed in the raid?" does,
and a reader that has learnt from people's questions knows the second form alone. English.
"""

from __future__ import annotations

import re

_OF = r"(?:death|fatality|casualty|injury)"
_NOUN = r"(?:tolls?|figures?|counts?|numbers?|totals?|estimates?)"
_WHO = r"(?:(?:the\s+)?(?:sources?|outlets?|reports?|papers?|agencies|documents?|articles?)|they)"
_VERB = r"(?:give|report|cite|put|name|have|offer|tell|state|mention)"
_TOLL = re.compile(
    rf"^\W*(?:what|which)\s+(?:(?:is|are|was|were)\s+)?(?:the\s+)?"
    rf"(?:(?:different|various|reported|official|several|conflicting)\s+)*"
    rf"(?P<noun>{_OF}\s+{_NOUN}|tolls?|{_NOUN}\s+of\s+(?:the\s+)?"
    r"(?:dead|deaths|victims|casualties|fatalities|injured|wounded|injuries))\s*"
    rf"(?:(?:do|does|did)\s+{_WHO}\s+{_VERB}|exists?"
    r"|(?:is|are|was|were|has been|have been)\s+(?:there|reported|given|published|cited|"
    r"put forward|announced|named|known|circulating|claimed))?\s*"
    r"(?:(?:for|from|of|in|after|by|following|on|to)\s+)(?P<event>[^?]+?)\s*\??$",
    re.IGNORECASE,
)


def plain_toll(question: str) -> str:
    """Return a question for tolls as "How many people were killed in ...?", others as they are.

    >>> plain_toll("What tolls were reported for the raid on Hollin?")
    'How many people were killed in the raid on Hollin?'
    >>> plain_toll("Which injury figures do the sources give for the raid?")
    'How many people were injured in the raid?'
    >>> plain_toll("What figures exist for the budget of Hollin?")
    'What figures exist for the budget of Hollin?'
    """
    match = _TOLL.match(question)
    if match is None:
        return question
    injured = re.search(r"\b(?:injury|injuries|injured|wounded)\b", match["noun"], re.IGNORECASE)
    return f"How many people were {'injured' if injured else 'killed'} in {match['event']}?"
