"""Where the entries of the menu lead: the same scope, on another page."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from ui.session import chosen, span
from ui.url_state import write

SCOPE = (
    "lang", "shop", "from", "to", "compare", "grain", "market", "channel", "platform", "customer",
    "currency",
)  # fmt: skip
"""What every page understands. The rest of an address belongs to the page it was made on."""


def scope_query() -> dict[str, str]:
    """The chosen scope as parameters."""
    return {name: value for name, value in write(chosen()).items() if name in SCOPE}


def address_of(page: str, **more: str) -> str:
    """A page in the chosen scope, relative to any other page."""
    return f"./{page}?{urlencode({**scope_query(), **more})}"


def explained_address(metric: str) -> str:
    """The explanation of a metric, on the first page."""
    return address_of("", explain=metric)


def explore_address(metric: str) -> str:
    return address_of("explore", x=metric)


def why_address(metric: str) -> str:
    return address_of("why", metric=metric)


def annotate_address(metric: str) -> str:
    """A note on the last day of the chosen range."""
    return address_of("meeting", metric=metric, on=str(span().end - timedelta(days=1)))
