"""Settings: flag over environment over file over default, and nothing that does not exist."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.config import Settings, default_config_file, load_settings
from rag.errors import UnknownSetting


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    """The environment is the input here: no settings of the machine, no file of the user."""
    import os

    for name in list(os.environ):
        if name.startswith("VOUCH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "vouch.toml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_defaults_answer_without_any_setting():
    settings = load_settings()
    assert (settings.hits, settings.port, settings.host) == (
        Settings.model_fields["hits"].default, 7860, "127.0.0.1",
    )  # fmt: skip
    assert settings.library.name == "vouch"


def test_flag_over_environment_over_file_over_default(monkeypatch, file):
    path = file("hits = 11\nworkers = 3\nqueue = 7\n")
    monkeypatch.setenv("VOUCH_HITS", "12")
    monkeypatch.setenv("VOUCH_WORKERS", "4")
    settings = load_settings(path, hits=13)
    assert (settings.hits, settings.workers, settings.queue) == (13, 4, 7)
    assert settings.threads == Settings.model_fields["threads"].default


def test_a_flag_that_is_none_was_not_given(file):
    assert load_settings(file("hits = 11\n"), hits=None).hits == 11


def test_the_users_own_file_is_read_and_another_can_be_named(monkeypatch, file, tmp_path):
    own = default_config_file()
    assert own.is_relative_to(tmp_path)
    own.parent.mkdir(parents=True)
    own.write_text("hits = 9\n", encoding="utf-8")
    assert load_settings().hits == 9
    monkeypatch.setenv("VOUCH_CONFIG", str(file("hits = 10\n")))
    assert load_settings().hits == 10


@pytest.mark.parametrize("way", ["flag", "environment", "file"])
def test_a_name_that_does_not_exist_is_refused_with_the_near_and_the_real_ones(
    way, monkeypatch, file
):
    if way == "environment":
        monkeypatch.setenv("VOUCH_HITZ", "3")
    path = file("hitz = 3\n") if way == "file" else None
    flags = {"hitz": 3} if way == "flag" else {}
    with pytest.raises(UnknownSetting) as raised:
        load_settings(path, **flags)
    assert "'hitz'" in raised.value.message
    assert "Did you mean 'hits'?" in raised.value.hint
    assert "embedding_model" in raised.value.hint
    assert raised.value.code == "unknown_setting"


def test_a_name_like_no_other_gets_the_list_without_a_guess():
    with pytest.raises(UnknownSetting) as raised:
        load_settings(zzzzzz=1)
    assert "Did you mean" not in raised.value.hint
    assert ", ".join(sorted(Settings.model_fields)) in raised.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hits", 0),
        ("hits", "many"),
        ("hits", 201),
        ("port", 70000),
        ("caution", "reckless"),
        ("date_order", "dym"),
        ("parse_seconds", 0),
        ("passage_tokens", 31),
        ("passage_tokens", 513),
        ("collection", ""),
        ("threads", -1),
    ],
)
@pytest.mark.parametrize("way", ["flag", "environment"])
def test_a_value_that_does_not_fit_is_refused_with_what_the_setting_means(
    way, name, value, monkeypatch
):
    if way == "environment":
        monkeypatch.setenv(f"VOUCH_{name.upper()}", str(value))
    with pytest.raises(UnknownSetting) as raised:
        load_settings(**({name: value} if way == "flag" else {}))
    assert raised.value.message.startswith(f"{name} cannot be {str(value)!r}") or (
        raised.value.message.startswith(f"{name} cannot be {value!r}")
    )
    assert Settings.model_fields[name].description in raised.value.hint


def test_a_broken_or_missing_file_is_said(file, tmp_path):
    with pytest.raises(UnknownSetting, match="not valid TOML"):
        load_settings(file("hits = = 3"))
    with pytest.raises(UnknownSetting, match="no settings file"):
        load_settings(tmp_path / "nowhere.toml")


def test_a_named_file_that_is_missing_is_said_but_the_users_own_may_be(monkeypatch, tmp_path):
    load_settings()
    monkeypatch.setenv("VOUCH_CONFIG", str(tmp_path / "nowhere.toml"))
    with pytest.raises(UnknownSetting, match=r"nowhere\.toml"):
        load_settings()


def test_settings_cannot_be_changed_and_hide_the_key():
    settings = load_settings(key="hush-hush")
    with pytest.raises(ValidationError):
        settings.hits = 3
    assert "hush-hush" not in repr(settings)
    assert settings.key.get_secret_value() == "hush-hush"


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("hits", 5, True),
        ("caution", "high", True),
        ("passage_tokens", 128, True),
        ("port", 9000, False),
        ("workers", 5, False),
        ("library", Path("/elsewhere"), False),
    ],
)
def test_the_hash_of_the_settings_follows_what_can_change_an_answer(name, value, changes):
    before, after = load_settings(), load_settings(**{name: value})
    assert (before.answer_hash != after.answer_hash) is changes


def test_every_setting_says_what_it_means():
    assert [n for n, field in Settings.model_fields.items() if not field.description] == []
