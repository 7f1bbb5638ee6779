"""Who says it, where a quotation ends in a name with what its bearer is, and who said just that."""

from dataclasses import replace

import pytest

from rag.english.claimants import is_speaker, spoken_by
from rag.english.furniture import prose_at
from rag.english.question import analyse
from rag.english.speech import claims
from rag.types import Material, Question, Reading
from rag.write import ExtractiveWriter
from tests.rag.sources import candidates, report
from tests.rag.test_write import written


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"We shall see" Mira Solberg the envoy for ports on the Elva said in Dunmark.',
         "Mira Solberg"),
        ('"That day was our last," said its managing director, Mira Solberg.',
         "its managing director, Mira Solberg"),
        ('"It was gas" said Mira Solberg head of Hollins health authority adding that nine died.',
         "Mira Solberg head of Hollins health authority"),
        ('"It was gas" said Mira Solberg head of Hollin health checks were done.',
         "Mira Solberg head of Hollin"),
        ('"We shall see" Mira Solberg the envoy left before the minister said anything.', None),
    ],
)  # fmt: skip
def test_who_a_speaker_is_stands_beside_the_name(text, speaker):
    found = [one.speaker for one in claims(text)]
    assert found[:1] == [speaker] if speaker else "Mira Solberg" not in found


def test_the_army_of_the_country_that_was_named_may_be_called_the_military():
    assert is_speaker("the Norlandic armed forces", "the military")
    assert not is_speaker("the Norlandic armed forces", "the Sudland army")


def test_a_state_in_a_name_is_no_verb_of_speech():
    assert analyse("Why does Hollin matter to the Island State?").kind == "why"
    assert analyse("What did the board state about it?").kind == "said"


def test_who_said_just_that_is_answered_by_the_sentence_that_says_it():
    text = (
        "The capture of Tel Arin was announced by the Norlandic militia and confirmed by others. "
        '"The flag is flying over Tel Arin. We are now looking for mines" spokesman Rufus Brack '
        "told Radio Dunmark."
    )
    drafts = written("Who said that the flag is flying over Tel Arin?", report(text))
    assert drafts[0].text.strip('"') == "The flag is flying over Tel Arin."
    assert "Rufus Brack" in drafts[0].label


def test_who_said_that_nobody_knew_who_was_behind_it_holds_nobody_responsible():
    drafts = written(
        "Who said that nobody knew who was behind the blast in Hollin?",
        report("Lantern Watch blamed Sudland for the blast in Hollin.", publisher="A"),
        report("The Harbour Ministry denied any part in the blast in Hollin.", publisher="B"),
    )
    assert all("responsible" not in draft.text for draft in drafts)


def test_whose_picture_it_is_is_no_part_of_a_sentence():
    text = "(Northern Wire and Agencies) At least nine people were killed in Hollin on Tuesday."
    assert text[prose_at(text, "") :].startswith("At least nine")
    kept = "(He was hurt in June) The mayor of Hollin was seen at the harbour on Tuesday."
    assert prose_at(kept, "") == 0


def test_who_leads_a_body_is_asked_as_who_is_its_head():
    assert analyse("Who leads the Lantern Watch?").text == "Who is the head of the Lantern Watch?"
    assert analyse("Who leads the raid on Hollin?").text == "Who leads the raid on Hollin?"


def test_the_head_of_another_body_is_no_answer_to_who_heads_this_one():
    question = "Who is the head of the Lantern Watch?"
    hits = [
        report("Harbour Union head Rolf Ekman said nine people died.", publisher="A"),
        report("Lantern Watch head Ada Thorn said nine people died.", publisher="B"),
    ]
    found = []
    for one, name in zip(candidates(*hits), ("Rolf Ekman", "Ada Thorn"), strict=True):
        at = one.start + one.text.index(name)
        found.append(replace(one, answer_start=at, answer_end=at + len(name)))
    material = Material(Question(question), question, (), Reading(tuple(found), 0.8), ())
    drafts = list(ExtractiveWriter().write(material))
    assert [draft.text for draft in drafts] == [hits[1].passage.text]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The Norland Front (NF) group said that nine had died.", "The Norland Front (NF) group"),
        (
            "Rolf Ek of the IS (Inland Ships) group said it.",
            "Rolf Ek of the IS (Inland Ships) group",
        ),
        ("IS said in a statement that its men had done it.", "IS"),
        ("It is said that nine had died.", None),
        ("Speaking to AFP Watch director Rolf Ek said nine died.", "Watch director Rolf Ek"),
    ],
)
def test_letters_that_stand_for_a_name(text, speaker):
    assert [one.speaker for one in claims(text)][:1] == ([speaker] if speaker else [])


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The chair, Mira Solberg, said that it would begin.", "The chair, Mira Solberg"),
        ("The board's new chair, Mira Solberg, denied it.", "The board's new chair, Mira Solberg"),
        ("In the hall, Mira Solberg, said that it would begin.", None),
        ("In the hall, Mira Solberg, the chair, said that it would begin.", "Mira Solberg"),
    ],
)
def test_who_has_an_office_is_named_beside_it(text, speaker):
    assert [one.speaker for one in claims(text)][:1] == ([speaker] if speaker else [])
    if speaker:
        assert spoken_by("Mira Solberg", text, []) == 1.0


def test_a_group_may_be_called_by_its_letters():
    assert is_speaker("the Islamic State group", "IS")
    assert not is_speaker("the Norland Front group", "IS")


def test_words_on_another_attack_are_not_those_on_the_one_asked_about():
    drafts = written(
        "What did Mira Solberg say about the chemical attack?",
        report("Mira Solberg condemned an attack on a school in Elva on Thursday."),
    )
    assert "No source found quotes Mira Solberg on this." in drafts[0].text
    drafts = written(
        "What did Mira Solberg say about the attack?",
        report("Mira Solberg condemned an attack on a school in Elva on Thursday."),
    )
    assert "No source" not in drafts[0].text
