"""An answer in words: the verdict with its reason, and each of the numbers around it."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.calculator.answer import Answer, Verdict
from metrics.calculator.question import Kind
from metrics.effect_words import chance_text, judged_by, p_text
from metrics.stats.experiments.effect import METHODS
from metrics.stats.experiments.modes import Mode

VERDICTS: dict[Verdict, Words] = {
    Verdict.INVALID: Words(
        "Do not read a result: the split is off. {n_c} and {n_t} units came where {e_c} and {e_t} "
        "were planned (SRM {srm}). Find the cause first.",
        "结果不可用：分流比例异常。计划 {e_c} 和 {e_t}，实际 {n_c} 和 {n_t}（SRM {srm}）。"
        "请先查明原因。",
    ),
    Verdict.NO_ANSWER: Words("No answer yet: {reason}.", "暂无结论：{reason}。"),
    Verdict.TOO_EARLY: Words(
        "Too early to conclude: each arm needs 60 units and about 30 conversions or buyers before "
        "an interval at any time can be trusted.",
        "为时尚早：每组至少需要 60 个样本、约 30 次转化（或 30 个付费用户），"
        "随时可看的区间才可信。",
    ),
    Verdict.BETTER: Words(
        "{t} is better than {c}: {v_t} against {v_c}, {diff} ({low} to {high}); significant, {by}.",
        "“{t}”优于“{c}”：{v_t}，对照 {v_c}，相差 {diff}（{low} 至 {high}）；显著，{by}。",
    ),
    Verdict.WORSE: Words(
        "{t} is worse than {c}: {v_t} against {v_c}, {diff} ({low} to {high}); significant, {by}.",
        "“{t}”差于“{c}”：{v_t}，对照 {v_c}，相差 {diff}（{low} 至 {high}）；显著，{by}。",
    ),
    Verdict.KEEP_RUNNING: Words(
        "Keep running: {v_t} against {v_c}, {diff}, but anything from {low} to {high} is still "
        "possible at this look ({by}).",
        "继续观察：{v_t}，对照 {v_c}，相差 {diff}；本次查看时，{low} 至 {high} 均有可能（{by}）。",
    ),
    Verdict.INCONCLUSIVE: Words(
        "Inconclusive: {v_t} against {v_c}, {diff}; anything from {low} to {high} is still "
        "possible ({by}). That is not the same as no difference.",
        "不显著：{v_t}，对照 {v_c}，相差 {diff}；{low} 至 {high} 均有可能（{by}）。"
        "这不等于两组没有差异。",
    ),
}


def value(answer: Answer, amount: float | None, tr: Text) -> str:
    """A rate or a mean."""
    if amount is None:
        return numbers.NO_VALUE
    if answer.question.kind is Kind.RATES:
        return numbers.full(amount, "share", tr)
    return numbers.full(amount, mean_unit(answer), tr)


def mean_unit(answer: Answer) -> str:
    """Two decimals, or three where both means are small: the same for all numbers of an answer."""
    means = (answer.look.effect.control, answer.look.effect.treatment)
    return "money" if max(abs(m or 0.0) for m in means) >= 10 else "times"


def difference(answer: Answer, amount: float | None, tr: Text) -> str:
    """A difference with its sign, rates in points."""
    if amount is None:
        return numbers.NO_VALUE
    if answer.question.kind is Kind.RATES:
        return numbers.signed_change(0, amount, "share", tr)
    return numbers.plus(value(answer, amount, tr), amount)


def verdict(answer: Answer, tr: Text) -> str:
    """The one sentence that comes first."""
    effect, ratio = answer.look.effect, answer.sample_ratio
    q = answer.question
    expected = ratio.expected if ratio is not None else (0.0, 0.0)
    said = tr(
        VERDICTS[answer.verdict],
        c=q.control.name,
        t=q.treatment.name,
        n_c=f"{q.control.sums.n:,}",
        n_t=f"{q.treatment.sums.n:,}",
        e_c=f"{expected[0]:,.0f}",
        e_t=f"{expected[1]:,.0f}",
        srm=_evidence(answer),
        reason=effect.reason or Words("", ""),
        v_c=value(answer, effect.control, tr),
        v_t=value(answer, effect.treatment, tr),
        diff=difference(answer, effect.diff, tr),
        low=difference(answer, effect.low, tr),
        high=difference(answer, effect.high, tr),
        by=judged_by(answer.look, tr),
    )
    if q.weights is None and answer.look.conclusive:
        return said + tr(_ASSOCIATION)
    return said


_ASSOCIATION = Words(
    " No split was given: an association, unless units were assigned at random.",
    "未填写分流：若非随机分组，仅说明相关。",
)


def method(answer: Answer, tr: Text) -> str:
    """Which test, and how the mode reads it."""
    return tr(METHODS[answer.look.effect.method])


_SPLIT_OFF = {
    True: Words(", off (alarm below 0.001)", "，异常（低于 0.001 报警）"),
    False: Words(", off (alarm above 1,000)", "，异常（高于 1,000 报警）"),
}
_FINE = Words(", fine", "，正常")


def _evidence(answer: Answer) -> str:
    """Against the split: a p-value at one look, an e-value where one looks again and again."""
    found = answer.sample_ratio
    if found is None:
        return numbers.NO_VALUE
    if answer.look.mode is Mode.FIXED:
        return p_text(found.p_value)
    return "e > 1,000,000" if found.e_value > 1e6 else f"e = {found.e_value:,.2f}"


def srm_sentence(answer: Answer, tr: Text) -> str:
    """Whether the split is as configured."""
    found = answer.sample_ratio
    if answer.question.weights is None:
        return tr(
            Words(
                "Split not checked, none was given. Without random assignment a difference is an "
                "association, not an effect.",
                "未检查分流：没有填写比例。若不是随机分组，差异只说明相关，不代表因果。",
            )
        )
    if found is None:
        return tr(Words("Split: no units yet.", "分流：暂无样本。"))
    return tr(
        Words(
            "Split as configured? {n_c} and {n_t} units, {e_c} and {e_t} expected: {p}{verdict}.",
            "分流是否正常？实际 {n_c} 和 {n_t}，预期 {e_c} 和 {e_t}：{p}{verdict}。",
        ),
        n_c=f"{found.observed[0]:,}",
        n_t=f"{found.observed[1]:,}",
        e_c=f"{found.expected[0]:,.0f}",
        e_t=f"{found.expected[1]:,.0f}",
        p=_evidence(answer),
        verdict=_SPLIT_OFF[answer.look.mode is Mode.FIXED] if answer.sample_ratio_alarm else _FINE,
    )


def bayes_sentence(answer: Answer, tr: Text) -> str:
    """Chance to win and what a wrong choice would cost."""
    found, q = answer.bayes, answer.question
    if found is None:
        return ""
    chance = chance_text(found.chance_to_win, tr)
    return tr(
        Words(
            "{t} is higher with a chance of {chance}. Expected loss: {l_t} if {t} is chosen, {l_c} "
            "if {c} is. Flat prior. Not peek-proof: who stops as soon as the chance is high is "
            "wrong more often than it says.",
            "“{t}”更高的概率为 {chance}。期望损失：选“{t}”为 {l_t}，选“{c}”为 {l_c}。"
            "采用平坦先验；不能边看边停：概率一高就停，出错会比所示更多。",
        ),
        t=q.treatment.name,
        c=q.control.name,
        chance=chance,
        l_t=_loss(answer, found.loss_treatment, tr),
        l_c=_loss(answer, found.loss_control, tr),
    )


def _loss(answer: Answer, amount: float, tr: Text) -> str:
    if answer.question.kind is Kind.RATES:
        return numbers.signed_change(0, amount, "share", tr).lstrip("+")
    return value(answer, amount, tr)


def power_sentence(answer: Answer, tr: Text) -> str:
    """What so many units can show, and how many more it would take."""
    if answer.detectable is None:
        return ""
    can = tr(
        Words(
            "Read once, so many units find a true difference of {d} four times in five.",
            "若只看一次，以当前样本量，真实差异达到 {d}，五次中有四次能检出。",
        ),
        d=_loss(answer, answer.detectable, tr),
    )
    if answer.more_units is None:
        return can
    more = (
        Words(
            "If the difference seen is the true one, they are enough.",
            "若所见差异即真实差异，样本量已足够。",
        )
        if not answer.more_units
        else Words(
            "If the difference seen is the true one, that takes {n} more units of both arms.",
            "若所见差异即真实差异，要达到这一把握，两组合计还需 {n} 个样本。",
        )
    )
    return tr(Words("{a} {b}", "{a}{b}"), a=can, b=tr(more, n=f"{answer.more_units:,}"))
