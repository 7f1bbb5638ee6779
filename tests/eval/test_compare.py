"""Comparing runs: pairs by id, differences by hand, verdicts, and what is refused."""

import json
import math

import numpy as np
import pytest

from eval.cases import Case, Claim, Expect, Source
from eval.compare import compare
from eval.measure import Metric
from eval.record_file import read_records, record_to_json
from eval.records import Output, Record
from eval.summary import summarise
from rag.errors import BadRequest, NotFound, UnreadableFile, VouchError
from tests.rag.contract import NUMBER_OR_NONE


def question(n, **more):
    return Case(f"q{n}", f"What is {n}?", expect=Expect(answers=(str(n),)), **more)


def record(row, *, refused=False, error="", **scores):
    declined = {"reason": "nothing_found"} if refused else None
    answer = None if error else {"text": "It is.", "declined": declined}
    return Record(row, Output(answer=answer, seconds=0.5, error=error), scores)


def write_run(folder, records, names=("f1",), **summary):
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(record_to_json(one)) + "\n" for one in records]
    (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    value = {
        "name": "squad2",
        "task": "answer",
        "system": "vouch",
        "metrics": {name: {"value": 0.5, "ci": [0, 1], "n": 1, "failed": 0} for name in names},
        "better": dict.fromkeys(names, "higher"),
        "commit": "abc",
        "date": "2026-01-05",
        **summary,
    }
    (folder / "summary.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


@pytest.fixture
def runs(tmp_path):
    """Write runs from the f1 of their rows, one list a run."""

    def write(*scores, **more):
        return [
            write_run(
                tmp_path / f"run{i}",
                [record(question(n), f1=score) for n, score in enumerate(one)],
                **more,
            )
            for i, one in enumerate(scores)
        ]

    return write


def only(comparison):
    [pair] = comparison.pairs
    [contrast] = pair.contrasts
    return contrast


# ---- figures


def test_a_difference_by_hand(runs):
    found = only(compare(runs([0, 0.5, 1, 1, 0, 0], [1, 1, 1, 0.5, 1, 1])))
    assert found.a == pytest.approx(2.5 / 6)
    assert found.b == pytest.approx(5.5 / 6)
    assert found.difference == pytest.approx(0.5)
    assert (found.wins, found.losses, found.ties, found.n) == (4, 1, 1, 6)
    # Of the 32 signs of 1, .5, .5, 1, 1 those with a sum of 3 or more: all plus, or one .5 minus.
    assert found.p == found.p_holm == pytest.approx(6 / 32)
    assert found.exact
    assert found.ci[0] < 0.5 < found.ci[1]


def test_a_difference_of_which_one_can_be_sure_is_said_so(runs):
    found = only(compare(runs([0.0] * 20, [1.0] * 15 + [0.0] * 5)))
    assert found.verdict.startswith("B is better: +0.750 (95 % interval 0.5")
    assert found.verdict.endswith("p < 0.001")
    worse = only(compare(runs([1.0] * 15 + [0.0] * 5, [0.0] * 20)))
    assert worse.verdict.startswith("B is worse: -0.750 (95 % interval -0.9")


def test_a_difference_that_chance_makes_is_noise(runs):
    found = only(compare(runs([1, 0] * 10, [1, 0, 0, 1, 1] * 4)))
    assert found.verdict.startswith("within noise: +0.100 (95 % interval -0.")
    assert f"p = {found.p:.3f}" in found.verdict


def test_where_less_is_better_the_lower_run_wins(runs):
    metrics = {"f1": {"value": 2, "ci": [1, 3], "n": 20, "failed": 0, "unit": "s"}}
    more = {"metrics": metrics, "better": {"f1": "lower"}}
    folders = runs([3.0, 4.0] * 10, [1.0, 1.5] * 10, **more)
    found = only(compare(folders))
    assert found.verdict.startswith("B is better: -2.25 s, less is better (95 % interval -2.")
    assert (found.wins, found.losses) == (20, 0)
    back = only(compare(folders[::-1]))
    assert back.verdict.startswith("B is worse: +2.25 s, less is better")
    assert (back.wins, back.losses) == (0, 20)


def test_rows_of_one_document_count_as_one(tmp_path):
    def rows(score):
        return [record(question(n, group=f"d{n // 10}"), f1=score(n)) for n in range(60)]

    a = write_run(tmp_path / "a", rows(lambda n: 0))
    b = write_run(tmp_path / "b", rows(lambda n: float(n < 50)), grouped_by="document")
    found = only(compare([a, b]))
    assert found.groups == 6
    assert found.p == 2 / 32
    assert found.verdict.startswith("within noise")


def test_too_few_groups_cannot_tell(runs):
    found = only(compare(runs([0] * 4, [1] * 4)))
    assert found.verdict.startswith("cannot tell: +1.000, but 4 independent")
    assert "p is at least 0.125" in found.verdict


def test_equal_runs_do_not_differ(runs):
    found = only(compare(runs([0, 1, 1], [0, 1, 1])))
    assert found.verdict == "no difference: all 3 rows score the same"
    assert (found.ties, found.changed) == (3, ())


def test_rows_pair_by_id_and_not_by_place(tmp_path):
    rows = [record(question(n), f1=n / 10) for n in range(10)]
    a = write_run(tmp_path / "a", rows)
    b = write_run(tmp_path / "b", rows[::-1])
    assert only(compare([a, b])).ties == 10


def test_p_is_corrected_for_the_number_of_runs(runs):
    base = [0.0] * 12
    folders = runs(base, [1.0] * 6 + base[6:], [1.0] * 7 + base[7:], [1.0, *base[1:]])
    found = compare(folders)
    ps = [pair.contrasts[0].p for pair in found.pairs]
    assert ps == [2 / 64, 2 / 128, 1.0]
    assert [pair.contrasts[0].p_holm for pair in found.pairs] == [2 * 2 / 64, 3 * 2 / 128, 1.0]
    # Alone B would be called better; as one of three it is not.
    assert only(compare(folders[:2])).verdict.startswith("B is better")
    verdicts = [pair.contrasts[0].verdict.split(":")[0] for pair in found.pairs]
    assert verdicts == ["within noise", "C is better", "within noise"]
    assert found.correction == "Holm, 3 comparisons a metric"
    assert "corrected (Holm, 3 comparisons a metric)" in found.to_text(200)
    assert compare(folders[:2]).correction == "none"
    assert "one comparison, not corrected" in compare(folders[:2]).to_text(400)


# ---- rows


def test_failed_rows_count_and_show_among_the_changed(tmp_path):
    a = write_run(tmp_path / "a", [record(question(n), f1=1.0) for n in range(4)])
    rows = [record(question(n), f1=1.0) for n in range(3)]
    b = write_run(tmp_path / "b", [*rows, record(question(3), error="It hung.", f1=0.0)])
    comparison = compare([a, b])
    found = only(comparison)
    assert (found.n, found.b, found.losses) == (4, 0.75, 1)
    [change] = found.changed
    assert (change.id, change.outcome_a, change.outcome_b) == ("q3", "answered", "failed")
    assert comparison.pairs[0].outcomes == {"answered -> answered": 3, "answered -> failed": 1}
    assert comparison.runs[1].outcomes["failed"] == 1
    assert "1 failed" in comparison.to_text()


def test_changed_rows_stand_biggest_first_and_outcomes_count_as_changes(tmp_path):
    a_rows = [record(question(n), f1=x) for n, x in enumerate([0.5, 0.0, 0.2, 0.0])]
    b_rows = [record(question(n), f1=x) for n, x in enumerate([0.6, 1.0, 0.2])]
    b_rows.append(record(question(3), refused=True, f1=0.0))
    found = only(compare([write_run(tmp_path / "a", a_rows), write_run(tmp_path / "b", b_rows)]))
    assert [(c.id, c.a, c.b) for c in found.changed] == [
        ("q1", 0.0, 1.0),
        ("q0", 0.5, 0.6),
        ("q3", 0.0, 0.0),
    ]
    assert found.changed[0].text == "What is 1?"
    assert found.changed[2].outcome_b == "refused"


def test_rows_of_one_run_alone_are_listed(tmp_path):
    a = write_run(tmp_path / "a", [record(question(n), f1=1.0) for n in (0, 1, 2, 3)])
    b = write_run(tmp_path / "b", [record(question(n), f1=1.0) for n in (2, 3, 4)])
    comparison = compare([a, b])
    [pair] = comparison.pairs
    assert (pair.shared, pair.only_in_a, pair.only_in_b) == (2, ("q0", "q1"), ("q4",))
    text = comparison.to_text(200)
    assert "2 rows of A are not in B and left out: q0, q1." in text
    assert "1 row of B is not in A and left out: q4." in text


def test_rows_that_lack_a_metric_in_one_run_are_listed(tmp_path):
    rows = [record(question(0), f1=1.0), record(question(1), f1=0.0), record(question(2))]
    a = write_run(tmp_path / "a", rows)
    rows = [record(question(0)), record(question(1), f1=1.0), record(question(2), f1=1.0)]
    comparison = compare([a, write_run(tmp_path / "b", rows)])
    found = only(comparison)
    assert (found.n, found.only_in_a, found.only_in_b) == (1, ("q0",), ("q2",))
    assert "1 row of A and B has f1 in A alone, left out of it: q0." in comparison.to_text(200)


def test_a_metric_without_a_row_in_both_is_not_compared(tmp_path):
    a = write_run(tmp_path / "a", [record(question(0), f1=1.0), record(question(1))])
    b = write_run(tmp_path / "b", [record(question(0)), record(question(1), f1=1.0)])
    comparison = compare([a, b])
    found = only(comparison)
    assert found.verdict == "cannot be compared: no row has f1 in both A and B"
    value = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert value["pairs"][0]["contrasts"][0]["difference"] is None
    assert "-" in comparison.to_text()


# ---- metrics that are no mean of rows


def detection(columns):
    gold, said = columns[:, 0], columns[:, 1]
    if not gold.any():
        return math.nan
    return float(2 * (gold * said).sum() / (gold.sum() + said.sum()))


F1 = Metric(
    "f1",
    "2PR / (P + R)",
    applies=lambda row: True,
    columns=lambda one: (not one.row.supported, not one.output.verdict["supported"]),
    failed=lambda row: (not row.supported, row.supported),
    figure=detection,
)


def claims(folder, said, supported, shared=2):
    rows = []
    for n, (one, gold) in enumerate(zip(said, supported, strict=True)):
        claim = Claim(
            f"c{n}", f"Claim {n}.", (Source("s", "Text."),), gold, group=f"g{n // shared}"
        )
        verdict = {"support": float(one or 0), "supported": one, "sentences": []}
        output = Output(error="Out of time.") if one is None else Output(verdict=verdict)
        rows.append(Record(claim, output))
    rows.append(Record(Claim("bad", "x", (), True, problem="No source."), Output(error="No.")))
    return write_run(folder, rows, name="wice", task="verify")


def test_a_figure_of_all_rows_is_computed_from_the_records(tmp_path):
    supported = [False, True] * 10
    a = claims(tmp_path / "a", [True] * 20, supported)
    b = claims(tmp_path / "b", [None, *supported[1:]], supported)
    asked = []

    def metric(task, name):
        asked.append((task, name))
        return F1

    comparison = compare([a, b], metric=metric)
    found = only(comparison)
    assert asked == [("verify", "f1")]
    # B failed on one of ten that are not supported: counted as missed. The row that could not be
    # asked is a false alarm of both runs.
    assert (found.a, found.b) == (0.0, pytest.approx(2 * 9 / (10 + 10)))
    assert (found.n, found.groups) == (21, 11)
    assert (found.wins, found.losses, found.ties) == (None, None, None)
    assert found.verdict.startswith("B is better: +0.900")
    assert found.changed[-1].id == "c0"
    assert (found.changed[0].a, found.changed[0].b) == ((1.0, 0.0), (1.0, 1.0))
    assert found.changed[0].text == "Claim 2."
    assert "1.000, 0.000 -> 1.000, 1.000" in comparison.to_text(120)
    assert comparison.to_json()["pairs"][0]["contrasts"][0]["changed"][0]["a"] == [1.0, 0.0]


def test_a_figure_that_is_not_defined_is_not_compared(tmp_path):
    folders = [claims(tmp_path / name, [True] * 8, [True] * 8) for name in "ab"]
    found = only(compare(folders, metric=lambda task, name: F1))
    assert found.verdict == "cannot be compared: f1 is not defined on these 9 rows"


def test_the_figures_are_those_of_the_runs_own_summaries(tmp_path):
    names = ("balanced_accuracy", "f1", "auc")
    random = np.random.default_rng(3)
    folders, own = [], []
    for name, share in (("a", 0.6), ("b", 0.9)):
        gold = [n % 3 > 0 for n in range(60)]
        said = [one if random.random() < share else not one for one in gold]
        folder = claims(tmp_path / name, [*said[:-2], None, None], gold)
        records = read_records(folder)
        summary = summarise("verify", names, records, {})
        own.append(summary["metrics"])
        folders.append(write_run(folder, records, name="wice", task="verify", **summary))
    [pair] = compare(folders).pairs
    assert {one.metric for one in pair.contrasts} == set(own[0])
    for one in pair.contrasts:
        assert one.a == pytest.approx(own[0][one.metric]["value"], abs=1e-5)
        assert one.b == pytest.approx(own[1][one.metric]["value"], abs=1e-5)
        assert one.n == own[0][one.metric]["n"]
        assert one.verdict.startswith("B is better")


def test_the_test_alone_does_not_make_a_difference(tmp_path):
    # Six rows right pass, and only swapping none or all of them is as far: p = 2 / 64. But of the
    # samples of 20 rows many hold fewer than six that are right.
    passes = Metric(
        "f1",
        "whether six rows are right",
        applies=lambda row: True,
        columns=lambda one: (one.output.verdict["supported"],),
        failed=None,
        figure=lambda columns: float(columns.sum() >= 6),
    )
    gold = [True] * 20
    a = claims(tmp_path / "a", [False] * 20, gold, shared=1)
    b = claims(tmp_path / "b", [True] * 6 + [False] * 14, gold, shared=1)
    found = only(compare([a, b], metric=lambda task, name: passes))
    assert found.p == 2 / 64
    assert found.verdict.startswith("not clear, the interval holds zero: +1.000 (95 % interval 0.0")


# ---- what is accepted and refused


@pytest.mark.parametrize("name", ["", "summary.json", "records.jsonl"])
def test_a_run_is_named_by_its_folder_or_a_file_of_it(runs, name):
    a, b = runs([0, 1], [1, 1])
    assert only(compare([a / name, b / name])).difference == 0.5


def test_metrics_are_chosen_or_all_that_runs_share(tmp_path):
    rows = [record(question(n), f1=1.0, em=0.0) for n in range(3)]
    a = write_run(tmp_path / "a", rows, ("f1", "em"))
    b = write_run(tmp_path / "b", rows, ("f1", "em", "recall"))
    comparison = compare([a, b])
    assert [one.metric for one in comparison.pairs[0].contrasts] == ["f1", "em"]
    assert comparison.notes == ("recall is left out: only B has it.",)
    assert "recall is left out" in comparison.to_text()
    assert only(compare([a, b], metrics=["em"])).metric == "em"
    with pytest.raises(BadRequest, match=r"Run A has no metric 'recall'. All of .* have f1, em"):
        compare([a, b], metrics=["f1", "recall"])


def test_one_run_is_no_comparison(runs):
    with pytest.raises(BadRequest, match="needs two runs, and 1 was given"):
        compare(runs([0, 1]))


def test_a_level_is_a_share(runs):
    with pytest.raises(BadRequest, match="between 0 and 1, not 95"):
        compare(runs([0, 1], [0, 1]), level=95)


def test_what_is_no_run_is_refused(tmp_path, runs):
    [a] = runs([0, 1])
    with pytest.raises(
        NotFound, match=r"no finished run: it has no records.jsonl.*Name the folder"
    ):
        compare([a, tmp_path])
    (a / "summary.json").unlink()
    with pytest.raises(NotFound, match=r"it has no summary.json"):
        compare([a, a])


def test_runs_of_other_suites_or_tasks_are_refused(tmp_path):
    rows = [record(question(0), f1=1.0)]
    a = write_run(tmp_path / "a", rows)
    with pytest.raises(BadRequest, match=r"not of the same suite: .*'squad2', .*'clapnq'"):
        compare([a, write_run(tmp_path / "b", rows, name="clapnq")])
    with pytest.raises(BadRequest, match=r"not of the same task"):
        compare([a, write_run(tmp_path / "c", rows, task="retrieve")])


def test_runs_without_a_row_in_common_are_refused(tmp_path):
    a = write_run(tmp_path / "a", [record(question(0), f1=1.0)])
    b = write_run(tmp_path / "b", [record(question(1), f1=1.0)])
    with pytest.raises(BadRequest, match="no rows in common"):
        compare([a, b])


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        (Case("q0", "What else?", expect=Expect(answers=("0",))), "question differs"),
        (Case("q0", "What is 0?", expect=Expect(answers=("nil",))), "expect differs"),
        (question(0, answerable=False), "answerable differs"),
        (question(0, sources=("s",), scope=("s",)), "scope differ"),
    ],
)
def test_another_question_under_the_same_id_is_refused(tmp_path, other, fields):
    a = write_run(tmp_path / "a", [record(question(n), f1=1.0) for n in (0, 1)])
    b = write_run(tmp_path / "b", [record(row, f1=1.0) for row in (other, question(1))])
    with pytest.raises(BadRequest, match=rf"1 of 2 rows .* 'q0': .*{fields} \(.*The data changed"):
        compare([a, b])


def test_tags_and_groups_are_not_the_question(tmp_path):
    a = write_run(tmp_path / "a", [record(question(0), f1=1.0)])
    b = write_run(tmp_path / "b", [record(question(0, tags=("t",), group="g"), f1=1.0)])
    assert only(compare([a, b])).n == 1


def test_damaged_records_are_named_by_line(runs):
    a, b = runs([0, 1, 1], [0, 1, 1])
    file = b / "records.jsonl"
    whole = file.read_text()
    lines = whole.splitlines(keepends=True)

    file.write_text(whole[:-40])
    with pytest.raises(VouchError, match=r"Line 3 of .*records.jsonl is not valid JSON"):
        compare([a, b])
    file.write_text(whole + lines[1])
    with pytest.raises(UnreadableFile, match=r"Line 4 of .* has the id 'q1' for the second time"):
        compare([a, b])
    file.write_text(whole.replace('{"f1": 0}', '{"f1": NaN}'))
    with pytest.raises(UnreadableFile, match=r"row 'q0' has nan for f1, which is no number"):
        compare([a, b])
    file.write_text(whole + "[1]\n")
    with pytest.raises(UnreadableFile, match=r"Line 4 of .* is no record"):
        compare([a, b])
    file.write_text(whole)
    (b / "summary.json").write_text("{")
    with pytest.raises(UnreadableFile, match=r"summary.json is not valid JSON"):
        compare([a, b])
    (b / "summary.json").write_text('{"name": "squad2"}')
    with pytest.raises(UnreadableFile, match=r"it has no 'task'"):
        compare([a, b])


def test_a_metric_without_a_direction_is_refused(runs):
    with pytest.raises(UnreadableFile, match="does not say whether a higher f1 is better"):
        compare(runs([0, 1], [0, 1], better={}))


# ---- what is shown


@pytest.fixture
def comparison(tmp_path):
    def rows(seed):
        random = np.random.default_rng(seed)
        for n in range(40):
            row = Case(f"q{n}", f"What is | number {n}" + ", and why" * 20 + "?")
            yield record(row, exact_match=float(random.random() < 0.5), f1=random.random())

    names = ("exact_match", "f1")
    settings = ({"passage_size": 400, "writer": "x"}, {"passage_size": 800, "writer": "x"}, {})
    return compare(
        [
            write_run(tmp_path / f"{n}", rows(n), names, settings=one, verifier={"name": f"v{n}"})
            for n, one in enumerate(settings)
        ]
    )


def test_the_json_is_plain_and_whole(comparison):
    value = comparison.to_json()
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert [run["letter"] for run in value["runs"]] == ["A", "B", "C"]
    assert [pair["run"] for pair in value["pairs"]] == ["B", "C"]
    contrast = value["pairs"][0]["contrasts"][1]
    assert contrast["metric"] == "f1"
    assert len(contrast["changed"]) == 40
    for field in ("a", "b", "difference", "p", "p_holm", "wins", "losses", "ties", "n"):
        assert isinstance(contrast[field], NUMBER_OR_NONE)
    assert value["pairs"][0]["settings"] == {"passage_size": [400, 800]}


@pytest.mark.parametrize("width", [70, 80, 100, 140])
def test_the_text_fits_the_terminal(comparison, width):
    text = comparison.to_text(width, limit=5)
    assert max(map(len, text.splitlines())) <= width
    assert text.count("What is | number") == 2 * 5
    changed = len(comparison.pairs[0].contrasts[0].changed)
    assert f"  and {changed - 5} more" in text
    for pair in comparison.pairs:
        for one in pair.contrasts:
            assert f"{one.metric}, {pair.run} against A: {one.verdict[:20]}" in text
            assert f"{one.wins}/{one.losses}/{one.ties}" in text


def test_the_text_says_what_else_differs(comparison):
    text = comparison.to_text(1000)
    assert "Settings that differ from A to B: passage_size 400 -> 800." in text
    assert "Sentences were judged by v0 in A and by v1 in B" in text


def test_the_markdown_is_a_table_whatever_a_question_holds(comparison):
    lines = comparison.to_markdown(limit=3).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert table[0].startswith("| metric | run | A | run's | difference | 95 % interval | p |")
    assert len(table) == (2 + 4) + 2 * (2 + 3)
    cells = {line.replace("\\|", "").count("|") for line in table[:6]}
    assert cells == {10}
    assert {line.replace("\\|", "").count("|") for line in table[6:]} == {5}
