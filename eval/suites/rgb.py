"""RGB's counterfactual robustness: what is made of documents whose facts were changed.

Chen et al. 2024, "Benchmarking Large Language Models in Retrieval-Augmented Generation". Two cases
are made of every row:

- ``ID/false``: the documents with the false fact (``positive_wrong``) and those beside the point
  (``negative``), all of them; RGB draws five. As in RGB an answer is right when it holds the true
  one, which no document does; so ``answerable`` is None, and a refusal is neither right nor wrong.
  The false answer must not be asserted.
- ``ID/both``: the true documents and the false ones together. Both values should be reported.

``answer`` is a text, or a list. As in RGB's ``checkanswer`` every element of a list must be in the
answer, and an element that is itself a list is in it when one of its spellings is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, Expect, Source, Suite
from eval.suites.fields import Fault, Line, distinct, identity, kind, loose, require, text, texts
from eval.suites.format import ANSWER_TAIL, Format, Options, either
from eval.suites.reading import find_file, read_rows

_FILES = "RGB's en_fact.json, or the folder that holds it"
_EXPECTED = "JSON with `query`, `answer`, `fakeanswer`, `positive`, `positive_wrong`, `negative`"
_TAGS = {"false": "false documents", "both": "true and false documents"}


def _load(data: Path, _options: Options) -> Suite:
    path = find_file(data, ("*fact*.json*", "*.json*"), _FILES)
    rows: list[Case] = []
    sources: list[Source] = []
    for line in read_rows(path, ("positive_wrong", "fakeanswer"), _EXPECTED):
        id_ = identity(line.row, "id", line.name)
        try:
            cases, found = _cases(line, id_)
            sources += found
        except Fault as fault:
            question = loose(line.row, "query")
            cases = [
                Case(f"{id_}/{kind_}", question, tags=(tag,), group=id_, problem=line.say(fault))
                for kind_, tag in _TAGS.items()
            ]
        rows += cases
    return FORMAT.suite(rows, [path], sources)


def spellings(value: Any, name: str) -> list[tuple[str, ...]]:
    """Return what an answer must hold: of each element one of its spellings.

    >>> spellings("Norway", "answer"), spellings([["21 July", "July 21"], "2017"], "answer")
    ([('Norway',)], [('21 July', 'July 21'), ('2017',)])

    Raises:
        Fault: it is neither text nor a list of texts or of lists of them, or holds none.
    """
    found = []
    for one in value if isinstance(value, list) else [value]:
        every = one if isinstance(one, list) else [one]
        for spelling in every:
            if not isinstance(spelling, str):
                raise Fault(f"`{name}` holds {kind(spelling)} where text was expected")
        if spelled := distinct(every):
            found.append(spelled)
    if not found:
        raise Fault("no gold answer" if name == "answer" else f"`{name}` is empty")
    return found


def _documents(row: Mapping[str, Any], id_: str, name: str) -> list[Source]:
    return [Source(f"{id_}/{name}/{n}", one) for n, one in enumerate(texts(row, name))]


def _cases(line: Line, id_: str) -> tuple[list[Case], list[Source]]:
    row = line.fields()
    question = text(row, "query")
    true = spellings(require(row, "answer"), "answer")
    fake = spellings(require(row, "fakeanswer"), "fakeanswer")
    right, wrong, other = (
        _documents(row, id_, name) for name in ("positive", "positive_wrong", "negative")
    )
    if not wrong:
        raise Fault("no false documents")
    one = true[0] if len(true) == 1 else ()
    parts = tuple(either(every) for every in true)
    absent = tuple(spelling for every in fake for spelling in every)
    false = Case(
        id=f"{id_}/false",
        question=question,
        expect=Expect(all=() if one else parts, any=one, answers=one, wrong=absent),
        tags=(_TAGS["false"],),
        scope=tuple(source.id for source in [*wrong, *other]),
        group=id_,
    )
    both = Case(
        id=f"{id_}/both",
        question=question,
        expect=Expect(values=(*parts, *(either(every) for every in fake))),
        answerable=True,
        tags=(_TAGS["both"],),
        scope=tuple(source.id for source in [*right, *wrong]),
        group=id_,
    )
    return [false, both], [*right, *wrong, *other]


FORMAT = Format(
    name="rgb-fact",
    task="answer",
    about="RGB's counterfactual robustness: false facts alone, and beside the true ones.",
    metrics=(
        "correct",
        "conflict_coverage",
        "wrong_asserted",
        "wrong_refusals",
        "aurc",
        "selective_accuracy",
        "ece",
        *ANSWER_TAIL,
    ),
    files=_FILES,
    load=_load,
    grouped_by="row",
)
