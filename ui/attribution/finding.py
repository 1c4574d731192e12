"""The sentence that the attribution page opens with: does the conclusion depend on the model?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from format import numbers
from i18n import Text, Words
from metrics.attribution.result import Attribution, ChannelCredits
from metrics.attribution.spec import MODELS, Model
from metrics.attribution.text import channel_name
from metrics.metric import Unit
from metrics.reading import REASONS

FEW = 10
"""A channel with fewer credits under some model is too small to speak of."""
ALIKE = 1.25
"""Up to so many times the lowest, models say much the same."""

_ANSWERS = Words(
    "Which channels deserve the credit, and does the answer depend on the model?",
    "转化该归功于哪些渠道？结论是否取决于归因模型？",
)
_NONE = Words("No conversion to credit: {reason}.", "没有可归因的转化：{reason}。")
_DEPENDS = Words(
    "{channel} costs {first} by {model} and {second} by {other}: the conclusion depends on the "
    "model.",
    "{channel}按{model}成本为 {first}，按{other}为 {second}，结论取决于归因模型。",
)
_CREDITED = Words(
    "{channel} is credited with {first} conversions by {model} and {second} by {other}: the "
    "conclusion depends on the model.",
    "{channel}按{model}得 {first} 个转化，按{other}得 {second} 个，结论取决于归因模型。",
)
_HOLDS = Words(
    "The models agree: no channel's {what} differs by more than {percent} between them.",
    "各模型结论一致：各渠道{what}在模型间的差异均不超过 {percent}。",
)
_CHEAPEST = Words(
    "{channel} is the cheapest under every model.", "无论哪种模型，{channel}成本最低。"
)
_COST, _CREDITS = Words("cost", "成本"), Words("credit", "归因转化")

Value = Callable[[ChannelCredits, Model], float | None]


def finding(found: Attribution | None, tr: Text) -> str:
    """The channel whose cost (or credit) differs most between models; who is cheapest in all."""
    if found is None:
        return tr(_ANSWERS)
    if found.reason is not None:
        return tr(_NONE, reason=REASONS[found.reason])
    large = [c for c in found.channels if all(c.credit[m].credits >= FEW for m in found.models)]
    paid = [c for c in large if all(c.cost(m).value for m in found.models)]
    if paid:
        said = [_said(paid, found.models, lambda c, m: c.cost(m).value, found, tr)]
        cheapest = {
            min(paid, key=lambda c, m=m: c.cost(m).value or 0.0).channel  # type: ignore[misc]
            for m in found.models
        }
        if len(cheapest) == 1 and len(paid) > 1:
            said.append(tr(_CHEAPEST, channel=channel_name(cheapest.pop(), tr)))
        return tr(Words(" ", "")).join(said)
    if large:
        return _said(large, found.models, lambda c, m: c.credit[m].credits, found, tr, money=False)
    return tr(_ANSWERS)


def _said(
    rows: Sequence[ChannelCredits],
    models: Sequence[Model],
    value: Value,
    found: Attribution,
    tr: Text,
    *,
    money: bool = True,
) -> str:
    def ratio(row: ChannelCredits) -> float:
        values = [value(row, m) or 0.0 for m in models]
        return max(values) / min(values)

    far = max(rows, key=ratio)
    if ratio(far) <= ALIKE:
        percent = numbers.short(ratio(far) - 1, Unit.SHARE, tr)
        return tr(_HOLDS, what=_COST if money else _CREDITS, percent=percent)
    ends = [f(models, key=lambda m: value(far, m) or 0.0) for f in (max, min)]
    model, other = sorted(ends, key=list(Model).index)

    def text(m: Model) -> str:
        unit = Unit.MONEY if money else Unit.COUNT
        shown = value(far, m) or 0.0
        return numbers.short(shown if money else round(shown), unit, tr, found.scope.currency)

    return tr(
        _DEPENDS if money else _CREDITED,
        channel=channel_name(far.channel, tr),
        first=text(model),
        second=text(other),
        model=_in_a_sentence(model, tr),
        other=_in_a_sentence(other, tr),
    )


def _in_a_sentence(model: Model, tr: Text) -> str:
    """Names of people keep their capital."""
    name = tr(MODELS[model])
    return name if model in (Model.MARKOV, Model.SHAPLEY) else name[0].lower() + name[1:]
