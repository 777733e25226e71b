"""A period as a line, with its gaps as marks: a protection's continuity at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

WIDTH = 600
NARROWEST = 4.0  # a gap of 40 s in a year would not be seen; the page says so


@dataclass(frozen=True)
class Gap:
    """An interval in which the protection was off, or could not be seen."""

    start: int
    end: int
    verdict: str  # deviation or not_verifiable


def interval_strip_svg(gaps: Sequence[Gap], *, start: int, end: int) -> SafeString:
    """The strip from `start` to `end`; gaps outside are cut, short ones widened to be seen."""
    whole = max(1, end - start)
    boxes = []
    for gap in gaps:
        left = max(gap.start, start)
        right = min(gap.end, end)
        if right < left:
            continue
        width = max(NARROWEST, (right - left) * WIDTH / whole)
        x = min(WIDTH - width, (left - start) * WIDTH / whole)
        paint = "deviation solid" if gap.verdict == "deviation" else "not-verifiable hollow"
        boxes.append(f'<rect class="{paint}" x="{x:.1f}" y="2" width="{width:.1f}" height="16"/>')
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="strip" viewBox="0 0 {WIDTH} 20" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">'
        f'<path class="axis" d="M0 10H{WIDTH}" stroke-width="2"/>{"".join(boxes)}</svg>'
    )
