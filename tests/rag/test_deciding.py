"""Which sentences decide a yes/no question."""

from __future__ import annotations

import pytest

from rag.english.question import analyse
from rag.features import lines_of
from rag.writing.deciding import decisions, foremost, lead_of, verdict
from tests.rag.assumptions import hits_of

CASES = [
    ("Did the minister resign?", ["The minister resigned on Friday."], "yes"),
    ("Did the minister resign?", ["The minister did not resign."], "no"),
    ("Did the minister resign?", ["The minister stayed in office."], "no"),
    ("Did the minister resign?", ["Calls for the minister to resign grew."], ""),
    ("Did the minister resign?", ["The minister's deputy resigned."], ""),
    ("Did the minister resign?",
     ["The minister resigned, the Courier wrote.",
      "The minister did not resign, her office said."], "both"),
    ("Did the minister resign?", ["The minister will resign in May."], ""),
    ("Was the Corran bridge closed?", ["The Corran bridge was closed after the flood."], "yes"),
    ("Was the Corran bridge closed?", ["The Corran bridge remained open."], "no"),
    ("Was the Corran bridge closed?", ["The road to the Corran bridge was closed."], ""),
    ("Did Russia strike Tel Arin?", ["Russia denied that it struck Tel Arin."], ""),
    ("Did Russia strike Tel Arin?",
     ["Russia denied that it struck Tel Arin.",
      "Russia struck Tel Arin on Monday, the monitor said."], "both"),
    ("Did Turkey attack Sarran?", ["Turkey attacked Sarran at dawn."], "yes"),
    ("Did Turkey attack Sarran?", ["Sarran attacked Turkey at dawn."], ""),
    ("Did Turkey attack Sarran?", ["Sarran was attacked by Turkey."], "yes"),
    ("Did the council approve the plan for the harbour?",
     ["The council rejected the plan for the harbour."], "no"),
    ("Did the council approve the plan for the harbour?",
     ["The council approved the plan for the harbour."], "yes"),
    ("Did the council approve the plan for the harbour?",
     ["The council approved the plan for the station."], ""),
    ("Has the company closed its yard in Eskmouth?",
     ["The company has closed its yard in Eskmouth."], "yes"),
    ("Is the drug Veralin illegal?", ["The drug Veralin is illegal in Sarran."], "yes"),
    ("Is the drug Veralin illegal?", ["The drug Veralin is not illegal."], "no"),
    ("Did the Estrel sink?", ["The Estrel nearly sank."], ""),
    ("Did the Estrel sink?", ["The Estrel did not only sink, it burned."], ""),
    ("Did the Estrel sink?", ["The Estrel sank off Porthaven."], "yes"),
    ("Did the airline buy Skylark Airways?",
     ["Analysts expected the airline to buy Skylark Airways."], ""),
    ("Was Hana Weller arrested?", ["Hana Weller was never arrested."], "no"),
    ("Was Hana Weller arrested?", ["Police arrested Hana Weller at the port."], "yes"),
]  # fmt: skip


def decided(question, sources):
    return decisions(analyse(question), lines_of(hits_of(sources)))


@pytest.mark.parametrize(("question", "sources", "expected"), CASES)
def test_only_a_sentence_that_states_or_denies_it_decides(question, sources, expected):
    assert verdict(decided(question, sources)) == expected


def test_both_sides_are_shown_where_sources_differ():
    sources = ["The minister resigned, the Courier wrote.", "The minister stayed in office."]
    found = decided("Did the minister resign?", sources)
    assert lead_of(found) == "The sources do not agree:"
    assert {one.line.text for one in foremost(found)} == set(sources)


def test_a_doubt_gives_no_lead():
    found = decided("Did Russia strike Tel Arin?", ["Russia denied that it struck Tel Arin."])
    assert [(one.side, one.certain, one.by) for one in found] == [("no", False, "Russia")]
    assert lead_of(found) == ""


def test_a_second_source_stands_beside_the_first_and_no_third():
    sources = [f"The minister resigned {day}." for day in ("today", "at noon", "in tears")]
    assert len(foremost(decided("Did the minister resign?", sources))) == 2
