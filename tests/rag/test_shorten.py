"""Shortened quotations: a full clause, exact, and nothing lost that turns what it says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.writing.shorten import LONG, clause

PAD = "in the old harbour quarter of the town of Hollin beside the long stone bridge over the river"

# Each of these could say something else if its end were left out, or cannot be told apart from one
# that could. All must stay whole.
WHOLE = """
The ministry said the strike @, which it denied carrying out, killed nine people on Tuesday.
No one was hurt when the roof @ fell in, officials said, but nine boats and a crane were lost.
If the figures @ are confirmed, the flood was the worst in years, and the dam will be closed.
Nine people were killed when a store @ burned to the ground before dawn, according to activists.
Nine people were killed when a store @ burned to the ground before dawn, a rescue worker said.
Nine people were killed when a store @ burned to the ground before dawn, said Mira Solberg.
It was not true, he said, that the store @ had been left without guards, water or a single pump.
Brack claimed that the bridge @ had been closed, that boats were searched, and that nets were cut.
The army shelled the market @ on Friday, residents say, and the ministry denies that it did.
The bridge @ was blown up by rebels, the army said, and the rebels say that the army did it.
The dam @ was said to be safe by its owner; the inspectors had found that it was not.
The dam @ was safe when it was built, and inspectors later found that it no longer was safe.
The toll @ rose to nineteen on Wednesday, which the ministry disputed in a message to the press.
The toll @ rose to nineteen on Wednesday, which may include people who had been counted twice.
The convoy @ was hit by a missile, which was reportedly fired from a ship that lay off the coast.
The company had stored salts @ for many years, and it would have been closed without a permit.
Troops entered the town @ on Monday, and they were never seen to leave it before the shelling began.
The school @ was empty when it was hit, and there were no children in it at that time of day.
The minister resigned @ on Monday, and that was a lie that had been put about by his opponents.
The plant @ will open again in spring, unless the court finds that its owner broke the law.
The plant @ will open again in spring, provided that the court lets the owner keep the licence.
The plant @ was closed for good in spring, although its owner says that it will open once more.
The plant @ was closed for good in spring; however, its owner opened another in the next town.
The rebels held the bridge @ for nine days, while the army held the roads on both its sides.
The rebels @, the army and the police, and the people of the town, all fired on that same day.
Solberg, a nurse @, who saw the store burn from her window, ran down to help the people inside.
Although the bridge @ was closed to all traffic, and the ferry was out of order, people crossed.
When the store @ burned, and the roof came down, the firefighters were still on their way to it.
Because the pumps @ had been sold, and the hoses were old, the store burned for nine long days.
Without the pumps @ the store would have burned, and the houses were saved by the wind alone.
"The bridge @ is closed, and it was I who closed it on Monday," the minister told a reporter.
The store @ (it was built in 1921, and it was never meant to hold salts) burned down on Tuesday.
The store @ was full of salts, sand, and tar, and a little oil, and old nets, and rope, and rags.
Nobody @ had been told of the danger, and the siren was out of order on the morning of the flood.
Nine boats @ were lost: three trawlers, two tugs, and the ferries were sunk on the same morning.
The ship was hit by a shell @, and the crew was thought to be dead until they came ashore at dawn.
The court found @ that the owner was guilty, and the verdict was overturned in the year after that.
Divers found the wreck @ on Monday, and the owner has claimed that it was another ship altogether.
Monitors counted nineteen dead @ on Monday, and the number was revised to nine on the day after.
Rescuers pulled nine people from the rubble @, and only two of them were alive by the evening.
The mayor thanked the army @ for its help, and it was far from clear what the army had done at all.
The bomb @ was dropped by a plane, which was not seen by anyone in the quarter at that hour.
""".replace("@", PAD)

# What may be left out here adds something of its own and changes nothing of what stands before it.
SHORTER = [
    (
        f"Nine people were killed when a store {PAD} burned to the ground before dawn; the "
        "army brought tents and bread to the families that had lost their houses in the fire.",
        "before dawn",
    ),
    (
        f"A dam above the town burst {PAD} and was washed away on Tuesday, and the road to the "
        "coast was closed for a week as engineers cleared the stones.",
        "on Tuesday",
    ),
    (
        f"The harbour ministry said that nine people were killed {PAD} on Tuesday night, and the "
        "road to the coast was closed for the rest of the week by stones and mud.",
        "on Tuesday night",
    ),
    (
        f"Mira Solberg was named head of the hospital {PAD} on Tuesday morning, which stands on "
        "a hill above the old harbour and has two hundred beds and a garden.",
        "on Tuesday morning",
    ),
]


@pytest.mark.parametrize("text", WHOLE.strip().splitlines())
def test_a_sentence_stays_whole_where_its_end_could_turn_what_it_says(text):
    long = text if len(text) > LONG else text[:-1] + " in the very cold spring of the year before."
    assert len(long) > LONG or len(text) > 150
    for one in {text, long}:
        assert one[slice(*clause(one))] == one


@pytest.mark.parametrize(("text", "end"), SHORTER)
def test_a_long_sentence_ends_at_a_clause_that_needs_no_more(text, end):
    assert len(text) > LONG
    found = text[slice(*clause(text))]
    assert found.endswith(end)
    assert text.startswith(found)


def test_the_answer_is_never_cut_off():
    text, end = SHORTER[0]
    at = text.index("tents")
    assert text[slice(*clause(text, (at, at + 5)))] == text
    assert text[slice(*clause(text, (0, 4)))].endswith(end)


def test_a_dateline_is_left_out_and_an_answer_in_it_keeps_it():
    text = "PORT ELVA, March 14, 2023 (Northern Wire) - A dam burst above Hollin."
    assert text[slice(*clause(text))] == "A dam burst above Hollin."
    assert text[slice(*clause(text, (0, 9)))] == text


def test_a_short_sentence_is_left_alone():
    text = "A dam burst above Hollin on Tuesday; the army brought tents."
    assert text[slice(*clause(text))] == text


WORDS = st.lists(
    st.sampled_from(
        'the dam burst was said not if but and which ; , . " ( ) Brack ministry nine it'.split()
    ),
    max_size=90,
)


@given(WORDS, st.integers(0, 400), st.integers(0, 60))
def test_a_part_lies_in_its_sentence_and_holds_what_is_kept(words, at, length):
    text = re.sub(r" ([;,.])", r"\1", " ".join(words)) or "x"
    first, last = min(at, len(text)), min(at + length, len(text))
    start, end = clause(text, (first, last))
    assert 0 <= start < end <= len(text)
    if first < last:
        assert start <= first and last <= end
