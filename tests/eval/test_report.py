"""The report as a file: one page, whole or not at all, with nothing of a document as markup."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from eval.report import policy, write_report
from eval.report_figures import result
from tests.eval.reports import answer, judged, rate, record, records, retrieved, summary
from tests.ui.evil import EVIL


class Read(HTMLParser):
    """What a browser would see of a page: elements, their attributes, and the text of scripts."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.scripts, self.text, self.inside = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside = tag
        if tag == "script":
            self.scripts.append([dict(attrs), ""])

    def handle_endtag(self, tag):
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts[-1][1] += data
        elif not self.inside:
            self.text.append(data)

    def data(self, name):
        return json.loads(next(text for at, text in self.scripts if at.get("id") == name))

    def blocks(self):
        packed = [text for at, text in self.scripts if at.get("class") == "block"]
        return [json.loads(gzip.decompress(base64.b64decode(one))) for one in packed]


def written(folder, made=None, rows=(), baselines=()):
    path = write_report(folder, made or summary(), iter(rows), iter(baselines))
    return path.read_text("utf-8")


def words_of(page):
    return " ".join(" ".join(Read(page).text).split())


def test_the_result_is_said_in_a_sentence(tmp_path):
    page = written(tmp_path, summary(rows=1378), records(5))
    assert (
        "f1 is 0.61, between 0.58 and 0.64 (95 %), on 1,378 rows; "
        "the baseline “always refuse” has 0.52." in words_of(page)
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "better", "said"),
    [
        (rate(0.5, 0.4, 0.6), 0.9, "higher", "has 0.90, which is better."),
        (rate(0.5, 0.4, 0.6), 0.45, "higher", "has 0.45, which lies within that interval."),
        (rate(0.5, 0.4, 0.6), 0.1, "lower", "has 0.10, which is better."),
        (rate(0.5, 0.4, 0.6), 0.1, "higher", "has 0.10."),
        ({"value": None, "ci": None, "n": 0}, 0.1, "higher", "was not measured"),
        (None, 0.1, "higher", "was not measured"),
        (rate(2.5, 2, 3, unit="s"), 4.0, "lower", "is 2.5 s, between 2 s and 3 s"),
    ],
)
def test_the_result_is_honest_about_baselines(ours, theirs, better, said):
    made = {"metrics": {"m": ours}, "baselines": {"b": {"m": {"value": theirs}}}}
    assert said in result({**made, "better": {"m": better}})


def test_a_row_is_there_whole_and_once(tmp_path):
    rows = records(120)
    page = Read(written(tmp_path, rows=rows))
    blocks, index = page.blocks(), page.data("index")
    assert [whole["record"] for block in blocks for whole in block] == rows
    assert len(index["rows"]) == 120
    for line, row in zip(index["rows"], rows, strict=True):
        *_, block, at = line
        assert line[0] == blocks[block][at]["record"]["id"] == row["id"]


def test_long_answers_are_cut_in_the_table_and_whole_in_the_detail(tmp_path):
    long = "word " * 50_000
    page = Read(written(tmp_path, rows=[record(1, answer=answer(text=long, sentences=[]))]))
    assert max(len(str(cell)) for cell in page.data("index")["rows"][0]) < 500
    assert page.blocks()[0][0]["record"]["answer"]["text"] == f"{long} [1]"


def test_large_rows_are_not_packed_together(tmp_path):
    rows = [record(n, error="x" * 600_000) for n in range(4)]
    assert [len(block) for block in Read(written(tmp_path, rows=rows)).blocks()] == [2, 2]


def test_what_was_not_measured_is_never_a_zero(tmp_path):
    made = summary()
    made["metrics"] = {
        "f1": {"value": float("nan"), "ci": None, "n": None, "failed": None},
        "recall": None,
        "latency": {"value": None, "ci": [None, None], "n": 0, "failed": 0, "unit": "s"},
    }
    made["baselines"] = {"refuse": {"f1": {"value": None}}, "nothing": {}, "none": None}
    made["tags"] = {"who": {"f1": {"value": None, "ci": None, "n": 3}}, "when": None}
    page = written(tmp_path, made, [record(1, scores={"f1": float("nan")}, seconds=None)])
    read = Read(page)
    assert "f1 was not measured" in words_of(page)
    figures = page[page.index("<table") : page.index("</table>")]
    assert figures.count("not measured") == 16
    assert "0.0" not in words_of(figures)
    assert "<circle" not in figures
    line = read.data("index")["rows"][0]
    assert line[5][0] is None
    assert line[6] is None
    assert read.blocks()[0][0]["record"]["scores"]["f1"] is None


def test_only_plots_that_the_summary_has(tmp_path):
    page = written(tmp_path, summary(curves={"latency": [0.1, 0.2]}))
    assert re.findall(r'<figure class="plot"><h3>(\w+)', page) == ["Latency"]
    assert "<figure" not in written(tmp_path, summary(curves={}))
    assert "Plots" not in words_of(written(tmp_path, summary(curves={})))


def test_plots_are_labelled_with_units(tmp_path):
    page = words_of(written(tmp_path))
    for label in ("coverage: answers given, %", "confidence that the system gave, %"):
        assert label in page
    assert "time a row took, ms" in page


def test_every_failed_row_is_named(tmp_path):
    problems = [{"id": f"row {n}", "error": f"error {n}"} for n in range(40)]
    page = Read(written(tmp_path, summary(problems=problems)))
    links = [at["href"] for tag, at in page.elements if tag == "a" and "#row=" in at["href"]]
    assert links == [f"#row=row%20{n}" for n in range(40)]
    assert "40 rows failed" in " ".join(page.text)
    assert all(one["error"] in page.text for one in problems)


def test_a_faithfulness_figure_names_its_verifier_and_its_agreement(tmp_path):
    page = words_of(written(tmp_path))
    assert "judged by vouch-checks, which agrees with people: balanced accuracy 0.781" in page
    unknown = summary(verifier={"name": "embeddings", "agreement": None})
    page = words_of(written(tmp_path, unknown))
    assert "judged by embeddings, whose agreement with people has not been measured" in page


def test_facts_to_reproduce_it_are_there(tmp_path):
    page = words_of(written(tmp_path))
    for fact in ("vouch eval run squad2 --data", "d5441b1", "7be1c0", "9f2c41d07a", "8 min 4 s"):
        assert fact in page
    assert "22 November 2026, 14:05 UTC" in page


def test_expected_strings_are_ticked_as_the_metrics_see_them(tmp_path):
    row = record(1)
    row["row"]["expect"]["any"] = ["re:7(8", "minister"]
    found = Read(written(tmp_path, rows=[row])).blocks()[0][0]["found"]
    assert found == {
        "all": [True],
        "any": [None, True],
        "values": [True, False, False],
        "wrong": [False],
        "sources": [True, False],
    }
    assert Read(written(tmp_path, rows=[record(1, "refused")])).blocks()[0][0]["found"] == {}


def test_baselines_stand_beside_the_row(tmp_path):
    lines = [{"baseline": "refuse", **record(n, "refused")} for n in range(3)]
    page = Read(written(tmp_path, rows=records(3), baselines=lines))
    for whole in page.blocks()[0]:
        assert [one["name"] for one in whole["beside"]] == ["refuse"]
        assert whole["beside"][0]["said"] == "The documents come near, no more."


@pytest.mark.parametrize("evil", [*EVIL, "]]>", "</script><script>window.ran=1</script>", "<!--"])
def test_hostile_text_is_nowhere_markup(tmp_path, evil):
    made = summary(
        name=evil,
        system=evil,
        about=evil,
        command=evil,
        commit=evil,
        settings={evil: evil},
        machine={evil: evil},
        grouped_by=evil,
        problems=[{"id": evil, "error": evil}],
        description={"f1": evil, evil: evil},
        verifier={"name": evil, "agreement": {"suite": evil, "metric": evil, "value": 0.5}},
    )
    made["metrics"][evil] = rate(0.5, unit=evil)
    made["metrics"][evil + "2"] = rate(0.5)
    made["baselines"][evil] = {"f1": rate(0.3)}
    made["tags"][evil] = {"f1": rate(0.3)}
    row = record(1, id=evil, answer=answer(text=evil), error=evil)
    row["row"].update(question=evil, tags=[evil])
    plain = Read(written(tmp_path, summary(), [record(1)]))
    page = written(tmp_path, made, [row, row], [{"baseline": evil, **row}])
    kinds = {tag for tag, _ in Read(page).elements}
    assert kinds == {tag for tag, _ in plain.elements}
    assert len(Read(page).scripts) == len(plain.scripts)
    for _, attributes in Read(page).elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith(("#", "data:,"))
    assert not re.search("[\x00-\x08\u200b\u202e\x1b]", page)


def test_nothing_is_asked_for(tmp_path):
    page = written(tmp_path, rows=records(3))
    for _, attributes in Read(page).elements:
        assert "src" not in attributes
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page


def test_the_policy_lets_its_own_script_run_and_nothing_else(tmp_path):
    page = Read(written(tmp_path, rows=records(3)))
    code = [text for attributes, text in page.scripts if not attributes]
    assert len(code) == 1
    digest = base64.b64encode(hashlib.sha256(code[0].encode()).digest()).decode()
    sent = next(at for tag, at in page.elements if "http-equiv" in at)
    assert sent["content"] == policy()
    assert policy().startswith(f"default-src 'none'; script-src 'sha256-{digest}';")


def test_the_same_run_gives_the_same_bytes(tmp_path):
    assert written(tmp_path, rows=records(60)) == written(tmp_path, rows=records(60))


def test_a_report_is_there_whole_or_not_at_all(tmp_path):
    old = written(tmp_path, rows=records(2))

    def broken():
        yield record(1)
        raise RuntimeError("the file of records was cut off")

    with pytest.raises(RuntimeError):
        write_report(tmp_path, summary(), broken(), [])
    assert (tmp_path / "report.html").read_text("utf-8") == old
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("task", "row"), [("retrieve", retrieved()), ("verify", judged()), ("answer", record())]
)
def test_a_summary_may_hold_little(tmp_path, task, row):
    page = written(tmp_path, {"name": "s", "task": task, "metrics": {}}, [row])
    assert len(Read(page).data("index")["rows"]) == 1
    page = written(tmp_path, {"name": "s", "task": task, "metrics": {}, "rows": 0})
    assert "This run has no rows." in words_of(page)
