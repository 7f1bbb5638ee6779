"""A sentence and its source side by side, as every check sees them: cut into words once.

What several checks need is found when the first asks for it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from rag.checks.amounts import in_source_words, plain_amounts
from rag.checks.denials import denied, with_prefixes
from rag.checks.facts import Fact, Words, is_content, words_of
from rag.checks.figured import differences_of, shares_of
from rag.checks.hedges import nearest_sentence
from rag.checks.meanings import in_words_of, phrases_in_words_of
from rag.checks.numbers import reckoned, unlike_numbers
from rag.checks.own import without_marks
from rag.checks.polarity import denies, opposed_words
from rag.checks.speakers import Speakers, other_speakers
from rag.checks.values import absent_values
from rag.english.counts import Number
from rag.quoting import parts_of, window_of
from rag.types import Citation


@dataclass(frozen=True)
class View:
    """A sentence and its source, amounts in the source's own words on both sides.

    Attributes:
        written: the sentence as it was written, without marks of lists and names for its sources.
        passage: the passage as it was written.
        sentence: the sentence in words.
        source: the passage in words.
        about: what is known of the passage besides: title, publisher, day, context.
        published: the day on which the source was published.
        publisher: who published it.
    """

    written: str
    passage: str
    sentence: Words
    source: Words
    about: str = ""
    published: str | None = None
    publisher: str = ""

    @cached_property
    def span(self) -> tuple[int, int]:
        """Where the one to three sentences stand that bear most on the sentence."""
        first, last = window_of(self.sentence.text, self.source.text)
        parts = parts_of(self.source.text)
        return (parts[first][0], parts[last][1]) if parts else (0, len(self.source.text))

    @cached_property
    def window(self) -> Words:
        """Those sentences in words."""
        return between(self.source, *self.span)

    @cached_property
    def near(self) -> str:
        """The one sentence of the source that shares most words, if it shares half."""
        return nearest_sentence(self.sentence, self.source)

    @cached_property
    def near_words(self) -> Words:
        """That sentence in words."""
        start = self.source.text.find(self.near) if self.near else 0
        return between(self.source, start, start + len(self.near))

    @cached_property
    def opposed(self) -> list[tuple[str, str]]:
        """The words of the sentence that mean the opposite of that sentence's."""
        return opposed_words(self.sentence, self.near_words) if self.near else []

    @cached_property
    def undoes(self) -> bool:
        """Whether one of the two denies the opposite of what the other says."""
        return bool(self.opposed) and denies(self.sentence.text) != denies(self.near)

    @cached_property
    def reckoned(self) -> list[Number]:
        """The numbers that the source does not give but that may follow from its own."""
        found = reckoned(self.sentence.text, self.source.text, self.window.text)
        known = {one.start for one in found}
        return [*found, *(one for one in self.differences if one.start not in known)]

    @cached_property
    def differences(self) -> list[Number]:
        """The numbers of the sentence that are rightly told as a difference of the source's.

        So are those that it is a share of, where the source says so: "half of the 60 dogs".
        """
        found = differences_of(self.sentence, self.source)
        known = {one.start for one in found}
        shares = shares_of(self.sentence, self.source)
        return [*found, *(one for one in shares if one.start not in known)]

    @cached_property
    def given(self) -> Words:
        """The sentence without the numbers that only follow."""
        blanked = _blanked(self.sentence.text, self.reckoned)
        return as_there(words_of(blanked), self.source) if self.reckoned else self.sentence

    @cached_property
    def absent(self) -> list[str]:
        """What is wrong with values that the source lacks."""
        return absent_values(self.given, self.source, self.about)

    @cached_property
    def numbers(self) -> tuple[list[str], list[str]]:
        """What is wrong with numbers for certain, and what only rounds."""
        return unlike_numbers(self.given.text, self.source.text)

    @cached_property
    def denied(self) -> tuple[list[str], list[str]]:
        """What one of the two denies, for certain and as a doubt."""
        return denied(self.sentence, self.window, self.source)

    @cached_property
    def speakers(self) -> Speakers:
        """Who else says it, and who is not named as one who does."""
        return other_speakers(self.sentence, self.source, self.about, self.publisher)


def view_of(sentence: str, citation: Citation) -> View:
    """Return a sentence beside the passage of a citation."""
    written, document = without_marks(sentence), citation.document
    text = plain_amounts(citation.passage.text)
    own = in_source_words(plain_amounts(written), text, document.published)
    return View(
        written,
        citation.passage.text,
        as_there(
            words_of(with_prefixes(own, text)),
            words_of(text),
        ),
        words_of(text),
        background(citation),
        document.published,
        document.publisher or "",
    )


def as_there(sentence: Words, source: Words) -> Words:
    """Return a sentence in its source's words, with the names by which its clauses open.

    A first word is a capital for its place: it is a name where the source has it as one alone.

    >>> words = as_there(words_of("Elva denied it."), words_of("The mayor of Elva denied it."))
    >>> [words.text[one.start : one.end] for one in words.facts]
    ['Elva']
    """
    words = in_stems_of(sentence, source)
    names = {one.key[0] for one in source.facts if one.kind == "name" and len(one.key) == 1}
    held = {n for one in words.facts for n in range(one.first, one.last)}
    found = [
        Fact("name", (words.stems[n],), token.start, token.end, n, n + 1)
        for n, token in enumerate(words.tokens)
        if n not in held and token.is_name and words.stems[n] in names
    ]
    facts = sorted((*words.facts, *found), key=lambda one: one.start) if found else words.facts
    return replace(words, facts=tuple(facts))


def in_stems_of(sentence: Words, source: Words) -> Words:
    """Return a sentence whose words are the source's where the source says them otherwise.

    >>> words = in_stems_of(words_of("Prices climbed."), words_of("Prices rose."))
    >>> words.stems, words.text
    (('price', 'rose'), 'Prices climbed.')
    """
    there = frozenset(one for one in source.stems if is_content(one))
    phrases = phrases_in_words_of(sentence.stems, source.stems)
    stems = tuple(
        (phrases[n] if n in phrases else in_words_of(one, there))
        if token.text[0].islower() and is_content(one)
        else one
        for n, (token, one) in enumerate(zip(sentence.tokens, sentence.stems, strict=True))
    )
    terms = [
        frozenset(
            one
            for one, here in zip(stems, sentence.sentence, strict=True)
            if here == n and is_content(one)
        )
        for n in range(len(sentence.terms))
    ]
    return replace(sentence, stems=stems, terms=tuple(terms))


def background(citation: Citation) -> str:
    """Return what is known of a passage besides its text."""
    document = citation.document
    published = document.published or ""
    return f"{document.title} {document.publisher or ''} {published} {citation.passage.context}"


def between(words: Words, start: int, end: int) -> Words:
    """Return the stretch of a text in words, with places counted from its start.

    >>> text = words_of("It rained. Six died on Monday.")
    >>> between(text, 11, 30) == words_of("Six died on Monday.")
    True
    """
    inside = [n for n, one in enumerate(words.tokens) if start <= one.start and one.end <= end]
    if not inside:
        return words_of(words.text[start:end])
    first, last = inside[0], inside[-1] + 1
    opening = words.sentence[first]
    found = words.tokens[first:last]
    return Words(
        words.text[start:end],
        tuple(replace(one, start=one.start - start, end=one.end - start) for one in found),
        words.stems[first:last],
        tuple(n - opening for n in words.sentence[first:last]),
        words.terms[opening : words.sentence[last - 1] + 1],
        tuple(
            replace(
                one,
                start=one.start - start,
                end=one.end - start,
                first=one.first - first,
                last=one.last - first,
            )
            for one in words.facts
            if first <= one.first and one.last <= last
        ),
        frozenset(
            stem
            for one, stem in zip(found, words.stems[first:last], strict=True)
            if one.text[0].islower()
        ),
    )


def _blanked(sentence: str, numbers: Iterable[Number]) -> str:
    """Return a sentence with spaces in place of some of its numbers."""
    for one in numbers:
        sentence = sentence[: one.start] + " " * (one.end - one.start) + sentence[one.end :]
    return sentence
