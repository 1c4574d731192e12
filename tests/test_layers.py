"""The rooms hold: who imports whom, where Streamlit, Plotly and SQL stand, what a page may be."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ORDER = (
    {"app"}, {"pages"}, {"ui"}, {"reports"}, {"charts"}, {"metrics"},
    {"data", "store"}, {"format"}, {"i18n"},
)  # fmt: skip
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
STREAMLIT_ROOMS = {"app", "pages", "ui"}
PLOTLY_ROOMS = {"charts"}
SQL_ROOMS = {"metrics", "data"}
KNOWS_DATABASES = "data/dialects.py"
DOOR = "/__main__.py"
PAGE_LINES = 40

SQL_BY_HAND = {"text", "DDL", "exec_driver_sql"}
STATEMENT = re.compile(
    r"\s*(SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|ALTER\s+TABLE|WITH\s+\w+\s+AS(?=\s*\()"
    r"|CREATE\s+(OR\s+REPLACE\s+)?(TEMP\w*\s+)?(TABLE|VIEW|INDEX|SCHEMA|SEQUENCE|TYPE)"
    r"|DROP\s+(TABLE|VIEW|INDEX|SCHEMA)|ATTACH|COPY)\W",
    re.IGNORECASE,
)


def is_statement(words: str) -> bool:
    """SQL starts in capitals or all small; a sentence starts with one capital."""
    first = words.split()[0] if words.split() else ""
    return bool(STATEMENT.match(words)) and (first.isupper() or first.islower())


def modules(root: Path) -> Iterator[tuple[str, str, ast.Module]]:
    """(room, path, tree) of every module of the product below `root`."""
    paths = [root / "app.py"] if (root / "app.py").exists() else []
    for room in sorted(FLOOR):
        paths += sorted((root / room).rglob("*.py"))
    for path in paths:
        name = path.relative_to(root).as_posix()
        yield name.removesuffix(".py").split("/")[0], name, ast.parse(path.read_text("utf-8"))


def imports(name: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import, also inside functions; relative ones made absolute."""
    package = name.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = [*above, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*start, alias.name])) for alias in node.names)


def upward_imports(root: Path) -> list[str]:
    """A room may import itself and lower floors; rooms of one floor do not know each other. A
    room's `__main__` is a door like `app.py`: it puts together what its command needs."""
    return [
        f"{name}:{line}: {room} imports {other}"
        for room, name, tree in modules(root)
        if not name.endswith(DOOR)
        for line, dotted in imports(name, tree)
        if (other := dotted.split(".")[0]) in FLOOR and other != room
        if FLOOR[other] <= FLOOR[room]
    ]


def strays(library: str, rooms: set[str]) -> Callable[[Path], list[str]]:
    """A library that may be imported in `rooms` only."""

    def check(root: Path) -> list[str]:
        return [
            f"{name}:{line}: {library} in {room}"
            for room, name, tree in modules(root)
            if room not in rooms
            for line, dotted in imports(name, tree)
            if dotted.split(".")[0] == library
        ]

    return check


def imported_doors(root: Path) -> list[str]:
    """Doors may know every room because no room knows them."""
    return [
        f"{name}:{line}: imports {dotted}"
        for _, name, tree in modules(root)
        for line, dotted in imports(name, tree)
        if "__main__" in dotted.split(".")
    ]


def raw_sql(root: Path) -> list[str]:
    """SQL as SQLAlchemy Core only: no `text()`, no `DDL()`, no statement in a string."""
    return [
        f"{name}:{line}: {what}"
        for room, name, tree in modules(root)
        if room in SQL_ROOMS and name != KNOWS_DATABASES
        for line, what in _raw_sql_of(tree)
    ]


def _raw_sql_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    docstrings = {id(text) for text in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            for alias in node.names:
                if alias.name in SQL_BY_HAND:
                    yield node.lineno, f"sqlalchemy.{alias.name}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_sqlalchemy = isinstance(node.func.value, ast.Name) and node.func.value.id in (
                "sa", "sqlalchemy",
            )  # fmt: skip
            if node.func.attr == "exec_driver_sql" or (
                of_sqlalchemy and node.func.attr in SQL_BY_HAND
            ):
                yield node.lineno, f".{node.func.attr}()"
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and is_statement(node.value)
        ):
            yield node.lineno, f"SQL string {node.value.strip()[:30]!r}"


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def pages_outside_a_stage(root: Path) -> list[str]:
    """A script directly in `pages/` opens by its deep link without `app.py`, past the rights."""
    return [
        f"pages/{path.name}: move it into a stage's folder"
        for path in sorted((root / "pages").glob("*.py"))
        if path.name != "__init__.py"
    ]


def long_pages(root: Path) -> list[str]:
    """A page asks, draws and explains; what needs more room belongs below."""
    return [
        f"{path.relative_to(root).as_posix()}: {lines} lines, at most {PAGE_LINES}"
        for path in sorted((root / "pages").rglob("*.py"))
        if (lines := len(path.read_text("utf-8").splitlines())) > PAGE_LINES
    ]


RULES: dict[str, Callable[[Path], list[str]]] = {
    "imports point down": upward_imports,
    "no room imports a door": imported_doors,
    "Streamlit only in app.py, pages/ and ui/": strays("streamlit", STREAMLIT_ROOMS),
    "Plotly only in charts/": strays("plotly", PLOTLY_ROOMS),
    "no SQL strings": raw_sql,
    "no page directly in pages/": pages_outside_a_stage,
    "short pages": long_pages,
}


@pytest.mark.parametrize("rule", RULES)
def test_the_tree_keeps_the_rule(rule: str) -> None:
    """Each rule over the real tree."""
    assert RULES[rule](ROOT) == []


BREACHES = [
    ("imports point down", "metrics/x.py", "from ui.tiles import tile", "metrics imports ui"),
    ("imports point down", "data/x.py", "from store import models", "data imports store"),
    ("imports point down", "store/x.py", "import data.schema", "store imports data"),
    ("imports point down", "i18n/x.py", "from format import number", "i18n imports format"),
    ("imports point down", "ui/x.py", "import app", "ui imports app"),
    ("imports point down", "charts/x.py", "def f():\n    import reports", "charts imports reports"),
    ("imports point down", "data/sub/x.py", "from ...ui import tiles", "data imports ui"),
    ("imports point down", "data/main.py", "from metrics import x", "data imports metrics"),
    ("no room imports a door", "metrics/x.py", "from data.__main__ import main", "data.__main__"),
    ("Streamlit only in app.py, pages/ and ui/", "charts/x.py", "import streamlit as st", "charts"),
    ("Streamlit only in app.py, pages/ and ui/", "data/x.py", "from streamlit import a", "data"),
    ("Plotly only in charts/", "ui/x.py", "import plotly.graph_objects as go", "ui"),
    ("Plotly only in charts/", "pages/a/x.py", "from plotly import io", "pages"),
    ("no SQL strings", "data/x.py", "from sqlalchemy import select, text", "sqlalchemy.text"),
    ("no SQL strings", "metrics/x.py", "from sqlalchemy.sql import text as t", "sqlalchemy.text"),
    ("no SQL strings", "data/x.py", "import sqlalchemy as sa\nsa.text('1')", ".text()"),
    ("no SQL strings", "data/x.py", "import sqlalchemy\nsqlalchemy.DDL('x')", ".DDL()"),
    ("no SQL strings", "data/x.py", "c.exec_driver_sql(q)", ".exec_driver_sql()"),
    ("no SQL strings", "metrics/x.py", "q = 'SELECT a FROM b'", "SQL string"),
    ("no SQL strings", "metrics/x.py", "q = '''\n  with a as (\n'''", "SQL string"),
    ("no SQL strings", "data/x.py", "q = f'create or replace table {t} as'", "SQL string"),
    ("no SQL strings", "data/x.py", "q = 'DELETE FROM ' + t", "SQL string"),
    ("no SQL strings", "data/x.py", "q = \"ATTACH 'other.duckdb'\"", "SQL string"),
    ("no page directly in pages/", "pages/x.py", "", "pages/x.py"),
    ("short pages", "pages/a/x.py", "a = 1\n" * 41, "41 lines"),
]


@pytest.mark.parametrize(("rule", "path", "source", "told"), BREACHES)
def test_each_rule_bites(rule: str, path: str, source: str, told: str, tmp_path: Path) -> None:
    """A made-up tree of one module that breaks the rule: told once, with its place."""
    _write(tmp_path, path, source)
    [breach] = RULES[rule](tmp_path)
    assert path in breach
    assert told in breach


KEPT = [
    ("app.py", "import streamlit\nfrom ui import menu\nfrom i18n import Words"),
    ("pages/a/x.py", "from charts import heatmap\nfrom metrics import x\n" + "a = 1\n" * 38),
    ("pages/__init__.py", ""),
    ("reports/x.py", "from charts import heatmap"),
    ("charts/x.py", "import plotly.graph_objects\nfrom .theme import template"),
    ("data/x.py", "from data.schema import users\nfrom . import scope\nfrom i18n import Text"),
    ("data/dialects.py", "from sqlalchemy import text\nq = 'SELECT 1'"),
    ("metrics/x.py", '"""SELECT is not said here."""\nhint = Words("Select a shop from the list")'),
    ("metrics/y.py", "from i18n import text\nname = path.text('SELECT')"),
    ("store/x.py", "from format import number"),
    ("data/__main__.py", "from metrics import x\nfrom data.cli import main"),
]


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_bites_a_tree_that_keeps_them(rule: str, tmp_path: Path) -> None:
    """The neighbours of each breach, all allowed: words, docstrings, own package, lower floors."""
    for path, source in KEPT:
        _write(tmp_path, path, source)
    assert RULES[rule](tmp_path) == []


def _write(root: Path, path: str, source: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(source, "utf-8")
