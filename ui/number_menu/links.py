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
from ui.why.address import why_link

SCOPE = ("lang", "shop", "start", "end", "compare", "grain", *DIMENSIONS, "currency")
"""What every page shares. The rest of a choice belongs to the page it was made on."""


PLACE = "WHERE0"
"""Stands in an address for a value that the browser puts in, so that a table of many cells is sent
with a few addresses."""

Path = Sequence[tuple[str, str]]
"""Dimensions with the value that a number is of."""


def scoped(of: Span | None = None, path: Path = ()) -> Chosen:
    """The chosen scope and nothing else; over other days or of some values alone, if given."""
    now, plain = chosen(), Chosen()
    rest = {f.name: getattr(plain, f.name) for f in fields(Chosen) if f.name not in SCOPE}
    days = {} if of is None else {"start": of.start, "end": of.end}
    kept = {d: (value,) for d, value in path if d in DIMENSIONS}
    return replace(now, **{**rest, **days, **kept})


def explained_address(metric: str, of: Span | None = None, path: Path = ()) -> str:
    """The explanation of a metric, on the first page."""
    return "./?" + urlencode(write(replace(scoped(of, path), explain=metric)))


def explore_address(metric: str, of: Span | None = None, path: Path = ()) -> str:
    """The same number on the Explore page."""
    return explore_link(metric, scoped(of), path=path)


def why_address(metric: str, of: Span | None = None, path: Path = ()) -> str:
    """What its change is made of."""
    return why_link(metric, scoped(of, path))


def annotate_address(metric: str, of: Span | None = None) -> str:
    """A note on the last day of the range."""
    return annotate_link(metric, (of or span()).end - timedelta(days=1), scoped(of))
