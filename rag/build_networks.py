"""Which networks stand behind an open library: the reader's, the reranker's and the verifier's.

What is returned loads nothing before it is asked for the first time.
"""

from __future__ import annotations

from rag.config import Settings
from rag.networks.answer_network import AnswerNetwork
from rag.networks.pair_files import is_shipped, pair_file
from rag.networks.pair_model import load_pair_model
from rag.support import SupportModel
from rag.types import AnswerScorer, Verifier
from rag.verify import CertainVerifier
from rag.verify_grounded import MODEL_ALONE, GroundedVerifier, Thresholds, vetoes_of


def answer_scorer(settings: Settings) -> AnswerScorer | None:
    """Return the shipped reader network, None where a copy of Vouch comes without it."""
    if not is_shipped("reader"):
        return None
    return AnswerNetwork(lambda: load_pair_model("reader", threads=settings.threads))


def chosen_verifier(settings: Settings) -> Verifier:
    """Return what the setting ``verifier`` names: certain checks, and a model for the rest.

    "" is the shipped network, "off" no model, anything else a cross-encoder by name or path.
    """
    named = settings.verifier.strip()
    if named.lower() == "off" or not (named or is_shipped("groundedness")):
        return CertainVerifier()
    from rag.networks.groundedness import CrossEncoderGroundedness, NetworkGroundedness

    if named:
        from rag.networks.cross_encoder import SentenceCrossEncoder

        model = SentenceCrossEncoder(named, "verifier", threads=settings.threads)
        return GroundedVerifier(CrossEncoderGroundedness(model))
    calibration = pair_file("groundedness").calibration
    return GroundedVerifier(
        NetworkGroundedness(
            lambda pairs: load_pair_model("groundedness", threads=settings.threads)(pairs)
        ),
        support=SupportModel.of(calibration) if calibration else MODEL_ALONE,
        thresholds=Thresholds.of(calibration),
        vetoes=vetoes_of(calibration),
    )
