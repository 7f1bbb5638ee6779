"""The thing or the body that a question was about, to which a pronoun may point back."""

from __future__ import annotations

import re

from rag.english.metonyms import country_of
from rag.follow.parse import Parsed
from rag.follow.phrases import head, is_event, is_time, names_of
from rag.follow.topic import without_time
from rag.follow.words import BODIES, DETERMINERS, PEOPLE, SITES

_OWNED = frozenset("its his her their our my your".split())
_PRONOUN = re.compile(
    r"(?:this|that|these|those|it|they|them|any|some|one|all|none|each|the (?:dead|wounded|injured|"
    r"missing|two|others?|rest|same))(?:$| (?:of|in|at|on|from|by|to|for|near|during|after)\b)",
    re.IGNORECASE,
)


def is_many(phrase: str) -> bool:
    """Return whether a phrase speaks of several, told by its head.

    >>> is_many("the bodies in Rityan"), is_many("the air strikes"), is_many("the clinic")
    (True, True, False)
    """
    last = head(phrase)
    return last in ("people", "men", "women", "children", "police", "crew", "staff") or (
        last.endswith("s") and not last.endswith(("ss", "us", "is"))
    )


def body(parsed: Parsed) -> str:
    """Return the body that a question says to do or to own something: "Corran Industries".

    >>> from rag.follow.parse import parse
    >>> body(parse("What will Corran Industries pay to the families?"))
    'Corran Industries'
    """
    subject = parsed.subject
    words = {word.lower().removesuffix("'s") for word in subject.split()}
    formal = names_of(subject) or head(subject) in BODIES - SITES
    return subject if formal and words & BODIES and len(subject.split()) < 7 else ""


def thing(parsed: Parsed, *, many: bool | None = None) -> str:
    """Return the thing that "it" would mean after a question, or the empty string.

    ``many`` asks for something in the plural, or in the singular.

    >>> from rag.follow.parse import parse
    >>> thing(parse("How many died when the Red Crescent clinic in Aleppo was bombed in October?"))
    'the Red Crescent clinic in Aleppo'
    """
    chains = [chain for chain in parsed.chains() if not is_time(chain)]
    if parsed.speaker in chains:
        chains.remove(parsed.speaker)
    chains = [one for one in chains if one.split()[0].lower() not in _OWNED]
    chains = [one for one in chains if not _PRONOUN.match(one)]
    chains = [one for one in chains if many or names_of(one) or head(one) not in PEOPLE]
    if many is not None:
        plain = re.compile(r"(?:the|these|those) [a-z]")
        chains = [
            one
            for one in chains
            if is_many(one) == many
            or (names_of(one) and not many and (is_event(one) or not plain.match(one)))
        ]
    others = frozenset(("those", "families", "day", "scene"))
    others = others if many else others | {"people", "civilians", "residents"}
    chains = [one for one in chains if head(one) not in others]
    chains = [
        re.sub(r"^.*? of (?=the |a )", "", one) if head(one) in PEOPLE else one for one in chains
    ]
    chains = [one for one in chains if not country_of(one)] or chains
    articled = [one for one in chains if one.split()[0].lower() in DETERMINERS - {"no"}]
    bare = [one for one in chains if names_of(one[:1]) and not many and one != body(parsed)]
    articled = [one for one in articled if one != body(parsed)] or ([] if bare else articled)
    named = [one for one in articled if names_of(one)]
    events = [one for one in articled if is_event(one)]
    for some in ([one for one in named if is_event(one)], named, events, articled, bare):
        if some:
            found = some[0]
            short = without_time(found)
            # "the truce of May 2021": its time tells it from others.
            return found if is_event(found) or found[len(short) :].startswith(" of ") else short
    return ""
