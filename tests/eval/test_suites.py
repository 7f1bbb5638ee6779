"""The registry of suites, and what every loader does with files and rows that are broken."""

from __future__ import annotations

import json

import pytest

from eval.measures import names
from eval.suites import SUITES, load_suite
from rag.errors import BadRequest, NotFound, UnreadableFile, VouchError

RAMDOCS = {
    "question": "How long is the Dunmark Canal?",
    "documents": [{"text": "It is 12 km long.", "type": "correct", "answer": "12 km"}],
    "disambig_entity": ["Dunmark Canal"],
    "gold_answers": ["12 km"],
    "wrong_answers": [],
}
CONFLICT = {
    "id": "77",
    "question": "how long is it",
    "cleaned_question": "How long is it?",
    "real_short_answer": "12 km",
    "fake_short_answer": "90 km",
    "real_passages": [{"passage": "It is 12 km.", "summary": "Canal"}],
    "fake_passages": [{"passage": "It is 90 km.", "summary": "Length"}],
}
CLAPNQ = {
    "id": "5",
    "input": "how long is it",
    "passages": [{"title": "Canal", "text": "It is 12 km.", "sentences": ["It is 12 km."]}],
    "output": [{"answer": "12 km", "selected_sentences": ["It is 12 km."], "meta": {}}],
}
RGB = {
    "id": 0,
    "query": "How long is it?",
    "answer": "12 km",
    "fakeanswer": "90 km",
    "positive": ["It is 12 km."],
    "positive_wrong": ["It is 90 km."],
    "negative": ["Canals are wet."],
}
WICE = {
    "label": "supported",
    "supporting_sentences": [[0]],
    "claim": "It is 12 km.",
    "evidence": ["(meta data) TITLE: Canal", "It is 12 km."],
    "meta": {"id": "dev1", "claim_title": "Canals"},
}
RAGTRUTH = {
    "id": "9",
    "source_id": "3",
    "query": "how long",
    "d1": "passage 1:It is 12 km.\n\n",
    "d2": "It is 12 km.",
    "labels": [],
    "label": "entailment",
    "model": "m",
    "quality": "good",
}
MTRAG = {
    "conversation_id": "c",
    "task_id": "c<::>1",
    "contexts": [{"document_id": "d1", "text": "Canal\nIt is 12 km."}],
    "input": [{"speaker": "user", "text": "How long is it?"}],
    "targets": [{"speaker": "agent", "text": "12 km."}],
    "answerability": ["ANSWERABLE"],
}
ROWS = {
    "ramdocs": RAMDOCS,
    "conflictnq": CONFLICT,
    "clapnq": CLAPNQ,
    "rgb-fact": RGB,
    "wice": WICE,
    "ragtruth-qa": RAGTRUTH,
    "mtrag": MTRAG,
}
GOLD = {
    "ramdocs": ("gold_answers", []),
    "conflictnq": ("real_short_answer", ""),
    "clapnq": ("output", []),
    "rgb-fact": ("answer", []),
    "wice": ("label", ""),
    "ragtruth-qa": ("labels", None),
    "mtrag": ("targets", []),
}


def asked(row):
    return getattr(row, "question", "") or getattr(row, "text", "")


def load(tmp_path, name, *lines):
    path = tmp_path / "data.jsonl"
    words = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(words), "utf-8")
    return load_suite(name, path)


def test_every_suite_has_a_headline_metric_and_says_what_it_is():
    for name, form in SUITES.items():
        assert form.name == name
        assert form.metrics[-2:] == ("latency_p50", "latency_p95")
        assert len(set(form.metrics)) == len(form.metrics)
        assert form.about and form.files and "\n" not in form.about
        if form.task == "answer":
            assert "faithfulness" in form.metrics and "quote_truth" in form.metrics


def test_every_metric_is_one_that_there_is():
    for form in SUITES.values():
        known = set(names(form.task))
        if form.task == "answer":
            known |= set(names("retrieve"))
        assert set(form.metrics) <= known, form.name


def test_an_unknown_suite_is_answered_with_the_real_ones_and_a_guess(tmp_path):
    with pytest.raises(BadRequest) as error:
        load_suite("squad", tmp_path)
    assert "Did you mean squad2?" in error.value.hint
    assert "clapnq" in error.value.hint


@pytest.mark.parametrize("name", ROWS)
def test_a_row_in_its_format_has_no_problem(tmp_path, name):
    suite = load(tmp_path, name, ROWS[name])
    assert [row.problem for row in suite.rows] == [""] * (2 if name == "rgb-fact" else 1)
    assert suite.name == name and suite.task == SUITES[name].task
    assert suite.files == (str(tmp_path / "data.jsonl"),)


@pytest.mark.parametrize("name", ROWS)
def test_broken_rows_are_kept_and_named(tmp_path, name):
    field, nothing = GOLD[name]
    row = ROWS[name]
    no_gold = row | {field: nothing, "id": "b", "task_id": "b", "meta": {"id": "b"}}
    mistyped = row | {field: 7, "id": "c", "task_id": "c", "meta": {"id": "c"}}
    missing = {key: value for key, value in no_gold.items() if key != field}
    missing |= {"id": "d", "task_id": "d", "meta": {"id": "d"}}
    nan = row | {"id": "e", "task_id": "e", "meta": {"id": "e"}, "score": float("nan")}
    cut = json.dumps(row)[:-9]
    suite = load(tmp_path, name, row, no_gold, mistyped, missing, nan, "[1]", cut)
    times = 2 if name == "rgb-fact" else 1
    problems = [row.problem for row in suite.rows][::times]
    assert len(problems) == 7
    assert problems[0] == ""
    assert all(problems[1:])
    assert "line 3" in problems[2] and field in problems[2]
    assert f"line 4: there is no field `{field}`" in problems[3]
    assert "line 5 holds NaN" in problems[4]
    assert "line 6 holds a list where an object was expected" in problems[5]
    assert "line 7 is not valid JSON" in problems[6]
    assert len({row.id for row in suite.rows}) == len(suite.rows) == 7 * times
    assert all(asked(row) for row in suite.rows[: 5 * times])
    assert all(row.group for row in suite.rows)


@pytest.mark.parametrize("name", [name for name in ROWS if name != "ramdocs"])
def test_a_repeated_id_is_counted_and_named(tmp_path, name):
    suite = load(tmp_path, name, ROWS[name], ROWS[name], ROWS[name])
    times = 2 if name == "rgb-fact" else 1
    first = suite.rows[0].id
    assert [row.id for row in suite.rows[::times]] == [first, f"{first}#2", f"{first}#3"]
    assert suite.rows[0].problem == ""
    assert all(f"the id {first} is used" in row.problem for row in suite.rows[times::times])
    assert len({source.id for source in suite.sources}) == len(suite.sources)


def test_an_id_that_looks_like_a_repeated_one_stays_another(tmp_path):
    other = CONFLICT | {"id": "77#2"}
    suite = load(tmp_path, "conflictnq", CONFLICT, CONFLICT, other)
    assert [row.id for row in suite.rows] == ["77", "77#3", "77#2"]
    assert [bool(row.problem) for row in suite.rows] == [False, True, False]


@pytest.mark.parametrize("name", ["conflictnq", "clapnq", "ragtruth-qa", "mtrag"])
def test_a_row_without_its_id_is_named_by_its_line(tmp_path, name):
    row = {key: value for key, value in ROWS[name].items() if key not in ("id", "task_id")}
    suite = load(tmp_path, name, ROWS[name], row)
    assert "line 2" in suite.rows[1].id
    assert "there is no `" in suite.rows[1].problem


@pytest.mark.parametrize("name", SUITES)
def test_a_missing_file_an_empty_one_and_another_format_are_refused(tmp_path, name):
    with pytest.raises(NotFound):
        load_suite(name, tmp_path / "nowhere.jsonl")
    path = tmp_path / "med.all"
    for words in (
        b"",
        b"\n\n",
        b"%PDF-1.7\n\xff\xfe\x00",
        b'{"x": 1}\n',
        b"[1, 2]",
        b"null",
        b"{}",
    ):
        path.write_bytes(words)
        with pytest.raises(VouchError) as error:
            load_suite(name, path)
        assert error.value.message and error.value.hint


def test_a_file_of_another_format_is_told_by_its_fields(tmp_path):
    with pytest.raises(UnreadableFile) as error:
        load(tmp_path, "ramdocs", WICE)
    assert "line 1 has `label`" in error.value.message
    assert "gold_answers" in error.value.hint


def test_a_json_list_is_read_like_lines_and_a_cut_one_is_refused(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([RGB, RGB | {"id": 1, "answer": 5.0}], indent=1), "utf-8")
    suite = load_suite("rgb-fact", path)
    assert [row.id for row in suite.rows] == ["0/false", "0/both", "1/false", "1/both"]
    assert suite.rows[2].problem == "row 2: `answer` holds a number where text was expected"
    path.write_text(json.dumps([RGB], indent=1)[:-20], "utf-8")
    with pytest.raises(UnreadableFile) as error:
        load_suite("rgb-fact", path)
    assert "not valid JSON" in error.value.message and "line" in error.value.message


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path):
    path = tmp_path / "data.jsonl"
    lines = [json.dumps(CONFLICT), json.dumps(CONFLICT | {"id": "78"})]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n")
    suite = load_suite("conflictnq", path)
    assert [(row.id, row.problem) for row in suite.rows] == [("77", ""), ("78", "")]


def test_a_line_that_is_not_utf8_is_one_broken_row(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_bytes(json.dumps(CONFLICT).encode() + b'\n{"id": "78", "question": "caf\xe9"}\n')
    suite = load_suite("conflictnq", path)
    assert suite.rows[0].problem == ""
    assert suite.rows[1].problem == "line 2 is not UTF-8 text at byte 29"


def test_half_a_surrogate_pair_is_a_broken_row_that_can_still_be_written(tmp_path):
    suite = load(
        tmp_path, "conflictnq", CONFLICT, json.dumps(CONFLICT | {"cleaned_question": "\ud800"})
    )
    assert "surrogate" in suite.rows[1].problem
    assert suite.rows[1].question.encode("utf-8")


def test_a_limit_keeps_the_first_rows_and_the_sources_they_may_search(tmp_path):
    lines = [json.dumps(CONFLICT | {"id": str(n)}) for n in range(5)]
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    suite = load_suite("conflictnq", path, limit=2)
    assert [row.id for row in suite.rows] == ["0", "1"]
    assert {source.id.split("/")[0] for source in suite.sources} == {"0", "1"}
    path.write_text("\n".join(json.dumps(MTRAG | {"task_id": str(n)}) for n in range(5)), "utf-8")
    assert len(load_suite("mtrag", path, limit=1).sources) == 1
    with pytest.raises(BadRequest):
        load_suite("mtrag", path, limit=0)


def test_a_split_is_refused_where_there_is_none(tmp_path):
    with pytest.raises(BadRequest):
        load_suite("wice", tmp_path, split="test")


def test_a_folder_with_one_fitting_file_is_enough_and_several_are_refused(tmp_path):
    (tmp_path / "README.md").write_text("About.", "utf-8")
    (tmp_path / "conflict_val.jsonl").write_text(json.dumps(CONFLICT), "utf-8")
    assert len(load_suite("conflictnq", tmp_path).rows) == 1
    (tmp_path / "conflict_test.jsonl").write_text(json.dumps(CONFLICT), "utf-8")
    with pytest.raises(NotFound) as error:
        load_suite("conflictnq", tmp_path)
    assert "conflict_test.jsonl, conflict_val.jsonl" in error.value.message
