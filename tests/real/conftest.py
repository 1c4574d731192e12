"""The real shops, each imported once for all tests that read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.building import Imported, import_mapping
from data.scope import LOCAL_VIEWER
from data.settings import Settings, load_settings
from data.warehouse import Shelf, Warehouse

MAPPING = Path("data/samples/uci_online_retail/mapping.yaml")
MERCH_MAPPING = Path("data/samples/google_merch_day/mapping.yaml")


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


@pytest.fixture(scope="session")
def merch_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("merch")
    settings = load_settings()
    shop = settings.shop("merch").model_copy(update={"url": f"duckdb:///{folder}"})
    return settings.model_copy(update={"shops": {"merch": shop}})


@pytest.fixture(scope="session")
def merch_import(merch_settings: Settings) -> Imported:
    return import_mapping(merch_settings, MERCH_MAPPING)


@pytest.fixture(scope="session")
def merch(merch_settings: Settings, merch_import: Imported) -> Warehouse:
    assert merch_import.built is not None
    return Shelf.of(merch_settings, "merch").open(LOCAL_VIEWER)
