"""What happened: events before background, one sentence for each, and what stands over them."""

import re
from dataclasses import replace

import pytest

from rag.english.furniture import after_headline, is_furniture
from rag.english.question import analyse
from rag.types import DraftSentence, Material, Question, Reading
from rag.verify import CertainVerifier, checks_of
from rag.write import ExtractiveWriter
from rag.writing.happened import same_event
from rag.writing.happenings import EVENT, eventfulness, without_time
from rag.writing.listing import timeline, timeline_lead
from rag.writing.telling import Told, is_prose
from tests.rag.sources import candidates, citation, report

ASKED = "What happened in Hollin?"
BURST = "A dam burst above Hollin on Tuesday and 14 people were killed."
FIRE = "A fire destroyed nine boats in the harbour of Hollin."
VOTE = "The council of Hollin was dissolved after its mayor resigned."


def written(question, *hits, probability=0.8):
    found = candidates(*hits, probability=probability)
    material = Material(Question(question), question, (), Reading(tuple(found), probability), ())
    return list(ExtractiveWriter().write(material))


@pytest.mark.parametrize(
    "sentence",
    [
        BURST,
        FIRE,
        VOTE,
        "Shells hit Hollin, which has been under siege since May, and nine people died.",
        "The Ferry Board said that 20 people were hurt when the quay of Hollin collapsed.",
    ],
)
def test_what_happened_is_an_event(sentence):
    assert eventfulness(sentence, ["Hollin"]) >= EVENT


@pytest.mark.parametrize(
    "sentence",
    [
        "Hollin is regularly targeted by pirates.",
        "Hollin is a town of 900 people on the river Elva.",
        "Residents posted videos from Hollin that showed the destroyed quay.",
        "Photos of the burnt boats of Hollin have been shared widely.",
        "Hollin has been under siege since 2013.",
        '"We will go on," a Hollin-based doctor told the Courier.',
        "The Hollin-based Ferry Board opened an office in Dunmark.",
        "The minister called on Norland to spare Hollin.",
    ],
)
def test_background_and_talk_are_no_event(sentence):
    assert eventfulness(sentence, ["Hollin"]) < EVENT


def test_events_are_told_and_background_is_not():
    hits = [
        report("Hollin is regularly flooded by the river Elva.", publisher="A", day="2021-05-01"),
        report("People posted videos that show the river in Hollin.", publisher="B"),
        report(BURST, publisher="C", day="2021-06-16"),
        report(FIRE, publisher="D", day="2022-02-01"),
    ]
    drafts = written(ASKED, *hits)
    told = {re.sub(".*\u201c(.*)\u201d", r"\1", one.text) for one in drafts}
    assert told >= {BURST, FIRE}
    assert not any("regularly" in one.text or "videos" in one.text for one in drafts)


def test_background_is_told_where_there_is_nothing_else():
    text = "Hollin is regularly flooded by the river Elva."
    assert [one.text for one in written(ASKED, report(text))] == [text]


def test_an_event_is_told_once():
    again = "In Hollin 14 people were killed when water swept through the town on Tuesday."
    hits = [
        report(text, publisher=name, day="2021-06-16")
        for text, name in ((BURST, "A"), (again, "B"))
    ]
    hits.append(report(FIRE, publisher="D", day="2022-02-01"))
    told = " ".join(one.text for one in written(ASKED, *hits))
    assert FIRE in told
    assert (BURST in told) + (again in told) == 1


def test_other_figures_or_another_day_are_not_the_same_event():
    other = BURST.replace("14", "19")
    (first,) = candidates(report(BURST))
    (figure,) = candidates(report(other, publisher="B"))
    (later,) = candidates(report(BURST.replace("Tuesday", "Monday"), publisher="B"))
    (same,) = candidates(report(f"In Hollin {BURST}", publisher="B"))
    assert same_event(first, same)
    assert not same_event(first, figure)
    assert not same_event(first, later)


def test_the_lead_says_of_what_how_many_and_when():
    hits = [
        report(BURST, publisher="A", day="2021-06-16"),
        report(FIRE, publisher="B", day="2022-02-01"),
        report(VOTE, publisher="C", day="2022-03-01"),
    ]
    lead, *rest = drafts = written(ASKED, *hits)
    words = "What the sources report of Hollin, three events in reports from 2021 to 2022,"
    assert lead.text == f"{words} the oldest first:"
    assert len(rest) == 3
    for draft in drafts:
        checked, checks = checks_of(draft, CertainVerifier())
        assert checks, checked.problems


def test_the_lead_names_nothing_that_a_sentence_does_not():
    hits = [report(BURST), report("A fire destroyed nine boats at the quay.", publisher="B")]
    told = [Told(one) for one in candidates(*hits)]
    assert timeline_lead(analyse(ASKED), told) == "What the sources report, the oldest first:"
    hits = [report(BURST, day="2021-06-15"), report(VOTE, publisher="B", day="2021-06-15")]
    one_day = [Told(one) for one in candidates(*hits)]
    lead = timeline_lead(analyse(ASKED), one_day)
    assert lead == "What the sources report of Hollin, the oldest first:"


def test_a_lead_may_give_the_year_of_a_report_and_no_other():
    source = (citation(BURST, day="2021-06-16"),)
    verifier = CertainVerifier()
    assert checks_of(DraftSentence("In reports of 2021:", source, "lead"), verifier)[1]
    assert not checks_of(DraftSentence("In reports of 2019:", source, "lead"), verifier)[1]
    assert not checks_of(DraftSentence("In reports from 2019 to 2021:", source, "lead"), verifier)[
        1
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Tags Hollin Dam Flood A dam burst above the town and nine people were killed.",
        "Read more: Why the dam above the town of Hollin burst in the night",
        "Follow us on every network for more news about the dam that burst.",
        "Photo: people of Hollin look at what the flood has left of the quay",
        "Share this with your friends and tell them what happened in the town",
        "Posted on June 16 2021 by Ada Thorn the dam above the town of Hollin burst",
        "Hollin Norland Corran Elva Dunmark Dam Flood Boats the river rose in the night.",
        "Source Elva Wire and agencies Related News boats burn in the harbour of a town",
        "Ferries stop after the quay of the town fell into the river EWA Saturday 17 Aug 2013",
    ],
)
def test_what_a_page_puts_around_its_text_is_not_prose(text):
    assert is_furniture(text)
    hit = report("The dam above Hollin burst because its wall was old.")
    (candidate,) = candidates(hit)
    assert is_prose(candidate)
    assert not is_prose(replace(candidate, text=text))


@pytest.mark.parametrize(
    "text",
    [
        BURST,
        "Share prices in Hollin fell by nine per cent on Tuesday.",
        "Photos show that the dam above Hollin burst at night.",
        "Tags on the boats showed that they came from Dunmark.",
        "The Source of the Elva lies above Hollin, the Ferry Board said.",
        "Lieutenant General Oton Brack Chief of the Main Harbour Directorate said it fell.",
        "Updated rules for ferries were published in Hollin on Monday.",
    ],
)
def test_a_sentence_that_begins_like_furniture_is_kept(text):
    assert not is_furniture(text)


def test_furniture_is_quoted_only_where_nothing_else_answers():
    tags = "Tags Hollin Dam Flood The dam above Hollin burst because its wall was old."
    clean = "The dam above Hollin burst because of the rain, the Ferry Board said."
    why = "Why did the dam above Hollin burst?"
    assert [one.text for one in written(why, report(tags), report(clean, publisher="B"))] == [clean]
    alone = [one.text for one in written(why, report(tags))]
    assert alone == ["The dam above Hollin burst because its wall was old."]


def test_a_headline_that_is_glued_to_its_sentence_is_not_quoted():
    title = "14 dead as dam bursts in Hollin"
    hit = report(f"14 Dead as Dam Bursts in Hollin {BURST}", title=title)
    drafts = written(ASKED, hit)
    assert [one.text for one in drafts] == [BURST]
    assert drafts[0].citations[0].quote == BURST
    assert after_headline("14 dead as dam bursts in Hollin say many people.", title) == 0
    assert after_headline(BURST, "") == 0


def test_what_happened_elsewhere_is_not_told():
    about = report(f"{BURST} {FIRE}")
    other = report("Hollin mourned him. A strike in Elva killed the singer Osk on Tuesday.")
    found = " ".join(one.text for one in written(ASKED, about, other))
    assert "14 people" in found and "Elva" not in found


def test_what_a_headline_says_its_report_tells():
    head = "90 Boats Lost in Hollin."
    tale = "A fire on the quay of Hollin destroyed 90 boats on Tuesday, the harbour police said."
    hit = report(f"{head} {tale}")
    first, second = candidates(hit)
    found = (first, replace(second, probability=0.3))
    material = Material(Question(ASKED), ASKED, (), Reading(found, 0.8), ())
    assert tale in " ".join(one.text for one in ExtractiveWriter().write(material))


def test_buttons_before_a_sentence_are_not_quoted():
    tale = "12 boats were destroyed by a fire in the harbour of Hollin."
    found = written(ASKED, report(f"{BURST} 0041 06.04.2017Get short URL 0 85 {tale}"))
    quotes = [one.quote for draft in found for one in draft.citations]
    assert any(quote.endswith(tale) for quote in quotes)
    assert not any("short URL" in quote for quote in quotes)


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("In this Oct. 11, 2016 file photo provided by the crew, men stand on the quay.", True),
        ("In this photo taken on June 8 men stand on the quay.", True),
        ("In this photo, the valve is shown open; close it before service.", False),
        ("In this manual each picture shows one step of the assembly.", False),
    ],
)
def test_a_caption_is_no_prose(text, caption):
    assert is_furniture(text) is caption


def found_for(question, *hits):
    return " ".join(one.text for one in written(question, *hits))


def test_what_happened_at_a_time_is_told_by_the_reports_of_that_time():
    then = report(f"{BURST} {FIRE}", day="2021-06-16")
    later = report("Shells hit Hollin on Monday and 9 people died.", day="2022-05-05")
    told = found_for("What happened in Hollin in June 2021?", then, later)
    assert "14 people" in told and "9 people" not in told
    assert "9 people" in found_for(ASKED, then, later)
    assert "9 people" in found_for("What happened in Hollin since June 2021?", then, later)


def test_a_question_for_what_happened_is_read_without_its_time():
    def bare(text):
        return without_time(analyse(text)).text

    assert bare("What happened in Hollin in early July 2016?") == "What happened in Hollin?"
    assert bare("In July 2016, what happened in Hollin?") == "what happened in Hollin?"
    kept = "What happened in Hollin between 3 and 5 July 2016?"
    assert bare(kept) == kept
    after = "What happened in Hollin after July 2016?"
    assert bare(after) == after
    assert bare("What happened in July 2016?") == "What happened in July 2016?"
    assert bare("How many died in Hollin in July 2016?") == "How many died in Hollin in July 2016?"


def test_a_speaker_who_is_named_before_the_cited_passage_is_told_and_stands():
    text = "Watch director Rolf Ek of Lantern Watch spoke on Friday. He said nine died in Hollin."
    hit = report(text, publisher="Elva Post", day="2021-06-16")
    first, second = candidates(hit)
    start = second.start - hit.passage.start
    cut = replace(hit.passage, text=text[start:], start=hit.passage.start + start)
    told = replace(second, hit=replace(hit, passage=cut))
    other = Told(candidates(report(FIRE, day="2021-06-10"))[0])
    lines = timeline(analyse(ASKED), [other, Told(told, "Rolf Ek", "Watch director Rolf Ek:")])
    for line in lines:
        assert checks_of(line, CertainVerifier())[1]
    assert "Rolf Ek" in f"{line.label} {line.text}"


def test_an_event_is_believed_beside_surer_background():
    base = report(
        "Hollin is a town of 900 people on the river Elva. "
        "Hollin has been under siege since 2013, and its mill is known far and wide."
    )
    tale = report(f"{BURST} {FIRE}")
    found = (*candidates(base, probability=0.9), *candidates(tale, probability=0.4))
    material = Material(Question(ASKED), ASKED, (), Reading(found, 0.9), ())
    told = " ".join(one.text for one in ExtractiveWriter().write(material))
    assert "14 people" in told and "boats" in told and "siege" not in told


def test_a_lead_behind_tags_tells_an_event():
    tagged = report("Tags Hollin Dam flood Norland At least six people died in Hollin in a flood.")
    drafts = written(ASKED, tagged, report(f"{FIRE} {VOTE}"))
    quotes = [one.quote for draft in drafts for one in draft.citations]
    assert any("six people died" in quote for quote in quotes)
    assert not any("Tags" in quote for quote in quotes)


def test_a_report_that_begins_with_a_quarter_of_the_town_is_of_the_town():
    text = "Ten people were killed by a fire in Oldgate on Tuesday, the harbour police said."
    hit = report(text, title="Fire in Hollin kills ten")
    assert "Oldgate" in found_for(ASKED, hit, report(f"{BURST} {VOTE}"))
    away = report(text, title="Fire kills ten")
    assert "Oldgate" not in found_for(ASKED, away, report(f"{BURST} {VOTE}"))
