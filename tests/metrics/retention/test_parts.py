"""Segments, the people behind a cell, and whether the last cohorts differ."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.scope import Span
from metrics.people import people_page
from metrics.periods import Grain
from metrics.retention.people import Who, cell_people
from metrics.retention.result import shift
from metrics.retention.spec import Bracket, Spec
from metrics.user_segments import Group, Segment
from tests.metrics.retention.asking import CNY, DAILY, JANUARY, ask, opened, parts
from tests.world import event, item, order, user


def test_the_last_mature_cohorts_are_tested_against_those_before(tmp_path: Path) -> None:
    """Days 1 to 4: 0 of 10 come back on the first two, 10 of 10 on the next two: twenty against
    twenty people. The 5th is running and in neither."""
    users = [user(f"{d}-{n}", f"2024-01-0{d}") for d in range(1, 6) for n in range(10)]
    events = [event(f"{d}-{n}", f"2024-01-0{d + 1}") for d in (3, 4) for n in range(10)]
    w = opened(tmp_path, "2024-01-06 12:00", users=users, events=events)
    moved = shift(ask(w, DAILY, Span(date(2024, 1, 1), date(2024, 1, 6))), 1)
    assert moved is not None
    assert [s.start.day for s in moved.before] == [1, 2]
    assert [s.start.day for s in moved.after] == [3, 4]
    assert parts(moved.base.reading) == (0, 20)
    assert parts(moved.now.reading) == (20, 20)
    assert moved.difference.diff == 1
    assert moved.p_value < 0.001


@pytest.mark.parametrize(
    ("by", "sizes"),
    [
        ("coupon", {"yes": 1, "no": 1, "no_order": 1}),
        ("first_category", {"toys": 1, "books": 1, "no_order": 1}),
        ("referred", {"yes": 1, "no": 2}),
        ("channel", {"kol": 2, "direct": 1}),
    ],
)
def test_segments_are_of_the_first_order_and_the_way_in(
    tmp_path: Path, by: str, sizes: dict[str, int]
) -> None:
    """User 1: a coupon and most spent on toys in the first order, books in the second. User 2:
    books, brought by user 1. User 3: no order. A later coupon or category moves nobody."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, channel="kol"), user(2, channel="kol", referrer_id="1"),
               user(3, channel="direct")],
        events=[event(2, "2024-02-02")],
        orders=[order(1, "2024-01-03", 9, order_id="a", coupon_code="NEW"),
                order(1, "2024-01-04", 9, order_id="b"),
                order(2, "2024-01-03", 9, order_id="c", coupon_code=""),
                order(2, "2024-01-05", 9, order_id="d", coupon_code="X")],
        order_items=[item("a", "i", 2, 4, category="toys"), item("a", "j", 1, 1, category="books"),
                     item("b", "j", 1, 9, category="books"), item("c", "j", 1, 9, category="books"),
                     item("d", "i", 1, 9, category="toys")],
    )  # fmt: skip
    found = ask(w, Spec(grain=Grain.MONTH), by=Segment(by))
    assert {s.value: s.size for s in found.segments} == sizes
    whole, of_parts = found.pooled[1].reading, [s.pooled[1].reading for s in found.segments]
    assert sum(r.numerator or 0 for r in of_parts) == whole.numerator == 1
    assert sum(r.denominator or 0 for r in of_parts) == whole.denominator == 3


def test_the_smaller_segments_are_one_group(tmp_path: Path) -> None:
    """Ten markets: eight stand for themselves, two users are in the others, and are listed."""
    users = [user(n, country=f"C{n}") for n in range(10)]
    users += [user(f"{n}b", country=f"C{n}") for n in range(8)]
    w = opened(tmp_path, "2024-03-01", users=users, events=[event("9", "2024-02-03")])
    spec = Spec(grain=Grain.MONTH)
    found = ask(w, spec, by=Segment.MARKET)
    assert [s.value for s in found.segments] == [*[f"C{n}" for n in range(8)], None]
    assert parts(found.segments[-1].pooled[1].reading) == (1, 2)
    others = Group(Segment.MARKET, None, tuple(f"C{n}" for n in range(8)))
    people = cell_people(w, CNY, spec, JANUARY, [JANUARY], Bracket(1, 1), Who.RETURNED, others)
    assert [row[0] for row in people_page(w, people).rows] == ["9"]


def test_the_people_of_a_cell_have_their_first_return_in_it(tmp_path: Path) -> None:
    """User 1 came on the 5th and the 9th of February, user 2 in March."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, "2024-01-02 08:00"), user(2)],
        events=[event(1, "2024-02-09"), event(1, "2024-02-05"), event(2, "2024-03-01")],
    )
    page = people_page(
        w, cell_people(w, CNY, Spec(grain=Grain.MONTH), JANUARY, [JANUARY], Bracket(1, 1))
    )
    keys = [c.key for c in page.columns]
    row = dict(zip(keys, page.rows[0], strict=True))
    assert page.total == 1
    assert (row["person_id"], row["returned_on"], row["acts"]) == ("1", date(2024, 2, 5), 2)
    assert row["began_at"].isoformat() == "2024-01-02T08:00:00"
