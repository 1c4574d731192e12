"""Exact totals of what happened, summed cell by cell and without test users."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from data.demo.arrays import DAY, Flags, Floats, Ints, whole
from data.demo.cell import Cell, World
from data.demo.channels import AFFILIATE, CHANNELS
from data.demo.goods import UNIT
from data.demo.markets import CURRENCIES, CURRENCY_OF, MARKETS, TYPICAL_RATES
from data.demo.orders import PAID
from data.demo.referrals import REWARD

COMMISSION = 0.12
"""Affiliates' share of the net value of a customer's first order."""
_CURRENCY = np.array(CURRENCY_OF)


@dataclass(slots=True)
class Book:
    """Totals of paid orders by day, the day being that of the order or that of its payment.

    Money by currency and day, in ten-thousandths; counts by day; distinct buyers by day and by
    calendar month, guests being none.
    """

    gmv: Ints
    discount: Ints
    shipping: Ints
    refunds: Ints
    """Refunds on the day of their order; those that name none on their own day."""
    orders: Ints
    guest_orders: Ints
    buyers: Ints
    buyers_by_month: Ints


class Days:
    """Days of the shop's own zone, and the calendar months they fall in."""

    def __init__(self, world: World) -> None:
        spec = world.spec
        self.count = spec.days
        self.opens_at = spec.opens_at
        self.dates: list[date] = [spec.start + timedelta(i) for i in range(spec.days)]
        names = [f"{d:%Y-%m}" for d in self.dates]
        self.months = sorted(set(names))
        self.month_of = np.array([self.months.index(n) for n in names])

    def of(self, at: Ints) -> Ints:
        return (at - self.opens_at) // DAY


def empty_book(days: Days) -> Book:
    money = np.zeros((len(CURRENCIES), days.count), np.int64)
    count = np.zeros(days.count, np.int64)
    return Book(
        money.copy(), money.copy(), money.copy(), money, count.copy(), count.copy(), count,
        np.zeros(len(days.months), np.int64),
    )  # fmt: skip


@dataclass(slots=True)
class Totals:
    """All that is summed; see `Book` for what concerns orders."""

    ordered: Book
    paid: Book
    refunds_on_their_day: Ints
    new_users: Ints
    """By market and day."""
    registered: Ints
    """By channel as recorded, and as it truly was: rows 0 and 1."""
    new_buyers: Ints
    """By the same two rows, channel and month of the first paid order (its payment)."""
    commission: Ints
    rewards: Ints
    """Fallen due by market and local day, in ten-thousandths of the market's currency."""
    test_users: int = 0
    market_users: Ints = field(default_factory=lambda: np.zeros(len(MARKETS), np.int64))
    market_buyers: Ints = field(default_factory=lambda: np.zeros(len(MARKETS), np.int64))
    market_leavers: Ints = field(default_factory=lambda: np.zeros(len(MARKETS), np.int64))


def empty_totals(world: World, days: Days) -> Totals:
    channels, markets = len(CHANNELS), len(MARKETS)
    local = np.zeros((markets, days.count), np.int64)
    return Totals(
        empty_book(days), empty_book(days), np.zeros((len(CURRENCIES), days.count), np.int64),
        local.copy(), np.zeros((2, channels), np.int64),
        np.zeros((2, channels, len(days.months)), np.int64), local.copy(), local.copy(),
    )  # fmt: skip


def add_cell(totals: Totals, world: World, days: Days, cell: Cell) -> None:
    people, orders = cell.people, cell.orders
    real = ~people.is_test
    totals.test_users += int(people.is_test.sum())
    market = people.market
    totals.new_users += _count(
        (len(MARKETS), days.count), (market[real], days.of(people.registered_at[real]))
    )
    for row, channel in enumerate((people.filed, people.families.channel)):
        totals.registered[row] += np.bincount(channel[real], minlength=len(CHANNELS))
    for into, among in (
        (totals.market_users, real),
        (totals.market_buyers, real & cell.lives.bought),
        (totals.market_leavers, real & cell.lives.left),
    ):
        into += np.bincount(market[among], minlength=len(MARKETS))
    counted = (orders.status == PAID) & ~((orders.user >= 0) & people.is_test[orders.user])
    _add_book(totals.ordered, days, cell, counted, days.of(orders.ordered_at))
    _add_book(totals.paid, days, cell, counted, days.of(orders.paid_at))
    back = cell.refunds
    own = counted[back.order]
    totals.refunds_on_their_day += _count(
        totals.refunds_on_their_day.shape,
        (_CURRENCY[orders.market[back.order[own]]], days.of(back.refunded_at[own])),
        back.amount[own],
    )
    _add_first_orders(totals, world, days, cell, counted)
    _add_rewards(totals, world, cell)


def _add_book(book: Book, days: Days, cell: Cell, counted: Flags, day: Ints) -> None:
    orders, baskets, back = cell.orders, cell.baskets, cell.refunds
    row = np.flatnonzero(counted)
    at = (_CURRENCY[orders.market[row]], day[row])
    shape = book.gmv.shape
    book.gmv += _count(shape, at, baskets.gross[row])
    book.discount += _count(shape, at, baskets.discount[row])
    book.shipping += _count(shape, at, baskets.shipping[row])
    book.orders += np.bincount(day[row], minlength=days.count)
    known = orders.user[row] >= 0
    book.guest_orders += np.bincount(day[row][~known], minlength=days.count)
    user, when = orders.user[row][known], day[row][known]
    pairs = np.unique(user * days.count + when)
    book.buyers += np.bincount(pairs % days.count, minlength=days.count)
    months = len(days.months)
    pairs = np.unique(user * months + days.month_of[when])
    book.buyers_by_month += np.bincount(pairs % months, minlength=months)
    own = counted[back.order]
    of_order = back.order[own]
    due = np.where(back.unnamed[own] == 1, days.of(back.refunded_at[own]), day[of_order])
    book.refunds += _count(shape, (_CURRENCY[orders.market[of_order]], due), back.amount[own])


def _add_first_orders(totals: Totals, world: World, days: Days, cell: Cell, counted: Flags) -> None:
    """New paying customers, and what the affiliates earned by them."""
    orders, baskets, people = cell.orders, cell.baskets, cell.people
    row = np.flatnonzero(counted & (orders.user >= 0))
    row = row[np.lexsort((orders.paid_at[row], orders.user[row]))]
    user = orders.user[row]
    first = row[np.r_[True, user[1:] != user[:-1]]] if len(row) else row
    user, month = orders.user[first], days.month_of[days.of(orders.paid_at[first])]
    for into, channel in enumerate((people.filed, people.families.channel)):
        totals.new_buyers[into] += _count(totals.new_buyers.shape[1:], (channel[user], month))
    brought = first[people.filed[user] == AFFILIATE]
    net = baskets.gross[brought] - baskets.discount[brought]
    market = orders.market[brought]
    totals.commission += _count(
        totals.commission.shape,
        (market, world.seasons.local_day(market, orders.paid_at[brought])),
        net * round(COMMISSION * 100) // 100,
    )


def _add_rewards(totals: Totals, world: World, cell: Cell) -> None:
    families = cell.people.families
    yes = np.flatnonzero(families.accepted_at >= 0)
    market = families.market[families.sender[yes]]
    rate = np.array([TYPICAL_RATES[c] for c in CURRENCY_OF])
    reward = whole(REWARD * 100 / rate) * (UNIT // 100)
    day = world.seasons.local_day(market, families.accepted_at[yes])
    totals.rewards += _count(totals.rewards.shape, (market, day), reward[market])


def _count(shape: tuple[int, ...], at: tuple[Ints, Ints], weights: Ints | None = None) -> Ints:
    """Rows (or whole amounts, exact below 2^53) summed into a table of this shape."""
    flat = np.ravel_multi_index(at, shape)
    size = int(np.prod(shape))
    total: Floats = np.bincount(flat, weights=weights, minlength=size).astype(np.float64)
    return whole(total + 0.5).reshape(shape)
