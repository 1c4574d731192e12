"""A copy holds everything and goes on where the source stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from i18n import Problem
from store import OVERVIEW_DECK, EditConflict, Store
from store.__main__ import main
from store.copying import copy_store
from tests.store.conftest import Opens, deck


def filled(store: Store) -> Store:
    """Two saves, a refused edit, and a deletion of another record."""
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="安娜", based_on=None)
    store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=1, note="注\n2")
    with pytest.raises(EditConflict):
        store.save(OVERVIEW_DECK, "uci", deck("wau"), author="Chen", based_on=1)
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=None, name="weekly")
    store.delete(OVERVIEW_DECK, "uci", author="Bo", based_on=1, name="weekly")
    return store


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("sqlite", "backup"),
        pytest.param("sqlite", "postgres", marks=pytest.mark.postgres),
        pytest.param("postgres", "sqlite", marks=pytest.mark.postgres),
    ],
)
def test_everything_arrives_and_work_goes_on(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    opened: Opens,
    source: str,
    target: str,
) -> None:
    def at(which: str) -> Store:
        if which == "backup":
            return opened(f"sqlite:///{tmp_path}/backup.sqlite")
        return opened(request.getfixturevalue(f"{which}_url"))

    old, new = filled(at(source)), at(target)
    assert copy_store(old, new) == {"audit_log": 5, "record": 2, "record_history": 5}
    for name in ("default", "weekly"):
        assert new.history(OVERVIEW_DECK, "uci", name) == old.history(OVERVIEW_DECK, "uci", name)
    assert new.audit() == old.audit()
    saved = new.save(OVERVIEW_DECK, "uci", deck("mer"), author="Dai", based_on=2)
    assert saved.revision == 4
    assert [line.actor for line in new.audit(limit=2)] == ["Dai", "Bo"]


def test_a_store_in_use_is_not_copied_over(tmp_path: Path, opened: Opens) -> None:
    old = filled(opened(f"sqlite:///{tmp_path}/old.sqlite"))
    new = opened(f"sqlite:///{tmp_path}/new.sqlite")
    theirs = new.save(OVERVIEW_DECK, "uci", deck(), author="Eve", based_on=None)
    with pytest.raises(Problem, match="already holds records") as told:
        copy_store(old, new)
    assert told.value.code == "store_not_empty"
    assert new.history(OVERVIEW_DECK, "uci") == (theirs,)


def test_copy_from_the_shell(
    tmp_path: Path, opened: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = f"sqlite:///{tmp_path}/old.sqlite", f"sqlite:///{tmp_path}/new.sqlite"
    filled(opened(source))
    assert main(["--url", source, "copy", "--to", target]) == 0
    assert "record_history: 5" in capsys.readouterr().out
    assert main(["--url", source, "copy", "--to", target]) == 1
    assert "already holds records" in capsys.readouterr().err
