"""Dates of publication: what is read, what is refused, and which order a column has."""

from __future__ import annotations

import pytest

from ingest.datelines import from_text, published
from ingest.dates import conflict, from_name, from_value, infer_order, parse, ranked
from rag.types import DateCandidate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Published June 4 2016 A Russian airstrike", "2016-06-04"),
        ("Date of publication 26 November 2017 Air raids", "2017-11-26"),
        ("Wed 05 Apr 2017 Syria attack symptoms", "2017-04-05"),
        ("Posted on April 19 2017 by Asharq", "2017-04-19"),
        ("Tuesday 26 April 2016 21:41 Aleppo", "2016-04-26T21:41"),
        ("9 Apr 2017 At least 24", "2017-04-09"),
        ("Last updated at Jul 282016 BEIRUT", "2016-07-28"),
        ("01.10.2017Get short URL At least", "2017-10-01"),
        ("07-08-2014 At Least 19 Executed", "2014-08-07"),
        ("Mortar fire kills 12 AFP Tuesday 29 Apr 2014 Mortar shells", "2014-04-29"),
        ("2017-04-05 10:30 Report", "2017-04-05T10:30"),
        ("Jets bombed the town on 4 April 2017.", None),
        ("The 31 February 2017 Gazette", None),
        ("No date at all, only April.", None),
        ("x" * 500 + " 4 April 2017 Late", None),
        ("Mon Jul 11 2016 title: Army advances", "2016-07-11"),
        ("Toll rises Reuters Wednesday 7 Aug 2013 sixty-two died", "2013-08-07"),
        ("4 April 2017 was a Tuesday.", None),
        ("The Wednesday 7 Aug 2013 attack killed 62", None),
        ("Sat 24 Aug 2013 at 2354 Regional", "2013-08-24T23:54"),
        ("August 22 2013 1849 UTC+3 A total", "2013-08-22T18:49+03:00"),
        ("August 22 2013 1500 people fled", "2013-08-22"),
        ("Security 31-08-2014 0742 PM Militants", "2014-08-31T19:42"),
        ("05.10.2017(updated 1935 05.10.2017) Get", "2017-10-05"),
        ("Ferry sinks\n4-Apr-2017\nA ferry sank.", "2017-04-04"),
        ("Chapter 12, 2017\nRoom 4 of 2016 rooms\n", None),
        ("Name: Ann Lee\nDate of birth: 3 May 1980\nTown: Orr", None),
        ("Ann Lee, CV\n\nBorn: 4 May 1950", None),
        ("Born 4 May 1950", None),
        ("Geboren am 4. Mai 1950\nNé le 3 juin 1951", None),
        ("Valid until May 3, 2030", None),
        ("Orr, Nov. 3, 2016 (AP) — The hall will open.", "2016-11-03"),
        # Short texts whose language nobody can tell.
        ("Berlin, 3. März 2017 (dpa) - Der Minister trat zurück.", "2017-03-03"),
        ("Paris, le 12 juin 2019 – Le président a parlé.", "2019-06-12"),
        ("Updated 5 May 2024\nPublished 3 May 2024 Rain fell.", "2024-05-03"),
        ("Updated 5 May 2024\n3 May 2024\nRain fell.", "2024-05-03"),
        ("Last modified\n5 May 2024\n3 May 2024\nRain fell.", "2024-05-03"),
        ("Updated 12:05 GMT, 14 May 2018\nRain fell.", "2018-05-14"),
        ("Updated 5 May 2024 Rain fell. Sun 3 May 2020 it had been dry.", "2024-05-05"),
    ],
)
def test_the_dateline_of_a_text(text: str, value: str | None) -> None:
    found = from_text(text)
    assert (found.value if found else None) == value
    assert found is None or found.words in text


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2017-04-05T10:11:12Z", "2017-04-05T10:11+00:00"),
        ("D:20170405101112+02'00'", "2017-04-05T10:11+02:00"),
        ("Tue, 04 Apr 2017 10:30:00 +0300", "2017-04-04T10:30+03:00"),
        ("2017-04-05 10:11:12.123-0500", "2017-04-05T10:11-05:00"),
        ("5 April 2017 10:30 EST", "2017-04-05T10:30"),  # which EST, nobody can say
        ("20170405", "2017-04-05"),
        ("April 5, 2017 at 5:30 p.m.", "2017-04-05T17:30"),
        ("3 février 2016", "2016-02-03"),
        ("2016年4月5日", "2016-04-05"),
        ("4.5.2017", "2017-05-04"),
        ("16/4/2017", "2017-04-16"),
        ("4/16/2017", "2017-04-16"),
        ("4/5/2017", None),  # nobody can say
        ("2016-13-45", None),
        ("2017", None),
        ("April 2017", None),
        ("yesterday", None),
        ("now", None),
        ("10:30", None),
        ("a" * 10_000, None),
        ("12 \x00 2017", None),
    ],
)
def test_only_full_dates_are_read_and_none_is_counted_from_today(
    words: str, value: str | None
) -> None:
    assert parse(words) == value


@pytest.mark.parametrize(
    ("values", "known", "order"),
    [
        (["4/5/2017", "4/16/2017"], [], "mdy"),
        (["4/5/2017", "16/4/2017"], [], "dmy"),
        (["2017-04-05"], [], "auto"),
        (["4/5/2017"], [("4/5/2017", "2017-04-05")], "mdy"),
        (["4/5/2017"], [("4/5/2017", "2017-05-04")], "dmy"),
        (["4/5/2017"], [], "auto"),
        (["4/16/2017", "16/4/2017"], [], "auto"),
        ([], [], "auto"),
    ],
)
def test_the_order_of_a_whole_column(
    values: list[str], known: list[tuple[str, str]], order: str
) -> None:
    found, note = infer_order(values, known)
    assert found == order
    assert bool(note) == (bool(values) and values != ["2017-04-05"])


def test_candidates_stand_in_order_of_trust_and_contradict_each_other() -> None:
    column = from_value("4/20/2017", "column", "mdy")
    text = from_text("Wed 05 Apr 2017 Syria attack")
    made = from_value("2026-01-01", "file")
    candidates = ranked([made, column, None, text])
    assert [found.origin for found in candidates] == ["text", "column", "file"]
    assert conflict(candidates)
    assert not conflict(ranked([text, from_value("2017-04-06", "column")]))
    assert not conflict(ranked([text, made]))  # the day a file was made claims nothing


def test_a_change_ranks_below_publication_and_comes_after_it_without_contradiction() -> None:
    stated = from_value("2020-02-10", "metadata")
    found = published("Updated 5 May 2024\nRain fell.", [stated])
    assert [date.value for date in found] == ["2020-02-10", "2024-05-05"]
    assert not conflict(found)
    earlier = published("Last modified: 5 May 2019\nRain fell.", [stated])
    assert earlier[0] == stated
    assert conflict(earlier)  # nothing is changed before it is there
    (alone,) = published("Last modified: 5 May 2019\nRain fell.", [])
    assert alone.value == "2019-05-05"
    meta = DateCandidate("2019-05-05", "metadata", "modified 2019-05-05")
    assert [date.origin for date in ranked([meta, from_value("2018-01-01", "file")])] == [
        "file",
        "metadata",
    ]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("Publié le 14 avril 2017 à 10:30\nUn ferry a coulé.", "fr", "2017-04-14"),
        ("Ein Schiff sank\nVarna, 4. April 2017\nEin Schiff sank am Montag.", "de", "2017-04-04"),
        ("الثلاثاء 4 نيسان 2017 غرقت عبارة", "ar", "2017-04-04"),
        ("2017年4月14日 船が沈んだ。", "ja", "2017-04-14"),
        ("Geboren am 4. Mai 1950 in Wien\nVeröffentlicht am 3. Juni 2017", "de", "2017-06-03"),
        ("Gültig bis: 3. Juni 2030", "de", None),
        ("Das Schiff sank am 4. April 2017 vor Varna.", "de", None),
        ("Wien, am 4. April 2017\nEin Schiff sank.", "de", "2017-04-04"),
        ("Mis à jour le 15 avril 2017\nPublié le 14 avril 2017 à 10h32", "fr", "2017-04-14"),
        ("Aktualisiert: 15. April 2017\nEin Schiff sank.", "de", "2017-04-15"),
        ("出生日期：1980年5月3日", "zh", None),
        ("Родился 4 мая 1950 г. в Орле", "ru", None),
        ("Москва, 4 апреля 2017 г. – Паром затонул.", "ru", "2017-04-04"),
        ("Das Schiff, das die Reederei vor Jahren gekauft hatte, sank am 4. April 2017 vor Varna, "
         "sagte ein Sprecher.", "de", None),
    ],
)  # fmt: skip
def test_datelines_in_other_languages(text: str, language: str, value: str | None) -> None:
    found = from_text(text, language=language)
    assert (found.value[:10] if found else None) == value


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("VARNA, April 4 (Kestrel) - A ferry sank.", "2017-04-20", "2017-04-04"),
        ("VARNA, Dec. 31 (Kestrel) - A ferry sank.", "2017-01-02", "2016-12-31"),
        ("VARNA, April 4 (Kestrel) - A ferry sank.", None, None),  # of which year?
        ("Varna, April 4 (Kestrel) - A ferry sank.", "2017-04-20", "2017-04-04"),
        ("04/05/2017 A ferry sank.", "2017-05-04", "2017-05-04"),
        ("04/05/2017 A ferry sank.", "2017-04-05", "2017-04-05"),
        ("04/05/2017 A ferry sank.", None, None),
    ],
)
def test_a_dateline_that_leaves_something_out_needs_another_date(
    text: str, column: str | None, value: str | None
) -> None:
    stated = DateCandidate(column, "column", column) if column else None
    found = published(text, [stated])
    assert (found[0].value if found else None) == value
    assert not found or found[0].origin == "text"


def test_the_date_in_a_file_name() -> None:
    assert from_name("minutes_March_3_2019") == DateCandidate("2019-03-03", "file", "March_3_2019")
    assert from_name("report-4-april-2017") is not None
    assert from_name("04-05-2017") is None  # nobody can say
    assert from_name("2017-04-04_report") == DateCandidate("2017-04-04", "file", "2017-04-04")
    assert from_name("report 20170404") is not None
    assert from_name("invoice 20179944") is None
    assert from_name("1234567890") is None
