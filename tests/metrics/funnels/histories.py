"""Random small histories and funnels, full of what makes a walk go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from data.scope import Span
from i18n import Problem
from metrics.funnels.spec import Funnel
from tests.metrics.funnels.oracle import Event
from tests.world import Row, event, order, user

START = datetime(2024, 3, 9, 20, 0)
ZONE = ZoneInfo("America/New_York")
"""Its clocks go forward on 10 March 2024, in the middle of the histories."""
NAMES = ("a", "b", "c", "x", "purchase")
HOUR = 3600
OFTEN = ("a", "a", "b", "b", "b", "c", "c", "purchase", "purchase", "x")
SESSIONS = ("s1", "s1", "s1", "s2", None)
ITEMS = ("i1", "i1", "i1", "i2", None)
GAPS = (0, 0, 0, 1, 60, 600, HOUR - 1, HOUR, HOUR + 1, 4 * HOUR, 12 * HOUR, 24 * HOUR)
"""Seconds between events: ties, and both edges of the windows below."""

OPTIONS: dict[str, tuple[Any, ...]] = {
    "order": ("ordered", "strict", "unordered"),
    "window": ({"seconds": HOUR}, {"seconds": 24 * HOUR}, {"kind": "session", "seconds": None},
               {"kind": "day", "seconds": None}),
    "step_window": (None, {"seconds": HOUR}, {"kind": "day", "seconds": None}),
    "optional": (False, True),
    "exclusion": (None, "stop", "leave_out"),
    "entry": ("furthest", "first"),
    "hold": (None, "item_id", "session_id"),
    "count": ("users", "sessions", "attempts"),
    "steps": (("a", "b", "c"), ("a", "b", "purchase"), ("a", "a", "b"), ("a", "ab", "b", "a")),
}  # fmt: skip

Chosen = dict[str, Any]


def funnel_of(chosen: Chosen) -> Funnel | None:
    """The funnel of one choice of options; None where they exclude each other."""
    names = chosen["steps"]
    steps: list[dict[str, Any]] = [{"any_of": [{"event": e} for e in _events(n)]} for n in names]
    if chosen["step_window"]:
        steps[-1]["window"] = chosen["step_window"]
    if chosen["optional"]:
        steps[1]["optional"] = True
    exclusions = []
    if chosen["exclusion"]:
        whole = chosen["order"] == "unordered" or chosen["optional"] or len(names) < 4
        exclusions = [{"any_of": [{"event": "x"}], "after": 1,
                       "before": len(names) if whole else 3,
                       "effect": chosen["exclusion"]}]  # fmt: skip
    kept = {k: chosen[k] for k in ("order", "window", "entry", "hold", "count")}
    try:
        return Funnel.model_validate({"steps": steps, "exclusions": exclusions, **kept})
    except Problem:
        return None


def _events(name: str) -> tuple[str, ...]:
    return ("a", "b") if name == "ab" else (name,)


def every_choice() -> list[Chosen]:
    names = list(OPTIONS)
    return [dict(zip(names, values, strict=True)) for values in product(*OPTIONS.values())]


def pairwise(rnd: Random) -> list[Chosen]:
    """Choices in which every possible pair of option values meets at least once."""
    valid = [c for c in every_choice() if funnel_of(c) is not None]
    rnd.shuffle(valid)
    wanted = {pair for c in valid for pair in _pairs(c)}
    found: list[Chosen] = []
    while wanted:
        some = valid[:400]
        rnd.shuffle(valid)
        best = max(some, key=lambda c: len(wanted & _pairs(c)))
        if not wanted & _pairs(best):
            best = next(c for c in valid if wanted & _pairs(c))
        wanted -= _pairs(best)
        found.append(best)
    return found


def _pairs(chosen: Chosen) -> set[tuple[str, str, str, str]]:
    return {(a, repr(chosen[a]), b, repr(chosen[b])) for a, b in combinations(sorted(chosen), 2)}


@dataclass(frozen=True)
class History:
    """Rows of a shop, the same events as the oracle reads them, and the question's frame."""

    rows: dict[str, list[Row]]
    events: list[Event]
    held: list[Event]
    """The same with a purchase for every item of its order: what holding the item reads."""
    span: Span
    through: datetime


def history(rnd: Random) -> History:
    """A dozen persons with up to sixteen events each: users, visitors who never registered, one
    who did later, and a test user whom nobody counts."""
    people = [f"u{n}" for n in range(1, 9)] + ["v1", "v2", "v3", "v4"]
    rows: dict[str, list[Row]] = {
        "users": [*[user(f"u{n}") for n in range(1, 9)], user("test", is_test=True)],
        "identities": [{"visitor_id": "v2", "user_id": "u2", "linked_at": START}],
        "events": [event("test", str(START), n) for n in ("a", "b", "c", "x")],
        "orders": [],
        "order_items": [],
    }
    events: list[Event] = []
    held: list[Event] = []
    for person in people:
        at = START + timedelta(hours=rnd.randrange(0, 24))
        for _ in range(rnd.randrange(1, 17)):
            at += timedelta(seconds=rnd.choice(GAPS))
            session, item = rnd.choice(SESSIONS), rnd.choice(ITEMS)
            named = None if session is None else f"{person}{session}"
            who = "u2" if person == "v2" else person
            name = rnd.choice(OFTEN)
            mine = {"visitor_id": person} if person.startswith("v") else {"user_id": person}
            if name == "purchase":
                _buy(rnd, rows, events, held, (who, at, named), mine)
                continue
            row = event(None, str(at), name, session_id=named, item_id=item)
            rows["events"].append({**row, **mine})
            made = Event(who, at, name, named, item)
            events.append(made)
            held.append(made)
    rnd.shuffle(rows["events"])
    first = date(2024, 3, 9) + timedelta(days=rnd.randrange(0, 2))
    span = Span(first, first + timedelta(days=rnd.randrange(1, 5)))
    through = START + timedelta(hours=rnd.choice((24, 30, 48, 200, 200)))
    return History(rows, events, held, span, through)


def _buy(
    rnd: Random,
    rows: dict[str, list[Row]],
    events: list[Event],
    held: list[Event],
    who: tuple[str, datetime, str | None],
    mine: dict[str, str],
) -> None:
    person, at, session = who
    made = order(None, str(at), 10, session_id=session)
    rows["orders"].append({**made, **mine})
    events.append(Event(person, at, "purchase", session, None))
    for item in rnd.choice(((), ("i1",), ("i1", "i2", "i1"))):
        line: Row = {"order_id": made["order_id"], "item_id": item, "quantity": 1,
                     "unit_price": Decimal(1)}  # fmt: skip
        rows["order_items"].append(line)
        again = Event(person, at, "purchase", session, item)
        if again not in held:
            held.append(again)
