"""Anybody's verifier from ``module:callable``: an object with ``check``, or a plain function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from eval.answerers import resolve
from eval.answerers_results import verdict_of
from eval.verifiers import NamedVerifier
from rag.errors import BadRequest
from rag.types import Check, Citation


class CalledVerifier:
    """A function ``f(sentence, [passage])`` as a Verifier."""

    def __init__(self, judge: Callable[..., Any]) -> None:
        self._judge = judge

    def check(self, sentence: str, citation: Citation) -> Check:
        """Return what the function says of a sentence and the passage of a citation."""
        found = verdict_of(self._judge(sentence, [citation.passage.text])).verdict
        assert found is not None
        support = float(found["support"])
        return Check("supported" if found["supported"] else "unsupported", support)


def load_foreign(spec: str) -> NamedVerifier:
    """Return the verifier that ``module:callable`` names.

    Raises:
        VouchError: there is no such thing, or it can verify nothing.
    """
    target, version = resolve(spec)
    made: Any = target() if inspect.isclass(target) else target
    if callable(getattr(made, "check", None)):
        return NamedVerifier(spec, made, version)
    if not callable(made):
        raise BadRequest(f"{spec} cannot be called.", "Name an object with check, or a function.")
    return NamedVerifier(spec, CalledVerifier(made), version)
