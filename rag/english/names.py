"""Names that are written in several ways find each other: Sheikhoun, Shaykhun, Cheikhoun.

A name is compared by its consonants, which spellings of one name share, and then by its vowels,
which may differ a little the longer it is. Candidates come from the library's own vocabulary, and
count only if the library writes them with a capital, so that no name turns into an ordinary word.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.english.words import QueryTerm, fold, index_text
from rag.ledger import Ledger
from rag.types import Filters

SHORTEST = 3  # letters; shorter names have no variants
MOST_VARIANTS = 8
ALIKE = 50.0  # per cent of the letters that spellings of one name share at least
MOST_SHELVES = 64  # collections and filters whose spellings are kept
EVIDENCE = 6  # passages read to see whether a word is written with a capital

# Longest first. Upper case stands for a sound that no single letter has.
_SOUNDS = (
    ("tch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "S"), ("kh", "k"), ("gh", "g"), ("dh", "d"),
    ("dj", "j"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("qu", "ku"), ("q", "k"), ("x", "ks"),
)  # fmt: skip
_SOFT_C = re.compile("c(?=[eiy])")
_W_VOWEL = re.compile("(?<=[aeiou])w(?![aeiouy])")
_DOUBLE = re.compile(r"([^aeiouy])\1+")
_SLOT = re.compile("[aeiouy]+")
_IA = re.compile("[iy][aeiy]*[ae]$")
_ARTICLE = re.compile(
    r"^(?:[aeo]([dnrstz])(?=\1)|[aeo](?=sh))"
)  # ez-Zor written as one word: Ezzor
_BETWEEN = r"\W+(?:\w{1,3}\W+)?"
# The first letters under which the vocabulary may hold another spelling.
_FIRST = ("aeiouy", "kqcx", "scz", "jgd", "fp", "tcd", "vwou", "gjq")


@lru_cache(maxsize=32768)
def sounds(word: str) -> tuple[str, tuple[str, ...]]:
    """Return a name's consonants, and the vowels before, between and after them.

    >>> sounds("Shaykhun"), sounds("Sheikhoun")[0] == sounds("Cheikoun")[0]
    (('Skn', ('', 'i', 'u', '')), True)
    """
    text = re.sub("[^a-z]", "", fold(word))
    text = _SOFT_C.sub("s", re.sub("que$", "k", text))
    for letters, sound in _SOUNDS:
        text = text.replace(letters, sound)
    text = text.replace("c", "k")
    text = re.sub("(?<=[aeiouy])h$", "", text).replace("uw", "w")
    text = _W_VOWEL.sub("u", text)
    text = _DOUBLE.sub(r"\1", text)
    lead = text[:1] if text[:1] == "y" and text[1:2] in set("aeiou") else ""
    consonants, vowels, at = lead, ["", ""] if lead else [""], len(lead)
    while at < len(text):
        slot = _SLOT.match(text, at)
        if slot:
            last = slot.end() == len(text) and _IA.search(slot.group())
            vowels[-1] = "Y" if last else _vowel(slot.group())
            at = slot.end()
        else:
            consonants += text[at]
            vowels.append("")
            at += 1
    return consonants, tuple(vowels)


def _vowel(letters: str) -> str:
    if set(letters) & set("ou"):
        return "u"
    if letters == "e":
        return "e"
    return "i" if set(letters) & set("eiy") else "a"


_COSTS = {
    frozenset("ei"): 0.0,
    frozenset("ae"): 0.5,
    frozenset("ai"): 1.0,
    frozenset("au"): 1.5,
    frozenset("eu"): 1.5,
    frozenset("iu"): 2.0,
}


def same_name(one: str, other: str) -> bool:
    """Return whether two words can be spellings of one name.

    >>> same_name("Hasakeh", "Hasakah"), same_name("Hezbollah", "Hizballah")
    (True, True)
    >>> same_name("Jamal", "Jamil"), same_name("Iran", "Iraq"), same_name("Hassan", "Hussein")
    (False, False, False)
    """
    (consonants, first), (others, second) = sounds(one), sounds(other)
    if consonants != others or len(consonants) < 2:
        return False
    cost = sum(
        0.0 if a == b else _COSTS.get(frozenset(a + b), 1.0)
        for a, b in zip(first[:-1], second[:-1], strict=True)
    )
    # Names end in a, ah, e or eh as the transcription likes.
    ends = {first[-1], second[-1]}
    if len(ends) > 1 and ends != {"a", "e"}:
        cost += _COSTS.get(frozenset("".join(ends)), 1.0) if "" not in ends else 1.0
    if len(consonants) < 4:
        return cost == 0.0
    return cost <= (1.0 if min(len(one), len(other)) < 7 else 1.5)


class NameVariants:
    """Adds to a question's names the other spellings that the library has of them.

    Safe to share between threads; what was found is kept until the library changes.

    Args:
        words: the ledger.
    """

    def __init__(self, words: Ledger) -> None:
        self._words = words
        self._lock = threading.Lock()
        self._seq = -1
        self._shelves: dict[tuple[str, str], _Spellings] = {}

    def expand(
        self, terms: Sequence[QueryTerm], collection: str, filters: Filters | None = None
    ) -> list[QueryTerm]:
        """Return the terms, those that look like names with their other spellings added.

        A word that the library writes with a capital becomes a name when it opens the question, or
        when the question has no capitals at all.
        """
        spellings = self._spellings(collection, filters)
        careless = not any(term.kind == "name" for term in terms)
        expanded = []
        before = ""
        for term in terms:
            if term.kind not in ("word", "name") or not term.text.isalpha():
                expanded.append(term)
                before = ""
                continue
            if term.kind == "word" and (careless or term.text[0].isupper()):
                named = spellings.is_name(fold(term.text))
                term = replace(term, kind="name") if named else term
            added = spellings.variants(term.text, term.kind == "name", before)
            expanded.append(replace(term, terms=tuple(dict.fromkeys((*term.terms, *added)))))
            before = term.text if term.kind == "name" else ""
        return expanded

    def variants(self, name: str, collection: str = "default") -> tuple[str, ...]:
        """Return the index terms of the other spellings that the library has of a name."""
        return self._spellings(collection, None).variants(name, True, "")

    def _spellings(self, collection: str, filters: Filters | None) -> _Spellings:
        key = (collection, repr(filters or None))
        with self._lock:
            seq = self._words.seq
            if seq != self._seq or len(self._shelves) >= MOST_SHELVES:
                self._seq, self._shelves = seq, {}
            return self._shelves.setdefault(key, _Spellings(self._words, collection, filters))


class _Spellings:
    """The spellings that the documents of a collection, as filtered, have of names."""

    def __init__(self, words: Ledger, collection: str, filters: Filters | None) -> None:
        self._words, self._collection, self._filters = words, collection, filters
        self._known: dict[str, bool] = {}
        self._found: dict[tuple[str, bool, str], tuple[str, ...]] = {}

    def variants(self, name: str, capital: bool, before: str) -> tuple[str, ...]:
        """Return the index terms of a name's other spellings; ``before`` is the name before it."""
        if len(name) < SHORTEST:
            return ()
        key = (name, capital, before)
        found = self._found.get(key)
        if found is None:
            found = self._same(name, capital)
            if before and not found:
                found = self._after_article(before, name)
            self._found[key] = found
        return found

    def is_name(self, word: str) -> bool:
        """Return whether the documents write a word with a capital more often than without."""
        known = self._known.get(word)
        if known is None:
            terms = index_text(word).split()
            upper = lower = 0
            pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
            for text in self._texts([terms]) if terms else ():
                for match in pattern.finditer(text):
                    upper += match.group()[0].isupper()
                    lower += match.group()[0].islower()
            known = self._known[word] = upper > lower
        return known

    def _same(self, name: str, capital: bool) -> tuple[str, ...]:
        own = fold(name)
        # Most words of a question are ordinary ones that the library knows: one look tells.
        if not capital and self._writes(own):
            return ()
        near = self._near(own)
        unknown = all(fold(word) != own for word, _ in near)
        # A lower-case word that the library does not know may be a name typed carelessly.
        if not capital and not unknown:
            return ()
        same = [pair for pair in near if fold(pair[0]) != own and same_name(own, pair[0])]
        if not same and unknown and capital:
            same = _misspelled(own, near)
        found: list[str] = []
        for word, _ in sorted(same, key=lambda pair: (-pair[1], pair[0]))[: MOST_VARIANTS * 2]:
            if len(found) < MOST_VARIANTS and self.is_name(word):
                found += [term for term in index_text(word).split() if term not in found]
        return tuple(found)

    def _writes(self, word: str) -> bool:
        """Return whether the library's vocabulary holds just this word."""
        length = len(word)
        return any(
            found == word
            for found, _ in self._words.vocabulary(word, shortest=length, longest=length)
        )

    def _near(self, own: str) -> list[tuple[str, int]]:
        """Return the vocabulary's words that begin, are as long and look as a variant may."""
        from rapidfuzz import fuzz, process

        first = own[:1]
        letters = {first} | {c for group in _FIRST if first in group for c in group}
        shortest, longest = max(2, len(own) - 3), len(own) + 3
        frequency = {
            word: documents
            for letter in sorted(letters)
            for word, documents in self._words.vocabulary(
                letter, shortest=shortest, longest=longest
            )
        }
        alike = process.extract(
            own, frequency.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        )
        return [(word, frequency[word]) for word, _, _ in alike]

    def _after_article(self, before: str, name: str) -> tuple[str, ...]:
        """Return spellings of the second word of a name whose article was written into it.

        "Deir Ezzor" finds "Deir al-Zour", because the documents have Zour after Deir.
        """
        article = _ARTICLE.match(fold(name))
        if article is None:
            return ()
        bare = fold(name)[article.end() :]
        firsts = {fold(before)} | {w for w, _ in self._near(fold(before)) if same_name(before, w)}
        first = "|".join(map(re.escape, sorted(firsts)))
        first_terms = [term for word in firsts for term in index_text(word).split()]
        found: list[str] = []
        for word, _ in self._near(bare):
            if fold(word) != bare and not same_name(bare, word):
                continue
            pair = re.compile(f"(?:{first}){_BETWEEN}{re.escape(word)}\\b", re.IGNORECASE)
            terms = index_text(word).split()
            if terms and any(map(pair.search, self._texts([first_terms, terms]))):
                found += terms
        return tuple(dict.fromkeys(found))

    def _texts(self, groups: Sequence[Sequence[str]]) -> list[str]:
        hits = self._words.word_hits(groups, self._collection, self._filters, EVIDENCE)
        passages = self._words.passages([str(rowid) for rowid, _ in hits])
        return [passage.text for passage in passages.values()]


def _misspelled(own: str, near: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the words that differ from an unknown one by a slip of a letter, in long words two."""
    if len(own) < 6:
        return []
    from rapidfuzz.distance import OSA

    most = 2 if len(own) >= 9 else 1
    return [
        (word, documents)
        for word, documents in near
        if word[0] == own[0] and OSA.distance(own, fold(word), score_cutoff=most) <= most
    ]
