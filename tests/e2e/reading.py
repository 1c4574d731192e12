"""What a reader does in the browser: opens, picks, clicks; what they then see."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.services.pages import console_errors, settled

PROBING = re.compile(r"/[a-z]+/_stcore/(health|host-config)\)$")
"""On a deep link the framework asks for its server beside the page first, then at the root: the
first answer is 404 by its own design."""

HOVER_MS = 250
"""A figure hears a click only where it has noticed the mouse, which it looks for now and then."""

_TO_THE_MIDDLE = """field => new Promise(done => {
  field.scrollIntoView({block: 'center'})
  requestAnimationFrame(() => requestAnimationFrame(done))
})"""


class Reader:
    """One person with one browser window."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors = console_errors(page)

    def open(self, path: str = "", **query: str) -> Reader:
        """Type an address; `from` and other words of Python go in as `**{"from": …}`."""
        self.page.goto(f"{self.address}/{path}" + (f"?{urlencode(query)}" if query else ""))
        return self.wait()

    def wait(self) -> Reader:
        settled(self.page)
        return self

    def faults(self) -> list[str]:
        """What the console says, the framework's probing left out."""
        return [error for error in self.errors if not PROBING.search(error)]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query))

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def box(self, name: str) -> Locator:
        """A filter by the name of what it chooses: shop, preset, compare, market …"""
        return self.page.locator(f'[class*="st-key-scope_{name}_"]')

    def pick(self, name: str, option: str) -> Reader:
        """Choose from a list of the scope bar; a list of several stays open, so it is closed."""
        field = self.box(name).locator("input").first
        self.choose(field, option)
        self.page.keyboard.press("Escape")
        return self

    def choose(self, field: Locator, option: str) -> Reader:
        """Type what is looked for and choose it: of a long list only a part is drawn, and one that
        is scrolled while it is open closes."""
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for patience in (4_000, 4_000, 30_000):  # a run of the page that ends just now closes it
            field.evaluate(_TO_THE_MIDDLE)
            field.fill("")
            field.fill(option)
            try:
                wanted.click(timeout=patience)
                break
            except TimeoutError:
                if patience > 4_000:
                    raise
                self.page.keyboard.press("Escape")
                self.wait()
        return self.wait()

    def switch(self, name: str, option: str) -> Reader:
        """Press one of a row of buttons of the scope bar: lang, grain."""
        self.box(name).get_by_role("radio", name=option, exact=True).click()
        return self.wait()

    def go(self, title: str) -> Reader:
        """Click a page in the menu."""
        self.page.get_by_role("link", name=title, exact=True).click()
        return self.wait()

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def finding(self) -> str:
        return self.page.locator(".ns-finding").inner_text()

    @property
    def scope(self) -> str:
        """The line that says what is included."""
        return self.page.locator(".ns-scope").inner_text()

    @property
    def notices(self) -> list[str]:
        return self.page.locator(".ns-notice").all_inner_texts()

    def tile(self, metric: str) -> Locator:
        return self.page.locator(f'.tile[data-metric="{metric}"]')

    @property
    def tiles(self) -> list[str]:
        """Every tile as it is read out: name, value, change, note."""
        return [str(t.get_attribute("aria-label")) for t in self.page.locator(".tile").all()]

    def click_bar(self, figure: str, nth: int) -> Reader:
        """Click a bar of a figure, by the start of its key and the bar's place in the drawing."""
        return self.click_mark(figure, ".bars .point path", nth)

    def click_mark(self, figure: str, mark: str, nth: int) -> Reader:
        """The same with whatever answers to a selector: bars, points of a line."""
        drawn = self.page.locator(f'[class*="st-key-{figure}"]')
        bar = drawn.locator(mark).nth(nth)
        bar.evaluate(_TO_THE_MIDDLE)
        box = bar.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for patience in (3_000, 3_000, 30_000):
            if self.dialog.count():
                break  # The click was slow, not lost.
            self.page.mouse.move(x - 4, y)
            self.page.mouse.move(x, y, steps=4)
            expect(drawn.locator(".hoverlayer .hovertext").first).to_be_visible()
            self.page.wait_for_timeout(HOVER_MS)
            self.page.mouse.click(x, y, delay=60)
            try:
                self.dialog.wait_for(timeout=patience)
                break
            except TimeoutError:
                if patience > 3_000:
                    raise
        return self.wait()

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(
            self.page.evaluate(
                "Math.max(document.documentElement.scrollWidth,"
                " document.querySelector('[data-testid=stMain]').scrollWidth) - innerWidth"
            )
        )

    def seen(self) -> tuple[str, str, list[str]]:
        """A view, to compare with another one."""
        return self.title, self.scope, self.tiles

    def focused(self, metric: str) -> None:
        expect(self.tile(metric)).to_be_focused()
