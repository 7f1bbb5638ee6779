"""Web pages: the main content with headings, lists and tables, and what the page says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree, html

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas, one_line, storable
from ingest.readers.encoding import decode
from ingest.readers.head import Facts, describe
from rag.errors import UnreadableFile
from rag.types import DateCandidate

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_NOT_TEXT = ("script", "style", "template", "noscript", "svg", "head", "iframe", "object")
_FURNITURE = ("nav", "footer")
_LEAST_HIDDEN = 20
_SMALL_PAGE = 4_000
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "blockquote",
        "pre",
        "figcaption",
    )
    + ("address", "dd", "dt", "figure", "form", "fieldset", "aside", "nav", "td", "th", "body")
)
_TITLE_KEYS = ("og:title", "citation_title", "dc.title", "twitter:title")
_SITE_KEYS = ("og:site_name", "citation_publisher", "dc.publisher", "application-name", "publisher")
_AUTHOR_KEYS = ("author", "article:author", "citation_author", "dc.creator")
_DATE_KEYS = (
    ("article:published_time", "datepublished", "citation_publication_date", "citation_date")
    + ("dc.date.issued", "dc.date", "dcterms.created", "date", "pubdate", "publish-date")
    + ("publication_date", "parsely-pub-date", "sailthru.date", "og:published_time")
)


def read(source: Source) -> Reading:
    """Return one document with the main content of a page.

    Raises:
        UnreadableFile: the file holds no markup.

    """
    markup, note = _decode(source.data)
    if not markup.strip():
        return Reading(())
    page = _parse(markup)
    hidden = _drop_hidden(page)
    facts = _facts(page, markup)
    canvas = Canvas()
    _write_main(page, canvas)
    text, spans = canvas.finish()
    if not text.strip():
        return Reading(())
    document = describe(
        source=source.path,
        stem=source.stem,
        text=text,
        spans=spans,
        facts=replace(facts, flags=(HIDDEN,) if hidden else ()),
        order=source.options.date_order,
    )
    return Reading((document,), (note,) if note else ())


def _decode(data: bytes) -> tuple[str, str]:
    """Return the markup, in the encoding that the page names where it is not UTF-8."""
    named = _CHARSET.search(data[:4096])
    if named:
        try:
            return storable(data.decode("utf-8")), ""
        except UnicodeDecodeError:
            pass
        try:
            return storable(data.decode(named[1].decode("ascii"), "replace")), ""
        except (LookupError, UnicodeDecodeError):
            pass  # a name that is no encoding
    return decode(data)


def _parse(markup: str) -> Any:
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        page = html.document_fromstring(_DECLARATION.sub("", markup), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(
            f"The page cannot be read ({error}).", "Save it again as HTML."
        ) from error
    return page


def _drop_hidden(page: Any) -> bool:
    """Take out what a browser does not show, and say whether that was text."""
    found = 0
    for element in list(page.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        if element.tag in _NOT_TEXT:
            continue
        if element.get("hidden") is not None or _HIDING.search(element.get("style") or ""):
            if element.tag in {"html", "body"}:
                continue  # pages that show themselves by script
            found += len(one_line(element.text_content()))
            element.drop_tree()
    return found >= _LEAST_HIDDEN


def _facts(page: Any, markup: str) -> Facts:
    """Return what the page's head and its linked data say of it."""
    meta: dict[str, str] = {}
    for element in page.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if element.get("content"):
            meta.setdefault(key.lower(), one_line(element.get("content")))
    linked = next(_linked(page), {})
    heading = next((one_line(found.text_content()) for found in page.iter("h1")), "")
    title = one_line(page.findtext(".//title") or "")
    publisher = linked.get("publisher")
    if isinstance(publisher, dict):
        publisher = publisher.get("name")
    stated = [linked.get("datePublished"), *(meta[key] for key in _DATE_KEYS if key in meta)]
    stated += [found.get("datetime") for found in page.iter("time")][:1]
    dates = [from_value(value, "metadata") for value in stated if isinstance(value, str)]
    author = _first(meta, _AUTHOR_KEYS)
    return Facts(
        title=_first(meta, _TITLE_KEYS) or heading or title,
        publisher=_first(meta, _SITE_KEYS) or (publisher if isinstance(publisher, str) else ""),
        language=page.get("lang") or meta.get("og:locale", ""),
        dates=tuple(found for found in dates if found)[:1] or (_by_htmldate(markup),),
        metadata={"author": author} if author else {},
    )


def _first(meta: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key] for key in keys if meta.get(key)), "")


def _by_htmldate(markup: str) -> DateCandidate | None:
    """Return the date that htmldate finds in the markup, which knows many sites; never a guess."""
    from htmldate import find_date

    found = find_date(markup, original_date=True, extensive_search=False)
    return from_value(found, "metadata") if found else None


def _linked(page: Any) -> Iterator[dict[str, Any]]:
    """Yield the linked-data objects of the page that state a publication date."""
    for element in page.iter("script"):
        if (element.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            value = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        nodes = value if isinstance(value, list) else [value]
        for node in nodes:
            graph = node.get("@graph") if isinstance(node, dict) else None
            for item in graph if isinstance(graph, list) else [node]:
                if isinstance(item, dict) and item.get("datePublished"):
                    yield item


def _write_main(page: Any, canvas: Canvas) -> None:
    """Write the main content; a small page that would lose most of its words is written whole."""
    from trafilatura import bare_extraction

    body = page.find("body")
    whole = one_line(body.text_content()) if body is not None else one_line(page.text_content())
    markup = etree.tostring(page, encoding="unicode", method="html")
    found = bare_extraction(
        markup, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    main = getattr(found, "body", None)
    kept = len(one_line("".join(main.itertext()))) if main is not None else 0
    small = len(whole) < _SMALL_PAGE
    if main is None or not kept or (small and (kept < 0.5 * len(whole) or len(main) == 1)):
        _write_whole(body if body is not None else page, canvas)
        return
    for element in main:
        _write(element, canvas)


def _write(element: Any, canvas: Canvas) -> None:
    """Write an element of trafilatura's tree."""
    text = "".join(element.itertext())
    if element.tag == "head":
        level = (element.get("rend") or "h2")[1:]
        canvas.heading(text, int(level) if level.isdigit() else 2)
    elif element.tag == "list":
        for item in element:
            canvas.line("".join(item.itertext()))
    elif element.tag == "table":
        canvas.table([["".join(cell.itertext()) for cell in row] for row in element.iter("row")])
    elif element.tag == "code":
        canvas.block(text, keep_lines=True)
    elif element.tag == "quote" and any(child.tag in {"p", "head", "list"} for child in element):
        canvas.block(element.text or "")
        for child in element:
            _write(child, canvas)
            canvas.block(child.tail or "")
        return
    else:
        canvas.block(text)


def _write_whole(body: Any, canvas: Canvas) -> None:
    """Write every visible word under an element, in order, block by block."""
    for element in list(body.iter(*_FURNITURE)):
        element.drop_tree()
    waiting: list[str] = []

    def flush() -> None:
        canvas.block("".join(waiting))
        waiting.clear()

    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        starts = event == "start"
        if tag in _NOT_TEXT:
            waiting.append("" if starts else element.tail or "")
            continue
        if re.fullmatch("h[1-6]", tag):
            flush()
            if starts:
                canvas.heading(element.text_content(), int(tag[1]))
        elif tag in _BLOCKS or tag in {"li", "tr", "ul", "ol", "table", "br", "hr"}:
            flush()
        in_heading = any(
            isinstance(above.tag, str) and re.fullmatch("h[1-6]", above.tag)
            for above in ([element] if starts else []) + list(element.iterancestors())
        )
        if not in_heading:
            waiting.append((element.text if starts else element.tail) or "")
    flush()
