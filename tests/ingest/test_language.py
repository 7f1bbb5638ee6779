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


def test_a_table_in_one_language_with_a_stranger_in_it() -> None:
    texts = [TEXTS["en"] + str(number) for number in range(200)]
    texts[101], texts[151], texts[171] = TEXTS["de"], TEXTS["ar"], ""
    found = languages_of(texts)
    assert (found[101], found[151], found[171]) == ("de", "ar", None)
    assert found.count("en") == 197
