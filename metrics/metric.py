"""What an entry of the catalog says about a metric."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from i18n import Words


class Unit(StrEnum):
    COUNT = "count"
    SHARE = "share"
    """0.14, shown as 14 %"""
    MONEY = "money"
    """in the reporting currency"""
    TIMES = "times"
    """2.31 orders per buyer"""


class Adds(StrEnum):
    FULLY = "fully"
    """sums over days and over segments"""
    NOT_OVER_TIME = "not_over_time"
    """one person, many days"""
    NEVER = "never"
    """ratios: recompute from their parts"""


class Group(StrEnum):
    MONEY = "money"
    BUYERS = "buyers"
    ACTIVITY = "activity"
    ACQUISITION = "acquisition"
    CONVERSION = "conversion"
    REPURCHASE = "repurchase"
    VALUE = "value"


GROUPS: dict[Group, Words] = {
    Group.MONEY: Words("Revenue", "收入"),
    Group.BUYERS: Words("Buyers", "购买用户"),
    Group.ACTIVITY: Words("Activity", "活跃"),
    Group.ACQUISITION: Words("Acquisition", "获客"),
    Group.CONVERSION: Words("Conversion", "转化"),
    Group.REPURCHASE: Words("Repurchase", "复购"),
    Group.VALUE: Words("Customer value", "用户价值"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of the product. Nothing here computes.

    `numerator` and `denominator` are measures (see `metrics/families.py`); without a denominator
    the value is the measure itself. `needs` are the tables and columns without which there is no
    value. `when` says which date a range means: `span` sums over the range, `trailing` looks back
    from its last complete day, `cohort` follows the people who began in it.
    """

    key: str
    name: Words
    meaning: Words
    formula: Words
    unit: Unit
    good: Literal["up", "down", "neither"]
    adds: Adds
    group: Group
    numerator: str
    denominator: str | None = None
    needs: tuple[str, ...]
    when: Literal["span", "trailing", "cohort"] = "span"
    identified_only: bool = False
    """Counts people, so guests are not in it, and the number says so."""
    days: int | None = None
    """The window of a cohort measure."""
