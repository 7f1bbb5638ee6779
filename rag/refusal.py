"""Why there is no answer: what the sources deny, and what they hold instead, in plain words.

Every word of a refusal's message is of the question, or has been looked up in the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from rag.assumed.denials import affirms, denials
from rag.assumption import assumption_of
from rag.english.dimensions import dimension_asked
from rag.english.question import Asked, analyse, quantity_of
from rag.english.when import spoken_day
from rag.english.words import fold
from rag.features import Line, lines_of
from rag.follow.words import MONTHS
from rag.types import Candidate, Hit, Reading, Reason
from rag.unanswered import leaves_open, of_it
from rag.writing.deciding import decisions, foremost
from rag.writing.section import section_asked

_SURE = 0.85
"""Probability of a bare answer from which a denial elsewhere makes no refusal of it."""


def weighed(
    question: str,
    reading: Reading,
    hits: Sequence[Hit],
    contradicts: Callable[[str, Line], float] | None = None,
) -> Reading:
    """Return a reading that knows which sentences deny what the question takes for granted.

    Where they prove it and nothing affirms it, the reason is "contradicted". Where others affirm
    it, or only the one who is accused denies it, ``denied`` stands beside the answer. Where what is
    believed leaves open what was asked for, it is "only_related".

    Args:
        question: The question, standing alone.
        reading: What the reader made of the hits.
        hits: The passages that were read.
        contradicts: gives the probability that a line contradicts a statement, where there is a
            model that can tell.
    """
    asked = analyse(question)
    if asked.kind == "yes_no":
        return _decided(asked, reading, hits)
    if steps := section_asked(asked, hits):
        places = {(one.start, one.hit.document.id) for one in steps}
        rest = [one for one in reading.candidates if (one.start, one.hit.document.id) not in places]
        return replace(reading, candidates=(*steps, *rest), reason=None)
    if reading.reason is None and leaves_open(asked, reading.candidates, hits):
        reading = replace(reading, reason="only_related")
    if reading.reason is None:
        reading = replace(reading, candidates=tuple(of_it(asked, reading.candidates)))
    assumed = assumption_of(asked)
    if assumed is None or not hits:
        return reading
    lines = lines_of(hits)
    found = denials(asked, assumed, lines, contradicts)
    if not found:
        return reading
    places = {(one.line.start, one.line.hit.document.id) for one in found}
    denied = tuple(_candidate(one.line, reading) for one in found)
    proven = any(not one.stance for one in found)
    others = [line for line in lines if (line.start, line.hit.document.id) not in places]
    told = any(affirms(asked, assumed, line) for line in others) or any(
        one.answer and one.probability >= _SURE
        for one in reading.candidates
        if (one.start, one.hit.document.id) not in places
    )
    reason = "contradicted" if proven and not told else reading.reason
    return replace(reading, reason=reason, denied=denied)


def _decided(asked: Asked, reading: Reading, hits: Sequence[Hit]) -> Reading:
    """Return a reading with the sentences first that decide a yes/no question."""
    found = decisions(asked, lines_of(hits))
    if not found:
        return reading
    best = max((one.score for one in reading.candidates), default=0.0)
    first = [replace(_candidate(one.line, reading), score=best) for one in foremost(found)]
    places = {(one.start, one.hit.document.id) for one in first}
    rest = [one for one in reading.candidates if (one.start, one.hit.document.id) not in places]
    reason = None if any(one.certain for one in found) else reading.reason
    return replace(reading, candidates=(*first, *rest), reason=reason)


def _candidate(line: Line, reading: Reading) -> Candidate:
    """Return a sentence as a candidate: the reader's own where it has one of that sentence."""
    for one in reading.candidates:
        if (one.start, one.hit.document.id) == (line.start, line.hit.document.id):
            return one
    return Candidate(line.hit, line.start, line.end, line.text, 0.0, 0.0, line.start, line.start)


DENIED_LEAD = "What the question assumes is denied:"
"""The line before sentences that deny what an answer rests on."""
_MOST_DENIED = 2


def denied_beside(reading: Reading, shown: Collection[tuple[str, int]]) -> list[Candidate]:
    """Return the denials that belong beside an answer: of different documents, not shown yet.

    Args:
        reading: What was read, with its denials.
        shown: The document and the start of every quotation that the answer holds.
    """
    found: dict[str, Candidate] = {}
    for one in reading.denied:
        document = one.hit.document
        if (document.id, one.start) not in shown:
            found.setdefault(document.cluster or document.id, one)
    return list(found.values())[:_MOST_DENIED]


_MOST_NAMES = 4
_PLAIN: dict[Reason, str] = {
    "nothing_found": "Nothing in the documents speaks of this.",
    "only_related": "The documents speak of related things",
    "not_supported": "What was found does not hold up against the words of the documents.",
    "contradicted": "The documents say the opposite of what the question assumes",
}


def message(
    reason: Reason,
    question: str,
    denied: Sequence[Candidate],
    mentioning: Callable[[str], int],
    hits: Sequence[Hit] = (),
) -> str:
    """Return why there is no answer, in one or two plain sentences.

    Args:
        reason: Why.
        question: The question, standing alone.
        denied: The sentences that deny what it assumes, the plainest first.
        mentioning: gives how many of the documents that were searched hold all words of a name.
        hits: The passages that were read: a name of several words counts as found where one of
            them holds it, because its words may stand apart elsewhere.

    >>> known = {"Homs": 4, "Larkhaven Bridge": 0}
    >>> message("only_related", "How many people were injured in Homs?", (), known.__getitem__)
    'The documents speak of Homs, but no passage that was found says how many people were injured.'
    >>> message("nothing_found", "Who built Larkhaven Bridge?", (), known.__getitem__)
    'No document mentions Larkhaven Bridge.'
    """
    asked = analyse(question)
    if reason == "contradicted":
        return _contradicted(asked, denied)
    if reason == "not_supported":
        return _PLAIN[reason]
    names = names_asked(asked)
    counts = {name: mentioning(name) for name in names}
    missing = [name for name, count in counts.items() if not count]
    found = [name for name, count in counts.items() if count and _stands(name, hits)]
    if missing:
        told = f"No document mentions {listed(missing, 'or')}."
        return f"{told} There are documents that speak of {listed(found)}." if found else told
    if reason == "nothing_found" and not found:
        return _PLAIN[reason]
    if len(found) > 1 and not mentioning(" ".join(found)):
        return f"There are documents that speak of {listed(found)}, but none that speaks of all."
    opening = f"The documents speak of {listed(found)}" if found else _PLAIN["only_related"]
    told = f"{opening}, but no passage that was found says {gap(asked)}."
    return f"{told} {_beside(denied)}".strip()


def _stands(name: str, hits: Sequence[Hit]) -> bool:
    """Return whether a name of several words stands whole in a passage; a single word does."""
    if len(name.split()) == 1 or not hits:
        return True
    whole = fold(name)
    return any(whole in fold(f"{one.document.title} {one.passage.text}") for one in hits)


def names_asked(asked: Asked) -> list[str]:
    """Return the names of a question that documents can mention or not: no month, no weekday.

    >>> names_asked(analyse("Who spoke in Homs on Monday 3 April?"))
    ['Homs']
    """
    names = [
        " ".join(word for word in name.split() if word.lower() not in MONTHS)
        for name in asked.names
    ]
    return [name for name in dict.fromkeys(names) if len(name) > 1][:_MOST_NAMES]


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names in a row.

    >>> listed(["Homs", "Idlib", "Douma"], "or")
    'Homs, Idlib or Douma'
    """
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def gap(asked: Asked) -> str:
    """Return what a question asks for as the end of "none says ...".

    >>> gap(analyse("When did the bridge open?")), gap(analyse("How many ships were sunk?"))
    ('when', 'how many ships')
    >>> gap(analyse("What does entry cost?")), gap(analyse("Did anyone claim responsibility?"))
    ('how much', 'who claimed it')
    """
    focus = " ".join(asked.focus)
    if asked.kind == "how_many" and asked.quantity and quantity_of(focus) == asked.quantity:
        focus = "people"  # "how many died"
    if asked.kind == "how_many":
        if asked.quantity and focus:
            verb = "died" if asked.quantity == "killed" else f"were {asked.quantity}"
            return f"how many {focus} {verb}"
        much = re.match(
            r"how (?:much|long|old|far|high|big|large|heavy|fast|deep)\b", asked.text, re.I
        )
        measured = dimension_asked(asked.text) == "money"
        many = "how much" if measured else f"how many {focus}".strip()
        return much.group().lower() if much else many
    if asked.kind == "who_said" and "responsib" in asked.text.lower():
        return "who claimed it"
    if asked.kind == "said" and asked.speaker:
        return f"what {asked.speaker} said of this"
    if asked.kind == "which" and focus:
        return f"which {focus}"
    words = {
        "who": "who",
        "who_said": "who said so",
        "when": "when",
        "where": "where",
        "why": "why",
    }
    words |= {"how": "how", "yes_no": "whether it is so"}
    return words.get(asked.kind, "what is asked")


def _contradicted(asked: Asked, denied: Sequence[Candidate]) -> str:
    assumed = assumption_of(asked)
    if not denied:
        return f"{_PLAIN['contradicted']}."
    if assumed is None:
        return f"{_PLAIN['contradicted']}: {_quoted(denied[0])}"
    return (
        f"The question assumes that {assumed.statement}; the documents deny it: "
        f"{_quoted(denied[0])}"
    )


def _beside(denied: Sequence[Candidate]) -> str:
    return f"What the question assumes is denied: {_quoted(denied[0])}" if denied else ""


def _quoted(candidate: Candidate) -> str:
    """Return a source's sentence to the letter, with where and when it stands."""
    document = candidate.hit.document
    told = [document.publisher or document.title]
    told += [spoken_day(document.published)] if document.published else []
    return f"\u201c{candidate.text}\u201d ({', '.join(told)})"
