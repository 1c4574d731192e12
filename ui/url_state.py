"""What the reader chose, kept in one place and written to the URL.

The canonical choice is a frozen value in the session, never a widget's own state: widgets lose
theirs when a page or a language changes. The URL carries exactly what was chosen (dates always, so
that a link means the same days to everybody), and a URL that is opened is read before any widget.
A parameter that can't be understood is ignored and named to the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from data.dimensions import DIMENSIONS
from i18n import LANGUAGES, Language
from metrics.catalog import METRICS
from metrics.channels.spec import DEFAULT_HORIZON, DRILL, HORIZONS, Cost
from metrics.experiments.analysis import Status
from metrics.experiments.decision import Verdict
from metrics.lifecycle.stages import DIMENSIONS as LIFECYCLE_DIMENSIONS
from metrics.lifecycle.stages import Population
from metrics.periods import Comparison, Grain
from metrics.trees import TREES
from metrics.user_segments import Segment
from ui.attribution.view import read_view, write_view
from ui.dates import usable
from ui.explore.address import parse_explore
from ui.funnel.address import read_breakdown, read_funnel, write_breakdown, write_funnel
from ui.growth.view import View
from ui.planner.address import read_question, write_question
from ui.retention.address import read_retention, write_retention
from ui.saturation.address import FIXED, read_part

SEPARATOR = "~"
"""Between several values: no market or channel has it in its name."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everything a link has to carry. `None` and empty mean: nobody chose, use the default."""

    lang: Language = "en"
    shop: str | None = None
    start: date | None = None
    end: date | None = None
    compare: Comparison = Comparison.PREVIOUS
    grain: Grain | None = None
    market: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    currency: str | None = None
    metric: str | None = None
    explain: str | None = None
    tree: str | None = None
    population: Population = Population.REGISTERED
    by: str | None = None
    funnel: str | None = None
    """As `ui.funnel.address` writes it."""
    split: str | None = None
    """What the funnel is broken down by."""
    retention: str | None = None
    """As `ui.retention.address` writes it."""
    segment: Segment | None = None
    """What cohorts and the curves of repeat and churn are split by."""
    growth: View | None = None
    """What growth is accounted for in."""
    path: tuple[str, ...] = ()
    """Where in the drill of channels."""
    cost: Cost = Cost.MARKETING
    """Which costs count in an acquisition cost."""
    horizon: int = DEFAULT_HORIZON
    """Days after the first order by which customers are judged."""
    budget: tuple[str, ...] = ()
    """A plan, as `ui.saturation.address` writes it."""
    total: str | None = None
    """Whether the plan keeps the total."""
    attribution: str | None = None
    """As `ui.attribution.view` writes it."""
    experiment: str | None = None
    """The key of the experiment that is looked at."""
    arm: str | None = None
    """Which of its treatments, where it has several."""
    status: tuple[Status, ...] = ()
    """Which experiments are listed: where they stand,"""
    verdict: tuple[Verdict, ...] = ()
    """what is said of them,"""
    owner: tuple[str, ...] = ()
    """whose they are,"""
    search: str | None = None
    """and words that they have."""
    plan: str | None = None
    """What the planner is asked, as `ui.planner.address` writes it."""
    explore: str | None = None
    """What is explored, as `ui.explore.address` writes it."""
    on: date | None = None
    """The day that an annotation is written for."""

    def kept(self) -> dict[str, frozenset[str] | None]:
        """The filters, by dimension."""
        return {d: frozenset(getattr(self, d)) or None for d in DIMENSIONS}


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise ValueError(text)


def _values(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in text.split(SEPARATOR) if v))


def _word(text: str) -> str:
    if not text or len(text) > 64 or not all(c.isalnum() or c in "_-" for c in text):
        raise ValueError(text)
    return text


def _name(text: str) -> str:
    """A key of the data, as the source writes it."""
    if not text.strip() or len(text) > 120 or not text.isprintable():
        raise ValueError(text)
    return text


def _key_of(known: Container[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return parse


def _currency(text: str) -> str:
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError(text)
    return text


def _funnel(text: str) -> str:
    return write_funnel(read_funnel(text))


def _retention(text: str) -> str:
    return write_retention(read_retention(text))


def _segment(text: str) -> Segment:
    return Segment(_FORMER_SEGMENTS.get(text, text))


_FORMER_SEGMENTS = {"category": Segment.CATEGORY.value}
"""Keys of links made when the page of repeat and churn called it otherwise."""


def _path(text: str) -> tuple[str, ...]:
    values = _values(text)
    if len(values) >= len(DRILL):
        raise ValueError(text)
    return values


def _horizon(text: str) -> int:
    if text not in [str(days) for days in HORIZONS]:
        raise ValueError(text)
    return int(text)


def _budget(text: str) -> tuple[str, ...]:
    return tuple(read_part(part) for part in _values(text))


def _attribution(text: str) -> str:
    return write_view(read_view(text))


def _plan(text: str) -> str:
    return write_question(read_question(text))


def _explore(text: str) -> str:
    parse_explore(text)
    return text


def _split(text: str) -> str:
    return write_breakdown(read_breakdown(text))


_PARSERS: dict[str, Callable[[str], Any]] = {
    "lang": _language,
    "shop": _word,
    "from": date.fromisoformat,
    "to": date.fromisoformat,
    "compare": Comparison,
    "grain": Grain,
    **dict.fromkeys(DIMENSIONS, _values),
    "currency": _currency,
    "metric": _word,
    "explain": _key_of(METRICS),
    "tree": _key_of(TREES),
    "population": Population,
    "by": _key_of(LIFECYCLE_DIMENSIONS),
    "f": _funnel,
    "split": _split,
    "r": _retention,
    "segment": _segment,
    "growth": View,
    "budget": _budget,
    "total": _key_of((FIXED,)),
    "a": _attribution,
    "path": _path,
    "cost": Cost,
    "horizon": _horizon,
    "experiment": _name,
    "arm": _name,
    "status": lambda text: tuple(Status(v) for v in _values(text)),
    "verdict": lambda text: tuple(Verdict(v) for v in _values(text)),
    "owner": lambda text: tuple(_name(v) for v in _values(text)),
    "search": _name,
    "plan": _plan,
    "on": date.fromisoformat,
    "x": _explore,
}
_FIELD = {
    "from": "start",
    "to": "end",
    "f": "funnel",
    "r": "retention",
    "a": "attribution",
    "x": "explore",
}
PARAMETERS = tuple(_PARSERS)


def read(query: Mapping[str, str], default: Chosen) -> tuple[Chosen, tuple[str, ...]]:
    """What a URL says, on top of a default; and the names of parameters that were ignored."""
    found: dict[str, Any] = {}
    ignored: list[str] = []
    for name, parse in _PARSERS.items():
        if name in query:
            try:
                found[_FIELD.get(name, name)] = parse(query[name])
            except ValueError:
                ignored.append(name)
    ignored += [name for name in query if name not in _PARSERS and name != "embed"]
    chosen = replace(default, **found)
    half = (chosen.start is None) != (chosen.end is None)
    if half or (chosen.start and chosen.end and not usable(chosen.start, chosen.end)):
        ignored += [name for name in ("from", "to") if name in query and name not in ignored]
        chosen = replace(chosen, start=default.start, end=default.end)
    return chosen, tuple(ignored)


def write(chosen: Chosen) -> dict[str, str]:
    """The query of a choice: language and dates always, the rest where it is not the default."""
    plain = Chosen()
    names = {field.name: field.name for field in fields(Chosen)}
    names |= {field: name for name, field in _FIELD.items()}
    query: dict[str, str] = {}
    for field, name in names.items():
        value = getattr(chosen, field)
        if field == "lang" or value != getattr(plain, field):
            query[name] = SEPARATOR.join(value) if isinstance(value, tuple) else str(value)
    return query
