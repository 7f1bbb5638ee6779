"""Who says it: speakers beside reporting verbs, stance, sources passed on, pronouns resolved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.speech import REPORTING, claims, speaker_of, tokens


def said(sentence):
    return [(claim.speaker, claim.verb, claim.stance) for claim in claims(sentence)]


@pytest.mark.parametrize(
    ("sentence", "speaker", "verb"),
    [
        ("Mira Solberg said the bridge was closed.", "Mira Solberg", "said"),
        ("The harbour ministry said the bridge was closed.", "The harbour ministry", "said"),
        ("The provincial board said the bridge was closed.", "The provincial board", "said"),
        ("The inspectorate confirmed that it was closed.", "The inspectorate", "confirmed"),
        ("The auditors said that the toll was too low.", "The auditors", "said"),
        ("She called for the gate to be closed.", "She", "called"),
        ("The board proposed a new bridge.", "The board", "proposed"),
        ("The bridge was closed, the ministry said.", "the ministry", "said"),
        ("The bridge was closed, said Mira Solberg.", "Mira Solberg", "said"),
        ('"It is closed," said Mira Solberg.', "Mira Solberg", "said"),
        ('"It is closed," Solberg said on Monday.', "Solberg", "said"),
        ("Dr. Mira Solberg said on Monday that it was closed.", "Dr. Mira Solberg", "said"),
        ("Mira Solberg, the head of the ferry union, said it was closed.", "Mira Solberg", "said"),
        ("A local official told reporters that it was closed.", "local official", "told"),
        ("The head of the Ferry Board warned of floods.", "The head of the Ferry Board", "warned"),
        (
            "The Dunmark Watch for River Safety reported a leak.",
            "Watch for River Safety",
            "reported",
        ),
        ("Solberg later added that nobody was hurt.", "Solberg", "added"),
        ("Two witnesses said the crane fell.", "Two witnesses", "said"),
        ("He said the crane fell.", "He", "said"),
        ("According to the Ferry Board, it was closed.", "the Ferry Board", "according"),
        ("It was closed, according to a river monitor.", "a river monitor", "according"),
    ],
)
def test_speaker_is_the_phrase_beside_the_verb(sentence, speaker, verb):
    found = claims(sentence)
    assert len(found) == 1
    assert found[0].speaker.endswith(speaker)
    assert found[0].verb == verb
    assert sentence[found[0].start : found[0].end].rstrip(".") == found[0].speaker


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge fell into the river.",
        "Water levels rose by two metres.",
        "Three ferries were called off at dawn.",
        "The report was long.",
        "The proposed bridge fell.",
        "It is called for short the Gate.",
        "Seismometers at Port Elva recorded one explosion.",
        "Gauges in Hollin counted nine floods.",
        "",
    ],
)
def test_a_sentence_without_a_speaker_has_no_claim(sentence):
    assert claims(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "stance"),
    [
        ("The Ferry Board denied that the bolts were loose.", "denies"),
        ("The Ferry Board rejected the charge.", "denies"),
        ("The Ferry Board dismissed the report.", "denies"),
        ("The Ferry Board disputes the figure.", "denies"),
        ("The Ferry Board accused the contractor of theft.", "accuses"),
        ("The Ferry Board blamed the contractor.", "accuses"),
        ("The Ferry Board estimated the loss at nine boats.", "estimates"),
        ("The Red Lantern group claimed responsibility for the fire.", "claims_responsibility"),
        ("The Ferry Board confirmed the loss.", "says"),
        ("The Ferry Board said the loss was small.", "says"),
    ],
)
def test_stance_follows_the_verb(sentence, stance):
    assert [claim.stance for claim in claims(sentence)] == [stance]


def test_denial_and_accusation_in_one_sentence_keep_their_own_stance():
    found = said("The minister accused the Ferry Board, but the Ferry Board denied it.")
    assert [(who.lower(), stance) for who, _, stance in found] == [
        ("the minister", "accuses"),
        ("the ferry board", "denies"),
    ]


@pytest.mark.parametrize(
    ("sentence", "speaker", "cited"),
    [
        (
            "Six died, the Lantern Monitor said citing hospital sources.",
            "Lantern Monitor",
            "hospital",
        ),
        ("Radio Dunmark reported six dead, quoting local officials.", "Radio Dunmark", "local"),
        ("Radio Dunmark reported six dead.", "Radio Dunmark", ""),
    ],
)
def test_the_source_that_a_speaker_passes_on_is_kept(sentence, speaker, cited):
    (claim,) = claims(sentence)
    assert claim.speaker.endswith(speaker)
    assert claim.cited.startswith(cited)
    assert bool(claim.cited) == bool(cited)


@pytest.mark.parametrize(
    ("before", "sentence", "speaker"),
    [
        (["Mira Solberg said the bridge fell."], "She said nobody was on it.", "Mira Solberg"),
        (["It fell, the Ferry Board said."], "The group said six died.", "the Ferry Board"),
        (
            ["Mira Solberg said it fell.", "Oton Brack denied this."],
            "He said it stood.",
            "Oton Brack",
        ),
        (
            ["Mira Solberg said it fell.", "It was raining.", "The river rose."],
            "She added that nobody was hurt.",
            "Mira Solberg",
        ),
        (["It was raining."], "She said nobody was hurt.", "She"),
        ([], "Oton Brack said it stood.", "Oton Brack"),
        (["Mira Solberg said it fell."], "Oton Brack said it stood.", "Oton Brack"),
    ],
)
def test_pronouns_and_descriptions_become_the_last_named_speaker(before, sentence, speaker):
    assert speaker_of(sentence, before).speaker == speaker


def test_nobody_speaks_in_a_plain_sentence_whatever_stood_before():
    assert speaker_of("The bridge fell.", ["Mira Solberg said it was old."]) is None


def test_a_passive_without_a_speaker_is_owed_to_nobody_named_before():
    claim = speaker_of("It was reported that six died.", ["Mira Solberg said the bridge fell."])
    assert claim is None or claim.speaker != "Mira Solberg"


def test_the_outer_speaker_has_the_sentence():
    claim = speaker_of("Oton Brack said that the Ferry Board denied the charge.")
    assert claim.speaker == "Oton Brack"
    assert claim.stance == "says"


def test_a_name_written_like_a_verb_is_no_reporting_verb():
    assert said("Grete Reports sold eggs.") == []


def test_tokens_are_slices_and_names_are_told_from_sentence_words():
    text = "The Kestrel Bank of al-Marun closed on Monday, Mr. Tolle's clerk said."
    found = tokens(text)
    assert all(text[token.start : token.end] == token.text for token in found)
    names = [token.text for token in found if token.is_name]
    assert names == ["Kestrel", "Bank", "al-Marun", "Mr.", "Tolle's"]


@given(st.lists(st.sampled_from([*sorted(REPORTING)[:40], "Mira", "the", "group", ",", "."])))
def test_claims_are_slices_of_any_sentence(words):
    sentence = " ".join(words)
    for claim in claims(sentence):
        assert claim.speaker
        assert sentence[claim.start : claim.end].rstrip(".") == claim.speaker
        assert claim.verb in sentence.lower() or claim.verb == "according"


@pytest.mark.parametrize(
    "sentence",
    [
        "The first shock came hours before the time given by the fire service.",
        "The bill was lower than the estimate given by the ministry.",
        "Unlike the count published by the Observatory, it leaves out the missing.",
    ],
)
def test_whose_figure_stands_only_beside_what_is_told_does_not_tell_it(sentence):
    assert claims(sentence) == []


def test_whose_figure_it_is_tells_it():
    told = claims("The estimate given by the ministry is nine.")
    assert [one.speaker for one in told] == ["the ministry"]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        (
            "Mira Solberg deputy ferries director at the Elva-based board says the quay sank.",
            "Mira Solberg",
        ),
        ("Mira Solberg the mayor of Hollin added that the quay sank.", "Mira Solberg"),
        ('We saw it" Captain Mira Solberg a ferry spokesman told the Post.', "Mira Solberg"),
        ("It sank said the Ferry Board in a statement posted on Monday.", "the Ferry Board"),
        ("The claim is false the Ferry Board said.", "the Ferry Board"),
    ],
)
def test_an_office_without_commas_does_not_hide_who_speaks(sentence, speaker):
    assert [one.speaker.removeprefix("Captain ") for one in claims(sentence)] == [speaker]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mira Solberg spent a week at the Elva-based board which says the quay sank.",
        "Mira Solberg met the mayor of Hollin and the board said the quay sank.",
        "He said the Ferry Board in Hollin was shut.",
    ],
)
def test_whoever_only_acts_before_the_verb_does_not_speak(sentence):
    assert "Solberg" not in " ".join(one.speaker for one in claims(sentence))
    assert not any(one.speaker == "the Ferry Board" for one in claims(sentence))


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("She toured the quay on Monday and promised that the town would pay.", "She"),
        ("The mayor opened the bridge and warned that it may sway.", "The mayor"),
        ("Oton Brack visited the clinic in Hollin and later said that it was full.", "Oton Brack"),
    ],
)
def test_who_did_something_and_said_something_is_the_speaker(sentence, speaker):
    assert [one.speaker for one in claims(sentence)] == [speaker]


def test_what_is_done_and_not_said_has_no_speaker():
    assert claims("The storm flooded the quay and destroyed that bridge.") == []
