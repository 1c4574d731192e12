"""The two days on which tracking was down: orders are there, events and touches are not."""

from __future__ import annotations

from datetime import date, timedelta

from data.demo.arrays import DAY, Flags, Ints
from data.demo.spec import DemoSpec


def outage_days(spec: DemoSpec) -> tuple[date, date]:
    """A Tuesday and a Wednesday, somewhat after the middle of the data."""
    near = spec.start + timedelta(int(spec.days * 0.62))
    tuesday = near - timedelta(near.weekday()) + timedelta(1)
    return tuesday, tuesday + timedelta(1)


def tracked(spec: DemoSpec, at: Ints) -> Flags:
    """Whether something at these instants was recorded."""
    first, _ = outage_days(spec)
    start = spec.opens_at + (first - spec.start).days * DAY
    return (at < start) | (at >= start + 2 * DAY)
