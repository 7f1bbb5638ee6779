"""Loaders of the data sets of pairs: what each one knows, in one shape.

Labels were checked by looking at rows: in ``snli_18k.csv`` 1 is neutral, 2 contradiction and 3
entailment. Sets that say only whether a text supports a claim give ``unsupported``.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.english.sentences import sentences
from training.groundedness.pairs import (
    Label,
    Pair,
    Spans,
    gathered,
    plain,
    supported,
    window_for,
)

_NLI: dict[str, Label] = {
    "entailment": "supported",
    "neutral": "neither",
    "contradiction": "contradicted",
    "3": "supported",
    "1": "neither",
    "2": "contradicted",
}


def _pair(passage: str, sentence: str, label: Label, kind: str) -> Pair:
    wrong = () if label == "supported" else None
    return Pair(passage.strip(), sentence.strip(), label, kind, wrong)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON list, or of a file with a JSON object on each line."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def snli(path: Path) -> Iterator[Pair]:
    """Yield the rows of ``snli_18k.csv``: label, label, premise, hypothesis; tabs between."""
    for line in path.read_text(encoding="utf-8").splitlines():
        label, _, premise, hypothesis = line.split("\t")
        yield _pair(premise, hypothesis, _NLI[label], "snli")


def esnli(folder: Path) -> Iterator[Pair]:
    """Yield e-SNLI's pairs of the files ``s1``, ``s2`` and ``labels``, untokenised."""
    for part in sorted(folder.glob("labels.*")):
        columns = [
            (folder / f"{name}{part.suffix}").read_text(encoding="utf-8").splitlines()
            for name in ("s1", "s2", "labels")
        ]
        for premise, hypothesis, label in zip(*columns, strict=True):
            if "missing" not in premise:  # a picture that was lost
                yield _pair(plain(premise), plain(hypothesis), _NLI[label.strip()], "esnli")


def conjnli(path: Path) -> Iterator[Pair]:
    """Yield ConjNLI's pairs: a header, then premise, hypothesis and label between tabs."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) == 3 and row[2] in _NLI:
                yield _pair(plain(row[0]), plain(row[1]), _NLI[row[2]], "conjnli")


def fever(path: Path, most_sentences: int = 6) -> Iterator[Pair]:
    """Yield FEVER's claims with their evidence.

    A claim is left out where its evidence is long, or names nobody whom the claim names: the title
    of the article is not given, and said who was meant.
    """
    for row in rows_of(path):
        evidence = [plain(one) for one in row["evidence"]]
        if len(evidence) > most_sentences:
            continue
        passage, claim = " ".join(evidence), plain(row["claim"])
        if _named(claim) and not _named(claim) & _named(passage):
            continue
        label: Label = "supported" if row["label"] == "SUPPORTS" else "contradicted"
        yield _pair(passage, claim, label, "fever")


def _named(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\b[A-Z][\w'-]{2,}", text)}


def factcg(path: Path) -> Iterator[Pair]:
    """Yield FactCG's claims with their document; rows with an empty document are dropped."""
    for row in rows_of(path):
        document = " ".join(row["text_a"].split())
        for claim in row["text_b"]:
            if document and claim.strip():
                label: Label = "supported" if row["orig_label"] == 1 else "unsupported"
                passage = gathered(claim, document, 1_000)
                yield _pair(passage, claim, label, path.stem)


def bump(path: Path) -> Iterator[Pair]:
    """Yield the sentences of BUMP's summaries, the edited ones with the characters that changed.

    Sentences that the edit left as they were are yielded once.
    """
    for row in rows_of(path):
        article = plain(row["article"])
        right, wrong = (_lines(row[f"{name}_summary"]) for name in ("reference", "edited"))
        for sentence in right:
            yield supported(gathered(sentence, article), sentence, "bump")
        for sentence in wrong:
            if sentence in right:
                continue
            near = difflib.get_close_matches(sentence, right, 1, 0.5)
            spans = changed_spans(near[0], sentence) if near else None
            passage = gathered(near[0] if near else sentence, article)
            yield Pair(passage, sentence, "unsupported", "bump", spans or None)


def _lines(summary: str) -> list[str]:
    parts = plain(summary).rstrip(".").split(". ")
    return [f"{one.strip()}." for one in parts if len(one.split()) > 3]


_WORDS = re.compile(r"\w+(?:[.,'\u2019-]\w+)*|[^\w\s]")


def changed_spans(right: str, wrong: str) -> Spans:
    """Return the characters of the second text that the first one does not have there.

    Nothing is marked where words were only taken out.

    >>> changed_spans("Two double rainbows rose.", "Three double rainbows rose.")
    ((0, 5),)
    """
    mine, theirs = list(_WORDS.finditer(wrong)), _WORDS.findall(right)
    found: list[tuple[int, int]] = []
    matcher = difflib.SequenceMatcher(None, theirs, [one.group() for one in mine], autojunk=False)
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            found.append((mine[first].start(), mine[last - 1].end()))
    return tuple(found)


def halueval(path: Path) -> Iterator[Pair]:
    """Yield HaluEval's knowledge with the hallucinated answers that are whole sentences."""
    for row in rows_of(path):
        knowledge = " ".join(row["knowledge"].split())
        knowledge = re.sub(r"(?<=[a-z)\"]\.)(?=[A-Z])", " ", knowledge)
        answer = row["hallucinated_answer"].strip()
        if len(answer.split()) >= 6:
            yield _pair(knowledge, answer, "unsupported", "halueval")


_STANCES: dict[str, Label] = {
    "completely-support": "supported",
    "partially-support": "neither",
    "refute": "contradicted",
    "irrelevant": "neither",
}


def stances(path: Path) -> Iterator[Pair]:
    """Yield FactCheckGPT's claims and evidence; partial support is not support."""
    for row in rows_of(path):
        evidence = " ".join(re.sub(r"\[ ?(?:edit|\d+) ?\]", " ", row["evidence"]).split())
        evidence = gathered(row["claim"], plain(evidence))
        yield _pair(evidence, row["claim"], _STANCES[row["stance"]], f"stance {row['stance']}")


def wice(path: Path) -> Iterator[Pair]:
    """Yield WiCE's partly supported claims with the words that their page does not say.

    Where those words are a phrase that opens or closes the claim, the rest is yielded as supported.
    """
    for row in rows_of(path):
        claim, page = " ".join(row["claim"].split()), row["evidence"]
        spans = _token_spans(claim, row["claim_tokens"], row["non_supported_spans"])
        if not spans:
            continue
        held = [page[n] for n in _longest(row["supporting_sentences"])]
        passage = _with_neighbours(page, row["supporting_sentences"], claim)
        if not held or not passage:
            continue
        yield Pair(passage, claim, "neither", "wice", spans)
        rest = _without(claim, spans)
        if rest:
            yield supported(passage, rest, "wice")


def _longest(named: list[list[int]]) -> list[int]:
    return max(named, key=lambda one: len(one), default=[])


def _with_neighbours(page: list[str], named: list[list[int]], claim: str) -> str:
    """Return the supporting sentences with the ones beside them, as far as a window holds."""
    wanted = set(_longest(named))
    grown = sorted({n for at in wanted for n in (at - 1, at, at + 1, at + 2) if 0 <= n < len(page)})
    text = " ".join(page[n] for n in grown if n in wanted or len(page[n].split()) > 5)
    return text if len(text) <= 1_200 else window_for(claim, text, 1_200)


def _token_spans(claim: str, tokens: list[str], wrong: list[bool]) -> Spans:
    """Return the characters of the tokens that are marked, neighbours joined."""
    found: list[tuple[int, int]] = []
    at = 0
    before = False
    for token, marked in zip(tokens, wrong, strict=True):
        start = claim.find(token, at)
        if start < 0:
            return ()
        at = start + len(token)
        if marked and any(char.isalnum() for char in token):
            if before and found:
                found[-1] = (found[-1][0], at)
            else:
                found.append((start, at))
        before = marked
    return tuple(found)


_OPENS = re.compile(r"(?:on|in|at|during|by|from|after|for|with|to|since|as|and)\b", re.I)


def _without(claim: str, spans: Spans) -> str:
    """Return a claim without the phrase that opens or closes it, "" where that is not safe.

    >>> _without("On April 9, 2013, Syfy renewed the show again.", ((0, 16),))
    'Syfy renewed the show again.'
    >>> _without("He founded the company Toybox in 2011.", ((30, 37),))
    'He founded the company Toybox.'
    """
    if len(spans) != 1:
        return ""
    start, end = spans[0]
    rest = claim[end:].lstrip()
    if start == 0 and rest.startswith(",") and len(rest.split()) > 4:
        rest = rest[1:].lstrip()
        return rest[:1].upper() + rest[1:]
    closes = rest in (".", "") and _OPENS.match(claim[start:end])
    if closes and len(claim[:start].split()) > 4:
        return claim[:start].rstrip(" ,") + "."
    return ""


def documents(folder: Path) -> list[tuple[str, str]]:
    """Return texts of news and web pages to take sentences from: kind and text.

    These are the articles, documents and pages of BUMP, FactCG and WiCE.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("bump_*.json")):
        found |= {plain(row["article"]): "news" for row in rows_of(path)}
    for path in sorted(folder.glob("factcg_doc.json")):
        found |= {" ".join(row["text_a"].split()): "news" for row in rows_of(path)}
    for path in sorted(folder.glob("wice_*.jsonl")):
        for row in rows_of(path):
            prose = [one for one in row["evidence"] if len(one.split()) > 8]
            found[" ".join(prose[:80])] = "web"
    return [(kind, text) for text, kind in found.items() if len(sentences(text)) > 2]
