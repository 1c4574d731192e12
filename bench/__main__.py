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
from data.settings import DEFAULT_FILE, load_settings

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
        file = _elsewhere(Path(folder))
        timings: list[Timing] = []
        for timing in _everything(file, asked.users):
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


def _everything(file: Path, users: int) -> Iterator[Timing]:
    settings = load_settings(file)
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
    yield from page(file, "demo")


def _elsewhere(folder: Path) -> Path:
    """A settings file with the same shops, their warehouses and the store in another folder."""
    text = DEFAULT_FILE.read_text("utf-8").replace(":///var/", f":///{folder}/")
    file = folder / DEFAULT_FILE
    file.write_text(text, "utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
