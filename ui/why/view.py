"""How a change is looked at, as one word of an address: method, dimensions, the part opened."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from metrics.parts import BREAKDOWNS
from metrics.why.spec import Method

_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class View:
    """`then` is looked for inside the part `opened` of `by`; None: nobody chose."""

    method: Method = Method.SEGMENTS
    by: str | None = None
    then: str | None = None
    opened: str | None = None


def write_view(view: View) -> str | None:
    """`segments:channel:market:kol`; None for the view that the page opens with."""
    if view == View():
        return None
    parts = [view.method.value, view.by or "", view.then or "", quote(view.opened or "", safe="")]
    return _BETWEEN.join(parts).rstrip(_BETWEEN)


def read_view(text: str) -> View:
    """The view of an address; ValueError where it is none."""
    method, *rest = text.split(_BETWEEN)
    if len(rest) > 3 or any(d and d not in BREAKDOWNS for d in rest[:2]):
        raise ValueError(text)
    by, then, opened = (unquote(p) or None for p in (*rest, "", "", "")[:3])
    if opened is not None and (len(opened) > 120 or not opened.isprintable() or by is None):
        raise ValueError(text)
    return View(Method(method), by, then if then != by else None, opened)
