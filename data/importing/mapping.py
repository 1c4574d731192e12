"""The mapping file, read and checked as a whole before any source is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from data.importing import expressions, mapping_models
from data.importing.mapping_checks import check
from data.importing.mapping_models import Mapping
from data.importing.problems import did_you_mean
from data.importing.yaml_text import line_of, read_yaml
from i18n import Problem, Words

__all__ = ["Mapping", "load_mapping"]


def load_mapping(path: Path | str) -> Mapping:
    """The mapping at `path`. Raises `Problem` for a file that is missing, not YAML, has an
    unknown key, table or column, or leaves a required column unmapped."""
    path = Path(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Problem(
            "mapping_missing",
            Words(
                en="The mapping {path} can't be read: {reason}.",
                zh="无法读取映射文件 {path}：{reason}。",
            ),
            Words(
                en="Give the path of a mapping.yaml; see docs/guides/importing.md.",
                zh="请给出 mapping.yaml 的路径；写法见 docs/guides/importing.md。",
            ),
            path=path,
            reason=reason,
        ) from error
    document, node = read_yaml(path, text)
    if not isinstance(document, dict):
        raise Problem(
            "mapping_empty",
            Words(
                en="{path} holds no mapping: expected keys such as shop, timezone and sources.",
                zh="{path} 中没有映射内容：应包含 shop、timezone、sources 等键。",
            ),
            path=path,
        )
    try:
        mapping = Mapping.model_validate(document)
    except ValidationError as error:
        raise _problem(path, node, document, error) from error
    mapping.remember(path, raw)
    check(mapping, lambda *where: line_of(node, where))
    return mapping


def _problem(
    path: Path, node: yaml.Node | None, document: dict[str, Any], error: ValidationError
) -> Problem:
    """The first of pydantic's findings as a sentence with its line; typos of keys go first."""
    details = error.errors(include_url=False)
    first = next((d for d in details if d["type"] == "extra_forbidden"), details[0])
    where = _written(document, first["loc"])
    key = str(first["loc"][-1])
    values: dict[str, Any] = {
        "path": path,
        "line": line_of(node, where),
        "where": " → ".join(str(step) for step in where) or "mapping",
        "more": len(details) - 1,
    }
    match first["type"]:
        case "extra_forbidden":
            return Problem(
                "mapping_unknown_key",
                Words(
                    en="{path}, line {line}: “{key}” is not a key of {where}.",
                    zh="{path} 第 {line} 行：{where} 中没有“{key}”这个键。",
                ),
                did_you_mean(key, _allowed_keys(first["loc"])),
                **values | {"key": key, "where": _parent(where)},
            )
        case "missing":
            return Problem(
                "mapping_missing_key",
                Words(
                    en="{path}, line {line}: “{key}” is missing in {where}.",
                    zh="{path} 第 {line} 行：{where} 缺少“{key}”。",
                ),
                **values | {"key": key, "where": _parent((*where, key))},
            )
        case "union_tag_not_found" | "union_tag_invalid":
            found = first["input"]
            words = ", ".join(map(str, found)) if isinstance(found, dict) else str(found)
            keys = expressions.PREDICATE_KEYS if "where" in where else expressions.EXPRESSION_KEYS
            return Problem(
                "mapping_unknown_expression",
                Words(
                    en="{path}, line {line}: {where} is neither a column's name nor a known "
                    "expression; found: {words}.",
                    zh="{path} 第 {line} 行：{where} 既不是列名，也不是可用的表达式：{words}。",
                ),
                did_you_mean(words, keys),
                **values | {"words": words},
            )
        case _:
            return Problem(
                "mapping_wrong_value",
                Words(
                    en="{path}, line {line}: {where} has a wrong value ({found}): {message}.",
                    zh="{path} 第 {line} 行：{where} 的取值有误（{found}）：{message}。",
                ),
                **values | {"found": repr(first["input"])[:80], "message": first["msg"]},
            )


def _written(document: Any, loc: tuple[int | str, ...]) -> tuple[str | int, ...]:
    """A finding's place as it is written in the file: without the checker's own union tags."""
    where: list[str | int] = []
    for step in loc:
        in_list = isinstance(document, list) and isinstance(step, int) and step < len(document)
        if in_list or (isinstance(document, dict) and step in document):
            where.append(step)
            document = document[step]
    return tuple(where)


def _parent(where: tuple[str | int, ...]) -> str:
    return " → ".join(str(step) for step in where[:-1]) or "mapping"


def _allowed_keys(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at this place knows."""
    model: type[BaseModel] = Mapping
    tags: dict[str, type[BaseModel]] = {
        "map": expressions.ValueMap,
        "lookup": expressions.Lookup,
        "join": expressions.Join,
        "first_of": expressions.FirstOf,
        "digest": expressions.Digest,
        "constant": expressions.Constant,
        "scale": expressions.Scale,
        "multiply": expressions.Multiply,
        "negate": expressions.Negate,
        "abs": expressions.Absolute,
        "sum": expressions.Sum,
        "min": expressions.Least,
        "max": expressions.Greatest,
        "all": expressions.All,
        "any": expressions.Any_,
        "not": expressions.Not,
        "column": expressions.FromColumn,
        "sources": mapping_models.Source,
        "set_aside": mapping_models.SetAside,
        "rollup": mapping_models.Rollup,
        "database": mapping_models.Database,
        "into": mapping_models.Target,
    }
    for step in loc[:-1]:
        if step == "column" and "where" in loc:
            model = expressions.Test
        else:
            model = tags.get(str(step), model)
    return [field.alias or name for name, field in model.model_fields.items()]
