"""One channel's credit by campaign: the campaigns with the most by name, the rest in one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.warehouse import Warehouse
from metrics.attribution.credits import campaign_sums
from metrics.attribution.result import (
    Attribution,
    ChannelCredits,
    Credit,
    asked_scope,
    credits_of_row,
    number,
    records,
)
from metrics.attribution.spend import OTHER, Spend, read
from metrics.attribution.spend import statement as spend_statement
from metrics.catalog.spend import SPENT
from metrics.channels.spec import MOST_ROWS


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Campaigns of `channel` as rows (`ChannelCredits.channel` is the campaign; empty: all the
    others, of which there are `others`). They sum to the channel's credit under every model."""

    channel: str
    rows: tuple[ChannelCredits, ...]
    others: int
    sql: str


def campaigns(
    warehouse: Warehouse, found: Attribution, channel: str, most: int = MOST_ROWS
) -> Campaigns:
    """The campaigns behind a channel of an answer."""
    src, models = warehouse.sources(asked_scope(found.scope)), found.models
    asked = campaign_sums(src, found.question, models, channel, most)
    rows = records(warehouse.fetch(asked))
    per_path = found.per_path(channel)
    made = []
    for row in rows:
        in_paths = number(row.get("markov_credit")) + number(row.get("markov_outside"))
        chain = (per_path[0] * in_paths, per_path[1] * in_paths)
        name = row["name"] if isinstance(row["name"], str) else OTHER
        made.append(credits_of_row({**row, "name": name}, models, chain, rated=found.unrated == 0))
    if warehouse.coverage.has(SPENT):
        named = [r.channel for r in made if r.channel != OTHER]
        spent = spend_statement(src, found.question.span, channel, named)
        made = _with_spend(made, read(warehouse.fetch(spent)), found)
    others = sum(int(r["members"]) for r in rows if not isinstance(r["name"], str))
    return Campaigns(channel, tuple(made), others, warehouse.sql(asked))


def _with_spend(
    rows: Sequence[ChannelCredits], spend: Mapping[str, Spend], found: Attribution
) -> list[ChannelCredits]:
    """What each campaign cost; what campaigns cost that are in no path is with the others."""
    listed = [replace(r, spend=spend.get(r.channel, Spend())) for r in rows]
    if OTHER in spend and all(r.channel != OTHER for r in rows):
        revenue = 0.0 if found.unrated == 0 else None
        nothing = dict.fromkeys(found.models, Credit(0.0, revenue, 0.0))
        listed.append(ChannelCredits(OTHER, nothing, spend=spend[OTHER]))
    return listed
