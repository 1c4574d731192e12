"""What was fixed about an experiment before it started, in words."""

from __future__ import annotations

from format import dates, numbers
from i18n import Problem, Text, Words
from metrics.experiments.record import Experiment, Role


def decision_table(experiment: Experiment, tr: Text) -> list[tuple[str, str]]:
    """What was fixed before the start: each verdict with what it takes."""
    primary = tr(Words(", ", "、")).join(tr(j.outcome.name()) for j in experiment.primary) or "–"
    worth = (
        tr(
            Words(" and the lift is at least {worth}", "，且提升不低于 {worth}"),
            worth=numbers.full(experiment.worth, "share", tr),
        )
        if experiment.worth
        else ""
    )
    guards = [j for j in experiment.metrics if j.role is Role.GUARDRAIL]
    held = (
        tr(
            Words("; {guards} shown to lose no more than that", "；{guards}的损失不超过各自界值"),
            guards=tr(Words(", ", "、")).join(
                f"{tr(j.outcome.name())} ({numbers.full(j.margin or 0.0, 'share', tr)})"
                for j in guards
            ),
        )
        if guards
        else ""
    )
    alpha = f"{experiment.alpha:g}"
    return [
        (
            tr(Words("Ship", "上线")),
            tr(
                Words(
                    "{primary} better at level {alpha}{worth}{held}",
                    "{primary}在 {alpha} 水平上显著变好{worth}{held}",
                ),
                primary=primary,
                alpha=alpha,
                worth=worth,
                held=held,
            ),
        ),
        (
            tr(Words("Don't ship", "不上线")),
            tr(
                Words(
                    "{primary} worse at that level, better by less than is worth it, or a "
                    "guardrail's whole interval beyond its margin",
                    "{primary}显著变差、提升不足，或护栏指标的整个区间超出界值",
                ),
                primary=primary,
            ),
        ),
        (
            tr(Words("Keep running", "继续运行")),
            tr(Words("neither, before the planned end", "未达以上条件，且未到计划结束")),
        ),
        (
            tr(Words("Inconclusive", "无定论")),
            tr(Words("neither, at the planned end", "未达以上条件，且已到计划结束")),
        ),
        (
            tr(Words("Invalid", "无效")),
            tr(
                Words(
                    "a trust check fails, whatever the metrics say",
                    "任一可信度检查不通过，无论指标如何",
                )
            ),
        ),
    ]


def plan_line(experiment: Experiment, tr: Text) -> str:
    """Whether all this was fixed before the start, and by whom."""
    saved = experiment.plan
    if saved is None:
        return tr(
            Words(
                "No plan was written down before the start: the metrics are the warehouse's and "
                "the usual ones, and nothing was fixed beforehand.",
                "开始前没有登记方案：指标取自数仓与默认设置，未事先约定任何规则。",
            )
        )
    body = saved.content
    if isinstance(body, Problem):
        return tr(
            Words(
                "The stored plan can't be read: the metrics are the warehouse's and the usual "
                "ones, and nothing was fixed beforehand. {problem}",
                "已登记的方案无法读取：指标取自数仓与默认设置，未事先约定任何规则。{problem}",
            ),
            problem=body.say(tr).replace("\n", " "),
        )
    day = dates.day(saved.edited_at.date(), tr)
    fixed_on = body.fixed_on
    if experiment.changed:
        reasons = tr(Words("; ", "；")).join(c.note for c in experiment.changed if c.note)
        return tr(
            Words(
                "The plan was changed after the start, last on {day} by {author}: {reasons}.",
                "方案在开始后被修改，最近一次为 {day}（{author}）：{reasons}。",
            ),
            day=day,
            author=saved.author,
            reasons=reasons or "–",
        )
    if fixed_on is not None:
        return tr(
            Words(
                "Plan fixed on {fixed} as its owner says, registered here on {day} by {author}.",
                "方案由负责人声明于 {fixed} 确定，{day} 由 {author} 在此登记。",
            ),
            fixed=dates.day(fixed_on, tr),
            day=day,
            author=saved.author,
        )
    if experiment.fixed_before:
        said = Words(
            "Plan fixed on {day} by {author}, before the start.",
            "方案于开始前（{day}）由 {author} 确定。",
        )
    else:
        said = Words(
            "Plan written on {day} by {author}, after the start: it could have been chosen to fit.",
            "方案于开始后（{day}）由 {author} 登记，可能受结果影响。",
        )
    return tr(said, day=day, author=saved.author)
