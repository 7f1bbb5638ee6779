"""True sentences in other words, of kinds that a check once took for false ones."""

import pytest

from rag.support import findings
from tests.rag.sources import citation

# source, true sentence, false sentence, name of the check
TRUE = [
    (
        "The council did not approve the budget before May, the clerk said.",
        "Before May, the council had not approved the budget.",
        "Before May, the council approved the budget.",
        "turned",
    ),
    (
        "The United Kingdom lost the colony in 1947, after its long rule.",
        "The colony was lost by the British in 1947.",
        "The colony was lost by the Dutch in 1947.",
        "absent",
    ),
    (
        "The hall stands on the peninsula in South East Hollin, behind the market.",
        "The hall stands behind the market in Southeast Hollin.",
        "The hall stands behind the market in Southwest Hollin.",
        "absent",
    ),
    (
        "Brack warned Solberg of the attack. Solberg denied the attack in an interview with "
        "Lantern Radio on Friday. The Hollin report was not read by Brack.",
        "Solberg in an interview with Lantern Radio denied the attack on Friday.",
        "Brack in an interview with Lantern Radio denied the attack on Friday.",
        "misplaced",
    ),
    (
        "The House of Deputies elects the mayor, the Senate none.",
        "The mayor is elected by the House of Deputies.",
        "The mayor is elected by the Senate of Deputies.",
        "renamed",
    ),
    (
        "Keep the pump dry. The pump of Elva went to Hollin and to Tolle.",
        "The pump went to Hollin from Elva.",
        "The pump went to Hollin from Keep.",
        "naming",
    ),
    (
        "Doctors use the antigen test (PSA) of the gland; if it is high they add a finger (DRE).",
        "If the antigen test (PSA) is high, a finger is added.",
        "If the antigen test (DRE) is high, a finger is added.",
        "naming",
    ),
    (
        "The mixture is of Elva and Hollin in equal parts.",
        "The mixture is one of Elva and Hollin.",
        "The mixture is one of Hollin and Hollin.",
        "naming",
    ),
]
TRUE += [
    (
        "Geico, owned by Berkshire, told of a profit, and Lorne Reed of a loss.",
        "Berkshire's Geico told of a profit.",
        "Berkshire Reed told of a profit.",
        "joined",
    ),
    (
        'The film was made by Kenneth "Baby" Edmonds, and Robert Teitel paid for it.',
        "The film was made by Kenneth Edmonds.",
        "The film was made by Kenneth Teitel.",
        "joined",
    ),
    (
        "The Charter of the United Guilds was signed in Elva, where the Harbour Board sits.",
        "The United Guilds Charter was signed in Elva.",
        "The United Board Charter was signed in Elva.",
        "joined",
    ),
    (
        "You can't open the old pictures in the console anymore.",
        "Please note that you can no longer open the old pictures in the console.",
        "Please note that you may open the old pictures in the console.",
        "obliged",
    ),
    (
        "Economists expect the bank's rate to be raised to 4 percent.",
        "Economists anticipate a rise of the bank's rate to 4 percent.",
        "Economists saw the bank's rate raised to 4 percent.",
        "surer",
    ),
    (
        "Quillon bought the chain of 42 bakeries from Harrow Mills, which will supply the flour.",
        "Harrow Mills sold its 42 bakeries to Quillon.",
        "Quillon sold its 42 bakeries to Harrow Mills.",
        "roles",
    ),
    (
        "On Monday Brightwell lost to Ansty Rovers in the rain.",
        "On Monday Ansty Rovers won in the rain.",
        "On Monday Brightwell won in the rain.",
        "opposite",
    ),
    (
        "Their second record came out with Par Records in 1985. The next year they split.",
        "Their second record came out in 1985 with Par Records.",
        "Their second record came out with Par Records in 1986.",
        "replaced",
    ),
    (
        "State Parks and its partners invite readers to the halls below. State Opera is shut.",
        "State Parks and its partners invite readers to the halls that are listed.",
        "State Opera and its partners invite readers to the halls below.",
        "replaced",
    ),
    (
        "Most offences carry a fine of 1,000 crowns.",
        "For most offences there is a fine of 1,000 crowns.",
        "Most offences carry a fine of up to 1,003 crowns.",
        "number",
    ),
    (
        "Half of the 60 dogs in the shelter were adopted within a month.",
        "Thirty dogs in the shelter found a home within a month.",
        "Forty dogs in the shelter found a home within a month.",
        "number",
    ),
    (
        "Rescuers said the smell was that of chlorine. The fire, Elva Press reported, was out.",
        "According to rescuers, the smell was that of chlorine.",
        "According to the official Elva Press agency, the smell was that of chlorine.",
        "speaker",
    ),
    (
        "Do not open the inlet valve until the boiler has been filled with water.",
        "The boiler is to be filled with water before the inlet valve is opened.",
        "The inlet valve is to be opened before the boiler has been filled with water.",
        "cause",
    ),
    (
        "Quillon has sold 132m units and took $14bn last year.",
        "Last year Quillon took $14 billion, and it has sold 132 million units.",
        "Last year Quillon took $13 billion, and it has sold 132 million units.",
        "number",
    ),
    (
        "The proposal for a new ferry was sent back to the harbour board.",
        "The idea of a new ferry was sent back to the harbour board.",
        "A new ferry was sent to the harbour board.",
        "surer",
    ),
]


@pytest.mark.parametrize(("source", "true", "false", "name"), TRUE)
def test_a_check_takes_no_true_sentence_for_a_false_one(source, true, false, name):
    assert name not in findings(true, citation(source, day=None)).kinds
    assert name in findings(false, citation(source, day=None)).kinds


def test_a_nation_is_never_in_the_place_of_a_person():
    source = "Edgar Howard Wright (born 18 April 1974) is an English director and producer."
    assert findings("Edgar Wright is a director.", citation(source, day=None)).kinds == ()


def test_values_of_one_clause_may_be_told_with_words_of_another():
    source = (
        "She released her first record with Larkspur in 1986 and moved to Tin Street, where three"
        " more followed, in 1991."
    )
    quoted = citation(source, day=None)
    assert findings("From 1991 her records came out with Tin Street.", quoted).kinds == ()
    assert "coupled" in findings("From 1991 her records came out with Larkspur.", quoted).kinds


def test_two_speakers_in_one_sentence_are_each_held_to_their_own_part():
    source = (
        "The ministry said that the convoy had been hit by a drone. Drivers said that it had"
        " struck a mine."
    )
    true = "The ministry said that a drone hit the convoy, but drivers said that it struck a mine."
    assert findings(true, citation(source, day=None)).kinds == ()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("A survey by the union found most nurses tired.", "The nurses' survey found most tired."),
        (
            "A study by Ada Thorn at Elva University followed 300 patients.",
            "Elva University's study followed 300 patients.",
        ),
        (
            "The mayor published a report by the Hollin Institute on the flood.",
            "The mayor's report on the flood was published.",
        ),
    ],
)
def test_whoever_stands_beside_a_work_may_be_its_maker(source, said):
    assert "speaker" not in findings(said, citation(source, day=None)).kinds
