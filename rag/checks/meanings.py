"""Words that may stand for one another, and those that mean the opposite. English, by hand.

A paraphrase says "climbed" for "rose"; a false twin says "fell". Each line of the table is one
meaning, a stroke sets off the opposite. A word may have several meanings. Phrases are written with
underscores and count only for opposites. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rag.english.words import stem

_TABLE = """\
rise rose risen increase grow grew grown climb soar jump go_up went_up gone_up up edge_up raise \
surge growth higher | fall fell fallen decrease drop decline sink sank slump shrink shrank \
slide slid lower go_down went_down down reduce cut dip decreasing fewer
raise increase lift boost hike put_up | lower cut reduce bring_down halve slash
speed accelerate quicken hasten speed_up | slow delay brake slow_down
begin began begun start launch open commence | end finish stop halt cease close conclude expire \
run_out
open reopen | close shut closed
allow permit let authorise authorize entitle able clear may can | ban bar forbid forbidden \
prohibit prevent block disallow refuse
accept approve pass adopt endorse | reject refuse decline dismiss veto defeat \
vote_down voted_down turn_down turned_down block throw_out threw_out deny
confirm uphold upheld affirm | overturn quash annul reverse strike_down overrule
support back favour favor endorse | oppose object resist
praise hail welcome commend laud applaud | criticise criticize condemn slam denounce blame \
attack
win won victory beat defeat knock_out
lose lost defeat
buy bought purchase acquire acquisition takeover take_over
sell sold sale
give gave given hand hand_over donate grant present surrender
receive get got take took obtain
keep kept retain hold hold_on maintain remain stay | drop abandon scrap give_up give_away shed \
part
return give_back hand_back bring_back
save rescue survive | die kill dead perish death
kill dead die death perish lose_their_lives lives | injure hurt wound injured treated
hurt injure wound injury
arrest detain capture seize jail imprison prison custody held | release free
add include contain hold comprise | remove delete exclude leave_out
enter arrive come_in came_in move_in | leave left depart withdraw withdrew \
withdrawn pull_out move_out exit quit
join | leave left quit
build built erect construct put_up | demolish raze tear_down destroy tore_down
create make made found establish set_up form produce | destroy
damage harm | repair mend fix restore
repair mend fix renovate restore | break broke broken
improve better recover | worsen worse deteriorate
strengthen strong | weaken weak
expand widen extend enlarge | shrink narrow contract
lengthen extend prolong | shorten curtail cut
appoint hire recruit take_on took_on employ | dismiss fire sack lay_off laid_off
agree accord settle resolve
dispute quarrel row argument conflict disagreement
admit concede acknowledge | deny denied
deny dispute reject disput
hide hid hidden conceal vanish disappear | show reveal appear display show_up
find found discover detect establish determine
remember recall | forget
succeed success manage pass | fail failure
advance | retreat recede
flow_in pour_in | flow_out
encourage promote stimulate help | discourage hinder hamper
cause lead led bring_about trigger make made result reason due owing responsible bring_on \
brought_on behind
tighten strict stricter | loosen relax ease
lend lent loan
import | export
safe harmless | dangerous unsafe harmful
mandatory compulsory obligatory | voluntary optional
temporary provisional | permanent
legal lawful valid | illegal unlawful invalid void
public | private
true right correct accurate | false wrong incorrect
full | empty
rich wealthy | poor
hot warm mild | cold cool harsh
milder | harsher
strong stronger | weak weaker
cheap cheaper | expensive dear dearer costly
fast faster quick quicker rapid | slow slower
easy easier simple | difficult hard harder
early earlier | late later
old former previous ex
new newer present current latest
young younger | old older
big large bigger larger great greater | small smaller little
long longer | short shorter
high higher tall | low lower
deep deeper | shallow shallower
wide wider broad across width | narrow narrower
heavy heavier | light lighter
near close next nearby adjoining adjacent beside neighbouring | far distant
top upper | bottom
north northern | south southern
east eastern | west western
inside indoor within | outside outdoor
before ahead prior earlier beforehand
after afterwards later following since
daily day every_day each_day | nightly night
often frequent frequently regular regularly usual usually | rarely seldom rare
all every each entire whole
most majority bulk mainly mostly largely | few minority
first initial | last final
upstream | downstream
guilty convict conviction | innocent acquit
peaceful calm | violent
steady unchanged stable same unaltered | change changed alter
change alter modify affect amend amendment influence
sea ocean marine
automobile car vehicle
child children kid minor | adult
boy | girl
man men male | woman women female
person people human individual folk inhabitant resident
patient treated sufferer
doctor physician medic
nurse carer
pupil student schoolchild
teacher schoolteacher
worker employee staff workforce labourer
job post position work
company firm business corporation enterprise group maker manufacturer
factory plant works
shop store
customer client buyer
boss chief head leader director manager
headquarters head_office main_office
government cabinet administration authorities
parliament assembly legislature
minister ministry
president head_of_state
mayor mayoress
police officer officers
court tribunal judge bench
lawyer counsel attorney solicitor
trial hearing case
law act statute legislation bill
rule regulation
contract agreement deal
treaty pact accord
election vote poll ballot
voter voting vote turnout polls
referendum vote poll
war conflict fighting
ceasefire truce armistice
attack strike assault raid shelling bombing
fight battle clash combat
soldier troop fighter
army military forces
weapon arms gun
bomb explosive
explosion blast detonation
fire blaze burn burnt
flood deluge inundation
rain downpour rainfall
storm gale
quake earthquake tremor
accident crash collision collide
ship vessel boat ferry
plane aircraft airliner jet
airline carrier
train rail railway
lorry truck
bus coach
road street route path
bridge crossing
journey trip travel voyage
passenger traveller
house home dwelling
flat apartment
building premises
roof ceiling
pool bath
university college
hospital clinic
town city municipality
village hamlet
country nation state
province region district
border frontier
river stream
mountain mount hill
slope side
island isle
coast shore
field farm
crop harvest
farmer grower
tenant renter lessee
landlord owner lessor
neighbour neighbor nearby
money fund cash
price cost fee charge fare
pay paid spend spent payment contribute
wage salary pay
tax levy duty
fine penalty
loss deficit
profit earnings
revenue sales turnover income
share stock
loan credit
bid offer
compensation damages
insurance insurer
output production produce
drug medicine medication medicament
disease illness sickness
infection infected
fever temperature
pain ache
dose dosage
tablet pill
treat treatment therapy
operation surgery
vaccine vaccination jab
test examine check trial
study research trial survey investigation
researcher scientist author investigator
expert specialist
participant subject volunteer enrol
sample specimen
result finding outcome
evidence proof sign trace show
risk danger hazard
chance probability
number figure count
amount quantity sum
part share portion piece
kind type sort
way manner method
thing item
place site location spot
area zone
time period
year annual yearly
month monthly
week weekly
autumn fall
noon midday
dawn daybreak sunrise
yearly annually
error bug fault defect mistake
faulty defective broken
update version release
program software application
file document
folder directory
setting option preference
button key
screen display
user member
delete remove erase
click press
store save
store storage
send sent transmit
write wrote written
picture image photo
film movie
book volume
letter mail
newspaper paper
story tale
concert performance
player footballer
coach trainer
team side
match game
penalty spot-kick
conduct conductor
calculate compute work_out worked_out reckon
design draw
develop devise
manufacture produce make made
use employ utilise
need require necessary must
want wish
try attempt
help assist aid
ask question query inquire
answer reply
say said tell told state report remark maintain declare note
announce declare
argue contend claim
warn caution
promise pledge vow
complain complaint accuse
blame attribute put_down
believe think thought view consider
expect foresee predict forecast anticipate
plan intend mean schedule due
propose suggest put_forward
advise recommend advice urge
decide decision rule ruling
choose chosen pick select
meet met meeting session
attend come_to came
speak spoke spoken talk
know known
see saw seen
look examine inspect cover
hear heard
feel felt
eat food
continue go_on carry_on resume
stand stood
run ran
drive drove driven
fly flew flown
carry carried transport
bring brought
move moved shift relocate
push shove
pull drag
tear tore rip ripped
throw threw
hit struck
break broke broken
happen occur take_place
appear break_out broke
cover include
lead led guide conduct head chair
replace succeed substitute
succeed take_over
remain stay
apply application
lodge file submit
order command instruct
notice announce notify
investigate inquiry probe
steal stole stolen
lie lied untruth
break_down breakdown digestion
freeze frozen
boil boiling
heat warmth
gas air atmosphere
power electricity
light lamp
machine device
engine motor
parcel package
goods freight cargo
bread loaf loaves
fish herring
flower orchid
wind gust
drought dry
missing absent not_found
presume presumed believed
probable probably likely
possible possibly may might could perhaps
alleged allegedly
unknown not_known unclear
anonymous unnamed not_named
immediate immediately once
sudden suddenly abrupt abruptly
several some number
about roughly approximately around some
exact exactly precise
almost nearly close
only just merely sole
also too besides
together altogether total
twice double
further additional extra other more
other different
important main key
surprise surprising
partner ally coalition
rival opponent competitor
holder champion
spokesman spokeswoman spokesperson
victim casualty
refugee evacuee evacuate
citizen national
foreign abroad
"""


def _terms(word: str) -> str:
    return " ".join(stem(part) for part in word.split("_"))


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, frozenset[int]], dict[int, int], frozenset[str]]:
    """Return the meanings of each word or phrase, which meanings are opposed, and the phrases."""
    meanings: dict[str, set[int]] = {}
    opposed: dict[int, int] = {}
    n = 0
    for line in _TABLE.strip().splitlines():
        sides = line.split("|")
        for side in sides:
            for word in side.split():
                meanings.setdefault(_terms(word), set()).add(n)
            n += 1
        if len(sides) == 2:
            opposed |= {n - 1: n - 2, n - 2: n - 1}
    phrases = frozenset(one for one in meanings if " " in one)
    return {one: frozenset(some) for one, some in meanings.items()}, opposed, phrases


_ENDINGS = frozenset(
    [
        "",
        *"e s es ed ing er or ers ors ion ions ation ment al ive ity ance ence ant ent ly ist ier "
        "iest est ies ial ic ous ful able ible at it ut iv ag ur ship".split(),
    ]
)
_LEAST = 5


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> bool:
    """Return whether two stems may stand for one another: one meaning, or of one family.

    >>> alike(stem("climbed"), stem("rose")), alike(stem("conductor"), stem("conducts"))
    (True, True)
    >>> alike(stem("climbed"), stem("fell")), alike("contract", "contrast")
    (False, False)
    """
    if one == other:
        return True
    meanings, _, _ = _tables()
    if meanings.get(one, frozenset()) & meanings.get(other, frozenset()):
        return True
    n = next(
        (k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return n >= _LEAST and one[n:] in _ENDINGS and other[n:] in _ENDINGS


@lru_cache(maxsize=65536)
def opposed(one: str, other: str) -> bool:
    """Return whether two stems, or phrases of stems, mean the opposite and never the same.

    >>> opposed(stem("climbed"), stem("fell")), opposed(stem("climbed"), stem("rose"))
    (True, False)
    """
    meanings, opposite, _ = _tables()
    mine, theirs = meanings.get(one, frozenset()), meanings.get(other, frozenset())
    return not mine & theirs and any(opposite.get(n) in theirs for n in mine)


def phrases_of(stems: Iterable[str]) -> list[str]:
    """Return the words of a text and the phrases of the table among them.

    >>> phrases_of(["turn", "down"])
    ['turn', 'down', 'turn down']
    """
    found = list(stems)
    _, _, known = _tables()
    pairs = [f"{a} {b}" for a, b in zip(found, found[1:], strict=False)]
    return found + [one for one in pairs if one in known]


def in_words_of(stem_: str, there: frozenset[str]) -> str:
    """Return the stem of a source that may stand for one that it lacks, or the stem itself.

    >>> in_words_of(stem("climbed"), frozenset([stem("rose"), "mill"]))
    'rose'
    """
    if stem_ in there or not re.fullmatch(r"[a-z-]{3,}", stem_):
        return stem_
    return min((one for one in there if alike(stem_, one)), default=stem_)
