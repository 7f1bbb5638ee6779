"""Figures that are kept with the code: ``python -m eval.published RUN...`` keeps those of runs.

What is kept is a run's summary without what is as long as its data. The README's table is made of
these files, so that it cannot say anything else.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.judge import SHIPPED, keep_agreement
from eval.runs import RunFolder
from eval.verifiers import VERIFIERS, load_verifier

RESULTS = Path(__file__).parent / "results"
_LONG = ("curves", "problems")
_SHOWN = {
    "answer": ("f1", "exact_match", "ramdocs_exact_match", "correct", "conflict_coverage"),
    "retrieve": ("ndcg@10", "recall@100", "span_recall@5"),
    "verify": ("f1", "balanced_accuracy", "auc"),
}
"""Metrics of each task that the table tells beside the headline."""
_BESIDE = 2


def keep(run: RunFolder, folder: Path = RESULTS) -> Path:
    """Write the figures of a run into a folder, and return the file."""
    summary = run.summary
    kept = {name: value for name, value in summary.items() if name not in _LONG}
    kept["command"] = command_without_paths(str(summary.get("command") or ""))
    kept["failed_rows"] = [one["id"] for one in summary.get("problems") or []][:50]
    day = str(summary["date"])[:10]
    system = "" if summary["system"] == "vouch" else f"-{summary['system']}"
    name = "".join(one if one.isalnum() or one in "-." else "-" for one in system)
    path = folder / f"{summary['name']}{name}-{day}.json"
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def command_without_paths(command: str) -> str:
    """Return a command as another person would type it: files by name, no library of one's own.

    >>> command_without_paths("vouch --library /home/ann/lib eval run squad2 --data /data/dev.json")
    'vouch eval run squad2 --data dev.json'
    """
    words, left = [], iter(shlex.split(command))
    for word in left:
        if word == "--library":
            next(left, None)
        elif not word.startswith("--library="):
            words.append(Path(word).name if "/" in word and "://" not in word else word)
    return shlex.join(words)


def kept(folder: Path = RESULTS) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the newest figures of each suite and system, with their files."""
    newest: dict[tuple[str, str], tuple[Path, Mapping[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        summary = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(summary, dict) and "metrics" in summary and "task" in summary:
            newest[summary["name"], summary["system"]] = (path, summary)
    for key in sorted(newest, key=lambda key: (newest[key][1]["task"], key)):
        yield newest[key]


def figures_table(folder: Path = RESULTS) -> str:
    """Return the README's table: a few figures a suite with intervals, and the best baseline's."""
    lines = [
        "| suite | figure | Vouch | 95 % interval | n | failed | baselines | file |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for path, summary in kept(folder):
        for name in _names(summary):
            figure = summary["metrics"][name]
            beside = ", ".join(
                f"{baseline} {some[name]['value']:.3f}"
                for baseline, some in summary["baselines"].items()
                if name in some and some[name]["value"] is not None
            )
            cells = [
                summary["name"],
                name + (" (lower is better)" if summary["better"].get(name) == "lower" else ""),
                f"{figure['value']:.3f}",
                "{:.3f} to {:.3f}".format(*figure["ci"]) if figure["ci"] else "",
                f"{figure['n']:,}",
                f"{figure['failed']:,}",
                beside,
                f"[results](eval/results/{path.name})",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _names(summary: Mapping[str, Any]) -> list[str]:
    measured = [name for name, one in summary["metrics"].items() if one["value"] is not None]
    rest = [name for name in _SHOWN[summary["task"]] if name in measured[1:]]
    return [*measured[:1], *rest][: 1 + _BESIDE]


def main(arguments: Sequence[str] | None = None) -> int:
    """Keep the figures of the runs that are named by their folders."""
    for name in sys.argv[1:] if arguments is None else arguments:
        run = RunFolder(Path(name))
        sys.stdout.write(f"{keep(run)}\n")
        if run.summary["task"] == "verify" and run.summary["system"] in VERIFIERS:
            keep_agreement(run, load_verifier(run.summary["system"]), SHIPPED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
