"""What has been said in a conversation: the questions as understood, who spoke, who is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rag.follow_up_parse import Parsed, parse
from rag.follow_up_phrases import names_of, terms_of
from rag.follow_up_words import BODIES, MONTHS, PEOPLE, WH
from rag.sentences import sentences
from rag.speech import claims

_TEXT = 3000
"""Characters of an answer that are looked at."""
_SHORT = 25
"""Words of an answer without JSON that may be nothing but a bare answer."""
_RUN = re.compile(
    r"(?:[a-z]{2,3}-)?[^\W\d_a-z][\w'\u2019-]*"
    r"(?:\s+(?:(?:al|el|bin|ibn|abu|de|van|von|of)[\s-])?(?:[a-z]{2,3}-)?[^\W\d_a-z][\w'\u2019-]*)*"
)
_NO_NAME = MONTHS | frozenset(
    "tags date much most many some all one two three four five six seven eight nine ten eleven "
    "twelve".split()
)
_NO_PERSON = BODIES | MONTHS | WH | frozenset("the a an in on at and but for as".split())


@dataclass(frozen=True)
class Said:
    """One question of the past, as it was understood, and the JSON of its answer.

    ``opens`` says that it began a topic of its own.
    """

    asked: str
    understood: str
    answer: Mapping[str, Any]
    opens: bool = False

    @cached_property
    def parsed(self) -> Parsed:
        """The question in parts."""
        return parse(last_sentence(self.understood))

    @cached_property
    def text(self) -> str:
        """The answer's words; nothing of a refusal, which says nothing of the matter."""
        if self.answer.get("declined"):
            return ""
        text = self.answer.get("text")
        return re.sub(r"\s*\[\d+\]", "", text)[:_TEXT] if isinstance(text, str) else ""

    @cached_property
    def bare(self) -> str:
        """The best bare answer, or the empty string."""
        if "answers" in self.answer:
            return next(_strings(self.answer, "answers", "text"), "")
        return counted_first(self.text)

    @cached_property
    def named(self) -> list[str]:
        """The bare answers that are names, less those of who published what is cited."""
        published = {one.lower() for one in self.publishers}
        found = []
        bares = list(_strings(self.answer, "answers", "text"))
        if "answers" not in self.answer:
            bares = named_in_short(self.text)
        for text in bares:
            bare = re.sub(r"['\u2019]s$", "", text)
            whole = _RUN.fullmatch(re.sub(r"^(?:the|a)\s+", "", bare))
            known = bare.lower() in published or bool(set(bare.lower().split()) & _NO_NAME)
            paper = re.search(rf"\([^)]*{re.escape(bare)}[^)]*\)", self.text)
            placed = re.search(
                rf"\b(?:at|in|near|from|of)\s+(?:the\s+)?{re.escape(bare)}", self.text
            )
            if self.asks_who and placed:
                continue
            if whole and not known and not paper and len(bare.split()) <= 5 and "-b" not in bare:
                found.append(bare)
        return found

    @cached_property
    def speakers(self) -> list[str]:
        """Whose accounts the answer gives, in its order."""
        found = [one for one in _strings(self.answer, "accounts", "claimant") if one]
        if len(found) < 2:
            found += [
                claim.speaker
                for start, end in sentences(self.text)
                for claim in _claims(self.text[start:end])
                if names_of(claim.speaker) or " " in claim.speaker
            ]
        return list(dict.fromkeys(found))

    @cached_property
    def publishers(self) -> list[str]:
        """Who published what the answer cites, else the titles, in its order."""
        return list(
            dict.fromkeys(
                one
                for field in ("publisher", "title")
                for one in _strings(self.answer, "citations", field)
                if one
            )
        )

    @cached_property
    def asks_who(self) -> bool:
        """Whether the question asks for somebody."""
        return bool(re.match(r"(?:\w+\s+)?(?:who|whom|whose)\b", self.understood, re.IGNORECASE))

    @cached_property
    def asked_people(self) -> list[str]:
        """The people that the question names."""
        found = people_in(self.understood)
        subject = self.parsed.subject
        # "How many did Thale admit to?": whoever does something, though no full name is known.
        if not found and self.parsed.verb and re.fullmatch(r"[A-Z][a-z][\w'\u2019-]+", subject):
            full = [one for one in people_in(self.text) if one.split()[-1] == subject]
            return [] if subject.lower() in _NO_PERSON else [*full[:1], subject]
        return found

    @cached_property
    def told_people(self) -> list[str]:
        """The people that the answer names, those first who answer or whose account it gives."""
        named = [one for bare in self.named for one in people_in(bare)]
        speakers = [one for claimant in self.speakers for one in people_in(claimant)]
        unbracketed = re.sub(r"\([^)]*\)", " ", self.text)
        found = [*named, *speakers, *people_in(unbracketed)]
        published = {one.lower() for one in self.publishers}
        return [one for one in dict.fromkeys(found) if one.lower() not in published]

    @cached_property
    def people(self) -> list[str]:
        """The people of the question and the answer; those first who were asked for."""
        asked, told = self.asked_people, self.told_people
        if self.asks_who and self.parsed.inverted and self.parsed.verb and asked:
            return list(dict.fromkeys([*asked, *told]))
        if self.asks_who or re.match(r"which\b", self.understood, re.IGNORECASE):
            fresh = [one for one in told if one.lower() not in self.understood.lower()]
            return list(dict.fromkeys([*fresh, *asked, *told]))
        return list(dict.fromkeys([*asked, *told]))


_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")
_TAIL = re.compile(
    r"[,\s]+(?:please|right|correct|thanks|thank you|too)\s*(?=[?.!]*$)", re.IGNORECASE
)


def counted_first(text: str) -> str:
    """Return the number that an answer without JSON begins with, with its hedge, or "".

    >>> counted_first("About 60, according to the fire service."), counted_first("Welders.")
    ('About 60', '')
    """
    match = re.match(
        r"(?:(?:at least|about|some|more than|around|nearly)\s+)?\d[\d,.]*\d|\d", text, re.I
    )
    return match.group() if match else ""


def named_in_short(text: str) -> list[str]:
    """Return the names in the first sentence of an answer without JSON, where that is short.

    >>> named_in_short("He blamed welders of a contractor, Hallam Marine. They deny it.")
    ['Hallam Marine']
    """
    first = _SENTENCE.split(text)[0] if text else ""
    if len(first.split()) > _SHORT:
        return []
    whole = first.rstrip(".").split()
    found = []
    for match in _RUN.finditer(first):
        alone = match.start() == 0 and " " not in match.group() and len(whole) > 1
        if not alone or match.group().endswith(("ia", "an")):
            found.append(re.sub(r"['\u2019]s?$|\.$", "", match.group()))
    openers = {
        "The",
        "A",
        "An",
        "In",
        "He",
        "She",
        "It",
        "They",
        "By",
        "At",
        "On",
        "Yes",
        "No",
        "Its",
    }
    stripped = []
    for one in found:
        first, _, rest = one.partition(" ")
        if rest and first in openers:
            one = f"the {rest}" if first == "The" else rest
        stripped.append(one)
    return [one for one in stripped if one not in openers]


def last_sentence(question: str) -> str:
    """Return the last sentence of a question that says something, without "please" at its end.

    >>> last_sentence("I see. How do I apply for a permit, please? Thank you!")
    'How do I apply for a permit?'
    """
    found = [_TAIL.sub("", one) for one in _SENTENCE.split(question) if one.strip()]
    if len(found) < 2:
        return (found or [question])[0]
    telling = [one for one in found if len(terms_of(one)) > 1]
    asking = [one for one in telling if one.endswith("?")]
    return (asking or telling or found or [question])[-1]


def _claims(sentence: str) -> Iterator[Any]:
    return (one for part in re.split(r";\s*", sentence) for one in claims(part) if one.speaker)


def _strings(answer: Mapping[str, Any], field: str, name: str) -> Iterator[str]:
    found = answer.get(field)
    for one in found if isinstance(found, list | tuple) else ():
        if isinstance(one, Mapping) and isinstance(text := one.get(name), str):
            yield " ".join(text.split())[:200]


def runs(text: str) -> list[str]:
    """Return the runs of capitalised words in a text, in order.

    >>> runs("What did Interior Minister Aldo Brennick say about Ras al-Ain?")
    ['What', 'Interior Minister Aldo Brennick', 'Ras al-Ain']
    """
    return [re.sub(r"['\u2019]s?$", "", match.group()) for match in _RUN.finditer(text)]


def people_in(text: str) -> list[str]:
    """Return the people that a text names, and those it only calls by what they do.

    Two capitalised words at least, none of a body, and no place is said before them.

    >>> people_in("What did Interior Minister Aldo Brennick accuse Corran Industries of?")
    ['Interior Minister Aldo Brennick']
    >>> people_in("How many died in Old Damascus?"), people_in("What did the attacker ride?")
    ([], ['the attacker'])
    """
    found: list[tuple[int, str]] = []
    for match in _RUN.finditer(text):
        words = [re.sub(r"['\u2019]s?$", "", word) for word in match.group().split()]
        start = match.start()
        while words and words[0].lower() in WH | MONTHS | {"the", "a", "an", "did", "does", "was"}:
            start += len(words[0]) + 1
            words = words[1:]
        before = text[:start].rstrip().rsplit(" ", 1)[-1].lower()
        placed = before in ("in", "at", "near", "from", "on", "of", "around", "the", "outside")
        if len(words) < 2 or placed or any(w.lower() in _NO_PERSON for w in words):
            continue
        following = text[match.end() :].lstrip(" ").split(" ", 1)[0].lower().strip("?.,;")
        if following in BODIES:
            continue
        found.append((start, " ".join(words)))
    for match in re.finditer(
        r"\b(?:the|an?)\s+((?:[\w'\u2019-]+\s+){0,3}?([a-z]+))\b(?!['\u2019-])", text
    ):
        if match.group(2) in PEOPLE and not any(s >= match.start() for s, _ in found[:1]):
            found.append((match.start(), f"the {match.group(1)}"))
    return [name for _, name in sorted(found)]


def bodies_in(text: str) -> list[str]:
    """Return the bodies that a text names.

    >>> bodies_in("How many of Corran Industries' own employees died at Larkhaven?")
    ['Corran Industries']
    """
    found = []
    for run in runs(text):
        words = run.split()
        while words and words[0].lower() in WH | MONTHS:
            words = words[1:]
        if len(words) > 1 and any(word.lower() in BODIES for word in words):
            found.append(" ".join(words))
    return found


def as_written(phrase: str, texts: Sequence[str]) -> str:
    """Return a phrase with the capitals that the conversation writes it with, if it has it.

    >>> as_written("deir sharqi", ["In Deir Sharqi, six died."])
    'Deir Sharqi'
    """
    if not phrase.islower() or len(phrase) < 3:
        return phrase
    pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    for text in texts:
        for match in pattern.finditer(text[:_TEXT]):
            if match.group()[0].isupper() and match.group() != phrase.capitalize() + " ":
                return match.group()
    return phrase


def full_name(surname: str, past: Sequence[Said]) -> str:
    """Return the full name of whom a conversation knows by this surname, else the surname."""
    known = {
        name
        for said in past
        for name in said.people
        if name.split()[-1] == surname and name.split()[0][0].isupper()
    }
    return known.pop() if len(known) == 1 else surname
