"""``vouch eval`` as a person runs it: real processes, results on stdout, the rest on stderr."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.ui.cli import EXAMPLES, ROOT, Vouch, failed, worked

CASES = ROOT / "examples" / "larkhaven-cases.jsonl"
COMMANDS = "run judge suites runs compare sweep gate new check export report".split()


@pytest.fixture(scope="module")
def vouch(tmp_path_factory: pytest.TempPathFactory) -> Vouch:
    return Vouch(tmp_path_factory.mktemp("eval"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def ran(vouch: Vouch, cache: str) -> dict[str, object]:
    done = vouch(
        "eval", "run", "cases", "--data", CASES, "--documents", EXAMPLES, "--json",
        XDG_CACHE_HOME=cache,
    )  # fmt: skip
    summary: dict[str, object] = json.loads(worked(done))
    return summary


def test_every_command_has_help_and_stands_in_the_help_of_all(vouch: Vouch) -> None:
    shown = worked(vouch("eval", "--help"))
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []
    for name in COMMANDS:
        assert worked(vouch("eval", name, "--help")).startswith(f"Usage: vouch eval {name}")


def test_help_of_eval_loads_nothing_heavy(vouch: Vouch) -> None:
    done = vouch("eval", "run", "--help", python=("-X", "importtime"))
    assert worked(done)
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert loaded.isdisjoint({"numpy", "torch", "onnxruntime", "eval", "langchain_core"})


def test_json_is_the_summary_alone_in_the_shape_that_others_rely_on(
    ran: dict[str, object],
) -> None:
    assert ran["name"] == "cases"
    for name in ("metrics", "baselines", "verifier", "settings", "commit", "date"):
        assert name in ran, name
    metrics = ran["metrics"]
    assert isinstance(metrics, dict)
    for name, figure in metrics.items():
        assert {"value", "ci", "n", "failed"} <= set(figure), name
        if "unit" not in figure and figure["value"] is not None:
            assert 0 <= figure["value"] <= 1, name
    assert metrics["correct"]["n"] == 14


def test_a_run_is_told_listed_compared_gated_and_exported(
    vouch: Vouch, cache: str, ran: dict[str, object], tmp_path: Path
) -> None:
    arguments = ("--data", CASES, "--documents", EXAMPLES, "--answerer", "top-passage")
    told = vouch("eval", "run", "cases", *arguments, XDG_CACHE_HOME=cache)
    shown = worked(told)
    assert shown.startswith("cases, top-passage: correct ")
    assert "lower is better" in shown
    report = Path(shown.strip().splitlines()[-1].removeprefix("Report: "))
    assert report.is_file()
    listed = json.loads(worked(vouch("eval", "runs", "--json")))
    assert [one["system"] for one in listed] == ["top-passage", "vouch"]
    names = [Path(one["path"]).name for one in listed]
    compared = worked(vouch("eval", "compare", names[1], names[0], "--metric", "correct"))
    assert "correct" in compared
    assert "A" in compared
    as_json = json.loads(worked(vouch("eval", "compare", *names, "--json")))
    assert as_json["suite"] == "cases"
    assert worked(vouch("eval", "gate", names[1], "--min", "quote_truth=1")).startswith("All 1")
    assert "below 0.99" in failed(vouch("eval", "gate", names[0], "--min", "correct=0.99"))
    summary = report.parent / "summary.json"
    assert "below 0.99" in failed(vouch("eval", "gate", summary, "--min", "correct=0.99"))
    assert "records in" in worked(vouch("eval", "export", names[1], tmp_path / "x.parquet"))
    assert worked(vouch("eval", "report", names[1])).strip().endswith("report.html")


@pytest.mark.slow
def test_drafts_can_be_checked_and_run(vouch: Vouch, cache: str, tmp_path: Path) -> None:
    out = tmp_path / "drafts.jsonl"
    made = vouch("eval", "new", EXAMPLES, "--out", out, "--most", "12", XDG_CACHE_HOME=cache)
    assert "drafts in" in worked(made)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert 6 <= len(lines) <= 12
    assert all(line["draft"] for line in lines)
    again = vouch("eval", "new", EXAMPLES, "--out", out, XDG_CACHE_HOME=cache)
    assert "is there already" in failed(again)
    checked = worked(vouch("eval", "check", out, "--documents", EXAMPLES, XDG_CACHE_HOME=cache))
    assert "0 errors" in checked
    assert "(warning)" in checked
    ran = vouch(
        "eval", "run", "cases", "--data", out, "--documents", EXAMPLES, "--json", "--no-baselines",
        XDG_CACHE_HOME=cache,
    )  # fmt: skip
    assert json.loads(worked(ran))["outcomes"]["failed"] == 0


def test_faults_of_a_case_file_are_named_by_line(vouch: Vouch, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a", "question": "Who?", "expect": {"any": ["re:("]}}\n{"id": \n')
    done = vouch("eval", "check", file)
    assert done.returncode == 1
    assert "2 errors" in done.stderr
    lines = [line.removeprefix(f"{file}, ") for line in done.stdout.splitlines()]
    assert [line.split(":")[0].split(",")[0] for line in lines] == ["line 1", "line 2"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "squad3", "--data", "x.json"), "squad3"),
        (("run", "squad2"), "needs its data"),
        (("run", "cases"), "There are no cases"),
        (("run", "cases", "--data", "no.jsonl"), "no.jsonl"),
        (("run", "cases", "--data", str(CASES), "--answerer", "nobody"), "nobody"),
        (("run", "cases", "--data", str(CASES), "--baseline", "magic"), "magic"),
        (("run", "cases", "--data", str(CASES), "--verifier", "magic"), "magic"),
        (("run", "cases", "--data", str(CASES), "--set", "hitz=3"), "Did you mean 'hits'"),
        (("compare", "a"), "cannot be compared"),
        (("compare", "a", "b"), "There is no run"),
        (("gate", "nothing", "--min", "f1=1"), "There is no run"),
        (("gate", "nothing"), "Nothing is asked"),
        (("export", "nothing", "x.csv"), "There is no run"),
        (("sweep", "no.toml"), "no.toml"),
        (("new", "/no/such/folder"), "/no/such/folder"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_hint(
    vouch: Vouch, arguments: tuple[str, ...], said: str
) -> None:
    assert said in failed(vouch("eval", *arguments))


def test_what_foreign_code_prints_never_reaches_the_result(
    vouch: Vouch, cache: str, tmp_path: Path
) -> None:
    (tmp_path / "loud.py").write_text(
        "import os, subprocess, sys\n"
        "print('at import')\n"
        "def answer(question):\n"
        "    print('hello')\n"
        "    os.write(1, b'raw ')\n"
        "    subprocess.run([sys.executable, '-c', 'print(1)'])\n"
        "    return 'Ilse Maron'\n"
        "def broken(question):\n"
        "    raise ValueError('no model')\n"
    )
    arguments = ("cases", "--data", CASES, "--documents", EXAMPLES, "--limit", "2", "--json")
    loud = vouch("eval", "run", *arguments, "--answerer", f"{tmp_path}/loud.py:answer",
                 XDG_CACHE_HOME=cache)  # fmt: skip
    assert json.loads(worked(loud))["rows"] == 2
    assert "hello" in loud.stderr
    none = vouch("eval", "run", *arguments, "--answerer", f"{tmp_path}/loud.py:broken",
                 XDG_CACHE_HOME=cache)  # fmt: skip
    assert none.returncode == 1
    assert "All 2 rows failed" in none.stderr
    assert json.loads(none.stdout)["outcomes"]["failed"] == 2


@pytest.mark.slow
def test_a_thousand_questions_cost_a_tenth_more_than_the_answerer_alone(
    vouch: Vouch, cache: str, tmp_path: Path
) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\ndef answer(question):\n    time.sleep(0.1)\n    return 'Ilse Maron'\n"
    )
    cases = tmp_path / "many.jsonl"
    lines = [
        {"id": f"q{n}", "question": f"Who is fire chief number {n}?", "expect": {"any": ["Maron"]}}
        for n in range(1000)
    ]
    cases.write_text("".join(json.dumps(line) + "\n" for line in lines))
    began = time.monotonic()
    done = vouch(
        "eval", "run", "cases", "--data", cases, "--documents", EXAMPLES, "--json",
        "--answerer", f"{tmp_path}/slow.py:answer", XDG_CACHE_HOME=cache,
    )  # fmt: skip
    taken = time.monotonic() - began
    assert json.loads(worked(done))["metrics"]["correct"]["n"] == 1000
    assert taken <= 1000 * 0.1 * 1.1
