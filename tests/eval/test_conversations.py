"""Conversations are played turn by turn, and each way to understand a question is measured."""

import json

import pytest

from eval.cases import Case, Expect
from eval.conversation_figures import answered_figures, differences, found_figures
from eval.conversation_play import Asked, Player
from eval.conversations import main
from eval.records import Output
from rag.types import Turn

EXAMPLES = "examples/larkhaven"


def case(id_, question, *earlier, **fields):
    history = [turn for q in earlier for turn in (Turn("user", q), Turn("assistant", "Given."))]
    return Case(id_, question, tuple(history), group="one", **fields)


class Asking:
    """Answers every question with what is understood of it, and counts what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, question, history):
        text = resolve(question, history)
        self.asked.append(text)
        return Output(answer={"text": f"<{text}>", "declined": None})


def resolve(question, history):
    return " ".join([*(turn.content for turn in history), question])


LAST = case("c3", "Why?", "Who left?", "When?")


def test_each_mode_asks_another_question():
    player = Player(Asking(), resolve, {"c3": "Why did Ann leave?"}, given=True)
    assert player.understood(LAST, "raw") == "Why?"
    assert player.understood(LAST, "concatenated") == "Who left? When? Why?"
    assert player.understood(LAST, "standalone") == "Why did Ann leave?"
    assert player.understood(LAST, "resolved") == "Who left? Given. When? Given. Why?"


def test_played_answers_are_those_to_the_questions_as_understood():
    ask = Asking()
    played = Player(ask, resolve).ask(LAST, "resolved")
    assert ask.asked[:2] == ["Who left?", "Who left? <Who left?> When?"]
    assert "Given." not in played.understood
    assert played.understood.endswith("Why?")


def test_history_holds_the_json_of_earlier_answers():
    seen = []

    def look(question, history):
        seen.append([turn.answer for turn in history])
        return f"{question}!"

    Player(Asking(), look).ask(LAST, "resolved")
    assert seen[-1][1]["question"] == "Who left?"
    assert seen[-1][1]["standalone_question"] == "Who left?!"


def test_the_same_words_are_asked_once():
    ask = Asking()
    player = Player(ask, resolve)
    player.play([LAST, case("c2", "When?", "Who left?")], "resolved", workers=1)
    player.play([LAST], "resolved")
    assert len(ask.asked) == len(set(ask.asked))


def test_only_a_resolved_question_is_asked_in_its_conversation():
    asked = []

    def ask(question, history):
        asked.append((question, len(history)))
        return Output(answer={"text": "", "declined": None})

    player = Player(ask, resolve, {"c3": "Why did Ann leave?"})
    for mode in ("resolved", "standalone", "raw", "concatenated"):
        player.ask(LAST, mode)
    assert asked[:3] == [("Who left?", 0), ("When?", 2), ("Why?", 4)]
    assert asked[3:] == [("Why did Ann leave?", 0), ("Why?", 0), ("Who left? When? Why?", 0)]


def test_a_broken_case_fails_and_is_not_asked():
    ask = Asking()
    broken = Case("x", "Why?", problem="no question")
    assert Player(ask, resolve).ask(broken, "raw").output.error == "no question"
    assert ask.asked == []


def asked(right, group, id_="c"):
    expect = Expect(any=("yes",))
    row = Case(id_, "?", expect=expect, tags=("conversation", "why"), group=group)
    return Asked(row, "?", Output(answer={"text": "yes" if right else "no"}, seconds=0.1))


def test_figures_are_told_by_tag_and_resample_conversations():
    some = [asked(True, "a"), asked(True, "a"), asked(False, "b"), asked(True, "b")]
    figures = answered_figures(some)
    assert figures["correct"]["value"] == 0.75
    assert figures["correct"]["ci"] == [0.5, 1.0]
    assert figures["tags"]["why"]["n"] == 4
    assert "conversation" not in figures["tags"]


def test_differences_are_paired():
    good, bad = [asked(True, g) for g in "abc"], [asked(False, g) for g in "abc"]
    found = differences({"raw": bad, "resolved": good})
    assert found["raw"]["value"] == 1.0
    assert found["raw"]["n"] == 3


def test_recall_is_of_the_reference_passages():
    def found(source):
        row = Case("c", "?", relevance={"p1": 1.0, "p2": 1.0}, tags=("later turn",), group="g")
        hits = ({"source": source, "score": 1.0, "start": None, "end": None},)
        return row, Output(hits=hits)

    figures = found_figures({"raw": [found("x")], "resolved": [found("p1")]})
    assert figures["raw"]["all"]["recall@1"]["value"] == 0.0
    assert figures["resolved"]["later turns"]["recall@5"]["value"] == 0.5
    assert figures["resolved over"]["raw"]["recall@1"]["value"] == 0.5


def test_nothing_named_is_nothing_measured(capsys):
    assert main([]) == 2
    assert "--cases" in capsys.readouterr().err


@pytest.mark.slow
def test_a_case_file_is_played_over_the_examples(tmp_path, capsys):
    cases = tmp_path / "cases.jsonl"
    history = [
        {"role": "user", "content": "How many jars were at the marmalade fair in Larkhaven?"},
        {"role": "assistant", "content": "212."},
    ]
    row = {
        "id": "fair",
        "question": "Who leads the judges?",
        "history": history,
        "expect": {"any": ["Tull"]},
        "tags": ["conversation", "larkhaven"],
        "answerable": True,
    }
    cases.write_text(json.dumps(row) + "\n", encoding="utf-8")
    alone = tmp_path / "alone.jsonl"
    alone.write_text(json.dumps({"id": "fair", "standalone": "Who leads the judges?"}) + "\n")
    out = tmp_path / "figures.json"
    arguments = ["--cases", cases, "--standalone", alone, "--cache", tmp_path, "--out", out]
    assert main([str(one) for one in arguments]) == 0
    assert "| all |" in capsys.readouterr().out
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert set(figures["cases"]["modes"]) == {"raw", "concatenated", "resolved", "standalone"}
    assert figures["cases"]["modes"]["resolved"]["correct"]["value"] == 1.0
