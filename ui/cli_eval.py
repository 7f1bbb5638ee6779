"""``vouch eval``: what each of its commands takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="eval",
    help="Measure answers, searches and checks, with no LLM and no network.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SuiteName = Annotated[
    str, typer.Argument(metavar="SUITE", help="The suite; `vouch eval suites` lists them.")
]
Data = Annotated[
    Path | None, typer.Option(metavar="PATH", help="The data: a file or folder as it is published.")
]
AnswererOption = Annotated[
    str,
    typer.Option(
        "--answerer",
        metavar="WHO",
        help="vouch, a baseline, module:callable, file.py:callable, or http:URL.",
    ),
]
BaselineOption = Annotated[
    list[str] | None,
    typer.Option("--baseline", metavar="NAME", help="This baseline beside; may be repeated."),
]
NoBaselines = Annotated[bool, typer.Option("--no-baselines", help="Run no baseline beside.")]
VerifierOption = Annotated[
    str,
    typer.Option(
        "--verifier",
        metavar="WHO",
        help="certain, cosine, module:callable, or llm:PROVIDER:MODEL.",
    ),
]
Documents = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="What cases are about [default: the library of the settings]."
    ),
]
Limit = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Only the first rows of the suite.")
]
Split = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which judgements of a BEIR set [default: test].")
]
Workers = Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Rows asked at a time.")]
Timeout = Annotated[
    float, typer.Option(min=0.01, metavar="SECONDS", help="A row that takes longer has failed.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Folder of the run [default: a new one in the library]."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting for this run; may be repeated."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Use nothing that was computed before.")]
Yes = Annotated[bool, typer.Option("--yes", help="Spend what a paid judge costs without asking.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print summary.json and nothing else.")]
Price = Annotated[
    str | None,
    typer.Option(metavar="IN,OUT", help="What a million tokens in and out costs a paid judge."),
]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="A run: its name or folder.")]


@app.command("run")
def run_suite(
    context: typer.Context,
    suite: SuiteName,
    data: Data = None,
    answerer: AnswererOption = "vouch",
    baseline: BaselineOption = None,
    no_baselines: NoBaselines = False,
    verifier: VerifierOption = "certain",
    documents: Documents = None,
    limit: Limit = None,
    split: Split = None,
    workers: Workers = 1,
    timeout: Timeout = 60.0,
    out: Out = None,
    values: Set = None,
    fresh: Fresh = False,
    yes: Yes = False,
    price: Price = None,
    as_json: AsJson = False,
) -> None:
    """Run a suite: figures with intervals, baselines beside them, and a report to look at."""
    from ui.eval_work import Options, run

    chosen = Options(
        answerer=answerer,
        baselines=[] if no_baselines else baseline,
        verifier=verifier,
        documents=documents,
        limit=limit,
        split=split,
        workers=workers,
        timeout=timeout,
        out=out,
        fresh=fresh,
        yes=yes,
        price=price,
    )
    run(_settings(context, values), suite, data, chosen, as_json=as_json)


@app.command()
def judge(
    context: typer.Context,
    suite: Annotated[
        str, typer.Argument(metavar="SUITE", help="ragtruth-qa, wice or begin.")
    ] = "ragtruth-qa",
    data: Data = None,
    verifier: VerifierOption = "certain",
    limit: Limit = None,
    workers: Workers = 1,
    timeout: Timeout = 120.0,
    out: Out = None,
    values: Set = None,
    fresh: Fresh = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Name the agreement in every report from now on.")
    ] = False,
    yes: Yes = False,
    price: Price = None,
    as_json: AsJson = False,
) -> None:
    """Measure a verifier against the judgement of people."""
    from ui.eval_work import Options, judge_verifier

    chosen = Options(
        verifier=verifier,
        limit=limit,
        workers=workers,
        timeout=timeout,
        out=out,
        fresh=fresh,
        yes=yes,
        price=price,
    )
    judge_verifier(_settings(context, values), suite, data, chosen, keep=keep, as_json=as_json)


@app.command()
def suites(as_json: AsJson = False) -> None:
    """List the suites and what each measures."""
    from ui.eval_work import show_suites

    show_suites(as_json=as_json)


@app.command()
def runs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the runs of this library."""
    from ui.eval_work import show_runs

    show_runs(context.obj.settings(), as_json=as_json)


@app.command()
def compare(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="RUN...", help="Two runs or more.")],
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", metavar="NAME", help="Only this metric; may be repeated."),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare runs row by row: what differs, how surely, and which rows changed."""
    from ui.eval_work import compare_runs

    compare_runs(context.obj.settings(), names, metric, markdown=markdown, as_json=as_json)


@app.command()
def sweep(
    context: typer.Context,
    grid: Annotated[
        Path, typer.Argument(metavar="GRID.toml", help="[suite] and [grid]: a list for each axis.")
    ],
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", metavar="NAME", help="A column of the table; may be repeated."),
    ] = None,
    limit: Limit = None,
    split: Split = None,
    documents: Documents = None,
    workers: Workers = 1,
    timeout: Timeout = 60.0,
    values: Set = None,
    as_json: AsJson = False,
) -> None:
    """Run a suite over a grid of settings, and end in one table."""
    from ui.eval_work import Options, sweep_grid

    chosen = Options(
        limit=limit, split=split, documents=documents, workers=workers, timeout=timeout
    )
    sweep_grid(_settings(context, values), grid, metric or [], chosen, as_json=as_json)


@app.command()
def gate(
    context: typer.Context,
    summary: Annotated[
        str, typer.Argument(metavar="SUMMARY", help="A summary.json, a run, or a folder of one.")
    ],
    least: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="METRIC=VALUE", help="Must be reached; may be repeated."),
    ] = None,
    most: Annotated[
        list[str] | None,
        typer.Option("--max", metavar="METRIC=VALUE", help="Must not be passed; may be repeated."),
    ] = None,
) -> None:
    """Exit with 1 when a run falls short of a figure, for CI."""
    from ui.eval_work import hold_to

    hold_to(context.obj.settings(), summary, least or [], most or [])


@app.command()
def new(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Your documents.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the drafts are written.")] = Path(
        "cases.jsonl"
    ),
    per_document: Annotated[
        int, typer.Option(min=1, metavar="N", help="At most so many for each document.")
    ] = 3,
    most: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many in all.")] = 200,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number drafts others.")] = 1,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Draft cases from your own documents, for you to edit."""
    from ui.eval_work import draft

    draft(
        context.obj.settings(),
        folder,
        out,
        per_document=per_document,
        most=most,
        seed=seed,
        overwrite=overwrite,
    )


@app.command()
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of cases (JSONL).")],
    documents: Documents = None,
    against_library: Annotated[
        bool, typer.Option("--against-library", help="Also look sources up in the library.")
    ] = False,
) -> None:
    """Check a file of cases, with every fault by its line."""
    from ui.eval_work import check_file

    check_file(context.obj.settings(), file, documents, against_library=against_library)


@app.command()
def export(
    context: typer.Context,
    name: RunName,
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file ending in .parquet or .trec.")
    ],
) -> None:
    """Write a run as Parquet, or its rankings as a TREC run with qrels."""
    from ui.eval_work import export_run

    export_run(context.obj.settings(), name, out)


@app.command()
def report(
    context: typer.Context,
    name: RunName,
) -> None:
    """Write a run's report anew, and say where it is."""
    from ui.eval_work import rewrite_report

    rewrite_report(context.obj.settings(), name)


def _settings(context: typer.Context, values: list[str] | None) -> Any:
    """Return the settings with those of ``--set`` on top."""
    given: dict[str, str] = {}
    for value in values or []:
        name, equals, text = value.partition("=")
        if not equals:
            raise typer.BadParameter(f"{value!r} is not NAME=VALUE.")
        given[name.strip()] = text
    return context.obj.settings(**given)
