"""Which networks stand behind an open library: the reader's, the reranker's and the verifiers'.

What is returned loads nothing before it is asked for the first time.
"""

from __future__ import annotations

from rag.config import Settings
from rag.networks.answer_network import AnswerNetwork
from rag.networks.pair_files import is_shipped, pair_file
from rag.networks.pair_model import load_pair_model
from rag.support import SupportModel
from rag.types import AnswerScorer, Groundedness, Verifier
from rag.verify import CertainVerifier
from rag.verify_drafts import DraftLimits, DraftVerifier
from rag.verify_grounded import MODEL_ALONE, GroundedVerifier, Thresholds, vetoes_of


def answer_scorer(settings: Settings) -> AnswerScorer | None:
    """Return the shipped reader network, None where a copy of Vouch comes without it."""
    if not is_shipped("reader"):
        return None
    return AnswerNetwork(lambda: load_pair_model("reader", threads=settings.threads))


def uses_network(settings: Settings) -> bool:
    """Return whether the shipped groundedness network is there and the settings name no other."""
    return not settings.verifier.strip() and is_shipped("groundedness")


def chosen_verifier(settings: Settings) -> Verifier:
    """Return what checks the sentences that a chat model drafts, as the setting ``verifier`` says.

    "" is the shipped network beside the rules, "off" the rules alone, anything else a
    cross-encoder by name or path, after the certain checks.
    """
    if not uses_network(settings):
        return _without_network(settings)
    calibration = pair_file("groundedness").calibration
    support = SupportModel.of(calibration) if calibration else MODEL_ALONE
    return DraftVerifier(_network(settings), support=support, limits=DraftLimits.of(calibration))


def chosen_judge(settings: Settings) -> Verifier:
    """Return what judges whole texts of others, as the setting ``verifier`` says.

    It differs from ``chosen_verifier`` with the shipped network: its verdict is where a fitted
    support tells best which texts are borne out, wherever the rules stand.
    """
    if not uses_network(settings):
        return _without_network(settings)
    calibration = pair_file("groundedness").calibration
    return GroundedVerifier(
        _network(settings),
        support=SupportModel.of(calibration) if calibration else MODEL_ALONE,
        thresholds=Thresholds.of(calibration),
        vetoes=vetoes_of(calibration),
    )


def _without_network(settings: Settings) -> Verifier:
    named = settings.verifier.strip()
    if not named or named.lower() == "off":
        return CertainVerifier()
    from rag.networks.cross_encoder import SentenceCrossEncoder
    from rag.networks.groundedness import CrossEncoderGroundedness

    model = SentenceCrossEncoder(named, "verifier", threads=settings.threads)
    return GroundedVerifier(CrossEncoderGroundedness(model))


def _network(settings: Settings) -> Groundedness:
    from rag.networks.groundedness import NetworkGroundedness

    return NetworkGroundedness(
        lambda pairs: load_pair_model("groundedness", threads=settings.threads)(pairs)
    )
