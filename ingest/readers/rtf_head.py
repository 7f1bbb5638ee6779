"""What a rich text says of itself: fonts, colours, styles, title; and the state of its groups."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.readers.office import Properties, is_white
from ingest.readers.rtf_tokens import CHARACTER_SETS, joined

_SMALLEST = 2
"""Half points: text of one point and less is not seen."""

_MOST_FONTS = 10_000

SKIPPED = frozenset(
    (
        *("fldinst", "pict", "objdata", "objclass", "xe", "tc", "bkmkstart", "bkmkend", "sp"),
        *("shprslt", "nonshppict", "listtable", "listoverridetable", "revtbl", "rsidtbl"),
        *("generator", "themedata", "colorschememapping", "datastore", "latentstyles", "upr"),
        *("atnid", "atnref", "atnicn", "atndate", "atntime", "atnparent", "panose", "falt"),
        *("filetbl", "pgptbl", "private", "xmlnstbl", "template", "operator", "company"),
        *("ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "printim", "buptim", "pnseclvl", "pntxta"),
        *("pntxtb", "listname", "wgrffmtfilter", "formfield", "ffdeftext", "datafield"),
        *(
            "userprops",
            "background",
            "docvar",
            "mmathPr",
            "nonesttables",
            "fname",
            "fontemb",
            "fontfile",
        ),
    )
)
ASIDES = {
    "footnote": "footnote",
    "annotation": "comment",
    "header": "page header",
    "headerl": "page header",
    "headerr": "page header",
    "headerf": "page header",
    "footer": "page footer",
    "footerl": "page footer",
    "footerr": "page footer",
    "footerf": "page footer",
}
INFO = frozenset(("title", "author", "subject", "keywords", "doccomm"))
TIMES = frozenset(("creatim", "revtim"))
CLOCK = frozenset(("yr", "mo", "dy", "hr", "min"))
KNOWN = frozenset(
    ("shppict", "shpinst", "shptxt", "atnauthor", "annotation", "ud", "footnote", "nesttableprops")
)
"""Groups that older programs are told to skip and that hold words all the same."""


TABLES = {"fonttbl": "fonts", "colortbl": "colors", "stylesheet": "styles"}


@dataclass(slots=True)
class State:
    """What holds inside a group of the file."""

    into: str = "text"
    """Where words go: text, skip, fonts, colors, styles, a field of the file's own data."""

    hidden: bool = False
    deleted: bool = False
    white: bool = False
    shaded: bool = False
    size: int = 24
    codec: str = "cp1252"
    wide: int = 1
    """So many characters after a Unicode one repeat it for older programs."""

    def copy(self) -> State:
        """Return what holds inside a group that begins here."""
        return State(
            self.into,
            self.hidden,
            self.deleted,
            self.white,
            self.shaded,
            self.size,
            self.codec,
            self.wide,
        )

    def why(self) -> str:
        """Return why a reader does not see the words, "" where they are seen."""
        if self.deleted:
            return "deleted text"
        if self.hidden:
            return "hidden text"
        if self.size <= _SMALLEST:
            return "zero-size text"
        return "white text" if self.white and not self.shaded else ""


@dataclass(slots=True)
class Head:
    """The tables at the head of a file."""

    codec: str = "cp1252"
    default_font: int = -1
    fonts: dict[int, str] = field(default_factory=dict)
    colors: list[str] = field(default_factory=list)
    styles: dict[int, str] = field(default_factory=dict)
    info: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)
    _color: list[int] = field(default_factory=lambda: [0, 0, 0])
    _style_name: list[str] = field(default_factory=list)

    def put(self, into: str, text: str) -> None:
        """Take words that belong to a table."""
        if into == "colors":
            for _ in range(text.count(";")):
                self.colors.append(bytes(self._color).hex())
                self._color = [0, 0, 0]
        elif into == "styles":
            self._style_name.append(text)
        elif into in INFO:
            self.info.setdefault(into, []).append(text)

    def word(self, into: str, word: str, number: int | None) -> None:
        """Take a control word that belongs to a table."""
        if into in TIMES and word in CLOCK:
            self.times.setdefault(into, {})[word] = number or 0
        elif into == "colors" and word in _CHANNELS:
            self._color[_CHANNELS.index(word)] = max(0, min(number or 0, 255))

    def end_style(self, number: int) -> None:
        """Take the name of a style that is complete."""
        name = joined("".join(self._style_name)).strip().rstrip(";")
        self._style_name.clear()
        if name:
            self.styles.setdefault(number, name)

    def set_charset(self, font: int, charset: int) -> None:
        """Take the character set of a font; 0 is the file's own code page."""
        if charset and len(self.fonts) < _MOST_FONTS:
            self.fonts[font] = CHARACTER_SETS.get(charset, self.codec)

    def is_white(self, color: int) -> bool:
        """Say whether words of a colour are not seen on paper; colour 0 is the usual one."""
        return 0 < color < len(self.colors) and is_white(self.colors[color])

    def is_ground(self, color: int) -> bool:
        """Say whether white words are seen on a ground of a colour."""
        return 0 < color < len(self.colors) and not is_white(self.colors[color])

    def properties(self) -> Properties:
        """Return what the file says of itself."""
        info = {name: joined("".join(parts)) for name, parts in self.info.items()}
        return Properties(
            title=info.get("title", ""),
            author=info.get("author", ""),
            created=_moment(self.times.get("creatim", {})),
            modified=_moment(self.times.get("revtim", {})),
            more={
                "subject": info.get("subject", ""),
                "keywords": info.get("keywords", ""),
                "description": info.get("doccomm", ""),
            },
        )


_CHANNELS = ("red", "green", "blue")


def _moment(parts: dict[str, int]) -> str:
    """Return the time that a file names as ISO 8601, "" for none.

    >>> _moment({"yr": 2017, "mo": 4, "dy": 5, "hr": 9})
    '2017-04-05T09:00'
    """
    if not all(parts.get(name) for name in ("yr", "mo", "dy")):
        return ""
    year, month, day = parts["yr"], parts["mo"], parts["dy"]
    return f"{year:04d}-{month:02d}-{day:02d}T{parts.get('hr', 0):02d}:{parts.get('min', 0):02d}"
