"""A sentence laid beside the one it repeats: a "not", or an opposite, put in between. English.

Words that agree on both sides of what differs leave no doubt what it stands for, so that far more
opposites can be told here than where two texts only speak of the same. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.checks.beside import Gap, laid_beside
from rag.checks.facts import Words, is_content

_BESIDE = 4
"""Words that must agree around what differs, and at least one on each side of it inside a text."""
_LONGEST = 3
"""Words of what differs."""
_NOT = re.compile(
    r"^(?:not|never|no|none|nobody|neither|nor|cannot|hardly|without|\w+n['\u2019]t)$"
)
_SMALL = frozenset(
    "do does did is are was were be been has have had can could will would to a an the any at all "
    "it of".split()
)
_PAIRS = (
    "all/none always/never everyone/nobody everything/nothing both/neither ever/never "
    "with/without more/less more/fewer most/fewest most/least many/few higher/lower "
    "highest/lowest high/low above/below over/under up/down upper/lower before/after "
    "earlier/later early/late first/last older/younger oldest/youngest old/new longer/shorter "
    "longest/shortest long/short larger/smaller largest/smallest large/small bigger/smaller "
    "big/small best/worst better/worse good/bad faster/slower fast/slow quick/slow hot/cold "
    "warm/cool hotter/colder heavy/light heavier/lighter strong/weak stronger/weaker rich/poor "
    "cheap/expensive wide/narrow deep/shallow thick/thin easy/difficult easy/hard "
    "simple/complex safe/dangerous safe/unsafe clean/dirty wet/dry full/empty open/closed "
    "open/shut opened/closed public/private male/female men/women boys/girls left/right "
    "north/south northern/southern east/west eastern/western inside/outside indoor/outdoor "
    "internal/external inner/outer front/back top/bottom minimum/maximum positive/negative "
    "true/false right/wrong legal/illegal alive/dead present/absent day/night morning/evening "
    "winter/summer domestic/foreign major/minor major/small same/different similar/different "
    "active/inactive increase/decrease increases/decreases increased/decreased "
    "increasing/decreasing rise/fall rises/falls rose/fell rising/falling raise/lower "
    "raises/lowers raised/lowered gain/lose gained/lost won/lost wins/loses win/lose start/stop "
    "starts/stops started/stopped begin/end begins/ends began/ended add/remove adds/removes "
    "added/removed include/exclude includes/excludes included/excluded allow/forbid "
    "allows/forbids allowed/forbidden allowed/banned accept/reject accepts/rejects "
    "accepted/rejected approve/reject approved/rejected support/oppose supports/opposes "
    "supported/opposed agree/disagree agreed/disagreed agrees/disagrees buy/sell buys/sells "
    "bought/sold import/export imports/exports imported/exported enter/leave entered/left "
    "arrive/depart arrives/departs arrived/departed join/leave joined/left remember/forget "
    "love/hate loves/hates liked/disliked like/dislike succeed/fail succeeded/failed "
    "succeeds/fails pass/fail passed/failed prevent/cause prevents/causes prevented/caused "
    "help/hinder helps/hinders helped/hindered build/destroy built/destroyed built/demolished "
    "create/destroy created/destroyed attack/defend attacked/defended kill/save killed/saved "
    "killed/rescued killed/injured killed/wounded died/survived dies/survives arrest/release "
    "arrested/released captured/released confirm/deny confirmed/denied confirms/denies "
    "admit/deny admitted/denied praise/criticise praised/criticised praised/criticized "
    "welcomed/condemned appoint/dismiss appointed/dismissed hired/fired hired/dismissed "
    "improve/worsen improved/worsened improves/worsens strengthen/weaken strengthened/weakened "
    "expand/shrink expanded/shrank push/pull lend/borrow lent/borrowed guilty/innocent "
    "victory/defeat profit/loss friend/enemy ally/enemy majority/minority"
)
_OPPOSITE = {
    pair
    for one, other in (pair.split("/") for pair in _PAIRS.split())
    for pair in ((one, other), (other, one))
}


def put_between(sentence: Words, source: Words) -> list[str]:
    """Return what a sentence turns round where it repeats its source.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Players who pass the whole draft are free to sign with any team.")
    >>> put_between(words_of("Players who pass the draft are not free to sign."), source)
    ['The source says it without \u201cnot\u201d.']
    >>> put_between(words_of("Players who pass the whole draft are slow to sign."), source)
    []
    """
    mine = _plain(sentence, None)
    found: list[tuple[float, list[str]]] = []
    for one in laid_beside(sentence, source):
        there = _plain(source, one.number)
        problems: list[str] = []
        for gap in one.gaps:
            if gap.longest > _LONGEST or not _is_held(gap):
                continue
            ours, theirs = _at(sentence, gap.mine), _at(source, gap.theirs)
            problem = _negated(ours, theirs) or _opposed(ours, theirs, mine, there)
            if problem:
                problems.append(problem)
        found.append((_likeness(mine, there), problems))
    # Steps of a list are alike: only the one that is most so is what the sentence repeats.
    most = max((likeness for likeness, _ in found), default=0.0)
    nearest = [problems for likeness, problems in found if likeness > most - _AS_ALIKE]
    if not all(nearest):
        return []
    return list(dict.fromkeys(problem for problems in nearest for problem in problems))


def _is_held(gap: Gap) -> bool:
    """Return whether enough words agree around what differs, on both sides inside a text."""
    edge = gap.opens or gap.closes
    return gap.before + gap.after >= _BESIDE and (edge or bool(gap.before and gap.after))


_AS_ALIKE = 0.02


def _likeness(mine: Sequence[Word], there: Sequence[Word]) -> float:
    """Return the share of a sentence's words that another has, whatever their order."""
    words = {word for word, _ in there}
    return sum(word in words for word, _ in mine) / max(1, len(mine))


Word = tuple[str, str]
"""A word in small letters, and its stem."""


def _plain(words: Words, number: int | None) -> list[Word]:
    return _at(words, [n for n, here in enumerate(words.sentence) if number in (None, here)])


def _at(words: Words, places: Sequence[int]) -> list[Word]:
    return [
        (words.tokens[n].lower.rstrip("."), words.stems[n])
        for n in places
        if words.tokens[n].text[0].isalnum() and not _answers(words, n)
    ]


def _answers(words: Words, n: int) -> bool:
    """Return whether a "no" only answers a question: "No, it fell"."""
    return words.tokens[n].lower == "no" and [one.text for one in words.tokens[n + 1 : n + 2]] == [
        ","
    ]


def _negated(mine: Sequence[Word], there: Sequence[Word]) -> str:
    """Return what is wrong where two stretches differ in a negation alone."""
    no, other_no = [[w for w, _ in some if _NOT.match(w)] for some in (mine, there)]
    rest, others = [
        {stem for w, stem in some if not _NOT.match(w) and w not in _SMALL and is_content(stem)}
        for some in (mine, there)
    ]
    if bool(no) != bool(other_no) and not rest ^ others:
        where = "without" if no else "with"
        return f"The source says it {where} \u201c{(no or other_no)[0]}\u201d."
    return ""


def _opposed(
    mine: Sequence[Word], there: Sequence[Word], sentence: Sequence[Word], source: Sequence[Word]
) -> str:
    """Return what is wrong where a word stands for its opposite, and for nothing else there."""
    ours, theirs = {word for word, _ in sentence}, {word for word, _ in source}
    for word, _ in mine:
        for other, _ in there:
            if (word, other) in _OPPOSITE and word not in theirs and other not in ours:
                return f"The source says {other} there, not {word}."
    return ""
