"""The mappings that ship for common exports read their sample files completely."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from data.importing.expressions import EXPRESSION_KEYS, PREDICATE_KEYS, Test
from data.importing.mapping import load_mapping
from data.importing.reading import Batch, read_sources

FOLDER = Path(__file__).parents[2] / "data" / "samples" / "mappings"


def sample(name: str) -> Batch:
    return read_sources(load_mapping(FOLDER / name / "mapping.yaml"))


@pytest.mark.parametrize("name", ["plain", "shopify"])
def test_no_row_of_a_sample_is_rejected_or_left(name: str) -> None:
    batch = sample(name)
    assert batch.rejects.num_rows == 0
    assert batch.set_aside.num_rows == 0
    assert all(file.rows_read == file.rows_loaded > 0 for file in batch.files)


def test_shopify_lines_make_orders_and_refunds() -> None:
    """#1002: 2 × 10.00 + 1 × 5.00 = 25.00 before a discount of 2.50; 10.00 came back.
    18:20 at +01:00 is 17:20 UTC."""
    batch = sample("shopify")
    orders = {row["order_id"]: row for row in batch.tables["orders"].to_pylist()}
    two = orders["#1002"]
    assert (two["gross_amount"], two["discount_amount"]) == (Decimal(25), Decimal("2.5"))
    assert (two["status"], two["country"], two["platform"]) == ("paid", "FR", "web")
    assert two["ordered_at"] == datetime(2024, 5, 2, 17, 20)
    assert {number: order["status"] for number, order in orders.items()} == {
        "#1001": "paid", "#1002": "paid", "#1003": "cancelled"}  # fmt: skip
    (refund,) = batch.tables["refunds"].to_pylist()
    assert (refund["order_id"], refund["amount"]) == ("#1002", Decimal(10))
    assert batch.tables["order_items"].num_rows == 4


def test_shopify_customers_are_told_apart_without_their_addresses() -> None:
    orders = {row["order_id"]: row for row in sample("shopify").tables["orders"].to_pylist()}
    assert orders["#1001"]["user_id"] is None
    assert orders["#1002"]["user_id"] == orders["#1003"]["user_id"]
    assert len(orders["#1002"]["user_id"]) == 16
    assert "@" not in orders["#1002"]["user_id"]


def test_plain_files_in_chinese_words() -> None:
    """00:20 of 1 May in Shanghai is 16:20 of 30 April in UTC."""
    batch = sample("plain")
    orders = batch.tables["orders"].to_pylist()
    assert [(o["status"], o["gross_amount"]) for o in orders] == [
        ("paid", Decimal("1234.5")), ("paid", Decimal(88)), ("pending", Decimal(45))]  # fmt: skip
    users = batch.tables["users"].to_pylist()
    assert users[1]["registered_at"] == datetime(2024, 4, 30, 16, 20)
    assert [user["is_test"] for user in users] == [False, False, True]
    assert batch.tables["events"].num_rows == 4


def test_the_guides_own_mapping_is_right(tmp_path: Path) -> None:
    """What a reader copies from the guide is accepted as it stands."""
    guide = (FOLDER.parents[2] / "docs" / "guides" / "importing.md").read_text("utf-8")
    path = tmp_path / "mapping.yaml"
    path.write_text(guide.split("```yaml\n")[1].split("```")[0], "utf-8")
    mapping = load_mapping(path)
    assert [source.name for source in mapping.sources] == ["order_lines", "customers"]
    assert mapping.replaces() == {"users"}
    assert mapping.through() == datetime(2024, 6, 30, 16)


def test_the_guide_names_every_expression_and_condition() -> None:
    guide = (FOLDER.parents[2] / "docs" / "guides" / "importing.md").read_text("utf-8")
    questions = [field.alias or name for name, field in Test.model_fields.items()]
    for word in (*EXPRESSION_KEYS, *PREDICATE_KEYS, *questions):
        assert f"{word}:" in guide or f"`{word}`" in guide, word
