"""A question of the Explore page in one parameter of the address, readable and written by hand.

`gmv.aov~market` are metrics and rows; then whatever is not the usual: `as.time`, `split.channel`,
`top.20`, `order.change`, `in.market:CN,channel:kol` (the values clicked on the way down).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from i18n import Problem
from metrics.explore.spec import Order, Shape, Spec, Step

if TYPE_CHECKING:
    from ui.url_state import Chosen

LONGEST = 1_500
_PART, _METRIC, _STEP, _VALUE = "~", ".", ",", ":"


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
    return quote(value, safe="").replace("~", "%7E").replace(".", "%2E")


@lru_cache(maxsize=512)
def read_explore(text: str) -> Spec:
    """The question of an address. Raises `ValueError` where there is none that makes sense."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    metrics, by, *options = text.split(_PART)
    made: dict[str, Any] = {"metrics": tuple(metrics.split(_METRIC)), "by": by}
    for option in options:
        key, _, value = option.partition(".")
        name, found = _read_option(key, value)
        if name in made:
            raise ValueError(key)
        made[name] = found
    if "split" in made:
        made["shape"] = Shape.SPLIT
    try:
        return Spec(**made)
    except Problem as problem:
        raise ValueError(problem.code) from problem


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

    used = [d for d, _ in path]
    rows = by or next(d for d in ("market", "channel", "platform", "campaign") if d not in used)
    spec = Spec(metrics=(metric,), by=rows, path=tuple(path))
    return "explore?" + urlencode(write(replace(chosen, explore=write_explore(spec))))
