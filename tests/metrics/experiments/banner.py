"""A shop with one experiment whose every figure can be counted on fingers.

200 users registered on 1 February meet `banner` on 1 to 10 March, twenty a day, ten in each arm.
In control 2 of each ten order (20 in all), in treatment 4 of each ten (40): each once, 3 days after
the exposure, 10 yuan. Half of each arm is in China, half in the United States.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.world import Row, event, order, user

FIRST, DAYS = date(2024, 3, 1), 10
KEY = "banner"
BUYERS = {"control": 2, "banner": 4}


def rows(*, ended: bool = True) -> dict[str, list[Row]]:
    """The canonical tables; without an end the experiment still takes users in."""
    users, exposures, orders = [], [], []
    for day in range(DAYS):
        at = datetime(2024, 3, 1 + day, 10)
        for n, arm in enumerate(BUYERS):
            for k in range(10):
                who = f"{arm}{day}_{k}"
                country = "CN" if k % 2 else "US"
                users.append(user(who, "2024-02-01", country=country, channel="direct"))
                exposures.append(
                    {"experiment_id": KEY, "unit_id": who, "arm": arm, "exposed_at": at}
                )
                if k < BUYERS[arm]:
                    paid = at + timedelta(days=3, minutes=n)
                    orders.append(order(who, paid.isoformat(" "), 10, country=country))
    return {
        "users": users,
        "exposures": exposures,
        "orders": orders,
        "events": [event("control0_0", "2024-02-02 10:00", "login")],
        "experiments": [
            {
                "experiment_id": KEY, "name": "Banner", "unit": "user",
                "started_at": datetime(2024, 3, 1), "owner": "Home page",
                "ended_at": datetime(2024, 3, 11) if ended else None,
                "hypothesis": "A banner brings buyers.", "primary_metric": "bought_within_7_days",
            }
        ],
        "experiment_arms": [
            {"experiment_id": KEY, "arm": arm, "weight": Decimal("0.5"),
             "is_control": arm == "control"}
            for arm in BUYERS
        ],
    }  # fmt: skip
