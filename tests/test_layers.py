"""Who may import whom, and that asking for help loads no model library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("rag", "ingest", "eval", "ui", "vouch", "training")
MAY_IMPORT = {
    "rag": {"rag"},
    "ingest": {"ingest", "rag"},
    "eval": {"eval", "ingest", "rag"},
    "ui": {"ui", "ingest", "rag", "eval"},
    "vouch": {"vouch", "ingest", "rag"},
    "training": {"training", "eval", "ingest", "rag"},
}
MODEL_LIBRARIES = ("torch", "sentence_transformers", "transformers", "onnxruntime", "onnx")
HEAVY = (*MODEL_LIBRARIES, "chromadb", "gradio", "langchain_core", "scipy", "sklearn", "pandas")
MODEL_FILES = ("rag/networks/cross_encoder.py", "rag/embed.py", "rag/read.py", "rag/verify.py")
NOT_AT_HELP = (*HEAVY, "numpy", "pydantic_settings", "fastapi", "rich", "lxml", "sqlite3")


class Import(NamedTuple):
    """An import as it stands in a file."""

    path: str
    line: int
    module: str
    inside: bool
    """Whether it stands inside a function (or under TYPE_CHECKING, where it is never run)."""


def imports_in(source: str, path: str) -> Iterator[Import]:
    def walk(node: ast.AST, inside: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, inside)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports in full"
            yield Import(path, node.lineno, node.module or "", inside)
            for alias in node.names:
                yield Import(path, node.lineno, f"{node.module}.{alias.name}", inside)
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        deeper = inside or typing_only or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, deeper)

    yield from walk(ast.parse(source), False)


def all_imports() -> list[Import]:
    found: list[Import] = []
    for layer in LAYERS:
        for file in sorted((ROOT / layer).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            found += imports_in(file.read_text(encoding="utf-8"), path)
    assert len(found) > 100, "the folders were not found"
    return found


IMPORTS = all_imports()


def top(module: str) -> str:
    return module.split(".")[0]


def at(found: list[Import]) -> list[str]:
    return sorted({f"{one.path}:{one.line} imports {one.module}" for one in found})


def test_a_layer_imports_only_what_it_may() -> None:
    ours = {*LAYERS, "tests", "examples"}
    wrong = [
        one
        for one in IMPORTS
        if top(one.module) in ours
        and top(one.module) not in MAY_IMPORT[top(one.path[:-3].replace("/", "."))]
    ]
    assert at(wrong) == []


def test_ui_imports_eval_only_inside_functions() -> None:
    wrong = [
        one
        for one in IMPORTS
        if one.path.startswith("ui/") and top(one.module) == "eval" and not one.inside
    ]
    assert at(wrong) == []


def test_gradio_stays_in_ui() -> None:
    wrong = [
        one for one in IMPORTS if top(one.module) == "gradio" and not one.path.startswith("ui/")
    ]
    assert at(wrong) == []


def test_chromadb_stays_in_the_index() -> None:
    """The benchmark of the stock pipeline may use it too: it measures what Vouch does not do."""
    wrong = [
        one
        for one in IMPORTS
        if top(one.module) in ("chromadb", "langchain_chroma")
        and one.path != "rag/index.py"
        and not one.path.startswith("eval/bench/")
    ]
    assert at(wrong) == []


def test_model_libraries_are_imported_where_they_are_loaded() -> None:
    wrong = [
        one
        for one in IMPORTS
        if top(one.module) in MODEL_LIBRARIES
        and not one.path.startswith(("eval/bench/", "training/"))
        and (one.path not in MODEL_FILES or not one.inside)
    ]
    assert at(wrong) == []


def test_heavy_libraries_are_never_imported_with_a_module_of_the_core() -> None:
    wrong = [
        one
        for one in IMPORTS
        if top(one.module) in HEAVY
        and not one.inside
        and top(one.path.split("/")[0]) in ("rag", "ingest")
    ]
    assert at(wrong) == []


def test_only_the_ledger_speaks_sql() -> None:
    wrong = [
        one
        for one in IMPORTS
        if top(one.module) == "sqlite3"
        and not one.path.startswith(("rag/ledger", "rag/store/", "eval/bench/"))
    ]
    assert at(wrong) == []


def test_only_build_and_ui_see_settings() -> None:
    wrong = [
        one
        for one in IMPORTS
        if one.module.startswith("rag.config")
        and one.path not in ("rag/config.py", "vouch/__init__.py")
        and not one.path.startswith(("rag/build", "ui/", "eval/", "training/"))
    ]
    assert at(wrong) == []


def test_the_check_sees_what_it_looks_for() -> None:
    source = "import torch\ndef load():\n    from chromadb import Client\n"
    found = [(one.module, one.inside) for one in imports_in(source, "rag/x.py")]
    assert found == [("torch", False), ("chromadb", True), ("chromadb.Client", True)]


def test_onnxruntime_is_imported_in_one_place_that_keeps_it_quiet(tmp_path: Path) -> None:
    places = [one for one in IMPORTS if top(one.module) == "onnxruntime"]
    assert {one.path for one in places if not one.path.startswith("training/")} == {"rag/embed.py"}
    assert len({one.line for one in places if one.path == "rag/embed.py"}) == 1
    done = subprocess.run(
        [sys.executable, "-c", "from rag.embed import quiet_onnxruntime as q; print(q().__name__)"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "onnxruntime"
    # Where it may send usage data it keeps a device id and a queue of events in the home.
    assert list(tmp_path.iterdir()) == []


def loaded_by(*arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Return the top-level modules that a run of the command has loaded."""
    code = (
        "import sys\nfrom ui.cli import main\n"
        f"code = main({list(arguments)!r})\n"
        "loaded = ' '.join(sorted({name.split('.')[0] for name in sys.modules}))\n"
        "sys.stderr.write('\\n@@' + loaded)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rsplit("@@", 1)[1].split())


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(*arguments)
    assert "typer" in loaded
    assert loaded.isdisjoint(NOT_AT_HELP)


@pytest.mark.parametrize("layer", ["rag", "ingest", "ui", "vouch"])
def test_importing_a_module_of_the_core_loads_no_model_library(layer: str) -> None:
    names = [
        file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for file in sorted((ROOT / layer).rglob("*.py"))
        if not file.name.startswith(("chat", "langchain"))
        and file.name not in ("__main__.py", "api.py")
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        f"print([name for name in {list(HEAVY)!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
