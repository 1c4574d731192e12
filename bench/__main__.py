"""`python -m bench`: measure, print, write results.json.

Most is measured on the demo shop and the real shop, built anew. Funnels, retention, channels,
attribution, experiments and the serving tables are measured on a shop of two million users, which
takes a quarter of an hour to build, and one more day on a shop of a year; both are kept in
`bench/cache/`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from bench import attribution, experiments
from bench.channels import channel_questions
from bench.funnels import Ratio, measured
from bench.machine import facts
from bench.one_more_day import one_more_day
from bench.overview import overview
from bench.page import page
from bench.retention import retention_questions
from bench.review import review_questions
from bench.serving import serving_tables
from bench.shops import up_to_date
from bench.timing import Timing, say, timed
from bench.window_funnel import has_chdb, write_rows
from data.building import build_demo, import_mapping
from data.demo.spec import PRESETS
from data.settings import DEFAULT_FILE, load_settings
from data.warehouse import Shelf
from metrics.funnels.keeping import kept_in

HERE = Path(__file__).parent
_PATIENT = 1800
"""What is too slow is measured too."""
CACHE = HERE / "cache"
SHOP = "demo"
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
    for part in wanted:
        result |= _pages(asked.users) if part == PAGES else {part: _BIG[part]()}
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
    file, shelf = _big_shop()
    rows = None
    if has_chdb():
        rows = CACHE / f"log_{shelf.current()}.parquet"
        if not rows.exists():
            write_rows(shelf, rows)
    at = _now()
    found = measured(file, SHOP, rows)
    return {
        "at": at,
        "users": PRESETS["bench"].users,
        "machine": facts(),
        "timings": [t.row() for t in found.timings],
        "ratios": [asdict(r) for r in found.ratios],
        "most_memory_mb": round(found.memory_mb),
    }


def _retention() -> dict[str, object]:
    file, _ = _big_shop()
    at, timings = _now(), []
    for timing in retention_questions(load_settings(file), SHOP):
        print(timing.line(), flush=True)
        timings.append(timing.row())
    return {"at": at, "users": PRESETS["bench"].users, "machine": facts(), "timings": timings}


def _channels() -> dict[str, object]:
    file, _ = _big_shop()
    at, timings = _now(), []
    for timing in channel_questions(load_settings(file), SHOP):
        say(timing.line())
        timings.append(timing.row())
    return {"at": at, "users": PRESETS["bench"].users, "machine": facts(), "timings": timings}


def _review() -> dict[str, object]:
    file, _ = _big_shop()
    at, timings = _now(), []
    for timing in review_questions(load_settings(file), SHOP):
        say(timing.line())
        timings.append(timing.row())
    return {"at": at, "users": PRESETS["bench"].users, "machine": facts(), "timings": timings}


def _attribution() -> dict[str, object]:
    file, _ = _big_shop()
    at = _now()
    found = attribution.measured(file, SHOP)
    return {
        "at": at,
        "users": PRESETS["bench"].users,
        "touches": found.touches,
        "machine": facts(),
        "timings": [t.row() for t in found.timings],
        "most_memory_mb": round(found.memory_mb),
    }


def _experiments() -> dict[str, object]:
    file, _ = _big_shop()
    at = _now()
    found = experiments.measured(load_settings(file), SHOP, CACHE)
    return {"at": at, "users": PRESETS["bench"].users, "machine": facts(), **asdict(found)}


def _serving() -> dict[str, object]:
    file, _ = _big_shop()
    at = _now()
    return {
        "at": at,
        "users": PRESETS["bench"].users,
        "machine": facts(),
        **asdict(serving_tables(load_settings(file), SHOP)),
    }


def _one_more_day() -> dict[str, object]:
    year = CACHE / "year"
    year.mkdir(parents=True, exist_ok=True)
    at, days = _now(), []
    for day in one_more_day(load_settings(_elsewhere(year, statement_seconds=_PATIENT)), year):
        for line in day.lines():
            say(line)
        days.append(day)
    longer = Ratio(
        f"cpu of the serving tables for one more day, {days[-1].weeks} / {days[0].weeks} weeks",
        days[-1].refreshed.cpu / days[0].refreshed.cpu,
        1.0,
    )
    say(longer.line())
    return {
        "at": at,
        "machine": facts(),
        "days": [asdict(d) for d in days],
        "ratios": [asdict(longer)],
    }


PAGES = "pages"
_BIG: dict[str, Callable[[], dict[str, object]]] = {
    "funnels": _funnels,
    "retention": _retention,
    "channels": _channels,
    "review": _review,
    "attribution": _attribution,
    "experiments": _experiments,
    "serving": _serving,
    "one_more_day": _one_more_day,
}
PARTS = (PAGES, *_BIG)


def _big_shop() -> tuple[Path, Shelf]:
    """The shop of the benchmark and its settings, generated once; cut anew after a change of the
    serving tables."""
    CACHE.mkdir(exist_ok=True)
    file = _elsewhere(CACHE, statement_seconds=_PATIENT)
    settings = load_settings(file)
    shelf = Shelf.of(settings, SHOP)
    if shelf.versions.current() is None:
        print("generating the shop of the benchmark (once, about a quarter of an hour)")
        build_demo(settings, SHOP, PRESETS["bench"], keep=kept_in)
    up_to_date(settings, SHOP)
    return file, shelf


def _everything(file: Path, users: int) -> Iterator[Timing]:
    settings = load_settings(file)
    spec = replace(PRESETS["demo"], users=users)
    yield timed(
        f"demo shop of {users:,} users, generated to published",
        lambda: build_demo(settings, SHOP, spec, keep=kept_in),
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
    yield from overview(settings, SHOP)
    yield from page(file, SHOP)


def _elsewhere(folder: Path, statement_seconds: int = 60) -> Path:
    """A settings file with the same shops, their warehouses and the store in another folder."""
    text = DEFAULT_FILE.read_text("utf-8").replace(":///var/", f":///{folder}/")
    limit = f"statement_seconds = {statement_seconds}"
    file = folder / DEFAULT_FILE
    file.write_text(text.replace("statement_seconds = 60", limit), "utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
