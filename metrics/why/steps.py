"""A change as steps of a bridge: segments, what is inside one, factors, who came and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Words
from metrics.families import FAMILY_OF
from metrics.growth.result import UserFlows, money_growth, user_growth
from metrics.growth.spec import FLOWS, MONEY_FLOWS, Flow, MoneyFlow
from metrics.like_for_like import as_far, comparable
from metrics.measures import measure, needed, read
from metrics.metric import Metric, Unit
from metrics.periods import Comparison, Grain, history
from metrics.reading import Reason
from metrics.scorecard import HISTORY_POINTS
from metrics.stats.bridges import Bridge, product
from metrics.stats.bridges import Part as Step
from metrics.stats.xmr import Judgement
from metrics.trees import TRAILING_DAYS, TREES, Tree, read_tree, trailing
from metrics.why.operands import operands
from metrics.why.result import Part, is_signal, like_spans
from metrics.why.signal import Course, judge_together
from metrics.why.spec import GROWTH_OF, Question, grain_of, is_ratio

OWN_SHARE = "own share"
"""The step of an opened part that nothing inside it moves."""


def bridge_of(start: float, end: float, parts: Sequence[Part]) -> Bridge:
    """The parts as steps from before to after."""
    return Bridge(start, end, tuple(Step(p.key, p.effect.total) for p in parts))


def inner_bridge(part: Part, metric: Metric) -> Bridge:
    """A part's effect, opened: its share of the whole, and what moved inside it."""
    share = (Step(OWN_SHARE, part.effect.mix),) if is_ratio(metric) and part.effect.mix else ()
    steps = (*share, *(Step(p.key, p.effect.total) for p in part.inner))
    return Bridge(0.0, part.effect.total, steps)


@dataclass(frozen=True, slots=True)
class Input:
    """One factor before and after; of people and money that came or went there is no before."""

    key: str
    name: Words
    unit: Unit
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class Steps:
    """A change by factors or by growth accounting: the bridge's parts are named as the inputs.
    `bridge` is None with a `reason` when it can't be drawn."""

    before: Span | None
    after: Span | None
    equation: Words
    inputs: tuple[Input, ...]
    bridge: Bridge | None
    reason: Reason | None
    verdicts: Mapping[str, Judgement]
    """Of each input, judged beside the others by its own past."""
    past: int
    """How many earlier ranges that rests on."""
    sql: Mapping[str, str]
    version: str

    @property
    def signals(self) -> frozenset[str]:
        return frozenset(key for key, judgement in self.verdicts.items() if is_signal(judgement))


def factors(warehouse: Warehouse, scope: Scope, question: Question) -> Steps:
    """By logarithmic means: the input tree of the metric, else its numerator and denominator."""
    metric = question.of
    if metric.key in TREES:
        return _of_tree(warehouse, scope, question)
    both = _both(warehouse, scope, question)
    if isinstance(both, Reason):
        return _nothing(metric, both, warehouse)
    after, before = both
    past = like_spans(after, question, warehouse.coverage.start)
    found = measure(warehouse, scope, [*past, *both], needed([metric]))
    read_ = [read(metric, s, found.row(s), warehouse, scope) for s in (before, after)]
    reason = read_[0].reason or read_[1].reason
    if reason is not None:
        return _nothing(metric, reason, warehouse)
    (y0, x0), (y1, x1) = (
        operands(metric, found.row(s), warehouse.reporting, assumed=r.assumed)
        for s, r in zip((before, after), read_, strict=True)
    )
    above, below = _halves(metric)
    bridge = product(
        {"numerator": y0, "denominator": 1 / (x0 or 1.0)},
        {"numerator": y1, "denominator": 1 / (x1 or 1.0)},
    )
    units = (metric.unit if metric.unit is Unit.MONEY else _count_or_money(metric.numerator),
             _count_or_money(str(metric.denominator)))  # fmt: skip
    inputs = (
        Input("numerator", above, units[0], y0, y1),
        Input("denominator", below, units[1], x0 or 0.0, x1 or 0.0),
    )
    rows = [found.row(s) for s in (*past, after)]
    values = [operands(metric, r, warehouse.reporting, assumed=False) for r in rows]
    verdicts = _judged(
        {
            "numerator": [v.numerator for v in values],
            "denominator": [v.denominator or 0.0 for v in values],
        }
    )
    return Steps(
        before, after, metric.formula, inputs, bridge, None, verdicts, len(past), found.sql,
        warehouse.version,
    )  # fmt: skip


def _judged(courses: Mapping[str, Sequence[float]]) -> dict[str, Judgement]:
    """Each input's last value by the ones before it, allowing for all that are judged."""
    verdicts = judge_together([Course(tuple(c[:-1]), c[-1]) for c in courses.values()])
    return dict(zip(courses, verdicts, strict=True))


def _count_or_money(measure_: str) -> Unit:
    money = ("gmv", "revenue", "margin", "spend", "value")
    return Unit.MONEY if any(name in measure_ for name in money) else Unit.COUNT


def _halves(metric: Metric) -> tuple[Words, Words]:
    """What stands above and below the line of the formula."""
    en, zh = (text.split(" ÷ ", 1) for text in (metric.formula.en, metric.formula.zh))
    return Words(en[0], zh[0]), Words(en[-1], zh[-1])


def _both(warehouse: Warehouse, scope: Scope, question: Question) -> tuple[Span, Span] | Reason:
    if warehouse.coverage.lacking(*question.of.needs):
        return Reason.TABLE_MISSING
    against = comparable(warehouse, scope, question.span, question.comparison)
    if against is None:
        return Reason.NO_ROWS
    return as_far(question.span, against, warehouse.coverage.until) or Reason.NOT_BEGUN


def _nothing(metric: Metric, reason: Reason, warehouse: Warehouse) -> Steps:
    return Steps(None, None, metric.formula, (), None, reason, {}, 0, {}, warehouse.version)


def _of_tree(warehouse: Warehouse, scope: Scope, question: Question) -> Steps:
    found = read_tree(warehouse, scope, question.metric, question.span, question.comparison)
    inputs = tuple(
        Input(m.leaf.key, m.leaf.name, m.leaf.unit, m.before, m.after) for m in found.inputs
    )
    verdicts: dict[str, Judgement] = {}
    past = 0
    if found.after is not None:
        verdicts, past = _judged_leaves(warehouse, scope, question, found.tree)
    return Steps(
        found.before, found.after, found.tree.equation, inputs, found.bridge, found.reason,
        verdicts, past, found.sql, found.version,
    )  # fmt: skip


def _judged_leaves(
    warehouse: Warehouse, scope: Scope, question: Question, tree: Tree
) -> tuple[dict[str, Judgement], int]:
    """The inputs of a tree by their own past; who was retained shows in the days before a range,
    so the first ones of the data have no past to be judged by."""
    both = _both(warehouse, scope, question)
    if isinstance(both, Reason):
        return {}, 0
    first = warehouse.coverage.start
    past = like_spans(both[0], question, first)
    spans = [trailing(s) if tree.trailing else s for s in (*past, both[0])]
    looks_back = timedelta(days=TRAILING_DAYS if tree.trailing else 0)
    spans = [s for s in spans if s.start - looks_back >= first]
    parts = [p for leaf in tree.inputs for p in (leaf.measure, leaf.per) if p]
    found = measure(warehouse, scope, spans, {FAMILY_OF[m] for m in parts})
    courses = {leaf.key: [leaf.value(found.row(s)) for s in spans] for leaf in tree.inputs}
    return _judged(courses), len(spans) - 1


_USERS = Words(
    "users = those of the period before + new + resurrected − churned",
    "用户数 = 上期用户 + 新增 + 回流 − 流出",
)
_MONEY = Words(
    "GMV = that of the period before + new + resurrected + expansion − contraction − churned "
    "+ change of guests",
    "成交总额 = 上期 + 新增 + 回流 + 增购 − 减购 − 流出 + 游客变化",
)


def growth(warehouse: Warehouse, scope: Scope, question: Question) -> Steps:
    """Person by person, from one calendar week or month to the next: who is new, who came back, who
    is gone; of GMV also who spent more or less."""
    both = _both(warehouse, scope, question)
    if isinstance(both, Reason):
        return _nothing(question.of, both, warehouse)
    after, before = both
    grain = grain_of(after, warehouse.reporting.week_start)
    if grain is None or question.comparison is not Comparison.PREVIOUS:
        return _nothing(question.of, Reason.IMMATURE, warehouse)
    if before.start < warehouse.coverage.start:
        return _nothing(question.of, Reason.NOT_COVERED, warehouse)
    if GROWTH_OF[question.metric] is None:
        return _money_steps(warehouse, scope, after, before, grain)
    return _user_steps(warehouse, scope, question, after, before, grain)


def _user_steps(
    warehouse: Warehouse, scope: Scope, question: Question, after: Span, before: Span, grain: Grain
) -> Steps:
    criterion = GROWTH_OF[question.metric]
    assert criterion is not None
    found = user_growth(warehouse, scope, _looked_back(after, warehouse), grain, criterion)
    if found.reason is not None:
        return _nothing(question.of, found.reason, warehouse)
    last = found.whole[-1]
    flows = (Flow.NEW, Flow.RESURRECTED, Flow.CHURNED)

    def signed(f: UserFlows, flow: Flow) -> float:
        return float(f.of(flow) or 0) * (-1 if flow is Flow.CHURNED else 1)

    moved = {flow: signed(last, flow) for flow in flows}
    known = [f for f in found.whole if f.period.base_whole]
    verdicts = _judged({flow: [signed(f, flow) for f in known] for flow in flows})
    bridge = Bridge(
        float(last.before or 0), float(last.active), tuple(Step(k, v) for k, v in moved.items())
    )
    inputs = tuple(Input(k, FLOWS[k], Unit.COUNT, None, float(v)) for k, v in moved.items())
    return Steps(
        before, after, _USERS, inputs, bridge, None, verdicts, len(known) - 1,
        {"growth": found.sql}, found.version,
    )  # fmt: skip


def _money_steps(
    warehouse: Warehouse, scope: Scope, after: Span, before: Span, grain: Grain
) -> Steps:
    found = money_growth(warehouse, scope, _looked_back(after, warehouse), grain)
    last = found.whole[-1]
    if last.reason is not None:
        return Steps(None, None, _MONEY, (), None, last.reason, {}, 0, {}, found.version)
    moved = {flow: last.of(flow) for flow in MoneyFlow}
    bridge = Bridge(last.before_total, last.total, tuple(Step(k, v) for k, v in moved.items()))
    inputs = tuple(Input(k, MONEY_FLOWS[k], Unit.MONEY, None, v) for k, v in moved.items())
    known = [f for f in found.whole if f.period.base_whole and f.reason is None]
    verdicts = _judged({flow: [f.of(flow) for f in known] for flow in MoneyFlow})
    return Steps(
        before, after, _MONEY, inputs, bridge, None, verdicts, len(known) - 1,
        {"growth": found.sql}, found.version,
    )  # fmt: skip


def _looked_back(after: Span, warehouse: Warehouse) -> Span:
    """The period with those before it that its flows are judged by."""
    past = history(after, warehouse.coverage.start, most=HISTORY_POINTS)
    return Span(past[0].start if past else after.start, after.end)
