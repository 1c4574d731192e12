"""Every metric of the treatment in view: lifts side by side, then all numbers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import streamlit as st

from charts.effects import Row, effect_whiskers
from format import numbers
from i18n import Text, Words
from metrics.effect_words import lift, lift_interval
from metrics.experiments.decision import broken, holds
from metrics.experiments.judge import Compared, Result, conclusive
from metrics.experiments.outcomes import MONEY
from metrics.experiments.record import ROLES, Role
from metrics.experiments.words import (
    arms_line,
    bayes_line,
    days_line,
    difference,
    exaggeration_line,
    interval_text,
    method_line,
    value,
)
from metrics.stats.experiments.effect import Status
from ui.experiment.asked import Asked
from ui.figures import draw
from ui.html import escape
from ui.page import section
from ui.session import dark, text
from ui.tables import html_table

_SIGNIFICANT, _NOT = Words("significant", "显著"), Words("not significant", "不显著")
_EARLY = Words("too early", "为时尚早")
_HOLDS, _OPEN, _BROKEN = (
    Words("holds", "达标"), Words("not shown yet", "尚未证实"), Words("broken", "超出界值"),
)  # fmt: skip


def effects_section(asked: Asked) -> None:
    """The forest of lifts; metrics without a bounded lift are named below it."""
    tr, found = text(), asked.found
    control = found.experiment.control
    section(
        tr(Words("What moved?", "哪些指标变了？")),
        tr(
            Words(
                "Lift of {arm} over {control} with the interval that is valid now; the difference "
                "decides, the lift shows it.",
                "“{arm}”相对“{control}”的提升，区间为当前有效区间；判定依据是差值，提升用于展示。",
            ),
            arm=asked.arm,
            control="–" if control is None else control.name,
        ),
    )
    shown, without = [], []
    one_window = len({r.judged.outcome.days for r in found.results}) == 1
    for result in found.results:
        compared = result.of(asked.arm)
        row = None if compared is None else _row(result, compared, tr, short=one_window)
        if row is not None:
            shown.append(row)
        else:
            without.append((result, compared))
    if shown:
        figure = effect_whiskers(
            shown, tr(Words("lift", "提升")), "share", numbers.signed_percent, tr, dark=dark(),
            percent=True, most=_most(shown),
        )  # fmt: skip
        draw(figure, "experiment_effects")
    for line in _lines(asked, without, tr):
        st.html(f'<p class="ns-sub">{escape(line)}</p>')


def _most(rows: Sequence[Row]) -> float:
    """Three times what is usual here: one metric that knows nothing must not press all others
    together."""
    return 3 * statistics.median(max(abs(r.low), abs(r.high)) for r in rows)


def _lines(asked: Asked, without: Sequence[tuple[Result, Compared | None]], tr: Text) -> list[str]:
    """Why metrics are not in the figure: once for all that wait for their window."""
    waiting: dict[int, list[str]] = {}
    said = []
    for result, compared in without:
        outcome = result.judged.outcome
        if compared is not None and compared.effect.status is Status.EMPTY_ARM:
            waiting.setdefault(outcome.days, []).append(tr(outcome.base.short))
        else:
            said.append(_why(asked, result, compared, tr))
    words = Words(
        "Nobody's {days} days after the exposure are over yet: {names}.",
        "还没有用户走完曝光后的 {days} 天观察窗口：{names}。",
    )
    comma = tr(Words(", ", "、"))
    return said + [tr(words, days=d, names=comma.join(n)) for d, n in waiting.items()]


def _why(asked: Asked, result: Result, compared: Compared | None, tr: Text) -> str:
    name = tr(result.judged.outcome.name())
    if result.no_rate or compared is None:
        said = Words(
            "{name}: an exchange rate is missing (see Data health).",
            "{name}：缺少汇率（见数据健康页）。",
        )
        return tr(said, name=name)
    effect = compared.effect
    if effect.diff is None or effect.reason is not None:
        return tr(
            Words("{name}: {reason}.", "{name}：{reason}。"),
            name=name,
            reason=effect.reason or Words("", ""),
        )
    words = Words("{name}: {diff} ({interval}); {why}.", "{name}：{diff}（{interval}）；{why}。")
    return tr(
        words,
        name=name,
        diff=difference(result.judged.outcome, effect.diff, tr, asked.scope.currency),
        interval=interval_text(result, effect, tr, asked.scope.currency),
        why=lift_interval(effect, tr),
    )


def _row(result: Result, compared: Compared, tr: Text, *, short: bool) -> Row | None:
    effect, judged = compared.effect, result.judged
    if effect.lift is None or effect.lift_low is None or effect.lift_high is None:
        return None
    good: bool | None = None
    up = effect.lift > 0
    if judged.role is Role.GUARDRAIL:
        said = _HOLDS if holds(result, compared) else _OPEN
        good = True if said is _HOLDS else None
        if broken(result, compared):
            said, good = _BROKEN, False
    elif compared.look.gated:
        said = _EARLY
    else:
        found = conclusive(compared)
        said = _SIGNIFICANT if found else _NOT
        good = (up != judged.outcome.base.lower_is_better) if found else None
    name = tr(judged.outcome.base.short if short else judged.outcome.name())
    return Row(
        name, effect.lift, effect.lift_low, effect.lift_high,
        f"{tr(ROLES[judged.role])} · {tr(said)}", good,
    )  # fmt: skip


def carries_section(asked: Asked) -> None:
    """CUPED's gain, caps, exaggeration and the Bayesian reading of the primary metrics."""
    tr, found, currency = text(), asked.found, asked.scope.currency
    lines: list[str] = []
    for result in found.results:
        compared = result.of(asked.arm)
        if compared is None:
            continue
        name = tr(result.judged.outcome.name())
        if result.judged.role is Role.PRIMARY:
            lines += [
                _cuped(result, compared, name, tr),
                bayes_line(result, compared, tr, currency),
                exaggeration_line(found, result, compared, tr),
                days_line(found, result, compared, tr),
                arms_line(found, result, tr),
            ]
        lines.append(_capped(result, compared, name, tr, currency))
    said = [line for line in lines if line]
    if not said:
        return
    section(tr(Words("How far does it carry?", "把握有多大？")))
    for line in said:
        st.html(f'<p style="max-width:52rem;margin:0 0 .3rem">{escape(line)}</p>')


def _cuped(result: Result, compared: Compared, name: str, tr: Text) -> str:
    reduction = compared.reduction
    if reduction is None:
        return ""
    if reduction <= 0.005:
        return tr(
            Words(
                "{name}: what units did before says next to nothing about after; CUPED gains {r}.",
                "{name}：曝光前行为对结果几乎没有预测力，CUPED 降低方差 {r}。",
            ),
            name=name,
            r=numbers.short(max(reduction, 0.0), "share", tr),
        )
    return tr(
        Words(
            "{name}: CUPED takes {r} off the variance, worth {more} more traffic.",
            "{name}：CUPED 降低方差 {r}，相当于增加 {more} 的流量。",
        ),
        name=name,
        r=numbers.short(reduction, "share", tr),
        more=numbers.short(1 / (1 - reduction) - 1, "share", tr),
    )


def _capped(result: Result, compared: Compared, name: str, tr: Text, currency: str) -> str:
    plain = compared.uncapped
    if result.cap is None or plain is None:
        return ""
    outcome = result.judged.outcome
    return tr(
        Words(
            "{name}: cut at {cap} per unit ({n} units above). Uncapped: {diff} ({interval}).",
            "{name}：人均截尾于 {cap}（{n} 个样本超出）。不截尾：{diff}（{interval}）。",
        ),
        name=name,
        cap=numbers.full(result.cap, "money", tr, currency),
        n=f"{result.over or 0:,}",
        diff=difference(outcome, plain.diff, tr, currency),
        interval=interval_text(result, plain, tr, currency),
    )


def arms_section(asked: Asked) -> None:
    """Arm by arm: units, what they came to, whose window is still open; then every comparison."""
    tr, found, currency = text(), asked.found, asked.scope.currency
    title = tr(Words("All numbers", "全部数字"))
    section(
        title,
        tr(
            Words(
                "Units are those whose whole window is over; open ones are missing on purpose.",
                "样本仅含观察窗口已结束的用户；未结束的不计入。",
            )
        ),
    )
    header = [
        tr(Words("Metric", "指标")), tr(Words("Arm", "组")), tr(Words("Units", "样本")),
        tr(Words("Open windows", "窗口未满")), tr(Words("Value", "数值")),
        tr(Words("Sum", "合计")), tr(Words("Difference", "差值")),
        tr(Words("Interval", "区间")), tr(Words("Lift", "提升")), tr(Words("How", "方法")),
    ]  # fmt: skip
    rows = []
    for result in found.results:
        outcome = result.judged.outcome
        for n, arm in enumerate(result.arms):
            compared = result.of(arm.arm)
            name = tr(outcome.name()) if n == 0 else ""
            total = numbers.NO_VALUE
            if arm.total is not None and outcome.base.top in MONEY:
                total = numbers.full(arm.total, "money", tr, currency)
            elif arm.total is not None:
                total = numbers.full(round(arm.total), "count", tr)
            row = [name, arm.arm, f"{arm.n:,}", f"{arm.missing:,}"]
            row += [value(outcome, arm.mean, tr, currency), total]
            if compared is None:
                row += [numbers.NO_VALUE] * 4
            else:
                effect = compared.effect
                row += [
                    difference(outcome, effect.diff, tr, currency),
                    interval_text(result, effect, tr, currency),
                    lift(effect, effect.lift, tr),
                    method_line(result, compared, tr),
                ]
            rows.append(row)
    st.html(html_table(title, header, rows, numeric=(2, 3, 4, 5, 6), wide=(9,)))
