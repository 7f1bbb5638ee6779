"""What holds for every test."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A busy machine is not a failure: what is slow is found by --durations, not by chance.
settings.register_profile("vouch", deadline=None)
settings.load_profile("vouch")


@pytest.fixture(autouse=True)
def no_settings_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the person's own settings, and their library, out of every test."""
    for name in os.environ:
        if name.startswith("VOUCH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VOUCH_CONFIG", "")
