"""Write the parts of README.md that the code knows better: an answer, file map, commands, settings.

    python docs/generate.py           write them
    python docs/generate.py --check   say whether they are as they should be

A part stands between `<!-- name -->` and `<!-- /name -->`; a test holds the README to it.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FOLDERS = ("rag", "ingest", "ui", "eval", "vouch")
QUESTION = "How many people were killed in the explosion at Larkhaven?"
SOURCES_SHOWN = 2
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
    groups = [
        (group.typer_instance, f"{group.typer_instance.info.name} ")
        for group in app.registered_groups
    ]
    for of, prefix in [(app, ""), *groups]:
        for command in of.registered_commands:
            assert command.callback is not None
            name = prefix + (command.name or command.callback.__name__)
            told = (command.callback.__doc__ or "").split("\n", 1)[0]
            lines.append(f"| `vouch {name}` | {told} |")
    return "\n".join(lines)


def figures() -> str:
    """Return the table of the figures that are kept under eval/results."""
    from eval.published import figures_table

    return figures_table(ROOT / "eval" / "results")


def settings() -> str:
    """Return the table of settings."""
    from ui.cli_settings import settings_table

    return settings_table()


def answer() -> str:
    """Return an answer on the examples as the terminal shows it, all but two sources left out."""
    from ui.render_terminal import answer_terminal
    from vouch import Library

    with (
        tempfile.TemporaryDirectory() as folder,
        # Not auto: the README must not depend on the CPU that it was made on.
        Library.open(Path(folder), embedding_dtype="float32") as library,
    ):
        library.add(ROOT / "examples" / "larkhaven")
        shown = answer_terminal(library.ask(QUESTION), width=96)
    blocks = shown.split("\n\n")
    sources = next(n for n, block in enumerate(blocks) if block.startswith("Sources\n"))
    lines = blocks[sources].split("\n")
    starts = [n for n, line in enumerate(lines) if re.match(r" ?\[\d+\]", line)]
    if len(starts) > SOURCES_SHOWN:
        blocks[sources] = "\n".join([*lines[: starts[SOURCES_SHOWN]], "  ..."])
    body = "\n\n".join(blocks)
    return f'```\n$ vouch ask "{QUESTION}"\n\n{body}\n```'


PARTS: dict[str, Callable[[], str]] = {
    "answer": answer,
    "files": file_map,
    "commands": commands,
    "settings": settings,
    "figures": figures,
}


def filled(text: str, names: Iterable[str] = PARTS) -> str:
    """Return the README with every part of these names as the code has it.

    Raises:
        ValueError: a part has no place in the README.
    """
    for name in names:
        place = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not place.search(text):
            raise ValueError(f"README.md has no <!-- {name} --> ... <!-- /{name} -->.")
        made = PARTS[name]()
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
