"""What sentences gain in a conversation: by what it has quoted, and by a follow-up's own words.

A resolved follow-up repeats what was said before it, and a search for all of that finds the
sentences again that were quoted already. What is asked now stands in its own words, and mostly in
the documents that were cited, often in the sentences after those that were quoted. A sentence gains
by a weighted sum of such traits. The weights are fitted by ``python -m eval.follow_ranks``: of the
sentences that were read for each of some 800 follow-ups, those that hold what is expected are to
stand first (a softmax over the sentences of one reading, as in ListNet: Cao, Qin, Liu, Tsai and Li
2007, with the reader's own logit beside the traits).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.calibrated import NO_SPAN
from rag.english.question import Asked, analyse
from rag.english.words import content_terms, terms_held
from rag.features import Line, spell_one_name
from rag.types import AskedIn, PassageScores, Quoted

TRAITS = (
    "cited",
    "newest",
    "after",
    "near",
    "said",
    "said_near",
    "meaning",
    "lone",
    "named",
    "story",
    "context",
    "unaided",
    "answers",
    "span",
)
"""What a sentence is judged by: whether its document is cited by the last answers, and by the
newest; whether it stands soon after what the newest quotes, and near anything quoted; what share of
the follow-up's own words it holds, by their rarity, alone and with the sentences before it; how
near it is to them in meaning, and the same once more where they are one word; the share of the
names among them; whether its document tells the same story as one that is cited; the share of what
the conversation added to the question; whether its document is cited where it added nothing; and
how well the passage, and the best span in the sentence, answer the follow-up's own words."""

WEIGHTS: Mapping[str, float] = {
    "cited": 0.75,
    "newest": 0.65,
    "after": 1.23,
    "near": 0.16,
    "said": 0.59,
    "said_near": 0.82,
    "meaning": 3.27,
    "lone": 1.64,
    "named": 0.76,
    "story": 1.43,
    "context": -0.89,
    "unaided": 0.81,
    "answers": 0.28,
    "span": 0.014,
}
_SPREAD = 0.89
"""What is kept of the distance between sentences: how sharp the fit found the softmax over them."""
_HELD = 0.6
"""By which power of e less is asked of a sentence that, with those before it, holds all of the
follow-up's own words: what was asked now stands there, whatever the conversation added."""
_AFTER = 400
"""Characters after a quotation in which what follows it begins."""
_NEAR = 600
"""Characters from a quotation within which a sentence is near it."""

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""Gives the vectors of texts, of length 1, shape ``(texts, dimensions)``."""


def gains(traits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what sentences gain, shape ``(lines,)``, by traits ``(lines, len(TRAITS))``."""
    found: NDArray[np.float64] = traits @ np.array([WEIGHTS[name] for name in TRAITS])
    return found


_OF_WORDS = ("said", "said_near", "meaning", "lone", "named", "context", "story")
"""Traits that a sentence has whatever document was cited."""
_KEPT = 0.5
"""What is kept of the others where the figures of several sources are wanted."""


def less_apart(traits: NDArray[np.float64], *, anew: bool) -> NDArray[np.float64]:
    """Return what sentences gain, ``(lines,)``, where those of other sources stand beside them.

    What was cited counts half, and nothing where the question may be of a new topic.
    """
    kept = 0.0 if anew else _KEPT
    shares = [1.0 if name in _OF_WORDS else kept for name in TRAITS]
    return gains(traits * np.array(shares))


def reordered(
    logits: NDArray[np.float64],
    gained: NDArray[np.float64],
    counted: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return logits in the order that a conversation gives them, and those that are believed.

    The best one is believed as the best one was before. The others stand that far behind it, less
    so where figures are asked for: those of other sources are to stand beside it.

    Args:
        logits: That each sentence answers by itself, shape ``(lines,)``, as the results have it.
        gained: What each gains by the conversation.
        counted: What it gains where figures are asked for, which others may give too.

    >>> both = reordered(np.array([1.0, 0.0]), np.array([0.0, 3.0]))
    >>> [one.round(2).tolist() for one in both]
    [[-0.78, 1.0], [-0.78, 1.0]]
    >>> reordered(np.array([1.0, 0.0]), np.array([0.0, 3.0]), np.zeros(2))[1].tolist()
    [1.0, 1.0]
    """
    found = logits + gained
    order: NDArray[np.float64] = logits.max() + _SPREAD * (found - found.max())
    if counted is None:
        return order, order
    found = logits + counted
    believed = logits.max() + _SPREAD * (found - found.max())
    believed[int(np.argmax(order))] = logits.max()
    return order, believed


def less_doubt(traits: NDArray[np.float64]) -> float:
    """Return the share of the least probability that a sentence with these traits needs."""
    return math.exp(-_HELD * float(traits[TRAITS.index("said_near")]))


def conversed(
    asked_in: AskedIn,
    asked: Asked,
    lines: Sequence[Line],
    own: Mapping[str, PassageScores],
    rarity: Callable[[str], float],
    vectors: Vectors,
) -> NDArray[np.float64]:
    """Return the traits of sentences, shape ``(lines, len(TRAITS))``.

    Args:
        asked_in: the follow-up as it was asked.
        asked: the same as it was understood.
        lines: the sentences.
        own: what a network makes of the follow-up's own words in passages, by their text.
        rarity: gives a stemmed term's inverse document frequency.
        vectors: embeds.
    """
    said = content_terms(asked_in.text)
    added = [term for term in asked.terms if term not in said]
    rare = {term: rarity(term) for term in (*said, *added)}
    names = sorted(analyse(asked_in.text).name_terms)
    stories = {
        line.hit.document.cluster
        for line in lines
        if line.hit.document.cluster and line.hit.document.id in asked_in.documents
    }
    newest = asked_in.quoted[0] if asked_in.quoted else ()
    anything = [one for answer in asked_in.quoted for one in answer]
    nearness = vectors([asked_in.text, *(line.words for line in lines)])
    meanings = nearness[1:] @ nearness[0]
    rows = []
    for line, meaning in zip(lines, meanings, strict=True):
        held = terms_held(line.words)
        before = () if line.told else line.before[-2:]  # a row stands by itself
        around = held.union(*map(terms_held, before))
        cited = line.hit.document.id in asked_in.documents
        read = own.get(line.hit.passage.text) if cited else None
        values = {
            "cited": cited,
            "newest": any(one.document == line.hit.document.id for one in newest),
            "after": any(_follows(line, one) for one in newest),
            "near": any(_is_near(line, one) for one in anything),
            "said": _share(said, held, rare),
            "said_near": _share(said, around, rare),
            "meaning": meaning,
            "lone": meaning * (len(said) < 2),
            "named": sum(_named(one, held) for one in names) / len(names) if names else 0.5,
            "story": line.hit.document.cluster in stories,
            "context": _share(added, held, rare) if added else 0.5,
            "unaided": cited and not added,
            "answers": read.answers if read else 0.0,
            "span": _span(read, line) if read else 0.0,
        }
        rows.append([float(values[name]) for name in TRAITS])
    return np.array(rows, dtype=np.float64).reshape(len(lines), len(TRAITS))


def _follows(line: Line, quoted: Quoted) -> bool:
    same = quoted.document == line.hit.document.id
    return same and 0 <= line.start - quoted.end < _AFTER


def _is_near(line: Line, quoted: Quoted) -> bool:
    between = max(line.start - quoted.end, quoted.start - line.end)
    return quoted.document == line.hit.document.id and between < _NEAR


def _share(terms: Sequence[str], held: frozenset[str], rare: Mapping[str, float]) -> float:
    """Return the share of terms that is held, by their rarity; 0 where there are none."""
    total = sum(rare[term] for term in terms)
    return sum(rare[term] for term in terms if term in held) / total if total else 0.0


def _named(term: str, held: frozenset[str]) -> bool:
    return term in held or any(spell_one_name(term, word) for word in held)


def _span(read: PassageScores, line: Line) -> float:
    first = line.hit.passage.start
    best = read.within(line.start - first, line.end - first)
    return max(NO_SPAN, best.score) if best else NO_SPAN
