"""Somebody by what they are: "What is her post?" asks who she is. English."""

from __future__ import annotations

import re

from rag.english.speech_words import ROLES
from rag.follow.phrases import head
from rag.follow.things import is_many
from rag.follow.words import AUXILIARIES, BODIES, DETERMINERS, PEOPLE

_POST = (
    r"(?:post|job|office|position|role|function|profession|occupation|rank|title|day job|"
    r"line of work)"
)
_NAME = r"(?P<who>(?:[A-Z]|[A-Za-z]{2,3}-[A-Z])[\w'\u2019-]*(?: [A-Za-z][\w'\u2019-]*)*?)"
_HIS_POST = re.compile(
    rf"^(?:[Aa]nd |[Bb]ut |[Ss]o )?[Ww]hat (?P<is>is|was) {_NAME}['\u2019]s? (?:own )?{_POST}"
    r"(?: (?:then|now|there|at the time))?\s*\?*$"
)
_HELD = re.compile(
    rf"^(?:[Aa]nd |[Bb]ut |[Ss]o )?(?:[Ww]hat|[Ww]hich) {_POST} (?P<did>did|does) {_NAME} "
    r"(?:have|hold|occupy)(?: (?:then|now|there|at the time))?\s*\?*$"
)
_CALLED = 6
"""Words of an answer that calls somebody by no name."""
_NOBODY = frozenset("yes no nobody none unknown it they he she".split())


def as_role(question: str) -> str:
    """Return a question for somebody's post as the question who they are.

    Sources say "Mayor Oton Brack" and no word of a post.

    >>> as_role("What was Oton Brack's post?"), as_role("What post does Mira Tull hold?")
    ('Who was Oton Brack?', 'Who is Mira Tull?')
    """
    if match := _HIS_POST.match(question):
        return f"Who {match.group('is')} {match.group('who')}?"
    if match := _HELD.match(question):
        return f"Who {'was' if match.group('did') == 'did' else 'is'} {match.group('who')}?"
    return question


def called(bare: str) -> str:
    """Return who a bare answer calls by no name, with the article that they are spoken of by.

    >>> called("Tolle governor"), called("rebels from Hollin."), called("Yes, it did")
    ('the Tolle governor', 'the rebels from Hollin', '')
    """
    words = re.sub(r"\W+$", "", bare).split()
    while words and words[0].lower() in DETERMINERS:
        words = words[1:]
    phrase = " ".join(words)
    if not words or len(words) > _CALLED or set(phrase.lower().split()) & (_NOBODY | AUXILIARIES):
        return ""
    last = head(phrase)
    someone = last in PEOPLE | ROLES | BODIES | {"force"} or is_many(phrase)
    if not someone or re.search(r"[,;:()]", phrase):
        return ""
    # A capital for its place at the beginning of an answer makes no name.
    first = words[0].lower() if head(words[0]) == last else words[0]
    return f"the {' '.join([first, *words[1:]])}"
