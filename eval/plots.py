"""Plots of a report as inline SVG: no library, no script, colours from the page's style sheet.

Every function takes plain numbers and returns a ``<figure>``, or nothing where there is nothing to
draw. Sizes are in the units of the view box, which is about a CSS pixel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from eval.report_text import count, finite, html, some, together

NOTHING = Markup("")
_WIDTH, _HEIGHT = 480, 320
_LEFT, _RIGHT, _TOP, _FLOOR = 56, 464, 14, 266
_COUNTS = 56
_POINTS = 400


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from values to positions of the view box."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a value, rounded to a tenth.

        >>> Scale(0, 1, 56, 464)(0.5)
        260.0
        """
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def ticks(high: float, about: int = 5) -> list[float]:
    """Return round values from 0 to at least ``high``, some ``about`` of them.

    >>> ticks(0.47)
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    >>> ticks(1300, 4)
    [0.0, 500.0, 1000.0, 1500.0]
    """
    if high <= 0:
        return [0.0, 1.0]
    rough = high / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(one for one in (1, 2, 5, 10, 20) if one * power >= rough)
    return [round(step * at, 12) for at in range(math.ceil(round(high / step, 9)) + 1)]


def _percent(value: float) -> str:
    return f"{value * 100:.3g}"


def _percents(values: Sequence[float]) -> list[tuple[float, str]]:
    return [(value, _percent(value)) for value in values]


_FIFTHS = _percents([0, 0.2, 0.4, 0.6, 0.8, 1])


def _axes(
    x: Scale,
    y: Scale,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
    labels: tuple[str, str],
) -> Markup:
    parts = [
        html(
            '<line class="grid" x1="{a}" x2="{b}" y1="{y}" y2="{y}"/>'
            '<text class="tick" x="{t}" y="{u}" text-anchor="end">{}</text>',
            text,
            a=x.start,
            b=x.end,
            y=y(value),
            t=x.start - 8,
            u=y(value) + 4,
        )
        for value, text in y_ticks
    ]
    parts += [
        html(
            '<text class="tick" x="{x}" y="{y}" text-anchor="middle">{}</text>',
            text,
            x=x(value),
            y=_FLOOR + 19,
        )
        for value, text in x_ticks
    ]
    parts.append(
        html(
            '<line class="axis" x1="{a}" x2="{b}" y1="{y}" y2="{y}"/>'
            '<text class="label" x="{x}" y="{u}" text-anchor="middle">{}</text>'
            '<text class="label" transform="translate(13 {m}) rotate(-90)" text-anchor="middle">'
            "{}</text>",
            *labels,
            a=x.start,
            b=x.end,
            y=_FLOOR,
            x=(x.start + x.end) / 2,
            u=_HEIGHT - 8,
            m=(y.start + y.end) / 2,
        )
    )
    return together(parts)


def _figure(title: str, caption: str, drawn: Markup, said: str) -> Markup:
    return html(
        '<figure class="plot"><h3>{}</h3><svg viewBox="0 0 {w} {h}" role="img" aria-label="{said}">'
        "{}</svg><figcaption>{}</figcaption></figure>",
        title,
        drawn,
        caption,
        w=_WIDTH,
        h=_HEIGHT,
        said=said,
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _thin(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    if len(points) <= _POINTS:
        return list(points)
    at = np.linspace(0, len(points) - 1, _POINTS).round().astype(int)
    return [points[one] for one in at]


def risk_coverage(curve: Sequence[Sequence[float | None]], noun: str = "answer") -> Markup:
    """Return the share of wrong answers over the share of answers given, surest first.

    >>> risk_coverage([])
    Markup('')
    """
    pairs = [(finite(one[0]), finite(one[1])) for one in curve]
    points = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not points:
        return NOTHING
    up = ticks(max(0.1, *(risk for _, risk in points)))
    x, y = Scale(0, 1, _LEFT, _RIGHT), Scale(0, up[-1], _FLOOR, _TOP)
    labels = (f"coverage: {noun}s given, %", f"risk: {noun}s that are wrong, %")
    drawn = _axes(x, y, _FIFTHS, _percents(up), labels)
    line = [(x(a), y(b)) for a, b in _thin(points)]
    last = html('<circle class="dot" cx="{x}" cy="{y}" r="4"/>', x=line[-1][0], y=line[-1][1])
    coverage, risk = points[-1]
    said = f"At {_percent(coverage)} % coverage {_percent(risk)} % of the {noun}s are wrong."
    return _figure(
        "Risk and coverage",
        f"If only the surest {noun}s were given: how many of them would be wrong. {said}",
        together([drawn, html('<path class="line" d="{d}"/>', d=_path(line)), last]),
        said,
    )


def reliability(bins: Sequence[Mapping[str, float | None]], noun: str = "answer") -> Markup:
    """Return how often the answers of a confidence are right, and how many have it.

    >>> reliability([{"low": 0, "high": 1, "n": 0, "confidence": None, "accuracy": None}])
    Markup('')
    """
    full = [one for one in map(_bin, bins) if one is not None]
    if not full:
        return NOTHING
    x, y = Scale(0, 1, _LEFT, _RIGHT), Scale(0, 1, _FLOOR - _COUNTS, _TOP)
    labels = ("confidence that the system gave, %", "right, %")
    parts = [
        _axes(x, y, _FIFTHS, _FIFTHS, labels),
        html(
            '<line class="ideal" x1="{a}" y1="{b}" x2="{c}" y2="{d}"/>',
            a=x(0),
            b=y(0),
            c=x(1),
            d=y(1),
        ),
    ]
    most = max(one[2] for one in full)
    for low, high, n, _, _ in full:
        tall = max(1.5, n / most * (_COUNTS - 28))
        parts.append(
            html(
                '<rect class="bar" x="{x}" y="{y}" width="{w}" height="{h}"/>'
                '<text class="count" x="{m}" y="{t}" text-anchor="middle">{}</text>',
                count(n),
                x=x(low) + 1,
                y=round(_FLOOR - tall, 1),
                w=round(max(1.0, x(high) - x(low) - 2), 1),
                h=round(tall, 1),
                m=round((x(low) + x(high)) / 2, 1),
                t=round(_FLOOR - tall - 4, 1),
            )
        )
    dots = [(x(confidence), y(accuracy)) for *_, confidence, accuracy in full]
    parts.append(html('<path class="line" d="{d}"/>', d=_path(dots)))
    parts += [html('<circle class="dot" cx="{x}" cy="{y}" r="4"/>', x=a, y=b) for a, b in dots]
    total = some(int(sum(one[2] for one in full)), noun)
    return _figure(
        "Reliability",
        "On the dashed line a confidence of 80 % is right 80 % of the time; below it the system "
        f"is too sure. The bars count the {total}.",
        together(parts),
        f"Accuracy by confidence, {total} in {some(len(full), 'bin')}.",
    )


def _bin(one: Mapping[str, float | None]) -> tuple[float, float, float, float, float] | None:
    low, high, n = finite(one.get("low")), finite(one.get("high")), finite(one.get("n"))
    confidence, accuracy = finite(one.get("confidence")), finite(one.get("accuracy"))
    if low is None or high is None or not n or confidence is None or accuracy is None:
        return None
    return low, high, n, confidence, accuracy


def latency(seconds: Sequence[float | None]) -> Markup:
    """Return how many rows took how long, up to the 99th percentile.

    >>> latency([])
    Markup('')
    """
    times = np.array([one for one in map(finite, seconds) if one is not None and one >= 0])
    if not len(times):
        return NOTHING
    middle, slow, most = (float(np.percentile(times, one)) for one in (50, 95, 99))
    unit, factor = ("ms", 1000.0) if most < 1 else ("s", 1.0)
    across = ticks(max(most * factor, 1e-6), 6)
    edges = np.linspace(0, across[-1], 4 * (len(across) - 1) + 1)
    counts, _ = np.histogram(times * factor, edges)
    up = ticks(max(1, int(counts.max())), 4)
    up = up if up[1] >= 1 else [0.0, 1.0]
    x = Scale(0, across[-1], _LEFT, _RIGHT)
    y = Scale(0, up[-1], _FLOOR, _TOP + 32)
    labels = (f"time a row took, {unit}", "rows")
    parts = [
        _axes(x, y, [(at, f"{at:g}") for at in across], [(at, count(at)) for at in up], labels)
    ]
    for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True):
        if n:
            parts.append(
                html(
                    '<rect class="bar" x="{x}" y="{y}" width="{w}" height="{h}">'
                    "<title>{}</title></rect>",
                    f"{low:g} to {high:g} {unit}: {some(int(n), 'row')}",
                    x=x(float(low)) + 0.5,
                    y=y(float(n)),
                    w=round(x(float(high)) - x(float(low)) - 1, 1),
                    h=round(y.start - y(float(n)), 1),
                )
            )
    for at, (name, value) in enumerate((("median", middle), ("95 % within", slow))):
        place = x(min(value * factor, across[-1]))
        parts.append(
            html(
                '<line class="mark" x1="{x}" x2="{x}" y1="{y}" y2="{b}"/>'
                '<text class="note" x="{t}" y="{u}" text-anchor="{a}">{}</text>',
                f"{name} {value * factor:.3g} {unit}",
                x=place,
                y=_TOP + 16 * at,
                b=y.start,
                t=place + (5 if place < _WIDTH * 0.6 else -5),
                u=_TOP + 16 * at + 9,
                a="start" if place < _WIDTH * 0.6 else "end",
            )
        )
    longest = f"the longest took {float(times.max()):.3g} s"
    if (over := int((times * factor > across[-1]).sum())) > 0:
        longest = f"{some(over, 'row')} took longer than is drawn, {longest}"
    half = f"{middle * factor:.3g} {unit}"
    return _figure(
        "Latency",
        f"Half of the {some(len(times), 'row')} took less than {half}; {longest}.",
        together(parts),
        f"Median {middle:.3g} s, 95 % within {slow:.3g} s.",
    )


def whisker(
    value: object,
    interval: tuple[float, float] | None,
    others: Sequence[tuple[str, object]] = (),
    reference: object = None,
) -> Markup:
    """Return a value from 0 to 1 as a dot with its interval, and other values as hollow marks.

    ``reference`` draws a dashed line, for instance at the value of all rows.
    """

    def percent(number: float) -> str:
        return f"{min(1.0, max(0.0, number)) * 98 + 1:.2f}%"

    parts = [
        html('<line class="grid" x1="{x}" x2="{x}" y1="0" y2="100%"/>', x=percent(at))
        for at in (0, 0.25, 0.5, 0.75, 1)
    ]
    line = finite(reference)
    if line is not None:
        parts.append(
            html('<line class="ideal" x1="{x}" x2="{x}" y1="0" y2="100%"/>', x=percent(line))
        )
    for name, other in others:
        number = finite(other)
        if number is not None:
            parts.append(
                html(
                    '<circle class="other" cx="{x}" cy="11" r="3.5"><title>{}</title></circle>',
                    f"{name} {number:.3f}",
                    x=percent(number),
                )
            )
    if interval is not None:
        parts.append(
            html(
                '<line class="reach" x1="{a}" x2="{b}" y1="11" y2="11"/>',
                a=percent(interval[0]),
                b=percent(interval[1]),
            )
        )
    number = finite(value)
    if number is not None:
        parts.append(html('<circle class="dot" cx="{x}" cy="11" r="4"/>', x=percent(number)))
    return html('<svg class="whisker" aria-hidden="true">{}</svg>', together(parts))
