"""The system's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from i18n import Language
from tests.services import absent

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCALE: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; each test takes its own pages from `new_page`."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        absent("Browser", f"none of {', '.join(NAMES)} is on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Call it for an empty page of a fresh reader: no cookies, no history, closed at the end.

    `language` is the browser's own, `scheme` the system's light or dark, `width` × `height` the
    window in CSS pixels.
    """
    contexts: list[BrowserContext] = []

    def create(
        *,
        language: Language = "en",
        scheme: Literal["light", "dark"] = "light",
        width: int = 1440,
        height: int = 900,
    ) -> Page:
        context = chromium.new_context(
            locale=LOCALE[language],
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        contexts.append(context)
        return context.new_page()

    yield create
    for context in contexts:
        context.close()
