"""What the figures of a funnel say alike: names of steps that fit, and the lines of their cards."""

from __future__ import annotations

from html import escape

from charts.cards import INTERVAL
from charts.theme import NORMAL, text_width
from format import numbers
from i18n import Text, Words
from metrics.funnels.names import step_label
from metrics.funnels.spec import Counting, Funnel
from metrics.reading import REASONS, Maturity, Reading

COUNTED: dict[Counting, Words] = {
    Counting.USERS: Words("{n} users", "{n} 人"),
    Counting.SESSIONS: Words("{n} sessions", "{n} 次会话"),
    Counting.ATTEMPTS: Words("{n} attempts", "{n} 次尝试"),
}
STEP = Words("{n} {name}", "{n} {name}")
_OPTIONAL = Words("{name} (optional)", "{name}（可选）")
_OF = Words("{share} ({part} / {whole})", "{share}（{part} / {whole}）")
_NO_VALUE = Words("no value: {reason}", "无数值：{reason}")
_LEFT_OUT = Words("{n} left out: no window of theirs is over", "未计入 {n}：尚无已结束的转化窗口")
_TO_DATE = Words(
    "value to date: every window is still open", "截至目前的数值：所有转化窗口均未结束"
)


def counted(n: int, funnel: Funnel, tr: Text) -> str:
    """`1,234 users`, or sessions, or attempts: what the funnel counts."""
    return tr(COUNTED[funnel.count], n=numbers.full(n, "count", tr))


def step_title(funnel: Funnel, step: int, tr: Text) -> str:
    """`2 Add to cart`: the place and the events of a step; an optional one says so."""
    name = tr(STEP, n=step, name=step_label(funnel, step, tr))
    return tr(_OPTIONAL, name=name) if funnel.steps[step - 1].optional else name


def fitted(name: str, width: int, lines: int = 1, size: int = NORMAL) -> list[str]:
    """Plain text in at most so many lines of so many pixels, broken at spaces where there are any;
    what finds no room is left away behind `…`."""
    made: list[str] = []
    rest = name.strip()
    while rest and len(made) < lines:
        end = _longest(rest, width, size)
        if end == len(rest):
            return [*made, rest]
        if len(made) + 1 == lines:
            end = _longest(rest, width - text_width("…", size), size)
            return [*made, rest[:end].rstrip() + "…"]
        space = rest.rfind(" ", 0, end + 1)
        # A line that would hold only the number of the step is no line.
        end = space if space > 0 and not rest[:space].isdigit() else end
        made.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return made


def _longest(text: str, width: int, size: int) -> int:
    """How many characters from the beginning fit, at least one."""
    end = len(text)
    while end > 1 and text_width(text[:end], size) > width:
        end -= 1
    return end


def in_lines(lines: list[str]) -> str:
    """Lines of plain text as the HTML that Plotly shows."""
    return "<br>".join(escape(line) for line in lines)


def rate_line(reading: Reading, tr: Text) -> str:
    """`13.35% (2,517 / 18,854)`, or why there is no value."""
    if reading.value is None:
        reason = reading.reason
        return numbers.NO_VALUE if reason is None else tr(_NO_VALUE, reason=REASONS[reason])
    share = numbers.full(reading.value, "share", tr)
    if reading.numerator is None or reading.denominator is None:
        return share
    part, whole = (numbers.full(v, "count", tr) for v in (reading.numerator, reading.denominator))
    return tr(_OF, share=share, part=part, whole=whole)


def interval_line(reading: Reading, tr: Text) -> str | None:
    """The 95 % interval of a share, where there is one."""
    if reading.low is None or reading.high is None:
        return None
    low, high = (numbers.full(v, "share", tr) for v in (reading.low, reading.high))
    return tr(INTERVAL, low=low, high=high)


def maturity_line(reading: Reading, tr: Text) -> str | None:
    """What is not final about a rate: units with an open window, left out or all there are."""
    if reading.left_out:
        return tr(_LEFT_OUT, n=numbers.full(reading.left_out, "count", tr))
    return tr(_TO_DATE) if is_to_date(reading) else None


def is_to_date(reading: Reading) -> bool:
    """Whether a rate rests on units with open windows only."""
    running = reading.maturity is Maturity.RUNNING
    return reading.value is not None and running and not reading.left_out
