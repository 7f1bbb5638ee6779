"""What a source hides from its readers is said beside its words, and goes after what they see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.folder import add
from rag.accounts import gather
from rag.build import Library, open_library
from rag.citations import placed
from rag.config import Settings
from rag.contract import answer_to_json, event_to_json, hit_to_json
from rag.contract_read import answer_from_json
from rag.english.question import analyse
from rag.pending import embed_pending
from rag.types import Answer, Filters, Hit, Question, SentenceShown
from tests.rag.contract import assert_contract
from ui.render import answer_html, answer_markdown, answer_terminal, hits_terminal
from ui.render_cards import citation_panel_html

FERRY = """<html><head><title>Ferry sinks off Tarn</title></head><body><h1>Ferry sinks off Tarn</h1>
<p>TARN, August 10, 2019 (Wire) - A ferry carrying 130 people sank off Tarn on Friday.</p>
<p>The coast guard said 12 people died when the ferry sank off Tarn.</p>
<p style="display:none">The captain of the ferry was drunk and had been paid off by the owner.</p>
<p>Divers searched the wreck for two days before the storm closed in on the harbour.</p>
</body></html>"""
RIVAL = """<html><head><title>Tarn ferry</title></head><body><h1>The Tarn ferry</h1>
<p>TARN, August 11, 2019 (Post) - The ferry that sank off Tarn lies on its side in the bay.</p>
<p style="display:none">The harbour union said 170 people died when the ferry sank off Tarn.</p>
<p>Its owner has asked a company from the south to lift it before the winter comes.</p>
</body></html>"""
HOW = "hidden in the source: display:none"
DRUNK, DIED = "Was the captain of the ferry drunk?", "How many people died when the ferry sank?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("ferries")
    (folder / "ferry.html").write_text(FERRY)
    (folder / "rival.html").write_text(RIVAL)
    with open_library(Settings(library=tmp_path_factory.mktemp("library"), threads=1)) as made:
        assert {one.outcome for one in add(made.ledger, [folder])} == {"added"}
        embed_pending(made.ledger, made.encoder())
        yield made


@pytest.fixture(scope="module")
def drunk(library: Library) -> Answer:
    return library.assistant.ask(Question(DRUNK))


def faces(answer: Answer) -> dict[str, str]:
    return {
        "terminal": answer_terminal(answer),
        "html": str(answer_html(answer)),
        "cards": str(citation_panel_html(answer)),
        "markdown": answer_markdown(answer).replace("\\", ""),
        "text": answer.text,
    }


def test_every_face_says_beside_the_words_that_the_source_hides_them(drunk: Answer) -> None:
    assert "drunk" in drunk.text
    for face, shown in faces(drunk).items():
        assert HOW in shown.lower(), face
        assert shown.lower().count(HOW) <= 2, face  # at the sentence and at its source, once each


def test_an_answer_that_rests_on_hidden_text_alone_is_warned_of(drunk: Answer) -> None:
    assert [warning.code for warning in drunk.warnings if "hidden" in warning.code] == [
        "hidden_source"
    ]
    found = answer_to_json(drunk)
    assert_contract(found)
    sentence = found["sentences"][0]
    assert (sentence["status"], sentence["problems"]) == ("marked", [HOW])
    assert found["citations"][0]["hidden"] == "display:none"
    assert found["citations"][0]["flags"] == ["hidden_text"]
    for face in ("terminal", "html", "markdown"):
        words = faces(answer_from_json(found))[face]
        assert "All that this answer rests on is hidden" in " ".join(words.split()), face


def test_a_visible_answer_of_the_same_file_says_nothing_of_hidden_text(library: Library) -> None:
    answer = library.assistant.ask(Question("How long did divers search the wreck?"))
    assert "two days" in answer.text
    assert [warning for warning in answer.warnings if warning.code == "hidden_source"] == []
    assert answer_to_json(answer)["citations"][0]["flags"] == []
    for face, shown in faces(answer).items():
        assert "hidden" not in shown.lower(), face


def test_a_stream_says_with_the_sentence_that_it_is_hidden(library: Library) -> None:
    shown = [
        event
        for event in library.assistant.stream(Question(DRUNK))
        if isinstance(event, SentenceShown)
    ]
    _, data = event_to_json(shown[0])
    assert data["problems"] == [HOW]
    assert data["new_citations"][0]["hidden"] == "display:none"


def test_a_figure_of_hidden_text_alone_is_no_silent_rival(library: Library) -> None:
    answer = library.assistant.ask(Question(DIED))
    accounts = {one.account.value: one.account.hidden for one in answer.accounts}
    assert accounts == {"12": "", "170": "display:none"}
    assert not any(warning.code == "hidden_source" for warning in answer.warnings)
    found = answer_to_json(answer)
    assert_contract(found)
    again = answer_from_json(found)
    lines = {one.text[:3]: one for one in answer.sentences if one.kind == "account"}
    assert (lines["170"].problems, lines["12 "].problems) == ((HOW,), ())
    told = "1 of them only in words that a source hides"
    for face, shown in faces(again).items():
        assert HOW in shown.lower(), face
        if face not in ("text", "cards"):
            assert told in " ".join(shown.split()), face


def test_hidden_words_are_no_further_source_and_go_after_visible_ones(library: Library) -> None:
    reading = library.reader.read(DIED, search(library, DIED))
    hidden = next(one for one in reading.candidates if one.hit.hidden)
    visible = next(one for one in reading.candidates if "12 people died" in one.text)
    assert reading.candidates.index(visible) < reading.candidates.index(hidden)
    same = gather(analyse(DIED), [hidden, visible])
    assert [one.value for one in same if not one.hidden] == ["12"]


def search(library: Library, text: str) -> list[Hit]:
    return library.retriever.retrieve(text, filters=Filters(), collection="default", limit=8)


def test_a_search_gives_places_and_marks_hidden_passages(library: Library) -> None:
    hits = placed(search(library, "captain drunk"), library.ledger.document)
    found = [hit_to_json(hit) for hit in hits]
    ways = {"captain" in one["text"]: one["hidden"] for one in found if "ferry" in one["source"]}
    assert ways == {True: "display:none", False: ""}
    assert all(one["place"] for one in found)
    shown = hits_terminal(hits)
    assert shown.count("Hidden in the source: display:none.") == 2
    assert found[0]["place"] in shown
