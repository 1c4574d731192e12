"""A saved view is kept as it is written; who opened one stands in the audit log."""

from __future__ import annotations

import pytest

from i18n import Problem
from store import SAVED_VIEW, SavedView
from store.saved_view import LONGEST_QUERY
from tests.store.conftest import Opens

VIEW = {"title": "China", "page": "channels", "query": {"market": "CN"}, "shared": True,
        "owner": "Anna"}  # fmt: skip


def test_a_view_reads_back_from_json() -> None:
    body = SavedView.model_validate({**VIEW, "moving": "last_week"})
    assert SAVED_VIEW.read(SAVED_VIEW.write(body), 1) == body


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "view_title"),
        ({"title": "x" * 81}, "view_title"),
        ({"title": "two\nlines"}, "view_title"),
        ({"page": "../admin"}, "view_page"),
        ({"page": "//other.example"}, "view_page"),
        ({"query": {"f": "x" * LONGEST_QUERY}}, "view_long"),
    ],
)
def test_what_can_not_be_a_view_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Problem) as told:
        SavedView.model_validate({**VIEW, **change})
    assert told.value.code == code


def test_the_audit_log_is_asked_for_one_person_and_one_thing(url: str, opened: Opens) -> None:
    """Anna opened two, Ben one, Anna saved one: of Anna's openings there are two, newest first."""
    store = opened(url)
    for actor, action, subject in (
        ("Anna", "opened", "a"), ("Ben", "opened", "b"), ("Anna", "saved", "c"),
        ("Anna", "opened", "d"),
    ):  # fmt: skip
        store.log(actor, action, subject)
    found = store.audit(actor="Anna", action="opened")
    assert [line.subject for line in found] == ["d", "a"]
    assert [line.subject for line in store.audit(1, actor="Ben")] == ["b"]
