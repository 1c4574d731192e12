"""One part among many: its limits are wider, so that together they cry wolf no more often."""

from __future__ import annotations

from random import Random

import pytest

from metrics.stats.xmr import LIMIT, Verdict
from metrics.why.signal import Course, judge_together, widened

QUIET = (10.0, 11.0) * 13
"""Mean 10.5, mean moving range 1: alone its limits are 7.84 and 13.16."""


def test_alone_a_part_is_judged_as_on_the_scorecard() -> None:
    [alone] = judge_together([Course(QUIET, 13.5)])
    assert alone.verdict is Verdict.SIGNAL_UP
    assert widened(1, 26) == LIMIT


def test_beside_others_it_takes_more() -> None:
    """Among 12 the limits lie 3.74 moving ranges from the mean: 14.24."""
    others = [Course(QUIET, 10.0)] * 11
    assert widened(12, 26) == pytest.approx(3.742, abs=0.001)
    first, *_ = judge_together([Course(QUIET, 13.5), *others])
    assert first.verdict is Verdict.NOISE
    assert first.limits is not None
    assert first.limits.high == pytest.approx(10.5 + 3.742, abs=0.001)
    first, *rest = judge_together([Course(QUIET, 14.5), *others])
    assert first.verdict is Verdict.SIGNAL_UP
    assert {j.verdict for j in rest} == {Verdict.NOISE}


def test_who_was_never_there_has_no_usual_range() -> None:
    """A campaign of this week is not a signal against 26 weeks of nothing, and takes nobody's."""
    new, known = judge_together([Course((0.0,) * 26, 5.0), Course(QUIET, 13.5)])
    assert new.verdict is Verdict.TOO_FEW
    assert known.verdict is Verdict.SIGNAL_UP


def test_without_eight_points_or_a_value_nothing_is_judged() -> None:
    few, none = judge_together([Course(QUIET[:7], 99.0), Course(QUIET, None)])
    assert {few.verdict, none.verdict} == {Verdict.TOO_FEW}


def test_limits_stop_at_what_the_metric_can_be() -> None:
    course = Course((0.01, 0.02) * 13, 0.015, 0.0, 1.0)
    one, _ = judge_together([course, course])
    assert one.limits is not None
    assert one.limits.low == 0.0


def test_twelve_healthy_parts_cry_wolf_as_rarely_as_one() -> None:
    """400 weeks of pure noise: 1.2 % of them have a mark among 12 parts; judged one by one it
    would be 15 %."""
    rnd = Random(4)

    def noise() -> Course:
        return Course(tuple(rnd.gauss(100, 10) for _ in range(26)), rnd.gauss(100, 10))

    weeks = [[noise() for _ in range(12)] for _ in range(400)]
    marked = [any(j.verdict in SIGNALS for j in judge_together(week)) for week in weeks]
    alone = [any(c.alone().verdict in SIGNALS for c in week) for week in weeks]
    assert sum(marked) / 400 <= 0.03
    assert sum(alone) / 400 >= 0.10


SIGNALS = (Verdict.SIGNAL_UP, Verdict.SIGNAL_DOWN)
