"""The one program that a parser may start: Tesseract, where texts in images are to be read."""

from __future__ import annotations

import shutil
from functools import lru_cache

OCR_PROGRAM = "tesseract"
"""It gets its image on its standard input and answers on its output: no file can be written."""


@lru_cache(maxsize=1)
def program() -> str | None:
    """Return the path of Tesseract, None where it is not installed."""
    return shutil.which(OCR_PROGRAM)
