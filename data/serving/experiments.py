"""`experiment_units` and `experiment_cells`: who met which experiment, and what each arm did then.

Both are rebuilt for the experiments that the refreshed days can still move: those that took in
somebody, or saw somebody again, on one of these days or within the longest kept window before
them. Others stay as they are, so one more day costs what the running experiments cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    SmallInteger,
    String,
    and_,
    case,
    cast,
    delete,
    distinct,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from data.dialects import later, min_by, seconds_between, typed
from data.dimensions import UNKNOWN
from data.rollups import (
    experiment_cells,
    experiment_units,
    fx_cross,
    linked_refunds,
    loose_refunds,
    people,
    person_day,
    persons,
    sales,
    visitors,
)
from data.schema import contract
from data.serving.cut import HOME, Cut, Some
from data.unit_outcomes import (
    BEFORE_DAYS,
    UNRATED,
    VARIABLES,
    VECTORS,
    Parts,
    mature,
    moments,
    pairs_of,
    unit_values,
)

EXPOSURES, EXPERIMENTS = contract.tables["exposures"], contract.tables["experiments"]
MEMBERSHIPS = contract.tables["memberships"]
USUAL_DAYS = (7, 14, 28)
"""Windows whose sums are kept."""
EXPOSED = 0
"""The window of cells that only count: everybody who met the experiment, whatever came after."""
SEGMENTATIONS = (*HOME, "tier", "tenure", "past_orders")
"""What units are told apart by; all of it known before the exposure."""
ALL = "all"
USER, VISITOR = "user", "visitor"
UNIT_KINDS = (USER, VISITOR)
NEW, KNOWN = "new", "known"
NONE, ONE, MORE = "none", "one", "more"
_REACH = max(*USUAL_DAYS, BEFORE_DAYS) + 1


def build_experiments(
    connection: Connection, cut: Cut, some: Some | None, until: date | None
) -> None:
    """Fill both tables; `until` is the first reporting day that is not complete."""
    t = experiment_units.c
    moved = None
    if some is not None:
        moved = _moved(connection, cut, min(some.days) - timedelta(days=_REACH))
    for table in (experiment_units, experiment_cells):
        doomed = delete(table)
        if moved is not None:
            doomed = doomed.where(table.c.experiment_id.in_(moved))
        connection.execute(doomed)
    names = [c.name for c in experiment_units.columns]
    connection.execute(insert(experiment_units).from_select(names, units_statement(cut, moved)))
    if until is None:
        return
    wanted = select(t.experiment_id).distinct()
    if moved is not None:
        wanted = wanted.where(t.experiment_id.in_(moved))
    columns = [c.name for c in experiment_cells.columns]
    for experiment in sorted(str(row[0]) for row in connection.execute(wanted)):
        for days in (EXPOSED, *USUAL_DAYS):
            made = cells_statement(experiment, days, until, cut.currency)
            connection.execute(insert(experiment_cells).from_select(columns, made))


def _moved(connection: Connection, cut: Cut, low: date) -> list[str]:
    """Experiments that saw somebody on or after a day, and those that are gone."""
    e = EXPOSURES.c
    on = cut.days.day_of(e.exposed_at)
    late = select(e.experiment_id).group_by(e.experiment_id).having(func.max(on) >= low)
    kept = select(experiment_units.c.experiment_id).distinct()
    gone = kept.where(experiment_units.c.experiment_id.not_in(select(e.experiment_id)))
    return sorted({str(row[0]) for query in (late, gone) for row in connection.execute(query)})


def units_statement(cut: Cut, only: Sequence[str] | None) -> Select[Any]:
    """Everybody who met an experiment, once, test users left out. A unit that is neither a known
    user nor a known visitor is nobody; experiments on anything else (sessions) have no units."""
    met = _met(cut, only)
    tier, past = _tier(met), _past_orders(met)
    m, p, x = met.c, people.c, EXPERIMENTS.c
    fresh = and_(p.registered_at.is_not(None), p.registered_at > later(m.exposed_at, -1))
    tenure = case((p.user_no.is_(None), VISITOR), (fresh, NEW), else_=KNOWN)
    orders = func.coalesce(past.c.orders, 0)
    in_time = and_(
        or_(x.started_at.is_(None), m.exposed_at >= x.started_at),
        or_(x.ended_at.is_(None), m.exposed_at <= x.ended_at),
    )

    def of_unit(part: CTE) -> ColumnElement[bool]:
        return and_(part.c.experiment_id == m.experiment_id, part.c.person_no == m.person_no)

    return select(
        m.experiment_id,
        m.person_no,
        *[persons.c[n] for n in HOME],
        m.arm,
        cast(m.arms, SmallInteger).label("arms"),
        m.exposed_at,
        cut.days.day_of(m.exposed_at).label("exposed_on"),
        m.last_on,
        func.coalesce(func.nullif(tier.c.tier, ""), UNKNOWN).label("tier"),
        tenure.label("tenure"),
        case((orders == 0, NONE), (orders == 1, ONE), else_=MORE).label("past_orders"),
        in_time.label("in_time"),
    ).select_from(
        met.join(persons, persons.c.person_no == m.person_no)
        .outerjoin(people, p.user_no == m.person_no)
        .outerjoin(EXPERIMENTS, x.experiment_id == m.experiment_id)
        .outerjoin(tier, of_unit(tier))
        .outerjoin(past, of_unit(past))
    )


def _met(cut: Cut, only: Sequence[str] | None) -> CTE:
    """The first exposure of every person to every experiment, and in how many arms it was seen."""
    e, p, v, x = EXPOSURES.c, people.c, visitors.c, EXPERIMENTS.c
    person = func.coalesce(p.user_no, v.person_no)
    rows = (
        select(
            e.experiment_id,
            person.label("person_no"),
            typed(min_by(e.arm, e.exposed_at), e.arm).label("arm"),
            func.count(distinct(e.arm)).label("arms"),
            func.min(e.exposed_at).label("exposed_at"),
            cut.days.day_of(func.max(e.exposed_at)).label("last_on"),
        )
        .select_from(
            EXPOSURES.outerjoin(people, p.user_id == e.unit_id)
            .outerjoin(visitors, and_(v.visitor_id == e.unit_id, p.user_no.is_(None)))
            .outerjoin(EXPERIMENTS, x.experiment_id == e.experiment_id)
        )
        .where(person.is_not(None), or_(x.unit.is_(None), x.unit.in_(UNIT_KINDS)))
        .group_by(e.experiment_id, person)
    )
    if only is not None:
        rows = rows.where(e.experiment_id.in_(only))
    return rows.cte("met")


def _tier(met: CTE) -> CTE:
    """The tier at the exposure: the latest that was valid then."""
    m, p, t = met.c, people.c, MEMBERSHIPS.c
    valid = and_(
        t.user_id == p.user_id,
        t.valid_from <= m.exposed_at,
        or_(t.valid_to.is_(None), t.valid_to > m.exposed_at),
    )
    latest = min_by(t.tier, seconds_between(t.valid_from, m.exposed_at))
    return (
        select(m.experiment_id, m.person_no, typed(latest, t.tier).label("tier"))
        .select_from(met.join(people, p.user_no == m.person_no).join(MEMBERSHIPS, valid))
        .group_by(m.experiment_id, m.person_no)
        .cte("tier_then")
    )


def _past_orders(met: CTE) -> CTE:
    m, s = met.c, sales.c
    before = and_(s.user_no == m.person_no, s.paid_at < m.exposed_at)
    return (
        select(m.experiment_id, m.person_no, func.count().label("orders"))
        .select_from(met.join(sales, before))
        .group_by(m.experiment_id, m.person_no)
        .cte("past")
    )


def cells_statement(experiment: str, days: int, until: date, currency: str) -> Select[Any]:
    """The cells of one experiment and window."""
    t = experiment_units.c
    counted = [t.experiment_id == experiment, t.arms == 1, t.in_time]
    if days == EXPOSED:
        bare = [literal(0.0).label(v) for v in VARIABLES]
        everybody = select(experiment_units, *bare, literal(0).label(UNRATED)).where(*counted)
        return _cells(everybody.cte("unit_value"), experiment, days)
    units = select(experiment_units).where(*counted, mature(t.exposed_on, days, until)).cte("unit")
    fx = fx_cross.c
    rates = select(fx.day, fx.currency, fx.rate).where(fx.target == currency).cte("rates")
    parts = Parts(sales, linked_refunds, loose_refunds, person_day, rates)
    return _cells(unit_values(units, parts, days), experiment, days)


def _cells(values: CTE, experiment: str, days: int) -> Select[Any]:
    pairs = pairs_of(VECTORS)
    v = values.c
    made = []
    for name in (ALL, *SEGMENTATIONS):
        segment = literal("", String) if name == ALL else v[name]
        keys = (
            literal(experiment, String).label("experiment_id"),
            cast(literal(days), SmallInteger).label("days"),
            v.exposed_on,
            v.market,
            v.arm,
            literal(name, String).label("segmentation"),
            segment.label("segment"),
        )
        by = (v.exposed_on, v.market, v.arm, *(() if name == ALL else (segment,)))
        made.append(moments(values, keys, pairs).group_by(*by))
    return union_all(*made).subquery("cell").select()
