"""Series that carry no curve: each is refused, with its own sentence, before anything is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from i18n import LANGUAGES, Text
from metrics.saturation.judge import refused, series_of, spent
from metrics.saturation.result import _fitted
from metrics.saturation.spec import REFUSALS, Refusal, Refused
from metrics.saturation.text import refusal_text
from metrics.saturation.weekly import Channel
from tests.metrics.saturation.shop import MONDAY, all_weeks, arrays, drawn_spend, michaelis

WEEKS = 80
RNG = np.random.default_rng(11)
GOOD = drawn_spend(1, WEEKS)
PEOPLE = RNG.poisson([michaelis(80, 7000)(s) for s in GOOD]).astype(float)


def why(channel: Channel, *others: Channel) -> Refused | None:
    """The first reason that holds, the fit's own included."""
    weekly = all_weeks(channel, *others)
    money = [spent(c, weekly) for c in weekly.channels]
    return refused(money[0], money) or _fitted(money[0])[1]


def test_a_good_series_is_not_refused() -> None:
    assert why(arrays("kol", GOOD, PEOPLE)) is None


def test_no_spend_is_nothing_to_move() -> None:
    assert refusal(arrays("direct", [0.0] * WEEKS, PEOPLE)) is Refusal.NO_SPEND


def test_what_is_paid_by_result_follows_its_customers() -> None:
    paid = arrays("affiliate", [0.0] * WEEKS, PEOPLE, result=PEOPLE[None] * 50)
    found = why(paid)
    assert found == Refused(Refusal.BY_RESULT, shares={"share": 1.0})


def test_a_little_commission_beside_media_is_left_out_and_told() -> None:
    mixed = arrays("kol", GOOD, PEOPLE, result=np.asarray(GOOD)[None] / 4)
    money = spent(mixed, all_weeks(mixed))
    assert why(mixed) is None
    assert money.kept_out == pytest.approx(0.2)
    assert money.spend[0].tolist() == GOOD


def test_materials_are_spread_over_the_weeks_that_they_serve() -> None:
    """1,000 booked in one week on top of 1,000 + 3,000 of media: a quarter more on each."""
    lumps = arrays("kol", [1000.0, 3000.0], [1, 1], materials=np.array([[1000.0, 0.0]]))
    assert spent(lumps, all_weeks(lumps)).spend.tolist() == [[1250.0, 3750.0]]


def test_credit_notes_cannot_be_dated() -> None:
    """One of 10 % of all spend."""
    spend = np.array(GOOD)
    spend[40] -= 0.1 * spend.sum() / 0.9
    found = why(arrays("kol", spend, PEOPLE))
    assert found is not None
    assert found.refusal is Refusal.CREDITS
    assert 0.05 < found.shares["share"] < 0.15


def test_a_small_credit_note_costs_only_its_week() -> None:
    spend = np.array(GOOD)
    spend[40] = -500.0
    channel = arrays("kol", spend, PEOPLE)
    money = spent(channel, all_weeks(channel))
    assert why(channel) is None
    assert np.flatnonzero(~money.usable).tolist() == [40]


def test_spend_booked_by_the_month_says_nothing_of_weeks() -> None:
    monthly = [30_000.0 if n % 4 == 0 else 0.0 for n in range(WEEKS)]
    first = frozenset(MONDAY + timedelta(days=28 * n) for n in range(WEEKS // 4))
    assert refusal(arrays("kol", monthly, PEOPLE, days=first)) is Refusal.MONTHLY


def test_weeks_on_and_off_are_no_monthly_booking() -> None:
    """Flights of a week, money on each of its days, are just what tells an effect."""
    flights = [14_000.0 if n % 4 in (0, 3) else 0.0 for n in range(WEEKS)]
    people = RNG.poisson([michaelis(80, 7000)(s) + 5 for s in flights])
    assert refusal(arrays("kol", flights, people)) is not Refusal.MONTHLY


def test_a_channel_that_stopped_has_no_spend_of_today() -> None:
    spend = np.array(GOOD)
    spend[-4:] = 0
    assert refusal(arrays("kol", spend, PEOPLE)) is Refusal.PAUSED


def test_missing_days_cost_their_weeks_and_too_many_the_curve() -> None:
    """A Wednesday without a row of any channel, in 5 weeks and in 12 of 80."""
    channel = arrays("kol", GOOD, PEOPLE)

    def without(weeks: range) -> Channel:
        lost = {MONDAY + timedelta(days=7 * n + 2) for n in weeks}
        return replace(channel, days=channel.days - lost)

    few = without(range(10, 15))
    assert why(few) is None
    assert (~spent(few, all_weeks(few)).usable).sum() == 5
    many = without(range(10, 22))
    assert why(many) == Refused(Refusal.UNKNOWN_WEEKS, counts={"n": 12, "weeks": 80})


def test_a_pause_of_one_channel_is_no_missing_day() -> None:
    """Ten days without a row of this channel, while another goes on: it was switched off."""
    other = arrays("short_video", drawn_spend(3, WEEKS), PEOPLE)
    lost = {MONDAY + timedelta(days=70 + n) for n in range(14)}
    spend = np.array(GOOD)
    spend[10:12] = 0
    paused = arrays("kol", spend, PEOPLE)
    assert not paused.days & lost
    assert spent(paused, all_weeks(paused, other)).known.all()


def test_a_week_without_a_rate_is_unknown() -> None:
    flags = np.zeros(WEEKS, dtype=bool)
    flags[20] = True
    channel = arrays("kol", GOOD, PEOPLE, unrated=flags)
    assert not spent(channel, all_weeks(channel)).usable[20]


def test_too_few_weeks() -> None:
    found = why(arrays("kol", GOOD[:20], PEOPLE[:20]))
    assert found == Refused(Refusal.FEW_WEEKS, counts={"n": 20, "least": 26})


def test_a_channel_begins_with_its_first_spend() -> None:
    """60 weeks of a shop, 20 of a channel."""
    spend = np.r_[np.zeros(60), GOOD[:20]]
    found = why(arrays("kol", spend, np.r_[np.zeros(60), PEOPLE[:20]]))
    assert found == Refused(Refusal.FEW_WEEKS, counts={"n": 20, "least": 26})


def test_too_few_customers() -> None:
    one_a_week = np.ones(WEEKS)
    found = why(arrays("kol", GOOD, one_a_week))
    assert found == Refused(Refusal.FEW_CUSTOMERS, counts={"n": 80, "least": 100})


def test_a_constant_budget_tells_nothing() -> None:
    """7,000 a week, give or take 2 %."""
    flat = 7000 * (1 + 0.02 * np.where(np.arange(WEEKS) % 2, 1, -1))
    found = why(arrays("kol", flat, PEOPLE))
    assert found is not None
    assert found.refusal is Refusal.CONSTANT
    assert found.shares["share"] == pytest.approx(0.02)


def test_spend_that_only_follows_the_season_is_not_told_from_it() -> None:
    wave = 7000 * (1 + 0.6 * np.sin(2 * np.pi * np.arange(WEEKS) * 7 / 365.25))
    assert refusal(arrays("kol", wave, PEOPLE)) is Refusal.SEASONAL


def test_spend_that_only_grows_is_not_told_from_the_trend() -> None:
    assert refusal(arrays("kol", np.linspace(2000, 12_000, WEEKS), PEOPLE)) is Refusal.SEASONAL


def test_budgets_of_constant_share_are_not_told_apart() -> None:
    """Video always gets half of what social gets."""
    found = why(
        arrays("paid_social", GOOD, PEOPLE), arrays("short_video", np.array(GOOD) / 2, PEOPLE)
    )
    assert found is not None
    assert (found.refusal, found.other) == (Refusal.TOGETHER, "short_video")


def test_customers_that_do_not_follow_the_spend() -> None:
    flat = RNG.poisson(40, WEEKS)
    found = why(arrays("kol", GOOD, flat))
    assert found is not None
    assert found.refusal is Refusal.NO_RESPONSE
    assert found.money["money"] > 7000 / 40


def test_todays_spend_far_outside_what_was_seen() -> None:
    """Four times the usual, in the last four weeks, whose customers are not there yet."""
    spend = np.array(GOOD)
    spend[-4:] = 4 * max(GOOD)
    channel = arrays("kol", spend, PEOPLE)
    mature = np.arange(WEEKS) < WEEKS - 4
    money = spent(channel, replace(all_weeks(channel), mature=mature))
    found = refused(money, [money]) or _fitted(money)[1]
    assert found is not None
    assert found.refusal is Refusal.OUTSIDE
    assert found.money["more"] == max(GOOD[:-4])


def test_campaign_weeks_and_immature_ones_are_not_used() -> None:
    channel = arrays("kol", GOOD, PEOPLE)
    weekly = all_weeks(channel)
    campaign, mature = np.zeros(WEEKS, dtype=bool), np.ones(WEEKS, dtype=bool)
    campaign[30], mature[-5:] = True, False
    money = spent(channel, replace(weekly, campaign=campaign, mature=mature))
    assert np.flatnonzero(~money.usable).tolist() == [30, *range(WEEKS - 5, WEEKS)]
    series, _ = series_of(money)
    assert series.spend[0].tolist() == GOOD


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Refusal)
def test_every_reason_has_a_sentence(reason: Refusal, language: str) -> None:
    holes = dict.fromkeys(("n", "weeks", "least", "most"), 3)
    told = Refused(
        reason,
        shares={"share": 0.02, **({"least": 0.1} if reason is Refusal.CONSTANT else {})},
        money={"money": 20.0, "more": 900.0, "today": 5.0},
        counts={k: v for k, v in holes.items() if reason is not Refusal.CONSTANT or k != "least"},
        numbers={"r": 0.987},
        other="short_video",
    )
    said = refusal_text(told, "CNY", Text(language))  # type: ignore[arg-type]
    assert "{" not in said
    assert said != REFUSALS[reason].en or "{" not in REFUSALS[reason].en


def refusal(channel: Channel, *others: Channel) -> Refusal | None:
    found = why(channel, *others)
    return None if found is None else found.refusal


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_weeks_get_a_curve_or_a_reason(seed: int) -> None:
    """Three markets of whatever: pauses, credit notes, missing days, launches, few people."""
    rng = np.random.default_rng(seed)
    weeks = int(rng.integers(1, 90))
    spend = rng.gamma(rng.choice([0.3, 2, 50]), 500, (3, weeks)) * (
        rng.random((3, weeks)) < rng.choice([0.1, 0.7, 1.0])
    )
    spend[:, : int(rng.integers(0, weeks))] *= rng.choice([0, 1])
    notes = -spend * (rng.random((3, weeks)) < rng.choice([0, 0, 0.02, 0.3])) * 1.5
    relative = np.minimum(spend / max(spend.mean(), 1e-9), 5)
    mean = rng.choice([0, 0.3, 8, 300], (3, 1)) * (1 + rng.choice([0, 1, 5]) * relative)
    people = rng.poisson(mean).astype(float)
    busy = (spend.sum(axis=0) > 0).repeat(7) & (rng.random(7 * weeks) > rng.choice([0, 0.02]))
    channel = Channel(
        "kol", ("A", "B", "C"), spend + notes, spend * rng.choice([0, 0.1]),
        spend * rng.choice([0, 0.2, 0.2, 5]), notes, rng.random(weeks) < rng.choice([0, 0.05]),
        people, frozenset(MONDAY + timedelta(days=int(d)) for d in np.flatnonzero(busy)),
    )  # fmt: skip
    found = all_weeks(channel)
    money = spent(channel, found)
    reason = refused(money, [money])
    curve = None
    if reason is None:
        curve, reason = _fitted(money)
    assert (curve is None) != (reason is None)
    if curve is not None:
        m = curve.marginal
        assert 0 < m.low <= m.value <= m.high < np.inf
        assert len(curve.points()) > 2
    if reason is not None:
        assert "{" not in refusal_text(reason, "CNY", Text("en"))
