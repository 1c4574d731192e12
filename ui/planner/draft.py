"""A plan while it is being written: what stands in the fields, and which revision it began from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from data.zones import reporting_day
from i18n import Problem, Words
from metrics.experiments.outcomes import is_known
from metrics.experiments.plans import stored_plan
from metrics.experiments.record import Experiment, Role
from metrics.planner.answer import Plan
from metrics.stats.experiments.modes import Mode
from store import ExperimentPlan, Guardrail, PlannedArm, Saved
from ui.session import store, warehouse

_KEPT = "plan_draft"
USUAL_MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Draft:
    """`of` is the experiment it was opened for, None for a new one. `based_on` is the revision that
    an edit builds on. `touched`: somebody has written in it, so the planner no longer fills it."""

    of: str | None = None
    shop: str = ""
    based_on: int | None = None
    touched: bool = False
    key: str = ""
    name: str = ""
    hypothesis: str = ""
    owner: str = ""
    unit: str = "user"
    starts_on: date | None = None
    ends_on: date | None = None
    arms: tuple[tuple[str, float], ...] = (("control", 50.0), ("treatment", 50.0))
    primary: tuple[str, ...] = ()
    guardrails: tuple[tuple[str, float], ...] = ()
    secondary: tuple[str, ...] = ()
    mode: Mode = Mode.GROUP_SEQUENTIAL
    planned_units: int | None = None
    worth: float = 0.0
    alpha: float = 0.05
    power: float = 0.8
    cap: float | None = None
    cap_nonzero: bool = False
    fixed_on: date | None = None
    note: str = field(default="", compare=False)

    def plan(self) -> ExperimentPlan:
        """As it would be saved. Raises the `Problem` of whatever is wrong."""
        if self.starts_on is None:
            raise Problem("plan_start", _START)
        return ExperimentPlan(
            name=self.name,
            owner=self.owner.strip(),
            hypothesis=self.hypothesis.strip(),
            unit=self.unit,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            arms=tuple(
                PlannedArm(arm=name.strip(), weight=weight, is_control=n == 0)
                for n, (name, weight) in enumerate(self.arms)
            ),
            primary=self.primary,
            guardrails=tuple(Guardrail(metric=k, margin=m) for k, m in self.guardrails),
            secondary=self.secondary,
            mode=self.mode.value,
            planned_units=self.planned_units,
            worth=self.worth,
            alpha=self.alpha,
            power=self.power,
            cap=self.cap,
            cap_nonzero=self.cap_nonzero and self.cap is not None,
            fixed_on=self.fixed_on,
        )


def draft() -> Draft:
    """What is being written in this session."""
    kept = st.session_state.get(_KEPT)
    return kept if isinstance(kept, Draft) else Draft()


def keep(made: Draft) -> None:
    st.session_state[_KEPT] = made


def write(**changes: Any) -> None:
    """A field was changed."""
    keep(replace(draft(), **changes, touched=True))


def today() -> date:
    """By the shop's own calendar."""
    return reporting_day(datetime.now(UTC).replace(tzinfo=None), warehouse().reporting.zone)


def opened(of: str | None, known: dict[str, Experiment], answer: Plan | None) -> Draft:
    """The draft for an experiment, begun anew where another one, or another shop, was open. A new
    one follows the planner until somebody writes in it."""
    now, shop = draft(), warehouse().shop
    same = (now.of, now.shop) == (of, shop)
    if same and (now.touched or of is not None):
        return now
    made = _new(answer) if of is None else of_experiment(of, known.get(of))
    keep(replace(made, of=of, shop=shop, note=now.note if same else ""))
    return draft()


def forget() -> None:
    """Begin anew from what is stored."""
    st.session_state.pop(_KEPT, None)


def of_experiment(key: str, known: Experiment | None) -> Draft:
    """The stored plan; without one that can be read, what the warehouse says."""
    saved = stored_plan(store(), warehouse().shop, key)
    if saved is not None and not isinstance(saved.content, Problem):
        return _of_plan(saved, saved.content)
    based_on = None if saved is None else saved.revision
    if known is None:
        return Draft(key=key, based_on=based_on)
    control_first = sorted(known.arms, key=lambda a: not a.is_control)
    named = [j for j in known.metrics if j.role is Role.PRIMARY]
    return Draft(
        key=key,
        based_on=based_on,
        name=known.name,
        hypothesis=known.hypothesis,
        owner=known.owner,
        unit=known.unit if known.unit in ("user", "visitor") else "user",
        starts_on=known.started_on,
        ends_on=known.ended_on,
        arms=tuple((a.name, _percent(a.weight)) for a in control_first) or Draft().arms,
        primary=tuple(j.outcome.key for j in named),
        mode=Mode.GROUP_SEQUENTIAL if known.ended_on is not None else Mode.ALWAYS_VALID,
    )


def _percent(weight: float | None) -> float:
    """Weights as they are in the warehouse are shares of 1 or of 100."""
    found = weight or 0.0
    return round(found * 100, 4) if found <= 1 else found


def _of_plan(saved: Saved[ExperimentPlan], plan: ExperimentPlan) -> Draft:
    ordered = sorted(plan.arms, key=lambda a: not a.is_control)
    return Draft(
        key=saved.name,
        based_on=saved.revision,
        name=plan.name,
        hypothesis=plan.hypothesis,
        owner=plan.owner,
        unit=plan.unit,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        arms=tuple((a.arm, a.weight) for a in ordered),
        primary=plan.primary,
        guardrails=tuple((g.metric, g.margin) for g in plan.guardrails),
        secondary=plan.secondary,
        mode=Mode(plan.mode),
        planned_units=plan.planned_units,
        worth=plan.worth,
        alpha=plan.alpha,
        power=plan.power,
        cap=plan.cap,
        cap_nonzero=plan.cap_nonzero,
        fixed_on=plan.fixed_on,
    )


def _new(answer: Plan | None) -> Draft:
    start = today() + timedelta(days=1)
    if answer is None:
        return Draft(starts_on=start)
    return filled(Draft(starts_on=start), answer)


def filled(now: Draft, answer: Plan) -> Draft:
    """The draft with what the planner was asked and found."""
    asked, size = answer.question, answer.size
    names, count = [n for n, _ in now.arms], len(asked.split)
    names = [*names, *[f"treatment_{n}" for n in range(len(names), count)]][:count]
    shares = [round(w * 100, 4) for w in asked.shares]
    days = None if size is None else size.days
    start = now.starts_on or today() + timedelta(days=1)
    whole_week = None if days is None else max(days, 7)
    return replace(
        now,
        arms=tuple(zip(names, shares, strict=True)),
        primary=(asked.outcome.key,),
        guardrails=tuple((g.outcome.key, g.margin) for g in asked.guardrails),
        secondary=tuple(k for k in now.secondary if k != asked.outcome.key and is_known(k)),
        mode=asked.mode,
        planned_units=None if size is None else size.total,
        ends_on=None if whole_week is None else start + timedelta(days=whole_week - 1),
        alpha=asked.alpha,
        power=asked.power,
    )


_START = Words("Say on which day the experiment starts.", "请填写实验开始日期。")
