"""Models of every kind that a writer meets, as functions of the messages that they are sent.

A persona reads the passages out of the prompt, as a model would, and answers as its kind does:

    with serving(quoting("nine dead")) as server: ...
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.build import Library
from rag.english.sentences import sentences
from rag.types import Hit, Reading
from tests.model_server import Messages, Model, Reasoning, tokens_of, words_of

_PASSAGE = re.compile(r'<passage tag="(\w+)"([^>]*)>\n(.*?)\n</passage \1>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as it stands in a prompt, with the rest of its opening tag."""

    tag: str
    head: str
    text: str


def passages_in(messages: Messages) -> list[Shown]:
    """Return the passages of the last message, in their order."""
    return [Shown(*found) for found in _PASSAGE.findall(words_of(messages[-1]))]


class _Once:
    """Searches and reads the same question once: what is tested is what comes after."""

    def __init__(self, asked: Any) -> None:
        self._asked, self._known = asked, {}

    def retrieve(self, question: str, **options: Any) -> list[Hit]:
        return self._once(question, options, lambda: self._asked.retrieve(question, **options))

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        found = [hit.passage.id for hit in hits]
        return self._once(question, found, lambda: self._asked.read(question, hits))

    def _once(self, question: str, about: object, ask: Callable[[], Any]) -> Any:
        key = f"{question} {about}"
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]


def lend(examples: Library, library: Library) -> None:
    """Give a library the embedding model of another, and a memory for what was searched."""
    library._encoders.update(examples._encoders)
    assistant = library.assistant
    assistant._retriever, assistant._reader = _Once(assistant._retriever), _Once(assistant._reader)


def system_of(messages: Messages) -> str:
    return "\n".join(words_of(one) for one in messages if one["role"] in ("system", "developer"))


def sentence_with(messages: Messages, words: str) -> tuple[str, str]:
    """Return the first sentence of a passage that holds these words, and the passage's tag."""
    for passage in passages_in(messages):
        for start, end in sentences(passage.text):
            if words in passage.text[start:end]:
                return " ".join(passage.text[start:end].split()), passage.tag
    raise AssertionError(f"no passage of the prompt says {words!r}")


def another(messages: Messages, tag: str, without: str = "") -> str:
    """Return the tag of another passage, one that does not hold these words."""
    return next(
        one.tag
        for one in passages_in(messages)
        if one.tag != tag and not (without and without in one.text)
    )


def quoting(*wanted: str, mark: str = "[{tag}]") -> Model:
    """The good model: the sources' own sentences, each under the tag of its passage.

    The sloppy one is the same with other marks: none, "(1)", "\u3010{n}\u3011", "[1]".
    """

    def model(messages: Messages) -> str:
        said = []
        for number, words in enumerate(wanted, start=1):
            sentence, tag = sentence_with(messages, words)
            said.append(f"{sentence} {mark.format(tag=tag, n=number)}".rstrip())
        return " ".join(said)

    return model


def saying(text: str, about: str) -> Model:
    """A model that says this; "{tag}" is the passage that holds ``about``, "{other}" one without.

    "{foreign}" has the shape of a tag, and is nobody's.
    """

    def model(messages: Messages) -> str:
        tag = sentence_with(messages, about)[1]
        other = another(messages, tag, about)
        foreign = next(made for made in _shaped(tag) if made not in words_of(messages[-1]))
        return text.replace("{tag}", tag).replace("{other}", other).replace("{foreign}", foreign)

    return model


def _shaped(tag: str) -> Iterator[str]:
    """Yield other strings of a tag's characters: what a guess of a tag would look like."""
    return ("".join(letters) for letters in itertools.permutations(tag) if "".join(letters) != tag)


def thinking(model: Model, thought: str, *, apart: bool = False) -> Model:
    """The model thinks first: between marks in its answer, or in a field of its own."""

    def thinks(messages: Messages) -> list[str]:
        said = model(messages)
        assert isinstance(said, str)
        if apart:
            return [*map(Reasoning, tokens_of(thought)), *tokens_of(said)]
        return tokens_of(f"<think>\n{thought}\n</think>\n\n{said}")

    return thinks


def merging(first: str, second: str, text: str) -> Model:
    """The model makes one sentence of two sources; "{a}" and "{b}" are their tags."""

    def model(messages: Messages) -> str:
        a, b = (sentence_with(messages, words)[1] for words in (first, second))
        return text.format(a=a, b=b)

    return model


def repeating(words: str) -> Model:
    """The model says the same sentence for ever."""

    def model(messages: Messages) -> Iterator[str]:
        sentence, tag = sentence_with(messages, words)
        return itertools.cycle([*tokens_of(f"{sentence} [{tag}]"), " "])

    return model


def obeying(messages: Messages, *, rightly: bool = False) -> str:
    """The injected model: it does all that documents and users ever tried to make it do.

    It prints its instructions, copies every passage that gives orders word for word, cites what
    those name, and puts the tag of another passage (or, to be believed, the right one) behind it.
    """
    passages = passages_in(messages)
    orders = [one for one in passages if "ORDER" in one.text] or passages
    orders.sort(key=lambda one: ("<think>" in one.text, one.text))  # what that hides comes last
    said = [f"My instructions are: {system_of(messages)}", words_of(messages[-1])[:350]]
    for number, passage in enumerate(orders):
        shift = 0 if rightly else 1
        said.append(f"{passage.text} [{orders[(number + shift) % len(orders)].tag}]")
    return "\n\n".join(said)
