"""Whether an answer's quotations are there, and whether they say what its sentences say.

A verifier's judgements go in; the metrics count them. Its own agreement with people is measured
apart, and stands beside every figure that rests on it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.metrics.numbers import share


def citation_precision(supported: Sequence[bool]) -> float:
    """Return the share of citations whose quotation supports the sentence that cites it.

    ALCE (Gao et al. 2023, arXiv:2305.14627), section 3, except that each citation is judged by
    itself, so that one of several which are only together enough counts against the answer. 0 where
    nothing is cited, as in ALCE.

    >>> citation_precision([True, False])
    0.5
    """
    return share(sum(map(bool, supported)), len(supported))


def citation_recall(sentences: int, supporting: Collection[int]) -> float:
    """Return the share of sentences that at least one citation supports.

    ALCE's citation recall, by single citations in place of all of a sentence's joined.

    Args:
        sentences: how many there are; those without citations count.
        supporting: for each citation that supports its sentence, the sentence's index from 0.

    Raises:
        ValueError: a citation of a sentence that is not there.

    >>> citation_recall(4, [0, 0, 2])
    0.5
    """
    covered = set(supporting)
    if any(not 0 <= index < sentences for index in covered):
        raise ValueError(
            f"Citations of the sentences {sorted(covered)}, but there are {sentences}."
        )
    return share(len(covered), sentences)


def quote_truth(there: Sequence[bool]) -> float:
    """Return the share of quotations that stand in their source character by character.

    ``document.text[start:end] == quote``. 0 where nothing is quoted.

    >>> quote_truth([True, True, False, True])
    0.75
    """
    return share(sum(map(bool, there)), len(there))


def faithfulness(supported: Sequence[bool]) -> float:
    """Return the share of an answer's sentences that what was retrieved supports.

    RAGAS's faithfulness (Es et al. 2023, arXiv:2309.15217) with the answer's own sentences as the
    statements, and a verifier in place of a language model. 0 where there is no sentence.

    >>> faithfulness([True, False])
    0.5
    """
    return share(sum(map(bool, supported)), len(supported))
