"""Anything that answers, retrieves or verifies, from ``module:callable`` or ``http:URL``.

What ``module:callable`` may name, tried in this order:

- a class: an object of it is made, with ``sources=`` where its constructor takes that;
- an object with ``.ask(Question)``, an ``Answerer`` of Vouch; with ``.retrieve``, a ``Retriever``;
  with ``.check``, a ``Verifier``;
- an object with ``.invoke``: a chain, agent, retriever or chat model of LangChain;
- a function that needs no argument, or only ``sources``: it is called once, and what it returns is
  measured;
- any other callable: ``f(question)`` for answers and rankings, ``f(text, sources)`` for claims,
  with the texts of the sources. What else it declares of ``EXTRAS`` (``CLAIM_EXTRAS``) is filled
  by name. It may be ``async``.

What they may return is told in ``eval.answerers_results``.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import importlib
import importlib.util
import inspect
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from eval.answerers_calls import CLAIM_EXTRAS, EXTRAS, Call, Values, is_maker, needs
from eval.answerers_langchain import invoked
from eval.answerers_passages import SuiteSources
from eval.answerers_prompt import history_of
from eval.answerers_results import output_of, verdict_of
from eval.baseline_systems import claim_of
from eval.cases import Case, Claim, Row, Suite
from eval.records import Output
from eval.systems import RANKED, System, VerifierSystem, case_of
from rag.contract import filters_to_json
from rag.errors import BadRequest, NotFound, VouchError
from rag.types import Question

_SPEC = "Write module:callable, path/to/file.py:callable, or the URL of a server."


class CalledSystem:
    """Foreign code as a system: what it returns for a row becomes an output.

    Args:
        ask: gives what the code returns.
        suite: decides what is made of it: an answer, a ranking or a verdict.
        name: how it is called in a report.
        version: a hash of its file; empty where there is none.
        close: called at the end.
    """

    def __init__(
        self,
        ask: Callable[[Any], Any],
        suite: Suite,
        sources: SuiteSources,
        *,
        name: str,
        version: str,
        close: Callable[[], Any] | None = None,
    ) -> None:
        self._ask, self._task, self._sources, self._close = ask, suite.task, sources, close
        self.name, self.version = name, version

    def run(self, row: Row) -> Output:
        """Return what the code gives for a row.

        Raises:
            NotAnOutput: it returned something else; whatever the code raises comes through.
        """
        asked = claim_of(row) if self._task == "verify" else case_of(row)
        began = time.perf_counter()
        result = self._ask(asked)
        if inspect.isawaitable(result):
            result = asyncio.run(_awaited(result))
        seconds = time.perf_counter() - began
        if isinstance(asked, Claim):
            found = verdict_of(result)
        else:
            found = output_of(result, self._task, asked, self._sources)
        return Output(found.answer, found.hits, found.verdict, seconds)

    def close(self) -> None:
        """Close the object, if it was made here and can be closed."""
        if self._close is not None:
            self._close()


def load_answerer(spec: str, suite: Suite, *, timeout: float = 60.0) -> System:
    """Return what ``spec`` names, as a system for a suite.

    Args:
        spec: ``module:callable`` (dotted attributes too; the current directory is importable),
            ``path/to/file.py:callable``, ``http:URL``, or a URL.
        suite: what it will be asked.
        timeout: seconds that a server may take for a row; nothing here stops Python code.

    Raises:
        VouchError: there is no such thing, or it cannot be asked.
    """
    if spec.startswith(("http:", "https:")):
        from eval.http_answerer import HttpAnswerer

        url = spec if spec.startswith(("http://", "https://")) else spec.removeprefix("http:")
        return HttpAnswerer(url, suite, timeout=timeout)
    where, colon, attribute = spec.rpartition(":")
    if not colon or not where or not attribute:
        raise BadRequest(f"{spec!r} names nothing that can be measured.", _SPEC)
    module = _module(where)
    target, version = _attribute(module, attribute, where), _version(module)
    sources = SuiteSources(suite.sources)
    made = _made(target, suite, spec)
    if suite.task == "verify" and callable(getattr(made, "check", None)):
        return _verifier(made, spec, version)
    close = getattr(made, "close", None) if made is not target else None
    ask = _asking(made, suite, sources, spec)
    return CalledSystem(
        ask, suite, sources, name=spec, version=version, close=close if callable(close) else None
    )


async def _awaited(result: Any) -> Any:
    return await result


def resolve(spec: str) -> tuple[Any, str]:
    """Return what ``module:callable`` names, and a hash of the file that it stands in.

    Raises:
        VouchError: there is no such thing.
    """
    where, colon, attribute = spec.rpartition(":")
    if not colon or not where or not attribute:
        raise BadRequest(f"{spec!r} names nothing.", _SPEC)
    module = _module(where)
    return _attribute(module, attribute, where), _version(module)


def _module(where: str) -> ModuleType:
    is_file = where.endswith(".py") or "/" in where
    path = Path(where).resolve()
    if is_file and not path.is_file():
        raise NotFound(f"There is no file {where}.", _SPEC)
    folder = str(path.parent if is_file else Path.cwd())
    if folder not in sys.path:
        # It stays there: modules import others when they are called, too.
        sys.path.insert(0, folder)
    try:
        return _from_file(path) if is_file else importlib.import_module(where)
    except ModuleNotFoundError as error:
        if error.name is not None and (where == error.name or where.startswith(f"{error.name}.")):
            raise NotFound(
                f"There is no module {error.name!r}, neither installed nor in {folder}.", _SPEC
            ) from error
        raise VouchError(
            f"{where} cannot be imported: {error}.", "Install what it needs in this environment."
        ) from error
    # A foreign module may raise anything, or end the process, when it is imported.
    except (Exception, SystemExit) as error:
        raise _foreign(f"{where} cannot be imported", error) from error


def _from_file(path: Path) -> ModuleType:
    # A name of its own: a file called json.py must not stand in for the module.
    name = f"vouch_answerer_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotFound(f"{path} is not a file of Python.", _SPEC)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _foreign(what: str, error: BaseException) -> VouchError:
    words = " ".join(str(error).split())
    return VouchError(f"{what}: {type(error).__name__}: {words[:300]}.", "Correct it first.")


def _attribute(module: ModuleType, attribute: str, where: str) -> Any:
    found: Any = module
    for name in attribute.split("."):
        if not hasattr(found, name):
            names = [one for one in dir(found) if not one.startswith("_")]
            near = difflib.get_close_matches(name, names, 3) or names[:8]
            raise NotFound(
                f"{where} has no {attribute!r}.", f"It has: {', '.join(near) or 'nothing'}."
            )
        found = getattr(found, name)
    return found


def _version(module: ModuleType) -> str:
    """Return a hash of a module's file, and of what has been imported from beside it."""
    file = getattr(module, "__file__", None)
    if not file or not file.endswith(".py") or not Path(file).is_file():
        return ""
    home = Path(file).resolve().parent
    others = {
        Path(found).resolve()
        for one in list(sys.modules.values())
        if (found := getattr(one, "__file__", None)) and found.endswith(".py")
    }
    near = {one for one in others if one.is_relative_to(home) and "site-packages" not in one.parts}
    digest = hashlib.sha256()
    for path in sorted({Path(file).resolve(), *near}):
        if path.is_file():
            digest.update(f"{path.relative_to(home)} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_object(target: Any) -> bool:
    return any(
        callable(getattr(target, name, None)) for name in ("ask", "retrieve", "check", "invoke")
    )


def _made(target: Any, suite: Suite, called: str) -> Any:
    """Return the object to be asked: the target itself, or what it makes."""
    is_class = inspect.isclass(target)
    if not is_class and (_is_object(target) or not callable(target) or not is_maker(target)):
        return target
    names, needed = needs(target)
    if needed - {"sources"}:
        raise VouchError(
            f"{called} cannot be made: it needs {', '.join(sorted(needed - {'sources'}))}.",
            "Write a function without arguments that makes one, and name that.",
        )
    try:
        return target(sources=list(suite.sources)) if "sources" in names else target()
    except VouchError:
        raise
    # The constructor is foreign code.
    except Exception as error:
        raise _foreign(f"{called} cannot be made", error) from error


def _verifier(verifier: Any, spec: str, version: str) -> System:
    from eval.library import Cut, passages_of

    return VerifierSystem(
        verifier, lambda source: passages_of(source, Cut()), name=spec, version=version
    )


def _asking(target: Any, suite: Suite, sources: SuiteSources, called: str) -> Callable[[Any], Any]:
    """Return a function that asks an object about a row."""
    if suite.task == "verify":
        return _judging(target, called)
    asks = callable(getattr(target, "ask", None))
    if callable(getattr(target, "retrieve", None)) and (suite.task == "retrieve" or not asks):
        return lambda case: target.retrieve(
            case.question, filters=case.filters, collection="default", limit=RANKED
        )
    if asks:
        return lambda case: target.ask(Question(case.question, case.history, case.filters))
    if callable(getattr(target, "invoke", None)):
        return invoked(target, sources, called)
    if not callable(target):
        raise VouchError(
            f"{called} is a {type(target).__name__}, which cannot be asked.",
            "It has to be callable, or have .ask, .retrieve or .invoke.",
        )
    call = Call(target, ("question",), EXTRAS, called)
    return lambda case: call((case.question,), _values(case, sources))


def _judging(target: Any, called: str) -> Callable[[Claim], Any]:
    if not callable(target):
        raise VouchError(
            f"{called} is a {type(target).__name__}, which cannot judge a claim.",
            "It has to be a function of the text and the list of its sources, or have .check.",
        )
    call = Call(target, ("text", "sources"), CLAIM_EXTRAS, called)

    def judge(claim: Claim) -> Any:
        values: Values = {
            "question": lambda: claim.question,
            "row": lambda: claim,
        }
        return call((claim.text, [source.text for source in claim.sources]), values)

    return judge


def _values(case: Case, sources: SuiteSources) -> Values:
    found: Mapping[str, Callable[[], Any]] = {
        "history": lambda: history_of(case),
        "sources": lambda: list(sources.of(case)),
        "documents": lambda: [source.text for source in sources.of(case)],
        "filters": lambda: filters_to_json(case.filters),
        "case": lambda: case,
        "limit": lambda: RANKED,
    }
    return found
