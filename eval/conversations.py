"""``python -m eval.conversations``: follow-up questions, beside what a plain search would make.

Every question is asked as it stands (raw), with all earlier questions before it (concatenated), as
Vouch resolves it, and as a person would write it alone (standalone), which shows what is lost
elsewhere. The first are cases of our own, scored by what an answer must hold; MTRAG's conversations
are scored by which of the reference passages are found.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.assistants import resolver
from eval.case_file import read_cases
from eval.cases import Case
from eval.conversation_figures import (
    answered_figures,
    answered_table,
    differences,
    found_figures,
    found_table,
    right,
)
from eval.conversation_play import MODES, Asked, Mode, Player, row_of, without_history
from eval.library import EvalLibrary, Progress, open_folder, open_suite_library
from eval.records import Output
from eval.runs import provenance
from eval.suites import load_suite
from eval.systems import AnswererSystem, hits_of
from rag.config import Settings, load_settings
from rag.errors import VouchError

ROOT = Path(__file__).resolve().parents[1]
LARKHAVEN, NEWS, MANUALS = "larkhaven", "news", "manuals"
NEWS_COLUMNS = {
    "text_column": "article_content",
    "title_column": "article_title",
    "published_column": "date",
    "publisher_column": "source",
}


def play(
    library: EvalLibrary,
    cases: Sequence[Case],
    modes: Sequence[Mode],
    alone: Mapping[str, str],
    *,
    given: bool = False,
    workers: int = 1,
    progress: Progress,
) -> dict[Mode, list[Asked]]:
    """Return what came of every case in every mode, over one library."""
    library.embed(progress)
    system = AnswererSystem(library.opened.assistant, library)
    player = Player(
        lambda text, history: system.run(Case("", text, tuple(history))),
        resolver(library),
        alone,
        given=given,
    )
    found: dict[Mode, list[Asked]] = {}
    for done, mode in enumerate(modes):
        progress(f"Asking {len(cases)} questions, {mode}", done, len(modes))
        found[mode] = player.play(cases, mode, workers)
    return found


def search(
    library: EvalLibrary, cases: Sequence[Case], modes: Sequence[Mode], *, progress: Progress
) -> dict[Mode, list[tuple[Case, Output]]]:
    """Return what is found for every case in every mode, with the cases' own earlier answers."""
    library.embed(progress)
    player = Player(lambda *_: Output(), resolver(library), given=True)
    limit = library.opened.settings.hits
    found: dict[Mode, list[tuple[Case, Output]]] = {}
    for done, mode in enumerate(modes):
        progress(f"Searching for {len(cases)} questions, {mode}", done, len(modes))
        found[mode] = [_search(library, player, case, mode, limit) for case in cases]
    return found


def _search(
    library: EvalLibrary, player: Player, case: Case, mode: Mode, limit: int
) -> tuple[Case, Output]:
    if case.problem:
        return case, Output(error=case.problem)
    try:
        alone = without_history(case, player.understood(case, mode))
        hits = library.opened.retriever.retrieve(
            alone.question,
            filters=library.filters(alone),
            collection=library.collection,
            limit=limit,
        )
    except VouchError as error:
        return case, Output(error=str(error))
    return alone, Output(hits=hits_of(hits, limit))


def main(arguments: Sequence[str] | None = None) -> int:
    """Play conversations and print the figures."""
    given = _parser().parse_args(arguments)
    if not given.cases and not given.mtrag:
        sys.stderr.write("Nothing to measure: name --cases, --mtrag or both.\n")
        return 2
    command = ["python", "-m", "eval.conversations", *(arguments or sys.argv[1:])]
    found: dict[str, Any] = {"command": shlex.join(command)}
    found |= provenance(_settings(), None)
    text = f"# Follow-up questions\n\n`{found['command']}`, {found['date']}, {_where(found)}\n"
    try:
        for path in given.cases or ():
            figures, table = _cases(given, path)
            found[path.stem] = figures
            text += f"\n## {path.stem}\n\n{table}\n"
        if given.mtrag:
            figures, table = _mtrag(given)
            found["mtrag"] = figures
            text += f"\n## mtrag\n\n{table}\n"
    except VouchError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return 1
    sys.stdout.write(text)
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        given.out.with_suffix(".md").write_text(text, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.conversations", description=__doc__)
    parser.add_argument("--cases", type=Path, action="append", help="a case file; may be repeated")
    parser.add_argument(
        "--standalone",
        type=Path,
        default=ROOT / "eval" / "cases" / "conversations_standalone.jsonl",
        help="the questions as a person would write them alone, by id",
    )
    parser.add_argument("--examples", type=Path, default=ROOT / "examples" / "larkhaven")
    parser.add_argument(
        "--fa-kes", type=Path, help="the news table; its cases are left out without"
    )
    parser.add_argument(
        "--manuals",
        type=Path,
        help="the handbooks of eval.manuals; their cases are left out without",
    )
    parser.add_argument("--mtrag", type=Path, help="MTRAG's reference tasks, or their folder")
    parser.add_argument("--modes", default=",".join(MODES), help="comma between them")
    parser.add_argument("--given", action="store_true", help="use the cases' own earlier answers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", type=Path, help="where libraries are kept")
    parser.add_argument(
        "--out", type=Path, help="where figures are written: JSON, and Markdown beside"
    )
    parser.add_argument("--rows", type=Path, help="where every question and answer is written")
    return parser


def _settings() -> Settings:
    return load_settings()


def _modes(given: argparse.Namespace) -> list[Mode]:
    named = given.modes.split(",")
    return [mode for mode in MODES if mode in named]


def _where(found: Mapping[str, Any]) -> str:
    machine = found["machine"]
    return f"commit {found['commit']}, {machine['processor']}, {machine['cores']} cores"


def _told(what: str, done: int, total: int) -> None:
    sys.stderr.write(f"{what} ({done} of {total})\n")


def _cases(given: argparse.Namespace, path: Path) -> tuple[dict[str, Any], str]:
    """Return the figures of a case file and their table."""
    lines = given.standalone.read_text(encoding="utf-8").splitlines()
    alone = {one["id"]: one["standalone"] for one in map(json.loads, filter(None, lines))}
    cases = read_cases(path)
    asked: dict[Mode, list[Asked]] = {mode: [] for mode in _modes(given)}
    needs = {LARKHAVEN: given.examples, NEWS: given.fa_kes, MANUALS: given.manuals}
    for corpus, folder in needs.items():
        some = [case for case in cases if corpus in case.tags]
        if some and not folder:
            _told(f"Without their folder the questions on {corpus} are left out", 0, len(some))
            continue
        if some:
            with library_of(folder, corpus, given.cache) as library:
                found = play(
                    library,
                    some,
                    _modes(given),
                    alone,
                    given=given.given,
                    workers=given.workers,
                    progress=_told,
                )
            for mode, played in found.items():
                asked[mode] += played
    if given.rows:
        rows = [row_of(one, mode, right(one)) for mode, some in asked.items() for one in some]
        _write_rows(given.rows.with_suffix(f".{path.stem}.jsonl"), rows)
    figures = {mode: answered_figures(some) for mode, some in asked.items()}
    conversations = len({one.case.group for some in asked.values() for one in some})
    count = max(map(len, asked.values()), default=0)
    about = {
        "questions": count,
        "conversations": conversations,
        "history": "given" if given.given else "played",
        "modes": figures,
        "resolved over": differences(asked),
    }
    head = f"{count} questions in {conversations} conversations, {about['history']}."
    return about, f"{head}\n\n{answered_table(figures)}"


@contextmanager
def library_of(folder: Path, corpus: str, cache: Path | None = None) -> Iterator[EvalLibrary]:
    """Yield the library of the documents that questions on a corpus are asked of."""
    columns = NEWS_COLUMNS if corpus == NEWS else {}
    library = open_folder(_settings(), folder, cache=cache, progress=_quietly(), columns=columns)
    try:
        yield library
    finally:
        library.close()


def _quietly() -> Progress:
    """Return a progress that tells each thing once."""
    seen: set[str] = set()

    def tell(what: str, done: int, total: int) -> None:
        if what not in seen:
            seen.add(what)
            _told(what, done, total)

    return tell


def _mtrag(given: argparse.Namespace) -> tuple[dict[str, Any], str]:
    suite = load_suite("mtrag", given.mtrag)
    library = open_suite_library(_settings(), suite.sources, cache=given.cache, progress=_quietly())
    cases = [row for row in suite.rows if isinstance(row, Case)]
    try:
        modes = [mode for mode in _modes(given) if mode != "standalone"]
        found = search(library, cases, modes, progress=_quietly())
    finally:
        library.close()
    figures = found_figures(found)
    if given.rows:
        path = given.rows.with_suffix(".mtrag.jsonl")
        rows = [
            {
                "id": case.id,
                "mode": mode,
                "understood": case.question,
                "found": _ranks(case, output),
            }
            for mode, some in found.items()
            for case, output in some
        ]
        _write_rows(path, rows)
    return figures, f"{found_table(figures)}\n\n{found_table(figures, 'later turns')}"


def _write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _ranks(case: Case, output: Output) -> list[int]:
    """Return the ranks, from 1, at which reference passages stand."""
    hits = output.hits or ()
    return [n for n, hit in enumerate(hits, start=1) if hit["source"] in case.relevance]


if __name__ == "__main__":
    raise SystemExit(main())
