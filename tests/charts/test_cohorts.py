"""The cohort heatmap: every number printed, running hollow, not begun blank, all clickable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from charts.cohort_rows import POOLED_ROW
from charts.cohorts import ROW, Part, heatmap, width_needed
from charts.theme import LIGHT
from data.scope import Span
from i18n import LANGUAGES, Language, Text
from metrics.reading import Reading, share
from tests.charts.retention import Cohort, Pooled, months, pooled_row, three_months

EN = Text("en")
COLUMNS = ["0", "1", "2"]


def drawn(**more: Any) -> Any:
    given = {"part": Part.WHOLE, "dark": False, **more}
    return heatmap(
        three_months(), pooled_row(), COLUMNS, "Retention", "share", "month", EN, **given
    )


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def cell(figure: Any, cohort: int, column: int) -> dict[str, Any]:
    """What is drawn for one cell."""
    bars = trace(figure, "cells")
    n = [list(c) for c in bars.customdata].index([cohort, column])
    return {
        "text": bars.text[n],
        "fill": bars.marker.color[n],
        "edge": bars.marker.line.color[n],
        "ink": bars.textfont.color[n],
        "hover": bars.hovertext[n],
        "base": bars.base[n],
        "x": bars.x[n],
    }


def test_every_cell_has_its_place_and_its_number() -> None:
    figure = drawn()
    assert len(trace(figure, "cells").x) == 12
    january = cell(figure, 0, 1)
    assert (january["text"], january["x"]) == ("40.0%", 1)
    assert cell(figure, 0, 0)["text"] == "100%"
    assert cell(figure, POOLED_ROW, 1)["text"] == "<b>40.0%</b>"
    assert cell(figure, POOLED_ROW, 1)["base"] < january["base"] < cell(figure, 1, 1)["base"]


def test_running_cells_are_hollow_and_their_number_is_muted() -> None:
    open_ = cell(drawn(), 0, 2)
    assert (open_["text"], open_["fill"], open_["ink"]) == ("10.0%", LIGHT.paper, LIGHT.muted)
    assert open_["edge"] == LIGHT.comparison
    assert "not final" in open_["hover"]


def test_what_has_not_begun_is_blank_and_says_why() -> None:
    blank = cell(drawn(), 1, 2)
    assert blank["text"] == ""
    assert blank["fill"].endswith(",0)")
    assert "lies after the end of the data" in blank["hover"]


def test_the_hover_holds_rate_parts_interval_and_period() -> None:
    """40 of 100: Wilson 30.94 % to 49.80 %."""
    hover = cell(drawn(), 0, 1)["hover"]
    assert hover.split("<br>") == [
        "<b>Retention · 1</b>", "40.00%", "40 / 100", "95% interval 30.94% – 49.80%", "Jan 2026"
    ]  # fmt: skip


def test_the_pooled_row_says_over_how_many_cohorts() -> None:
    figure = drawn()
    assert "cohorts whose period is over: 1" in cell(figure, POOLED_ROW, 1)["hover"]
    assert "no cohort has completed" in cell(figure, POOLED_ROW, 2)["hover"]


def test_small_and_cut_cohorts_say_so() -> None:
    figure = drawn()
    assert "fewer than 30" in cell(figure, 1, 1)["hover"]
    assert "a part of this cohort" in cell(figure, 2, 0)["hover"]
    assert cell(figure, 1, 0)["fill"] != cell(figure, 0, 0)["fill"]


def test_the_first_column_and_running_cells_do_not_stretch_the_scale() -> None:
    """40 % is the highest mature value after the first column: it has the last shade."""
    assert cell(drawn(), 0, 1)["fill"] == LIGHT.sequential[-1]


def test_sizes_are_bars_with_their_numbers() -> None:
    figure = drawn()
    assert list(trace(figure, "sizes").x) == [1.0, 0.2, 0.5]
    texts = [a.text for a in figure.layout.annotations]
    assert {"<b>170</b>", "100", "20", "50"} <= set(texts)


def test_the_two_sides_have_the_same_height_so_that_rows_meet() -> None:
    whole, names, cells = drawn(), drawn(part=Part.NAMES), drawn(part=Part.CELLS)
    assert whole.layout.height == names.layout.height == cells.layout.height
    assert [t.name for t in names.data] == ["sizes"]
    assert [t.name for t in cells.data] == ["cells"]
    assert names.layout.yaxis.range == cells.layout.yaxis.range
    assert cells.layout.meta["width"] == width_needed(3)


def test_26_by_26_is_drawn_whole_with_rows_of_28_pixels() -> None:
    first = months(1)[0].start
    spans = [Span(first + timedelta(7 * n), first + timedelta(7 * n + 7)) for n in range(26)]
    cells = tuple(share(n, 100) for n in range(26))
    rows = [Cohort(s, True, 100, False, cells) for s in spans]
    pooled = [Pooled(r, 26) for r in cells]
    names = [str(n) for n in range(26)]
    figure = heatmap(rows, pooled, names, "Retention", "share", "week", EN, dark=True)
    assert len(trace(figure, "cells").x) == 27 * 26
    assert figure.layout.height >= 27 * ROW
    assert figure.layout.meta["width"] <= 1240


def test_money_is_written_as_money_and_divided_by_people() -> None:
    row = Cohort(months(1)[0], True, 10, True, (Reading(12.5, 125.0, 10),))
    figure = heatmap(
        [row], [Pooled(row.cells[0], 1)], ["0"], "Revenue", "money", "month", EN,
        dark=False, currency="CNY",
    )  # fmt: skip
    assert cell(figure, 0, 0)["text"] == "¥12.5"
    assert "¥125.00 / 10" in cell(figure, 0, 0)["hover"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_words(language: Language) -> None:
    tr = Text(language)
    figure = heatmap(three_months(), pooled_row(), COLUMNS, "<b>", "share", "month", tr, dark=True)
    assert "40.0%" in figure.layout.meta["alt"]
    assert ("cohorts" in figure.layout.meta["alt"]) == (language == "en")
    assert "&lt;b&gt;" in cell(figure, 0, 1)["hover"]


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one cohort"):
        heatmap([], [], [], "Retention", "share", "month", EN, dark=False)
    short = [replace(c, cells=c.cells[:2]) for c in three_months()]
    with pytest.raises(ValueError, match=r"\[2, 3\] cells for 3 columns"):
        heatmap(short, pooled_row(), COLUMNS, "Retention", "share", "month", EN, dark=False)
