"""Deviations above the months, not verifiable below: one mark is one change.

Drawn to scale for up to `MARKS` marks a side; beyond that every mark stands for several
changes and the chart says how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from changeproof.web.counting import thousands

MARKS = 30  # the tallest pile; more would push the rest of the page away
STEP = 8.75  # from mark to mark
MARK_HEIGHT = 7.0
LABEL = 19.0  # room for a number above or below a pile


@dataclass(frozen=True)
class MonthFigures:
    """One month: how many changes, and how many of each urgent verdict."""

    name: str  # "Mar 2026"
    changes: int
    deviations: int
    not_verifiable: int


@dataclass(frozen=True)
class Drawing:
    """The measures of one drawing: wide for a desk, narrow for a phone."""

    width: float
    margin: float
    mark_width: float
    kind: str
    with_legend: bool
    short_names: bool


WIDE = Drawing(1152, 56, 24, "desk-only", with_legend=True, short_names=False)
NARROW = Drawing(358, 0, 16, "phone-only", with_legend=False, short_names=True)


def changes_per_mark(months: Sequence[MonthFigures]) -> int:
    """How many changes one mark stands for: 1 wherever the piles fit."""
    tallest = max(
        (max(month.deviations, month.not_verifiable) for month in months),
        default=0,
    )
    return max(1, -(-tallest // MARKS))


def twelve_months_svg(
    months: Sequence[MonthFigures], drawing: Drawing, *, described_by: str
) -> SafeString:
    """The chart, or nothing where there is no month. `described_by` is the id of its sentence."""
    if not months:
        return SafeString("")
    per_mark = changes_per_mark(months)
    above = max(_marks(month.deviations, per_mark) for month in months)
    below = max(_marks(month.not_verifiable, per_mark) for month in months)
    axis = LABEL + above * STEP + 4
    under = axis + 26  # the months' names stand between the two sides
    height = under + below * STEP + LABEL + 4
    right = drawing.width - (drawing.margin + 50 if drawing.with_legend else 0)
    column = (right - drawing.margin) / len(months)

    parts = [_line(drawing.margin, right, axis)]
    for position, month in enumerate(months):
        middle = drawing.margin + column * (position + 0.5)
        parts += _deviations(month, middle, axis, per_mark, drawing)
        parts += _not_verifiable(month, middle, under, per_mark, drawing)
        parts.append(_text(middle, axis + 18, _name(month, position, drawing)))
    if drawing.with_legend:
        parts.append(_legend(right + 14, axis - 6, "Deviations", "deviation"))
        parts.append(_legend(right + 14, under + 10, "Not", "not-verifiable"))
        parts.append(_legend(right + 14, under + 27, "verifiable", "not-verifiable"))
    return mark_safe(  # noqa: S308 - numbers and escaped names only
        f'<svg class="chart {drawing.kind}" viewBox="0 0 {drawing.width:g} {height:g}" '
        f'role="img" aria-labelledby="{escape(described_by)}">{"".join(parts)}</svg>'
    )


def _marks(number: int, per_mark: int) -> int:
    return -(-number // per_mark)


def _name(month: MonthFigures, position: int, drawing: Drawing) -> str:
    """The year only where it begins: at the left, and in January."""
    if drawing.short_names:
        return month.name[:1]
    starts = position == 0 or month.name.startswith("Jan")
    return month.name if starts else month.name[:3]


def _deviations(
    month: MonthFigures, middle: float, axis: float, per_mark: int, drawing: Drawing
) -> list[str]:
    left = middle - drawing.mark_width / 2
    pile = _marks(month.deviations, per_mark)
    boxes = "".join(
        f"M{left:.1f} {axis - (mark + 1) * STEP:.2f}h{drawing.mark_width:g}"
        f"v{MARK_HEIGHT:g}h-{drawing.mark_width:g}z"
        for mark in range(pile)
    )
    parts = [f'<path class="deviation solid" d="{boxes}"/>'] if boxes else []
    kind = "deviation tone" if month.deviations else ""
    parts.append(_text(middle, axis - pile * STEP - 5, thousands(month.deviations), kind))
    return parts


def _not_verifiable(
    month: MonthFigures, middle: float, under: float, per_mark: int, drawing: Drawing
) -> list[str]:
    inset = 0.75  # half the stroke, so that hollow and solid marks are one width
    left = middle - drawing.mark_width / 2 + inset
    width = drawing.mark_width - 2 * inset
    pile = _marks(month.not_verifiable, per_mark)
    boxes = "".join(
        f"M{left:.2f} {under + mark * STEP + inset:.2f}h{width:g}"
        f"v{MARK_HEIGHT - 2 * inset:g}h-{width:g}z"
        for mark in range(pile)
    )
    parts = [f'<path class="not-verifiable hollow" d="{boxes}"/>'] if boxes else []
    kind = "not-verifiable tone" if month.not_verifiable else ""
    parts.append(_text(middle, under + pile * STEP + 14, thousands(month.not_verifiable), kind))
    return parts


def _line(left: float, right: float, at: float) -> str:
    return f'<path class="axis" d="M{left:g} {at:g}H{right:g}"/>'


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f'<text{css} x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(words)}</text>'


def _legend(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind} tone" x="{x:g}" y="{y:g}">{words}</text>'
