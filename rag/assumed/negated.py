"""A verb that is denied of what a question speaks of: "did not resign", "stayed on". English.

Meant to be certain rather than complete: a "not" counts where it stands before the verb of the
assumption and of the same subject, and nothing limits it ("not only", "not until May", "not because
of the strike").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.assumed.scope import AUX, BREAKS, is_in, is_subject, terms_near
from rag.assumed.words import (
    LIMITS,
    NEGATORS,
    PARTIAL,
    UNDOES_DOER,
    UNDOES_DONE_TO,
    UNREAL,
    lemma,
    looks_past,
)
from rag.assumption import Assumption, terms_of
from rag.english.speech import Token, tokens
from rag.english.speech_words import REPORTING
from rag.english.when import times
from rag.english.words import content_terms
from rag.features import Line
from rag.follow.words import DETERMINERS, MONTHS, PREPOSITIONS

_PERIOD = frozenset("day days week weeks month months year years time night".split())
UNABLE = re.compile(
    r"\b(?:failed|fails|refused|refuses|declined|declines|unable|ruled out|stopped short of)"
    r"(?:\s+(?:to|from))?\s+(?:ever\s+)?(?P<verb>[a-z]+)\b"
)
_TRANSFERRED = frozenset(
    map(lemma, "buy acquire purchase sell arrest destroy demolish ban".split())
)


def negated(assumed: Assumption, line: Line) -> Iterator[bool]:
    """Yield True for each time that a sentence denies the verb of an assumption."""
    words = tokens(line.text)
    if UNREAL.search(line.text):
        return
    negators = [n for n, one in enumerate(words) if is_negator(one)]
    if len(negators) > 1:
        return
    for at in negators:
        verb = verb_behind(words, at, assumed)
        if verb is not None and _stands(assumed, line, words, at, verb):
            yield True
    if negators:
        return
    for match in UNABLE.finditer(line.text):
        if lemma(match["verb"]) in assumed.verbs:
            start = next(n for n, one in enumerate(words) if one.start >= match.start())
            verb = next(n for n, one in enumerate(words) if one.start == match.start("verb"))
            if _stands(assumed, line, words, start, verb):
                yield True


def is_negator(token: Token) -> bool:
    """Return whether a word turns a sentence round: "not", "never", "didn't"."""
    lower = token.lower.replace("\u2019", "'")
    return lower in NEGATORS or lower.endswith("n't")


def verb_behind(words: Sequence[Token], at: int, assumed: Assumption) -> int | None:
    """Return where the assumption's verb stands behind a "not", with nothing but adverbs between.

    None comes back too where the "not" limits what follows ("not only resigned").
    """
    for here in range(at + 1, min(len(words), at + 5)):
        word = words[here].lower
        if word in PARTIAL:
            return None
        if lemma(word) in assumed.verbs:
            return here
        if not (word in AUX or word.endswith("ly") or word in ("actually", "in", "fact")):
            return None
    return None


def _stands(assumed: Assumption, line: Line, words: Sequence[Token], at: int, verb: int) -> bool:
    """Return whether a verb that is denied is denied of the same one, wholly, and not for a reason.

    Args:
        assumed: What the question takes for granted.
        line: The sentence.
        words: Its tokens.
        at: Where the negation begins.
        verb: Where the verb stands.
    """
    passive = is_passive(words, at, verb)
    subject = assumed.doer if assumed.doer and not passive else assumed.done_to
    if not subject or not is_subject(subject, line, words, at):
        return False
    after = [one.lower for one in words[verb + 1 :]]
    end = next((n for n, word in enumerate(after) if word in (";", ":")), len(after))
    if set(after[:end]) & LIMITS or "." in after[: end - 1]:
        return False
    if not passive and not same_object(assumed, words, verb):
        return False
    if of_another(assumed, line, line.text[words[verb].end :]):
        return False
    behind = words[verb + 1 :]
    return not _limits_kind(assumed, behind) and not _limited_by(assumed, line, behind)


def is_passive(words: Sequence[Token], at: int, verb: int) -> bool:
    """Return whether a verb behind a "not" stands in the passive."""
    around = {one.lower for one in words[max(0, at - 2) : verb]}
    be = {"was", "were", "is", "are", "been", "be", "being"}
    contracted = any(re.match(r"(?:was|were|is|are)n['\u2019]t", w) for w in around)
    return bool(around & be or contracted) and looks_past(words[verb].text)


def _limited_by(assumed: Assumption, line: Line, after: Sequence[Token]) -> bool:
    """Return whether a verb is denied with something that the question does not speak of.

    "Did not leave in anger" leaves open that she left.
    """
    known = terms_of(f"{assumed.doer} {assumed.done_to} {assumed.rest}")
    known |= terms_near(line) - frozenset(content_terms(line.text))
    for here, word in enumerate(after):
        if word.text in ",;:" or word.lower in BREAKS or word.lower in REPORTING:
            return False
        if word.lower in PREPOSITIONS - {"despite", "according", "since"}:
            phrase = [one.text for one in after[here + 1 : here + 5]]
            terms = content_terms(" ".join(phrase))
            if terms and not any(is_in(term, known) for term in terms):
                return not _is_time(phrase)
    return False


def _is_time(phrase: Sequence[str]) -> bool:
    return bool(times(" ".join(phrase))) or bool(_PERIOD & {one.lower() for one in phrase})


def _limits_kind(assumed: Assumption, after: Sequence[Token]) -> bool:
    """Return whether what follows a verb is what the question asks for: then that is denied."""
    if not after:
        return False
    for here, word in enumerate(after[:8]):
        following = after[here + 1] if here + 1 < len(after) else None
        if word.lower in ("in", "at", "near", "on", "from") and assumed.kind == "where":
            return True
        if word.lower in ("by", "with", "through", "using", "as") and assumed.kind == "how":
            return True
        if assumed.kind == "why" and word.lower in ("over", "for", "out", "to", "under"):
            return following is not None and word.lower not in _words(assumed.rest)
        if assumed.kind == "when" and word.lower in ("in", "on", "at", "during", "by", "after"):
            if following is not None and re.match(r"\d|the\b", following.lower):
                return word.lower not in _words(assumed.rest)
            if following is not None and following.lower in MONTHS:
                return True
    return False


def of_another(assumed: Assumption, line: Line, behind: str) -> bool:
    """Return whether a predicate lacks words of the question's and has others: another plan."""
    wanted = terms_of(assumed.rest)
    missing = {term for term in wanted if not is_in(term, terms_near(line))}
    known = terms_of(f"{assumed.doer} {assumed.done_to} {assumed.rest}")
    return bool(missing) and any(not is_in(term, known) for term in content_terms(behind))


def _words(text: str) -> frozenset[str]:
    return frozenset(one.lower for one in tokens(text))


def same_object(assumed: Assumption, words: Sequence[Token], verb: int) -> bool:
    """Return whether what a verb does something to is what the question names."""
    behind = words[verb + 1 :]
    opened = behind[0].lower if behind else ""
    direct = bool(behind) and (
        opened in DETERMINERS
        or opened in ("anyone", "anything", "any", "him", "them", "it", "her")
        or (behind[0].is_name and opened not in MONTHS)
    )
    if assumed.kind == "count" and not assumed.open:
        return opened in ("any", "a", "once") or not direct
    if not assumed.doer or not assumed.done_to:
        return not direct or opened in ("itself",)
    if opened in ("it", "them", "him", "her"):
        return True
    heads = terms_of(assumed.done_to)
    held = frozenset(term for one in behind for term in content_terms(one.text))
    return bool(heads) and sum(is_in(term, held) for term in heads) >= len(heads) * 0.6


def undone(assumed: Assumption, line: Line) -> bool:
    """Return whether a sentence says the opposite in other words: "stayed in office"."""
    if UNREAL.search(line.text):
        return False
    words = tokens(line.text)
    if any(is_negator(one) or one.lower in ("no", "only", "until") for one in words):
        return False
    roles = ((UNDOES_DOER, assumed.doer), (UNDOES_DONE_TO, assumed.done_to))
    for table, subject in roles:
        pattern = table.get(assumed.verb)
        if pattern is None or not subject:
            continue
        if table is UNDOES_DONE_TO and assumed.doer and assumed.verb not in _TRANSFERRED:
            continue
        for at in range(1, len(words)):
            rest = line.text[words[at].start :].lower()
            hit = pattern.match(rest)
            if hit and is_subject(subject, line, words, at):
                behind = rest[hit.end() :]
                held = table is UNDOES_DONE_TO or _names_object(assumed, behind)
                return held and not limited(behind) and not of_another(assumed, line, behind)
    return False


def limited(rest: str) -> bool:
    """Return whether what follows a verb limits what was said: "until May", "but"."""
    return bool(set(re.findall(r"[a-z]+", rest)) & (LIMITS - {"and", "without"}))


def _names_object(assumed: Assumption, rest: str) -> bool:
    """Return whether the rest of a predicate names the question's object, where it has one."""
    if not assumed.done_to or not assumed.doer:
        return True
    held = frozenset(content_terms(rest))
    heads = terms_of(assumed.done_to)
    # "Acknowledged that the army did it": what follows is a statement of its own, and no pronoun.
    pronoun = re.match(r"\s*(?:(?:it|this|having|any)\b|that\s*(?:[.,;\u201d\"]|$))", rest)
    return bool(pronoun) or sum(is_in(term, held) for term in heads) >= len(heads) * 0.6
