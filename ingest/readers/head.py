"""What the first lines of a document say about it: title, publisher, author, date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ingest.datelines import published
from ingest.dates import CONFLICT, Order, conflict, from_name, from_value
from ingest.days import with_days
from ingest.language import code_of, language_of
from ingest.readers import Source
from ingest.readers.canvas import one_line, text_flags
from rag.english.date_labels import label_before
from rag.english.sentences import DATELINE
from rag.types import DateCandidate, Document, Span

_REACH = 1_500
_LONGEST_TITLE = 200
_FACT = re.compile(
    r"^[>*_#\s]{0,4}(?P<key>title|headline|subject|source|publisher|outlet|agency|author|by|byline"
    r"|date|published|publication date|language)[*_]{0,2}\s*:[*_\s]*(?P<value>\S.{0,200}?)[*_\s]*$",
    re.IGNORECASE | re.MULTILINE,
)
_KEYS = {
    "headline": "title",
    "subject": "title",
    "source": "publisher",
    "outlet": "publisher",
    "agency": "publisher",
    "by": "author",
    "byline": "author",
    "published": "date",
    "publication date": "date",
}
# "BEIRUT (Reuters) - Jets struck": the agency's credit, as all agencies write it.
_CREDIT = re.compile(
    r"(?:^|[\n.\d] ?)[A-Z][A-Z .,/'’-]{2,40}(?:[A-Z][\w ,.]{0,30})?"
    r"\((?P<name>[A-Z][\w .&-]{1,30})\)"
    r"\s*(?:[-–—:]|(?=[A-Z]))",
)
_BARE_CREDIT = re.compile(
    r"(?:^|\n)(?P<name>Reuters|AFP|AP|Associated Press|dpa|EFE|ANSA"
    r"|Xinhua|TASS|Interfax|UPI|SANA|Kyodo)\s*[-–—]\s"
)
_BYLINE = re.compile(
    r"^(?:By|BY|Written by|Reported by|Von|Par|Por)\s+"
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b|(?:The|An?)\s)"
    r"(?P<name>[^\W\d_a-z][\w.'’-]+"
    r"(?:\s+(?:and|&|und|et|y|de|van|von|der|al|el|bin|di|la|[^\W\d_a-z][\w.'’-]*)){0,8})"
    r"\s*(?:[,|(–-].{0,60})?$",
    re.MULTILINE,
)
_ADDRESSES = ("url", "link", "canonical", "source_url", "permalink")
# What opens a file of markup or code, or leads to what follows: ".. include:: a", "all:", "{% if".
_NO_HEADLINE = re.compile(
    r"\A(?:\.\.\s|[{}\\]|<[/!?\w]|#(?:include|define|!)|\w+\s*[:?+]?=\s*\S)|[:;{(\[]\Z"
)
_SENTENCE_END = re.compile(r"[.!?。]['\"”’)]*\Z")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document from outside its text, such as its metadata; "" for unknown.

    What is no ``prose``, such as source code, is in no human language and names no days.
    """

    title: str = ""
    publisher: str = ""
    language: str = ""
    dates: tuple[DateCandidate | None, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    prose: bool = True


def describe(
    *,
    source: str,
    stem: str,
    text: str,
    spans: tuple[Span, ...] = (),
    facts: Facts | None = None,
    order: Order = "auto",
) -> Document:
    """Return the document of a text: what its file says first, then what its first lines say."""
    facts = facts or Facts()
    head = text[:_REACH]
    lines = _stated(head)
    title = one_line(facts.title) or lines.get("title") or headline(head) or stem
    stated = one_line(facts.language) or lines.get("language", "")
    language = language_of(text, stated) if facts.prose else code_of(stated) or None
    dates = published(
        text,
        [
            from_value(lines["date"], "text", order) if "date" in lines else None,
            *facts.dates,
            from_name(stem.replace(" ", "-")),
        ],
        order,
        language,
    )
    metadata = dict(facts.metadata)
    author = lines.get("author") or (match["name"] if (match := _BYLINE.search(head)) else "")
    if author and "author" not in metadata:
        metadata["author"] = author
    publisher = one_line(facts.publisher) or lines.get("publisher") or credit(head)
    publisher = publisher or next(
        (host(metadata[key]) for key in _ADDRESSES if key in metadata), ""
    )
    if facts.prose:
        spans = with_days(spans, text, dates[0].value if dates else None, language)
    flags = {*facts.flags, *text_flags(text), *((CONFLICT,) if conflict(dates) else ())}
    return Document(
        id="",
        text_sha256="",
        title=title[:_LONGEST_TITLE],
        text=text,
        source=source,
        metadata=metadata,
        dates=dates,
        publisher=publisher or None,
        language=language,
        spans=spans,
        flags=tuple(sorted(flags)),
    )


def describe_file(
    source: Source, *, text: str, spans: tuple[Span, ...] = (), facts: Facts | None = None
) -> Document:
    """Return the document of a file's text: ``describe`` with what the source says of itself."""
    return describe(
        source=source.path,
        stem=source.stem,
        text=text,
        spans=spans,
        facts=facts,
        order=source.options.date_order,
    )


def headline(head: str) -> str:
    r"""Return the first line where it reads like a headline, else the empty string.

    >>> headline("Russia vetoes resolution\n\nRussia vetoed on Tuesday a resolution.")
    'Russia vetoes resolution'
    >>> headline("Russia vetoed a resolution. It was the eighth veto.")
    ''
    >>> headline("By Ann Lee\n\nIt rained."), headline("Due date: 1 July 2031\nTaps")
    ('', '')
    """
    first, _, rest = head.lstrip().partition("\n")
    line = one_line(first).lstrip("#").strip(" *_=")
    if not rest.strip() or not 3 <= len(line) <= _LONGEST_TITLE or _SENTENCE_END.search(line):
        return ""
    said = _FACT.match(first) or _BYLINE.match(line) or _NO_HEADLINE.search(line)
    return "" if said or from_value(line, "text") or _is_date_line(line) else line


def _is_date_line(line: str) -> bool:
    """Say whether a line is a date with its label: "Due date: 1 July 2031"."""
    match = DATELINE.search(line)
    if match is None or line[match.end() :].strip():
        return False
    kind, start = label_before(line, match.end("lead") if match["lead"] else match.start())
    return bool(kind) and start == 0


def credit(head: str) -> str:
    """Return the agency that a report credits where it begins, else the empty string.

    >>> credit("BEIRUT (Reuters) - Jets struck.")
    'Reuters'
    """
    match = _CREDIT.search(head) or _BARE_CREDIT.search(head)
    return match["name"].strip() if match else ""


def host(address: object) -> str:
    """Return the site of a web address, the last resort for who published a page; "" for none.

    >>> host("https://www.example.org:8080/a?b"), host("notes/a.txt"), host("file:///etc/hosts")
    ('example.org', '', '')
    """
    try:
        parts = urlsplit(str(address).strip())
        name = (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    except ValueError:  # an address with a broken port or bracket
        return ""
    return re.sub(r"\A(?:www\d?|m|mobile|amp)\.(?=.+\.)", "", name)


def _stated(head: str) -> dict[str, str]:
    """Return the facts that lines such as ``Source: Reuters`` above a text state."""
    found: dict[str, str] = {}
    for match in _FACT.finditer("\n".join(head.splitlines()[:12])):
        key = match["key"].lower()
        found.setdefault(_KEYS.get(key, key), one_line(match["value"]))
    return found
