"""YAML read strictly: a key twice is an error, `no` is a word (Norway), and lines are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from i18n import Problem, Words

_TAG = "tag:yaml.org,2002:"


def read_yaml(path: Path, text: str) -> tuple[Any, yaml.Node | None]:
    """The document and its nodes (for `line_of`). Raises `Problem` naming the line."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return (None if node is None else _value(path, node)), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise _not_yaml(path, line, error.problem or error.context or "") from error
    except yaml.YAMLError as error:
        raise _not_yaml(path, 1, str(error).splitlines()[0]) from error


def line_of(node: yaml.Node | None, where: tuple[str | int, ...]) -> int:
    """The line (from 1) of the deepest part of `where` that stands in the document."""
    line = 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(k.value) == str(step)), None)
            if found is not None:
                line, node = found[0].start_mark.line + 1, found[1]
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value)
        ):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _value(path: Path, node: yaml.Node) -> Any:
    """A node as a Python value. Only `true` and `false` are flags: in YAML 1.1 `no`, the code of
    Norway, and `on` would be too; 12:30 would be a number of base 60, and NULL, a word that exports
    write, would be nothing."""
    if isinstance(node, yaml.MappingNode):
        return _mapping(path, node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, part) for part in node.value]
    text, kind = node.value, node.tag.removeprefix(_TAG)
    if kind == "null":
        return None if text in ("", "~", "null") else text
    if kind == "bool":
        return text.lower() == "true" if text.lower() in ("true", "false") else text
    if kind == "timestamp" or (kind in ("int", "float") and ":" not in text):
        try:
            return yaml.safe_load(text)
        except ValueError:  # it has the form of a day, but there is no 13th month
            return text
    return text


def _mapping(path: Path, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _value(path, key_node)
        line = key_node.start_mark.line + 1
        if isinstance(key, dict | list):
            raise _not_yaml(path, line, "a key must be a word")
        if key in found:
            raise _not_yaml(path, line, f"the key “{key}” stands here twice")
        found[key] = _value(path, value_node)
    return found


def _not_yaml(path: Path, line: int, fault: str) -> Problem:
    return Problem(
        "mapping_yaml",
        Words(
            en="{path}, line {line}: this is not valid YAML: {fault}.",
            zh="{path} 第 {line} 行：YAML 格式有误：{fault}。",
        ),
        Words(
            en="Check indentation (spaces, no tabs), colons and quotes on that line.",
            zh="请检查这一行的缩进（用空格，不用制表符）、冒号和引号。",
        ),
        path=path,
        line=line,
        fault=fault,
    )
