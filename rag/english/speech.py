"""Who says it: reporting verbs, speakers, stance and hedges in a sentence. Pure functions, English.

There is no parser behind this: a speaker is the noun phrase beside a reporting verb, found by
walking over names, titles and nouns for people who speak. Pronouns and descriptions such as "the
group" are resolved to the nearest speaker named earlier in the same document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.english.antecedents import antecedent, is_body, may_speak
from rag.english.appositives import before_office, behind_quote
from rag.english.speech_forms import Form, forms
from rag.english.speech_phrases import (
    Token,
    before_appositive,
    named_after,
    named_in,
    phrase_back,
    phrase_forward,
    phrase_text,
    tokens,
)
from rag.english.speech_words import (
    BETWEEN,
    DAYS,
    DETERMINERS,
    NOUNS_IN_LY,
    PASSIVE,
    PLACE_WORDS,
    PRONOUNS,
    REPORTING,
    ROLES,
    SKIP,
    STANCE,
    WEAK,
)

__all__ = ["REPORTING", "Claim", "Token", "claims", "named_after", "speaker_of", "tokens"]

_ACCORDING = re.compile(r"\baccording to\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_SOURCE_OF = re.compile(
    r"(?:(?:the\s+)?(?:latest\s+|official\s+|new\s+)?(?:figures|data|statistics|reports?|accounts?|"
    r"statements?|records?|information|estimates?|testimon\w+|logs?|diar(?:y|ies)|documents?|papers?|"
    r"minutes|notes|letters?)\s+"
    r"(?:(?:released|issued|published|compiled|provided|given)\s+)?(?:from|by|of))\s+",
    re.IGNORECASE,
)
_CITING = re.compile(r"\b(?:citing|quoting|quoted|cited)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_RESPONSIBILITY = re.compile(r"\bclaim\w*\s+(?:the\s+)?responsibility\b", re.IGNORECASE)
# "The Britain-based group" is whoever was named before; "the Red Lantern group" is a name, and so
# is "the harbour ministry" where "the ministry" is not.
_GENERIC = re.compile(
    r"^(?i:the|this|that|its|his|her)\s+(?:[A-Z][\w-]*(?:\s[A-Z]\w*)?-based\s+)?(?:"
    r"(?:[a-z-]+\s+){0,2}(?:group|monitor|agency|source|watchdog|organisation|organization|body|"
    r"network|channel|movement|company|newspaper)s?"
    r"|(?:same\s+|latter\s+)?(?:statement|report|spokesman|spokeswoman|official|minister|ministry|"
    r"leader|chief|head|commander|panel|president|army|council|commission|committee|coalition|union|"
    r"spokesperson|envoy|ambassador|governor|doctor|activist|witness|director|board)s?)$",
)
_ACTS = frozenset("put gave has had have was were made set took held drew issued sent".split())
# What opens a detail between a subject and its verb, what tells more of who the subject is, and
# what shows that there is another clause.
_DETAIL = frozenset("in on at from of for with during after via through near".split())
_WHOSE = frozenset("at of for from with".split())
_CLAUSE = frozenset(
    "and but or that which who whose where when while as if because was were is are has have had "
    "will would could can may might must should did does do not to said".split()
)
_MOST_DETAILS = 12
"""Words between a subject and its verb, at most."""
_REMEMBERED = 8192


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


def claims(sentence: str) -> list[Claim]:
    """Return the claims of a sentence: who says, and with what stance, in order.

    >>> [c.speaker for c in claims("The army denied it, a Syrian military source said on Tuesday.")]
    ['The army', 'a Syrian military source']
    >>> [(c.speaker, c.cited) for c in claims("Gas, the Observatory said citing medical sources.")]
    [('the Observatory', 'medical sources')]
    >>> claims("At least 24 people died, according to a war monitor.")[0].speaker
    'a war monitor'
    >>> [one.speaker for one in claims("It fell at noon, before the time given by Mira Solberg.")]
    []
    """
    return list(_claims(sentence))


@lru_cache(maxsize=_REMEMBERED)
def _claims(sentence: str) -> tuple[Claim, ...]:
    # "The Norland Front (NF) group said": the letters behind a name do not part it from its noun.
    found = tokens(_SHORT_FOR.sub(lambda match: " " * len(match.group()), sentence))
    result: list[Claim] = []
    cited = named_in(sentence, _CITING.search(sentence))[0]
    for here, token in enumerate(found):
        if token.lower not in REPORTING or (token.is_name and here):
            continue
        if _is_participle(found, here) or _is_noun(found, here):
            continue
        subject = _beside_name(sentence, found, here) or _subject(sentence, found, here)
        office = before_office(sentence, found, here)
        if office is not None and (subject is None or subject[1] > office[1]):
            subject = office
        if subject is None:
            continue
        speaker, start, end = _without_aside(*subject)
        stance = STANCE.get(token.lower, "says")
        if _RESPONSIBILITY.match(sentence[token.start :]):
            stance = "claims_responsibility"
        result.append(Claim(speaker, start, end, token.lower, token.start, stance, cited))
    for form in forms(sentence):
        _add(result, form, cited)
    if match := _ACCORDING.search(sentence):
        source = _SOURCE_OF.match(match["rest"])
        offset = match.start("rest") + (source.end() if source else 0)
        speaker = named_after(sentence[offset:])
        if speaker:
            end = offset + len(speaker)
            result.append(Claim(speaker, offset, end, "according", match.start(), "says", cited))
    return tuple(result)


def _without_aside(speaker: str, start: int, end: int) -> tuple[str, int, int]:
    """Return a speaker without to whom they spoke."""
    aside = _SPEAKING.match(speaker)
    skip = aside.end() if aside else 0
    return speaker[skip:], start + skip, end


# "Speaking to AFP director Rolf Ek said", a comma lost.
_SPEAKING = re.compile(
    r"(?:Speaking|Talking|Writing)\s+(?:to|with|for|on|from|in)\s+(?:the\s+)?"
    r"(?:[A-Z]{2,6}|Reuters|Sputnik)\s+(?:on\s+\w+day\s+)?(?=\S)"
)
_SHORT_FOR = re.compile(r"(?<=\w) \((?:[A-Z][\w&.-]*\s?){1,4}\)(?= [a-z])")


def _add(result: list[Claim], form: Form, cited: str) -> None:
    """Add a claim at its place among those of verbs, unless its speaker is there already."""
    speaker, start, end, word, at, stance = form
    for n, one in enumerate(result):
        if one.start < end and start < one.end:
            if stance != "says" and one.stance == "says":
                result[n] = replace(one, stance=stance)
            return
    place = sum(one.verb_start < at for one in result)
    source = "" if cited and sentence_same(cited, speaker) else cited
    result.insert(place, Claim(speaker, start, end, word, at, stance, source))


def sentence_same(one: str, other: str) -> bool:
    """Return whether two phrases are the same words.

    >>> sentence_same("a source", "A source")
    True
    """
    return one.lower() == other.lower()


_LOUD = "IS"
"""A group's letters, which are a small word but for how they are written."""


def _is_participle(found: Sequence[Token], verb: int) -> bool:
    """Return whether a verb tells what is said of its subject: "was told", "believed to be"."""
    if found[verb].lower.endswith("ing"):
        return False
    before = verb - 1
    while before >= 0 and (found[before].lower.endswith("ly") or found[before].lower == "also"):
        before -= 1
    if before >= 0 and found[before].lower in PASSIVE | {"be"} and found[before].text != _LOUD:
        return True
    follow = [token.lower for token in found[verb + 1 : verb + 3]]
    if found[verb].lower == "agreed" and follow[:1] in (["to"], ["on"], ["a"], ["with"]):
        return True  # what was done, not said
    return (
        found[verb].lower in ("believed", "said", "reported", "alleged", "feared", "estimated")
        and follow[:1] == ["to"]
        and follow[1:] != []
        and follow[1] in ("be", "have")
    )


def _is_noun(found: Sequence[Token], here: int) -> bool:
    """Return whether a word that may report is the subject of another verb: "the claim is"."""
    if found[here].lower not in WEAK | {"claims"} or here + 1 == len(found):
        return False
    return found[here + 1].lower in ("is", "was", "are", "were", "has", "had", "have")


def _skip_back(found: Sequence[Token], last: int) -> int:
    """Return the last token before adverbs, days ("on Monday") and brackets between."""
    while last >= 0:
        token = found[last]
        if token.text == ")":
            opened = [n for n in range(last) if found[n].text == "("]
            last = (opened[-1] if opened else 0) - 1
        elif token.text == _LOUD:
            break
        elif token.lower in DAYS or token.lower in SKIP or _is_adverb(token):
            last -= 1
        elif token.lower in ("on", "late", "early") and last + 1 < len(found):
            if found[last + 1].lower not in DAYS:
                break
            last -= 1
        else:
            break
    return last


def _is_adverb(token: Token) -> bool:
    return token.lower.endswith("ly") and token.lower not in NOUNS_IN_LY


def _is_passive(found: Sequence[Token], last: int, verb: int) -> bool:
    """Return whether it is "it was reported", where nobody is said to say it."""
    return last >= 0 and found[last].lower == "it" and found[verb - 1].lower in PASSIVE


def _last_speaker(found: Sequence[Token], verb: int) -> int | None:
    """Return the last token of a speaker that ends the sentence: "... said the Red Cross."."""
    if found[verb].lower not in ("said", "says", "reported") or verb + 1 == len(found):
        return None
    after, end = found[verb + 1], phrase_forward(found, verb + 1)
    named = end is not None and may_speak(_words(found[verb + 1 : end + 1]))
    if end is None or not named or not (after.lower == "the" or after.is_name):
        return None
    rest = [token.lower for token in found[end + 1 :] if token.text[0].isalnum()]
    if not rest or (rest[0] in ("on", "in") and len(rest) <= 3):
        return end
    tells_where = rest[0] in ("in", "on", "at", "during") and len(rest) <= _MOST_DETAILS
    clause = any(
        word in _CLAUSE or word in REPORTING - {"report", "statement", "published", "posted"}
        for word in rest
    )
    # "The minister said the Board in Hollin": whoever stands before the verb says it.
    spoken = verb > 0 and found[verb - 1].text[0].isalpha() and phrase_back(found, verb - 1)
    return end if tells_where and not clause and spoken is None else None


def _calls_for(found: Sequence[Token], verb: int) -> bool:
    """Return whether a verb is "called" as in "called for an inquiry", and no name is given."""
    follows = found[verb + 1].lower if verb + 1 < len(found) else ""
    return found[verb].lower == "called" and follows in ("for", "on", "upon")


def _subject(sentence: str, found: Sequence[Token], verb: int) -> tuple[str, int, int] | None:
    at_the_end = _last_speaker(found, verb)
    if at_the_end is not None:
        return phrase_text(sentence, found, verb + 1, at_the_end)
    if found[verb].lower.endswith("ing") and (opening := _opening(found, verb)) is not None:
        return phrase_text(sentence, found, 0, opening)
    last = _skip_back(found, verb - 1)
    if _is_passive(found, last, verb):
        return None
    if last >= 0 and found[last].text in (",", "-", "\u2013", "\u2014"):
        before = before_appositive(found, last)
        last = before if before is not None else -1
    if last >= 0 and found[last].text[0].isalpha():
        first = _speaker_back(found, last)
        if first is not None:
            strong = found[verb].lower not in WEAK or _calls_for(found, verb)
            if strong or any(t.is_name or t.lower in ROLES for t in found[first : last + 1]):
                return phrase_text(sentence, found, first, last)
    # "...", said Safronkov: the speaker follows the verb directly.
    follows = verb + 1
    if found[verb].lower in ("said", "says", "added", "wrote", "reported") and follows < len(found):
        end = phrase_forward(found, follows)
        named = found[follows].is_name or found[follows].lower in DETERMINERS
        if end is not None and named and (last < 0 or found[last].text in ',"\u201d\u2019'):
            return phrase_text(sentence, found, follows, _with_name(found, follows, end))
    return (
        behind_quote(sentence, found, verb)
        or _before_relative(sentence, found, verb)
        or _before_details(sentence, found, verb)
    )


def _beside_name(sentence: str, found: Sequence[Token], verb: int) -> tuple[str, int, int] | None:
    """Return "The chair, Ada Thorn" where it says what follows, or None."""
    last = _skip_back(found, verb - 1)
    first = _named_aside(found, last) if last > 0 else None
    return phrase_text(sentence, found, first, last - 1) if first is not None else None


def _named_aside(found: Sequence[Token], comma: int) -> int | None:
    """Return where "The chair, Ada Thorn," begins whose last comma is given, or None."""
    name = comma - 1
    while name > 0 and found[name].is_name:
        name -= 1
    if found[comma].text != "," or comma - name not in (3, 4, 5) or name < 1:
        return None
    if found[name].text != "," or not found[name - 1].text.islower():
        return None
    first = phrase_back(found, name - 1)
    if first is None or not (found[first].lower in DETERMINERS or found[first].is_name):
        # A name stands beside it, and so it is a person's office or trade, known or not.
        near = range(name - 2, max(-1, name - 6), -1)
        first = next((at for at in near if found[at].lower in DETERMINERS | _OUR), None)
        if first is None or not all(one.text[0].isalpha() for one in found[first:name]):
            return None
    # "In the hall, Ada Thorn, ...": where it was said.
    return None if first and found[first - 1].lower in _WHERE else first


_OUR = frozenset(("our", "my", "your"))
_WHERE = frozenset("in at on to from of for with by after before during near over under".split())


def _with_name(found: Sequence[Token], first: int, last: int) -> int:
    """Return the last token of a speaker with the name behind: "its director, Mira Solberg"."""
    named = any(one.is_name for one in found[first : last + 1])
    behind = last + 2
    if named or behind >= len(found) or found[last + 1].text != "," or not found[behind].is_name:
        return last
    while behind + 1 < len(found) and found[behind + 1].is_name:
        behind += 1
    return behind


def _opening(found: Sequence[Token], verb: int) -> int | None:
    """Return where the subject ends of "The group put it at nine saying more had died", or None.

    The words before "saying" are an object or a place there, and not who says it.
    """
    end = phrase_forward(found, 0)
    if end is None or end + 2 >= verb or not may_speak(_words(found[: end + 1])):
        return None
    follows = found[end + 1].text
    acts = follows.islower() and (follows.endswith("ed") or follows in _ACTS)
    between = {token.lower for token in found[end + 1 : verb]}
    return end if acts and not between & {"with", "who", "which", "and", "but", ";"} else None


def _before_relative(
    sentence: str, found: Sequence[Token], verb: int
) -> tuple[str, int, int] | None:
    """Return the subject of "The Board which sits (or: based) in the town said so", or None."""
    end = phrase_forward(found, 0)
    if end is None or end + 2 >= verb or found[verb].lower not in ("said", "says", "reported"):
        return None
    opens = found[end + 1].lower
    if opens not in ("which", "who", "based", "headquartered") or not may_speak(
        _words(found[: end + 1])
    ):
        return None
    if any(token.lower in REPORTING for token in found[end + 1 : verb]):
        return None
    return phrase_text(sentence, found, 0, end)


def _is_aside(found: Sequence[Token], first: int, last: int) -> bool:
    """Return whether a name says where it was, or by whom something beside it was done."""
    phrase = found[first : last + 1]
    if any(one.lower in PLACE_WORDS for one in phrase) and not may_speak(_words(phrase)):
        return True  # "which watches the war in Norland said"
    if not first:
        return False
    made_by = found[first - 1].lower == "by" and first > 1 and found[first - 2].lower[-2:] == "ed"
    return made_by or found[first - 1].lower in PLACE_WORDS


def _speaker_back(found: Sequence[Token], last: int) -> int | None:
    """Return where a speaker begins that ends with token ``last``, or None."""
    first = phrase_back(found, last)
    if first is not None and _is_aside(found, first, last):
        return _behind_place(found, first, last)
    return first


def _behind_place(found: Sequence[Token], first: int, last: int) -> int | None:
    """Return where a speaker begins behind a place that nothing parts from it, or None.

    "Raids on Norland chief of staff Ada Thorn said": the office begins what speaks.
    """
    roles = [n for n in range(first + 1, last) if found[n].lower in ROLES]
    at = next((n for n in roles if not found[n].is_name), None)
    if at is None or not found[first].is_name:
        return None
    named = any(one.is_name for one in found[at + 1 : last + 1])
    return at if named and found[last].is_name else None


def _before_details(
    sentence: str, found: Sequence[Token], verb: int
) -> tuple[str, int, int] | None:
    """Return the subject of "Brack in a message from Dunmark also said so", or None.

    Where and how it was said stands between, or who the speaker is, without a comma. An "official
    at the harbour office" is more than an official.
    """
    end = phrase_forward(found, 0)
    if end is None or not end + 1 < verb <= end + _MOST_DETAILS or found[verb].lower in WEAK:
        return None
    while found[end + 1].lower in BETWEEN and found[end + 2].lower in ROLES | BETWEEN:
        end += 1
    end += found[end + 1].lower in ROLES
    between = found[end + 1 : verb]
    opens = between and (
        between[0].lower in _DETAIL or (end > 1 and between[0].lower.endswith("ing"))
    )
    told = found[end].lower in ("statement", "report")
    if not opens or told or not may_speak(_words(found[: end + 1])):
        return None
    told_by = {n for n, one in enumerate(between[1:]) if one.lower == "by"}
    named = {n for n, one in enumerate(between, 1) if one.lower in DETERMINERS | {"the"}}
    if any(_is_no_detail(one) for n, one in enumerate(between) if n not in told_by | named):
        return None
    if between[0].lower in _WHOSE:
        longer = (n for n, one in enumerate(between) if one.lower in _DETAIL - _WHOSE)
        last = next(longer, len(between)) + end
        if any(one.lower in ROLES or one.is_name for one in found[end + 1 : last + 1]):
            end = last
    return phrase_text(sentence, found, 0, end)


def _is_no_detail(token: Token) -> bool:
    """Return whether a word shows that a clause of its own stands before the verb."""
    word = token.lower
    known = word in _CLAUSE or word in REPORTING or word in PRONOUNS or word in _ACTS
    return known or not token.text[0].isalnum() or (word.endswith("ed") and "-" not in word)


def _words(found: Sequence[Token]) -> str:
    return " ".join(token.text for token in found)


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
    if subject := _own_subject(sentence, claim):
        return replace(claim, speaker=subject)
    speakers = [
        [one.speaker for one in claims(text) if one.speaker and not one.is_pronoun]
        for text in before
    ]
    named = antecedent(claim.speaker, before, speakers)
    return replace(claim, speaker=named) if named else claim


def _own_subject(sentence: str, claim: Claim) -> str:
    """Return the person with whom a sentence begins, for "she" after a quotation in it, or "".

    >>> _own_subject('Governor Mira Solberg left. "Go," she said.', Claim("she", 34, 37, "", 0, ""))
    'Governor Mira Solberg'
    """
    if claim.speaker.lower() not in ("he", "she"):
        return ""
    found = tokens(sentence[: claim.start])
    end = phrase_forward(found, 0) if found else None
    if end is None or end + 1 >= len(found) or not any(one.is_name for one in found[1 : end + 1]):
        return ""
    subject = phrase_text(sentence, found, 0, end)
    behind = sentence[subject[2] : claim.start]
    quoted = any(mark in behind for mark in '"\u201d')
    fits = may_speak(subject[0]) and not is_body(subject[0])
    acts = found[end + 1].text[0].islower()
    return subject[0] if quoted and fits and acts else ""
