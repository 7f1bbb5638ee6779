"""``vouch config check`` and ``vouch ask`` with a chat model, as a person runs them."""

import json
import re
from pathlib import Path

from tests.model_server import closed_port, refuses, serving
from tests.ui.cli import EXAMPLES, Vouch


def test_the_model_is_tried_before_it_is_relied_on(tmp_path: Path) -> None:
    vouch = Vouch(tmp_path)
    with serving(lambda messages: "one, two, three", context=4096) as server:
        model = {"VOUCH_LLM": "openai:stub", "VOUCH_LLM_BASE_URL": server.url}
        found = vouch("config", "check", **model)
        assert found.returncode == 0, found.stderr
        assert "reachable   yes" in found.stdout
        assert re.search(r"in \d pieces", found.stdout)
        assert "4,096 tokens" in found.stdout
        assert "Lower llm_context_tokens" in found.stdout
        server.fault = refuses(401)
        refused = vouch("config", "check", "--json", **model)
    assert refused.returncode == 1
    report = json.loads(refused.stdout)
    assert report["reachable"] is False
    assert "401" in report["problem"]
    assert not vouch.library.exists()


def test_no_model_and_an_unknown_one(tmp_path: Path) -> None:
    vouch = Vouch(tmp_path)
    none = vouch("config", "check")
    assert (none.returncode, "No model is set" in none.stdout) == (0, True)
    unknown = vouch("config", "check", VOUCH_LLM="nobody:m")
    assert unknown.returncode == 1
    assert "pip install langchain-nobody" in unknown.stderr


def test_a_model_that_is_down_costs_a_line_and_not_the_answer(tmp_path: Path) -> None:
    vouch = Vouch(tmp_path)
    added = vouch("add", EXAMPLES / "08-safety-office-report.pdf")
    assert added.returncode == 0, added.stderr
    question = "How many persons had the court doctors identified?"
    model = {"VOUCH_LLM": "openai:stub", "VOUCH_LLM_BASE_URL": closed_port()}
    found = vouch("ask", question, VOUCH_LLM_RETRIES="0", **model)
    assert found.returncode == 0, found.stderr
    assert "24 persons killed" in found.stdout
    assert "the connection was refused" in found.stdout + found.stderr
