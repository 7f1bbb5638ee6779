"""True sentences over real passages, out of published data: what scripted drafts are made of.

Quotations are sentences of the passages themselves. Paraphrases were written by people or models,
and people judged that the passages support them: sentences of RAGTruth's responses that no marked
span touches, WiCE's supported claims, BEGIN's fully attributable responses, CLAPnq's and MTRAG's
reference answers. Nothing of the data is kept anywhere: all is read when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.scripted_data import Entry, read_entries
from eval.scripted_kept import Wording
from rag.english.sentences import sentences
from rag.english.words import content_terms
from rag.quoting import weights_of
from rag.types import Hit

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
    _ragtruth(read_entries(data, "ragtruth"), stock)
    _wice(read_entries(data, "wice"), stock)
    _begin(read_entries(data, "begin"), stock)
    _answers(read_entries(data, "clapnq"), stock)
    _answers(read_entries(data, "mtrag"), stock)
    _news(read_entries(data, "fa-kes"), stock)
    return stock


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


def _ragtruth(entries: Iterable[Entry], stock: Stock) -> None:
    seen: set[str] = set()
    for entry in entries:
        hits, group, response = entry.hits(), entry.group, entry.texts["response"]
        if group not in seen:
            seen.add(group)
            stock.extend("ragtruth", group, hits)
            _quotations(stock, "ragtruth", group, hits)
        marked = [(label["start"], label["end"]) for label in entry.row["labels"]]
        for start, end in sentences(response):
            text = bare(response[start:end])
            over = [(a, b) for a, b in marked if a < end and b > start]
            if not over:
                _paraphrase(stock, text, "ragtruth", group, hits)
            elif is_sentence(text) and sum(b - a for a, b in over) > 0.6 * len(text):
                shares = covers(text, [hit.passage.text for hit in hits])
                best = max(range(len(hits)), key=lambda n: shares[n])
                stock.invented.append(
                    Told(text, "paraphrase", "ragtruth", group, tuple(hits), (best,), frozenset())
                )


def _wice(entries: Iterable[Entry], stock: Stock) -> None:
    """Keep the supported claims of which one passage of the page holds a whole set of evidence."""
    for entry in entries:
        group, evidence = entry.group, entry.row["evidence"]
        parts: list[list[int]] = []
        size = 0
        for n, line in enumerate(evidence):
            if not parts or size + len(line) > LONGEST:
                parts.append([])
                size = 0
            parts[-1].append(n)
            size += len(line) + 1
        hits = []
        for part in parts:
            start = sum(len(line) + 1 for line in evidence[: part[0]])
            size = len("\n".join(evidence[n] for n in part))
            hits.append(entry.hit("page", start, start + size))
        stock.extend("wice", group, hits)
        _quotations(stock, "wice", group, hits)
        text = entry.texts["claim"]
        whole = [
            n
            for n, part in enumerate(parts)
            if any(set(one) <= set(part) for one in entry.row["supporting_sentences"])
        ]
        copy = copied(text, [hit.passage.text for hit in hits])
        if entry.row["label"] == "supported" and whole and is_sentence(text) and copy <= COPIED:
            stock.told.append(
                Told(text, "paraphrase", "wice", group, tuple(hits), (whole[0],), frozenset(whole))
            )


def _begin(entries: Iterable[Entry], stock: Stock) -> None:
    seen: set[str] = set()
    for entry in entries:
        hits, group = entry.hits(), entry.group
        if group not in seen:
            seen.add(group)
            stock.extend("begin", group, hits)
        if entry.row["label"] == "Fully attributable":
            _paraphrase(stock, entry.texts["response"], "begin", group, hits)


def _answers(entries: Iterable[Entry], stock: Stock) -> None:
    """Keep what reference answers say that rest on whole passages: CLAPnq's and MTRAG's."""
    for entry in entries:
        hits, group, answer = entry.hits(), entry.group, entry.texts["answer"]
        if not hits or entry.row.get("answerability", ["ANSWERABLE"]) != ["ANSWERABLE"]:
            continue
        stock.extend(entry.origin, group, hits)
        _quotations(stock, entry.origin, group, hits)
        for start, end in sentences(answer):
            _paraphrase(stock, answer[start:end], entry.origin, group, hits)


def _news(entries: Iterable[Entry], stock: Stock) -> None:
    for entry in entries:
        hits = [entry.hit("article", *part) for part in packed(entry.texts["article"])]
        stock.extend("fa-kes", entry.group, hits)
        _quotations(stock, "fa-kes", entry.group, hits)
