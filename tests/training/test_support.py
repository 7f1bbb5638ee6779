"""The fitted support: it orders and calibrates rows that it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from eval.adversarial import hit_of, read_pairs
from eval.metrics.calibration import ece
from eval.metrics.detection import auc
from rag.quoting import quote_for
from rag.support import CERTAIN_KINDS, DOUBT_KINDS, SupportModel, findings
from rag.types import Grounding
from rag.verify_drafts import DraftLimits
from rag.verify_grounded import Thresholds
from tests.rag.sources import citation
from training.logistic import logistic
from training.support import deciding, features, fitted, struck, thresholds_of, vetoes_of
from training.support_examples import Example


def _rows(count=600, seed=2):
    """Return features of which the model's logit tells the truth, half as sure as it says."""
    random = np.random.default_rng(seed)
    logit = random.normal(0, 4, count)
    truth = random.random(count) < 1 / (1 + np.exp(-logit / 2))
    rows = [(({"model": float(one), "share": float(random.random())},),) for one in logit]
    return rows, [bool(one) for one in truth], [f"g{n // 3}" for n in range(count)]


def test_a_model_that_is_too_sure_is_calibrated_on_rows_it_has_not_seen():
    rows, truth, groups = _rows()
    found = fitted(rows, truth, groups, names=("model", "share"))
    assert found.model.weights["model"] == pytest.approx(0.5, abs=0.1)
    assert abs(found.model.weights["share"]) < 0.5
    raw = np.array([SupportModel({"model": 1.0}).support(row[0][0]) for row in rows])
    assert found.ece < 0.07 < ece(raw, np.array(truth, float))
    assert found.auc == pytest.approx(auc(np.array(truth, float), raw), abs=0.02)


def test_what_is_written_is_what_the_verifier_reads():
    rows, truth, groups = _rows(90)
    found = fitted(rows, truth, groups, names=("model", "share"))
    again = SupportModel.of(found.as_json())
    assert again.support(rows[0][0][0]) == pytest.approx(
        found.model.support(rows[0][0][0]), abs=1e-3
    )


def test_thresholds_are_written_with_the_support_and_read_by_the_verifier():
    rows, truth, groups = _rows(300)
    found = fitted(rows, truth, groups)
    assert "thresholds" not in found.as_json()
    chosen = thresholds_of(found.unseen, np.array(truth, float))
    written = replace(found, thresholds=chosen).as_json()
    assert Thresholds.of(written) == chosen
    assert Thresholds.of({}) == Thresholds()
    assert DraftLimits.of(written).agrees == chosen.supported


def test_a_true_sentence_that_falls_costs_more_than_a_wrong_one_that_stands():
    support = np.array([0.2] * 9 + [0.8] * 9 + [0.5, 0.5])
    truth = np.array([0.0] * 9 + [1.0] * 9 + [0.0, 1.0])
    chosen = thresholds_of(support, truth)
    assert 0.2 < chosen.partial <= 0.5
    assert chosen.partial <= chosen.supported


def test_heavier_rows_count_for_more():
    values, truth = np.array([[0.0], [0.0]]), np.array([0.0, 1.0])
    bias = logistic(values, truth, np.array([1.0, 3.0]))[0]
    assert 1 / (1 + np.exp(-bias)) == pytest.approx(0.75, abs=0.01)


def test_only_what_a_model_must_decide_is_fitted():
    source = "At least 14 people were killed when the Elva dam burst on Tuesday."
    sentences = (
        "the Elva dam burst on Tuesday",
        "At least 41 people were killed when the Elva dam burst.",
        "The Elva dam gave way.",
    )
    examples = [Example.of(one, citation(source), True, "g", "made") for one in sentences]

    class Model:
        asked = 0

        def score(self, pairs):
            self.asked += len(pairs)
            return [Grounding(0.9, 0.05, 0.05, ((0, 3),))] * len(pairs)

    model = Model()
    (((exact,),), ((number,),), ((left,),)) = found = features(examples, model)
    assert exact == 1.0
    assert number["number"] == 1.0
    assert number["certain"] >= 1.0
    assert model.asked == 2
    assert left["model"] == pytest.approx(np.log(9.0))
    assert left["loose"] == pytest.approx(3 / len(sentences[2]))
    assert struck(found, ["number"]) == [((1.0,),), ((0.1,),), ((left,),)]
    assert struck(found, ["day"]) == found


def test_a_text_is_as_supported_as_its_worst_sentence_in_its_best_passage():
    model = SupportModel({"share": 1.0})
    low, high = {"share": -1.0}, {"share": 2.0}
    assert deciding(((low, high), (high,)), model)[1] == high
    assert deciding(((low, high), (low, 0.3)), model)[0] == pytest.approx(0.3)


def test_a_check_that_is_often_wrong_may_not_veto():
    right = [Example((), False, f"g{n}", "made") for n in range(12)]
    wrong = [Example((), True, f"h{n}", "made") for n in range(3)]
    number, day = {"number": 1.0}, {"day": 1.0}
    known = [*[((number,),)] * 12, *[((day,),)] * 3]
    found = vetoes_of([*right, *wrong], known, SupportModel())
    assert "number" in found
    assert "day" not in found
    assert "unit" in found


def test_texts_that_do_not_count_in_the_fit_forbid_no_veto():
    wrong = [Example((), True, f"h{n}", "made", weight) for n in range(3) for weight in (0.0, 1.0)]
    known = [*[((one,),) for one in ({"number": 1.0}, {"day": 1.0})] * 3]
    found = vetoes_of(wrong, known, SupportModel())
    assert "number" in found
    assert "day" not in found


def test_every_check_that_speaks_is_one_that_is_fitted():
    spoken = {
        kind
        for pair in read_pairs("dev")
        for sentence in (pair.true, pair.false)
        for kind in findings(sentence, quote_for(sentence, hit_of(pair))).kinds
    }
    assert len(spoken) > 10
    assert spoken <= {*CERTAIN_KINDS, *DOUBT_KINDS}
