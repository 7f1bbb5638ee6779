"""A whole run: rows asked, baselines beside, answers checked, figures and report written."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.case_file import load_cases
from eval.cases import Case, Claim, Expect, Source, Suite
from eval.evaluate import Plan, evaluate
from eval.library import open_suite_library
from eval.record_file import read_records
from eval.run import Limits
from eval.runs import RunFolder, find_run, list_runs
from rag.config import Settings, load_settings
from rag.errors import Cancelled, NotFound, VouchError

ROOT = Path(__file__).parents[2]
LARKHAVEN = ROOT / "examples" / "larkhaven"
CASES = ROOT / "examples" / "larkhaven-cases.jsonl"
METRICS = ("correct", "f1", "correct_refusals", "faithfulness", "quote_truth", "latency_p50")

SOURCES = (
    Source("a", "The mill at Orsk burned down in 1931. Nobody was hurt.", "The mill"),
    Source("b", "Ada Brill opened the first library of Orsk in 1950.", "The library"),
)
CASES_OF_ORSK = (
    Case(
        "burned",
        "When did the mill at Orsk burn down?",
        expect=Expect(answers=("1931",)),
        answerable=True,
        scope=("a",),
        group="a",
        tags=("when",),
    ),
    Case(
        "opened",
        "Who opened the first library of Orsk?",
        expect=Expect(answers=("Ada Brill",)),
        answerable=True,
        scope=("b",),
        group="b",
        tags=("who",),
    ),
    Case(
        "moon",
        "How far is the moon?",
        answerable=False,
        scope=("a",),
        group="a",
    ),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(library=tmp_path / "library", embedding_dtype="float32")


@pytest.fixture
def plan(tmp_path: Path, settings: Settings) -> Plan:
    suite = Suite("orsk", "answer", CASES_OF_ORSK, METRICS, SOURCES, grouped_by="source")
    return Plan(suite, settings, tmp_path / "runs", cache=tmp_path / "cache")


@pytest.fixture
def answerer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Return a function that writes a module and gives its spec."""
    monkeypatch.chdir(tmp_path)

    def write(code: str) -> str:
        path = tmp_path / "mine.py"
        path.write_text(code, encoding="utf-8")
        return f"{path}:answer"

    return write


def test_vouch_answers_a_suite_and_everything_is_written(plan: Plan) -> None:
    told: list[str] = []
    run = evaluate(plan, progress=lambda what, done, total: told.append(what))
    summary = run.summary
    assert summary["name"] == "orsk"
    assert summary["outcomes"] == {"answered": 2, "refused": 1, "failed": 0}
    assert summary["metrics"]["correct"]["value"] == 1.0
    assert summary["metrics"]["quote_truth"]["value"] == 1.0
    assert summary["metrics"]["correct"]["n"] == 3
    low, high = summary["metrics"]["correct"]["ci"]
    assert low < 1.0 == high, "three right rows prove no certainty"
    assert summary["baselines"]["refuse"]["correct"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert set(summary["baselines"]) == {"refuse", "top-passage", "longest-sentence"}
    assert summary["verifier"]["name"] == "certain"
    assert summary["settings"]["passage_tokens"] == 256
    assert {"commit", "date", "machine", "code", "settings_hash"} <= set(summary)
    assert run.report.stat().st_size > 1000
    assert {"Asking", "Checking", "Counting"} <= set(told)
    records = read_records(run.path)
    assert [record.id for record in records] == ["burned", "opened", "moon"]
    line = json.loads((run.path / "records.jsonl").read_text().splitlines()[0])
    assert "1931" in line["quotes"][0]["quote"]
    assert list_runs(plan.runs) == [run]


def test_the_same_run_again_asks_nothing(plan: Plan) -> None:
    evaluate(plan)
    home = plan.cache or Path()
    before = {path: path.read_bytes() for path in (home / "outputs").iterdir()}
    evaluate(plan)
    assert {path: path.read_bytes() for path in (home / "outputs").iterdir()} == before
    other = replace(plan, settings=plan.settings.model_copy(update={"caution": "high"}))
    evaluate(other)
    assert len(list((home / "outputs").iterdir())) > len(before)


BROKEN = """
calls = 0
def answer(question):
    global calls
    calls += 1
    if calls % 10 == 0:
        raise RuntimeError("the chain broke")
    return "1931"
"""


def test_a_chain_that_raises_on_every_tenth_row(plan: Plan, answerer: Callable[[str], str]) -> None:
    rows = tuple(replace(CASES_OF_ORSK[0], id=f"q{n}") for n in range(40))
    suite = replace(plan.suite, rows=rows)
    summary = evaluate(replace(plan, suite=suite, answerer=answerer(BROKEN))).summary
    assert summary["outcomes"] == {"answered": 36, "refused": 0, "failed": 4}
    assert summary["metrics"]["correct"]["value"] == pytest.approx(36 / 40)
    assert summary["metrics"]["correct"]["n"] == 40
    assert summary["metrics"]["correct"]["failed"] == 4
    assert len(summary["problems"]) == 4
    assert all("RuntimeError: the chain broke" in one["error"] for one in summary["problems"])


def test_rows_that_cannot_be_asked_count_against_every_rate(
    plan: Plan, answerer: Callable[[str], str]
) -> None:
    bad = Case("line 9", "", problem="line 9 is not valid JSON")
    suite = replace(plan.suite, rows=(*CASES_OF_ORSK[:1], bad))
    summary = evaluate(
        replace(plan, suite=suite, answerer=answerer("def answer(question): return '1931'"))
    ).summary
    for name in ("correct", "f1"):
        figure = summary["metrics"][name]
        assert (figure["value"], figure["n"], figure["failed"]) == (0.5, 2, 1), name
    assert summary["problems"] == [{"id": "line 9", "error": "line 9 is not valid JSON"}]


def test_a_correct_refusal_is_right_and_a_refusal_is_no_failure(
    plan: Plan, answerer: Callable[[str], str]
) -> None:
    summary = evaluate(replace(plan, answerer=answerer("def answer(question): return ''"))).summary
    assert summary["outcomes"] == {"answered": 0, "refused": 3, "failed": 0}
    assert summary["metrics"]["correct"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert summary["metrics"]["correct_refusals"]["value"] == 1.0


def test_a_slow_row_fails_by_name_and_the_rest_is_measured(
    plan: Plan, answerer: Callable[[str], str]
) -> None:
    slow = """
import threading
def answer(question):
    if "library" in question:
        threading.Event().wait(30)
    return "1931"
"""
    began = time.monotonic()
    summary = evaluate(
        replace(plan, answerer=answerer(slow), limits=Limits(1, 0.5), baselines=())
    ).summary
    assert time.monotonic() - began < 20
    assert summary["problems"] == [{"id": "opened", "error": "No answer within 0.5 s."}]
    assert summary["metrics"]["correct"]["n"] == 3


def test_nan_in_an_output_is_a_failed_row(plan: Plan, answerer: Callable[[str], str]) -> None:
    code = """
def answer(question):
    return {"text": "1931", "answers": [{"text": "1931", "probability": float("nan")}]}
"""
    summary = evaluate(replace(plan, answerer=answerer(code), baselines=())).summary
    assert summary["outcomes"]["failed"] == 3
    assert summary["metrics"]["correct"]["value"] == 0.0
    assert all("nan" in one["error"].lower() for one in summary["problems"])


def test_a_run_that_was_stopped_goes_on_in_its_folder(
    plan: Plan, answerer: Callable[[str], str], tmp_path: Path
) -> None:
    log = tmp_path / "asked.txt"
    code = f"""
def answer(question):
    with open({str(log)!r}, "a") as file:
        file.write(question + chr(10))
    return "1931"
"""
    stop = threading.Event()
    asked = replace(plan, answerer=answerer(code), baselines=())

    def tell(what: str, done: int, total: int) -> None:
        if what == "Asking" and done == 1:
            stop.set()

    with pytest.raises(Cancelled):
        evaluate(asked, progress=tell, stop=stop)
    assert list_runs(plan.runs) == []
    run = evaluate(asked)
    assert len(list(plan.runs.iterdir())) == 1
    assert sorted(log.read_text().splitlines()) == sorted(case.question for case in CASES_OF_ORSK)
    # A finished run is not gone on with: foreign code may have changed in ways nobody sees.
    evaluate(asked)
    assert len(log.read_text().splitlines()) == 6
    assert run.summary["rows"] == 3


def test_a_function_is_asked_without_a_library_or_a_model(
    plan: Plan, answerer: Callable[[str], str], tmp_path: Path
) -> None:
    evaluate(replace(plan, answerer=answerer("def answer(question): return '1931'"), baselines=()))
    assert not (tmp_path / "library" / "library.db").exists()
    homes = list((tmp_path / "cache" / "libraries").iterdir())
    assert len(homes) == 1, "opened for checking what the answers say, and nothing else"
    with open_suite_library(plan.settings, SOURCES, cache=plan.cache).ledger as ledger:
        assert ledger.counts("default", "any").embedded == 0


@pytest.mark.slow
def test_cases_against_a_folder_cite_its_files(plan: Plan) -> None:
    suite = load_cases(CASES)
    run = evaluate(replace(plan, suite=suite, documents=LARKHAVEN))
    metrics = run.summary["metrics"]
    assert run.summary["rows"] == 14
    assert run.summary["outcomes"]["failed"] == 0
    assert metrics["correct"]["value"] >= 0.6
    assert metrics["quote_truth"]["value"] == 1.0
    assert metrics["correct"]["value"] > run.summary["baselines"]["top-passage"]["correct"]["value"]


def test_claims_are_measured_against_people(plan: Plan) -> None:
    rows = tuple(
        Claim(f"{n}", text, (SOURCES[0],), supported)
        for n, (text, supported) in enumerate(
            [
                ("The mill at Orsk burned down in 1931.", True),
                ("The mill at Orsk burned down in 1937.", False),
                ("Nobody was hurt.", True),
                ("A dam broke above the valley.", False),
            ]
        )
    )
    suite = Suite("claims", "verify", rows, ("f1", "balanced_accuracy", "auc"))
    summary = evaluate(replace(plan, suite=suite)).summary
    assert summary["system"] == "certain"
    assert summary["metrics"]["balanced_accuracy"]["value"] == 1.0
    assert summary["metrics"]["auc"]["value"] == 1.0
    assert summary["baselines"]["majority"]["balanced_accuracy"]["value"] == 0.5
    assert summary["verifier"] is None


def test_a_retriever_is_ranked_by_documents(plan: Plan) -> None:
    rows = tuple(
        Case(case.id, case.question, relevance={scope: 1.0})
        for case, scope in zip(CASES_OF_ORSK[:2], "ab", strict=True)
    )
    suite = Suite("ranks", "retrieve", rows, ("ndcg@10", "recall@100", "latency_p95"), SOURCES)
    summary = evaluate(replace(plan, suite=suite)).summary
    assert summary["metrics"]["ndcg@10"]["value"] == 1.0
    assert summary["baselines"]["bm25"]["ndcg@10"]["value"] == 1.0
    assert summary["baselines"]["dense"]["ndcg@10"]["value"] == 1.0
    assert summary["metrics"]["latency_p95"]["unit"] == "s"


@pytest.mark.slow
def test_asking_costs_little_beside_a_slow_answerer(
    plan: Plan, answerer: Callable[[str], str]
) -> None:
    """1,000 questions of 100 ms are behind `slow`; this is the same with fewer and shorter ones."""
    rows = tuple(replace(CASES_OF_ORSK[0], id=f"q{n}") for n in range(200))
    code = "import time\ndef answer(question):\n    time.sleep(0.02)\n    return '1931'\n"
    suite = replace(plan.suite, rows=rows)
    summary = evaluate(replace(plan, suite=suite, answerer=answerer(code), baselines=())).summary
    assert summary["asked_seconds"] < 200 * 0.02 * 1.5


def test_a_folder_of_something_else_is_left_alone(plan: Plan, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("mine")
    with pytest.raises(VouchError, match="holds something else"):
        evaluate(replace(plan, folder=precious))
    assert (precious / "thesis.txt").read_text() == "mine"
    run = evaluate(replace(plan, folder=tmp_path / "new"))
    with pytest.raises(VouchError, match="holds a run of another"):
        evaluate(replace(plan, suite=replace(plan.suite, name="other"), folder=run.path))
    assert find_run(str(run.path / "summary.json"), plan.runs) == run
    with pytest.raises(NotFound, match="There is no run"):
        find_run("nothing", plan.runs)
    (run.path / "summary.json").write_text("{")
    with pytest.raises(VouchError, match="is damaged"):
        _ = RunFolder(run.path).summary


def test_two_runs_may_make_the_same_library_at_once(plan: Plan) -> None:
    """The one that is later must not take away what the first one has opened."""
    sources = tuple(
        replace(SOURCES[0], id=f"{n}", text=f"{SOURCES[0].text} {n}") for n in range(60)
    )
    both = threading.Barrier(2, timeout=30)
    found: list[Any] = []

    def make(late: threading.Event | None) -> None:
        def tell(what: str, done: int, total: int) -> None:
            if what == "Cutting" and not done:
                both.wait()  # both have found that there is none
                if late is not None:
                    late.wait(30)

        library = open_suite_library(plan.settings, sources, cache=plan.cache, progress=tell)
        try:
            if late is None:
                file = library.ledger.directory / "library.db"
                opened = file.stat().st_ino
                first_is_open.set()
                second.join(30)
                assert file.stat().st_ino == opened
            found.append(library.text_of("59"))
        finally:
            library.close()

    first_is_open = threading.Event()
    second = threading.Thread(target=make, args=(first_is_open,))
    second.start()
    make(None)
    assert found == [sources[59].text] * 2
    assert [path.name[:5] for path in (plan.cache or Path()).glob("libraries/.new-*")] == []


def test_a_verifier_that_fails_costs_the_figures_that_rest_on_it_and_no_answer(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "boom.py").write_text(
        "import sys\n"
        "def check(sentence, passages):\n"
        "    if 'library' in sentence:\n"
        "        sys.exit(4)\n"
        "    return 1.0\n"
    )
    summary = evaluate(replace(plan, verifier="boom.py:check")).summary
    assert summary["outcomes"] == {"answered": 2, "refused": 1, "failed": 0}
    assert summary["metrics"]["correct"]["value"] == 1.0
    figure = summary["metrics"]["faithfulness"]
    assert (figure["value"], figure["n"], figure["failed"]) == (0.5, 2, 1)
    assert [one["id"] for one in summary["problems"]] == ["opened"]
    assert "The verifier failed: SystemExit: 4" in summary["problems"][0]["error"]


def test_a_broken_row_counts_where_it_would_have_counted(
    plan: Plan, answerer: Callable[[str], str]
) -> None:
    bad = Case("bad", "", answerable=True, problem="no gold answer")
    suite = replace(plan.suite, rows=(*CASES_OF_ORSK, bad))
    refusing = answerer("def answer(question): return ''")
    metrics = evaluate(replace(plan, suite=suite, answerer=refusing)).summary["metrics"]
    assert metrics["correct_refusals"] == {
        "value": 1.0, "ci": pytest.approx([0.025, 1.0]), "n": 1, "failed": 0,
    }  # fmt: skip
    assert (metrics["f1"]["n"], metrics["f1"]["failed"]) == (4, 1)


def test_two_runs_of_the_same_at_once_have_a_folder_each(
    plan: Plan, answerer: Callable[[str], str]
) -> None:
    both = threading.Barrier(2, timeout=30)
    asked = replace(plan, answerer=answerer("def answer(question): return '1931'"), baselines=())
    found: list[RunFolder] = []

    def run() -> None:
        met: list[bool] = []

        def tell(what: str, done: int, total: int) -> None:
            if what == "Asking" and not met:
                met.append(True)
                both.wait()  # both are at work now, or this raises

        found.append(evaluate(asked, progress=tell))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({one.path for one in found}) == 2
    assert all(one.summary["rows"] == 3 for one in found)


def test_rows_of_one_document_have_an_interval_too(plan: Plan) -> None:
    rows = tuple(replace(case, group="one") for case in CASES_OF_ORSK)
    suite = replace(plan.suite, rows=rows)
    summary = evaluate(replace(plan, suite=suite, answerer="refuse")).summary
    low, high = summary["metrics"]["correct"]["ci"]
    assert 0 <= low < 1 / 3 < high <= 1


def test_a_scope_that_holds_nothing_is_not_the_whole_library(plan: Plan) -> None:
    """An empty filter restricts nothing, so a scope of no known source must not become one."""
    rows = tuple(
        replace(CASES_OF_ORSK[0], id=f"{n}", scope=scope) for n, scope in enumerate([(), ("x",)])
    )
    summary = evaluate(replace(plan, suite=replace(plan.suite, rows=rows))).summary
    assert summary["outcomes"] == {"answered": 0, "refused": 2, "failed": 0}


@pytest.mark.parametrize("wrong", [{"baselines": ("magic",)}, {"verifier": "magic"}])
def test_what_is_not_there_is_told_before_anything_is_asked(
    plan: Plan, wrong: dict[str, Any]
) -> None:
    told: list[str] = []
    with pytest.raises(VouchError, match="magic"):
        evaluate(replace(plan, **wrong), progress=lambda what, *_: told.append(what))
    assert "Asking" not in told
