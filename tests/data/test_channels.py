"""The channel taxonomy: one table of rules for users, orders, events, touches and spend."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column, create_engine, select, values
from sqlalchemy.types import String

from data import rollups
from data.channels import OF_AD_TOOLS, TAXONOMY, ChannelRule, ChannelRules
from data.refresh import refresh
from i18n import Problem
from tests.data.test_incremental import rebuilt, serving
from tests.world import Row, World, event, order, user, world

RULES = ChannelRules(
    (
        ChannelRule("paid_search", raw="CPC"),
        ChannelRule("kol", raw="cpc", campaign="*种草*"),
        ChannelRule("short_video", campaign="douyin_*"),
        ChannelRule("offline", source="agency"),
    )
)


@pytest.mark.parametrize(
    ("row", "channel"),
    [
        (("cpc", None, None), "paid_search"),
        (("Cpc", "brand", "agency"), "paid_search"),
        (("cpc", "双十一种草A", None), "kol"),
        (("anything", "Douyin_1", "agency"), "short_video"),
        (("anything", "my douyin_1", "agency"), "offline"),
        (("anything", None, None), "anything"),
        ((None, None, None), "unknown"),
        (("", "x", ""), "unknown"),
        (("google_ads", "x", "google_ads 1"), "paid_search"),
    ],
)
def test_the_rule_that_says_most_wins(row: tuple[Any, ...], channel: str) -> None:
    """A campaign before a channel, a channel before an account; capitals do not matter."""
    assert RULES.channel(*row) == channel


def test_a_rule_of_the_team_wins_over_that_of_the_ad_tool() -> None:
    assert (
        ChannelRules((ChannelRule("content", raw="google_ads"),)).channel("google_ads") == "content"
    )


def test_rules_are_read_back_as_they_were() -> None:
    assert set(ChannelRules.parse(RULES.text).rules) == set(RULES.rules)
    assert ChannelRules().text == ""
    assert ChannelRules.parse(None) == ChannelRules.parse("") == ChannelRules()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("", "cpc", "", "paid")], "channel_unknown"),
        ([("", "", "*", "direct")], "channel_rule_empty"),
        ([("", "cpc", "", "direct"), ("", "CPC ", "", "email")], "channel_rule_twice"),
        ([("", "c" * 201, "", "direct")], "channel_rule_long"),
        ([("", f"c{n}", "", "direct") for n in range(1001)], "channel_rules_many"),
    ],
)
def test_a_table_that_can_not_be_followed_is_refused(rows: list[Any], code: str) -> None:
    with pytest.raises(Problem) as caught:
        ChannelRules.of(rows)
    assert caught.value.code == code


def test_empty_rows_are_no_rules() -> None:
    assert ChannelRules.of([("", None, " ", None)]) == ChannelRules()


words = st.text(alphabet="aAbB%_!*.é渠", min_size=0, max_size=4)


@given(
    rules=st.lists(
        st.builds(ChannelRule, channel=st.sampled_from(TAXONOMY), raw=words, campaign=words,
                  source=words), max_size=4, unique_by=lambda r: r.conditions,
    ),
    rows=st.lists(st.tuples(words, words, words), min_size=1, max_size=8),
)  # fmt: skip
def test_the_database_decides_as_python_does(
    rules: list[ChannelRule], rows: list[tuple[str, str, str]]
) -> None:
    made = ChannelRules(tuple(r for r in rules if any(r.conditions) and set(r.campaign) != {"*"}))
    names = [column(n, String) for n in ("no", "raw", "campaign", "source")]
    data = values(*names, name="given").data([(str(n), *row) for n, row in enumerate(rows)])
    engine = create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        asked = made.channel_of(data.c.raw, data.c.campaign, data.c.source)
        found = {row[0]: row[1] for row in connection.execute(select(data.c.no, asked))}
    engine.dispose()
    for n, row in enumerate(rows):
        assert (found[str(n)] or "unknown") == made.channel(*row)


def spend(day: int, amount: Any, channel: str, **more: Any) -> Row:
    return {
        "day": date(2024, 1, day),
        "channel": channel,
        "spend": Decimal(str(amount)),
        "currency": "CNY",
        **more,
    }


def rows() -> dict[str, list[Row]]:
    """User 1 came by cpc, user 2 by a campaign, user 3 says nothing and bought by cpc; a guest
    and a visitor came by cpc. What was spent stands under google_ads and under a sheet's cpc."""
    return {
        "users": [
            user(1, channel="cpc"),
            user(2, channel="red", campaign="douyin_1"),
            user(3),
        ],
        "orders": [
            order(1, "2024-01-02", 10, channel="email"),
            order(3, "2024-01-02", 20, channel="cpc"),
            order(None, "2024-01-03", 5, channel="cpc"),
        ],
        "events": [
            event(1, "2024-01-02 10:00", channel="cpc", session_id="s1"),
            event(None, "2024-01-03 10:00", visitor_id="v1", channel="cpc", session_id="s2"),
            event(None, "2024-01-03 11:00", visitor_id="v2", channel="red", campaign="douyin_2"),
        ],
        "touchpoints": [
            {"user_id": "1", "touched_at": event(1, "2024-01-02")["occurred_at"], "channel": "red",
             "campaign": "douyin_1", "cost": Decimal(3)},
        ],
        "marketing_spend": [
            spend(2, 100, "google_ads", source="google_ads", campaign_id="7", campaign="Old name"),
            spend(3, 50, "google_ads", source="google_ads", campaign_id="7", campaign="New name"),
            spend(3, -20, "cpc", source="sheet"),
            spend(3, 8, "tv", source="agency"),
        ],
    }  # fmt: skip


def cut_by(made: World, rules: ChannelRules | None, **more: Any) -> None:
    with made.versions.draft(from_current=True) as draft:
        refresh(draft.connection, made.shop, data_through=made.through, rules=rules, **more)
        draft.publish()


def channels(made: World, table: str, amount: str) -> dict[str, float]:
    t = rollups.rollup.tables[table]
    frame = made.warehouse().fetch(select(t.c.channel, t.c[amount]))
    return {str(c): float(part[amount].sum()) for c, part in frame.groupby("channel")}


@pytest.fixture(params=["duckdb", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    if request.param == "duckdb":
        return world(tmp_path, through="2024-01-10", **rows())
    return world(request.getfixturevalue("postgres_database")(), through="2024-01-10", **rows())


def test_every_table_goes_by_the_same_rules(made: World) -> None:
    """By rules: users 1 and 3, the guest and visitor v1 are paid search, user 2 and visitor v2
    short video. 100 + 50 of Google and −20 of the sheet's cpc are paid search: 130."""
    assert channels(made, "sales", "gmv") == {"cpc": 35}
    cut_by(made, RULES)
    assert channels(made, "sales", "gmv") == {"paid_search": 35}
    assert channels(made, "spend_day", "spend") == {
        "paid_search": 130,
        "offline": 8,
        "short_video": 3,
    }
    people, visitors = rollups.people.c, rollups.visitors.c
    frame = made.warehouse().fetch(select(people.user_id, people.channel))
    assert dict(frame.itertuples(index=False)) == {
        "1": "paid_search", "2": "short_video", "3": "paid_search",
    }  # fmt: skip
    visitors = made.warehouse().fetch(
        select(rollups.visitors.c.visitor_id, rollups.visitors.c.channel)
    )
    assert dict(visitors.itertuples(index=False)) == {"v1": "paid_search", "v2": "short_video"}
    assert channels(made, "sessions_day", "sessions") == {"paid_search": 2}
    touched = made.warehouse().fetch(select(rollups.touches.c.channel))
    assert list(touched["channel"]) == ["short_video"]
    log = made.warehouse().fetch(select(rollups.event_log.c.channel))
    assert set(log["channel"].dropna()) == {"paid_search", "short_video", "email"}


def test_a_campaign_that_is_renamed_is_one_with_its_latest_name(made: World) -> None:
    assert channels(made, "spend_day", "spend")["paid_search"] == 150
    frame = made.warehouse().fetch(
        select(rollups.spend_day.c.campaign, rollups.spend_day.c.spend).where(
            rollups.spend_day.c.source == "google_ads"
        )
    )
    assert set(frame["campaign"]) == {"New name"}


def test_other_rules_cut_everything_anew_and_the_same_ones_do_not(made: World) -> None:
    """A refresh for one day by other rules leaves what a whole rebuild leaves; without rules given
    it goes on by those of the version before."""
    cut_by(made, RULES, touched=frozenset({date(2024, 1, 3)}))
    assert channels(made, "sales", "gmv") == {"paid_search": 35}
    after = serving(made)
    assert serving(rebuilt(made)) == after
    assert channels(made, "sales", "gmv") == {"paid_search": 35}
    cut_by(made, None, touched=frozenset({date(2024, 1, 3)}))
    assert serving(made) == after
    cut_by(made, ChannelRules(), touched=frozenset())
    assert channels(made, "sales", "gmv") == {"cpc": 35}


def test_ad_tools_need_no_rule(made: World) -> None:
    found = channels(made, "spend_day", "spend")
    assert found == {"paid_search": 150, "cpc": -20, "tv": 8, "red": 3}
    assert {rule.raw for rule in OF_AD_TOOLS} == {"google_ads", "meta_ads", "tiktok_ads"}
