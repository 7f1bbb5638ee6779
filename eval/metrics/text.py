"""How well the words of an answer fit the words that were expected."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import LCSseq

from eval.metrics.numbers import share
from rag.english.sentences import sentences
from rag.errors import BadRequest

_ARTICLE = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_APOSTROPHES = str.maketrans("‘’ʼ", "'''")
_SPLITS = re.compile(r"\s*'s\b|[-‐‑‒–—/“”«»„…]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w+")

LONG_VALUE = 6
"""Tokens that a value has at most to be looked for word for word."""
ENOUGH = 0.7
"""Share of a longer value's tokens that one sentence must hold."""


def normalise(text: str) -> str:
    """Return a text without case, ASCII punctuation, articles and spare white space.

    ``normalize_answer`` of the official SQuAD 2.0 evaluation (Rajpurkar, Jia & Liang 2018).

    >>> normalise("The  Battle of Hastings, 1066!")
    'battle of hastings 1066'
    """
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def _golds(golds: Sequence[str]) -> list[str]:
    # As the official script does: golds that normalise to nothing are dropped, and no gold at all
    # means that there is no answer.
    return [gold for gold in golds if normalise(gold)] or [""]


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """Return 1 when the prediction is one of the golds once both are normalised, else 0.

    SQuAD 2.0's EM. With no gold there is no answer, which the empty prediction matches.

    >>> exact_match("the Normans", ["Normans", "Vikings"]), exact_match("", [])
    (1.0, 1.0)
    >>> exact_match("Normans", [])
    0.0
    """
    return float(any(normalise(prediction) == normalise(gold) for gold in _golds(golds)))


def _overlap(found: Sequence[str], gold: Sequence[str]) -> float:
    if not found or not gold:
        return float(found == gold)
    same = sum((Counter(found) & Counter(gold)).values())
    return 2 * same / (len(found) + len(gold))


def token_f1(prediction: str, golds: Sequence[str]) -> float:
    """Return the best F1 of normalised tokens, as bags, over the golds.

    SQuAD 2.0's F1: 2PR / (P + R) = 2 |common| / (|prediction| + |gold|). With no gold there is no
    answer, which only an empty prediction matches.

    >>> token_f1("in France", ["France", "Normandy"]) == 2 * 1 / (2 + 1)
    True
    >>> token_f1("", ["France"])
    0.0
    """
    found = normalise(prediction).split()
    return max(_overlap(found, normalise(gold).split()) for gold in _golds(golds))


def rouge_l(prediction: str, reference: str) -> float:
    """Return the F1 of the longest common subsequence of words.

    ROUGE-L of Lin 2004 with beta 1, on words in lower case and unstemmed, as the rouge-score
    package counts it, except that letters of every script count.

    >>> rouge_l("the cat sat", "the cat lay") == 2 * 2 / (3 + 3)
    True
    """
    found, wanted = _WORD.findall(prediction.lower()), _WORD.findall(reference.lower())
    return share(2 * LCSseq.similarity(found, wanted), len(found) + len(wanted))


def check_pattern(pattern: str) -> None:
    """Raise for a ``re:`` pattern that cannot be compiled; for the time when cases are read.

    Raises:
        BadRequest: the pattern, and what is wrong with it.

    >>> check_pattern("re:7(8")
    Traceback (most recent call last):
    rag.errors.BadRequest: re:7(8 is no regular expression: missing ), unterminated subpattern at \
position 1. Correct it, or leave out re: to look for these characters.
    """
    if pattern.startswith("re:"):
        try:
            re.compile(pattern[3:], re.IGNORECASE)
        except re.error as error:
            raise BadRequest(
                f"{pattern} is no regular expression: {error}.",
                "Correct it, or leave out re: to look for these characters.",
            ) from error


def holds(pattern: str, text: str) -> bool:
    r"""Return whether a text holds a string, or a match of a pattern after ``re:``; without case.

    Raises:
        BadRequest: the pattern is no regular expression.

    >>> holds("red cross", "The Red Cross"), holds(r"re:\b12\b", "112 dead")
    (True, False)
    >>> holds("4", "in 1924"), holds("4", "4 dead."), holds("1,900", "1,900 tonnes")
    (False, True, True)
    """
    if not pattern.startswith("re:"):
        wanted = pattern.casefold()
        # A number is not a part of another one: "4" is neither in "1924" nor in "1.4" or "4,000".
        before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
        after = r"(?!\d)(?![.,]\d)" if wanted[-1:].isdigit() else ""
        return re.search(f"{before}{re.escape(wanted)}{after}", text.casefold()) is not None
    check_pattern(pattern)
    return re.search(pattern[3:], text, re.IGNORECASE) is not None


def _tokens(text: str) -> list[str]:
    split = _SPLITS.sub(" ", text.translate(_APOSTROPHES).lower())
    return normalise(split).split() or split.split()


def _numbers(text: str) -> set[str]:
    return {match.replace(",", "") for match in _NUMBER.findall(text)}


def _places(value: Sequence[str], text: Sequence[str]) -> Iterator[tuple[int, int]]:
    size = len(value)
    for start in range(len(text) - size + 1 if size else 0):
        if list(text[start : start + size]) == list(value):
            yield start, start + size


def contains(value: str, text: str) -> bool:
    """Return whether the tokens of a value stand in a text, in a row.

    Tokens are SQuAD's, after dashes and slashes have become spaces and 's has gone, so that
    "29-year-old" holds "29". Numbers must be written in full: "15" is not "1.5".

    >>> contains("12", "killed 12 people"), contains("12", "killed 112"), contains("1.5", "15")
    (True, False, False)
    """
    if not _numbers(value) <= _numbers(text):
        return False
    return any(True for _ in _places(_tokens(value), _tokens(text)))


def holds_value(value: str, text: str) -> bool:
    """Return whether a text gives a value: its tokens in a row, or nearly all in one sentence.

    The second is for values of more than 6 tokens, which nobody repeats word for word: one sentence
    must hold 70 % of the tokens, and every number.

    >>> holds_value("24 dead", "At least 24 dead."), holds_value("", "anything")
    (True, False)
    """
    if value.startswith("re:"):
        return holds(value, text)
    if contains(value, text):
        return True
    wanted = _tokens(value)
    if len(wanted) <= LONG_VALUE:
        return False
    bag, numbers = Counter(wanted), _numbers(value)
    for start, end in sentences(text):
        sentence = text[start:end]
        same = sum((bag & Counter(_tokens(sentence))).values())
        if same >= ENOUGH * len(wanted) and numbers <= _numbers(sentence):
            return True
    return False


def asserts_wrong(value: str, text: str, golds: Sequence[str]) -> bool:
    """Return whether a text gives a wrong value anywhere but inside a right one.

    >>> asserts_wrong("General", "He was a Brigadier General.", ["Brigadier General"])
    False
    >>> asserts_wrong("General", "A general, not a brigadier general.", ["Brigadier General"])
    True
    """
    if not holds_value(value, text):
        return False
    if value.startswith("re:"):
        return True
    tokens = _tokens(text)
    right = [place for gold in golds for place in _places(_tokens(gold), tokens)]
    places = list(_places(_tokens(value), tokens))
    return not places or any(
        not any(low <= start and end <= high for low, high in right) for start, end in places
    )


def distinct_wrong(wrong: Sequence[str], golds: Sequence[str]) -> list[str]:
    """Return the wrong values that differ from every right one once normalised, each once.

    >>> distinct_wrong(["The Novel", "poem", "Poem"], ["novel"])
    ['poem']
    """
    known = {normalise(gold) for gold in golds} | {""}
    found: list[str] = []
    for value in wrong:
        if normalise(value) not in known:
            known.add(normalise(value))
            found.append(value)
    return found


def ramdocs_exact_match(values: Sequence[str], golds: Sequence[str], wrong: Sequence[str]) -> float:
    """Return 1 when the values asserted give every right value and no wrong one, else 0.

    Strict exact match of RAMDocs (Wang et al. 2025, arXiv:2504.13079): every gold answer must be
    there and no wrong one. A wrong answer that is a right one when normalised is not counted.

    >>> ramdocs_exact_match(["Paris", "Lyon"], ["Lyon", "Paris"], ["Nice"])
    1.0
    >>> ramdocs_exact_match(["Paris, Nice"], ["Paris"], ["Nice"])
    0.0
    """
    right = bool(golds) and all(any(holds_value(gold, one) for one in values) for gold in golds)
    asserted = any(
        asserts_wrong(value, one, golds) for value in distinct_wrong(wrong, golds) for one in values
    )
    return float(right and not asserted)


def length(text: str) -> float:
    """Return how many characters (Unicode code points) a text has, white space around it left out.

    >>> length(" Paris. ")
    6.0
    """
    return float(len(text.strip()))
