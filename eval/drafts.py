"""Draft cases from documents, with no language model: questions to be edited, not to be trusted.

Every draft is a question that one sentence answers, with the sentence as its span; a few ask about
a place or a year that no document names, so that a refusal is right. All are marked as drafts.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from eval.case_fields import case_to_json
from eval.cases import Case, Expect, GoldSpan
from eval.draft_parts import Drafted
from eval.draft_questions import KINDS, drafted
from eval.draft_sentences import SourceDocument, Vocabulary, told
from rag.english.places import places_at
from rag.errors import BadRequest, VouchError

_SAMPLED = 4
"""So many times more documents than drafts are kept, since not every document gives a draft."""

_FOREIGN = (
    "Montevideo", "Reykjavik", "Ulaanbaatar", "Wellington", "Tashkent", "Antananarivo", "Quito",
    "Helsinki", "Winnipeg", "Windhoek", "Ljubljana", "Vientiane", "Asuncion", "Gaborone",
    "Bergen", "Port Moresby",
)  # fmt: skip
"""Towns to ask about where no document names them."""

_YEARS_OFF = (-3, -2, -4, 2, -5, 3, -1, 1, -6, -7, -8, -9)
"""How far off another year is, those first that lie near and are none of an anniversary."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FEWEST_PER_UNANSWERABLE = 6
_FEWEST_PER_GAP = 4


def draft_cases(
    documents: Iterable[SourceDocument],
    *,
    per_document: int = 3,
    most: int = 200,
    seed: int = 1,
) -> list[Case]:
    """Return draft cases, spread over documents and kinds; the same for the same texts and seed.

    The order of the documents does not matter. About one case in six is one that no document
    answers.

    Args:
        documents: what is to be asked about; read once.
        per_document: how many drafts one document gives at most.
        most: how many cases are drafted at most.
        seed: another number drafts other cases.

    Raises:
        BadRequest: one of the numbers is below 1.
    """
    for name, value in (("per_document", per_document), ("most", most)):
        if value < 1:
            raise BadRequest(f"{name} cannot be {value}.", "Draft at least one.")
    shelf = _Shelf(seed, _SAMPLED * most)
    for document in documents:
        shelf.put(document)
    wanted = most - most // _FEWEST_PER_UNANSWERABLE
    answerable = _chosen(shelf, per_document, wanted)
    unanswerable = _unanswerable(
        answerable, shelf, len(answerable) // (_FEWEST_PER_UNANSWERABLE - 1)
    )
    cases = [*answerable, *unanswerable][:most]
    return [replace(case, id=f"draft-{n:03}") for n, case in enumerate(cases, start=1)]


def write_cases(path: str | Path, cases: Iterable[Case], *, overwrite: bool = False) -> None:
    """Write cases as a file, whole or not at all.

    Raises:
        BadRequest: the file is there already, and ``overwrite`` is not set.
        VouchError: the folder cannot be written to.
    """
    path = Path(path)
    lines = [json.dumps(case_to_json(case), ensure_ascii=False) + "\n" for case in cases]
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            if not _put(partial, path, overwrite):
                raise BadRequest(
                    f"{path} is there already.",
                    "Name another file, or say that it may be overwritten.",
                )
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise VouchError(
            f"{path} cannot be written: {error.strerror}.", "Name a folder that you may write to."
        ) from error


def _put(partial: Path, path: Path, overwrite: bool) -> bool:
    """Give a file its name; return False where another has it and may not be overwritten."""
    if not overwrite:
        try:
            os.link(partial, path)  # refuses a name that was taken in between
            return True
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            if path.exists():
                return False
    partial.replace(path)
    return True


class _Shelf:
    """The documents that drafts are made from: an even sample, and the words of all."""

    def __init__(self, seed: int, room: int) -> None:
        self._seed, self._room = seed, room
        self._kept: list[tuple[int, int, SourceDocument]] = []
        self._names: Counter[str] = Counter()
        self._count = 0
        self.words = Vocabulary()
        self.towns = list(_FOREIGN)
        self.years: set[str] = set()

    def put(self, document: SourceDocument) -> None:
        """Count a document in, and keep it if it falls into the sample."""
        self._count += 1
        self._names.update({PurePath(document.source).name, document.title} - {""})
        whole = f"{document.title}\n{document.text}"
        self.towns = [town for town in self.towns if town.lower() not in whole.lower()]
        self.years.update(_YEAR.findall(whole), [(document.published or "")[:4]])
        if self._count <= 4 * self._room:
            self.words.add(document.text)
        order = self.order(f"{document.external_id or ''}\n{document.title}\n{document.text}")
        item = (-order, self._count, document)
        if len(self._kept) < self._room:
            heapq.heappush(self._kept, item)
        else:
            heapq.heappushpop(self._kept, item)

    def order(self, text: str) -> int:
        """Return a number that orders texts by chance, and always the same."""
        digest = hashlib.sha256(f"{self._seed}\n{text}".encode("utf-8", "replace")).digest()
        return int.from_bytes(digest[:8], "big")

    def documents(self) -> Iterator[SourceDocument]:
        """Yield the sample in its order."""
        for _, _, document in sorted(self._kept, key=lambda item: -item[0]):
            yield document

    def name(self, document: SourceDocument) -> str:
        """Return what a case calls a document by: the plainest name that only this one has."""
        if document.external_id:
            return document.external_id
        file = PurePath(document.source).name
        for name in (file, document.title):
            if name and self._names[name] == 1:
                return name
        return document.id or file


def _chosen(shelf: _Shelf, per_document: int, wanted: int) -> list[Case]:
    """Return drafts, a round over all documents at a time, the rarest kind first."""
    queues = _queues(shelf, 2 * wanted)
    used: Counter[str] = Counter()
    given: Counter[str] = Counter()
    asked: set[str] = set()
    cases: list[Case] = []
    for n in range(2 * per_document):
        gaps = n >= per_document  # after the questions that a person would rather ask
        for name, found in queues:
            enough = gaps and used["cloze"] >= max(1, len(cases) // _FEWEST_PER_GAP)
            if len(cases) == wanted or enough:
                break
            one = _next(found, asked, used, gaps) if given[name] < per_document else None
            if one is None:
                continue
            found[:] = [each for each in found if each.told != one.told]
            used[one.kind] += 1
            given[name] += 1
            asked.add(one.question.casefold())
            cases.append(_case(one, name))
    return cases


def _queues(shelf: _Shelf, most: int) -> list[tuple[str, list[Drafted]]]:
    """Return the drafts of documents that give any; a sentence that copies share is asked once."""
    queues: list[tuple[str, list[Drafted]]] = []
    known: set[str] = set()
    for document in shelf.documents():
        found: list[Drafted] = []
        for sentence in told(document):
            if sentence.text.casefold() not in known:
                known.add(sentence.text.casefold())
                found.extend(drafted(sentence, shelf.words))
        if found:
            found.sort(key=lambda one: shelf.order(one.question))
            queues.append((shelf.name(document), found))
        if len(queues) == most:
            break
    return queues


def _next(
    found: Sequence[Drafted], asked: set[str], used: Counter[str], gaps: bool
) -> Drafted | None:
    """Return the draft of the kind that was used least, None when nothing new is left."""
    fresh = [
        one
        for one in found
        if one.question.casefold() not in asked and (one.kind == "cloze") is gaps
    ]
    return min(fresh, key=lambda one: (used[one.kind], KINDS.index(one.kind)), default=None)


def _case(one: Drafted, source: str) -> Case:
    return Case(
        id="",
        question=one.question,
        expect=Expect(any=one.any, answers=one.answers),
        answerable=True,
        sources=(source,),
        spans=(GoldSpan(source, one.told.start, one.told.end),),
        tags=("draft", one.kind),
        group=source,
        draft=True,
    )


def _unanswerable(cases: Sequence[Case], shelf: _Shelf, wanted: int) -> list[Case]:
    """Return questions on a place or a year that no document names, made of those drafted."""
    found: list[Case] = []
    towns = shelf.towns
    for case in sorted(cases, key=lambda case: shelf.order("unanswerable" + case.question)):
        if len(found) == wanted:
            break
        question = _elsewhere(case.question, towns) or _other_year(case.question, shelf.years)
        if question is None or '"' in question:
            continue
        towns = towns[1:] + towns[:1]
        found.append(
            Case(
                id="",
                question=question,
                answerable=False,
                tags=("draft", "unanswerable"),
                group=case.group,
                draft=True,
            )
        )
    return found


def _elsewhere(question: str, towns: Sequence[str]) -> str | None:
    """Return a question about another town, None where it names no place or there is none left."""
    places = places_at(question)
    if not places or not towns or " in " not in question:
        return None
    found = [
        (place, at)
        for place, at in places
        if re.search(r"\bin (?:the [a-z]*[a-rt-z] of )?$", question[:at])
    ]
    if len(found) != 1 or len(places) != 1:
        return None
    place, at = found[0]
    written, after = question[at : at + len(place)], question[at + len(place) :]
    if question.count(written) != 1 or re.match(r" and\b|'|\u2019", after):
        return None
    return question.replace(written, towns[0])


def _other_year(question: str, known: set[str]) -> str | None:
    """Return a question about a year that no document names, None where it names none itself."""
    named = set(_YEAR.findall(question))
    if len(named) != 1 or "29 February" in question:
        return None
    year = int(named.pop())
    others = [str(year + off) for off in _YEARS_OFF if str(year + off) not in known]
    return _YEAR.sub(others[0], question) if others else None
