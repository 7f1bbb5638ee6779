"""Write the parts of README.md that the code knows better: file map, commands, settings.

    python docs/generate.py           write them
    python docs/generate.py --check   say whether they are as they should be

A part stands between `<!-- name -->` and `<!-- /name -->`; a test holds the README to it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FOLDERS = ("rag", "ingest", "ui", "eval", "vouch")
sys.path.insert(0, str(ROOT))


def file_map() -> str:
    """Return every module with the first line of its docstring."""
    lines = ["```"]
    for folder in FOLDERS:
        for package in sorted(ROOT.joinpath(folder).rglob("__init__.py")):
            where = package.parent.relative_to(ROOT).as_posix()
            lines.append(f"{where + '/':<26}{first_line(package)}")
            for file in sorted(package.parent.glob("*.py")):
                if file != package:
                    lines.append(f"  {file.name:<24}{first_line(file)}")
    return "\n".join([*lines, "```"])


def first_line(file: Path) -> str:
    """Return the first sentence of a module's docstring, without its full stop."""
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.split("\n\n", 1)[0].split("\n", 1)[0].rstrip(".")


def commands() -> str:
    """Return what ``vouch --help`` says of its commands, as a table."""
    from ui.cli import app

    lines = ["| command | what it does |", "|---|---|"]
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        told = (command.callback.__doc__ or "").split("\n", 1)[0]
        lines.append(f"| `vouch {name}` | {told} |")
    return "\n".join(lines)


def settings() -> str:
    """Return the table of settings."""
    from ui.cli_settings import settings_table

    return settings_table()


PARTS: dict[str, Callable[[], str]] = {
    "files": file_map,
    "commands": commands,
    "settings": settings,
}


def filled(text: str) -> str:
    """Return the README with every part as the code has it.

    Raises:
        ValueError: a part has no place in the README.
    """
    for name, part in PARTS.items():
        place = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not place.search(text):
            raise ValueError(f"README.md has no <!-- {name} --> ... <!-- /{name} -->.")
        made = part()
        text = place.sub(lambda found, made=made: f"{found[1]}{made}\n{found[2]}", text)  # type: ignore[misc]
    return text


def main() -> int:
    """Write the README, or check it."""
    before = README.read_text(encoding="utf-8")
    after = filled(before)
    if "--check" in sys.argv:
        return int(before != after)
    README.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
