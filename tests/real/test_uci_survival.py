"""The real shop's survival, worked out a second time from the file with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from data.scope import Scope
from data.warehouse import Warehouse
from metrics.stats.survival import Quantile
from metrics.survival.gaps import churn_gap
from metrics.survival.result import survival
from metrics.survival.spec import Outcome
from metrics.user_segments import Segment
from tests.real.conftest import MAPPING

LAST = pd.Timestamp(2011, 12, 8)
"""The file ends at 12:50 on the 9th: the 8th is the last complete day."""
ALL = Scope("GBP")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Customer and calendar day of each paid invoice to the last complete day, in order."""
    lines = pd.read_parquet(MAPPING.parent / "online_retail.parquet")
    invoice = lines["InvoiceNo"].astype(str)
    kept = lines[
        ~invoice.str.startswith(("C", "A"))
        & (lines["Quantity"] > 0)
        & (lines["UnitPrice"] > 0)
        & lines["CustomerID"].notna()
    ]
    found = kept.groupby("InvoiceNo").agg(
        customer=("CustomerID", "first"), at=("InvoiceDate", "min")
    )
    found["day"] = pd.to_datetime(found["at"]).dt.normalize()
    return found[found["day"] <= LAST].sort_values(["customer", "at", "day"])


def km(ages: pd.Series, ended: pd.Series) -> SurvfuncRight:
    return SurvfuncRight(ages.to_numpy(float), ended.to_numpy(int))


def test_time_to_second_purchase(uci: Warehouse, orders: pd.DataFrame) -> None:
    """4,337 customers with a first order by the 8th, 2,843 of whom ordered again; half within 97
    days (95 %: 91 to 103)."""
    by = orders.groupby("customer")["day"]
    first, second = by.first(), by.nth(1).to_frame("second")
    second.index = orders.loc[second.index, "customer"]
    known = first.to_frame("first").join(second)
    ended = known["second"].notna()
    ages = (known["second"].fillna(LAST) - known["first"]).dt.days
    told, found = km(ages, ended), survival(uci, ALL, Outcome.SECOND_PURCHASE)
    curve = found.whole.survival
    assert curve is not None
    assert (curve.n, curve.events, found.whole.left_out) == (len(known), int(ended.sum()), 1)
    assert (curve.n, curve.events) == (4_337, 2_843)
    fallen = [s.survival for s in curve.steps if s.events]
    assert fallen == pytest.approx(list(told.surv_prob))
    assert curve.quantile() == Quantile(97, 91, 103)
    assert told.quantile(0.5) == 97


def test_the_churn_gap_and_the_time_to_the_last_order(uci: Warehouse, orders: pd.DataFrame) -> None:
    """12,391 returns on another day, nine of ten within 110 days; 3,263 customers can be judged by
    then, 1,283 of whom have been silent for 110 days or more."""
    days = orders[["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])
    returns = days.groupby("customer")["day"].diff().dt.days.dropna()
    found = churn_gap(uci, ALL)
    assert found.counts == tuple(returns.astype(int).value_counts().sort_index().items())
    assert (found.comebacks, found.open_gaps) == (12_391, 4_337)
    assert found.suggested == int(np.quantile(returns, 0.9, method="inverted_cdf")) == 110
    until = LAST - pd.Timedelta(days=110)
    seen = days.groupby("customer")["day"].agg(["min", "max"])
    judged = seen[seen["min"] <= until]
    ended = judged["max"] <= until
    ages = (judged["max"].where(ended, until) - judged["min"]).dt.days
    curve = survival(uci, ALL, Outcome.LAST_ACTIVITY, churn_days=110).whole.survival
    assert curve is not None
    assert (curve.n, curve.events) == (len(judged), int(ended.sum())) == (3_263, 1_283)
    fallen = [s.survival for s in curve.steps if s.events]
    assert fallen == pytest.approx(list(km(ages, ended).surv_prob))


def test_markets_do_not_differ_in_how_soon_they_order_again(uci: Warehouse) -> None:
    """The five largest countries: chi-square 5.84 on 4 degrees of freedom."""
    found = survival(uci, ALL, Outcome.SECOND_PURCHASE, segment=Segment.MARKET)
    assert [(c.value, c.people) for c in found.curves][:2] == [
        ("United Kingdom", 3_920),
        ("Germany", 93),
    ]
    assert found.test is not None
    assert (found.test.df, round(found.test.chi_square, 2)) == (4, 5.84)
    assert sum(c.people for c in found.curves) == found.whole.people
