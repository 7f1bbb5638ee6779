"""Hedges, quantifiers and contrasts: whether a sentence is surer or wider than its source. English.

Each check holds a sentence against the one sentence of its source that shares most of its words,
and returns what differs in words for a person. Pure functions.
"""

from __future__ import annotations

import re

from rag.checks.doubting import UNSURE
from rag.checks.facts import Words, is_content, text_of
from rag.english.speech_words import REPORTING
from rag.english.words import content_terms, stem

_ALIKE = 0.5
"""Share of a sentence's content words that one of the source must hold to be held against it."""
_SCOPE = 4
"""Content words after a hedge that tell what it is of."""
# "May park" allows; "may be", "may have" is a guess.
_MAY = re.compile(r"\bmay (?:\w+ly )?(?:be|have|well|also|yet|still|already)\b")
# What keeps a claim from being told as a fact, in whatever words.
_GUARDED = re.compile(
    r"\b(?:may|might|can|could|would|should|will|possib\w+|potential\w*|chance|risk\w*|danger|perhaps"
    r"|probab\w+|presumabl\w+|likel\w+|apparent\w*|appear\w*|seem\w*|belie[fv]\w*|th(?:ink|inks|ought)"
    r"|consider\w*|assum\w+|suppos\w+|expect\w*|inten\w+|plan\w*|propos\w+|hop(?:e|es|ed|ing)|aim\w*"
    r"|threat\w*|fear\w*|suspect\w*|suspicion|alleg\w+|accus\w+|claim\w*|charg\w+|report\w*"
    r"|rumou?r\w*"
    r"|according|view|opinion|eyes|account|estimat\w+|indicat\w+|suggest\w*|blam\w+|if|unless|whether"
    r"|allow\w*|let|lets|permit\w*|able|entitle\w*|right|option\w*|free|due|want\w*|seek\w*"
    r"|about to|to be|question\w*|ask\w*|inquir\w*"
    r"|speculat\w+|predict\w*|forecast\w*|anticipat\w*|hint\w*|set to|poised|pending|maybe"
    r"|ideas?|notion|hypothe\w+|theor\w+|motion|bid|draft|recommend\w*|request\w*"
    r"|not|no|never|n't)\b|n't\b",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"\b(?:prove[ns]?|proved|establish(?:ed|es)|certain(?:ly)?|definite(?:ly)?|undoubtedly|exactly"
    r"|precisely|always|known? for a fact|no doubt|without doubt)\b",
    re.IGNORECASE,
)
_UNSURE_AT_ALL = re.compile(
    r"\b(?:alleg\w+|suspect\w*|might|may|could|can|possibl[ey]|perhaps|probabl[ey]|likely|apparently"
    r"|appear(?:s|ed)?|seem(?:s|ed)?|believed|thought|fear|at least|up to|as many as|about|some"
    r"|nearly|more than|estimated|hint\w*|suggest\w*|indicat\w+)\b"
)
_SHOWS = re.compile(
    r"\b(?:show(?:s|ed|n)?|demonstrat\w+|confirm(?:s|ed)?|reveal(?:s|ed)?|sure|settled)\b", re.I
)
_HINTS = re.compile(
    r"\b(?:hint\w*|suggest\w*|might|may (?:be|have)|possibl[ey]|perhaps|suspect\w*"
    r"|seem\w*|appear(?:s|ed)? to|looks? as if|impl(?:y|ies|ied)|speculat\w+|could)\b",
    re.IGNORECASE,
)
# Who hopes or fears so does not say so.
_HOLDS = re.compile(r"\b(?:hop(?:e|es|ed|ing)|fear(?:s|ed)?|suspect(?:s|ed)?)(?: that)?\b")
_DRAFT = re.compile(r"\b(?:draft|propos\w+|bill|planned)\b", re.IGNORECASE)
_WOULD = re.compile(r"\bwould\b")
_REGARDLESS = re.compile(
    r"\b(?:even (?:if|when|where|without)|whether or not|regardless|no matter"
    r"|in any case|always)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|provided|providing|only (?:if|when|with)|(?:as|so) long as|on condition"
    r"|without (?:a|an)|except)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|every|each|entire(?:ly)?|whole|always|everyone|everybody)\b", re.I)
_PART = re.compile(
    r"\b(?:most(?! \w+ly\b)|majority|some|few|several|many|part(?:ly)?|half|a third|a quarter|often"
    r"|usually|sometimes|rarely|occasionally|mainly|mostly|in part|a number of|all but|but one)\b",
    re.IGNORECASE,
)
_MOST = re.compile(r"\b(?:most of|most|majority|mostly|more than half)\b", re.IGNORECASE)
_FEW = re.compile(r"\b(?:few|minority|hardly any|fewer than half|less than half)\b", re.IGNORECASE)
_SOME = re.compile(r"\b(?:some(?: of)?|several|a few|a handful of|a number of)\b", re.IGNORECASE)
_ONLY = re.compile(
    r"\bonly (?:the |those )?(?P<what>[a-z]+) (?:with|who|that|of|over|under)\b", re.I
)
_OF_THE = re.compile(
    r"\b(?P<part>\d+|[a-z]+(?:-[a-z]+)?) of the (?P<whole>\d+|[a-z]+(?:-[a-z]+)?)\b", re.IGNORECASE
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_SHARE = re.compile(
    r"\b((?:(?P<n>a|one|two|three|four)[ -](?P<part>thirds?|quarters?|fifths?|tenths?) of"
    r"|(?P<percent>\d+(?:\.\d+)?)(?: ?%| percent) of))",
    re.IGNORECASE,
)
_COUNTS = {
    word: n
    for n, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen twenty".split(),
        start=1,
    )
}
_CONTRAST = re.compile(
    r"(?:\brather than\b|\binstead of\b|, (?:and )?not\b|\bbut not\b|, as opposed to\b"
    r"|\bnothing to do with\b)"
    r"(?P<denied>[^,;.]+)",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r"\bnot (?!only\b|just\b)(?P<denied>[^,;.]{3,40}?),? but\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not|no|never|none|nor|neither|rather|instead|without|den(?:y|ies|ied)|rul(?:e|ed|es) out"
    r"|unlike|less|fewer|despite|although|though|but)\b|n't\b",
    re.IGNORECASE,
)


def nearest_sentence(sentence: Words, source: Words) -> str:
    """Return the sentence of a source that shares most words with one, if it shares half."""
    own = frozenset().union(*sentence.terms)
    if not own or not source.terms:
        return ""
    shared = [len(own & terms) / len(own) for terms in source.terms]
    best = max(range(len(shared)), key=shared.__getitem__)
    if shared[best] < _ALIKE:
        return ""
    return text_of(source, best)


def surer(sentence: Words, source: Words, near: str) -> list[str]:
    """Return where a sentence tells as a fact what its source only holds possible, or alleges.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The clerk allegedly sold the coins.")
    >>> surer(words_of("The clerk sold the coins."), source, source.text)
    ['The source does not say so for a fact: allegedly.']
    """
    if not near or sentence.text.rstrip().endswith(":"):
        return []
    problems: list[str] = []
    sure = _SURE.search(sentence.text)
    if sure and _UNSURE_AT_ALL.search(near) and not _SURE.search(source.text):
        problems.append(f"The source is less sure than \u201c{sure.group()}\u201d.")
    shows = _SHOWS.search(sentence.text)
    weak = _HINTS.search(near)
    own = frozenset().union(*sentence.terms)
    if (
        shows
        and weak
        and not (_SHOWS.search(near) or _HINTS.search(sentence.text))
        and own & set(content_terms(re.split(r"[(),;]", near[weak.end() :])[0]))
    ):
        problems.append(f"The source says {weak.group()}, not {shows.group()}.")
    if not _GUARDED.search(sentence.text):
        clause = _clause_of(sentence, near)
        ways = (_HOLDS,) if _reports(sentence) else (UNSURE, _MAY, _HOLDS)
        found = [one for way in ways for one in way.finditer(clause)]
        if _DRAFT.search(clause) and not _reports(sentence):
            found += _WOULD.finditer(clause)
        for unsure in found:
            if _bears_on(clause[unsure.end() :], own):
                problems.append(f"The source does not say so for a fact: {unsure.group()}.")
                break
    return problems


def _bears_on(rest: str, own: frozenset[str]) -> bool:
    """Return whether a sentence takes up what follows a hedge: "or possibly a game" may not."""
    following = content_terms(re.split(r"[(),;]", rest)[0])[:_SCOPE]
    if not own & set(following[:2]):
        return False
    return sum(term in own for term in following) >= max(1, len(following) / 2)


def _reports(sentence: Words) -> bool:
    return any(token.lower in REPORTING for token in sentence.tokens)


def _clause_of(sentence: Words, near: str) -> str:
    """Return the clause of a source's sentence that holds most of a sentence's words."""
    own = frozenset().union(*sentence.terms)
    clauses = re.split(r"[;:]|,? (?:but|while|whereas|although|though) ", near)
    return max(clauses, key=lambda clause: len(own & set(content_terms(clause))))


def wider(sentence: Words, near: str) -> list[str]:
    """Return where a sentence says of all, or of most, what its source says of fewer.

    >>> from rag.checks.facts import words_of
    >>> wider(words_of("All of the schools have changed."), "Most schools have changed.")
    ['The source says Most, not All.']
    """
    if not near:
        return []
    problems: list[str] = []
    every, part = _ALL.search(sentence.text), _PART.search(near)
    mine = _PART.search(sentence.text)
    if every and part and not mine and (not _ALL.search(near) or "but" in part.group().lower()):
        problems.append(f"The source says {part.group()}, not {every.group()}.")
    for said, given in ((_MOST, _FEW), (_FEW, _MOST)):
        here, there = said.search(sentence.text), given.search(near)
        if here and there and not given.search(sentence.text) and not said.search(near):
            problems.append(f"The source says {there.group()}, not {here.group()}.")
    some = _SOME.search(near)
    most = _MOST.search(sentence.text)
    if some and most and not _MOST.search(near) and _counted_by(most) == _counted_by(some):
        problems.append(f"The source says {some.group()}, not {most.group()}.")
    only = _ONLY.search(near)
    unlimited = every and not _ONLY.search(sentence.text) and not mine
    if only and every and unlimited and stem(only["what"]) in _after(every):
        problems.append(f"The source says {only.group()}, not {every.group()}.")
    shares = [_share_of(match) for match in _SHARE.finditer(near)]
    if len(shares) == 1:
        problems += _wrong_share(sentence.text, shares[0], _SHARE.findall(near)[0][0])
    for match in _OF_THE.finditer(near):
        of = [_count(match[name]) for name in ("part", "whole")]
        if all(of):
            problems += _wrong_share(sentence.text, of[0] / of[1], match.group())
    return problems


def regardless(sentence: Words, window: Words) -> list[str]:
    """Return where a sentence says so in any case and its source only on a condition.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The show goes ahead in the park unless it rains.")
    >>> regardless(words_of("Even if it rains, the show goes ahead in the park."), source)
    ['The source says so only on a condition (unless).']
    >>> regardless(words_of("If it is dry, the show goes ahead in the park."), source)
    []
    """
    said, given = _REGARDLESS.search(sentence.text), _CONDITION.search(window.text)
    if not said or not given or _REGARDLESS.search(window.text) or not window.terms:
        return []
    own = frozenset().union(*sentence.terms)
    clause = frozenset(content_terms(window.text[given.end() :])[:_SCOPE])
    if not own & clause:
        return []
    return [f"The source says so only on a condition ({given.group()})."]


def _after(match: re.Match[str]) -> list[str]:
    """Return the first content words behind a match."""
    return list(content_terms(match.string[match.end() : match.end() + 40]))[:2]


def _counted_by(match: re.Match[str]) -> list[str]:
    return _after(match)[:1]


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS.get(word.lower(), 0)


def _share_of(match: re.Match[str]) -> float:
    """Return the share that words give: "two thirds" is 0.67."""
    if match["percent"]:
        return float(match["percent"]) / 100
    return (_count(match["n"]) or 1) / _PARTS[match["part"].lower().rstrip("s")]


def _wrong_share(sentence: str, share: float, words: str) -> list[str]:
    most, few = _MOST.search(sentence), _FEW.search(sentence)
    if most and share <= 0.5 and not few:
        return [f"The source says {words}, not {most.group()}."]
    if few and share >= 0.5 and not most:
        return [f"The source says {words}, not {few.group()}."]
    return []


def contrasted(sentence: Words, near: str) -> list[str]:
    """Return where a sentence says what its source sets against what is so.

    >>> from rag.checks.facts import words_of
    >>> contrasted(words_of("The frost killed the bees."),
    ...            "A mite killed the bees rather than the frost.")
    ['The source says that it is not frost.']
    """
    if _DENIES.search(sentence.text):
        return []
    own = frozenset().union(*sentence.terms)
    for match in (*_CONTRAST.finditer(near), *_NOT_BUT.finditer(near)):
        denied = frozenset(content_terms(match["denied"]))
        said = frozenset(content_terms(near[: match.start()] + near[match.end() :]))
        beside = near[max(0, match.start() - 60) : match.start()]
        if match.re is _NOT_BUT:
            beside = near[match.end() : match.end() + 60]
        before = frozenset(content_terms(beside))
        only_denied, only_said = denied - said, before - denied
        told = sorted(term for term in own & only_denied if is_content(term))
        named = len(own & only_denied) >= 0.5 * len(only_denied)
        if told and named and only_said - own:
            return [f"The source says that it is not {', '.join(told)}."]
    return []
