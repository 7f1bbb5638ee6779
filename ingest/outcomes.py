"""What is said of a file: its outcomes, from what opening it and writing it gave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.store.values import DocumentChange, OriginRow, UnreadPart
from rag.types import FileOutcome

INSIDE = "!/"
"""What stands between a container's path and that of a file inside it."""

INTERRUPTED = "Its last reading was interrupted: what is kept of it may be old and new."
"""Said at the end of why a file could not be read whose documents are not of one version."""

_NAMED_ALIKE = 20


def known_outcomes(row: OriginRow) -> list[FileOutcome]:
    """Return the outcomes of a file that is as it was when it was last read."""
    if row.state == "failed":
        whole = FileOutcome(
            row.path, "failed", 0, why=row.why, hint=row.hint, notes=kept_notes(row)
        )
    elif not row.document_ids and row.why:
        whole = FileOutcome(row.path, "skipped", 0, why=row.why)
    else:
        whole = FileOutcome(row.path, "unchanged", len(row.document_ids))
    return [whole, *unread_outcomes(row.path, row.unread)]


def put_outcomes(
    path: str, changes: Sequence[DocumentChange], notes: tuple[str, ...]
) -> list[FileOutcome]:
    """Return an outcome for each thing that became of a file's documents, notes with the first."""
    documents: Counter[str] = Counter(change.outcome for change in changes)
    passages: Counter[str] = Counter()
    for change in changes:
        passages[change.outcome] += change.passages
    found: list[FileOutcome] = []
    for kind in ("added", "updated", "unchanged", "removed"):
        if documents[kind]:
            outcome = FileOutcome(path, kind, documents[kind], passages[kind])
            found.append(outcome if found else replace(outcome, notes=notes))
    return found


def unread_outcomes(path: str, unread: Sequence[UnreadPart]) -> list[FileOutcome]:
    """Return an outcome for each file inside a container that could not be read.

    >>> unread_outcomes("/a.zip", [UnreadPart("b.pdf", "It is encrypted.")])[0].source
    '/a.zip!/b.pdf'
    """
    return [
        FileOutcome(f"{path}{INSIDE}{one.part}", "failed", 0, why=one.why, hint=one.hint)
        for one in unread
    ]


def skipped_outcomes(path: str, skipped: Sequence[tuple[str, str]]) -> Iterator[FileOutcome]:
    """Yield outcomes for the files inside a container that are none to read, and why.

    Of very many that are left out for one reason, the first are named and the rest counted.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for part, why in skipped:
        alike[why].append(part)
    for why, parts in alike.items():
        for part in parts[:_NAMED_ALIKE]:
            yield FileOutcome(f"{path}{INSIDE}{part}", "skipped", 0, why=why)
        if (more := len(parts) - _NAMED_ALIKE) > 0:
            said = f"{why}: {more:,} more files like these"
            yield FileOutcome(f"{path}{INSIDE}", "skipped", 0, why=said)


def kept_notes(row: OriginRow | None) -> tuple[str, ...]:
    """Return the note that an earlier version stays, where there is one."""
    if row is None or not row.document_ids:
        return ()
    return ("what was read of it is kept" if is_mixed(row) else "the earlier version is kept",)


def is_mixed(row: OriginRow) -> bool:
    """Say whether the documents of a file may come from two versions of it."""
    if not row.document_ids:
        return False
    return row.state == "reading" or (row.state == "failed" and row.why.endswith(INTERRUPTED))


def printable(path: str) -> str:
    r"""Return a path that can be stored and shown, whatever bytes its name has.

    >>> printable("a" + chr(0xDCFF))
    'a\\udcff'
    """
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
