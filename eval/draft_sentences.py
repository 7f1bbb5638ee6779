"""Sentences that a question can be drafted from: English, whole, and clear without their text.

Drafts are read by a person afterwards, so a sentence in doubt is left out. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from rag.english.sentences import sentences
from rag.english.speech import tokens
from rag.english.when import Time, times


class SourceDocument(Protocol):
    """What drafting needs to know of a document; ``rag.types.Document`` is one."""

    @property
    def id(self) -> str:
        """Its id in the library."""
        ...

    @property
    def external_id(self) -> str | None:
        """Its id outside, such as that of a table's row."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def text(self) -> str:
        """Its whole text."""
        ...

    @property
    def source(self) -> str:
        """Where it was read."""
        ...

    @property
    def published(self) -> str | None:
        """The ISO day on which it was published, where that is known."""
        ...


_DATELINE = re.compile(
    r"^(?:[A-Z][\w.'\u2019/ ,-]{0,60}?\([\w .,/-]{2,40}\)\s*[-\u2013\u2014:]+\s+"
    r"|[A-Z][A-Z'\u2019-]{2,}[^\u2013\u2014\n]{0,40}?\s[-\u2013\u2014]+\s+"
    r"|[A-Z][A-Z'\u2019-]{3,}(?:/[A-Z]+)?\s*[:,]\s+(?=[A-Z])"
    r"|[A-Z]{4,}(?:\s[A-Z]{3,})*\s+(?=(?:A|An|The)\s))"
)
_ODD = re.compile(
    r"[:;()\[\]{}<>|*_#@\"\u201c\u201d\u00ab\u00bb\u2026\n\t]|\.\.|https?|www\.|\s[-\u2013\u2014]"
    r"|[\u2013\u2014]\s|(?:^|\s)['\u2018]|['\u2019](?:\s|$)|\.com\b|\ufffd|&|\bURL\b"
    r"|\d[.:]\d\d[.:]|\d[A-Z][a-z]|\b[A-Z][\w-]+ the\b|- "
)
_OPENS_ON_OTHERS = re.compile(
    r"^(?:(?:he|she|it|they|we|i|you|this|that|these|those|there|here|his|her|its|their|our|my|your"
    r"|such|both|another|others?|some of|many of|most of|one of them|all|but|and|or|so|then|yet"
    r"|however|meanwhile|moreover|also|still|instead|thus|therefore|later|earlier|nor|not|no|if"
    r"|when|while|as|although|though|because|since|after|before|once|unless|until|despite"
    r"|according|adding|speaking|asked|given|having|following|where|who|what|why|how|which|whether"
    r"|to|for|by|with|from|of|than|separately|elsewhere|similarly|afterwards?|read|more|see|photo"
    r"|updated?|published|copyright|posted|click|video|image|source|share|editing|reporting"
    r"|writing)\b)",
    re.IGNORECASE,
)
_OPENING_CASE = re.compile(r"^[A-Z0-9]")
_SMALL = frozenset("the of and in to a on was were that for at by with from had has is are".split())
_POINTS_BACK = re.compile(
    r"\b(?:he|she|him|they|them|themselves|himself|herself|we|us|our|i|me|my|you|your|this|these"
    r"|those|here|former|latter|same|such|there|latest|said it|aforementioned|above|below|so far"
    r"|other|others|another|ago|recent|recently|now|currently|already|again|still)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their|it|itself)\b", re.IGNORECASE)
_RELATIVE_TIME = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|overnight|(?:last|next|this|previous|past|following)\s+"
    r"(?:\w+\s+)?(?:night|week|month|year|day|morning|evening|weekend|hours?|days|weeks|months"
    r"|years)|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekend|earlier|later)\b",
    re.IGNORECASE,
)
_LONGEST = 30
_FEWEST_OF_A_TITLE = 4
_EVENT = re.compile(
    r"\bthe (?:[a-z]+ )?(?:raids?|battles?|attacks?|strikes?|airstrikes?|blasts?|explosions?"
    r"|incidents?|dead|deaths|casualties|fatalities|offensive|bombings?|building|town|village|city"
    r"|area|operation|reports?|fire|accident|meeting|vote|decision|case|crash|letters?|clashes"
    r"|shelling|convoy|bodies|victims|toll|figure)\b"
    r"(?! (?:(?:of|on|in|at|near|against|to|for|by|that|which|who) (?:[a-z]+ ){0,4})?[A-Z])"
)
"""What only the text around tells, unless the name of what it is of follows, or a date is there."""

_PART_OF_DAY = r"(?P<part>\s+(?:morning|afternoon|evening|night))?"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that can be asked about: ``document.text[start:end]`` is the whole of it.

    ``text`` is what it says on one line, its dateline left out; ``published`` is the day of it.
    ``quoted`` is set where it is what somebody said, in quotation marks.
    """

    start: int
    end: int
    text: str
    published: str | None
    quoted: bool = False


@dataclass(slots=True)
class Vocabulary:
    """The words of a collection: how often each stands in lower case, and as a name.

    A capital at the start of a sentence says nothing, so those words are not counted as names.
    """

    plain: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """Count the words of a text."""
        self.plain.update(re.findall(r"\b[a-z][a-z'\u2019-]*\b", text))
        self.names.update(re.findall(r"(?<=[a-z,] )[A-Z][\w'\u2019-]*", text))

    def is_common(self, word: str) -> bool:
        """Return whether a word with a capital is an ordinary one that opens a sentence."""
        return " " not in word and self.plain[word.lower()] > self.names[word]

    def lowered(self, clause: str) -> str | None:
        """Return a clause as it stands inside a sentence, None when its first word may be a name.

        >>> words = Vocabulary()
        >>> words.add("Many residents met Ilse Maron.")
        >>> words.lowered("Residents met"), words.lowered("Ilse met"), words.lowered("Xyz met")
        ('residents met', 'Ilse met', None)
        """
        found = tokens(clause)
        if not found or not found[0].text[0].isupper():
            return clause
        word, lower = found[0].text, found[0].text.lower()
        plain = lower + clause[found[0].end :] if found[0].start == 0 else None
        if lower in _OPENERS:
            return plain
        follows = found[1] if len(found) > 1 else None
        if follows is not None and follows.text[0].isupper():
            return clause
        if word[1:] != word[1:].lower() or self.names[word] > self.plain[lower]:
            return clause
        return plain if self.plain[lower] else None


_OPENERS = frozenset(
    "the a an at about around some several more nearly almost two three four five six seven eight "
    "nine ten eleven twelve dozens hundreds thousands over fewer up between only any each every "
    "in on during".split()
)


QUOTED = re.compile(
    r"^[\"\u201c](?P<quote>[A-Z][^\"\u201c\u201d\n]{30,180})[,?!][\"\u201d]\s"
    r"(?P<rest>[^\"\u201c\u201d\n:;]{4,120})\.$"
)
"""A sentence that is somebody's words and who said them."""


def told(document: SourceDocument) -> Iterator[Told]:
    """Yield the sentences of a document that can be asked about, in order."""
    text = document.text
    # A short title may also be a name in the first sentence, which is no heading to be cut off.
    title = document.title if len(document.title.split()) >= _FEWEST_OF_A_TITLE else ""
    for start, end in sentences(text, title):
        whole = re.sub(r"\s*\n\s*", " ", text[start:end])
        said = _DATELINE.sub("", whole, count=1)
        if is_clear(said) and said.rstrip(".") not in document.title:
            yield Told(start, end, said, document.published)
        elif QUOTED.match(said):
            yield Told(start, end, said, document.published, quoted=True)


def is_clear(text: str) -> bool:
    """Return whether a sentence is English prose that does not lean on the sentences before it.

    >>> is_clear("Estuary Watch was founded by fishermen in 2009 to record pollution.")
    True
    >>> is_clear("It was founded by fishermen in 2009 to record pollution in the estuary.")
    False
    """
    words = text.split()
    if not (7 <= len(words) <= 45 and text.endswith(".") and _OPENING_CASE.match(text)):
        return False
    if _ODD.search(text) or re.match(r"\d+[.)]\s", text) or _OPENS_ON_OTHERS.match(text):
        return False
    small = sum(word.lower().strip(",.") in _SMALL for word in words)
    capitals = sum(word[0].isupper() for word in words)
    return small >= 2 and small >= len(words) / 8 and capitals <= 0.45 * len(words)


def is_askable(question: str, *, names: int = 1) -> bool:
    """Return whether a question can be understood by someone who has not read the document.

    >>> is_askable("How many people gathered for a vigil at St Brannoc's Church in Larkhaven?")
    True
    >>> is_askable("How many people did they say had gathered in Larkhaven?")
    False
    """
    if not 5 <= len(question.split()) <= _LONGEST or _POINTS_BACK.search(question):
        return False
    if _RELATIVE_TIME.search(question) or re.search(r"\s[,.?]|,\?|\b(\w+) \1\b", question):
        return False
    if _EVENT.search(question) and not re.search(r"\b\d{4}\b", question):
        return False
    named = [token for token in tokens(question)[1:] if token.is_name]
    possessive = _POSSESSIVE.search(question)
    if possessive and not any(token.start < possessive.start() for token in named):
        return False
    return len(named) >= names


def on_days(text: str, published: str | None) -> str:
    """Return a text with its weekdays and days without a year written out as dates.

    >>> on_days("Nine people died in Larkhaven on Tuesday evening.", "2023-03-15")
    'Nine people died in Larkhaven on the evening of 14 March 2023.'
    """
    for time in reversed(times(text, published)):
        words = text[time.start : time.end]
        if re.search(r"\d{4}", words) or text[time.end :].startswith(("'", "\u2019", "-")):
            continue
        if not time.exact:
            if published and re.fullmatch(r"(?:in|of|since|until|during) [A-Z][a-z]+", words):
                year = time.first[:4]
                text = f"{text[: time.end]} {year}{text[time.end :]}"
            continue
        text = _dated(text, time)
    return text


def _dated(text: str, time: Time) -> str:
    day = date.fromisoformat(time.first)
    written = f"{day.day} {day:%B %Y}"
    before, after = text[: time.start], text[time.end :]
    weekday = not any(char.isdigit() for char in text[time.start : time.end])
    part = re.match(_PART_OF_DAY, after)
    if part and part["part"]:
        if not re.search(r"\bon $", before):
            return text
        return f"{before}the {part['part'].strip()} of {written}{after[part.end() :]}"
    governed = re.search(
        r"\b(?:on|since|until|by|before|after|of|from|to|and|late|early) $", before
    )
    return f"{before}{written}{after}" if governed or not weekday else text
