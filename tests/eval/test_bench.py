"""The benchmark's arithmetic, and its library of perturbed copies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.bench.corpus import NEWS, find_corpus
from eval.bench.parts import _grow, _p95, _read_library, search
from eval.bench.processes import timed
from eval.bench.stream import last_token_times, measure, reply, stub
from eval.bench.stream import rows as stream_rows
from eval.bench.table import Row, markdown, terminal
from rag.model_files import MINILM_ID
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
