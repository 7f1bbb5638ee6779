"""A follow-up question and its conversation become a question that stands alone. English, no model.

Only what the conversation itself says is added: names, the asked quantity, the last subject. A
question that brings a topic of its own is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.question import analyse, names_in, quantity_of
from rag.speech import tokens
from rag.types import Turn
from rag.words import content_terms

_PERSON = re.compile(r"\b(he|she|him|his|her|hers)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(it|its|they|them|their|theirs|this|that|these|those|there|then|the same|such)\b",
    re.IGNORECASE,
)
_RELATIVE_THAT = re.compile(
    r"\b(?:say|says|said|claim\w*|deny|denied|conclude\w*|report\w*|"
    r"reveal\w*|think|believe\w*|confirm\w*|warn\w*)\s+that\b",
    re.IGNORECASE,
)
# "the supplies", "that station": something that the conversation has spoken of. "The price of gold"
# names its own subject.
_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|those)\s+(?!(?:[a-z]+\s+){1,3}(?:of|in|on)\b)[a-z]+\b"
)
_NEW_TOPIC = re.compile(
    r"^(?:on )?(?:a )?(?:different|another|new|changing(?: the)?|other)\s+"
    r"(?:topic|subject|question|note)[\s:,.;-]+",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:and|but|so|then|ok|okay|also|now)\b[,\s]*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^(?:(?:and|but)\s+)?(?:what|how)\s+about\s+", re.IGNORECASE)
_PLACE_ONLY = re.compile(
    r"^(?:and\s+|but\s+|what about\s+|how about\s+)*"
    r"(?P<prep>in|at|near|from|on|by|for|around|during)\s+(?P<rest>[^?]+?)\??$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:and\s+|but\s+)?(?P<word>why|when|where|who|how many|how much|how|which|by whom|"
    r"since when|who else|what else|really|are you sure)"
    r"(?:\s+(?:so|exactly|not|then|was that|is that))?\s*\??$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\bthe\s+(first|second|third|fourth|last|latest|other|former|latter)"
    r"(?:\s+(?:one|figure|account|source|value|number|claim))?\b",
    re.IGNORECASE,
)
_POSITION = {"first": 0, "former": 0, "second": 1, "other": 1, "latter": 1, "third": 2, "fourth": 3}
_POSITION |= {"last": -1, "latest": 0}
_CONTEXT = re.compile(
    r"\b(?:in|at|near|on|during|after|from|of|by|against|for|about|with|under|to)\s+(?:the\s+|a\s+)?"
    r"[\w'\u2019-]+.*$",
    re.IGNORECASE,
)
_WH = re.compile(
    r"^(?:and\s+|but\s+)?(?:who(?:m|se)?|what|when|where|why|how(?:\s+(?:many|much))?|which)\b\s*",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would)\s+", re.IGNORECASE
)


class FollowUp:
    """Makes follow-up questions stand alone, knowing which words the library holds.

    Args:
        knows: Whether any document holds a stemmed word.
    """

    def __init__(self, knows: Callable[[str], bool]) -> None:
        self._knows = knows

    def __call__(self, question: str, history: Sequence[Turn]) -> str:
        """Return the question with what it leaves to the conversation filled in.

        A question without a pronoun that holds a word of no document is of another topic: with the
        old one's words added it would be answered from passages that do not speak of it.
        """
        foreign = any(not self._knows(term) for term in content_terms(question))
        refers = _PERSON.search(question) or _THING.search(question) or _LEAD.match(question)
        short = _short_follow_up(" ".join(question.split()), "x") is not None
        if foreign and not refers and not short:
            return " ".join(question.split())
        return standalone(question, history)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it leaves to the conversation filled in.

    >>> asked = "How many people were killed in the attack near the camp in Hasakeh?"
    >>> standalone("And how many were injured?", [Turn("user", asked)])
    'How many were injured in the attack near the camp in Hasakeh?'
    >>> standalone("Who is the mayor of Paris?", [Turn("user", asked)])
    'Who is the mayor of Paris?'
    """
    question = " ".join(question.split())
    previous = _previous_question(history)
    if match := _NEW_TOPIC.match(question):
        return question[match.end() :][:1].upper() + question[match.end() + 1 :]
    if not previous:
        return question
    answer = _previous_answer(history)
    question = _with_choice(question, answer)
    short = _short_follow_up(question, previous)
    if short is not None:
        return short
    person = _PERSON.search(question)
    unnamed = person is not None and not names_in(question[: person.start()])
    if person and unnamed and (name := _last_person(previous, answer, history)):
        question = _with_name(question, person, name)
        return question if _stands_alone(question, 3) else _add_context(question, previous)
    return _in_context(question, previous, answer)


def _with_choice(question: str, answer: Mapping[str, Any]) -> str:
    """Return the question with "the second one" replaced by whose account that is, if any."""
    match = _ORDINAL.search(question)
    if match and (chosen := _chosen(match.group(1).lower(), answer)):
        return question[: match.start()] + chosen + question[match.end() :]
    return question


def _short_follow_up(question: str, previous: str) -> str | None:
    """Return what "Why?", "In Idlib?" or "What about the wounded?" asks, None for other forms."""
    if match := _BARE.match(question):
        return _bare_follow_up(match.group("word"), previous)
    if match := _PLACE_ONLY.match(question):
        return _other_slot(previous, match.group("prep"), match.group("rest"))
    if match := _WHAT_ABOUT.match(question):
        return _other_subject(previous, question[match.end() :].rstrip(" ?"))
    return None


def _in_context(question: str, previous: str, answer: Mapping[str, Any]) -> str:
    """Return the question, with the previous one's context where it leaves that to it."""
    bare = _RELATIVE_THAT.sub("", question)
    refers = bool(_THING.search(bare)) or bool(_LEAD.match(question))
    own_names = names_in(question)
    definite = not own_names and bool(_DEFINITE.search(question))
    if not refers and not definite and (own_names or _stands_alone(question, 4)):
        return question
    if not refers and not definite and _new_topic(question, previous, answer):
        return question
    if own_names and not _LEAD.match(question):
        return question if _stands_alone(question, 4) else _add_context(question, previous)
    return _add_context(_LEAD.sub("", question), previous)


def _previous_question(history: Sequence[Turn]) -> str:
    """Return the last question as it was understood, following short questions back."""
    asked = ""
    done: list[Turn] = []
    for turn in history:
        if turn.role == "user":
            asked = standalone(turn.content, done[-6:]) if done else turn.content
        elif turn.answer and isinstance(turn.answer.get("standalone_question"), str):
            asked = turn.answer["standalone_question"] or asked
        done.append(turn)
    return asked


def _previous_answer(history: Sequence[Turn]) -> Mapping[str, Any]:
    for turn in reversed(history):
        if turn.role == "assistant":
            return turn.answer or {"text": turn.content}
    return {}


def _chosen(word: str, answer: Mapping[str, Any]) -> str:
    accounts = answer.get("accounts") or []
    place = _POSITION[word]
    if not accounts or place >= len(accounts):
        return ""
    return str(accounts[place].get("claimant") or "")


def _clause(previous: str) -> str:
    """Return a question without its question words: what it is about."""
    rest = _WH.sub("", previous.rstrip(" ?"))
    return _AUXILIARY.sub("", rest)


def _bare_follow_up(word: str, previous: str) -> str:
    word = word.lower()
    if word in ("really", "are you sure", "who else", "what else"):
        return previous
    return f"{word.capitalize()} {_clause(previous)}?"


def _other_slot(previous: str, preposition: str, rest: str) -> str:
    """Return the previous question with its place, time or agent replaced by another."""
    preposition = preposition.lower()
    slot = re.compile(rf"\b{preposition}\s+(?:the\s+)?[A-Z\d][\w'\u2019-]*(?:\s+[A-Z\d][\w-]*)*")
    matches = list(slot.finditer(previous))
    if matches:
        last = matches[-1]
        return f"{previous[: last.start()]}{preposition} {rest}{previous[last.end() :]}"
    names = names_in(previous)
    if names and preposition in ("in", "at", "near", "from"):
        last_name = previous.rfind(names[-1])
        return f"{previous[:last_name]}{rest}{previous[last_name + len(names[-1]) :]}"
    return f"{previous.rstrip(' ?')} {preposition} {rest}?"


def _other_subject(previous: str, subject: str) -> str:
    """Return the previous question asked of another subject: "What about the wounded?"."""
    quantity = next((quantity_of(w) for w in subject.lower().split() if quantity_of(w)), "")
    before = analyse(previous)
    if quantity and before.quantity:
        return f"How many were {quantity} {_context(previous)}?"
    if before.speaker:
        return previous.replace(before.speaker, subject)
    names = names_in(previous)
    if names and names_in(subject):
        return previous.replace(names[-1], subject)
    return f"{previous.rstrip(' ?')} {subject}?"


def _with_name(question: str, pronoun: re.Match[str], name: str) -> str:
    possessive = pronoun.group(1).lower() in ("his", "hers") or (
        pronoun.group(1).lower() == "her" and bool(re.match(r"\s+[a-z]", question[pronoun.end() :]))
    )
    replaced = f"{name}'s" if possessive else name
    return _LEAD.sub("", question[: pronoun.start()] + replaced + question[pronoun.end() :])


def _last_person(previous: str, answer: Mapping[str, Any], history: Sequence[Turn]) -> str:
    """Return the last person or body that spoke or was asked about."""
    before = analyse(previous)
    if before.speaker and names_in("x " + before.speaker):
        return before.speaker
    for account in answer.get("accounts") or []:
        if account.get("claimant"):
            return str(account["claimant"])
    for bare in answer.get("answers") or []:
        named = names_in("x " + str(bare.get("text", "")))
        if named:
            return named[0]
    if before.names:
        return before.names[0]
    for turn in reversed(history):
        found = names_in("x " + turn.content)
        if found:
            return found[0]
    return ""


def _context(previous: str) -> str:
    """Return where and when the previous question played: from its first preposition on."""
    match = _CONTEXT.search(_clause(previous))
    if match:
        return match.group(0).rstrip(" ?")
    names = names_in(previous)
    return f"in {' '.join(names)}" if names else ""


def _add_context(question: str, previous: str) -> str:
    """Return the question with the previous one's context, less what it says itself."""
    context = _context(previous)
    if not context:
        context = _clause(previous)
    own = set(content_terms(question))
    if own and set(content_terms(context)) <= own:
        return question
    sentence = question.rstrip(" ?")
    if match := re.search(r"\b(?:it|this|that|there|then)$", sentence, re.IGNORECASE):
        sentence = sentence[: match.start()].rstrip()
    sentence = sentence[:1].upper() + sentence[1:]
    return f"{sentence} {context}?"


def _stands_alone(question: str, terms: int) -> bool:
    return len(content_terms(question)) >= terms


def _new_topic(question: str, previous: str, answer: Mapping[str, Any]) -> bool:
    """Return whether none of the question's words has to do with the conversation."""
    own = set(content_terms(question))
    known = set(content_terms(previous)) | set(content_terms(str(answer.get("text", ""))))
    asks_quantity = any(quantity_of(token.lower) for token in tokens(question))
    return len(own) >= 3 and not own & known and not asks_quantity
