"""Where names, numbers, days and speakers stand, and words that exclude each other."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.english.speech import claims, tokens
from rag.english.speech_words import PRONOUNS

MONTHS = (
    "January February March April May June July August September October November December"
).split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
YEAR = re.compile(
    r"\b(?:1[5-9]\d\d|20[0-3]\d)\b(?!,\d|\.\d| (?:people|men|women|soldiers|dollars))"
)
MONTH = re.compile(rf"\b(?:{'|'.join(one for one in MONTHS if one not in ('May', 'March'))})\b")
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b")
MONTH_DAY = re.compile(
    rf"(?:(?<=\b)(?P<before>\d{{1,2}})(?=(?:st|nd|rd|th)?,? (?:{'|'.join(MONTHS)})\b))"
    rf"|(?:\b(?:{'|'.join(MONTHS)}) (?P<after>\d{{1,2}})\b(?![\d:]))"
)
NUMBER = re.compile(
    rf"(?<![\w.,/:-])\d{{1,3}}(?:,\d{{3}})+(?![\w,])|(?<![\w.,/:-])\d+(?:\.\d+)?(?![\w/:]|[.,]\d|-\w)"
    rf"|\b(?:{'|'.join(ONES[2:])}|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b(?!-)",
    re.IGNORECASE,
)

# Words of which one is false where the other is true. Each is put in the other's place.
_EXCLUDE = """
increase/decrease increased/decreased increases/decreases increasing/decreasing rise/fall rose/fell
rises/falls rising/falling more/fewer more/less higher/lower highest/lowest before/after
began/ended begins/ends started/stopped starts/stops start/stop starting/ending opened/closed
opens/closes won/lost wins/loses win/lose accepted/rejected accepts/rejects accept/reject
supported/opposed supports/opposes support/oppose allowed/banned allows/bans allow/ban
included/excluded includes/excludes including/excluding added/removed adds/removes attacked/defended
captured/released arrested/freed detained/released confirmed/denied confirms/denies gained/lost
joined/left arrived/departed built/demolished bought/sold buys/sells helped/hindered
helps/hinders improved/worsened improves/worsens hot/cold large/small larger/smaller
largest/smallest big/small bigger/smaller biggest/smallest first/last always/never best/worst
with/without praised/criticised praised/criticized welcomed/condemned welcomes/condemns
succeeded/failed entered/left liked/disliked safe/dangerous easy/difficult raise/lower
raised/lowered appointed/dismissed hired/fired backed/opposed agreed/refused agrees/refuses
approved/rejected strengthened/weakened strong/weak stronger/weaker early/late earlier/later
old/new older/younger oldest/youngest north/south east/west northern/southern eastern/western
northeastern/southwestern northwestern/southeastern inside/outside above/below majority/minority
public/private male/female man/woman men/women boy/girl boys/girls husband/wife father/mother
son/daughter brother/sister sons/daughters brothers/sisters male/female legal/illegal
guilty/innocent convicted/acquitted success/failure victory/defeat advantage/disadvantage
advanced/retreated import/export imports/exports imported/exported internal/external major/minor
maximum/minimum positive/negative rich/poor same/different permanent/temporary popular/unpopular
common/rare fast/slow faster/slower fastest/slowest upper/lower accepted/disputed admitted/denied
resigned/stayed survived/died saved/destroyed successful/unsuccessful hard/soft
long/short longer/shorter longest/shortest wide/narrow young/old heavy/light warm/cool
lifted/imposed suspended/resumed delayed/hastened expanded/shrank grew/shrank encouraged/discouraged
encourages/discourages encourage/discourage prevents/causes prevent/cause prevented/caused
reduces/raises reduce/raise reduced/raised promoted/demoted borrowed/lent taught/learned
married/divorced born/died remembered/forgot sink/float retained/abandoned kept/gave
complete/incomplete possible/impossible likely/unlikely able/unable united/divided
domestic/foreign local/national rural/urban ancient/modern employer/employee teacher/student
buyer/seller plaintiff/defendant attacker/victim morning/evening winter/summer spring/autumn
repealed/enacted loosened/tightened granted/refused won/drew cancelled/confirmed recovered/lost
acknowledged/disputed postponed/completed planned/completed proposed/adopted considered/decided
threatened/attacked nominated/elected charged/convicted accused/convicted accused/cleared
demanded/received offered/received requested/granted attempted/managed halved/doubled
lent/borrowed defended/criticised overturned/upheld ratified/rejected evacuated/occupied
tested/approved arrested/convicted wounded/killed injured/killed sank/rose abolished/introduced
widened/narrowed owned/rented prohibited/permitted mandatory/optional unknown/known
""".split()
# In one direction alone: "all" may be false where "some" is true.
_WIDER = """
some/all many/all most/all several/all sometimes/always often/always usually/always may/must
could/will might/will can/must mostly/entirely partly/entirely partially/completely few/many
rarely/often nearly/exactly few/most suspected/proven possible/certain
""".split()
OTHERS: dict[str, tuple[str, ...]] = {}
for _pair in _EXCLUDE:
    _one, _other = _pair.split("/")
    OTHERS[_one] = (*OTHERS.get(_one, ()), _other)
    OTHERS[_other] = (*OTHERS.get(_other, ()), _one)
for _pair in _WIDER:
    _one, _other = _pair.split("/")
    OTHERS[_one] = (*OTHERS.get(_one, ()), _other)
# What is counted: one is never the other.
QUANTITIES = tuple(
    tuple(group.split("/"))
    for group in (
        "killed/injured/wounded/displaced/arrested/missing/hurt/evacuated "
        "deaths/injuries/arrests births/deaths dead/wounded/injured/missing/homeless "
        "civilians/soldiers/rebels/militants/policemen/fighters "
        "children/adults/women/men/elderly students/teachers passengers/crew patients/doctors "
        "workers/managers employees/customers homes/schools houses/hospitals villages/cities "
        "revenue/profit/losses imports/exports income/debt sales/costs profits/losses "
        "cases/deaths points/assists/rebounds goals/assists singles/albums books/films "
        "episodes/seasons votes/seats population/area height/width length/width"
    ).split()
)
ALIKE = frozenset({frozenset(("injured", "wounded")), frozenset(("injured", "hurt"))}) | frozenset(
    {frozenset(("wounded", "hurt"))}
)
PLACES = ("city", "province", "town", "village", "district", "region", "county", "state", "island")
UNITS = tuple(
    tuple(group.split("/"))
    for group in (
        "kilometres/miles/metres kilometers/miles/meters km/miles metres/feet meters/feet "
        "kilograms/tonnes/grams pounds/tons minutes/hours/days hours/days/weeks days/weeks/months "
        "weeks/months/years months/years years/decades million/billion/thousand hundred/thousand "
        "thousands/millions dollars/euros/pounds percent/million square/cubic litres/gallons "
        "liters/gallons acres/hectares degrees/percent"
    ).split()
)
_NOT_NAMES = {"I", "The", "A", "An", "It", "He", "She", "They", "We", "You", "This", "That", "But"}


@lru_cache(maxsize=50_000)
def names(text: str) -> tuple[tuple[int, int], ...]:
    """Return the runs of words that are written as names, months and weekdays left out.

    A word that opens the text counts only where others follow it or it stands again within.

    >>> text = "Then Ana Orlo met Rolf in Elva on Monday."
    >>> [text[a:b] for a, b in names(text)]
    ['Ana Orlo', 'Rolf', 'Elva']
    """
    found: list[tuple[int, int]] = []
    for token in tokens(text):
        word = token.text
        is_word = token.is_name and word[0].isalpha() and len(word.rstrip(".")) > 1
        if not is_word or word in MONTHS or word in WEEKDAYS or word in _NOT_NAMES:
            continue
        if token.start == 0 and not re.search(rf"(?<!^)(?<![.!?] )\b{re.escape(word)}\b", text[1:]):
            follows = re.match(r" [A-Z][a-z]", text[token.end :])
            if not follows or word.lower() in _OPENERS:
                continue
        if found and text[found[-1][1] : token.start] == " ":
            found[-1] = (found[-1][0], token.end)
        else:
            found.append((token.start, token.end))
    return tuple((a, b - _possessive(text[a:b])) for a, b in found if 2 < b - a < 45)


_OPENERS = frozenset(
    """
in on at by for from to with as after before when while since then once if although though because
during until under over another one two three four five six seven eight nine ten some most many all
both his her its their our my your these those there here who what where how why not no only however
according meanwhile also and or so such former new late early today yesterday last next each every
""".split()
)


def _possessive(name: str) -> int:
    match = re.search(r"['\u2019]s?$|\.$", name)
    return len(match.group()) if match else 0


def word_before(text: str, start: int) -> str:
    """Return the word before a place, in lower case.

    >>> word_before("He lived in Elva.", 12)
    'in'
    """
    words = text[max(0, start - 25) : start].split()
    return words[-1].lower() if words else ""


@lru_cache(maxsize=50_000)
def speakers(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the named speakers of a sentence stand.

    >>> text = "The army of Orlo said that six died."
    >>> [text[a:b] for a, b in speakers(text)]
    ['The army of Orlo']
    """
    if not _SAYING_WORD.search(text):  # most sentences, and finding claims is slow
        return ()
    found = [
        (one.start, one.end)
        for one in claims(text)
        if one.speaker and one.speaker.lower() not in PRONOUNS
        if len(one.speaker) < 60 and one.verb in _SAYING
    ]
    return tuple(dict.fromkeys(found))


_SAYING = frozenset(
    """
said says told stated announced added warned claimed claims denied denies confirmed according
accused estimates estimated reported reports argued argues explained noted wrote insisted
""".split()
)
_SAYING_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_SAYING))})\b", re.I)
