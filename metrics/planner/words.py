"""What the planner found, in sentences."""

from __future__ import annotations

import math

from format import dates, numbers
from i18n import Text, Words
from metrics.experiments.outcomes import BEFORE_DAYS
from metrics.metric import Unit
from metrics.planner.answer import Plan, Size, Week
from metrics.planner.spec import HISTORY_DAYS, MODES, REFUSALS, Meeting, Question
from metrics.stats.experiments.modes import Mode


def people(n: float, tr: Text) -> str:
    return numbers.full(math.ceil(n), Unit.COUNT, tr)


def percent(share: float, tr: Text) -> str:
    """`5%`, `0.48%`: a lift or a margin, with three figures."""
    text = numbers.short(share, Unit.SHARE, tr)
    head = text.rstrip("%")
    return f"{head.rstrip('0').rstrip('.') if '.' in head else head}%"


def finding(plan: Plan, tr: Text) -> str:
    """The answer in one sentence: units, days, window."""
    size, asked = plan.size, plan.question
    if size is None:
        why = REFUSALS[plan.refusal] if plan.refusal else Words("", "")
        reason = tr(why, days=asked.outcome.days)
        return tr(Words("No plan: {reason}.", "无法规划：{reason}。"), reason=reason)
    return tr(
        Words(
            "{units} to find a lift of {lift}: {days}.", "要检出 {lift} 的提升，{units}：{days}。"
        ),
        units=arms_said(size, asked, tr),
        lift=percent(asked.lift, tr),
        days=days_said(plan, size, tr),
    )


def arms_said(size: Size, asked: Question, tr: Text) -> str:
    """`9,800 users per arm`; with an uneven split control and the rest apart."""
    n = [people(u, tr) for u in size.units]
    if len(set(n)) == 1:
        return tr(Words("{n} users per arm", "每组需 {n} 人"), n=n[0])
    if len(n) == 2:
        words = Words("{c} users in control and {t} in treatment", "对照组需 {c} 人、实验组 {t} 人")
        return tr(words, c=n[0], t=n[1])
    return tr(
        Words("{total} users ({each})", "共需 {total} 人（{each}）"),
        total=people(size.total, tr),
        each=" + ".join(n),
    )


def arms_short(size: Size, tr: Text) -> str:
    """The same beside the total: `9,800 per arm`, `10,000 + 2,500`."""
    n = [people(u, tr) for u in size.units]
    if len(set(n)) == 1:
        return tr(Words("{n} per arm", "每组 {n} 人"), n=n[0])
    return " + ".join(n)


def days_said(plan: Plan, size: Size, tr: Text) -> str:
    """`23 days at today's traffic, then 14 days of window`."""
    window = plan.question.outcome.days
    if size.days is not None:
        return tr(
            Words(
                "{days} at today's traffic, then {window} of window",
                "按当前流量需 {days}，之后再等 {window}观察期",
            ),
            days=days(size.days, tr),
            window=days(window, tr),
        )
    if plan.question.meeting is Meeting.REGISTRATION:
        return tr(
            Words("more than a year at today's traffic", "按当前流量需要一年以上"),
        )
    last = plan.weeks[-1] if plan.weeks else None
    if last is None or last.lift is None:
        words = Words("more users than came in {days}", "超过 {days}内到访的全部用户")
        return tr(words, days=days(HISTORY_DAYS, tr))
    return tr(
        Words(
            "more than come in {weeks}, which would find {lift}",
            "超过 {weeks}内到访的用户，{weeks}可检出的最小提升为 {lift}",
        ),
        weeks=weeks(last.weeks, tr),
        lift=percent(last.lift, tr),
    )


def intake(plan: Plan, size: Size, tr: Text) -> str:
    """Days until the users have come, or beyond which they have not."""
    if size.days is not None:
        return days(size.days, tr)
    if plan.question.meeting is Meeting.REGISTRATION:
        return tr(Words("over a year", "一年以上"))
    n = HISTORY_DAYS if plan.traffic is None else len(plan.traffic.by_day)
    return tr(Words("over {days}", "{days}以上"), days=days(n, tr))


def days(n: int, tr: Text) -> str:
    return tr(Words("{n} day", "{n} 天") if n == 1 else Words("{n} days", "{n} 天"), n=n)


def weeks(n: int, tr: Text) -> str:
    return tr(Words("{n} week", "{n} 周") if n == 1 else Words("{n} weeks", "{n} 周"), n=n)


def whole_weeks(plan: Plan, tr: Text) -> str:
    """A warning where the answer is less than a week."""
    size = plan.size
    if size is None or size.days is None or size.days >= 7:
        return ""
    return tr(
        Words(
            "Take in users for a whole week all the same: weekdays and weekends differ.",
            "仍建议至少运行完整一周：工作日与周末的用户并不相同。",
        )
    )


def two_weeks(plan: Plan, tr: Text) -> str:
    """What could be detected in two weeks, in a sentence; empty where it is not known."""
    row = next((w for w in plan.weeks if w.weeks == 2), None)
    if row is None:
        return ""
    if row.lift is None:
        words = Words(
            "In two weeks no lift could be found: too few users.",
            "两周内用户太少，无法检出任何提升。",
        )
        return tr(words)
    return tr(
        Words(
            "In two weeks: {n} users, lifts from {lift} on.",
            "两周：{n} 人，可检出 {lift} 及以上的提升。",
        ),
        n=people(row.units, tr),
        lift=percent(row.lift, tr),
    )


def week_row(row: Week, plan: Plan, tr: Text, currency: str) -> tuple[str, str, str, str]:
    """Weeks, users, smallest lift, the same in the metric's own unit."""
    if row.lift is None or plan.baseline.value is None:
        return weeks(row.weeks, tr), people(row.units, tr), numbers.NO_VALUE, numbers.NO_VALUE
    change = difference(row.lift * abs(plan.baseline.value), plan, tr, currency)
    return weeks(row.weeks, tr), people(row.units, tr), percent(row.lift, tr), change


def difference(amount: float, plan: Plan, tr: Text, currency: str) -> str:
    """A difference in the metric's unit; of shares in points."""
    unit = plan.question.outcome.base.unit
    if unit is Unit.SHARE:
        return tr(Words("{n} pt", "{n} 个百分点"), n=numbers.signed_points(amount).lstrip("+"))
    return numbers.short(amount, unit, tr, currency)


def value(plan: Plan, tr: Text, currency: str) -> str:
    """The metric as it is now."""
    return numbers.full(plan.baseline.value, plan.question.outcome.base.unit, tr, currency)


def baseline_said(plan: Plan, tr: Text, currency: str) -> str:
    """`0.812 today (sd 1.93), from 48,210 users met 1 Sep – 26 Oct`."""
    base, history = plan.baseline, plan.history
    if base.value is None or history is None:
        return ""
    unit = plan.question.outcome.base.unit
    sd = numbers.full(base.sd, unit, tr, currency)
    met = dates.span(history.start, history.end, tr)
    if plan.question.outcome.is_rate:
        words = Words(
            "{value} in the history, from {n} users met {days}.",
            "历史值 {value}，取自 {days}遇到的 {n} 名用户。",
        )
    else:
        words = Words(
            "{value} in the history, standard deviation {sd}, from {n} users met {days}.",
            "历史值 {value}，标准差 {sd}，取自 {days}遇到的 {n} 名用户。",
        )
    said = [tr(words, value=value(plan, tr, currency), sd=sd, n=people(base.units, tr), days=met)]
    if plan.every > 1:
        one = Words("A sample of one user in {k}.", "按每 {k} 名用户抽 1 名计算。")
        said.append(tr(one, k=plan.every))
    return joined(said, tr)


def traffic_said(plan: Plan, tr: Text) -> str:
    """How many new users come, and that it falls where it does."""
    met = plan.traffic
    if met is None:
        return ""
    n = len(met.by_day)
    if plan.question.meeting is Meeting.REGISTRATION:
        words = Words(
            "{per_day} users register a day (mean of the last {days}).",
            "每天有 {per_day} 人注册（最近 {days}的平均）。",
        )
        return tr(words, per_day=people(plan.per_day, tr), days=days(n, tr))
    share = plan.question.traffic
    first, last = sum(met.by_day[:7]) * share, sum(met.by_day[-7:]) * share
    words = Words(
        "{first} users are new to the test in its first week, {last} in the last of {days}: who "
        "came before is not new.",
        "首周有 {first} 名新进入测试的用户，{days}中的最后一周只有 {last} 名："
        "来过的用户不再算新增。",
    )
    return tr(words, first=people(first, tr), last=people(last, tr), days=days(n, tr))


def cuped_said(plan: Plan, tr: Text) -> str:
    """What the same users' past is worth, or why it is worth nothing."""
    asked, rho = plan.question, plan.baseline.correlation
    if not asked.outcome.has_prior or plan.baseline.value is None:
        return ""
    if rho is None:
        words = Words(
            "CUPED is not counted on: the data do not reach {days} days further back.",
            "未计入 CUPED：数据没有再往前覆盖 {days} 天。",
        )
        return tr(words, days=BEFORE_DAYS)
    saved = percent(rho * rho, tr) if rho else "0%"
    if asked.cuped:
        words = Words(
            "CUPED with the same users' {days} days before: correlation {rho:.2f}, {saved} fewer "
            "users.",
            "CUPED（同一批用户此前 {days} 天）：相关系数 {rho:.2f}，可少用 {saved} 的用户。",
        )
    else:
        words = Words(
            "Without CUPED, which would take {saved} fewer users (correlation {rho:.2f}).",
            "未使用 CUPED；若使用可少用 {saved} 的用户（相关系数 {rho:.2f}）。",
        )
    return tr(words, days=BEFORE_DAYS, rho=rho, saved=saved)


def family_said(asked: Question, tr: Text) -> str:
    """That alpha is shared, where there is more than one comparison."""
    if asked.comparisons == 1:
        return ""
    words = Words(
        "{n} comparisons share an alpha of {alpha:g}: planned at {level}, Holm's first step "
        "(Bonferroni).",
        "{n} 个比较共用 α = {alpha:g}：按 Holm 第一步（即 Bonferroni）的 {level} 规划。",
    )
    return tr(words, n=asked.comparisons, alpha=asked.alpha, level=f"{asked.level:.2g}")


def mode_row(size: Size, plan: Plan, tr: Text) -> tuple[str, str, str, str]:
    """Mode, users in all, days, against one look."""
    cost = "–" if size.mode is Mode.FIXED else numbers.signed_percent(size.inflation - 1)
    took = numbers.NO_VALUE if size.days is None else days(size.days, tr)
    return tr(MODES[size.mode]), people(size.total, tr), took, cost


def guard_said(plan: Plan, tr: Text, currency: str) -> list[tuple[str, str, str, str, str]]:
    """Guardrail, margin, now, its power at this size, users for the asked power."""
    found = []
    for row in plan.guardrails:
        one = row.guard.outcome
        found.append(
            (
                tr(one.name()),
                percent(row.guard.margin, tr),
                numbers.short(row.baseline.value, one.base.unit, tr, currency),
                numbers.NO_VALUE if row.power is None else numbers.short(row.power, "share", tr),
                numbers.NO_VALUE if row.units is None else people(row.units, tr),
            )
        )
    return found


def formula(plan: Plan, tr: Text) -> list[str]:
    """How the size is computed, with its sources."""
    asked = plan.question
    rate = Words(
        "Two rates, pooled under no difference (Fleiss 1981; R power.prop.test: 10% against 11% "
        "takes 14,751 per arm).",
        "两个比率，零假设下合并方差（Fleiss 1981；R power.prop.test：10% 对 11% 每组 14,751 人）。",
    )
    mean = Words(
        "Units = σ²(1 − ρ²)(z₁₋α/₂ + z_power)² / (w_c·w_t·Δ²) of the two arms; σ² of one user: "
        "of a ratio by the delta method, of a quantile by the distance of two beside it.",
        "两组样本量 = σ²(1 − ρ²)(z₁₋α/₂ + z_功效)² / (w_对照·w_实验·Δ²)；σ² 为单个用户的方差："
        "比率用 delta 法，分位数用其两侧分位的间距。",
    )
    said = [tr(rate if asked.outcome.is_rate else mean), family_said(asked, tr)]
    if asked.mode is Mode.GROUP_SEQUENTIAL:
        said.append(
            tr(
                Words(
                    "Group-sequential: a look on every day of data, Lan–DeMets boundaries of "
                    "O'Brien–Fleming type; the size is raised until they are crossed with the "
                    "asked power.",
                    "成组序贯：每个数据日查看一次，采用 Lan–DeMets（O'Brien–Fleming 型）界值；"
                    "样本量放大到能以所要求的功效越过界值。",
                )
            )
        )
    if asked.mode is Mode.ALWAYS_VALID:
        said.append(
            tr(
                Words(
                    "Always valid: one look a day at the asymptotic confidence sequence, tightest "
                    "at this size; the size is raised until it concludes by then with the asked "
                    "power.",
                    "随时可看：渐近置信序列，每天查看一次，在该样本量处最窄；样本量放大到届时能以"
                    "所要求的功效得出结论。",
                )
            )
        )
    return [s for s in said if s]


def joined(sentences: list[str], tr: Text) -> str:
    return tr(Words(" ", "")).join(s for s in sentences if s)
