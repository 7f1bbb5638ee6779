"""Days that words name: counted from the day of publication, and nothing else taken for one."""

from __future__ import annotations

import pytest

from ingest.days import days_in, with_days
from rag.english.when import times
from rag.types import Span

TUESDAY = "2017-04-18"


def named(text: str, published: str | None = TUESDAY, language: str = "en") -> list[str]:
    """Return "words = day" or "words = day..day_to" for each day, the words checked."""
    found = []
    for span in days_in(text, published, language):
        assert text[span.start : span.end] == span.label
        assert span.kind == "date"
        to = span.data.get("day_to")
        found.append(f"{span.label} = {span.data['day']}" + (f"..{to}" if to else ""))
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It sank last Friday.", ["last Friday = 2017-04-14"]),
        ("It sank on Tuesday.", ["Tuesday = 2017-04-18"]),
        ("It sank last Tuesday.", ["last Tuesday = 2017-04-11"]),
        ("It sails next Monday.", ["next Monday = 2017-04-24"]),
        ("On April 14th it sank.", ["April 14th = 2017-04-14"]),
        ("On 14 April and Dec. 30", ["14 April = 2017-04-14", "Dec. 30 = 2016-12-30"]),
        ("yesterday, two days ago", ["yesterday = 2017-04-17", "two days ago = 2017-04-16"]),
        ("Friday; the previous day", ["Friday = 2017-04-14", "the previous day = 2017-04-13"]),
        ("Tuesday (4 April 2017)", ["Tuesday = 2017-04-18", "4 April 2017 = 2017-04-04"]),
        ("4 April 2017 (Tuesday)", ["4 April 2017 (Tuesday) = 2017-04-04"]),
        ("Tuesday, April 4, 2017 it sank", ["Tuesday, April 4, 2017 = 2017-04-04"]),
        ("from 3-5 April", ["3-5 April = 2017-04-03..2017-04-05"]),
        ("on May 3-4", ["May 3-4 = 2017-05-03..2017-05-04"]),
        ("In early April 2016", ["early April 2016 = 2016-04-01..2016-04-10"]),
        ("in June last year", ["in June last year = 2016-06-01..2016-06-30"]),
        ("at 2017-04-05T10:00", ["2017-04-05 = 2017-04-05"]),
        ("on 16.4.2017", ["16.4.2017 = 2017-04-16"]),
    ],
)  # fmt: skip
def test_words_and_the_day_they_name(text: str, found: list[str]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "We may 14 times march 5 miles. March 5 miles a day; May 14 people return?",
        "The Sun 16 light minutes away, sat. and wed.",
        "Version 1.10.2017, chapter 4.5.2017, 1.5 and 3.4.5, § 1.2.2014",
        "Call 01-02-2014-55 or +49 30 2017-04-04-22; 10:30, 14/15, 2017",
        "Every Monday is Black Friday in the Sunday Times.",
        "April 14,000 and April 14:30; 4/5/2017 reads two ways; 31 April 2017",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert named(text) == []


def test_without_a_day_of_publication_only_dates_with_their_year_count() -> None:
    text = "On Monday, yesterday, 14 April, two days ago; 14 April 2017, May 2016."
    assert named(text, None) == [
        "14 April 2017 = 2017-04-14",
        "May 2016 = 2016-05-01..2016-05-31",
    ]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Le lundi 3 avril et hier, il y a deux jours", "fr",
         ["lundi 3 avril = 2017-04-03", "hier = 2017-04-17", "il y a deux jours = 2017-04-16"]),
        ("Am Montag, 10. April, und am Morgen gestern", "de",
         ["Montag, 10. April = 2017-04-10", "gestern = 2017-04-17"]),
        ("el 14 de abril de 2017 y ayer por la mañana", "es",
         ["14 de abril de 2017 = 2017-04-14", "ayer = 2017-04-17"]),
        ("4月3日、昨日", "ja", ["4月3日 = 2017-04-03", "昨日 = 2017-04-17"]),
        ("يوم الجمعة 14 نيسان", "ar", ["الجمعة 14 نيسان = 2017-04-14"]),
        ("On Monday", "xx", ["Monday = 2017-04-17"]),
    ],
)  # fmt: skip
def test_other_languages(text: str, language: str, found: list[str]) -> None:
    assert named(text, TUESDAY, language) == found


def test_spans_and_answers_mean_the_same_day() -> None:
    text = "On Saturday, 12 May, in early April 2016 and last Monday and yesterday and next Friday."
    spans = days_in(text, TUESDAY)
    assert len(spans) == 5
    for span in spans:
        said = (span.data["day"], span.data.get("day_to", span.data["day"]))
        there = [t for t in times(text, TUESDAY) if t.start < span.end and span.start < t.end]
        assert [(time.first, time.last) for time in there] == [said]


def test_days_join_the_other_spans_in_order() -> None:
    row = Span(0, 20, "row", "row 2")
    assert [span.kind for span in with_days((row,), "On Monday it sank...", TUESDAY, "en")] == [
        "row",
        "date",
    ]
