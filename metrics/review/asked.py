"""The week that was asked for by name: `2026-W40`, or any day of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from data.scope import Span
from i18n import Problem, Words
from metrics.periods import WeekStart
from metrics.review.weekly import week_of

_BY_NUMBER = re.compile(r"(\d{4})-?W(\d{2})")


def week_named(text: str, week_start: WeekStart) -> Span:
    """The calendar week. A number is that of ISO 8601; a week that starts on a Sunday has the
    number of the days it shares with it, Monday to Saturday."""
    try:
        found = _BY_NUMBER.fullmatch(text.strip().upper())
        if found is None:
            return week_of(date.fromisoformat(text.strip()), week_start)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError as error:
        raise Problem("week_wrong", _WRONG, _HOW, found=text[:40]) from error
    start = monday if week_start == "monday" else monday - timedelta(days=1)
    return Span(start, start + timedelta(weeks=1))


_WRONG = Words("“{found}” names no week.", "“{found}”不是有效的周。")
_HOW = Words(
    "Write its number (2026-W40; only some years have a W53) or one of its days (2026-09-30).",
    "请写周数（2026-W40，只有部分年份有 W53）或该周的某一天（2026-09-30）。",
)
