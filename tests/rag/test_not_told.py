"""What looks like an answer and leaves open what was asked: the name, the deed, the one killed."""

import pytest

from rag.english.question import analyse
from rag.refusal import weighed
from rag.types import Reading
from rag.writing.persons import telling_who
from tests.rag.sources import candidates, report

FAIR = report("The judges, led by the baker Ada Thorn, will taste every jar by Sunday evening.")
RAID = report("A man and his daughter were killed by shells on Hollin and Sallow, the police said.")
BLAST = report("The blast in Hollin was due to a gas bottle, an Elva Wire correspondent reported.")
HOME = report("About 1,200 residents of Hollin had to leave their homes on Wednesday.")
RODE = report("The bus to Hollin was carrying pilgrims, said Harbour Watch director Rolf Ek.")


def left(question, *hits):
    """Return the reason and the sentences that are left to answer with."""
    found = weighed(question, Reading(tuple(candidates(*hits)), 0.9), hits)
    return found.reason, [one.text for one in found.candidates]


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("Who won the jam fair?", FAIR),
        ("Who drove the bus to Hollin?", RODE),
        ("When was Ada Thorn arrested?", FAIR),
        ("What is the name of the girl killed in Hollin?", RAID),
        ("Who claimed responsibility for the blast in Hollin?", BLAST),
        ("How many people live in Hollin?", HOME),
        ("How old is Ada Thorn?", FAIR),
        ("Who won the jam fair?", report("The windows of the jam fair were broken by hail.")),
        ("Who was behind the bomb that killed the mayor?",
         report("The Elva Front carried out the bomb attack on a bus in Hollin.")),
        ("What happened in Hollin in May 1912?",
         report("A dam burst above Hollin and 14 people were killed.", day="2021-06-16")),
    ],
)  # fmt: skip
def test_what_is_near_and_tells_nothing_of_it_is_refused(question, hit):
    assert left(question, hit)[0] == "only_related"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who won the jam fair?", "The prize of the jam fair went to Ada Thorn."),
        ("Who drove the bus to Hollin?", "Rolf Ek was at the wheel of the bus to Hollin."),
        ("When was Ada Thorn arrested?", "Ada Thorn was taken into custody on 3 May 2021."),
        ("What is the name of the girl killed in Hollin?", "The girl, Mira Sol, died in Hollin."),
        ("Who claimed responsibility for the blast in Hollin?",
         "The Elva Front claimed responsibility for the blast in Hollin."),
        ("How many people live in Hollin?", "Hollin is home to 1,200 people."),
        ("How old is Ada Thorn?", "The baker is Ada Thorn, 61, of Hollin."),
        ("How many people live in Hollin?", "Hollin is a town of 3,000 on the coast."),
        ("Who won the election in Hollin?", "Ada Thorn was elected mayor of Hollin."),
        ("Who stole the painting?", "Two men took the painting from its frame."),
        ("When did the plant in Hollin open?", "It opened in Hollin in May 1999."),
        ("When was Ada Thorn arrested?", "Ada Thorn fue detenida en mayo de 2021 en la ciudad."),
    ],
)  # fmt: skip
def test_what_tells_it_in_other_words_is_not(question, text):
    assert left(question, report(text)) == (None, [text])


def test_who_did_it_is_looked_for_where_all_names_stand():
    other = report("Norlandic soldiers also killed a number of them near the hospital.")
    own = report("The Sudlandic army attacked the hills, killing the rebel Oton Brack.", day="")
    assert left("Who killed Oton Brack?", other, own)[1] == [own.passage.text]


def test_a_headline_that_runs_into_it_tells_it_where_nothing_else_does():
    glued = report("Rockets - Film - Tube In a post Harbour Guard leader Ada Thorn warned of it;")
    asked = analyse("Who is the leader of the Harbour Guard?")
    assert len(telling_who(asked, candidates(glued))) == 1


@pytest.mark.parametrize("asked", ["Who claimed", "Did anybody claim", "Has any group claimed"])
def test_of_a_claim_only_what_claims_the_deed_or_says_that_nobody_did_is_told(asked):
    near = report("The blast in Hollin killed nine people, the Harbour Watch said.")
    none = report("There was no immediate claim of responsibility for the blast in Hollin.")
    own = report("The Elva Front claimed responsibility for the blast in Hollin.")
    question = f"{asked} responsibility for the blast in Hollin?"
    assert left(question, near, none) == (None, [none.passage.text])
    assert left(question, near, own) == (None, [own.passage.text])
    assert left(question, near)[0] == "only_related"
    by = report("A bomb claimed by the Elva Front tore up the quay of Hollin on Sunday.")
    assert left(question, none, by)[1] == [none.passage.text, by.passage.text]
    assert left(question, near, by) == (None, [by.passage.text])
    other = report("The Elva Front shelled Sallow, in an attack claimed by the Front.")
    assert left(question, near, other)[0] == "only_related"


def test_whom_a_bomb_killed_tells_which_bomb_is_asked_about():
    mayor = report("The Norland Front carried out the bomb attack in which the mayor was killed.")
    bus = report("The Elva Front carried out the bomb attack on a bus in Hollin.")
    reason, told = left("Who was behind the bomb that killed the mayor?", mayor, bus)
    assert reason is None and told[0].startswith("The Norland Front")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What happened in Hollin on 16 June 2021?", None),
        ("What happened in Hollin on 26 June 2021?", "only_related"),
        ("What happened in Hollin in the week to 26 June 2021?", None),
    ],
)
def test_the_day_that_is_asked_for_may_be_that_of_the_report(question, reason):
    hit = report("A dam burst above Hollin on Tuesday and 14 people were killed.", day="2021-06-16")
    assert left(question, hit)[0] == reason
