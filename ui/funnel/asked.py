"""What the funnel page is asked, and its answers, each computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Scope, Span
from i18n import Problem, Words
from metrics.funnels.ask import funnel_counts, funnel_trend
from metrics.funnels.compare import compare_periods
from metrics.funnels.events import event_counts, event_numbers, require_events
from metrics.funnels.money import funnel_money
from metrics.funnels.question import Bucket
from metrics.funnels.ready import offered
from metrics.funnels.result import (
    Breakdown,
    FunnelCounts,
    FunnelMoney,
    FunnelTimes,
    FunnelTrend,
    SegmentDifference,
)
from metrics.funnels.spec import Funnel
from metrics.funnels.times import funnel_times
from metrics.like_for_like import as_far, comparable
from metrics.periods import Comparison, Grain
from ui.funnel.address import read_breakdown, read_funnel, write_breakdown, write_funnel
from ui.session import (
    choose,
    chosen,
    grain,
    notice,
    remembered,
    scope,
    span,
    warehouse,
)


def known_events() -> dict[str, int]:
    """The events of the people in view with how many there are, most frequent first."""
    w, asked = warehouse(), scope()
    return remembered(lambda: event_counts(w, asked), "event_counts", asked)


def shown_funnel() -> Funnel | None:
    """The funnel of the address, else the first ready-made one that this shop can answer."""
    written = chosen().funnel
    if written is not None:
        return read_funnel(written)
    ready = offered(known_events())
    return ready[0].funnel if ready else None


def show(funnel: Funnel) -> None:
    """Ask for this funnel from the next run on; a break-down by a step that it lacks is dropped."""
    choose(funnel=write_funnel(funnel))
    by = chosen().split
    if by is not None and (read_breakdown(by).step or 1) > len(funnel.steps):
        choose(split=None)


def shown_breakdown(funnel: Funnel) -> Breakdown | None:
    """The break-down of the address, as far as the funnel has the step that it names."""
    written = chosen().split
    if written is None:
        return None
    found = read_breakdown(written)
    if (found.step or 1) > len(funnel.steps):
        notice(_NO_STEP, n=found.step)
        choose(split=None)
        return None
    return found


def split_by(breakdown: Breakdown | None) -> None:
    choose(split=None if breakdown is None else write_breakdown(breakdown))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same funnel, people, days and comparison for every part."""

    funnel: Funnel
    scope: Scope
    span: Span
    comparison: Comparison
    breakdown: Breakdown | None

    @classmethod
    def now(cls) -> Asked | None:
        """The question; None where the shop can't answer any ready-made funnel."""
        funnel = shown_funnel()
        if funnel is None:
            return None
        return cls(funnel, scope(), span(), chosen().compare, shown_breakdown(funnel))

    def counts(self) -> FunnelCounts:
        """The funnel in total; break-downs have a question of their own."""
        return self._counts(self.span, None)

    def split(self) -> FunnelCounts:
        return self._counts(self.span, self.breakdown)

    def _counts(self, days: Span, breakdown: Breakdown | None) -> FunnelCounts:
        w = warehouse()
        return remembered(
            lambda: funnel_counts(w, self.scope, self.funnel, days, breakdown),
            "funnel_counts", self.funnel, self.scope, days, breakdown,
        )  # fmt: skip

    def times(self) -> FunnelTimes:
        w = warehouse()
        return remembered(
            lambda: funnel_times(w, self.scope, self.funnel, self.span),
            "funnel_times", self.funnel, self.scope, self.span,
        )  # fmt: skip

    def trend(self) -> FunnelTrend:
        w, by = warehouse(), trend_grain()
        return remembered(
            lambda: funnel_trend(w, self.scope, self.funnel, self.span, by),
            "funnel_trend", self.funnel, self.scope, self.span, by,
        )  # fmt: skip

    def money(self) -> FunnelMoney:
        w = warehouse()
        return remembered(
            lambda: funnel_money(w, self.scope, self.funnel, self.span),
            "funnel_money", self.funnel, self.scope, self.span,
        )  # fmt: skip

    def against(self) -> tuple[Span, Span] | None:
        """Both periods of the comparison: of a running range its complete days with as many."""
        w = warehouse()
        before = comparable(w, self.scope, self.span, self.comparison)
        if before is None or before.end <= w.coverage.start:
            return None
        return as_far(self.span, before, w.coverage.until)

    def compared(self, both: tuple[Span, Span]) -> tuple[FunnelCounts, SegmentDifference]:
        """The period before and by how much the rates differ."""
        now, before = (self._counts(days, None) for days in both)
        return before, compare_periods(now, before)


def lacking_events(asked: Asked) -> Problem | None:
    """The `Problem` that names the funnel's events which this shop never had."""
    try:
        require_events(asked.funnel, event_numbers(warehouse()))
    except Problem as problem:
        return problem
    return None


def trend_grain() -> Bucket:
    """Days, weeks or months, as the trends of other pages; months where those are longer."""
    by = grain()
    return by if by in (Grain.DAY, Grain.WEEK) else Grain.MONTH


_NO_STEP = Words(
    "The break-down by step {n} was left out: this funnel is shorter.",
    "该漏斗没有第 {n} 步，已略去相应的拆分。",
)
