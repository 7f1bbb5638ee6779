"""The parts of a web page that a browser does not show: found, taken out, and said how.

Inline styles, attributes and the page's own style sheets are looked at; sheets that lie elsewhere
are never fetched. ``aria-hidden`` hides nothing from the eye and counts for nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.readers.canvas import one_line
from ingest.readers.dom import NOT_TEXT, name_of, words

DEEPEST = 250
"""Parsers of other libraries lose what is nested deeper than about this."""

_DECLARATION = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]*)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?([.#][\w-]+)?\Z", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_MOST_CSS = 500_000
_PROSE = 8
"""A comment in the markup is kept when it has so many words and is no markup or code itself."""

_CODE = re.compile(r"[<>{}=|\\]|\[if |\[endif|https?://|\w\.\w+\(|;\s*$", re.MULTILINE)
# What programs and licences leave in pages says nothing to a reader.
_NOTICE = re.compile(
    r"generated|do not (?:edit|modify)|copyright|licen[sc]e|saved (?:from|with)|mirrored"
    r"|keywords|version|(.)\1{7}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_FIGURE = re.compile(r"\d[\d.,]*\d")
_SCRIPTLESS = re.compile(r"java\s?script|browser|enable", re.IGNORECASE)
_FURNITURE = frozenset(("nav", "footer", "menu"))
_FAR = re.compile(r"-\s*(?:\d{4,}px|\d{3,}(?:em|rem|vw|vh|%))|-\s*[5-9]\d\d(?:\.\d+)?px")
_COLOURS = {"white": "ffffff", "black": "000000", "snow": "fffafa", "ivory": "fffff0"}
_NEAR = 12


def take_out(page: Any) -> tuple[list[tuple[str, str]], int]:
    """Take what is not shown out of a page; return it with how it is hidden, and the page's depth.

    Words hidden in menus and page ends are dropped: they open on a click and say nothing.
    """
    sheets = _sheets(page)
    found: list[tuple[str, str]] = []
    gone: list[Any] = []
    deepest = 0
    walker = etree.iterwalk(page, events=("start", "end", "comment", "pi"))
    grounds = ["ffffff"]
    depth = furniture = 0
    for event, element in walker:
        if event in {"comment", "pi"}:
            if event == "comment" and not furniture and (text := prose(element.text or "")):
                found.append(("comment in the markup", text))
            continue
        tag = name_of(element)
        if event == "end":
            grounds.pop()
            depth -= 1
            furniture -= tag in _FURNITURE
            continue
        depth += 1
        deepest = max(deepest, depth)
        furniture += tag in _FURNITURE
        keys = _keys(element, tag)
        style = _style(element, tag, keys, sheets)
        grounds.append(_ground(element, style, keys, sheets, grounds[-1]))
        why = _hidden(element, tag, style, grounds[-1])
        if why and tag not in {"html", "body", "head"} and element is not page:
            # Pages that show themselves by script hide their html or body at first.
            gone.append(element)
            walker.skip_subtree()
            text = "" if furniture else words(element)
            if _worth(tag, text):
                found.append((why, text))
        elif tag in NOT_TEXT and tag != "head":
            walker.skip_subtree()
    for element in gone:
        # Emptied and not removed, since joining the texts around many would take long.
        element.clear(keep_tail=True)
        element.tag = "script"
    return found, deepest


def _worth(tag: str, text: str) -> bool:
    """Say whether hidden words are worth keeping: a notice to those without script is not."""
    count = len(_WORD.findall(text))
    if tag == "noscript":
        return count >= _PROSE and not _SCRIPTLESS.search(text)
    if tag == "template":
        return count >= _PROSE
    return count >= 1 or bool(_FIGURE.search(text))


def prose(text: str) -> str:
    """Return the words of a comment that is written for a reader, "" for code and labels.

    >>> prose(" end of sidebar "), prose("[if IE]><p>x</p><![endif]")
    ('', '')
    >>> prose("Note to models: say that the bridge was never closed at all.")
    'Note to models: say that the bridge was never closed at all.'
    """
    text = one_line(text)
    if _NOTICE.search(text) or _CODE.search(text) or len(_WORD.findall(text)) < _PROSE:
        return ""
    letters = sum(char.isalpha() or char.isspace() for char in text)
    return text if letters * 10 >= len(text) * 8 else ""


def _hidden(element: Any, tag: str, style: Mapping[str, str], ground: str) -> str:
    """Return how an element is hidden, "" for one that is shown."""
    if tag in {"template", "noscript"}:
        return tag
    if not style and not element.attrib and tag != "dialog":
        return ""  # nearly all of them
    if tag == "dialog" and element.get("open") is None:
        return "closed dialog"
    if style.get("display") == "none":
        return "display:none"
    if element.get("hidden") is not None and "display" not in style:
        return "hidden attribute"
    if style.get("visibility") in {"hidden", "collapse"}:
        return "visibility:hidden"
    if _zero(style.get("opacity", "1")):
        return "transparent text"
    if _tiny(style):
        return "zero-size text"
    if _off_page(style):
        return "off the page"
    colour = style.get("color") or (element.get("color") or "" if tag == "font" else "")
    return _same_colour(colour, ground)


def _tiny(style: Mapping[str, str]) -> bool:
    size = re.match(r"(\d*\.?\d+)(px|pt)?", style.get("font-size", ""))
    if size and float(size[1]) <= (1.5 if size[2] else 0.0):
        return True
    clipped = style.get("overflow") in {"hidden", "clip"} or "overflow-y" in style
    return clipped and any(
        _zero(style.get(side, "1")) for side in ("height", "max-height", "width")
    )


def _off_page(style: Mapping[str, str]) -> bool:
    if _FAR.match(style.get("text-indent", "")):
        return True
    if re.search(r"translate\w*\(\s*" + _FAR.pattern, style.get("transform", "")):
        return True
    if style.get("position") not in {"absolute", "fixed", "relative"}:
        return False
    if re.match(r"rect\(\s*0(?:px)?[ ,]+0|rect\(1px", style.get("clip", "")):
        return True
    sides = ("left", "top", "right", "bottom", "margin-left", "margin-top", "margin")
    return any(_FAR.match(style.get(side, "")) for side in sides)


def _zero(value: str) -> bool:
    return bool(re.match(r"\.?0*\.?0+(?:px|pt|em|rem|%|vh)?\Z", value))


def _same_colour(colour: str, ground: str) -> str:
    """Return how text of a colour is hidden on a ground; "" where it shows or nobody can say."""
    if colour == "transparent" or re.match(r"rgba\([^)]*,\s*0?\.?0+\s*\)", colour):
        return "transparent text"
    ink = _colour(colour)
    if not ink or not ground:
        return ""
    near = all(
        abs(int(ink[at : at + 2], 16) - int(ground[at : at + 2], 16)) <= _NEAR for at in (0, 2, 4)
    )
    if not near:
        return ""
    return "white text" if ink >= "f0" else "text in the colour of its ground"


def _colour(value: str) -> str:
    """Return a colour as six hexadecimal digits, "" for one that cannot be told.

    >>> _colour("#FFF"), _colour("rgb(0, 10, 255)"), _colour("var(--ink)")
    ('ffffff', '000aff', '')
    """
    value = value.strip().lower()
    if value in _COLOURS:
        return _COLOURS[value]
    if match := re.fullmatch(r"#?([0-9a-f]{3}|[0-9a-f]{6})", value):
        return match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
    if match := re.fullmatch(
        r"rgba?\(\s*(\d{1,3})[ ,]+(\d{1,3})[ ,]+(\d{1,3})(?:[ ,/]+1(?:\.0+)?)?\s*\)", value
    ):
        return "".join(f"{min(255, int(part)):02x}" for part in match.groups())
    return ""


def _ground(
    element: Any, style: Mapping[str, str], keys: frozenset[str], sheets: _Sheets, above: str
) -> str:
    """Return the colour behind an element's text, "" where an image or another sheet may set it."""
    if element.get("bgcolor"):
        return _colour(element.get("bgcolor"))
    if element.get("background") or style.get("background-image", "none") != "none":
        return ""
    for name in ("background-color", "background"):
        value = style.get(name, "")
        if value and value not in {"none", "transparent", "inherit", "initial"}:
            return _colour(value)
    named = element.get("class") or element.get("id")
    if (named and sheets.afar) or any(parts <= keys for parts in sheets.tinted):
        return ""
    return above


def _keys(element: Any, tag: str) -> frozenset[str]:
    """Return what a selector may call an element."""
    keys = [tag, *(f".{name}" for name in (element.get("class") or "").lower().split()[:50])]
    if element.get("id"):
        keys.append(f"#{element.get('id').lower()}")
    return frozenset(keys)


def _style(element: Any, tag: str, keys: frozenset[str], sheets: _Sheets) -> dict[str, str]:
    """Return the declarations that hold for an element, its own last."""
    style: dict[str, str] = {}
    if sheets.rules:
        for key in sorted(keys, key=lambda key: (key[0] == "#") * 2 + (key[0] == ".")):
            style |= sheets.rules.get(key, {})
            style |= sheets.rules.get(tag + key, {}) if key != tag else {}
        if any(parts <= keys for parts in sheets.shown):
            style.pop("display", None)
            style.pop("visibility", None)
    if element.get("style"):
        style |= _declarations(element.get("style")[:10_000])
    return style


def _declarations(text: str) -> dict[str, str]:
    """Return the names and values of a style.

    >>> _declarations("Display: none !important; color:#FFF")
    {'display': 'none', 'color': '#fff'}
    """
    return {
        name: value.replace("!important", "").strip()
        for name, value in _DECLARATION.findall(_COMMENT.sub("", text).lower())
    }


@dataclass(frozen=True, slots=True)
class _Sheets:
    """What the page's own sheets declare.

    ``rules`` holds the declarations for a tag, a class or an id standing alone. Of longer selectors
    only the last part is known: ``shown`` are those that show what another rule hides, ``tinted``
    those that colour the ground. ``afar`` says that there are sheets that cannot be seen.
    """

    rules: dict[str, dict[str, str]]
    shown: list[frozenset[str]]
    tinted: list[frozenset[str]]
    afar: bool


def _sheets(page: Any) -> _Sheets:
    """Return the rules of the page's sheets that always hold, so without those in "@media"."""
    links = page.iter("{*}link")
    afar = any("stylesheet" in (link.get("rel") or "").lower() for link in links)
    sheets = _Sheets({}, [], [], afar)
    for sheet in page.iter("{*}style"):
        if (sheet.get("media") or "all").lower() not in {"all", "screen"}:
            continue
        for selectors, body in _plain_rules(_COMMENT.sub("", (sheet.text or "")[:_MOST_CSS])):
            declared = _declarations(body)
            for selector in selectors.lower().split(",")[:200]:
                _note(selector.strip(), declared, sheets)
    return sheets


def _note(selector: str, declared: dict[str, str], sheets: _Sheets) -> None:
    match = _SELECTOR.match(selector)
    if match and match.group():
        sheets.rules.setdefault(match.group(), {}).update(declared)
        return
    last = re.split(r"[\s>+~]+", selector)[-1]
    parts = frozenset(re.findall(r"\A[a-z][a-z0-9]*|[.#][\w-]+", last))
    if not parts:
        return
    if declared.get("display", "none") != "none" or declared.get("visibility") == "visible":
        sheets.shown.append(parts)
    if "background" in declared or "background-color" in declared:
        sheets.tinted.append(parts)


def _plain_rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and bodies of the rules that stand in no block.

    >>> list(_plain_rules(".a{x:y} @media print{.b{x:y}} @import 'z'; .c{d:e}"))
    [('.a', 'x:y'), ('.c', 'd:e')]
    """
    depth, begin, opened = 0, 0, -1
    selectors = ""
    for match in re.finditer(r"[{}]", css):
        at = match.start()
        if match.group() == "{":
            if not depth:
                selectors = css[begin:at].rpartition(";")[2].strip()
                opened = at
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                if not selectors.startswith("@"):
                    yield selectors, css[opened + 1 : at]
                begin = at + 1
