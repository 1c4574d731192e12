"""The review in words: what it opens with, how a change is said, what its limits rest on."""

from __future__ import annotations

from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.review.result import InForce, Review, ReviewLine
from metrics.scorecard import Change
from metrics.signal_words import RULES
from metrics.stats.xmr import Verdict

MOST_NAMED = 4
UP, DOWN, LEVEL = "▲", "▼", "▬"

WOW, YOY = Words("WoW", "环比"), Words("YoY", "同比")


def change_text(
    change: Change | None, unit: Unit, tr: Text, currency: str | None, *, arrow: bool = False
) -> str:
    """Rates in basis points, everything else in per cent of before; `NO_VALUE` without one."""
    if change is None:
        return numbers.NO_VALUE
    before, after = change.before, change.after
    if unit is Unit.SHARE:
        said = numbers.basis_points(before, after, tr)
    else:
        said = numbers.signed_change(before, after, unit, tr, currency)
    if not arrow:
        return said
    return f"{UP if after > before else DOWN if after < before else LEVEL} {said}"


def week_text(review: Review, tr: Text) -> str:
    """The week by number and days."""
    week, last = review.week, review.coverage.last_day
    return dates.bucket(week.start, week.end, "week", tr, last)


def opening_sentence(review: Review, tr: Text) -> str:
    """What is signal this week, by the readings of the charts; or that nothing is, or why nobody
    can tell."""
    said = tr(Words("{week}: {found}", "{week}：{found}"), week=week_text(review, tr), found="{}")
    return said.format(_found(review, tr))


def _found(review: Review, tr: Text) -> str:
    opening = review.opening
    if review.running:
        n = max(0, (min(review.week.end, review.coverage.until) - review.week.start).days)
        return tr(_RUNNING, n=n)
    if not opening.judged:
        if not review.lines:
            return tr(_NO_LINES)
        points = max(line.judgement.points for line in review.lines)
        return tr(_TOO_FEW, n=points)
    if opening.signals:
        return _signals(review, tr)
    return tr(_NOTHING, n=opening.judged) + _by_chance(review, tr)


def _signals(review: Review, tr: Text) -> str:
    signals = review.opening.signals
    named = [signal_text(line, tr, review.scope.currency) for line in signals[:MOST_NAMED]]
    rest = len(signals) - MOST_NAMED
    more = tr(_MORE, n=rest if tr.language == "en" else len(signals)) if rest > 0 else ""
    listed = tr(Words("; ", "；")).join(named)
    return tr(_SIGNAL, n=len(signals), of=review.opening.judged, listed=listed, more=more)


def signal_text(line: ReviewLine, tr: Text, currency: str) -> str:
    """One signal: name, direction, size against the week before, and the rule it breaks."""
    up = line.judgement.verdict is Verdict.SIGNAL_UP
    rule = line.judgement.rule
    return tr(
        _ONE,
        name=line.metric.name,
        side=_HIGH if up else _LOW,
        change=change_text(line.strip[0].wow, line.metric.unit, tr, currency),
        rule=RULES[rule] if rule is not None else "",
    )


def _by_chance(review: Review, tr: Text) -> str:
    """Lines that break a rule of their own, as one of many does by chance."""
    own = review.opening.own
    if not own:
        return ""
    names = tr(Words(", ", "、")).join(tr(line.metric.name) for line in own)
    return tr(_OWN, names=names)


def limits_text(in_force: InForce, tr: Text) -> str:
    """What the limits of a line rest on, and what of its rules could not be followed."""
    said: list[str] = []
    if in_force.limits is not None and in_force.baseline is not None:
        days = dates.span(in_force.baseline.start, in_force.baseline.end, tr, in_force.baseline.end)
        locked = in_force.rules is not None and in_force.rules.baseline is not None
        words = _LOCKED if locked else _BASELINE
        said.append(tr(words, n=in_force.limits.n, days=days))
        if in_force.trended:
            said.append(tr(Words("along their trend", "按趋势")))
        if in_force.seasonal:
            said.append(tr(Words("season taken out", "已做季节调整")))
        if in_force.limits.by_median:
            said.append(tr(Words("by the median range", "按中位极差")))
    if in_force.since is not None:
        on = dates.day(in_force.since.start, tr, in_force.since.end)
        said.append(tr(Words("since the divider of {on}", "自 {on} 的分界点起"), on=on))
    comma = tr(Words(", ", "，"))
    refused = " ".join(tr(words) for words in in_force.refused)
    rests = comma.join(said)
    closed = f"{rests[0].upper()}{rests[1:]}{tr(Words('.', '。'))}" if rests else ""
    return tr(Words(" ", "")).join(part for part in (closed, refused) if part)


_RUNNING = Words(
    "the week is not over ({n} complete days), so nothing is judged yet.",
    "本周尚未结束（已有 {n} 个完整日），暂不判定。",
)
_NO_LINES = Words("no metric of the deck can be read here.", "当前清单中没有可读取的指标。")
_TOO_FEW = Words(
    "too early to tell signal from noise: limits need eight whole periods before the week, so far "
    "there are {n}.",
    "暂无法区分显著变化与正常波动：此前至少需要 8 个完整周期，目前为 {n} 个。",
)
_NOTHING = Words("nothing is signal among {n} metrics.", "{n} 项指标中没有显著变化。")
_OWN = Words(
    " Alone, {names} would stand out; among so many that happens by chance.",
    "单看{names}略显异常，但指标众多时偶有出现属正常。",
)
_SIGNAL = Words(
    "signal in {n} of {of} metrics. {listed}{more}.",
    "{of} 项指标中 {n} 项显著变化：{listed}{more}。",
)
_MORE = Words("; and {n} more", "，等 {n} 项")
_ONE = Words("{name} {side}, {change} WoW, {rule}", "{name}{side}（环比 {change}，{rule}）")
_HIGH, _LOW = Words("high", "偏高"), Words("low", "偏低")
_BASELINE = Words("limits from {n} periods, {days}", "波动范围基于 {n} 个周期（{days}）")
_LOCKED = Words("limits locked to {n} periods, {days}", "波动范围锁定于 {n} 个周期（{days}）")
