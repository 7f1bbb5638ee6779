"""Training examples of the reader: questions with a passage that answers, and ones with none.

The negatives carry it: a passage of the same article that resembles the question most
(``near_passages``), the passage without the sentence of its answer (``without_answer``), and the
question changed so that its own passage no longer answers it (``swapped``): another name, number or
year, an antonym, a negation, the kinds that Rajpurkar et al. 2018 found when they wrote SQuAD 2.0.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rag.english.sentences import sentences

VectorsOf = Callable[[Sequence[str]], Any]

_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,]*(?:\.\d+)?\b")
_YEAR = re.compile(r"\b1\d\d\d\b|\b20[0-2]\d\b")
_ANTONYMS = """
first/last largest/smallest biggest/smallest highest/lowest most/least more/fewer before/after
began/ended begin/end start/finish started/finished opened/closed increase/decrease
increased/decreased north/south east/west northern/southern eastern/western oldest/newest
old/new early/late earlier/later earliest/latest best/worst win/lose won/lost above/below
over/under support/oppose supported/opposed allowed/banned allow/prohibit accept/reject
accepted/rejected buy/sell bought/sold male/female men/women husband/wife father/mother
born/killed rise/fall rose/fell high/low long/short longest/shortest strong/weak major/minor
maximum/minimum positive/negative public/private rich/poor same/different inside/outside
arrive/leave arrived/left join/leave joined/left created/destroyed build/demolish built/demolished
gain/lose gained/lost include/exclude includes/excludes included/excluded internal/external
include/omit majority/minority appointed/dismissed popular/unpopular legal/illegal
successful/unsuccessful common/rare faster/slower fastest/slowest upper/lower left/right
won/forfeited attack/defend attacked/defended introduced/abolished gave/took give/take
""".split()
_OPPOSITE = {a: b for pair in _ANTONYMS for a, b in (pair.split("/"), pair.split("/")[::-1])}
_STRANGERS = 0.35
"""Share of the names that are exchanged for one that the passage does not hold."""
_AUXILIARY = re.compile(r"\b(did|does|do|was|were|is|are|can|could|has|have|had|will|would)\b")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage; ``start < end`` where ``passage[start:end]`` answers it.

    ``exact`` is False where the answer is known to stand somewhere in ``passage[start:end]``: the
    data names its sentence alone.
    """

    question: str
    passage: str
    start: int = 0
    end: int = 0
    group: str = ""
    """The article: passages of one group are near each other."""
    exact: bool = True

    @property
    def answered(self) -> bool:
        """Whether the passage answers the question."""
        return self.start < self.end

    @property
    def answer(self) -> str:
        """The words that answer, "" where none do."""
        return self.passage[self.start : self.end]


def squad(path: Path) -> Iterator[Example]:
    """Yield the questions of a file in SQuAD's format (1.1, 2.0, PolicyQA), each with one span."""
    value = json.loads(path.read_text(encoding="utf-8"))
    for article in value["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            for question in paragraph["qas"]:
                answer = next(iter(question["answers"]), None)
                if answer is None:
                    yield Example(question["question"].strip(), text, group=article["title"])
                    continue
                start = answer["answer_start"]
                end = start + len(answer["text"])
                if text[start:end] == answer["text"]:
                    yield Example(question["question"].strip(), text, start, end, article["title"])


def natural_questions(paths: Sequence[Path]) -> Iterator[Example]:
    """Yield Natural Questions with their paragraph; spaces before punctuation are taken out."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            value = json.loads(line)
            spans = value["answer_spans"]
            if not spans:
                continue
            text, start, end = untokenised(value["paragraph_text"], *spans[0])
            question = value["question_text"].strip()
            if start < end:
                yield Example(question + "?", text, start, end, value["title_text"])


def untokenised(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Return a text without the blanks that tokenisers put before marks, its span moved along.

    >>> untokenised("It rained , again .", 3, 9)
    ('It rained, again.', 3, 9)
    """
    parts, at = [], 0
    places = [start, end]
    for match in re.finditer(r" (?=[.,;:!?%)\]}]|'s\b|’s\b)|(?<=[(\[{$]) ", text):
        parts.append(text[at : match.start()])
        at = match.end()
        for index, place in enumerate((start, end)):
            places[index] -= match.end() - match.start() if match.start() < place else 0
    return "".join([*parts, text[at:]]), places[0], places[1]


def swapped(example: Example, draw: random.Random, others: Sequence[str] = ()) -> Example | None:
    """Return the example with its question changed so that the passage no longer answers, or None.

    A name, number or year becomes another one of the same passage (not the answer) or one of the
    ``others``, a word its opposite, or the verb is denied.
    """
    kinds = [_other_name, _other_number, _opposite, _denied]
    for kind in draw.sample(kinds, len(kinds)):
        question = kind(example, draw)
        if kind is _other_name and others and draw.random() < _STRANGERS:
            question = _stranger(example, draw, others)
        if question and question != example.question:
            return replace(example, question=question, start=0, end=0)
    return None


def _other(
    pattern: re.Pattern[str], example: Example, draw: random.Random
) -> tuple[re.Match[str], str] | None:
    """Return where a question holds something and another one of its kind from the passage."""
    found = [m for m in pattern.finditer(example.question) if m[0] in example.passage]
    asked = {m[0] for m in pattern.finditer(example.question)}
    others = sorted({m[0] for m in pattern.finditer(example.passage)} - asked - {example.answer})
    others = [one for one in others if one not in example.answer and example.answer not in one]
    return (draw.choice(found), draw.choice(others)) if found and others else None


def _other_name(example: Example, draw: random.Random) -> str:
    found = _other(_NAME, example, draw)
    if not found:
        return ""
    match, other = found
    return example.question[: match.start()] + other + example.question[match.end() :]


def _stranger(example: Example, draw: random.Random, others: Sequence[str]) -> str:
    """Return the question about somebody of the article whom the passage does not name."""
    found = [m for m in _NAME.finditer(example.question) if m[0] in example.passage]
    some = [one for one in draw.sample(others, min(8, len(others))) if one not in example.passage]
    if not found or not some:
        return ""
    match = draw.choice(found)
    return example.question[: match.start()] + some[0] + example.question[match.end() :]


def names_of(examples: Sequence[Example]) -> dict[str, list[str]]:
    """Return the names that the passages of each group hold, in a fixed order."""
    found: dict[str, set[str]] = {}
    for one in examples:
        found.setdefault(one.group, set()).update(m[0] for m in _NAME.finditer(one.passage))
    return {group: sorted(names) for group, names in found.items()}


def _other_number(example: Example, draw: random.Random) -> str:
    found = _other(_YEAR, example, draw) or _other(_NUMBER, example, draw)
    if not found:
        return ""
    match, other = found
    return example.question[: match.start()] + other + example.question[match.end() :]


def _opposite(example: Example, draw: random.Random) -> str:
    found = [m for m in re.finditer(r"\b[a-z]+\b", example.question) if m[0] in _OPPOSITE]
    if not found:
        return ""
    match = draw.choice(found)
    return example.question[: match.start()] + _OPPOSITE[match[0]] + example.question[match.end() :]


def _denied(example: Example, draw: random.Random) -> str:
    match = _AUXILIARY.search(example.question)
    if not match or draw.random() < 0.7 or " not " in example.question:
        return ""  # seldom: a model that learns "not" alone has learnt little
    word = draw.choice(("not", "never"))
    rest = example.question[match.end() :]
    subject = re.match(r" (?:the |an? )?[\w'’-]+", rest)
    at = match.end() + (subject.end() if subject else 0)
    return f"{example.question[:at]} {word}{example.question[at:]}"


def sentence_pairs(path: Path) -> list[tuple[str, str]]:
    """Return questions with the sentence that holds their answer, each question once."""
    value = json.loads(path.read_text(encoding="utf-8"))
    pairs = zip(value["questions"], value["answers"], strict=True)
    return list({q.strip(): (q.strip(), " ".join(a.split())) for q, a in pairs}.values())


def among_others(
    pairs: Sequence[tuple[str, str]], vectors_of: VectorsOf, draw: random.Random
) -> Iterator[Example]:
    """Yield each question with a passage made of its sentence among the nearest other sentences.

    One in three lacks its sentence, so that what is left resembles the question alone.
    """
    texts = list(dict.fromkeys(answer for _, answer in pairs))
    table = vectors_of(texts)
    asked = vectors_of([question for question, _ in pairs])
    for (question, answer), vector in zip(pairs, asked, strict=True):
        near = [texts[n] for n in (table @ vector).argsort()[::-1][:12] if texts[n] != answer]
        others = draw.sample(near[:6], draw.randint(1, 4))
        if draw.random() < 1 / 3:
            yield Example(question, " ".join(others))
            continue
        others.insert(draw.randint(0, len(others)), answer)
        start = sum(len(one) + 1 for one in others[: others.index(answer)])
        yield Example(question, " ".join(others), start, start + len(answer), exact=False)


def near_passages(
    examples: Sequence[Example], vectors_of: VectorsOf, draw: random.Random, most: int = 4
) -> Iterator[Example]:
    """Yield each question with one of the passages that resemble it most and lack its answer.

    Args:
        examples: questions with answers; passages are sought in the question's own group.
        vectors_of: a function from texts to unit vectors, shape ``(n, d)``.
        draw: decides which of the nearest.
        most: among how many of the nearest it is drawn.
    """
    groups: dict[str, list[Example]] = {}
    for one in examples:
        groups.setdefault(one.group, []).append(one)
    for group, inside in groups.items():
        passages = list(dict.fromkeys(one.passage for one in inside))
        if len(passages) < 2:
            continue
        lower = [passage.lower() for passage in passages]
        scores = vectors_of([one.question for one in inside]) @ vectors_of(passages).T
        for one, row in zip(inside, scores, strict=True):
            bare = one.answer.lower()
            near = [n for n in row.argsort()[::-1][:20] if bare not in lower[n]][:most]
            if near:
                yield Example(one.question, passages[draw.choice(near)], group=group)


def without_answer(example: Example) -> Example | None:
    """Return the example with the sentence of its answer taken out, None where it stands again."""
    parts = sentences(example.passage)
    kept = [(a, b) for a, b in parts if not (a < example.end and example.start < b)]
    text = " ".join(example.passage[a:b] for a, b in kept)
    if len(kept) < 2 or example.answer.lower() in text.lower():
        return None
    return Example(example.question, text, group=example.group)


def cropped(example: Example, draw: random.Random, longest: int) -> Example:
    """Return the example with a run of its passage's sentences, about ``longest`` characters.

    The answer stays inside, at a place that is drawn.
    """
    text = example.passage
    if len(text) <= longest:
        return example
    parts = sentences(text)
    inside = [n for n, (a, b) in enumerate(parts) if a < example.end and example.start < b]
    at = inside or [draw.randrange(len(parts))]
    first, last = at[0], at[-1]
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(parts)]
        draw.shuffle(sides)
        for n in sides:
            low, high = parts[min(first, n)][0], parts[max(last, n)][1]
            if high - low <= longest:
                first, last = min(first, n), max(last, n)
                break
        else:
            break
    low, high = parts[first][0], parts[last][1]
    if not inside:
        return replace(example, passage=text[low:high])
    if example.start < low or example.end > high:
        return example
    return replace(
        example, passage=text[low:high], start=example.start - low, end=example.end - low
    )


def joined(
    examples: Sequence[Example], draw: random.Random, share: float, longest: int = 1_300
) -> Iterator[Example]:
    """Yield the examples, a ``share`` of them with another passage of their article beside theirs.

    The other passage stands before or after, lacks every answer that is known, and both together
    have at most ``longest`` characters: passages of files are longer than paragraphs of an
    encyclopedia.
    """
    groups: dict[str, list[str]] = {}
    answers: dict[str, set[str]] = {}
    for one in examples:
        groups.setdefault(one.group, []).append(one.passage)
        if one.answered:
            answers.setdefault(one.question, set()).add(one.answer.lower())
    for one in examples:
        other = draw.choice(groups[one.group]) if draw.random() < share else ""
        known = any(answer in other.lower() for answer in answers.get(one.question, ()))
        if not other or other in one.passage or known or len(one.passage + other) >= longest:
            yield one
        elif draw.random() < 0.5:
            yield replace(one, passage=f"{one.passage}\n\n{other}")
        else:
            by = len(other) + 2 if one.answered else 0
            yield replace(
                one, passage=f"{other}\n\n{one.passage}", start=one.start + by, end=one.end + by
            )


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write examples as JSON lines: mining them takes minutes."""
    with path.open("w", encoding="utf-8") as file:
        for one in examples:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a file that ``write_examples`` wrote."""
    with path.open(encoding="utf-8") as file:
        return [Example(**json.loads(line)) for line in file]
