"""How much, as a shade of one hue: the colours of cells whose numbers are written on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charts.theme import Palette

_BLACK, _WHITE = "#000000", "#FFFFFF"
"""Nothing less reaches 4.5:1 on every shade between them."""
_FAINT = 0.45


@dataclass(frozen=True, slots=True)
class Shades:
    """From nothing to `most`, along the palette's sequential ramp."""

    palette: Palette
    most: float

    def fill(self, value: float, *, faint: bool = False) -> str:
        """The shade of a value; beyond the ends that of the end. `faint` is for what is too small
        to judge: it recedes into the page."""
        share = min(max(value / self.most, 0.0), 1.0) if self.most > 0 else 0.0
        colour = _along(self.palette.sequential, share)
        return mixed(self.palette.paper, colour, _FAINT) if faint else colour


@dataclass(frozen=True, slots=True)
class Around:
    """Below or above a named zero, along the palette's diverging ramp: `reach` away from it, either
    way, is the end."""

    palette: Palette
    zero: float
    reach: float

    def fill(self, value: float, *, faint: bool = False) -> str:
        """The shade of a value; `faint` as for `Shades`."""
        share = (value - self.zero) / self.reach
        colour = _along(self.palette.diverging, (min(max(share, -1.0), 1.0) + 1) / 2)
        return mixed(self.palette.paper, colour, _FAINT) if faint else colour


def _along(ramp: Sequence[str], share: float) -> str:
    """The colour at a share of the way through a ramp."""
    place = share * (len(ramp) - 1)
    below = min(int(place), len(ramp) - 2)
    return mixed(ramp[below], ramp[below + 1], place - below)


def mixed(one: str, other: str, share: float) -> str:
    """A colour so far on the way from one to the other."""
    both = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in both)


def ink(fill: str) -> str:
    """Black or white, whichever stands out more from the fill: 4.5:1 at least."""
    light = luminance(fill)
    return _BLACK if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else _WHITE


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2): 0 is black, 1 is white."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (c / 255 for c in _parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
