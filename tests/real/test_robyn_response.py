"""Robyn's simulated weeks: spend to revenue. Other people's data, another response, one market.

Half of the weeks have no spend in a channel, most revenue comes without any, and the noise is that
of revenue and not of counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from metrics.saturation.spec import LEAST_GAIN
from metrics.stats.response import Fit, Floats, Series, adstock, ranged, seasons_of, settled
from metrics.stats.response_fit import Prior, fit

FOLDER = Path(__file__).parent / "robyn_simulated_weekly"
CHANNELS = ("tv_S", "ooh_S", "print_S", "facebook_S", "search_S")


def unit(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


@pytest.fixture(scope="module")
def weeks() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "dt_simulated_weekly.csv")


@pytest.fixture(scope="module")
def fits(weeks: pd.DataFrame) -> Mapping[str, Fit]:
    """Each channel on all revenue; season, competitors and the other channels are controls."""
    found = {}
    for channel in CHANNELS:
        others = [
            unit(np.log1p(adstock(settled(weeks[c].to_numpy()), 0.3)[8:]))
            for c in CHANNELS
            if c != channel
        ]
        rivals = unit(weeks["competitor_sales_B"].to_numpy())
        controls = np.column_stack([seasons_of(len(weeks)), rivals, *others])
        series = Series(
            weeks[channel].to_numpy()[None], weeks["revenue"].to_numpy()[None],
            np.ones(len(weeks), dtype=bool), controls, controls[-52:].mean(axis=0),
        )  # fmt: skip
        found[channel] = fit(series, Prior(base=(1.0, 1.0)))
    return found


def test_the_copy_is_whole(weeks: pd.DataFrame) -> None:
    """The checks of its source: 208 weeks, 379,005,696.67 revenue, 3,087,488 spent on TV."""
    assert len(weeks) == 208
    assert weeks["revenue"].sum() == pytest.approx(379_005_696.67, abs=0.01)
    assert weeks["tv_S"].sum() == pytest.approx(3_087_488, abs=1)


def test_television_draws_revenue_and_a_plausible_share_of_it(fits: Mapping[str, Fit]) -> None:
    """TV, the clearest driver: usual spend explains 3 to 20 % of the revenue, and another unit of
    money brings more than itself."""
    tv = fits["tv_S"]
    assert tv.gain > 2 * LEAST_GAIN
    with_and_without = tv.customers(np.array([[0.0], tv.usual]))
    share = ranged(1 - with_and_without[:, 0] / with_and_without[:, 1])
    assert 0.02 < share.low < share.value < share.high < 0.25
    assert ranged(tv.slopes(tv.usual)).low > 1


def test_channels_whose_effect_is_not_seen_would_be_refused(fits: Mapping[str, Fit]) -> None:
    assert fits["search_S"].gain < LEAST_GAIN
    assert fits["print_S"].gain < LEAST_GAIN


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_curve_rises_and_leaves_most_revenue_to_the_base(
    fits: Mapping[str, Fit], weeks: pd.DataFrame, channel: str
) -> None:
    found = fits[channel]
    spends = np.linspace(0, weeks[channel].max(), 20)[:, None]
    curve = np.median(found.customers(spends), axis=0)
    assert (np.diff(curve) > 0).all()
    assert curve[0] > 0.6 * weeks["revenue"].mean()
    assert curve[-1] < 1.6 * weeks["revenue"].mean()
    assert found.spread > 1000
    assert found.effective > 200
