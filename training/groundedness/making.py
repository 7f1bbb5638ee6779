"""What is made of a sentence that a text says: said otherwise, and made wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from rag.english.sentences import sentences
from training.groundedness.changes import CHANGES, Others
from training.groundedness.pairs import Pair, sentence_like, supported
from training.groundedness.twins import twin
from training.groundedness.values import names, speakers, word_before
from training.groundedness.wrapping import chatted, wrapped


@dataclass(frozen=True, slots=True)
class Base:
    """A sentence that a text says, where the making of pairs starts.

    ``copied`` says that the sentence stands in the text, which may be long; else it is a claim in
    other words, and the text is as long as it should be.
    """

    text: str
    sentence: str
    kind: str
    copied: bool


def around(text: str, at: int, draw: Random, longest: int = 0) -> str:
    """Return a run of a text's sentences around a place, of a length that is drawn.

    >>> around("It rained. The dam broke. Six died.", 12, Random(1), 26)
    'The dam broke. Six died.'
    """
    longest = longest or draw.choice((200, 350, 500, 700, 900))
    parts = sentences(text)
    first = last = next((n for n, (_, b) in enumerate(parts) if at < b), len(parts) - 1)
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(parts)]
        draw.shuffle(sides)
        for n in sides:
            if parts[max(last, n)][1] - parts[min(first, n)][0] <= longest:
                first, last = min(first, n), max(last, n)
                break
        else:
            return text[parts[first][0] : parts[last][1]]


def others_of(texts: Sequence[str], draw: Random) -> Others:
    """Return names, speakers and sentences of texts, to be put where they do not belong."""
    named: list[tuple[str, str]] = []
    spoken: list[str] = []
    parts: list[str] = []
    for text in draw.sample(texts, min(len(texts), 700)):
        some = text[:1_500]
        named += [(some[a:b], word_before(some, a)) for a, b in names(some)]
        for start, end in sentences(some):
            parts.append(some[start:end])
            spoken += [some[start:end][a:b] for a, b in speakers(some[start:end])]
    whole = [one for one in parts if sentence_like(one)]
    return Others(sorted(set(named)), sorted(set(spoken)), whole)


def made(bases: Sequence[Base], others: Others, draw: Random) -> Iterator[Pair]:
    """Yield each base said otherwise, and made wrong in the way that was least often used.

    What is made wrong is said otherwise as often as what is true.
    """
    counts: Counter[str] = Counter()
    for base in bases:
        at = base.text.find(base.sentence) if base.copied else 0
        passage = around(base.text, at, draw) if base.copied else base.text
        if base.copied:
            yield supported(passage, said_otherwise(base.sentence, passage, draw), "true")
        near = _near(others, base, passage, draw)
        rounds = 2 if draw.random() < 0.35 else 1
        for pair in made_wrong(base.sentence, passage, near, draw, counts, rounds):
            counts[pair.kind] += 1
            yield pair
            if not base.copied and draw.random() < 0.5:
                yield supported(
                    passage, said_otherwise(base.sentence, passage, draw), f"true {base.kind}"
                )


def said_otherwise(sentence: str, passage: str, draw: Random) -> str:
    """Return a true sentence in other words, now and then behind a writer's lead."""
    text = twin(sentence, passage, draw, draw.choice((0, 1, 2, 3)))
    if draw.random() < 0.12:
        return wrapped(text, draw)
    return chatted(text, draw) if draw.random() < 0.04 else text


def _near(others: Others, base: Base, passage: str, draw: Random) -> Others:
    """Return the others with sentences of the base's own text that the passage lacks first."""
    parts = [base.text[a:b] for a, b in sentences(base.text)] if base.copied else []
    near = [one for one in parts if one not in passage and sentence_like(one)]
    names_ = draw.sample(others.names, min(60, len(others.names)))
    spoken = draw.sample(others.speakers, min(20, len(others.speakers)))
    far = draw.sample(others.sentences, min(3, len(others.sentences)))
    return Others(names_, spoken, near if len(near) > 1 else far)


def made_wrong(
    sentence: str,
    passage: str,
    others: Others,
    draw: Random,
    counts: Counter[str],
    most: int,
    kinds: Sequence[str] = tuple(CHANGES),
) -> Iterator[Pair]:
    """Yield a sentence made wrong in some of the ``kinds``, those that are rare first."""
    order = sorted(kinds, key=lambda kind: (counts[kind] * _EASE.get(kind, 1.0), draw.random()))
    found = 0
    for kind in order:
        text = twin(sentence, passage, draw, draw.choice((0, 1, 1, 2)))
        changed = CHANGES[kind](text, passage, draw, others)
        if changed is None or changed.text in passage or changed.text == sentence:
            continue
        pair = Pair(passage, changed.text, changed.label, kind, changed.wrong)
        yield _led_in(pair, draw) if draw.random() < 0.12 else pair
        found += 1
        if found == most:
            return


_EASE = {
    "hedge added": 4.0, "addition": 0.7, "detail": 0.7, "name": 0.5, "number": 0.6, "bound": 1.6,
    "day": 0.8,
}  # fmt: skip
"""How often a kind counts: below one for what is met most."""


def _led_in(pair: Pair, draw: Random) -> Pair:
    """Return a wrong sentence behind a writer's lead, its marks moved along."""
    text = wrapped(pair.sentence, draw)
    if pair.wrong is None:
        return pair
    moved = len(text) - len(pair.sentence)
    return replace(pair, sentence=text, wrong=tuple((a + moved, b + moved) for a, b in pair.wrong))


def hedged_or_spoken(
    texts: Sequence[tuple[str, str]], others: Others, most: int, draw: Random
) -> Iterator[Pair]:
    """Yield sentences that hedge or name a speaker, which are rare: said otherwise, and wrong."""
    counts: Counter[str] = Counter()
    for kind, text in draw.sample(texts, len(texts)):
        parts = [text[a:b] for a, b in sentences(text) if sentence_like(text[a:b])]
        for part in [one for one in parts if _HEDGES_OR_SPEAKS.search(one)][:2]:
            passage = around(text, text.find(part), draw)
            near = _near(others, Base(text, part, kind, True), passage, draw)
            kinds = ("hedge dropped", "speaker")
            for pair in made_wrong(part, passage, near, draw, counts, 2, kinds):
                counts[pair.kind] += 1
                yield pair
                yield supported(passage, said_otherwise(part, passage, draw), f"true {pair.kind}")
        if sum(counts.values()) >= most:
            return


_HEDGES_OR_SPEAKS = re.compile(
    r"\b(?:reportedly|allegedly|possibly|probably|presumably|supposedly|alleged|suspected|may|might"
    r"|could|believed to|thought to|expected to|according to|(?:said|claimed|denied|warned) that)\b"
)
_JOINTS = (", and ", "; ", ", while ", ". ", ". ", ", and ")


def joined(bases: Sequence[Base], others: Others, most: int, draw: Random) -> Iterator[Pair]:
    """Yield two sentences of a passage as one claim: both true, and one of them made wrong.

    So a claim that adds something is not told from a true one by its length.
    """
    counts: Counter[str] = Counter()
    left = most
    for base in draw.sample(bases, len(bases)):
        passage = around(
            base.text, base.text.find(base.sentence), draw, draw.choice((350, 600, 800))
        )
        parts = [passage[a:b] for a, b in sentences(passage)]
        parts = [one for one in parts if sentence_like(one) and len(one) < 170 and one[-1] == "."]
        if len(parts) < 2:
            continue
        some = draw.sample(parts, 2)
        joint = draw.choice(_JOINTS)
        true = [twin(one, passage, draw, draw.choice((1, 2, 3))) for one in some]
        yield supported(passage, "".join(_put_together(true[0], joint, true[1])), "joined")
        left -= 1
        near = _near(others, base, passage, draw)
        at = draw.randrange(2)
        for pair in made_wrong(true[at], passage, near, draw, counts, 1):
            counts[pair.kind] += 1
            texts = (true[0], pair.sentence) if at else (pair.sentence, true[1])
            first, second = _put_together(texts[0], joint, texts[1])
            moved = len(first) + len(second) - len(pair.sentence) if at else 0
            wrong = tuple((max(0, a + moved), b + moved) for a, b in pair.wrong or ())
            wrong = tuple((a, min(b, len(first + second))) for a, b in wrong)
            yield replace(pair, sentence=first + second, wrong=wrong, kind="joined wrong")
            left -= 1
        if left <= 0:
            return


def _put_together(one: str, joint: str, other: str) -> tuple[str, str]:
    """Return two sentences as one: the first with what joins them, and the second.

    >>> _put_together("It broke.", ", and ", "The road was closed.")
    ('It broke, and ', 'the road was closed.')
    """
    if joint != ". " and _SMALL.match(other):
        other = other[0].lower() + other[1:]
    return one.rstrip(".") + joint, other


_SMALL = re.compile(r"(?:The|An?|In|It|He|She|They|This|These|On|At|For|But|There|Its|His|Her)\b")
