"""The views of a shop that this reader may see, and what can be done with them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from data.scope import Span
from i18n import Problem, Words
from store import SAVED_VIEW, Saved, SavedView
from ui.dates import PRESETS, span_of
from ui.session import author, chosen, shop_key, store, text, warehouse
from ui.url_state import Chosen, read, write

View = Saved[SavedView]
_WITH_IT = ("lang", "shop", "view")
"""Parameters that belong to the reader, the shop and the link; a view does not hold them."""
_DAYS = ("from", "to")


def is_visible(body: SavedView) -> bool:
    """Shared, or the reader's own."""
    return body.shared or is_mine(body)


def is_mine(body: SavedView) -> bool:
    return body.owner == author()


def readable(view: View) -> SavedView | None:
    """What is kept; None where it can't be read (it might be somebody else's) or is not shown."""
    body = view.content
    return None if isinstance(body, Problem) or not is_visible(body) else body


def views() -> tuple[View, ...]:
    """Every view of the shop that the reader may see, the latest first."""
    found = [v for v in store().list(SAVED_VIEW, shop_key()) if readable(v) is not None]
    return tuple(sorted(found, key=lambda v: v.edited_at, reverse=True))


def find(key: str) -> View | None:
    """The view of this key; None where it is gone, or is not this reader's to see."""
    try:
        found = store().load(SAVED_VIEW, shop_key(), key)
    except Problem:
        return None
    return None if found is None or readable(found) is None else found


def named(title: str) -> View | None:
    """The reader's own view of this name."""
    return next((v for v in views() if is_mine(v.body) and v.body.title == title), None)


def query_now() -> dict[str, str]:
    """What is chosen now, as a view keeps it. A drawer that is open is not part of it."""
    found = write(replace(chosen(), explain=None))
    return {name: value for name, value in found.items() if name not in _WITH_IT}


def moving_days(body: SavedView) -> Span | None:
    """The days of a view whose dates move with the data; None where they stay, or where the range
    has gone since: then those that were kept are used."""
    if body.moving not in {p.key for p in PRESETS}:
        return None
    w = warehouse()
    return span_of(str(body.moving), w.coverage, w.reporting.week_start)


def query_of(body: SavedView) -> dict[str, str]:
    """What opening the view chooses today."""
    days = moving_days(body)
    moved = {} if days is None else {"from": str(days.start), "to": str(days.end)}
    return {**body.query, **moved}


def is_changed(body: SavedView) -> bool:
    """Whether the page shows something else by now than the view holds."""
    kept, _ = read(query_of(body), Chosen())
    now, _ = read(query_now(), Chosen())
    return kept != now


def address(view: View) -> str:
    """The short link: the view as it is saved whenever the link is opened. Relative, as every
    link between pages."""
    query = {"view": view.name, "shop": view.shop, "lang": text().language}
    return address_of(view.body.page, query)


def address_of(page: str, query: Mapping[str, str]) -> str:
    """A page with these parameters, relative to any other page."""
    return f"./{page}?{urlencode(query)}"


def save_new(title: str, page: str, *, shared: bool, moving: str | None) -> View:
    """Keep what is chosen now under a key of its own."""
    body = SavedView(
        title=title,
        page=page,
        query=query_now(),
        shared=shared,
        owner=author(),
        moving=moving,
    )
    return _save(secrets.token_hex(6), body, None)


def save_over(view: View, based_on: int, **changes: object) -> View:
    """The view with something changed, on top of the revision that was looked at."""
    body = SavedView.model_validate({**view.body.model_dump(), **changes})
    return _save(view.name, body, based_on)


def duplicate(view: View) -> View:
    """The same as the reader's own, not shared, under a name that is free."""
    tr, base = text(), view.body.title
    words, n = Words("Copy of {name}", "{name} 的副本"), 1
    title = tr(words, name=base)[:80]
    while named(title) is not None:
        n += 1
        title = f"{tr(words, name=base)[:76]} {n}"
    body = view.body.model_copy(update={"title": title, "owner": author(), "shared": False})
    return _save(secrets.token_hex(6), body, None)


def delete(view: View, based_on: int) -> View:
    """It can be restored; a newer edit of somebody else is not deleted unseen."""
    return store().delete(SAVED_VIEW, view.shop, author=author(), based_on=based_on, name=view.name)


def _save(key: str, body: SavedView, based_on: int | None) -> View:
    return store().save(SAVED_VIEW, shop_key(), body, author=author(), based_on=based_on, name=key)
