"""Every route of the server, Gradio's included, against every kind of credential."""

import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from rag.config import Settings
from tests.ui.api_server import KEY, FakeLibrary, api, error_of, serving, wait_for_chat
from ui.api import ACCESS, create_app
from ui.chat_mount import build_chat
from ui.guard import OPEN_PATHS, Guard, UnguardedRoute, check_routes

WRONG = "wrong-horse-battery-staple"


def methods_and_paths(app, prefix=""):
    """Yield (method, concrete path) of every route of an app and of what is mounted in it."""
    for route in iter_route_contexts(app.routes):
        path = prefix + (route.path or "")
        inner = getattr(route.route, "app", None)
        if getattr(inner, "routes", None):
            yield from methods_and_paths(inner, path)
            continue
        filled = re.sub(r"\{[^}]*\}", "x", path) or "/"
        for method in sorted(route.methods or {"GET"}):
            yield method, filled


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with a key and the real chat."""
    with api(tmp_path_factory.mktemp("library"), key=KEY, chat=build_chat) as (client, library):
        wait_for_chat(client)
        yield client, library


@pytest.fixture(scope="module")
def rows(server):
    """Every (method, path) there is."""
    _, library = server
    app = library.app
    found = list(methods_and_paths(app))
    late = next(r.route.app for r in iter_route_contexts(app.routes) if r.path == "")
    gradio = next(r.app for r in late._app._app.routes if hasattr(r, "app") and r.path == "")
    inner = list(methods_and_paths(gradio))
    assert len(inner) > 40, "Gradio's routes were not found"
    return sorted({*found, *inner})


def status(client, method, path, headers):
    """Return the status and the Location of a route, without reading streams to their end."""
    try:
        with client.stream(method, path, headers=headers, timeout=5) as response:
            return response.status_code, response.headers.get("location", "")
    except httpx.ReadTimeout:
        return 200, ""  # it holds the line: it was let through


CREDENTIALS = {
    "none": {},
    "wrong": {"authorization": f"Bearer {WRONG}"},
    "x-api-key": {"x-api-key": KEY},
    "basic": {"authorization": f"Basic {KEY}"},
    "forged cookie": {"cookie": "vouch_session=99999999999.aa.bb; access-token=x"},
    "query": {"x-query": "key"},
}


@pytest.mark.parametrize("credential", sorted(CREDENTIALS))
def test_no_route_is_open_without_the_key(server, rows, credential):
    client, _ = server
    headers = CREDENTIALS[credential]
    wrong = []
    for method, path in rows:
        asked = f"{path}?key={KEY}&access_token={KEY}" if credential == "query" else path
        code, location = status(client, method, asked, headers)
        if path in OPEN_PATHS:
            if code == 401 and path != "/login":
                wrong.append((method, path, code))
        elif code != 401:
            wrong.append((method, path, code, location))
    assert wrong == []


def test_pages_send_a_person_to_the_login_and_nowhere_else(server, rows):
    client, _ = server
    for method, path in rows:
        code, location = status(client, method, path, {"accept": "text/html"})
        if path not in OPEN_PATHS:
            assert code in (401, 303), (method, path)
            assert location in ("", "/login"), (method, path)


def test_every_route_is_open_with_the_key(server, rows):
    client, _ = server
    with httpx.Client(base_url=client.base_url) as person:
        assert person.post("/login", data={"key": KEY}).status_code == 303
        cookie = {"cookie": f"vouch_session={person.cookies['vouch_session']}"}
    for headers in ({"authorization": f"Bearer {KEY}"}, cookie):
        for method, path in rows:
            if path in ("/login", "/logout"):
                continue
            code, location = status(client, method, path, headers)
            # 403 is Gradio's own word for files and tools that it does not give to anybody.
            assert code != 401, (method, path)
            assert location != "/login", (method, path)


def test_table_has_a_row_for_every_route_and_no_other(server):
    _, library = server
    paths = {route.path for route in iter_route_contexts(library.app.routes)}
    assert paths == set(ACCESS)


def test_unguarded_route_keeps_the_app_from_starting(tmp_path):
    library = FakeLibrary(tmp_path)
    app = create_app(library, Settings(library=tmp_path), chat=None)
    check_routes(app, ACCESS)
    app.add_api_route("/metrics", lambda: "secret")
    with pytest.raises(UnguardedRoute) as refused:
        check_routes(app, ACCESS)
    assert "/metrics" in refused.value.message
    with pytest.raises(AssertionError, match="did not start"), serving(app):
        pass
    library.close()


def test_app_without_its_guard_is_refused():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    with pytest.raises(UnguardedRoute):
        check_routes(app, {})
    app.add_middleware(Guard)
    check_routes(app, {})


def test_table_and_guard_must_agree():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/v1/secrets", lambda: "secret")
    app.add_middleware(Guard)
    with pytest.raises(UnguardedRoute):
        check_routes(app, {"/v1/secrets": "open"})
    check_routes(app, {"/v1/secrets": "key"})


def test_unknown_paths_are_guarded_too(server):
    client, _ = server
    for path in ("/v1/nothing", "/nothing", "/gradio_api/nothing", "/..%2f", "//v1/documents"):
        response = client.get(path)
        assert response.status_code == 401, path
        assert error_of(response)["code"] == "unauthorized"
