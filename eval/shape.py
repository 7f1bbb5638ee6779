"""Whether an answer has the contract's shape, so far as anything here relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NUMBER, _TEXT, _PLACE = "a whole number", "a text", "a whole number or null"
_OBJECTS: Mapping[str, Mapping[str, str]] = {
    "citations": {"n": _NUMBER, "start": _PLACE, "end": _PLACE},
    "sentences": {"text": _TEXT, "start": _PLACE, "end": _PLACE},
    "answers": {"text": _TEXT},
    "accounts": {},
    "marks": {"n": _NUMBER, "start": _NUMBER, "end": _NUMBER},
}
"""Fields of the objects in each list; what stands as a place may be left out."""


def fault_of(answer: Mapping[str, Any]) -> str:
    """Return what is wrong with the shape of an answer, or the empty string.

    >>> fault_of({"text": "Ann.", "citations": [{"n": 1, "start": "3"}]})
    'citations[0].start must be a whole number or null'
    >>> fault_of({"text": "Ann.", "declined": None})
    ''
    """
    if not isinstance(answer.get("text"), str):
        return f"text must be {_TEXT}"
    for name, fields in _OBJECTS.items():
        if answer.get(name) is None:
            continue
        fault = _list(answer[name], name, fields)
        if fault:
            return fault
    for number, sentence in enumerate(answer.get("sentences") or ()):
        fault = _list(
            sentence.get("citations") or [], f"sentences[{number}].citations", {"n": _NUMBER}
        )
        if fault:
            return fault
    return ""


def _list(value: Any, name: str, fields: Mapping[str, str]) -> str:
    if not isinstance(value, list | tuple):
        return f"{name} must be a list"
    for number, one in enumerate(value):
        if not isinstance(one, Mapping):
            return f"{name}[{number}] must be an object"
        for field, wanted in fields.items():
            if not _fits(one.get(field), wanted):
                return f"{name}[{number}].{field} must be {wanted}"
    return ""


def _fits(value: Any, wanted: str) -> bool:
    if wanted == _PLACE and value is None:
        return True
    if wanted == _TEXT:
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)
