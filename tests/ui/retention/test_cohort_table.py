"""What the table of cohorts shows of each cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from data.scope import Span
from i18n import Text
from metrics.reading import Maturity, Reading, Reason, share
from metrics.retention.result import Cohort, Pooled, Retention
from metrics.retention.spec import Bracket, Spec, Value
from ui.heat_table import HeatRow
from ui.retention.cohort_table import POOLED, highest, rows

EN, ZH = Text("en"), Text("zh")
FIRST = date(2026, 10, 5)


def cohort(week: int, size: int, *cells: Reading) -> Cohort:
    start = FIRST + timedelta(weeks=week)
    return Cohort(Span(start, start + timedelta(weeks=1)), True, size, cells)


def found(spec: Spec | None = None) -> Retention:
    """Two weeks: 50 of 100 and 12 of 20 came back at once; week 1 is over for the first only."""
    cohorts = (
        cohort(0, 100, share(50, 100), share(20, 100)),
        cohort(1, 20, share(12, 20), replace(share(3, 20), maturity=Maturity.RUNNING)),
        cohort(2, 40, share(30, 40), Reading.missing(Reason.NOT_BEGUN)),
    )
    pooled = (Pooled(share(92, 160), 3), Pooled(share(20, 100), 1))
    return Retention(
        spec or Spec(), Span(FIRST, FIRST + timedelta(weeks=3)), None,
        (Bracket(0, 0), Bracket(1, 1)), cohorts, pooled, (), False, (), (), "select 1", "v1",
    )  # fmt: skip


def drawn(tr: Text = EN) -> list[HeatRow]:
    return rows(found(), tr, dark=False, currency="CNY")


def test_all_cohorts_stand_on_top_and_the_latest_follows() -> None:
    assert [r.key for r in drawn()] == [POOLED, 2, 1, 0]
    assert drawn()[0].strong
    assert drawn()[0].size == "160"


def test_a_finished_cell_is_shaded_and_has_its_parts_and_interval() -> None:
    cell = drawn()[3].cells[1]
    assert (cell.text, cell.open, cell.pick) == ("20.0", False, True)
    assert cell.fill is not None
    assert cell.lines[:3] == ("20.00%", "20 / 100", "95% interval 13.34% – 28.88% (Wilson)")


def test_a_running_cell_is_hollow_and_says_so() -> None:
    cell = drawn()[2].cells[1]
    assert (cell.open, cell.fill) == (True, None)
    assert "still running, not final" in cell.lines


def test_what_has_not_begun_is_blank_with_its_reason_in_both_languages() -> None:
    assert (drawn()[1].cells[1].text, drawn()[1].cells[1].lines) == ("", ("not begun yet",))
    assert drawn(ZH)[1].cells[1].lines == ("尚未开始",)
    assert not drawn()[1].cells[1].pick


def test_few_people_are_marked() -> None:
    assert [r.small for r in drawn()] == [False, False, True, False]
    assert "too few to judge" in drawn()[2].note


def test_bars_are_as_long_as_the_cohorts_are_large() -> None:
    assert [r.bar for r in drawn()[1:]] == [0.4, 0.2, 1.0]


def test_the_scale_ends_at_the_highest_finished_value_after_period_0() -> None:
    """15 % of the running cell and 75 % of period 0 do not stretch it."""
    assert highest(found()) == 0.2


def test_money_opens_no_list() -> None:
    of_money = rows(found(Spec(value=Value.REVENUE)), EN, dark=False, currency="CNY")
    assert not any(c.pick for r in of_money for c in r.cells)
