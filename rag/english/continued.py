"""Whose words a sentence goes on with that has no verb of saying: inside a quotation, or after one.

"We saw smoke. Then the roof fell," Brack said: both sentences are Brack's. After "The ministry
said its boats were out", "They had left at dawn" is still the ministry's. English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.speech import Claim, claims, speaker_of

_REACH = 5
"""Sentences over which one quotation is followed."""
_MARK = re.compile(r"[\"\u201c\u201d]")
_GOES_ON = re.compile(
    r"^(?:It|They|He|She|The|These|Those|Its|Their|His|Her|Some|Both|Most|All|None|Nobody|No)\b"
)
# "Had been", "would be": the tense that a report puts somebody's words into.
_SHIFTED = re.compile(
    r"\b(?:had|would|might)\s+(?:\w+ly\s+|also\s+|not\s+|never\s+|since\s+)*[a-z]+"
)
_EARLIER_VERB = re.compile(
    r"\b(?:which|who|that|where|whose|when|said|says|told|was|were|is|are|has|have|hit|struck|fell|"
    r"took|went|came|left|began|rose|shot|broke|made|gave|sent|held|lost|saw|[a-z]{3,}ed)\b"
)
_OWN_VOICE = re.compile(
    r"\b(?:reporters?|correspondents?|Reuters|AFP|could not (?:be )?(?:independently )?"
    r"(?:verif|confirm)\w*|if)\b"
)


def quote_edges(text: str) -> list[int]:
    """Return the quotation marks of a text in order: 1 for one that opens, -1 for one that closes.

    >>> quote_edges('"Run," he said. "Now')
    [1, -1, 1]
    """
    edges: list[int] = []
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark != '"':
            edges.append(1 if mark == "\u201c" else -1)
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        opens = not before or before.isspace() or before in "([\u2014-"
        closes = not after or after.isspace() or after in ".,;:!?)"
        if opens and closes:
            opens = sum(edges) <= 0
        edges.append(1 if opens else -1)
    return edges


def opens(text: str) -> bool:
    """Return whether a sentence ends inside a quotation that it opened."""
    edges = quote_edges(text)
    return bool(edges) and edges[-1] == 1


def closes(text: str) -> bool:
    """Return whether a sentence begins inside a quotation that it ends."""
    edges = quote_edges(text)
    return bool(edges) and edges[0] == -1


def opened_by(text: str) -> bool:
    """Return whether a sentence is the beginning of a quotation that goes on behind it.

    Whoever speaks in it is spoken of by the one who is quoted.

    >>> opened_by('"The mayor said so.'), opened_by('"So he said," Tolle said.')
    (True, False)
    """
    return text.lstrip()[:1] in ('"', "\u201c") and quote_edges(text) == [1]


def wholly_quoted(text: str) -> bool:
    """Return whether a sentence is one quotation from end to end."""
    bare = text.strip()
    return (
        bare[:1] in '"\u201c' and bare.rstrip(".")[-1:] in '"\u201d' and len(quote_edges(bare)) == 2
    )


def inside_quote(text: str, before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether a sentence without a speaker is, as a whole, somebody's quoted words."""
    if wholly_quoted(text) or opens(text) or closes(text):
        return True
    return not quote_edges(text) and _opened_before(before) and _closed_after(after)


def _opened_before(before: Sequence[str]) -> bool:
    for text in reversed(before[-_REACH:]):
        edges = quote_edges(text)
        if edges:
            return edges[-1] == 1
    return False


def _closed_after(after: Sequence[str]) -> bool:
    for text in after[:_REACH]:
        edges = quote_edges(text)
        if edges:
            return edges[0] == -1
    return False


def continued(text: str, before: Sequence[str], after: Sequence[str] = ()) -> Claim | None:
    """Return whose words a sentence without a verb of saying goes on with, or None.

    >>> continued("Then it fell.", ['"We saw smoke.'], ['It burned," Brack said.']).speaker
    'Brack'
    >>> continued("They had left at dawn.", ["The ministry said its boats were out."]).speaker
    'The ministry'
    >>> continued("It fell on Monday.", ["The ministry said it was old."]) is None
    True
    """
    if claims(text) and not opened_by(text):
        return None
    if inside_quote(text, before, after):
        return _of_quote(text, before, after)
    if before and _GOES_ON.match(text) and _is_shifted(text) and not _OWN_VOICE.search(text):
        last = claims(before[-1])
        if last and not _aside(before[-1], last):
            return speaker_of(before[-1], before[:-1])
    return None


def _is_shifted(text: str) -> bool:
    """Return whether the first verb of a sentence stands in the tense of a report.

    >>> _is_shifted("They had left at dawn."), _is_shifted("The wave hit boats that had left.")
    (True, False)
    """
    match = _SHIFTED.search(text)
    return match is not None and not _EARLIER_VERB.search(text[: match.start()])


def _aside(text: str, found: Sequence[Claim]) -> bool:
    """Return whether a sentence names several speakers, so that the next one may be anybody's."""
    speakers = {claim.speaker.lower() for claim in found if not claim.is_pronoun}
    return len(speakers) > 1 or text.rstrip().endswith("?")


def _of_quote(text: str, before: Sequence[str], after: Sequence[str]) -> Claim | None:
    """Return the speaker of a quotation: named where it ends, else where it or its like began."""
    if not closes(text) and not wholly_quoted(text):
        for n, following in enumerate(after[:_REACH]):
            edges = quote_edges(following)
            found = speaker_of(following, [*before, text, *after[:n]])
            if edges and edges[0] == -1:
                if found is not None:
                    return found
                break
            if edges:
                break
    for back in range(len(before) - 1, max(-1, len(before) - 1 - _REACH), -1):
        found = speaker_of(before[back], before[:back])
        if found is not None:
            return found
        if not quote_edges(before[back]) and not _opened_before(before[: back + 1]):
            break
    if after and (found := speaker_of(after[0], [*before, text])) and wholly_quoted(text):
        return found
    return None
