"""How many questions of a case file a library answers right: ``python -m eval.answers CASES``.

A case is a line of JSON: ``{"id", "question", "history", "answerable", "expect": {"all", "any",
"values", "min_values"}, "sources", "tags"}``. An answer is right when it holds every string of
``all``, one of ``any``, at least ``min_values`` of ``values``, and cites one of ``sources`` (a
unit_id, an external id or a file name). Strings count without case, ``re:`` ones as patterns. A
refusal is right for a question that is not answerable, and wrong for one that is.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.build import open_library
from rag.config import load_settings
from rag.types import Answer, Question, Turn

_RESAMPLES = 2000


def _holds(pattern: str, text: str) -> bool:
    if pattern.startswith("re:"):
        return re.search(pattern[3:], text, re.IGNORECASE) is not None
    return pattern.lower() in text.lower()


def _cited(answer: Answer) -> set[str]:
    found: set[str] = set()
    for citation in answer.citations:
        document = citation.document
        found |= {document.external_id or "", Path(document.source).name}
        found.add(str(document.metadata.get("unit_id", "")))
    return found


def faults(case: Mapping[str, Any], answer: Answer) -> list[str]:
    """Return what is wrong with an answer; empty when it is right."""
    if not case["answerable"]:
        return [] if answer.declined else ["answered what no source says"]
    if answer.declined:
        return [f"refused: {answer.declined.reason}"]
    expect, text = case["expect"], answer.text
    wrong = [f"lacks {one}" for one in expect.get("all", []) if not _holds(one, text)]
    if expect.get("any") and not any(_holds(one, text) for one in expect["any"]):
        wrong.append(f"lacks any of {expect['any']}")
    values = expect.get("values", [])
    least = expect.get("min_values", len(values))
    if values and sum(_holds(one, text) for one in values) < least:
        wrong.append(f"fewer than {least} of {len(values)} values")
    if case.get("sources") and not _cited(answer) & set(case["sources"]):
        wrong.append("cites none of the sources")
    return wrong


def interval(right: Sequence[bool], seed: int = 1) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a share, 0 to 1."""
    draw = random.Random(seed)
    shares = sorted(sum(draw.choices(right, k=len(right))) / len(right) for _ in range(_RESAMPLES))
    return shares[int(0.025 * _RESAMPLES)], shares[int(0.975 * _RESAMPLES) - 1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask every question of a file and print what was right, by tag, as JSON lines on stdout."""
    parser = argparse.ArgumentParser(prog="python -m eval.answers", description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--library", type=Path, help="data directory of the library to ask")
    options = parser.parse_args(arguments)
    cases = [json.loads(line) for line in options.cases.read_text("utf-8").splitlines() if line]
    marks: dict[str, list[bool]] = defaultdict(list)
    with open_library(load_settings(library=options.library)) as library:
        for case in cases:
            history = tuple(Turn(one["role"], one["content"]) for one in case.get("history", []))
            wrong = faults(case, library.assistant.ask(Question(case["question"], history)))
            for tag in (*case["tags"], "all"):
                marks[tag].append(not wrong)
            if wrong:
                sys.stderr.write(f"{case['id']}: {'; '.join(wrong)}\n")
    for tag, right in sorted(marks.items()):
        low, high = interval(right)
        row = {"tag": tag, "right": sum(right), "of": len(right), "ci95": [low, high]}
        sys.stdout.write(json.dumps(row) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
