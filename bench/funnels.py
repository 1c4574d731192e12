"""Event funnels and the lifecycle on two million users, beside what no funnel can be faster than.

Everything is asked cold: of a warehouse opened anew, with nothing cached. Two floors stand beside:
counting a user's events, and the first time of every step per user. Where chDB is installed, the
furthest attempt is also asked of its `windowFunnel`, over the same rows and in the same run.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from bench.timing import Timing, say, timed
from bench.window_funnel import Rival, window_funnel
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import load_settings
from data.warehouse import Shelf
from metrics.funnels.ask import counts_statement
from metrics.funnels.people import Bar, State, funnel_people
from metrics.funnels.question import Question
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import Funnel, simple
from metrics.lifecycle.result import Asked
from metrics.lifecycle.stages import Population
from metrics.people import people_page

STEPS = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")
RANGES = (4, 26)
"""Weeks of entry."""
KEPT_GOALS = {4: 300.0, 26: 700.0}


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long one thing takes as another, and how many times it may."""

    name: str
    value: float
    goal: float

    def line(self) -> str:
        return f"{self.name:<72} {self.value:>6.2f}  goal {self.goal:.2f}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out of the process that asked, and the most memory it held."""

    timings: list[Timing]
    ratios: list[Ratio]
    memory_mb: float


def measured(file: Path, shop: str, rows: Path | None) -> Measured:
    """Ask everything in a process of its own, so that the memory is that of asking alone. `rows`:
    the log as a file, where chDB is to be asked too."""
    with tempfile.TemporaryDirectory(prefix="northstar-bench-") as folder:
        found = Path(folder) / "found.json"
        asked = [str(file), shop, str(found), *([str(rows)] if rows else [])]
        subprocess.run([sys.executable, "-m", "bench.funnels", *asked], check=True)
        read = json.loads(found.read_text("utf-8"))
    timings = [Timing(**t) for t in read["timings"]]
    return Measured(timings, [Ratio(**r) for r in read["ratios"]], read["memory_mb"])


def main(file: str, shop: str, found: str, rows: str | None = None) -> None:
    """Ask, print as it goes, and write what was found."""
    bench = _Bench(Path(file), shop, None if rows is None else Path(rows))
    timings: list[Timing] = []
    for timing in bench.everything():
        say(timing.line())
        timings.append(timing)
    for ratio in bench.ratios:
        say(ratio.line())
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"most memory held: {used:,.0f} MB")
    done = asdict(Measured(timings, bench.ratios, used))
    Path(found).write_text(json.dumps(done), "utf-8")


class _Bench:
    def __init__(self, file: Path, shop: str, rows: Path | None) -> None:
        self.rows = rows
        self.shelf = Shelf.of(load_settings(file), shop)
        self.warehouse = self.shelf.open(LOCAL_VIEWER)
        self.scope = Scope(self.warehouse.reporting.currency)
        self.ratios: list[Ratio] = []

    def reopen(self) -> None:
        self.warehouse.close()
        self.warehouse = self.shelf.open(LOCAL_VIEWER)
        _ = self.warehouse.coverage

    def timed(
        self, name: str, work: Callable[[], object], goal: float | None = None, runs: int = 3
    ) -> Timing:
        return timed(name, work, runs=runs, before=self.reopen, goal_ms=goal)

    def everything(self) -> Iterator[Timing]:
        for weeks in RANGES:
            yield from self.of_range(weeks)
        span = self.span(4)
        yield self.timed("lifecycle, 4 weeks", lambda: self.lifecycle(4), 300)
        yield self.timed("lifecycle, 26 weeks", lambda: self.lifecycle(26))
        yield self.timed(
            "people behind a bar of the kept funnel, first page", lambda: self.people(span)
        )

    def of_range(self, weeks: int) -> Iterator[Timing]:
        span, over = self.span(weeks), f"{weeks} weeks"
        furthest, first = simple(*STEPS), simple(*STEPS, entry="first")
        yield self.timed(f"floor: scan of the columns, {over}", self.asked(self.scan(span)))
        yield self.timed(f"floor: count of events per user, {over}", self.asked(self.count(span)))
        least = self.timed(f"floor: first time of each step, {over}", self.asked(self.mins(span)))
        yield least
        entry = self.timed(f"first entry, {over}", self.walk(first, span), _second(weeks))
        yield entry
        self.ratio(f"first entry / first time of each step, {over}", entry, least, 1.4)
        far = self.timed(f"furthest attempt, {over}", self.walk(furthest, span), _second(weeks))
        yield far
        if self.rows is not None:
            rival = window_funnel(self.question(furthest, span), STEPS, self.rows)
            yield rival.timing(f"chDB windowFunnel, {over}")
            self.agree(rival, furthest, span)
            limit = 1.3 if weeks == RANGES[0] else 1.0
            name = f"furthest attempt / chDB windowFunnel, {over}"
            self.ratios.append(Ratio(name, far.median_ms / rival.median_ms, limit))
        by = Breakdown("channel")
        yield self.timed(f"furthest attempt by channel, {over}", self.walk(furthest, span, by))
        for name, funnel in _others().items():
            yield self.timed(f"{name}, {over}", self.walk(funnel, span), runs=1)
        for name, funnel in (("furthest attempt", furthest), ("first entry", first)):
            asked = self.kept(funnel, span)
            yield self.timed(f"kept: {name}, {over}", asked, KEPT_GOALS[weeks])
        yield self.timed(
            f"kept: furthest attempt by channel, {over}", self.kept(furthest, span, by)
        )

    def ratio(self, name: str, one: Timing, other: Timing, goal: float) -> None:
        self.ratios.append(Ratio(name, one.median_ms / other.median_ms, goal))

    def span(self, weeks: int) -> Span:
        until = self.warehouse.coverage.until - timedelta(weeks=1)
        start = max(until - timedelta(weeks=weeks), self.warehouse.coverage.start)
        return Span(start, until)

    def question(self, funnel: Funnel, span: Span) -> Question:
        return Question.of(self.warehouse, funnel, span)

    def asked(self, statement: Select[Any]) -> Callable[[], object]:
        return lambda: self.warehouse.fetch(statement)

    def walk(self, funnel: Funnel, span: Span, by: Breakdown | None = None) -> Callable[[], object]:
        """The counts from the events themselves, whether the funnel is kept or not."""
        q = replace(self.question(funnel, span), kept=None)
        return self.asked(counts_statement(self.warehouse.sources(self.scope), q, by))

    def kept(self, funnel: Funnel, span: Span, by: Breakdown | None = None) -> Callable[[], object]:
        """The counts from what the refresh keeps; they have to be the same."""
        q = self.question(funnel, span)
        if q.kept is None:
            raise RuntimeError("the funnel is not kept; build the shop of the benchmark anew")
        return self.asked(counts_statement(self.warehouse.sources(self.scope), q, by))

    def lifecycle(self, weeks: int) -> object:
        asked = Asked(self.warehouse, self.scope, Population.REGISTERED)
        return asked.funnel(self.span(weeks))

    def people(self, span: Span) -> object:
        bar = Bar(State.DROPPED, 3)
        people = funnel_people(self.warehouse, self.scope, simple(*STEPS), span, bar)
        return people_page(self.warehouse, people)

    def agree(self, rival: Rival, funnel: Funnel, span: Span) -> None:
        """Say how far the two answers differ."""
        q = replace(self.question(funnel, span), kept=None)
        found = self.warehouse.fetch(counts_statement(self.warehouse.sources(self.scope), q, None))
        mine = found.groupby("level")["n"].sum()
        shown = [f"{n}: {mine.get(n, 0):,} / {rival.levels.get(str(n), 0):,}"
                 for n in range(1, len(STEPS) + 1)]  # fmt: skip
        say(f"  users by level, here / windowFunnel: {'; '.join(shown)}")

    def scan(self, span: Span) -> Select[Any]:
        log, meant = self._rows(span)
        return select(func.count(), func.max(log.c.person_no), func.max(log.c.occurred_at)).where(
            *meant
        )

    def count(self, span: Span) -> Select[Any]:
        log, meant = self._rows(span)
        each = select(func.count().label("n")).where(*meant).group_by(log.c.person_no).subquery()
        return select(*[func.count(), func.max(each.c.n)])

    def mins(self, span: Span) -> Select[Any]:
        log, meant = self._rows(span)
        q = self.question(simple(*STEPS), span)
        times = [
            func.min(case((log.c.event_no == q.numbers[s], log.c.occurred_at))).label(s)
            for s in STEPS
        ]
        each = select(*times).where(*meant).group_by(log.c.person_no).subquery("first_time")
        counts: list[Any] = [func.count(), *[func.count(each.c[s]) for s in STEPS]]
        return select(*counts)

    def _rows(self, span: Span) -> tuple[Any, tuple[Any, ...]]:
        """The events of the steps from the range's first instant to the end of its windows."""
        q = self.question(simple(*STEPS), span)
        log = self.warehouse.sources(self.scope).log
        at = log.c.occurred_at
        until = literal(q.reach)
        return log, (log.c.event_no.in_(q.numbers.values()), at >= literal(q.begins), at <= until)


def _second(weeks: int) -> float | None:
    return 1000.0 if weeks == RANGES[0] else None


def _others() -> dict[str, Funnel]:
    hour: list[dict[str, Any]] = [{"any_of": [{"event": s}]} for s in STEPS]
    hour[2]["window"] = {"seconds": 3600}
    return {
        "strict order": simple(*STEPS, order="strict"),
        "any order": simple(*STEPS, order="unordered"),
        "cart within an hour of the item": Funnel.model_validate({"steps": hour}),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
