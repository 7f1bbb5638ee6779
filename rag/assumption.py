"""What a question takes for granted: "Why did the minister resign?" assumes that he did. English.

There is no parser behind this. A question is taken apart only where its form is one of a few that
are certain; of any other nothing is assumed, so that nothing can be denied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.assumed.words import KNOWN_VERBS, family, lemma, looks_past
from rag.english.question import Asked, quantity_of
from rag.english.speech import Token, tokens
from rag.english.words import content_terms, stem
from rag.follow.words import DETERMINERS, NOUNS_TOO, PAST_OF, PREPOSITIONS, VERBS

_LEAD = re.compile(
    r"^(?:(?:and|but|so|then|ok|okay|please|also)[,\s]+|according to [^,]+,\s*|(?:can|could) you "
    r"tell me[:,\s]+|(?:please )?tell me[:,\s]+|(?:in|on|at|after|before|during) [^,?]{3,60},\s+)*",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"^(?P<wh>why|how(?! (?:many|much|long|far|old|large|big|high|deep))|where|when|"
    r"(?:on |in |at )?(?:what|which) (?:day|date|year|month|time|town|city|country|place))\s+"
    r"(?:exactly\s+|else\s+)?(?P<aux>did|does|do|was|were|is|are|has|have|had)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"^(?:who|which (?P<kind>[a-z]+(?: [a-z]+)??))\s+(?:(?P<aux>has|have|had|was|were|is|are)\s+"
    r"(?:been\s+)?)?(?P<rest>(?:[a-z]+ed|(?!the\b|was\b|were\b|has\b|had\b|is\b|are\b)[a-z]+)\b.*)$",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"^how many\s+(?P<rest>.+)$", re.IGNORECASE)
_BE = frozenset("was were is are".split())
_HAVE = frozenset("has have had".split())
_DO = frozenset("did does do".split())
_CUTS = frozenset(
    "after before when while because since although though if during despite until as that which "
    "who whom whose and or but".split()
)
_NO_VERB_AFTER = frozenset(DETERMINERS | PREPOSITIONS | {"to"})
# "What did she say", "why does it matter": there is nothing that sources could deny.
_EMPTY = frozenset(map(lemma, "say tell think believe feel describe call be have do mean".split()))


_PARTICLES = frozenset("so again first up down off away back apart early late ahead".split())


@dataclass(frozen=True, slots=True)
class Assumption:
    """That something happened, as a question takes it for granted.

    ``verb`` is the stem of what happened and ``verbs`` of all that mean the same; ``doer`` and
    ``done_to`` the words for who does it and whom or what it is done to, empty where the question
    does not say, or asks for it (``open``). ``statement`` is the assumption as a sentence. Of "how
    many" questions ``counted`` is what is counted.
    """

    kind: str
    verb: str
    verbs: frozenset[str]
    doer: str
    done_to: str
    rest: str
    statement: str
    open: bool = False
    counted: str = ""
    past: bool = True

    @property
    def subject(self) -> str:
        """The one of whom the verb would be said: who does it, else whom it is done to."""
        return self.doer or self.done_to


def assumption_of(asked: Asked) -> Assumption | None:
    """Return what a question takes for granted, or None where its form does not tell.

    >>> from rag.english.question import analyse
    >>> assumption_of(analyse("Why did the minister resign from office?")).statement
    'the minister resigned from office'
    >>> one = assumption_of(analyse("When was the bridge closed?"))
    >>> one.doer, one.done_to, one.statement
    ('', 'the bridge', 'the bridge was closed')
    >>> assumption_of(analyse("Who bought the mill?")).done_to
    'the mill'
    >>> assumption_of(analyse("What is a bridge?")) is None
    True
    """
    text = _LEAD.sub("", asked.text).strip().rstrip(" ?.!")
    if match := _PHRASE.match(text):
        found = _of_adverb(match["aux"].lower(), match["rest"])
        wh = match["wh"].lower().split()[-1]
        kind = {"why": "why", "how": "how", "where": "where"}.get(wh, "")
        kind = kind or ("where" if wh in ("town", "city", "country", "place") else "when")
        return None if found is None else _made(kind, found)
    if match := _HOW_MANY.match(text):
        return _of_number(asked, match["rest"])
    if match := _WHO.match(text):
        return _of_who((match["aux"] or "").lower(), match["kind"] or "", match["rest"])
    return None


@dataclass(frozen=True, slots=True)
class _Parsed:
    aux: str
    subject: str
    verb: str
    rest: str


def _made(kind: str, parsed: _Parsed) -> Assumption | None:
    verb = lemma(parsed.verb)
    if verb in _EMPTY:
        return None
    passive = parsed.aux in _BE
    object_ = _object_of(parsed.rest)
    if parsed.aux in _DO:
        said = f"{parsed.subject} {_finite(parsed.verb, parsed.aux)} {parsed.rest}"
    else:
        said = f"{parsed.subject} {parsed.aux} {parsed.verb} {parsed.rest}"
    return Assumption(
        kind,
        verb,
        family(verb),
        "" if passive else parsed.subject,
        parsed.subject if passive else object_,
        parsed.rest,
        re.sub(r"\s+", " ", said).strip(),
        past=parsed.aux in ("did", "was", "were", "had", "has", "have"),
    )


def _finite(verb: str, aux: str) -> str:
    if aux == "do":
        return verb
    if aux == "does":
        return verb + ("es" if verb.endswith(("s", "sh", "ch", "o")) else "s")
    if verb in PAST_OF:
        return PAST_OF[verb]
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return verb + "ed"


def _of_adverb(aux: str, rest: str) -> _Parsed | None:
    """Return the parts of what stands behind "why did", or None when no verb is certain."""
    found = tokens(rest)
    at = _base_verb(found) if aux in _DO else _participle(found)
    if at is None or at == 0:
        return None
    subject = rest[: found[at].start].strip(" ,")
    return _Parsed(aux, subject, found[at].text.rstrip("."), rest[found[at].end :].strip())


def _base_verb(found: Sequence[Token]) -> int | None:
    """Return where the verb stands behind "did": the first that can be one, past the subject."""
    places: list[int] = []
    for at in range(1, len(found)):
        word, before = found[at].lower, found[at - 1].lower
        if not found[at].text.islower() or not word.isalpha():
            continue
        if before in _NO_VERB_AFTER or before.endswith(("'s", "\u2019s")):
            continue
        if re.search(r"(?<!s)s$|ing$", word) and word not in VERBS:
            continue  # "peace talks", "stop admitting"
        if (lemma(word) in KNOWN_VERBS and not looks_past(word)) or word in PAST_OF:
            places.append(at)
    if not places:
        last = len(found) - 1  # "Why did the minister abdicate?"
        plain = last > 0 and found[last].text.islower() and found[last - 1].lower not in DETERMINERS
        named = [
            at
            for at in range(1, last + 1)
            if found[at].text.islower() and found[at - 1].text[0].isupper()
        ]
        named += [
            n
            for n in range(1, last)
            if found[n].text.islower()
            and found[n - 1].lower not in _NO_VERB_AFTER
            and (found[n + 1].lower in DETERMINERS or found[n + 1].text[0].isupper())
        ]
        first = next((n for n in named if found[n].lower not in PREPOSITIONS | _CUTS), None)
        if first is None and plain and not any(one.lower in PREPOSITIONS for one in found[1:]):
            return last
        return first
    # "the air strike kill", "the peace talks collapse": a noun, where a verb still comes after it.
    for at in places:
        later = [n for n in places if n > at and found[n].lower not in NOUNS_TOO]
        # "the Calder plant strike": of two that stand together the first is the noun.
        if found[at].lower not in NOUNS_TOO or (not later and at + 1 not in places):
            return at
    return places[0]


def _participle(found: Sequence[Token]) -> int | None:
    """Return where the participle or the adjective stands behind "was" and a subject."""
    places: list[int] = []
    for at in range(1, len(found)):
        word = found[at]
        if word.lower in _CUTS and places:
            break
        before = found[at - 1].lower
        if looks_past(word.text) and before not in _NO_VERB_AFTER:
            places.append(at)
    if places:
        # "the man accused of theft arrested": what stands before belongs to the subject.
        return places[-1] if len(places) < 3 else None
    last = len(found) - 1
    before = found[last - 1].lower if last else ""
    adjective = last >= 1 and found[last].text.islower() and before not in _NO_VERB_AFTER
    return last if adjective and not any(t.lower in PREPOSITIONS for t in found) else None


def _object_of(rest: str) -> str:
    """Return the words of a direct object that a verb's rest opens with, or ""."""
    found = tokens(rest)
    last = -1
    for at, word in enumerate(found):
        if not word.text[0].isalnum() or word.lower in PREPOSITIONS | _CUTS or word.lower == "to":
            break
        if at == 0 and (word.lower.endswith("ly") or word.lower in _PARTICLES):
            break
        last = at
    return rest[: found[last].end].strip() if last >= 0 else ""


def _of_who(aux: str, kind: str, rest: str) -> Assumption | None:
    found = tokens(rest)
    if not found or (aux in _BE and not looks_past(found[0].text)):
        return None
    verb = found[0].text
    known = looks_past(verb) or (not aux and lemma(verb) in KNOWN_VERBS)
    if not known or lemma(verb) in _EMPTY:
        return None
    behind = rest[found[0].end :].strip()
    passive = aux in _BE
    someone = f"a {kind}" if kind else "somebody"
    return Assumption(
        "who",
        lemma(verb),
        family(lemma(verb)),
        "",
        "" if passive else _object_of(behind),
        behind,
        re.sub(r"\s+", " ", f"{someone} {aux} {verb} {behind}").strip(),
        open=True,
        counted=kind,
    )


def _of_number(asked: Asked, rest: str) -> Assumption | None:
    """Return the assumption of "how many": that there were any."""
    found = tokens(rest)
    focus = [one for one in found[: max(1, len(asked.focus))] if one.text[0].isalnum()]
    if not focus:
        return None
    counted = rest[: focus[-1].end]
    behind = rest[focus[-1].end :].strip()
    verb = next((one.text for one in tokens(behind) if looks_past(one.text)), "")
    if asked.quantity:
        name = next((t.text for t in found if quantity_of(t.lower) == asked.quantity), verb)
        key = lemma(name)
        return Assumption(
            "count", key, family(key), "", "", behind, rest, open=True, counted=counted
        )
    if match := re.match(r"(?:did|do|does|has|have|had)\s+(.+)$", behind):
        parsed = _of_adverb(behind.split()[0].lower(), match[1])
        made = _made("count", parsed) if parsed else None
        if made is None:
            return None
        return Assumption(
            "count", made.verb, made.verbs, made.doer, counted, made.rest,
            f"{made.statement} {counted}", counted=counted,
        )  # fmt: skip
    if not verb or lemma(verb) in _EMPTY:
        return None
    key = lemma(verb)
    return Assumption("count", key, family(key), "", "", behind, rest, open=True, counted=counted)


def head_of(phrase: str) -> str:
    """Return the stem of the noun that a phrase is about: what stands before its prepositions.

    >>> head_of("the prime minister of Norway"), head_of("the minister's deputy")
    ('minist', 'deputi')
    """
    last = ""
    for word in tokens(phrase):
        if not word.text[0].isalnum() or word.lower in PREPOSITIONS | {
            "of",
            "that",
            "which",
            "who",
        }:
            if last:
                break
            continue
        if word.lower not in DETERMINERS and not re.search(r"['\u2019]s?$", word.text):
            last = word.text
    return stem(re.sub(r"['\u2019]s?$", "", last.rstrip(".")))


def terms_of(phrase: str) -> frozenset[str]:
    """Return the stemmed content words of a phrase."""
    return frozenset(content_terms(phrase))
