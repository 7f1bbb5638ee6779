"""A folder or a zip archive whose files are read by name, line by line."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from eval.suites.reading import LIMIT, read_bytes
from rag.errors import NotFound, TooLarge, UnreadableFile


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a folder or a zip archive, below the folder that holds ``anchor``.

    ``names`` are their paths below that folder. No file may have more than ``limit`` bytes.
    """

    path: Path
    anchor: str
    expected: str
    limit: int = LIMIT
    root: str = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        every = self._every()
        tops = [one[: -len(self.anchor)] for one in every if f"/{one}".endswith(f"/{self.anchor}")]
        if not tops:
            raise NotFound(f"There is no {self.anchor} in {self.path}.", f"Give {self.expected}.")
        root = min(tops, key=len)
        below = sorted(one.removeprefix(root) for one in every if one.startswith(root))
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "names", tuple(below))

    def _every(self) -> list[str]:
        if self.path.is_dir():
            # Three levels: the anchor may lie one below, and the judgements one below that.
            found = (one for depth in ("*", "*/*", "*/*/*") for one in self.path.glob(depth))
            return [one.relative_to(self.path).as_posix() for one in found if one.is_file()]
        hint = f"Give {self.expected}."
        if not self.path.exists():
            raise NotFound(f"There is no {self.path}.", hint)
        try:
            with zipfile.ZipFile(self.path) as archive:
                return [one for one in archive.namelist() if not one.endswith("/")]
        except (zipfile.BadZipFile, OSError) as error:
            raise UnreadableFile(
                f"{self.path} cannot be opened as a zip archive: {error}.",
                f"{hint} If the file ends too early, fetch it again.",
            ) from error

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of one file, each with the newline that ends it.

        Raises:
            NotFound: there is no such file.
            TooLarge: it has more than ``limit`` bytes.
            UnreadableFile: the archive is damaged, or the file is empty.
        """
        if name not in self.names:
            raise NotFound(f"There is no {name} in {self.path}.", f"Give {self.expected}.")
        if self.path.is_dir():
            yield from io.BytesIO(read_bytes(self.path / (self.root + name), self.expected))
            return
        try:
            yield from self._unpacked(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
            raise UnreadableFile(
                f"{name} in {self.path} cannot be unpacked: {error}.", "Fetch the file again."
            ) from error

    def _unpacked(self, name: str) -> Iterator[bytes]:
        with zipfile.ZipFile(self.path) as archive:
            size = archive.getinfo(self.root + name).file_size
            if size > self.limit:
                said = f"{name} in {self.path} has {size:,} bytes once unpacked"
                raise TooLarge(f"{said}, over {self.limit:,}.", "Unpack it and give a part.")
            if not size:
                raise UnreadableFile(f"{name} in {self.path} is empty.", "Fetch the file again.")
            with archive.open(self.root + name) as member:
                yield from member
