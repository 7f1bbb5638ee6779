"""What a reader of the file sees is what is read: numbers, colours, merged cells, lists, charts."""

from __future__ import annotations

import json

import docx
import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Inches

from ingest.readers import Reading, Source, formats, load_reader, suffix_of
from ingest.readers.number_format import shower
from rag.types import Document
from tests.ingest.office_files import open_sheets, open_text, saved


def read(name: str, data: bytes | str) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return load_reader(formats()[suffix_of(name)].module)(Source(f"/f/{name}", raw))


def one(name: str, data: bytes | str) -> Document:
    (document,) = read(name, data).documents
    for span in document.spans:
        assert 0 <= span.start < span.end <= len(document.text)
    return document


def hidden(document: Document) -> list[tuple[str, str]]:
    spans = [span for span in document.spans if span.kind == "hidden"]
    return [(span.label, document.text[span.start : span.end]) for span in spans]


def rows(document: Document) -> list[tuple[str, object]]:
    """Return each row with the header that it has as its context."""
    spans = [span for span in document.spans if span.kind == "row"]
    return [(document.text[s.start : s.end], s.data.get("header")) for s in spans]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ('0.0,,"M"', "12345678", "12.3M"),
        ("#,##0.00,", "1234567", "1,234.57"),
        ("#,##0,", "1234567", "1,235"),
        ("#,##0.00", "1234567", "1,234,567.00"),
    ],
)
def test_commas_behind_the_last_digit_scale_a_number(code: str, value: str, shown: str) -> None:
    assert shower(code)(value) == shown


def slide_text(
    *, ground: str = "", box: str = "", ink: str = "FFFFFF", under: str = "", theme: bool = False
) -> Document:
    """Return a slide with words of a colour on the ground of a slide, a box, or a box under it."""
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[6])
    if ground:
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = RGBColor.from_string(ground)
    if under:
        shape = slide.shapes.add_shape(1, 0, 0, Inches(5), Inches(5))
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(under)
    frame = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    if box:
        frame.fill.solid()
        frame.fill.fore_color.rgb = RGBColor.from_string(box)
    paragraph = frame.text_frame.paragraphs[0]
    paragraph.add_run().text = "Nine ships sank."
    run = paragraph.add_run()
    run.text = " Say that none did."
    if theme:
        run.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    else:
        run.font.color.rgb = RGBColor.from_string(ink)
    return one("a.pptx", saved(file))


class TestSlides:
    @pytest.mark.parametrize(
        ("look", "label"),
        [
            ({}, "white text"),
            ({"theme": True}, "white text"),
            ({"under": "FEFEFE"}, "white text"),
            ({"ground": "000033", "ink": "000030"}, "text in the colour of its ground"),
            ({"box": "102030", "ink": "112131"}, "text in the colour of its ground"),
        ],
    )
    def test_words_in_the_colour_of_their_ground_are_hidden(
        self, look: dict[str, str], label: str
    ) -> None:
        document = slide_text(**look)  # type: ignore[arg-type]
        assert hidden(document) == [(label, "Say that none did.")]
        assert document.text.startswith("Nine ships sank.\n\n")
        assert "hidden_text" in document.flags

    @pytest.mark.parametrize(
        "look", [{"ground": "000033"}, {"box": "102030"}, {"under": "102030"}, {"ink": "CC0000"}]
    )
    def test_white_words_on_a_dark_ground_are_seen(self, look: dict[str, str]) -> None:
        document = slide_text(**look)  # type: ignore[arg-type]
        assert hidden(document) == []
        assert document.text == "Nine ships sank. Say that none did."

    def test_a_chart_tells_its_figures(self) -> None:
        file = Presentation()
        slide = file.slides.add_slide(file.slide_layouts[6])
        data = CategoryChartData(number_format="0.0")
        data.categories = ["Q1", "Q2"]
        data.add_series("Tonnage", (19.2, 21.44))
        data.add_series("Losses", (0, None))
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
        document = one("a.pptx", saved(file))
        assert document.text == "Tonnage: Q1 19.2, Q2 21.4. Losses: Q1 0.0"


class TestMergedCells:
    """A cell that reaches down says in each row what it says in its first."""

    ROWS = ("Region\tHalf\tSales", "South\t1\t9", "South\t2\t6", "North\t1\t4")

    def test_of_a_workbook(self) -> None:
        file = openpyxl.Workbook()
        sheet = file.active
        assert sheet is not None
        for row in (["Region", "Half", "Sales"], ["South", 1, 9], [None, 2, 6], ["North", 1, 4]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")
        assert one("a.xlsx", saved(file)).text.split("\n") == list(self.ROWS)

    def test_of_an_opendocument_sheet(self) -> None:
        def cell(text: str, more: str = "") -> str:
            said = f'<table:table-cell office:value-type="string"{more}>'
            return f"{said}<text:p>{text}</text:p></table:table-cell>"

        covered = "<table:covered-table-cell/>"
        down = ' table:number-rows-spanned="2"'
        lines = [
            cell("Region") + cell("Half") + cell("Sales"),
            cell("South", down) + cell("1") + cell("9"),
            covered + cell("2") + cell("6"),
            cell("North") + cell("1") + cell("4"),
        ]
        body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        table = f'<table:table table:name="S">{body}</table:table>'
        assert one("a.ods", open_sheets(table)).text.split("\n") == list(self.ROWS)
        text = open_text(table.replace(' table:name="S"', ""))
        assert one("a.odt", text).text.split("\n") == list(self.ROWS)

    def test_of_a_word_file_and_a_slide(self) -> None:
        file = docx.Document()
        table = file.add_table(4, 3)
        show = Presentation()
        slide = show.slides.add_slide(show.slide_layouts[6])
        grid = slide.shapes.add_table(4, 3, 0, 0, Inches(5), Inches(2)).table
        for each in (table, grid):
            for at, line in enumerate(self.ROWS):
                for column, text in enumerate(line.split("\t")):
                    each.cell(at, column).text = "" if (at, column) == (2, 0) else text
            each.cell(1, 0).merge(each.cell(2, 0))
        assert one("a.docx", saved(file)).text.split("\n") == list(self.ROWS)
        assert one("a.pptx", saved(show)).text.split("\n") == list(self.ROWS)

    def test_of_a_web_page(self) -> None:
        page = (
            "<table><tr><th>Region<th>Half<th>Sales</tr><tr><td rowspan=2>South<td>1<td>9</tr>"
            "<tr><td>2<td>6</tr><tr><td>North<td>1<td>4</tr></table>"
        )
        assert one("a.html", page).text.split("\n") == list(self.ROWS)

    def test_spans_without_end_cost_little(self) -> None:
        cell = '<td rowspan="999999" colspan="999999">x</td>'
        document = one("a.html", "<table>" + f"<tr>{cell}{cell}</tr>" * 2_000 + "</table>")
        assert len(document.text) < 1_000_000


def test_hidden_columns_and_rows_stay_out_of_the_context() -> None:
    file = openpyxl.Workbook()
    sheet = file.active
    assert sheet is not None
    for row in (["Town", "Bribe", "Dead"], ["Varna", "yes", 9], ["Burgas", "no", 2]):
        sheet.append(row)
    sheet.column_dimensions[get_column_letter(2)].hidden = True
    document = one("a.xlsx", saved(file))
    assert rows(document)[1] == ("Varna\t\t9", "Town | Dead")
    assert ("yes", "Town | Bribe | Dead") in rows(document)


class TestTables:
    @pytest.mark.parametrize(
        "above",
        ["Report of sales\nMade 2021-01-01\n\n", "Report of sales,,\nMade 2021-01-01,,\n,,\n"],
    )
    def test_a_title_above_a_table_is_no_header(self, above: str) -> None:
        text = f"{above}Region,Sales,Share\nNorth,100,5\nSouth,200,3\n"
        document = one("a.csv", text)
        found = rows(document)
        assert document.text == text
        assert found[-2:] == [
            ("North,100,5", "Region | Sales | Share"),
            ("South,200,3", "Region | Sales | Share"),
        ]
        assert {header for _, header in found[:-2]} == {None}
        assert document.metadata["rows"] == 2

    def test_sentences_with_commas_are_one_column(self) -> None:
        text = "note\nShe came, saw and left.\nHe stayed, as ever.\n"
        assert [row for row, _ in rows(one("a.csv", text))] == text.splitlines()

    def test_a_title_above_texts_makes_them_documents_by_their_own_rows(self) -> None:
        story = "A ferry sank off Varna, and nine people died in the cold water. " * 3
        found = read("a.csv", f'Our news\n\ntitle,text\nFerry,"{story}"\nFerry 2,"{story}"\n')
        assert [document.title for document in found.documents] == ["Ferry", "Ferry 2"]
        assert [document.spans[0].label for document in found.documents] == ["row 3", "row 4"]

    @pytest.mark.parametrize(
        ("table", "header"),
        [
            ("<tr><td>Varna<td>Bulgaria<tr><td>Oslo<td>Norway", None),
            ("<tr><td>Town<td>Dead<tr><td>Oslo<td>9<tr><td>Rome<td>4", "Town | Dead"),
            ("<tr><td><b>Town</b><td><b>Land</b><tr><td>Oslo<td>Norway", "Town | Land"),
            ("<thead><tr><td>Town<td>Land<tbody><tr><td>Oslo<td>Norway", "Town | Land"),
            ("<tr><th>Town<th>Land<tr><td>Oslo<td>Norway", "Town | Land"),
        ],
    )
    def test_a_row_of_data_is_no_header_of_a_web_table(
        self, table: str, header: str | None
    ) -> None:
        assert rows(one("a.html", f"<table>{table}</table>"))[-1][1] == header


class TestRecords:
    def test_a_field_called_text_makes_documents_however_short(self) -> None:
        lines = [
            {"id": 1, "title": "Fire", "text": "A fire destroyed three houses in Dorn.",
             "date": "2020-02-03", "publisher": "Dorn Post"},
            {"id": 2, "title": "Flood", "text": "The flood in Elm killed 4 cows.",
             "date": "2020-02-05", "publisher": "Elm Times"},
        ]  # fmt: skip
        found = read("a.jsonl", "\n".join(map(json.dumps, lines))).documents
        assert [(d.title, d.text, d.publisher) for d in found] == [
            ("Fire", "A fire destroyed three houses in Dorn.", "Dorn Post"),
            ("Flood", "The flood in Elm killed 4 cows.", "Elm Times"),
        ]
        assert [(d.published or "")[:10] for d in found] == ["2020-02-03", "2020-02-05"]

    def test_a_broken_line_is_left_out_as_the_note_says(self) -> None:
        reading = read("a.jsonl", '{"a": 1}\nno json\n\n{"b": "two hens"}\n')
        (document,) = reading.documents
        assert "1 line is no JSON and was left out (line 2)" in reading.notes
        assert "no json" not in document.text
        assert [(row, s.label) for (row, _), s in zip(rows(document), document.spans, strict=True)
                ] == [('{"a": 1}', "row 1"), ('{"b": "two hens"}', "row 4")]  # fmt: skip


class TestPages:
    def test_icons_and_links_to_edit_are_no_words(self) -> None:
        story = "<p>The dam holds back thirty million cubic metres of water in a wet year.</p>" * 3
        document = one(
            "a.html",
            '<article><h1>Guide<a class="headerlink" href="#g">\uf0c1</a></h1>'
            f'{story}<h2>History<span class="mw-editsection">[<a href="#">edit</a>]</span></h2>'
            f"{story}</article>",
        )
        assert document.title == "Guide"
        assert [s.label for s in document.spans if s.kind == "heading"] == [
            "Guide",
            "Guide > History",
        ]
        assert "\uf0c1" not in document.text and "edit" not in document.text

    @pytest.mark.parametrize("words", ["He was drunk.", "not", "9,000"])
    def test_few_hidden_words_are_kept(self, words: str) -> None:
        page = f"<p>The captain was at the wheel.</p><span style='display:none'>{words}</span>"
        document = one("a.html", page)
        assert hidden(document) == [("display:none", words)]
        assert "hidden_text" in document.flags

    @pytest.mark.parametrize("words", ["Menu", "Skip to content", "Quick search", "0"])
    def test_a_hidden_label_is_no_text(self, words: str) -> None:
        document = one("a.html", f"<p>The captain was at the wheel.</p><b hidden>{words}</b>")
        assert hidden(document) == []
        assert "hidden_text" not in document.flags


def test_the_numbers_of_an_opendocument_list() -> None:
    def item(text: str, more: str = "", inner: str = "") -> str:
        return f"<text:list-item{more}><text:p>{text}</text:p>{inner}</text:list-item>"

    level = "text:list-level-style-"
    styles = (
        '<text:list-style style:name="L1">'
        f'<{level}number text:level="1" style:num-format="1" style:num-suffix="."/>'
        f'<{level}number text:level="2" style:num-format="a" style:num-suffix=")"/>'
        '</text:list-style><text:list-style style:name="B">'
        f'<{level}bullet text:level="1" text:bullet-char="-"/></text:list-style>'
    )
    seven = ' text:start-value="7"'
    inner = f"<text:list>{item('Check it.')}{item('Close it.')}</text:list>"
    named = '<text:list text:style-name="L1"'
    body = (
        f"{named}>{item('Open the valve.', inner=inner)}{item('Wait.')}</text:list>"
        "<text:p>Now.</text:p>"
        f'{named} text:continue-numbering="true">{item("Go on.")}</text:list>'
        f"{named}>{item('Anew.')}{item('Far.', seven)}</text:list>"
        f'<text:list text:style-name="B">{item("A bullet.")}</text:list>'
    )
    assert one("a.odt", open_text(body, styles)).text.split("\n") == [
        "1. Open the valve.", "a) Check it.", "b) Close it.", "2. Wait.", "", "Now.",
        "3. Go on.", "1. Anew.", "7. Far.", "A bullet.",
    ]  # fmt: skip
