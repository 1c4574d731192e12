"""The team's table of channels: which channel is meant by what a source writes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from i18n import Words
from store.kinds import Kind

MOST = 1000
Word = Annotated[str, Field(max_length=200)]


class ChannelRow(BaseModel):
    """One rule as it was typed; whether it can be followed is known further up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Word = ""
    raw: Word = ""
    campaign: Word = ""
    channel: Word


class ChannelTable(BaseModel):
    """All rules of a shop."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: Annotated[tuple[ChannelRow, ...], Field(max_length=MOST)] = ()


CHANNEL_TABLE = Kind("channel_table", Words(en="channel table", zh="渠道对照表"), ChannelTable)
