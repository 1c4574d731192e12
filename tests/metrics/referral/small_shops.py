"""Small random shops with invitations, full of what makes K wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from data.settings import ReferralRules
from tests.metrics.small_shops import SmallShop, small_shop
from tests.world import Row

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class _Draw:
    """What invitations are drawn from: users by id, and the rules whose edges they meet."""

    rnd: Random
    registered: dict[str, datetime]
    rules: ReferralRules

    def invited_at(self, inviter: str) -> datetime:
        """At registration, a second before it, at either end of its days, or whenever."""
        start = self.registered.get(inviter, min(self.registered.values()))
        days = timedelta(days=self.rules.invite_days)
        near = (timedelta(0), -SECOND, days - SECOND, days)
        within = timedelta(seconds=self.rnd.randrange(86400 * (self.rules.invite_days + 3)))
        return start + self.rnd.choice((*near, within, within, within))

    def accepted_at(self, invited_at: datetime, before: list[datetime]) -> datetime | None:
        """Never, before the sending, at once, at either end of its days, with another one."""
        days = timedelta(days=self.rules.accept_days)
        within = timedelta(seconds=self.rnd.randrange(86400 * self.rules.accept_days))
        offset = self.rnd.choice((None, -SECOND, timedelta(0), days - SECOND, days, within, within))
        if before and self.rnd.random() < 0.2:
            return self.rnd.choice(before)
        return None if offset is None else invited_at + offset


def referral_shop(seed: int) -> SmallShop:
    """A small shop with up to 24 invitations among few people, so that they meet."""
    made, rnd = small_shop(seed), Random(seed + 1)
    rules = ReferralRules(invite_days=rnd.choice((1, 7, 30)), accept_days=rnd.choice((1, 7, 30)))
    reporting = made.shop.reporting.model_copy(update={"referral": rules})
    registered = {u["user_id"]: u["registered_at"] for u in made.rows["users"]}
    rows = dict(made.rows)
    if registered:
        draw = _Draw(rnd, registered, rules)
        rows["invitations"] = _invitations(draw, [f"u{n}" for n in range(6)])
    return replace(made, shop=made.shop.model_copy(update={"reporting": reporting}), rows=rows)


def _invitations(draw: _Draw, people: list[str]) -> list[Row]:
    rnd = draw.rnd
    found: list[Row] = []
    accepted: list[datetime] = []
    for n in range(rnd.randrange(1, 25)):
        inviter = rnd.choice((*people, *draw.registered, "nobody"))
        invited_at = draw.invited_at(inviter)
        accepted_at = draw.accepted_at(invited_at, accepted)
        if accepted_at is not None:
            accepted.append(accepted_at)
        found.append(
            {
                # Ids in no order of time, so that ties are broken by them and not by luck.
                "invitation_id": f"n{rnd.randrange(10**6)}_{n}",
                "inviter_id": inviter,
                "invited_at": invited_at,
                "invitee_id": rnd.choice((*people, inviter, "stranger", None)),
                "accepted_at": accepted_at,
                "reward_cost": rnd.choice((None, 0, rnd.randrange(1, 100))),
                "medium": rnd.choice(("link", "chat", None, "")),
            }
        )
    return found
