"""Lengths of time become text: the largest unit that leaves a number above one."""

from __future__ import annotations

from i18n import Text, Words

_UNITS = (
    (86_400.0, Words("{n} d", "{n} 天")),
    (3_600.0, Words("{n} h", "{n} 小时")),
    (60.0, Words("{n} min", "{n} 分钟")),
)
_SECONDS = Words("{n} s", "{n} 秒")


def duration(seconds: float | None, tr: Text) -> str:
    """`41 s`, `3.2 min`, `5.4 h`, `12 d`; two figures below ten, `–` for no value. A negative
    length keeps its sign."""
    if seconds is None:
        return "–"
    sign, length = ("−", -seconds) if seconds < 0 else ("", seconds)
    for size, words in _UNITS:
        if length >= size:
            return sign + tr(words, n=_figures(length / size))
    return sign + tr(_SECONDS, n=_figures(length))


def in_hours(hours: float | None, tr: Text) -> str:
    """The same of a length in hours."""
    return duration(None if hours is None else hours * 3600, tr)


def _figures(value: float) -> str:
    rounded = round(value, 1)
    return f"{rounded:.1f}".removesuffix(".0") if rounded < 10 else f"{value:.0f}"
