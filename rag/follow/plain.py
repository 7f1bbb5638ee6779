"""A question in the plain words that the rules know: short forms of speech written out. English."""

from __future__ import annotations

import re

_SHORT_IS = re.compile(
    r"^(?P<lead>(?:(?:and|but|so|then|ok|okay|now)\b[,\s]*)*(?:who|what|where|when|why|how))"
    r"['\u2019]s\b(?P<rest>\s+(?P<next>\w+))",
    re.IGNORECASE,
)
_IN_ALL = re.compile(
    r"(?<=\w) (?:in (?:all|total)|all in all|altogether|overall)(?=\W*$)", re.IGNORECASE
)
_TOTAL = re.compile(
    r"^(?:(?:and|but|so)\b[,\s]*)*(?:in (?:all|total)|altogether|overall)\W*$", re.IGNORECASE
)
_NOT_THEY = re.compile(
    r"\b(?P<aux>is|are|was|were|did|does|do|has|have|had|could|would)n['\u2019]t "
    r"(?P<who>he|she|it|they)\b",
    re.IGNORECASE,
)
_WHAT_FOR = re.compile(
    r"^(?P<lead>(?:(?:and|but|so|then|ok|okay|now)\b[,\s]*)*)(?:what for|for what(?: (?:reason|"
    r"purpose))?|for which (?:reason|purpose)|how come|how so|why so|why is that|why was that)"
    r"\s*\?*$",
    re.IGNORECASE,
)
_HAS_PART = re.compile(r"(?:been|got|\w{3,}ed)\b", re.IGNORECASE)
_OWNS_UP = re.compile(
    r"\b(?P<verb>say|says|said|claim|claims|claimed|admit|admits|admitted|admitting)\s+(?:that\s+)?"
    r"(?:it was (?:them|him|her)|(?:they|he|she|it) (?:did|had done) (?:it|this|that)|"
    r"(?:they|he|she|it) (?:was|were) behind (?:it|this|that))(?=\W*$)",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"\b(?P<verb>claim|claims|claimed) (?P<what>it|this|that|the (?:attacks?|bombings?|blasts?|"
    r"explosions?|strikes?|raids?|killings?|assault))(?=\W*$)",
    re.IGNORECASE,
)
_IN_HIS_VIEW = re.compile(
    r",? (?:in (?P<whose>his|her) (?:own )?(?:opinion|view|words)|according to (?P<whom>him|her))"
    r"\W*$",
    re.IGNORECASE,
)
_DOES_THAT = re.compile(r"^(?P<asks>(?:(?:and|but|so) )?who (?P<verb>[a-z]+)) that\s*\?*$", re.I)
_SAYS_X = re.compile(
    r"^(?P<lead>(?:(?:and|but|so)\b[,\s]*)*)says (?P<who>(?!who\b|he\b|she\b|it\b)[^?,]{2,40}?)"
    r"\s*\?*$",
    re.IGNORECASE,
)
_BACKS_UP = re.compile(
    r"\b(?:back|bear)(?P<s>s|ed|) (?P<what>this|that|it|him|her|them) (?:up|out)(?=\W*$)",
    re.IGNORECASE,
)
_HOW_IS_THAT = re.compile(
    r"^(?P<asks>(?:(?:and|but|so) )?how (?:far|big|old|long|high|deep|large|heavy) "
    r"(?:is|was)) that\b",
    re.IGNORECASE,
)
_NO_DEED = frozenset(
    "is was says said say claims claimed reports reported told stated counted confirms did does "
    "confirmed denies denied knows".split()
)
_NUMBER_OF = re.compile(
    r"^(?P<lead>(?:(?:and|but|so)\s+)?(?:(?:what|how) about\s+)?)the (?:total )?number of\s+"
    r"(?P<what>[a-z][\w ]*?)(?: (?:people|persons|ones))?\s*\??$",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"^(?:(?:and|but|so|ok|okay)\b[,\s]*)*(?:(?:were|are|was|is) there )?any "
    r"(?P<what>[a-z]+)\s*\?*$",
    re.IGNORECASE,
)

_REGARDING = re.compile(
    r"^(?P<lead>(?:(?:and|but|so|now)\b[,\s]*)*)(?:regarding|concerning|with regard to|as regards|"
    r"when it comes to|as to|in terms of|on the (?:subject|question|matter) of|how about)\s+"
    r"(?!(?:who|what|when|where|why|how|which|whether)\b)",
    re.IGNORECASE,
)
_ASKED_EARLIER = re.compile(
    r"^(?:earlier|before|previously),? (?:i|we|you) (?:also )?"
    r"(?:asked|talked|spoke|mentioned|said|told me)(?: (?:you|me|something))?(?: about| of)? "
    r"(?P<to>[^.,:;?]{2,60})[.,:;]\s+",
    re.IGNORECASE,
)


def with_usual_lead(question: str) -> str:
    """Return a question with one of the leads that the rules know in place of another.

    >>> with_usual_lead("And regarding the dead?"), with_usual_lead("Regarding the fire, who died?")
    ('And what about the dead?', 'what about the fire, who died?')
    >>> with_usual_lead("Earlier I asked about the vigil. How many came?")
    'Back to the vigil: How many came?'
    """
    question = _REGARDING.sub(r"\g<lead>what about ", question)
    return _ASKED_EARLIER.sub(r"Back to \g<to>: ", question)


def plain(question: str) -> str:
    """Return a question with what speech cuts short or turns round put plainly.

    >>> plain("who's the boss?"), plain("What's been found?")
    ('who is the boss?', 'What has been found?')
    >>> plain("Did the rebels say it was them?"), plain("Has anyone claimed the attack?")
    ('Did the rebels claim responsibility?', 'Has anyone claimed responsibility for the attack?')
    >>> plain("how about the number of wounded people?"), plain("Any wounded?")
    ('how about wounded?', 'how many wounded?')
    """
    question = _NOT_THEY.sub(r"\g<aux> \g<who> not", question)
    question = "how many?" if _TOTAL.match(question) else _IN_ALL.sub("", question)
    question = _PREP_LAST.sub(_prep_first, question)
    question = _WHAT_FOR.sub(r"\g<lead>why?", question)
    if match := _SHORT_IS.match(question):
        verb = "has" if _HAS_PART.match(match.group("next")) else "is"
        question = f"{match.group('lead')} {verb}{question[match.start('rest') :]}"
    if (match := _DOES_THAT.match(question)) and match.group("verb").lower() not in _NO_DEED:
        question = f"{match.group('asks')} it?"
    question = _SAYS_X.sub(r"\g<lead>according to \g<who>?", question)
    question = _BACKS_UP.sub(_confirms, question)
    question = _HAS_THAT.sub(r"\g<verb> it", question)
    question = _HOW_IS_THAT.sub(r"\g<asks> it", question)
    question = _IN_HIS_VIEW.sub(_did_say, question)
    question = _OWNS_UP.sub(lambda match: _claimed(match.group("verb")), question)
    question = _CLAIMS.sub(
        lambda match: f"{match.group('verb')} responsibility for {match.group('what')}", question
    )
    if match := _NUMBER_OF.match(question):
        return f"{match.group('lead') or 'how many '}{match.group('what')}?"
    if match := _ANY.match(question):
        return f"how many {match.group('what')}?"
    return question


_HAS_THAT = re.compile(
    r"(?<=who )(?P<verb>held|holds|owned|owns|ran|runs|built|bought|sold|used|uses|controls|"
    r"controlled|founded|led|leads|paid for|pays for|guards|guarded) that\b"
    r"(?! [a-z]+ (?:is|was|has))",
    re.IGNORECASE,
)
"""What is held, owned or run is a thing, called back as one calls it it."""


def _confirms(match: re.Match[str]) -> str:
    """Return "confirmed that" for "backs that up", and "confirm that" after an auxiliary."""
    return f"confirm{'ed' if match.group('s') else ''} {match.group('what')}"


_PREP_LAST = re.compile(
    r"^(?P<lead>(?:(?:and|but|so)\b[,\s]*)*)(?P<wh>where|who|whom|when|what|how long) "
    r"(?P<prep>to|from|with|by|until|since|about|against|for)\s*\?*$",
    re.IGNORECASE,
)


def _prep_first(match: re.Match[str]) -> str:
    """Return "to where?" for "where to?", "with whom?" for "who with?"."""
    wh, prep = match.group("wh").lower(), match.group("prep").lower()
    if (wh, prep) == ("what", "for"):
        return match.group()
    return f"{match.group('lead')}{prep} {'whom' if wh == 'who' else wh}?"


def _did_say(match: re.Match[str]) -> str:
    """Return ", did he say?" for "in his view"."""
    male = (match.group("whose") or match.group("whom")).lower() in ("his", "him")
    return f", did {'he' if male else 'she'} say?"


def _claimed(verb: str) -> str:
    """Return "claimed responsibility" for "said it was them"."""
    past = verb.lower() in ("said", "claimed", "admitted")
    ending = "ed" if past else "s" if verb.lower().endswith("s") else ""
    return f"claim{ending} responsibility"
