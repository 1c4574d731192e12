"""A view in words: what it shows, and what of it has gone."""

from __future__ import annotations

from data.dimensions import DIMENSIONS
from format import dates
from i18n import Text, Words
from store import SavedView
from ui.dates import PRESETS
from ui.navigation import PAGES, PageSpec
from ui.session import options, warehouse
from ui.url_state import Chosen, read
from ui.views.kept import query_of


def page_of(body: SavedView) -> PageSpec | None:
    """The page, if there still is one."""
    return next((p for p in PAGES if p.path == body.page), None)


def page_name(body: SavedView, tr: Text) -> str:
    found = page_of(body)
    return body.page if found is None else tr(found.title)


def days_text(body: SavedView, tr: Text) -> str:
    """The dates, or the name of the range that moves with the data."""
    moving = next((p for p in PRESETS if p.key == body.moving), None)
    if moving is not None:
        return tr(moving.name)
    kept, _ = read(query_of(body), Chosen())
    if kept.start is None or kept.end is None:
        return ""
    return dates.span(kept.start, kept.end, tr, warehouse().coverage.last_day)


def shows_text(body: SavedView, tr: Text) -> str:
    """Dates and filters; of filters only values that this reader's rights let exist."""
    kept, _ = read(query_of(body), Chosen())
    said = [days_text(body, tr)]
    known = options().values
    for key, dimension in DIMENSIONS.items():
        values = [v for v in getattr(kept, key) if v in known[key]]
        if values:
            said.append(tr(Words(", ", "、")).join(tr(dimension.label(v)) for v in values))
    return " · ".join(part for part in said if part)


def missing_text(body: SavedView, tr: Text) -> str:
    """What the view would open without, in words; empty where everything is there. Values are
    counted, not named: they may exist for others."""
    if page_of(body) is None:
        return tr(Words("its page no longer exists", "所属页面已不存在"))
    kept, ignored = read(query_of(body), Chosen())
    known = options().values
    said = [f"“{name[:40]}”" for name in ignored]
    for key, dimension in DIMENSIONS.items():
        gone = [v for v in getattr(kept, key) if v not in known[key]]
        if gone:
            words = Words("{name} (values: {n})", "{name}（{n} 个值）")
            said.append(tr(words, n=len(gone), name=dimension.name))
    if not said:
        return ""
    names = tr(Words(", ", "、")).join(said)
    return tr(Words("opens without {names}", "打开时将略去：{names}"), names=names)
