"""The public face for Python.

    from vouch import Library

    with Library.open("~/library") as library:
        library.add("reports/")
        answer = library.ask("How many people were killed?")
        for citation in answer.citations:
            print(citation.document.title, citation.quote)

        retriever = library.as_retriever(k=8)   # for LangChain
        assistant = library.as_runnable()

It re-exports and forwards; what it promises is what ``rag.types`` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    from langchain_core.language_models import BaseChatModel

    from rag.build import Library as OpenLibrary
    from vouch.langchain import VouchAssistant, VouchRetriever

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
    "VouchAssistant",
    "VouchError",
    "VouchRetriever",
    "answer_to_json",
]


def __getattr__(name: str) -> Any:
    """Load what needs LangChain when it is asked for: importing it takes seconds."""
    if name in ("VouchAssistant", "VouchRetriever"):
        import vouch.langchain

        return getattr(vouch.langchain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as ``vouch ask --json`` prints it."""
    from rag.contract import answer_to_json as to_json

    return to_json(answer)


class Library:
    """Documents that can be asked. Make one with ``Library.open``."""

    def __init__(self, opened: OpenLibrary) -> None:
        self._opened = opened

    @classmethod
    def open(
        cls,
        path: str | PathLike[str] | None = None,
        *,
        model: BaseChatModel | str | None = None,
        **settings: Any,
    ) -> Library:
        """Return the library in a folder, which is made when it is missing.

        Args:
            path: the folder; None for the one that the settings name.
            model: a chat model of LangChain that writes the answers, or its name as
                ``provider:model``, in place of the one that the setting ``llm`` names; every
                sentence of it is checked.
            settings: any setting by name, such as ``hits=24``.

        Raises:
            UnknownSetting: there is no such setting, or it does not take that value.
            LibraryError: the folder holds something else, or a library of a newer version.
        """
        from rag.build import open_library
        from rag.config import load_settings

        folder = Path(path).expanduser() if path is not None else None
        if isinstance(model, str):
            settings, model = {**settings, "llm": model}, None
        return cls(open_library(load_settings(library=folder, **settings), model=model))

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
        with opened.embedding_along() as embedding:
            outcomes = list(
                add(
                    opened.ledger,
                    [Path(path).expanduser() for path in paths],
                    collection=opened.settings.collection,
                    options=AddOptions.of(opened.settings, **options),
                )
            )
            embedding.finish()
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

    def as_retriever(
        self,
        *,
        k: int = 8,
        filters: Filters | Mapping[str, Any] | None = None,
        collection: str | None = None,
        **options: Any,
    ) -> VouchRetriever:
        """Return this library's search as a LangChain retriever.

        Args:
            k: how many passages it returns, 1 to 200.
            filters: which documents it searches, as ``Filters`` or as its JSON.
            collection: which collection; None for the one of the settings.
            options: what every LangChain retriever takes: ``tags``, ``metadata``, ``name``.

        Raises:
            BadRequest: a filter that does not exist, or a ``k`` out of bounds.
        """
        from vouch.langchain import VouchRetriever, filters_of

        narrowed = filters_of(filters)
        return VouchRetriever(
            library=self, k=k, filters=narrowed, collection=collection or "", **options
        )

    def as_runnable(
        self,
        *,
        filters: Filters | Mapping[str, Any] | None = None,
        collection: str | None = None,
    ) -> VouchAssistant:
        """Return this library's assistant as a LangChain runnable; ``as_tool`` makes it a tool.

        Args:
            filters: which documents it uses for every question; a question can only add to them.
            collection: which collection; None for the one of the settings.

        Raises:
            BadRequest: a filter that does not exist.
        """
        from vouch.langchain import VouchAssistant, filters_of

        narrowed = filters_of(filters)
        return VouchAssistant(library=self, filters=narrowed, collection=collection or "")

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
