"""Saving, conflicts, history, restoring and deleting, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from i18n import Problem, Text, Words
from store import OVERVIEW_DECK, Action, EditConflict, Kind, OverviewDeck, Saved, Store
from tests.store.conftest import deck


def test_a_record_nobody_saved_is_none(store: Store) -> None:
    assert store.load(OVERVIEW_DECK, "uci") is None
    assert store.history(OVERVIEW_DECK, "uci") == ()


def test_a_saved_version_says_who_when_and_why(store: Store) -> None:
    saved = store.save(
        OVERVIEW_DECK, "uci", deck(), author="安娜 ", based_on=None, note="first\nchoice"
    )
    assert saved == Saved(
        kind="overview_deck",
        shop="uci",
        name="default",
        revision=1,
        based_on=None,
        action=Action.SAVED,
        author="安娜",
        edited_at=datetime(2024, 5, 1, 12, 0, tzinfo=UTC),
        note="first\nchoice",
        content=deck(),
    )
    assert store.load(OVERVIEW_DECK, "uci") == saved


def test_shops_names_and_kinds_do_not_meet(store: Store) -> None:
    other = Kind("other", Words(en="other", zh="其他"), OverviewDeck)
    store.save(OVERVIEW_DECK, "uci", deck("b"), author="Anna", based_on=None, name="b")
    store.save(OVERVIEW_DECK, "uci", deck("a"), author="Anna", based_on=None, name="a")
    store.save(OVERVIEW_DECK, "demo", deck("c"), author="Anna", based_on=None, name="a")
    store.save(other, "uci", deck("d"), author="Anna", based_on=None, name="a")
    gone = store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None, name="gone")
    store.delete(OVERVIEW_DECK, "uci", author="Anna", based_on=gone.revision, name="gone")
    listed = [(saved.name, saved.body) for saved in store.list(OVERVIEW_DECK, "uci")]
    assert listed == [("a", deck("a")), ("b", deck("b"))]
    loaded = store.load(other, "uci", "a")
    assert loaded is not None
    assert loaded.body == deck("d")


def test_the_slower_editor_is_told_and_nothing_is_lost(store: Store) -> None:
    """Both opened revision 1; Anna saves first. Bo's edit is kept, Anna's stays in force."""
    store.save(OVERVIEW_DECK, "uci", deck(), author="Chen", based_on=None)
    annas = store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=1)
    with pytest.raises(EditConflict) as told:
        store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=1, note="mine")
    assert told.value.stored == annas == store.load(OVERVIEW_DECK, "uci")
    draft = told.value.draft
    assert draft is not None
    assert (draft.body, draft.author, draft.note) == (deck("mau"), "Bo", "mine")
    assert (draft.action, draft.based_on, draft.revision) == (Action.REFUSED, 1, 3)
    assert store.history(OVERVIEW_DECK, "uci")[0] == draft
    assert told.value.say(Text("en")).startswith(
        "Anna changed the overview deck “default” at 2024-05-01 12:01 UTC (revision 2)"
    )
    assert "Anna 已于 2024-05-01 12:01（UTC）修改了概览看板「default」（第 2 版）" in (
        told.value.say(Text("zh"))
    )


def test_overwriting_knowingly_after_a_conflict(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    with pytest.raises(EditConflict) as told:
        store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=None)
    again = store.save(
        OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=told.value.stored.revision
    )
    assert (again.revision, again.based_on) == (3, 1)
    assert store.load(OVERVIEW_DECK, "uci") == again
    assert [v.body for v in store.history(OVERVIEW_DECK, "uci")] == [
        deck("mau"),
        deck("mau"),
        deck("dau"),
    ]


def test_overwriting_meets_a_third_editor(store: Store) -> None:
    """Between Bo's conflict and his second try Chen saved: Bo is told again."""
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    with pytest.raises(EditConflict) as first:
        store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=None)
    seen = first.value.stored.revision
    store.save(OVERVIEW_DECK, "uci", deck("wau"), author="Chen", based_on=seen)
    with pytest.raises(EditConflict) as second:
        store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=seen)
    assert second.value.stored.author == "Chen"


def test_an_edit_of_what_was_deleted_meanwhile_is_told(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    store.delete(OVERVIEW_DECK, "uci", author="Anna", based_on=1)
    with pytest.raises(EditConflict, match=r"^Anna deleted the overview deck") as told:
        store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=1)
    assert told.value.stored.action is Action.DELETED
    assert "删除了概览看板" in told.value.say(Text("zh"))
    assert store.load(OVERVIEW_DECK, "uci") is None
    back = store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=2)
    assert store.load(OVERVIEW_DECK, "uci") == back


def test_beginning_anew_after_a_deletion_goes_on_counting(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    store.delete(OVERVIEW_DECK, "uci", author="Anna", based_on=1, note="unused")
    anew = store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Bo", based_on=None)
    assert anew.revision == 3
    deletion = store.history(OVERVIEW_DECK, "uci")[1]
    assert (deletion.action, deletion.body, deletion.note) == (
        Action.DELETED,
        deck("dau"),
        "unused",
    )


def test_deleting_what_changed_meanwhile_deletes_nothing(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    annas = store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Anna", based_on=1)
    with pytest.raises(EditConflict, match="Nothing was deleted") as told:
        store.delete(OVERVIEW_DECK, "uci", author="Bo", based_on=1)
    assert told.value.draft is None
    assert store.load(OVERVIEW_DECK, "uci") == annas
    line = store.audit(limit=1)[0]
    assert (line.actor, line.action) == ("Bo", "refused")
    assert line.detail == {"wanted": "deleted", "based_on": 1}


def test_deleting_twice_tells_who_was_first(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    store.delete(OVERVIEW_DECK, "uci", author="Anna", based_on=1)
    for seen in (1, 2):
        with pytest.raises(EditConflict, match="Anna deleted"):
            store.delete(OVERVIEW_DECK, "uci", author="Bo", based_on=seen)


def test_deleting_what_never_was(store: Store) -> None:
    with pytest.raises(Problem) as told:
        store.delete(OVERVIEW_DECK, "uci", author="Bo", based_on=1, name="weekly")
    assert told.value.code == "no_such_record"
    assert "概览看板「weekly」" in told.value.say(Text("zh"))


@pytest.mark.parametrize(("revision", "tile"), [(1, "dau"), (3, "wau"), (4, "mau")])
def test_old_refused_and_deleted_versions_come_back(store: Store, revision: int, tile: str) -> None:
    """1 saved, 2 saved, 3 refused, 4 deleted: each comes back as revision 5."""
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Anna", based_on=1)
    with pytest.raises(EditConflict):
        store.save(OVERVIEW_DECK, "uci", deck("wau"), author="Bo", based_on=1)
    store.delete(OVERVIEW_DECK, "uci", author="Anna", based_on=2)
    back = store.restore(OVERVIEW_DECK, "uci", revision, author="Chen", based_on=None)
    assert (back.revision, back.action, back.body) == (5, Action.RESTORED, deck(tile))
    assert store.load(OVERVIEW_DECK, "uci") == back


def test_restoring_over_a_newer_edit_is_a_conflict(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    annas = store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Anna", based_on=1)
    with pytest.raises(EditConflict):
        store.restore(OVERVIEW_DECK, "uci", 1, author="Bo", based_on=1)
    assert store.load(OVERVIEW_DECK, "uci") == annas


def test_restoring_a_revision_that_never_was(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    with pytest.raises(Problem, match="has no revision 7") as told:
        store.restore(OVERVIEW_DECK, "uci", 7, author="Anna", based_on=1)
    assert told.value.code == "no_such_revision"


@pytest.mark.parametrize("bad", ["", "  ", "x" * 121, "a\x00b", "a\ud800"])
@pytest.mark.parametrize("field", ["shop", "name", "author"])
def test_names_neither_database_could_keep_alike(store: Store, field: str, bad: str) -> None:
    """SQLite would take them all, PostgreSQL would fail with its own words."""
    given = {"shop": "uci", "name": "default", "author": "Anna"} | {field: bad}
    with pytest.raises(Problem) as told:
        store.save(
            OVERVIEW_DECK,
            given["shop"],
            deck(),
            author=given["author"],
            based_on=None,
            name=given["name"],
        )
    assert told.value.code == "store_text"
    assert told.value.say(Text("zh")).startswith(("店铺", "名称", "编辑人"))


def test_the_audit_log_tells_every_change_newest_first(store: Store) -> None:
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    store.delete(OVERVIEW_DECK, "uci", author="Bo", based_on=1)
    store.log("Chen", "export", "orders.csv", rows=3, market="中国")
    lines = store.audit()
    assert [(line.actor, line.action, line.subject) for line in lines] == [
        ("Chen", "export", "orders.csv"),
        ("Bo", "deleted", "overview_deck/uci/default"),
        ("Anna", "saved", "overview_deck/uci/default"),
    ]
    assert lines[0].detail == {"rows": 3, "market": "中国"}
    assert lines[0].at == datetime(2024, 5, 1, 12, 2, tzinfo=UTC)
    assert store.audit(limit=1) == lines[:1]


@pytest.mark.parametrize("exists", [True, False])
def test_of_editors_at_once_exactly_one_wins(store: Store, exists: bool) -> None:
    """Four save together on what they saw (a revision, or nothing): one is in force, all kept."""
    seen = None
    if exists:
        seen = store.save(OVERVIEW_DECK, "uci", deck(), author="Chen", based_on=None).revision
    together = threading.Barrier(4)
    won: list[str] = []
    told: list[str] = []

    def edit(author: str, tile: str) -> None:
        together.wait()
        try:
            store.save(OVERVIEW_DECK, "uci", deck(tile), author=author, based_on=seen)
            won.append(author)
        except EditConflict as conflict:
            told.append(conflict.stored.author)

    edits = {"Anna": "dau", "Bo": "wau", "Dai": "mau", "Eve": "mer"}
    threads = [threading.Thread(target=edit, args=each) for each in edits.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert told == won * 3
    kept = {v.author: v.body for v in store.history(OVERVIEW_DECK, "uci") if v.author != "Chen"}
    assert kept == {author: deck(tile) for author, tile in edits.items()}
    in_force = store.load(OVERVIEW_DECK, "uci")
    assert in_force is not None
    assert in_force.author == won[0]


def test_what_is_deleted_now_is_listed_the_latest_first(store: Store) -> None:
    """One was saved again since, one never deleted; another shop's are its own."""
    for name in ("first", "second", "back", "kept"):
        store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None, name=name)
    for name in ("first", "second", "back"):
        store.delete(OVERVIEW_DECK, "uci", author="Bo", based_on=1, name=name)
    store.restore(OVERVIEW_DECK, "uci", 2, author="Anna", based_on=2, name="back")
    gone = store.deleted(OVERVIEW_DECK, "uci")
    assert [(d.name, d.author, d.body) for d in gone] == [
        ("second", "Bo", deck("dau")),
        ("first", "Bo", deck("dau")),
    ]
    assert store.deleted(OVERVIEW_DECK, "demo") == ()


def test_several_records_are_saved_together(store: Store) -> None:
    both: dict[str, tuple[OverviewDeck, int | None]] = {
        "b": (deck("b"), None),
        "a": (deck("a"), None),
    }
    saved = store.save_all(OVERVIEW_DECK, "uci", both, author="Anna", note="sheet")
    assert [(s.name, s.body, s.note) for s in saved] == [
        ("a", deck("a"), "sheet"), ("b", deck("b"), "sheet"),
    ]  # fmt: skip
    assert store.list(OVERVIEW_DECK, "uci") == saved


def test_where_one_of_several_was_changed_none_is_saved_and_none_is_lost(store: Store) -> None:
    """Anna changes b; Bo's sheet holds a, b and a new c."""
    store.save(OVERVIEW_DECK, "uci", deck("a"), author="Chen", based_on=None, name="a")
    store.save(OVERVIEW_DECK, "uci", deck("b"), author="Chen", based_on=None, name="b")
    annas = store.save(OVERVIEW_DECK, "uci", deck("x"), author="Anna", based_on=1, name="b")
    bos: dict[str, tuple[OverviewDeck, int | None]] = {
        "a": (deck("a2"), 1), "b": (deck("b2"), 1), "c": (deck("c2"), None),
    }  # fmt: skip
    with pytest.raises(EditConflict) as told:
        store.save_all(OVERVIEW_DECK, "uci", bos, author="Bo")
    assert told.value.stored == annas
    assert told.value.draft is not None
    assert told.value.draft.body == deck("b2")
    assert [s.body for s in store.list(OVERVIEW_DECK, "uci")] == [deck("a"), deck("x")]
    for name, (body, _) in bos.items():
        newest = store.history(OVERVIEW_DECK, "uci", name)[0]
        assert (newest.action, newest.body) == (Action.REFUSED, body)
    again = {name: (body, {"a": 1, "b": 2, "c": None}[name]) for name, (body, _) in bos.items()}
    store.save_all(OVERVIEW_DECK, "uci", again, author="Bo")
    assert [s.body for s in store.list(OVERVIEW_DECK, "uci")] == [body for body, _ in bos.values()]
