"""The commands that keep a library, as real processes."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.ui.cli import EXAMPLES, Vouch, failed, worked

COMMANDS = ("add", "remove", "list", "status", "search", "ask", "chat", "serve", "config")
COMMANDS += ("rebuild", "backup", "watch", "purge")
HEAVY = ("torch", "chromadb", "gradio", "lxml", "pypdfium2", "onnxruntime", "transformers")


@pytest.fixture
def vouch(tmp_path: Path) -> Vouch:
    return Vouch(tmp_path / "home")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder of three small files."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("one", "two", "three"):
        text = f"EASTPORT, May 2, 2021 (Harbour News) - The {name} ferry sank on Sunday.\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def counted(done_stdout: str) -> str:
    return done_stdout.strip().splitlines()[-1]


def test_help_names_every_command(vouch: Vouch) -> None:
    shown = worked(vouch("--help"))
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []
    assert worked(vouch()) == shown


def test_every_command_has_help(vouch: Vouch) -> None:
    for name in COMMANDS:
        assert worked(vouch(name, "--help")).startswith(f"Usage: vouch {name}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("ask", "--loud", "x"),
        ("add",),
        ("search", "x", "--limit", "many"),
        ("config", "x"),
    ],
)
def test_wrong_usage_is_exit_code_2(vouch: Vouch, arguments: tuple[str, ...]) -> None:
    done = vouch(*arguments)
    assert "--help" in failed(done, 2)
    assert done.stdout == ""


def test_add_gives_every_file_one_line_and_a_sum(vouch: Vouch) -> None:
    shown = worked(vouch("add", EXAMPLES, "--no-embed"))
    lines = [line for line in shown.splitlines() if not line.startswith(" ")]
    assert sum(line.startswith("added ") for line in lines) == len(list(EXAMPLES.iterdir())) == 10
    assert counted(shown) == "13 documents: 13 added, 0 failed"


def test_adding_again_changes_nothing_and_loads_no_parser_and_no_model(vouch: Vouch) -> None:
    worked(vouch("add", EXAMPLES, "--no-embed"))
    done = vouch("add", EXAMPLES, "--no-embed", python=("-X", "importtime"))
    assert counted(worked(done)) == "13 documents: 13 unchanged, 0 failed"
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "rag.ledger" in imported
    assert imported.isdisjoint(HEAVY)


def test_a_folder_is_mirrored(vouch: Vouch, reports: Path) -> None:
    worked(vouch("add", reports, "--no-embed"))
    (reports / "one.txt").unlink()
    (reports / "two.txt").write_text("EASTPORT - Both ferries were raised.\n", encoding="utf-8")
    (reports / "four.md").write_text("# Four\n\nA fourth ferry was bought.\n", encoding="utf-8")
    shown = worked(vouch("add", reports, "--no-embed"))
    assert counted(shown) == "3 documents: 1 added, 1 updated, 1 unchanged, 1 removed, 0 failed"


def test_keep_missing_keeps_what_is_gone(vouch: Vouch, reports: Path) -> None:
    worked(vouch("add", reports, "--no-embed"))
    (reports / "one.txt").unlink()
    shown = worked(vouch("add", reports, "--no-embed", "--keep-missing"))
    assert "removed" not in shown
    assert len(worked(vouch("list")).splitlines()) == 3


def test_a_missing_path_is_an_error_and_nothing_is_added(vouch: Vouch, reports: Path) -> None:
    said = failed(vouch("add", reports, reports / "nowhere", "--no-embed"))
    assert "nowhere" in said
    assert json.loads(worked(vouch("status", "--json")))["documents"] == 0


def test_one_damaged_file_is_named_and_the_others_are_added(vouch: Vouch, reports: Path) -> None:
    (reports / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind")
    shown = worked(vouch("add", reports, "--no-embed"))
    assert counted(shown) == "3 documents: 3 added, 1 failed"
    assert "broken.pdf" in shown
    status = json.loads(worked(vouch("status", "--json")))
    assert [Path(row["path"]).name for row in status["unread_files"]] == ["broken.pdf"]
    assert "broken.pdf" in worked(vouch("status"))


def test_add_fails_when_nothing_can_be_read(vouch: Vouch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    assert "No file could be read" in failed(vouch("add", broken, "--no-embed"))


def test_quiet_names_only_failures(vouch: Vouch, reports: Path) -> None:
    (reports / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind")
    shown = worked(vouch("add", reports, "--no-embed", "--quiet"))
    assert "one.txt" not in shown
    assert "broken.pdf" in shown


def test_if_empty_adds_only_to_a_library_that_holds_nothing(vouch: Vouch, reports: Path) -> None:
    worked(vouch("add", "--if-empty", "--no-embed", reports))
    done = vouch("add", "--if-empty", "--no-embed", EXAMPLES)
    assert worked(done) == ""
    assert "nothing added" in done.stderr
    assert len(worked(vouch("list")).splitlines()) == 3


def test_a_table_is_read_by_the_columns_that_are_named(vouch: Vouch, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text(
        "key,head,words,when,who\n"
        "a,Ferry sinks,The ferry sank off Eastport on Sunday morning.,03/04/2021,Harbour News\n"
        "b,Ferry raised,The ferry was raised by two cranes on Monday.,03/25/2021,Coast Mail\n",
        encoding="utf-8",
    )
    columns = ["--text-column", "words", "--title-column", "head", "--published-column", "when"]
    columns += ["--publisher-column", "who", "--id-column", "key"]
    worked(vouch("add", table, *columns, "--no-embed"))
    rows = [json.loads(line) for line in worked(vouch("list", "--json")).splitlines()]
    assert {row["title"]: (row["published"], row["publisher"]) for row in rows} == {
        "Ferry sinks": ("2021-03-04", "Harbour News"),
        "Ferry raised": ("2021-03-25", "Coast Mail"),
    }
    again = vouch("add", table, "--text-column", "nowhere", "--no-embed")
    failed(again)
    assert 'no column "nowhere"' in again.stdout
    assert "key, head, words, when, who" in again.stdout


def test_an_unknown_date_order_is_refused(vouch: Vouch, reports: Path) -> None:
    assert "date_order" in failed(vouch("add", reports, "--date-order", "ydm"))


def test_list_filters_and_speaks_json(vouch: Vouch) -> None:
    worked(vouch("add", EXAMPLES, "--no-embed"))
    lines = worked(vouch("list", "--json", "--publisher", "Esk Valley Post")).splitlines()
    assert {json.loads(line)["publisher"] for line in lines} == {"Esk Valley Post"}
    late = worked(vouch("list", "--json", "--from", "2023-03-18")).splitlines()
    assert {json.loads(line)["published"][:10] for line in late} == {
        "2023-03-18",
        "2023-03-20",
        "2023-03-24",
    }
    assert len(worked(vouch("list", "marmalade")).splitlines()) == 1
    short = vouch("list", "--limit", "2")
    assert len(worked(short).splitlines()) == 2
    assert "--limit" in short.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("--from", "tomorrow"), "--from"), (("--from", "2023-02-02", "--to", "2023-01-01"), "--to")],
)
def test_a_wrong_day_is_said_with_the_name_of_the_flag(
    vouch: Vouch, arguments: tuple[str, ...], named: str
) -> None:
    assert named in failed(vouch("list", *arguments))


def test_remove_takes_files_folders_and_ids(vouch: Vouch, reports: Path) -> None:
    worked(vouch("add", reports, EXAMPLES, "--no-embed"))
    assert worked(vouch("remove", reports / "one.txt")) == "removed 1 document\n"
    first = json.loads(worked(vouch("list", "--json", "marmalade")))
    assert worked(vouch("remove", first["id"])) == "removed 1 document\n"
    assert worked(vouch("remove", reports)) == "removed 2 documents\n"
    assert len(worked(vouch("list")).splitlines()) == 12


def test_remove_refuses_a_name_that_is_nothing_and_removes_nothing(
    vouch: Vouch, reports: Path
) -> None:
    worked(vouch("add", reports, "--no-embed"))
    assert "nothing-of-that-name" in failed(vouch("remove", reports, "nothing-of-that-name"))
    assert len(worked(vouch("list")).splitlines()) == 3


@pytest.mark.parametrize("command", ["list", "status", "search x", "ask x", "remove x", "chat"])
def test_commands_that_read_make_no_library(vouch: Vouch, command: str) -> None:
    assert "There is no library" in failed(vouch(*command.split()))
    assert not vouch.library.exists()


def test_a_library_of_a_newer_version_is_refused_and_left_alone(
    vouch: Vouch, reports: Path
) -> None:
    worked(vouch("add", reports, "--no-embed"))
    database = vouch.library / "library.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = database.read_bytes()
    assert "version 9999" in failed(vouch("status"))
    assert database.read_bytes() == before


def test_a_file_that_is_no_library_is_refused(vouch: Vouch) -> None:
    vouch.library.mkdir()
    (vouch.library / "library.db").write_bytes(b"these are not the bytes of a database" * 99)
    failed(vouch("status"))


def test_backup_copies_a_library_that_works(vouch: Vouch, reports: Path, tmp_path: Path) -> None:
    worked(vouch("add", reports, "--no-embed"))
    copy = tmp_path / "copy"
    worked(vouch("backup", copy))
    shutil.rmtree(vouch.library)
    assert len(worked(vouch("list", "--library", copy)).splitlines()) == 3
    assert "not an empty folder" in failed(vouch("backup", copy, "--library", copy))


def test_config_says_where_each_value_comes_from(vouch: Vouch, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('hits = 9\nport = 1234\nkey = "secret-of-the-file"\n', encoding="utf-8")
    shown = worked(
        vouch("config", "--json", "--settings", file, "--collection", "news", VOUCH_PORT="4321")
    )
    found = json.loads(shown)
    assert found["hits"] == {"value": "9", "from": str(file)}
    assert found["port"] == {"value": "4321", "from": "VOUCH_PORT"}
    assert found["collection"] == {"value": "news", "from": "flag"}
    assert found["caution"] == {"value": "normal", "from": "default"}
    table = worked(vouch("config", "--settings", file))
    assert "secret-of-the-file" not in shown + table
    assert worked(vouch("config", "path", "--settings", file)) == f"{file}\n"


def test_an_unknown_setting_is_refused_with_the_nearest_name(vouch: Vouch) -> None:
    assert "'hits'" in failed(vouch("config", VOUCH_HITZ="3"))
    assert "hits" in failed(vouch("config", VOUCH_HITS="many"))


def test_a_reader_that_goes_away_is_no_error(vouch: Vouch) -> None:
    worked(vouch("add", EXAMPLES, "--no-embed"))
    process = vouch.start("list", "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 0
    process.stderr.close()


def test_ctrl_c_ends_an_add_at_a_file_and_the_next_add_goes_on(
    vouch: Vouch, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(400):
        text = f"Report {n} says that {n} boats were counted in the harbour.\n" * 20
        (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
    process = vouch.start("add", folder, "--no-embed")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("added")
    process.send_signal(signal.SIGINT)
    # Read as the first line was: what came with it in one piece would be lost to ``communicate``.
    shown = process.stdout.read()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    kept = json.loads(worked(vouch("status", "--json")))["documents"]
    assert 1 <= kept < 400
    assert shown.count("added") + 1 == kept + 1  # a line per file, and the word in the sum
    worked(vouch("add", folder, "--no-embed"))
    assert json.loads(worked(vouch("status", "--json")))["documents"] == 400


def test_nothing_from_a_document_moves_the_cursor(vouch: Vouch, tmp_path: Path) -> None:
    folder = tmp_path / "nasty"
    folder.mkdir()
    text = "Ferry\x1b[2J sinks\n\nThe \x1b]0;title\x07ferry sank\x9b31m on Sunday\u202e.\n"
    (folder / "a\x1b[31mb.txt").write_text(text, encoding="utf-8")
    shown = worked(vouch("add", folder, "--no-embed"))
    shown += worked(vouch("list")) + worked(vouch("list", "--json"))
    shown += worked(vouch("status"))
    assert [character for character in shown if not character.isprintable()].count("\n") == sum(
        not character.isprintable() for character in shown
    )
