"""The extractive writer: copied sentences, lists of accounts, days resolved; nothing of its own."""

import re
from dataclasses import replace

import pytest

from rag.accounts import gather
from rag.english.question import analyse
from rag.types import Material, Question, Reading
from rag.verify import CertainVerifier, checks_of
from rag.write import ExtractiveWriter
from tests.rag.sources import candidates, report

KILLED = "How many people were killed when the dam burst in Hollin?"
WATCH = report(
    "Lantern Watch said 14 people were killed when the dam burst in Hollin on Tuesday.",
    publisher="Elva Post",
    day="2021-06-16",
)
MINISTRY = report(
    "The harbour ministry said nine people were killed when the dam burst in Hollin on Tuesday.",
    publisher="Radio Dunmark",
    day="2021-06-17",
)


def written(question, *hits, probability=0.8):
    found = candidates(*hits, probability=probability)
    accounts = gather(analyse(question), found)
    reading = Reading(tuple(found), probability)
    material = Material(Question(question), question, (), reading, tuple(accounts))
    return list(ExtractiveWriter().write(material))


def assert_copied(drafts):
    """Every quotation is a slice of its passage, and is held to be so by the verifier."""
    for draft in drafts:
        assert draft.citations
        for citation in draft.citations:
            start = citation.start - citation.passage.start
            assert citation.passage.text[start : start + len(citation.quote)] == citation.quote
        if draft.kind == "quote":
            assert draft.text == draft.citations[0].quote
        if draft.kind == "account":
            assert re.findall("\u201c(.*)\u201d", draft.text) == [draft.citations[0].quote]
        checked, checks = checks_of(draft, CertainVerifier())
        assert checks, checked.problems


def test_one_clear_answer_is_the_sentence_itself():
    drafts = written(KILLED, WATCH)
    assert [(draft.kind, draft.text) for draft in drafts] == [("quote", WATCH.passage.text)]
    assert_copied(drafts)


def test_figures_that_differ_are_a_list_with_claimant_outlet_and_day_newest_first():
    drafts = written(KILLED, WATCH, MINISTRY)
    assert [draft.kind for draft in drafts] == ["lead", "account", "account"]
    assert "different" in drafts[0].text
    for draft, words in zip(
        drafts[1:],
        [("nine", "harbour ministry", "Radio Dunmark", "17 June 2021"),
         ("14", "Lantern Watch", "Elva Post", "16 June 2021")],
        strict=True,
    ):  # fmt: skip
        before = draft.text.split("\u201c")[0]
        assert [word for word in words if word not in before] == []
    assert_copied(drafts)


def test_an_update_is_called_one_and_no_disagreement():
    later = report(
        "Lantern Watch said 19 people were killed when the dam burst in Hollin on Tuesday.",
        publisher="Elva Post",
        day="2021-06-18",
    )
    drafts = written(KILLED, WATCH, later)
    assert "updated" in drafts[0].text
    assert "different" not in drafts[0].text
    assert "update" in drafts[1].text.split("\u201c")[0]
    assert "update" not in drafts[2].text.split("\u201c")[0]
    assert_copied(drafts)


def test_figures_that_agree_are_quoted_without_a_list():
    other = report(
        "In Hollin, harbour ministry officials said, 14 people were killed by the flood of water.",
        publisher="Radio Dunmark",
    )
    drafts = written(KILLED, WATCH, other)
    assert {draft.kind for draft in drafts} == {"quote"}
    assert {draft.citations[0].document.publisher for draft in drafts} <= {
        "Elva Post", "Radio Dunmark",
    }  # fmt: skip
    assert_copied(drafts)


def test_a_line_is_marked_with_the_quotation_that_it_shows():
    """An account may rest on two sentences; its line must hold against the one that it shows."""
    short = report(
        "According to the ministry's list, nine people were killed when the dam burst in Hollin.",
        publisher="Dunmark Courier",
        day="2021-06-18",
    )
    full = report(
        "Harbour minister Ada Thorn said nine people were killed when the dam burst in Hollin.",
        publisher="Radio Dunmark",
        day="2021-06-17",
    )
    for hits in ((WATCH, short, full), (WATCH, full, short)):
        drafts = written(KILLED, *hits)
        assert sorted(draft.text.split(" ")[0] for draft in drafts[1:]) == ["14", "nine"]
        for draft in drafts[1:]:
            checked, checks = checks_of(draft, CertainVerifier())
            assert checks, checked.problems
            quote = re.findall("\u201c(.*)\u201d", draft.text)[0]
            assert checked.draft.citations[0].quote == quote


def test_the_lead_names_every_account_and_each_line_only_its_own():
    drafts = written(KILLED, WATCH, MINISTRY)
    assert len(drafts[0].citations) == 2
    assert [len(draft.citations) for draft in drafts[1:]] == [1, 1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "The dam burst on Tuesday at dawn.",
            "15 June 2021 (Tuesday, in a report of 16 June 2021)",
        ),
        (
            "The dam burst yesterday at dawn.",
            "15 June 2021 (yesterday, in a report of 16 June 2021)",
        ),
    ],
)
def test_a_weekday_is_told_with_the_day_that_it_was(text, told):
    hit = report(text)
    (candidate,) = candidates(hit)
    word = "Tuesday" if "Tuesday" in text else "yesterday"
    at = text.index(word)
    candidate = replace(candidate, answer_start=at, answer_end=at + len(word))
    question = "When did the dam burst?"
    reading = Reading((candidate,), 0.8)
    (draft,) = ExtractiveWriter().write(Material(Question(question), question, (), reading, ()))
    assert draft.text == f"{told}: \u201c{text}\u201d"
    assert_copied([draft])


def test_a_full_date_is_quoted_as_it_is():
    drafts = written("When did the dam burst?", report("The dam burst on 15 June 2021."))
    assert [draft.text for draft in drafts] == ["The dam burst on 15 June 2021."]


def test_what_happened_is_told_in_the_order_of_the_reports():
    hits = [
        report("The search for survivors in Hollin ended.", publisher="C", day="2021-06-20"),
        report("A dam burst above the town of Hollin.", publisher="A", day="2021-06-15"),
        report("The army brought tents to families there.", publisher="B", day="2021-06-17"),
    ]
    drafts = written("What happened in Hollin?", *hits)
    lines = [draft.text for draft in drafts[1:]]
    assert [line.split(":")[0] for line in lines] == [
        "15 June 2021, A", "17 June 2021, B", "20 June 2021, C",
    ]  # fmt: skip
    assert_copied(drafts)


def test_no_sentence_repeats_another():
    text = "Norland vetoed the council's resolution on an inquiry into the spill."
    hits = [report(text, publisher=name) for name in ("A", "B", "C")]
    assert len(written("Who vetoed the resolution?", *hits)) == 1


def test_a_sure_answer_is_short():
    sentences = [
        "Norland vetoed the resolution on an inquiry.",
        "Oton Brack spoke for the islands before lunch.",
        "Divers will return to the wreck in autumn.",
        "Harbour dues rise next year for every trawler.",
        "Eleven members had signed a petition about gulls.",
    ]
    hits = [report(text, publisher=text[:5]) for text in sentences]
    assert len(written("Who vetoed the resolution?", *hits, probability=0.95)) <= 2
    assert len(written("Who vetoed the resolution?", *hits, probability=0.5)) <= 4


def test_a_sentence_is_not_altered_by_marks_quotes_or_blanks_in_it():
    text = (
        '"It  cost [1] 40\u00a0crowns \u2013 a jar," Brack said; \u0130zmir\u2019s \u201cown\u201d.'
    )
    (draft,) = written("What did Brack say about the jar?", report(text))
    assert draft.text == text
    assert_copied([draft])


def test_nothing_read_writes_nothing():
    material = Material(Question("Who?"), "Who?", (), Reading((), 0.0), ())
    assert list(ExtractiveWriter().write(material)) == []


def test_what_somebody_demands_is_their_demand_and_why_is_all_that_they_say():
    hit = report(
        'Mira Solberg said that the sluice was rotten. "We told them twice," she said. She called '
        "for the head of the Ferry Board to be suspended.",
        publisher="Elva Post",
    )
    demanded = [one.text for one in written("What does Mira Solberg demand?", hit)]
    assert [text for text in demanded if "suspended" in text] == demanded[:1]
    assert len(demanded) == 1
    assert len(written("What does Mira Solberg say?", hit)) > 1
    assert len(written("Why does Mira Solberg demand it?", hit)) > 1
