"""``python -m eval.bench``: Vouch's speed beside that of its parts and of the usual pipeline."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.bench.corpus import ROOT, Corpus, find_corpus
from eval.bench.processes import Timed, folder_mb, part, timed, vouch
from eval.bench.stream import rows as stream_rows
from eval.bench.table import Row, markdown, terminal

RESULTS = ROOT / "eval" / "results"


class Bench:
    """One run: the corpus, a temporary library, and the rows measured so far."""

    def __init__(
        self, work: Path, corpus: Corpus, *, quick: bool, say: Callable[[str], None]
    ) -> None:
        self.work, self.corpus, self.quick, self.say = work, corpus, quick, say
        self.library = work / "library"
        # A cache of its own: what other runs have left must not make this one look fast.
        self.environment = {
            "VOUCH_LIBRARY": str(self.library),
            "XDG_CACHE_HOME": str(work / "cache"),
            "XDG_CONFIG_HOME": str(work / "config"),
            "HF_HUB_OFFLINE": "1",
            "ANONYMIZED_TELEMETRY": "False",
        }
        self.models = work / "cache" / "vouch" / "models"
        self.rows: list[Row] = []
        self.raw: dict[str, Any] = {"corpus": corpus.name}

    def run(self) -> None:
        """Measure everything, the long parts first."""
        self.ingest()
        self.cold()
        self.search()
        self.stream()

    def _part(self, name: str, **values: Any) -> tuple[dict[str, Any], float, float]:
        self.say(name.replace("_", " "))
        measured, done = part(name, values, self.environment)
        self.raw[name] = {**measured, "process_s": done.seconds, "peak_mb": done.peak_mb}
        return measured, done.seconds, done.peak_mb

    def ingest(self) -> None:
        """Compare a whole add with the encoder alone, the stock pipeline, and a second add."""
        self.models.parent.mkdir(parents=True)
        exported, _, _ = self._part("export", cache=str(self.models))
        first = self._add("first add")
        again = self._add("add again")
        sample = self.work / "sample.json"
        counted, _, _ = self._part(
            "passages",
            library=str(self.library),
            file=str(sample),
            sample=96 if self.quick else 384,
        )
        speeds, _, _ = self._part("encoder", file=str(sample), rounds=1 if self.quick else 2)
        plain = self.work / "plain.json"
        plain.write_text(json.dumps(self.corpus.plain_texts()), encoding="utf-8")
        stock, stock_seconds, stock_peak = self._part(
            "stock_pipeline", file=str(plain), directory=str(self.work / "chroma")
        )
        own, size = max((speed, name) for name, speed in speeds["stock"].items())
        own_cpu = max(speeds["stock_cpu"].values())
        speed = counted["passages"] / first.seconds
        cpu = counted["passages"] / first.cpu_seconds
        self.rows += [
            Row(
                "`vouch add`, whole command, over the encoder alone",
                f"{speed:.1f} passages/s",
                f"{own:.1f} passages/s (sentence-transformers, {size})",
                speed / own,
                "0.85 or more",
            ),
            Row(
                "the same by processor time, which other work on the machine changes less",
                f"{cpu:.1f} passages/s",
                f"{own_cpu:.1f} passages/s",
                cpu / own_cpu,
            ),
            Row(
                "Vouch's encoder over sentence-transformers",
                f"{speeds['vouch']:.1f} passages/s",
                f"{own:.1f} passages/s",
                speeds["vouch"] / own,
            ),
            Row(
                "`vouch add` over the stock LangChain pipeline, same files",
                f"{first.seconds:.1f} s, {first.peak_mb:.0f} MB",
                f"{stock_seconds:.1f} s, {stock_peak:.0f} MB ({stock['passages']} passages)",
                first.seconds / stock_seconds,
            ),
            Row(
                "add again over first add",
                f"{again.seconds:.2f} s, {again.peak_mb:.0f} MB",
                f"{first.seconds:.1f} s",
                again.seconds / first.seconds,
                "0.03, or 2 s",
            ),
            Row("query model exported, once on a machine", f"{exported['seconds']:.1f} s"),
            Row("size of the library", f"{folder_mb(self.library):.0f} MB"),
        ]

    def _add(self, name: str) -> Timed:
        self.say(name)
        done = vouch(["add", *self.corpus.add_arguments(), "--quiet"], self.environment)
        self.raw[name] = {
            "seconds": done.seconds,
            "cpu_s": done.cpu_seconds,
            "peak_mb": done.peak_mb,
        }
        return done

    def cold(self) -> None:
        """Compare ``vouch search`` from cold with the import of the usual library."""
        self.say("cold search")
        searches, imports = [], []
        for _ in range(3 if self.quick else 5):
            imports.append(timed(["-c", "import sentence_transformers"], self.environment))
            searches.append(vouch(["search", "Who vetoed the resolution?"], self.environment))
        ours = statistics.median(done.seconds for done in searches)
        theirs = statistics.median(done.seconds for done in imports)
        self.raw["cold"] = {"search_s": ours, "import_s": theirs}
        self.rows.append(
            Row(
                "cold `vouch search` over `import sentence_transformers`",
                f"{ours:.2f} s, {max(done.peak_mb for done in searches):.0f} MB",
                f"{theirs:.2f} s, {max(done.peak_mb for done in imports):.0f} MB",
                ours / theirs,
                "0.4 or less",
            )
        )

    def search(self) -> None:
        """Compare a search with embedding its question, in libraries of growing size."""
        sizes = [1_000, 10_000] if self.quick else [1_000, 10_000, 100_000]
        found, _, peak = self._part(
            "search",
            library=str(self.library),
            directory=str(self.work / "grown"),
            cache=str(self.models),
            sizes=sizes,
            rounds=3 if self.quick else 5,
        )
        for size in sizes:
            times = found[str(size)]
            for point in ("p50", "p95"):
                ours, bare = times["search"][point], times["embed"][point]
                self.rows.append(
                    Row(
                        f"search in {size:,} passages over the bare question embedding, {point}",
                        f"{ours * 1000:.1f} ms",
                        f"{bare * 1000:.1f} ms",
                        ours / bare,
                    )
                )
        self.rows.append(Row(f"peak memory of searching {sizes[-1]:,}", f"{peak:.0f} MB"))

    def stream(self) -> None:
        """Compare an answer that a model streams through Vouch with the bare stream."""
        self.say("a model's stream")
        rounds = "1" if self.quick else "3"
        command = ["-m", "eval.bench.stream", "--json", "--rounds", rounds]
        measured = json.loads(timed(command, self.environment).output.strip().splitlines()[-1])
        self.raw["stream"] = measured
        self.rows += stream_rows(measured)


def machine() -> dict[str, str]:
    """Return what the figures depend on: processor, cores, load, and versions."""
    import importlib.metadata as metadata

    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "")
    names = ("torch", "onnxruntime", "sentence-transformers", "chromadb", "numpy")
    return {
        "processor": model or platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in names},
    }


def write(name: str, rows: list[Row], raw: Mapping[str, Any], command: str, seconds: float) -> Path:
    """Write the table and everything measured under ``eval/results``; return the Markdown file."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    day = datetime.now(UTC).date().isoformat()
    about = {"command": command, "date": day, "seconds": round(seconds), "machine": machine()}
    path = RESULTS / f"{name}-{day}.md"
    path.write_text(markdown(rows, about), encoding="utf-8")
    values = {**about, "rows": [row.values() for row in rows], "measured": dict(raw)}
    path.with_suffix(".json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer documents, up to 10,000 passages"
    )
    parser.add_argument("--write", action="store_true", help="keep the results in eval/results")
    options = parser.parse_args(arguments)
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"[{time.perf_counter() - began:5.0f} s] {what}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="vouch-bench-") as directory:
        work = Path(directory)
        bench = Bench(work, find_corpus(work, quick=options.quick), quick=options.quick, say=say)
        say(f"corpus: {bench.corpus.name}")
        bench.run()
    print(terminal(bench.rows))
    if options.write:
        used = [name for name in ("quick", "write") if getattr(options, name)]
        command = shlex.join(["python", "-m", "eval.bench", *(f"--{name}" for name in used)])
        path = write("bench", bench.rows, bench.raw, command, time.perf_counter() - began)
        print(f"\nWritten to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
