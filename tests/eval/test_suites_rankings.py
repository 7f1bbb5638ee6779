"""What the loaders of rankings read: documents, queries, grades, and offsets into a corpus."""

from __future__ import annotations

import csv
import json
import zipfile

import pytest

from eval.suites import load_suite
from eval.suites.tree import Tree
from rag.errors import NotFound, TooLarge, UnreadableFile

DOCUMENTS = [
    {"_id": "d1", "title": "Canal", "text": "It is 12 km.", "metadata": {}},
    {"_id": "d2", "title": "", "text": "It is wet."},
]
QUERIES = [{"_id": "q1", "text": "how long"}, {"_id": "q2", "text": "how wet"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"


def jsonl(rows):
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def beir(folder, qrels=QRELS, documents=DOCUMENTS, queries=QUERIES, split="test"):
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    (folder / "corpus.jsonl").write_text(jsonl(documents), "utf-8")
    (folder / "queries.jsonl").write_text(jsonl(queries), "utf-8")
    (folder / "qrels" / f"{split}.tsv").write_bytes(qrels.encode())
    return folder


def zipped(folder, path, top=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            archive.write(file, f"{top}{file.relative_to(folder).as_posix()}")
    return path


@pytest.mark.parametrize("shape", ["folder", "zip", "zip with a folder", "file", "qrels"])
def test_beir_is_read_from_a_folder_an_archive_or_any_file_of_it(tmp_path, shape):
    data = folder = beir(tmp_path / "set")
    if shape == "file":
        data = folder / "corpus.jsonl"
    elif shape == "qrels":
        data = folder / "qrels" / "test.tsv"
    elif shape != "folder":
        data = zipped(folder, tmp_path / "set.zip", "set/" if "with" in shape else "")
    suite = load_suite("beir", data)
    assert [(one.id, one.title, one.text) for one in suite.sources] == [
        ("d1", "Canal", "It is 12 km."),
        ("d2", "", "It is wet."),
    ]
    (row,) = suite.rows
    assert (row.id, row.question, dict(row.relevance)) == ("q1", "how long", {"d1": 2.0, "d2": 0.0})
    assert row.scope is None and row.problem == ""
    assert "1 query without judgements" in suite.about
    assert suite.metrics[0] == "ndcg@10"


@pytest.mark.parametrize(
    "qrels",
    [
        "query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\td2\t-1\r\n",
        "corpus-id\tscore\tquery-id\nd1\t2\tq1\nd2\t0\tq1\n",
        "q1 0 d1 2\nq1 0 d2 0\n",
        "q1\t0\td1\t2\nq1\t0\td2\t-2\n",
        "q1\td1\t2\nq1\td2\t0\n",
        "\ufeffquery-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq1\td1\t2\n",
    ],
)
def test_beir_judgements_are_read_in_every_usual_shape(tmp_path, qrels):
    (row,) = load_suite("beir", beir(tmp_path, qrels)).rows
    assert dict(row.relevance) == {"d1": 2.0, "d2": 0.0}


@pytest.mark.parametrize("last", ["q2\td1", "q2\td1\tmuch", "q2\td1\tnan", "q2\td1\t1\t1"])
def test_a_broken_judgement_is_refused_with_its_line(tmp_path, last):
    with pytest.raises(UnreadableFile) as error:
        load_suite("beir", beir(tmp_path, QRELS + last))
    assert "qrels/test.tsv in" in error.value.message and "line 4" in error.value.message


def test_judgements_of_what_is_not_there_are_counted(tmp_path):
    qrels = QRELS + "q1\td9\t1\nq9\td1\t1\nq2\td1\t0\n"
    suite = load_suite("beir", beir(tmp_path, qrels))
    known, lost, none = suite.rows
    assert known.relevance["d9"] == 1.0
    assert "1 judged document not in the corpus" in suite.about
    assert lost.id == "q9" and "no query q9" in lost.problem
    assert none.problem == "no relevant document" and none.question == "how wet"


def test_a_split_is_chosen_and_the_real_ones_are_named(tmp_path):
    folder = beir(tmp_path, "query-id\tcorpus-id\tscore\nq2\td2\t1\n", split="dev")
    assert [row.id for row in load_suite("beir", folder, split="dev").rows] == ["q2"]
    with pytest.raises(NotFound) as error:
        load_suite("beir", folder)
    assert "Its splits: dev" in error.value.hint


def test_a_corpus_with_a_hole_is_refused_and_a_repeated_document_is_said(tmp_path):
    folder = beir(tmp_path, documents=[*DOCUMENTS, DOCUMENTS[0] | {"text": "Other."}])
    suite = load_suite("beir", folder)
    assert len(suite.sources) == 2 and suite.sources[0].text == "It is 12 km."
    assert "1 document repeated an id" in suite.about
    corpus = folder / "corpus.jsonl"
    corpus.write_bytes(corpus.read_bytes()[:-20])
    with pytest.raises(UnreadableFile) as error:
        load_suite("beir", folder)
    assert "line 3 is not valid JSON" in error.value.message


def test_a_cut_query_is_said_and_its_row_counts(tmp_path):
    folder = beir(tmp_path, QRELS + "q2\td1\t1\n")
    queries = folder / "queries.jsonl"
    queries.write_bytes(queries.read_bytes()[:-6])
    suite = load_suite("beir", folder)
    assert [bool(row.problem) for row in suite.rows] == [False, True]
    assert "line 2 is not valid JSON" in suite.about


def test_a_damaged_archive_is_refused(tmp_path):
    path = zipped(beir(tmp_path / "set"), tmp_path / "set.zip")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile) as error:
        load_suite("beir", path)
    assert "set.zip" in error.value.message
    with zipfile.ZipFile(tmp_path / "flat.zip", "w") as archive:
        archive.writestr("corpus.jsonl", jsonl(DOCUMENTS))
        archive.writestr("queries.jsonl", jsonl(QUERIES))
        archive.writestr("qrels/test.tsv", QRELS)
    flat = (tmp_path / "flat.zip").read_bytes()
    (tmp_path / "flat.zip").write_bytes(flat.replace(b"It is 12 km.", b"It is 13 km.", 1))
    with pytest.raises(UnreadableFile) as error:
        load_suite("beir", tmp_path / "flat.zip")
    assert "cannot be unpacked" in error.value.message


def test_a_member_over_the_limit_is_not_unpacked(tmp_path):
    path = zipped(beir(tmp_path / "set"), tmp_path / "set.zip")
    tree = Tree(path, "corpus.jsonl", "a set", limit=50)
    with pytest.raises(TooLarge):
        list(tree.lines("corpus.jsonl"))
    assert b"".join(Tree(path, "corpus.jsonl", "a set").lines("corpus.jsonl")).count(b"\n") == 2


CRAN = (
    ".I 1\n.T\nwings in\nwind .\n.A\nbrick,a.\n.B\nj. 1\n.W\nwings in\nwind .\nthey lift .\n"
    ".I 2\n.T\nflow .\n.A\n.B\n.W\nslow flow .\n.W\nfast flow .\n.I 3\n.T\n.A\n.B\n.W\n"
)
CRAN_QUERIES = ".I 001\n.W\nwhat lifts\nwings .\n.I 004\n.W\nwhat flows .\n"


def write(folder, **files):
    for name, words in files.items():
        (folder / name.replace("__", ".")).write_text(words, "utf-8")
    return folder


def test_cranfield_numbers_queries_by_their_place_and_grades_its_codes(tmp_path):
    write(tmp_path, cran__all__1400=CRAN, cran__qry=CRAN_QUERIES)
    write(tmp_path, cranqrel="1 1 1 \n1 2 4\n1 3 -1\n2 2 3\n2     9 2\n2 1 5\n")
    suite = load_suite("smart", tmp_path)
    assert [(row.id, row.question) for row in suite.rows] == [
        ("1", "what lifts wings ."),
        ("2", "what flows ."),
    ]
    assert dict(suite.rows[0].relevance) == {"1": 4.0, "2": 1.0, "3": 0.0}
    assert dict(suite.rows[1].relevance) == {"2": 2.0, "9": 3.0, "1": 0.0}
    one, two, three = suite.sources
    assert (one.id, one.title) == ("1", "wings in wind .")
    assert one.text == "wings in\nwind .\nthey lift ."
    assert two.text == "flow .\nslow flow .\nfast flow ." and three.text == ""
    assert "1 judged document not in the collection" in suite.about


def test_med_and_cisi_use_the_printed_numbers(tmp_path):
    documents = ".I 1\n.W\nlens proteins\n.I 13\n.W\ncrystalline lens\n"
    write(tmp_path, MED__ALL=documents, MED__QRY=".I 1\n.W\nlens\n.I 2\n.W\nnone judged\n")
    write(tmp_path, MED__REL="1 0 13 1\n1 0 1 1\n", **{"MED__REL__OLD": "1 0 1 1\n"})
    cisi = ".I 28\n.T\nIndexing\n.A\nAble, C.\n.W\nOf books.\n.X\n1\t5\t28\n28\t5\t28\n"
    queries = ".I 1\n.W\nbooks\n.I 3\n.T\nTitles\n.A\n(X)\n.W\nand books\n.B\n(Journal)\n"
    write(tmp_path, CISI__ALL=cisi, CISI__QRY=queries, CISI__BLN="#q1=...")
    write(tmp_path, CISI__REL="     1     28\t0\t0.000000\n     3     28\t0\t0.000000\n")
    with pytest.raises(NotFound) as error:
        load_suite("smart", tmp_path)
    assert "several collections" in error.value.message
    suite = load_suite("smart", tmp_path / "MED.REL")
    assert [(row.id, dict(row.relevance)) for row in suite.rows] == [("1", {"13": 1.0, "1": 1.0})]
    assert "1 query without judgements" in suite.about
    suite = load_suite("smart", tmp_path / "CISI.ALL")
    assert [(row.id, row.question) for row in suite.rows] == [
        ("1", "books"),
        ("3", "Titles and books"),
    ]
    assert dict(suite.rows[1].relevance) == {"28": 1.0}
    assert suite.sources[0].text == "Indexing\nOf books."


def test_broken_collections_are_refused_with_file_and_line(tmp_path):
    write(tmp_path, cran__all__1400=CRAN, cran__qry=CRAN_QUERIES, cranqrel="1 1 1\n1 2\n")
    with pytest.raises(UnreadableFile) as error:
        load_suite("smart", tmp_path)
    assert "cranqrel, line 2" in error.value.message
    write(tmp_path, cranqrel="1 1 1\n", cran__qry=CRAN_QUERIES + ".I 005\n")
    with pytest.raises(UnreadableFile) as error:
        load_suite("smart", tmp_path)
    assert "cran.qry ends within entry .I 005" in error.value.message
    (tmp_path / "cran.qry").unlink()
    with pytest.raises(NotFound) as error:
        load_suite("smart", tmp_path / "cranqrel")
    assert "queries" in error.value.message


def test_a_judged_query_that_is_not_there_is_a_row_with_a_problem(tmp_path):
    write(tmp_path, cran__all__1400=CRAN, cran__qry=CRAN_QUERIES, cranqrel="1 1 1\n7 2 1\n2 1 -1\n")
    suite = load_suite("smart", tmp_path)
    said = {row.id: row.problem for row in suite.rows}
    assert said["1"] == "" and said["2"] == "no relevant document" and "no query 7" in said["7"]


CORPUS = "The canal is 12 km long.\nIt is — briefly — wet.\n"


def spans(folder, *rows, corpus=CORPUS.encode(), name="canal.md"):
    (folder / "corpora").mkdir(exist_ok=True)
    (folder / "corpora" / name).write_bytes(corpus)
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "references", "corpus_id"])
        for question, references, corpus_id in rows:
            text = references if isinstance(references, str) else json.dumps(references)
            writer.writerow([question, text, corpus_id])
    return folder


def reference(content, text=CORPUS):
    start = text.index(content)
    return {"content": content, "start_index": start, "end_index": start + len(content)}


@pytest.mark.parametrize("given", ["", "questions.csv", "corpora/canal.md"])
def test_exact_spans_hold_in_the_text_of_the_corpus(tmp_path, given):
    spans(tmp_path, ("How long, and how wet?", [reference("12 km"), reference("— wet")], "canal"))
    suite = load_suite("exact-spans", tmp_path / given)
    (row,), (source,) = suite.rows, suite.sources
    assert source.id == "canal" and source.text == CORPUS
    assert [CORPUS[one.start : one.end] for one in row.spans] == ["12 km", "— wet"]
    assert row.scope == ("canal",) and row.question == "How long, and how wet?"
    assert len(suite.files) == 2


@pytest.mark.parametrize("counted", ["exact", "joined"])
def test_windows_line_ends_are_counted_as_the_offsets_count_them(tmp_path, counted):
    windows = CORPUS.replace("\n", "\r\n")
    text = windows if counted == "exact" else CORPUS
    spans(tmp_path, ("Wet?", [reference("briefly", text)], "canal"), corpus=windows.encode())
    suite = load_suite("exact-spans", tmp_path)
    assert suite.sources[0].text == text and suite.rows[0].problem == ""


def test_exact_spans_that_do_not_hold_are_said(tmp_path):
    off = {"content": "12 km", "start_index": 1, "end_index": 6}
    spans(
        tmp_path,
        ("One?", [off, reference("wet")], "canal"),
        ("Two?", [off], "canal"),
        ("Three?", [], "canal"),
        ("Four?", '[{"content": "12', "canal"),
        ("Five?", '[{"content": "wet", "start_index": NaN, "end_index": 3}]', "canal"),
        ("Six?", [reference("wet")], "river"),
        ("", [reference("wet")], "canal"),
    )
    rows = load_suite("exact-spans", tmp_path).rows
    assert [row.id for row in rows] == list("1234567")
    assert "span not where it should be" in rows[0].tags and len(rows[0].spans) == 1
    for row, words in zip(
        rows[1:],
        [
            "no reference stands",
            "no gold answer",
            "not valid JSON",
            "NaN",
            "no corpus 'river'",
            "empty",
        ],
        strict=True,
    ):
        assert words in row.problem and row.problem.startswith(f"row {row.id} of questions.csv")


def test_exact_spans_without_any_corpus_are_refused(tmp_path):
    spans(tmp_path, ("One?", [reference("wet")], "river"))
    with pytest.raises(NotFound) as error:
        load_suite("exact-spans", tmp_path)
    assert "river" in error.value.message
