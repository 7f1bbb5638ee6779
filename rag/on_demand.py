"""Libraries that are loaded by the first use of them, not by an import.

An ``add`` that finds nothing changed needs no numpy; loading it would be a fifth of what it takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class OnDemand:
    """A module that is imported when something of it is asked for.

    >>> OnDemand("math").floor(2.5)
    2
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)  # the next time it is at hand
        return found


numpy = OnDemand("numpy")
