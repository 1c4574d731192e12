"""Both shops in a folder of their own, and the dashboard that serves them, once for the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from data.building import import_mapping
from data.cli import main
from data.settings import load_settings
from tests.e2e.reading import Reader
from tests.services.server import AppServer

SETTINGS = """
[store]
url = "sqlite:///{folder}/store.sqlite"
[shops.demo]
name = {{ en = "Demo shop", zh = "演示店铺" }}
url = "duckdb:///{folder}/demo"
[shops.demo.reporting]
timezone = "Asia/Shanghai"
currency = "CNY"
[shops.uci]
name = {{ en = "Gift shop", zh = "礼品店" }}
url = "duckdb:///{folder}/uci"
[shops.uci.reporting]
timezone = "Europe/London"
currency = "GBP"
ltv_value = "net_revenue"
[shops.team]
name = {{ en = "Team", zh = "团队" }}
url = "duckdb:///{folder}/uci"
[shops.team.reporting]
timezone = "Europe/London"
currency = "GBP"
"""
MAPPING = Path(__file__).resolve().parents[2] / "data/samples/uci_online_retail/mapping.yaml"


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings file of a small demo shop and of the real shop; `team` is the real shop once
    more, with records of its own."""
    folder = tmp_path_factory.mktemp("shops")
    file = folder / "northstar.toml"
    file.write_text(SETTINGS.format(folder=folder), "utf-8")
    made = main(["demo", "--settings", str(file), "--preset", "tiny", "--quiet"])
    assert made == 0
    import_mapping(load_settings(file), MAPPING)
    return file


@pytest.fixture
def served(app_server: Callable[..., AppServer], shops: Path) -> str:
    """Where the dashboard is. A traceback in its log fails the test."""
    return str(app_server(settings=shops).address)


@pytest.fixture
def reader(new_page: Callable[..., Page], served: str) -> Iterator[Callable[..., Reader]]:
    """Call it for a fresh reader with a browser of their own; none may end with console errors."""
    readers: list[Reader] = []

    def create(**browser: object) -> Reader:
        made = Reader(new_page(**browser), served)
        readers.append(made)
        return made

    yield create
    for one in readers:
        assert one.faults() == []
