"""The migrations lead where the models are; the store's commands say where it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, inspect

from store import Store
from store.__main__ import main
from store.migrating import VERSION_TABLE, bring_up_to_date, config, migration, newest
from store.models import Base

ROOT = Path(__file__).parents[2]


def differences(store: Store, models: MetaData) -> list[object]:
    """What Alembic would put into the next migration."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        found: list[object] = compare_metadata(context, models)
        return found


def test_migrations_and_models_agree(store: Store) -> None:
    assert differences(store, Base.metadata) == []


def test_a_column_without_a_migration_is_found(store: Store) -> None:
    """Else the test above could not fail."""
    changed = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["record"].append_column(Column("forgotten", Integer))
    assert len(differences(store, changed)) == 1


def test_down_to_nothing_and_up_again(store: Store) -> None:
    with migration(store.engine) as connection:
        command.downgrade(config(connection), "base")
    assert inspect(store.engine).get_table_names() == [VERSION_TABLE]
    bring_up_to_date(store.engine, store.shown)
    assert differences(store, Base.metadata) == []


def test_a_migration_that_fails_leaves_nothing_behind(url: str, store: Store) -> None:
    """The audit log is in the way of the first migration: its other tables are not kept either."""
    with migration(store.engine) as connection:
        command.downgrade(config(connection), "base")
        Base.metadata.tables["audit_log"].create(connection)
    assert main(["--url", url, "upgrade"]) == 1
    assert set(inspect(store.engine).get_table_names()) == {VERSION_TABLE, "audit_log"}


def test_commands_upgrade_and_tell_where_the_store_stands(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--url", url, "upgrade"]) == 0
    assert main(["--url", url, "current"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(f": {newest()}")
    assert second.endswith(f": {newest()} / {newest()}")
    assert main(["--url", url, "history"]) == 0
    assert "<base> -> 0001" in capsys.readouterr().out


def test_asking_where_it_stands_makes_no_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main(["--url", f"sqlite:///{tmp_path}/store.sqlite", "current"]) == 1
    assert "无法连接应用存储" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "alembic", "-c", "store/alembic.ini", "upgrade", "head"),
        ("-m", "store", "upgrade"),
    ],
)
def test_from_the_shell(url: str, opened: object, arguments: tuple[str, ...]) -> None:
    """Both take the address from NORTHSTAR_STORE_URL, and Alembic finds nothing left to do."""
    settings = os.environ | {"NORTHSTAR_STORE_URL": url}

    def shell(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=settings, capture_output=True, text=True
        )

    ran = shell(*arguments)
    assert ran.returncode == 0, ran.stderr
    check = shell("-m", "alembic", "-c", "store/alembic.ini", "check")
    assert check.returncode == 0, check.stderr
    assert "No new upgrade operations detected." in check.stdout
