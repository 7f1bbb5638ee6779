"""What has been said in a conversation: the questions as understood, who spoke, who is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rag.english.metonyms import country_of
from rag.english.sentences import sentences
from rag.english.speech import claims
from rag.follow.names import (
    NO_PERSON,
    RUN,
    TEXT,
    counted_first,
    named_in_short,
    named_part,
    people_in,
)
from rag.follow.parse import Parsed, parse
from rag.follow.phrases import names_of, terms_of
from rag.follow.roles import called
from rag.follow.words import BODIES, DETERMINERS, EVENTS, MONTHS, PEOPLE, PLACE_NOUNS, SITES, WH

_NO_NAME = MONTHS | frozenset(
    "tags date much most many some all one two three four five six seven eight nine ten eleven "
    "twelve".split()
)
_KIND_NOUNS = "|".join(sorted(BODIES | SITES | PLACE_NOUNS))
_COMMON = MONTHS | WH | PEOPLE | BODIES | PLACE_NOUNS | EVENTS | DETERMINERS | SITES


@dataclass(frozen=True)
class Said:
    """One question of the past, as it was understood, and the JSON of its answer.

    ``opens`` says that it began a topic of its own, ``around`` where, when and in what it plays.
    """

    asked: str
    understood: str
    answer: Mapping[str, Any]
    opens: bool = False
    around: str = ""

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
        return re.sub(r"\s*\[\d+\]", "", text)[:TEXT] if isinstance(text, str) else ""

    @property
    def foreign(self) -> bool:
        """Whether it began a topic of which the library knows nothing."""
        return self.opens and bool(self.answer.get("declined"))

    @cached_property
    def quoted(self) -> str:
        """The cited passages' words that the answer quotes."""
        return " ".join(_strings(self.answer, "citations", "quote"))[:TEXT]

    @cached_property
    def listed(self) -> list[str]:
        """Several sources that the question itself names: "according to X and to Y"."""
        match = _SOURCES.search(self.understood)
        return re.split(r",?\s+(?:and|or)\s+(?:to\s+)?", match.group(1)) if match else []

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
            kind = re.sub(rf"\s+(?:{_KIND_NOUNS})$", "", re.sub(r"^(?:[Tt]he|[Aa])\s+", "", bare))
            if self.wanted and bare.lower().endswith(f" {self.wanted}"):  # "Kiln military airport"
                kind = re.sub(r"(?:\s+[a-z]+){1,3}$", "", kind)
            whole = RUN.fullmatch(kind)
            known = bare.lower() in published or bool(set(bare.lower().split()) & _NO_NAME)
            paper = re.search(rf"\([^)]*{re.escape(bare)}[^)]*\)", self.text)
            placed = re.search(
                rf"\b(?:at|in|near|from|of)\s+(?:the\s+)?{re.escape(bare)}", self.text
            )
            if self.asks_who and placed:
                continue
            bare = re.sub(r"^(The|An?) ", lambda match: match.group().lower(), bare)
            if whole and not known and not paper and len(bare.split()) <= 5 and "-b" not in bare:
                found.append(bare)
        return found

    @cached_property
    def called(self) -> str:
        """Who answers "who" where the answer calls them by no name: "the governor", or ""."""
        if not self.asks_who or self.named or self.parsed.verbless:
            return ""
        bare = self.bare if "answers" in self.answer else _SENTENCE.split(self.text or "No")[0]
        found = called(bare)
        return "" if found[4:].lower() in self.understood.lower() else found

    @cached_property
    def speakers(self) -> list[str]:
        """Whose accounts the answer gives, in its order."""
        found = [named_part(o) for o in _strings(self.answer, "accounts", "claimant") if o]
        if len(found) < 2:
            found += [
                named_part(claim.speaker)
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
    def wanted(self) -> str:
        """The kind of which the question asks for one: "airport"; else the empty string."""
        match = re.match(r"(?:\w+\s+)?(?:which|what) [a-z ]*?([a-z]+)$", self.parsed.wh, re.I)
        return match.group(1).lower() if match else ""

    @cached_property
    def asked_people(self) -> list[str]:
        """The people that the question names."""
        if known := _WHO_IS.match(self.understood):
            full = [one for one in people_in(self.text) if one.split()[-1] == known.group("who")]
            if known.group("who").lower() not in NO_PERSON and not country_of(known.group("who")):
                return [*full[:1], known.group("who")]
        found = people_in(self.understood)
        subject = self.parsed.subject
        # "How many did Thale admit to?": whoever does something, though no full name is known.
        if not found and self.parsed.verb and re.fullmatch(r"[A-Z][a-z][\w'\u2019-]+", subject):
            full = [one for one in people_in(self.text) if one.split()[-1] == subject]
            if subject.lower() in NO_PERSON or country_of(subject):
                return []
            return [*full[:1], subject]
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
        is_known = re.match(
            r"[Ww]ho (?:is|was|are|were) [A-Z](?!.*['\u2019]s? [a-z])", self.understood
        )
        if self.asks_who and asked and (is_known or (self.parsed.inverted and self.parsed.verb)):
            return list(dict.fromkeys([*asked, *told]))
        if self.asks_who or re.match(r"which\b", self.understood, re.IGNORECASE):
            fresh = [one for one in told if one.lower() not in self.understood.lower()]
            return list(dict.fromkeys([*fresh, *asked, *told]))
        return list(dict.fromkeys([*asked, *told]))


_WHO_IS = re.compile(r"[Ww]ho (?:is|was) (?P<who>(?:[a-z]{2,3}-)?[A-Z][\w\u2019'-]*)\s*\?*$")
_SOURCES = re.compile(r"\baccording to ([^,?]+? (?:and|or) [^,?]+)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")
_TAIL = re.compile(
    r"[,\s]+(?:please|right|correct|thanks|thank you|too)\s*(?=[?.!]*$)", re.IGNORECASE
)


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


def with_capitals(question: str, past: Sequence[Said]) -> str:
    """Return a question with the capitals of the names that the conversation never writes small.

    >>> with_capitals("when did wray smell smoke?", [Said("Who is Tomas Wray?", "", {})])
    'when did Wray smell smoke?'
    """
    told = "\n".join(f"{said.asked}\n{said.text}\n{said.quoted}" for said in past)
    small = set(re.findall(r"(?<![\w-])[a-z][\w-]*", told)) | _COMMON
    # A capital at the beginning of a sentence makes no name.
    within = re.findall(r"(?<=[\w,;)] )(?:[A-Z]|[A-Za-z]{2,3}-[A-Z])[\w'\u2019-]*", told)
    names = {word.lower(): word for word in (re.sub(r"['\u2019]s?$", "", one) for one in within)}

    def written(match: re.Match[str]) -> str:
        word = match.group()
        asks_how = re.search(r"\bhow $", match.string[: match.start()], re.IGNORECASE)
        return word if word in small or asks_how else names.get(word, word)

    return re.sub(r"(?<![\w-])[a-z][\w-]{2,}(?![\w-])", written, question)


def full_name(surname: str, past: Sequence[Said]) -> str:
    """Return the full name of whom a conversation knows by this surname, else the surname."""
    known = {
        name
        for said in past
        for name in said.people
        if name.split()[-1] == surname and name.split()[0][0].isupper()
    }
    return known.pop() if len(known) == 1 else surname
