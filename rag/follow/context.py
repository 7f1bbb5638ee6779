"""Which earlier question a follow-up goes on from, and what of it is added to the follow-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.english.question import quantity_of
from rag.follow.names import people_in
from rag.follow.nouns import done_by
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said, last_sentence
from rag.follow.phrases import head, is_event, is_time, names_of, terms_of
from rag.follow.place import ATTACKED
from rag.follow.topic import (
    agent,
    circumstances,
    context,
    matter,
    object_place,
    places,
    time_of,
    without_according,
    without_time,
)
from rag.follow.words import AUXILIARIES, BODIES, MONTHS, PREPOSITIONS, WEEKDAYS

_WEIGHED = 6
"""Words of a question, and of a topic, that are looked up beside each other."""
_POINTS = re.compile(r"\b(?:that|those|this|these|same|it|its|they|them|their)\b", re.IGNORECASE)
_SPEAKS = re.compile(r"\b(?:did|does|do|has) (?:he|she|they|it) [a-z]", re.IGNORECASE)
"""Of whom one goes on asking what they say: where they say it of is no topic of its own."""
_RANK = "first|second|third|last|other|earlier|later|next|previous"
_LONG = 20
"""Words that tell more than where, when and in what something happened."""
_DATED = re.compile(rf"\bon \d{{1,2}} (?:{'|'.join(MONTHS - WEEKDAYS)}) \d{{4}}\b", re.IGNORECASE)
_PLACE = re.compile(r"(?:in|at|near|inside|outside|around) ((?:the )?[^\W\d_a-z][\w'\u2019 -]*)")
_TELLING = 3
"""Words of a question that tell its topic."""
SPOKEN = frozenset(
    "say said says speak state stated report reported announce announced conclude claim".split()
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of the library's words; None where nothing is.

    ``knows`` says whether any document holds a stemmed word, ``together`` how many documents hold
    all of several.
    """

    knows: Callable[[str], bool] | None = None
    together: Callable[[Sequence[str]], int] | None = None

    def beside(self, name: str, question: str) -> bool:
        """Return whether a document holds a name's last word and the question's rarest one.

        It is taken to where the library is not known, or none of its documents holds the words.
        """
        named, own = terms_of(name)[-1:], sorted(set(terms_of(question)) - set(terms_of(name)))
        if self.together is None or not named:
            return True
        counts = {term: self.together([term]) for term in own[:_WEIGHED]}
        rarest = sorted((term for term in counts if counts[term]), key=lambda term: counts[term])
        return not rarest or any(self.together([*named, one]) for one in rarest[:2])


def told_by(question: str, speaker: str) -> str:
    """Return a question asked of what one speaker says.

    >>> told_by("How many died?", "SANA")
    'How many died, according to SANA?'
    """
    bare, _ = without_according(question)
    return f"{bare.rstrip(' ?')}, according to {speaker}?"


def brings_names(question: str, past: Sequence[Said]) -> bool:
    """Return whether a question names something of which the conversation has not spoken."""
    names = [name for name in names_of(question[1:]) if name.lower() not in BODIES]
    known = " ".join(f"{said.understood} {said.text}" for said in past).lower()
    fresh = [name for name in names if name.lower() not in known]
    return bool(fresh) and len(terms_of(question)) >= 2


def topic_of(question: str, past: Sequence[Said], words: Words) -> Said | None:
    """Return the newest question of the past that this one may go on from, or None."""
    live = [said for said in past if not said.foreign] or past
    parsed = parse(question)
    own = set(terms_of(question))
    # Documents may tell the same with another verb.
    telling = own - set(terms_of(parsed.verb))
    asks = any(quantity_of(word) for word in re.findall(r"[a-z]+", question.lower()))
    whole = bool(parsed.wh) or parsed.inverted
    if (asks and not names_of(question[1:])) or (len(own) < _TELLING and not whole):
        return live[-1]
    if len(own) < _TELLING:
        return live[-1] if stands_beside(telling, live[-1], words) else None
    for said in reversed(live):
        if _linked(telling or own, said, words) and stands_beside(telling, said, words):
            return said
    return None


def stands_beside(own: set[str], said: Said, words: Words) -> bool:
    """Return whether the two rarest words of a question may be those of a topic.

    They are not where documents hold them, but none that holds the place or the rarest word of the
    topic, nor the answer.
    """
    told = {*terms_of(said.understood), *terms_of(said.text)}
    if words.together is None or not own or own & told:
        return True
    counts = {term: words.together([term]) for term in own}
    rarest = sorted((term for term in own if counts[term]), key=lambda term: counts[term])[:2]
    topic = terms_of(" ".join(names_of(said.around))) or terms_of(said.understood)
    known = [(words.together([term]), term) for term in topic[:_WEIGHED]]
    known = sorted((n, term) for n, term in known if n)
    if not rarest or not known:
        return True
    return any(words.together([*rarest, term]) for _, term in known[:2])


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


def with_context(question: str, said: Said) -> str:
    """Return a question with where, when and in what the topic's question played."""
    parsed = parse(question)
    around = _timed(parsed, topic_context(question, said) or _named_matter(said, question))
    if names_of(own_place := circumstances(parsed) or object_place(parsed)):
        around = "" if time_of(own_place) or parsed.timeless else time_of(around)
    elif (place := _PLACE.fullmatch(without_time(around))) and place.group(1) in question:
        around = time_of(around)  # "the town of Hollin" needs no more "in Hollin"
    around = re.sub("^from ", "in ", _no_more_than(parsed, around))
    own = set(terms_of(question))
    if not around or set(terms_of(around)) <= own:
        return question
    bare, speaker = without_according(question)
    stem = bare.rstrip(" ?.!")
    if last_word(re.sub(r"\s+(?:so|that|this|it)$", "", stem)) in SPOKEN:
        around = re.sub(r"^(?:in|at|on) (?=(?:the|a|an) |[A-Z])", "about ", around)
        around = f"about {done}" if (done := done_by(around)) else around
    elif re.search(r"\b(?:responsibility|(?:blam|accus)\w*(?: [\w'\u2019 -]+)?)$", stem):
        stem = re.sub(r"\s+for (?:it|this|that)$", "", stem)
        around = re.sub(r"^(?:in|at) (?=(?:the|a|an) )", "for ", around)
    elif re.search(r"\b(?:it|this|that)$", stem) and is_event(around.partition(" ")[2]):
        stem, around = stem.rpartition(" ")[0], around.partition(" ")[2]
    elif last_word(re.sub(r"\s+(?:it|this|that)$", "", stem)) in PREPOSITIONS | AUXILIARIES:
        pass
    elif not re.search(
        r"\b(?:is|are|was|were|been|be|can|could|will|would|may|might) there\b|^\w+ there\b", stem
    ):
        claims = re.search(
            r"\b(?:(?:den[yi]|admit|confirm|verif)\w* this|call\w* (?:it|this|that))$",
            stem,
            re.IGNORECASE,
        )
        drop = r"\s+there\b" if claims else r"\s+(?:it|this|that|then)$|\s+there\b"
        stem = re.sub(drop, "", stem, flags=re.IGNORECASE)
    found = f"{stem} {around}?".replace(" ,", ",")
    return told_by(found, speaker) if speaker else found


def _no_more_than(parsed: Parsed, around: str) -> str:
    """Return circumstances less what the question says itself: who did it, the event by its noun.

    >>> _no_more_than(parse("What did Brack say of Tolle?"), "when Brack left Hollin in May 2021")
    'in May 2021'
    """
    doer = parsed.subject
    if doer and around.startswith(f"when {doer} "):
        return time_of(around)
    event = around.partition(" ")[2]
    one = re.escape(head(event).removesuffix("s"))
    same = rf"\b(?:the (?:(?:{_RANK}) )?|(?:that|this) (?:[a-z]+ )?){one}s?\b"
    if head(event) in ATTACKED:  # one may call another raid a strike
        same = rf"(?:{same}|\bthe (?:{_RANK}) (?:{'|'.join(sorted(ATTACKED))})\b)"
    if is_event(event) and re.search(rf"{same}(?! (?:of|on|in|at)\b)", parsed.text):
        where = re.search(r"\b(?:in|at|near|on|of) [^,]*$", event[event.find(head(event)) :])
        return re.sub("^of ", "in ", where.group()) if where else ""
    return around


def _timed(parsed: Parsed, around: str) -> str:
    """Return circumstances less what a question cannot take over of their time.

    One that asks when holds no time of its own, and what is so now was not so on a day of the
    past: "Why is the town important?". An event keeps its day, which tells it from others.

    >>> _timed(parse("When had rebels left the village?"), "in Hollin on 29 July 2015")
    'in Hollin'
    >>> _timed(parse("Who controls the town?"), "in the raid on Hollin in May 2017")
    'in the raid on Hollin in May 2017'
    """
    if parsed.asks_when and around.startswith("when "):
        return ""
    before = parsed.asks_when and parsed.aux.lower() == "had" and "there" not in parsed.text
    if before and is_event(around.partition(" ")[2]):
        return ""  # it was so before that happened
    happened = around.startswith("when ") or is_event(around.partition(" ")[2])
    return around if happened or not parsed.timeless else without_time(around)


def last_word(text: str) -> str:
    """Return the last word of a text in lower case."""
    return (text.split() or [""])[-1].lower()


def _named_matter(said: Said, question: str) -> str:
    """Return ", regarding the Buy-In Program" where a question itself named such a thing.

    Of another of the kind it is not told: "the preliminary report" after "the final report".
    """
    about = matter(said.parsed)
    named = names_of(about)
    if named and head(about) in question.lower().split():
        return ""
    if not named or people_in(f"of: {about}") or not all(name in said.asked for name in named):
        return ""
    return f", regarding {about}"


def inherited(past: Sequence[Said]) -> str:
    """Return where, when and in what the last topic plays."""
    return past[-1].around if past else ""


def around_of(question: str, asked: str, past: Sequence[Said], *, opens: bool) -> str:
    """Return where, when and in what a question plays: as it says, else as its topic does.

    What it took over from an earlier question is not mixed with what else it says.
    """
    for said in reversed(past):
        if said.around and said.around.partition(" ")[2] in question:
            return said.around
    parsed = parse(last_sentence(question))
    found = context(parsed)
    found = found if len(found.split()) < _LONG and found[:1].islower() else ""
    if opens or not past:
        where = places(parsed)[-1:] if _POINTS.search(found) else [found]
        return " ".join([*where, time_of(found)]) if where != [found] else found
    around = past[-1].around
    told = bool(parsed.speaker and _SPEAKS.search(asked)) and not is_event(found.partition(" ")[2])
    if _POINTS.search(found) or told:
        return around or found
    happened = is_event(found.partition(" ")[2])
    if not names_of(found) and not happened and not (found and not around):
        return around
    when = "" if names_of(asked[1:]) else time_of(around)
    return f"{found} {when}" if when and not time_of(found) else found


def topic_context(question: str, said: Said) -> str:
    """Return the circumstances of a topic as a question can take them over."""
    parsed = parse(question)
    harmed = quantity_of(parsed.verb) and parsed.aux.lower() in ("was", "were", "been")
    around = (agent(said.parsed) if harmed else "") or said.around
    timed = any(is_time(chain) for chain in parsed.chains())
    if _DATED.search(question):
        # Something else of that day is not in the event of the topic, but where that was.
        where = re.search(r" ((?:in|at|near) [A-Z][^,]*)$", without_time(around))
        event = is_event(around.partition(" ")[2])
        return where.group(1) if where and event else "" if event else without_time(around)
    return without_time(around) if timed else around
