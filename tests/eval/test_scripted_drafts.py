"""Scripted drafts: rows are what they are said to be, figures count what became of them."""

import json
from pathlib import Path
from random import Random

import pytest

from eval.scripted_changes import (
    change_day,
    change_name,
    change_number,
    change_speaker,
    flip_verb,
    reworded,
)
from eval.scripted_data import PARTS, part_of
from eval.scripted_drafts import Outcome, figures, judged_by, main, table, wilson
from eval.scripted_rows import MOST_HITS, build
from eval.scripted_texts import Stock, Told, copied, packed, read_stock
from rag.verify import CertainVerifier
from tests.rag.sources import report

DATA = Path(__file__).parents[3] / "shared" / "data" / "dev"
TOWNS = "Elva Hollin Sallow Tolle Marten Brack Kestrel Dunmark Norland Corvane Ferris Lorne".split()
SIZES = {
    "true": 8,
    "number": 6,
    "name": 6,
    "day": 4,
    "speaker": 4,
    "verb": 4,
    "wrong citation": 4,
    "invented citation": 4,
    "outside": 4,
    "invention": 2,
}


def _stock():
    """Return invented reports on twenty-four floods, with quotations and paraphrases of each."""
    stock = Stock()
    for n in range(24):
        town, other = TOWNS[n % 12], TOWNS[(n + 5) % 12]
        first = f"The dam above {town} burst on Tuesday and killed {n + 20} people in the mill."
        second = f"Mayor Ines {other} said that the council of {town} had put off the repair."
        engineer = f"Oton Grale{chr(97 + n)}, an engineer,"
        third = f"{engineer} said the {other} bridge was closed to all lorries."
        hits = (
            report(f"{first} {second} {third}", title=f"Flood {n}"),
            report(f"The market of {other} sold {n + 60} goats on Friday. It rained in {other}."),
        )
        for wording, text in (
            ("quotation", first),
            ("quotation", second),
            ("quotation", third),
            ("paraphrase", f"In the mill {n + 20} people were killed when the {town} dam burst."),
            ("paraphrase", f"The council of {town} put off the repair, Mayor Ines {other} said."),
            ("paraphrase", f"On Tuesday the dam burst above {town} and killed people in the mill."),
        ):
            told = Told(text, wording, "floods", f"flood/{n}", hits, (0,), frozenset([0]))
            stock.told.append(told)
        made_up = f"Smugglers in {town} have long hidden tobacco beneath the old chapel floor."
        stock.invented.append(
            Told(made_up, "paraphrase", "floods", f"flood/{n}", hits, (0,), frozenset())
        )
        stock.extend("floods", f"flood/{n}", hits)
    return stock


@pytest.fixture(scope="module")
def rows():
    stock = _stock()
    return {part: build(stock, part, sizes=SIZES) for part in PARTS}


def test_the_same_seed_gives_the_same_rows_and_another_one_does_not(rows):
    assert build(_stock(), "tune", sizes=SIZES) == rows["tune"]
    assert build(_stock(), "tune", seed=9, sizes=SIZES) != rows["tune"]


def test_no_document_is_in_both_parts(rows):
    groups = [{row.group for row in rows[part]} for part in PARTS]
    assert groups[0] and groups[1] and not groups[0] & groups[1]
    assert all(part_of(row.group) == part for part in PARTS for row in rows[part])


def test_every_row_is_what_its_kind_says(rows):
    for row in rows["tune"]:
        assert 0 < len(row.hits) <= MOST_HITS
        if row.kind in ("number", "name", "day", "speaker", "verb"):
            assert row.text != row.base
            assert not row.right
        if row.kind == "wrong citation":
            assert row.cited
            assert row.right
            assert not set(row.cited) & row.right
        if row.kind == "invented citation":
            assert row.cited == ()
            assert row.right
        if row.kind == "true":
            assert set(row.cited) <= row.right
    assert {row.kind for row in rows["tune"]} >= set(SIZES) - {"speaker"}
    true = [row.wording for row in rows["tune"] if row.kind == "true"]
    assert true.count("paraphrase") == true.count("quotation") == 4


def test_a_number_becomes_another_one_written_alike():
    hit = report("It sank 1,200 boats and two ships.")
    changed = change_number("It sank 1,200 boats.", hit, (), Random(1))
    assert changed.was == "1,200"
    assert changed.now != "1,200"
    assert changed.text == f"It sank {changed.now} boats."
    assert change_number("It sank many boats.", hit, (), Random(1)) is None


def test_a_name_a_day_and_a_speaker_become_others():
    text = "On Tuesday the police of Port Elva said that the bridge in Hollin was closed."
    hit = report(f"{text} Later that week rain fell in Sallow, Mayor Ines Grale said.")
    names = [change_name(text, hit, (), Random(seed)) for seed in range(9)]
    assert {(one.was, one.now) for one in names if one} == {("Hollin", "Sallow")}
    day = change_day(text, hit, (), Random(3))
    assert day.was == "Tuesday"
    assert day.now.endswith("day")
    assert day.now != "Tuesday"
    spoken = "Mira Solberg said that the bolts were loose."
    speaker = change_speaker(spoken, hit, (), Random(3))
    assert speaker.was == "Mira Solberg"
    assert "Solberg" not in speaker.text


def test_a_verb_is_turned_round():
    hit = report("The lock was opened.")
    flipped = {flip_verb("The lock was opened.", hit, (), Random(n)).text for n in range(9)}
    assert flipped == {"The lock was closed.", "The lock was not opened."}


def test_a_sentence_with_a_speaker_is_said_in_another_order():
    assert reworded("The mayor said that the bridge was shut.") == (
        "According to the mayor, the bridge was shut."
    )
    assert reworded("It rained.") is None


def test_passages_are_whole_sentences():
    text = "It rained in Elva. The dam broke. Six died there."
    parts = [text[start:end] for start, end in packed(text, 35)]
    assert parts == ["It rained in Elva. The dam broke.", "Six died there."]


def test_a_copied_sentence_is_no_paraphrase():
    assert copied("The dam broke at night.", ["They say the dam broke at night."]) == 1.0
    assert copied("At night the dam broke.", ["The bridge fell."]) < 0.3


def test_without_checks_all_stands_and_with_them_what_is_wrong_falls(rows):
    off = [judged_by(CertainVerifier(), "off")(row) for row in rows["tune"]]
    strict = [judged_by(CertainVerifier(), "strict")(row) for row in rows["tune"]]
    assert all(one.stands for one in off if one.row.cited)
    changed = ("number", "name", "day", "speaker", "wrong citation")
    left = [sum(one.left for one in run if one.row.kind in changed) for run in (off, strict)]
    assert left[0] == sum(row.kind in changed for row in rows["tune"]) >= 15
    assert left[1] <= 3
    anew = [one for one in strict if one.row.kind == "wrong citation"]
    assert sum(one.right for one in anew) >= 3
    assert sum(one.forged for one in strict) == 0
    assert not any(one.stands for one in strict if one.row.kind == "invention")
    assert sum(one.stands for one in strict if one.row.kind == "true") >= 7


def test_figures_count_what_became_of_the_rows(rows):
    true = [row for row in rows["tune"] if row.kind == "true"][:2]
    number = next(row for row in rows["tune"] if row.kind == "number")
    outcomes = [
        Outcome(true[0], stands=True, cited=tuple(true[0].cited)),
        Outcome(true[1], stands=False),
        Outcome(number, stands=True, cited=(0,), forged=1),
    ]
    found = {one.name: (one.part, one.whole) for one in figures(outcomes)}
    assert found["true: struck"] == (1, 2)
    assert found["number: left standing"] == (1, 1)
    assert found["forged citation shown"] == (1, 3)
    assert "1 of 2 = 0.500" in table({"strict": figures(outcomes)})


@pytest.mark.parametrize(("part", "whole"), [(0, 40), (3, 40), (40, 40)])
def test_wilson_holds_the_share_and_stays_between_nought_and_one(part, whole):
    low, high = wilson(part, whole)
    assert 0.0 <= low <= part / whole <= high <= 1.0
    assert high - low < 0.25


@pytest.mark.slow
def test_the_published_data_give_five_hundred_drafts(tmp_path, capsys):
    if not DATA.is_dir():
        pytest.skip("no development data beside the repository")
    out = tmp_path / "figures.json"
    command = ["--data", str(DATA), "--part", "tune", "--seeds", "4", "--out", str(out)]
    assert main(command) == 0
    kept = json.loads(out.read_text())["figures"]
    assert kept["strict"]["forged citation shown"]["n"] >= 490
    assert kept["strict"]["forged citation shown"]["count"] == 0
    assert "left standing" in capsys.readouterr().out


def test_data_that_is_not_there_gives_nothing(tmp_path):
    assert read_stock(tmp_path / "dev").told == []
