"""The grounded verifier: what words decide no model is asked, the rest is its support."""

import pytest

from rag.repair import Repair
from rag.support import SupportModel
from rag.types import BatchVerifier, Check, DraftSentence, Grounding, Material, Question, Reading
from rag.verify import CertainVerifier, check_each, checks_of
from rag.verify_grounded import GroundedVerifier, Thresholds, stretches
from tests.rag.networks import FakeGroundedness
from tests.rag.sources import citation, report

SOURCE = (
    "At least 14 people were killed when the Elva dam burst on Tuesday, Lantern Watch said. The "
    "council had allegedly put off the repair."
)
SURE = Grounding(0.97, 0.01, 0.02)
AGAINST = Grounding(0.05, 0.9, 0.05)


def test_exact_words_stand_in_full_and_no_model_is_asked():
    model = FakeGroundedness(AGAINST)
    check = GroundedVerifier(model).check("the Elva dam burst on Tuesday", citation(SOURCE))
    assert check == Check("supported", 1.0)
    assert model.asked == []


@pytest.mark.parametrize(
    "sentence",
    [
        "At least 41 people were killed when the Elva dam burst.",
        "At least 14 people were killed when the Hollin dam burst.",
        "At least 14 people were injured when the Elva dam burst.",
        "At least 14 people were killed when the Elva dam burst on Monday.",
        "The council put off the repair.",
        "Nobody was killed when the Elva dam burst.",
        "Oton Brack said at least 14 people were killed when the Elva dam burst.",
    ],
)
def test_what_is_certainly_wrong_no_model_can_save(sentence):
    model = FakeGroundedness(SURE)
    check = GroundedVerifier(model).check(sentence, citation(SOURCE))
    assert not check.stands
    assert check.problems
    assert check.support < 0.5
    assert model.asked == []


def test_a_paraphrase_without_common_words_stands_where_the_model_says_so():
    sentence = "Scores of homes went under."
    source = "The flood swallowed dozens of dwellings along the quay."
    sentence = "Water covered many houses by the harbour."
    assert not CertainVerifier().check(sentence, citation(source)).stands
    check = GroundedVerifier(FakeGroundedness(SURE)).check(sentence, citation(source))
    assert check.verdict == "supported"
    assert check.support == pytest.approx(0.97)


def test_what_the_model_finds_in_no_source_is_named():
    sentence = "The Elva dam burst because moles had dug through it."
    start = sentence.index("because")
    model = FakeGroundedness(Grounding(0.1, 0.2, 0.7, ((start, len(sentence)),)))
    check = GroundedVerifier(model).check(sentence, citation(SOURCE))
    assert check.verdict == "unsupported"
    assert check.problems == (
        "No words of the source bear out \u201cbecause moles had dug through it\u201d.",
    )


def test_what_the_model_finds_said_otherwise_is_contradicted():
    sentence = "The dam at Elva held."
    check = GroundedVerifier(FakeGroundedness(AGAINST)).check(sentence, citation(SOURCE))
    assert check.verdict == "contradicted"
    assert check.problems[0] == "The source says otherwise."


@pytest.mark.parametrize(
    ("held", "verdict"), [(0.9, "supported"), (0.6, "partial"), (0.4, "unsupported")]
)
def test_thresholds_turn_support_into_a_verdict(held, verdict):
    model = FakeGroundedness(Grounding(held, 0.0, 1 - held))
    verifier = GroundedVerifier(model, thresholds=Thresholds(0.8, 0.5))
    assert verifier.check("The Elva dam gave way.", citation(SOURCE)).verdict == verdict


def test_a_doubt_lowers_the_models_support_and_does_not_veto():
    source = (
        "The Elva test measures the lead in the water of a well, and takes an hour. The test was "
        "approved by the Hollin council in 1986."
    )
    sentence = "In an hour the Hollin test measures how much lead the water of a well holds."
    assert CertainVerifier().check(sentence, citation(source)).verdict == "contradicted"
    check = GroundedVerifier(FakeGroundedness(SURE)).check(sentence, citation(source))
    assert check.stands
    assert check.support < 0.97
    unsure = GroundedVerifier(FakeGroundedness(Grounding(0.55, 0.2, 0.25)))
    refused = unsure.check(sentence, citation(source))
    assert not refused.stands
    assert any("Elva" in problem for problem in refused.problems)


def test_fitted_weights_take_the_place_of_the_models_own_support():
    support = SupportModel.of({"weights": {"share": 100.0, "model": 0.0}, "bias": -1.0})
    verifier = GroundedVerifier(FakeGroundedness(AGAINST), support=support)
    assert verifier.check("The Elva dam gave way.", citation(SOURCE)).stands


def test_many_are_asked_at_once_and_come_back_in_order():
    model = FakeGroundedness(SURE, AGAINST)
    verifier = GroundedVerifier(model)
    assert isinstance(verifier, BatchVerifier)
    cited = citation(SOURCE)
    sentences = ["The Elva dam gave way.", "the Elva dam burst on Tuesday", "The dam held firm."]
    checks = check_each(verifier, [(one, cited) for one in sentences])
    assert [check.verdict for check in checks] == ["supported", "supported", "contradicted"]
    assert checks[1].support == 1.0
    assert [len(some) for some in model.asked] == [2]


def test_a_pair_is_asked_once():
    model = FakeGroundedness(SURE)
    verifier = GroundedVerifier(model)
    for _ in range(3):
        verifier.check("The Elva dam gave way.", citation(SOURCE))
    assert len(model.asked) == 1


def test_a_model_is_told_which_day_a_weekday_was_where_the_sentence_names_one():
    model = FakeGroundedness(SURE)
    source = "The pump room of the works burned out on Monday, the mayor's office said."
    quoted = citation(source, day="2021-06-16")
    verifier = GroundedVerifier(model)
    verifier.check("On 14 June flames gutted the works' pump room.", quoted)
    verifier.check("Flames gutted the works' pump room.", quoted)
    (told,), (plain,) = model.asked
    assert "on Monday (14 June 2021)" in told[0]
    assert plain[0] == source


def test_a_long_passage_is_read_in_stretches_of_whole_sentences():
    filler = " ".join(
        f"The clerk filed paper number {n} in a drawer of the hall." for n in range(90)
    )
    text = f"{filler} The Elva dam burst at dawn. {filler}"
    found = stretches("The Elva dam gave way.", text)
    assert 1 < len(found) <= 4
    assert all(len(one) <= 1500 and one in text and one.endswith(".") for one in found)
    assert "Elva" in found[0]
    model = FakeGroundedness(AGAINST, SURE)  # one of its stretches says so
    check = GroundedVerifier(model).check("The Elva dam gave way.", citation(text))
    assert check.stands


def test_a_draft_and_its_repair_go_through_the_model_in_batches():
    near = report("The Elva dam burst at dawn.")
    others = [report(f"The Elva dam burst, paper {n} says.", publisher=f"P{n}") for n in range(3)]
    sentence = "The Elva dam gave way."
    model = FakeGroundedness(Grounding(0.05, 0.05, 0.9))
    verifier = GroundedVerifier(model)
    draft = DraftSentence(sentence, (citation("The Elva dam burst at dawn."),), "written")
    assert checks_of(draft, verifier)[1] == []
    material = Material(Question(sentence), sentence, (near, *others), Reading((), 1.0), ())
    assert Repair(verifier).mend(draft, material) is None
    assert len(model.asked) == 2
    assert len(model.asked[1]) >= 3


def test_a_repair_asks_no_model_about_passages_that_may_not_save_a_sentence():
    near, further = "The Elva dam burst at dawn.", report("The clerk of Elva spoke.")
    other = report("Rents in the capital rose.")
    sentence = "The Elva dam gave way."
    draft = DraftSentence(sentence, (citation(near),), "written")
    for hits in ((further,), (other,)):
        model = FakeGroundedness(AGAINST, SURE)
        verifier = GroundedVerifier(model)
        assert checks_of(draft, verifier)[1] == []
        material = Material(Question(sentence), sentence, hits, Reading((), 1.0), ())
        assert Repair(verifier).mend(draft, material) is None
        assert len(model.asked) == 1


def test_other_languages_are_held_to_their_own_words_with_a_model_too():
    model = FakeGroundedness(SURE)
    quoted = citation("Am Montag starben vier Menschen in der Stadt.")
    check = GroundedVerifier(model).check("Vier Menschen starben in der Stadt.", quoted)
    assert check.verdict == "unsupported"
    assert model.asked == []
