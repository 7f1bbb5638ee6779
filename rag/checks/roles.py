"""Who does it to whom: whether two names of a source have changed places in a sentence. English.

Subject and object are read off the order of words, the passive and a few prepositions; "A lent B"
and "B borrowed from A" are one deed. Only where both texts give the same two names to the same deed
is anything compared. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.facts import Fact, Words, is_content, same_value
from rag.checks.verbs import base_of
from rag.english.counts import numbers
from rag.english.speech_words import REPORTING
from rag.english.words import stem

_REACH = 9
"""Words by which a name may stand from the verb that it belongs to."""
_BE = frozenset("was were is are been being be got gets".split())
_OTHERS_DEED = frozenset("who which that whom".split())
# Deeds that have a word for each side; those of the second line are the first seen from the other.
_DEEDS = (
    ("lend", "lend lends lent lending loaned", "borrow borrows borrowed borrowing"),
    ("sell", "sell sells sold selling", "buy buys bought buying purchased acquired"),
    (
        "give",
        "give gives gave given giving hand hands handed pay pays paid paying award awards awarded"
        " grant grants granted donated transferred sent",
        "receive receives received receiving obtained inherited succeeded succeeds replaced"
        " replaces",
    ),
    (
        "beat",
        "won win wins winning beat beats beaten defeat defeats defeated overcame knocked eliminated"
        " thrashed outplayed",
        "lost loses",
    ),
    ("teach", "teach teaches taught", "learned learnt learns"),
)
_DEED = {
    word: (name, turned)
    for name, ways, others in _DEEDS
    for turned, words in ((False, ways), (True, others))
    for word in words.split()
}


LED = frozenset("of in at from to with for on and or than near".split())
"""Words whose noun does nothing: "a dog of the postman bit"."""
_BEFORE_NOUNS = frozenset("the a an his her its their our this that these those no".split())
_TAKES_OVER = frozenset("take takes took taken taking".split())


@dataclass(frozen=True, slots=True)
class Deed:
    """What a name does to another one."""

    agent: Fact
    deed: str
    other: Fact


def exchanged_roles(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence lets one name do to another what its source has the other way round.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Sarnia has lent Oppland the money for a bridge.")
    >>> exchanged_roles(words_of("The money was borrowed by Sarnia from Oppland."), source)
    ['In the source it is Sarnia to Oppland, not the other way round (borrowed).']
    >>> exchanged_roles(words_of("Oppland borrowed the money from Sarnia."), source)
    []
    """
    return _exchanged(sentence, source, nouns=False) or _exchanged(sentence, source, nouns=True)


def from_other_side(sentence: Words, word: str, source: Words, other: str) -> bool:
    """Return whether two opposite words tell of one deed, each of another who has a part in it.

    That one side lost is no opposite of what its opponent won.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("On Monday Elva lost to Hollin.")
    >>> from_other_side(words_of("On Monday Hollin won."), "won", source, "lost")
    True
    >>> from_other_side(words_of("On Monday Elva won."), "won", source, "lost")
    False
    """
    sides = [
        (_DEED.get(token.lower), _who(words, n, beside))
        for words, beside, wanted in ((sentence, source, word), (source, sentence, other))
        for n, token in enumerate(words.tokens)
        if wanted in (token.lower, words.stems[n])
    ]
    if len(sides) != 2 or not all(deed and who for deed, who in sides):
        return False
    (one, mine), (two, theirs) = sides
    assert one and two and mine and theirs
    return one[0] == two[0] and one[1] != two[1] and not same_value(mine, theirs)


def _who(words: Words, verb: int, beside: Words) -> Fact | None:
    """Return the name or noun that stands last before a verb in its sentence."""
    names = _names(words, beside, nouns=True)
    here = [one for one in names if words.sentence[one.first] == words.sentence[verb]]
    before = [one for one in here if one.last <= verb and verb - one.last < _REACH]
    return before[-1] if before else None


def _exchanged(sentence: Words, source: Words, *, nouns: bool) -> list[str]:
    """Return where two change places, names alone or ``nouns`` as well."""
    problems: list[str] = []
    theirs = list(deeds(source, sentence, nouns=nouns))
    for one, word in deeds(sentence, source, nouns=nouns):
        same = [other for other, _ in theirs if other.deed == one.deed]
        right = any(
            same_value(one.agent, two.agent) and same_value(one.other, two.other) for two in same
        )
        turned = next(
            (
                two
                for two in same
                if same_value(one.agent, two.other) and same_value(one.other, two.agent)
            ),
            None,
        )
        if turned is not None and not right:
            agent = source.text[turned.agent.start : turned.agent.end]
            other = source.text[turned.other.start : turned.other.end]
            problems.append(
                f"In the source it is {agent} to {other}, not the other way round ({word})."
            )
    return problems


def deeds(words: Words, beside: Words, *, nouns: bool = False) -> Iterator[tuple[Deed, str]]:
    """Yield the deeds of one name to another, each with its verb as it is written.

    The first word of a sentence is a name where the other text has it as one. ``nouns`` takes
    what stands behind an article as well: "the guard".
    """
    names = _names(words, beside, nouns=nouns)
    named = {n for fact in names for n in range(fact.first, fact.last)}
    if len(names) < 2:
        return
    for n, token in enumerate(words.tokens):
        if n in named or not token.text[0].islower():
            continue
        deed, turned = _DEED.get(token.lower.rstrip("."), ("", False))
        following = [one.lower for one in words.tokens[n + 1 : n + 3]]
        if token.lower in _TAKES_OVER and following == ["over", "from"]:
            deed, turned = "give", True
        before = words.tokens[n - 1].lower if n else ""
        irregular = base_of(token.lower) != token.lower and token.lower not in REPORTING
        is_verb = (irregular or token.lower.endswith(("ed", "es", "s"))) and is_content(
            words.stems[n]
        )
        is_verb = is_verb and before not in _BEFORE_NOUNS and not _counts(before)
        if not deed and not is_verb:
            continue
        pair = _sides(words, names, n, bool(deed))
        if pair is not None:
            agent, other = pair[::-1] if turned else pair
            plain = words.stems[n] == stem(token.lower)
            verb = stem(base_of(token.lower)) if irregular and plain else words.stems[n]
            yield Deed(agent, deed or verb, other), token.text


def _counts(word: str) -> bool:
    """Return whether a word counts the one behind it, which is then no verb: "42 bakeries"."""
    return word[:1].isdigit() or bool(numbers(word))


def _names(words: Words, other: Words, *, nouns: bool) -> list[Fact]:
    names = [fact for fact in words.facts if fact.kind == "name"]
    taken = {n for fact in names for n in range(fact.first, fact.last)}
    there = {key for fact in other.facts if fact.kind == "name" for key in fact.key}
    there |= _capitals(other)
    for n, token in enumerate(words.tokens):
        known = words.stems[n] in there and token.lower not in _BEFORE_NOUNS
        if n not in taken and token.text[0].isupper() and known and is_content(words.stems[n]):
            names.append(Fact("name", (words.stems[n],), token.start, token.end, n, n + 1))
    taken |= {n for one in names for n in range(one.first, one.last)}
    if nouns:
        names += _nouns(words, taken)
    return sorted(names, key=lambda one: one.first)


def _capitals(words: Words) -> set[str]:
    """Return the words that a text writes large and never small, be it for their place."""
    found = {
        stem
        for token, stem in zip(words.tokens, words.stems, strict=True)
        if token.text[0].isupper()
    }
    return found - words.small


def _nouns(words: Words, taken: set[int]) -> Iterator[Fact]:
    """Yield the nouns that stand behind an article: "the guard", the last word of "the old guard".

    What leads to a verb or to a small word is the last one.
    """
    for n, token in enumerate(words.tokens):
        if token.lower not in _BEFORE_NOUNS:
            continue
        last = -1
        for k in range(n + 1, min(n + 5, len(words.tokens))):
            lower = words.tokens[k].lower
            past = lower.endswith("ed") or base_of(lower) != lower
            led = k + 1 < len(words.tokens) and words.tokens[k + 1].lower in _BEFORE_NOUNS
            past = past or (lower.endswith("s") and led)
            verb = lower in _DEED or (past and k > n + 1)
            if k in taken or verb or not is_content(words.stems[k]) or not lower.isalpha():
                break
            last = k
        if last >= 0:
            one = words.tokens[last]
            yield Fact("name", (words.stems[last],), one.start, one.end, last, last + 1)


def _sides(words: Words, names: list[Fact], verb: int, to_whom: bool) -> tuple[Fact, Fact] | None:
    """Return who does what a verb says and to whom, where both are names.

    ``to_whom`` tells that the verb may give something to the other one, rather than do it to them.
    """
    here = words.sentence[verb]
    inside = [one for one in names if words.sentence[one.first] == here]
    before = [one for one in inside if one.last <= verb and verb - one.last < _REACH]
    after = [one for one in inside if one.first > verb and one.first - verb <= _REACH]
    if not after:
        return None
    passive = any(words.tokens[k].lower in _BE for k in range(max(0, verb - 2), verb))
    by = next((one for one in after if _leads(words, one) == "by"), None)
    towards = [one for one in after if to_whom and _leads(words, one) in ("to", "from")]
    if passive:
        other = towards[0] if towards else (before[-1] if before else None)
        return (by, other) if by is not None and other is not None and by != other else None
    if not before or by is not None:
        return None
    # "A dog of the postman bit": what a small word leads to does nothing.
    before = [one for one in before if _small_before(words, one) not in LED - {"and", "or"}]
    if not before:
        return None
    between = [words.tokens[k].lower for k in range(before[-1].last, verb)]
    aside = between[:1] == [","] and between[-1:] == [","]
    if not aside and any(word in _OTHERS_DEED or word == ";" for word in between):
        return None
    return before[-1], (towards or after)[0]


def _small_before(words: Words, fact: Fact) -> str:
    """Return the word right before a name, an article passed over."""
    n = fact.first - 1
    while n >= 0 and words.tokens[n].lower in _BEFORE_NOUNS:
        n -= 1
    return (
        words.tokens[n].lower if n >= 0 and words.sentence[n] == words.sentence[fact.first] else ""
    )


def _leads(words: Words, fact: Fact) -> str:
    """Return the small word before a name, articles and descriptions of one word passed over."""
    for n in range(fact.first - 1, max(-1, fact.first - 7), -1):
        lower = words.tokens[n].lower
        if lower in ("by", "to", "from"):
            return lower
        if not lower.isalpha() and (lower != "," or n != fact.first - 1):
            return ""
    return ""
