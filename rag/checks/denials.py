"""What one of two texts denies and the other says. English.

Each check returns what differs in words for a person. Pure functions.
"""

from __future__ import annotations

import re

from rag.checks.doubting import DENIES_ITSELF
from rag.checks.facts import Words, is_content
from rag.checks.meanings import alike, opposed
from rag.checks.opposites import opposites
from rag.english.speech_words import REPORTING

_NO = frozenset(
    "not no never none nobody nothing neither nor without cannot hardly unlikely".split()
)
# "No, it fell", "not only", "no fewer than"
_NO_DENIAL = frozenset(", only necessarily just fewer less more later earlier longer".split())
_DENYING = re.compile(r"^(?:den(?:y|ies|ied|ying)|refus\w+|dismiss\w+|n't)$")
_ENDS_SCOPE = frozenset("but while whereas who which".split())
_ORDERS = frozenset("until till before unless except".split())
"""What makes of a negation an order in time or a condition: "do not start until it is full"."""
_REACH = 14
"""Words within which these stand behind the negation."""
_NEGATES = 3
"""Content words after a negation that it turns round, up to a comma."""
_SAME = 0.25
"""Share of a sentence that one of the source must hold to say or deny the same."""
_SURELY_SAME = 0.6
"""The same where what one denies and the other does not is wrong for certain."""


def turned_round(sentence: Words, window: Words) -> list[str]:
    """Return where a negation or an opposite differs from the sentences of the source."""
    wrong, missing = _denied_otherwise(sentence, window, _SAME)
    return [*_denial(wrong | missing), *opposites(sentence, window)]


_PREFIXED = re.compile(r"\b(?:un|non-?)([a-z]{4,})\b")


def with_prefixes(sentence: str, source: str) -> str:
    """Return a sentence with "unapproved" for "not approved", where its source has that word.

    >>> with_prefixes("Parts that were not approved are out.", "It excludes unapproved parts.")
    'Parts that were unapproved are out.'
    """
    for match in _PREFIXED.finditer(source.lower()):
        bare = match[1].lstrip("-")
        sentence = re.sub(rf"\b(?:not|never) (?:been )?{bare}\b", match.group(), sentence)
    return sentence


def denied(
    sentence: Words, window: Words, source: Words | None = None
) -> tuple[list[str], list[str]]:
    """Return what one of the two denies and the other says: for certain, and as a doubt.

    As a doubt it is only where no sentence of the ``source`` around the window that shares a word
    with it denies in other words.

    For certain it is only where the two say nearly the same, and where neither can have said so in
    other words: by a verb that denies, or by a negation elsewhere.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The pump does not run at night.")
    >>> denied(words_of("The pump runs at night."), source)[0]
    ['One of the two says it is so, the other that it is not (night).']
    >>> denied(words_of("At night nobody hears the pump."), source)[0]
    []
    """
    found: list[list[str]] = []
    for share in (_SURELY_SAME, _SAME):
        wrong, missing = _denied_otherwise(sentence, window, share)
        close = _close(sentence, window, share)
        there = near = " ".join(
            token.text for n, token in enumerate(window.tokens) if window.sentence[n] in close
        )
        if share == _SAME and source is not None:
            there = f"{there} {_sharing(source, sentence)}"
        if _denies_itself(there, sentence.text):
            wrong = set()
        if _denies_itself(sentence.text, near):
            missing = set()
        wrong = {one for one in wrong if not _opposite_there(one, window, close)}
        missing = {one for one in missing if not _opposite_there(one, sentence)}
        if _denies(sentence) and any(_denies(window, n) for n in close):
            wrong, missing = set(), set()
        found.append(_denial(wrong | missing))
    sure, doubts = found
    return sure, [] if sure else doubts


def _sharing(source: Words, sentence: Words) -> str:
    """Return the words of those sentences of a source that share a content word with another."""
    own = frozenset().union(*sentence.terms)
    return " ".join(
        token.text
        for token, n in zip(source.tokens, source.sentence, strict=True)
        if own & source.terms[n]
    )


def _denies_itself(text: str, other: str) -> bool:
    """Return whether a text denies without a "not"; "unpaid" counts where the other lacks it."""
    found = [one.group() for one in DENIES_ITSELF.finditer(text.lower())]
    both = other.lower()
    return any(not (one.startswith("un") and len(one) > 5 and one in both) for one in found)


def _denial(words: set[str]) -> list[str]:
    if not words:
        return []
    return [f"One of the two says it is so, the other that it is not ({min(words)})."]


def _denied_otherwise(sentence: Words, window: Words, share: float) -> tuple[set[str], set[str]]:
    """Return the words that a sentence denies alone, and those that its source denies alone."""
    close = _close(sentence, window, share)
    own = frozenset(token.lower for token in sentence.tokens)
    there = frozenset(
        token.lower for n, token in enumerate(window.tokens) if window.sentence[n] in close
    )
    # "Not before May" is told as "in May", but not as "before May".
    mine, mine_near, mine_plain = _negated(sentence, _ORDERS - there)
    theirs, theirs_near, theirs_plain = _negated(window, _ORDERS - own, close)
    wrong = set() if mine & theirs_near else _only(mine & theirs_plain, mine_plain)
    missing = set() if theirs & mine_near else _only(theirs & mine_plain, theirs_plain)
    return wrong, missing


def _only(words: set[str], others: set[str]) -> set[str]:
    """Return the words that none of the others may stand for."""
    return {one for one in words if not any(alike(one, other) for other in others)}


def _opposite_there(word: str, words: Words, among: frozenset[int] | None = None) -> bool:
    """Return whether a text has the opposite of a word: "failed" where the other did not pass."""
    return any(
        opposed(word, stem)
        for n, stem in enumerate(words.stems)
        if among is None or words.sentence[n] in among
    )


def _denies(words: Words, number: int | None = None) -> bool:
    """Return whether a text, or one of its sentences, holds a negation."""
    return any(
        token.lower in _NO or token.lower.replace("\u2019", "'").endswith("n't")
        for n, token in enumerate(words.tokens)
        if number in (None, words.sentence[n])
    )


def _close(sentence: Words, window: Words, share: float) -> frozenset[int]:
    """Return the source's sentences that hold enough of a sentence to say or deny the same."""
    own = frozenset().union(*sentence.terms)
    return frozenset(
        n for n, terms in enumerate(window.terms) if len(own & terms) >= share * len(own)
    )


def _negated(
    words: Words, orders: frozenset[str], among: frozenset[int] | None = None
) -> tuple[set[str], set[str], set[str]]:
    """Return the two stems after each negation, those near one, and those without one.

    A negation before one of ``orders`` tells when something is, and denies nothing.
    """
    first: set[str] = set()
    negated: set[str] = set()
    plain: set[str] = set()
    left = 0
    before = -1
    for number, (token, term) in enumerate(zip(words.tokens, words.stems, strict=True)):
        if among is not None and words.sentence[number] not in among:
            continue
        if words.sentence[number] != before or token.text in ";:,":
            left, before = 0, words.sentence[number]
        lower = token.lower.replace("\u2019", "'")
        if lower in _ENDS_SCOPE or lower in REPORTING:
            left = 0
        following = words.tokens[number + 1].lower if number + 1 < len(words.tokens) else ""
        # The button "None" denies nothing.
        named = token.text[0].isupper() and number and words.tokens[number - 1].text in '"\u201c'
        beyond = words.tokens[number + 2].lower if number + 2 < len(words.tokens) else ""
        if following in _NO_DENIAL and (following != "longer" or beyond == "than"):
            if is_content(term):
                (negated if left else plain).add(term)
        elif _is_negation(words, number) and not named:
            left = 0 if _orders(words, number, orders) else _NEGATES
        elif is_content(term):
            (negated if left else plain).add(term)
            if left >= _NEGATES - 1:
                first.add(term)
            left = max(0, left - 1)
    return first, negated, plain


def _is_negation(words: Words, n: int) -> bool:
    lower = words.tokens[n].lower.replace("\u2019", "'")
    following = words.tokens[n + 1].lower if n + 1 < len(words.tokens) else ""
    fails = lower in ("fail", "fails", "failed") and following == "to"
    return lower in _NO or lower.endswith("n't") or bool(_DENYING.match(lower)) or fails


def _orders(words: Words, n: int, orders: frozenset[str]) -> bool:
    """Return whether a word is a negation that tells when or on what condition something is."""
    lower = words.tokens[n].lower.replace("\u2019", "'")
    if lower not in ("not", "cannot", "never") and not lower.endswith("n't"):
        return False
    for k in range(n + 1, min(n + _REACH, len(words.tokens))):
        if words.sentence[k] != words.sentence[n] or words.tokens[k].text == ";":
            return False
        if words.tokens[k].lower in orders:
            return True
    return False
