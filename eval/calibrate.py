"""How sure Vouch must be: fits its beliefs to what came of them, and chooses the thresholds.

    python -m eval.calibrate squad2=dev_part.json clapnq=clapnq mtrag=reference_dev.jsonl
        cases=eval/cases/news_dev.jsonl --library LIB --write eval/results/calibration

Every question is answered however unsure the reader is; a question that nothing answers counts as
answered wrongly. ``cases`` are asked of the library, published suites of their own sources. All
suites count alike, whatever their size. Written are the figures (.json), the curves (.html), and,
with ``--calibration``, the object that stands as ``calibration`` in the reader's model file.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval import calibration as fits
from eval.case_file import load_cases
from eval.cases import Case, Suite
from eval.library import EvalLibrary, open_own_library, open_suite_library
from eval.metrics import score_answers as scores
from eval.metrics.abstention import aurc, risk_coverage
from eval.metrics.answered import Answered
from eval.metrics.calibration import reliability
from eval.plots import reliability as reliability_plot
from eval.plots import risk_coverage as risk_plot
from eval.report_text import html, together
from eval.runs import provenance
from eval.suites import load_suite
from eval.systems import AnswererSystem
from rag.assistant import Assistant
from rag.calibrated import Calibration
from rag.compose import Composer
from rag.config import Settings, load_settings
from rag.errors import BadRequest, VouchError
from rag.follow_up import FollowUp
from rag.rarity import Rarity
from rag.survey import Survey
from rag.types import Hit, Reader, Reading
from rag.verify import CertainVerifier
from rag.write import ExtractiveWriter


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one question: how sure the reader was, and whether the answer was right."""

    suite: str
    id: str
    group: str
    confidence: float
    right: float


class AlwaysAnswering:
    """A Reader that never says "not here", and remembers how sure it was of its last reading."""

    def __init__(self, inner: Reader) -> None:
        self._inner = inner
        self.answerable = 0.0

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return the reading with no reason to refuse, if it found anything at all."""
        found = self._inner.read(question, hits)
        self.answerable = found.answerable
        return replace(found, reason=None) if found.candidates else found


def was_right(case: Case, answer: Answered) -> bool | None:
    """Return whether an answer holds what the case expects; None where nothing tells.

    Where a case names strings or bare answers they must be there (``score_answers.is_right``), else
    a quotation must lie on its gold characters, else one of its sources must be cited.

    >>> was_right(Case("1", "Who?", answerable=False), Answered({"text": "Ann."}))
    False
    """
    if case.answerable is False:
        return False
    if scores.has_truth(case):
        return scores.is_right(case, answer)
    if case.spans:
        return bool(scores.span_cited(case, answer))
    return scores.is_right(case, answer) if case.sources else None


def points_of(suite: Suite, library: EvalLibrary, most: int | None = None) -> Iterator[Point]:
    """Yield what came of each question of a suite, answered whatever the reader's doubts."""
    opened = library.opened
    reader = AlwaysAnswering(opened.reader)
    rarity = Rarity(opened.ledger, library.collection)
    assistant = Assistant(
        retriever=opened.retriever,
        reader=reader,
        composer=Composer(ExtractiveWriter(), CertainVerifier()),
        library=Survey(opened.ledger),
        hits=opened.settings.hits,
        reranker=opened.reranker,
        rewrite=FollowUp(rarity.knows, rarity.together),
    )
    system = AnswererSystem(assistant, library)
    rows = [row for row in suite.rows if isinstance(row, Case) and not row.problem]
    step = max(1, len(rows) // most) if most else 1
    for case in rows[::step]:
        answer = Answered(system.run(case).answer or {})
        right = was_right(case, answer)
        if right is not None:
            yield Point(suite.name, case.id, case.group, reader.answerable, float(right))


def calibrated_figures(points: Sequence[Point]) -> tuple[dict[str, Any], Calibration]:
    """Return the figures before and after calibration, and the fit on all points."""
    sure = [one.confidence for one in points]
    right = [one.right for one in points]
    weights = fits.balanced([one.suite for one in points])
    groups = [f"{one.suite} {one.group or one.id}" for one in points]
    fitted = fits.platt(sure, right, weights)
    after = np.array([fitted(one) for one in sure])
    apart = fits.held_out(sure, right, groups, weights)
    errors = [1 - one for one in right]
    chosen = fits.thresholds(after.tolist(), errors, weights)
    fitted = replace(fitted, thresholds=chosen)
    suites = dict.fromkeys(one.suite for one in points)
    found: dict[str, Any] = {
        "questions": len(points),
        "right": float(np.mean(right)),
        "aurc": aurc(sure, errors),
        "before": fits.figures(sure, right),
        "after": fits.figures(after, right),
        "after, held out": fits.figures(apart, right),
        "calibration": fitted.to_json(),
        "risk allowed": dict(fits.RISKS),
        "suites": {name: _of_suite(name, points, after, apart, chosen) for name in suites},
    }
    return found, fitted


def _of_suite(
    name: str,
    points: Sequence[Point],
    after: fits.Array,
    apart: fits.Array,
    chosen: dict[str, float],
) -> dict[str, Any]:
    inside = np.array([one.suite == name for one in points])
    sure = np.array([one.confidence for one in points])[inside]
    right = np.array([one.right for one in points])[inside]
    at: dict[str, Any] = {}
    for caution, least in chosen.items():
        given = after[inside] >= least
        at[caution] = {
            "threshold": least,
            "coverage": float(given.mean()),
            "risk": float(1 - right[given].mean()) if given.any() else None,
        }
    return {
        "questions": int(inside.sum()),
        "right": float(right.mean()),
        "aurc": aurc(sure, 1 - right),
        "before": fits.figures(sure, right),
        "after": fits.figures(after[inside], right),
        "after, held out": fits.figures(apart[inside], right),
        "at": at,
    }


def page(points: Sequence[Point], fitted: Calibration) -> str:
    """Return a page with the risk-coverage curve and the reliability before and after."""
    sure = [one.confidence for one in points]
    right = [one.right for one in points]
    after = [fitted(one) for one in sure]
    curve = risk_coverage(sure, [1 - one for one in right])
    drawn = [risk_plot(curve)]
    for values in (sure, after):
        drawn.append(reliability_plot([one._asdict() for one in reliability(values, right)]))
    css = (Path(__file__).parent / "static" / "report.css").read_text(encoding="utf-8")
    whole = html(
        "<!doctype html><meta charset='utf-8'><title>Calibration</title><style>{}</style>"
        "<main><h1>Risk, coverage and calibration</h1><p>Reliability as the reader gives it, then "
        "calibrated.</p>{}</main>",
        html(css.replace("{", "{{").replace("}", "}}")),
        together(drawn),
    )
    return str(whole)


def measured(named: str, settings: Settings, most: int | None) -> list[Point]:
    """Return the points of ``suite=path``.

    Raises:
        BadRequest: it names no suite and no path.
        VouchError: the files are not there.
    """
    name, equals, path = named.partition("=")
    if not equals or not path:
        raise BadRequest(f"{named!r} names no files.", "Write suite=path, such as squad2=dev.json.")
    suite = load_cases(path) if name == "cases" else load_suite(name, Path(path))
    own = not suite.sources
    library = open_own_library(settings) if own else open_suite_library(settings, suite.sources)
    with closing(library):
        library.embed()
        return list(points_of(suite, library, most))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, fit, choose and write."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("suites", nargs="+", help="suite=path")
    parser.add_argument("--library", type=Path, help="library that `cases` are asked of")
    parser.add_argument("--most", type=int, help="questions of each suite at most, spread over it")
    parser.add_argument("--write", type=Path, help="where figures and curves go, without suffix")
    parser.add_argument("--calibration", type=Path, help="where the calibration's JSON goes")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        settings = load_settings(library=given.library, caution="low")
        points = [one for named in given.suites for one in measured(named, settings, given.most)]
    except VouchError as error:
        sys.stderr.write(f"{error.message} {error.hint}\n")
        return 1
    found, fitted = calibrated_figures(points)
    command = " ".join(["python -m eval.calibrate", *(arguments or sys.argv[1:])])
    about = {
        "command": command,
        "seconds": round(time.monotonic() - began, 1),
        **found,
        **provenance(settings, None),
    }
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    if given.write is not None:
        given.write.with_suffix(".json").write_text(text, encoding="utf-8")
        given.write.with_suffix(".html").write_text(page(points, fitted), encoding="utf-8")
    if given.calibration is not None:
        fit = json.dumps(fitted.to_json(), indent=1) + "\n"
        given.calibration.write_text(fit, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
