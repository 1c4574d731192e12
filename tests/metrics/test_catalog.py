"""The catalog and what it points to: measures, tables and columns, families."""

from __future__ import annotations

import pytest

from data.schema import contract
from data.warehouse import OR
from metrics.catalog import DEFAULT_NORTH_STAR, DEFAULT_TILES, METRICS, NORTH_STARS
from metrics.families import COMPLETE_DAYS, FAMILIES, FAMILY_OF
from metrics.metric import Adds, Metric, Unit
from metrics.trees import TREES

ALL = tuple(METRICS.values())
BY_KEY = pytest.mark.parametrize("metric", ALL, ids=lambda m: m.key)


@BY_KEY
def test_measures_exist(metric: Metric) -> None:
    parts = [p for p in (metric.numerator, metric.denominator) if p is not None]
    assert all(p == COMPLETE_DAYS or p in FAMILY_OF for p in parts)


@BY_KEY
def test_needs_name_the_contract(metric: Metric) -> None:
    assert metric.needs
    for need in [one for needs in metric.needs for one in needs.split(OR)]:
        table, _, column = need.partition(".")
        assert table in contract.tables
        assert not column or column in contract.tables[table].c


@BY_KEY
def test_a_ratio_never_adds_and_a_share_is_a_ratio(metric: Metric) -> None:
    assert (metric.adds is Adds.NEVER) == (metric.denominator is not None)
    if metric.unit is Unit.SHARE:
        assert metric.denominator is not None
    if metric.when != "span":
        assert metric.days is not None


def test_no_measure_comes_from_two_families() -> None:
    assert sum(len(f.measures) for f in FAMILIES) == len(FAMILY_OF)


def test_decks_and_trees_name_metrics_and_measures() -> None:
    assert {*DEFAULT_TILES, *NORTH_STARS} <= set(METRICS)
    assert DEFAULT_NORTH_STAR in NORTH_STARS
    for tree in TREES.values():
        parts = [tree.total, *[p for leaf in tree.inputs for p in (leaf.measure, leaf.per) if p]]
        assert set(parts) <= set(FAMILY_OF)
