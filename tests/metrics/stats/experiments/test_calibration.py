"""A small share of `make bench-stats`, with a fixed seed: what must hold, and that it can fail."""

from __future__ import annotations

from bench.calibration import ALPHA, Tally, faults, simulate, too_few, too_many
from bench.scenarios import SCENARIOS, Scenario

RUNS = 400


def named(name: str) -> Scenario:
    return next(s for s in SCENARIOS if s.name == name)


def test_ten_scenarios_with_names_of_their_own() -> None:
    assert len({s.name for s in SCENARIOS}) == 10


def test_an_uneven_split_holds_its_error_and_only_with_boundary_and_gate() -> None:
    """90/10 at twenty looks: group-sequential and always-valid stay near 5 %; stopping at the first
    p < 0.05 does not, nor does the sequence without its gate."""
    null = simulate(named("conversion 5%, 90/10"), 0.0, RUNS, seed=1)
    assert not too_many(null.fixed, RUNS)
    assert not too_many(null.group, RUNS)
    assert not too_many(null.valid, RUNS)
    assert too_many(null.peeked, RUNS)
    assert null.ungated > null.valid
    assert null.rate(null.ungated) > ALPHA


def test_few_units_with_unequal_spread_hold_their_error() -> None:
    """60 units of sd 3 against 20 of sd 15: the pooled variance is wrong one time in four here, and
    z boundaries one time in six."""
    null = simulate(named("small, sd 3 and 15"), 0.0, RUNS, seed=1)
    assert not too_many(null.fixed, RUNS)
    assert not too_many(null.group, RUNS)
    assert not too_few(null.covered, RUNS)
    assert not too_few(null.lift_covered, null.bounded)


def test_a_fault_is_named() -> None:
    """20 false positives of 100 are no chance; 6 may be."""
    fine = Tally(100, fixed=6, covered=95, bounded=100, lift_covered=95, group=5, valid=1)
    wrong = Tally(100, fixed=20, covered=80, bounded=100, lift_covered=95, group=5, valid=30)
    assert faults(SCENARIOS[0], fine, fine) == []
    assert faults(SCENARIOS[0], wrong, fine) == [
        "conversion 5%: false positives at one look",
        "conversion 5%: coverage of the difference",
        "conversion 5%: false positives, always valid",
    ]
