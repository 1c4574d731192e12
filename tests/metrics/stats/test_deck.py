"""On noise a review opens with nothing; the full rates are in the study."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from metrics.stats.deck import needed_distance, needed_run, stands
from metrics.stats.xmr import Judgement, judge

LINES, WEEKS = 12, 26
Draw = Callable[[np.random.Generator, int], np.ndarray]
KINDS: dict[str, Draw] = {
    "normal": lambda g, n: g.normal(100, 5, n),
    "share of 5 %": lambda g, n: g.binomial(400, 0.05, n) / 400,
    "count of 30": lambda g, n: g.poisson(30, n).astype(float),
    "share of 1 %": lambda g, n: g.binomial(400, 0.01, n) / 400,
    "count of 2": lambda g, n: g.poisson(2, n).astype(float),
    "log-normal": lambda g, n: 100 * g.lognormal(0, 0.2, n),
}


def judged(values: np.ndarray) -> Judgement:
    numbers = values.tolist()
    return judge(numbers[:-1], numbers[-1], floor=0.0)


def silent(draws: list[Draw], weeks: int, seed: int, points: int = WEEKS) -> tuple[float, float]:
    """Share of weeks in which the opening names nothing, and in which no line breaks a rule."""
    rng = np.random.default_rng(seed)
    nothing = quiet = 0
    for _ in range(weeks):
        found = [judged(draw(rng, points + 1)) for draw in draws]
        nothing += not any(stands(j, len(found)) for j in found)
        quiet += all(j.rule is None for j in found)
    return nothing / weeks, quiet / weeks


def test_pure_noise_opens_with_nothing_in_nine_weeks_of_ten() -> None:
    """Twelve metrics, two of each kind, 200 weeks: 97.5 % here (94.5 % of 2,000), where the lines'
    own rules would be silent in 84 %."""
    nothing, quiet = silent([d for d in KINDS.values() for _ in (1, 2)], 200, seed=3)
    assert nothing >= 0.90
    assert quiet <= 0.85


def test_a_jump_of_five_is_named_among_twelve() -> None:
    """Five standard deviations in one line of twelve: seen in 86 % of cases, four in 59 %."""
    rng = np.random.default_rng(4)
    seen = 0
    for _ in range(300):
        values = np.append(rng.normal(0, 1, WEEKS), rng.normal(5, 1))
        seen += stands(judge(values[:-1].tolist(), float(values[-1])), LINES)
    assert seen / 300 >= 0.8


def test_one_line_alone_asks_for_little_more_than_its_own_rules() -> None:
    assert needed_distance(1, WEEKS) == 3
    assert needed_run(1) == 8
    assert needed_distance(LINES, WEEKS) == pytest.approx(3.67, abs=0.01)
    assert needed_run(LINES) == 10  # 12 lines / 2^9 is 2.3 %


def test_few_points_ask_for_more() -> None:
    """Limits from eight points may be far too narrow by chance."""
    asked = [needed_distance(LINES, n) for n in (8, 12, 26, 52)]
    assert asked == sorted(asked, reverse=True)
    assert asked[0] > 6


def test_a_long_run_stands_without_being_far() -> None:
    """Nine on one side break the line's own rule, ten stand among twelve lines. The moved level is
    judged against a locked baseline."""
    before = [10.0, 12.0] * 13
    nine, ten = (judge(before, [12.5] * n) for n in (8, 9))  # the last 12 before counts too
    assert (nine.run, ten.run) == (9, 10)
    assert not stands(nine, LINES)
    assert stands(ten, LINES)


def test_where_nothing_ever_moved_a_move_stands() -> None:
    found = judge([5.0] * 26, 6.0)
    assert found.distance == math.inf
    assert stands(found, LINES)


@pytest.mark.study
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("points", [8, 12, 26])
def test_every_kind_of_noise_alone(kind: str, points: int) -> None:
    """Twelve metrics of one kind alone: 91 % for counts of 2, 97 % for normal ones; more where the
    limits rest on fewer points."""
    nothing, quiet = silent([KINDS[kind]] * LINES, 2_000, seed=5, points=points)
    print(f"{kind}, {points} points: nothing {nothing:.1%}, own rules {quiet:.1%}")  # noqa: T201
    assert nothing >= 0.9
