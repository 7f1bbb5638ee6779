"""A model's rewriting of a follow-up is believed only as far as its guard goes."""

import pytest
from langchain_core.language_models.chat_models import SimpleChatModel

from rag.chat.model_stream import ModelStream
from rag.prompts import Prompts
from rag.rewrite import ChatRewrite
from rag.types import Turn

HISTORY = (
    Turn("user", "How many people were killed in the flood at Elva in June 2021?"),
    Turn("assistant", "Six, Mayor Ansa Toll said. The river authority counted nine."),
)


class Says(SimpleChatModel):
    """A model that always says the same, and keeps what it was asked."""

    text: str
    asked: list = []

    @property
    def _llm_type(self):
        return "says"

    def _call(self, messages, stop=None, run_manager=None, **options):
        self.asked.append(messages)
        if self.text == "fail":
            raise ConnectionRefusedError("Connection refused")
        return self.text


def rewriting(text):
    model = Says(text=text, asked=[])
    stream = ModelStream(lambda: model, name="says:x", retries=0)
    rewrite = ChatRewrite(stream, Prompts(), lambda words, _: f"by rule: {words}", seconds=5)

    def whole(question, history):
        steps = rewrite(question, history)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            return end.value

    return model, whole


def test_the_models_rewrite_is_taken():
    model, rewrite = rewriting('<think>hm</think>"How many were injured in the flood at Elva?"')
    assert rewrite("And injured?", HISTORY) == "How many were injured in the flood at Elva?"
    (messages,) = model.asked
    assert "Answer: Six, Mayor Ansa Toll said." in messages[-1].content
    assert messages[-1].content.rstrip().endswith("Last question: And injured?")


@pytest.mark.parametrize(
    "text",
    [
        "How many were injured in the flood at Dunmark?",
        "How many of the 300 were injured in the flood at Elva?",
        "What did President Quill say about the flood at Elva?",
        "How many people were killed in the flood at Elva?",
        "How many were not injured in the flood at Elva?",
        "",
        "fail",
        "How many? " * 100,
    ],
)
def test_new_names_numbers_and_failures_fall_back_to_the_rule(text):
    _, rewrite = rewriting(text)
    assert rewrite("And injured?", HISTORY) == "by rule: And injured?"


def test_a_first_question_is_not_sent_to_the_model():
    model, rewrite = rewriting("What else?")
    assert rewrite("How many died?", ()) == "by rule: How many died?"
    assert model.asked == []
