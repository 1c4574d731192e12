"""What kinds of lists can be kept, and how each is found again in whatever data there is by then.

A definition says how people are found, with the days it was asked for; asked again later it counts
whoever fits then: an order that arrives late, a user who has bought since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.attribution.people import Behind as Credited
from metrics.attribution.people import attribution_people, behind
from metrics.attribution.result import attribution
from metrics.attribution.spec import Conversions, Dated, Model
from metrics.attribution.spec import Spec as Touches
from metrics.channels.people import Counted, channel_people
from metrics.channels.people import Who as Acquired
from metrics.explore import kept as behind_metric
from metrics.funnels import people as funnel
from metrics.funnels.spec import Funnel
from metrics.growth.people import FlowBar, MoneyBar, flow_people, money_people
from metrics.growth.result import Period
from metrics.growth.spec import Criterion, Flow, MoneyFlow
from metrics.lifecycle.people import Number, lifecycle_people
from metrics.lifecycle.result import Asked as Lifecycle
from metrics.lifecycle.stages import Mode, Population, Stage
from metrics.lifecycle.stages import State as Reached
from metrics.metric import Metric
from metrics.payback.people import Cell, payback_people
from metrics.payback.spec import By
from metrics.people import People
from metrics.periods import Grain
from metrics.referral.people import referral_people
from metrics.referral.steps import Step
from metrics.retention.people import Who, cell_people
from metrics.retention.spec import Bracket, Clock, Kind, Return, Spec, Start, Value
from metrics.states.people import StateBar, Transition, state_people
from metrics.states.spec import State
from metrics.survival import people as survival
from metrics.survival.spec import Criterion as Sign
from metrics.survival.spec import Outcome, Question
from metrics.user_segments import Group
from metrics.user_segments import Segment as Split


class Listed(StrEnum):
    """The figures behind which people are listed."""

    FUNNEL = "funnel"
    LIFECYCLE = "lifecycle"
    REFERRAL = "referral"
    RETENTION = "retention"
    GROWTH = "growth"
    GROWTH_MONEY = "growth_money"
    STATES = "states"
    SURVIVAL = "survival"
    CHANNELS = "channels"
    PAYBACK = "payback"
    ATTRIBUTION = "attribution"
    METRIC = "metric"


LISTED: dict[Listed, Words] = {
    Listed.FUNNEL: Words("Event funnel", "事件漏斗"),
    Listed.LIFECYCLE: Words("Lifecycle funnel", "生命周期漏斗"),
    Listed.REFERRAL: Words("Referral", "裂变"),
    Listed.RETENTION: Words("Cohorts", "同期群留存"),
    Listed.GROWTH: Words("Growth accounting", "增长核算"),
    Listed.GROWTH_MONEY: Words("Growth accounting of GMV", "成交额增长核算"),
    Listed.STATES: Words("Lifecycle states", "用户状态"),
    Listed.SURVIVAL: Words("Repeat and churn", "复购与流失"),
    Listed.CHANNELS: Words("Channels", "渠道"),
    Listed.PAYBACK: Words("Payback", "回本周期"),
    Listed.ATTRIBUTION: Words("Attribution", "归因"),
    Listed.METRIC: Words("A metric", "指标"),
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """Which list, and what tells it from the others of its kind, as plain JSON."""

    list: Listed
    of: Json


def people_of(warehouse: Warehouse, scope: Scope, definition: Definition) -> People:
    """Whoever fits the definition now. A `Problem` where it can't be read any more: it was kept by
    another version, or names an event that the shop does not have."""
    try:
        return _READERS[definition.list](warehouse, scope, definition.of)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Problem(
            "audience_unreadable",
            Words(
                "The definition of this audience can't be read: {reason}",
                "该人群包的定义无法读取：{reason}",
            ),
            Words("Open the figure again and keep its list anew.", "请重新打开图表并另存名单。"),
            reason=f"{type(error).__name__}: {error}",
        ) from error


def of_funnel(asked: Funnel, span: Span, bar: funnel.Bar) -> Definition | None:
    """A bar of the whole; a part of a break-down is not kept, since values change."""
    if bar.breakdown is not None:
        return None
    made = {"funnel": asked.model_dump(mode="json"), "span": _span(span)}
    return Definition(Listed.FUNNEL, {**made, "state": bar.state.value, "step": bar.step})


def of_lifecycle(population: Population, span: Span, number: Number) -> Definition:
    return Definition(
        Listed.LIFECYCLE,
        {
            "population": population.value,
            "span": _span(span),
            "stage": number.stage.value,
            "mode": number.mode.value,
            "state": number.state.value,
        },
    )


def of_referral(span: Span, step: Step) -> Definition:
    return Definition(Listed.REFERRAL, {"span": _span(span), "step": step.value})


def of_retention(
    spec: Spec,
    span: Span,
    cohorts: list[Span],
    column: Bracket,
    who: Who,
    group: Group | None = None,
) -> Definition:
    return Definition(
        Listed.RETENTION,
        {
            "spec": {**asdict(spec), "brackets": [[b.first, b.last] for b in spec.brackets]},
            "span": _span(span),
            "cohorts": [_span(c) for c in cohorts],
            "column": [column.first, column.last],
            "who": who.value,
            **_group(group),
        },
    )


def of_survival(question: Question, point: survival.Point) -> Definition:
    return Definition(
        Listed.SURVIVAL,
        {
            "outcome": question.outcome.value,
            "criterion": question.criterion.value,
            "churn_days": question.churn_days,
            "span": None if question.span is None else _span(question.span),
            "who": point.who.value,
            "age": point.age,
            **_group(point.group),
        },
    )


def of_growth(bar: FlowBar | MoneyBar) -> Definition:
    spans = {"span": _span(bar.period.span), "before": _span(bar.period.before)}
    period: Json = {**spans, **_group(bar.group)}
    if isinstance(bar, MoneyBar):
        of = {**period, "grain": bar.grain.value, "flow": bar.flow.value}
        return Definition(Listed.GROWTH_MONEY, of)
    flow = None if bar.flow is None else bar.flow.value
    told: Json = {**period, "criterion": bar.criterion.value, "flow": flow, "away": bar.away}
    return Definition(Listed.GROWTH, told)


def of_states(bar: StateBar | Transition) -> Definition:
    if isinstance(bar, Transition):
        before = None if bar.before is None else bar.before.value
        days = {"on": bar.on.isoformat(), "against": bar.against.isoformat()}
        return Definition(Listed.STATES, {**days, "before": before, "after": bar.after.value})
    state = None if bar.state is None else bar.state.value
    of = {"on": bar.on.isoformat(), "state": state, **_group(bar.group)}
    return Definition(Listed.STATES, of)


def _group(group: Group | None) -> Json:
    """Nothing for everybody. Without a value it is all but those that stood for themselves when it
    was kept: which these are changes with the data, who is meant does not."""
    if group is None:
        return {}
    return {"group": {"by": group.by.value, "value": group.value, "named": sorted(group.named)}}


def of_channels(counted: Counted) -> Definition:
    of = {"span": _span(counted.span), "path": list(counted.path), "who": counted.who.value}
    return Definition(Listed.CHANNELS, of)


def of_payback(cell: Cell) -> Definition | None:
    """Of all other channels or markets it is not kept, since these change."""
    if cell.others:
        return None
    spans = [_span(s) for s in cell.spans]
    of: Json = {"spans": spans, "within": cell.within, "by": cell.by.value, "value": cell.value}
    return Definition(Listed.PAYBACK, of)


def of_attribution(span: Span, spec: Touches, of: Credited) -> Definition:
    made = {
        "span": _span(span), "spec": asdict(spec), "channel": of.channel, "model": of.model.value,
    }  # fmt: skip
    if of.campaign is not None:
        made["campaign"] = of.campaign
    return Definition(Listed.ATTRIBUTION, made)


def of_metric(metric: Metric, span: Span, by: Mapping[str, str]) -> Definition:
    return Definition(Listed.METRIC, behind_metric.as_json(metric, span, by))


def _span(span: Span) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]


def _read_span(days: list[str]) -> Span:
    start, end = (date.fromisoformat(day) for day in days)
    return Span(start, end)


def _funnel(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    asked = Funnel.model_validate(of["funnel"])
    bar = funnel.Bar(funnel.State(of["state"]), int(of["step"]))
    return funnel.funnel_people(warehouse, scope, asked, _read_span(of["span"]), bar)


def _lifecycle(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    asked = Lifecycle(warehouse, scope, Population(of["population"]))
    number = Number(Stage(of["stage"]), Mode(of["mode"]), Reached(of["state"]))
    return lifecycle_people(asked, _read_span(of["span"]), number)


def _referral(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    return referral_people(warehouse, scope, _read_span(of["span"]), Step(of["step"]))


def _retention(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    told = dict(of["spec"])
    spec = Spec(
        start=Start(told["start"]),
        returning=Return(told["returning"]),
        grain=Grain(told["grain"]),
        clock=Clock(told["clock"]),
        kind=Kind(told["kind"]),
        value=Value(told["value"]),
        start_event=told["start_event"],
        return_event=told["return_event"],
        periods=told["periods"],
        brackets=tuple(Bracket(first, last) for first, last in told["brackets"]),
        returns_count=bool(told["returns_count"]),
    )
    first, last = of["column"]
    return cell_people(
        warehouse,
        scope,
        spec,
        _read_span(of["span"]),
        [_read_span(c) for c in of["cohorts"]],
        Bracket(first, last),
        Who(of["who"]),
        _read_group(of),
    )


def _read_group(of: Json) -> Group | None:
    told = of.get("group")
    return None if told is None else Group(Split(told["by"]), told["value"], tuple(told["named"]))


def _survival(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    question = Question(
        Outcome(of["outcome"]),
        warehouse.coverage,
        None if of["span"] is None else _read_span(of["span"]),
        Sign(of["criterion"]),
        of["churn_days"],
        None if "group" not in of else Split(of["group"]["by"]),
    )
    point = survival.Point(survival.Who(of["who"]), of["age"], _read_group(of))
    return survival.curve_people(warehouse, scope, question, point)


def _period(of: Json) -> Period:
    """As a list needs it: whether the period is over decides nothing about who is on it."""
    return Period(_read_span(of["span"]), _read_span(of["before"]), False, True, True)


def _growth(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    flow = None if of["flow"] is None else Flow(of["flow"])
    bar = FlowBar(_period(of), Criterion(of["criterion"]), flow, _read_group(of), of["away"])
    return flow_people(warehouse, scope, bar)


def _growth_money(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    bar = MoneyBar(_period(of), Grain(of["grain"]), MoneyFlow(of["flow"]), _read_group(of))
    return money_people(warehouse, scope, bar)


def _states(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    on = date.fromisoformat(of["on"])
    if "after" in of:
        before = None if of["before"] is None else State(of["before"])
        against = date.fromisoformat(of["against"])
        return state_people(warehouse, scope, Transition(against, on, before, State(of["after"])))
    state = None if of["state"] is None else State(of["state"])
    return state_people(warehouse, scope, StateBar(on, state, _read_group(of)))


def _channels(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    counted = Counted(_read_span(of["span"]), tuple(of["path"]), Acquired(of["who"]))
    return channel_people(warehouse, scope, counted)


def _payback(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    spans = tuple(_read_span(s) for s in of["spans"])
    within = None if of["within"] is None else int(of["within"])
    cell = Cell(spans, within, By(of["by"]), of["value"])
    return payback_people(warehouse, scope, cell)


def _attribution(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    told, model = of["spec"], Model(of["model"])
    days = int(told["lookback_days"]), int(told["half_life_days"])
    spec = Touches(
        Conversions(told["conversions"]), Dated(told["dated"]), *days, tuple(told["kinds"])
    )
    found = attribution(warehouse, scope, _read_span(of["span"]), spec, (model,))
    credited = behind(found, of["channel"], model, of.get("campaign"))
    return attribution_people(warehouse, scope, credited)


_READERS: dict[Listed, Callable[[Warehouse, Scope, Json], People]] = {
    Listed.FUNNEL: _funnel,
    Listed.LIFECYCLE: _lifecycle,
    Listed.REFERRAL: _referral,
    Listed.RETENTION: _retention,
    Listed.GROWTH: _growth,
    Listed.GROWTH_MONEY: _growth_money,
    Listed.STATES: _states,
    Listed.SURVIVAL: _survival,
    Listed.CHANNELS: _channels,
    Listed.PAYBACK: _payback,
    Listed.ATTRIBUTION: _attribution,
    Listed.METRIC: behind_metric.from_json,
}
