"""Exposures that can't be counted, and arms that do not fit their experiment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, distinct, exists, func, or_, select

from data.checks.finding import Cell, Found, Listing, Severity, filled
from data.checks.look import Look
from data.serving.experiments import UNIT_KINDS
from i18n import Words

ROUNDED = 0.005
"""What a share loses at most by being written with two digits: three times 0.33 is a whole."""

_EXPERIMENT, _ARM = Words("Experiment", "实验"), Words("Arm", "实验组")
_EXPOSURES, _UNITS = Words("Exposures", "曝光次数"), Words("Units", "用户或访客数")


def units(look: Look) -> Found | None:
    """Exposed users and visitors that no other table knows."""
    if not look.has("exposures"):
        return None
    e, x = look.table("exposures").c, look.table("experiments").c
    known = [
        exists().where(names == e.unit_id)
        for names in (
            look.table("users").c.user_id,
            look.src.people.c.user_id,
            look.src.visitors.c.visitor_id,
        )
    ]
    rows = look.ask(
        select(e.experiment_id, func.count(distinct(e.unit_id)).label("units"))
        .select_from(
            look.table("exposures").outerjoin(
                look.table("experiments"), x.experiment_id == e.experiment_id
            )
        )
        .where(~or_(*known), or_(x.unit.is_(None), x.unit.in_(UNIT_KINDS)))
        .group_by(e.experiment_id)
        .order_by(e.experiment_id)
    )
    if not rows:
        return Found(
            Severity.OK,
            Words("Every exposed user or visitor is known.", "所有曝光的用户或访客均可识别。"),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} exposed units are neither a known user nor a known visitor, in "
                "{experiments:,} experiments.",
                "{experiments:,} 个实验中有 {n:,} 个曝光单位无法识别为用户或访客。",
            ),
            n=sum(int(r["units"]) for r in rows),
            experiments=len(rows),
        ),
        Words(
            "They are left out of every arm. Where one arm loses more of them than another, its "
            "numbers are wrong: import their users, events or identities, or check that unit_id "
            "is the id of the other tables.",
            "这些单位不计入任何实验组；若各组缺失比例不同，结果会有偏差。请补导对应的用户、事件或"
            "身份关联，并确认 unit_id 与其他表使用同一编号。",
        ),
        _listing((_EXPERIMENT, _UNITS), rows),
    )


def early(look: Look) -> Found | None:
    """Exposures from before their experiment's start."""
    if not look.has("exposures", "experiments"):
        return None
    e, x = look.table("exposures").c, look.table("experiments").c
    rows = look.ask(
        select(e.experiment_id, func.count().label("exposures"))
        .join_from(
            look.table("exposures"),
            look.table("experiments"),
            and_(x.experiment_id == e.experiment_id, e.exposed_at < x.started_at),
        )
        .group_by(e.experiment_id)
        .order_by(e.experiment_id)
    )
    if not rows:
        return Found(
            Severity.OK,
            Words("No exposure is from before its experiment.", "没有早于实验开始时间的曝光。"),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} exposures are from before their experiment started, in {experiments:,} "
                "experiments.",
                "{experiments:,} 个实验中有 {n:,} 次曝光早于实验开始时间。",
            ),
            n=sum(int(r["exposures"]) for r in rows),
            experiments=len(rows),
        ),
        Words(
            "Who was first exposed before the start does not count, not even when exposed again. "
            "Correct started_at, its time zone, or leave out exposures of a try-out.",
            "首次曝光早于开始时间的用户不计入，之后再次曝光也不计入。"
            "请核对 started_at 及其时区，或剔除试跑期间的曝光。",
        ),
        _listing((_EXPERIMENT, _EXPOSURES), rows),
    )


def arms(look: Look) -> Found | None:
    """Exposures with an arm that the experiment does not list."""
    if not look.has("exposures", "experiment_arms"):
        return None
    e, a = look.table("exposures").c, look.table("experiment_arms").c
    any_arm = look.table("experiment_arms").alias("any_arm")
    rows = look.ask(
        select(e.experiment_id, e.arm, func.count().label("exposures"))
        .where(
            exists().where(any_arm.c.experiment_id == e.experiment_id),
            ~exists().where(a.experiment_id == e.experiment_id, a.arm == e.arm),
        )
        .group_by(e.experiment_id, e.arm)
        .order_by(e.experiment_id, e.arm)
    )
    if not rows:
        return Found(
            Severity.OK,
            Words(
                "Every exposure has an arm that its experiment lists.",
                "所有曝光的实验组均在实验定义之中。",
            ),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} exposures have an arm that experiment_arms does not list: {where}.",
                "{n:,} 次曝光的实验组不在 experiment_arms 中：{where}。",
            ),
            n=sum(int(r["exposures"]) for r in rows),
            where=", ".join(f"{r['experiment_id']}/{r['arm']}" for r in rows[:10])
            + (" …" if len(rows) > 10 else ""),
        ),
        Words(
            "Such an arm has no share and is compared with nothing. Often it is only spelt "
            "differently: map its name, or list it with its weight.",
            "未列出的组没有流量占比，也不参与比较。常见原因是名称写法不同：请统一名称，"
            "或补充该组及其占比。",
        ),
        _listing((_EXPERIMENT, _ARM, _EXPOSURES), rows),
    )


def weights(look: Look) -> Found | None:
    """Experiments whose arms' shares do not add up to a whole."""
    if not look.has("experiment_arms"):
        return None
    a = look.table("experiment_arms").c
    total, n = func.sum(a.weight), func.count()
    rows = look.ask(
        select(a.experiment_id, n.label("arms"), total.label("total"))
        .group_by(a.experiment_id)
        .having(and_(*[func.abs(total - whole) > ROUNDED * whole * n for whole in (1, 100)]))
        .order_by(a.experiment_id)
    )
    if not rows:
        return Found(
            Severity.OK,
            Words("The shares of all arms add up to a whole.", "各实验的流量占比合计均完整。"),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "The shares of arms do not add up to 1 (or 100): {where}.",
                "以下实验各组流量占比合计不等于 1（或 100）：{where}。",
            ),
            where=", ".join(f"{r['experiment_id']} ({r['total']:g})" for r in rows[:10])
            + (" …" if len(rows) > 10 else ""),
        ),
        Words(
            "Whether the split came out as configured is tested against these shares, in "
            "proportion. List every arm, as it was configured.",
            "样本比例检验按这些占比折算进行。请按实际配置列出全部实验组。",
        ),
        _listing((_EXPERIMENT, Words("Arms", "组数"), Words("Total", "合计")), rows),
    )


def _listing(columns: tuple[Words, ...], rows: list[dict[str, Any]]) -> Listing:
    cells: tuple[tuple[Cell, ...], ...] = tuple(tuple(row.values()) for row in rows)
    return Listing(columns, cells)
