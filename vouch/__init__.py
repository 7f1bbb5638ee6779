"""The public face for Python.

    from vouch import Library

    with Library.open("~/library") as library:
        library.add("reports/")
        answer = library.ask("How many people were killed?")
        for citation in answer.citations:
            print(citation.document.title, citation.quote)

It re-exports and forwards; what it promises is what ``rag.types`` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rag.errors import NotFound, VouchError
from rag.types import (
    Account,
    Answer,
    Citation,
    DocumentInfo,
    Event,
    FileOutcome,
    Filters,
    Hit,
    Question,
    Sentence,
    Turn,
)

if TYPE_CHECKING:
    from rag.build import Library as OpenLibrary

__all__ = [
    "Account",
    "Answer",
    "Citation",
    "DocumentInfo",
    "FileOutcome",
    "Filters",
    "Hit",
    "Library",
    "NotFound",
    "Question",
    "Sentence",
    "Turn",
    "VouchError",
    "answer_to_json",
]


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as ``vouch ask --json`` prints it."""
    from rag.contract import answer_to_json as to_json

    return to_json(answer)


class Library:
    """Documents that can be asked. Make one with ``Library.open``."""

    def __init__(self, opened: OpenLibrary) -> None:
        self._opened = opened

    @classmethod
    def open(cls, path: str | PathLike[str] | None = None, **settings: Any) -> Library:
        """Return the library in a folder, which is made when it is missing.

        Args:
            path: the folder; None for the one that the settings name.
            settings: any setting by name, such as ``hits=24``.

        Raises:
            UnknownSetting: there is no such setting, or it does not take that value.
            LibraryError: the folder holds something else, or a library of a newer version.
        """
        from rag.build import open_library
        from rag.config import load_settings

        folder = Path(path).expanduser() if path is not None else None
        return cls(open_library(load_settings(library=folder, **settings)))

    def add(self, *paths: str | PathLike[str], **options: Any) -> list[FileOutcome]:
        """Add files and folders, or bring them up to date; return what became of each file.

        Args:
            paths: files and folders.
            options: fields of ``ingest.folder.AddOptions``, such as ``text_column="body"``.

        Raises:
            NotFound: one of the paths is not there; nothing was added.
        """
        from ingest.folder import AddOptions, add

        opened = self._opened
        outcomes = list(
            add(
                opened.ledger,
                [Path(path).expanduser() for path in paths],
                collection=opened.settings.collection,
                options=AddOptions.of(opened.settings, **options),
            )
        )
        opened.embed()
        return outcomes

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Answer:
        """Return the answer; a refusal is an answer whose ``declined`` is set.

        Raises:
            BadRequest: the question holds no words, or too many.
        """
        return self._opened.assistant.ask(self._question(question, history, filters))

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        """Yield the steps, each sentence once it is verified, and at last the answer."""
        return self._opened.assistant.stream(self._question(question, history, filters))

    def search(self, query: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return at most ``limit`` passages, best first."""
        return self._opened.retriever.retrieve(
            query,
            filters=filters or Filters(),
            collection=self._opened.settings.collection,
            limit=limit,
        )

    def text(self, document_id: str) -> str:
        """Return a document's canonical text, of which every quotation is a slice.

        Raises:
            NotFound: there is no such document.
        """
        document = self._opened.ledger.document(document_id)
        if document is None:
            raise NotFound(f"There is no document {document_id!r}.", "It may have been removed.")
        return document.text

    def close(self) -> None:
        """Release the library."""
        self._opened.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _question(self, text: str, history: Sequence[Turn], filters: Filters | None) -> Question:
        from rag.contract import check_question

        settings = self._opened.settings
        check_question(text, settings.max_question_chars)
        return Question(text.strip(), tuple(history), filters or Filters(), settings.collection)
