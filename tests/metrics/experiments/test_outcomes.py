"""Metrics of experiments by their keys, and what their sums are made of."""

from __future__ import annotations

import pytest

from data.unit_outcomes import MEASURES, PRIORS, VARIABLES, VECTORS, pairs_of
from i18n import LANGUAGES, Problem, Text
from metrics.experiments.outcomes import (
    BASES,
    MOST_DAYS,
    PRIOR,
    Kind,
    Measure,
    Outcome,
    is_known,
    outcome,
    usual_outcomes,
)


@pytest.mark.parametrize("base", BASES, ids=lambda b: b.key)
@pytest.mark.parametrize("days", [1, 14, MOST_DAYS])
def test_a_key_says_base_and_window(base: object, days: int) -> None:
    made = Outcome(base, days)  # type: ignore[arg-type]
    assert outcome(made.key) == made
    for language in LANGUAGES:
        tr = Text(language)
        assert str(days) in tr(made.name())
        assert "{" not in tr(made.name()) + tr(made.meaning())


def test_one_day_may_be_written_in_words() -> None:
    assert outcome(" orders_within_1_day ") == outcome("orders_within_1_days")


@pytest.mark.parametrize(
    "key",
    ["", "orders", "orders_within_0_days", "orders_within_181_days", "orders_within_1000_days",
     "orders_within_x_days", "Orders_within_7_days", "likes_within_7_days",
     "orders_within_7_days; drop"],
)  # fmt: skip
def test_a_metric_that_does_not_exist_any_more(key: str) -> None:
    assert not is_known(key)
    with pytest.raises(Problem) as told:
        outcome(key)
    assert told.value.code == "outcome_unknown"
    for language in LANGUAGES:
        assert "orders_within_14_days" in told.value.say(Text(language))


@pytest.mark.parametrize(
    ("key", "variables"),
    [
        ("bought", ("bought",)),
        ("returned", ("returned",)),
        ("net_revenue", ("net_revenue", "prior_net_revenue")),
        ("gmv_per_order", ("gmv", "orders", "prior_gmv", "prior_orders")),
        ("refund_share", ("refunds", "gmv")),
        ("order_value_p50", ()),
    ],
)
def test_what_is_summed(key: str, variables: tuple[str, ...]) -> None:
    made = outcome(f"{key}_within_7_days")
    assert made.variables == variables
    assert made.has_prior == any(v in PRIORS for v in variables)


def test_kept_sums_hold_every_metric() -> None:
    """Each metric's variables are kept together, and nothing is kept that no metric needs."""
    every = {Outcome(b, 7).variables for b in BASES} - {()}
    assert every == set(VECTORS)
    assert {v for pair in pairs_of(VECTORS) for v in pair} == set(VARIABLES)
    assert tuple(Measure) == MEASURES
    assert set(PRIOR.values()) == set(PRIORS)


def test_usual_metrics_are_rates_counts_and_money() -> None:
    kinds = {o.kind for o in usual_outcomes(14)}
    assert Kind.QUANTILE not in kinds
    assert {o.days for o in usual_outcomes(14)} == {14}
