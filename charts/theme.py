"""One look for every figure: two designed themes, one meaning for each colour.

Hues are those of Okabe and Ito (2008), darkened or lightened until text reaches 4.5:1 and marks
3:1 against the page. A test computes both, and the distances under protanopia and deuteranopia.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.dimensions import UNKNOWN
from format.numbers import alike
from i18n import Text

FONT = (
    "'Source Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', "
    "sans-serif"
)
"""The page's own family (see .streamlit/config.toml), with a fallback for Chinese."""

SMALL, NORMAL = 11, 12


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme by what they mean. `paper` is the page behind every figure."""

    paper: str
    card: str
    text: str
    muted: str
    grid: str
    accent: str
    """the thing in question"""
    comparison: str
    """what it is compared with"""
    good: str
    bad: str
    signal: str
    """outside the natural limits, welcome or not"""
    sequential: tuple[str, ...]
    """one hue from little to much; in dark theme much is light"""
    diverging: tuple[str, ...]
    """from below to above a named zero, which is its middle"""
    channels: Mapping[str, str]

    def channel(self, key: str) -> str:
        """The colour of an acquisition channel, the same on every page."""
        return self.channels.get(key, self.channels[UNKNOWN])


LIGHT = Palette(
    paper="#FFFFFF",
    card="#FFFFFF",
    text="#1B2530",
    muted="#5B6671",
    grid="#E6EAEE",
    accent="#0067A3",
    comparison="#8A949E",
    good="#00734F",
    bad="#B34700",
    signal="#7A1A5C",
    sequential=("#EAF3FA", "#C9E0F1", "#9CC7E4", "#66A8D3", "#2F86BC", "#00659D", "#00436B"),
    diverging=("#8F3A00", "#D07B3E", "#F0C39F", "#F3F3F1", "#A9D3C2", "#3F9B7A", "#005C40"),
    channels={
        "organic_search": "#0761D3",
        "aso": "#151656",
        "paid_search": "#4393FF",
        "paid_social": "#D34848",
        "short_video": "#C68700",
        "content": "#744B8A",
        "kol": "#A068B3",
        "affiliate": "#31856C",
        "partner": "#244651",
        "email": "#6D7402",
        "referral": "#4308A6",
        "offline": "#5E4200",
        "direct": "#2A2510",
        UNKNOWN: "#8A929A",
    },
)
DARK = Palette(
    paper="#0F141A",
    card="#1A222B",
    text="#E6EBF0",
    muted="#9AA6B2",
    grid="#26303A",
    accent="#5CB8EE",
    comparison="#75818D",
    good="#35C497",
    bad="#F58A4B",
    signal="#F7BDD8",
    sequential=("#14283A", "#173C59", "#1A547D", "#2370A5", "#3E90C9", "#77B5E2", "#BBDCF5"),
    diverging=("#F7A06B", "#B9683A", "#6B4531", "#2A323A", "#285C4C", "#2F9472", "#62D9B2"),
    channels={
        "organic_search": "#7996F8",
        "aso": "#46C7FF",
        "paid_search": "#67EAFF",
        "paid_social": "#DF8E00",
        "short_video": "#DFCB1D",
        "content": "#9F4ABA",
        "kol": "#FC94BA",
        "affiliate": "#34BB81",
        "partner": "#BEEAA3",
        "email": "#FFFF3F",
        "referral": "#696FFF",
        "offline": "#A4733E",
        "direct": "#FFFFFF",
        UNKNOWN: "#7D8690",
    },
)


def palette(dark: bool) -> Palette:
    return DARK if dark else LIGHT


def tint(colour: str, alpha: float) -> str:
    """`#0067A3` at 20 % as `rgba(0,103,163,0.2)`: bands and intervals."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


NARROW = 360
"""The narrowest screen, in pixels, for which labels are placed: a figure does not know its width
when it is made."""


def text_width(text: str, size: int = NORMAL) -> int:
    """About how many pixels a label takes; a Chinese character is as wide as it is high."""
    plain = text.replace("<b>", "").replace("</b>", "")
    return round(sum(1.0 if ord(c) > 0x2E7F else 0.54 for c in plain) * size)


def layout(dark: bool, tr: Text, *, height: int = 320, alt: str = "") -> dict[str, Any]:
    """What all figures share. `alt` is the sentence for those who do not see the figure; it
    travels in `meta`, where the page that shows the figure finds it.

    Plotly's own template is left out: all is said here, and it weighs as much as the figure.
    Nothing animates, nothing drags or zooms by accident, and there is no legend: series are named
    beside their lines.
    """
    colours = palette(dark)
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": False,
        "tickfont": {"color": colours.muted, "size": SMALL},
    }
    return {
        "template": {},
        "height": height,
        "autosize": True,
        "paper_bgcolor": colours.paper,
        "plot_bgcolor": colours.paper,
        "font": {"family": FONT, "size": NORMAL, "color": colours.text},
        "margin": {"l": 56, "r": 16, "t": 28, "b": 40, "pad": 4},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": colours.card,
            "bordercolor": colours.comparison,
            "font": {"family": FONT, "size": NORMAL, "color": colours.text},
            "align": "left",
            "namelength": -1,
        },
        "xaxis": axis,
        "yaxis": {**axis, "showgrid": True, "gridcolor": colours.grid, "gridwidth": 1},
        "separators": ".,",
        "meta": {"alt": alt, "language": tr.language},
    }


CONFIG: Mapping[str, Any] = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
"""The `config` every figure is shown with."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range with round ticks in the words of the reader."""

    low: float
    high: float
    values: tuple[float, ...]
    labels: tuple[str, ...]

    def options(self) -> dict[str, Any]:
        return {
            "range": [self.low, self.high],
            "tickmode": "array",
            "tickvals": list(self.values),
            "ticktext": list(self.labels),
        }


def axis_for(
    values: Sequence[float],
    unit: str,
    tr: Text,
    currency: str | None = None,
    *,
    from_zero: bool = False,
    most_ticks: int = 5,
    room: float = 0.08,
) -> Axis:
    """An axis around these values with some room above and below.

    Lines float; bars pass `from_zero`. Values that are never negative do not get an axis that is.
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    least, most = low, high
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        slack = abs(low) * 0.1 or 1.0
        low, high = low - slack, high + slack
    spread = (high - low) * room
    bottom, top = low - spread, high + spread
    if least >= 0 and (bottom < 0 or from_zero):
        bottom = 0.0
    if from_zero and most <= 0 and least < 0:
        top = 0.0
    step = _round_step((top - bottom) / most_ticks, whole=unit == "count")
    first = math.ceil(bottom / step - 1e-9)
    last = math.floor(top / step + 1e-9)
    at = tuple(round(n * step, 10) for n in range(first, last + 1))
    return Axis(bottom, top, at, tuple(alike(at, unit, tr, currency)))


def _round_step(rough: float, *, whole: bool) -> float:
    """The next of 1, 2, 5 × a power of ten; counts do not tick between whole numbers."""
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    return max(step, 1.0) if whole else step
