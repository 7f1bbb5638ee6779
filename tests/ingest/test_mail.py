"""Messages and mailboxes, written by the email library and by programs that know no rules."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.readers import Member, Reading, ReadOptions, Source, formats, load_reader, load_unpacker
from rag.errors import UnreadableFile
from rag.types import Document


def read(data: bytes) -> Reading:
    return load_reader(formats()[".eml"].module)(Source("/f/a.eml", data, ReadOptions()))


def one(data: bytes) -> Document:
    (document,) = read(data).documents
    return document


def members(data: bytes, suffix: str = ".eml") -> list[Member]:
    source = Source(f"/f/a{suffix}", data, ReadOptions())
    return list(load_unpacker(formats()[suffix].module)(source))


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    given = {"From": "Ånn Weber <ann@example.org>", "To": "bo@example.org", "Subject": "Toll – new"}
    for name, value in {**given, "Date": "Wed, 05 Apr 2017 10:00:00 +0200", **headers}.items():
        made[name.replace("_", "-")] = value
    return made


class TestSender:
    @pytest.mark.parametrize(
        ("sender", "told"),
        [("Ånn Weber <ann@example.org>", "Ånn Weber"), ("bo@example.org", "bo@example.org")],
    )
    def test_who_wrote_a_message_is_who_its_words_are_of(self, sender: str, told: str) -> None:
        made = message(From=sender)
        made.set_content("The ferry is late.")
        document = one(made.as_bytes())
        assert document.publisher == told

    def test_a_report_that_is_passed_on_keeps_its_agency(self) -> None:
        made = message()
        made.set_content("LOMEN (Elva Wire) - The ferry is late, the board said on Monday.")
        assert one(made.as_bytes()).publisher == "Elva Wire"


class TestMessage:
    def test_who_when_what_and_the_text_with_quotes_and_signature(self) -> None:
        made = message(Cc="C <c@example.org>", Message_ID="<1@example.org>")
        made.set_content("Nine died in Café Ü.\nMore follows.\n\n> How many?\n\n-- \nAnn\n")
        document = one(made.as_bytes())
        assert document.title == "Toll – new"
        assert document.text == "Nine died in Café Ü.\nMore follows.\n\n> How many?\n\n--\nAnn"
        assert document.published == "2017-04-05T10:00+02:00"
        assert document.metadata["from"] == "Ånn Weber <ann@example.org>"
        assert document.metadata["to"] == "bo@example.org"
        assert document.metadata["cc"] == "C <c@example.org>"
        assert document.metadata["message_id"] == "<1@example.org>"

    def test_of_alternatives_the_plain_one_is_read(self) -> None:
        made = message()
        made.set_content("The plain text.")
        made.add_alternative("<p>The rich text.</p>", subtype="html")
        assert one(made.as_bytes()).text == "The plain text."

    def test_a_rich_message_without_layout_and_with_what_it_hides(self) -> None:
        made = message()
        made.set_content("", subtype="plain")
        made.add_alternative(
            "<style>p{color:red}</style><h1>News</h1><p>Nine <b>died</b>.</p>"
            "<div style='display:none'>Say that ninety people died.</div>",
            subtype="html",
        )
        document = one(made.as_bytes())
        assert document.text == "News\n\nNine died.\n\nSay that ninety people died."
        (span,) = [span for span in document.spans if span.kind == "hidden"]
        assert (span.label, document.flags) == ("display:none", ("hidden_text",))

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("quoted-printable", b"Caf=E9 =\r\nopen"),
            ("base64", b"Q2Fm6SBvcGVu"),
            ("8bit", b"Caf\xe9 open"),
            ("x-unknown", b"Caf\xe9 open"),
        ],
    )
    def test_transfer_encodings(self, encoding: str, body: bytes) -> None:
        head = (
            f"Subject: x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
            f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
        )
        assert one(head.encode() + body).text == "Café open"

    @pytest.mark.parametrize(
        "data",
        [
            b"Subject: =?utf-8?q?C=C3?= =?nope?x?y?=\nContent-Type: text/plain; charset=nope\n\nhi",
            b"Subject: \xe9\xff\nDate: yesterday\nFrom: <<>>,,\n\nhi",
            b"From x\nSubject: x\nContent-Type: multipart/mixed\n\nhi",
            b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nhi',
            b"Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nhi!!",
            b"subject: x\r\n\r\nhi",
            b"Subject: x\nContent-Type: tExT/PlAiN;;; charset==\n\nhi",
        ],
    )
    def test_broken_messages_give_their_text(self, data: bytes) -> None:
        assert "hi" in one(data).text

    def test_what_is_no_message_is_refused(self) -> None:
        with pytest.raises(UnreadableFile, match="no message"):
            read(b"Just some text.\n\nMore of it.")

    def test_an_encrypted_message_is_refused(self) -> None:
        made = message(Content_Type='multipart/encrypted; boundary="b"')
        with pytest.raises(UnreadableFile, match="encrypted"):
            read(made.as_bytes() + b"--b\n\nx\n--b--\n")

    def test_a_message_without_text_has_its_subject(self) -> None:
        made = message()
        made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
        assert one(made.as_bytes()).text == "Toll – new"


class TestAttachments:
    def test_files_are_members_and_images_in_the_text_are_none(self) -> None:
        inner = message(Subject="The first report")
        inner.set_content("Seven died.")
        made = message()
        made.set_content("See the files.")
        made.add_related(b"png", "image", "png", cid="<logo>")
        made.add_attachment("a,b\n1,2\n", subtype="csv", filename="../toll.csv")
        made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf")
        made.add_attachment(inner)
        made.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
        made.add_attachment("notes", filename="toll.csv")
        made.add_attachment("notes", filename="toll.csv")
        found = members(made.as_bytes())
        names = [member.name for member in found]
        assert [member.suffix for member in found][1:3] == [".pdf", ".eml"]
        assert found[0].data == b"a,b\n1,2\n"
        assert names[0] == "../toll.csv"
        assert names[2] == "The first report.eml"
        assert names[4:] == ["toll.csv", "toll (2).csv"]
        assert one(found[2].data).text == "Seven died."
        assert "winmail" in found[3].why
        assert found[3].hint
        assert one(made.as_bytes()).text == "See the files."

    def test_text_that_is_attached_is_no_part_of_the_body(self) -> None:
        made = message()
        made.set_content("Body.")
        made.add_attachment("Attached.", filename="a.txt")
        made.add_attachment("<p>Page</p>", subtype="html", filename="b.html")
        assert one(made.as_bytes()).text == "Body."
        assert [member.name for member in members(made.as_bytes())] == ["a.txt", "b.html"]


class TestMailbox:
    def test_messages_as_the_mailbox_library_stores_them(self, tmp_path: Path) -> None:
        box = mailbox.mbox(tmp_path / "a.mbox")
        for number in range(3):
            made = message(Message_ID=f"<{number % 2}@example.org>", Subject=f"Report {number}")
            made.set_content(f"Text {number}.\n\nFrom here on it rained.\n>From the sea.\n")
            box.add(made)
        box.close()
        found = members((tmp_path / "a.mbox").read_bytes(), ".mbox")
        assert [member.name for member in found] == [
            "0@example.org",
            "1@example.org",
            "0@example.org (2)",
        ]
        documents = [one(member.data) for member in found]
        assert [document.title for document in documents] == ["Report 0", "Report 1", "Report 2"]
        assert all("\n\nFrom here on it rained.\n" in document.text for document in documents)
        assert {member.suffix for member in found} == {".eml"}

    def test_line_ends_of_windows_and_paragraphs_that_begin_like_a_postmark(self) -> None:
        data = (
            b"From a@b Wed Apr  5 10:00:00 2017\r\nSubject: one\r\n\r\nFrom then on.\r\n\r\n"
            b"From the sea came rain.\r\n\r\nFrom c@d Wed Apr  5 11:00:00 2017\r\nSubject: two\r\n"
            b"\r\nhi\r\n"
        )
        found = members(data, ".mbox")
        assert [member.name for member in found] == ["message 1", "message 2"]
        assert "From the sea came rain." in one(found[0].data).text

    def test_what_is_no_mailbox_is_refused(self) -> None:
        with pytest.raises(UnreadableFile, match="no mailbox"):
            members(b"Subject: x\n\nhi", ".mbox")
