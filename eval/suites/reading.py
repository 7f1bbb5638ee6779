"""Reading data files so that whatever is wrong with one is said with its file and line.

What is wrong with a whole file is raised. What is wrong with one row is kept with the row, which
is counted as failed: no row is ever dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from eval.suites.fields import Line, kind, oddity
from rag.errors import NotFound, TooLarge, UnreadableFile

LIMIT = 4 << 30
"""Bytes that a file, or a member of an archive once unpacked, may have."""


def read_bytes(path: Path, expected: str) -> bytes:
    """Return a file's bytes.

    Raises:
        NotFound: there is no such file.
        UnreadableFile: it is empty or cannot be read.
        TooLarge: it is over ``LIMIT``.
    """
    hint = f"Expected {expected}."
    try:
        if path.stat().st_size > LIMIT:
            raise TooLarge(f"{path} is over {LIMIT:,} bytes.", hint)
        found = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", hint) from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.", hint) from error
    if not found.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile(f"{path} is empty.", hint)
    return found


def read_text(path: Path, expected: str) -> str:
    """Return a file's text, character by character as it stands there, without a BOM."""
    data = read_bytes(path, expected)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"{path} is not UTF-8 text: line {line}, byte {error.start}.", f"Expected {expected}."
        ) from error


def read_json(path: Path, expected: str) -> Any:
    """Return what a JSON file holds. NaN gets through: ``oddity`` finds the row that has it."""
    try:
        return json.loads(read_text(path, expected))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableFile(
            f"{path} is not valid JSON: {error.msg.removesuffix(' at')} at {where}.",
            f"Expected {expected}. If the file ends too early, fetch it again.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path} is not JSON: {error}.", f"Expected {expected}.") from error


def json_lines(lines: Iterable[bytes]) -> Iterator[Line]:
    """Yield the rows of JSON Lines; a blank line is none.

    >>> [line.problem for line in json_lines([b'{"a": 1}', b'{"a": NaN}', b'{"a": 1'])][1:]
    ['line 2 holds NaN, which JSON does not allow', \
"line 3 is not valid JSON: Expecting ',' delimiter at column 8"]
    """
    for number, data in enumerate(lines, 1):
        name = f"line {number}"
        try:
            words = data.decode("utf-8-sig" if number == 1 else "utf-8")
            if words.strip():
                yield _line(name, number, json.loads(words))
        except UnicodeDecodeError as error:
            yield Line(name, number, None, f"{name} is not UTF-8 text at byte {error.start}")
        except json.JSONDecodeError as error:
            said = f"{error.msg.removesuffix(' at')} at column {error.colno}"
            yield Line(name, number, None, f"{name} is not valid JSON: {said}")
        except (ValueError, RecursionError) as error:
            yield Line(name, number, None, f"{name} is not JSON: {error}")


def _line(name: str, number: int, value: Any) -> Line:
    if not isinstance(value, dict):
        return Line(name, number, value, f"{name} holds {kind(value)} where an object was expected")
    odd = oddity(value)
    return Line(name, number, value, f"{name} holds {odd}" if odd else "")


def read_rows(path: Path, fields: Sequence[str], expected: str) -> list[Line]:
    """Return the rows of a file of JSON Lines, or of one JSON list.

    Args:
        path: the file.
        fields: names of which a row of this format has at least one.
        expected: what the file should be, for the message.

    Raises:
        UnreadableFile: no row has any of the fields, so that it is another format.
    """
    data = read_bytes(path, expected)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        values = read_json(path, expected)
        found = [_line(f"row {number}", number, value) for number, value in enumerate(values, 1)]
    else:
        found = list(json_lines(data.split(b"\n")))
    if not any(name in line.row for line in found for name in fields):
        wanted = " or ".join(f"`{name}`" for name in fields)
        raise UnreadableFile(
            f"{path}: no row has a field {wanted}; {_seen(found)}.", f"Expected {expected}."
        )
    return found


def _seen(lines: Sequence[Line]) -> str:
    if not lines:
        return "there is no row"
    names = ", ".join(f"`{name}`" for name in list(lines[0].row)[:6])
    return lines[0].problem or f"{lines[0].name} has {names or 'no field'}"


def find_files(data: Path, patterns: Sequence[str], expected: str) -> list[Path]:
    """Return the file itself, or a folder's files of the first pattern that fits any.

    Patterns are lower case, and compared with the name alone.
    """
    if data.is_file():
        return [data]
    if not data.exists():
        raise NotFound(f"There is no {data}.", f"Give {expected}.")
    there = sorted(one for one in data.iterdir() if one.is_file() and one.name[0] != ".")
    for pattern in patterns:
        found = [one for one in there if fnmatch(one.name.lower(), pattern)]
        if found:
            return found
    names = ", ".join(one.name for one in there[:8]) or "no file"
    raise NotFound(f"No file in {data} fits: it holds {names}.", f"Give {expected}.")


def find_file(data: Path, patterns: Sequence[str], expected: str) -> Path:
    """Return the file itself, or the only one of a folder that fits."""
    found = find_files(data, patterns, expected)
    if len(found) > 1:
        names = ", ".join(one.name for one in found[:8])
        raise NotFound(f"Several files in {data} fit: {names}.", "Name one of them.")
    return found[0]
