"""What an earlier question was about, as phrases that another question can take over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.english.question import quantity_of
from rag.follow.parse import Parsed, Part
from rag.follow.phrases import head, is_event, is_time, names_of, reports, trimmed
from rag.follow.verbs import past_of
from rag.follow.words import PEOPLE, PLACE_NOUNS, WH

# What stands after one of these says when or where; after the others only an event does.
WHEN_WHERE = frozenset(
    "in at on near during after before since until under within between among around inside "
    "outside over along across".split()
)
_PLACED = frozenset("in at near on of inside outside around".split())
_COMPARES = re.compile(r"\b(?:differences?|comparison|choice|choose|relation(?:ship)?) between\b")
"""Where "between" tells what two things are held together, and neither when nor where."""
_IS_STATE = re.compile(
    r"(?:in|on|at|under|over) (?:custody|danger|risk|charge|force|use|fire|hold|strike|doubt|"
    r"prison|jail|intensive care|care|court|office|power|place|total|all|effect|line|duty|"
    r"pressure|control|arrest|siege|construction|attack|least|first|last|once|time|fact|"
    r"general|particular|detail|public|private|person)"
    r"(?: of .*)?"
)
"""How somebody or something is, which is no place: "Is he still in custody?"."""
_CLAUSE = frozenset(("when", "after", "before", "while"))
AT = frozenset(
    "fair festival meeting summit conference match election party ceremony vigil funeral wedding "
    "rally concert".split()
)
_ACCORDING = re.compile(r",?\s*\baccording to\s+(?P<who>[^,?]+)", re.IGNORECASE)


def without_according(question: str) -> tuple[str, str]:
    """Return a question without "according to X", and X.

    >>> without_according("How many died in Hollin, according to the Ferry Board?")
    ('How many died in Hollin?', 'the Ferry Board')
    """
    match = _ACCORDING.search(question)
    if match is None:
        return question, ""
    rest = question[: match.start()] + question[match.end() :]
    return rest.lstrip(" ,"), match.group("who").strip()


def context(parsed: Parsed) -> str:
    """Return where, when and in what a question plays, as words that can follow another question.

    >>> from rag.follow.parse import parse
    >>> context(parse("How many people did the suicide bombing in Aleppo kill in August 2013?"))
    'in the suicide bombing in Aleppo in August 2013'
    >>> context(parse("Where did an aircraft hit a car on 29 July 2015?"))
    'when an aircraft hit a car on 29 July 2015'
    """
    around = circumstances(parsed)
    subject = parsed.subject
    by = agent(parsed).partition(" ")[2]
    if head(by) == "bomb" and by.startswith("the "):
        return f"in {by}"  # people are killed by it, and all else is asked of what it did
    if subject and is_event(subject):
        return f"{preposition(subject)} {subject} {'' if around in subject else around}".strip()
    behind = parsed.after_verb()
    if behind and behind[0].kind == "np" and is_event(told := _chain(behind)):
        return f"{preposition(told)} {_joined(_before_according(behind))}"
    tells = names_of(around) or any(map(is_event, _chains_of(around)))
    if around and tells and not (is_time(around.partition(" ")[2]) and _as_clause(parsed)):
        return _not_twice(parsed, around)
    found = _as_clause(parsed) or object_place(parsed) or _left(parsed, around)
    return found or _not_twice(parsed, around) or _asked_of(parsed)


_LEFT = frozenset(
    "fled flee left leave reached reach entered enter escaped escape evacuated evacuate hit struck "
    "bombed shelled attacked bombarded targeted besieged stormed captured took seized retook "
    "recaptured liberated".split()
)


def _left(parsed: Parsed, around: str) -> str:
    """Return "in Hollin in May 2016" for "How many people fled Hollin in May 2016?", or "".

    >>> from rag.follow.parse import parse
    >>> _left(parse("How many people fled Hollin in May 2016?"), "in May 2016")
    'in Hollin in May 2016'
    """
    behind = parsed.after_verb()
    if parsed.verb not in _LEFT or not behind or behind[0].kind != "np":
        return ""
    place = behind[0].text
    if not names_of(place[:1]) or is_event(place) or head(place) in PEOPLE:
        return ""
    return f"in {place} {around}".rstrip()


def _asked_of(parsed: Parsed) -> str:
    """Return "in Hollin" for "Which parts of Hollin were flooded?", or the empty string."""
    kinds = r"parts?|areas?|districts?|neighbou?rhoods?|quarters?|side|streets?|villages?|towns?"
    match = re.fullmatch(rf"(?:which|what) (?:{kinds}) of (.+)", parsed.wh, re.IGNORECASE)
    return f"in {match.group(1)}" if match and names_of(match.group(1)) else ""


def _not_twice(parsed: Parsed, around: str) -> str:
    """Return the circumstances, with where the question phrase itself says it plays before them."""
    if parsed.rest and parsed.rest[0].kind == "prep" and parsed.wh and not parsed.inverted:
        lead = _until(parsed.rest, ("aux", "verb"))
        if names_of(lead) and lead not in around and around not in lead:
            return f"{lead} {around}"
    return around


def _until(parts: Sequence[Part], kinds: Sequence[str]) -> str:
    found: list[str] = []
    for part in parts:
        if part.kind in kinds:
            break
        found.append(part.text)
    return " ".join(found)


def preposition(event: str) -> str:
    """Return the word by which one is in an event.

    >>> preposition("the marmalade fair"), preposition("the explosion")
    ('at', 'in')
    """
    return "at" if head(event) in AT else "in"


def circumstances(parsed: Parsed) -> str:
    """Return when and where, from the first phrase behind the verb that says so, to the end.

    >>> from rag.follow.parse import parse
    >>> circumstances(parse("What is the difference between a berth and a mooring?"))
    ''
    """
    return "" if _COMPARES.search(_joined(parsed.rest)) else _without_matter(_around(parsed))


def _without_matter(around: str) -> str:
    """Return when and where somebody spoke without of what they spoke, but with its place.

    >>> _without_matter("in October 2017 about clinics and schools in Norland")
    'in Norland in October 2017'
    """
    when, about, matter = around.partition(" about ")
    if not about or not is_time(when.partition(" ")[2]):
        return around
    where = re.search(r"\b(?:in|at|near) (?:the )?[A-Z][\w\u2019' -]*$", matter)
    return f"{where.group()} {when}" if where else when


def _around(parsed: Parsed) -> str:
    parts = _before_according(parsed.after_verb())
    for n, part in enumerate(parsed.rest):
        if part.kind == "verb":
            break
        if n and part.kind == "conj" and part.lower in _CLAUSE:
            return _joined(_before_according(parsed.rest[n:]))
    for n, part in enumerate(parts):
        following = _chain(parts[n + 1 :])
        if part.kind == "conj" and part.lower in _CLAUSE and n + 1 < len(parts):
            return _joined(parts[n:])
        state = not is_event(following) and _IS_STATE.fullmatch(f"{part.lower} {following}")
        opens = following.split(" ")[0].lower()
        if part.kind != "prep" or state or opens in WH or opens in ("", "it", "them"):
            continue
        if part.lower == "on" and is_event(following):
            return f"{preposition(following)} {_plain(parts[n + 1 :])}"
        if part.lower in WHEN_WHERE or (part.lower == "from" and not n and names_of(following)):
            return _plain(parts[n:])
        if is_event(following):
            return f"{preposition(following)} {_joined(parts[n + 1 :])}"
    return ""


def _plain(parts: Sequence[Part]) -> str:
    """Return parts up to an auxiliary, unless a clause of theirs has begun."""
    kept: list[Part] = []
    for part in parts:
        if part.kind == "aux" and not any(one.kind == "conj" for one in kept):
            break
        kept.append(part)
    while kept and kept[-1].kind in ("conj", "prep"):
        kept.pop()
    return _joined(kept)


def _before_according(parts: Sequence[Part]) -> list[Part]:
    """Return the parts without "according to X" and what follows it."""
    kept: list[Part] = []
    for part in parts:
        if part.lower == "according":
            break
        kept.append(part)
    while kept and kept[-1].kind == "conj":
        kept.pop()
    return kept


def _joined(parts: Sequence[Part]) -> str:
    return re.sub(r"\s+,", ",", " ".join(part.text for part in parts))


def _chain(parts: Sequence[Part]) -> str:
    run: list[str] = []
    for n, part in enumerate(parts):
        if part.kind not in ("np", "prep") or (n and part.kind == "np" == parts[n - 1].kind):
            break
        run.append(part.text)
    return trimmed(run)


def _chains_of(around: str) -> list[str]:
    words = around.split()
    return [" ".join(words[n + 1 :]) for n, word in enumerate(words) if word in WHEN_WHERE]


def _as_clause(parsed: Parsed) -> str:
    """Return "when an aircraft hit a car", where the question tells of somebody's doing."""
    past = past_of(parsed.verb)
    if is_event(parsed.counted) and parsed.rest and parsed.rest[0].kind == "verb":
        behind = _joined(_before_according(parsed.rest))
        return f"when {parsed.counted} {behind}" if names_of(behind) else ""
    told = parsed.inverted and parsed.aux.lower() == "did" and past and not reports(parsed.verb)
    subject = parsed.subject
    if not told or not subject or subject.lower().split()[0] in _NO_SUBJECT:
        return ""
    asked = parsed.wh.lower() in ("what", "who", "whom")
    if asked and [part.kind for part in parsed.after_verb()[:1]] == ["prep"]:
        return ""  # what is asked for is what is missing
    behind = _joined([part for part in parsed.after_verb() if part.text])
    if not re.search(r"[A-Z]|\b(?:the|an?)\b", behind) or (
        parsed.wh.lower() in ("what", "who", "whom") and not names_of(behind)
    ):
        return ""
    counted = f" {parsed.counted}" if parsed.counted else ""
    return f"when {subject} {past}{counted} {behind}"


_NO_SUBJECT = frozenset(
    "it they he she we you anyone anybody someone somebody nobody everyone".split()
)


def object_place(parsed: Parsed) -> str:
    """Return "in the town of Ras al-Ain" for "Who attacked the town of Ras al-Ain?"."""
    chain = _chain(parsed.after_verb())
    if not chain or not names_of(chain) or reports(parsed.verb):
        return ""
    return f"in {chain}" if head(chain) in PLACE_NOUNS else ""


def without_time(phrase: str) -> str:
    """Return a phrase without the time at its end.

    >>> without_time("the al-Waer district of Homs in August 2016")
    'the al-Waer district of Homs'
    """
    prep, _, rest = phrase.partition(" ")
    if prep in ("in", "on", "at", "since", "during") and is_time(rest):
        return ""
    match = re.search(
        r"\s(?:in|on|at|of|since|during|from)\s(?!.*\s(?:in|on|at|of)\s)(.*)$", phrase
    )
    if match and is_time(match.group(1)):
        return phrase[: match.start()].removesuffix(" at the start").removesuffix(" at the end")
    return phrase


def places(parsed: Parsed) -> list[str]:
    """Return the places that a question names, with the word before them.

    >>> from rag.follow.parse import parse
    >>> places(parse("How many people were killed in the fire at Hollin in May 2017?"))
    ['at Hollin']
    """
    found: list[str] = []
    for before, part in pairwise(parsed.rest):
        if before.lower not in _PLACED or part.kind != "np":
            continue
        if names_of(part.text) and not is_time(part.text) and not is_event(part.text):
            found.append(f"{before.text} {part.text}")
    return found


def agent(parsed: Parsed) -> str:
    """Return "by barrel bombs in al-Bab", where something is said to have killed or injured.

    >>> from rag.follow.parse import parse
    >>> agent(parse("How many civilians did barrel bombs kill in al-Bab?"))
    'by barrel bombs in al-Bab'
    """
    if not quantity_of(parsed.verb):
        return ""
    behind = parsed.after_verb()
    if behind and behind[0].lower == "by" and not is_event(_chain(behind[1:])):
        return _joined(_before_according(behind))
    if not parsed.subject or is_event(parsed.subject):
        return ""
    return f"by {parsed.subject} {circumstances(parsed)}".strip()


def time_of(around: str) -> str:
    """Return the time at the end of circumstances, with the word before it.

    >>> time_of("in the al-Waer district of Homs in August 2016"), time_of("in Hollin")
    ('in August 2016', '')
    """
    rest = without_time(around)
    return re.sub("^of ", "in ", around[len(rest) :].strip()) if rest != around else ""


def matter(parsed: Parsed) -> str:
    """Return what a question is about where it tells of no time, place or event.

    >>> from rag.follow.parse import parse
    >>> matter(parse("What can you tell me about the Medicaid Buy-In Program?"))
    'the Medicaid Buy-In Program'
    """
    for before, part in pairwise(parsed.rest):
        if before.lower in ("about", "for", "regarding") and part.kind == "np":
            found = _chain(parsed.rest[parsed.rest.index(part) :])
            if found.lower() not in _NOBODY:
                return found
    chains = [one for one in parsed.chains() if one.lower() not in _NOBODY and not is_time(one)]
    named = [one for one in chains if names_of(one)]
    chains = [
        re.sub(r"^.*? of (?=the |a )", "", one) if head(one) in PEOPLE else one for one in chains
    ]
    articled = [one for one in chains if one.split()[0].lower() in ("the", "a", "an")]
    found = next(iter(named or articled or chains[-1:]), "")
    return found if len(found.split()) < 10 and not re.search(r"\b(?:I|you|me|we)\b", found) else ""


_NOBODY = frozenset(
    "i you we me us it they them this that he she him her my your anyone somebody please those "
    "these".split()
)
