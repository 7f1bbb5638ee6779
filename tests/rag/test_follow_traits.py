"""In a conversation the sentences gain that go on with what was quoted, and with what is asked."""

import numpy as np
import pytest

from rag.english.question import analyse
from rag.features import lines_of
from rag.follow_traits import TRAITS, conversed, gains, less_apart, less_doubt, reordered
from rag.read import SentenceReader
from rag.types import AnswerSpan, AskedIn, PassageScores, Quoted
from tests.rag.sources import report

FERRY = report(
    "The board of Hollin voted on Monday for a new ferry. It will cost nine million crowns. "
    "Farmers from Elva were against the ferry. The bridge at Sallow will be put off by a year.",
    title="Ferry voted",
    publisher="Elva Post",
)
OTHER = report(
    "The board of Hollin voted on Monday for a new ferry, and nobody was surprised by the vote. "
    "Guests in Sallow were against the wedding.",
    title="Vote in Hollin",
    publisher="Dunmark Courier",
)
QUOTED = Quoted(FERRY.document.id, FERRY.passage.start, FERRY.passage.start + 52)
UNDERSTOOD = "Who was against the new ferry that the board of Hollin voted for on Monday?"
SPOKEN = "Who was against it?"


def traits(spoken, understood, quoted=((QUOTED,),), own=None):
    """Return the traits of each sentence by its first words."""
    documents = frozenset(one.document for answer in quoted for one in answer)
    asked_in = AskedIn(spoken, documents or frozenset([FERRY.document.id]), quoted)
    lines = lines_of([FERRY, OTHER])

    def vectors(texts):
        return np.ones((len(texts), 1), dtype=np.float32)

    found = conversed(asked_in, analyse(understood), lines, own or {}, lambda term: 1.0, vectors)
    assert found.shape == (len(lines), len(TRAITS))
    return {
        " ".join(line.text.split()[:3]): dict(zip(TRAITS, row, strict=True))
        for line, row in zip(lines, found.tolist(), strict=True)
    }


def test_what_follows_a_quotation_is_told_from_it_and_from_strangers():
    found = traits(SPOKEN, UNDERSTOOD)
    first, next_one = found["The board of"], found["It will cost"]
    assert (next_one["cited"], next_one["newest"], next_one["after"], next_one["near"]) == (1,) * 4
    assert found["Guests in Sallow"]["cited"] == found["Guests in Sallow"]["near"] == 0
    assert first["after"] == 0  # of either report: the one quotes itself, the other is a stranger


def test_own_words_are_told_from_those_that_the_conversation_added():
    found = traits(SPOKEN, UNDERSTOOD)
    asked_now, asked_before = found["Farmers from Elva"], found["The board of"]
    assert asked_now["said"] > asked_before["said"] == 0
    assert asked_before["context"] > asked_now["context"] > 0
    # The sentences before one may name what it is about.
    assert found["The bridge at"]["said_near"] > found["The bridge at"]["said"] == 0


def test_a_follow_up_that_needs_nothing_added_is_for_what_was_cited():
    understood = "What will be put off?"
    found = traits(understood, understood)
    assert found["The bridge at"]["unaided"] == 1 and found["Guests in Sallow"]["unaided"] == 0
    assert traits(SPOKEN, UNDERSTOOD)["The bridge at"]["unaided"] == 0


def test_one_word_says_more_by_its_meaning():
    alone, several = traits("Who opposed it?", UNDERSTOOD), traits("Who opposed the plan?", "Who?")
    for found in (alone, several):
        assert found["Farmers from Elva"]["meaning"] == 1
    assert alone["Farmers from Elva"]["lone"] == 1
    assert several["Farmers from Elva"]["lone"] == 0


def test_names_of_the_follow_up_are_found_in_any_spelling():
    found = traits("And in Elvah?", "Who was against it in Elvah?")
    assert found["Farmers from Elva"]["named"] == 1
    assert traits("And in Elva2?", "Who was against it?")["Farmers from Elva"]["named"] == 0
    assert found["The bridge at"]["named"] == 0
    assert traits(SPOKEN, UNDERSTOOD)["The bridge at"]["named"] == 0.5  # none to be found


def test_what_a_network_makes_of_the_own_words_is_heard_of_cited_passages_alone():
    at = FERRY.passage.text.index("Farmers")
    read = PassageScores(2.5, (AnswerSpan(at, at + 7, 4.0),))
    own = {FERRY.passage.text: read, OTHER.passage.text: read}
    found = traits(SPOKEN, UNDERSTOOD, own=own)
    assert (found["Farmers from Elva"]["answers"], found["Farmers from Elva"]["span"]) == (2.5, 4.0)
    assert found["It will cost"]["span"] < 0
    assert found["Guests in Sallow"]["answers"] == found["Guests in Sallow"]["span"] == 0


def test_a_conversation_without_places_is_one_too():
    found = traits(SPOKEN, UNDERSTOOD, quoted=())
    assert found["It will cost"]["cited"] == 1
    assert found["It will cost"]["newest"] == found["It will cost"]["near"] == 0


def test_another_order_makes_nothing_surer():
    logits, gained = np.array([2.0, -1.0, 0.5]), np.array([0.0, 5.0, 0.0])
    order, believed = reordered(logits, gained)
    assert int(np.argmax(order)) == 1 and order.max() == pytest.approx(logits.max())
    assert np.argsort(-order).tolist() == np.argsort(-(logits + gained)).tolist()
    assert believed.tolist() == order.tolist()


def test_figures_of_other_sources_stand_less_far_behind():
    logits, gained = np.array([2.0, -1.0, 0.5]), np.array([0.0, 5.0, 0.0])
    order, believed = reordered(logits, gained, np.array([0.0, 1.0, 0.0]))
    assert int(np.argmax(order)) == 1
    assert believed[1] == believed[0] == 2.0 and order[2] < believed[2] < 2.0


def test_what_was_cited_counts_less_where_figures_of_others_are_wanted():
    traits = np.zeros((2, len(TRAITS)))
    traits[0, TRAITS.index("newest")] = traits[1, TRAITS.index("meaning")] = 1.0
    cited, meant = gains(traits)
    assert less_apart(traits, anew=False).tolist() == [cited / 2, meant]
    assert less_apart(traits, anew=True).tolist() == [0.0, meant]


def test_less_is_asked_of_what_holds_all_that_was_said():
    held, none = np.zeros(len(TRAITS)), np.zeros(len(TRAITS))
    held[TRAITS.index("said_near")] = 1.0
    assert less_doubt(held) < less_doubt(none) == 1.0


def test_the_sentence_that_answers_now_stands_before_the_one_that_was_quoted(examples):
    reader = examples.reader
    asked_in = AskedIn(SPOKEN, frozenset([FERRY.document.id]), ((QUOTED,),))
    there = reader.going_on(asked_in)
    assert there.read(UNDERSTOOD, [OTHER, FERRY]).candidates[0].text.startswith("Farmers")
    weighed = there.weighed(UNDERSTOOD, [OTHER, FERRY])
    best = int(np.argmax(weighed.logits + gains(weighed.traits)))
    assert weighed.lines[best].text.startswith("Farmers")
    assert isinstance(reader, SentenceReader)
    assert reader.weighed(UNDERSTOOD, [OTHER, FERRY]).traits is None
