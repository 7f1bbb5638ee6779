"""Capitals and seats that speak for a country: "Moscow says", "the White House said". English."""

from __future__ import annotations

import re

_COUNTRIES = """
russia: russian; moscow; kremlin
united states: us, u.s, american, america, usa; washington; white house, pentagon, state department
united kingdom: uk, u.k, britain, british; london; downing street, foreign office, whitehall
france: french; paris; elysee, quai d'orsay
germany: german; berlin; bundestag, chancellery
turkey: turkish, t\u00fcrkiye; ankara;
iran: iranian; tehran;
syria: syrian; damascus;
israel: israeli; ;
iraq: iraqi; baghdad;
lebanon: lebanese; beirut;
jordan: jordanian; amman;
egypt: egyptian; cairo;
saudi arabia: saudi; riyadh;
qatar: qatari; doha;
ukraine: ukrainian; kyiv, kiev;
poland: polish; warsaw;
italy: italian; rome; quirinale
spain: spanish; madrid;
netherlands: dutch; hague;
belgium: belgian; ;
sweden: swedish; stockholm;
norway: norwegian; oslo;
greece: greek; athens;
china: chinese; beijing;
japan: japanese; tokyo;
india: indian; delhi, new delhi;
pakistan: pakistani; islamabad;
afghanistan: afghan; kabul;
north korea: north korean; pyongyang;
south korea: south korean; seoul; blue house
canada: canadian; ottawa;
mexico: mexican; mexico city;
brazil: brazilian; brasilia; planalto
venezuela: venezuelan; caracas;
cuba: cuban; havana;
australia: australian; canberra;
vatican: ; ; holy see
kazakhstan: kazakh; astana;
kuwait: kuwaiti; ;
bahrain: bahraini; manama;
united arab emirates: uae, u.a.e, emirati; abu dhabi;
yemen: yemeni; sanaa;
libya: libyan; tripoli;
tunisia: tunisian; tunis;
algeria: algerian; algiers;
morocco: moroccan; rabat;
sudan: sudanese; khartoum;
austria: austrian; vienna;
switzerland: swiss; bern;
denmark: danish; copenhagen;
finland: finnish; helsinki;
portugal: portuguese; lisbon;
ireland: irish; dublin;
hungary: hungarian; budapest;
czech republic: czech, czechia; prague;
romania: romanian; bucharest;
bulgaria: bulgarian; sofia;
serbia: serbian; belgrade;
croatia: croatian; zagreb;
armenia: armenian; yerevan;
azerbaijan: azerbaijani, azeri; baku;
uzbekistan: uzbek; tashkent;
indonesia: indonesian; jakarta;
malaysia: malaysian; kuala lumpur;
thailand: thai; bangkok;
vietnam: vietnamese; hanoi;
kenya: kenyan; nairobi;
nigeria: nigerian; abuja;
ethiopia: ethiopian; addis ababa;
somalia: somali; mogadishu;
argentina: argentine, argentinian; buenos aires;
colombia: colombian; bogota;
new zealand: ; wellington;
"""


def _parsed() -> dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]]:
    table = {}
    for line in _COUNTRIES.strip().splitlines():
        country, _, rest = line.partition(":")
        names, capitals, seats = (
            frozenset(word.strip() for word in part.split(",") if word.strip())
            for part in (rest.split(";") + ["", ""])[:3]
        )
        table[country] = (names | {country}, capitals, seats)
    return table


_TABLE = _parsed()


def _bare(speaker: str) -> str:
    return re.sub(r"^the\s+|['\u2019]s$|\.$", "", speaker.strip().lower())


def country_of(speaker: str) -> str:
    """Return the country that a bare name or capital stands for as a speaker, or "".

    >>> country_of("Moscow"), country_of("the United States"), country_of("Moscow residents")
    ('russia', 'united states', '')
    """
    bare = _bare(speaker)
    for country, (names, capitals, _) in _TABLE.items():
        if bare in names or bare in capitals:
            return country
    return ""


def speaks_for(speaker: str) -> str:
    """Return the country for which a capital or a seat of its government speaks, or "".

    >>> speaks_for("White House spokesman Dan Oster"), speaks_for("the Kremlin")
    ('united states', 'russia')
    """
    if country := country_of(speaker):
        return country
    bare = _bare(speaker)
    for country, (_, _, seats) in _TABLE.items():
        if any(re.search(rf"\b{re.escape(seat)}\b", bare) for seat in seats):
            return country
    return ""


def names_of(country: str) -> frozenset[str]:
    """Return the names and adjectives of a country in lower case: "russia", "russian"."""
    found = _TABLE.get(country)
    return found[0] if found else frozenset()


_BODIES = {
    "islamic state": "islamic state group|isis|isil|daesh|daish",
    "white helmets": "civil defence|civil defense",
    "united nations": "un|u.n",
    "red crescent": "sarc",
    "doctors without borders": "msf|medecins sans frontieres",
    "us military": r"pentagon|u\.s\. military|american military|centcom|us central command",
}
_KNOWN = {
    body: re.compile(rf"(?<![\w-])(?:{body}|{names})(?![\w-])") for body, names in _BODIES.items()
}


def known_as(speaker: str) -> str:
    """Return the name by which a body of several names is known here, or "".

    >>> known_as("the Daesh group"), known_as("a Civil Defence rescuer"), known_as("a group")
    ('islamic state', 'white helmets', '')
    >>> known_as("IS fighters"), known_as("what he is")
    ('islamic state', '')
    """
    # "IS" is a name where it is written large.
    lower = re.sub(r"\bIS\b", "ISIS", speaker).lower()
    return next((body for body, names in _KNOWN.items() if names.search(lower)), "")
