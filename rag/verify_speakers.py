"""Whether a source lets the speaker say it whom a sentence names. Pure functions, English."""

from __future__ import annotations

from rag.claimants import claimant_of, name_words, plain_words, same_claimant
from rag.sentences import sentences
from rag.speech import Claim, claims
from rag.verify_facts import Words, is_content, same_word
from rag.words import stem

_SAID, _SAID_SO = 0.4, 0.8
"""Share of what somebody is to have said that one sentence of the source must hold.

With the higher share it is that statement, and its speaker is whom that sentence names.
"""


def other_speakers(sentence: Words, source: Words, about: str, publisher: str = "") -> list[str]:
    """Return whom the sentence makes a speaker where the source has another one, or none.

    The publisher may be said to say all that its article does.
    """
    problems: list[str] = []
    own = [one for one in claims(sentence.text) if one.speaker and not one.is_pronoun]
    known = name_words(f"x {about}")
    for claim in own:
        named = name_words(f"x {claim.speaker}")
        if named & name_words(f"x {publisher}"):
            continue
        said = frozenset().union(*sentence.terms) - {stem(w) for w in plain_words(claim.speaker)}
        said -= {stem(claim.verb)}
        told = _told_by(said, source)
        if not told and named & known:
            continue
        found = told or _speakers(said, source)
        if not found:
            problems.append(f"The source does not say what {claim.speaker} is to have said.")
        elif not any(_same(claim, other, text) for other, text in found):
            given = next((other.speaker for other, _ in found if other), "")
            why = f"it is {given} who says it" if given else "nobody is named who says it"
            problems.append(f"In the source {why}, not {claim.speaker}.")
    return problems


def _told_by(said: frozenset[str], source: Words) -> list[tuple[Claim | None, str]]:
    """Return the speakers of the one sentence that makes a statement, where it names them."""
    shared = [len(said & terms) / len(said) if said else 0.0 for terms in source.terms]
    if max(shared, default=0.0) < _SAID_SO:
        return []
    found: list[tuple[Claim | None, str]] = []
    texts = [source.text[start:end] for start, end in sentences(source.text)]
    for n, text in enumerate(texts[: len(shared)]):
        if shared[n] >= _SAID_SO:
            own = [
                one for one in claims(text) if not one.is_pronoun and name_words(f"x {one.speaker}")
            ]
            if not own:
                return []
            found += [(one, text) for one in own]
            found.append((claimant_of(text, texts[max(0, n - 6) : n], texts[n + 1 : n + 3]), text))
    return found


def _speakers(said: frozenset[str], source: Words) -> list[tuple[Claim | None, str]]:
    """Return who says it in the source's sentences that hold most of what is said."""
    spans = sentences(source.text)
    shared = [len(said & terms) / len(said) if said else 0.0 for terms in source.terms]
    most = max(shared, default=0.0)
    if most < _SAID:
        return []
    texts = [source.text[start:end] for start, end in spans]
    found: list[tuple[Claim | None, str]] = []
    for n, share in enumerate(shared[: len(texts)]):
        if share < 0.75 * most:
            continue
        before, text = texts[max(0, n - 6) : n], texts[n]
        own = [one for one in claims(text) if not one.is_pronoun]
        claim = claimant_of(text, before, texts[n + 1 : n + 3])
        if claim is None:  # what follows somebody's words without a speaker is mostly still theirs
            claim = next((c for t in reversed(before[-2:]) if (c := claimant_of(t, []))), None)
        around = " ".join(texts[max(0, n - 1) : n + 2])
        found += [(one, text) for one in own]
        found.append((claim, around))
    return found


def _same(claim: Claim, other: Claim | None, text: str) -> bool:
    if other is None:
        return False
    one, two = name_words(f"x {claim.speaker}"), name_words(f"x {other.speaker}")
    if same_claimant(claim.speaker, other.speaker):
        return True
    if one and two:
        return any(same_word(stem(a), stem(b)) for a in one for b in two)
    mine, theirs = _roles(claim.speaker), _roles(other.speaker)
    if mine & theirs and not (one and not two and one - name_words(f"x {text}")):
        return True
    # "a monitor" may be a name's description, which stands beside it.
    return bool(one) != bool(two) and bool(mine) and mine <= _roles(text)


def _roles(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in plain_words(text) if is_content(stem(word)))
