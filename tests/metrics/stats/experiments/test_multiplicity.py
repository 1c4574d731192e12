"""Corrections of many p-values, against statsmodels and by their laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from metrics.stats.experiments.multiplicity import Correction, adjusted

families = st.lists(
    st.floats(0, 1) | st.sampled_from((0.0, 0.01, 0.05, 1.0)), min_size=1, max_size=15
)


@pytest.mark.parametrize("correction", Correction)
@settings(max_examples=20)  # theirs collects all garbage of the process at each call
@given(p=families)
def test_as_statsmodels(correction: Correction, p: list[float]) -> None:
    """Ties, zeros and ones included."""
    told = multipletests(p, method=correction.value)[1]
    assert adjusted(p, correction) == pytest.approx(told, rel=1e-12, abs=1e-300)


def test_by_hand() -> None:
    """Holm: 0.01 x 3, then 0.03 x 2, then 0.04, which may not be smaller than the one before.
    Benjamini-Hochberg: 0.01 x 3 / 1, 0.03 x 3 / 2 and 0.04 x 3 / 3: the smallest from the right."""
    p = [0.03, 0.01, 0.04]
    assert adjusted(p, Correction.HOLM) == pytest.approx([0.06, 0.03, 0.06])
    assert adjusted(p, Correction.BENJAMINI_HOCHBERG) == pytest.approx([0.04, 0.03, 0.04])


def test_what_has_no_p_value_does_not_count_in_the_family() -> None:
    assert adjusted([None, 0.02, None], Correction.HOLM) == [None, 0.02, None]
