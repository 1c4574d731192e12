"""What a funnel answers: typed, frozen, the same for page, command line and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.scope import Span
from metrics.funnels.spec import Funnel
from metrics.periods import Grain
from metrics.reading import Maturity, Reading

TIME_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class StepCount:
    """One step of a funnel, counted in units (users, sessions or attempts).

    `overall` is the share of those who entered, `from_before` of those who reached the nearest
    required step before (for the first step: no value). Both rest on entries whose windows are
    over, with Wilson's interval; how many units have none and are left out stands in `left_out`.
    Where nobody has any they are the value to date: running, and nobody left out.
    """

    step: int
    """Its place, from 1."""
    optional: bool
    reached: int
    """Every unit that reached it so far, open windows included."""
    dropped: int
    """Units that went no further than the required step before, and can't any more."""
    in_progress: int
    """Units that are at the required step before and may still come."""
    overall: Reading
    from_before: Reading


@dataclass(frozen=True, slots=True)
class Segment:
    """The funnel of all units, or of one value of a break-down."""

    value: str | None
    """None: all units. `UNKNOWN`, `OTHER` and `NOT_REACHED` stand for those without a value of
    their own."""
    entered: int
    converted: int
    in_progress: int
    """Units with an open window that have not reached the last step."""
    left_out: int
    """Units that an exclusion with “leave out” removed; in no other figure."""
    steps: tuple[StepCount, ...]


OTHER = "~other"
NOT_REACHED = "~not_reached"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A property to break down by: the user's (`step` None), or that of the event which served a
    step (from 1). `column` is one of `breakdown.USER_COLUMNS`, or a property of events."""

    column: str
    step: int | None = None


@dataclass(frozen=True, slots=True)
class FunnelCounts:
    """The funnel over one range, in total and by a property where asked."""

    funnel: Funnel
    span: Span
    total: Segment
    breakdown: Breakdown | None
    segments: tuple[Segment, ...]
    """Largest first, at most `breakdown.MOST_SEGMENTS`, then other."""
    values: int
    """How many values the property has among those who entered."""
    sql: str
    version: str
    ignored: tuple[str, ...]
    """Dimensions of the scope that events can't be narrowed by."""
    rates_before: date | None = None
    """Where rates rest on earlier entries than the bars: the day before which these lie."""
    rates_sql: str = ""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Units that entered in one day, week or month. Units that entered in several are in each of
    them, so the points don't add up to the bars."""

    span: Span
    total: Segment
    maturity: Maturity
    """Running: a window may still be open, or the bucket is not over. Cut buckets are running."""


@dataclass(frozen=True, slots=True)
class FunnelTrend:
    grain: Grain
    points: tuple[TrendPoint, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class StepTime:
    """Seconds from the nearest required step before (`step` from 2), or from the first step to the
    last (`step` None), over the units that got there. `quantiles` by `TIME_QUANTILES`; empty where
    nobody did."""

    step: int | None
    units: int
    mean: float | None
    quantiles: Mapping[float, float]


@dataclass(frozen=True, slots=True)
class FunnelTimes:
    steps: tuple[StepTime, ...]
    overall: StepTime
    sql: str


@dataclass(frozen=True, slots=True)
class StepMoney:
    """The value that events carry at a step, in the reporting currency, over units that reached
    it; `units` of them with a value. `missing` values had no exchange rate: then no sum."""

    step: int
    units: int
    money: float | None
    missing: int


@dataclass(frozen=True, slots=True)
class FunnelMoney:
    steps: tuple[StepMoney, ...]
    currency: str
    sql: str


@dataclass(frozen=True, slots=True)
class StepDifference:
    """How one step's rate differs between two sides, in share points, with its interval (Newcombe)
    and p-value; `adjusted` is the p-value after Benjamini–Hochberg over all that are shown."""

    step: int
    before: Reading
    after: Reading
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    adjusted: float | None


@dataclass(frozen=True, slots=True)
class SegmentDifference:
    """One side of a comparison (a period, or a segment against all others) by step."""

    value: str | None
    overall: tuple[StepDifference, ...]
    from_before: tuple[StepDifference, ...]
