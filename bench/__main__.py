"""`python -m bench`: measure, print, write results.json.

Most is measured on the demo shop and the real shop, built anew. Funnels and attribution are
measured on a shop of two million users, which takes a quarter of an hour to build and is kept in
`bench/cache/`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from bench import attribution
from bench.funnels import measured
from bench.machine import facts
from bench.overview import overview
from bench.page import page
from bench.timing import Timing, timed
from bench.window_funnel import has_chdb, write_rows
from data.building import build_demo, import_mapping, rebuild
from data.demo.spec import PRESETS
from data.scope import LOCAL_VIEWER
from data.settings import DEFAULT_FILE, load_settings
from data.warehouse import Shelf
from i18n import Problem
from metrics.funnels.keeping import kept_in

HERE = Path(__file__).parent
_PATIENT = 1800
"""What is too slow is measured too."""
CACHE = HERE / "cache"
PARTS = ("pages", "funnels", "attribution")
MAPPING = Path("data/samples/uci_online_retail/mapping.yaml")


def main() -> int:
    """Measure the parts asked for; the results of the others stay as they were."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--users", type=int, default=PRESETS["demo"].users)
    parser.add_argument("--only", choices=PARTS, help="measure this part alone")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    asked = parser.parse_args()
    wanted = [asked.only] if asked.only else list(PARTS)
    result = json.loads(asked.output.read_text("utf-8")) if asked.output.exists() else {}
    if "pages" in wanted:
        result |= _pages(asked.users)
    if "funnels" in wanted:
        result["funnels"] = _funnels()
    if "attribution" in wanted:
        result["attribution"] = _attribution()
    asked.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"written to {asked.output}")
    return 0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _pages(users: int) -> dict[str, object]:
    at = _now()
    with tempfile.TemporaryDirectory(prefix="northstar-bench-") as folder:
        file = _elsewhere(Path(folder))
        timings: list[Timing] = []
        for timing in _everything(file, users):
            print(timing.line(), flush=True)
            timings.append(timing)
    return {
        "at": at,
        "users": users,
        "machine": facts(),
        "timings": [t.row() for t in timings],
    }


def _funnels() -> dict[str, object]:
    CACHE.mkdir(exist_ok=True)
    file = _elsewhere(CACHE, statement_seconds=_PATIENT)
    shelf = _big_shop(file)
    rows = None
    if has_chdb():
        rows = CACHE / f"log_{shelf.current()}.parquet"
        if not rows.exists():
            write_rows(shelf, rows)
    at = _now()
    found = measured(file, "demo", rows)
    return {
        "at": at,
        "users": PRESETS["bench"].users,
        "machine": facts(),
        "timings": [t.row() for t in found.timings],
        "ratios": [asdict(r) for r in found.ratios],
        "most_memory_mb": round(found.memory_mb),
    }


def _attribution() -> dict[str, object]:
    CACHE.mkdir(exist_ok=True)
    file = _elsewhere(CACHE, statement_seconds=_PATIENT)
    _big_shop(file)
    at = _now()
    found = attribution.measured(file, "demo")
    return {
        "at": at,
        "users": PRESETS["bench"].users,
        "touches": found.touches,
        "machine": facts(),
        "timings": [t.row() for t in found.timings],
        "most_memory_mb": round(found.memory_mb),
    }


def _big_shop(file: Path) -> Shelf:
    """The shop of the benchmark, generated once; cut anew after a change of the serving tables."""
    settings = load_settings(file)
    shelf = Shelf.of(settings, "demo")
    if shelf.versions.current() is None:
        print("generating the shop of the benchmark (once, about a quarter of an hour)")
        build_demo(settings, "demo", PRESETS["bench"], keep=kept_in)
    try:
        _ = shelf.open(LOCAL_VIEWER).coverage
    except Problem as problem:
        if problem.code != "warehouse_outdated":
            raise
        rebuild(settings, "demo", keep=kept_in)
    return shelf


def _everything(file: Path, users: int) -> Iterator[Timing]:
    settings = load_settings(file)
    spec = replace(PRESETS["demo"], users=users)
    yield timed(
        f"demo shop of {users:,} users, generated to published",
        lambda: build_demo(settings, "demo", spec, keep=kept_in),
        runs=1,
        goal_ms=60_000,
    )
    yield timed(
        "real shop, 541,909 lines, imported to published",
        lambda: import_mapping(settings, MAPPING, keep=kept_in),
        runs=1,
        goal_ms=15_000,
    )
    yield timed(
        "real shop, the same file again",
        lambda: import_mapping(settings, MAPPING, keep=kept_in),
        runs=3,
    )
    yield from overview(settings, "demo")
    yield from page(file, "demo")


def _elsewhere(folder: Path, statement_seconds: int = 60) -> Path:
    """A settings file with the same shops, their warehouses and the store in another folder."""
    text = DEFAULT_FILE.read_text("utf-8").replace(":///var/", f":///{folder}/")
    limit = f"statement_seconds = {statement_seconds}"
    file = folder / DEFAULT_FILE
    file.write_text(text.replace("statement_seconds = 60", limit), "utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
