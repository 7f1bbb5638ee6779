"""What a web page puts around its text: tags, buttons, glued headlines, links. English.

Text that was taken from a page keeps them, often without a full stop between, so that they stand in
one sentence with what the page tells.
"""

from __future__ import annotations

import re

from rag.speech_phrases import tokens
from rag.speech_words import PERSONS, TITLES

_OPENS = re.compile(
    r"^\W*(?:Tags?:?\s+[A-Z]|(?:READ|Read)\s+(?:MORE|More|more|ALSO|Also|also)\b|Related\s*:|"
    r"Related (?:News|Articles|Stories|Topics|Posts)\b|Share (?:this|on|via)\b|Follow (?:us|me|@)|"
    r"(?:Photos?|Images?|Pictures?|Video|Credit|Caption)(?: credit| by)?\s*:|Posted (?:on|by|in)\b|"
    r"(?:Published|Updated|Modified)(?: on| at)?:?\s+(?:[A-Z][a-z]+\s+)?\d|Source\s*:|"
    r"Click (?:here|to)\b|"
    r"Subscribe\b|Sign up\b|Advertisement\b|Sponsored\b|Print (?:Tweet|Email|this)\b|"
    r"(?:Copyright|All rights reserved)\b|Comments? \(\d|Home\s*[>|]|Next article\b|"
    r"Previous article\b|Breadcrumb|Skip to\b|Cookie)"
)
_HOLDS = re.compile(
    r"\bGet short URL\b|\bRead (?:Also|More)\b|\bPrint Tweet\b|\bViews? \d|\bpic\.twitter|https?:|"
    r"\bPhoto\)|\bShare this\b|\bSocial Media Website\b|\bRelated (?:News|Articles|Stories)\b|"
    r"\bCategory [A-Z]|\bFollow us (?:on|at)\b|\bTags [A-Z]\w+ [A-Z]|\b[Uu]pdated \d"
)
_BYLINE = re.compile(
    r"\b[A-Z]{2,8}\s+(?:[A-Z][a-z]+day,?\s+)?\d{1,2}\s+[A-Z][a-z]{2,8}\s+(?:19|20)\d\d\W*$"
)
_HEADLINE = 4
"""Words of a headline, and of a sentence behind one, at least."""
_RUN = 8
"""Names in a row, nothing between them, that are a list and no name."""


def is_furniture(text: str) -> bool:
    """Return whether a sentence is, or is glued to, what a web page puts around its text.

    >>> is_furniture("Tags Hollin Dam Flood Norland A dam burst above Hollin on Tuesday.")
    True
    >>> is_furniture("A dam burst above Hollin on Tuesday.")
    False
    """
    known = _OPENS.match(text) or _HOLDS.search(text) or _BYLINE.search(text)
    return bool(known) or _listed(text)


def after_headline(text: str, title: str) -> int:
    """Return where a sentence begins behind the headline of its document, 0 where none is there.

    >>> text = "Nine Dead in Hollin A dam burst above Hollin on Tuesday."
    >>> text[after_headline(text, "Nine dead in Hollin"):]
    'A dam burst above Hollin on Tuesday.'
    """
    words, at = re.findall(r"\w+", title), 0
    if len(words) < _HEADLINE:
        return 0
    for word in words:
        match = re.compile(rf"\W*{re.escape(word)}\b", re.IGNORECASE).match(text, at)
        if match is None:
            return 0
        at = match.end()
    rest = text[at:]
    begins = re.match(r"[\s.:|\u2013\u2014-]+(?=[A-Z\d\"\u201c])", rest)
    # "Nine dead in Hollin" may as well be how the sentence itself begins.
    if begins is None or len(rest.split()) < _HEADLINE:
        return 0
    return at + begins.end()


def _listed(text: str) -> bool:
    """Return whether a sentence opens with a row of names that nothing joins into one."""
    run = []
    for token in tokens(text)[: _RUN + 2]:
        if not token.text[0].isupper():
            break
        run.append(token.lower)
    return len(run) >= _RUN and not any(word in PERSONS or word in TITLES for word in run)
