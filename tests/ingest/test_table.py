"""Tables of every kind: what the columns mean, broken quotes, no header, very long and wide."""

from __future__ import annotations

import csv
import io

import pytest

from ingest.readers import Reading, ReadOptions, Source
from ingest.readers import table as table_module
from ingest.readers.delimited import rows_of, sniff_dialect
from ingest.readers.table import documents_of_rows, read

STORY = "A ferry sank off the coast of Varna and nine people died, the harbour office said. " * 2


def table(*rows: list[str], delimiter: str = ",", name: str = "news.csv") -> Reading:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return read(Source(name, out.getvalue().encode()))


def cells(text: str) -> list[list[str]]:
    found = []
    for row in rows_of(text, sniff_dialect(text, ".csv")):
        assert 0 <= row.start < row.end <= len(text)
        found.append(row.cells)
    return found


def test_author_language_url_and_publisher_of_a_row() -> None:
    reading = table(
        ["id", "articleBody", "publishedAt", "byline", "lang", "link", "source"],
        ["1", STORY, "2017-04-18", "I. Petrova", "en-GB", "https://www.kestrel.example/a", ""],
        ["2", f"VARNA (Gull News) - {STORY}", "1492473600", "", "", "https://x.example/b", ""],
        ["3", STORY, "soon", "", "Klingon", "", "https://m.heron.example/c"],
    )
    first, second, third = reading.documents
    assert first.metadata == {
        "id": "1",
        "author": "I. Petrova",
        "url": "https://www.kestrel.example/a",
    }
    assert [d.publisher for d in reading.documents] == [
        "kestrel.example",
        "Gull News",
        "heron.example",
    ]
    assert [d.language for d in reading.documents] == ["en", "en", "en"]
    assert [d.published for d in reading.documents] == [
        "2017-04-18",
        "2017-04-18T00:00+00:00",
        None,
    ]
    assert third.metadata == {"id": "3", "lang": "Klingon", "publishedAt": "soon"}
    assert any("author = byline" in note for note in reading.notes)
    assert second.spans[0].label == "row 3"


def test_columns_are_told_by_what_they_hold() -> None:
    reading = table(
        ["a", "publication", "b", "c"],
        ["https://kestrel.example/1", "Kestrel", "16.4.2017", STORY],
        ["https://kestrel.example/2", "Kestrel", "17.4.2017", STORY],
    )
    first = reading.documents[0]
    assert (first.publisher, first.published) == ("Kestrel", "2017-04-16")
    assert first.metadata == {"url": "https://kestrel.example/1"}


def test_days_named_in_a_row_are_counted_from_its_own_date() -> None:
    reading = table(["text", "date"], [f"It sank last Friday. {STORY}", "2017-04-18"])
    assert [(s.label, s.data["day"]) for s in reading.documents[0].spans if s.kind == "date"] == [
        ("last Friday", "2017-04-14")
    ]


def test_names_that_repeat_and_a_header_that_is_missing() -> None:
    reading = table(["text", "value", "value", ""], [STORY, "1", "2", "3"])
    assert reading.documents[0].metadata == {"value": "1", "value 2": "2", "column 4": "3"}
    reading = table(["2017-04-18", STORY, "7"], ["2017-04-19", STORY, "8"])
    assert [d.published for d in reading.documents] == ["2017-04-18", "2017-04-19"]
    assert [d.spans[0].label for d in reading.documents] == ["row 1", "row 2"]
    assert any("no header" in note for note in reading.notes)
    reading = read(Source("toll.csv", b"Varna,9\nBurgas,2\n"))
    assert [s.data for s in reading.documents[0].spans] == [{"row": 1}, {"row": 2}]
    years = read(Source("toll.csv", b"town,2015,2016\nVarna,9,2\n")).documents[0]
    assert years.spans[1].data["header"] == "town | 2015 | 2016"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n1,"5 inch\n2,x\n', [["a", "b"], ["1", '"5 inch'], ["2", "x"]]),
        ('a,b\n1,"5 inch\n2,"x"\n', [["a", "b"], ["1", '"5 inch'], ["2", "x"]]),
        ('a,b\r\n"x\r\ny",2\r\n\r\n3,4', [["a", "b"], ["x\r\ny", "2"], ["3", "4"]]),
        ("text\nA ferry, sank\nB, c, d\n", [["text"], ["A ferry, sank"], ["B, c, d"]]),
        ("sep=;\na;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1\n1,2,3\n", [["a", "b"], ["1"], ["1", "2", "3"]]),
        ('a,b\n1,"said ""no"", left"\n', [["a", "b"], ["1", 'said "no", left']]),
    ],
)
def test_rows_however_they_are_quoted(text: str, rows: list[list[str]]) -> None:
    assert cells(text) == rows


def test_many_broken_quotes_lose_no_row() -> None:
    text = "a,b\n" + "".join(f'{number},"{number} inch\n' for number in range(61))
    assert [row[0] for row in cells(text)[1:]] == [str(number) for number in range(61)]


def test_nul_bytes_one_column_and_nothing_but_a_separator() -> None:
    reading = read(Source("t.csv", f"text\n{STORY}\x00\n".encode()))
    assert reading.documents[0].text == STORY + "\ufffd"
    assert read(Source("t.csv", b"sep=;\n")).documents[0].text == "sep=;\n"


def test_a_wide_table_keeps_its_contexts_small() -> None:
    wide = ",".join(f"column{number}" for number in range(3_000))
    document = read(
        Source("wide.csv", f"{wide}\n{wide.replace('column', '')}\n".encode())
    ).documents[0]
    assert len(document.spans[1].data["header"]) <= 300


def test_a_long_table_is_cut_between_rows_and_its_places_reach_over_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_module, "_MOST_ROW_SPANS", 30)
    monkeypatch.setattr(table_module, "_LONGEST", 400)
    text = "town,dead\n" + "".join(f"Varna {number},{number}\n" for number in range(99))
    reading = read(Source("toll.csv", text.encode()))
    assert "".join(document.text for document in reading.documents) == text
    assert len({document.part for document in reading.documents}) == len(reading.documents) > 2
    rows = []
    for document in reading.documents:
        for span in document.spans:
            there = document.text[span.start : span.end].splitlines()
            assert len(there) == span.data["row_to"] - span.data["row"] + 1
            rows += there
    assert rows == text.splitlines()


def test_records_of_another_format_become_documents_by_the_same_rules() -> None:
    rows = [["text", "date", "source"], [STORY, "2017-04-18", "kestrel"]]
    reading = documents_of_rows(Source("a.jsonl", b"", ReadOptions()), rows, ["a note"])
    assert reading is not None
    assert reading.notes[0] == "a note"
    assert (reading.documents[0].publisher, reading.documents[0].published) == (
        "kestrel",
        "2017-04-18",
    )
    assert documents_of_rows(Source("a.jsonl", b""), [["a"], ["b"]]) is None
