"""The figures of a calibration: what readings were judged by beside what came of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval import calibration as fits
from eval.metrics.abstention import aurc, risk_coverage
from eval.metrics.calibration import reliability
from eval.plots import reliability as reliability_plot
from eval.plots import risk_coverage as risk_plot
from eval.report_text import html, together
from rag.calibrated import GIVEN, LEAST, TRAITS, Sureness, given_traits

STRANGERS = "strangers"
"""The suite of questions that a library of other matters is asked."""


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one question: by what the reading was judged, and whether it was right.

    ``confidence`` is the probability that the reading gave itself, ``f1`` the answer's token F1.
    ``published`` is a suite with sources of its own; the others are asked of a library.
    """

    suite: str
    id: str
    group: str
    confidence: float
    right: float
    traits: Mapping[str, float]
    answerable: bool = True
    f1: float = 0.0
    published: bool = True


def calibrated_figures(points: Sequence[Point]) -> tuple[dict[str, Any], Sureness]:
    """Return the figures before the fit and of it, held out, and the fit on all points."""
    right = [one.right for one in points]
    before = [one.confidence for one in points]
    columns, weights = columns_of(points, TRAITS), fits.balanced([one.suite for one in points])
    groups = [f"{one.suite} {one.group or one.id}" for one in points]
    slopes, bias = fits.logistic(columns, right, weights)
    fitted = Sureness(dict(zip(TRAITS, slopes.tolist(), strict=True)), bias)
    apart = fits.held_out(columns, right, groups, weights)
    worth = {}
    for name in TRAITS:
        others = [one for one in TRAITS if one != name]
        without = fits.held_out(columns_of(points, others), right, groups, weights)
        worth[name] = {
            suite: _short(_of_suite(suite, points, without))
            for suite in dict.fromkeys(one.suite for one in points)
        }
    suites = dict.fromkeys(one.suite for one in points)
    found: dict[str, Any] = {
        "questions": len(points),
        "SURENESS": fitted.to_json(),
        "before": {name: _of_suite(name, points, np.array(before)) for name in suites},
        "held out": {name: _of_suite(name, points, apart) for name in suites},
        "held out without": worth,
    }
    return found, fitted


def given_figures(points: Sequence[Point]) -> dict[str, Any]:
    """Return the fit of what given answers are worth, and the figures before it and held out.

    Of the points that pass at normal caution; strangers' questions decide whether to answer, and
    not what an answer is worth. Published suites, which are large, count as much as the others.
    """
    passed = [one for one in points if one.suite != STRANGERS and one.confidence >= LEAST["normal"]]
    if not passed:
        return {}
    right = [one.right for one in passed]
    weighed = [given_traits(one.confidence, one.traits) for one in passed]
    columns = np.array([[one[name] for name in GIVEN.weights] for one in weighed])
    weights = fits.balanced([str(one.published) for one in passed])
    slopes, bias = fits.logistic(columns, right, weights)
    groups = [f"{one.suite} {one.group or one.id}" for one in passed]
    apart = fits.held_out(columns, right, groups, weights)
    said = np.array([one.confidence for one in passed])
    now = np.array([GIVEN(one) for one in weighed])
    suites = dict.fromkeys(one.suite for one in passed)

    def each(sure: fits.Array) -> dict[str, Any]:
        found = {}
        for suite in (*suites, ""):
            inside = np.array([one.suite == suite or not suite for one in passed])
            here = np.array(right)[inside]
            found[suite or "all"] = {
                "answers": int(inside.sum()),
                "said": float(sure[inside].mean()),
                "right": float(here.mean()),
                **fits.figures(sure[inside], here),
            }
        return found

    return {
        "GIVEN": Sureness(dict(zip(GIVEN.weights, slopes.tolist(), strict=True)), bias).to_json(),
        "without": each(said),
        "as it stands": each(now),
        "held out": each(apart),
    }


def columns_of(points: Sequence[Point], names: Sequence[str]) -> fits.Array:
    """Return the traits of some points, shape ``(points, names)``."""
    found: fits.Array = np.array([[one.traits[name] for name in names] for one in points])
    return found


def _short(figures: Mapping[str, Any]) -> dict[str, float]:
    return {name: round(figures[name], 4) for name in ("ece", "aurc")}


def _of_suite(name: str, points: Sequence[Point], all_sure: fits.Array) -> dict[str, Any]:
    """Return how far a suite's probabilities hold, and what each ``caution`` gives and refuses."""
    inside = np.array([one.suite == name for one in points])
    here = [one for one in points if one.suite == name]
    sure, right = all_sure[inside], np.array([one.right for one in here])
    at: dict[str, Any] = {}
    for caution, least in LEAST.items():
        given = sure >= least
        kept = [
            one.f1 if yes else float(not one.answerable)
            for one, yes in zip(here, given, strict=True)
        ]
        at[caution] = {
            "least": least,
            "coverage": float(given.mean()),
            "risk": float(1 - right[given].mean()) if given.any() else None,
            "right but refused": int((right[~given] > 0).sum()),
            "f1 with abstention": float(np.mean(kept)),
        }
    return {
        "questions": len(here),
        "right": float(right.mean()),
        "aurc": aurc(sure, 1 - right),
        **fits.figures(sure, right),
        "at": at,
    }


def page(points: Sequence[Point], fitted: Sureness) -> str:
    """Return a page with the risk-coverage curve and the reliability before and after."""
    sure = [one.confidence for one in points]
    right = [one.right for one in points]
    after = [fitted(one.traits) for one in points]
    curve = risk_coverage(after, [1 - one for one in right])
    drawn = [risk_plot(curve)]
    for values in (sure, after):
        drawn.append(reliability_plot([one._asdict() for one in reliability(values, right)]))
    css = (Path(__file__).parent / "static" / "report.css").read_text(encoding="utf-8")
    whole = html(
        "<!doctype html><meta charset='utf-8'><title>Calibration</title><style>{}</style>"
        "<main><h1>Risk, coverage and calibration</h1><p>Reliability as the reader gives it, then "
        "calibrated.</p>{}</main>",
        html(css.replace("{", "{{").replace("}", "}}")),
        together(drawn),
    )
    return str(whole)
