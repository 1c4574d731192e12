"""Marketing touches: the click that opens a session, the advertisements seen before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, HOUR, NEVER, Ints, pick, stream, whole
from data.demo.channels import CODE_CHANNELS, VIEW_CHANNELS, campaign_codes
from data.demo.journeys import JOIN, Sessions
from data.demo.outage import tracked
from data.demo.people import People
from data.demo.spec import DemoSpec

KINDS = ("click", "view", "code")
CLICKED, SEEN = 0.60, 0.15
"""Shares of sessions whose opening click was recorded, and that an advertisement came before."""
BY_CODE = 0.35
"""Of clicks from influencers, affiliates and invitations, the share that is a code typed in."""


@dataclass(frozen=True, slots=True)
class Touches:
    user: Ints
    visitor: Ints
    at: Ints
    channel: Ints
    campaign: Ints
    kind: Ints


def make_touches(spec: DemoSpec, people: People, sessions: Sessions, cell: int) -> Touches:
    rng = stream(spec.seed, "touches", cell)
    # The click that led to a sign-up is always on record; others are lost now and then.
    clicked = (rng.random(sessions.size) < CLICKED) | (sessions.kind == JOIN)
    own = sessions.number == np.arange(sessions.size)
    click = np.flatnonzero(clicked & own)
    view = np.flatnonzero(rng.random(sessions.size) < SEEN)
    row = np.concatenate([click, view])
    wait = np.concatenate([
        150 + whole(240 * rng.random(len(click))),
        HOUR + whole(9 * DAY * rng.random(len(view)) ** 1.5),
    ])  # fmt: skip
    at = sessions.anchor[row] - wait
    seen = np.array(VIEW_CHANNELS)[pick(rng, (0.5, 0.35, 0.15), len(view))]
    channel = np.concatenate([sessions.channel[click], seen])
    campaign = np.concatenate([sessions.campaign[click], campaign_codes(rng, seen)])
    by_code = np.isin(channel[: len(click)], CODE_CHANNELS) & (rng.random(len(click)) < BY_CODE)
    kind = np.concatenate([np.where(by_code, 2, 0), np.ones(len(view), np.int64)])
    user = sessions.user[row]
    user = np.where((user >= 0) & (at < people.registered_at[user]), NEVER, user)
    inside = (at >= spec.opens_at) & (at < spec.closes_at) & tracked(spec, at)
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(at[kept], kind="stable")]
    return Touches(
        user[kept], sessions.visitor[row][kept], at[kept], channel[kept], campaign[kept], kind[kept]
    )
