"""Why and how: causes come first, what is only taken for granted is no answer, glue is cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.assumed.mentioned import mentioned
from rag.assumption import assumption_of
from rag.english.attribution import voice
from rag.english.continued import continued
from rag.english.furniture import is_caption, is_title, telling_at
from rag.english.question import analyse
from rag.features import lines_of
from rag.refusal import message, weighed
from rag.types import Reading
from rag.write import quoted
from rag.writing.causes import NO_CAUSE
from rag.writing.narrative import narrated, unmet
from tests.rag.sources import candidates, report

FELL = report("Raids went on in Hollin following the collapse of the truce. The mayor left.")
BROKEN = report(
    "The truce collapsed after a raid on a convoy near Sallow, the mayor said.", publisher="Elva"
)
WHY = analyse("Why did the truce collapse?")


def test_a_sentence_that_only_names_what_is_to_be_explained_is_left_out() -> None:
    told = narrated(WHY, candidates(FELL, BROKEN))
    texts = [one.candidate.text for one in told]
    assert any("raid on a convoy" in text for text in texts)
    assert not any("following the collapse" in text for text in texts)


def test_without_a_cause_the_answer_says_so() -> None:
    told = narrated(WHY, candidates(report("The truce collapsed on Monday in all of Hollin.")))
    assert unmet(WHY, told) == NO_CAUSE
    assert unmet(WHY, narrated(WHY, candidates(BROKEN))) == ""


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Why did Brack resign?", "Residents asked Brack for bread.", False),
        ("Why did Brack resign?", "The resignation of Brack came on Monday.", True),
        ("How did the rebels capture Hollin?", "Hollin fell to the rebels on Monday.", True),
        ("How did the rebels capture Hollin?", "Hollin is a port of the rebels.", False),
        ("Why did Norland admit the raid?", "The mayor confirmed the raid in Norland.", False),
        ("Why did Norland admit the raid?", "Norland admitted the raid on Hollin.", True),
        ("When was Brack born?", "Brack (1862) was a baker.", True),
    ],
)
def test_what_is_taken_for_granted_must_stand_somewhere(
    question: str, text: str, expected: bool
) -> None:
    asked = analyse(question)
    assumed = assumption_of(asked)
    assert assumed is not None
    assert mentioned(assumed, asked, lines_of([report(text)])) is expected


def test_a_question_that_takes_for_granted_what_nobody_says_is_refused_in_plain_words() -> None:
    question, hits = "Why did Brack resign?", [report("Residents asked Brack for bread.")]
    reading = weighed(question, Reading(tuple(candidates(*hits)), answerable=0.6), hits)
    assert reading.reason == "only_related"
    said = message("only_related", question, (), lambda _name: 1, hits)
    assert said.endswith("no passage that was found says that Brack resigned.")


def test_islamic_state_is_a_name_and_no_verb() -> None:
    assert analyse("How did Islamic State capture Hollin?").kind == "how"
    assert analyse("What did Norland state about it?").kind == "said"


@pytest.mark.parametrize(
    "text",
    [
        "A man walks past a burnt ferry in Hollin Norland June 3 2019.",
        "Smoke rises after a raid on the port of Hollin.",
        "A general view shows the damage at the port of Hollin.",
    ],
)
def test_captions_are_told_from_sentences(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rocket fire on the port of Hollin killed five people on June 3.",
        "The figure that the fire service gave on Tuesday was correct.",
        "Rebels regularly carry out raids after dark.",
    ],
)
def test_sentences_are_no_captions(text: str) -> None:
    assert not is_caption(text)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("A boat lies in Hollin June 3 (Elva Photo) A dam burst above Hollin.", "A dam"),
        ("(Norland News and Agencies) A dam burst above the old town of Hollin.", "A dam"),
        ("Ferries run again The harbour was opened on Monday.", "The harbour"),
        ("It was told by The New Courier and a dam burst.", "It was"),
        ("The dam burst on Monday.", "The dam"),
    ],
)
def test_what_is_glued_before_a_sentence_is_cut_off(text: str, begins: str) -> None:
    assert text[telling_at(text, "") :].startswith(begins)


def test_a_bare_answer_in_a_headline_is_shown_behind_it() -> None:
    title = "Nine dead in Hollin flood"
    hit = report(f"{title} A flood in Hollin left nine dead on Monday.", title=title)
    (whole,) = candidates(hit)
    at = whole.text.index("dead")
    draft = quoted(replace(whole, answer_start=at, answer_end=at + 4))
    assert draft.text == "A flood in Hollin left nine dead on Monday."
    assert [draft.text[start:end] for start, end in draft.emphasis] == ["dead"]


def test_a_headline_with_its_byline_is_no_sentence_of_the_report() -> None:
    assert is_title("Nine dead in Hollin flood Ada Thorn.", "Nine dead in Hollin flood")
    assert not is_title("Nine dead in Hollin flood as dam bursts over town.", "Nine dead in Hollin")


def test_the_speaker_of_a_quotation_is_named_behind_it_and_not_in_it() -> None:
    claim = continued(
        '"Brack spoke of the raid.', [], ['Brack said it was a crime," a court source said.']
    )
    assert claim is not None
    assert "source" in claim.speaker


def test_its_own_agency_needs_no_label() -> None:
    text = "The Lantern group in a statement published by its affiliated agency said it was there."
    assert voice(text, ["The harbour ministry said nine died."]).label == ""
