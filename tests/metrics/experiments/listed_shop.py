"""A shop with one experiment of every fate, each of which can be counted by hand.

All took in their units on 5 January 2024 (`fresh` on 27 February), 200 an arm unless said
otherwise; the data ends with February. What is judged is who bought within 7 days.

- `won`: 20 of 200 bought in control, 60 of 200 in treatment. One more was seen in both arms, one
  came the day before the start and one the day after the end.
- `flat`: 20 and 22. `worse`: 60 and 20.
- `skewed`: 300 and 100 where halves were due.
- `fresh`: started on 25 February, has no end; nobody's week is over.
- `empty`: nobody met it. `odd`: its metric does not exist. `armless`: no arms on record.
- `crooked`: an arm of weight 0 has units.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from store import EXPERIMENT_PLAN, ExperimentPlan, PlannedArm, Store
from tests.world import Row, at, order, user

METRIC = "bought_within_7_days"
START, END = "2024-01-01 00:00", "2024-01-10 23:59"
THROUGH = "2024-03-01"


class _Maker:
    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {
            n: [] for n in ("users", "orders", "experiments", "experiment_arms", "exposures")
        }
        self._users = 0

    def experiment(
        self, key: str, owner: str, *, metric: str = METRIC, start: str = START,
        end: str | None = END, weights: tuple[float, ...] = (0.5, 0.5),
    ) -> None:  # fmt: skip
        self.rows["experiments"].append(
            {
                "experiment_id": key, "name": key.title(), "unit": "user", "started_at": at(start),
                "ended_at": None if end is None else at(end), "primary_metric": metric,
                "owner": owner, "hypothesis": f"{key} brings more buyers",
            }
        )  # fmt: skip
        self.rows["experiment_arms"] += [
            {
                "experiment_id": key, "arm": arm, "weight": Decimal(str(w)),
                "is_control": arm == "control",
            }
            for arm, w in zip(("control", "new"), weights, strict=False)
        ]  # fmt: skip

    def met(self, key: str, arm: str, n: int, buyers: int, on: str = "2024-01-05") -> None:
        """`n` users in an arm, the first `buyers` of whom buy on the next day."""
        for place in range(n):
            who = self.user()
            self.exposed(key, who, arm, on)
            if place < buyers:
                self.rows["orders"].append(order(who, f"{on} 20:00", 10))

    def user(self) -> str:
        self._users += 1
        self.rows["users"].append(user(self._users, "2023-12-01", country="CN"))
        return str(self._users)

    def exposed(self, key: str, who: str, arm: str, on: str) -> None:
        self.rows["exposures"].append(
            {"experiment_id": key, "unit_id": who, "arm": arm, "exposed_at": at(f"{on} 10:00")}
        )


def rows() -> dict[str, list[Row]]:
    made = _Maker()
    for key, owner, control, new in (
        ("won", "Ann", 20, 60), ("flat", "Bo", 20, 22), ("worse", "Ann", 60, 20),
    ):  # fmt: skip
        made.experiment(key, owner)
        made.met(key, "control", 200, control)
        made.met(key, "new", 200, new)
    both = made.user()
    made.exposed("won", both, "control", "2024-01-05")
    made.exposed("won", both, "new", "2024-01-06")
    made.exposed("won", made.user(), "new", "2023-12-31")
    made.exposed("won", made.user(), "control", "2024-01-11")
    made.experiment("skewed", "Bo")
    made.met("skewed", "control", 300, 30)
    made.met("skewed", "new", 100, 30)
    made.experiment("fresh", "Bo", start="2024-02-25 00:00", end=None)
    made.met("fresh", "control", 60, 0, "2024-02-27")
    made.met("fresh", "new", 60, 0, "2024-02-27")
    made.experiment("empty", "", start="2024-02-01 00:00", end=None)
    made.experiment("odd", "", metric="clicks_within_7_days")
    made.met("odd", "control", 200, 20)
    made.met("odd", "new", 200, 20)
    made.experiment("armless", "", weights=())
    made.met("armless", "control", 200, 20)
    made.experiment("crooked", "", weights=(1.0, 0.0))
    made.met("crooked", "control", 200, 20)
    made.met("crooked", "new", 200, 20)
    return made.rows


def plan(**more: object) -> ExperimentPlan:
    """A plan of two halves, judged by who bought."""
    body: dict[str, object] = {
        "name": "Planned here", "owner": "Cy", "starts_on": date(2024, 4, 1),
        "ends_on": date(2024, 4, 14), "primary": (METRIC,),
        "arms": (
            PlannedArm(arm="control", weight=0.5, is_control=True),
            PlannedArm(arm="new", weight=0.5),
        ),
        **more,
    }  # fmt: skip
    return ExperimentPlan.model_validate(body)


def kept(store: Store, key: str = "ours", **more: object) -> None:
    """Keep a plan of the shop `world`."""
    store.save(EXPERIMENT_PLAN, "world", plan(**more), author="Cy", based_on=None, name=key)
