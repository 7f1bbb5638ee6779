"""A run for other people's tools: Parquet of all records, and TREC run and qrels files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.record_file import lines_of
from eval.runs import RunFolder
from rag.errors import BadRequest, VouchError


def rows_for_table(run: RunFolder) -> Iterator[dict[str, Any]]:
    """Yield one flat row for each record of a run, and of its baselines."""
    system = str(run.summary["system"])
    for name in ("records.jsonl", "baselines.jsonl"):
        if not (run.path / name).is_file():
            continue
        for line in lines_of(run.path / name):
            row, answer = line["row"], line.get("answer") or {}
            yield {
                "system": line.get("baseline", system),
                "id": line["id"],
                "outcome": line["outcome"],
                "error": line["error"],
                "seconds": line["seconds"],
                "question": row.get("question", ""),
                "claim": row.get("text", ""),
                "tags": row.get("tags", []),
                "group": row.get("group", ""),
                "text": answer.get("text", ""),
                "answers": [one.get("text", "") for one in answer.get("answers") or ()],
                "scores": line["scores"],
                "record": json.dumps(line, ensure_ascii=False),
            }


def write_parquet(run: RunFolder, path: Path) -> int:
    """Write every record as a row, scores as columns ``score_NAME``; return how many there were.

    Raises:
        VouchError: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise VouchError(
            "Parquet needs the package pyarrow.", "Install it: pip install 'vouch[parquet]'."
        ) from error
    rows = list(rows_for_table(run))
    names = sorted({name for row in rows for name in row["scores"]})
    flat = [
        {**{k: v for k, v in row.items() if k != "scores"}}
        | {f"score_{name}": row["scores"].get(name) for name in names}
        for row in rows
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(flat), path)
    return len(rows)


def write_trec(run: RunFolder, path: Path) -> int:
    """Write the rankings as a TREC run, and the judgements beside it as ``.qrels``.

    A document counts at its best passage. Blanks in ids, which the format cannot hold, become
    underscores. Returns the number of rankings.

    Raises:
        BadRequest: the run holds no ranking.
    """
    system = str(run.summary["system"]).replace(" ", "_")
    ranked: list[str] = []
    judged: list[str] = []
    rankings = 0
    for line in lines_of(run.path / "records.jsonl"):
        if not line.get("hits"):
            continue
        rankings += 1
        query = _token(line["id"])
        for rank, (source, score) in enumerate(best_of(line["hits"]).items(), start=1):
            # Readers of the format sort by score alone: ties must not undo the order.
            ranked.append(f"{query} Q0 {_token(source)} {rank} {score - rank * 1e-9:.9f} {system}")
        grades = line["row"].get("relevance", {})
        if any(grade != int(grade) for grade in grades.values()):
            raise BadRequest(
                f"{line['id']} has a grade that is no whole number.", "TREC files hold whole ones."
            )
        judged += [f"{query} 0 {_token(source)} {int(grade)}" for source, grade in grades.items()]
    if not rankings:
        raise BadRequest(f"{run.path} holds no ranking.", "TREC files are for retrieval suites.")
    path.write_text("".join(f"{one}\n" for one in ranked), encoding="utf-8")
    path.with_suffix(".qrels").write_text("".join(f"{one}\n" for one in judged), encoding="utf-8")
    return rankings


def best_of(hits: list[Mapping[str, Any]]) -> dict[str, float]:
    """Return each source once, at its best passage, with that passage's score.

    >>> best_of([{"source": "a", "score": 2.0}, {"source": "b", "score": 1.0},
    ...          {"source": "a", "score": 0.5}])
    {'a': 2.0, 'b': 1.0}
    """
    found: dict[str, float] = {}
    for hit in hits:
        found.setdefault(str(hit["source"]), float(hit["score"] or 0.0))
    return found


def _token(text: str) -> str:
    return "_".join(str(text).split()) or "_"
