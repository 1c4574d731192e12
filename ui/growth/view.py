"""In what growth is accounted for: users by one of two criteria, or money."""

from __future__ import annotations

from enum import StrEnum

from i18n import Words
from metrics.catalog.activity import ACTIVITY
from metrics.growth.spec import NEEDS as BY_CRITERION
from metrics.growth.spec import Criterion


class View(StrEnum):
    ACTIVE = "active"
    BOUGHT = "bought"
    MONEY = "money"


VIEWS: dict[View, Words] = {
    View.ACTIVE: Words("Active users", "活跃用户"),
    View.BOUGHT: Words("Buying users", "购买用户"),
    View.MONEY: Words("GMV", "成交总额"),
}
NEEDS: dict[View, tuple[str, ...]] = {
    View.ACTIVE: ACTIVITY,
    View.BOUGHT: BY_CRITERION[Criterion.BOUGHT],
    View.MONEY: BY_CRITERION[Criterion.BOUGHT],
}
"""Where only orders say that somebody was there, active users would be the buyers once more."""
