"""The fields of one row, each of the type that its format promises."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HALF_PAIR = re.compile("[\ud800-\udfff]")
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}


class Fault(Exception):
    """What is wrong with one row, in plain words."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in a file: ``value`` is what it holds, ``problem`` what is wrong with it.

    ``name`` is how a person finds it: "line 14" of a file of lines, "row 14" of a JSON list.
    """

    name: str
    number: int
    value: Any = None
    problem: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """The fields of the row; none where it is no object."""
        return self.value if isinstance(self.value, dict) else {}

    def fields(self) -> dict[str, Any]:
        """Return the fields of a row that can be used; raise ``Fault`` for one that cannot."""
        if self.problem:
            raise Fault(self.problem)
        return self.row

    def say(self, fault: Fault) -> str:
        """Return what is wrong with this row, with its place in the file.

        >>> Line("line 3", 3).say(Fault("no gold answer"))
        'line 3: no gold answer'
        """
        words = str(fault)
        return words if words.startswith(f"{self.name} ") else f"{self.name}: {words}"


def kind(value: Any) -> str:
    """Return what a JSON value is, in words.

    >>> kind([]), kind(3), kind(None)
    ('a list', 'a number', 'null')
    """
    return _KINDS.get(type(value), "a number")


def oddity(value: Any) -> str:
    """Return what a parsed value holds that JSON or UTF-8 does not allow; empty for nothing.

    >>> oddity({"score": [1, float("nan")]}), oddity({"score": 1.5})
    ('NaN, which JSON does not allow', '')
    """
    if isinstance(value, float) and not math.isfinite(value):
        return f"{'NaN' if math.isnan(value) else 'Infinity'}, which JSON does not allow"
    if isinstance(value, str):
        return "half of a surrogate pair, which is no character" if _HALF_PAIR.search(value) else ""
    if isinstance(value, dict):
        return next((odd for pair in value.items() for one in pair if (odd := oddity(one))), "")
    if isinstance(value, list):
        return next((odd for one in value if (odd := oddity(one))), "")
    return ""


def require(row: Mapping[str, Any], name: str) -> Any:
    """Return a field; raise ``Fault`` where it is missing."""
    if name not in row:
        raise Fault(f"there is no field `{name}`")
    return row[name]


def text(row: Mapping[str, Any], name: str, *, blank: bool = False) -> str:
    """Return a field that holds text, which may be empty only with ``blank``.

    >>> text({"question": "Who?"}, "question")
    'Who?'

    Raises:
        Fault: it is missing, empty, or something else.
    """
    value = require(row, name)
    if not isinstance(value, str):
        raise Fault(f"`{name}` is {kind(value)} where text was expected")
    if not blank and not value.strip():
        raise Fault(f"`{name}` is empty")
    return value


def loose(row: Mapping[str, Any], *names: str) -> str:
    """Return the first of the fields that holds text, else nothing: for a row that is broken.

    >>> loose({"query": 3, "question": "Who?"}, "query", "question")
    'Who?'
    """
    found = (row[name] for name in names if isinstance(row.get(name), str))
    return next((one for one in found if one.strip() and not _HALF_PAIR.search(one)), "")


def identity(row: Mapping[str, Any], name: str, default: str) -> str:
    """Return the id of a row, text or a whole number; the default where there is none.

    >>> identity({"id": 7}, "id", "line 3"), identity({}, "id", "line 3")
    ('7', 'line 3')
    """
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return loose(row, name).strip() or default


def require_id(row: Mapping[str, Any], name: str) -> None:
    """Raise ``Fault`` for a row without the id that its format promises."""
    if not identity(row, name, ""):
        raise Fault(f"there is no `{name}`")


def items(row: Mapping[str, Any], name: str) -> list[Any]:
    """Return a field that holds a list; raise ``Fault`` for anything else."""
    value = require(row, name)
    if not isinstance(value, list):
        raise Fault(f"`{name}` is {kind(value)} where a list was expected")
    return value


def texts(row: Mapping[str, Any], name: str) -> list[str]:
    """Return a field that holds a list of texts; raise ``Fault`` for anything else."""
    for one in items(row, name):
        if not isinstance(one, str):
            raise Fault(f"`{name}` holds {kind(one)} where text was expected")
    return items(row, name)


def tables(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a field that holds a list of objects; raise ``Fault`` for anything else."""
    for one in items(row, name):
        if not isinstance(one, dict):
            raise Fault(f"`{name}` holds {kind(one)} where an object was expected")
    return items(row, name)


def whole(row: Mapping[str, Any], name: str) -> int:
    """Return a field that holds a whole number; raise ``Fault`` for anything else."""
    value = require(row, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Fault(f"`{name}` is {kind(value)} where a whole number was expected")
    return value


def distinct(values: list[str]) -> tuple[str, ...]:
    """Return the values that are not blank, each once, in their order.

    >>> distinct(["b", "a", " ", "b"])
    ('b', 'a')
    """
    return tuple(dict.fromkeys(one for one in values if one.strip()))
