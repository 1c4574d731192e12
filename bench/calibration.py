"""`make bench-stats`: how often the statistics of experiments are wrong, by simulation.

Ten scenarios with known truth, with no effect and with one, read once and at 20 looks. Printed with
their binomial error. Exits with 1 where a rate is flagged, and also where the broken variants (no
boundary, no gate) are not: a study that cannot fail proves nothing.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.scenarios import SCENARIOS, Scenario
from metrics.stats.experiments.always_valid import Gate, always_valid
from metrics.stats.experiments.effect import LiftStatus
from metrics.stats.experiments.group_sequential import Boundary, boundaries
from metrics.stats.experiments.srm import sample_ratio

ALPHA = 0.05
LOOKS = 20
SIGMAS = 3.09
"""One in a thousand by chance alone, for each rate."""
POWER_LOST = 0.05
NO_GATE = Gate(effective=0, units=0)
_SRM_RUNS = 20_000
_SRM_MOST = 0.002


@dataclass(slots=True)
class Tally:
    """Counts over `runs`: at the one look at the end, and at any of the looks."""

    runs: int = 0
    fixed: int = 0
    covered: int = 0
    bounded: int = 0
    lift_covered: int = 0
    peeked: int = 0
    group: int = 0
    valid: int = 0
    ungated: int = 0
    stopped_at: float = 0.0

    def rate(self, of: int) -> float:
        return of / self.runs


def error(rate: float, runs: int) -> float:
    """Binomial standard error."""
    return math.sqrt(rate * (1 - rate) / runs)


def too_many(count: int, runs: int, allowed: float = ALPHA) -> bool:
    """More than chance explains."""
    return count / runs > allowed + SIGMAS * error(allowed, runs)


def too_few(count: int, runs: int, wanted: float = 1 - ALPHA) -> bool:
    return runs > 0 and count / runs < wanted - SIGMAS * error(wanted, runs)


def simulate(scenario: Scenario, lift: float, runs: int, seed: int) -> Tally:
    """Read `runs` experiments of one scenario."""
    rng = np.random.default_rng([seed, SCENARIOS.index(scenario), int(lift > 0)])
    tally = Tally(runs)
    at = boundaries([(k + 1) / LOOKS for k in range(LOOKS)], alpha=ALPHA)
    true = scenario.mean * lift
    for _ in range(runs):
        _read(tally, scenario, rng, at, lift, true)
    return tally


def _read(
    tally: Tally,
    scenario: Scenario,
    rng: np.random.Generator,
    at: Sequence[Boundary],
    lift: float,
    true: float,
) -> None:
    control, treatment = scenario.looks(rng, LOOKS, lift)
    peeked = group = valid = ungated = False
    effect = None
    for c, t, boundary in zip(control, treatment, at, strict=True):
        effect = scenario.compare(c, t, ALPHA)
        if effect.p_value is None or effect.diff is None:
            continue
        if effect.significant and not peeked:
            peeked = True
            tally.stopped_at += abs(effect.diff)
        group = group or effect.p_value < boundary.level
        valid = valid or always_valid(effect, c, t).significant
        ungated = ungated or always_valid(effect, c, t, gate=NO_GATE).significant
    tally.peeked += peeked
    tally.group += group
    tally.valid += valid
    tally.ungated += ungated
    if effect is None:
        return
    tally.fixed += effect.significant
    if effect.low is not None and effect.high is not None:
        tally.covered += effect.low <= true <= effect.high
    if effect.lift_status is not LiftStatus.OK:
        return
    if effect.lift_low is not None and effect.lift_high is not None:
        tally.bounded += 1
        tally.lift_covered += effect.lift_low <= lift <= effect.lift_high


def faults(scenario: Scenario, null: Tally, effect: Tally) -> list[str]:
    """What is not as it has to be."""
    n = null.runs
    found = []
    if too_many(null.fixed, n):
        found.append("false positives at one look")
    covered = not too_few(null.covered, n) and not too_few(effect.covered, effect.runs)
    if not (covered or scenario.heavy):
        found.append("coverage of the difference")
    if too_few(null.lift_covered, null.bounded) or too_few(effect.lift_covered, effect.bounded):
        found.append("coverage of the lift")
    if too_many(null.group, n):
        found.append("false positives, group-sequential")
    if too_many(null.valid, n):
        found.append("false positives, always valid")
    lost = effect.rate(effect.fixed) - effect.rate(effect.group)
    if lost > POWER_LOST + SIGMAS * math.sqrt(max(lost, 0.0) / effect.runs):
        found.append("power, group-sequential")
    return [f"{scenario.name}: {what}" for what in found]


def line(scenario: Scenario, null: Tally, effect: Tally) -> str:
    def percent(tally: Tally, count: int) -> str:
        rate = tally.rate(count)
        return f"{100 * rate:5.1f}±{100 * error(rate, tally.runs):.1f}"

    lifts = effect.lift_covered / effect.bounded if effect.bounded else math.nan
    said = effect.stopped_at / effect.peeked / (scenario.mean * scenario.lift)
    return (
        f"{scenario.name:22}{percent(null, null.fixed)} {percent(effect, effect.fixed)} "
        f"{percent(effect, effect.covered)} {100 * lifts:6.1f} | {percent(null, null.peeked)} "
        f"{said:4.1f}x | {percent(null, null.group)} {percent(effect, effect.group)} | "
        f"{percent(null, null.valid)} {percent(effect, effect.valid)} | "
        f"{percent(null, null.ungated)}"
    )


HEADER = (
    f"{'':22}{'one look, fixed horizon':35} | {'peeking':15} | {'group-sequential':17} | "
    f"{'always valid':17} | no gate\n"
    f"{'% of runs':22}{'type I':>8} {'power':>8} {'diff in':>8} {'lift in':>8} | {'type I':>8} "
    f"{'says':>6} | {'type I':>8} {'power':>8} | {'type I':>8} {'power':>8} | {'type I':>7}"
)


def sample_ratio_alarms(runs: int, seed: int) -> tuple[int, int]:
    """False alarms of healthy splits: at one look, and at any of 20 by the e-value."""
    rng = np.random.default_rng([seed, 99])
    chi, ever = 0, 0
    for n in range(runs):
        parts = np.cumsum(rng.binomial(500, 0.5, LOOKS))
        final = sample_ratio([int(parts[-1]), 500 * LOOKS - int(parts[-1])], [1, 1])
        chi += final is not None and final.alarm
        if n % 20 == 0:  # the sequence costs twenty times as much
            looks = (
                sample_ratio([int(k), 500 * (i + 1) - int(k)], [1, 1]) for i, k in enumerate(parts)
            )
            ever += any(x is not None and x.alarm_any_time for x in looks)
    return chi, ever


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000, help="of each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    say(f"{asked.runs:,} runs each, {LOOKS} looks, alpha {ALPHA:.0%}, seed {asked.seed}\n{HEADER}")
    found: list[str] = []
    peeking = ungated = False
    for scenario in SCENARIOS:
        null = simulate(scenario, 0.0, asked.runs, asked.seed)
        effect = simulate(scenario, scenario.lift, asked.runs, asked.seed)
        say(line(scenario, null, effect))
        found += faults(scenario, null, effect)
        peeking = peeking or too_many(null.peeked, null.runs)
        ungated = ungated or too_many(null.ungated, null.runs)
    chi, ever = sample_ratio_alarms(_SRM_RUNS, asked.seed)
    say(
        f"SRM of healthy splits: chi-square {chi / _SRM_RUNS:.3%} at one look, "
        f"e-value {ever / (_SRM_RUNS / LOOKS):.3%} at any of {LOOKS}"
    )
    if chi / _SRM_RUNS > _SRM_MOST:
        found.append("SRM: false alarms")
    if not peeking:
        found.append("the study does not notice that the boundary is missing")
    if not ungated:
        found.append("the study does not notice that the gate is missing")
    say("flagged: " + ("nothing" if not found else "; ".join(found)))
    return 1 if found else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
