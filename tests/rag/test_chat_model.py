"""From ``provider:model`` to a chat model, with errors that say what to install or to set."""

import pytest

from rag.build import open_library
from rag.chat.model import model_loader, provider_of
from rag.chat.model_check import check_model
from rag.chat.model_stream import ModelStream
from rag.config import load_settings
from rag.errors import UnknownSetting, WriterFailed


@pytest.mark.parametrize("name", ["gpt-5-mini", "openai:", ":x", ""])
def test_a_name_without_provider_or_model_is_refused(name):
    with pytest.raises(UnknownSetting, match="provider:model"):
        provider_of(name)


def test_a_missing_package_names_what_installs_it(monkeypatch):
    monkeypatch.setattr("rag.chat.model.find_spec", lambda package: None)
    for provider, extra in (("openai", "openai"), ("anthropic", "anthropic"), ("ollama", "ollama")):
        with pytest.raises(UnknownSetting) as caught:
            provider_of(f"{provider}:m")
        assert f"langchain-{provider}" in caught.value.message
        assert caught.value.hint == f"pip install 'vouch[{extra}]'"
    with pytest.raises(UnknownSetting) as caught:
        provider_of("google_genai:m")
    assert caught.value.hint.startswith("pip install langchain-google-genai")


def test_a_library_with_such_a_model_is_not_opened(tmp_path):
    with pytest.raises(UnknownSetting, match="nobody"):
        open_library(load_settings(library=tmp_path / "library", llm="nobody:m"))
    assert not (tmp_path / "library").exists()


def test_a_missing_key_is_told_when_the_model_is_first_asked(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    load = model_loader("openai:m", base_url=None, key=None, answer_tokens=100, seconds=5)
    with pytest.raises(WriterFailed, match="cannot be used") as caught:
        load()
    assert "llm_key" in caught.value.hint


def test_a_server_of_ones_own_needs_no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    options = {"key": None, "answer_tokens": 100, "seconds": 5}
    model = model_loader("openai:m", base_url="http://127.0.0.1:9/v1", **options)()
    assert model.openai_api_base == "http://127.0.0.1:9/v1"
    assert model.max_retries == 0


def test_models_that_refuse_a_temperature_get_none():
    options = {"base_url": None, "key": "k", "answer_tokens": 100, "seconds": 5}
    assert model_loader("openai:o3-mini", **options)().temperature is None
    assert model_loader("openai:gpt-4.1", **options)().temperature == 0


def test_a_model_is_tried_with_one_call():
    from tests.model_server import serving

    with serving(lambda messages: "one, two, three", context=8192) as server:
        load = model_loader(
            "openai:stub", base_url=server.url, key="k", answer_tokens=100, seconds=5
        )
        report = check_model(ModelStream(load, name="openai:stub"), base_url=server.url, key="k")
        chats = [call for call in server.calls if call.path.endswith("/chat/completions")]
    assert (report.reachable, report.streams, report.context_tokens) == (True, True, 8192)
    assert 0 < report.first_ms <= report.total_ms
    assert len(chats) == 1


def test_a_model_that_cannot_be_reached_is_a_finding():
    from tests.model_server import closed_port

    load = model_loader(
        "openai:stub", base_url=closed_port(), key="k", answer_tokens=100, seconds=5
    )
    report = check_model(ModelStream(load, name="openai:stub", retries=0))
    assert not report.reachable
    assert "refused" in report.problem
    assert report.hint


def test_a_model_that_is_silent_again_and_again_is_left_alone_for_a_while():
    from langchain_core.messages import HumanMessage

    from tests.model_server import never_answers, serving

    with serving(lambda messages: "one.", fault=never_answers) as server:
        options = {"base_url": server.url, "key": "k", "answer_tokens": 100, "seconds": 5}
        load = model_loader("openai:stub", **options)
        stream = ModelStream(
            load, name="openai:stub", stall_seconds=0.1, retries=0, rest_seconds=60
        )
        said = []
        for _ in range(5):
            with pytest.raises(WriterFailed) as caught:
                list(stream.pieces([HumanMessage("hi")]))
            said.append(caught.value.message)
        asked = len(server.calls)
    assert asked == 3
    assert ["said nothing" in one for one in said] == [True] * 3 + [False] * 2
    assert "it is asked again in" in said[-1]
