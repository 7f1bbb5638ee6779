"""What becomes of scripted drafts: forged, changed, foreign and true sentences, checks on and off.

python -m eval.scripted_drafts --data DATA/dev [--part report] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.runs import commit, machine
from eval.scripted_rows import PARTS, SEED, SIZES, Row, build
from eval.scripted_texts import read_stock
from rag.citations import AnswerText
from rag.compose import Checks, Composer
from rag.quoting import quote_for
from rag.repair import Repair
from rag.types import (
    Citation,
    DraftSentence,
    Material,
    Question,
    Reading,
    SentenceRemoved,
    Step,
    Thought,
    Verifier,
)

CHANGED = ("number", "name", "day", "speaker", "wrong citation")
"""The kinds of which hardly any may be left standing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: whether it stands, and the places in its hits that it then cites.

    ``forged`` counts shown citations whose words do not stand where they are said to.
    """

    row: Row
    stands: bool
    cited: tuple[int, ...] = ()
    forged: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it stands and cites only what may be cited for it."""
        return self.stands and bool(self.cited) and set(self.cited) <= self.row.right

    @property
    def left(self) -> bool:
        """Whether it stands though it should not, or with a citation that does not say it."""
        return self.stands and not self.right


Judge = Callable[[Row], Outcome]


def draft_of(row: Row) -> DraftSentence:
    """Return the sentence as a model's parser hands it on: cited by tag, quoted by Vouch."""
    cited = tuple(quote_for(row.text, row.hits[n]) for n in row.cited)
    return DraftSentence(row.text, cited, "written")


class _Scripted:
    """A Writer that proposes one sentence."""

    name = "scripted"

    def __init__(self, draft: DraftSentence) -> None:
        self._draft = draft

    def write(
        self, _material: Material
    ) -> Generator[DraftSentence | Thought | Step | SentenceRemoved, None, None]:
        """Yield the sentence."""
        yield self._draft


def judged_by(verifier: Verifier, checks: Checks) -> Judge:
    """Return the judge that takes a draft through Vouch's own write path.

    A sentence that its citations do not hold up is cited anew among the row's passages; there is no
    library behind them to search once more.
    """

    def judge(row: Row) -> Outcome:
        draft = draft_of(row)
        material = Material(Question(row.text), row.text, row.hits, Reading((), 1.0), ())
        repair = Repair(verifier) if checks == "strict" else None
        composer = Composer(_Scripted(draft), verifier, repair=repair, checks=checks)
        grown = AnswerText()
        started = time.perf_counter()
        for _ in composer.compose(material, grown):
            pass
        seconds = time.perf_counter() - started
        shown = [one for one in grown.sentences if one.status != "removed"]
        problems = tuple(problem for one in grown.sentences for problem in one.problems)
        return _outcome(row, bool(shown), grown.citations, seconds, problems)

    return judge


def _outcome(
    row: Row,
    stands: bool,
    citations: Sequence[Citation],
    seconds: float,
    problems: tuple[str, ...],
) -> Outcome:
    passages = [hit.passage for hit in row.hits]
    forged, cited = 0, []
    for one in citations:
        if one.passage not in passages:
            forged += 1
            continue
        cited.append(passages.index(one.passage))
        start = one.start - one.passage.start
        forged += one.passage.text[start : start + len(one.quote)] != one.quote
    return Outcome(row, stands, tuple(cited), forged, seconds, problems)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's score, which also holds at 0 and 1.

    >>> [round(bound, 3) for bound in wilson(0, 50)]
    [0.0, 0.071]
    """
    if not whole:
        return 0.0, 1.0
    z = 1.959964
    share, spread = part / whole, 1 + z * z / whole
    middle = share + z * z / (2 * whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return max(0.0, (middle - reach) / spread), min(1.0, (middle + reach) / spread)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of the rows of a kind had an outcome."""

    name: str
    part: int
    whole: int

    def as_json(self) -> dict[str, Any]:
        """Return the figure with its share and interval."""
        low, high = wilson(self.part, self.whole)
        share = self.part / self.whole if self.whole else None
        return {"count": self.part, "n": self.whole, "share": share, "ci": [low, high]}

    def __str__(self) -> str:
        low, high = wilson(self.part, self.whole)
        share = self.part / self.whole if self.whole else float("nan")
        return f"{self.part} of {self.whole} = {share:.3f} ({low:.3f} to {high:.3f})"


def figures(outcomes: Iterable[Outcome]) -> list[Figure]:
    """Return the figures of a run: what is asked of it, and every kind by its wording."""
    every = list(outcomes)

    def of(name: str, rows: Sequence[Outcome], fits: Callable[[Outcome], bool]) -> Figure:
        return Figure(name, sum(map(fits, rows)), len(rows))

    def kind(*names: str) -> list[Outcome]:
        return [one for one in every if one.row.kind in names]

    changed, cited = kind(*CHANGED), kind("wrong citation")
    found = [
        of("forged citation shown", every, lambda one: one.forged > 0),
        of("changed number, name, day, speaker or citation: left standing", changed, _left),
        of("true: struck", kind("true"), lambda one: not one.stands),
        of("wrong citation: cited anew rightly", cited, lambda one: one.right),
    ]
    for name in dict.fromkeys(one.row.kind for one in every):
        rows = kind(name)
        found.append(of(f"{name}: left standing", rows, _left))
        found.append(of(f"{name}: struck", rows, lambda one: not one.stands))
        found.append(of(f"{name}: rightly cited", rows, lambda one: one.right))
        for wording in ("quotation", "paraphrase", "reworded"):
            some = [one for one in rows if one.row.wording == wording]
            if some and name == "true":
                found.append(of(f"{name}, {wording}: struck", some, lambda one: not one.stands))
            elif some:
                found.append(of(f"{name}, {wording}: left standing", some, _left))
        near = [one for one in rows if one.row.near]
        if near:
            found.append(of(f"{name}, its new value from the passage: left standing", near, _left))
    return found


def _left(one: Outcome) -> bool:
    return one.left


def table(runs: Mapping[Checks, Sequence[Figure]]) -> str:
    """Return the figures of several runs side by side, in Markdown."""
    head = "| what | " + " | ".join(runs) + " |\n|---|" + "---|" * len(runs)
    rows = zip(*runs.values(), strict=True)
    return "\n".join([head, *(f"| {row[0].name} | {' | '.join(map(str, row))} |" for row in rows)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the drafts through Vouch's checks and without them, and print both."""
    parser = argparse.ArgumentParser(prog="python -m eval.scripted_drafts", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of development data")
    parser.add_argument("--part", choices=PARTS, default="tune")
    parser.add_argument("--checks", choices=("strict", "off", "both"), default="both")
    parser.add_argument("--out", type=Path, help="where the figures are written, as JSON")
    parser.add_argument("--rows", type=Path, help="where every row and its outcome are written")
    given = parser.parse_args(arguments)
    from eval.verifiers import load_verifier

    rows = build(read_stock(given.data), given.part)
    verifier = load_verifier("vouch").of_drafts
    wanted: tuple[Checks, ...] = ("strict", "off") if given.checks == "both" else (given.checks,)
    judges = {checks: judged_by(verifier, checks) for checks in wanted}
    runs = {name: [judge(row) for row in rows] for name, judge in judges.items()}
    found = {name: figures(outcomes) for name, outcomes in runs.items()}
    sys.stdout.write(f"{len(rows)} drafts, part {given.part}, seed {SEED}\n\n{table(found)}\n")
    if given.out:
        figures_of = {
            name: {one.name: one.as_json() for one in some} for name, some in found.items()
        }
        taken = sorted(one.seconds for one in runs.get("strict", ()))
        value = {
            "command": f"python -m eval.scripted_drafts --data DATA/dev --part {given.part}",
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": machine(),
            "part": given.part,
            "seed": SEED,
            "drafts": len(rows),
            "sizes": dict(SIZES),
            "seconds_a_sentence": {
                f"p{percent}": round(taken[len(taken) * percent // 100], 4)
                for percent in (50, 95)
                if taken
            },
            "figures": figures_of,
        }
        given.out.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    if given.rows:
        given.rows.write_text(
            "\n".join(json.dumps(_row(one)) for one in runs.get("strict") or runs["off"]) + "\n",
            encoding="utf-8",
        )
    return 0


def _row(one: Outcome) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.id,
        "wording": row.wording,
        "near": row.near,
        "group": row.group,
        "stands": one.stands,
        "right": one.right,
        "text": row.text,
        "base": row.base,
        "cited": row.cited,
        "now": one.cited,
        "rights": sorted(row.right),
        "problems": one.problems,
        "ms": round(one.seconds * 1000, 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
