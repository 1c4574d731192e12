"""The card that tables of our own show beside a cell: one look, one placement.

For components that build their content in the browser; texts are set as text, never as HTML.
"""

from __future__ import annotations

HOVER_CSS = """
.more{position:absolute;z-index:9;display:none;max-width:300px;pointer-events:none;
 background:var(--card);border:1px solid var(--accent);border-radius:4px;padding:6px 10px;
 font-size:12px;line-height:1.5;white-space:pre-line;color:var(--text);box-shadow:0 2px 8px #0003}
.more b{display:block}
"""

HOVER_JS = """
function tell(root, more, at_cell, title, lines) {
  const name = document.createElement('b'); name.textContent = title;
  more.replaceChildren(name, ...[lines.join('\\n')]);
  more.style.display = 'block';
  const at = at_cell.getBoundingClientRect(), box = root.getBoundingClientRect();
  const left = Math.min(at.left - box.left, box.width - more.offsetWidth - 2);
  const below = at.bottom - box.top + 4;
  const above = at.top - box.top - more.offsetHeight - 4;
  more.style.left = Math.max(0, left) + 'px';
  more.style.top = (below + more.offsetHeight > box.height && above > 0 ? above : below) + 'px';
}
"""
