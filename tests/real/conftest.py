"""The real shop, imported once for all tests that read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.building import Imported, import_mapping
from data.scope import LOCAL_VIEWER
from data.settings import Settings, load_settings
from data.warehouse import Shelf, Warehouse

MAPPING = Path("data/samples/uci_online_retail/mapping.yaml")


@pytest.fixture(scope="session")
def uci_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("uci")
    settings = load_settings()
    shop = settings.shop("uci").model_copy(update={"url": f"duckdb:///{folder}"})
    return settings.model_copy(update={"shops": {"uci": shop}})


@pytest.fixture(scope="session")
def uci_import(uci_settings: Settings) -> Imported:
    return import_mapping(uci_settings, MAPPING)


@pytest.fixture(scope="session")
def uci(uci_settings: Settings, uci_import: Imported) -> Warehouse:
    assert uci_import.built is not None
    return Shelf.of(uci_settings, "uci").open(LOCAL_VIEWER)
