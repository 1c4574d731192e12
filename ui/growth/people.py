"""The people behind the bars of growth accounting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.rollups import BACK
from format import dates, numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_growth
from metrics.growth.people import FlowBar, MoneyBar, flow_people, money_people
from metrics.growth.result import MoneyFlows, UserFlows
from metrics.growth.spec import AWAY, FLOWS, MONEY_FLOWS, Flow, MoneyFlow
from metrics.metric import Unit
from ui.behind import Behind
from ui.growth.asked import Asked, Flows
from ui.session import scope, text, warehouse


@dataclass(frozen=True, slots=True)
class Bar:
    """A period by place and a part of its change by key."""

    period: int
    key: str


BEHIND: Behind[Bar] = Behind("growth")
_WITHOUT_PEOPLE = (MoneyFlow.GUESTS.value,)


def selecting() -> dict[str, Any]:
    """What the figure is drawn with, so that its bars can be clicked."""

    def read(data: Any, _trace: int) -> Bar | None:
        if not isinstance(data, (list, tuple)) or data[1] in _WITHOUT_PEOPLE:
            return None
        return Bar(int(data[0]), str(data[1]))

    return BEHIND.on_select(read)


def amount_of(flows: UserFlows | MoneyFlows, key: str) -> float | None:
    """What the bar says."""
    if isinstance(flows, MoneyFlows):
        return None if flows.reason else flows.of(MoneyFlow(key))
    if key in BACK:
        return None if flows.back is None else flows.back[key]
    return flows.of(Flow(key))


def choices(found: Flows) -> list[Bar]:
    """The lists of the last periods."""
    parts = _keys(found)
    last = range(len(found.whole) - 1, max(len(found.whole) - 5, -1), -1)
    bars = [Bar(n, key) for n in last for key in parts if key not in _WITHOUT_PEOPLE]
    return [b for b in bars if amount_of(found.whole[b.period], b.key)]


def _keys(found: Flows) -> list[str]:
    if found.whole and isinstance(found.whole[0], MoneyFlows):
        return [f.value for f in MoneyFlow]
    return [*[f.value for f in Flow], *BACK]


def picker(found: Flows) -> None:
    tr = text()
    BEHIND.picker(choices(found), lambda bar: name_of(found, bar, tr))


def name_of(found: Flows, bar: Bar, tr: Text) -> str:
    """Which part of which period, and what it says."""
    flows = found.whole[bar.period]
    money = isinstance(flows, MoneyFlows)
    unit = Unit.MONEY if money else Unit.COUNT
    if money:
        part = tr(MONEY_FLOWS[MoneyFlow(bar.key)])
    elif bar.key in BACK:
        part = f"{tr(FLOWS[Flow.RESURRECTED])}{tr(Words(', ', '，'))}{tr(AWAY[bar.key])}"
    else:
        part = tr(FLOWS[Flow(bar.key)])
    span = flows.period.span
    return tr(
        Words("{period} · {part}: {n}", "{period} · {part}：{n}"),
        period=dates.bucket(span.start, span.end, found.grain, tr),
        part=part,
        n=numbers.full(amount_of(flows, bar.key), unit, tr, scope().currency),
    )


def opened_people(found: Flows, asked: Asked) -> None:
    """The drawer of the bar that was clicked before this run."""
    bar, w = BEHIND.wanted(), warehouse()
    if bar is None or bar.period >= len(found.whole):
        return
    flows = found.whole[bar.period]
    if bar.key not in _keys(found) or not amount_of(flows, bar.key):
        return
    if isinstance(flows, MoneyFlows):
        money = MoneyBar(flows.period, asked.grain, MoneyFlow(bar.key))
        people, definition = money_people(w, asked.scope, money), of_growth(money)
    else:
        away = bar.key if bar.key in BACK else None
        flow = Flow.RESURRECTED if away else Flow(bar.key)
        one = FlowBar(flows.period, asked.criterion, flow, None, away)
        people, definition = flow_people(w, asked.scope, one), of_growth(one)
    BEHIND.open(lambda tr: name_of(found, bar, tr), people, definition=definition)
