"""What a figure shows, in one computed sentence: for those who do not see it, and for exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from charts.outside import is_hollow, outside
from format import dates, numbers
from i18n import Text, Words
from metrics.scorecard import Point, Series
from metrics.stats.bridges import Bridge
from metrics.stats.xmr import Limits

_EMPTY = Words("No value in any of the {n} periods.", "{n} 个周期均无数值。")
_EMPTY_NAMED = Words("{name}: no value in any of the {n} periods.", "{name}：{n} 个周期均无数值。")
_COURSE = Words(
    "from {first} ({first_period}) to {last} ({last_period}); lowest {low}, highest {high}",
    "从 {first}（{first_period}）到 {last}（{last_period}）；最低 {low}，最高 {high}",
)
_MISSING = Words("{n} without a value", "{n} 个周期无数值")
_SIGNALS = Words("{n} outside the natural limits", "{n} 个点超出自然波动范围")
_RUNNING = Words("the last one still running", "最后一个周期进行中")
_TREND = Words("{name}: {facts}.", "{name}：{facts}。")
_SPARK = Words("{facts}.", "{facts}。")
_BRIDGE = Words(
    "From {start} ({start_label}) to {end} ({end_label}), a change of {change}: {parts}.",
    "从 {start}（{start_label}）到 {end}（{end_label}），变化 {change}：{parts}。",
)
_PART = Words("{name} {value}", "{name} {value}")
_ROWS = Words(
    "Rows by day from {span} in {n} tables; {gaps}.", "{span} {n} 张表的每日行数；{gaps}。"
)
_NO_GAPS = Words("no gaps", "无缺口")
_GAPS = Words("gaps on {n} days ({days})", "{n} 天有缺口（{days}）")
_AND_MORE = Words("{days} and {n} more", "{days} 等，另有 {n} 天")
_NAMED_GAPS = 5

_BETWEEN = Words("; ", "；")
_COMMA = Words(", ", "、")


def trend_alt(
    series: Series, each: Sequence[Limits | None], tr: Text, *, currency: str | None
) -> str:
    """The course of a metric: first and last value, extremes, gaps, signals. `each` are the limits
    of each point."""
    name = tr(series.metric.name)
    facts = _course(series.points, series.metric.unit, tr, currency, series.grain)
    if not facts:
        return tr(_EMPTY_NAMED, name=name, n=len(series.points))
    signals = sum(outside(p, own) is not None for p, own in zip(series.points, each, strict=True))
    if signals:
        facts.append(tr(_SIGNALS, n=signals))
    return tr(_TREND, name=name, facts=tr(_BETWEEN).join(facts))


def sparkline_alt(
    points: Sequence[Point], unit: str, tr: Text, *, currency: str | None = None
) -> str:
    """The same for the few points of a tile, which carries the name itself."""
    facts = _course(points, unit, tr, currency, None)
    if not facts:
        return tr(_EMPTY, n=len(points))
    return tr(_SPARK, facts=tr(_BETWEEN).join(facts))


def waterfall_alt(
    bridge: Bridge,
    names: Mapping[str, Words],
    start_label: str,
    end_label: str,
    unit: str,
    tr: Text,
    *,
    currency: str | None = None,
) -> str:
    """Where a change came from, largest part first."""
    change = bridge.end - bridge.start
    ordered = sorted(bridge.parts, key=lambda p: -abs(p.value))
    parts = tr(_COMMA).join(
        tr(
            _PART,
            name=names.get(p.key, Words(p.key, p.key)),
            value=numbers.plus(numbers.short(p.value, unit, tr, currency), p.value),
        )
        for p in ordered
    )
    return tr(
        _BRIDGE,
        start=numbers.short(bridge.start, unit, tr, currency),
        start_label=start_label,
        end=numbers.short(bridge.end, unit, tr, currency),
        end_label=end_label,
        change=numbers.plus(numbers.short(change, unit, tr, currency), change),
        parts=parts or numbers.NO_VALUE,
    )


def rows_alt(
    days: Sequence[date], counts: Mapping[str, Sequence[int]], gaps: set[date], tr: Text
) -> str:
    """How far the tables reach, and which days are missing."""
    inside = sorted(gaps.intersection(days))
    said = tr(_NO_GAPS)
    if inside:
        named = tr(_COMMA).join(dates.day(d, tr, days[-1]) for d in inside[:_NAMED_GAPS])
        if len(inside) > _NAMED_GAPS:
            named = tr(_AND_MORE, days=named, n=len(inside) - _NAMED_GAPS)
        said = tr(_GAPS, n=len(inside), days=named)
    span = dates.span(days[0], days[-1] + dates.DAY, tr)
    return tr(_ROWS, span=span, n=len(counts), gaps=said)


def _course(
    points: Sequence[Point], unit: str, tr: Text, currency: str | None, grain: str | None
) -> list[str]:
    """First, last, extremes, and what is missing or running; nothing when no point has a value."""
    known = [(p, p.reading.value) for p in points if p.reading.value is not None]
    if not known:
        return []

    def period(point: Point) -> str:
        span = point.span
        if grain is None:
            return dates.span(span.start, span.end, tr)
        return dates.bucket(span.start, span.end, grain, tr)

    def text(value: float) -> str:
        return numbers.short(value, unit, tr, currency)

    values = [value for _, value in known]
    facts = [
        tr(
            _COURSE,
            first=text(values[0]),
            first_period=period(known[0][0]),
            last=text(values[-1]),
            last_period=period(known[-1][0]),
            low=text(min(values)),
            high=text(max(values)),
        )
    ]
    if len(known) < len(points):
        facts.append(tr(_MISSING, n=len(points) - len(known)))
    if is_hollow(known[-1][0]):
        facts.append(tr(_RUNNING))
    return facts
