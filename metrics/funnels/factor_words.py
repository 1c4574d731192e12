"""What factors are called, and the sentence that says what they are: association, not cause."""

from __future__ import annotations

from data.dimensions import DIMENSIONS, MARKET, UNKNOWN
from format import numbers
from format.durations import duration
from i18n import Text, Words
from metrics.funnels.association import Association, Factor, Known
from metrics.funnels.breakdown import USER_COLUMNS
from metrics.funnels.factors import BORN, BOUGHT_BEFORE, OF_ENTRY, REGISTERED
from metrics.funnels.names import event_name
from metrics.funnels.people import UNITS
from metrics.funnels.spec import Funnel

TITLE = Words("What goes with converting", "哪些因素与转化相关")
NOT_CAUSE = Words(
    "Association, not cause: people who differ in one thing differ in others too. Only an "
    "experiment tells what changing it would do.",
    "以下均为相关关系，不代表因果：在某一点上不同的人，其他方面往往也不同。要知道改变它会怎样，请做实验。",
)
KINDS: dict[Known, Words] = {
    Known.AT_ENTRY: Words("Known when they entered", "进入时已知的属性"),
    Known.SOON_AFTER: Words("Done soon after they entered", "进入后不久的行为"),
}
_FLAGS: dict[str, Words] = {
    REGISTERED: Words("Registered before", "进入前已注册"),
    BOUGHT_BEFORE: Words("Bought before", "进入前购买过"),
}
_COLUMNS: dict[str, Words] = {
    **USER_COLUMNS,
    BORN: Words("Born in the decade", "出生年代"),
    "channel": Words("Acquisition channel", "获客渠道"),
    "campaign": Words("Acquisition campaign", "获客活动"),
    "platform": Words("First platform", "首次使用平台"),
    "country": Words("Home country", "所属国家/地区"),
    OF_ENTRY + "channel": Words("Entry channel", "进入渠道"),
    OF_ENTRY + "campaign": Words("Entry campaign", "进入活动"),
    OF_ENTRY + "platform": Words("Entry platform", "进入平台"),
    OF_ENTRY + "country": Words("Entry country", "进入国家/地区"),
    OF_ENTRY + "category": Words("Entry category", "进入品类"),
    OF_ENTRY + "item_id": Words("Entry item", "进入商品"),
}


def factor_name(factor: Factor, tr: Text) -> str:
    """“Acquisition channel: Short video”, or the event."""
    if factor.column == "event":
        return tr(event_name(factor.value))
    if factor.column in _FLAGS:
        return tr(_FLAGS[factor.column])
    name = _COLUMNS[factor.column]
    return tr(Words("{name}: {value}", "{name}：{value}"), name=name, value=_value(factor, tr))


def _value(factor: Factor, tr: Text) -> str:
    if factor.value == UNKNOWN:
        return tr(Words("Unknown", "未知"))
    column = factor.column.removeprefix(OF_ENTRY)
    if column == "country":
        return tr(MARKET.label(factor.value))
    if column == BORN:
        return tr(Words("{year}s", "{year} 年代"), year=factor.value)
    return tr(DIMENSIONS[column].label(factor.value)) if column in DIMENSIONS else factor.value


def compared_sentence(a: Association, funnel: Funnel, known: Known, tr: Text) -> str:
    """Who is compared, and how many of them converted."""
    units = UNITS[funnel.count]
    if known is Known.AT_ENTRY:
        words = Words(
            "{n} {units} whose window is over; {k} of them converted ({rate}).",
            "观察期已满的 {n} {units}，其中 {k} 完成转化（{rate}）。",
        )
        n, k = a.units, a.converted
    else:
        words = Words(
            "Events in the first {time} after entry, among the {n} {units} that had not converted "
            "by then; {k} of them did later ({rate}).",
            "统计进入后 {time}内的行为；对象为此时尚未转化的 {n} {units}，"
            "其中 {k} 之后完成转化（{rate}）。",
        )
        n, k = a.waiting, a.waiting_converted
    rate = numbers.short(k / n, "share", tr) if n else numbers.NO_VALUE
    return tr(words, n=numbers.full(n, "count", tr), k=numbers.full(k, "count", tr), units=units,
              rate=rate, time=duration(a.seconds, tr))  # fmt: skip


def times_text(ratio: float) -> str:
    """`×1.38`: how many times as often."""
    return f"×{ratio:.2f}" if ratio < 9.995 else f"×{ratio:.0f}"
