"""What leaves a true sentence true: other words, less of it, or the wrapping that writers add.

They stand beside the changes, so that no network learns that whatever differs is wrong.
Each returns the sentence said otherwise, or None where it holds nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from training.groundedness.values import MONTHS, ONES, names, speakers

Twin = Callable[[str, str, Random], str | None]

# One for the other; what follows "~" must come after it.
_SYNONYMS = """
started/began; began/started; purchased/bought; bought/purchased; large/big; more than/over~\\d
over/more than~\\d; about/around~\\d; around/about~\\d; about/approximately~\\d; nearly/almost
approximately/about~\\d; almost/nearly; at least/no fewer than~\\d; roughly/approximately~\\d
at least/a minimum of~\\d; percent/per cent; per cent/percent; may/might; assisted/helped
helped/assisted; received/got; obtained/got; constructed/built; built/constructed; numerous/many
frequently/often; often/frequently; located/situated; situated/located; injured/wounded
also known as/also called; wounded/injured; demonstrated/showed; required/needed; needed/required
sufficient/enough; assistance/help; films/movies; film/movie; movie/film; physicians/doctors
doctors/physicians; quickly/rapidly; rapidly/quickly; primarily/mainly; mainly/primarily
chiefly/mainly; entire/whole; commenced/began; concluded/ended; utilised/used; utilized/used
in order to/to; due to/because of; because of/due to; prior to/before; permitted/allowed
attempted/tried; tried/attempted; occurred/happened; occurs/happens; took place/was held~in
announced that/said that; stated that/said that; said that/stated that; consists of/is made up of
were killed/died; was killed/died; were killed/lost their lives; was killed/lost his or her life~in
well-known/famous; famous/well-known; comprises/consists of; established/founded
founded/established; beside/next to~the; in spite of/despite; despite/in spite of
was awarded/received; said it would/said that it would; currently/now; now/currently
is the biggest/is the largest; is the largest/is the biggest; children/kids; people/persons~were
reside/live; resides/lives; resided/lived; a large number of/many; the majority of/most~the
approximately/roughly~\\d; attack/assault~on; assault/attack~on; authorities/officials~said
reportedly/allegedly~x; according to/in the words of~x; began to/started to; started to/began to
the United States/the US; the United Kingdom/the UK; the U.S./the United States
the US/the United States; the UK/the United Kingdom; World War II/the Second World War
"""
_PAIRS = tuple(
    (match["one"].strip(), match["other"].strip(), match["after"] or "")
    for part in re.split(r"[;\n]", _SYNONYMS)
    if (match := re.match(r"(?P<one>[^/]+)/(?P<other>[^~]+)(?:~(?P<after>\S+))?$", part))
    and match["after"] != "x"
)


def synonym(text: str, _: str, draw: Random) -> str | None:
    """Return the sentence with a word or two by others of a short list that mean the same.

    >>> synonym("He bought it.", "", Random(1))
    'He purchased it.'
    """
    found = [
        (match, other)
        for one, other, after in _PAIRS
        if one in text
        for match in re.finditer(
            rf"\b{re.escape(one)}(?!\w)" + (rf"(?= [$€£]?{after})" if after else ""), text
        )
    ]
    if not found:
        return None
    match, other = draw.choice(found)
    return text[: match.start()] + other + text[match.end() :]


def digits(text: str, _: str, draw: Random) -> str | None:
    """Return the sentence with a number in words for digits, in digits for words, or rounded signs.

    >>> digits("The 6 men left.", "", Random(1)), digits("Some 1,500 left.", "", Random(1))
    ('The six men left.', 'Some 1500 left.')
    """
    made: list[str] = []
    for match in re.finditer(r"(?<![\w.,$£€/:-])(\d{1,2})(?![\w%/:-]|[.,]\d)(?= [a-z])", text):
        before = text[: match.start()].split()[-1:]
        fits = 2 <= int(match[0]) <= 20 and match.start() and before[0] not in MONTHS
        if fits and not re.match(r" (?:percent|per cent|km)\b", text[match.end() :]):
            made.append(text[: match.start()] + ONES[int(match[0])] + text[match.end() :])
    for match in re.finditer(rf"(?<=[a-z] )\b(?:{'|'.join(ONES[2:])})\b(?= [a-z])", text):
        made.append(text[: match.start()] + str(ONES.index(match[0])) + text[match.end() :])
    for match in re.finditer(r"(?<![\w.,])(\d{1,3}),(\d{3})(?![\w,])", text):
        made.append(text[: match.start()] + match[1] + match[2] + text[match.end() :])
    for match in re.finditer(r"\b(\d+(?:\.\d+)?) per ?cent\b", text):
        made.append(text[: match.start()] + match[1] + "%" + text[match.end() :])
    for match in re.finditer(r"(?<![\d,.])(\d+)(?:,000,000\b|m\b(?= [a-z]))", text):
        made.append(text[: match.start()] + match[1] + " million" + text[match.end() :])
    return draw.choice(made) if made else None


_MONTH_NAMES = "|".join(MONTHS)


def date_form(text: str, _: str, _draw: Random) -> str | None:
    """Return the sentence with a date written in the other order.

    >>> date_form("It broke on 4 April 2017.", "", Random(1))
    'It broke on April 4, 2017.'
    """
    match = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH_NAMES}),? (\d{{4}})\b", text)
    if match:
        return f"{text[: match.start()]}{match[2]} {match[1]}, {match[3]}{text[match.end() :]}"
    match = re.search(rf"\b({_MONTH_NAMES}) (\d{{1,2}})(?:st|nd|rd|th)?, (\d{{4}})\b", text)
    if match:
        return f"{text[: match.start()]}{match[2]} {match[1]} {match[3]}{text[match.end() :]}"
    return None


_DROPPED = re.compile(
    r" \([^()]{2,80}\)"
    r"|, (?:also known as|formerly|including|such as|which|who|where) [^,;.]{4,90}(?=,)(?!,"
    r" [a-z]+ing)"
    r"|(?<=[a-z]), (?:however|too|of course|for example|in fact|meanwhile|also)(?=[,.])"
)


def adjunct_dropped(text: str, _: str, draw: Random) -> str | None:
    """Return the sentence without what stands in brackets or between commas.

    >>> adjunct_dropped("The dam (built in 1952) broke.", "", Random(1))
    'The dam broke.'
    """
    found = []
    for match in _DROPPED.finditer(text):
        end = match.end()
        if match[0].startswith(", ") and text[end : end + 1] == ",":
            end += 1
        left = text[: match.start()] + text[end:]
        if len(left.split()) > 2 and "  " not in left:
            found.append(left)
    return draw.choice(found) if found else None


_LEAD = re.compile(
    r"^(?:In|On|At|During|After|Since|By|As of|Following|Throughout|Despite|However|Also"
    r"|Additionally|"
    r"Moreover|Meanwhile|Furthermore|For example|In addition|Later)\b[^,]{0,60}, (?=[A-Z]|the "
    r"|a |an |he |she |it |they )"
)


def lead_dropped(text: str, _: str, _draw: Random) -> str | None:
    """Return the sentence without the phrase that opens it; one with "not" or "no" is left alone.

    >>> lead_dropped("In April 1952, the old dam at Elva broke.", "", Random(1))
    'The old dam at Elva broke.'
    """
    match = _LEAD.match(text)
    if not match or len(text) - match.end() < 25 or re.search(r"\b(?:no|not|if|false)\b", match[0]):
        return None
    rest = text[match.end() :]
    return rest[0].upper() + rest[1:]


_JOINTS = re.compile(
    r"(?:;|, (?:and|but|while|although|though|whereas|which|where|who|with)\b"
    r"| (?:because|although|while|as well as)\b)"
)
_HEDGED = re.compile(
    r"\b(?:if|unless|no|not|never|neither|nor|denied|denies|claim\w*|alleg\w*|said|says|according|false|"
    r"would|could|may|might|believ\w*|accus\w*|only|either|both|whether|suspect\w*|report\w*|fear\w*|not\w+|argu\w*|think\w*|thought|assert\w*)\b",
    re.I,
)


def shortened(text: str, _: str, draw: Random) -> str | None:
    """Return the sentence up to a clause that is joined to it, where nothing qualifies it.

    >>> shortened("The old dam was closed on Monday, which surprised Elva.", "", Random(1))
    'The old dam was closed on Monday.'
    """
    if '"' in text or "\u201c" in text or _HEDGED.search(text):
        return None
    found = [
        text[: match.start()]
        for match in _JOINTS.finditer(text)
        if len(text[: match.start()].split()) >= 5 and "," not in text[: match.start()]
    ]
    found = [one for one in found if re.search(r"\b(?:is|are|was|were|has|had|[a-z]+ed)\b", one)]
    return draw.choice(found) + "." if found else None


_ACTIVE = re.compile(
    r"^(?P<who>(?:[A-Z][\w'’.-]+ ?){1,4}) (?P<verb>[a-z]+ed|wrote|built|won|sold|bought) "
    r"(?P<what>(?:the|a|an|his|her|its|their) (?:[a-z-]+ ){0,2}?[a-z-]+)(?P<rest> (?:in|on|at"
    r"|for|with|from) [^,;]+)?\.$"
)
_PASSIVE = re.compile(
    r"^(?P<what>(?:The|A|An) (?:[\w-]+ ){0,4}[\w-]+|(?:[A-Z][\w'’.-]+ ?){1,4}) (?:was|were)"
    r" (?P<verb>[a-z]+ed) by "
    r"(?P<who>(?:the )?(?:[A-Z][\w'’.-]+ ?){1,4})(?P<rest> (?:in|on|at|for|with|from) [^,;]+)?\.$"
)
_DONE = {"wrote": "written", "built": "built", "won": "won", "sold": "sold", "bought": "bought"}
_NEVER_PASSIVE = frozenset("remained lived died attended moved arrived married resigned".split())


def voice(text: str, _: str, _draw: Random) -> str | None:
    """Return a short sentence in the other voice.

    >>> voice("Ana Orlo founded the school in 1952.", "", Random(1))
    'The school was founded by Ana Orlo in 1952.'
    >>> voice("The school was founded by Ana Orlo in 1952.", "", Random(1))
    'Ana Orlo founded the school in 1952.'
    """
    match = _PASSIVE.match(text)
    if match:
        what = match["what"]
        what = what[0].lower() + what[1:] if re.match(r"(?:The|An?) ", what) else what
        who = match["who"].strip()
        who = who[0].upper() + who[1:]
        return f"{who} {match['verb']} {what}{match['rest'] or ''}."
    match = _ACTIVE.match(text)
    if (
        not match
        or match["verb"] in _NEVER_PASSIVE
        or match["what"].startswith(("his", "her", "its", "their"))
    ):
        return None
    what = match["what"]
    verb = _DONE.get(match["verb"], match["verb"])
    return f"{what[0].upper()}{what[1:]} was {verb} by {match['who'].strip()}{match['rest'] or ''}."


_SAID = re.compile(
    r"^(?P<verb>said|says|reported|stated) (?:on [A-Z][a-z]+ )?(?:that )?(?P<what>(?:the|a|an"
    r"|there|at|some|more|\d)\b.{20,})$"
)


def saying(text: str, _: str, draw: Random) -> str | None:
    """Return a report with its speaker at the other end, or with "according to".

    >>> saying("The army said that at least six men died.", "", Random(1))
    'According to the army, at least six men died.'
    """
    spans = speakers(text)
    if len(spans) != 1 or '"' in text:
        return None
    start, end = spans[0]
    who = text[start:end]
    if start == 0:
        match = _SAID.match(text[end:].lstrip())
        if not match:
            return None
        who = (
            who[0].lower() + who[1:]
            if re.match(r"(?:The|An?|Local|Police|Officials|Activists)\b", who)
            else who
        )
        what = match["what"].rstrip(".")
        upper = what[0].upper() + what[1:]
        forms = [
            f"According to {who}, {what}.",
            f"{upper}, {who} said.",
            f"{upper}, according to {who}.",
        ]
        return draw.choice(forms)
    match = re.match(r"^According to $", text[:start])
    rest = text[end:]
    if match and rest.startswith(", ") and len(rest.split()) > 4:
        return f"{who[0].upper()}{who[1:]} said that {rest[2:]}"
    return None


def surname(text: str, passage: str, _draw: Random) -> str | None:
    """Return the sentence with a full name by the last word of it, where the passage does the same.

    >>> surname("Ana Orlo left.", "Ana Orlo left. Then Orlo was back.", Random(1))
    'Orlo left.'
    """
    for start, end in names(text):
        name = text[start:end]
        words = name.split()
        if len(words) in (2, 3) and all(re.fullmatch(r"[A-Z][a-z'’-]+", word) for word in words):
            alone = re.search(
                rf"(?<![A-Z][a-z] )(?<![a-z] [A-Z])\b{words[-1]}\b (?:[a-z]+ed|was|said|had|is)",
                passage,
            )
            if alone and passage[: alone.start()].split()[-1:] != words[-2:-1]:
                return text[:start] + words[-1] + text[end:]
    return None


_CONTRACTED = tuple(
    part.split("/")
    for part in (
        "did not/didn't is not/isn't was not/wasn't are not/aren't were not/weren't do not/don't "
        "does not/doesn't cannot/can't has not/hasn't have not/haven't will not/won't it is/it's"
    )
    .replace(" not/", "_not/")
    .replace("it is", "it_is")
    .split()
)


def contracted(text: str, _: str, _draw: Random) -> str | None:
    """Return the sentence with "did not" as "didn't", or the other way.

    >>> contracted("He did not go.", "", Random(1)), contracted("He didn't go.", "", Random(1))
    ("He didn't go.", 'He did not go.')
    """
    for long, short in _CONTRACTED:
        long = long.replace("_", " ")
        if f" {long} " in text:
            return text.replace(f" {long} ", f" {short} ", 1)
        if f" {short} " in text and short != "it's":
            return text.replace(f" {short} ", f" {long} ", 1)
    return None


TWINS: dict[str, Twin] = {
    "synonym": synonym,
    "digits": digits,
    "date form": date_form,
    "adjunct dropped": adjunct_dropped,
    "lead dropped": lead_dropped,
    "shortened": shortened,
    "voice": voice,
    "saying": saying,
    "surname": surname,
    "contracted": contracted,
}
"""What may be put together."""


def twin(text: str, passage: str, draw: Random, most: int = 2) -> str:
    """Return a sentence said otherwise, by as many of the ways as fit; the same where none does."""
    done = 0
    for name in draw.sample(sorted(TWINS), len(TWINS)):
        if done == most:
            break
        made = TWINS[name](text, passage, draw)
        if made and made != text:
            text, done = made, done + 1
    return text
