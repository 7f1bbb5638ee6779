"""A sentence of a model becomes plain words and the tags that it cites. Pure functions.

Whatever looks like a reference and is none of the tags that were handed out is taken away: numbers
in brackets, tags of nobody, links and images.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

TAG_LETTERS = "bcdfghjkmnpqrstvwxz"
TAG_DIGITS = "23456789"
_TAG = rf"[{TAG_LETTERS}{TAG_DIGITS}]{{6}}"
TAG = re.compile(rf"(?<![^\W_])(?=[a-z]*\d)(?=\d*[a-z]){_TAG}(?![^\W_])")
"""The shape of a tag: six letters and digits, at least one of each; never a word or a number."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
"""Characters that nobody sees and that turn, hide or command others."""
THINK = ("think", "thinking", "reasoning", "thought", "reflection")
"""Names of the marks between which models think."""

_OPEN, _CLOSE = "[\\[\u3010(\u27e6<{\u300a]", "[\\]\u3011)\u27e7>}\u300b]"
# "[k7q2mx]", "[k7q2mx, b3x9zd]", "【k7q2mx】", "(see k7q2mx)", "[[k7q2mx]]", "[tag: k7q2mx]", bare.
_WORDS = r"(?:(?:see|sources?|passages?|tags?|from|in|and|cites?|refs?)\b[:=\s]{0,3})"
_QUOTES = "[`\"']{0,3}"
CITED = re.compile(
    rf"\s{{0,2}}{_OPEN}{{0,3}}\^?\s{{0,2}}{_QUOTES}(?:{_WORDS}{{1,2}}{_QUOTES})?{TAG.pattern}{_QUOTES}"
    rf"(?:[\s,;&]{{0,4}}(?:{_WORDS}{{1,2}}{_QUOTES}|{_QUOTES}){TAG.pattern}{_QUOTES})*+\s{{0,2}}{_CLOSE}{{0,3}}",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"\s*(?:\[\s*\^?\d{1,3}(?:\s*[,;\u2013-]\s*\d{1,3})*\s*\]|\u3010[^\u3011\[\]]{0,20}\u3011)"
)
# "(1)" is a reference only where a sentence ends; in the middle it may be what a source says.
_ROUND = re.compile(r"\s*\(\s*\d{1,2}(?:\s*,\s*\d{1,2})*\s*\)(?=\s*[.!?]*\s*\Z)")
# "According to [k7q2mx], ...": without the tag these words lead nowhere.
_LEANS = re.compile(
    r"\b(?:according to|as (?:stated|reported|noted|said|described) (?:in|by)|per)"
    r"(?: (?:the )?(?:passage|source|document|report)s?)?\s*\Z",
    re.IGNORECASE,
)
NONE = re.compile(r"\s*\[\s*none\s*\]", re.IGNORECASE)
"""What a model writes when the passages do not answer."""

_STUMP = re.compile(r"[\[\u3010]\^?\s*(?:[\]\u3011]|(?=[.,;!?]|\Z))")
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\([^)\n]*\)?|\[[^\]\n]*\])")
_LINK = re.compile(r"\[([^\]\n]*)\](?:\((?P<target>[^)\n]*)\)?|\[[^\]\n]*\])")
_DEFINITION = re.compile(r"^\s*\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_GLUED = ".,;:!?)\u201d\u2019\"'\u3002\uff01\uff1f\u06d4\u060c"
"""What follows a word without a blank."""
_THINKING = re.compile(rf"<\s?/?\s?(?:{'|'.join(THINK)})\s?>", re.IGNORECASE)
# A mark of HTML with nothing or attributes in it; "p<pmax" and "a<b and c>d" are words.
_HTML = re.compile(
    r"<!--.{0,400}?-->|</?[a-zA-Z][a-zA-Z0-9]{0,10}"
    r"(?:\s+[\w:-]{1,30}(?:\s*=\s*(?:\"[^\"\n]{0,400}\"|'[^'\n]{0,400}'|[^\s>\"']{1,400}))?){0,20}\s*/?>"
)
_HTML_WORDS = re.compile(r"<[a-z]\s[^=]*>")
_ADDRESS = re.compile(r"<?\b(?:https?|ftp|data|javascript|file):\S+", re.IGNORECASE)
MONTH = re.compile(
    r"(?:jan|feb|m[a\u00e4]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z\u00e4]{0,7}\b",
    re.IGNORECASE,
)
_BEFORE_LINE = re.compile(
    rf"^[\s>|]*(?:(?:[-*+\u2022]|\(?\d{{1,2}}[.)](?!\s(?i:{MONTH.pattern})))\s+)?"
)
_HEADING = re.compile(r"^\s*#{1,6}\s+")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3}|~~)(?=\S)|(?<=\S)(\*{1,3}|_{2,3}|~~)(?![\w*])")
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w+-]*\s*$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence of a draft: plain words, without any mark.

    ``clauses`` are its stretches with the tags that follow each, in order; ``unknown`` counts the
    references that were nobody's. ``heading`` marks a line that announces others.
    """

    text: str
    clauses: tuple[tuple[str, tuple[str, ...]], ...]
    unknown: int = 0
    heading: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag of the sentence, each once, in order."""
        return tuple(dict.fromkeys(tag for _, tags in self.clauses for tag in tags))


def parse(raw: str, tags: Collection[str]) -> Parsed | None:
    """Return a sentence as plain words and the tags that it cites; None when no word is left.

    >>> parse("**It fell** [b3x9zd][zz9zz9].", {"b3x9zd"})
    Parsed(text='It fell.', clauses=(('It fell.', ('b3x9zd',)),), unknown=1, heading=False)
    >>> parse("![x](http://a.example/?d=1) See [this](http://b.example) [1].", ()).text
    'See this.'
    """
    if _FENCE.match(raw):
        return None
    heading = bool(_HEADING.match(raw))
    text = re.sub(r"^\s*(?:```|~~~)[\w+-]*\s*$", "", raw, flags=re.MULTILINE)
    text = _DEFINITION.sub("", _IMAGE.sub("", _THINKING.sub(" ", text)))
    text = _BEFORE_LINE.sub("", _HEADING.sub("", text))
    text, unknown = _without_links(text)
    clauses: list[tuple[str, tuple[str, ...]]] = []
    start = 0
    for match in CITED.finditer(text):
        named = [one.lower() for one in TAG.findall(match.group().lower())]
        known = tuple(tag for tag in named if tag in tags)
        unknown += len(named) - len(known)
        clauses.append((text[start : match.start()], known))
        start = match.end()
    clauses.append((text[start:], ()))
    clauses = [(_STUMP.sub("", NUMBERED.sub("", words)), named) for words, named in clauses]
    return _joined(clauses, unknown, heading)


def _without_links(text: str) -> tuple[str, int]:
    """Return a text without links, HTML and numbered references, and the number of these."""
    unknown = 0

    def unnumbered(match: re.Match[str]) -> str:
        nonlocal unknown
        if TAG.search(match.group()):
            return match.group()
        unknown += 1
        return ""

    def unlinked(match: re.Match[str]) -> str:
        if not TAG.search(match.group()):
            return match[1]
        # Two tags side by side look like a link by reference.
        return match.group() if match["target"] is None else f"[{match[1]}]"

    def unmarked(match: re.Match[str]) -> str:
        mark = match.group()
        return mark if TAG.search(mark) or _HTML_WORDS.fullmatch(mark) else " "

    text = _LINK.sub(unlinked, NUMBERED.sub(unnumbered, text))
    text = _HTML.sub(unmarked, text)
    text = _ROUND.sub(unnumbered, _ADDRESS.sub("", text))
    return text.replace("`", ""), unknown


def _joined(
    clauses: list[tuple[str, tuple[str, ...]]], unknown: int, heading: bool
) -> Parsed | None:
    """Return the sentence of its clauses; one without words gives its tags to the one before."""
    whole: list[tuple[str, tuple[str, ...]]] = []
    waiting: tuple[str, ...] = ()
    for words, tags in clauses:
        plain = _EMPHASIS.sub("", _LEANS.sub("", words) if tags else words)
        plain = re.sub(r"\s+", " ", plain.replace("|", " ")).strip()
        if any(character.isalnum() for character in plain):
            whole.append((plain, tuple(dict.fromkeys((*waiting, *tags)))))
            waiting = ()
        elif whole:
            before, had = whole[-1]
            glue = "" if not plain or plain[0] in _GLUED else " "
            ended = before + (glue + plain if before[-1:] not in ".!?" else "")
            whole[-1] = (ended, tuple(dict.fromkeys((*had, *tags))))
        else:
            waiting += tags
    if not whole:
        return None
    text = whole[0][0]
    for words, _ in whole[1:]:
        text += words if words[0] in _GLUED else f" {words}"
    text = re.sub(r"\s+([.,;:!?\u3002\uff01\uff1f\u06d4\u060c])(?=\s|\Z)", r"\1", text).lstrip(
        ",;. "
    )
    text = text[:1].upper() + text[1:] if text != whole[0][0] else text
    heading = heading or (text.endswith(":") and not any(tags for _, tags in whole))
    return Parsed(text, tuple(whole), unknown, heading)
