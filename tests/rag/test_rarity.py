"""How rare a word is stays the same, however many questions are asked at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.rarity import Rarity


class Counting:
    """A ledger of ten documents whose first count waits until it is let go."""

    def __init__(self):
        self.seq = 1
        self.counting, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def counts(self, collection):
        self.counting.set()
        assert self.go_on.wait(20)
        return type("Counts", (), {"documents": 10 * self.seq})()

    def documents_mentioning(self, terms, collection, filters):
        return 2


def test_a_thread_that_asks_while_another_one_counts_gets_the_same_rarity():
    ledger = Counting()
    alone = Rarity(ledger)("dam")
    rarity = Rarity(ledger)
    ledger.counting.clear()
    ledger.go_on.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(rarity, "dam")
        assert ledger.counting.wait(20)
        ledger.counting.clear()
        second = pool.submit(rarity, "dam")
        # The second thread counts for itself, or waits: it never takes what is half made.
        ledger.counting.wait(1)
        ledger.go_on.set()
        assert first.result(20) == second.result(20) == alone
    assert rarity("dam") == alone > 0


def test_rarity_follows_the_library():
    ledger = Counting()
    rarity = Rarity(ledger)
    before = rarity("dam")
    ledger.seq = 2
    assert rarity("dam") > before
    ledger.seq = 1
    assert rarity("dam") == pytest.approx(before)
