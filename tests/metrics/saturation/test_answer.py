"""From a shop with a known curve to its marginal cost: pages and command line ask the same."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.scope import Scope
from i18n import Text
from metrics.cli import main
from metrics.saturation.evidence import in_force, measured
from metrics.saturation.result import Saturation, saturation
from metrics.saturation.spec import Basis, Refusal, Refused
from metrics.saturation.whatif import best_shift, movables, outcome
from store import SPEND_EXPERIMENT, SpendExperiment, Store, open_store
from tests.metrics.saturation.shop import made, people_rows, two_channels
from tests.metrics.shops import settings_file
from tests.world import World


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("saturation"))


@pytest.fixture(scope="module")
def found(shop: World) -> Saturation:
    warehouse = shop.warehouse()
    answer = saturation(warehouse, Scope("CNY"))
    warehouse.close()
    return answer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/store.sqlite")


def test_the_curve_of_a_known_shop_is_found(found: Saturation) -> None:
    """80 x s / (s + 7000): at today's spend s the next customer costs (s + 7000)² / 560,000."""
    search = found.of("paid_search")
    assert search is not None
    assert search.curve is not None
    spend = search.spend_today
    true = (spend + 7000) ** 2 / 560_000
    assert found.basis is Basis.REGISTERED
    assert search.curve.marginal.low < true < search.curve.marginal.high
    assert search.curve.marginal.value == pytest.approx(true, rel=0.3)
    assert search.average.value is not None
    assert search.average.value < search.curve.marginal.value


def test_the_average_is_that_of_the_latest_mature_weeks(found: Saturation) -> None:
    """60 weeks, of which the last five wait for their customers: weeks 44 to 55."""
    search = found.of("paid_search")
    assert search is not None
    weeks = search.weeks[-12:]
    assert len(search.weeks) == 55
    assert search.average.numerator == pytest.approx(sum(w.spend for w in weeks))
    assert search.average.denominator == sum(w.customers for w in weeks)


def test_weeks_are_drawn_as_they_would_lie_today(found: Saturation) -> None:
    """A week that brought a tenth more than expected lies a tenth above the curve."""
    search = found.of("paid_search")
    assert search is not None
    assert search.curve is not None
    week = next(w for w in search.weeks if w.used)
    assert week.expected is not None
    curve = float(np.median(search.curve.draws([week.spend])))
    more = replace(week, customers=round(week.expected * 1.1 * 1000), expected=week.expected * 1000)
    assert search.curve.adjusted([more])[0] == pytest.approx(1.1 * curve, rel=1e-3)
    seen = sum(w.customers for w in search.weeks if w.used)
    assert sum(w.expected or 0 for w in search.weeks) == pytest.approx(seen, rel=1e-6)


def test_what_is_not_bought_is_told_so(found: Saturation) -> None:
    direct = found.of("direct")
    assert direct is not None
    assert direct.refused is not None
    assert direct.refused.refusal is Refusal.NO_SPEND
    assert direct.customers_a_week == pytest.approx(15, abs=3)


def test_a_filter_on_channels_chooses_rows_and_one_on_platforms_is_said(shop: World) -> None:
    warehouse = shop.warehouse()
    narrow = Scope.of("CNY", channel=frozenset({"direct"}), platform=frozenset({"web"}))
    answer = saturation(warehouse, narrow)
    warehouse.close()
    assert [c.channel for c in answer.channels] == ["direct"]
    assert answer.ignored == ("platform",)


def test_without_registrations_the_first_order_counts(tmp_path: Path) -> None:
    """Orders alone say who came when: users are made from them."""
    rows = two_channels(40)
    orders = [{**o, "channel": o["user_id"].split("-")[0]} for o in rows["orders"]]
    shop = made(tmp_path, 40, orders=orders, marketing_spend=rows["marketing_spend"])
    warehouse = shop.warehouse()
    answer = saturation(warehouse, Scope("CNY"))
    warehouse.close()
    assert answer.basis is Basis.FIRST_ORDER
    assert answer.lacking == ()
    assert sum(sum(w.customers for w in c.weeks) for c in answer.channels) > 0.9 * len(orders) / 2


def test_a_shop_without_spend_says_what_is_missing(tmp_path: Path) -> None:
    users, orders = people_rows("direct", [2.0] * 8, 1)
    warehouse = made(tmp_path, 8, users=users, orders=orders).warehouse()
    answer = saturation(warehouse, Scope("CNY"))
    warehouse.close()
    assert "marketing_spend" in answer.lacking[0]
    assert answer.channels == ()


def experiment(**changes: Any) -> SpendExperiment:
    """10,000 more in two weeks brought 50 more (30 to 70): 200 each (142.86 to 333.33)."""
    given: dict[str, Any] = {
        "channel": "paid_search", "start": date(2024, 5, 6), "end": date(2024, 5, 19),
        "currency": "CNY", "spend": 10_000, "customers": 50, "low": 30, "high": 70,
        "source": "geo hold-out", **changes,
    }  # fmt: skip
    return SpendExperiment(**given)


def save(store: Store, body: SpendExperiment, name: str = "one") -> None:
    store.save(SPEND_EXPERIMENT, "world", body, author="lin", based_on=None, name=name)


def test_an_experiment_wins_over_the_curve(shop: World, found: Saturation, store: Store) -> None:
    save(store, experiment())
    warehouse = shop.warehouse()
    held = measured(warehouse, Scope("CNY"), store.list(SPEND_EXPERIMENT, "world"))
    warehouse.close()
    [search] = movables(found, held)
    assert search.marginal is not None
    assert search.marginal.value == 200
    assert search.marginal.low == pytest.approx(10_000 / 70)
    assert search.marginal.high == pytest.approx(10_000 / 30)
    # A little more money brings what was measured: 100 / 200 = 0.5 customers, 0.3 to 0.7.
    little = outcome([search], {"paid_search": search.today + 100}).change
    assert little.value == pytest.approx(0.5, rel=0.05)
    assert little.low == pytest.approx(0.3, rel=0.12)
    assert little.high == pytest.approx(0.7, rel=0.12)


def test_an_experiment_makes_a_refused_channel_movable_but_not_one_without_spend(
    shop: World, found: Saturation, store: Store
) -> None:
    """Had search no curve, its experiment would carry a straight line: a quarter of today's spend
    either way, at 200 a customer. Direct has no spend of today to start from."""
    save(store, experiment())
    save(store, experiment(channel="direct"), "two")
    warehouse = shop.warehouse()
    held = measured(warehouse, Scope("CNY"), store.list(SPEND_EXPERIMENT, "world"))
    warehouse.close()
    refused = Refused(Refusal.NO_RESPONSE)
    bare = [replace(c, curve=None, refused=refused) for c in found.channels]
    [search] = movables(replace(found, channels=tuple(bare)), held)
    assert search.channel == "paid_search"
    assert search.reach == pytest.approx((search.today * 0.75, search.today * 1.25))
    more = outcome([search], {"paid_search": search.today + 1000}).change
    assert more.value == pytest.approx(5, rel=0.03)
    assert (more.low, more.high) == pytest.approx((3, 7), rel=0.08)


def test_the_latest_readable_experiment_holds(shop: World, store: Store) -> None:
    save(store, experiment(), "old")
    save(store, experiment(end=date(2024, 6, 30), customers=40), "new")
    save(store, experiment(end=date(2024, 7, 30), currency="JPY"), "without a rate")
    warehouse = shop.warehouse()
    held = measured(warehouse, Scope("CNY"), store.list(SPEND_EXPERIMENT, "world"))
    warehouse.close()
    assert [m.name for m in held["paid_search"]] == ["without a rate", "new", "old"]
    now = in_force(held["paid_search"])
    assert now is not None
    assert (now.name, now.cost) == ("new", 250)


def test_an_experiment_that_may_have_brought_nobody_has_no_upper_end(
    shop: World, store: Store
) -> None:
    save(store, experiment(low=-5))
    warehouse = shop.warehouse()
    held = measured(warehouse, Scope("CNY"), store.list(SPEND_EXPERIMENT, "world"))
    warehouse.close()
    [one] = held["paid_search"]
    assert (one.cost, one.high) == (200, None)


def test_under_a_market_filter_experiments_say_nothing(shop: World, store: Store) -> None:
    save(store, experiment())
    warehouse = shop.warehouse()
    cn = Scope.of("CNY", market=frozenset({"CN"}))
    assert measured(warehouse, cn, store.list(SPEND_EXPERIMENT, "world")) == {}
    warehouse.close()


def test_one_channel_alone_has_nobody_to_give_to(found: Saturation) -> None:
    assert best_shift(movables(found, {})) is None


def ask(
    shop: World, folder: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, str, str]:
    file = settings_file(folder, shop)
    file.write_text(
        f'[store]\nurl = "sqlite:///{folder}/store.sqlite"\n' + file.read_text("utf-8"), "utf-8"
    )
    code = main(["saturation", "--settings", str(file), "--shop", "world", *more])
    return code, *capsys.readouterr()


def test_the_command_line_says_what_the_page_says(
    shop: World, found: Saturation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ask(shop, tmp_path, capsys, "--format", "json", "--lang", "en")
    assert code == 0
    document = json.loads(out)
    search, direct = document["channels"]
    known = found.of("paid_search")
    assert known is not None
    assert known.curve is not None
    assert search["marginal_cac"]["value"] == known.curve.marginal.value
    assert len(search["curve"]["points"]) == 41
    assert direct["refused"]["reason"] == "no_spend"
    assert direct["refused"]["sentence"] == "No spend on record: there is nothing to move."


def test_a_recorded_experiment_is_in_every_format(
    shop: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(open_store(f"sqlite:///{tmp_path}/store.sqlite"), experiment())
    _, out, _ = ask(shop, tmp_path, capsys, "--format", "json")
    assert json.loads(out)["channels"][0]["experiments"][0]["in_force"] is True
    _, out, _ = ask(shop, tmp_path, capsys, "--format", "csv")
    first = next(csv.DictReader(io.StringIO(out)))
    assert (first["marginal_cac"], first["evidence"]) == ("200.0", "experiment")
    _, out, _ = ask(shop, tmp_path, capsys, "--lang", "zh")
    assert "实验测得" in out
    assert "geo hold-out" in out


def test_the_words_of_the_table_are_in_both_languages(found: Saturation) -> None:
    from metrics.saturation.text import table_row

    last = date(2025, 2, 23)
    for channel in found.channels:
        en, zh = (table_row(channel, {}, "CNY", tr, last) for tr in (Text("en"), Text("zh")))
        assert en[-1] != zh[-1]
