"""Are copies found, and does finding them hide nothing? On copies made of real articles.

python -m eval.copies --data ../shared/data

Precision and recall of clustering pairs, by how the copies were made; and the share of changed
figures, names and days that an answer shows beside the original ones when reprints and an update
are in the library. Intervals resample whole articles.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shlex
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases import Case, Source
from eval.copies_made import (
    KINDS,
    SEED,
    Made,
    apart,
    changed_value,
    put_in,
    same_event,
    variants,
)
from eval.drafts import draft_cases
from eval.library import Cut, document, passages_of
from eval.runs import commit, machine
from eval.stats import interval
from rag.build import Library, open_library
from rag.checks.facts import words_of
from rag.config import load_settings
from rag.contract import answer_to_json
from rag.english.same_words import said
from rag.ledger import Ledger, Origin
from rag.pending import embed_pending
from rag.types import Passage, Question

RESULTS = Path(__file__).parent / "results"
NEWS = Path("corpus") / "fa-kes" / "FA-KES-Dataset.csv"
EXAMPLES = Path(__file__).parents[1] / "examples" / "larkhaven"


def articles(data: Path | None) -> list[Source]:
    """Return the news articles under a folder of data, else the texts of the examples."""
    table = data / NEWS if data else None
    if table is None or not table.is_file():
        found = [path for path in sorted(EXAMPLES.iterdir()) if path.suffix in (".txt", ".md")]
        return [
            Source(path.name, path.read_text(encoding="utf-8"), path.stem, path.stem)
            for path in found
        ]
    with table.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Source(row["unit_id"], row["article_content"], row["article_title"], row["source"], day)
        for row in rows
        for day in [_day(row["date"])]
    ]


def _day(written: str) -> str | None:
    try:
        return datetime.strptime(written, "%m/%d/%Y").date().isoformat()
    except ValueError:
        return None


def _put(ledger: Ledger, source: Source, passages: Sequence[Passage]) -> str:
    origin = Origin(f"/{source.id}", "/", source.id, len(source.text), 0)
    (change,) = ledger.put_file("default", origin, [(document(source), passages)])
    return change.document_id


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its interval, and what it is a share of."""

    value: float
    low: float
    high: float
    of: int

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[str, bool]]) -> Rate:
        """Return the share of rows that are true; the names group them."""
        values = np.array([[float(true)] for _, true in rows])
        if not len(values):
            return cls(float("nan"), float("nan"), float("nan"), 0)
        low, high = interval(values, [name for name, _ in rows])
        return cls(float(values.mean()), low, high, len(rows))

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}) of {self.of}"


def clustering(
    sources: Sequence[Source], bases: int, folder: Path, seed: int = SEED
) -> dict[str, Any]:
    """Return precision and recall of pairs in a library of articles and every kind of copy."""
    chosen = apart(sources, bases, seed)
    chance = random.Random(seed)
    made: list[Made] = []
    for n, base in enumerate(chosen):
        made.append(Made(base, base.id, "article"))
        if n % 2 == 0:  # the others stay alone
            others = [one for one in chosen if one is not base]
            made += variants(base, others, chance)
    chance.shuffle(made)
    began = time.process_time()
    with Ledger(folder) as ledger:
        ids = {
            one.source.id: _put(ledger, one.source, [Passage("", 0, 1, one.source.text[:1])])
            for one in made
        }
        infos = ledger.infos(ids.values())
    cluster = {name: infos[id_].cluster for name, id_ in ids.items()}
    joined: list[tuple[str, bool]] = []
    found: list[tuple[str, bool]] = []
    by_kind: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one, other in combinations(made, 2):
        together = cluster[one.source.id] == cluster[other.source.id]
        same = one.base == other.base
        if together:
            joined.append((one.base, same))
        if same:
            found.append((one.base, together))
            if "article" in (one.kind, other.kind):
                kind = other.kind if one.kind == "article" else one.kind
                by_kind[kind].append((one.base, together))
    pairs = same_event(chosen)
    apart_ones = [(a, cluster[a] != cluster[b]) for a, b in pairs]
    return {
        "articles": len(chosen),
        "documents": len(made),
        "precision": Rate.of_rows(joined),
        "recall": Rate.of_rows(found),
        "recall_by_kind": {kind: Rate.of_rows(by_kind[kind]) for kind in KINDS},
        "reports_on_one_event_kept_apart": Rate.of_rows(apart_ones),
        "cpu_ms_a_document": round(1000 * (time.process_time() - began) / len(made), 2),
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A question, the sentence that answers it, and the same with another value."""

    case: Case
    kind: str
    old: str
    new: str
    old_value: str
    new_value: str


def changes(sources: Sequence[Source], most: int, seed: int = SEED) -> list[Change]:
    """Return changes of the values that questions on the articles ask for."""
    texts = {one.id: one for one in sources}
    cases = draft_cases([document(one) for one in sources], per_document=4, most=most, seed=seed)
    chance = random.Random(seed)
    found = []
    for case in cases:
        kind = next((tag for tag in case.tags if tag not in ("draft", "cloze")), "")
        if not case.answerable or kind not in ("how_many", "when", "who", "where"):
            continue
        span = case.spans[0]
        sentence = texts[span.source].text[span.start : span.end]
        asked = [
            fact
            for fact in words_of(sentence).facts
            if any(
                form in sentence[fact.start : fact.end] or sentence[fact.start : fact.end] in form
                for form in case.expect.answers
            )
            if fact.kind != "name" or kind in ("who", "where")
        ]
        if asked:
            value = changed_value(sentence, asked[0], chance)
            old = sentence[asked[0].start : asked[0].end]
            found.append(
                Change(case, kind, sentence, put_in(sentence, asked[0], value), old, value)
            )
    return found


def showing(
    sources: Sequence[Source], bases: int, most: int, folder: Path, seed: int = SEED
) -> dict[str, Any]:
    """Return the share of changed values that answers show, with reprints and updates added."""
    chosen = {one.id: one for one in apart(sources, bases, seed)}
    settings = load_settings(library=folder)
    chance = random.Random(seed)
    rows: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    with open_library(settings) as library:
        for source in chosen.values():
            _put(library.ledger, source, passages_of(source, Cut()))
        embed_pending(library.ledger, library.encoder())
        asked = [
            one
            for one in changes(list(chosen.values()), most, seed)
            if _quotes(library, one.case.question, [one.old])[0]
        ]
        for change in asked:
            base = chosen[change.case.spans[0].source]
            ids = [_put(library.ledger, one, passages_of(one, Cut())) for one in _copies(
                base, change, list(chosen.values()), chance)]  # fmt: skip
            embed_pending(library.ledger, library.encoder())
            old, new, named = _quotes(library, change.case.question, [change.old, change.new])
            group = base.id
            rows["changed value shown"].append((group, new))
            rows["original value shown"].append((group, old))
            rows["reprint named beside the original"].append((group, named))
            rows[f"changed value shown: {change.kind}"].append((group, new))
            if not (old and new):
                sys.stderr.write(f"not shown: {change.kind}: {change.case.question}\n")
            library.ledger.remove_documents(ids)
    return {
        "questions": len(asked),
        **{name: Rate.of_rows(found) for name, found in sorted(rows.items())},
    }


def _copies(
    base: Source, change: Change, others: Sequence[Source], chance: random.Random
) -> list[Source]:
    """Return two reprints of an article and its update, in which one value is another."""
    made = {one.kind: one.source for one in variants(base, others, chance)}
    text = base.text.replace(change.old, change.new)
    later = None
    if base.published:
        later = (date.fromisoformat(base.published) + timedelta(days=1)).isoformat()
    update = replace(base, id=f"{base.id}/update", text=text, published=later)
    cut = replace(base, id=f"{base.id}/reprint", publisher="Harbour Post", title="A reprint")
    return [made["dateline"], cut, update]


def _quotes(library: Library, question: str, wanted: Iterable[str]) -> list[bool]:
    """Return whether an answer cites each sentence, and whether the first is cited with outlets."""
    found = answer_to_json(library.assistant.ask(Question(question)))
    cited = [(said(one["quote"]), one["also_in"]) for one in found["citations"]]
    shown = []
    for sentence in wanted:
        words = said(sentence)
        shown.append(any(quote == words or _within(quote, words) for quote, _ in cited))
    first = said(next(iter(wanted)))
    named = any(also for quote, also in cited if quote == first or _within(quote, first))
    return [*shown, named]


def _within(quote: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Return whether one of two runs of words holds the other."""
    one, other = f" {' '.join(quote)} ", f" {' '.join(words)} "
    return bool(quote) and (one in other or other in one)


def markdown(found: dict[str, Any]) -> str:
    """Return the figures as a page."""
    clusters, shown = found["clustering"], found["showing"]
    lines = [
        f"# Copies, {found['date']}",
        "",
        f"Command: `{found['command']}`, in {found['seconds']} s; commit {found['commit']}.",
        "",
        ", ".join(f"{name} {value}" for name, value in found["machine"].items()),
        "",
        f"{clusters['documents']} documents: {clusters['articles']} articles, and of every second"
        f" one {len(KINDS)} copies made by code (`eval/copies_made.py`). Shares with 95 %"
        " intervals, articles resampled whole.",
        "",
        "| Clustering of pairs | Share |",
        "|---|---|",
        f"| precision | {clusters['precision']} |",
        f"| recall | {clusters['recall']} |",
        "| different reports on one event kept apart |"
        f" {clusters['reports_on_one_event_kept_apart']} |",
    ]
    lines += [
        f"| recall, article and copy: {kind} | {rate} |"
        for kind, rate in clusters["recall_by_kind"].items()
    ]
    lines += [
        "",
        f"{shown['questions']} questions whose answer quoted an article's sentence; then two"
        " reprints and an update were added in which the value asked for is another.",
        "",
        "| In the answer | Share |",
        "|---|---|",
        *(f"| {name} | {rate} |" for name, rate in shown.items() if name != "questions"),
    ]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Rate):
        share, low, high = (round(one, 4) if one == one else None
                            for one in (value.value, value.low, value.high))  # fmt: skip
        return {"share": share, "low": low, "high": high, "of": value.of}
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m eval.copies", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of data; without it the examples")
    parser.add_argument("--articles", type=int, default=160)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--seed", type=int, default=SEED, help="of all that is drawn")
    parser.add_argument("--dry", action="store_true", help="leave eval/results as it is")
    given = parser.parse_args(arguments)
    began = time.perf_counter()
    sources = articles(given.data)
    with tempfile.TemporaryDirectory(prefix="vouch-copies-") as work:
        clusters = clustering(sources, given.articles, Path(work) / "pairs", given.seed)
        shown = showing(
            sources, given.articles, given.questions, Path(work) / "answers", given.seed
        )
    command = shlex.join(["python", "-m", "eval.copies", *(arguments or sys.argv[1:])])
    found = {
        "command": command,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine(),
        "seconds": round(time.perf_counter() - began),
        "seed": given.seed,
        "clustering": clusters,
        "showing": shown,
    }
    page = markdown(found)
    sys.stdout.write(page)
    if not given.dry:
        path = RESULTS / f"copies-{found['date']}.md"
        path.write_text(page, encoding="utf-8")
        path.with_suffix(".json").write_text(
            json.dumps(_plain(found), indent=1) + "\n", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
