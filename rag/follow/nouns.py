"""Verbs of doing as nouns: "the capture", "the strike on". English."""

from __future__ import annotations

import re

NOUNS = {
    verb: noun
    for verb, noun in (
        pair.split(":")
        for pair in (
            "killed:killing murdered:murder bombed:bombing shelled:shelling attacked:attack "
            "struck:strike hit:strike captured:capture recaptured:recapture retook:recapture "
            "retaken:recapture took:capture taken:capture seized:seizure shot:shooting "
            "destroyed:destruction beheaded:beheading executed:execution arrested:arrest "
            "kidnapped:kidnapping abducted:abduction evacuated:evacuation besieged:siege "
            "suspended:suspension liberated:liberation invaded:invasion assassinated:assassination "
            "dismissed:dismissal appointed:appointment closed:closure opened:opening "
            "released:release banned:ban vetoed:veto signed:signing burned:burning burnt:burning "
            "blew:blowing blown:blowing banned:ban bought:purchase sold:sale"
        ).split()
    )
}
ON = frozenset("attack strike ban veto".split())
_DONE_BY = re.compile(
    rf"^when (?P<who>.+?) (?P<verb>{'|'.join(sorted(NOUNS))}) "
    r"(?P<object>(?:(?:the|an?) |[A-Z]|[a-z]+s\b).+)$"
)


def done_by(clause: str) -> str:
    """Return a clause of somebody's doing as a noun phrase, or the empty string.

    >>> done_by("when a drone struck a car on 29 July 2015")
    'the strike by a drone on a car on 29 July 2015'
    """
    match = _DONE_BY.match(clause)
    if match is None:
        return ""
    noun = NOUNS[match.group("verb")]
    link = "on" if noun in ON else "of"
    who, what = match.group("who"), match.group("object")
    by = f" by {who}" if noun in ON else ""
    return f"the {noun}{by} {link} {what}" + ("" if by else f" by {who}")
