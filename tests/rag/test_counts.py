"""Numbers in running text: what is a count and what is not, hedges, ranges, agreement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.counts import HEDGES, Number, numbers


def read(text):
    return [(one.hedge, one.value, one.low, one.high, one.unit) for one in numbers(text)]


def exact(value, unit=""):
    return ("", value, value, value, unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry carried 24 passengers.", [exact(24.0)]),
        ("The fleet counts 1,541 boats.", [exact(1541.0)]),
        ("Repairs will cost 2.5 million crowns.", [exact(2.5e6)]),
        ("The dam holds 12 billion litres.", [exact(12e9)]),
        ("Twenty-five beekeepers came.", [exact(25.0)]),
        ("Twenty five beekeepers came.", [exact(25.0)]),
        ("Nineteen hives burned.", [exact(19.0)]),
        ("A hundred lanterns were lit.", [exact(100.0)]),
        ("Three hundred lanterns were lit.", [exact(300.0)]),
        ("Three hundred and twelve lanterns were lit.", [exact(312.0)]),
        ("Two hundred thousand herring were landed.", [exact(200e3)]),
        ("The tide rose 31 percent.", [exact(31.0, "%")]),
        ("The tide rose 31 per cent.", [exact(31.0, "%")]),
        ("The tide rose 31%.", [exact(31.0, "%")]),
        ("The levy was $40 a head.", [exact(40.0, "$")]),
        ("Four drowned and six were rescued.", [exact(4.0), exact(6.0)]),
    ],
)
def test_exact_numbers_in_digits_and_words(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("at least 50", 50.0, None),
        ("more than 50", 50.0, None),
        ("no fewer than 50", 50.0, None),
        ("over 50", 50.0, None),
        ("up to 50", None, 50.0),
        ("as many as 50", None, 50.0),
        ("fewer than 50", None, 50.0),
        ("no more than 50", None, 50.0),
        ("about 50", 45.0, 55.0),
        ("nearly 50", 45.0, 55.0),
        ("an estimated 50", 45.0, 55.0),
    ],
)
def test_hedge_bounds_the_number_and_belongs_to_it(words, low, high):
    text = f"Divers brought {words} sailors ashore."
    (number,) = numbers(text)
    assert number.value == 50.0
    assert (number.low, number.high) == pytest.approx((low, high))
    assert text[number.start : number.end] == words
    assert text[number.bare_start : number.end] == "50"
    assert number.hedge == words.removesuffix(" 50")


@pytest.mark.parametrize("hedge", HEDGES)
def test_every_hedge_is_read_whole(hedge):
    (number,) = numbers(f"Crews saved {hedge} 70 sheep.")
    assert number.hedge == hedge
    assert (number.low, number.high) != (70.0, 70.0)


@pytest.mark.parametrize(
    "words", ["between 20 and 30", "20 to 30", "20-30", "20\u201330", "twenty to thirty"]
)
def test_range_is_one_number_with_both_bounds(words):
    text = f"It cost {words} crowns."
    (number,) = numbers(text)
    assert (number.low, number.high, number.value) == (20.0, 30.0, 25.0)
    assert text[number.start : number.end] == words


def test_from_one_figure_to_a_smaller_one_is_no_range():
    assert [n.value for n in numbers("The crew fell from 30 to 12 sailors.")] == [30.0, 12.0]


@pytest.mark.parametrize(
    ("words", "low"),
    [("dozens of", 24.0), ("hundreds of", 200.0), ("thousands of", 2000.0), ("tens of", 20.0)],
)
def test_vague_plural_has_only_a_lower_bound(words, low):
    (number,) = numbers(f"The quake woke {words} villagers.")
    assert (number.value, number.low, number.high) == (None, low, None)


@pytest.mark.parametrize(
    "text",
    [
        "The regatta was held on 2 May 2017.",
        "The regatta was held on May 2, 2017.",
        "The regatta was held on May 2.",
        "It opened on 2017-05-02.",
        "It opened on 2/5/2017.",
        "It began at 6:30 in the morning.",
        "It began at 6.40 a.m. as the shift ended.",
        "It began at 7 p.m. sharp.",
        "It began at 0914 hours.",
        "It has been held since 1987.",
        "In 2016 nobody came.",
        "The 2015 regatta was calm.",
        "A 24-year-old sailor won.",
        "The 17th boat won.",
        "The Kestrel-22 glider landed.",
        "Flight KR204 was late.",
        "See page_12 and part#7.",
        "One of the judges left.",
        "No one was hurt.",
        "It reads 12:45:07 on the log.",
    ],
)
def test_dates_times_years_ages_and_codes_are_no_counts(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 3 June 2019 the storm sank 14 boats.", [14.0]),
        ("By 11 a.m. some 300 people had left.", [300.0]),
        ("Of the 2000 people in the town, 40 stayed.", [2000.0, 40.0]),
        ("A 12-year-old boy and 3 men were found.", [3.0]),
    ],
)
def test_a_count_beside_a_date_is_still_found(text, expected):
    assert [one.value for one in numbers(text)] == expected


def of(text):
    (number,) = numbers(text)
    return number


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("24 boats", "24 boats", True),
        ("24 boats", "twenty-four boats", True),
        ("24 boats", "25 boats", False),
        ("at least 24 boats", "25 boats", True),
        ("at least 50 boats", "500 boats", False),
        ("more than 24 boats", "20 boats", False),
        ("up to 20 boats", "25 boats", False),
        ("up to 24 boats", "25 boats", False),
        ("up to 25 boats", "24 boats", True),
        ("at least 25 boats", "24 boats", False),
        ("about 60 boats", "58 boats", True),
        ("about 60 boats", "62 boats", True),
        ("about 60 boats", "120 boats", False),
        ("dozens of boats", "58 boats", True),
        ("dozens of boats", "4 boats", False),
        ("dozens of boats", "900 boats", False),
        ("dozens of boats", "dozens of boats", True),
        ("dozens of boats", "hundreds of boats", False),
        ("31 percent", "31 boats", False),
    ],
)
def test_two_statements_agree_when_one_true_value_fits_both(first, second, agree):
    assert of(first).agrees_with(of(second)) is agree
    assert of(second).agrees_with(of(first)) is agree


@given(st.integers(0, 10**9).filter(lambda n: not 1900 <= n < 2100))
def test_every_integer_is_read_back_plain_and_with_commas(n):
    for written in (f"{n:,}", str(n)):
        (number,) = numbers(f"They counted {written} starlings.")
        assert number.value == number.low == number.high == n


@given(st.text(alphabet="0123456789 -.,:%$abet lsthousandmillionof\n\u2013", max_size=80))
def test_offsets_lie_in_the_text_in_order_without_overlap(text):
    end = 0
    for number in numbers(text):
        assert isinstance(number, Number)
        assert end <= number.start <= number.bare_start < number.end <= len(text)
        end = number.end
