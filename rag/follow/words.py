"""Words that tell the parts of a question apart. English."""

LEADS = r"(?:(?:and|but|so|then|ok|okay|also|now)\b[,\s]*)*"
"""The pattern of what a question may begin with that says nothing by itself."""

AUXILIARIES = frozenset(
    "did do does was were is are am has have had can could will would should may might must been "
    "be being".split()
)
WH = frozenset("who whom whose what which when where why how".split())
PREPOSITIONS = frozenset(
    "in at on near of from by for with about against during after before since until under over "
    "into onto to through within between among across around inside outside towards toward "
    "according behind beside beyond along per via without".split()
)
CONJUNCTIONS = frozenset(
    "and or but that if because when while where who whom which whose so than as later earlier "
    "ago".split()
)
DETERMINERS = frozenset(
    "the a an this that these those its his her their our your my any some every each no "
    "another many much more all both several few other two three four five six seven eight nine "
    "ten".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
MONTHS = WEEKDAYS | frozenset(
    "january february march april may june july august september october november december".split()
)
# Nouns of things that happen, so that people are killed in them and not by them.
EVENTS = frozenset(
    "attack attacks bombing bombings strike strikes airstrike airstrikes raid raids shelling blast "
    "blasts explosion explosions fighting battle battles clash clashes assault assaults massacre "
    "earthquake flood floods fire fires crash accident disaster offensive siege war ambush "
    "shooting shootings killing killings incident collapse storm hurricane protest protests "
    "demonstration riot riots election elections fair festival meeting summit conference match "
    "operation operations outbreak evacuation burst spill strike bombardment bombardments "
    "crisis earthquakes landslide wildfire wildfires outage breach hearing trial vote".split()
)
# Words that are nouns as often as verbs.
NOUNS_TOO = EVENTS | frozenset(
    "bomb report attack strike fire test form name land head guard measure permit shell order "
    "claim change cost cover control drive display force figure judge march need note offer plan "
    "place play record release result rise rule search share stop supply support visit vote "
    "fund finance fine sentence vow ward work state list burst cause answer call account number "
    "charge aim record log sound smell taste land notice park hand store reset look watch hope "
    "love hate cook dance walk delay increase lack lift import export harvest plant drill".split()
)
# Nouns that a participle may stand before: "displaced families", "wounded fighters".
AFTER_PARTICIPLE = frozenset(
    "people persons men women children families civilians fighters soldiers residents patients "
    "man woman child person victims residents refugees workers forces group state nations "
    "area areas zone version report".split()
)
PAST = frozenset(
    "hit said fell left took gave found began went came held led made met sent shot told won burst "
    "broke built bought caught fled fought got kept knew lost paid ran saw sold spoke struck stood "
    "stole swore taught thought threw wore wrote burnt killed died cost known seen taken given "
    "shown done gone fallen broken written spoken beaten driven stolen chosen hurt put set cut "
    "slain heard made brought dealt felt lit meant rode rose sank shut slept spent swept drew "
    "flew grew blew chose drove ate".split()
)
# Base forms, as they stand behind "did"; those that are nouns too are told apart by what stands
# before them.
VERBS = frozenset(
    "accept accuse acknowledge add admit affect agree aim announce answer appear apply approve "
    "argue arrest arrive ask assert allow attack attend avoid ban bear beat become begin believe "
    "blame "
    "block blow boil bomb break bring build burn burst buy call capture carry cause celebrate "
    "change charge choose claim close collapse collect come comment condemn conclude confirm "
    "consider contain continue control cost count cover crash create criticise criticize cross "
    "cut damage deal decide declare defend demand deny describe destroy detain die disappear "
    "discover discuss displace do double drink drive drop earn eat employ encounter end enter "
    "erupt escape estimate evacuate expect explain explode express face fail fall fear feel fight "
    "fill find finish fire flee fly follow force form free gain get give go grow guard happen "
    "have head hear help hide hit hold hope host hurt identify ignore include increase injure "
    "inspect intend investigate invite join judge keep kidnap kill know land last launch lead "
    "learn leave lie like list live lose make manage march mean measure meet mention move murder "
    "name need note occur offer open operate order organise organize own paint pass pay plan play "
    "plead pledge predict prepare present prevent print produce promise propose protect protest "
    "prove provide publish pull put question quit raise reach react read receive recommend refer "
    "refuse reject release remain remember remove repair replace reply report request rescue "
    "resign respond rest result retire return reveal ride rise rule run save say see seek seem "
    "sell send serve shell shoot show sign sink sit sleep speak spend spread stand start state "
    "deliver supply stay steal stop "
    "strike study suffer suggest support surround survive suspect take talk teach "
    "tell test think threaten throw touch train treat try turn urge use use visit vote vow wait "
    "want warn wear win wish withdraw witness work wound write massacre execute behead slaughter "
    "storm seize bury besiege retake liberate veto reopen evict abduct torture gas bulldoze loot "
    "strike invade occupy ambush recapture advance retreat surrender defect ratify fund finance "
    "record log calculate coordinate gather collect sail sound smell taste land notice notify park "
    "donate hand assign adopt contribute create define depend enable install compile execute "
    "reset restore save store handle look watch hope love hate cook dance sing climb swim walk "
    "resume halt delay cancel postpone extend expand reduce increase lower lift ease lack earn owe "
    "borrow lend import export harvest plant dig drill weld clear clean restore reject rebuild "
    "invest hire fire dismiss appoint elect nominate sue fine sentence convict acquit".split()
)
# Words for people, of whom "he" or "she" may speak.
PEOPLE = frozenset(
    "captain skipper operator opponent rival "
    "attacker bomber imam doctor minister chief director judge activist spokesman spokeswoman head "
    "president general governor mayor commander leader king queen prince pope bishop priest "
    "journalist reporter teacher professor baker driver pilot gunman suspect officer officer "
    "ambassador envoy deputy secretary manager founder author student boy girl man woman owner "
    "prosecutor lawyer resident witness expert analyst researcher scientist soldier fighter "
    "engineer speaker nurse surgeon sheikh senator chairman chairwoman chair coach player actor "
    "actress singer writer winner candidate victim survivor father mother son daughter brother "
    "sister wife husband farmer inspector negotiator representative grandmother".split()
)
# Words of bodies: a name that holds one is no person and, where no place is asked for, no place.
BODIES = frozenset(
    "service ministry office board bank union council commission committee agency observatory "
    "watch industries company corporation university hospital court police army navy government "
    "party front group movement association federation centre center institute organisation "
    "organization network authority department nations cross crescent forces brigade brigades "
    "state militia regime opposition coalition works marine school club society trust foundation "
    "courier daily gazette telegraph herald guardian tribune observer reuters tags journal "
    "press post times news tv television radio agency sana un who opcw nato wire works "
    "administration parliament congress assembly inspectorate senate house cabinet embassy".split()
)
# Bodies that are buildings too, of which one asks what happened there.
SITES = frozenset(
    "hospital court school university embassy senate house mosque church clinic".split()
)
PLACE_NOUNS = frozenset(
    "town city village district province country region area neighbourhood neighborhood island "
    "place camp".split()
)
PAST_OF = {
    base: past
    for base, past in (
        pair.split(":")
        for pair in (
            "hit:hit say:said fall:fell leave:left take:took give:gave find:found begin:began "
            "go:went come:came hold:held lead:led make:made meet:met send:sent shoot:shot "
            "tell:told "
            "win:won burst:burst break:broke build:built buy:bought catch:caught flee:fled "
            "fight:fought get:got have:had keep:kept know:knew lose:lost pay:paid run:ran see:saw "
            "sell:sold speak:spoke strike:struck stand:stood steal:stole teach:taught "
            "think:thought throw:threw wear:wore write:wrote cost:cost hear:heard put:put set:set "
            "cut:cut bring:brought deal:dealt feel:felt mean:meant ride:rode rise:rose sink:sank "
            "shut:shut sleep:slept spend:spent spread:spread draw:drew fly:flew grow:grew "
            "blow:blew choose:chose drive:drove eat:ate drink:drank beat:beat become:became "
            "sit:sat seek:sought swear:swore hurt:hurt read:read quit:quit withdraw:withdrew do:did"
        ).split()
    )
}
