"""Where a sentence departs from its source in words: values, negation and opposites.

Each check returns what differs in words for a person. Pure functions, English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from rag.checks.facts import Fact, Words, bound, digits_of, is_content, same_value, same_word
from rag.checks.opposites import opposites
from rag.english.words import fold, stem
from rag.quoting import parts_of, window_of

_MARGINS = {"number": 0.06, "day": 0.12, "year": 0.12, "weekday": 0.12, "name": 0.22}
"""How much better a rival must fit before the sentence is held to have put a value in its place."""
_LEAST_RIVAL = {"number": 0.2, "day": 0.3, "year": 0.3, "weekday": 0.3, "name": 0.45}
_RANGE = re.compile(
    r"(?<![\d/-])(\d[\d,.]*)(?<![.,])\s?(?:-|\u2013|to|and)\s?(\d[\d,.]*)(?<![.,])(?![\d/-])",
    re.IGNORECASE,
)
_STRAY = 0.05
"""How well a value must fit somewhere that stands far from what the sentence is about."""
_NO = frozenset("not no never none nobody neither nor without cannot hardly unlikely".split())
# "No, it fell", "not only", "no fewer than"
_NO_DENIAL = frozenset(", only necessarily just fewer less more later earlier longer".split())
_DENYING = re.compile(r"^(?:den(?:y|ies|ied|ying)|refus\w+|dismiss\w+|n't)$")
# What denies without a small word for it: a paraphrase may say so in place of "no" and "not".
_DENIES_ITSELF = re.compile(
    r"\b(?:free (?:of|from)|without|lack\w*|absen\w+|miss(?:ed|ing|es)|exclu\w+|exempt\w*|suspen\w+"
    r"|cancel\w*|call(?:ed|s)? off|stop\w*|halt\w*|bans?|banned|bar(?:s|red)?|forb\w+|prohibit\w*"
    r"|prevent\w*|avoid\w*|stay(?:s|ed)? away|reject\w*|turn(?:s|ed)? down|refut\w+|disput\w+"
    r"|ruled? out|no longer|yet to|un[a-z]{4,}|instead|rather|only|few|little|hardly|contrary"
    r"|false(?:ly)?|ceas\w+|falls? away|fell away|laps\w+|void\w*|unable|drop(?:s|ped)?|shelv\w+"
    r"|declin\w+|oppos\w+|except\w*|unless|until|beyond|too|neither|end(?:s|ed)?)\b",
    re.IGNORECASE,
)
_LEAST_QUOTED = 12
_ASKED = re.compile('question:? (?:"[^"]*"|\u201c[^\u201d]*\u201d)', re.IGNORECASE)
_NEGATES = 3
"""Content words after a negation that it turns round, up to a comma."""
_SAME = 0.25
"""Share of a sentence that one of the source must hold to say or deny the same."""
_SURELY_SAME = 0.6
"""The same where what one denies and the other does not is wrong for certain."""


def absent_values(sentence: Words, source: Words, about: str) -> list[str]:
    """Return the numbers, days and names of a sentence that its source does not give at all."""
    there = source_words(source.text, about)
    values = {fact.key[0] for fact in source.facts if fact.kind == "number"}
    bare = sentence.text
    for (
        fact
    ) in sentence.facts:  # written otherwise: 2.5 million and 2,500,000, a day and its weekday
        if fact.kind == "day" or (fact.kind == "number" and fact.key[0] in values):
            bare = bare[: fact.start] + " " * (fact.end - fact.start) + bare[fact.end :]
    digits = digits_of(bare) - digits_of(f"{source.text} {about}")
    problems = [f"The source does not give {number}." for number in sorted(digits)]
    for fact in sentence.facts if not sentence.text.rstrip().endswith(":") else ():
        if (
            fact.kind == "name"
            and not _is_degree(fact, sentence)
            and not _spelled_out(fact, source)
            and not _bare_there(fact, source)
        ):
            missing = [
                sentence.tokens[n].text.rstrip(".")
                for n in range(fact.first, fact.last)
                if not _is_there(sentence.tokens[n].text, there, source)
            ]
            if missing:
                problems.append(f"The source does not name {' '.join(missing)}.")
    return problems


def other_ranges(sentence: Words, source: Words) -> list[str]:
    """Return the ranges that a source does not give as one, though it may give both ends.

    >>> from rag.checks.facts import words_of
    >>> other_ranges(words_of("Ages 3 to 9."), words_of("From the age of 3 up to 9."))
    ['The source does not give 3 to 9.']
    """
    ranges = {match.groups() for match in _RANGE.finditer(source.text)}
    return [
        f"The source does not give {match.group()}."
        for match in _RANGE.finditer(sentence.text)
        if match.groups() not in ranges
    ]


def _is_degree(fact: Fact, words: Words) -> bool:
    """Return whether a letter tells how warmth is measured: "350 °F"."""
    return fact.end - fact.start == 1 and words.text[: fact.start].rstrip().endswith("\u00b0")


def source_words(text: str, about: str) -> frozenset[str]:
    """Return all words of a source and of what is known of it: folded, stemmed, and their parts."""
    found = set(re.findall(r"\w+", fold(f"{text} {about}")))
    return frozenset(found | {stem(word) for word in found})


def _is_there(word: str, there: frozenset[str], source: Words) -> bool:
    bare = re.sub(r"['\u2019]s?$", "", word.rstrip("."))
    parts = [fold(part) for part in re.findall(r"\w+", bare) if len(part) > 1] or [fold(bare)]
    if all(part in there or stem(part) in there for part in parts):
        return True
    if any(same_word(stem(fold(bare)), one) for fact in source.facts for one in fact.key):
        return True
    letters = bare.rstrip("s").lower()
    return (
        bare.isupper() | bare[:-1].isupper() and len(letters) > 1 and letters in _initials(source)
    )


def _spelled_out(fact: Fact, source: Words) -> bool:
    """Return whether a name is what letters in capitals of the source stand for."""
    letters = "".join(word[0] for word in fact.key if word)
    return len(letters) > 2 and any(
        token.text.isupper() and token.lower == letters for token in source.tokens
    )


def _bare_there(fact: Fact, source: Words) -> bool:
    """Return whether a source has the last word of a name alone: "Solberg" for "Mira Solberg"."""
    return (
        len(fact.key) == 2
        and any(one.kind == "name" and one.key == fact.key[-1:] for one in source.facts)
        and not any(
            one.kind == "name" and len(one.key) > 1 and one.key[-1] == fact.key[-1]
            for one in source.facts
        )
    )


def _initials(source: Words) -> str:
    return "".join(one[0] for one in source.stems if one and one[0].isalpha())


def misplaced_values(sentence: Words, source: Words, about: str) -> list[str]:
    """Return the values that the source gives of something else than the sentence does."""
    known = fold(about)
    problems: list[str] = []
    for one in bound(sentence, source, known):
        words = sentence.text[one.fact.start : one.fact.end]
        ahead = one.rival - one.own > _MARGINS[one.fact.kind]
        if one.own >= 0 and ahead and one.rival >= _LEAST_RIVAL[one.fact.kind]:
            problems.append(f"The source says {one.other} there, not {words}.")
        elif 0 <= one.own < _STRAY and not _is_near(one.fact, sentence, source):
            problems.append(f"The source speaks of {words}, but not there.")
    return problems


def _is_near(fact: Fact, sentence: Words, source: Words) -> bool:
    """Return whether a value stands within a sentence of those that the rest is about."""
    rest = sentence.text[: fact.start] + " " + sentence.text[fact.end :]
    first, last = window_of(rest, source.text)
    parts = parts_of(source.text)
    if not parts:
        return True
    start, end = parts[max(0, first - 1)][0], parts[min(len(parts) - 1, last + 1)][1]
    return any(start <= one.start < end and same_value(fact, one) for one in source.facts)


def exchanged_values(sentence: Words, source: Words) -> list[str]:
    """Return the values that stand where the nearest sentence of the source has other ones.

    The two are laid side by side: what differs between words that agree on both sides is exchanged.
    """
    problems: list[str] = []
    named = _value_words(sentence)
    there = _value_words(source)
    for first, last in _nearest_spans(sentence, source):
        match = SequenceMatcher(None, sentence.stems, source.stems[first:last], autojunk=False)
        blocks = match.get_matching_blocks()
        for one, other in pairwise(blocks):
            mine = range(one.a + one.size, other.a)
            theirs = range(first + one.b + one.size, first + other.b)
            if not (mine and theirs) or one.size + other.size < 3 or not (one.size or one.a == 0):
                continue
            if len(mine) > 5 or len(theirs) > 6:
                continue
            values = [n for n in mine if n in named or (n and sentence.tokens[n].text[0].isupper())]
            rivals = [n for n in theirs if n in there]
            same = any(same_value(named[a], there[b]) for a in values if a in named for b in rivals)
            if values and rivals and not same and not _any_same(sentence, mine, source, theirs):
                said = " ".join(sentence.tokens[n].text for n in values)
                given = " ".join(source.tokens[n].text for n in rivals)
                problems.append(f"The source says {given} there, not {said}.")
    return problems


def _value_words(words: Words) -> dict[int, Fact]:
    return {n: fact for fact in words.facts for n in range(fact.first, fact.last)}


def _any_same(sentence: Words, mine: range, source: Words, theirs: range) -> bool:
    pairs = [(sentence.stems[a], source.stems[b]) for a in mine for b in theirs]
    if any(same_word(a, b) for a, b in pairs if is_content(a)):
        return True
    own, letters = (
        "".join(words.stems[n][0] for n in place if words.stems[n])
        for words, place in ((sentence, mine), (source, theirs))
    )
    return any(sentence.stems[a].rstrip("s") == letters for a in mine) or any(
        source.tokens[b].text[:2].isupper() and source.stems[b] in own for b in theirs
    )


def _nearest_spans(sentence: Words, source: Words) -> Iterator[tuple[int, int]]:
    """Yield where the source's sentence stands that holds most of the words, if it holds half."""
    own = frozenset().union(*sentence.terms)
    if not own:
        return
    shared = [len(own & terms) / len(own) for terms in source.terms]
    best = max(range(len(shared)), key=shared.__getitem__)
    if shared[best] >= 0.5:
        inside = [n for n, number in enumerate(source.sentence) if number == best]
        yield inside[0], inside[-1] + 1


def turned_round(sentence: Words, window: Words) -> list[str]:
    """Return where a negation or an opposite differs from the sentences of the source."""
    wrong, missing = _denied_otherwise(sentence, window, _SAME)
    return [*_denial(wrong | missing), *opposites(sentence, window)]


def denied(sentence: Words, window: Words) -> tuple[list[str], list[str]]:
    """Return what one of the two denies and the other says: for certain, and as a doubt.

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
        there = " ".join(
            token.text for n, token in enumerate(window.tokens) if window.sentence[n] in close
        )
        if _DENIES_ITSELF.search(there):
            wrong = set()
        if _DENIES_ITSELF.search(sentence.text):
            missing = set()
        if _denies(sentence) and any(_denies(window, n) for n in close):
            wrong, missing = set(), set()
        found.append(_denial(wrong | missing))
    sure, doubts = found
    return sure, [] if sure else doubts


def _denial(words: set[str]) -> list[str]:
    if not words:
        return []
    return [f"One of the two says it is so, the other that it is not ({min(words)})."]


def _denied_otherwise(sentence: Words, window: Words, share: float) -> tuple[set[str], set[str]]:
    """Return the words that a sentence denies alone, and those that its source denies alone."""
    mine, mine_near, mine_plain = _negated(sentence)
    theirs, theirs_near, theirs_plain = _negated(window, _close(sentence, window, share))
    wrong = set() if mine & theirs_near else (mine & theirs_plain) - mine_plain
    missing = set() if theirs & mine_near else (theirs & mine_plain) - theirs_plain
    return wrong, missing


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
    words: Words, among: frozenset[int] | None = None
) -> tuple[set[str], set[str], set[str]]:
    """Return the two stems after each negation, those near one, and those without one."""
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
        following = words.tokens[number + 1].lower if number + 1 < len(words.tokens) else ""
        # The button "None" denies nothing.
        named = token.text[0].isupper() and number and words.tokens[number - 1].text in '"\u201c'
        if following in _NO_DENIAL:
            if is_content(term):
                (negated if left else plain).add(term)
        elif (
            (lower in _NO and not named)
            or lower.endswith("n't")
            or _DENYING.match(lower)
            or (lower in ("fail", "fails", "failed") and following == "to")
        ):
            left = _NEGATES
        elif is_content(term):
            (negated if left else plain).add(term)
            if left >= _NEGATES - 1:
                first.add(term)
            left = max(0, left - 1)
    return first, negated, plain


def misquoted(sentence: str, source: str) -> list[str]:
    """Return words between quotation marks that the source does not hold to the letter."""
    problems: list[str] = []
    there = f" {_letters(source)} "
    for words in _between_marks(sentence):
        parts = re.split(r"\[[^\]]*\]|\.{3}|\u2026", words)
        for n, part in enumerate(parts):
            # A word may be cut where the writer marks that it was: "call[ed]".
            left, right = " " * (n == 0), " " * (n == len(parts) - 1)
            if (
                len(part.split()) > 2
                and not _is_title(part)
                and f"{left}{_letters(part)}{right}" not in there
            ):
                problems.append(f"\u201c{words[:60]}\u201d is not in the source.")
                break
    return problems


def _is_title(words: str) -> bool:
    """Return whether words are a question asked, or the title of a work: no one said them.

    >>> _is_title("Book of the Deep"), _is_title("the book of the deep"), _is_title("Who went?")
    (True, False, True)
    """
    said = [word for word in re.findall(r"[^\W\d_][\w'\u2019-]*", words) if len(word) > 3]
    asks = words.rstrip().endswith("?") or bool(re.match(r"(?i)how to\b", words))
    return asks or (len(said) > 1 and all(word[0].isupper() for word in said))


def _between_marks(sentence: str) -> list[str]:
    """Return what stands between quotation marks, where it is more than a word or two.

    >>> _between_marks('His album "Ash", then the long "Book of the Sea".')
    ['Book of the Sea']
    """
    sentence = _ASKED.sub("", sentence)
    straight = sentence.split('"')
    found = re.findall("\u201c([^\u201c\u201d]*)\u201d", sentence)
    if len(straight) % 2:  # each mark has its fellow
        found += straight[1::2]
    return [words for words in found if len(words) >= _LEAST_QUOTED]


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
