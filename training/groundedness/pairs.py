"""A passage and a sentence with what the one says of the other, and windows of long texts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rag.quoting import parts_of, weights_of

Label = Literal["supported", "contradicted", "neither", "unsupported"]
"""``unsupported`` is contradicted or neither, where the data does not say which."""
Spans = tuple[tuple[int, int], ...]

WINDOW = 850
"""Characters of a window of a long text: about 190 tokens, as long as a passage of Vouch."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence beside a passage.

    ``wrong`` are the characters of the sentence that the passage does not say; None where the data
    does not tell which.
    """

    passage: str
    sentence: str
    label: Label
    kind: str
    wrong: Spans | None = None

    @property
    def supported(self) -> bool:
        """Whether the passage says all of the sentence."""
        return self.label == "supported"


def supported(passage: str, sentence: str, kind: str) -> Pair:
    """Return a pair whose passage says the sentence: no character of it is wrong."""
    return Pair(passage, sentence, "supported", kind, ())


def window_for(sentence: str, text: str, longest: int = WINDOW) -> str:
    """Return the run of a text's sentences that shares most with a sentence, its shortest first.

    A text that is not longer is returned whole.

    >>> window_for("Six people died.", "It rained all day long. Six died. It was very old.", 20)
    'Six died.'
    """
    if len(text) <= longest:
        return text
    return next(iter(windows_for(sentence, text, 1, longest)), text[:longest])


def gathered(sentence: str, text: str, longest: int = WINDOW) -> str:
    """Return the sentences of a text that hold most of a sentence together, each with its lead.

    A claim that puts several places of a long text together finds all of them.

    >>> text = "Six died. It rained all day long. It was very old. The dam at Elva broke."
    >>> gathered("Six died when the dam broke.", text, 35)
    'Six died. The dam at Elva broke.'
    """
    if len(text) <= longest:
        return text
    parts = parts_of(text)
    weights = weights_of(sentence, [terms for _, _, terms in parts])
    taken: set[int] = set()
    left, room = dict(weights), longest
    while len(taken) < len(parts):
        worth, at = max(
            (sum(weight for term, weight in left.items() if term in terms), -n)
            for n, (_, _, terms) in enumerate(parts)
            if n not in taken
        )
        size = parts[-at][1] - parts[-at][0] + 1
        if worth <= 0 or (taken and size > room):
            break
        taken.add(-at)
        room -= size
        left = {term: weight for term, weight in left.items() if term not in parts[-at][2]}
    for n in sorted(n - 1 for n in taken if n and n - 1 not in taken):
        size = parts[n][1] - parts[n][0] + 1
        if size <= room:
            taken.add(n)
            room -= size
    found = " ".join(text[parts[n][0] : parts[n][1]] for n in sorted(taken))
    return found[: 2 * longest] or text[:longest]


def windows_for(sentence: str, text: str, most: int, longest: int = WINDOW) -> list[str]:
    """Return up to ``most`` runs of sentences, apart from one another, that share most, best first.

    >>> text = "It rained all day long. Six died. It was very old. Six were old."
    >>> windows_for("Six people died when it rained.", text, 2, 34)
    ['It rained all day long. Six died.', 'It was very old. Six were old.']
    """
    parts = parts_of(text)
    held = [terms for _, _, terms in parts]
    weights = weights_of(sentence, held)
    # In the sentence's own order: sums of floats must not hang on the order of a set.
    worths = [{t: weight for t, weight in weights.items() if t in terms} for terms in held]
    runs: list[tuple[float, int, int, int]] = []
    for first, (start, _, _) in enumerate(parts):
        there: dict[str, float] = {}
        last = first
        while last < len(parts) and (last == first or parts[last][1] - start <= longest):
            there |= worths[last]
            last += 1
        # Words that a window repeats around them say where the text is about the same thing.
        runs.append((sum(there.values()), -first, first, last))
    found: list[tuple[int, int]] = []
    for _, _, first, last in sorted(runs, reverse=True):
        if all(last <= a or b <= first for a, b in found):
            found.append((first, last))
        if len(found) == most:
            break
    return [text[parts[a][0] : min(parts[b - 1][1], parts[a][0] + 2 * longest)] for a, b in found]


_SIGNS = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
    "``": '"',
    "''": '"',
    "--": "\u2013",
}
_BEFORE = re.compile(r" (?=[.,;:!?%)\]}]|n't\b|n\u2019t\b|['\u2019](?:s|re|ve|ll|d|m)\b)", re.I)
_AFTER = re.compile(r"(?<=[(\[{$£€]) ")
_WITHIN = re.compile(r'"\s+([^"]*?)\s+"')


def plain(text: str) -> str:
    """Return a tokenised text as people write it.

    >>> plain("He -LRB- born 1919 -RRB- said `` no '' , she wrote .")
    'He (born 1919) said "no", she wrote.'
    """
    for sign, written in _SIGNS.items():
        text = text.replace(sign, written)
    text = _WITHIN.sub(r'"\1"', " ".join(text.split()))
    return _AFTER.sub("", _BEFORE.sub("", text))


def sentence_like(text: str) -> bool:
    """Return whether a text reads as one whole sentence of fair length.

    >>> sentence_like("The dam at Elva broke on Monday night."), sentence_like("Read more")
    (True, False)
    """
    letters = sum(one.isalpha() or one == " " for one in text)
    return (
        30 <= len(text) <= 320
        and (text[0].isupper() or text[0] in "\"'\u201c\u2018" or text[0].isdigit())
        and text[-1] in ".!\"'\u201d\u2019"
        and letters > 0.8 * len(text)
        and "\n" not in text
        and len(text.split()) >= 6
    )


def write_pairs(path: Path, pairs: Sequence[Pair]) -> None:
    """Write pairs as JSON lines: making them takes minutes."""
    with path.open("w", encoding="utf-8") as file:
        for one in pairs:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read_pairs(path: Path) -> list[Pair]:
    """Return the pairs of a file that ``write_pairs`` wrote."""
    found: list[Pair] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            wrong = row.pop("wrong")
            spans = None if wrong is None else tuple((a, b) for a, b in wrong)
            found.append(Pair(**row, wrong=spans))
    return found
