"""Campaign days of the shop's calendar: 11.11, 618, Black Friday, Spring Festival and others."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Words

NAMES: dict[str, Words] = {
    "11.11": Words("11.11", "双 11"),
    "618": Words("618", "618"),
    "12.12": Words("12.12", "双 12"),
    "Black Friday": Words("Black Friday", "黑五"),
    "Cyber Monday": Words("Cyber Monday", "网一"),
    "Spring Festival": Words("Spring Festival", "春节"),
    "Christmas": Words("Christmas", "圣诞"),
}


def campaign_days(warehouse: Warehouse) -> tuple[tuple[date, Words], ...]:
    """The first day of each campaign, in order; the name as the source writes it if unknown."""
    day = warehouse.sources(Scope(warehouse.reporting.currency)).calendar
    rows = warehouse.fetch(select(day.c.name, day.c.day).distinct().order_by(day.c.day, day.c.name))
    found: list[tuple[date, Words]] = []
    last: dict[str, date] = {}
    for name, on in rows.itertuples(index=False):
        if name not in last or (on - last[name]).days > 1:
            found.append((on, NAMES.get(name, Words(name, name))))
        last[name] = on
    return tuple(found)
