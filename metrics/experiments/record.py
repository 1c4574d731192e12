"""An experiment as it is known: what the warehouse says happened, and what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd
from sqlalchemy import select

from data.scope import Scope
from data.warehouse import Warehouse
from data.zones import reporting_day
from i18n import Problem, Words
from metrics.experiments.outcomes import Outcome, is_known, outcome, usual_outcomes
from metrics.stats.experiments.modes import Mode
from store import EXPERIMENT_PLAN, Action, ExperimentPlan, Saved, Store

USUAL_WINDOW = 14
"""Days after exposure where nobody says otherwise."""


class Role(StrEnum):
    """What a metric is there for."""

    PRIMARY = "primary"
    GUARDRAIL = "guardrail"
    SECONDARY = "secondary"


ROLES: dict[Role, Words] = {
    Role.PRIMARY: Words("Primary", "核心指标"),
    Role.GUARDRAIL: Words("Guardrail", "护栏指标"),
    Role.SECONDARY: Words("Secondary", "观察指标"),
}


@dataclass(frozen=True, slots=True)
class Arm:
    """`weight` is None for an arm that has exposures but is not in the plan."""

    name: str
    weight: float | None
    is_control: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A metric of the experiment in its role; guardrails have a margin."""

    outcome: Outcome
    role: Role
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment. `plan` is the stored record with its `revision`; without one, the metrics are
    the warehouse's primary metric and the usual ones, and nothing was fixed beforehand.

    `known_times` says that start and end are those of the warehouse, by which kept sums were cut.
    `changed` are the later revisions of a plan that were saved after the start.
    `unknown` are metrics that are named somewhere but do not exist (any more).
    """

    key: str
    name: str
    unit: str
    started_on: date | None
    ended_on: date | None
    owner: str
    hypothesis: str
    arms: tuple[Arm, ...]
    metrics: tuple[Judged, ...]
    unknown: tuple[str, ...]
    mode: Mode
    planned_units: int | None
    worth: float
    alpha: float
    power: float
    cap: float | None
    cap_nonzero: bool
    plan: Saved[ExperimentPlan] | None
    changed: tuple[Saved[ExperimentPlan], ...]
    known_times: bool
    in_warehouse: bool

    @property
    def control(self) -> Arm | None:
        return next((a for a in self.arms if a.is_control), None)

    @property
    def treatments(self) -> tuple[Arm, ...]:
        return tuple(a for a in self.arms if not a.is_control and a.weight is not None)

    @property
    def primary(self) -> tuple[Judged, ...]:
        return tuple(j for j in self.metrics if j.role is Role.PRIMARY)

    @property
    def fixed_before(self) -> bool:
        """Whether the plan was written down before the experiment started."""
        if self.plan is None or isinstance(self.plan.content, Problem):
            return False
        if self.changed:
            return False
        body = self.plan.content
        fixed_on = body.fixed_on or self.plan.edited_at.date()
        return fixed_on <= (self.started_on or body.starts_on)


def experiments(warehouse: Warehouse, scope: Scope, store: Store | None) -> tuple[Experiment, ...]:
    """All experiments, the latest first: those of the warehouse and those only planned here. For a
    viewer of some markets those that one of their users met."""
    src = warehouse.sources(scope)
    rows = _rows(warehouse, select(src.experiments))
    arms = _rows(warehouse, select(src.experiment_arms))
    plans = {} if store is None else _plans(store, warehouse.shop)
    if warehouse.viewer.markets is not None:
        met = _rows(warehouse, select(src.experiment_units.c.experiment_id).distinct())
        seen = {str(r["experiment_id"]) for r in met}
        plans = {key: plan for key, plan in plans.items() if key in seen}
    named = {str(r["experiment_id"]): r for r in rows}
    of_arms: dict[str, list[Mapping[str, Any]]] = {}
    for row in arms:
        of_arms.setdefault(str(row["experiment_id"]), []).append(row)
    found = [
        _experiment(warehouse, key, named.get(key), of_arms.get(key, []), plans.get(key))
        for key in sorted({*named, *plans})
    ]
    return tuple(sorted(found, key=lambda e: (-(e.started_on or date.max).toordinal(), e.key)))


def experiment(warehouse: Warehouse, scope: Scope, store: Store | None, key: str) -> Experiment:
    """One experiment; a `Problem` that names the others where there is none of this key."""
    every = experiments(warehouse, scope, store)
    for one in every:
        if one.key == key:
            return one
    raise Problem(
        "experiment_unknown",
        Words("There is no experiment “{key}”.", "没有实验“{key}”。"),
        Words(
            "There are: {keys}. Exposures need a row in experiments, or a plan registered here.",
            "现有实验：{keys}。曝光数据须对应 experiments 表中的记录或在此登记的方案。",
        ),
        key=key,
        keys=", ".join(e.key for e in every) or "–",
    )


def _rows(warehouse: Warehouse, statement: Any) -> list[dict[str, Any]]:
    frame = warehouse.fetch(statement)
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


Planned = tuple[Saved[ExperimentPlan], tuple[Saved[ExperimentPlan], ...]]
"""A plan, and every version of it, the newest first."""


def _plans(store: Store, shop: str) -> dict[str, Planned]:
    found: dict[str, Planned] = {}
    for saved in store.list(EXPERIMENT_PLAN, shop):
        first = saved.revision == 1
        history = () if first else store.history(EXPERIMENT_PLAN, shop, saved.name)
        found[saved.name] = (saved, history)
    return found


def _changed_after(
    start: date | None, history: tuple[Saved[ExperimentPlan], ...]
) -> tuple[Saved[ExperimentPlan], ...]:
    """Versions in force that were saved on top of another one after the start, in order."""
    return tuple(
        h for h in reversed(history)
        if start is not None and h.edited_at.date() > start
        and h.based_on is not None and h.action is not Action.REFUSED
    )  # fmt: skip


def _experiment(
    warehouse: Warehouse,
    key: str,
    row: Mapping[str, Any] | None,
    arm_rows: list[Mapping[str, Any]],
    planned: Planned | None,
) -> Experiment:
    saved, history = planned if planned is not None else (None, ())
    plan = None if saved is None or isinstance(saved.content, Problem) else saved.content
    base = _unplanned(key, row, arm_rows) if plan is None else of_plan(key, plan)
    started = _day(warehouse, row, "started_at") or base.started_on
    ended = _day(warehouse, row, "ended_at") or base.ended_on
    mode = base.mode
    if plan is None and ended is not None:
        mode = Mode.GROUP_SEQUENTIAL
    return replace(
        base,
        started_on=started,
        ended_on=ended,
        owner=base.owner or _text(row, "owner"),
        hypothesis=base.hypothesis or _text(row, "hypothesis"),
        mode=mode,
        plan=saved,
        changed=_changed_after(started, history),
        known_times=row is not None,
        in_warehouse=row is not None,
    )


def of_plan(key: str, plan: ExperimentPlan) -> Experiment:
    """The experiment as a plan has it, whatever the warehouse knows."""
    wanted = [
        *[(k, Role.PRIMARY, None) for k in plan.primary],
        *[(g.metric, Role.GUARDRAIL, g.margin) for g in plan.guardrails],
        *[(k, Role.SECONDARY, None) for k in plan.secondary],
    ]
    return _bare(
        key,
        name=plan.name,
        unit=plan.unit,
        started_on=plan.starts_on,
        ended_on=plan.ends_on,
        owner=plan.owner,
        hypothesis=plan.hypothesis,
        arms=tuple(Arm(a.arm, a.weight, a.is_control) for a in plan.arms),
        metrics=tuple(Judged(outcome(k), r, m) for k, r, m in wanted if is_known(k)),
        unknown=tuple(k for k, _, _ in wanted if not is_known(k)),
        mode=Mode(plan.mode),
        planned_units=plan.planned_units,
        worth=plan.worth,
        alpha=plan.alpha,
        power=plan.power,
        cap=plan.cap,
        cap_nonzero=plan.cap_nonzero,
    )


def _unplanned(
    key: str, row: Mapping[str, Any] | None, arm_rows: list[Mapping[str, Any]]
) -> Experiment:
    """The experiment as the warehouse has it: its primary metric, and the usual ones to look at."""
    primary = _text(row, "primary_metric")
    known = [Judged(outcome(primary), Role.PRIMARY)] if is_known(primary) else []
    days = known[0].outcome.days if known else USUAL_WINDOW
    named = {j.outcome.key for j in known}
    more = [Judged(o, Role.SECONDARY) for o in usual_outcomes(days) if o.key not in named]
    return _bare(
        key,
        name=_text(row, "name") or key,
        unit=_text(row, "unit") or "user",
        arms=tuple(
            Arm(str(a["arm"]), float(a["weight"]), bool(a["is_control"]))
            for a in sorted(arm_rows, key=lambda a: (not a["is_control"], str(a["arm"])))
        ),
        metrics=(*known, *more),
        unknown=(primary,) if primary and not known else (),
    )


def _bare(key: str, **known: Any) -> Experiment:
    """What holds of an experiment unless something else is known."""
    usual: dict[str, Any] = {
        "started_on": None, "ended_on": None, "owner": "", "hypothesis": "",
        "mode": Mode.ALWAYS_VALID, "planned_units": None, "worth": 0.0, "alpha": 0.05,
        "power": 0.8, "cap": None, "cap_nonzero": False, "plan": None, "changed": (),
        "known_times": False, "in_warehouse": False,
    }  # fmt: skip
    return Experiment(key=key, **{**usual, **known})


def _text(row: Mapping[str, Any] | None, column: str) -> str:
    value = None if row is None else row.get(column)
    return "" if value is None or pd.isna(value) else str(value)


def _day(warehouse: Warehouse, row: Mapping[str, Any] | None, column: str) -> date | None:
    value = None if row is None else row.get(column)
    if value is None or pd.isna(value):
        return None
    instant: datetime = pd.Timestamp(value).to_pydatetime()
    return reporting_day(instant, warehouse.reporting.zone)
