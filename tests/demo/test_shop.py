"""The shop is the same each time, keeps the contract, and hangs together."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest

from data.demo import PRESETS, DemoShop, DemoSpec
from data.demo.arrow import batch, numbered, numbered_range, words
from data.schema import KEYS, ONE_OF, STATUSES, contract, required_columns
from i18n import Problem, Text
from tests.demo.conftest import SMALL, Shop, make, plain

TINY = "37eaf85a3cce67ce8770f59fd8d3c83d02ee1738419e6769fa422488702c59d5"


def checksum(shop: Shop) -> str:
    found = hashlib.sha256()
    for name in sorted(shop.tables):
        text = io.BytesIO()
        pyarrow.csv.write_csv(plain(shop.tables[name]), text)
        found.update(name.encode() + text.getvalue())
    return found.hexdigest()


def test_the_tiny_shop_is_pinned(tiny: Shop):
    """The rows of the tiny preset, to the last digit. A change of the simulation changes this."""
    assert checksum(tiny) == TINY


def test_the_same_seed_gives_the_same_shop_and_truth(tiny: Shop):
    again = make(PRESETS["tiny"])
    assert checksum(again) == checksum(tiny)
    assert again.truth == tiny.truth


def test_another_seed_gives_another_shop(tiny: Shop):
    other = make(replace(PRESETS["tiny"], seed=7))
    assert checksum(other) != checksum(tiny)
    assert other.tables["users"].num_rows == tiny.tables["users"].num_rows


def test_batch_size_does_not_change_the_rows(small: Shop):
    """12,000 users are three cells: one, or all of them, at a time."""
    one_by_one = make(replace(SMALL, users_per_batch=5_000))
    assert small.spec.users_per_batch >= 12_000
    for name, rows in small.tables.items():
        assert plain(one_by_one.tables[name]).equals(plain(rows)), name
    truth = {k: v for k, v in one_by_one.truth.items() if k != "spec"}
    assert truth == {k: v for k, v in small.truth.items() if k != "spec"}


def test_steps_count_the_batches_to_come():
    shop = DemoShop(replace(PRESETS["tiny"], users=6_000, users_per_batch=5_000))
    assert sum(1 for _ in shop.batches()) == shop.steps


def test_every_table_of_the_contract_is_filled(tiny: Shop):
    assert set(tiny.tables) == set(contract.tables)
    assert all(rows.num_rows for rows in tiny.tables.values())
    assert tiny.truth["rows"] == {name: rows.num_rows for name, rows in tiny.tables.items()}


def test_columns_have_the_names_and_types_of_the_contract(tiny: Shop):
    types = {
        "id": pa.string(), "text": pa.string(), "at": pa.timestamp("us"), "on": pa.date32(),
        "money": pa.decimal128(18, 4), "rate": pa.decimal128(18, 8), "int": pa.int32(),
        "big": pa.int64(), "flag": pa.bool_(),
    }  # fmt: skip
    for name, rows in tiny.tables.items():
        known = contract.tables[name].columns
        for field in rows.schema:
            found = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
            assert found == types[known[field.name].info["kind"]], f"{name}.{field.name}"


def test_a_dictionary_names_each_word_once(small: Shop):
    for name, rows in small.tables.items():
        for column in rows.columns:
            if pa.types.is_dictionary(column.type):
                for chunk in column.chunks:
                    assert len(chunk.dictionary) == len(chunk.dictionary.unique()), name


def test_what_lies_under_a_null_stays_within_the_dictionary():
    """Readers that unite dictionaries look up every place, the null ones too."""
    for column in (words(np.array([-1, 1]), "ab"), numbered_range("u", np.array([-1, 7]), 7, 2)):
        places = np.frombuffer(column.indices.buffers()[1], np.int32, 2)
        assert (places >= 0).all()
        assert (places < len(column.dictionary)).all()
        assert column.to_pylist()[0] is None


def test_a_column_of_the_wrong_type_is_refused():
    with pytest.raises(TypeError, match=r"users\.is_test is string; the contract wants bool"):
        batch("users", is_test=numbered("u", np.arange(2)))


def test_required_columns_are_never_null(tiny: Shop):
    for name, rows in tiny.tables.items():
        for column in required_columns(name):
            if column in ONE_OF.get(name, ()) or (name, column) == ("orders", "user_id"):
                continue
            assert rows[column].null_count == 0, f"{name}.{column}"
    for name, either in ONE_OF.items():
        assert tiny.frame(name)[list(either)].notna().any(axis=1).all()


def test_keys_are_unique(small: Shop):
    for name, key in KEYS.items():
        if key:
            assert not small.frame(name).duplicated(list(key)).any(), name


def test_every_reference_finds_its_row(small: Shop, users: pd.DataFrame, orders: pd.DataFrame):
    people, made = set(users["user_id"]), set(orders["order_id"])
    for name, column, among in (
        ("events", "user_id", people), ("orders", "user_id", people),
        ("identities", "user_id", people), ("refunds", "user_id", people),
        ("touchpoints", "user_id", people), ("users", "referrer_id", people),
        ("invitations", "inviter_id", people), ("invitations", "invitee_id", people),
        ("memberships", "user_id", people), ("campaign_sends", "user_id", people),
        ("feedback", "user_id", people), ("exposures", "unit_id", people),
        ("order_items", "order_id", made), ("refunds", "order_id", made),
        ("events", "order_id", made),
    ):  # fmt: skip
        found = set(small.tables[name][column].unique().to_pylist()) - {None}
        assert found <= among, f"{name}.{column}"


def test_an_order_is_worth_its_lines_exactly(small: Shop):
    """Quantity times price, summed in ten-thousandths: no cent is lost or made."""
    lines = small.frame("order_items")
    lines["worth"] = lines["quantity"].astype(object) * lines["unit_price"]
    sums = lines.groupby("order_id")[["worth", "discount_amount"]].sum()
    found = small.frame("orders").set_index("order_id").loc[sums.index]
    assert len(found) == small.tables["orders"].num_rows
    assert (sums["worth"] == found["gross_amount"]).all()
    assert (sums["discount_amount"] == found["discount_amount"]).all()
    assert any(price.as_tuple().digits[-2:] != (0, 0) for price in lines["unit_price"][:2000])


def test_status_says_whether_money_came_in(orders: pd.DataFrame):
    assert set(orders["status"]) == set(STATUSES)
    assert orders.loc[orders["status"] == "paid", "paid_at"].notna().all()
    assert orders.loc[orders["status"] == "pending", "paid_at"].isna().all()
    assert (orders["paid_at"].dropna() > orders.loc[orders["paid_at"].notna(), "ordered_at"]).all()
    assert orders.loc[orders["status"] == "cancelled", "paid_at"].notna().any()


def test_refunds_never_exceed_what_was_paid(small: Shop, orders: pd.DataFrame):
    back = small.frame("refunds").dropna(subset=["order_id"])
    back["amount"] = back["amount"].astype(float)
    total = back.groupby("order_id")["amount"].sum()
    made = orders.set_index("order_id").loc[total.index]
    assert (made["status"] == "paid").all()
    assert (total <= made["gross_amount"] - made["discount_amount"] + 1e-6).all()


def test_nothing_lies_outside_the_span(small: Shop):
    opens, closes = pd.Timestamp(small.spec.opens_at, unit="s"), pd.Timestamp(
        small.spec.closes_at, unit="s"
    )  # fmt: skip
    for name, column in (
        ("users", "registered_at"), ("users", "first_seen_at"), ("events", "occurred_at"),
        ("orders", "ordered_at"), ("orders", "paid_at"), ("orders", "delivered_at"),
        ("refunds", "refunded_at"), ("touchpoints", "touched_at"),
        ("invitations", "accepted_at"), ("exposures", "exposed_at"), ("feedback", "given_at"),
        ("memberships", "valid_from"),
    ):  # fmt: skip
        found = small.frame(name)[column].dropna()
        assert found.min() >= opens, f"{name}.{column}"
        assert found.max() < closes, f"{name}.{column}"


def test_the_outage_has_orders_but_no_events(small: Shop, orders: pd.DataFrame):
    first = pd.Timestamp(small.truth["outage_days"][0])
    at = small.frame("events")["occurred_at"] + pd.Timedelta(hours=8)
    daily = at.dt.normalize().value_counts().sort_index()
    days = [first + timedelta(i) for i in range(-1, 3)]
    assert [day in daily.index for day in days] == [True, False, False, True]
    assert all((orders["day"] == day).any() for day in days)


def test_rates_stand_on_weekdays_only(small: Shop):
    quoted = small.frame("fx_rates")
    days = pd.to_datetime(quoted["day"])
    assert set(days.dt.day_of_week) == {0, 1, 2, 3, 4}
    assert set(quoted["currency"]) == {"USD", "GBP", "EUR"}


def test_campaign_days_are_in_the_calendar_and_in_demand(small: Shop, paid: pd.DataFrame):
    """11.11 in China: on the calendar, and at least twice the month's usual day."""
    named = small.frame("calendar")
    singles = named[(named["name"] == "11.11") & (named["market"] == "CN")]
    day = pd.Timestamp("2025-11-11")
    assert day.date() in set(singles["day"])
    china = paid[(paid["country"] == "CN") & (paid["month"] == "2025-11")]
    daily = china.groupby("day").size()
    assert daily[day] > 2 * daily.median()
    festival = named[named["name"] == "Spring Festival"]["day"]
    assert {pd.Timestamp("2026-02-17").date(), pd.Timestamp("2027-02-06").date()} <= set(festival)


def test_the_truth_is_the_sum_of_the_rows(small: Shop, paid: pd.DataFrame):
    """GMV by month and currency, orders and buyers, counted again from the rows."""
    book = small.truth["by_ordered_day"]
    exact = small.frame("orders").set_index("order_id")["gross_amount"]
    gross = exact.loc[paid["order_id"]].groupby(
        [paid["currency"].to_numpy(), paid["month"].to_numpy()]
    ).sum()  # fmt: skip
    for (currency, month), amount in gross.items():
        assert Decimal(book["gmv"]["by_month"][currency][month]) == amount
    assert paid.groupby("month").size().to_dict() == book["orders"]["by_month"]
    buyers = paid.dropna(subset=["user_id"]).groupby("month")["user_id"].nunique()
    assert buyers.to_dict() == book["buyers"]["by_month"]


def test_the_truth_in_the_base_currency_uses_the_last_rate_quoted(small: Shop, paid: pd.DataFrame):
    """Every order of the month times the rate of its day, or of the Friday before."""
    quoted = small.frame("fx_rates")
    rate = dict(
        zip(zip(quoted["day"], quoted["currency"], strict=True), quoted["rate"], strict=True)
    )
    exact = small.frame("orders").set_index("order_id")["gross_amount"]
    total = Decimal(0)
    for order, currency, day in paid.loc[
        paid["month"] == "2026-10", ["order_id", "currency", "day"]
    ].itertuples(index=False):
        on = day.date()
        while currency != "CNY" and (on, currency) not in rate:
            on -= timedelta(days=1)
        total += exact[order] * rate.get((on, currency), 1)
    book = small.truth["by_ordered_day"]["gmv"]["base_by_month"]
    assert Decimal(book["2026-10"]) == total.quantize(Decimal("0.0001"))


def test_the_curves_foretell_the_sign_ups(small: Shop, users: pd.DataFrame):
    """Paid search in the last four weeks: what curve, spend and pull give, against who came."""
    channels = small.truth["channels"]
    curves = channels["by_channel"]["paid_search"]["response"]["by_market"]
    foretold = sum(
        28 * of["ceiling"] * of["spend_today"] / (of["spend_today"] + of["half"]) * pull
        for of, pull in zip(
            curves.values(), channels["mean_pull_last_28_days"].values(), strict=True
        )
    )
    since = pd.Timestamp(small.spec.closes_at, unit="s") - pd.Timedelta(days=28)
    came = ((users["channel"] == "paid_search") & (users["registered_at"] >= since)).sum()
    assert came == pytest.approx(foretold, rel=0.25)


def test_the_truth_can_be_written_down(tiny: Shop):
    assert json.loads(json.dumps(tiny.truth)) == tiny.truth


@pytest.mark.parametrize(
    ("wrong", "code", "found"),
    [
        ({"users": 12}, "demo_users", "12 were asked"),
        ({"users": 9_000_000}, "demo_users", "9,000,000 were asked"),
        ({"months": 2}, "demo_span", "61 were asked"),
    ],
)
def test_an_impossible_shop_is_refused_with_the_reason(
    wrong: dict[str, int], code: str, found: str
):
    with pytest.raises(Problem, match=found) as caught:
        DemoSpec(**wrong)
    assert caught.value.code == code
    assert caught.value.say(Text("zh")).startswith("演示店铺")


def test_bench_is_26_weeks_from_a_monday():
    spec = PRESETS["bench"]
    assert (spec.start.weekday(), spec.end.weekday(), spec.days) == (0, 6, 182)


def test_any_number_of_users_comes_out_exact():
    """5,001 users do not fill two cells evenly; 500 are the fewest."""
    for users in (500, 5_001):
        found = make(DemoSpec("odd", users=users, weeks=26)).tables["users"]["user_id"]
        assert len(set(found.to_pylist())) == users
