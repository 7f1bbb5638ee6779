"""Saved web pages in one file (.mhtml): the page itself, never what it refers to."""

from __future__ import annotations

from dataclasses import replace

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.head import host
from ingest.readers.mail_parts import body_bytes, header, parse_message
from ingest.readers.web import decode_markup, page_document
from rag.errors import UnreadableFile


def read(source: Source) -> Reading:
    """Return one document with the first page that the file holds.

    Raises:
        UnreadableFile: it holds none.

    """
    message = parse_message(source.data)
    for part in message.walk():
        if part.get_content_type() not in {"text/html", "application/xhtml+xml"}:
            continue
        markup, note = decode_markup(body_bytes(part))
        document = page_document(markup, source)
        if document is None:
            continue
        where = header(message, "Snapshot-Content-Location") or header(part, "Content-Location")
        if where:
            document = replace(
                document,
                metadata={**document.metadata, "url": where},
                publisher=document.publisher or host(where) or None,
            )
        saved = from_value(header(message, "Date"), "file")
        if saved and not document.dates:
            document = replace(document, dates=(saved,))
        return Reading((document,), (note,) if note else ())
    raise UnreadableFile("The file holds no web page.", "Save the page again as HTML.")
