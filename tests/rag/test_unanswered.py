"""What is on the matter and leaves open what was asked is no answer; that nobody knows is one."""

import pytest

from rag.refusal import weighed
from rag.types import Reading
from tests.rag.sources import candidates, report
from tests.rag.test_write import written

MORNING = "A bomb went off at the ferry office of Hollin on Tuesday and broke all its windows."


def reason(question, *hits):
    return weighed(question, Reading(tuple(candidates(*hits)), 0.8), list(hits)).reason


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (MORNING, True),
        ("The bomb at the ferry office of Hollin killed nine people, Lantern Watch said.", True),
        (
            "The council blamed the Red Lantern group for the bomb at the Hollin ferry office.",
            False,
        ),
        ("The Red Lantern group claimed responsibility for the bomb in Hollin.", False),
        ("The bomb at the Hollin ferry office was an attack by Sudland militants.", False),
        ("Police said it was unclear who had planted the bomb at the Hollin ferry office.", False),
        ("No group has claimed responsibility for the bomb at the ferry office of Hollin.", False),
    ],
)
def test_who_was_behind_it_is_answered_by_who_did_it_or_that_it_is_not_known(told, refused):
    asked = "Who was behind the bomb at the ferry office of Hollin?"
    assert reason(asked, report(told)) == ("only_related" if refused else None)


def test_only_sentences_that_tell_who_did_it_are_quoted():
    unclear = "Police said it was unclear who had planted the bomb at the Hollin ferry office."
    drafts = written(
        "Who was behind the bomb at the ferry office of Hollin?",
        report(MORNING, publisher="Elva Post"),
        report(unclear, publisher="Radio Dunmark"),
    )
    assert [draft.text for draft in drafts] == [unclear]


def test_that_somebody_is_blamed_in_a_report_of_another_town_is_no_answer_here():
    other = report(
        "Police arrested Sudland militants who attacked Tel Arin.", publisher="Elva Post"
    )
    here = report("It is not known who planted the bomb in Hollin, police said.", publisher="B")
    drafts = written("Who was behind the bomb in Hollin?", other, here)
    assert [draft.text for draft in drafts] == [here.passage.text]


def test_what_nobody_is_quoted_or_named_as_saying_is_refused():
    asked = "What did Mira Solberg say about the ferry?"
    assert reason(asked, report("The ferry to Hollin was late all spring.")) == "only_related"
    own = report("Mira Solberg said that the ferry to Hollin would be replaced.")
    assert reason(asked, own) is None


def test_a_report_of_another_year_does_not_tell_a_toll_of_this_one():
    old = report("Nine people were killed on Monday in a raid on Hollin.", day="2016-08-30")
    assert reason("How many people were killed in Hollin in March 2018?", old) == "only_related"
    assert reason("How many people were killed in Hollin in August 2016?", old) is None
    assert reason("How many people were killed in Hollin by March 2018?", old) is None
    undated = report("Nine people were killed in a raid on Hollin.", day=None)
    assert reason("How many people were killed in Hollin in March 2018?", undated) is None


def test_what_somebody_is_asked_to_have_admitted_is_told_by_their_words_alone():
    asked = "Why did Norland admit the raid on Hollin?"
    raid = report("Norland raided the harbour of Hollin on Tuesday, Lantern Watch said.")
    assert reason(asked, raid) == "only_related"
    assert reason(asked, report("Norland admitted that it had raided Hollin in error.")) is None


def test_what_a_word_means_is_asked_of_no_speaker():
    hit = report("A currency that floats may rise and fall with the market.")
    assert reason("What does it mean when a currency is left to float?", hit) is None


def test_why_somebody_did_it_is_not_told_where_nobody_speaks_of_them():
    asked = "Why did Turkey close the Hollin school?"
    school = "The Hollin school was closed because its roof had fallen in."
    assert reason(asked, report(school)) == "only_related"
    assert reason(asked, report(f"{school} Turkish engineers had warned of it.")) is None
    assert reason("Why did Hollin close its school?", report(school)) is None
