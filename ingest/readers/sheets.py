"""Spreadsheets: Excel's and OpenDocument's, numbers as they are shown, a place for every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.readers import Reading, Source, suffix_of
from ingest.readers.canvas import one_line
from ingest.readers.charts import chart_words
from ingest.readers.office import (
    Page,
    core_properties,
    drawing_paragraphs,
    finished,
)
from ingest.readers.package import Package, Relation
from ingest.readers.sheet_stories import documents_of, story_rows
from ingest.readers.sheet_text import MOST_ROWS, Sheet, SheetText
from ingest.readers.workbook import Found, merged, rows
from ingest.readers.workbook_parts import S, looks, strings
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    pass

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_TRUE = frozenset(("1", "true"))
_SHOWN = frozenset(("", "visible"))
_NO_GRID = frozenset(("chartsheet", "dialogsheet"))
_MOST_SHEETS = 5_000


def read(source: Source) -> Reading:
    """Return one document with the rows of all sheets.

    Raises:
        UnreadableFile: it is no spreadsheet, it is damaged, encrypted, or too big.

    """
    from lxml import etree  # noqa: F401  (loaded before the limits of the first file count)

    if suffix_of(source.path) == ".ods":
        from ingest.readers.sheets_ods import read as read_ods

        return read_ods(source)
    package = Package(source.data, "Excel workbook")
    book = _Book(package)
    page = Page()
    text = SheetText(page)
    sheets = book.sheets()
    told = book.stories(source, sheets)
    if told is not None:
        return told
    for hidden in (False, True):
        for name, part, is_hidden in sheets:
            if is_hidden == hidden and not text.full:
                book.add(name, part, is_hidden, text)
    notes = [*package.notes, *text.notes, *_formulas(book.uncalculated)]
    return finished(
        source,
        page,
        core_properties(package),
        title=source.stem,
        notes=notes,
        metadata={"sheets": len(sheets)},
        dateline=False,
    )


class _Book:
    """An Excel workbook whose sheets are read one after another."""

    def __init__(self, package: Package) -> None:
        self.uncalculated = 0
        self._package = package
        self._main = package.main("xl/workbook.xml")
        self._root = package.optional(self._main)
        self._relations = package.relations(self._main)
        properties = None if self._root is None else self._root.find(f"{S}workbookPr")
        mac = properties is not None and properties.get("date1904") in _TRUE
        self._looks = looks(package.optional(self._part("styles")), mac=mac)
        self._strings = strings(package, self._part("sharedStrings"))
        self._people = self._persons()

    def sheets(self) -> list[tuple[str, str, bool]]:
        """Return the name, the part and the hiddenness of every sheet in their order.

        Raises:
            UnreadableFile: there is none.

        """
        found = []
        for entry in () if self._root is None else self._root.iter(f"{S}sheet"):
            relation = self._relations.get(entry.get(f"{_R}id") or "")
            name = one_line(entry.get("name") or "")
            if relation is None or relation.target not in self._package:
                self._package.notes.append(f'the sheet "{name}" is named and not in the file')
            elif relation.kind not in _NO_GRID:
                found.append((name, relation.target, entry.get("state", "") not in _SHOWN))
        if not found:
            parts = [
                name
                for name in self._package.names()
                if name.startswith("xl/worksheets/") and name.endswith(".xml")
            ]
            found = [(f"Sheet{number}", part, False) for number, part in enumerate(parts, 1)]
            if found:
                self._package.notes.append("the names of the sheets are missing")
        if not found:
            raise UnreadableFile(
                "The file is no Excel workbook: it has no sheets.",
                "Open it in an office program, save it as .xlsx and add it again.",
            )
        return found[:_MOST_SHEETS]

    def stories(self, source: Source, sheets: Sequence[tuple[str, str, bool]]) -> Reading | None:
        """Return a document for every row where the only sheet holds texts, else None."""
        if len(sheets) != 1:
            return None
        found = Found()
        sheet = self._sheet(*sheets[0], found)
        if story_rows(source, sheet) is None:
            return None
        reading = documents_of(source, sheet, MOST_ROWS, self._package.notes)
        if reading is None:
            return None
        more = (*_damage(sheet.name, found), *_formulas(found.uncalculated))
        return Reading(reading.documents, (*reading.notes, *more))

    def add(self, name: str, part: str, hidden: bool, text: SheetText) -> None:  # noqa: FBT001
        """Write one sheet."""
        found = Found()
        sheet = self._sheet(name, part, hidden, found)
        sheet.merged = merged(self._package, part)
        text.add(sheet)
        self.uncalculated += found.uncalculated
        text.notes += _damage(name, found)

    def _sheet(self, name: str, part: str, hidden: bool, found: Found) -> Sheet:  # noqa: FBT001
        """Return a sheet whose rows are read when they are asked for."""
        relations = self._package.relations(part)
        given = rows(self._package, part, self._strings, self._looks, found)
        sheet = Sheet(name, given, hidden, found.hidden_columns, found.printed)
        sheet.comments = self._comments(relations)

        def rest() -> int:
            found.stop = True
            return sum(1 for _ in given) + found.rest

        sheet.rest = rest
        self._drawings(relations, sheet)
        return sheet

    def _part(self, kind: str) -> str:
        """Return the name of the part of a kind, the usual one where none is named."""
        for relation in self._relations.values():
            if relation.kind == kind and relation.target in self._package:
                return relation.target
        return f"xl/{kind}.xml"

    def _persons(self) -> dict[str, str]:
        """Return the authors of threaded comments by id."""
        found = {}
        for relation in self._relations.values():
            if relation.kind == "person":
                root = self._package.optional(relation.target)
                for person in () if root is None else root.iterchildren():
                    found[person.get("id") or ""] = one_line(person.get("displayName") or "")
        return found

    def _comments(self, relations: Mapping[str, Relation]) -> dict[str, str]:
        """Return the comments of a sheet by cell, each with its author."""
        found: dict[str, str] = {}
        threads: dict[str, list[str]] = {}
        for relation in relations.values():
            if relation.kind not in {"comments", "threadedComment"}:
                continue
            root = self._package.optional(relation.target)
            if root is None:
                continue
            if relation.kind == "comments":
                authors = [one_line(each.text or "") for each in root.iter(f"{S}author")]
                for comment in root.iter(f"{S}comment"):
                    number = comment.get("authorId") or ""
                    at = int(number) if number.isdigit() and len(number) < 6 else len(authors)
                    author = authors[at] if at < len(authors) else ""
                    said = one_line("".join(node.text or "" for node in comment.iter(f"{S}t")))
                    found[one_line(comment.get("ref") or "")] = _said(author, said)
                continue
            for comment in root.iterchildren():
                author = self._people.get(comment.get("personId") or "", "")
                said = one_line(" ".join(str(words) for words in comment.itertext()))
                place = one_line(comment.get("ref") or "")
                threads.setdefault(place, []).append(_said(author, said))
        # The plain comment that older programs show beside a thread repeats it.
        return {**found, **{place: " ".join(said) for place, said in threads.items()}}

    def _drawings(self, relations: Mapping[str, Relation], sheet: Sheet) -> None:
        """Take the text boxes, charts and descriptions of pictures that float over cells."""
        for relation in relations.values():
            if relation.kind != "drawing":
                continue
            root = self._package.optional(relation.target)
            if root is None:
                continue
            for shape in root.iter(f"{_XDR}sp"):
                sheet.blocks.append(" ".join(drawing_paragraphs(shape)))
            inner = self._package.relations(relation.target)
            for chart in root.iter(_CHART):
                target = inner.get(chart.get(f"{_R}id") or "")
                if target is not None:
                    sheet.blocks.append(chart_words(self._package, target.target, figures=False))
            for drawn in root.iter(f"{_XDR}cNvPr"):
                sheet.asides.append(("picture description", drawn.get("descr") or ""))


def _formulas(count: int) -> list[str]:
    """Return a note on formulas that were never calculated, none where there are none."""
    if not count:
        return []
    return [f"{count} formulas have no stored result: the formulas stand in their place"]


def _damage(name: str, found: Found) -> list[str]:
    """Return a note on what of a sheet was not read, none where all of it was."""
    if not found.damaged:
        return []
    return [
        f'the sheet "{name}" is damaged after {found.rows} rows: the rest was not read '
        f"({found.damaged})"
    ]


def _said(author: str, words: str) -> str:
    """Return a comment that says who made it, once.

    >>> _said("A. Weber", "Check."), _said("A. Weber", "A. Weber: Check."), _said("", "Check.")
    ('A. Weber: Check.', 'A. Weber: Check.', 'Check.')
    """
    if not author or words.startswith(author):
        return words
    return f"{author}: {words}"
