"""Who says it: reporting verbs, speakers, stance and hedges in a sentence. Pure functions, English.

There is no parser behind this: a speaker is the noun phrase beside a reporting verb, found by
walking over names, titles and nouns for people who speak. Pronouns and descriptions such as "the
group" are resolved to the nearest speaker named earlier in the same document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.speech_words import (
    BETWEEN,
    DAYS,
    DETERMINERS,
    JOINERS,
    NO_NAME,
    PASSIVE,
    PLACE_WORDS,
    PRONOUNS,
    REPORTING,
    ROLES,
    SKIP,
    STANCE,
    TITLES,
    WEAK,
)

_ARTICLE_NAME = re.compile(r"(?:[ae][a-z]{1,2})-[A-Z]")  # al-Manar, ez-Zor
_TOKEN = re.compile(r"[^\W_]+(?:[-'\u2019.][^\W_]+)*\.?|[^\w\s]")
_ACCORDING = re.compile(r"\baccording to\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_CITING = re.compile(r"\b(?:citing|quoting|quoted|cited)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_RESPONSIBILITY = re.compile(r"\bclaim\w*\s+(?:the\s+)?responsibility\b", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:the|this|that|its|his|her)\s+(?:[\w-]+\s+){0,2}(?:group|monitor|agency|source|sources|"
    r"statement|report|spokesman|spokeswoman|organisation|organization|official|minister|watchdog|"
    r"ministry|body|network|leader|chief|head|commander|panel|president)s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign at ``text[start:end]``."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case, without a final full stop."""
        return self.text.lower().rstrip(".")

    @property
    def is_name(self) -> bool:
        """Whether the word is written like a name."""
        written = self.text[0].isupper() or bool(_ARTICLE_NAME.match(self.text))
        return written and self.lower not in NO_NAME


@dataclass(frozen=True, slots=True)
class Claim:
    """A reporting verb and its speaker in a sentence: ``sentence[start:end]`` is the speaker.

    ``speaker`` is empty for a passive without one ("it was reported"); ``cited`` is the source that
    the speaker passes on ("citing medical sources").
    """

    speaker: str
    start: int
    end: int
    verb: str
    verb_start: int
    stance: str
    cited: str = ""

    @property
    def is_pronoun(self) -> bool:
        """Whether the speaker is named only by a pronoun or a description."""
        return self.speaker.lower() in PRONOUNS or bool(_GENERIC.match(self.speaker))


def tokens(text: str) -> list[Token]:
    """Return the words and signs of a text with their offsets."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _phrase_back(found: Sequence[Token], last: int) -> int | None:
    """Return where the noun phrase begins that ends with token ``last``, or None when none does."""
    token = found[last]
    if token.lower in PRONOUNS:
        return last
    if not token.is_name and token.lower not in ROLES:
        return None
    return _with_determiner(found, _name_start(found, last))


def _name_start(found: Sequence[Token], last: int) -> int:
    """Return where the run of names, titles and nouns for speakers begins that ends at ``last``."""
    first = last
    while first > 0:
        before = found[first - 1]
        if before.is_name or before.lower in ROLES or before.lower in TITLES:
            first -= 1
            continue
        joined = _joined_name(found, first)
        if joined is None:
            break
        first = joined
    return first


def _joined_name(found: Sequence[Token], first: int) -> int | None:
    """Return the name that "of", "for" and the like join to the words at ``first``, or None.

    "head of the Observatory", "Syrian Observatory for Human Rights".
    """
    small = JOINERS | BETWEEN
    if first <= 1 or found[first - 1].lower not in small:
        return None
    behind = first - 2
    while behind > 0 and found[behind].lower in small:
        behind -= 1
    chained = found[behind + 1].lower != "the"
    return behind if chained and (found[behind].is_name or found[behind].lower in ROLES) else None


def _with_determiner(found: Sequence[Token], first: int) -> int | None:
    """Return where "a senior Syrian military source" begins: words between determiner and noun."""
    for back in range(1, 6):
        if first - back < 0 or not found[first - back].text[0].isalpha():
            break
        word = found[first - back].lower
        if word in REPORTING or word in ("that", "and", "but", "who", "which"):
            break
        if word in DETERMINERS:
            named = first - back - 1
            if word == "another" and named >= 0 and found[named].is_name:
                return _phrase_back(found, named)  # "the Observatory another group says"
            return first - back
    return first


def _phrase_forward(found: Sequence[Token], first: int) -> int | None:
    """Return the last token of the noun phrase that begins with token ``first``, or None."""
    last: int | None = None
    here = first
    while here < len(found) and here - first < 14:
        token = found[here]
        if token.is_name or token.lower in ROLES or token.lower in TITLES:
            last = here
        elif token.lower in REPORTING or not token.text[0].isalpha():
            break
        elif not (token.lower in DETERMINERS or token.lower in JOINERS):
            # One lower-case modifier may stand before the noun: "a war monitor", "local rescuers".
            modifier = last is None or found[here - 1].lower in DETERMINERS | JOINERS
            if not modifier:
                break
        here += 1
    return last


def _before_appositive(found: Sequence[Token], comma: int) -> int | None:
    """Return the token before the comma that opens "X, the head of Y, said", or None."""
    for back in range(comma - 1, max(-1, comma - 16), -1):
        if found[back].text == ",":
            return back - 1 if back else None
        if found[back].text in '.;:"':
            return None
    return None


def _text(sentence: str, found: Sequence[Token], first: int, last: int) -> tuple[str, int, int]:
    start, end = found[first].start, found[last].end
    return sentence[start:end].rstrip("."), start, end


def _named_after(sentence: str, match: re.Match[str] | None) -> tuple[str, int, int]:
    if match is None:
        return "", 0, 0
    found = tokens(match.group("rest"))
    last = _phrase_forward(found, 0) if found else None
    if last is None:
        return "", 0, 0
    offset = match.start("rest")
    start, end = offset + found[0].start, offset + found[last].end
    return sentence[start:end].rstrip("."), start, end


def named_after(text: str) -> str:
    """Return the noun phrase of a speaker or a party that a text begins with, or "".

    >>> named_after("the Northern Union of doing nothing")
    'the Northern Union'
    """
    found = tokens(text)
    last = _phrase_forward(found, 0) if found else None
    return "" if last is None else text[: found[last].end].rstrip(".")


def claims(sentence: str) -> list[Claim]:
    """Return the claims of a sentence: who says, and with what stance, in order.

    >>> [c.speaker for c in claims("The army denied it, a Syrian military source said on Tuesday.")]
    ['The army', 'a Syrian military source']
    >>> [(c.speaker, c.cited) for c in claims("Gas, the Observatory said citing medical sources.")]
    [('the Observatory', 'medical sources')]
    >>> claims("At least 24 people died, according to a war monitor.")[0].speaker
    'a war monitor'
    """
    found = tokens(sentence)
    result: list[Claim] = []
    cited = _named_after(sentence, _CITING.search(sentence))[0]
    for here, token in enumerate(found):
        if token.lower not in REPORTING or (token.is_name and here):
            continue
        subject = _subject(sentence, found, here)
        if subject is None:
            continue
        speaker, start, end = subject
        stance = STANCE.get(token.lower, "says")
        if _RESPONSIBILITY.match(sentence[token.start :]):
            stance = "claims_responsibility"
        result.append(Claim(speaker, start, end, token.lower, token.start, stance, cited))
    if match := _ACCORDING.search(sentence):
        speaker, start, end = _named_after(sentence, match)
        if speaker:
            result.append(Claim(speaker, start, end, "according", match.start(), "says", cited))
    return result


def _skip_back(found: Sequence[Token], last: int) -> int:
    """Return the last token before adverbs, days ("on Monday") and brackets between."""
    while last >= 0:
        token = found[last]
        if token.text == ")":
            opened = [n for n in range(last) if found[n].text == "("]
            last = (opened[-1] if opened else 0) - 1
        elif token.lower in DAYS or token.lower in SKIP or token.lower.endswith("ly"):
            last -= 1
        elif token.lower in ("on", "late", "early") and last + 1 < len(found):
            if found[last + 1].lower not in DAYS:
                break
            last -= 1
        else:
            break
    return last


def _is_passive(found: Sequence[Token], last: int, verb: int) -> bool:
    """Return whether it is "it was reported", where nobody is said to say it."""
    return last >= 0 and found[last].lower == "it" and found[verb - 1].lower in PASSIVE


def _last_speaker(found: Sequence[Token], verb: int) -> int | None:
    """Return the last token of a speaker that ends the sentence: "... said the Red Cross."."""
    if found[verb].lower not in ("said", "says", "reported") or verb + 1 == len(found):
        return None
    after, end = found[verb + 1], _phrase_forward(found, verb + 1)
    if end is None or not (after.lower == "the" or after.is_name):
        return None
    rest = [token.lower for token in found[end + 1 :] if token.text[0].isalnum()]
    return end if not rest or (rest[0] in ("on", "in") and len(rest) <= 3) else None


def _subject(sentence: str, found: Sequence[Token], verb: int) -> tuple[str, int, int] | None:
    at_the_end = _last_speaker(found, verb)
    if at_the_end is not None:
        return _text(sentence, found, verb + 1, at_the_end)
    last = _skip_back(found, verb - 1)
    if _is_passive(found, last, verb):
        return None
    if last >= 0 and found[last].text == ",":
        before = _before_appositive(found, last)
        last = before if before is not None else -1
    if last >= 0 and found[last].text[0].isalpha():
        first = _phrase_back(found, last)
        if first is not None and not (first and found[first - 1].lower in PLACE_WORDS):
            strong = found[verb].lower not in WEAK
            if strong or any(t.is_name or t.lower in ROLES for t in found[first : last + 1]):
                return _text(sentence, found, first, last)
    # "...", said Safronkov: the speaker follows the verb directly.
    follows = verb + 1
    if found[verb].lower in ("said", "says", "added", "wrote", "reported") and follows < len(found):
        end = _phrase_forward(found, follows)
        named = found[follows].is_name or found[follows].lower in DETERMINERS
        if end is not None and named and (last < 0 or found[last].text in ',"\u201d\u2019'):
            return _text(sentence, found, follows, end)
    return None


def speaker_of(sentence: str, before: Sequence[str] = ()) -> Claim | None:
    """Return who a sentence's content is owed to, with pronouns resolved, or None.

    Args:
        sentence: The sentence.
        before: The sentences that stand before it in the same document, in order.

    >>> speaker_of("The group said six died.", ["It fell, the Red Cross said."]).speaker
    'the Red Cross'
    """
    own = claims(sentence)
    if not own:
        return None
    claim = own[-1] if own[-1].verb == "according" else own[0]
    for other in own:
        # The outer speaker of "A said that B denied" is A; a pronoun yields to a name.
        if claim.is_pronoun and not other.is_pronoun:
            claim = other
    if not claim.is_pronoun:
        return claim
    for text in reversed(before[-6:]):
        for earlier in reversed(claims(text)):
            if earlier.speaker and not earlier.is_pronoun:
                return Claim(
                    earlier.speaker,
                    claim.start,
                    claim.end,
                    claim.verb,
                    claim.verb_start,
                    claim.stance,
                    claim.cited,
                )
    return claim
