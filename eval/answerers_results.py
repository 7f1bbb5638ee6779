"""What foreign systems return, as outputs: answers, rankings and verdicts.

Accepted as an answer: a text (the empty one, or one that is nothing but "I don't know", is a
refusal), a dict, a LangChain message, an ``Answer`` of Vouch, or a list of passages, of which the
first is the answer. What a system did not give is left out, never filled in with nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from eval.answerers_passages import (
    PASSAGES,
    NotAnOutput,
    SuiteSources,
    check_known,
    citations_json,
    hits_json,
    number,
    passages_of,
)
from eval.cases import Case
from eval.records import Output
from eval.systems import RANKED, hits_of
from rag.contract import answer_to_json
from rag.types import Answer

TEXT_KEYS = ("text", "answer", "result", "output", "output_text", "response", "content")
"""The key of a dict that holds the answer's text: the first of these that is there."""
CONTEXT_KEYS = ("source_documents", "context", "documents", "hits")
"""The key of a dict that holds passages, where it holds a list."""
REFUSALS = frozenset(
    (
        "i don't know",
        "i do not know",
        "i cannot answer",
        "i can't answer",
        "don't know",
        "unanswerable",
        "not answerable",
        "no answer",
        "n/a",
    )
)
"""Texts that are a refusal when an answer is nothing else, in any case and punctuation."""
ANSWERS = (
    'a text ("" refuses), a dict with `answer` or `text`, {"declined": True}, a LangChain message,'
    f" an Answer, or {PASSAGES}"
)
VERDICTS = "a bool, a support from 0 to 1, or a dict with `supported` or `support`"
_LISTS = ("sentences", "citations", "accounts", "marks", "warnings")
_VALUES = ("writer", "complete", "timing_ms", "coverage", "standalone_question", "guess")


def output_of(result: Any, task: str, case: Case, sources: SuiteSources) -> Output:
    """Return what a system gave for a question, for a suite of answers or of rankings.

    Raises:
        NotAnOutput: it is neither; the message says what came and what is accepted.
    """
    return (
        ranking_of(result, case, sources)
        if task == "retrieve"
        else answer_of(result, case, sources)
    )


def answer_of(result: Any, case: Case, sources: SuiteSources) -> Output:
    """Return an answer in the contract's shape, with the passages behind it where it has any."""
    if isinstance(result, Answer):
        hits = hits_of(result.hits, RANKED) if result.hits else None
        return Output(answer=answer_to_json(result), hits=hits)
    if isinstance(result, Mapping):
        return _from_mapping(result, case, sources)
    text = _text(result)
    if text is not None:
        return Output(answer=text_answer(text))
    if isinstance(result, list | tuple):
        found = passages_of(result, case, sources)
        if not found:
            return Output(answer=refusal("nothing_found"), hits=())
        cited = citations_json(found[:1], sources)
        answer = {**text_answer(cited[0]["quote"]), "citations": cited}
        return Output(answer=answer, hits=hits_json(found))
    raise _not_an_answer(result)


def ranking_of(result: Any, case: Case, sources: SuiteSources) -> Output:
    """Return the passages or sources that were found, best first."""
    if isinstance(result, Answer):
        return Output(hits=hits_of(result.hits, RANKED))
    given = result
    if isinstance(result, Mapping):
        keys = (*CONTEXT_KEYS, "citations")
        given = next((result[k] for k in keys if isinstance(result.get(k), list | tuple)), None)
    if not isinstance(given, list | tuple):
        raise NotAnOutput(
            f"The system returned {_named(result)}, not a ranking.", f"Return {PASSAGES}."
        )
    found = passages_of(given, case, sources)
    check_known(found, sources)
    return Output(hits=hits_json(found))


def verdict_of(result: Any) -> Output:
    """Return the verdict on a claim.

    >>> verdict_of(0.25).verdict
    {'support': 0.25, 'supported': False}

    Raises:
        NotAnOutput: it is no verdict.
    """
    given = result if isinstance(result, Mapping) else {}
    if not isinstance(result, Mapping):
        # numpy's bool is a truth value and no bool.
        is_bool = isinstance(result, bool) or type(result).__name__ in ("bool_", "bool")
        given = {"supported" if is_bool else "support": bool(result) if is_bool else result}
    support, supported = given.get("support"), given.get("supported")
    if support is None and supported is None:
        raise NotAnOutput(f"The system returned {_named(result)}, not a verdict.", _accept())
    if isinstance(support, str) or not isinstance(supported, bool | None):
        raise NotAnOutput(f"The system returned {_named(result)}, not a verdict.", _accept())
    share = float(bool(supported)) if support is None else _share(support, "The support")
    verdict: dict[str, Any] = {
        "support": share,
        "supported": share >= 0.5 if supported is None else supported,
    }
    if given.get("sentences") is not None:
        verdict["sentences"] = _objects(given["sentences"], "sentences", ("start", "end"))
    return Output(verdict=verdict)


def text_answer(text: str) -> dict[str, Any]:
    """Return a text as an answer, or as a refusal where it says nothing else.

    >>> text_answer("Seventeen.")
    {'text': 'Seventeen.', 'declined': None}
    >>> bool(text_answer("I don’t know.")["declined"])
    True
    """
    bare = re.sub(r"[\s.!]+$|^\s+", "", text.replace("’", "'")).casefold()
    return refusal(message=text) if not bare or bare in REFUSALS else plain(text)


def plain(text: str) -> dict[str, Any]:
    """Return a text as an answer, whatever it says."""
    return {"text": text, "declined": None}


def refusal(reason: str = "", message: str = "") -> dict[str, Any]:
    """Return a refusal; the reason is empty where the system gave none."""
    return {"text": message, "declined": {"reason": reason, "message": message, "nearest": []}}


def message_text(value: Any) -> str | None:
    """Return the text of a LangChain message, or None for anything else.

    Raises:
        NotAnOutput: the message asks for a tool and says nothing.
    """
    messages = sys.modules.get("langchain_core.messages")
    if messages is None or not isinstance(value, messages.BaseMessage):
        return None
    text = str(value.text)
    if not text and getattr(value, "tool_calls", None):
        raise NotAnOutput("The model asked for a tool and gave no answer.", "Run it as an agent.")
    return text


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else message_text(value)


def _from_mapping(given: Mapping[str, Any], case: Case, sources: SuiteSources) -> Output:
    answer = _words(given)
    for key in _LISTS[:1] + _LISTS[2:]:
        if given.get(key) is not None:
            fields = ("text", "start", "end") if key == "sentences" else ()
            fields = ("start", "end", "n") if key == "marks" else fields
            answer[key] = _objects(given[key], key, fields)
    for key in _VALUES:
        if given.get(key) is not None:
            answer[key] = _json(given[key], key)
    if given.get("answers") is not None:
        answer["answers"] = _bare_answers(given["answers"])
    context = next((given[k] for k in CONTEXT_KEYS if isinstance(given.get(k), list | tuple)), None)
    found = None if context is None else passages_of(context, case, sources)
    cited = given.get("citations")
    if cited is not None:
        answer["citations"] = _citations(cited, case, sources)
    elif found is not None and not answer["declined"]:
        answer["citations"] = citations_json(found, sources)
    return Output(answer=answer, hits=None if found is None else hits_json(found))


def _words(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the text of a dict, or its refusal."""
    key = next((one for one in TEXT_KEYS if given.get(one) is not None), None)
    if key is None and isinstance(given.get("messages"), list | tuple) and given["messages"]:
        text = _text(given["messages"][-1])
    elif key is None and given.get("declined"):
        text = ""
    else:
        text = _text(given[key]) if key else None
    if text is None:
        raise _not_an_answer(given if key is None else given[key])
    declined = given.get("declined")
    if isinstance(declined, Mapping):
        reason, message = declined.get("reason") or "", declined.get("message") or text
        found = refusal(str(reason), str(message))
        return {**found, "text": text or found["text"]}
    if isinstance(declined, str) and declined:
        return refusal(declined, text)
    if declined is True:
        return refusal(message=text)
    if declined not in (None, False):
        raise NotAnOutput(f"`declined` is {declined!r:.60}.", "It is None, True, or a dict.")
    # The word of a system that says whether it refuses stands, except for saying nothing.
    return text_answer(text) if "declined" not in given or not text.strip() else plain(text)


def _bare_answers(given: Any) -> list[dict[str, Any]]:
    items = [{"text": one} if isinstance(one, str) else one for one in _list(given, "answers")]
    found = _objects(items, "answers", ("text",))
    for n, one in enumerate(found):
        if "probability" in one:
            one["probability"] = _share(one["probability"], f"answers[{n}].probability")
    return found


def _citations(given: Any, case: Case, sources: SuiteSources) -> list[dict[str, Any]]:
    """Return citations: the contract's own ones as they are, others as the passages they are."""
    items = _list(given, "citations")
    if all(isinstance(one, Mapping) and "n" in one for one in items):
        return _objects(items, "citations", ("n",))
    return citations_json(passages_of(items, case, sources), sources)


def _list(given: Any, name: str) -> Sequence[Any]:
    if not isinstance(given, list | tuple):
        raise NotAnOutput(f"`{name}` is {_named(given)}, not a list.", "Leave it out, or list it.")
    return given


def _objects(given: Any, name: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Return a list of dicts that have these fields: `text` a string, the others whole numbers."""
    found: list[dict[str, Any]] = []
    for n, one in enumerate(_list(given, name)):
        if not isinstance(one, Mapping):
            raise NotAnOutput(f"{name}[{n}] is {_named(one)}, not a dict.", "See the contract.")
        for field in fields:
            kind = str if field == "text" else int
            if not isinstance(one.get(field), kind) or isinstance(one.get(field), bool):
                raise NotAnOutput(
                    f"{name}[{n}].{field} is {one.get(field)!r:.60}.",
                    f"It has to be {'a text' if kind is str else 'a whole number'}.",
                )
        found.append(_json(one, f"{name}[{n}]"))
    return found


def _json(value: Any, name: str) -> Any:
    """Return a value in the types of JSON, numbers finite."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): _json(one, f"{name}.{key}") for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_json(one, f"{name}[{n}]") for n, one in enumerate(value)]
    if isinstance(value, int):
        return int(value)
    return number(value, f"`{name}`")


def _share(value: Any, what: str) -> float:
    found = number(value, what)
    if not 0 <= found <= 1:
        raise NotAnOutput(f"{what} is {found:g}.", "It has to be from 0 to 1.")
    return found


def _named(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, Mapping):
        return f"a dict with {', '.join(map(str, list(value)[:8])) or 'nothing in it'}"
    return f"{type(value).__name__} {value!r:.60}"


def _accept() -> str:
    return f"Return {VERDICTS}."


def _not_an_answer(value: Any) -> NotAnOutput:
    return NotAnOutput(f"The system returned {_named(value)}, not an answer.", f"Return {ANSWERS}.")
