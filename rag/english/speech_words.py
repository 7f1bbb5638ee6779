"""Words that tell who says something: verbs that report, nouns for those who speak, small words.

English. Every list is a set of lower-case words; their order means nothing.
"""

from __future__ import annotations

_SAYS = (
    "said say says saying told tells reported reports report reporting announced announces added "
    "adds stated states warned warns warning argued argues insisted insists acknowledged admitted "
    "admits concluded concludes noted notes explained explains declared declares described "
    "describes suggested suggests urged urges vowed pledged expressed wrote tweeted posted "
    "asserted asserts revealed reveals stressed stresses maintained maintains confirmed confirms "
    "called demanded asked testified recalled commented pointed predicted promised threatened "
    "documented counted recorded listed believes believe believed fears feared condemned "
    "criticized criticised welcomed hailed complained replied responded agreed published "
    "recommended recommends proposed proposes "
    "summarizes summarized thanked thinks continued lamented cautioned retorted remarked"
).split()
_CLAIMS = (
    "claimed claims claim alleged alleges accused accuses accusing blamed blames blaming".split()
)
_DENIES = (
    "denied denies denying deny rejected rejects rejecting dismissed dismisses dismissing refuted "
    "refutes disputed disputes"
).split()
_ESTIMATES = "estimated estimates estimate".split()
STANCE = {verb: "denies" for verb in _DENIES} | {verb: "estimates" for verb in _ESTIMATES}
STANCE |= {verb: "accuses" for verb in ("accused", "accuses", "accusing", "blamed", "blames")}
STANCE |= {"blaming": "accuses", "alleged": "accuses", "alleges": "accuses"}
# Also everyday verbs or nouns: they report only with a person or a body in front of them.
WEAK = frozenset(
    "called asked report reports documented listed claim recorded counted notes states state "
    "published posted agreed estimate feared welcomed recalled thinks continued recommended "
    "recommends proposed proposes".split()
)
REPORTING = frozenset((*_SAYS, *_CLAIMS, *_DENIES, *_ESTIMATES))

# What stands after one of these is where something was, not who said it.
PLACE_WORDS = frozenset("in at near from on inside outside around".split())
PASSIVE = frozenset("was is been were being".split())
ROLES = frozenset(
    "service services brigade crew crews hospital hospitals clinic school university institute "
    "centre center association federation party movement alliance command institution "
    "spokesman spokeswoman spokesperson source sources official officials minister ministry group "
    "groups monitor monitors activist activists observatory agency statement witness witnesses "
    "resident residents commander commanders rescuer rescuers army council coalition head chief "
    "director secretary president general governor ambassador envoy deputy leader leaders "
    "opposition government regime military police diplomat diplomats doctor doctors medic medics "
    "correspondent reporter reporters journalist expert experts analyst analysts observers "
    "organization organisation organizations committee commission panel investigators inspectors "
    "report statement media television tv radio newspaper website channel rebels militants "
    "fighters soldier soldiers worker workers volunteer volunteers lawyer lawyers judge court "
    "company spokespeople authority authorities member members founder manager mayor professor "
    "researcher researchers scientist scientists author authors study teacher student coordinator "
    "representative representatives team mission watchdog charity network union negotiator adviser "
    "advisor aide critics survivors survivor father mother neighbour engineer inspector inquiry "
    "prosecutor prosecutors firm operator owner bank department office king queen prince pope "
    "bishop senator congressman premier chancellor king colonel captain major nurse nurses "
    "villager villagers locals driver drivers farmer farmers refugee refugees relative relatives "
    "pilot pilots sailor sailors firefighter firefighters paramedic paramedics surgeon surgeons "
    "cleric imam "
    "priest lawmaker lawmakers parliament embassy campaigners ngo ngos charities kremlin pentagon "
    "brother sister widow ally allies opponent opponents supporter supporters board inspectorate "
    "cabinet senate assembly congress legislature tribunal regulator manufacturer consortium "
    "foundation airline chamber directorate secretariat administration bureau ombudsman auditor "
    "auditors plaintiff plaintiffs defendant defendants claimant applicant appellant respondent "
    "supplier contractor buyer seller landlord tenant insurer employer trustee trustees "
    "shareholders investors customers patients curator archaeologist archaeologists historian "
    "historians economist economists prosecution".split()
)
# Of those, who is a person, and what is a body: "he" is no ministry, "it" no minister.
PERSONS = frozenset(
    "spokesman spokeswoman spokesperson official witness activist resident commander rescuer head "
    "chief director secretary minister president general governor ambassador envoy deputy leader "
    "diplomat doctor medic correspondent reporter journalist expert analyst soldier worker "
    "volunteer lawyer judge founder manager mayor professor researcher scientist author teacher "
    "student coordinator representative negotiator adviser advisor aide survivor father mother "
    "neighbour engineer inspector prosecutor owner king queen prince pope bishop senator "
    "congressman premier chancellor colonel captain major nurse villager driver farmer refugee "
    "relative pilot sailor firefighter paramedic surgeon cleric imam priest lawmaker brother "
    "sister widow ally opponent supporter critic auditor ombudsman claimant applicant appellant "
    "landlord tenant trustee curator archaeologist historian economist "
    "mr mrs ms dr prof gen col maj lt sgt capt rev sheikh".split()
)
BODIES = frozenset(
    "ministry group groups agency observatory army council coalition government regime military "
    "police organization organisation committee commission panel media television tv radio "
    "newspaper website channel court company authority authorities team mission watchdog charity "
    "network union firm bank office service brigade hospital university institute centre center "
    "association federation party movement alliance command institution parliament embassy "
    "opposition watch board front helmets rights amnesty nations state department kremlin pentagon "
    "monitor bureau division forces corps house post times wire inspectorate cabinet senate "
    "assembly congress legislature tribunal regulator manufacturer consortium foundation academy "
    "airline chamber directorate secretariat administration prosecution".split()
)
PRONOUNS = frozenset("he she they it who".split())
TITLES = frozenset("mr mrs ms dr prof gen col maj lt sgt capt rev sheikh st".split())
DETERMINERS = frozenset(
    "a an the one another some several two three many its his her their local".split()
)
JOINERS = frozenset("of for the to and de al el bin ibn abu von van 's and's".split())
SKIP = frozenset(
    "has have had also then later earlier previously repeatedly often strongly was were been is "
    "are being meanwhile however immediately quickly again initially reportedly once recently "
    "further since still".split()
)
NO_NAME = frozenset(
    "nobody none everybody everyone nothing neither "
    "the a an this that these those on in at by but and or as when while after before since if it "
    "he she they we i you there here according meanwhile however also earlier later for from with "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december".split()
)
# Words that stand between a name and the noun it makes: "SANA news agency", "civil defence team".
BETWEEN = frozenset(
    "news press state media human rights war civil defence defense foreign prime interior security "
    "health information military rescue aid tv police intelligence monitoring relief".split()
)
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
# They end like adverbs and are none.
NOUNS_IN_LY = frozenset("ally family assembly reply supply italy july anomaly".split())
# Who stands in some relation to the one that is named, and does not speak for them.
OTHERS = frozenset(
    "ally allies opponent opponents critic critics supporter supporters rival rivals foe foes "
    "enemy enemies victim victims loyalist loyalists backer backers survivor survivors".split()
)
