"""Folder and library under a stateful model: whatever is done, in whatever order, they agree.

Rules add, edit, rename, delete, bring back, open anew, end an add in the middle (by an interrupt of
SQLite at a statement, and in the campaign by ``kill -9`` at a write as well), remove and purge;
after each step the library must hold exactly what the folder held at the last add.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ingest.folder import add
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.pending import embed_pending
from rag.purge import Purge
from rag.store.matrix import VectorMatrix
from rag.verify_library import holding
from tests.faults.campaign import kill, record, rounds, start
from tests.faults.events import Events
from tests.faults.test_kill_add import quick
from tests.rag.shelf import MODEL, WIDTH, SmallEncoder, assert_sound

NAMES = [f"{name}.{suffix}" for name in ("a", "b", "c", "d") for suffix in ("txt", "md", "csv")]
SUBJECTS = ("harbour", "mayor", "bridge", "council", "ferry")


def words_of(number: int) -> list[str]:
    """Return words that stand in one text alone: one a paragraph."""
    return [f"zq{number}x{part}k" for part in range(1 + number % 3)]


def text_of(number: int) -> str:
    subject = SUBJECTS[number % len(SUBJECTS)]
    return "\n\n".join(
        f"The {subject} was named {word} in the report." + f" Nothing else is said of {word}." * 4
        for word in words_of(number)
    )


def content_of(name: str, number: int) -> str:
    """Return what a file holds: of a table each paragraph is a row, and so a document."""
    if name.endswith(".csv"):
        rows = [f'{n},"{part}"' for n, part in enumerate(text_of(number).split("\n\n"))]
        return "id,text\n" + "\n".join(rows) + "\n"
    return text_of(number) + "\n"


class FolderAndLibrary(RuleBasedStateMachine):
    """A folder of real files, the library of it, and what both must be."""

    kills = 0
    """How many processes one example kills: each takes a second to start."""
    counted: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="vouch-stateful-"))
        self.folder = self.home / "docs"
        self.folder.mkdir()
        self.ledger = Ledger(self.home / "library")
        self.files: dict[str, int] = {}  # what lies in the folder: the number of each file's text
        self.synced: dict[str, int] = {}  # what it was at the last add
        self.ids: dict[str, tuple[str, ...]] = {}
        self.number = 0
        self.gone: set[str] = set()  # words that stand in no document any more
        self.whole = True  # whether the last add came to its end

    def teardown(self) -> None:
        self.counted["examples run"] += 1
        self.ledger.close()
        shutil.rmtree(self.home, ignore_errors=True)

    # What a person does to the folder

    def _write(self, name: str) -> None:
        self.number += 1
        self.files[name] = self.number
        (self.folder / name).write_text(content_of(name, self.number))

    @initialize(names=st.sets(st.sampled_from(NAMES), min_size=1, max_size=4))
    def begin(self, names: set[str]) -> None:
        for name in sorted(names):
            self._write(name)
        self.sync()

    @rule(name=st.sampled_from(NAMES))
    def write(self, name: str) -> None:
        """Make a file, or give it another text; also one of a name that was deleted before."""
        self._write(name)

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        self._write(data.draw(st.sampled_from(sorted(self.files)), "file"))

    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        (self.folder / data.draw(st.sampled_from(sorted(self.files)), "file")).touch()

    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(sorted(self.files)), "old")
        kind = old.split(".")[1]
        free = [name for name in NAMES if name.endswith(kind) and name not in self.files]
        if free:
            new = data.draw(st.sampled_from(free), "new")
            (self.folder / old).rename(self.folder / new)
            self.files[new] = self.files.pop(old)

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)), "file")
        (self.folder / name).unlink()
        del self.files[name]

    # What is done to the library

    @rule()
    def sync(self) -> None:
        """Add the folder: afterwards the library is what the folder is."""
        before, ids = dict(self.synced), dict(self.ids)
        self.counted["adds"] += 1
        outcomes = list(add(self.ledger, [self.folder]))
        assert {one.outcome for one in outcomes} <= {"added", "updated", "unchanged", "removed"}
        embed_pending(self.ledger, SmallEncoder())
        self._settle(before, ids)

    def _settle(self, before: dict[str, int], ids: dict[str, tuple[str, ...]]) -> None:
        was_whole, self.whole = self.whole, True
        self.synced = dict(self.files)
        self.ids = self._ids()
        held = {word for number in self.synced.values() for word in words_of(number)}
        self.gone |= {word for number in before.values() for word in words_of(number)}
        self.gone -= held
        if not was_whole:
            return
        for name, number in self.synced.items():
            old = next((one for one, n in before.items() if n == number), None)
            if name in before and name in ids:
                # A row of a table is known by its words where no column of ids was named.
                if number == before[name] or not name.endswith(".csv"):
                    assert self.ids[name] == ids[name], name
            elif old is not None and old not in self.synced and old in ids:
                assert self.ids[name] == ids[old], f"{old} was renamed to {name}"

    def _ids(self) -> dict[str, tuple[str, ...]]:
        rows = self.ledger.origins("default")
        return {Path(path).name: row.document_ids for path, row in rows.items()}

    @rule(after=st.integers(0, 60))
    def kill_in_the_middle_of_an_add(self, after: int) -> None:
        """End an add at its n-th statement that writes, as a kill does: its transaction is lost."""
        left = [after]
        connection = self.ledger._connection()

        def count(statement: str) -> None:
            if statement.lstrip()[:6].upper() in ("INSERT", "DELETE", "UPDATE", "COMMIT"):
                left[0] -= 1

        def stop() -> int:
            return int(left[0] < 0)

        connection.set_trace_callback(count)
        connection.set_progress_handler(stop, 1)
        try:
            list(add(self.ledger, [self.folder]))
        except Exception:  # noqa: BLE001 - SQLite says that it was interrupted
            self.whole = False
            self.counted["interrupted"] += 1
        finally:
            connection.set_trace_callback(None)
            connection.set_progress_handler(None, 0)
        # The process is gone, and with it whatever it knew.
        self.open_anew()
        if self.whole:
            self._settle(dict(self.synced), dict(self.ids))

    @rule()
    def open_anew(self) -> None:
        self.ledger.close()
        self.ledger = Ledger(self.home / "library")

    @precondition(lambda self: self.kills)
    @rule(writes=st.integers(0, 40), group=st.booleans())
    def kill_a_process_in_the_middle_of_an_add(self, writes: int, group: bool) -> None:
        """Add in another process, ``kill -9`` it at its n-th write to a file, and add again.

        Whether the kill comes in time differs from run to run, so the step ends where both are the
        same: what may be done next must not hang on it.
        """
        self.kills -= 1
        self.ledger.close()
        with Events(self.home / "library") as events:
            child = start(*quick(self.home / "library", self.folder))
            while writes > 0 and child.poll() is None:
                writes -= events.wait_for(1, 0.2)
            killed = kill(child, group=group)
        assert killed or child.returncode == 0
        self.counted["kill -9"] += killed
        self.ledger = Ledger(self.home / "library")
        if killed:
            self.whole = False
            self.everything_agrees()
        else:
            self._settle(dict(self.synced), dict(self.ids))
        self.sync()

    @precondition(lambda self: self.whole and self.synced)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Take a file's documents out, though the file lies there: the next add brings it back."""
        name = data.draw(st.sampled_from(sorted(self.synced)), "file")
        self.ledger.remove_files("default", [str(self.folder / name)])
        self.gone |= set(words_of(self.synced.pop(name)))
        self.gone -= {word for number in self.synced.values() for word in words_of(number)}
        self.ids.pop(name)

    @rule()
    def purge(self) -> None:
        library = self.home / "library"
        done = Purge(
            self.ledger, lambda: VectorIndex.acquire(library, self.ledger, MODEL, WIDTH)
        ).run()
        assert done.left == []
        self.counted["purges"] += 1
        if self.whole:
            words = [word.encode() for word in sorted(self.gone)]
            assert holding(library, words) == {}

    # What must hold whatever was done

    @invariant()
    def everything_agrees(self) -> None:
        assert_sound(self.ledger)
        assert list(self.ledger.slice_faults()) == []
        assert self.ledger.table_faults() == []
        documents, _ = self.ledger.find_infos("default", limit=500)
        assert len({one.id for one in documents}) == len(documents)
        twice = Counter((one.source, one.title, one.external_id) for one in documents)
        assert all(number == 1 for number in twice.values()), twice
        if not self.whole:
            return
        assert self._ids().keys() == self.synced.keys()
        assert self._ids() == self.ids
        for name, number in self.synced.items():
            texts = [self.ledger.document(one).text for one in self.ids[name]]
            expected = text_of(number)
            if name.endswith(".csv"):
                assert [text.strip() for text in texts] == expected.split("\n\n")
            else:
                assert [text.strip() for text in texts] == [expected.strip()]

    @invariant()
    def what_is_gone_is_never_found(self) -> None:
        if not self.whole:
            return
        for word in sorted(self.gone):
            assert self.ledger.word_hits([[word]], "default", None, 5) == [], word
        matrix = VectorMatrix(self.ledger, MODEL)
        live = self.ledger.searchable("default", None)
        for rowids, vectors in self.ledger.vectors(MODEL):
            found = matrix.nearest(vectors[-1], live, 1)
            assert found[0][1] > 0.999
            assert live[rowids].all()
        for number in list(self.synced.values())[:2]:
            assert self.ledger.word_hits([[words_of(number)[0]]], "default", None, 5)


def machine(examples: int, steps: int, kills: int = 0) -> type:
    made = type("Machine", (FolderAndLibrary,), {"kills": kills}).TestCase
    made.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    return made


def test_folder_and_library_agree_whatever_is_done():
    machine(10, 6)().runTest()


@pytest.mark.slow
def test_folder_and_library_agree_whatever_is_done_40_times():
    machine(40, 20)().runTest()


@pytest.mark.faults
def test_folder_and_library_agree_whatever_is_done_and_killed():
    examples = rounds(500)
    machine(examples, 30, kills=1)().runTest()
    record(
        "stateful",
        examples=examples,
        steps_each_at_most=30,
        violations=0,
        **FolderAndLibrary.counted,
    )
