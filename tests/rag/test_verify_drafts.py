"""What checks drafts: rules decide, and a model saves or strikes where it is sure."""

import subprocess
import sys

import pytest

from rag.build_networks import chosen_judge, chosen_verifier
from rag.config import Settings
from rag.networks.pair_files import checked_network, is_shipped, pair_file
from rag.support import SupportModel
from rag.types import BatchVerifier, Check, Grounding
from rag.verify import CertainVerifier
from rag.verify_drafts import DraftLimits, DraftVerifier
from rag.verify_grounded import GroundedVerifier
from tests.rag.networks import FakeGroundedness
from tests.rag.sources import citation

SOURCE = (
    "At least 14 people were killed when the Elva dam burst on Tuesday, Lantern Watch said. The "
    "council had allegedly put off the repair."
)
SURE = Grounding(0.97, 0.01, 0.02)
AGAINST = Grounding(0.004, 0.99, 0.006, ((4, 11),))
LIKELY_NOT = Grounding(0.06, 0.9, 0.04)


def verifier(answer, **limits):
    """Return a verifier whose model always gives one answer, and the model."""
    model = FakeGroundedness(answer)
    return DraftVerifier(model, limits=DraftLimits(**limits)), model


def test_exact_words_stand_in_full_and_no_model_is_asked():
    checker, model = verifier(AGAINST)
    check = checker.check("the Elva dam burst on Tuesday", citation(SOURCE))
    assert check == Check("supported", 1.0)
    assert model.asked == []


@pytest.mark.parametrize(
    "sentence",
    [
        "At least 41 people were killed when the Elva dam burst.",
        "At least 14 people were killed when the Hollin dam burst.",
        "At least 14 people were killed when the Elva dam burst on Monday.",
        "The council put off the repair.",
        "Oton Brack said at least 14 people were killed when the Elva dam burst.",
    ],
)
def test_what_any_rule_finds_wrong_falls_and_no_model_is_asked(sentence):
    checker, model = verifier(SURE)
    check = checker.check(sentence, citation(SOURCE))
    assert check == CertainVerifier().check(sentence, citation(SOURCE))
    assert not check.stands
    assert check.problems
    assert model.asked == []


def test_a_doubt_of_the_rules_counts_however_sure_the_model_is():
    source = "There were 31 dead in Karvel and 12 in Osmark."
    sentence = "There were 12 dead in Karvel."
    assert not CertainVerifier().check(sentence, citation(source)).stands
    checker, model = verifier(SURE)
    assert not checker.check(sentence, citation(source)).stands
    assert model.asked == []


FAINT = "About 200 people are afloat off Elva after the storm, the council said."


def test_one_faint_finding_alone_is_cleared_by_a_model_that_is_for_the_sentence():
    sentence = "200 people are afloat off Elva after the storm."
    assert not CertainVerifier().check(sentence, citation(FAINT)).stands
    checker, model = verifier(SURE)
    assert checker.check(sentence, citation(FAINT)).stands
    assert model.asked
    checker, _ = verifier(LIKELY_NOT)
    assert not checker.check(sentence, citation(FAINT)).stands


def test_a_faint_finding_beside_another_one_counts_however_sure_the_model_is():
    sentence = "200 people are afloat off Hollin after the storm."
    checker, model = verifier(SURE)
    assert not checker.check(sentence, citation(FAINT)).stands
    assert model.asked == []


REWORDED = "At least 14 people died in the burst of the Elva dam."


def test_what_words_bear_out_stands_though_the_model_doubts_it():
    assert CertainVerifier().check(REWORDED, citation(SOURCE)).stands
    checker, model = verifier(LIKELY_NOT)
    check = checker.check(REWORDED, citation(SOURCE))
    assert model.asked
    assert check.verdict == "partial"
    assert check.support >= 0.6


def test_what_words_bear_out_falls_where_the_model_is_all_but_certain():
    checker, _ = verifier(AGAINST)
    check = checker.check(REWORDED, citation(SOURCE))
    assert check.verdict == "contradicted"
    assert check.support < 0.5
    assert check.problems[0] == "The source says otherwise."
    assert "\u201cleast 14\u201d" not in check.problems[0]


@pytest.mark.parametrize(
    ("sentence", "loose", "falls"),
    [
        ("In the burst of the Elva dam at least 14 people died.", "Elva", 0.7),
        ("In the burst of the Elva dam at least 14 people died.", "burst", 0.98),
        ("At least 14 died in the burst of the Elva dam, and it was not repaired.", "not", 0.93),
    ],
)
def test_a_loose_name_or_not_falls_sooner(sentence, loose, falls):
    start = sentence.index(loose)
    for share, stands in ((falls - 0.01, True), (falls + 0.01, False)):
        spans = ((start, start + len(loose)),)
        checker, _ = verifier(Grounding(1 - share, share, 0.0, spans))
        assert checker.check(sentence, citation(SOURCE)).stands is stands


PARAPHRASE = "The barrier gave way and people lost their lives."


def test_a_paraphrase_is_saved_where_the_model_is_for_it():
    source = "People were killed when the dam burst."
    assert not CertainVerifier().check(PARAPHRASE, citation(source)).stands
    assert verifier(SURE)[0].check(PARAPHRASE, citation(source)).stands
    assert not verifier(LIKELY_NOT)[0].check(PARAPHRASE, citation(source)).stands


def test_a_paraphrase_is_not_saved_where_the_model_is_against_it():
    source = "People were killed when the dam burst."
    always = SupportModel({}, 5.0)
    for share, stands in ((0.49, True), (0.51, False)):
        model = FakeGroundedness(Grounding(1 - share, share, 0.0))
        checker = DraftVerifier(model, support=always)
        assert checker.check(PARAPHRASE, citation(source)).stands is stands


def test_sentences_are_asked_about_at_once_and_once():
    checker, model = verifier(SURE)
    assert isinstance(checker, BatchVerifier)
    pairs = [(REWORDED, citation(SOURCE)), ("The Elva dam has burst.", citation(SOURCE))]
    first = checker.check_all(pairs)
    assert len(model.asked) == 1
    assert [checker.check(*pair) for pair in pairs] == first
    assert len(model.asked) == 1


def test_without_the_network_the_rules_check_and_judge():
    for choose in (chosen_verifier, chosen_judge):
        assert isinstance(choose(Settings(verifier="off")), CertainVerifier)


shipped = pytest.mark.skipif(
    not is_shipped("groundedness"), reason="this copy comes without the network"
)


@shipped
def test_the_shipped_network_is_what_its_record_says_and_has_its_card():
    file = pair_file("groundedness")
    assert len(checked_network(file)) == file.size
    assert {"weights", "bias", "thresholds", "vetoes", "drafts"} <= set(file.calibration)
    assert "CC BY-SA" in (file.path.parent / "card.md").read_text(encoding="utf-8")


@shipped
def test_drafts_are_held_to_more_than_texts_that_are_judged():
    assert isinstance(chosen_verifier(Settings()), DraftVerifier)
    assert isinstance(chosen_judge(Settings()), GroundedVerifier)


@shipped
def test_the_shipped_network_saves_what_shares_few_words_and_not_what_nobody_said():
    source = citation("Cats that live indoors usually live longer than those that roam outside.")
    checker = chosen_verifier(Settings(threads=1))
    true = "Staying in prolongs the lives of most cats."
    other = "Keeping a cat inside tends to annoy the neighbours."
    uncovered = "Keeping a cat inside tends to make it fat."
    assert not CertainVerifier().check(true, source).stands
    assert checker.check(true, source).stands
    assert not checker.check(other, source).stands
    assert not checker.check(uncovered, source).stands


@shipped
def test_nothing_is_loaded_before_a_draft_is_checked():
    code = (
        "import sys\n"
        "from rag.build_networks import chosen_judge, chosen_verifier\n"
        "from rag.config import Settings\n"
        "chosen_verifier(Settings()), chosen_judge(Settings())\n"
        "assert 'onnxruntime' not in sys.modules, 'a model was loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
