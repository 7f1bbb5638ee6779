"""Invented news reports: what happened is drawn first, so that every sentence about it is known.

They bring what encyclopedias lack: several figures that count different things, several speakers
who say different things, hedges, denials, days of the event and of the statement, a town and its
province. All names are made of syllables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from training.groundedness.pairs import Label, Pair, supported
from training.groundedness.values import MONTHS, ONES, WEEKDAYS

_SYLLABLES = (
    "ar bel cor dan el far gol har ist jor kal lem mor nad ost par qua ral sel tor ul var wen"
    " yor zan"
).split()
_ENDS = "a an eth ia in is o on or os um ut ya".split()
BODIES = (
    "the army", "the police", "the interior ministry", "the health ministry", "a monitoring group",
    "local activists", "rescue workers", "the governor's office", "state media", "the rebels",
    "the Red Crescent", "a hospital doctor", "witnesses", "the defence ministry", "residents",
    "the opposition", "the fire service", "a United Nations official", "the mayor", "the company",
)  # fmt: skip
_SIDES = (
    "government forces", "rebel fighters", "an armed group", "foreign troops", "army units",
    "separatists", "a militia", "coalition jets", "border guards",
)  # fmt: skip
_EVENTS = (
    ("an air strike", "the air strike"), ("shelling", "the shelling"), ("a car bomb",
    "the car bomb"),
    ("a rocket attack", "the rocket attack"), ("an explosion", "the explosion"), ("a fire",
    "the fire"),
    ("an ambush", "the ambush"), ("clashes", "the clashes"), ("a raid", "the raid"),
)  # fmt: skip
_TARGETS = (
    "a market", "a school", "a hospital", "a bridge", "a checkpoint", "a bakery", "a power station",
    "a military base", "a refugee camp", "a bus station", "a grain store", "a police station",
)  # fmt: skip
_GROUPS = ("children", "women", "soldiers", "civilians", "medics", "students")


def invented_name(draw: Random) -> str:
    """Return a name of syllables, which nobody has."""
    return (draw.choice(_SYLLABLES) + draw.choice(_SYLLABLES)[:2] + draw.choice(_ENDS)).capitalize()


def _count(draw: Random, low: int, high: int) -> int:
    return draw.randint(low, high)


def _written(value: int, draw: Random) -> str:
    return ONES[value] if 2 <= value <= 20 and draw.random() < 0.4 else f"{value:,}"


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its text, the value of each slot, and ``others``, wrong values for it."""

    text: str
    slots: dict[str, str]
    others: dict[str, tuple[str, ...]]


def report(draw: Random) -> Report:
    """Return a report that was drawn."""
    town, other_town, province, other_province = (invented_name(draw) for _ in range(4))
    one, two = draw.sample(BODIES, 2)
    side, other_side = draw.sample(_SIDES, 2)
    event, the_event = draw.choice(_EVENTS)
    target, other_target = draw.sample(_TARGETS, 2)
    group, other_group = draw.sample(_GROUPS, 2)
    day, said_day, earlier = draw.sample(WEEKDAYS, 3)
    dead, hurt, missing, part, other = draw.sample(range(2, 90), 5)
    dead = max(dead, part + 1)
    low = draw.choice(["at least", "more than", "", "", "around"])
    person = f"{invented_name(draw)} {invented_name(draw)}"
    other_person = f"{invented_name(draw)} {invented_name(draw)}"
    month, other_month = draw.sample(MONTHS, 2)
    year = draw.randint(2009, 2024)
    date, other_date = draw.sample(range(1, 29), 2)
    office = draw.choice(
        ["spokesman", "spokeswoman", "minister", "governor", "commander", "director"]
    )
    slots = {
        "town": town, "province": province, "one": one, "two": two, "side": side,
        "event": the_event,
        "target": target, "group": group, "day": day, "said": said_day,
        "dead": _written(dead, draw),
        "hurt": _written(hurt, draw), "missing": _written(missing, draw),
        "part": _written(part, draw),
        "low": low, "person": person, "month": month, "date": str(date), "year": str(year),
        "office": office, "otherside": other_side, "othertown": other_town,
    }  # fmt: skip
    figures = {str(n) for n in (hurt, missing, part, other, dead)}
    others = {
        "town": (other_town, other_province), "province": (other_province, other_town),
        "one": (two, *BODIES), "two": (one, *BODIES), "side": (other_side, *_SIDES),
        "otherside": (side, *_SIDES), "othertown": (town, invented_name(draw)),
        "target": (other_target, *_TARGETS), "group": (other_group, *_GROUPS),
        "day": (said_day, *WEEKDAYS), "said": (day, *WEEKDAYS),
        "dead": (*sorted(figures - {str(dead)}), str(dead + 1), str(dead * 10)),
        "hurt": (*sorted(figures - {str(hurt)}), str(hurt + 2)),
        "missing": (*sorted(figures - {str(missing)}), str(missing + 3)),
        "part": (*sorted(figures - {str(part)}), str(part + 1)),
        "person": (other_person,), "month": (other_month, *MONTHS), "date": (str(other_date),),
        "year": (str(year - 1), str(year + 2), str(year - 10)),
        "office": ("spokesman", "minister", "governor", "director", "commander"),
    }  # fmt: skip
    others = {
        name: tuple(one for one in values if one != slots[name]) for name, values in others.items()
    }
    lead = draw.choice(
        (
            "{event} hit {target} in {town}, in the province of {province}, on {day}, {one} said.",
            "{event} hit {target} in {town} city in {province} province on {day}, according to"
            " {one}.",
            "{One} said {event} had struck {target} in the {province} town of {town} on {day}.",
        )
    )
    counts = draw.choice(
        (
            "{Toll} people were killed and {hurt} wounded, {one} said on {said}. {Part} of the"
            " dead were {group}.",
            "{One} put the number of dead at {toll_}, {part} of them {group}, and said {hurt}"
            " others were injured.",
            "{Toll} people died, including {part} {group}, and {hurt} were injured, {one} said."
            " {Missing} people are still missing.",
        )
    )
    blame = draw.choice(
        (
            "{One} accused {side} of carrying out the attack. {Two} denied that {side} were"
            " involved.",
            "{Two} blamed {otherside}, but {one} said {side} were responsible.",
            "{Side} are suspected of carrying out the attack, which {two} blamed on {otherside}.",
            "{Side} attacked {otherside} near {othertown} on {earlier}, {two} said.",
        )
    )
    more = draw.sample(
        (
            '{person}, a {office}, said: "We will rebuild what was destroyed in {town}."',
            "{person}, the {office}, may visit {town} next week.",
            "{othertown}, a neighbouring town, was reportedly evacuated on {earlier}.",
            "It was the worst attack in the province since {date} {month} {year}.",
            "The road between {town} and {othertown} was closed on {month} {date}, {year}.",
            "{Two} could not confirm the number of victims.",
            "{person} was arrested in {othertown} on {earlier} and is alleged to have planned it.",
            "The governor of {province} accepted the resignation of {person}, the {office}.",
        ),
        draw.randint(1, 3),
    )
    fill = {
        **slots,
        "event": event,
        "earlier": earlier,
        "toll": f"{low} {slots['dead']}".strip(),
        "toll_": slots["dead"],
    }
    text = " ".join(filled(part, fill) for part in (lead, counts, blame, *more))
    return Report(text, slots, others)


def filled(template: str, slots: dict[str, str]) -> str:
    """Return a template with its slots filled; a capital in its name writes the value large.

    >>> filled("{One} said {n}.", {"one": "the army", "n": "six"})
    'The army said six.'
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name[0].isupper():
            said = slots[name[0].lower() + name[1:]]
            return said[:1].upper() + said[1:]
        return slots[name]

    text = re.sub(r"\{(\w+)\}", value, template)
    return text[0].upper() + text[1:]


# What a report says, in other words, by a word that stands in it; the slots that may be changed.
_SAYS = (
    ("the attack took place in {town}", "hit|struck", "town"),
    ("{event} hit {target} in {town}", "hit|struck", "town target"),
    ("{target} in {town} was struck on {day}", "hit|struck", "target town day"),
    ("{event} happened on {day}", "hit|struck", "day"),
    ("{town} is in the province of {province}", "hit|struck", "town province"),
    ("{low_}{dead} people lost their lives in {town}", "killed|died", "dead town"),
    ("according to {one}, {low_}{dead} people were killed", "killed|died", "one dead"),
    ("{one} reported {low_}{dead} deaths", "killed|died", "one dead"),
    ("{hurt} people were injured", "wounded|injured", "hurt"),
    ("{event} left {hurt} people wounded", "wounded|injured", "hurt"),
    ("{part} {group} were among the dead", "of the dead|of them|including", "part group"),
    ("the dead include {part} {group}", "of the dead|of them|including", "part group"),
    ("{missing} people remain missing", "are still missing", "missing"),
    ("{one} said that {side} carried out the attack", "{one} accused|{one} said {side}",
    "one side"),
    ("{side} were blamed by {one}", "{one} accused|{one} said {side}", "side one"),
    ("{two} rejected the accusation against {side}", "{two} denied", "two side"),
    ("{two} held {otherside} responsible", "{two} blamed", "two otherside"),
    ("{otherside} came under attack by {side}, {two} said", "{side} attacked",
    "otherside side two"),
    ("{side} may be behind the attack", "{side} are suspected", "side"),
    ('{person} promised to rebuild what was destroyed in {town}', "We will rebuild", "person town"),
    ("{person}, a {office}, spoke of rebuilding", "We will rebuild", "person office"),
    ("{person} might travel to {town} next week", "may visit", "person town"),
    ("{othertown} was reportedly evacuated", "was reportedly evacuated", "othertown"),
    ("the last attack as bad was on {month} {date}, {year}", "was the worst attack",
    "month date year"),
    ("the road from {town} to {othertown} was closed in {month} {year}", "The road between",
    "month year othertown"),
    ("{two} did not confirm how many people were hurt or killed", "could not confirm", "two"),
    ("{person} was detained in {othertown}", "was arrested in", "person othertown"),
    ("{person} resigned as {office}", "accepted the resignation", "person office"),
)  # fmt: skip
# What no report says, though it speaks of it: the words that are wrong stand between the bars.
_FALSE = (
    ("{dead} people were |injured|", "killed|died", "contradicted"),
    ("{hurt} people were |killed|", "wounded|injured", "contradicted"),
    ("|more than| {dead} {group} were killed", "of the dead|of them|including", "unsupported"),
    ("|all| of the dead were {group}", "of the dead|of them|including", "contradicted"),
    ("|none| of the dead were {group}", "of the dead|of them|including", "contradicted"),
    ("{missing} people were |found dead|", "are still missing", "unsupported"),
    ("{two} |confirmed| that {side} carried out the attack", "{two} denied", "contradicted"),
    ("{two} |admitted| that {side} were involved", "{two} denied", "contradicted"),
    ("|{otherside}| attacked |{side}| near {othertown}", "{side} attacked", "contradicted"),
    ("{side} |carried out| the attack", "{side} are suspected", "unsupported"),
    ("it is |certain| that {side} are behind the attack", "{side} are suspected", "contradicted"),
    ("{person} |will| visit {town} next week", "may visit", "unsupported"),
    ("{person} |visited| {town} last week", "may visit", "contradicted"),
    ("{othertown} was |not| evacuated", "was reportedly evacuated", "contradicted"),
    ("{two} |confirmed| the number of victims", "could not confirm", "contradicted"),
    ("{person} |planned| it and was arrested in {othertown}", "was arrested in", "unsupported"),
    ("{person} was |released| in {othertown}", "was arrested in", "contradicted"),
    ("the governor |rejected| the resignation of {person}", "accepted the resignation",
    "contradicted"),
    ("the governor of {province} |resigned|", "accepted the resignation", "contradicted"),
    ("the road between {town} and {othertown} was |reopened|", "The road between", "contradicted"),
    ("{one} |denied| that {target} in {town} was hit", "hit|struck", "contradicted"),
    ("the attack hit |every town in| {province}", "hit|struck", "unsupported"),
    ("the attack on {target} was |filmed by residents|", "hit|struck", "neither"),
    ("{event} also |destroyed several houses|", "hit|struck", "neither"),
    ("|the families of the victims were paid compensation|", "killed|died", "neither"),
    ("{one} |called for an international investigation|", "killed|died", "neither"),
)  # fmt: skip


def report_pairs(draw: Random, count: int) -> Iterator[Pair]:
    """Yield pairs about reports: as many true ones as false ones, two of each for a report."""
    made = 0
    while made < count:
        one = report(draw)
        low = f"{one.slots['low']} " if one.slots["low"] else ""
        slots = {**one.slots, "low_": low}
        fitting = [row for row in _SAYS if _holds(row[1], slots, one.text)]
        false = [row for row in _FALSE if _holds(row[1], slots, one.text)]
        for template, _, changeable in draw.sample(fitting, min(2, len(fitting))):
            yield supported(one.text, filled(template, slots) + ".", "report true")
            slot = draw.choice(changeable.split())
            wrong = draw.choice(one.others[slot])
            yield _marked(one.text, template, slots, slot, wrong)
            made += 2
        for template, _, label in draw.sample(false, min(1, len(false))):
            text = filled(template, slots) + "."
            yield barred(one.text, text, label)  # type: ignore[arg-type]
            made += 1


def _holds(condition: str, slots: dict[str, str], text: str) -> bool:
    found = (filled(part, slots) for part in condition.split("|"))
    return any(part[1:] in text for part in found)


def _marked(passage: str, template: str, slots: dict[str, str], slot: str, wrong: str) -> Pair:
    """Return a pair whose sentence has another value in one slot, which is marked."""
    marked = re.sub(rf"\{{{slot}\}}", f"|{{{slot}}}|", template)
    text = filled(marked, {**slots, slot: wrong}) + "."
    return barred(passage, text, "contradicted", f"report {slot}")


def barred(passage: str, text: str, label: Label, kind: str = "report false") -> Pair:
    """Return a pair of the text without its bars; what stood between them is marked.

    >>> barred("", "|six| died.", "contradicted").wrong
    ((0, 3),)
    """
    parts = text.split("|")
    spans: list[tuple[int, int]] = []
    made = ""
    for n, part in enumerate(parts):
        part = part[:1].upper() + part[1:] if not made else part
        if n % 2:
            spans.append((len(made), len(made) + len(part)))
        made += part
    return Pair(passage, made, label, kind, tuple(spans))
