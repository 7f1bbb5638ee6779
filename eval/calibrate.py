"""How sure a reading is: fits the probability to what came of answers, and says what it costs.

    python -m eval.calibrate squad2=dev_part.json cases=eval/cases/news_dev.jsonl
        cases=eval/cases/example_dev.jsonl@EXAMPLE ramdocs=ramdocs_dev100.jsonl --library LIB
        --write eval/results/calibration

Every question is answered however unsure the reader is; a question that nothing answers counts as
answered wrongly. ``cases`` are asked of the library, or of the one behind ``@``, published suites
of their own sources. Some questions of the first published suite are asked of the library too,
which knows nothing of them: a library of many passages always holds some that look like an answer.
All suites count alike, whatever their size; of a large one a sample is asked, the same every time.
Printed is ``SURENESS`` of ``rag.calibrated``, with the figures of each suite held out, what each
trait is worth, and ``GIVEN``: what the answers that pass at normal caution turn out to be worth. It
is run again for every new network, after ``BLEND`` of ``rag.read``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from eval.assistants import watched
from eval.calibration_figures import (
    STRANGERS,
    Point,
    calibrated_figures,
    given_figures,
    page,
)
from eval.case_file import load_cases
from eval.cases import Case, Suite
from eval.library import EvalLibrary, open_own_library, open_suite_library
from eval.metrics import score_answers as scores
from eval.metrics.answered import Answered
from eval.metrics.text import holds_value
from eval.runs import provenance
from eval.suites import load_suite
from eval.systems import AnswererSystem
from rag.config import Settings, load_settings
from rag.errors import BadRequest, VouchError
from rag.types import Hit, Reader, Reading

_SEED = 17
_MOST = 400


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
    reader = AlwaysAnswering(library.opened.reader)
    system = AnswererSystem(watched(library, reader), library)
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
                bool(suite.sources),
            )


def strangers(suite: Suite, most: int) -> Suite:
    """Return questions of a suite as a library of other matters meets them: it answers none."""
    rows = [row for row in suite.rows if isinstance(row, Case) and row.answerable is not False]
    drawn = random.Random(_SEED).sample(rows, min(most, len(rows)))
    asked = [Case(f"stranger {row.id}", row.question, answerable=False) for row in drawn]
    return replace(suite, name=STRANGERS, rows=tuple(asked), sources=())


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
        "given": given_figures(points),
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
