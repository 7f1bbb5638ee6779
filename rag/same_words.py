"""Whether two texts say the same, but for case, white space, punctuation and spelling.

A number, a name, a negation or a day in which they differ makes them different, and so does any
other word. Copies of one text are shown once only where they say the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.counts import numbers
from rag.names import same_name
from rag.sentences import sentences
from rag.speech_words import DAYS
from rag.verify_facts import same_value, words_of
from rag.verify_words import turned_round
from rag.when import times
from rag.words import fold

# What may be missing or otherwise in a copy. Any other sign says something: 5 %, $5, -5, "Why?".
_SILENT = (
    "!\"'`(),.;:\\[\\]{}/\\\\|*_#\u2022\u00b7\u00ab\u00bb\u2010-\u2015\u2018-\u201f\u2026\u2039\u203a"
    "\\-\u2212\u00b4\u3001\u3002\u3008-\u3011\uff0c\uff0e\uff1a\uff1b\uff01\u200b-\u200f\u00ad"
)
_TOKEN = re.compile(
    r"(?:(?<![\w.)\]])[-\u2212])?\d+(?:[.,:/]\d+)*"
    f"|[^\\s\\d{_SILENT}]+(?:['\u2019][^\\s\\d{_SILENT}]+)*"
)
_INITIALS = re.compile(r"(?<![^\W\d_])(?:[A-Z]\.){2,}")
_THOUSANDS = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
# Spellings of one language on both sides of the Atlantic. Short words are left alone: four, for.
_SPELLINGS = (
    (re.compile(r"(?<=\w{3})is(?=(?:e|ed|es|ing|ation|ations|er|ers)$)"), "iz"),
    (re.compile(r"(?<=\w{3})our(?=(?:s|ed|ing|able|ite|hood)?$)"), "or"),
    (re.compile(r"(?<=\w{3})tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=\w{3})[ae]ll(?=(?:ed|ing|er|ers)$)"), "el"),
    (re.compile(r"^(defen|offen|licen)se$"), r"\1ce"),
    (re.compile(r"^programme"), "program"),
)
_LEAST_NAME = 5
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)


def said(text: str) -> tuple[str, ...]:
    """Return what a text says in words: those that are left of it without case and punctuation.

    >>> said("The U.S. centre counted 1,541 dead: 'None was armed'.")
    ('the', 'us', 'center', 'counted', '1541', 'dead', 'none', 'was', 'armed')
    """
    return tuple(word for word, _ in _words(text))


def says_the_same(
    one: str, other: str, published: str | None = None, other_published: str | None = None
) -> bool:
    """Return whether two texts say the same, with the days that they were published on.

    "On Tuesday" is another day a week later. Where one has no day nothing shows a difference.

    >>> says_the_same("At least 14 died in Hasakeh.", "AT LEAST 14 DIED, in Hasakah")
    True
    >>> says_the_same("At least 14 died in Hasakeh.", "At least 15 died in Hasakeh.")
    False
    >>> says_the_same("Nobody fled Iran.", "Nobody fled Iraq.")
    False
    >>> says_the_same("It fell on Tuesday.", "It fell on Tuesday.", "2017-04-05", "2017-04-12")
    False
    """
    mine, theirs = _words(one), _words(other)
    if len(mine) != len(theirs):
        return False
    for (word, written), (rival, rival_written) in zip(mine, theirs, strict=True):
        if word != rival and not _spelled_alike(written, rival_written):
            return False
    return same_days(one, published, other, other_published)


def same_days(one: str, published: str | None, other: str, other_published: str | None) -> bool:
    """Return whether two texts speak of the same days, as far as their own dates tell."""
    if not published or not other_published or published[:10] == other_published[:10]:
        return True
    days = [[(time.first, time.last) for time in times(text, day)] for text, day in (
        (one, published), (other, other_published))]  # fmt: skip
    return days[0] == days[1] and not _beside(one)


# Days that are told from the day of publication; rag.when resolves some of them only.
_BESIDE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|(?:this|last|next|past|coming)\s+(?:day|night|morning|"
    r"evening|afternoon|weekend|week|month|year|spring|summer|autumn|winter)|ago)\b",
    re.IGNORECASE,
)


def _beside(text: str) -> bool:
    return bool(_BESIDE.search(text))


# "HOLLIN, June 16 (Elva Wire) - " before the first sentence of a report.
_DATELINE = re.compile(
    r"^\W{0,3}(?:[A-Z][^a-z.!?]{2,}|[^.!?()]{0,60}\([^)]{1,40}\))[^.!?a-z]{0,30}?"
    r"(?<=[\s)])[-\u2013\u2014:]{1,2}\s+"
)


def sentences_said(text: str) -> list[tuple[str, ...]]:
    """Return what each sentence of a text says, without a dateline before it.

    >>> sentences_said("HOLLIN (Elva Wire) - The dam burst. At least 14 died.")
    [('the', 'dam', 'burst'), ('at', 'least', '14', 'died')]
    """
    parts = (_DATELINE.sub("", text[start:end].strip()) for start, end in sentences(text))
    # Not kept in memory: these are sentences of whole documents.
    found = (tuple(word for word, _ in _read(part)) for part in parts)
    return [words for words in found if words]


def adds_value(text: str, other: str) -> bool:
    """Return whether a text gives a number, a day or a name that another does not, or denies it.

    >>> adds_value("A blast killed 15 in Hama.", "A blast killed 14 in Hama.")
    True
    >>> adds_value("A blast killed 14.", "A blast killed 14 in Hama.")
    False
    """
    known = dict(_words(other))
    for word, written in _words(text):
        # A name may open a sentence, so any capital counts.
        telling = written[0].isupper() or any(sign.isdigit() for sign in written)
        alike = word in known or any(_spelled_alike(written, one) for one in known.values())
        if telling and not alike:
            return True
    mine, theirs = words_of(text), words_of(other)
    if any(not any(same_value(fact, one) for one in theirs.facts) for fact in mine.facts):
        return True
    return bool(turned_round(mine, theirs))


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[tuple[str, str], ...]:
    return _read(text)


def _read(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text as they are compared, each with how it is written."""
    text = unicodedata.normalize("NFC", text)
    text = _INITIALS.sub(lambda match: match.group().replace(".", ""), text)
    return tuple((_compared(word), word) for word in _TOKEN.findall(text))


@lru_cache(maxsize=16_384)
def _compared(word: str) -> str:
    if word[-1].isdigit():
        word = word.replace("\u2212", "-")
        return word.replace(",", "") if _THOUSANDS.match(word) else word
    plain = fold(word).replace("\u2019", "'")
    if plain.endswith("'s"):
        plain = plain[:-2] + "s"
    for pattern, letters in _SPELLINGS:
        plain = pattern.sub(letters, plain)
    return plain


@lru_cache(maxsize=16_384)
def _spelled_alike(one: str, other: str) -> bool:
    """Return whether two words are spellings of one name: Hasakeh, Hasakah."""
    if min(len(one), len(other)) < _LEAST_NAME:
        return False
    if not all(word.isalpha() and word.istitle() for word in (one, other)):
        return False
    if any(
        word.lower() in DAYS or word.lower() in _MONTHS or numbers(word) for word in (one, other)
    ):
        return False
    return one[0] == other[0] and same_name(one, other)
