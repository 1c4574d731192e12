"""The flows as the figures take them."""

from __future__ import annotations

from collections.abc import Sequence

from charts.growth import Stack
from i18n import Text
from metrics.growth.result import MoneyFlows, UserFlows
from metrics.growth.spec import FLOWS, MONEY_FLOWS, Flow, MoneyFlow
from ui.growth.asked import Flows


def last_over(found: Flows) -> UserFlows | MoneyFlows | None:
    """The last period that is over and has flows."""
    done = [f for f in found.whole if f.period.follows and not f.period.running]
    done = [f for f in done if not (isinstance(f, MoneyFlows) and f.reason)]
    return done[-1] if done else None


def stacks(flows: Sequence[UserFlows | MoneyFlows], tr: Text) -> list[Stack]:
    """The parts of the change with their signs."""
    amounts = [f for f in flows if isinstance(f, MoneyFlows)]
    if amounts:
        return [
            Stack(
                flow.value,
                tr(MONEY_FLOWS[flow]),
                [None if f.reason else f.of(flow) for f in amounts],
            )
            for flow in MoneyFlow
        ]
    users = [f for f in flows if isinstance(f, UserFlows)]
    return [
        Stack("new", tr(FLOWS[Flow.NEW]), [f.new for f in users]),
        Stack("resurrected", tr(FLOWS[Flow.RESURRECTED]), [f.resurrected for f in users]),
        Stack(
            "churned",
            tr(FLOWS[Flow.CHURNED]),
            [None if f.churned is None else -f.churned for f in users],
        ),
    ]
