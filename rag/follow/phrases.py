"""What a phrase of a question is: its names, its head, a time, an event. English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.english.speech_words import REPORTING
from rag.english.words import content_terms
from rag.follow.words import AUXILIARIES, DETERMINERS, EVENTS, MONTHS, PREPOSITIONS, WH


@lru_cache(maxsize=1024)
def terms_of(text: str) -> tuple[str, ...]:
    """Return the content terms of a text, remembered: a conversation is looked at again."""
    return tuple(content_terms(text))


def trimmed(run: Sequence[str]) -> str:
    """Return a chain of phrases without prepositions that nothing follows."""
    words = " ".join(run).split()
    while words and words[-1].lower() in PREPOSITIONS:
        words.pop()
    return " ".join(words)


def names_of(phrase: str) -> list[str]:
    """Return the capitalised words of a phrase, months and question words left out."""
    found = re.findall(r"(?:[A-Za-z]{2,3}-)?[^\W\d_a-z][\w'\u2019.-]*", phrase)
    found = [re.sub(r"['\u2019]s?$|\.$", "", word) for word in found]
    return [word for word in found if word.lower() not in MONTHS and word.lower() not in WH]


_OF_TIME = frozenset(
    "start end beginning middle half part early late mid first second third last next previous "
    "following spring summer autumn winter fall morning mornings evening afternoon night noon "
    "midnight dawn dusk day days week weeks weekend month months year years yesterday today "
    "tomorrow about around later earlier quarter decade ad bc am pm".split()
)


@lru_cache(maxsize=1024)
def is_time(phrase: str) -> bool:
    """Return whether a phrase says when.

    >>> is_time("15 October 2017"), is_time("the start of October 2016"), is_time("Old Damascus")
    (True, True, False)
    >>> is_time("the truce of May 2021"), is_time("the night before the explosion")
    (False, True)
    """
    words = re.findall(r"\w+", phrase.lower())
    marks = [w for w in words if w in MONTHS or re.fullmatch(r"(?:1\d|20)\d\d", w)]
    days = {"day", "days", "week", "month", "year", "morning", "night", "yesterday", "today"}
    # "the truce of May 2021" is a thing that its time tells apart.
    dated = bool(marks) and not names_of(phrase) and not any(map(_is_thing, words))
    return dated or bool(words and (words[-1] in days or head(phrase) in days))


def _is_thing(word: str) -> bool:
    """Return whether a word of a date is none that dates are made of."""
    if word in MONTHS | DETERMINERS | PREPOSITIONS | _OF_TIME or word in ("of", "and", "or"):
        return False
    return not re.fullmatch(r"\d+(?:st|nd|rd|th)?", word)


def head(phrase: str) -> str:
    """Return the head noun of a phrase, lower case: "bombing" of "the suicide bombing in Aleppo".

    >>> head("the suicide bombing in Aleppo"), head("the storage building of the Corran works")
    ('bombing', 'building')
    """
    last = ""
    for word in phrase.split():
        if word.lower() in PREPOSITIONS and last:
            break
        last = word
    return last.lower().strip("'\u2019")


def is_event(phrase: str) -> bool:
    """Return whether a phrase names something that happened."""
    return head(phrase) in EVENTS


def reports(verb: str) -> bool:
    """Return whether a verb reports what somebody said."""
    return verb in REPORTING or verb in (
        "say",
        "claim",
        "report",
        "think",
        "believe",
        "announce",
        "deny",
        "conclude",
        "warn",
        "blame",
        "accuse",
        "call",
        "want",
        "promise",
        "admit",
    )


def is_english(text: str) -> bool:
    """Return whether a text has any of the small words of English questions, or too few to tell.

    >>> is_english("How many died?"), is_english("Wie viele Menschen starben?")
    (True, False)
    >>> is_english("Was Ada Thorn arrested?"), is_english("Was hat Ada Thorn gesagt?")
    (True, False)
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    small = (WH | AUXILIARIES | PREPOSITIONS | DETERMINERS) - {
        "in",
        "was",
        "an",
        "will",
        "am",
        "on",
    }
    asks_so = words[:1] == ["was"] and words[1:2] and words[1] not in _AFTER_WHAT
    return bool(words) and (len(words) < 4 or bool(asks_so) or any(word in small for word in words))


_AFTER_WHAT = frozenset(
    "hat haben ist sind war waren wird wurde sagt sagte sagten macht machte machen passiert "
    "passierte geschah genau denn bedeutet kostet tut tun weiss weiß soll kann muss heisst heißt "
    "meint für ein eine der die das den dem er sie es man wir ihr ich nun noch".split()
)
"""German words behind the German "was", what: "Was hat sie gesagt?"."""


_LONGEST_PHRASE = 8


def once(question: str, asked: str) -> str:
    """Return a resolved question with circumstances that came to stand in it twice told once.

    Args:
        question: As it is understood.
        asked: As it was asked: what is said twice there stays.

    >>> once("Who fled to a mine in May 2017 in Hollin in May 2017?", "Who fled to a mine?")
    'Who fled to a mine in Hollin in May 2017?'
    >>> once("Who died in the blast in Hollin in the month after?", "And the month after?")
    'Who died in the blast in Hollin in the month after?'
    """
    words = question.rstrip(" ?").split()
    for size in range(min(_LONGEST_PHRASE, len(words) // 2), 1, -1):
        for at in range(len(words) - 2 * size + 1):
            phrase = words[at : at + size]
            later = " ".join(words[at + size :])
            told = " ".join(phrase)
            whole = phrase[-1].lower() not in PREPOSITIONS | DETERMINERS
            if phrase[0].lower() not in PREPOSITIONS or not whole or asked.count(told) > 1:
                continue
            if f" {told} " in f" {later} ":
                return once(" ".join([*words[:at], *words[at + size :]]) + "?", asked)
    return question
