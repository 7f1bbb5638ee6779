"""Training pairs: what each data set says, what the changes make wrong, and what the twins keep."""

import json
import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from training.groundedness import examples
from training.groundedness.changes import CHANGES, Others
from training.groundedness.hearsay import hearsay
from training.groundedness.making import Base, hedged_or_spoken, joined
from training.groundedness.mixture import chosen, counts_of, mixture
from training.groundedness.pairs import (
    Pair,
    gathered,
    plain,
    read_pairs,
    supported,
    windows_for,
    write_pairs,
)
from training.groundedness.reports import report_pairs
from training.groundedness.statements import statement, unsaid
from training.groundedness.twins import TWINS, twin

PASSAGE = (
    "On Monday 4 April 2016 the dam at Elva broke, the governor of Orlo said. At least 14"
    " people were"
    " killed and 30 injured, rescue workers reported. Ana Torm, who built the dam in 1952,"
    " allegedly"
    " ignored warnings. Rolf Hask accused Ana Torm of fraud. The road to Wenor, 12 kilometres away,"
    " was closed on Tuesday. The company did not pay the workers. Lake Sel supported the village of"
    " Dorn in the province of Orlo."
)
OTHERS = Others(
    names=(("Harmond", "at"), ("Jost Varen", ""), ("Quast", "to")),
    speakers=("the fire service",),
    sentences=("The bridge was painted green by volunteers in spring.",),
)
# A true sentence for each kind of change, and words of which some must be marked.
TRUE = {
    "number": ("The flood killed at least 14 people.", None),
    "bound": ("At least 14 people were killed.", None),
    "unit": ("The road to Wenor is 12 kilometres long.", None),
    "opposite": ("The road to Wenor was closed.", "opened"),
    "negation": ("The road to Wenor was closed.", None),
    "name": ("The road to Wenor was closed.", None),
    "speaker": ("The governor of Orlo said that the dam broke.", None),
    "day": ("The dam broke on Monday.", None),
    "hedge dropped": ("Ana Torm allegedly ignored warnings.", None),
    "hedge added": ("The road was closed on Tuesday.", None),
    "quantity": ("At least 14 people were killed.", None),
    "place": ("The village of Dorn lies in the province of Orlo.", None),
    "roles": ("Rolf Hask accused Ana Torm of fraud.", None),
    "exchanged": ("The flood killed 14 people and left 30 injured.", None),
    "addition": ("The road to Wenor was closed on Tuesday.", None),
    "detail": ("The road to Wenor was closed.", None),
}


def test_every_kind_of_change_is_tested() -> None:
    assert set(TRUE) == set(CHANGES)


@pytest.mark.parametrize("kind", sorted(CHANGES))
def test_a_change_says_something_else_and_marks_where(kind: str) -> None:
    sentence, word = TRUE[kind]
    made = [CHANGES[kind](sentence, PASSAGE, Random(seed), OTHERS) for seed in range(30)]
    found = [one for one in made if one]
    assert found
    for one in found:
        assert one.text.lower() != sentence.lower()
        assert one.text not in PASSAGE
        assert one.wrong
        for start, end in one.wrong:
            assert 0 <= start < end <= len(one.text)
            assert one.text[start:end].strip()
        if word:
            assert one.text[slice(*one.wrong[0])] == word


@pytest.mark.parametrize(
    "kind", sorted(set(CHANGES) - {"addition", "hedge dropped", "bound", "negation"})
)
def test_what_is_not_marked_is_what_the_true_sentence_says(kind: str) -> None:
    """Cutting the marks out leaves words that the true sentence has, in its order."""
    sentence, _ = TRUE[kind]
    for seed in range(20):
        one = CHANGES[kind](sentence, PASSAGE, Random(seed), OTHERS)
        if one is None:
            continue
        left, at = [], 0
        for start, end in one.wrong:
            left += re.findall(r"\w+", one.text[at:start].lower())
            at = end
        left += re.findall(r"\w+", one.text[at:].lower())
        words = iter(re.findall(r"\w+", sentence.lower()))
        assert all(word in words for word in left), one.text


def test_a_changed_number_is_none_that_says_the_same() -> None:
    for seed in range(60):
        one = CHANGES["number"](
            "The flood killed nine people.", "9 died, 12 fled.", Random(seed), OTHERS
        )
        assert one is None or one.text[slice(*one.wrong[0])].lower() not in ("nine", "9")


def test_injured_is_not_exchanged_for_wounded() -> None:
    for seed in range(60):
        one = CHANGES["quantity"]("Six men were wounded.", "", Random(seed), OTHERS)
        assert one is not None
        assert not {"injured", "hurt"} & set(one.text.rstrip(".").split())


def test_exchanged_roles_are_the_names_the_other_way_round() -> None:
    one = CHANGES["roles"]("Rolf Hask accused Ana Torm of fraud.", PASSAGE, Random(1), OTHERS)
    assert one is not None
    assert one.text == "Ana Torm accused Rolf Hask of fraud."
    assert [one.text[a:b] for a, b in one.wrong] == ["Ana Torm", "Rolf Hask"]


def test_a_name_of_another_text_is_none_that_the_passage_holds() -> None:
    others = Others(names=(("Lake", "to"), ("Harmond", "to")))
    made = [
        CHANGES["name"]("The road to Wenor was closed.", PASSAGE, Random(seed), others)
        for seed in range(60)
    ]
    seen = {one.text[slice(*one.wrong[0])] for one in made if one}
    assert "Harmond" in seen
    assert "Lake" not in seen


# What each twin makes of a sentence.
SAME = {
    "synonym": ("He bought the farm.", {"He purchased the farm."}),
    "digits": ("The flood killed nine men.", {"The flood killed 9 men."}),
    "date form": ("It broke on 4 April 2016.", {"It broke on April 4, 2016."}),
    "adjunct dropped": ("The old dam (finished in 1952) broke.", {"The old dam broke."}),
    "lead dropped": (
        "In April 2016, the old dam at Elva broke.",
        {"The old dam at Elva broke."},
    ),
    "shortened": (
        "The old dam was closed on Monday, and the road was flooded.",
        {"The old dam was closed on Monday."},
    ),
    "voice": ("Ana Torm designed the dam in 1952.", {"The dam was designed by Ana Torm in 1952."}),
    "saying": (
        "The governor said that the old dam at Elva broke.",
        {
            "According to the governor, the old dam at Elva broke.",
            "The old dam at Elva broke, the governor said.",
            "The old dam at Elva broke, according to the governor.",
        },
    ),
    "surname": ("Ana Torm built the dam.", {"Torm built the dam."}),
    "contracted": ("They did not pay.", {"They didn't pay."}),
}


@pytest.mark.parametrize("kind", sorted(TWINS))
def test_a_twin_says_the_same(kind: str) -> None:
    sentence, expected = SAME[kind]
    passage = "Ana Torm built the dam. It broke, and Torm was blamed."
    made = {TWINS[kind](sentence, passage, Random(seed)) for seed in range(20)}
    assert made == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The army denied that the dam was closed, and that the road was flooded.",
        "The dam may be closed, and the road was flooded.",
        "The dam was not closed, but the road was flooded.",
        "The mayor said the dam was closed, and that the road was flooded.",
    ],
)
def test_a_sentence_with_a_hedge_a_denial_or_a_speaker_is_not_shortened(sentence: str) -> None:
    assert all(TWINS["shortened"](sentence, "", Random(seed)) is None for seed in range(20))


def test_the_same_seed_makes_the_same() -> None:
    def make(seed: int) -> list[object]:
        draw = Random(seed)
        made: list[object] = [twin(PASSAGE[:60], PASSAGE, draw) for _ in range(5)]
        made += [CHANGES[kind](TRUE[kind][0], PASSAGE, draw, OTHERS) for kind in sorted(CHANGES)]
        return made + list(report_pairs(draw, 20))

    assert make(3) == make(3)
    assert make(3) != make(4)


def test_reports_make_as_many_wrong_sentences_as_true_ones_and_mark_them() -> None:
    pairs = list(report_pairs(Random(2), 200))
    true = [one for one in pairs if one.supported]
    assert 0.3 < len(true) / len(pairs) < 0.5
    assert all(one.wrong == () for one in true)
    for one in pairs:
        if not one.supported:
            assert one.wrong
            assert all(one.sentence[a:b].strip() for a, b in one.wrong)
        assert "{" not in one.sentence + one.passage
        assert "|" not in one.sentence


HEARSAY = {
    "said": "said by another",
    "stance kept": "stance turned",
    "doubt kept": "doubt dropped",
    "bound kept": "bound turned",
}


def heard() -> list[Pair]:
    text = (
        "The old dam at Elva was finished in 1952. The bridge was closed by 40 workers in May. "
        "The village will get a new school. The road to Wenor is closed in winter."
    )
    parts = re.findall(r"[A-Z][^.]+\.", text)
    bases = [Base(text, part, "news", True) for part in parts * 40]
    return list(hearsay(bases, OTHERS, Random(5)))


@pytest.mark.parametrize("kind", sorted(HEARSAY))
def test_a_speaker_a_stance_a_doubt_and_a_bound_are_kept_in_one_claim_and_lost_in_another(
    kind: str,
) -> None:
    pairs = heard()
    true = [one for one in pairs if one.kind == kind]
    false = [one for one in pairs if one.kind == HEARSAY[kind]]
    assert true
    assert false
    assert all(one.supported and one.wrong == () for one in true)
    for one in false:
        assert not one.supported
        assert one.wrong
        assert all(one.sentence[a:b].strip() for a, b in one.wrong)
    for one in pairs:
        assert not re.search(r"[{}|]|  |\.\.", one.passage + one.sentence), one


def test_as_many_hearsay_claims_are_true_as_wrong() -> None:
    pairs = heard()
    assert sum(one.supported for one in pairs) * 2 == len(pairs)


def test_another_speaker_is_marked_and_is_not_who_said_it() -> None:
    for one in heard():
        if one.kind == "said by another":
            ((start, end),) = one.wrong or ()
            said = one.sentence[start:end].lower()
            body = re.sub(r"\W", "", one.sentence[end:])
            assert said
            assert body or start


def test_natural_hedges_and_speakers_are_found_and_a_true_claim_stands_beside_each() -> None:
    pairs = list(hedged_or_spoken([("news", PASSAGE)] * 8, OTHERS, 12, Random(1)))
    kinds = Counter(one.kind for one in pairs)
    assert kinds["speaker"] + kinds["hedge dropped"] == len(pairs) / 2
    assert {one.kind for one in pairs if one.supported} <= {"true speaker", "true hedge dropped"}


def test_two_joined_sentences_are_marked_in_the_wrong_one_alone() -> None:
    base = Base(PASSAGE, "The company did not pay the workers.", "news", True)
    pairs = list(joined([base] * 60, OTHERS, 60, Random(2)))
    wrong = [one for one in pairs if not one.supported]
    assert wrong
    assert len(wrong) < len(pairs)
    for one in wrong:
        assert one.wrong
        assert all(0 <= a < b <= len(one.sentence) for a, b in one.wrong)
        assert all(one.sentence[a:b] == one.sentence[a:b].strip(" ") for a, b in one.wrong)


def test_what_is_chosen_is_of_the_size_wanted_and_short_ones_come_rather_first() -> None:
    pairs = [supported("x" * (20 + n % 900), f"Sentence {n}.", "fever") for n in range(900)]
    some = chosen([*pairs, *pairs], 300, Random(1))
    assert len(some) == len(set(some)) == 300
    sizes = [len(one.passage) for one in some]
    assert sum(sizes[:100]) < sum(sizes[-100:])
    assert chosen([supported("x" * 3_000, "Too long.", "fever")], 9, Random(1)) == []


def test_a_claim_of_two_places_finds_both() -> None:
    filler = ["Nothing of note was written here today."] * 30
    text = " ".join(["Six people died at Elva.", *filler, "The dam was built by Ana Torm."])
    found = gathered("Six died when the dam of Ana Torm broke.", text, 200)
    assert "Six people" in found
    assert "Ana Torm" in found
    assert len(found) <= 200


def test_a_statement_is_made_of_a_question_only_where_a_rule_fits() -> None:
    text = "Ana Torm built the dam in 1952. It holds 40 boats near Elva."
    cases = {
        ("When was the dam built?", "1952"): "The dam was built in 1952.",
        ("Who built the dam?", "Ana Torm"): "Ana Torm built the dam.",
        ("What did Ana Torm build?", "the dam"): "Ana Torm built the dam.",
        ("In what year was the dam built?", "1952"): "The dam was built in 1952.",
        ("Why was the dam built?", "the dam"): None,
        ("How is the dam used?", "the dam"): None,
    }
    for (question, answer), expected in cases.items():
        made = statement(question, answer, text, text.index(answer))
        assert (made.text if made else None) == expected
        if made:
            assert made.text[made.start : made.end].lower() == answer.lower()
            other = made.with_answer("something")
            assert other.text[other.start : other.end].lower() == "something"


def test_what_is_unsaid_keeps_the_question() -> None:
    assert (unsaid("Who built the dam?", Random(1)) or "").endswith(" who built the dam.")
    assert unsaid("When did it break?", Random(1)) is None


def test_windows_are_the_parts_that_share_most() -> None:
    text = " ".join(["Nothing of note was written here today."] * 30 + ["Six people died at Elva."])
    assert "Six people died" in windows_for("Six died at Elva.", text, 1, 200)[0]
    assert all(len(one) <= 200 for one in windows_for("Six died at Elva.", text, 3, 200))


def test_tokenised_text_is_written_as_people_write() -> None:
    assert plain("It -LRB- the dam -RRB- did n't hold , he 's told .") == (
        "It (the dam) didn't hold, he's told."
    )


# The data sets, as published, in files of one or two rows.
def write(folder: Path) -> Path:
    ground, reader = folder / "groundedness", folder / "reader"
    (ground / "esnli").mkdir(parents=True)
    reader.mkdir()

    def lines(name: str, rows: list[object]) -> None:
        (ground / name).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    (ground / "snli_18k.csv").write_text(
        "3\t3\tA kid carries a soccer ball.\tA child has a ball.\n"
        "1\t1\tA kid carries a soccer ball.\tA kid goes to a match.\n"
        "2\t2\tA kid carries a soccer ball.\tA kid is asleep in bed.\n",
        encoding="utf-8",
    )
    for name, text in (("s1", "A kid runs , fast .\n"), ("s2", "A kid runs .\n")):
        (ground / "esnli" / f"{name}.dev").write_text(text, encoding="utf-8")
    (ground / "esnli" / "labels.dev").write_text("entailment\n", encoding="utf-8")
    (ground / "conjnli_15k.tsv").write_text(
        "\ufeffPremise\tHypothesis\tLabel\nHe swam and ran home.\tHe swam and sat"
        " home.\tcontradiction\n",
        encoding="utf-8",
    )
    lines(
        "fever_a.jsonl",
        [
            {
                "claim": "Elva is a town.",
                "label": "SUPPORTS",
                "evidence": ["Elva -LRB- Orlo -RRB- is a town ."],
            },
            {"claim": "Elva is a town.", "label": "REFUTES", "evidence": ["It was a lake ."]},
        ],
    )
    lines("fever_b.jsonl", [])
    lines("factcg_doc.json", [{"text_a": PASSAGE, "text_b": ["The dam broke."], "orig_label": 1}])
    lines("factcg_multihop.json", [{"text_a": " ", "text_b": ["The dam broke."], "orig_label": 1}])
    article = {
        "article": PASSAGE,
        "reference_summary": "Two dams broke on Monday . The road was closed for a day .",
        "edited_summary": "Three dams broke on Monday . The road was closed for a day .",
    }
    (ground / "bump_task1.json").write_text(json.dumps([article]), encoding="utf-8")
    (ground / "bump_task2.json").write_text("[]", encoding="utf-8")
    answer = "The dam was built by nobody at all."
    lines("halueval_qa.json", [{"knowledge": PASSAGE, "hallucinated_answer": answer}])
    lines(
        "factcheckgpt_stance.jsonl",
        [{"claim": "The dam broke.", "evidence": PASSAGE, "stance": "partially-support"}],
    )
    claim = "He founded the company Toybox in 2011."
    tokens = ["He", "founded", "the", "company", "Toybox", "in", "2011", "."]
    page = [
        "(meta data) TITLE: Toybox",
        "He founded Toybox, a company that makes games for all ages.",
    ]
    lines(
        "wice_non_supported_tokens.jsonl",
        [
            {
                "claim": claim,
                "claim_tokens": tokens,
                "non_supported_spans": [one in ("in", "2011") for one in tokens],
                "supporting_sentences": [[1]],
                "evidence": page,
            }
        ],
    )
    paragraphs = [
        {
            "context": text,
            "qas": [{"question": q, "answers": [{"text": a, "answer_start": text.index(a)}]}],
        }
        for text, q, a in (
            (PASSAGE, "Who built the dam?", "Ana Torm"),
            ("The road to Wenor was paved in 1970 by Jost Varen, an engineer of Dorn. It is long.",
             "When was the road paved?", "1970"),
        )
    ]  # fmt: skip
    for name in ("squad1.1_du_split.json", "policyqa_dev.json"):
        value = {"data": [{"title": name, "paragraphs": paragraphs}]}
        (reader / name).write_text(json.dumps(value), encoding="utf-8")
    nq = {
        "question_text": "who built the dam",
        "paragraph_text": "Ana Torm built the dam , a big one . It broke in the year 2016 .",
        "answer_spans": [[0, 8]],
        "title_text": "Dam",
    }
    (reader / "nq_qed_00.jsonlines").write_text(json.dumps(nq), encoding="utf-8")
    some = {"questions": ["Who built it?"], "answers": ["Ana Torm built the dam in the year 1952."]}
    (reader / "squad_answer_sentences.json").write_text(json.dumps(some), encoding="utf-8")
    return folder


def only(pairs: object) -> Pair:
    (one,) = list(pairs)  # type: ignore[call-overload]
    return one


def test_labels_of_the_data_sets(tmp_path: Path) -> None:
    folder = write(tmp_path) / "groundedness"
    labels = [one.label for one in examples.snli(folder / "snli_18k.csv")]
    assert labels == ["supported", "neither", "contradicted"]
    esnli = only(examples.esnli(folder / "esnli"))
    assert (esnli.passage, esnli.sentence) == ("A kid runs, fast.", "A kid runs.")
    assert (esnli.label, esnli.wrong) == ("supported", ())
    conj = only(examples.conjnli(folder / "conjnli_15k.tsv"))
    assert (conj.label, conj.wrong) == ("contradicted", None)
    fever = only(examples.fever(folder / "fever_a.jsonl"))
    assert (fever.passage, fever.label) == ("Elva (Orlo) is a town.", "supported")
    assert only(examples.factcg(folder / "factcg_doc.json")).label == "supported"
    assert list(examples.factcg(folder / "factcg_multihop.json")) == []
    assert only(examples.halueval(folder / "halueval_qa.json")).label == "unsupported"
    stance = only(examples.stances(folder / "factcheckgpt_stance.jsonl"))
    assert (stance.label, stance.kind) == ("neither", "stance partially-support")


def test_an_edited_summary_is_marked_where_it_was_edited(tmp_path: Path) -> None:
    pairs = list(examples.bump(write(tmp_path) / "groundedness" / "bump_task1.json"))
    assert Counter(one.label for one in pairs) == {"supported": 2, "unsupported": 1}
    wrong = pairs[-1]
    assert [wrong.sentence[a:b] for a, b in wrong.wrong or ()] == ["Three"]


def test_unsupported_words_of_wice_are_marked_and_the_rest_is_supported(tmp_path: Path) -> None:
    path = write(tmp_path) / "groundedness" / "wice_non_supported_tokens.jsonl"
    wrong, right = examples.wice(path)
    assert [wrong.sentence[a:b] for a, b in wrong.wrong or ()] == ["in 2011"]
    assert (right.sentence, right.label) == ("He founded the company Toybox.", "supported")
    assert "He founded Toybox" in wrong.passage


def test_pairs_are_read_as_they_were_written(tmp_path: Path) -> None:
    pairs = [Pair("a", "b", "neither", "x", ((0, 1),)), Pair("a", "b", "unsupported", "x")]
    write_pairs(tmp_path / "pairs.jsonl", pairs)
    assert read_pairs(tmp_path / "pairs.jsonl") == pairs


def test_the_mixture_holds_every_source_and_is_the_same_for_a_seed(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    data = write(tmp_path)

    def vectors(texts: list[str]) -> object:
        return np.array([[float(len(set(text)) % 7), 1.0] for text in texts])

    pairs = mixture(data, 3, vectors)
    assert pairs == mixture(data, 3, vectors)
    assert pairs != mixture(data, 4, vectors)
    kinds = counts_of(pairs)
    for kind in ("snli", "esnli", "conjnli", "fever", "bump", "wice", "factcg_doc", "true"):
        assert kind in kinds
    assert {"statement", "report true", "report false", "chat"} <= set(kinds)
    assert all(one.wrong == () for one in pairs if one.supported)
