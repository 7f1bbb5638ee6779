"""Text recognition: the picture of a page -> lines with the boxes of their words, by Tesseract.

The program is Debian's ``tesseract-ocr``. It gets the picture on its standard input and answers on
its standard output, so that it needs no file; it runs under the limits of the process that asks.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

from ingest import ocr_program
from ingest.readers.canvas import storable
from ingest.readers.paragraphs import Line
from rag.errors import UnreadableFile

HINT = (
    "Install text recognition (the extra vouch[ocr] and Debian's package tesseract-ocr), then add"
    " it again; or run it through OCR yourself and add the result."
)
SECONDS = 20.0
"""What the program may take for a page: less than what a file may take."""

DOTS_PER_POINT = 300 / 72
MOST_PIXELS = 12_000_000
"""How fine a page is drawn, and at most."""

_LANGUAGES = re.compile(r"[A-Za-z0-9_]+(?:\+[A-Za-z0-9_]+)*")
_SURE = 40.0
_WORD, _LINE = "5", "4"
_ALIKE = 0.35


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as grey pixels, shape ``(height, width)``, and how many of them make a point."""

    pixels: NDArray[np.uint8]
    scale: float


def command(languages: str, dots_per_inch: int) -> list[str]:
    """Return how Tesseract is started.

    Raises:
        UnreadableFile: it is not installed, or the languages are no names of languages.
    """
    tesseract = ocr_program.program()
    if tesseract is None:
        raise UnreadableFile("No text: image only.", HINT)
    if not _LANGUAGES.fullmatch(languages):
        raise UnreadableFile(
            f"{languages!r} are no languages of text recognition.", 'Say "eng", or "eng+deu".'
        )
    return [tesseract, "stdin", "stdout", "-l", languages, "--dpi", str(dots_per_inch), "tsv"]


def recognise(picture: Picture, languages: str) -> list[Line]:
    """Return the lines of a page, boxes in points from its lower left corner.

    Raises:
        UnreadableFile: Tesseract is not there, lacks the language, or took too long.
    """
    height, width = picture.pixels.shape
    image = b"P5 %d %d 255\n" % (width, height) + picture.pixels.tobytes()
    try:
        done = subprocess.run(
            command(languages, round(72 * picture.scale)),
            input=image,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # more threads make it slower on a page
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(
            f"Text recognition took more than {SECONDS:g} seconds for a page."
        ) from error
    except OSError as error:
        raise UnreadableFile(f"Text recognition did not start ({error.strerror}).", HINT) from error
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise UnreadableFile(
            f"Text recognition failed: {said}",
            f"Is Tesseract's data for {languages!r} installed (Debian: tesseract-ocr-deu, ...)?",
        )
    return lines_of_tsv(done.stdout.decode("utf-8", "replace"), height, picture.scale)


def lines_of_tsv(tsv: str, height: int, scale: float) -> list[Line]:
    """Return the lines of Tesseract's table of words for a picture of so many pixels' height."""
    rows = list(csv.DictReader(tsv.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    words: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    tall: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row[name] for name in ("block_num", "par_num", "line_num"))
        if row["level"] == _LINE:
            tall[key] = int(row["height"])
        elif row["level"] == _WORD and (row["text"] or "").strip():
            words[key].append(row)
    sure = {
        key: line
        for key, line in words.items()
        if mean(float(word["conf"]) for word in line) >= _SURE
        and any(char.isalnum() for word in line for char in word["text"])
    }
    usual = median(tall.get(key, 0) for key in sure) if sure else 0.0
    lines = []
    for key, line in sure.items():
        own = tall.get(key, 0)
        # Descenders make lines of the same print differ in height.
        like_others = usual and abs(own - usual) <= _ALIKE * usual
        lines.append(_line(line, height, scale, (usual if like_others else own) / scale))
    return lines


def _line(words: Sequence[dict[str, str]], height: int, scale: float, print_height: float) -> Line:
    """Return a line of words; each character has an equal share of its word's box."""
    text = ""
    boxes: list[tuple[float, float, float, float]] = []
    low = (height - max(int(word["top"]) + int(word["height"]) for word in words)) / scale
    high = (height - min(int(word["top"]) for word in words)) / scale
    for word in words:
        chars = storable(word["text"].strip())
        left = int(word["left"]) / scale
        step = int(word["width"]) / scale / len(chars)
        if text:
            text += " "
            boxes.append((boxes[-1][2], low, boxes[-1][2], high))
        text += chars
        boxes += [(left + at * step, low, left + (at + 1) * step, high) for at in range(len(chars))]
    cut = len(text) > 2 and text[-1] in "-\u2010\u00ad" and text[-2].isalpha()
    if cut:
        text, boxes = text[:-1], boxes[:-1]
    return Line.of(text, np.array(boxes, dtype=np.float32), cut_word=cut, height=print_height)
