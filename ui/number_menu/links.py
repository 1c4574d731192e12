"""Where the entries of the menu lead: the same scope, on another page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any
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
    now = chosen()
    shared: dict[str, Any] = {name: getattr(now, name) for name in SCOPE}
    if of is not None:
        shared |= {"start": of.start, "end": of.end}
    shared |= {d: (value,) for d, value in path if d in DIMENSIONS}
    return Chosen(**shared)


@lru_cache(maxsize=8192)
def _explained(metric: str, there: Chosen) -> str:
    return "./?" + urlencode(write(replace(there, explain=metric)))


_explored, _asked_why, _annotated = (
    lru_cache(maxsize=8192)(link) for link in (explore_link, why_link, annotate_link)
)
"""A page with many numbers has many links, and draws them again at every click."""


def explained_address(metric: str, of: Span | None = None, path: Path = ()) -> str:
    """The explanation of a metric, on the first page."""
    return _explained(metric, scoped(of, path))


def explore_address(metric: str, of: Span | None = None, path: Path = ()) -> str:
    """The same number on the Explore page."""
    return _explored(metric, scoped(of), path=tuple(path))


def why_address(metric: str, of: Span | None = None, path: Path = ()) -> str:
    """What its change is made of."""
    return _asked_why(metric, scoped(of, path))


def annotate_address(metric: str, of: Span | None = None) -> str:
    """A note on the last day of the range."""
    return _annotated(metric, (of or span()).end - timedelta(days=1), scoped(of))
