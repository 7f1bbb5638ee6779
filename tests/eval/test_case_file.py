"""Case files: no line is lost, every fault is named by its line, and cases come back whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.case_file import case_from_json, case_to_json, check, load_cases, read_cases
from eval.cases import Case, Expect, GoldAccount, GoldSpan
from rag.errors import BadRequest, NotFound, UnreadableFile
from rag.types import Filters, Turn

SHIPPED = {
    "news_dev": 75,
    "news_test": 75,
    "conversations_dev": 115,
    "conversations_test": 118,
    "conversations_fresh": 124,
    "conversations_more_dev": 104,
    "conversations_more_test": 92,
    "conversations_field_dev": 71,
    "conversations_field_test": 67,
    "conversations_quay_dev": 72,
    "conversations_town_dev": 64,
    "conversations_town_test": 64,
    "conversations_unsaid_dev": 46,
    "example_dev": 63,
    "manuals_dev": 62,
    "manuals_test": 53,
}
CASES = Path(__file__).parents[2] / "eval" / "cases"

GOOD = {"id": "toll", "question": "How many died?", "expect": {"any": ["nine"]}}


def _file(folder: Path, *lines: object) -> Path:
    """Return a file of lines, each a string as it is or any other value as JSON."""
    path = folder / "cases.jsonl"
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


def _errors(folder: Path, **fields: object) -> list[tuple[str, str]]:
    """Return field and message of each error in a file with one case."""
    path = _file(folder, {**GOOD, **fields})
    return [(issue.field, issue.message) for issue in check(path).errors]


@pytest.mark.parametrize(("name", "count"), SHIPPED.items())
def test_shipped_files_have_no_fault(name: str, count: int) -> None:
    path = CASES / f"{name}.jsonl"
    checked = check(path)
    assert (checked.cases, checked.errors, checked.warnings) == (count, (), ())
    cases = read_cases(path)
    assert len(cases) == count
    assert not any(case.problem for case in cases)
    assert [case_from_json(case_to_json(case)) for case in cases] == cases


def test_no_line_is_lost(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        GOOD,
        "",
        '{"id": "cut", "question": "How ma',
        GOOD,
        {"question": "Who said so?", "expect": {"any": ["Maron"]}},
        '{"id": "odd", "question": "How many?", "expect": {"min_values": NaN}}',
        '{"id": "line 3", "question": "Where?", "expect": {"any": ["here"]}}',
        "[1, 2]",
    )
    cases = read_cases(path)
    assert [case.id for case in cases] == [
        "toll",
        "line 3#2",
        "toll#2",
        "line 5",
        "line 6",
        "line 3",
        "line 8",
    ]
    problems = {case.id: case.problem for case in cases}
    assert problems["toll"] == problems["line 3"] == ""
    assert "not JSON" in problems["line 3#2"]
    assert "line 1 and again in line 4" in problems["toll#2"]
    assert problems["line 5"] == "The case has no id."
    assert "NaN" in problems["line 6"]
    assert "must be an object" in problems["line 8"]
    assert check(path).cases == 7


def test_a_case_that_is_wrong_keeps_what_could_be_read(tmp_path: Path) -> None:
    line = {**GOOD, "tags": ["said"], "expect": {"any": ["nine", "re:(9"]}}
    (case,) = read_cases(_file(tmp_path, line))
    assert case.problem.startswith("expect.any[1] is not a regular expression")
    assert (case.id, case.question, case.tags) == ("toll", "How many died?", ("said",))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a", "question" "b"}', "column 24"),
        ('{"id": "a", "question": "b"', "column 28"),
        ('{"id": "a", "question": "Who?", "expect": {"min_values": 1e999}}', "1e999"),
        ('{"id": "a", "id": "b", "question": "Who?"}', "'id' stands twice"),
        ("[" * 100_000, "nested"),
        ('{"id": ' + "1" * 5000 + "}", "digits"),
        ('{"id": "a\\ud800", "question": "Who?", "answerable": false}', "half a character"),
    ],
)
def test_what_python_would_trip_over(tmp_path: Path, line: str, said: str) -> None:
    path = _file(tmp_path, GOOD, line)
    (error,) = check(path).errors
    assert error.line == 2
    assert said in error.message
    assert read_cases(path)[1].problem == error.message


def test_bytes_before_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    line = json.dumps({**GOOD, "question": "Où ça\u2028là?"}, ensure_ascii=False)
    other = json.dumps({**GOOD, "id": "b"})
    path.write_bytes(b"\xef\xbb\xbf" + f"{line}\r\n\r\n{other}\r\n".encode())
    assert [(case.question, case.problem) for case in read_cases(path)] == [
        ("Où ça\u2028là?", ""),
        ("How many died?", ""),
    ]
    assert check(path).errors == ()


def test_a_file_cut_inside_a_character_loses_one_case(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    line = json.dumps({**GOOD, "id": "b", "question": "Où?"}, ensure_ascii=False).encode()
    path.write_bytes(json.dumps(GOOD).encode() + b"\n" + line[: line.index(b"\xc3") + 1])
    first, second = read_cases(path)
    assert not first.problem
    assert "not JSON" in second.problem


def test_a_file_that_is_no_case_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    with pytest.raises(NotFound, match=r"no file .*cases\.jsonl"):
        check(path)
    for content, said in (
        (b"", "holds no cases"),
        (b"\n \r\n", "holds no cases"),
        (json.dumps(GOOD).encode("utf-16"), "not UTF-8: byte 1 of line 1 is 0xff"),
        (b'{"id": "caf\xe9"}\n', "byte 12 of line 1 is 0xe9"),
    ):
        path.write_bytes(content)
        for read in (read_cases, check, load_cases):
            with pytest.raises(UnreadableFile, match=said):
                read(path)
    with pytest.raises(UnreadableFile, match="is a folder"):
        read_cases(tmp_path)


@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        ({"answerabel": True}, "answerabel", "Did you mean 'answerable'?"),
        ({"expect": {"value": ["9"]}}, "expect.value", "Did you mean 'values'?"),
        ({"id": 7}, "id", "id must be a string, not 7."),
        ({"id": ""}, "id", "id is empty."),
        ({"question": "?!"}, "question", "The question is empty."),
        ({"question": "a" * 4001}, "question", "4,001 characters"),
        ({"expect": {"values": ["a", "b", 7]}}, "expect.values[2]", "must be a string, not 7."),
        ({"expect": {"all": "nine"}}, "expect.all", 'must be a list, not "nine".'),
        ({"expect": {"all": [" "]}}, "expect.all[0]", "is empty"),
        ({"expect": {"any": ["re:(9"]}}, "expect.any[0]", "at position 0 of '(9'"),
        ({"expect": {"wrong": ["re:[a"], "any": ["b"]}}, "expect.wrong[0]", "at position 0"),
        ({"expect": {"values": ["9"], "min_values": 2}}, "expect.min_values", "is 2"),
        ({"expect": {"values": ["9"], "min_values": True}}, "expect.min_values", "not true."),
        ({"expect": {"any": ["9"], "min_values": -1}}, "expect.min_values", "negative"),
        ({"expect": []}, "expect", "must be an object, not []."),
        ({"expect": {}}, "expect", "Nothing says what a right answer is."),
        ({"answerable": False}, "answerable", "answerable is false, and yet"),
        ({"answerable": "yes"}, "answerable", 'must be true or false, not "yes".'),
        ({"expect": {}, "declined": "nothing"}, "declined", "Did you mean 'nothing_found'?"),
        (
            {"answerable": True, "declined": "nothing_found"},
            "declined",
            "and yet answerable is true",
        ),
        (
            {"expect": {"declined": "nothing_found"}, "declined": "nothing_found"},
            "declined",
            "both at the top and in expect",
        ),
        ({"history": [{"role": "assistant", "content": "a"}]}, "history[0].role", "the user"),
        ({"history": [{"role": "user", "content": "a"}]}, "history", "ends with the user's turn"),
        ({"history": [{"role": "bot", "content": "a"}] * 2}, "history[0].role", 'be "bot"'),
        ({"filters": {"author": "x"}}, "filters", "There is no filter 'author'."),
        ({"filters": {"published_from": "May"}}, "filters", "cannot be 'May'"),
        ({"filters": []}, "filters", "must be an object"),
        ({"sources": ["a.txt", None]}, "sources[1]", "must be a string, not null."),
        ({"spans": [{"source": "a", "start": 5, "end": 5}]}, "spans[0]", "starts at 5"),
        ({"spans": [{"source": "a", "start": -1, "end": 5}]}, "spans[0].start", "negative"),
        ({"spans": [{"source": "a", "start": 1.5, "end": 5}]}, "spans[0].start", "not 1.5."),
        ({"spans": [{"source": "a", "start": 1}]}, "spans[0].end", "not null."),
        ({"tags": ["a", 1]}, "tags[1]", "must be a string, not 1."),
        ({"draft": "yes"}, "draft", "must be true or false"),
        ({"accounts": [{"quantity": "dead"}]}, "accounts[0].value", "must be a string"),
        (
            {"accounts": [{"value": "9", "relation": "agree"}]},
            "accounts[0].relation",
            "Did you mean 'agrees'?",
        ),
        (
            {"expect": {"accounts": [{"value": "9", "who": "x"}]}},
            "expect.accounts[0].who",
            "There is no field 'who'",
        ),
    ],
)
def test_each_fault_is_named(
    tmp_path: Path, fields: dict[str, object], where: str, said: str
) -> None:
    found = _errors(tmp_path, **fields)
    assert where in [path for path, _ in found]
    assert said in next(message for path, message in found if path == where)
    (case,) = read_cases(_file(tmp_path, {**GOOD, **fields}))
    assert said in case.problem


def test_the_faults_of_one_line_are_all_named_and_in_order_of_lines(tmp_path: Path) -> None:
    path = _file(tmp_path, {"tags": 3}, GOOD, {**GOOD, "sources": [1, 2]})
    checked = check(path)
    assert [(issue.line, issue.field) for issue in checked.errors] == [
        (1, "id"),
        (1, "question"),
        (1, "tags"),
        (3, "sources[0]"),
        (3, "sources[1]"),
        (3, "id"),
    ]
    assert str(checked.errors[2]) == "line 1: tags must be a list, not 3. Write [...]."


def test_what_is_doubtful_is_a_warning_and_no_problem(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        {**GOOD, "draft": True},
        {**GOOD, "id": "b", "expect": {"any": ["re:9*"]}},
        {**GOOD, "id": "c", "question": "Who?", "expect": {"values": ["9"], "min_values": 0}},
    )
    checked = check(path)
    assert checked.errors == ()
    assert [(issue.line, issue.field) for issue in checked.warnings] == [
        (1, "draft"),
        (2, "expect.any[0]"),
        (2, "question"),
        (3, "expect.min_values"),
    ]
    assert "stands in line 1" in checked.warnings[2].message
    assert not any(case.problem for case in read_cases(path))


def test_sources_and_spans_are_held_against_the_documents(tmp_path: Path) -> None:
    texts = {"wire.txt": "Nine died."}
    path = _file(
        tmp_path,
        {**GOOD, "sources": ["wire.txt", "gone.txt"]},
        {
            **GOOD,
            "id": "b",
            "spans": [
                {"source": "wire.txt", "start": 0, "end": 10},
                {"source": "wire.txt", "start": 0, "end": 11},
                {"source": "gone.txt", "start": 0, "end": 11},
            ],
            "accounts": [{"value": "9", "sources": ["lost.txt"]}],
        },
    )
    assert check(path).errors == ()
    found = check(path, known=texts.__contains__, text_of=texts.get).errors
    assert [(issue.line, issue.field) for issue in found] == [
        (1, "sources[1]"),
        (2, "spans[2].source"),
        (2, "accounts[0].sources[0]"),
        (2, "spans[1]"),
    ]
    assert "'gone.txt', and there is no such document" in found[0].message
    assert "ends at 11, and 'wire.txt' has 10 characters" in found[3].message


def test_what_is_left_out_has_its_default() -> None:
    plain = case_from_json(GOOD)
    assert (plain.answerable, plain.group, plain.draft) == (True, "toll", False)
    refused = case_from_json({"id": "a", "question": "Who?", "declined": "only_related"})
    assert (refused.answerable, refused.expect.declined) == (False, "only_related")
    either = case_from_json({"id": "a", "question": "Who?", "answerable": None})
    assert either.answerable is None
    inner = case_from_json({**GOOD, "expect": {"accounts": [{"value": "9"}]}})
    assert inner == case_from_json({**GOOD, "expect": {}, "accounts": [{"value": "9"}]})
    with pytest.raises(BadRequest, match=r"no id\. The case has no question"):
        case_from_json({})


def test_a_suite_has_the_metrics_that_fit_its_cases(tmp_path: Path) -> None:
    plain = load_cases(_file(tmp_path, GOOD))
    assert plain.metrics[0] == "correct"
    assert (plain.name, plain.task, plain.sources) == ("cases", "answer", ())
    assert not {"f1", "span_cited", "account_recall", "correct_refusals"} & set(plain.metrics)
    rich = load_cases(
        _file(
            tmp_path,
            {
                **GOOD,
                "expect": {"answers": ["9"], "values": ["9"], "wrong": ["8"]},
                "accounts": [{"value": "9", "claimant": "Maron", "relation": "update"}],
                "sources": ["a"],
                "spans": [{"source": "a", "start": 0, "end": 1}],
                "group": "a",
            },
            {"id": "b", "question": "Who?", "answerable": False},
        )
    )
    for name in ("f1", "wrong_asserted", "relation_accuracy", "span_cited", "correct_refusals"):
        assert name in rich.metrics
    assert rich.metrics[0] == "correct"
    assert [row.group for row in rich.rows] == ["a", "b"]


_text = st.text(
    st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12
).filter(lambda text: bool(text.strip()))  # fmt: skip
_plain = _text.filter(lambda text: not text.startswith("re:"))
_texts = st.lists(_text, max_size=3).map(tuple)
_patterns = st.lists(_plain | st.just("re:\\b9\\b"), max_size=3).map(tuple)
_accounts = st.builds(
    GoldAccount,
    value=_text,
    quantity=st.just("") | _text,
    claimant=st.just("") | _text,
    relation=st.sampled_from(["", "agrees", "update", "disagrees"]),
    sources=_texts,
)


@st.composite
def _cases(draw: st.DrawFn) -> Case:
    values = draw(_patterns)
    expect = Expect(
        all=draw(_patterns),
        any=(*draw(_patterns), "nine"),
        values=values,
        min_values=draw(st.none() | st.integers(0, len(values))),
        answers=draw(_texts),
        wrong=draw(_patterns),
        text=draw(st.just("") | _text),
        accounts=tuple(draw(st.lists(_accounts, max_size=2))),
    )
    answerable = draw(st.sampled_from([True, False, None]))
    if answerable is False:
        expect = Expect(declined=draw(st.sampled_from([None, "nothing_found"])))
    turns = draw(st.lists(_text, max_size=2))
    spoken = [turn for said in turns for turn in (Turn("user", said), Turn("assistant", said))]
    return Case(
        id=draw(_text),
        question="Who? " + draw(_text),
        history=tuple(spoken),
        filters=draw(
            st.builds(
                Filters, publisher=_texts, published_from=st.sampled_from([None, "2023-01-02"])
            )
        ),
        expect=expect,
        answerable=answerable,
        sources=draw(_texts),
        spans=tuple(
            draw(
                st.lists(
                    st.builds(
                        lambda source, start, more: GoldSpan(source, start, start + more),
                        _text,
                        st.integers(0, 99),
                        st.integers(1, 99),
                    ),
                    max_size=2,
                )
            )
        ),
        tags=draw(_texts),
        group=draw(_text),
        draft=draw(st.booleans()),
    )


@given(_cases())
def test_a_case_comes_back_from_json(case: Case) -> None:
    written = json.dumps(case_to_json(case))
    assert case_from_json(json.loads(written)) == case
