"""Documents in the ledger: what is added, changed, removed, and who keeps an id."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import BadRequest
from rag.ledger import Ledger
from rag.types import Filters, Span
from tests.rag.shelf import document, embed, fill, open_ledger, origin


@pytest.fixture
def ledger(tmp_path: Path):
    with open_ledger(tmp_path / "library") as opened:
        yield opened


def outcomes(changes) -> list[tuple[str, str]]:
    return [(change.part, change.outcome) for change in changes]


def found(ledger: Ledger, *terms: str, filters: Filters | None = None) -> list[str]:
    hits = ledger.word_hits([[term] for term in terms], "default", filters, 20)
    passages = ledger.passages(str(rowid) for rowid, _ in hits)
    return [passages[str(rowid)].text for rowid, _ in hits]


def test_a_document_comes_back_as_it_was_put(ledger):
    put, passages = document(
        "Khan Sheikhoun, 4 April.",
        "İstanbul ﬁre 🔥 e\u0301",
        day="2017-04-04",
        context="Syria > Idlib",
        metadata={"location": "Idlib", "list": ["a", 2], "nested": {"x": None}},
        publisher="SANA",
        external_id="7",
        language="en",
        flags=("date_conflict",),
        spans=(Span(0, 5, "page", "iii", {"page": 3}),),
    )
    (change,) = ledger.put_file("default", origin("/docs/a.txt"), [(put, passages)])
    back = ledger.document(change.document_id)
    assert back is not None
    assert (back.text, back.spans, back.dates, back.flags) == (
        put.text,
        put.spans,
        put.dates,
        put.flags,
    )
    assert back.metadata == put.metadata
    kept = ledger.passages_of(change.document_id)
    assert [p.text for p in kept] == [p.text for p in passages]
    assert all(back.text[p.start : p.end] == p.text for p in kept)
    assert all(p.document_id == change.document_id and p.context == "Syria > Idlib" for p in kept)
    assert ledger.passages([kept[1].id, "999", "x"]) == {kept[1].id: kept[1]}
    info = ledger.infos([change.document_id, "nobody"])[change.document_id]
    assert (info.publisher, info.published, info.copy_of) == ("SANA", "2017-04-04", None)
    assert ledger.document("nobody") is None


def test_putting_a_file_again_changes_nothing(ledger):
    documents = [document("one", part="1"), document("two", part="2")]
    first = ledger.put_file("default", origin("/docs/a.csv"), documents)
    again = ledger.put_file("default", origin("/docs/a.csv"), documents)
    assert outcomes(first) == [("1", "added"), ("2", "added")]
    assert outcomes(again) == [("1", "unchanged"), ("2", "unchanged")]
    assert [c.document_id for c in first] == [c.document_id for c in again]
    assert ledger.counts("default").passages == 2


def test_an_edit_keeps_the_document_and_what_has_not_changed_in_it(ledger):
    ledger.put_file("default", origin("/docs/a.txt"), [document("first", "second", "third")])
    embed(ledger)
    before = ledger.passages_of(next(iter(ledger.origins("default").values())).document_ids[0])
    (change,) = ledger.put_file(
        "default", origin("/docs/a.txt", "x"), [document("a new start", "second", "third")]
    )
    after = ledger.passages_of(change.document_id)
    assert change.outcome == "updated"
    assert [p.id for p in after[1:]] == [p.id for p in before[1:]]
    assert after[0].id != before[0].id
    text = ledger.document(change.document_id).text
    assert all(text[p.start : p.end] == p.text for p in after)
    assert [text for _, text in ledger.pending_texts("test-model", 10)] == ["a new start"]
    assert found(ledger, "first") == []
    assert found(ledger, "new") == ["a new start"]


def test_every_field_counts_as_a_change(ledger):
    ledger.put_file("default", origin("/docs/a.txt"), [document("text")])
    changes = (
        {"title": "Other"},
        {"publisher": "AFP"},
        {"metadata": {"k": 1}},
        {"day": "2017-04-04"},
        {"flags": ("x",)},
        {"spans": (Span(0, 1, "line", "1"),)},
        {"context": "new"},
    )
    fields: dict = {}
    for change in changes:
        fields |= change
        (outcome,) = ledger.put_file("default", origin("/docs/a.txt"), [document("text", **fields)])
        assert outcome.outcome == "updated", change


def test_rows_that_are_gone_are_removed_and_not_found(ledger):
    ledger.put_file("default", origin("/a.csv"), [document("secret", part="1"), document("b")])
    seq = ledger.seq
    changes = ledger.put_file("default", origin("/a.csv"), [document("b")])
    assert sorted(outcomes(changes)) == [("", "unchanged"), ("1", "removed")]
    assert found(ledger, "secret") == []
    assert [c.op for c in ledger.changes(seq, 10)] == ["delete", "touch"]


def test_a_part_that_occurs_twice_is_two_documents(ledger):
    changes = ledger.put_file("default", origin("/a.csv"), [document("x", part="7")] * 2)
    assert outcomes(changes) == [("7", "added"), ("7#2", "added")]


def test_deleted_text_is_gone_from_every_way_of_reading(ledger):
    (change,) = ledger.put_file(
        "default", origin("/docs/a.txt"), [document("unspeakable", metadata={"k": "v"})]
    )
    ledger.put_file("default", origin("/docs/b.txt"), [document("harmless")])
    embed(ledger)
    passage = ledger.passages_of(change.document_id)[0]
    assert ledger.remove_files("default", ["/docs/a.txt", "/docs/never.txt"]) == 1
    assert ledger.document(change.document_id) is None
    assert ledger.infos([change.document_id]) == {}
    assert ledger.passages([passage.id]) == {}
    assert found(ledger, "unspeakable") == []
    assert "unspeakable" not in dict(ledger.vocabulary())
    assert [rowids.tolist() for rowids, _ in ledger.vectors("test-model")] == [[2]]
    assert ledger.allowed("default", Filters(metadata={"k": "v"})) == frozenset()
    assert not ledger.searchable("default", None)[int(passage.id)]
    assert list(ledger.origins("default")) == ["/docs/b.txt"]


def test_removing_the_last_document_of_a_file_forgets_the_file(ledger):
    changes = ledger.put_file("default", origin("/a.csv"), [document("x", part=p) for p in "12"])
    assert ledger.remove_documents([changes[0].document_id, "nobody"]) == 1
    assert list(ledger.origins("default")) == ["/a.csv"]
    assert ledger.remove_documents([changes[1].document_id]) == 1
    assert ledger.origins("default") == {}


def test_ids_are_stable_opaque_and_never_given_twice(ledger, tmp_path):
    (first,) = ledger.put_file("default", origin("/docs/a.txt"), [document("x")])
    with open_ledger(tmp_path / "other") as other:
        (same,) = other.put_file("default", origin("/docs/a.txt"), [document("y")])
    assert first.document_id == same.document_id
    assert ledger.move_file("default", "/docs/a.txt", origin("/docs/b.txt"))
    assert not ledger.move_file("default", "/docs/a.txt", origin("/docs/c.txt"))
    (second,) = ledger.put_file("default", origin("/docs/a.txt"), [document("z")])
    assert second.document_id != first.document_id
    assert set(ledger.origins("default")) == {"/docs/a.txt", "/docs/b.txt"}
    passage = ledger.passages_of(second.document_id)[0].id
    ledger.remove_documents([second.document_id])
    ledger.put_file("default", origin("/docs/a.txt"), [document("z")])
    assert ledger.passages_of(second.document_id)[0].id > passage


def test_a_moved_file_keeps_its_documents_and_shows_its_new_name(ledger):
    (change,) = ledger.put_file(
        "default", origin("/docs/a.txt"), [document("x", source="/docs/a.txt")]
    )
    ledger.move_file("default", "/docs/a.txt", origin("/docs/b.txt"))
    assert ledger.infos([change.document_id])[change.document_id].source == "/docs/b.txt"
    assert ledger.origins("default")["/docs/b.txt"].document_ids == (change.document_id,)


def test_a_renamed_file_counts_as_read_when_it_is_put(ledger):
    ledger.put_file("default", origin("/a.txt"), [document("words")])
    ledger.fail_file("default", origin("/b.txt"), "it cannot be opened")
    assert ledger.move_file("default", "/a.txt", origin("/b.txt"))
    assert {path: row.state for path, row in ledger.origins("default").items()} == {
        "/b.txt": "reading"
    }
    assert ledger.counts("default").unread == 1
    ledger.put_file("default", origin("/b.txt"), [document("words")])
    assert ledger.counts("default").unread == 0
    assert list(ledger.origins("default", paths=["/b.txt", "/c.txt"])) == ["/b.txt"]
    assert ledger.origins("default", paths=[]) == {}


def test_a_file_that_fails_keeps_its_older_version_and_is_counted(ledger):
    ledger.put_file("default", origin("/docs/a.pdf"), [document("old words")])
    ledger.fail_file("default", origin("/docs/a.pdf", "new"), "it is broken", "mend it")
    ledger.fail_file("default", origin("/docs/b.pdf"), "it is empty", "")
    counts = ledger.counts("default")
    assert (counts.documents, counts.unread) == (1, 2)
    assert [(f.path, f.why) for f in counts.failed] == [
        ("/docs/a.pdf", "it is broken"),
        ("/docs/b.pdf", "it is empty"),
    ]
    assert found(ledger, "old") == ["old words"]
    row = ledger.origins("default")["/docs/a.pdf"]
    assert (row.state, row.hint, len(row.document_ids)) == ("failed", "mend it", 1)
    ledger.put_file("default", origin("/docs/a.pdf", "new"), [document("old words")])
    assert ledger.counts("default").unread == 1


def test_a_long_table_is_complete_only_with_its_last_rows(ledger):
    def rows():
        for row in range(1200):
            if row == 1100:
                states.append(ledger.origins("default")["/big.csv"].state)
                raise RuntimeError("the reader broke")
            yield document(f"row {row}", part=str(row))

    states: list[str] = []
    with pytest.raises(RuntimeError):
        ledger.put_file("default", origin("/big.csv"), rows())
    assert states == ["reading"]
    counts = ledger.counts("default")
    assert (counts.documents, counts.unread) == (1000, 1)
    assert [(one.path, one.why, one.hint) for one in counts.failed] == [
        ("/big.csv", "Its reading was interrupted.", "Add it again.")
    ]
    changes = ledger.put_file(
        "default",
        origin("/big.csv"),
        [document(f"row {row}", part=str(row)) for row in range(1100)],
    )
    assert [c.outcome for c in changes] == ["unchanged"] * 1000 + ["added"] * 100
    assert ledger.origins("default")["/big.csv"].state == "complete"
    assert ledger.counts("default").unread == 0


def test_large_documents_are_written_a_few_at_a_time(ledger):
    def members():
        for number in range(4):
            held.append(ledger.counts("default").documents)
            yield document(f"member {number} " + "x" * 3_000_000, part=str(number))

    held: list[int] = []
    ledger.put_file("default", origin("/big.zip"), members())
    assert held == [0, 0, 1, 2]  # never more than the one to be written and the one after it
    assert ledger.counts("default").documents == 4


def test_an_error_in_the_middle_of_a_file_leaves_it_as_it_was(tmp_path):
    def analyse(text: str) -> str:
        if "poison" in text:
            raise RuntimeError("the analysis broke")
        return text

    with Ledger(tmp_path, analyse=analyse) as ledger:
        ledger.put_file("default", origin("/a.csv"), [document("kept", part="1")])
        before = (ledger.seq, ledger.counts("default"), list(ledger.vocabulary()))
        with pytest.raises(RuntimeError):
            ledger.put_file(
                "default",
                origin("/a.csv", "new"),
                [document("changed", part="1"), document("poison", part="2")],
            )
        assert (ledger.seq, ledger.counts("default"), list(ledger.vocabulary())) == before
        assert (found(ledger, "kept"), found(ledger, "changed")) == (["kept"], [])


def test_exact_copies_share_a_cluster_and_name_the_first(ledger):
    ids = []
    for path, text in (
        ("/a", "The  Same text"),
        ("/b", "the same TEXT\n"),
        ("/c", "the same texts"),
    ):
        ids += [c.document_id for c in ledger.put_file("default", origin(path), [document(text)])]
    infos = ledger.infos(ids)
    assert [infos[i].copy_of for i in ids] == [None, ids[0], None]
    assert infos[ids[0]].cluster == infos[ids[1]].cluster != infos[ids[2]].cluster
    assert ledger.counts("default").copies == 1
    ledger.remove_documents([ids[0]])
    assert ledger.infos(ids)[ids[1]].copy_of is None


def test_documents_without_text_are_no_copies_of_each_other(ledger):
    for path in ("/a", "/b"):
        ledger.put_file("default", origin(path), [document("", source=path)])
    assert ledger.counts("default").copies == 0


def test_filters_let_through_what_they_say(ledger):
    ledger.put_file(
        "default",
        origin("/a.csv"),
        [
            document("a", part="a", publisher="SANA", day="2017-04-04T23:30", metadata={"n": 3}),
            document("b", part="b", publisher="AFP", day="2017-04-06", metadata={"t": ["x", "y"]}),
            document("c", part="c", publisher=None, metadata={'quo"te': True}),
        ],
    )

    def titles(filters: Filters) -> str:
        infos, _ = ledger.find_infos("default", filters=filters)
        allowed = ledger.allowed("default", filters)
        assert len(infos) == len(allowed)
        return "".join(sorted(ledger.document(i.id).part for i in infos))

    assert titles(Filters(publisher=("sana", "Reuters"))) == "a"
    assert titles(Filters(published_from="2017-04-04", published_to="2017-04-04")) == "a"
    assert titles(Filters(published_from="2017-04-05")) == "b"
    assert titles(Filters(published_to="2017-04-30")) == "ab"
    assert titles(Filters(metadata={"n": "3"})) == titles(Filters(metadata={"n": 3.0})) == "a"
    assert titles(Filters(metadata={"t": ["y", "z"]})) == "b"
    assert titles(Filters(metadata={'quo"te': True})) == "c"
    assert titles(Filters(metadata={"n": 3}, publisher=("AFP",))) == ""
    some = ledger.find_infos("default", limit=1)[0][0].id
    assert titles(Filters(document_ids=(some, "nobody"))) == "a"


def test_everything_is_allowed_only_when_there_is_one_collection(ledger):
    ledger.put_file("default", origin("/a"), [document("x")])
    assert ledger.allowed("default", Filters()) is None
    assert ledger.allowed("other", None) == frozenset()
    ledger.put_file("other", origin("/a"), [document("x")])
    assert len(ledger.allowed("default", None)) == 1
    assert found(ledger, "x") == ["x"]
    assert ledger.counts("other").documents == 1
    assert ledger.collections() == ["default", "other"]


def test_lists_go_page_by_page_and_can_be_searched(ledger):
    fill(ledger, "/a.csv", 7, passages=1)
    ledger.put_file("default", origin("/b"), [document("x", title="100% sure_thing")])
    pages, cursor = [], None
    while True:
        page, cursor = ledger.find_infos("default", limit=3, cursor=cursor)
        pages.append([info.id for info in page])
        if cursor is None:
            break
    assert [len(page) for page in pages] == [3, 3, 2]
    assert len({i for page in pages for i in page}) == 8
    assert len(ledger.find_infos("default", query="0% SURE_")[0]) == 1
    assert ledger.find_infos("default", query="%")[0][0].title == "100% sure_thing"
    with pytest.raises(BadRequest, match="not a cursor"):
        ledger.find_infos("default", cursor="1; DROP TABLE documents")


def test_counts_tell_how_far_vectors_are(ledger):
    ledger.put_file("default", origin("/a"), [document("one", "two", day="2017-04-04T10:00")])
    counts = ledger.counts("default", "test-model")
    assert (counts.passages, counts.embedded, counts.embedded_share) == (2, 0, 0.0)
    embed(ledger)
    counts = ledger.counts("default", "test-model")
    assert (counts.embedded, counts.embedded_share) == (2, 1.0)
    assert (counts.published_from, counts.published_to) == ("2017-04-04", "2017-04-04")
    assert ledger.counts("default").embedded == 0
    ledger.set_meta("model_id", "test-model")
    assert ledger.counts("default").embedded == 2
    assert ledger.counts("nothing").embedded_share == 1.0
