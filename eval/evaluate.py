"""One run of a suite: a system and its baselines over every row, checked, counted and written down.

The order of the work: find what was done before, ask the system, ask the baselines, check the
answers, write the folder. Whatever is stopped goes on from there with the same command.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.baselines import BASELINES, names_for
from eval.cache import OutputCache, code_version, hash_of
from eval.cases import Case, Row, Suite
from eval.checking import AnswerChecker, pairs_of, quotes_of
from eval.library import EvalLibrary, Progress, eval_cache, silent
from eval.llm_judge import Cost, cost_of
from eval.parts import VOUCH, SuiteParts
from eval.record_file import lines_of, record_to_json, row_to_json, write_lines
from eval.records import Output, Record
from eval.run import Limits, outputs
from eval.runs import OUTPUTS, RunFolder, provenance
from eval.summary import metrics_of, scores_of, summarise
from eval.systems import System
from eval.verifiers import NamedVerifier, load_verifier
from rag.config import Settings
from rag.errors import Cancelled, VouchError


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured, and how.

    ``documents`` is the folder that the cases of a case file are about; None for the library of the
    settings. ``baselines`` None takes those that suit the suite. ``verifier`` checks answers, or is
    what is measured where the suite is made of claims. ``reranker`` and ``writer`` name other parts
    of Vouch as ``module:callable``. ``folder`` is where the run is written. ``approve`` is asked
    before a verifier that costs money is used: it gets calls and tokens.
    """

    suite: Suite
    settings: Settings
    runs: Path
    answerer: str = "vouch"
    baselines: tuple[str, ...] | None = None
    verifier: str = "certain"
    reranker: str = "none"
    writer: str = "extractive"
    documents: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    cache: Path | None = None
    limits: Limits = Limits()
    fresh: bool = False
    command: str = ""
    approve: Callable[[Cost], bool] | None = None


def evaluate(
    plan: Plan, *, progress: Progress = silent, stop: threading.Event | None = None
) -> RunFolder:
    """Run a suite and return its folder, with records, summary and report.

    Raises:
        Cancelled: ``stop`` was set; what was answered is kept.
        VouchError: something that the run needs is not there.
    """
    stop = stop or threading.Event()
    names_for(plan.suite.task, plan.baselines)  # a wrong name is told before anything is asked
    with SuiteParts(plan, progress) as parts:
        system = parts.system()
        context = _context(plan, parts, system)
        with RunFolder.begin(plan.runs, plan.suite.name, system.name, context, plan.folder) as run:
            _run(plan, parts, system, run, progress, stop)
    progress("Counting", 1, 1)
    return run


def _run(
    plan: Plan,
    parts: SuiteParts,
    system: System,
    run: RunFolder,
    progress: Progress,
    stop: threading.Event,
) -> None:
    """Ask, check, count and write."""
    began, suite = time.monotonic(), plan.suite
    # What is not there is told before anything is asked.
    verifier = load_verifier(plan.verifier) if suite.task == "answer" else None
    asked, baselines, facts = _ask_all(plan, parts, system, run, progress, stop)
    _approved(plan, verifier, asked)
    metrics = metrics_of(suite.task, suite.metrics)
    checker = _checker(parts, verifier)
    records = _records(suite.rows, asked, checker, metrics, progress, stop)
    others = {
        name: _records(suite.rows, some, None, metrics, silent, stop)
        for name, some in baselines.items()
    }
    if stop.is_set():
        raise Cancelled(
            "The run was stopped while answers were checked.",
            "Run it again: nothing is asked twice.",
        )
    progress("Counting", 0, 1)
    summary = {
        "name": suite.name,
        "task": suite.task,
        "system": system.name,
        **summarise(suite.task, suite.metrics, records, others),
        "verifier": _named(verifier),
        **provenance(plan.settings, parts.library_facts()),
        "code": code_version(),
        **facts,
        "seconds": round(time.monotonic() - began, 2),
        "command": plan.command,
        "about": suite.about,
        "data": [Path(name).name for name in suite.files],
        "grouped_by": suite.grouped_by,
    }
    _write(run, summary, records, others, parts.opened)


def _context(plan: Plan, parts: SuiteParts, system: System) -> str:
    """Return a hash of everything that decides the outputs beside the row."""
    return hash_of(
        plan.suite.name,
        plan.suite.task,
        system.name,
        system.version,
        parts.state if _is_ours(plan) else "",
        [row_to_json(row) for row in plan.suite.rows],
    )


def _is_ours(plan: Plan) -> bool:
    return plan.answerer == VOUCH or plan.answerer in BASELINES[plan.suite.task]


def _cache(plan: Plan, parts: SuiteParts, run: RunFolder, system: System) -> OutputCache:
    if plan.fresh:
        return OutputCache(None)
    if not system.version or not _is_ours(plan):
        # What somebody else's code depends on is not known, so nothing of it outlives the run.
        return OutputCache(run.path / OUTPUTS)
    key = hash_of(plan.suite.name, system.name, system.version, parts.state)
    return OutputCache(eval_cache(plan.cache) / "outputs" / f"{key}.jsonl")


def _ask_all(
    plan: Plan,
    parts: SuiteParts,
    system: System,
    run: RunFolder,
    progress: Progress,
    stop: threading.Event,
) -> tuple[list[Output], dict[str, list[Output]], dict[str, Any]]:
    """Return the outputs of the system and of each baseline, and the facts of the asking.

    Baselines run beside a system that is not Vouch, which waits for something else most of the
    time; beside Vouch they would only slow it down.
    """
    beside = system.name != "vouch"
    cache = _cache(plan, parts, run, system)
    kept = sum(cache.get(row) is not None for row in plan.suite.rows if not row.problem)
    with ThreadPoolExecutor(1, "vouch-baselines") as pool:
        later: Future[dict[str, list[Output]]] | None = None
        if beside:
            later = pool.submit(_baselines, plan, parts, silent, stop)
        began = time.monotonic()
        try:
            asked = outputs(
                system,
                plan.suite.rows,
                limits=plan.limits,
                cache=cache,
                progress=lambda done, total: progress("Asking", done, total),
                stop=stop,
            )
        except BaseException:
            # The baselines look at the same event, and must not be waited for.
            stop.set()
            raise
        seconds = time.monotonic() - began
        others = later.result() if later else _baselines(plan, parts, progress, stop)
    facts: dict[str, Any] = {"asked_seconds": round(seconds, 2), "kept_rows": kept}
    if kept and not _is_ours(plan):
        facts["kept_since"] = run.begun
    return asked, others, facts


def _baselines(
    plan: Plan, parts: SuiteParts, progress: Progress, stop: threading.Event
) -> dict[str, list[Output]]:
    found = {}
    for baseline in parts.baselines():
        key = hash_of(plan.suite.name, baseline.name, baseline.version, parts.state)
        path = eval_cache(plan.cache) / "outputs" / f"{key}.jsonl"
        kept = OutputCache(path if baseline.version and not plan.fresh else None)

        def tell(done: int, total: int, name: str = baseline.name) -> None:
            progress(f"Baseline {name}", done, total)

        found[baseline.name] = outputs(
            baseline, plan.suite.rows, limits=plan.limits, cache=kept, progress=tell, stop=stop
        )
        baseline.close()
    return found


def _checker(parts: SuiteParts, verifier: NamedVerifier | None) -> AnswerChecker | None:
    if verifier is None:
        return None
    library = parts.library_for_checks()
    return AnswerChecker(verifier.verifier, verifier.name, library, least=verifier.least)


def _approved(plan: Plan, verifier: NamedVerifier | None, asked: Sequence[Output]) -> None:
    """Tell what a paid verifier would cost, and go on only where that is approved.

    Raises:
        VouchError: it was not.
    """
    if verifier is None or not verifier.paid:
        return
    pairs = [
        pair for output in asked if output.answer is not None for pair in pairs_of(output.answer)
    ]
    cost = cost_of(pairs)
    if plan.approve is None or not plan.approve(cost):
        raise VouchError(
            f"{verifier.name} would be asked {cost.calls:,} times, about {cost.tokens_in:,} tokens"
            f" in and {cost.tokens_out:,} out; nothing was spent.",
            "Say --yes to spend it. The answers are kept.",
        )


def _records(
    rows: Sequence[Row],
    asked: Sequence[Output],
    checker: AnswerChecker | None,
    metrics: Sequence[Any],
    progress: Progress,
    stop: threading.Event,
) -> list[Record]:
    found = []
    for n, (row, output) in enumerate(zip(rows, asked, strict=True)):
        checks = None
        if checker is not None and isinstance(row, Case) and output.answer is not None:
            if not output.error and not stop.is_set():
                checks = checker.check(row, output.answer)
            progress("Checking", n + 1, len(rows))
        record = Record(row, output, checks=checks)
        found.append(Record(row, output, scores_of(metrics, record), checks))
    return found


def _named(verifier: NamedVerifier | None) -> dict[str, Any] | None:
    """Return who checked, and how far people agree with it; None where nobody checked."""
    if verifier is None:
        return None
    from eval.judge import agreement_of

    found = agreement_of(verifier) or []
    # Sentences of answers are what ragtruth-qa is made of; the others stand beside it.
    first = next((one for one in found if one["suite"] == "ragtruth-qa"), None)
    return {
        "name": verifier.name,
        "agreement": first or (found[0] if found else None),
        "agreements": found,
    }


def _write(
    run: RunFolder,
    summary: Mapping[str, Any],
    records: Sequence[Record],
    others: Mapping[str, Sequence[Record]],
    library: EvalLibrary | None,
) -> None:
    def lines() -> Any:
        for record in records:
            answer = record.output.answer
            quotes = [] if answer is None or library is None else quotes_of(answer, library.text_of)
            yield record_to_json(record, quotes=quotes)

    write_lines(run.path / "records.jsonl", lines())
    write_lines(
        run.path / "baselines.jsonl",
        (record_to_json(one, baseline=name) for name, some in others.items() for one in some),
    )
    run.write_summary(summary)
    report_of(run)


def report_of(run: RunFolder) -> Path:
    """Write a run's report from its records, and return the page."""
    from eval.report import write_report

    records, others = run.path / "records.jsonl", run.path / "baselines.jsonl"
    beside = lines_of(others) if others.is_file() else iter(())
    return write_report(run.path, run.summary, lines_of(records), beside)


__all__ = ["Plan", "evaluate", "report_of"]
