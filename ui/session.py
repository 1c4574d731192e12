"""Where Streamlit meets the product: settings, warehouse, store, viewer, language, choice.

`begin()` runs once per page, before anything else: it reads the URL and pins the data version, so
that a page never mixes two. Everything else asks here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import pandas as pd
import streamlit as st
from sqlalchemy import Engine
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.dimensions import DIMENSIONS
from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.settings import Settings, load_settings
from data.warehouse import Shelf, Warehouse
from i18n import Text, Words, parse_language
from metrics.choices import Choices, choices
from metrics.periods import Grain
from store import Store, open_store
from ui.dates import default_grain, default_span
from ui.funnel.address import fault_of
from ui.url_state import PARAMETERS, Chosen, read, write

T = TypeVar("T")
CUSTOM_DATES = "custom_dates"
"""Whether the reader asked for a calendar, though a preset has the same days."""
_CHOSEN, _URL, _GENERATION, _RUN, _NOTICES = "chosen", "url", "generation", "run", "notices"
_PAGE = "page_path"


@dataclass(slots=True)
class Run:
    """What one run of a page holds on to."""

    warehouse: Warehouse | None = None


def begin() -> None:
    """Read the URL into the session and start a run; an empty query keeps what was chosen."""
    state = st.session_state
    state[_RUN] = Run()
    state[_NOTICES] = []
    query = dict(st.query_params.items())
    if _CHOSEN not in state:
        locale = parse_language(st.context.locale)
        state[_CHOSEN] = Chosen(lang=locale)
        state[_GENERATION] = 0
    known = {k: v for k, v in query.items() if k in PARAMETERS}
    if query and (known != state.get(_URL) or len(query) != len(known)):
        ignored = open_query(query)
        for name in ignored:
            notice(_IGNORED, name=name[:40])
        fault = fault_of(query["f"]) if "f" in ignored else None
        if fault is not None:
            notice(fault.what, **fault.values)
            notice(_ANOTHER_FUNNEL)


def open_query(query: Mapping[str, str]) -> tuple[str, ...]:
    """Choose what an address says and nothing else; the names of what in it could not be used."""
    state = st.session_state
    state[_CHOSEN], ignored = read(query, Chosen(lang=chosen().lang))
    state[_GENERATION] += 1
    state[CUSTOM_DATES] = False
    return ignored


_IGNORED = Words(
    "The address had a parameter that could not be used: “{name}”. It was ignored.",
    "链接中的参数“{name}”无法识别，已忽略。",
)
_ANOTHER_FUNNEL = Words(
    "Another funnel is shown in its place; the menu “Funnel” says which.",
    "当前显示的是另一个漏斗，名称见“漏斗”下拉框。",
)


def chosen() -> Chosen:
    return cast(Chosen, st.session_state[_CHOSEN])


def choose(**changes: Any) -> None:
    """Change the choice; widgets show it from the next run on."""
    st.session_state[_CHOSEN] = replace(chosen(), **changes)


def publish_url() -> None:
    """Write the choice to the URL, in one message and only when it differs."""
    wanted = write(chosen())
    if dict(st.query_params.items()) != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[_URL] = wanted


def left_behind() -> bool:
    """In a part of a page that runs alone: whether more was chosen than the page shows. Two clicks
    within a moment, one of them in such a part, run that part alone; it must then ask for a run of
    the page."""
    return runs_alone() and write(chosen()) != st.session_state.get(_URL)


def page_path() -> str:
    """Path of the page in the address; empty for the first one."""
    return str(st.session_state.get(_PAGE, ""))


def at_page(path: str) -> None:
    """Remember which page this run draws."""
    st.session_state[_PAGE] = path


def runs_alone() -> bool:
    """Whether a part of a page runs by itself now, as it does after a click in it."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def generation() -> int:
    """Counts URLs opened in this session: widgets of an older one are not taken over."""
    return int(st.session_state[_GENERATION])


def notice(words: Words, **values: object) -> None:
    """Something the reader should know about this run, said under the page's title."""
    st.session_state[_NOTICES].append((words, values))


def notices() -> list[tuple[Words, dict[str, object]]]:
    return list(st.session_state[_NOTICES])


def text() -> Text:
    return Text(chosen().lang)


def dark() -> bool:
    """Whether the reader's theme is dark."""
    return st.context.theme.type == "dark"


def viewer() -> Viewer:
    """Who is asking, with their rights. Signing in will answer here; the door stays as it is."""
    return LOCAL_VIEWER


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The team's own records."""
    return open_store(settings().store.url)


def shop_key() -> str:
    """The chosen shop, else the first one of the settings."""
    known = settings().shops
    asked = chosen().shop
    if asked is not None and asked not in known:
        notice(_IGNORED, name="shop")
        choose(shop=None)
    return chosen().shop or next(iter(known))


@st.cache_resource(show_spinner=False)
def shelf(key: str) -> Shelf:
    return Shelf.of(settings(), key)


def _dispose(engine: Engine) -> None:
    engine.dispose()


@st.cache_resource(show_spinner=False, max_entries=12, on_release=_dispose)
def _engine(key: str, version: str) -> Engine:
    return shelf(key).versions.reader(version)


@st.cache_data(ttl="12h", max_entries=2000, show_spinner=False)
def _rows(key: str, _compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return _compute()


@st.cache_resource(ttl="12h", max_entries=400, show_spinner=False)
def _result(key: str, _compute: Callable[[], Any]) -> Any:
    return _compute()


def warehouse() -> Warehouse:
    """The shop's current version, taken once per run."""
    run = cast(Run, st.session_state[_RUN])
    if run.warehouse is None:
        key = shop_key()
        version = shelf(key).current()
        run.warehouse = shelf(key).open(
            viewer(), version=version, engine=_engine(key, version), remember=_rows
        )
    return run.warehouse


def remembered(compute: Callable[[], T], *asked: object) -> T:
    """A typed result, computed once for this version, viewer and question; never change it."""
    w = warehouse()
    parts = repr((w.shop, w.version, w.viewer, w.reporting, asked))
    key = hashlib.sha256(parts.encode()).hexdigest()
    return cast(T, _result(key, compute))


def options() -> Choices:
    """Filter values and currencies that exist for this viewer."""
    w = warehouse()
    return remembered(lambda: choices(w), "choices")


def span() -> Span:
    """The chosen days, else those that a shop opens with."""
    c = chosen()
    if c.start is None or c.end is None:
        w = warehouse()
        found = default_span(w.coverage, w.reporting.week_start)
        choose(start=found.start, end=found.end)
        return found
    return Span(c.start, c.end)


def grain() -> Grain:
    return chosen().grain or default_grain(span())


def scope() -> Scope:
    """The chosen filters and currency, as far as this shop has them; the rest is named."""
    c, known = chosen(), options()
    for dimension, kept in c.kept().items():
        if kept is not None and not kept <= set(known.values[dimension]):
            usable = tuple(v for v in getattr(c, dimension) if v in known.values[dimension])
            choose(**{dimension: usable})
            notice(_NOT_HERE, label=DIMENSIONS[dimension].name, name=dimension)
    if c.currency is not None and c.currency not in known.currencies:
        notice(_NO_RATES, code=c.currency, own=warehouse().reporting.currency)
        choose(currency=None)
    return Scope.of(chosen().currency or warehouse().reporting.currency, **chosen().kept())


_NOT_HERE = Words(
    "Part of the filter {label} (“{name}” in the address) does not exist in this shop and was left "
    "out.",
    "{label}筛选（链接参数“{name}”）中有该店铺不存在的值，已略去。",
)
_NO_RATES = Words(
    "This shop has no rates for {code} (“currency” in the address); amounts are in {own}.",
    "该店铺没有 {code} 的汇率（链接参数“currency”），金额改以 {own} 显示。",
)


def author() -> str:
    """Under which name edits are recorded."""
    return viewer().user
