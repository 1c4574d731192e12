"""`make bench-asos FILE=…`: real experiments of a shop, read at every checkpoint.

The file is ASOS Digital Experiments (Liu et al. 2021, OSF 64jsb, CC BY 4.0): cumulative counts,
means and variances of two arms, 78 experiments. It is not part of the project; a few series of it
are, in `tests/real/asos_digital_experiments/`. Nobody knows the truth here, so nothing is right or
wrong: it shows how often looking again and again would have said something else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd

from bench.timing import say
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.group_sequential import Boundary, boundaries
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.modes import at_any_time, at_boundary
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.srm import SampleRatio, sample_ratio
from metrics.stats.experiments.sums import Sums

KEYS = ["experiment_id", "variant_id", "metric_id"]
BINARY = 1
"""Metric 1 is a rate; 2 and 3 are counts, 4 is an amount. The authors do not name them."""
FEWEST_LOOKS = 8
ABOUT_HALF = 0.02
"""Splits are not documented. Within two points of one half, equal arms were surely meant."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything up to so many days after the start."""

    days: float
    control: Sums
    treatment: Sums
    binary: bool

    def compare(self, alpha: float) -> Effect:
        if not self.binary:
            return welch(self.control, self.treatment, alpha=alpha)
        c, t = self.control, self.treatment
        counts = [round(arm.n * arm.means[0]) for arm in (c, t)]
        return two_proportions(counts[0], c.n, counts[1], t.n, alpha=alpha)

    @property
    def units(self) -> int:
        return self.control.n + self.treatment.n


@dataclass(frozen=True, slots=True)
class Course:
    """One metric of one comparison at all its usable checkpoints: days of the first look that was
    conclusive (None: never), and whether the last look was significant on its own.

    The planned size is not documented: the one reached is taken for it.
    """

    looks: int
    peeking: float | None
    group_sequential: float | None
    always_valid: float | None
    at_end: bool


def checkpoints(rows: pd.DataFrame) -> list[Checkpoint]:
    """The usable ones of one series in order: both arms with more than one unit and a variance."""
    found = []
    for r in rows.sort_values("time_since_start").itertuples(index=False):
        row: Any = r
        if not (row.count_c > 1 and row.count_t > 1 and row.variance_c > 0 and row.variance_t > 0):
            continue
        control, treatment = [
            Sums.of_sd(int(n), float(mean), float(variance) ** 0.5)
            for n, mean, variance in (
                (row.count_c, row.mean_c, row.variance_c),
                (row.count_t, row.mean_t, row.variance_t),
            )
        ]
        found.append(
            Checkpoint(float(row.time_since_start), control, treatment, row.metric_id == BINARY)
        )
    return found


def bounds_of(looks: Sequence[Checkpoint]) -> tuple[Boundary, ...]:
    """O'Brien–Fleming at the share of the final units that had been seen by each look. The counts
    of some checkpoints fall behind earlier ones; information that was there is not lost again."""
    seen = accumulate((look.units for look in looks), max)
    return boundaries([min(1.0, n / looks[-1].units) for n in seen])


def course(looks: Sequence[Checkpoint], bounds: Sequence[Boundary]) -> Course:
    """Every look in each of three ways."""
    peeking = group = valid = None
    last = None
    for look, bound in zip(looks, bounds, strict=True):
        last = look.compare(0.05)
        if peeking is None and last.significant:
            peeking = look.days
        if group is None and at_boundary(look.compare, bound).conclusive:
            group = look.days
        if valid is None:
            found = at_any_time(look.compare, look.control, look.treatment, planned=looks[-1].units)
            valid = look.days if found.conclusive else None
    return Course(len(looks), peeking, group, valid, last is not None and last.significant)


def courses(frame: pd.DataFrame) -> Iterator[Course]:
    """Every series with enough usable checkpoints."""
    known: dict[tuple[int, ...], tuple[Boundary, ...]] = {}
    for _, rows in frame.groupby(KEYS):
        looks = checkpoints(rows)
        if len(looks) < FEWEST_LOOKS:
            continue
        sizes = tuple(look.units for look in looks)
        if sizes not in known:  # the metrics of a comparison share their units
            known[sizes] = bounds_of(looks)
        yield course(looks, known[sizes])


def splits(frame: pd.DataFrame) -> Iterator[list[SampleRatio]]:
    """The split at every checkpoint of each comparison that was surely meant to be even."""
    ordered = frame.sort_values("time_since_start")
    once = ordered.drop_duplicates([*KEYS[:2], "time_since_start"])
    for _, rows in once.groupby(KEYS[:2]):
        looks = [
            sample_ratio([int(c), int(t)], [1, 1])
            for c, t in zip(rows["count_c"], rows["count_t"], strict=True)
        ]
        known = [look for look in looks if look is not None]
        observed = known[-1].observed
        if abs(observed[1] / sum(observed) - 0.5) < ABOUT_HALF:
            yield known


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.asos", description=__doc__)
    parser.add_argument("file", type=Path, help="asos_digital_experiments.parquet")
    frame = pd.read_parquet(parser.parse_args().file)
    every = list(courses(frame))

    def share(name: str, count: int) -> str:
        return f"{name:<58} {count:>4} of {len(every)}  {100 * count / len(every):5.1f} %"

    say(share("p < 0.05 at some checkpoint", sum(c.peeking is not None for c in every)))
    say(share("p < 0.05 at the last one", sum(c.at_end for c in every)))
    gone = [c for c in every if c.peeking is not None and not c.at_end]
    say(share("p < 0.05 at some checkpoint, but not at the last", len(gone)))
    say(share("group-sequential: conclusive", sum(c.group_sequential is not None for c in every)))
    calm = sum(c.group_sequential is None for c in gone)
    say(share("… of those that vanished, never conclusive", calm))
    say(share("always valid: conclusive", sum(c.always_valid is not None for c in every)))
    calm = sum(c.always_valid is None for c in gone)
    say(share("… of those that vanished, never conclusive", calm))
    even = list(splits(frame))
    say(f"{len(even)} comparisons that were surely meant to be even:")
    say(f"  chi-square alarm at the last checkpoint  {sum(s[-1].alarm for s in even)}")
    say(f"  chi-square alarm at some checkpoint      {sum(any(x.alarm for x in s) for s in even)}")
    ever = [any(x.alarm_any_time for x in s) for s in even]
    say(f"  e-value alarm at some checkpoint         {sum(ever)}")
    hidden = sum(e and not s[-1].alarm for e, s in zip(ever, even, strict=True))
    say(f"  … which the last checkpoint does not show {hidden}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
