"""Draws of scripted drafts that are written down once: places in published data, and no text.

A kept draw says of every draft which stretches of which rows it is made of, which word was put in
the place of which, and how its texts are told from others. So a change of Vouch's own reading of
English draws no other sample: nothing of it takes part when a draw is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.scripted_data import FILES, Entry, digest_of, read_entries
from rag.errors import NotFound, VouchError
from rag.types import Hit

Wording = Literal["quotation", "paraphrase", "reworded"]
Place = tuple[str, int, str, int, int]
"""Data set, row, name of its text, start and end in it."""

FORMAT = 1
CASES = Path(__file__).parent / "cases"
DRAW = "python -m eval.scripted_draw --data DATA/dev"
_LEAST = 12
"""Letters in a row that are told by their place, where any text of the data has them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One scripted draft.

    ``cited`` are the places in ``hits`` that the draft cites; none where the tag is an invention.
    ``right`` are the places that may be cited for it: empty where nothing may. ``seed`` is the one
    that it was drawn with.
    """

    id: str
    part: str
    kind: str
    wording: Wording
    near: bool
    text: str
    base: str
    hits: tuple[Hit, ...]
    cited: tuple[int, ...]
    right: frozenset[int]
    group: str
    seed: int = 0


class OtherData(VouchError):
    """A draw was made of other data than those at hand."""

    code = "other_data"


def path_of(part: str, folder: Path = CASES) -> Path:
    """Return where the draw of a part is kept."""
    return folder / f"scripted_drafts_{part}.jsonl"


def digest_of_rows(rows: Iterable[Row]) -> str:
    """Return twelve letters that tell a draw from others: all texts, citations and kinds."""
    return digest_of(*(f"{_digest(row)} {row.cited} {sorted(row.right)}" for row in rows))


def _digest(row: Row) -> str:
    hits = (_digest_of_hit(hit) for hit in row.hits)
    return digest_of(row.id, row.kind, row.wording, str(row.near), row.text, row.base, *hits)


def _digest_of_hit(hit: Hit) -> str:
    info = hit.document
    known = info.title, info.publisher or "", info.published or ""
    return digest_of(hit.passage.text, *known)[:8]


def keep(rows: Sequence[Row], part: str, data: Path, folder: Path = CASES) -> Path:
    """Write down the draw of a part, and return the file.

    Raises:
        NotFound: a passage of a row is not in the data.
    """
    places = _Places([one for origin in FILES for one in read_entries(data, origin)])
    passages: dict[Place, str] = {}
    written: list[dict[str, Any]] = []
    for row in rows:
        found = [places.of_hit(hit) for hit in row.hits]
        passages.update(
            (place, _digest_of_hit(hit)) for place, hit in zip(found, row.hits, strict=True)
        )
        numbers = {place: n for n, place in enumerate(passages)}
        one: dict[str, Any] = {
            "id": row.id,
            "seed": row.seed,
            "kind": row.kind,
            "wording": row.wording,
            "group": row.group,
            "hits": [numbers[place] for place in found],
            "cited": row.cited,
            "right": sorted(row.right),
            "text": places.pieces(row.text, found),
        }
        if row.near:
            one["near"] = True
        if row.base != row.text:
            one["base"] = places.pieces(row.base, found)
        written.append(one | {"sha": _digest(row)})
    head = {"format": FORMAT, "part": part, "command": DRAW, "drafts": len(rows)}
    lines: list[Any] = [head | {"passages": len(passages)}]
    lines += [[*place, sha] for place, sha in passages.items()]
    path = path_of(part, folder)
    whole = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in lines + written]
    path.write_text("\n".join(whole) + "\n", encoding="utf-8")
    return path


class _Places:
    """Finds where texts stand in the rows of the data."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._documents: dict[str, list[tuple[Entry, str]]] = {}
        texts: dict[str, tuple[str, int, str]] = {}
        for entry in entries:
            for name, text in entry.texts.items():
                texts.setdefault(text, (entry.origin, entry.number, name))
            for name, about in entry.documents.items():
                self._documents.setdefault(about.name, []).append((entry, name))
        self._texts = [(at, text) for text, at in texts.items()]
        self._whole = {at: text for text, at in texts.items()}

    def of_hit(self, hit: Hit) -> Place:
        for entry, name in self._documents.get(hit.document.source, ()):
            start = entry.texts[name].find(hit.passage.text)
            if start >= 0:
                return entry.origin, entry.number, name, start, start + len(hit.passage.text)
        raise NotFound(f"A passage of {hit.document.source} is not in the data.", "")

    def pieces(self, text: str, near: Sequence[Place]) -> list[str | Place]:
        """Return what a text is made of: places in the data, and what stands at none of them.

        Places of its own passages come first.
        """
        first = [at for *at, _, _ in near]
        texts = sorted(self._texts, key=lambda one: list(one[0]) not in first)
        found: list[str | Place] = []
        at = 0
        while at < len(text):
            place = self._longest(text[at:], texts)
            if place is not None:
                found.append(place)
                at += place[4] - place[3]
                continue
            if found and isinstance(found[-1], str):
                found[-1] += text[at]
            else:
                found.append(text[at])
            at += 1
        return found

    def _longest(
        self, text: str, texts: Sequence[tuple[tuple[str, int, str], str]]
    ) -> Place | None:
        best: Place | None = None
        length = _LEAST - 1
        for (origin, number, name), whole in texts:
            if len(text) <= length or text[: length + 1] not in whole:
                continue
            while length < len(text) and text[: length + 1] in whole:
                length += 1
            start = whole.index(text[:length])
            best = origin, number, name, start, start + length
        return best


def read_kept(part: str, data: Path, folder: Path = CASES) -> list[Row]:
    """Return the rows of a part's kept draw, their texts read from the data.

    Raises:
        NotFound: no draw of the part is kept, or the data lack a file or a row of it.
        OtherData: the data hold other texts than the draw was made of.
    """
    path = path_of(part, folder)
    if not path.is_file():
        raise NotFound(f"No draw of the part {part!r} is kept at {path}.", f"Draw one: {DRAW}")
    head, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if head.get("format") != FORMAT:
        raise OtherData(
            f"{path.name} is of format {head.get('format')}, not {FORMAT}.", f"Draw anew: {DRAW}"
        )
    texts = _Texts(data)
    cut = head["passages"]
    hits = [texts.hit(_place(one), one[-1]) for one in lines[:cut]]
    return [_row(one, part, hits, texts) for one in lines[cut:]]


def _row(one: Mapping[str, Any], part: str, hits: Sequence[Hit], texts: _Texts) -> Row:
    text = texts.joined(one["text"])
    row = Row(
        one["id"],
        part,
        one["kind"],
        one["wording"],
        one.get("near", False),
        text,
        texts.joined(one["base"]) if "base" in one else text,
        tuple(hits[n] for n in one["hits"]),
        tuple(one["cited"]),
        frozenset(one["right"]),
        one["group"],
        one["seed"],
    )
    if _digest(row) != one["sha"]:
        raise _other(f"The draft {row.id} reads otherwise in these data.")
    return row


def _other(message: str) -> OtherData:
    hint = "Give --data the published files that the draw was made of, or draw anew from yours: "
    return OtherData(message, f"{hint}{DRAW} --out FOLDER, and run with --draws FOLDER.")


def _place(one: Sequence[Any]) -> Place:
    origin, number, name, start, end = one[:5]
    return origin, number, name, start, end


class _Texts:
    """The texts of the data, each file read when it is first asked for."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._entries: dict[str, dict[int, Entry]] = {}

    def entry(self, origin: str, number: int, name: str) -> Entry:
        if origin not in self._entries:
            entries = read_entries(self._data, origin)
            if not entries:
                raise NotFound(
                    f"The draw needs {FILES[origin]}, and {self._data} has no row of it.",
                    f"Give --data the folder that holds it, or draw anew from what you have: {DRAW}"
                    " --out FOLDER, and run with --draws FOLDER.",
                )
            self._entries[origin] = {one.number: one for one in entries}
        entry = self._entries[origin].get(number)
        if entry is None or name not in entry.texts:
            raise _other(f"{FILES[origin]} has no text {name!r} in row {number}.")
        return entry

    def hit(self, place: Place, sha: str) -> Hit:
        origin, number, name, start, end = place
        hit = self.entry(origin, number, name).hit(name, start, end)
        if _digest_of_hit(hit) != sha:
            raise _other(f"{FILES[origin]} has another text in row {number} ({name}).")
        return hit

    def joined(self, pieces: Iterable[Any]) -> str:
        found = ""
        for piece in pieces:
            if isinstance(piece, str):
                found += piece
            else:
                origin, number, name, start, end = _place(piece)
                found += self.entry(origin, number, name).texts[name][start:end]
        return found
