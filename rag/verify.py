"""Does this quotation say what this sentence says? Certain checks first: they can veto. English.

A sentence that is a piece of its quotation to the character is supported. A line that Vouch
composed of a value and a quotation must agree with the quotation. Anything else is held against the
whole passage (``rag.support``): it must agree in numbers, units, days, names, negation, hedges and
speaker. What is left is decided by the words that the two share, or by a groundedness model
(``rag.verify_grounded``).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.checks.doubting import OPENS_DOUBT
from rag.checks.numbers import other_counts, other_days, other_numbers
from rag.checks.own import without_list_mark
from rag.checks.view import background
from rag.english.claimants import name_words
from rag.english.counts import numbers
from rag.english.languages import is_english, repeats_source
from rag.english.speech import claims, tokens
from rag.english.words import content_terms
from rag.support import support_of
from rag.table_rows import header_of, told
from rag.types import BatchVerifier, Check, Citation, DraftSentence, Verifier

_QUOTED = re.compile("\u201c([^\u201d]+)\u201d")
# A value, a dash or a colon, and a quotation that ends the line: what Vouch's own writer composes.
_COMPOSED = re.compile("[\u2014:] ?(?:[^\u201c]*: )?\u201c[^\u201d]+\u201d$")
_COMPOSED_CHECK = Check("supported", 0.95)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    return re.sub(r"[\"\u201c\u201d\s]+", " ", text).strip().casefold()


def _holds(text: str, words: str) -> bool:
    """Return whether a text holds words to the letter, none of them torn at an edge.

    >>> _holds("ORDER: ninety", "order: ninety"), _holds("ORDER: ninety", "ORDER: ninet")
    (True, False)
    """
    return _place(_plain(text), _plain(words)) is not None


def _place(there: str, wanted: str) -> int | None:
    if wanted not in there:
        return None
    start = r"(?<!\w)(?<!\d[.,])" if wanted[:1].isalnum() else ""
    end = r"(?![\w%]|[.,]\d)" if wanted[-1:].isalnum() else ""
    match = re.search(f"{start}{re.escape(wanted)}{end}", there)
    return match.start() if match else None


def repeats(quote: str, sentence: str) -> bool:
    """Return whether a sentence is a piece of a quotation that stands there on its own.

    Behind "whether" or "he denied that", the same words say something else.

    >>> repeats("He denied that the mill closed.", "the mill closed.")
    False
    >>> repeats("In May, the mill closed.", "the mill closed.")
    True
    """
    there = _plain(quote)
    start = _place(there, _plain(sentence))
    if start is None:
        return False
    before = re.split(r"[.!?;] ", there[:start])[-1]
    return not OPENS_DOUBT.search(before)


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with the citations that hold it up, or with what is wrong with it."""

    draft: DraftSentence
    problems: tuple[str, ...] = ()


def checks_of(draft: DraftSentence, verifier: Verifier) -> tuple[CheckedDraft, list[Check]]:
    """Return a draft with only the citations that support it, and their checks.

    No check comes back when no citation supports the sentence; the problems say why.
    """
    if draft.kind == "lead":
        return _lead(draft)
    checks = check_each(verifier, [(draft.text, citation) for citation in draft.citations])
    checked = list(zip(draft.citations, checks, strict=True))
    good = [(one, check) for one, check in checked if check.stands]
    if not good:
        problems = [problem for _, check in checked for problem in check.problems]
        return CheckedDraft(draft, tuple(dict.fromkeys(problems)) or ("No source was named.",)), []
    kept = replace(draft, citations=tuple(citation for citation, _ in good))
    return CheckedDraft(kept), [check for _, check in good]


def check_each(verifier: Verifier, pairs: Sequence[tuple[str, Citation]]) -> list[Check]:
    """Return the check of each sentence with its citation, all at once where the verifier can."""
    if isinstance(verifier, BatchVerifier):
        return verifier.check_all(pairs)
    return [verifier.check(sentence, citation) for sentence, citation in pairs]


def _lead(draft: DraftSentence) -> tuple[CheckedDraft, list[Check]]:
    """Check a line about several citations together: each number must stand in one of them.

    A year may be that in which one of their documents was published.
    """
    said = {number.value for number in numbers(draft.text) if number.value is not None}
    quoted = {n.value for citation in draft.citations for n in numbers(citation.quote)}
    counts = {float(n) for n in range(len(draft.citations) + 1)}
    published = {(citation.document.published or "")[:4] for citation in draft.citations}
    years = {float(year) for year in published if year.isdigit()}
    said |= {float(year) for year in re.findall(r"\b(?:19|20)\d\d\b", draft.text)}
    quoted |= {float(n) for one in draft.citations for n in re.findall(r"\b\d{4}\b", one.quote)}
    wrong = said - quoted - counts - years
    if wrong:
        named = ", ".join(f"{value:g}" for value in sorted(wrong))
        return CheckedDraft(draft, (f"No source gives {named}.",)), []
    return CheckedDraft(draft), [Check("supported", 1.0) for _ in draft.citations]


class CertainVerifier:
    """A Verifier of certain checks and of the words that two texts share: no model.

    What it cannot know it calls unsupported: a paraphrase in other words, too.
    """

    def check(self, sentence: str, citation: Citation) -> Check:
        """Compare one sentence with one citation in its passage.

        Only English is taken in other words than the source's.

        Returns:
            "supported" for exact words, or for agreement in all that is checked; "contradicted"
            where a number, a day, a name, a verb or a speaker differs; else "unsupported".
        """
        return decided(sentence, citation) or support_of(sentence, citation)


def decided(sentence: str, citation: Citation) -> Check | None:
    """Return the check of a sentence that words alone decide; None where more must be known.

    Exact words are supported in full, and Vouch's own line around exact words where all agrees.
    """
    if repeats(citation.quote, sentence) or repeats(citation.quote, without_list_mark(sentence)):
        return Check("supported", 1.0)
    if sentence == told(citation.quote, header_of(citation.passage, citation.document.title)):
        return Check("supported", 1.0)  # the row's cells under the names of the table's own header
    if _is_composed(sentence, citation):
        problems = differences(sentence, citation)
        # A line of Vouch's own around exact words: all that it adds has just been checked.
        return Check("contradicted", 0.1, tuple(problems)) if problems else _COMPOSED_CHECK
    if not is_english(sentence):
        if repeats_source(sentence, citation.passage.text):
            return Check("supported", 0.95)
        return Check("unsupported", 0.0, (_OWN_WORDS_ONLY,))
    return None


_OWN_WORDS_ONLY = (
    "Vouch checks sentences of other languages than English only where they are the source's own"
    " words."
)
_MONTHS = frozenset(month.lower() for month in calendar.month_name if month)
# What Vouch's writer puts between a value and its quotation besides words of the source.
_NOTES = frozenset("part figur anoth event time updat report undat".split())
_MOST_OWN = 1
"""Words of a composed line that neither the source nor Vouch's writer has."""


def _is_composed(sentence: str, citation: Citation) -> bool:
    """Return whether a sentence is a value and a quotation, with nothing said besides."""
    if not _COMPOSED.search(sentence):
        return False
    there = set(content_terms(f"{citation.passage.text} {background(citation)}")) | _NOTES
    own = [
        word.text
        for word in tokens(_QUOTED.sub(" ", sentence))
        if word.text.isalpha() and word.lower not in _MONTHS and not numbers(word.text)
    ]
    return len(set(content_terms(" ".join(own))) - there) <= _MOST_OWN


def differences(sentence: str, citation: Citation) -> list[str]:
    """Return what a line around a quotation says otherwise, in words for a person."""
    own = sentence
    problems: list[str] = []
    for words in _QUOTED.findall(sentence):
        if not _holds(citation.passage.text, words):
            problems.append(f"\u201c{words[:60]}\u201d is not in the source.")
        own = own.replace(words, " ")
    own = _without_source(own, citation)
    text = f"{citation.passage.text} {citation.passage.context}"
    problems += other_numbers(own, citation.quote)
    problems += other_counts(own, citation.quote)
    problems += other_days(own, text, citation.document.published)
    return problems + _names(own, citation) + _speakers(own, citation)


def _without_source(line: str, citation: Citation) -> str:
    """Return a line without the name of its source: "Chapter 5" counts nothing."""
    for name in (citation.document.title, citation.document.publisher):
        if name:
            line = line.replace(f" {name}", " ")
    return line


def _names(sentence: str, citation: Citation) -> list[str]:
    there = _plain(f"{citation.passage.text} {background(citation)}")
    words = set(re.findall(r"\w+", there))
    missing = [
        token.text
        for number, token in enumerate(tokens(sentence))
        if token.is_name and (number or len(token.text) > 3)
        if _plain(token.text) not in there
        and not {part.casefold() for part in re.findall(r"\w+", token.text)} <= words
    ]
    starts_sentence = missing and tokens(sentence)[0].text == missing[0]
    if starts_sentence and content_terms(missing[0]) and not _looks_like_name(missing[0]):
        missing = missing[1:]
    return [f"The source does not name {' '.join(missing)}."] if missing else []


def _looks_like_name(word: str) -> bool:
    # The first word of a sentence is written large whether it is a name or not.
    return bool(re.search(r"[A-Z].*[A-Z-]|\d", word))


def _speakers(sentence: str, citation: Citation) -> list[str]:
    """Return whom a line makes a speaker though the source does not name them."""
    spoken = name_words(f"{citation.passage.text} {background(citation)}")
    return [
        f"The source does not say that {claim.speaker} said it."
        for claim in claims(sentence)
        if (named := name_words(claim.speaker)) and not named & spoken
    ]
