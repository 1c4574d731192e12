"""Lines of a scorecard made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.scope import Span
from metrics.catalog import METRICS
from metrics.reading import Reading
from metrics.scorecard import Change, Line
from metrics.stats.xmr import Judgement, Limits, Rule, Verdict

WEEK = Span(date(2024, 1, 8), date(2024, 1, 15))
BEFORE = Span(date(2024, 1, 1), date(2024, 1, 8))
NOISE = Judgement(Verdict.NOISE, None, Limits(100, 80, 120, 7.5, 24.5, 26), 26)
UP = Judgement(Verdict.SIGNAL_UP, Rule.OUTSIDE, NOISE.limits, 26)
DOWN = Judgement(Verdict.SIGNAL_DOWN, Rule.OUTSIDE, NOISE.limits, 26)
TOO_FEW = Judgement(Verdict.TOO_FEW, None, None, 3)


def line(key: str, value: float | Reading, before: float | None = None, **more: Any) -> Line:
    """The metric `key` at `value`, against `before` in the week before it."""
    reading = value if isinstance(value, Reading) else Reading(value)
    change = None
    if before is not None and reading.value is not None:
        change = Change(before, reading.value)
    return Line(
        **{
            "metric": METRICS[key],
            "span": WEEK,
            "reading": reading,
            "partial": False,
            "like": reading,
            "like_span": WEEK,
            "base": None if before is None else Reading(before),
            "compared": None if before is None else BEFORE,
            "change": change,
            "points": (),
            "judgement": NOISE,
            "sql": {},
            "ignored": (),
            **more,
        }
    )
