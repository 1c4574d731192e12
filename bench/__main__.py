"""`python -m bench`: measure on the demo shop and the real shop, print, write results.json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import facts
from bench.overview import overview
from bench.page import page
from bench.timing import Timing, timed
from data.building import build_demo, import_mapping
from data.demo.spec import PRESETS
from data.settings import Settings, load_settings

HERE = Path(__file__).parent
MAPPING = Path("data/samples/uci_online_retail/mapping.yaml")


def main() -> int:
    """Build both shops anew in a temporary folder and measure there."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--users", type=int, default=PRESETS["demo"].users)
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    asked = parser.parse_args()
    started = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="northstar-bench-") as folder:
        settings = _elsewhere(load_settings(), Path(folder))
        timings: list[Timing] = []
        for timing in _everything(settings, asked.users):
            print(timing.line(), flush=True)
            timings.append(timing)
    result = {
        "at": started.isoformat(timespec="seconds"),
        "users": asked.users,
        "machine": facts(),
        "timings": [t.row() for t in timings],
    }
    asked.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"written to {asked.output}")
    return 0


def _everything(settings: Settings, users: int) -> Iterator[Timing]:
    spec = replace(PRESETS["demo"], users=users)
    yield timed(
        f"demo shop of {users:,} users, generated to published",
        lambda: build_demo(settings, "demo", spec),
        runs=1,
        goal_ms=60_000,
    )
    yield timed(
        "real shop, 541,909 lines, imported to published",
        lambda: import_mapping(settings, MAPPING),
        runs=1,
        goal_ms=15_000,
    )
    yield timed(
        "real shop, the same file again",
        lambda: import_mapping(settings, MAPPING),
        runs=3,
    )
    yield from overview(settings, "demo")
    yield from page(settings)


def _elsewhere(settings: Settings, folder: Path) -> Settings:
    """The same shops with their warehouses in another folder."""
    shops = {
        key: shop.model_copy(update={"url": f"duckdb:///{folder / key}"})
        for key, shop in settings.shops.items()
    }
    return settings.model_copy(update={"shops": shops})


if __name__ == "__main__":
    sys.exit(main())
