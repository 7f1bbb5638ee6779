"""The main content of a web page: the part that holds the story, without menus and boxes.

trafilatura says which words belong to it. They are written from the page's own tree, since
trafilatura loses headlines and boxes that stand within the story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.readers.dom import NOT_TEXT, name_of, reach_of

FURNITURE = ("nav", "footer")
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
_MARKS = frozenset("¶ # § 🔗 ⚓ ∞ ↩ ↑".split())
_ICONS = re.compile(r"[\s\ue000-\uf8ff\U000f0000-\U0010fffd]+")
"""Characters of private use, which the icons of a font of its own are."""

_FEW = 6
_MOST_FILLED = 20_000
_GRAM = 4
_MOST_OF_IT = 0.9
_LINKS = 0.5
_CONTENTS = 0.8
_HEADLINES = ("h1", "h2", "h3", "h4", "h5", "h6")
_GROUPS = frozenset(
    ("div", "ul", "ol", "dl", "nav", "aside", "section", "table", "form", "footer", "header")
    + ("menu", "center")
)
_CONTAINERS = _GROUPS | {"article", "main", "td", "tr", "tbody", "body"}
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|share|sharing|social|related|cookies?|newsletter|subscribe"
    r"|promo|advert\w*|ads?|popup|modal|breadcrumbs?|footer|nav\w*|menu|toc|toolbar|widget"
    r"|recommend\w*|headerlink|qv|langs?|toplang|bottomlang|search\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "menu", "toolbar"))


@dataclass(slots=True)
class _Count:
    """How many words stand under an element: all, those kept, those of links and of inner links."""

    element: Any
    words: int = 0
    kept: int = 0
    linked: int = 0
    jumps: int = 0


def drop_furniture(body: Any) -> None:
    """Make the menus and the foot of a page be passed over."""
    for element in list(body.iter(*FURNITURE)):
        element.tag = "template"


def drop_marks(page: Any) -> None:
    """Empty what is no word of a page: icons, marks that link to a headline, links to edit it."""
    for element in list(page.iter("a", "i", "span")):
        text = "".join(element.itertext()).strip() if len(element) < _FEW else ""
        is_mark = element.tag == "a" and text in _MARKS
        if text and (is_mark or _ICONS.fullmatch(text) or _is_edit(element)):
            element.clear(keep_tail=True)
            element.tag = "template"


def _is_edit(element: Any) -> bool:
    """Say whether an element holds a link by which a section of a wiki is changed."""
    return "mw-editsection" in (element.get("class") or "").split()


def main_part(page: Any, body: Any) -> tuple[Any, int, str]:
    """Return the element that holds the story, how many characters of it are sure, and a headline.

    What is no part of the story is marked to be passed over. The headline is one that stands above
    the element, "" for none. Where nothing is found the element is None.
    """
    found = _extracted(page)
    texts = ["".join(each.itertext()) for each in found] if found is not None else []
    kept = sum(map(len, texts))
    if found is None or not kept:
        return None, 0, ""
    grams = {gram for text in texts for gram in _grams(_WORDS.findall(text.lower()))}
    short = {
        tuple(words)
        for each in found.iter("item", "cell", "head", "p", "quote")
        if len(words := _WORDS.findall("".join(each.itertext()).lower())) < _GRAM
    }
    counts = _Counter(grams, short).run(body)
    by_element = {count.element: count for count in counts}
    top = by_element.get(body)
    if top is None or not top.kept:
        return None, 0, ""
    root = _innermost(top, by_element)
    for count in counts:
        if count.element is not root.element and _is_beside(count):
            count.element.tag = "template"
    return root.element, kept, _headline(body, root.element)


def _extracted(page: Any) -> Any:
    """Return the tree of what trafilatura takes for the story, None where it stumbles."""
    from trafilatura import bare_extraction

    _bound_spans(page)
    try:
        found = bare_extraction(
            etree.tostring(page, encoding="unicode", method="html"),
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            with_metadata=False,
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, etree.LxmlError):
        return None
    return getattr(found, "body", None)


def _bound_spans(page: Any) -> None:
    """Forget how far cells reach where all of them reach far: trafilatura fills every place."""
    cells = list(page.iter("td", "th"))
    if sum(reach_of(cell, "rowspan") * reach_of(cell, "colspan") for cell in cells) > _MOST_FILLED:
        for cell in cells:
            cell.attrib.pop("rowspan", None)
            cell.attrib.pop("colspan", None)


def _grams(words: list[str]) -> list[str]:
    return [" ".join(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1)]


class _Counter:
    """Counts the words under every element that may hold others, inner ones first."""

    def __init__(self, grams: set[str], short: set[tuple[str, ...]]) -> None:
        self._grams = grams
        self._short = short
        self._open: list[_Count] = []
        self._links = 0
        self._jumps = 0

    def run(self, body: Any) -> list[_Count]:
        """Return the counts of the elements under the body, and at last its own."""
        found: list[_Count] = []
        walker = etree.iterwalk(body, events=("start", "end"))
        for event, element in walker:
            tag = name_of(element)
            holds = element is body or tag in _CONTAINERS
            if event == "start":
                if tag in NOT_TEXT:
                    walker.skip_subtree()
                    continue
                if holds:
                    self._open.append(_Count(element))
                self._links += tag == "a"
                self._jumps += _is_jump(element, tag)
                self._count(element.text)
                continue
            self._links -= tag == "a"
            self._jumps -= _is_jump(element, tag)
            if holds:
                found.append(self._close())
            if element is not body:
                self._count(element.tail)
        return found

    def _close(self) -> _Count:
        done = self._open.pop()
        if self._open:
            above = self._open[-1]
            above.words += done.words
            above.kept += done.kept
            above.linked += done.linked
            above.jumps += done.jumps
        return done

    def _count(self, text: str | None) -> None:
        if not text or not (words := _WORDS.findall(text.lower())):
            return
        held = self._open[-1]
        held.words += len(words)
        held.linked += len(words) if self._links else 0
        held.jumps += len(words) if self._jumps else 0
        if len(words) < _GRAM:
            held.kept += len(words) if tuple(words) in self._short else 0
        else:
            ours = _grams(words)
            held.kept += len(words) * sum(gram in self._grams for gram in ours) // len(ours)


def _is_jump(element: Any, tag: str) -> bool:
    return tag == "a" and (element.get("href") or "").startswith("#")


def _innermost(top: _Count, by_element: dict[Any, _Count]) -> _Count:
    """Return the smallest part that holds nearly all of what was kept."""
    root = top
    while True:
        # Only one child can hold so much.
        inner = [
            by_element[child]
            for child in root.element
            if child in by_element and by_element[child].kept >= _MOST_OF_IT * top.kept
        ]
        if not inner:
            return root
        root = inner[0]


def _is_beside(count: _Count) -> bool:
    """Say whether nothing of an element was kept, and it links or is named like a box."""
    element = count.element
    if count.jumps > _CONTENTS * count.words and name_of(element) in _GROUPS:
        # A table of contents, whose words are those of the headlines.
        return next(element.iter(*_HEADLINES), None) is None
    if count.kept or not count.words or name_of(element) not in _GROUPS:
        return False
    if count.linked > _LINKS * count.words or element.get("role") in _ROLES:
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_BESIDE.search(named))


def _headline(body: Any, root: Any) -> str:
    """Return the first headline above the story where it has none of its own."""
    if next(root.iter("h1"), None) is not None:
        return ""
    for element in body.iter():
        if element is root:
            return ""
        if element.tag == "h1":
            return str(element.text_content())
    return ""
