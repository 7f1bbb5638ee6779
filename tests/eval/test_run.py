"""Rows are asked in parallel within limits, and nothing that happens to one is lost or spreads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.cache import OutputCache, key_of
from eval.cases import Case, Claim, Expect, GoldSpan, Row, Source
from eval.record_file import (
    lines_of,
    output_to_json,
    read_records,
    record_to_json,
    row_from_json,
    row_to_json,
    write_lines,
)
from eval.records import Output, Record
from eval.run import Limits, attempt, outputs
from rag.errors import Cancelled, NotFound, VouchError
from rag.types import Filters, Turn


class Told:
    """A system that does what a function does."""

    name, version = "told", "1"

    def __init__(self, does: Callable[[Row], Output]) -> None:
        self.does = does
        self.asked: list[str] = []

    def run(self, row: Row) -> Output:
        self.asked.append(row.id)
        return self.does(row)

    def close(self) -> None:
        pass


def answered(text: str = "Ann.") -> Output:
    return Output(answer={"text": text, "declined": None}, seconds=0.01)


ROWS = [Case(f"q{n}", f"Question {n}?") for n in range(20)]


def test_every_row_has_its_output_in_the_order_of_the_rows() -> None:
    system = Told(lambda row: answered(row.id))
    found = outputs(system, ROWS, limits=Limits(4))
    assert [one.answer["text"] for one in found if one.answer] == [row.id for row in ROWS]
    assert sorted(system.asked) == sorted(row.id for row in ROWS)


def test_no_more_rows_are_asked_at_a_time_than_the_limit() -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    met = threading.Barrier(3, timeout=5)

    def does(row: Row) -> Output:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        if int(row.id[1:]) < 3:
            met.wait()  # three are at work together, or this raises
        with lock:
            at_once -= 1
        return answered()

    found = outputs(Told(does), ROWS, limits=Limits(3))
    assert all(not one.error for one in found)
    assert most == 3


def test_one_that_raises_on_every_tenth_row_fails_those_and_no_other() -> None:
    def does(row: Row) -> Output:
        if int(row.id[1:]) % 10 == 0:
            raise KeyError("no chain")
        return answered()

    found = outputs(Told(does), ROWS)
    failed = [row.id for row, one in zip(ROWS, found, strict=True) if one.error]
    assert failed == ["q0", "q10"]
    assert found[0].error == "KeyError: 'no chain'"
    assert found[0].outcome == "failed"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), RecursionError("deep")])
def test_not_even_an_exit_ends_the_run(error: BaseException) -> None:
    def does(row: Row) -> Output:
        raise error

    found = outputs(Told(does), ROWS[:2])
    assert all(type(error).__name__ in one.error for one in found)


def test_a_row_over_its_time_fails_and_the_others_go_on() -> None:
    never = threading.Event()

    def does(row: Row) -> Output:
        if row.id == "q1":
            never.wait(30)
        return answered()

    try:
        found = outputs(Told(does), ROWS[:4], limits=Limits(1, 0.3))
    finally:
        never.set()
    assert [one.outcome for one in found] == ["answered", "failed", "answered", "answered"]
    assert found[1].error == "No answer within 0.3 s."
    assert found[1].seconds >= 0.3


def test_nan_is_a_failure_that_names_its_place() -> None:
    output = Output(answer={"text": "a", "answers": [{"text": "a", "probability": float("nan")}]})
    found = attempt(Told(lambda row: output), ROWS[0])
    assert found.error.startswith("The output holds NaN or infinity at answer.answers[0].probab")


def test_a_row_with_a_problem_is_counted_and_not_asked() -> None:
    system = Told(lambda row: answered())
    found = outputs(system, [Case("bad", "", problem="line 3 is not valid JSON"), ROWS[0]])
    assert found[0].error == "line 3 is not valid JSON"
    assert system.asked == ["q0"]


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    stop = threading.Event()

    def does(row: Row) -> Output:
        if row.id == "q5":
            stop.set()
        return answered(row.id)

    path = tmp_path / "outputs.jsonl"
    with pytest.raises(Cancelled, match="of 20 rows"):
        outputs(Told(does), ROWS, cache=OutputCache(path), stop=stop)
    again = Told(lambda row: answered(row.id))
    found = outputs(again, ROWS, cache=OutputCache(path))
    assert [one.answer["text"] for one in found if one.answer] == [row.id for row in ROWS]
    assert set(again.asked).isdisjoint({"q0", "q1", "q2", "q3", "q4"})


def test_a_failure_is_tried_again_and_an_output_is_not(tmp_path: Path) -> None:
    path = tmp_path / "outputs.jsonl"
    failing = Told(lambda row: Output(error="down") if row.id == "q1" else answered())
    outputs(failing, ROWS[:3], cache=OutputCache(path))
    again = Told(lambda row: answered())
    found = outputs(again, ROWS[:3], cache=OutputCache(path))
    assert again.asked == ["q1"]
    assert [one.outcome for one in found] == ["answered"] * 3


def test_a_line_that_was_cut_off_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "outputs.jsonl"
    cache = OutputCache(path)
    cache.put(ROWS[0], answered("zero"))
    cache.put(ROWS[1], answered("one"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    torn = OutputCache(path)
    assert torn.get(ROWS[0]) is not None
    assert torn.get(ROWS[1]) is None
    torn.put(ROWS[2], answered("two"))
    third = OutputCache(path).get(ROWS[2])
    assert third is not None
    assert third.answer == {"text": "two", "declined": None}


def test_what_is_expected_does_not_change_what_is_asked() -> None:
    asked = Case("a", "Who?", scope=("s",))
    expecting = Case("a", "Who?", scope=("s",), expect=Expect(any=("x",)), tags=("t",))
    assert key_of(asked) == key_of(expecting)
    for other in (
        Case("a", "When?", scope=("s",)),
        Case("a", "Who?", scope=("t",)),
        Case("a", "Who?", scope=("s",), history=(Turn("user", "Before?"),)),
        Case("a", "Who?", scope=("s",), filters=Filters(publisher=("x",))),
    ):
        assert key_of(other) != key_of(asked)
    claim = Claim("a", "It is so.", (Source("s", "It is."),), True)
    assert key_of(claim) != key_of(Claim("a", "It is so.", (Source("s", "It was."),), True))
    assert key_of(claim) == key_of(Claim("a", "It is so.", (Source("s", "It is."),), False))


@pytest.mark.parametrize(
    "row",
    [
        Case("a", "Who?"),
        Case(
            "b",
            "Who?",
            history=(Turn("user", "x"), Turn("assistant", "y")),
            filters=Filters(publisher=("Wire",), published_from="2020-01-02"),
            expect=Expect(all=("a",), values=("1", "re:2"), min_values=1, declined="nothing_found"),
            answerable=False,
            sources=("s",),
            relevance={"d": 0.0, "e": 2.0},
            spans=(GoldSpan("s", 1, 4),),
            tags=("t",),
            scope=(),
            group="g",
            draft=True,
        ),
        Claim("c", "It is so.", (Source("s", "", "T"),), False, unsupported=(), question="q?"),
        Claim("d", "It is so.", (), True, problem="broken"),
    ],
)
def test_a_row_comes_back_from_its_line_as_it_was(row: Row) -> None:
    assert row_from_json(row_to_json(row)) == row


def test_records_are_read_back_and_a_damaged_file_says_where(tmp_path: Path) -> None:
    records = [Record(row, answered(row.id), {"correct": 1.0}) for row in ROWS[:3]]
    path = tmp_path / "records.jsonl"
    write_lines(path, (record_to_json(one, quotes=[]) for one in records))
    assert read_records(tmp_path) == records
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(VouchError, match="Line 3 of"):
        list(lines_of(path))
    with pytest.raises(NotFound, match="is not there"):
        list(lines_of(tmp_path / "none.jsonl"))
    with pytest.raises(VouchError, match="NaN or infinity at seconds"):
        output_to_json(Output(seconds=float("inf")))


def test_rows_that_hung_and_came_back_do_not_count_as_hanging() -> None:
    """More rows may be late, one after the other, than may hang at a time."""
    late = threading.Semaphore(0)

    def does(row: Row) -> Output:
        late.acquire(timeout=0.03)
        return answered()

    rows = [Case(f"q{n}", "?") for n in range(90)]
    found = outputs(Told(does), rows, limits=Limits(1, 0.01))
    assert {one.error for one in found} == {"No answer within 0.01 s."}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"text": "a", "sentences": [{"text": "a", "citations": [{"x": 1}]}]}, "sentences[0].cit"),
        ({"text": "a", "sentences": [{"text": "a", "citations": [1]}]}, "must be an object"),
        ({"text": "a", "citations": [{"n": 1, "start": "abc"}]}, "citations[0].start"),
        ({"text": None}, "text must be a text"),
        ({"text": "Nor\ud800way"}, "half a character"),
        ({"text": "a", "answers": [{"text": {1, 2}}]}, "answers[0].text"),
        ({"text": "a", "extra": {1, 2}}, "not JSON"),
    ],
)
def test_an_answer_of_another_shape_fails_its_row_alone(
    answer: dict[str, object], said: str
) -> None:
    found = outputs(
        Told(lambda row: Output(answer=answer) if row.id == "q1" else answered()), ROWS[:3]
    )
    assert [one.outcome for one in found] == ["answered", "failed", "answered"]
    assert said in found[1].error
