"""Verifiers by name: Vouch's own, a threshold on the cosine, anybody's, or an LLM as judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval.cache import code_version, hash_of
from rag.errors import BadRequest
from rag.types import Check, Citation, Encoder, Verifier

COSINE = 0.6
"""Cosine of sentence and passage from which the threshold counts as support; a round number."""


@dataclass(frozen=True, slots=True)
class NamedVerifier:
    """A verifier with the name that reports call it by, and a hash of what decides its checks.

    ``least`` is the support that counts as supported; None where the verdict says so. ``paid``
    tells that each check may cost money. ``drafts`` checks what a system drafts before it is
    shown, where that is not what judges whole texts.
    """

    name: str
    verifier: Verifier
    version: str
    least: float | None = None
    paid: bool = False
    drafts: Verifier | None = None

    @property
    def of_drafts(self) -> Verifier:
        """What checks the sentences of a draft."""
        return self.drafts or self.verifier


def supports(check: Check, least: float | None) -> bool:
    """Return whether a check counts as support: by its verdict, or from a least support on."""
    return check.verdict == "supported" if least is None else check.support >= least


class CosineVerifier:
    """A Verifier that only asks how near sentence and passage are in meaning.

    It is what many products show as "confidence", and stands here to be compared with.
    """

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        self._encoder = encoder
        self._known: dict[str, object] = {}

    def check(self, sentence: str, citation: Citation) -> Check:
        """Return the cosine as support; supported from ``COSINE`` on."""
        one, other = self._vector(sentence), self._vector(citation.quote)
        support = max(0.0, min(1.0, float(one @ other)))  # type: ignore[operator]
        return Check("supported" if support >= COSINE else "unsupported", support)

    def _vector(self, text: str) -> object:
        known = self._known.get(text)
        if known is None:
            if len(self._known) > 10_000:
                self._known.clear()
            known = self._known[text] = self._encoder().encode([text])[0]
        return known


def _certain() -> NamedVerifier:
    from rag.verify import CertainVerifier

    return NamedVerifier("certain", CertainVerifier(), code_version())


def _cosine() -> NamedVerifier:
    from rag.embed import load_encoder

    loaded: list[Encoder] = []

    def encoder() -> Encoder:
        if not loaded:
            loaded.append(load_encoder())
        return loaded[0]

    return NamedVerifier("cosine", CosineVerifier(encoder), hash_of(code_version(), COSINE))


def _vouch() -> NamedVerifier:
    """Return Vouch's own: what judges texts, and what its answers are checked with."""
    from rag.build_networks import chosen_judge, chosen_verifier
    from rag.config import load_settings
    from rag.networks.pair_files import is_shipped, pair_file

    settings = load_settings()
    file = pair_file("groundedness") if is_shipped("groundedness") else None
    made_of = (file.sha256, json.dumps(dict(file.calibration), sort_keys=True)) if file else ("",)
    version = hash_of(code_version(), *made_of)
    judge, drafts = chosen_judge(settings), chosen_verifier(settings)
    return NamedVerifier("vouch", judge, version, drafts=drafts)


VERIFIERS: Mapping[str, Callable[[], NamedVerifier]] = {
    "vouch": _vouch,
    "certain": _certain,
    "cosine": _cosine,
}


def load_verifier(name: str) -> NamedVerifier:
    """Return a verifier by name: one of ``VERIFIERS``, ``llm:...`` or ``module:callable``.

    Raises:
        BadRequest: there is none of that name.
        VouchError: the module, or what it needs, is not there.
    """
    if name in VERIFIERS:
        return VERIFIERS[name]()
    if name.startswith("llm:"):
        from eval.llm_judge import load_judge

        return load_judge(name.removeprefix("llm:"))
    if ":" in name:
        from eval.foreign_verifier import load_foreign

        return load_foreign(name)
    known = ", ".join([*VERIFIERS, "llm:PROVIDER:MODEL", "module:callable"])
    raise BadRequest(f"There is no verifier {name!r}.", f"Verifiers are: {known}.")
