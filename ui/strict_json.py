"""JSON bodies read strictly: what cannot be kept, compared or sent back is refused at the door."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

MOST_LEVELS = 100
_LONGEST_NUMBER = 300


def _refuse(what: str) -> Any:
    raise json.JSONDecodeError(what, "", 0)


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(f"The number {text[:40]} is too large")


def _whole(text: str) -> int:
    return int(text) if len(text) <= _LONGEST_NUMBER else _refuse("A whole number is too long")


def _no_constant(name: str) -> Any:
    return _refuse(f"{name} is not JSON")


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text: UTF-8, no NaN, no infinite number, no half surrogate pair.

    >>> parse_json(b'{"question": "Who?"}')
    {'question': 'Who?'}

    Raises:
        json.JSONDecodeError: it is not JSON, or holds what cannot be kept or sent back.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_whole,
        )
    except UnicodeDecodeError as error:
        raise json.JSONDecodeError("The body is not UTF-8", "", error.start) from error
    except RecursionError as error:
        raise json.JSONDecodeError("The body is nested too deeply", "", 0) from error
    level, deep = [value], 0
    while level:
        deep += 1
        if deep > MOST_LEVELS:
            _refuse("The body is nested too deeply")
        level = [part for item in level for part in _parts(item)]
    return value


def _parts(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return [*item.keys(), *item.values()]
    if isinstance(item, list):
        return item
    if isinstance(item, str):
        try:
            item.encode()
        except UnicodeEncodeError:
            _refuse("A string holds half of a surrogate pair")
    return []


class _StrictRequest(Request):
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route whose JSON body is parsed by ``parse_json``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the stricter request."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strict
