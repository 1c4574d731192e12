"""Metrics that sums by day cannot answer: money cut at a percentile, quantiles of order values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    Float,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data.dialects import quantile
from data.scope import Scope
from data.serving.experiments import ALL
from data.unit_outcomes import UNRATED, mature, moments, order_values, pairs_of
from data.warehouse import Warehouse
from metrics.experiments.judge import (
    ArmNumbers,
    Compared,
    Plan,
    Result,
    judge,
    level,
    margin_of,
    quantiles_comparing,
    read,
)
from metrics.experiments.outcomes import MONEY, Kind
from metrics.experiments.record import Experiment, Judged
from metrics.experiments.sums import Cap, Key, Table, capped, parts_of, units_of, values_of
from metrics.stats.experiments.quantiles import QuantileArm, cluster_factor, half_range
from metrics.stats.experiments.sums import Sums


def is_capped(experiment: Experiment, judged: Judged) -> bool:
    """Whether the plan cuts this metric: means and ratios of money."""
    base = judged.outcome.base
    money = base.top in MONEY
    return experiment.cap is not None and money and base.kind in (Kind.MEAN, Kind.RATIO)


def judge_capped(
    warehouse: Warehouse,
    scope: Scope,
    experiment: Experiment,
    judged: Judged,
    plan: Plan,
    exposed: dict[str, int],
    uncapped: Result,
) -> Result:
    """The same metric with each unit's money cut at the percentile of all arms together; what is
    divided by money or orders is cut by its own percentile. The uncapped comparison stays beside
    it."""
    assert experiment.cap is not None
    frames = capped_statements(
        warehouse, scope, experiment, judged, Cap(experiment.cap, experiment.cap_nonzero)
    )
    sums, caps = (warehouse.fetch(s) for s in frames)
    rows: dict[Key, Mapping[str, float]] = {
        (ALL, "", date.min, str(row["arm"])): {str(k): v for k, v in row.items() if k != "arm"}
        for row in sums.to_dict("records")
    }
    unrated = sum(int(row[UNRATED] or 0) for row in rows.values())
    table = Table(judged.outcome.days, rows, shifted=False, unrated=unrated)
    found = judge(experiment, judged, table, plan, exposed)
    top = judged.outcome.base.top
    row = caps.iloc[0]
    plain = {c.arm: c.look.nominal for c in uncapped.compared}
    compared = tuple(replace(c, uncapped=plain.get(c.arm)) for c in found.compared)
    return replace(
        found,
        compared=compared,
        cap=None if row[f"cap_{top}"] is None else float(row[f"cap_{top}"]),
        over=int(row[f"over_{top}"] or 0),
    )


def capped_statements(
    warehouse: Warehouse, scope: Scope, experiment: Experiment, judged: Judged, cap: Cap
) -> tuple[Select[Any], Select[Any]]:
    """Sums by arm of the cut values; and the caps with how many units lie above."""
    src = warehouse.sources(scope)
    values = values_of(warehouse, src, experiment, judged.outcome.days)
    base = judged.outcome.base
    cut = [m for m in (base.top, base.bottom) if m is not None]
    made, over = capped(values, cut, cap)
    pairs = pairs_of([judged.outcome.variables])
    return moments(made, (made.c.arm,), pairs).group_by(made.c.arm), over


def judge_quantile(
    warehouse: Warehouse,
    scope: Scope,
    experiment: Experiment,
    judged: Judged,
    plan: Plan,
    exposed: dict[str, int],
) -> Result:
    """A quantile of order values; orders of one unit are not taken for independent."""
    share = judged.outcome.base.share
    assert share is not None
    alpha = level(experiment, judged, plan)
    orders = _orders(warehouse, scope, experiment, judged)
    counted = warehouse.fetch(_counts(orders)).to_dict("records")
    n = {str(r["arm"]): int(r["n"]) for r in counted}
    unrated = sum(int(r[UNRATED] or 0) for r in counted)
    arms = {a.name: QuantileArm(0, 0.0, 0.0, 0.0) for a in experiment.arms}
    if n and not unrated:
        for name, at, low, high in warehouse.fetch(_places(orders, share, n, alpha)).itertuples(
            index=False
        ):
            arms[str(name)] = QuantileArm(n[str(name)], float(at), float(low), float(high))
        for row in warehouse.fetch(_clusters(orders, {k: a.at for k, a in arms.items()})).to_dict(
            "records"
        ):
            arm = str(row["arm"])
            factor = cluster_factor(*[float(row[c]) for c in _CLUSTER_SUMS])
            arms[arm] = replace(arms[arm], cluster_factor=factor, units=int(row["units"]))
    numbers = tuple(_numbers(a.name, arms[a.name], exposed.get(a.name, 0)) for a in experiment.arms)
    control = experiment.control
    if control is None or unrated:
        return Result(judged, plan, numbers, (), bool(unrated))
    compared = []
    for treatment in experiment.treatments:
        compare = quantiles_comparing(arms[control.name], arms[treatment.name], share)
        gates = (_gate(arms[control.name]), _gate(arms[treatment.name]))
        look = read(compare, plan, *gates, alpha=alpha)
        margin = margin_of(judged, look, experiment.alpha)
        compared.append(Compared(treatment.name, look, None, None, None, margin))
    return Result(judged, plan, numbers, tuple(compared))


def _gate(arm: QuantileArm) -> Sums:
    """By which the gate tells whether there is enough: every unit with an order carries as much."""
    units = arm.units or 0
    return Sums.of_counts(units, units)


def _numbers(arm: str, found: QuantileArm, exposed: int) -> ArmNumbers:
    """`n` counts orders here: a quantile is of them; `missing` units without one."""
    units = found.units or 0
    return ArmNumbers(arm, found.n, max(exposed - units, 0), found.at if found.n else None, None)


def _orders(warehouse: Warehouse, scope: Scope, experiment: Experiment, judged: Judged) -> CTE:
    """Orders within the window of units whose window is over, with their GMV."""
    src = warehouse.sources(scope)
    units, days = units_of(src, experiment), judged.outcome.days
    grown = select(units).where(mature(units.c.exposed_on, days, warehouse.coverage.until))
    return order_values(grown.cte("mature_unit"), parts_of(src), days, "arm")


def _counts(orders: CTE) -> Select[Any]:
    o = orders.c
    unrated = func.sum(case((o.value.is_(None), 1), else_=0)).label(UNRATED)
    return select(o.arm, func.count().label("n"), unrated).group_by(o.arm)


def _places(orders: CTE, share: float, n: Mapping[str, int], alpha: float) -> Select[Any]:
    """Per arm the quantile, and the two beside it whose distance measures its spread."""
    o, made = orders.c, []
    for arm, count in sorted(n.items()):
        h = half_range(share, count, alpha)
        shares = (share, max(share - h, 0.0), min(share + h, 1.0))
        places = [
            quantile(o.value, literal(p, Float)).label(name)
            for name, p in zip(("at", "low", "high"), shares, strict=True)
        ]
        made.append(select(literal(arm, String).label("arm"), *places).where(o.arm == arm))
    return select(union_all(*made).subquery("place"))


_CLUSTER_SUMS = ("units", "size", "below", "size_size", "below_size", "below_below")


def _clusters(orders: CTE, at: Mapping[str, float]) -> Select[Any]:
    """Per arm, over units: their number, orders, orders at or below the quantile, and products."""
    o = orders.c
    limit = case(*[(o.arm == arm, value) for arm, value in sorted(at.items())])
    per_unit = (
        select(
            o.person_no,
            o.arm,
            cast(func.count(), Float).label("size"),
            func.sum(case((o.value <= limit, 1.0), else_=0.0)).label("below"),
        )
        .group_by(o.person_no, o.arm)
        .cte("unit_of_orders")
    )
    u = per_unit.c
    sums = {
        "units": func.count(),
        "size": func.sum(u.size),
        "below": func.sum(u.below),
        "size_size": func.sum(u.size * u.size),
        "below_size": func.sum(u.below * u.size),
        "below_below": func.sum(u.below * u.below),
    }
    return select(u.arm, *[v.label(k) for k, v in sums.items()]).group_by(u.arm)
