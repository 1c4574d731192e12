"""Golden files: text that was looked at once and must not change unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("duckdb/retention.sql", text)` compares with `tests/golden/duckdb/retention.sql`.

    `pytest --golden` writes the files anew; read the difference before it is committed.
    """
    write = request.config.getoption("--golden")

    def compare(name: str, text: str) -> None:
        compare_or_write(FOLDER / name, text, write=write)

    return compare


def compare_or_write(path: Path, text: str, *, write: bool) -> None:
    """Equal to the file's text, or the file's new text when `write` is set."""
    wanted = text.rstrip() + "\n"
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, "utf-8")
        return
    if not path.exists():
        pytest.fail(f"{path} does not exist. Hint: pytest --golden writes it.", pytrace=False)
    assert wanted == path.read_text("utf-8")
