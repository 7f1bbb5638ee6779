"""Questions on how many, made of the numbers of a sentence. Pure functions, English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.draft_parts import Drafted, is_plain, named_speaker, opening_claim, shortened
from eval.draft_sentences import Told, Vocabulary
from eval.draft_verbs import BASE_OF, PRESENT, goes_on, joins, subject_and_verb
from rag.english.counts import Number
from rag.english.quantities import Counted, counted
from rag.english.speech import tokens
from rag.english.speech_words import REPORTING

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_NUMBER_WORDS = [
    *_UNITS.split(),
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TIME_NOUNS = frozenset(
    "day days hour hours week weeks month months year years minute minutes o'clock times percent "
    "per others more other or and of to such".split()
)
_SUFFERED = frozenset(
    "killed wounded injured arrested displaced destroyed kidnapped detained captured released "
    "evacuated trapped rescued".split()
)
_PLURALS = frozenset("people children women men police troops personnel staff cattle sheep".split())
_NO_PLURAL = re.compile(r"(?:ss|us|is)$")
_FIGURE = re.compile(
    r"^(?P<main>.{20,160}?),?\s+"
    r"(?P<verb>killing|injuring|wounding|displacing|destroying|trapping)\s+$"
)
_PARTICIPLE = {
    "killing": "killed", "injuring": "injured", "wounding": "wounded", "displacing": "displaced",
    "destroying": "destroyed", "trapping": "trapped",
}  # fmt: skip


def number_forms(number: Number, text: str) -> tuple[str, ...]:
    """Return how a number may be written: in digits, with commas, in words.

    >>> from rag.english.counts import numbers
    >>> number_forms(numbers("At least nine died.")[0], "At least nine died.")
    ('9', 'nine')
    >>> number_forms(numbers("1,541 people died.")[0], "1,541 people died.")
    ('1541', '1,541')
    """
    forms: list[str] = []
    value = number.value
    if value is not None and value == int(value):
        forms.append(str(int(value)))
        if value >= 1000:
            forms.append(f"{int(value):,}")
        if 0 <= value < len(_NUMBER_WORDS):
            forms.append(_NUMBER_WORDS[int(value)])
    written = text[number.bare_start : number.end].strip()
    forms.append(written if any(char.isdigit() for char in written) else written.lower())
    return tuple(dict.fromkeys(forms))


def number_pattern(forms: tuple[str, ...]) -> str:
    r"""Return the pattern that finds a number in any of its forms, and no longer number.

    >>> import re
    >>> pattern = number_pattern(("9", "nine")).removeprefix("re:")
    >>> [bool(re.search(pattern, text)) for text in ("nine dead", "9.", "19", "9,500", "ninety")]
    [True, True, False, False, False]
    """
    listed = "|".join(re.escape(form).replace("\\ ", " ") for form in forms)
    return rf"re:(?<![\w.,])(?:{listed})(?![\w]|[.,]\d)"


def counts_things(one: Counted) -> bool:
    """Return whether a number counts several things of a kind that can be asked for."""
    value = one.number.value
    if value is None or value < 2 or one.number.unit or not one.nouns or one.part or one.previous:
        return False
    if one.number.low != one.number.high and one.number.hedge == "":
        return False  # a range has no one right answer
    if any(noun in _TIME_NOUNS for noun in one.nouns[:3]):
        return False
    heads = [noun for noun in one.nouns[:4] if noun in _PLURALS or _is_plural(noun)]
    return bool(heads)


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and len(noun) > 3 and not _NO_PLURAL.search(noun)


def how_many(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    """Yield the questions that a sentence's numbers of things answer."""
    text = sentence.text
    for one in counted(text):
        if not counts_things(one):
            continue
        forms = number_forms(one.number, text)
        for question in (
            _counted_subject(text, one),
            _counted_object(text, one, words),
            _counted_outcome(text, one, words),
            _counted_by_itself(text, one),
        ):
            if question and not re.search(r"[\d,]\s*\?$", question):
                yield Drafted("how_many", question, (number_pattern(forms),), forms, sentence)


def _counted_subject(text: str, one: Counted) -> str | None:
    """Return the question on the number that begins a statement, its own or one that is told."""
    before = text[: one.number.start]
    rest = shortened(text[one.number.end :])
    speaker = ""
    if before:
        opening = opening_claim(text)
        if opening is None or opening[1] != " ":
            return None
        claim = opening[0]
        if not re.fullmatch(r"(?: on \w+day)? that ", before[claim.verb_start + len(claim.verb) :]):
            return None
        speaker = named_speaker(claim, text)
        if not speaker or claim.stance not in ("says", "estimates"):
            return None
    verb = re.match(r"(?:\s[\w'-]+){1,5}?\s(?P<verb>[a-z]+)\b", rest)
    if not is_plain(rest) or not verb or not _follows_verb(rest) or joins(rest):
        return None
    according = f"According to {speaker}, how many" if speaker else "How many"
    return f"{according}{rest}?"


def _follows_verb(rest: str) -> bool:
    """Return whether nouns and then a finite verb follow a number: " people were killed"."""
    found = tokens(rest)[:6]
    for n, token in enumerate(found):
        if token.lower in ("were", "had", "are") or (n and token.lower in BASE_OF):
            noun = found[n - 1].lower if n else ""
            follows = [one.lower for one in tokens(rest)[n + 1 : n + 2]]
            if token.lower in _SUFFERED and follows and follows[0] in ("in", "on", "at", "from"):
                return False  # "civilians injured in" lacks its verb
            whole = noun in _PLURALS or _is_plural(noun)
            other = [one.lower for one in tokens(rest)[n + 1 :] if one.lower in ("were", "was")]
            return whole and "by" not in follows and (token.lower == "were" or not other)
        if token.lower in ("of", "in", "from", "who", "that", "and", "or", "at", "for", "with"):
            return False
    return False


def _counted_object(text: str, one: Counted, words: Vocabulary) -> str | None:
    """Return the question on the number that a verb has as its object: "employed 310 people"."""
    clause = shortened(text)
    split = subject_and_verb(clause)
    if split is None or not is_plain(clause):
        return None
    subject, verb, rest = split
    start = len(clause) - len(rest)
    base = BASE_OF.get(verb) or PRESENT.get(verb)
    if base is None or verb in REPORTING or clause[start : one.number.start].strip():
        return None
    lowered = words.lowered(subject)
    what, after = _noun_end(re.sub(r"\sincluding\b.*", "", clause[one.number.end :]))
    if lowered is None or not what or goes_on(after):
        return None
    return f"How many{what} {'does' if verb in PRESENT else 'did'} {lowered} {base}{after}?"


def _noun_end(text: str) -> tuple[str, str]:
    """Return the counted nouns and what follows them, empty when the plural noun is not found."""
    here = 0
    for token in tokens(text)[:4]:
        if not token.text[0].isalpha() or token.lower in _TIME_NOUNS:
            break
        here = token.end
        if token.lower in _PLURALS or _is_plural(token.lower):
            rest = text[here:]
            if rest and not re.match(
                r"\s(?:in|at|near|on|from|to|during|for|into|with|by)\b", rest
            ):
                return "", ""
            return text[:here], rest
    return "", ""


def _counted_outcome(text: str, one: Counted, words: Vocabulary) -> str | None:
    """Return the question on what came of something: "..., killing at least nine people"."""
    match = _FIGURE.match(text[: one.number.start])
    if match is None:
        return None
    main = match["main"]
    split = subject_and_verb(main)
    lowered = words.lowered(main)
    what, _ = _noun_end(re.sub(r"(?:,|\s(?:and|including)\b).*", "", text[one.number.end :]))
    if split is None or lowered is None or not what or not is_plain(main):
        return None
    return f"How many{what} were {_PARTICIPLE[match['verb']]} when {lowered}?"


def _counted_by_itself(text: str, one: Counted) -> str | None:
    """Return the question on a number that a body gives of itself: "said it had treated 58"."""
    opening = opening_claim(text)
    if opening is None or opening[1] != " " or opening[0].verb not in ("said", "reported"):
        return None
    claim = opening[0]
    before = text[claim.verb_start + len(claim.verb) : one.number.start]
    match = re.fullmatch(r"(?: on \w+day)?(?: that)? it had (?P<verb>[a-z]+ed) ", before)
    what, after = _noun_end(re.sub(r",.*", "", text[one.number.end :].rstrip(".")))
    speaker = named_speaker(claim, text)
    if match is None or not speaker or not what or joins(after):
        return None
    return f"How many{what} did {speaker} say it had {match['verb']}{after}?"
