"""A source's last day as small bars, one each half hour; where it was silent, hatched."""

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

HALF_HOURS = 48
_PITCH = 5
_FLOOR = 18


def activity_svg(events: Sequence[int], *, silent_from: int | None = None) -> SafeString:
    """Bars for `events`, oldest first; `silent_from` is the first half hour without a sound.

    Height grows with the square root, so that a busy morning does not hide a quiet night.
    The chart is decoration beside the figures, hence hidden from screen readers.
    """
    tallest = max(events, default=0)
    width = len(events) * _PITCH
    bars = "".join(
        f"M{position * _PITCH + 2} {_FLOOR}V{_FLOOR - _height(number, tallest)}"
        for position, number in enumerate(events)
        if number
    )
    blind = ""
    if silent_from is not None and silent_from < len(events):
        left = silent_from * _PITCH
        blind = f'<rect class="blind" x="{left}" y="1" width="{width - left}" height="18"/>'
    drawn = f'<path class="bars" d="{bars}"/>' if bars else ""
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="chart activity" viewBox="0 0 {width} 20" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">'
        f'<path class="baseline" d="M0 18.5H{width}"/>{drawn}{blind}</svg>'
    )


def _height(number: int, tallest: int) -> int:
    return max(1, round(15 * math.sqrt(number / tallest)))
