"""The page helpers tell a settled page from a busy one, and our faults from the framework's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.services.pages import axe, console_errors, settled
from tests.services.server import AppServer
from ui.visit import visit

EXAMPLE = Path(__file__).with_name("example_app.py")


def test_settled_waits_for_the_run_that_a_click_starts(
    app_server: Callable[..., AppServer], new_page: Callable[..., Page]
) -> None:
    """The button counts for a second; right after `settled` its result is there."""
    page = new_page()
    page.goto(app_server(app=EXAMPLE).address)
    settled(page).get_by_role("button", name="Count").click()
    assert settled(page).get_by_text("Counted").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_allows_only_what_the_framework_does(
    app_server: Callable[..., AppServer], new_page: Callable[..., Page], scheme: str
) -> None:
    """The framework's elements in our theme are clean; a picture without words is told."""
    page = new_page(scheme=scheme)
    errors = console_errors(page)
    page.goto(app_server(app=EXAMPLE).address)
    settled(page).get_by_text("Explain").click()
    expect(page.get_by_text("Small words")).to_be_visible()
    assert axe(page) == []
    page.evaluate("document.querySelector('h1').append(new Image())")
    assert [line.split(":")[0] for line in axe(page)] == ["image-alt"]
    assert errors == []


def test_console_errors_and_uncaught_exceptions_are_both_heard(
    new_page: Callable[..., Page],
) -> None:
    """One message written as an error, one exception nobody caught."""
    page = new_page()
    errors = console_errors(page)
    script = "console.error('one'); console.warn('no'); throw Error('two')"
    page.set_content(f"<script>{script}</script>")
    assert [error.split()[0] for error in errors] == ["one", "two"]


def test_a_traceback_in_the_log_fails_the_test(app_servers: Callable[..., AppServer]) -> None:
    """The page fails behind polite words; the log tells, and it is told once."""
    server = app_servers(app=EXAMPLE)
    assert visit(server.address, "failing").errors
    with pytest.raises(pytest.fail.Exception, match="on purpose"):
        server.require_no_traceback()
    server.require_no_traceback()
