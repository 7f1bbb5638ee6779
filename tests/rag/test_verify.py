"""The verifier: true twins pass, every changed number, verb, speaker, day, hedge and name fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quoting import quote_for
from rag.repair import Repair
from rag.types import Check, DraftSentence, Material, Question, Reading
from rag.verify import CertainVerifier, checks_of
from tests.rag.sources import citation, report

VERIFIER = CertainVerifier()

# (source, true twin, [false twins])
TWINS = {
    "number": (
        "At least 14 people were killed when the Elva dam burst on Tuesday, Lantern Watch said.",
        "Lantern Watch said at least 14 people were killed when the Elva dam burst on Tuesday.",
        [
            "Lantern Watch said at least 41 people were killed when the Elva dam burst on Tuesday.",
            "Lantern Watch said at least forty were killed when the Elva dam burst on Tuesday.",
            "Lantern Watch said at least 14,000 were killed when the Elva dam burst on Tuesday.",
        ],
    ),
    "hedge": (
        "At least 14 people were killed when the Elva dam burst, Lantern Watch said.",
        "At least 14 people were killed when the Elva dam burst, said Lantern Watch.",
        [
            "14 people were killed when the Elva dam burst, said Lantern Watch.",
            "Up to 14 people were killed when the Elva dam burst, said Lantern Watch.",
            "About 14 people were killed when the Elva dam burst, said Lantern Watch.",
        ],
    ),
    "hedge of nothing": (
        "The storm sank 30 boats in the harbour of Port Elva.",
        "In the harbour of Port Elva the storm sank 30 boats.",
        [
            "In the harbour of Port Elva the storm sank more than 30 boats.",
            "In the harbour of Port Elva the storm sank between 30 and 40 boats.",
        ],
    ),
    "unit": (
        "Shares in the Kestrel Bank fell 31 percent before trading was halted.",
        "Before trading was halted shares in the Kestrel Bank fell 31 percent.",
        ["Before trading was halted shares in the Kestrel Bank fell 31."],
    ),
    "accepted": (
        "The Ferry Board accepted the finding of the inquiry into the collision.",
        "The finding of the inquiry into the collision was accepted by the Ferry Board.",
        [
            "The finding of the inquiry into the collision was disputed by the Ferry Board.",
            "The finding of the inquiry into the collision was not accepted by the Ferry Board.",
            "The finding of the inquiry into the collision was rejected by the Ferry Board.",
        ],
    ),
    "denied": (
        "Corvane Mining denied that its lorries had damaged the bridge at Tolle.",
        "Corvane Mining denied its lorries had damaged the Tolle bridge.",
        [
            "Corvane Mining confirmed its lorries had damaged the Tolle bridge.",
            "Corvane Mining said its lorries had damaged the Tolle bridge.",
            "Corvane Mining admitted its lorries had damaged the Tolle bridge.",
        ],
    ),
    "vetoed": (
        "Norland vetoed the council's resolution on an inquiry into the spill.",
        "The council's resolution on an inquiry into the spill was vetoed by Norland.",
        [
            "The council's resolution on an inquiry into the spill was backed by Norland.",
            "The council's resolution on an inquiry into the spill was supported by Norland.",
        ],
    ),
    "rose": (
        "The price of salt rose to 40 crowns in Dunmark after the strike.",
        "After the strike the price of salt in Dunmark rose to 40 crowns.",
        [
            "After the strike the price of salt in Dunmark fell to 40 crowns.",
            "After the strike the price of salt in Dunmark never rose to 40 crowns.",
        ],
    ),
    "opened": (
        "The lock at Sallow reopened to barges after the repair.",
        "After the repair the lock at Sallow reopened to barges.",
        ["After the repair the lock at Sallow closed to barges."],
    ),
    "survived": (
        "Nine miners survived the fall of rock in the Hollin pit.",
        "Nine miners survived the rock fall in the Hollin pit.",
        ["Nine miners died in the rock fall in the Hollin pit."],
    ),
    "speaker": (
        '"The bolts were loose for a year," Mira Solberg said at the inquiry.',
        'Mira Solberg said at the inquiry that the bolts were loose for a year.',
        [
            "Oton Brack said at the inquiry that the bolts were loose for a year.",
            "The ferry minister Oton Brack said that the bolts were loose for a year.",
        ],
    ),
    "speaker of two": (
        "Mira Solberg said the bolts were loose, a charge that Oton Brack called absurd.",
        "Mira Solberg said the bolts were loose.",
        ["Oton Brack said the bolts were loose."],
    ),
    "day": (
        "The tower at Hollin collapsed on Monday, 14 June 2021, during a gale.",
        "During a gale the tower at Hollin collapsed on 14 June 2021.",
        [
            "During a gale the tower at Hollin collapsed on 15 June 2021.",
            "During a gale the tower at Hollin collapsed on 14 June 2020.",
            "During a gale the tower at Hollin collapsed on 14 July 2021.",
            "During a gale the tower at Hollin collapsed on Tuesday.",
        ],
    ),
    "weekday": (
        "The old tower at Hollin collapsed on Monday in a gale and blocked the market street.",
        "In a gale the old tower at Hollin collapsed and blocked the market street on 14 June.",
        [
            "In a gale the old tower at Hollin collapsed and blocked the market street on 11 June.",
        ],
    ),
    "name": (
        "A fire destroyed the covered market in Port Elva before dawn.",
        "Before dawn a fire destroyed the covered market in Port Elva.",
        [
            "Before dawn a fire destroyed the covered market in Port Hollin.",
            "Before dawn a fire destroyed the covered market in Sallow.",
            "Before dawn the Red Lanterns destroyed the covered market in Port Elva.",
        ],
    ),
    "names swapped": (
        "Corvane Mining accused Hallow Freight of spilling oil into the Tolle.",
        "Corvane Mining accused Hallow Freight of spilling the oil into the Tolle.",
        ["Hallow Freight accused Corvane Mining of spilling oil into the Tolle."],
    ),
    "negation": (
        "Inspectors found no trace of lead in the wells of Sallow.",
        "In the wells of Sallow inspectors found no trace of lead.",
        [
            "In the wells of Sallow inspectors found a trace of lead.",
            "In the wells of Sallow inspectors found traces of lead.",
        ],
    ),
    "quantity": (
        "The landslide killed 14 people and injured 30 in Hollin.",
        "In Hollin the landslide killed 14 people and injured 30.",
        [
            "In Hollin the landslide killed 30 people and injured 14.",
            "In Hollin the landslide injured 14 people.",
            "In Hollin the landslide killed 30 people.",
        ],
    ),
    "rounded": (
        "The pump weighs 14.5 kg and lifts 1,940 litres of water in an hour.",
        "The pump lifts about 1,900 litres of water in an hour and weighs about 15 kg.",
        [
            "The pump lifts about 1,900 litres of water in an hour and weighs about 18 kg.",
            "The pump lifts about 19,000 litres of water in an hour and weighs 14.5 kg.",
            "The pump lifts more than 2,000 litres of water in an hour and weighs 14.5 kg.",
        ],
    ),
    "in other units": (
        "The council of Elva gave the two builders a year and a quarter of a litre of ink.",
        "The council of Elva gave both builders twelve months and 250 millilitres of ink.",
        ["The council of Elva gave both builders eleven months and 250 millilitres of ink."],
    ),
    "alleged": (
        "The clerk of Hollin allegedly sold the coins of the museum to a dealer from Sallow.",
        "The clerk of Hollin is alleged to have sold the coins of the museum to a Sallow dealer.",
        [
            "The clerk of Hollin sold the coins of the museum to a dealer from Sallow.",
            "It is established that the Hollin clerk sold the museum coins to the Sallow dealer.",
        ],
    ),
    "most": (
        "Most of the mills along the Tolle have changed to electric pumps.",
        "Along the Tolle most mills have changed to pumps that are electric.",
        ["Along the Tolle all mills have changed to pumps that are electric."],
    ),
    "of two": (
        "Two of the nine judges in Hollin found the tenant guilty of the theft.",
        "A minority of the judges in Hollin found the tenant guilty of the theft.",
        ["A majority of the judges in Hollin found the tenant guilty of the theft."],
    ),
    "rather than": (
        "The bees of Sallow died of a mite rather than of the cold spring.",
        "A mite was what the bees of Sallow died of.",
        ["The bees of Sallow died of the cold spring."],
    ),
    "profit": (
        "Corvane Mining made a profit of 14 million crowns on sales of 310 million.",
        "The profit that Corvane Mining made on its sales was 14 million crowns.",
        ["The sales that Corvane Mining made were 14 million crowns."],
    ),
    "households": (
        "Some 1,200 households in Sallow had no water for two days.",
        "For two days some 1,200 homes in Sallow had no water.",
        ["For two days some 1,200 people in Sallow had no water."],
    ),
    "what is counted": (
        "The reform cuts the districts from 31 to 18 but leaves all 400 parishes as they are.",
        "The reform leaves 400 parishes but only 18 districts instead of 31.",
        ["The reform leaves 18 parishes instead of 31."],
    ),
    "phrases": (
        "After the talks the pilots of Norland called off the strike of the weekend.",
        "The pilots of Norland cancelled the strike of the weekend after the talks.",
        ["The pilots of Norland extended the strike of the weekend after the talks."],
    ),
    "unpaid": (
        "Six bills of the roofer are still unpaid, the auditor of Hollin wrote.",
        "The auditor of Hollin wrote that six bills of the roofer are not yet paid.",
        ["The auditor of Hollin wrote that six bills of the roofer are paid."],
    ),
    "before": (
        "Work on the east wing of the abbey stopped before the flood of 1907.",
        "Before the 1907 flood work on the abbey's east wing stopped.",
        ["After the 1907 flood work on the abbey's east wing stopped."],
    ),
    "no later than": (
        "The forms for the grant must reach the office in Elva by 31 March 2021.",
        "The grant forms must reach the Elva office no later than 31 March 2021.",
        ["The grant forms must reach the Elva office no earlier than 31 March 2021."],
    ),
    "the fourth day": (
        "The patients had a fever on the fourth day and none on the tenth day.",
        "On day four the patients had a fever.",
        ["On day five the patients had a fever."],
    ),
    "a year counted from another": (
        "The old bridge at Tolle closed in 2009, three years before the new one opened.",
        "The new bridge at Tolle opened in 2012.",
        ["The new bridge at Tolle opened in 2014."],
    ),
    "a weekday to come": (
        "From Monday the ferry to Sallow will be suspended for repairs of the landing stage.",
        "From 21 June the ferry to Sallow will be suspended for repairs of the landing stage.",
        ["From 28 June the ferry to Sallow will be suspended for repairs of the landing stage."],
    ),
    "percentage points": (
        "The share of the Garden Party rose from 12 to 15 percent in the poll.",
        "The share of the Garden Party rose by three percentage points in the poll.",
        ["The share of the Garden Party rose by three percent in the poll."],
    ),
    "speaker by role": (
        "Magda Soltis, an economist at the Lorne Institute, warned that wages would trail prices. "
        "Finance Minister Per Alund called the forecast gloomy.",
        "An economist of the Lorne Institute warned that wages would trail prices.",
        ["The finance minister warned that wages would trail prices."],
    ),
    "put between": (
        "Players who pass through the whole draft are free to sign with any team they choose.",
        "Players who pass through the draft are free to sign with any team.",
        [
            "Players who pass through the draft are not free to sign with any team.",
            "Players who pass through the draft are never free to sign with any team.",
        ],
    ),
    "an opposite put in": (
        "Dogs are used in the prisons of Norland to end large fights among the inmates. No inmate "
        "was ever bitten.",
        "In the prisons of Norland dogs are used to end large fights among the inmates.",
        ["In the prisons of Norland dogs are used to end small fights among the inmates."],
    ),
    "who lent to whom": (
        "Last year Kestrel Bank lent Hallow Freight two million crowns for a ferry.",
        "Hallow Freight borrowed two million crowns for a ferry from Kestrel Bank last year.",
        [
            "Kestrel Bank borrowed two million crowns for a ferry from Hallow Freight last year.",
            "Last year Hallow Freight lent Kestrel Bank two million crowns for a ferry.",
        ],
    ),
    "only one": (
        "Both Dunmark and Lower Norland border the lake, but only Dunmark runs a ferry across it.",
        "Of Dunmark and Lower Norland only Dunmark runs a ferry across the lake.",
        ["Lower Norland runs a ferry across the lake."],
    ),
    "another matter": (
        "The landslide killed 14 people in Hollin.",
        "The landslide in Hollin killed 14 people.",
        [
            "The landslide in Hollin killed 14 people because loggers had cleared every slope and "
            "the council had ignored the geologists.",
            "Rescue dogs arrived by helicopter and searched until nightfall.",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TWINS)
def test_true_twin_is_accepted(case):
    source, true, _ = TWINS[case]
    check = VERIFIER.check(true, citation(source))
    assert check.verdict in ("supported", "partial"), check.problems
    assert check.support >= 0.6


@pytest.mark.parametrize(
    ("case", "false"), [(case, false) for case, (_, _, wrong) in TWINS.items() for false in wrong]
)
def test_false_twin_is_refused_with_a_reason(case, false):
    check = VERIFIER.check(false, citation(TWINS[case][0]))
    assert check.verdict in ("contradicted", "unsupported")
    assert check.support < 0.5
    assert check.problems


def test_there_are_enough_pairs():
    assert sum(len(wrong) for _, _, wrong in TWINS.values()) >= 30


SOURCE = (
    'The ferry "Marten" sank off Port Elva on Friday. Six people drowned, harbour master Ines Roe '
    "said. No cause was given."
)


@pytest.mark.parametrize(
    "piece", ["Six people drowned, harbour master Ines Roe said.", "Six people drowned", "drowned"]
)
def test_exact_words_are_supported_in_full(piece):
    check = VERIFIER.check(
        piece, citation(SOURCE, "Six people drowned, harbour master Ines Roe said.")
    )
    assert check == Check("supported", 1.0)


def test_other_quotes_and_blanks_do_not_matter():
    quoted = citation(SOURCE, 'The ferry "Marten" sank off Port Elva on Friday.')
    sentence = "The ferry \u201cMarten\u201d  sank off\nPort Elva on Friday."
    assert VERIFIER.check(sentence, quoted).verdict == "supported"


def test_a_quotation_in_a_composed_line_must_stand_in_the_source():
    quoted = citation(SOURCE, "Six people drowned, harbour master Ines Roe said.")
    true = "six \u2014 harbour master Ines Roe, 16 June 2021: \u201cSix people drowned, harbour master Ines Roe said.\u201d"  # noqa: E501
    assert VERIFIER.check(true, quoted).verdict in ("supported", "partial")
    false = true.replace("\u201cSix", "\u201cOnly six")
    assert VERIFIER.check(false, quoted).verdict == "contradicted"


def test_a_composed_value_must_be_the_quotes_own():
    quoted = citation(SOURCE, "Six people drowned, harbour master Ines Roe said.")
    line = "seven \u2014 harbour master Ines Roe, 16 June 2021: \u201cSix people drowned, harbour master Ines Roe said.\u201d"  # noqa: E501
    assert VERIFIER.check(line, quoted).verdict == "contradicted"


def test_a_number_in_the_name_of_a_source_is_no_number_of_a_composed_line():
    quoted = citation("A berth is let for a week.", title="Chapter 5. Berths")
    line = "a week \u2014 Chapter 5. Berths, 16 June 2021: \u201cA berth is let for a week.\u201d"
    assert VERIFIER.check(line, quoted).verdict in ("supported", "partial")
    more = line.replace("a week \u2014", "5 weeks \u2014")
    assert VERIFIER.check(more, quoted).verdict == "contradicted"


def test_a_composed_day_must_be_the_quotes_own():
    quote = "The gauge broke at 6:41 a.m. on Tuesday, 8 June 2021."
    quoted = citation(quote, day="2021-06-24")
    true = VERIFIER.check(f"8 June 2021: \u201c{quote}\u201d", quoted)
    assert true.verdict in ("supported", "partial"), true.problems
    assert VERIFIER.check(f"22 June 2021: \u201c{quote}\u201d", quoted).verdict == "contradicted"


@pytest.mark.parametrize(
    "quote",
    [
        "The harbour ministry has not changed its figure of 12 dead.",
        "Twelve people drowned, but nobody could say why.",
        "Corvane Mining denied that 12 people had drowned.",
    ],
)
def test_a_composed_line_may_hold_a_quotation_that_says_no(quote):
    quoted = citation(quote)
    line = f"12 \u2014 Dunmark Courier, 16 June 2021: \u201c{quote}\u201d"
    check = VERIFIER.check(line, quoted)
    assert check.verdict in ("supported", "partial"), check.problems


def test_a_draft_keeps_only_the_citations_that_hold_it_up():
    good = citation("The landslide killed 14 people in Hollin.")
    bad = citation("The landslide killed 9 people in Hollin.", publisher="Elva Post")
    draft = DraftSentence("The landslide in Hollin killed 14 people.", (bad, good))
    kept, checks = checks_of(draft, VERIFIER)
    assert kept.draft.citations == (good,)
    assert len(checks) == 1
    assert kept.problems == ()


def test_a_draft_that_nothing_holds_up_is_refused_with_what_differs():
    bad = citation("The landslide killed 9 people in Hollin.")
    kept, checks = checks_of(
        DraftSentence("The landslide in Hollin killed 14 people.", (bad,)), VERIFIER
    )
    assert checks == []
    assert "14" in " ".join(kept.problems)


def test_a_draft_without_citations_is_refused():
    kept, checks = checks_of(DraftSentence("Hollin is safe.", ()), VERIFIER)
    assert (checks, bool(kept.problems)) == ([], True)


def test_a_lead_may_give_no_figure_that_no_source_gives():
    citations = (citation("It killed 14."), citation("It killed 9.", publisher="Elva Post"))
    assert checks_of(DraftSentence("Sources give 9 and 14:", citations, "lead"), VERIFIER)[1]
    kept, checks = checks_of(DraftSentence("Sources give 9 and 44:", citations, "lead"), VERIFIER)
    assert checks == []
    assert "44" in kept.problems[0]


PASSAGE = (
    "The Elva dam burst on Tuesday, 8 June 2021, and flooded the towns of Hollin and Sallow. At "
    "least 14 people were killed in Hollin and 30 were injured, Lantern Watch said. Oton Brack, "
    "the ferry minister, said the dam had been inspected in 2019 by engineers from Norland. In "
    "Sallow the water rose to 3.5 metres and destroyed 212 houses. Mira Solberg, who leads the "
    "inquiry, said that the bolts had been loose for a year. The repair will cost 2.5 million "
    "crowns, about 12 percent of the council's budget. Corvane Mining did not answer questions "
    "about the quarry above the dam."
)

PARAPHRASES = [
    "When the dam burst, no fewer than 14 people lost their lives in Hollin, and another 30 were "
    "injured.",
    "Engineers from Norland inspected the dam in 2019, according to Brack.",
    "In Sallow, 212 houses were destroyed as the water rose to 3.5 metres.",
    "The bolts were loose for a year, Solberg said.",
    "The cost of the repair will be 2,500,000 crowns, or about 12% of the budget of the council.",
    "The towns of Hollin and Sallow were flooded after the Elva dam burst on 8 June.",
    "Questions about the quarry were not answered by Corvane Mining.",
]

EXCHANGED = [
    ("the other number of the sentence", "At least 30 people were killed in Hollin."),
    ("a number of another thing", "In Sallow, 14 houses were destroyed as the water rose."),
    ("a number of another thing", "In Sallow the water rose to 2.5 metres and destroyed houses."),
    ("a name of another thing", "Engineers from Hollin inspected the dam in 2019."),
    (
        "a name of another thing",
        "In Norland the water rose to 3.5 metres and destroyed 212 houses.",
    ),
    ("half a name", "In Sallow, Corvane Watch said, the water rose and destroyed 212 houses."),
    ("another year", "The dam had been inspected in 2021 by engineers from Norland."),
    ("another day of the month", "The Elva dam burst on 9 June 2021 and flooded Hollin."),
    ("another speaker", "Mira Solberg said the dam had been inspected by engineers from Norland."),
    ("another speaker", "According to Oton Brack, the bolts had been loose for a year."),
    ("a code", "The 14-acre towns of Hollin and Sallow were flooded after the Elva dam burst."),
    ("a denial", "Corvane Mining did answer questions about the quarry above the dam."),
    ("a denial", "The dam had not been inspected in 2019 by engineers from Norland."),
    ("a misquotation", 'The bolts had been "loose for a whole decade", Mira Solberg said.'),
]


@pytest.mark.parametrize("sentence", PARAPHRASES)
def test_a_paraphrase_of_the_passage_is_accepted(sentence):
    check = VERIFIER.check(sentence, citation(PASSAGE))
    assert check.verdict in ("supported", "partial"), check.problems


@pytest.mark.parametrize(("what", "sentence"), EXCHANGED)
def test_a_value_that_the_passage_gives_of_something_else_is_refused(what, sentence):
    check = VERIFIER.check(sentence, citation(PASSAGE))
    assert check.verdict in ("contradicted", "unsupported"), what
    assert check.problems


def test_a_sentence_may_be_held_up_by_the_passage_beside_its_quotation():
    quoted = citation(PASSAGE, "In Sallow the water rose to 3.5 metres and destroyed 212 houses.")
    sentence = "In Sallow 212 houses were destroyed after the Elva dam burst."
    assert VERIFIER.check(sentence, quoted).verdict in ("supported", "partial")


def test_a_claim_before_a_quotation_is_checked_too():
    quoted = citation(SOURCE, "Six people drowned, harbour master Ines Roe said.")
    line = (
        "Smugglers had bribed the coast guard and scuttled the ferry for its insurance: "
        "\u201cSix people drowned, harbour master Ines Roe said.\u201d"
    )
    assert VERIFIER.check(line, quoted).verdict in ("contradicted", "unsupported")


MISNAMED = [
    (
        "halves of two names of one sentence",
        "Corvane Mining, which is based in Norland, sued Hallow Freight over the oil in the Tolle.",
        "Corvane Freight was sued over the oil in the Tolle.",
    ),
    (
        "a name beside a word that stands beside another one",
        "The Elva test measures the lead in the water of a well, and takes an hour. The test was "
        "approved by the Hollin council in 1986.",
        "The Hollin test measures lead in the water of a well and takes an hour.",
    ),
    (
        "a speaker of the same sentence in other reports of the passage",
        "Lantern Watch said the raid had hit a depot of weapons in the camp. Nobody was hurt. The "
        "Norland army said the raid was aimed at a depot of fuel near the camp.",
        "The Norland army said the raid had hit a depot of weapons in the camp.",
    ),
]


@pytest.mark.parametrize(("what", "source", "sentence"), MISNAMED)
def test_a_name_that_the_passage_has_but_not_so_is_refused(what, source, sentence):
    check = VERIFIER.check(sentence, citation(source))
    assert check.verdict == "contradicted", what
    assert check.problems


def test_a_name_may_be_spelled_out_of_its_letters():
    source = "Levels above 10 mean a risk of one in four for the swimmers, according to the ALS."
    sentence = "Levels above 10 mean a risk of one in four, according to the Alpine Lake Society."
    assert VERIFIER.check(sentence, citation(source)).verdict in ("supported", "partial")
    assert VERIFIER.check(sentence.replace("Lake", "Pool"), citation(source)).problems


def test_one_shared_word_of_two_is_chance():
    source = "The sheet lists what each answer is worth (one mark) and what the essay is."
    check = VERIFIER.check("One fact a sentence.", citation(source))
    assert check.verdict == "unsupported"
    assert VERIFIER.check("One essay, an answer.", citation(source)).verdict != "unsupported"


@pytest.mark.parametrize(
    "torn", ["ORDER: ninet", "RDER: ninety", "ninet", "ORDER: ninety crates, 2"]
)
def test_a_torn_word_is_no_quotation(torn):
    quoted = citation("ORDER: ninety crates, 2.5 tons.")
    assert VERIFIER.check("ORDER: ninety", quoted) == Check("supported", 1.0)
    assert VERIFIER.check(torn, quoted).verdict in ("contradicted", "unsupported")
    assert VERIFIER.check(f"ninety \u2014 16 June 2021: \u201c{torn}\u201d", quoted).support < 0.5


def test_a_misquotation_may_not_end_within_a_word():
    source = "Mira Solberg called the bolts of the bridge a scandalous loss for all of its makers."
    sentence = 'Solberg called the bolts of the bridge "a scandalous loss for all of its maker".'
    assert "is not in the source" in " ".join(VERIFIER.check(sentence, citation(source)).problems)
    cut = sentence.replace("maker", "make[r]")
    assert VERIFIER.check(cut, citation(source)).verdict in ("supported", "partial")


def test_what_the_cited_passage_says_otherwise_is_not_saved_by_one_that_speaks_of_it_less():
    near = report("The council opened the new market hall of Hollin in Elva Street on Friday.")
    far = report("In Sallow Street the council of Elva has opened a market.", publisher="Elva Post")
    wrong = "The council opened the new market hall of Hollin in Sallow Street on Friday."
    right = report(f"{wrong} It rained.", publisher="Tolle Times")

    def mended(*hits):
        draft = DraftSentence(wrong, (quote_for(wrong, near),), "written")
        material = Material(Question(wrong), wrong, (near, *hits), Reading((), 1.0), ())
        return Repair(VERIFIER).mend(draft, material)

    assert mended(far) is None
    assert mended(far, right)[0].draft.citations[0].document.publisher == "Tolle Times"


@given(st.integers(1, 800), st.integers(1, 800))
def test_any_changed_number_is_refused(given_number, told):
    check = VERIFIER.check(
        f"The landslide in Hollin buried {told} goats.",
        citation(f"The landslide buried {given_number} goats in Hollin."),
    )
    assert (check.verdict in ("supported", "partial")) == (given_number == told)


@given(st.text(max_size=100))
def test_any_text_can_be_checked(text):
    check = VERIFIER.check(text, citation(SOURCE))
    assert 0.0 <= check.support <= 1.0


def test_what_is_not_in_the_passage_is_not_supported_though_the_title_says_it():
    hit = report("It was raining.", title="Fourteen killed in Hollin landslide")
    quoted = citation(hit.passage.text, title=hit.document.title)
    assert VERIFIER.check("Fourteen were killed.", quoted).verdict in (
        "contradicted",
        "unsupported",
    )


@pytest.mark.parametrize(
    ("sentence", "source", "stands"),
    [
        ("Vier Menschen starben in der Stadt.", "Am Montag starben vier Menschen in der Stadt.", 0),
        ("Vier Menschen starben.", "Der Sprecher sagte: Vier Menschen starben.", 1),
        ("F\u00fcnf Menschen starben.", "Der Sprecher sagte: Vier Menschen starben.", 0),
        ("Die Firma bestritt die Vorw\u00fcrfe.", "Die Firma sagte die Vorw\u00fcrfe voraus.", 0),
        ("\u4e03\u4eba\u6b7b\u4ea1\u3002", "\u5468\u4e00\u4e03\u4eba\u6b7b\u4ea1\u3002", 1),
        ("\u4e5d\u4eba\u6b7b\u4ea1\u3002", "\u5468\u4e00\u4e03\u4eba\u6b7b\u4ea1\u3002", 0),
    ],
)
def test_other_languages_stand_in_their_sources_own_words_alone(sentence, source, stands):
    check = CertainVerifier().check(sentence, citation(source))
    assert (check.verdict == "supported") is bool(stands), check
    assert stands or check.problems


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("The pump weighs 14.5 kilograms.", True),
        ("The pump weighs 14.5 tonnes.", False),
        ("Its oil is changed every 500 hours.", True),
        ("Its oil is changed every 500 days.", False),
    ],
)
def test_a_measure_keeps_its_unit(sentence, stands):
    source = "The pump weighs 14.5 kg, and its oil is changed every 500 hours."
    check = CertainVerifier().check(sentence, citation(source))
    assert (check.verdict in ("supported", "partial")) is stands, check


def test_what_a_source_does_not_speak_of_is_told_in_the_sentences_own_words():
    source = citation("The works were built by the harbour in 1962.")
    check = CertainVerifier().check("Swiss companies own many bakeries.", source)
    assert "companies" in check.problems[0]
    assert "compani," not in check.problems[0]
