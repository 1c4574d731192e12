"""The people behind a bar of growth accounting, for the list that a reader opens."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Words
from metrics.growth.money import buyers
from metrics.growth.result import Period
from metrics.growth.spec import Criterion, Cut, Flow, MoneyFlow
from metrics.growth.statement import there
from metrics.people import Column, Kind, People
from metrics.periods import Grain
from metrics.user_segments import Group


@dataclass(frozen=True, slots=True)
class FlowBar:
    """What was clicked: a flow of a period (None: everybody who was there), perhaps of one
    group, perhaps one group of the resurrected (`spec.AWAY`)."""

    period: Period
    criterion: Criterion
    flow: Flow | None = None
    group: Group | None = None
    away: str | None = None


@dataclass(frozen=True, slots=True)
class MoneyBar:
    """A part of the change of GMV in a period, perhaps of one group."""

    period: Period
    grain: Grain
    flow: MoneyFlow
    group: Group | None = None


FIRST_ON = Column("first_on", Words("First day in the period", "本期首日"), Kind.DAY)
LAST_ON = Column("last_on", Words("Last day before", "此前最近一日"), Kind.DAY)
AWAY_FOR = Column("away_days", Words("Days away", "间隔天数"), Kind.COUNT)
AMOUNT = Column("amount", Words("GMV in the period", "本期成交额"), Kind.MONEY)
BEFORE = Column("before", Words("GMV in the period before", "上期成交额"), Kind.MONEY)
CHANGE = Column("change", Words("Change", "变化"), Kind.MONEY)


def flow_people(warehouse: Warehouse, scope: Scope, bar: FlowBar) -> People:
    """The users of a flow: those longest away first, of churned ones the latest to leave."""
    src = warehouse.sources(scope)
    p = bar.period
    rows = there(src, p.before, p.span, bar.criterion, bar.flow, bar.group, bar.away)
    columns = {
        Flow.CHURNED: (LAST_ON,),
        Flow.NEW: (FIRST_ON,),
    }.get(bar.flow or Flow.RETAINED, (FIRST_ON, LAST_ON, AWAY_FOR))
    order = ("-last_on",) if bar.flow is Flow.CHURNED else ("-away_days", "first_on")
    return People(src, rows, columns, order)


def money_people(warehouse: Warehouse, scope: Scope, bar: MoneyBar) -> People:
    """The buyers behind a part of the change of GMV, the largest change first."""
    src = warehouse.sources(scope)
    cut = Cut(bar.grain, warehouse.reporting.week_start, (bar.period.before, bar.period.span))
    rows = buyers(src, cut, bar.flow, bar.group)
    falls = bar.flow in (MoneyFlow.CONTRACTION, MoneyFlow.CHURNED)
    return People(src, rows, (BEFORE, AMOUNT, CHANGE), ("change" if falls else "-change",))
