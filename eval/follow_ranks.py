"""What a conversation says of the sentences that its follow-ups are read in: fits the weights.

    python -m eval.follow_ranks eval/cases/conversations_dev.jsonl ... --fa-kes FA_KES
        --write eval/results/follow-ranks

Conversations are played as ``eval.conversations`` plays them. Of the sentences that a follow-up is
read in, those that hold what its case expects, in a source that it names, are to stand first: the
logarithm of their share in a softmax over all of them is made greatest, with a ridge penalty on
the weights of ``rag.follow_traits`` (Cao, Qin, Liu, Tsai and Li 2007, with more than one right
line). Printed are ``WEIGHTS``, and how often the first of the sentences is a right one: by itself,
with the weights as they stand, and with weights fitted on the other files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.assistants import resolver, watched
from eval.case_file import read_cases
from eval.cases import Case
from eval.conversation_play import Player
from eval.conversations import LARKHAVEN, NEWS, ROOT, library_of
from eval.library import EvalLibrary
from eval.metrics.answered import Answered
from eval.metrics.score_answers import is_right
from eval.runs import provenance
from eval.systems import AnswererSystem
from rag.config import load_settings
from rag.errors import VouchError
from rag.features import Line
from rag.follow_traits import TRAITS, gains
from rag.read import SentenceReader, Weighed
from rag.types import AskedIn, Hit, Reader, Reading

Floats = NDArray[np.float64]
RIDGE = 1.0
_LEAST_SLOPE = 1e-4
_STEPS = 4000


@dataclass(frozen=True, slots=True)
class Read:
    """The sentences of one follow-up, and which of them hold what is expected.

    ``logits`` and ``right`` have the shape ``(lines,)``, ``traits`` ``(lines, len(TRAITS))``.
    """

    file: str
    logits: Floats
    traits: Floats
    right: NDArray[np.bool_]


class Watching:
    """A FollowUpReader that remembers what the newest follow-up was read in."""

    def __init__(self, inner: SentenceReader) -> None:
        self._inner = inner
        self.weighed: Weighed | None = None

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return what the reader finds."""
        self.weighed = None
        return self._inner.read(question, hits)

    def going_on(self, asked_in: AskedIn) -> Reader:
        """Return a reader of one follow-up that is watched."""
        return _Watched(self, self._inner.going_on(asked_in))


class _Watched:
    def __init__(self, watching: Watching, inner: SentenceReader) -> None:
        self._watching, self._inner = watching, inner

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        self._watching.weighed = self._inner.weighed(question, hits) if hits else None
        return self._inner.read(question, hits)


def holds_it(case: Case, line: Line) -> bool:
    """Return whether a sentence alone would be a right answer to a case."""
    document = line.hit.document
    cited = {
        "document_id": document.id,
        "external_id": document.external_id,
        "title": document.title,
        "source": document.source,
        "metadata": dict(document.metadata),
        "also_in": [{"document_id": one.id, "title": one.title} for one in line.hit.copies],
    }
    return is_right(case, Answered({"text": line.text, "citations": [cited]}))


def reads_of(name: str, cases: Sequence[Case], library: EvalLibrary) -> list[Read]:
    """Return what the answerable follow-ups of a case file are read in, right lines among them."""
    library.embed()
    reader = library.opened.reader
    assert isinstance(reader, SentenceReader)
    watching = Watching(reader)
    system = AnswererSystem(watched(library, watching), library)
    player = Player(
        lambda text, history: system.run(Case("", text, tuple(history))), resolver(library)
    )
    found: list[Read] = []
    for case in cases:
        watching.weighed = None
        player.ask(case, "resolved")
        weighed = watching.weighed
        if case.answerable is False or weighed is None or weighed.traits is None:
            continue
        right = np.array([holds_it(case, line) for line in weighed.lines])
        found.append(Read(name, weighed.logits, weighed.traits, right))
    return found


def fitted(reads: Sequence[Read], ridge: float = RIDGE) -> tuple[Floats, float]:
    """Return the weights of the traits, and how sharp the softmax is: gains are in logits.

    Follow-ups without a right line teach nothing.
    """
    some = [one for one in reads if one.right.any()]
    found = np.zeros(len(TRAITS) + 1)
    found[-1] = 1.0
    moved, spread = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, _STEPS + 1):  # Adam: Kingma and Ba 2015
        slope = _slope(some, found, ridge)
        moved = 0.9 * moved + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        rate = 0.02 * (1 - step / _STEPS)
        found -= rate * moved / (1 - 0.9**step) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-9)
        if np.abs(slope).max() < _LEAST_SLOPE:
            break
    return found[:-1] / found[-1], float(found[-1])


def _slope(reads: Sequence[Read], found: Floats, ridge: float) -> Floats:
    slope = np.append(2 * ridge * found[:-1], 0.0)
    for one in reads:
        scores = one.traits @ found[:-1] + found[-1] * one.logits
        share = np.exp(scores - scores.max())
        share /= share.sum()
        right = share * one.right / (share[one.right].sum() + 1e-12)
        slope[:-1] += one.traits.T @ (share - right)
        slope[-1] += one.logits @ (share - right)
    return slope


def first_right(reads: Sequence[Read], gained: Sequence[Floats]) -> int:
    """Return for how many follow-ups the sentence that stands first is a right one."""
    return sum(
        bool(one.right[int(np.argmax(one.logits + more))])
        for one, more in zip(reads, gained, strict=True)
    )


def figures(reads: Sequence[Read]) -> dict[str, Any]:
    """Return the fitted weights and the figures of each file."""
    weights, sharp = fitted(reads)
    files = {}
    for name in sorted({one.file for one in reads}):
        own = [one for one in reads if one.file == name]
        others, _ = fitted([one for one in reads if one.file != name])
        files[name] = {
            "follow-ups": len(own),
            "with a right line": sum(bool(one.right.any()) for one in own),
            "first, by itself": first_right(own, [np.zeros(len(one.logits)) for one in own]),
            "first, as it stands": first_right(own, [gains(one.traits) for one in own]),
            "first, held out": first_right(own, [one.traits @ others for one in own]),
        }
    total = {name: sum(one[name] for one in files.values()) for name in next(iter(files.values()))}
    return {
        "weights": dict(zip(TRAITS, (round(float(one), 3) for one in weights), strict=True)),
        "spread": round(sharp, 3),
        "files": files,
        "all": total,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, fit and write."""
    parser = argparse.ArgumentParser(prog="python -m eval.follow_ranks", description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path, help="files of conversations")
    parser.add_argument("--examples", type=Path, default=ROOT / "examples" / "larkhaven")
    parser.add_argument("--fa-kes", type=Path, help="the news table; left out without")
    parser.add_argument("--write", type=Path, help="where figures go, without suffix")
    given = parser.parse_args(arguments)
    folders: Mapping[str, Path | None] = {LARKHAVEN: given.examples, NEWS: given.fa_kes}
    reads: list[Read] = []
    try:
        files = {path.stem: read_cases(path) for path in given.cases}
        for corpus, folder in folders.items():
            if folder is None:
                continue
            with library_of(folder, corpus) as library:
                for name, cases in files.items():
                    some = [one for one in cases if corpus in one.tags and not one.problem]
                    sys.stderr.write(f"{name}: {len(some)} questions on {corpus}\n")
                    reads += reads_of(name, some, library)
    except VouchError as error:
        sys.stderr.write(f"{error.message} {error.hint}\n")
        return 1
    if not any(one.right.any() for one in reads):
        sys.stderr.write("No follow-up was read in a sentence that holds what is expected.\n")
        return 1
    command = " ".join(["python -m eval.follow_ranks", *(arguments or sys.argv[1:])])
    about = {"command": command, **figures(reads), **provenance(load_settings(), None)}
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    if given.write is not None:
        given.write.with_suffix(".json").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
