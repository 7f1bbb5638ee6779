"""What a number is of: profit is not revenue, a city not its province, a person no household.

Within a class of words that exclude one another the one nearest to a number tells what it is of;
a sentence may not give the same number to another one. Pure functions, English.
"""

from __future__ import annotations

from rag.checks.facts import Fact, Words, is_content
from rag.english.words import stem

_CLASSES = (
    {
        "profit": "profit profits earnings surplus",
        "revenue": "revenue revenues sales turnover takings",
        "loss": "loss losses lost deficit",
        "debt": "debt debts owed",
        "cost": "cost costs spending expenses expenditure",
        "tax": "tax taxes",
    },
    {
        "people": "people persons residents inhabitants individuals civilians",
        "households": "households homes families houses household",
        "buildings": "buildings",
        "companies": "companies firms businesses",
    },
    {
        "city": "city town village capital municipality",
        "region": "province county region governorate state",
        "country": "country nation nationwide countrywide world worldwide",
    },
    {
        "children": "children child boys girls pupils minors",
        "women": "women woman",
        "men": "men man",
    },
    {
        "abroad": "abroad exports exported overseas",
        "at home": "domestic domestically",
        "imports": "imports imported",
    },
    {"men": "male males", "women": "female females"},
    {"length": "long length", "width": "wide width", "height": "high tall height", "depth": "deep"},
)
_GROUPS: tuple[dict[str, str], ...] = tuple(
    {stem(word): name for name, words in one.items() for word in words.split()} for one in _CLASSES
)
_REACH = 7
"""Words by which a word may stand from the number that it tells of."""


def other_kinds(sentence: Words, source: Words) -> list[str]:
    """Return the numbers that a source gives of another thing of the same class.

    >>> from rag.checks.facts import words_of
    >>> other_kinds(words_of("Sales came to 14 million crowns."),
    ...             words_of("It made a profit of 14 million crowns on sales of 310 million."))
    ['In the source 14 million is profit, not revenue.']
    """
    problems: list[str] = []
    theirs = [fact for fact in source.facts if fact.kind == "number"]
    for fact in sentence.facts:
        same = [one for one in theirs if fact.kind == "number" and one.key == fact.key]
        for group in _GROUPS if same else ():
            mine = _nearest(sentence, fact, group) if _has_one(sentence, fact, group) else ""
            given = {_nearest(source, one, group) for one in same}
            if mine and given and "" not in given and mine not in given:
                words = sentence.text[fact.start : fact.end]
                problems.append(f"In the source {words} is {min(given)}, not {mine}.")
    return problems


def _has_one(words: Words, fact: Fact, group: dict[str, str]) -> bool:
    """Return whether a value's sentence speaks of one thing of a group only."""
    here = words.sentence[fact.first]
    inside = [one for n, one in enumerate(words.stems) if words.sentence[n] == here]
    return len({group[one] for one in inside if one in group}) == 1


def _nearest(words: Words, fact: Fact, group: dict[str, str]) -> str:
    """Return what word of a group is nearest to a number in its sentence, without other numbers."""
    here = words.sentence[fact.first]
    blocked = {
        n for one in words.facts if one.kind == "number" for n in range(one.first, one.last)
    } - set(range(fact.first, fact.last))
    found: list[tuple[float, str]] = []
    for step, at in ((1, fact.last), (-1, fact.first - 1)):
        for distance in range(_REACH):
            n = at + step * distance
            if not 0 <= n < len(words.stems) or words.sentence[n] != here or n in blocked:
                break
            if words.stems[n] in group:
                # What is counted stands after its number more often than before.
                found.append((distance + 0.5 * (step < 0), group[words.stems[n]]))
                break
    return min(found)[1] if found else ""


def other_things(sentence: Words, source: Words) -> list[str]:
    """Return the numbers that count something of which the source gives another number.

    >>> from rag.checks.facts import words_of
    >>> other_things(words_of("There will be 18 towns."),
    ...              words_of("It cuts the districts from 31 to 18 but leaves all 400 towns."))
    ['The source does not count 18 towns.']
    """
    problems: list[str] = []
    numbers = [fact for fact in source.facts if fact.kind == "number"]
    for fact in sentence.facts:
        if fact.kind != "number" or not any(one.key == fact.key for one in numbers):
            continue
        thing = _thing(sentence, fact)
        places = [n for n, term in enumerate(source.stems) if thing and term == thing]
        if places and all(_of_another(n, fact, numbers, source) for n in places):
            word = sentence.tokens[_after(sentence, fact)].text.rstrip(".")
            said = sentence.text[fact.start : fact.end]
            problems.append(f"The source does not count {said} {word}.")
        elif other := _other_phrase(sentence, fact, source, numbers):
            said = sentence.text[fact.start : fact.end]
            problems.append(f"The source counts {said} of something else than {other}.")
    return problems


def _other_phrase(sentence: Words, fact: Fact, source: Words, numbers: list[Fact]) -> str:
    """Return the word behind a number that the source has behind another number, and never there.

    "Twelve secondary schools" of "12 primary schools and three secondary schools".
    """
    same = [one for one in numbers if one.key == fact.key]
    if not _counted_there(sentence, fact) or not all(_counted_there(source, one) for one in same):
        return ""
    own = {term for one in same for term in _phrase(source, one)}
    others = {t for one in numbers if one.key != fact.key for t in _phrase(source, one)}
    return next((term for term in _phrase(sentence, fact) if term in others - own), "")


def _phrase(words: Words, fact: Fact) -> list[str]:
    """Return the content words right behind a number, up to the thing that it counts."""
    found: list[str] = []
    for n in range(fact.last, min(fact.last + 3, len(words.stems))):
        if words.sentence[n] != words.sentence[fact.first] or not is_content(words.stems[n]):
            break
        found.append(words.stems[n])
        if words.tokens[n].lower.rstrip(".").endswith("s"):
            break
    return found


def _after(words: Words, fact: Fact) -> int:
    for n in range(fact.last, min(fact.last + 3, len(words.stems))):
        if is_content(words.stems[n]) and words.sentence[n] == words.sentence[fact.first]:
            return n
    return fact.first


def _thing(words: Words, fact: Fact) -> str:
    """Return the stem of a plural noun right after a number."""
    n = _after(words, fact)
    if n == fact.first or n != fact.last or not words.tokens[n].lower.rstrip(".").endswith("s"):
        return ""
    return words.stems[n]


def _of_another(place: int, fact: Fact, numbers: list[Fact], source: Words) -> bool:
    """Return whether a word of the source stands right behind a number that is not this one."""
    beside = [one for one in numbers if one.last == place or one.last == place - 1]
    same = [one for one in numbers if one.key == fact.key]
    # "Four soldiers were killed and eleven wounded": what is not named again is counted again.
    apart = all(_counted_there(source, one) or one.first < place for one in same)
    return bool(beside) and all(one.key != fact.key for one in beside) and apart


def _counted_there(words: Words, fact: Fact) -> bool:
    """Return whether a number stands right before a plural noun: it counts that and nothing else.

    >>> from rag.checks.facts import words_of
    >>> words = words_of("It has 24 goats and eleven wounded.")
    >>> [_counted_there(words, fact) for fact in words.facts]
    [True, False]
    """
    for n in range(fact.last, min(fact.last + 3, len(words.stems))):
        word = words.tokens[n].lower.rstrip(".")
        if words.sentence[n] != words.sentence[fact.first] or not word[:1].isalpha():
            return False
        if not is_content(words.stems[n]):
            return False
        if word.endswith("s") and not word.endswith("ss"):
            return True
    return False
