"""What verbs and nouns beside a number say of what it counts. Pure functions, English."""

from __future__ import annotations

import re

from rag.english.question import quantity_of

# What an amount is told in; "how much" is not answered by a count of stores or lorries.
MEASURES = frozenset(
    "tonne tonnes ton tons kg kilogram kilograms kilogramme kilogrammes gram grams pound "
    "pounds litre litres liter liters gallon gallons barrel barrels cubic square metre metres "
    "meter meters kilometre kilometres kilometer kilometers km mile miles hectare hectares "
    "acre acres dollar dollars euro euros crown crowns rouble roubles lira cent cents percent "
    "per foot feet inch inches degree degrees volt volts watt watts megawatt megawatts hour "
    "hours minute minutes day days week weeks month months year years".split()
)
# What is counted beside people: "three strikes hit the town" is no number of dead.
THINGS = frozenset(
    "towns villages cities districts neighbourhoods neighborhoods areas provinces regions "
    "countries rockets shells missiles bombs barrels mortars raids strikes airstrikes attacks "
    "blasts explosions bombings sorties schools hospitals houses homes buildings shops mosques "
    "churches cars buses trucks lorries vehicles tanks planes jets warplanes helicopters ships "
    "boats times rounds bullets points positions checkpoints camps families".split()
)
PLURAL = re.compile(r"^[a-z]{3,}s$")
NO_KINDS = frozenset("of most mostly many some outside inside across".split())
MORE = frozenset("more further additional".split())
# "five-year conflict"; "short link 215 The toll of ..."
NO_COUNT_AFTER = re.compile(r"-[a-z]|\s+(?:The|A|An|This|That)\s")
# "The highest toll was in Elva, where raids killed 16": most of the whole, and not the whole.
HIGHEST = re.compile(
    r"\b(?:the (?:highest|heaviest|biggest|largest|worst|second[- ]highest) "
    r"(?:\w+ )?(?:toll|number|losses|count)|the (?:deadliest|bloodiest|worst)(?: of (?:the|these|"
    r"those))? (?:\w+ )?(?:raids?|strikes?|attacks?|bombings?|incidents?|one)"
    r"|(?:most|many|the majority|half|the bulk) of (?:the|those|these) (?:\w+ )?"
    r"(?:deaths|dead|victims|casualties|killed|fatalities|them))\b[^.;]*$",
    re.IGNORECASE,
)
TIME_UNITS = frozenset(
    "day days hour hours week weeks month months year years minute minutes km kilometres "
    "kilometers miles metres meters percent century times pm am".split()
)
# "25 were wounded", "500 others have been affected": what befell these stands behind them.
_BEFELL = re.compile(
    r"^(?:\s+(?!and\b|were\b|was\b|are\b|have\b|has\b|had\b|including\b)[\w'\u2019-]+){0,4}?"
    r"\s+(?:were|was|are|have been|has been|had been)\s+(?:\w+ly\s+)?"
    r"(?P<what>[a-z]+(?:ed|hurt))\b(?!\s+(?:and|or)\b)"
)
# "8 persons killed 58 others injured", where no comma is left between the two.
_RAN_ON = re.compile(
    r"^\s+(?:(?:other|others|more|people|persons|civilians|children)\s+){1,2}"
    r"(?P<what>[a-z]+(?:ed|hurt))\b",
    re.IGNORECASE,
)


# "The rebels lost 13 of their fighters": they died, or are gone to the rebels for good. A party
# that lost 13 members mourns nobody.
_LOST = re.compile(r"\b(?:lost|losing|loses?)\s+$", re.IGNORECASE)
_MEN = re.compile(
    r"^\s+(?:of\s+(?:its|their|his|her|the)\s+)?(?:own\s+)?(?:[\w'\u2019-]+\s+){0,2}?(?:men|fighters|"
    r"soldiers|troops|militants|jihadists|rebels|comrades)\b",
    re.IGNORECASE,
)


# "The number of dockers killed when a crane fell on the pier has risen to three."
_COUNTED_UP = re.compile(
    r"\b(?:number|count|tally|total) of (?:the )?(?P<who>(?:[\w'\u2019-]+ ){0,3}?)"
    r"(?P<what>killed|dead|deaths|victims|fatalities|injured|wounded|hurt|missing|displaced|arrested|"
    r"detained)\b[^.;]{0,120}?\b(?:risen|rose|rises|climbed|grown|grew|increased|gone up|went up|"
    r"reached|stood|stands|put|revised|raised|fallen|fell|lowered)\s+(?:\w+\s+){0,2}?(?:to|at)?\s*$",
    re.IGNORECASE,
)


def who_counted(before: str) -> tuple[str, ...]:
    """Return the nouns of those whose number is told behind: "the number of dockers killed ... to".

    >>> who_counted("The number of dockers killed in the raid has risen to ")
    ('dockers',)
    """
    match = _COUNTED_UP.search(before)
    return tuple(reversed(match["who"].lower().split())) if match else ()


def befell(before: str, after: str, next_is_number: bool) -> str | None:
    """Return the quantity that the verb behind a number names, or None where none is there.

    Another verb names none, "". A verb before the number says nothing of it then: "killed 14 people
    25 were wounded".

    >>> befell("were killed ", " were wounded in the raid", False)
    'injured'
    >>> befell("The Front lost ", " of its fighters in Hollin", False)
    'killed'
    >>> befell("The number of dockers hurt when a crane fell on them has risen to ", ".", False)
    'injured'

    Args:
        before: The text before the number, from the number before it.
        after: The text after it, to the next one.
        next_is_number: Whether another number comes next.
    """
    if _LOST.search(before) and _MEN.match(after):
        return "killed"
    if counted := _COUNTED_UP.search(before):
        return quantity_of(counted["what"])
    match = _BEFELL.match(after)
    if match is None and quantity_of("".join(re.findall(r"\w+", before)[-1:])):
        match = _RAN_ON.match(after)
        if match and next_is_number and not after[match.end() :].strip():
            return None  # "killed 30 people injured 90"
    if match is None:
        return None
    found = quantity_of(match.group("what"))
    if not found and any(quantity_of(word) for word in re.findall(r"\w+", after[match.end() :])):
        return None  # "12 people were believed to have been killed"
    return found
