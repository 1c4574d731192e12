"""How the effect came about: look by look, and by days since the exposure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from charts.effect_course import CoursePoint, effect_course
from format import numbers
from i18n import Text, Words
from metrics.experiments.outcomes import Kind
from metrics.experiments.since import COUNTED, Counted, counted_as
from metrics.experiments.words import difference
from metrics.stats.experiments.effect import Effect
from ui.experiment.asked import Asked, say_uncapped
from ui.figures import draw
from ui.page import section
from ui.session import dark, text
from ui.states import card


def course_section(asked: Asked) -> None:
    """The primary metric after every day, each interval valid at that look."""
    tr, result = text(), asked.found.primary
    if result is None:
        return
    name = tr(result.judged.outcome.name())
    section(
        tr(Words("How did it come about?", "结果如何形成？")),
        tr(
            Words(
                "{name}: difference after each day of data, with the interval that was valid at "
                "that look; hollow: too little to conclude.",
                "{name}：每日数据更新后的差值与当时有效的区间；空心点：数据太少，不下结论。",
            ),
            name=name,
        ),
    )
    if result.judged.outcome.kind is Kind.QUANTILE:
        said = Words(
            "Quantiles do not add up by day, so there is no course of one.",
            "分位数无法逐日累加，因此没有走势。",
        )
        card(tr(said), "", "info")
        return
    points = [
        p
        for point in asked.course()
        if (p := _point(point.day, point.look.effect, gated=point.look.gated)) is not None
    ]
    if not points:
        card(tr(Words("No window is over yet.", "尚无用户走完观察窗口。")), "", "info")
        return
    currency = asked.scope.currency
    figure = effect_course(
        points, name, result.judged.outcome.base.unit,
        lambda v: difference(result.judged.outcome, v, tr, currency), tr, dark=dark(),
        currency=currency,
    )  # fmt: skip
    draw(figure, "experiment_course")
    say_uncapped(result)


def since_section(asked: Asked) -> None:
    """The effect by days since the exposure: novelty wears off, learning grows."""
    tr, result = text(), asked.found.primary
    if result is None:
        return
    counted = counted_as(result.judged)
    section(
        tr(Words("Does it last?", "效果能持续吗？")),
        tr(
            Words(
                "Difference in {what}, by days since the first exposure. One look per day and no "
                "correction: to be looked at, not decided by.",
                "按首次曝光后天数的差值：{what}。逐日单独计算、未校正，仅供观察，不作判定。",
            ),
            what=tr(COUNTED[counted]),
        ),
    )
    points = [p for s in asked.since() if (p := _point(s.day, s.effect)) is not None]
    if not points:
        card(tr(Words("Nothing happened yet.", "暂无数据。")), "", "info")
        return
    figure = effect_course(
        points, tr(COUNTED[counted]), _unit(counted), _writer(counted, tr, asked), tr,
        dark=dark(), currency=asked.scope.currency,
    )  # fmt: skip
    draw(figure, "experiment_since")


def _unit(counted: Counted) -> str:
    if counted is Counted.GMV:
        return "money"
    return "share" if counted is Counted.ACTIVE else "times"


def _writer(counted: Counted, tr: Text, asked: Asked) -> Callable[[float], str]:
    def write(v: float) -> str:
        if counted is Counted.GMV:
            return numbers.plus(numbers.full(v, "money", tr, asked.scope.currency), v)
        if counted is Counted.ACTIVE:
            return numbers.signed_change(0, v, "share", tr)
        return numbers.plus(numbers.full(v, "times", tr), v)

    return write


def _point(at: date | int, effect: Effect, *, gated: bool = False) -> CoursePoint | None:
    if effect.diff is None or effect.low is None or effect.high is None:
        return None
    units = effect.n_control + effect.n_treatment
    return CoursePoint(at, effect.diff, effect.low, effect.high, units, gated)
