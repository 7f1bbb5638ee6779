"""The language of texts: heard in a sample, stated by the file, or unknown."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from ingest.language import language_of, languages_of
from ingest.readers import ReadOptions, Source
from ingest.readers.table import read

TEXTS = {
    "en": "Twelve people died when the ferry sank off the coast on Monday, officials said. ",
    "de": "Zwölf Menschen starben, als die Fähre am Montag vor der Küste sank, sagten Beamte. ",
    "fr": "Douze personnes sont mortes lorsque le ferry a coulé lundi au large de la côte. ",
    "ar": "لقي اثنا عشر شخصا حتفهم عندما غرقت العبارة قبالة الساحل يوم الاثنين بحسب مسؤولين. ",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_says_its_language_and_overrules_its_file(language: str) -> None:
    assert language_of(TEXTS[language]) == language
    assert language_of(TEXTS[language] * 30, "it-IT") == language


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("12:30 17.5 km", "", None),
        ("12:30 17.5 km", "pt_BR", "pt"),
        ("12:30 17.5 km", "German", "de"),
        ("12:30 17.5 km", "x-default", None),
        ("Short.", "", None),
        (TEXTS["de"], "gsw-CH", "de"),
        (TEXTS["en"], "gd", "gd"),  # a language that is not known by ear
    ],
)
def test_short_texts_and_what_the_file_says(text: str, stated: str, language: str | None) -> None:
    assert language_of(text, stated) == language


@pytest.mark.parametrize(
    "text",
    [
        "Estonia\t79.1\nFinland\t80.2\nFrance\t82.2\nGermany\t81.2\nGreece\t80.1\nSpain\t82.9\n"
        "Denmark\t79.1\nAustria\t80.4\nUnited Kingdom\t81.5\nBelgium\t80.8\nCosta Rica\t80.1\n",
        "Jean Brefort, Adrian Likins, Takashi Matsuda, Arturo Tena, Lars Karlitski, Koji Otani",
        "if (cur->name == NULL) {ret = xmlNode(cur->ns); cur = cur->next;} while (cur != NULL) "
        "{n[i] = get(cur->a); person = cur->b[2]; cur = cur->next; i++; name = x_y(z->q);}" * 2,
    ],
)
def test_names_and_code_say_no_language(text: str) -> None:
    assert language_of(text) is None
    assert language_of(text, "de") == "de"


def test_names_in_a_text_do_not_hide_its_language() -> None:
    names = "Jean Brefort, Takashi Matsuda, Arturo Tena, Lars Karlitski and Koji Otani"
    assert (
        language_of(f"{names} thanked the officials for their help with the new machine.") == "en"
    )


def test_names_in_a_script_without_capitals_are_no_reason_for_doubt() -> None:
    text = "唉，可惜我们联系过的所有英文编辑都不愿承担风险来翻译并出版本书，Roland 和 Hertzog 说。"
    assert language_of(text * 3) == "zh"
    assert (
        language_of("2003年，Jean Brefort 联系了 Koji Otani，因为他想出版一本关于轮渡的书。" * 4)
        == "zh"
    )


def test_a_table_in_one_language_with_a_stranger_in_it() -> None:
    texts = [TEXTS["en"] + str(number) for number in range(200)]
    texts[101], texts[151], texts[171] = TEXTS["de"], TEXTS["ar"], ""
    found = languages_of(texts)
    assert (found[101], found[151], found[171]) == ("de", "ar", None)
    assert found.count("en") == 197


class Unsure:
    """A detector that is not sure of any text, and counts how many it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def compute_language_confidence_values(self, text: str) -> list[object]:
        self.asked += 1
        code = SimpleNamespace(name="EN")
        return [SimpleNamespace(value=0.4, language=SimpleNamespace(iso_code_639_1=code))]


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> Unsure:
    detector = Unsure()
    monkeypatch.setattr("ingest.language._detector", lambda: detector)
    return detector


def rows_of_odd_words(many: int) -> list[str]:
    pick = random.Random(1)
    return [
        " ".join("".join(pick.choices("abcdefghijklmnop", k=6)) for _ in range(25))
        for _ in range(many)
    ]


def test_of_a_long_table_in_no_clear_language_some_rows_are_listened_to(unsure: Unsure) -> None:
    assert languages_of(rows_of_odd_words(3_000)) == [None] * 3_000
    assert unsure.asked < 1_000


def test_what_rows_say_of_their_language_is_not_checked_for_each(unsure: Unsure) -> None:
    lines = [f'{text},"Title {n}",sw' for n, text in enumerate(rows_of_odd_words(3_000))]
    data = "\n".join(["text,title,language", *lines]).encode()
    documents = read(Source("/t.csv", data, ReadOptions())).documents
    assert {one.language for one in documents} == {"sw"}
    assert len(documents) == 3_000
    assert unsure.asked < 1_000


def test_rows_not_listened_to_are_in_the_language_of_nearly_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.language._MOST_LISTENED", 20)
    # A script without blanks between words: no common word tells the other rows.
    text = (
        "渡轮于星期一在海岸附近沉没，十二人死亡，官员们这样说，"
        "其他乘客已被救起并送往医院接受治疗，港口办公室正在调查事故的原因，"
    )
    texts = [f"{text}编号{chr(0x4E00 + n)}的报告也这样写着。" for n in range(400)]
    texts[151], texts[201] = "", "12:30"
    found = languages_of(texts)
    assert (found[151], found[201]) == (None, None)
    assert found.count("zh") == 398
