"""A change in one sentence, and the names of its parts."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.metric import Metric
from metrics.parts import BREAKDOWNS
from metrics.reading import REASONS, Reason
from metrics.stats.xmr import Judgement, Verdict
from metrics.why.result import Part, Why, is_signal
from metrics.why.steps import Steps

_OTHERS = Words("All others ({n})", "其他（{n} 项）")
SIGNAL = Words("signal", "显著")
NOISE = Words("within its usual range", "正常波动")
USUAL = Words("usual", "正常波动")
"""The same in a table, where space is short."""
UNJUDGED = Words("not judged", "未判定")


def part_words(dimension: str, part: Part) -> Words:
    """The name of a value, or of all others."""
    if part.value is None:
        return Words(_OTHERS.en.format(n=part.others), _OTHERS.zh.format(n=part.others))
    return BREAKDOWNS[dimension].label(part.value)


def verdict_words(judgement: Judgement | None) -> Words:
    """Signal, noise, or not judged."""
    if judgement is None or judgement.verdict is Verdict.TOO_FEW:
        return UNJUDGED
    return SIGNAL if is_signal(judgement) else NOISE


def part_verdict(part: Part) -> Words:
    """Of a part: signal if its value or its share is."""
    if part.is_signal:
        return SIGNAL
    judged = [j for j in (part.own, part.share) if j and j.verdict is not Verdict.TOO_FEW]
    return NOISE if judged else UNJUDGED


def missing_words(found: Why) -> Words:
    """Why there is no bridge."""
    if found.words is not None:
        return found.words
    return REASONS[found.reason] if found.reason else Words("no data", "无数据")


_NONE = Words("{name}: no bridge, {why}.", "{name}：无法拆解（{why}）。")
_SAME = Words("{name} did not move ({after}).", "{name}没有变化（{after}）。")
_ROSE = Words(
    "{name} rose by {change} ({before} → {after})", "{name}上升 {change}（{before} → {after}）"
)
_FELL = Words(
    "{name} fell by {change} ({before} → {after})", "{name}下降 {change}（{before} → {after}）"
)
_OF_WHOLE = {
    Verdict.SIGNAL_UP: Words(", a signal", "，变化显著"),
    Verdict.SIGNAL_DOWN: Words(", a signal", "，变化显著"),
    Verdict.NOISE: Words(", within its usual range", "，属正常波动"),
    Verdict.TOO_FEW: Words("", ""),
}
_MOSTLY = Words(
    "{part} makes up {share} of it ({verdict}).", "其中 {share} 来自{part}（{verdict}）。"
)
_ALONE = Words(
    "{part} alone moved it by {effect} ({verdict}); other parts went the other way.",
    "仅{part}就使其变化 {effect}（{verdict}），其余部分有所抵消。",
)
_SPREAD = Words(
    "No part stands out: the largest, {part}, is {share} of it ({verdict}).",
    "没有突出的部分：最大的是{part}，占 {share}（{verdict}）。",
)
_LEAST = 0.3
"""A part below this share of the change does not stand out."""


def finding(found: Why, tr: Text, currency: str) -> str:
    """By how much it moved, whether that is signal, and which part did most of it."""
    metric = found.question.of
    if found.change is None:
        return tr(_NONE, name=metric.name, why=missing_words(found))
    start, end = float(found.start.value or 0), float(found.end.value or 0)
    first = moved(metric, start, end, tr, currency)
    if not found.change:
        return first
    first += tr(_OF_WHOLE[found.verdict.verdict]) + tr(Words(". ", "。"))
    named = [p for p in found.parts if p.value is not None and p.effect.total * found.change > 0]
    if not named:
        return first.strip()
    top = max(named, key=lambda p: abs(p.effect.total))
    return first + _top(
        tr(part_words(found.question.by[0], top)), top.effect.total, found.change,
        tr(part_verdict(top)), metric, tr, currency,
    )  # fmt: skip


def steps_finding(
    metric: Metric, found: Steps, names: dict[str, Words], tr: Text, currency: str
) -> str:
    """The same of factors and of people who came and went: what did most of it."""
    bridge = found.bridge
    if bridge is None:
        return tr(_NONE, name=metric.name, why=REASONS[found.reason or Reason.NO_ROWS])
    change = bridge.end - bridge.start
    first = moved(metric, bridge.start, bridge.end, tr, currency)
    along = [p for p in bridge.parts if p.value * change > 0]
    if not along:
        return first
    top = max(along, key=lambda p: abs(p.value))
    said = effect_text(top.value, metric, tr, currency)
    most = Words(
        "Most in its direction: {part} ({effect}, {verdict}).",
        "同向影响最大：{part}（{effect}，{verdict}）。",
    )
    verdict = verdict_words(found.verdicts.get(top.key))
    told = tr(most, part=names[top.key], effect=said, verdict=verdict)
    return first + tr(Words(". ", "。")) + told


def moved(metric: Metric, start: float, end: float, tr: Text, currency: str) -> str:
    """By how much a metric rose or fell, without an end."""
    before, after = (numbers.short(v, metric.unit, tr, currency) for v in (start, end))
    if start == end:
        return tr(_SAME, name=metric.name, after=after)
    change = numbers.signed_change(start, end, metric.unit, tr, currency)
    words = _ROSE if end > start else _FELL
    unsigned = change.lstrip(f"+{numbers.MINUS}")
    return tr(words, name=metric.name, change=unsigned, before=before, after=after)


def _top(
    name: str, effect: float, change: float, verdict: str, metric: Metric, tr: Text, currency: str
) -> str:
    share = effect / change
    said = numbers.short(share, "share", tr)
    if share > 1:
        amount = effect_text(effect, metric, tr, currency)
        return tr(_ALONE, part=name, effect=amount, verdict=verdict)
    words = _MOSTLY if share >= _LEAST else _SPREAD
    return tr(words, share=said, part=name, verdict=verdict)


def effect_text(
    value: float, metric: Metric, tr: Text, currency: str, *, full: bool = False
) -> str:
    """A part of a change with its sign, in the metric's unit; of shares in points. `full` for
    tables, else three figures."""
    return _signed(_unsigned(value, metric, tr, currency, full=full), value)


def _signed(text: str, value: float) -> str:
    return text if text.startswith("≈") else numbers.plus(text, value)


def _unsigned(value: float, metric: Metric, tr: Text, currency: str, *, full: bool) -> str:
    if metric.unit == "share":
        points = numbers.signed_points(value).lstrip("+")
        if value and float(points.replace(numbers.MINUS, "-")) == 0:
            points = "≈0"
        return f"{points} {tr(Words('pt', '个百分点'))}"
    write = numbers.full if full else numbers.short
    return write(value, metric.unit, tr, currency)
