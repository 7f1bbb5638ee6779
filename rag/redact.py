"""What of stored answers must go when documents are purged: pure functions on their JSON.

An answer goes when it quotes a document that is gone, or words that its document no longer holds,
or when it holds a word or code that stood in removed text alone. What an answer is asked about goes
with it where it holds such words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.store.gone import tokens

REDACTED = "[purged]"
MESSAGE = "This answer was removed: it quoted a document that has been purged."
HINT = "Ask the question again."
_WORDS_OF_QUOTE = ("quote", "prefix", "suffix")
_SHORT = 4
_NAMES = ("id", "asked", "created")  # of a turn: made by Vouch, and no words of a document


@dataclass(frozen=True)
class Gone:
    """What is gone, and how to tell.

    Args:
        words: ids of removed documents, and words and codes that only removed text held.
        text_of: gives a document's text as it is now, None where there is no such document.
        ordinary: whether a word is one that anybody may write: it proves nothing by itself.
    """

    words: frozenset[str]
    text_of: Callable[[str], str | None]
    ordinary: Callable[[str], bool] | None = None

    def named(self, value: Any) -> bool:
        """Whether a text in a value holds a word or a code that only removed text held.

        >>> Gone(frozenset({"zebrafax"}), {}.get).named({"text": ["The Zebrafax file"]})
        True
        """
        return any(self._odd(text) for text in texts(value))

    def touched(self, text: str) -> bool:
        """Whether a text holds any word of removed text that is left nowhere, odd or ordinary.

        Short ordinary ones ("the", "what") tell nothing in whatever company.
        """
        return self._odd(text) or any(
            len(word) > _SHORT and word in self.words for word in tokens(text)
        )

    def _odd(self, text: str) -> bool:
        odd = tokens(text) & self.words
        return bool(odd) if self.ordinary is None else not all(map(self.ordinary, odd))

    def quoted(self, value: Any, *, strict: bool) -> bool:
        """Whether a value quotes a document that is gone, or words that it no longer holds.

        ``strict`` counts every unknown document as gone; else only those that were removed.
        """
        return any(self._stale(one, strict) for one in mappings(value))

    def _stale(self, one: Mapping[str, Any], strict: bool) -> bool:
        document_id = one.get("document_id")
        if not isinstance(document_id, str):
            return False
        text = self.text_of(document_id)
        if text is None:
            return strict or document_id in self.words
        words = [one.get(name) for name in _WORDS_OF_QUOTE]
        return any(isinstance(word, str) and word not in text for word in words)


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, names of fields left out.

    >>> list(texts({"a": ["x", {"b": "y"}], "n": 1}))
    ['x', 'y']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of a JSON value.

    >>> [sorted(one) for one in mappings({"a": [{"b": 1}]})]
    [['a'], ['b']]
    """
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from mappings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from mappings(one)


def without(value: Any, gone: Gone) -> Any:
    """Return a JSON value in which every text that names what is gone is struck.

    >>> without({"a": "the zebrafax", "b": "the fax"}, Gone(frozenset({"zebrafax"}), {}.get))
    {'a': '[purged]', 'b': 'the fax'}
    """
    if isinstance(value, str):
        return REDACTED if gone.named(value) else value
    if isinstance(value, Mapping):
        return {name: without(one, gone) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without(one, gone) for one in value]
    return value


def conversation_without(kept: dict[str, Any], gone: Gone) -> dict[str, Any] | None:
    """Return a kept conversation without what is gone; None where nothing of it is."""
    turns = kept.get("turns")
    if not isinstance(turns, list):
        return None
    fresh = [turn_without(turn, gone) if isinstance(turn, dict) else turn for turn in turns]
    title = kept.get("title")
    if isinstance(title, str):
        # The title is the first question: it goes with it.
        first = fresh[0] if fresh and isinstance(fresh[0], dict) else {}
        struck = first.get("question") == REDACTED and not kept.get("shortened")
        title = REDACTED if struck or gone.named(title) else title
    found = {**kept, "turns": fresh, **({"title": title} if title is not None else {})}
    return found if found != kept else None


def turn_without(turn: dict[str, Any], gone: Gone) -> dict[str, Any]:
    """Return a turn without what is gone: its question stays where it names nothing of it."""
    said = {name: value for name, value in turn.items() if name not in _NAMES}
    stale = gone.quoted(said, strict=True)
    if not stale and not gone.named(said):
        return _unthought(turn)
    if "question" not in turn:  # a message of an earlier version
        words = str(turn.get("content", ""))
        keep = turn.get("role") == "user" and not gone.named(words)
        return {"role": turn.get("role", "assistant"), "content": words if keep else REDACTED}
    question = str(turn["question"])
    struck = gone.touched(question) if stale else gone.named(question)
    kept = {name: turn[name] for name in _NAMES if name in turn}
    return {
        "question": REDACTED if struck else question,
        **kept,
        "error": {"message": MESSAGE, "hint": HINT},
    }


def _unthought(turn: dict[str, Any]) -> dict[str, Any]:
    """Return a turn without what a model thought: it had read passages that it cites nowhere."""
    answer = turn.get("answer")
    if not isinstance(answer, Mapping) or not answer.get("thinking"):
        return turn
    return {**turn, "answer": {**answer, "thinking": ""}}


def job_without(job: dict[str, Any], gone: Gone, names: Collection[str]) -> dict[str, Any] | None:
    """Return a job without what is gone; None where nothing changes.

    ``names`` are the names of files that are gone, and of files inside containers.
    """

    def is_gone(name: object) -> bool:
        # What was inside a container goes with it.
        return str(name) in names or str(name).partition("!/")[0] in names

    found = dict(without(job, gone))
    found["files"] = [
        {**one, "name": REDACTED} if is_gone(one.get("name")) else one
        for one in found.get("files", ())
    ]
    found["outcomes"] = [
        {**one, "source": REDACTED, "why": "", "hint": "", "notes": []}
        if is_gone(one.get("source"))
        else one
        for one in found.get("outcomes", ())
    ]
    return found if found != {"files": [], "outcomes": [], **job} else None


def record_without(record: dict[str, Any], gone: Gone) -> dict[str, Any] | None:
    """Return a line of a run's records without what is gone; None where nothing of it is."""
    if not gone.quoted(record, strict=False) and not gone.named(record):
        return None
    row = record.get("row")
    found: dict[str, Any] = {
        name: record[name] for name in ("id", "baseline", "outcome", "seconds") if name in record
    }
    found |= {"error": REDACTED, "scores": record.get("scores", {}), "redacted": True}
    if isinstance(row, Mapping):
        found["row"] = without(
            {name: row[name] for name in ("id", "question") if name in row}, gone
        )
        if "question" in row and gone.touched(str(row["question"])):
            found["row"]["question"] = REDACTED
        if "supported" in row:
            found["row"] |= {"supported": row["supported"], "text": REDACTED}
    return without(found, gone) if gone.named(found) else found
