"""Whether a sentence tells the deed that a question is about: who won it, when he was arrested.

English. Only deeds whose names are few are known here: of what may be told in any words nothing is
said. Pure functions.
"""

from __future__ import annotations

import re

from rag.assumed.words import lemma
from rag.english.words import content_terms

_ROWS = (
    ("arrest detain jail imprison", r"arrest|detain|detention|custod|jail|prison|seiz|apprehend|"
     r"captur|handcuff|in remand|behind bars|was held|were held|took (?:him|her|them)\b|caught|"
     r"round(?:ed|ing) up|taken in\b|inmate"),
    ("marry wed", r"marri|marry|wed|wife|husband|bride|groom|spouse|couple"),
    ("divorce", r"divorc|separat|ex-"),
    ("elect", r"elect|vote|voting|ballot|\bwon\b|\bwins?\b|poll"),
    ("appoint", r"appoint|named|naming|nominat|bec[ao]m|took over|install|promot|replac|succe"),
    ("resign", r"resign|quit|step|left|leav|depart|stood down"),
    ("founded establish", r"\b(?:co-?)?found(?:ed|er|ing|ation)|establish|set up|creat|formed\b|"
     r"formation|start(?:ed|s)\b|beg[au]n|dates? (?:back|from)"),
    ("win", r"\bw[io]n(?:s|ning|ners?)?\b|victor|elected|landslide|in favou?r of|sided with|prize|"
     r"award|champion|first place|beat\b|defeat|medal|triumph|fell\b|captur|"
     r"overr[au]n|seiz|took|conquer|regain"),
    ("bear", r"\bborn\b|birth|native of"),
    ("graduate", r"graduat|degree|studied|alumn|diploma"),
    ("drive", r"\bdr[io]v|at the wheel|ramm|expel|oust|chas|push|forced (?:out|back)"),
    ("plant", r"plant|plac|\blaid\b|\bhid\b|hidden|\brig|bur(?:y|ied)|attach"),
    ("poison", r"poison|toxi|contaminat"),
    ("steal", r"st[oe]l|took|taken|made off|theft|thief|loot|robb|burgl"),
    ("invent", r"invent|devis|develop|creat|design|patent|pioneer|conceiv|came up with|"
     r"first (?:made|built)"),
    ("sentence convict", r"sentenc|convict|guilty|prison|jail|years|court|death"),
    ("bribe", r"brib|corrupt|paid|pay|kickback"),
    ("burn", r"burn|fire|arson|torch|flame|blaze|alight"),
)  # fmt: skip
_TOLD_BY: dict[str, re.Pattern[str]] = {
    lemma(verb): re.compile(words, re.IGNORECASE)
    for verbs, words in _ROWS
    for verb in verbs.split()
}
_TOLD_BY[lemma("born")] = _TOLD_BY[lemma("bear")]
_ASKS = re.compile(
    r"^\W*(?:who(?:\s+(?:has|had|have|was|were|is|first|then))*\s+(?P<who>[a-z]+)\b(?P<whom>[^?]*)"
    r"|(?:when|where|in which \w+|what year|which year|how)\s+(?:was|were|is|are|did|had|has)\s+"
    r"(?P<rest>[^?]+))",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"^\W*how many\s+(?:people|persons|inhabitants|residents|civilians)\s+(?:\w+\s+)?"
    r"(?:live|lived|living|reside)\b|^\W*how many\s+(?:inhabitants|residents)\s+does\b",
    re.IGNORECASE,
)
_PEOPLED = re.compile(
    r"\b(?:lived?|living|lives (?:in|here|there)|population|inhabitants|inhabited|"
    r"home to|houses|housing|reside|(?:city|town|village|camp|settlement|island|community) of "
    r"(?:some |about |around |nearly |over |more than |only |an estimated )*(?:an? |\d|[a-z]+ "
    r"(?:hundred|thousand|million))|"
    r"(?:has|had|with) (?:some |about |around |nearly |over |more than |an estimated )*"
    r"\d[\d,.]* (?:people|residents|souls))\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\b(?:the|an?|this|that|its|their|his|her)\s+[a-z-]+", re.IGNORECASE)
_OF_THINGS = frozenset(map(lemma, "drive plant poison steal founded establish win burn".split()))
"""Deeds that are done to a thing: what is done to another one is none of them."""
_IN_BRACKETS = frozenset(map(lemma, "born bear founded establish".split()))
"""What days in brackets tell without a word: "Ada Thorn (1902-1970)", "the Watch (est. 1902)"."""
_NEAR = 70
"""Characters between the word for such a deed and a word for the thing, at most."""


def tells_deed(question: str, sentence: str) -> bool:
    """Return whether a sentence holds a word for the deed of a question; True where none is known.

    >>> asked = "Who won the marmalade fair?"
    >>> told = "The fair's prize went to Ada."
    >>> tells_deed(asked, "Judges taste every jar."), tells_deed(asked, told)
    (False, True)
    >>> tells_deed("Who drove the bus?", "The bus hit a van that Ada Thorn's brother had painted.")
    False
    >>> tells_deed("When was Ada Thorn arrested?", "Ada Thorn left on March 3.")
    False
    >>> tells_deed("Who spoke?", "Ada Thorn left on March 3.")
    True
    """
    if _LIVES.match(question):
        return bool(_PEOPLED.search(sentence))
    match = _ASKS.match(question)
    if match is None:
        return True
    if match["who"]:
        verb = lemma(match["who"])
        whom = frozenset(content_terms(match["whom"])) if verb in _OF_THINGS else frozenset()
        return verb not in _TOLD_BY or _tells(_TOLD_BY[verb], whom, sentence)
    # The last verb of "when was the man who won it arrested" is the one that is asked for; what
    # stands behind an article is a noun: "when did the plant open?".
    words = [lemma(one) for one in re.findall(r"[a-z]+", _NOUN.sub("", match["rest"]))]
    known = [one for one in words if one in _TOLD_BY and one not in _IN_BRACKETS]
    return not known or _tells(_TOLD_BY[known[-1]], frozenset(), sentence)


def knows_deed(question: str) -> bool:
    """Return whether a question is about a deed that ``tells_deed`` knows the words for."""
    return not tells_deed(question, "")


def _tells(told: re.Pattern[str], whom: frozenset[str], sentence: str) -> bool:
    """Return whether a sentence holds a word for a deed, near one for the thing it is done to."""
    for match in told.finditer(sentence):
        near = sentence[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if not whom or whom & set(content_terms(near)):
            return True
    return False
