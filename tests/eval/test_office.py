"""The office files: what people's programs make of the texts, and the same ones each time."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import docx
import openpyxl
import pytest

from eval.office.__main__ import FILES, main
from eval.office.markup import blocks, dated


def test_every_file_is_written_and_holds_its_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("reportlab")
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{len(FILES)} files in {tmp_path}\n"
    assert {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.*")} == set(FILES)
    lease = docx.Document(str(tmp_path / "law/harbour-mill/lease.docx"))
    assert "The Tenant shall not sublet" in "\n".join(one.text for one in lease.paragraphs)
    assert lease.core_properties.created.isoformat() == "2023-06-20T09:00:00+00:00"
    prices = openpyxl.load_workbook(tmp_path / "firm/prices/price-list-2026.xlsx")
    assert prices.sheetnames == ["Panels", "Services"]
    assert [cell.value for cell in prices["Panels"][4]] == ["P-111", "Oak", 25, 92.0]
    quote = tmp_path / "firm/mail/2026-04-02-paywell-quote.eml"
    message = email.message_from_bytes(quote.read_bytes(), policy=email.policy.default)
    assert [one.get_filename() for one in message.iter_attachments()] == ["paywell-quote.xlsx"]


def test_the_markup_has_blocks_of_every_kind() -> None:
    day, text = dated(
        "@date 2026-03-02\n# Minutes\nOne\ntwo.\n\n- a\n1. b\n| x | y |\n| 1 | 2 |\n> n"
    )
    assert day.isoformat() == "2026-03-02"
    assert [(one.kind, one.text or one.rows) for one in blocks(text)] == [
        ("title", "Minutes"),
        ("text", "One two."),
        ("item", "a"),
        ("step", "b"),
        ("table", (("x", "y"), ("1", "2"))),
        ("note", "n"),
    ]
