"""`northstar.toml`, read and checked once at start.

One file says which shops there are, where their warehouses lie, and the parameters of the
definitions (time zone, currency, week start, windows). Secrets never stand in it: a value may say
`${NAME}`, which is taken from the environment. A wrong setting names the key, the value found and
what is allowed.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from i18n import Problem, Words

SETTINGS_VARIABLE = "NORTHSTAR_SETTINGS"
DEFAULT_FILE = Path("northstar.toml")


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("zone", "an IANA time zone")
    return name


def _known_currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise PydanticCustomError("currency", "a currency code")
    return code


def _known_database(url: str) -> str:
    """A database that is tested here, and a URL that names a place in it."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise PydanticCustomError("warehouse_url", "a warehouse URL") from error
    if parsed.drivername not in ("duckdb", "postgresql+psycopg") or not parsed.database:
        raise PydanticCustomError("warehouse_url", "a warehouse URL")
    return url


Zone = Annotated[str, AfterValidator(_known_zone)]
Currency = Annotated[str, AfterValidator(_known_currency)]
WarehouseUrl = Annotated[str, AfterValidator(_known_database)]
ShopKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,27}$")]
"""It is part of page addresses and of a server's schema names, which end at 63 letters."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reporting(_Strict):
    """The parameters of the definitions. Each one is printed where its number is explained."""

    timezone: Zone = "UTC"
    currency: Currency = "CNY"
    base_currency: Currency | None = None
    """The currency that `fx_rates` are quoted in; the reporting currency unless set."""
    week_start: Literal["monday", "sunday"] = "monday"
    activity_events: tuple[str, ...] = ()
    """Events that count as activity; empty means any event the user caused."""
    refund_day: Literal["order", "refund"] = "order"
    """Whether a refund reduces net revenue on the day of its order or on its own day."""
    margin_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Assumed gross margin where cost is unknown; printed as an assumption wherever it is used."""
    ltv_value: Literal["gross_margin", "net_revenue"] = "gross_margin"
    include_test_users: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Name(_Strict):
    en: str
    zh: str

    @property
    def words(self) -> Words:
        return Words(self.en, self.zh)


class Shop(_Strict):
    """One shop: its own warehouse, and where its definitions differ from the common ones."""

    name: Name
    url: WarehouseUrl
    markets: dict[str, str] = {}
    """Country as the source writes it -> market. A country that is not listed is its own market."""
    reporting: Reporting = Reporting()


class StoreSettings(_Strict):
    url: str = "sqlite:///var/store.sqlite"


class Limits(_Strict):
    statement_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    memory: Annotated[str, Field(pattern=r"^\d+(MB|GB)$")] = "4GB"
    threads: Annotated[int, Field(ge=1, le=256)] = 2
    keep_versions: Annotated[int, Field(ge=2, le=100)] = 3


class Settings(_Strict):
    reporting: Reporting = Reporting()
    store: StoreSettings = StoreSettings()
    limits: Limits = Limits()
    shops: Annotated[dict[ShopKey, Shop], Field(min_length=1)]

    def shop(self, key: str) -> Shop:
        """The shop of that key, or a `Problem` that lists the shops there are."""
        if key not in self.shops:
            raise Problem(
                "unknown_shop",
                Words(
                    "There is no shop “{key}” in the settings.",
                    "设置文件中没有店铺“{key}”。",
                ),
                Words("Choose one of: {known}.", "可选店铺：{known}。"),
                key=key,
                known=", ".join(self.shops),
            )
        return self.shops[key]


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings file: `path`, else `$NORTHSTAR_SETTINGS`, else `northstar.toml`."""
    file = path or Path(os.environ.get(SETTINGS_VARIABLE, DEFAULT_FILE))
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Problem(
            "settings_missing",
            Words("The settings file {file} does not exist.", "找不到设置文件 {file}。"),
            Words(
                "Start in the project folder, or name the file in {variable}.",
                "请在项目目录中启动，或用环境变量 {variable} 指定文件。",
            ),
            file=file,
            variable=SETTINGS_VARIABLE,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Problem(
            "settings_unreadable",
            Words(
                "The settings file {file} can't be read as TOML: {error}.",
                "设置文件 {file} 无法按 TOML 读取：{error}。",
            ),
            Words("Mend what is named above.", "请修正上面指出的问题。"),
            file=file,
            error=error,
        ) from error
    return parse_settings(raw, str(file))


def parse_settings(raw: dict[str, Any], file: str = "northstar.toml") -> Settings:
    """Check settings that are already read; a shop inherits `[reporting]` key by key."""
    filled = _fill_secrets(raw, file)
    common = filled.get("reporting", {})
    for shop in filled.get("shops", {}).values() if isinstance(filled.get("shops"), dict) else ():
        own = shop.get("reporting", {}) if isinstance(shop, dict) else None
        if isinstance(own, dict) and isinstance(common, dict):
            shop["reporting"] = {**common, **own}
    try:
        return Settings.model_validate(filled)
    except ValidationError as error:
        raise _wrong_setting(error.errors()[0], file) from error


def _wrong_setting(first: ErrorDetails, file: str) -> Problem:
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
    "string_pattern_mismatch": Words("text like {pattern}", "符合 {pattern} 的文本"),
    "literal_error": Words("{expected}", "{expected}"),
    "greater_than": Words("a number above {gt}", "大于 {gt} 的数"),
    "greater_than_equal": Words("a number of at least {ge}", "不小于 {ge} 的数"),
    "less_than": Words("a number below {lt}", "小于 {lt} 的数"),
    "less_than_equal": Words("a number of at most {le}", "不大于 {le} 的数"),
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


def _fill_secrets(value: Any, file: str) -> Any:
    """`${NAME}` in any text is replaced by the environment's value."""
    if isinstance(value, dict):
        return {k: _fill_secrets(v, file) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill_secrets(v, file) for v in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda m: _secret(m.group(1), file), value)
    return value


def _secret(name: str, file: str) -> str:
    if name not in os.environ:
        raise Problem(
            "secret_missing",
            Words(
                "{file} asks for the environment variable {name}, which is not set.",
                "{file} 需要环境变量 {name}，但它没有设置。",
            ),
            Words("Set it and start again.", "请设置后重新启动。"),
            file=file,
            name=name,
        )
    return os.environ[name]
