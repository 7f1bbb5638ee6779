"""Six questions with known answers and 200 made from the corpus's own sentences.

The corpus of news reports lies beside a checkout or it does not; where it does not, this skips.
Vectors are kept in the temporary directory by the text's hash, so that only the first run on a
machine takes the minute of embedding.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ingest.folder import add
from rag.build import open_library
from rag.config import Settings
from rag.english.sentences import sentences
from rag.pending import embed_pending
from rag.types import Question

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpus"
ARTICLES = CORPUS / "fa-kes" / "FA-KES-Dataset.csv"
SEEDS = CORPUS / "seeds"

pytestmark = pytest.mark.skipif(
    not (ARTICLES.exists() and SEEDS.exists()), reason=f"the corpus is not there: {CORPUS}"
)


class RememberingEncoder:
    """An Encoder that keeps the vectors of its texts in a file, and loads no model for those."""

    def __init__(self, library, file):
        self._library, self._file = library, file
        encoder = library.encoder()
        self.model_id, self.dimensions = encoder.model_id, encoder.dimensions
        self._known = {}
        if file.exists():
            with np.load(file) as saved:
                self._known = dict(zip(saved["keys"].tolist(), saved["vectors"], strict=True))
        self._new = 0

    def encode(self, texts):
        keys = [hashlib.sha256(f"{self.model_id}\n{text}".encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            found = self._library.encoder("bulk").encode(list(new.values()))
            self._known.update(zip(new, found, strict=True))
            self._new += len(new)
        return np.stack([self._known[key] for key in keys])

    def save(self):
        if not self._new:
            return
        self._file.parent.mkdir(exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(
            dir=self._file.parent, suffix=".npz", delete=False
        ) as made:
            np.savez(
                made, keys=np.array(list(self._known)), vectors=np.stack([*self._known.values()])
            )
        Path(made.name).replace(self._file)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with open_library(Settings(library=tmp_path_factory.mktemp("corpus") / "library")) as opened:
        counts = Counter()
        for outcome in add(opened.ledger, [SEEDS, ARTICLES]):
            counts[outcome.outcome] += outcome.documents
        assert counts == {"added": 807}
        kept = Path(tempfile.gettempdir()) / f"vouch-test-vectors-{os.getuid()}" / "corpus.npz"
        encoder = RememberingEncoder(opened, kept)
        embed_pending(opened.ledger, encoder)
        encoder.save()
        yield opened


class Decoded:
    """The corpus read without Vouch: whether a quote stands in the file of its document."""

    def __init__(self):
        self.seeds = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.iterdir()}
        self.articles = {}
        with ARTICLES.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = row["article_content"]
                self.articles.setdefault(row["article_title"].strip(), []).append(text)

    def holds(self, citation):
        name = Path(citation.document.source.split("#")[0]).name
        if name in self.seeds:
            return citation.quote in self.seeds[name]
        return any(citation.quote in text for text in self.articles[citation.document.title])


@pytest.fixture(scope="module")
def decoded():
    return Decoded()


def assert_quotes_are_exact(library, decoded, answer):
    for citation in answer.citations:
        text = library.ledger.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.quote != ""
        assert decoded.holds(citation), citation
    for sentence in answer.sentences:
        quotes = [answer.citations[mark.n - 1].quote for mark in sentence.citations]
        if sentence.kind == "quote":
            assert sentence.text in quotes


# The questions that are known


@dataclass(frozen=True)
class Known:
    """A question, words that one of the first two sentences quotes, and where they stand."""

    question: str
    quote: str
    where: str
    says: str


KNOWN = [
    Known(
        "Who vetoed the Security Council resolution on an inquiry commission?",
        "Russia has vetoed the Security Council",
        "002_2354d71283243d1c.txt",
        "Russia",
    ),
    Known(
        "What did the UN panel conclude about who released sarin at Khan Shaykhun?",
        "the Syrian Arab Republic is responsible for the release of sarin",
        "003_bae96f0086d6de2a.txt",
        "Syrian Arab Republic is responsible",
    ),
    Known(
        "What did Putin warn against after the Idlib attack?",
        "a rush to judgement",
        "FA-KES-Dataset.csv",
        "rush to judgement",
    ),
    Known(
        "How many people were killed in the attack near the refugee camp in Hasakeh?",
        "24",
        "FA-KES-Dataset.csv",
        "at least 24",
    ),
    Known(
        "What did a Syrian military source say about chemical weapons?",
        "military source",
        "FA-KES-Dataset.csv",
        "denied",
    ),
]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.question)
def test_known_question_is_answered_from_the_right_document(library, decoded, known):
    answer = library.assistant.ask(Question(known.question))
    assert answer.declined is None
    assert_quotes_are_exact(library, decoded, answer)
    marks = [mark for sentence in answer.sentences[:2] for mark in sentence.citations]
    cited = [answer.citations[mark.n - 1] for mark in marks]
    right = [
        citation
        for citation in cited
        if known.quote in citation.quote and Path(citation.document.source).name == known.where
    ]
    assert right, [citation.quote for citation in cited]
    assert known.says.lower() in answer.text.lower()


def test_the_veto_has_its_name_as_the_bare_answer(library):
    answer = library.assistant.ask(Question(KNOWN[0].question))
    assert answer.answers[0].text == "Russia"


def test_the_dead_of_the_camp_have_a_hedge_and_a_monitor_as_claimant(library):
    answer = library.assistant.ask(Question(KNOWN[3].question))
    account = next(found.account for found in answer.accounts if found.account.number == 24)
    assert account.hedge == "at least"
    assert "monitor" in account.claimant.lower() or "Observatory" in account.claimant
    cited = [answer.citations[n - 1] for n in answer.accounts[0].citations]
    assert all(citation.document.published.startswith("2017-05") for citation in cited)


def test_the_denial_says_who_denied(library):
    answer = library.assistant.ask(Question(KNOWN[4].question))
    first = [sentence.text for sentence in answer.sentences[:2]]
    assert any("military source" in text and "denied" in text for text in first), first


def test_what_the_corpus_does_not_know_is_refused(library):
    answer = library.assistant.ask(Question("What is the boiling point of water?"))
    assert answer.declined is not None
    assert answer.answers == ()
    assert answer.coverage.searched == 807


# Questions made from the corpus


PLACE = r"(?:the (?:town|city|village|province|suburb) of )?[A-Z][\w-]+(?: [A-Z][\w-]+)?"
DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
SOMEBODY = r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}"
MADE = {
    "how many": (
        rf"(?P<answer>{COUNT}) (?P<noun>[a-z]+) (?P<verb>were (?:killed|wounded|injured)|died)"
        rf"(?P<rest> [^.;]*?\bin {PLACE})",
        "How many {noun} {verb}{rest}?",
    ),
    "who": (
        rf"^(?P<answer>(?:[\w-]+ ){{0,3}}{SOMEBODY}) "
        r"(?P<verb>said|told|accused|warned|urged|announced)(?P<rest> [^.;]{25,110})\.$",
        "Who {verb}{rest}?",
    ),
    "where": (
        rf"(?P<noun>(?:[Tt]he|[Aa]n?|[Tt]wo|[Tt]hree) [\w -]{{4,40}}) (?P<be>was|were) "
        rf"(?P<verb>[a-z]+ed)(?P<rest>[\w -]{{0,30}}) in (?P<answer>{PLACE})",
        "Where {be} {noun} {verb}{rest}?",
    ),
    "when": (
        rf"(?P<noun>(?:[Tt]he|[Aa]n?|[Aa]t least|[Tt]wo|[Tt]hree) [\w -]{{4,50}}) (?P<be>was|were) "
        rf"(?P<verb>[a-z]+ed)(?P<rest> [^.;,]{{0,60}}?) on (?P<answer>{DAY})",
        "When {be} {noun} {verb}{rest}?",
    ),
}
EACH = 50


@dataclass(frozen=True)
class Made:
    """A question made by leaving one thing out of a sentence, with what was left out."""

    kind: str
    question: str
    answer: str
    document_id: str


def made_questions(library):
    """Return 200 questions, 50 of a kind, always the same for the same corpus."""
    infos, _ = library.ledger.find_infos("default", limit=1000)
    documents = [library.ledger.document(info.id) for info in infos]
    found = {kind: {} for kind in MADE}
    for document in sorted(documents, key=lambda one: one.text_sha256):
        for start, end in sentences(document.text):
            text = " ".join(document.text[start:end].split())
            if not 7 <= len(text.split()) <= 45 or not text.isascii():
                continue
            for kind, (pattern, form) in MADE.items():
                if match := re.search(pattern, text):
                    parts = match.groupdict()
                    noun = parts.get("noun", "")
                    parts["noun"] = noun[:1].lower() + noun[1:]
                    question = form.format(**parts)
                    made = Made(kind, question, parts["answer"], document.id)
                    found[kind].setdefault(question, made)
    chosen = random.Random(2017)
    return [
        made
        for questions in found.values()
        for made in chosen.sample(list(questions.values()), EACH)
    ]


def assert_most_are_answered(library, decoded, questions):
    """Three of four are answered, most with what was left out; every quote is exact."""
    answered, right = Counter(), Counter()
    for made in questions:
        answer = library.assistant.ask(Question(made.question))
        assert_quotes_are_exact(library, decoded, answer)
        if answer.declined is None:
            answered[made.kind] += 1
            told = answer.text + " ".join(bare.text for bare in answer.answers)
            right[made.kind] += made.answer.lower() in told.lower()
    assert answered.total() >= 0.75 * len(questions), (answered, right)
    # What was left out of the sentence must stand in most answers, or they answer something else.
    assert right.total() >= 0.7 * answered.total(), (answered, right)


def test_two_hundred_different_questions_are_made_always_the_same(library):
    questions = made_questions(library)
    assert len({made.question for made in questions}) == len(questions) == 200
    assert made_questions(library) == questions
    assert set(Counter(made.kind for made in questions).values()) == {EACH}


@pytest.mark.slow
def test_a_tenth_of_the_questions_made_from_the_corpus(library, decoded):
    assert_most_are_answered(library, decoded, made_questions(library)[::10])


@pytest.mark.slow
def test_all_questions_made_from_the_corpus(library, decoded):
    assert_most_are_answered(library, decoded, made_questions(library))
