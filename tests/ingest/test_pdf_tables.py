"""Tables and forms of PDF files, what only looks like them, numbers and bullets at line edges."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BalancedColumns, Paragraph, SimpleDocTemplate, Table

from ingest.readers import ReadOptions, Source, pdf
from ingest.readers.pdf import boxes
from ingest.split import split
from rag.citations import place_of
from rag.types import Document, Span
from tests.ingest.pdf_files import drawn, page, written

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
COLUMNS = (60, 200, 300, 420)


def one(data: bytes) -> Document:
    (document,) = pdf.read(Source("/f/a.pdf", data, ReadOptions())).documents
    return document


def rows_of(document: Document) -> list[Span]:
    return [span for span in document.spans if span.kind == "row"]


def row(canvas: Canvas, y: float, *cells: str, at: Sequence[float] = COLUMNS) -> None:
    for x, cell in zip(at, cells, strict=False):
        canvas.drawString(x, y, cell)


def ruled(lines: Sequence[Sequence[str]], *, at: Sequence[float] = COLUMNS) -> Document:
    """Return a page of lines of cells, 14 points apart."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, cells in enumerate(lines):
            row(canvas, 740 - 14 * number, *cells, at=at)

    return one(drawn(draw))


SALES = (
    ("Region", "Q1", "Q2", "Q3"),
    ("North", "100", "200", "300"),
    ("South", "101", "", "301"),
    ("Centre", "", "", "304"),
)


def sales(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(60, 754, "Quarterly sales by region")
    canvas.setFont("Helvetica", 10)
    for number, cells in enumerate(SALES):
        row(canvas, 740 - 14 * number, *cells)
    canvas.drawString(60, 740 - 14 * len(SALES), "Total sales rose by 4 percent.")


class TestTables:
    def test_rows_stay_lines_and_empty_cells_keep_their_place(self) -> None:
        document = one(drawn(sales))
        assert document.text == (
            "Quarterly sales by region\n\nRegion\tQ1\tQ2\tQ3\nNorth\t100\t200\t300\n"
            "South\t101\t\t301\nCentre\t\t\t304\n\nTotal sales rose by 4 percent."
        )
        assert document.title == "Quarterly sales by region"

    def test_each_row_has_its_place_and_the_header(self) -> None:
        document = one(drawn(sales))
        first, *others = rows_of(document)
        assert first.data == {"row": 1, "is_header": True}
        assert [span.label for span in others] == ["table row 2", "table row 3", "table row 4"]
        assert {span.data["header"] for span in others} == {"Region | Q1 | Q2 | Q3"}
        start = document.text.index("South")
        assert place_of(document, start, start + 5).label == "p. 1, table row 3"

    def test_a_passage_that_begins_at_a_row_has_the_header_for_context(self) -> None:
        class Words:
            def token_offsets(self, text: str) -> list[tuple[int, int]]:
                found, at = [], 0
                for word in text.split():
                    at = text.index(word, at)
                    found.append((at, at + len(word)))
                    at += len(word)
                return found

        document = ruled((SALES[0], *((f"Place{n}", "1", "2", "3") for n in range(40))))
        passages = split(document, tokens=60, overlap=0, tokenizer=Words())
        assert len(passages) > 2
        assert "Region | Q1 | Q2 | Q3" in passages[-1].context

    def test_boxes_stand_over_the_cells(self) -> None:
        document = one(drawn(sales))
        (span,) = (span for span in document.spans if span.kind == "chars")
        for words, x in (("North", 60), ("200", 300), ("301", 420), ("304", 420)):
            start = document.text.index(words)
            ((x0, _, x1, _),) = boxes(span, start, start + len(words))
            assert x - 1 < x0 < x + 2 and 12 < x1 - x0 < 40

    def test_names_at_the_left_of_columns_of_numbers_at_the_right(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica", 10)
            row(canvas, 740, "City", "Population", "Growth", "Total", at=(55, 115, 164, 294))
            for number, cells in enumerate((("Orsk", "98,000", "-1.2%", "196000"),) * 2):
                canvas.drawString(55, 725 - 15 * number, cells[0])
                for right, cell in zip((163, 232, 352), cells[1:], strict=True):
                    canvas.drawRightString(right, 725 - 15 * number, cell)

        text = one(drawn(draw)).text
        assert text.splitlines() == [
            "City\tPopulation\tGrowth\tTotal",
            "Orsk\t98,000\t-1.2%\t196000",
            "Orsk\t98,000\t-1.2%\t196000",
        ]

    def test_two_columns_with_numbers(self) -> None:
        document = ruled((("Name", "Salary"), ("Ann Lee", "4,000"), ("Bo", "3,100"), ("Al", "900")))
        assert document.text == "Name\tSalary\nAnn Lee\t4,000\nBo\t3,100\nAl\t900"
        assert rows_of(document)[2].data["header"] == "Name | Salary"

    @pytest.mark.parametrize(
        "lines",
        [
            SALES[1:],
            [("1 July 2015", "day", "y 1af"), ("2 July 2015", "day", "y 2ail")],
            [("Ann Lee", "Bo Ray", "Al Fox"), ("Di Orr", "Ed Poe", "Flo Kay")],
        ],
        ids=["numbers", "days", "names"],
    )
    def test_a_first_row_like_the_others_is_no_header(self, lines: list[Sequence[str]]) -> None:
        found = rows_of(ruled(lines))
        assert len(found) == len(lines)
        assert all(span.data.keys() == {"row"} for span in found)

    def test_a_table_goes_on_on_the_next_page(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica", 10)
            for number, cells in enumerate(SALES[:2]):
                row(canvas, 80 - 14 * number, *cells)
            canvas.showPage()
            canvas.setFont("Helvetica", 10)
            for number in range(2):
                row(canvas, 740 - 14 * number, "West", "7", "8", "9")

        document = one(drawn(draw))
        last = rows_of(document)[-1]
        assert last.data == {"row": 4, "header": "Region | Q1 | Q2 | Q3"}
        assert "300\nWest" in document.text

    def test_tables_of_reportlab(self) -> None:
        def draw(canvas: Canvas) -> None:
            table = Table([["Month", "Rain (mm)", "Days"], ["May", "80", "10"], ["July", "", "9"]])
            table.wrapOn(canvas, 400, 400)
            table.drawOn(canvas, 100, 600)

        assert one(drawn(draw)).text == "Month\tRain (mm)\tDays\nMay\t80\t10\nJuly\t\t9"

    def test_a_last_cell_that_is_a_dash_stays(self) -> None:
        document = ruled((*SALES[:2], ("West", "7", "8", "-"), ("lee", "7", "8", "9")))
        assert "West\t7\t8\t-\nlee" in document.text


PROSE = (
    "The ferry left the harbour at nine in the evening, and the sea was calm until midnight. "
    "Then the wind rose from the north and the captain turned back towards the shore. "
)


def two_columns() -> bytes:
    out = io.BytesIO()
    style = getSampleStyleSheet()["Normal"]
    SimpleDocTemplate(out).build(
        [BalancedColumns([Paragraph(PROSE * 6, style) for _ in range(3)], nCols=3)]
    )
    return out.getvalue()


class TestNoTables:
    def test_columns_of_prose(self) -> None:
        assert "\t" not in one(two_columns()).text

    @pytest.mark.parametrize(
        "lines",
        [
            [("1", "Introduction", "", "3"), ("2", "The storm", "", "9"), ("3", "Rescue", "", "9")],
            [("Introduction . . . . .", "1", "2"), ("The storm . . . . . . .", "8", "9")],
            [("ferry, 12, 19", "harbour, 7", "storm, 4"), ("gale, 8", "mast, 9", "wind, 3, 11")],
            [("7", "let x", "y"), ("8", "let y", "z"), ("9", "print", "x")],
            [("a = 1;", "b = 2;", "c = 3;"), ("d = 4;", "e = 5;", "f = 6;")],
            [
                ("the wind rose from the", "and the captain said that", "were two of the men of"),
                ("north at nine and then", "he would turn the boat to", "the coast who had seen"),
                ("fell again before noon", "the harbour of the town", "the light from the pier"),
            ],
        ],
        ids=["contents", "leaders", "index", "listing", "code", "three columns merged"],
    )
    def test_lines_with_gaps(self, lines: list[Sequence[str]]) -> None:
        document = ruled(lines)
        assert "\t" not in document.text and not rows_of(document)

    def test_a_poem(self) -> None:
        document = ruled([("The wind rose,",), ("", "the sea fell,"), ("", "", "we slept.")])
        assert "\t" not in document.text


class TestForms:
    def test_labels_begin_lines(self) -> None:
        fields = ("Name: Ann Lee", "Date of birth: 3 May 1980", "Address: 12 Mill Road, Orr")
        more = ("Weight (kg): 61", "Blood type: AB")
        document = ruled([(field,) for field in fields + more])
        assert document.text.splitlines() == [*fields, *more]

    def test_labels_side_by_side_are_parted(self) -> None:
        document = ruled([("Number: 7781", "", "", "Date: 5 June")])
        assert document.text == "Number: 7781\tDate: 5 June"

    def test_one_colon_in_prose_breaks_no_line(self) -> None:
        lines = [
            ("The harbour office gave out a list of the boats that were lost that night",),
            ("Its head said: nobody had seen them since the wind rose in the evening.",),
        ]
        assert "\n" not in ruled(lines).text


class TestLineEdges:
    @pytest.mark.parametrize(
        ("above", "below", "whole"),
        [
            ("The state will pay in the years 2019-", "2020, it said.", "years 2019-2020, it"),
            ("The number is 555-", "1234 and", "555-1234 and"),
            ("It is the twenty-", "first member.", "twenty-first member"),
            ("There were thirty-", "two.", "thirty-two."),
            ("The harbour infor-", "mation.", "information."),
            ("There was plenty-", "ful food.", "plentyful food"),
        ],
    )
    def test_hyphens(self, above: str, below: str, whole: str) -> None:
        assert whole in ruled([(above,), (below,)]).text

    def test_a_bullet_of_the_symbol_font_is_one(self) -> None:
        # The font says that its sign is U+F0B7, as Word and LibreOffice have it.
        cmap = (
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n"
            b"1 begincodespacerange <00> <FF> endcodespacerange\n"
            b"1 beginbfchar <41> <F0B7> endbfchar endcmap end end"
        )
        font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
        stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)
        content = b"BT /F1 12 Tf 72 700 Td (A The ferry) Tj ET"
        assert one(written(page(content, more={5: font, 6: stream}))).text == "• The ferry"

    @pytest.mark.skipif(not DEJAVU.exists(), reason="fonts-dejavu-core is not installed")
    @pytest.mark.parametrize(
        ("printed", "text"),
        [
            # As such files have it: from left to right on the page.
            (".1987 תנשב העבט תרובעמה", "המעבורת טבעה בשנת 1987."),
            ("םישנא העשת וגרהנ.", "נהרגו תשעה אנשים."),
            (".םישנא העשת", "תשעה אנשים."),
        ],
    )
    def test_a_line_of_hebrew_ends_with_its_full_stop(self, printed: str, text: str) -> None:
        def draw(canvas: Canvas) -> None:
            pdfmetrics.registerFont(TTFont("DejaVu", str(DEJAVU)))
            canvas.setFont("DejaVu", 12)
            canvas.drawString(72, 700, printed)

        data = drawn(draw)
        document = one(data)
        assert document.text == text
        (span,) = (span for span in document.spans if span.kind == "chars")
        stop = boxes(span, len(text) - 1, len(text))[0]
        assert (stop[0] < 75) == printed.startswith(".")
