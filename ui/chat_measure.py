"""What the chat knows of measuring: the library's runs, their reports, jobs. Without Gradio."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings
from rag.errors import BadRequest, NotFound, VouchError
from ui.eval_work import runs_of
from ui.measure_jobs import DRAFTS, MeasureJobs, Measuring

if TYPE_CHECKING:
    from eval.comparison import Comparison

MOST_RUNS = 50
"""Runs that the page lists."""
_POLL_SECONDS = 0.3
_HEAD_BYTES = 4096
"""A report's policy stands among its first bytes, before anything that a document says."""
_META = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="(?P<policy>[^"]*)">', re.IGNORECASE
)
_HASH = re.compile(r"'sha256-[A-Za-z0-9+/]{43}='")
_REPORT_POLICY = (
    "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the list shows it; ``problem`` says why its summary cannot be read.

    ``headline`` is the first figure of the summary, with its name.
    """

    name: str
    suite: str = ""
    system: str = ""
    date: datetime | None = None
    data: str = ""
    drafts: bool = False
    rows: int = 0
    outcomes: Mapping[str, int] | None = None
    headline: tuple[str, Mapping[str, Any]] | None = None
    problem: str = ""

    @property
    def when(self) -> str:
        """The date for a person, to the minute."""
        return f"{self.date.day} {self.date:%B %Y, %H:%M}" if self.date else ""

    @property
    def label(self) -> str:
        """What tells the run from all others in a list of choices, the date to the second."""
        when = f"{self.date.day} {self.date:%b, %H:%M:%S}" if self.date else self.name
        system = "" if self.system == "vouch" else self.system
        return " · ".join(part for part in (when, system, self.data or self.suite) if part)


class Measures:
    """The runs of a library, and the jobs that make them.

    Args:
        settings: the library.
        jobs: checks, drafts and runs cases.
        uploads: the folder in which the browser's files arrive; no other file is taken.
    """

    def __init__(self, settings: Settings, jobs: MeasureJobs, uploads: Path) -> None:
        self._settings = settings
        self.jobs = jobs
        self._uploads = uploads

    def rows(self) -> tuple[list[RunRow], int]:
        """Return the newest runs, newest first, and how many more there are."""
        from eval.runs import list_runs

        found = list_runs(runs_of(self._settings))
        shown = []
        for run in found[:MOST_RUNS]:
            try:
                shown.append(run_row(run.path.name, run.summary))
            except VouchError as error:
                shown.append(RunRow(run.path.name, problem=error.message))
        return shown, max(0, len(found) - MOST_RUNS)

    def compare(self, first: str, second: str) -> Comparison:
        """Return how the second run differs from the first.

        Raises:
            VouchError: one is missing, they are the same, or not of the same questions.
        """
        from eval.compare import compare

        if not first or not second:
            raise BadRequest("Two runs are needed.", "Choose both.")
        if first == second:
            raise BadRequest("Both are the same run.", "Choose two different ones.")
        return compare([run_folder(self._settings, name) for name in (first, second)])

    def check(self, path: str) -> None:
        """Take over a file of cases that the browser has sent, and begin to check it.

        Raises:
            BadRequest: no upload made this file.
            Busy, TooLarge, LibraryError: it cannot be taken now.
        """
        arrived = Path(path).resolve()
        if not arrived.is_relative_to(self._uploads.resolve()) or not arrived.is_file():
            raise BadRequest("This file was not uploaded.", "Choose it in the browser again.")
        with arrived.open("rb") as source:
            self.jobs.check(arrived.name, source)
        arrived.unlink(missing_ok=True)

    async def follow(self) -> AsyncIterator[Measuring]:
        """Yield how things stand each time that this changes, until no job runs."""
        last: Measuring | None = None
        while True:
            now = self.jobs.now
            if now != last:
                yield now
            if not now.busy:
                return
            last = now
            await asyncio.sleep(_POLL_SECONDS)


def run_row(name: str, summary: Mapping[str, Any]) -> RunRow:
    """Return what the list shows of a summary, whatever is missing in it.

    >>> row = run_row("r", {"name": "cases", "rows": 3, "metrics": {"correct": {"value": 0.5}}})
    >>> row.suite, row.rows, row.headline
    ('cases', 3, ('correct', {'value': 0.5}))
    """
    metrics = summary.get("metrics")
    figures = list(metrics.items()) if isinstance(metrics, Mapping) else []
    outcomes = summary.get("outcomes")
    data = summary.get("data")
    return RunRow(
        name=name,
        suite=str(summary.get("name") or ""),
        system=str(summary.get("system") or ""),
        date=_moment(summary.get("date")),
        data=", ".join(map(str, data[:3])) if isinstance(data, list) else "",
        drafts=DRAFTS in str(summary.get("about") or ""),
        rows=_whole(summary.get("rows")),
        outcomes={k: _whole(v) for k, v in outcomes.items()}
        if isinstance(outcomes, Mapping)
        else None,
        headline=figures[0] if figures and isinstance(figures[0][1], Mapping) else None,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _moment(date: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(date))
    except ValueError:
        return None


def run_folder(settings: Settings, name: str) -> Path:
    """Return the folder of one of the library's finished runs; a name is a name and no path.

    Raises:
        NotFound: no run is called so.
    """
    from eval.runs import list_runs

    for run in list_runs(runs_of(settings)):
        if run.path.name == name:
            return run.path
    raise NotFound(f"There is no run {name[:100]!r}.", "The page Measure lists those there are.")


def report_of(settings: Settings, name: str) -> Path:
    """Return the report of one of the library's runs.

    Raises:
        NotFound: no run is called so, or its report is gone.
    """
    from eval.runs import RunFolder

    report = RunFolder(run_folder(settings, name)).report
    if not report.is_file():
        raise NotFound(
            f"The run {name[:100]!r} has no report.", f"`vouch eval report {name[:100]}` writes it."
        )
    return report


def report_policy(report: Path) -> str:
    """Return the content security policy that a report is sent with.

    It lets run what the report's own head lets run, which was written together with its script, and
    nothing that only stands in the page: rows hold the words of documents.
    """
    with report.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    found = _META.search(head)
    hashes = _HASH.findall(html.unescape(found["policy"])) if found else []
    return _REPORT_POLICY.format(hashes=" ".join(hashes) or "'none'")
