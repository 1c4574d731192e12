"""The truth about a demo shop: what was put in, and what came out, for tests to recover.

Money is text with four decimals; shares and lifts are fractions (0.15 is 15 %); days and months
are of the reporting zone; test users are in none of it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal

from data.demo import loyalty, referrals, sends, trials
from data.demo.arrays import Ints
from data.demo.cell import Cell, World
from data.demo.channels import CHANNELS, REFERRAL
from data.demo.ledger import COMMISSION, Book, Days, add_cell, empty_totals
from data.demo.markets import BASE, CURRENCIES, CURRENCY_OF, MARKETS
from data.demo.outage import outage_days
from data.demo.spec import REPORTING_ZONE
from data.demo.spend import SpendRows
from data.demo.tallies import Tallies, add_invites, add_sends, add_trials


class Ledger:
    """Takes in one cell after the other; `close` writes the truth."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.days = Days(world)
        self.totals = empty_totals(world, self.days)
        self.tallies = Tallies(world)

    @property
    def commission(self) -> Ints:
        return self.totals.commission

    @property
    def rewards(self) -> Ints:
        return self.totals.rewards

    def add(self, cell: Cell) -> None:
        add_cell(self.totals, self.world, self.days, cell)
        add_trials(self.tallies, cell)
        add_sends(self.tallies, self.world, cell)
        add_invites(self.tallies, self.world, cell)

    def close(self, spent: SpendRows) -> dict[str, object]:
        world, totals, days = self.world, self.totals, self.days
        spec = world.spec
        return {
            "spec": {
                **asdict(spec), "end": str(spec.end), "start": str(spec.start), "days": spec.days
            },
            "reporting_zone": REPORTING_ZONE,
            "base_currency": BASE,
            "currency_of_costs_on_invitations_and_sends": BASE,
            "test_users": totals.test_users,
            "outage_days": [str(day) for day in outage_days(spec)],
            "by_ordered_day": self._book(totals.ordered),
            "by_paid_day": self._book(totals.paid),
            "refunds_by_refund_day": self._money(totals.refunds_on_their_day),
            "new_users": {
                m.country: {
                    "by_day": totals.new_users[i].tolist(),
                    "by_month": self._by_month(totals.new_users[i]),
                }
                for i, m in enumerate(MARKETS)
            },
            "days": [str(d) for d in days.dates],
            "channels": self._channels(spent),
            "churn": self._churn(),
            "referral": self._referral(),
            "experiments": self._experiments(),
            "sends": self._sends(),
            "feedback": {
                "reasons": list(loyalty.REASONS),
                "leavers": _shares(loyalty.LEAVERS_SAY),
                "stayers": _shares(loyalty.STAYERS_SAY),
                "leavers_score": _shares(loyalty.LEAVERS_SCORE),
                "stayers_score": _shares(loyalty.STAYERS_SCORE),
            },
        }  # fmt: skip

    def _book(self, book: Book) -> dict[str, object]:
        return {
            "gmv": self._money(book.gmv),
            "discount": self._money(book.discount),
            "shipping": self._money(book.shipping),
            "refunds_by_order_day": self._by_currency(book.refunds),
            "orders": {"by_day": book.orders.tolist(), "by_month": self._by_month(book.orders)},
            "guest_orders": {"by_month": self._by_month(book.guest_orders)},
            "buyers": {
                "by_day": book.buyers.tolist(),
                "by_month": dict(zip(self.days.months, book.buyers_by_month.tolist(), strict=True)),
            },
        }

    def _money(self, table: Ints) -> dict[str, object]:
        """By currency, and in the base currency at each day's rate."""
        days = self.days
        base = [Decimal(0)] * days.count
        for code in range(len(CURRENCIES)):
            for i, day in enumerate(days.dates):
                if table[code, i]:
                    base[i] += _exact(table[code, i]) * self.world.rates.on(code, day)
        months = dict.fromkeys(days.months, Decimal(0))
        for i, amount in enumerate(base):
            months[days.months[days.month_of[i]]] += amount
        return {
            **self._by_currency(table),
            "base_by_day": [_text(amount) for amount in base],
            "base_by_month": {month: _text(amount) for month, amount in months.items()},
        }

    def _by_currency(self, table: Ints) -> dict[str, object]:
        return {
            "by_day": {c: [_text(_exact(v)) for v in table[i]] for i, c in enumerate(CURRENCIES)},
            "by_month": {
                c: {
                    month: _text(_exact(int(table[i][self.days.month_of == k].sum())))
                    for k, month in enumerate(self.days.months)
                }
                for i, c in enumerate(CURRENCIES)
            },
        }

    def _by_month(self, daily: Ints) -> dict[str, int]:
        months = self.days.months
        sums = [int(daily[self.days.month_of == k].sum()) for k in range(len(months))]
        return dict(zip(months, sums, strict=True))

    def _channels(self, spent: SpendRows) -> dict[str, object]:
        """Spend, customers, cost per customer as recorded and as it truly was, response curves."""
        plan, totals, start = self.world.plan, self.totals, self.world.spec.start
        amounts = [Decimal(0)] * len(CHANNELS)
        for channel, market, day, spend in zip(
            spent.channel, spent.market, spent.day, spent.spend, strict=True
        ):
            rate = self.world.rates.on(CURRENCY_OF[market], start + timedelta(int(day)))
            amounts[channel] += _exact(spend) * rate
        found: dict[str, object] = {}
        for i, channel in enumerate(CHANNELS):
            filed, true = (int(totals.new_buyers[k, i].sum()) for k in (0, 1))
            found[channel.key] = {
                "spend": _text(amounts[i]),
                "registrations_filed": int(totals.registered[0, i]),
                "registrations_true": int(totals.registered[1, i]),
                "new_buyers_filed": filed,
                "new_buyers_true": true,
                "new_buyers_filed_by_month": dict(
                    zip(self.days.months, totals.new_buyers[0, i].tolist(), strict=True)
                ),
                "cac_filed": float(amounts[i] / filed) if filed and amounts[i] else None,
                "cac_true": float(amounts[i] / true) if true and amounts[i] else None,
                "draws": channel.draws,
                "overclaims": channel.claims,
                "response": self._response(i, true) if channel.cost else None,
            }
        return {
            "curve": "signups per day = ceiling * spend / (spend + half) * pull; spend in base "
            "currency; pull = 1 + 0.6 * (demand - 1), 1 on an average day",
            "commission_of_first_orders": COMMISSION,
            "by_channel": found,
            "share_filed_unknown": float(totals.registered[0][-1] / totals.registered[0].sum()),
            "mean_pull_last_28_days": {
                m.country: round(float(plan.pull[i, -28:].mean()), 6) for i, m in enumerate(MARKETS)
            },
        }

    def _response(self, channel: int, buyers: int) -> dict[str, object]:
        """Curve by market, and today's slope: the last 28 days of spend."""
        plan = self.world.plan
        share = buyers / max(int(self.totals.registered[1, channel]), 1)
        # The plan expects as many sign-ups as there are users who came uninvited, nearly.
        came = self.totals.registered[1].sum() - self.totals.registered[1, REFERRAL]
        made = float(came) / float(plan.signups.sum())
        curves: dict[str, object] = {}
        for i, market in enumerate(MARKETS):
            ceiling, half = made * float(plan.ceiling[channel, i]), float(plan.half[channel, i])
            today = float(plan.spend[channel, i, -28:].mean())
            pull = float(plan.pull[i, -28:].mean())
            slope = ceiling * half / (today + half) ** 2 * pull
            curves[market.country] = {
                "ceiling": round(ceiling, 6),
                "half": round(half, 4),
                "spend_today": round(today, 4),
                "marginal_cost_per_registration": round(1 / slope, 4),
            }
        return {"by_market": curves, "buyers_per_registration": round(share, 6)}

    def _churn(self) -> dict[str, object]:
        totals = self.totals
        return {
            "model": "BG/NBD in demand time: repeat rate ~ Gamma(shape, mean per day), after each "
            "repeat purchase the buyer leaves with chance ~ Beta(a, b); the rate is scaled by the "
            "preset's buying pace; users who never buy stop visiting at 1 / browse_days",
            "by_market": {
                m.country: {
                    "never_bought": {"leaves_per_day": round(1 / m.browse_days, 6)},
                    "buyer": {
                        "rate_shape": m.rate_shape,
                        "rate_mean": m.rate_mean * self.world.spec.buying,
                        "leave_a": m.leave_a,
                        "leave_b": m.leave_b,
                        "leaves_per_repeat": round(m.leave_a / (m.leave_a + m.leave_b), 6),
                    },
                    "users": int(totals.market_users[i]),
                    "buyers": int(totals.market_buyers[i]),
                    "buyers_gone_by_the_end": int(totals.market_leavers[i]),
                }
                for i, m in enumerate(MARKETS)
            },
        }

    def _referral(self) -> dict[str, object]:
        plain = referrals.INVITES * referrals.ACCEPTED * referrals.IN_TIME
        return {
            "invites_per_user": referrals.INVITES,
            "invites_per_referred_user": referrals.INVITES * referrals.REFERRED_FACTOR,
            "accepted_within_30_days": referrals.ACCEPTED * referrals.IN_TIME,
            "k_not_referred": round(plain, 6),
            "k_referred": round(plain * referrals.REFERRED_FACTOR, 6),
            "of_users_registered_60_days_before_the_end": {
                key: {
                    "users": users,
                    "invites_within_30_days": sent,
                    "accepted_within_30_days": accepted,
                    "k": round(accepted / users, 6) if users else None,
                }
                for key, (users, sent, accepted) in self.tallies.invites.items()
            },
        }

    def _experiments(self) -> dict[str, object]:
        lifts: dict[str, object] = {t.key: 0.0 for t in trials.TRIALS}
        lifts["one_page_checkout"] = trials.CHECKOUT_LIFT
        arms = [name for name, _ in trials.TRIALS[trials.TIER_TRIAL].arms]
        lifts["points_or_discount"] = {
            arm: dict(zip(loyalty.TIERS, trials.TIER_LIFTS[i].tolist(), strict=True))
            for i, arm in enumerate(arms)
        }
        found: dict[str, dict[str, object]] = {}
        for trial in trials.TRIALS:
            tallies = self.tallies.trials[trial.key]
            found[trial.key] = {
                "true_lift": lifts[trial.key],
                "on": trial.primary_metric,
                "met_by": {
                    name: asdict(tally)
                    for (name, _), tally in zip(trial.arms, tallies, strict=True)
                },
            }
        found["personal_search"] |= {"exposures_lost_of_users_without_an_order": trials.LOST}
        found["gift_threshold"] |= {
            "pieces_per_line": {
                "control": {str(q): share for q, share in trials.PLAIN_QUANTITY},
                "gift": {str(q): share for q, share in trials.GIFT_QUANTITY},
            }
        }  # fmt: skip
        found["points_or_discount"] |= {
            "met_by_tier": {
                arm: {
                    tier: asdict(tally)
                    for tier, tally in zip(loyalty.TIERS, self.tallies.tiers[i], strict=True)
                }
                for i, arm in enumerate(arms)
            }
        }
        return dict(found)

    def _sends(self) -> dict[str, object]:
        return {
            campaign.key: {
                "kind": sends.KINDS[campaign.kind],
                "true_extra_chance_to_buy_within_14_days": sends.EXTRA
                if campaign.kind == 0
                else 0.0,
                "bounced": sends.BOUNCED,
                "treated": asdict(self.tallies.sends[i][0]),
                "holdout": asdict(self.tallies.sends[i][1]),
            }
            for i, campaign in enumerate(self.world.campaigns)
        }


def _exact(ten_thousandths: int) -> Decimal:
    return Decimal(int(ten_thousandths)).scaleb(-4)


def _text(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.0001")))


def _shares(weights: tuple[float, ...]) -> list[float]:
    return [round(w / sum(weights), 6) for w in weights]
