"""What holds for every funnel whatever the history: Hypothesis draws both, the log is DuckDB's."""

from __future__ import annotations

from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.scope import Scope
from data.warehouse import Warehouse
from metrics.funnels.ask import funnel_counts
from metrics.funnels.result import Segment
from metrics.funnels.spec import Funnel
from tests.metrics.funnels.histories import (
    HOUR,
    OPTIONS,
    Chosen,
    History,
    funnel_of,
    history,
)
from tests.metrics.funnels.test_oracle import built, expected, found

few = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck]
)

CHOICES = st.fixed_dictionaries({k: st.sampled_from(v) for k, v in OPTIONS.items()})
FUNNELS = CHOICES.map(funnel_of).filter(lambda f: f is not None)
HISTORIES = st.randoms(use_true_random=False)
SECONDS = st.sampled_from([1, 60, HOUR - 1, HOUR, HOUR + 1, 4 * HOUR, 24 * HOUR, 48 * HOUR])


def asked(warehouse: Warehouse, funnel: Funnel, made: History) -> Segment:
    return funnel_counts(warehouse, Scope("CNY"), funnel, made.span).total


@few
@given(HISTORIES, FUNNELS)
def test_the_sql_walks_as_the_oracle_does(rnd: Random, funnel: Funnel) -> None:
    made = history(rnd)
    with TemporaryDirectory() as folder:
        assert found(funnel, made, built(made, folder)) == expected(funnel, made)


@few
@given(HISTORIES, FUNNELS)
def test_counts_never_rise_along_required_steps(rnd: Random, funnel: Funnel) -> None:
    made = history(rnd)
    with TemporaryDirectory() as folder:
        total = asked(built(made, folder), funnel, made)
    reached = [total.steps[place].reached for place in funnel.required]
    assert reached == sorted(reached, reverse=True)
    assert reached[0] == total.entered
    assert reached[-1] == total.converted


@few
@given(HISTORIES, FUNNELS)
def test_everybody_who_entered_converted_dropped_once_or_may_still_come(
    rnd: Random, funnel: Funnel
) -> None:
    made = history(rnd)
    with TemporaryDirectory() as folder:
        total = asked(built(made, folder), funnel, made)
    dropped = sum(total.steps[place].dropped for place in funnel.required)
    assert total.entered == total.converted + dropped + total.in_progress


@few
@given(HISTORIES, CHOICES, SECONDS, SECONDS)
def test_a_wider_window_never_lowers_a_count(
    rnd: Random, chosen: Chosen, one: int, other: int
) -> None:
    made = history(rnd)
    narrow, wide = (windowed(chosen, seconds) for seconds in sorted((one, other)))
    if narrow is None or wide is None:
        return
    with TemporaryDirectory() as folder:
        warehouse = built(made, folder)
        few_, more = (asked(warehouse, funnel, made) for funnel in (narrow, wide))
    for place in narrow.required:
        assert few_.steps[place].reached <= more.steps[place].reached


def windowed(chosen: Chosen, seconds: int) -> Funnel | None:
    """With a window of so many seconds. Whoever is left out for an excluded event inside a wider
    window lowers every count by design, so that effect stops here instead."""
    effect = "stop" if chosen["exclusion"] else None
    options: dict[str, Any] = {**chosen, "window": {"seconds": seconds}, "exclusion": effect}
    return funnel_of(options)
