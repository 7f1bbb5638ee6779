"""What went wrong between Vouch and a model is told in one plain line."""

import httpx
import pytest

from rag.chat.model_faults import fault_of


class Refused(Exception):
    def __init__(self, status, **headers):
        super().__init__(f"status {status}")
        self.response = httpx.Response(status, headers=headers)


@pytest.mark.parametrize(
    ("error", "said", "passing"),
    [
        (Refused(401), "refused the key (401)", False),
        (Refused(404), "does not know the model p:m (404)", False),
        (Refused(429), "busy or its quota is used up (429)", True),
        (Refused(503), "failed (503)", True),
        (Refused(400), "refused the request (400)", False),
        (ConnectionRefusedError(111, "Connection refused"), "connection was refused", True),
        (OSError("[Errno -2] Name or service not known"), "no server of that name", False),
        (ExceptionGroup("all", [ConnectionRefusedError()]), "connection was refused", True),
        (httpx.ReadTimeout("timed out"), "did not answer in time", False),
        (httpx.RemoteProtocolError("peer closed connection"), "broke off the connection", True),
        (ValueError("Expecting value: line 1"), "could not be read (ValueError)", False),
    ],
)
def test_every_fault_has_its_words(error, said, passing):
    fault = fault_of(error, "p:m")
    assert said in fault.message
    assert fault.message.endswith(".")
    assert fault.hint
    assert fault.passing is passing


def test_what_the_server_asks_to_wait_is_waited():
    assert fault_of(Refused(429, **{"retry-after": "7"}), "p:m").wait_before(1) == 7
    assert fault_of(Refused(429), "p:m").wait_before(2) == 2
