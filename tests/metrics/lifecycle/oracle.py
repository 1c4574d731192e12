"""The lifecycle of everybody, walked event by event as the definitions say: no SQL, no tables.

Who counts, where they are at home and what a paid order is comes from the oracle of the metrics.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from data.scope import Scope, Span
from tests.metrics.oracle import NOT_BY_THE_USER, Home, Oracle

STAGES = ("activate", "retain", "convert", "refer")
FOREVER = datetime(9999, 1, 1)


@dataclass(frozen=True)
class Life:
    """One person's beginning; by stage when it was reached, if within its window, and whether the
    window is over."""

    person: str
    home: Home
    campaign: str
    began_at: datetime
    began_on: date
    reached: dict[str, datetime | date | None]
    over: dict[str, bool]

    def is_in(self, state: str, stage: str, reading: str) -> bool:
        if state == "so_far":
            return all(self.reached[s] is not None for s in self._up_to(stage, reading))
        return self.state(stage, reading) == state

    @staticmethod
    def _up_to(stage: str, reading: str) -> tuple[str, ...]:
        return STAGES[: STAGES.index(stage) + 1] if reading == "sequential" else (stage,)

    def state(self, stage: str, reading: str) -> str:
        upto = self._up_to(stage, reading)
        if not all(self.over[s] for s in upto):
            return "in_progress"
        return "reached" if all(self.reached[s] is not None for s in upto) else "not_reached"

    def hours(self, stage: str) -> float:
        at = self.reached[stage]
        if isinstance(at, datetime):
            return (at - self.began_at) / timedelta(hours=1)
        assert at is not None
        return (at - self.began_on).days * 24.0


@dataclass(frozen=True)
class Happening:
    person: str
    at: datetime
    event: str


class LifecycleOracle:
    def __init__(self, oracle: Oracle, population: str) -> None:
        self.told = oracle
        self.population = population
        self.rules = oracle.reporting.lifecycle
        self.events = self._events()

    def _events(self) -> list[Happening]:
        """What each person did or got; purchases are the paid orders."""
        o = self.told
        found = []
        for e in o.rows["events"]:
            person = self._person(e["user_id"], e.get("visitor_id"))
            if person and e["event"] != "purchase":
                found.append(Happening(person, e["occurred_at"], e["event"]))
        for s in o.sales:
            person = self._person(s.user, s.order.get("visitor_id"))
            if person:
                found.append(Happening(person, s.at, "purchase"))
        return found

    def _person(self, user: str | None, visitor: str | None) -> str | None:
        user = user or self.told.links.get(visitor or "")
        if user is None:
            return None if visitor is None else f"?{visitor}"
        return f"={user}" if self.told.counts(user) else None

    def beginnings(self) -> dict[str, datetime]:
        if self.population == "registered":
            return {
                f"={u}": row["registered_at"]
                for u, row in self.told.users.items()
                if self.told.counts(u)
            }
        found: dict[str, datetime] = {}
        if not self.told.rows["identities"]:
            return found
        for h in self.events:
            if h.event not in NOT_BY_THE_USER:
                found[h.person] = min(found.get(h.person, h.at), h.at)
        return found

    def active(self, event: str) -> bool:
        chosen = self.told.reporting.activity_events
        return event in chosen if chosen else event not in NOT_BY_THE_USER

    def lives(self) -> list[Life]:
        return [self._life(person, at) for person, at in self.beginnings().items()]

    def _life(self, person: str, began: datetime) -> Life:
        o, r = self.told, self.rules
        own = [h for h in self.events if h.person == person]
        on = o.day(began)
        end = {
            "activate": began + timedelta(days=r.activation_days),
            "convert": began + timedelta(days=r.convert_days),
            "refer": began + timedelta(days=r.refer_days),
        }
        activated = [
            h.at for h in own if h.event == r.activation_event and began <= h.at < end["activate"]
        ]
        paid = [
            s.at
            for s in o.sales
            if (
                s.user == person[1:]
                if self.population == "registered"
                else self._person(s.user, s.order.get("visitor_id")) == person
            )
        ]
        first_paid = min(paid, default=FOREVER)
        sent = [
            max(i["invited_at"], i["accepted_at"])
            for i in o.rows["invitations"]
            if f"={i['inviter_id']}" == person
            and i["accepted_at"] is not None
            and began <= i["invited_at"] < end["refer"]
            and began <= i["accepted_at"] < end["refer"]
        ]
        back = [
            day
            for day in self._active_days(person)
            if r.retain_from_day <= (day - on).days <= r.retain_to_day
        ]
        return Life(
            person,
            o.home(person[1:]) if person[0] == "=" else self._home_of_visitor(person[1:]),
            self._campaign(person),
            began,
            on,
            {
                "activate": min(activated, default=None),
                "retain": min(back, default=None),
                "convert": first_paid if began <= first_paid < end["convert"] else None,
                "refer": min(sent, default=None),
            },
            {
                **{stage: at <= o.through for stage, at in end.items()},
                "retain": on + timedelta(days=r.retain_to_day) < o.until,
            },
        )

    def _active_days(self, person: str) -> list[date]:
        if self.population == "registered":
            return [
                d for (d, p), (as_user, _) in self.told.presence.items() if p == person and as_user
            ]
        return [
            self.told.day(h.at) for h in self.events if h.person == person and self.active(h.event)
        ]

    def _home_of_visitor(self, visitor: str) -> Home:
        return self.told.visitor_home(visitor)

    def _campaign(self, person: str) -> str:
        """The user's own; a person without one has that of the first event, for visitors."""
        own = self.told.users.get(person[1:], {}).get("campaign") if person[0] == "=" else None
        if own or self.population == "registered":
            return own or "unknown"
        visits = [
            (at, campaign)
            for at, campaign, who in (
                (
                    e["occurred_at"],
                    e.get("campaign"),
                    self._person(e["user_id"], e.get("visitor_id")),
                )
                for e in self.told.rows["events"]
                if e["event"] not in NOT_BY_THE_USER and e["event"] != "purchase"
            )
            if who == person
        ]
        orders = [(h.at, None) for h in self.events if h.person == person and h.event == "purchase"]
        first = min((at for at, _ in [*visits, *orders]), default=None)
        return min((c for at, c in visits if at == first and c), default="unknown")

    def seen(self, span: Span, scope: Scope, markets: frozenset[str] | None = None) -> list[Life]:
        asked = {c.dimension: c.values for c in scope.choices if c.dimension != "customer"}
        return [
            life
            for life in self.lives()
            if span.start <= life.began_on < span.end
            and all(life.home[d] in v for d, v in asked.items())
            and (markets is None or life.home["market"] in markets)
        ]


def counted(lives: list[Life]) -> dict[str, float]:
    """What the statement says of these people; nothing that nobody did is left away."""
    found: dict[str, float] = {"acquired": len(lives)}
    for stage in STAGES:
        for reading in ("sequential", "of_acquired"):
            states = Counter(life.state(stage, reading) for life in lives)
            name = f"{stage}_{reading}"
            found[f"{name}_mature"] = states["reached"] + states["not_reached"]
            found[f"{name}_reached"] = states["reached"]
            took = [x.hours(stage) for x in lives if x.state(stage, reading) == "reached"]
            found[f"{name}_median"] = median(took) if took else -1.0
    return found
