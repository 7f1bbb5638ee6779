"""What the loaders of judged claims read: text, sources, and what people said of them."""

from __future__ import annotations

import json

import pytest

from eval.suites import load_suite
from rag.errors import NotFound, UnreadableFile

TEXT = "It is 12 km long and made of brick."
HEADER = "model_name\tdata_source\tknowledge\tmessage\tresponse\tbegin_label"


def mark(text, start=None, **fields):
    start = TEXT.index(text) if start is None else start
    return {
        "start": start,
        "end": start + len(text),
        "text": text,
        "label_type": "Baseless",
        **fields,
    }


def ragtruth(id_, *marks, **fields):
    return {
        "id": id_,
        "source_id": "3",
        "query": "how long",
        "d1": "passage 1:It is 12 km. See passage 9: none.\n\npassage 2:It is wet.\n\n",
        "d2": TEXT,
        "label": "entailment",
        "labels": list(marks),
        "model": "m",
        "quality": "good",
        **fields,
    }


def write(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def test_ragtruth_is_judged_by_marked_characters_alone(tmp_path):
    path = write(
        tmp_path / "qa.jsonl",
        ragtruth("1"),
        ragtruth("2", mark("made of brick"), quality="truncated"),
        ragtruth("3", mark("12 km", implicit_true=True)),
        ragtruth("4", mark("brick", 2), mark("12 km")),
        ragtruth("5", mark("brick", 2)),
    )
    suite = load_suite("ragtruth-qa", path)
    one, two, three, four, five = suite.rows
    assert [row.supported for row in suite.rows] == [True, False, False, False, False]
    assert one.unsupported == ()
    assert [TEXT[start:end] for start, end in two.unsupported] == ["made of brick"]
    assert [source.text for source in one.sources] == [
        "It is 12 km. See passage 9: none.",
        "It is wet.",
    ]
    assert (one.question, one.group, one.label) == ("how long", "3", "entailment")
    assert two.tags == ("m", "Baseless", "truncated")
    assert "true but not in the context" in three.tags
    assert "span not where it should be" in four.tags and four.unsupported == ((6, 11),)
    assert five.unsupported == ()
    assert suite.sources == ()


def published(tmp_path, *rows):
    info = {"question": "how long", "passages": "passage 1:It is 12 km.\n\n"}
    write(
        tmp_path / "source_info.jsonl",
        {"source_id": "3", "task_type": "QA", "source_info": info, "prompt": ""},
        {"source_id": "4", "task_type": "Summary", "source_info": "A report.", "prompt": ""},
    )
    return write(tmp_path / "response.jsonl", *rows)


def response(id_, source="3", split="test", **fields):
    return {
        "id": id_,
        "source_id": source,
        "response": TEXT,
        "labels": [],
        "split": split,
        **fields,
    }


def test_ragtruth_reads_the_published_pair(tmp_path):
    path = published(
        tmp_path,
        response("1"),
        response("2", split="train"),
        response("3", source="4"),
        response("4", source="5"),
        response("5", labels=[mark("brick")]),
    )
    suite = load_suite("ragtruth-qa", tmp_path)
    assert [row.id for row in suite.rows] == ["1", "4", "5"]
    assert [row.supported for row in suite.rows if not row.problem] == [True, False]
    assert suite.rows[0].sources[0].text == "It is 12 km." and suite.rows[0].question == "how long"
    assert "no context with the source_id" in suite.rows[1].problem
    assert "2 responses of other tasks or splits are left out" in suite.about
    assert len(suite.files) == 2
    assert [row.id for row in load_suite("ragtruth-qa", path, split="train").rows] == ["2"]
    assert len(load_suite("ragtruth-qa", path, split="all").rows) == 4
    with pytest.raises(NotFound):
        load_suite("ragtruth-qa", path, split="dev")


def test_ragtruth_wants_the_contexts_of_its_responses(tmp_path):
    path = write(tmp_path / "response.jsonl", response("1"))
    with pytest.raises(NotFound) as error:
        load_suite("ragtruth-qa", path)
    assert "source_info.jsonl" in error.value.message


def test_wice_takes_the_whole_page_and_calls_only_supported_supported(tmp_path):
    evidence = ["(meta data) TITLE: About", "It is 12 km.", "It is wet."]
    rows = [
        {
            "label": label,
            "supporting_sentences": [],
            "claim": TEXT,
            "evidence": evidence,
            "meta": {"id": label, "claim_title": "Canals"},
        }
        for label in ("supported", "partially_supported", "not_supported", "unknown")
    ]
    suite = load_suite("wice", write(tmp_path / "claim.jsonl", *rows))
    assert [row.supported for row in suite.rows] == [True, False, False, False]
    first = suite.rows[0]
    assert first.sources[0].text == "\n".join(evidence) and first.sources[0].title == "About"
    assert (first.label, first.tags, first.group) == ("supported", ("supported",), "Canals")
    assert first.unsupported is None
    assert "`label` is 'unknown'" in suite.rows[3].problem


def begin(path, *rows, end="\n", quoted=False):
    cells = [HEADER.split("\t"), *rows]
    if quoted:
        cells = [
            ['"' + one.replace('"', '""') + '"' if '"' in one else one for one in row]
            for row in cells
        ]
    path.write_bytes(end.join("\t".join(row) for row in cells).encode())
    return path


def reply(label, text="It is long.", knowledge="It is 12 km."):
    return ["t5", "wow", knowledge, "How long?", text, label]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_begin_calls_only_the_fully_attributable_supported(tmp_path, end):
    rows = [
        reply("Fully attributable"),
        reply("Not fully attributable"),
        reply("Generic", knowledge="b"),
    ]
    suite = load_suite("begin", begin(tmp_path / "begin_dev.tsv", *rows, end=end))
    assert [row.supported for row in suite.rows] == [True, False, False]
    first = suite.rows[0]
    assert (first.id, first.text, first.question) == ("begin_dev/1", "It is long.", "How long?")
    assert first.sources[0].text == "It is 12 km."
    assert first.tags == ("t5", "wow", "Fully attributable")
    assert first.group == suite.rows[1].group != suite.rows[2].group


@pytest.mark.parametrize("quoted", [False, True])
def test_begin_keeps_quotation_marks_as_the_file_means_them(tmp_path, quoted):
    texts = ['"No," she said.', 'He said "no" to it.', '"whole"', 'it ends in a mark"']
    rows = [reply("Generic", text) for text in texts]
    suite = load_suite("begin", begin(tmp_path / "begin.tsv", *rows, quoted=quoted))
    assert [row.text for row in suite.rows] == texts


def test_begin_is_not_cut_at_characters_that_only_look_like_line_ends(tmp_path):
    rows = [reply("Generic", "One\u2028two\x0bthree\x85four.")]
    suite = load_suite("begin", begin(tmp_path / "begin.tsv", *rows))
    assert [row.text for row in suite.rows] == ["One\u2028two\x0bthree\x85four."]


def test_begin_keeps_broken_rows(tmp_path):
    rows = [reply("Perhaps"), reply("Generic", ""), reply("Generic"), reply("Generic")[:5]]
    suite = load_suite("begin", begin(tmp_path / "begin.tsv", *rows))
    problems = [row.problem for row in suite.rows]
    assert "`begin_label` is 'Perhaps'" in problems[0]
    assert "row 2: `response` is empty" in problems[1]
    assert problems[2] == ""
    assert "row 4: 5 columns where 6 were expected" in problems[3]


def test_begin_reads_all_files_of_a_folder(tmp_path):
    for name in ("begin_dev_cmu.tsv", "begin_dev_tc.tsv"):
        begin(tmp_path / name, reply("Generic"))
    assert [row.id for row in load_suite("begin", tmp_path).rows] == [
        "begin_dev_cmu/1",
        "begin_dev_tc/1",
    ]


def test_a_table_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "begin.tsv"
    path.write_text("premise\thypothesis\nA\tB\n", "utf-8")
    with pytest.raises(UnreadableFile) as error:
        load_suite("begin", path)
    assert "line 1 has the columns premise, hypothesis" in error.value.message
