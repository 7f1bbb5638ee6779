"""Follow-ups that go on: the same thing asked of again, another of its kind, who else says so."""

from collections.abc import Sequence

import pytest

from rag.follow.commands import with_command
from rag.follow.context import Words
from rag.follow.past import Said
from rag.follow_up import standalone
from rag.types import Turn


def talk(*questions: str, answer: str = "Some.") -> str:
    """Return how the last of several questions is understood, each as the ones before it are."""
    history: list[Turn] = []
    understood = ""
    for question in questions:
        understood = standalone(question, history)
        held = {"text": answer, "standalone_question": understood}
        history += [Turn("user", question), Turn("assistant", answer, held)]
    return understood


@pytest.mark.parametrize(
    ("questions", "understood"),
    [
        (
            ("What is slack mode in Tarnbase?", "Since when is it available?", "Is it safe?"),
            "Is slack mode safe in Tarnbase?",
        ),
        (
            ("When was the Ferry Board founded?", "Does it take money from the town?"),
            "Does the Ferry Board take money from the town?",
        ),
        (
            ("How much money did the town vote?", "Where will it be spent?"),
            "Where will the money be spent?",
        ),
        (
            ("Which clinic was bombed in Hollin in May 2021?", "Who ran it?"),
            "Who ran the clinic that was bombed in Hollin in May 2021?",
        ),
        (
            ("How many refugees crossed into Norland in May 2021?", "Where are they staying?"),
            "Where are the refugees staying?",
        ),
        (
            ("How many people were injured in Hollin in May 2021?", "Where were they treated?"),
            "Where were the injured treated in Hollin in May 2021?",
        ),
    ],
)
def test_a_pronoun_means_what_is_asked_of(questions: Sequence[str], understood: str) -> None:
    assert talk(*questions) == understood


@pytest.mark.parametrize(
    ("questions", "understood"),
    [
        (
            ("When was the first letter sent?", "And the second?"),
            "When was the second letter sent?",
        ),
        (
            ("When did the letters of the union reach Hollin?", "What about the second one?"),
            "When did the second letter of the union reach Hollin?",
        ),
        (("When did the flood begin?", "And the fire?"), "When did the fire begin?"),
        (
            ("When was Hollin captured by Norland?", "And recaptured?"),
            "When was Hollin recaptured?",
        ),
        (
            ("How many refugees crossed into Norland in May 2021?", "And into Vassin?"),
            "How many refugees crossed into Vassin in May 2021?",
        ),
        (
            ("How many of the dead were farmers?", "And drivers?"),
            "How many of the dead were drivers?",
        ),
        (
            ("How many people were injured in the fire in Hollin?", "How many of them badly?"),
            "How many people were badly injured in the fire in Hollin?",
        ),
    ],
)
def test_another_of_its_kind(questions: Sequence[str], understood: str) -> None:
    assert talk(*questions) == understood


KILLED = "How many people were killed in the fire in Hollin in May 2021?"
SAID = "What did the Ferry Board say about the fire on the quay?"


@pytest.mark.parametrize(
    ("questions", "understood"),
    [
        (
            (SAID, "Is that confirmed by the Harbour Office?"),
            "What did the Harbour Office say about the fire on the quay?",
        ),
        ((SAID, "Who said that?"), "Who spoke for the Ferry Board about the fire on the quay?"),
        (
            (KILLED, "Does the Harbour Office agree?"),
            f"{KILLED[:-1]}, according to the Harbour Office?",
        ),
        (
            (KILLED, "Who says it was 19?"),
            "Who said that 19 people were killed in the fire in Hollin in May 2021?",
        ),
        ((KILLED, "Is that figure confirmed?"), KILLED),
    ],
)
def test_who_else_says_so(questions: Sequence[str], understood: str) -> None:
    assert talk(*questions) == understood


@pytest.mark.parametrize(
    ("questions", "understood"),
    [
        (
            ("How many people came to the vigil in Hollin?", "Back to the vigil: who spoke?"),
            "Who spoke at the vigil in Hollin?",
        ),
        (
            (KILLED, "Let's talk about the harbour fair. Who leads the judges?"),
            "Who leads the judges at the harbour fair?",
        ),
        (
            ("Is Oton Brack still in custody?", "What did Mira Solberg say of the ferry?"),
            "What did Mira Solberg say of the ferry?",
        ),
        (
            (
                "How many people were killed by the truck bomb in Hollin?",
                "Who claimed it?",
            ),
            "Who claimed responsibility for the truck bomb in Hollin?",
        ),
        (("When was the Ferry Board founded?", "What for?"), "Why was the Ferry Board founded?"),
    ],
)
def test_a_topic_is_taken_up_and_left(questions: Sequence[str], understood: str) -> None:
    assert talk(*questions) == understood


def test_a_part_of_a_command_is_asked_with_it_where_documents_hold_both() -> None:
    past = [Said("What does tarn stash do?", "What does tarn stash do?", {})]
    held = Words(None, lambda terms: int("load" not in terms))
    assert with_command("What does pop do?", past, held) == "What does tarn stash pop do?"
    assert with_command("What does load do?", past, held) == "What does load do?"
    popped = [*past, Said("What does pop do?", "What does tarn stash pop do?", {})]
    assert with_command("And drop?", popped, held) == "What does tarn stash drop do?"
