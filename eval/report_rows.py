"""The rows of a report as it embeds them: a short line for each, and everything else in blocks.

The short lines are what the page searches, sorts and filters. Blocks are compressed and opened by
the page one at a time, so that a report of 20,000 rows opens like one of 20.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from eval.metrics.conflict import gives
from eval.metrics.text import asserts_wrong, holds, holds_value
from eval.report_text import cut, finite
from rag.errors import BadRequest

Line = Mapping[str, Any]
"""A line of ``records.jsonl`` or ``baselines.jsonl``."""

OUTCOMES = ("answered", "refused", "failed")
_SEARCHED = 400
_BESIDE = 1500
_BLOCK_ROWS = 50
_BLOCK_CHARS = 1_000_000


def to_json(value: object) -> str:
    r"""Return JSON in ASCII that cannot end a script element; NaN and infinities become null.

    >>> to_json({"a": "</script>", "b": float("nan")})
    '{"a":"\\u003c/script>","b":null}'
    """
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = json.dumps(_finite(value), allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Mapping):
        return {str(name): _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def said(record: Line) -> str:
    """Return what a system gave for a row, in a line of text.

    >>> said({"outcome": "failed", "error": "timed out"})
    'timed out'
    >>> said({"outcome": "answered", "hits": [{"source": "a"}, {"source": "b"}]})
    '1. a  2. b'
    """
    if record.get("outcome") == "failed":
        return str(record.get("error") or "")
    answer, verdict = record.get("answer"), record.get("verdict")
    if answer:
        declined = answer.get("declined")
        words = declined.get("message") if isinstance(declined, Mapping) else ""
        return str(words or answer.get("text") or "")
    if verdict:
        support = finite(verdict.get("support"))
        word = "supported" if verdict.get("supported") else "not supported"
        return word if support is None else f"{word}, {support:.2f}"
    hits = record.get("hits") or ()
    return "  ".join(f"{n}. {hit.get('source')}" for n, hit in enumerate(hits[:5], start=1))


def right(record: Line) -> bool | None:
    """Return whether a verdict is the people's; None where there are not both.

    >>> right({"row": {"text": "a", "supported": True}, "verdict": {"supported": False}})
    False
    """
    gold, verdict = record.get("row", {}).get("supported"), record.get("verdict")
    if gold is None or not verdict:
        return None
    return bool(gold) == bool(verdict.get("supported"))


def _told(
    tell: Callable[[str, str], bool], items: Iterable[object], text: str
) -> list[bool | None]:
    def one(item: str) -> bool | None:
        try:
            return tell(item, text)
        except BadRequest:
            return None

    return [one(str(item)) for item in items]


def found(record: Line) -> dict[str, list[bool | None]]:
    """Return which of the expected strings an answer holds, and which sources it cites.

    Wrong values are looked for in the bare answers, where there are any: what an answer reports of
    others it does not assert. None stands for a pattern that is no pattern.

    >>> row = {"expect": {"any": ["17", "re:nine?"]}, "sources": ["a.txt"]}
    >>> answer = {"text": "Seventeen (17).", "citations": [{"n": 1, "source": "news/a.txt"}]}
    >>> found({"outcome": "answered", "row": row, "answer": answer})
    {'any': [True, False], 'sources': [True]}
    """
    answer, row = record.get("answer"), record.get("row", {})
    if not answer or record.get("outcome") != "answered":
        return {}
    bare = "\n".join(str(one.get("text", "")) for one in answer.get("answers") or ())
    text = f"{answer.get('text', '')}\n{bare}"
    expect = row.get("expect", {})
    golds = [str(one) for name in ("answers", "values") for one in expect.get(name, ())]
    looked: dict[str, tuple[Callable[[str, str], bool], str]] = {
        "all": (holds, text),
        "any": (holds, text),
        "values": (gives, text),
        "answers": (holds_value, text),
        "wrong": (lambda value, where: asserts_wrong(value, where, golds), bare or text),
    }
    marks = {
        name: _told(tell, expect[name], where)
        for name, (tell, where) in looked.items()
        if expect.get(name)
    }
    if row.get("sources") and "citations" in answer:
        cited = {name for one in answer["citations"] or () for name in _names(one)}
        marks["sources"] = [str(one) in cited for one in row["sources"]]
    return marks


def _names(citation: Mapping[str, Any]) -> set[str]:
    source = str(citation.get("source") or "")
    names = {citation.get(name) for name in ("document_id", "external_id", "title")}
    known = {source, PurePath(source).name, PurePath(source).stem}
    return (known | {str(name) for name in names if name}) - {""}


def by_row(baselines: Iterable[Line]) -> dict[str, list[dict[str, Any]]]:
    """Return what each baseline gave, by row, cut to what a person reads beside an answer."""
    beside: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in baselines:
        beside[str(line.get("id"))].append(
            {
                "name": line.get("baseline", ""),
                "outcome": line.get("outcome"),
                "said": cut(said(line), _BESIDE),
                "scores": line.get("scores") or {},
            }
        )
    return beside


class Index:
    """The short lines of all rows, in the order of the run.

    ``metrics`` are the columns of scores: those named at first, then whatever rows have besides.
    """

    def __init__(self, metrics: Iterable[str]) -> None:
        self.metrics = {name: at for at, name in enumerate(metrics)}
        self.tags: dict[str, int] = {}
        self.lines: list[str] = []

    def add(self, record: Line, block: int, at: int) -> None:
        """Add a row that stands at place ``at`` of a block."""
        row, scores = record.get("row", {}), record.get("scores") or {}
        outcome = record.get("outcome")
        for name in scores:
            self.metrics.setdefault(name, len(self.metrics))
        values = [finite(scores.get(name)) for name in self.metrics]
        tags = [self.tags.setdefault(str(tag), len(self.tags)) for tag in row.get("tags", ())]
        line = (
            str(record.get("id", row.get("id", ""))),
            OUTCOMES.index(outcome) if outcome in OUTCOMES else len(OUTCOMES) - 1,
            cut(str(row.get("question") or row.get("text") or ""), _SEARCHED),
            cut(said(record), _SEARCHED),
            tags,
            [None if value is None else round(value, 4) for value in values],
            finite(record.get("seconds")),
            right(record),
            block,
            at,
        )
        self.lines.append(to_json(line))

    def to_json(self) -> str:
        """Return metrics, tags and rows for the page."""
        head = f'"metrics":{to_json(list(self.metrics))},"tags":{to_json(list(self.tags))}'
        return f'{{{head},"rows":[{",".join(self.lines)}]}}'


def blocks(
    records: Iterable[Line], beside: Mapping[str, list[dict[str, Any]]], index: Index
) -> Iterator[str]:
    """Yield blocks of whole records for the page, and add each record to the index.

    A block is a JSON list of ``{"record", "found", "beside"}``, gzip, base64.
    """
    waiting: list[str] = []
    size = number = 0
    for record in records:
        index.add(record, number, len(waiting))
        whole = {
            "record": record,
            "found": found(record),
            "beside": beside.get(str(record.get("id")), []),
        }
        waiting.append(to_json(whole))
        size += len(waiting[-1])
        if len(waiting) == _BLOCK_ROWS or size > _BLOCK_CHARS:
            yield _packed(waiting)
            waiting, size, number = [], 0, number + 1
    if waiting:
        yield _packed(waiting)


def _packed(texts: list[str]) -> str:
    # No time in the header: the same run gives the same bytes.
    packed = gzip.compress(f"[{','.join(texts)}]".encode("ascii"), 6, mtime=0)
    return base64.b64encode(packed).decode("ascii")
