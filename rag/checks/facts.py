"""Numbers, days and names of a sentence: whether a source gives them, and of the same thing.

A value that stands in a passage proves nothing where it is another thing's: the words around it
must be those around it in the source, rather than those around a value that the sentence leaves
out.
Pure functions, English.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.english.counts import numbers
from rag.english.names import same_name
from rag.english.sentences import sentences
from rag.english.speech import Token, tokens
from rag.english.words import STOP_WORDS, fold, stem

Kind = Literal["number", "year", "day", "weekday", "name"]

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_SHORT = {month[:3]: month for month in _MONTHS} | {"sept": "september"}
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_YEAR = re.compile(r"(?<![\w.,$\u20ac\u00a3-])(?:1[1-9]|20)\d\d(?![\w%]|,\d|\.\d)")
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    rf"|(?P<month3>{_MONTH}))",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w.,:-])\d{1,9}(?:,\d{3})*(?:\.\d+)?(?!\d|[:-]\d|\s?[ap]\.?m\b)", re.IGNORECASE
)
_NO_NAME = frozenset(
    "both yes no not also however furthermore additionally moreover overall finally first second "
    "third next then thus hence therefore instead other others some many most each all any one two "
    "several more such what when where why how who which there here i my your our function note "
    "during despite although because since unlike like with without under over using see "
    "well sure actually maybe okay oh hello hi".split()
)
_STOPS = frozenset(".;!?:\u2022|")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value at ``text[start:end]``: ``[first, last)`` are its words, ``key`` tells it apart."""

    kind: Kind
    key: tuple[str, ...]
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text in words: stems, the sentence each is in, the terms of each, values, small words."""

    text: str
    tokens: tuple[Token, ...]
    stems: tuple[str, ...]
    sentence: tuple[int, ...]
    terms: tuple[frozenset[str], ...]
    facts: tuple[Fact, ...]
    small: frozenset[str]


def text_of(words: Words, number: int) -> str:
    """Return one sentence of a text, without what stands around its words.

    >>> text_of(words_of("It rained. Six died on Monday."), 1)
    'Six died on Monday.'
    """
    inside = [n for n, one in enumerate(words.sentence) if one == number]
    return words.text[words.tokens[inside[0]].start : words.tokens[inside[-1]].end]


@lru_cache(maxsize=512)
def words_of(text: str) -> Words:
    """Return a text in words, with its values."""
    found = tuple(tokens(text))
    stems = tuple(_stem(token.text) for token in found)
    spans = sentences(text) or [(0, len(text))]
    sentence: list[int] = []
    here = 0
    for token in found:
        while here + 1 < len(spans) and token.start >= spans[here + 1][0]:
            here += 1
        sentence.append(here)
    terms: list[set[str]] = [set() for _ in spans]
    for number, one in zip(sentence, stems, strict=True):
        if is_content(one):
            terms[number].add(one)
    facts = tuple(_facts(text, found, tuple(sentence)))
    return Words(
        text,
        found,
        stems,
        tuple(sentence),
        tuple(map(frozenset, terms)),
        facts,
        frozenset(_stem(token.text) for token in found if token.text[0].islower()),
    )


def _stem(word: str) -> str:
    return stem(re.sub(r"['\u2019]s?$", "", word).rstrip("."))


def is_content(term: str) -> bool:
    """Return whether a stem says something: no small word, no sign."""
    return bool(term) and term[0].isalnum() and term not in STOP_WORDS


Found = tuple[Kind, tuple[str, ...], int, int]
"""A value's kind and key, and where it stands."""


def _facts(text: str, found: Sequence[Token], sentence: Sequence[int]) -> Iterator[Fact]:
    taken: list[tuple[int, int]] = []
    starts, ends = [token.start for token in found], [token.end for token in found]
    for kind, key, start, end in (*_dates(text), *_counts(text), *_named(text, found, sentence)):
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if first < last and not any(a < end and b > start for a, b in taken):
            taken.append((start, end))
            yield Fact(kind, key, start, end, first, last)


def _dates(text: str) -> Iterator[Found]:
    for match in _DATE.finditer(text):
        month = match["month"] or match["month2"] or match["month3"]
        if not month[0].isupper():
            continue
        day = match["day"] or match["day2"] or ""
        name = _SHORT.get(month.lower().rstrip("."), month.lower())
        if day or name not in ("may", "march") or (match.start() and _dated(text, match.start())):
            yield "day", (name, day.lstrip("0")), match.start(), match.end()
    for match in _YEAR.finditer(text):
        yield "year", (match.group(),), match.start(), match.end()


def _counts(text: str) -> Iterator[Found]:
    for number in numbers(text):
        value = f">{number.low:g}" if number.value is None else f"{number.value:g}"
        yield "number", (value, number.unit), number.bare_start, number.end
    for match in _CODE.finditer(text):  # "14-acre", "Part 2", "7th"
        value = f"{float(match.group().replace(',', '')):g}"
        yield "number", (value, ""), match.start(), match.end()


def _named(text: str, found: Sequence[Token], sentence: Sequence[int]) -> Iterator[Found]:
    for token in found:
        if token.lower in _WEEKDAYS and token.text[0].isupper():
            yield "weekday", (token.lower,), token.start, token.end
    for first, last in _name_runs(found, sentence):
        start, end = found[first].start, found[last - 1].end
        end -= text[end - 1] == "."
        yield "name", tuple(_stem(token.text) for token in found[first:last]), start, end


def _dated(text: str, start: int) -> bool:
    return bool(
        re.search(r"\b(?:in|on|since|until|from|by|of|through|early|late|mid)[\s-]+$", text[:start])
    )


def _name_runs(found: Sequence[Token], sentence: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of words that are written as names."""
    capital = {
        token.text
        for n, token in enumerate(found)
        if n and sentence[n] == sentence[n - 1] and found[n - 1].text not in _STOPS
    }
    n = 0
    while n < len(found):
        first = n
        while n < len(found) and _is_name(found, sentence, n, capital):
            n += 1
            if n < len(found) and sentence[n] != sentence[first]:
                break
        if n > first:
            yield first, n
        n = max(n, first + 1)


def _is_name(found: Sequence[Token], sentence: Sequence[int], n: int, capital: set[str]) -> bool:
    token = found[n]
    if (
        not token.is_name
        or token.lower in _NO_NAME
        or token.lower in _WEEKDAYS
        or re.match(r"i(?:['\u2019]|$)", token.lower)
    ):
        return False
    opens = n == 0 or sentence[n] != sentence[n - 1] or found[n - 1].text in '"\u201c.:;-\u2022'
    if not opens:
        return True
    if token.lower in STOP_WORDS:
        return False
    # The first word is a capital for its place, unless it is written so elsewhere, or has more.
    if re.search(r"[A-Z].*[A-Z]|\d", token.text) or token.text in capital:
        return True
    following = found[n + 1] if n + 1 < len(found) else None
    return bool(following and following.is_name and following.lower not in _NO_NAME)


def same_value(one: Fact, other: Fact) -> bool:
    """Return whether two values are the same as far as writing tells."""
    if one.kind != other.kind:
        return False
    if one.kind == "day":
        months, days = one.key[0] == other.key[0], one.key[1] == other.key[1]
        return months and (days or not one.key[1] or not other.key[1])
    if one.kind == "name":
        return any(same_word(a, b) for a in one.key for b in other.key) or _initials(one, other)
    return one.key == other.key


def _initials(one: Fact, other: Fact) -> bool:
    for short, long in ((one, other), (other, one)):
        letters = "".join(word[0] for word in long.key if word)
        if len(short.key) != 1 or len(letters) < 2:
            continue
        # "RBCs" are several, and a stem has lost its last letter where that is an "s".
        if letters.rstrip("s") == short.key[0].rstrip("s"):
            return True
    return False


@lru_cache(maxsize=16384)
def same_word(one: str, other: str) -> bool:
    """Return whether two words of names can be the same: spellings, and a country's adjective.

    >>> same_word("syria", "syrian"), same_word("hasakeh", "hasakah"), same_word("iran", "iraq")
    (True, True, False)
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    bare = short.rstrip("aeiouy")
    if (
        len(bare) >= 3
        and len(long) - len(short) < 4
        and long.startswith(bare)
        and re.search(r"(?:ian|an|ish|ese|ean|i)s?$", long)
    ):
        return True
    return min(len(one), len(other)) >= 5 and one[0] == other[0] and same_name(one, other)


def alike_kind(one: Fact, other: Fact, sentence: Words, source: Words) -> bool:
    """Return whether a value may stand where another does: in its unit, or a name of its sort.

    The adjective of a nation, "a Welsh painter", is never in the place of a painter's name.
    """
    if one.kind == "number":
        return one.key[1] == other.key[1]
    return one.kind != "name" or _of_nation(one, sentence) == _of_nation(other, source)


_NATION = re.compile(
    r"(?:(?:[bdghlmnrstv]i|[aei])an|ican|ish|[nlmt]ese|[rnl]aqi|aeli|[nm]eni|stani|arabi|thai|swiss"
    r"|dutch|french|welsh|greek|czech|turk|arab)$",
    re.IGNORECASE,
)


def _of_nation(fact: Fact, words: Words) -> bool:
    """Return whether a name is a nation's adjective, before the noun that it is said of."""
    if len(fact.key) != 1 or fact.last >= len(words.tokens):
        return False
    word, after = words.tokens[fact.first].text, words.tokens[fact.last]
    return bool(
        after.text[0].islower() and is_content(words.stems[fact.last]) and _NATION.search(word)
    )


def digits_of(text: str) -> set[str]:
    """Return the numbers written in digits, without separators, ordinals and leading noughts.

    >>> sorted(digits_of("On the 7th, 1,541 of UPC-12 and 30.70"))
    ['12', '1541', '30.7', '7']
    """
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", fold(text))
    plain = [one.replace(",", "") for one in found]
    return {f"{float(one):.10g}" for one in plain if len(one) < 16}
