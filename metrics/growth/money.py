"""The statement of money by flow, and the buyers behind each part of its change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    select,
    values,
)

from data.sources import Sources
from metrics.growth.spec import Cut, MoneyFlow
from metrics.growth.statement import value_of
from metrics.user_segments import Group


def periods(cut: Cut) -> CTE:
    """One row per period: `period_no`, its first day, the day after its last one, and the first
    day of the period before."""
    rows = [
        (n, s.start, s.end, cut.spans[n - 1].start if n else s.start)
        for n, s in enumerate(cut.spans)
    ]
    names = ("start_on", "end_on", "before_on")
    listed = values(
        column("period_no", Integer), *[column(n, Date) for n in names], name="asked"
    ).data(rows)
    dates = [cast(listed.c[n], Date).label(n) for n in names]
    return select(cast(listed.c.period_no, Integer).label("period_no"), *dates).cte("period")


def lines(src: Sources, p: CTE, dimension: str | None) -> CTE:
    """One row per paid order in the periods, guests' too: its GMV in its own currency, and whether
    its buyer is new in the period, or was there in the one before (told by the buyer's first order
    of the period)."""
    d, s = src.days, src.sales
    day = select(p, d.c.day).join_from(p, d, and_(d.c.day >= p.c.start_on, d.c.day < p.c.end_on))
    w = day.cte("period_day")
    return (
        select(
            w.c.period_no,
            s.c.user_no,
            value_of(s, dimension).label("value"),
            s.c.day,
            s.c.currency,
            s.c.gmv,
            (s.c.first_day >= w.c.start_on).label("is_new"),
            and_(s.c.previous_day >= w.c.before_on, s.c.previous_day < w.c.start_on).label(
                "is_kept"
            ),
        )
        .join_from(w, s, s.c.day == w.c.day)
        .cte("line")
    )


def in_one_currency(src: Sources, of: CTE) -> tuple[FromClause, ColumnElement[Any]]:
    """Rows with a day and a currency beside their rate, and their GMV in the reporting currency:
    null on a day without one."""
    r = src.rates
    rated = of.outerjoin(r, and_(r.c.day == of.c.day, r.c.currency == of.c.currency))
    return rated, cast(of.c.gmv, Numeric(24, 4)) * r.c.rate


def pairs(src: Sources, p: CTE, grain: str, dimension: str | None) -> CTE:
    """One row per period and buyer who also bought in the period before: GMV in both."""
    r = src.retained_sales
    theirs = (
        select(
            p.c.period_no,
            r.c.user_no,
            value_of(r, dimension).label("value"),
            r.c.is_now,
            r.c.day,
            r.c.currency,
            r.c.gmv,
        )
        .join_from(p, r, r.c.starts_on == p.c.start_on)
        .where(r.c.grain == grain, p.c.period_no > 0)
        .cte("line_of_retained")
    )
    rated, gmv = in_one_currency(src, theirs)
    keys = (theirs.c.period_no, theirs.c.value, theirs.c.user_no)
    return (
        select(
            *keys,
            func.sum(case((theirs.c.is_now, gmv), else_=0)).label("amount"),
            func.sum(case((theirs.c.is_now, 0), else_=gmv)).label("before"),
        )
        .select_from(rated)
        .group_by(*keys)
        .cte("pair")
    )


def sums_of(src: Sources, line: CTE) -> CTE:
    """One row per period and value: GMV of all, of guests and of new buyers; `unrated` counts
    what could not be converted. Summed by day and currency first: a rate for each sum, not for
    each order."""
    who = (line.c.user_no.is_(None).label("is_guest"), func.coalesce(line.c.is_new, False))
    keys = (line.c.period_no, line.c.value, line.c.day, line.c.currency, who[0], who[1])
    daily = (
        select(*keys[:-2], who[0], who[1].label("is_new"), func.sum(line.c.gmv).label("gmv"))
        .group_by(*keys)
        .cte("day_sum")
    )
    rated, gmv = in_one_currency(src, daily)
    return (
        select(
            daily.c.period_no,
            daily.c.value,
            func.sum(gmv).label("total"),
            func.sum(case((daily.c.is_guest, gmv), else_=0)).label("guests"),
            func.sum(case((daily.c.is_new, gmv), else_=0)).label("new"),
            func.sum(case((gmv.is_(None), 1), else_=0)).label("unrated"),
        )
        .select_from(rated)
        .group_by(daily.c.period_no, daily.c.value)
        .cte("period_sum")
    )


def money(src: Sources, cut: Cut, dimension: str | None) -> Select[Any]:
    """One row per period (from the second) and value of the dimension: GMV of now and of before,
    and every part of the change, summed exactly.

    `total - before_total` = `new` + `resurrected` + `expansion` - `contraction` - `churned`
    + `guests` - `before_guests`.
    """
    p = periods(cut)
    line = lines(src, p, dimension)
    sums = sums_of(src, line)
    pair = pairs(src, p, cut.kept_as, dimension)
    change = pair.c.amount - pair.c.before
    kept = (
        select(
            pair.c.period_no,
            pair.c.value,
            func.sum(pair.c.amount).label("retained"),
            func.sum(pair.c.before).label("before_retained"),
            func.sum(case((change > 0, change), else_=0)).label("expansion"),
            func.sum(case((change < 0, change * -1), else_=0)).label("contraction"),
        )
        .group_by(pair.c.period_no, pair.c.value)
        .cte("kept_sum")
    )
    values_of = select(sums.c.value).distinct().cte("value_of")
    now, before = sums.alias("now"), sums.alias("then")

    def zero(amount: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.coalesce(amount, 0)

    identified = zero(now.c.total) - zero(now.c.guests)
    earlier = zero(before.c.total) - zero(before.c.guests)
    return (
        select(
            p.c.period_no,
            values_of.c.value,
            zero(now.c.total).label("total"),
            zero(before.c.total).label("before_total"),
            zero(now.c.guests).label("guests"),
            zero(before.c.guests).label("before_guests"),
            zero(now.c.new).label("new"),
            (identified - zero(now.c.new) - zero(kept.c.retained)).label("resurrected"),
            zero(kept.c.retained).label("retained"),
            zero(kept.c.before_retained).label("before_retained"),
            zero(kept.c.expansion).label("expansion"),
            zero(kept.c.contraction).label("contraction"),
            (earlier - zero(kept.c.before_retained)).label("churned"),
            (zero(now.c.unrated) + zero(before.c.unrated)).label("unrated"),
        )
        .select_from(
            p.join(values_of, p.c.period_no > 0)
            .outerjoin(now, _cell(now, p.c.period_no, values_of))
            .outerjoin(before, _cell(before, p.c.period_no - 1, values_of))
            .outerjoin(kept, _cell(kept, p.c.period_no, values_of))
        )
        .order_by(p.c.period_no, values_of.c.value)
    )


def _cell(of: FromClause, period_no: ColumnElement[Any], values_of: CTE) -> ColumnElement[bool]:
    return and_(of.c.period_no == period_no, of.c.value == values_of.c.value)


def buyers(src: Sources, cut: Cut, flow: MoneyFlow, group: Group | None = None) -> CTE:
    """The buyers behind a part of the change of GMV from the first to the second period of `cut`:
    `person_no`, `before` and `amount` (in the reporting currency), `change`. Buyers who spent the
    same in both periods are in no part; guests have no names."""
    line = lines(src, periods(cut), None if group is None else group.by)
    rated, gmv = in_one_currency(src, line)
    amount = func.sum(case((line.c.period_no == 1, gmv), else_=0))
    earlier = func.sum(case((line.c.period_no == 0, gmv), else_=0))

    def on(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.max(case((and_(line.c.period_no == 1, condition), 1), else_=0))

    rows = (
        select(
            line.c.user_no.label("person_no"),
            earlier.label("before"),
            amount.label("amount"),
            (amount - earlier).label("change"),
            func.max(line.c.period_no).label("last_no"),
            on(line.c.is_new).label("is_new"),
            on(line.c.is_kept).label("is_kept"),
        )
        .select_from(rated)
        .where(line.c.user_no.is_not(None))
        .group_by(line.c.user_no)
    )
    if group is not None:
        rows = rows.where(group.holds(line.c.value))
    b = rows.cte("buyer")
    here = b.c.last_no == 1
    condition = {
        MoneyFlow.NEW: and_(here, b.c.is_new == 1),
        MoneyFlow.RESURRECTED: and_(here, b.c.is_new == 0, b.c.is_kept == 0),
        MoneyFlow.EXPANSION: and_(here, b.c.is_kept == 1, b.c.change > 0),
        MoneyFlow.CONTRACTION: and_(here, b.c.is_kept == 1, b.c.change < 0),
        MoneyFlow.CHURNED: ~here,
        MoneyFlow.GUESTS: b.c.person_no.is_(None),
    }[flow]
    names = ("person_no", "before", "amount", "change")
    return select(*[b.c[n] for n in names]).where(condition).cte("behind_flow")
