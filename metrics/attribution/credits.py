"""The credit of every step of every path under each model, and its sums, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from data.dialects import bytewise, seconds_between
from data.dimensions import UNKNOWN
from data.sources import Sources
from metrics.attribution.paths import KEY, conversions, key_of, steps, touched, untouched
from metrics.attribution.spec import DIRECT, Dated, Model, Question

PRESENCE = "presence"
"""What a step holds of its channel's being in the path: 1 in all, whatever it was touched for."""
_DAY = 86_400.0
_ENDS, _BETWEEN = 0.4, 0.2


def part_of(model: Model) -> str:
    """The column of a model's credit in `credits_of`. A Markov credit belongs to a channel as a
    whole; of a step it can only be said that its channel is in the path."""
    return PRESENCE if model is Model.MARKOV else str(model)


def credits_of(src: Sources, q: Question, models: Sequence[Model]) -> CTE:
    """One row per step of every conversion's path and one per conversion without a touch: whose
    conversion, which channel and campaign, and a column of credit per model (`part_of`), which sum
    to 1 over a conversion; `presence` to 1 over each of its channels. `ends` is 1 for the last
    step, 0 for others.

    `is_touched` is 0 where no touch is on record: those go to direct under every model. `counts`
    says whether the row's credit falls into the period (`first_counts`: that of the first touch).
    """
    of = conversions(src, q)
    by_first = q.spec.dated is Dated.ACCRUAL and Model.FIRST in models
    touch = touched(src, q, of, *(["first_at"] if by_first else []))
    weighed = _weighed(_step(touch, q, models), q, models)
    credit = _parts(weighed, models)
    won = select(
        *[weighed.c[k] for k in (*KEY, "paid_at", "revenue", "channel", "campaign")],
        literal(1).label("is_touched"),
        case((weighed.c.next_channel.is_(None), 1), else_=0).label("ends"),
        _inside(weighed.c.touched_at, q).label("counts"),
        _inside(weighed.c["first_at" if by_first else "touched_at"], q).label("first_counts"),
        *[cast(column, Double).label(name) for name, column in credit.items()],
    )
    bare = untouched(of, touch).subquery("bare")
    none = _inside(bare.c.paid_at, q)
    plain = select(
        *[bare.c[k] for k in (*KEY, "paid_at", "revenue")],
        literal(DIRECT),
        literal(UNKNOWN),
        literal(0),
        literal(0),
        none,
        none,
        *[cast(literal(0 if name == PRESENCE else 1), Double) for name in credit],
    )
    return union_all(won, plain).cte("credit")


def _inside(at: ColumnElement[Any], q: Question) -> ColumnElement[Any]:
    """Whether what happened then counts in the period: 1 or 0. By order date everything does."""
    if q.spec.dated is Dated.CASH:
        return literal(1)
    return case((and_(at >= q.begins_at, at < q.ends_at), 1), else_=0)


def _step(touch: CTE, q: Question, models: Sequence[Model]) -> CTE:
    """Steps with what the models of parts weigh them by."""
    path = key_of(touch, q)
    more: list[ColumnElement[Any]] = []
    if Model.TIME_DECAY in models:
        age = seconds_between(touch.c.touched_at, touch.c.paid_at)
        half_lives = age / literal(q.spec.half_life_days * _DAY)
        weight = func.power(cast(literal(0.5), Double), half_lives)
        more += [
            weight.label("weight"),
            func.sum(weight).over(partition_by=path).label("weights"),
        ]
    if Model.MARKOV in models or Model.SHAPLEY in models:
        again = func.count().over(partition_by=[*path, touch.c.channel])
        more.append((cast(literal(1), Double) / again).label(PRESENCE))
    return steps(touch, q, *more)


def _weighed(step: CTE, q: Question, models: Sequence[Model]) -> CTE:
    """The same with the number of different channels of the path, where it is asked for."""
    if Model.SHAPLEY not in models:
        return step
    channels = func.sum(step.c[PRESENCE]).over(partition_by=key_of(step, q))
    return select(step, channels.label("channels")).cte("weighed_step")


def _parts(step: CTE, models: Sequence[Model]) -> dict[str, ColumnElement[Any]]:
    """The credit of a step under each model asked for."""
    s = step.c
    last, first = s.step_no == s.steps, s.step_no == 1
    found: dict[str, ColumnElement[Any]] = {}
    for model in models:
        match model:
            case Model.FIRST:
                found[model] = case((first, 1), else_=0)
            case Model.LAST:
                found[model] = case((last, 1), else_=0)
            case Model.LAST_NON_DIRECT:
                # Direct is never two steps in a row: the one before it is another channel.
                alone = and_(last, s.steps == 1)
                before_direct = and_(s.step_no == s.steps - 1, s.next_channel == DIRECT)
                named = and_(last, s.channel != DIRECT)
                found[model] = case((alone, 1), (before_direct, 1), (named, 1), else_=0)
            case Model.LINEAR:
                found[model] = cast(literal(1), Double) / s.steps
            case Model.TIME_DECAY:
                found[model] = s.weight / s.weights
            case Model.POSITION:
                between = cast(literal(_BETWEEN), Double) / func.nullif(s.steps - 2, 0)
                found[model] = case(
                    (s.steps == 1, 1.0),
                    (s.steps == 2, 0.5),
                    (first | last, _ENDS),
                    else_=between,
                )
            case Model.MARKOV:
                found[PRESENCE] = s[PRESENCE]
            case Model.SHAPLEY:
                found[model] = s[PRESENCE] / s.channels
    return found


def counted(credit: CTE, model: Model) -> ColumnElement[Any]:
    """Whether a row's credit under this model falls into the period."""
    return credit.c.first_counts if model is Model.FIRST else credit.c.counts


def sums(src: Sources, q: Question, models: Sequence[Model]) -> Select[Any]:
    """One row per channel: under each model its credit, the revenue of it, and the credit that
    falls outside the period. `touched`: conversions whose path ends with it. `untouched` and
    `untouched_revenue` are of conversions without a touch, which are in every model's credit of
    direct (but not in `presence`)."""
    credit = credits_of(src, q, models)
    return (
        select(credit.c.channel.label("name"), *_sums(credit, models))
        .group_by(credit.c.channel)
        .order_by(credit.c.channel)
    )


def _sums(credit: CTE, models: Sequence[Model]) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = []
    for model in models:
        part, inside = credit.c[part_of(model)], counted(credit, model)
        columns += [
            func.sum(part * inside).label(f"{model}_credit"),
            func.sum(part * inside * credit.c.revenue).label(f"{model}_revenue"),
            func.sum(part * (1 - inside)).label(f"{model}_outside"),
        ]
    bare = case((credit.c.is_touched == 0, credit.c.counts), else_=0)
    late = case((credit.c.is_touched == 0, 1 - credit.c.counts), else_=0)
    return [
        func.sum(bare).label("untouched"),
        func.sum(late).label("untouched_outside"),
        func.sum(bare * credit.c.revenue).label("untouched_revenue"),
        func.sum(credit.c.ends).label("touched"),
        func.sum(credit.c.ends * credit.c.revenue).label("touched_revenue"),
        *columns,
    ]


def campaign_sums(
    src: Sources, q: Question, models: Sequence[Model], channel: str, most: int
) -> Select[Any]:
    """The same for the campaigns of one channel: those with the most credit by name, and all the
    others in one row without a name. `members`: how many campaigns a row holds."""
    credit = credits_of(src, q, models)
    each = (
        select(credit.c.campaign, *_sums(credit, models))
        .where(credit.c.channel == channel)
        .group_by(credit.c.campaign)
        .cte("campaign_credit")
    )
    whole: ColumnElement[Any] = each.c[f"{models[0]}_credit"]
    for model in models[1:]:
        whole = whole + each.c[f"{model}_credit"]
    place = func.row_number().over(order_by=(whole.desc(), bytewise(each.c.campaign)))
    ranked = select(each, place.label("place")).cte("ranked_campaign")
    name = case((ranked.c.place <= most, ranked.c.campaign))
    named = select(ranked, name.label("name")).cte("named_campaign")
    amounts = [c for c in named.c if c.name not in ("campaign", "place", "name")]
    return (
        select(
            named.c.name,
            cast(func.count(), Integer).label("members"),
            *[func.sum(c).label(c.name) for c in amounts],
        )
        .group_by(named.c.name)
        .order_by(func.min(named.c.place))
    )


def totals(src: Sources, q: Question) -> Select[Any]:
    """One row: the conversions themselves, counted without a look at any touch, their revenue and
    how many of them have none for want of an exchange rate."""
    of = conversions(src, q)
    return select(
        cast(func.count(), Integer).label("conversions"),
        func.coalesce(func.sum(of.c.revenue), 0).label("revenue"),
        (cast(func.count(), Integer) - cast(func.count(of.c.revenue), Integer)).label("unrated"),
    ).select_from(of)
