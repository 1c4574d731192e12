"""What the attribution page shows, in one parameter of the address, readable by hand.

`new~cash~30~7` are conversions, date, look-back and half-life in days; then whatever is not the
usual: `orders~accrual~90~7~~kinds.click,code~~show.roas~~of.paid_search`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote

from i18n import Problem, Words
from metrics.attribution.spec import Conversions, Dated, Spec

LONGEST = 1_000
_PART, _OPTION = "~", "~~"


class Show(StrEnum):
    """Which number stands side by side."""

    CREDITS = "credits"
    COST = "cost"
    ROAS = "roas"


SHOWN: dict[Show, Words] = {
    Show.CREDITS: Words("Credits", "归因转化"),
    Show.COST: Words("Cost", "成本"),
    Show.ROAS: Words("ROAS", "ROAS"),
}


@dataclass(frozen=True, slots=True)
class View:
    """The question, which number is shown, and which channel is opened into its campaigns. `show`
    None: the cost where the shop knows any spend, else credits."""

    spec: Spec
    show: Show | None = None
    of: str = ""

    def asking(self, **changes: object) -> View:
        """The same with other parts of the question."""
        return replace(self, spec=replace(self.spec, **changes))  # type: ignore[arg-type]


def write_view(view: View) -> str:
    """As it stands in the address; reading it back gives an equal one."""
    s = view.spec
    head = (s.conversions, s.dated, str(s.lookback_days), str(s.half_life_days))
    parts = [_PART.join(head)]
    if s.kinds:
        parts.append("kinds." + ",".join(_quoted(k) for k in s.kinds))
    if view.show is not None:
        parts.append(f"show.{view.show}")
    if view.of:
        parts.append(f"of.{_quoted(view.of)}")
    return _OPTION.join(parts)


def _quoted(text: str) -> str:
    return quote(text, safe="").replace("~", "%7E")


@lru_cache(maxsize=512)
def read_view(text: str) -> View:
    """What an address says. Raises `ValueError` where it makes no sense."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    head, *options = text.split(_OPTION)
    conversions, dated, lookback, half_life = head.split(_PART)
    found: dict[str, str] = {}
    for option in options:
        key, dot, value = option.partition(".")
        if key not in ("kinds", "show", "of") or key in found or not dot or not value:
            raise ValueError(option)
        found[key] = value
    kinds = tuple(sorted({unquote(k) for k in found.get("kinds", "").split(",") if k}))
    try:
        spec = Spec(Conversions(conversions), Dated(dated), int(lookback), int(half_life), kinds)
    except Problem as problem:
        raise ValueError(problem.code) from problem
    show = Show(found["show"]) if "show" in found else None
    return View(spec, show, unquote(found.get("of", "")))
