"""A wrong setting names the key, what was found and what is allowed, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.settings import (
    SETTINGS_VARIABLE,
    ReferralRules,
    Settings,
    load_settings,
    parse_settings,
)
from i18n import LANGUAGES, Language, Problem, Text, Words

SHOP = {"name": {"en": "Shop", "zh": "店"}, "url": "duckdb:///var/shop"}
ROOT = Path(__file__).resolve().parents[2]


def settings(**more: Any) -> Settings:
    return parse_settings({"shops": {"a": {**SHOP}}, **more})


def problem(**more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        settings(**more)
    return caught.value


@pytest.mark.parametrize(
    ("key", "found", "allowed"),
    [
        ("reporting.timezone", "Beijing", Words("IANA time zone", "IANA 时区")),
        ("reporting.currency", "yuan", Words("three-letter", "三位货币代码")),
        ("reporting.base_currency", "$", Words("three-letter", "三位货币代码")),
        ("reporting.week_start", "friday", Words("monday' or 's", "monday' 或 's")),
        ("reporting.refund_day", "never", Words("order' or 'r", "order' 或 'r")),
        ("reporting.ltv_value", "gmv", Words("gross_margin' or 'n", "gross_margin' 或 'n")),
        ("reporting.margin_rate", 40, Words("below 1.", "小于 1 的数")),
        ("reporting.margin_rate", 0, Words("above 0.", "大于 0 的数")),
        ("reporting.margin_rate", "much", Words("a number", "数字")),
        ("reporting.activity_events", "search", Words("a list such", "列表，如")),
        ("reporting.include_test_users", "perhaps", Words("true or false", "true 或 false")),
        ("reporting.lifecycle.activation_event", "", Words("not empty", "非空文本")),
        ("reporting.lifecycle.activation_days", 0, Words("at least 1.", "不小于 1 的数")),
        ("reporting.lifecycle.convert_days", 9999, Words("at most 730.", "不大于 730 的数")),
        ("reporting.lifecycle.refer_days", "soon", Words("a whole number", "整数")),
        ("reporting.lifecycle.retain_to_day", 3, Words("retain_from_day", "retain_from_day")),
        ("reporting.states.new_days", 0, Words("at least 1.", "不小于 1 的数")),
        ("reporting.states.dormant_days", 30, Words("active_days", "active_days")),
        ("limits.statement_seconds", 0, Words("at least 1.", "不小于 1 的数")),
        ("limits.statement_seconds", 3601, Words("at most 3600.", "不大于 3600 的数")),
        ("limits.threads", "many", Words("a whole number", "整数")),
        ("limits.memory", "lots", Words("500MB or 4GB", "500MB、4GB")),
        ("limits.keep_versions", 1, Words("at least 2.", "不小于 2 的数")),
        ("store.url", 5, Words("text in quotes", "带引号的文本")),
        ("shops.a.url", "nonsense", Words("duckdb:///FOLDER", "duckdb:///目录")),
        ("shops.a.url", "mysql://x/y", Words("duckdb:///FOLDER", "duckdb:///目录")),
        ("shops.a.url", "duckdb://", Words("duckdb:///FOLDER", "duckdb:///目录")),
        ("shops.a.name", 3, Words("a table of keys", "键值表")),
        ("shops.a.markets", [], Words("a table of keys", "键值表")),
        ("shops.a.reporting", 3, Words("a table of keys", "键值表")),
        ("shops.a.reporting.timezone", "GMT+25", Words("IANA time zone", "IANA 时区")),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_value_is_named(key: str, found: Any, allowed: Words, language: Language) -> None:
    raw: dict[str, Any] = {"shops": {"a": {**SHOP}}}
    *above, last = key.split(".")
    table = raw
    for name in above:
        table = table.setdefault(name, {})
    table[last] = found
    with pytest.raises(Problem) as caught:
        parse_settings(raw)
    tr = Text(language)
    assert caught.value.code == "setting_wrong"
    for part in (key, repr(found), tr(allowed)):
        assert part in caught.value.say(tr)


@pytest.mark.parametrize("key", ["Demo", "my shop", "店", "9", "a" * 29])
def test_a_key_that_cannot_be_an_address_or_a_schema_is_named(key: str) -> None:
    with pytest.raises(Problem, match="small letters") as caught:
        parse_settings({"shops": {key: {**SHOP}}})
    assert key in str(caught.value)


def test_a_password_in_a_wrong_url_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NS_SECRET", "s3cret")
    url = "oracle://ns:${NS_SECRET}@db/ns"
    with pytest.raises(Problem) as caught:
        parse_settings({"shops": {"a": {**SHOP, "url": url}}})
    assert "s3cret" not in str(caught.value)
    assert "oracle://ns:***@db/ns" in str(caught.value)


def test_a_shop_inherits_single_keys_of_a_table() -> None:
    """The shop says two days; the event is everybody's."""
    common = {"lifecycle": {"activation_event": "search"}}
    own = {**SHOP, "reporting": {"lifecycle": {"activation_days": 2}}}
    found = parse_settings({"reporting": common, "shops": {"a": own}}).shop("a").reporting
    assert (found.lifecycle.activation_event, found.lifecycle.activation_days) == ("search", 2)


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
    with pytest.raises(Problem, match="can't be read as TOML"):
        load_settings()
    with pytest.raises(Problem, match="can't be read as TOML"):
        load_settings(tmp_path)


def test_the_shipped_file_is_right_and_every_key_is_explained() -> None:
    found = load_settings(ROOT / "northstar.toml")
    assert list(found.shops) == ["demo", "uci", "merch"]
    guide = (ROOT / "docs/guides/settings.md").read_text("utf-8")
    explained = [
        *type(found.reporting).model_fields,
        *type(found.reporting.lifecycle).model_fields,
        *type(found.limits).model_fields,
        *type(found.store).model_fields,
        *(set(type(found.shop("uci")).model_fields) - {"reporting"}),
    ]
    assert [key for key in explained if f"`{key}`" not in guide] == []


def test_a_shop_changes_one_rule_of_referral_and_inherits_the_other() -> None:
    found = parse_settings(
        {
            "reporting": {"referral": {"invite_days": 14, "accept_days": 7}},
            "shops": {
                "a": {
                    "name": {"en": "A", "zh": "甲"},
                    "url": "duckdb:///a",
                    "reporting": {"referral": {"accept_days": 3}},
                }
            },
        }
    )
    assert found.shop("a").reporting.referral == ReferralRules(invite_days=14, accept_days=3)


def test_every_rule_of_referral_is_explained() -> None:
    guide = (ROOT / "docs/guides/settings.md").read_text("utf-8")
    assert [key for key in ReferralRules.model_fields if f"| `{key}` |" not in guide] == []
