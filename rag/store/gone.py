"""What a removed text may have left its traces under in stored answers: its words and codes."""

from __future__ import annotations

import re
from pathlib import PurePath

from rag.store.keys import vocabulary_words

GONE_PATH = "path:"
"""What stands before the path of a removed file, to tell it from a word."""

GONE_MEMBER = "member:"
"""The same for a file inside a removed container, or one that its container no longer holds."""

_CODE = re.compile(r"[^\W_]*\d[^\W_]*")
_LONGEST = 64


def member_name(path: str, source: str) -> str:
    """Return how a file inside a container is named by the container's name.

    >>> member_name("/uploads/box.zip", "/uploads/box.zip!/in/a.txt")
    'box.zip!/in/a.txt'
    """
    return PurePath(path).name + source.removeprefix(path)


def codes(text: str) -> set[str]:
    """Return the tokens of a text that hold digits and are too odd to be a year or a count.

    >>> sorted(codes("Unit 7 of file QX-77b3a in 2017, account 88417720"))
    ['77b3a', '88417720']
    """
    found = set()
    for token in _CODE.findall(text.lower()):
        size = len(token)
        if size <= _LONGEST and (size >= 6 or (size >= 4 and not token.isdecimal())):
            found.add(token)
    return found


def tokens(text: str) -> set[str]:
    """Return everything of a text that can be told to be a trace: words and codes, lower case.

    >>> sorted(tokens("The code QX-77b3a"))
    ['77b3a', 'code', 'qx', 'the']
    """
    return {word for word in vocabulary_words(text) if len(word) > 1} | codes(text)
