"""Which language a text is in: what lingua hears in a sample of it, or what its file says.

Lingua's full models take 1.2 GB of memory and seven seconds to load; its trigrams alone take 80 MB
and a third of a second, and on a few hundred letters they are right as often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_SAMPLE = 240
_FEWEST_LETTERS = 60
_SURE = 0.65
"""Below this share of the probability the text does not say which language it is in."""

_OVERRULES = 0.9
"""What a file says of its language is often its template's: a text this clear overrules it."""

_LISTENED = 40
_FREQUENT = 60
_SHARED = 0.25
"""A text of the table's language has so large a share of the sample's 60 commonest words."""

_NO_WORDS = re.compile(r"\S*(?:://|[@\\/_=<>{}|]|\d)\S*|[^\w\s'’.,;:!?-]+")
_SELDOM = frozenset(("la", "eo"))
"""Languages that lingua hears in headlines of names: a short text is hardly ever in them."""

_ALIKE = (
    frozenset(("no", "nb", "nn")),
    frozenset(("hr", "sr", "bs")),
    frozenset(("id", "ms")),
    frozenset(("xh", "zu")),
    frozenset(("cs", "sk")),
)
"""Languages that a sample hardly tells apart: what the file says stands."""


def language_of(text: str, stated: str = "", *, sample: int = _SAMPLE) -> str | None:
    """Return the ISO 639-1 code of a text's language, or None where nobody can say.

    Args:
        text: the canonical text.
        stated: what the file says ("de-AT", "German"), or "".
        sample: how many characters are listened to.

    >>> language_of("Zwölf Menschen starben bei dem Angriff auf den Markt der Stadt am Montag.")
    'de'
    >>> language_of("12:30", "fr-FR")
    'fr'
    """
    said = code_of(stated)
    heard = _sample(text, sample)
    letters = sum(char.isalpha() for char in heard)
    if letters < _FEWEST_LETTERS:
        return said or None
    if said and said not in _codes():
        return said  # lingua would take it for its neighbour
    best = _detector().compute_language_confidence_values(heard)[0]
    found = str(best.language.iso_code_639_1.name).lower()
    if found in _SELDOM and letters < 2 * _FEWEST_LETTERS:
        return said or None
    if said and found != said:
        alike = any(said in group and found in group for group in _ALIKE)
        return said if alike or best.value < _OVERRULES else found
    return found if best.value >= _SURE else said or None


def code_of(stated: str) -> str:
    """Return the ISO 639-1 code in a language tag, or the empty string.

    >>> code_of("pt_BR.UTF-8"), code_of("x-default"), code_of("english")
    ('pt', '', 'en')
    """
    tag = re.split(r"[^a-z]", stated.strip().lower(), maxsplit=1)[0]
    if len(tag) == 2:
        return tag
    return _names().get(tag, "")


def _sample(text: str, size: int) -> str:
    """Return stretches of the start, the middle and the end of a text, without what is no words."""
    if len(text) <= 2 * size:
        return " ".join(_NO_WORDS.sub(" ", text).split())[:size]
    part = size // 3
    stretches = []
    for at in (len(text) // 10, len(text) // 2, len(text) * 8 // 10):
        # Half of a stretch may be addresses or numbers, and its first and last word are cut.
        piece = _NO_WORDS.sub(" ", text[at : at + 2 * part]).split()[1:-1]
        stretches.append(" ".join(piece)[:part])
    return " ".join(stretches)


@lru_cache(maxsize=1)
def _detector() -> Any:
    from lingua import LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return the code for each language's English name and its ISO 639-3 code."""
    from lingua import Language

    named: dict[str, str] = {}
    for language in Language.all():
        code = language.iso_code_639_1.name.lower()
        named[language.name.lower()] = named[language.iso_code_639_3.name.lower()] = code
    return named


def _codes() -> frozenset[str]:
    return frozenset(_names().values())


def languages_of(texts: Sequence[str]) -> list[str | None]:
    """Return the language of each of many texts of one table, listening closely to some of them.

    The commonest words of a sample that is in one language tell most of the other texts; those
    that hold too few of them are listened to as well.

    >>> languages_of(["Twelve people died in the attack on the market of the town. " * 2])
    ['en']
    """
    step = max(1, len(texts) // _LISTENED)
    known = {at: language_of(texts[at]) for at in range(0, len(texts), step)}
    spoken = Counter(language for language in known.values() if language)
    common = spoken.most_common(1)[0][0] if spoken else None
    words = Counter(
        word
        for at, language in known.items()
        if language == common
        for word in set(_words(texts[at]))
    )
    frequent = {word for word, _ in words.most_common(_FREQUENT)}
    found = []
    for at, text in enumerate(texts):
        if at not in known:
            heard = _words(text)
            share = sum(word in frequent for word in heard) / len(heard) if heard else 0.0
            known[at] = common if share >= _SHARED else language_of(text)
        found.append(known[at])
    return found


def _words(text: str) -> list[str]:
    """Return the first hundred or so words of a text, casefolded."""
    return re.findall(r"[^\W\d_]+", text[:800].casefold())
