"""Charts of office files: their titles, and their series with the figures that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.readers.canvas import one_line
from ingest.readers.number_format import shower
from ingest.readers.office import drawing_paragraphs
from ingest.readers.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MOST_POINTS = 2_000
"""Points of one chart that are told."""


def chart_words(package: Package, name: str, *, figures: bool = True) -> str:
    """Return the title of a chart, those of its axes, and its series, "" for none.

    A series comes with its ``figures`` ("Tonnage: Q1 19.2, Q2 21.4"), which a sheet has in its
    cells already.
    """
    root = package.optional(name)
    if root is None:
        return ""
    words = [one_line(" ".join(drawing_paragraphs(title))) for title in root.iter(f"{_CHART}title")]
    left = _MOST_POINTS if figures else 0
    for series in root.iter(f"{_CHART}ser"):
        named = series.find(f"{_CHART}tx")
        values = () if named is None else named.iter(f"{_CHART}v")
        label = " ".join(one_line(value.text or "") for value in values)
        points = _points(series, left)
        left -= len(points)
        told = ", ".join(points)
        words.append(f"{label}: {told}" if label and told else label or told)
    return ". ".join(dict.fromkeys(word for word in words if word))


def _points(series: Element, most: int) -> list[str]:
    """Return the points of a series, each with the name of its place: "Q1 19.2"."""
    names = _kept(series, ("cat", "xVal"))
    values = _kept(series, ("val", "yVal"))
    return [f"{names.get(at, '')} {values[at]}".strip() for at in sorted(values)[: max(0, most)]]


def _kept(series: Element, kinds: tuple[str, ...]) -> dict[int, str]:
    """Return what a chart keeps of the cells that it shows, by their order, numbers as shown."""
    found: dict[int, str] = {}
    for held in series.iterchildren(*(f"{_CHART}{kind}" for kind in kinds)):
        code = next((each.text or "" for each in held.iter(f"{_CHART}formatCode")), "")
        is_text = next(held.iter(f"{_CHART}strCache", f"{_CHART}strLit"), None) is not None
        for point in held.iter(f"{_CHART}pt"):
            at = point.get("idx") or ""
            value = one_line(point.findtext(f"{_CHART}v") or "")
            if at.isascii() and at.isdigit() and len(at) < 7 and value:
                shown = value if is_text else shower(code)(value)
                # Names on several levels: the nearest to the axis come first.
                found[int(at)] = f"{shown} {found[int(at)]}" if int(at) in found else shown
    return found
