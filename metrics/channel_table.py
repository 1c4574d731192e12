"""The team's channel table: from the store to the rules that data is cut by, and back."""

from __future__ import annotations

from contextlib import closing

from data.channels import ChannelRules
from data.scope import LOCAL_VIEWER
from data.settings import Settings
from i18n import Problem
from store import CHANNEL_TABLE, ChannelRow, ChannelTable, Saved, Store, open_store


def kept(store: Store, shop: str) -> Saved[ChannelTable] | None:
    """The table in force; None where nobody has decided anything."""
    return store.load(CHANNEL_TABLE, shop)


def rules_of(saved: Saved[ChannelTable]) -> ChannelRules:
    """The table as rules. Raises `Problem` where it can't be followed."""
    return ChannelRules.of((r.source, r.raw, r.campaign, r.channel) for r in saved.body.rows)


def save(
    store: Store, shop: str, rules: ChannelRules, *, author: str, based_on: int | None
) -> Saved[ChannelTable]:
    """Keep the rules. Raises `EditConflict` when somebody else was faster."""
    rows = tuple(
        ChannelRow(source=r.source, raw=r.raw, campaign=r.campaign, channel=r.channel)
        for r in rules.rules
    )
    body = ChannelTable(rows=rows)
    return store.save(CHANNEL_TABLE, shop, body, author=author, based_on=based_on)


def rules_in(settings: Settings, shop: str) -> ChannelRules | None:
    """The rules of a shop's table. Where there is no table, the store does not answer, or the table
    can't be followed, the data goes on by the rules of its last version: an import never undoes
    what was decided."""
    try:
        with closing(open_store(settings.store.url)) as store:
            saved = kept(store, shop)
            return None if saved is None else rules_of(saved)
    except Problem:
        return None


def put_rules(settings: Settings, shop: str, rules: ChannelRules) -> None:
    """Make these the shop's rules, whatever they were; the ones before stay in the history."""
    with closing(open_store(settings.store.url)) as store:
        before = kept(store, shop)
        based_on = None if before is None else before.revision
        save(store, shop, rules, author=LOCAL_VIEWER.user, based_on=based_on)
