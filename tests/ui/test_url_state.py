"""The URL carries what was chosen, exactly, and nothing in it can harm."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import LANGUAGES
from metrics.catalog import METRICS
from metrics.experiments.analysis import Status
from metrics.experiments.decision import Verdict
from metrics.periods import Comparison, Grain
from metrics.trees import TREES
from metrics.user_segments import Segment
from metrics.why.spec import Method
from ui.dates import FIRST, LAST, LONGEST
from ui.url_state import PARAMETERS, SEPARATOR, Chosen, read, write
from ui.why.view import View, write_view

names = st.text(
    st.characters(exclude_characters=SEPARATOR, exclude_categories=("Cs",)), min_size=1, max_size=12
)
kept = st.lists(
    st.sampled_from(("CN", "EIRE", "United Kingdom", "中国香港", "日本", "a&b=c", "%7E", "+ +"))
    | names,
    unique=True,
    max_size=4,
).map(tuple)
words = st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True)
named = names.filter(lambda text: text.strip() and text.isprintable())

views = st.builds(
    View,
    st.sampled_from(Method),
    st.sampled_from(("channel", "campaign")),
    st.sampled_from((None, "market")),
    st.none() | named,
)


@st.composite
def choices(draw: st.DrawFn) -> Chosen:
    """Anything a reader can choose."""
    days: tuple[date | None, date | None] = (None, None)
    if draw(st.booleans()):
        start = draw(st.dates(FIRST, LAST - timedelta(days=1)))
        days = start, draw(st.dates(start + timedelta(days=1), min(LAST, start + LONGEST)))
    return Chosen(
        lang=draw(st.sampled_from(LANGUAGES)),
        shop=draw(st.none() | words),
        start=days[0],
        end=days[1],
        compare=draw(st.sampled_from(Comparison)),
        grain=draw(st.none() | st.sampled_from(Grain)),
        market=draw(kept),
        channel=draw(kept),
        platform=draw(kept),
        customer=draw(kept),
        currency=draw(st.sampled_from((None, "CNY", "USD"))),
        metric=draw(st.none() | words),
        explain=draw(st.none() | st.sampled_from(sorted(METRICS))),
        tree=draw(st.none() | st.sampled_from(sorted(TREES))),
        segment=draw(st.none() | st.sampled_from(Segment)),
        why=draw(st.none() | views.map(write_view)),
        experiment=draw(st.none() | named),
        status=tuple(draw(st.lists(st.sampled_from(Status), unique=True))),
        verdict=tuple(draw(st.lists(st.sampled_from(Verdict), unique=True))),
        owner=tuple(draw(st.lists(named, unique=True, max_size=3))),
        search=draw(st.none() | named),
        view=draw(st.none() | words),
        explore=draw(st.sampled_from((None, "gmv~market", "aov~campaign~as.time~in.market:%2C"))),
    )


@given(choices())
def test_what_is_written_is_read_back_the_same(chosen: Chosen) -> None:
    """Through the text of an address, as another browser receives it."""
    address = urlencode(write(chosen))
    assert read(dict(parse_qsl(address)), Chosen(lang="zh")) == (chosen, ())


@given(st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=8), st.text(max_size=40)))
def test_any_query_is_read_without_an_error_and_reads_the_same_again(query: dict[str, str]) -> None:
    """Junk is named or kept as a filter value; what remains is a choice that a link can carry."""
    chosen, ignored = read(query, Chosen())
    assert set(ignored) <= set(query)
    assert read(write(chosen), Chosen()) == (chosen, ())


def test_only_what_is_not_the_default_is_written_but_the_language_always() -> None:
    """A link means the same to everybody: the reader's browser does not choose its language."""
    assert write(Chosen()) == {"lang": "en"}
    assert write(Chosen(lang="zh", compare=Comparison.NONE, market=("CN", "中国香港"))) == {
        "lang": "zh",
        "compare": "none",
        "market": "CN~中国香港",
    }


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ({"lang": "fr"}, ("lang",)),
        ({"from": "2024-01-08", "to": "2024-01-08"}, ("from", "to")),
        ({"from": "2024-01-09", "to": "2024-01-08"}, ("from", "to")),
        ({"from": "2024-01-08"}, ("from",)),
        ({"to": "2024-01-08"}, ("to",)),
        ({"from": "2024-02-30", "to": "2024-03-01"}, ("from", "to")),
        ({"from": "0001-01-01", "to": "9999-12-31"}, ("from", "to")),
        ({"from": "1990-01-01", "to": "2099-01-01"}, ("from", "to")),
        ({"compare": "yesterday"}, ("compare",)),
        ({"grain": "<script>alert(1)</script>"}, ("grain",)),
        ({"shop": "../../etc/passwd"}, ("shop",)),
        ({"shop": "demo' OR 1=1 --"}, ("shop",)),
        ({"shop": "x" * 65}, ("shop",)),
        ({"currency": "yuan"}, ("currency",)),
        ({"currency": "ＣＮＹ"}, ("currency",)),
        ({"metric": "<script>"}, ("metric",)),
        ({"explain": "no_such_metric"}, ("explain",)),
        ({"x": "gmv"}, ("x",)),
        ({"tree": "no_such_tree"}, ("tree",)),
        ({"utm_source": "mail"}, ("utm_source",)),
        ({"<img src=x>": "1"}, ("<img src=x>",)),
        ({"shop": "x" * 10_000, "currency": "y" * 10_000}, ("shop", "currency")),
    ],
)
def test_what_can_not_be_used_is_named_and_changes_nothing(
    query: dict[str, str], ignored: tuple[str, ...]
) -> None:
    """Each alone; the choice stays the reader's default."""
    assert read(query, Chosen(lang="zh")) == (Chosen(lang="zh"), ignored)


def test_junk_beside_a_good_parameter_leaves_the_good_one() -> None:
    chosen, ignored = read({"lang": "zh", "grain": "century", "market": "CN"}, Chosen())
    assert (chosen.lang, chosen.market, ignored) == ("zh", ("CN",), ("grain",))


def test_embed_belongs_to_the_framework() -> None:
    """?embed=true hides the toolbar; it is nobody's mistake."""
    assert read({"embed": "true"}, Chosen()) == (Chosen(), ())


def test_a_link_with_the_former_name_of_a_segment_still_opens() -> None:
    """The page of repeat and churn wrote `category` where the cohorts wrote `first_category`."""
    found, ignored = read({"segment": "category"}, Chosen())
    assert (found.segment, ignored) == (Segment.CATEGORY, ())
    assert write(found)["segment"] == "first_category"
