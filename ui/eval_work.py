"""What the commands of ``vouch eval`` do: results on stdout, everything about them on stderr."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings
from rag.errors import BadRequest, VouchError
from ui.eval_words import figures_table, head_line, problems_lines
from ui.terminal import Bar, interruptible, note, say

if TYPE_CHECKING:
    from eval.cases import Suite
    from eval.evaluate import Plan
    from eval.llm_judge import Cost
    from eval.runs import RunFolder

RUNS = "runs"


@dataclass(frozen=True, slots=True)
class Options:
    """What the commands that run something share."""

    answerer: str = "vouch"
    baselines: Sequence[str] | None = None
    verifier: str = "certain"
    documents: Path | None = None
    limit: int | None = None
    split: str | None = None
    workers: int = 1
    timeout: float = 60.0
    out: Path | None = None
    fresh: bool = False
    yes: bool = False
    price: str | None = None


class FellShort(VouchError):
    """A run did not reach what was asked of it."""

    code = "fell_short"


def runs_of(settings: Settings) -> Path:
    """Return the folder of a library's runs."""
    return settings.library / RUNS


def load(name: str, data: Path | None, options: Options) -> Suite:
    """Return a suite.

    Raises:
        BadRequest: no data was named, or no such suite.
    """
    if name == "cases":
        return _cases(data, options)
    from eval.suites import SUITES, load_suite

    if name in SUITES and data is None:
        raise BadRequest(f"{name} needs its data.", f"Name it with --data: {SUITES[name].files}.")
    return load_suite(name, data or Path(), limit=options.limit, split=options.split)


def _cases(data: Path | None, options: Options) -> Suite:
    from eval.case_file import load_cases
    from eval.suites.format import first_rows

    if data is None:
        raise BadRequest("There are no cases.", "Name a file of them with --data FILE.jsonl.")
    suite = load_cases(data)
    return suite if options.limit is None else first_rows(suite, options.limit)


def plan_of(suite: Suite, settings: Settings, options: Options) -> Plan:
    """Return what is to be run."""
    from eval.evaluate import Plan
    from eval.run import Limits

    return Plan(
        suite=suite,
        settings=settings,
        runs=runs_of(settings),
        answerer=options.answerer,
        baselines=None if options.baselines is None else tuple(options.baselines),
        verifier=options.verifier,
        documents=options.documents,
        folder=options.out,
        limits=Limits(options.workers, options.timeout),
        fresh=options.fresh,
        command=shlex.join(["vouch", *sys.argv[1:]]),
        approve=lambda cost: _approved(cost, options),
    )


def _approved(cost: Cost, options: Options) -> bool:
    price = ""
    if options.price:
        try:
            into, out = (float(part) for part in options.price.split(","))
        except ValueError as error:
            raise BadRequest(f"--price cannot be {options.price!r}.", "Write 2.5,10.") from error
        price = f", about {cost.money(into, out):,.2f}"
    note(
        f"The judge would be asked {cost.calls:,} times: about {cost.tokens_in:,} tokens in and"
        f" {cost.tokens_out:,} out{price}."
    )
    if options.yes:
        return True
    if not sys.stdin.isatty():
        return False
    note("Spend it? [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def bars() -> Iterator[Any]:
    """Give a progress that draws a bar for each kind of work, one after the other."""
    drawn: list[tuple[str, Bar]] = []

    def tell(what: str, done: int, total: int) -> None:
        if not drawn or drawn[-1][0] != what:
            _end(drawn)
            drawn.append((what, Bar(what, "").__enter__()))
        drawn[-1][1](done, total)

    try:
        yield tell
    finally:
        _end(drawn)


def _end(drawn: list[tuple[str, Bar]]) -> None:
    while drawn:
        drawn.pop()[1].__exit__(None, None, None)


def run(
    settings: Settings, name: str, data: Path | None, options: Options, *, as_json: bool
) -> None:
    """Run a suite and show its figures.

    Raises:
        FellShort: every row failed, so that nothing was measured.
    """
    suite = load(name, data, options)
    if options.answerer.rstrip("/").endswith("/v1/ask") and suite.sources:
        note("That server answers from its own library: the suite's documents are not sent to it.")
    found = _evaluated(plan_of(suite, settings, options))
    show(found, as_json=as_json)
    _refuse_all_failed(found)


def _refuse_all_failed(run: RunFolder) -> None:
    summary = run.summary
    if summary["rows"] and summary["outcomes"]["failed"] == summary["rows"]:
        raise FellShort(
            f"All {summary['rows']:,} rows failed, so that nothing was measured.",
            f"The first one: {summary['problems'][0]['error']}",
        )


def _evaluated(plan: Plan) -> RunFolder:
    from eval.evaluate import evaluate

    with stdout_kept(), interruptible() as stop, bars() as tell:
        run = evaluate(plan, progress=tell, stop=stop)
    summary = run.summary
    if summary.get("kept_since"):
        note(
            f"{summary['kept_rows']:,} of {summary['rows']:,} answers were given before: this run"
            f" was begun at {summary['kept_since']}. --fresh asks all of them again."
        )
    return run


@contextmanager
def stdout_kept() -> Iterator[None]:
    """Send to stderr what foreign code prints, so that stdout holds results and nothing else."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # stdout or stderr is closed, and there is nothing to keep apart
        yield
        return
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def show(run: RunFolder, *, as_json: bool) -> None:
    """Print a run's figures, or its summary as JSON alone."""
    if as_json:
        say((run.path / "summary.json").read_text(encoding="utf-8"), end="")
        return
    summary = run.summary
    say(head_line(summary))
    say()
    say(figures_table(summary))
    for line in problems_lines(summary):
        say(line)
    say()
    say(f"Report: {run.report}")


def judge_verifier(
    settings: Settings,
    name: str,
    data: Path | None,
    options: Options,
    *,
    keep: bool,
    as_json: bool,
) -> None:
    """Measure a verifier on claims that people have judged."""
    from eval.judge import keep_agreement
    from eval.verifiers import load_verifier

    suite = load(name, data, options)
    if suite.task != "verify":
        raise BadRequest(f"{name} measures no verifier.", "Take ragtruth-qa, wice or begin.")
    if keep and options.limit is not None:
        raise BadRequest("A part of a suite is no agreement to keep.", "Leave --limit out.")
    found = _evaluated(plan_of(suite, settings, options))
    if keep:
        with stdout_kept():
            verifier = load_verifier(options.verifier)
        keep_agreement(found, verifier)
    show(found, as_json=as_json)
    _refuse_all_failed(found)


def show_suites(*, as_json: bool) -> None:
    """Print the suites."""
    from eval.suites import SUITES

    listed = {name: {"task": one.task, "about": one.about} for name, one in SUITES.items()}
    listed["cases"] = {"task": "answer", "about": "Our own format, one case a line."}
    if as_json:
        say(json.dumps(listed, indent=1))
        return
    for name, one in sorted(listed.items()):
        say(f"{name:<14}{one['task']:<10}{one['about']}")


def show_runs(settings: Settings, *, as_json: bool) -> None:
    """Print the finished runs, newest first."""
    from eval.runs import list_runs

    found = list_runs(runs_of(settings))
    if as_json:
        say(json.dumps([{"path": str(one.path), **_short(one.summary)} for one in found], indent=1))
        return
    if not found:
        note("No run yet: `vouch eval run SUITE --data PATH` makes one.")
    for one in found:
        summary = one.summary
        say(f"{one.path.name}\n    {head_line(summary)}")


def _short(summary: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "system", "rows", "outcomes", "metrics", "date", "commit")
    return {name: summary.get(name) for name in names}


def compare_runs(
    settings: Settings,
    names: Sequence[str],
    metrics: Sequence[str] | None,
    *,
    markdown: bool,
    as_json: bool,
) -> None:
    """Print how runs differ."""
    from eval.compare import compare
    from eval.runs import find_run

    if len(names) < 2:
        raise BadRequest("One run alone cannot be compared.", "Name two or more.")
    found = compare([find_run(one, runs_of(settings)).path for one in names], metrics=metrics)
    if as_json:
        say(json.dumps(found.to_json(), indent=1))
    else:
        say(found.to_markdown() if markdown else found.to_text())


def sweep_grid(
    settings: Settings, file: Path, metrics: Sequence[str], options: Options, *, as_json: bool
) -> None:
    """Run a grid and print its table."""
    from eval.sweep import read_grid, sweep, table

    grid = read_grid(file)
    suite = load(grid.suite, grid.data, options)
    with stdout_kept(), interruptible() as stop, bars() as tell:
        points = sweep(grid, plan_of(suite, settings, options), progress=tell, stop=stop)
    if as_json:
        listed = [{"values": dict(one.values), **_short(one.run.summary)} for one in points]
        say(json.dumps(listed, indent=1))
        return
    say(table(points, metrics))
    if len(points) > 1:
        from eval.compare import compare

        say()
        say(compare([one.run.path for one in points], metrics=metrics or None).to_text(limit=0))


def hold_to(settings: Settings, name: str, least: Sequence[str], most: Sequence[str]) -> None:
    """Check a run against bounds.

    Raises:
        FellShort: it does not hold.
    """
    from eval.gate import failures
    from eval.runs import find_run

    if not least and not most:
        raise BadRequest("Nothing is asked of the run.", "Give --min or --max METRIC=VALUE.")
    if Path(name).is_file():
        try:
            summary = json.loads(Path(name).read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadRequest(
                f"{name} is not valid JSON: {error}.", "Name a summary.json."
            ) from error
        if not isinstance(summary, dict) or "metrics" not in summary:
            raise BadRequest(f"{name} is no summary.", "Name a summary.json.")
    else:
        summary = dict(find_run(name, runs_of(settings)).summary)
    found = failures(summary, least, most)
    if found:
        raise FellShort(" ".join(found), f"{len(found)} of {len(least) + len(most)} bounds failed.")
    say(f"All {len(least) + len(most)} bounds hold.")


def draft(
    settings: Settings,
    folder: Path,
    out: Path,
    *,
    per_document: int,
    most: int,
    seed: int,
    overwrite: bool,
) -> None:
    """Draft cases from a folder of documents."""
    from eval.drafts import draft_cases, write_cases
    from eval.library import open_folder

    if out.exists() and not overwrite:
        raise BadRequest(f"{out} is there already.", "Name another with --out, or --overwrite it.")
    with bars() as tell:
        library = open_folder(settings, folder, progress=tell)
    try:
        documents = (library.ledger.document(info.id) for info in library.documents())
        cases = draft_cases(
            (one for one in documents if one is not None),
            per_document=per_document,
            most=most,
            seed=seed,
        )
    finally:
        library.close()
    if not cases:
        raise VouchError(
            f"No sentence of {folder} makes a question.", "Write cases by hand: see the README."
        )
    write_cases(out, cases, overwrite=overwrite)
    say(f"{len(cases)} drafts in {out}. They are drafts: read each, correct it, drop what is bad.")
    say(f"Then: vouch eval check {out} && vouch eval run cases --data {out} --documents {folder}")


def check_file(
    settings: Settings, file: Path, documents: Path | None, *, against_library: bool
) -> None:
    """Print every fault of a file of cases.

    Raises:
        FellShort: there are errors.
    """
    from eval.case_file import check
    from eval.library import open_folder, open_own_library

    library = None
    if documents is not None:
        with bars() as tell:
            library = open_folder(settings, documents, progress=tell)
    elif against_library:
        library = open_own_library(settings)
    try:
        if library is None:
            found = check(file)
        else:
            named = library.named
            found = check(file, known=named.__contains__, text_of=library.text_of)
    finally:
        if library is not None:
            library.close()
    for issue in found.errors:
        say(f"{file}, {issue}")
    for issue in found.warnings:
        say(f"{file}, {issue} (warning)")
    counted = f"{found.cases} cases, {len(found.errors)} errors, {len(found.warnings)} warnings"
    if found.errors:
        raise FellShort(f"{file}: {counted}.", "Each line above names its line of the file.")
    say(f"{file}: {counted}.")


def export_run(settings: Settings, name: str, out: Path) -> None:
    """Write a run for other tools."""
    from eval.export import write_parquet, write_trec
    from eval.runs import find_run

    found = find_run(name, runs_of(settings))
    if out.suffix == ".parquet":
        say(f"{write_parquet(found, out):,} records in {out}.")
    elif out.suffix in (".trec", ".run"):
        written = write_trec(found, out)
        say(f"{written:,} rankings in {out}, judgements in {out.with_suffix('.qrels')}.")
    else:
        raise BadRequest(f"{out.name} has no known ending.", "End it in .parquet or .trec.")


def rewrite_report(settings: Settings, name: str) -> None:
    """Write a run's report anew from its records."""
    from eval.evaluate import report_of
    from eval.runs import find_run

    say(str(report_of(find_run(name, runs_of(settings)))))
