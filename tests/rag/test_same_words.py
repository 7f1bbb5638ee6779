"""Which texts say the same: no number and no name is lost that differs by a sign or a letter."""

from __future__ import annotations

import pytest

from rag.english.same_words import adds_value, says_the_same
from rag.features import lines_of
from rag.shortlist import collapsed
from tests.rag.sources import report

# Two texts that differ in a number or a name by one sign or letter.
DIFFERENT = [
    ("The mill made a loss of \u20131,541.", "The mill made a loss of 1,541."),
    ("The night had \u20125 C.", "The night had 5 C."),
    ("The night had (\u20135 C).", "The night had (5 C)."),
    ("The night had \u2013 5 C.", "The night had 5 C."),
    ("It lost \u2013$5 million.", "It lost $5 million."),
    ("The result was (1,541) million.", "The result was 1,541 million."),
    ("The result was ($1.5m).", "The result was $1.5m."),
    ("It grew by 10\u201315 heads.", "It grew by 10, 15 heads."),
    ("It costs $10-$15.", "It costs $10, $15."),
    ("It rose by 10 -15 times.", "It rose by 10-15 times."),
    ("The rate is .5 %.", "The rate is 5 %."),
    ("In office 1990\u2013.", "In office 1990."),
    ("Section 4(2) applies.", "Section 4 2 applies."),
    ("Robert left.", "Roberta left."),
    ("Francis left.", "Frances left."),
    ("Michele left.", "Michelle left."),
    ("Martin left.", "Marten left."),
    ("Maria left.", "Marie left."),
    ("Denise left.", "Denize left."),
    ("Schaller left.", "Scheller left."),
    ("Khaled left.", "Khalida left."),
    ("Robert's ship left.", "Roberts ship left."),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=[one for one, _ in DIFFERENT])
def test_no_number_or_name_is_hidden_that_differs_by_a_sign_or_letter(one, other):
    assert not says_the_same(one, other)
    assert not says_the_same(other, one)
    hits = [report(text, publisher=text, cluster="one") for text in (one, other)]
    assert len(collapsed(hits)) == 2
    assert adds_value(one, other)
    assert adds_value(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Planes struck Khan Sheikhoun.", "Planes struck Khan Shaykhun."),
        ("Hezbollah left Hasakeh.", "HIZBULLAH left Hasakah".title()),
        ("From 10 \u2013 15 boats, \u22125 C.", "From 10-15 boats, \u20135 C."),
        ("In June 16, 2017. 14 left.", "In June 16 2017, 14 left"),
        ("Seven people\u201414 with guests.", "Seven people--14 with guests."),
        ("The organisers travelled to the centre.", "The organizers traveled to the center."),
        ("MAY 14: \u201cA 5-year-old\u201d.", "May 14: a 5 year old"),
    ],
)
def test_signs_of_style_and_known_transcriptions_hide_nothing(one, other):
    assert says_the_same(one, other)
    assert (
        len(collapsed([report(text, publisher=text, cluster="one") for text in (one, other)])) == 1
    )


def test_many_copies_that_differ_are_compared_with_few(monkeypatch):
    compared = []

    def counted(*texts):
        compared.append(texts)
        return says_the_same(*texts)

    monkeypatch.setattr("rag.shortlist.says_the_same", counted)
    monkeypatch.setattr("rag.features.says_the_same", counted)
    hits = [
        report(
            f"The dam burst and {100 + n // 2} people died, the monitor said.",
            publisher=f"{n}",
            cluster="one",
        )
        for n in range(120)
    ]
    assert len(collapsed(hits)) == 60
    assert len(lines_of(hits)) == 60
    assert len(compared) <= 2 * len(hits)
