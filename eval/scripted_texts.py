"""True sentences over real passages, out of published data: what scripted drafts are made of.

Quotations are sentences of the passages themselves. Paraphrases were written by people or models,
and people judged that the passages support them: sentences of RAGTruth's responses that no marked
span touches, WiCE's supported claims, BEGIN's fully attributable responses, CLAPnq's and MTRAG's
reference answers. Nothing of the data is kept anywhere: all is read when it is asked for.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from eval.suites.ragtruth import passages as ragtruth_passages
from rag.english.sentences import dateline, sentences
from rag.english.when import day_of, times
from rag.english.words import content_terms
from rag.quoting import weights_of
from rag.types import DateCandidate, DocumentInfo, Hit, Passage

Wording = Literal["quotation", "paraphrase", "reworded"]

LONGEST = 1_300
"""Characters of a passage, about as long as Vouch's own."""
LEAST_WORDS, MOST_WORDS = 6, 60
COPIED = 0.6
"""A paraphrase shares at most such a part of its words, in one run, with its passages."""
TELLS = 0.55
"""Share of a sentence's weighted terms that the passage holds which it is said to come from."""
_META = re.compile(
    r"\b(?:passages?|context|provided|unable to|the text|mentioned|based on|I (?:do|am|can)|sorry|"
    r"article|information (?:given|available)|source)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\(?\d{1,2}[.)]|[a-z]\))\s+")


@dataclass(frozen=True, slots=True)
class Told:
    """A true sentence: ``cited`` are the hits it rests on, ``right`` all that may be cited for it.

    ``hits`` are the passages of its document or question, in the order of the data. ``group`` is
    what rows share that are not independent.
    """

    text: str
    wording: Wording
    origin: str
    group: str
    hits: tuple[Hit, ...]
    cited: tuple[int, ...]
    right: frozenset[int]


@dataclass(slots=True)
class Stock:
    """All that drafts are made of: true sentences, sentences made up by models, and passages."""

    told: list[Told] = field(default_factory=list)
    invented: list[Told] = field(default_factory=list)
    passages: list[tuple[str, str, Hit]] = field(default_factory=list)

    def extend(self, origin: str, group: str, hits: Iterable[Hit]) -> None:
        """Keep the passages of a group, once."""
        self.passages += [(origin, group, hit) for hit in hits]


def read_stock(data: Path) -> Stock:
    """Return what a folder of the published development data holds for drafts.

    News articles with publishers and dates are read from ``corpus/fa-kes`` beside the folder where
    they are there. A file that is missing gives nothing.
    """
    stock = Stock()
    _ragtruth(data / "ragtruth" / "qa_dev.json", stock)
    _wice(data / "wice" / "claim_dev.jsonl", stock)
    _begin(data / "begin" / "begin_dev_wow.tsv", stock)
    _clapnq(data / "clapnq" / "answerable_first100.jsonl", stock)
    _mtrag(data / "mtrag" / "reference_dev.jsonl", stock)
    _news(data.parent / "corpus" / "fa-kes" / "FA-KES-Dataset.csv", stock)
    return stock


def hit_of(
    text: str, name: str, *, title: str = "", publisher: str = "", day: str = "", start: int = 0
) -> Hit:
    """Return a passage of a document as a retriever would."""
    dates = (DateCandidate(day, "metadata", day),) if day else ()
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    info = DocumentInfo(
        digest, "", title, name, dates=dates, publisher=publisher or None, cluster=digest
    )
    passage = Passage(digest, start, start + len(text), text, title, f"{digest}/{start}")
    return Hit(passage, info, 0.5, 0.5, 1.0)


def packed(text: str, longest: int = LONGEST) -> list[tuple[int, int]]:
    """Return the stretches of whole sentences, each at most so long where sentences allow.

    >>> packed("One. Two. Three.", 10)
    [(0, 9), (10, 16)]
    """
    parts: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if parts and end - parts[-1][0] <= longest:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def is_sentence(text: str) -> bool:
    """Return whether a text reads as one statement that a draft could make."""
    words = text.split()
    letters = sum(char.isalpha() or char == " " for char in text)
    return (
        LEAST_WORDS <= len(words) <= MOST_WORDS
        and letters > 0.75 * len(text)
        and not text.endswith((":", "?"))
        and text[:1].isalnum()
        and len(content_terms(text)) >= 4
    )


def copied(sentence: str, texts: Sequence[str]) -> float:
    """Return the share of a sentence's words that stand in a text in one run.

    >>> copied("the dam broke at night", ["Later the dam broke."])
    0.6
    """
    words = _words(sentence)
    best = 0
    for text in texts:
        there = f" {' '.join(_words(text))} "
        for first in range(len(words)):
            while (
                first + best < len(words)
                and f" {' '.join(words[first : first + best + 1])} " in there
            ):
                best += 1
    return best / len(words) if words else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def covers(sentence: str, texts: Sequence[str]) -> list[float]:
    """Return the share of a sentence's weighted terms that each text holds."""
    held = [frozenset(content_terms(text)) for text in texts]
    weights = weights_of(sentence, held)
    total = sum(weights.values()) or 1.0
    return [sum(w for term, w in weights.items() if term in there) / total for there in held]


def bare(text: str) -> str:
    """Return a sentence without the mark of its list item.

    >>> bare("- **Rain** fell.")
    'Rain fell.'
    """
    return _BULLET.sub("", text).strip().replace("**", "")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        yield from json.loads(text)
    else:
        yield from (json.loads(line) for line in text.split("\n") if line.strip())


def _paraphrase(stock: Stock, text: str, origin: str, group: str, hits: Sequence[Hit]) -> None:
    """Keep a sentence that people judged supported by all of the hits together.

    The draft cites the hit that holds most of its terms, and a second one where that adds at least
    a fifth of them, as a model would. Any of the hits may be cited for it, since the judges had all
    of them before them.
    """
    text = bare(text)
    texts = [hit.passage.text for hit in hits]
    if not is_sentence(text) or _META.search(text) or copied(text, texts) > COPIED:
        return
    shares = covers(text, texts)
    best = max(range(len(hits)), key=lambda n: shares[n])
    if shares[best] < TELLS / 2:
        return  # the judged passages are not the ones that it speaks of: an opinion or a greeting
    cited = [best]
    for n, other in enumerate(texts):
        both = covers(text, [f"{texts[best]}\n{other}", texts[best], other])
        if n != best and len(cited) == 1 and both[0] - both[1] > 0.2:
            cited.append(n)
    stock.told.append(
        Told(
            text,
            "paraphrase",
            origin,
            group,
            tuple(hits),
            tuple(cited),
            frozenset(range(len(hits))),
        )
    )


def _quotations(stock: Stock, origin: str, group: str, hits: Sequence[Hit]) -> None:
    for n, hit in enumerate(hits):
        for start, end in sentences(hit.passage.text):
            text = hit.passage.text[start:end]
            if is_sentence(text) and text[0].isupper() and text[-1] in '.\u201d"':
                stock.told.append(
                    Told(text, "quotation", origin, group, tuple(hits), (n,), frozenset([n]))
                )


def _ragtruth(path: Path, stock: Stock) -> None:
    seen: set[str] = set()
    for row in _lines(path):
        group = f"ragtruth/{row['source_id']}"
        hits = [
            hit_of(one.text, f"{group}/{n}")
            for n, one in enumerate(ragtruth_passages(row["d1"], group))
        ]
        if group not in seen:
            seen.add(group)
            stock.extend("ragtruth", group, hits)
            _quotations(stock, "ragtruth", group, hits)
        marked = [(label["start"], label["end"]) for label in row["labels"]]
        for start, end in sentences(row["d2"]):
            text = bare(row["d2"][start:end])
            over = [(a, b) for a, b in marked if a < end and b > start]
            if not over:
                _paraphrase(stock, text, "ragtruth", group, hits)
            elif is_sentence(text) and sum(b - a for a, b in over) > 0.6 * len(text):
                shares = covers(text, [hit.passage.text for hit in hits])
                best = max(range(len(hits)), key=lambda n: shares[n])
                stock.invented.append(
                    Told(text, "paraphrase", "ragtruth", group, tuple(hits), (best,), frozenset())
                )


def _wice(path: Path, stock: Stock) -> None:
    """Keep the supported claims of which one passage of the page holds a whole set of evidence."""
    for row in _lines(path):
        group = f"wice/{row['meta']['id']}"
        parts: list[list[int]] = []
        size = 0
        for n, line in enumerate(row["evidence"]):
            if not parts or size + len(line) > LONGEST:
                parts.append([])
                size = 0
            parts[-1].append(n)
            size += len(line) + 1
        title = next((e for e in row["evidence"][:3] if e.startswith("(meta data) TITLE:")), "")
        texts = ["\n".join(row["evidence"][n] for n in part) for part in parts]
        hits = [
            hit_of(text, group, title=title.partition(": ")[2], start=10_000 * n)
            for n, text in enumerate(texts)
        ]
        stock.extend("wice", group, hits)
        _quotations(stock, "wice", group, hits)
        text = row["claim"].strip()
        whole = [
            n
            for n, part in enumerate(parts)
            if any(set(one) <= set(part) for one in row["supporting_sentences"])
        ]
        copy = copied(text, texts)
        if row["label"] == "supported" and whole and is_sentence(text) and copy <= COPIED:
            stock.told.append(
                Told(text, "paraphrase", "wice", group, tuple(hits), (whole[0],), frozenset(whole))
            )


def _begin(path: Path, stock: Stock) -> None:
    if not path.is_file():
        return
    rows = list(csv.reader(path.open(encoding="utf-8"), delimiter="\t"))[1:]
    seen: set[str] = set()
    for row in rows:
        knowledge, response, label = row[2].strip(), row[4].strip(), row[5]
        group = f"begin/{hashlib.sha256(knowledge.encode()).hexdigest()[:10]}"
        hit = hit_of(knowledge, group)
        if group not in seen:
            seen.add(group)
            stock.extend("begin", group, [hit])
        if label == "Fully attributable":
            _paraphrase(stock, response, "begin", group, [hit])


def _clapnq(path: Path, stock: Stock) -> None:
    for row in _lines(path):
        group = f"clapnq/{row['id']}"
        hits = [
            hit_of(one["text"], f"{group}/{n}", title=one["title"])
            for n, one in enumerate(row["passages"])
        ]
        stock.extend("clapnq", group, hits)
        _quotations(stock, "clapnq", group, hits)
        answer = next((one["answer"] for one in row["output"] if one["answer"].strip()), "")
        for start, end in sentences(answer):
            _paraphrase(stock, answer[start:end], "clapnq", group, hits)


def _mtrag(path: Path, stock: Stock) -> None:
    for row in _lines(path):
        group = f"mtrag/{row['conversation_id']}"
        hits = [hit_of(one["text"].strip(), one["document_id"]) for one in row["contexts"]]
        if not hits or row["answerability"] != ["ANSWERABLE"]:
            continue
        stock.extend("mtrag", group, hits)
        _quotations(stock, "mtrag", group, hits)
        answer = row["targets"][0]["text"]
        for start, end in sentences(answer):
            _paraphrase(stock, answer[start:end], "mtrag", group, hits)


def _news(path: Path, stock: Stock) -> None:
    """Keep the articles' sentences; articles of one month, which repeat each other, are a group."""
    if not path.is_file():
        return
    seen: set[str] = set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["article_content"].strip()
            if text in seen:
                continue
            seen.add(text)
            found = dateline(text)
            named = times(found.group("date")) if found else []
            month, given, year = (row["date"].split("/") + ["", ""])[:3]
            day = named[0].first if named else f"{year}-{month:0>2}-{given:0>2}"
            day = day if day_of(day) else ""
            hits = [
                hit_of(
                    text[start:end],
                    f"fa-kes/{row['unit_id']}/{len(seen)}",
                    title=row["article_title"],
                    publisher=row["source"],
                    day=day,
                    start=start,
                )
                for start, end in packed(text)
            ]
            group = f"fa-kes/{day[:7]}"
            stock.extend("fa-kes", group, hits)
            _quotations(stock, "fa-kes", group, hits)
