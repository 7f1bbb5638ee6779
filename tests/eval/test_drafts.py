"""Drafts: questions that read well, whose answers stand where their spans say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eval.case_file import check, read_cases
from eval.cases import Case
from eval.draft_parts import name_in
from eval.draft_questions import drafted
from eval.draft_sentences import Told, Vocabulary, is_askable, is_clear, on_days, told
from eval.draft_verbs import inverted
from eval.drafts import draft_cases, write_cases
from ingest.folder import add
from rag.build import open_library
from rag.config import Settings
from rag.errors import BadRequest, VouchError
from rag.types import Document
from tests.fakes import make_document, sample_documents

EXAMPLES = Path(__file__).parents[2] / "examples" / "larkhaven"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """Return the example reports as the library holds them."""
    settings = Settings(library=tmp_path_factory.mktemp("examples") / "library", threads=1)
    with open_library(settings) as library:
        list(add(library.ledger, [EXAMPLES]))
        rows = library.ledger.origins("default").values()
        found = [library.ledger.document(name) for row in rows for name in row.document_ids]
    return [document for document in found if document is not None]


def _questions(text: str, published: str | None = "2023-03-15") -> Iterator[tuple[str, str]]:
    """Yield kind and question of each draft that a text gives."""
    document = make_document(text, title="Report", published=published)
    words = Vocabulary()
    words.add(text)
    for sentence in told(document):
        for one in drafted(sentence, words):
            yield one.kind, one.question


@pytest.mark.parametrize(
    ("text", "kind", "question"),
    [
        (
            "About 400 people gathered for a vigil in Larkhaven on Wednesday evening.",
            "how_many",
            "How many people gathered for a vigil in Larkhaven on the evening of 15 March 2023?",
        ),
        (
            "Estuary Watch said on Friday that 23 people were killed in the blast at the Corran "
            "works, up from the 17 it had counted on Wednesday.",
            "how_many",
            "According to Estuary Watch, how many people were killed in the blast at the Corran "
            "works?",
        ),
        (
            "LARKHAVEN, March 14, 2023 (Northern Wire) - An explosion tore through the Corran "
            "works on Tuesday, killing at least nine people, the fire service said.",
            "how_many",
            "How many people were killed when an explosion tore through the Corran works on 14 "
            "March 2023?",
        ),
        (
            "The Corran works employs 310 people in the town of Larkhaven.",
            "how_many",
            "How many people does the Corran works employ in the town of Larkhaven?",
        ),
        (
            "Larkhaven General Hospital said it had treated 58 people, 11 of them for burns.",
            "how_many",
            "How many people did Larkhaven General Hospital say it had treated?",
        ),
        (
            "The governor Petra Lindqvar said that measurements had shown no danger beyond Kiln "
            "Quay.",
            "who",
            "Who said that measurements had shown no danger beyond Kiln Quay?",
        ),
        (
            '"We have nine dead and are still searching the hall," fire chief Ilse Maron told '
            "reporters at the gate.",
            "who",
            'Who said "We have nine dead and are still searching the hall"?',
        ),
        (
            "Dana Orrel accused the Corran company of putting output before the safety of workers.",
            "said",
            "What did Dana Orrel accuse the Corran company of?",
        ),
        (
            "Estuary Watch was founded by fishermen in 2009 to record pollution in the Ouzel.",
            "when",
            "When was Estuary Watch founded by fishermen to record pollution in the Ouzel?",
        ),
        (
            "The inspectorate visited the works of Corran Industries on February 8.",
            "when",
            "When did the inspectorate visit the works of Corran Industries?",
        ),
        (
            "The spring fair opened with a parade of the Ouzel Band in the town of Larkhaven.",
            "where",
            "Where did the spring fair open with a parade of the Ouzel Band?",
        ),
    ],
)
def test_a_statement_is_turned_into_a_question(text: str, kind: str, question: str) -> None:
    assert (kind, question) in list(_questions(text))


@pytest.mark.parametrize(
    "text",
    [
        "He said that 23 people were killed in the explosion at the Corran works.",
        "The group said that 23 people were killed in the explosion at the works on Tuesday.",
        "People trapped in the hall of the Corran works died on Tuesday in the fire.",
        "Five of the six people whom Estuary Watch had listed were found dead on Thursday.",
        "Explosion At Larkhaven Fertiliser Works Kills Nine And Injures 60 In The Night.",
        "See also: 23 people were killed in the explosion at the Corran works in Larkhaven.",
        "Am Dienstag starben 23 Menschen bei einer Explosion in der Hafenstadt Larkhaven.",
        "How many people were killed in the explosion at the Corran works in Larkhaven?",
        "- 23 people were killed\n- 17 people were injured in the town of Larkhaven\n",
        "",
    ],
)
def test_what_would_read_badly_is_left_out(text: str) -> None:
    assert [question for kind, question in _questions(text) if kind != "cloze"] == []


def test_a_verb_is_turned_only_where_it_is_the_only_one() -> None:
    words = Vocabulary()
    words.add("Some people trapped in the hall died.")
    assert inverted("People died in the hall", words) == "did people die in the hall"
    assert inverted("People trapped in the hall died", words) is None
    assert inverted("People died in the hall and wounded 12", words) is None


def test_days_are_written_out_only_where_they_are_known() -> None:
    assert on_days("It opened on Saturday.", "2023-03-15") == "It opened on 11 March 2023."
    assert on_days("It opened on Saturday.", None) == "It opened on Saturday."
    assert on_days("Tuesday's fire spread.", "2023-03-15") == "Tuesday's fire spread."
    assert not is_askable("How many people died in Larkhaven on Saturday?")
    assert not is_askable("How many people did they say had died in Larkhaven?")
    assert is_askable("How many people died in Larkhaven on 11 March 2023?")
    assert not is_clear("The mayor of Larkhaven said that the works (built in 1961) had burned.")
    assert list(_questions("A vigil was held in Larkhaven by 400 people on Friday.", None)) == []


def test_a_person_is_named_without_the_office() -> None:
    assert name_in("Interior Minister Jon Brask") == "Jon Brask"
    assert name_in("The monitoring group Estuary Watch") == "Estuary Watch"
    assert name_in("Director of the Harbour Office") == ""


def test_drafts_of_the_examples(examples: list[Document]) -> None:
    cases = draft_cases(examples, per_document=6, most=60)
    assert len(cases) >= 12
    kinds = Counter(case.tags[1] for case in cases)
    assert len(kinds) >= 5
    assert kinds["cloze"] <= len(cases) / 3
    assert len({case.question for case in cases}) == len(cases)
    assert len({case.id for case in cases}) == len(cases)
    assert all(case.draft and case.tags[0] == "draft" for case in cases)
    texts = {Path(one.source).name: one.text for one in examples}
    texts |= {one.title: one.text for one in examples}
    for case in cases:
        if case.answerable:
            _holds_its_answer(case, texts)


def _holds_its_answer(case: Case, texts: dict[str, str]) -> None:
    """Assert that the sentence of a draft's span gives what the draft expects."""
    (span,) = case.spans
    assert case.sources == (span.source,)
    sentence = texts[span.source][span.start : span.end]
    assert sentence == sentence.strip()
    held = [
        bool(re.search(one[3:], sentence, re.IGNORECASE))
        if one.startswith("re:")
        else one in sentence
        for one in case.expect.any
    ]
    assert any(held), (case.question, case.expect.any, sentence)
    assert not any(answer in case.question for answer in case.expect.answers)


def test_what_cannot_be_answered_is_in_no_document(examples: list[Document]) -> None:
    cases = [case for case in draft_cases(examples, per_document=6, most=60) if not case.answerable]
    assert cases
    whole = "\n".join(document.text for document in examples)
    for case in cases:
        assert case.answerable is False
        assert not case.expect
        assert case.spans == case.sources == ()
        strange = [
            word
            for word in re.findall(r"\b(?:[A-Z][a-z]+|(?:19|20)\d\d)\b", case.question)[1:]
            if word not in whole
        ]
        assert strange, case.question


def test_a_town_that_a_document_names_is_not_asked_about() -> None:
    fair = make_document(
        "Estuary Watch said on Friday that 23 people were killed in a fire in Larkhaven.",
        published="2023-03-15",
    )
    towns = make_document("Montevideo, Reykjavik and ulaanbaatar lie far apart.", title="Towns")
    (question,) = [
        case.question
        for case in draft_cases([fair, towns, *_founded()], most=30)
        if not case.answerable
    ]
    assert "Wellington" in question


def test_another_year_is_one_that_no_document_names() -> None:
    years = make_document("It was dull in 1998, 1999 and 1997, and in 2003.", title="2006")
    (question,) = [
        case.question for case in draft_cases([years, *_dated()], most=30) if not case.answerable
    ]
    assert re.findall(r"\d{4}", question) == ["1996"]


def _dated() -> list[Document]:
    return [
        make_document(
            f"The {name} Club lost 40 boats in a storm on 3 May 2001 near the old mole.",
            title=name,
            source=f"{name}.txt",
        )
        for name in ("Alder", "Birch", "Cedar", "Hazel", "Maple")
    ]


def _founded() -> list[Document]:
    return [
        make_document(
            f"Group {name} was founded by fishermen in {year} to record pollution.",
            title=name,
            source=f"{name}.txt",
        )
        for name, year in zip(("Alder", "Birch", "Cedar", "Hazel"), range(2001, 2005), strict=True)
    ]


def test_the_same_texts_and_seed_give_the_same_drafts(examples: list[Document]) -> None:
    one = draft_cases(examples, seed=3)
    assert draft_cases(reversed(examples), seed=3) == one
    renamed = [replace(document, id=f"other-{n}") for n, document in enumerate(examples)]
    assert [case.question for case in draft_cases(renamed, seed=3)] == [
        case.question for case in one
    ]
    few = [{case.question for case in draft_cases(examples, most=4, seed=n)} for n in range(6)]
    assert any(questions != few[0] for questions in few)


def test_numbers_of_drafts_are_kept(examples: list[Document]) -> None:
    for most in (1, 2, 5, 7):
        assert len(draft_cases(examples, most=most)) == most
    per_source = Counter(
        case.sources[0] for case in draft_cases(examples, per_document=2) if case.answerable
    )
    assert max(per_source.values()) <= 2
    assert draft_cases([]) == []
    with pytest.raises(BadRequest, match="per_document cannot be 0"):
        draft_cases(examples, per_document=0)


def test_copies_are_asked_once_and_sources_have_a_name_of_their_own() -> None:
    wire, monitor, _ = sample_documents()
    copies = [replace(wire, id="a"), replace(wire, id="b", title="A copy")]
    cases = [case for case in draft_cases([*copies, monitor], most=50) if case.answerable]
    assert cases
    spans = [(case.spans[0].start, case.question) for case in cases]
    assert len(set(spans)) == len(spans)
    named = {case.sources[0] for case in cases}
    assert "wire.txt" not in named  # two documents have that file name
    assert named <= {"Explosion at fertiliser works", "A copy", "monitor.html"}
    row = replace(wire, id="c", external_id="row-7")
    assert {case.sources for case in draft_cases([row]) if case.answerable} == {("row-7",)}


def test_written_drafts_pass_the_check(tmp_path: Path, examples: list[Document]) -> None:
    path = tmp_path / "made" / "drafts.jsonl"
    cases = draft_cases(examples)
    write_cases(path, cases)
    assert read_cases(path) == cases
    texts = {Path(one.source).name: one.text for one in examples}
    texts |= {one.title: one.text for one in examples}
    checked = check(path, known=texts.__contains__, text_of=texts.get)
    assert checked.errors == ()
    assert {issue.field for issue in checked.warnings} == {"draft"}
    assert [one.name for one in path.parent.iterdir()] == ["drafts.jsonl"]


def test_a_file_is_overwritten_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "drafts.jsonl"
    cases = [Case("a", "Who?", answerable=False, group="a")]
    path.write_text("mine")
    with pytest.raises(BadRequest, match="is there already"):
        write_cases(path, cases)
    assert path.read_text() == "mine"
    write_cases(path, cases, overwrite=True)
    assert read_cases(path) == cases
    assert [one.name for one in tmp_path.iterdir()] == ["drafts.jsonl"]
    with pytest.raises(VouchError, match="cannot be written"):
        write_cases(path / "below.jsonl", cases)


def test_a_sentence_is_a_slice_of_its_document() -> None:
    for document in sample_documents():
        for sentence in told(document):
            assert isinstance(sentence, Told)
            assert document.text[sentence.start : sentence.end].endswith(sentence.text)


def test_wrapped_lines_are_one_sentence() -> None:
    text = (
        "Estuary Watch was founded by fishermen of Eskmouth\n"
        "in 2009 to record pollution in the whole estuary of\n"
        "the Ouzel."
    )
    assert [question for kind, question in _questions(text) if kind == "when"] == [
        "When was Estuary Watch founded by fishermen of Eskmouth to record pollution in the whole "
        "estuary of the Ouzel?"
    ]


def test_a_common_word_that_opens_a_sentence_is_no_name() -> None:
    text = "In most states most people vote. Most told reporters that 40 people voted in Larkhaven."
    gap = "Most told reporters that ____ people voted in Larkhaven."
    assert list(_questions(text)) == [("cloze", f'Which number is missing in "{gap}"?')]
