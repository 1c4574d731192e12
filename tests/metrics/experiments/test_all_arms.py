"""Several arms at once, and how many days more, from sums by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from i18n import Text
from metrics.experiments.all_arms import all_arms, days_more
from metrics.experiments.analysis import Analysis, Status, Timing
from metrics.experiments.judge import Result, corrected, judge
from metrics.experiments.record import Arm, Experiment
from metrics.experiments.words import arms_line, days_line
from metrics.stats.experiments.omnibus import rates_differ
from tests.metrics.experiments.made import (
    BOUGHT,
    CONTROL,
    OVER,
    TREATMENT,
    experiment,
    met,
    rates,
    table,
)

ARMS = (Arm(CONTROL, 0.34, True), Arm("a", 0.33, False), Arm("b", 0.33, False))
COUNTS = {CONTROL: (100, 1_000), "a": (104, 1_000), "b": (160, 1_000)}
TWO = {CONTROL: (100, 1_000), TREATMENT: (120, 1_000)}


def analysed(
    e: Experiment, counts: dict[str, tuple[int, int]], **timing: Any
) -> tuple[Analysis, Result]:
    """As much of an analysis as is asked for here."""
    sums = table(rates(counts))
    units = {arm: n for arm, (_, n) in counts.items()}
    results = corrected([judge(e, BOUGHT, sums, OVER, units)])
    asked = {"status": Status.ENDED, "run": 10, "left": 0, "share": None, **timing}
    found = SimpleNamespace(
        experiment=e, tables={7: sums}, exposed=met(units), results=results, timing=Timing(**asked)
    )
    return cast(Analysis, found), results[0]


def test_three_arms_are_told_together() -> None:
    """The third is ahead by six points of ten: it is the best with near certainty."""
    found, result = analysed(experiment(arms=ARMS), COUNTS)
    both = all_arms(found, result)
    assert both is not None
    assert both.omnibus == rates_differ([(100, 1_000), (104, 1_000), (160, 1_000)])
    assert both.best is not None
    chances = dict(both.best)
    assert sum(chances.values()) == pytest.approx(1)
    assert chances["b"] > 0.999
    assert "b >99.9%" in arms_line(found, result, Text("en"))


def test_two_arms_need_no_such_line() -> None:
    found, result = analysed(experiment(), TWO)
    assert all_arms(found, result) is None
    assert arms_line(found, result, Text("zh")) == ""


def test_an_empty_arm_has_no_chance_to_tell() -> None:
    found, result = analysed(experiment(arms=ARMS), {**COUNTS, "b": (0, 0)})
    both = all_arms(found, result)
    assert both is not None
    assert both.best is None
    assert both.omnibus.p_value is None
    assert "{" not in arms_line(found, result, Text("en"))


def test_days_more_at_the_pace_so_far() -> None:
    """100 against 120 of 1,000: z = 1.43, and 2.80 are needed, so about 3.85 times the units; at
    200 a day the 5,700 more take some 29 days. Units that wait for their window count."""
    found, result = analysed(experiment(), TWO, status=Status.RUNNING, left=None)
    days = days_more(found, result, result.compared[0])
    assert days is not None
    assert 27 <= days <= 31
    waiting = replace(result, arms=tuple(replace(a, missing=1_000) for a in result.arms))
    assert days_more(found, waiting, waiting.compared[0]) == pytest.approx(days - 10, abs=1)
    assert str(days) in days_line(found, result, result.compared[0], Text("zh"))


def test_an_ended_test_takes_no_more_days() -> None:
    found, result = analysed(experiment(), TWO)
    assert days_more(found, result, result.compared[0]) is None
    assert days_line(found, result, result.compared[0], Text("en")) == ""
