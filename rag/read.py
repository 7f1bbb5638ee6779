"""The reader: the sentences of the hits that answer, with a calibrated belief, or "not here".

Every sentence is described by a few features: how near it is to the question in meaning, how much
of what was asked it holds, whether it holds the kind of thing that was asked for. A logistic model
over those features gives the probability that a sentence answers. Its weights were set by hand; a
fit on 1,200 SQuAD training questions and one on 138 questions on news articles ranked no better on
held-out questions of either kind.

Where there is a reader network (``rag.networks.answer_network``), it reads every passage with the
question: how well the best span of a sentence answers, and whether the passage does at all, join
those features in a second logistic model (``BLEND``). ``training/reader/blend.py`` fits one; the
network's weights are about half of what it found, because answers from news lost by more.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer_forms import answers_by_form
from rag.answer_kinds import kinds_fit, never_counted, never_placed
from rag.answer_whole import whole
from rag.calibrated import LEAST, NO_SPAN, SURENESS, traits_of
from rag.english.quantities import counted
from rag.english.question import Asked, analyse
from rag.english.question_kind import BROAD
from rag.english.told import is_told, told
from rag.features import FEATURES, Description, Line, lines_of
from rag.follow_traits import conversed, gains, less_apart, less_doubt, reordered
from rag.going_on import (
    CitedScorer,
    as_spoken,
    needed,
    of_cited,
    otherwise,
)
from rag.read_order import asks_message, in_order, theirs, with_vague_rows_back
from rag.read_weights import UNSEEN, Read, columns, is_row, ruled
from rag.row_choice import beside, cell_asked, covers
from rag.types import (
    AnswerScorer,
    AskedIn,
    Candidate,
    Encoder,
    Hit,
    Reading,
    Reason,
    Vectors,
)
from rag.writing.bare import bare_answer
from rag.writing.happenings import as_reported

SLOPE, BIAS = 0.4, -4.6
THRESHOLDS = {"low": 0.15, "normal": 0.25, "high": 0.5}
"""Least probability of the best sentence at which Vouch answers by rules alone, by ``caution``."""

BLEND: Mapping[str, float] = {"rules": 0.162, "answers": 0.15, "span": 0.03, "lead": 0.1}
BLEND_BIAS = -2.0
_SHARPER = 2.5
"""By how much the beliefs of candidates stand further apart than they are calibrated: shares of the
best one's belief decide what is told beside it, and they were set on such beliefs."""

_ALL_KINDS = ("how_many", "who", "said", "who_said", "compare", "summary", "why")
"""Kinds of questions whose answer may lie in many sentences, each of little weight."""
_BY_RULE = ("how_many", "when")
"""Kinds of questions whose bare answer is normalised by rule: a number with its hedge, a day."""

_HEADING = 1.2
"""What text that is no sentence loses where a network has read, a heading half of it."""
_COVERED = 2.0
"""What a row of a table gains that, with its header, holds most of what was asked."""
_EMBEDDED = 56
"""Sentences that are compared with the question in meaning."""
_REMEMBERED = 20_000
"""Sentence vectors that are kept, 1.5 kB each."""


def _analysed(question: str, hits: Sequence[Hit]) -> Asked:
    return as_reported(analyse(question), [hit.document.published for hit in hits])


def _counts_else(asked: Asked, text: str, start: int, end: int) -> bool:
    """Return whether a span is a number of another thing than was asked: killed is not injured."""
    if asked.kind != "how_many" or not asked.quantity:
        return False
    return any(
        one.number.start < end
        and start < one.number.end
        and one.quantity not in ("", asked.quantity)
        for one in counted(text)
    )


def _probability(logit: float) -> float:
    return 1.0 / (1.0 + float(np.exp(-logit)))


@dataclass(frozen=True, slots=True)
class Weighed:
    """The sentences that a question is read in, with what they are weighed by.

    ``features`` has the shape ``(lines, len(FEATURES))``; ``reads`` is what a network makes of each
    line, empty without one; ``covered``, shape ``(lines,)``, is what rows of tables gain that
    answer for themselves; ``logits``, ``(lines,)``, that each line answers by itself; ``traits``,
    ``(lines, len(TRAITS))`` of ``rag.follow_traits``, what a follow-up's conversation says of each,
    None for a question that is none.
    """

    lines: list[Line]
    features: NDArray[np.float64]
    reads: list[Read]
    covered: NDArray[np.float64]
    logits: NDArray[np.float64]
    traits: NDArray[np.float64] | None


class SentenceReader:
    """A Reader over sentence features.

    Args:
        encoder: Embeds the question and the sentences.
        rarity: Gives a stemmed term's inverse document frequency, 0 or more.
        scorer: Reads passages with a network; None where there is none.
        caution: "low", "normal" or "high".
        candidates: How many sentences are given back at most.
    """

    def __init__(
        self,
        encoder: Callable[[], Encoder],
        rarity: Callable[[str], float],
        scorer: AnswerScorer | None = None,
        *,
        caution: str = "normal",
        candidates: int = 24,
    ) -> None:
        self._encoder, self._rarity, self._scorer = encoder, rarity, scorer
        self._limit = candidates
        self._least = THRESHOLDS[caution], LEAST[caution]
        self._known: dict[str, NDArray[np.float32]] = {}
        self._asked_in: AskedIn | None = None

    def going_on(self, asked_in: AskedIn) -> SentenceReader:
        """Return the same reader for one follow-up, read in its own words where it was cited."""
        other = copy.copy(self)
        other._asked_in = asked_in
        return other

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return the sentences most likely to answer, and a reason when none is likely enough."""
        asked = _analysed(question, hits)
        lines = lines_of(hits)
        if not lines:
            return Reading((), 0.0, "nothing_found")
        weighed = self._weighed(asked, lines, hits)
        lines, matrix, spans = weighed.lines, weighed.features, weighed.reads
        covered, sure_of = weighed.covered, weighed.logits
        logits, believed = self._in_conversation(asked, weighed)
        logits, believed = (
            with_vague_rows_back(one, lines, covered, _SHARPER if spans else 1.0)
            for one in (logits, believed)
        )
        order = in_order(logits, lines, other := beside(asked, lines))
        if covered[order[0]] or not lines[order[0]].told:
            order = order[[bool(covered[i]) or not lines[i].told for i in order]]
        documents = [lines[i].hit.document.id for i in order]
        order = order[of_cited(self._asked_in, question, asked.kind, documents)]
        order = order[: len(lines) if asked.kind in _ALL_KINDS else self._limit]
        found = tuple(
            self._candidate(asked, lines[i], float(believed[i]), spans[i] if spans else None)
            for i in order
        )
        best = order[0]
        learnt = bool(spans) and not is_row(lines[best])
        traits: dict[str, float] = {}
        if learnt:
            span = spans[best].span
            # Hidden words rank after visible ones; they are told as hidden, and not doubted.
            unseen = UNSEEN * bool(lines[best].hit.hidden)
            belief = (float(sure_of[best]) + unseen) / _SHARPER
            score = span.score if span else NO_SPAN
            near = max(lines[best].hit.dense or 0.0, matrix[best, FEATURES.index("cosine")])
            traits = traits_of(belief, float(near), score, len(hits), broad=asked.kind in BROAD)
        sure = SURENESS(traits) if learnt else _probability(float(sure_of[best]))
        least = self._least[learnt]
        going_on = self._asked_in
        if learnt and going_on is not None:
            assert weighed.traits is not None
            least *= needed(self._plain().read, going_on, question, found[0], hits, sure < least)
            if lines[best].hit.document.id in going_on.documents:
                least *= less_doubt(weighed.traits[best])
        reason = None if sure >= least else self._reason(asked, matrix[best])
        if asks_message(asked) and theirs(asked, [lines[best]])[0]:
            reason = None  # a message of that sender, of that day, says what they wrote
        named = told(asked.text, lines[best].text, lines[best].hit.passage.text)[0]
        if named or answers_by_form(asked, found):
            # An office beside the name says who that is, near the question or not; so do somebody's
            # own words on just this, and an event with its day.
            reason = None
        only_others = int(best) in other
        never = never_counted(asked, [one.text for one in found]) or never_placed(asked, found)
        if reason is None and (only_others or never):
            reason = "only_related"
        reading = Reading(found, sure, reason, learnt=bool(spans), traits=traits)
        if reason and going_on is not None:
            return otherwise(self._plain().read, going_on, question, hits) or reading
        return reading

    def _in_conversation(
        self, asked: Asked, weighed: Weighed
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the logits that order the lines, and those that are believed, ``(lines,)`` each.

        A question that leaves to the conversation what it is about is not asked for the figures of
        strangers to it.
        """
        if weighed.traits is None or self._asked_in is None:
            return weighed.logits, weighed.logits
        gained = gains(weighed.traits)
        if not weighed.reads:
            gained = gained / _SHARPER  # the logits of the rules alone stand closer
        spoken = as_spoken(asked.text, self._asked_in)
        if asked.kind != "how_many" or (spoken and not asked.names):
            return reordered(weighed.logits, gained)
        return reordered(weighed.logits, gained, less_apart(weighed.traits, anew=spoken))

    def _plain(self) -> SentenceReader:
        """Return the same reader for a question of its own."""
        other = copy.copy(self)
        other._asked_in = None
        return other

    def weighed(self, question: str, hits: Sequence[Hit]) -> Weighed:
        """Return the sentences of hits that a question is read in, and what they are weighed by.

        Raises:
            ValueError: the hits hold no sentence.
        """
        return self._weighed(_analysed(question, hits), lines_of(hits), hits)

    def _weighed(self, asked: Asked, every: Sequence[Line], hits: Sequence[Hit]) -> Weighed:
        going_on, scorer = self._asked_in, self._scorer
        if going_on is not None and scorer is not None:
            scorer = CitedScorer(scorer, going_on, hits)
        found = self._spans(asked, hits, every, scorer)
        lines, matrix, reads = self.features(asked, every, found)
        covered = self._covered(asked, lines)
        logits = self._logits(lines, matrix, reads) + covered + theirs(asked, lines)
        traits = None
        if going_on is not None:
            own = scorer.own if isinstance(scorer, CitedScorer) else {}
            traits = conversed(going_on, asked, lines, own, self._rarity, self._vectors)
        return Weighed(lines, matrix, reads, covered, logits, traits)

    def described(
        self, question: str, hits: Sequence[Hit]
    ) -> tuple[list[Line], NDArray[np.float64]]:
        """Return the sentences that would be weighed, and their columns as the blend has them.

        The columns' shape is ``(lines, len(BLEND))``. It is what ``BLEND`` is fitted on.
        """
        found = self.weighed(question, hits)
        return found.lines, columns(ruled(found.lines, found.features), found.reads)

    def _spans(
        self,
        asked: Asked,
        hits: Sequence[Hit],
        lines: Sequence[Line],
        scorer: AnswerScorer | None,
    ) -> list[Read]:
        """Return what the network makes of each line; empty without one."""
        if scorer is None:
            return []
        texts = [hit.passage.text for hit in hits]
        scored = kinds_fit(asked, texts, scorer.score(asked.text, texts))
        known = {
            (hit.passage.document_id, hit.passage.start): one
            for hit, one in zip(hits, scored, strict=True)
        }
        found = []
        for line in lines:
            passage = line.hit.passage
            one = known[passage.document_id, passage.start]
            span = one.within(line.start - passage.start, line.end - passage.start)
            best = one.spans[0].score if one.spans else NO_SPAN
            found.append(Read(one.answers, span, best))
        return found

    def _logits(
        self, lines: Sequence[Line], matrix: NDArray[np.float64], spans: Sequence[Read]
    ) -> NDArray[np.float64]:
        """Return the logit that each line answers, shape ``(lines,)``."""
        rules = ruled(lines, matrix)
        if not spans:
            return SLOPE * rules + BIAS
        weights = np.array(list(BLEND.values()))
        logits: NDArray[np.float64] = (columns(rules, spans) @ weights + BLEND_BIAS) * _SHARPER
        # A network does not see that words are hidden, or that a heading claims little by itself.
        logits -= UNSEEN * np.array([bool(line.hit.hidden) for line in lines])
        logits -= _HEADING * matrix[:, FEATURES.index("short")]
        # Nor has it learnt to read tables: their rows are weighed by the rules alone.
        rows = np.array([is_row(line) for line in lines])
        return np.where(rows, SLOPE * rules + BIAS, logits)

    def _covered(self, asked: Asked, lines: Sequence[Line]) -> NDArray[np.float64]:
        """Return what rows gain that answer for themselves, shape ``(lines,)``."""
        weights = {term: self._rarity(term) for term in asked.terms}
        return _COVERED * np.array([covers(asked, line, weights) for line in lines])

    def _candidate(self, asked: Asked, line: Line, logit: float, read: Read | None) -> Candidate:
        start, end = bare_answer(asked, line.text, line.hit.document.published)
        ruled = asked.kind in _BY_RULE and start < end
        if asked.kind == "when" and not line.hit.document.published:
            ruled = False  # "on Friday" says nothing in a text without a date
        if read is not None and read.span is not None and not (ruled or is_row(line)):
            first = line.start - line.hit.passage.start
            start, end = read.span.start - first, read.span.end - first
            start, end = whole(asked, line.text, start, end)
            if _counts_else(asked, line.text, start, end):
                start = end = 0
        if ruled and asked.kind == "how_many" and not asked.focus:
            start, end = whole(asked, line.text, start, end)  # "six months": how long it is
        if line.told:
            start, end = cell_asked(asked, line)
        elif is_told(asked.text):
            how, place = told(asked.text, line.text, line.hit.passage.text)
            start, end = place if how else (start, end)
        return Candidate(
            line.hit,
            line.start,
            line.end,
            line.text,
            (logit - BIAS) / SLOPE,  # the scale that the writer's limits were set on
            _probability(logit),
            line.start + start,
            line.start + end,
        )

    def _reason(self, asked: Asked, best: NDArray[np.float64]) -> Reason:
        """Return why a best sentence that is not likely enough does not answer."""
        values = dict(zip(FEATURES, best, strict=True))
        nothing = values["cover_near"] < 0.34 or (asked.names and values["names_near"] < 0.5)
        return "nothing_found" if nothing else "only_related"

    def features(
        self, asked: Asked, lines: Sequence[Line], spans: Sequence[Read] = ()
    ) -> tuple[list[Line], NDArray[np.float64], list[Read]]:
        """Return the lines worth a look, their features and what the network made of them.

        Only the most promising by words and network are embedded, which is where the time goes.
        The features' shape is ``(lines, len(FEATURES))``.
        """
        terms = {term: self._rarity(term) for term in asked.terms}
        described = Description(asked, terms)
        matrix = np.array([described.row(line) for line in lines], dtype=np.float64)
        best = np.argsort(-self._logits(lines, matrix, spans), kind="stable")[:_EMBEDDED]
        kept = [lines[i] for i in best]
        vectors = self._vectors([asked.text, *(line.words for line in kept)])
        matrix = matrix[best]
        matrix[:, FEATURES.index("cosine")] = vectors[1:] @ vectors[0]
        return kept, matrix, [spans[i] for i in best] if spans else []

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors; those of sentences that were read lately are kept."""
        # Other threads put theirs in its place: what is looked up is this one's own.
        known = self._known
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            found = self._encoder().encode(new)
            if len(known) + len(new) > _REMEMBERED:
                known = {text: known[text] for text in texts if text in known}
            known = self._known = {**known, **dict(zip(new, found, strict=True))}
        return np.stack([known[text] for text in texts])
