"""Fixtures for every test, and the order in which tests run."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.services.chromium import chromium, new_page
from tests.services.golden import golden
from tests.services.postgres import postgres_database, postgres_url
from tests.services.server import app_server, app_servers

__all__ = [
    "app_server",
    "app_servers",
    "chromium",
    "golden",
    "new_page",
    "postgres_database",
    "postgres_url",
]

# No deadline: a busy machine is not a fault. In CI the examples are the same on every run.
settings.register_profile("northstar", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("northstar")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--golden` writes the golden files anew."""
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by what a test uses, and run browser tests last.

    Playwright keeps an event loop running in the main thread, in which `asyncio.run` of a later
    test would fail; and a wrong number should be told before a slow page is opened.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "postgres_url" in fixtures:
            item.add_marker("postgres")
        if "chromium" in fixtures:
            item.add_marker("e2e")
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
