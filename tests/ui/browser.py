"""A real Chromium for tests, or a skip that says what is missing."""

import shutil
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")


@contextmanager
def open_page(**context):
    """Yield a page of a fresh browser profile; the test skips where there is no Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield browser.new_context(**context).new_page()
        finally:
            browser.close()
