"""An answer's JSON as the metrics read it: its words, its bare values, what it cites.

What a system cannot give is None, and apart from what it did not find, which is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in the shape of the JSON contract, and what a verifier found of it, if one ran."""

    json: Object
    checks: Object | None = None

    @property
    def refused(self) -> bool:
        """Whether there is no answer."""
        return bool(self.json.get("declined"))

    @property
    def reason(self) -> str | None:
        """Why there is no answer; None where nothing says."""
        declined = self.json.get("declined")
        return declined.get("reason") if isinstance(declined, Mapping) else None

    @property
    def text(self) -> str:
        """The words of the answer without its citation marks; empty for a refusal."""
        return "" if self.refused else unmarked(self.json)

    @property
    def prediction(self) -> str:
        """The bare answer: the best of ``answers``, else the text; empty for a refusal."""
        if self.refused:
            return ""
        best = _objects(self.json.get("answers"))[:1]
        return str(best[0].get("text") or "") if best else self.text

    @property
    def guess(self) -> str | None:
        """The best bare answer whatever the refusal; None where the system makes no guess."""
        return str(self.json["guess"] or "") if "guess" in self.json else None

    @property
    def asserted(self) -> list[str]:
        """The values that the answer asserts: its bare answers, or its text where it has none.

        Accounts are reported, not asserted.
        """
        if self.refused:
            return []
        if self.json.get("answers") is None:
            return [self.text]
        return [str(one.get("text") or "") for one in _objects(self.json["answers"])]

    @property
    def told(self) -> str:
        """All that the answer says, in its text, bare answers and accounts, a line each."""
        if self.refused:
            return ""
        bare = [str(one.get("text") or "") for one in _objects(self.json.get("answers"))]
        values = [str(one.get("value") or "") for one in self.accounts or ()]
        return "\n".join([self.text, *bare, *values])

    @property
    def confidence(self) -> float | None:
        """The probability, 0 to 1, of the best bare answer; None where there is none."""
        best = [] if self.refused else _objects(self.json.get("answers"))[:1]
        found = best[0].get("probability") if best else None
        return float(found) if isinstance(found, int | float) and 0 <= found <= 1 else None

    @property
    def accounts(self) -> list[Object] | None:
        """What the answer reports of its sources; None where the system cannot."""
        return _listed(self.json.get("accounts"), self.refused)

    @property
    def citations(self) -> list[Object] | None:
        """What the answer cites; None where the system cannot, empty for a refusal's nearest."""
        return _listed(self.json.get("citations"), self.refused)

    def cited(self, numbers: Sequence[int] | None = None) -> set[str]:
        """Return all names of the sources that are cited, or of those cited by these numbers."""
        found: set[str] = set()
        for one in self.citations or ():
            if numbers is None or one.get("n") in numbers:
                found |= names_of(one)
        return found

    def checked(self, part: str) -> list[Object] | None:
        """Return what a verifier found of ``sentences``, ``citations`` or ``quotes``."""
        if self.refused or self.checks is None or self.checks.get(part) is None:
            return None
        return _objects(self.checks[part])


def _objects(value: Any) -> list[Object]:
    if not isinstance(value, list | tuple):
        return []
    return [one for one in value if isinstance(one, Mapping)]


def _listed(value: Any, refused: bool) -> list[Object] | None:
    return None if value is None else [] if refused else _objects(value)


def unmarked(answer: Object) -> str:
    """Return an answer's text without the marks of its citations, nor the space before them.

    >>> unmarked({"text": "It burned [1] [2].", "marks": [{"start": 10, "end": 13, "n": 1},
    ...                                                  {"start": 14, "end": 17, "n": 2}]})
    'It burned.'
    """
    text = str(answer.get("text") or "")
    places = [(one.get("start"), one.get("end")) for one in _objects(answer.get("marks"))]
    spans = [(a, b) for a, b in places if isinstance(a, int) and isinstance(b, int) and 0 <= a <= b]
    for start, end in sorted(spans, reverse=True):
        text = text[:start].rstrip(" ") + text[end:]
    return text


def names_of(citation: Object) -> set[str]:
    """Return every name by which a case may call the document of a citation.

    Its ids, title, path and file name, the values of its metadata, and the copies of its text.

    >>> sorted(names_of({"document_id": "d1", "source": "news/17.txt", "title": "Fire"}))
    ['17.txt', 'Fire', 'd1', 'news/17.txt']
    """
    found = {str(citation.get(key) or "") for key in ("document_id", "external_id", "title")}
    source = str(citation.get("source") or "")
    found |= {source, PurePosixPath(source.replace("\\", "/")).name}
    metadata = citation.get("metadata")
    found |= {str(value) for value in metadata.values()} if isinstance(metadata, Mapping) else set()
    for copy in _objects(citation.get("also_in")):
        found |= {str(copy.get("document_id") or ""), str(copy.get("title") or "")}
    return found - {""}
