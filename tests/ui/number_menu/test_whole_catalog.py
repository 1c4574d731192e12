"""From the number of every metric to Explore and to its people: the same value, as many people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import SETTINGS_VARIABLE, load_settings
from data.warehouse import Shelf
from metrics.catalog import METRICS
from metrics.channels.result import channels
from metrics.channels.spec import Cost, Node
from metrics.explore.result import explore
from metrics.explore.spec import Spec
from metrics.periods import Comparison, Grain
from tests.pages.framed import opened, said
from tests.pages.shop import made, settings_of
from ui.channels.table import IN_CATALOG
from ui.number_menu.entries import EXPLORE, PEOPLE

WEEK = {"from": "2024-01-08", "to": "2024-01-15"}


@pytest.fixture(scope="module", autouse=True)
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    st.cache_data.clear()
    st.cache_resource.clear()
    folder = tmp_path_factory.mktemp("menus")
    with pytest.MonkeyPatch.context() as patch:
        file = settings_of(folder, [made(folder)])
        patch.setenv(SETTINGS_VARIABLE, str(file))
        yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def _follow() -> None:
    """Run as a page: follow the menu of every metric that the shop supports."""
    from urllib.parse import parse_qsl, urlsplit

    import streamlit as st

    from data.scope import Scope, Span
    from metrics.catalog import METRICS
    from metrics.explore.people import people_behind
    from metrics.explore.result import explore
    from metrics.people import people_page
    from metrics.periods import Grain
    from metrics.scorecard import scorecard
    from ui.explore.address import parse_explore
    from ui.number_menu.entries import EXPLORE, PEOPLE, metric_entries
    from ui.number_menu.people import listable
    from ui.session import begin, chosen, scope, span, text, warehouse
    from ui.url_state import Chosen, read

    begin()
    w, asked, tr = warehouse(), scope(), text()
    card = scorecard(w, asked, span(), chosen().compare)
    there = listable(card.lines, asked)
    found = {}
    for line in card.lines:
        key = line.metric.key
        by_label = {e.label: e for e in metric_entries(key, tr, people=key in there)}
        query = dict(parse_qsl(urlsplit(by_label[tr(EXPLORE)].href).query))
        there_chosen, ignored = read(query, Chosen())
        spec, lost = parse_explore(str(there_chosen.explore))
        days = Span(there_chosen.start, there_chosen.end)
        of = Scope.of(there_chosen.currency or w.reporting.currency, **there_chosen.kept())
        grid = explore(w, of, days, there_chosen.compare, spec, Grain.WEEK)
        people = None
        if tr(PEOPLE) in by_label:
            behind = people_behind(w, asked, METRICS[key], line.span)
            people = None if behind is None else people_page(w, behind).total
        arrived = grid.total.cells[0].reading
        found[key] = (line.reading, arrived, people, ignored, lost)
    st.session_state["followed"] = found
    st.session_state["lacking"] = {m.metric.key for m in card.missing}


@pytest.mark.parametrize(
    ("to", "filters"),
    [("2024-01-15", {}), ("2024-01-20", {"market": "CN", "customer": "identified"})],
    ids=["whole", "running and filtered"],
)
def test_every_metric_arrives_in_explore_with_the_same_value(
    to: str, filters: dict[str, str]
) -> None:
    """Value, parts and reason alike, whatever the filters and also in a range that still runs.
    Where a list is offered it has somebody, and of a metric that counts people as many as it
    says."""
    app = AppTest.from_function(_follow, default_timeout=120)
    for name, value in {**WEEK, **filters, "to": to}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    found: dict[str, Any] = app.session_state["followed"]
    assert set(found) | app.session_state["lacking"] == set(METRICS)
    assert len(found) > 30
    for key, (left, arrived, people, ignored, lost) in found.items():
        assert (ignored, lost) == ((), ()), key
        assert arrived.reason == left.reason, key
        for before, after in ((left.value, arrived.value), (left.numerator, arrived.numerator)):
            assert (before is None) == (after is None), key
            assert before is None or math.isclose(before, after, rel_tol=1e-9), key
        if people is not None:
            assert people > 0, key
            if key in COUNTS_PEOPLE:
                assert people == left.value, key
    assert {k for k in COUNTS_PEOPLE if found[k][0].value} <= {
        k for k, (_, _, people, _, _) in found.items() if people is not None
    }


def tiles_of(app: AppTest) -> list[dict[str, Any]]:
    """What the browser is sent of the scorecard."""
    sent = [json.loads(c.proto.mixed.json or c.proto.json) for c in app.get("bidi_component")]
    return next(data["tiles"] for data in sent if "tiles" in data)


def menu_of(app: AppTest, key: str) -> dict[str, dict[str, Any]]:
    """The menu of a tile by its labels."""
    tile = next(t for t in tiles_of(app) if t["key"] == key)
    return {entry["label"]: entry for entry in tile["menu"]}


COUNTS_PEOPLE = ("buyers", "mapu", "wau", "mau", "active_users", "new_users")


@pytest.mark.parametrize("key", ["gmv", "arppu"])
def test_the_page_of_explore_says_the_value_that_was_left(key: str) -> None:
    """Through the menu of the tile itself: GMV is ¥7,663.25 in the explanation and over there."""
    app = opened(lang="en", **WEEK)
    address = menu_of(app, key)[EXPLORE.en]["href"]
    there = opened("pages/review/explore.py", **dict(parse_qsl(urlsplit(address).query)))
    value = next(t["value"] for t in tiles_of(app) if t["key"] == key)
    assert value in said(there)


def test_a_metric_that_counts_nobody_offers_no_people() -> None:
    """Sessions are not people: no list; buyers have one."""
    app = opened(lang="en", **WEEK)
    assert PEOPLE.en not in menu_of(app, "conversion_rate")
    assert PEOPLE.en in menu_of(app, "buyers")


def test_a_row_of_the_channels_is_the_same_number_in_explore(shop: Path) -> None:
    """Spend, cost per customer, revenue per spend, registrations and their cost, channel by
    channel and together: what the menus of that table lead to."""
    w = Shelf.of(load_settings(shop), "world").open(LOCAL_VIEWER)
    asked, days, cost = Scope("CNY"), Span(date(2024, 1, 8), date(2024, 1, 15)), Cost.MARKETING
    found = channels(w, asked, days, None, Node(()))
    spec = Spec(metrics=tuple(IN_CATALOG.values()), by="channel", top=50)
    grid = explore(w, asked, days, Comparison.NONE, spec, Grain.WEEK)
    there = {line.value: line for line in (*grid.lines, grid.total)}
    seen = 0
    for row in (*found.rows, found.total):
        now = row.now
        here = (now.cost(cost), now.cac(cost).value, now.roas(cost).value, now.registrations,
                now.cpr(cost).value)  # fmt: skip
        for value, cell in zip(here, there[row.value].cells, strict=True):
            assert cell.reading is not None
            if value is not None:
                assert cell.reading.value == pytest.approx(value)
                seen += 1
            else:
                assert cell.reading.value is None
    assert seen >= 10
