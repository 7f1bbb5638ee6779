"""The words of a text as the library searches them: folded, stemmed, numbers and codes whole.

The same analysis is applied to passages and to questions, so equal terms mean equal words. Terms
hold only characters that SQLite's ``unicode61`` tokenizer keeps together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from rag.english.invisible import without_invisible

TermKind = Literal["word", "name", "exact", "joined"]

_COMMON = """
a about after again al all also am an and any are as at be because been before being between both
but by can could did do does doing during each el few for from further had has have having he her
here hers herself him himself his how i if in into is it its itself just me more most my myself no
nor not of off on once only or other our ours ourselves out over own same shall she should so some
such than that the their theirs them themselves then there these they this those through to too
under until up upon us very was we were what when where which while who whom whose why will with
would you your yours yourself yourselves
"""
_ASKED_WITH = """
according describe document documents ever exactly explain give happen happened happening list many
may mention mentioned might much must name please question regarding said say saying says show
summarise summarize tell told whether
"""
# Too common to tell one passage from another. They are not kept in the index at all, as in Lucene's
# English analysis; "al" and "el" are articles that spellings of Arabic names add or leave out.
STOP_WORDS = frozenset(_COMMON.split())
# Words that ask, and say nothing of what is asked about. They stay in the index.
_ASKING = frozenset(_ASKED_WITH.split())
_ARTICLE_FORMS = "al el ul ad ed an en ar er as es ash esh ach ech at et az ez"
# The Arabic article in its transcriptions, before a hyphen: al-Hasakah, ez-Zor.
_ARTICLES = frozenset(_ARTICLE_FORMS.split())

# Characters of words without spaces between them: found by pairs of neighbours.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Accents and vowel signs that spellings leave out: Latin, Greek and Cyrillic, Hebrew, Arabic.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
_APOSTROPHES = re.compile("['\u2018\u2019\u201b\u02bb-\u02bf\u02c8\u0060\u00b4\uff07]")
_DASHES = re.compile("[\u2010-\u2012\u2212]")
_NARROW_SPACES = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")
_WORD_CHAR = f"(?:[^\\W_{_UNSPACED}]|[\u0900-\u0963\u0966-\u0dff])"
_TOKEN = re.compile(f"[{_UNSPACED}]+|{_WORD_CHAR}+(?:['\\-/.,:_]{_WORD_CHAR}+)*")
_THOUSANDS = re.compile(r"^\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3}){2,})(?=\D|$)")
# A stop, comma or colon inside a token parts two sentences or items whose space is missing, unless
# digits stand on both sides or it belongs to a code such as CRP.3.
_MISSING_SPACE = re.compile(r"(?<!\d)(?<![A-Z])[.,:](?=\w)|[.,:](?!\d)")
_MISSING_SPACE_IN_CODE = re.compile(r"[.,:](?!\d)")
_INITIALS = re.compile(r"^[^\W\d_](?:\.[^\W\d_])+$")
_PIECE = re.compile(r"[^'\-/.,:_]+")
_RUN = re.compile(r"\d+|\D+")
_UNSPACED_CHAR = re.compile(f"[{_UNSPACED}]")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_PLURAL = re.compile(r"^(.*\d)s$")
JOINT = "\ue000"  # stands between digits where leaving the separator out would make another number
LOUD = "\ue001"  # ends an acronym that would else be a stop word: US, WHO, IS, IT


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One thing that a question asks for: any of ``terms`` in a passage is a match for it.

    ``text`` is the word as written. ``kind`` is ``exact`` for numbers and codes, ``name`` for
    capitalised words, which may be spelled otherwise elsewhere, and ``joined`` for a hyphenated
    word written as one, whose parts stand beside it.
    """

    text: str
    terms: tuple[str, ...]
    kind: TermKind = "word"


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or code of the text: what a question asks for by it, and terms only the index has."""

    surface: str
    asked: tuple[tuple[str, ...], ...]
    indexed: tuple[str, ...] = ()
    kind: TermKind = "word"


_stemmer: Any = None


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the English stem of a word, folded; other scripts are only folded.

    >>> stem("vetoed"), stem("Shaykhūn"), stem("news")
    ('veto', 'shaykhun', 'news')
    """
    global _stemmer
    folded = fold(word)
    if not folded.isascii() or not folded.isalpha():
        return folded
    if _stemmer is None:
        import Stemmer

        _stemmer = Stemmer.Stemmer("english", 0)
    return str(_stemmer.stemWord(folded))


def fold(text: str) -> str:
    """Return the text lower-cased, without accents, in compatibility form.

    >>> fold("Deir ez-Zôr, İDLİB, ﬁre"), fold("Ａ１")
    ('deir ez-zor, idlib, fire', 'a1')
    """
    return _plain(text).casefold()


def index_text(text: str) -> str:
    """Return the terms a text is found by, separated by spaces, in their order.

    Words are stemmed, numbers lose their thousands separators, codes are kept whole beside their
    parts, and scripts without spaces are written as pairs of characters. Common words are left out.

    >>> index_text("The S-300s killed 1,541 people; see A/HRC/34/CRP.3.")
    's300 s300s 300 kill 1541 peopl see ahrc34crp3 hrc 34 crp 3'
    >>> index_text("北京大学")
    '北京 京大 大学'
    """
    return " ".join(term for token in _tokens(text) for term in token.indexed)


def content_terms(text: str) -> list[str]:
    """Return the terms of a text without those that only ask, each once, in order.

    >>> content_terms("How many people were killed near the camp?")
    ['peopl', 'kill', 'near', 'camp']
    """
    return list(_content(text) if len(text) < _LONGEST_KEPT else _content_of(text))


@lru_cache(maxsize=20_000)
def terms_held(text: str) -> frozenset[str]:
    """Return the terms of a sentence or a passage as a set, kept for the next who asks.

    >>> sorted(terms_held("How many people were killed near the camp?"))
    ['camp', 'kill', 'near', 'peopl']
    """
    return frozenset(content_terms(text))


_LONGEST_KEPT = 3_000
"""Characters of a text whose terms are kept: an answer asks for those of a sentence many times."""


@lru_cache(maxsize=4096)
def _content(text: str) -> tuple[str, ...]:
    return _content_of(text)


def _content_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for query in query_terms(text) for term in query.terms))


def query_terms(question: str) -> list[QueryTerm]:
    """Return what a question asks for, each thing once, without the words that only ask.

    A question of nothing but common words gives an empty list.

    >>> [(t.kind, *t.terms) for t in query_terms("Did the S-300 kill 1,541 in Idlib?")]
    [('exact', 's300'), ('word', 'kill'), ('exact', '1541'), ('name', 'idlib')]
    """
    letters = [c for c in question if c.isalpha()]
    shouted = bool(letters) and all(not c.islower() for c in letters) and len(question.split()) > 3
    text = question.lower() if shouted else question
    found: dict[tuple[str, ...], QueryTerm] = {}
    first = True
    for token in _tokens(text):
        # The first word of a question is a capital for its place, unless it has one inside too.
        capital = any(c.isupper() for c in token.surface[1 if first else 0 :])
        first = False
        if not capital and token.surface.lower() in _ASKING:
            continue
        kind: TermKind = "name" if capital and token.kind == "word" else token.kind
        for group in token.asked:
            found.setdefault(group, QueryTerm(token.surface, group, kind))
    return list(found.values())


def _plain(text: str) -> str:
    """Return compatibility characters replaced and accents gone, case and length class kept."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def _is_loud(surface: str) -> bool:
    return len(surface) > 1 and surface.isupper()


def _safe(term: str) -> str:
    """Return the term in characters that unicode61 keeps together, others moved to private use."""
    if term.isascii():
        return term
    return "".join(
        chr(0xF0000 + (ord(c) & 0xFFFF))
        if ord(c) > 0xFFFF or unicodedata.category(c)[0] == "M"
        else c
        for c in term
    )


def _tokens(text: str) -> Iterator[_Token]:
    if not text.isascii():
        text = _NARROW_SPACES.sub("", without_invisible(text))
        text = _plain(_DASHES.sub("-", _APOSTROPHES.sub("'", text)))
    for match in _TOKEN.finditer(text):
        surface = match.group()
        if surface.isalpha() and surface.isascii():
            yield _word(surface)
        elif _UNSPACED_CHAR.match(surface):
            yield _unspaced(surface)
        elif _INITIALS.match(surface):
            yield _word(surface.replace(".", ""), loud=True)
        else:
            parted = _MISSING_SPACE_IN_CODE if "/" in surface else _MISSING_SPACE
            for part in parted.split(surface):
                if any(c.isdigit() for c in part):
                    yield _number(part)
                elif part:
                    yield from _compound(part)


@lru_cache(maxsize=65536)
def _word(surface: str, *, loud: bool = False) -> _Token:
    folded = fold(surface)
    if folded in STOP_WORDS:
        if not loud and not _is_loud(surface):
            return _Token(surface, ())
        terms = (folded + LOUD,)
    else:
        terms = (_safe(stem(folded)),)
    return _Token(surface, (terms,), terms)


def _compound(surface: str) -> Iterator[_Token]:
    """Yield words without their apostrophes and possessives; hyphenated ones also joined."""
    for chain in re.split(r"[/.,:_]", surface):
        # "Assad's" is Assad, "Sana'a" is Sanaa, "al-Ba'ath" is al and Baath.
        bare = [re.sub(r"'[sS]$", "", piece).replace("'", "") for piece in chain.split("-")]
        words = [_word(piece) for piece in bare if piece]
        if len(words) == 1:
            yield words[0]
        elif words:
            joined = _safe(stem("".join(bare)))
            if len(words) == 2 and bare[0].lower() in _ARTICLES and words[1].indexed:
                both = (*words[1].indexed, joined)
                yield _Token(words[1].surface, (both,), both)
            else:
                yield _Token("".join(bare), ((joined,),), (joined,), "joined")
                yield from words


@lru_cache(maxsize=16384)
def _number(surface: str) -> _Token:
    """Return a number or code: whole, and for the index its parts as well."""
    text = re.sub(r"'s$", "", _digits(fold(surface)))
    plain = _THOUSANDS.sub(lambda m: re.sub("[.,]", "", m.group()), text)
    ordinal = _ORDINAL.match(plain)
    if ordinal:
        plain = ordinal.group(1)
    # Leaving the separator out between digits would make another number: 4.5 is not 45.
    whole = re.sub(r"(?<=\d)[\-/.,:_'](?=\d)", JOINT, plain)
    whole = _safe(re.sub(r"[\-/.,:_']", "", whole))
    plural = _PLURAL.match(whole)
    asked = [whole if plural is None else plural.group(1)]
    parts = [run for piece in _PIECE.findall(plain) for run in _RUN.findall(piece)]
    indexed = [*asked, *([whole] if plural else [])]
    if len(parts) > 1:
        telling = [p for p in parts if p.isdigit() or (len(p) > 1 and p not in STOP_WORDS)]
        indexed += [word for word in map(_safe, map(stem, telling)) if word not in indexed]
    return _Token(surface, ((asked[0],),), tuple(indexed), "exact")


def _digits(text: str) -> str:
    """Return the text with the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _unspaced(surface: str) -> _Token:
    last = max(1, len(surface) - 1)
    terms = tuple(_safe(surface[i : i + 2]) for i in range(last))
    return _Token(surface, tuple((term,) for term in terms), terms)
