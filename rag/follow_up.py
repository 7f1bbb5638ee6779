"""A follow-up question and its conversation become a question that stands alone. English, no model.

Only what the conversation itself says is added: names, the asked quantity, the last subject. A
question that brings a topic of its own is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.english.question import quantity_of
from rag.follow.choice import with_choice
from rag.follow.commands import with_command
from rag.follow.context import (
    SPOKEN,
    Words,
    around_of,
    brings_names,
    stands_beside,
    told_by,
    topic_of,
    with_context,
)
from rag.follow.counted import on_counted, with_cause_of, with_counted
from rag.follow.deeds import deed, who_did, with_deed
from rag.follow.forms import short_form
from rag.follow.guard import guard
from rag.follow.markers import folded, marked, opened
from rag.follow.ones import whose_figure, with_one
from rag.follow.parse import LONGEST, parse
from rag.follow.past import Said, with_capitals
from rag.follow.phrases import is_english, names_of, once, reports, terms_of
from rag.follow.place import points_back, with_definite, with_event, with_place
from rag.follow.plain import plain, with_usual_lead
from rag.follow.refer import (
    mentions_reference,
    with_full_names,
    with_person,
    with_tag,
    with_thing,
)
from rag.follow.roles import as_role
from rag.follow.times import time_last, with_its_time, with_time
from rag.follow.topic import circumstances
from rag.types import Turn

_REMEMBERED = 8
"""Earlier questions that a follow-up can refer to."""
_ENOUGH = 5
"""Words of a question with names that is asked without the topic before it."""
_WHOLE = 4
"""Words of a question of several sentences that explains itself."""
_LEAD = re.compile(r"^(?:and|but|so|then|ok|okay|also|now)\b[,.!\s]*", re.IGNORECASE)
_COURTESY = re.compile(
    r"^(?:(?:ok|okay|thanks|thank you|great|good|i see|yes|yeah|sure|hm+|ah|oh)\b[\s,.!;:-]+)+"
    r"(?=\w)",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^what (?:is|are) (?:an? )?(?!the\b|there\b|being\b|his\b|her\b|its\b|their\b)"
    r"(?:[\w'\u2019-]+ ?){1,3}\?*$",
    re.IGNORECASE,
)
_TELLS_USE = re.compile(
    r"^what (?:does|do) (?:an? )?(?!the\b|these\b|those\b|this\b|that\b|people\b|sources\b)"
    r"(?:[\w'\u2019-]+ ){1,4}(?:do|mean|stand for)\?*$",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"\b(?:he|she|him|his|her|it|its|they|them|their)\b", re.IGNORECASE)
_WHO_IS = re.compile(r"^who (?:is|was) [A-Z][\w'\u2019 -]+\?*$", re.IGNORECASE)
_DID_IT = re.compile(r"\bwho (?:did|has done) (?:it|this|that)(?=\W*$)", re.IGNORECASE)
_THEY_DID_IT = re.compile(
    r"(?P<who>\b(?:(?:the|whether|that|if) [\w'\u2019-]+(?: [\w'\u2019-]+)?|they|he|she)) did "
    r"(?:it|this|that)(?=\W*$)",
    re.IGNORECASE,
)
_DO_IT = re.compile(
    r"^(?P<lead>(?:\w+ )?(?:why|how|when|where|with whom)\b.*?) do (?:it|this|that)(?=\W*$)", re.I
)
_WITH_HIM = re.compile(
    r"^(?:(?:and|but|so|then)\s+)?(?:before|after|with|without|for|against|by) (?:him|her)\W*$",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.?!]\s+\S")


class FollowUp:
    """Makes follow-up questions stand alone, knowing which words the library holds.

    Args:
        knows: Whether any document holds a stemmed word.
        together: How many documents hold all of several stemmed words; None where nothing is
            known of that.
    """

    def __init__(
        self,
        knows: Callable[[str], bool],
        together: Callable[[Sequence[str]], int] | None = None,
    ) -> None:
        self._words = Words(knows, together)

    def __call__(self, question: str, history: Sequence[Turn]) -> str:
        """Return the question with what it leaves to the conversation filled in."""
        return _resolved(question, history, self._words)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it leaves to the conversation filled in.

    >>> asked = "How many people were killed in the attack near the camp in Hasakeh?"
    >>> standalone("And how many were injured?", [Turn("user", asked)])
    'How many people were injured in the attack near the camp in Hasakeh?'
    >>> standalone("Who is the mayor of Paris?", [Turn("user", asked)])
    'Who is the mayor of Paris?'
    """
    return _resolved(question, history, Words())


def _resolved(question: str, history: Sequence[Turn], words: Words) -> str:
    question = " ".join(question.split())
    if len(question) > LONGEST:
        return question
    past = _past(history, words)
    if not past or not is_english(" ".join(said.asked for said in past)):
        return question
    understood = _understood(question, past, words)
    if len(understood) > 2 * LONGEST:
        return question  # no name or event is so long: what was put in is no phrase
    found = as_role(once(understood, question))
    # What the rules made of it must hold nothing that the conversation does not.
    return found if found and guard(question, history, found) else question


def _past(history: Sequence[Turn], words: Words) -> list[Said]:
    """Return the questions of the conversation as they were understood, with their answers."""
    past: list[Said] = []
    turns = list(history)[-2 * _REMEMBERED :]
    for n, turn in enumerate(turns):
        asked = " ".join(turn.content.split())[: 2 * LONGEST]
        if turn.role != "user" or not any(map(str.isalnum, asked)):
            continue
        following = turns[n + 1] if n + 1 < len(turns) else None
        answer = _answer(following) if following and following.role == "assistant" else {}
        kept = answer.get("standalone_question")
        understood = " ".join(kept.split()) if isinstance(kept, str) else ""
        if not understood and past and len(asked) <= LONGEST:
            understood = _understood(asked, past, words)
        understood = understood or asked
        turned = marked(asked, past)
        opens = not past or (turned is not None and not turned[1])
        opens = opens or (understood == asked and topic_of(asked, past, words) is None)
        around = around_of(understood, asked, past, opens=opens)
        past.append(Said(asked, understood, answer, opens, around))
    return past


def _answer(turn: Turn) -> Mapping[str, Any]:
    held = turn.answer if isinstance(turn.answer, Mapping) else {}
    return held or {"text": turn.content}


def _understood(question: str, past: Sequence[Said], words: Words) -> str:
    question = with_usual_lead(_COURTESY.sub("", question))
    question = with_capitals(question, past)
    back = False
    turned = marked(question, past)
    if turned is not None:
        question, past = turned
        if not past:
            return question
        back = True
    asked, question = question, time_last(plain(question))
    written, chose = question, False
    question, speaker = with_tag(with_time(question, past), past)
    if not speaker:
        bare = question
        question, speaker = with_choice(question, past)
        chose = question != bare
    if not speaker:
        question = with_one(question, past)
    whole = folded(question, past)
    beside = whole != question
    question = _done(whole, past)
    lead = bool(_LEAD.match(question)) or chose
    answers = with_command(with_deed(question, past), past, words)
    if answers == question and _is_foreign(question, past, words, lead):
        return asked if question == written else question
    question = answers
    if _WITH_HIM.match(question):
        question, _ = with_person(question, past, words.beside)
    found = whose_figure(with_person(question, past, words.beside)[0], past)
    found = short_form(question, past) if found is None else found
    if found is None:
        found = _full(_LEAD.sub("", question) or question, past, lead, words)
    if back and past[-1].around and not set(terms_of(past[-1].around)) & set(terms_of(found)):
        found = with_context(found, past[-1])
    found = with_counted(with_cause_of(found, past[-1]), past)
    found = with_its_time(found, past) if beside else found
    if opened(found) == opened(written) and not speaker:
        return opened(asked)
    return opened(told_by(found, speaker) if speaker else found)


def _done(question: str, past: Sequence[Said]) -> str:
    """Return "Why did they carry out the raid?" for "Why did they do it?", where it is known."""
    if _DID_IT.search(question) and (asked := who_did(past[-1])):
        return _DID_IT.sub(asked, question)
    question = _DID_IT.sub("who was behind it", question)
    if _THEY_DID_IT.search(question):
        done = next((found for said in reversed(past) if (found := deed(said))), "")
        return _THEY_DID_IT.sub(rf"\g<who> carried out {done}", question) if done else question
    match = _DO_IT.match(question)
    done = next((found for said in reversed(past) if (found := deed(said))), "") if match else ""
    return f"{match.group('lead')} carry out {done}?" if match and done else question


def _is_foreign(question: str, past: Sequence[Said], words: Words, lead: bool) -> bool:
    """Return whether a question holds a word of no document and refers to nothing.

    With the old topic's words added it would be answered from passages that do not speak of it. Its
    verb does not count: documents may tell the same with another one.
    """
    knows = words.knows
    if knows is None or lead or mentions_reference(question) or on_counted(question, past):
        return False
    verb = terms_of(parse(question).verb)
    terms = [term for term in terms_of(question) if term not in verb]
    return len(terms) > 1 and any(not knows(term) for term in terms)


def _full(question: str, past: Sequence[Said], lead: bool, words: Words) -> str:
    """Return a whole question with its references resolved, or with the topic that it lacks."""
    refers = mentions_reference(question)
    own = brings_names(question, past)
    pointing = points_back(question) and not (own and _is_elsewhere(question, past[-1], words))
    if not pointing and _explains_itself(question, past, refers or lead):
        return question
    filled, person = with_person(with_full_names(question, past), past, words.beside)
    filled, replaced = with_thing(filled, past)
    if replaced:
        filled, _ = with_thing(filled, past)
    filled = with_definite(filled, past)
    placed = with_place(filled, past)
    if placed != filled:
        return with_context(placed, past[-1])
    if filled != question and not person and names_of(filled[1:]):
        return with_context(filled, past[-1]) if _counts_harm(filled) else filled
    said = topic_of(filled, past, words)
    if pointing and points_back(filled):
        said = said or past[-1]
        return with_context(with_event(filled, said.around), said)
    placeable = bool(circumstances(parse(filled)))
    if said is None and not refers and (not lead or placeable):
        return filled
    alone = not refers and not lead
    if alone and (_is_standing(filled) or (own and _tells_much(filled, placeable))):
        return filled
    if person and _is_about_one(filled, placeable):
        return filled
    return with_context(filled, said or past[-1])


def _counts_harm(question: str) -> bool:
    """Return whether a question counts the dead or injured of nothing that it names itself."""
    parsed = parse(question)
    harm = parsed.counted or (parsed.verb if parsed.wh.lower() == "how many" else "")
    return bool(quantity_of(harm)) and not circumstances(parsed)


def _tells_much(question: str, placeable: bool) -> bool:
    """Return whether a question with a name of its own tells enough to be asked by itself."""
    return len(terms_of(question)) >= _ENOUGH or placeable


def _is_about_one(question: str, placeable: bool) -> bool:
    """Return whether a question asks of the person that it names, and tells more than the name."""
    if _WHO_IS.match(question):
        return True
    terms, names = terms_of(question), names_of(question[1:])
    besides = len(terms) - len(terms_of(" ".join(names)))
    return bool(names) and besides > (reports(parse(question).verb) and not placeable)


def _is_standing(question: str) -> bool:
    """Return whether a question asks what is so of something that it names in full.

    >>> _is_standing("Who runs Estuary Watch?"), _is_standing("Who runs the market?")
    (True, False)
    """
    parsed = parse(question)
    behind = parsed.subject if parsed.inverted else " ".join(p.text for p in parsed.after_verb())
    named = bool(names_of(behind)) and not re.search(r"\b(?:there|then|this|that)\b", question)
    plain_object = re.match(
        r"(?:the |(?:the |an? )?[a-z -]+ (?:of|in|for|from|with) )?(?:[A-Z]|[a-z]{2,3}-[A-Z])",
        behind,
    )
    asks_what = parsed.wh.lower().split(" ")[0] not in ("why", "when", "how")
    asks_what = asks_what and parsed.verb not in SPOKEN
    return parsed.timeless and asks_what and named and bool(plain_object)


def _is_elsewhere(question: str, said: Said, words: Words) -> bool:
    """Return whether no document that holds a topic holds the names of a question too."""
    return not stands_beside(set(terms_of(" ".join(names_of(question[1:])))), said, words)


def _explains_itself(question: str, past: Sequence[Said], refers: bool) -> bool:
    """Return whether a question of several sentences, a definition or new names need no more."""
    if _SENTENCES.search(question) and len(terms_of(question)) >= _WHOLE:
        return True
    if (_DEFINES.match(question) or _TELLS_USE.match(question)) and not refers:
        return True
    return brings_names(question, past) and not _SOMEBODY.search(question)
