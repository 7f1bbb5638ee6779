"""Anybody's function, class, chain or retriever is measured as it is, and told what is wrong."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from eval.answerers import load_answerer
from eval.answerers_passages import NotAnOutput
from eval.answerers_prompt import PROMPT_TOKENS, UNANSWERABLE
from eval.cases import Case, Claim, Source, Suite
from eval.records import Output
from eval.systems import System
from rag.errors import BadRequest, NotFound, VouchError
from rag.types import Filters, Turn

RAIN = "It rained. In Oslo the river rose by two metres."
SOURCES = (
    Source("news/rain.txt", RAIN, "Rain in Oslo"),
    Source("trams", "Trams stood still for nine hours.", "Trams"),
)
CASE = Case("1", "How far did the river rise?")
CLAIM = Claim(
    "c", "The river rose.", (SOURCES[0], SOURCES[1]), supported=True, question="What rose?"
)


def suite(task: str = "answer", sources: tuple[Source, ...] = SOURCES) -> Suite:
    return Suite("small", task, (), (), sources)  # type: ignore[arg-type]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Any]:
    """Return a function that writes a module and loads something of it."""
    path, modules = list(sys.path), set(sys.modules)

    def load(code: str, name: str = "answer", task: str = "answer", **more: Any) -> System:
        file = tmp_path / "mine.py"
        file.write_text(dedent(code), encoding="utf-8")
        return load_answerer(f"{file}:{name}", suite(task, **more))

    yield load
    sys.path[:] = path
    for module in set(sys.modules) - modules:
        if module.startswith(("vouch_answerer_", "mine", "package")):
            del sys.modules[module]


def returning(written: Any, value: str, task: str = "answer") -> Output:
    """Return the output of a function that returns what an expression gives."""
    system = written(f"import math\ndef answer(question):\n    return {value}\n", task=task)
    output: Output = system.run(CASE)
    return output


# Where it is found


def test_a_module_of_the_current_directory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Any
) -> None:
    del written  # it restores the modules
    (tmp_path / "package_of_mine").mkdir()
    (tmp_path / "package_of_mine" / "chain.py").write_text(
        "class Bot:\n    @staticmethod\n    def say(question): return question.upper()\n"
    )
    monkeypatch.chdir(tmp_path)
    system = load_answerer("package_of_mine.chain:Bot.say", suite())
    assert system.run(CASE).answer == {"text": CASE.question.upper(), "declined": None}
    assert system.name == "package_of_mine.chain:Bot.say"


def test_a_file_finds_its_neighbours_and_is_not_taken_for_a_module(
    tmp_path: Path, written: Any
) -> None:
    (tmp_path / "mine_too.py").write_text("WORD = 'neighbour'\n")
    (tmp_path / "json.py").write_text(
        "from mine_too import WORD\ndef answer(question): return WORD\n"
    )
    system = load_answerer(f"{tmp_path}/json.py:answer", suite())
    assert (system.run(CASE).answer or {})["text"] == "neighbour"
    import json

    assert json.loads("1") == 1


def test_the_version_is_of_the_file(written: Any) -> None:
    first = written("def answer(question): return '1'\n").version
    again = written("def answer(question): return '1'\n").version
    other = written("def answer(question): return '2'\n").version
    assert len(first) == 64
    assert first == again != other


def test_what_has_no_file_has_no_version() -> None:
    assert load_answerer("builtins:len", suite()).version == ""


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ("answers", BadRequest, "'answers' names nothing"),
        (":f", BadRequest, "names nothing"),
        ("json:", BadRequest, "names nothing"),
        ("no_such_module_here:f", NotFound, "no module 'no_such_module_here'"),
        ("json.nothing:f", NotFound, "no module 'json.nothing'"),
        ("json:dunps", NotFound, "no 'dunps'.*dumps"),
        ("nowhere/mine.py:f", NotFound, "no file nowhere/mine.py"),
        ("math:pi", VouchError, "is a float, which cannot be asked"),
    ],
)
def test_what_is_not_there_is_named(spec: str, error: type[VouchError], words: str) -> None:
    with pytest.raises(error, match=words):
        load_answerer(spec, suite())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import a_package_that_is_lacking", "No module named 'a_package_that_is_lacking'"),
        ("def answer(:", "SyntaxError"),
        ("raise SystemExit('usage: mine FILE')", "SystemExit: usage: mine FILE"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_module_that_does_not_import_says_why(written: Any, code: str, words: str) -> None:
    with pytest.raises(VouchError, match=f"cannot be imported.*{words}"):
        written(code)


# How it is called


@pytest.mark.parametrize(
    ("signature", "expression", "text"),
    [
        ("q", "q", CASE.question),
        ("q, /", "q", CASE.question),
        ("*args", "args[0]", CASE.question),
        ("*, question", "question", CASE.question),
        ("q, k=4", "k", "4"),
        ("question=''", "question", CASE.question),
        ("q, **rest", "rest", "{}"),
        ("q, documents", "documents[1]", SOURCES[1].text),
        ("q, sources", "sources[0].title", "Rain in Oslo"),
        ("history, q", "q + history[0]['content']", CASE.question + "Hello"),
        ("q, filters", "filters['publisher'][0]", "Reuters"),
        ("case", "case.id", "1"),
        ("q, *, case, limit", "(case.id, limit)", "('1', 100)"),
    ],
)
def test_a_function_is_given_what_it_names(
    written: Any, signature: str, expression: str, text: str
) -> None:
    case = Case(
        "1", CASE.question, (Turn("user", "Hello"),), filters=Filters(publisher=("Reuters",))
    )
    system = written(f"def answer({signature}):\n    return str({expression})\n")
    assert (system.run(case).answer or {})["text"] == text


def test_sources_are_those_in_scope(written: Any) -> None:
    system = written("def answer(q, sources): return ','.join(s.id for s in sources)\n")
    assert (system.run(CASE).answer or {})["text"] == "news/rain.txt,trams"
    assert (system.run(Case("2", "?", scope=("trams",))).answer or {})["text"] == "trams"
    with pytest.raises(VouchError, match="'gone'"):
        system.run(Case("3", "?", scope=("gone",)))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def answer(q, temperature): ...", "needs 'temperature', which nobody fills"),
        ("def answer(history, **rest): ...", "takes no question"),
        ("class answer:\n    def __init__(self, model): ...", "cannot be made: it needs model"),
        ("def answer(): raise OSError('no model')", "cannot be made: OSError: no model"),
        ("def answer(): return 7", "is a int, which cannot be asked"),
    ],
)
def test_what_cannot_be_called_is_told_before_any_row(written: Any, code: str, words: str) -> None:
    with pytest.raises(VouchError, match=words):
        written(code)


def test_a_coroutine_is_awaited(written: Any) -> None:
    system = written(
        """
        import asyncio
        async def answer(question):
            await asyncio.sleep(0)
            return "awaited"
        """
    )
    assert (system.run(CASE).answer or {})["text"] == "awaited"


@pytest.mark.parametrize(
    "code",
    [
        "def answer(): return Bot([])",
        "def answer(sources): return Bot(sources)",
        "def answer(): return Bot([]).__call__",
        "answer = Bot",
        "answer = Bot([])",
    ],
)
def test_classes_makers_and_objects_are_asked_alike(written: Any, code: str) -> None:
    bot = """
    class Bot:
        def __init__(self, sources=()): self.n = len(sources)
        def __call__(self, question): return f"{question} {self.n}"
    """
    answer = written(f"{dedent(bot)}\n{code}\n").run(CASE).answer or {}
    wanted = 2 if code in ("def answer(sources): return Bot(sources)", "answer = Bot") else 0
    assert answer["text"] == f"{CASE.question} {wanted}"


def test_a_maker_is_called_once_and_its_object_closed(written: Any) -> None:
    system = written(
        """
        made, closed = [], []
        class Bot:
            def __call__(self, question): return str((len(made), len(closed)))
            def close(self): closed.append(1)
        def answer():
            made.append(1)
            return Bot()
        """
    )
    system.run(CASE)
    assert (system.run(CASE).answer or {})["text"] == "(1, 0)"
    system.close()
    assert (system.run(CASE).answer or {})["text"] == "(1, 1)"


def test_what_was_there_before_is_left_open(written: Any) -> None:
    code = """
    class Bot:
        closed = False
        def __call__(self, question): return str(self.closed)
        def close(self): self.closed = True
    answer = Bot()
    """
    system = written(code)
    system.close()
    assert (system.run(CASE).answer or {})["text"] == "False"


def test_what_the_function_raises_comes_through(written: Any) -> None:
    system = written("def answer(question): raise KeyError('tenth')\n")
    with pytest.raises(KeyError, match="tenth"):
        system.run(CASE)


def test_an_answerer_and_a_retriever_of_vouch(written: Any) -> None:
    code = """
    from tests.fakes import FakeAnswerer, sample_answer
    asked = []
    class Both(FakeAnswerer):
        def ask(self, question):
            asked.append(question)
            return super().ask(question)
        def retrieve(self, question, *, filters, collection, limit):
            return sample_answer().hits[:limit]
    def answer(): return Both([sample_answer()])
    """
    system = written(code)
    output = system.run(CASE)
    assert output.answer is not None
    assert output.answer["contract"] == 1
    assert output.answer["citations"]
    ranked = written(code, task="retrieve", sources=()).run(CASE)
    assert ranked.answer is None
    assert isinstance(ranked.hits, tuple)


# What it returns


def test_a_text_has_no_citations_rather_than_none_found(written: Any) -> None:
    assert returning(written, "'Two metres.'").answer == {"text": "Two metres.", "declined": None}


@pytest.mark.parametrize(
    "value",
    [
        "''",
        "'  \\n'",
        '"I don\\u2019t know."',
        "'Unanswerable'",
        "{'declined': True}",
        "{'declined': {'reason': 'nothing_found'}}",
        "{'text': 'It is not there.', 'declined': 'only_related'}",
        "{'answer': ''}",
        "[]",
    ],
)
def test_refusals_are_an_outcome_of_their_own(written: Any, value: str) -> None:
    assert returning(written, value).outcome == "refused"


def test_a_refusal_keeps_its_reason(written: Any) -> None:
    declined = {"reason": "contradicted", "message": "No."}
    answer = returning(written, f"{{'text': '', 'declined': {declined}}}").answer or {}
    assert answer["declined"]["reason"] == "contradicted"
    assert answer["text"] == "No."


@pytest.mark.parametrize(
    "value",
    [
        "'I don\\u2019t know how far, but two metres were measured.'",
        "'None.'",
        "{'text': 'Unanswerable', 'declined': None}",
    ],
)
def test_what_only_looks_like_a_refusal_is_none(written: Any, value: str) -> None:
    assert returning(written, value).outcome == "answered"


@pytest.mark.parametrize(
    "key", ["text", "answer", "result", "output", "output_text", "response", "content"]
)
def test_the_text_of_a_dict_has_many_names(written: Any, key: str) -> None:
    answer = returning(written, f"{{'question': 'x', {key!r}: 'Two.', 'other': 1}}").answer
    assert answer == {"text": "Two.", "declined": None}


def test_the_contract_passes_through(written: Any) -> None:
    value = {
        "text": "Two. [1]",
        "declined": None,
        "answers": [{"text": "Two", "probability": 0.75, "citations": [1]}],
        "sentences": [{"text": "Two.", "start": 0, "end": 4, "citations": [{"n": 1}]}],
        "citations": [{"n": 1, "external_id": "trams", "quote": "Trams"}],
        "marks": [{"start": 5, "end": 8, "n": 1}],
        "accounts": [],
    }
    assert returning(written, repr(value)).answer == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("None", "returned None, not an answer"),
        ("3", "returned int 3"),
        ("(x for x in 'ab')", "returned generator"),
        ("{}", "a dict with nothing in it"),
        ("{'status': 'ok'}", "a dict with status"),
        ("{'answer': None}", "a dict with answer"),
        ("{'answer': {'deep': 'x'}}", "a dict with deep"),
        ("b'bytes'", "returned bytes"),
        ("{'text': 'x', 'declined': 3}", "`declined` is 3"),
        ("{'text': 'x', 'answers': 'y'}", "`answers` is str 'y', not a list"),
        ("{'text': 'x', 'answers': [{'text': 3}]}", r"answers\[0\].text is 3"),
        ("{'text': 'x', 'citations': [{'n': '1'}]}", r"citations\[0\].n is '1'"),
        ("{'text': 'x', 'sentences': [{'text': 'x'}]}", r"sentences\[0\].start is None"),
        ("{'text': 'x', 'timing_ms': {'all': math.inf}}", "timing_ms.all` is inf"),
        ("[3]", "Passage 1 is a int"),
        ("['Nobody wrote this.']", "Passage 1 names no source"),
        ("[('trams', math.nan)]", "score of passage 1 is nan"),
    ],
)
def test_what_is_no_answer_fails_and_says_what_came(written: Any, value: str, words: str) -> None:
    with pytest.raises(NotAnOutput, match=words) as caught:
        returning(written, value)
    assert caught.value.hint


@pytest.mark.parametrize("value", ["math.nan", "1.5", "-0.1", "'high'", "True"])
def test_a_probability_that_is_none_fails(written: Any, value: str) -> None:
    answers = f"[{{'text': 'Two', 'probability': {value}}}]"
    with pytest.raises(NotAnOutput, match=r"answers\[0\].probability"):
        returning(written, f"{{'text': 'Two.', 'answers': {answers}}}")


def test_passages_become_citations_where_they_stand(written: Any) -> None:
    value = {"answer": "Two.", "context": [{"source": "Trams", "text": "nine hours"}, RAIN[11:]]}
    output = returning(written, repr(value))
    cited = (output.answer or {})["citations"]
    assert [(one["n"], one["external_id"], one["start"]) for one in cited] == [
        (1, "trams", 22),
        (2, "news/rain.txt", 11),
    ]
    assert cited[0]["end"] == 32
    assert [hit["source"] for hit in output.hits or ()] == ["trams", "news/rain.txt"]


def test_a_list_of_passages_is_answered_with_the_first(written: Any) -> None:
    output = returning(written, "['trams', 'news/rain.txt']")
    answer = output.answer or {}
    assert answer["text"] == answer["citations"][0]["quote"] == SOURCES[1].text
    assert len(answer["citations"]) == 1
    assert len(output.hits or ()) == 2


def test_words_that_no_source_has_keep_no_place(written: Any) -> None:
    output = returning(written, "{'answer': 'x', 'documents': [{'id': 'trams', 'text': 'Bus'}]}")
    (cited,) = (output.answer or {})["citations"]
    assert (cited["external_id"], cited["start"], cited["quote"]) == ("trams", None, "Bus")


# Rankings


@pytest.mark.parametrize(
    "value",
    [
        "['trams', 'news/rain.txt']",
        "[{'id': 'trams'}, {'doc_id': 'rain.txt'}]",
        "[{'source': '/data/trams.pdf'}, {'metadata': {'source': '/data/news/rain.txt'}}]",
        "['Trams stood still for nine hours.', 'In Oslo the river rose']",
        "[('trams', 0.9), ('news/rain.txt', 0.1)]",
        "{'hits': [{'source': 'trams', 'score': 2}, {'source': 'Rain in Oslo', 'score': 1}]}",
    ],
)
def test_a_ranking_names_sources_in_many_ways(written: Any, value: str) -> None:
    output = returning(written, value, "retrieve")
    assert output.answer is None
    assert [hit["source"] for hit in output.hits or ()] == ["trams", "news/rain.txt"]
    scores = [hit["score"] for hit in output.hits or ()]
    assert scores == sorted(scores, reverse=True)


def test_an_empty_ranking_is_a_ranking(written: Any) -> None:
    assert returning(written, "[]", "retrieve").hits == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("'trams'", "returned str 'trams', not a ranking"),
        ("None", "returned None, not a ranking"),
        ("{'answer': 'x'}", "a dict with answer, not a ranking"),
        ("[{'id': '17'}, {'id': '18'}]", "None of the 2 passages is from a source of the suite"),
        ("[{'id': 'trams', 'score': math.nan}]", "score of passage 1 is nan"),
        ("[None]", "Passage 1 is a NoneType"),
    ],
)
def test_what_is_no_ranking_fails(written: Any, value: str, words: str) -> None:
    with pytest.raises(NotAnOutput, match=words):
        returning(written, value, "retrieve")


def test_a_ranking_holds_at_most_a_hundred_sources(written: Any) -> None:
    many = tuple(Source(f"s{n}", f"text {n}") for n in range(150))
    code = "def answer(question, sources): return [s.id for s in sources for _ in '12']\n"
    hits = written(code, task="retrieve", sources=many).run(CASE).hits or ()
    assert len(hits) == 200
    assert len({hit["source"] for hit in hits}) == 100


# Verdicts


@pytest.mark.parametrize(
    ("code", "support", "supported"),
    [
        ("def answer(text, sources): return True", 1.0, True),
        ("def answer(claim, context): return 'rose' in claim and 0.25", 0.25, False),
        ("def answer(a, b, question): return 0.5 if question == 'What rose?' else 0", 0.5, True),
        ("def answer(a, b, *, row): return row.supported", 1.0, True),
        ("def answer(a, b): return {'supported': False, 'support': 0.9}", 0.9, False),
        ("import numpy\ndef answer(a, b): return numpy.bool_(len(b) == 2)", 1.0, True),
        ("import numpy\ndef answer(a, b): return numpy.float32(0.75)", 0.75, True),
        ("def answer(): return lambda text, sources: isinstance(sources[0], str)", 1.0, True),
    ],
)
def test_verdicts(written: Any, code: str, support: float, supported: bool) -> None:
    output = written(code, task="verify").run(CLAIM)
    assert output.verdict == {"support": support, "supported": supported}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("None", "returned None"),
        ("'supported'", "not a verdict"),
        ("{}", "not a verdict"),
        ("float('nan')", "which is no number"),
        ("1.2", "support is 1.2"),
        ("{'supported': 'yes'}", "not a verdict"),
        ("{'support': True}", "which is no number"),
        ("[0.5]", "which is no number"),
    ],
)
def test_what_is_no_verdict_fails(written: Any, value: str, words: str) -> None:
    system = written(f"def answer(text, sources): return {value}\n", task="verify")
    with pytest.raises(NotAnOutput, match=words):
        system.run(CLAIM)


def test_a_verifier_of_vouch_checks_sentence_by_sentence(written: Any) -> None:
    code = "from rag.verify import CertainVerifier as answer\n"
    verdict = written(code, task="verify").run(CLAIM).verdict or {}
    assert [one["start"] for one in verdict["sentences"]] == [0]


def test_rows_of_the_wrong_kind_are_refused(written: Any) -> None:
    with pytest.raises(BadRequest, match="is a question"):
        written("def answer(a, b): return True\n", task="verify").run(CASE)
    with pytest.raises(BadRequest, match="is a claim"):
        written("def answer(a): return ''\n").run(CLAIM)


# LangChain


LANGCHAIN = """
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel, FakeListLLM, GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

class Found(BaseRetriever):
    def _get_relevant_documents(self, query, *, run_manager):
        return [
            Document("In Oslo the river rose", metadata={"source": "/data/rain.txt"}),
            Document("Trams stood still", id="trams"),
        ]

seen = []
def spy(value):
    seen.append(value)
    return value
"""


@pytest.fixture
def chain(written: Any) -> Any:
    """Return a function that loads an expression of LangChain."""
    pytest.importorskip("langchain_core")

    def load(expression: str, task: str = "answer", **more: Any) -> System:
        system: System = written(f"{LANGCHAIN}\nanswer = {expression}\n", task=task, **more)
        return system

    return load


@pytest.mark.parametrize("task", ["answer", "retrieve"])
def test_a_retriever_of_langchain(chain: Any, task: str) -> None:
    output = chain("Found()", task).run(CASE)
    assert [(hit["source"], hit["start"], hit["end"]) for hit in output.hits or ()] == [
        ("news/rain.txt", 11, 33),
        ("trams", 0, 17),
    ]
    if task == "answer":
        assert (output.answer or {})["text"] == "In Oslo the river rose"


@pytest.mark.parametrize(
    "expression",
    [
        "RunnableLambda(lambda x: f'told {x}')",
        "RunnableLambda(lambda x: AIMessage('told ' + x))",
        "RunnableLambda(lambda x: AIMessage([{'type': 'text', 'text': 'told ' + x}]))",
        "RunnableLambda(lambda x: {'messages': ['?', AIMessage('told ' + x)]})",
        "lambda q: AIMessage('told ' + q)",
    ],
)
def test_runnables_and_messages(chain: Any, expression: str) -> None:
    assert chain(expression).run(CASE).answer == {"text": f"told {CASE.question}", "declined": None}


def test_a_message_that_only_calls_a_tool_is_no_answer(chain: Any) -> None:
    call = "{'name': 'search', 'args': {}, 'id': '1'}"
    with pytest.raises(NotAnOutput, match="asked for a tool"):
        chain(f"RunnableLambda(lambda x: AIMessage('', tool_calls=[{call}]))").run(CASE)


@pytest.mark.parametrize("key", ["question", "input", "query"])
def test_a_chain_of_a_prompt_gets_the_question_by_its_name(chain: Any, key: str) -> None:
    prompt = f"ChatPromptTemplate.from_messages([('human', 'Q: {{{key}}}')])"
    system = chain(f"{prompt} | RunnableLambda(lambda p: p.messages[0].content)")
    assert (system.run(CASE).answer or {})["text"] == f"Q: {CASE.question}"


def test_a_chain_gets_history_and_context_that_it_declares(chain: Any) -> None:
    system = chain(
        "ChatPromptTemplate.from_messages([('system', '{context}'),"
        " MessagesPlaceholder('chat_history'), ('human', '{question}')])"
        " | RunnableLambda(lambda p: ' / '.join(m.content for m in p.messages))"
    )
    case = Case("1", "And then?", (Turn("user", "Hi"), Turn("assistant", "Yes")), scope=("trams",))
    told = (system.run(case).answer or {})["text"]
    assert told == f"{SOURCES[1].text} / Hi / Yes / And then?"


def test_a_retrieval_chain_gives_its_context_as_citations(chain: Any) -> None:
    system = chain(
        "RunnablePassthrough.assign(context=(lambda x: x['input']) | Found())"
        " | RunnablePassthrough.assign(answer=ChatPromptTemplate.from_template('{context} {input}')"
        " | FakeListChatModel(responses=['Two metres.']) | StrOutputParser())"
    )
    output = system.run(CASE)
    assert (output.answer or {})["text"] == "Two metres."
    cited = (output.answer or {})["citations"]
    assert [one["external_id"] for one in cited] == ["news/rain.txt", "trams"]
    assert len(output.hits or ()) == 2


def test_a_chain_that_wants_what_nobody_fills_is_told_at_once(chain: Any) -> None:
    with pytest.raises(VouchError, match="'topic', which nobody fills"):
        chain("ChatPromptTemplate.from_template('{topic} {question}')")


def test_a_chat_model_sees_the_sources_and_its_marks_are_citations(chain: Any) -> None:
    code = "GenericFakeChatModel(messages=iter([AIMessage('Two metres. [1] Nine hours [2, 9].')]))"
    answer = chain(code).run(CASE).answer or {}
    assert [
        (mark["n"], answer["text"][mark["start"] : mark["end"]]) for mark in answer["marks"]
    ] == [
        (1, "[1]"),
        (2, "[2, 9]"),
    ]
    assert [one["quote"] for one in answer["citations"]] == [RAIN, SOURCES[1].text]
    assert "warnings" not in answer


PROMPTED = """
class Seeing(FakeListChatModel):
    def _call(self, messages, stop=None, run_manager=None, **more):
        return "|".join(f"{m.type}: {m.content}" for m in messages)
"""


@pytest.mark.parametrize("bound", ["", ".bind(temperature=0)"])
def test_the_prompt_of_a_chat_model(written: Any, bound: str) -> None:
    pytest.importorskip("langchain_core")
    system = written(f"{LANGCHAIN}{PROMPTED}\nanswer = Seeing(responses=['']){bound}\n")
    case = Case("1", "And then?", (Turn("user", "Hi"), Turn("assistant", "Yes")))
    text = (system.run(case).answer or {})["text"]
    assert text.startswith("system: Answer the question from the numbered sources alone")
    assert f"|human: Hi|ai: Yes|human: [1] Rain in Oslo\n{RAIN}\n\n[2] Trams\n" in text
    assert text.endswith("Question: And then?")


def test_sources_over_the_budget_are_left_out_and_that_is_told(chain: Any) -> None:
    big = (Source("a", "word " * PROMPT_TOKENS),)
    answer = chain("FakeListChatModel(responses=['Two [1].'])", sources=big).run(CASE).answer or {}
    assert "citations" not in answer
    assert [one["code"] for one in answer["warnings"]] == ["sources_not_shown"]


@pytest.mark.parametrize("model", ["FakeListChatModel", "FakeListLLM"])
def test_a_model_that_says_it_is_unanswerable_refuses(chain: Any, model: str) -> None:
    system = chain(f"{model}(responses=[{UNANSWERABLE + '.'!r}])")
    assert system.run(CASE).outcome == "refused"


def test_a_score_is_a_number() -> None:
    from eval.answerers_passages import number

    assert number(2, "x") == 2.0
    for wrong in (math.nan, math.inf, "2", True, None):
        with pytest.raises(NotAnOutput, match="which is no number"):
            number(wrong, "x")
