"""Days, ranges and buckets become text. Month names are ours, never the machine's locale.

Ranges are half-open as everywhere, and are written with their last day. `year_of` is a day of the
year that the reader takes for granted (the last of the data): other years are written out.
Without it the year is left away from days, and always written with months.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from i18n import Text

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = timedelta(days=1)


def day(d: date, tr: Text, year_of: date | None = None) -> str:
    """`15 Nov` / `11月15日`; `15 Nov 2011` / `2011年11月15日` in another year than `year_of`."""
    return _day(d, tr, with_year=year_of is not None and d.year != year_of.year)


def month(d: date, tr: Text) -> str:
    """`Nov 2011` / `2011年11月`."""
    return f"{d.year}年{d.month}月" if tr.language == "zh" else f"{_MONTHS[d.month - 1]} {d.year}"


def span(start: date, end_exclusive: date, tr: Text, year_of: date | None = None) -> str:
    """A range by its first and last day: `19 Oct – 15 Nov` / `10月19日–11月15日`.

    Whole calendar months are named (`Nov 2011`, `Jan – Nov 2011`), whole years too. Both ends
    carry the year when they differ in it.
    """
    last = end_exclusive - DAY
    if last < start:
        raise ValueError(f"a range ends after it starts; got [{start}, {end_exclusive})")
    if start.day == 1 and end_exclusive.day == 1:
        return _months(start, last, tr)
    if start == last:
        return day(start, tr, year_of)
    if start.year != last.year:
        return f"{_day(start, tr, with_year=True)}{_dash(tr)}{_day(last, tr, with_year=True)}"
    other_year = year_of is not None and start.year != year_of.year
    same_month = start.month == last.month
    if tr.language == "zh":
        ending = f"{last.day}日" if same_month else _day(last, tr, with_year=False)
        return f"{_day(start, tr, with_year=other_year)}–{ending}"
    if same_month:
        return f"{start.day}–{_day(last, tr, with_year=other_year)}"
    return f"{_day(start, tr, with_year=False)} – {_day(last, tr, with_year=other_year)}"


def bucket(
    start: date, end_exclusive: date, grain: str, tr: Text, year_of: date | None = None
) -> str:
    """One calendar bucket by its own name, for hovers and tables: `15 Nov`, `W46 (10–16 Nov)`,
    `Nov 2011`, `Q4 2011`, `2011`. A bucket that the range has cut is written by its days."""
    zh = tr.language == "zh"
    match grain:
        case "day":
            return day(start, tr, year_of)
        case "week":
            days = span(start, end_exclusive, tr, year_of)
            name = week(start, end_exclusive, tr)
            return f"{name}（{days}）" if zh else f"{name} ({days})"
        case "month" | "quarter" | "year":
            if not is_whole(start, end_exclusive, grain):
                return _span_with_year(start, end_exclusive, tr)
            if grain == "month":
                return month(start, tr)
            if grain == "year":
                return f"{start.year}年" if zh else f"{start.year}"
            quarter = (start.month + 2) // 3
            return f"{start.year}年Q{quarter}" if zh else f"Q{quarter} {start.year}"
    raise ValueError(f"grain is day, week, month, quarter or year; got {grain!r}")


def week(start: date, end_exclusive: date, tr: Text) -> str:
    """A week by its number alone: `W46`, `第46周`."""
    number = _week(start, end_exclusive)
    return f"第{number}周" if tr.language == "zh" else f"W{number}"


def is_whole(start: date, end_exclusive: date, grain: str) -> bool:
    """Whether a bucket is a full calendar one, or was cut by the chosen range."""
    if grain in ("day", "week"):
        return (end_exclusive - start).days == (1 if grain == "day" else 7)
    return (start, end_exclusive) == _calendar(start, grain)


def ticks(buckets: Sequence[tuple[date, date]], grain: str, tr: Text) -> list[str]:
    """Names for an axis, one for each half-open bucket: as short as can be, the year on the first
    and where it turns, on a second line."""
    made: list[str] = []
    year: int | None = None
    for start, end in buckets:
        text, of = _tick(start, end, grain, tr)
        if of is not None and of != year:
            text += f"<br>{of}年" if tr.language == "zh" else f"<br>{of}"
            year = of
        made.append(text)
    return made


def instant(dt: datetime, zone: tzinfo, tr: Text, year_of: date | None = None) -> str:
    """`15 Nov 23:59` / `11月15日 23:59` by the clock of `zone`. A naive instant is UTC."""
    aware = dt if dt.tzinfo is not None else dt.replace(tzinfo=UTC)
    local = aware.astimezone(zone)
    return f"{day(local.date(), tr, year_of)} {local:%H:%M}"


def _day(d: date, tr: Text, *, with_year: bool) -> str:
    if tr.language == "zh":
        return f"{d.year}年{d.month}月{d.day}日" if with_year else f"{d.month}月{d.day}日"
    text = f"{d.day} {_MONTHS[d.month - 1]}"
    return f"{text} {d.year}" if with_year else text


def _dash(tr: Text) -> str:
    return "–" if tr.language == "zh" else " – "


def _months(first: date, last: date, tr: Text) -> str:
    if (first.month, last.month) == (1, 12):
        years = str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
        return f"{years}年" if tr.language == "zh" else years
    if (first.year, first.month) == (last.year, last.month):
        return month(first, tr)
    if tr.language == "zh":
        ending = f"{last.month}月" if first.year == last.year else month(last, tr)
        return f"{month(first, tr)}–{ending}"
    opening = _MONTHS[first.month - 1] if first.year == last.year else month(first, tr)
    return f"{opening} – {month(last, tr)}"


def _span_with_year(start: date, end_exclusive: date, tr: Text) -> str:
    return span(start, end_exclusive, tr, year_of=date(1, 1, 1))


def _week(start: date, end_exclusive: date) -> int:
    """The ISO number of the week that holds the middle of the bucket: right for weeks that start
    on a Sunday too, whose first day ISO counts to the week before."""
    return (start + (end_exclusive - start) // 2).isocalendar().week


def _calendar(start: date, grain: str) -> tuple[date, date]:
    """The whole bucket around a day."""
    size = {"month": 1, "quarter": 3, "year": 12}[grain]
    first = date(start.year, (start.month - 1) // size * size + 1, 1)
    turn = first.month - 1 + size
    return first, date(first.year + turn // 12, turn % 12 + 1, 1)


def _tick(start: date, end_exclusive: date, grain: str, tr: Text) -> tuple[str, int | None]:
    zh = tr.language == "zh"
    match grain:
        case "day" | "week":
            return _day(start, tr, with_year=False), start.year
        case "month":
            return (f"{start.month}月" if zh else _MONTHS[start.month - 1]), start.year
        case "quarter":
            return f"Q{(start.month + 2) // 3}", start.year
        case _:
            return (f"{start.year}年" if zh else str(start.year)), None
