"""Case files, our own JSONL: read whatever is in one, check it line by line, make a suite of it.

``read_cases`` loses no line: one that is wrong becomes a case with a ``problem``, which a run
counts as failed. ``check`` says what is wrong, by line and field, and what to do about it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.case_faults import Issue
from eval.case_fields import (
    case_from_json,
    case_to_json,
    parse_case,
    problem_of,
)
from eval.cases import Case, Expect, Suite
from rag.errors import NotFound, UnreadableFile

__all__ = [
    "CheckedFile",
    "Issue",
    "case_from_json",
    "case_to_json",
    "check",
    "load_cases",
    "read_cases",
]

_ABOUT = "Questions of one's own: what each answer must hold, cite, or refuse."


def _always(_case: Case) -> bool:
    return True


# In the order of a report. Each is there when a case of the file has what it is measured against.
_METRICS: tuple[tuple[str, Callable[[Case], bool]], ...] = (
    ("correct", _always),
    ("exact_match", lambda case: bool(case.expect.answers)),
    ("f1", lambda case: bool(case.expect.answers)),
    ("conflict_coverage", lambda case: bool(case.expect.values)),
    ("wrong_asserted", lambda case: bool(case.expect.wrong)),
    ("account_precision", lambda case: bool(case.expect.accounts)),
    ("account_recall", lambda case: bool(case.expect.accounts)),
    ("claimant_accuracy", lambda case: any(one.claimant for one in case.expect.accounts)),
    ("relation_accuracy", lambda case: any(one.relation for one in case.expect.accounts)),
    ("rouge_l", lambda case: bool(case.expect.text)),
    ("source_cited", lambda case: bool(case.sources)),
    ("span_cited", lambda case: bool(case.spans)),
    ("correct_refusals", lambda case: case.answerable is False),
    ("wrong_refusals", lambda case: case.answerable is True),
    ("abstention_accuracy", lambda case: case.answerable is not None),
    ("aurc", _always),
    ("ece", _always),
    ("citation_precision", _always),
    ("citation_recall", _always),
    ("quote_truth", _always),
    ("faithfulness", _always),
    ("answer_length", _always),
    ("latency_p50", _always),
    ("latency_p95", _always),
)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a check found: how many cases the file has, and every fault in the order of lines."""

    cases: int
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file: the case as far as it could be read, and what is wrong with it."""

    number: int
    case: Case
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]


def read_cases(path: str | Path) -> list[Case]:
    """Return every case of a file in its order; one that is wrong has its ``problem`` set.

    Ids are unique: a case without one is called after its line ("line 14"), and one whose id was
    given to an earlier case gets a number ("id#2") and a problem.

    Raises:
        NotFound: there is no such file.
        UnreadableFile: it is empty, no file, or not UTF-8.
    """
    lines = _lines(Path(path))
    stated = {line.case.id for line in lines}
    taken: set[str] = set()
    cases: list[Case] = []
    for line in lines:
        first = line.case.id or f"line {line.number}"
        name, n = first, 2
        while name in taken or (name != line.case.id and name in stated):
            name, n = f"{first}#{n}", n + 1
        taken.add(name)
        case = line.case
        group = name if case.group == case.id else case.group
        cases.append(replace(case, id=name, group=group, problem=problem_of(line.errors)))
    return cases


def check(
    path: str | Path,
    known: Callable[[str], bool] | None = None,
    text_of: Callable[[str], str | None] | None = None,
) -> CheckedFile:
    """Return every fault of a case file, by line and field.

    Args:
        path: the file.
        known: says whether a source named by a case is there; None leaves that unchecked.
        text_of: gives a source's text, None where it has none, so that spans can be checked to lie
            inside it.

    Raises:
        NotFound: there is no such file.
        UnreadableFile: it is empty, no file, or not UTF-8.
    """
    lines = _lines(Path(path))
    errors: list[Issue] = []
    warnings: list[Issue] = []
    for line in lines:
        errors.extend(line.errors)
        warnings.extend(line.warnings)
        errors.extend(_unknown_sources(line, known))
        errors.extend(_spans_outside(line, text_of))
    warnings.extend(_asked_twice(lines))
    warnings.sort(key=lambda issue: issue.line)
    return CheckedFile(len(lines), tuple(errors), tuple(warnings))


def load_cases(path: str | Path) -> Suite:
    """Return the suite of a case file, without sources: it is asked of a library or a folder.

    Its metrics are those for which a case of the file has something to be measured against.

    Raises:
        NotFound: there is no such file.
        UnreadableFile: it is empty, no file, or not UTF-8.
    """
    path = Path(path)
    cases = read_cases(path)
    grouped = any(case.group != case.id for case in cases)
    return Suite(
        name="cases",
        task="answer",
        rows=tuple(cases),
        metrics=tuple(name for name, fits in _METRICS if any(map(fits, cases))),
        grouped_by="group" if grouped else "question",
        about=_ABOUT,
        files=(str(path),),
    )


def _lines(path: Path) -> list[_Line]:
    """Return the lines that are not blank, each with all that is wrong with it."""
    found: list[_Line] = []
    first: dict[str, int] = {}
    for number, text in _texts(path):
        value, broken = _json(text, number)
        if broken is not None:
            found.append(
                _Line(number, Case("", text.strip()[:200], answerable=True), (broken,), ())
            )
            continue
        parsed = parse_case(value, number)
        errors, name = parsed.errors, parsed.case.id
        if name and first.setdefault(name, number) != number:
            message = f"The id {name!r} stands in line {first[name]} and again in line {number}."
            errors += (Issue(number, "id", message, "Give each case an id of its own."),)
        found.append(_Line(number, parsed.case, errors, parsed.warnings))
    if not found:
        raise UnreadableFile(f"{path} holds no cases.", "Write one JSON object a line.")
    return found


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and text of every line that is not blank.

    A last line that was cut inside a character is yielded as far as it goes: it is one case that is
    lost, not the file.
    """
    lines = _bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            if number < len(lines) or error.reason != "unexpected end of data":
                raise UnreadableFile(
                    f"{path} is not UTF-8: byte {error.start + 1} of line {number} is "
                    f"0x{line[error.start]:02x}.",
                    "Save it as UTF-8 and try again.",
                ) from error
            text = line.decode("utf-8", "replace")
        if text.strip():
            yield number, text.rstrip("\r")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", "Check the path.") from error
    except IsADirectoryError as error:
        raise UnreadableFile(f"{path} is a folder.", "Name a file of cases.") from error
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error


def _json(text: str, line: int) -> tuple[object, Issue | None]:
    """Return the JSON value of a line, or what is wrong with it."""
    try:
        return json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_once
        ), None
    except json.JSONDecodeError as error:
        hint = "Each line holds one whole JSON object."
        if error.pos >= len(text.rstrip()):
            hint = "The line ends too early: the file may be cut off, or an object be spread "
            hint += "over several lines."
        message = f"The line is not JSON: {error.msg.removesuffix(' at')} at column {error.colno}."
        return None, Issue(line, "", message, hint)
    except _Refused as error:
        return None, Issue(line, "", error.message, error.hint)
    except RecursionError:
        return None, Issue(line, "", "The line is nested too deeply.", "A case has four levels.")
    except ValueError as error:  # a whole number of thousands of digits
        return None, Issue(line, "", f"The line is not JSON: {error}.", "Shorten the number.")


class _Refused(ValueError):
    """JSON that Python would read and that no case may hold."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _no_constant(name: str) -> float:
    raise _Refused(f"The line holds {name}, which is not JSON.", "Write a number or null.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _Refused(f"The number {text} is too large.", "Write a smaller one.")
    return value


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(f"The field {twice!r} stands twice in one object.", "Keep one of them.")
    return found


def _named_sources(case: Case) -> Iterator[tuple[str, str]]:
    """Yield the path and name of every source that a case names."""
    for n, name in enumerate(case.sources):
        yield f"sources[{n}]", name
    for n, span in enumerate(case.spans):
        yield f"spans[{n}].source", span.source
    for n, account in enumerate(case.expect.accounts):
        for m, name in enumerate(account.sources):
            yield f"accounts[{n}].sources[{m}]", name


def _unknown_sources(line: _Line, known: Callable[[str], bool] | None) -> Iterator[Issue]:
    if known is None:
        return
    for path, name in _named_sources(line.case):
        if name and not known(name):
            yield Issue(
                line.number,
                path,
                f"{path} names {name!r}, and there is no such document.",
                "Name a document by its id, external id, file name or title.",
            )


def _spans_outside(line: _Line, text_of: Callable[[str], str | None] | None) -> Iterator[Issue]:
    if text_of is None:
        return
    for n, span in enumerate(line.case.spans):
        text = text_of(span.source)
        if text is not None and span.end > len(text):
            yield Issue(
                line.number,
                f"spans[{n}]",
                f"spans[{n}] ends at {span.end:,}, and {span.source!r} has {len(text):,} "
                "characters.",
                "Count characters from the start of the text as the library holds it.",
            )


def _asked_twice(lines: Sequence[_Line]) -> Iterator[Issue]:
    first: dict[str, int] = {}
    for line in lines:
        if not line.case.question or line.errors:
            continue
        asked = replace(line.case, id="", group="", tags=(), draft=False, expect=Expect())
        asked = replace(asked, answerable=None, sources=(), spans=())
        earlier = first.setdefault(repr(asked).casefold(), line.number)
        if earlier != line.number:
            yield Issue(line.number, "question", f"The same question stands in line {earlier}.")
