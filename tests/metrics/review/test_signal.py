"""Limits by the rules of a line: dividers, locked baselines, seasons, trends, too few weeks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest

from data.scope import Span
from i18n import Text
from metrics.catalog import METRICS
from metrics.reading import Reading, Reason
from metrics.review.result import InForce
from metrics.review.signal import line_signal, step_of, weeks_back
from metrics.review.words import limits_text
from metrics.scorecard import Point
from metrics.stats.xmr import Judgement, Rule, Verdict
from store import Baseline, Divider, LimitRules

FIRST = date(2024, 1, 1)
LOW, HIGH = [100.0, 110.0] * 10, [200.0, 210.0] * 10
"""Twenty weeks on each of two levels: mean 105 and 205, every range 10, limits 26.6 around."""
EN = Text("en")


def week(n: int) -> Span:
    start = FIRST + timedelta(weeks=n)
    return Span(start, start + timedelta(weeks=1))


def points(values: Sequence[float | None], *, every: int = 1) -> list[Point]:
    return [
        Point(
            week(n * every),
            Reading.missing(Reason.NO_RATE) if v is None else Reading(v),
            running=False,
        )
        for n, v in enumerate(values)
    ]


def signal(
    values: Sequence[float | None], *, metric: str = "gmv", **rules: object
) -> tuple[InForce, Judgement]:
    made = points(values)
    asked = LimitRules.model_validate({"metric": metric, **rules}) if rules else None
    return line_signal(METRICS[metric], made, [p.span for p in made[-6:]], asked)


def divider(n: int) -> list[Divider]:
    return [Divider(on=week(n).start + timedelta(days=2), reason="new prices")]


def test_a_divider_begins_a_new_level_with_the_week_that_holds_it() -> None:
    """The shift of week 20 is explained: limits of week 39 rest on weeks 20 to 38 alone."""
    plain, _ = signal(LOW + HIGH, trended=False)
    in_force, judgement = signal(LOW + HIGH, dividers=divider(20))
    assert plain.limits is not None
    assert plain.limits.n == 26
    assert in_force.limits is not None
    assert in_force.limits.n == 19
    assert in_force.baseline == Span(week(20).start, week(38).end)
    assert in_force.limits.mean == pytest.approx(205, abs=0.3)
    assert judgement.verdict is Verdict.NOISE
    assert "since the divider of 22 May" in limits_text(in_force, EN)


def test_each_week_has_the_limits_of_its_own_level() -> None:
    """Thirty low weeks and three high ones: three of the last six lie before the divider and keep
    their limits, the others have none yet."""
    in_force, _ = signal([*LOW, *LOW[:10], *HIGH[:3]], dividers=divider(30))
    assert [None if b is None else b.mean for b in in_force.bands] == [105.0] * 3 + [None] * 3


def test_below_eight_weeks_since_the_divider_nothing_is_judged_and_that_is_said() -> None:
    in_force, judgement = signal(LOW + HIGH, dividers=divider(33))
    assert judgement.verdict is Verdict.TOO_FEW
    assert judgement.points == 6
    assert in_force.limits is None
    assert "eight whole periods" in limits_text(in_force, EN)


def test_a_divider_after_the_reviewed_week_does_not_count_yet() -> None:
    in_force, _ = signal(LOW, dividers=divider(25))
    assert in_force.since is None


def test_a_locked_baseline_does_not_follow_the_values() -> None:
    """Locked to the first twenty weeks, the higher level stays a signal for good."""
    locked = Baseline(week(0).start, week(19).end - timedelta(days=1))
    in_force, judgement = signal(LOW + HIGH, baseline=locked)
    assert judgement.rule is Rule.OUTSIDE
    assert judgement.run == 21  # the last of the baseline lies above its mean too
    assert in_force.limits is not None
    assert (in_force.limits.mean, in_force.limits.n) == (105, 20)
    assert "locked to 20 periods" in limits_text(in_force, EN)


def test_a_baseline_before_the_divider_no_longer_counts() -> None:
    locked = Baseline(week(0).start, week(19).end - timedelta(days=1))
    in_force, judgement = signal(LOW + HIGH, baseline=locked, dividers=divider(20))
    assert judgement.verdict is Verdict.NOISE
    assert "no longer counts" in limits_text(in_force, EN)


def seasonal(n: int) -> list[float]:
    """Level 100, half as much again in the last four weeks of every 52, wobbling by 2 %."""
    return [(150 if w % 52 >= 48 else 100) * (1.02 if w % 3 else 0.98) for w in range(n)]


def test_a_season_that_returns_is_no_signal_once_it_is_taken_out() -> None:
    """Week 48 of the third year: outside the limits of the weeks before, usual for its season."""
    values = seasonal(2 * 52 + 49)
    assert signal(values)[1].rule is Rule.OUTSIDE
    in_force, judgement = signal(values, seasonal=True)
    assert judgement.verdict is Verdict.NOISE
    assert in_force.seasonal
    assert in_force.limits is not None
    assert in_force.limits.low < values[-1] < in_force.limits.high
    assert judgement.limits == in_force.limits
    bands = in_force.bands
    assert bands[-1] is not None
    assert bands[-2] is not None
    assert bands[-1].mean / bands[-2].mean == pytest.approx(1.5, rel=0.05)


def test_a_season_that_does_not_come_is_a_signal() -> None:
    """100 in a week that had 150 twice."""
    values = [*seasonal(2 * 52 + 48), 100.0]
    assert signal(values)[1].verdict is Verdict.NOISE
    assert signal(values, seasonal=True)[1].verdict is Verdict.SIGNAL_DOWN


@pytest.mark.parametrize("values", [seasonal(103), [*seasonal(60), None, *seasonal(100)]])
def test_a_season_without_two_whole_years_is_refused_in_words(values: list[float | None]) -> None:
    in_force, _ = signal(values, seasonal=True)
    assert not in_force.seasonal
    assert "two whole years" in limits_text(in_force, EN)
    assert in_force.limits is not None  # the usual limits stand in


def test_a_forced_trend_is_followed_week_by_week() -> None:
    values = [100.0 + 2 * n + (3 if n % 2 else -3) for n in range(27)]
    in_force, judgement = signal(values, trended=True)
    assert judgement.verdict is Verdict.NOISE
    assert in_force.trended
    means = [b.mean for b in in_force.bands if b is not None]
    steps = [b - a for a, b in pairwise(means)]
    assert steps == pytest.approx([2.0] * 5, abs=0.3)
    assert signal(values, trended=False)[1].verdict is Verdict.SIGNAL_UP


def test_weeks_without_a_value_are_left_out_not_counted_as_zero() -> None:
    in_force, judgement = signal([*LOW[:10], None, *LOW[:10], 105.0])
    assert judgement.verdict is Verdict.NOISE
    assert in_force.limits is not None
    assert in_force.limits.low > 70


def test_an_unfinished_week_is_not_judged_but_keeps_its_limits() -> None:
    made = points(LOW)
    made[-1] = Point(made[-1].span, Reading(0), running=True)
    in_force, judgement = line_signal(METRICS["gmv"], made, [p.span for p in made[-6:]], None)
    assert judgement.verdict is Verdict.TOO_FEW
    assert in_force.limits is not None


def test_numbers_of_thirty_days_are_judged_four_weeks_apart() -> None:
    """Thirty-day windows read every week share most of their days."""
    assert step_of(METRICS["mapu"]) == 4
    assert step_of(METRICS["wau"]) == 1
    assert step_of(METRICS["gmv"]) == 1
    every = [Point(week(4 * n), Reading(100 + n % 2), running=False) for n in range(27)]
    shown = [week(4 * 26 - n) for n in range(5, -1, -1)]
    in_force, judgement = line_signal(METRICS["mapu"], every, shown, None)
    assert judgement.verdict is Verdict.NOISE
    assert all(b is not None and math.isclose(b.mean, 100.5) for b in in_force.bands)


def test_how_far_the_limits_look_back() -> None:
    gmv, now = METRICS["gmv"], week(150)
    assert weeks_back(gmv, None, now) == 26
    assert weeks_back(gmv, LimitRules(metric="gmv", seasonal=True), now) == 156
    locked = LimitRules(metric="gmv", baseline=Baseline(week(100).start, week(120).start))
    assert weeks_back(gmv, locked, now) == 50
    assert weeks_back(METRICS["mapu"], LimitRules(metric="mapu", seasonal=True), now) == 39
