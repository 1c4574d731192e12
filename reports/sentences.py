"""The sentences of a pack, each computed from the readings that its charts draw."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.metric import Metric, Unit
from metrics.reading import REASONS
from metrics.review.result import Review, ReviewLine
from metrics.scorecard import Change
from metrics.stats.xmr import Rule, Verdict

RULES: dict[Rule, Words] = {
    Rule.OUTSIDE: Words("outside its natural limits", "超出自然波动范围"),
    Rule.RUN_OF_8: Words(
        "eighth week in a row on one side of the mean", "连续 8 周位于均值同一侧"
    ),
    Rule.THREE_OF_FOUR: Words(
        "three of the last four weeks nearer to a limit than to the mean",
        "最近 4 周中有 3 周更接近界限而非均值",
    ),
}


def change_text(change: Change, metric: Metric, currency: str, tr: Text) -> str:
    """Rates in basis points, everything else in per cent."""
    if metric.unit is not Unit.SHARE:
        return numbers.signed_change(change.before, change.after, metric.unit, tr, currency)
    points = round(change.absolute * 10_000)
    if not points:
        return "≈0 bp" if change.absolute else "0 bp"
    return f"{'+' if points > 0 else numbers.MINUS}{abs(points):,} bp"


def judged(line: ReviewLine, tr: Text) -> str:
    """Signal or noise, and by which rule."""
    judgement = line.judgement
    if judgement.verdict is Verdict.TOO_FEW:
        return tr(
            Words(
                "Not judged: {n} complete weeks before it, 8 are needed.",
                "未判定：此前完整周 {n} 个，至少需要 8 个。",
            ),
            n=judgement.points,
        )
    if judgement.rule is None:
        return tr(Words("No signal: within its usual range.", "无显著变化：处于正常波动范围内。"))
    up = judgement.verdict is Verdict.SIGNAL_UP
    return tr(
        Words("Signal ({side}): {rule}.", "显著（{side}）：{rule}。"),
        side=Words("high", "偏高") if up else Words("low", "偏低"),
        rule=RULES[judgement.rule],
    )


def finding_of(line: ReviewLine, currency: str, tr: Text) -> str:
    """The line in one sentence: value, change on the week before, signal or not."""
    reading = line.now.reading
    if reading.reason is not None:
        return tr(words_no_value, why=tr(REASONS[reading.reason]))
    value = numbers.short(reading.value, line.metric.unit, tr, currency)
    change = line.strip[0].wow
    said = judged(line, tr)
    if change is None:
        return tr(Words("{value} in the week. {judged}", "本周 {value}。{judged}"),
                  value=value, judged=said)
    moved = change_text(change, line.metric, currency, tr)
    return tr(
        Words("{value}, {moved} on the week before. {judged}", "{value}，周环比 {moved}。{judged}"),
        value=value, moved=moved, judged=said,
    )


words_no_value = Words("No value: {why}.", "无数值：{why}。")


def headline(review: Review, currency: str, tr: Text) -> str:
    """What is signal this week."""
    signals = review.opening.signals
    if not signals:
        return tr(Words("Nothing is signal this week.", "本周没有显著变化。"))
    names = tr(Words(", ", "、")).join(tr(line.metric.name) for line in signals)
    return tr(Words("Signal this week: {names}.", "本周显著变化：{names}。"), names=names)
