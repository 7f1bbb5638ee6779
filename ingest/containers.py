"""Files inside files: the members of an archive, a mailbox or a message, read one after another.

A member is taken out in one child and read in another, with the limits of a file of its own, and
its documents belong to the container. A member that cannot be read costs nothing but itself; what
bounds the whole is the number of members, the bytes that they unpack to, each stretch of time in
which nothing comes of them, and the time that slow ones take in all that cannot be read.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace

from ingest.limits import ContainerLimits
from ingest.opening import Content
from ingest.outcomes import INSIDE, printable
from ingest.parse import Parsers, check_content
from ingest.passing import DoubtfulTrouble, PassingTrouble
from ingest.readers import Format, Member, Reading, Source, suffix_of
from rag.errors import UnreadableFile
from rag.store.values import UNREAD_REST, UnreadPart
from rag.types import Document

_DEPTH = 3
_AHEAD = 2
_AHEAD_BYTES = 32_000_000
_LONGEST_NAME = 1_000
_SLOW_SECONDS = 1.0
_SLOW_SHARES = 10
_NOTES = 20

Attempt = tuple[Reading | UnreadableFile, float]
"""What reading a member gave, and the seconds it took."""

Waiter = Callable[[Future[Attempt]], Attempt]


@dataclass(slots=True)
class Findings:
    """What was found in a container beside documents; it grows while they are taken."""

    unread: list[UnreadPart] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more_notes: int = 0
    members: int = 0
    passing: bool = False
    """Whether something could not be read for a reason that passes."""
    doubtful: set[UnreadPart] = field(default_factory=set)
    """What could not be read for a reason that may pass."""

    def fail(self, part: str, error: UnreadableFile) -> None:
        """Add a file that could not be read."""
        one = UnreadPart(part, error.message, error.hint)
        self.unread.append(one)
        if isinstance(error, DoubtfulTrouble):
            self.doubtful.add(one)
        else:
            self.passing = self.passing or isinstance(error, PassingTrouble)

    def note(self, part: str, notes: Sequence[str]) -> None:
        """Add what the reader of a file has to say of it; of very many notes, the first."""
        room = _NOTES - len(self.notes)
        self.notes += [f"{part}: {note}" for note in notes[:room]]
        self.more_notes += len(notes[room:])

    def all_notes(self) -> list[str]:
        """Return what is to be said of the files inside."""
        more = f"{self.more_notes:,} more notes like these"
        return [*self.notes, more] if self.more_notes else self.notes

    def tried_again(self, known: Collection[UnreadPart]) -> bool:
        """Say whether the next add tries the container again although it has not changed.

        ``known`` is what could not be read the last time: it is no reason for a third try.
        """
        return self.passing or not self.doubtful.issubset(known)


class _Enough(Exception):
    """The container is not read on. The first argument says why, the second what to do."""


@dataclass(slots=True)
class _Wanted:
    """A member that is being read."""

    part: str
    size: int
    attempt: Future[Attempt]


class Container:
    """The files inside one container.

    Args:
        content: the container.
        parsers: by what its members are read.
        threads: where they are read, a little ahead.
        limits: what it may hold.
        wait: waits for a reading, and stops waiting when the work is to end.
    """

    def __init__(
        self,
        content: Content,
        parsers: Parsers,
        threads: ThreadPoolExecutor,
        limits: ContainerLimits,
        wait: Waiter,
    ) -> None:
        self._content = content
        self._parsers = parsers
        self._threads = threads
        self._limits = limits
        self._wait = wait
        self._bytes = 0
        self._spent = 0.0
        self._spent_well = 0.0
        self._slow = 0.0
        self._names: Counter[str] = Counter()
        self.findings = Findings()

    def documents(self) -> Iterator[Document]:
        """Yield the documents of every member that can be read, in the order of the members.

        Raises:
            Cancelled: the work was stopped.

        """
        waiting: deque[_Wanted] = deque()
        members = self._members(self._content.source, self._content.suffix, "", 1)
        try:
            for wanted in members:
                waiting.append(wanted)
                while len(waiting) > _AHEAD or sum(one.size for one in waiting) > _AHEAD_BYTES:
                    yield from self._settle(waiting.popleft())
        except _Enough as enough:
            why, hint = enough.args
            self.findings.unread.append(UnreadPart(UNREAD_REST, why, hint))
        finally:
            members.close()
        while waiting:
            yield from self._settle(waiting.popleft())

    def _settle(self, wanted: _Wanted) -> Iterator[Document]:
        """Yield the documents of a member, or note why there are none."""
        found, seconds = self._wait(wanted.attempt)
        if isinstance(found, UnreadableFile):
            self._spent += seconds
            self._slow += seconds if seconds > _SLOW_SECONDS else 0.0
            self.findings.fail(wanted.part, found)
            return
        reading = found
        if not reading.documents:
            self._spent += seconds
            self.findings.skipped.append((wanted.part, "it holds no text"))
        self.findings.note(wanted.part, reading.notes)
        for document in reading.documents:
            own = f"#{document.part}" if document.part else ""
            yield replace(document, part=f"{wanted.part}{own}")

    def _members(self, source: Source, suffix: str, prefix: str, depth: int) -> Generator[_Wanted]:
        """Yield the members that are being read, of a container and of those inside it.

        Raises:
            _Enough: the container is not read on.

        """
        large = self._content.large if depth == 1 else None
        inside = prefix.removesuffix(INSIDE)
        held = 0
        began = 0.0

        def patience() -> float:
            """Note when a member is asked for: a child is started and sent the container before."""
            nonlocal began
            began = time.monotonic()
            return self._patience()

        with closing(
            self._parsers.unpack(source, suffix, large=large, patience=patience)
        ) as members:
            while True:
                began = time.monotonic()
                try:
                    member = next(members, None)
                except UnreadableFile as error:
                    rest = UNREAD_REST if depth == 1 else inside
                    self._spent += time.monotonic() - began
                    self.findings.fail(rest, error)
                    return
                if member is None:
                    break
                held += 1
                seconds = time.monotonic() - began
                self._count(member, seconds)
                yield from self._member(member, prefix, depth)
        if not held and inside and not self._parsers.formats[suffix].reads:
            self.findings.skipped.append((inside, "it holds no files"))

    @property
    def _idle(self) -> float:
        """The seconds since something came of the container."""
        return self._spent - self._spent_well

    def _patience(self) -> float:
        """Return the seconds that the next step may take."""
        return max(1.0, self._parsers.limits.seconds - self._idle)

    def _read(self, source: Source, suffix: str) -> Attempt:
        """Return what the reader found in a member; runs in a thread of its own."""
        began = time.monotonic()
        found: Reading | UnreadableFile
        try:
            found = self._parsers.parse(source, suffix, seconds=self._patience())
            if found.documents:
                self._spent_well = self._spent
        except UnreadableFile as error:
            found = error
        return found, time.monotonic() - began

    def _count(self, member: Member, seconds: float) -> None:
        """Add a member to what the container has held so far.

        Raises:
            _Enough: that is too much.

        """
        limits = self._limits
        self._spent += seconds
        self.findings.members += 1
        self._bytes += len(member.data)
        if self.findings.members > limits.members:
            raise _Enough(
                f"It holds more than {limits.members:,} files: the others were left out.",
                "Unpack it and add the folder, or raise the setting max_members.",
            )
        if self._bytes > limits.unpacked_mb * 1_000_000:
            raise _Enough(
                f"It unpacks to more than {limits.unpacked_mb:,} MB: the rest was left out.",
                "Unpack it and add the folder, or raise the setting max_unpacked_mb.",
            )
        if self._bytes > limits.ratio * self._content.size + limits.ratio_floor:
            raise _Enough(
                f"It unpacks to over {limits.ratio} times its size: the rest was left out.",
                "Archives that are made to fill a disk look like this; unpack it with care.",
            )
        if self._idle > self._parsers.limits.seconds:
            raise _Enough(
                f"In {self._parsers.limits.seconds:g} seconds nothing in it could be read:"
                " the rest was left out.",
                "Unpack it and add the folder to see which of its files are damaged.",
            )
        if self._slow > _SLOW_SHARES * self._parsers.limits.seconds:
            raise _Enough(
                f"Files in it that cannot be read took {self._slow:.0f} seconds: the rest was left"
                " out.",
                "Take them out of it, or unpack it and add the folder.",
            )

    def _member(self, member: Member, prefix: str, depth: int) -> Iterator[_Wanted]:
        """Yield a member where it is one to read, and what is inside it."""
        part = self._named(f"{prefix}{_clean(member.name) or 'file'}")
        suffix = member.suffix or suffix_of(member.name)
        form, why = self._format(member, suffix)
        if form is None:
            self.findings.skipped.append((part, why))
            return
        if member.why:
            self.findings.unread.append(UnreadPart(part, member.why, member.hint))
            return
        suffix = suffix if suffix in self._parsers.formats else ".txt"
        try:
            check_content(member.data, suffix)
        except UnreadableFile as error:
            self.findings.unread.append(UnreadPart(part, error.message, error.hint))
            return
        path = f"{self._content.source.path}{INSIDE}{part}"
        source = Source(path, member.data, self._content.source.options)
        if form.reads:
            attempt = self._threads.submit(self._read, source, suffix)
            yield _Wanted(part, len(member.data), attempt)
        if form.unpacks and depth < _DEPTH:
            yield from self._members(source, suffix, f"{part}{INSIDE}", depth + 1)
        elif form.unpacks and not form.reads:
            said = f"It lies in an archive in an archive, more than {_DEPTH} deep."
            self.findings.unread.append(UnreadPart(part, said, "Unpack it and add the folder."))

    def _format(self, member: Member, suffix: str) -> tuple[Format | None, str]:
        """Return the format of a member, or why it is none to read."""
        formats = self._parsers.formats
        if member.passed_over:
            return None, member.why
        if suffix and suffix not in formats:
            return None, f"no reader for {suffix}"
        if member.why:
            return formats[suffix or ".txt"], ""
        if not member.data.strip():
            return None, "it is empty"
        if not suffix:
            from ingest.readers.encoding import is_plain

            if not is_plain(member.data):
                return None, "its name has no ending, and it is no text in UTF-8"
        return formats[suffix or ".txt"], ""

    def _named(self, part: str) -> str:
        """Return a name that no other member has: one that occurs again gets a number."""
        self._names[part] += 1
        again = self._names[part]
        return part if again == 1 else f"{part}#{again}"


def _clean(name: str) -> str:
    r"""Return a member's name as it can be stored and shown.

    >>> _clean("./a\x00/b.txt")
    'a\ufffd/b.txt'
    """
    cleaned = printable(name).replace("\x00", "\ufffd").removeprefix("./")
    return cleaned[-_LONGEST_NAME:]
