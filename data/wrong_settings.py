"""What is told about a setting that is wrong: the key, the value found, what is allowed."""

from __future__ import annotations

import re

from pydantic_core import ErrorDetails

from i18n import Problem, Words


def wrong_setting(first: ErrorDetails, file: str) -> Problem:
    """One pydantic error, as a sentence: the key, the value found, what is allowed."""
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    if first["type"] == "extra_forbidden":
        return Problem(
            "setting_unknown",
            Words(
                "The setting “{key}” in {file} is not known.",
                "{file} 中的设置项“{key}”无法识别。",
            ),
            Words(
                "Check its spelling against docs/guides/settings.md.",
                "请对照 docs/guides/settings.md 检查拼写。",
            ),
            key=key,
            file=file,
        )
    if first["type"] == "missing":
        return Problem(
            "setting_missing",
            Words("The setting “{key}” is missing in {file}.", "{file} 缺少设置项“{key}”。"),
            Words(
                "Add it; see docs/guides/settings.md.", "请补充该项，参见 docs/guides/settings.md。"
            ),
            key=key,
            file=file,
        )
    return Problem(
        "setting_wrong",
        Words(
            "The setting “{key}” in {file} is {found}; allowed: {allowed}.",
            "{file} 中的设置项“{key}”为 {found}；允许的值：{allowed}。",
        ),
        Words("Correct it and start again.", "请改正后重新启动。"),
        key=key,
        file=file,
        found=_PASSWORD.sub(r"\1***@", repr(first["input"])),
        allowed=_allowed(first),
    )


_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")
"""A URL may hold a secret from the environment: it is never printed."""

_ALLOWED: dict[str, Words] = {
    "zone": Words(
        "an IANA time zone such as Asia/Shanghai or Europe/London",
        "IANA 时区，如 Asia/Shanghai、Europe/London",
    ),
    "currency": Words(
        "a three-letter currency code such as CNY, USD or GBP", "三位货币代码，如 CNY、USD、GBP"
    ),
    "warehouse_url": Words(
        "duckdb:///FOLDER or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
        "duckdb:///目录 或 postgresql+psycopg://用户:密码@主机/数据库",
    ),
    "shop_key": Words(
        "a key of at most 28 small letters, digits and _, a letter first",
        "以字母开头，由小写字母、数字和下划线组成，不超过 28 个字符",
    ),
    "size": Words("a size such as 500MB or 4GB", "容量，如 500MB、4GB"),
    "retain_order": Words("a day not before retain_from_day", "不早于 retain_from_day 的天数"),
    "dormant_order": Words("more days than active_days", "大于 active_days 的天数"),
    "string_too_short": Words("text that is not empty", "非空文本"),
    "literal_error": Words("{expected}", "{expected}"),
    "greater_than": Words("a number above {gt:g}", "大于 {gt:g} 的数"),
    "greater_than_equal": Words("a number of at least {ge:g}", "不小于 {ge:g} 的数"),
    "less_than": Words("a number below {lt:g}", "小于 {lt:g} 的数"),
    "less_than_equal": Words("a number of at most {le:g}", "不大于 {le:g} 的数"),
    "too_short": Words("at least {min_length} entry", "至少 {min_length} 项"),
}
"""What is allowed, by the kind of error; its holes are filled by the error's own figures."""

_KINDS: dict[str, Words] = {
    "int": Words("a whole number", "整数"),
    "float": Words("a number", "数字"),
    "bool": Words("true or false", "true 或 false"),
    "string": Words("text in quotes", "带引号的文本"),
    "tuple": Words('a list such as ["search"]', '列表，如 ["search"]'),
    "dict": Words("a table of keys and values", "键值表"),
    "model": Words("a table of keys and values", "键值表"),
}


def _allowed(error: ErrorDetails) -> Words:
    """What would have been right, in both languages."""
    figures = error.get("ctx", {})
    known = _ALLOWED.get(error["type"])
    if known is None:
        kind = error["type"].split("_")[0]
        return _KINDS.get(kind, Words(error["msg"], error["msg"]))
    expected = str(figures.get("expected", ""))
    texts = {**figures, "expected": expected}
    chinese = {**figures, "expected": expected.replace(" or ", " 或 ").replace(", ", "、")}
    return Words(known.en.format(**texts), known.zh.format(**chinese))
