"""Somebody's words that were asked for: theirs, on the matter, or a line that says so."""

import pytest

from rag.english.attribution import voice
from rag.english.claimants import is_speaker
from rag.english.question import analyse
from rag.english.speech import claims, speaker_of
from rag.types import Material, Question, Reading
from rag.write import ExtractiveWriter
from rag.writing.telling import nearly_named
from tests.rag.sources import candidates, report


def written(question, *hits, probability=0.4):
    reading = Reading(tuple(candidates(*hits, probability=probability)), probability)
    material = Material(Question(question), question, (), reading, ())
    return [(draft.kind, draft.text) for draft in ExtractiveWriter().write(material)]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Brack in a message from Dunmark also condemned the raid.", "Brack"),
        (
            "An official at the harbour office in Hollin said nine died.",
            "An official at the harbour office",
        ),
        (
            "Lantern Watch in a note published by its own news page said it was closed.",
            "Lantern Watch",
        ),
        (
            "The Hollin Board which closely watches the war in Norland said nine died.",
            "The Hollin Board",
        ),
        ("The staunch Vassin ally insisted that it stood.", "The staunch Vassin ally"),
    ],
)
def test_a_speaker_is_found_before_where_and_how_it_was_said(sentence, speaker):
    found = speaker_of(sentence)
    assert found is not None
    assert found.speaker == speaker


@pytest.mark.parametrize(
    "sentence",
    [
        "Air strikes on Hollin in May condemned many to hunger.",
        "The attack on Hollin in May said much.",
        "An officer familiar with the case said the raid appeared to be the work of the Norland"
        " government.",
    ],
)
def test_nothing_that_cannot_speak_is_made_a_speaker(sentence):
    assert not any(
        word in claim.speaker for claim in claims(sentence) for word in ("Air", "attack", "raid")
    )


def test_an_ally_does_not_speak_for_whom_it_stands_by():
    assert not is_speaker("Vassin", "the staunch Vassin ally")
    assert not is_speaker("Vassin", "an ally of Vassin")
    assert is_speaker("Vassin", "survivor Ada Vassin")


def test_a_body_is_known_by_its_other_name():
    assert is_speaker("Islamic State", "the Daesh group")
    assert not is_speaker("Islamic State", "the Norland state")


def test_words_of_another_matter_stand_under_a_line_that_says_so():
    told = written(
        "What did Lantern Watch say about the leak in Hollin?",
        report("Lantern Watch said in March that the bridge was old and the town was poor."),
    )
    assert told[0] == ("lead", "No source found quotes Lantern Watch on this.")
    assert len(told) == 2


def test_words_on_the_matter_need_no_line():
    told = written(
        "What did Lantern Watch say about the leak in Hollin?",
        report("Lantern Watch said that the leak in Hollin began at dawn on Monday."),
    )
    assert [kind for kind, _ in told] == ["quote"]


def test_nobody_is_made_to_deny_what_they_only_speak_of():
    told = written(
        "Who denied bombing the hospital in Hollin?",
        report("Lantern Watch said that the hospital in Hollin was hit by two bombs at dawn."),
    )
    assert told[0] == ("lead", "No source found quotes anybody as denying this.")


def test_who_denied_it_is_told_however_little_it_is_believed():
    likely = candidates(
        report("Lantern Watch said that the hospital in Hollin was hit by two bombs at dawn.")
    )
    denial = candidates(
        report("Norland denied bombing the hospital in Hollin on Monday."), probability=0.05
    )
    question = "Who denied bombing the hospital in Hollin?"
    reading = Reading((*likely, *denial), 0.8)
    drafts = ExtractiveWriter().write(Material(Question(question), question, (), reading, ()))
    assert [draft.text for draft in drafts] == [denial[0].text]


def test_a_report_that_is_older_than_the_day_tells_nothing_of_it():
    told = written(
        "Who claimed responsibility for the blast in Hollin on 1 June 2021?",
        report("The Red Lantern group claimed responsibility for a blast.", day="2019-03-01"),
        report(
            "The Blue Lamp group claimed responsibility for the Hollin blast.", day="2021-06-02"
        ),
    )
    assert told == [("quote", "The Blue Lamp group claimed responsibility for the Hollin blast.")]


@pytest.mark.parametrize(
    ("text", "before", "label"),
    [
        (
            "Its director said nine died.",
            ["The Ferry Board said so."],
            "The Ferry Board\u2019s director:",
        ),
        ("It said nine died.", ["Meanwhile a source said so."], ""),
        ("The town has grown since it declared itself free.", ["Lantern Watch said so."], ""),
    ],
)
def test_a_label_names_somebody_or_is_not_there(text, before, label):
    assert voice(text, before).label == label


def test_a_reason_that_somebody_gave_is_asked_as_their_words():
    asked = analyse("What reason did Lantern Watch give for closing the bridge?")
    assert (asked.kind, asked.speaker) == ("said", "Lantern Watch")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [("Kefraya", "Kafraya", True), ("Homs", "Hama", False), ("Jina", "Jisr", False)],
)
def test_a_town_is_known_in_another_spelling(one, two, same):
    assert nearly_named(one, two) is same
