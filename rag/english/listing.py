"""List questions, and the items of a sentence that enumerates: "A, B and C". English.

An item is a stretch of its text to the character; nothing is joined or completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.english.counts import numbers
from rag.english.names import same_name
from rag.english.question import Asked
from rag.english.speech import tokens
from rag.english.words import content_terms, fold

_LEAD = re.compile(
    r"^(?:(?:and|but|so|please|also)[,\s]+|(?:can|could) you (?:please )?|according to [^,]+,\s*)*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:(?:please\s+)?(?:list|enumerate)\b|"
    r"(?:please\s+)?(?:name|give|mention|identify|state)(?:\s+me)?\s+"
    r"(?:all|some|any|the|(?P<n>two|three|four|five|six|seven|eight|nine|ten|\d+)|at least|a few|"
    r"several)\b|"
    r"(?:in |to |from |by |on |for |with |of )?(?:which|what)\s+"
    r"(?P<n2>two|three|four|five|six|seven|eight|nine|ten|\d+)\s+\w+|"
    r"(?:which|what|who) of\b|"
    r"(?:what|who)\s+(?:are|were)\s+(?:the|some|its|their|his|her|all|two|three|four|five|six|\d+)\b|"
    r"who (?:all|else)\b|(?:which|what) (?:other|others|all)\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:in |to |from |by |on |for |with |of |at |under )?(?:which|what|whose)\s+"
    r"(?P<nouns>[a-z' -]+?)\s+(?:are|were|have|had|did|do|does|can|could|will|would|may|"
    r"might|must|should|[a-z]+ed|make|take|took|made|left|won|lost|hold|held|fought|came|went|sent|led|form)\b",
    re.IGNORECASE,
)
# They end like plurals and are none, or ask for one thing.
_SINGULAR = re.compile(r"(?:ss|us|is|ous|news|series|species|mathematics|physics|politics)$")
_PLURAL = frozenset("people men women children police criteria phenomena media countries".split())
_NUMBER_WORDS = "two three four five six seven eight nine ten".split()

_JOINT = re.compile(r"\s*(?:;|,?\s+(?:and|or|as well as|along with|plus|&)\s+|,)\s*", re.IGNORECASE)
_OPENS = re.compile(
    r"^(?:such as|including|namely|for example|e\.g\.|like|both|either|and|or)\s+|"
    r"^(?:the following|these)[^:]*:\s*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
_INSIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\u201c[^\u201d]*\u201d|\"[^\"]*\"")
_DETERMINER = re.compile(
    r"^(?:the|a|an|its|their|his|her|our|some|several|other)\s+", re.IGNORECASE
)
_COMMA_INSIDE = re.compile(
    r"(?<=\d),(?=\d{3})|,(?=\s*(?:jr|sr|inc|ltd|llc|phd|md)\b)|"
    r"(?<=\b\d),(?=\s*\d{4})|(?<=\b\d\d),(?=\s*\d{4})",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.)+$|\b(?:Inc|Ltd|Co|Jr|Sr)\.$")
_LONGEST_ITEM = 12
"""Words of an item; a longer stretch is a clause, and the text no enumeration."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an enumeration: ``text`` stands at ``[start, end)`` of what it was taken from."""

    text: str
    start: int
    end: int


def is_list_question(asked: Asked) -> bool:
    """Return whether a question asks for several things.

    >>> from rag.english.question import analyse
    >>> [is_list_question(analyse(text)) for text in (
    ...     "Which countries signed it?", "Name three rivers.", "What are the aims of the plan?",
    ...     "Which country signed it?", "What is the aim?", "How many countries signed it?")]
    [True, True, True, False, False, False]
    """
    if asked.kind in ("how_many", "yes_no", "why", "how", "compare", "summary", "when"):
        return False
    text = _LEAD.sub("", asked.text)
    if asked.kind == "said" and not text.lower().startswith(("which", "list", "name")):
        return False
    if _ASKS.match(text):
        return not re.match(
            r"(?:what|who) (?:are|were) the (?:odds|chances|rules of)\b", text, re.I
        )
    match = _WHICH.match(text)
    if match is None:
        return False
    head = re.split(r"\s+of\s+", match["nouns"].lower())[0]  # "what kinds of rock"
    return _is_plural(head.split()[-1])


def asked_number(asked: Asked) -> int | None:
    """Return how many things a list question wants, or None where it does not say.

    >>> from rag.english.question import analyse
    >>> [asked_number(analyse(text)) for text in ("Name three rivers.", "Which rivers rise?")]
    [3, None]
    """
    match = _ASKS.match(_LEAD.sub("", asked.text))
    word = (match["n"] or match["n2"] or "").lower() if match else ""
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS.index(word) + 2
    return int(word) if word.isdigit() else None


def _is_plural(noun: str) -> bool:
    if noun in _PLURAL:
        return True
    return len(noun) > 3 and noun.endswith("s") and not _SINGULAR.search(noun)


def items(text: str, start: int = 0) -> list[Item]:
    """Return the items of a text that enumerates, with offsets from ``start``; else itself.

    >>> [item.text for item in items("France, the United Kingdom and Italy")]
    ['France', 'the United Kingdom', 'Italy']
    >>> [(item.text, item.start) for item in items("10,000 men and 30 guns", 100)]
    [('10,000 men', 100), ('30 guns', 115)]
    >>> [item.text for item in items("Trinidad and Tobago")]
    ['Trinidad and Tobago']
    """
    whole = _trimmed(text, 0, len(text))
    if whole is None:
        return []
    spans = [span for one in _parts(text) if (span := _trimmed(text, *one)) is not None]
    if len(spans) < 2 or not _enumerates(text, spans):
        spans = [whole]
    return [Item(text[a:b], start + a, start + b) for a, b in spans]


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between the joints of a text that stand outside brackets and quotes."""
    shut = [match.span() for match in _INSIDE.finditer(text)]
    shut += [match.span() for match in _COMMA_INSIDE.finditer(text)]
    begin = 0
    for match in _JOINT.finditer(text):
        inside = any(a < match.end() and match.start() < b for a, b in shut)
        joined = match.group().strip().lower() in ("and", "&")
        if inside or match.start() < begin or (joined and _is_half(text[begin : match.start()])):
            continue
        yield begin, match.start()
        begin = match.end()
    yield begin, len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return a stretch without space, bullets and the words that open a list; None if empty."""
    while True:
        while start < end and text[start] in " \t\n,;:":
            start += 1
        opening = _OPENS.match(text[start:end]) or _BULLET.match(text[start:end])
        if opening is None or not opening.end():
            break
        start += opening.end()
    while end > start and text[end - 1] in " \t\n,;:":
        end -= 1
    if text[start:end].endswith(".") and not re.search(
        r"\b(?:[A-Z]\.)+$|\b(?:Inc|Ltd|Co|Jr|Sr)\.$", text[start:end]
    ):
        end -= 1
    return (start, end) if any(char.isalnum() for char in text[start:end]) else None


def _enumerates(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether stretches are items of one kind, and not clauses or halves of one name."""
    parts = [text[a:b] for a, b in spans]
    if any(len(part.split()) > _LONGEST_ITEM for part in parts):
        return False
    if any(
        re.search(r"\b(?:which|who|whose|because|although|while|when|that)\b", p) for p in parts
    ):
        return False
    if len(parts) > 2:
        return True
    between = text[spans[0][1] : spans[1][0]]
    if "," in between and not re.search(r"\b(?:and|or|as well as)\b", between):
        return False  # "Paris, France": a name and where it is
    first, second = (_kind(part) for part in parts)
    if first == second == "name":
        return _two_names(parts[0], parts[1])
    return first == second


def _kind(part: str) -> str:
    bare = _DETERMINER.sub("", part)
    if numbers(part):
        return "number"
    words = [one for one in tokens(bare) if one.text[0].isalnum()]
    return "name" if words and words[0].is_name and words[-1].is_name else "words"


_ONE_NAME = frozenset(
    "trinidad bosnia antigua johnson marks procter dolce simon ernst tyne brighton england "
    "food science arts health law trade search research rights justice home foreign "
    "newfoundland saint sao serbia princeton hewlett smith barnes black rock".split()
)


def _is_half(part: str) -> bool:
    """Return whether a part is the first half of a name such as "Bosnia and Herzegovina"."""
    words = part.split()
    return len(words) == 1 and words[0].lower() in _ONE_NAME


def _two_names(one: str, other: str) -> bool:
    """Return whether "A and B" are two: not one body or place whose name holds an "and"."""
    if _is_half(one):
        return False
    # "the Ministry of Trade and Industry": the first half has the noun that both halves share.
    shared = re.search(
        r"\b(?:Ministry|Department|Office|Board|Bureau|Institute|Centre|Center|School|Faculty|"
        r"College|Committee|Commission|Council|Agency|Administration|Secretary|Minister|Museum|"
        r"Society|University|House)\s+(?:of|for)\s+(?:the\s+)?\w+$",
        one,
    )
    return not (shared and len(other.split()) <= 2)


def merged(found: Iterable[Item], most: int | None = None) -> list[Item]:
    """Return items without repeats, in order; of two spellings of one name the first stays.

    >>> [item.text for item in merged([Item("Italy", 0, 5), Item("the Italy", 9, 18)])]
    ['Italy']

    Args:
        found: Items of one sentence after the other.
        most: How many at most; None for all.
    """
    kept: list[Item] = []
    for item in found:
        if item.text and not any(_same(item.text, one.text) for one in kept):
            kept.append(item)
    return kept if most is None else kept[:most]


def _same(one: str, other: str) -> bool:
    first, second = (_DETERMINER.sub("", fold(text)).strip(" .") for text in (one, other))
    if first == second:
        return True
    a, b = content_terms(one), content_terms(other)
    if not a or not b or [n.value for n in numbers(one)] != [n.value for n in numbers(other)]:
        return False
    if set(a) == set(b):
        return True
    # "Security Council" and "the UN Security Council"; a spelling of the same single name.
    if one[:1].isupper() and other[:1].isupper() and (set(a) < set(b) or set(b) < set(a)):
        return a[-1] == b[-1] and min(len(a), len(b)) > 1
    return len(a) == len(b) == 1 and one[:1].isupper() and same_name(a[0], b[0])
