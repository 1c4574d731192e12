"""Signal or noise in words: the rules, and what a judgement says."""

from __future__ import annotations

from i18n import Text, Words
from metrics.stats.xmr import Judgement, Rule, Verdict

RULES: dict[Rule, Words] = {
    Rule.OUTSIDE: Words("outside its natural limits", "超出自然波动范围"),
    Rule.RUN_OF_8: Words(
        "eighth value in a row on one side of the mean", "连续 8 期位于均值同一侧"
    ),
    Rule.THREE_OF_FOUR: Words(
        "three of the last four nearer to a limit than to the mean",
        "最近 4 期中有 3 期更接近界限而非均值",
    ),
}


def judgement_words(judgement: Judgement, tr: Text) -> str:
    """Signal or not, and by which rule, in words."""
    if judgement.verdict is Verdict.TOO_FEW:
        return tr(
            Words(
                "Not judged: {n} complete periods before it (8 are needed), and it must be over.",
                "未判定：此前完整周期 {n} 个（至少需要 8 个），且本期须已结束。",
            ),
            n=judgement.points,
        )
    if judgement.rule is None:
        return tr(Words("No signal: within its usual range.", "无显著变化：处于正常波动范围内。"))
    up = judgement.verdict is Verdict.SIGNAL_UP
    side = Words("high", "偏高") if up else Words("low", "偏低")
    return tr(
        Words("Signal ({side}): {rule}.", "显著（{side}）：{rule}。"),
        side=side,
        rule=RULES[judgement.rule],
    )
