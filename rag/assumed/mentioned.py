"""Whether any sentence that was found speaks of what a question takes for granted. English.

"Why did the mayor resign?" is no question to answer out of reports in which nobody resigns. Meant
to miss little: the word of what happened, or one near it, of the same one, in any form is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.assumed.denials import affirms
from rag.assumed.scope import is_in, terms_near
from rag.assumed.words import NOUNS_OF, lemma
from rag.assumption import Assumption, head_of, terms_of
from rag.english.metonyms import country_of, known_as
from rag.english.question import Asked
from rag.english.speech import tokens
from rag.english.words import content_terms, stem, terms_held
from rag.features import Line
from rag.follow.words import MONTHS

KINDS = ("why", "how", "when")
_LEAST_STEM = 4
"""Letters that a noun and a verb of one stem share at least: bombard, bombardment."""
# Said in so many other ways that a missing word shows nothing.
_LIGHT = frozenset(
    map(
        lemma,
        "get come go put make take have do be give become turn bring keep let set run move work "
        "happen occur start begin end use find need want try seem feel live call cause get help "
        "lead play see show hold stand fall rise change happen affect influence develop react "
        "respond treat deal handle meet".split(),
    )
)
# When somebody was born or a law passed is often told by a day in brackets alone.
_BY_DAY = frozenset(map(lemma, "bear born die pass found create publish release elect".split()))
_SPEECH = frozenset(map(lemma, "confirm admit acknowledge concede confess".split()))
_NEAR = tuple(
    frozenset(map(lemma, row.split()))
    for row in (
        "capture seize overrun conquer take retake recapture fall",
        "kill die slay murder execute perish assassinate massacre gas",
        "suspend halt stop pause freeze",
        "collapse fail break end crumble",
        "attack assault storm strike bomb shell raid hit target pound bombard fire launch",
        "withdraw leave quit retreat",
        "build construct erect finish open complete",
        "flee escape leave evacuate displace",
        "admit confess concede acknowledge confirm",
        "join enter ally merge",
        "explode blast detonate blow burst",
        "crash shoot",
        "resign quit depart",
        "ban forbid outlaw prohibit",
        "deploy send dispatch",
        "arrest detain capture jail",
        "besiege surround encircle siege",
        "found establish create",
    )
)


def mentioned(assumed: Assumption, asked: Asked, lines: Sequence[Line]) -> bool:
    """Return whether a sentence may say, or deny, what is assumed.

    True for questions of another kind, and where what happened is told by a word of many uses.
    """
    spoken = assumed.verb in _SPEECH and assumed.kind in KINDS  # "why did they admit it"
    if not (asked.kind in KINDS or spoken) or assumed.open:
        return True
    if assumed.verb in _LIGHT or not assumed.past:
        return True
    if asked.kind == "when" and assumed.verb in _BY_DAY:
        return True
    if assumed.verb in _SPEECH and assumed.doer:
        return any(affirms(asked, assumed, line) for line in lines)
    months = {stem(month) for month in MONTHS}
    names = {term for name in asked.names for term in content_terms(name)}
    names -= months | terms_of(assumed.doer)
    return any(
        speaks_of(assumed, line.words, " ".join((*line.before[-1:], line.hit.document.title)))
        and _doer_near(assumed, line)
        and all(is_in(name, terms_held(line.hit.passage.text) | terms_near(line)) for name in names)
        for line in lines
    )


def _doer_near(assumed: Assumption, line: Line) -> bool:
    """Return whether the one that does it is near, where it is a name that is not rewritten."""
    named = [one for one in tokens(assumed.doer) if one.is_name]
    if not assumed.done_to or not named or country_of(assumed.doer) or known_as(assumed.doer):
        return True
    near = terms_near(line)
    return any(is_in(term, near) for one in named for term in content_terms(one.text))


def speaks_of(assumed: Assumption, text: str, around: str = "") -> bool:
    """Return whether a sentence holds what happened and the one it happened to, in any form.

    Args:
        assumed: What happened.
        text: The sentence.
        around: What stands before it.

    >>> from rag.english.question import analyse
    >>> from rag.assumption import assumption_of
    >>> one = assumption_of(analyse("How did the rebels capture Hollin?"))
    >>> speaks_of(one, "Hollin fell on Monday."), speaks_of(one, "Hollin is a port.")
    (True, False)
    """
    head = head_of(assumed.done_to or assumed.doer)
    if not is_in(head, terms_held(f"{text} {around}")):
        return False
    words = [one.lower for one in tokens(text)]
    return any(tells_of(assumed, word) for word in words if stem(word) != head)


def tells_of(assumed: Assumption, word: str) -> bool:
    """Return whether a word names what happened: its verb, a noun of it, or one near it."""
    verbs = _verbs(assumed.verb) | assumed.verbs
    nouns = {stem(noun) for noun in NOUNS_OF.get(assumed.verb, "").split()}
    return lemma(word) in verbs or stem(word) in nouns or _of_one_stem(word, assumed.verb)


@lru_cache(maxsize=256)
def _verbs(verb: str) -> frozenset[str]:
    return frozenset().union(*(row for row in _NEAR if verb in row))


def _of_one_stem(word: str, verb: str) -> bool:
    least = max(_LEAST_STEM, len(verb) - 1)
    return len(word) >= len(verb) >= _LEAST_STEM and word[:least] == verb[:least]
