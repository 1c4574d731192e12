"""The sentence that the funnel page opens with, and what is not final about its numbers."""

from __future__ import annotations

from datetime import date, timedelta

from data.warehouse import Coverage
from format import dates, numbers
from i18n import Text, Words
from metrics.funnels.names import step_label
from metrics.funnels.result import FunnelCounts, StepCount
from metrics.funnels.spec import DAY, Counting
from metrics.reading import Reason
from ui.funnel.words import window_words

UNITS: dict[Counting, Words] = {
    Counting.USERS: Words("users", "人"),
    Counting.SESSIONS: Words("sessions", "次会话"),
    Counting.ATTEMPTS: Words("attempts", "次尝试"),
}
_ANSWERS = Words(
    "How many people get from one event to the next, and where do they stop?",
    "用户从一个行为走到下一个行为的有多少？停在哪里？",
)
_NOBODY = Words("Nobody entered this funnel in this period.", "所选时段内无人进入该漏斗。")
_FOUND = Words(
    "{rate} of {n} {units} that began with {first}{over} reached {last} {window}{so_far}.",
    "{n} {units}从“{first}”进入{over}，{window}到达“{last}”的占 {rate}{so_far}。",
)
_SO_FAR = Words(" so far (every window is still open)", "（截至目前，转化窗口均未结束）")
_OVER = Words(" (their window is over)", "（窗口已结束）")
_LOSS = Words(
    "The largest loss is before {step}: {share} of those at the step before get no further.",
    "流失最多的是“{step}”之前：上一步的 {share} 止步于此。",
)
_NONE_CAME = Words(
    "{n} {units} began with {first}; none reached {last}. That is a measured zero.",
    "{n} {units}从“{first}”进入，无一到达“{last}”（实测为 0）。",
)
_OPEN = Words(
    "{n} may still convert: their window is open and they are in no rate.",
    "{n} 的转化窗口尚未结束，仍可能转化，不计入任何转化率。",
)
_OPEN_SINCE = Words(
    "{n} may still convert. Rates rest on entries before {before}, whose windows are over.",
    "{n} 仍可能转化。转化率只统计 {before} 之前、窗口已结束的进入。",
)
_OPEN_TO_DATE = Words(
    "Every window is still open: the rates are to date and can only rise.",
    "所有转化窗口均未结束：转化率为截至目前的数值，只会上升。",
)
_FINAL = Words("Final from {day}.", "{day} 起定稿。")
_LEFT_OUT = Words("{n} left out by an exclusion.", "因排除条件剔除 {n}。")
_ZERO = Words(
    "Nobody reached {steps} in this funnel: 0 is measured, not missing.",
    "漏斗中无人到达{steps}：0 为实测结果，并非缺数。",
)
_ZERO_SO_FAR = Words(
    "Nobody has reached {steps} so far: 0 is measured, not missing.",
    "截至目前无人到达{steps}：0 为实测结果，并非缺数。",
)
_IGNORED = Words(
    "Events can't be narrowed by the filter {names}; it was not applied.",
    "事件不支持按{names}筛选，该条件未生效。",
)
_SPACE, _LIST = Words(" ", ""), Words(", ", "、")


def finding(counts: FunnelCounts | None, tr: Text) -> str:
    """The conversion and the largest loss; without an answer, what the page answers."""
    if counts is None:
        return tr(_ANSWERS)
    total, funnel = counts.total, counts.funnel
    if total.entered == 0:
        return tr(_NOBODY)
    last = total.steps[-1]
    values: dict[str, object] = {
        "n": numbers.full(last.overall.denominator or total.entered, "count", tr),
        "units": UNITS[funnel.count],
        "first": step_label(funnel, 1, tr),
        "last": step_label(funnel, last.step, tr),
    }
    if total.converted == 0 and not total.in_progress:
        said = [tr(_NONE_CAME, **values)]
    else:
        rate = numbers.short(last.overall.value, "share", tr)
        so_far = tr(_SO_FAR) if is_to_date(counts) else ""
        over = tr(_OVER) if last.overall.left_out else ""
        window = window_words(funnel.window, tr)
        said = [tr(_FOUND, rate=rate, window=window, over=over, so_far=so_far, **values)]
    worst = largest_loss(counts)
    if worst is not None:
        share = numbers.short(1 - (worst.from_before.value or 0), "share", tr)
        said.append(tr(_LOSS, step=step_label(funnel, worst.step, tr), share=share))
    return tr(_SPACE).join(said)


def largest_loss(counts: FunnelCounts) -> StepCount | None:
    """The step before which most are lost, of those whose windows are over; None where the last
    step is the only one to lose at, or nobody is lost."""

    def lost(step: StepCount) -> float:
        return (step.from_before.denominator or 0) - (step.from_before.numerator or 0)

    losing = [s for s in counts.total.steps[1:] if not s.optional and lost(s) > 0]
    if len(counts.funnel.steps) < 3 or not losing or is_to_date(counts):
        return None
    return max(losing, key=lost)


def is_to_date(counts: FunnelCounts) -> bool:
    """Whether every unit that entered still has an open window."""
    last = counts.total.steps[-1].overall
    return bool(counts.total.entered) and last.left_out == 0 and counts.total.in_progress > 0


def notes(counts: FunnelCounts, coverage: Coverage, names: dict[str, Words], tr: Text) -> list[str]:
    """What a reader has to know of the bars: not final, left out, measured zeros, filters that
    don't apply (`names` of dimensions)."""
    total, said = counts.total, []
    if total.in_progress:
        n = numbers.full(total.in_progress, "count", tr)
        line = tr(_OPEN, n=n)
        if is_to_date(counts):
            line = tr(_OPEN_TO_DATE)
        elif counts.rates_before is not None:
            before = dates.day(counts.rates_before, tr, coverage.last_day)
            line = tr(_OPEN_SINCE, n=n, before=before)
        day = final_on(counts)
        if day is not None:
            line += tr(_SPACE) + tr(_FINAL, day=dates.day(day, tr, coverage.last_day))
        said.append(line)
    if total.left_out:
        said.append(tr(_LEFT_OUT, n=numbers.full(total.left_out, "count", tr)))
    zero = [s.step for s in total.steps if s.reached == 0]
    if total.entered and zero:
        steps = tr(_LIST).join(step_label(counts.funnel, n, tr) for n in zero)
        said.append(tr(_ZERO_SO_FAR if total.in_progress else _ZERO, steps=steps))
    if counts.ignored:
        listed = tr(_LIST).join(tr(names[key]) for key in counts.ignored)
        said.append(tr(_IGNORED, names=listed))
    return said


def final_on(counts: FunnelCounts) -> date | None:
    """The first day on which no window is open any more; None where sessions say when."""
    window = counts.funnel.window
    if window.kind == "session" or counts.funnel.count is Counting.SESSIONS:
        return None
    days = 0 if window.kind == "day" else -(-(window.seconds or 0) // DAY)
    return counts.span.end + timedelta(days=days)


def why_empty(counts: FunnelCounts, coverage: Coverage) -> Reason:
    """Why nobody entered: the range lies beside the data, or simply nobody did."""
    if counts.span.start > coverage.last_day:
        return Reason.NOT_BEGUN
    return Reason.NOT_COVERED if counts.span.end <= coverage.start else Reason.NO_ROWS
