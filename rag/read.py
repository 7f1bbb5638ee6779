"""The reader: the sentences of the hits that answer, with a calibrated belief, or "not here".

Every sentence is described by a few features: how near it is to the question in meaning, how
much of what was asked it holds, whether it holds the kind of thing that was asked for. A logistic model
over those features, fitted by ``training/reader_features.py``, gives the probability that a
sentence answers; the features and its weights are all there is to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.claimants import spoken_by
from rag.names import same_name
from rag.quantities import answers, counted
from rag.question import Asked, analyse
from rag.sentences import sentences
from rag.speech import claims, tokens
from rag.types import Candidate, Encoder, Hit, Reading, Reason, Vectors
from rag.when import times
from rag.words import content_terms, stem

FEATURES = (
    "cosine",
    "cosine_near",
    "cover",
    "cover_near",
    "names",
    "names_near",
    "kind",
    "verb",
    "speaker",
    "period",
    "rank",
    "short",
    "first",
)
WEIGHTS: Mapping[str, float] = {
    "cosine": 4.4,
    "cosine_near": 2.1,
    "cover": 2.6,
    "cover_near": 2.3,
    "names": -0.4,
    "names_near": 2.5,
    "kind": 1.4,
    "verb": 1.3,
    "speaker": 2.0,
    "period": 1.2,
    "rank": 1.7,
    "short": -1.5,
    "first": 0.2,
}
SLOPE, BIAS = 0.4, -4.6
THRESHOLDS = {"low": 0.15, "normal": 0.25, "high": 0.5}
"""Least probability of the best sentence at which Vouch answers, by ``caution``."""

_LACKS = -3.0
_LONGEST = 80
"""Words of a sentence; a longer one is a list of headlines or links that lost its full stops."""
_EMBEDDED = 56
"""Sentences that are compared with the question in meaning."""
_REMEMBERED = 20_000
"""Sentence vectors that are kept, 1.5 kB each."""
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|in response|in retaliation|retaliat\w+|revenge|"
    r"in order to|so that|to prevent|to protect|to avoid|to force|aim\w* (?:to|at)|caused by|sparked|"
    r"prompted|triggered|blam\w+|over the|after|since|for fear|citing|amid|reason|forced|led to|"
    r"following)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|near|on|from|outside|inside|around|of|north|south|east|west)\s+(?:the\s+)?"
    r"(?:\w+\s+){0,3}?[A-Z]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a hit: ``[start, end)`` in its document."""

    hit: Hit
    rank: int
    start: int
    end: int
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def lines_of(hits: Sequence[Hit]) -> list[Line]:
    """Return every sentence of the hits once, with the sentences around it in its passage."""
    found: list[Line] = []
    seen: set[tuple[str, int]] = set()
    texts: set[str] = set()
    for rank, hit in enumerate(hits):
        passage = hit.passage
        spans = sentences(passage.text)
        parts = [passage.text[start:end] for start, end in spans]
        for number, ((start, end), text) in enumerate(zip(spans, parts, strict=True)):
            place = (passage.document_id, passage.start + start)
            known = f"{hit.document.cluster or passage.document_id}:{text}"
            if place in seen or known in texts or not any(char.isalpha() for char in text):
                continue
            seen.add(place)
            texts.add(known)
            before = tuple(parts[max(0, number - 6) : number])
            after = tuple(parts[number + 1 : number + 4])
            line = Line(hit, rank, passage.start + start, passage.start + end, text, before, after)
            found.append(line)
    return found


class SentenceReader:
    """A Reader over sentence features.

    Args:
        encoder: Embeds the question and the sentences.
        rarity: Gives a stemmed term's inverse document frequency, 0 or more.
        caution: "low", "normal" or "high".
        candidates: How many sentences are given back at most.
    """

    def __init__(
        self,
        encoder: Callable[[], Encoder],
        rarity: Callable[[str], float],
        *,
        caution: str = "normal",
        candidates: int = 24,
    ) -> None:
        self._encoder, self._rarity = encoder, rarity
        self._least, self._limit = THRESHOLDS[caution], candidates
        self._known: dict[str, NDArray[np.float32]] = {}

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return the sentences most likely to answer, and a reason when none is likely enough."""
        asked = analyse(question)
        lines = lines_of(hits)
        if not lines:
            return Reading((), 0.0, "nothing_found")
        lines, matrix = self.features(asked, lines)
        weights = np.array([WEIGHTS[name] for name in FEATURES])
        logits = matrix @ weights
        limit = len(lines) if asked.kind == "how_many" else self._limit
        order = np.argsort(-logits, kind="stable")[:limit]
        found = tuple(self._candidate(asked, lines[i], float(logits[i])) for i in order)
        reason = self._reason(asked, matrix[order[0]], found[0])
        return Reading(found, found[0].probability, reason)

    def _candidate(self, asked: Asked, line: Line, logit: float) -> Candidate:
        probability = 1.0 / (1.0 + float(np.exp(-(SLOPE * logit + BIAS))))
        start, end = bare_answer(asked, line.text, line.hit.document.published)
        return Candidate(
            line.hit,
            line.start,
            line.end,
            line.text,
            logit,
            probability,
            line.start + start,
            line.start + end,
        )

    def _reason(self, asked: Asked, best: NDArray[np.float64], first: Candidate) -> Reason | None:
        values = dict(zip(FEATURES, best, strict=True))
        if first.probability >= self._least:
            return None
        nothing = values["cover_near"] < 0.34 or (asked.names and values["names_near"] < 0.5)
        return "nothing_found" if nothing else "only_related"

    def features(
        self, asked: Asked, lines: Sequence[Line]
    ) -> tuple[list[Line], NDArray[np.float64]]:
        """Return the lines worth a look and their features, shape ``(lines, len(FEATURES))``.

        Only the most promising by words alone are embedded, which is where the time goes.
        """
        terms = {term: self._rarity(term) for term in asked.terms}
        described = _Described(asked, terms)
        matrix = np.array([described.row(line) for line in lines], dtype=np.float64)
        weights = np.array([WEIGHTS[name] for name in FEATURES])
        best = np.argsort(-(matrix @ weights), kind="stable")[:_EMBEDDED]
        kept = [lines[i] for i in best]
        vectors = self._vectors([asked.text, *(line.text for line in kept)])
        matrix = matrix[best]
        matrix[:, FEATURES.index("cosine")] = vectors[1:] @ vectors[0]
        return kept, matrix

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors; those of sentences that were read lately are kept."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            found = self._encoder().encode(new)
            if len(self._known) + len(new) > _REMEMBERED:
                self._known = {text: self._known[text] for text in texts if text in self._known}
            self._known = {**self._known, **dict(zip(new, found, strict=True))}
        known = self._known
        return np.stack([known[text] for text in texts])


@lru_cache(maxsize=20_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(content_terms(text))


class _Described:
    """Computes the features of a line for one question."""

    def __init__(self, asked: Asked, terms: Mapping[str, float]) -> None:
        self._asked, self._weights = asked, terms
        self._names = {term for name in asked.names for term in content_terms(name)} & set(terms)
        self._common = [term for term in asked.terms if term not in self._names]
        self._total = sum(terms.values()) or 1.0
        self._held: dict[str, frozenset[str]] = {}

    def held(self, text: str) -> frozenset[str]:
        """Return the question's terms that a text holds, names in any of their spellings."""
        if text not in self._held:
            words = _terms(text)
            found = {term for term in self._weights if term in words}
            for term in self._names - found:
                if any(word[:1].isalpha() and same_name(term, word) for word in words):
                    found.add(term)
            self._held[text] = frozenset(found)
        return self._held[text]

    def _share(self, held: frozenset[str]) -> float:
        return sum(self._weights[term] for term in held) / self._total

    def row(self, line: Line) -> list[float]:
        """Return one line's features in the order of FEATURES, the cosine still 0."""
        asked, hit = self._asked, line.hit
        here = self.held(line.text)
        around = here.union(*(self.held(text) for text in line.before[-2:]))
        around |= self.held(hit.document.title) | self.held(hit.passage.context)
        around |= self.held(hit.passage.text) & self._names
        names = max(1, len(self._names))
        speaker = 0.0
        if asked.speaker:
            speaker = spoken_by(asked.speaker, line.text, line.before, line.after)
        values = {
            "cosine": 0.0,
            "cosine_near": hit.dense or 0.0,
            "cover": self._share(here),
            "cover_near": self._share(around),
            "names": len(here & self._names) / names if self._names else 0.5,
            "names_near": len(around & self._names) / names if self._names else 0.5,
            "kind": _holds_kind(asked, line),
            "verb": len(here.intersection(self._common)) / max(1, len(self._common)),
            "speaker": speaker,
            "period": _in_period(asked, line),
            "rank": 1.0 / (1.0 + line.rank),
            "short": float(not 5 <= len(line.text.split()) <= _LONGEST or _is_list(line.text)),
            "first": 1.0 if not line.before else 0.0,
        }
        return [values[name] for name in FEATURES]


def _is_list(text: str) -> bool:
    """Return whether most words are written large: a row of headlines, tags or links."""
    words = [word for word in text.split() if word[0].isalpha()]
    return len(words) > 11 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _holds_kind(asked: Asked, line: Line) -> float:
    """Return 1 when a sentence holds the kind of thing asked for, 0 when not, 0.5 for any kind.

    A figure or a date cannot be told without one: such a sentence gets ``_LACKS``.
    """
    text, kind = line.text, asked.kind
    if kind == "how_many":
        return 1.0 if any(answers(asked, one, text) for one in counted(text)) else _LACKS
    if kind == "when":
        return 1.0 if times(text, line.hit.document.published) else _LACKS
    if kind == "where":
        return float(bool(_PLACE.search(text)))
    if kind == "why":
        return float(bool(_BECAUSE.search(text)))
    if kind in ("who", "which"):
        start, end = bare_answer(asked, text, None)
        return float(end > start)
    if kind in ("said", "who_said"):
        return float(bool(claims(text)) or '"' in text or "\u201c" in text)
    return 0.5


def _in_period(asked: Asked, line: Line) -> float:
    """Return 1 inside the time that the question names, -1 outside, 0 when none is named."""
    if asked.period is None:
        return 0.0
    first, last = asked.period
    published = line.hit.document.published
    named = times(line.text, published)
    if any(time.first <= last and first <= time.last for time in named):
        return 1.0
    if published and first <= published[:10] <= _days_later(last, 4):
        return 1.0
    return -1.0


def _days_later(day: str, days: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def bare_answer(asked: Asked, text: str, published: str | None) -> tuple[int, int]:
    """Return where in a sentence the bare answer stands, ``(0, 0)`` when there is none.

    >>> asked = analyse("How many people were killed in Homs?")
    >>> text = "At least 24 people were killed in Homs."
    >>> start, end = bare_answer(asked, text, None)
    >>> text[start:end]
    'At least 24'
    """
    if asked.kind == "how_many":
        fitting = [one for one in counted(text) if answers(asked, one, text) and not one.previous]
        whole = [one for one in fitting if not one.part] or fitting
        return (whole[0].number.start, whole[0].number.end) if whole else (0, 0)
    if asked.kind == "when":
        named = [time for time in times(text, published) if time.first]
        return (named[0].start, named[0].end) if named else (0, 0)
    if asked.kind in ("who", "who_said"):
        return _who(asked, text)
    if asked.kind == "where":
        return next(_new_names(asked, text, _PLACE_BEFORE), (0, 0))
    if asked.kind == "which":
        return next(_new_names(asked, text, None), (0, 0))
    return 0, 0


_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|on|from|outside|inside|around|of|towards?)\s+(?:the\s+)?(?:[a-z-]+\s+){0,4}$"
)


def _who(asked: Asked, text: str) -> tuple[int, int]:
    if asked.kind == "who_said":
        named = [claim for claim in claims(text) if claim.speaker]
        same = [claim for claim in named if stem(claim.verb) == asked.verb]
        if asked.verb == "claim":
            same = [claim for claim in named if claim.stance == "claims_responsibility"] or same
        named = same or named
        return (named[0].start, named[0].end) if named else (0, 0)
    return next(_new_names(asked, text, None), (0, 0))


def _new_names(
    asked: Asked, text: str, before: re.Pattern[str] | None
) -> Iterator[tuple[int, int]]:
    """Yield the runs of names in a text that the question does not hold itself."""
    known = set(asked.terms) | {word for name in asked.names for word in content_terms(name)}
    found = tokens(text)
    here = 0
    while here < len(found):
        if not found[here].is_name:
            here += 1
            continue
        last = here
        while last + 1 < len(found) and (
            found[last + 1].is_name
            or (
                found[last + 1].lower in ("of", "for", "al", "de", "bin", "el", "the")
                and last + 2 < len(found)
                and found[last + 2].is_name
                and found[last + 1].lower != "the"
            )
        ):
            last += 1
        start, end = found[here].start, found[last].end
        new = set(content_terms(text[start:end])) - known
        fits = before is None or before.search(text[max(0, start - 60) : start])
        if new and fits:
            yield start, end
        here = last + 1
