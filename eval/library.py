"""The documents that a suite is about, in a real library: made once, and used again by every run.

A suite's own sources go into a library of their own under the cache, named by what is in it. A
folder of a user's documents goes through the ordinary ingest; a user's library is opened as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from eval.cases import Case, Source
from rag.build import Library, open_library
from rag.config import Settings
from rag.errors import VouchError
from rag.ledger import Ledger, Origin
from rag.retrieve import DenseRetriever, LexicalRetriever
from rag.types import DateCandidate, Document, DocumentInfo, Filters, Hit, Passage

if TYPE_CHECKING:
    from rag.networks.model_files import Tokenizer

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is, and how much there is."""

_IDS = "sources.json"
_FORMAT = "1"
"""Part of every library's name: another number where sources are written in another way."""


def eval_cache(named: Path | None = None) -> Path:
    """Return the directory for what can be made again: the one named, or the user's own."""
    return named or Path(platformdirs.user_cache_dir("vouch", appauthor=False)) / "eval"


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""
    del what, done, total


class EvalLibrary:
    """An open library and what a suite needs to know of it.

    Args:
        opened: the library.
        state: a hash of what is in it.
        ids: the document id of each of the suite's sources; empty for a user's own documents.
    """

    def __init__(self, opened: Library, state: str, ids: Mapping[str, str] | None = None) -> None:
        self.opened, self.state, self._ids = opened, state, dict(ids or {})

    @property
    def collection(self) -> str:
        """The collection that is asked."""
        return self.opened.settings.collection

    @property
    def ledger(self) -> Ledger:
        """The record."""
        return self.opened.ledger

    @cached_property
    def lexical(self) -> LexicalRetriever:
        """Finds passages by words."""
        return LexicalRetriever(self.ledger)

    @cached_property
    def dense(self) -> DenseRetriever:
        """Finds passages by meaning."""
        return DenseRetriever(self.ledger, self.opened.encoder)

    def filters(self, case: Case) -> Filters:
        """Return a case's filters, within its scope."""
        if case.scope is None or not self._ids:
            return case.filters
        inside = tuple(self._ids[one] for one in case.scope if one in self._ids)
        # Nothing in reach is not the same as everything in reach.
        return replace(case.filters, document_ids=inside or ("nothing",))

    def documents(self) -> Iterator[DocumentInfo]:
        """Yield every document of the collection, in the order they were added."""
        yield from documents_of(self.ledger, self.collection)

    @cached_property
    def named(self) -> Mapping[str, str]:
        """The document id behind every name by which a case may call a document."""
        names: dict[str, str] = {}
        for info in self.documents():
            for name in names_of(info):
                names.setdefault(name, info.id)
        return {**names, **self._ids}

    def text_of(self, name: str) -> str | None:
        """Return the canonical text of a document by any of its names."""
        document = self.ledger.document(self.named.get(name, name))
        return document.text if document else None

    def passage_of(self, passage_id: str) -> Passage | None:
        """Return a passage by its id, or None when it is gone."""
        return self.ledger.passages([passage_id]).get(passage_id)

    def nearest(self, sentence: str, case: Case, limit: int) -> Sequence[Hit]:
        """Return the passages in a case's scope that share most words with a sentence."""
        return self.lexical.retrieve(
            sentence, filters=self.filters(case), collection=self.collection, limit=limit
        )

    def embed(self, progress: Progress = silent) -> None:
        """Make the vectors that are still missing."""
        self.opened.embed(progress=lambda done, total: progress("Embedding", done, total))

    def close(self) -> None:
        """Close the library."""
        self.opened.close()


def documents_of(ledger: Ledger, collection: str) -> Iterator[DocumentInfo]:
    """Yield every document of a collection, page by page."""
    cursor: str | None = None
    while True:
        page, cursor = ledger.find_infos(collection, limit=1000, cursor=cursor)
        yield from page
        if cursor is None:
            return


def names_of(info: DocumentInfo) -> set[str]:
    """Return every name by which a case may call a document.

    >>> sorted(names_of(DocumentInfo("d1", "", "A title", "/x/a.txt", metadata={"unit_id": 7})))
    ['/x/a.txt', '7', 'A title', 'a.txt', 'd1']
    """
    found = {info.id, info.title, info.source, Path(info.source).name, info.external_id or ""}
    found |= {str(value) for name, value in info.metadata.items() if name.endswith("id")}
    return found - {""}


@dataclass(frozen=True, slots=True)
class Cut:
    """How sources become passages; whole ones are one passage each, as document rankings want."""

    tokens: int = 256
    overlap: int = 48
    whole: bool = False


def open_suite_library(
    settings: Settings,
    sources: Sequence[Source],
    *,
    whole: bool = False,
    cache: Path | None = None,
    progress: Progress = silent,
    **made: Any,
) -> EvalLibrary:
    """Return a library that holds exactly these sources, made when there is none yet.

    Two processes may make the same one at once: each makes its own, and the first one stays.

    Args:
        settings: how passages are cut and questions answered; its library is not touched.
        sources: the documents.
        whole: one passage a document, of which the model reads the first 256 tokens.
        cache: where such libraries are kept.
        progress: told of the sources as they are cut.
        made: parts to open the library with, as ``rag.build.open_library`` takes them.
    """
    cut = Cut(settings.passage_tokens, settings.passage_overlap, whole)
    state = _state(sources, cut)
    home = eval_cache(cache) / "libraries" / state
    if not (home / _IDS).is_file():
        _make(home, sources, cut, progress)
    ids = json.loads((home / _IDS).read_text(encoding="utf-8"))
    own = settings.model_copy(update={"library": home, "collection": "default"})
    return EvalLibrary(open_library(own, **made), state, ids)


def open_own_library(settings: Settings, **made: Any) -> EvalLibrary:
    """Return the user's own library, as it is."""
    opened = open_library(settings, **made)
    digest = hashlib.sha256()
    for info in documents_of(opened.ledger, settings.collection):
        digest.update(f"{info.id} {info.text_sha256} {info.title}\n".encode())
    return EvalLibrary(opened, digest.hexdigest()[:16])


def open_folder(
    settings: Settings,
    folder: Path,
    *,
    cache: Path | None = None,
    progress: Progress = silent,
    columns: Mapping[str, str] | None = None,
    **made: Any,
) -> EvalLibrary:
    """Return a library of a folder's documents, kept under the cache and brought up to date.

    Raises:
        NotFound: there is no such folder.
        VouchError: none of its files could be read.
    """
    from ingest.folder import AddOptions, add

    name = hashlib.sha256(f"{folder.resolve()} {sorted((columns or {}).items())}".encode())
    home = eval_cache(cache) / "folders" / name.hexdigest()[:16]
    own = settings.model_copy(update={"library": home, "collection": "default"})
    opened = open_library(own)
    options = AddOptions.of(own, **(columns or {}))
    try:
        outcomes = list(
            add(
                opened.ledger,
                [folder],
                options=options,
                progress=lambda done, total: progress("Reading", done, total),
            )
        )
    except BaseException:
        opened.close()
        raise
    if not any(one.documents for one in outcomes):
        opened.close()
        why = next((f"{one.source}: {one.why}" for one in outcomes if one.why), "it is empty")
        raise VouchError(f"No document of {folder} can be read: {why}.", "Name another folder.")
    opened.close()
    return open_own_library(own, **made)


def _state(sources: Sequence[Source], cut: Cut) -> str:
    digest = hashlib.sha256(f"{_FORMAT} {cut}".encode())
    for source in sources:
        digest.update(repr(source).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:24]


def _make(home: Path, sources: Sequence[Source], cut: Cut, progress: Progress) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=home.parent, prefix=".new-"))
    try:
        with Ledger(made) as ledger:
            rows = ((document(one), passages_of(one, cut)) for one in _told(sources, progress))
            changes = ledger.put_file(
                "default", Origin("suite", "", home.name, len(sources), 0), rows
            )
            ids = {change.part: change.document_id for change in changes}
        (made / _IDS).write_text(json.dumps(ids), encoding="utf-8")
        _put(made, home)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, home: Path) -> None:
    """Move a finished library to its place, unless another run has put one there meanwhile.

    That one holds the same, and may be open already.
    """
    try:
        os.rename(made, home)
    except OSError:
        if not (home / _IDS).is_file():  # what was there is no whole library
            shutil.rmtree(home, ignore_errors=True)
            os.rename(made, home)


def _told(sources: Sequence[Source], progress: Progress) -> Iterator[Source]:
    for done, source in enumerate(sources):
        if done % 100 == 0:
            progress("Cutting", done, len(sources))
        yield source


def dates_of(source: Source) -> tuple[DateCandidate, ...]:
    """Return when a source says that it was published."""
    if not source.published:
        return ()
    return (DateCandidate(source.published, "metadata", source.published),)


def document(source: Source) -> Document:
    """Return a source as the ledger takes it."""
    text = source.text.encode("utf-8", "replace").decode("utf-8")
    return Document(
        id="",
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        title=source.title,
        text=text,
        source=source.id,
        external_id=source.id,
        dates=dates_of(source),
        publisher=source.publisher,
        part=source.id,
    )


def passages_of(source: Source, cut: Cut) -> list[Passage]:
    """Return a source's passages, as the ingest of a file would cut them."""
    whole = document(source)
    if not whole.text.strip():
        return []
    if cut.whole:
        return [Passage("", 0, len(whole.text), whole.text, source.title)]
    from ingest.split import split

    return split(whole, tokens=cut.tokens, overlap=cut.overlap, tokenizer=_tokenizer())


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    from rag.networks.model_files import load_tokenizer

    return load_tokenizer()
