"""The strip under a chart: the week and what is to date, each against what it is compared with."""

from __future__ import annotations

from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS
from metrics.review.result import BOXES, Box, BoxKind, ReviewLine
from metrics.review.words import WOW, YOY, change_text
from metrics.scorecard import Change
from ui.html import escape

_VS_TARGET = Words("vs target", "较目标")

STRIP_CSS = """
.ns-strip{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:0;margin:0 0 4px;
 border-top:1px solid var(--ns-grid)}
.ns-strip>div{padding:6px 8px 4px 0;min-width:0}
.ns-strip dl{margin:0;padding:0}
.ns-strip dt{font-size:12px;color:var(--ns-muted);margin:0}
.ns-strip dd{margin:0;font-variant-numeric:tabular-nums;font-size:12px;line-height:1.5}
.ns-strip dd.v{font-size:17px;font-weight:600;line-height:1.3}
.ns-strip dd span{color:var(--ns-muted)}
.ns-strip dd.none{color:var(--ns-muted)}
@media (max-width:640px){.ns-strip{grid-template-columns:repeat(2,minmax(0,1fr))}}
"""


def strip_html(line: ReviewLine, tr: Text, currency: str) -> str:
    """One field a box, as a list of definitions that a screen reader can follow."""
    return f'<div class="ns-strip">{"".join(_box(b, line, tr, currency) for b in line.strip)}</div>'


def _box(box: Box, line: ReviewLine, tr: Text, currency: str) -> str:
    unit, reading = line.metric.unit, box.point.reading
    value = numbers.short(reading.value, unit, tr, currency)
    title = dates.span(box.span.start, box.span.end, tr, box.span.end)
    parts = [f'<dt title="{escape(title)}">{escape(tr(BOXES[box.kind]))}</dt>']
    if reading.reason is not None:
        parts.append(f'<dd class="v none">{value}</dd>')
        parts.append(f'<dd class="none">{escape(tr(REASONS[reading.reason]))}</dd>')
        return f"<div><dl>{''.join(parts)}</dl></div>"
    parts.append(f'<dd class="v">{escape(value)}</dd>')
    for words, change in compared(box):
        said = change_text(change, unit, tr, currency)
        parts.append(f"<dd>{escape(said)} <span>{escape(tr(words))}</span></dd>")
    return f"<div><dl>{''.join(parts)}</dl></div>"


def compared(box: Box) -> list[tuple[Words, Change | None]]:
    """What a box is held against: the week before, the year before, and the target if there is
    one."""
    said: list[tuple[Words, Change | None]] = []
    if box.kind is BoxKind.LAST_WEEK:
        said.append((WOW, box.wow))
    said.append((YOY, box.yoy))
    if box.target is not None:
        said.append((_VS_TARGET, box.to_target))
    return said


def target_text(box: Box, unit: Unit, tr: Text, currency: str) -> str:
    """The target and how far the value is from it; empty without one."""
    if box.target is None:
        return ""
    target = numbers.short(box.target, unit, tr, currency)
    words = Words("target {target}: {change}", "目标 {target}：{change}")
    return tr(words, target=target, change=change_text(box.to_target, unit, tr, currency))
