"""What a pack says beside the names and numbers of its review."""

from __future__ import annotations

from i18n import Words

TITLE = Words("Weekly review", "周会")
SUMMARY = Words("All metrics of the week", "本周指标一览")
EXPERIMENTS = Words("Experiments ending", "即将结束的实验")
DECISIONS = Words("Decisions", "决策跟进")
APPENDIX = Words("Definitions and data", "口径与数据")
DEFINITION = Words("Definition", "口径")
LEFT_OUT = Words("Not shown", "未展示")
OWNER = Words("Owner", "负责人")
CONTENTS = Words("Contents", "目录")
SQL = Words("SQL", "SQL")
CURRENCY = Words("Amounts in {code}", "金额币种 {code}")

WEEKS = Words("Last 6 weeks", "近 6 周")
MONTHS = Words("Last 12 months", "近 12 个月")
NOW = Words("This year", "本期")
YEAR_BEFORE = Words("Year before", "上年同期")
TARGET = Words("Target", "目标")
LOW = Words("Lower natural limit", "自然波动下限")
MEAN = Words("Centre line", "中心线")
HIGH = Words("Upper natural limit", "自然波动上限")
LIMITS = Words("Natural limits", "自然波动范围")

METRIC = Words("Metric", "指标")
VALUE = Words("Value", "数值")
WEEK = Words("Week", "本周")
TO_TARGET = Words("vs target", "较目标")
TARGET_VALUE = Words("Target", "目标值")
SIGNAL = Words("Signal", "显著性")
COUNTED, OWN = Words("signal", "显著"), Words("own rule only", "仅自身规则")
NOISE = Words("no signal", "不显著")
TOO_FEW = Words("not judged", "未判定")

EXPERIMENT = Words("Experiment", "实验")
ENDS = Words("Ends", "结束日")
VERDICT = Words("Verdict", "结论")
WHY = Words("Why", "原因")
LIFT = Words("Lift", "提升")

DECISION = Words("Decision", "决策")
DUE = Words("Due", "截止日")
EXPECTED = Words("Expected effect", "预期效果")
STATUS = Words("Status", "状态")
STATUSES = {
    "open": Words("open", "进行中"),
    "done": Words("done", "已完成"),
    "dropped": Words("dropped", "已取消"),
}
OVERDUE = Words("overdue", "已逾期")

MEANING = Words("Meaning", "含义")
FORMULA = Words("Formula", "公式")
JUDGED = Words("Signal or noise", "是否显著")
VERSION = Words("Data version", "数据版本")
THROUGH = Words("Data through", "数据截至")
REFRESHED = Words("Refreshed", "刷新时间")
SCOPE = Words("Scope", "范围")
NOT_FILTERED = Words("Filters not applied", "未应用的筛选")
METHOD = Words("How signal is told from noise", "如何区分显著与波动")
METHOD_SAYS = Words(
    "Natural limits (XmR) are the mean ± 2.66 × the mean moving range of the metric’s own past. "
    "A week is signal outside its limits, as the eighth in a row on one side of the mean, or where "
    "three of the last four lie nearer to a limit than to the mean. It counts in the opening only "
    "where it also stands among all metrics of the deck.",
    "自然波动范围（XmR）为指标自身历史的均值 ± 2.66 × 平均移动极差。超出范围、连续 8 期位于均值"
    "同一侧，或最近 4 期中有 3 期更接近界限，即为显著；放在全部指标中仍然成立的，才计入页首结论。",
)
NOTE = Words("Note", "标注")
LACKS = Words("{name}: the shop lacks {lacking}", "{name}：店铺缺少 {lacking}")
GONE = Words("{name}: no longer a metric", "{name}：该指标已不存在")
COMMA = Words(", ", "、")
SIGNAL_POINT = Words("Signal", "显著")
TICK = Words("Label", "图中标签")
