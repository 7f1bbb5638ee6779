"""What is wrong with a value of a case file, named by its path: ``expect.values[2]``.

A reader asks ``Faults`` for a value of a kind, and gets it or an empty one with the fault noted, so
that one pass finds every fault of a line.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_SHOWN = 60
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault of a case file: in which line and field, what is wrong, and what to do."""

    line: int
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.message} {self.hint}".strip()


def shown(value: object) -> str:
    """Return a JSON value as it would stand in a file, cut when it is long.

    >>> shown(7), shown(None), shown("x" * 99)[-5:]
    ('7', 'null', 'x..."')
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= _SHOWN:
        return text
    return text[: _SHOWN - 4] + "..." + text[-1]


@dataclass(slots=True)
class Faults:
    """Collects what is wrong while the fields of one line are read.

    ``errors`` make the case one that cannot be asked; ``warnings`` do not.
    """

    line: int
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)

    def error(self, path: str, message: str, hint: str = "") -> None:
        """Note a fault."""
        self.errors.append(Issue(self.line, path, message, hint))

    def warn(self, path: str, message: str, hint: str = "") -> None:
        """Note what is allowed and probably not meant."""
        self.warnings.append(Issue(self.line, path, message, hint))

    def known(self, value: Mapping[str, Any], names: Sequence[str], path: str) -> None:
        """Report the fields that do not exist, each with the real one it is nearest to."""
        for name in value:
            if name in names:
                continue
            where = f"{path}.{name}" if path else name
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            of = f" of {path}" if path else ""
            self.error(
                where,
                f"There is no field {name!r}{of}.{guess}",
                f"Fields{of} are: {', '.join(names)}.",
            )

    def mapping(self, value: object, path: str) -> Mapping[str, Any]:
        """Return an object; an empty one for null, or where it is none."""
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.error(path, f"{path} must be an object, not {shown(value)}.", "Write {...}.")
        return {}

    def items(self, value: object, path: str) -> Sequence[object]:
        """Return a list; an empty one for null, or where it is none."""
        if value is None:
            return ()
        if isinstance(value, list | tuple):
            return value
        hint = f"Write [{shown(value)}]." if isinstance(value, str) else "Write [...]."
        self.error(path, f"{path} must be a list, not {shown(value)}.", hint)
        return ()

    def text(self, value: object, path: str, *, empty: bool = False) -> str:
        """Return a string; the empty string where it is not one, or is empty and must not be."""
        if not isinstance(value, str):
            self.error(path, f"{path} must be a string, not {shown(value)}.", "Write it in quotes.")
            return ""
        if _SURROGATE.search(value):
            self.error(path, f"{path} holds half a character: {ascii(value)}.", "Write it whole.")
            return ""
        if not value.strip() and not empty:
            self.error(path, f"{path} is empty.", "Write something, or leave it out.")
            return ""
        return value

    def texts(self, value: object, path: str) -> tuple[str, ...]:
        """Return the strings of a list, none of them empty."""
        named = ((f"{path}[{n}]", item) for n, item in enumerate(self.items(value, path)))
        return tuple(text for where, item in named if (text := self.text(item, where)))

    def patterns(self, value: object, path: str) -> tuple[str, ...]:
        """Return strings and ``re:`` patterns, each of which compiles."""
        found = []
        for n, item in enumerate(self.items(value, path)):
            text = self.text(item, where := f"{path}[{n}]")
            if text and self._compiles(text, where):
                found.append(text)
        return tuple(found)

    def _compiles(self, text: str, path: str) -> bool:
        if not text.startswith("re:"):
            return True
        pattern = text.removeprefix("re:")
        try:
            compiled = re.compile(pattern, re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as error:
            at = getattr(error, "pos", None)
            why = getattr(error, "msg", None) or str(error)
            position = "" if at is None else f" at position {at}"
            self.error(
                path,
                f"{path} is not a regular expression: {why}{position} of {pattern!r}.",
                "Patterns are Python's; leave out re: to look for the text as it is.",
            )
            return False
        if compiled.search("") is not None:
            self.warn(path, f"{path} fits any answer: {pattern!r}.", "Make the pattern stricter.")
        return True

    def choice(self, value: object, path: str, choices: Sequence[str]) -> str:
        """Return one of some words; the empty string where it is none of them."""
        text = self.text(value, path)
        if text and text not in choices:
            near = difflib.get_close_matches(text, choices, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            listed = ", ".join(choices)
            self.error(path, f"{path} cannot be {shown(text)}.{guess}", f"It is one of: {listed}.")
            return ""
        return text

    def count(self, value: object, path: str) -> int | None:
        """Return a whole number from 0 on; None where it is none."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.error(path, f"{path} must be a whole number, not {shown(value)}.", "Such as 0.")
            return None
        if value < 0:
            self.error(path, f"{path} must not be negative, and is {value}.", "Count from 0.")
            return None
        return value

    def flag(self, value: object, path: str) -> bool:
        """Return true or false; False where it is neither."""
        if not isinstance(value, bool):
            self.error(
                path, f"{path} must be true or false, not {shown(value)}.", "Without quotes."
            )
            return False
        return value
