"""Sentence boundaries: exact offsets, and the cases that break simple rules."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.english.sentences import dateline, sentence_at, sentences

WRAPPED = """\
The Syrian army and its allies have moved towards
the town of Khan Sheikhoun from the south and the
East of it."""


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("One.", ["One."]),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("A wet year.[1] It was built.[a][12]", ["A wet year.[1]", "It was built.[a][12]"]),
        ("It rose.² Then it fell.", ["It rose.²", "Then it fell."]),
        ("The U.S.[3] army moved.", ["The U.S.[3] army moved."]),
        ("The U.S. President met Mr. B. Assad.", ["The U.S. President met Mr. B. Assad."]),
        ("He left the U.S. The army stayed.", ["He left the U.S.", "The army stayed."]),
        ("At 5 a.m. Jets struck.", ["At 5 a.m. Jets struck."]),
        ("It cost 3.5 dollars. Then 4.", ["It cost 3.5 dollars.", "Then 4."]),
        ("See Fig. 3 and No. 12 there. End.", ["See Fig. 3 and No. 12 there.", "End."]),
        ("“We won.” He left.", ["“We won.”", "He left."]),
        ('"Why?" he asked. Silence.', ['"Why?" he asked.', "Silence."]),
        ('"We fight on." Safronkov said.', ['"We fight on." Safronkov said.']),
        ("He died. al-Nusra did it.", ["He died.", "al-Nusra did it."]),
        ("A bomb went off . The blast was heard.", ["A bomb went off .", "The blast was heard."]),
        ("Wait... He left.", ["Wait...", "He left."]),
        ("It ended in Syria.The army left.", ["It ended in Syria.", "The army left."]),
        ("See www.example.Com now.", ["See www.example.Com now."]),
        ("東京です。大阪は「はい。」と言う。", ["東京です。", "大阪は「はい。」", "と言う。"]),
        ("هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]),
        ("Title\n\nBody one. Body two.", ["Title", "Body one.", "Body two."]),
        ("name: Jo\ntown: Homs\n", ["name: Jo", "town: Homs"]),
        ("1. First item\n2. Second item", ["1. First item", "2. Second item"]),
        ("One.\r\nTwo.\r\n\r\nThree", ["One.", "Two.", "Three"]),
        (f"{WRAPPED} They met no resistance.", [WRAPPED, "They met no resistance."]),
        ("town,killed,on\nHoms,24,4 April\nRaqqa,3,5 May", None),
        (
            "Sun 16 Apr 2017 Death toll rises. The toll rose.",
            ["Sun 16 Apr 2017", "Death toll rises.", "The toll rose."],
        ),
        (
            "Published October 3 2016 21 fighters died. More.",
            ["Published October 3 2016", "21 fighters died.", "More."],
        ),
        (
            "On 4 April 2017 Syria was bombed. Many died.",
            ["On 4 April 2017 Syria was bombed.", "Many died."],
        ),
    ],
)
def test_sentences(text: str, expected: list[str] | None) -> None:
    assert split(text) == (text.split("\n") if expected is None else expected)


def test_a_title_that_the_text_repeats_stands_alone() -> None:
    text = "Posted by Asharq Dozens Killed in Manbij A day after the first massacre. More."
    spans = sentences(text, "Dozens Killed in Manbij")
    assert [text[start:end] for start, end in spans] == [
        "Posted by Asharq",
        "Dozens Killed in Manbij",
        "A day after the first massacre.",
        "More.",
    ]


@given(
    st.text(
        alphabet=st.sampled_from('ab AB.!?…。\n\r\t"”’()İﬁe\u0301😀中1,\u2028\u0085\x1c-'),
        max_size=200,
    )
)
@settings(max_examples=400, deadline=None)
def test_only_white_space_stands_between_sentences(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


def test_sentence_at_names_the_span_that_holds_a_position() -> None:
    spans = sentences("One here. Two here. Three.")
    assert [sentence_at(spans, at) for at in (0, 8, 9, 10, 25)] == [0, 0, 0, 1, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Date of publication 7 July 2016 Video", "Date of publication 7 July 2016"),
        ("Tuesday 26 April 2016 21:41 Aleppo", "Tuesday 26 April 2016 21:41"),
        ("Monitor AFP Saturday 21 Jun 2014 Jihadists", "Saturday 21 Jun 2014"),
        ("01.10.2017Get short URL", "01.10.2017"),
        ("Last updated at Apr 232017 An Israeli", "Last updated at Apr 232017"),
        ("BEIRUT, April 5, 2017 (AFP) - A raid", "April 5, 2017"),
        ("Posted on April 5 2017 by Youssef", "Posted on April 5 2017"),
        ("August 21 2013 gas attack: report", None),
        ("Bombed between 3-5 April 2017", None),
        ("Fighting on 4 April 2017 in Homs", None),
        ("Date of birth: 3 May 1980\nAnn Lee sings.", None),
        ("Birth Date: 3 May 1980", None),
        ("Due date: 1 July 2021\nFive taps.", None),
        ("Date of birth\n3 May 1980\nName\nAnn Lee", None),
        ("Valid until: 3 June 2030", None),
        ("Next meeting: 4 May 2031", None),
        ("Born 4 May 1950", None),
        ("Deadline 4 May 2031 Apply now", None),
        ("Gültig bis: 03.06.2030", None),
        ("Retrieved: 4 May 2017 from the site", None),
        ("Name: Ann Lee\nDue date: 1 July 2021\nIssued: 2 May 2021", "2 May 2021"),
        ("Publication date: 4 May 2017", "4 May 2017"),
        ("Invoice date: 4 May 2017", "4 May 2017"),
        ("Datum: 04.05.2017", "04.05.2017"),
        ("Geneva, 5 July 2016 — Rain fell.", "5 July 2016"),
        ("Orr, Nov. 3, 2016 (AP) — The hall will open.", "Nov. 3, 2016"),
        ("Damascus, March 4, 2017 (SANA) The army moved.", "March 4, 2017"),
        ("Rain\nNew York, 12 May 2016 -- Rain fell.", "12 May 2016"),
        ("(Beirut, May 12, 2016) – Rain fell.", "May 12, 2016"),
        ("Washington, D.C., March 4, 2017 - Rain fell.", "March 4, 2017"),
        ("Ann Lee, 4 May 1950 – 3 June 2010", None),
        ("It rained in Leeds, 4 May 2016 - and in Orr.", None),
        ("By Ann Lee, May 4, 2017\nRain fell.", "May 4, 2017"),
        ("Her novel was published on 4 May 2019.", None),
        ("The law was published 4 May 2019.", None),
        ("First published on 4 May 2019 by Heron", "4 May 2019"),
        ("This page was last edited on 4 May 2019.", "4 May 2019"),
        ("The law was modified on 4 May 2019.", None),
        ("Next Meeting, 4 May 2031 - the hall", None),
    ],
)
def test_dateline(text: str, words: str | None) -> None:
    match = dateline(text)
    assert (match.group() if match else None) == words


def test_a_megabyte_takes_no_longer_than_two_seconds() -> None:
    text = "The army of the U.S. moved on Homs. Rebels fled at 5 p.m. on 3.5 roads. " * 14_000
    began = time.perf_counter()
    assert len(sentences(text)) == 28_000
    assert time.perf_counter() - began < 2.0


@pytest.mark.parametrize("unit", [".", " ", "\n", " \n", "a.", '."', '"', "A b", "\n ", ". ", "1."])
def test_a_hostile_run_takes_linear_time(unit: str) -> None:
    text = unit * 200_000 + "x"
    began = time.perf_counter()
    sentences(text)
    assert time.perf_counter() - began < 5.0
