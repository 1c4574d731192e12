"""Input trees: what a number is made of, and which part moved it between two ranges.

Every tree closes exactly, as the definitions write it, and the parts of its bridge sum to the
change: counts and sums by their differences, products by logarithmic-mean shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Words
from metrics.catalog import METRICS
from metrics.families import FAMILY_OF
from metrics.like_for_like import as_far, comparable
from metrics.measures import Measures, measure
from metrics.metric import Unit
from metrics.periods import Comparison
from metrics.reading import Reason
from metrics.stats.bridges import Bridge, additive, product, product_plus

TRAILING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Leaf:
    """One input of a tree; a ratio of two measures where `per` is given."""

    key: str
    name: Words
    unit: Unit
    measure: str
    per: str | None = None

    def value(self, row: Mapping[str, float]) -> float:
        """The input's value; a ratio of nothing to nothing is zero, so that the tree closes."""
        if self.per is None:
            return row[self.measure]
        return row[self.measure] / row[self.per] if row[self.per] else 0.0


@dataclass(frozen=True, slots=True)
class Tree:
    """`total` = sum of `leaves`, or product of `leaves` plus `rest`."""

    key: str
    name: Words
    equation: Words
    unit: Unit
    total: str
    how: Literal["sum", "product"]
    leaves: tuple[Leaf, ...]
    rest: Leaf | None
    needs: tuple[str, ...]
    trailing: bool = False
    """Read over the 30 days that end with each range's last complete day."""

    @property
    def inputs(self) -> tuple[Leaf, ...]:
        return self.leaves if self.rest is None else (*self.leaves, self.rest)


_NEW = Words("New buyers", "新买家")
_BUYERS = METRICS["buyers"].name

TREES: dict[str, Tree] = {
    t.key: t
    for t in (
        Tree(
            key="mapu",
            name=METRICS["mapu"].name,
            equation=Words(
                "MAPU = new + retained + resurrected buyers",
                "MAPU = 新买家 + 留存买家 + 回流买家",
            ),
            unit=Unit.COUNT,
            total="buyers",
            how="sum",
            leaves=(
                Leaf("buyers_new", _NEW, Unit.COUNT, "buyers_new"),
                Leaf(
                    "buyers_retained",
                    Words(
                        "Retained (bought in the 30 days before too)", "留存（前 30 天也购买过）"
                    ),
                    Unit.COUNT,
                    "buyers_retained",
                ),
                Leaf(
                    "buyers_resurrected",
                    Words("Resurrected (bought earlier than that)", "回流（更早以前购买过）"),
                    Unit.COUNT,
                    "buyers_resurrected",
                ),
            ),
            rest=None,
            needs=("orders.user_id",),
            trailing=True,
        ),
        Tree(
            key="gmv",
            name=METRICS["gmv"].name,
            equation=Words(
                "GMV = identified buyers × orders per buyer × their average order value "
                "+ GMV of guests",
                "GMV = 购买用户数 × 购买频次 × 会员客单价 + 游客 GMV",
            ),
            unit=Unit.MONEY,
            total="gmv",
            how="product",
            leaves=(
                Leaf("buyers", _BUYERS, Unit.COUNT, "buyers"),
                Leaf(
                    "frequency",
                    METRICS["frequency"].name,
                    Unit.TIMES,
                    "orders_identified",
                    "buyers",
                ),
                Leaf(
                    "aov_identified",
                    METRICS["aov_identified"].name,
                    Unit.MONEY,
                    "gmv_identified",
                    "orders_identified",
                ),
            ),
            rest=Leaf("gmv_guest", Words("GMV of guests", "游客 GMV"), Unit.MONEY, "gmv_guest"),
            needs=("orders.user_id",),
        ),
        Tree(
            key="gmv_identified",
            name=Words("GMV of identified customers", "会员 GMV"),
            equation=Words(
                "GMV of identified customers = new buyers’ + returning buyers’",
                "会员 GMV = 新买家贡献 + 老买家贡献",
            ),
            unit=Unit.MONEY,
            total="gmv_identified",
            how="sum",
            leaves=(
                Leaf("gmv_new", Words("From new buyers", "新买家贡献"), Unit.MONEY, "gmv_new"),
                Leaf(
                    "gmv_returning",
                    Words("From returning buyers", "老买家贡献"),
                    Unit.MONEY,
                    "gmv_returning",
                ),
            ),
            rest=None,
            needs=("orders.user_id",),
        ),
        Tree(
            key="buyers",
            name=_BUYERS,
            equation=Words(
                "Identified buyers = visitors × visitor conversion",
                "购买用户数 = 访客数 × 访客转化率",
            ),
            unit=Unit.COUNT,
            total="buyers",
            how="product",
            leaves=(
                Leaf("visitors", Words("Visitors", "访客数"), Unit.COUNT, "visitors"),
                Leaf(
                    "visitor_conversion",
                    METRICS["visitor_conversion"].name,
                    Unit.SHARE,
                    "buyers",
                    "visitors",
                ),
            ),
            rest=None,
            needs=("events", "orders.user_id"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One input before and after."""

    leaf: Leaf
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class TreeReading:
    """A tree over two ranges. `bridge` is None with a `reason` when it can't be drawn."""

    tree: Tree
    before: Span | None
    after: Span | None
    inputs: tuple[Moved, ...]
    bridge: Bridge | None
    reason: Reason | None
    sql: Mapping[str, str]
    version: str


def read_tree(
    warehouse: Warehouse, scope: Scope, key: str, span: Span, comparison: Comparison
) -> TreeReading:
    """What the number was made of in the range and in what it is compared with, and the bridge.

    A running range is cut to its complete days, and the other to as many.
    """
    tree = TREES[key]
    coverage = warehouse.coverage

    def none(reason: Reason) -> TreeReading:
        return TreeReading(tree, None, None, (), None, reason, {}, warehouse.version)

    if coverage.lacking(*tree.needs):
        return none(Reason.TABLE_MISSING)
    if warehouse.sources(scope).only_guests():
        return none(Reason.GUESTS_ONLY)
    compared = comparable(warehouse, scope, span, comparison)
    if compared is None:
        return none(Reason.NO_ROWS)
    both = as_far(span, compared, coverage.until)
    if both is None:
        return none(Reason.NOT_BEGUN)
    after, before = both
    if tree.trailing:
        after, before = trailing(after), trailing(before)
    # Who was retained or came back shows in the days before: the first ones of the data have none.
    looks_back = timedelta(days=TRAILING_DAYS if tree.trailing else 0)
    if before.start - looks_back < coverage.start:
        return none(Reason.NOT_COVERED)
    parts = [p for leaf in tree.inputs for p in (leaf.measure, leaf.per) if p]
    found = measure(warehouse, scope, (before, after), {FAMILY_OF[m] for m in (tree.total, *parts)})
    if tree.unit is Unit.MONEY and any(row.get("unrated") for row in found.rows):
        return none(Reason.NO_RATE)
    rows = found.row(before), found.row(after)
    return TreeReading(
        tree,
        before,
        after,
        tuple(Moved(leaf, leaf.value(rows[0]), leaf.value(rows[1])) for leaf in tree.inputs),
        _bridge(tree, found, before, after),
        None,
        found.sql,
        warehouse.version,
    )


def trailing(span: Span) -> Span:
    """The 30 days that end with the last day of a range."""
    return Span(span.end - timedelta(days=TRAILING_DAYS), span.end)


def _bridge(tree: Tree, found: Measures, before: Span, after: Span) -> Bridge:
    old, new = found.row(before), found.row(after)
    was = {leaf.key: leaf.value(old) for leaf in tree.leaves}
    now = {leaf.key: leaf.value(new) for leaf in tree.leaves}
    if tree.how == "sum":
        return additive(was, now)
    if tree.rest is None:
        return product(was, now)
    rest = {tree.rest.key: tree.rest.value(old)}, {tree.rest.key: tree.rest.value(new)}
    return product_plus(was, now, *rest)
