"""Every check by name, through the verifier: a false twin falls by it, its true one stands."""

import pytest

from rag.checks.registry import CHECKS
from rag.support import findings
from rag.verify import CertainVerifier
from tests.rag.sources import citation

VERIFIER = CertainVerifier()

# name of the check: source, true twin, false twin
TWINS = {
    "naming": (
        "Keep the pump dry. The district of Elva shipped its pumps to Hollin, where it rained.",
        "The pumps of the district of Elva were shipped to Hollin.",
        "The pumps of the district of Elva were shipped to the Hollin.",
    ),
    "misquoted": (
        "\u201cNobody warned the crews before the gate gave way,\u201d said Ola Brandt.",
        "\u201cNobody warned the crews before the gate gave way,\u201d Ola Brandt said.",
        "\u201cEverybody warned the crews before the gate broke,\u201d Ola Brandt said.",
    ),
    "absent": (
        "The bridge over the Tamsel was closed after an inspection in Elva.",
        "After an inspection in Elva the bridge over the Tamsel was shut.",
        "After an inspection in Hollin the bridge over the Tamsel was shut.",
    ),
    "number": (
        "The choir sold 340 tickets for its spring concert.",
        "For its spring concert the choir sold 340 tickets.",
        "For its spring concert the choir sold 430 tickets.",
    ),
    "unit": (
        "The pump weighs 14.5 kg and stands in the cellar.",
        "In the cellar stands the pump, which weighs 14.5 kilograms.",
        "In the cellar stands the pump, which weighs 14.5 tonnes.",
    ),
    "count": (
        "In the bus crash nine passengers were injured; the driver was killed.",
        "Nine passengers were injured in the bus crash.",
        "Nine passengers were killed in the bus crash.",
    ),
    "day": (
        "The museum was opened on 4 May by the mayor.",
        "On 4 May the mayor opened the museum.",
        "On 6 May the mayor opened the museum.",
    ),
    "turned": (
        "The pump does not run at night.",
        "At night the pump does not run.",
        "At night the pump runs.",
    ),
    "opposite": (
        "The league accepted the city's offer of a freeze on rents.",
        "The city's offer of a freeze on rents was accepted by the league.",
        "The city's offer of a freeze on rents was turned down by the league.",
    ),
    "between": (
        "Players who pass the whole draft are free to sign with any team.",
        "Players who pass the draft are free to sign with any team.",
        "Players who pass the draft are not free to sign with any team.",
    ),
    "undone": (
        "The bill of the roofer is still unpaid.",
        "The roofer's bill remains unpaid.",
        "The roofer's bill is paid.",
    ),
    "order": (
        "Work on the tower stopped before the flood.",
        "Before the flood, work on the tower stopped.",
        "After the flood, work on the tower stopped.",
    ),
    "direction": (
        "Apply for the grant by 31 March.",
        "By 31 March you must apply for the grant.",
        "From 31 March you must apply for the grant.",
    ),
    "surer": (
        "The clerk allegedly sold the coins to a dealer.",
        "The coins were allegedly sold to a dealer by the clerk.",
        "The coins were sold to a dealer by the clerk.",
    ),
    "wider": (
        "Most of the schools have changed their timetable.",
        "Most of the schools changed the timetable.",
        "All of the schools changed the timetable.",
    ),
    "regardless": (
        "The concert takes place in the park unless it rains.",
        "Unless it rains, the concert takes place in the park.",
        "Even if it rains, the concert takes place in the park.",
    ),
    "done": (
        "Sixty homes are to be built on the old brewery site.",
        "On the old brewery site sixty homes are to be built.",
        "On the old brewery site sixty homes have been built.",
    ),
    "compared": (
        "This winter was milder than the last one.",
        "Last winter was harsher than this winter.",
        "Last winter was milder than this one.",
    ),
    "contrast": (
        "A mite killed the bees rather than the frost.",
        "A mite killed the bees.",
        "The frost killed the bees.",
    ),
    "kind": (
        "The shop made a profit of 14 million crowns on sales of 310 million crowns.",
        "The profit of the shop was 14 million crowns.",
        "The sales of the shop were 14 million crowns.",
    ),
    "thing": (
        "The reform cuts the districts from 31 to 18 but leaves all 400 towns.",
        "The reform cuts the districts from 31 to 18.",
        "The reform leaves 18 towns.",
    ),
    "roles": (
        "Sarnia has lent Oppland the money for a bridge.",
        "The money for a bridge was borrowed by Oppland from Sarnia.",
        "The money for a bridge was borrowed by Sarnia from Oppland.",
    ),
    "agent": (
        "The book was translated by Ann Lindt and illustrated by Jon Weil.",
        "The book was illustrated by Jon Weil.",
        "The book was illustrated by Ann Lindt.",
    ),
    "only": (
        "Dunmark and Norland both claim the shoals, but only Dunmark keeps a lighthouse there.",
        "The lighthouse there is kept by Dunmark.",
        "The lighthouse there is kept by Norland.",
    ),
    "speaker": (
        "Ilse Brandt said that the parents were never consulted. Odo Falk said that he was ill.",
        "The parents were never consulted, said Ilse Brandt.",
        "Odo Falk said that the parents were never consulted.",
    ),
    "misplaced": (
        "The red tank holds 400 litres of oil, and in the yard stand 30 barrels of water.",
        "In the yard stand 30 barrels of water.",
        "The red tank holds 30 litres of oil.",
    ),
    "reversed": (
        "Shares in Altmark Steel climbed on Monday.",
        "Shares in Altmark Steel rose on Monday.",
        "Shares in Altmark Steel slid on Monday.",
    ),
    "rate": (
        "The spring yields 90 barrels of water a day in summer.",
        "In summer 90 barrels of water a day come from the spring.",
        "In summer 90 barrels of water a week come from the spring.",
    ),
    "obliged": (
        "The auditor may request further documents from the club.",
        "The auditor can ask the club for further documents.",
        "The auditor has to request further documents from the club.",
    ),
    "former": (
        "Zinc and copper were tried as coatings; the former wore off within weeks.",
        "The coating of zinc wore off within weeks.",
        "The coating of copper wore off within weeks.",
    ),
    "figures": (
        "The north ward lost 19 beds and the south ward lost 27.",
        "The south ward lost more beds than the north ward.",
        "The north ward lost more beds than the south ward.",
    ),
    "relation": (
        "Fewer sledges were sold although it snowed for many days.",
        "Fewer sledges were sold despite the many days of snow.",
        "Fewer sledges were sold owing to the many days of snow.",
    ),
    "case": (
        "If the red lamp flashes, stop the engine; if it is steady, drive on to a garage.",
        "With a steady red lamp, drive on to a garage.",
        "With a flashing red lamp, drive on to a garage.",
    ),
    "voice": (
        "Reviewers noted that the sample was small. "
        "The authors replied that it was large enough for the effect.",
        "The authors held that the sample was large enough for the effect.",
        "The reviewers held that the sample was large enough for the effect.",
    ),
    "cause": (
        "The mine cut its output because demand fell.",
        "Because demand fell, the mine cut its output.",
        "Demand fell because the mine cut its output.",
    ),
    "paired": (
        "Of the two candidates, Brill has the support of the farmers and Casson of the unions.",
        "The farmers support Brill.",
        "The farmers support Casson.",
    ),
    "another": (
        "The mayor praised the volunteers, and the fire chief criticised the county's response.",
        "The county's response was criticised by the fire chief.",
        "The county's response was criticised by the mayor.",
    ),
    "replaced": (
        "About 200000 people lived in the rebel-held east of Hollin before the bridge was cut on"
        " Monday. Analysts say that around 400000 people live in the whole of Norland.",
        "About 200,000 people lived in the rebel-held east of Hollin before the bridge was cut.",
        "About 400,000 people lived in the rebel-held east of Hollin before the bridge was cut.",
    ),
    "crossed": (
        "A teacher said the roof had leaked for years. The school board declined to comment.",
        "A teacher said that the roof had been leaking for years.",
        "The school board said that the roof had leaked for years.",
    ),
    "coupled": (
        "She sang for Elva Records in 1986 and for Hollin House in 1991.",
        "It was for Hollin House that she sang in 1991.",
        "It was for Elva Records that she sang in 1991.",
    ),
    "swapped": (
        "The patrol lost four men and killed eleven rebels in the pass.",
        "In the pass the patrol killed eleven rebels and lost four men.",
        "In the pass the patrol killed four rebels and lost eleven men.",
    ),
    "ends": (
        "The gale will weaken from force 11 to force 8 by dawn.",
        "By dawn the gale will weaken to force 8.",
        "By dawn the gale will weaken to force 11.",
    ),
    "timed": (
        "The barn at Rode burned down on Tuesday. On Thursday the owner spoke of arson.",
        "The owner spoke of arson at the barn at Rode that burned down on Tuesday.",
        "The owner spoke of arson at the barn at Rode that burned down on Thursday.",
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_a_false_twin_falls_by_its_check(name):
    source, _, false = TWINS[name]
    quoted = citation(source, day=None)
    check = VERIFIER.check(false, quoted)
    assert check.verdict == "contradicted", check
    assert name in findings(false, quoted).kinds


@pytest.mark.parametrize("name", TWINS)
def test_its_true_twin_stands(name):
    source, true, _ = TWINS[name]
    check = VERIFIER.check(true, citation(source, day=None))
    assert check.stands, check


def test_every_certain_check_has_a_pair():
    assert {one.name for one in CHECKS if one.certain} <= set(TWINS)
    assert set(TWINS) <= {one.name for one in CHECKS}


# The same check in other words: source, true sentence, false sentence, name of the check.
OTHERWISE = [
    (
        "The guard handed the keys to the inspector.",
        "The inspector was given the keys by the guard.",
        "The guard was given the keys by the inspector.",
        "roles",
    ),
    (
        "The parish sold the meadow to the railway.",
        "The railway bought the meadow from the parish.",
        "The parish bought the meadow from the railway.",
        "roles",
    ),
    (
        "The dockers called off the walkout in Ostrand.",
        "The walkout in Ostrand was cancelled by the dockers.",
        "The dockers went ahead with the walkout in Ostrand.",
        "reversed",
    ),
    (
        "Shareholders threw out the board's proposal on bonuses.",
        "The board's proposal on bonuses was rejected by shareholders.",
        "The board's proposal on bonuses was waved through by shareholders.",
        "reversed",
    ),
    (
        "The southern valley receives half as much rain as the northern one.",
        "The northern valley receives twice as much rain as the southern one.",
        "The southern valley receives twice as much rain as the northern one.",
        "compared",
    ),
    (
        "Doctors hope that the new splint will shorten the time in hospital.",
        "The new splint will shorten the time in hospital, doctors hope.",
        "The new splint shortens the time in hospital, doctors say.",
        "surer",
    ),
    (
        "Under the draft law, shops would have to close by eight.",
        "By the draft law, shops would have to close by eight.",
        "Under the law, shops now have to close by eight.",
        "surer",
    ),
    (
        "Applications are accepted from the first Monday in May.",
        "From the first Monday in May, applications are accepted.",
        "Applications are accepted until the first Monday in May.",
        "order",
    ),
    (
        "Eleven of the twenty members of the crew were women.",
        "The majority of the crew were women.",
        "A minority of the crew were women.",
        "wider",
    ),
    (
        "Each sachet holds 5 grams of powder.",
        "Each sachet holds five grams of powder.",
        "Each sachet holds five milligrams of powder.",
        "unit",
    ),
    (
        "Sales of timber from Elva fell for the third year in a row.",
        "For a third year in a row, Elva sold less timber.",
        "For a third year in a row, Elva sold more timber.",
        "opposite",
    ),
    (
        "A survey of 300 farms by the Hollin Society found that frost had spoiled the fruit.",
        "The fruit was spoiled by frost, according to the Hollin Society's survey of 300 farms.",
        "The fruit was spoiled by frost, according to the ministry's survey of 300 farms.",
        "speaker",
    ),
]


@pytest.mark.parametrize(("source", "true", "false", "name"), OTHERWISE)
def test_twins_in_other_words(source, true, false, name):
    quoted = citation(source, day=None)
    assert VERIFIER.check(true, quoted).stands, VERIFIER.check(true, quoted)
    assert VERIFIER.check(false, quoted).verdict == "contradicted"
    assert name in findings(false, quoted).kinds


@pytest.mark.parametrize(
    "true",
    [
        "A tablet contains 30 mg of caffeine.",
        "Each tablet contains 400 mg of ibuprofen.",
    ],
)
def test_a_value_with_the_words_of_its_own_clause_stands(true):
    source = "Each tablet holds 400 mg of ibuprofen and 30 mg of caffeine."
    assert VERIFIER.check(true, citation(source, day=None)).stands


@pytest.mark.parametrize(
    "source",
    [
        "It is unclear whether the mill on the quay burned down in May.",
        "He denied that the mill on the quay burned down in May.",
        "The clerk alleged that the mill on the quay burned down in May.",
        "It would have been worse if the mill on the quay burned down in May.",
    ],
)
def test_words_torn_from_what_leaves_them_open_are_no_quotation(source):
    torn = "the mill on the quay burned down in May."
    assert VERIFIER.check(torn, citation(source, day=None)).support < 1.0


def test_a_whole_clause_is_a_quotation():
    source = "The inquiry is over; the mill on the quay burned down in May."
    whole = "the mill on the quay burned down in May."
    assert VERIFIER.check(whole, citation(source, day=None)).support == 1.0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Eight of the schools failed the test.", "Eight of the schools did not pass the test."),
        ("The bakery is shut on Mondays.", "The bakery is not open on Mondays."),
    ],
)
def test_a_denied_opposite_is_the_same(source, said):
    assert VERIFIER.check(said, citation(source, day=None)).stands
