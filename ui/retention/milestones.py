"""Day 1, day 7 and day 30 on top of the cohort page: value, change, course by cohort."""

from __future__ import annotations

from charts.sparkline import sparkline_svg
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS
from metrics.retention.summary import DayRetention, Summary
from metrics.scorecard import SPARKLINE_POINTS, Point
from ui.session import dark, text
from ui.small_tiles import SmallTile, small_tiles
from ui.tiles import DOWN, LEVEL, UP

CLEAR = 0.05
NAMES: dict[int, Words] = {
    1: Words("Day 1", "次日留存"),
    7: Words("Day 7", "7 日留存"),
    30: Words("Day 30", "30 日留存"),
}
_SIGNAL = Words("signal", "显著")
_LEFT_OUT = Words("{n} not mature, left out", "{n} 人未成熟，未计入")
_NOBODY_YET = Words("nobody's day {day} is over yet", "尚无人满 {day} 日")
_PARTS = Words("{k} of {n} people", "{k} / {n} 人")
_INTERVAL = Words("95 % interval {low} – {high}", "95% 区间 {low} – {high}")
_AGAINST = Words("{days}: {value}", "{days}：{value}")
_LABEL = Words("Day 1, 7 and 30", "次日、7 日、30 日留存")


def milestones(found: Summary) -> None:
    """The tiles; nothing where the shop lacks what they need."""
    tr = text()
    if found.days:
        small_tiles([tile(d, tr, dark=dark()) for d in found.days], tr(_LABEL))


def tile(found: DayRetention, tr: Text, *, dark: bool) -> SmallTile:
    r = found.reading
    note = "" if r.reason is None else tr(REASONS[r.reason])
    if r.value is None and r.left_out:
        note = tr(_NOBODY_YET, day=found.day)
    if r.left_out and r.value is not None:
        note = tr(_LEFT_OUT, n=numbers.full(r.left_out, Unit.COUNT, tr))
    points = [Point(p.span, r_, not p.whole) for p, r_ in found.trend][-SPARKLINE_POINTS:]
    change, judged = _change(found, tr)
    return SmallTile(
        tr(NAMES.get(found.day, Words(f"Day {found.day}", f"{found.day} 日留存"))),
        numbers.short(r.value, Unit.SHARE, tr),
        change,
        judged,
        note,
        "\n".join(_more(found, tr)),
        sparkline_svg(points, tr, dark, unit=Unit.SHARE),
    )


def _change(found: DayRetention, tr: Text) -> tuple[str, str]:
    """The change in points with its arrow; judged only where it is beyond chance."""
    before, now = found.before, found.reading.value
    if found.change is None or before is None or before.value is None or now is None:
        return "", "noise"
    arrow = UP if now > before.value else DOWN if now < before.value else LEVEL
    said = f"{arrow} {numbers.signed_change(before.value, now, Unit.SHARE, tr)}"
    if found.p_value is None or found.p_value >= CLEAR:
        return said, "noise"
    return f"{said} · {tr(_SIGNAL)}", "good" if now > before.value else "bad"


def _more(found: DayRetention, tr: Text) -> list[str]:
    r, said = found.reading, []
    if r.value is not None and r.low is not None and r.high is not None:
        k, n = (numbers.full(v, Unit.COUNT, tr) for v in (r.numerator, r.denominator))
        low, high = (numbers.full(v, Unit.SHARE, tr) for v in (r.low, r.high))
        said += [tr(_PARTS, k=k, n=n), tr(_INTERVAL, low=low, high=high)]
    if found.compared is not None and found.before is not None:
        days = dates.span(found.compared.start, found.compared.end, tr)
        value = numbers.full(found.before.value, Unit.SHARE, tr)
        said.append(tr(_AGAINST, days=days, value=value))
    return said
