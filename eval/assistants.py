"""The assistant that the fits ask: Vouch's own over a library, with a reader that is watched."""

from __future__ import annotations

from eval.library import EvalLibrary
from rag.assistant import Assistant
from rag.compose import Composer
from rag.follow_up import FollowUp
from rag.rarity import Rarity
from rag.survey import Survey
from rag.types import Reader
from rag.verify import CertainVerifier
from rag.write import ExtractiveWriter


def resolver(library: EvalLibrary) -> FollowUp:
    """Return the resolver as Vouch uses it over a library."""
    rarity = Rarity(library.ledger, library.collection)
    return FollowUp(rarity.knows, rarity.together)


def watched(library: EvalLibrary, reader: Reader) -> Assistant:
    """Return an assistant over a library that reads with ``reader`` and quotes."""
    opened = library.opened
    return Assistant(
        retriever=opened.retriever,
        reader=reader,
        composer=Composer(ExtractiveWriter(), CertainVerifier()),
        library=Survey(opened.ledger),
        hits=opened.settings.hits,
        reranker=opened.reranker,
        rewrite=resolver(library),
    )
