"""From a draft to what is shown: kept, mended, struck, replaced, and made up for."""

import pytest

from rag.accounts import gather
from rag.citations import AnswerText
from rag.compose import Composed, Composer
from rag.english.question import analyse
from rag.errors import WriterFailed
from rag.quoting import quote_for
from rag.repair import Repair
from rag.types import (
    Check,
    DraftSentence,
    Material,
    Question,
    Reading,
    SentenceRemoved,
    SentenceShown,
    Step,
    Thought,
)
from rag.verify import CertainVerifier
from rag.write import ExtractiveWriter
from tests.rag.sources import candidates, report

ASKED = "How many people were killed in the flood at Elva?"
SIX = report("Six people were killed in the flood at Elva, Mayor Ansa Toll said.", day="2021-06-16")
NINE = report(
    "The river authority said on Friday that nine people were killed in the flood at Elva.",
    publisher="River Authority",
    day="2021-06-18",
)
DAM = report("The dam at Elva had been inspected in March, the operator said.", publisher="Post")


class Scripted:
    """A Writer that proposes what it was told."""

    name = "scripted:model"

    def __init__(self, *proposals):
        self.proposals = proposals

    def write(self, material):
        for one in self.proposals:
            if isinstance(one, Exception):
                raise one
            yield one


class Search:
    """A Retriever that always finds the same, and remembers what it was asked."""

    def __init__(self, *hits):
        self.hits, self.asked = list(hits), []

    def retrieve(self, question, *, filters, collection, limit):
        self.asked.append(question)
        return self.hits


def written(text, *hits, clauses=()):
    citations = tuple(quote_for(text, hit) for hit in hits)
    split = tuple((words, tuple(quote_for(words, hit) for hit in at)) for words, at in clauses)
    return DraftSentence(text, citations, "written", split)


def material(*hits, reason=None, question=ASKED):
    found = candidates(*hits)
    accounts = [] if reason else gather(analyse(question), found)
    reading = Reading(tuple(found), 0.8, reason)
    return Material(Question(question), question, tuple(hits), reading, tuple(accounts))


def composed(*proposals, of=None, checks="strict", search=None, fallback=True):
    verifier = CertainVerifier()
    composer = Composer(
        Scripted(*proposals),
        verifier,
        repair=Repair(verifier, search),
        fallback=ExtractiveWriter() if fallback else None,
        checks=checks,
    )
    grown, events = AnswerText(), []
    stream = composer.compose(of or material(SIX), grown)
    try:
        while True:
            events.append(next(stream))
    except StopIteration as end:
        assert isinstance(end.value, Composed)
        return grown, events, end.value


def codes(found):
    return [warning.code for warning in found.warnings]


def test_a_supported_sentence_is_shown_with_its_citation():
    grown, _, found = composed(written("Six people were killed in the flood at Elva.", SIX))
    assert grown.text == "Six people were killed in the flood at Elva. [1]"
    assert grown.citations[0].quote == SIX.passage.text
    assert (found.writer, found.complete, found.warnings) == ("scripted:model", True, ())


def test_an_unsupported_sentence_is_struck_and_told():
    grown, events, found = composed(
        written("Six people were killed in the flood at Elva.", SIX),
        written("The prime minister resigned over it.", SIX),
    )
    assert "resigned" not in grown.text
    (removed,) = [one for one in events if isinstance(one, SentenceRemoved)]
    assert removed.text == "The prime minister resigned over it."
    assert [one.status for one in grown.sentences] == ["kept", "removed"]
    last = grown.sentences[-1]
    assert last.start == last.end == len(grown.text)
    assert last.problems
    assert codes(found) == ["sentences_removed"]
    assert found.warnings[0].message.startswith("1 sentence of the model was removed")


def test_a_sentence_with_the_wrong_citation_gets_the_right_one():
    grown, _, found = composed(
        written("Six people were killed in the flood at Elva.", DAM), of=material(SIX, DAM)
    )
    assert [one.document_id for one in grown.citations] == [SIX.document.id]
    assert found.warnings == ()


class InPart:
    """A verifier that takes exact words in full, and all else in part, as much as it is told."""

    def __init__(self, support):
        self._support = support

    def check(self, sentence, citation):
        exact = sentence in citation.passage.text
        return Check("supported", 1.0) if exact else Check("partial", self._support)


@pytest.mark.parametrize(("support", "better"), [(0.6, True), (0.7, False)])
def test_a_sentence_that_its_citation_hardly_bears_out_is_cited_with_one_that_does(support, better):
    near = report("The nets of the harbour are strong. Crabs work their way in at night.")
    text = "Strong nets are needed to catch crabs in the harbour."
    told = report(f"Use long pots. {text}")
    verifier = InPart(support)
    for others, cited in (((told,), told if better else near), ((), near)):
        composer = Composer(Scripted(written(text, near)), verifier, repair=Repair(verifier))
        grown = AnswerText()
        for _ in composer.compose(material(near, *others), grown):
            pass
        assert {one.document_id for one in grown.citations} == {cited.document.id}


@pytest.mark.parametrize(("support", "read"), [(1.0, 3), (0.7, 6)])
def test_the_nearest_passages_are_read_first_and_the_others_where_none_plainly_says_it(
    support, read
):
    text = "Strong nets are needed to catch crabs in the harbour."
    hits = [report(f"{text} It is day {n}.", title=f"Day {n}") for n in range(6)]
    asked = []

    class Counting:
        def check(self, sentence, citation):
            asked.append(citation.document.title)
            return Check("supported", support)

    draft = written(text, report("The inn burnt."))
    mended = Repair(Counting()).mend(draft, material(*hits))
    assert mended is not None and mended[1] == [Check("supported", support)]
    assert len([title for title in asked if title]) == read


def test_a_sentence_that_puts_two_places_together_is_quoted_from_both():
    manual = report(
        "The Corvane pump delivers up to 220 litres per minute. It is painted blue in the works at"
        " Dunmark. A label is fixed to its side. The warranty of the pump lasts 24 months."
    )
    sentence = "The pump delivers up to 220 litres per minute and has a warranty of 24 months."
    grown, _, _ = composed(
        written(sentence, manual), of=material(manual, question="How strong is the pump?")
    )
    quotes = " ".join(one.quote for one in grown.citations)
    assert "220 litres" in quotes
    assert "24 months" in quotes
    assert "painted blue" not in quotes


def test_a_sentence_without_a_citation_gets_one():
    grown, _, _ = composed(written("Six people were killed in the flood at Elva."))
    assert [one.document_id for one in grown.citations] == [SIX.document.id]


def test_what_no_passage_at_hand_says_is_searched_for_once():
    search = Search(DAM)
    sentence = "The dam at Elva had been inspected in March, the operator said."
    grown, _, _ = composed(
        written("Six people were killed in the flood at Elva.", SIX),
        written(sentence, SIX),
        search=search,
    )
    assert search.asked == [sentence]
    assert grown.citations[-1].document_id == DAM.document.id


def test_a_search_that_finds_nothing_better_strikes():
    search = Search(DAM)
    grown, _, _ = composed(
        written("Six people were killed in the flood at Elva.", SIX),
        written("The bridge at Elva was closed for a year.", SIX),
        search=search,
    )
    assert len(search.asked) == 1
    assert grown.sentences[-1].status == "removed"


def test_each_clause_may_rest_on_a_source_of_its_own():
    text = (
        "Mayor Ansa Toll said six people were killed in the flood at Elva, while the river"
        " authority said on Friday that nine people were killed in the flood at Elva."
    )
    first, second = text.split(", while")
    grown, _, found = composed(
        written(text, SIX, NINE, clauses=[(first, [SIX]), (f", while{second}", [NINE])]),
        of=material(SIX, NINE),
    )
    assert {one.document_id for one in grown.citations} == {SIX.document.id, NINE.document.id}
    assert grown.sentences[0].status == "kept"
    assert len(grown.sentences) == 1
    assert found.warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "Between six and nine people were killed in the flood at Elva.",
        "About eight people were killed in the flood at Elva.",
        "Six or nine people were killed in the flood at Elva.",
    ],
)
def test_a_sentence_that_merges_what_sources_say_gives_way_to_the_accounts(text):
    grown, _, found = composed(written(text, SIX, NINE), of=material(SIX, NINE))
    assert text not in grown.text
    assert "Sources give different figures" in grown.text
    assert {one.kind for one in grown.shown} == {"lead", "account"}
    assert any("merges" in problem for problem in grown.sentences[0].problems)
    assert "sentences_removed" in codes(found)


def test_an_answer_that_keeps_a_disagreement_quiet_gets_the_accounts_beside():
    grown, _, found = composed(
        written("Six people were killed in the flood at Elva.", SIX), of=material(SIX, NINE)
    )
    assert grown.text.startswith("Six people were killed in the flood at Elva. [1]\nSources give")
    assert "nine" in grown.text
    assert found.writer == "scripted:model"


def test_an_answer_beside_the_question_gets_what_the_reader_found():
    beside = written("The dam at Elva had been inspected in March, the operator said.", DAM)
    grown, _, found = composed(beside, of=material(SIX, DAM))
    assert grown.text.startswith("The dam at Elva had been inspected")
    assert SIX.passage.text in grown.text
    assert (found.writer, codes(found)) == ("scripted:model", ["writer_beside"])


def test_an_answer_of_which_only_an_aside_stands_gets_the_readers_answer():
    grown, _, _ = composed(
        written("Sixty people were killed in the flood at Elva.", SIX),
        written("The dam at Elva had been inspected in March, the operator said.", DAM),
        of=material(SIX, DAM),
    )
    assert "Sixty" not in grown.text
    assert SIX.passage.text in grown.text


def test_an_answer_that_tells_every_account_is_left_alone():
    grown, _, _ = composed(
        written("Six people were killed in the flood at Elva, Mayor Ansa Toll said.", SIX),
        written("The river authority said nine people were killed in the flood at Elva.", NINE),
        of=material(SIX, NINE),
    )
    assert [one.kind for one in grown.sentences] == ["written", "written"]


def test_nothing_that_stands_gives_the_quotations_and_the_reason():
    grown, _, found = composed(written("The prime minister resigned over it.", SIX))
    assert SIX.passage.text in grown.text
    assert found.writer == "extractive"
    assert codes(found) == ["writer_failed", "sentences_removed"]
    assert "Nothing that the model scripted:model wrote stands" in found.warnings[0].message


def test_a_model_that_says_nothing_gives_the_quotations():
    grown, _, found = composed()
    assert SIX.passage.text in grown.text
    assert (found.writer, codes(found)) == ("extractive", ["writer_failed"])


def test_a_model_that_fails_gives_the_quotations_and_one_line():
    failure = WriterFailed("The model is busy (429).", "Ask again later.")
    grown, _, found = composed(failure)
    assert SIX.passage.text in grown.text
    assert (found.writer, found.complete, codes(found)) == ("extractive", True, ["writer_failed"])
    assert found.warnings[0].message.startswith("The model is busy (429).")
    assert found.warnings[0].message.endswith("Ask again later.")


def test_a_model_that_breaks_off_leaves_what_it_said_and_the_quotations_follow():
    grown, _, found = composed(
        written("Six people were killed in the flood at Elva.", SIX),
        WriterFailed("The answer broke off.", ""),
        of=material(SIX, NINE),
    )
    assert grown.text.startswith("Six people were killed")
    assert "Sources give different figures" in grown.text
    assert (found.complete, codes(found)) == (False, ["writer_incomplete"])


def test_an_unsupported_sentence_may_be_marked_instead():
    grown, _, found = composed(written("The prime minister resigned over it.", SIX), checks="mark")
    (sentence,) = grown.sentences
    assert (sentence.status, sentence.verdict) == ("marked", "unsupported")
    assert sentence.problems
    assert "resigned" in grown.text
    assert found.writer == "scripted:model"


def test_checks_that_are_off_are_told():
    grown, _, found = composed(written("The prime minister resigned over it.", SIX), checks="off")
    (sentence,) = grown.sentences
    assert (sentence.status, sentence.verdict) == ("kept", "unsupported")
    assert codes(found) == ["unchecked"]
    assert "resigned" in grown.text


def test_thoughts_and_steps_pass_and_thoughts_are_kept():
    sentence = written("Six people were killed in the flood at Elva.", SIX)
    _, events, found = composed(Step("write", "Asked"), Thought("hm\n"), Thought("so"), sentence)
    kinds = [type(one) for one in events]
    assert kinds == [Step, Thought, Thought, SentenceShown]
    assert found.thinking == "hm\nso"


def test_a_model_may_see_an_answer_where_the_reader_saw_only_related_things():
    related = material(SIX, reason="only_related")
    sentence = written("Six people were killed in the flood at Elva.", SIX)
    grown, _, found = composed(sentence, of=related)
    assert (found.reason, codes(found)) == (None, ["reader_unsure"])
    assert grown.shown
    grown, _, found = composed(of=related)
    assert (found.reason, grown.shown, codes(found)) == ("only_related", [], [])
    grown, _, found = composed(written("The prime minister resigned.", SIX), of=related)
    assert (found.reason, grown.shown) == ("only_related", [])


@pytest.mark.parametrize(
    "refused", [material(SIX, reason="contradicted"), material(reason="nothing_found")]
)
def test_a_contradicted_question_and_one_without_passages_go_to_no_model(refused):
    grown, events, found = composed(AssertionError("the model was asked"), of=refused)
    assert (found.reason, grown.sentences, events) == (refused.reading.reason, [], [])


def test_a_writer_that_quotes_needs_no_fallback():
    _, _, found = composed(
        written("Six people were killed in the flood at Elva.", SIX), fallback=False
    )
    assert found == Composed("scripted:model")
