"""The menu in the browser: one look and one behaviour for tiles, cells, rows and drawers.

For components that build their content in the browser. `showMenu(root, anchor, title, items, act)`
opens it beside what it belongs to, above everything else; Escape, a click elsewhere and scrolling
close it, arrow keys move in it. `placed` puts a value in the place that addresses left for it.
Texts are set as text, never as HTML.
"""

from __future__ import annotations

MENU_CSS = """
.dots{position:absolute;top:3px;right:3px;width:24px;height:24px;padding:0;border:0;
 border-radius:4px;background:none;color:var(--muted);font:inherit;font-size:15px;line-height:1;
 text-align:center;
 cursor:pointer;opacity:.75}
.dots:hover,.dots:focus-visible{opacity:1;color:var(--text);outline:2px solid var(--accent);
 outline-offset:-2px}
.menu{position:fixed;margin:0;inset:auto;padding:4px;min-width:180px;max-width:280px;
 background:var(--card);color:var(--text);border:1px solid var(--comparison,var(--muted));
 border-radius:6px;box-shadow:0 4px 16px #0004;font-size:13px;line-height:1.35;font-family:inherit}
.menu .of{color:var(--muted);font-size:12px;padding:4px 8px 6px;overflow-wrap:anywhere}
.menu [role=menuitem]{display:block;width:100%;box-sizing:border-box;min-height:28px;
 padding:5px 8px;border:0;border-radius:4px;background:none;color:var(--text);font:inherit;
 text-align:left;text-decoration:none;cursor:pointer}
.menu [role=menuitem]:hover,.menu [role=menuitem]:focus{outline:2px solid var(--accent);
 outline-offset:-2px}
.menu input{width:100%;box-sizing:border-box;font:inherit;margin-top:4px}
@media print{.dots{display:none}}
"""

MENU_JS = """
const coded = v => encodeURIComponent(v).replace(/~/g, '%7E');
function placed(items, where) {
  const once = coded(where), twice = coded(once);
  const put = to => to.replace(/[?&]x=[^&]*/, x => x.replaceAll('WHERE0', twice))
    .replaceAll('WHERE0', once);
  return items.map(i => i.href ? {...i, href: put(i.href)}
    : i.copy ? {...i, copy: put(i.copy)} : i);
}
function withPeople(items, people) {
  if (!people) return items;
  const at = items.findIndex(i => i.copy !== undefined);
  return [...items.slice(0, at), people, ...items.slice(at)];
}
async function copyLink(to, near) {
  const url = new URL(to || window.location.href, window.location.href).href;
  try { await navigator.clipboard.writeText(url); return {url, ok: true}; } catch (refused) {}
  const field = document.createElement('textarea'); field.value = url;
  field.style.position = 'fixed'; field.style.opacity = '0';
  (near.getRootNode().host?.closest('[role=dialog]') || document.body).append(field);
  field.select();
  let ok = false; try { ok = document.execCommand('copy'); } catch (refused) {}
  field.remove(); return {url, ok};
}
const HOW = '[class*="st-key-how_computed"]';
const answered = items => items.filter(i => !i.how || document.querySelector(HOW));
function openHow() {
  const drawer = document.querySelector('[role=dialog] button[aria-label="Close"]');
  if (drawer) { drawer.click(); setTimeout(openHow, 400); return; }
  const place = document.querySelector(HOW);
  const fold = place?.querySelector('details');
  if (fold && !fold.open) fold.querySelector('summary').click();
  place?.scrollIntoView({block: 'start'}); fold?.querySelector('summary').focus();
}
function itemOf(i, act, close) {
  const e = document.createElement(i.href ? 'a' : 'button');
  e.textContent = i.label;
  if (i.href) { e.href = i.href; e.target = '_self'; return e; }
  e.type = 'button';
  e.onclick = async () => {
    if (i.how) { close(); openHow(); return; }
    if (i.copy === undefined) { close(); act(i.act); return; }
    const {url, ok} = await copyLink(i.copy, e);
    e.setAttribute('aria-live', 'polite');
    if (ok) { e.textContent = '✓ ' + i.done;
      setTimeout(() => { e.textContent = i.label; close(); }, 1200); return; }
    const field = document.createElement('input'); field.readOnly = true; field.value = url;
    field.setAttribute('aria-label', i.label); e.after(field); field.select();
  };
  return e;
}
function showMenu(root, anchor, title, items, act) {
  root.querySelectorAll('.menu').forEach(m => m.remove());
  const menu = document.createElement('div'); menu.className = 'menu';
  menu.setAttribute('role', 'menu'); menu.setAttribute('aria-label', title);
  menu.setAttribute('popover', 'auto');
  const of = document.createElement('div'); of.className = 'of'; of.textContent = title;
  of.setAttribute('role', 'presentation');
  const close = () => {
    if (menu.isConnected && menu.matches(':popover-open')) menu.hidePopover(); };
  const made = answered(items).map(i => { const e = itemOf(i, act, close);
    e.setAttribute('role', 'menuitem'); e.tabIndex = -1; return e; });
  menu.append(of, ...made); root.append(menu); menu.showPopover();
  const at = anchor.getBoundingClientRect(), w = menu.offsetWidth, h = menu.offsetHeight;
  const left = Math.min(at.left, window.innerWidth - w - 8);
  const below = at.bottom + 4, above = at.top - h - 4;
  menu.style.left = Math.max(8, left) + 'px';
  menu.style.top = Math.max(8, below + h > window.innerHeight && above > 0 ? above : below) + 'px';
  menu.onkeydown = e => {
    const now = made.indexOf(menu.getRootNode().activeElement), last = made.length - 1;
    const to = {ArrowDown: now >= last ? 0 : now + 1, ArrowUp: now <= 0 ? last : now - 1,
      Home: 0, End: last}[e.key];
    if (to !== undefined) { e.preventDefault(); made[to].focus(); }
    else if (e.key === 'Tab' || e.key === 'Escape') {
      e.preventDefault(); e.stopPropagation(); close(); anchor.focus(); }
  };
  const gone = e => { if (!menu.contains(e.composedPath()[0])) close(); };
  document.addEventListener('scroll', gone, true);
  menu.addEventListener('toggle', e => { if (e.newState !== 'closed') return;
    document.removeEventListener('scroll', gone, true);
    menu.remove(); });
  made[0]?.focus();
}
"""
