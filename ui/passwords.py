"""The passwords of encrypted files: read from a file, never from the command line, never kept."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.errors import BadRequest

_MOST_BYTES = 1_000_000


def read_passwords(path: Path | None) -> tuple[str, ...]:
    """Return the passwords of a file, one a line, "-" for the standard input; none without one.

    Blanks belong to a password; empty lines are left out.

    Raises:
        BadRequest: the file cannot be read, or is no list of passwords.
    """
    if path is None:
        return ()
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadRequest(
            f"The password file {path} cannot be read ({error.strerror}).", "Check its name."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The password file {path} is not UTF-8.", "Save it as UTF-8.") from error
    if len(data) > _MOST_BYTES or "\0" in text:
        raise BadRequest(f"{path} is no list of passwords.", "Write one password on each line.")
    return tuple(line for line in text.replace("\r\n", "\n").split("\n") if line)
