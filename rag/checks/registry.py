"""All checks of a sentence against its source, by name: certain ones, which can veto, and doubts.

A check is certain where what it compares has one reading: what it finds is wrong whatever a model
thinks. A doubt comes of where words stand beside each other. The names are those that a calibration
file uses: they are never changed, and a check may be moved from one side to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.checks.acting import told_of_another
from rag.checks.agents import only_another, other_agents
from rag.checks.aligned import put_between
from rag.checks.causes import causes_turned
from rag.checks.clauses import crossed_clauses
from rag.checks.comparisons import compared_otherwise
from rag.checks.coupled import coupled_otherwise, other_ends, other_times, swapped_counts
from rag.checks.facts import Words, same_value, words_of
from rag.checks.figured import compares_rightly, reckoned_otherwise
from rag.checks.former import taken_for_other
from rag.checks.hedges import contrasted, regardless, surer, wider
from rag.checks.kinds import other_kinds, other_things
from rag.checks.names import joined_names, renamed
from rag.checks.naming import unlike_names
from rag.checks.numbers import other_counts, other_days, other_rates, other_units
from rag.checks.obliging import obliged_otherwise
from rag.checks.opposites import directions, opposites, other_order, undone
from rag.checks.own import tells_of_sources
from rag.checks.pairing import mispaired
from rag.checks.planned import not_yet
from rag.checks.polarity import turned_words
from rag.checks.quoted import misquoted
from rag.checks.relations import exchanged_cases, joined_otherwise
from rag.checks.replaced import replaced_values
from rag.checks.roles import exchanged_roles
from rag.checks.values import exchanged_values, misplaced_values, other_ranges
from rag.checks.view import View
from rag.checks.voices import exchanged_voices


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """A check: its name, whether it is certain, and what tells a person what it finds.

    ``faint`` tells that it finds something in true sentences as often as in false ones: where no
    other check finds anything, a model that is for the sentence may clear it.
    """

    name: str
    certain: bool
    find: Callable[[View], Sequence[str]]
    faint: bool = False


def _days(view: View) -> list[str]:
    """Return the days that a source does not speak of; a day is not asked which year it was in."""
    sentence, text = view.sentence.text, f"{view.source.text} {view.about}"
    problems = other_days(sentence, text, view.published)
    if not problems:
        return [] if view.published else _unlike_days(view)
    known = {fact.key for fact in words_of(text).facts if fact.kind in ("day", "year")}
    days = [fact for fact in view.sentence.facts if fact.kind == "day"]
    days += [one for one in view.sentence.facts if one.kind == "year" and len(days) == 0]
    written = [sentence[fact.start : fact.end] for fact in days if fact.key in known]
    return [one for one in problems if not any(day in one for day in written)]


def _unlike_days(view: View) -> list[str]:
    """Return the days of a month that a source without a date of its own gives otherwise."""
    days = [one for one in view.source.facts if one.kind == "day" and one.key[1]]
    return [
        f"The source does not speak of {view.sentence.text[one.start : one.end]}."
        for one in view.sentence.facts
        if one.kind == "day" and one.key[1] and days
        if not any(same_value(one, other) for other in days)
    ]


def _reckoned(view: View) -> list[str]:
    right = {one.start for one in view.differences}
    written = [
        view.sentence.text[one.start : one.end] for one in view.reckoned if one.start not in right
    ]
    return [f"The source does not give {words} itself." for words in written]


def _joined(view: View) -> list[str]:
    if view.absent:  # words that the source lacks are told of as such
        return []
    names = joined_names(view.sentence, view.source, words_of(view.about))
    return [f"The source does not name {name} together." for name in names]


def _denied(view: View, *, sure: bool) -> list[str]:
    if view.undoes or tells_of_sources(view.written):
        return []
    return view.denied[not sure]


def _between(view: View) -> list[str]:
    return [] if view.undoes else put_between(view.sentence, view.source)


def _reversed(view: View) -> list[str]:
    return turned_words(view.sentence, view.near_words, view.opposed)


def _placed(view: View, find: Callable[[Words, Words], Sequence[str]]) -> Sequence[str]:
    """Return the values in another's place, but for what is rightly reckoned from the source's."""
    if compares_rightly(view.sentence, view.source):
        return []
    return find(view.given if view.differences else view.sentence, view.source)


def _misplaced(view: View) -> Sequence[str]:
    return _placed(view, lambda words, source: misplaced_values(words, source, view.about))


CHECKS = (
    NamedCheck("misquoted", True, lambda v: misquoted(v.written, v.passage)),
    NamedCheck("absent", True, lambda v: v.absent),
    NamedCheck("number", True, lambda v: v.numbers[0]),
    NamedCheck("unit", True, lambda v: other_units(v.sentence.text, v.source.text)),
    NamedCheck("rate", False, lambda v: other_rates(v.sentence.text, v.window.text)),
    NamedCheck("count", True, lambda v: other_counts(v.sentence.text, v.window.text)),
    NamedCheck("day", True, _days),
    NamedCheck("turned", True, lambda v: _denied(v, sure=True)),
    NamedCheck("replaced", True, lambda v: replaced_values(v.sentence, v.source)),
    NamedCheck("opposite", True, lambda v: opposites(v.sentence, v.window)),
    NamedCheck("between", True, _between),
    NamedCheck("undone", True, lambda v: undone(v.sentence, v.near or v.window.text)),
    NamedCheck("order", True, lambda v: other_order(v.sentence, v.source)),
    NamedCheck("direction", True, lambda v: directions(v.sentence, v.source)),
    NamedCheck("surer", True, lambda v: surer(v.sentence, v.source, v.near or v.window.text)),
    NamedCheck("wider", True, lambda v: wider(v.sentence, v.near)),
    NamedCheck("regardless", True, lambda v: regardless(v.sentence, v.window)),
    NamedCheck("done", True, lambda v: not_yet(v.sentence, v.source, v.near)),
    NamedCheck("compared", True, lambda v: compared_otherwise(v.sentence, v.source)),
    NamedCheck("contrast", True, lambda v: contrasted(v.sentence, v.near)),
    NamedCheck("kind", True, lambda v: other_kinds(v.sentence, v.source)),
    NamedCheck("thing", True, lambda v: other_things(v.sentence, v.source)),
    NamedCheck("roles", True, lambda v: exchanged_roles(v.sentence, v.source)),
    NamedCheck("agent", True, lambda v: other_agents(v.sentence, v.source)),
    NamedCheck("only", True, lambda v: only_another(v.sentence, v.source)),
    NamedCheck("speaker", True, lambda v: v.speakers.others),
    NamedCheck("reckoned", False, _reckoned),
    NamedCheck("rounded", False, lambda v: v.numbers[1], faint=True),
    NamedCheck("range", False, lambda v: other_ranges(v.sentence, v.source)),
    NamedCheck("denied", False, lambda v: _denied(v, sure=False)),
    NamedCheck("joined", False, _joined),
    NamedCheck("naming", False, lambda v: unlike_names(v.sentence, v.source)),
    NamedCheck("misplaced", False, _misplaced),
    NamedCheck("exchanged", False, lambda v: _placed(v, exchanged_values)),
    NamedCheck("renamed", False, lambda v: renamed(v.sentence, v.source, v.span)),
    NamedCheck("reversed", False, _reversed),
    NamedCheck("obliged", False, lambda v: obliged_otherwise(v.sentence, v.source)),
    NamedCheck("former", False, lambda v: taken_for_other(v.sentence, v.source)),
    NamedCheck("relation", False, lambda v: joined_otherwise(v.sentence, v.window)),
    NamedCheck("case", False, lambda v: exchanged_cases(v.sentence, v.source)),
    NamedCheck("voice", False, lambda v: exchanged_voices(v.sentence, v.source)),
    NamedCheck("figures", False, lambda v: reckoned_otherwise(v.sentence, v.source)),
    NamedCheck("cause", False, lambda v: causes_turned(v.sentence, v.source)),
    NamedCheck("crossed", False, lambda v: crossed_clauses(v.sentence, v.source)),
    NamedCheck("paired", False, lambda v: _placed(v, mispaired)),
    NamedCheck("coupled", False, lambda v: _placed(v, coupled_otherwise)),
    NamedCheck("swapped", False, lambda v: swapped_counts(v.sentence, v.source)),
    NamedCheck("ends", False, lambda v: other_ends(v.sentence, v.source)),
    NamedCheck("timed", False, lambda v: other_times(v.sentence, v.source)),
    NamedCheck("another", False, lambda v: told_of_another(v.sentence, v.window)),
    NamedCheck("unnamed", False, lambda v: v.speakers.unnamed),
)
CERTAIN_KINDS = tuple(one.name for one in CHECKS if one.certain)
DOUBT_KINDS = tuple(one.name for one in CHECKS if not one.certain)
"""The names of the checks, as ``Findings.kinds`` has them: what has one reading, and guesses."""
