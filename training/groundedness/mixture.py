"""All training pairs together: the data sets, what is made of them, and how much of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from rag.english.sentences import sentences
from rag.english.words import content_terms
from training.groundedness import examples
from training.groundedness.changes import Others
from training.groundedness.hearsay import hearsay
from training.groundedness.making import (
    Base,
    around,
    hedged_or_spoken,
    joined,
    made,
    made_wrong,
    others_of,
    said_otherwise,
)
from training.groundedness.pairs import Pair, plain, sentence_like, supported
from training.groundedness.reports import report_pairs
from training.groundedness.statements import Statement, cased, statement, unsaid
from training.groundedness.talk import remarked, remarks
from training.groundedness.twins import twin
from training.groundedness.wrapping import chatted
from training.reader.examples import (
    Example,
    VectorsOf,
    natural_questions,
    near_passages,
    sentence_pairs,
    squad,
)

_SETS = {
    "snli": 400, "esnli": 400, "conjnli": 1_700, "fever": 4_200, "factcg_doc": 2_068,
    "factcg_multihop": 300, "halueval": 375,
    "stance completely-support": 696, "stance partially-support": 391, "stance refute": 161,
    "stance irrelevant": 350,
}  # fmt: skip
"""At most so many pairs of each data set; captions of pictures teach least and are many."""
_SHARES = {"news": 1_600, "web": 700, "squad": 900, "nq": 500, "policy": 120}
"""Sentences that are taken from passages, to be said otherwise and to be made wrong."""
_STATED = 1_700
"""Questions and answers that are turned into statements."""
_HEARSAY, _RARE, _JOINED = 2_300, 900, 1_400
"""Sentences that get a speaker or a doubt, pairs of natural ones that have it, and joined pairs."""
_KEPT = {
    "true": 0.5, "near passage": 0.4, "taken out": 0.5, "name": 0.5, "other answer": 0.45,
    "true fever": 0.7, "true bump": 0.7, "bump": 0.6, "remark": 0.7, "report true": 0.7,
    "unsaid": 0.6, "statement": 0.8, "chat": 0.6, "snli": 0.6, "esnli": 0.6, "conjnli": 0.6,
    "fever": 0.6, "negation": 0.6, "opposite": 0.8, "place": 0.7,
}  # fmt: skip
"""Of what share of the pairs of a kind is kept before all are brought to the size wanted."""
SIZE = 28_000
"""Pairs that two cores learn in about forty minutes."""
LONGEST = 1_300
"""Characters of a pair that is kept in a first round: what is longer costs as much as three."""


def mixture(
    data: Path, seed: int, vectors_of: VectorsOf, size: int = SIZE, longest: int = LONGEST
) -> list[Pair]:
    """Return all pairs, in the order in which they are learnt.

    Args:
        data: the folder with ``reader`` and ``groundedness``.
        seed: decides every draw.
        vectors_of: unit vectors of texts, to find near passages.
        size: at most so many.
        longest: characters of the longest pair.
    """
    draw = Random(seed)
    folder, reader = data / "groundedness", data / "reader"
    sets = list(_sets(folder, draw))
    wiki = list(squad(reader / "squad1.1_du_split.json"))
    asked = [
        replace(one, question=cased(one.question, one.passage), group="nq")
        for one in (_plain_question(two) for two in _nq(reader))
        if one
    ]
    policy = list(squad(reader / "policyqa_dev.json"))
    texts = examples.documents(folder)
    texts += [("squad", text) for text in dict.fromkeys(one.passage for one in wiki)]
    texts += [("nq", text) for text in dict.fromkeys(one.passage for one in asked)]
    texts += [("policy", text) for text in dict.fromkeys(one.passage for one in policy)]
    bases = list(_copied(texts, draw))
    said = list(islice(_statements([*wiki, *asked], draw), _STATED + 600))
    claims = _claims(sets, said, draw)
    others = others_of([base.text for base in bases], draw)
    near = _articles(wiki, draw)
    found = [
        *sets,
        *made([*bases, *claims], others, draw),
        *hearsay(draw.sample(bases, min(_HEARSAY, len(bases))), others, draw),
        *hedged_or_spoken(texts, others, _RARE, draw),
        *joined(bases, others, _JOINED, draw),
        *_answered(said, [*wiki, *asked], draw),
        *_beside(near, vectors_of, draw),
        *_topical(near, vectors_of, draw),
        *_lacking(bases, 1_000, draw),
        *_unsaid(wiki, near, vectors_of, draw),
        *_reported(draw, others),
        *_talked(reader, others, draw),
    ]
    found = [one for one in found if len(one.passage) > 15 and len(one.sentence) > 8]
    return chosen(found, size, Random(seed), longest)


def chosen(pairs: Sequence[Pair], size: int, draw: Random, longest: int = LONGEST) -> list[Pair]:
    """Return at most so many pairs in the order in which they are learnt, the shorter rather first.

    Kinds that are many are thinned first. The same pair comes once.
    """
    kinds: dict[str, list[Pair]] = {}
    for one in dict.fromkeys(pairs):
        if len(one.passage) + len(one.sentence) <= longest:
            kinds.setdefault(one.kind, []).append(one)
    kept: list[Pair] = []
    for kind, some in kinds.items():
        kept += draw.sample(some, max(1, round(len(some) * _KEPT.get(kind, 1.0))))
    kept = draw.sample(kept, min(size, len(kept)))
    # Half by length, half by chance: what costs least teaches first, and no kind waits for the end.
    place = {n: len(one.passage) / longest + 2 * draw.random() for n, one in enumerate(kept)}
    return [kept[n] for n in sorted(place, key=lambda n: place[n])]


def _sets(folder: Path, draw: Random) -> Iterator[Pair]:
    """Yield what is taken of each data set."""
    pairs: list[Pair] = [
        *examples.snli(folder / "snli_18k.csv"),
        *examples.esnli(folder / "esnli"),
        *examples.conjnli(folder / "conjnli_15k.tsv"),
        *examples.halueval(folder / "halueval_qa.json"),
        *examples.stances(folder / "factcheckgpt_stance.jsonl"),
        *examples.wice(folder / "wice_non_supported_tokens.jsonl"),
    ]
    for name in ("fever_a", "fever_b"):
        pairs += examples.fever(folder / f"{name}.jsonl")
    for name in ("factcg_doc", "factcg_multihop"):
        pairs += examples.factcg(folder / f"{name}.json")
    bumped = [one for n in (1, 2) for one in examples.bump(folder / f"bump_task{n}.json")]
    wrong = [one for one in bumped if not one.supported]
    right = [one for one in bumped if one.supported]
    yield from wrong
    yield from draw.sample(right, min(len(right), len(wrong) + 300))
    kinds: dict[str, list[Pair]] = {}
    for one in pairs:
        kinds.setdefault(one.kind, []).append(one)
    for kind, some in kinds.items():
        yield from draw.sample(some, min(len(some), _SETS.get(kind, len(some))))


def _nq(reader: Path) -> Iterator[Example]:
    return natural_questions(sorted(reader.glob("nq_qed_*")))


def _plain_question(one: Example) -> Example | None:
    """Return the example as people write it, None where its answer is then lost."""
    passage, answer = plain(one.passage), plain(one.answer)
    at = passage.find(answer, max(0, one.start - 60))
    return replace(one, passage=passage, start=at, end=at + len(answer)) if at >= 0 else None


def _copied(texts: Sequence[tuple[str, str]], draw: Random) -> Iterator[Base]:
    """Yield sentences of texts, at most two of each, as many of each kind as are wanted."""
    left = dict(_SHARES)
    for kind, text in draw.sample(texts, len(texts)):
        if left[kind] <= 0:
            continue
        parts = [text[a:b] for a, b in sentences(text) if sentence_like(text[a:b])]
        for part in draw.sample(parts, min(len(parts), 4 if kind == "web" else 2)):
            left[kind] -= 1
            yield Base(text, part, kind, True)


Said = tuple[Example, Statement]


def _statements(asked: Sequence[Example], draw: Random) -> Iterator[Said]:
    """Yield questions with the statements that they and their answers make."""
    for one in draw.sample(asked, len(asked)):
        made = statement(one.question, one.answer, one.passage, one.start)
        if made:
            yield one, made


def _claims(sets: Sequence[Pair], said: Sequence[Said], draw: Random) -> list[Base]:
    """Return claims in other words than their passage's, to be made wrong."""
    shares = {"fever": 500, "factcg_doc": 700, "bump": 450, "conjnli": 300, "wice": 60}
    found: list[Base] = []
    for kind, most in shares.items():
        some = [one for one in sets if one.kind == kind and one.supported]
        for one in draw.sample(some, min(most, len(some))):
            found.append(Base(one.passage, one.sentence, kind, False))
    for asked, true in said[-600:]:
        passage = around(asked.passage, asked.start, draw)
        found.append(Base(passage, true.text, "statement", False))
    return found


def _articles(asked: Sequence[Example], draw: Random, most: int = 24) -> list[Example]:
    """Return the questions of some articles, among whose passages near ones are sought."""
    groups = sorted({one.group for one in asked})
    taken = set(draw.sample(groups, min(most, len(groups))))
    return [one for one in asked if one.group in taken]


def _answered(said: Sequence[Said], asked: Sequence[Example], draw: Random) -> Iterator[Pair]:
    """Yield statements with their passage, and with another answer."""
    answers: dict[str, list[str]] = {}
    for one in asked:
        answers.setdefault(one.passage, []).append(one.answer)
    groups: dict[str, list[str]] = {}
    for one in asked:
        groups.setdefault(f"{one.group} {_shape(one.answer)}", []).append(one.answer)
    for one, true in said[:_STATED]:
        passage = around(one.passage, one.start, draw)
        yield supported(passage, said_otherwise(true.text, passage, draw), "statement")
        here = [a for a in answers[one.passage] if _shape(a) == _shape(one.answer)]
        there = groups[f"{one.group} {_shape(one.answer)}"]
        pool = (
            here
            if draw.random() < 0.7 and len(set(here)) > 1
            else draw.sample(there, min(8, len(there)))
        )
        wrong = sorted({a for a in pool if not _overlap(a, one.answer) and a not in true.text})
        if wrong:
            other = true.with_answer(draw.choice(wrong).rstrip(".,"))
            spans = ((other.start, other.end),)
            yield Pair(passage, other.text, "contradicted", "other answer", spans)


def _beside(near: Sequence[Example], vectors_of: VectorsOf, draw: Random) -> Iterator[Pair]:
    """Yield statements beside a near passage, which does not hold their answer."""
    some = [replace(one, question=true.text) for one, true in _statements(near, draw)]
    for one in near_passages(some[:700], vectors_of, draw):
        yield Pair(around(one.passage, 0, draw, 700), one.question, "neither", "near passage")


def _shape(answer: str) -> str:
    """Return what kind of answer it is: a year, a number, a name or other words.

    >>> [_shape(one) for one in ("1952", "six 6", "Ana Orlo", "to save water")]
    ['year', 'number', 'name', 'words']
    """
    if re.fullmatch(r"1\d\d\d|20\d\d", answer):
        return "year"
    if re.search(r"\d", answer):
        return "number"
    return "name" if answer[:1].isupper() else "words"


def _overlap(one: str, other: str) -> bool:
    return bool(set(content_terms(one)) & set(content_terms(other)))


def _topical(near: Sequence[Example], vectors_of: VectorsOf, draw: Random) -> Iterator[Pair]:
    """Yield sentences of a passage beside a near passage of the same article, which lacks them."""
    some: list[Example] = []
    for one in draw.sample(near, min(1_500, len(near))):
        parts = [(a, b) for a, b in sentences(one.passage) if sentence_like(one.passage[a:b])]
        if parts:
            start, end = draw.choice(parts)
            some.append(replace(one, question=one.passage[start:end], start=start, end=end))
    for one in near_passages(some, vectors_of, draw, 3):
        passage = around(one.passage, draw.randrange(len(one.passage)), draw)
        if _shared(one.question, passage) < 0.6:
            text = said_otherwise(one.question, one.passage, draw)
            yield Pair(passage, text, "neither", "near passage")


def _shared(sentence: str, passage: str) -> float:
    """Return the share of a sentence's terms that a passage holds."""
    terms = set(content_terms(sentence))
    return len(terms & set(content_terms(passage))) / max(1, len(terms))


def _lacking(bases: Sequence[Base], most: int, draw: Random) -> Iterator[Pair]:
    """Yield sentences beside what stands around them, without them."""
    left = most
    for base in draw.sample(bases, len(bases)):
        if not left:
            return
        passage = around(base.text, base.text.find(base.sentence), draw, 800)
        rest = " ".join(passage.replace(base.sentence, " ").split())
        if len(rest) > 150 and _shared(base.sentence, rest) < 0.6:
            left -= 1
            yield Pair(rest, said_otherwise(base.sentence, rest, draw), "neither", "taken out")


def _unsaid(
    asked: Sequence[Example], near: Sequence[Example], vectors_of: VectorsOf, draw: Random
) -> Iterator[Pair]:
    """Yield statements that the passage does not say something: true ones, and false ones."""
    some = [(one, text) for one in asked if (text := unsaid(one.question, draw))]
    for one, text in draw.sample(some, min(250, len(some))):
        passage = around(one.passage, one.start, draw)
        yield Pair(passage, text, "contradicted", "unsaid", ((0, len(text)),))
    apart = [replace(one, question=b) for one in near if (b := unsaid(one.question, draw))]
    for lacking in near_passages(draw.sample(apart, min(250, len(apart))), vectors_of, draw):
        yield supported(around(lacking.passage, 0, draw), lacking.question, "unsaid")


def _reported(draw: Random, others: Others) -> Iterator[Pair]:
    """Yield pairs about invented reports, some of the true ones made wrong as all others are."""
    counts: Counter[str] = Counter()
    for one in report_pairs(draw, 2_500):
        yield one
        if one.supported and draw.random() < 0.25:
            for pair in made_wrong(one.sentence, one.passage, others, draw, counts, 1):
                counts[pair.kind] += 1
                yield pair


def _talked(reader: Path, others: Others, draw: Random) -> Iterator[Pair]:
    """Yield single sentences with what people make of them in a conversation."""
    texts = [answer for _, answer in sentence_pairs(reader / "squad_answer_sentences.json")]
    texts = [one for one in dict.fromkeys(texts) if sentence_like(one) and len(one) < 220]
    some = draw.sample(texts, min(850, len(texts)))
    counts: Counter[str] = Counter()
    for text in some[:900]:
        said = chatted(twin(text, text, draw, 3), draw)
        yield supported(text, said, "chat")
        if draw.random() < 0.45:
            yield remarked(text, said, draw)
            continue
        for pair in made_wrong(text, text, others, draw, counts, 1):
            counts[pair.kind] += 1
            yield _lowered(pair, draw)
    yield from remarks(some[700:], draw)


def _lowered(pair: Pair, draw: Random) -> Pair:
    return replace(pair, sentence=pair.sentence.lower()) if draw.random() < 0.6 else pair


def counts_of(pairs: Iterable[Pair]) -> dict[str, dict[str, int]]:
    """Return how many pairs of each kind have each label."""
    found: dict[str, Counter[str]] = {}
    for one in pairs:
        found.setdefault(one.kind, Counter())[one.label] += 1
    return {kind: dict(found[kind]) for kind in sorted(found)}
