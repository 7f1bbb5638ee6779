"""Questions and their answers turned into statements, where a simple rule does that safely.

"When was the dam built?" and "1952" -> "The dam was built in 1952." The small word before the
answer is the passage's own. What no rule fits gives nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from rag.english.words import STOP_WORDS

_BE = r"(?:is|was|are|were)"
_SMALL = frozenset("in on at during around by since from until after before to for near".split())
_PARTICIPLES = frozenset(
    """
born built held made written won given taken found sold begun set put cut shot sent led lost known
seen done chosen sung spoken driven broken thrown drawn grown bought brought taught caught fought
paid said told kept left met run hit laid struck worn torn sworn stolen frozen forgotten hidden
""".split()
)
_IRREGULAR = dict(
    pair.split("/")
    for pair in """
begin/began break/broke bring/brought build/built buy/bought catch/caught choose/chose come/came
cut/cut die/died do/did draw/drew drive/drove fall/fell feel/felt fight/fought find/found fly/flew
get/got give/gave go/went grow/grew have/had hear/heard hit/hit hold/held keep/kept know/knew
lay/laid lead/led leave/left lose/lost make/made mean/meant meet/met pay/paid put/put read/read
run/ran say/said see/saw sell/sold send/sent set/set shoot/shot sing/sang speak/spoke spend/spent
spread/spread stand/stood take/took teach/taught tell/told think/thought throw/threw win/won
write/wrote become/became beat/beat rise/rose wear/wore
""".split()
)
_NO_SUBJECT = frozenset(
    "did do does is was are were has have had can could will would should might must".split()
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; ``text[start:end]`` is the answer in it."""

    text: str
    start: int
    end: int

    def with_answer(self, other: str) -> Statement:
        """Return the statement with another answer in its place."""
        if self.start == 0:
            other = other[:1].upper() + other[1:]
        text = self.text[: self.start] + other + self.text[self.end :]
        return Statement(text, self.start, self.start + len(other))


def statement(question: str, answer: str, passage: str, start: int) -> Statement | None:
    """Return what a question and its answer say together, or None.

    Args:
        question: the question, with its mark.
        answer: the answer's words, as they stand in the passage.
        passage: where the answer stands.
        start: at which character of it.

    >>> text = "The dam was finished in 1952 by the Elva Company."
    >>> statement("When was the dam finished?", "1952", text, 24).text
    'The dam was finished in 1952.'
    >>> statement("Who finished the dam?", "the Elva Company", text, 32).text
    'The Elva Company finished the dam.'
    """
    asked = " ".join(question.split()).rstrip("?. ").strip()
    answer = answer.strip().rstrip(".,;")
    if not 1 <= len(answer) <= 90 or len(asked.split()) > 22 or "," in asked or "?" in asked:
        return None
    if asked.lower().startswith(("why", "how do", "how did", "how is", "how was", "whose")):
        return None
    before = passage[:start].split()
    small = before[-1].lower() if before and before[-1].lower() in _SMALL else ""
    words = {word.lower() for word in re.findall(r"[\w'-]+", passage)}
    for rule in (_subject, _counted, _named, _placed, _done):
        parts = rule(asked, answer, small, words)
        if parts:
            return _built(*parts)
    return None


def _built(left: str, answer: str, right: str) -> Statement | None:
    left, right = left.strip(), right.strip()
    answer = answer if left else answer[:1].upper() + answer[1:]
    if left and answer.startswith(("The ", "A ", "An ")):
        answer = answer[0].lower() + answer[1:]
    left = left[:1].upper() + left[1:] + " " if left else ""
    text = f"{left}{answer}{' ' + right if right else ''}."
    words = text.lower().split()
    doubled = any(a == b for a, b in zip(words, words[1:], strict=False))
    if doubled or len(words) < 4:
        return None
    return Statement(text, len(left), len(left) + len(answer))


Parts = tuple[str, str, str] | None


def _subject(asked: str, answer: str, _: str, __: set[str]) -> Parts:
    """Who or which company founded it: the answer takes the place of the word that asks."""
    match = re.match(
        r"(?:who|which [a-z]+|what"
        r" (?!year|kind|type|sort|time|percent|day|date|was\b|were\b|is\b|are\b|has\b"
        r"|had\b)[a-z]+|what)"
        r" (?P<rest>(?P<verb>[a-z]+)\b.+)$",
        asked,
        re.IGNORECASE,
    )
    if not match:
        return None
    verb, rest = match["verb"].lower(), match["rest"]
    described = re.match(rf"{_BE} (?:the|an?|one of) ", rest) and asked.lower().startswith("who")
    helped = re.match(r"(?:was|were|is|are|has|have|had) (?P<what>[a-z]+)", rest)
    happened = helped and (helped["what"].endswith("ed") or helped["what"] in _PARTICIPLES)
    plainly = verb not in _NO_SUBJECT and re.search(r"(?:ed|s)$", verb) or verb in _PAST
    if asked.lower().startswith("what ") and not asked.lower().startswith(f"what {verb}"):
        plainly = plainly and not verb.endswith("ss")
    if not (described or happened or plainly) or re.search(r"\b(?:who|what|which)\b", rest):
        return None
    return "", answer, rest


_PAST = frozenset(_IRREGULAR.values()) - {"did", "had", "read", "put", "set", "cut", "hit"}


def _counted(asked: str, answer: str, _: str, words: set[str]) -> Parts:
    """How many people live there; how many ships did they lose."""
    match = re.match(
        r"how many (?P<what>[a-z]+(?: [a-z]+)?) (?P<verb>[a-z]+) (?P<rest>.+)$", asked, re.I
    )
    if not match or not re.match(r"[\d(]|[a-z]+$|(?:about|over|more|at|nearly)\b", answer, re.I):
        return None
    what = match["what"].lower()
    if what.split()[0] in words and what.split()[-1] in answer.lower():
        return None
    if match["verb"].lower() in ("did", "does", "do"):
        tail = _told(match["rest"], match["verb"].lower(), words)
        if tail is None:
            return None
        subject, verb, rest = tail
        return f"{subject} {verb}", f"{answer}", f"{what} {rest}"
    if match["verb"].lower() in ("are", "were", "live", "lived", "died", "attended"):
        if match["rest"].startswith("there"):
            return f"there {match['verb']}", answer, what + match["rest"][5:]
        return "", answer, f"{what} {match['verb']} {match['rest']}"
    return None


def _named(asked: str, answer: str, _: str, __: set[str]) -> Parts:
    """What was the population of the town in 2010; what is the process called."""
    match = re.match(rf"what (?P<be>{_BE}) (?P<what>.+)$", asked, re.IGNORECASE)
    if not match:
        return None
    what, be = match["what"], match["be"].lower()
    called = re.match(r"(?P<it>.+) (?P<how>called|known as|named|titled|nicknamed)$", what)
    if called:
        return f"{called['it']} {be} {called['how']}", answer, ""
    used = re.match(
        r"(?P<it>.+?) (?P<how>[a-z]+ed|made|built|known|found) (?P<small>as|for|of|on|in|by|to"
        r"|with|at)$",
        what,
    )
    if used:
        return f"{used['it']} {be} {used['how']} {used['small']}", answer, ""
    simple = re.match(r"(?:the|an?|one) [\w' -]+ (?:of|for|in|between|on|to) [\w' -]+$", what)
    ends_well = not re.search(r" (?:of|for|in|on|to|as|by|with|from|at|called|like)$", what)
    verbs = re.search(rf" (?:{_BE}|[a-z]+ed|do|did|has|had)\b", what)
    return (f"{what} {be}", answer, "") if simple and ends_well and not verbs else None


def _placed(asked: str, answer: str, small: str, _: set[str]) -> Parts:
    """When or where was it built; in what year was it built."""
    match = re.match(
        rf"(?:(?P<small>in|on|at|to|from|by|for|during) (?:what|which) [a-z]+|when|where|what"
        rf" (?P<year>year|day))"
        rf" (?P<be>{_BE}) (?P<rest>.+)$",
        asked,
        re.IGNORECASE,
    )
    if not match:
        return None
    before = (match["small"] or "").lower() or small or ("in" if _is_year(answer) else "")
    tokens = match["rest"].split()
    at = next(
        (
            n
            for n, word in enumerate(tokens)
            if n and (word in _PARTICIPLES or re.fullmatch(r"[a-z]{2,}ed", word))
        ),
        None,
    )
    if not before or at is None or tokens[0] in ("there",):
        return None
    if tokens[at - 1].endswith(("ly", "first", "best")) and at > 1:
        at -= 1
    subject, done = " ".join(tokens[:at]), " ".join(tokens[at:])
    if re.search(r" (?:in|on|at|to|from|by|as)$", done):
        done = done.rsplit(" ", 1)[0]
    return f"{subject} {match['be'].lower()} {done} {before}", answer, ""


def _done(asked: str, answer: str, small: str, words: set[str]) -> Parts:
    """When, where or what did somebody do: the verb in the past, as the passage has it."""
    match = re.match(
        r"(?:(?P<small>in|on|at|to|from|by|for|during) (?:what|which) [a-z]+|when|where"
        r"|(?P<year>what year)"
        r"|(?P<what>what|who)) did (?P<rest>.+)$",
        asked,
        re.IGNORECASE,
    )
    if not match:
        return None
    tail = _told(match["rest"], "did", words)
    if tail is None:
        return None
    subject, verb, rest = tail
    if match["what"]:
        ends = re.search(
            r"^(?:.* )?(?:to|for|in|on|with|from|by|as|at|of|about|towards?|into|against)$", rest
        )
        if rest and not ends:
            return (
                None if re.search(r"\b(?:to|that)\b", rest) else (f"{subject} {verb}", answer, rest)
            )
        return f"{subject} {verb} {rest}", answer, ""
    before = (match["small"] or "").lower() or small or ("in" if _is_year(answer) else "")
    rest = re.sub(r" ?\b(?:in|on|at|to|from)$", "", rest)
    return (f"{subject} {verb} {rest} {before}", answer, "") if before else None


def _told(rest: str, auxiliary: str, words: set[str]) -> tuple[str, str, str] | None:
    """Return subject, verb and what follows it: the verb is one whose told form the passage has."""
    tokens = rest.split()
    for at in range(1, min(len(tokens), 8)):
        for form in _forms(tokens[at]) if auxiliary == "did" else ():
            if form in words:
                return " ".join(tokens[:at]), form, " ".join(tokens[at + 1 :])
    return None


def _forms(verb: str) -> list[str]:
    """Return how a verb may stand in the past.

    >>> _forms("stop")[:2], _forms("win")
    (['stoped', 'stopped'], ['won'])
    """
    if not re.fullmatch(r"[a-z]{2,}", verb):
        return []
    if verb in _IRREGULAR:
        return [_IRREGULAR[verb]]
    if verb.endswith("e"):
        return [verb + "d"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb[:-1] + "ied"]
    return [verb + "ed", verb + verb[-1] + "ed"]


def _is_year(answer: str) -> bool:
    return bool(re.fullmatch(r"1\d\d\d|20\d\d", answer))


def cased(question: str, passage: str) -> str:
    """Return a question in lower case with the names written as in the passage.

    >>> cased("who sings for the elva band?", "The Elva Band began small. A band began.")
    'who sings for the Elva band?'
    """
    written = re.findall(r"\b[A-Za-z][\w'-]*", passage)
    lower = {word for word in written if word[0].islower()}
    names = {word.lower(): word for word in written if word[0].isupper() and len(word) > 2}
    names = {word: name for word, name in names.items() if word not in STOP_WORDS}
    return re.sub(
        r"\b[a-z][\w'-]*",
        lambda m: m[0] if m[0] in lower else names.get(m[0], m[0]),
        question,
    )


def unsaid(question: str, draw: Random) -> str | None:
    """Return the statement that the passage does not answer a question, where its words allow it.

    >>> unsaid("Who finished the dam?", Random(1))
    'The passages do not mention who finished the dam.'
    """
    asked = " ".join(question.split()).rstrip("?. ")
    if not _subject(asked, "x", "", set()):
        return None
    lead = draw.choice(
        (
            "The passage does not say",
            "The passages do not mention",
            "The sources do not say",
            "It is not stated",
            "The given passages do not say",
            "The text does not tell",
        )
    )
    return f"{lead} {asked[0].lower()}{asked[1:]}."
