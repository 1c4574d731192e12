"""Days of entry as SQL, cut into days, weeks or months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.dialects import add_days, first_of_month, first_of_week
from metrics.periods import Grain

if TYPE_CHECKING:
    from metrics.funnels.question import Question


def bucket_of(day: Any, q: Question) -> Any:
    """The first day of the bucket that holds a reporting day."""
    if q.bucket is Grain.WEEK:
        if q.week_start == "sunday":
            return add_days(first_of_week(add_days(day, 1)), -1)
        return first_of_week(day)
    return first_of_month(day) if q.bucket is Grain.MONTH else day
