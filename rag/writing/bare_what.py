"""The bare answer to "what is the genre of ...": the words of a sentence that name a kind, English.

No parser stands behind this: a noun phrase is what follows "is a", "was the" and the like, up to
the first word that opens another part of the sentence. Pure functions.
"""

from __future__ import annotations

import re

from rag.english.counts import numbers
from rag.english.question import Asked
from rag.english.when import times
from rag.english.words import stem

Place = tuple[int, int]
_NOUN = re.compile(
    r"^(?:and |but )?(?:what|which|who)(?:'s| is| was| are| were)?\s+(?:the\s+)?(?P<noun>[a-z -]+?)"
    r"(?:\s+(?:of|for|associated|does|did|do|is|was|are|were|has|had|in|performing|that|who)\b|\?|$)"
)
_MEASURES = frozenset(
    "population length height area price cost age size distance speed weight budget depth width "
    "capacity attendance elevation temperature share rate turnover revenue rent fee salary wage "
    "deposit penalty allowance discount limit".split()
)
_DATES = frozenset("date birthday birthdate year day month time".split())
_COPULA = re.compile(
    r"\b(?:is|was|are|were|became|becomes|remains|served as|worked as|works as|known as)\s+"
    r"(?:also\s+|still\s+|both\s+)?(?:an?|the|one of the)\s+(?P<what>[^.;:()\u2013\u2014]+)"
)
_ENDS = re.compile(
    r",|\s(?:that|which|who|whose|where|when|in|at|for|from|by|on|to|with|located|based|directed|"
    r"of(?=\s*(?:\d|$))|"
    r"written|released|produced|known|born|during|since|until|after|before|and (?:is|was|the))\b"
)
_MOST_WORDS = 8
_NAMED = r"(?:[A-Z][\w'\u2019.-]*|of|the|and|&|de|van|von|al)"
_BY = re.compile(
    rf"\b[Bb]y\s+(?:(?:[a-z-]+|[A-Z][a-z]+(?:an|ish|ese|ian))\s+){{0,5}}?"
    rf"(?P<name>[A-Z][\w'\u2019.-]*(?:\s+{_NAMED})*)"
)
_MAKERS = frozenset(
    "artist author writer director producer composer creator architect designer painter singer "
    "performer publisher developer founder inventor band musician".split()
)


def noun_sought(asked: Asked) -> str:
    """Return the last word of the noun that a question asks for, or the empty string.

    >>> from rag.english.question import analyse
    >>> noun_sought(analyse("What is the modern-day name of Abdera?"))
    'name'
    """
    match = _NOUN.match(asked.text.lower())
    words = match.group("noun").split() if match else []
    return words[-1] if words else ""


def asks_measure(asked: Asked) -> bool:
    """Return whether a question asks for a measure: a population, a length, a price."""
    return noun_sought(asked) in _MEASURES


def asks_date(asked: Asked) -> bool:
    """Return whether a question asks for a date by a noun: a birth date, a year."""
    return noun_sought(asked) in _DATES


def phrase_end(text: str) -> int:
    """Return where the noun phrase ends that a text begins with.

    >>> phrase_end(" short film directed by A. Thorn"), phrase_end(" short film of 2011")
    (11, 11)
    """
    found = _ENDS.search(text)
    return found.start() if found else len(text.rstrip())


def what_in(asked: Asked, text: str, published: str | None) -> Place:
    """Return where in a sentence the bare answer to a "what" question stands; (0, 0) for nowhere.

    >>> from rag.english.question import analyse
    >>> asked = analyse('What is the genre of "Big Ferry"?')
    >>> text = "Big Ferry is a Danish short film, directed by A. Thorn."
    >>> start, end = what_in(asked, text, None)
    >>> text[start:end]
    'Danish short film'
    """
    noun = noun_sought(asked)
    if not noun:
        return 0, 0
    if noun in _MEASURES:
        return _measure(noun, text)
    if noun in _DATES:
        found = times(text, published)
        return (found[0].start, found[0].end) if found else (0, 0)
    return _complement(text)


def maker_in(asked: Asked, text: str) -> Place:
    """Return where a sentence names who made something ("by Ada Thorn"); (0, 0) for nowhere."""
    if noun_sought(asked) not in _MAKERS and not re.match(
        r"who (?:\w+ed|wrote|made|sang|built|drew)\b", asked.text.lower()
    ):
        return 0, 0
    match = _BY.search(text)
    if match is None:
        return 0, 0
    name = re.sub(r"(?:\s+(?:of|the|and|&|de|van|von|al))+$|\.$", "", match.group("name"))
    return match.start("name"), match.start("name") + len(name)


def _measure(noun: str, text: str) -> Place:
    words = [
        match.start() for match in re.finditer(r"\w+", text) if stem(match.group()) == stem(noun)
    ]
    people = re.search(r"[\d,]+\s+(?:people|inhabitants|residents|persons)\b", text)
    if not words and not (noun == "population" and people):
        return 0, 0
    at = words[0] if words else 0
    after = [one for one in numbers(text) if one.start >= at and one.unit != "%"]
    return (after[0].start, after[0].end) if after else (0, 0)


def _complement(text: str) -> Place:
    match = _COPULA.search(text)
    if match is None:
        return 0, 0
    what = match.group("what")
    end = _ENDS.search(what)
    phrase = what[: end.start()] if end else what
    words = phrase.split()[:_MOST_WORDS]
    if not words:
        return 0, 0
    start = match.start("what")
    last = re.match(r"\s*\S+" * len(words), phrase)
    return start, start + (last.end() if last else len(phrase.rstrip()))
