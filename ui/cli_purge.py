"""``vouch purge``: documents are wiped out of the library for good, and it is shown so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import BadRequest, Cancelled, LibraryError, NotFound
from rag.ledger import Ledger
from rag.store.write import ORIGINALS
from ui.cli_library import document_line, found_names, open_existing
from ui.terminal import Interrupted, interruptible, note, say

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.index import VectorIndex
    from rag.purge import Purged

_MOST_WORDS = 8


def purge_names(
    settings: Settings, names: Sequence[str], queries: Sequence[str], *, yes: bool
) -> None:
    """Remove documents, if any are named, and wipe everything that was removed.

    Raises:
        NotFound: a name stands for nothing; nothing was removed.
        BadRequest: documents were searched for, and nobody has said yes.
        LibraryError: something is left that could not be wiped yet.
    """
    from rag.embed import identify

    model_id, dimensions = identify(settings.embedding_model)
    with open_existing(settings) as ledger:
        paths, ids = _chosen(ledger, settings, names, queries, yes)
        needles = ledger.needles([*ids, *_documents_of(ledger, settings, paths)])
        had_index = (settings.library / "index" / "current.json").exists()
        removed = ledger.remove_files(settings.collection, paths) if paths else 0
        removed += ledger.remove_documents(ids) if ids else 0

        def open_index() -> VectorIndex | None:
            from rag.index import VectorIndex

            return VectorIndex.acquire(
                settings.library, ledger, model_id, dimensions, url=settings.chroma_url
            )

        words = _odd_words(ledger)
        done = _purged(ledger, open_index)
        say(_told(removed, done))
        for left in done.left:
            say(f"left        {left}")
        try:
            if not done.left:
                _prove(ledger, [*needles, *words])
        finally:
            if had_index:
                _rebuild(open_index)
    if done.left:
        raise LibraryError(
            "Something could not be wiped yet; it stands above.", "Run `vouch purge` again later."
        )


def _chosen(
    ledger: Ledger, settings: Settings, names: Sequence[str], queries: Sequence[str], yes: bool
) -> tuple[list[str], list[str]]:
    """Return the files and the documents to remove."""
    paths, ids, unknown = found_names(ledger, settings.collection, names)
    # After a purge that was cut off, its document is gone already.
    gone = ledger.gone_words() if unknown else frozenset()
    for name in unknown:
        if name not in gone:
            raise NotFound(
                f"The library holds no document, file or folder {name!r}.",
                "Nothing was removed. `vouch list` shows ids and files.",
            )
    for query in queries:
        found = _matching(ledger, settings, query)
        if not found:
            raise NotFound(
                f"No document's title, source or publisher holds {query!r}.",
                "Nothing was removed. `vouch list WORDS` shows what would be found.",
            )
        ids += found
    if queries and not yes and not _agreed(len(set(ids))):
        raise BadRequest("Nothing was removed.", "Add --yes to purge without being asked.")
    return paths, list(dict.fromkeys(ids))


def _matching(ledger: Ledger, settings: Settings, query: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        infos, cursor = ledger.find_infos(
            settings.collection, limit=500, cursor=cursor, query=query
        )
        for info in infos:
            note(document_line(info))
            found.append(info.id)
        if cursor is None:
            return found


def _agreed(documents: int) -> bool:
    if not sys.stdin.isatty():
        return False
    note(f"Purge these {documents:,} documents for good? [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _documents_of(ledger: Ledger, settings: Settings, paths: Iterable[str]) -> list[str]:
    wanted = set(paths)
    origins = ledger.origins(settings.collection) if wanted else {}
    return [one for path, row in origins.items() if path in wanted for one in row.document_ids]


def _purged(ledger: Ledger, open_index: Callable[[], VectorIndex | None]) -> Purged:
    from eval.library import eval_cache
    from rag.purge import Purge

    with interruptible() as stop:
        purge = Purge(
            ledger,
            open_index,
            ordinary=_ordinary(),
            runs=_write_report,
            caches=[eval_cache() / "outputs"],
            progress=note,
            stop=stop,
        )
        try:
            return purge.run()
        except Cancelled as error:
            raise Interrupted(error.message, error.hint) from error


def _ordinary() -> Callable[[str], bool]:
    """Return whether a word is in everybody's vocabulary: the embedding model has it whole."""
    from rag.networks.model_files import load_tokenizer

    tokenizer = load_tokenizer()
    return lambda word: word.isalpha() and len(tokenizer.token_offsets(word)) == 1


def _write_report(folder: Path) -> None:
    from eval.evaluate import report_of
    from eval.runs import RunFolder

    report_of(RunFolder(folder))


def _odd_words(ledger: Ledger) -> list[bytes]:
    """Return words of removed text by which it can be looked for, the longest first."""
    ordinary = _ordinary()
    words = [word for word in ledger.gone_words() if len(word) >= 6 and not ordinary(word)]
    return [word.encode() for word in sorted(words, key=lambda word: (-len(word), word))][
        :_MOST_WORDS
    ]


def _told(removed: int, done: Purged) -> str:
    parts = [
        (removed, "document"),
        (done.conversations, "conversation"),
        (done.jobs, "job"),
        (done.runs, "measured run"),
        (done.files, "file"),
    ]
    told = [f"{n:,} {what}{'' if n == 1 else 's'}" for n, what in parts]
    return f"purged: {told[0]} removed; {', '.join(told[1:4])} redacted; {told[4]} deleted"


def _prove(ledger: Ledger, needles: Sequence[bytes]) -> None:
    """Look in every file of the library for what was purged.

    Raises:
        LibraryError: it is still there.
    """
    from rag.verify_library import holding

    patterns = {pattern: needle for needle in needles for pattern in _written(needle)}
    if not patterns:
        return
    found = holding(ledger.directory, list(patterns))
    # Documents that are there may hold it too, the name of one inside a longer name for example.
    held = ledger.still_held({patterns[pattern] for pattern in found})
    files = {
        name for pattern, names in found.items() if patterns[pattern] not in held for name in names
    } - _alive(ledger)
    if files:
        raise LibraryError(
            f"What was purged still stands in {', '.join(sorted(files))}.",
            "Another process may have written it meanwhile: run `vouch purge` again.",
        )
    number = sum(needle not in held for needle in patterns.values())
    say(f"proof: {number:,} words, sentences and vectors of it stand in no file")
    if held:
        say(f"       what other documents hold too stays: {len(held):,} of them")


def _alive(ledger: Ledger) -> set[str]:
    """Return the uploads that documents came from, in which nothing is left of others."""
    directory = ledger.directory.resolve()
    inside = {Path(path) for path in ledger.all_paths()}
    known = {str(path.relative_to(directory)) for path in inside if path.is_relative_to(directory)}
    return known | {f"{ORIGINALS}/{one}" for one in ledger.kept_hashes()}


def _written(needle: bytes) -> list[bytes]:
    """Return the forms in which a needle may stand in files."""
    try:
        text = needle.decode()
    except UnicodeDecodeError:
        return [needle]
    return [text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]


def _rebuild(open_index: Callable[[], VectorIndex | None]) -> None:
    """Build the index again where no server does."""
    index = open_index()
    if index is None:
        note("The server that keeps the vector index builds it again.")
        return
    try:
        with interruptible() as stop:
            note("Building the vector index again")
            index.catch_up(stop)
    finally:
        index.close()
