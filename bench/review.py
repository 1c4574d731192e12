"""The weekly review on two million users: its answer cold, its page warm and how much that sends,
why a metric moved, and the pack in every format with twenty metrics."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.timing import Timing, say, timed
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import SETTINGS_VARIABLE, load_settings
from data.warehouse import Shelf, Warehouse
from i18n import Text
from metrics.catalog import METRICS
from metrics.periods import Comparison
from metrics.review.deck import DEFAULT_DECK
from metrics.review.memory import Memory
from metrics.review.weekly import weekly_review
from metrics.why.result import why
from metrics.why.spec import Question
from reports.formats import FORMATS
from reports.packing import pack_of
from store import DeckLine, ReviewDeck

COLD_GOAL, WARM_GOAL, PACK_GOAL = 1500.0, 300.0, 30_000.0
SLIDES = 20
APP = Path(__file__).resolve().parents[1] / "app.py"
SCRIPT = "pages/review/review.py"


@dataclass(frozen=True, slots=True)
class Measured:
    """`sent_kb`: what the page's elements weigh when it is first opened, in kilobytes."""

    timings: list[Timing]
    sent_kb: float


def measured(file: Path, shop: str) -> Measured:
    """Ask, print as it goes."""
    timings: list[Timing] = []
    for timing in _questions(file, shop):
        say(timing.line())
        timings.append(timing)
    app = _page(file, shop)
    sent = sum(_weights(app.main)) / 1000
    say(f"the review's first view sends {sent:,.0f} kB")
    warm = timed("Review page, everything cached", app.run, runs=9, goal_ms=WARM_GOAL)
    say(warm.line())
    return Measured([*timings, warm], sent)


def _questions(file: Path, shop: str) -> Iterator[Timing]:
    settings = load_settings(file)
    shelf = Shelf.of(settings, shop)
    warehouse = shelf.open(LOCAL_VIEWER)
    scope, until = Scope(warehouse.reporting.currency), warehouse.coverage.until
    span = Span(until - timedelta(weeks=4), until)

    def reopen() -> None:
        nonlocal warehouse
        warehouse.close()
        warehouse = shelf.open(LOCAL_VIEWER)
        _ = warehouse.coverage

    def review(deck: ReviewDeck) -> Callable[[], object]:
        return lambda: weekly_review(warehouse, scope, None, deck, Memory())

    n = len(DEFAULT_DECK.lines)
    yield timed(
        f"weekly review, {n} metrics, cold", review(DEFAULT_DECK), before=reopen, goal_ms=COLD_GOAL
    )
    asked = Question("gmv", span, Comparison.PREVIOUS, ("channel", "campaign"))
    yield timed(
        "why GMV moved by channel and campaign, cold",
        lambda: why(warehouse, scope, asked),
        before=reopen,
    )
    yield from _packs(warehouse, scope)
    warehouse.close()


def _packs(warehouse: Warehouse, scope: Scope) -> Iterator[Timing]:
    """Every format of a review that is at hand."""
    able = [k for k, m in METRICS.items() if not warehouse.coverage.lacking(*m.needs)]
    deck = ReviewDeck(lines=tuple(DeckLine(metric=k) for k in able[:SLIDES]))
    found = weekly_review(warehouse, scope, None, deck, Memory())

    def write(key: str) -> Callable[[], object]:
        def ask() -> object:
            pack = pack_of(found, warehouse.reporting, warehouse.shop, Text("zh"))
            return FORMATS[key].write(pack, lambda share: None)

        return ask

    for key in FORMATS:
        yield timed(f"pack of {len(found.lines)} metrics as {key}", write(key), runs=3,
                    goal_ms=PACK_GOAL)  # fmt: skip


def _page(file: Path, shop: str) -> AppTest:
    os.environ[SETTINGS_VARIABLE] = str(file)
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.query_params["shop"] = shop
    app.run()
    app.switch_page(SCRIPT).run()
    if app.exception:
        raise RuntimeError(app.exception[0].value)
    return app


def _weights(block: object) -> Iterator[int]:
    """Bytes of every element below."""
    for child in getattr(block, "children", {}).values():
        if hasattr(child, "children"):
            yield from _weights(child)
        else:
            yield int(child.proto.ByteSize())
