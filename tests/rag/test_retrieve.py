"""Passages are found by words and by meaning, filtered first, without repetitions."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.embed import embed_pending
from rag.ledger import Ledger
from rag.retrieve import (
    DenseRetriever,
    HybridRetriever,
    LexicalRetriever,
    fused,
    mentions,
)
from rag.shortlist import without_neighbours
from rag.types import DateCandidate, DocumentInfo, Filters, Hit, Passage, Vectors
from tests.rag.models import library, put, query_encoder
from tests.rag.shelf import document, origin

EVERYTHING = Filters()
TEXTS = [
    "Warplanes dropped a nerve agent on the town of Khan Shaykhun, doctors said.",
    "Russia blocked the draft in the Security Council with its veto.",
    "The harvest of olives in Idlib was poor after the dry spring.",
    "Physicians treated people who could not breathe after the raid.",
    "The S-300 batteries arrived at the base of Hmeimim.",
    "Batteries of anti-aircraft missiles protect the airport of the capital.",
    "At least 1,541 families fled to the border within a week.",
    "Families fled to the border in great numbers within a week.",
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return library(tmp_path_factory.mktemp("library"), *TEXTS)


def find(ledger: Ledger, question: str, limit: int = 5, filters: Filters = EVERYTHING) -> list[Hit]:
    hybrid = HybridRetriever(ledger, query_encoder())
    return hybrid.retrieve(question, filters=filters, collection="default", limit=limit)


def texts(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.text for hit in hits]


def test_words_that_differ_are_found_by_meaning(ledger: Ledger) -> None:
    assert texts(find(ledger, "Who helped victims that were suffocating?"))[0] == TEXTS[3]


def test_a_name_in_another_spelling_is_found(ledger: Ledger) -> None:
    assert texts(find(ledger, "What fell on Sheikhoon?"))[0] == TEXTS[0]


@pytest.mark.parametrize("code", ["S-300", "S300", "s‑300"])
def test_a_code_beats_what_only_means_the_same(ledger: Ledger, code: str) -> None:
    assert texts(find(ledger, f"Which missile batteries are {code}?"))[0] == TEXTS[4]


@pytest.mark.parametrize("number", ["1541", "1,541"])
def test_an_exact_number_beats_what_only_means_the_same(ledger: Ledger, number: str) -> None:
    assert texts(find(ledger, f"Did {number} families flee to the border?"))[0] == TEXTS[6]


def test_a_rare_number_keeps_a_place_however_unlike_its_passage_is(tmp_path: Path) -> None:
    about = [f"Families fled to the border in great numbers in week {n}." for n in range(30)]
    ledger = library(tmp_path, *about, "Annex: file 40718, storage shelf nine.")
    found = texts(find(ledger, "How many families fled to the border in great numbers? 40718", 5))
    assert len(found) == 5
    assert "Annex: file 40718, storage shelf nine." in found


def test_hits_carry_both_scores_and_are_ordered(ledger: Ledger) -> None:
    hits = find(ledger, "Who used the veto in the Security Council?", limit=8)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert texts(hits)[0] == TEXTS[1]
    assert hits[0].lexical is not None
    assert hits[0].lexical > 0
    expected = query_encoder().encode(
        ["Who used the veto in the Security Council?", f"{hits[0].passage.text}"]
    )
    assert hits[0].dense == pytest.approx(float(expected[0] @ expected[1]), abs=1e-3)
    assert all(0 <= hit.score <= 1.0001 for hit in hits)
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_a_question_without_words_of_its_own_still_finds_by_meaning(ledger: Ledger) -> None:
    hits = find(ledger, "What is it?")
    assert hits
    assert all(hit.lexical is None for hit in hits)


def test_an_empty_library_gives_nothing(tmp_path: Path) -> None:
    with Ledger(tmp_path) as empty:
        assert find(empty, "Who vetoed it?") == []
        assert mentions(empty, "Who vetoed it?", collection="default").documents == 0


def test_what_has_no_vector_yet_is_found_by_words(tmp_path: Path) -> None:
    ledger = library(tmp_path, *TEXTS[:3])
    put(ledger, "late.txt", "The monitor counted ninety craters in Saraqib.")
    hits = find(ledger, "How many craters are in Saraqib?")
    assert hits[0].passage.text.endswith("craters in Saraqib.")
    assert hits[0].dense is None
    embed_pending(ledger, query_encoder())
    hits = find(ledger, "How many craters are in Saraqib?")
    assert hits[0].dense is not None


def test_one_retriever_sees_what_is_added_and_no_more_what_is_removed(tmp_path: Path) -> None:
    ledger = library(tmp_path, *TEXTS[:4])
    hybrid = HybridRetriever(ledger, query_encoder())

    def found() -> list[str]:
        hits = hybrid.retrieve(
            "Who bakes bread in Saraqib?", filters=EVERYTHING, collection="default", limit=3
        )
        return texts(hits)

    text = "A baker in Saraqib still makes loaves every morning."
    assert text not in found()
    document_id = put(ledger, "new.txt", text)
    embed_pending(ledger, query_encoder())
    assert found()[0] == text
    ledger.remove_documents([document_id])
    assert text not in found()


def shelf_of_publishers(directory: Path) -> Ledger:
    ledger = Ledger(directory)
    for number, text in enumerate(TEXTS):
        put(
            ledger,
            f"{number}.txt",
            text,
            publisher="Tribune" if number % 2 else "Herald",
            dates=(DateCandidate(f"2017-04-0{number + 1}", "text", ""),),
            metadata={"desk": "war" if number < 4 else "home"},
        )
    embed_pending(ledger, query_encoder())
    return ledger


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(publisher=("Tribune",)), {1, 3, 5, 7}),
        (Filters(published_from="2017-04-03", published_to="2017-04-04"), {2, 3}),
        (Filters(metadata={"desk": ["home"]}), {4, 5, 6, 7}),
        (Filters(publisher=("Herald",), metadata={"desk": "war"}), {0, 2}),
        (Filters(publisher=("Nobody",)), set()),
    ],
)
def test_filters_come_before_ranking(tmp_path: Path, filters: Filters, expected: set[int]) -> None:
    ledger = shelf_of_publishers(tmp_path)
    found = find(ledger, "What did doctors say of the raid?", limit=8, filters=filters)
    assert set(texts(found)) == {TEXTS[number] for number in expected}


def test_a_filtered_out_document_changes_no_score(tmp_path: Path) -> None:
    filters = Filters(publisher=("Tribune",))
    ledger = shelf_of_publishers(tmp_path)
    question = "Did doctors treat people after the raid on the capital's airport?"
    before = find(ledger, question, limit=8, filters=filters)
    for number in range(20):
        put(ledger, f"other{number}", f"Doctors, raid, capital, airport {number}", publisher="X")
    embed_pending(ledger, query_encoder())
    after = find(ledger, question, limit=8, filters=filters)
    scores = [(hit.passage.id, hit.score, hit.lexical) for hit in before]
    assert scores == [(hit.passage.id, hit.score, hit.lexical) for hit in after]
    assert len(scores) == 4


def test_collections_are_apart(tmp_path: Path) -> None:
    ledger = library(tmp_path, *TEXTS[:2])
    ledger.put_file("other", origin("x"), [document(TEXTS[4])])
    embed_pending(ledger, query_encoder())
    hybrid = HybridRetriever(ledger, query_encoder())
    found = hybrid.retrieve("S-300", filters=EVERYTHING, collection="other", limit=5)
    assert texts(found) == [TEXTS[4]]
    assert TEXTS[4] not in texts(find(ledger, "S-300"))


def test_copies_collapse_into_one_hit_that_names_them(tmp_path: Path) -> None:
    ledger = library(tmp_path, *TEXTS[:3])
    wire = "The agency said the bridge at Jisr was closed to traffic on Monday."
    first = put(ledger, "wire.txt", wire, publisher="Agency")
    others = {put(ledger, f"copy{n}.txt", wire.replace(" at ", "  at ")) for n in range(3)}
    put(ledger, "own.txt", "The bridge at Jisr was closed to traffic on Tuesday, we found.")
    embed_pending(ledger, query_encoder())
    hits = find(ledger, "When was the bridge at Jisr closed?", limit=4)
    assert len(hits) == 4
    [copied] = [hit for hit in hits if hit.copies]
    assert copied.document.id == first
    assert {info.id for info in copied.copies} == others
    assert any(hit.passage.text.endswith("we found.") for hit in hits[:2])


def test_a_differing_number_is_no_copy(tmp_path: Path) -> None:
    ledger = library(tmp_path, "Twenty were killed in Taftanaz.", "Thirty were killed in Taftanaz.")
    assert len(find(ledger, "How many were killed in Taftanaz?")) == 2


def hit(start: int, end: int, score: float, document_id: str = "d") -> Hit:
    passage = Passage(document_id, start, end, "x" * (end - start), id=f"{start}{document_id}")
    return Hit(passage, DocumentInfo(document_id, "", "", ""), score)


def test_a_neighbour_that_adds_nothing_is_left_out() -> None:
    far, near, other = hit(80, 200, 0.8), hit(10, 110, 0.7), hit(10, 110, 0.6, "e")
    first = hit(0, 100, 0.9)
    assert without_neighbours([first, far, near, other]) == [first, far, other]


def test_fusion_is_arithmetic() -> None:
    assert fused({1: 0.6, 2: 0.4}, {2: 8.0, 3: 4.0}, 0.5) == [(2, 0.7), (3, 0.5), (1, 0.3)]
    assert fused({}, {3: 4.0, 4: 2.0}, 0.5) == [(3, 0.5), (4, 0.25)]
    assert fused({1: -0.2}, {}, 0.5) == [(1, 0.0)]


def test_mentions_count_documents_with_every_name_in_any_spelling(ledger: Ledger) -> None:
    found = mentions(ledger, "Who attacked Khan Sheikhoun?", collection="default")
    assert (found.documents, found.words) == (1, ("Khan", "Sheikhoun"))
    assert mentions(ledger, "boiling point of water", collection="default").documents == 0
    assert mentions(ledger, "families at the border", collection="default").documents == 2
    assert mentions(ledger, "1541 families", collection="default").documents == 1
    idlib = replace(EVERYTHING, publisher=("Nobody",))
    assert mentions(ledger, "Idlib", collection="default", filters=idlib).documents == 0


def test_single_retrievers_rank_by_their_own_score(ledger: Ledger) -> None:
    lexical = LexicalRetriever(ledger).retrieve(
        "families border", filters=EVERYTHING, collection="default", limit=2
    )
    assert {hit.passage.text for hit in lexical} == set(TEXTS[6:])
    assert all(hit.score == hit.lexical and hit.dense is None for hit in lexical)
    dense = DenseRetriever(ledger, query_encoder).retrieve(
        "families border", filters=EVERYTHING, collection="default", limit=2
    )
    assert {hit.passage.text for hit in dense} == set(TEXTS[6:])
    assert all(hit.score == hit.dense and hit.lexical is None for hit in dense)


class PartialIndex:
    """An index that has applied only a part of the ledger, and holds a deleted passage."""

    def __init__(self, ledger: Ledger, model_id: str, applied_seq: int) -> None:
        self.applied_seq, self.status, self.asked = applied_seq, "healthy", 0
        [(self._rowids, self._vectors)] = list(ledger.vectors(model_id))

    def query(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        self.asked += 1
        scores = self._vectors @ vector
        order = np.argsort(-scores)[:limit]
        return [(int(self._rowids[i]), float(scores[i])) for i in order]


def test_the_index_is_completed_and_cleaned_by_the_ledger(tmp_path: Path) -> None:
    ledger = library(tmp_path, *TEXTS)
    gone = put(ledger, "gone.txt", "Bread is baked in Saraqib before dawn.")
    embed_pending(ledger, query_encoder())
    index = PartialIndex(ledger, query_encoder().model_id, ledger.seq)
    ledger.remove_documents([gone])
    put(ledger, "new.txt", "A baker in Saraqib makes loaves every morning.")
    embed_pending(ledger, query_encoder())
    question = "Who bakes bread in Saraqib?"
    vector = query_encoder().encode([question])[0]

    def nearest(retriever: DenseRetriever, limit: int) -> list[tuple[int, float]]:
        return [
            (rowid, round(cosine, 5))
            for rowid, cosine in retriever.nearest(
                vector, filters=EVERYTHING, collection="default", limit=limit
            )
        ]

    exact = DenseRetriever(ledger, query_encoder())
    indexed = DenseRetriever(ledger, query_encoder(), index, most_exact=2)  # type: ignore[arg-type]
    assert nearest(indexed, 5) == nearest(exact, 5)
    assert index.asked == 1
    # A filter is searched exactly.
    filters = Filters(document_ids=tuple(i.id for i in ledger.find_infos("default")[0][:3]))
    indexed.nearest(vector, filters=filters, collection="default", limit=5)
    assert index.asked == 1
    # An index that is not there for now is not missed.
    index.status = "unavailable"
    assert nearest(indexed, 5) == nearest(exact, 5)
    assert index.asked == 1


def test_threads_share_one_retriever(ledger: Ledger) -> None:
    hybrid = HybridRetriever(ledger, query_encoder())
    questions = ["Who used the veto?", "S-300 batteries", "families border", "Khan Sheikhoun"]
    alone = [texts(find(ledger, question)) for question in questions]
    results: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        hits = hybrid.retrieve(
            questions[number % 4], filters=EVERYTHING, collection="default", limit=5
        )
        results[number] = texts(hits)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [results[number] for number in range(16)] == alone * 4
