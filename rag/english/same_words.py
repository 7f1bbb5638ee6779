"""Whether two texts say the same, but for case, white space, punctuation and spelling.

A number, a name, a negation or a day in which they differ makes them different, and so does any
other word. Copies of one text are shown once only where they say the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.checks.denials import turned_round
from rag.checks.facts import same_value, words_of
from rag.english.sentences import sentences
from rag.english.when import times
from rag.english.words import fold

# What may be missing or otherwise in a copy. Any other sign says something: 5 %, $5, "Why?".
_SILENT = (
    "!\"'`(),.;:\\[\\]{}/\\\\|*_#\u2022\u00b7\u00ab\u00bb\u2010-\u2015\u2018-\u201f\u2026\u2039\u203a"
    "\\-\u2212\u00b4\u3001\u3002\u3008-\u3011\uff0c\uff0e\uff1a\uff1b\uff01\u200b-\u200f\u00ad"
)
_DASH = "[\\-\u2010-\u2015\u2212]"
_MONEY = "[$\u20ac\u00a3\u00a5\u20b9\u20bd]"
# Before a number the same signs do say something: a dash may be a minus, brackets an accountant's.
_TOKEN = re.compile(
    rf"(?:(?<![\w\-\u2010-\u2015\u2212])(?P<minus>{_DASH}+)(?P<apart>\s*))?(?P<bracket>[(\[]\s?)?"
    rf"(?P<money>(?:[A-Z]{{1,3}}\s?)?{_MONEY}\s?|[A-Z]{{3}}\s)?(?P<inner>[(\[]\s?)?"
    r"(?P<number>(?:(?<!\w)[.,](?=\d))?\d+(?:[.,:/]\d+)*)"
    f"|[^\\s\\d{_SILENT}]+(?:['\u2019][^\\s\\d{_SILENT}]+)*"
)
_CLOSED = re.compile(
    r"\s?(?:%|per ?cent|million|billion|thousand|trillion|[mbk]n?|tn)?"
    rf"\s?{_MONEY}?\s?%?[)\]]"
)
_OPEN_ENDED = re.compile(rf"{_DASH}++(?!\w|\s+\d)")
_JOINED = re.compile(rf"\s*(?:(?P<dash>{_DASH}+)|(?P<sign>[/\\*'\u2019:]))\s*\Z")
_INITIALS = re.compile(r"(?<![^\W\d_])(?:[A-Z]\.){2,}")
_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
# Spellings of one language on both sides of the Atlantic, of words that are no names.
_HONOUR = (
    "arm|ard|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|misdemean|neighb"
    "|od|parl|ranc|rig|rum|sav|savi|splend|tum|val|vap|vig"
)
_SPELLINGS = (
    (re.compile(rf"^((?:dis|un)?(?:{_HONOUR}))our(?=\w*$)"), r"\1or"),
    (
        re.compile(r"^(cen|thea|lus|spec|(?:kilo|centi|milli)?me|li|mi)tre(?=s?$)"),
        r"\1ter",
    ),
    (re.compile(r"^(defen|offen|licen)se$"), r"\1ce"),
    (re.compile(r"^programme"), "program"),
    (re.compile(r"(?<=\w{3})is(?=(?:ed|ing|ation|ations)$)|(?<=^organ)is(?=e|es|er|ers$)"), "iz"),
)
# A name may end as these do: Denise and Denize, Schaller and Schaler are two.
_OF_WORDS = (
    (re.compile(r"(?<=\w{3})is(?=(?:e|es|er|ers)$)"), "iz"),
    (re.compile(r"(?<=\w{3}[ae]l)l(?=(?:ed|ing|er|ers)$)"), ""),
)
_LEAST_NAME = 5
# Letters of names out of another script, and what stands for one of its letters in several ways.
_TRANSCRIBED = re.compile(r"kh|dh|dj|aa|q(?!u)|llah$|(?<=\w{5})eh$")
_WAYS = (
    (re.compile(r"^ch"), "sh"),
    (re.compile(r"[ae][iy]"), "ei"),
    (re.compile(r"ou|oo|o"), "u"),
    (re.compile(r"(?<=\w{5})[ae]h$"), "ah"),
    (re.compile(r"(?:iy|y|i)$"), "i"),
    (re.compile(r"([^aeiou])\1"), r"\1"),
    (re.compile(r"(?<!e)i(?!$)"), "e"),
)


def said(text: str) -> tuple[str, ...]:
    """Return what a text says in words: those that are left of it without case and punctuation.

    >>> said("The U.S. centre counted 1,541 dead: 'None was armed'.")
    ('the', 'us', 'center', 'counted', '1541', 'dead', 'none', 'was', 'armed')
    """
    return tuple(word for word, _ in words_compared(text))


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
    mine, theirs = words_compared(one), words_compared(other)
    if mine != theirs:
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


# Days that are told from the day of publication; rag.english.when resolves some of them only.
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
    # The sentences of whole documents are not kept in memory.
    return list(_sentences_kept(text) if len(text) < _LONGEST_KEPT else _sentences(text))


_LONGEST_KEPT = 3_000


def _sentences(text: str) -> tuple[tuple[str, ...], ...]:
    parts = (_DATELINE.sub("", text[start:end].strip()) for start, end in sentences(text))
    found = (tuple(word for word, _ in _read(part)) for part in parts)
    return tuple(words for words in found if words)


@lru_cache(maxsize=2048)
def _sentences_kept(text: str) -> tuple[tuple[str, ...], ...]:
    return _sentences(text)


def adds_value(text: str, other: str) -> bool:
    """Return whether a text gives a number, a day or a name that another does not, or denies it.

    >>> adds_value("A blast killed 15 in Hama.", "A blast killed 14 in Hama.")
    True
    >>> adds_value("A blast killed 14.", "A blast killed 14 in Hama.")
    False
    """
    known = dict(words_compared(other))
    for word, written in words_compared(text):
        # A name may open a sentence, so any capital counts.
        telling = written[0].isupper() or any(sign.isdigit() for sign in written)
        alike = word in known or any(_spelled_alike(written, one) for one in known.values())
        if telling and not alike:
            return True
    mine, theirs = words_of(text), words_of(other)
    if any(not any(same_value(fact, one) for one in theirs.facts) for fact in mine.facts):
        return True
    return bool(turned_round(mine, theirs))


@lru_cache(maxsize=2048)
def words_compared(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text as they are compared, each with how it is written."""
    return _read(text)


@lru_cache(maxsize=2048)
def outline(text: str) -> tuple[str, ...]:
    """Return what all texts share that say the same as this one, and few others do.

    >>> outline("14 died in Hasakeh.") == outline("14 DIED in Hasakah")
    True
    """
    return tuple(_transcribed(word) for word, _ in words_compared(text))


def _read(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text as they are compared, each with how it is written.

    A number keeps its minus, its brackets, and the dash or stroke to a number beside it.

    >>> [word for word, _ in _read("A loss of \u20131,541 (5 %), of 10\u201315 from $ (3).")]
    ['a', 'loss', 'of', '-1541', '(5)', '%', 'of', '10', '10-15', 'from', '$', '(3)']
    """
    text = unicodedata.normalize("NFC", text)
    text = _INITIALS.sub(lambda match: match.group().replace(".", ""), text)
    found: list[tuple[str, str]] = []
    last, end = "", 0
    for match in _TOKEN.finditer(text):
        if match["number"] is None:
            word = match.group()
            found.append((_compared(word), word))
            last = ""
        else:
            if match["money"]:
                found.append((_compared(match["money"].strip()), match["money"].strip()))
            number = _number(text, match, last, end)
            found.append((number, number))
            last = match["number"]
        end = match.end()
    return tuple(found)


def _number(text: str, match: re.Match[str], last: str, end: int) -> str:
    """Return a number with what its signs say, after the number that ended before it, if any."""
    digits = match["number"]
    digits = f"0.{digits[1:]}" if digits[0] in ".," else digits
    number = digits.replace(",", "") if _THOUSANDS.match(digits) else digits
    between = text[end : match.start("money" if match["money"] else "number")]
    joined = _JOINED.match(between) if last else None
    # "10 - 15" is a range, "10 -15" are two numbers.
    if joined and (not match["minus"] or match["apart"]):
        number = f"{last}{'-' if joined['dash'] else joined['sign']}{number}"
    elif match["minus"]:
        number = f"-{number}"
    if (match["bracket"] or match["inner"]) and _CLOSED.match(text, match.end()):
        number = f"({number})"
    return f"{number}-" if _OPEN_ENDED.match(text, match.end()) else number


@lru_cache(maxsize=16_384)
def _compared(word: str) -> str:
    plain = fold(word).replace("\u2019", "'")
    name = word[0].isupper()
    if plain.endswith("'s") and not name:
        plain = plain[:-2] + "s"
    for pattern, letters in _SPELLINGS if name else (*_SPELLINGS, *_OF_WORDS):
        plain = pattern.sub(letters, plain)
    return plain


@lru_cache(maxsize=16_384)
def _spelled_alike(one: str, other: str) -> bool:
    """Return whether two words are surely one name, transcribed in two ways.

    A letter makes another name of most, so both must be alike but for what is known to vary.

    >>> _spelled_alike("Sheikhoun", "Shaykhun"), _spelled_alike("Hezbollah", "Hizbullah")
    (True, True)
    >>> _spelled_alike("Robert", "Roberta"), _spelled_alike("Martin", "Marten")
    (False, False)
    """
    if min(len(one), len(other)) < _LEAST_NAME:
        return False
    if not all(word.isalpha() and word.istitle() for word in (one, other)):
        return False
    if not (_TRANSCRIBED.search(fold(one)) or _TRANSCRIBED.search(fold(other))):
        return False
    return _transcribed(one) == _transcribed(other)


@lru_cache(maxsize=16_384)
def _transcribed(name: str) -> str:
    if len(name) < _LEAST_NAME or not name.isalpha():
        return name
    plain = fold(name)
    for pattern, letters in _WAYS:
        plain = pattern.sub(letters, plain)
    return plain
