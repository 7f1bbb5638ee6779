"""Scripted drafts: what a model may write over real passages, and what must become of it.

What a row deserves is known by construction: a true sentence is to be kept, a changed or foreign
one is not to be left standing, a wrongly cited one is to be cited with the passage it came from.
Rows are split by document, or by question where several passages belong to one, into a part to
tune on and a part to report. The same data, seed and reading of English give the same rows; what
is measured is therefore drawn once and kept (``eval.scripted_kept``).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from random import Random

from eval.scripted_changes import CHANGES, Changed, reworded
from eval.scripted_data import part_of
from eval.scripted_kept import Row, Wording
from eval.scripted_texts import Stock, Told, covers
from rag.english.claimants import name_words
from rag.english.words import content_terms
from rag.types import Hit

SEEDS = (4, 5, 6)
"""The draws that are kept: each further one takes no draft that an earlier one has."""
SIZES: Mapping[str, int] = {
    "true": 130,
    "number": 65,
    "name": 60,
    "day": 45,
    "speaker": 40,
    "verb": 40,
    "wrong citation": 50,
    "invented citation": 25,
    "outside": 25,
    "invention": 20,
}
"""Drafts of each kind in a draw of one part: 500 together, half of each true or changed one
paraphrases."""
MOST_HITS = 8
MOST_OF_GROUP = 10
"""Drafts of one document or question in a part."""


def draws(stock: Stock, part: str, seeds: Sequence[int] = SEEDS) -> list[Row]:
    """Return the rows of several draws of a part, one after the other, no draft twice."""
    rows: list[Row] = []
    for seed in seeds:
        rows += build(stock, part, seed, without=frozenset((row.kind, row.text) for row in rows))
    return rows


def build(
    stock: Stock,
    part: str,
    seed: int = SEEDS[0],
    sizes: Mapping[str, int] = SIZES,
    without: frozenset[tuple[str, str]] = frozenset(),
) -> list[Row]:
    """Return the rows of a part, by kind, as many as the sizes say where the stock has them.

    No row is made whose kind and text are in ``without``.
    """
    chance = Random(f"{seed}/{part}")
    told = [one for one in stock.told if part_of(one.group) == part]
    chance.shuffle(told)
    nearby = _Nearby([one for one in stock.passages if part_of(one[1]) == part])
    supply = _Supply(told, without)
    rows: list[Row] = []
    # The rarest first: speakers and days are in few sentences, and each sentence is used once.
    for kind in ("speaker", "day", "number", "name", "verb"):
        rows += _changed(kind, sizes[kind], supply, nearby, chance)
    rows += _wrong(sizes["wrong citation"], supply, nearby, chance)
    for kind in ("true", "invented citation"):
        for wording, n in _halves(sizes[kind]):
            rows += [_kept(kind, one, nearby, chance) for one in supply.take(kind, n, wording)]
    rows += _outside(sizes["outside"], supply, nearby, chance)
    invented = [one for one in stock.invented if part_of(one.group) == part]
    chance.shuffle(invented)
    invented = [one for one in invented if ("invention", one.text) not in without]
    rows += [_kept("invention", one, nearby, chance) for one in invented[: sizes["invention"]]]
    counted: Counter[str] = Counter()
    named = []
    for row in sorted(rows, key=lambda row: list(sizes).index(row.kind)):
        id_ = f"{part}/{seed}/{row.kind}/{counted[row.kind]}"
        cited = () if row.kind == "invented citation" else row.cited
        named.append(replace(row, id=id_, part=part, seed=seed, cited=cited))
        counted[row.kind] += 1
    return named


def _halves(size: int) -> tuple[tuple[Wording, int], ...]:
    return ("quotation", size - size // 2), ("paraphrase", size // 2)


class _Supply:
    """Hands out true sentences, each once, few of one document, and of every data set in turn."""

    def __init__(self, told: Sequence[Told], without: frozenset[tuple[str, str]]) -> None:
        self.without = without
        self._left: dict[Wording, dict[str, list[Told]]] = {
            wording: defaultdict(list) for wording in ("quotation", "paraphrase")
        }
        for one in told:
            self._left[one.wording][one.origin].append(one)
        self._of_group: Counter[tuple[str, str]] = Counter()

    def offers(self, kind: str, wording: Wording) -> Iterator[Told]:
        """Yield the sentences left for a kind, a data set at a time; ``use`` takes one out."""
        queues = {origin: iter(list(these)) for origin, these in self._left[wording].items()}
        while queues:
            for origin in sorted(queues):
                one = next(queues[origin], None)
                if one is None:
                    del queues[origin]
                elif (
                    self._of_group[one.group, wording] < MOST_OF_GROUP
                    and (kind, _cut(one).text) not in self.without
                ):
                    yield one

    def use(self, told: Told) -> None:
        """Take a sentence out, with all that read the same."""
        self._of_group[told.group, told.wording] += 1
        left = self._left[told.wording][told.origin]
        left[:] = [one for one in left if one.text != told.text]

    def take(self, kind: str, size: int, wording: Wording) -> Iterator[Told]:
        """Yield and use so many sentences."""
        for one in islice(self.offers(kind, wording), size):
            self.use(one)
            yield _cut(one)


def _cut(told: Told) -> Told:
    """Return every third quotation lightly cut: without what follows its last comma."""
    head, comma, tail = told.text.rpartition(", ")
    lightly = comma and len(head.split()) >= 8 and len(tail.split()) <= 8
    if told.wording == "quotation" and lightly and sum(map(ord, told.text)) % 3 == 0:
        return replace(told, text=head + ".")
    return told


class _Nearby:
    """Finds the passages of a data set that share the rarest words with a sentence."""

    def __init__(self, passages: Sequence[tuple[str, str, Hit]]) -> None:
        self._hits = [(origin, group, hit) for origin, group, hit in passages]
        self._where: dict[str, list[int]] = defaultdict(list)
        for n, (_, _, hit) in enumerate(self._hits):
            for term in set(content_terms(hit.passage.text)):
                self._where[term].append(n)

    def find(self, text: str, origin: str, without: Sequence[Hit], limit: int) -> list[Hit]:
        """Return the hits of a data set nearest to a text, none with a passage of ``without``."""
        scores: Counter[int] = Counter()
        for term in content_terms(text):
            places = self._where.get(term, [])
            for n in places:
                scores[n] += math.log(1 + len(self._hits) / len(places))  # type: ignore[assignment]
        known = {hit.passage.text for hit in without}
        found: list[Hit] = []
        for n, _ in scores.most_common(200):
            of, _, hit = self._hits[n]
            if of == origin and hit.passage.text not in known and len(found) < limit:
                known.add(hit.passage.text)
                found.append(hit)
        return found


def _kept(kind: str, told: Told, nearby: _Nearby, chance: Random) -> Row:
    """Return a row of a sentence as it is, with the passages that a search would give."""
    first = list(told.cited)
    rest = [n for n in range(len(told.hits)) if n not in first]
    shares = _covers(told.text, tuple(told.hits[n].passage.text for n in rest))
    rest = [n for _, n in sorted(zip((-s for s in shares), rest, strict=True))]
    places = (first + rest)[:MOST_HITS]
    hits = [told.hits[n] for n in places]
    hits += nearby.find(told.text, told.origin, told.hits, MOST_HITS - len(hits))
    order = list(range(len(hits)))
    chance.shuffle(order)
    at = {old: new for new, old in enumerate(order)}
    right = {at[k] for k, n in enumerate(places) if n in told.right}
    if told.right and told.wording == "quotation":  # a passage that repeats the words is right too
        right |= {at[k] for k, hit in enumerate(hits) if told.text.rstrip(".") in hit.passage.text}
    return Row(
        "",
        "",
        kind,
        told.wording,
        False,
        told.text,
        told.text,
        tuple(hits[n] for n in order),
        tuple(at[k] for k in range(len(first))),
        frozenset(right),
        told.group,
    )


@lru_cache(maxsize=64)
def _covers(text: str, texts: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(covers(text, texts))


def _changed(
    kind: str, size: int, supply: _Supply, nearby: _Nearby, chance: Random
) -> Iterator[Row]:
    """Yield rows with one thing changed: half of quotations, half of paraphrases.

    Where paraphrases hold too few things of the kind, quotations make up for them; those with a
    speaker are then said in another order.
    """
    made = 0
    for wording, target in (("paraphrase", size // 2), ("quotation", size)):
        for told in supply.offers(kind, wording):  # type: ignore[arg-type]
            if made >= target:
                break
            base = told
            other = reworded(told.text) if kind == "speaker" and made < size // 2 else None
            if other and wording == "quotation":
                base = replace(told, text=other, wording="reworded")
            elif kind == "speaker" and wording == "quotation" and made < size // 2:
                continue
            row = _kept(kind, base, nearby, chance)
            changed = _change(kind, base, row, chance)
            if changed is not None and (kind, changed.text) not in supply.without:
                supply.use(told)
                made += 1
                yield replace(row, text=changed.text, near=changed.near, right=frozenset())
        if made < size // 2 and kind == "speaker" and wording == "quotation":
            yield from _changed_plain(kind, size - made, supply, nearby, chance)


def _changed_plain(
    kind: str, size: int, supply: _Supply, nearby: _Nearby, chance: Random
) -> Iterator[Row]:
    made = 0
    for told in supply.offers(kind, "quotation"):
        if made == size:
            return
        row = _kept(kind, told, nearby, chance)
        changed = _change(kind, told, row, chance)
        if changed is not None and (kind, changed.text) not in supply.without:
            supply.use(told)
            made += 1
            yield replace(row, text=changed.text, near=changed.near, right=frozenset())


def _change(kind: str, told: Told, row: Row, chance: Random) -> Changed | None:
    """Return the sentence changed, unless another passage could make the change true."""
    others = [hit for n, hit in enumerate(row.hits) if n not in row.cited]
    changed = CHANGES[kind](told.text, told.hits[told.cited[0]], others, chance)
    if changed is None or changed.text == told.text:
        return None
    if kind in ("number", "day") and any(changed.now in hit.passage.text.split() for hit in others):
        return None  # another report of the same matter may say just that
    if kind == "speaker":
        shares = covers(told.text, [hit.passage.text for hit in row.hits])
        named = name_words(f"x {changed.now}")
        for n, (share, hit) in enumerate(zip(shares, row.hits, strict=True)):
            if n not in row.cited and share > 0.5 and named & name_words(hit.passage.text):
                return None  # two speakers may say the same, each in a report of its own
    return changed


def _wrong(size: int, supply: _Supply, nearby: _Nearby, chance: Random) -> Iterator[Row]:
    """Yield true sentences of one passage that cite another one, which does not say it."""
    for wording, wanted in _halves(size):
        made = 0
        for told in supply.offers("wrong citation", wording):
            if made == wanted:
                break
            row = _kept("wrong citation", told, nearby, chance)
            if len(told.cited) > 1:
                continue
            source = row.cited[0]
            shares = covers(told.text, [hit.passage.text for hit in row.hits])
            if shares[source] < 0.6:
                continue  # the one it came from is not known for sure
            right = {n for n, share in enumerate(shares) if share > 0.75 * shares[source]}
            right &= row.right | {source}
            doubtful = {n for n, share in enumerate(shares) if share > 0.6 * shares[source]} - right
            wrong = [n for n in range(len(row.hits)) if n not in right | doubtful]
            own = [n for n in wrong if row.hits[n].document.id == row.hits[source].document.id]
            if not wrong:
                continue
            supply.use(told)
            made += 1
            yield replace(row, cited=(chance.choice(own or wrong),), right=frozenset(right))


def _outside(size: int, supply: _Supply, nearby: _Nearby, chance: Random) -> Iterator[Row]:
    """Yield sentences of another document than the passages: of a near subject, or of a far one."""
    for wording, wanted in _halves(size):
        pairs = list(supply.take("outside", 2 * wanted, wording))
        for subject, foreign in zip(pairs[:wanted], pairs[wanted:], strict=False):
            if subject.group == foreign.group:
                continue
            row = _kept("outside", subject, nearby, chance)
            yield replace(row, text=foreign.text, base=foreign.text, right=frozenset())
