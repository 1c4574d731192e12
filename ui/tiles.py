"""The tiles: name, value, change, sparkline; a click explains the number.

One small component for the whole row, so that twelve tiles cost one element. The browser builds it
from plain data with `textContent`; nothing from the warehouse is read as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import streamlit as st

from charts.sparkline import sparkline_svg
from charts.theme import palette
from data.dimensions import DIMENSIONS
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS, Reading
from metrics.scorecard import SPARKLINE_POINTS, Line

# The five parts of a tile are rows of the grid that all tiles share: they stand on one line across
# a row, whatever wraps, and a row without notes has no space for them.
_CSS = """
.grid{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:0 8px;font-family:inherit;
 margin-bottom:-8px}
@media (max-width:1100px){.grid{grid-template-columns:repeat(4,minmax(0,1fr))}}
@media (max-width:760px){.grid{grid-template-columns:repeat(2,minmax(0,1fr))}}
.tile{display:grid;grid-row:span 5;grid-template-rows:subgrid;gap:0;text-align:left;
 margin-bottom:8px;background:var(--card);border:1px solid var(--line);border-radius:4px;
 padding:8px 12px;
 color:var(--text);font:inherit;cursor:pointer;min-width:0;position:relative}
.tile:hover,.tile:focus-visible{border-color:var(--accent);outline:none;
 box-shadow:0 0 0 1px var(--accent)}
.name{font-size:13px;line-height:1.25;padding-bottom:2px;color:var(--muted);overflow:hidden;align-self:start}
.value{font-size:25px;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums;
 white-space:nowrap}
.value.none{color:var(--muted);font-weight:400}
.change{font-size:13px;line-height:1.45;min-height:1.45em;font-variant-numeric:tabular-nums;color:var(--muted);
 white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.change.good{color:var(--good)}.change.bad{color:var(--bad)}.change.signal{color:var(--text)}
.change b{font-weight:600}
.spark{height:32px;margin-top:4px;max-width:100%}
.note{font-size:12px;line-height:1.35;color:var(--muted)}
.note:not(:empty){padding-top:2px}
.more{display:none;position:absolute;left:-1px;top:100%;z-index:9;min-width:100%;width:max-content;
 max-width:300px;background:var(--card);border:1px solid var(--accent);border-radius:0 0 4px 4px;
 padding:8px 12px;font-size:12px;line-height:1.5;white-space:pre-line;color:var(--text)}
.tile:hover .more,.tile:focus-visible .more{display:block}
@media (min-width:1101px){.tile:nth-child(6n) .more,
 .tile:nth-child(6n-1) .more{left:auto;right:-1px}}
@media (min-width:761px) and (max-width:1100px){.tile:nth-child(4n) .more,
 .tile:nth-child(4n-1) .more{left:auto;right:-1px}}
@media (max-width:760px){.tile:nth-child(2n) .more{left:auto;right:-1px}}
@media print{.tile{break-inside:avoid}}
"""

_JS = """
export default function({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector('.grid');
  for (const [k, v] of Object.entries(data.colours)) root.style.setProperty('--' + k, v);
  root.setAttribute('aria-label', data.label);
  const make = (tag, cls, text) => { const e = document.createElement(tag); e.className = cls;
    if (text !== undefined) e.textContent = text; return e; };
  root.replaceChildren(...data.tiles.map(t => {
    const b = make('button', 'tile'); b.type = 'button'; b.dataset.metric = t.key;
    b.setAttribute('aria-label', t.aria);
    const change = make('span', 'change ' + t.judged, t.change);
    const img = make('img', 'spark'); img.alt = ''; img.src = t.spark;
    b.append(make('span', 'name', t.name), make('span', t.none ? 'value none' : 'value', t.value),
      change, img, make('span', 'note', t.note), make('span', 'more', t.more));
    b.onclick = () => setTriggerValue('explain', t.key);
    return b;
  }));
}
"""

_COMPONENT = st.components.v2.component(
    "northstar_tiles", html='<div class="grid" role="group"></div>', css=_CSS, js=_JS
)

UP, DOWN, LEVEL = "▲", "▼", "▬"
_SIGNAL = Words("signal", "显著")


def tiles(
    lines: Sequence[Line],
    tr: Text,
    *,
    currency: str,
    dark: bool,
    on_explain: Callable[[], None],
    key: str = "tiles",
    notes: Mapping[str, Sequence[tuple[date, Words]]] = MappingProxyType({}),
) -> None:
    """Draw a tile per line; `on_explain` runs after a click, `explained(key)` says on which.
    `notes`: what was annotated on which days, by metric."""
    p = palette(dark)
    _COMPONENT(
        key=key,
        data={
            "label": tr(Words("Scorecard", "核心指标")),
            "colours": {
                "card": p.card,
                "line": p.grid,
                "text": p.text,
                "muted": p.muted,
                "accent": p.accent,
                "good": p.good,
                "bad": p.bad,
            },
            "tiles": [
                _tile(line, tr, currency, dark, notes.get(line.metric.key, ())) for line in lines
            ],
        },
        on_explain_change=on_explain,
    )


def explained(key: str = "tiles") -> str | None:
    """The metric whose tile was clicked in this run."""
    state = st.session_state.get(key)
    found = state.get("explain") if state is not None else None
    return str(found) if found else None


def _tile(
    line: Line, tr: Text, currency: str, dark: bool, notes: Sequence[tuple[date, Words]]
) -> dict[str, Any]:
    name, unit = tr(line.metric.name), line.metric.unit
    value = numbers.short(line.reading.value, unit, tr, currency)
    change = change_text(line, tr, currency)
    note = note_text(line, tr)
    points = line.points[-SPARKLINE_POINTS:]
    marked = [day for day, _ in notes]
    svg = sparkline_svg(points, tr, dark, unit=unit, currency=currency, marked=marked)
    shown = [(d, w) for d, w in notes if points[0].span.start <= d < points[-1].span.end]
    happened = [f"{dates.day(day, tr, line.span.start)}: {tr(words)}" for day, words in shown]
    return {
        "key": line.metric.key,
        "name": name,
        "value": value,
        "none": line.reading.value is None,
        "change": change,
        "judged": judged_class(line),
        "note": note,
        "more": "\n".join([more_text(line, tr, currency), *happened]),
        "spark": "data:image/svg+xml;charset=utf-8," + quote(svg),
        "aria": f"{name}: {value}. {change}. {note}".replace(" .", "").strip(),
    }


def judged_class(line: Line) -> str:
    """Colour only where the value is signal, and good or bad only where the metric has a side."""
    if not line.is_signal:
        return "noise"
    good = line.is_good
    return "signal" if good is None else "good" if good else "bad"


def change_text(line: Line, tr: Text, currency: str) -> str:
    """The change with its direction; empty when there is nothing to compare with."""
    if line.change is None:
        return ""
    before, after = line.change.before, line.change.after
    said = numbers.signed_change(before, after, line.metric.unit, tr, currency)
    arrow = UP if after > before else DOWN if after < before else LEVEL
    tail = f" · {tr(_SIGNAL)}" if line.is_signal else ""
    return f"{arrow} {said}{tail}"


def note_text(line: Line, tr: Text) -> str:
    """What has to be known before the number is used: no value and why, to date, left out."""
    r = line.reading
    said: list[str] = []
    if r.reason is not None:
        said.append(tr(REASONS[r.reason]))
    if line.partial and r.value is not None and line.metric.when == "span":
        said.append(tr(Words("to date", "截至目前")))
    if r.left_out and r.value is not None:
        said.append(tr(Words("{n:,} not mature, left out", "{n:,} 人未成熟，未计入"), n=r.left_out))
    if r.assumed:
        said.append(tr(Words("margin assumed", "毛利率为假设值")))
    if line.ignored:
        names = tr(Words(", ", "、")).join(tr(DIMENSIONS[d].name) for d in line.ignored)
        said.append(tr(Words("not filtered by: {names}", "未按“{names}”筛选"), names=names))
    return " · ".join(said)


def more_text(line: Line, tr: Text, currency: str) -> str:
    """The hover card: full value, its parts, interval, what it is compared with, limits."""
    m, r = line.metric, line.reading
    said = [tr(m.meaning)]
    if r.value is not None:
        said.append(numbers.full(r.value, m.unit, tr, currency))
    parts = parts_text(r, m.unit, tr)
    if parts:
        said.append(parts)
    if r.low is not None and r.high is not None:
        low, high = (numbers.full(v, m.unit, tr, currency) for v in (r.low, r.high))
        said.append(
            tr(Words("95 % interval {low} – {high}", "95% 区间 {low} – {high}"), low=low, high=high)
        )
    compared = compared_text(line, tr, currency)
    if compared:
        said.append(compared)
    limits = line.judgement.limits
    if limits is not None:
        low, high = (numbers.short(v, m.unit, tr, currency) for v in (limits.low, limits.high))
        words = Words(
            "usual range {low} – {high} ({n} periods)", "正常范围 {low} – {high}（{n} 期）"
        )
        said.append(tr(words, low=low, high=high, n=limits.n))
    return "\n".join(said)


def compared_text(line: Line, tr: Text, currency: str) -> str:
    """What the change is made of: the days compared with and their value; of a running range also
    its complete days and theirs, since the value to date holds more."""
    if line.base is None or line.compared is None:
        return ""
    days = dates.span(line.compared.start, line.compared.end, tr, line.span.start)
    if line.base.reason is not None:
        return f"{days}: {tr(REASONS[line.base.reason])}"
    base = numbers.full(line.base.value, line.metric.unit, tr, currency)
    if not line.partial or line.like_span is None:
        return f"{days}: {base}"
    now = dates.span(line.like_span.start, line.like_span.end, tr, line.span.start)
    like = numbers.full(line.like.value, line.metric.unit, tr, currency)
    return f"{days}: {base} → {now}: {like}"


def parts_text(reading: Reading, unit: Unit, tr: Text) -> str:
    """Numerator over denominator, where the number is a ratio."""
    if reading.numerator is None or reading.denominator is None:
        return ""
    top, bottom = (f"{v:,.10g}" for v in (round(reading.numerator, 2), reading.denominator))
    return f"{top} ÷ {bottom}"
