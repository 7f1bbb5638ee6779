"""Hand-written pairs, a true sentence and its false twin: which of them are taken for supported?

python -m eval.adversarial --part PART [--verifier NAME] [--out FILE]

A row is an invented source of one to four sentences, a sentence that says what it says in other
words, and the same sentence with one thing changed. No generator made a row. Rules and models may
be tuned on the dev parts; the test parts are run seldom, and their rows are never
shown. ``more`` is a second set, of further kinds; ``field`` is a third, of ten fields: contracts,
laboratories, sport, weather, firms, courts, recipes, manuals, lives and war; ``hill`` is a fourth,
of courts, contracts, reports, news, manuals and minutes, its true sentences freer paraphrases.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.scripted_drafts import Figure
from eval.verifiers import NamedVerifier, load_verifier, supports
from rag.quoting import quote_for
from rag.types import Check, Citation, DateCandidate, DocumentInfo, Hit, Passage

CASES = Path(__file__).parent / "cases"
RESULTS = Path(__file__).parent / "results"
PARTS = ("dev", "test")
MORE = ("more_dev", "more_test", "field_dev", "field_test", "hill_dev", "hill_test")
"""Further sets, of further kinds and fields."""
KINDS = ("number", "verb", "speaker", "day", "hedge", "quantity")
"""The kinds that are asked for; the files hold further ones."""
FUZZY = (0.35, 0.6, 0.8)
"""Shares of letters from which a fuzzy quotation match takes a sentence for its source's.

The lowest is what products with citations use to find a quotation again; the others are stricter.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A source, a sentence that it supports, and one that it does not, which differ in ``kind``."""

    id: str
    kind: str
    source: str
    true: str
    false: str
    published: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a judge made of a pair: which of its sentences it takes for supported, and why not."""

    pair: Pair
    accepts_true: bool
    accepts_false: bool
    checks: tuple[Check, ...] = field(default=())


Judge = Callable[[Pair], Outcome]


def read_pairs(part: str, folder: Path = CASES) -> list[Pair]:
    """Return the pairs of a part, in the order of its file."""
    text = (folder / f"adversarial_{part}.jsonl").read_text(encoding="utf-8")
    return [Pair(**json.loads(line)) for line in text.splitlines() if line.strip()]


def hit_of(pair: Pair) -> Hit:
    """Return a pair's source as a document of one passage."""
    digest = hashlib.sha256(pair.source.encode()).hexdigest()
    dates = (DateCandidate(pair.published, "text", pair.published),) if pair.published else ()
    info = DocumentInfo(
        pair.id, digest, "", f"{pair.id}.txt", dates=dates, publisher=pair.publisher
    )
    return Hit(Passage(pair.id, 0, len(pair.source), pair.source, "", pair.id), info, 1.0)


def by_verifier(named: NamedVerifier) -> Judge:
    """Return the judge that asks what checks drafts, each sentence quoted as Vouch quotes one."""

    def check(sentence: str, hit: Hit) -> Check:
        citation: Citation = quote_for(sentence, hit)
        return named.of_drafts.check(sentence, citation)

    def accepted(one: Check) -> bool:
        return one.stands if named.least is None else supports(one, named.least)

    def judge(pair: Pair) -> Outcome:
        hit = hit_of(pair)
        checks = check(pair.true, hit), check(pair.false, hit)
        return Outcome(pair, accepted(checks[0]), accepted(checks[1]), checks)

    return judge


def by_letters(least: float) -> Judge:
    """Return the judge that takes what resembles a stretch of the source, letter by letter."""
    from rapidfuzz import fuzz

    def judge(pair: Pair) -> Outcome:
        near = [
            fuzz.partial_ratio(one, pair.source) >= 100 * least for one in (pair.true, pair.false)
        ]
        return Outcome(pair, near[0], near[1])

    return judge


def figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Return the shares of false sentences rejected and of true ones accepted, also by kind.

    >>> pair = Pair("x", "day", "It fell on Monday.", "It fell Monday.", "It fell on Tuesday.")
    >>> [str(one) for one in figures([Outcome(pair, True, False)])][:1]
    ['1 of 1 = 1.000 (0.207 to 1.000)']
    """
    found: list[Figure] = []

    def add(name: str, some: Sequence[Outcome]) -> None:
        rejected = sum(not one.accepts_false for one in some)
        found.append(Figure(f"{name}rejected", rejected, len(some)))
        found.append(Figure(f"{name}accepted", sum(one.accepts_true for one in some), len(some)))

    add("", outcomes)
    add("the six kinds: ", [one for one in outcomes if one.pair.kind in KINDS])
    for kind in dict.fromkeys(one.pair.kind for one in outcomes):
        add(f"{kind}: ", [one for one in outcomes if one.pair.kind == kind])
    return found


def table(runs: dict[str, list[Figure]]) -> str:
    """Return the figures of several judges side by side, in Markdown."""
    head = "| what | " + " | ".join(runs) + " |\n|---|" + "---|" * len(runs)
    rows = zip(*runs.values(), strict=True)
    return "\n".join([head, *(f"| {row[0].name} | {' | '.join(map(str, row))} |" for row in rows)])


def failures(outcomes: Sequence[Outcome]) -> str:
    """Return the pairs that a judge got wrong, with what it said of them."""
    lines: list[str] = []
    for one in outcomes:
        wrong = [
            *(["false accepted"] if one.accepts_false else []),
            *([] if one.accepts_true else ["true refused"]),
        ]
        for what in wrong:
            n = 0 if what == "true refused" else 1
            lines += [f"{one.pair.id}: {what}", f"  source: {one.pair.source}"]
            lines.append(f"  sentence: {(one.pair.true, one.pair.false)[n]}")
            if one.checks:
                check = one.checks[n]
                lines.append(f"  {check.verdict} {check.support:.2f} {' '.join(check.problems)}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the pairs by a verifier and by their letters, print the figures, and keep them."""
    parser = argparse.ArgumentParser(prog="python -m eval.adversarial", description=__doc__)
    parser.add_argument("--part", choices=(*PARTS, *MORE), default="dev")
    parser.add_argument("--verifier", default="certain", help="its name, as `vouch eval` knows it")
    parser.add_argument("--out", type=Path, help="where the figures are written, as JSON")
    given = parser.parse_args(arguments)
    pairs = read_pairs(given.part)
    named = load_verifier(given.verifier)
    judges = {named.name: by_verifier(named)}
    judges |= {f"letters {least:g}": by_letters(least) for least in FUZZY}
    outcomes = {name: [judge(pair) for pair in pairs] for name, judge in judges.items()}
    runs = {name: figures(some) for name, some in outcomes.items()}
    sys.stdout.write(f"{len(pairs)} pairs, part {given.part}\n\n{table(runs)}\n")
    if given.part.endswith("dev"):
        sys.stdout.write(f"\n{failures(outcomes[named.name])}\n")
    today = datetime.now(UTC)
    name = f"adversarial-{given.part}-{named.name.replace(':', '-')}-{today:%Y-%m-%d}.json"
    out = given.out or RESULTS / name
    out.write_text(json.dumps(_result(given, named, runs, len(pairs)), indent=1) + "\n", "utf-8")
    return 0


def _result(
    given: argparse.Namespace, named: NamedVerifier, runs: dict[str, list[Figure]], pairs: int
) -> dict[str, Any]:
    from eval.runs import commit, machine

    command = f"python -m eval.adversarial --part {given.part} --verifier {named.name}"
    return {
        "command": command,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "part": given.part,
        "pairs": pairs,
        "verifier": named.name,
        "version": named.version,
        "intervals": "Wilson, 95 %: each pair has a source of its own",
        "figures": {name: {one.name: one.as_json() for one in some} for name, some in runs.items()},
    }


if __name__ == "__main__":
    raise SystemExit(main())
