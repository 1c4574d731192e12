"""A question of the Explore page in one parameter of the address, readable and written by hand.

`gmv.aov~market` are metrics and rows; then whatever is not the usual: `as.time`, `split.channel`,
`top.20`, `order.change`, `in.market:CN,channel:kol` (the values clicked on the way down). What an
address names that does not exist any more is left out and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from data.dimensions import DIMENSIONS
from i18n import Problem
from metrics.catalog import METRICS
from metrics.explore.spec import BY, DEFAULT_METRICS, Order, Shape, Spec, Step

if TYPE_CHECKING:
    from ui.url_state import Chosen

LONGEST = 1_500
_PART, _METRIC, _STEP, _VALUE = "~", ".", ",", ":"
_OF_SCOPE = ("lang", "shop", "start", "end", "compare", "grain", *DIMENSIONS, "currency")
"""What every page shares; the rest of a choice belongs to other pages."""


def write_explore(spec: Spec) -> str:
    """The question as it stands in the address; reading it back gives an equal one."""
    plain = Spec()
    parts = [_METRIC.join(spec.metrics), spec.by]
    if spec.shape not in (plain.shape, Shape.SPLIT):
        parts.append(f"as.{spec.shape}")
    if spec.split is not None:
        parts.append(f"split.{spec.split}")
    if spec.top != plain.top:
        parts.append(f"top.{spec.top}")
    if spec.order != plain.order:
        parts.append(f"order.{spec.order}")
    if spec.path:
        parts.append("in." + _STEP.join(f"{d}{_VALUE}{_escaped(v)}" for d, v in spec.path))
    return _PART.join(parts)


def _escaped(value: str) -> str:
    return quote(value, safe="").replace("~", "%7E")


@lru_cache(maxsize=512)
def parse_explore(text: str) -> tuple[Spec, tuple[str, ...]]:
    """The question of an address, and the names in it that mean nothing here: metrics and
    dimensions that have gone. Raises `ValueError` where there is no question that makes sense."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    metrics, by, *options = text.split(_PART)
    lost: list[str] = []
    made: dict[str, Any] = {}
    named = metrics.split(_METRIC)
    lost += [m for m in named if m not in METRICS]
    made["metrics"] = tuple(m for m in named if m in METRICS) or DEFAULT_METRICS
    for option in options:
        key, _, value = option.partition(".")
        name, found = _read_option(key, value)
        if name in made:
            raise ValueError(key)
        made[name] = found
    _drop_gone(made, by, lost)
    try:
        return Spec(**made), tuple(lost)
    except Problem as problem:
        raise ValueError(problem.code) from problem


def _drop_gone(made: dict[str, Any], by: str, lost: list[str]) -> None:
    """Dimensions that do not exist: the rows fall back, the way down ends above it."""
    path = made.get("path", ())
    kept: list[Step] = []
    for dimension, value in path:
        if dimension not in BY:
            lost.append(dimension)
            break
        kept.append((dimension, value))
    made["path"] = tuple(kept)
    if by not in BY:
        lost.append(by)
        by = next(d for d in BY if d not in dict(kept))
    made["by"] = by
    if "split" in made and made["split"] not in BY:
        lost.append(made.pop("split"))
    if "split" in made:
        made["shape"] = Shape.SPLIT


def _read_option(key: str, value: str) -> tuple[str, Any]:
    match key:
        case "as":
            return "shape", Shape(value)
        case "split":
            return "split", value
        case "top":
            return "top", int(value)
        case "order":
            return "order", Order(value)
        case "in":
            return "path", tuple(_read_step(step) for step in value.split(_STEP))
    raise ValueError(key)


def _read_step(text: str) -> Step:
    dimension, _, value = text.partition(_VALUE)
    return dimension, unquote(value)


def explore_link(
    metric: str, chosen: Chosen, *, by: str | None = None, path: Sequence[Step] = ()
) -> str:
    """The address of the Explore page with this metric, under the same dates, filters and
    currency: the value that is shown there is the one that was left. `path` are the values that
    the number is of, `by` the dimension of the rows."""
    from ui.url_state import write

    used = dict(path)
    rows = by or next(d for d in BY if d not in used)
    spec = Spec(metrics=(metric,), by=rows, path=tuple(path))
    plain = type(chosen)()
    other = {f.name: getattr(plain, f.name) for f in fields(plain) if f.name not in _OF_SCOPE}
    there = replace(chosen, **{**other, "explore": write_explore(spec)})
    return "explore?" + urlencode(write(there))
