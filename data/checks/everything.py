"""All checks, in the order of their weight."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.checks import clock, days, experiments, identity, imports, money, people, spend, tracking
from data.checks.finding import Found, Listing, Probe, Severity
from data.checks.look import Asked, Look
from data.warehouse import Warehouse
from i18n import Problem, Words

PROBES: tuple[Probe, ...] = (
    Probe("freshness", Words("Freshness", "新鲜度"), clock.freshness),
    Probe("rejected_rows", Words("Rejected rows", "拒收的行"), imports.rejected),
    Probe("duplicate_keys", Words("Duplicate keys", "重复主键"), identity.duplicates),
    Probe("currency_rates", Words("Currency without a rate", "缺少汇率的币种"), money.rates),
    Probe("negative_amounts", Words("Negative amounts", "负数金额"), money.negative),
    Probe("items_total", Words("Orders against their items", "订单金额与明细"), money.items_total),
    Probe("orphans", Words("Rows that point to nothing", "找不到归属的行"), identity.orphans),
    Probe("refund_orders", Words("Refunds and their orders", "退款与订单"), identity.refund_orders),
    Probe("gaps", Words("Missing days", "缺失的日期"), days.gaps),
    Probe("spend_gaps", Words("Missing days of spend", "缺失的花费日期"), spend.gaps),
    Probe("spend_channels", Words("Spend without a channel", "未归入渠道的花费"), spend.unmapped),
    Probe("tracking_outage", Words("Broken tracking", "埋点异常"), tracking.outage),
    Probe("exposed_units", Words("Exposed units", "实验曝光单位"), experiments.units),
    Probe("early_exposures", Words("Early exposures", "过早的曝光"), experiments.early),
    Probe("exposed_arms", Words("Arms of exposures", "曝光的实验组"), experiments.arms),
    Probe("arm_weights", Words("Shares of arms", "实验流量占比"), experiments.weights),
    Probe("future", Words("Timestamps in the future", "未来的时间戳"), clock.future),
    Probe("purchase_events", Words("Purchase events", "购买事件"), people.purchase_events),
    Probe("unknown_home", Words("Unknown origin", "来源未知"), people.unknown_home),
    Probe("guests", Words("Guest orders", "游客订单"), people.guests),
    Probe("test_users", Words("Test users", "测试用户"), people.test_users),
    Probe("spend_credits", Words("Credit notes", "负数花费"), spend.credits),
    Probe("renamed_campaigns", Words("Renamed campaigns", "改名的广告系列"), spend.renamed),
    Probe("set_aside", Words("Rows set aside", "搁置的行"), imports.left_out),
    Probe("read_by_rule", Words("Read by a rule", "按规则读取"), imports.rules),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check's finding with the statements that it asked."""

    key: str
    name: Words
    severity: Severity
    sentence: Words
    advice: Words | None
    listing: Listing | None
    statements: tuple[Asked, ...] = field(compare=False)

    def sql(self, warehouse: Warehouse) -> tuple[str, ...]:
        """What it asked, as text with its values."""
        return tuple(warehouse.sql(statement) for statement in self.statements)

    @property
    def needs_attention(self) -> bool:
        return self.severity in (Severity.ERROR, Severity.WARNING)


def run_checks(look: Look) -> tuple[Check, ...]:
    """Every check that applies, the worst first. One that takes too long says so and stops no
    other."""
    checks = [check for probe in PROBES if (check := _run(probe, look)) is not None]
    order = list(Severity)
    return tuple(sorted(checks, key=lambda c: order.index(c.severity)))


def _run(probe: Probe, look: Look) -> Check | None:
    try:
        found = probe.probe(look)
    except Problem as problem:
        # A warehouse that is gone is not a finding about the data.
        if problem.code != "statement_timeout":
            raise
        found = Found(Severity.WARNING, problem.what, problem.hint)
    statements = look.asked()
    if found is None:
        return None
    return Check(
        probe.key,
        probe.name,
        found.severity,
        found.sentence,
        found.advice,
        found.listing,
        statements,
    )
