"""The pack as one HTML file: drawings inline, both themes, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from charts.theme import DARK, LIGHT, Palette
from reports.drawing import Role, drawn
from reports.pack import Cell, Fact, Pack, Page, Paragraph, Plot, Step, Table
from reports.svg import as_svg

FONT = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans SC',"
    "'Noto Sans CJK SC',sans-serif"
)
"""What the reader's machine has: a file that loads nothing brings no font."""
_NARROW, _WIDE, _HIGH = 380.0, 620.0, 230.0
"""Widths of a drawing on a telephone and beside another, and its height."""


def write_html(pack: Pack, step: Step) -> bytes:
    """The page as a file. `step` hears the share that is done."""
    parts = [_head(pack), _opening(pack), _summary(pack)]
    for n, page in enumerate(pack.pages):
        parts.append(_metric(page, pack))
        step((n + 1) / len(pack.pages))
    parts += [_list(pack.words.experiments, pack.experiments, "experiments")]
    parts += [_list(pack.words.decisions, pack.decisions, "decisions"), _appendix(pack)]
    language = "zh-CN" if pack.language == "zh" else "en"
    title = escape(f"{pack.title} · {pack.subtitle}")
    document = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_style()}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>"
    )
    step(1.0)
    return document.encode()


def _head(pack: Pack) -> str:
    return (
        f"<header><p class=over>{escape(pack.subtitle)}</p><h1>{escape(pack.title)}</h1>"
        f"<p class=muted>{escape(pack.scope)}</p></header>"
    )


def _opening(pack: Pack) -> str:
    lines = "".join(
        f"<li><b>{escape(p.title)}</b> {escape(p.text)}{_lead(p)}</li>" for p in pack.opening
    )
    listed = f"<ul>{lines}</ul>" if lines else ""
    return f"<section class=opening><p class=finding>{escape(pack.finding)}</p>{listed}</section>"


def _lead(paragraph: Paragraph) -> str:
    return f" <span class=muted>{escape(paragraph.lead)}</span>" if paragraph.lead else ""


def _summary(pack: Pack) -> str:
    links = [f"#{page.key}" for page in pack.pages]
    table = _table(pack.summary, pack.words.summary, links)
    return f"<section><h2>{escape(pack.words.summary)}</h2>{table}</section>"


def _metric(page: Page, pack: Pack) -> str:
    owner = f"{pack.words.owner} {page.owner}" if page.owner else ""
    over = escape(" · ".join(part for part in (page.section, owner) if part))
    figures = "".join(_figure(plot, wide=n > 0) for n, plot in enumerate(page.plots))
    beside = "".join(
        f"<li><span class=muted>{escape(f'{p.title} · {p.lead}')}</span><br>{escape(p.text)}</li>"
        for p in page.beside
    )
    return (
        f'<article id="{escape(page.key)}"><p class=over>{over}</p><h2>{escape(page.name)}</h2>'
        f'<p class="said {page.tone}">{escape(page.finding)}</p>'
        f"<div class=plots>{figures}</div>{_legend(page, pack)}"
        f"{_table(page.strip, page.name, css='strip')}"
        + (f"<ul class=beside>{beside}</ul>" if beside else "")
        + _definition(page, pack)
        + "</article>"
    )


def _figure(plot: Plot, *, wide: bool) -> str:
    """Twelve months are drawn twice: for a screen, and for a telephone with larger words."""
    drawings = as_svg(drawn(plot, _NARROW, _HIGH, size=11))
    if wide:
        large = as_svg(drawn(plot, _WIDE, _HIGH, size=11))
        drawings = f"<div class=large>{large}</div><div class=small>{drawings}</div>"
    return (
        f"<figure{' class=wide' if wide else ''}><figcaption>{escape(plot.title)}</figcaption>"
        f"{drawings}</figure>"
    )


def _legend(page: Page, pack: Pack) -> str:
    legend = pack.legend
    shown = [("accent", "━", legend.now)]
    if any(p.has_before for p in page.plots):
        shown.append(("comparison", "━", legend.before))
    if any(p.has_target for p in page.plots):
        shown.append(("text", "╌", legend.target))
    if any(p.has_limits for p in page.plots):
        shown.append(("comparison band", "", legend.limits))
    if any(b.signal for p in page.plots for b in p.buckets):
        shown.append(("signal", "◆", legend.signal))
    items = "".join(
        f'<span><i class="c-{role}" aria-hidden=true>{sign}</i> {escape(name)}</span>'
        for role, sign, name in shown
    )
    return f"<p class=legend>{items}</p>"


def _definition(page: Page, pack: Pack) -> str:
    facts = [*page.definition, *(Fact(f"{pack.words.sql} · {f}", sql) for f, sql in page.sql)]
    rows = "".join(
        f"<dt>{escape(fact.name)}</dt><dd>{_told(fact, pack.words.sql)}</dd>" for fact in facts
    )
    return f"<details><summary>{escape(pack.words.definition)}</summary><dl>{rows}</dl></details>"


def _told(fact: Fact, sql: str) -> str:
    if fact.name.startswith(sql):
        return f"<pre>{escape(fact.text)}</pre>"
    return escape(fact.text)


def _list(title: str, table: Table, key: str) -> str:
    if not table.rows:
        return ""
    listed = _table(table, title, css="prose")
    return f'<section id="{key}"><h2>{escape(title)}</h2>{listed}</section>'


def _appendix(pack: Pack) -> str:
    left_out = [Fact(pack.words.left_out, text) for text in pack.left_out]
    rows = "".join(
        f"<dt>{escape(fact.name)}</dt><dd>{escape(fact.text)}</dd>"
        for fact in (*pack.facts, *left_out)
    )
    return f"<section><h2>{escape(pack.words.appendix)}</h2><dl>{rows}</dl></section>"


def _table(table: Table, name: str, links: Sequence[str] = (), *, css: str = "") -> str:
    header = "".join(
        f'<th scope=col class="{_side(table, n)}">{"<br>".join(map(escape, text.split(chr(10))))}'
        "</th>"
        for n, text in enumerate(table.header)
    )
    rows = "".join(_rows(table, links))
    return (
        f'<div class="scroll {css}" role=region tabindex=0 aria-label="{escape(name)}"><table>'
        f"<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rows(table: Table, links: Sequence[str]) -> Iterator[str]:
    ways = iter(links)
    for title, cells in table.titled():
        if title is not None:
            yield f"<tr class=title><th colspan={len(table.header)}>{escape(title)}</th></tr>"
            continue
        way = next(ways, "")
        yield "<tr>" + "".join(_cell(table, n, c, way) for n, c in enumerate(cells)) + "</tr>"


def _cell(table: Table, column: int, cell: Cell, link: str) -> str:
    text, why = escape(cell.text), f' title="{escape(cell.why)}"' if cell.why else ""
    if column == 0:
        named = f'<a href="{escape(link)}">{text}</a>' if link else text
        return f"<th scope=row>{named}</th>"
    return f'<td class="{_side(table, column)} {cell.tone}"{why}>{text}</td>'


def _side(table: Table, column: int) -> str:
    return "words" if column == 0 or column in table.words else "number"


def _colours(p: Palette) -> str:
    named = {
        "paper": p.paper, "text": p.text, "muted": p.muted, "grid": p.grid, "accent": p.accent,
        "comparison": p.comparison, "good": p.good, "bad": p.bad, "signal": p.signal,
    }  # fmt: skip
    return ";".join(f"--{name}:{colour}" for name, colour in named.items())


def _style() -> str:
    roles = "".join(
        f".f-{role}{{fill:var(--{role})}}.s-{role}{{stroke:var(--{role})}}"
        f".c-{role}{{color:var(--{role})}}"
        for role in Role
    )
    return (
        f":root{{color-scheme:light dark;{_colours(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_colours(DARK)}}}}}"
        f"{roles}.f-paper{{fill:var(--paper)}}{_CSS.replace('FONT', FONT)}"
        f"@media print{{:root{{color-scheme:light;{_colours(LIGHT)}}}{_PRINT}}}"
    )


_CSS = """
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);font:14px/1.5 FONT}
main{max-width:1100px;margin:0 auto;padding:24px 20px 48px}
h1{font-size:26px;line-height:1.25;margin:0}h2{font-size:20px;line-height:1.3;margin:0 0 4px}
p{margin:0}ul{margin:8px 0 0;padding-left:18px}li{margin:4px 0}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
section,article{margin-top:36px}
article{border-top:1px solid var(--grid);padding-top:16px}
.over,.muted,figcaption,.legend,dt{color:var(--muted);font-size:12px}
.finding{font-size:18px;font-weight:600;line-height:1.45}
.said{font-size:15px}.opening{margin-top:20px}
.good{color:var(--good)}.bad{color:var(--bad)}.signal{color:var(--signal)}td.muted{font-size:inherit}
.plots{display:grid;grid-template-columns:380fr 620fr;gap:20px;margin-top:12px}
figure{margin:0;min-width:0}figcaption{font-weight:600}svg{display:block;width:100%;height:auto}
svg text{font-variant-numeric:tabular-nums;paint-order:stroke;stroke:var(--paper);stroke-width:4px;
 stroke-linejoin:round}
.small{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:4px 0 8px}.legend i{font-style:normal}
.band{display:inline-block;width:14px;height:9px;background:var(--comparison);opacity:.25}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:5px 0 5px 14px;border-bottom:1px solid var(--grid);font-weight:400;text-align:left;
 font-variant-numeric:tabular-nums;white-space:nowrap}
th:first-child{padding-left:0}
thead th{color:var(--muted);font-size:12px;border-bottom-color:var(--comparison);
 vertical-align:bottom}
.number{text-align:right}.prose td,.prose th{white-space:normal;min-width:6em}
tr.title th{color:var(--muted);font-size:12px;font-weight:600;padding-top:12px}
.strip table{width:auto}.strip td,.strip thead th{min-width:180px}
.strip th:first-child{min-width:130px}
.strip tbody tr:first-child td{font-size:19px;font-weight:600}
.strip tbody th{color:var(--muted)}
.beside{list-style:none;padding:0;margin-top:10px}
details{margin-top:10px}summary{cursor:pointer;color:var(--accent)}
dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:4px 16px;margin:8px 0 0}
dd{margin:0;min-width:0}pre{margin:0;white-space:pre-wrap;font-size:12px;overflow-wrap:anywhere}
@media (max-width:700px){
 .strip td,.strip thead th,.strip th:first-child{min-width:0;padding-left:6px}
 .strip thead th{white-space:normal}.strip th:first-child{padding-left:0}
 .strip tbody tr:first-child td{font-size:16px}
 main{padding:16px 14px 32px}.plots{grid-template-columns:1fr}
 .large{display:none}.small{display:block}dl{grid-template-columns:1fr}dt{margin-top:6px}}
"""
_PRINT = """
body{font-size:11px}main{max-width:none;padding:0}article{break-before:page;border:0;padding:0}
article,section{break-inside:avoid}details{display:none}a{color:inherit}
.plots{grid-template-columns:380fr 620fr}.large{display:block}.small{display:none}
@page{size:A4 landscape;margin:14mm}
"""
