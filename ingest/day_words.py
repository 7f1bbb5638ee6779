"""What a language calls months, weekdays and near days, as patterns; dateparser has the names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

_MONTHS = (
    ("january", "february", "march", "april", "may", "june")
    + ("july", "august", "september", "october", "november", "december")
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {
    "2 day ago": -2,
    "1 day ago": -1,
    "0 day ago": 0,
    "in 1 day": 1,
    "in 2 day": 2,
}
_MORE_MONTHS: dict[str, dict[str, int]] = {
    # The Syriac names, which Syria, Lebanon, Jordan and Iraq use and dateparser does not know.
    "ar": {
        "كانون الثاني": 1,
        "شباط": 2,
        "آذار": 3,
        "نيسان": 4,
        "أيار": 5,
        "حزيران": 6,
        "تموز": 7,
        "آب": 8,
        "أيلول": 9,
        "تشرين الأول": 10,
        "تشرين الثاني": 11,
        "كانون الأول": 12,
        "إبريل": 4,
        "ابريل": 4,
    }
}
_SPOKEN = (
    ("en", "fr", "de", "es", "it", "pt", "nl", "ru", "ar", "tr", "zh", "ja", "ko", "pl", "sv")
    + ("da", "nb", "fi", "cs", "hu", "ro", "uk", "el", "he", "fa", "id", "vi", "ca", "bg", "hr")
)  # fmt: skip

_TWO_MEANINGS = frozenset(("morgen", "mañana", "till date"))
"""Words for a near day that as often mean something else, such as the morning."""

_CAPITALISED = frozenset(("en", "de"))
"""Languages that write months and weekdays with a capital: "may" and "march" are other words."""

_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)(?![\w-]|[./:]\d)"
_DAY = r"(?P<day>\d{1,2})"
_TO = r"(?:\s?[-–]\s?(?P<to>\d{1,2})(?!\d))?"
_ORDINAL = r"(?:st|nd|rd|th|er|ère|e|º|ª|\.º|\.)?"
_PLAIN = r"(?<![\w./:$€£#@+-])"
_NAME_BEFORE = r"(?<!\bBlack )(?<!\bGood )(?<!\bBloody )(?<!\bAsh )(?<!\bPalm )(?<!\bEaster )"
_NAME_AFTER = r"(?!['’]?s?\s(?:Times|Mirror|Telegraph|Express|Mail|Post|Night Live)\b)"
_REPEATED = r"(?<!\bevery )(?<!\bEvery )(?<!\beach )(?<!\bEach )"
# A verb where a number of things follows it: "May 14 people return", "March 5 kilometres".
_THINGS = r"(?!\s+(?:people|men|women|children|members|percent|kilometres|kilometers|km|miles)\b)"


@dataclass(frozen=True, slots=True)
class DayWords:
    """How a language names days: a pattern for each way, and what the words in it mean.

    ``months`` and ``weekdays`` map casefolded names to numbers (January 1, Monday 0), ``near`` maps
    words such as "yesterday" to days from the day of publication. ``needs`` are the words of which
    a text must hold one, as they are written, for a pattern to match.
    """

    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    near: Mapping[str, int]
    needs: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=64)
def day_words(language: str) -> DayWords | None:
    """Return how a language (ISO 639-1) names days, or None for one that dateparser does not know.

    >>> day_words("fr").months["avril"]
    4
    """
    if not re.fullmatch(r"[a-z]{2,3}", language):
        return None
    try:
        module = import_module(f"dateparser.data.date_translation_data.{language}")
    except ImportError:
        return None
    info: dict[str, Any] = module.info
    months = {
        _fold(name): number
        for number, key in enumerate(_MONTHS, 1)
        for name in info.get(key, ())
        if _usable(name) and not re.search(r"\d", name)
    } | _MORE_MONTHS.get(language, {})
    weekdays = {
        _fold(name): number
        for number, key in enumerate(_WEEKDAYS)
        for name in _long(info.get(key, ()))
    }
    near = {
        _fold(word): days
        for key, days in _NEAR.items()
        for word in info.get("relative-type", {}).get(key, ())
        if _usable(word) and word not in _TWO_MEANINGS
    }
    if language == "en":
        near |= {"last night": -1, "overnight": 0}
    patterns = tuple(_patterns(language, info, months, weekdays, near))
    needs = {
        "cjk": ("月", "월"),
        "near": tuple(_spelled(near)),
        "before": ("previous day", "day before"),
        "counted": tuple(_spelled(info.get("ago", ()))),
    }
    return DayWords(patterns, months, weekdays, near, needs)


def languages_of_month(words: str) -> list[str]:
    """Return the languages, of those that are spoken most, that have a month among the words.

    >>> languages_of_month("3 février 2016"), languages_of_month("12 people 2017")
    (['fr'], [])
    """
    found = set(re.findall(r"[^\W\d_]+(?: [^\W\d_]+)?", _fold(words)))
    found |= {word for pair in found for word in pair.split()}
    if re.search(r"\d\s?[月월]", words):
        return ["zh", "ja", "ko"]
    return [
        language
        for language in _SPOKEN
        if (known := day_words(language)) and not found.isdisjoint(known.months)
    ]


def _patterns(
    language: str,
    info: Mapping[str, Any],
    months: Mapping[str, int],
    weekdays: Mapping[str, int],
    near: Mapping[str, int],
) -> Iterable[tuple[str, re.Pattern[str]]]:
    """Yield the patterns of a language, those first that win where two overlap."""
    yield (
        "full",
        re.compile(
            r"(?<![\w.:/-])(?P<iso>(?:1[5-9]|20|21)\d\d-\d\d-\d\d)(?=T\d\d:|[^\w-]|\Z)"
            r"|(?<![\w.:/-])(?P<numeric>\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:19|20)\d\d)(?![\w/-]|\.\d)"
        ),
    )
    yield (
        "cjk",
        re.compile(
            r"(?:(?P<year>(?:19|20)\d\d)\s?[年년]\s?)?(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日号일]"
        ),
    )
    month = rf"(?P<month>{_either(months, language)})(?!\w)\.?"
    weekday = rf"(?P<weekday>{_either(weekdays, language)})(?!\w)" if weekdays else r"(?!)"
    beside = rf"(?:(?:{_either(weekdays, language)})(?!\w),?\s+(?:the\s+)?)?" if weekdays else ""
    of = "|".join(re.escape(word) for word in info.get("pertain", ()) if word.strip())
    of = rf"(?:(?:{of})\s+)?" if of else ""
    if months:
        year = rf"(?:,?\s+{of}{_YEAR})?"
        yield "day", re.compile(rf"{_PLAIN}{beside}{_DAY}{_TO}{_ORDINAL}[\s-]+{of}{month}{year}")
        if language == "en":
            yield (
                "day",
                re.compile(
                    rf"(?<![\w/-]){beside}{month}\s+{_DAY}{_TO}(?:st|nd|rd|th)?(?![\w%:/]|[.,]\d|-\w)"
                    rf"(?!\s*[ap]\.?m\b){year}{_THINGS}(?P<earlier>\s+last year\b)?"
                ),
            )
            part = r"(?:(?P<part>[Ee]arly|[Mm]id|[Ll]ate|the (?:beginning|end|start) of)[\s-]+)?"
            yield "month", re.compile(rf"(?<![\w-])(?<!\d\s){part}{month},?\s+{of}{_YEAR}")
            yield (
                "month",
                re.compile(
                    rf"(?<!\w)(?:[Ii]n|[Ss]ince|[Dd]uring|of|until|from|last)\s+{part}{month}"
                    r"(?!\.?\s*\d)(?P<earlier>\s+last year\b)?"
                ),
            )
        else:
            yield "month", re.compile(rf"(?<![\w-])(?<!\d\s){month},?\s+{of}{_YEAR}")
    if weekdays:
        which = r"(?:(?P<which>[Ll]ast|[Nn]ext)\s+)?" if language == "en" else ""
        yield (
            "weekday",
            re.compile(rf"(?<![\w-]){which}{_REPEATED}{_NAME_BEFORE}{weekday}{_NAME_AFTER}"),
        )
    if near:
        yield (
            "near",
            re.compile(rf"(?<![\w-])(?P<near>{_either(near)})(?![\w-])"),
        )
    if language == "en":
        yield (
            "before",
            re.compile(r"\b[Tt]he (?:previous day|day before)\b(?!\s+(?:yesterday|the))"),
        )
    yield from _counted(info)


def _counted(info: Mapping[str, Any]) -> Iterable[tuple[str, re.Pattern[str]]]:
    """Yield the pattern of "two days ago"; dateparser reads the number."""
    ago = [word for word in info.get("ago", ()) if word not in {"before", "after"}]
    days = [word for word in info.get("day", ()) if len(word) > 2]
    if ago and days:
        said, day = _either(ago), _either(days)
        yield (
            "counted",
            re.compile(
                rf"(?<!\w)(?:(?:{said})\s+\w{{1,12}}\s+(?:{day})|\w{{1,12}}\s+(?:{day})\s+(?:{said}))(?!\w)"
            ),
        )


def _either(words: Iterable[str], language: str = "") -> str:
    """Return a pattern for any of the words, as the language writes them."""
    spelled = _spelled(words, capitalised=language in _CAPITALISED)
    return "|".join(re.escape(word) for word in sorted(spelled, key=len, reverse=True))


def _spelled(words: Iterable[str], *, capitalised: bool = False) -> set[str]:
    spelled: set[str] = set()
    for word in words:
        spelled |= {word[:1].upper() + word[1:], word.upper()}
        spelled |= set() if capitalised else {word}
    return spelled


def _fold(word: str) -> str:
    return word.replace("\u0307", "").casefold()


def _usable(word: str) -> bool:
    """Say whether a word is long enough to be no part of another: two signs, or three letters."""
    return len(word) >= (3 if word[:1].isascii() else 2) and not word.startswith("(")


def _long(names: Iterable[str]) -> list[str]:
    """Return the names that are no abbreviations: those nearly as long as the longest."""
    names = [name for name in names if _usable(name)]
    longest = max((len(name) for name in names), default=0)
    return [name for name in names if len(name) > 0.6 * longest and not name.endswith(".")]
