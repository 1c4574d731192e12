"""Where the entries of the menu lead: the same scope, on another page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from urllib.parse import urlencode

from data.dimensions import DIMENSIONS
from data.scope import Span
from ui.explore.address import explore_link
from ui.meeting.address import annotate_link
from ui.session import chosen, span
from ui.url_state import Chosen, write

SCOPE = ("lang", "shop", "start", "end", "compare", "grain", *DIMENSIONS, "currency")
"""What every page shares. The rest of a choice belongs to the page it was made on."""


def scoped(of: Span | None = None) -> Chosen:
    """The chosen scope and nothing else; over other days, if given."""
    now, plain = chosen(), Chosen()
    rest = {f.name: getattr(plain, f.name) for f in fields(Chosen) if f.name not in SCOPE}
    days = {} if of is None else {"start": of.start, "end": of.end}
    return replace(now, **{**rest, **days})


def explained_address(metric: str, of: Span | None = None) -> str:
    """The explanation of a metric, on the first page."""
    return "./?" + urlencode(write(replace(scoped(of), explain=metric)))


def explore_address(
    metric: str, of: Span | None = None, path: Sequence[tuple[str, str]] = ()
) -> str:
    """The same number on the Explore page; `path` are the values that it is of."""
    return explore_link(metric, scoped(of), path=path)


def why_address(metric: str, of: Span | None = None) -> str:
    return "why?" + urlencode(write(replace(scoped(of), metric=metric)))


def annotate_address(metric: str, of: Span | None = None) -> str:
    """A note on the last day of the range."""
    return annotate_link(metric, (of or span()).end - timedelta(days=1), scoped(of))
