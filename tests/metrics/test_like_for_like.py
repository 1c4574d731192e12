"""Which days are like the chosen ones, by hand from the calendars of 2023 to 2025."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.scope import Scope, Span, Viewer
from metrics.like_for_like import as_far, comparable, held, like_for_like, same_campaign
from metrics.periods import Comparison, compared_with
from metrics.scorecard import scorecard
from metrics.trees import read_tree
from tests.metrics.asking import span
from tests.world import Row, World, order, user, world


def campaign(name: str, first: str, days: int, market: str | None = None) -> list[Row]:
    start = date.fromisoformat(first)
    return [{"day": start + timedelta(days=n), "name": name, "market": market} for n in range(days)]


CALENDAR = [
    *campaign("11.11", "2024-11-10", 2, "CN"),
    *campaign("11.11", "2025-11-10", 2, "CN"),
    *campaign("Spring Festival", "2024-02-10", 8, "CN"),
    *campaign("Spring Festival", "2025-01-29", 8, "CN"),
    *campaign("Black Friday", "2024-11-29", 1, "US"),
    *campaign("Black Friday", "2025-11-28", 1, "US"),
    *campaign("Cyber Monday", "2024-12-02", 1, "US"),
    *campaign("Cyber Monday", "2025-12-01", 1, "US"),
    *campaign("618", "2025-06-16", 3, "CN"),
]
KNOWN = held((r["name"], r["market"], r["day"]) for r in CALENDAR)


def against(start: str, end: str) -> Span | None:
    return same_campaign(span(start, end), KNOWN).span


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (("2025-11-11", "2025-11-12"), ("2024-11-11", "2024-11-12")),
        (("2025-01-29", "2025-02-06"), ("2024-02-10", "2024-02-18")),
        (("2025-01-27", "2025-02-03"), ("2024-02-08", "2024-02-15")),
        (("2025-11-28", "2025-11-29"), ("2024-11-29", "2024-11-30")),
        (("2025-11-24", "2025-12-01"), ("2024-11-25", "2024-12-02")),
        (("2025-11-01", "2025-12-01"), ("2024-11-01", "2024-12-01")),
    ],
    ids=[
        "Singles' Day stays on its date",
        "Spring Festival moves by twelve days",
        "half inside: two days before, five days of the festival",
        "Black Friday is a Friday",
        "the week of Black Friday begins on a Monday both years",
        "a month with two: the longer campaign decides",
    ],
)
def test_a_range_is_laid_over_last_years_campaign(
    asked: tuple[str, str], before: tuple[str, str]
) -> None:
    assert against(*asked) == span(*before)


def test_the_campaign_is_named() -> None:
    found = same_campaign(span("2025-11-11", "2025-11-12"), KNOWN)
    assert found.campaign is not None
    assert found.campaign.words.zh == "双 11"
    assert found.campaign.span == span("2025-11-10", "2025-11-12")


def test_days_without_a_campaign_have_none_to_be_compared_with() -> None:
    found = same_campaign(span("2025-03-01", "2025-03-08"), KNOWN)
    assert found.span is None
    assert found.reason is not None
    assert "no campaign" in found.reason.en


def test_a_campaign_that_was_not_held_last_year_says_so() -> None:
    found = same_campaign(span("2025-06-16", "2025-06-19"), KNOWN)
    assert found.span is None
    assert found.reason is not None
    assert "618" in found.reason.zh


def test_where_the_longest_was_not_held_the_next_one_decides() -> None:
    """A range over 618, which the calendar has once, and one day of another campaign."""
    once_more = held(
        [("618", None, date(2025, 6, 16)), ("618", None, date(2025, 6, 17)),
         ("Day", None, date(2025, 6, 20)), ("Day", None, date(2024, 6, 21))]
    )  # fmt: skip
    found = same_campaign(span("2025-06-16", "2025-06-23"), once_more)
    assert found.span == span("2024-06-17", "2024-06-24")


def test_days_in_a_row_are_one_campaign_and_markets_stay_apart() -> None:
    rows = [("618", m, date(2025, 6, d)) for m in ("CN", "US") for d in (16, 17, 20)]
    assert [(c.market, c.span.days) for c in held(rows)] == [
        ("CN", 2), ("US", 2), ("CN", 1), ("US", 1),
    ]  # fmt: skip


def test_the_same_weekdays_are_52_weeks_before() -> None:
    """Tuesday 11 November 2025 and Tuesday 12 November 2024."""
    tuesday = span("2025-11-11", "2025-11-12")
    found = compared_with(tuesday, Comparison.WEEKDAY)
    assert found == span("2024-11-12", "2024-11-13")
    assert found.start.weekday() == tuesday.start.weekday() == 1


def test_a_running_range_and_its_base_have_as_many_days() -> None:
    week, before = span("2025-11-10", "2025-11-17"), span("2024-11-10", "2024-11-17")
    assert as_far(week, before, date(2025, 11, 12)) == (
        span("2025-11-10", "2025-11-12"), span("2024-11-10", "2024-11-12"),
    )  # fmt: skip
    assert as_far(week, before, date(2025, 11, 17)) == (week, before)
    assert as_far(week, before, date(2025, 11, 10)) is None


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    """¥10 on last year's second day of 11.11, ¥30 on this year's."""
    return festival(tmp_path_factory.mktemp("campaigns"))


def festival(folder: Path | str) -> World:
    return world(
        folder,
        through="2025-12-10",
        users=[user(1, "2024-01-01", country="CN"), user(2, "2024-01-01", country="US")],
        orders=[
            order(1, "2024-11-11 10:00", 10, country="CN"),
            order(1, "2025-11-11 10:00", 30, country="CN"),
            order(2, "2024-11-29 10:00", 7, country="US"),
            order(2, "2025-11-28 10:00", 9, country="US"),
        ],
        calendar=CALENDAR,
    )


def of(country: str | None) -> Scope:
    return Scope.of("CNY", market=None if country is None else frozenset({country}))


def test_campaigns_of_other_markets_are_no_reason_to_move(shop: World) -> None:
    """November as a whole: 11.11 decides for China, Black Friday for the United States."""
    w, november = shop.warehouse(), span("2025-11-11", "2025-11-29")
    assert comparable(w, of("CN"), november, Comparison.CAMPAIGN) == span(
        "2024-11-11", "2024-11-29"
    )
    assert comparable(w, of("US"), november, Comparison.CAMPAIGN) == span(
        "2024-11-12", "2024-11-30"
    )
    w.close()


def test_a_viewer_learns_of_no_campaign_of_another_market(shop: World) -> None:
    w = shop.warehouse(Viewer("lin", markets=frozenset({"CN"})))
    found = like_for_like(w, of(None), span("2025-11-28", "2025-11-29"), Comparison.CAMPAIGN)
    assert found.span is None
    w.close()


def test_scorecard_and_tree_take_the_campaigns_days(shop: World) -> None:
    w, black_friday = shop.warehouse(), span("2025-11-28", "2025-11-29")
    card = scorecard(w, of(None), black_friday, Comparison.CAMPAIGN, ["gmv"])
    assert card.lines[0].compared == span("2024-11-29", "2024-11-30")
    assert card.lines[0].change is not None
    assert (card.lines[0].change.before, card.lines[0].change.after) == (7, 9)
    tree = read_tree(w, of(None), "gmv_identified", black_friday, Comparison.CAMPAIGN)
    assert tree.bridge is not None
    assert (tree.bridge.start, tree.bridge.end) == (7, 9)
    nothing = scorecard(w, of(None), span("2025-10-01", "2025-10-08"), Comparison.CAMPAIGN, ["gmv"])
    assert nothing.lines[0].change is None
    w.close()


def test_the_calendar_reads_the_same_from_postgres(
    postgres_database: Callable[[], str],
) -> None:
    w = festival(postgres_database()).warehouse()
    found = comparable(w, of(None), span("2025-01-29", "2025-02-06"), Comparison.CAMPAIGN)
    assert found == span("2024-02-10", "2024-02-18")
    w.close()
