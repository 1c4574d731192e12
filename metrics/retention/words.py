"""The choices of retention by name, and what a figure means, in words."""

from __future__ import annotations

from i18n import Text, Words
from metrics.periods import Grain
from metrics.reading import Maturity
from metrics.retention.spec import Bracket, Clock, Kind, Return, Spec, Start, Value

STARTS: dict[Start, Words] = {
    Start.REGISTRATION: Words("Registration", "注册"),
    Start.FIRST_PURCHASE: Words("First purchase", "首次购买"),
    Start.FIRST_VISIT: Words("First visit", "首次访问"),
    Start.EVENT: Words("First time of an event", "首次发生指定事件"),
}
RETURNS: dict[Return, Words] = {
    Return.ACTIVITY: Words("Any activity", "任意活跃行为"),
    Return.PURCHASE: Words("Purchase", "购买"),
    Return.EVENT: Words("A chosen event", "指定事件"),
}
CLOCKS: dict[Clock, Words] = {
    Clock.CALENDAR: Words("Calendar", "自然周期"),
    Clock.HOURS: Words("24-hour clock", "24 小时制"),
}
KINDS: dict[Kind, Words] = {
    Kind.BOUNDED: Words("In period n", "当期留存"),
    Kind.ROLLING: Words("In period n or later", "滚动留存（n 期及以后）"),
    Kind.BRACKET: Words("Within a range of periods", "区间留存"),
    Kind.ON_OR_BEFORE: Words("By period n", "累计（截至第 n 期）"),
}
VALUES: dict[Value, Words] = {
    Value.USERS: Words("People who came back", "回访人数占比"),
    Value.ORDERS: Words("Orders per person", "人均订单数"),
    Value.REVENUE: Words("Net revenue per person", "人均净收入"),
    Value.MARGIN: Words("Gross margin per person", "人均毛利"),
    Value.REVENUE_RETENTION: Words("Revenue retention", "收入留存率"),
}
MATURITIES: dict[Maturity, Words] = {
    Maturity.MATURE: Words("mature", "已成熟"),
    Maturity.RUNNING: Words("running", "进行中"),
    Maturity.NOT_BEGUN: Words("not begun", "未开始"),
}
_LATER = Words("{period} or later", "{period}及以后")
_BY = Words("by {period}", "截至{period}")

INTERVALS: dict[Value, Words] = {
    Value.USERS: Words("Wilson", "Wilson 法"),
    Value.ORDERS: Words("Student's t over people", "按人 t 区间"),
    Value.REVENUE: Words("Student's t over people", "按人 t 区间"),
    Value.MARGIN: Words("Student's t over people", "按人 t 区间"),
    Value.REVENUE_RETENTION: Words("delta method over people", "按人 delta 法"),
}
"""How the 95 % interval of a finished cell is made."""


def column_name(spec: Spec, column: Bracket, tr: Text) -> str:
    """`D7`, `W4 or later`, `by M3`, `D8–30`."""
    one = column.last is None or column.last == column.first
    label = f"{column.first}" if one else column.label
    period = tr(_period(spec.grain), n=label)
    if column.last is None:
        return tr(_LATER, period=period)
    return tr(_BY, period=period) if spec.kind is Kind.ON_OR_BEFORE else period


def _period(grain: Grain) -> Words:
    match grain:
        case Grain.DAY:
            return Words("D{n}", "第 {n} 日")
        case Grain.WEEK:
            return Words("W{n}", "第 {n} 周")
        case _:
            return Words("M{n}", "第 {n} 月")


def start_name(spec: Spec, tr: Text) -> str:
    if spec.start is Start.EVENT:
        return tr(Words("First {event}", "首次 {event}"), event=spec.start_event)
    if spec.start is Start.FIRST_PURCHASE and spec.returns_count:
        return tr(Words("First order or cancellation", "首次下单或取消"))
    return tr(STARTS[spec.start])


def return_name(spec: Spec, tr: Text) -> str:
    if spec.returning is Return.EVENT:
        return spec.return_event
    name = tr(RETURNS[spec.returning])
    if spec.returns_count:
        return tr(
            Words("{name} (refunds and cancellations count)", "{name}（退款与取消也计入）"),
            name=name,
        )
    return name


def rule(spec: Spec, tr: Text) -> str:
    """What a cell and the pooled row say, as one line below the table."""
    sentences = (_VALUE_RULES[spec.value], _kind_rule(spec), _CLOCK_RULES[spec.clock], _POOLED)
    return tr(Words(" ", "")).join(tr(sentence) for sentence in sentences)


def _kind_rule(spec: Spec) -> Words:
    if spec.kind is Kind.ON_OR_BEFORE and spec.counted_from == 1:
        return _FROM_ONE
    return _KIND_RULES[spec.kind]


_VALUE_RULES: dict[Value, Words] = {
    Value.USERS: Words(
        "Share of the cohort's people who came back.",
        "同期群中回访的人数占比。",
    ),
    Value.ORDERS: Words("Paid orders per person of the cohort.", "付款订单数 ÷ 同期群人数。"),
    Value.REVENUE: Words(
        "Net revenue (GMV less discounts and refunds, with shipping) per person of the cohort.",
        "净收入（成交额减折扣与退款，含运费收入）÷ 同期群人数。",
    ),
    Value.MARGIN: Words("Gross margin per person of the cohort.", "毛利 ÷ 同期群人数。"),
    Value.REVENUE_RETENTION: Words(
        "The cohort's net revenue in the period over its own in period 0.",
        "同期群该期净收入 ÷ 其第 0 期净收入。",
    ),
}
_KIND_RULES: dict[Kind, Words] = {
    Kind.BOUNDED: Words("Counted in period n itself.", "仅统计第 n 期当期。"),
    Kind.ROLLING: Words(
        "Counted in period n or any later one up to the end of the data, so it may still rise.",
        "统计第 n 期及之后直到数据截止，因此数值仍可能上升。",
    ),
    Kind.BRACKET: Words(
        "Counted once within the range of periods, both ends included.",
        "区间内至少一次即计入，首尾两期均包含。",
    ),
    Kind.ON_OR_BEFORE: Words(
        "Counted from period 0 up to and including period n.", "统计第 0 期至第 n 期（含）。"
    ),
}
_FROM_ONE = Words(
    "Counted from period 1 up to and including period n; period 0 is 100 % by definition.",
    "统计第 1 期至第 n 期（含）；第 0 期按定义为 100%。",
)
_CLOCK_RULES: dict[Clock, Words] = {
    Clock.CALENDAR: Words(
        "Periods are days, weeks or months of the calendar.", "周期按自然日、周、月划分。"
    ),
    Clock.HOURS: Words(
        "Periods run from each person's own instant: 24 hours, 7 × 24 hours or 30 × 24 hours.",
        "周期自每人起始时刻起算：24 小时、7×24 小时或 30×24 小时。",
    ),
}
_POOLED = Words(
    "Pooled: sum of numerators over sum of denominators, cohorts whose period is over.",
    "合计行：分子之和 ÷ 分母之和，仅含该期已结束的同期群。",
)
