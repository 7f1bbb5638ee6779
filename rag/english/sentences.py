"""Where sentences begin and end, as exact offsets into the text they stand in.

A scanner of our own, because a quotation needs offsets and an ingest needs speed: rule sets that
rewrite the text lose the first and cost a hundred times the second. English abbreviations are
known by name; everything else goes by punctuation, case and line breaks, so it works for other
scripts too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from rag.english.date_labels import label_before

_CLOSERS = "\"'”’»›)\\]}」』】）〉》"
_OPENERS = "\"'“‘«‹([{「『【（〈《¿¡"

# A full stop of a script without spaces ends a sentence wherever it stands; the others need white
# space, the end of the text, or a capital that was glued on when a line break got lost. Runs are
# matched possessively and once, so that a million dots take no longer than a million letters.
_NOTE_MARK = r"(?:\[(?:\d{1,3}|[a-z]|(?:note|nb) \d{1,3}|citation needed)\]|[⁰¹²³⁴-⁹]{1,3})"
"""What points to a note behind a full stop: "year.[1] It was built"."""

_STOP = re.compile(
    rf"(?P<cjk>[。！？｡]++[{_CLOSERS}]*+)"
    rf"|(?<![.!?…؟۔।։።])(?P<end>[.!?…؟۔।։።]++[{_CLOSERS}]*+{_NOTE_MARK}*+)(?=\s|\Z)"
    rf"|(?<=[a-z]{{3}})(?P<glued>[.!?][{_CLOSERS}]*+)(?=[A-Z][a-z])"
)
_BLANK_LINE = re.compile(r"\n(?:[^\S\n]*\n)+")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"“‘'«]*\Z")
_NEXT_WORD = re.compile(rf"\s*[{re.escape(_OPENERS)}]*(?P<word>[^\W_]+(?:[-'’][^\W_]+)*)?")
_LIST_MARK = re.compile(r"\s*(?:[-*•‣◦–—·]\s|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s|#{1,6}\s|\|)")
_NUMBER_MARK = re.compile(r"(?:\A|\n)[^\S\n]*\(?(?:\d{1,3}|[ivxIVX]{1,4})\Z")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z|[^\W\d_]\Z")
_ARTICLE_NAME = re.compile(r"(?:al|el|an|as|ash|at|ar|ad|az)-[A-Z]")
_SAYING = re.compile(
    r"\s*(?:[A-Z][\w'’.-]*\s+){1,4}(?:said|says|told|added|adds|stated|noted|warned|asked|wrote|tweeted"
    r"|explained|continued|insisted|stressed|claimed|declared|reported|replied|concluded)\b"
)


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Never the end of a sentence: something always follows.
_TITLES = _words(
    "mr mrs ms dr prof gen col lt sgt maj capt cmdr adm brig cpl pvt sen rep gov pres hon rev fr "
    "st messrs mmes vs cf viz e.g i.e eg ie lt-gen lt-col intl dept gov't nat'l"
)
# The end of a sentence only where the next word is one that mostly begins a sentence.
_MAYBE = _words(
    "inc ltd co corp bros jr sr etc al approx est jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed thu thur thurs fri sat sun ave blvd rd mt ft ed eds trans ph.d b.a m.a"
)
# A number or a capital may follow without a new sentence: "No. 5", "Fig. 2", "Art. 51", "p. 12".
_NUMBERED = _words("no nos fig figs art arts sec secs ch chap vol vols p pp para paras eq eqs nr")
_STARTERS = _words(
    "the a an it its he she they we i you in on at but and or so this that these those there then "
    "however according meanwhile after before as when while since if for from with by during also "
    "although though because his her their our my who what where why how some many most all both "
    "such another one two three several earlier later last yesterday today now not no yes once "
    "only sources officials activists witnesses rebels troops"
)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
DATELINE = re.compile(
    rf"(?P<lead>\b(?:(?:Date of publication|(?:First )?Published|Posted|Date"
    rf"|(?:Last )?(?:modified|updated))(?: on| at)?:?\s+))?"
    rf"(?:\b{_WEEKDAY},?\s+)?"
    rf"(?P<date>(?<![\w.])(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?:19|20)\d\d)"
    rf"|(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s*(?:19|20)\d\d\b)"
    rf"|(?:(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})"
    rf"|(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)\d\d)))"
    rf"(?P<time>(?:\s+|T|\s*[-–|]\s*)\d{{1,2}}[:.]\d\d(?::\d\d)?(?:\s*[AaPp]\.?[Mm]\.?)?)?"
)
"""A full date as it stands above or before a report, with what announces it and the time of day."""

_SHORTEST_WRAPPED = 40
_LONE_MARKS = 5

DATELINE_REACH = 400
"""A dateline stands in so many first characters of a text, or it is part of the story."""

# What makes a date part of a phrase: a word before it that governs it, or a verb after it.
_GOVERNS = re.compile(
    r"(?:\b(?i:on|of|in|since|until|till|by|from|to|between|and|before|after|dated|for|the|at|as"
    r"|was|were|is|early|late|around|about|a|this)|[a-z],|\(|\d\s?[-–])\s*\Z"
)
_GOVERNED = re.compile(
    r"[^\S\n]*(?!(?:by|at|in|from|updated|last|via|edited|local|gmt|am|pm)\b)[a-z]{2}"
)


# "Geneva, 5 July 2016 -" and "(Beirut, May 12, 2016) -": the place that opens the line, and what
# follows a dateline, which is never the other end of a span of time.
_PLACE = re.compile(
    r"\W{0,3}(?!(?:The|An?|This|That|On|In|Of|At|Last|Next|Every|Each|From|For|And|Since|Dear)\b)"
    r"[A-Z][\w.'’-]*+(?:[ ,]+(?:(?:de|del|la|of|upon|al|el)[ -])?[A-Z][\w.'’-]*+){0,4},\s*"
)
_FOLLOWS_PLACE = re.compile(
    r"\)?[^\S\n]*(?:\([A-Z][\w .&/-]{1,30}\)|[-–—]{1,2}(?!\s*(?:\d|[A-Z][a-z]{2,8}\.?\s\d))|\n|\Z)"
)


def dateline(text: str) -> re.Match[str] | None:
    """Return the match of the date that opens a text, or None when no full date stands alone there.

    A date that belongs to a phrase ("on 4 April 2017 jets bombed") is part of the story, and one
    with a label of its own ("Date of birth: 3 May 1980") is another day.

    >>> dateline("Sun 16 Apr 2017 Death toll rises. The toll rose.").group()
    'Sun 16 Apr 2017'
    >>> dateline("The attack on 4 April 2017 killed 90.") is None
    True
    """
    return next(datelines(text), None)


def datelines(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of all full dates that stand alone where a text opens."""
    for match in DATELINE.finditer(text, 0, DATELINE_REACH):
        if _stands_alone(text, match):
            yield match


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Say whether a date has a label of publication, or none and is no part of a phrase."""
    kind, _ = label_before(text, match.end("lead") if match["lead"] else match.start())
    if kind:
        return kind != "other"
    if _GOVERNED.match(text, match.end()):
        return False
    if not _GOVERNS.search(text, max(0, match.start() - 12), match.start()):
        return True
    line = text.rfind("\n", 0, match.start()) + 1
    return bool(
        _PLACE.fullmatch(text, line, match.start()) and _FOLLOWS_PLACE.match(text, match.end())
    )


def sentences(text: str, title: str = "") -> list[tuple[int, int]]:
    """Return the ``(start, end)`` of every sentence; nothing but white space stands between them.

    Closing quotes and brackets stay with their sentence. A blank line always ends one; a single
    line break does unless the lines are wrapped prose. A dateline that opens the text stands alone,
    and so does the title where it is known and repeated there.

    >>> text = 'Mr. Assad met the U.S. envoy. "We agreed." He left at 3.5 km.'
    >>> [text[a:b] for a, b in sentences(text)]
    ['Mr. Assad met the U.S. envoy.', '"We agreed."', 'He left at 3.5 km.']
    """
    if not title and len(text) < _LONGEST_KEPT:
        return list(_kept(text))
    return _cut(text, title)


_LONGEST_KEPT = 3_000
"""Characters of a text whose sentences are kept: an answer asks for a passage's several times."""


@lru_cache(maxsize=1024)
def _kept(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(_cut(text, ""))


def _cut(text: str, title: str) -> list[tuple[int, int]]:
    cuts = {0, len(text)}
    cuts.update(match.end() for match in _STOP.finditer(text) if _ends(text, match))
    if "\n" in text:
        cuts.update(_line_cuts(text))
    cuts.update(_dateline_cuts(text))
    if title:
        cuts.update(_title_cuts(text, title))
    bounds = sorted(cuts)
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(bounds):
        piece = text[start:end]
        bare = piece.strip()
        if not bare:
            continue
        first = start + piece.index(bare[0])
        last = first + len(bare)
        lone_marks = len(bare) < _LONE_MARKS and not any(char.isalnum() for char in bare)
        if lone_marks and spans and "\n" not in text[spans[-1][1] : first]:
            spans[-1] = (spans[-1][0], last)  # a full stop that a blank was put before
        else:
            spans.append((first, last))
    return spans


def sentence_at(spans: list[tuple[int, int]], position: int) -> int:
    """Return the number of the span that holds a position, or of the last one before it.

    >>> sentence_at([(0, 5), (6, 9)], 7)
    1
    """
    return max(0, bisect_right(spans, (position, 1 << 62)) - 1)


def _ends(text: str, match: re.Match[str]) -> bool:
    """Say whether a stop that was found ends its sentence."""
    if match["cjk"]:
        return True
    at = match.start()
    if match["glued"]:
        token = _WORD_BEFORE.search(text, max(0, at - 60), at)
        return token is not None and not any(mark in token.group() for mark in "./@:_")
    follow = _NEXT_WORD.match(text, match.end())
    word = (follow["word"] if follow else None) or ""
    if not word:
        return True
    if word[0].islower() and not _ARTICLE_NAME.match(word):
        return False
    stop = match["end"]
    if stop[-1] in "\"'”’»" and _SAYING.match(text, match.end()):
        return False
    return stop[0] != "." or stop.startswith("..") or dot_ends(text, at, word)


def dot_ends(text: str, at: int, word: str) -> bool:
    """Return whether the single full stop at ``at`` ends its sentence, given the word after it.

    >>> dot_ends("He met Mr.", 9, "Assad"), dot_ends("He fell.", 7, "Then")
    (False, True)
    """
    found = _WORD_BEFORE.search(text, max(0, at - 40), at)
    before = found.group() if found else ""
    lower = before.lower()
    if lower in _TITLES:
        return False
    if lower in _NUMBERED and (word[0].isdigit() or len(word) == 1):
        return False
    if _NUMBER_MARK.search(text, max(0, at - 12), at):
        return False
    if lower in _MAYBE and not (before.islower() and lower in {"mar", "may", "sun", "sat", "mon"}):
        return word.lower() in _STARTERS
    if _ACRONYM.match(before):
        return word.lower() in _STARTERS and not (len(word) == 1 and word != "I" and word != "A")
    return True


def _line_cuts(text: str) -> list[int]:
    """Return the line breaks that end a sentence: blank lines, and lines that are not wrapped."""
    cuts: list[int] = []
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        cuts.append(blank.end())
        cuts.extend(_block_cuts(text, start, blank.start()))
        start = blank.end()
    cuts.extend(_block_cuts(text, start, len(text)))
    return cuts


def _block_cuts(text: str, start: int, end: int) -> list[int]:
    """Return the hard line breaks of a block of lines without a blank one.

    Prose that was wrapped to a width breaks where the next word would not have fitted; a list, a
    table or an address breaks anywhere.
    """
    if text.find("\n", start, end) < 0:
        return []
    lines = text[start:end].split("\n")
    width = max(len(line) for line in lines)
    fits = [
        len(line.rstrip()) + 1 + len(following.split(None, 1)[0] if following.strip() else "")
        < 0.85 * width
        for line, following in pairwise(lines)
    ]
    wrapped = (
        not _tabular(lines)
        and _SHORTEST_WRAPPED <= width <= 400
        and fits.count(False) >= 0.6 * len(fits)
    )
    cuts = []
    position = start
    for line, following, short in zip(lines, lines[1:], fits, strict=False):
        position += len(line) + 1
        continues = following.lstrip()[:1].islower() and len(line) >= _SHORTEST_WRAPPED
        if _LIST_MARK.match(following) or not (continues or (wrapped and not short)):
            cuts.append(position)
    return cuts


def _tabular(lines: list[str]) -> bool:
    """Say whether lines are the rows of a table: the same number of separators in each."""
    rows = [line for line in lines if line.strip()]
    return bool(rows) and any(
        rows[0].count(mark) >= least and len({row.count(mark) for row in rows}) == 1
        for mark, least in (("\t", 1), ("|", 1), (";", 2), (",", 2))
    )


def _title_cuts(text: str, title: str) -> list[int]:
    """Return both ends of the title where the text repeats it before its first sentence."""
    at = text.find(title, 0, DATELINE_REACH + len(title))
    end = at + len(title)
    follow = text[end : end + 2].lstrip()
    if at < 0 or not text[end : end + 1].isspace() or not follow or follow[0].islower():
        return []
    return [at, end] if at == 0 or text[at - 1].isspace() else [end]


def _dateline_cuts(text: str) -> list[int]:
    """Return the end of the dateline where what follows it reads as the start of a sentence."""
    match = dateline(text)
    if match is None:
        return []
    if text[match.end() : match.end() + 3].lstrip()[:1] in ("(", "-", "\u2013", "\u2014"):
        return []  # "HARBOUR, March 14, 2023 (Agency) - A dam broke": one sentence
    follow = _NEXT_WORD.match(text, match.end())
    word = (follow["word"] if follow else None) or ""
    gap = text[match.end() : match.end() + 1]
    starts_anew = bool(word) and (word[0].isupper() or word[0].isdigit()) and gap.isspace()
    if not starts_anew or word in {"AM", "PM", "GMT", "UTC", "EST", "EDT", "BST", "Get"}:
        return []
    return [match.end()]
