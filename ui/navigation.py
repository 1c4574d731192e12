"""The menu. One line per page; the order here is the order on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from i18n import Text, Words


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its script, its name, and its path in the address; the first page is at `/`."""

    file: str
    title: Words
    path: str


OVERVIEW = PageSpec("pages/overview/overview.py", Words("Overview", "总览"), "")
EXPLORE = PageSpec("pages/review/explore.py", Words("Explore", "自助分析"), "explore")
MEETING = PageSpec(
    "pages/review/meeting.py", Words("Targets and decisions", "目标与决策"), "meeting"
)
LIFECYCLE = PageSpec(
    "pages/funnels/lifecycle.py", Words("Lifecycle funnel", "生命周期漏斗"), "lifecycle"
)
FUNNEL = PageSpec("pages/funnels/funnel.py", Words("Event funnel", "事件漏斗"), "funnel")
COHORTS = PageSpec("pages/retention/cohorts.py", Words("Cohorts", "同期群留存"), "cohorts")
REPEAT = PageSpec("pages/retention/repeat.py", Words("Repeat and churn", "复购与流失"), "repeat")
GROWTH = PageSpec("pages/retention/growth.py", Words("Growth accounting", "增长核算"), "growth")
STATES = PageSpec("pages/retention/states.py", Words("Lifecycle states", "用户状态"), "states")
AUDIENCES = PageSpec("pages/retention/audiences.py", Words("Audiences", "人群包"), "audiences")
CHANNELS = PageSpec("pages/channels/channels.py", Words("Channels", "渠道"), "channels")
PAYBACK = PageSpec("pages/channels/payback.py", Words("Payback", "回本周期"), "payback")
BUDGET = PageSpec(
    "pages/channels/budget.py", Words("Saturation and budget", "饱和与预算"), "budget"
)
SPEND = PageSpec("pages/channels/spend.py", Words("Spend import", "花费导入"), "spend")
ATTRIBUTION = PageSpec("pages/channels/attribution.py", Words("Attribution", "归因"), "attribution")
EXPERIMENTS = PageSpec(
    "pages/experiments/experiments.py", Words("Experiments", "实验列表"), "experiments"
)
EXPERIMENT = PageSpec(
    "pages/experiments/experiment.py", Words("Experiment", "实验详情"), "experiment"
)
CALCULATOR = PageSpec(
    "pages/experiments/calculator.py", Words("Calculator", "显著性计算器"), "calculator"
)
PLANNER = PageSpec("pages/experiments/planner.py", Words("Planner", "实验规划"), "planner")
DICTIONARY = PageSpec(
    "pages/data/dictionary.py", Words("Metric dictionary", "指标字典"), "dictionary"
)
HEALTH = PageSpec("pages/data/health.py", Words("Data health", "数据健康"), "health")

MENU: tuple[tuple[Words, tuple[PageSpec, ...]], ...] = (
    (Words("Review", "经营"), (OVERVIEW, EXPLORE, MEETING)),
    (Words("Funnels", "漏斗"), (FUNNEL, LIFECYCLE)),
    (Words("Retention", "留存"), (COHORTS, REPEAT, GROWTH, STATES, AUDIENCES)),
    (Words("Channels", "渠道"), (CHANNELS, PAYBACK, ATTRIBUTION, BUDGET, SPEND)),
    (Words("Experiments", "A/B 实验"), (EXPERIMENTS, EXPERIMENT, PLANNER, CALCULATOR)),
    (Words("Data", "数据"), (DICTIONARY, HEALTH)),
)
PAGES = tuple(page for _, pages in MENU for page in pages)


def navigation(tr: Text) -> Any:
    """The menu in the reader's language; paths stay the same in both."""
    return st.navigation(
        {
            tr(section): [
                st.Page(p.file, title=tr(p.title), url_path=p.path or None, default=p is OVERVIEW)
                for p in pages
            ]
            for section, pages in MENU
        },
        expanded=True,
    )
