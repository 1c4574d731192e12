"""Attribution on two million users: every model cold, and the most memory that asking takes.

Each model is asked by itself, of a warehouse opened anew with nothing cached, over 26 weeks of new
customers; then all of them at once, as the page does.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.timing import Timing, say, timed
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import load_settings
from data.warehouse import Shelf, Warehouse
from metrics.attribution.journeys import journeys
from metrics.attribution.people import attribution_people, behind
from metrics.attribution.result import Attribution, attribution
from metrics.attribution.spec import Conversions, Model, Spec
from metrics.people import people_page

WEEKS = 26
GOALS = {Model.MARKOV: 5000.0, Model.SHAPLEY: 5000.0}
RULE_GOAL = 1500.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out of the process that asked, the touches it asked about, and the most memory it
    held."""

    timings: list[Timing]
    touches: int
    memory_mb: float


def measured(file: Path, shop: str) -> Measured:
    """Ask everything in a process of its own, so that the memory is that of asking alone."""
    with tempfile.TemporaryDirectory(prefix="northstar-bench-") as folder:
        found = Path(folder) / "found.json"
        asked = [str(file), shop, str(found)]
        subprocess.run([sys.executable, "-m", "bench.attribution", *asked], check=True)
        read = json.loads(found.read_text("utf-8"))
    return Measured([Timing(**t) for t in read["timings"]], read["touches"], read["memory_mb"])


def main(file: str, shop: str, found: str) -> None:
    """Ask, print as it goes, and write what was found."""
    shelf = Shelf.of(load_settings(Path(file)), shop)
    bench = _Bench(shelf)
    timings: list[Timing] = []
    for timing in bench.everything():
        say(timing.line())
        timings.append(timing)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"most memory held: {used:,.0f} MB")
    done = {
        "timings": [t.row() for t in timings],
        "touches": bench.warehouse.coverage.filled.get("touchpoints", 0),
        "memory_mb": used,
    }
    Path(found).write_text(json.dumps(done), "utf-8")


class _Bench:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.warehouse: Warehouse = shelf.open(LOCAL_VIEWER)
        self.scope = Scope(self.warehouse.reporting.currency)

    def reopen(self) -> None:
        self.warehouse.close()
        self.warehouse = self.shelf.open(LOCAL_VIEWER)
        _ = self.warehouse.coverage

    def everything(self) -> Iterator[Timing]:
        for model in Model:
            goal = GOALS.get(model, RULE_GOAL)
            yield self.timed(f"{model} alone, {WEEKS} weeks", Spec(), (model,), goal)
        yield self.timed(f"all models at once, {WEEKS} weeks", Spec(), tuple(Model), None)
        every = Spec(Conversions.ORDERS)
        yield self.timed(f"all models, every order, {WEEKS} weeks", every, tuple(Model), None)
        found = self.ask(Spec(), (Model.LINEAR,))
        yield timed(
            f"paths, {WEEKS} weeks",
            lambda: journeys(self.warehouse, found),
            runs=3,
            before=self.reopen,
        )
        yield timed(
            "customers behind a credit, first page",
            lambda: self.people(found),
            runs=3,
            before=self.reopen,
        )

    def timed(self, name: str, spec: Spec, models: tuple[Model, ...], goal: float | None) -> Timing:
        return timed(name, lambda: self.ask(spec, models), runs=3, before=self.reopen, goal_ms=goal)

    def ask(self, spec: Spec, models: tuple[Model, ...]) -> Attribution:
        until = self.warehouse.coverage.until
        start = max(until - timedelta(weeks=WEEKS), self.warehouse.coverage.start)
        return attribution(self.warehouse, self.scope, Span(start, until), spec, models)

    def people(self, found: Attribution) -> object:
        first = behind(found, found.channels[0].channel, Model.LINEAR)
        return people_page(self.warehouse, attribution_people(self.warehouse, self.scope, first))


if __name__ == "__main__":
    main(*sys.argv[1:])
