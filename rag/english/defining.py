"""Sentences that say what a thing is or does: "A savepoint is ...", "grep - print lines". English.

A question such as "What is a savepoint?" is answered by the sentence that has the thing as its
subject, and not by one that resembles the question in most words. Pure functions.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.english.words import stem

_AUX = r"(?:do|does|did|can|could|will|would|should|must|may|might|shall)(?:n't)?"
_THING = (
    # What does the licence mean by a larger work?  What is meant by source code?
    re.compile(r"what (?:do|does|did) .+ (?:mean|understand) by (?P<thing>.+)", re.IGNORECASE),
    re.compile(
        r"what (?:(?:is|are) (?:meant|understood) by|counts? as) (?P<thing>.+)", re.IGNORECASE
    ),
    re.compile(r"what happens (?:to|with) (?P<thing>.+)", re.IGNORECASE),
    re.compile(
        rf"what {_AUX} (?P<thing>.+?) (?:do|mean|stand for|consist of|contain|include|refer to|"
        r"provide|cover)\b.*",
        re.IGNORECASE,
    ),
    # not "What is the price?": what somebody or something has is a value
    re.compile(
        r"what(?: is| are|'s) (?!the )(?P<thing>.+?)(?: (?:good |used |meant |there )?for)?",
        re.IGNORECASE,
    ),
)
_PLACED = re.compile(r" (?:in|under|within|of|for|about|on|at|when|if) .*")
_ARTICLE = re.compile(r"(?:an?|the) ", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LEAD_IN = re.compile(
    r"[\W\d_]*(?:(?:in|for|under|within|as|by|with|at|on) [^,]{2,50}, )?", re.IGNORECASE
)
_IS = re.compile(
    r"[\W_]*(?:is|are|was|were)(?: (?:also|simply|just|basically|usually|normally|generally))*"
    r" (?:an?|the|one|any|what|that|defined|used|simply|called|known|meant|intended|designed|those)"
    r"\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"[\W_]*(?:shall |does |will )?(?:means?|refers?|denotes?|describes?|stands? for|consists?|"
    r"defines?|represents?|allows?|lets?|enables?|provides?)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"(?:\(\d\w*\))?\s*(?:[-\u2013\u2014]{1,2}|:)\s+\w")
_DOES = re.compile(r"[\W_]*(?:will |can )?(?!is\b|was\b|has\b|this\b|his\b)[a-z]+s\b")
_CALLED = re.compile(
    r"(?:called|known as|termed|named|referred to as)\W+(?:an? |the )?[\"'\u201c\u2018]?$"
)
_MOST_BEHIND, _MOST_QUOTED = 2, 5
"""Words between a thing and its verb: "the VACUUM command", "a WAL file"; more where the thing
stands in quotation marks, as in '"source code" for a work means'."""


def thing_named(question: str) -> str:
    """Return the thing that a question wants told, in the question's own words, or "".

    >>> thing_named("What does the MPL mean by a larger work?"), thing_named("Who is the mayor?")
    ('a larger work', '')
    """
    bare = question.strip().rstrip("?").strip()
    for pattern in _THING:
        if match := pattern.fullmatch(bare):
            return _PLACED.sub("", match["thing"])
    return ""


@lru_cache(maxsize=256)
def thing_asked(question: str) -> tuple[str, ...]:
    """Return the stems of the thing that a question wants told; none for other questions.

    >>> thing_asked("What does git stash pop do?"), thing_asked("Who is the mayor?")
    (('git', 'stash', 'pop'), ())
    """
    return stems_of(thing_named(question))


def stems_of(thing: str) -> tuple[str, ...]:
    """Return the stems of a thing's name, its article left out.

    >>> stems_of("a virtual package")
    ('virtual', 'packag')
    """
    return tuple(stem(word) for word in _WORD.findall(_ARTICLE.sub("", thing, count=1)))


def defines(thing: tuple[str, ...], text: str) -> float:
    """Return how far a sentence says what a thing is or does: 0 for not at all, 1 for outright.

    Args:
        thing: The stems of its name, as ``thing_asked`` gives them.
        text: The sentence.

    >>> defines(("savepoint",), "In SQL, a savepoint is a mark inside a transaction.")
    1.0
    >>> defines(("git", "clean"), "git-clean - Remove untracked files")
    1.0
    >>> defines(("savepoint",), "Every savepoint was released.")
    0.0
    """
    if not thing:
        return 0.0
    words = [(match.start(), match.end(), stem(match.group())) for match in _WORD.finditer(text)]
    opening = _LEAD_IN.match(text)
    begins = opening.end() if opening else 0
    for at in range(len(words) - len(thing) + 1):
        if tuple(word[2] for word in words[at : at + len(thing)]) != thing:
            continue
        before, after = text[: words[at][0]], text[words[at + len(thing) - 1][1] :]
        if _CALLED.search(before):
            return 0.8
        subject = not _ARTICLE.sub("", text[begins : words[at][0]]).strip("\"'\u201c\u2018( ")
        if not subject:
            continue
        if _NAMES.match(after) and not before.strip():
            return 1.0
        return _told_behind(after)
    return 0.0


_CLOSES = "\"'\u201d\u2019"


_ABOUT = re.compile(
    r"[\W\d]*(?:description|overview|introduction|summary|abstract|about|definition|name)\b",
    re.IGNORECASE,
)


def heads(thing: tuple[str, ...], title: str, heading: str) -> float:
    """Return how far the first sentence of a section says what a thing is: 0 to 1.

    Args:
        thing: The stems of its name.
        title: The title of the document.
        heading: That of the section, "" for the document's own beginning.

    >>> heads(("git", "clean"), "git-clean(1) Manual Page", "DESCRIPTION")
    0.8
    >>> heads(("savepoint",), "Transactions", "2. Savepoints")
    0.8
    >>> heads(("savepoint",), "Transactions", "3. Limits of savepoints in nested transactions")
    0.0
    """
    if not thing:
        return 0.0
    if _is_name(thing, heading):
        return 0.8
    about = not heading or bool(_ABOUT.fullmatch(heading.strip()))
    return 0.8 if about and _is_name(thing, title) else 0.0


_BESIDE = frozenset(
    map(
        stem,
        "what is are a an the of to for and about manual page pages command commands overview "
        "introduction reference guide statement file files function policy definition".split(),
    )
)
"""Words of a heading beside the thing: "2. What is a savepoint?", "git-clean(1) Manual Page"."""
_THIS = re.compile(
    r"(?:this|the) (?:command|program|tool|utility|module|function|class|library|option|statement|"
    r"service|feature|page|form|term|policy)\b(?! (?:takes|has|was|requires|accepts))",
    re.IGNORECASE,
)


def _is_name(thing: tuple[str, ...], heading: str) -> bool:
    """Return whether a heading names a thing and little else."""
    words = [stem(word) for word in _WORD.findall(heading) if not word.isdigit()]
    return set(thing) <= set(words) and set(words) <= {*thing, *_BESIDE}


def points_back(text: str) -> bool:
    """Return whether a sentence goes on about the thing that its section is on: "This command"."""
    return bool(_THIS.match(text))


def _told_behind(after: str) -> float:
    """Return how far what follows a thing says what it is: at once, or behind a word or two."""
    if after[:1] not in (" ", "(", *_CLOSES):
        return 0.0
    most = _MOST_QUOTED if after[:1] in _CLOSES else _MOST_BEHIND
    behind = [match.end() for match in list(_WORD.finditer(after))[:most]]
    if any(_IS.match(after, end) or _MEANS.match(after, end) for end in (0, *behind)):
        return 1.0
    return 0.6 if any(_DOES.match(after, end) for end in (0, *behind[:1])) else 0.0
