"""What a question asks for: its kind, the quantity, the names, the time and the speaker. English.

A question that none of the patterns knows is of kind "what"; nothing is guessed beyond its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.english.offices import plain_office
from rag.english.plain_asked import plain_cause, plain_claim, plain_many
from rag.english.question_kind import Kind, is_described, kind_of
from rag.english.speech import tokens
from rag.english.tolls import plain_toll
from rag.english.when import span_of, times
from rag.english.words import content_terms

# What may be done to people and things in numbers, told apart by the words that name it. Words of
# one row mean the same quantity, words of two rows never do: killed is not injured.
QUANTITIES: dict[str, str] = {
    "killed": "kill killed killing kills dead death deaths die died dies dying dead toll fatality "
    "fatalities slain martyr martyred martyrs martyrdom lives perished executed slaughtered "
    "massacred drowned murdered bodies corpses lifeless",
    "injured": "injure injured injuring injuries injury wound wounded wounding wounds hurt "
    "suffering suffered treated hospitalised hospitalized",
    "missing": "missing unaccounted disappeared vanished",
    "displaced": "displaced displacing displace fled flee fleeing homeless uprooted evacuated "
    "evacuees evacuating evacuate",
    "arrested": "arrest arrested arresting detained detaining detainees detain imprisoned jailed",
    "kidnapped": "kidnapped kidnapping abducted abducting hostages hostage captured captured",
    "trapped": "trapped besieged stranded",
    "rescued": "rescued rescuing saved freed released",
    "destroyed": "destroyed destroying demolished levelled leveled damaged",
}
_QUANTITY_OF: dict[str, str] = {
    word: quantity for quantity, words in QUANTITIES.items() for word in words.split()
}
# Groups of people, from the widest: a figure for one group is no figure for another.
GROUPS: dict[str, str] = {
    "people": "people persons person victims casualties others civilians civilian residents "
    "citizens inhabitants deaths dead bodies lives",
    "children": "child children kids boys girls infants babies minors schoolchildren",
    "women": "women woman females",
    "fighters": "fighter fighters militant militants rebel rebels jihadist jihadists terrorist "
    "terrorists insurgents gunmen extremists members",
    "soldiers": "soldier soldiers troops servicemen conscripts officers forces personnel",
    "police": "policemen police constables",
    "rescuers": "rescuers volunteers medics doctors nurses workers paramedics firefighters",
    "journalists": "journalists reporters correspondents cameramen",
}
_GROUP_OF: dict[str, str] = {
    word: group for group, words in GROUPS.items() for word in words.split()
}
_FOCUS_END = frozenset(
    "were was are is did do does have has had in at on by from of during after before to the a an "
    "that which who whose when where there be been will would could can it they he she".split()
)
_QUESTION_WORDS = frozenset(
    "who whom whose what when where why how which did do does is are was were has have had can "
    "could will would should according tell me give list describe explain summarise summarize "
    "compare please and but so in on of at the a an many much any say said says".split()
)
# "Roughly how large", "Different topic: who": the first word is written large, and is no name.
_LEAD_IN = re.compile(
    r"\W*\w+\s+(?:(?:who|whom|whose|what|when|where|why|how|which)\b|(?:topic|question|subject|matter)"
    r"\s*[:,.-])"
)
_ACCORDING = re.compile(r"\baccording to\s+(?P<speaker>.+?)(?:,|\?|$)", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:(?:and|but|so|then|ok|okay|please|also)[,\s]+)*"
    r"(?:(?:roughly|approximately|about|around|exactly|just|precisely|only)\s+"
    r"(?=how (?:many|much|large|big)))?"
    r"(?:(?:can|could) you )?(?:(?:please )?tell me[:,\s]+(?=who|what|when|where|why|how|which))?"
)
# "How many men did it lose?": not "people who lost access", which names what was lost.
_LOSES = re.compile(
    r"\bhow many (?:[\w'-]+ ){0,4}?(?:men|people|fighters|soldiers|troops|members|militants|"
    r"officers)\b.*\b(?:lose|lost)\b(?=\s*(?:\?|$|(?:in|when|during|at|there|by|that|this|since|on)\b))"
)
# "How many of the dead were children?" counts the children.
_PART_OF = re.compile(
    r"how many of (?:the|those|its|his|her|their|these)\b[^?]*?\b(?:were|are|was)\s+"
    r"(?P<part>[a-z]+)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart.

    ``names`` are the names in it as written; ``terms`` its content words, stemmed; ``quantity`` and
    ``group`` say what is counted; ``speaker`` is whose words are asked for; ``about`` what remains
    of the question without the speaker; ``period`` the first and last ISO day that it speaks of;
    ``described`` whether sentences describe what is asked for, and no short value is it.
    """

    text: str
    kind: Kind
    names: tuple[str, ...]
    terms: tuple[str, ...]
    focus: tuple[str, ...] = ()
    quantity: str = ""
    group: str = ""
    speaker: str = ""
    verb: str = ""
    about: str = ""
    period: tuple[str, str] | None = None
    described: bool = False

    @property
    def name_terms(self) -> frozenset[str]:
        """The stemmed words of the names."""
        return frozenset(term for name in self.names for term in content_terms(name))

    @property
    def topic(self) -> frozenset[str]:
        """The stemmed words of what is asked about, without the speaker's."""
        about = content_terms(re.sub(r"^about\s", "", self.about))
        return frozenset(about) - {*content_terms(self.speaker), self.verb}

    @property
    def asks_value(self) -> bool:
        """Whether a short value answers it, which sources may give differently."""
        return self.kind in ("how_many", "who", "when", "where", "which")


def quantity_of(word: str) -> str:
    """Return the quantity that a word names, such as "killed" for "dead", or the empty string."""
    return _QUANTITY_OF.get(word.lower(), "")


def group_of(word: str) -> str:
    """Return the group of people that a noun names, such as "people" for "civilians", or ""."""
    return _GROUP_OF.get(word.lower(), "")


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a question as written, runs of capitalised words joined.

    >>> names_in("Who vetoed the Security Council resolution on Khan Sheikhoun?")
    ('Security Council', 'Khan Sheikhoun')
    """
    names: list[str] = []
    run: list[str] = []
    end = -1
    for number, token in enumerate(tokens(text)):
        question_word = token.lower in _QUESTION_WORDS and (number == 0 or token.lower != "will")
        question_word = question_word or (number == 0 and bool(_LEAD_IN.match(text)))
        is_name = token.is_name and not (number == 0 and question_word) and token.lower != "i"
        if is_name and not (question_word and not run):
            if run and text[end : token.start].strip():
                names.append(" ".join(run))
                run = []
            run.append(token.text.rstrip(".") if len(token.text) > 3 else token.text)
            end = token.end
        elif run:
            names.append(" ".join(run))
            run = []
    if run:
        names.append(" ".join(run))
    return tuple(_strip_possessive(name) for name in names if len(name) > 1)


def _strip_possessive(name: str) -> str:
    return re.sub(r"['\u2019]s?$", "", name)


def analyse(text: str) -> Asked:
    """Return what a question asks for.

    >>> analyse("How many people were killed in Hasakeh in May 2017?").quantity
    'killed'
    >>> asked = analyse("What did the UN panel conclude about who released sarin?")
    >>> asked.kind, asked.speaker, asked.verb
    ('said', 'the UN panel', 'conclude')
    >>> analyse("Who denied using chemical weapons?").kind
    'who_said'
    """
    bare = plain_toll(re.sub(r"\s+", " ", text).strip())
    bare = plain_many(plain_claim(plain_cause(plain_office(bare))))
    lower = bare.lower()
    lead = _OPENING.sub("", re.sub(r"^according to [^,]+,\s*", "", lower))
    kind, speaker, verb, about = kind_of(bare, lead)
    if match := _ACCORDING.search(bare):
        speaker = speaker or match.group("speaker").strip()
    focus = _focus(lead)
    words = [token.lower for token in tokens(lead)]
    # "How many displaced people were killed": the first names the group, not what befell it.
    asked_quantities = [
        (quantity_of(word), bool(group_of("".join(words[n + 1 : n + 2]))))
        for n, word in enumerate(words)
        if quantity_of(word)
    ]
    asked_quantities.sort(key=lambda one: one[1])
    groups = [group_of(word) for word in focus] or [group_of(word) for word in words]
    quantity = asked_quantities[0][0] if asked_quantities else ""
    if kind == "how_many" and not quantity and _LOSES.search(lead):
        quantity = "killed"
    if kind == "what" and re.search(
        r"\b(?:(?:tolls?|number of|figures?|counts?)\b|casualt|fatalit)", lead
    ):
        kind, quantity = "how_many", quantity or ("killed" if "toll" in lead else "")
    return Asked(
        text=bare,
        kind=kind,
        names=names_in(bare),
        terms=tuple(content_terms(bare)),
        focus=focus,
        quantity=quantity,
        group=next((group for group in groups if group), ""),
        speaker=speaker,
        verb=verb,
        about=about or bare,
        period=span_of(times(bare)),
        described=kind == "what" and is_described(lead),
    )


def _focus(lead: str) -> tuple[str, ...]:
    """Return the nouns that "how many", "which" or "what" asks for, such as ("people",).

    >>> _focus("how many of the dead in hollin were children?")
    ('children',)
    """
    part = _PART_OF.match(lead)
    if part and group_of(part["part"]):
        return (part["part"],)
    match = re.match(
        r"(?:\w+\s+)?(?:how (?:many|much)|which|what|number of)\s+"
        r"(?:of (?:the|its|his|her|their|those|these|our) (?:own )?)?(.*)",
        lead,
    )
    if not match:
        return ()
    words: list[str] = []
    for token in tokens(match.group(1)):
        if token.lower in _FOCUS_END or not token.text[0].isalnum() or len(words) == 4:
            break
        if quantity_of(token.lower) and words:
            break
        words.append(token.lower)
    return tuple(words)
