"""Whether two descriptions of a speaker mean one, and whose statement a sentence is."""

import pytest

from rag.english.claimants import claimant_of, name_words, same_claimant, spoken_by


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Lantern Watch", "Lantern Watch"),
        ("the monitoring group Lantern Watch", "Lantern Watch"),
        ("Lantern Watch", "Lantern Watch director Oton Brack"),
        ("Oton Brack", "Brack"),
        ("Oton Brack", "Mr. Brack"),
        ("harbour minister Oton Brack", "Brack"),
        ("the Dunmark Institute for River Safety", "DIRS"),
        ("the fire service", "The fire service"),
        ("Russia", "the Russian defence ministry"),
        ("Turkey", "Turkish officials"),
    ],
)
def test_one_speaker_described_in_two_ways(first, second):
    assert same_claimant(first, second)
    assert same_claimant(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Lantern Watch", "the harbour ministry"),
        ("Lantern Watch", "Ferry Board"),
        ("Oton Brack", "Mira Solberg"),
        ("the fire service", "the ambulance service"),
        ("the Russian defence ministry", "the Turkish defence ministry"),
        ("the Syrian army", "the Syrian Observatory"),
        ("a police officer", "a doctor"),
        ("hospital sources", "police sources"),
    ],
)
def test_two_speakers_stay_two(first, second):
    assert not same_claimant(first, second)
    assert not same_claimant(second, first)


@pytest.mark.parametrize(
    ("speaker", "words"),
    [
        ("Prime Minister Oton Brack", {"oton", "brack"}),
        ("the Lantern Watch's director", {"lantern", "watch"}),
        ("a war monitor", set()),
        ("", set()),
    ],
)
def test_name_words_leave_titles_and_roles_out(speaker, words):
    assert name_words(speaker) == words


@pytest.mark.parametrize(
    ("before", "sentence", "after", "speaker"),
    [
        (
            ["It fell."],
            "A monitor said six died.",
            ["Lantern Watch said it was old."],
            "Lantern Watch",
        ),
        (["Lantern Watch said it fell."], "The group said six died.", [], "Lantern Watch"),
        (["Harbour minister Oton Brack said it fell."], "Brack said six died.", [], "Oton Brack"),
        ([], "Brack said six died.", ["Oton Brack said he was sad."], "Oton Brack"),
        ([], "Brack said six died.", ["Mira Solberg said she was sad."], "Brack"),
    ],
)
def test_claimant_is_described_as_fully_as_the_passage_allows(before, sentence, after, speaker):
    assert claimant_of(sentence, before, after).speaker.endswith(speaker)


def test_a_figure_of_nobody_has_no_claimant():
    assert claimant_of("Six people died.", ["Lantern Watch said it fell."]) is None


@pytest.mark.parametrize(
    ("wanted", "text", "before", "expected"),
    [
        ("Solberg", "Mira Solberg said the bridge was safe.", [], 1.0),
        (
            "Solberg",
            "She said the bridge was safe.",
            ["Mira Solberg spoke, Mira Solberg said."],
            1.0,
        ),
        ("the Ferry Board", "The Ferry Board denied it.", [], 1.0),
        ("Solberg", "Oton Brack said that Solberg was wrong.", [], -0.7),
        ("Solberg", "Solberg was at the bridge.", [], 0.3),
        ("Solberg", "The bridge was closed.", [], 0.0),
        ("a fire official", "A senior fire official said it was arson.", [], 1.0),
    ],
)
def test_own_words_are_told_from_being_named_and_from_others_words(wanted, text, before, expected):
    assert spoken_by(wanted, text, before) == expected


def test_whoever_is_spoken_of_in_a_quotation_does_not_speak_in_it():
    begun, ended = "\"The mayor's claim is false.", 'It was repaired in May," Oton Brack told us.'
    assert claimant_of(begun, [], [ended]).speaker == "Oton Brack"
    assert spoken_by("Oton Brack", begun, [], [ended]) == 1.0
    assert spoken_by("the mayor", begun, [], [ended]) == -0.7


@pytest.mark.parametrize(
    ("wanted", "own"),
    [("the UN", False), ("Norway", True), ("Brandt", True), ("the United Nations", False)],
)
def test_a_countrys_envoy_to_a_body_speaks_for_the_country(wanted, own):
    text = "Norways UN ambassador Ola Brandt said that the raid was a crime."
    assert (spoken_by(wanted, text, []) == 1.0) is own
