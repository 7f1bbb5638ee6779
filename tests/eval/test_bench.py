"""The benchmark's arithmetic, and its library of perturbed copies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.bench.answer import answer_rows
from eval.bench.answer import measure as measure_answers
from eval.bench.answer_parts import PASS_TOKENS, SentenceMeans, cut_passages
from eval.bench.corpus import NEWS, find_corpus
from eval.bench.growth import Point, at, growth_rows
from eval.bench.ingest_parts import grow, read_folder, searched
from eval.bench.made import MAKERS, Composed, make_files
from eval.bench.parts import _grow, _p95, _read_library, search
from eval.bench.processes import timed
from eval.bench.stream import last_token_times, measure, reply, stub
from eval.bench.stream import rows as stream_rows
from eval.bench.table import Row, markdown, terminal
from rag.networks.model_files import MINILM_ID, load_tokenizer
from tests.rag.models import library, model_cache, query_encoder

TEXTS = [f"Report {n} on the bridge at Jisr." for n in range(7)]


def test_p95_is_the_value_that_one_in_twenty_exceeds() -> None:
    assert _p95([float(n) for n in range(1, 101)]) == 95
    assert _p95([3.0]) == 3


def test_a_library_is_grown_with_perturbed_copies(tmp_path: Path) -> None:
    from rag.ledger import Ledger

    with library(tmp_path / "source", *TEXTS) as source:
        base = _read_library(source, MINILM_ID)
    with Ledger(tmp_path / "grown") as grown:
        _grow(grown, MINILM_ID, base, 0, 5)
        _grow(grown, MINILM_ID, base, 5, 20)
        assert grown.counts("default", MINILM_ID).embedded == 20
        [(rowids, vectors)] = list(grown.vectors(MINILM_ID))
        passages = grown.passages([str(rowid) for rowid in rowids])
    assert len({passage.text for passage in passages.values()}) == 20
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ base[0][2]
    first = [c for r, c in zip(rowids, cosines, strict=True) if TEXTS[0] in passages[str(r)].text]
    assert len(first) == 3
    assert sorted(round(float(c), 2) for c in first)[-1] == 1.0
    assert 0.9 < min(first) < 0.9999


def test_search_is_timed_at_every_size(tmp_path: Path) -> None:
    query_encoder()
    library(tmp_path / "source", *TEXTS).close()
    found = search(
        {
            "library": str(tmp_path / "source"),
            "directory": str(tmp_path / "grown"),
            "cache": str(model_cache()),
            "sizes": [5, 20],
            "rounds": 1,
        }
    )
    assert set(found) == {"5", "20"}
    for times in found.values():
        assert 0 < times["embed"]["p50"] <= times["embed"]["p95"]
        # A search embeds its question, too.
        assert times["search"]["p50"] > times["embed"]["p50"] / 2


def test_a_process_is_timed_with_its_memory() -> None:
    # From a small process, as in the benchmark: a child counts what its parent had, too.
    code = (
        "from eval.bench.processes import timed\n"
        "done = timed(['-c', 'block = b\"x\" * 300_000_000; print(len(block))'], {})\n"
        "print(done.output.strip(), done.peak_mb)"
    )
    size, peak_mb = timed(["-c", code], {}).output.split()
    assert size == "300000000"
    assert 280 < float(peak_mb) < 400


def test_a_part_that_fails_ends_the_run() -> None:
    with pytest.raises(SystemExit, match="failed with code 3"):
        timed(["-c", "raise SystemExit(3)"], {})


def test_tables_show_ratios_and_where_they_come_from() -> None:
    rows = [
        Row("`vouch add`", "40 passages/s", "45 passages/s", 40 / 45, "0.85"),
        Row("size", "3 MB"),
    ]
    assert "0.89" in terminal(rows)
    about = {"command": "x", "date": "2026-01-01", "seconds": 1, "machine": {"cores": "2"}}
    assert "| `vouch add` | 40 passages/s | 45 passages/s | 0.89 | 0.85 |" in markdown(rows, about)
    assert json.dumps(rows[0].values())


@pytest.mark.skipif(not NEWS.is_dir(), reason=f"{NEWS} is not there")
def test_the_quick_corpus_is_a_part_of_the_whole(tmp_path: Path) -> None:
    whole, quick = find_corpus(tmp_path, quick=False), find_corpus(tmp_path, quick=True)
    assert len(whole.plain_texts()) == 807
    assert len(quick.plain_texts()) == 153
    assert set(quick.plain_texts()) <= set(whole.plain_texts())


NOON = "The fire was under control before noon, the crews at the gate said."
SMOKE = "Much smoke rose over the town for days, and could be seen from afar."
VIGIL = "Four hundred people had gathered at the church in the evening of that day."
BANK = "It could be seen from the other bank of the river, even in the rain."
PASSAGES = {"k7q2mx": f"{NOON} {SMOKE}\n\n{BANK}", "b3x9zd": VIGIL}
PROMPT = "\n\n".join(
    f'<passage tag="{tag}" title="T">\n{text}\n</passage {tag}>' for tag, text in PASSAGES.items()
)


def test_the_stub_quotes_by_turns_and_errs_in_every_fourth_sentence() -> None:
    said = "".join(reply(PROMPT))
    assert said == f"{NOON} [k7q2mx] {VIGIL} [b3x9zd] {SMOKE} [k7q2mx] {BANK} [b3x9zd]"
    assert "".join(reply(PROMPT, tokens=5)) == f"{NOON} [k7q2mx]"


def test_the_last_token_of_a_sentence_is_its_mark() -> None:
    tokens = ["It r", "ained", ".", " [k7", "q2mx]", "[b3x9zd]", " It w", "as wet.", " [b3x9zd]"]
    sent = [float(n) for n in range(len(tokens))]
    assert last_token_times(tokens, sent, ["It was wet.", "It rained.", "It froze."]) == [
        8,
        5,
        None,
    ]


@pytest.mark.slow
def test_a_stream_is_measured_beside_the_bare_one(tmp_path: Path) -> None:
    query_encoder()
    with stub(tokens=250, tokens_a_second=500) as served:
        measured = measure(tmp_path, 1, served)
    assert measured["answers"] == 1
    assert measured["sentences"] >= 3
    assert 250 <= measured["tokens"][0] < 350
    assert 0.5 < measured["bare"] < measured["vouch"]
    delay = measured["delay"]
    assert 0 < delay["p50"] <= delay["p95"] <= delay["max"] < 5
    found = stream_rows(measured)
    assert [row.aim for row in found if row.aim] == ["150 ms or less", "1.10 or less"]
    assert found[-2].ratio == measured["vouch"] / measured["bare"]


SENTENCES = [
    f"Report {n} says that {n + 2} bridges were closed to all traffic on the day of the storm."
    for n in range(40)
]


def test_composed_texts_are_many_all_different_and_always_the_same() -> None:
    composed = Composed([" ".join(SENTENCES)])
    texts = [composed[n] for n in range(200)]
    assert len(set(texts)) == 200
    assert texts[7] == Composed([" ".join(SENTENCES)])[7]
    assert all(text.count("bridges") == 6 for text in texts)


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind not in ("pptx", "docx")])
def test_files_of_every_format_are_read(tmp_path: Path, kind: str) -> None:
    texts = ["\n".join(SENTENCES[:3]), "\n".join(SENTENCES[3:6])]
    size = make_files(tmp_path / "files", kind, texts, files=2, each=2)
    assert size == sum(file.stat().st_size for file in (tmp_path / "files").iterdir())
    found = read_folder({"library": str(tmp_path / "library"), "folder": str(tmp_path / "files")})
    assert found["wrong"] == []
    assert found["passages"] >= 2
    assert found["seconds"] > 0


def test_growth_is_measured_on_synthetic_vectors(tmp_path: Path) -> None:
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps(SENTENCES), encoding="utf-8")
    values = {"library": str(tmp_path / "library"), "texts": str(texts)}
    for have, size in ((0, 8), (8, 30)):
        assert grow({**values, "have": have, "size": size})["passages"] == size - have
    found = searched({**values, "rounds": 2})
    assert found["passages"] == 30
    assert 0 < found["p50"] <= found["p95"]


def test_a_million_is_on_the_line_through_the_last_two_points() -> None:
    points = [
        Point(n, n * 5000, 900.0, 100.0, 200.0, 1.0, 0.5, n / 1e7, n / 1e7)
        for n in (1000, 10_000, 100_000)
    ]
    points[0] = points[0].with_index(3.0, 300.0, 2_000_000)
    rows = {row.what: row for row in growth_rows(points)}
    assert rows["library on disk, without the index"].other.startswith("1,000,000: 5.00 GB")
    assert rows["bytes on disk a passage"].other == "not extrapolated: did not grow"
    assert rows["building the vector index"].other.endswith("one size alone")
    assert rows["exact search, p50"].other.startswith("1,000,000: 100 ms")
    assert rows["building the vector index"].ours == "1,000: 3 s"
    assert at([(1, 1.0), (2, 3.0)], 4) == 7.0


def test_passages_of_the_bare_pass_have_just_so_many_tokens() -> None:
    passages = cut_passages(Composed([" ".join(SENTENCES)]), 5, PASS_TOKENS)
    counted = [load_tokenizer().count_tokens(text) for text in passages]
    assert counted == [PASS_TOKENS - 2] * 5
    assert len(set(passages)) == 5


def test_a_composed_passage_has_the_mean_of_its_sentences_vectors() -> None:
    composed = Composed([" ".join(SENTENCES)])
    means = SentenceMeans(query_encoder(), composed.sentences)
    text = composed[3]
    assert len(Composed.sentences_of(text)) == 6
    [vector] = means.encode([f"Report 3\n{text}"])
    expected = query_encoder().encode(Composed.sentences_of(text)).mean(axis=0)
    assert float(vector @ expected / np.linalg.norm(expected)) > 0.995
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_fewer_sentences_are_drawn_where_fewer_are_wanted() -> None:
    composed = Composed([" ".join(SENTENCES)], most=10)
    assert len(composed.sentences) == 10
    assert set(composed.sentences) < set(Composed([" ".join(SENTENCES)]).sentences)


def test_an_answer_is_shown_over_the_faster_pass() -> None:
    asked = [
        {"kind": "who", "seconds": n / 10, "work": n / 5, "stages": {"retrieve": n / 100}}
        for n in range(1, 21)
    ]
    rows = answer_rows(asked, {"query": 2.0, "bulk": 1.0}, 5000, {"query": 3.8, "bulk": 2.0})
    aimed = [row for row in rows if row.aim]
    assert [(row.ratio, row.aim) for row in aimed] == [(1.9, "2.5 or less")]
    assert "5,000 passages" in aimed[0].what
    worked = [row.ratio for row in rows if "CPU time" in row.what and row.what.endswith("p95")]
    assert worked == pytest.approx([1.9, 1.0])
    assert "p50 105 ms, p95 190 ms" in {row.ours for row in rows}


@pytest.mark.slow
def test_answers_are_timed_beside_the_bare_encoder(tmp_path: Path) -> None:
    found = measure_answers(tmp_path, [" ".join(SENTENCES)], size=80, say=print)
    assert found["build"]["passages"] == 80
    assert found["passes"]["bulk"] > 0
    rows = found["asked"]["rows"]
    assert len(rows) == 30
    assert all({"retrieve", "read", "write", "assemble"} <= set(row["stages"]) for row in rows)
    # The passages of the examples are found among the others, and answer.
    assert sum(row["declined"] is None for row in rows) > 10
