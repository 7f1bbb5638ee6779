"""The search as a LangChain retriever, on the examples."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import ConfigurableField, RunnableLambda

from vouch import Filters, Library, VouchError, VouchRetriever

QUESTION = "How much ammonium nitrate was in the storage building?"


def test_documents_are_exact_slices_with_flat_metadata(library: Library) -> None:
    retriever = library.as_retriever(k=12)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke(QUESTION)
    assert len(documents) == 12
    for document in documents:
        facts = document.metadata
        text = library.text(facts["document_id"])
        assert text[facts["start"] : facts["end"]] == document.page_content
        assert json.loads(json.dumps(facts)) == facts
        assert not any(isinstance(value, dict) for value in facts.values())
    assert [d.id for d in documents] == [h.passage.id for h in library.search(QUESTION, limit=12)]
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)


def test_a_page_is_the_one_on_which_the_words_stand(library: Library) -> None:
    documents = library.as_retriever(k=20).invoke("seismometers at Eskmouth recorded")
    facts = next(d.metadata for d in documents if "Seismometers" in d.page_content)
    assert facts["source"].endswith("08-safety-office-report.pdf")
    assert (facts["page"], facts["page_label"]) == (2, "ii")
    assert facts["place"].startswith("pp. ii\u20131, ")


def test_filters_and_k_are_fields(library: Library) -> None:
    one = library.as_retriever(k=2, filters={"publisher": ["Northern Wire"]})
    other = VouchRetriever(library=library, k=2, filters=Filters(publisher=("Northern Wire",)))
    assert one.filters == other.filters
    documents = one.invoke("dead")
    assert {document.metadata["publisher"] for document in documents} == {"Northern Wire"}
    assert len(documents) == 2
    assert library.as_retriever(collection="empty").invoke("dead") == []
    wider = one.configurable_fields(k=ConfigurableField(id="k"))
    assert len(wider.with_config(configurable={"k": 1}).invoke("dead")) == 1


def test_it_works_async_in_a_batch_and_in_a_chain(library: Library) -> None:
    retriever = library.as_retriever(k=3)
    expected = retriever.invoke(QUESTION)
    assert asyncio.run(retriever.ainvoke(QUESTION)) == expected
    assert retriever.batch([QUESTION, QUESTION]) == [expected, expected]
    titles = retriever | RunnableLambda(lambda found: [one.metadata["title"] for one in found])
    assert titles.invoke(QUESTION) == [one.metadata["title"] for one in expected]


class Heard(BaseCallbackHandler):
    """Notes what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def on_retriever_start(self, serialized: Any, query: str, **rest: Any) -> None:
        self.told.append(("start", (query, rest["tags"], rest["metadata"]["who"])))

    def on_retriever_end(self, documents: list[Document], **rest: Any) -> None:
        self.told.append(("end", documents))

    def on_retriever_error(self, error: BaseException, **rest: Any) -> None:
        self.told.append(("error", error))


def test_callbacks_see_the_search(library: Library) -> None:
    heard = Heard()
    retriever = library.as_retriever(k=2, tags=["mine"])
    config = {"callbacks": [heard], "metadata": {"who": "test"}}
    documents = retriever.invoke(QUESTION, config)
    assert heard.told == [("start", (QUESTION, ["mine"], "test")), ("end", documents)]
    with pytest.raises(VouchError, match="empty"):
        retriever.invoke(" ? ", config)
    assert [name for name, _ in heard.told[2:]] == ["start", "error"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"k": 0}, "k cannot be 0"),
        ({"k": 500}, "1 to 200"),
        ({"filters": {"author": "x"}}, "no filter 'author'"),
        ({"filters": {"published_from": "soon"}}, "YYYY-MM-DD"),
        ({"filters": ["x"]}, "cannot be a list"),
    ],
)
def test_wrong_options_are_said(library: Library, options: dict[str, Any], said: str) -> None:
    with pytest.raises(VouchError, match=said):
        library.as_retriever(**options)


def test_a_query_is_text_and_has_a_length(library: Library) -> None:
    with pytest.raises(VouchError, match="cannot be a dict"):
        library.as_retriever().invoke({"question": QUESTION})  # type: ignore[arg-type]
    with pytest.raises(VouchError, match="at most 4,000"):
        library.as_retriever().invoke("dead " * 1000)


def test_the_text_of_a_retriever_is_short(library: Library) -> None:
    assert "library" not in repr(library.as_retriever())
    assert set(library.as_retriever().model_dump()) == {
        "name",
        "tags",
        "metadata",
        "k",
        "filters",
        "collection",
    }
