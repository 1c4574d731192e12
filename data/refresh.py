"""Build the serving tables of a draft version, whole or for the days that changed.

The order matters: people have numbers before sales name them, sales stand before activity counts
them, everything stands before it is counted. A refresh for some days costs in proportion to them
and leaves exactly what a whole one would have left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from data.channels import ChannelRules
from data.progress import Progress, silent
from data.rollups import layout
from data.serving.activity import (
    build_person_day,
    build_signups,
    build_trailing,
)
from data.serving.contents import (
    OUTSIDE,
    build_contents,
    build_days,
    earliest_instant,
    first_day,
    latest_instant,
    money_days,
    read_facts,
    write_facts,
)
from data.serving.cut import Cut, Some
from data.serving.event_log import build_event_log
from data.serving.experiments import Since, build_experiments, exposed_between
from data.serving.growth_flows import build_growth_flows
from data.serving.invites import build_invites
from data.serving.kept_attempts import KeptFunnel, build_kept_attempts
from data.serving.lifecycle import build_lifecycles
from data.serving.people import (
    build_people,
    build_persons,
    build_visitors,
    homes_moved,
    number,
)
from data.serving.rates import build_rates
from data.serving.retained_sales import build_retained_sales
from data.serving.sales import (
    build_linked_refunds,
    build_loose_refunds,
    build_sales,
    build_sales_day,
    rebuild_sales,
)
from data.serving.sessions import build_sessions
from data.serving.spells import build_spells
from data.serving.spend import build_spend
from data.serving.touches import build_touches, touched_between
from data.settings import Shop
from data.zones import DayCut, reporting_day
from i18n import Problem, Words

STEPS = (
    Words("Numbering people", "为用户编号"),
    Words("Summing paid orders", "汇总已付款订单"),
    Words("Summing money by day", "按日汇总金额"),
    Words("Counting activity by day", "按日汇总活跃"),
    Words("Counting sessions and sign-ups", "汇总会话与注册"),
    Words("Walking the kept funnels", "预计算常用漏斗"),
    Words("Crossing exchange rates", "换算汇率、清点内容"),
    Words("Summing the arms of experiments", "汇总实验各组"),
)


def refresh(
    connection: Connection,
    shop: Shop,
    *,
    touched: frozenset[date] | None = None,
    data_through: datetime | None = None,
    keep: Callable[[], Sequence[KeptFunnel]] = tuple,
    rules: ChannelRules | None = None,
    progress: Progress = silent,
) -> None:
    """Bring the serving tables up to date with the canonical ones.

    `touched`: UTC days of the rows that changed (a late refund brings its order's day as well);
    `None` rebuilds everything. `data_through`: the naive UTC instant up to which the data is
    complete; kept from the version before when not given, else the latest timestamp loaded.
    `keep` names the funnels whose attempts are to be kept, once events have their numbers.
    `rules`: which channel is meant by what the sources write; those of the version before when not
    given. Other rules than before rebuild everything.
    """
    before = read_facts(connection)
    rules = ChannelRules.parse(before.get("channels")) if rules is None else rules
    cut = _cut(connection, shop, rules)
    fingerprint = settings_fingerprint(shop)
    same = before.get("settings") == fingerprint and before.get("layout") == layout()
    same = same and before.get("channels", "") == rules.text
    whole = touched is None or not same
    some = None if whole else _reporting_days(touched or frozenset(), cut)

    progress(0.0, STEPS[0])
    newcomers = number(connection)
    if some is not None and homes_moved(connection, cut):
        some = None
    build_people(connection, cut, only_new=some is not None)
    renewed = build_visitors(connection, cut, some)

    connection.commit()
    progress(1 / len(STEPS), STEPS[1])
    found_again = build_loose_refunds(connection, cut)
    if some is None:
        build_sales(connection, cut)
    else:
        moved = rebuild_sales(connection, cut, some)
        some = Some(some.days | moved | renewed.days | found_again)
    build_linked_refunds(connection, cut)
    connection.commit()
    progress(2 / len(STEPS), STEPS[2])
    build_sales_day(connection, cut, some)
    connection.commit()
    progress(3 / len(STEPS), STEPS[3])
    seen = build_person_day(connection, cut, some)
    build_trailing(connection, some)
    build_growth_flows(connection, some)
    build_retained_sales(connection, some)
    build_spells(connection, cut, None if some is None else seen)
    connection.commit()
    progress(3.5 / len(STEPS), STEPS[3])
    build_persons(connection, cut)
    build_event_log(connection, cut, some)
    connection.commit()
    build_touches(connection, cut, some)
    connection.commit()
    build_lifecycles(connection, cut, some)
    connection.commit()
    progress(4 / len(STEPS), STEPS[4])
    build_signups(connection, cut, some)
    build_sessions(connection, cut, some)
    build_invites(connection, cut)
    build_spend(connection, cut)

    connection.commit()
    progress(5 / len(STEPS), STEPS[5])
    build_kept_attempts(connection, keep(), some)
    connection.commit()
    progress(6 / len(STEPS), STEPS[6])
    build_contents(connection)
    through = data_through or _instant(before.get("data_through_given"))
    latest = through or latest_instant(connection)
    start = first_day(connection)
    values = {
        "layout": layout(),
        "settings": fingerprint,
        "channels": rules.text,
        "zone": shop.reporting.timezone,
        "built_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
    }
    if through is not None:
        values["data_through_given"] = through.isoformat()
    if latest is not None and start is not None:
        values["data_through"] = latest.isoformat()
        values["data_from"] = start.isoformat()
        base = shop.reporting.base_currency or shop.reporting.currency
        end = max(start, reporting_day(latest, shop.reporting.zone))
        build_days(connection, start, end)
        # Rows outside the data's time may be in a range too, as far as a range may reach.
        first, last = money_days(connection) or (start, end)
        low, high = max(min(first, start), start - OUTSIDE), min(max(last, end), end + OUTSIDE)
        build_rates(connection, shop.reporting.currency, base, low, high)
    connection.commit()
    progress(7 / len(STEPS), STEPS[7])
    since = None
    if some is not None:
        since = Since(some, _until(before.get("data_through"), shop), newcomers, renewed.persons)
    build_experiments(connection, cut, since, _until(values.get("data_through"), shop))
    write_facts(connection, values)
    progress(1.0, STEPS[-1])


def settings_fingerprint(shop: Shop) -> str:
    """The settings that the serving tables were cut by; others may change without a refresh."""
    r = shop.reporting
    cut_by = (
        r.timezone,
        r.currency,
        r.base_currency,
        r.activity_events,
        r.include_test_users,
        sorted(shop.markets.items()),
        r.lifecycle.retain_from_day,
        r.states.active_days,
    )
    return repr(cut_by)


def _cut(connection: Connection, shop: Shop, rules: ChannelRules) -> Cut:
    earliest, latest = earliest_instant(connection), latest_instant(connection)
    if earliest is None:
        raise Problem(
            "nothing_to_refresh",
            Words(
                "There are no users, events or orders to refresh from.",
                "没有可用于刷新的用户、事件或订单。",
            ),
            Words(
                "Import data first: python -m data import MAPPING.",
                "请先导入数据：python -m data import MAPPING。",
            ),
        )
    outside = [*touched_between(connection), *exposed_between(connection)]
    instants = [earliest, latest or earliest, *outside]
    days = DayCut(shop.reporting.zone, min(instants), max(instants))
    return Cut(
        days,
        shop.markets,
        shop.reporting.activity_events,
        shop.reporting.include_test_users,
        shop.reporting.currency,
        shop.reporting.lifecycle.retain_from_day,
        shop.reporting.states.active_days,
        rules,
    )


def _reporting_days(utc_days: frozenset[date], cut: Cut) -> Some | None:
    """A UTC day reaches into two reporting days, and no zone is further than a day away."""
    if not utc_days:
        return None
    near = (-1, 0, 1)
    return Some(frozenset(d + timedelta(days=n) for d in utc_days for n in near))


def _until(text: str | None, shop: Shop) -> date | None:
    """The first reporting day that is not complete, if there is any."""
    return (
        None if text is None else reporting_day(datetime.fromisoformat(text), shop.reporting.zone)
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
