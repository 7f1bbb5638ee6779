"""Which earlier question a follow-up goes on from, and what of it is added to the follow-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.follow_up_parse import parse
from rag.follow_up_past import Said, people_in
from rag.follow_up_phrases import is_event, is_time, names_of, terms_of
from rag.follow_up_topic import agent, context, matter, without_according, without_time
from rag.question import quantity_of

_WEIGHED = 6
"""Words of a question, and of a topic, that are looked up beside each other."""
_SPOKEN = frozenset("say said says speak report reported announce announced conclude claim".split())


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of the library's words; None where nothing is.

    ``knows`` says whether any document holds a stemmed word, ``together`` how many documents hold
    all of several.
    """

    knows: Callable[[str], bool] | None = None
    together: Callable[[Sequence[str]], int] | None = None


def told_by(question: str, speaker: str) -> str:
    """Return a question asked of what one speaker says.

    >>> told_by("How many died?", "SANA")
    'How many died, according to SANA?'
    """
    bare, _ = without_according(question)
    return f"{bare.rstrip(' ?')}, according to {speaker}?"


def brings_names(question: str, past: Sequence[Said]) -> bool:
    """Return whether a question names something of which the conversation has not spoken."""
    names = names_of(question[1:])
    known = " ".join(f"{said.understood} {said.text}" for said in past).lower()
    fresh = [name for name in names if name.lower() not in known]
    return bool(fresh) and len(terms_of(question)) >= 2


def topic_of(question: str, past: Sequence[Said], words: Words) -> Said | None:
    """Return the newest question of the past that this one may go on from, or None."""
    own = set(terms_of(question))
    asks = any(quantity_of(word) for word in re.findall(r"[a-z]+", question.lower()))
    if len(own) < 3 or (asks and not names_of(question[1:])):
        return past[-1]
    for said in reversed(past):
        if _linked(own, said, words):
            return said
    return None


def _linked(own: set[str], said: Said, words: Words) -> bool:
    """Return whether a question's words go together with those of a topic.

    They do where they share a word, or where most of them stand in documents that hold the two
    rarest words of the topic.
    """
    topic = [term for term in terms_of(said.understood) if not quantity_of(term)][:_WEIGHED]
    if own & set(topic):
        return True
    together = words.together
    if together is None or not topic:
        return bool(own & set(terms_of(said.text)))
    counts = {term: together([term]) for term in topic}
    rarest = sorted((term for term in topic if counts[term]), key=lambda term: counts[term])[:2]
    if not rarest:
        return False
    beside = sum(together([*rarest, term]) > 0 for term in sorted(own)[:_WEIGHED])
    return beside > min(len(own), _WEIGHED) / 2


def with_context(question: str, said: Said, past: Sequence[Said]) -> str:
    """Return a question with where, when and in what the topic's question played."""
    around = topic_context(question, said) or _named_matter(said)
    for one in reversed(past[: past.index(said)][-2:]) if not said.opens else ():
        around = around or topic_context(question, one)
        if around or one.opens:
            break
    own = set(terms_of(question))
    if not around or set(terms_of(around)) <= own:
        return question
    bare, speaker = without_according(question)
    stem = bare.rstrip(" ?.!")
    if last_word(re.sub(r"\s+(?:so|that|this|it)$", "", stem)) in _SPOKEN:
        around = re.sub(r"^(?:in|at) (?=(?:the|a|an) )", "about ", around)
    elif re.search(r"\b(?:responsibility|(?:blam|accus)\w*(?: [\w'\u2019 -]+)?)$", stem):
        around = re.sub(r"^(?:in|at) (?=(?:the|a|an) )", "for ", around)
    elif re.search(r"\b(?:it|this|that)$", stem) and is_event(around.partition(" ")[2]):
        stem, around = stem.rpartition(" ")[0], around.partition(" ")[2]
    elif not re.search(r"\b(?:is|are|was|were|been|be) there\b|^\w+ there\b", stem):
        stem = re.sub(r"\s+(?:it|this|that|then)$|\s+there\b", "", stem, flags=re.IGNORECASE)
    found = f"{stem} {around}?".replace(" ,", ",")
    return told_by(found, speaker) if speaker else found


def last_word(text: str) -> str:
    """Return the last word of a text in lower case."""
    return (text.split() or [""])[-1].lower()


def _named_matter(said: Said) -> str:
    """Return ", regarding the Buy-In Program" where a question itself named such a thing."""
    about = matter(said.parsed)
    named = names_of(about)
    if not named or people_in(f"of: {about}") or not all(name in said.asked for name in named):
        return ""
    return f", regarding {about}"


def inherited(past: Sequence[Said]) -> str:
    """Return the circumstances of the last topic, from the newest question that tells them."""
    for said in reversed(past):
        around = context(said.parsed)
        if around or said.opens:
            return around
    return ""


def topic_context(question: str, said: Said) -> str:
    """Return the circumstances of a topic as a question can take them over."""
    parsed = parse(question)
    harmed = quantity_of(parsed.verb) and parsed.aux.lower() in ("was", "were", "been")
    around = (agent(said.parsed) if harmed else "") or context(said.parsed)
    timed = any(is_time(chain) for chain in parsed.chains())
    return without_time(around) if timed else around
