"""By what means people came to harm: a figure for a raid is none for a car bomb elsewhere.

English. Pure functions.
"""

from __future__ import annotations

import re

from rag.english.places import names_asked, places_at
from rag.english.question import Asked

_WAYS: tuple[tuple[str, str], ...] = (
    (r"(?:suicide|car|truck|lorry|bus|motor\w*|roadside|nail|pipe|booby|twin|double|triple)"
     r"[\s-]+(?:car\s+|truck\s+)?(?:bomb\w*|blasts?|explosions?|attackers?)", "bomb"),
    (r"suicide|blasts?|explosions?|explosives?|landmines?|mines|blew (?:himself|herself|themselves)"
     r"(?: up)?|detonat\w+", "bomb"),
    (r"barrel[\s-]+bomb\w*|air\s?-?(?:strikes?|raids?|attacks?)|warplanes?|fighter jets|aerial|"
     r"drone strikes?|sorties", "air"),
    (r"mortars?|rockets?|artillery|(?:rebel|sniper|tank) fire", "ground"),
    (r"shelling|shelled|shells|missiles?|bombard\w+|strikes?", "air ground"),
    (r"bomb(?:s|ed|ing|ings)?", "air bomb"),
    (r"raids?", "air clash"),
    (r"clash(?:es|ed)?|fighting|battles?|ambush\w*|gun\s?battles?|shoot-?outs?|gunmen|shootings?",
     "clash"),
    (r"crash(?:es|ed)?|shot down|downed|collision|collided|derail\w+", "crash"),
    (r"earthquakes?|quakes?|floods?|flooding|landslides?|storms?|hurricane|avalanche", "nature"),
)  # fmt: skip
_MEANS = re.compile(
    "|".join(rf"\b(?P<w{n}>{words})\b" for n, (words, _) in enumerate(_WAYS)), re.IGNORECASE
)


def means_of(text: str) -> frozenset[str]:
    """Return by what means a text may say that people were harmed; empty where it does not say.

    "Bombing" may be from the air or by a bomb that was laid; a word beside it tells which.

    >>> sorted(means_of("a triple bombing")), sorted(means_of("the bombing by warplanes"))
    (['bomb'], ['air'])
    >>> sorted(means_of("a car bomb went off while warplanes struck")), sorted(means_of("it sank"))
    (['air', 'bomb'], [])
    """
    found = [
        frozenset(_WAYS[int((match.lastgroup or "w0")[1:])][1].split())
        for match in _MEANS.finditer(text)
    ]
    if not found:
        return frozenset()
    return frozenset.intersection(*found) or frozenset.union(*found)


def by_other_means(asked: Asked, sentence: str) -> bool:
    """Return whether a sentence tells of harm by other means than the question does.

    >>> from rag.english.question import analyse
    >>> asked = analyse("How many people were killed in the car bombing in Hollin?")
    >>> [by_other_means(asked, text) for text in (
    ...     "Air strikes on Elva killed nine.", "A bomb in Elva killed nine.",
    ...     "Nine people were killed.")]
    [True, False, False]
    """
    wanted, told = means_of(asked.text), means_of(sentence)
    return bool(wanted and told) and not wanted & told


def beside_it(asked: Asked, sentence: str) -> bool:
    """Return whether a sentence turns to another place beside the asked one.

    >>> from rag.english.question import analyse
    >>> asked = analyse("How many people were killed in the raid on the market in Hollin?")
    >>> [beside_it(asked, text) for text in (
    ...     "Meanwhile three died in the town of Elva in Hollin.",
    ...     "Meanwhile three died in Hollin.")]
    [True, False]
    """
    if not _MEANWHILE.match(sentence):
        return False
    first = next((place for place, _ in places_at(sentence)), "")
    return bool(first) and not names_asked(asked, first)


_MEANWHILE = re.compile(r"\W*(?:Meanwhile|Elsewhere|Separately|In a separate)\b")
