"""Whose words a sentence is: forms of reported speech, pronouns, quotations that go on, labels."""

from dataclasses import replace

import pytest

from rag.english.antecedents import may_speak
from rag.english.attribution import resolved_answer, stands_alone, surrounding, voice, voice_of
from rag.english.claimants import is_speaker, same_claimant, spoken_by
from rag.english.continued import continued
from rag.english.speech import claims, speaker_of
from tests.rag.sources import candidates, report

WATCH = ["Lantern Watch said it fell."]
MINISTER = ["Harbour minister Oton Brack said it stood."]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Brack told the Courier that the bridge was closed.", "Brack"),
        (
            "In a statement, the harbour ministry said the bridge was closed.",
            "the harbour ministry",
        ),
        ("The harbour ministry, in a statement sent by post, said nine died.", "harbour ministry"),
        ("Brack was quoted as saying that the bridge was closed.", "Brack"),
        ("Brack was quoted by Radio Dunmark as saying that the bridge was closed.", "Brack"),
        ("The bridge was closed, Brack was quoted by Radio Dunmark as saying.", "Brack"),
        ("The minister is reported to have said that nine died.", "The minister"),
        ("The Elva Wire quoted a dock worker as saying nine died.", "a dock worker"),
        ("Bridge closed: Brack", "Brack"),
        ("Ferry Board: nine dead in fire", "Ferry Board"),
        ("Nine dead in fire - Ferry Board", "Ferry Board"),
        ("The fire was claimed by the Red Lantern group.", "the Red Lantern group"),
        ("The report was denied by the harbour ministry.", "the harbour ministry"),
        ("The toll was confirmed by two hospital officials.", "two hospital officials"),
        ("A statement from the harbour ministry accused the union.", "the harbour ministry"),
        ("Figures released by the Ferry Board show that nine died.", "the Ferry Board"),
        ("Nine died, according to figures from the Ferry Board.", "the Ferry Board"),
        ("In the view of the Ferry Board, the bridge was a disgrace.", "the Ferry Board"),
        ("Brack's claim that nine died was wrong.", "Brack"),
        ("Mira Solberg, 41, a nurse who lives nearby, said she saw smoke.", "Mira Solberg"),
        ('"We saw smoke" a nurse told the Courier.', "a nurse"),
        ("It was not true, Brack said, that nine died.", "Brack"),
        ("The Ferry Board - a body of nine members - said nine died.", "The Ferry Board"),
        ("No one was hurt, officials said, but nine boats burned.", "officials"),
        ("Nine died, according to activists.", "activists"),
        ("Brack said that the minister had told him the bridge was safe.", "Brack"),
    ],
)
def test_the_outer_speaker_is_found_in_every_form(sentence, speaker):
    found = speaker_of(sentence)
    assert found is not None
    assert speaker.lower() in found.speaker.lower()
    assert len(found.speaker) <= len(speaker) + 12


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody said the bridge was closed.",
        "It was reported that nine died.",
        "Boats believed to be stolen lay at the quay.",
        "Brack was told to leave.",
        "Brack agreed to close the bridge.",
        "Hollin: nine houses burned",
    ],
)
def test_nobody_is_made_a_speaker_who_does_not_speak(sentence):
    assert claims(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("The Ferry Board raised its toll for the fire on Mole Street saying so.", "Ferry Board"),
        ("The Elva Centre which sits in the town of Hollin said that nine died.", "Elva Centre"),
        ("Nine boats burned with Oton Brack saying that more would.", "Oton Brack"),
    ],
)
def test_what_stands_beside_the_verb_is_not_always_its_subject(sentence, speaker):
    assert [one.speaker for one in claims(sentence)][0].endswith(speaker)


@pytest.mark.parametrize(
    ("phrase", "speaks"),
    [
        ("the Ferry Board", True),
        ("local activists", True),
        ("the Board of Ferries", True),
        ("the fire on Mole Street", False),
        ("the toll of the flood", False),
        ("a dam", False),
        ("Hollin Brack Elva Corran Norland Dunmark Thorn", False),
    ],
)
def test_only_names_bodies_and_people_may_speak(phrase, speaks):
    assert may_speak(phrase) is speaks


def test_a_report_within_a_report_keeps_both():
    found = [one.speaker for one in claims("Brack said that Solberg had told him it was safe.")]
    assert found == ["Brack", "Solberg"]


@pytest.mark.parametrize(
    ("before", "sentence", "speaker"),
    [
        (["The Ferry Board denied it."], "It also said nine died.", "The Ferry Board"),
        (["The Ferry Board denied it.", *MINISTER], "He said nine died.", "Oton Brack"),
        ([*MINISTER, "The Ferry Board denied it."], "He said nine died.", "Oton Brack"),
        ([*MINISTER, "The Ferry Board denied it."], "It said nine died.", "The Ferry Board"),
        (
            ["The harbour ministry was shut.", *MINISTER],
            "The ministry said so.",
            "harbour ministry",
        ),
        (
            ["The Ministry of Boats was shut.", *MINISTER],
            "The ministry said so.",
            "Ministry of Boats",
        ),
        ([*MINISTER, "The Ferry Board denied it."], "The minister said so.", "Oton Brack"),
        ([*WATCH, *MINISTER], "The group said six died.", "Lantern Watch"),
        ([*WATCH], "The Elva-based group said six died.", "Lantern Watch"),
        ([*WATCH], "The Red Lantern group said six died.", "The Red Lantern group"),
    ],
)
def test_a_pronoun_is_the_nearest_speaker_that_it_fits(before, sentence, speaker):
    assert speaker_of(sentence, before).speaker.endswith(speaker)


@pytest.mark.parametrize(
    ("before", "sentence", "after", "label"),
    [
        (WATCH, "It also said nine died.", [], "Lantern Watch:"),
        (WATCH, "Nine died, it said.", [], "Lantern Watch:"),
        (WATCH, "Oton Brack said nine died.", [], ""),
        (WATCH, "The bridge fell on Monday.", [], ""),
        ([], "It said nine died.", [], ""),
        (['"We saw smoke.'], "Then the roof fell.", ['It burned," Brack said.'], "Brack:"),
        ([], '"We saw smoke.', ['Then it burned," Brack said.'], "Brack:"),
        (['"It is closed," Brack said.'], '"It will open in spring."', [], "Brack:"),
        (["Brack said: \u201cWe saw smoke."], "Then it burned.\u201d", [], "Brack:"),
        (["The ministry said its boats were out."], "They had left at dawn.", [], "The ministry:"),
        (["The ministry said its boats were out."], "They left at dawn.", [], ""),
        (["Mira Solberg, a nurse, ran out."], "She was 41.", [], "Mira Solberg"),
        (["The Ferry Board met."], "She was 41.", [], ""),
        # Who speaks in the sentences before is she, where nobody else does.
        (
            [
                '"It leaks," said Mira Solberg, the union\'s secretary.',
                "It rained.",
                "The dam held.",
                "The quay burned.",
                "Solberg blamed the owner.",
            ],
            "She called for him to be suspended.",
            [],
            "Mira Solberg:",
        ),
        (
            ['"It leaks," said Mira Solberg, a nurse.', "It rained.", "Solberg blamed the owner."],
            "She left the quay at noon.",
            [],
            "Mira Solberg",
        ),
        (
            [*MINISTER, "The boats were out."],
            "He left the quay.",
            [],
            "Harbour minister Oton Brack",
        ),
        (["Solberg Marine denied it."], "She was 41.", [], ""),
        (
            ['"It leaks," said Mira Solberg, a nurse.', "It holds, minister Oton Brack said."],
            "She was 41.",
            [],
            "",
        ),
        (["Blaming Brack Solberg said so."], "They said nine died.", [], ""),
        # An event, a town or a thing says nothing, and a label that is not sure is none.
        (
            [*WATCH, "The monitoring group raised its toll of the fire on Mole Street saying so."],
            "It said boats had burned.",
            [],
            "Lantern Watch:",
        ),
        (["The fire on Mole Street was put out at noon."], "It said boats burned.", [], ""),
        (["Nine boats burned in Hollin."], "It said the quay was closed.", [], ""),
        (WATCH, "Corran sent a ship in a raid that it said was legal.", [], ""),
        (WATCH, "The wave hit boats that had been waiting since noon.", [], ""),
        (["The harbour ministry was shut."], "The ministry said it was open.", [], ""),
        (["Khan Hollin was struck on Monday."], "She was 41.", [], ""),
        (MINISTER, "It said that nine died.", [], ""),
        ([*MINISTER, "Brack said it held."], "It said that nine died.", [], ""),
        (WATCH, "The Elva Centre which sits in the town said that nine died.", [], ""),
    ],
)
def test_a_label_names_whose_words_a_sentence_is_that_does_not_say_so(
    before, sentence, after, label
):
    assert voice(sentence, before, after).label == label


def test_words_around_a_quotation_are_not_part_of_it():
    before, after = ['"It is closed," Brack said.'], ['"It is open," Solberg said.']
    assert continued("The bridge is of stone.", before, after) is None


def test_a_speaker_before_the_passage_is_found_in_the_document():
    text = "The harbour ministry said that it fell. It was dark. It also said that nine died."
    at = text.index("It also")
    hit = report(text[at:], lead=at)
    (candidate,) = candidates(hit)
    assert voice_of(candidate).label == ""
    assert voice_of(candidate, {hit.document.id: text}.get).label == "The harbour ministry:"
    assert surrounding(candidate, {hit.document.id: "changed"}.get) == ([], [])


def test_a_pronoun_as_the_answer_is_given_by_its_name():
    hit = report("Lantern Watch was founded in May. Lantern Watch said it fell. It said so twice.")
    *_, last = candidates(hit)
    last = replace(last, answer_start=last.start, answer_end=last.start + 2)
    assert (last.answer, resolved_answer(last)) == ("It", "Lantern Watch")


@pytest.mark.parametrize(
    ("wanted", "speaker", "same"),
    [
        ("Russia", "Moscow", True),
        ("Russia", "Russian Foreign Minister Vassin", True),
        ("Russia", "activists in Russia", False),
        ("the United States", "White House spokesman Dan Oster", True),
        ("the White Helmets", "The White House", False),
        ("Ada Thorn", "Oton Thorn", False),
        ("Thorn", "Oton Thorn", True),
        ("activists", "local activists", True),
    ],
)
def test_a_speaker_that_is_asked_for_is_told_from_others(wanted, speaker, same):
    assert is_speaker(wanted, speaker) is same


def test_a_capital_is_its_country_and_no_other():
    assert same_claimant("Moscow", "Russia")
    assert not same_claimant("Moscow", "Ankara")


def test_what_goes_on_with_a_quotation_is_its_speakers_own_words():
    before, after = ['"We saw smoke.'], ['It burned," Mira Solberg said.']
    assert spoken_by("Solberg", "Then the roof fell.", before, after) == 1.0
    assert spoken_by("Brack", "Then the roof fell.", before, after) == -0.7


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The Ferry Board closed the bridge.", "It closed the bridge."),
        ("The Ferry Board closed the bridge.", "But the Ferry Board closed the bridge."),
        ("Lantern Watch counted nine dead.", "The group counted nine dead."),
    ],
)
def test_a_sentence_that_leans_on_another_stands_less_alone(first, second):
    assert stands_alone(first) > stands_alone(second)
