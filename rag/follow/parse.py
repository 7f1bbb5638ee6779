"""A question's parts, found without a parser: question word, subject, verb, and what stands around.

Phrases end where auxiliaries, verbs and prepositions stand. What cannot be told is left whole: a
part that is missing makes a plainer question, never a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.follow.phrases import reports, trimmed
from rag.follow.words import (
    AFTER_PARTICIPLE,
    AUXILIARIES,
    BODIES,
    CONJUNCTIONS,
    DETERMINERS,
    EVENTS,
    NOUNS_TOO,
    PAST,
    PLACE_NOUNS,
    PREPOSITIONS,
    VERBS,
)

LONGEST = 400
"""Characters of a question that are taken apart; what is longer stands alone or is no question."""
_WORD = re.compile(r"\d[\d,.:]*\d%?|[^\s,;:?!()\"\u201c\u201d]+|[,;:()\"\u201c\u201d]")
_NO_PAST = frozenset(
    "need seed feed weed deed bleed breed speed exceed indeed hundred sacred".split()
)
_OPENS_PHRASE = frozenset("the a an this that these those its his her their".split())
_IS_NOW = re.compile(r"(?!\w*ss$)[a-z]{2,}s")
_STATES = frozenset(
    "able available possible necessary responsible ready open closed safe dangerous true false "
    "important free legal illegal allowed alive dead big large old long high deep heavy expensive "
    "reliable compatible".split()
)
"""What something is said to be, behind its noun."""
_TRAILS = re.compile(r"(?<=\w) (?:first|again|exactly|too|anyway|afterwards|before|so)$")
"""What stands behind a noun and is no part of it: "Who broke the truce first?"."""
_ADVERBS = frozenset("now again still already too yet".split())
_SMALL = PREPOSITIONS | AUXILIARIES | CONJUNCTIONS | DETERMINERS
_WH_WORDS = frozenset(("who", "whom", "whose", "what", "which", "when", "where", "why", "how"))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a question: ``wh``, ``aux``, ``verb``, ``prep``, ``conj`` or ``np``."""

    kind: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as written."""
        return " ".join(self.words)

    @property
    def lower(self) -> str:
        """The words in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A question in parts.

    ``wh`` is the question phrase ("How many people", "In which town"), empty for a question of yes
    or no. ``inverted`` tells "What did he say" from "Who said". ``rest`` are the parts behind the
    question phrase and, where inverted, its auxiliary.
    """

    text: str
    wh: str
    aux: str
    inverted: bool
    rest: tuple[Part, ...]

    @property
    def counted(self) -> str:
        """What "how many" or "how much" asks for: "people"."""
        match = re.match(r"(?:\w+\s+)?how (?:many|much)\s+(.+)", self.wh, re.IGNORECASE)
        return match.group(1) if match else ""

    @property
    def subject(self) -> str:
        """The subject of an inverted question, with what is attached to it."""
        if not self.inverted:
            return ""
        found: list[str] = []
        for n, part in enumerate(self.rest):
            if part.kind not in ("np", "prep") or (n and part.kind == self.rest[n - 1].kind):
                break
            found.append(part.text)
        return trimmed(found)

    @property
    def speaker(self) -> str:
        """Whose words are asked for: the subject of a verb that reports, in the active voice."""
        active = self.aux.lower() in ("did", "do", "does", "has", "have", "had", "will")
        return self.subject if active and self.inverted and reports(self.verb) else ""

    @property
    def asks_when(self) -> bool:
        """Whether a time is asked for."""
        return self.wh.lower().split(" ")[-1:] == ["when"]

    @property
    def timeless(self) -> bool:
        """Whether the time of a topic is none of the question's: it asks when, or what is so now.

        >>> [parse(one).timeless for one in ("Who controls it?", "When did it end?", "Who died?")]
        [True, True, False]
        """
        now = self.aux.lower() in ("is", "are", "do", "does", "has", "have")
        return now or self.asks_when or bool(not self.aux and _IS_NOW.fullmatch(self.verb))

    @property
    def verbless(self) -> bool:
        """Whether it asks who or what somebody or something is: "Who is the mayor of Hollin?"."""
        is_it = self.wh.lower() in ("who", "what") and self.aux.lower() in ("is", "was")
        return is_it and not self.verb

    @property
    def tells_state(self) -> bool:
        """Whether it asks how something is: "Since when is the berth available?"."""
        return self.inverted and not self.verb and self.aux.lower() in ("is", "are", "was", "were")

    @property
    def verb(self) -> str:
        """The main verb, in lower case, or the empty string."""
        return next((part.lower for part in self.rest if part.kind == "verb"), "")

    def after_verb(self) -> tuple[Part, ...]:
        """Return the parts behind the main verb."""
        for n, part in enumerate(self.rest):
            if part.kind == "verb":
                return self.rest[n + 1 :]
        return self.rest[1:] if self.inverted else self.rest

    def chains(self) -> Iterator[str]:
        """Yield every noun phrase with what prepositions attach to it, in order."""
        run: list[str] = []
        before = ""
        for part in (*self.rest, Part("end", ())):
            follows = part.kind == "np" and before != "np"
            if run and not (follows or part.kind == "prep"):
                chain = _TRAILS.sub("", trimmed(run))
                yield _without_state(chain) if self.tells_state else chain
                run = []
            if part.kind == "np" or (part.kind == "prep" and run):
                run.append(part.text)
            before = part.kind


def _without_state(chain: str) -> str:
    """Return a noun phrase without the state that a question says it to be in.

    >>> _without_state("the new berth available"), _without_state("the new berth")
    ('the new berth', 'the new berth')
    """
    words = chain.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _STATES else chain


@lru_cache(maxsize=256)
def parse(question: str) -> Parsed:
    """Return a question in parts.

    >>> one = parse("How many people did the suicide bombing in Aleppo kill in August 2013?")
    >>> one.counted, one.subject, one.verb, [part.text for part in one.after_verb()]
    ('people', 'the suicide bombing in Aleppo', 'kill', ['in', 'August 2013'])
    >>> one = parse("How many people died in the blast near Hollin?")
    >>> one.wh, one.verb, [part.text for part in one.after_verb()]
    ('How many people', 'died', ['in', 'the blast', 'near', 'Hollin'])
    """
    bare = question[:LONGEST].rstrip(" ?.!")
    words = _WORD.findall(bare)
    wh, at = _question_phrase(words)
    aux, inverted = "", False
    if at < len(words) and words[at].lower() in AUXILIARIES:
        aux = words[at]
        inverted = _is_inverted(words, at, wh)
        at += inverted
    subject_asked = bool(wh) and not inverted
    return Parsed(question, wh, aux, inverted, tuple(_parts(words[at:], aux, subject_asked)))


def _question_phrase(words: Sequence[str]) -> tuple[str, int]:
    """Return the words that ask ("In which town"), and where they end."""
    at = 1 if len(words) > 1 and words[0].lower() in PREPOSITIONS else 0
    if at >= len(words) or words[at].lower() not in _WH_WORDS:
        return "", 0
    first = words[at].lower()
    if first in ("where", "when") and (end := _behind_place(words, at + 1)):
        return " ".join(words[:end]), end
    if first in ("who", "whom", "when", "where", "why"):
        return " ".join(words[: at + 1]), at + 1
    end = at + 1
    while end < len(words) and end - at < 14:
        word = words[end].lower()
        if word in AUXILIARIES or _is_verb(words, end, finite=True) or _many_do(words, end):
            break
        if word in PREPOSITIONS and word != "of" and first != "what":
            break
        if first == "what" and word in PREPOSITIONS:
            break
        end += 1
    return " ".join(words[:end]), end


def _many_do(words: Sequence[str], at: int) -> bool:
    """Return whether the word at ``at`` is what several do: "How many people answer the calls"."""
    doers, following = words[at - 1], words[at + 1].lower() if at + 1 < len(words) else ""
    several = doers.endswith("s") or doers in ("people", "men", "women", "children", "staff")
    return several and words[at] in VERBS and following in DETERMINERS | PREPOSITIONS


def _behind_place(words: Sequence[str], at: int) -> int:
    """Return where "in the town" ends behind "Where", before an auxiliary; 0 where nothing is."""
    if at >= len(words) or words[at].lower() not in ("in", "on", "at", "exactly", "near"):
        return 0
    for end in range(at + 1, min(at + 5, len(words))):
        if words[end].lower() in AUXILIARIES:
            return end
    return 0


def _is_inverted(words: Sequence[str], at: int, wh: str) -> bool:
    """Return whether a subject follows the auxiliary at ``at``."""
    following = words[at + 1].lower() if at + 1 < len(words) else ""
    if not following:
        return False
    if words[at].lower() in ("did", "do", "does"):
        return True
    if following in PREPOSITIONS or following in AUXILIARIES or following == "not":
        return False
    participle = _looks_past(following) or following.endswith("ing")
    if participle:
        return False
    if wh.lower() in ("who", "what") and words[at].lower() in ("will", "can", "could", "would"):
        return following in DETERMINERS or words[at + 1][0].isupper()
    return True


def _looks_past(word: str) -> bool:
    if word in PAST:
        return True
    return word.endswith("ed") and len(word) > 3 and word.isalpha() and word not in _NO_PAST


def _is_verb(words: Sequence[str], at: int, *, finite: bool) -> bool:
    """Return whether the word at ``at`` is a verb, by its form and by the word before it."""
    word = words[at]
    if not word.islower():
        return False
    before = words[at - 1].lower() if at else ""
    if (
        before in DETERMINERS - {"many", "much"}
        or before.endswith("'s")
        or before.endswith("\u2019s")
    ):
        return False
    following = words[at + 1].lower() if at + 1 < len(words) else ""
    if finite:
        if word.endswith("ed") and following in AFTER_PARTICIPLE:
            return False
        return _looks_past(word)
    if word not in VERBS or before in PREPOSITIONS:
        return False
    # "the car bomb of 6 August explode": a noun of that form, where the verb is still to come.
    later = (
        words[n].lower() in VERBS - NOUNS_TOO and words[n - 1].lower() not in PREPOSITIONS
        for n in range(at + 1, len(words))
    )
    return word not in NOUNS_TOO or not any(later)


def _parts(words: Sequence[str], aux: str, subject_asked: bool) -> Iterator[Part]:
    """Yield the parts of what stands behind the question phrase."""
    run: list[str] = []
    base = aux.lower() in ("did", "do", "does", "will", "would", "can", "could", "should", "may")
    verb_seen = False
    guessed = _unknown_verb(words) if base else -1
    for at, word in enumerate(words):
        lower = word.lower()
        kind = ""
        if lower in CONJUNCTIONS or lower in _ADVERBS or not word[0].isalnum():
            kind = "conj"
        elif lower in PREPOSITIONS:
            kind = "prep"
        elif lower in AUXILIARIES and not word[0].isupper():
            kind = "aux"
        elif (
            (subject_asked and not verb_seen and at == (1 if aux else 0) and word.islower())
            or (base and not verb_seen and _is_verb(words, at, finite=False) and at > 0)
            or at == guessed
            or _is_verb(words, at, finite=True)
        ):
            kind = "verb"
        if not kind:
            if run and lower in _OPENS_PHRASE and run[-1].lower() not in DETERMINERS:
                yield Part("np", tuple(run))
                run = []
            run.append(word)
            continue
        if run:
            yield Part("np", tuple(run))
            run = []
        verb_seen = verb_seen or kind == "verb"
        yield Part(kind, (word,))
    if run:
        yield Part("np", tuple(run))


def _unknown_verb(words: Sequence[str]) -> int:
    """Return where a verb stands that is in no list, behind "did" and a subject; -1 for none.

    It is the plain word behind a name without an article, else the last word: "did Corran emit",
    "does the plant in Eskmouth emit".
    """
    if any(_is_verb(words, at, finite=False) for at in range(1, len(words))):
        return -1
    plain = [
        at
        for at in range(1, len(words))
        if words[at].islower() and words[at].isalpha() and words[at] not in _SMALL
    ]
    named = bool(words) and words[0][0].isupper()
    behind = [at for at in plain if named and words[at - 1][0].isupper()]
    if behind and words[behind[0]] not in BODIES | EVENTS | PLACE_NOUNS:
        return behind[0]
    last = len(words) - 1
    return last if last in plain and words[last - 1].lower() not in _SMALL else -1
