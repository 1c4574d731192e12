"""A drawing as SVG: coloured by classes, so that the page's theme colours it."""

from __future__ import annotations

from html import escape

from reports.drawing import Band, Dot, Drawing, Label, Mark, Point, Stroke


def as_svg(drawing: Drawing) -> str:
    """An inline SVG with a name for those who don't see it."""
    marks = "".join(_mark(mark) for mark in drawing.marks)
    size = f"0 0 {_n(drawing.width)} {_n(drawing.height)}"
    return f'<svg viewBox="{size}" role="img" aria-label="{escape(drawing.alt)}">{marks}</svg>'


def _mark(mark: Mark) -> str:
    match mark:
        case Stroke():
            dash = (
                "" if mark.dash is None else f' stroke-dasharray="{" ".join(map(_n, mark.dash))}"'
            )
            points = " ".join(_at(p) for p in mark.points)
            return (
                f'<polyline class="s-{mark.role}" fill="none" stroke-width="{_n(mark.width)}" '
                f'points="{points}"{dash}/>'
            )
        case Band():
            points = " ".join(_at(p) for p in mark.points)
            return f'<polygon class="f-{mark.role}" fill-opacity=".14" points="{points}"/>'
        case Dot():
            return _dot(mark)
        case Label():
            weight = ' font-weight="600"' if mark.bold else ""
            return (
                f'<text class="f-{mark.role}" x="{_n(mark.at[0])}" y="{_n(mark.at[1])}" '
                f'font-size="{_n(mark.size)}" text-anchor="{mark.anchor}"{weight}>'
                f"{escape(mark.text)}</text>"
            )


def _dot(dot: Dot) -> str:
    inside = "f-paper" if dot.hollow else f"f-{dot.role}"
    look = f'class="{inside} s-{dot.role}" stroke-width="{_n(dot.radius * 0.45)}"'
    told = f"<title>{escape(dot.told)}</title>" if dot.told else ""
    (x, y), r = dot.at, dot.radius
    if dot.diamond:
        points = " ".join(_at(p) for p in ((x, y - r), (x + r, y), (x, y + r), (x - r, y)))
        return f'<polygon {look} points="{points}">{told}</polygon>'
    return f'<circle {look} cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}">{told}</circle>'


def _at(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(value: float) -> str:
    """A hundredth of a pixel is enough."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
