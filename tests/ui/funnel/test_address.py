"""A funnel in the address: reads back the same, and rubbish is refused without a traceback."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from i18n import Problem
from metrics.funnels.ready import READY
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import (
    Counting,
    Effect,
    Entry,
    Exclusion,
    Filter,
    Funnel,
    Hold,
    Match,
    Op,
    Order,
    Step,
    Window,
    simple,
)
from ui.funnel.address import (
    LONGEST,
    MOST_UNPACKED,
    read_breakdown,
    read_funnel,
    write_breakdown,
    write_funnel,
)
from ui.url_state import Chosen, read, write

EVENTS = some.sampled_from(
    ["page_view", "view_item", "cart.add", "purchase", "搜索", "a~b", "c|d?"]
)
FILTERS = some.builds(
    Filter,
    column=some.sampled_from(["channel", "properties.颜色"]),
    op=some.sampled_from([Op.IS, Op.IS_NOT, Op.CONTAINS]),
    values=some.lists(some.text(max_size=8), min_size=1, max_size=2).map(tuple),
)
MATCHES = some.builds(Match, event=EVENTS, filters=some.lists(FILTERS, max_size=1).map(tuple))
WINDOWS = some.one_of(
    some.builds(Window, seconds=some.integers(1, 366 * 86_400)),
    some.sampled_from([Window(kind="session", seconds=None), Window(kind="day", seconds=None)]),
)
STEPS = some.builds(
    Step,
    any_of=some.lists(MATCHES, min_size=1, max_size=2).map(tuple),
    optional=some.booleans(),
    window=some.one_of(some.none(), WINDOWS),
)
EXCLUSIONS = some.builds(
    Exclusion,
    any_of=some.lists(MATCHES, min_size=1, max_size=1).map(tuple),
    after=some.just(1),
    before=some.integers(2, 3),
    effect=some.sampled_from(Effect),
)


@some.composite
def funnels(draw: some.DrawFn) -> Funnel | None:
    """A funnel with a meaning; None where what was drawn has none."""
    try:
        return Funnel(
            steps=tuple(draw(some.lists(STEPS, min_size=2, max_size=5))),
            order=draw(some.sampled_from(Order)),
            window=draw(WINDOWS),
            entry=draw(some.sampled_from(Entry)),
            count=draw(some.sampled_from(Counting)),
            hold=draw(some.one_of(some.none(), some.sampled_from(Hold))),
            exclusions=tuple(draw(some.lists(EXCLUSIONS, max_size=2))),
        )
    except Problem:
        return None


@given(funnels())
@settings(max_examples=300, deadline=None)
def test_a_funnel_reads_back_as_it_was(funnel: Funnel | None) -> None:
    if funnel is not None:
        assert read_funnel(write_funnel(funnel)) == funnel


@given(some.text(alphabet="ab~|?.:=-,z1dwnotwithinsteps", max_size=60))
@settings(deadline=None)
def test_whatever_is_typed_is_a_funnel_or_refused(text: str) -> None:
    try:
        assert isinstance(read_funnel(text), Funnel)
    except ValueError:
        return


def test_a_plain_funnel_can_be_read_in_the_address() -> None:
    funnel = Funnel(
        steps=(
            Step(any_of=(Match(event="view_item"),)),
            Step(any_of=(Match(event="add_to_cart"),), optional=True),
            Step(
                any_of=(Match(event="checkout"), Match(event="begin_checkout")),
                window=Window(seconds=3600),
            ),
        ),
        order=Order.STRICT,
        window=Window(seconds=14 * 86_400),
        exclusions=(Exclusion(any_of=(Match(event="search"),), before=3, effect=Effect.LEAVE_OUT),),
    )
    assert write_funnel(funnel) == (
        "view_item~add_to_cart?~checkout|begin_checkout~~within.2w~~steps.3=1h~~order.strict"
        "~~not.search:1-3:leave_out"
    )


@pytest.mark.parametrize("ready", READY, ids=lambda r: r.key)
def test_every_ready_made_funnel_can_be_shared(ready: Any) -> None:
    assert read_funnel(write_funnel(ready.funnel)) == ready.funnel


def packed(body: bytes) -> str:
    return "z." + base64.urlsafe_b64encode(zlib.compress(body, 9)).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "~",
        "only_one",
        "a~b~~order.sideways",
        "a~b~~within.400d",
        "a~b~~unknown.1",
        "a~b~~order.strict~~order.ordered",
        "a?~b",
        "z.",
        "z.not base64",
        packed(b"[1, 2]"),
        packed(b"{"),
        packed(json.dumps({"steps": "x"}).encode()),
        packed(b"[" * 50_000),
        "a~" * LONGEST,
    ],
)
def test_a_funnel_edited_by_hand_is_named_and_ignored(text: str) -> None:
    chosen, ignored = read({"lang": "en", "f": text}, Chosen())
    assert (chosen.funnel, ignored) == (None, ("f",))


def test_a_small_address_does_not_unpack_into_a_large_text() -> None:
    """A hundred times as much as it looks: refused before it is read."""
    with pytest.raises(ValueError, match="too long"):
        read_funnel(packed(b" " * (MOST_UNPACKED + 1)))


def test_the_address_carries_funnel_and_break_down() -> None:
    query = {"lang": "zh", "f": "view_item~purchase~~within.1d", "split": "category@1"}
    chosen, ignored = read(query, Chosen())
    assert ignored == ()
    assert read_funnel(chosen.funnel or "") == simple(
        "view_item", "purchase", window=Window(seconds=86_400)
    )
    assert write(chosen) == query


@pytest.mark.parametrize("found", [Breakdown("channel"), Breakdown("properties.颜色", 12)])
def test_a_break_down_reads_back_as_it_was(found: Breakdown) -> None:
    assert read_breakdown(write_breakdown(found)) == found


@pytest.mark.parametrize(
    "text", ["", "item_id", "channel@0", "channel@x", "password", "city@1", "@1"]
)
def test_a_break_down_by_nothing_that_exists_is_ignored(text: str) -> None:
    """An item is a property of an event and needs its step; a city one of a user and has none."""
    assert read({"split": text}, Chosen())[1] == ("split",)
