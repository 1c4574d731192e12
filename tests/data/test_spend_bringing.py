"""Files of spend brought into a shop that is there, and its channel table, by the command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.channel_file import as_csv, from_csv
from data.channel_listing import campaigns, moves, raw_channels, unmapped, written
from data.channels import ChannelRule, ChannelRules
from data.cli import main
from data.importing.spend_reports import report_mapping
from data.schema import contract
from data.scope import LOCAL_VIEWER
from data.settings import load_settings
from data.spend_preview import preview
from data.warehouse import Shelf
from i18n import Problem
from metrics.channel_table import kept, put_rules, rules_in, rules_of, save
from store import EditConflict, open_store
from tests.metrics.shops import settings_file
from tests.world import World, days, fx, order, user, world

JANUARY = date(2024, 1, 1)
GOOGLE = "Day,Campaign,Campaign ID,Currency code,Cost\n"
SHEET = "day,channel,campaign,spend,currency\n"


@pytest.fixture(params=["duckdb", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Two customers, and rates of USD for January."""
    place = tmp_path / "wh"
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres_database")()
    return world(
        place,
        through="2024-02-01",
        users=[user(1, channel="cpc"), user(2, channel="小红书")],
        orders=[order(1, "2024-01-05", 10), order(2, "2024-01-06", 20)],
        fx_rates=fx("USD", 7, *days(JANUARY, 31)),
    )


@pytest.fixture
def settings(made: World, tmp_path: Path) -> Path:
    file = settings_file(tmp_path, made)
    text = f'[store]\nurl = "sqlite:///{tmp_path}/store.sqlite"\n' + file.read_text("utf-8")
    file.write_text(text, "utf-8")
    return file


def put(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def run(settings: Path, *arguments: str) -> int:
    common = ("--settings", str(settings), "--lang", "en", "--quiet")
    return main((*arguments, *common), rules=rules_in, save_rules=put_rules)


def spent(settings: Path) -> dict[tuple[str, str], Decimal]:
    """Spend by account and currency, as stored."""
    s = contract.tables["marketing_spend"].c
    versions = Shelf.of(load_settings(settings), "world").versions
    current = versions.current()
    assert current is not None
    engine = versions.reader(current)
    with engine.connect() as connection:
        rows = connection.execute(
            select(s.source, s.currency, func.sum(s.spend)).group_by(s.source, s.currency)
        ).all()
    engine.dispose()
    return {(str(source), str(currency)): amount for source, currency, amount in rows}


def test_a_second_upload_of_a_day_replaces_it_and_says_so(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """$10 on the 1st and $20 on the 2nd; then the 2nd again with $25 and the 3rd with $5: 40. The
    sheet's own rows of the 2nd stay."""
    first = put(tmp_path, "a.csv", GOOGLE + "2024-01-01,A,1,USD,10\n2024-01-02,A,1,USD,20\n")
    again = put(tmp_path, "b.csv", GOOGLE + "2024-01-02,A,1,USD,25\n2024-01-03,A,1,USD,5\n")
    sheet = put(tmp_path, "c.csv", SHEET + "2024-01-02,小红书,,7,CNY\n")
    assert run(settings, "spend", first, sheet, "--shop", "world") == 0
    capsys.readouterr()
    assert run(settings, "spend", again, "--shop", "world") == 0
    out = capsys.readouterr().out
    assert "google_ads: 2024-01-02 is there already and replaced: $20.00 becomes $25.00" in out
    assert spent(settings) == {("google_ads", "USD"): 40, ("spend_sheet", "CNY"): 7}
    capsys.readouterr()
    assert run(settings, "spend", again, "--shop", "world") == 0
    assert "replaced" not in capsys.readouterr().out
    assert spent(settings)["google_ads", "USD"] == 40


def test_a_preview_says_everything_and_writes_nothing(settings: Path, tmp_path: Path) -> None:
    """Two currencies, a credit note, a day missing, a name changed, a currency without a rate."""
    text = GOOGLE + ("2024-01-01,Old,1,USD,10\n2024-01-03,New,1,USD,30\n2024-01-03,Q,2,NOK,-5\n")
    sheet = SHEET + "2024-01-01,小红书,种草,8,CNY\n"
    paths = [Path(put(tmp_path, "a.csv", text)), Path(put(tmp_path, "c.csv", sheet))]
    loaded = load_settings(settings)
    mapping = report_mapping(paths, "world", loaded.shop("world"))
    p = preview(loaded, mapping, ChannelRules())
    assert p.spend == {"CNY": 8, "NOK": -5, "USD": 40}
    assert (p.rows, p.days, p.missing) == (4, 2, (date(2024, 1, 2),))
    assert (p.credit_rows, p.credits) == (1, {"NOK": -5})
    assert p.unrated == ("NOK",)
    assert p.renamed == (("New", "Old"),)
    assert [(c.campaign, c.channel) for c in p.campaigns] == [
        ("种草", "小红书"), ("New", "paid_search"), ("Q", "paid_search"),
    ]  # fmt: skip
    assert p.channels == {"paid_search": {"USD": 40, "NOK": -5}, "小红书": {"CNY": 8}}
    assert p.accounts == ("google_ads", "spend_sheet")
    assert spent(settings) == {}


def test_the_same_money_under_another_account_is_told(settings: Path, tmp_path: Path) -> None:
    one = put(tmp_path, "a.csv", GOOGLE + "2024-01-01,A,1,USD,10\n2024-01-02,B,2,USD,5\n")
    assert run(settings, "spend", one, "--shop", "world", "--account", "EU") == 0
    loaded = load_settings(settings)
    p = preview(loaded, report_mapping([Path(one)], "world", loaded.shop("world")), ChannelRules())
    assert [(a.source, a.days, a.spend) for a in p.also_there] == [("EU", 2, 15)]


def test_two_files_that_speak_of_one_day_are_refused(settings: Path, tmp_path: Path) -> None:
    one = put(tmp_path, "a.csv", GOOGLE + "2024-01-01,A,1,USD,10\n")
    other = put(tmp_path, "b.csv", GOOGLE + "2024-01-01,A,1,USD,11\n")
    assert run(settings, "spend", one, other, "--shop", "world") == 2
    assert spent(settings) == {}


def test_a_file_without_a_single_day_is_refused(settings: Path, tmp_path: Path) -> None:
    text = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)\n"
    week = put(tmp_path, "w.csv", text + "2024-01-01,2024-01-07,A,70\n")
    loaded = load_settings(settings)
    mapping = report_mapping([Path(week)], "world", loaded.shop("world"))
    with pytest.raises(Problem) as caught:
        preview(loaded, mapping, ChannelRules())
    assert caught.value.code == "spend_nothing"


def test_the_table_is_loaded_applied_and_saved_by_the_command_line(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """小红书 has spend 8 and one user, cpc one user: both without a channel, spend first."""
    sheet = put(tmp_path, "c.csv", SHEET + "2024-01-01,小红书,种草,8,CNY\n")
    table = put(tmp_path, "t.csv", "raw,channel\n小红书,content\nCPC,paid_search\n")
    assert run(settings, "spend", sheet, "--shop", "world") == 0
    capsys.readouterr()
    assert run(settings, "channels", "--shop", "world") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("✕ 小红书 | 小红书 | 8.00 | 1 | 1 |")
    assert lines[2].startswith("✕ cpc | cpc | 0.00 | 0 | 1 |")
    assert run(settings, "channels", "--shop", "world", "--load", table) == 1
    assert "has changed since the data was cut" in capsys.readouterr().out
    saved = tmp_path / "out.csv"
    done = run(settings, "channels", "--shop", "world", "--apply", "--save", str(saved))
    assert done == 0
    assert from_csv(saved.read_text("utf-8")) == from_csv(Path(table).read_text("utf-8"))
    capsys.readouterr()
    assert run(settings, "channels", "--shop", "world") == 0
    assert "✕" not in capsys.readouterr().out


def test_rules_move_spend_and_users_together(settings: Path, tmp_path: Path) -> None:
    sheet = put(tmp_path, "c.csv", SHEET + "2024-01-01,小红书,种草,8,CNY\n2024-01-02,tv,,2,USD\n")
    assert run(settings, "spend", sheet, "--shop", "world") == 0
    found = written(Shelf.of(load_settings(settings), "world").open(LOCAL_VIEWER), "CNY")
    assert unmapped(campaigns(found, ChannelRules())) == (2, 22.0, 0)
    after = ChannelRules((ChannelRule("content", raw="小红书"),))
    (move,) = moves(found, ChannelRules(), after)
    assert (move.before, move.after, move.spend, move.users) == ("小红书", "content", 8.0, 1)
    first = raw_channels(found, after)[0]
    assert (first.raw, first.spend, first.open) == ("tv", 14.0, True)


def test_a_table_as_a_file_comes_back_as_it_was() -> None:
    rules = ChannelRules(
        (ChannelRule("kol", raw="-cpc", campaign="=a,*"), ChannelRule("email", source='x "y"'))
    )
    assert from_csv(as_csv(rules)) == rules
    with pytest.raises(Problem) as caught:
        from_csv("a,b\n1,2\n")
    assert caught.value.code == "channel_file"


def test_two_people_who_edit_the_table_at_once_are_told(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    mine = ChannelRules((ChannelRule("kol", raw="a"),))
    save(store, "world", mine, author="Anna", based_on=None)
    with pytest.raises(EditConflict):
        save(store, "world", ChannelRules(), author="Bo", based_on=None)
    found = kept(store, "world")
    assert found is not None
    assert found.author == "Anna"
    assert rules_of(found) == mine


def test_a_store_that_is_gone_stops_no_import(settings: Path, tmp_path: Path) -> None:
    """The data goes on by the rules that it was cut by."""
    loaded = load_settings(settings)
    assert rules_in(loaded, "world") is None
    rules = ChannelRules((ChannelRule("kol", raw="cpc"),))
    put_rules(loaded, "world", rules)
    assert rules_in(loaded, "world") == rules
    assert run(settings, "channels", "--shop", "world", "--apply") == 0
    for lost in ("no database", None):
        place = tmp_path / "store.sqlite"
        place.unlink() if lost is None else place.write_text(lost, "utf-8")
        assert rules_in(loaded, "world") is None
        sheet = put(tmp_path, "c.csv", SHEET + "2024-01-01,cpc,,8,CNY\n")
        assert run(settings, "spend", sheet, "--shop", "world") == 0
        warehouse = Shelf.of(loaded, "world").open(LOCAL_VIEWER)
        assert warehouse.channel_rules == rules


def test_a_day_that_is_there_already_is_not_missing(settings: Path, tmp_path: Path) -> None:
    """The 2nd is stored, the 3rd is not; another account's 3rd fills no gap of this one."""
    first = put(tmp_path, "a.csv", GOOGLE + "2024-01-02,A,1,USD,20\n")
    assert run(settings, "spend", first, "--shop", "world") == 0
    text = GOOGLE + "2024-01-01,A,1,USD,10\n2024-01-04,A,1,USD,5\n"
    sheet = SHEET + "2024-01-03,tv,,1,CNY\n"
    paths = [Path(put(tmp_path, "b.csv", text)), Path(put(tmp_path, "c.csv", sheet))]
    loaded = load_settings(settings)
    p = preview(loaded, report_mapping(paths, "world", loaded.shop("world")), ChannelRules())
    assert p.missing == (date(2024, 1, 3),)
