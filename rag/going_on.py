"""What a follow-up is read with beside its resolved form: its own words, in what was cited.

A conversation mostly stays in its sources. Asked of a passage that the last answer cites, "What
were the young people there celebrating?" is clear as it stands, and the passage's own words answer
it better than the resolved question, in which the conversation is told over again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rag.english.words import content_terms
from rag.follow.markers import opens_anew
from rag.types import (
    AnswerScorer,
    AnswerSpan,
    AskedIn,
    Candidate,
    Hit,
    PassageScores,
    Question,
    Quoted,
    Reading,
    Retriever,
    Turn,
)

_BESIDE = 4
"""Passages of cited documents that are read beside what was found in all."""
_ANSWERS = 3
"""Answers of a conversation whose documents it goes on with."""


def asked_in(question: Question) -> AskedIn | None:
    """Return a follow-up's own words and the documents that the newest answers cite, or None.

    A wrong answer cites other documents than the conversation is about; those before it still do.
    None for a question that says that it opens a new topic. One that was understood as it stands
    may do so too, or not: what was cited is looked at, and is no surer for it.
    """
    if opens_anew(question.text):
        return None
    answers: list[list[Mapping[str, Any]]] = []
    for turn in reversed(question.history):
        if turn.role == "user" and answers and opens_anew(turn.content):
            break
        if cited := _cited_by(turn):
            answers.append(cited)
        if len(answers) == _ANSWERS:
            break
    if not answers:
        return None
    documents = frozenset(one["document_id"] for cited in answers for one in cited)
    quoted = tuple(tuple(_quoted_in(cited)) for cited in answers)
    return AskedIn(question.text, documents, quoted if any(quoted) else ())


def _cited_by(turn: Turn) -> list[Mapping[str, Any]]:
    """Return the citations of a turn that name a document; none for a question or a refusal."""
    answer = turn.answer if isinstance(turn.answer, Mapping) else {}
    cited = () if answer.get("declined") else answer.get("citations")
    found = cited if isinstance(cited, list | tuple) else ()
    known = [one for one in found if isinstance(one, Mapping)]
    return [one for one in known if isinstance(one.get("document_id"), str)]


def _quoted_in(cited: Sequence[Mapping[str, Any]]) -> list[Quoted]:
    """Return the places of citations; what a caller sends may lack them."""
    places = [(one["document_id"], one.get("start"), one.get("end")) for one in cited]
    return [
        Quoted(document, start, end)
        for document, start, end in places
        if type(start) is int and type(end) is int and 0 <= start < end
    ]


def with_cited(
    retriever: Retriever, asked: AskedIn, question: Question, text: str, hits: Sequence[Hit]
) -> list[Hit]:
    """Return the hits with the best passages of what was cited among them, in their number.

    A follow-up may say too little to find again what the conversation is about.
    """
    allowed = question.filters.document_ids
    documents = asked.documents.intersection(allowed) if allowed else asked.documents
    if not documents or not hits:
        return list(hits)
    found = retriever.retrieve(
        text,
        filters=replace(question.filters, document_ids=tuple(sorted(documents))),
        collection=question.collection,
        limit=_BESIDE,
    )
    known = {hit.passage.id for hit in hits}
    more = [hit for hit in found if hit.passage.id not in known]
    return [*hits[: max(1, len(hits) - len(more))], *more] if more else list(hits)


def of_cited(
    asked_in: AskedIn | None, question: str, kind: str, documents: Sequence[str]
) -> list[bool]:
    """Return of each line, the best first, whether it may be of what a follow-up goes on with.

    One that was understood as it stands tells no event from another. Where what answers it best
    stands in what was cited, sentences of other documents are on other events. Figures of other
    sources stand beside those that were cited.

    Args:
        asked_in: The follow-up as it was asked; None for a question that is none.
        question: The same as it was understood.
        kind: What it asks for.
        documents: The document of each line, the best line first.

    >>> asked = AskedIn("Who fled?", frozenset(["a"]))
    >>> of_cited(asked, "Who fled?", "who", ["a", "b"]), of_cited(asked, "Who fled?", "who", ["b"])
    ([True, False], [True])
    """
    cited = asked_in.documents if asked_in is not None else frozenset()
    same = asked_in is not None and _bare(asked_in.text) == _bare(question)
    if not same or kind == "how_many" or not documents or documents[0] not in cited:
        return [True for _ in documents]
    return [one in cited for one in documents]


def _bare(question: str) -> str:
    """Return a question less case, blanks, marks and the word that joins it to what was said."""
    return re.sub(r"^(?:and|but|so|then|ok|okay|also) |\W+", "", question.lower())


_AROUND = re.compile(
    r",? (?:regarding|in|on|at|after|before|during|since|when|near) ", re.IGNORECASE
)
_IN_ONE_PLACE = 0.6
"""The share of the least probability that is asked of what two readings put first."""
_OF_OTHERS = 1.25
"""The same of what stands in none of the conversation's documents."""
_OWN_PLACE = 0.02
"""What a follow-up's own words must be believed at least where they lead to the place that the
resolved question leads to: by themselves they tell little."""
_CALLED = re.compile(r"\bthe (?:[A-Z][\w\u2019'-]* )+(?=[a-z]+$)")
"""The name before what a question ends with: "the Hollin fire"."""
_TELLING = 2
"""Words of a question that say enough to be looked for in what was cited."""


def shorter(question: str, spoken: str) -> str:
    """Return a resolved question without the circumstances that the conversation gave it, or "".

    >>> shorter("Who voted against it on 20 March 2023?", "And who was against it?")
    'Who voted against it?'
    >>> shorter("What does he say about the cause of the Hollin fire?", "What does he say?")
    'What does he say about the cause of the fire?'
    >>> shorter("Who voted on 20 March?", "Who voted on that day?")
    ''
    """
    bare, own = question.rstrip(" ?."), set(content_terms(spoken))
    for match in _AROUND.finditer(bare):
        if not own & set(content_terms(bare[match.start() :])):
            left = bare[: match.start()]
            return f"{left}?" if len(content_terms(left)) >= _TELLING else ""
    called = _CALLED.sub(
        lambda match: match.group() if own & set(content_terms(match.group())) else "the ", bare
    )
    return f"{called}?" if called != bare else ""


Read = Callable[[str, Sequence[Hit]], Reading]
"""Reads a question in passages."""


def needed(
    read: Read, asked: AskedIn, question: str, best: Candidate, hits: Sequence[Hit], doubted: bool
) -> float:
    """Return the share of the least probability that a follow-up's best sentence needs.

    Less is asked of one that its own words find, too, in what was cited: the conversation is a
    sign that its documents speak of the matter. More is asked of what stands elsewhere, but not
    where the question was understood as it stands, which may be of a new topic.

    Args:
        read: reads a question that is no follow-up.
        asked: the follow-up as it was asked.
        question: the same as it was understood.
        best: the sentence.
        hits: the passages that were read.
        doubted: whether the sentence falls short of the least probability; other sentences of what
            was cited are not looked at again.
    """
    if best.hit.document.id not in asked.documents:
        return 1.0 if as_spoken(question, asked) else _OF_OTHERS
    if not doubted:
        return 1.0
    reading = read(asked.text, [hit for hit in hits if hit.document.id in asked.documents])
    if not reading.candidates:
        return 1.0
    first = reading.candidates[0]
    same = (first.hit.document.id, first.start) == (best.hit.document.id, best.start)
    return _IN_ONE_PLACE if same and reading.answerable >= _OWN_PLACE else 1.0


def as_spoken(question: str, asked: AskedIn) -> bool:
    """Return whether a follow-up was understood as it stands, but for how it opens.

    >>> as_spoken("What is the fee?", AskedIn("And what is the fee?", frozenset()))
    True
    """
    own, told = (" ".join(one.lower().rstrip(" ?.!").split()) for one in (asked.text, question))
    return own.endswith(told)


def told_shorter(read: Read, asked: AskedIn, question: str, hits: Sequence[Hit]) -> Reading | None:
    """Return what a follow-up without its circumstances finds in what was cited, if anything.

    The documents of a conversation need not repeat them beside what is asked.
    """
    told = shorter(question, asked.text)
    reading = read(told, hits) if told else None
    if reading is None or reading.reason is not None:
        return None
    return reading if reading.candidates[0].hit.document.id in asked.documents else None


def otherwise(read: Read, asked: AskedIn, question: str, hits: Sequence[Hit]) -> Reading | None:
    """Return what a follow-up that finds nothing in its conversation finds in other ways, if any.

    One that was understood as it stands may be of a new topic, in any document.
    """
    if as_spoken(question, asked) and (reading := read(question, hits)).reason is None:
        return reading
    return told_shorter(read, asked, question, hits)


class CitedScorer:
    """An AnswerScorer that reads what was cited with the follow-up's own words too.

    Of the two readings of a passage, each span and the passage itself have the better score.

    Args:
        scorer: reads.
        asked: the follow-up as it was asked.
        hits: the passages that are read; those of cited documents twice.
    """

    def __init__(self, scorer: AnswerScorer, asked: AskedIn, hits: Collection[Hit]) -> None:
        self._scorer, self._text = scorer, asked.text
        cited = (hit for hit in hits if hit.document.id in asked.documents)
        self._cited = frozenset(hit.passage.text for hit in cited)
        self.own: dict[str, PassageScores] = {}
        """What the follow-up's own words find in each passage that was cited, by its text."""

    def score(self, question: str, passages: Sequence[str]) -> list[PassageScores]:
        """Return the scores of each passage, in their order."""
        found = self._scorer.score(question, passages)
        cited = [text for text in passages if text in self._cited]
        again = dict(zip(cited, self._scorer.score(self._text, cited), strict=True))
        self.own.update(again)
        return [
            better(one, again[text]) if text in again else one
            for text, one in zip(passages, found, strict=True)
        ]


def better(one: PassageScores, other: PassageScores) -> PassageScores:
    """Return the better of two readings of one passage: its best spans, none inside another.

    >>> from rag.types import AnswerSpan
    >>> first = PassageScores(-2.0, (AnswerSpan(0, 9, 1.0), AnswerSpan(20, 24, -3.0)))
    >>> joined = better(first, PassageScores(3.0, (AnswerSpan(20, 30, 4.0),)))
    >>> joined.answers, [(span.start, span.end) for span in joined.spans]
    (3.0, [(20, 30), (0, 9)])
    """
    spans = sorted((*one.spans, *other.spans), key=lambda span: -span.score)
    kept: list[AnswerSpan] = []
    for span in spans:
        if not any(span.start < known.end and known.start < span.end for known in kept):
            kept.append(span)
    return PassageScores(max(one.answers, other.answers), tuple(kept))
