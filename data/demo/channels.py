"""Where customers come from: the channels, their mix by market, their cost and their claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.markets import MARKETS


@dataclass(frozen=True, slots=True)
class Channel:
    """One acquisition channel.

    `mix` weighs sign-ups by market in the order of `MARKETS`: social and short video are heavy
    where baskets are small, which confounds channel with market. `draws` is the true factor on the
    chance to buy *within* a market. `cost` is the spend per sign-up, in the base currency, at the
    level of spend that earns half of what the channel can ever give; nothing if it is not bought.
    """

    key: str
    mix: tuple[float, ...]
    draws: float = 1.0
    kind: str = ""
    cost: float = 0.0
    claims: float = 0.0
    campaigns: tuple[str, ...] = ()
    visits: float = 0.0
    """Weight among later visits of users who already know the shop."""


CHANNELS = (
    Channel("organic_search", (.14, .18, .20, .22, .20, .07), 1.05, visits=0.12),
    Channel("paid_search", (.13, .20, .20, .20, .18, .04), 0.95, "ads", 250.0, 1.35,
            ("search_brand", "search_generic"), 0.10),
    Channel("paid_social", (.05, .09, .09, .08, .09, .55), 1.18, "ads", 150.0, 1.70,
            ("social_prospecting", "social_lookalike"), 0.07),
    Channel("short_video", (.18, .08, .06, .04, .06, .20), 1.10, "ads", 125.0, 1.55,
            ("video_feed", "video_live"), 0.06),
    Channel("content", (.07, .08, .07, .07, .07, .03), 1.10, "materials", 85.0, 0.0,
            ("buying_guides",), 0.04),
    Channel("kol", (.10, .05, .05, .04, .06, .06), 1.00, "promotion", 190.0, 1.25,
            ("kol_reviews", "kol_live"), 0.03),
    Channel("affiliate", (.04, .08, .08, .10, .09, .03), 1.12, "commission", 0.0, 1.10,
            ("cps_network",), 0.04),
    Channel("partner", (.05, .03, .03, .04, .04, .02), 1.00, "promotion", 100.0, 0.0,
            ("bank_offers",), 0.01),
    Channel("email", (.03, .04, .05, .05, .05, .02), 1.08, "promotion", 22.0, 0.0,
            ("newsletter", "basket_reminder"), 0.16),
    Channel("referral", (0.0,) * 6, 1.15, "rewards", 0.0, 0.0, ("invite_friends",), 0.01),
    Channel("offline", (.06, .02, .02, .02, .02, .01), 0.95, "promotion", 280.0, 0.0,
            ("pop_up_store",), 0.0),
    Channel("direct", (.12, .11, .11, .10, .10, .06), 1.00, visits=0.35),
    Channel("unknown", (0.0,) * 6, visits=0.01),
)  # fmt: skip

CHANNEL_KEYS = tuple(c.key for c in CHANNELS)
REFERRAL = CHANNEL_KEYS.index("referral")
DIRECT = CHANNEL_KEYS.index("direct")
UNKNOWN = CHANNEL_KEYS.index("unknown")
AFFILIATE = CHANNEL_KEYS.index("affiliate")
LOST_SHARE = 0.045
"""Users whose channel the shop lost: they are filed under `unknown`."""

CAMPAIGNS = tuple(name for c in CHANNELS for name in c.campaigns)
"""Names in one list; `campaign_codes` picks among a channel's own."""
_FIRST = np.array([sum(len(c.campaigns) for c in CHANNELS[:i]) for i in range(len(CHANNELS))])
_COUNT = np.array([len(c.campaigns) for c in CHANNELS])
VIEW_CHANNELS = tuple(CHANNEL_KEYS.index(k) for k in ("paid_social", "short_video", "kol"))
CODE_CHANNELS = tuple(CHANNEL_KEYS.index(k) for k in ("kol", "affiliate", "referral"))

MARKET_MIX = np.array([[c.mix[i] * m.share for i, m in enumerate(MARKETS)] for c in CHANNELS])
"""Sign-ups by channel and market before seasons and spend move them."""


def campaign_codes(rng: np.random.Generator, channel: np.ndarray) -> np.ndarray:
    """A campaign of each row's channel, two times in three its first; -1 where there is none."""
    count = _COUNT[channel]
    second = (rng.random(len(channel)) < 0.35) & (count > 1)
    return np.where(count == 0, -1, _FIRST[channel] + second)
