"""The same question asked of chDB's `windowFunnel`: the rows as a file, a process of its own.

chDB is large and nothing in Northstar needs it; `requirements-bench.txt` names the version. It may
live in an environment of its own: `NORTHSTAR_BENCH_CHDB` names that environment's Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from bench.timing import Timing, say
from data.rollups import event_log
from data.warehouse import Shelf
from metrics.funnels.question import Question

PYTHON = "NORTHSTAR_BENCH_CHDB"
SCRIPT = Path(__file__).with_name("ask_chdb.py")


@dataclass(frozen=True, slots=True)
class Rival:
    """Milliseconds of every run, and how many users stand at which level."""

    runs: list[float]
    cpu: list[float]
    levels: dict[str, int]

    @property
    def median_ms(self) -> float:
        return median(self.runs)

    def timing(self, name: str) -> Timing:
        return Timing(
            name, self.median_ms, min(self.runs), max(self.runs), median(self.cpu), len(self.runs)
        )


def has_chdb() -> bool:
    """Whether there is a Python with chDB; where not, it is said."""
    done = subprocess.run([_python(), "-c", "import chdb"], capture_output=True, check=False)
    if done.returncode:
        say(f"chDB is not installed: no windowFunnel beside (set {PYTHON} to a Python with it)")
    return done.returncode == 0


def write_rows(shelf: Shelf, file: Path) -> None:
    """The columns that a funnel reads, in the order in which the log keeps them."""
    engine = shelf.versions.reader(shelf.current())
    rows = select(event_log.c.person_no, event_log.c.occurred_at, event_log.c.event_no)
    with engine.connect() as connection:
        found: pa.Table = connection.execute(rows).cursor.to_arrow_table()
    engine.dispose()
    pq.write_table(found, file)


def window_funnel(q: Question, steps: Sequence[str], rows: Path) -> Rival:
    """Users by level, of the same rows; loaded into a database beside the file the first time."""
    question = {
        "rows": str(rows),
        "folder": str(rows.with_suffix(".chdb")),
        "steps": [q.numbers[s] for s in steps],
        "begins": _instant(q.begins),
        "ends": _instant(q.ends),
        "reach": _instant(q.reach or q.ends),
        "seconds": q.funnel.window.seconds,
    }
    done = subprocess.run(
        [_python(), str(SCRIPT), json.dumps(question)], capture_output=True, text=True, check=True
    )
    return Rival(**json.loads(done.stdout.splitlines()[-1]))


def _python() -> str:
    return os.environ.get(PYTHON, sys.executable)


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
