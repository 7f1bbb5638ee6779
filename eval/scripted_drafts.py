"""What becomes of scripted drafts: forged, changed, foreign and true sentences, checks on and off.

python -m eval.scripted_drafts --data DATA/dev [--part report] [--seeds 4] [--out FILE]

The drafts are those of the kept draws (``eval.scripted_kept``): a change of Vouch does not change
them. ``--anew`` draws others, with the seeds given.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.runs import commit, machine
from eval.scripted_data import PARTS
from eval.scripted_kept import CASES, Row, digest_of_rows, read_kept
from rag.citations import AnswerText
from rag.compose import Checks, Composer
from rag.errors import NotFound, VouchError
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

    found: list[Figure] = []
    seeds = list(dict.fromkeys(one.row.seed for one in every))
    for seed in (None, *(seeds if len(seeds) > 1 else ())):
        some = [one for one in every if seed in (None, one.row.seed)]
        changed = [one for one in some if one.row.kind in CHANGED]
        cited = [one for one in some if one.row.kind == "wrong citation"]
        true = [one for one in some if one.row.kind == "true"]
        draw = "" if seed is None else f"draw {seed}, "
        found += [
            of(f"{draw}forged citation shown", some, lambda one: one.forged > 0),
            of(f"{draw}{_CHANGED}: left standing", changed, _left),
            of(f"{draw}true: struck", true, _struck),
            of(f"{draw}wrong citation: cited anew rightly", cited, _right),
        ]
    for name in dict.fromkeys(one.row.kind for one in every):
        rows = [one for one in every if one.row.kind == name]
        found.append(of(f"{name}: left standing", rows, _left))
        found.append(of(f"{name}: struck", rows, _struck))
        found.append(of(f"{name}: rightly cited", rows, _right))
        for wording in ("quotation", "paraphrase", "reworded"):
            some = [one for one in rows if one.row.wording == wording]
            if some and name == "true":
                found.append(of(f"{name}, {wording}: struck", some, _struck))
            elif some:
                found.append(of(f"{name}, {wording}: left standing", some, _left))
        near = [one for one in rows if one.row.near]
        if near:
            found.append(of(f"{name}, its new value from the passage: left standing", near, _left))
    return found


_CHANGED = "changed number, name, day, speaker or citation"


def _left(one: Outcome) -> bool:
    return one.left


def _struck(one: Outcome) -> bool:
    return not one.stands


def _right(one: Outcome) -> bool:
    return one.right


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
    parser.add_argument("--seeds", type=int, nargs="+", help="of the draws (default: all kept)")
    parser.add_argument("--anew", action="store_true", help="draw with the seeds, keep nothing")
    parser.add_argument("--draws", type=Path, default=CASES, help="the folder that keeps the draws")
    parser.add_argument("--checks", choices=("strict", "off", "both"), default="both")
    parser.add_argument("--out", type=Path, help="where the figures are written, as JSON")
    parser.add_argument("--rows", type=Path, help="where every row and its outcome are written")
    given = parser.parse_args(arguments)
    try:
        rows = _rows_of(given)
    except VouchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    from eval.verifiers import load_verifier

    verifier = load_verifier("vouch").of_drafts
    wanted: tuple[Checks, ...] = ("strict", "off") if given.checks == "both" else (given.checks,)
    judges = {checks: judged_by(verifier, checks) for checks in wanted}
    runs = {name: [judge(row) for row in rows] for name, judge in judges.items()}
    found = {name: figures(outcomes) for name, outcomes in runs.items()}
    seeds = list(dict.fromkeys(row.seed for row in rows))
    named = f"{len(rows)} drafts, part {given.part}, seeds {seeds}, draw {digest_of_rows(rows)}"
    sys.stdout.write(f"{named}\n\n{table(found)}\n")
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
            "seeds": seeds,
            "draw": digest_of_rows(rows),
            "drafts": len(rows),
            "sizes": dict(Counter(row.kind for row in rows)),
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


def _rows_of(given: argparse.Namespace) -> list[Row]:
    """Return the rows that a command names: of the kept draws, or drawn anew."""
    if given.anew:
        from eval.scripted_rows import SEEDS, draws
        from eval.scripted_texts import read_stock

        return draws(read_stock(given.data), given.part, given.seeds or SEEDS)
    rows = read_kept(given.part, given.data, given.draws)
    kept = sorted({row.seed for row in rows})
    if unknown := sorted(set(given.seeds or ()) - set(kept)):
        raise NotFound(
            f"No draw of the seed {unknown[0]} is kept.", f"Kept are {kept}; --anew draws others."
        )
    return [row for row in rows if not given.seeds or row.seed in given.seeds]


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
