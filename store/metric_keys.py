"""What the key of a metric looks like; which keys exist is known further up."""

from __future__ import annotations

import re

from i18n import Problem, Words

METRIC_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def require_metric_key(key: str) -> None:
    """A `Problem` for what can't be the key of a metric."""
    if not METRIC_KEY.fullmatch(key):
        raise Problem("metric_key", _NO_KEY, PICK, key=ascii(key)[1:-1][:60])


_NO_KEY = Words(
    en="“{key}” can't be the key of a metric: small letters, digits and _ are expected.",
    zh="“{key}”不是有效的指标标识：应由小写字母、数字和下划线组成。",
)
PICK = Words(en="Pick from the metric dictionary.", zh="请从指标字典中选择。")
