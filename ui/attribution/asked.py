"""What the attribution page is asked, and its answers, each computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from data.scope import Scope, Span
from metrics.attribution.campaigns import Campaigns, campaigns
from metrics.attribution.journeys import Journeys, journeys
from metrics.attribution.result import Attribution, ChannelCredits, attribution
from metrics.attribution.spec import KINDS, NEEDS, Model, Spec
from metrics.catalog.spend import SPENT
from metrics.reading import Reading
from ui.attribution.view import Show, View, read_view, write_view
from ui.patience import patiently
from ui.session import choose, chosen, remembered, scope, span, text, warehouse
from ui.states import not_available

FIGURE = 420
"""Height of the figure in pixels."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same people, days and rules for every part of it."""

    view: View
    scope: Scope
    span: Span

    @classmethod
    def now(cls) -> Asked:
        return cls(view_now(), scope(), span())

    @property
    def spec(self) -> Spec:
        return self.view.spec

    @property
    def show(self) -> Show:
        """The number shown: the one chosen, as far as the shop has it."""
        if not knows_spend():
            return Show.CREDITS
        return self.view.show or Show.COST

    def answer(self) -> Attribution:
        w = warehouse()
        return remembered(
            lambda: attribution(w, self.scope, self.span, self.spec, tuple(Model)),
            "attribution", self.scope, self.span, self.spec,
        )  # fmt: skip

    def journeys(self, found: Attribution) -> Journeys:
        w = warehouse()
        return remembered(lambda: journeys(w, found), "journeys", self.scope, self.span, self.spec)

    def campaigns(self, found: Attribution, channel: str) -> Campaigns:
        w = warehouse()
        return remembered(
            lambda: campaigns(w, found, channel),
            "attribution_campaigns", self.scope, self.span, self.spec, channel,
        )  # fmt: skip

    def value(self, row: ChannelCredits, model: Model) -> Reading:
        """The number shown of a row under a model."""
        if self.show is Show.COST:
            return row.cost(model)
        if self.show is Show.ROAS:
            return row.roas(model)
        return Reading(row.credit[model].credits)


def view_now() -> View:
    """The view of the address, else the shop's settings."""
    written = chosen().attribution
    usual = View(Spec.of(warehouse().reporting.attribution))
    return usual if written is None else read_view(written)


def show(view: View) -> None:
    """Choose another view."""
    choose(attribution=write_view(view))


def knows_spend() -> bool:
    return warehouse().coverage.has(SPENT)


def known_kinds() -> tuple[str, ...]:
    """Kinds of touch that this shop has, the usual ones first."""
    w = warehouse()

    def read() -> tuple[str, ...]:
        t = w.sources(Scope(w.reporting.currency)).touches
        found = {str(k) for k in w.fetch(select(t.c.kind).distinct())["kind"]}
        return (*[k for k in KINDS if k in found], *sorted(found - set(KINDS)))

    return remembered(read, "touch_kinds")


def answered(asked: Asked) -> Attribution | None:
    """The credits; None, with the reason in its place, where the shop has no touches or the reader
    stopped it."""
    lacking = warehouse().coverage.lacking(*NEEDS)
    if lacking:
        not_available(lacking, text())
        return None
    return patiently(asked.answer, "attribution", asked.scope, asked.span, asked.spec,
                     height=FIGURE)  # fmt: skip
