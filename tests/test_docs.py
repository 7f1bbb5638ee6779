"""The README, the changelog and the examples say what is so."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SHIPPED = ("rag", "ingest", "ui", "eval", "vouch")
# Libraries that are used without an import of their own name.
USED_OTHERWISE = {
    "fastapi-offline": "its files are served as the page of the API, its code is not run",
    "lxml-html-clean": "trafilatura imports it and does not ask for it",
    "python-multipart": "FastAPI reads uploads with it",
    "onnx": "torch.onnx.export writes with it",
}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["answer", "files", "commands", "settings"])
def test_the_readme_says_what_the_code_says(part: str) -> None:
    generate = load(ROOT / "docs" / "generate.py")
    assert part in generate.PARTS
    assert generate.filled(README, [part]) == README, "run: make docs"


def test_a_part_that_is_not_in_the_readme_is_an_error() -> None:
    generate = load(ROOT / "docs" / "generate.py")
    with pytest.raises(ValueError, match="has no <!-- files -->"):
        generate.filled("nothing", ["files"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    file = ROOT / name
    text = file.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    here = [target for target in targets if not target.startswith(("http://", "https://", "#"))]
    assert here or name in ("CHANGELOG.md", "CONTRIBUTING.md", "examples/README.md")
    missing = [target for target in here if not (file.parent / target.split("#")[0]).exists()]
    assert missing == []


def test_every_figure_of_the_readme_names_a_file_that_is_there() -> None:
    for name in re.findall(r"eval/results/[\w./-]+", README):
        assert (ROOT / name).exists(), name


def test_every_make_target_that_the_documents_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named: set[str] = set()
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        for line in re.findall(r"(?:^|`)make ([a-z ]+)", text, re.MULTILINE):
            named |= set(line.split())
    assert {"chat", "test", "install"} <= named
    assert named - targets == set()


def test_every_command_line_of_the_readme_is_one_that_vouch_takes() -> None:
    from ui.cli import app

    commands = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback is not None
    } | {str(group.typer_instance.info.name) for group in app.registered_groups}
    named = set(re.findall(r"^(?:\$ )?vouch ([a-z]+)", README, re.MULTILINE))
    assert {"add", "ask", "search"} <= named
    assert named <= commands


def test_every_option_of_the_readme_exists() -> None:
    from ui import cli, cli_documents, cli_eval, cli_options

    modules = (cli, cli_documents, cli_eval, cli_options)
    sources = [Path(module.__file__ or "").read_text() for module in modules]
    lines = [line for line in README.splitlines() if re.match(r"(\$ )?vouch ", line)]
    options = {option for line in lines for option in re.findall(r" (--[a-z-]+)", line)}
    assert options
    for option in options:
        name = option[2:].replace("-", "_")
        assert any(f'"{option}"' in text or f"{name}:" in text for text in sources), option


def test_the_changelog_knows_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    assert "## [Unreleased]" in changelog or PROJECT["project"]["version"] in released


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    return {
        canonical(re.split(r"[<>=!~\[ ;]", line)[0]) for line in PROJECT["project"]["dependencies"]
    }


def optional() -> set[str]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    return {canonical(re.split(r"[<>=!~\[ ;]", line)[0]) for lines in extras for line in lines}


def imported() -> Iterator[tuple[str, str]]:
    for folder in SHIPPED:
        for file in (ROOT / folder).rglob("*.py"):
            if "bench" in file.parts:  # has an extra of its own
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((alias.name.split(".")[0], str(file)) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.split(".")[0], str(file)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    owners = packages_distributions()
    used: set[str] = set()
    for module, file in imported():
        if module in sys.stdlib_module_names or module in (*SHIPPED, "__future__"):
            continue
        names = {canonical(name) for name in owners.get(module, [module])}
        known = names & (declared() | optional())
        assert known, f"{file} imports {module}, which pyproject.toml does not declare"
        used |= names & declared()
    assert declared() - used - set(USED_OTHERWISE) == set()


def test_every_package_of_the_project_is_shipped() -> None:
    found = {
        file.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for folder in SHIPPED
        for file in (ROOT / folder).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_the_constraints_pin_every_dependency_torch_first() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in pins)
    names = [line.split("==")[0] for line in pins]
    assert names[0] == "torch"
    assert (declared() | optional()) - set(names) == set()


def test_the_examples_can_be_made_again(tmp_path: Path) -> None:
    pytest.importorskip("reportlab")
    script = ROOT / "examples" / "make_files.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, capture_output=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert len(made) == 3
    table = (ROOT / "examples" / "larkhaven" / "outlets.csv").read_bytes()
    assert (tmp_path / "outlets.csv").read_bytes() == table


def test_the_examples_readme_names_every_file() -> None:
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    files = sorted(path.name for path in (ROOT / "examples" / "larkhaven").iterdir())
    assert len(files) == 10
    assert [name for name in files if f"`{name}`" not in text] == []
