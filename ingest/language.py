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
_MOST_LISTENED = 400
"""So many more texts of a table are listened to where its commonest words do not tell: each takes
three milliseconds, and a table may have a million rows."""

_MOSTLY = 0.9
"""Share of those listened to that is in one language where the rest is taken to be as well."""

_FREQUENT = 60
_SHARED = 0.25
"""A text of the table's language has so large a share of the sample's 60 commonest words."""

_FEWEST_WORDS = 0.3
"""Of code and of tables of figures less than this share is words, and chance decides on those."""

_MANY_NAMES = 0.4
"""With so large a share of names a sample is heard again without them."""

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
    heard, share = _sample(text, sample)
    letters = _letters(heard)
    if letters < _FEWEST_LETTERS or share < _FEWEST_WORDS:
        return said or None
    if said and said not in _codes():
        return said  # lingua would take it for its neighbour
    found, sure = _listen(heard)
    if not _without_names_too(heard, found):
        return said or None
    if found in _SELDOM and letters < 2 * _FEWEST_LETTERS:
        return said or None
    if said and found != said:
        alike = any(said in group and found in group for group in _ALIKE)
        return said if alike or sure < _OVERRULES else found
    return found if sure >= _SURE else said or None


def _listen(heard: str) -> tuple[str, float]:
    """Return the code of the language that a sample sounds like most, and how much."""
    best = _detector().compute_language_confidence_values(heard)[0]
    return str(best.language.iso_code_639_1.name).lower(), best.value


def _without_names_too(heard: str, found: str) -> bool:
    """Say whether a sample is in a language for more than the sound of the names in it.

    A list of contributors or of countries may sound like any language.
    """
    words = re.findall(r"[^\W\d_]{2,}", heard)
    plain = [word for word in words if not (word[0].isupper() and word[1:].islower())]
    if len(words) - len(plain) < _MANY_NAMES * len(words):
        return True
    rest = " ".join(plain)
    enough = len(rest) >= _FEWEST_LETTERS // 2 or (rest and not _has_case(rest))
    return bool(enough) and _listen(rest)[0] == found


def _letters(text: str) -> int:
    return sum(char.isalpha() for char in text)


def code_of(stated: str) -> str:
    """Return the ISO 639-1 code in a language tag, or the empty string.

    >>> code_of("pt_BR.UTF-8"), code_of("x-default"), code_of("english")
    ('pt', '', 'en')
    """
    tag = re.split(r"[^a-z]", stated.strip().lower(), maxsplit=1)[0]
    if len(tag) == 2:
        return tag
    return _names().get(tag, "")


def _has_case(heard: str) -> bool:
    """Say whether most letters of a text are of a script that has capitals."""
    letters = [char for char in heard if char.isalpha()]
    return sum(char != char.swapcase() for char in letters) * 2 > len(letters)


def _sample(text: str, size: int) -> tuple[str, float]:
    """Return stretches of a text's start, middle and end without what is no words, and their share.

    The share of a script without capitals is taken for 1: it has no blanks to tell words by.
    """
    part = size // 3
    starts = (len(text) // 10, len(text) // 2, len(text) * 8 // 10)
    raw = [text] if len(text) <= 2 * size else [text[at : at + 2 * part] for at in starts]
    kept = [_NO_WORDS.sub(" ", piece).split() for piece in raw]
    signs = sum(not char.isspace() for piece in raw for char in piece)
    words = sum(len(word) for piece in kept for word in piece)
    share = words / signs if signs and _has_case("".join(map("".join, kept))) else 1.0
    if len(raw) == 1:
        return " ".join(kept[0])[:size], share
    # Half of a stretch may be addresses or numbers, and its first and last word are cut.
    return " ".join(" ".join(piece[1:-1])[:part] for piece in kept), share


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


def languages_of(texts: Sequence[str], stated: Sequence[str] = ()) -> list[str | None]:
    """Return the language of each of many texts of one table, listening closely to some of them.

    The commonest words of a sample that is in one language tell most of the other texts; those
    that hold too few of them are listened to as well. Of very many only some are: then the others
    are in the language of nearly all of those, or nobody can say.

    Args:
        texts: the canonical texts.
        stated: what the table says of each, or "".

    >>> languages_of(["Twelve people died in the attack on the market of the town. " * 2])
    ['en']
    """
    says = [code_of(one) for one in stated] or [""] * len(texts)
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
    for at, text in enumerate(texts):
        if at not in known and _share(_words(text), frequent) >= _SHARED:
            known[at] = common
    # What a row says of itself stands where its words do not speak against it.
    unclear = [at for at, said in enumerate(says) if at not in known or said not in ("", known[at])]
    long = [at for at in unclear if _has_letters(texts[at])]
    listened = long[:: -(-len(long) // _MOST_LISTENED) or 1]
    for at in {*unclear}.difference(long).union(listened):
        known[at] = language_of(texts[at], says[at])
    usual = _usual([known[at] for at in listened])
    return [known.get(at, None if said else usual) or said or None for at, said in enumerate(says)]


def _has_letters(text: str) -> bool:
    """Say whether a text may hold enough of them to be listened to."""
    return len(text) > 2 * _SAMPLE or _letters(text) >= _FEWEST_LETTERS


def _share(heard: Sequence[str], frequent: set[str]) -> float:
    return sum(word in frequent for word in heard) / len(heard) if heard else 0.0


def _usual(languages: Sequence[str | None]) -> str | None:
    """Return the language that nearly all of some texts are in, or None."""
    (language, many), *_ = Counter(languages).most_common(1) or [(None, 0)]
    return language if many >= _MOSTLY * len(languages) else None


def _words(text: str) -> list[str]:
    """Return the first hundred or so words of a text, casefolded."""
    return re.findall(r"[^\W\d_]+", text[:800].casefold())
