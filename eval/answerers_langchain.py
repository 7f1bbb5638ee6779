"""How LangChain's chains, agents, retrievers and chat models are asked.

Nothing here imports LangChain: an object of it exists only once somebody else has.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from eval.answerers_passages import SuiteSources
from eval.answerers_prompt import history_of, note_of, prompt_for, prompted_answer
from eval.answerers_results import message_text
from eval.cases import Case
from rag.errors import VouchError

_QUESTION_KEYS = ("question", "query", "input", "text")
_HISTORY_KEYS = ("history", "chat_history")
_CONTEXT_KEYS = ("context", "documents", "sources", "source_documents")
_FILLED = (*_QUESTION_KEYS, *_HISTORY_KEYS, *_CONTEXT_KEYS, "messages")


def invoked(target: Any, sources: SuiteSources, called: str) -> Callable[[Case], Any]:
    """Return a function that asks an object with ``.invoke`` the question of a case.

    A chat model gets the documented prompt, with the sources in reach where they fit. A chain that
    declares a dict gets the question as ``question``, ``query``, ``input`` and ``text``, and what
    it declares of ``history``, ``chat_history``, ``messages`` and ``context``. Anything else gets
    the question's text.

    Raises:
        VouchError: a chain declares an input that nobody fills.
    """
    if _is_model(target):
        return lambda case: _from_model(target, case, sources)
    schema = _schema(target)
    declared = dict(schema.get("properties") or {})
    if not declared and schema.get("type") != "object":
        return lambda case: target.invoke(case.question)
    lacking = [name for name in schema.get("required") or () if name not in _FILLED]
    if lacking:
        raise VouchError(
            f"{called} wants {', '.join(map(repr, lacking))}, which nobody fills.",
            f"These are filled: {', '.join(_FILLED)}.",
        )
    return lambda case: _from_chain(target, _input(case, sources, declared))


def _from_chain(chain: Any, given: Mapping[str, Any]) -> Any:
    """Return what a chain gives, without what it only hands on: the question is no answer."""
    result = chain.invoke(given)
    if not isinstance(result, Mapping):
        return result
    return {k: v for k, v in result.items() if not (k in given and v is given[k])}


def _from_model(model: Any, case: Case, sources: SuiteSources) -> Mapping[str, Any]:
    prompt = prompt_for(case, sources)
    given = model.invoke(list(prompt.messages))
    text = given if isinstance(given, str) else message_text(given) or ""
    answer = prompted_answer(text, prompt, sources)
    warnings = note_of(prompt, sources.of(case))
    return {**answer, "warnings": warnings} if warnings else answer


def _is_model(target: Any) -> bool:
    models = sys.modules.get("langchain_core.language_models")
    # A model with options bound to it stands inside a binding.
    while models is not None and not isinstance(target, models.BaseLanguageModel):
        target = getattr(target, "bound", None)
        if target is None:
            return False
    return models is not None


def _schema(target: Any) -> Mapping[str, Any]:
    """Return the JSON schema of what an object takes; empty where it does not say."""
    tell = getattr(target, "get_input_jsonschema", None)
    if not callable(tell):
        return {}
    try:
        found = tell()
    # A schema is made by foreign code, of any types that a chain was annotated with.
    except Exception:  # noqa: BLE001
        return {}
    return found if isinstance(found, Mapping) else {}


def _input(case: Case, sources: SuiteSources, declared: Mapping[str, Any]) -> dict[str, Any]:
    history = history_of(case)
    given: dict[str, Any] = {name: case.question for name in _QUESTION_KEYS}
    given |= {name: history for name in _HISTORY_KEYS}
    if "messages" in declared:
        given["messages"] = [*history, {"role": "user", "content": case.question}]
    for name in _CONTEXT_KEYS:
        if name in declared:
            given[name] = _context(case, sources, declared[name])
    return given


def _context(case: Case, sources: SuiteSources, schema: Any) -> Any:
    inside = sources.of(case)
    if not isinstance(schema, Mapping) or schema.get("type") != "array":
        return "\n\n".join(one.text for one in inside)
    from langchain_core.documents import Document

    return [Document(one.text, metadata={"source": one.id, "title": one.title}) for one in inside]
