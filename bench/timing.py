"""Time one thing several times; the median is quoted, with its spread and its CPU time."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of wall clock (median, least, most) and of CPU (median)."""

    name: str
    median_ms: float
    least_ms: float
    most_ms: float
    cpu_ms: float
    runs: int
    goal_ms: float | None = None

    def row(self) -> dict[str, object]:
        return asdict(self)

    def line(self) -> str:
        goal = "" if self.goal_ms is None else f"  goal {self.goal_ms:,.0f}"
        return (
            f"{self.name:<52} {self.median_ms:>10,.1f}  "
            f"({self.least_ms:,.1f} – {self.most_ms:,.1f})  cpu {self.cpu_ms:>10,.1f}{goal}"
        )


def timed(
    name: str,
    work: Callable[[], object],
    *,
    runs: int = 5,
    before: Callable[[], object] | None = None,
    goal_ms: float | None = None,
) -> Timing:
    """Run `work` `runs` times, `before` untimed ahead of each."""
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(runs):
        if before is not None:
            before()
        cpu, wall = cpu_seconds(), time.perf_counter()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((cpu_seconds() - cpu) * 1000)
    return Timing(
        name,
        statistics.median(walls),
        min(walls),
        max(walls),
        statistics.median(cpus),
        runs,
        goal_ms,
    )


def say(line: str) -> None:
    """A line for whoever waits, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def cpu_seconds() -> float:
    """Processor time of this process so far, all threads together."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
