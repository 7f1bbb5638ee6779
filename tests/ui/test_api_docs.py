"""The OpenAPI page: complete, with examples, and without a request to any other host."""

import re

import pytest

from tests.ui.api_server import api
from tests.ui.browser import open_page
from ui.api import ACCESS
from ui.bodies import AskBody, SearchBody


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library")) as (client, _):
        yield client


def test_every_route_is_described_with_its_errors(client):
    schema = client.get("/openapi.json").json()
    shown = {path for path in ACCESS if path.startswith(("/v1/", "/healthz"))} - {"/v1/{path:path}"}
    assert set(schema["paths"]) == shown
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                assert "application/json" in content, (method, path, status)
                ref = content["application/json"]["schema"].get("$ref", "")
                if int(status) >= 400:
                    assert ref.endswith("/ErrorBody"), (method, path, status)


def test_examples_are_valid_requests(client):
    schema = client.get("/openapi.json").json()["components"]["schemas"]
    for model in (AskBody, SearchBody):
        examples = schema[model.__name__]["examples"]
        assert examples
        for example in examples:
            model.model_validate(example, extra="forbid")
            path = "/v1/ask" if model is AskBody else "/v1/search"
            assert client.post(path, json=example).status_code == 200


def test_page_and_its_files_come_from_here(client):
    page = client.get("/docs")
    assert page.status_code == 200
    for name in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert name.startswith("/docs/")
        found = client.get(name)
        assert found.status_code == 200
        assert found.headers["content-type"].startswith(("text/javascript", "text/css"))
    for name in ("secret.txt", "..%2f..%2fapi.py", "redoc.standalone.js"):
        assert client.get(f"/docs/{name}").status_code == 404
    assert "'unsafe-inline'" not in page.headers["content-security-policy"].split("style-src")[0]


def test_key_is_part_of_the_description_where_there_is_one(tmp_path):
    with api(tmp_path, key="correct-horse-battery-staple") as (client, _):
        header = {"authorization": "Bearer correct-horse-battery-staple"}
        schema = client.get("/openapi.json", headers=header).json()
    assert schema["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert schema["paths"]["/v1/ask"]["post"]["security"] == [{"HTTPBearer": []}]
    assert "security" not in schema["paths"]["/healthz"]["get"]


@pytest.fixture
def browser_page():
    with open_page() as page:
        yield page


@pytest.mark.browser
def test_page_works_in_a_browser_with_no_other_host(client, browser_page):
    asked, wrong = [], []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on(
        "console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None
    )
    browser_page.on("pageerror", lambda error: wrong.append(str(error)))
    base = str(client.base_url)
    browser_page.goto(f"{base}/docs")
    browser_page.wait_for_selector("#operations-questions-ask_v1_ask_post")
    browser_page.click("#operations-questions-ask_v1_ask_post .opblock-summary")
    browser_page.click("#operations-questions-ask_v1_ask_post .try-out__btn")
    browser_page.click("#operations-questions-ask_v1_ask_post .execute")
    browser_page.wait_for_selector(
        "#operations-questions-ask_v1_ask_post .live-responses-table .response-col_status"
    )
    status = browser_page.inner_text(
        "#operations-questions-ask_v1_ask_post .live-responses-table tbody .response-col_status"
    )
    assert status.strip().startswith("200")
    assert {url.split("/")[2] for url in asked if not url.startswith(("data:", "blob:"))} == {
        base.split("/")[2]
    }
    assert wrong == []
