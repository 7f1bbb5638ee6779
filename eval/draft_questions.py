"""Questions made of one sentence, each with the answer that the sentence gives. English.

No model writes them: a statement is turned round a number, a day, a place or a speaker, by rules
that rather give nothing than a question which reads badly. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from eval.draft_counts import counts_things, how_many, number_forms, number_pattern
from eval.draft_parts import Drafted, is_plain, name_forms, name_in, shortened
from eval.draft_sentences import Told, Vocabulary, is_askable, on_days
from eval.draft_speech import quoted, said, who
from eval.draft_verbs import inverted, subject_and_verb
from rag.english.places import is_adjective, places_at
from rag.english.quantities import counted
from rag.english.speech import claims, tokens
from rag.english.speech_words import REPORTING
from rag.english.when import Time, times

KINDS = ("how_many", "who", "said", "when", "where", "cloze")
"""The kinds of drafts, those that a person would rather ask first."""

_ENDS_SAYING = re.compile(
    r"\b(?:said|says|reported|reports|announced|added|stated|warned|told \w+)"
    r"(?: on [^,]{3,40})?[.?]?\"?\??$"
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_PLACE_PHRASE = (
    r"\s(?:in|near|outside)\s(?:the\s)?(?:(?:[a-z-]+\s){0,3}?of\s)?(?:the\s)?"
    r"(?:(?:northern|southern|eastern|western|central|[a-z]+western|[a-z]+eastern|rebel-held)\s)?"
)
_LONG_ENOUGH = 16
_TOO_EASY = 2


_SHORT_TIME = 6


def drafted(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    """Yield the questions that a sentence gives, each once."""
    if sentence.quoted:
        yield from quoted(sentence)
        return
    makers = (how_many, who, said, _when, _where, _cloze)
    seen: set[str] = set()
    for make in makers:
        for one in make(sentence, words):
            question = _tidy(one.question, sentence)
            least = 0 if one.kind == "cloze" and len(question.split()) >= _LONG_ENOUGH else 1
            if not is_askable(question, names=least) or question in seen:
                continue
            open_end = one.kind != "said" and _ends_open(question.rstrip('."?'))
            if open_end or re.search(r"^Where (?:is|are) .*ing\b", question):
                continue
            if _ENDS_SAYING.search(question) or re.search(r"\bit said\b", question):
                continue
            if any(re.search(rf"\b{re.escape(a)}\b", question, re.IGNORECASE) for a in one.answers):
                continue
            seen.add(question)
            yield Drafted(one.kind, question, one.any, one.answers, sentence)


def _tidy(question: str, sentence: Told) -> str:
    """Return a question on one line whose days can be told without the document."""
    dated = on_days(re.sub(r"\balso ", "", question), sentence.published)
    text = re.sub(r"\s+", " ", dated).strip()
    return text[0].upper() + text[1:]


def day_forms(time: Time, text: str) -> tuple[str, ...]:
    """Return how a time may be written: its own words, and a day in both orders.

    >>> day_forms(Time(3, 10, "2023-03-14", "2023-03-14"), "On Tuesday.")[1:]
    ('14 March 2023', '14 March', 'March 14')
    """
    own = re.sub(
        r"^(?:in|on|since|during|of|from|until|by|before|after|year)\s+", "", _of(time, text)
    )
    if not time.exact:
        return (own,)
    day = date.fromisoformat(time.first)
    forms = (own, f"{day.day} {day:%B} {day.year}", f"{day.day} {day:%B}", f"{day:%B} {day.day}")
    return tuple(dict.fromkeys(forms))


def _of(time: Time, text: str) -> str:
    return text[time.start : time.end]


def _when(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    text = sentence.text
    found = times(text, sentence.published)
    if len(found) != 1:
        return
    time = found[0]
    written = _of(time, text)
    before = text[: time.start]
    governed = re.search(r"\b(?P<word>[Oo]n|[Ii]n|[Dd]uring) $", before)
    inside = re.match(r"(?:in|during)\s", written)
    if not (governed or inside) or not re.search(r"\d|day$|[A-Z][a-z]+$", written):
        return
    start = governed.start() if governed else time.start
    tail = re.match(r"\s(?:morning|afternoon|evening|night)\b", text[time.end :])
    end = time.end + (tail.end() if tail else 0)
    said_before = tokens(text[:start])[-1:]
    if said_before and said_before[0].lower in REPORTING:
        return
    clause = (text[:start].rstrip() + text[end:].lstrip(",")).strip()
    if start == 0:
        clause = clause[:1].upper() + clause[1:] if clause[:1].islower() else clause
    clause = shortened(clause)
    turned = inverted(clause, words) if is_plain(clause) else None
    if turned is None:
        return
    forms = day_forms(time, text)
    listed = "|".join(re.escape(form).replace("\\ ", " ") for form in forms)
    yield Drafted("when", f"When {turned}?", (rf"re:\b(?:{listed})\b",), forms, sentence)


def _where(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    text = sentence.text
    clause = shortened(text)
    split = subject_and_verb(clause)
    if split is None or split[1] in REPORTING or not is_plain(clause):
        return
    for place, at in places_at(clause):
        name = clause[at : at + len(place)]
        phrase = re.search(_PLACE_PHRASE + "$", clause[:at])
        if phrase is None or any(is_adjective(word) for word in name.split()):
            continue
        rest = clause[at + len(name) :]
        if (
            len(rest.split()) > _SHORT_TIME
            or rest
            and not re.match(rf"\s(?:on|in|during|for|after|before)\s(?:\d|{_MONTH}|\w+day)", rest)
        ):
            continue
        if re.search(r"\b(?:in|at|near|on)\s(?:\w+\s){0,4}$", clause[: phrase.start()]):
            continue
        turned = inverted(clause[: phrase.start()] + rest, words)
        if turned is None or _ends_open(turned):
            continue
        names = tuple(dict.fromkeys((name, re.sub(r"^[Aa]l-", "", name))))
        yield Drafted("where", f"Where {turned}?", names, names, sentence)


def _ends_open(clause: str) -> bool:
    """Return whether a clause lost the words that its last one needs."""
    return bool(
        re.search(r"\b(?:the|a|an|of|in|on|at|to|for|by|with|from|near|and|was|were)$", clause)
    )


def _cloze(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    text = shortened(sentence.text)
    if "," in text or not 8 <= len(text.split()) <= 28:
        return
    for one in counted(text):
        if counts_things(one) and (one.number.value or 0) > _TOO_EASY:
            forms = number_forms(one.number, text)
            gap = f"{text[: one.number.bare_start]}____{text[one.number.end :]}"
            question = f'Which number is missing in "{gap}."?'
            yield Drafted("cloze", question, (number_pattern(forms),), forms, sentence)
            return
    for claim in claims(text):
        name = name_in(claim.speaker)
        if claim.is_pronoun or not name or text.count(name) != 1 or claim.verb == "according":
            continue
        if words.is_common(name):
            continue
        gap = text.replace(name, "____")
        names = name_forms(claim.speaker)
        yield Drafted("cloze", f'Which name is missing in "{gap}."?', names, names, sentence)
        return
