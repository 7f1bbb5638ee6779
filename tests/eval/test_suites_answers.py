"""What the loaders of questions read: golds, scopes, spans, histories, and what may be refused."""

from __future__ import annotations

import json

import pytest

from eval.cases import GoldSpan
from eval.metrics.text import holds
from eval.suites import load_suite
from rag.errors import UnreadableFile
from rag.types import Turn

CONTEXT = "The Dunmark Canal is 12 km long. It was dug in 1841."


def answer(text, start=None):
    return {"text": text, "answer_start": CONTEXT.index(text) if start is None else start}


def question(id_, *answers, **fields):
    return {"id": id_, "question": f"Question {id_}?", "answers": list(answers), **fields}


def squad(tmp_path, *questions, context=CONTEXT, version="v2.0"):
    paragraph = {"context": context, "qas": list(questions)}
    article = {"title": "Dunmark_Canal", "paragraphs": [paragraph]}
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"version": version, "data": [article]}), "utf-8")
    return load_suite("squad2", path)


def lines(tmp_path, name, *rows):
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return load_suite(name, path)


def test_squad_has_a_case_a_question_and_a_source_a_paragraph(tmp_path):
    suite = squad(
        tmp_path,
        question("a", answer("12 km"), answer("12 km long"), answer("12 km"), is_impossible=False),
        question("b", is_impossible=True, plausible_answers=[answer("1841")]),
    )
    (source,) = suite.sources
    assert (source.id, source.text, source.title) == ("Dunmark_Canal/0", CONTEXT, "Dunmark Canal")
    first, second = suite.rows
    assert first.expect.answers == ("12 km", "12 km long")
    assert [CONTEXT[one.start : one.end] for one in first.spans] == ["12 km", "12 km long"]
    assert first.scope == second.scope == ("Dunmark_Canal/0",)
    assert first.group == second.group == "Dunmark_Canal/0"
    assert (first.answerable, second.answerable) == (True, False)
    assert (first.tags, second.tags) == (("answerable",), ("unanswerable",))
    assert second.expect.answers == () and second.spans == ()


def test_a_squad_1_file_has_an_answer_to_everything(tmp_path):
    suite = squad(tmp_path, question("a", answer("1841")), version="1.1")
    assert suite.rows[0].answerable is True and not suite.rows[0].problem


def test_a_squad_span_that_does_not_stand_there_is_left_out_and_tagged(tmp_path):
    suite = squad(tmp_path, question("a", answer("12 km", 3), answer("1841")))
    (row,) = suite.rows
    assert [CONTEXT[one.start : one.end] for one in row.spans] == ["1841"]
    assert row.expect.answers == ("12 km", "1841")
    assert "span not where it should be" in row.tags


def test_broken_squad_questions_are_kept(tmp_path):
    suite = squad(
        tmp_path,
        question("a"),
        question("b", answer("1841"), is_impossible=True),
        question("c", answer("1841"), is_impossible="no"),
        question("d", {"text": "1841", "answer_start": float("nan")}),
        question("e", {"text": "1841", "answer_start": "3"}),
        question("f", answer("1841")),
        question("f", answer("1841")),
        {"question": "No id?", "answers": [answer("1841")]},
    )
    said = [row.problem.split(": ", 1)[-1] for row in suite.rows]
    assert said == [
        "no gold answer",
        "it is marked as impossible, and has an answer",
        "`is_impossible` is text where true or false was expected",
        "it holds NaN, which JSON does not allow",
        "`answer_start` is text where a whole number was expected",
        "",
        "the id f is used by an earlier row",
        "there is no `id`",
    ]
    assert suite.rows[0].problem.startswith("question 1 of paragraph Dunmark_Canal/0")
    assert [row.id for row in suite.rows][-3:] == ["f", "f#2", "Dunmark_Canal/0/8"]


def test_squad_paragraphs_without_text_keep_their_questions(tmp_path):
    suite = squad(tmp_path, question("a", answer("1841")), context=None)
    assert [row.id for row in suite.rows] == ["a"]
    assert "no text in `context`" in suite.rows[0].problem
    assert suite.sources == ()


def test_squad_articles_of_one_title_keep_their_own_paragraphs(tmp_path):
    articles = [
        {
            "title": "T",
            "paragraphs": [{"context": words, "qas": [question(words, is_impossible=True)]}],
        }
        for words in ("One.", "Two.")
    ]
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"data": articles}), "utf-8")
    suite = load_suite("squad2", path)
    assert [(one.id, one.text) for one in suite.sources] == [("T/0", "One."), ("T#2/0", "Two.")]
    assert [row.scope for row in suite.rows] == [("T/0",), ("T#2/0",)]


def test_a_cut_squad_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / "dev.json"
    path.write_text('{"version": "v2.0",\n "data": [{"title": "T", "paragraphs": [', "utf-8")
    with pytest.raises(UnreadableFile) as error:
        load_suite("squad2", path)
    assert "line 2, column" in error.value.message and str(path) in error.value.message


def ramdocs(golds, wrong, types=("correct",)):
    documents = [{"text": f"Text {n}.", "type": one, "answer": "x"} for n, one in enumerate(types)]
    return {
        "question": "How long?",
        "documents": documents,
        "gold_answers": golds,
        "wrong_answers": wrong,
    }


def test_ramdocs_has_each_value_once_and_no_value_both_right_and_wrong(tmp_path):
    suite = lines(
        tmp_path,
        "ramdocs",
        ramdocs(
            ["The UK", "UK", "France "], ["Spain", "spain", "the uk", "re:x"], ("misinfo", "noise")
        ),
        ramdocs(["12"], []),
    )
    first, second = suite.rows
    assert first.expect.values == ("The UK", "France")
    assert first.expect.min_values is None
    assert first.expect.wrong[0] == "Spain" and len(first.expect.wrong) == 2
    assert holds(first.expect.wrong[1], "RE:X") and not holds(first.expect.wrong[1], "x")
    assert first.tags == ("2 golds", "misinfo", "noise", "gold also called wrong")
    assert second.tags == ("1 gold",)
    assert first.scope == ("1/0", "1/1") and second.scope == ("2/0",)
    assert [one.text for one in suite.sources] == ["Text 0.", "Text 1.", "Text 0."]


def rgb(answer, **fields):
    return {
        "id": 4,
        "query": "How long?",
        "answer": answer,
        "fakeanswer": "90 km",
        "positive": ["It is 12 km."],
        "positive_wrong": ["It is 90 km."],
        "negative": ["Wet.", "Deep."],
        **fields,
    }


def test_rgb_makes_a_case_of_the_false_documents_and_one_of_both(tmp_path):
    suite = lines(tmp_path, "rgb-fact", rgb("12 km"))
    false, both = suite.rows
    assert (false.id, both.id, false.group, both.group) == ("4/false", "4/both", "4", "4")
    assert false.scope == ("4/positive_wrong/0", "4/negative/0", "4/negative/1")
    assert both.scope == ("4/positive/0", "4/positive_wrong/0")
    assert (false.expect.any, false.expect.answers) == (("12 km",), ("12 km",))
    assert false.expect.wrong == ("90 km",) and false.answerable is None
    assert both.expect.values == ("12 km", "90 km") and both.answerable is True
    assert (false.tags, both.tags) == (("false documents",), ("true and false documents",))
    assert len(suite.sources) == 4


def test_rgb_takes_spellings_and_several_parts(tmp_path):
    spelled, several = (
        rgb([["July 21 2017", "21 July 2017"]]),
        rgb([["July 21", "21 July"], "2017"], id=5, fakeanswer=["1907", "1908"]),
    )
    suite = lines(tmp_path, "rgb-fact", spelled, several)
    false, both, more, also = suite.rows
    assert false.expect.any == false.expect.answers == ("July 21 2017", "21 July 2017")
    assert holds(both.expect.values[0], "On 21 july 2017.") and len(both.expect.values) == 2
    assert not holds(both.expect.values[0], "On 121 July 2017.")
    assert more.expect.any == more.expect.answers == () and len(more.expect.all) == 2
    assert all(holds(one, "It was 21 July 2017.") for one in more.expect.all)
    assert not all(holds(one, "It was 21 July.") for one in more.expect.all)
    assert more.expect.wrong == ("1907", "1908")
    assert len(also.expect.values) == 4


def test_conflictnq_expects_the_real_and_the_made_up_answer(tmp_path):
    row = {
        "id": "77",
        "question": "how long",
        "cleaned_question": "How long is it?",
        "real_short_answer": "12 km",
        "fake_short_answer": "It is as long as the longest canal of Tannmark.",
        "real_passages": [{"passage": "It is 12 km.", "summary": "Canal"}],
        "fake_passages": [{"passage": "One.", "summary": ""}, {"passage": "Two."}],
    }
    suite = lines(
        tmp_path, "conflictnq", row, row | {"id": "78", "cleaned_question": "", "fake_passages": []}
    )
    first, second = suite.rows
    assert first.question == "How long is it?" and second.question == "how long"
    assert first.expect.values == (row["real_short_answer"], row["fake_short_answer"])
    assert first.scope == ("77/real/0", "77/fake/0", "77/fake/1")
    assert first.tags == ("long answers",)
    assert suite.sources[0].title == "Canal"
    assert "passages of one side" in second.problem


def clapnq(id_, *outputs):
    passage = {"title": "Canal", "text": "No. It is 12 km. No. It is deep.", "sentences": []}
    return {"id": id_, "input": "How long?", "passages": [passage], "output": list(outputs)}


def output(answer, *sentences):
    return {"answer": answer, "selected_sentences": list(sentences), "meta": {}}


def test_clapnq_finds_selected_sentences_from_the_left(tmp_path):
    suite = lines(
        tmp_path,
        "clapnq",
        clapnq("1", output("12 km.", "It is 12 km.", "No."), output("", "x")),
        clapnq("2", output("Deep.", "It is deep.", "No.", "It is wide.")),
        clapnq("3", output("")),
    )
    first, second, third = suite.rows
    assert first.spans == (GoldSpan("1/0", 4, 16), GoldSpan("1/0", 17, 20))
    assert second.spans == (GoldSpan("2/0", 0, 3), GoldSpan("2/0", 21, 32))
    assert first.expect.text == "12 km." and first.tags == ("answerable", "annotators disagree")
    assert second.tags == ("answerable", "span not found")
    assert "1 selected sentence could not be found" in suite.about
    assert (first.answerable, third.answerable) == (True, False)
    assert third.spans == () and third.expect.text == "" and third.group == "Canal"


def test_clapnq_reads_both_files_of_a_folder(tmp_path):
    for name, row in (
        ("answerable", clapnq("1", output("a"))),
        ("unanswerable", clapnq("2", output(""))),
    ):
        (tmp_path / f"clapnq_dev_{name}.jsonl").write_text(json.dumps(row), "utf-8")
    (tmp_path / "notes.jsonl").write_text("{}", "utf-8")
    suite = load_suite("clapnq", tmp_path)
    assert [row.answerable for row in suite.rows] == [True, False]
    assert len(suite.files) == 2


def mtrag(number, label="ANSWERABLE", contexts=(), turns=("How long?",), **fields):
    speakers = ("user", "agent")
    return {
        "conversation_id": "c",
        "task_id": f"c<::>{number}",
        "contexts": [{"document_id": name, "text": text} for name, text in contexts],
        "input": [{"speaker": speakers[n % 2], "text": text} for n, text in enumerate(turns)],
        "targets": [{"speaker": "agent", "text": "12 km."}],
        "answerability": [label],
        **fields,
    }


def test_mtrag_asks_the_last_question_over_all_contexts(tmp_path):
    extra = {"Collection": "govt", "Question Type": ["Factoid"], "Multi-Turn": ["Follow-up"]}
    suite = lines(
        tmp_path,
        "mtrag",
        mtrag(
            1,
            contexts=[("a", "Canal\nIt is 12 km.")],
            turns=("Hi.", "Hello.", "How long?"),
            **extra,
        ),
        mtrag(2, contexts=[("a", "Canal\nIt is 12 km."), ("b", "\nIt is deep.")]),
        mtrag(3, "UNANSWERABLE"),
        mtrag(4, "PARTIAL", **{"Multi-Turn": ["N/A"]}),
        mtrag(5, "UNDERSPECIFIED"),
        mtrag(6, "CONVERSATIONAL"),
    )
    first = suite.rows[0]
    assert first.question == "How long?"
    assert first.history == (Turn("user", "Hi."), Turn("assistant", "Hello."))
    assert first.scope is None and first.group == "c"
    assert dict(first.relevance) == {"a": 1.0} and first.sources == ("a",)
    assert first.tags == ("answerable", "govt", "Factoid", "Follow-up", "later turn")
    assert suite.rows[3].tags == ("partial", "first turn")
    assert first.expect.text == "12 km."
    assert [row.answerable for row in suite.rows] == [True, True, False, True, None, None]
    assert [(one.id, one.title) for one in suite.sources] == [("a", "Canal"), ("b", "")]
    assert suite.sources[1].text == "\nIt is deep."


def test_mtrag_tells_two_passages_of_one_id_apart(tmp_path):
    rows = [mtrag(1, contexts=[("a", "One.")]), mtrag(2, contexts=[("a", "Two.")])]
    suite = lines(tmp_path, "mtrag", *rows, mtrag(3, contexts=[("a", "Two.")]))
    assert [(one.id, one.text) for one in suite.sources] == [("a", "One."), ("a#2", "Two.")]
    assert [row.sources for row in suite.rows] == [("a",), ("a#2",), ("a#2",)]


def test_mtrag_names_what_it_cannot_ask(tmp_path):
    odd = mtrag(4)
    odd["input"][0]["speaker"] = "system"
    suite = lines(tmp_path, "mtrag", mtrag(1, "MAYBE"), mtrag(2, turns=("A?", "B.")), mtrag(3), odd)
    assert "`answerability` is 'MAYBE'" in suite.rows[0].problem
    assert "does not end in a question" in suite.rows[1].problem
    assert suite.rows[2].problem == ""
    assert "`speaker` is 'system'" in suite.rows[3].problem
