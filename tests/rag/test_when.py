"""Days and spans of time in text: resolved against the document's day, never against today."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.when import day_of, span_of, times

WEDNESDAY = "2021-06-16"


def spans(text, published=None):
    return [(time.first, time.last) for time in times(text, published)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The tram stopped on 14 May 2016.", "2016-05-14", "2016-05-14"),
        ("The tram stopped on the 14th of May, 2016.", "2016-05-14", "2016-05-14"),
        ("The tram stopped on May 14, 2016.", "2016-05-14", "2016-05-14"),
        ("The tram stopped on May 14th, 2016.", "2016-05-14", "2016-05-14"),
        ("The tram stopped on Sept. 9, 2016.", "2016-09-09", "2016-09-09"),
        ("The tram stopped on 2016-05-14.", "2016-05-14", "2016-05-14"),
        ("The tram stopped in May 2016.", "2016-05-01", "2016-05-31"),
        ("The tram stopped in February 2016.", "2016-02-01", "2016-02-29"),
        ("The tram stopped in early April 2017.", "2017-04-01", "2017-04-10"),
        ("The tram stopped in mid-April 2017.", "2017-04-10", "2017-04-20"),
        ("The tram stopped in late April 2017.", "2017-04-20", "2017-04-30"),
        ("The tram stopped in 2017.", "2017-01-01", "2017-12-31"),
    ],
)
def test_dates_with_a_year_need_no_document(text, first, last):
    assert spans(text) == [(first, last)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It broke on Wednesday.", "2021-06-16"),
        ("It broke on Tuesday.", "2021-06-15"),
        ("It broke on Thursday.", "2021-06-10"),
        ("It broke last Wednesday.", "2021-06-09"),
        ("It reopens next Friday.", "2021-06-18"),
        ("It broke yesterday.", "2021-06-15"),
        ("It broke last night.", "2021-06-15"),
        ("It broke today.", "2021-06-16"),
        ("It reopens tomorrow.", "2021-06-17"),
        ("It broke on June 3.", "2021-06-03"),
        ("It broke on 3 June.", "2021-06-03"),
        ("It broke on December 28.", "2020-12-28"),
    ],
)
def test_days_without_a_year_are_resolved_against_the_document(text, day):
    assert spans(text, WEDNESDAY) == [(day, day)]


@pytest.mark.parametrize(
    "text", ["It broke on Tuesday.", "It broke yesterday.", "It broke on 3 June.", "In March."]
)
def test_without_a_document_day_nothing_is_guessed(text):
    assert spans(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The gauge failed on Tuesday, 8 June 2021.",
        "The gauge failed on Tuesday, June 8.",
        "The gauge failed at 6:41 a.m. on Tuesday, 8 June 2021, they found.",
        "The gauge failed on Tuesday 8 June.",
        "The gauge failed on Tuesday (June 8).",
    ],
)
def test_a_weekday_beside_its_date_is_the_same_day_not_another(text):
    assert span_of(times(text, "2021-06-24")) == ("2021-06-08", "2021-06-08")


@pytest.mark.parametrize(
    "text",
    [
        "Sailors may leave and march on.",
        "It may rain in places.",
        "They lost 31 February bets.",
        "The room number is 1984.",
        "It opened at 5:17 sharp.",
        "",
    ],
)
def test_what_is_no_date_gives_none(text):
    assert spans(text, WEDNESDAY) == []


def test_days_that_do_not_exist_are_left_out():
    assert spans("On 30 February 2020 and 31 April 2020.") in (
        [],
        [("2020-02-01", "2020-02-29"), ("2020-04-01", "2020-04-30")],
    )


def test_bare_month_is_the_nearest_one_before_the_document():
    assert spans("Work began in March.", WEDNESDAY) == [("2021-03-01", "2021-03-31")]
    assert spans("Work began in November.", WEDNESDAY) == [("2020-11-01", "2020-11-30")]


def test_several_days_come_in_order_with_their_places():
    text = "From 4 May 2019 it ran; on 9 July 2019 it sank."
    found = times(text)
    assert [text[time.start : time.end] for time in found] == ["4 May 2019", "9 July 2019"]
    assert all(time.exact for time in found)
    assert span_of(found) == ("2019-05-04", "2019-07-09")
    assert span_of([]) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-06-16", date(2021, 6, 16)),
        ("2021-06-16T05:30:00+02:00", date(2021, 6, 16)),
        ("someday", None),
        ("2021-13-40", None),
        ("", None),
        (None, None),
    ],
)
def test_day_of_an_iso_date(written, day):
    assert day_of(written) == day


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{d.day} {d:%B} {d.year}", "{d:%B} {d.day}, {d.year}", "{d:%Y-%m-%d}"]),
)
def test_every_day_is_read_back(day, form):
    assert spans(f"They met on {form.format(d=day)} there.") == [(day.isoformat(),) * 2]


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(0, 330))
def test_a_day_without_a_year_is_the_one_before_the_document(published, back):
    day = date.fromordinal(published.toordinal() - back)
    if (day.month, day.day) == (2, 29):
        return
    found = spans(f"They met on {day.day} {day:%B}.", published.isoformat())
    assert found == [(day.isoformat(), day.isoformat())]


@given(st.text(alphabet="0123456789-/ ,.MayJunetrsdW ofinlast\n", max_size=60))
def test_times_never_overlap_and_are_whole_days(text):
    end = 0
    for time in times(text, WEDNESDAY):
        assert end <= time.start < time.end <= len(text)
        assert date.fromisoformat(time.first) <= date.fromisoformat(time.last)
        end = time.end
