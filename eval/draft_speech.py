"""Questions on who said something and what somebody said. Pure functions, English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.draft_parts import (
    Drafted,
    is_plain,
    name_forms,
    name_in,
    named_speaker,
    opening_claim,
    shortened,
)
from eval.draft_sentences import QUOTED, Told, Vocabulary
from eval.draft_verbs import BASE_OF
from rag.english.speech import claims, tokens

_ACCUSES = re.compile(r"^\s(?P<whom>[\w' -]{3,60}?)\s(?P<word>of|for)\s(?P<what>\w.+)$")
_CALLS = re.compile(r"^\s(?P<word>for|on|of|about|against|to)\s(?P<what>\w.+)$")


def who(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    """Yield the questions on who said what a sentence tells."""
    text = sentence.text
    if opening := opening_claim(text):
        claim, between, after = opening
        rest = shortened(after)
        if (
            named_speaker(claim, text)
            and _tells(rest)
            and claim.verb not in ("called", "asked", "urged")
            and not words.is_common(name_in(claim.speaker))
        ):
            between = between.replace(" have ", " has ")
            names = name_forms(claim.speaker)
            yield Drafted("who", f"Who{between}{claim.verb}{rest}?", names, names, sentence)
    match = re.search(
        r"^(?P<clause>[^,]+), (?P<speaker>[^,]{4,80}?) said(?P<day> on \w+day)?\.$", text
    )
    if match:
        said = [claim for claim in claims(text) if claim.start >= match.start("speaker")]
        lowered = words.lowered(match["clause"])
        if said and lowered and named_speaker(said[0], text) and is_plain(lowered):
            names = name_forms(said[0].speaker)
            yield Drafted("who", f"Who said that {lowered}?", names, names, sentence)


def quoted(sentence: Told) -> Iterator[Drafted]:
    """Yield the question whose words these are."""
    match = QUOTED.match(sentence.text)
    rest = match["rest"] if match else ""
    named = [
        claim for claim in claims(rest) if named_speaker(claim, rest) and claim.verb != "according"
    ]
    if match and len(named) == 1:
        names = name_forms(named[0].speaker)
        if not any(name in match["quote"] for name in names):
            question = f'Who said "{match["quote"]}"?'
            yield Drafted("who", question, names, names, sentence)


def _tells(rest: str) -> bool:
    """Return whether what follows a reporting verb is enough to ask about."""
    told = tokens(rest)
    if len(rest.split()) < 5 or "," in rest or " while " in rest or told[0].lower in BASE_OF:
        return False
    start = rest.strip().lower()
    return not re.match(r"(?:it|that it|they|that they|he|that he|she|that she|so|in|on)\b", start)


def said(sentence: Told, words: Vocabulary) -> Iterator[Drafted]:
    """Yield the question on what somebody called for, warned of, or accused another of."""
    text = sentence.text
    opening = opening_claim(text)
    if opening is None or opening[1] != " ":
        return
    claim, _, after = opening
    speaker = named_speaker(claim, text)
    rest = shortened(after)
    if not speaker or not 3 <= len(rest.split()) <= 25 or "," in rest:
        return
    question = what = ""
    if claim.verb in ("accused", "blamed", "criticised", "criticized", "condemned", "thanked"):
        match = _ACCUSES.match(rest)
        if match and (claim.verb != "accused" or match["word"] == "of"):
            base = BASE_OF.get(claim.verb, claim.verb.removesuffix("ed"))
            question = f"What did {speaker} {base} {match['whom']} {match['word']}?"
            what = match["what"]
    elif claim.verb in ("called", "warned", "promised", "pledged", "vowed", "threatened"):
        match = _CALLS.match(rest)
        if match and (match["word"] == "to" or claim.verb in ("called", "warned")):
            base = {"vowed": "vow", "threatened": "threaten"}.get(claim.verb) or BASE_OF[claim.verb]
            tail = "to do" if match["word"] == "to" else match["word"]
            if (claim.verb, match["word"]) in (
                ("called", "to"),
                ("called", "on"),
                ("warned", "to"),
            ):
                return
            question, what = f"What did {speaker} {base} {tail}?", match["what"]
    telling = _telling(what, words, question)
    if question and telling and not re.match(r"(?:that|it|this|its|their)\b", what):
        yield Drafted("said", question, telling, (what,), sentence)


def _telling(what: str, words: Vocabulary, question: str) -> tuple[str, ...]:
    """Return the rarest words of what was said, one of which an answer will hold."""
    asked = question.lower()
    candidates = {
        token.text: words.plain[token.lower] + words.names[token.text]
        for token in tokens(what)
        if len(token.text) > 4 and token.lower not in asked and token.text[0].isalpha()
    }
    rarest = sorted(candidates, key=lambda word: (candidates[word], -len(word), word))[:2]
    return tuple(rarest)
