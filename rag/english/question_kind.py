"""The kind of a question, by the form of its words: who, when, what somebody said. English.

A question that none of the patterns knows is of kind "what"; nothing is guessed beyond its words.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.english.dimensions import dimension_asked
from rag.english.speech_words import REPORTING
from rag.english.words import stem

Kind = Literal[
    "how_many",
    "who",
    "who_said",
    "said",
    "when",
    "where",
    "why",
    "how",
    "which",
    "what",
    "yes_no",
    "compare",
    "summary",
]
BROAD: tuple[Kind, ...] = ("summary", "compare", "said", "who_said", "why", "how", "yes_no")
"""Kinds of questions that whole sentences answer, and no short span."""

_SAID = re.compile(
    r"^(?:and\s+|but\s+)?(?:what|how|why)\s+(?:else\s+)?(?:did|does|do|has|have|had|was|were)\s+"
    r"(?P<speaker>.+?)\s+(?P<verb>[a-z]+?)(?P<rest>\b.*)$",
    re.IGNORECASE,
)
_WHO_SAID = re.compile(
    r"^(?:and\s+|but\s+)?(?:who|which\s+\w+|whose)\s+(?:else\s+)?(?:has\s+|have\s+|had\s+|also\s+)?"
    r"(?P<verb>[a-z]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_REACTION = re.compile(
    r"what (?:was|is|were|are) (.+?)(?:'s|\u2019s) (?:reaction|response|position|view|statement|"
    r"comment|explanation|account|version|warning|reply|message)\b(.*)",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"what (?:reasons?|explanation|justification|grounds|account|version) "
    r"(?:did|does|do|has|have|had) (.+?) (?:give|given|offer|offered|cite|cited)\b(.*)",
    re.IGNORECASE,
)
_OF_SOURCES = re.compile(
    r"what (?:do|did|does|have|has) (?:the |these |those |our |my |all |your |different )*"
    r"(?:sources?|documents?|reports?|articles?|papers?|outlets?|media|files?|texts?|press|news)"
    r"(?: \w+ed)? (?:say|tell|report|write)"
)
_TOLD_OF = re.compile(
    r"summar|what happened|what is known|what (?:do|did) (?:we|you|they) know|what about|how about|"
    r"tell me|describe"
)
_BASE_SPEECH = frozenset(
    "say tell report announce add state warn argue insist acknowledge admit conclude note explain "
    "declare describe suggest urge vow pledge express write tweet post assert reveal stress "
    "maintain confirm call demand claim allege accuse blame deny reject dismiss refute dispute "
    "estimate condemn criticise criticize welcome reply respond agree promise threaten predict "
    "propose think believe want ask comment mean find recommend advise".split()
)


def kind_of(bare: str, lead: str) -> tuple[Kind, str, str, str]:
    """Return kind, speaker, reporting verb, and what the question is about beside the speaker."""
    plain = _plain_kind(lead)
    if plain is not None:
        return plain, "", "", ""
    said = _whose_words(bare, lead)
    if said is not None:
        return said
    for pattern, kind in _KINDS:
        if re.match(pattern, lead):
            return kind, "", "", ""
    return _asked_at_the_end(lead), "", "", ""


def _asked_at_the_end(lead: str) -> Kind:
    """Return the kind of "The squadron was formed in which country?", else "what"."""
    if re.match(r"(?:what|how)\b", lead):
        return "what"
    if re.search(r",\s+how (?:many|much)\b", lead):
        return "how_many"  # "Of the lorries that were struck, how many burnt?"
    match = re.search(r"\s((?:(?:in|on|at|of|from|to|by|for)\s+)?(?:which|what|whom)\b.*)$", lead)
    kinds = [kind for pattern, kind in _KINDS if match and re.match(pattern, match.group(1))]
    return kinds[0] if kinds else "what"


def _plain_kind(lead: str) -> Kind | None:
    """Return the kind of a question that is told before anybody's words are looked for, or None."""
    if re.match(r"(?:compare|contrast|what is the difference|how do .* differ)", lead):
        return "compare"
    if re.search(r"\b(?:differ|disagree|contradict|conflicting|versus|vs)\b", lead):
        return "compare"
    if _OF_SOURCES.match(lead):
        return "summary"
    if re.match(_TOLD_OF, lead):
        return "summary"
    if re.match(r"(?:what (?:was|is|were) the (?:death )?toll|how (?:many|much)\b)", lead):
        return "how_many"
    if re.match(r"how (?:large|long|old|far|high|big|heavy|fast|deep)\b", lead):
        return "how_many"
    if lead.startswith("what") and dimension_asked(lead) == "money":
        return "how_many"
    return None


def _whose_words(bare: str, lead: str) -> tuple[Kind, str, str, str] | None:
    """Return what ``kind_of`` does for a question about what somebody said, or None for others."""
    if match := _REACTION.match(bare) or _GIVEN.match(bare):
        return "said", match.group(1), "say", match.group(2)
    if (match := _SAID.match(bare)) and (found := _split_speech(bare, match)):
        return "said", *found
    if (match := _WHO_SAID.match(lead)) and _is_speech(match.group("verb")):
        return "who_said", "", stem(match.group("verb")), match.group("rest").strip(" ?")
    match = re.match(r"which ((?:[\w'-]+ ){1,5}?)([a-z]+ed|said|told|says)\b(.*)", lead)
    if match and match.group(2) in REPORTING:
        return "who_said", "", stem(match.group(2)), match.group(3).strip(" ?")
    return None


_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"(?:by |to |with |for |from )?(?:who|whom|whose)\b", "who"),
    (r"(?:what|which) (?:was|is|were|are) the (?:\w+ )?names? of\b", "who"),
    # "When should I use it?" asks on what conditions, and for no day.
    (
        r"when (?:(?:could|need|do|does|would)(?:n't)? (?:i|we|you|one)|should|must|may|can)\b",
        "how",
    ),
    (
        r"(?:on |at |in |by |since |until |(?:at )?about )*"
        r"(?:when|what (?:day|date|time|hour|year|month))\b",
        "when",
    ),
    (r"what (?:was|is) the (?:exact )?(?:day|date|time|hour|year|month)\b", "when"),
    (r"(?:on |in |by |since |until )?(?:which|what) (?:day|date|year|month)\b", "when"),
    (
        r"(?:from |to |in |at |near )?(?:where\b|(?:what|which) (?:city|town|village|province|"
        r"country|place|area|region|district|neighbou?rhood)\b)",
        "where",
    ),
    (
        r"(?:why\b|what (?:was|is|were) the (?:reason|cause|motive)|what caused|for what reason)",
        "why",
    ),
    (r"(?:in |at |on |by |under |to )?which\b", "which"),
    (r"how\b", "how"),
    (
        r"(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should|must|might|shall|"
        r"am|need|may(?! \d))(?:n't|n\u2019t|not)?\b",
        "yes_no",
    ),
)


_AUX = "do|does|did|can|could|will|would|should|must|may|might|shall"
_ASPECTS = (
    "purpose meaning difference role point use function advantage disadvantage benefit drawback "
    "effect impact significance importance idea aim job problem consequence risk rule step "
    "requirement condition option way".replace(" ", "|")
)
_DESCRIBED = re.compile(
    rf"what (?:(?:{_AUX})\b|happens\b"
    rf"|(?:is|are|was|were|'s) (?:meant by|the (?:\w+ )?(?:{_ASPECTS})s?)\b"
    # "What is a savepoint?" names a thing: nothing that was done, and nothing that one thing has.
    r"|(?:is|are|'s) (?!the\b)(?:an? )?[\w./+-]+(?: [\w./+-]+){0,3}(?<!ed)"
    r"(?: (?:in|for|under|about) .*)?\??$)"
)


def is_described(lead: str) -> bool:
    """Return whether sentences describe what a "what" question asks for, and no short value.

    >>> [is_described(one) for one in ("what is a detached head?", "what does it do?")]
    [True, True]
    >>> [is_described(one) for one in ("what is the name of it?", "what party is he in?")]
    [False, False]
    """
    return bool(_DESCRIBED.match(lead))


def _is_speech(verb: str) -> bool:
    verb = verb.lower()
    return verb in REPORTING or verb in _BASE_SPEECH


_WHOEVER = frozenset("i you we one users people".split())
"""Who is no speaker: "How do I find a tag?" asks for nobody's words."""
_OF_USE = re.compile(
    r"(?:and\s+|but\s+)?(?:how\s+(?:do|does)\b|what\s+(?:do|does)\b.*\bmean\b)", re.IGNORECASE
)
"""How a thing works, and what a word means, whatever its verb."""


def _split_speech(bare: str, match: re.Match[str]) -> tuple[str, str, str] | None:
    """Return speaker, verb and topic of "what did X say about Z", or None when no verb reports."""
    inner = bare[match.start("speaker") :].rstrip(" ?")
    words = inner.split()
    if words[0].lower() in _WHOEVER or _OF_USE.match(bare):
        return None
    for number, word in enumerate(words[1:], start=1):
        # Written large it is of a name: "the Islamic State".
        if word.strip(",") in _BASE_SPEECH:
            speaker = " ".join(words[:number]).strip(" ,")
            if number <= 9:
                return speaker, word.lower(), " ".join(words[number + 1 :])
            return None
    return None
