"""Looking at a page as a test does: when it is settled, what axe and the console say of it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from tests.services.axe_allowed import ALLOWED

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
QUIET_MS = 300

_RESET = "() => { window.northstarQuietSince = null }"
_SETTLED = """quiet => {
  const app = document.querySelector('[data-testid="stApp"]')
  const busy = !app
    || app.getAttribute('data-test-script-state') !== 'notRunning'
    || app.getAttribute('data-test-connection-state') !== 'CONNECTED'
    || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
  const now = performance.now()
  if (busy) { window.northstarQuietSince = null; return false }
  window.northstarQuietSince ??= now
  return now - window.northstarQuietSince >= quiet
}"""
_CLOSEST = """([target, allowed]) => {
  const element = document.querySelector(target)
  return Boolean(element && element.closest(allowed))
}"""


def settled(page: Page, *, seconds: float = 60) -> Page:
    """Wait until the script has run, nothing is stale or a skeleton, and it stays so a moment.

    The moment matters after a click: the click has to reach the server before the page shows that
    it is running again.
    """
    page.wait_for_selector('[data-testid="stApp"]', timeout=seconds * 1000)
    page.evaluate(_RESET)
    page.wait_for_function(_SETTLED, arg=QUIET_MS, timeout=seconds * 1000)
    return page


def console_errors(page: Page) -> list[str]:
    """A list that fills with the page's errors; ask for it before the page is opened."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def axe(page: Page) -> list[str]:
    """Accessibility faults of level A and AA that are ours: one line each, empty when none.

    The framework's own are in `axe_allowed.py`, by rule and selector with the reason.
    """
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(TAGS)}})
    return [
        f"{violation['id']}: {violation['help']}: {' '.join(map(str, node['target']))}: "
        f"{node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
        if not _allowed(page, violation["id"], node["target"])
    ]


def _allowed(page: Page, rule: str, target: list[object]) -> bool:
    """A target of several parts lies in a frame or shadow tree: never the framework's own."""
    if len(target) != 1 or not isinstance(target[0], str):
        return False
    return any(
        allowed.rule == rule and page.evaluate(_CLOSEST, [target[0], allowed.selector])
        for allowed in ALLOWED
    )
