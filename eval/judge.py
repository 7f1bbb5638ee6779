"""The judge is judged: how far a verifier agrees with people, and where that is kept.

A faithfulness figure is worth what its verifier is worth. Each report names the verifier and the
agreement that was measured here; one that was never measured says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from eval.runs import RunFolder
from eval.verifiers import NamedVerifier
from rag.errors import BadRequest

SHIPPED = Path(__file__).parent / "agreement.json"
"""What was measured of the verifiers that Vouch ships."""
_METRICS = ("balanced_accuracy", "f1", "precision", "recall", "auc", "accuracy", "span_f1")


def kept_agreement() -> Path:
    """Return where a user keeps what was measured of verifiers."""
    return Path(platformdirs.user_data_dir("vouch", appauthor=False)) / "agreement.json"


def agreement_of(verifier: NamedVerifier, path: Path | None = None) -> list[dict[str, Any]] | None:
    """Return how far a verifier agrees with people, suite by suite; None if nobody measured it.

    What the user measured stands before what was shipped. ``current`` tells whether the verifier
    is still the one that was measured.
    """
    found = {
        **_read(SHIPPED).get(verifier.name, {}),
        **_read(path or kept_agreement()).get(verifier.name, {}),
    }
    if not found:
        return None
    return [
        {
            "suite": suite,
            "metric": "balanced_accuracy",
            **measured["metrics"]["balanced_accuracy"],
            "current": measured["version"] == verifier.version,
            "date": measured["date"],
        }
        for suite, measured in sorted(found.items())
    ]


def keep_agreement(run: RunFolder, verifier: NamedVerifier, path: Path | None = None) -> None:
    """Keep what a run over claims found of a verifier, in place of what was measured before.

    Raises:
        BadRequest: the run is not one over claims.
    """
    summary = run.summary
    if summary["task"] != "verify":
        raise BadRequest(
            f"{summary['name']} measures no verifier.", "Judge one on ragtruth-qa, wice or begin."
        )
    path = path or kept_agreement()
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = _read(path)
    metrics = {name: summary["metrics"][name] for name in _METRICS if name in summary["metrics"]}
    kept.setdefault(verifier.name, {})[summary["name"]] = {
        "metrics": metrics,
        "rows": summary["rows"],
        "failed": summary["outcomes"]["failed"],
        "version": verifier.version,
        "commit": summary["commit"],
        "date": summary["date"],
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    new.replace(path)


def _read(path: Path) -> dict[str, dict[str, Mapping[str, Any]]]:
    try:
        found: dict[str, dict[str, Mapping[str, Any]]] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found
