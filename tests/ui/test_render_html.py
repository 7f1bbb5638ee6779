"""Answers as HTML: everything escaped, every chip has its card, every quote is to the character."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.errors import BadRequest
from rag.stale import AnswerCheck, QuoteCheck
from rag.store.values import Counts, FailedFile
from rag.types import (
    Account,
    AnswerAccount,
    Citation,
    DateCandidate,
    DocumentInfo,
    Filters,
    Passage,
    Place,
    SentenceRemoved,
    SentenceShown,
    Span,
    Step,
    Warn,
)
from tests.fakes import (
    declined_answer,
    disagreeing_answer,
    make_answer,
    make_citation,
    make_document,
    sample_answer,
    written_answer,
)
from tests.ui.evil import EVIL
from ui.chat_talk import grown
from ui.render import (
    Partial,
    answer_html,
    citation_panel_html,
    error_html,
    partial_html,
    partial_panel_html,
    reader_html,
)
from ui.render_library import (
    document_html,
    documents_html,
    filters_html,
    job_html,
    library_html,
    welcome_html,
)
from ui.render_safe import seen

TAGS = {
    *("article", "section", "header", "footer", "div", "span", "p", "h2", "h3", "h4"),
    *("ul", "ol", "li", "dl", "dt", "dd", "details", "summary", "progress", "button", "a"),
    *("b", "i", "q", "s", "mark", "strong"),
}
ATTRIBUTES = set(
    ["class", "id", "href", "title", "name", "value", "type", "tabindex", "dir", "role", "max"]
)


class Page(HTMLParser):
    """What a browser makes of a piece of HTML: its elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.inside: list[tuple[str, str]] = []
        self.by_class: dict[str, list[str]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self.elements.append((tag, given))
        self.inside.append((tag, given.get("class", "")))
        for name in given.get("class", "").split() or [tag]:
            self.by_class.setdefault(name, []).append("")
        if tag == "mark":
            self.by_class.setdefault("mark", []).append("") if given.get("class") else None

    def handle_endtag(self, tag):
        opened, _ = self.inside.pop()
        assert opened == tag, (opened, tag)

    def handle_data(self, data):
        self.text += data
        for tag, classes in self.inside:
            for name in classes.split() or [tag]:
                self.by_class[name][-1] += data

    def of(self, name: str) -> list[str]:
        return self.by_class.get(name, [])


def page_of(html) -> Page:
    """Parse HTML and check that it is only what the renderer may write."""
    text = str(html)
    assert "\n" not in text
    assert "\r" not in text
    page = Page(text)
    assert page.inside == []
    for tag, attributes in page.elements:
        assert tag in TAGS, tag
        assert set(attributes) <= ATTRIBUTES, attributes
        assert attributes.get("href", "#").startswith("#")
    return page


def evil_answer(text: str, question: str = "Who?"):
    own = f"{text}!"  # no word of Vouch's own, which it may rightly show in another way
    body = f"Before. {text.strip() or 'x'} After."
    info = DocumentInfo(
        id=text, text_sha256=text, title=text, source=text, publisher=text,
        dates=(DateCandidate("2023-03-14", "text", text), DateCandidate(text, "file", text)),
        metadata={text: text}, flags=("date_conflict", own),
    )  # fmt: skip
    start = body.index(" ") + 1
    end = len(body) - len(" After.")
    passage = Passage(text, 0, len(body), body, context=text, id="1")
    citation = Citation(text, start, end, body[start:end], passage, info, 0.5, (info,))
    answer = make_answer(question, [(text, [1])], [citation], warnings=[Warn(own, text)])
    return replace(
        answer,
        standalone_question=text,
        filters=Filters((text,), (text,), text, text, {text: text}),
        places=(Place(text),),
        writer=own,
    )


def labelled_answer(label="The harbour ministry:", *, emphasis=None, shortened=True):
    """Return an answer of one quotation with a label, its answer emphasised, cut at a clause."""
    answer = sample_answer()
    (sentence,) = answer.sentences
    at = sentence.text.index("60 people")
    places = ((at, at + len("60 people")),) if emphasis is None else emphasis
    one = replace(sentence, label=label, emphasis=places, shortened=shortened)
    return replace(answer, sentences=(one,))


def test_label_emphasis_and_cut_are_shown_apart_from_the_quotation():
    page = page_of(answer_html(labelled_answer()))
    assert page.of("v-label") == ["[The harbour ministry:] "]
    assert page.of("strong") == ["60 people"]
    (words,) = page.of("v-words")
    quote = sample_answer().sentences[0].text
    assert words == f"[The harbour ministry:] {quote} \u2026"


def test_no_label_no_emphasis_and_no_cut_where_there_is_none():
    page = page_of(answer_html(sample_answer()))
    assert page.of("v-label") == []
    assert page.of("strong") == []
    assert page.of("v-words") == [sample_answer().sentences[0].text]


@pytest.mark.parametrize("places", [((0, 4), (2, 6)), ((5, 5),), ((9, 3),), ((0, 10_000),)])
def test_stretches_that_cannot_be_shown_lose_no_word(places):
    page = page_of(answer_html(labelled_answer("", emphasis=places, shortened=False)))
    assert page.of("v-words") == [sample_answer().sentences[0].text]


@pytest.mark.parametrize("text", EVIL)
def test_a_label_of_a_document_is_text_and_no_markup(text):
    page_of(answer_html(labelled_answer(text)))


def test_chips_open_cards_that_are_there():
    answer = disagreeing_answer()
    shown, panel = page_of(answer_html(answer, "t7")), page_of(citation_panel_html(answer, "t7"))
    hrefs = {one["href"][1:] for tag, one in shown.elements if one.get("class") == "v-chip"}
    cards = {one["id"] for _, one in panel.elements if one.get("class") == "v-card"}
    assert hrefs == {"t7c1", "t7c2"} == cards


def test_quote_is_marked_inside_its_passage_and_context_is_not():
    wire = make_document("First line. The quote, here. Last line.", title="Title")
    citation = make_citation(wire, "The quote, here.")
    citation = replace(citation, passage=replace(citation.passage, context="Title\nHeading"))
    answer = make_answer("What?", [("The quote, here.", [1])], [citation])
    page = page_of(citation_panel_html(answer))
    assert page.of("mark") == ["The quote, here."]
    assert page.of("v-passage") == ["First line. The quote, here. Last line."]
    (context,) = page.of("v-context")
    assert context == "Context, not quoted Heading"  # the title stands above it already


def test_passage_that_does_not_hold_the_quote_shows_the_quote_alone():
    citation = make_citation(make_document("One. Two."), "Two.")
    broken = replace(citation, passage=replace(citation.passage, text="Something else"))
    page = page_of(citation_panel_html(make_answer("?", [("Two.", [1])], [broken])))
    assert page.of("v-passage") == ["Two."]


@given(
    before=st.text(max_size=600),
    quote=st.text(min_size=1, max_size=80),
    after=st.text(max_size=600),
)
@example(before="one " * 150, quote="the quote", after=" last" * 150)
def test_passage_keeps_every_word(before, quote, after):
    text = f"{before}{quote}{after}"
    passage = Passage("d", 10, 10 + len(text), text, id="1")
    start = 10 + len(before)
    info = DocumentInfo("d", "h", "T", "s")
    citation = Citation("d", start, start + len(quote), quote, passage, info)
    page = page_of(citation_panel_html(make_answer("?", [("x", [1])], [citation])))
    expected = page_of(f"<p>{seen(text)}</p>").text
    (shown,) = page.of("v-passage")
    shown = shown.replace(" … ", "")
    assert "".join(shown.split()) == "".join(expected.replace(" … ", "").split())


def test_values_that_differ_are_listed_by_claimant_and_day():
    page = page_of(answer_html(disagreeing_answer()))
    assert len(page.of("v-account")) == 2
    assert "Estuary Watch" in page.of("v-claimant")[0]
    assert "15 March 2023" in page.of("v-when")[0]
    assert page.of("v-statement")[0].startswith("2 sources give 2 different values, from 9 to 17.")
    assert "The sources disagree" in page.text


def test_values_that_agree_are_not_called_a_disagreement():
    answer = disagreeing_answer()
    same = tuple(
        AnswerAccount(replace(one.account, relation="agrees"), one.citations)
        for one in answer.accounts
    )
    assert page_of(answer_html(replace(answer, accounts=same))).of("v-account") == []


def test_other_figures_stand_below_and_are_not_counted():
    answer = disagreeing_answer()
    first = answer.accounts[0]
    other = AnswerAccount(
        replace(first.account, value="11", number=11.0, relation="other_quantity"), (1,)
    )
    page = page_of(answer_html(replace(answer, accounts=(other, *answer.accounts))))
    assert [value[:2] for value in page.of("v-value")] == ["17", "at", "11"]
    assert len(page.of("v-aside")) == 1
    assert "2 sources give 2 different values" in page.text


def test_account_whose_sentence_was_removed_is_not_shown():
    answer = disagreeing_answer()
    gone = tuple(
        replace(one, status="removed") if one.citations and one.citations[0].n == 2 else one
        for one in answer.sentences
    )
    page = page_of(answer_html(replace(answer, sentences=gone)))
    assert page.of("v-account") == []
    assert "no source says this" in page.of("v-removed")[0]
    assert len(page.of("v-said")) == 1


def test_sentence_in_doubt_says_why():
    answer = sample_answer()
    doubt = replace(
        answer.sentences[0], status="marked", verdict="partial", problems=("the day differs",)
    )
    page = page_of(answer_html(replace(answer, sentences=(doubt,))))
    assert page.of("v-doubt") == ["only partly supported: the day differs"]
    assert page_of(answer_html(answer)).of("v-doubt") == []


def test_refusal_gives_reason_nearest_passages_and_coverage():
    answer = declined_answer(reason="only_related")
    page = page_of(answer_html(answer))
    assert page.of("v-sentence") == []
    (refusal,) = page.of("v-refusal")
    assert "come near this" in refusal
    assert "Entries may be handed in until noon on Sunday." in page.of("v-near-text")[0]
    assert page.of("v-coverage") == [
        "Searched 3 of 3 documents, published from 11 March 2023 to 15 March 2023;"
        " 2 mention this, 1 cited."
    ]
    assert page_of(citation_panel_html(answer)).of("v-support") == []


def test_copies_and_dates_that_differ_are_told():
    answer = sample_answer()
    citation = answer.citations[0]
    info = replace(
        citation.document,
        dates=(DateCandidate("2023-03-14", "text", ""), DateCandidate("2023-03-20", "file", "")),
        flags=("date_conflict",),
    )
    copy = replace(citation.document, id="d9", publisher="Harbour Radio")
    citation = replace(citation, document=info, copies=(copy,))
    page = page_of(citation_panel_html(replace(answer, citations=(citation,))))
    assert page.of("v-card-note") == [
        "Also in Harbour Radio: the same text, counted once.",
        "Its dates differ: 14 March 2023 in its own text and 20 March 2023 in the file.",
    ]


def test_stream_shows_steps_then_sentences_as_they_are_verified():
    answer = sample_answer()
    partial = Partial("Who?")
    assert "Starting" in page_of(partial_html(partial)).of("v-steps")[0]
    partial = grown(partial, Step("retrieve", "Searching 3 documents"))
    partial = grown(partial, Step("read", "Reading 16 passages"))
    page = page_of(partial_html(partial))
    assert (page.of("is-done"), page.of("is-now")) == (
        ["Searching 3 documents"], ["Reading 16 passages"],
    )  # fmt: skip
    assert page.of("v-sentence") == []
    partial = grown(partial, SentenceRemoved("No.", ()))
    partial = grown(partial, SentenceShown(answer.sentences[0], ((1, answer.citations[0]),)))
    assert len(page_of(partial_html(partial)).of("v-sentence")) == 1
    assert len(page_of(partial_panel_html(partial)).of("v-card")) == 1


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_is_only_text(text):
    answer = evil_answer(text, question=text)
    info = answer.citations[0].document
    job = {
        "state": text, "files": [{"name": text}], "error": {"message": text, "hint": text},
        "outcomes": [{"source": text, "outcome": text, "why": text, "hint": text, "notes": [text]}],
    }  # fmt: skip
    counts = Counts(1, 1, 1, 1, None, None, (FailedFile(text, text, text),))
    document = make_document(f"a {text} b")
    account = Account(text, text, (), claimant=text, relation="disagrees", stance=text)
    disputed = replace(answer, accounts=(AnswerAccount(account, (1,)),) * 2)
    refused = declined_answer(text, reason="only_related")
    for html in (
        answer_html(answer, titles=[text]),
        answer_html(disputed),
        answer_html(refused),
        citation_panel_html(answer),
        error_html(text, BadRequest(text, text)),
        partial_html(Partial(text, steps=(Step(text, text),))),
        documents_html([(info, 1)], more=True, query=text),
        documents_html([], more=False, query=text),
        document_html(info, 1, [info]),
        filters_html(answer.filters, {text: text}),
        job_html(job),
        library_html(counts),
        welcome_html(counts),
        reader_html(document, 2, 4),
    ):
        page_of(html)
    words = " ".join(page_of(f"<p>{seen(text)}</p>").text.split())
    shown = " ".join(page_of(answer_html(answer)).of("v-words")[0].split())
    assert shown == words


@given(st.text(max_size=80))
@example("unread")
def test_no_text_changes_what_the_html_is_made_of(text):
    tags = [tag for tag, _ in page_of(answer_html(evil_answer("plain"))).elements]
    page = page_of(answer_html(evil_answer(text or "x")))
    found = [tag for tag, one in page.elements if one.get("class") != "v-unseen"]
    expected = [tag for tag in tags if tag]
    assert [tag for tag in found if tag not in ("b", "p")] == [
        tag for tag in expected if tag not in ("b", "p")
    ]


def test_long_upload_shows_what_failed_and_folds_the_rest():
    outcomes = [{"source": f"{n}.txt", "outcome": "added", "documents": 1} for n in range(9)]
    job = {"state": "done", "counts": {"added": 9, "failed": 1}, "passages": 21, "embedded": 21}
    bad = {"source": "bad.pdf", "outcome": "failed", "why": "It is no PDF."}
    page = page_of(job_html({**job, "outcomes": [*outcomes, bad]}))
    assert "bad.pdf" in page.of("v-outcomes")[0]
    assert "0.txt" not in page.of("v-outcomes")[0]
    assert "9 files without a problem" in page.of("details")[0]
    assert page.of("h3") == ["Done: 9 added; 1 failed; 21 passages"]
    few = page_of(job_html({**job, "outcomes": [outcomes[0], bad]}))
    assert few.of("details") == []


def test_running_upload_shows_real_counts():
    job = {"state": "running", "files": [{"name": "a.txt"}], "progress": {"done": 3, "total": 12}}
    page = page_of(job_html(job))
    assert page.of("h3") == ["Reading 3 of 12 files"]
    (bar,) = [one for tag, one in page.elements if tag == "progress"]
    assert (bar["value"], bar["max"]) == ("3", "12")


def test_warning_that_the_coverage_says_is_not_said_twice():
    answer = replace(sample_answer(), warnings=(Warn("unread", "1 unread"), Warn("x", "Mind this")))
    assert page_of(answer_html(answer)).of("v-warning") == ["Note: Mind this"]


def test_unseen_characters_are_shown_as_marks():
    page = page_of(f"<p>{seen(chr(0x202E) + 'a' + chr(0x200B) + chr(0) + 'b')}</p>")
    assert page.text == "▫a▫▫b"
    titles = [one["title"][-6:] for _, one in page.elements if "title" in one]
    assert titles == ["U+202E", "U+200B", "U+0000"]
    # Joiners carry meaning in Persian, Hindi and emoji: they stay.
    assert str(seen("\u0645\u200c\u06cc \U0001f468\u200d\U0001f469")) == (
        "\u0645\u200c\u06cc \U0001f468\u200d\U0001f469"
    )


def test_long_document_is_shown_around_the_place_that_was_asked_for():
    text = "".join(f"{n:06} " for n in range(20_000))
    document = make_document(text)
    at = text.index("015000")
    page = page_of(reader_html(document, at, at + 6))
    assert page.of("mark") == ["015000"]
    assert len(page.of("v-text")[0]) == 20_000
    assert "of 140,000" in page.text
    assert page_of(reader_html(make_document("Short."), 0, 0)).of("mark") == []


def test_what_must_be_known_stands_above_the_answer():
    codes = ("writer_failed", "unchecked", "repeated")
    found = written_answer(warnings=[Warn(code, f"told {code}") for code in codes])
    shown = str(answer_html(found))
    places = [shown.index(f"told {code}") for code in codes]
    assert places[0] < places[1] < shown.index("v-sentence") < places[2]
    assert "Written by openai:gpt-5-mini, not checked." in shown
    assert "were checked" not in shown
    assert "incomplete" not in shown


def test_an_incomplete_answer_says_so_with_the_reason_once():
    told = Warn("writer_incomplete", "The model stopped.")
    shown = str(answer_html(written_answer(warnings=[told])))
    assert "This answer is incomplete. The model stopped." in shown
    assert shown.count("The model stopped.") == 1
    bare = replace(sample_answer(), complete=False)
    assert "This answer is incomplete.</p>" in str(answer_html(bare))


def test_removed_and_marked_sentences_say_why():
    found = written_answer(warnings=[Warn("sentences_removed", "1 sentence was removed.")])
    shown = str(answer_html(found))
    assert "<summary>1 sentence removed: no source says this</summary>" in shown
    assert "<s>Forty people died.</s> <span>40 is not in the source</span>" in shown
    assert "1 sentence was removed." not in shown  # the same, said twice
    assert "not supported: the source does not say how badly" in shown
    assert "In the sources&#39; own words." in str(answer_html(sample_answer()))


def test_thoughts_are_folded_text_and_their_end_is_shown():
    shown = str(answer_html(written_answer()))
    assert '<details class="v-thinking" id="t1think"><summary>Thinking</summary>' in shown
    assert "&lt;b&gt;I should cite it.&lt;/b&gt;" in shown
    assert "v-thinking" not in str(answer_html(sample_answer()))
    long = str(answer_html(replace(sample_answer(), thinking="x" * 100_000 + "the end")))
    assert "the end" in long
    assert len(long) < 50_000


def test_a_stale_answer_is_marked_with_its_cards():
    moved = QuoteCheck(1, "stale", "moved", "It stands elsewhere.", "d9", 5, 9, "line 3")
    check = AnswerCheck((moved, QuoteCheck(2, "damaged", "never_there", "Not there.", "d1")))
    shown = str(answer_html(disagreeing_answer(), check=check))
    assert "Stale: the source of 1 of 2 quotations has changed since." in shown
    assert "Damaged: 1 of 2 quotations does not stand" in shown
    panel = str(citation_panel_html(disagreeing_answer(), check=check))
    assert "<b>Stale:</b> It stands elsewhere." in panel
    assert 'value="d9|5|9"' in panel
    assert "<b>Damaged:</b> Not there." in panel
    current = AnswerCheck((QuoteCheck(1, "current", "", "", "d1", 0, 1),))
    assert "v-stale" not in str(answer_html(sample_answer(), check=current))


@pytest.mark.parametrize("text", EVIL)
def test_what_a_model_says_is_text_wherever_it_stands(text):
    found = written_answer(warnings=[Warn("writer_failed", text), Warn("other", text)])
    found = replace(
        found,
        thinking=text,
        writer=text,
        standalone_question=text,
        sentences=tuple(replace(one, text=text, problems=(text,)) for one in found.sentences),
    )
    check = AnswerCheck((QuoteCheck(1, "stale", "moved", text, text, 1, 2, text),))
    shown = str(answer_html(found, check=check)) + str(citation_panel_html(found, check=check))
    for tag in ("<script", "<img", "<svg", "<iframe", "<form", "<style", "<link", "<meta", "\n"):
        assert tag not in shown


def test_reader_frames_what_the_file_hides_and_says_how():
    text = "Visible words.\n\nSecret words."
    document = replace(make_document(text), spans=(Span(16, 29, "hidden", "white text", {}),))
    whole = str(reader_html(document))
    assert whole.count("v-hidden") == whole.count("hidden in the file: white text") == 1
    assert whole.index("Visible") < whole.index("hidden in the file") < whole.index("Secret")
    cited = str(reader_html(document, 8, 22))
    assert cited.count("<mark") == 2
    assert cited.count('id="v-here"') == cited.count("hidden in the file") == 1
    assert "v-hidden" not in str(reader_html(make_document(text), 8, 22))
