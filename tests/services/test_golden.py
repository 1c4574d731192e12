"""A golden file is compared with, and written only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.golden import compare_or_write


def test_a_changed_text_differs_until_it_is_written_anew(tmp_path: Path) -> None:
    """Written once, equal; changed, different; written again, equal."""
    path = tmp_path / "duckdb" / "orders.sql"
    compare_or_write(path, "SELECT 1\n\n", write=True)
    compare_or_write(path, "SELECT 1", write=False)
    with pytest.raises(AssertionError):
        compare_or_write(path, "SELECT 2", write=False)
    compare_or_write(path, "SELECT 2", write=True)
    compare_or_write(path, "SELECT 2", write=False)


def test_a_missing_file_says_how_to_write_it(tmp_path: Path) -> None:
    """A new statement without its golden file is a failure, not a first recording."""
    with pytest.raises(pytest.fail.Exception, match="pytest --golden"):
        compare_or_write(tmp_path / "new.sql", "SELECT 1", write=False)
