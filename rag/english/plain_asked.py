"""Questions asked in other words: what somebody says of a cause, whether anybody claimed a deed.

Reports seldom name it "the cause", and tell of a claim and of none alike. English, pure functions.
"""

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


_CLAIM = re.compile(
    r"^(?:and |but |so )?(?:did|has|have|had) (?:any(?:one|body)|any \w+|somebody|someone)"
    r"(?: else| yet| ever)* (?:claim(?:ed)?|take(?:n)?|admit(?:ted)?)"
    r"(?P<what> (?:responsibility|credit)\b.*| (?:it|this|that)(?= *\?*$).*)",
    re.IGNORECASE,
)


def plain_claim(question: str) -> str:
    """Return a question whether anybody claimed a deed as one for who did.

    Who did, and that nobody has, is told by the same sentences.

    >>> plain_claim("Did any group claim responsibility for the raid on Hollin?")
    'Who claimed responsibility for the raid on Hollin?'
    >>> plain_claim("Did the Front claim responsibility?")
    'Did the Front claim responsibility?'
    """
    match = _CLAIM.match(question)
    if match is None:
        return question
    what = re.sub(r"^ (?:credit|it|this|that)\b", " responsibility", match["what"], flags=re.I)
    return f"Who claimed{what}"


_MANY = re.compile(
    r"^(?P<lead>(?:and |but |so )?how many) (?P<did>(?:came|attended|gathered|turned up|showed up|"
    r"took part|participated|joined|fled|left|escaped|arrived|voted|signed|applied|protested|"
    r"marched|registered|enrolled|answered|volunteered|queued|returned|stayed|work|worked|live|"
    r"lived)\b)",
    re.IGNORECASE,
)


def plain_many(question: str) -> str:
    """Return "How many came?" as "How many people came?".

    >>> plain_many("How many came to the vigil?"), plain_many("How many boats came?")
    ('How many people came to the vigil?', 'How many boats came?')
    """
    return _MANY.sub(r"\g<lead> people \g<did>", question)
