"""A question survives the address, whatever its values hold; what has gone is named."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalog import METRICS
from metrics.explore.spec import BY, DEFAULT_METRICS, MOST_METRICS, TOPS, Order, Shape, Spec
from metrics.periods import Comparison
from ui.explore.address import explore_link, parse_explore, write_explore
from ui.url_state import Chosen, read, write

values = st.sampled_from(("CN", "中国香港", "a~b", "x:y,z", "50% off", "in.market:CN", "%7E")) | (
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    order = draw(st.permutations(tuple(BY)))
    depth = draw(st.integers(0, 2))
    shape = draw(st.sampled_from(Shape))
    return Spec(
        metrics=tuple(
            draw(st.lists(st.sampled_from(tuple(METRICS)), min_size=1, max_size=MOST_METRICS,
                          unique=True))
        ),
        by=order[0],
        shape=shape,
        split=order[1] if shape is Shape.SPLIT else None,
        path=tuple((d, draw(values)) for d in order[2 : 2 + depth]),
        top=draw(st.sampled_from(TOPS)),
        order=draw(st.sampled_from(Order)),
    )  # fmt: skip


@given(specs())
def test_what_is_written_is_read_back_the_same(spec: Spec) -> None:
    """Through the text of an address, as another browser receives it."""
    address = urlencode(write(Chosen(explore=write_explore(spec))))
    found, ignored = read(dict(parse_qsl(address)), Chosen())
    assert ignored == ()
    assert parse_explore(found.explore or "") == (spec, ())


@pytest.mark.parametrize(
    ("text", "spec", "lost"),
    [
        ("gone.aov~market", Spec(("aov",)), ("gone",)),
        ("gone~channel", Spec(DEFAULT_METRICS, by="channel"), ("gone",)),
        ("aov~moon", Spec(("aov",)), ("moon",)),
        ("aov~market~split.moon", Spec(("aov",)), ("moon",)),
        (
            "aov~campaign~in.market:CN,moon:full,channel:kol",
            Spec(("aov",), by="campaign", path=(("market", "CN"),)),
            ("moon",),
        ),
    ],
)
def test_a_link_whose_metric_or_dimension_has_gone_opens_with_the_rest(
    text: str, spec: Spec, lost: tuple[str, ...]
) -> None:
    assert parse_explore(text) == (spec, lost)
    assert read({"x": text}, Chosen()) == (Chosen(explore=text), ())


@pytest.mark.parametrize(
    "text", ["", "gmv", "gmv~market~as.pie", "gmv~market~top.7", "gmv~market~top.x", "x" * 2000,
             "gmv~market~in.market:CN", "gmv~market~top.5~top.5", "gmv.gmv~market"]
)  # fmt: skip
def test_what_makes_no_sense_is_ignored_and_named(text: str) -> None:
    assert read({"x": text}, Chosen()) == (Chosen(), ("x",))


def test_a_link_keeps_days_filters_and_currency_and_nothing_of_the_page_it_leaves() -> None:
    left = Chosen(
        lang="zh",
        shop="demo",
        start=date(2024, 1, 8),
        end=date(2024, 1, 15),
        compare=Comparison.LAST_YEAR,
        market=("CN",),
        currency="USD",
        explain="gmv",
        path=("kol",),
    )
    page, query = explore_link("aov", left, path=(("channel", "kol"),)).split("?")
    found, ignored = read(dict(parse_qsl(query)), Chosen())
    assert (page, ignored) == ("explore", ())
    spec, _ = parse_explore(found.explore or "")
    assert (spec.metrics, spec.by, spec.path) == (("aov",), "market", (("channel", "kol"),))
    assert (found.explain, found.path) == (None, ())
    kept = ("lang", "shop", "start", "end", "compare", "market", "currency")
    assert all(getattr(found, name) == getattr(left, name) for name in kept)
