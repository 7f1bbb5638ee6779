"""Words of assumptions and denials: verbs and their forms, what undoes them, what limits a "not".

English. Every list is of lower-case words; their order means nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.english.words import stem
from rag.follow.words import PAST_OF, VERBS

_PARTICIPLES = (
    "taken:take given:give seen:see known:know shown:show done:do gone:go fallen:fall broken:break "
    "written:write spoken:speak beaten:beat driven:drive stolen:steal chosen:choose drawn:draw "
    "grown:grow blown:blow thrown:throw worn:wear risen:rise sunk:sink begun:begin eaten:eat "
    "flown:fly come:come become:become run:run sworn:swear torn:tear ridden:ride forgiven:forgive "
    "overthrown:overthrow overturned:overturn withdrawn:withdraw dying:die lying:lie"
)
_BASE: dict[str, str] = {past: base for base, past in PAST_OF.items()}
_BASE |= dict(pair.split(":") for pair in _PARTICIPLES.split())


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """Return the stem of a verb's base form: of "sold", "selling" and "sell" the same one.

    >>> lemma("sold") == lemma("selling") == lemma("Sell"), lemma("resigned") == lemma("resigns")
    (True, True)
    """
    lower = word.lower().rstrip(".")
    return stem(_BASE.get(lower, lower))


KNOWN_VERBS = frozenset(map(lemma, VERBS)) | frozenset(map(lemma, _BASE))


def looks_past(word: str) -> bool:
    """Return whether a word has the form of a past tense or participle.

    >>> looks_past("closed"), looks_past("sold"), looks_past("bridge")
    (True, True, False)
    """
    bare = word.rstrip(".")
    return bare.islower() and (bare in _BASE or (bare.endswith("ed") and len(bare) > 3))


# One row: verbs that bring about the same, so that what undoes one undoes all.
_SAME = (
    "resign quit",
    "close shut",
    "buy acquire purchase sell",
    "cancel scrap abandon",
    "hold happen occur",
    "destroy demolish ruin wreck",
    "arrest detain jail imprison",
    "confirm admit acknowledge",
    "approve accept endorse back support",
    "reject refuse oppose",
    "flee escape",
    "fire sack dismiss",
    "leave quit depart",
    "strike bomb attack shell hit raid",
)
FAMILIES = tuple(frozenset(map(lemma, row.split())) for row in _SAME)
NOUNS_OF: dict[str, str] = {
    lemma(verb): nouns
    for verb, nouns in (
        ("resign", "resignation"),
        ("close", "closure"),
        ("buy", "sale purchase takeover acquisition deal"),
        ("sell", "sale purchase takeover acquisition deal"),
        ("acquire", "sale purchase takeover acquisition deal"),
        ("purchase", "sale purchase takeover acquisition deal"),
        ("marry", "wedding marriage"),
        ("merge", "merger deal"),
        ("visit", "visit trip"),
        ("meet", "meeting talks summit"),
        ("execute", "execution"),
        ("invade", "invasion"),
        ("evacuate", "evacuation"),
        ("arrest", "arrest"),
        ("launch", "launch"),
        ("strike", "strike"),
    )
}


def family(verb: str) -> frozenset[str]:
    """Return the stems of the verbs that mean much the same as one, itself among them."""
    return frozenset().union({verb}, *(row for row in FAMILIES if verb in row))


_STAY = r"(?:stay(?:s|ed|ing)?|remain(?:s|ed|ing)?|kept|keeps)"
_POST = (
    r"(?:office|power|charge|post|place|position|(?:his|her|their|the|its)\s+(?:\w+\s)?"
    r"(?:post|job|office|position|seat|role)|minister|president|director|chief|head|leader|"
    r"chairman|chairwoman|coach|manager|mayor|governor)"
)
_HERE = r"^(?:has\s+|have\s+|had\s+|is\s+|was\s+|were\s+|are\s+|been\s+|also\s+|in\s+fact\s+)*"
# What undoes a verb when it is said of the one who does it ...
_DOERS = (
    ("resign quit", rf"{_STAY}\s+(?:on\s+)?(?:in|as|at)\s+(?:the\s+|prime\s+|a\s+)*{_POST}\b|"
     rf"stayed on\b|clung on\b|kept\s+{_POST}\b|held on to\s+{_POST}\b"),
    ("leave quit depart withdraw", rf"{_STAY}\s+(?:in|at|with|put|behind|on|part of)\b"),
    ("win", r"lost\b|(?:was|were)\s+(?:defeated|beaten)\b"),
    ("lose", r"won\b"),
    ("confirm admit acknowledge", r"den(?:ies|ied)\b|disputed\b"),
    ("deny", r"(?:confirmed|admitted|acknowledged|conceded)\b"),
    ("approve accept endorse back support ratify sign",
     r"(?:rejected|refused|opposed|vetoed|turned down|voted against|blocked)\b"),
    ("reject refuse oppose veto",
     r"(?:accepted|approved|endorsed|agreed to|backed|voted for|signed|ratified)\b"),
    ("convict sentence", r"(?:acquitted|cleared)\b"),
    ("acquit clear", r"(?:convicted|sentenced)\b"),
    ("rise increase grow climb", r"(?:fell|declined|dropped|decreased|shrank)\b"),
    ("fall decline drop decrease shrink", r"(?:rose|increased|grew|climbed)\b"),
    ("sink", rf"{_STAY}\s+afloat\b"),
    ("collapse fall", rf"{_STAY}\s+standing\b|(?:is|was)\s+still standing\b"),
    ("die perish drown",
     r"survived\b|(?:is|was|are|were)\s+(?:still\s+)?(?:alive|unhurt|unharmed)\b"),
    ("close shut", rf"{_STAY}\s+open\b"),
    ("open reopen", rf"{_STAY}\s+(?:closed|shut)\b|never\s+(?:re)?opened\b"),
)  # fmt: skip
# ... and when it is said of the one that it is done to.
_DONE_TO = (
    ("close shut", rf"{_STAY}\s+open\b"),
    ("open reopen", rf"{_STAY}\s+(?:closed|shut)\b"),
    ("buy acquire purchase sell", r"(?:remains?|remained|is still|was left)\s+unsold\b|"
     r"(?:was|were)\s+(?:withdrawn|taken)\s+(?:from|off)\s+(?:the\s+)?(?:sale|market)\b|"
     rf"{_STAY}\s+(?:in\s+the\s+hands\s+of|with\s+its\s+owners?)\b"),
    ("kill execute murder shoot", r"survived\b|(?:is|was|are|were)\s+(?:still\s+)?alive\b"),
    ("injure wound hurt",
     r"(?:escaped|emerged|was|were)\s+(?:unhurt|unharmed|uninjured|unscathed)\b"),
    ("destroy demolish ruin wreck damage",
     rf"(?:{_STAY}|was|is|were|are)\s+(?:intact|undamaged|unscathed|standing|still standing)\b|"
     r"survived\b"),
    ("arrest detain jail imprison", r"(?:remains?|(?:is|are) still)\s+(?:at large|free)\b"),
    ("convict", r"(?:was|were)\s+(?:acquitted|cleared|found not guilty)\b"),
    ("acquit clear", r"(?:was|were)\s+(?:convicted|found guilty)\b"),
    ("cancel scrap abandon postpone", r"went ahead\b|took place\b"),
    ("find recover", r"(?:remains?|is still|are still)\s+missing\b"),
    ("fire sack dismiss", rf"{_STAY}\s+(?:on\s+)?(?:in|as|at)\s+(?:the\s+|prime\s+|a\s+)*{_POST}\b|"
     rf"kept\s+{_POST}\b"),
    ("reject veto", r"(?:was|were)\s+(?:accepted|approved|adopted|passed)\b"),
    ("approve adopt accept pass",
     r"(?:was|were)\s+(?:rejected|vetoed|voted down|defeated|blocked)\b"),
    ("ban prohibit outlaw",
     rf"(?:{_STAY}|is|are|was|were)\s+(?:still\s+)?(?:legal|allowed|permitted)\b"),
)  # fmt: skip


def _table(rows: tuple[tuple[str, str], ...]) -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {}
    for verbs, pattern in rows:
        for verb in verbs.split():
            patterns.setdefault(lemma(verb), []).append(f"(?:{pattern})")
    return {verb: re.compile(_HERE + f"(?:{'|'.join(some)})") for verb, some in patterns.items()}


UNDOES_DOER, UNDOES_DONE_TO = _table(_DOERS), _table(_DONE_TO)
"""By verb: how a predicate begins that says that it did not come to this."""

CALLED_OFF = re.compile(
    r"^(?:had\s+|has\s+|have\s+)?(?:(?:was|were|been|is|are)\s+)*"
    r"(?:called off|cancell?ed|scrapped|fell through|fallen through|never took place|"
    r"did not take place|didn't take place|never happened|did not happen|did not go ahead|"
    r"never held|not held|never went ahead|collapsed before)\b"
)
# What cannot be done at an event, or with a deal, that does not come about.
OF_EVENTS = frozenset(
    map(
        lemma,
        "win lose attend play speak perform score host hold buy acquire purchase sell happen occur "
        "begin start end last draw headline chair beat defeat complete finish watch take pay "
        "referee lead join open die injure kill marry merge visit meet".split(),
    )
)
# Deeds that nobody owns up to: that the accused deny them decides nothing.
BLAMED_FOR = frozenset(
    map(
        lemma,
        "strike bomb attack shell hit raid kill murder execute torture massacre gas poison shoot "
        "target destroy steal rob loot abduct kidnap use violate break breach invade bribe cheat "
        "hack leak spy rig rape abuse beat assault harass discriminate pollute dump launder "
        "embezzle forge falsify fabricate lie hide conceal block fire drop launch carry order "
        "sabotage burn behead starve besiege interfere meddle smuggle finance fund arm supply "
        "cause provoke plagiarise plagiarize defraud evade mislead".split(),
    )
)

NEGATORS = frozenset("not never n't nor neither cannot".split())
# "Did not only", "not all", "not yet": no denial of the whole.
PARTIAL = frozenset(
    "only just merely simply necessarily all every always fully completely entirely immediately "
    "initially solely alone yet many much quite exactly really easily often both until because "
    "first directly necessarily even so".split()
)
# Behind a verb that is negated: what is denied is how, when or why, and not that it was so.
LIMITS = frozenset(
    "but until unless because due before without solely alone only merely just immediately fully "
    "entirely completely rather instead alone yet anymore lightly willingly voluntarily easily "
    "quickly again either".split()
)
UNREAL = re.compile(
    r"\b(?:if|unless|whether|would|could|might|(?-i:may)|should|must|will|shall|suppose|had it not|"
    r"were it not|rumou?r\w*|expected to|likely to)\b|\bwon['\u2019]t\b|\?",
    re.IGNORECASE,
)
# What a sentence that denies anything holds at least: looked for first, because most hold nothing.
MAY_DENY = re.compile(
    r"\b(?:not|cannot|never|no|nobody|none|nor|neither|nothing|without|zero|any|everyone|everybody|"
    r"all|den(?:y|ied|ies|ying)|dismiss\w*|reject\w*|refut\w*|disput\w*|fail\w*|refus\w*|declin\w*|"
    r"unable|ruled|stopped|false|untrue|lie|fabricated|hoax|unfounded|fake|called|cancel\w*|"
    r"scrapped|through|collapsed|stay\w*|remain\w*|kept|keeps|clung|held|lost|won|defeated|beaten|"
    r"confirmed|admitted|acknowledged|conceded|opposed|vetoed|turned|voted|blocked|accepted|"
    r"approved|endorsed|agreed|backed|signed|ratified|adopted|passed|acquitted|cleared|convicted|"
    r"sentenced|found|fell|dropped|decreased|shrank|rose|increased|grew|climbed|still|surviv\w*|"
    r"alive|un(?:hurt|harmed|sold|injured|scathed|damaged)|withdrawn|taken|intact|standing|"
    r"at large|free|ahead|took|missing|legal|allowed|permitted)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
TWICE = re.compile(
    r"\b(?:no (?:doubt|denying|question)|not (?:true|the case|correct|right) that|nobody "
    r"(?:denies|doubts|disputes)|no one (?:denies|doubts|disputes)|cannot be (?:denied|ruled)|"
    r"not deny|n't deny|never denied|not disput\w+|impossible that|wrongly|falsely|mistakenly|"
    r"it is false|was wrong)\b",
    re.IGNORECASE,
)
OTHER_ONE = re.compile(
    r"\b(?:another|second|third|fourth|separate|other|others|similar|previous|earlier|later|"
    r"further|more|additional|next|subsequent|first)\b",
    re.IGNORECASE,
)
"""Words by which a sentence may speak of a like event, and not of the one that is asked about."""
