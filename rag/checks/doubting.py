"""Words that deny, doubt or leave open, in one table by what they do. English.

Each check that asks whether a text leaves something open names the kinds that matter to it: what a
quotation may not be torn from, what keeps a claim from being told as a fact, what is still to come.
Patterns are of small letters, between the edges of words. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache

_KINDS = {
    "no": r"not|no|never",
    "nor": r"nor|neither",
    "denies": r"den(?:y|ies|ied|ying)|dismiss\w*|refut\w*",
    "rejects": r"reject\w*",
    "false": r"false(?:ly)?|contrary",
    "wrong": r"untrue|wrong(?:ly)?|myth",
    "instead": r"instead|rather",
    "without": r"without",
    "condition": r"if|unless",
    "whether": r"whether",
    "unclear": r"unclear|doubtful|not (?:yet )?(?:known|clear|established)",
    "unknown": r"unknown|undecided|unconfirmed",
    "doubted": r"unlikely|doubt\w*|question\w*|ask(?:s|ed)?|hypothe\w+",
    "alleged": r"alleg\w+|accus\w+",
    "suspected": r"suspect(?:s|ed|ing)?",
    "suspicion": r"suspicion|purported\w*|claim(?:s|ed|ing)? (?:that|to)",
    "claimed": r"claim\w*",
    "rumoured": r"rumou?r\w*|fear(?:s|ed)?",
    "reportedly": r"reportedly",
    "might": r"might|could",
    "may": r"(?<!in )(?<!of )may",
    "would": r"would",
    "will": r"will|shall|should",
    "possible": r"perhaps|possibl[ey]",
    "probable": r"probabl[ey]",
    "likely": r"likely",
    "apparent": r"presumabl[ey]|apparent(?:ly)?|appear(?:s|ed)? to|seem(?:s|ed|ingly)?",
    "believed": r"believed|thought to",
    "thought": r"believ\w+|think|thinks|thought|suppos\w+|pretend\w*",
    "expected": r"expect(?:s|ed)?|intend(?:s|ed)?|plan(?:s|ned)? to|hop(?:es?|ed|ing) to",
    "planned": r"plan\w*|due|expect\w*|intend\w*|to be|promis\w+|supposed|scheduled",
    "hoped": r"hop(?:e|es|ed|ing)",
    "wanted": r"want\w*",
    "wished": r"wish\w*",
    "proposed": r"propos\w+",
    "threatened": r"threaten(?:s|ed)?",
    "had": r"had",
    "yet": r"yet",
    # What denies without a small word for it: a paraphrase may say so in place of "no" and "not".
    "lacking": r"nothing|nobody|whatever|regardless|anonym\w+|in the dark"
    r"|fail(?:s|ed|ing|ures?)?|restrict\w*|withh[eo]ld\w*"
    r"|free (?:of|from)|lack\w*|absen\w+|miss(?:ed|ing|es)|exclu\w+|exempt\w*|except\w*",
    "ended": r"suspen\w+|cancel\w*|call(?:ed|s)? off|stop\w*|halt\w*|ceas\w+|falls? away|fell away"
    r"|laps\w+|void\w*|drop(?:s|ped)?|shelv\w+|end(?:s|ed)?|no longer",
    "forbidden": r"bans?|banned|bar(?:s|red)?|forb\w+|prohibit\w*|prevent\w*|avoid\w*"
    r"|stay(?:s|ed)? away",
    "disputed": r"turn(?:s|ed)? down|disput\w+|ruled? out|declin\w+|oppos\w+",
    "un": r"yet to|un[a-z]{4,}|unable",
    "few": r"only|few|little|hardly",
    "beyond": r"until|beyond|too",
}  # fmt: skip


@lru_cache(maxsize=64)
def doubting(*kinds: str, shortened: bool = False) -> re.Pattern[str]:
    """Return the pattern of the words of some kinds; ``shortened`` adds "n't" to them.

    Raises:
        KeyError: there is no such kind.

    >>> bool(doubting("might", "possible").search("it could rain"))
    True
    >>> bool(doubting("no", shortened=True).search("it didn't rain"))
    True
    """
    words = "|".join(_KINDS[kind] for kind in kinds)
    return re.compile(rf"\b(?:{words})\b" + (r"|n['\u2019]t\b" if shortened else ""))


OPENS_DOUBT = doubting(
    "no", "nor", "denies", "rejects", "false", "wrong", "instead", "without", "condition",
    "whether", "unclear", "doubted", "alleged", "suspected", "claimed", "rumoured", "reportedly",
    "might", "may", "would", "possible", "thought", "hoped", "wished", "proposed", "had",
    shortened=True,
)  # fmt: skip
"""What says of the words behind it that they may not be so."""
UNSURE = doubting(
    "alleged", "suspected", "suspicion", "reportedly", "rumoured", "might", "possible", "probable",
    "likely", "apparent", "believed", "expected", "proposed", "threatened", "whether", "unclear",
    "unknown",
)  # fmt: skip
"""What holds something only possible, or alleges it."""
STILL_AHEAD = doubting(
    "will", "would", "might", "may", "condition", "planned", "hoped", "no", "yet", "proposed",
    "wanted", "alleged", "reportedly", "likely", "possible", "probable", "whether",
    shortened=True,
)  # fmt: skip
"""What keeps a sentence from telling that something has happened."""
DENIES_ITSELF = doubting(
    "lacking", "without", "ended", "forbidden", "rejects", "disputed", "denies", "un", "instead",
    "few", "false", "condition", "beyond", "nor",
)  # fmt: skip
"""What denies in other words than "no" and "not"."""
