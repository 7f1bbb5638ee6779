"""Opposites: verbs and adjectives of which a sentence has one side and its source the other.

Also "unpaid" against "paid", and before against after. English, pure functions; each check returns
what differs in words for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.checks.facts import Words, is_content, text_of
from rag.checks.roles import from_other_side
from rag.english.speech import Token, tokens
from rag.english.words import stem

# A sentence may not hold a phrase of one side where its source holds only those of the other.
_SIDES = (
    (
        "accepted accepts accept approved approves approve adopted endorsed",
        "disputed disputes rejected rejects refused refuses denied turned_down turns_down declined"
        " dismissed vetoed",
    ),
    (
        "confirmed confirms confirm admitted admits acknowledged conceded",
        "denied denies disputed refuted rejected",
    ),
    ("upheld", "overturned quashed annulled struck_down reversed thrown_out threw_out set_aside"),
    ("lifted abolished repealed", "imposed imposes introduced"),
    (
        "keep keeps kept retain retains retained",
        "scrap scraps scrapped abolish abolished ditched axed",
    ),
    ("hid hidden concealed sheltered", "handed_over gave_up betrayed turned_in"),
    ("postponed deferred delayed put_off pushed_back", "brought_forward moved_up"),
    ("eliminated knocked_out crashed_out went_out_of", "got_through qualified went_through"),
    ("severed broke_off broken_off", "restored resumed re-established"),
    ("voluntary voluntarily optional", "compulsory mandatory obligatory"),
    ("temporary temporarily provisional", "permanent permanently"),
    ("stayed_on stays_on", "resigned stepped_down quit"),
    (
        "supported supports backed backs endorsed favoured favours voted_for",
        "opposed opposes vetoed rejected condemned voted_against objected",
    ),
    (
        "praised praises hailed welcomed commended lauded applauded",
        "criticised criticized criticises condemned blamed blames slammed complained denounced"
        " panned attacked",
    ),
    (
        "rose risen rises increased increases increase grew grown rising climbed soared jumped"
        " went_up gone_up goes_up",
        "fell fallen falls decreased decreases decrease dropped declined falling sank slumped"
        " shrank went_down gone_down goes_down",
    ),
    ("more(?!_than)", "fell fallen falls decreased decreases dropped declined sank shrank"),
    ("less(?!_than) fewer(?!_than)", "rose risen rises increased increases grew grown climbed"),
    ("widened widens", "narrowed narrows"),
    ("hired hires recruited took_on taken_on", "laid_off fired dismissed sacked shed"),
    ("won captured seized retook regained", "lost surrendered"),
    ("opened opens reopened opening", "closed closes shut shuts closing"),
    ("arrived arrives entered enters", "left departed departs withdrew withdrawn"),
    (
        r"started starts(?!_of) began begun begins begin launched",
        r"ended ends(?!_of) stopped stops halted ceased called_off cancelled scrapped",
    ),
    ("extended extends prolonged", "shortened curtailed called_off cancelled halted"),
    (
        r"allowed allows allow permitted permits permit lets authorised authorized"
        r" may(?!_(?:be|have|\d))",
        "banned bans barred prevented prevents blocked blocks forbade forbids forbidden"
        " prohibited prohibits",
    ),
    ("survived survive survives rescued saved", "died killed dead perished drowned"),
    ("tightened tightens stricter", "loosened loosens looser eased relaxed relaxes"),
    ("included includes include including", "excluded excludes exclude excluding"),
    ("added adds", "removed removes"),
    ("built builds erected", "demolished tore_down torn_down razed"),
    ("succeeded succeeds", "failed fails"),
    ("released freed", "arrested detained jailed imprisoned"),
    ("convicted guilty", "acquitted innocent"),
    ("improved improves", "worsened worsens deteriorated"),
    ("helped helps", "hindered hinders hampered"),
    ("joined joins", "left quit"),
    ("always", "never"),
    ("safe harmless", "dangerous unsafe hazardous"),
    ("first", "last"),
    (
        "charge charges charged charging",
        "discharge discharges discharged discharging drain drains drained"
        r" r[ua]ns?_(?:\w+_){0,3}down",
    ),
    ("upstream", "downstream"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("legal lawful", "illegal unlawful"),
    ("import imports imported", "export exports exported"),
    ("fresh", "salt"),
)


def _side(phrases: str) -> re.Pattern[str]:
    words = "|".join(phrase.replace("_", " ") for phrase in phrases.split())
    return re.compile(rf"\b(?:{words})\b")


_OPPOSITES = tuple((_side(one), _side(other)) for one, other in _SIDES)
_LEAST = 0.3
"""Share of a sentence's words that the part of the source with the other side must hold."""
_DENYING = re.compile(r"\b(?:no|not|never|none|neither|nor|without)\b|n't\b")
_PREFIXED = re.compile(r"\b(?:un|non-?)(?P<bare>[a-z]{4,})\b|\b(?:in|im)(?P<other>[a-z]{4,})\b")
_IN = frozenset(
    "complete correct accurate capable dependent direct effective eligible sufficient secure "
    "visible possible perfect probable patient mature active adequate appropriate "
    "consistent".split()
)
_ORDER = {
    one: other
    for pair in ("before after", "until from", "into out", "inside outside", "above below")
    for one, other in (pair.split(), pair.split()[::-1])
}
_NEAR = 3


def opposites(sentence: Words, window: Words) -> list[str]:
    """Return where a sentence says the opposite of the part of its source that speaks of it.

    >>> from rag.checks.facts import words_of
    >>> opposites(words_of("The league turned down the offer of a freeze."),
    ...           words_of("The league accepted the city's offer of a freeze."))
    ['The source says accepted, not turned down.']
    >>> opposites(words_of("Elva sold more cloth abroad."), words_of("Cloth sold from Elva fell."))
    ['The source says fell, not more.']
    """
    said = sentence.text.lower()
    if _DENYING.search(said):
        return []
    own = frozenset().union(*sentence.terms)
    there = window.text.lower()
    problems: list[str] = []
    for pair in _OPPOSITES:
        for side, other in (pair, pair[::-1]):
            mine, theirs = side.search(said), other.search(there)
            if not mine or not theirs or side.search(there) or other.search(said):
                continue
            if from_other_side(sentence, mine.group(), window, theirs.group()):
                continue
            part = _sentence_at(window, theirs.start())
            if len(own & window.terms[part]) < _LEAST * len(own):
                continue
            if not _DENYING.search(text_of(window, part).lower()):
                problems.append(f"The source says {theirs.group()}, not {mine.group()}.")
    return problems


def _sentence_at(words: Words, start: int) -> int:
    return next((words.sentence[n] for n, token in enumerate(words.tokens) if token.end > start), 0)


def undone(sentence: Words, near: str) -> list[str]:
    """Return where one of two texts has "unpaid" and the other only "paid".

    >>> from rag.checks.facts import words_of
    >>> undone(words_of("The bill is paid."), "The bill is still unpaid.")
    ['One of the two says paid, the other unpaid.']
    """
    if _DENYING.search(sentence.text.lower()):
        return []
    mine, theirs = _lower(sentence.tokens), _lower(tokens(near))
    if _DENYING.search(near.lower()):
        return []
    found = [*_undone(mine, theirs), *_undone(theirs, mine)]
    return [f"One of the two says {bare}, the other {word}." for word, bare in found]


def _lower(words: Iterable[Token]) -> frozenset[str]:
    return frozenset(token.lower.rstrip(".") for token in words)


def _undone(some: frozenset[str], others: frozenset[str]) -> Iterator[tuple[str, str]]:
    mine, theirs = ({stem(one) for one in words} for words in (some, others))
    for word in sorted(some):
        match = _PREFIXED.fullmatch(word)
        bare = (match["bare"] or match["other"]).lstrip("-") if match else ""
        known = bool(match and (match["bare"] or bare in _IN))
        if known and stem(word) not in theirs and stem(bare) in theirs - mine:
            yield word, bare


def other_order(sentence: Words, source: Words) -> list[str]:
    """Return where one says before what the other says after; until and from, and the like.

    >>> from rag.checks.facts import words_of
    >>> other_order(words_of("Work stopped after the flood."),
    ...             words_of("Work stopped before the flood of 1907."))
    ['The source says before flood, not after.']
    """
    mine, theirs = _orders(sentence), _orders(source)
    return [
        f"The source says {_ORDER[word]} {term}, not {word}."
        for word, terms in mine
        for term in terms[:1]
        if any(other == _ORDER[word] and term in their for other, their in theirs)
        and not any(other == word and term in their for other, their in theirs)
        and not any(other == _ORDER[word] and term in its for other, its in mine)
    ]


def _orders(words: Words) -> list[tuple[str, list[str]]]:
    """Return each before and after with the next content words of its sentence."""
    found: list[tuple[str, list[str]]] = []
    for n, token in enumerate(words.tokens):
        if token.lower not in _ORDER or (token.lower == "out" and not _is_of(words, n + 1)):
            continue
        terms: list[str] = []
        for k in range(n + 1, min(n + 8, len(words.tokens))):
            if words.sentence[k] != words.sentence[n] or not words.tokens[k].text[0].isalnum():
                break
            if is_content(words.stems[k]):
                terms.append(words.stems[k])
        found.append((token.lower, terms[:_NEAR]))
    return found


def _is_of(words: Words, n: int) -> bool:
    return n < len(words.tokens) and words.tokens[n].lower == "of"


def directions(sentence: Words, source: Words) -> list[str]:
    """Return the days that one gives as the last and the other as the first.

    >>> from rag.checks.facts import words_of
    >>> directions(words_of("Apply no earlier than 31 March."), words_of("Apply by 31 March."))
    ['The source says by 31 March, not no earlier than 31 March.']
    """
    problems: list[str] = []
    for fact in sentence.facts:
        way, words = _way(sentence, fact.start)
        if fact.kind not in ("day", "year", "weekday") or not way:
            continue
        ways = [
            (_way(source, one.start), one)
            for one in source.facts
            if one.kind == fact.kind and one.key == fact.key
        ]
        if ways and all(there[0] not in ("", way) for there, _ in ways):
            there, one = ways[0]
            given = f"{there[1]} {source.text[one.start : one.end]}"
            said = f"{words} {sentence.text[fact.start : fact.end]}"
            problems.append(f"The source says {given}, not {said}.")
    return problems


_LAST = re.compile(r"\b(by|until|till|no later than|not later than|before|up to)\s+$", re.I)
_FIRST = re.compile(r"\b(from|since|after|as of|no earlier than|not before|not until)\s+$", re.I)


def _way(words: Words, start: int) -> tuple[str, str]:
    before = words.text[max(0, start - 20) : start]
    for way, pattern in (("first", _FIRST), ("last", _LAST)):
        if match := pattern.search(before):
            return way, match[1]
    return "", ""
