"""Which arguments a foreign function is given: the question first, and what else it names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.errors import VouchError

EXTRAS: Mapping[str, str] = {
    "history": "the conversation so far, a list of dicts with `role` and `content`",
    "sources": "the sources in reach, a list of `eval.cases.Source` with `id`, `title`, `text`",
    "documents": "their texts, a list of str",
    "filters": "the filters of the request, a dict",
    "case": "the whole `eval.cases.Case`, what is expected included",
    "limit": "how many passages are read at most",
}
"""What a function for questions may name beside the question."""
CLAIM_EXTRAS: Mapping[str, str] = {
    "question": "what the text answers",
    "row": "the whole `eval.cases.Claim`, the judgement included",
}
"""What a function for claims may name beside the text and the list of its sources' texts."""
_ASKED_NAMES = ("question", "query", "text", "input", "claim")
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

Values = Mapping[str, Callable[[], Any]]
"""The extra arguments by name, each made when a function wants it."""


class Call:
    """Calls a function with what it is asked, and the extra arguments that it declares.

    Args:
        function: anything callable.
        asked: the names of what it is asked, in order: parameters that are not extras take them.
        extras: names of arguments that a parameter may declare.
        called: how the function is called in errors.

    Raises:
        VouchError: it takes no question, or needs an argument that nobody fills.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        asked: Sequence[str],
        extras: Mapping[str, str],
        called: str,
    ) -> None:
        self._function = function
        self._by_place, self._by_name = len(asked), dict[str, int]()
        self._extras: tuple[str, ...] = ()
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            # Functions written in C may not tell.
            return
        own = [one for one in parameters if one.kind not in _VARIABLE]
        self._extras = tuple(
            one.name for one in own if one.name in extras and one.kind != _POSITIONAL[0]
        )
        free = [one for one in own if one.name not in self._extras]
        slots = [one for one in free if one.kind in _POSITIONAL]
        slots += [one for one in free if one not in slots and one.name in asked]
        taken = slots[: len(asked)]
        self._by_place = sum(one.kind == _POSITIONAL[0] for one in taken)
        self._by_name = {one.name: n for n, one in enumerate(taken) if one.kind != _POSITIONAL[0]}
        if any(one.kind == inspect.Parameter.VAR_POSITIONAL for one in parameters) and not taken:
            self._by_place = len(asked)
        lacking = [one.name for one in free if one not in taken and one.default is one.empty]
        self._check(called, extras, lacking, bool(self._by_place or self._by_name))

    def _check(
        self, called: str, extras: Mapping[str, str], lacking: Sequence[str], asks: bool
    ) -> None:
        filled = f"Beside what it is asked, these are filled: {', '.join(extras)}."
        if lacking:
            named = ", ".join(map(repr, lacking))
            raise VouchError(f"{called} needs {named}, which nobody fills.", filled)
        if not asks and not {"case", "row"} & set(self._extras):
            raise VouchError(f"{called} takes no question.", f"Let it take one. {filled}")

    def __call__(self, asked: Sequence[Any], values: Values) -> Any:
        """Return what the function returns."""
        named = {name: asked[n] for name, n in self._by_name.items()}
        named |= {name: values[name]() for name in self._extras}
        return self._function(*asked[: self._by_place], **named)


def is_maker(function: Callable[..., Any]) -> bool:
    """Return whether a function makes what is measured: it needs nothing, or only ``sources``.

    >>> is_maker(lambda: 0), is_maker(lambda sources: 0), is_maker(lambda question: 0)
    (True, True, False)
    >>> is_maker(lambda question="": 0), is_maker(lambda *args: 0)
    (False, False)
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return all(
        one.kind != inspect.Parameter.VAR_POSITIONAL
        and one.name not in _ASKED_NAMES
        and (one.kind in _VARIABLE or one.default is not one.empty or one.name == "sources")
        for one in parameters
    )


def needs(function: Callable[..., Any]) -> tuple[set[str], set[str]]:
    """Return the names of a function's parameters, and of those without a default.

    >>> names, needed = needs(lambda a, b=1: 0)
    >>> sorted(names), needed
    (['a', 'b'], {'a'})
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return set(), set()
    own = [one for one in parameters if one.kind not in _VARIABLE]
    return {one.name for one in own}, {one.name for one in own if one.default is one.empty}
