"""How fast files become answerable, and what a library of any size needs.

``python -m eval.bench.ingest`` prints tables: reading by format, the whole add over the encoder
alone, an add that changes nothing, and how time, disk and memory grow with the passages. Where only
storage and search are measured the vectors are synthetic, and the table says so.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.bench.__main__ import write
from eval.bench.corpus import find_corpus
from eval.bench.growth import Point, growth_rows
from eval.bench.ingest_parts import size_of
from eval.bench.made import MAKERS, Composed, make_files
from eval.bench.processes import Timed, part, vouch
from eval.bench.table import Row, terminal

PARTS = "eval.bench.ingest_parts"
_SECTIONS = 50  # of a file whose passages are counted for the memory of an add


class IngestBench:
    """One run: texts, a folder to work in, and the rows measured so far."""

    def __init__(
        self, work: Path, texts: Sequence[str], *, quick: bool, say: Callable[[str], None]
    ) -> None:
        self.work, self.texts, self.quick, self.say = work, list(texts), quick, say
        self.each_format = 1 if quick else 8
        """Files of each format in the folder of the whole add."""
        self.environment = {
            "XDG_CACHE_HOME": str(work / "cache"),
            "XDG_CONFIG_HOME": str(work / "config"),
            "HF_HUB_OFFLINE": "1",
            "ANONYMIZED_TELEMETRY": "False",
            # As for everybody who runs Vouch a second time: compiled once, whoever measures.
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self.rows: list[Row] = []
        self.raw: dict[str, Any] = {}

    def _part(self, name: str, label: str, **values: Any) -> tuple[dict[str, Any], Timed]:
        self.say(f"{name.replace('_', ' ')}: {label}")
        measured, done = part(name, values, self.environment, PARTS)
        self.raw.setdefault(name, {})[label] = {**measured, "peak_mb": done.peak_mb}
        return measured, done

    def formats(self) -> None:
        """Measure reading by format: files to passages that words find, without vectors."""
        files, each = (10, 4) if self.quick else (60, 6)
        for kind in MAKERS:
            folder = self.work / "formats" / kind
            try:
                size = make_files(folder, kind, self.texts, files=files, each=each)
            except ImportError as error:
                self.rows.append(Row(f"read .{kind}", f"not measured: {error}"))
                continue
            library = str(self.work / f"read-{kind}")
            found, done = self._part("read_folder", kind, library=library, folder=str(folder))
            rate = f"{size / 1e6 / found['seconds']:.2f} MB/s"
            if found["wrong"] or not found["passages"]:
                self.rows.append(Row(f"read .{kind}", f"not measured: {found['wrong'][:1]}"))
                continue
            self.rows.append(
                Row(
                    f"read .{kind}, {files} files of {size / files / 1000:.0f} kB, no vectors",
                    f"{rate}, {found['passages'] / found['seconds']:.0f} passages/s",
                    f"{found['passages']} passages in {found['seconds']:.1f} s",
                )
            )

    def whole(self) -> None:
        """Compare a whole add over mixed formats with the encoder alone, and with a second add."""
        folder = self.work / "mixed"
        kinds = [kind for kind in MAKERS if _can_make(kind)]
        for at, kind in enumerate(kinds):
            shifted = self.texts[at * 11 :] + self.texts[: at * 11]
            make_files(folder, kind, shifted, files=self.each_format, each=4)
        library = self.work / "library"
        environment = {**self.environment, "VOUCH_LIBRARY": str(library)}
        self.say("add over mixed formats")
        first = vouch(["add", str(folder), "--json"], environment)
        counts = json.loads(first.output.strip().splitlines()[-1])["summary"]
        # A command of a few tenths: the median of some.
        turns = [vouch(["add", str(folder), "--quiet"], environment) for _ in range(5)]
        again = sorted(turns, key=lambda turn: turn.seconds)[len(turns) // 2]
        sample = self.work / "sample.json"
        counted, _ = part(
            "passages",
            {"library": str(library), "file": str(sample), "sample": 96 if self.quick else 320},
            environment,
        )
        self.say("the encoder alone")
        rounds = 1 if self.quick else 2
        speeds, _ = part("encoder", {"file": str(sample), "rounds": rounds}, environment)
        stock = max(speeds["stock"].values())
        speed, passages = counted["passages"] / first.seconds, counted["passages"]
        by_cpu = passages / first.cpu_seconds
        self.raw["whole"] = {
            "first": {"seconds": first.seconds, "cpu_s": first.cpu_seconds, "mb": first.peak_mb},
            "again": {"seconds": again.seconds, "cpu_s": again.cpu_seconds, "mb": again.peak_mb},
            "summary": counts,
            "encoder": speeds,
        }
        self.rows += [
            Row(
                f"`vouch add` of {counts['files']['total']} files in {len(kinds)} formats,"
                " whole command, over sentence-transformers alone",
                f"{speed:.1f} passages/s",
                f"{stock:.1f} passages/s",
                speed / stock,
                "0.9 or more",
            ),
            Row(
                "the same over Vouch's own encoder alone",
                f"{speed:.1f} passages/s",
                f"{speeds['vouch']:.1f} passages/s",
                speed / speeds["vouch"],
            ),
            Row(
                "the same by processor time, children included",
                f"{by_cpu:.1f} passages/s",
                f"{max(speeds['stock_cpu'].values()):.1f} passages/s",
                by_cpu / max(speeds["stock_cpu"].values()),
            ),
            Row(
                "the same folder again, unchanged, over the first add",
                f"{again.seconds:.2f} s, {again.peak_mb:.0f} MB",
                f"{first.seconds:.1f} s, {first.peak_mb:.0f} MB",
                again.seconds / first.seconds,
                "0.01 or less in a folder of this size or larger",
            ),
            Row(
                "the same by processor time",
                f"{again.cpu_seconds:.2f} s",
                f"{first.cpu_seconds:.1f} s",
                again.cpu_seconds / first.cpu_seconds,
            ),
        ]

    def memory(self, sizes: Sequence[int]) -> None:
        """Measure the memory of an add by the size of the folder; the vectors are synthetic.

        The files are notes of fifty short sections, each of which is a passage.
        """
        composed = Composed(self.texts)
        found = {}
        for size in sizes:
            folder = self.work / f"folder-{size}"
            folder.mkdir()
            for number in range(size // _SECTIONS):
                numbers = range(number * _SECTIONS, (number + 1) * _SECTIONS)
                text = "\n\n".join(f"# Report {n}\n\n{_short(composed[n])}" for n in numbers)
                (folder / f"{number:06}.md").write_text(text, encoding="utf-8")
            values = {"library": str(self.work / f"held-{size}"), "folder": str(folder)}
            first, done = self._part("whole_add", f"{size:,}", **values)
            again, again_done = self._part("unchanged", f"{size:,}", **values)
            found[size] = done.peak_mb
            disk = size_of(self.work / f"held-{size}")
            self.rows += [
                Row(
                    f"add of {first['files']:,} files, {first['passages']:,} passages,"
                    " synthetic vectors",
                    f"{done.peak_mb:.0f} MB at most, {first['seconds']:.0f} s",
                    f"{first['passages'] / first['seconds']:.0f} passages/s;"
                    f" {disk / 1e6:,.0f} MB on disk,"
                    f" {disk / first['passages']:,.0f} bytes a passage",
                ),
                Row(
                    f"the same {again['files']:,} files again, unchanged",
                    f"{again_done.peak_mb:.0f} MB at most, {again['seconds']:.2f} s",
                    f"{first['seconds']:.0f} s",
                    again["seconds"] / first["seconds"],
                    "0.01 or less",
                ),
            ]
        if len(found) > 1:
            least, most = min(found), max(found)
            self.rows.append(
                Row(
                    f"memory of an add of {most:,} passages over one of {least:,}",
                    f"{found[most]:.0f} MB",
                    f"{found[least]:.0f} MB",
                    found[most] / found[least],
                    "flat: near 1",
                )
            )

    def growth(self, sizes: Sequence[int], *, index_up_to: int) -> None:
        """Measure disk, memory, start and search as a library grows; the vectors are synthetic."""
        texts = self.work / "texts.json"
        texts.write_text(json.dumps(self.texts), encoding="utf-8")
        library = self.work / "grown"
        points: list[Point] = []
        have = 0
        for size in sizes:
            values = {"library": str(library), "texts": str(texts), "have": have, "size": size}
            grown, grow_done = self._part("grow", f"{size:,}", **values)
            found, done = self._part("searched", f"{size:,}", library=str(library), rounds=4)
            again, _ = self._part("searched", f"{size:,} again", library=str(library), rounds=2)
            point = Point(
                passages=size,
                disk=size_of(library),
                grow_per_second=grown["passages"] / grown["seconds"],
                grow_mb=grow_done.peak_mb,
                search_mb=done.peak_mb,
                first_seconds=found["first_s"],
                start_seconds=again["open_s"] + again["first_s"],
                p50=again["p50"],
                p95=again["p95"],
            )
            if size <= index_up_to:
                before = size_of(library)
                built, index_done = self._part("indexed", f"{size:,}", library=str(library))
                point = point.with_index(
                    built["seconds"], index_done.peak_mb, size_of(library) - before
                )
            points.append(point)
            have = size
        self.rows += growth_rows(points)
        self.raw["points"] = [point.values() for point in points]


def _short(text: str) -> str:
    """Return the first two sentences of a composed text, with what makes it one of its own."""
    first, second, *_ = Composed.sentences_of(text)
    return f"{first} {second} {text[text.rindex('Report') :]}"


def _can_make(kind: str) -> bool:
    needs = {"pdf": "reportlab", "docx": "docx", "pptx": "pptx", "xlsx": "xlsxwriter"}
    return kind not in needs or importlib.util.find_spec(needs[kind]) is not None


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.ingest", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few files, up to 10,000 passages")
    parser.add_argument("--write", action="store_true", help="keep the results in eval/results")
    parser.add_argument(
        "--only", nargs="+", choices=("formats", "whole", "memory", "growth"), help="these parts"
    )
    parser.add_argument(
        "--files", type=int, help="files of each format in the folder of the whole add (8)"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", help="passages at which memory and growth are measured"
    )
    parser.add_argument(
        "--index-up-to", type=int, default=100_000, help="passages of the largest index built"
    )
    parser.add_argument("--work", type=Path, help="work in this new folder, and keep it")
    options = parser.parse_args(arguments)
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"[{time.perf_counter() - began:5.0f} s] {what}", file=sys.stderr, flush=True)

    sizes = options.sizes or ([1_000, 10_000] if options.quick else [10_000, 100_000])
    wanted = options.only or ("formats", "whole", "memory", "growth")
    with contextlib.ExitStack() as stack:
        if options.work is not None:
            work = options.work
            work.mkdir(parents=True)
        else:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vouch-bench-")))
        texts = find_corpus(work, quick=options.quick).plain_texts()
        bench = IngestBench(work, texts, quick=options.quick, say=say)
        bench.each_format = options.files or bench.each_format
        if "formats" in wanted:
            bench.formats()
        if "whole" in wanted:
            bench.whole()
        if "memory" in wanted:
            bench.memory(sizes)
        if "growth" in wanted:
            bench.growth(sizes, index_up_to=options.index_up_to)
        if options.work is not None:
            kept = {"rows": [row.values() for row in bench.rows], "measured": bench.raw}
            (work / "measured.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    print(terminal(bench.rows))
    if options.write:
        given = sys.argv[1:] if arguments is None else arguments
        command = shlex.join(["python", "-m", "eval.bench.ingest", *given])
        path = write("ingest", bench.rows, bench.raw, command, time.perf_counter() - began)
        print(f"\nWritten to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
