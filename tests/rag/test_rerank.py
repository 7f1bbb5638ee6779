"""Rerankers: what moves up, what keeps its place, and a real cross-encoder by its path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.networks.cross_encoder import SentenceCrossEncoder
from rag.rerank import AnswerReranker, CrossEncoderReranker, chosen_reranker, reordered
from rag.types import DocumentInfo, Hit, Passage, PassageScores
from tests.rag.models import library

ROOT = Path(__file__).parents[2]


def hit(text: str, score: float, context: str = "") -> Hit:
    return Hit(Passage("d", 0, len(text), text, context), DocumentInfo("d", "", "D", "d"), score)


HITS = [hit("first", 0.9), hit("second", 0.7), hit("third", 0.5), hit("fourth", 0.3)]


def texts(hits: list[Hit]) -> list[str]:
    return [one.passage.text for one in hits]


class Told:
    """A scorer of answers that was told its logits, and remembers what it was asked."""

    def __init__(self, **logits: float) -> None:
        self.logits, self.asked = logits, []

    def score(self, question: str, passages: list[str]) -> list[PassageScores]:
        self.asked.append((question, list(passages)))
        return [PassageScores(self.logits.get(one, -4.0), ()) for one in passages]


def test_what_answers_goes_before_what_resembles() -> None:
    scorer = Told(third=5.0)
    found = AnswerReranker(scorer).rerank("Who?", HITS)
    assert texts(found) == ["third", "first", "second", "fourth"]
    assert scorer.asked == [("Who?", ["first", "second", "third", "fourth"])]
    assert {id(one) for one in found} == {id(one) for one in HITS}


def test_the_weight_says_how_far_it_goes() -> None:
    scorer = Told(fourth=5.0, first=-4.0)
    assert texts(AnswerReranker(scorer, weight=0.0).rerank("Who?", HITS)) == texts(HITS)
    assert texts(AnswerReranker(scorer, weight=1.0).rerank("Who?", HITS))[0] == "fourth"


def test_beliefs_that_hardly_differ_change_nothing() -> None:
    close = Told(first=-0.01, second=0.0, third=0.01, fourth=0.02)
    assert texts(AnswerReranker(close).rerank("Who?", HITS)) == texts(HITS)


def test_hits_beyond_the_depth_keep_their_places_and_are_not_read() -> None:
    scorer = Told(second=5.0, fourth=9.0)
    found = AnswerReranker(scorer, depth=3).rerank("Who?", HITS)
    assert texts(found) == ["second", "first", "third", "fourth"]
    assert scorer.asked[0][1] == ["first", "second", "third"]


def test_hits_of_the_named_time_keep_the_lead_that_their_place_gives_them() -> None:
    dated = [hit("dated", 0.2), hit("other", 0.9), hit("last", 0.1)]
    assert texts(reordered(dated, [0.0, 0.2, 0.0], 0.5))[0] == "dated"
    assert texts(reordered(dated, [0.0, 6.0, 0.0], 0.5))[0] == "other"


@pytest.mark.parametrize("hits", [[], HITS[:1]])
def test_nothing_is_computed_where_there_is_nothing_to_order(hits: list[Hit]) -> None:
    scorer = Told()
    assert AnswerReranker(scorer).rerank("Who?", hits) == hits
    assert scorer.asked == []


class ByLength:
    """Scores pairs by the length of the passage."""

    def score(self, pairs: list[tuple[str, str]]) -> np.ndarray:
        self.pairs = pairs
        return np.array([10.0 * len(passage) for _, passage in pairs], dtype=np.float32)


def test_a_cross_encoder_reads_the_context_with_the_passage() -> None:
    scorer = ByLength()
    hits = [hit("short", 0.5), hit("a longer passage", 0.49, "Title")]
    assert texts(CrossEncoderReranker(scorer).rerank("Who?", hits))[0] == "a longer passage"
    assert scorer.pairs == [("Who?", "short"), ("Who?", "Title\na longer passage")]


def test_the_setting_chooses() -> None:
    assert chosen_reranker("off", Told()) is None
    assert chosen_reranker("reader") is None
    assert isinstance(chosen_reranker("reader", Told()), AnswerReranker)
    assert isinstance(chosen_reranker("a/model"), CrossEncoderReranker)


def test_a_cross_encoder_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    reranker = chosen_reranker(str(tmp_path / "nothing"))
    assert reranker is not None
    assert reranker.rerank("Who?", HITS[:1]) == HITS[:1]
    with pytest.raises(ModelError) as caught:
        reranker.rerank("Who?", HITS)
    assert "VOUCH_RERANKER" in str(caught.value.hint)


def test_a_tiny_cross_encoder_by_its_path_orders_hits(tmp_path: Path) -> None:
    path = tiny_cross_encoder(tmp_path / "tiny")
    reranker = CrossEncoderReranker(SentenceCrossEncoder(str(path), "reranker"), weight=1.0)
    found = reranker.rerank("who rang the bell", [hit("fog", 0.5), hit("the bell", 0.5)])
    back = reranker.rerank("who rang the bell", [hit("the bell", 0.5), hit("fog", 0.5)])
    assert sorted(texts(found)) == ["fog", "the bell"]
    assert texts(found) == texts(back)  # by its scores, not by the order they came in


def tiny_cross_encoder(path: Path) -> Path:
    """Write a cross-encoder of two layers with weights by chance, large enough to differ."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    path.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"who rang the bell fog".split()]
    (path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(path)
    BertTokenizerFast(str(path / "vocab.txt")).save_pretrained(path)
    return path


SEARCH = """
import sys
opened = []
sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
from ui.cli import main
try:
    code = main(["--library", *sys.argv[1:]])
except SystemExit as left:
    code = left.code
from rag.networks.pair_files import MODELS
print("NETWORKS", [one for one in opened if one.startswith(str(MODELS)) and ".json" not in one])
heavy = ("torch", "sentence_transformers", "transformers", "rag.networks.cross_encoder")
print("MODULES", [one for one in heavy if one in sys.modules])
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(("search", "Who rang the bell?"), "Anna rang the bell."), (("--help",), "Usage: vouch")],
)
def test_search_and_help_load_no_network_that_reads_pairs(
    tmp_path: Path, arguments: tuple[str, ...], shown: str
) -> None:
    library(tmp_path / "library", "Anna rang the bell.", "The fog came.").close()
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(tmp_path / "library"), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout
    assert "NETWORKS []" in done.stdout
    assert "MODULES []" in done.stdout
