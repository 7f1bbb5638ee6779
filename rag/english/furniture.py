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
    r"Subscribe\b|Sign up\b|Advertisement\b|Sponsored\b|Print (?:Tweet|Email|this)\b|"
    r"(?:Copyright|All rights reserved)\b|Comments? \(\d|Home\s*[>|]|Next article\b|"
    r"Previous article\b|Breadcrumb|Skip to\b|Cookie)"
)
_HOLDS = re.compile(
    r"\bGet short URL\b|\bRead (?:Also|More)\b|\bPrint Tweet\b|\bViews? \d|\bpic\.twitter|https?:|"
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


def telling_at(text: str, title: str) -> int:
    """Return where a sentence begins behind a headline, a caption or a credit that is glued to it.

    >>> text = "A boat lies on its side in Hollin June 3 (Elva Photo) A dam burst above Hollin."
    >>> text[telling_at(text, ""):]
    'A dam burst above Hollin.'
    """
    at = after_headline(text, title)
    for match in _CREDIT.finditer(text, at):
        at = match.end() if _is_prose(text[match.end() :]) else at
    at += agency.end() if (agency := _AGENCY.match(text[at:])) else 0
    # A row of a table has single tabs; between two parts of a page there is more.
    for match in _LAYOUT.finditer(text, at):
        at = match.end() if _is_prose(text[match.end() :]) else at
    return at + _heading_end(text[at:])


def _heading_end(text: str) -> int:
    """Return where a sentence begins behind a heading within the report, 0 where none is there.

    >>> text = "Ferries run again The harbour was opened on Monday."
    >>> text[_heading_end(text):]
    'The harbour was opened on Monday.'
    """
    match = _HEADING.match(text)
    if match is None or match["last"] in _LEADS_ON or not _is_prose(text[match.end() :]):
        return 0
    return match.end()


_HEADING = re.compile(
    r"^[A-Z][\w'\u2019-]*(?:\s[\w'\u2019-]+){0,6}\s(?P<last>[a-z][\w-]+)\s+"
    r"(?=(?:The|A|An|In|On|At|It|They|He|She|Some|More|Elsewhere|Earlier|Meanwhile|However|But)\s"
    r"[a-z\"\u201c])"
)
_LEADS_ON = frozenset(
    "the a an of in on at by to for from with and or as called named titled said says newspaper "
    "daily site website film book magazine channel paper that which near via per".split()
)


_CREDIT = re.compile(
    r"\((?:[^()]{0,30}\b)?(?:[Rr]euters|REUTERS|AFP|AP|AA|DPA|EFE|[Aa]gencies|[Pp]hotos?)\b"
    r"[^()]{0,12}\)\s+(?:[A-Z]{4,}\s+(?=[A-Z][a-z]))?(?=[A-Z\d\"\u201c])"
)
_LAYOUT = re.compile(r"\t\s+(?=[A-Z\"\u201c])")
_SCENE = (
    r"(?:walk|stand|sit|look|inspect|search|run|ride|wait|tour|carr(?:y|ie)|gather|rise|billow|"
    r"hold|react|lie|hug|embrace|kneel|clean|remove|pass|mourn|pray|check|receive|flee|stroll)"
)
_CAPTION = re.compile(
    rf"^\W*(?:An?\s|The\s|Two\s|Some\s)?(?:[\w'\u2019()-]+\s){{1,9}}?"
    rf"(?:{_SCENE}(?:e?s)?|(?:is|are)\s(?:seen|pictured|shown))\s(?!out\b)(?=[a-z])"
)
_PICTURED = re.compile(
    r"^\W*(?:An?\s|This\s|The\s|In this\s|These\s)?(?:\w+\s){0,2}?"
    r"(?:view|pictures?|images?|photos?|photographs?|handout)\b[^,;:]{0,120}?\bshows?\b"
)
_PAST_VERB = re.compile(
    r"\b(?:was|were|had|said|told|killed|hit|struck|took|left|fell|began|came|went|has|have)\b"
)
_DATED = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s\d{1,2}\b|\b(?:after|following) \w+|\bon (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)


def is_caption(text: str) -> bool:
    """Return whether a sentence describes a picture: a scene in the present tense, with its day.

    >>> is_caption("A woman walks past a burnt ferry in Hollin Norland June 3 2019.")
    True
    >>> is_caption("A woman was killed when a ferry burnt in Hollin on June 3 2019.")
    False
    """
    if (picture := _PICTURED.match(text)) and not _PAST_VERB.search(picture.group()):
        return True
    scene = _CAPTION.match(text)
    if scene is None or _PAST_VERB.search(scene.group()) or not _DATED.search(text):
        return False
    return not re.search(r"\b(?:while|that|who|which|to)\s", scene.group())


def is_title(text: str, title: str) -> bool:
    """Return whether a sentence is the headline of its document, said again, and no more.

    >>> is_title("Nine dead in Hollin: monitor Ada Thorn.", "Nine dead in Hollin: monitor")
    True
    """
    core = re.split(r"\s+[-|\u2013]\s", title.lower())[0]
    words, head = re.findall(r"\w+", text.lower()), re.findall(r"\w+", core)
    most = len(head) + _BYLINE_WORDS
    return len(head) >= _HEADLINE and words[: len(head)] == head and len(words) <= most


_BYLINE_WORDS = 3
"""Words behind a headline that may be the name of who wrote it."""


def prose_at(text: str, title: str) -> int | None:
    """Return where the prose of a sentence begins, None where it is furniture all through.

    Furniture at the head is left behind by the words of the document's headline, said again, or by
    a word that opens a sentence and no tag: "The", "At least", a number.

    >>> text = "Tags Hollin Dam flood Norland At least six people died when a dam burst."
    >>> text[prose_at(text, ""):]
    'At least six people died when a dam burst.'
    >>> prose_at("Nine people died.", ""), prose_at("Tags Hollin Dam Flood Norland", "")
    (0, None)
    """
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


def _opening(text: str) -> int | None:
    """Return where a sentence opens behind tags or buttons, None where none does."""
    if (link := _COUNTER.search(text)) and _is_prose(text[link.end() :]):
        return link.end()
    for match in _OPENING.finditer(text[:_FURNITURE_REACH]):
        if match.start() and _is_prose(text[match.start() :]):
            return match.start()
    return None


_OPENING = re.compile(
    r"\b(?:The|A|An|At least|In|On|More than|Over|Some|Several|Dozens|Hundreds|Scores|Nearly|"
    r"Around|About|It|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|\w+teen|"
    r"(?:Twen|Thir|For|Fif|Six|Seven|Eigh|Nine)ty(?:-\w+)?)\s(?=\w)"
)
_FURNITURE_REACH = 260
_COUNTER = re.compile(r"\bGet short URL(?:\s+Topic\s[^()]{0,80}\(\d+\))?[\s\d]*|\bViews?\s+\d+\s+")
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
