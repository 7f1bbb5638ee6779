"""What an answer makes of sources that disagree: the values, the accounts, who says what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.cases import GoldAccount
from eval.metrics.numbers import share
from eval.metrics.text import asserts_wrong, contains, distinct_wrong, holds, holds_value, normalise
from rag.english.counts import numbers

Matches = Sequence[tuple[GoldAccount, Mapping[str, Any]]]
"""Gold accounts with the account of the JSON contract that each was matched to."""


def gives(value: str, text: str) -> bool:
    """Return whether a text gives a value, which may be a pattern after ``re:``.

    >>> gives("24", "At least 24 died."), gives("re:2[34]", "23"), gives("2", "24")
    (True, True, False)
    """
    return holds(value, text) if value.startswith("re:") else holds_value(value, text)


def conflict_coverage(values: Sequence[str], text: str) -> float:
    """Return the share of the values that sources give which a text gives too; 0 with none.

    The recall of viewpoints, as in ConflictingQA (Wan et al. 2024) and DebateQA (Xu et al. 2024).

    >>> conflict_coverage(["17", "24"], "Estuary Watch said 17.")
    0.5
    """
    return share(sum(gives(value, text) for value in values), len(values))


def wrong_asserted(wrong: Sequence[str], asserted: Sequence[str], golds: Sequence[str]) -> float:
    """Return the share of the known wrong values that are asserted. Lower is better.

    Misinformation taken over, as RAMDocs (Wang et al. 2025) penalises it. A wrong value that is a
    right one when normalised is not counted; 0 where no other is known.

    >>> wrong_asserted(["Nice", "Lyon"], ["It is Nice."], ["Paris"])
    0.5
    """
    known = distinct_wrong(wrong, golds)
    found = [value for value in known if any(asserts_wrong(value, one, golds) for one in asserted)]
    return share(len(found), len(known))


def _number(value: str) -> float | None:
    found = numbers(value)
    return found[0].value if len(found) == 1 else None


def same_value(gold: str, account: Mapping[str, Any]) -> bool:
    """Return whether an account gives a value: the same number, or the same normalised text.

    >>> same_value("24", {"value": "at least 24", "number": 24.0})
    True
    >>> same_value("The mayor", {"value": "mayor"})
    True
    """
    if normalise(gold) == normalise(str(account.get("value", ""))):
        return True
    number = account.get("number")
    return isinstance(number, int | float) and _number(gold) == number


def same_name(one: str, other: str) -> bool:
    """Return whether one name is the other, or stands in it word for word.

    >>> same_name("Aldo Brennick", "Interior Minister Aldo Brennick"), same_name("", "Brennick")
    (True, False)
    """
    return contains(one, other) or contains(other, one)


def _agreement(gold: GoldAccount, account: Mapping[str, Any], cites: Sequence[str]) -> int:
    return (
        2 * same_name(gold.claimant, str(account.get("claimant") or ""))
        + 2 * same_name(gold.quantity, str(account.get("quantity") or ""))
        + 2 * bool(set(gold.sources).intersection(cites))
        + (gold.relation == account.get("relation"))
    )


def match_accounts(
    golds: Sequence[GoldAccount],
    accounts: Sequence[Mapping[str, Any]],
    cites: Callable[[Mapping[str, Any]], Sequence[str]] = lambda _: (),
) -> list[tuple[int, int]]:
    """Return which gold account is which account, by index; each is used once.

    Greedy: only accounts of the same value match, and of those the pairs that agree best in
    claimant, quantity and sources are taken first.

    Args:
        golds: what should be there.
        accounts: of an answer, as in the JSON contract.
        cites: the names of the sources that an account cites.

    >>> match_accounts([GoldAccount("17"), GoldAccount("24")], [{"value": "24", "number": 24}])
    [(1, 0)]
    """
    pairs = [
        (-_agreement(gold, account, cites(account)), i, j)
        for i, gold in enumerate(golds)
        for j, account in enumerate(accounts)
        if same_value(gold.value, account)
    ]
    found: list[tuple[int, int]] = []
    for _, i, j in sorted(pairs):
        if all(i != one and j != other for one, other in found):
            found.append((i, j))
    return sorted(found)


def account_precision(matched: int, accounts: int) -> float:
    """Return the share of an answer's accounts that are among the gold ones; 0 with none.

    >>> account_precision(1, 2)
    0.5
    """
    return share(matched, accounts)


def account_recall(matched: int, golds: int) -> float:
    """Return the share of the gold accounts that an answer gives; 0 with none.

    >>> account_recall(1, 4)
    0.25
    """
    return share(matched, golds)


def claimant_accuracy(golds: Sequence[GoldAccount], matches: Matches) -> float:
    """Return the share of the gold accounts with a claimant that are given with that claimant.

    An account that is missing counts as wrong, so that leaving accounts out gains nothing.

    >>> golds = [GoldAccount("17", claimant="Estuary Watch"), GoldAccount("24", claimant="police")]
    >>> claimant_accuracy(golds, [(golds[0], {"claimant": "the monitor Estuary Watch"})])
    0.5
    """
    named = sum(bool(gold.claimant) for gold in golds)
    return share(
        sum(same_name(gold.claimant, str(one.get("claimant") or "")) for gold, one in matches),
        named,
    )


def relation_accuracy(golds: Sequence[GoldAccount], matches: Matches) -> float:
    """Return the share of the gold accounts with a relation that are given with that relation.

    An account that is missing counts as wrong.

    >>> golds = [GoldAccount("17", relation="update"), GoldAccount("24", relation="disagrees")]
    >>> relation_accuracy(golds, [(golds[0], {"relation": "update"})])
    0.5
    """
    wanted = sum(bool(gold.relation) for gold in golds)
    right = sum(
        bool(gold.relation) and gold.relation == one.get("relation") for gold, one in matches
    )
    return share(right, wanted)
