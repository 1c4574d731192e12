"""One experiment, wholly: who met it, whether it can be trusted, every metric, and the verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.scope import Scope
from data.serving.experiments import ALL
from data.warehouse import Warehouse
from i18n import Words
from metrics.experiments.course import Point, Segmented, by_segment, over_time
from metrics.experiments.decision import Decision, Verdict, decide, headline
from metrics.experiments.exposed import Exposed, exposed
from metrics.experiments.judge import Plan, Result, corrected, judge
from metrics.experiments.limits import is_capped, judge_capped, judge_quantile
from metrics.experiments.outcomes import Kind
from metrics.experiments.record import Experiment, Judged, Role
from metrics.experiments.since import Since, by_days_since
from metrics.experiments.sums import Table, fetched
from metrics.experiments.trust import Trust, trust
from metrics.stats.experiments.modes import Mode


class Status(StrEnum):
    """Where an experiment stands: `MATURING` takes nobody in any more, but windows are open."""

    PLANNED = "planned"
    RUNNING = "running"
    MATURING = "maturing"
    ENDED = "ended"


STATUSES: dict[Status, Words] = {
    Status.PLANNED: Words("Planned", "待开始"),
    Status.RUNNING: Words("Running", "进行中"),
    Status.MATURING: Words("Waiting for open windows", "等待观察窗口结束"),
    Status.ENDED: Words("Ended", "已结束"),
}


@dataclass(frozen=True, slots=True)
class Timing:
    """Days that took units in (`run`), and how many are left until all windows are over (`left`;
    None without an end). `share` of the planned units that have a whole window."""

    status: Status
    run: int
    left: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is said of an experiment. `results` in the order of its metrics; `decisions`
    one per treatment; `lacking` metrics that the shop has no data for. `tables` hold the sums by
    window, for download, with the statements behind them."""

    experiment: Experiment
    timing: Timing
    exposed: Exposed
    trust: Trust
    results: tuple[Result, ...]
    decisions: tuple[Decision, ...]
    lacking: tuple[Judged, ...]
    tables: Mapping[int, Table]
    version: str

    @property
    def headline(self) -> Decision:
        return headline(self.decisions)

    @property
    def verdict(self) -> Verdict:
        return self.headline.verdict

    @property
    def primary(self) -> Result | None:
        """The first primary metric, which the course and the segments are shown of."""
        return next((r for r in self.results if r.judged.role is Role.PRIMARY), None)


def analysis(
    warehouse: Warehouse, scope: Scope, experiment: Experiment, *, from_units: bool = False
) -> Analysis:
    """The whole of one experiment; `from_units` asks the units whatever sums are kept."""
    met = exposed(warehouse, scope, experiment)
    tables = {
        days: fetched(warehouse, scope, experiment, days, vectors, from_units=from_units)
        for days, vectors in vectors_of(warehouse, experiment).items()
    }
    return analysed(warehouse, scope, experiment, met, tables)


def judgeable(warehouse: Warehouse, experiment: Experiment) -> tuple[Judged, ...]:
    """The metrics that the shop has data for."""
    has = warehouse.coverage.lacking
    return tuple(j for j in experiment.metrics if not has(*j.outcome.base.needs))


def vectors_of(warehouse: Warehouse, experiment: Experiment) -> dict[int, list[tuple[str, ...]]]:
    """Which variables are summed together, by window. A quantile has none: then orders alone tell
    who is mature."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for judged in judgeable(warehouse, experiment):
        vectors = found.setdefault(judged.outcome.days, [])
        if judged.outcome.variables:
            vectors.append(judged.outcome.variables)
    return {days: found[days] or [("orders", "prior_orders")] for days in sorted(found)}


def analysed(
    warehouse: Warehouse,
    scope: Scope,
    experiment: Experiment,
    met: Exposed,
    tables: Mapping[int, Table],
    *,
    roles: Collection[Role] = tuple(Role),
) -> Analysis:
    """What the units and sums of an experiment say. Metrics of other `roles` are not judged; the
    verdict and the trust checks that may block it are the same without secondary ones."""
    judged = judgeable(warehouse, experiment)
    lacking = tuple(j for j in experiment.metrics if j not in judged)
    until = warehouse.coverage.until
    plans = {days: plan_of(experiment, met, table, until) for days, table in tables.items()}
    counts = {a.name: met.arm(a.name) for a in experiment.arms}
    results = corrected(
        [
            _result(warehouse, scope, experiment, j, tables[j.outcome.days],
                    plans[j.outcome.days], counts)
            for j in judged if j.role in roles
        ]
    )  # fmt: skip
    over = bool(plans) and all(p.over for p in plans.values())
    outcomes = [j.outcome for j in judged]
    found = trust(experiment, met, tables, results, until, over=over, outcomes=outcomes)
    return Analysis(
        experiment,
        timing_of(experiment, met, plans, until),
        met,
        found,
        results,
        decide(experiment, found, results),
        lacking,
        tables,
        warehouse.version,
    )


def _result(
    warehouse: Warehouse,
    scope: Scope,
    experiment: Experiment,
    judged: Judged,
    table: Table,
    plan: Plan,
    counts: dict[str, int],
) -> Result:
    if judged.outcome.kind is Kind.QUANTILE:
        return judge_quantile(warehouse, scope, experiment, judged, plan, counts)
    found = judge(experiment, judged, table, plan, counts)
    if is_capped(experiment, judged):
        return judge_capped(warehouse, scope, experiment, judged, plan, counts, found)
    return found


def plan_of(experiment: Experiment, met: Exposed, table: Table, until: date) -> Plan:
    """How far the experiment is for one window. A look is a day of data, since whoever opens the
    page looks. Where a test ends short of its planned size, the last look spends what is left."""
    arms = [a.name for a in experiment.arms]
    counts = [sum(table.of((), (ALL, "", day, arm)).n for arm in arms) for day in table.looks(arms)]
    running, seen = 0, []
    for n in counts:
        running += n
        seen.append(running)
    ended = experiment.ended_on
    all_windows = ended is not None and until > ended + timedelta(days=table.days)
    planned = experiment.planned_units or _projected(experiment, met, until)
    over = all_windows or bool(experiment.planned_units and running >= experiment.planned_units)
    fractions: tuple[float, ...] = ()
    if planned and running and experiment.mode is not Mode.ALWAYS_VALID:
        made = [n / planned for n in seen]
        if over:
            made[-1] = max(made[-1], 1.0)
        elif made[-1] >= 1.0:  # the projection fell short: the end is still to come
            made = [f / made[-1] * 0.999 for f in made]
        fractions = tuple(made)
    return Plan(experiment.mode, running, planned, fractions, over)


def _projected(experiment: Experiment, met: Exposed, until: date) -> int:
    """Units at the end, at the pace so far; 0 without an end or without units."""
    total = sum(met.arm(a.name) for a in experiment.arms)
    start, end = experiment.started_on, experiment.ended_on
    if start is None or end is None or not total:
        return 0
    run = (min(until, end + timedelta(days=1)) - start).days
    return total if run <= 0 else round(total * max((end - start).days + 1, run) / run)


def timing_of(
    experiment: Experiment, met: Exposed, plans: Mapping[int, Plan], until: date
) -> Timing:
    """Where the experiment stands on the first day that is not complete."""
    start, end = experiment.started_on, experiment.ended_on
    last = until if end is None else min(until, end + timedelta(days=1))
    run = 0 if start is None else max(0, (last - start).days)
    longest = max(plans, default=0)
    left = None if end is None else max(0, (end - until).days + longest + 1)
    if (start is None or until <= start) and not met.units:
        status = Status.PLANNED
    elif end is None or until <= end:
        status = Status.RUNNING
    else:
        status = Status.ENDED if left == 0 else Status.MATURING
    plan = plans.get(longest)
    share = None if plan is None or not plan.planned else plan.units / plan.planned
    return Timing(status, run, left, share)


def course_of(found: Analysis, arm: str) -> tuple[Point, ...]:
    """The primary metric look by look; empty for a quantile, which has no sums by day."""
    result = found.primary
    if result is None or result.judged.outcome.kind is Kind.QUANTILE:
        return ()
    table = found.tables[result.judged.outcome.days]
    return over_time(found.experiment, result.judged, table, result.plan, arm)


def segments_of(found: Analysis) -> tuple[Segmented, ...]:
    """The primary metric by segment; empty for a quantile."""
    result = found.primary
    if result is None or result.judged.outcome.kind is Kind.QUANTILE:
        return ()
    return by_segment(found.experiment, result.judged, found.tables[result.judged.outcome.days])


def since_of(warehouse: Warehouse, scope: Scope, found: Analysis) -> tuple[Since, ...]:
    """The primary metric by days since the exposure."""
    result = found.primary
    if result is None:
        return ()
    return by_days_since(warehouse, scope, found.experiment, result.judged, found.exposed)
