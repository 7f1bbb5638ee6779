"""What the first lines of a document say: author, publisher, language, and days in the text."""

from __future__ import annotations

import pytest

from ingest.readers import Source
from ingest.readers.head import Facts, describe
from ingest.readers.web import read as read_page
from rag.english.date_labels import is_modified
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


@pytest.mark.parametrize(
    "line",
    [
        "By Ann Lee",
        "all:",
        ".. include:: parts.rst",
        "CC = gcc",
        "Due date: 1 July 2031",
        "{% if a %}",
    ],
)
def test_what_is_no_headline(line: str) -> None:
    assert document(f"{line}\n\n{STORY}").title == "b"
    assert document(f"Ferry sinks: nine die\n\n{STORY}").title == "Ferry sinks: nine die"


@pytest.mark.parametrize(
    ("head", "body", "dates"),
    [
        ("", "<footer>Last updated: 2024-05-05</footer>", ["2024-05-05"]),
        ('<meta property="article:modified_time" content="2024-05-05">', "", ["2024-05-05"]),
        ("", "<p>Valid until: 2024-05-05</p>", []),
        ("", '<p>Next meeting: <time datetime="2031-05-04">4 May</time></p>', []),
        (
            "",
            '<p>Updated <time datetime="2024-05-05">5 May</time>'
            ' Posted <time datetime="2024-05-03">3 May</time></p>',
            ["2024-05-03"],
        ),
    ],
)
def test_the_day_of_a_page_is_not_any_day_on_it(head: str, body: str, dates: list[str]) -> None:
    page = (
        f"<html><head><title>Ferry</title>{head}</head><body><p>{STORY * 6}</p>{body}</body></html>"
    )
    (found,) = read_page(Source("/a/ferry.html", page.encode())).documents
    assert [date.value for date in found.dates] == dates
    assert all(is_modified(date.words) for date in found.dates if date.value == "2024-05-05")


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
