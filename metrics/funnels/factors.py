"""What was known of a unit before its outcome: properties at entry, and the events soon after.

`docs/adr/0010-association-without-the-outcome.md` says why each stands on what it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)

from data.dialects import shift_seconds
from data.dimensions import CHANNEL, UNKNOWN
from data.serving.cut import PURCHASE
from data.sources import Sources
from metrics.funnels.events import column_of
from metrics.funnels.people import reached_at
from metrics.funnels.question import Question
from metrics.funnels.rows import Rows
from metrics.funnels.spec import Counting, Order
from metrics.funnels.units import state_of, units

MOST_VALUES = 20
"""Values of one property that are looked at, the most frequent ones."""
YES, NO = "yes", "no"
OF_ENTRY = "entry."
"""`entry.channel` is the channel of the event of step 1; `channel` alone is the user's."""
REGISTERED, BOUGHT_BEFORE, BORN = "registered", "bought_before", "born"


def observed(src: Sources, q: Question) -> CTE:
    """The units whose outcome is settled: `entered` (when it first began an attempt, whatever came
    of it), `converted` (0 or 1), `done_at`, and what tells it from others."""
    counted = state_of(units(src, q), q)
    u = counted.c
    done = reached_at(q, counted, len(q.funnel.steps))
    settled = and_(u.mature == 1, u.left_out.is_(False))
    if q.funnel.count is Counting.ATTEMPTS:
        entered: Any = u.begun if q.funnel.order is Order.UNORDERED else u.step_1
        origin: Any = counted
    else:
        first = _first_beginnings(src, q)
        same = and_(*[first.c[k] == u[k] for k in q.unit])
        entered, origin = first.c.entered, counted.join(first, same)
    keys = [u[k] for k in _keys(q)]
    return (
        select(
            func.row_number().over(order_by=[*keys, u.begun]).label("unit_no"),
            *keys,
            entered.label("entered"),
            u.converted,
            case((u.converted == 1, done)).label("done_at"),
        )
        .select_from(origin)
        .where(settled)
        .cte("observed_unit")
    )


def _keys(q: Question) -> tuple[str, ...]:
    return tuple(k for k in q.keys if k != "item_id")


def _first_beginnings(src: Sources, q: Question) -> CTE:
    """When each unit first did something that begins an attempt: known without the outcome, which
    the attempt that counts is not."""
    f = q.funnel
    begins = f.required if f.order is Order.UNORDERED else (0,)
    matches = dict.fromkeys(m for n in begins for m in f.steps[n].any_of)
    e = Rows(src, q).any_of(matches, "any_beginning", entering=True)
    unit = [e.c[k] for k in q.unit]
    entered = func.min(e.c.instant).label("entered")
    return select(*unit, entered).group_by(*unit).cte("first_beginning")


def properties_statement(
    src: Sources, q: Question, of_users: Sequence[str], of_entry: Sequence[str], *, orders: bool
) -> Select[Any]:
    """Per property (`place` in the order of `property_names`) and value: `n` units, `k` of them
    converted, and both for all units to which the property applies."""
    seen = observed(src, q)
    valued = _with_properties(src, q, seen, of_users, of_entry, orders=orders)
    names = property_names(of_users, of_entry, orders=orders)
    columns = [valued.c[f"p_{n}"] for n in range(len(names))]
    place = case(*[(func.grouping(c) == 0, n) for n, c in enumerate(columns)], else_=None)
    counted = (
        select(
            cast(place, Integer).label("place"),
            func.coalesce(*columns).label("value")
            if len(columns) > 1
            else columns[0].label("value"),
            func.count().label("n"),
            func.sum(valued.c.converted).label("k"),
        )
        .group_by(func.grouping_sets(*[tuple_(c) for c in columns]))
        .cte("counted_value")
    )
    c = counted.c
    nth = func.row_number().over(partition_by=c.place, order_by=[c.n.desc(), c.value])
    ranked = (
        select(
            counted,
            nth.label("nth"),
            func.count().over(partition_by=c.place).label("known"),
            func.sum(c.n).over(partition_by=c.place).label("all_n"),
            func.sum(c.k).over(partition_by=c.place).label("all_k"),
        )
        .where(c.value.is_not(None))
        .cte("ranked_value")
    )
    return select(ranked).where(ranked.c.nth <= MOST_VALUES).order_by(ranked.c.place, ranked.c.nth)


def property_names(
    of_users: Sequence[str], of_entry: Sequence[str], *, orders: bool
) -> tuple[str, ...]:
    """The properties by their keys: what the user is, then what the event of step 1 says."""
    history = (BOUGHT_BEFORE,) if orders else ()
    return (*of_users, *history, *[OF_ENTRY + c for c in of_entry])


def _with_properties(
    src: Sources, q: Question, seen: CTE, of_users: Sequence[str], of_entry: Sequence[str],
    *, orders: bool,
) -> CTE:  # fmt: skip
    """The units with `p_0`, `p_1` …: text, `UNKNOWN` where the source does not say, null where the
    property does not apply."""
    origin: Any = seen
    found: list[Any] = []
    if of_users:
        person, users = src.people, src.canonical("users")
        origin = origin.outerjoin(person, person.c.user_no == seen.c.person_no).outerjoin(
            users, users.c.user_id == person.c.user_id
        )
        # Who registered later is known for it because of what they did after entering.
        member = users.c.registered_at <= seen.c.entered
        found += [_of_user(users, person, member, c) for c in of_users]
    if orders:
        before = _first_orders(src)
        origin = origin.outerjoin(before, before.c.person_no == seen.c.person_no)
        found.append(_flag(before.c.first_at < seen.c.entered))
    if of_entry:
        event = _entry_event(src, q, of_entry)
        same = [event.c[k] == seen.c[k] for k in _keys(q)]
        origin = origin.outerjoin(event, and_(*same, event.c.instant == seen.c.entered))
        found += [_known(event.c[f"e_{n}"]) for n in range(len(of_entry))]
    named = [c.label(f"p_{n}") for n, c in enumerate(found)]
    return select(seen.c.converted, *named).select_from(origin).cte("unit_with_properties")


def _of_user(users: CTE, person: CTE, member: ColumnElement[bool], column: str) -> Any:
    if column == REGISTERED:
        return _flag(member)
    if column == BORN:
        year = users.c.birth_year
        value: Any = cast(year - year % 10, String)
    elif column == CHANNEL.key:
        value = person.c.channel
    else:
        value = users.c[column]
    return case((member, _known(value)), else_=cast(null(), String))


def _flag(condition: ColumnElement[bool]) -> Any:
    return case((condition, literal(YES, String)), else_=literal(NO, String))


def _known(value: Any) -> Any:
    return func.coalesce(func.nullif(cast(value, String), ""), UNKNOWN)


def _first_orders(src: Sources) -> CTE:
    log, names = src.log.c, src.event_names
    purchase = select(names.c.event_no).where(names.c.event == PURCHASE).scalar_subquery()
    first = func.min(log.occurred_at).label("first_at")
    rows = select(log.person_no, first).where(log.event_no == purchase)
    return rows.group_by(log.person_no).cte("first_paid_order")


def _entry_event(src: Sources, q: Question, columns: Sequence[str]) -> CTE:
    """What the events of step 1 say; of several at one instant the smallest."""
    more: Mapping[str, ColumnElement[Any]] = {
        f"e_{n}": cast(column_of(src, c), String) for n, c in enumerate(columns)
    }
    e = Rows(src, q).step_with(0, more, "entry_event_row")
    keys = [e.c[k] for k in _keys(q)]
    values = [func.min(e.c[name]).label(name) for name in more]
    return select(*keys, e.c.instant, *values).group_by(*keys, e.c.instant).cte("entry_event")


def events_statement(src: Sources, q: Question, seconds: int) -> Select[Any]:
    """How many units there are and converted; how many of them had not converted `seconds` after
    they entered, and did later; both of these by each event that they had until then (`n`, `k`).
    Events that the funnel itself names are left out."""
    seen = observed(src, q)
    s = seen.c
    mark = shift_seconds(s.entered, seconds)
    waits = or_(s.done_at.is_(None), s.done_at > mark)
    waiting = select(seen, mark.label("mark")).where(waits).cte("waiting_unit")
    w, log = waiting.c, src.log.c
    session = [log.session_id] if q.by_session else []
    rows = select(log.person_no, *session, log.occurred_at, log.event_no).where(
        log.occurred_at >= literal(q.begins),
        log.occurred_at < literal(q.ends + timedelta(seconds=seconds)),
        log.event_no.not_in(sorted(q.numbers.values())),
    )
    e = rows.subquery("early_event")
    here = [e.c.person_no == w.person_no, e.c.occurred_at > w.entered, e.c.occurred_at <= w.mark]
    if q.by_session:
        here.append(e.c.session_id == w.session_id)
    each = (
        select(w.unit_no, w.converted, e.c.event_no)
        .select_from(waiting.join(e, and_(*here)))
        .distinct()
        .cte("event_of_unit")
    )
    by_event = (
        select(each.c.event_no, func.count().label("n"), func.sum(each.c.converted).label("k"))
        .group_by(each.c.event_no)
        .cte("counted_event")
    )
    one, done = literal(1, Integer), s.converted
    still = [func.sum(case((waits, x), else_=0)) for x in (one, done)]
    totals = [func.count(), func.sum(done), *still]
    names = ("units", "converted", "waiting", "waiting_converted")
    total = select(
        *[func.coalesce(t, 0).label(name) for t, name in zip(totals, names, strict=True)]
    ).cte("observed_total")
    return select(total, by_event).select_from(total.outerjoin(by_event, true()))
