"""What is measured: which dimension a question asks for, and in which one a number is given."""

from __future__ import annotations

import re
from collections.abc import Sequence

_UNITS_OF = {
    "length": "km kilometre kilometer metre meter mile yard foot feet inch inches centimetre "
    "centimeter millimetre millimeter cm mm m ft",
    "mass": "tonne ton kg kilogram kilogramme kilo gram gramme pound lb ounce oz milligram mg t",
    "money": "dollar euro pound crown rouble ruble lira cent pence penny franc krone kroner krona "
    "yen yuan rupee dinar dirham riyal shekel peso rand naira baht zloty forint shilling "
    "usd eur gbp",
    "temperature": "degree celsius fahrenheit kelvin \u00b0",
    "speed": "kph mph knot",
}
_UNITS = {name: frozenset(units.split()) for name, units in _UNITS_OF.items()}
_ALL = frozenset().union(*_UNITS.values())
_SIGNS = {"$": "money", "€": "money", "£": "money", "¥": "money", "°": "temperature"}
_HOURLY = re.compile(r"(?:(?:an|per|a) (?:hour|second)|/ ?(?:h|hr|hour|s|sec|second))\b")
_COSTS = r"(?<!\bthe )(?<!\bof )\bcosts?\b(?=\W*$| (?:to|for|per|an?|in|at|on|if|when|with)\b)"
_PRICE = (
    r"(?:\w+ ){0,3}"
    r"(?:fee|fare|price|rent|fine|toll charge|salary|wage|deposit|compensation)s?\b"
)
_DOES = r"\bhow much (?:does|do|did|will|would|must|has|have|had)\b[^?;]*?"
_ASKED = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("length", r"\bhow (?:far|tall|wide|deep)\b(?!.*\b(?:go|goes|gone|went)\b)"),
        ("length", r"\b(?:what|which) (?:distance|height|depth|width)\b"),
        ("speed", r"\bhow fast\b|\b(?:what|which) speed\b"),
        ("temperature", r"\bhow hot\b|\b(?:what|which) temperature\b"),
        ("mass", rf"{_DOES}\bweigh\b"),
        ("money", r"\bhow much money\b"),
        ("money", rf"{_DOES}(?:{_COSTS}|\b(?:pay|paid|earn)\b)"),
        ("money", rf"\bwhat (?:does|do|did|will|would|has|have|had)\b[^?;]*?{_COSTS}"),
        ("money", rf"\bhow (?:much|high|large|big) (?:is|was|are|were) (?:the |an? )?{_PRICE}"),
        (
            "money",
            r"\bhow much (?:is|was|are|were) (?:\w+ ){0,3}(?:tickets?|entry|entrance|admission)\b",
        ),
        ("money", rf"\bwhat (?:is|was|are|were) the {_PRICE}"),
    )
)


def dimension_asked(question: str) -> str:
    """Return the dimension of the amount that a question asks for, "" for none or any.

    >>> dimension_asked("How far off could it be heard?"), dimension_asked("What will it cost?")
    ('length', 'money')
    >>> dimension_asked("How far did the talks go?"), dimension_asked("How much rain fell?")
    ('', '')
    """
    return next((name for name, pattern in _ASKED if pattern.search(question)), "")


def measured_in(dimension: str, unit: str, after: Sequence[str]) -> bool:
    """Return whether a number is an amount of a dimension.

    Args:
        dimension: as ``dimension_asked`` names it.
        unit: the sign beside the number, such as "$", or "".
        after: the words behind it, in lower case.

    >>> measured_in("money", "$", ["million"]), measured_in("length", "", ["kilometres", "away"])
    (True, True)
    >>> measured_in("length", "", ["miles", "an", "hour"]), measured_in("money", "", ["houses"])
    (False, False)
    >>> measured_in("speed", "", ["km", "/", "h"]), measured_in("length", "", ["m", "tall"])
    (True, True)
    """
    if unit in _SIGNS:
        return _SIGNS[unit] == dimension
    for number, word in enumerate(after[:3]):
        if not {word, word.removesuffix("s")} & _ALL:
            continue
        hourly = _HOURLY.match(" ".join(after[number + 1 :]))
        of_all = {name for name, units in _UNITS.items() if {word, word.removesuffix("s")} & units}
        return dimension == "speed" if hourly and "length" in of_all else dimension in of_all
    return False
