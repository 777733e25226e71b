"""Words of a list as people say them."""

from collections.abc import Sequence


def listed(values: Sequence[str], last: str) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} {last} {values[-1]}"
