"""Names of members of archives and messages: what they may be, shown without harm, each once."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 240
_DRIVE = re.compile(r"[A-Za-z]:")
_RESOURCE = re.compile(r"(?:^|/)(?:__MACOSX/|\._)")


class Names:
    """Gives each member a name of its own; a name that comes again gets a number."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def fresh(self, name: str, *, has_suffix: bool = True) -> str:
        """Return a name, safe to show, that was not given before.

        >>> names = Names()
        >>> names.fresh("a.txt"), names.fresh("a.txt")
        ('a.txt', 'a (2).txt')
        """
        shown = readable(name)
        count = self._seen.get(shown, 0) + 1
        self._seen[shown] = count
        if count == 1:
            return shown
        folder, slash, last = shown.rpartition("/")
        stem, dot, suffix = last.rpartition(".") if has_suffix and "." in last else (last, "", "")
        while (numbered := f"{folder}{slash}{stem} ({count}){dot}{suffix}") in self._seen:
            count += 1
        self._seen[shown] = count
        self._seen[numbered] = 1
        return numbered


def readable(name: str) -> str:
    r"""Return a name with what cannot be seen written out, cut where it is very long.

    >>> readable("annex" + chr(0x202E) + "fdp.exe"), readable("a" + chr(10) + "b.txt")
    ('annex\\u202efdp.exe', 'a\\nb.txt')
    """
    shown = "".join(_escaped(char) if _unseen(char) else char for char in name)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST // 2]}…{shown[-_LONGEST // 2 :]}"
    return shown or "(no name)"


def refused(name: str) -> tuple[str, bool]:
    r"""Return why a member of that name is not taken out, and whether nobody misses it.

    The reason is "" for a name that is in order.

    >>> refused("../../etc/passwd"), refused("C:\\x.txt")
    (('its path leads out of the archive', False), ('its path leads out of the archive', False))
    >>> refused("__MACOSX/._a.txt"), refused("notes/a.txt"), refused(".git/config")
    (('a resource fork of macOS', True), ('', False), ('hidden file', True))
    """
    path = name.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        return "its path leads out of the archive", False
    if _RESOURCE.search(path):
        return "a resource fork of macOS", True
    if any(part.startswith(".") and part not in {".", ""} for part in parts):
        return "hidden file", True
    if parts[-1].startswith("~$"):
        return "a lock file of an office program", True
    return "", False


def _unseen(char: str) -> bool:
    # The two joiners change the shape of letters and belong to the spelling of many names.
    return char not in "\u200c\u200d" and unicodedata.category(char) in {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
