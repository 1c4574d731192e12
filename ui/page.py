"""The top of every page: title, one sentence of finding, the scope in words, notices."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.theme import palette, tint
from data.dimensions import DIMENSIONS
from data.scope import Scope, Span
from data.warehouse import Coverage
from format import dates
from i18n import Text, Words
from metrics.like_for_like import like_for_like
from metrics.periods import Comparison, elapsed, first_days, is_partial
from ui.html import escape
from ui.session import chosen, dark, notices, scope, span, text, warehouse


def page_header(
    title: Words, finding: str, *, with_dates: bool = True, instead: Words | None = None
) -> None:
    """Title, finding, scope line; `with_dates` says whether the page depends on the dates, and
    `instead` what stands there on a page that reads nothing of the shop."""
    tr = text()
    line = tr(instead) if instead is not None else scope_line(tr, with_dates=with_dates)
    said = "".join(
        f'<p class="ns-notice" role="status">{escape(tr(words, **values))}</p>'
        for words, values in notices()
    )
    st.html(
        f'<header class="ns-head"><h1>{escape(tr(title))}</h1>'
        f'<p class="ns-finding">{escape(finding)}</p>'
        f'<p class="ns-scope">{escape(line)}</p>{said}</header>'
    )


class Head:
    """Title, finding and scope: a place at the top that is filled when the answer is known. What
    stood there before stays until then."""

    def __init__(self, title: Words, *, with_dates: bool = True) -> None:
        self._title, self._place, self._with_dates = title, st.container(), with_dates
        self._slot: DeltaGenerator | None = None

    def say(self, finding: str) -> None:
        if self._slot is None:
            self._slot = self._place.empty()
        with self._slot:
            page_header(self._title, finding, with_dates=self._with_dates)


def scope_line(tr: Text, *, with_dates: bool = True) -> str:
    """What is included, in words: dates, comparison, filters, currency, how far the data go."""
    w, asked = warehouse(), scope()
    parts = []
    if with_dates:
        parts.append(dates.span(span().start, span().end, tr, w.coverage.last_day))
        parts += _comparison(tr, w.coverage)
    parts += filter_words(asked, tr)
    parts.append(asked.currency)
    parts.append(tr(Words("data to {at}", "数据截至 {at}"), at=data_through(tr)))
    return " · ".join(parts)


def data_through(tr: Text) -> str:
    """The last minute that the data covers, in the reporting time zone; with its year where the
    chosen days lie in another one."""
    w = warehouse()
    # Not `span()`: on a page without dates, asking for it would choose the default ones.
    end = chosen().end
    seen_from = w.coverage.last_day if end is None else end - dates.DAY
    return dates.instant(w.coverage.last_minute, w.reporting.zone, tr, seen_from)


def version_line(tr: Text) -> str:
    """Which data the numbers of a page rest on, below how they are computed."""
    w = warehouse()
    return tr(
        Words(
            "Data version {version}, data to {at}, refreshed {built}.",
            "数据版本 {version}，数据截至 {at}，{built} 刷新。",
        ),
        version=w.version,
        at=data_through(tr),
        built=dates.instant(w.coverage.built_at, w.reporting.zone, tr),
    )


def filter_words(asked: Scope, tr: Text) -> list[str]:
    """Each dimension: what is kept, or that everything is."""
    kept = {c.dimension: c.sentence(tr) for c in asked.choices}
    return [kept.get(key, tr(d.every)) for key, d in DIMENSIONS.items()]


def _comparison(tr: Text, coverage: Coverage) -> list[str]:
    alike = like_for_like(warehouse(), scope(), span(), chosen().compare)
    against = alike.span
    if against is None:
        nothing = Words("compared with nothing: {why}", "无可对比日期：{why}")
        return [] if alike.reason is None else [tr(nothing, why=alike.reason)]
    running = is_partial(span(), coverage.until)
    complete = elapsed(span(), coverage.until)
    if running and complete is not None:
        against = first_days(against, complete.days)
    words = Words("against {days}", "对比 {days}")
    said = [tr(words, days=compared_days(against, coverage, tr))]
    if alike.campaign is not None:
        laid = Words("laid over last year’s {name}, day for day", "按去年{name}逐日对齐")
        said.append(tr(laid, name=alike.campaign.words))
    if running and complete is not None:
        said.append(
            tr(
                Words("first {n} days, like for like", "按前 {n} 个完整日同期对比"),
                n=complete.days,
            )
        )
    return said


def compared_days(against: Span, coverage: Coverage, tr: Text) -> str:
    """The days compared with, the year said where it is another one."""
    return dates.span(against.start, against.end, tr, coverage.last_day)


def comparison_name(tr: Text) -> str:
    """What a change is against, short."""
    names = {
        Comparison.PREVIOUS: Words("vs period before", "环比"),
        Comparison.LAST_YEAR: Words("vs last year", "同比"),
        Comparison.WEEKDAY: Words("vs same weekdays last year", "对比去年同星期"),
        Comparison.CAMPAIGN: Words("vs same campaign last year", "对比去年同一大促"),
        Comparison.NONE: Words("no comparison", "不对比"),
    }
    return tr(names[chosen().compare])


def frame_style() -> None:
    """The few rules that the theme can't express, in the colours of the charts. Menu entries are
    as tight as a finger allows (24 px) and two abreast on a phone, so that its first screen reaches
    the scope below."""
    p = palette(dark())
    st.html(
        f"""<style>
.ns-head h1{{font-size:1.6rem;font-weight:600;margin:0 0 .25rem;padding:0;line-height:1.25}}
.ns-finding{{font-size:1.1rem;margin:0 0 .35rem;line-height:1.45;color:{p.text}}}
.ns-scope{{color:{p.muted};margin:0;font-size:.9rem;line-height:1.5}}
.ns-notice{{margin:.5rem 0 0;padding:.35rem .6rem;border-left:3px solid {p.signal};color:{p.text};
background:{p.card};font-size:.9rem}}
.ns-state{{border:1px solid {p.grid};border-left:3px solid {p.comparison};background:{p.card};
padding:.8rem 1rem;border-radius:4px;max-width:46rem}}
.ns-state p{{margin:.35rem 0 0;white-space:pre-line;color:{p.muted}}}
.ns-error{{border-left-color:{p.bad}}}.ns-warning{{border-left-color:{p.signal}}}
.ns-section{{font-size:1.1rem;font-weight:600;margin:1.2rem 0 .1rem;padding:0;color:{p.text}}}
.ns-sub{{color:{p.muted};font-size:.9rem;margin:0 0 .2rem}}
.ns-small{{font-size:1rem;font-weight:600;margin:.4rem 0 0;padding:0;color:{p.text}}}
.ns-tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:8px;
max-width:1100px}}
.ns-tile{{display:flex;flex-direction:column;border:1px solid {p.grid};background:{p.card};
border-radius:4px;padding:8px 12px;min-width:0;font-variant-numeric:tabular-nums}}
.ns-tile .n{{font-size:13px;line-height:1.35;color:{p.muted}}}
.ns-tile .v{{font-size:25px;font-weight:600;line-height:1.25;color:{p.text};word-break:keep-all}}
.ns-tile .c{{font-size:13px;min-height:1.45em;color:{p.muted}}}
.ns-tile .c.good{{color:{p.good}}}.ns-tile .c.bad{{color:{p.bad}}}
.ns-tile .c.signal{{color:{p.text}}}
.ns-tile img{{width:120px;height:32px;max-width:100%;margin-top:4px}}
.ns-kept{{max-width:60rem;color:{p.text};overflow-wrap:anywhere}}.ns-kept p{{margin:0}}
.ns-kept .t{{font-weight:600;white-space:pre-line}}.ns-kept .a b{{font-weight:600}}
.ns-kept .m{{font-size:.85rem;color:{p.muted}}}.ns-kept .ns-late{{color:{p.bad}}}
.ns-tile{{position:relative}}.ns-tile>.n:first-child{{padding-right:14px}}
.ns-dots{{position:absolute;top:3px;right:3px;width:24px;height:24px;padding:0;border:0;
border-radius:4px;background:none;color:{p.muted};font:inherit;font-size:15px;line-height:1;
cursor:pointer;opacity:.75}}
.ns-dots:hover,.ns-dots:focus-visible{{opacity:1;color:{p.text};outline:2px solid {p.accent};
outline-offset:-2px}}
.ns-headed{{position:relative;padding-right:28px}}.ns-figure-menu{{position:relative;width:30px;height:30px;margin-top:1rem}}
[data-testid=stLayoutWrapper]:has(>.st-key-number_menus){{position:absolute}}
.ns-wait{{color:{p.muted};margin:0;opacity:0;animation:ns-wait 0s 2s forwards}}
@keyframes ns-wait{{to{{opacity:1}}}}
[data-testid=stHtml] a{{color:{p.accent}}}
[data-testid=stCaptionContainer]{{color:{p.muted};opacity:1}}
.stMultiSelect [data-tag]{{background:{tint(p.accent, 0.2)}}}
.stMultiSelect [data-tag] *{{color:{p.text}}}
.stMainBlockContainer{{max-width:1440px}}
[class*=st-key-quiet] details{{border:0;border-bottom:1px solid {p.grid};border-radius:0}}
[class*=st-key-quiet] summary{{padding-left:0;padding-right:0}}
[data-testid=stSidebarNavLink]{{min-height:24px;height:24px;margin:0;padding-top:0;padding-bottom:0}}
[data-testid=stNavSectionHeader]{{margin:0;padding-top:0;padding-bottom:0;min-height:0}}
@media (max-width:640px){{.stMainBlockContainer{{padding-left:1rem;padding-right:1rem}}
[data-testid=stSidebarNavItems]>div{{display:grid;grid-template-columns:1fr 1fr;column-gap:8px}}
[data-testid=stNavSectionHeader]{{grid-column:1/-1}}}}
@media print{{.ns-dots,[data-testid=stSidebar],[data-testid=stHeader]{{display:none}}}}
</style>"""
    )


def section(title: str, sub: str = "") -> None:
    """A heading inside a page, with what it is in when that matters."""
    said = f'<p class="ns-sub">{escape(sub)}</p>' if sub else ""
    st.html(f'<h2 class="ns-section">{escape(title)}</h2>{said}')
