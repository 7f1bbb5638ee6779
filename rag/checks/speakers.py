"""Whether a source lets the speaker say it whom a sentence names. Pure functions, English.

Certain is only that somebody else says it. That nobody is named who does may be the reading's
fault ("a survey by the Society found"): it is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.checks.facts import Words, is_content, same_word
from rag.checks.meanings import alike
from rag.checks.voices import has_voice
from rag.checks.when import value_of
from rag.english.claimants import claimant_of, name_words, plain_words, same_claimant
from rag.english.sentences import sentences
from rag.english.speech import Claim, claims
from rag.english.speech_words import PRONOUNS, REPORTING
from rag.english.words import content_terms, stem

_SAID, _SAID_SO = 0.4, 0.8
"""Share of what somebody is to have said that one sentence of the source must hold.

With the higher share it is that statement, and its speaker is whom that sentence names.
"""
_SOME_SAID = 0.25
"""The same of a sentence that names the speaker, where no verb is known to make them one."""
# Verbs that report, and as often tell of a deed.
_NO_WORDS = frozenset("released release releases showed shows show".split())
_DESCRIBED = 8
"""Words by which a description may stand from the name that it describes."""
_VIEW = re.compile(
    r"\b(?:In|By|On|From) (?:the (?:view|opinion|words|eyes|account) of (?P<of>[^,]{2,60}),"
    r"|(?P<whose>(?:the |a )?[^,]{2,60}?)(?:['\u2019]s|s['\u2019]) (?:own )?"
    r"(?:view|opinion|words|eyes|account|version|telling|estimate|judgement)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Speakers:
    """What was found of a sentence's speakers: who else says it, and who is not named as one."""

    others: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


def other_speakers(sentence: Words, source: Words, about: str, publisher: str = "") -> Speakers:
    """Return whom the sentence makes a speaker where the source has another one, or none.

    The publisher may be said to say all that its article does.
    """
    others = list(_works_of_others(sentence.text, source.text))
    unnamed: list[str] = []
    known = name_words(f"x {about}")
    for speaker, verb, terms in _spoken_parts(sentence):
        named = name_words(f"x {speaker}")
        if named & name_words(f"x {publisher}"):
            continue
        said = terms - {stem(w) for w in plain_words(speaker)}
        said -= {stem(verb)}
        told = _told_by(said, source)
        if not told and named & known:
            continue
        found = told or _speakers(said, source)
        if not found and not _names_there(speaker, said, source):
            unnamed.append(f"The source does not say what {speaker} is to have said.")
        elif (
            found
            and not any(_same(speaker, other, text, source) for other, text in found)
            and not has_voice(speaker, sentence, source)
        ):
            given = next(
                (
                    other.speaker
                    for other, _ in found
                    if other and other.speaker and other.verb not in _NO_WORDS
                ),
                "",
            )
            if given.lower() in PRONOUNS:
                unnamed.append(f"In the source it is {given} who says it, not {speaker}.")
            elif given:
                # One who speaks there as well may say the same in words that are not shared.
                sure = bool(told) or not _speaks_there(speaker, said, source)
                why = f"In the source it is {given} who says it, not {speaker}."
                (others if sure else unnamed).append(why)
            elif not _names_there(speaker, said, source):
                unnamed.append(f"In the source nobody is named who says it, not {speaker}.")
    return Speakers(tuple(others), tuple(unnamed))


_PARTING = re.compile(r";\s|, (?=(?:but|while|whereas|and) )")


def _spoken_parts(sentence: Words) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield the speakers of a sentence, each with its verb and the terms of the part it speaks in.

    Where two speak in one sentence, each is held to what stands on its own side.
    """
    led = _ACCORDING.match(sentence.text)
    if led:  # what stands before the comma tells only who says it
        terms = _terms(sentence, led.end(), len(sentence.text))
        yield from ((speaker, verb, terms) for speaker, verb in _spoken(sentence.text))
        return
    edges = [0, *(match.end() for match in _PARTING.finditer(sentence.text)), len(sentence.text)]
    spans = [(a, b) for a, b in pairwise(edges) if a < b]
    found = [list(_spoken(sentence.text[a:b])) for a, b in spans]
    if len(spans) < 2 or not all(found):
        every = frozenset().union(*sentence.terms)
        yield from ((speaker, verb, every) for speaker, verb in _spoken(sentence.text))
        return
    for (a, b), some in zip(spans, found, strict=True):
        terms = _terms(sentence, a, b)
        yield from ((speaker, verb, terms) for speaker, verb in some)


_ACCORDING = re.compile(r"According to [^,;]{2,80},")


def _terms(words: Words, start: int, end: int) -> frozenset[str]:
    """Return the content words of a stretch of a text."""
    return frozenset(
        stem
        for token, stem in zip(words.tokens, words.stems, strict=True)
        if start <= token.start < end and is_content(stem)
    )


def _spoken(text: str) -> Iterator[tuple[str, str]]:
    """Yield the speakers that a sentence names, each with its verb."""
    for claim in claims(text):
        if claim.speaker and not claim.is_pronoun:
            yield claim.speaker, claim.verb
        elif claim.speaker and plain_words(claim.speaker) and " " in claim.speaker:
            yield claim.speaker, claim.verb  # "the finance minister": told apart by its role
    for match in _VIEW.finditer(text):
        yield match["of"] or match["whose"], "view"


def _names_there(speaker: str, said: frozenset[str], source: Words) -> bool:
    """Return whether a speaker stands in a sentence that holds some of what is said."""
    words = {stem(word) for word in name_words(f"x {speaker}") or plain_words(speaker)}
    words -= _UNNAMED
    return any(
        words <= terms and len(said & terms) >= _SOME_SAID * len(said) for terms in source.terms
    )


_UNNAMED = frozenset(stem(word) for word in "anonymous unnamed unidentified".split())


def _is_pronoun(claim: Claim) -> bool:
    """Return whether a speaker is a pronoun alone; "the army" tells who is meant."""
    return claim.speaker.lower() in PRONOUNS


def _speaks_there(speaker: str, said: frozenset[str], source: Words) -> bool:
    """Return whether a speaker says something else in a statement that holds a word of this one."""
    return any(
        not _is_pronoun(one)
        and said & set(content_terms(text))
        and _same(speaker, one, text, source)
        for text in _statements(source.text)
        for one in claims(text)
    )


def _told_by(said: frozenset[str], source: Words) -> list[tuple[Claim | None, str]]:
    """Return the speakers of the one sentence that makes a statement, where it names them."""
    texts = list(_statements(source.text))
    shared = [_share(said, frozenset(content_terms(text))) for text in texts]
    if max(shared, default=0.0) < _SAID_SO:
        return []
    found: list[tuple[Claim | None, str]] = []
    for n, text in enumerate(texts[: len(shared)]):
        if shared[n] >= _SAID_SO:
            own = [
                one for one in claims(text) if not one.is_pronoun and name_words(f"x {one.speaker}")
            ]
            if not own:
                return []
            found += [(one, text) for one in own]
            found.append((claimant_of(text, texts[max(0, n - 6) : n], texts[n + 1 : n + 3]), text))
    return found


def _speakers(said: frozenset[str], source: Words) -> list[tuple[Claim | None, str]]:
    """Return who says it in the source's sentences that hold most of what is said."""
    texts = list(_statements(source.text))
    held = [frozenset(content_terms(text)) for text in texts]
    shared = [_share(said, terms) for terms in held]
    most = max(shared, default=0.0)
    if most < _SAID:
        return []
    found: list[tuple[Claim | None, str]] = []
    for n, share in enumerate(shared[: len(texts)]):
        if share < 0.75 * most:
            continue
        before, text = texts[max(0, n - 6) : n], texts[n]
        own = [one for one in claims(text) if not _is_pronoun(one)]
        claim = claimant_of(text, before, texts[n + 1 : n + 3])
        if claim is None:  # what follows somebody's words without a speaker is mostly still theirs
            claim = next((c for t in reversed(before[-2:]) if (c := claimant_of(t, []))), None)
        around = " ".join(texts[max(0, n - 1) : n + 2])
        found += [(one, text) for one in own]
        found.append((claim, around))
    return found


def _share(said: frozenset[str], terms: frozenset[str]) -> float:
    """Return how much of what is said a text holds; numbers tell more than words."""
    weights = {term: 2.0 if value_of(term) or term[:1].isdigit() else 1.0 for term in said}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0


def _statements(text: str) -> Iterator[str]:
    """Yield the sentences of a text; one in which two speak falls apart at what parts them."""
    for start, end in sentences(text):
        parts = re.split(r";\s|, (?=(?:but|while|whereas) )", text[start:end])
        if len(parts) > 1 and all(claims(part) for part in parts):
            yield from parts
        else:
            yield text[start:end]


def _same(speaker: str, other: Claim | None, text: str, source: Words) -> bool:
    if other is None:
        return False
    one, two = name_words(f"x {speaker}"), name_words(f"x {other.speaker}")
    if same_claimant(speaker, other.speaker):
        return True
    mine, theirs = _roles(speaker), _roles(other.speaker)
    if one and two:
        if any(same_word(stem(a), stem(b)) for a in one for b in two):
            return True
        # "an economist of the Lorne Institute" is the economist Magda Soltis of that institute.
        return _beside(two, one, source)
    if _one_role(mine, theirs) and not (one and not two and one - name_words(f"x {text}")):
        return True
    # "a monitor" may be a name's description, which stands beside it.
    if two and not one:
        return bool(mine) and _beside(two, mine, source)
    if one and not two and not other.is_pronoun:
        return bool(theirs) and _beside(one, theirs, source)
    return bool(one) and bool(mine) and mine <= _roles(text)


_WORK = r"(?P<work>survey|study|report|poll|analysis|inquiry|forecast|review|audit|census)s?"
_WHOSE = re.compile(
    rf"(?:\bthe |\b(?=[A-Z]))(?P<who>(?:[\w-]+ ){{0,4}}?[\w-]+)(?:['\u2019]s|(?<=s)['\u2019]) "
    rf"(?:(?!of\b)[\w-]+ )?{_WORK}\b"
)
_MADE_BY = re.compile(
    rf"\b{_WORK}\b(?: (?:of|on|among|into) [^,.;]{{2,40}}?)? by (?P<who>(?:the |an? )?"
    r"(?:[A-Z][\w'\u2019-]*(?: (?:of |for |the )*[A-Z][\w'\u2019-]*)*|[\w-]+))"
)


def _authors(text: str) -> Iterator[tuple[str, str]]:
    """Yield the works of which a text tells who made them: the kind of work, and the maker."""
    for pattern in (_WHOSE, _MADE_BY):
        for match in pattern.finditer(text):
            yield match["work"], match["who"]


def _works_of_others(sentence: str, source: str) -> Iterator[str]:
    """Yield what is wrong where a sentence names another maker of a survey, say, than its source.

    >>> text = "A survey of 300 growers by the Orchard Society found frost."
    >>> list(_works_of_others("It froze, according to the ministry's survey of growers.", text))
    ['The source speaks of a survey by the Orchard Society, not ministry.']
    >>> list(_works_of_others("It froze, according to the society's survey of growers.", text))
    []
    """
    theirs = [(source[a:b], made) for a, b in sentences(source) for made in _authors(source[a:b])]
    for work, who in _authors(sentence):
        makers = [other for _, (kind, other) in theirs if kind == work]
        # Whoever stands in the very sentence may have published, paid or answered it.
        near = any(_roles(who) & _roles(text) for text, (kind, _) in theirs if kind == work)
        if makers and not near:
            yield f"The source speaks of a {work} by {makers[0]}, not {who}."


_TITLES = frozenset(stem(word) for word in "spokesman spokeswoman spokesperson official".split())


def _one_role(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two descriptions may be of one: the bank's analysts are no central bank.

    >>> _one_role(frozenset(["central", "bank"]), frozenset(["bank"]))
    True
    >>> _one_role(frozenset(["central", "bank"]), frozenset(["analyst", "bank"]))
    False
    """
    shared = frozenset(word for word in one if any(alike(word, two) for two in other))
    other = frozenset(two for two in other if not any(alike(word, two) for word in shared)) | shared
    return bool(shared) and bool(not (one - shared - _TITLES) or not (other - shared - _TITLES))


def _beside(names: frozenset[str], words: frozenset[str], source: Words) -> bool:
    """Return whether all words of a description stand near a name somewhere in the source."""
    wanted = {stem(word) for word in words}
    for n, token in enumerate(source.tokens):
        if token.lower not in names:
            continue
        near = {source.stems[n]}
        for step in (-1, 1):
            for k in range(n + step, n + step * (_DESCRIBED + 1), step):
                beyond = not 0 <= k < len(source.stems) or source.sentence[k] != source.sentence[n]
                # A description stands between a name and what its bearer says.
                if beyond or source.tokens[k].lower in REPORTING or source.tokens[k].text == ";":
                    break
                near.add(source.stems[k])
        if wanted <= near:
            return True
    return False


def _roles(text: str) -> frozenset[str]:
    words = [re.sub(r"['\u2019]s?$", "", word) for word in plain_words(text)]
    return frozenset(stem(word) for word in words if is_content(stem(word)))
