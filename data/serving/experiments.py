"""`experiment_units` and `experiment_cells`: who met which experiment, and what each arm did then.

Both are rebuilt for the experiments that a refresh can still move: those that saw somebody on one
of the refreshed days, within the longest kept window before them, or later; those whose windows
closed since; and those that met somebody who is known only now, or known as somebody else. Others
stay as they are, so one more day costs what the running experiments cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    String,
    Table,
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

from data.dialects import any_true, later, load_rows, min_by, seconds_between, typed
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
    user_numbers,
    visitor_numbers,
    visitors,
)
from data.schema import contract
from data.serving.cut import HOME, Cut, Some
from data.serving.people import Newcomers
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


@dataclass(frozen=True, slots=True)
class Since:
    """What a refresh for some days changed besides their rows."""

    some: Some
    until: date | None
    """The first day that was not complete before."""
    newcomers: Newcomers
    renewed: frozenset[int]
    """Persons as units name them who are somebody else now, or at home elsewhere."""


def build_experiments(
    connection: Connection, cut: Cut, since: Since | None, until: date | None
) -> None:
    """Fill both tables; `until` is the first reporting day that is not complete, None where the
    shop has no days at all."""
    t = experiment_units.c
    moved = None if since is None else _moved(connection, cut, since, until)
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


def _moved(connection: Connection, cut: Cut, since: Since, until: date | None) -> list[str]:
    """Experiments to be built again."""
    e, x, u = EXPOSURES.c, EXPERIMENTS.c, experiment_units.c
    ends = [d for d in (since.until, until) if d is not None]
    low = min([*since.some.days, *ends]) - timedelta(days=_REACH)
    seen = cut.days.day_of(e.exposed_at)
    known = select(x.experiment_id)
    kept = select(u.experiment_id).distinct()
    asked = (
        select(e.experiment_id).group_by(e.experiment_id).having(func.max(seen) >= low),
        # Exposures that are gone by now had their last day as well.
        select(u.experiment_id).group_by(u.experiment_id).having(func.max(u.last_on) >= low),
        kept.where(u.experiment_id.not_in(select(e.experiment_id))),
        # A definition is dated by its start. One that is gone leaves no time to be outside of.
        select(x.experiment_id).where(since.some.among(cut.days.day_of(x.started_at))),
        kept.where(u.in_time.is_(False), u.experiment_id.not_in(known)),
        _met_newcomers(since.newcomers),
    )
    found = {str(row[0]) for query in asked for row in connection.execute(query)}
    return sorted(found | _met_renewed(connection, since.renewed))


def _met_newcomers(newcomers: Newcomers) -> Select[Any]:
    """Experiments with exposures of users or visitors who have got their number only now."""
    e, n, v = EXPOSURES.c, user_numbers.c, visitor_numbers.c
    names = union_all(
        select(n.user_id.label("unit_id")).where(n.user_no > newcomers.after_user),
        select(v.visitor_id).where(v.visitor_no > newcomers.after_visitor),
    ).subquery("newcomer")
    return select(e.experiment_id).where(e.unit_id.in_(select(names.c.unit_id))).distinct()


def _met_renewed(connection: Connection, renewed: frozenset[int]) -> set[str]:
    """Experiments with units of these persons."""
    if not renewed:
        return set()
    listed = Table("renewed_person", MetaData(), Column("person_no", Integer))
    listed.create(connection)
    load_rows(connection, listed, pa.table({"person_no": pa.array(sorted(renewed), pa.int32())}))
    u = experiment_units.c
    query = select(u.experiment_id).where(u.person_no.in_(select(listed.c.person_no))).distinct()
    found = {str(row[0]) for row in connection.execute(query)}
    listed.drop(connection)
    return found


def units_statement(cut: Cut, only: Sequence[str] | None) -> Select[Any]:
    """Everybody who met an experiment, once, test users left out. A unit that is neither a known
    user nor a known visitor is nobody; experiments on anything else (sessions) have no units."""
    met = _met(cut, only)
    tier, past = _tier(met), _past_orders(met)
    m, p, x = met.c, people.c, EXPERIMENTS.c
    # Whether a visitor registers afterwards is an outcome; it must not decide about the segment.
    registered = and_(p.registered_at.is_not(None), p.registered_at <= m.exposed_at)
    fresh = and_(p.registered_at.is_not(None), p.registered_at > later(m.exposed_at, -1))
    visiting = or_(p.user_no.is_(None), and_(m.by_name.is_(False), ~registered))
    tenure = case((visiting, VISITOR), (fresh, NEW), else_=KNOWN)
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
    """The first exposure of every person to every experiment, and in how many arms it was seen
    before the end: afterwards everybody may get the winner. `by_name`: as a user, not a visitor."""
    e, p, v, x = EXPOSURES.c, people.c, visitors.c, EXPERIMENTS.c
    person = func.coalesce(p.user_no, v.person_no)
    running = or_(x.ended_at.is_(None), e.exposed_at <= x.ended_at)
    arms = func.count(distinct(case((running, e.arm))))
    rows = (
        select(
            e.experiment_id,
            person.label("person_no"),
            typed(min_by(e.arm, e.exposed_at), e.arm).label("arm"),
            func.coalesce(func.nullif(arms, 0), func.count(distinct(e.arm))).label("arms"),
            func.min(e.exposed_at).label("exposed_at"),
            cut.days.day_of(func.max(e.exposed_at)).label("last_on"),
            any_true(p.user_no.is_not(None)).label("by_name"),
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


def exposed_between(connection: Connection) -> list[datetime]:
    """The first and the last instant with an exposure, if there is any: days are cut from one to
    the other, whether anything else happened then or not."""
    e = EXPOSURES.c.exposed_at
    found = connection.execute(select(func.min(e), func.max(e))).one()
    return [at for at in found if at is not None]
