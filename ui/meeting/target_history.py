"""Every version of a metric's targets, and the way back to one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from format import numbers
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.meeting.words import bucket_name
from store import TARGETS, MetricTargets, Saved, TargetGrain
from ui.meeting.desk import history
from ui.session import warehouse


def targets_history(kept: Mapping[str, Saved[MetricTargets]], grain: TargetGrain, tr: Text) -> None:
    """Choose a metric that has targets and see who changed which of them when."""
    if not kept:
        return
    key = st.selectbox(
        tr(Words("History of", "查看修改历史")),
        list(kept),
        index=None,
        key=f"target_history_{grain}_{tr.language}",
        format_func=lambda k: tr(METRICS[k].name),
        placeholder=tr(Words("Choose a metric", "选择指标")),
        width=360,
    )
    if key is not None:
        saved = kept[key]
        history(TARGETS, saved.name, saved.revision, said, tr)


def said(body: MetricTargets, tr: Text) -> Mapping[str, str]:
    """Targets as labelled texts: a version then tells those that it changed."""
    last = warehouse().coverage.last_day
    unit = METRICS[body.metric].unit
    return {
        bucket_name(start, body.grain, tr, last): numbers.full(value, unit, tr, body.currency)
        for start, value in sorted(body.values.items())
    }
