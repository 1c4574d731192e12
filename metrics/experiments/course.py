"""How an effect came about: look by look, and by segment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.serving.experiments import SEGMENTATIONS
from metrics.experiments.judge import Plan, comparing, level, read
from metrics.experiments.record import Experiment, Judged
from metrics.experiments.sums import Table
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.modes import Look
from metrics.stats.experiments.multiplicity import Correction, adjusted
from metrics.stats.experiments.segments import Heterogeneity, heterogeneity

MOST_SEGMENTS = 12
"""Segments that are compared; the smallest others are too many to read and too small to tell."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was known after a day: units exposed up to `exposed_on`, their windows over on `day`."""

    day: date
    exposed_on: date
    look: Look


@dataclass(frozen=True, slots=True)
class Segmented:
    """One segmentation of one treatment: the effect in each segment, whether they differ
    (`heterogeneity`; None with fewer than two) and that p-value after Holm over all segmentations
    and treatments (`p_adjusted`). Only `differs` allows to say that the effect differs."""

    arm: str
    segmentation: str
    segments: tuple[tuple[str, Effect], ...]
    heterogeneity: Heterogeneity | None
    left_out: int
    p_adjusted: float | None = None

    @property
    def differs(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted < 0.05


def over_time(
    experiment: Experiment, judged: Judged, table: Table, plan: Plan, arm: str
) -> tuple[Point, ...]:
    """The reading after every day, each with the interval that is valid at that look: that of a
    fixed horizon at its end alone, sequential ones before."""
    control = experiment.control
    if control is None:
        return ()
    variables = judged.outcome.variables
    days = table.looks(a.name for a in experiment.arms)
    sums = {name: table.running(variables, name, days) for name in (control.name, arm)}
    made = []
    for n, day in enumerate(days):
        c, t = sums[control.name][n], sums[arm][n]
        how = plan if n == len(days) - 1 else plan.along_the_way
        look = read(comparing(judged, c, t), how, c, t, alpha=level(experiment, judged, how), at=n)
        made.append(Point(day + timedelta(days=table.days), day, look))
    return tuple(made)


def by_segment(experiment: Experiment, judged: Judged, table: Table) -> tuple[Segmented, ...]:
    """Every segmentation of every treatment, corrected together."""
    control, variables = experiment.control, judged.outcome.variables
    if control is None:
        return ()
    made: list[Segmented] = []
    for treatment in experiment.treatments:
        for name in SEGMENTATIONS:
            pairs = []
            for segment in table.segments(name):
                c = table.of(variables, (name, segment, None, control.name))
                t = table.of(variables, (name, segment, None, treatment.name))
                pairs.append((segment, c, t))
            if len(pairs) < 2:
                continue
            large = sorted(pairs, key=lambda p: -(p[1].n + p[2].n))[:MOST_SEGMENTS]
            effects = tuple(
                (segment, comparing(judged, c, t)(experiment.alpha)) for segment, c, t in large
            )
            tested = heterogeneity([e for _, e in effects])
            made.append(Segmented(treatment.name, name, effects, tested, len(pairs) - len(large)))
    p = adjusted(
        [None if s.heterogeneity is None else s.heterogeneity.p_value for s in made],
        Correction.HOLM,
    )
    return tuple(replace(s, p_adjusted=q) for s, q in zip(made, p, strict=True))
