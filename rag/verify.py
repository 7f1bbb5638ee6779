"""Does this quotation say what this sentence says? Certain checks first: they can veto. English.

A sentence that is a piece of its quotation to the character is supported. Anything else must agree
with it in numbers, units, days, names, negation and speaker, and share most of its words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from rag.claimants import name_words
from rag.counts import numbers
from rag.quantities import counted
from rag.speech import Claim, claims, tokens
from rag.types import Check, Citation, DraftSentence, Verifier
from rag.when import times
from rag.words import content_terms

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|neither|nor|without|cannot|\w+n['\u2019]t|denied|denies|deny|"
    r"refused|refuses|failed|rejects|rejected|dismissed)\b",
    re.IGNORECASE,
)
# Verbs that turn a sentence round. A sentence may not hold one of a pair where its source holds
# the other.
_OPPOSITES = (
    ("accept", "accepted accepts", "disputed disputes rejected rejects refused denied"),
    ("confirm", "confirmed confirms", "denied denies disputed"),
    ("support", "supported backed endorsed", "opposed opposes vetoed rejected condemned"),
    ("rise", "rose risen increased increases grew", "fell fallen decreased dropped declined"),
    ("win", "won captured seized retook regained", "lost surrendered"),
    ("open", "opened reopened", "closed shut"),
    ("arrive", "arrived entered", "left departed withdrew withdrawn"),
    ("start", "started began begun", "ended stopped halted ceased"),
    ("allow", "allowed permitted", "banned barred prevented blocked forbade"),
    ("live", "survived survive", "died killed dead"),
)
_QUOTED = re.compile("\u201c([^\u201d]+)\u201d")
_ENOUGH = 0.6
"""Share of a sentence's content words that must stand in the passage; chosen on hand-made pairs."""


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    return re.sub(r"[\"\u201c\u201d\s]+", " ", text).strip().casefold()


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with the citations that hold it up, or with what is wrong with it."""

    draft: DraftSentence
    problems: tuple[str, ...] = ()


def checks_of(draft: DraftSentence, verifier: Verifier) -> tuple[CheckedDraft, list[Check]]:
    """Return a draft with only the citations that support it, and their checks.

    No check comes back when no citation supports the sentence; the problems say why.
    """
    checked = [(citation, verifier.check(draft.text, citation)) for citation in draft.citations]
    if draft.kind == "lead":
        return _lead(draft)
    good = [(one, check) for one, check in checked if check.verdict in ("supported", "partial")]
    if not good:
        problems = [problem for _, check in checked for problem in check.problems]
        return CheckedDraft(draft, tuple(dict.fromkeys(problems)) or ("No source was named.",)), []
    kept = replace(draft, citations=tuple(citation for citation, _ in good))
    return CheckedDraft(kept), [check for _, check in good]


def _lead(draft: DraftSentence) -> tuple[CheckedDraft, list[Check]]:
    """Check a line about several citations together: each number must stand in one of them."""
    said = {number.value for number in numbers(draft.text) if number.value is not None}
    quoted = {n.value for citation in draft.citations for n in numbers(citation.quote)}
    counts = {float(n) for n in range(len(draft.citations) + 1)}
    wrong = said - quoted - counts
    if wrong:
        named = ", ".join(f"{value:g}" for value in sorted(wrong))
        return CheckedDraft(draft, (f"No source gives {named}.",)), []
    return CheckedDraft(draft), [Check("supported", 1.0) for _ in draft.citations]


class CertainVerifier:
    """A Verifier of certain checks alone: no model, no guess."""

    def check(self, sentence: str, citation: Citation) -> Check:
        """Compare one sentence with one citation in its passage.

        Returns:
            "supported" for exact words, or for agreement in all that is checked; "contradicted"
            where a number, a day, a verb or a speaker differs; else "unsupported".
        """
        if _plain(sentence) in _plain(citation.quote):
            return Check("supported", 1.0)
        problems = differences(sentence, citation)
        if not problems and _QUOTED.search(sentence):
            # A line of Vouch's own around exact words: all that it adds has just been checked.
            return Check("supported", 0.95)
        said = _words(sentence)
        there = _words(f"{citation.passage.text} {_about(citation)}")
        share = len(said & there) / len(said) if said else 0.0
        if problems:
            return Check("contradicted", min(share, 0.4) / 2, tuple(problems))
        if share < _ENOUGH:
            missing = ", ".join(sorted(said - there)[:5])
            return Check("unsupported", share / 2, (f"The source does not speak of: {missing}.",))
        return Check("supported" if share >= 0.8 else "partial", share)


def _words(text: str) -> set[str]:
    return set(content_terms(text))


def _about(citation: Citation) -> str:
    document = citation.document
    published = document.published or ""
    return f"{document.title} {document.publisher or ''} {published} {citation.passage.context}"


def differences(sentence: str, citation: Citation) -> list[str]:
    """Return what a sentence says otherwise than its quotation, in words for a person."""
    own = sentence
    problems: list[str] = []
    for words in _QUOTED.findall(sentence):
        if _plain(words) not in _plain(citation.passage.text):
            problems.append(f"\u201c{words[:60]}\u201d is not in the source.")
        own = own.replace(words, " ")
    problems += _numbers(own, citation)
    problems += _counts(own, citation)
    problems += _days(own, citation)
    problems += _names(own, citation)
    if own == sentence:
        problems += _turned(own, citation)
    return problems + _speakers(own, citation)


def _counts(sentence: str, citation: Citation) -> list[str]:
    """Return the numbers that count something else in the source: killed there, injured here."""
    there = [one for one in counted(citation.quote) if one.quantity]
    wrong: list[str] = []
    for one in counted(sentence):
        same = [other for other in there if other.number.value == one.number.value]
        if one.quantity and same and all(other.quantity != one.quantity for other in same):
            words = sentence[one.number.start : one.number.end]
            wrong.append(f"In the source {words} are {same[0].quantity}, not {one.quantity}.")
    return wrong


def _numbers(sentence: str, citation: Citation) -> list[str]:
    there = numbers(citation.quote)
    wrong: list[str] = []
    for number in numbers(sentence):
        same = [one for one in there if (one.value, one.unit) == (number.value, number.unit)]
        if number.value is None:
            same = [one for one in there if one.low == number.low and one.value is None]
        words = sentence[number.start : number.end]
        if not same:
            wrong.append(f"The source does not give {words}.")
        elif all((one.low, one.high) != (number.low, number.high) for one in same):
            given = citation.quote[same[0].start : same[0].end]
            wrong.append(f"The source says {given}, not {words}.")
    return wrong


def _days(sentence: str, citation: Citation) -> list[str]:
    published = citation.document.published
    named = times(sentence, published)
    if not named:
        return []
    there = times(f"{citation.passage.text} {citation.passage.context}", published)
    known = {(time.first, time.last) for time in there}
    if published:
        known.add((published[:10], published[:10]))
    return [
        f"The source does not speak of {sentence[time.start : time.end]}."
        for time in named
        if not any(
            (time.first, time.last) == day or (time.first <= day[0] and day[1] <= time.last)
            for day in known
        )
    ]


def _names(sentence: str, citation: Citation) -> list[str]:
    there = _plain(f"{citation.passage.text} {_about(citation)}")
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


def _turned(sentence: str, citation: Citation) -> list[str]:
    """Return where negation, an opposite verb or the speaker differ from the quotation."""
    problems: list[str] = []
    said, there = sentence.lower(), citation.quote.lower()
    if bool(_NEGATION.search(said)) != bool(_NEGATION.search(there)):
        problems.append("One of the two says it is so, the other that it is not.")
    words, source = set(re.findall(r"\w+", said)), set(re.findall(r"\w+", there))
    for _, one, other in _OPPOSITES:
        for here, against in ((one, other), (other, one)):
            mine, theirs = set(here.split()), set(against.split())
            if words & mine and source & theirs and not source & mine:
                problems.append(f"The source says {min(source & theirs)}, not {min(words & mine)}.")
    return problems


def _speakers(sentence: str, citation: Citation) -> list[str]:
    """Return whom the sentence makes a speaker and the source does not."""
    problems: list[str] = []
    for claim in claims(sentence):
        named = name_words(claim.speaker)
        spoken = citation.passage.text + " " + _about(citation)
        if named and not named & name_words(spoken):
            problems.append(f"The source does not say that {claim.speaker} said it.")
        else:
            problems += _other_speaker(claim.speaker, named, sentence, citation.quote)
    return problems


def _other_speaker(speaker: str, named: frozenset[str], sentence: str, quote: str) -> list[str]:
    found = [claim for claim in claims(quote) if name_words(claim.speaker)]
    if not named or not found:
        return []
    wrong = [f"In the source it is not {speaker} who says it."]
    if not any(named & name_words(claim.speaker) for claim in found):
        return wrong
    # Of several speakers, the one beside whose verb most of the sentence's words stand says it.
    said = _words(sentence) - _words(speaker)
    held = [
        (len(said & _words(text)), bool(named & name_words(claim.speaker)))
        for claim, text in _reported(found, quote)
    ]
    most = max(count for count, _ in held)
    return [] if any(own for count, own in held if count == most) else wrong


def _reported(found: list[Claim], quote: str) -> list[tuple[Claim, str]]:
    """Return each claim with the words that it reports, which follow the verb or go before it."""
    before = len(_words(quote[: found[0].start])) > 2
    parts: list[tuple[Claim, str]] = []
    for n, claim in enumerate(found):
        since = found[n - 1].verb_start if n else 0
        until = found[n + 1].start if n + 1 < len(found) else len(quote)
        parts.append(
            (claim, quote[since : claim.start] if before else quote[claim.verb_start : until])
        )
    return parts
