"""What a run is made of, each part made when it is first needed: library, system, baselines.

A suite that asks somebody else's function opens no library and loads no model for it.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from eval.baselines import BASELINES, baselines_for
from eval.cache import code_version, hash_of
from eval.cases import Case, Source, Suite
from eval.library import (
    Cut,
    EvalLibrary,
    Progress,
    open_folder,
    open_own_library,
    open_suite_library,
    passages_of,
)
from eval.systems import AnswererSystem, RetrieverSystem, System, VerifierSystem
from eval.verifiers import load_verifier
from rag.types import Filters, Passage, Retriever

if TYPE_CHECKING:
    from eval.evaluate import Plan

VOUCH = "vouch"


class SuiteParts:
    """The parts of one run; closing it closes what was opened.

    Args:
        plan: what is measured.
        progress: told while libraries are made.
    """

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan, self._progress = plan, progress
        self._lock = threading.RLock()
        self._library: EvalLibrary | None = None
        self._whole: EvalLibrary | None = None
        self._systems: list[System] = []
        self._versions: list[str] = []

    def __enter__(self) -> SuiteParts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for system in self._systems:
            system.close()
        for library in (self._library, self._whole):
            if library is not None:
                library.close()

    @property
    def opened(self) -> EvalLibrary | None:
        """The library, if anything has needed it."""
        return self._library

    @property
    def library(self) -> EvalLibrary:
        """The library of the suite's sources, of the folder, or the user's own."""
        with self._lock:
            if self._library is None:
                self._library = self._open()
            return self._library

    def _open(self) -> EvalLibrary:
        plan, made = self._plan, self._made()
        if plan.suite.sources:
            return open_suite_library(
                plan.settings,
                plan.suite.sources,
                cache=plan.cache,
                progress=self._progress,
                **made,
            )
        if plan.documents is not None:
            return open_folder(
                plan.settings,
                plan.documents,
                cache=plan.cache,
                progress=self._progress,
                columns=plan.columns,
                **made,
            )
        return open_own_library(plan.settings, **made)

    def _made(self) -> dict[str, Any]:
        """Return the parts of Vouch that the plan puts in the place of its own."""
        from eval.answerers import resolve

        found: dict[str, Any] = {}
        for name, own in (("reranker", "none"), ("writer", "extractive")):
            spec = getattr(self._plan, name)
            if spec != own:
                target, version = resolve(spec)
                found[name] = target() if inspect.isclass(target) else target
                self._versions.append(f"{spec} {version}")
        return found

    @property
    def whole(self) -> EvalLibrary:
        """The suite's sources with one passage a document, as document rankings are published."""
        with self._lock:
            if self._whole is None:
                # Published figures are in full precision.
                exact = self._plan.settings.model_copy(update={"embedding_dtype": "float32"})
                self._whole = open_suite_library(
                    exact,
                    self._plan.suite.sources,
                    whole=True,
                    cache=self._plan.cache,
                    progress=self._progress,
                )
            return self._whole

    @cached_property
    def state(self) -> str:
        """A hash of documents, settings and code: what a Vouch answer depends on."""
        plan = self._plan
        inside = "" if plan.suite.task == "verify" else self.library.state
        return hash_of(inside, plan.settings.answer_hash, code_version(), self._versions)

    def library_facts(self) -> Mapping[str, Any] | None:
        """Return the size of the library, where one was opened."""
        if self._library is None:
            return None
        counts = self._library.ledger.counts(self._library.collection)
        return {"documents": counts.documents, "seq": self._library.ledger.seq}

    def library_for_checks(self) -> EvalLibrary | None:
        """Return where quotations can be looked up; None where the run is about no documents."""
        plan = self._plan
        if self._library is None and not plan.suite.sources and plan.documents is None:
            return None
        return self.library

    def system(self) -> System:
        """Return what is measured."""
        made = self._system()
        self._systems.append(made)
        return made

    def _system(self) -> System:
        plan = self._plan
        if plan.suite.task == "verify" and plan.answerer == VOUCH:
            return self.verifier_system(plan.verifier)
        if plan.answerer in BASELINES[plan.suite.task]:
            return self.baselines([plan.answerer])[0]
        if plan.answerer != VOUCH:
            from eval.answerers import load_answerer

            return load_answerer(plan.answerer, self._told(), timeout=plan.limits.seconds)
        opened = self.library.opened
        self.library.embed(self._progress)
        version = hash_of(plan.settings.answer_hash, code_version())
        if plan.suite.task == "retrieve":
            return RetrieverSystem(
                opened.retriever, self.library, version=version, reranker=opened.reranker
            )
        return AnswererSystem(opened.assistant, self.library, version=version, reader=opened.reader)

    def _told(self) -> Suite:
        """Return the suite as others see it: with the folder's documents as its sources."""
        plan = self._plan
        if plan.suite.sources or plan.documents is None:
            return plan.suite
        return replace(plan.suite, sources=tuple(self._documents()))

    def _documents(self) -> Sequence[Source]:
        found = []
        for info in self.library.documents():
            text = self.library.text_of(info.id) or ""
            name = info.external_id or info.source
            found.append(Source(name, text, info.title, info.publisher, info.published))
        return found

    def verifier_system(self, name: str) -> VerifierSystem:
        """Return a verifier as it is measured on claims."""
        found = load_verifier(name)
        cut = Cut(self._plan.settings.passage_tokens, self._plan.settings.passage_overlap)
        return VerifierSystem(
            found.verifier,
            lambda source: cut_once(source, cut),
            version=found.version,
            name=found.name,
            least=found.least,
        )

    def baselines(self, names: Sequence[str] | None = None) -> list[System]:
        """Return the baselines that the plan names, or those that suit the suite."""
        chosen = names if names is not None else self._plan.baselines
        return baselines_for(self._told(), chosen, self)

    # What baselines are made with.

    @property
    def lexical(self) -> Retriever:
        """Finds passages by words; whole documents where documents are ranked."""
        return (self.whole if self._ranks_documents else self.library).lexical

    @property
    def dense(self) -> Retriever:
        """Finds passages by meaning; whole documents where documents are ranked."""
        chosen = self.whole if self._ranks_documents else self.library
        chosen.embed(self._progress)
        return chosen.dense

    @property
    def collection(self) -> str:
        """The collection that is searched."""
        return self.library.collection

    def filters_of(self, case: Case) -> Filters:
        """Return a case's filters, within its scope, for the library that baselines search."""
        return (self.whole if self._ranks_documents else self.library).filters(case)

    @property
    def _ranks_documents(self) -> bool:
        rows = self._plan.suite.rows
        return self._plan.suite.task == "retrieve" and not any(
            isinstance(row, Case) and row.spans for row in rows
        )


@lru_cache(maxsize=64)
def cut_once(source: Source, cut: Cut) -> list[Passage]:
    """Return a source's passages, remembering the last ones: claims share their sources."""
    return passages_of(source, cut)
