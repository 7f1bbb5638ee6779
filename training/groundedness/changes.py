"""What makes a true sentence wrong: one thing of it changed, with the characters that are wrong.

Each change takes a sentence that a passage supports and returns another that it does not, or None
where the sentence holds nothing of the kind. The new value comes from the passage itself (the error
that is hard to see) or from elsewhere. All chance comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

import re
from random import Random

from training.groundedness.change_details import detail
from training.groundedness.change_names import name, roles, speaker
from training.groundedness.change_values import bound, day, exchanged, number, unit
from training.groundedness.changed import Change, Changed, Others, put
from training.groundedness.values import (
    ALIKE,
    OTHERS,
    PLACES,
    QUANTITIES,
    names,
    speakers,
    word_before,
)

__all__ = ["CHANGES", "Change", "Changed", "Others"]


def opposite(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence with a word in place of one that it excludes."""
    found = [m for m in re.finditer(r"\b[a-z]+\b", text) if m[0] in OTHERS]
    if not found:
        return None
    match = draw.choice(found)
    return put(text, *match.span(), draw.choice(OTHERS[match[0]]))


_BE = re.compile(
    r"\b(?:is|are|was|were|can|will|has|have|had|should|must|could|would|did|does|do|may|might)\b"
    r"(?! not\b|n't| no\b)"
)
_PAST = re.compile(
    r"(?<=[a-z] )(?P<verb>[a-z]{2,}(?:ied|ed))\b(?= (?:the|a|an|his|her|its|their|to|in|on)\b)"
)


def negation(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence denied, or without its "not"."""
    denied = re.search(
        r"(?P<verb>\b(?:is|are|was|were|can|will|has|have|had|could|would) )not ", text
    )
    if denied:
        start = denied.start()
        verb = denied["verb"].strip()
        after = re.match(r"[\w'-]+", text[denied.end() :])
        now = f"{verb} {after.group()}" if after else verb
        return put(text, start, denied.end() + (len(after.group()) if after else 0), now)
    verbs = list(_BE.finditer(text))
    if not verbs:
        return _never(text, draw)
    match = draw.choice(verbs[:2])
    if match[0] in ("has", "have", "had", "do", "does", "did") and not re.match(
        r" [a-z]+(?:ed|en|n)\b", text[match.end() :]
    ):
        return _never(text, draw)
    word = draw.choice(["not", "not", "never", "no longer"])
    after = re.match(r" [\w'-]+", text[match.end() :])
    now = f"{match[0]} {word}"
    end = match.end() + (len(after.group()) if after else 0)
    return put(text, match.start(), end, now + text[match.end() : end])


def _never(text: str, draw: Random) -> Changed | None:
    match = _PAST.search(text)
    if not match:
        return None
    return put(text, *match.span(), f"{draw.choice(['never', 'never'])} {match['verb']}")


_HEDGE = re.compile(
    r" (?P<words>reportedly|allegedly|apparently|possibly|probably|likely|presumably"
    r"|supposedly)\b(?! to\b)"
    r"|(?<= )(?P<adjective>alleged|suspected|apparent|purported) (?=[a-z])"
    r"|\b(?P<may>may|might|could) (?:be|have been) |\b(?P<may2>may|might|could) have (?=[a-z]+ed\b)"
    r"|\b(?P<is>is|are|was|were) (?:believed|thought|said|reported|feared|alleged|suspected) to"
    r" (?:be|have been) "
)


def hedge_dropped(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence as certain where it was hedged: without "reportedly" or "may"."""
    found = list(_HEDGE.finditer(text))
    claimed = re.match(
        r"(?P<who>[^,.]{3,60}? (?:claimed|alleged|suspected|believed|feared|speculated) that )"
        r"(?P<what>[^\"]{25,})$",
        text,
    )
    if claimed and (not found or draw.random() < 0.5):
        what = claimed["what"]
        what = what[:1].upper() + what[1:]
        return Changed(what, ((0, len(what)),), "unsupported")
    if not found:
        return None
    match = draw.choice(found)
    after = re.match(r"\s*[\w'-]+", text[match.end() :])
    end = match.end() + (len(after.group()) if after else 0)
    if match["is"] or match["may"]:
        be = match["is"] or draw.choice(["was", "is"])
        return put(text, match.start(), end, f"{be} {text[match.end() : end]}", "unsupported")
    left = text[: match.start()]
    rest = text[match.end() : end]
    lead = len(rest) - len(rest.lstrip()) if left.endswith(" ") or match["words"] else 0
    gap = " " if match["words"] and not left.endswith(" ") else ""
    start = len(left) + len(gap)
    now = rest[lead:]
    if start == 0 or not now:
        return None
    return Changed(left + gap + now + text[end:], ((start, start + len(now)),), "unsupported")


def hedge_added(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence as hearsay where the passage states it: with "reportedly" or "may"."""
    match = re.search(r"\b(?:was|were|has|have|had|is|are) (?=[a-z]+(?:ed|en)\b)", text)
    if not match or _HEDGE.search(text) or speakers(text):
        return None
    word = draw.choice(["reportedly", "allegedly", "possibly", "supposedly"])
    at = match.end()
    return Changed(f"{text[:at]}{word} {text[at:]}", ((at, at + len(word)),), "unsupported")


def quantity(text: str, _passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence with another thing counted: injured for killed, women for children."""
    found = []
    for match in re.finditer(r"\b[a-z]+\b", text):
        for group in QUANTITIES:
            if match[0] in group:
                fits = [w for w in group if w != match[0] and {w, match[0]} not in ALIKE]
                found.append((match, [one for one in fits if one not in text]))
    found = [one for one in found if one[1]]
    if not found:
        return None
    match, fits = draw.choice(found)
    return put(text, *match.span(), draw.choice(fits))


def place(text: str, passage: str, draw: Random, _: Others) -> Changed | None:
    """Return the sentence about a province for a city, or another side: "north of" for "in"."""
    kinds = "|".join(PLACES)
    found = list(
        re.finditer(
            rf"(?<=[a-z] )(?P<kind>{kinds})\b(?= (?:of|in) )|(?<=[a-z] )(?P<k2>{kinds})\b", text
        )
    )
    if found:
        match = draw.choice(found)
        now = draw.choice([one for one in PLACES if one != match[0] and one not in text])
        return put(text, *match.span(), now)
    spans = [
        (a, b) for a, b in names(text) if word_before(text, a) == "in" and text[a - 3 : a] == "in "
    ]
    if not spans:
        return None
    start, end = draw.choice(spans)
    side = draw.choice(["north of", "outside", "near", "south of", "east of", "west of"])
    if re.search(rf"\b{side} {re.escape(text[start:end])}", passage):
        return None
    return put(text, start - 3, end, f"{side} {text[start:end]}", "unsupported")


def addition(text: str, _passage: str, draw: Random, others: Others) -> Changed | None:
    """Return the sentence with something added that the passage does not say."""
    if draw.random() < 0.5:
        made = draw.choice(_ADDED)
        end = len(text) - 1 if text.endswith(".") else len(text)
        return Changed(text[:end] + made + ".", ((end, end + len(made)),), "neither")
    fits = [one for one in others.sentences if 25 < len(one) < 130 and one.endswith(".")]
    if not fits or not text.endswith("."):
        return None
    other = draw.choice(fits)
    joint = draw.choice([", and ", "; ", ", while ", ", and "])
    first = re.match(r"(?:The|A|An|In|It|He|She|They|This|On|At|For|But|There)\b", other)
    other = other[0].lower() + other[1:] if first else other
    start = len(text) - 1 + len(joint)
    return Changed(text[:-1] + joint + other, ((start, start + len(other)),), "neither")


_ADDED = tuple(
    part.strip("\n").rstrip()
    for part in """
, which surprised many people
 for the first time in its history
, according to experts
, which led to widespread criticism
 because of budget cuts
, making it one of the most popular in the country
 in order to reduce costs
, and this caused further problems
, which is considered the best in the world
, although this was later disputed
 after a long legal battle
 despite strong opposition
, as confirmed by several independent studies
, and it is still in use today
 with the help of volunteers
 due to bad weather
, which can also improve your health
, and you should consult a professional first
 within 24 hours
, and it usually takes about two weeks
 on behalf of the government
, the largest of its kind
, which was paid for by private donors
 at a cost of several million dollars
, for which he later received an award
, causing significant damage to the area
 while his family was present
, a decision that was welcomed by critics
, especially among young people
 and it is free of charge
, which has been linked to an increased risk
 in front of thousands of spectators
, as required by law
""".split("\n")
    if part.strip()
)

CHANGES: dict[str, Change] = {
    "number": number,
    "bound": bound,
    "unit": unit,
    "opposite": opposite,
    "negation": negation,
    "name": name,
    "speaker": speaker,
    "day": day,
    "hedge dropped": hedge_dropped,
    "hedge added": hedge_added,
    "quantity": quantity,
    "place": place,
    "roles": roles,
    "exchanged": exchanged,
    "addition": addition,
    "detail": detail,
}
