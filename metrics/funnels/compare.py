"""Two periods of a funnel, or its segments against all others, with intervals and p-values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from metrics.funnels.result import FunnelCounts, Segment, SegmentDifference, StepDifference
from metrics.reading import Reading, share
from metrics.stats.intervals import wilson_difference
from metrics.stats.proportions import benjamini_hochberg, two_proportions_p


def compare_periods(now: FunnelCounts, before: FunnelCounts) -> SegmentDifference:
    """By how much every step's rate differs from the earlier period's."""
    return adjusted([_difference(None, before.total, now.total)])[0]


def compare_segments(counts: FunnelCounts) -> tuple[SegmentDifference, ...]:
    """Every segment against the units of all other segments together: different people, so that
    the difference's interval holds. Adjusted over all segments and steps that are shown."""
    found = []
    for segment in counts.segments:
        others = [s for s in counts.segments if s is not segment]
        if others:
            found.append(_difference(segment.value, _together(others), segment))
    return adjusted(found)


def adjusted(found: Sequence[SegmentDifference]) -> tuple[SegmentDifference, ...]:
    """The same with Benjamini–Hochberg over all p-values of one kind (overall, step by step)."""
    result = list(found)
    for kind in ("overall", "from_before"):
        raw = [d.p_value for s in result for d in getattr(s, kind) if d.p_value is not None]
        fresh = iter(benjamini_hochberg(raw))
        for n, s in enumerate(result):
            steps = tuple(
                replace(d, adjusted=next(fresh)) if d.p_value is not None else d
                for d in getattr(s, kind)
            )
            overall = steps if kind == "overall" else s.overall
            step = steps if kind == "from_before" else s.from_before
            result[n] = SegmentDifference(s.value, overall, step)
    return tuple(result)


def _difference(value: str | None, before: Segment, after: Segment) -> SegmentDifference:
    pairs = list(zip(before.steps[1:], after.steps[1:], strict=True))
    return SegmentDifference(
        value,
        tuple(_step(b.step, b.overall, a.overall) for b, a in pairs),
        tuple(_step(b.step, b.from_before, a.from_before) for b, a in pairs),
    )


def _step(step: int, before: Reading, after: Reading) -> StepDifference:
    if before.value is None or after.value is None:
        return StepDifference(step, before, after, None, None, None, None, None)
    counts = (
        before.numerator or 0, before.denominator or 0, after.numerator or 0,
        after.denominator or 0,
    )  # fmt: skip
    found = wilson_difference(*counts)
    p = two_proportions_p(*counts)
    return StepDifference(step, before, after, found.diff, found.low, found.high, p, None)


def _together(segments: Sequence[Segment]) -> Segment:
    first = segments[0]
    steps = []
    for n, step in enumerate(first.steps):
        same = [s.steps[n] for s in segments]
        steps.append(
            replace(
                step,
                overall=_pooled([s.overall for s in same]),
                from_before=_pooled([s.from_before for s in same]),
            )
        )
    return replace(first, value=None, steps=tuple(steps))


def _pooled(readings: Sequence[Reading]) -> Reading:
    """Summed numerators over summed denominators."""
    known = [r for r in readings if r.value is not None]
    numerator = sum(r.numerator or 0 for r in known)
    return share(int(numerator), int(sum(r.denominator or 0 for r in known)))
