"""Office files read with exact places: what is seen, what stands beside it, what is hidden."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, date, datetime

import docx
import openpyxl
import pytest
import xlsxwriter
from docx.shared import Pt, RGBColor
from openpyxl.styles import Font, PatternFill
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.readers import FORMATS, Reading, Source, load_reader, suffix_of
from ingest.split import Tokenizer, split
from rag.citations import place_of
from rag.errors import UnreadableFile
from rag.types import Document
from tests.ingest.office_files import (
    MAKERS,
    RICH_TEXT,
    SHEET_BODY,
    SLIDE_BODY,
    S,
    W,
    bare_word,
    open_sheets,
    open_slides,
    open_text,
    parts_of,
    saved,
    sheets,
    slides,
    word,
    written_sheets,
    zipped,
)


def read(name: str, data: bytes) -> Reading:
    return load_reader(FORMATS[suffix_of(name)].module)(Source(f"/f/{name}", data))


def one(name: str, data: bytes) -> Document:
    (document,) = read(name, data).documents
    for span in document.spans:
        assert 0 <= span.start < span.end <= len(document.text)
    return document


def at(document: Document, kind: str, label: str) -> str:
    found = [s for s in document.spans if s.kind == kind and s.label == label]
    assert found, (kind, [s.label for s in document.spans if s.kind == kind])
    return document.text[found[0].start : found[0].end]


def visible(document: Document) -> str:
    """Return the text without what stands apart."""
    apart = [s for s in document.spans if s.kind in {"aside", "hidden"}]
    return "".join(
        character
        for position, character in enumerate(document.text)
        if not any(s.start <= position < s.end for s in apart)
    )


def place(document: Document, words: str) -> str:
    start = document.text.index(words)
    return place_of(document, start, start + len(words)).label


class TestWord:
    def test_what_is_hidden_is_kept_apart_with_the_reason(self) -> None:
        file = docx.Document()
        paragraph = file.add_paragraph("Nine ")
        white = paragraph.add_run("white words ")
        white.font.color.rgb = RGBColor(255, 255, 255)
        tiny = paragraph.add_run("tiny words ")
        tiny.font.size = Pt(0.5)
        gone = paragraph.add_run("vanished words ")
        gone.font.hidden = True
        paragraph.add_run("people died.")
        document = one("a.docx", saved(file))
        assert visible(document).strip() == "Nine people died."
        assert at(document, "hidden", "white text") == "white words"
        assert at(document, "hidden", "zero-size text") == "tiny words"
        assert at(document, "hidden", "hidden text") == "vanished words"
        assert "hidden_text" in document.flags

    def test_white_words_on_a_dark_ground_are_seen(self) -> None:
        white = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
        shaded = '<w:tcPr><w:shd w:val="clear" w:fill="1F3864"/></w:tcPr>'
        row = "".join(
            f"<w:tc>{shaded}<w:p><w:r>{white}<w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("A", "B")
        )
        document = one("a.docx", bare_word(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"))
        assert document.text == "A\tB"
        assert document.flags == ()

    def test_a_style_hides_as_well(self) -> None:
        styles = (
            f'<w:styles {W}><w:style w:type="character" w:styleId="X"><w:rPr><w:vanish/></w:rPr>'
            '</w:style><w:style w:type="character" w:styleId="Y"><w:basedOn w:val="X"/></w:style>'
            "</w:styles>"
        )
        run = '<w:p><w:r><w:rPr><w:rStyle w:val="Y"/></w:rPr><w:t>unseen</w:t></w:r></w:p>'
        document = one("a.docx", bare_word(run, styles=styles))
        assert at(document, "hidden", "hidden text") == "unseen"

    def test_tracked_changes(self) -> None:
        body = (
            "<w:p><w:r><w:t>Nine</w:t></w:r><w:ins><w:r><w:t>teen</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>ty</w:delText></w:r></w:del><w:r><w:t> died.</w:t></w:r></w:p>"
            "<w:moveFrom><w:p><w:r><w:t/></w:r></w:p></w:moveFrom>"
            "<w:p><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>"
        )
        document = one("a.docx", bare_word(body))
        assert visible(document).strip() == "Nineteen died."
        assert at(document, "hidden", "deleted text") == "ty"
        assert "moved" not in visible(document) and document.text.endswith("moved")

    def test_notes_and_comments_stand_beside_the_text_with_its_section(self) -> None:
        heading = '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Toll</w:t></w:r></w:p>'
        body = (
            heading + '<w:p><w:r><w:t>Nine</w:t><w:footnoteReference w:id="2"/></w:r><w:r>'
            '<w:t> died</w:t><w:endnoteReference w:id="5"/><w:commentReference w:id="0"/>'
            "<w:t>.</w:t></w:r></w:p>" + heading.replace("Toll", "Cause")
        )
        notes = (
            f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>no</w:t>'
            '</w:r></w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/>'
            "<w:t>By the harbour.</w:t></w:r></w:p></w:footnote></w:footnotes>"
        )
        ends = notes.replace("footnote", "endnote").replace("2", "5").replace("By", "From")
        said = (
            f'<w:comments {W}><w:comment w:id="0" w:author="A. Weber"><w:p><w:r><w:t>Sure?</w:t>'
            "</w:r></w:p></w:comment></w:comments>"
        )
        ends = ends.replace("/5006/", "/2006/")
        data = bare_word(body, footnotes=notes, endnotes=ends, comments=said)
        document = one("a.docx", data)
        assert "Nine died." in visible(document)
        assert at(document, "aside", "footnote 1") == "By the harbour."
        assert at(document, "aside", "endnote 1") == "From the harbour."
        assert at(document, "aside", "comment by A. Weber") == "Sure?"
        assert place(document, "By the harbour.") == "Toll, footnote 1"

    def test_the_result_of_a_field_is_read_and_not_its_code(self) -> None:
        def mark(kind: str) -> str:
            return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

        body = (
            f"<w:p>{mark('begin')}<w:r><w:instrText>REF</w:instrText></w:r>{mark('begin')}<w:r>"
            f"<w:instrText>x</w:instrText></w:r>{mark('separate')}<w:r><w:t>code</w:t></w:r>"
            f"{mark('end')}{mark('separate')}"
            f"<w:r><w:t>Table 3</w:t></w:r>{mark('end')}<w:r><w:t> shows it.</w:t></w:r></w:p>"
            f"<w:p>{mark('begin')}<w:r><w:instrText>BROKEN</w:instrText></w:r></w:p>"
            "<w:p><w:r><w:t>The rest.</w:t></w:r></w:p>"
        )
        assert one("a.docx", bare_word(body)).text == "Table 3 shows it.\n\nThe rest."

    def test_numbers_of_lists_and_headings_are_part_of_the_text(self) -> None:
        numbering = (
            f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
            '<w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        )

        def item(level: int, text: str) -> str:
            number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
            return f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

        body = item(0, "Scope") + item(1, "Ships") + item(1, "Ferries") + item(0, "Fees")
        document = one("a.docx", bare_word(body, numbering=numbering))
        assert document.text == "3. Scope\n3.a) Ships\n3.b) Ferries\n4. Fees"

    def test_boxes_controls_links_and_pictures(self) -> None:
        space = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
        compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        body = (
            f"<w:p><w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink><w:r><w:drawing {space}>"
            '<wp:docPr descr="A ferry at sea"/></w:drawing></w:r><w:sdt><w:sdtContent><w:r>'
            "<w:t> and more.</w:t></w:r></w:sdtContent></w:sdt><w:r>"
            f"<mc:AlternateContent {compatible}>"
            f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r></w:p><w:sdt><w:sdtContent><w:p><w:r>"
            "<w:t>Controlled.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
        document = one("a.docx", bare_word(body))
        assert visible(document).strip() == "A link and more.\n\nIn a box.\n\nControlled."
        assert at(document, "aside", "picture description") == "A ferry at sea"

    def test_tables_merged_nested_and_as_frames(self) -> None:
        file = docx.Document()
        table = file.add_table(3, 3)
        for row, cells in enumerate((("Town", "Dead", "Hurt"), ("Varna", "9", ""), ("B", "1", ""))):
            for column, value in enumerate(cells):
                table.cell(row, column).text = value
        table.cell(1, 1).merge(table.cell(1, 2))
        inner = table.cell(2, 2).add_table(2, 2)
        for row in range(2):
            for column in range(2):
                inner.cell(row, column).text = f"i{row}{column}"
        frame = file.add_table(1, 1)
        frame.cell(0, 0).text = "Framed words."
        document = one("a.docx", saved(file))
        assert document.text == (
            "Town\tDead\tHurt\nVarna\t9\nB\t1\n\ni00\ti01\ni10\ti11\n\nFramed words."
        )
        rows = [span for span in document.spans if span.kind == "row"]
        assert [span.data.get("header") for span in rows] == [
            *(None, "Town | Dead | Hurt", "Town | Dead | Hurt"),
            *(None, "i00 | i01"),
        ]

    def test_the_file_says_who_made_it_and_when(self) -> None:
        file = docx.Document()
        file.add_paragraph("Words.")
        file.core_properties.title = "Document1"
        file.core_properties.author = "A. Weber"
        file.core_properties.modified = datetime(2017, 4, 5, 9, 30, tzinfo=UTC)
        document = one("the_report.docx", saved(file))
        assert document.metadata["author"] == "A. Weber"
        # The day on which the library's template was made is not taken, that of the change is.
        assert [(each.value, each.origin) for each in document.dates] == [
            ("2017-04-05T09:30", "file")
        ]

    def test_a_page_header_stands_under_no_heading(self) -> None:
        document = one("a.docx", word())
        assert place(document, "Kestrel Gazette") == "page header"

    @pytest.mark.parametrize("part", ["[Content_Types].xml", "word/styles.xml", "_rels/.rels"])
    def test_a_file_without_a_part_is_read_all_the_same(self, part: str) -> None:
        parts = parts_of(word())
        del parts[part]
        assert "nine people died" in one("a.docx", zipped(dict(parts))).text

    def test_names_with_backslashes_and_capitals_and_the_strict_standard(self) -> None:
        strict = W.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        body = "<w:body><w:p><w:r><w:t>Nine.</w:t></w:r></w:p></w:body>"
        body = f"<w:document {strict}>{body}</w:document>"
        assert one("a.docx", zipped({"Word\\Document.xml": body})).text == "Nine."

    def test_a_document_that_breaks_off_is_read_up_to_there(self) -> None:
        parts = parts_of(word())
        main = parts["word/document.xml"]
        parts["word/document.xml"] = main[: main.index(b"The cause")]
        reading = read("a.docx", zipped(dict(parts)))
        assert "nine people died" in reading.documents[0].text
        assert any("damaged" in note for note in reading.notes)


class TestSlides:
    def test_slides_tables_groups_charts_and_notes(self) -> None:
        file = Presentation(io.BytesIO(slides()))
        slide = file.slides.add_slide(file.slide_layouts[5])
        slide.shapes.title.text = "Fares"
        group = slide.shapes.add_group_shape()
        group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "In a group."
        data = CategoryChartData()
        data.categories = ["2016", "2017"]
        data.add_series("Tickets", (1, 2))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, Inches(4), Inches(3), data).chart
        chart.has_title = True
        chart.chart_title.text_frame.text = "Tickets sold"
        document = one("a.pptx", saved(file))
        assert document.title == "Ferry report"
        assert at(document, "slide", "slide 2") == "Toll\n\nTown\tDead\nVarna\t9"
        assert at(document, "aside", "notes of slide 1") == "Name the harbour."
        assert at(document, "row", "row 2") == "Varna\t9"
        assert (
            at(document, "slide", "slide 3")
            == "Fares\n\nIn a group.\n\nTickets sold. Tickets: 2016 1, 2017 2"
        )
        assert place(document, "Nine people died").startswith("slide 1")
        assert document.dates == ()

    def test_what_is_hidden(self) -> None:
        file = Presentation(io.BytesIO(slides()))
        file.slides[0]._element.set("show", "0")
        box = file.slides[1].shapes.add_textbox(Inches(-9), 0, Inches(2), Inches(1))
        box.text_frame.text = "Far left."
        document = one("a.pptx", saved(file))
        assert at(document, "hidden", "hidden slide").startswith("Ferry report\n\nNine people died")
        assert at(document, "hidden", "off the page") == "Far left."
        assert document.text.startswith("Toll")

    def test_a_show_that_lacks_its_order_is_read_by_number(self) -> None:
        parts = parts_of(slides())
        del parts["ppt/presentation.xml"], parts["[Content_Types].xml"]
        reading = read("a.pptx", zipped(dict(parts)))
        assert "Nine people died" in reading.documents[0].text
        assert any("order" in note for note in reading.notes)


class TestSheets:
    def book(self) -> openpyxl.Workbook:
        file = openpyxl.Workbook()
        sheet = file.active
        assert sheet is not None
        sheet.title = "Toll"
        sheet.append(["Toll of the year"])
        sheet.append([])
        sheet.append(["Town", "Dead", "Day", "Share", "Cost"])
        sheet.append(["Varna", 9, date(2018, 1, 1), 0.125, 1234567.891])
        sheet["D4"].number_format = "0.0%"
        sheet["E4"].number_format = '#,##0.00 "€"'
        return file

    def test_numbers_are_read_as_they_are_shown_and_every_cell_has_a_place(self) -> None:
        document = one("the_toll.xlsx", saved(self.book()))
        assert document.text == (
            "Toll of the year\nTown\tDead\tDay\tShare\tCost\n"
            "Varna\t9\t2018-01-01\t12.5%\t1,234,567.89 €"
        )
        assert at(document, "cell", "Toll!E4") == "1,234,567.89 €"
        assert at(document, "sheet", "Toll") == document.text
        (row,) = [span for span in document.spans if span.label == "Toll row 4"]
        assert row.data["header"] == "Town | Dead | Day | Share | Cost"
        assert place(document, "9\t2018-01-01") == "Toll!B4:C4"
        assert document.title == "the toll"

    def test_what_is_hidden(self) -> None:
        file = self.book()
        sheet = file["Toll"]
        sheet.append(["Burgas", 3, None, None, None, "aside"])
        sheet.append(["unseen", 4])
        sheet.row_dimensions[6].hidden = True
        sheet.column_dimensions["F"].hidden = True
        sheet["A7"], sheet["B7"], sheet["C7"] = "white", "on blue", 5
        sheet["A7"].font = sheet["B7"].font = Font(color="FFFFFFFF")
        sheet["B7"].fill = PatternFill("solid", fgColor="FF0000AA")
        sheet["C7"].number_format = ";;;"
        secret = file.create_sheet("Secret", 0)
        secret.append(["Not to be seen."])
        secret.sheet_state = "veryHidden"
        document = one("a.xlsx", saved(file))
        assert at(document, "hidden", "hidden row") == "unseen\t4"
        assert at(document, "hidden", "hidden column") == "aside"
        assert at(document, "hidden", "white text") == "white"
        assert at(document, "hidden", "hidden text") == "5"
        assert at(document, "hidden", "hidden sheet") == "Not to be seen."
        assert document.text.endswith("Not to be seen.")
        assert "on blue" in visible(document)
        assert at(document, "cell", "Toll!F5") == "aside"

    def test_formulas_comments_and_days_counted_from_1904(self) -> None:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True}) as file:
            sheet = file.add_worksheet("Sum")
            sheet.write_formula("A1", "=1+1", None, 2)
            sheet.write_formula("A2", "=A1*2", None, "")
            sheet.write_datetime(
                "B1", datetime(2018, 1, 1), file.add_format({"num_format": "d.m.y"})
            )
            sheet.write_comment("A1", "Ask the harbour.", {"author": "A. Weber"})
            sheet.set_header("&L&BAnnual report&R&D")
            sheet.write_boolean("C1", True)
            sheet.merge_range("D1:E2", "Merged")
        reading = read("a.xlsx", out.getvalue())
        (document,) = reading.documents
        assert visible(document).strip() == "2\t2018-01-01\tTRUE\tMerged\n=A1*2\t\t\tMerged"
        assert any("1 formulas have no stored result" in note for note in reading.notes)
        assert at(document, "aside", "comment on Sum!A1").endswith("Ask the harbour.")
        assert at(document, "aside", "page header") == "Annual report"

    def test_a_formula_that_cells_share_is_the_one_of_each(self) -> None:
        sheet = (
            f'<worksheet {S}><sheetData><row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2'
            '</f></c></row><row r="2"><c r="A2"><f t="shared" si="0"/></c></row></sheetData>'
            "</worksheet>"
        )
        parts = dict(parts_of(sheets())) | {"xl/worksheets/sheet1.xml": sheet.encode()}
        assert one("a.xlsx", zipped(parts)).text.startswith("=B1*2\n=B2*2")

    def test_cells_without_names_and_prefixed_elements(self) -> None:
        sheet = (
            '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c t="inlineStr"><x:is><x:r>'
            "<x:t>two</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh><x:r><x:t> words</x:t></x:r>"
            "</x:is></x:c></x:row>"
            "</x:sheetData></x:worksheet>"
        )
        document = one("a.xlsx", zipped({"xl/worksheets/sheet1.xml": sheet}))
        assert document.text == "1\ttwo words"
        assert at(document, "cell", "Sheet1!B1") == "two words"

    def test_what_is_more_than_a_library_takes_is_left_out_and_counted(self) -> None:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as file:
            sheet = file.add_worksheet()
            for row in range(20_000):
                sheet.write_row(row, 0, [row, "word " * 6_000 if row < 400 else "word"])
        reading = read("a.xlsx", out.getvalue())
        rows = reading.documents[0].text.count("\n") + 1
        assert 300 < rows < 400
        (note,) = reading.notes
        assert f"below row {rows} was left out ({20_000 - rows:,} rows)" in note

    def test_a_sheet_of_texts_is_a_document_for_every_row(self) -> None:
        file = openpyxl.Workbook()
        sheet = file.active
        assert sheet is not None
        sheet.append(["title", "content", "date"])
        for number in range(8):
            sheet.append([f"Story {number}", f"Town {number}. " * 20, date(2017, 4, 5)])
        sheet.row_dimensions[9].hidden = True
        documents = read("a.xlsx", saved(file)).documents
        assert [each.title for each in documents] == [f"Story {number}" for number in range(8)]
        assert documents[0].published == "2017-04-05"
        assert place_of(documents[0], 0, 5).label == "Sheet!B2"
        assert at(documents[7], "hidden", "hidden row") == documents[7].text

    def test_a_lying_dimension_and_cells_far_apart(self) -> None:
        sheet = (
            f'<worksheet {S}><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576">'
            '<c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row></sheetData>'
            "</worksheet>"
        )
        parts = dict(parts_of(sheets())) | {"xl/worksheets/sheet1.xml": sheet.encode()}
        document = one("a.xlsx", zipped(parts))
        assert len(document.text) < 200
        assert at(document, "cell", "Sheet!XFD1048576") == "2"


class TestOpenDocument:
    def test_text(self) -> None:
        styles = (
            '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
            '<style:style style:name="V"><style:text-properties fo:color="#ffffff"/></style:style>'
            '<style:style style:name="T" style:parent-style-name="Title"/>'
        )
        body = (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>Ninety.</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
            '<text:p text:style-name="T">Ferry report</text:p>'
            '<text:h text:outline-level="1">Toll</text:h>'
            '<text:p>Nine<text:s text:c="2"/>died<text:note text:note-class="footnote">'
            "<text:note-citation>1</text:note-citation><text:note-body><text:p>So they say."
            "</text:p></text:note-body></text:note> "
            '<text:span text:style-name="H">unseen </text:span>'
            '<text:span text:style-name="V">white </text:span>here.<office:annotation>'
            "<dc:creator>A. Weber</dc:creator><dc:date>2018-01-01</dc:date><text:p>Sure?</text:p>"
            "</office:annotation></text:p>"
            '<text:section text:display="none"><text:p>A hidden part.</text:p></text:section>'
            "<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item>"
            "<text:p>Inner</text:p></text:list-item></text:list></text:list-item></text:list>"
        )
        meta = (
            '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
            "<meta:initial-creator>B. Petrov</meta:initial-creator>"
            "<meta:creation-date>2017-04-05T09:30:00</meta:creation-date></office:meta>"
            "</office:document-meta>"
        )
        document = one("a.odt", open_text(body, styles, meta=meta))
        assert visible(document).strip() == "Ferry report\n\nToll\n\nNine died here.\nOne\nInner"
        assert document.title == "Ferry report"
        assert at(document, "aside", "footnote 1") == "So they say."
        assert at(document, "aside", "comment by A. Weber") == "Sure?"
        assert at(document, "hidden", "deleted text") == "Ninety."
        assert at(document, "hidden", "white text") == "white"
        hidden = [s for s in document.spans if (s.kind, s.label) == ("hidden", "hidden text")]
        assert [document.text[s.start : s.end] for s in hidden] == ["unseen", "A hidden part."]
        assert at(document, "heading", "Ferry report > Toll").startswith("Toll\n\nNine")
        assert document.metadata["author"] == "B. Petrov"
        assert document.dates[0].value == "2017-04-05T09:30"

    def test_sheets(self) -> None:
        styles = (
            '<style:style style:name="X"><style:table-properties table:display="false"/>'
            "</style:style>"
        )
        tables = SHEET_BODY + (
            '<table:table table:name="Old" table:style-name="X"><table:table-row>'
            "<table:table-cell><text:p>Secret</text:p></table:table-cell></table:table-row>"
            "</table:table>"
            '<table:table table:name="More"><table:table-column table:visibility="collapse"/>'
            '<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>a</text:p>'
            '</table:table-cell><table:table-cell office:value-type="date" '
            'office:date-value="2018-01-01"><text:p>1.1.18</text:p><office:annotation>'
            "<text:p>Sure?</text:p></office:annotation></table:table-cell></table:table-row>"
            '<table:table-row table:visibility="collapse"><table:table-cell/><table:table-cell>'
            "<text:p>b</text:p></table:table-cell></table:table-row></table:table>"
        )
        document = one("a.ods", open_sheets(tables, styles))
        assert at(document, "sheet", "Toll") == "Town\tDead\nVarna\t9"
        assert at(document, "cell", "Toll!B2") == "9"
        assert at(document, "cell", "More!B2") == "2018-01-01"
        assert at(document, "hidden", "hidden column") == "a\na"
        assert at(document, "hidden", "hidden row") == "b"
        assert at(document, "aside", "comment on More!B1") == "Sure?"
        assert at(document, "hidden", "hidden sheet") == "Secret"
        assert document.text.endswith("Secret")

    def test_slides(self) -> None:
        hidden = SLIDE_BODY.replace("<draw:page", '<draw:page draw:style-name="X"').replace(
            "Ferry report", "Kept back"
        )
        notes = (
            '<presentation:notes><draw:frame presentation:class="notes"><draw:text-box><text:p>'
            "Say it.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
        )
        styles = (
            '<style:style style:name="X"><style:drawing-page-properties '
            'presentation:visibility="hidden"/></style:style>'
        )
        shown = SLIDE_BODY.replace("</draw:page>", notes)
        document = one("a.odp", open_slides(hidden + shown, styles))
        assert at(document, "slide", "slide 2").startswith("Ferry report\n\nNine people died.")
        assert at(document, "aside", "notes of slide 2") == "Say it."
        assert at(document, "hidden", "hidden slide") == "Kept back\n\nNine people died."


class TestRichText:
    def test_all_of_it(self) -> None:
        document = one("a.rtf", RICH_TEXT)
        assert visible(document).strip() == (
            "Toll\n\nNine people died in Évora, not “ten”.\n\nTown\tDead\nVarna\t9\n\nПри end."
        )
        assert at(document, "hidden", "hidden text") == "ninety,"
        assert at(document, "hidden", "white text") == "white"
        assert at(document, "aside", "footnote 1") == "The harbour said so."
        assert at(document, "heading", "Toll").startswith("Toll\n\nNine")
        assert at(document, "row", "row 2") == "Varna\t9"
        assert (document.title, document.metadata["author"]) == ("Ferry report", "A. Weber")
        assert document.dates[0].value == "2017-04-05T09:00"

    def test_characters_of_many_kinds(self) -> None:
        raw = (
            rb"{\rtf1\ansi\ansicpg932\uc2 \'82\'a0 \u26085\'93\'fa \u-10179?x\u-8704?x"
            rb"\emdash a\~b\_c\-d\{e\} {\*\unknown gone}{\pict 00ff}{\field{\*\fldinst HYPERLINK x}"
            rb"{\fldrslt link}}\bin3 {{{ end}"
        )
        # Two bytes repeat each Unicode character for older programs.
        assert one("a.rtf", raw).text == "あ 日 😀—a b-cd{e} link end"

    def test_what_is_no_rich_text_is_refused(self) -> None:
        with pytest.raises(UnreadableFile, match="no rich text"):
            read("a.rtf", b"<html>not rich</html>")


class TestPassages:
    @pytest.mark.parametrize("suffix", sorted(MAKERS))
    def test_what_stands_apart_is_never_in_one_passage_with_the_text(
        self, suffix: str, tokenizer: Tokenizer
    ) -> None:
        document = one(f"a{suffix}", MAKERS[suffix]())
        apart = [span for span in document.spans if span.kind in {"aside", "hidden"}]
        passages = split(document, tokenizer=tokenizer)
        assert passages
        for passage in passages:
            assert document.text[passage.start : passage.end] == passage.text
            for span in apart:
                inside = span.start <= passage.start and passage.end <= span.end
                assert inside or passage.end <= span.start or span.end <= passage.start

    def test_a_row_is_understood_by_its_header(self, tokenizer: Tokenizer) -> None:
        passages = split(one("a.xlsx", written_sheets(200)), tokenizer=tokenizer)
        assert len(passages) > 2
        assert all("Town | Dead" in each.context for each in passages[1:])


class TestSafety:
    @pytest.mark.parametrize("suffix", sorted(set(MAKERS) - {".rtf"}))
    def test_a_file_under_a_password_says_so(self, suffix: str) -> None:
        stream = "EncryptedPackage".encode("utf-16-le")
        data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream + b"\0" * 600
        if suffix.startswith(".od"):
            manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
            data = zipped({**parts_of(MAKERS[suffix]()), **manifest})
        with pytest.raises(UnreadableFile, match="password") as caught:
            read(f"a{suffix}", data)
        assert "without one" in caught.value.hint

    def test_an_old_file_under_a_new_name_says_what_to_do(self) -> None:
        stream = "WordDocument".encode("utf-16-le")
        with pytest.raises(UnreadableFile, match="Word's old format") as caught:
            read("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + stream)
        assert ".docx" in caught.value.hint

    @pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"])
    def test_entities_are_never_resolved(self, suffix: str) -> None:
        parts = parts_of(MAKERS[suffix]())
        name = {"d": "word/document.xml", "x": "xl/worksheets/sheet1.xml"}.get(suffix[1])
        name = name or ("ppt/slides/slide1.xml" if suffix == ".pptx" else "content.xml")
        body = parts[name].partition(b"?>")[2] if parts[name][:5] == b"<?xml" else parts[name]
        parts[name] = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + body
        try:
            reading = read(f"a{suffix}", zipped(dict(parts)))
        except UnreadableFile as error:
            assert "entities" in error.message
        else:
            assert any("entities" in note for note in reading.notes)

    def test_parts_that_share_bytes_are_refused(self) -> None:
        data = zipped({"word/document.xml": "x" * 50, "word/b.xml": "y" * 50})
        end = data.rindex(b"PK\x05\x06")
        second = data.rindex(b"PK\x01\x02")
        first = data.index(b"PK\x01\x02")
        offset = data[first + 42 : first + 46]
        shared = data[: second + 42] + offset + data[second + 46 : end] + data[end:]
        with pytest.raises(UnreadableFile, match="share bytes"):
            read("a.docx", shared)

    def test_a_wrong_checksum_is_not_overlooked(self) -> None:
        data = zipped({"word/document.xml": f"<w:document {W}><w:body/></w:document>" * 2})
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (entry,) = archive.infolist()
        broken = data.replace(struct.pack("<L", entry.CRC), struct.pack("<L", entry.CRC ^ 1))
        with pytest.raises(UnreadableFile, match="damaged"):
            read("a.docx", broken)

    def test_a_part_that_unpacks_to_too_much_is_refused_before(self) -> None:
        data = zipped({"word/document.xml": b"\0" * 60_000_000})
        with pytest.raises(UnreadableFile, match="unpacks to 60 MB"):
            read("a.docx", data)

    def test_deep_nesting_is_survived(self) -> None:
        body = "<w:sdt><w:sdtContent>" * 100_000
        with pytest.raises(UnreadableFile):
            read("a.docx", bare_word(body))
        deep = "<w:p><w:r><w:t>Nine.</w:t></w:r></w:p>" + "<w:tbl><w:tr><w:tc>" * 80
        deep += "<w:p><w:r><w:t>Inner.</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 80
        assert "Inner." in one("a.docx", bare_word(deep)).text
