"""Plans in a file, YAML or JSON: one plan, or several by the key of their experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from data.importing.problems import did_you_mean
from data.importing.yaml_text import line_of, read_yaml
from i18n import Problem, Words
from store import ExperimentPlan

SEVERAL = "experiments"
"""The key below which a file with several plans has them."""


def read_plans(path: Path, key: str | None) -> dict[str, ExperimentPlan]:
    """The plans of a file by experiment: all of them, or the one of `key`. A file with a single
    plan has no key of its own and needs one. Raises `Problem` naming file, line and field."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise Problem("plan_file_missing", _MISSING, path=path, reason=reason) from error
    document, node = read_yaml(path, text)
    if not isinstance(document, dict):
        raise Problem("plan_file_empty", _EMPTY, _EXAMPLE, path=path)
    if SEVERAL not in document:
        if key is None:
            raise Problem("plan_file_key", _WHICH, _WHICH_HINT, path=path)
        return {key: _plan(path, node, document, ())}
    several = document[SEVERAL]
    if not isinstance(several, dict) or not several:
        raise Problem("plan_file_empty", _EMPTY, _EXAMPLE, path=path)
    if key is not None and key not in several:
        there = ", ".join(str(k) for k in several)
        raise Problem("plan_file_unknown", _UNKNOWN, path=path, key=key, there=there)
    wanted = several if key is None else {key: several[key]}
    return {str(k): _plan(path, node, v, (SEVERAL, str(k))) for k, v in wanted.items()}


def _plan(path: Path, node: Any, body: Any, where: tuple[str, ...]) -> ExperimentPlan:
    at = {"path": path, "line": line_of(node, where)}
    if not isinstance(body, dict):
        raise Problem("plan_file_empty", _EMPTY, _EXAMPLE, path=path)
    try:
        return ExperimentPlan.model_validate(body)
    except ValidationError as error:
        every = error.errors(include_url=False)
        first = next((e for e in every if e["type"] == "extra_forbidden"), every[0])
        at["line"] = line_of(node, (*where, *first["loc"]))
        raise _wrong(first, at) from error
    except Problem as problem:
        said = Words(
            f"{{path}}, line {{line}}: {problem.what.en}",
            f"{{path}} 第 {{line}} 行：{problem.what.zh}",
        )
        raise Problem(problem.code, said, problem.hint, **at, **problem.values) from problem


def _wrong(first: ErrorDetails, at: dict[str, Any]) -> Problem:
    field = ".".join(str(step) for step in first["loc"])
    if first["type"] == "missing":
        return Problem("plan_field_missing", _LACKING, field=field, **at)
    if first["type"] == "extra_forbidden":
        near = did_you_mean(str(first["loc"][-1]), list(ExperimentPlan.model_fields))
        return Problem("plan_field_unknown", _FIELD, near, field=field, **at)
    kind = first["type"].split("_")[0]
    allowed = _ALLOWED.get(kind, Words(first["msg"], first["msg"]))
    found = repr(first["input"])[:60]
    return Problem("plan_field_wrong", _VALUE, field=field, found=found, allowed=allowed, **at)


_ALLOWED: dict[str, Words] = {
    "int": Words("a whole number", "整数"),
    "float": Words("a number", "数字"),
    "string": Words("text", "文本"),
    "date": Words("a day such as 2026-11-30", "日期，如 2026-11-30"),
    "bool": Words("true or false", "true 或 false"),
    "tuple": Words("a list", "列表"),
    "model": Words("keys with values", "键值表"),
}
_MISSING = Words("The file {path} can't be read: {reason}.", "无法读取文件 {path}：{reason}。")
_EMPTY = Words("{path} holds no plan.", "{path} 中没有实验方案。")
_EXAMPLE = Words(
    "See data/samples/demo/experiments.yaml for an example.",
    "示例见 data/samples/demo/experiments.yaml。",
)
_WHICH = Words(
    "{path} has one plan and does not say of which experiment.",
    "{path} 只有一个方案，且未注明所属实验。",
)
_WHICH_HINT = Words("Name it with --id.", "请用 --id 指定。")
_UNKNOWN = Words(
    "{path} has no plan of “{key}”; it has {there}.",
    "{path} 中没有“{key}”的方案，现有：{there}。",
)
_LACKING = Words("{path}, line {line}: {field} is missing.", "{path} 第 {line} 行：缺少 {field}。")
_FIELD = Words(
    "{path}, line {line}: there is no field {field}.", "{path} 第 {line} 行：没有字段 {field}。"
)
_VALUE = Words(
    "{path}, line {line}: {field} is {found}; it must be {allowed}.",
    "{path} 第 {line} 行：{field} 为 {found}，应为{allowed}。",
)
