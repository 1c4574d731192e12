"""Where each metric is used, and what a table of the contract lights up."""

from __future__ import annotations

from data.schema import contract
from data.warehouse import OR, Coverage
from i18n import Words
from metrics.catalog import DEFAULT_TILES, METRICS, NORTH_STARS
from metrics.metric import Metric
from metrics.trees import TREES

LIGHTS_UP: dict[str, Words] = {
    "users": Words("users, acquisition, every break-down", "用户、获客、各维度拆分"),
    "events": Words("activity, stickiness, sessions, funnels", "活跃、粘性、会话、漏斗"),
    "identities": Words("visits before registration", "注册前的访问"),
    "orders": Words("GMV, buyers, repurchase, LTV", "GMV、购买用户、复购、用户价值"),
    "refunds": Words("net revenue, returns", "净收入、退货"),
    "order_items": Words("cost of goods, categories, baskets", "商品成本、品类、购物篮"),
    "touchpoints": Words("attribution", "归因"),
    "marketing_spend": Words("CAC, ROAS, MER, payback", "获客成本、ROAS、营销效率、回本周期"),
    "invitations": Words("referral", "老带新"),
    "experiments": Words("experiments", "A/B 实验"),
    "experiment_arms": Words("experiments", "A/B 实验"),
    "exposures": Words("experiments", "A/B 实验"),
    "memberships": Words("tiers", "会员等级"),
    "campaign_sends": Words("win-back, promotions", "召回、促销"),
    "feedback": Words("churn reasons, satisfaction", "流失原因、满意度"),
    "fx_rates": Words("several currencies", "多币种"),
    "calendar": Words("campaign days for like-for-like comparison", "大促日历（同口径对比）"),
}
"""What each canonical table is for."""


def uses(metric: Metric) -> tuple[Words, ...]:
    """The places where the metric is seen."""
    places = [
        Words("Overview: tile of the first deck", "总览：默认指标卡")
        if metric.key in DEFAULT_TILES
        else Words("Overview: tile, if chosen", "总览：可选指标卡")
    ]
    if metric.key in NORTH_STARS:
        places.append(Words("Overview: north star, if chosen", "总览：可选北极星指标"))
    places += [
        Words(f"Overview: input tree of {tree.name.en}", f"总览：{tree.name.zh}指标树")
        for tree in TREES.values()
        if metric.key in (tree.key, *[leaf.key for leaf in tree.inputs])
    ]
    return tuple(places)


def switched_off(coverage: Coverage, table: str) -> tuple[Metric, ...]:
    """Metrics that have no value because this table, or a column of it, has none."""
    return tuple(
        metric
        for metric in METRICS.values()
        if any(
            either.split(".")[0] == table
            for need in coverage.lacking(*metric.needs)
            for either in need.split(OR)
        )
    )


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a canonical table, in the order of the contract."""
    return tuple(c.name for c in contract.tables[table].columns)
