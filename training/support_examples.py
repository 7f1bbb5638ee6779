"""The texts of the development sets on which the support of a sentence is fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.english.sentences import sentences
from rag.quoting import quote_for
from rag.types import Citation

Sentences = tuple[tuple[tuple[str, Citation], ...], ...]
"""A text's sentences, each with every citation that may bear it out."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its sources, and whether people find it supported.

    Examples of one ``group`` share a source. ``weight`` is how much one counts, so that a large set
    does not drown a small one.
    """

    sentences: Sentences
    supported: bool
    group: str
    origin: str
    weight: float = 1.0

    @classmethod
    def of(cls, sentence: str, citation: Citation, *about: Any) -> Example:
        """Return the example of one sentence and one citation; ``about`` is all the rest."""
        return cls((((sentence, citation),),), *about)


def published_sets(data: Path) -> Iterable[Example]:
    """Yield the texts of BEGIN, WiCE and RAGTruth as they are evaluated.

    The first two count the same each. RAGTruth counts nothing in the fit: its few texts that are
    not supported serve to choose from which support a text is.
    """
    from eval.library import Cut
    from eval.parts import cut_once
    from eval.suites.begin import FORMAT as BEGIN
    from eval.suites.ragtruth import FORMAT as RAGTRUTH
    from eval.suites.wice import FORMAT as WICE
    from eval.systems import citation_of as cited
    from rag.config import load_settings

    settings = load_settings()
    cut = Cut(settings.passage_tokens, settings.passage_overlap)
    for form, place, counts in (
        (BEGIN, "begin", 400),
        (WICE, "wice", 400),
        (RAGTRUTH, "ragtruth", 0),
    ):
        claims = [one for one in _claims(form.load, data / place) if not one.problem]
        for one in claims:
            found = [
                cited(source, passage)
                for source in one.sources
                for passage in cut_once(source, cut)
            ]
            parts = [one.text[a:b] for a, b in sentences(one.text) if one.text[a:b].strip()]
            each = tuple(tuple((part, citation) for citation in found) for part in parts)
            yield Example(each, one.supported, one.group, form.name, counts / len(claims))


def _claims(load: Callable[..., Any], place: Path) -> list[Any]:
    from eval.suites.format import Options

    return list(load(place, Options()).rows)


def scripted(data: Path) -> Iterable[Example]:
    """Yield the first draw of the part of the scripted drafts that is tuned on."""
    from eval.scripted_kept import read_kept

    rows = read_kept("tune", data)
    for row in (row for row in rows if row.seed == rows[0].seed):
        if row.cited and row.kind not in ("wrong citation", "invented citation"):
            cited = quote_for(row.text, row.hits[row.cited[0]])
            yield Example.of(row.text, cited, row.kind == "true", row.group, "scripted")


def adversarial() -> Iterable[Example]:
    """Yield the hand-written pairs of the dev part."""
    from eval.adversarial import hit_of, read_pairs

    for pair in read_pairs("dev"):
        hit = hit_of(pair)
        for sentence, supported in ((pair.true, True), (pair.false, False)):
            cited = quote_for(sentence, hit)
            yield Example.of(sentence, cited, supported, pair.id, "adversarial", 2.0)
