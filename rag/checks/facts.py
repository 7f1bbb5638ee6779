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

_REACH = 7
"""Words on each side of a value that tell what it is of."""
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


@dataclass(frozen=True, slots=True)
class Bound:
    """How well a value of a sentence fits where it stands in the source, and its best rival."""

    fact: Fact
    own: float
    rival: float
    other: str
    place: Fact | None = None
    rival_place: Fact | None = None


def bound(sentence: Words, source: Words, about: str) -> list[Bound]:
    """Return every value of a sentence that the source gives, with how well it fits there.

    The rival is a value of the same kind that the sentence does not give: where the words around it
    are more alike, the sentence puts one thing in another's place.
    """
    found: list[Bound] = []
    for fact in sentence.facts:
        mine = [one for one in source.facts if same_value(fact, one)]
        others = [
            one
            for one in source.facts
            if one.kind == fact.kind
            and not any(same_value(mentioned, one) for mentioned in sentence.facts)
            and _alike(fact, one)
            and not (one.kind == "name" and all(word in about for word in one.key))
        ]
        best = max(
            ((fits(sentence, fact, source, one), one) for one in others), key=_first, default=None
        )
        there = max(
            ((fits(sentence, fact, source, one), one) for one in mine), key=_first, default=None
        )
        own, place = there or (0.0, None)
        if best is not None:
            other = source.text[best[1].start : best[1].end]
            found.append(Bound(fact, own if mine else -1.0, best[0], other, place, best[1]))
        else:
            found.append(Bound(fact, own if mine else -1.0, 0.0, ""))
    return found


def _first(pair: tuple[float, Fact]) -> float:
    return pair[0]


def _alike(one: Fact, other: Fact) -> bool:
    if one.kind == "number":
        return one.key[1] == other.key[1]
    return True


def fits(sentence: Words, fact: Fact, source: Words, place: Fact) -> float:
    """Return how alike the words around two values are, 0 to 1.

    Words on the same side and as near count most. A third of it is how much of the whole sentence
    stands in the sentence of the source.
    """
    before = _around(sentence, fact.first, -1)
    after = _around(sentence, fact.last - 1, 1)
    there_before = dict(reversed(_around(source, place.first, -1)))
    there_after = dict(reversed(_around(source, place.last - 1, 1)))
    got = total = 0.0
    for side, same, other in (
        (before, there_before, there_after),
        (after, there_after, there_before),
    ):
        for term, distance in side:
            weight = 1.0 / (1.0 + 0.35 * (distance - 1))
            if not is_content(term):
                if distance == 1 and term[0].isalpha():
                    total += 0.3
                    got += 0.3 * (same.get(term) == 1)
                continue
            total += weight
            if term in same:
                got += weight * (1.0 - 0.07 * abs(distance - same[term]))
            elif term in other:
                got += weight * 0.5
    own = frozenset().union(*sentence.terms) - set(sentence.stems[fact.first : fact.last])
    share = len(own & source.terms[source.sentence[place.first]]) / len(own) if own else 0.0
    local = got / total if total else share
    return 0.65 * local + 0.35 * share


def _around(words: Words, at: int, step: int) -> list[tuple[str, int]]:
    """Return the stems on one side of a word in its sentence, with their distances."""
    found: list[tuple[str, int]] = []
    here, distance = at + step, 1
    while 0 <= here < len(words.stems) and distance <= _REACH:
        if words.sentence[here] != words.sentence[at]:
            break
        term = words.stems[here]
        if term and term[0].isalnum():
            found.append((term, distance))
            if is_content(term) or distance == 1:
                distance += 1
        here += step
    return found


def digits_of(text: str) -> set[str]:
    """Return the numbers written in digits, without separators, ordinals and leading noughts.

    >>> sorted(digits_of("On the 7th, 1,541 of UPC-12 and 30.70"))
    ['12', '1541', '30.7', '7']
    """
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", fold(text))
    plain = [one.replace(",", "") for one in found]
    return {f"{float(one):.10g}" for one in plain if len(one) < 16}
