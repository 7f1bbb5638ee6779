"""Baselines over a real library, and LangChain's stock pipeline over its own store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from eval.baseline_systems import AbsentStems, Majority, RandomOrder, longest_sentence
from eval.baselines import BASELINES, baselines_for, trivial
from eval.cases import Case, Claim, Source, Suite
from eval.library import EvalLibrary, open_suite_library
from eval.records import Output
from eval.stock import StockLangChain
from eval.systems import System
from rag.config import Settings
from rag.embed import embed_pending
from rag.errors import BadRequest, VouchError
from rag.retrieve import DenseRetriever, LexicalRetriever
from rag.types import Filters
from tests.rag.models import query_encoder

SOURCES = (
    Source("rain.txt", "It rained. In Oslo the river rose by two metres within a day.", "Rain"),
    Source("trams.txt", "Trams in Oslo stood still for nine hours on Monday.", "Trams"),
    Source("olives.txt", "The harvest of olives was poor after the dry spring.", "Olives"),
)
TEXT = {source.id: source.text for source in SOURCES}
RIVER = Case("1", "How far did the river rise in Oslo?")
TRAMS_ONLY = Case("2", "How far did the river rise in Oslo?", scope=("trams.txt",))
NOTHING = Case("3", "Who discovered penicillin?")


@dataclass(frozen=True)
class Shelf:
    """A library as the harness hands it to baselines."""

    library: EvalLibrary

    @property
    def lexical(self) -> LexicalRetriever:
        return self.library.lexical

    @property
    def dense(self) -> DenseRetriever:
        return DenseRetriever(self.library.ledger, query_encoder())

    @property
    def collection(self) -> str:
        return self.library.collection

    def filters_of(self, case: Case) -> Filters:
        return self.library.filters(case)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    cache = tmp_path_factory.mktemp("cache")
    library = open_suite_library(Settings(threads=1), SOURCES, cache=cache)
    embed_pending(library.ledger, query_encoder())
    yield Shelf(library)
    library.close()


def suite(task: str, *rows: Any, sources: tuple[Source, ...] = SOURCES) -> Suite:
    return Suite("small", task, rows, (), sources)  # type: ignore[arg-type]


def one(task: str, name: str, shelf: Shelf | None = None, *rows: Any) -> System:
    (system,) = baselines_for(suite(task, *rows), [name], shelf)
    assert system.name == name
    return system


def cited(output: Output) -> dict[str, Any]:
    assert output.answer is not None
    (citation,) = output.answer["citations"]
    assert TEXT[citation["external_id"]][citation["start"] : citation["end"]] == citation["quote"]
    return citation  # type: ignore[no-any-return]


def test_refusing_is_a_refusal_and_nothing_else() -> None:
    output = one("answer", "refuse").run(RIVER)
    assert output.outcome == "refused"
    assert "citations" not in (output.answer or {})


@pytest.mark.parametrize("name", ["top-passage", "bm25", "dense"])
def test_the_top_passage_is_quoted_whole_where_it_stands(shelf: Shelf, name: str) -> None:
    output = one("answer", name, shelf).run(RIVER)
    assert output.answer is not None
    assert output.outcome == "answered"
    assert output.answer["text"] == TEXT["rain.txt"]
    assert cited(output)["external_id"] == "rain.txt"
    sentences = output.answer["sentences"]
    assert [output.answer["text"][s["start"] : s["end"]] for s in sentences] == [
        "It rained.",
        "In Oslo the river rose by two metres within a day.",
    ]
    assert all(sentence["citations"] == [{"n": 1, "support": 1.0}] for sentence in sentences)
    assert output.hits is not None
    assert output.hits[0]["source"] == "rain.txt"


def test_the_longest_sentence_is_cited_by_its_own_characters(shelf: Shelf) -> None:
    output = one("answer", "longest-sentence", shelf).run(RIVER)
    assert cited(output)["quote"] == "In Oslo the river rose by two metres within a day."
    assert cited(output)["start"] == 11


def test_the_first_of_equally_long_sentences_is_taken() -> None:
    assert longest_sentence("Rain. It rained. It poured.") == (6, 16)
    assert longest_sentence("") == (0, 0)


@pytest.mark.parametrize("name", ["top-passage", "dense", "longest-sentence"])
def test_nothing_outside_the_scope_is_found(shelf: Shelf, name: str) -> None:
    assert cited(one("answer", name, shelf).run(TRAMS_ONLY))["external_id"] == "trams.txt"


def test_a_question_without_a_word_in_common_is_refused(shelf: Shelf) -> None:
    output = one("answer", "top-passage", shelf).run(NOTHING)
    assert output.outcome == "refused"
    assert output.answer is not None
    assert output.answer["declined"]["reason"] == "nothing_found"


@pytest.mark.parametrize("name", ["bm25", "dense"])
def test_rankings_put_the_right_source_first(shelf: Shelf, name: str) -> None:
    hits = one("retrieve", name, shelf).run(RIVER).hits
    assert hits is not None
    assert [hit["source"] for hit in hits][:2] == ["rain.txt", "trams.txt"]
    assert hits[0]["score"] > hits[1]["score"]


def test_chance_is_the_same_in_every_run_and_stays_in_scope() -> None:
    sources = tuple(Source(f"s{n}", "") for n in range(300))
    first, again = (RandomOrder(suite("retrieve", sources=sources)) for _ in range(2))
    drawn = [hit["source"] for hit in first.run(RIVER).hits or ()]
    assert drawn == [hit["source"] for hit in again.run(RIVER).hits or ()]
    assert len(set(drawn)) == 100
    assert drawn != [hit["source"] for hit in first.run(NOTHING).hits or ()]
    scoped = Case("9", "?", scope=("s3", "s1"))
    assert {hit["source"] for hit in first.run(scoped).hits or ()} == {"s1", "s3"}


def claim(text: str, *, supported: bool = True, question: str = "", problem: str = "") -> Claim:
    source = Source("a", "At least 24 people were killed in Homs on Friday, officials said.")
    return Claim("1", text, (source,), supported, question=question, problem=problem)


def test_the_majority_is_counted_over_rows_that_can_be_asked() -> None:
    yes, no = claim("a"), claim("b", supported=False)
    verdict = Majority(suite("verify", yes, yes, no)).run(no).verdict
    assert verdict == {"support": 2 / 3, "supported": True}
    broken = claim("c", problem="it has no text")
    assert not (Majority(suite("verify", yes, no, broken, broken)).run(yes).verdict or {})[
        "supported"
    ]


def verdict_of(system: AbsentStems, row: Claim) -> dict[str, Any]:
    verdict = system.run(row).verdict
    assert verdict is not None
    return dict(verdict)


def test_absent_stems_are_counted_by_stem_without_common_words() -> None:
    # kill, peopl and homs are there; train and crash are not: 2 of 5.
    row = claim("People killed in the Homs train crashes.")
    assert verdict_of(AbsentStems(), row)["support"] == pytest.approx(0.6)
    assert verdict_of(AbsentStems(), row)["supported"] is False
    assert verdict_of(AbsentStems(share=0.4), row)["supported"] is True


def test_words_of_the_question_are_not_absent() -> None:
    row = claim("24 killed in the train crash.", question="Was there a train crash?")
    assert verdict_of(AbsentStems(), row)["support"] == 1.0


def test_sentences_are_judged_apart() -> None:
    row = claim("24 people were killed. Martians landed nearby yesterday.")
    verdict = verdict_of(AbsentStems(), row)
    judged = [
        (row.text[s["start"] : s["end"]], s["verdict"], s["support"]) for s in verdict["sentences"]
    ]
    assert judged == [
        ("24 people were killed.", "supported", 1.0),
        ("Martians landed nearby yesterday.", "unsupported", 0.0),
    ]


def test_the_count_says_unsupported_above_its_threshold_and_half_at_it() -> None:
    system = AbsentStems(most=2)
    two, three = claim("Martians landed."), claim("Green martians landed.")
    assert (verdict_of(system, two)["support"], verdict_of(system, two)["supported"]) == (0.5, True)
    assert verdict_of(system, three)["supported"] is False
    assert verdict_of(system, three)["support"] < 0.5


@pytest.mark.parametrize("wrong", [{"share": 1.5}, {"share": float("nan")}, {"most": 0}])
def test_a_threshold_out_of_range_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        AbsentStems(**wrong)


def test_what_stands_beside_every_result() -> None:
    assert trivial("verify") == ["majority", "absent-stems", "absent-stems-count"]
    assert trivial("retrieve") == ["random", "bm25", "dense"]
    names = [system.name for system in baselines_for(suite("verify", claim("a")), None, None)]
    assert names == trivial("verify")


def test_every_baseline_bears_its_name_and_a_version_of_its_own(shelf: Shelf) -> None:
    for task, known in BASELINES.items():
        names = [name for name in known if name != "langchain"]
        made = baselines_for(suite(task, claim("a")), names, shelf)
        assert [system.name for system in made] == names
        assert len({system.version for system in made} - {""}) == len(names)


def test_unknown_baselines_and_a_missing_library_are_named() -> None:
    with pytest.raises(BadRequest, match="no baseline 'majority'.*There are: refuse"):
        baselines_for(suite("answer"), ["majority"], None)
    with pytest.raises(BadRequest, match="'bm25' searches"):
        baselines_for(suite("answer"), ["bm25"], None)


def test_a_row_of_the_wrong_kind_is_refused(shelf: Shelf) -> None:
    for system in (one("answer", "refuse"), one("retrieve", "bm25", shelf)):
        with pytest.raises(BadRequest, match="is a claim"):
            system.run(claim("a"))
    for name in ("majority", "absent-stems"):
        with pytest.raises(BadRequest, match="is a question"):
            one("verify", name, None, claim("a")).run(RIVER)


@pytest.fixture(scope="module")
def stock() -> StockLangChain:
    pytest.importorskip("langchain_huggingface")
    long = (
        "Filler about nothing at all. " * 60 + "The ferry to Moss sank in a storm. " + "More. " * 99
    )
    return StockLangChain(suite("answer", sources=(*SOURCES, Source("ferry.txt", long))))


def test_langchain_answers_with_its_top_passage_and_cites_it(stock: StockLangChain) -> None:
    output = stock.run(RIVER)
    assert output.outcome == "answered"
    assert cited(output)["external_id"] == "rain.txt"
    assert output.hits is not None
    assert len(output.hits) == 4
    assert stock.version


def test_langchain_keeps_to_the_scope(stock: StockLangChain) -> None:
    assert cited(stock.run(TRAMS_ONLY))["external_id"] == "trams.txt"
    assert stock.run(Case("4", "Oslo?", scope=())).outcome == "refused"


def test_langchain_s_passages_keep_their_places_in_long_sources(stock: StockLangChain) -> None:
    answer = stock.run(Case("5", "Which ferry sank in a storm?", scope=("ferry.txt",))).answer
    assert answer is not None
    (citation,) = answer["citations"]
    assert citation["external_id"] == "ferry.txt"
    assert "ferry to Moss sank" in citation["quote"]
    assert citation["start"] > 0
    assert citation["end"] - citation["start"] == len(citation["quote"]) <= 1000


def test_langchain_ranks_for_a_suite_of_rankings() -> None:
    embeddings = pytest.importorskip("langchain_core.embeddings")
    system = StockLangChain(suite("retrieve"), embeddings.DeterministicFakeEmbedding(size=16))
    output = system.run(RIVER)
    assert output.answer is None
    assert {hit["source"] for hit in output.hits or ()} == set(TEXT)
    assert system.version == "", "another model's vectors cannot be told apart"


def test_langchain_s_passages_of_the_same_words_keep_their_own_places() -> None:
    embeddings = pytest.importorskip("langchain_core.embeddings")
    twice, between = "The river rose. " * 45, "Trams stood still. " * 40
    text = "\n\n".join([twice.strip(), between.strip(), twice.strip()])
    sources = (Source("a", text),)
    system = StockLangChain(
        suite("retrieve", sources=sources), embeddings.DeterministicFakeEmbedding(size=16)
    )
    places = sorted((hit["start"], hit["end"]) for hit in system.run(RIVER).hits or ())
    assert [text[start:end] for start, end in places] == text.split("\n\n")


def test_without_langchain_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_text_splitters", None)
    with pytest.raises(VouchError, match=r"pip install 'vouch\[bench\]'"):
        StockLangChain(suite("answer"))


def test_langchain_needs_sources() -> None:
    with pytest.raises(VouchError, match="no sources"):
        StockLangChain(suite("answer", sources=()))


RAGTRUTH = Path(__file__).parents[2] / ".." / "shared" / "data" / "dev" / "ragtruth" / "qa_dev.json"


def test_absent_stems_beat_calling_everything_unsupported_on_ragtruth() -> None:
    """The published figure of counting absent stems is F1 .49 on another part of the set."""
    if not RAGTRUTH.is_file():
        pytest.skip(f"{RAGTRUTH} is not there")
    import json

    rows = [
        Claim(
            str(n), one["d2"], (Source("d1", one["d1"]),), not one["labels"], question=one["query"]
        )
        for n, one in enumerate(json.loads(RAGTRUTH.read_text(encoding="utf-8")))
    ]

    def f1(system: System) -> float:
        said = [not (system.run(row).verdict or {})["supported"] for row in rows]
        right = sum(no and not row.supported for no, row in zip(said, rows, strict=True))
        return 2 * right / (sum(said) + sum(not row.supported for row in rows))

    everything = 2 * 43 / (184 + 43)
    assert f1(AbsentStems()) > 0.6 > everything
    assert f1(AbsentStems(most=10)) > 0.5 > everything
