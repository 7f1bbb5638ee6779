"""What a "why" question is answered by: sentences that give a cause of what is asked. English.

"It fell following the collapse of the truce" is of the truce's consequences: that it collapsed is
taken for granted there, as the question does, and why is not said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.assumed.mentioned import tells_of
from rag.assumption import assumption_of
from rag.english.question import Asked
from rag.english.speech import tokens

BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|in response|in retaliation|retaliat\w+|in revenge|"
    r"in order to|so that|to (?:prevent|protect|avoid|force|stop|punish)|aim\w* (?:to|at)|caused|"
    r"sparked|prompted|triggered|led to|blam\w+|since|for fear|reason|forced|response to|"
    r"purpose|goal|revenge|accus\w+ of|on charges of|owing|so as to|after (?:a|the|their|its))\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\b(?:following|follows?|followed|after|since|despite|until|before|the wake of)$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,.;:\u2013\u2014]|\b(?:that|which|who|but|because|when|while)\b")
_CAUSED_BEHIND = re.compile(
    r"\b(?:because|due to|owing to|after|following|when|amid|over|caused by|blam\w+|which broke)\b",
    re.IGNORECASE,
)
NO_CAUSE = "No sentence that was found gives a reason; what the sources report of it:"
"""The line over sentences that are on the matter of a "why" question and hold no cause."""


NO_MANNER = "No sentence that was found says how; what the sources report of it:"
"""The same of a question that asks how something came about."""
_MANNER = re.compile(
    r"\b(?:by \w+ing|by (?:a|an|the|car|truck|suicide|air)\b|using|by means of|through|via|"
    r"after \w+ing|(?:died|killed|suffocated|perished|suffered) (?:of|from|by)|"
    r"from (?:the )?(?:effects|wounds)|suffocat\w+|stormed|disguised|ambush\w*|because|aboard|"
    r"(?:began|started) (?:at|in|with|when)|caused by|when (?:a|an|the|it|he|she|they)|"
    r"with (?:a|an|the|gas|gases|rockets|shells|mortars|tanks|bombs|knives|guns|help|support)\b)",
    re.IGNORECASE,
)


def asks_manner(asked: Asked) -> bool:
    """Return whether a question asks how something that it takes for granted came about.

    >>> from rag.english.question import analyse
    >>> asks_manner(analyse("How did the rebels capture Hollin?"))
    True
    >>> asks_manner(analyse("How is the weather?"))
    False
    """
    return asked.kind == "how" and assumption_of(asked) is not None


def gives_manner(text: str) -> bool:
    """Return whether a sentence holds words of how something is done.

    >>> gives_manner("They took it by storming the gate."), gives_manner("They hold it.")
    (True, False)
    """
    return bool(_MANNER.search(text))


def gives_cause(text: str) -> bool:
    """Return whether a sentence holds words of cause.

    >>> gives_cause("It closed because of the storm."), gives_cause("It closed on Monday.")
    (True, False)
    """
    return bool(BECAUSE.search(text))


def takes_for_granted(asked: Asked, text: str) -> bool:
    """Return whether a sentence names what is to be explained only as what came before.

    >>> from rag.english.question import analyse
    >>> asked = analyse("Why did the truce collapse?")
    >>> takes_for_granted(asked, "Raids went on following the collapse of the truce.")
    True
    >>> takes_for_granted(asked, "The truce collapsed after a raid on a convoy.")
    False
    """
    assumed = assumption_of(asked)
    if assumed is None:
        return False
    found = False
    for token in tokens(text):
        word = token.lower
        if not tells_of(assumed, word):
            continue
        clause = _CLAUSE_END.split(text[: token.start])[-1]
        before = re.findall(r"[\w'-]+", clause)
        opened = any(
            _FOLLOWS.search(" ".join(before[max(0, n - 2) : n + 1])) for n in range(len(before))
        )
        if not opened or _CAUSED_BEHIND.search(text[token.end :]):
            return False
        found = True
    return found


def explains(asked: Asked, text: str) -> bool:
    """Return whether a sentence holds both words of cause and what is to be explained.

    >>> from rag.english.question import analyse
    >>> explains(analyse("Why did the mill explode?"), "A spark led to the explosion.")
    True
    """
    assumed = assumption_of(asked)
    if assumed is None or not gives_cause(text) or takes_for_granted(asked, text):
        return False
    return any(tells_of(assumed, token.lower) for token in tokens(text))


def explaining(asked: Asked, texts: Sequence[str]) -> list[bool]:
    """Return of each sentence whether it may tell why; all may where none does.

    >>> from rag.english.question import analyse
    >>> asked = analyse("Why did the truce collapse?")
    >>> explaining(asked, ["It fell after the truce collapsed.", "The truce was broken by a raid."])
    [False, True]
    """
    kept = [not takes_for_granted(asked, text) for text in texts]
    return kept if any(kept) else [True] * len(kept)
