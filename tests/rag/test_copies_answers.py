"""What an answer makes of near-copies: shown once with all outlets, and no difference hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.accounts import gather
from rag.also_in import AlsoIn
from rag.build import open_library
from rag.citations import cite
from rag.config import Settings
from rag.contract import answer_to_json, document_to_json
from rag.english.question import analyse
from rag.english.same_words import adds_value, says_the_same
from rag.features import lines_of
from rag.pending import embed_pending
from rag.shortlist import collapsed
from rag.types import Filters, Hit, Question, Reading
from rag.write import chosen
from tests.rag.contract import assert_contract
from tests.rag.shelf import document, origin
from tests.rag.sources import candidates, report

KILLED = "How many people were killed when the dam burst above Hollin?"
LEAD = (
    "At least 14 people were killed when the dam burst above Hollin on Tuesday night, the monitor "
    "Lantern Watch said."
)
SIREN = "No siren was heard in the lower streets before the water came, a baker told reporters."
ROAD = (
    "The road to Dunmark was washed away over a length of two kilometres, and trucks with blankets "
    "had to turn back at the bridge of Ebbing."
)
END = (
    "The dam was built by the valley's farmers to water their orchards, and was to be strengthened "
    "after the harvest with money from the province."
)
TEXT = (LEAD, SIREN, ROAD, END)


def versions() -> dict[str, tuple[tuple[str, ...], str, str]]:
    """Return (paragraphs, publisher, day) by name: one wire story and what became of it."""
    update = LEAD.replace("14", "22")
    return {
        "wire": (TEXT, "Elva Wire", "2021-06-16"),
        "courier": (
            (f"HOLLIN, June 16 (Elva Wire) - {LEAD}", SIREN, ROAD),
            "Dunmark Courier",
            "2021-06-16",
        ),
        "radio": (
            (LEAD.upper(), SIREN.replace("streets before", "streets,  before"), ROAD, END),
            "Radio Sorrel",
            "2021-06-16",
        ),
        "mirror": (TEXT, "Tarn Mirror", "2021-06-16"),
        "siren": (
            (LEAD, SIREN.replace("No siren", "A siren"), ROAD, END),
            "Ebbing Post",
            "2021-06-16",
        ),
        "update": ((update, SIREN, ROAD, END), "Elva Wire", "2021-06-17"),
    }


@pytest.fixture(scope="module")
def dam(tmp_path_factory):
    settings = Settings(library=tmp_path_factory.mktemp("dam") / "library", threads=1)
    with open_library(settings) as library:
        for name, (paragraphs, publisher, day) in versions().items():
            one = document(
                *paragraphs, day=day, publisher=publisher, source=name, title=f"The {name}"
            )
            library.ledger.put_file("default", origin(f"/{name}"), [one])
        embed_pending(library.ledger, library.encoder())
        yield library


def outlets(citation) -> set[str]:
    return {citation["publisher"], *(copy["publisher"] for copy in citation["also_in"])}


def asked(library, text, **filters):
    return answer_to_json(library.assistant.ask(Question(text, filters=Filters(**filters))))


def test_the_versions_are_one_cluster_and_say_so(dam):
    infos = {one.source: one for one in dam.ledger.find_infos("default")[0]}
    assert len({one.cluster for one in infos.values()}) == 1
    first = infos["wire"].id
    assert document_to_json(infos["mirror"])["copy_of"] == first
    assert {infos[name].near_copy_of for name in ("courier", "radio", "siren", "update")} == {first}
    assert document_to_json(infos["radio"])["near_copy_of"] == first
    assert infos["wire"].near_copy_of is None


def test_a_reprinted_figure_is_one_source_that_names_all_outlets(dam):
    found = asked(dam, KILLED)
    assert_contract(found)
    by_number = {one["number"]: one for one in found["accounts"]}
    assert set(by_number) == {14.0, 22.0}
    first = by_number[14.0]
    assert first["independent_sources"] == 1
    assert "Lantern Watch" in first["claimant"]
    everybody = {"Elva Wire", "Dunmark Courier", "Radio Sorrel", "Tarn Mirror", "Ebbing Post"}
    assert set(first["relays"]) == everybody
    for n in first["citations"]:
        assert outlets(found["citations"][n - 1]) == everybody


def test_a_later_version_of_the_same_outlet_is_an_update_of_its_own(dam):
    found = asked(dam, KILLED)
    (update,) = [one for one in found["accounts"] if one["number"] == 22.0]
    assert (update["relation"], update["stated"]) == ("update", "2021-06-17")
    (citation,) = [found["citations"][n - 1] for n in update["citations"]]
    assert outlets(citation) == {"Elva Wire"}
    assert "22 people" in citation["quote"]


def test_a_negation_in_which_copies_differ_is_shown(dam):
    found = asked(dam, "Was a siren heard in the lower streets before the water came?")
    quotes = {one["quote"]: outlets(one) for one in found["citations"]}
    assert {"No siren was", "A siren was"} <= {quote[:12].strip() for quote in quotes} | {
        quote[:11] for quote in quotes
    }
    for quote, named in quotes.items():
        assert ("Ebbing Post" in named) == (not quote.lower().startswith("no siren"))


def test_outlets_that_a_filter_leaves_out_are_not_named(dam):
    found = asked(dam, KILLED, publisher=("Elva Wire", "Radio Sorrel"))
    named = {name for one in found["citations"] for name in outlets(one)}
    assert named == {"Elva Wire", "Radio Sorrel"}


def test_a_deleted_outlet_is_named_no_more(dam):
    (info,) = [one for one in dam.ledger.find_infos("default")[0] if one.source == "radio"]
    kept = dam.ledger.document(info.id)
    dam.ledger.remove_documents([info.id])
    found = asked(dam, KILLED)
    assert "Radio Sorrel" not in {name for one in found["citations"] for name in outlets(one)}
    again = document(*kept.text.split("\n\n"), day="2021-06-16", publisher="Radio Sorrel",
                     source="radio", title="The radio")  # fmt: skip
    dam.ledger.put_file("default", origin("/radio"), [again])
    embed_pending(dam.ledger, dam.encoder())
    found = asked(dam, KILLED)
    assert "Radio Sorrel" in {name for one in found["citations"] for name in outlets(one)}


CHANGED = {
    "a number": LEAD.replace("14", "15"),
    "a number in words": LEAD.replace("At least 14", "Fourteen"),
    "a hedge": LEAD.replace("At least 14", "14"),
    "a place": LEAD.replace("Hollin", "Hallan"),
    "a speaker": LEAD.replace("Lantern Watch", "Harbour Watch"),
    "a day": LEAD.replace("Tuesday", "Thursday"),
    "a negation": LEAD.replace("were killed", "were not killed"),
    "a verb": LEAD.replace("killed", "injured"),
    "a sign": LEAD.replace("14 people", "14 % of people"),
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_copies_that_differ_in(changed):
    both = [
        report(LEAD, publisher="A", cluster="one"),
        report(changed, publisher="B", cluster="one"),
    ]
    assert len(collapsed(both)) == 2
    assert len(lines_of(both)) == 2


ALIKE = {
    "case": LEAD.upper(),
    "white space": LEAD.replace(" ", "  ").replace("burst", "\nburst"),
    "punctuation": LEAD.replace(",", "").replace(".", "!"),
    "quotation marks": f"\u201c{LEAD}\u201d",
    "a long dash": LEAD.replace("Tuesday night,", "Tuesday night \u2014"),
}


@pytest.mark.parametrize("changed", ALIKE.values(), ids=ALIKE)
def test_copies_are_shown_once_that_differ_only_in(changed):
    first, second = (
        report(LEAD, publisher="A", cluster="one"),
        report(changed, publisher="B", day="2021-06-17", cluster="one"),
    )
    (hit,) = collapsed([first, second])
    assert [copy.publisher for copy in hit.copies] == ["B"]
    (line,) = lines_of([first, second])
    assert [copy.publisher for copy in line.hit.copies] == ["B"]


def test_a_passage_of_a_copy_that_says_less_is_a_part_of_the_whole_one():
    whole = report(f"{LEAD} {SIREN}", publisher="A", cluster="one")
    part = report(f"{SIREN}", publisher="B", cluster="one")
    (hit,) = collapsed([whole, part])
    assert (hit.document.publisher, hit.passage.text) == ("A", whole.passage.text)
    # The other way round the longer one says more, and both stay.
    assert len(collapsed([part, whole])) == 2


def test_texts_of_different_stories_are_never_joined():
    both = [report(LEAD, publisher="A"), report(LEAD, publisher="B")]
    assert len(collapsed(both)) == 2
    assert len(lines_of(both)) == 2


def test_the_same_words_of_another_week_speak_of_another_day():
    later = report(LEAD, publisher="B", day="2021-06-23", cluster="one")
    assert len(collapsed([report(LEAD, publisher="A", cluster="one"), later])) == 2
    assert says_the_same("It was closed today.", "It was closed today.", "2021-06-16", None)
    assert not says_the_same(*["It was closed today."] * 2, "2021-06-16", "2021-06-17")


def test_reprints_under_their_own_names_are_one_source():
    plain = "Fourteen people were killed when the dam burst above Hollin, with many more missing."
    hits = [
        report(plain, publisher=name, cluster="one")
        for name in ("Elva Wire", "Radio Sorrel", "Tarn Mirror")
    ]
    other = "The dam above Hollin burst, killing 14 people in their sleep."
    hits.append(report(other, publisher="Dunmark Courier", cluster="one"))
    hits.append(report(other.replace("in their sleep", "at home"), publisher="Ebbing Gazette"))
    shown = [replace(line.hit) for line in lines_of(hits)]
    found = gather(analyse(KILLED), candidates(*shown))
    assert [(one.number, one.independent_sources) for one in found] == [(14.0, 2)]
    assert found[0].relays == ("Dunmark Courier", "Radio Sorrel", "Tarn Mirror")


def test_outlets_are_named_that_no_search_has_found(dam):
    settings = Settings(library=dam.settings.library, threads=1, hits=1)
    with open_library(settings) as library:
        found = asked(library, KILLED)
    (citation,) = found["citations"]
    everybody = {"Elva Wire", "Dunmark Courier", "Radio Sorrel", "Tarn Mirror", "Ebbing Post"}
    assert outlets(citation) in (everybody, {"Elva Wire"})
    (info,) = [one for one in dam.ledger.find_infos("default")[0] if one.source == "mirror"]
    (passage, *_) = dam.ledger.passages_of(info.id)
    cited = cite(Hit(passage, info, 1.0), passage.start, passage.start + 40)
    also_in = AlsoIn(dam.ledger, Filters(), "default")
    named = {one.publisher for one in also_in.citation(cited).copies}
    assert named == everybody - {"Tarn Mirror"}
    (candidate,) = candidates(Hit(passage, info, 1.0))
    (known,) = also_in.reading(Reading((candidate,), 0.9, None)).candidates
    assert {one.publisher for one in known.hit.copies} == everybody - {"Tarn Mirror"}
    (account,) = gather(analyse(KILLED), [known])
    assert set(account.relays) == everybody


@pytest.mark.parametrize("what", ["a number", "a place", "a speaker", "a day", "a negation"])
def test_a_quotation_does_not_stand_for_a_copy_that_differs_in(what):
    hits = [
        report(LEAD, publisher="Elva Wire", cluster="one"),
        report(CHANGED[what], publisher="Radio Sorrel", cluster="one"),
        report(LEAD, publisher="Tarn Mirror", cluster="one"),
    ]
    found = chosen(analyse("What happened above Hollin?"), candidates(*hits))
    assert [one.text for one in found] == [LEAD, CHANGED[what]]


def test_copies_that_name_different_speakers_are_two_sources():
    other = LEAD.replace("the monitor Lantern Watch", "the Dunmark police")
    hits = [report(LEAD, publisher="A", cluster="one"), report(other, publisher="B", cluster="one")]
    (account,) = gather(analyse(KILLED), candidates(*hits))
    assert account.independent_sources == 2


def test_what_a_copy_adds_is_a_value():
    assert adds_value(CHANGED["a number"], LEAD)
    assert adds_value(CHANGED["a day"], LEAD)
    assert adds_value(CHANGED["a negation"], LEAD)
    assert not adds_value(LEAD, LEAD)
