"""Host, Origin, key, login and body limits, over real HTTP."""

import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from rag.config import Settings
from rag.errors import BadRequest
from tests.ui.api_server import KEY, api, error_of
from ui.api import create_app
from ui.guard import check_start, is_loopback
from ui.wire import HEADERS


@pytest.fixture(scope="module")
def open_server(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library"), max_upload_mb=1) as (client, library):
        yield client, library


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library"), key=KEY) as (client, library):
        yield client, library


def raw(client, request: bytes) -> bytes:
    """Send bytes as they are and return the head of what comes back."""
    parts = urlsplit(str(client.base_url))
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            some = connection.recv(65536)
            if not some:
                break
            received += some
    return received


def status_of(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


# Host


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:7860", "localhost", "LOCALHOST:80", "localhost.", "[::1]:7860"]
)
def test_own_names_are_answered(open_server, host):
    client, _ = open_server
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil@127.0.0.1.nip.io",
        "0.0.0.0",
        "10.0.0.5",
        "[::2]",
        "[",
        "",
        "xn--lcalhost-54a",
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/v1/documents", "/", "/login"])
def test_foreign_names_are_refused(open_server, host, path):
    client, _ = open_server
    response = client.get(path, headers={"host": host})
    assert response.status_code == 403
    assert error_of(response)["hint"]


def test_request_with_two_hosts_or_none_is_refused(open_server):
    client, _ = open_server
    two = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"
    assert status_of(raw(client, two)) in (400, 403)
    assert status_of(raw(client, b"GET /healthz HTTP/1.0\r\n\r\n")) in (400, 403)


def test_listed_names_are_answered_too(tmp_path):
    with api(tmp_path, hosts="docs.example, other.example") as (client, _):
        assert client.get("/healthz", headers={"host": "docs.example"}).status_code == 200
        assert client.get("/healthz", headers={"host": "OTHER.example:8443"}).status_code == 200
        assert client.get("/healthz", headers={"host": "127.0.0.1"}).status_code == 200
        assert client.get("/healthz", headers={"host": "x.docs.example"}).status_code == 403


# Origin


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1:1", "file://", ""],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_pages_of_other_sites_are_refused(open_server, origin, method):
    client, library = open_server
    seq = library.ledger.seq
    document = library.ledger.find_infos("default")[0][0].id
    path = f"/v1/documents/{document}" if method == "DELETE" else "/v1/ask"
    response = client.request(method, path, headers={"origin": origin}, json={"question": "a"})
    assert response.status_code == 403
    assert error_of(response)["code"] == "forbidden"
    assert "access-control-allow-origin" not in response.headers
    assert library.ledger.seq == seq
    assert library.assistant.questions == []


def test_own_page_is_let_through(open_server):
    client, library = open_server
    url = str(client.base_url).rstrip("/")
    headers = {"origin": url, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    assert client.get("/v1/documents", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("site", "mode", "method", "status"),
    [
        ("cross-site", "no-cors", "GET", 403),
        ("cross-site", "no-cors", "POST", 403),
        ("same-site", "cors", "GET", 403),
        ("cross-site", "navigate", "POST", 403),
        ("cross-site", "navigate", "GET", 200),  # a link on another page may be followed
        ("same-origin", "cors", "GET", 200),
        ("none", "navigate", "GET", 200),  # typed into the address bar
    ],
)
def test_what_the_browser_says_of_the_source_counts(open_server, site, mode, method, status):
    client, _ = open_server
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    assert client.request(method, "/healthz", headers=headers).status_code == status


# Key


def test_key_is_needed_and_works_as_bearer(locked):
    client, _ = locked
    for header in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {KEY}"}):
        response = client.get("/v1/documents", headers=header)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert error_of(response)["hint"]
    for scheme in ("Bearer", "bearer", "BEARER"):
        header = {"authorization": f"{scheme} {KEY}"}
        assert client.get("/v1/documents", headers=header).status_code == 200


@pytest.mark.parametrize("path", ["/v1/documents", f"/v1/documents?key={KEY}"])
@pytest.mark.parametrize(
    "headers",
    [
        {"x-api-key": KEY},
        {"cookie": f"key={KEY}"},
        {"cookie": f"vouch_session={KEY}"},
        {"cookie": "vouch_session=9999999999.00.00"},
        {"cookie": "vouch_session=" + "a" * 5000},
        {"cookie": b"vouch_session=\xff\xfe"},
        {"authorization": f"Bearer {KEY}x"},
        {"authorization": f"Bearer {KEY[:-1]}"},
        {"authorization": "Bearer"},
        {"authorization": f"Bearer{KEY}"},
    ],
)
def test_no_other_way_in(locked, path, headers):
    client, _ = locked
    assert client.get(path, headers=headers).status_code == 401


@contextmanager
def browser(client):
    with httpx.Client(base_url=client.base_url, headers={"accept": "text/html"}) as made:
        yield made


def test_person_logs_in_with_the_key_and_out_again(locked):
    client, _ = locked
    with browser(client) as person:
        sent = person.get("/docs")
        assert (sent.status_code, sent.headers["location"]) == (303, "/login")
        page = person.get("/login")
        assert page.status_code == 200
        assert 'action="/login"' in page.text
        wrong = person.post("/login", data={"key": "wrong"})
        assert wrong.status_code == 401
        assert "vouch_session" not in person.cookies
        right = person.post("/login", data={"key": KEY})
        assert (right.status_code, right.headers["location"]) == (303, "/")
        cookie = right.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert KEY not in cookie
        assert person.get("/docs").status_code == 200
        assert person.get("/v1/documents").status_code == 200
        tampered = str(int(person.cookies["vouch_session"].split(".")[0]) + 1)
        forged = person.cookies["vouch_session"].replace(
            person.cookies["vouch_session"].split(".")[0], tampered
        )
        alone = httpx.get(
            f"{client.base_url}/v1/documents", headers={"cookie": f"vouch_session={forged}"}
        )
        assert alone.status_code == 401
        out = person.get("/logout")
        assert out.headers["location"] == "/login"
        assert person.get("/docs").status_code == 303


def test_cookie_of_another_key_is_worth_nothing(locked, tmp_path):
    client, _ = locked
    with browser(client) as person:
        person.post("/login", data={"key": KEY})
        cookie = person.cookies["vouch_session"]
    with api(tmp_path, key="another-key-altogether") as (other, _):
        response = other.get("/v1/documents", headers={"cookie": f"vouch_session={cookie}"})
    assert response.status_code == 401


def test_cookie_does_not_help_another_site(locked):
    client, _ = locked
    with browser(client) as person:
        person.post("/login", data={"key": KEY})
        for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
            refused = person.post("/v1/ask", json={"question": "a"}, headers=headers)
            assert refused.status_code == 403


@pytest.mark.parametrize("key", ["schlüssel-mit-ümlaut", "日本語の鍵です日本", 'q"uo\\te%41&= x'])
def test_key_of_any_characters(tmp_path, key):
    with api(tmp_path, key=key) as (client, _):
        header = {"authorization": b"Bearer " + key.encode()}
        assert client.get("/v1/documents", headers=header).status_code == 200
        with browser(client) as person:
            assert person.post("/login", data={"key": key}).status_code == 303
            assert person.get("/docs").status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"key", b"key=", b"key=%ff", b"a=1&" * 4000, b"key=" + b"a" * 100_000, b"\xff\x00"],
)
def test_nonsense_in_the_login_form(locked, body):
    client, _ = locked
    kind = {"content-type": "application/x-www-form-urlencoded"}
    response = client.post("/login", content=body, headers=kind)
    assert 400 <= response.status_code < 500


def test_login_is_only_there_with_a_key(open_server):
    client, _ = open_server
    assert client.get("/login").headers["location"] == "/"
    assert client.post("/login", data={"key": "x"}).headers["location"] == "/"


def test_unauthorised_body_is_never_read(locked):
    client, _ = locked
    head = (
        b"POST /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000000\r\n\r\n"
    )
    assert status_of(raw(client, head)) == 401  # although not one byte of the body was sent


# Body limits


def test_announced_length_is_refused_before_the_body(open_server):
    client, _ = open_server
    for path, length in (("/v1/documents", 1024 * 1024 + 1), ("/v1/ask", 9 * 1024 * 1024)):
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()
        answer = raw(client, head)
        assert status_of(answer) == 413
        assert b"connection: close" in answer.lower()


def chunks(total: int, counted: list[int]):
    """Yield the beginning of an upload in pieces, counting what was taken."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    for _ in range(total // 65536):
        counted.append(65536)
        yield b" " * 65536


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/documents"])
def test_body_without_a_length_is_cut_off(open_server, path):
    client, library = open_server
    kind = "application/json" if path == "/v1/ask" else "multipart/form-data; boundary=x"
    counted: list[int] = []
    try:
        response = client.post(
            path, content=chunks(60_000_000, counted), headers={"content-type": kind}
        )
        assert response.status_code == 413
        assert error_of(response)["code"] == "too_large"
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pass  # the server hung up while we were still sending, which is what it should
    assert sum(counted) < 40_000_000
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "9" * 40, "+5"])
def test_nonsense_length_is_refused(open_server, length):
    client, _ = open_server
    head = f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n".encode()
    assert status_of(raw(client, head)) in (400, 413)


def test_limits_themselves_are_let_through(open_server):
    client, _ = open_server
    body = b'{"question": "Who?", "x": "' + b"a" * 5_000_000 + b'"}'
    kind = {"content-type": "application/json"}
    assert client.post("/v1/ask", content=body, headers=kind).status_code == 200


# Headers and ids


@pytest.mark.parametrize("path", ["/healthz", "/v1/documents", "/v1/nothing", "/docs", "/nothing"])
def test_security_headers_are_everywhere(open_server, path):
    client, _ = open_server
    headers = client.get(path).headers
    assert set(HEADERS) <= set(headers)
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]
    assert "server" not in headers


def test_request_id_is_given_or_taken(open_server):
    client, _ = open_server
    first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert first != second
    own = client.get("/v1/nothing", headers={"x-request-id": "my-own.id_1"})
    assert error_of(own)["request_id"] == "my-own.id_1"
    for bad in ("a b", "x" * 65, "<script>", 'a"b'):
        assert client.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"] != bad


# Starting


@pytest.mark.parametrize(
    ("host", "key", "starts"),
    [
        ("127.0.0.1", None, True),
        ("localhost", None, True),
        ("::1", None, True),
        ("127.0.0.1", "short", True),
        ("127.0.0.1", "", False),
        ("0.0.0.0", None, False),
        ("0.0.0.0", "short", False),
        ("0.0.0.0", "  ", False),
        ("0.0.0.0", KEY, True),
        ("::", None, False),
        ("192.168.1.5", None, False),
        ("docs.example", None, False),
        ("", None, False),
    ],
)
def test_network_is_only_opened_with_a_strong_key(tmp_path, host, key, starts):
    settings = Settings(library=tmp_path, host=host, key=key)
    if starts:
        check_start(settings)
        return
    with pytest.raises(BadRequest) as refused:
        create_app(None, settings, chat=None)
    assert "token_urlsafe" in refused.value.hint


def test_loopback_is_recognised():
    assert is_loopback("127.8.9.1")
    assert not is_loopback("localhost.example")
    assert not is_loopback("128.0.0.1")
