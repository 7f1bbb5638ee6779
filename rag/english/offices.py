"""Questions for who holds an office: "Who leads the Watch?" as "Who is the head of the Watch?".

Texts tell an office in apposition, "Watch head Mira Solberg", and "leads" stands in them for other
things: roads, attacks, investigations. English, pure functions.
"""

from __future__ import annotations

import re

from rag.english.words import content_terms

_LEADS = re.compile(
    r"^\W*[Ww]ho\s+(?:currently\s+)?(?:leads|heads|runs|chairs|directs|coordinates)\s+"
    r"(?P<body>(?:the\s+)?[A-Z][\w'\u2019-]*(?:\s+(?:[A-Z][\w'\u2019-]*|of|for|the|and)){0,7})\s*\??$",
)
_OFFICE = re.compile(
    r"^\W*who\s+(?:is|was)\s+(?:the\s+)?(?P<of>(?:[\w-]+\s+){0,3}?)"
    r"(?P<office>head|chief|director|leader|president|chair(?:man|woman|person)?|boss|commander|"
    r"manager|governor|mayor|spokes(?:man|woman|person)|minister|secretary|founder|envoy|"
    r"ambassador|representative|king|queen|emir|sultan|pope|chancellor|premier|patriarch|"
    r"coordinator|editor|owner)\s+(?:of|for|at|to)\s+(?P<body>[^?,]+?)\s*\??$",
    re.IGNORECASE,
)
_NAME_OF = re.compile(r"^\W*what\s+(?:is|was)\s+the\s+name\s+of\s+", re.IGNORECASE)
_OWNED = re.compile(
    r"^\W*(?P<who>[Ww]ho\s+(?:is|was)\s+)(?P<body>(?:the\s+)?[A-Z][\w'\u2019 -]*?)['\u2019]s?\s+"
    r"(?P<office>(?:[a-z-]+\s+){0,2}?[a-z]+)\s*\??$"
)
_OF_NATION = re.compile(
    r"^\W*(?P<who>[Ww]ho\s+(?:is|was)\s+)the\s+(?P<body>[A-Z][a-z]+|US|UN|EU)\s+"
    r"(?P<office>(?:[a-z-]+\s+){0,2}?[a-z]+)\s*\??$"
)
_NATION = re.compile(r"(?:ian|ish|ese|ean|can|qi)$")
_REACH = 60
"""Characters between a holder's name and the body, at most: "X, the head of the Norland Watch"."""
_RELATED = re.compile(r"\b(?:said|says|told|and|while|but)\b|[;\u201d]")


def plain_office(question: str) -> str:
    """Return a question for who leads a body as one for its head, others as they are.

    >>> plain_office("Who leads the Harbour Watch?")
    'Who is the head of the Harbour Watch?'
    >>> plain_office("Who leads the attack on the harbour?")
    'Who leads the attack on the harbour?'
    >>> plain_office("Who is the Norlandish foreign minister?")
    'Who is the foreign minister of Norlandish?'
    >>> plain_office("What is the name of Norland's president?")
    'Who is the president of Norland?'
    """
    if match := _LEADS.match(question):
        return f"Who is the head of {match['body']}?"
    named = _NAME_OF.sub("Who is ", question)
    for form in (_OWNED, _OF_NATION):
        if match := form.match(named):
            named = f"{match['who']}the {match['office']} of {match['body']}?"
            break
    return named if _OFFICE.match(named) else question


def office_parts(question: str) -> tuple[str, str, str] | None:
    """Return the office that a question asks for, what qualifies it, and of what; or None.

    >>> office_parts("Who is the foreign minister of Norland?")
    ('minister', 'foreign ', 'Norland')
    """
    match = _OFFICE.match(question)
    return (match["office"], match["of"], match["body"]) if match else None


def asks_office(question: str) -> bool:
    """Return whether a question asks who holds an office of some body."""
    return _OFFICE.match(question) is not None


_TITLE = re.compile(
    r"\b(?:heads?|headed|chiefs?|director\w*|directs|directed|leads|led|leaders?|presidents?|"
    r"chair\w*|boss|command(?:er|s|ed)|manag(?:er|es|ed)|governors?|mayors?|spokes\w+|ministers?|"
    r"secretar\w+|envoys?|ambassadors?|representatives?|runs|ran|founder|appointed|elected|named|"
    r"succeeded|replaced|took over)\b",
    re.IGNORECASE,
)


_DESCRIBES = re.compile(
    rf"\W*(?:[,(]|(?:the|who|as|a|an|its|also|was|is)\b|{_TITLE.pattern})", re.IGNORECASE
)


def beside_office(sentence: str, start: int, end: int) -> bool:
    """Return whether a sentence tells an office beside what stands at a place of it.

    >>> text = "Watch head Ada Thorn said that the Watch was founded by fishermen of the bay."
    >>> [beside_office(text, text.index(one), text.index(one) + 9) for one in ("Ada", "fishermen")]
    [True, False]
    """
    before, after = _beside(sentence, start, end)
    return _TITLE.search(f"{before} {sentence[start:end]} {after}") is not None


def holds(question: str, sentence: str, start: int, end: int) -> bool:
    """Return whether what stands at a place of a sentence is of the body that a question names.

    >>> asked = "Who is the head of the Watch?"
    >>> text = "Watch head Ada Thorn said that Union chief Rolf Ek had left."
    >>> [holds(asked, text, text.index(one), text.index(one) + 7) for one in ("Ada Tho", "Rolf Ek")]
    [True, False]
    """
    match = _OFFICE.match(question)
    if match is None:
        return True
    # "The UN envoy to Maren" holds the office of who sends him.
    words = [*match["body"].split(), *(one for one in match["of"].split() if one[:1].isupper())]
    telling = [word for word in words if not _NATION.search(word)] or words
    body = set(content_terms(" ".join(telling)))
    return bool(body & set(content_terms(" ".join(_beside(sentence, start, end)))))


def _beside(sentence: str, start: int, end: int) -> tuple[str, str]:
    """Return the words before a name and those behind that describe it, and tell no deed."""
    before = _RELATED.split(sentence[max(0, start - _REACH) : start])[-1]
    after = _RELATED.split(sentence[end : end + _REACH])[0]
    return before, after if _DESCRIBES.match(after) else ""
