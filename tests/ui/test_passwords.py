"""Passwords of encrypted files: given by a file, used, and found nowhere afterwards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from rag.errors import BadRequest
from tests.ui.api_server import api
from tests.ui.cli import Vouch, failed, worked
from tests.ui.test_api_documents import finished
from ui.passwords import read_passwords

PASSWORD = "correct horse battery"  # noqa: S105


def locked_file() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=pdfencrypt.StandardEncryption(PASSWORD, "owner", strength=128))
    canvas.drawString(72, 700, "Nine people died when the ferry sank.")
    canvas.save()
    return out.getvalue()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_each_line_is_one_password_with_its_blanks(tmp_path: Path) -> None:
    file = tmp_path / "passwords.txt"
    file.write_bytes("\ufeffone\r\n two \r\n\r\nsécret".encode())
    assert read_passwords(file) == ("one", " two ", "sécret")
    assert read_passwords(None) == ()


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a\0b", b"x" * 1_000_001, None])
def test_what_is_no_list_of_passwords_is_refused(tmp_path: Path, data: bytes | None) -> None:
    file = tmp_path / "passwords.txt"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(BadRequest) as caught:
        read_passwords(file)
    assert caught.value.hint


def test_the_command_takes_a_file_of_them(tmp_path: Path) -> None:
    vouch = Vouch(tmp_path / "home")
    file = tmp_path / "report.pdf"
    file.write_bytes(locked_file())
    done = vouch("add", file, "--no-embed")
    failed(done)
    assert "--password-file" in done.stdout
    passwords = tmp_path / "passwords.txt"
    passwords.write_text(f"wrong\n{PASSWORD}\n", encoding="utf-8")
    assert "added" in worked(vouch("add", file, "--no-embed", "--password-file", passwords))
    assert PASSWORD.encode() not in everything_in(vouch.library)


def test_an_upload_takes_them_and_has_them_in_memory_alone(tmp_path: Path) -> None:
    with api(tmp_path) as (client, _):
        job = client.post(
            "/v1/documents",
            files=[("file", ("report.pdf", locked_file()))],
            data={"password": ["wrong", PASSWORD]},
        ).json()
        job = finished(client, job)
    assert job["counts"] == {"added": 1}
    assert PASSWORD not in str(job)
    assert PASSWORD.encode() not in everything_in(tmp_path)
