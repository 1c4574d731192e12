"""The house around the code: pins with reasons, docstrings, lengths, commands, clean words."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
RUN, DEV = "requirements.txt", "requirements-dev.txt"
PRODUCT = ("app", "pages", "ui", "reports", "charts", "metrics", "data", "store", "format", "i18n")

LONGEST = 400
LONG_BY_REASON = {
    "data/rollups.py": "all serving tables side by side, which is how their columns stay alike",
    "tests/metrics/oracle.py": "all definitions once more, read from top to bottom by a doubter",
}
"""Modules longer than `LONGEST` lines, each with the reason why it is one thing."""

PART_OF = {"pydantic-core": "pydantic"}
"""A distribution that its owner requires in one exact version is pinned with its owner."""

PIN = re.compile(r"([A-Za-z0-9_.-]+)(\[[a-z,]+\])?==([0-9][A-Za-z0-9.]*)")
README_ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
BINARY = {".parquet", ".png", ".ico", ".gz", ".xlsx", ".duckdb", ".otf", ".woff2"}

MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|Users|home/[a-z]\w*)/")
REGISTRY = re.compile(
    r"(pypi|npmjs|pythonhosted|rubygems|registry\.yarnpkg)\.(org|com|io)"
    r"|deb\.debian\.|(extra-)?index-url|--registry\b"
)


def tracked() -> list[Path]:
    """The project's own files: as git lists them, with those about to be added."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is no telling the project's files from others")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    """The path as the project writes it."""
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    """Every tracked module."""
    return [path for path in tracked() if path.suffix == ".py"]


def pins(file: str) -> dict[str, str]:
    """Package (as one would import its name: small, `-`) -> version, of one requirements file."""
    found = {}
    for line in requirement_lines(file):
        if match := PIN.fullmatch(line):
            found[normal(match[1])] = match[3]
    return found


def requirement_lines(file: str) -> list[str]:
    """Lines that name a package, without comments and includes."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    return [line for line in lines if line and not line.startswith("-r ")]


def normal(package: str) -> str:
    """One spelling per package: `types-PyYAML` and `types_pyyaml` are the same."""
    return re.sub(r"[-_.]+", "-", package).lower()


def owner(package: str) -> str:
    """The pinned package that answers for this one."""
    return PART_OF.get(normal(package), normal(package))


def test_every_module_says_what_it_holds() -> None:
    """A docstring opens each module that has any code."""
    bare = [
        name_of(path)
        for path in python_files()
        if (tree := ast.parse(path.read_text("utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert bare == []


def test_long_modules_are_named_with_a_reason() -> None:
    """Over 400 lines a module is asked whether it is one thing; the answer stands here."""
    long = {
        name_of(path)
        for path in python_files()
        if len(path.read_text("utf-8").splitlines()) > LONGEST
    }
    assert long == set(LONG_BY_REASON)


@pytest.mark.parametrize("file", [RUN, DEV])
def test_requirements_are_exact(file: str) -> None:
    """`==` and nothing else: the same packages today and in a year."""
    assert [line for line in requirement_lines(file) if not PIN.fullmatch(line)] == []


def test_each_dependency_has_its_reason_in_the_readme_and_none_is_listed_in_vain() -> None:
    """README's table and the two files name the same packages, with extras as they are pinned."""
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = README_ROW.findall(readme.partition("## Dependencies")[2])
    named = [line.partition("==")[0] for file in (RUN, DEV) for line in requirement_lines(file)]
    assert sorted(package for package, _ in rows) == sorted(named)
    assert [package for package, reason in rows if len(reason.split()) < 3] == []


def test_what_runs_imports_only_what_is_pinned() -> None:
    """A package that only comes along with another may leave with it."""
    assert undeclared(set(pins(RUN)), of_product=True) == []


def test_tests_import_only_what_is_pinned() -> None:
    """Also counting what only tests need."""
    assert undeclared(set(pins(RUN)) | set(pins(DEV)), of_product=False) == []


def undeclared(allowed: set[str], *, of_product: bool) -> list[str]:
    """`file: module` of every import from a distribution that is not pinned."""
    providers = packages_distributions()
    return sorted(
        {
            f"{name_of(path)}: {module}"
            for path in python_files()
            if (name_of(path).removesuffix(".py").split("/")[0] in PRODUCT) == of_product
            for module in third_party(path)
            if not allowed & {owner(name) for name in providers.get(module, ())}
        }
    )


def third_party(path: Path) -> Iterator[str]:
    """Top-level names of what a module imports that is neither Python's nor ours."""
    own = {entry.stem for entry in ROOT.iterdir()}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in own:
                yield top


def test_the_installed_versions_are_the_pinned_ones() -> None:
    """Tests that ran on other versions prove nothing about these. Stubs may be absent."""
    installed = {normal(found.name): found.version for found in distributions()}
    wanted = pins(RUN) | pins(DEV)
    assert {name: installed.get(name, version) for name, version in wanted.items()} == wanted


def test_no_file_names_a_machine_or_a_registry() -> None:
    """No path of somebody's machine, no host of a package registry."""
    found = [
        f"{name_of(path)}:{number}: {match[0]}"
        for path in tracked()
        if path.suffix not in BINARY and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if (match := MACHINE_PATH.search(line) or REGISTRY.search(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("cd /" + "root/northstar", True),
        ("see /" + "home/ann/shop.csv", True),
        ("pip install --" + "index-url x", True),
        ("https://py" + "pi.org/simple", True),
        ("/var/lib, http://host/homepage/, docs/root/x, ~/shop.csv", False),
        ("packages from the registry", False),
    ],
)
def test_the_word_check_bites(line: str, told: bool) -> None:
    """Paths of a home, a registry's host; not what only looks like them."""
    assert bool(MACHINE_PATH.search(line) or REGISTRY.search(line)) == told


def test_the_readmes_two_commands_are_in_the_makefile() -> None:
    """`make run` and `make test`, and no other make target that does not exist."""
    readme = (ROOT / "README.md").read_text("utf-8")
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    targets = set(
        re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    assert {"run", "test"} <= set(re.findall(r"^make ([a-z-]+)", readme, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z0-9-]+)", readme + guide)) <= targets


def test_make_help_lists_every_target_a_person_would_use() -> None:
    """Each phony target has its line, but `shops`, which `run` takes care of."""
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)[0].split())
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make ([a-z0-9-]+) +\S", told, re.MULTILINE)) == phony - {"shops"}


def test_pre_commit_fetches_nothing() -> None:
    """Hooks run the virtual environment's own tools."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {repo["repo"] for repo in config["repos"]} == {"local"}


def test_readers_see_no_traceback_and_no_collection_runs_after_each_run() -> None:
    """The settings that the product's promises rest on."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["client"]["showErrorDetails"] == "none"
    assert config["runner"]["postScriptGC"] is False
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
