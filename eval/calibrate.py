"""How sure a reading is: fits the probability to what came of answers, and says what it costs.

    python -m eval.calibrate squad2=dev_part.json cases=eval/cases/news_dev.jsonl
        cases=eval/cases/example_dev.jsonl@EXAMPLE ramdocs=ramdocs_dev100.jsonl --library LIB
        --write eval/results/calibration

Every question is answered however unsure the reader is; a question that nothing answers counts as
answered wrongly. ``cases`` are asked of the library, or of the one behind ``@``, published suites
of their own sources. Some questions of the first published suite are asked of the library too,
which knows nothing of them: a library of many passages always holds some that look like an answer.
All suites count alike, whatever their size; of a large one a sample is asked, the same every time.
Printed is ``SURENESS`` of ``rag.calibrated``, with the figures of each suite held out, and what
each trait is worth. It is run again for every new network, after ``BLEND`` of ``rag.read``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
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
from eval.metrics.text import holds_value
from eval.plots import reliability as reliability_plot
from eval.plots import risk_coverage as risk_plot
from eval.report_text import html, together
from eval.runs import provenance
from eval.suites import load_suite
from eval.systems import AnswererSystem
from rag.assistant import Assistant
from rag.calibrated import LEAST, TRAITS, Sureness
from rag.compose import Composer
from rag.config import Settings, load_settings
from rag.errors import BadRequest, VouchError
from rag.follow_up import FollowUp
from rag.rarity import Rarity
from rag.survey import Survey
from rag.types import Hit, Reader, Reading
from rag.verify import CertainVerifier
from rag.write import ExtractiveWriter

_SEED = 17
_MOST = 400
_STRANGERS = "strangers"


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one question: by what the reading was judged, and whether it was right.

    ``confidence`` is the probability that the reading gave itself, ``f1`` the answer's token F1.
    """

    suite: str
    id: str
    group: str
    confidence: float
    right: float
    traits: Mapping[str, float]
    answerable: bool = True
    f1: float = 0.0


class AlwaysAnswering:
    """A Reader that never says "not here", and remembers what its last reading was judged by."""

    def __init__(self, inner: Reader) -> None:
        self._inner = inner
        self.answerable = 0.0
        self.traits: Mapping[str, float] = {}

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return the reading with no reason to refuse, if it found anything at all."""
        found = self._inner.read(question, hits)
        self.answerable, self.traits = found.answerable, found.traits
        return replace(found, reason=None) if found.candidates else found


def was_right(case: Case, answer: Answered) -> bool | None:
    """Return whether the answer's first value is right; None where nothing tells.

    Where several values are right it is one of them; where bare answers are expected it is one of
    them word for word; else the answer must hold what the case expects of it, or a quotation lie on
    its gold characters, or one of its sources be cited.

    >>> was_right(Case("1", "Who?", answerable=False), Answered({"text": "Ann."}))
    False
    """
    if case.answerable is False:
        return False
    if case.expect.values and not (case.expect.all or case.expect.any):
        return any(holds_value(one, answer.prediction) for one in case.expect.values)
    if scores.has_truth(case):
        return scores.right(case, answer)
    if case.spans:
        return bool(scores.span_cited(case, answer))
    return scores.is_right(case, answer) if case.sources else None


def sampled(rows: Sequence[Case], most: int) -> list[Case]:
    """Return at most so many questions, half of them without an answer where there are such."""
    drawn = random.Random(_SEED)
    without = [one for one in rows if one.answerable is False]
    others = [one for one in rows if one.answerable is not False]
    few = min(len(without), max(most // 2, most - len(others)))
    found = drawn.sample(others, min(len(others), most - few))
    return found + drawn.sample(without, few)


def points_of(suite: Suite, library: EvalLibrary, most: int = _MOST) -> Iterator[Point]:
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
    for number, case in enumerate(sampled(rows, most)):
        if number % 50 == 0:
            sys.stderr.write(f"{suite.name}: {number} of {min(most, len(rows))}\n")
        answer = Answered(system.run(case).answer or {})
        right = was_right(case, answer)
        if right is not None and reader.traits:  # rows of tables are weighed by rules
            yield Point(
                suite.name,
                case.id,
                case.group,
                reader.answerable,
                float(right),
                reader.traits,
                case.answerable is not False,
                scores.f1(case, answer) if scores.has_bare(case) else 0.0,
            )


def strangers(suite: Suite, most: int) -> Suite:
    """Return questions of a suite as a library of other matters meets them: it answers none."""
    rows = [row for row in suite.rows if isinstance(row, Case) and row.answerable is not False]
    drawn = random.Random(_SEED).sample(rows, min(most, len(rows)))
    asked = [Case(f"stranger {row.id}", row.question, answerable=False) for row in drawn]
    return replace(suite, name=_STRANGERS, rows=tuple(asked), sources=())


def calibrated_figures(points: Sequence[Point]) -> tuple[dict[str, Any], Sureness]:
    """Return the figures before the fit and of it, held out, and the fit on all points."""
    right = [one.right for one in points]
    before = [one.confidence for one in points]
    columns, weights = columns_of(points, TRAITS), fits.balanced([one.suite for one in points])
    groups = [f"{one.suite} {one.group or one.id}" for one in points]
    slopes, bias = fits.logistic(columns, right, weights)
    fitted = Sureness(dict(zip(TRAITS, slopes.tolist(), strict=True)), bias)
    apart = fits.held_out(columns, right, groups, weights)
    worth = {}
    for name in TRAITS:
        others = [one for one in TRAITS if one != name]
        without = fits.held_out(columns_of(points, others), right, groups, weights)
        worth[name] = {
            suite: _short(_of_suite(suite, points, without))
            for suite in dict.fromkeys(one.suite for one in points)
        }
    suites = dict.fromkeys(one.suite for one in points)
    found: dict[str, Any] = {
        "questions": len(points),
        "SURENESS": fitted.to_json(),
        "before": {name: _of_suite(name, points, np.array(before)) for name in suites},
        "held out": {name: _of_suite(name, points, apart) for name in suites},
        "held out without": worth,
    }
    return found, fitted


def columns_of(points: Sequence[Point], names: Sequence[str]) -> fits.Array:
    """Return the traits of some points, shape ``(points, names)``."""
    found: fits.Array = np.array([[one.traits[name] for name in names] for one in points])
    return found


def _short(figures: Mapping[str, Any]) -> dict[str, float]:
    return {name: round(figures[name], 4) for name in ("ece", "aurc")}


def _of_suite(name: str, points: Sequence[Point], all_sure: fits.Array) -> dict[str, Any]:
    """Return how far a suite's probabilities hold, and what each ``caution`` gives and refuses."""
    inside = np.array([one.suite == name for one in points])
    here = [one for one in points if one.suite == name]
    sure, right = all_sure[inside], np.array([one.right for one in here])
    at: dict[str, Any] = {}
    for caution, least in LEAST.items():
        given = sure >= least
        kept = [
            one.f1 if yes else float(not one.answerable)
            for one, yes in zip(here, given, strict=True)
        ]
        at[caution] = {
            "least": least,
            "coverage": float(given.mean()),
            "risk": float(1 - right[given].mean()) if given.any() else None,
            "right but refused": int((right[~given] > 0).sum()),
            "f1 with abstention": float(np.mean(kept)),
        }
    return {
        "questions": len(here),
        "right": float(right.mean()),
        "aurc": aurc(sure, 1 - right),
        **fits.figures(sure, right),
        "at": at,
    }


def page(points: Sequence[Point], fitted: Sureness) -> str:
    """Return a page with the risk-coverage curve and the reliability before and after."""
    sure = [one.confidence for one in points]
    right = [one.right for one in points]
    after = [fitted(one.traits) for one in points]
    curve = risk_coverage(after, [1 - one for one in right])
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


def measured(named: str, settings: Settings, most: int) -> list[Point]:
    """Return the points of ``suite=path``, or of ``cases=path@library``.

    Raises:
        BadRequest: it names no suite and no path.
        VouchError: the files are not there.
    """
    name, equals, path = named.partition("=")
    if not equals or not path:
        raise BadRequest(f"{named!r} names no files.", "Write suite=path, such as squad2=dev.json.")
    path, _, folder = path.partition("@")
    suite = load_cases(path) if name == "cases" else load_suite(name, Path(path))
    if folder:
        suite = replace(suite, name=Path(path).stem)
        settings = settings.model_copy(update={"library": Path(folder)})
    own = not suite.sources
    library = open_own_library(settings) if own else open_suite_library(settings, suite.sources)
    with closing(library):
        library.embed()
        return list(points_of(suite, library, most))


def unknown(named: Sequence[str], settings: Settings, most: int) -> list[Point]:
    """Return the points of questions of the first published suite, asked of the library."""
    for name, path in (one.split("=", 1) for one in named):
        if name != "cases":
            with closing(open_own_library(settings)) as library:
                asked = strangers(load_suite(name, Path(path)), most)
                return list(points_of(asked, library, most))
    return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, fit and write."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("suites", nargs="+", help="suite=path or cases=path@library")
    parser.add_argument("--library", type=Path, help="library that `cases` are asked of")
    parser.add_argument("--most", type=int, default=_MOST, help="questions of each suite at most")
    parser.add_argument("--strangers", type=int, default=0, help="questions that it cannot answer")
    parser.add_argument("--write", type=Path, help="where figures and curves go, without suffix")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        settings = load_settings(library=given.library, caution="low")
        points = [one for named in given.suites for one in measured(named, settings, given.most)]
        points += unknown(given.suites, settings, given.strangers) if given.strangers else []
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
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
