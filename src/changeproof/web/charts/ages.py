"""How long things have been open: one bar an age, stacked by severity, the gravest lowest."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from changeproof.web.counting import thousands

BAR = 36.0
TALLEST = 120.0
LABEL = 18.0
GAP = 1.5  # between the parts of a bar, so that they are told apart without colour


@dataclass(frozen=True)
class AgeFigures:
    """One age, with how many are open of each severity, the gravest first."""

    name: str  # "8 to 30 days"
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.numbers)


def ages_svg(
    ages: Sequence[AgeFigures], width: float, kind: str, *, described_by: str
) -> SafeString:
    """The chart, or nothing where none is open. `described_by` is the id of its sentence; the
    gravest part is solid, the rest hollow."""
    most = max((age.total for age in ages), default=0)
    if not most:
        return SafeString("")
    floor = LABEL + TALLEST
    column = width / len(ages)
    bar = min(BAR * 2, column * 0.6)
    parts = [f'<path class="axis" d="M0 {floor:g}H{width:g}"/>']
    for position, age in enumerate(ages):
        middle = column * (position + 0.5)
        at = floor
        for rank, number in enumerate(age.numbers):
            height = TALLEST * number / most
            if not number:
                continue
            css = "deviation solid" if rank == 0 else "not-verifiable hollow"
            inner = max(height - GAP, 0.75)
            parts.append(
                f'<path class="{css}" d="M{middle - bar / 2:.1f} {at - inner:.2f}h{bar:.1f}'
                f'v{inner:.2f}h-{bar:.1f}z"/>'
            )
            at -= height
        parts.append(_text(middle, at - 5, thousands(age.total)))
        parts.append(_text(middle, floor + 16, age.name.removesuffix(" days")))
    height = floor + LABEL + 6
    return mark_safe(  # noqa: S308 - numbers and escaped names only
        f'<svg class="chart {kind}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{escape(described_by)}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(words)}</text>'
