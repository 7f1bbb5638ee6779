"""What a web page puts around its text: tags, buttons, glued headlines, links. English.

Text that was taken from a page keeps them, often without a full stop between, so that they stand in
one sentence with what the page tells.
"""

from __future__ import annotations

import re

from rag.english.speech_phrases import tokens
from rag.english.speech_words import PERSONS, TITLES

_OPENS = re.compile(
    r"^\W*(?:Tags?:?\s+[A-Z]|(?:READ|Read)\s+(?:MORE|More|more|ALSO|Also|also)\b|Related\s*:|"
    r"Related (?:News|Articles|Stories|Topics|Posts)\b|Share (?:this|on|via)\b|Follow (?:us|me|@)|"
    r"(?:Photos?|Images?|Pictures?|Video|Credit|Caption)(?: credit| by)?\s*:|Posted (?:on|by|in)\b|"
    r"(?:Published|Updated|Modified)(?: on| at)?:?\s+(?:[A-Z][a-z]+\s+)?\d|Source\s*:|"
    r"Click (?:here|to)\b|"
    r"In this\s(?:[A-Z][a-z]+\.?,?\s\d[\d,\s]*|undated\s)?(?:file\s)?"
    r"(?:photo|image|picture|photograph|frame grab)\s(?:taken|provided|released|shot|posted)\b|"
    r"Subscribe\b|Sign up\b|Advertisement\b|Sponsored\b|Print (?:Tweet|Email|this)\b|"
    r"(?:Copyright|All rights reserved)\b|Comments? \(\d|Home\s*[>|]|Next article\b|"
    r"Previous article\b|Breadcrumb|Skip to\b|Cookie)"
)
_HOLDS = re.compile(
    r"(?<![A-Za-z])Get short URL\b|\bRead (?:Also|More)\b|\bPrint Tweet\b|\bViews? \d|"
    r"\bpic\.twitter|https?:|"
    r"\bPhoto\)|\bShare this\b|\bSocial Media Website\b|\bRelated (?:News|Articles|Stories)\b|"
    r"\s- YouTube\b|\bCategory [A-Z]|\bFollow us (?:on|at)\b|\bTags [A-Z]\w+ [A-Z]|\b[Uu]pdated \d"
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


_CODE = re.compile(r"[\[\]{}<>|$=;*\\^~]|--\w|\*/")
_COMMAND = re.compile(r"\s*(?:[$#%>]|>>>)\s+\S")
_LEADERS = re.compile(r"(?:\. ?){5}")
_SYMBOLS = 0.035
"""Share of the characters that are marks of code, from which text without a full stop is code."""


def is_code(text: str) -> bool:
    """Return whether text is a piece of a program, a command's synopsis or a table of contents.

    >>> is_code("git stash pop [--index] [-q | --quiet] [<stash>]")
    True
    >>> is_code('It is enabled by running "PRAGMA journal_mode=WAL".')
    False
    """
    if _COMMAND.match(text) or _LEADERS.search(text):
        return True
    stopped = text.rstrip("\"'\u201d\u2019) ").endswith((".", "!", "?", ":"))
    return not stopped and "\t" not in text and len(_CODE.findall(text)) > _SYMBOLS * len(text)


# A lead that stands twice without a full stop between, as under a picture and in the report.
_TWICE = re.compile(r"(?P<lead>(?=[A-Z\d\"\u201c])(?:\S+\s+){8,60}?)(?=(?P<again>(?P=lead)))")


def after_headline(text: str, title: str) -> int:
    """Return where a sentence begins behind the headline of its document, 0 where none is there.

    >>> text = "Nine Dead in Hollin A dam burst above Hollin on Tuesday."
    >>> text[after_headline(text, "Nine dead in Hollin"):]
    'A dam burst above Hollin on Tuesday.'
    >>> lead = "A dam burst above the old town of Hollin"
    >>> text = f"{lead} {lead} late."
    >>> text[after_headline(text, ""):]
    'A dam burst above the old town of Hollin late.'
    """
    if twice := _TWICE.match(text):
        return twice.start("again")
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


def prose_at(text: str, title: str) -> int | None:
    """Return where the prose of a sentence begins, None where it is furniture all through.

    Furniture at the head is left behind by the words of the document's headline, said again, or by
    a word that opens a sentence and no tag: "The", "At least", a number.

    >>> text = "Tags Hollin Dam flood Norland At least six people died when a dam burst."
    >>> text[prose_at(text, ""):]
    'At least six people died when a dam burst.'
    >>> prose_at("Nine people died.", ""), prose_at("Tags Hollin Dam Flood Norland", "")
    (0, None)
    >>> text = "Hollin Vale Schools Senior Rowing Cup The Hollin Vale Cup was first held in 1909."
    >>> text[prose_at(text, ""):]
    'The Hollin Vale Cup was first held in 1909.'
    """
    if behind := behind_counter(text):
        return behind
    if twice := _TWICE.match(text):
        return twice.start("again")
    if (credit := _CREDIT.search(text[:_FURNITURE_REACH])) and _is_prose(text[credit.end() :]):
        return credit.end()
    cut = _headline_end(text, title)
    if cut is None:
        return 0 if not is_furniture(text) else _opening(text)
    cut += match.end() if (match := _AGENCY.match(text[cut:])) else 0
    # A headline by itself is what the source tells, with its byline behind.
    return cut if _is_prose(text[cut:]) else 0


def _headline_end(text: str, title: str) -> int | None:
    """Return where the last headline of a document ends in a sentence, None where there is none."""
    core = re.split(r"\s+[-|\u2013]\s", title)[0]
    words = re.findall(r"\w+", core)
    if len(words) < _HEADLINE:
        return None
    said = r"\W+".join(map(re.escape, words))
    again = list(re.finditer(rf"\b{said}\b[\s.:|\u2013-]*", text, re.IGNORECASE))
    if not again or (again[0].start() and not is_furniture(text)):
        return None
    end = again[-1].end()
    begins = re.match(r"[A-Z\d\"\u201c(]", text[end:])
    # "Nine dead in Hollin" may as well be how the sentence itself begins.
    return end if begins or end == len(text) or is_furniture(text) else None


def behind_counter(text: str) -> int:
    """Return where a sentence goes on behind a button and how often it was pressed, else 0.

    >>> text = "1730 28.04.2017Get short URL 0 85 12 fighters were killed by the army in Hollin."
    >>> text[behind_counter(text):]
    '12 fighters were killed by the army in Hollin.'
    """
    link = _COUNTER.search(text[:_FURNITURE_REACH])
    following = text[link.end() :].split()[:10] if link else []
    small = sum(word[0].islower() for word in following)
    return link.end() if link and len(following) >= _HEADLINE and small > 1 else 0


def _opening(text: str) -> int | None:
    """Return where a sentence opens behind tags or buttons, None where none does."""
    for match in _OPENING.finditer(text[:_FURNITURE_REACH]):
        if match.start() and _is_prose(text[match.start() :]):
            return match.start()
    titled = _TITLED.match(text)
    return titled.start("told") if titled else None


# An article's own name, glued to the sentence that begins with it.
_TITLED = re.compile(
    r"(?P<first>[A-Z][\w'\u2019-]+)(?:\s+[A-Z(][\w'\u2019()-]*|\s+(?:of|the|and|for|in|de|al)){1,10}?\s+"
    r"(?P<told>(?:(?:The|A|An)\s+)?(?P=first)\b(?:\s+[\w'\u2019(),-]+){1,14}?\s+"
    r"(?:is|was|are|were|has|had)\s)"
)
_OPENING = re.compile(
    r"\b(?:The|A|An|No|Nobody|None|At least|In|On|More than|Over|Some|Several|Dozens|Hundreds|"
    r"Scores|Nearly|"
    r"Around|About|It|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|\w+teen|"
    r"(?:Twen|Thir|For|Fif|Six|Seven|Eigh|Nine)ty(?:-\w+)?)\s(?=\w)"
)
_FURNITURE_REACH = 260
_COUNTER = re.compile(
    r"(?<![A-Za-z])Get short URL(?:\s+Topic\s[^()]{0,80}\(\d+\))?(?:\s+\d+){0,2}\s+(?=[A-Z\d\"])"
    r"|\bViews?\s+\d+\s+"
)
"""Buttons with how often they were pressed, of two kinds at most: "0 85 12 people were killed"."""
_CREDIT = re.compile(
    r"\([A-Z][^()]{1,40}\b(?:[Aa]gencies|AFP|AP|AA|Reuters|[Pp]hoto)\)\s+(?=[A-Z\d])"
)
"""Whose a report or its picture is: "(Northern Wire and Agencies) At least nine died"."""
_AGENCY = re.compile(r"(?:(?:AFP|AP|AA|DPA|EFE|TASS|[Rr]euters|REUTERS)\b[\s-]+)+(?=[A-Z\d\"])")


def _is_prose(text: str) -> bool:
    """Return whether a text reads on as a sentence: small words among its first, no furniture."""
    words = text.split()[:8]
    small = [word for word in words if word[0].islower()]
    return len(words) >= _HEADLINE and len(small) >= 3 and not is_furniture(text)


def _listed(text: str) -> bool:
    """Return whether a sentence opens with a row of names that nothing joins into one."""
    run = []
    for token in tokens(text)[: _RUN + 2]:
        if not token.text[0].isupper():
            break
        run.append(token.lower)
    return len(run) >= _RUN and not any(word in PERSONS or word in TITLES for word in run)
