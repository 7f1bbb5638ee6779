"""What the first lines of a document say: author, publisher, language, and days in the text."""

from __future__ import annotations

import pytest

from ingest.readers import Source
from ingest.readers.head import Facts, describe
from ingest.readers.web import read as read_page
from rag.types import Document

STORY = "A ferry sank off the coast on Friday and nine people died, the harbour office said. "


def document(text: str, **facts: object) -> Document:
    return describe(source="/a/b.txt", stem="b", text=text, facts=Facts(**facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Irina Petrova", "Irina Petrova"),
        ("By Irina Petrova and Joan de la Cruz, Varna", "Irina Petrova and Joan de la Cruz"),
        ("Von Ute Weber | 18. April 2017", "Ute Weber"),
        ("By Tuesday, the army had left", None),
        ("By the sea, a ferry sank", None),
        ("By April 2017 the army had left", None),
        ("By The Harbour, the ferry sank", None),
    ],
)
def test_bylines(line: str, author: str | None) -> None:
    assert document(f"Ferry sinks\n{line}\n\n{STORY}").metadata.get("author") == author


def test_the_site_is_the_last_resort_for_a_publisher() -> None:
    address = {"url": "https://www.kestrel.example/news/1"}
    assert document(STORY, metadata=address).publisher == "kestrel.example"
    assert document(f"VARNA (Gull News) - {STORY}", metadata=address).publisher == "Gull News"
    assert document(STORY, publisher="Heron", metadata=address).publisher == "Heron"
    assert document(STORY, metadata={"url": "notes/a.txt"}).publisher is None


def test_language_and_days_only_in_prose() -> None:
    found = document(f"18 April 2017\n\n{STORY}", language="de-DE")
    assert found.language == "en"  # the text is clearer than its template
    assert [s.data["day"] for s in found.spans if s.kind == "date"] == ["2017-04-18", "2017-04-14"]
    code = document(f"18 April 2017\n\n{STORY}", language="de-DE", prose=False)
    assert (code.language, code.spans) == ("de", ())


def test_a_page_names_its_author_and_its_site() -> None:
    page = f"""<html lang="en"><head><title>Ferry sinks</title>
      <link rel="canonical" href="https://www.kestrel.example/news/ferry">
      <script type="application/ld+json">{{"@type": "NewsArticle",
        "datePublished": "2017-04-18T09:30:00+03:00",
        "author": [{{"@type": "Person", "name": "Irina Petrova"}}]}}</script></head>
      <body><article><h1>Ferry sinks</h1><p>{STORY}</p><p>{STORY}</p></article></body></html>"""
    (found,) = read_page(Source("/a/ferry.html", page.encode())).documents
    assert found.publisher == "kestrel.example"
    assert found.metadata["author"] == "Irina Petrova"
    assert found.published == "2017-04-18T09:30+03:00"
    assert {s.data["day"] for s in found.spans if s.kind == "date"} == {"2017-04-14"}
