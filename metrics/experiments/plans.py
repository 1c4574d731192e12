"""Writing an experiment's plan down: what may be saved, by whom it is seen, and what it is held to.

The store checks the shape of a plan (`store.ExperimentPlan`) and keeps every version. Here stands
what it can't know: which metrics exist, that a change after the start needs its reason, and which
arms the exposures really have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics.experiments.outcomes import Kind, Measure, Outcome, outcome
from store import EXPERIMENT_PLAN, ExperimentPlan, Saved, Store

LONGEST_KEY = 120


def save_plan(
    store: Store,
    shop: str,
    key: str,
    plan: ExperimentPlan,
    author: str,
    based_on: int | None,
    note: str,
    today: date,
) -> Saved[ExperimentPlan]:
    """Save a plan on top of revision `based_on` (None: there was none).

    Raises a `Problem` for a key or metric that can't be, a day fixed in the future, or a change
    after the start without a `note`; `EditConflict` where somebody else was faster. A plan that
    says what the stored one says is not saved again.
    """
    key = key.strip()
    check_key(key)
    check_metrics(plan)
    if plan.fixed_on is not None and plan.fixed_on > today:
        raise Problem("plan_fixed_on", _FIXED_ON, day=plan.fixed_on)
    before = stored_plan(store, shop, key)
    if before is not None and based_on == before.revision:
        if before.content == plan:
            return before
        if needs_note(before, plan, today) and not note.strip():
            raise Problem("plan_note", _NOTE, _NOTE_HINT, start=_first_start(before, plan))
    return store.save(
        EXPERIMENT_PLAN, shop, plan, author=author, based_on=based_on, name=key, note=note.strip()
    )


def stored_plan(store: Store, shop: str, key: str) -> Saved[ExperimentPlan] | None:
    """The plan in force, also one that can't be read any more (its `content` says why)."""
    return next((s for s in store.list(EXPERIMENT_PLAN, shop) if s.name == key), None)


def needs_note(before: Saved[ExperimentPlan], plan: ExperimentPlan, today: date) -> bool:
    """Whether the experiment has started, by the stored plan or by the new one."""
    return _first_start(before, plan) < today


def _first_start(before: Saved[ExperimentPlan], plan: ExperimentPlan) -> date:
    if isinstance(before.content, Problem):
        return plan.starts_on
    return min(before.content.starts_on, plan.starts_on)


def check_key(key: str) -> None:
    """A key is what exposures call the experiment: any text, but some."""
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem("plan_key", _KEY, _KEY_HINT, most=LONGEST_KEY)


def check_metrics(plan: ExperimentPlan) -> None:
    """Every metric exists, and a guardrail's margin means something."""
    for key in (*plan.primary, *plan.secondary):
        outcome(key)
    for guard in plan.guardrails:
        check_guard(outcome(guard.metric))


def check_guard(one: Outcome) -> None:
    """A `Problem` for a metric that no margin can guard."""
    if not can_guard(one):
        raise Problem("plan_guardrail", _GUARD, _GUARD_HINT, name=one.name())


def can_guard(one: Outcome) -> bool:
    """Whether a margin of control means something: not for money that may be negative."""
    return one.kind is not Kind.MEAN or one.base.top not in (Measure.NET, Measure.MARGIN)


@dataclass(frozen=True, slots=True)
class Seen:
    """What exposures say about a plan: `stray` arms that it does not have, `silent` arms that
    nobody was seen in; both empty while there are no exposures (`units` is 0)."""

    units: int
    stray: tuple[str, ...]
    silent: tuple[str, ...]


def seen_arms(warehouse: Warehouse, scope: Scope, key: str, plan: ExperimentPlan) -> Seen:
    """Compare a plan's arms with those of the exposures."""
    u = warehouse.sources(Scope(scope.currency)).experiment_units.c
    asked = select(u.arm, func.count().label("n")).where(u.experiment_id == key).group_by(u.arm)
    counted: dict[str, int] = {
        str(arm): int(n) for arm, n in warehouse.fetch(asked).itertuples(index=False)
    }
    named = {a.arm for a in plan.arms}
    if not counted:
        return Seen(0, (), ())
    return Seen(
        sum(counted.values()),
        tuple(sorted(set(counted) - named)),
        tuple(sorted(named - set(counted))),
    )


def seen_words(seen: Seen, tr: Text) -> list[str]:
    """What the exposures say against the plan, in words."""
    comma = tr(Words(", ", "、"))
    found = []
    if not seen.units:
        found.append(tr(_NO_EXPOSURES))
    if seen.stray:
        found.append(tr(_STRAY, arms=comma.join(seen.stray)))
    if seen.silent:
        found.append(tr(_SILENT, arms=comma.join(seen.silent)))
    return found


_KEY = Words(
    "The experiment needs a key of at most {most} characters.",
    "请填写实验编号（不超过 {most} 个字符）。",
)
_KEY_HINT = Words(
    "Write it as the exposures do (experiment_id).", "须与曝光数据中的 experiment_id 一致。"
)
_NOTE = Words(
    "The experiment started on {start}: a change needs its reason.",
    "实验已于 {start} 开始，修改方案须写明原因。",
)
_NOTE_HINT = Words(
    "Say why; the experiment's page shows it beside the verdict.",
    "请填写修改原因，它会显示在实验页的结论旁。",
)
_FIXED_ON = Words(
    "The day on which the plan was fixed ({day}) lies in the future.",
    "方案确定日（{day}）在未来。",
)
_GUARD = Words(
    "{name} may be negative, so a share of it is no margin.",
    "{name} 可能为负，无法以其百分比作为界值。",
)
_GUARD_HINT = Words("Guard GMV or the refund share instead.", "请改用成交额或退款率。")
_NO_EXPOSURES = Words("No exposures of it so far.", "目前还没有它的曝光数据。")
_STRAY = Words(
    "Exposures have arms that are not in the plan: {arms}. While they are there, the verdict is "
    "invalid.",
    "曝光数据中有方案以外的组：{arms}。只要它们存在，实验结论即为无效。",
)
_SILENT = Words(
    "Nobody was seen in these arms of the plan: {arms}.", "方案中的以下组没有任何曝光：{arms}。"
)
