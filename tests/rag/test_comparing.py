"""What each side says, and that nothing was found of a side that is silent."""

import pytest

from rag.types import Material, Question, Reading
from rag.verify import CertainVerifier, checks_of
from rag.write import ExtractiveWriter
from tests.rag.sources import candidates, report

NORLAND = "Norland said that the spill off Hollin came from a ship of Corran."
CORRAN = "Corran denied that its ship had caused the spill off Hollin."
ASKED = "Compare what Norland and Corran say about the spill off Hollin."


def written(question, *hits, weak=()):
    found = candidates(*hits, probability=0.8) + candidates(*weak, probability=0.1)
    material = Material(Question(question), question, (), Reading(tuple(found), 0.8), ())
    drafts = list(ExtractiveWriter().write(material))
    for draft in drafts:
        checked, checks = checks_of(draft, CertainVerifier())
        assert checks, checked.problems
    return drafts


def test_both_sides_are_heard_and_nothing_is_said_to_be_missing():
    drafts = written(ASKED, report(NORLAND), report(CORRAN, publisher="B"))
    assert [one.text for one in drafts] == [NORLAND, CORRAN]


def test_a_side_that_nobody_quotes_is_said_to_be_missing():
    lead, *rest = written(ASKED, report(NORLAND))
    assert (lead.kind, lead.text) == ("lead", "No source found quotes Corran on this.")
    assert [one.text for one in rest] == [NORLAND]


def test_a_side_that_is_heard_only_in_a_sentence_thought_unlikely_is_heard():
    drafts = written(ASKED, report(NORLAND), weak=[report(CORRAN, publisher="B")])
    assert [one.text for one in drafts] == [NORLAND, CORRAN]


def test_a_sentence_that_only_names_the_silent_side_is_not_its_word():
    named = "Ferries of Norland and Corran carry nine hundred people a day."
    drafts = written(ASKED, report(NORLAND), report(named, publisher="B"))
    assert [one.text for one in drafts] == ["No source found quotes Corran on this.", NORLAND]


@pytest.mark.parametrize("question", ["Compare the ferry and the bridge of Hollin."])
def test_things_that_say_nothing_are_not_said_to_be_silent(question):
    drafts = written(question, report("The ferry of Hollin costs nine crowns a day for a car."))
    assert all(one.kind == "quote" for one in drafts)
