"""One person's events and how far they count, one rule a test: each can be followed by eye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope, Span
from metrics.funnels.ask import funnel_counts
from metrics.funnels.result import Segment
from metrics.funnels.spec import Funnel, simple
from tests.world import Row, event, world

NOON = datetime(2024, 1, 2, 12)
SPAN = Span(date(2024, 1, 1), date(2024, 1, 8))
Walk = Callable[..., Segment]
HOUR_WINDOW = {"seconds": 3600}


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    """`walk(funnel, "a 0", "b 10 s1 i2")`: events of one person as name, minute after noon of
    2 January, session, item (`-` for none). The answer of a week's entries, long afterwards."""

    def asked(funnel: Funnel, *events: str, through: str = "2024-03-01") -> Segment:
        rows = [_row(e) for e in events]
        known = [event("other", "2023-06-01", name) for name in "abcdx"]
        made = world(tmp_path, events=[*rows, *known], through=through)
        return funnel_counts(made.warehouse(), Scope("CNY"), funnel, SPAN).total

    return asked


def _row(written: str) -> Row:
    name, minute, *more = written.split()
    session, item = [None if v == "-" else v for v in [*more, "-", "-"][:2]]
    at = NOON + timedelta(minutes=float(minute))
    return event("p", f"{at:%Y-%m-%d %H:%M:%S}", name, session_id=session, item_id=item)


def reached(total: Segment) -> list[int]:
    return [s.reached for s in total.steps]


def built(*steps: dict[str, Any] | str, **more: Any) -> Funnel:
    """A funnel of events; a step with more to it as a dictionary with its `event`."""
    made = []
    for step in steps:
        told = {"event": step} if isinstance(step, str) else dict(step)
        made.append({"any_of": [{"event": told.pop("event")}], **told})
    return Funnel.model_validate({"steps": made, **more})


def test_events_before_the_first_step_count_for_nothing(walk: Walk) -> None:
    assert reached(walk(simple("a", "b"), "b 0", "a 10")) == [1, 0]


def test_one_event_is_never_two_steps(walk: Walk) -> None:
    """The same event twice as steps needs it twice."""
    assert reached(walk(simple("a", "a", "b"), "a 0", "b 10")) == [1, 0, 0]


def test_the_same_event_twice_in_a_row_is_two_steps(walk: Walk) -> None:
    assert reached(walk(simple("a", "a", "b"), "a 0", "a 5", "b 10")) == [1, 1, 1]


def test_events_of_one_instant_follow_the_order_of_the_steps(walk: Walk) -> None:
    """All three at noon: the log writes them in any order, the funnel reads a, b, c."""
    assert reached(walk(simple("a", "b", "c"), "c 0", "b 0", "a 0")) == [1, 1, 1]


def test_the_end_of_the_window_belongs_to_it(walk: Walk) -> None:
    assert reached(walk(simple("a", "b", window=HOUR_WINDOW), "a 0", "b 60")) == [1, 1]


def test_a_second_later_is_outside(walk: Walk) -> None:
    total = walk(simple("a", "b", window=HOUR_WINDOW), "a 0", "b 60.0167")
    assert reached(total) == [1, 0]


def test_a_window_runs_from_the_entry_not_from_the_step_before(walk: Walk) -> None:
    """c comes half an hour after b, but 80 minutes after a."""
    funnel = simple("a", "b", "c", window=HOUR_WINDOW)
    assert reached(walk(funnel, "a 0", "b 50", "c 80")) == [1, 1, 0]


def test_a_steps_own_window_runs_from_the_step_before(walk: Walk) -> None:
    """Twenty minutes for c: it comes 30 after b."""
    funnel = built("a", "b", {"event": "c", "window": {"seconds": 1200}})
    assert reached(walk(funnel, "a 0", "b 10", "c 40")) == [1, 1, 0]


def test_the_furthest_attempt_counts(walk: Walk) -> None:
    """The first attempt stops at once, the second walks through."""
    funnel = simple("a", "b", "c", window=HOUR_WINDOW)
    assert reached(walk(funnel, "a 0", "a 200", "b 210", "c 220")) == [1, 1, 1]


def test_with_first_entry_later_attempts_do_not_count(walk: Walk) -> None:
    funnel = simple("a", "b", "c", window=HOUR_WINDOW, entry="first")
    assert reached(walk(funnel, "a 0", "a 200", "b 210", "c 220")) == [1, 0, 0]


def test_every_attempt_is_counted_where_attempts_are(walk: Walk) -> None:
    funnel = simple("a", "b", window=HOUR_WINDOW, count="attempts")
    assert reached(walk(funnel, "a 0", "a 200", "b 210")) == [2, 1]


def test_sessions_are_counted_each(walk: Walk) -> None:
    """s1 sees a and b, s2 only a; an event without a session is in none."""
    funnel = simple("a", "b", count="sessions", window={"kind": "session", "seconds": None})
    assert reached(walk(funnel, "a 0 s1", "b 5 s1", "a 300 s2", "a 400")) == [2, 1]


def test_an_optional_step_does_not_filter(walk: Walk) -> None:
    """Buy now: from a to c without b."""
    funnel = built("a", {"event": "b", "optional": True}, "c")
    assert reached(walk(funnel, "a 0", "c 10")) == [1, 0, 1]


def test_an_optional_step_does_not_anchor_the_next(walk: Walk) -> None:
    """c's twenty minutes run from a, not from b: it comes 30 minutes after a, 5 after b."""
    third = {"event": "c", "window": {"seconds": 1200}}
    funnel = built("a", {"event": "b", "optional": True}, third)
    assert reached(walk(funnel, "a 0", "b 25", "c 30")) == [1, 1, 0]


def test_an_optional_event_after_the_next_step_is_not_on_the_way(walk: Walk) -> None:
    funnel = built("a", {"event": "b", "optional": True}, "c")
    assert reached(walk(funnel, "a 0", "c 10", "b 20")) == [1, 0, 1]


def test_in_strict_order_another_step_between_ends_the_attempt(walk: Walk) -> None:
    """a, c, b, c: c lies between a and b."""
    assert reached(walk(simple("a", "b", "c", order="strict"), "a 0", "c 5", "b 10", "c 20")) == [
        1, 0, 0,
    ]  # fmt: skip


def test_in_strict_order_events_that_are_no_steps_do_not_matter(walk: Walk) -> None:
    funnel = simple("a", "b", order="strict")
    assert reached(walk(funnel, "a 0", "x 5", "b 10")) == [1, 1]


def test_in_any_order_the_last_step_may_come_first(walk: Walk) -> None:
    funnel = simple("a", "b", "c", order="unordered", window=HOUR_WINDOW)
    assert reached(walk(funnel, "c 0", "b 10", "a 20")) == [1, 1, 1]


def test_in_any_order_the_window_holds_all_of_it(walk: Walk) -> None:
    """From c at noon an hour: a comes too late. From b at 12:10: a and b, but c was before."""
    funnel = simple("a", "b", "c", order="unordered", window=HOUR_WINDOW)
    assert reached(walk(funnel, "c 0", "b 10", "a 65")) == [1, 1, 0]


def test_an_excluded_event_between_stops_the_attempt(walk: Walk) -> None:
    out = {"any_of": [{"event": "x"}], "after": 1, "before": 2, "effect": "stop"}
    total = walk(simple("a", "b", exclusions=[out]), "a 0", "x 5", "b 10")
    assert (reached(total), total.left_out) == ([1, 0], 0)


def test_or_leaves_the_person_out_of_every_figure(walk: Walk) -> None:
    out = {"any_of": [{"event": "x"}], "after": 1, "before": 2, "effect": "leave_out"}
    total = walk(simple("a", "b", exclusions=[out]), "a 0", "x 5", "b 10")
    assert (reached(total), total.left_out) == ([0, 0], 1)


def test_an_excluded_event_before_or_after_its_steps_does_not_matter(walk: Walk) -> None:
    """Excluded between b and c: it happens between a and b, and after c."""
    for effect in ("stop", "leave_out"):
        out = {"any_of": [{"event": "x"}], "after": 2, "before": 3, "effect": effect}
        funnel = simple("a", "b", "c", exclusions=[out])
        total = walk(funnel, "a 0", "x 5", "b 10", "c 20", "x 30")
        assert (reached(total), total.left_out) == ([1, 1, 1], 0), effect


def test_holding_the_item_needs_the_same_item(walk: Walk) -> None:
    """Looks at i1, puts i2 into the cart."""
    assert reached(walk(simple("a", "b", hold="item_id"), "a 0 - i1", "b 10 - i2")) == [1, 0]


def test_holding_the_item_passes_over_others(walk: Walk) -> None:
    funnel = simple("a", "b", hold="item_id")
    assert reached(walk(funnel, "a 0 - i1", "b 10 - i2", "b 20 - i1")) == [1, 1]


def test_events_without_the_held_value_take_no_part(walk: Walk) -> None:
    assert reached(walk(simple("a", "b", hold="item_id"), "a 0 - i1", "b 10")) == [1, 0]


def test_an_entry_after_the_range_is_no_entry(walk: Walk) -> None:
    """Twelve days on: the range is over."""
    assert reached(walk(simple("a", "b"), f"a {12 * 1440}", f"b {12 * 1440 + 5}")) == [0, 0]


def test_a_conversion_after_the_range_counts_within_the_window(walk: Walk) -> None:
    """Enters on the range's last afternoon, converts two days later."""
    assert reached(walk(simple("a", "b"), f"a {5 * 1440}", f"b {7 * 1440}")) == [1, 1]


def test_an_open_window_is_in_progress_and_not_lost(walk: Walk) -> None:
    total = walk(simple("a", "b"), "a 0", through="2024-01-05")
    assert (total.steps[1].in_progress, total.steps[1].dropped) == (1, 0)


def test_who_has_converted_is_not_in_progress(walk: Walk) -> None:
    total = walk(simple("a", "b"), "a 0", "b 5", through="2024-01-05")
    assert (total.converted, total.in_progress) == (1, 0)
