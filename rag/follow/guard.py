"""Whether a rewritten question says more than its conversation did: new names or new numbers.

Whatever rewrites a question, a rule or a model, may fill in what the conversation holds and nothing
else. What cannot be judged counts as new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.english.words import fold, index_text, query_terms
from rag.types import Turn

_LONGER = 400
"""Characters that a rewrite may be longer than twice its question."""
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_ISO_DAY = re.compile(r"\b\d{4}-(\d{2})(?:-\d{2})?\b")
_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_VALUES = {word: str(n) for n, word in enumerate(_COUNTED)}
_VALUES |= {
    word: str(n * 10)
    for n, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), start=3)
}
_VALUES |= {"hundred": "100", "thousand": "1000", "million": "1000000", "dozen": "12"}
_LOOSE = frozenset({"1", "0"})  # "the second one", "no one": words that hardly ever count
# What may open a question although nobody has said it: a capital there makes no name.
_OPENING = frozenset(
    "who whom whose what when where why how which did do does is are was were has have had can "
    "could will would should may might must in on at by for from with to of during after before "
    "since until under about against according and but so or if as the a an this that these those "
    "there it its he she they his her their besides apart among between please tell give list name "
    "describe explain summarise summarize compare show say is how's what's who's not any some all "
    "many much more most".split()
)
_SENTENCE = re.compile(r"(?:(?<=[.!?:;])|(?<=[.!?][\"'\u201d\u2019)]))\s+")


def guard(question: str, history: Sequence[Turn], rewritten: str) -> bool:
    """Return whether a rewrite holds no name and no number that the conversation does not hold.

    The conversation is the question, the earlier turns, and what the answers' JSON holds: bare
    answers, sentences, accounts, quotations and their titles. Case, accents, possessives and the
    writing of numbers do not matter ("1,200" is 1200, "nine" is 9). A rewrite that is empty, or far
    longer than the question, is none.

    >>> asked = [Turn("user", "How many died in Hasakeh?"), Turn("assistant", "Nine.")]
    >>> guard("And the wounded?", asked, "How many were wounded in Hasakeh?")
    True
    >>> guard("And the wounded?", asked, "How many were wounded in Hasakeh in May 2017?")
    False
    """
    rewritten = " ".join(rewritten.split())
    if not rewritten or len(rewritten) > 2 * len(question) + _LONGER:
        return False
    if rewritten == " ".join(question.split()):
        return True
    needed = [group for one in _SENTENCE.split(rewritten) for group in _needed(one)]
    for text in (question, *_texts(history)):
        if not needed:
            break
        held = _held(text)
        needed = [group for group in needed if not group & held]
    return not needed


def _needed(sentence: str) -> Iterator[frozenset[str]]:
    """Yield the names and numbers of a sentence, each as the terms of which one must be held."""
    if not _tells_names(sentence):
        yield from (frozenset(term.terms) for term in query_terms(sentence))
        return
    first = next(iter(re.findall(r"[^\W\d_]+", sentence)), "")
    if first and first[0].isupper() and first.lower() not in _OPENING:
        # A capital for its place, of a word that does not open questions.
        yield from (frozenset((term,)) for term in index_text(first).split())
    for term in query_terms(sentence):
        value = _VALUES.get(fold(term.text), "")
        if value and value not in _LOOSE:
            yield frozenset((*term.terms, value))
        elif term.kind in ("exact", "name") or _caseless(term.text):
            yield frozenset(term.terms)


def _held(text: str) -> set[str]:
    """Return the terms that a text holds, its numbers in figures too."""
    words = set(index_text(text).split())
    words.update(_VALUES[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _VALUES)
    for match in _ISO_DAY.finditer(text):
        if 0 < (month := int(match.group(1))) <= len(_MONTHS):
            words.update(index_text(_MONTHS[month - 1]).split())
        words.update(str(int(part)) for part in match.group().split("-"))
    return words


def _texts(history: Sequence[Turn]) -> Iterator[str]:
    """Yield all that the turns say, with what an answer's JSON holds beside its text."""
    for turn in history:
        yield turn.content
        answer = turn.answer
        if not isinstance(answer, Mapping):
            continue
        yield from _strings(answer, ("text", "standalone_question"))
        for field, names in (
            ("answers", ("text",)),
            ("sentences", ("text",)),
            ("accounts", ("claimant", "value", "unit", "event_date")),
            ("citations", ("quote", "title", "publisher", "published")),
        ):
            found = answer.get(field)
            for one in found if isinstance(found, list | tuple) else ():
                if isinstance(one, Mapping):
                    yield from _strings(one, names)


def _strings(value: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if isinstance(text := value.get(name), str):
            yield text


def _tells_names(sentence: str) -> bool:
    """Return whether capitals tell the names of a sentence: not where all or none are capitals."""
    letters = [c for c in sentence if c.isalpha()]
    if not any(c.islower() or c.isupper() for c in letters):
        return True  # a script without capitals: each of its words is looked for
    return any(map(str.isupper, letters)) and any(map(str.islower, letters))


def _caseless(word: str) -> bool:
    return any(c.isalpha() and not c.islower() and not c.isupper() for c in word)
