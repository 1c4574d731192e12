"""`make bench-recovery`: how often the demo shop's experiments find their true effect.

One shop, its experiments drawn again and again: who is in which arm, what that does to them, whose
exposure is lost. People, prices and the calendar stay. Each draw is read once with a 95 % interval
as the pages read it, so about 95 % have to hold the truth. Printed with the binomial error. Exits
with 1 where they do not, and also where a wrong truth or the experiment with a lost arm passes: a
study that cannot fail proves nothing.

Who would have bought with one page and who without it is part of the people. So there is a lift of
these people beside the one that the shop was made with, and arms drawn among them find theirs. With
`--anew` people and purchases are drawn too, and each draw is a shop of its own.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binom

from bench.calibration import ALPHA, error
from bench.demo_claims import STICKY, WINDOWS, Claim, claims, lift_of_these_people, orders_effect
from bench.demo_units import Units, units_of
from bench.timing import say
from data.demo.cell import make_world
from data.demo.loyalty import TIERS
from data.demo.spec import PRESETS, DemoSpec
from data.demo.trials import (
    KEYS,
    SEARCH_TRIAL,
    TIER_TRIAL,
    TRIALS,
)
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.segments import heterogeneity
from metrics.stats.experiments.srm import ALARM_P, sample_ratio

RUNS = 200
CHANCE = 0.001
"""A count that a healthy study shows more rarely than this is flagged."""


@dataclass(slots=True)
class Found:
    """Of one claim: how often the interval held the truth, of the draws that had one."""

    runs: int = 0
    bounded: int = 0
    covered: int = 0
    significant: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, effect: Effect, claim: Claim) -> None:
        self.runs += 1
        value, low, high = (
            (effect.lift, effect.lift_low, effect.lift_high)
            if claim.relative
            else (effect.diff, effect.low, effect.high)
        )
        if value is None or low is None or high is None:
            return
        self.bounded += 1
        self.covered += low <= claim.truth <= high
        self.significant += effect.significant
        self.total += value
        self.squares += value * value

    @property
    def mean(self) -> float:
        return self.total / self.bounded if self.bounded else math.nan

    @property
    def mean_error(self) -> float:
        """Of the mean over draws."""
        if self.bounded < 2:
            return math.nan
        spread = max(0.0, self.squares / self.bounded - self.mean**2)
        return math.sqrt(spread / (self.bounded - 1))


@dataclass(slots=True)
class Split:
    """Of one experiment: draws whose split raised an alarm at the end, and on any day."""

    runs: int = 0
    at_end: int = 0
    any_day: int = 0

    def add(self, units: Units, row: int) -> None:
        weights = [w for _, w in TRIALS[row].arms]
        day = units.exposed_on - units.exposed_on.min()
        counts = np.zeros((int(day.max()) + 1, len(weights)), np.int64)
        np.add.at(counts, (day, units.arm), 1)
        looks = [sample_ratio(list(map(int, c)), weights) for c in np.cumsum(counts, axis=0)]
        self.runs += 1
        self.at_end += looks[-1] is not None and looks[-1].alarm
        self.any_day += any(x is not None and x.alarm_any_time for x in looks)


@dataclass(slots=True)
class Study:
    """All draws: claims, splits, and how often an effect was said to differ by tier, where it does
    (double points, discount day) and where it does not (the sticky button)."""

    claims: tuple[Claim, ...]
    found: list[Found]
    splits: list[Split]
    differs: dict[str, int]
    runs: int = 0

    @classmethod
    def of(cls, wanted: tuple[Claim, ...]) -> Study:
        arms = [name for name, _ in TRIALS[TIER_TRIAL].arms[1:]]
        found, splits = [Found() for _ in wanted], [Split() for _ in TRIALS]
        return cls(wanted, found, splits, dict.fromkeys([*arms, "sticky"], 0))

    def add(self, drawn: Sequence[Units]) -> None:
        self.runs += 1
        for claim, found in zip(self.claims, self.found, strict=True):
            found.add(claim.read(drawn[claim.row]), claim)
        for row, split in enumerate(self.splits):
            split.add(drawn[row], row)
        for arm, name in enumerate(self.differs, start=1):
            row = TIER_TRIAL if name != "sticky" else STICKY
            self.differs[name] += _differs(drawn[row], arm if row == TIER_TRIAL else 1)

    def faults(self) -> list[str]:
        """What is not as it has to be."""
        bad = []
        for claim, found in zip(self.claims, self.found, strict=True):
            missed = too_few(found.covered, found.bounded)
            if claim.holds is not None and missed == claim.holds:
                bad.append(f"{claim.name}: " + ("missed" if missed else "not noticed"))
        for key, split in zip(KEYS, self.splits, strict=True):
            if key == KEYS[SEARCH_TRIAL]:
                if split.at_end < split.runs or split.any_day < split.runs:
                    bad.append(f"{key}: the lost arm passes")
            elif any(too_many(n, split.runs, ALARM_P) for n in (split.at_end, split.any_day)):
                bad.append(f"{key}: false alarms about the split")
        if too_many(self.differs["sticky"], self.runs, ALPHA):
            bad.append("sticky button: said to differ by tier")
        return bad


def too_few(covered: int, of: int) -> bool:
    """Fewer intervals that hold the truth than chance explains, were it 95 %. Exact: with 200 draws
    a normal bound would flag one healthy claim in 300."""
    return bool(of and binom.cdf(covered, of, 1 - ALPHA) < CHANCE)


def too_many(count: int, of: int, allowed: float) -> bool:
    """More alarms than chance explains."""
    return bool(binom.sf(count - 1, of, allowed) < CHANCE)


def _differs(units: Units, arm: int) -> bool:
    found = heterogeneity(
        [orders_effect(units.where(units.tier == t), arm) for t in range(len(TIERS))]
    )
    return found is not None and found.p_value < ALPHA


def draws(spec: DemoSpec, runs: int, first: int, *, anew: bool) -> Iterator[list[Units]]:
    """The units of every experiment, in the order of `TRIALS`, once per draw. `anew` draws people
    and purchases too."""
    asked = [(row, WINDOWS[row]) for row in range(len(TRIALS))]
    world = make_world(spec)
    for seed in range(first, first + runs):
        drawn = replace(spec, seed=seed) if anew else replace(spec, trial_seed=seed)
        shared = make_world(drawn) if anew else replace(world, spec=drawn)
        yield units_of(shared, asked)


def study(spec: DemoSpec, runs: int, first: int = 1, *, anew: bool = False) -> Study:
    made = Study.of(claims(None if anew else lift_of_these_people(make_world(spec))))
    for drawn in draws(spec, runs, first, anew=anew):
        made.add(drawn)
    return made


def lines(made: Study) -> Iterator[str]:
    """A table of claims, of splits, and of segments."""
    yield f"{'% of draws':<48}{'holds the truth':>16} {'p < 0.05':>10} {'truth':>8} {'mean':>14}"
    for claim, f in zip(made.claims, made.found, strict=True):
        unit, scale = ("%", 100.0) if claim.relative else ("", 1.0)
        unbounded = f"  {f.runs - f.bounded} without ends" if f.bounded < f.runs else ""
        yield (
            f"{claim.name:<48}{_percent(f.covered, f.bounded):>16} "
            f"{100 * f.significant / max(f.bounded, 1):>10.1f} {scale * claim.truth:>7.1f}{unit:1} "
            f"{scale * f.mean:>12.4f} ± {scale * f.mean_error:.4f}{unbounded}"
        )
    right = [f for c, f in zip(made.claims, made.found, strict=True) if c.holds]
    covered, bounded = sum(f.covered for f in right), sum(f.bounded for f in right)
    yield f"{'all claims that hold':<48}{_percent(covered, bounded):>16}"
    yield f"{'alarm about the split':<48}{'chi-square, end':>16} {'e-value, any day':>18}"
    for key, s in zip(KEYS, made.splits, strict=True):
        yield f"{key:<48}{_percent(s.at_end, s.runs):>16} {_percent(s.any_day, s.runs):>18}"
    for name, count in made.differs.items():
        yield f"{name + ' differs by tier, p < 0.05':<48}{_percent(count, made.runs):>16}"


def _percent(count: int, of: int) -> str:
    rate = count / of if of else math.nan
    return f"{100 * rate:.1f} ± {100 * error(rate, of):.1f}" if of else "–"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.recovery", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="draws (default: %(default)s)")
    parser.add_argument("--users", type=int, default=PRESETS["demo"].users)
    parser.add_argument("--seed", type=int, default=1, help="of the first draw")
    parser.add_argument("--anew", action="store_true", help="draw people and purchases too")
    asked = parser.parse_args()
    spec = replace(PRESETS["demo"], users=asked.users)
    say(f"{asked.runs:,} draws of the experiments among {asked.users:,} users")
    made = study(spec, asked.runs, asked.seed, anew=asked.anew)
    for line in lines(made):
        say(line)
    faults = made.faults()
    say("flagged: " + ("; ".join(faults) or "nothing"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
