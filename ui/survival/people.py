"""The people behind the curves of repeat and churn."""

from __future__ import annotations

from typing import Any

from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_survival
from metrics.metric import Unit
from metrics.survival.people import WHO, Point, Who, count_of, curve_people
from metrics.survival.result import Curve, SurvivalAnswer
from metrics.survival.spec import Outcome
from metrics.user_segments import Group, segment_words
from ui.behind import Behind
from ui.segment_choice import EVERYBODY
from ui.session import scope, text, warehouse
from ui.survival.ages import AGES

BEHIND: dict[Outcome, Behind[Point]] = {outcome: Behind(outcome.value) for outcome in Outcome}
_TITLE = Words("{group} · {who}: {n}", "{group} · {who}：{n} 人")
_BY_DAY = Words("{who} by day {age}", "第 {age} 天前{who}")
_ON_DAY = Words("{who} on day {age}", "第 {age} 天{who}")


def group_of(found: SurvivalAnswer, curve: Curve) -> Group | None:
    """Who is in a curve; None for everybody."""
    by = found.question.segment
    if by is None:
        return None
    if curve.value is not None:
        return Group(by, curve.value)
    return Group(by, None, tuple(c.value for c in found.curves if c.value is not None))


def drawn(found: SurvivalAnswer) -> tuple[Curve, ...]:
    """The curves of the figure."""
    return found.curves if found.question.segment is not None else (found.whole,)


def selecting(found: SurvivalAnswer) -> dict[str, Any]:
    """What the figure is drawn with: a step opens those whose time ended by then."""

    def read(data: Any, _trace: int) -> Point | None:
        if not isinstance(data, (list, tuple)) or len(data) != 2:
            return None
        value, age = data
        curve = next((c for c in drawn(found) if c.value == value), None)
        if curve is None:
            return None
        point = Point(Who.ENDED, int(age), group_of(found, curve))
        return point if count_of(curve, point) else None

    return BEHIND[found.question.outcome].on_select(read)


def curve_of(found: SurvivalAnswer, point: Point) -> Curve | None:
    """The curve that a point is of, if it is drawn."""
    return next((c for c in drawn(found) if group_of(found, c) == point.group), None)


def choices(found: SurvivalAnswer) -> list[Point]:
    """Of each curve those whose time ended and those whose time did not; of everybody, or of the
    largest part, those at round ages besides."""
    points: list[tuple[Curve, Point]] = []
    for n, curve in enumerate(drawn(found)):
        group = group_of(found, curve)
        last = curve.survival.last_age if curve.survival is not None else -1
        points += [(curve, Point(who, None, group)) for who in (Who.ENDED, Who.OPEN)]
        for age in AGES if n == 0 else ():
            if age < last:
                points += [(curve, Point(who, age, group)) for who in (Who.ENDED, Who.AT_RISK)]
    return [point for curve, point in points if count_of(curve, point)]


def name_of(found: SurvivalAnswer, point: Point, tr: Text) -> str:
    """Who is listed and how many."""
    question, curve = found.question, curve_of(found, point)
    who = tr(WHO[question.outcome][point.who])
    if point.age is not None:
        by_then = _BY_DAY if point.who is Who.ENDED else _ON_DAY
        who = tr(by_then, who=who, age=numbers.full(point.age, Unit.COUNT, tr))
    of = EVERYBODY if point.group is None else segment_words(point.group.by, point.group.value)
    n = 0 if curve is None else count_of(curve, point)
    return tr(_TITLE, group=of, who=who, n=numbers.full(n, Unit.COUNT, tr))


def picker(found: SurvivalAnswer) -> None:
    tr = text()
    BEHIND[found.question.outcome].picker(
        choices(found),
        lambda point: name_of(found, point, tr),
        Words("Click a curve, or choose whom to list", "点击曲线，或在此选择要查看的名单"),
    )


def opened_people(found: SurvivalAnswer, note: str) -> None:
    """The drawer of the point that was clicked before this run."""
    behind = BEHIND[found.question.outcome]
    point = behind.wanted()
    curve = None if point is None else curve_of(found, point)
    if point is None or curve is None or not count_of(curve, point):
        return
    people = curve_people(warehouse(), scope(), found.question, point)
    behind.open(
        lambda tr: name_of(found, point, tr),
        people,
        note=note,
        definition=of_survival(found.question, point),
    )
