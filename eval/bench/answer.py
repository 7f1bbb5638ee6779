"""What an answer without a language model costs: ``python -m eval.bench.answer``.

Questions of several kinds are asked once each of a library of 100,000 passages, in a warm process
on two cores. The time is measured against one pass of the bare encoder over 64 passages of 190
tokens, in the same run and on the same cores, before and after.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.bench.__main__ import write
from eval.bench.answer_parts import PASS_TOKENS, PASSES
from eval.bench.corpus import EXAMPLES, find_corpus
from eval.bench.parts import _p95
from eval.bench.processes import part
from eval.bench.table import Row, terminal

PARTS = "eval.bench.answer_parts"
SIZE = 100_000
MOST = 2.5
"""The aim: p95 of an answer over one pass of the bare encoder."""


def answer_rows(
    asked: Sequence[Mapping[str, Any]],
    bare: Mapping[str, float],
    size: int,
    work: Mapping[str, float],
) -> list[Row]:
    """Return the rows of the table: all questions, then the stages, then the kinds.

    Args:
        asked: for each question its kind, its seconds, those of its CPU time ("work") and of each
            of its stages.
        bare: seconds of one pass of the encoder, "query" as questions are embedded and "bulk" as
            passages are.
        size: passages in the library.
        work: CPU time of such passes, which other work on the machine lengthens less.
    """
    rows = []
    seconds = [float(one["seconds"]) for one in asked]
    least = min(bare.values())
    for point, value in (("p50", statistics.median(seconds)), ("p95", _p95(seconds))):
        for name in sorted(bare, key=lambda one: bare[one]):
            rows.append(
                Row(
                    f"answer in {size:,} passages over one pass of the encoder"
                    f" ({PASSES} passages of {PASS_TOKENS} tokens, as in {name}), {point}",
                    f"{value * 1000:.0f} ms",
                    f"{bare[name] * 1000:.0f} ms",
                    value / bare[name],
                    f"{MOST} or less" if point == "p95" and bare[name] == least else "",
                )
            )
    done = [float(one["work"]) for one in asked]
    for point, value in (("p50", statistics.median(done)), ("p95", _p95(done))):
        for name in sorted(work, key=lambda one: work[one]):
            rows.append(
                Row(
                    f"the same in CPU time, over a pass as in {name}, {point}",
                    f"{value * 1000:.0f} ms",
                    f"{work[name] * 1000:.0f} ms",
                    value / work[name],
                )
            )
    for name in dict.fromkeys(stage for one in asked for stage in one["stages"]):
        taken = [float(one["stages"].get(name, 0.0)) for one in asked]
        rows.append(
            Row(
                f"of it: {name}",
                f"p50 {statistics.median(taken) * 1000:.0f} ms, p95 {_p95(taken) * 1000:.0f} ms",
            )
        )
    for kind in dict.fromkeys(one["kind"] for one in asked):
        taken = [float(one["seconds"]) for one in asked if one["kind"] == kind]
        rows.append(
            Row(
                f"questions of the kind {kind!r}",
                f"median {statistics.median(taken) * 1000:.0f} ms,"
                f" longest {max(taken) * 1000:.0f} ms",
            )
        )
    return rows


def measure(
    work: Path, texts: Sequence[str], *, size: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Build the library under ``work`` unless it is there, and time answers and passes.

    The passes are timed before and after the answers, and their mean counts, so that other work
    on the machine slows both sides alike.
    """
    file = work / "texts.json"
    file.write_text(json.dumps(list(texts)), encoding="utf-8")
    library = work / f"library-{size}"
    environment = {
        "XDG_CONFIG_HOME": str(work / "config"),
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
    }
    found: dict[str, Any] = {}
    if not library.exists():
        say(f"building a library of {size:,} passages")
        values = {"library": str(library), "texts": str(file), "size": size}
        found["build"], _ = part("build", values, environment, PARTS)
    timed = []
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("passes", {"texts": str(file), "rounds": 3}),
        ("asked", {"library": str(library)}),
        ("passes", {"texts": str(file), "rounds": 3}),
    )
    for name, given in steps:
        say({"passes": "the bare encoder", "asked": "answers"}[name])
        measured, done = part(name, given, environment, PARTS)
        if name == "passes":
            timed.append(measured)
        else:
            found[name] = {**measured, "peak_mb": done.peak_mb}
    for key, kind in (("passes", "seconds"), ("passes_work", "work")):
        found[key] = {
            name: statistics.mean(float(one[name][kind]) for one in timed)
            for name in ("query", "bulk")
        }
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.answer", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a library of 10,000 passages")
    parser.add_argument("--size", type=int, help=f"passages in the library ({SIZE:,})")
    parser.add_argument("--write", action="store_true", help="keep the results in eval/results")
    parser.add_argument(
        "--work", type=Path, help="work in this folder and keep it; a library there is used again"
    )
    options = parser.parse_args(arguments)
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"[{time.perf_counter() - began:5.0f} s] {what}", file=sys.stderr, flush=True)

    size = options.size or (SIZE // 10 if options.quick else SIZE)
    with contextlib.ExitStack() as stack:
        if options.work is not None:
            work = options.work.resolve()  # its parts run in a folder of their own
            work.mkdir(parents=True, exist_ok=True)
        else:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vouch-bench-")))
        corpus = find_corpus(work, quick=options.quick)
        texts = [
            *corpus.plain_texts(),
            *(
                path.read_text(encoding="utf-8")
                for path in sorted(EXAMPLES.iterdir())
                if path.suffix in (".txt", ".md")
            ),
        ]
        found = measure(work, texts, size=size, say=say)
    rows = answer_rows(found["asked"]["rows"], found["passes"], size, found["passes_work"])
    load = found["asked"]["load"]
    rows.append(Row("runnable processes in the minute of the answers, this one's among them", load))
    rows.append(
        Row("peak memory of the process that answers", f"{found['asked']['peak_mb']:.0f} MB")
    )
    print(terminal(rows))
    if options.write:
        given = sys.argv[1:] if arguments is None else arguments
        command = shlex.join(["python", "-m", "eval.bench.answer", *given])
        path = write("answer-time", rows, found, command, time.perf_counter() - began)
        print(f"\nWritten to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
