"""Formulas that look right and are not. Each shows on this shop that it misses the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.demo import trials
from tests.demo.conftest import Shop

BASE = {"CNY": 1.0, "USD": 7.15, "GBP": 9.15, "EUR": 7.85}
MONTH = "2026-10"


def in_base(rows: pd.DataFrame, column: str = "gross_amount") -> pd.Series[float]:
    """Money in about the base currency; the traps are far larger than a day's rate moves."""
    return rows[column] * rows["currency"].map(BASE)


def off(naive: float, true: float) -> float:
    """How far a naive figure is from the true one, as a share of it."""
    return abs(naive / true - 1)


def test_an_average_of_daily_aovs_is_not_the_aov(paid: pd.DataFrame):
    """On 11.11 baskets are fuller and there are more of them: that day must weigh more."""
    rows = paid[(paid["country"] == "CN") & (paid["month"] == "2026-11")]
    daily = rows.groupby("day")["gross_amount"].mean()
    assert daily.mean() < 0.97 * rows["gross_amount"].mean()


def test_gmv_with_cancelled_and_unpaid_orders_is_too_high(orders: pd.DataFrame, paid: pd.DataFrame):
    everything = orders[~orders["is_test"]]
    assert in_base(everything).sum() > 1.03 * in_base(paid).sum()


def test_refunds_on_their_own_day_shift_net_revenue_between_months(
    paid: pd.DataFrame, refunds: pd.DataFrame
):
    """What is refunded in a month is not what that month's orders lose: refunds come later."""
    named = refunds.dropna(subset=["order_id"])
    month_of = paid.set_index("order_id")["month"]
    by_order = in_base(named, "amount").groupby(named["order_id"].map(month_of)).sum()
    by_refund = in_base(named, "amount").groupby(named["month"]).sum()
    assert off(by_refund[MONTH], by_order[MONTH]) > 0.05
    assert by_order.sum() == pytest.approx(by_refund.sum())


def test_some_refunds_come_after_sixty_days(orders: pd.DataFrame, refunds: pd.DataFrame):
    """A month closed after 60 days still changes."""
    both = refunds.merge(orders[["order_id", "ordered_at"]], on="order_id")
    late = both["refunded_at"] - both["ordered_at"] > pd.Timedelta(days=60)
    assert 0.02 < late.mean() < 0.12


def test_daily_buyers_do_not_add_up_to_monthly_buyers(paid: pd.DataFrame):
    month = paid[paid["month"] == MONTH].dropna(subset=["user_id"])
    summed = month.groupby("day")["user_id"].nunique().sum()
    assert summed > 1.15 * month["user_id"].nunique()


def test_test_users_inflate_revenue(orders: pd.DataFrame, paid: pd.DataFrame):
    """Half a per cent of users, more than a tenth of the money."""
    with_tests = orders[orders["status"] == "paid"]
    assert in_base(with_tests).sum() > 1.10 * in_base(paid).sum()


def test_joining_lines_multiplies_revenue(small: Shop, paid: pd.DataFrame):
    lines = small.frame("order_items")[["order_id"]]
    joined = paid.merge(lines, on="order_id")
    assert joined["gross_amount"].sum() > 1.5 * paid["gross_amount"].sum()


def test_days_cut_in_utc_are_not_the_shop_s_days(paid: pd.DataFrame):
    """11.11 in China begins at four in the afternoon of the 10th in UTC."""
    day = pd.Timestamp("2026-11-11")
    in_utc = paid["ordered_at"].dt.normalize() == day
    in_zone = paid["day"] == day
    assert (in_utc != in_zone).sum() > 0.25 * in_zone.sum()
    assert off(in_utc.sum(), in_zone.sum()) > 0.03


def test_money_added_over_currencies_is_no_amount_at_all(paid: pd.DataFrame):
    assert paid["gross_amount"].sum() < 0.7 * in_base(paid).sum()


def test_the_source_s_purchase_events_are_not_the_paid_orders(
    events: pd.DataFrame, paid: pd.DataFrame
):
    """Some are missing, some sent twice, some of orders never paid; the values include tax."""
    found = events[events["event"] == "purchase"].copy()
    found["value"] = found["value"].astype(float)
    assert off(len(found), len(paid)) > 0.01
    assert off(found["value"].mean(), paid["gross_amount"].mean()) > 0.02
    assert found.duplicated(["session_id", "value"]).sum() > 50


FUNNEL = ("view_item", "add_to_cart", "begin_checkout", "purchase")


def goes_through(times: list[np.ndarray[Any, Any]]) -> bool:
    """Whether each step follows the one before, beginning with any first step. The earliest
    first step, and then the earliest step after each, suffices."""
    since = np.datetime64("1970-01-01")
    for at in times:
        later = at[at >= since]
        if len(later) == 0:
            return False
        since = later.min()
    return True


def test_minimum_per_step_loses_users_who_did_go_through(events: pd.DataFrame):
    """First basket before first view (a view was lost), later everything in order: a conversion
    that a comparison of each step's minimum does not see."""
    rows = events[events["event"].isin(FUNNEL)].dropna(subset=["user_id"])
    first = rows.pivot_table(index="user_id", columns="event", values="occurred_at", aggfunc="min")
    first = first[list(FUNNEL)].dropna()
    in_order = (first.diff(axis=1).iloc[:, 1:] >= pd.Timedelta(0)).all(axis=1)
    missed = rows[rows["user_id"].isin(first.index[~in_order])]
    times = missed.groupby(["user_id", "event"])["occurred_at"].agg(lambda at: at.to_numpy())
    lost = sum(goes_through(list(of[list(FUNNEL)])) for _, of in times.droplevel(0).groupby(
        times.index.get_level_values("user_id")
    ))  # fmt: skip
    assert lost > 0.05 * in_order.sum()


def test_steps_go_missing_and_share_instants(events: pd.DataFrame):
    """A funnel that asks for every step in one session, or for strictly later ones, loses some."""
    bought = events[events["event"] == "purchase"]["session_id"].dropna().unique()
    inside = events[events["session_id"].isin(bought)]
    has_cart = inside.groupby("session_id")["event"].agg(lambda found: "add_to_cart" in set(found))
    assert 0.03 < 1 - has_cart.mean() < 0.2
    ties = events.dropna(subset=["session_id"]).duplicated(["session_id", "occurred_at"])
    assert 0.005 < ties.mean() < 0.1


@pytest.fixture(scope="module")
def buyers(users: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    found = users[~users["is_test"]].copy()
    found["bought"] = found["user_id"].isin(paid["user_id"])
    return found


def test_paid_social_looks_worse_than_search_and_is_better_in_every_market(buyers: pd.DataFrame):
    """Simpson: social is heavy in the market that buys least."""
    two = buyers[buyers["channel"].isin(("paid_search", "paid_social"))]
    pooled = two.groupby("channel")["bought"].mean()
    apart = two.groupby(["country", "channel"])["bought"].mean().unstack()
    sizes = two.groupby("country").size()
    standard = (apart.mul(sizes, axis=0)).sum() / sizes.sum()
    assert pooled["paid_social"] < pooled["paid_search"]
    assert standard["paid_social"] > 1.1 * standard["paid_search"]
    assert (apart["paid_social"] > apart["paid_search"]).sum() >= 5


def test_lost_channels_make_every_channel_look_dearer(small: Shop):
    """Customers filed under `unknown` were paid for too."""
    channels = small.truth["channels"]
    assert 0.03 < channels["share_filed_unknown"] < 0.05
    for key, channel in channels["by_channel"].items():
        if channel["cac_filed"] is not None and key != "referral":
            assert channel["cac_filed"] > channel["cac_true"], key


def test_platforms_claim_more_customers_than_came(small: Shop, buyers: pd.DataFrame):
    spend = small.frame("marketing_spend")
    claimed = spend.groupby("channel")["claimed_conversions"].sum().astype(float)
    won = buyers[buyers["bought"]].groupby("channel").size()
    for channel in ("paid_search", "paid_social", "short_video"):
        assert claimed[channel] > 1.1 * won[channel], channel


def outcomes(small: Shop, paid: pd.DataFrame, trial: int, days: int) -> pd.DataFrame:
    """One row per user of one arm only: `arm`, and `orders` and `value` from exposure on."""
    shown = small.frame("exposures")
    shown = shown[shown["experiment_id"] == trials.KEYS[trial]].sort_values("exposed_at")
    arms = shown.groupby("unit_id")["arm"].nunique()
    shown = shown[shown["unit_id"].isin(arms.index[arms == 1])].drop_duplicates("unit_id")
    found = shown.merge(paid, left_on="unit_id", right_on="user_id", how="left")
    after = found["ordered_at"] - found["exposed_at"]
    counts = (after >= pd.Timedelta(0)) & (after < pd.Timedelta(days=days))
    found["value"] = in_base(found).where(counts, 0.0)
    found["orders"] = counts.astype(int)
    return found.groupby(["unit_id", "arm"], as_index=False)[["orders", "value"]].sum()


def test_one_variance_for_both_arms_understates_the_error(small: Shop, paid: pd.DataFrame):
    """The gift spreads quantities out and has a fifth of the users: the pooled standard error of
    pieces per order is too small, so a null looks like a find more often than it should."""
    shown = small.frame("exposures")
    shown = shown[shown["experiment_id"] == "gift_threshold"].drop_duplicates("unit_id")
    mine = paid.merge(shown, left_on="user_id", right_on="unit_id")
    after = mine["ordered_at"] - mine["exposed_at"]
    mine = mine[(after >= pd.Timedelta(0)) & (after < pd.Timedelta(days=trials.GIFT_DAYS))]
    pieces = small.frame("order_items").groupby("order_id")["quantity"].mean()
    mine = mine.assign(pieces=mine["order_id"].map(pieces))
    arms = mine.groupby("arm")["pieces"].agg(["size", "var", "mean"])
    n0, v0, m0 = arms.loc["control"]
    n1, v1, m1 = arms.loc["gift"]
    welch = np.sqrt(v0 / n0 + v1 / n1)
    pooled = np.sqrt(((n0 - 1) * v0 + (n1 - 1) * v1) / (n0 + n1 - 2) * (1 / n0 + 1 / n1))
    assert v1 > 2 * v0
    assert pooled < 0.8 * welch
    assert abs(m1 - m0) < 3 * welch


def test_a_lost_arm_looks_like_a_lift(small: Shop, paid: pd.DataFrame):
    """Exposures of users who did not buy are missing from one arm: shares are off, and a change
    without effect seems to work."""
    found = outcomes(small, paid, trials.SEARCH_TRIAL, 14)
    size = found.groupby("arm").size()
    expected = size.sum() / 2
    chi_square = ((size - expected) ** 2 / expected).sum()
    rate = found.assign(bought=found["orders"] > 0).groupby("arm")["bought"].mean()
    met = small.truth["experiments"]["personal_search"]["met_by"]
    true = {arm: of["buyers"] / of["users"] for arm, of in met.items()}
    assert chi_square > 10.8
    assert rate["personal"] / rate["control"] > 1.04 + true["personal"] / true["control"] - 1


def test_rows_of_exposures_are_not_users(small: Shop):
    shown = small.frame("exposures")
    assert len(shown) > 1.05 * len(shown.drop_duplicates(["experiment_id", "unit_id"]))
    arms = shown.groupby(["experiment_id", "unit_id"])["arm"].nunique()
    assert (arms > 1).sum() > 10


def test_buyers_after_a_message_are_mostly_not_its_doing(small: Shop, paid: pd.DataFrame):
    """Without the hold-out, a win-back send would take credit for those who came back anyway."""
    sends = small.frame("campaign_sends")
    back = sends[sends["kind"] == "win-back"]
    joined = back.merge(paid[["user_id", "ordered_at"]], on="user_id", how="left")
    after = joined["ordered_at"] - joined["assigned_at"]
    joined["bought"] = (after >= pd.Timedelta(0)) & (after < pd.Timedelta(days=14))
    each = joined.groupby(["campaign_id", "user_id", "arm"])["bought"].any()
    rate = each.groupby("arm").mean()
    assert rate["treated"] > 1.4 * (rate["treated"] - rate["holdout"])
    assert (back["sent_at"].isna() & (back["arm"] == "treated")).any()


def test_a_second_acceptance_is_not_a_second_customer(small: Shop):
    yes = small.frame("invitations").dropna(subset=["accepted_at"])
    assert len(yes) > yes["invitee_id"].nunique()
    found = small.truth["referral"]["of_users_registered_60_days_before_the_end"]["not_referred"]
    assert found["k"] == pytest.approx(small.truth["referral"]["k_not_referred"], abs=0.015)


def test_guests_and_strangers_are_there(paid: pd.DataFrame, events: pd.DataFrame):
    assert 0.03 < paid["user_id"].isna().mean() < 0.08
    assert events["user_id"].isna().mean() > 0.1


def test_leavers_and_stayers_give_other_reasons(small: Shop):
    """Scores of a survey hang together with leaving; the truth says how."""
    found = small.frame("feedback")
    survey = found[found["kind"] == "survey"]
    scores = survey.groupby("reason")["score"].mean()
    assert scores["slow_delivery"] < scores["none"] - 0.3
