"""A wrong setting names the key, what was found and what is allowed, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.settings import SETTINGS_VARIABLE, Settings, load_settings, parse_settings
from i18n import LANGUAGES, Problem, Text

SHOP = {"name": {"en": "Shop", "zh": "店"}, "url": "duckdb:///var/shop"}
ROOT = Path(__file__).resolve().parents[2]


def settings(**more: Any) -> Settings:
    return parse_settings({"shops": {"a": {**SHOP}}, **more})


def problem(**more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        settings(**more)
    return caught.value


@pytest.mark.parametrize(
    ("wrong", "key", "found", "allowed"),
    [
        ({"reporting": {"timezone": "Beijing"}}, "reporting.timezone", "Beijing", "IANA"),
        ({"reporting": {"currency": "yuan"}}, "reporting.currency", "yuan", "CNY"),
        ({"reporting": {"week_start": "friday"}}, "reporting.week_start", "friday", "monday"),
        ({"reporting": {"refund_day": "never"}}, "reporting.refund_day", "never", "order"),
        ({"reporting": {"margin_rate": 40}}, "reporting.margin_rate", "40", "1.0"),
        ({"limits": {"statement_seconds": 0}}, "limits.statement_seconds", "0", "1"),
        ({"limits": {"memory": "lots"}}, "limits.memory", "lots", "MB|GB"),
        ({"limits": {"keep_versions": 1}}, "limits.keep_versions", "1", "2"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_value_is_named(
    wrong: dict[str, Any], key: str, found: str, allowed: str, language: str
) -> None:
    said = problem(**wrong).say(Text("zh" if language == "zh" else "en"))
    assert key in said
    assert found in said
    assert allowed in said


def test_a_typo_is_named_and_not_ignored() -> None:
    found = problem(reporting={"time_zone": "Asia/Shanghai"})
    assert found.code == "setting_unknown"
    assert "reporting.time_zone" in str(found)


def test_no_shop_at_all_is_named() -> None:
    with pytest.raises(Problem, match="shops"):
        parse_settings({})


def test_a_shop_without_a_url_is_named() -> None:
    with pytest.raises(Problem, match=r"shops\.a\.url"):
        parse_settings({"shops": {"a": {"name": SHOP["name"]}}})


def test_a_shop_inherits_key_by_key() -> None:
    """The common zone holds for both shops; one has its own currency."""
    found = parse_settings(
        {
            "reporting": {"timezone": "Asia/Shanghai", "currency": "CNY"},
            "shops": {"a": {**SHOP}, "b": {**SHOP, "reporting": {"currency": "USD"}}},
        }
    )
    assert [s.reporting.timezone for s in found.shops.values()] == ["Asia/Shanghai"] * 2
    assert [s.reporting.currency for s in found.shops.values()] == ["CNY", "USD"]


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = {**SHOP, "url": "postgresql+psycopg://ns:${NS_SECRET}@db/ns"}
    monkeypatch.setenv("NS_SECRET", "s3cret")
    assert parse_settings({"shops": {"a": shop}}).shop("a").url.endswith("ns:s3cret@db/ns")
    monkeypatch.delenv("NS_SECRET")
    with pytest.raises(Problem, match="NS_SECRET"):
        parse_settings({"shops": {"a": shop}})


def test_an_unknown_shop_lists_those_there_are() -> None:
    with pytest.raises(Problem, match="Choose one of: a"):
        settings().shop("b")


def test_a_missing_and_a_broken_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ns.toml"
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    with pytest.raises(Problem, match=r"ns\.toml does not exist"):
        load_settings()
    file.write_text("[shops\n", "utf-8")
    with pytest.raises(Problem, match="TOML"):
        load_settings()


def test_the_shipped_file_is_right_and_every_key_is_explained() -> None:
    found = load_settings(ROOT / "northstar.toml")
    assert list(found.shops) == ["demo", "uci"]
    guide = (ROOT / "docs/guides/settings.md").read_text("utf-8")
    explained = [
        *type(found.reporting).model_fields,
        *type(found.limits).model_fields,
        *type(found.store).model_fields,
        *(set(type(found.shop("uci")).model_fields) - {"reporting"}),
    ]
    assert [key for key in explained if f"`{key}`" not in guide] == []
