"""What tells that a sentence answers: the features of every sentence of the hits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.english.claimants import published_by, spoken_by
from rag.english.clock import CLOCK, asks_clock
from rag.english.defining import defines, heads, points_back, stems_of, thing_asked
from rag.english.furniture import is_code
from rag.english.names import same_name
from rag.english.quantities import answers, counted
from rag.english.question import Asked
from rag.english.same_words import outline, says_the_same
from rag.english.sides import compares_words, sides_of
from rag.english.speech import claims
from rag.english.told import is_told
from rag.english.told import told as told_in
from rag.english.when import times
from rag.english.words import terms_held
from rag.senders import is_quoted_reply, sender_of, unquoted, wrote
from rag.table_rows import counts, header_of, is_header, lines_in, told
from rag.types import Hit
from rag.writing.bare import bare_answer

FEATURES = (
    "cosine",
    "cosine_near",
    "cover",
    "cover_near",
    "names",
    "names_near",
    "kind",
    "verb",
    "speaker",
    "period",
    "rank",
    "short",
    "first",
    "defines",
)
_LACKS = -3.0
_LONGEST = 80
"""Words of a sentence; a longer one is a list of headlines or links that lost its full stops."""
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|in response|in retaliation|retaliat\w+|revenge|"
    r"in order to|so that|to prevent|to protect|to avoid|to force|aim\w* (?:to|at)|caused by|"
    r"sparked|prompted|triggered|blam\w+|over the|after|since|for fear|citing|amid|reason|forced|"
    r"led to|following)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\d{1,2}(?:\.\d+)*\.? [A-Z][a-z]+(?: [\w-]+){0,4}")
"""The heading of a numbered section, "5 Victims": its number counts nothing."""
_DIGIT = re.compile(r"\d")
_PLACE = re.compile(
    r"\b(?:in|at|near|on|from|outside|inside|around|of|north|south|east|west)\s+(?:the\s+)?"
    r"(?:\w+\s+){0,3}?[A-Z]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a hit, or one row of a table: ``[start, end)`` in its document.

    ``told`` is a row with the names of its columns; ``heads`` says that it is those names.
    ``quoted`` says that a reply quotes it from an earlier message.
    """

    hit: Hit
    rank: int
    start: int
    end: int
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    told: str = ""
    heads: bool = False
    quoted: bool = False

    @property
    def words(self) -> str:
        """The words that it is understood by: of a row of a table, each cell with its name."""
        return self.told or self.text


def lines_of(hits: Sequence[Hit]) -> list[Line]:
    """Return every sentence of the hits once, with the sentences around it in its passage.

    Copies of one text repeat its sentences: the first stands for all that say the same, and its
    hit's ``copies`` names their documents.
    """
    found: list[Line] = []
    seen: set[tuple[str, int]] = set()
    said_by: defaultdict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    headers = {
        (hit.document.id, header)
        for hit in hits
        if (header := header_of(hit.passage, hit.document.title))
    }
    # What a reader of the file sees goes first: of two sentences alike it is the one to quote.
    for rank, hit in sorted(enumerate(hits), key=lambda pair: bool(pair[1].hidden)):
        passage = hit.passage
        header = header_of(passage, hit.document.title)
        spans = lines_in(passage.text, header)
        parts = [passage.text[start:end] for start, end in spans]
        for number, ((start, end), text) in enumerate(zip(spans, parts, strict=True)):
            place = (passage.document_id, passage.start + start)
            if place in seen or not any(char.isalpha() for char in text):
                continue
            seen.add(place)
            alike = said_by[hit.document.cluster or passage.document_id, outline(text)]
            same = next((at for at in alike if _repeats(found[at], hit, text)), None)
            if same is not None:
                found[same] = _also_in(found[same], hit)
                continue
            alike.append(len(found))
            before = tuple(parts[max(0, number - 6) : number])
            after = tuple(parts[number + 1 : number + 4])
            heads = any(one == hit.document.id and is_header(text, names) for one, names in headers)
            line = Line(
                hit,
                rank,
                passage.start + start,
                passage.start + end,
                text,
                before,
                after,
                "" if heads else told(text, header),
                heads,
                bool(sender_of(hit.document)) and is_quoted_reply(passage.text, start),
            )
            found.append(line)
    own = {outline(line.text) for line in found if not line.quoted}
    return [one for one in found if not (one.quoted and outline(unquoted(one.text)) in own)]


def _repeats(line: Line, hit: Hit, text: str) -> bool:
    days = line.hit.document.published, hit.document.published
    return says_the_same(line.text, text, *days)


def _also_in(line: Line, hit: Hit) -> Line:
    """Return a line whose hit names another document, and its copies, that say the same."""
    known = {line.hit.document.id, *(copy.id for copy in line.hit.copies)}
    more = tuple(one for one in (hit.document, *hit.copies) if one.id not in known)
    return replace(line, hit=replace(line.hit, copies=(*line.hit.copies, *more)))


def spell_one_name(term: str, word: str) -> bool:
    """Return whether two words spell one name; "River57" and "River55" name two things."""
    if not word[:1].isalpha() or _DIGIT.findall(term) != _DIGIT.findall(word):
        return False
    return same_name(term, word)


class Description:
    """Computes the features of a line for one question."""

    def __init__(self, asked: Asked, terms: Mapping[str, float]) -> None:
        self._asked, self._weights = asked, terms
        self._names = asked.name_terms & set(terms)
        self._common = [term for term in asked.terms if term not in self._names]
        self._things = _things(asked)
        self._total = sum(terms.values()) or 1.0
        self._held: dict[str, frozenset[str]] = {}

    def held(self, text: str) -> frozenset[str]:
        """Return the question's terms that a text holds, names in any of their spellings."""
        if text not in self._held:
            words = terms_held(text)
            found = {term for term in self._weights if term in words}
            for term in self._names - found:
                if any(spell_one_name(term, word) for word in words):
                    found.add(term)
            self._held[text] = frozenset(found)
        return self._held[text]

    def _share(self, held: frozenset[str]) -> float:
        return sum(self._weights[term] for term in held) / self._total

    def row(self, line: Line) -> list[float]:
        """Return one line's features in the order of FEATURES, the cosine still 0."""
        asked, hit = self._asked, line.hit
        here = self.held(line.words)
        around = here | self.held(hit.document.title) | self.held(hit.passage.context)
        if not line.told:  # a row stands by itself: the names beside it are of other rows
            around = around.union(*(self.held(text) for text in line.before[-2:]))
            around |= self.held(hit.passage.text) & self._names
        names = max(1, len(self._names))
        speaker = 0.0
        if asked.speaker:
            speaker = spoken_by(asked.speaker, line.text, line.before, line.after)
            publishes = asked.kind == "said" and published_by(asked.speaker, hit.document.publisher)
            if not line.quoted and (publishes or wrote(asked.speaker, hit.document)):
                speaker = 1.0
        values = {
            "cosine": 0.0,
            "cosine_near": hit.dense or 0.0,
            "cover": self._share(here),
            "cover_near": self._share(around),
            "names": len(here & self._names) / names if self._names else 0.5,
            "names_near": len(around & self._names) / names if self._names else 0.5,
            "kind": _holds_kind(asked, line),
            "verb": len(here.intersection(self._common)) / max(1, len(self._common)),
            "speaker": speaker,
            "period": _in_period(asked, line),
            "rank": 1.0 / (1.0 + line.rank),
            "short": _malformed(line),
            "first": 1.0 if not line.before else 0.0,
            "defines": self._defines(line),
        }
        return [values[name] for name in FEATURES]

    def _defines(self, line: Line) -> float:
        """Return how far a line says what the thing is, or who, that is asked for, 0 to 1."""
        if is_told(self._asked.text):
            how = told_in(self._asked.text, line.words, line.hit.passage.text)[0]
            if how or not self._things:
                return how
        if not self._things:
            return 0.0
        said = max(defines(thing, line.text) for thing in self._things)
        if said == 1.0 or _malformed(line) == 1.0:
            return said if said == 1.0 else 0.0
        heading = _heading_over(line)
        if heading is None:
            return said
        title = line.hit.document.title
        return max(said, *(heads(thing, title, heading) for thing in self._things))


_MOST_IN_HEADING = 10


def _heading_over(line: Line) -> str | None:
    """Return the heading that a sentence opens the section of, None for one further down.

    "" stands for the beginning of the document. "This command ..." goes on about the heading's own.
    """
    passage = line.hit.passage
    named = re.split(r"\n| > ", passage.context)
    section = named[-1].strip() if named[1:] else ""
    if points_back(line.text):
        return section
    if not line.before:
        return section if passage.text.lstrip().startswith(line.text[:_MOST_IN_HEADING]) else None
    last = line.before[-1].strip()
    stopped = last.endswith((".", "!", ":", ";", ","))
    is_heading = not stopped and 0 < len(last.split()) <= _MOST_IN_HEADING
    return last if is_heading else None


def _things(asked: Asked) -> list[tuple[str, ...]]:
    """Return the things that a question wants told what they are: one, or those to compare."""
    compared = () if compares_words(asked) else sides_of(asked)
    named = [stems_of(side) for side in compared] or [thing_asked(asked.text)]
    return [thing for thing in named if thing]


def _malformed(line: Line) -> float:
    """Return 1 for what is no sentence, 0.5 for a heading, which claims little by itself."""
    if line.told or line.heads:
        return 0.0
    if line.quoted:
        return 1.0
    words = len(line.text.split())
    if not 5 <= words <= _LONGEST or _is_list(line.text) or is_code(line.text):
        return 1.0
    stopped = line.text.rstrip("\"'\u201d\u2019)").endswith((".", "!", "?", "\u2026"))
    heading = words < 14 and not stopped or line.text.strip() == line.hit.document.title.strip()
    return 0.5 if heading else 0.0


def _is_list(text: str) -> bool:
    """Return whether most words are written large: a row of headlines, tags or links."""
    words = [word for word in text.split() if word[0].isalpha()]
    return len(words) > 11 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _holds_kind(asked: Asked, line: Line) -> float:
    """Return 1 when a sentence holds the kind of thing asked for, 0 when not, 0.5 for any kind.

    A figure or a date cannot be told without one: such a sentence gets ``_LACKS``.
    """
    text, kind = line.words, asked.kind
    if kind == "how_many" and line.told:
        header = header_of(line.hit.passage, line.hit.document.title)
        return 1.0 if counts(line.text, header) else _LACKS
    if kind == "how_many" and _SECTION.fullmatch(text.strip()):
        return _LACKS
    if kind == "how_many":
        return 1.0 if any(answers(asked, one) for one in counted(text)) else _LACKS
    if kind == "when" and asks_clock(asked.text):
        return 1.0 if CLOCK.search(text) else _LACKS
    if kind == "when":
        return 1.0 if times(text, line.hit.document.published) else _LACKS
    if kind == "where":
        return float(bool(_PLACE.search(text)))
    if kind == "why":
        return float(bool(_BECAUSE.search(text)))
    if kind in ("who", "which"):
        start, end = bare_answer(asked, text, None)
        return float(end > start)
    if kind in ("said", "who_said"):
        return float(bool(claims(text)) or '"' in text or "\u201c" in text)
    return 0.5


def _in_period(asked: Asked, line: Line) -> float:
    """Return 1 inside the time that the question names, -1 outside, 0 when none is named."""
    if asked.period is None:
        return 0.0
    first, last = asked.period
    published = line.hit.document.published
    named = times(line.text, published)
    if line.told and first[:4] == last[:4] and first[:4] in line.hit.passage.context:
        return 1.0  # the year stands over the column or the table
    if any(time.first <= last and first <= time.last for time in named):
        return 1.0
    if published and first <= published[:10] <= _days_later(last, 4):
        return 1.0
    return -1.0


def _days_later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
