"""What the reader of a funnel relies on: who came, who may still come, who dropped, of whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from charts.funnel import funnel_bars
from charts.theme import LIGHT, NARROW
from metrics.funnels.spec import Counting, Funnel, Match, Step, simple
from metrics.reading import Maturity, Reading, Reason
from tests.charts.funnels import SHOP, counts, segment
from tests.charts.shop import EN, ZH


def trace(figure: Any, name: str) -> Any:
    found = [t for t in figure.data if t.name == name]
    assert len(found) == 1, f"{name}: {[t.name for t in figure.data]}"
    return found[0]


def labels(figure: Any) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_bars_stand_on_zero_and_those_who_may_still_come_stand_behind():
    figure = funnel_bars(counts(), EN, dark=False)
    assert figure.layout.barmode == "stack"
    assert figure.layout.xaxis.range == (0, 100)
    assert list(trace(figure, "reached").x) == [100, 50, 20]
    assert list(trace(figure, "in progress").x) == [0, 20, 10]
    assert trace(figure, "in progress").marker.pattern.shape == "/"
    assert any("may still come; rates rest on windows that are over" in t for t in labels(figure))


def test_key_of_the_hatching_is_left_out_where_nothing_is_hatched():
    done = segment(parts=((60, 30, 12), (60, 30, 12), (0, 0, 0)))
    assert not any("may still come" in t for t in labels(funnel_bars(counts(done), EN, dark=False)))


def test_rates_and_drop_off_are_of_the_same_units():
    """30 of 60 is 50 %, so 30 (50 %) dropped; then 12 of 30 is 40 %, so 18 (60 %) dropped."""
    said = labels(funnel_bars(counts(), EN, dark=False))
    assert {"<b>100%</b>", "<b>50.0%</b>", "<b>20.0%</b>", "step 50.0%", "step 40.0%"} <= set(said)
    assert [t for t in said if "lost" in t] == [
        "▼ 50.0% lost · 30 so far",
        "▼ 60.0% lost · 18 so far",
    ]


def test_click_tells_the_step_on_either_bar():
    figure = funnel_bars(counts(), EN, dark=False)
    assert [list(t.customdata) for t in figure.data] == [[1, 2, 3], [1, 2, 3]]


def test_card_has_parts_intervals_dropped_in_progress_and_maturity():
    card = trace(funnel_bars(counts(), EN, dark=False), "reached").hovertext[2].split("<br>")
    assert card == [
        "<b>3 Paid order</b>",
        "20 users reached it",
        "of all who entered: 20.00% (12 / 60)",
        "95% interval 11.83% – 31.78%",
        "of the step before: 40.00% (12 / 30)",
        "95% interval 24.59% – 57.68%",
        "dropped before it: 18",
        "may still come: 10",
        "40 left out: no window of theirs is over",
    ]


def test_what_is_counted_has_its_own_word():
    sessions = SHOP.model_copy(update={"count": Counting.SESSIONS})
    names = funnel_bars(counts(funnel=sessions), ZH, dark=False).layout.yaxis.ticktext
    assert "100 次会话" in names[0]


def test_optional_step_is_pale_named_and_loses_nobody():
    """Search lies between: 30 of 60 put something into the cart, with or without a search."""
    funnel = Funnel(
        steps=tuple(
            Step(any_of=(Match(event=e),), optional=e == "search")
            for e in ("view_item", "search", "add_to_cart")
        )
    )
    total = segment(parts=((60, 10, 30), (60, 10, 30), (0, 0, 0)), optional=[2])
    figure = funnel_bars(counts(total, funnel), EN, dark=False)
    assert "(optional)" in figure.layout.yaxis.ticktext[1]
    colours = trace(figure, "reached").marker.color
    assert colours[0] == colours[2] == LIGHT.accent
    assert colours[1] != LIGHT.accent
    assert [t for t in labels(figure) if "lost" in t] == ["▼ 50.0% lost · 30"]


def test_rates_to_date_say_so_and_nobody_has_dropped_yet():
    """Every window is open: 5 of 10 so far, and the other 5 may still come."""
    total = segment(parts=((10, 5, 1), (10, 5, 1), (0, 5, 4)))
    steps = tuple(
        replace(
            s,
            dropped=0,
            overall=replace(s.overall, maturity=Maturity.RUNNING),
            from_before=s.from_before
            if s.from_before.value is None
            else replace(s.from_before, maturity=Maturity.RUNNING),
        )
        for s in total.steps
    )
    figure = funnel_bars(counts(replace(total, steps=steps)), EN, dark=False)
    assert any("rates are to date" in t for t in labels(figure))
    assert not any("lost" in t for t in labels(figure))
    assert "every window is still open" in trace(figure, "reached").hovertext[1]


def test_nobody_entered_is_a_figure_still():
    empty = segment(parts=((0, 0, 0), (0, 0, 0), (0, 0, 0)))
    figure = funnel_bars(counts(empty), EN, dark=True)
    assert figure.layout.xaxis.range == (0, 1)
    assert labels(figure).count("<b>–</b>") == 3


@pytest.mark.parametrize("tr", [EN, ZH])
def test_twenty_steps_keep_their_rows_and_long_names_are_cut(tr):
    events = [f"a_very_long_name_of_an_event_{n}" for n in range(20)]
    many = [1000 - 40 * n for n in range(20)]
    total = segment(parts=(many, many, [0] * 20))
    figure = funnel_bars(counts(total, simple(*events)), tr, dark=False)
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert plot / 20 >= 40
    assert all("…" in text.split("<br>")[0] for text in figure.layout.yaxis.ticktext)
    assert "a_very_long_name_of_an_event_19" in trace(figure, "reached").hovertext[19]


def test_a_third_of_the_narrowest_screen_is_left_to_the_bars():
    margin = funnel_bars(counts(), EN, dark=False).layout.margin
    assert NARROW - margin.l - margin.r >= NARROW / 3


def test_names_of_events_are_not_markup():
    figure = funnel_bars(counts(funnel=simple("<a>", "b<c", "d")), EN, dark=False)
    assert "<a>" not in figure.layout.yaxis.ticktext[0]
    assert "&lt;a&gt;" in figure.layout.yaxis.ticktext[0]
    assert "&lt;a&gt;" in trace(figure, "reached").hovertext[0]


def test_sentence_for_those_who_do_not_see_it():
    assert funnel_bars(counts(), EN, dark=False).layout.meta["alt"] == (
        "Funnel of 3 steps: 1 Item view 100; 2 Add to cart 50 (50.0%); 3 Paid order 20 (20.0%)."
    )
    assert "3 支付成功 20（20.0%）" in funnel_bars(counts(), ZH, dark=False).layout.meta["alt"]


def test_missing_rate_is_a_dash_with_its_reason():
    total = segment()
    last = replace(total.steps[2], overall=Reading.missing(Reason.NO_ROWS))
    figure = funnel_bars(counts(replace(total, steps=(*total.steps[:2], last))), EN, dark=False)
    assert "<b>–</b>" in labels(figure)
    assert "no value: no data" in trace(figure, "reached").hovertext[2]
