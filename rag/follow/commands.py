"""The parts of a command by themselves: "What does pop do?" after "git stash". English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.defining import thing_named
from rag.follow.context import Words
from rag.follow.past import Said
from rag.follow.phrases import terms_of
from rag.follow.words import LEADS

_WHAT_DOES = re.compile(
    rf"^(?P<head>(?i:{LEADS}what (?:does|is) ))(?P<option>the )?(?P<part>-{{0,2}}[a-z][a-z0-9_.-]*)"
    r"(?P<rest>(?: (?:option|flag|switch|subcommand|command))?(?: (?:do|mean|used for|for)))\s*\?*$"
)
_AND = re.compile(
    rf"^(?i:{LEADS}(?:(?:what|how) about )?(?:the )?)(?P<part>-{{0,2}}[a-z][a-z0-9_.-]*)\s*\?*$"
)
_TOOL = re.compile(r"[a-z][a-z0-9_.-]*(?: -{0,2}[a-z][a-z0-9_.-]*){1,3}")
"""A command with its part, as one writes it: "git stash"."""
_SAME = re.compile(r"(?:it|this|that|them|these|those|something|anything|one|people)")


def with_command(question: str, past: Sequence[Said], words: Words) -> str:
    """Return a question for a part of a command with the command before it.

    Documents must hold the part beside the command.

    >>> past = [Said("What does git stash do?", "What does git stash do?", {})]
    >>> with_command("What does pop do?", past, Words(None, lambda terms: 1))
    'What does git stash pop do?'
    """
    if words.together is None:
        return question
    match = _WHAT_DOES.match(question)
    if match and not _SAME.fullmatch(match.group("part")):
        part = match.group("part")
        for said in reversed(past[-3:]):
            told = _command(said)
            if told and part not in told.split():
                terms = [*terms_of(told), *terms_of(part)]
                if not words.together(terms):
                    return question
                the = match.group("option") or ""
                return f"{match.group('head')}{the}{told} {part}{match.group('rest')}?"
        return question
    match = _AND.match(question)
    told = thing_named(past[-1].understood) if match else ""
    if match and _TOOL.fullmatch(told) and words.together(terms_of(match.group("part"))):
        other = f"{told.rpartition(' ')[0]} {match.group('part')}"
        if words.together(terms_of(other)):
            return past[-1].understood.replace(told, other, 1)
    return question


def _command(said: Said) -> str:
    """Return the command of which a question asks, without the part that it asked for."""
    told, asked = thing_named(said.understood), thing_named(said.asked)
    if told != asked and asked and told.endswith(f" {asked}"):
        told = told.removesuffix(f" {asked}")
    return told if _TOOL.fullmatch(told) else ""
