"""Characters that no reader sees: zero-width, direction-changing, tag characters, soft hyphens.

A text may hide words from its readers with them, or part a number so that a search misses it. They
stay in the canonical text, which is the file's own; what holds some is flagged.
"""

from __future__ import annotations

import re

_EVERYWHERE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# Marks that scripts and emoji need; between Latin letters or digits they only part or hide.
_ELSEWHERE = "\u00ad\u061c\u200c-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef"

_INVISIBLE = re.compile(
    f"[{_EVERYWHERE}]|(?<=[0-9A-Za-z])[{_ELSEWHERE}]+(?=[0-9A-Za-z])|(?<=\\w)\u00ad+(?=\\w)"
)
_ALL = re.compile(f"[{_EVERYWHERE}{_ELSEWHERE}]")


def holds_invisible(text: str) -> bool:
    r"""Say whether a text holds characters that its readers do not see and that it does not need.

    >>> holds_invisible("1\u200b00 dead"), holds_invisible("100 dead")
    (True, False)
    >>> holds_invisible("می\u200cخواهم")
    False
    """
    return not text.isascii() and _INVISIBLE.search(text) is not None


def marked_invisible(text: str, mark: str) -> str:
    r"""Return a text with a mark for each run that its readers do not see and it does not need.

    >>> marked_invisible("1\u200b00 dead", "\u25ab")
    '1\u25ab00 dead'
    """
    return text if text.isascii() else _INVISIBLE.sub(mark, text)


def without_invisible(text: str) -> str:
    r"""Return a text without them, also where a script needs them: what two spellings share.

    >>> without_invisible("1\u200b00 fer\u00adry")
    '100 ferry'
    """
    return text if text.isascii() else _ALL.sub("", text)
