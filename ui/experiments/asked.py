"""What the list of experiments is asked, and its answer, computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass

from data.schema import required_columns
from data.scope import Scope
from i18n import Text, Words
from metrics.experiments.listing import NEEDS, Listing, listing
from metrics.experiments.listing_words import headline
from metrics.experiments.programme import Programme, programme
from store import EXPERIMENT_PLAN
from ui.experiment.asked import guests_only, none_on_record
from ui.patience import patiently
from ui.session import remembered, scope, store, text, warehouse
from ui.states import card

TABLE = 420
"""Height kept for the table, in pixels."""


@dataclass(frozen=True, slots=True)
class Found:
    """The list and the programme; None where there is nothing to list, which stands in its
    place."""

    scope: Scope
    listing: Listing | None
    programme: Programme | None

    def headline(self, tr: Text) -> str:
        """The finding, or what the page answers."""
        if self.listing is None:
            words = Words(
                "Which experiments run, what they say, and what they came to together.",
                "哪些实验在跑、结论如何、合计带来了多少。",
            )
            return tr(words)
        return headline(self.listing, tr)


def answered() -> Found:
    """Every experiment of data and plans; of some markets alone those that their users met."""
    w, asked, tr = warehouse(), scope(), text()
    nothing = Found(asked, None, None)
    if guests_only():
        return nothing
    plans = store().list(EXPERIMENT_PLAN, w.shop)
    lacking = w.coverage.lacking(*NEEDS)
    if lacking and not plans:
        _not_available(lacking, tr)
        return nothing
    state = tuple((p.name, p.revision) for p in plans)

    def computed() -> tuple[Listing, Programme]:
        found = listing(w, asked, store())
        return found, programme(found)

    made = patiently(
        lambda: remembered(computed, "experiments", asked, state),
        "experiments",
        (asked, state),
        height=TABLE,
    )
    if made is None:
        return nothing
    if not made[0].rows:
        none_on_record()
        return nothing
    return Found(asked, *made)


def _not_available(lacking: tuple[str, ...], tr: Text) -> None:
    """Which tables and columns are needed, and the two ways to get them."""
    comma, colon = tr(Words(", ", "、")), tr(Words(": ", "："))
    needed = "\n".join(f"{t}{colon}{comma.join(required_columns(t))}" for t in lacking)
    card(
        tr(Words("This shop has no experiments.", "该店铺没有实验数据。")),
        tr(
            Words(
                "Needed:\n{needed}\nMap them in the shop's mapping.yaml (docs/guides/importing.md) "
                "and import again. An experiment that ran elsewhere needs its exposures alone: "
                "register its plan under Planner.",
                "需要：\n{needed}\n请在该店铺的 mapping.yaml 中配置映射"
                "（见 docs/guides/importing.md）"
                "后重新导入。在其他系统运行的实验只需曝光数据，方案可在“实验规划”中登记。",
            ),
            needed=needed,
        ),
        "info",
    )
