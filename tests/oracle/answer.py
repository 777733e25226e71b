"""What the oracle says: a verdict, its basis, and a word on why for people who compare."""

from typing import NamedTuple


class Answer(NamedTuple):
    """`basis` counts where the verdict is `met`."""

    verdict: str
    basis: str = "direct"
    why: str = ""


URGENCY = ("deviation", "not_verifiable", "pending", "met", "not_applicable")
SIGN_URGENCY = ("raised", "not_verifiable", "clear", "not_applicable")
_BASES = ("waived", "compensating", "late_declared", "template", "direct")


def worst(answers: list[Answer], order: tuple[str, ...] = URGENCY) -> Answer:
    """A change takes the most urgent answer of its work."""
    return min(answers, key=lambda one: (order.index(one.verdict), _BASES.index(one.basis)))
