"""Words between quotation marks: whether the source holds them to the letter. English.

Pure functions.
"""

from __future__ import annotations

import re

from rag.english.words import fold

_LEAST_QUOTED = 12
_ASKED = re.compile('question:? (?:"[^"]*"|\u201c[^\u201d]*\u201d)', re.IGNORECASE)


def misquoted(sentence: str, source: str) -> list[str]:
    """Return words between quotation marks that the source does not hold to the letter."""
    problems: list[str] = []
    there = f" {_letters(source)} "
    for words in _between_marks(sentence):
        parts = re.split(r"\[[^\]]*\]|\.{3}|\u2026", words)
        for n, part in enumerate(parts):
            # A word may be cut where the writer marks that it was: "call[ed]".
            left, right = " " * (n == 0), " " * (n == len(parts) - 1)
            if (
                len(part.split()) > 2
                and not _is_title(part)
                and f"{left}{_letters(part)}{right}" not in there
            ):
                problems.append(f"\u201c{words[:60]}\u201d is not in the source.")
                break
    return problems


def _is_title(words: str) -> bool:
    """Return whether words are a question asked, or the title of a work: no one said them.

    >>> _is_title("Book of the Deep"), _is_title("the book of the deep"), _is_title("Who went?")
    (True, False, True)
    """
    said = [word for word in re.findall(r"[^\W\d_][\w'\u2019-]*", words) if len(word) > 3]
    asks = words.rstrip().endswith("?") or bool(re.match(r"(?i)how to\b", words))
    return asks or (len(said) > 1 and all(word[0].isupper() for word in said))


def _between_marks(sentence: str) -> list[str]:
    """Return what stands between quotation marks, where it is more than a word or two.

    >>> _between_marks('His album "Ash", then the long "Book of the Sea".')
    ['Book of the Sea']
    """
    sentence = _ASKED.sub("", sentence)
    straight = sentence.split('"')
    found = re.findall("\u201c([^\u201c\u201d]*)\u201d", sentence)
    if len(straight) % 2:  # each mark has its fellow
        found += straight[1::2]
    return [words for words in found if len(words) >= _LEAST_QUOTED]


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
