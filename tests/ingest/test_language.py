"""The language of texts: heard in a sample, stated by the file, or unknown."""

from __future__ import annotations

import pytest

from ingest.language import language_of, languages_of

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
