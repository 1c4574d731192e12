"""Funnels small enough to check by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from data.scope import Span
from metrics.funnels.result import Breakdown, FunnelCounts, Segment, StepCount
from metrics.funnels.spec import Funnel, simple
from metrics.reading import Reading, Reason, share

SPAN = Span(date(2026, 10, 19), date(2026, 11, 16))
SHOP = simple("view_item", "add_to_cart", "purchase")

MATURE = ((60, 30, 12), (100, 50, 20), (0, 20, 10))
"""(reached with no window open, reached, may still come) by step: 100 entered, 40 of them with an
open window, so that rates are of 60: 50 % and 20 %; step 3 is 40 % of step 2."""


def segment(
    value: str | None = None,
    parts: tuple[Sequence[int], Sequence[int], Sequence[int]] = MATURE,
    optional: Sequence[int] = (),
) -> Segment:
    """A segment from what was reached without an open window, in all, and may still come. Steps
    in `optional` (from 1) are passed over by the rates of the others."""
    mature, reached, coming = parts
    steps = []
    before = 0
    open_units = reached[0] - mature[0]
    for n in range(len(mature)):
        is_optional = n + 1 in optional
        steps.append(
            StepCount(
                n + 1,
                is_optional,
                reached[n],
                0 if is_optional or n == 0 else mature[before] - mature[n],
                coming[n],
                share(mature[n], mature[0], left_out=open_units),
                share(mature[n], mature[before], left_out=open_units)
                if n
                else Reading.missing(Reason.NO_ROWS),
            )
        )
        before = before if is_optional else n
    return Segment(value, reached[0], reached[-1], sum(coming), 0, tuple(steps))


def counts(
    total: Segment | None = None,
    funnel: Funnel = SHOP,
    breakdown: Breakdown | None = None,
    segments: Sequence[Segment] = (),
) -> FunnelCounts:
    """The answer of a funnel with these segments."""
    made = segment() if total is None else total
    return FunnelCounts(
        funnel, SPAN, made, breakdown, tuple(segments), len(segments), "select 1", "v1", ()
    )
