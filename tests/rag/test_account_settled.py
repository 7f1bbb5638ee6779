"""The values that a document's own form settles, and the words that are no part of a value."""

from dataclasses import replace

import pytest

from rag.account.settled import by_form, shortened
from rag.account.values import values as accounts_of
from rag.accounts import gather
from rag.english.question import analyse
from rag.types import Candidate
from tests.rag.sources import candidates, report

BORN = "When was General Thorn born?"
ALBUM = 'Who is the artist of the album "Big Ferry"?'


def read(text: str, value: str, probability: float, document: str = "one") -> Candidate:
    hit = report(text, publisher=document, day=None)
    hit = replace(hit, document=replace(hit.document, id=document, cluster=document))
    one = next(one for one in candidates(hit, probability=probability) if value in one.text)
    start = one.start + one.text.index(value)
    return replace(one, answer_start=start, answer_end=start + len(value))


def kept(question: str, *found: Candidate) -> list[str]:
    return [one.answer for one in by_form(analyse(question), found, 0.1)]


@pytest.mark.parametrize(
    "told",
    [
        "Major General Ada Thorn (8 March 1897 \u2212 9 April 1966) led it.",
        "Ada Thorn was born in Hollin, Norland, on 8 March 1897.",
        "Ada Thorn (born 8 March 1897) led it.",
    ],
)
def test_the_day_that_is_told_as_a_birth_is_the_documents_answer(told):
    rival = read("Thorn joined the harbour guard in 1914.", "1914", 0.9)
    assert kept(BORN, rival, read(told, "8 March 1897", 0.3)) == ["8 March 1897"]


def test_another_documents_day_and_what_else_is_asked_are_left():
    rival = read("Thorn joined the harbour guard in 1914.", "1914", 0.9, "two")
    told = read("Ada Thorn (8 March 1897 \u2212 9 April 1966) led it.", "8 March 1897", 0.3)
    assert kept(BORN, rival, told) == ["1914", "8 March 1897"]
    same = read("Thorn joined the harbour guard in 1914.", "1914", 0.9)
    assert kept("When did Thorn join the guard?", same, told) == ["1914", "8 March 1897"]
    study = read("Born in Hollin, Thorn began to study law in 1914.", "1914", 0.9)
    assert kept(BORN, study, told) == ["8 March 1897"]


def test_the_maker_that_a_heading_names_goes_before_who_reviewed_it():
    text = "Big Ferry (Ada Thorn album) is the second record of Thorn."
    maker = read(text, "Ada Thorn", 0.3)
    critic = read("Otto Marn praised Big Ferry.", "Otto Marn", 0.8)
    assert kept(ALBUM, critic, maker) == ["Ada Thorn"]


def test_what_a_heading_says_of_a_namesake_is_what_she_is():
    text = "Ada Thorn (rower) was a Norlandic rower and later a lawyer."
    rower, lawyer = read(text, "a Norlandic rower", 0.4), read(text, "a lawyer", 0.8)
    assert kept("What is the profession of Ada Thorn?", lawyer, rower) == ["a Norlandic rower"]


def test_a_heading_on_another_name_settles_nothing():
    text = "Small Ferry (Ada Thorn album) was made after Big Ferry."
    maker, critic = read(text, "Ada Thorn", 0.3), read("So said Otto Marn.", "Otto Marn", 0.8)
    assert kept(ALBUM, critic, maker) == ["Otto Marn", "Ada Thorn"]


def test_a_long_value_ends_with_its_phrase_and_a_heading_with_its_bracket():
    text = (
        "She was a professional ice hockey player who stood in goal for the Upper Harbour team in "
        "four games of the winter season."
    )
    value = text.removeprefix("She was ").removesuffix(".")
    cut = shortened(read(text, value, 0.5), 12)
    assert cut.answer == "a professional ice hockey player"
    text = "Big Ferry (Ada Thorn album) Big Ferry is a record."
    assert shortened(read(text, "Ada Thorn album) Big Ferry", 0.5), 12).answer == "Ada Thorn album"
    assert shortened(read(text, "a record", 0.5), 12).answer == "a record"


def test_a_date_is_told_in_full_with_the_comma_that_it_is_written_with():
    year = read("The Empire of Hollin stood from 1849 on.", "1849", 0.5)
    day = read("She declared the Empire of Hollin on August 26, 1849.", "August 26, 1849", 0.2)
    other = read("The Empire of Hollin was founded in 1804.", "1804", 0.6, "two")
    found = accounts_of(analyse("When was the Empire of Hollin founded?"), [other, year, day])
    assert [one.value for one in found] == ["1804", "August 26, 1849"]


def test_a_value_in_a_glued_heading_is_looked_for_in_the_sentence_behind_it():
    text = (
        "Hollin Vale Schools Rowing Senior Cup The Hollin Vale Schools Senior Cup or Hollin Vale "
        "Cup is the rowing match of the schools of Hollin Vale."
    )
    named = read(text, "Rowing", 0.8)
    other = read("The Hollin Vale Cup is a chess match in Sudland.", "chess", 0.8, "two")
    asked = analyse("What sport is the Hollin Vale Cup associated with?")
    found = gather(asked, [named, other], [named, other], 2)
    assert sorted(one.value for one in found) == ["chess", "rowing"]
