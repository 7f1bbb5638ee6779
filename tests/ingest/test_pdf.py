"""PDF files: the text as a reader would copy it, its places on the page, forms, passwords, OCR."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest import ocr_program
from ingest.folder import AddOptions, add
from ingest.limits import Limits
from ingest.parse import Parsers
from ingest.readers import Reading, ReadOptions, Source, ocr, pdf
from ingest.readers.pdf import boxes
from rag.citations import place_of
from rag.errors import UnreadableFile
from rag.ledger import Ledger
from rag.types import Document, Span
from tests.ingest.pdf_files import WORDS, drawn, page, written

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_font = pytest.mark.skipif(not DEJAVU.exists(), reason="fonts-dejavu-core is not installed")
needs_ocr = pytest.mark.skipif(
    ocr_program.program() is None, reason="tesseract-ocr is not installed"
)


def read(data: bytes, **options: object) -> Reading:
    return pdf.read(Source("/f/a.pdf", data, ReadOptions(**options)))  # type: ignore[arg-type]


def one(data: bytes, **options: object) -> Document:
    (document,) = read(data, **options).documents
    return document


def spans(document: Document, kind: str) -> list[Span]:
    return [span for span in document.spans if span.kind == kind]


def words_of(document: Document, kind: str, label: str) -> str:
    (span,) = [span for span in spans(document, kind) if span.label == label]
    return document.text[span.start : span.end]


def lines(
    canvas: Canvas, *texts: str, x: float = 72, y: float = 700, font: str = "Helvetica"
) -> None:
    text = canvas.beginText(x, y)
    text.setFont(font, 12)
    for line in texts:
        text.textLine(line)
    canvas.drawText(text)


def dejavu() -> str:
    if "DejaVu" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("DejaVu", str(DEJAVU)))
    return "DejaVu"


def rectangles(data: bytes, words: str, number: int = 0) -> list[tuple[float, ...]]:
    """Return PDFium's own rectangles of some words on the page as it is shown."""
    file = pypdfium2.PdfDocument(data)
    opened = file[number]
    width, height = opened.get_size()
    text_page = opened.get_textpage()
    found = text_page.search(words, match_case=True).get_next()
    assert found, words
    fine = 100
    across, down = ctypes.c_int(), ctypes.c_int()
    result = []
    for at in range(text_page.count_rects(*found)):
        left, bottom, right, top = text_page.get_rect(at)
        corners = []
        for x, y in ((left, bottom), (right, top)):
            raw.FPDF_PageToDevice(
                opened, 0, 0, round(width * fine), round(height * fine), 0, x, y, across, down
            )
            corners.append((across.value / fine, height - down.value / fine))
        (x0, y0), (x1, y1) = corners
        result.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    file.close()
    return result


def around(quads: list[tuple[float, ...]]) -> tuple[float, ...]:
    x0, y0, x1, y1 = zip(*quads, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def assert_drawn_over(data: bytes, document: Document, words: str, *, of: str = "") -> None:
    """Our rectangles lie over PDFium's: as wide, and at least as high, within a point or two."""
    start = document.text.index(words)
    for span in spans(document, "chars"):
        if span.start <= start < span.end:
            ours = around(boxes(span, start, start + len(words)))
            theirs = around(rectangles(data, of or words, span.data["page"] - 1))
            page_size = span.data["size"]
    assert 0 <= ours[0] < ours[2] <= page_size[0] + 1
    assert 0 <= ours[1] < ours[3] <= page_size[1] + 1
    for mine, its in zip(ours, theirs, strict=True):
        assert abs(mine - its) < 6, (ours, theirs)
    assert ours[0] < theirs[0] + 1.5
    assert ours[1] < theirs[1] + 1
    assert ours[2] > theirs[2] - 1.5
    assert ours[3] > theirs[3] - 1


class TestBoxes:
    def test_they_lie_over_pdfiums_rectangles_after_hyphens_are_gone(self) -> None:
        data = drawn(
            lambda canvas: lines(
                canvas,
                "The harbour office gave out new infor-",
                "mation on the sinking of the ferry, which",
                "had left the port with ninety aboard.",
            )
        )
        document = one(data)
        assert "new information on the sinking" in document.text
        for words in ("harbour office", "ninety aboard", "the sinking of"):
            assert_drawn_over(data, document, words)
        start = document.text.index("information")
        (span,) = spans(document, "chars")
        above, below = boxes(span, start, start + len("information"))
        assert above[0] > 200 and below[0] < 80 and below[3] < above[1] + 4
        (first,) = rectangles(data, "infor")
        assert abs(above[0] - first[0]) < 1.5 and abs(above[2] - first[2]) < 6

    @pytest.mark.parametrize("turn", [0, 90, 180, 270])
    def test_pages_that_are_turned_and_cropped(self, turn: int) -> None:
        content = {
            0: b"1 0 0 1 120 500",
            90: b"0 1 -1 0 300 150",
            180: b"-1 0 0 -1 480 500",
            270: b"0 -1 1 0 300 650",
        }[turn]
        text = b"BT /F1 12 Tf %s Tm (The ferry sank off Varna.) Tj 0 -15 Td (Nine died.) Tj ET"
        entries = b"/Rotate %d /MediaBox [0 0 612 792] /CropBox [50 60 560 720]" % turn
        data = written(page(text % content, entries=entries))
        document = one(data)
        assert document.text.replace("\n", " ") == "The ferry sank off Varna. Nine died."
        (span,) = spans(document, "chars")
        assert span.data["size"] == ([660, 510] if turn in (90, 270) else [510, 660])
        assert len(span.data["lines"][0]) == 6, "it runs to the right as it is shown"
        for words in ("The ferry", "Varna", "Nine died"):
            assert_drawn_over(data, document, words)

    @pytest.mark.parametrize("matrix", [b"0 1 -1 0 300 150", b"0 -1 1 0 300 650"])
    def test_text_that_runs_sideways_is_joined_and_has_its_place(self, matrix: bytes) -> None:
        text = b"BT /F1 12 Tf %s Tm (The ferry sank off) Tj 0 -14 Td (the harbour of Varna.) Tj ET"
        data = written(page(text % matrix))
        document = one(data)
        assert document.text == "The ferry sank off the harbour of Varna."
        (span,) = spans(document, "chars")
        ((x0, y0, x1, y1),) = boxes(span, 0, len("The ferry"))
        assert y1 - y0 > 3 * (x1 - x0)
        for words in ("The ferry", "harbour of"):
            assert_drawn_over(data, document, words)

    def test_every_character_has_a_box(self) -> None:
        data = drawn(lambda canvas: lines(canvas, "The ferry sank.", "Nine died, two were found."))
        document = one(data)
        (span,) = spans(document, "chars")
        for at, char in enumerate(document.text):
            if not char.isspace():
                ((x0, y0, x1, y1),) = boxes(span, at, at + 1)
                assert x0 < x1 and 5 < y1 - y0 < 20


@needs_font
class TestWriting:
    def test_hebrew_stands_in_logical_order(self) -> None:
        def draw(canvas: Canvas) -> None:
            # As such files have it: from left to right on the page, brackets mirrored.
            lines(canvas, "(הנרו) 1987 תנשב העבט תרובעמה", font=dejavu())

        data = drawn(draw)
        document = one(data)
        assert document.text == "המעבורת טבעה בשנת 1987 (ורנה)"
        (span,) = spans(document, "chars")
        start = document.text.index("המעבורת")
        ((x0, _, x1, _),) = boxes(span, start, start + len("המעבורת"))
        ((left, _, right, _),) = boxes(span, *(document.text.index("טבעה") + n for n in (0, 4)))
        assert left < right <= x0 < x1, "the first word stands at the right"
        ((date_left, _, date_right, _),) = boxes(
            span, *(document.text.index("1987") + n for n in (0, 4))
        )
        assert 20 < date_right - date_left < 40
        theirs = rectangles(data, "1987")
        assert abs(date_left - theirs[0][0]) < 1.5

    def test_arabic_letter_forms_are_letters(self) -> None:
        def draw(canvas: Canvas) -> None:
            lines(canvas, "\ufe8e\ufe92\ufea3\ufeae\ufee3 \ufefb", font=dejavu())

        assert one(drawn(draw)).text == "لا مرحبا"

    def test_lines_of_hebrew_are_joined_to_paragraphs(self) -> None:
        def draw(canvas: Canvas) -> None:
            font = dejavu()
            canvas.setFont(font, 12)
            for at, line in enumerate(
                ("תרובעמה העבט הנרו לומ ברעב", "םישנא העשת וגרהנ הליל ותואב")
            ):
                canvas.drawRightString(500, 700 - 14 * at, line)

        assert one(drawn(draw)).text == "בערב מול ורנה טבעה המעבורת באותו לילה נהרגו תשעה אנשים"

    def test_ligatures_soft_hyphens_and_accents_are_as_one_copies_them(self) -> None:
        def draw(canvas: Canvas) -> None:
            lines(canvas, "e\ufb03cient \ufb01rst cafe\u0301 har\u00adbour", font=dejavu())

        data = drawn(draw)
        document = one(data)
        assert document.text == "efficient first cafe\u0301 harbour"
        (span,) = spans(document, "chars")
        at = document.text.index("ffi")
        edges = [boxes(span, at + n, at + n + 1)[0] for n in range(3)]
        assert edges[0][0] < edges[1][0] < edges[2][0] < edges[2][2]

    def test_accents_that_tex_prints_over_letters_are_joined_to_them(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFont(dejavu(), 12)
            canvas.drawString(72, 700, "r")
            x = 72 + pdfmetrics.stringWidth("r", "DejaVu", 12)
            canvas.drawString(x, 700, "\u02c6")
            canvas.drawString(x, 700, "ole")

        assert one(drawn(draw)).text == "rôle"

    def test_japanese_lines_are_joined_without_a_blank(self) -> None:
        chars = {0x6E2F: b"<6E2F>", 0x5E02: b"<5E02>"}
        font = (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /UniJIS-UCS2-H"
            b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /A /DW 1000"
            b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>] >>"
        )
        line = b"<6E2F5E026E2F5E026E2F5E02> Tj"
        content = b"BT /F1 12 Tf 72 700 Td %s 0 -14 Td %s 0 -14 Td %s ET" % (line, line, line)
        document = one(written(page(content, more={5: font})))
        assert document.text == "".join(map(chr, chars)) * 9


class TestBeside:
    def test_forms_and_notes_stand_after_the_text(self) -> None:
        def draw(canvas: Canvas) -> None:
            lines(canvas, WORDS)
            form = canvas.acroForm
            form.textfield(name="town", tooltip="Town of birth", value="Varna", x=100, y=600)
            form.checkbox(name="agree", tooltip="I agree", checked=True, x=100, y=500)
            form.checkbox(name="other", tooltip="I object", checked=False, x=100, y=450)
            canvas.textAnnotation("Is the number right?", [10, 10, 20, 20])
            canvas.showPage()
            lines(canvas, "The second page.")

        document = one(drawn(draw))
        assert document.text.startswith(f"{WORDS}\n\nThe second page.")
        assert words_of(document, "aside", "form field") == "Town of birth: Varna\nI agree: Yes"
        assert words_of(document, "aside", "annotation") == "Is the number right?"
        start = document.text.index("Is the number")
        assert place_of(document, start, start + 5).label == "p. 1, annotation"

    def test_a_note_has_its_author_and_a_hidden_one_is_hidden(self) -> None:
        notes = b"/Annots [<< /Subtype /Text /Contents (Check it) /T (A. Weber) /Rect [0 0 9 9] >>"
        notes += b" << /Subtype /Text /Contents (Unseen) /F 2 /Rect [0 0 9 9] >>]"
        document = one(written(page(entries=notes)))
        assert words_of(document, "aside", "annotation by A. Weber") == "Check it"
        assert words_of(document, "hidden", "hidden annotation") == "Unseen"
        assert "hidden_text" in document.flags

    def test_outlines_are_paths_of_headings(self) -> None:
        def draw(canvas: Canvas) -> None:
            for level, title in enumerate(("Report", "Toll", "Varna")):
                canvas.bookmarkPage(title)
                canvas.addOutlineEntry(title, title, level)
                lines(canvas, title, "", f"The words of {title}.")
                canvas.showPage()

        document = one(drawn(draw))
        labels = [span.label for span in spans(document, "heading")]
        assert labels == ["Report", "Report > Toll", "Report > Toll > Varna"]

    def test_carriage_returns_are_no_text(self) -> None:
        document = one(drawn(lambda canvas: lines(canvas, "One line\r\nand one.", "", "Another.")))
        assert "\r" not in document.text


def locked(user: str, owner: str = "owner") -> bytes:
    lock = pdfencrypt.StandardEncryption(user, ownerPassword=owner, canPrint=0, strength=128)
    return drawn(lambda canvas: lines(canvas, WORDS), encrypt=lock)


class TestPasswords:
    def test_each_is_tried(self) -> None:
        assert one(locked("sécret"), passwords=("x", "sécret")).text == WORDS

    def test_one_that_only_its_owner_has_is_not_needed(self) -> None:
        assert one(locked("")).text == WORDS

    def test_none_fits(self) -> None:
        with pytest.raises(UnreadableFile, match="needs a password") as caught:
            read(locked("secret"))
        assert "--password-file" in caught.value.hint
        with pytest.raises(UnreadableFile, match="none of the 2 given"):
            read(locked("secret"), passwords=("a", "b"))

    def test_a_file_is_tried_again_with_passwords_which_are_kept_nowhere(
        self, tmp_path: Path, ledger: Ledger
    ) -> None:
        file = tmp_path / "locked.pdf"
        file.write_bytes(locked("correct horse battery"))
        (first,) = add(ledger, [file])
        assert first.outcome == "failed" and "password" in first.why
        (again,) = add(ledger, [file])
        assert again.outcome == "failed"
        options = AddOptions(passwords=("correct horse battery",))
        (opened,) = add(ledger, [file], options=options)
        assert (opened.outcome, opened.passages) == ("added", 1)
        (same,) = add(ledger, [file])
        assert same.outcome == "unchanged"
        kept = b"".join(path.read_bytes() for path in ledger.directory.iterdir() if path.is_file())
        assert b"correct horse" not in kept


@pytest.fixture(scope="module")
def scan() -> ImageReader:
    """A picture of a page with three sentences."""
    image = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(DEJAVU), 32)
    for at, words in enumerate(
        ("The ferry sank off Varna in the night.", "Nine people died.", "Two were found alive.")
    ):
        draw.text((150, 200 + 48 * at), words, font=font, fill=0)
    return ImageReader(image)


def scanned(canvas: Canvas, picture: ImageReader) -> None:
    canvas.drawImage(picture, 0, 0, 595, 842)


@needs_font
class TestScans:
    def test_without_recognition_it_is_said_what_helps(
        self, scan: ImageReader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = drawn(lambda canvas: scanned(canvas, scan))
        monkeypatch.setattr(ocr_program, "program", lambda: None)
        with pytest.raises(UnreadableFile, match=r"No text: image only \(1 page\)") as caught:
            read(data)
        assert "vouch[ocr]" in caught.value.hint

    def test_recognition_that_is_installed_later_is_a_reason_to_read_again(
        self, scan: ImageReader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def draw(canvas: Canvas) -> None:
            lines(canvas, WORDS)
            canvas.showPage()
            scanned(canvas, scan)

        options = AddOptions()
        told = options.for_file("/f/a.pdf", None)
        monkeypatch.setattr(ocr_program, "program", lambda: None)
        before = options.settings("/f/a.pdf", told)
        notes = " ".join(read(drawn(draw)).notes)
        assert "1 of 2 pages hold no text (page 2)" in notes and "vouch[ocr]" in notes
        monkeypatch.setattr(ocr_program, "program", lambda: "/usr/bin/tesseract")
        assert options.settings("/f/a.pdf", told) != before

    @needs_ocr
    def test_only_pages_without_text_are_recognised_in_the_child(self, scan: ImageReader) -> None:
        def draw(canvas: Canvas) -> None:
            lines(canvas, "A page with words of its own.")
            canvas.showPage()
            scanned(canvas, scan)

        with Parsers(Limits()) as parsers:
            reading = parsers.parse(Source("/f/a.pdf", drawn(draw)), ".pdf")
        (document,) = reading.documents
        assert document.text.startswith("A page with words of its own.")
        assert "Nine people died." in document.text
        assert reading.notes == ("1 page read by OCR",)
        assert "ocr" in document.flags
        start = document.text.index("people")
        assert place_of(document, start, start + 6).page == 2
        span = spans(document, "chars")[-1]
        ((x0, y0, x1, y1),) = boxes(span, start, start + len("people"))
        # "people" begins about 85 pixels after the margin of 150; a pixel is 0.48 points.
        assert 100 < x0 < 135 and 130 < x1 < 190
        assert 842 - 0.48 * 300 < y0 < y1 < 842 - 0.48 * 230

    def test_text_under_or_over_a_scan_is_its_text(self, scan: ImageReader) -> None:
        def layer(canvas: Canvas, mode: int) -> None:
            text = canvas.beginText(72, 740)
            text.setTextRenderMode(mode)
            text.textLine(WORDS)
            canvas.drawText(text)

        def over(canvas: Canvas) -> None:
            scanned(canvas, scan)
            layer(canvas, 3)

        def under(canvas: Canvas) -> None:
            layer(canvas, 0)
            scanned(canvas, scan)

        for draw in (over, under):
            document = one(drawn(draw))
            assert (document.text, document.flags) == (WORDS, ("ocr_layer",))

    @needs_ocr
    def test_a_language_that_is_missing_is_said(self, scan: ImageReader) -> None:
        with pytest.raises(UnreadableFile, match=r"image only.*xyz"):
            read(drawn(lambda canvas: scanned(canvas, scan)), ocr_languages="xyz")

    @needs_ocr
    def test_a_parser_may_start_nothing_but_the_recognition(self) -> None:
        command = ocr.command("eng", 300)
        assert command[0] == ocr_program.program()
        with pytest.raises(UnreadableFile, match="no languages"):
            ocr.command("eng; rm", 300)
        done = subprocess.run([command[0], "--version"], capture_output=True, check=True)
        assert b"tesseract" in done.stdout


def test_words_of_a_table_of_recognised_words() -> None:
    head = "level page_num block_num par_num line_num word_num left top width height conf text"
    rows = [
        "4 1 1 1 1 0 100 100 400 40 -1 ",
        "5 1 1 1 1 1 100 100 100 40 96 Nine",
        "5 1 1 1 1 2 220 100 100 40 96 peo-",
        "4 1 1 1 2 0 100 150 100 40 -1 ",
        "5 1 1 1 2 1 100 150 100 40 91 ple",
        "4 1 2 1 1 0 100 250 100 40 -1 ",
        "5 1 2 1 1 1 100 250 100 40 12 |;",
    ]
    table = "\n".join("\t".join(row.split(" ", 11)) for row in (head, *rows))
    first, second = ocr.lines_of_tsv(table, height=1000, scale=4.0)
    assert (first.text, first.cut_word) == ("Nine peo", True)
    assert (second.text, second.cut_word) == ("ple", False)
    assert first.boxes[0].tolist() == [25.0, 215.0, 31.25, 225.0]


def test_the_note_says_which_pages_hold_no_text() -> None:
    objects = page(kids=b"[3 0 R 6 0 R]", count=b"2", more={6: b"<< /Type /Page /Parent 2 0 R >>"})
    assert read(written(objects)).notes == ("1 of 2 pages hold no text (page 2)",)
