"""An answer's score by each metric, from what its case expects and what its JSON holds.

None where the answer cannot be judged: the system cannot give what the metric is about.
"""

from __future__ import annotations

from collections.abc import Mapping

from eval.cases import Case
from eval.metrics import abstention, calibration, citations, conflict, spans, text
from eval.metrics.answered import Answered


def can_answer(case: Case) -> bool:
    """Return whether an answer is expected, or may be."""
    return case.answerable is not False


def has_bare(case: Case) -> bool:
    """Return whether bare answers are expected."""
    return bool(case.expect.answers) and can_answer(case)


def has_bare_or_none(case: Case) -> bool:
    """Return whether bare answers are expected, or a refusal."""
    return bool(case.expect.answers) or case.answerable is False


def _golds(case: Case) -> tuple[str, ...]:
    return case.expect.answers if can_answer(case) else ()


def exact(case: Case, answer: Answered) -> float:
    """Return the exact match; a question without an answer wants the empty prediction."""
    return text.exact_match(answer.prediction, _golds(case))


def f1(case: Case, answer: Answered) -> float:
    """Return the token F1; a question without an answer wants the empty prediction."""
    return text.token_f1(answer.prediction, _golds(case))


def f1_forced(case: Case, answer: Answered) -> float | None:
    """Return the token F1 of the best guess; None where the system makes none."""
    return None if answer.guess is None else text.token_f1(answer.guess, _golds(case))


def rights(case: Case) -> tuple[str, ...]:
    """Return the right values: all of ``values``, or spellings of which one is enough."""
    return case.expect.values or case.expect.answers


def has_wrong(case: Case) -> bool:
    """Return whether wrong values are known that differ from the right ones."""
    return bool(text.distinct_wrong(case.expect.wrong, rights(case)))


def ramdocs(case: Case, answer: Answered) -> float:
    """Return 1 where every right value is asserted and no wrong one."""
    asserted, wrong = answer.asserted, case.expect.wrong
    if case.expect.values:
        return text.ramdocs_exact_match(asserted, case.expect.values, wrong)
    # Of answers one is enough: they are spellings of the same value, none of which is wrong.
    others = text.distinct_wrong(wrong, case.expect.answers)
    return max(text.ramdocs_exact_match(asserted, [one], others) for one in case.expect.answers)


def wrong(case: Case, answer: Answered) -> float:
    """Return the share of the known wrong values that are asserted."""
    return conflict.wrong_asserted(case.expect.wrong, answer.asserted, rights(case))


def values_told(case: Case) -> tuple[str, ...]:
    """Return the values that the sources give."""
    accounts = tuple(dict.fromkeys(one.value for one in case.expect.accounts))
    return case.expect.values or accounts


def is_right(case: Case, answer: Answered) -> bool:
    """Return whether an answer is right: a refusal where nothing answers, else all it must hold.

    Every string of ``all``, one of ``any``, ``min_values`` of ``values``, one of ``answers``, no
    value of ``wrong`` among those asserted, and a citation of one of ``sources``, which is not
    asked of a system that cannot cite. A refusal gives the expected reason, where it gives any.

    >>> is_right(Case("1", "Who?", answerable=False), Answered({"text": "", "declined": {}}))
    False
    >>> is_right(Case("1", "Who?", answerable=False), Answered({"declined": {"reason": "x"}}))
    True
    """
    expect = case.expect
    if case.answerable is False:
        named = expect.declined is not None and answer.reason is not None
        return answer.refused and not (named and answer.reason != expect.declined)
    if answer.refused:
        return False
    words = answer.text
    held = sum(text.holds(one, words) for one in expect.values)
    least = len(expect.values) if expect.min_values is None else expect.min_values
    bare = [*answer.asserted, words]
    return (
        all(text.holds(one, words) for one in expect.all)
        and (not expect.any or any(text.holds(one, words) for one in expect.any))
        and (not expect.values or held >= least)
        and (
            not expect.answers
            or any(text.holds_value(gold, one) for gold in expect.answers for one in bare)
        )
        and not (has_wrong(case) and wrong(case, answer))
        and (
            not case.sources
            or answer.citations is None
            or bool(answer.cited().intersection(case.sources))
        )
    )


def is_judged(case: Case) -> bool:
    """Return whether anything is expected of an answer, or that there be none."""
    expect = case.expect
    wanted = expect.all or expect.any or expect.values or expect.answers or case.sources
    return bool(wanted) or case.answerable is not None


def has_truth(case: Case) -> bool:
    """Return whether an answer to a case can be told right from wrong.

    >>> has_truth(Case("1", "Who?")), has_truth(Case("1", "Who?", answerable=False))
    (False, True)
    """
    expect = case.expect
    return bool(expect.all or expect.any or expect.values or has_bare_or_none(case))


def right(case: Case, answer: Answered) -> bool:
    """Return what risk and calibration are about: whether the answer that was given is right.

    The exact match of the bare answer where bare answers are all that is expected, as in selective
    question answering (Kamath, Jia & Liang 2020); else ``is_right``.
    """
    expect = case.expect
    if expect.answers and not (expect.all or expect.any or expect.values):
        return bool(exact(case, answer))
    return is_right(case, answer)


def _matches(case: Case, answer: Answered) -> list[tuple[int, int]]:
    def names(account: Mapping[str, object]) -> list[str]:
        numbers = account.get("citations")
        return sorted(answer.cited(numbers)) if isinstance(numbers, list | tuple) else []

    return conflict.match_accounts(case.expect.accounts, answer.accounts or (), names)


def account_precision(case: Case, answer: Answered) -> float | None:
    """Return the share of the accounts given that are expected."""
    if answer.accounts is None:
        return None
    return conflict.account_precision(len(_matches(case, answer)), len(answer.accounts))


def account_recall(case: Case, answer: Answered) -> float | None:
    """Return the share of the expected accounts that are given."""
    if answer.accounts is None:
        return None
    return conflict.account_recall(len(_matches(case, answer)), len(case.expect.accounts))


def _pairs(case: Case, answer: Answered) -> conflict.Matches:
    golds, accounts = case.expect.accounts, answer.accounts or ()
    return [(golds[i], accounts[j]) for i, j in _matches(case, answer)]


def claimants(case: Case, answer: Answered) -> float | None:
    """Return the share of the expected claimants that are given with their value."""
    if answer.accounts is None:
        return None
    return conflict.claimant_accuracy(case.expect.accounts, _pairs(case, answer))


def relations(case: Case, answer: Answered) -> float | None:
    """Return the share of the expected relations that are given with their value."""
    if answer.accounts is None:
        return None
    return conflict.relation_accuracy(case.expect.accounts, _pairs(case, answer))


def source_cited(case: Case, answer: Answered) -> float | None:
    """Return whether one of the expected sources is cited."""
    if answer.citations is None:
        return None
    return float(bool(answer.cited().intersection(case.sources)))


def span_cited(case: Case, answer: Answered) -> float | None:
    """Return the share of the gold characters that quotations cover."""
    if answer.citations is None:
        return None
    gold = [(one.source, one.start, one.end) for one in case.spans]
    placed = [
        (name, one["start"], one["end"])
        for one in answer.citations
        if isinstance(one.get("start"), int) and isinstance(one.get("end"), int)
        for name in {source for source, _, _ in gold} & _document(one)
    ]
    if answer.citations and not any(isinstance(o.get("start"), int) for o in answer.citations):
        return None
    return spans.span_recall(gold, placed)


def _document(citation: Mapping[str, object]) -> set[str]:
    return {str(citation.get(key) or "") for key in ("external_id", "document_id")}


def selective(case: Case, answer: Answered) -> float | None:
    """Return whether an answer is right; None for a refusal."""
    if answer.refused:
        return None
    return abstention.selective_accuracy([right(case, answer)], [True])


def confidence_and_right(case: Case, answer: Answered) -> tuple[float, float] | None:
    """Return the probability that an answer gives itself, and 1 where it is right, else 0.

    None for a refusal, and where the system gives no probability.
    """
    sure = answer.confidence
    return None if sure is None else (sure, float(right(case, answer)))


def confidence_and_error(case: Case, answer: Answered) -> tuple[float, float] | None:
    """Return the probability that an answer gives itself, and 1 where it is wrong."""
    found = confidence_and_right(case, answer)
    return None if found is None else (found[0], 1 - found[1])


def brier(case: Case, answer: Answered) -> float | None:
    """Return the squared difference of probability and outcome."""
    found = confidence_and_right(case, answer)
    return None if found is None else calibration.brier(found[:1], found[1:])


def citation_precision(_: Case, answer: Answered) -> float | None:
    """Return the share of citations that support their sentence."""
    said, found = answer.checked("sentences"), answer.checked("citations")
    if not said or found is None or answer.citations is None:
        return None
    return citations.citation_precision([bool(one["supported"]) for one in found])


def citation_recall(_: Case, answer: Answered) -> float | None:
    """Return the share of sentences that a citation supports."""
    said, found = answer.checked("sentences"), answer.checked("citations")
    if not said or found is None or answer.citations is None:
        return None
    supporting = [int(one["sentence"]) for one in found if one["supported"]]
    return citations.citation_recall(len(said), supporting)


def quote_truth(_: Case, answer: Answered) -> float | None:
    """Return the share of quotations that are there; None where nothing is quoted."""
    found = answer.checked("quotes")
    if not found or answer.citations is None:
        return None
    return citations.quote_truth([bool(one["true"]) for one in found])


def faithfulness(_: Case, answer: Answered) -> float | None:
    """Return the share of sentences that are supported; None where there is none."""
    said = answer.checked("sentences")
    return citations.faithfulness([bool(one["supported"]) for one in said]) if said else None
