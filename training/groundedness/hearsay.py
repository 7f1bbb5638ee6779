"""Who said it, and how surely: both are put into passages of real text, and then told of otherwise.

Texts seldom hedge and seldom quote two speakers side by side, where it matters most. So a sentence
of a passage is given a speaker, a doubt or a bound; a claim then keeps it in other words, or loses
it, exchanges it, or makes more of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from rag.english.sentences import sentences
from training.groundedness.changed import Others
from training.groundedness.making import Base, around
from training.groundedness.pairs import Label, Pair, sentence_like, supported
from training.groundedness.reports import BODIES, barred, filled, invented_name
from training.groundedness.twins import TWINS
from training.groundedness.values import YEAR, names, word_before

_SMALL = re.compile(
    r"(?:The|An?|It|He|She|They|In|On|At|There|This|These|Its|His|Her|Their|Some|Most|Many|Several"
    r"|During|After|By|From|As)\b"
)
_UNFIT = re.compile(
    r"[\"\u201c\u201d|{}\[\]]|''"
    r"|\b(?i:said|says?|told|according|claim\w*|report\w*|alleg\w*|den(?:y|ied|ies)|might|could|if"
    r"|whether|suspect\w*|believ\w*|thought|we|you|our|my|your|not|no)\b|\b(?:may|I)\b"
)
_TRADES = (
    "historian", "economist", "engineer", "researcher", "lawyer", "critic", "biologist", "director",
    "spokeswoman", "coach", "minister", "editor", "analyst", "curator", "doctor", "judge",
)  # fmt: skip
_SOURCES = (
    "the report", "a survey", "the study", "researchers", "critics", "the authors", "officials",
    "the union", "the museum", "the university", "a court", "supporters", "the club", "neighbours",
    "the committee", "a newspaper", "the government", "experts", "the council", "the ministry",
)  # fmt: skip
_TOLD = (
    "{Who} said that {body}.", "{Who} said {body}.", "{Body}, {who} said.",
    "According to {who}, {body}.", "{Body}, according to {who}.", "{Who} reported that {body}.",
    "{Who} told reporters that {body}.", "{Who} also said that {body}.",
    "{Who} stated that {body}.", "{Who} explained that {body}.",
)  # fmt: skip
_RETOLD = (
    "According to {who}, {body}.", "{Who} said that {body}.", "{Body}, {who} said.",
    "{Who} stated that {body}.", "{Body}, according to {who}.", "{Who} reported that {body}.",
    "As {who} put it, {body}.", "{Who} told journalists that {body}.", "{Who} noted that {body}.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stance:
    """How a speaker stands to something: as a passage tells it, as claims may, and may not.

    What is wrong stands between bars; where there are none, it is not told which words are.
    """

    passage: tuple[str, ...]
    right: tuple[str, ...]
    wrong: tuple[tuple[str, Label], ...]


_BARE: tuple[str, Label] = ("{Body}.", "unsupported")
_STANCES = (
    _Stance(
        ("{Who} denied that {body}.", "{Who} rejected claims that {body}.",
         "{Who} dismissed reports that {body}.", "It is not true that {body}, {who} said."),
        ("{Who} denied that {body}.", "{Who} rejected the claim that {body}.",
         "{Who} disputed that {body}.", "According to {who}, it is wrong that {body}."),
        (("{Who} |confirmed| that {body}.", "contradicted"),
         ("{Who} |said| that {body}.", "contradicted"),
         ("{Who} |admitted| that {body}.", "contradicted"),
         ("|According to {who}|, {body}.", "contradicted"), _BARE),
    ),
    _Stance(
        ("{Who} alleged that {body}.", "{Who} claimed that {body}, but gave no proof.",
         "{Who} made the allegation that {body}."),
        ("{Who} alleged that {body}.", "{Who} claimed that {body}.",
         "It is alleged by {who} that {body}.", "There is an allegation that {body}."),
        (("{Who} |proved| that {body}.", "unsupported"),
         ("It is |certain| that {body}.", "unsupported"),
         ("{Who} |denied| that {body}.", "contradicted"),
         ("It has been |established| that {body}.", "unsupported"), _BARE, _BARE),
    ),
    _Stance(
        ("{Who} suspects that {body}.", "{Who} believes that {body}.",
         "{Who} assumes that {body}."),
        ("{Who} believes that {body}.", "{Who} thinks that {body}.",
         "In the opinion of {who}, {body}.", "{Who} assumes that {body}."),
        (("{Who} |knows| that {body}.", "unsupported"),
         ("{Who} |has shown| that {body}.", "unsupported"),
         ("{Who} |doubts| that {body}.", "contradicted"), _BARE, _BARE),
    ),
    _Stance(
        ("{Who} could not confirm that {body}.", "{Who} did not say whether {body}.",
         "{Who} did not know whether {body}."),
        ("{Who} did not confirm that {body}.",),
        (("{Who} |confirmed| that {body}.", "contradicted"),
         ("{Who} |said| that {body}.", "contradicted"),
         ("{Who} |denied| that {body}.", "unsupported"), _BARE),
    ),
    _Stance(
        ("{Who} confirmed that {body}.", "{Who} acknowledged that {body}.",
         "{Who} admitted that {body}."),
        ("{Who} confirmed that {body}.", "According to {who}, {body}.",
         "{Who} acknowledged that {body}.", "{Body}, as {who} confirmed."),
        (("{Who} |denied| that {body}.", "contradicted"),
         ("{Who} |could not say whether| {body}.", "contradicted"),
         ("{Who} |rejected the claim| that {body}.", "contradicted")),
    ),
)  # fmt: skip


def body_of(sentence: str) -> str | None:
    """Return a sentence as it stands behind "said that", None where it would not fit there.

    >>> body_of("The dam at Elva broke on Monday."), body_of("He may come on Monday night.")
    ('the dam at Elva broke on Monday', None)
    """
    if not sentence.endswith(".") or len(sentence) > 230 or _UNFIT.search(sentence):
        return None
    if _SMALL.match(sentence):
        return sentence[0].lower() + sentence[1:-1]
    spans = names(sentence)
    return sentence[:-1] if spans and spans[0][0] == 0 else None


def hearsay(bases: Sequence[Base], others: Others, draw: Random) -> Iterator[Pair]:
    """Yield for each base as many true claims as wrong ones about who said it, or how surely."""
    kinds = (_spoken, _stanced, _doubted, _doubted, _bounded)
    for base in bases:
        passage = around(
            base.text, base.text.find(base.sentence), draw, draw.choice((200, 350, 600))
        )
        body = body_of(base.sentence)
        if body is None or base.sentence not in passage:
            continue
        for kind in draw.sample(kinds, len(kinds)):
            pairs = list(kind(passage, base.sentence, body, others, draw))
            if pairs:
                yield from pairs
                break


def _who(others: Others, draw: Random) -> str:
    """Return a speaker as it stands within a sentence."""
    kind = draw.random()
    if kind < 0.3:
        return draw.choice(BODIES)
    if kind < 0.5:
        return draw.choice(_SOURCES)
    if kind < 0.85 or not others.speakers:
        name = f"{invented_name(draw)} {invented_name(draw)}"
        return f"the {draw.choice(_TRADES)} {name}" if draw.random() < 0.4 else name
    one = draw.choice(others.speakers)
    return one[0].lower() + one[1:] if _SMALL.match(one) else one


def _reworded(body: str, draw: Random) -> str:
    """Return the same in a word or two that differ: nothing is left out."""
    for kind in ("synonym", "digits", "date form", "contracted"):
        made = TWINS[kind](body, "", draw) if draw.random() < 0.5 else None
        body = made or body
    return body


def _said(form: str, who: str, body: str) -> str:
    return filled(form, {"who": who, "body": body})


def _spoken(passage: str, sentence: str, body: str, others: Others, draw: Random) -> Iterator[Pair]:
    """Yield a claim of its speaker, and one of another: who says something else there, if one."""
    who, other = _who(others, draw), _who(others, draw)
    if who == other or who in passage or other in passage:
        return
    told = passage.replace(sentence, _said(draw.choice(_TOLD), who, body), 1)
    parts = [passage[a:b] for a, b in sentences(passage) if passage[a:b] != sentence]
    second = [(one, text) for one in parts if sentence_like(one) and (text := body_of(one))]
    if second and draw.random() < 0.75:
        one, text = draw.choice(second)
        told = told.replace(one, _said(draw.choice(_TOLD), other, text), 1)
    claim = _reworded(body, draw)
    yield supported(told, _said(draw.choice(_RETOLD), who, claim), "said")
    form = draw.choice(_RETOLD).replace("{who}", "|{who}|").replace("{Who}", "|{Who}|")
    yield barred(told, _said(form, other, claim), "contradicted", "said by another")


def _stanced(
    passage: str, sentence: str, body: str, others: Others, draw: Random
) -> Iterator[Pair]:
    """Yield a claim of how the speaker stands to it, and one that turns it round."""
    stance, who = draw.choice(_STANCES), _who(others, draw)
    told = passage.replace(sentence, _said(draw.choice(stance.passage), who, body), 1)
    claim = _reworded(body, draw)
    yield supported(told, _said(draw.choice(stance.right), who, claim), "stance kept")
    form, label = draw.choice(stance.wrong)
    text = _said(form, who, claim)
    if "|" in form:
        yield barred(told, text, label, "stance turned")
    else:
        yield Pair(told, text, label, "stance dropped")


_MODALS: dict[str, tuple[tuple[str, ...], ...]] = {
    "was": (
        ("may have been", "might have been", "could have been", "was possibly"),
        ("was reportedly", "is said to have been", "is reported to have been"),
        ("is believed to have been", "is thought to have been"),
        ("was probably", "was most likely"),
        ("was allegedly", "is alleged to have been"),
        ("appears to have been", "seems to have been"),
    ),
    "is": (
        ("may be", "might be", "could be", "is possibly"),
        ("is reportedly", "is said to be", "is reported to be"),
        ("is believed to be", "is thought to be"),
        ("is probably", "is most likely"),
        ("is allegedly", "is alleged to be"),
        ("appears to be", "seems to be"),
    ),
    "will": (
        ("may", "might", "could"),
        ("is expected to", "is likely to", "should"),
        ("will probably", "will most likely"),
    ),
    "planned": (
        ("is expected to be", "is due to be"),
        ("is planned to be", "is to be"),
        ("could soon be", "may soon be"),
    ),
}
_SURE = {
    "was": ("certainly", "undoubtedly"),
    "is": ("certainly", "definitely"),
    "will": (),
    "planned": (),
}
_VERB = re.compile(
    r"\b(?P<be>was|were|is|are|will)\b(?! (?:not|also|only|to|the|a|an|expected|due|set|likely|able"
    r"|about|going|said|thought)\b) (?P<next>[a-z]+)"
)
_PLURAL = {"is": "are", "was": "were", "appears": "appear", "seems": "seem"}


def _doubted(passage: str, sentence: str, body: str, _: Others, draw: Random) -> Iterator[Pair]:
    """Yield a claim with the same doubt, and one that is sure of it."""
    found = list(_VERB.finditer(body))
    if not found or "there" in body.split()[:2]:
        return
    match = found[0]
    plain = match["be"]
    kind = {"were": "was", "are": "is"}.get(plain, plain)
    if kind == "was" and match["next"].endswith("ed") and draw.random() < 0.25:
        kind = "planned"
    group = draw.choice(_MODALS[kind])
    hedge = draw.choice(group)
    left, right = body[: match.start()], body[match.end("be") :]
    plural = plain == "will" and left.rstrip().endswith("s")
    number = "are" if plural else plain
    told = _agreed(hedge, number)
    passage = passage.replace(sentence, _capital(f"{left}{told}{right}."), 1)
    same = _agreed(draw.choice(group), number)
    yield supported(passage, _capital(_reworded(f"{left}{same}{right}.", draw)), "doubt kept")
    sure = _SURE[kind]
    now = f"{plain} {draw.choice(sure)}" if sure and draw.random() < 0.25 else plain
    text = f"{left}|{now} {match['next']}|{body[match.end() :]}."
    yield barred(passage, text, "unsupported", "doubt dropped")


def _agreed(hedge: str, plain: str) -> str:
    """Return a hedge in the number of the verb that it takes the place of.

    >>> _agreed("is said to be", "are"), _agreed("may be", "are"), _agreed("is likely to", "will")
    ('are said to be', 'may be', 'is likely to')
    """
    first, _, rest = hedge.partition(" ")
    if plain in ("were", "are") and first in _PLURAL:
        return f"{_PLURAL[first]} {rest}"
    return hedge


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_BOUNDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("at least", "no fewer than", "a minimum of"), ("exactly", "fewer than", "at most", "")),
    (("up to", "as many as", "at most"), ("at least", "more than", "")),
    (("about", "around", "some", "roughly"), ("exactly", "precisely", "far more than")),
    (("nearly", "almost", "close to", "just under"), ("more than", "over", "well over", "exactly")),
    (("more than", "over"), ("fewer than", "less than", "nearly", "exactly")),
)
_COUNTED = re.compile(
    r"(?<=[a-z] )(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?= (?:[a-z]+s|people|men|women|percent|million)\b)"
)


def _bounded(passage: str, sentence: str, body: str, _: Others, draw: Random) -> Iterator[Pair]:
    """Yield a claim with the same bound of a number, and one with another."""
    small = ("least", "most", "than", "about", "around", "over", "nearly", "almost", "to", "and")
    found = [
        match
        for match in _COUNTED.finditer(body)
        if not YEAR.fullmatch(match["n"]) and word_before(body, match.start()) not in small
    ]
    if not found:
        return
    match = draw.choice(found)
    same, wrong = draw.choice(_BOUNDS)
    left, right = body[: match.start()], body[match.end() :]
    told = f"{left}{draw.choice(same)} {match['n']}{right}."
    passage = passage.replace(sentence, _capital(told), 1)
    text = f"{left}{draw.choice(same)} {match['n']}{right}."
    yield supported(passage, _capital(text), "bound kept")
    other = f"{draw.choice(wrong)} {match['n']}".strip()
    yield barred(passage, f"{left}|{other}|{right}.", "unsupported", "bound turned")
