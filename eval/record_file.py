"""Records as lines of JSON: a run's folder can be read by anything, and read back exactly."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from eval.cases import Case, Claim, Expect, GoldAccount, GoldSpan, Row, Source
from eval.records import Output, Record
from rag.contract import filters_from_json, filters_to_json
from rag.errors import NotFound, VouchError
from rag.types import Turn


def row_to_json(row: Row) -> dict[str, Any]:
    """Return a row without its empty fields; a case has a question, a claim a text.

    >>> row_to_json(Case("a", "Who?", answerable=False))
    {'id': 'a', 'question': 'Who?', 'answerable': False}
    """
    value = {name: _plain(getattr(row, name)) for name in row.__dataclass_fields__}
    if isinstance(row, Case):
        value["filters"] = filters_to_json(row.filters)
    empty: tuple[Any, ...] = ("", [], {}, None)
    kept = {n: v for n, v in value.items() if isinstance(v, bool) or v not in empty}
    if isinstance(row, Case) and not row.draft:
        kept.pop("draft", None)
    # No characters marked is a judgement, and not the same as nobody having marked any.
    if isinstance(row, Claim) and row.unsupported is not None:
        kept["unsupported"] = value["unsupported"]
    if isinstance(row, Case) and row.scope is not None:
        kept["scope"] = value["scope"]
    return kept


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        found = {name: _plain(one) for name, one in asdict(value).items()}
        return {n: v for n, v in found.items() if v not in ("", [], {}, None)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value


def row_from_json(value: Mapping[str, Any]) -> Row:
    """Return the row that ``row_to_json`` wrote."""
    common = {name: value[name] for name in ("id", "group", "problem") if name in value}
    tags = tuple(value.get("tags", ()))
    if "question" in value and "supported" not in value:
        expect = value.get("expect", {})
        accounts = tuple(
            GoldAccount(**{**one, "sources": tuple(one.get("sources", ()))})
            for one in expect.get("accounts", ())
        )
        lists = ("all", "any", "values", "answers", "wrong")
        return Case(
            **common,
            question=value["question"],
            history=tuple(
                Turn(one["role"], one["content"], one.get("answer"))
                for one in value.get("history", ())
            ),
            filters=filters_from_json(value.get("filters")),
            expect=Expect(
                **{name: tuple(expect.get(name, ())) for name in lists},
                min_values=expect.get("min_values"),
                text=expect.get("text", ""),
                accounts=accounts,
                declined=expect.get("declined"),
            ),
            answerable=value.get("answerable"),
            sources=tuple(value.get("sources", ())),
            relevance=value.get("relevance", {}),
            spans=tuple(GoldSpan(**one) for one in value.get("spans", ())),
            tags=tags,
            scope=tuple(value["scope"]) if "scope" in value else None,
            draft=value.get("draft", False),
        )
    marked = value.get("unsupported")
    return Claim(
        **common,
        text=value.get("text", ""),
        sources=tuple(Source(**{"text": "", **one}) for one in value.get("sources", ())),
        supported=value["supported"],
        unsupported=None if marked is None else tuple((int(a), int(b)) for a, b in marked),
        question=value.get("question", ""),
        label=value.get("label", ""),
        tags=tags,
    )


def output_to_json(output: Output) -> dict[str, Any]:
    """Return an output as it is kept.

    Raises:
        VouchError: it holds NaN or an infinity, which no reader of JSON would take.
    """
    value = {
        "outcome": output.outcome,
        "error": output.error,
        "seconds": round(output.seconds, 6),
        "answer": output.answer,
        "hits": None if output.hits is None else list(output.hits),
        "verdict": output.verdict,
    }
    where = not_finite(value)
    if where:
        raise VouchError(f"The output holds NaN or infinity at {where}.", "Give a number.")
    return value


def not_finite(value: Any, where: str = "") -> str:
    """Return where a value holds NaN or an infinity, or the empty string.

    >>> not_finite({"answers": [{"probability": float("nan")}]})
    'answers[0].probability'
    """
    if isinstance(value, float) and not math.isfinite(value):
        return where or "the value"
    if isinstance(value, Mapping):
        items = ((f"{where}.{name}" if where else str(name), one) for name, one in value.items())
    elif isinstance(value, list | tuple):
        items = ((f"{where}[{n}]", one) for n, one in enumerate(value))
    else:
        return ""
    return next((found for name, one in items if (found := not_finite(one, name))), "")


def output_from_json(value: Mapping[str, Any]) -> Output:
    """Return the output that ``output_to_json`` wrote."""
    hits = value.get("hits")
    return Output(
        answer=value.get("answer"),
        hits=None if hits is None else tuple(hits),
        verdict=value.get("verdict"),
        seconds=float(value.get("seconds", 0.0)),
        error=value.get("error", ""),
    )


def record_to_json(record: Record, **more: Any) -> dict[str, Any]:
    """Return a record as a line of ``records.jsonl``, with ``more`` fields beside."""
    return {
        "id": record.id,
        **output_to_json(record.output),
        "scores": {name: round(score, 6) for name, score in record.scores.items()},
        "row": row_to_json(record.row),
        "checks": record.checks,
        **more,
    }


def record_from_json(value: Mapping[str, Any]) -> Record:
    """Return the record that ``record_to_json`` wrote."""
    return Record(
        row_from_json(value["row"]),
        output_from_json(value),
        value.get("scores", {}),
        value.get("checks"),
    )


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file of records.

    Raises:
        NotFound: there is no such file.
        VouchError: a line is not one that was written here.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise VouchError(
                        f"Line {number} of {path} is not valid JSON: {error}.",
                        "The file was cut off or edited: run the suite again.",
                    ) from error
    except FileNotFoundError as error:
        raise NotFound(
            f"{path} is not there.", "Name the folder of a finished run: `vouch eval runs`."
        ) from error


def read_records(path: Path) -> list[Record]:
    """Return the records of a run's folder, or of a file of them."""
    file = path / "records.jsonl" if path.is_dir() else path
    return [record_from_json(line) for line in lines_of(file)]


def write_lines(path: Path, lines: Iterator[Mapping[str, Any]]) -> None:
    """Write lines of JSON, so that the file is there whole or not at all."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    new.replace(path)
