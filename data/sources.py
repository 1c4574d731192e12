"""Tables as one viewer may see them, under the filters of one question.

Rights come first and are part of every statement: rows are narrowed by the user's home market, and
columns that describe a person are absent for viewers without that right. Scope filters narrow the
same tables. A table that can't honour a filter says so in `ignored`, and the page announces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Table,
    case,
    distinct,
    false,
    func,
    or_,
    select,
    true,
)

from data import rollups
from data.dimensions import CUSTOMER, IDENTIFIED
from data.schema import ONE_OF, contract
from data.scope import Scope, Viewer
from data.serving.cut import market_of

PERSONAL: dict[str, frozenset[str]] = {"users": frozenset({"city", "gender", "birth_year"})}
"""Columns that describe a person; only viewers with `personal_data` have them."""

_USER_OF: dict[str, str] = {"invitations": "inviter_id"}
"""Whose row it is, where the column is not called `user_id`."""

_OF_ORDERS = frozenset({"order_items", "refunds"})
"""Tables whose rows belong where their order belongs, if it was ever loaded."""


class Sources:
    """The serving and canonical tables for one viewer and one scope, as named CTEs."""

    def __init__(
        self,
        viewer: Viewer,
        scope: Scope,
        *,
        markets: Mapping[str, str] = MappingProxyType({}),
        include_test_users: bool = False,
    ) -> None:
        """`markets` maps countries as the source writes them, as the serving tables were cut."""
        self.viewer = viewer
        self.scope = scope
        self._markets = markets
        self._include_test_users = include_test_users
        self._known: dict[str, CTE] = {}

    @cached_property
    def sales(self) -> CTE:
        return self._narrowed(rollups.sales)

    @cached_property
    def sales_day(self) -> CTE:
        return self._narrowed(rollups.sales_day)

    @cached_property
    def linked_refunds(self) -> CTE:
        return self._narrowed(rollups.linked_refunds)

    @cached_property
    def loose_refunds(self) -> CTE:
        return self._narrowed(rollups.loose_refunds)

    @cached_property
    def person_day(self) -> CTE:
        return self._narrowed(rollups.person_day)

    @cached_property
    def acquired(self) -> CTE:
        return self._narrowed(rollups.acquired)

    @cached_property
    def first_events(self) -> CTE:
        return self._narrowed(rollups.first_events)

    @cached_property
    def trailing_change(self) -> CTE:
        return self._narrowed(rollups.trailing_change)

    @cached_property
    def growth_flows(self) -> CTE:
        return self._narrowed(rollups.growth_flows)

    @cached_property
    def retained_sales(self) -> CTE:
        return self._narrowed(rollups.retained_sales)

    @cached_property
    def spells(self) -> CTE:
        return self._narrowed(rollups.spells)

    @cached_property
    def spend_day(self) -> CTE:
        """What marketing cost; a filter keeps the spend of that market, channel and platform."""
        return self._narrowed(rollups.spend_day)

    @cached_property
    def signups_day(self) -> CTE:
        return self._narrowed(rollups.signups_day)

    @cached_property
    def invites(self) -> CTE:
        return self._narrowed(rollups.invites)

    @cached_property
    def invitees(self) -> CTE:
        """Users for whom an accepted invitation counts, whoever sent it: that somebody brought
        them is the same for everybody who may see them, and says nothing of whom. Join it with
        the users in view."""
        i = rollups.invites
        counts = (i.c.counts, i.c.invitee_id.is_not(None))
        return select(i.c.invitee_id.label("user_id")).where(*counts).cte("invitee")

    @cached_property
    def sessions_day(self) -> CTE:
        return self._narrowed(rollups.sessions_day)

    @cached_property
    def people(self) -> CTE:
        """Users who count: without test users, unless the settings include them."""
        if self._include_test_users:
            return self._narrowed(rollups.people)
        return self._narrowed(rollups.people, rollups.people.c.is_test.is_(False))

    @cached_property
    def persons(self) -> CTE:
        """Everybody who counts, once: registered or not."""
        return self._narrowed(rollups.persons)

    @cached_property
    def visitors(self) -> CTE:
        """Visitors by their own names, and which person they are."""
        return self._narrowed(rollups.visitors)

    @cached_property
    def log(self) -> Subquery:
        """Events of the persons in view. Everybody's are read without a join: that everybody
        counts was settled at the refresh. A subquery, not a step: every use reads only the rows
        that it asks for."""
        return self._of_persons(rollups.event_log, "visible_event")

    @cached_property
    def touches(self) -> Subquery:
        """Marketing touches of the persons in view, in the same way as their events. Their channel
        is the touch's own: a filter on channels means the one that brought the person."""
        return self._of_persons(rollups.touches, "visible_touch")

    @cached_property
    def kept_attempts(self) -> Subquery:
        """Kept attempts of the persons in view, in the same way as their events."""
        return self._of_persons(rollups.kept_attempts, "visible_attempt")

    @cached_property
    def kept_funnels(self) -> CTE:
        """Which funnels are kept; it names nobody."""
        kept = rollups.kept_funnels
        return select(kept.c.funnel_no, kept.c.fingerprint).cte("kept_funnel")

    @cached_property
    def event_names(self) -> CTE:
        """The small numbers of event names; what events are called is nobody's secret."""
        names = rollups.event_names
        return select(names.c.event, names.c.event_no).cte("event_name")

    @cached_property
    def experiment_units(self) -> CTE:
        """Everybody who met an experiment, with the arm."""
        return self._narrowed(rollups.experiment_units)

    @cached_property
    def experiment_cells(self) -> CTE:
        """Kept sums of experiments, in the shop's own currency. They know markets and arms; of
        other filters only a segmentation of their own."""
        return self._narrowed(rollups.experiment_cells)

    @cached_property
    def experiments(self) -> CTE:
        """Definitions of experiments: what they are called, when they ran, how arms were split."""
        return self._of_met_experiments(contract.tables["experiments"])

    @cached_property
    def experiment_arms(self) -> CTE:
        return self._of_met_experiments(contract.tables["experiment_arms"])

    @cached_property
    def rates(self) -> CTE:
        """Exchange rates into the scope's currency; prices are nobody's secret."""
        fx = rollups.fx_cross
        wanted = select(fx.c.day, fx.c.currency, fx.c.rate).where(
            fx.c.target == self.scope.currency
        )
        return wanted.cte("rates")

    @cached_property
    def targets(self) -> CTE:
        """Currencies into which every currency that is sold in can be converted."""
        fx, sold = rollups.fx_cross, rollups.sales_day
        currencies = select(func.count(distinct(sold.c.currency))).scalar_subquery()
        reached = select(sold.c.currency).distinct()
        return (
            select(fx.c.target)
            .where(fx.c.currency.in_(reached))
            .group_by(fx.c.target)
            .having(func.count(distinct(fx.c.currency)) == currencies)
            .cte("targets")
        )

    @cached_property
    def calendar(self) -> CTE:
        """Campaign days of the markets in view; days for all markets are for everybody."""
        c = contract.tables["calendar"]
        rows = select(c.c.day, c.c.name, c.c.market)
        if self.viewer.markets is not None:
            own = c.c.market.in_(sorted(self.viewer.markets))
            rows = rows.where(or_(c.c.market.is_(None), own))
        return rows.cte("calendar_day")

    @cached_property
    def days(self) -> CTE:
        """Every day there may be rows for."""
        return select(rollups.days.c.day).cte("every_day")

    def canonical(self, name: str) -> CTE:
        """A table of the contract, rows of users in the viewer's markets, rights on columns kept.

        A row belongs to the user it names; without one to its order, its visitor, its market or
        its country, in this order. Rows that belong to nobody in particular (rates, experiments)
        are seen by those who may see every market.
        """
        if name not in self._known:
            self._known[name] = self._visible_rows(name)
        return self._known[name]

    def _visible_rows(self, name: str) -> CTE:
        table = contract.tables[name]
        hidden = frozenset[str]() if self.viewer.personal_data else PERSONAL.get(name, frozenset())
        kept = [c for c in table.columns if c.name not in hidden]
        seen = select(*kept)
        if self.viewer.markets is not None:
            seen = seen.where(self._of_visible_users(table))
        return seen.cte(f"visible_{name}")

    def ignored(self, table: CTE) -> tuple[str, ...]:
        """Dimensions of the scope that this table can't be narrowed by."""
        return tuple(c.dimension for c in self.scope.choices if c.dimension not in table.c)

    def _of_visible_users(self, table: Table) -> ColumnElement[bool]:
        """Whether the row belongs to a market of the viewer's: the first that it names decides."""
        c, orders = table.c, contract.tables["orders"]
        allowed = sorted(self.viewer.markets or ())
        users = self._visible(rollups.people.c.user_id)
        visitors = self._visible(rollups.visitors.c.visitor_id)
        decides: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
        if table.name in _OF_ORDERS:
            seen = select(orders.c.order_id).where(self._of_visible_users(orders))
            loaded = c.order_id.in_(select(orders.c.order_id))
            decides.append((loaded, c.order_id.in_(seen)))
        user = c.get(_USER_OF.get(table.name, "user_id"))
        if user is not None:
            decides.append((user.is_not(None), user.in_(users)))
        if table.name in ONE_OF:
            decides.append((c.visitor_id.is_not(None), c.visitor_id.in_(visitors)))
        if table.name == "exposures":
            decides.append((true(), or_(c.unit_id.in_(users), c.unit_id.in_(visitors))))
        if "market" in c:
            decides.append((true(), c.market.in_(allowed)))
        if "country" in c:
            decides.append((true(), market_of(c.country, self._markets).in_(allowed)))
        return case(*decides, else_=false()) if decides else false()

    def _visible(self, name: Column[str]) -> Select[Any]:
        """Users or visitors of the viewer's markets."""
        return select(name).where(self._rights(name.table))

    def _of_persons(self, table: Table, name: str) -> Subquery:
        rows = select(table)
        home = [c for c in self.scope.choices if c.dimension in rollups.persons.c]
        if self.viewer.markets is not None or home:
            rows = rows.where(table.c.person_no.in_(select(self.persons.c.person_no)))
        return rows.subquery(name)

    def _of_met_experiments(self, table: Table) -> CTE:
        """Who may see every market sees all; others those that one of their users met, since a sum
        of what users did means nothing without what they were shown."""
        rows = select(table)
        if self.viewer.markets is not None:
            met = rollups.experiment_units
            seen = select(met.c.experiment_id).where(self._rights(met))
            rows = rows.where(table.c.experiment_id.in_(seen))
        return rows.cte(f"met_{table.name}")

    def _narrowed(self, table: Table, *also: ColumnElement[bool]) -> CTE:
        rows = select(table).where(self._rights(table), *also)
        for choice in self.scope.choices:
            if choice.dimension in table.c:
                rows = rows.where(choice.clause(table))
        return rows.cte(f"visible_{table.name}")

    def _rights(self, table: FromClause) -> ColumnElement[bool]:
        if self.viewer.markets is None:
            return table.c.market.is_not(None)
        return table.c.market.in_(sorted(self.viewer.markets))

    def only_guests(self) -> bool:
        """Whether the scope leaves nobody with a name, so that no per-user number exists."""
        kept = self.scope.kept(CUSTOMER.key)
        return kept is not None and IDENTIFIED not in kept
