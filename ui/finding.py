"""The sentence a page opens with, computed from the same readings as its figures."""

from __future__ import annotations

from collections.abc import Sequence

from format import numbers
from i18n import Text, Words
from metrics.reading import REASONS
from metrics.scorecard import Line
from metrics.stats.xmr import Verdict
from ui.page import comparison_name
from ui.tiles import DOWN, UP

MOST_NAMED = 3


def overview_finding(star: Line | None, lines: Sequence[Line], tr: Text, currency: str) -> str:
    """The north star's value and change, then what is signal; or that nothing is."""
    said = [] if star is None else [_star(star, tr, currency)]
    signals = [line for line in lines if line.is_signal]
    judged = [line for line in lines if line.judgement.limits is not None]
    if signals:
        names = [_named(line, tr) for line in signals[:MOST_NAMED]]
        rest = len(signals) - MOST_NAMED
        words = Words("Signal: {names}{more}.", "显著变化：{names}{more}。")
        more = Words(" and {n} more", "等 {n} 项") if rest > 0 else Words("", "")
        n = rest if tr.language == "en" else len(signals)
        listed = tr(Words(", ", "、")).join(names)
        said.append(tr(words, names=listed, more=tr(more, n=n) if rest > 0 else ""))
    elif judged:
        words = Words(
            "No metric left its usual range ({n} judged).",
            "各项指标均在正常波动范围内（已判定 {n} 项）。",
        )
        said.append(tr(words, n=len(judged)))
    return tr(Words(" ", "")).join(said)


def _star(line: Line, tr: Text, currency: str) -> str:
    name = tr(line.metric.name)
    if line.reading.reason is not None:
        words = Words("{name}: no value, {reason}.", "{name}暂无数值：{reason}。")
        return tr(words, name=name, reason=tr(REASONS[line.reading.reason]))
    value = numbers.short(line.reading.value, line.metric.unit, tr, currency)
    if line.change is None:
        return tr(Words("{name} is {value}.", "{name}为 {value}。"), name=name, value=value)
    before, after = line.change.before, line.change.after
    change = numbers.signed_change(before, after, line.metric.unit, tr, currency)
    return tr(
        Words("{name} is {value}, {change} {against}.", "{name}为 {value}，{against} {change}。"),
        name=name,
        value=value,
        change=change,
        against=comparison_name(tr),
    )


def _named(line: Line, tr: Text) -> str:
    arrow = UP if line.judgement.verdict is Verdict.SIGNAL_UP else DOWN
    return f"{tr(line.metric.name)} {arrow}"
