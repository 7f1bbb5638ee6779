"""The texts of published data by row and name, and the passages in them: for scripted drafts.

Nothing here reads English with Vouch's own rules: a row and its texts are the same whatever
``rag`` makes of sentences, days and speakers, and so is the part that a document belongs to.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.types import DateCandidate, DocumentInfo, Hit, Passage

FILES = {
    "ragtruth": "ragtruth/qa_dev.json",
    "wice": "wice/claim_dev.jsonl",
    "begin": "begin/begin_dev_wow.tsv",
    "clapnq": "clapnq/answerable_first100.jsonl",
    "mtrag": "mtrag/reference_dev.jsonl",
    "fa-kes": "../corpus/fa-kes/FA-KES-Dataset.csv",
}
"""Where each data set lies, from the folder of the development data."""
PARTS = ("tune", "report")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document beside its text; ``name`` is its own, ``day`` ISO 8601 or ""."""

    name: str
    title: str = ""
    publisher: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a file: its texts by name, of which those in ``documents`` are passages' own.

    ``group`` is what rows share that are not independent.
    """

    origin: str
    number: int
    group: str
    texts: Mapping[str, str]
    documents: Mapping[str, About]
    row: Mapping[str, Any] = field(default_factory=dict)

    def hit(self, name: str, start: int = 0, end: int | None = None) -> Hit:
        """Return a stretch of a document, or all of it, as a retriever would."""
        about, text = self.documents[name], self.texts[name]
        return hit_of(
            text[start:end],
            about.name,
            title=about.title,
            publisher=about.publisher,
            day=about.day,
            start=start,
        )

    def hits(self) -> list[Hit]:
        """Return its documents, each whole."""
        return [self.hit(name) for name in self.documents]


def hit_of(
    text: str, name: str, *, title: str = "", publisher: str = "", day: str = "", start: int = 0
) -> Hit:
    """Return a passage of a document as a retriever would."""
    dates = (DateCandidate(day, "metadata", day),) if day else ()
    digest = digest_of(name)
    info = DocumentInfo(
        digest, "", title, name, dates=dates, publisher=publisher or None, cluster=digest
    )
    passage = Passage(digest, start, start + len(text), text, title, f"{digest}/{start}")
    return Hit(passage, info, 0.5, 0.5, 1.0)


def digest_of(*texts: str) -> str:
    """Return twelve letters that tell texts from others."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:12]


def part_of(group: str) -> str:
    """Return the part that a document belongs to: by its name, so that it never changes sides."""
    return PARTS[hashlib.sha256(group.encode()).digest()[0] % 2]


def read_entries(data: Path, origin: str) -> list[Entry]:
    """Return the rows of one of ``FILES``; none where the file is missing."""
    path = data / FILES[origin]
    return list(_READERS[origin](path)) if path.is_file() else []


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        yield from enumerate(json.loads(text))
    else:
        lines = (line for line in text.split("\n") if line.strip())
        yield from enumerate(json.loads(line) for line in lines)


_MARKED = re.compile(r"^passage \d+:", re.MULTILINE)


def _ragtruth(path: Path) -> Iterator[Entry]:
    for number, row in _lines(path):
        group = f"ragtruth/{row['source_id']}"
        parts = [one for one in map(str.strip, _MARKED.split(row["d1"])) if one]
        texts = {f"p{n}": one for n, one in enumerate(parts)}
        documents = {f"p{n}": About(f"{group}/{n}") for n in range(len(parts))}
        yield Entry("ragtruth", number, group, texts | {"response": row["d2"]}, documents, row)


def _wice(path: Path) -> Iterator[Entry]:
    for number, row in _lines(path):
        group = f"wice/{row['meta']['id']}"
        title = next((e for e in row["evidence"][:3] if e.startswith("(meta data) TITLE:")), "")
        texts = {"page": "\n".join(row["evidence"]), "claim": row["claim"].strip()}
        about = About(group, title.partition(": ")[2])
        yield Entry("wice", number, group, texts, {"page": about}, row)


def _begin(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    for number, row in enumerate(rows):
        knowledge = row[2].strip()
        group = f"begin/{hashlib.sha256(knowledge.encode()).hexdigest()[:10]}"
        texts = {"knowledge": knowledge, "response": row[4].strip()}
        about = {"knowledge": About(group)}
        yield Entry("begin", number, group, texts, about, {"label": row[5]})


def _clapnq(path: Path) -> Iterator[Entry]:
    for number, row in _lines(path):
        group = f"clapnq/{row['id']}"
        texts = {f"p{n}": one["text"] for n, one in enumerate(row["passages"])}
        documents = {
            f"p{n}": About(f"{group}/{n}", one["title"]) for n, one in enumerate(row["passages"])
        }
        answer = next((one["answer"] for one in row["output"] if one["answer"].strip()), "")
        yield Entry("clapnq", number, group, texts | {"answer": answer}, documents, row)


def _mtrag(path: Path) -> Iterator[Entry]:
    for number, row in _lines(path):
        contexts = {f"p{n}": one for n, one in enumerate(row["contexts"])}
        texts = {name: one["text"].strip() for name, one in contexts.items()}
        documents = {name: About(one["document_id"]) for name, one in contexts.items()}
        texts["answer"] = row["targets"][0]["text"] if row["targets"] else ""
        yield Entry("mtrag", number, f"mtrag/{row['conversation_id']}", texts, documents, row)


def _news(path: Path) -> Iterator[Entry]:
    """Yield each article once; articles of one month, which repeat each other, are a group."""
    seen: set[str] = set()
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            text = row["article_content"].strip()
            if text in seen:
                continue
            seen.add(text)
            day = opening_day(text) or _iso(row["date"])
            name = f"fa-kes/{row['unit_id']}/{len(seen)}"
            about = About(name, row["article_title"], row["source"], day)
            yield Entry(
                "fa-kes", number, f"fa-kes/{day[:7]}", {"article": text}, {"article": about}
            )


_READERS = {
    "ragtruth": _ragtruth,
    "wice": _wice,
    "begin": _begin,
    "clapnq": _clapnq,
    "mtrag": _mtrag,
    "fa-kes": _news,
}

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_OPENING = 400
"""First characters of an article in which its date stands."""
_DAY = re.compile(
    r"(?:\b(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?P<month>[A-Z][a-z]{2,8})"
    r"|\b(?P<month2>[A-Z][a-z]{2,8})\.? (?P<day2>\d{1,2})),?[ -](?P<year>20\d\d)\b"
)


def opening_day(text: str) -> str:
    """Return the first whole day in an article's opening as ISO 8601, or "".

    It is kept apart from Vouch's own reading of datelines, which may change.

    >>> opening_day("Sun 16 Apr 2017 The toll rose."), opening_day("It fell in May 2017.")
    ('2017-04-16', '')
    """
    for match in _DAY.finditer(text, 0, _OPENING):
        month = (match["month"] or match["month2"])[:3].lower()
        if month in _MONTHS:
            day = int(match["day"] or match["day2"])
            return f"{match['year']}-{_MONTHS.index(month) + 1:02}-{day:02}"
    return ""


def _iso(written: str) -> str:
    """Return a day that is written month first as ISO 8601, or "" where it is none.

    >>> _iso("4/7/2017"), _iso("2017")
    ('2017-04-07', '')
    """
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", written.strip())
    return f"{match[3]}-{match[1]:0>2}-{match[2]:0>2}" if match else ""
