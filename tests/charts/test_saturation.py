"""A response curve as a figure: what is drawn, where it is dashed, what it says to those who do not
see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from charts.saturation import response_curve
from charts.theme import DARK, LIGHT
from data.scope import Scope
from i18n import LANGUAGES, Language, Text
from metrics.saturation.result import ChannelCurve, saturation
from tests.metrics.saturation.shop import made

EN = Text("en")


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> ChannelCurve:
    warehouse = made(tmp_path_factory.mktemp("curve")).warehouse()
    found = saturation(warehouse, Scope("CNY")).of("paid_search")
    warehouse.close()
    assert found is not None
    return found


def drawn(search: ChannelCurve, tr: Text = EN, *, dark: bool = False, **more: Any) -> Any:
    return response_curve(search, tr, dark=dark, currency="CNY", **more)


def traces(figure: Any, *names: str) -> list[Any]:
    return [t for t in figure.data if t.name in names]


def test_the_curve_is_solid_where_spend_was_seen_and_dashed_beyond(search: ChannelCurve) -> None:
    figure = drawn(search)
    assert search.curve is not None
    low, high = search.curve.seen
    [solid] = traces(figure, "curve")
    assert solid.line.dash == "solid"
    assert min(solid.x) >= low * 0.999
    assert max(solid.x) <= high * 1.001
    beyond = traces(figure, "below", "above")
    assert {t.line.dash for t in beyond} == {"dash"}
    assert all("beyond the spend seen" in text for t in beyond for text in t.hovertext[1:-1])


def test_parts_meet_so_that_the_line_has_no_hole(search: ChannelCurve) -> None:
    figure = drawn(search)
    [below], [curve], [above] = (traces(figure, n) for n in ("below", "curve", "above"))
    assert below.x[-1] == curve.x[0]
    assert curve.x[-1] == above.x[0]


def test_every_week_of_the_fit_is_a_dot_and_no_other(search: ChannelCurve) -> None:
    [dots] = traces(drawn(search), "weeks")
    assert len(dots.x) == sum(w.used for w in search.weeks)
    assert "new customers" in dots.hovertext[0]


def test_the_band_holds_the_curve(search: ChannelCurve) -> None:
    assert search.curve is not None
    for p in search.curve.points():
        assert p.customers.low < p.customers.value < p.customers.high


def test_today_is_marked_and_a_plan_only_where_it_differs(search: ChannelCurve) -> None:
    assert search.curve is not None
    today = search.curve.spend
    assert any("today" in a.text for a in drawn(search).layout.annotations)
    assert traces(drawn(search, plan=today), "plan") == []
    far = 1.4 * search.curve.seen[1]
    [ring] = traces(drawn(search, plan=far), "plan")
    assert ring.x == (far,)
    assert drawn(search, plan=far).layout.xaxis.range[1] >= far
    middle = float(np.median(search.curve.draws([far])))
    assert ring.y[0] == pytest.approx(middle, rel=0.01)


@pytest.mark.parametrize("dark", [False, True])
def test_a_measured_channel_steps_back(search: ChannelCurve, dark: bool) -> None:
    colours = DARK if dark else LIGHT
    [plain] = traces(drawn(search, dark=dark), "curve")
    [grey] = traces(drawn(search, dark=dark, measured=True), "curve")
    assert plain.line.color == colours.channel("paid_search")
    assert grey.line.color == colours.comparison


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_says_what_is_to_be_seen(search: ChannelCurve, language: Language) -> None:
    alt = drawn(search, Text(language)).layout.meta["alt"]
    assert ("Paid search" in alt) == (language == "en")
    assert str(sum(w.used for w in search.weeks)) in alt
    assert "{" not in alt


def test_a_channel_without_a_curve_is_not_drawn(tmp_path: Path) -> None:
    warehouse = made(tmp_path, 8).warehouse()
    [search, _] = saturation(warehouse, Scope("CNY")).channels
    warehouse.close()
    with pytest.raises(ValueError, match="no curve"):
        drawn(search)
