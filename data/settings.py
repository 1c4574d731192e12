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

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.wrong_settings import wrong_setting
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


def _known_key(key: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,27}", key):
        raise PydanticCustomError("shop_key", "a short lower-case key")
    return key


def _known_size(size: str) -> str:
    if not re.fullmatch(r"\d+(MB|GB)", size):
        raise PydanticCustomError("size", "a size in MB or GB")
    return size


Zone = Annotated[str, AfterValidator(_known_zone)]
Currency = Annotated[str, AfterValidator(_known_currency)]
WarehouseUrl = Annotated[str, AfterValidator(_known_database)]
ShopKey = Annotated[str, AfterValidator(_known_key)]
"""It is part of page addresses and of a server's schema names, which end at 63 letters."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Days = Annotated[int, Field(ge=1, le=730)]


class LifecycleRules(_Strict):
    """When a stage of the lifecycle counts as reached; the rules stand on the page."""

    activation_event: Annotated[str, Field(min_length=1)] = "add_to_cart"
    activation_days: Days = 7
    retain_from_day: Days = 7
    retain_to_day: Days = 30
    """Both days are included: 7 to 30 is day 7 up to and including day 30."""
    convert_days: Days = 30
    refer_days: Days = 60

    @field_validator("retain_to_day")
    @classmethod
    def _after_it_begins(cls, last: int, info: ValidationInfo) -> int:
        if last < info.data.get("retain_from_day", last):
            raise PydanticCustomError("retain_order", "a day not before retain_from_day")
        return last


class ReferralRules(_Strict):
    """How long invitations and their acceptances count; both stand beside the numbers."""

    invite_days: Days = 30
    """An invitation counts when it is sent within so many days of the inviter's registration."""
    accept_days: Days = 30
    """An acceptance counts within so many days of the sending."""


class StateRules(_Strict):
    """When a user is new, active, dormant, churned or resurrected, in days of the calendar."""

    new_days: Days = 30
    """New for so many days after registration, whatever else holds."""
    active_days: Days = 30
    """Active while the last active day lies no more than so many days back; a longer gap is one to
    come back from."""
    dormant_days: Days = 90
    """Dormant up to and including so many days since the last active one, churned after it."""
    resurrected_days: Days = 30
    """Resurrected for so many days after coming back."""

    @field_validator("dormant_days")
    @classmethod
    def _after_active(cls, last: int, info: ValidationInfo) -> int:
        if last <= info.data.get("active_days", 0):
            raise PydanticCustomError("dormant_order", "more days than active_days")
        return last


class AttributionRules(_Strict):
    """Which touches before an order share its credit; printed beside the credits."""

    lookback_days: Days = 30
    """Touches count that lie no more than so many times 24 hours before the order."""
    half_life_days: Days = 7
    """Under time decay a touch weighs half as much as one so many days later."""
    kinds: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Kinds of touch that count (click, view, code); empty means every kind."""


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
    paid_channels: tuple[str, ...] = (
        "paid_search", "paid_social", "short_video", "kol", "affiliate", "partner", "offline",
    )  # fmt: skip
    """Channels whose customers are bought: the paid acquisition cost is theirs alone."""
    lifecycle: LifecycleRules = LifecycleRules()
    referral: ReferralRules = ReferralRules()
    states: StateRules = StateRules()
    attribution: AttributionRules = AttributionRules()

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
    memory: Annotated[str, AfterValidator(_known_size)] = "3GB"
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
            shop["reporting"] = _inherited(common, own)
    try:
        return Settings.model_validate(filled)
    except ValidationError as error:
        raise wrong_setting(error.errors()[0], file) from error


def _inherited(common: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The shop's own keys on top of the common ones, inside tables as well."""
    merged = {**common, **own}
    for key, value in own.items():
        above = common.get(key)
        if isinstance(value, dict) and isinstance(above, dict):
            merged[key] = _inherited(above, value)
    return merged


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
