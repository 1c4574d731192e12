"""The figures of attribution: marks where the models say, named for those who don't see them."""

from __future__ import annotations

import pytest

from charts.attribution import SpreadRow, legend, shares, spread
from i18n import Text
from metrics.attribution.spec import Model

EN = Text("en")
ROWS = [
    SpreadRow("kol", "KOL", {Model.FIRST: 100.0, Model.LAST: 50.0, Model.LINEAR: 80.0}),
    SpreadRow("email", "<b>Mail", {Model.FIRST: 10.0, Model.LAST: 11.0}),
]


@pytest.mark.parametrize("dark", [False, True])
def test_every_model_is_a_mark_and_every_channel_a_line(dark: bool) -> None:
    figure = spread(ROWS, "money", EN, dark=dark, currency="CNY", log=True)
    marks = figure.data[0]
    assert sorted(zip(marks.x, marks.y, strict=True)) == [
        (10, 1), (11, 1), (50, 0), (80, 0), (100, 0)
    ]  # fmt: skip
    assert [list(d) for d in marks.customdata][-1] in (["email", "last"], ["kol", "last"])
    assert [(s.x0, s.x1) for s in figure.layout.shapes] == [(50, 100), (10, 11)]
    assert figure.layout.xaxis.type == "log"


def test_the_channel_furthest_apart_is_named() -> None:
    alt = spread(ROWS, "money", EN, dark=False, currency="CNY").layout.meta["alt"]
    assert "KOL, from ¥50.0 to ¥100" in alt


def test_names_from_data_are_escaped() -> None:
    figure = spread(ROWS, "count", EN, dark=False)
    assert "&lt;b&gt;Mail" in figure.layout.yaxis.ticktext


def test_a_zero_makes_the_axis_linear() -> None:
    rows = [SpreadRow("kol", "KOL", {Model.FIRST: 0.0, Model.LAST: 5.0})]
    assert spread(rows, "times", EN, dark=False, log=True).layout.xaxis.type is None


def test_no_channel_is_no_figure() -> None:
    with pytest.raises(ValueError, match="at least one channel"):
        spread([], "count", EN, dark=False)


def test_the_legend_names_the_shapes_in_use() -> None:
    assert legend((Model.FIRST, Model.LINEAR), EN) == "◀ First touch　● other models"


def test_bars_are_shares_of_all() -> None:
    figure = shares([("1", 3), ("2", 1)], "Steps", EN, dark=False)
    assert list(figure.data[0].y) == [0.75, 0.25]
    assert "1 75.0%, 2 25.0%" in figure.layout.meta["alt"]
