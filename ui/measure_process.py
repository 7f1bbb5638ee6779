"""The child process of one measuring job: ``python -m ui.measure_process``, told what on its input.

It says how far it is on its output, one JSON object a line, and last what came of it. It stops when
its input ends, which also happens when the server is killed.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings
from rag.errors import BadRequest, Cancelled, VouchError
from ui.eval_work import runs_of
from ui.measure_jobs import DRAFTS

if TYPE_CHECKING:
    from eval.cases import Suite
    from eval.library import EvalLibrary

Say = Callable[[Mapping[str, Any]], None]
Progress = Callable[[str, int, int], None]
STOPPED, FAILED = 3, 4
_SHOWN_FAULTS = 100
_SHOWN_QUESTIONS = 5
_SLOWEST_STOP = 5.0
"""Seconds after which a run that was told to stop is ended where it is."""


def run(order: Mapping[str, Any], say: Say, stop: threading.Event) -> int:
    """Do one job and return the exit code.

    Args:
        order: ``kind`` ("check", "draft" or "run"), ``settings``, ``file`` of cases and, for
            drafts, ``most``.
        say: gets how far it is, what the file holds, and the name of the run.
        stop: ends it.
    """

    def tell(what: str, done: int, total: int) -> None:
        say({"what": what, "done": done, "total": total})

    try:
        _work(order, say, tell, stop)
    except Cancelled:
        return STOPPED
    except VouchError as error:
        # Where the file lies is the server's business.
        message = error.message.replace(str(order["file"]), Path(order["file"]).name)
        say({"error": {"code": error.code, "message": message, "hint": error.hint}})
        return FAILED
    except Exception as error:  # noqa: BLE001 - the boundary of the process
        traceback.print_exc()
        said = f"{type(error).__name__}: {error}"[:300]
        message = f"Measuring ended in an unexpected error: {said}."
        say(
            {
                "error": {
                    "code": "internal",
                    "message": message,
                    "hint": "The server's log says where.",
                }
            }
        )
        return FAILED
    return 0


def _work(order: Mapping[str, Any], say: Say, tell: Progress, stop: threading.Event) -> None:
    from eval.library import open_own_library

    settings = Settings(**order["settings"])
    file, kind = Path(order["file"]), order["kind"]
    library = open_own_library(settings)
    try:
        if kind == "draft":
            _draft(library, file, int(order["most"]), tell, stop)
        tell("Checking the cases", 0, 0)
        checked = _checked(library, file)
    finally:
        library.close()
    say({"file": checked})
    if kind != "run":
        return
    if checked["faults"]:
        raise BadRequest(
            "The cases do not fit the library as it is now, so nothing was run.",
            "Each fault is named with its line.",
        )
    _evaluate(settings, file, say, tell, stop)


def _draft(
    library: EvalLibrary, file: Path, most: int, tell: Progress, stop: threading.Event
) -> None:
    """Write drafts made from the documents of a library.

    Raises:
        VouchError: no sentence makes a question.
    """
    from eval.drafts import draft_cases, write_cases

    infos = list(library.documents())

    def documents() -> Any:
        for done, info in enumerate(infos):
            if stop.is_set():
                return
            tell("Reading the documents", done, len(infos))
            document = library.ledger.document(info.id)
            if document is not None:
                yield document

    cases = draft_cases(documents(), most=most)
    if stop.is_set():
        raise Cancelled("Drafting was stopped.")
    if not cases:
        raise VouchError(
            "No sentence of the documents makes a question.",
            "Add documents first, or upload cases that you have written."
            if not infos
            else "Upload cases that you have written.",
        )
    write_cases(file, cases, overwrite=True)


def _checked(library: EvalLibrary, file: Path) -> dict[str, Any]:
    """Return what a file of cases holds, and every fault by its line, as JSON."""
    from eval.case_file import check, read_cases

    found = check(file, known=library.named.__contains__, text_of=library.text_of)
    cases = read_cases(file)
    warnings = [one for one in found.warnings if one.field != "draft"]  # they are counted
    return {
        "cases": found.cases,
        "drafts": sum(case.draft for case in cases),
        "faults": [_issue(one) for one in found.errors[:_SHOWN_FAULTS]],
        "warnings": [_issue(one) for one in warnings[:_SHOWN_FAULTS]],
        "more_faults": max(0, len(found.errors) - _SHOWN_FAULTS),
        "more_warnings": max(0, len(warnings) - _SHOWN_FAULTS),
        "questions": [case.question[:300] for case in cases[:_SHOWN_QUESTIONS]],
    }


def _issue(issue: Any) -> dict[str, Any]:
    return {"line": issue.line, "message": issue.message[:500], "hint": issue.hint[:300]}


def _evaluate(
    settings: Settings, file: Path, say: Say, tell: Progress, stop: threading.Event
) -> None:
    from eval.case_file import load_cases
    from eval.evaluate import Plan, evaluate

    command = ["vouch", "eval", "run", "cases", "--data", file.name]
    plan = Plan(
        suite=_labelled(load_cases(file)),
        settings=settings,
        runs=runs_of(settings),
        command=shlex.join(command),
    )
    found = evaluate(plan, progress=tell, stop=stop)
    say({"run": found.path.name})


def _labelled(suite: Suite) -> Suite:
    """Return the suite; where cases are drafts that nobody has confirmed, it says so."""
    drafts = sum(bool(getattr(row, "draft", False)) for row in suite.rows)
    if not drafts:
        return suite
    return replace(suite, about=f"{suite.about} {drafts:,} of {len(suite.rows):,} {DRAFTS}")


def main() -> int:
    """Read the order, then work until it is done or the input ends."""
    order = json.loads(sys.stdin.buffer.readline())
    # What a library prints must not get among the lines that the server reads.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    stop, lock = threading.Event(), threading.Lock()

    def say(value: Mapping[str, Any]) -> None:
        with lock:
            try:
                out.write(json.dumps(value) + "\n")
                out.flush()
            except BrokenPipeError:
                stop.set()  # the server is gone

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        stop.set()
        threading.Event().wait(_SLOWEST_STOP)
        os._exit(STOPPED)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    os.nice(5)  # questions come first
    return run(order, say, stop)


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # The watching thread still reads the input; the interpreter would wait for its lock.
    os._exit(code)
