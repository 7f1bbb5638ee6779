"""The part of a long sentence that is enough to quote: a full clause from its start. English.

What is left out is only ever the sentence's end, or the dateline before it, and only where nothing
in it could change what the rest says: no speaker, no hedge, no denial, no condition, no contrast.
Where that is not certain the sentence stays whole.
"""

from __future__ import annotations

import re

from rag.english.continued import quote_edges
from rag.english.speech import claims
from rag.english.speech_words import REPORTING

LONG = 220
"""Characters up to which a sentence is quoted whole."""
_LEAST = 70
"""Characters of a clause that is quoted for a sentence."""
_DATELINE = re.compile(
    r"^(?:[A-Z][\w.'\u2019-]*(?:[ ,]+(?:[A-Z][\w.'\u2019-]*|\d{1,4},?)){0,6})?\s*\([^()]{2,40}\)\s*"
    r"[-\u2013\u2014]{1,2}\s+(?=[A-Z\"\u201c])"
)
_CUT = re.compile(r"(?P<semicolon>;)\s|(?P<comma>,)\s(?P<word>and|which|who|where|whose)\s")
_OWN_SUBJECT = re.compile(
    r"(?:it|they|he|she|there|we|the(?:\s+[\w-]+){1,6}|[A-Z][\w-]+(?:\s+[A-Z][\w-]+)*)\s+"
    r"(?:was|were|is|are|has|have|had|[a-z]{3,}ed|fell|took|went|came|left|began|rose|hit|shot)\b"
)
_SUBORDINATE = re.compile(
    r"^[\"\u201c]?(?:if|although|though|while|when|as|after|before|because|since|unless|until|whether|"
    r"where|once|despite|even|given|provided|assuming|without|in case)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:was|were|is|are|be|been|has|have|had|did|does|do|will|would|can|could|may|might|must|"
    r"should|[a-z]{3,}(?:ed|es)|said|says|told|fell|took|went|came|left|began|rose|hit|shot|broke|"
    r"made|gave|sent|held|kept|lost|met|found|saw|set|put|struck|fought|fled|won|led)\b"
)
# Words that may turn, weaken or bound what stands before them.
_TURNS = frozenset(
    "not no never none nobody nothing neither nor without cannot deny denies denied denying denial "
    "false falsely untrue lie lies lied hoax fabricated unless if provided whether except only but "
    "although though however yet despite while whereas instead rather still until unlike contrary "
    "may might could would should allegedly alleged reportedly apparently possibly perhaps likely "
    "unlikely probably presumably suspected supposedly ostensibly purportedly believed thought "
    "feared seem seems seemed appear appears appeared suggest suggests suggested unconfirmed "
    "unverified unclear unknown disputed contested doubt doubts doubtful according citing quoting "
    "claim claims claimed estimate estimated estimates account accounts report reports statement "
    "view opinion source sources retracted withdrew corrected correction revised later wrong "
    "mistaken mistakenly incorrect rumour rumours rumored far before former otherwise".split()
)


def clause(text: str, keep: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return the stretch of a sentence to quote; the whole sentence where in doubt.

    Args:
        text: The sentence.
        keep: The stretch that holds the answer, which is never cut.

    >>> text = "The old town of Hollin was flooded at dawn on Tuesday after a week of heavy rain; "
    >>> text += "the army brought tents and bread to the families on the hill, " * 3 + "and boats."
    >>> text[slice(*clause(text))][-24:]
    'ter a week of heavy rain'
    """
    first, last = keep if keep and keep[0] < keep[1] else (0, 0)
    start = 0
    match = _DATELINE.match(text)
    if match and (last == 0 or first >= match.end()):
        start = match.end()
    if len(text) - start <= LONG:
        return start, len(text)
    for cut in _CUT.finditer(text, start + min(_LEAST, len(text))):
        end = cut.start()
        if end >= last and _is_clause(text[start:end]) and _droppable(text[end:], cut):
            return start, end
    return start, len(text)


def _is_clause(text: str) -> bool:
    """Return whether words are a sentence by themselves: closed, with a verb, and a main one."""
    if sum(quote_edges(text)) or any(text.count(a) != text.count(b) for a, b in ("()", "[]")):
        return False
    if _SUBORDINATE.match(text) or text.count("\u2014") % 2 or text.count(" - ") % 2:
        return False
    if _VERB.search(text) is None:
        return False
    # "The ministry, in a message": a comma that opens something may not have closed.
    return "," not in text or bool(_VERB.search(text[text.rindex(",") :])) or _opens_only(text)


def _opens_only(text: str) -> bool:
    """Return whether the main verb stands before the first comma, so that the rest is added."""
    return _VERB.search(text[: text.index(",")]) is not None


def _droppable(rest: str, cut: re.Match[str]) -> bool:
    """Return whether what is left out can change nothing of what is kept."""
    words = re.findall(r"[a-z]+(?:n['\u2019]t)?", rest.lower())
    if any(
        word in _TURNS or word in REPORTING or word.endswith(("n't", "n\u2019t")) for word in words
    ):
        return False
    if claims(rest) or re.search(r"[\"\u201c\u201d:?]|\s[-\u2013\u2014]\s", rest):
        return False
    if cut["semicolon"]:
        return True
    behind = rest[cut.end() - cut.start() :]
    if re.search(r"[,;]", behind):
        return False
    return cut["word"] != "and" or _OWN_SUBJECT.match(behind) is not None
