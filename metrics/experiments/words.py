"""An experiment in words: the verdict with its reason, the decision table, checks, numbers."""

from __future__ import annotations

from datetime import date

from data.dimensions import DIMENSIONS
from format import dates, numbers
from i18n import Text, Words
from metrics.calculator.question import MODES
from metrics.effect_words import chance_text, interval, judged_by, p_text
from metrics.experiments.all_arms import all_arms, days_more
from metrics.experiments.analysis import Analysis, Status
from metrics.experiments.decision import Because, Decision, Verdict
from metrics.experiments.judge import Compared, Result
from metrics.experiments.outcomes import Outcome
from metrics.experiments.trust import Finding
from metrics.metric import Unit
from metrics.stats.experiments.effect import METHODS, STATUSES, Effect
from metrics.stats.experiments.effect import Status as EffectStatus
from metrics.stats.experiments.modes import Mode
from metrics.stats.experiments.power import exaggeration, power_of

SEGMENTATION_NAMES: dict[str, Words] = {
    "market": Words("Market", "市场"),
    "channel": Words("Channel", "渠道"),
    "platform": Words("Platform", "平台"),
    "tier": Words("Tier at exposure", "曝光时会员等级"),
    "tenure": Words("New or known at exposure", "曝光时新老用户"),
    "past_orders": Words("Orders before exposure", "曝光前订单数"),
}
SEGMENT_NAMES: dict[str, Words] = {
    "new": Words("New (registered within a day)", "新用户（注册一天内）"),
    "known": Words("Known before", "老用户"),
    "visitor": Words("Visitor", "访客"),
    "none": Words("None", "无"),
    "one": Words("One", "1 单"),
    "more": Words("Two or more", "2 单及以上"),
}

_SENTENCES: dict[Because, Words] = {
    Because.TRUST: Words("Invalid: {check}", "结果无效：{check}"),
    Because.NO_UNITS: Words(
        "No units yet: nobody has met this experiment in the data.",
        "尚无样本：数据中还没有用户进入该实验。",
    ),
    Because.NO_METRIC: Words(
        "Inconclusive: no primary metric can be computed.", "无定论：没有可计算的核心指标。"
    ),
    Because.BETTER: Words(
        "Ship {arm}: {metric} {treatment} against {control}, {lift} ({low} to {high}){guards}.",
        "上线“{arm}”：{metric} {treatment}，对照 {control}，{lift}（{low} 至 {high}）{guards}。",
    ),
    Because.WORSE: Words(
        "Don't ship {arm}: {metric} got worse, {treatment} against {control}, {lift} ({low} to "
        "{high}).",
        "不上线“{arm}”：{metric}变差，{treatment}，对照 {control}，{lift}（{low} 至 {high}）。",
    ),
    Because.GUARDRAIL_BROKEN: Words(
        "Don't ship {arm}: the guardrail {metric} loses more than its margin of {margin} "
        "({low} to {high}).",
        "不上线“{arm}”：护栏指标{metric}的损失超过界值 {margin}（{low} 至 {high}）。",
    ),
    Because.GUARDRAIL_OPEN: Words(
        "{verdict} {arm}: the primary metric won, but the guardrail {metric} may still lose more "
        "than its margin of {margin} ({low} to {high}).",
        "“{arm}”{verdict}：核心指标已胜出，但护栏指标{metric}仍可能超出界值 {margin}"
        "（{low} 至 {high}）。",
    ),
    Because.TOO_SMALL: Words(
        "Don't ship {arm}: {metric} is better, {lift}, but less than the {worth} that is worth it.",
        "不上线“{arm}”：{metric}虽有提升（{lift}），但低于值得上线的 {worth}。",
    ),
    Because.NOT_YET: Words(
        "Keep running {arm}: {metric} {treatment} against {control}; anything from {low} to {high} "
        "is still possible.",
        "“{arm}”继续运行：{metric} {treatment}，对照 {control}；{low} 至 {high} 均有可能。",
    ),
    Because.NOT_FOUND: Words(
        "Inconclusive for {arm}: {metric} {treatment} against {control}; anything from {low} to "
        "{high} is possible. That is not the same as no effect.",
        "“{arm}”无定论：{metric} {treatment}，对照 {control}；{low} 至 {high} 均有可能。"
        "这不等于没有效果。",
    ),
}
_HELD = Words("; every guardrail holds", "；护栏指标全部达标")
_WAITING = Words(
    "{verdict} {arm}: nobody's {days} days after the exposure are over yet.",
    "“{arm}”{verdict}：还没有用户走完曝光后的 {days} 天观察窗口。",
)
_NO_ANSWER = Words("{verdict} {arm}: {metric}: {reason}.", "“{arm}”{verdict}：{metric}：{reason}。")
_RUN_ON, _OPEN = Words("Keep running", "继续运行"), Words("Inconclusive for", "无定论")


def verdict_sentence(found: Analysis, decision: Decision, tr: Text, currency: str) -> str:
    """The verdict with its reason: the sentence that the page opens with."""
    if decision.finding is not None:
        return tr(_SENTENCES[decision.because], check=finding_sentence(decision.finding, tr))
    result, compared = decision.result, decision.compared
    if result is None or compared is None:
        return tr(_SENTENCES[decision.because])
    effect, outcome = compared.effect, result.judged.outcome
    metric = tr(outcome.name())
    verb = _RUN_ON if decision.verdict is Verdict.KEEP_RUNNING else _OPEN
    if effect.diff is None:
        if effect.status is EffectStatus.EMPTY_ARM and found.exposed.arm(decision.arm):
            return tr(_WAITING, verdict=verb, arm=decision.arm, days=outcome.days)
        reason = effect.reason or Words("", "")
        return tr(_NO_ANSWER, verdict=verb, arm=decision.arm, metric=metric, reason=reason)
    low, high = ends(result, effect, tr, currency)
    return tr(
        _SENTENCES[decision.because],
        arm=decision.arm,
        verdict=verb,
        metric=metric,
        control=value(outcome, effect.control, tr, currency),
        treatment=value(outcome, effect.treatment, tr, currency),
        lift=moved(result, effect, tr, currency),
        low=low,
        high=high,
        margin=numbers.full(result.judged.margin or 0.0, "share", tr),
        worth=numbers.full(found.experiment.worth, "share", tr),
        guards=_HELD if any(j.margin for j in found.experiment.metrics) else Words("", ""),
    )


def moved(result: Result, effect: Effect, tr: Text, currency: str) -> str:
    """The lift; the difference where there is no lift with ends."""
    if effect.lift is not None and effect.lift_low is not None:
        return numbers.signed_percent(effect.lift)
    return difference(result.judged.outcome, effect.diff, tr, currency)


def ends(result: Result, effect: Effect, tr: Text, currency: str) -> tuple[str, str]:
    """The interval's ends, of the lift where it has them, else of the difference."""
    if effect.lift_low is not None and effect.lift_high is not None:
        return numbers.signed_percent(effect.lift_low), numbers.signed_percent(effect.lift_high)
    outcome = result.judged.outcome
    return (
        difference(outcome, effect.low, tr, currency),
        difference(outcome, effect.high, tr, currency),
    )


def value(outcome: Outcome, amount: float | None, tr: Text, currency: str) -> str:
    """A mean, rate or ratio in the metric's unit."""
    if outcome.base.unit is Unit.MONEY:
        return numbers.full(amount, Unit.MONEY, tr, currency)
    return numbers.full(amount, outcome.base.unit, tr)


def difference(outcome: Outcome, amount: float | None, tr: Text, currency: str) -> str:
    """A difference with its sign; rates in points."""
    if amount is None:
        return numbers.NO_VALUE
    if outcome.base.unit is Unit.SHARE:
        return numbers.signed_change(0, amount, Unit.SHARE, tr)
    return numbers.plus(value(outcome, amount, tr, currency), amount)


def finding_sentence(finding: Finding, tr: Text) -> str:
    """A trust check's sentence with its numbers."""
    values = {k: _said(v, tr) for k, v in finding.values.items()}
    return tr(finding.said, **values)


def _said(value: object, tr: Text) -> object:
    if isinstance(value, Outcome):
        return value.name()
    return dates.day(value, tr) if isinstance(value, date) else value


def segment_name(segmentation: str, segment: str, tr: Text) -> str:
    """A segment as the reader knows it."""
    if segmentation in DIMENSIONS:
        return tr(DIMENSIONS[segmentation].label(segment))
    return tr(SEGMENT_NAMES.get(segment, Words(segment, segment)))


def timing_line(found: Analysis, tr: Text) -> str:
    """Since when, how long, how much longer."""
    e, t = found.experiment, found.timing
    parts = []
    if e.started_on is not None:
        if e.ended_on is not None:
            parts.append(dates.span(e.started_on, e.ended_on + dates.DAY, tr))
        else:
            said = Words("since {day}", "{day} 起")
            parts.append(tr(said, day=dates.day(e.started_on, tr)))
    parts.append(tr(Words("{n} days run", "已运行 {n} 天"), n=t.run))
    if t.left:
        parts.append(
            tr(Words("{n} days left, windows included", "还需 {n} 天（含观察窗口）"), n=t.left)
        )
    if t.share is not None and t.status is not Status.ENDED:
        share = numbers.short(min(t.share, 1.0), "share", tr)
        parts.append(
            tr(Words("{share} of the planned units", "已达计划样本的 {share}"), share=share)
        )
    return " · ".join(parts)


def mode_line(found: Analysis, tr: Text) -> str:
    """When a result may be read, and how it is read now."""
    e = found.experiment
    said = tr(MODES[e.mode])
    early = any(r.plan.early for r in found.results)
    if early:
        words = Words(
            "{mode}, looked at before its end: a sequential reading is shown, a p-value "
            "would not be valid",
            "{mode}，在结束前查看：改用序贯读数，此时 p 值无效",
        )
        return tr(words, mode=said)
    return said


def exaggeration_line(found: Analysis, result: Result, compared: Compared, tr: Text) -> str:
    """By how much a winner with so little power overstates, where power is below half."""
    nominal = compared.look.nominal
    if nominal.diff is None or not nominal.se:
        return ""
    true = nominal.diff if not found.experiment.worth else found.experiment.worth * abs(
        nominal.control or 0.0
    )  # fmt: skip
    if not true or power_of(abs(true), nominal.se) >= 0.5:
        return ""
    times = exaggeration(abs(true), nominal.se)
    return tr(
        Words(
            "With this little power a significant result overstates the effect about {n}×.",
            "把握不足：此时的显著结果平均会把效果夸大约 {n} 倍。",
        ),
        n=f"{times:.1f}",
    )


def bayes_line(result: Result, compared: Compared, tr: Text, currency: str) -> str:
    """The Bayesian reading, marked as not peek-proof."""
    found, outcome = compared.bayes, result.judged.outcome
    if found is None:
        return ""
    lower = outcome.base.lower_is_better
    chance = 1 - found.chance_to_win if lower else found.chance_to_win
    loss = found.loss_control if lower else found.loss_treatment
    return tr(
        Words(
            "{arm} is better with a chance of {chance}; expected loss if it is chosen: {loss}. "
            "Flat prior. Not peek-proof.",
            "“{arm}”更好的概率为 {chance}；若选它，期望损失为 {loss}。平坦先验；不能边看边停。",
        ),
        arm=compared.arm,
        chance=chance_text(chance, tr),
        loss=difference(outcome, loss, tr, currency).lstrip("+"),
    )


def method_line(result: Result, compared: Compared, tr: Text) -> str:
    """Which test, how it is read, and what decided."""
    look = compared.look
    parts = [tr(METHODS[look.effect.method]), tr(MODES[look.mode])]
    by = judged_by(look, tr)
    if look.mode is Mode.FIXED and compared.adjusted is not None:
        by = tr(
            Words("{p}, {q} after correction", "{p}，校正后 {q}"),
            p=by,
            q=p_text(compared.adjusted),
        )
    parts.append(by)
    if look.gated:
        parts.append(
            tr(
                Words(
                    "too few conversions or buyers to conclude yet",
                    "转化或购买人数不足，暂不下结论",
                )
            )
        )
    return " · ".join(parts)


def interval_text(result: Result, effect: Effect, tr: Text, currency: str) -> str:
    """The interval of the difference, or why there is none."""
    if effect.low is None or effect.high is None:
        return numbers.NO_VALUE if effect.reason is None else tr(effect.reason)
    outcome = result.judged.outcome
    low, high = (difference(outcome, v, tr, currency) for v in (effect.low, effect.high))
    return interval(low, high, tr)


def days_line(found: Analysis, result: Result, compared: Compared, tr: Text) -> str:
    """How many days more, while the test takes units in."""
    days = days_more(found, result, compared)
    if days is None:
        return ""
    if not days:
        said = Words(
            "If the effect seen is the true one, the units there are find it four times in five.",
            "若所见效果即真实效果，现有样本五次中有四次能检出。",
        )
        return tr(said)
    said = Words(
        "If the effect seen is the true one, {n} more days of intake find it four times in five.",
        "若所见效果即真实效果，再进量 {n} 天，五次中有四次能检出。",
    )
    return tr(said, n=f"{days:,}")


def arms_line(found: Analysis, result: Result, tr: Text) -> str:
    """Of three arms or more: whether they differ at all, and which is likely the best."""
    both = all_arms(found, result)
    if both is None:
        return ""
    p = both.omnibus.p_value
    told = tr(
        Words(
            "Do the arms differ at all? {p}, read once", "各组是否存在任何差异？{p}（只看一次时）"
        ),
        p=tr(STATUSES[both.omnibus.status]) if p is None else p_text(p),
    )
    if both.best is None:
        return told + tr(Words(".", "。"))
    chances = tr(Words(", ", "、")).join(f"{arm} {chance_text(p, tr)}" for arm, p in both.best)
    best = Words("; chance to be the best: {chances}. Not peek-proof.",
                 "；成为最优组的概率：{chances}。不能边看边停。")  # fmt: skip
    return told + tr(best, chances=chances)
